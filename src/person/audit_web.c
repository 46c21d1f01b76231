#include "person/audit_web.h"

#include "base/calendar.h"
#include "base/clock.h"
#include "body/body.h"
#include "db/db.h"
#include "person/people_sql.h"
#include "view_audit.h"
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

/* "person 12", "person 12 clerk 34", "name 0f…" as the record has them, in words. */
static str object_words(struct ctx *c, str object)
{
    str rest = object, what = str_cut(&rest, ' ');

    if (str_eq(what, S("name")))
        return msg_fmt(c->arena, c->lang, MSG_AUDIT_UNKNOWN_NAME, T(str_head(rest, 8)));
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

static str older_url(struct ctx *c, const struct audit_page *s, const struct filter *f, int64_t id)
{
    struct buf b = {.arena = c->arena};

    buf_fmt(&b, "/audit?before=%lld&from=%.*s&to=%.*s&kind=", (long long)id, STR_ARG(s->from),
            STR_ARG(s->to));
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

static enum err list_rows(struct ctx *c, const struct filter *f, struct audit_page *s)
{
    int64_t last = 0;
    size_t cap = 0;
    struct rows row;
    bool found;

    TRY(db_rows(&row, c->db, &AUDIT_LIST, T(f->kind), I(f->person), I(f->from), I(f->to),
                I(f->before)));
    for (;;) {
        TRY(db_next(&row, &found));
        if (!found)
            break;
        int64_t id = take_i64(&row);
        struct audit_row r = {.at = take_i64(&row)};
        int64_t person = take_i64(&row);
        r.who = take_str(&row, c->arena);
        r.kind = take_str(&row, c->arena);
        r.object = take_str(&row, c->arena);
        r.result = take_str(&row, c->arena);
        if (person == 0) /* nobody signed in; what else has no person was done by a command */
            r.who = str_starts(r.kind, S("sign_in")) ? S("") : msg_text(c->lang, MSG_AUDIT_COMMAND);
        r.is_refused = is_refusal(r.result);
        if (s->row_count == PAGE_ROWS) {
            s->older_url = older_url(c, s, f, last);
            continue;
        }
        last = id;
        *PUSH(c->arena, s->rows, s->row_count, cap) = r;
    }
    for (size_t i = 0; i < s->row_count; i++) {
        s->rows[i].object = object_words(c, s->rows[i].object);
        s->rows[i].kind = word_of(c, "kind", s->rows[i].kind);
        s->rows[i].result = word_of(c, "result", s->rows[i].result);
    }
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
