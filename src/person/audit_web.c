#include "person/audit_web.h"

#include "base/calendar.h"
#include "base/clock.h"
#include "body/body.h"
#include "db/db.h"
#include "matter/matter.h"
#include "person/people_sql.h"
#include "view_audit.h"
#include "web/export.h"
#include "web/pages.h"

enum { PAGE_ROWS = 50 };

/* A word of the record in the language of the page; the word itself where there is none. */
static str word_of(struct ctx *c, const char *part, str word)
{
    struct buf key = {.arena = c->arena};

    buf_fmt(&key, "audit.%s.", part);
    for (size_t i = 0; i < word.len; i++)
        buf_byte(&key, word.at[i] == '_' ? '-' : word.at[i]);
    int msg = msg_find(buf_str(&key));
    return msg == MSG_NONE ? word : msg_text(c->lang, msg);
}

static str name_of(struct ctx *c, str id_text)
{
    struct person person;
    int64_t id;

    if (!str_to_i64(id_text, &id) || person_load(c, id, &person) != OK)
        return id_text;
    return person.name;
}

static str scope_of(struct ctx *c, str id_text)
{
    struct body body;
    int64_t id;

    if (!str_to_i64(id_text, &id) || id == 0 || body_load(c, id, &body) != OK)
        return S("");
    return body_name(c, &body);
}

static str matter_words(struct ctx *c, str id_text)
{
    struct matter m;
    int64_t id;

    if (!str_to_i64(id_text, &id) || matter_load(c, id, &m) != OK)
        return id_text;
    return msg_fmt(c->arena, c->lang, MSG_AUDIT_MATTER, T(m.serial));
}

/* "matter 5", "person 12", "person 12 clerk 34", "name 0f…", "list people CSV" as the record has
 * them, in words. */
static str object_words(struct ctx *c, str object)
{
    str rest = object, what = str_cut(&rest, ' ');

    if (str_eq(what, S("name")))
        return msg_fmt(c->arena, c->lang, MSG_AUDIT_UNKNOWN_NAME, T(str_head(rest, 8)));
    if (str_eq(what, S("list"))) {
        str list = word_of(c, "list", str_cut(&rest, ' '));
        return str_fmt(c->arena, "%.*s, %.*s", STR_ARG(list), STR_ARG(rest));
    }
    if (str_eq(what, S("matter")))
        return matter_words(c, rest);
    if (!str_eq(what, S("person")))
        return object;
    str name = name_of(c, str_cut(&rest, ' '));
    uint32_t role = role_find(str_cut(&rest, ' '));
    if (role == 0)
        return name;
    return msg_fmt(c->arena, c->lang, MSG_AUDIT_ROLE_OF, T(name),
                   T(account_role(c, role, scope_of(c, rest))));
}

/* A date typed into the filter; the moment at its start or end. */
static enum err date_of(struct ctx *c, const struct req *q, str field, bool is_end, str *typed,
                        int64_t *ms)
{
    int64_t day;

    *typed = str_head(str_trim(req_query(q, field)), 10);
    *ms = is_end ? INT64_MAX : 0;
    if (typed->len == 0)
        return OK;
    if (!calendar_read_date(*typed, &day))
        return fail_on(c, INVALID, field, MSG_AUDIT_DATE);
    *ms = is_end ? calendar_end_ms(day) + 1 : calendar_start_ms(day);
    return OK;
}

struct filter {
    str kind;
    int64_t person, from, to, before;
};

static enum err take_filter(struct ctx *c, const struct req *q, struct audit_page *s,
                            struct filter *f)
{
    struct person person;

    f->kind = str_head(req_query(q, S("kind")), 40);
    s->who = str_head(str_trim(req_query(q, S("who"))), PERSON_ADDRESS_MAX);
    if (!str_to_i64(req_query(q, S("before")), &f->before) || f->before < 0)
        f->before = 0;
    TRY(date_of(c, q, S("from"), false, &s->from, &f->from));
    TRY(date_of(c, q, S("to"), true, &s->to, &f->to));
    if (s->who.len == 0)
        return OK;
    enum err e = person_find(c, s->who, &person);
    if (e == NOT_FOUND)
        return fail_on(c, INVALID, S("who"), MSG_PERSON_NOT_FOUND);
    f->person = person.id;
    return e;
}

/* The address of a list with this filter; `before` 0: from its start. */
static str list_url(struct ctx *c, const char *path, const struct audit_page *s,
                    const struct filter *f, int64_t before)
{
    struct buf b = {.arena = c->arena};

    buf_fmt(&b, "%s?", path);
    if (before > 0)
        buf_fmt(&b, "before=%lld&", (long long)before);
    buf_fmt(&b, "from=%.*s&to=%.*s&kind=", STR_ARG(s->from), STR_ARG(s->to));
    http_encode(&b, f->kind);
    buf_put(&b, S("&who="));
    http_encode(&b, s->who);
    return buf_str(&b);
}

static bool is_refusal(str result)
{
    return str_eq(result, S("wrong")) || str_eq(result, S("locked")) ||
           str_eq(result, S("unknown")) || str_eq(result, S("denied"));
}

/* At most `limit` lines of the record, in words. */
static enum err load_rows(struct ctx *c, const struct filter *f, int64_t limit,
                          struct audit_row **rows, size_t *count)
{
    size_t cap = 0;
    struct rows row;
    bool found;

    *rows = NULL;
    *count = 0;
    TRY(db_rows(&row, c->db, &AUDIT_LIST, T(f->kind), I(f->person), I(f->from), I(f->to),
                I(f->before), I(limit)));
    for (;;) {
        TRY(db_next(&row, &found));
        if (!found)
            break;
        struct audit_row *r = PUSH(c->arena, *rows, *count, cap);
        *r = (struct audit_row){.id = take_i64(&row)};
        r->at = take_i64(&row);
        int64_t person = take_i64(&row);
        r->who = take_str(&row, c->arena);
        r->kind = take_str(&row, c->arena);
        r->object = take_str(&row, c->arena);
        r->result = take_str(&row, c->arena);
        if (person == 0) /* nobody signed in; what else has no person was done by a command */
            r->who =
                str_starts(r->kind, S("sign_in")) ? S("") : msg_text(c->lang, MSG_AUDIT_COMMAND);
        r->is_refused = is_refusal(r->result);
    }
    for (size_t i = 0; i < *count; i++) {
        struct audit_row *r = &(*rows)[i];
        r->object = object_words(c, r->object);
        r->kind = word_of(c, "kind", r->kind);
        r->result = word_of(c, "result", r->result);
    }
    return OK;
}

static enum err list_rows(struct ctx *c, const struct filter *f, struct audit_page *s)
{
    TRY(load_rows(c, f, PAGE_ROWS + 1, &s->rows, &s->row_count));
    if (s->row_count > PAGE_ROWS) {
        s->row_count = PAGE_ROWS;
        s->older_url = list_url(c, "/audit", s, f, s->rows[PAGE_ROWS - 1].id);
    }
    s->csv_url = list_url(c, "/audit.csv", s, f, 0);
    s->xlsx_url = list_url(c, "/audit.xlsx", s, f, 0);
    return OK;
}

static enum err list_kinds(struct ctx *c, str chosen, struct audit_page *s)
{
    size_t cap = 0;
    struct rows row;
    bool found;

    TRY(db_rows(&row, c->db, &AUDIT_KINDS));
    for (;;) {
        TRY(db_next(&row, &found));
        if (!found)
            return OK;
        str kind = take_str(&row, c->arena);
        *PUSH(c->arena, s->kinds, s->kind_count, cap) =
            (struct audit_option){kind, word_of(c, "kind", kind), str_eq(kind, chosen)};
    }
}

enum err audit_web_show(struct ctx *c, const struct req *q, struct page *p)
{
    struct audit_page s = {0};
    struct filter f = {0};

    TRY(person_in_person(c));
    enum err e = take_filter(c, q, &s, &f);
    if (e != OK && e != INVALID)
        return e;
    if (e == INVALID) {
        s.failure = form_failure_of(c);
        p->res->status = 422;
    } else {
        TRY(list_rows(c, &f, &s));
    }
    TRY(list_kinds(c, f.kind, &s));
    s.is_who_bad = is_about(&s.failure, S("who"));
    s.is_from_bad = is_about(&s.failure, S("from"));
    s.is_to_bad = is_about(&s.failure, S("to"));
    s.is_filtered = f.kind.len > 0 || s.from.len > 0 || s.to.len > 0;
    p->title = msg_text(c->lang, MSG_AUDIT_TITLE);
    view_audit(&p->out, &s);
    return OK;
}

/* ---- exports ---- */

static const struct export_column columns[] = {
    {"id", MSG_COLUMN_ID, 20},        {"at", MSG_AUDIT_AT, 20},
    {"who", MSG_AUDIT_WHO_SHORT, 20}, {"kind", MSG_AUDIT_KIND, 20},
    {"object", MSG_AUDIT_OBJECT, 40}, {"result", MSG_AUDIT_RESULT, 16},
};

enum { COLUMNS = sizeof columns / sizeof *columns, BATCH_ARENA_MAX = 64 * 1024 * 1024 };

static enum err put_rows(struct ctx *c, struct export *x, struct filter f)
{
    struct arena *scratch = arena_new("export", BATCH_ARENA_MAX);
    struct ctx batch = *c;
    struct audit_row *rows;
    size_t count = EXPORT_BATCH;
    enum err e = OK;

    batch.arena = scratch;
    f.before = 0;
    while (e == OK && count == EXPORT_BATCH && export_rows(x) < EXPORT_ROWS_MAX) {
        arena_reset(scratch);
        e = load_rows(&batch, &f, EXPORT_BATCH, &rows, &count);
        for (size_t i = 0; e == OK && i < count; i++) {
            f.before = rows[i].id;
            export_i64(x, rows[i].id);
            export_time(x, rows[i].at);
            export_text(x, rows[i].who);
            export_text(x, rows[i].kind);
            export_text(x, rows[i].object);
            export_text(x, rows[i].result);
        }
    }
    arena_free(scratch);
    return e;
}

static enum err export_audit(struct ctx *c, const struct req *q, struct page *p,
                             enum export_kind kind)
{
    struct audit_page s = {0};
    struct filter f = {0};
    struct export *x;

    TRY(person_in_person(c));
    TRY(take_filter(c, q, &s, &f));
    TRY(export_begin(c, p, kind, S("audit"), columns, COLUMNS, &x));
    TRY(put_rows(c, x, f));
    return export_end(x);
}

enum err audit_web_note(struct ctx *c, const struct req *q, struct page *p)
{
    struct audit_page s = {0};
    struct filter f = {0};

    (void)p;
    TRY(person_in_person(c));
    TRY(take_filter(c, q, &s, &f)); /* what is refused is no export */
    return account_note_export(c, q, S("audit"));
}

enum err audit_web_csv(struct ctx *c, const struct req *q, struct page *p)
{
    return export_audit(c, q, p, EXPORT_CSV);
}

enum err audit_web_xlsx(struct ctx *c, const struct req *q, struct page *p)
{
    return export_audit(c, q, p, EXPORT_XLSX);
}
