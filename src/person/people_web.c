#include "person/people_web.h"

#include "body/body.h"
#include "db/db.h"
#include "person/people_sql.h"
#include "view_people.h"
#include "web/export.h"
#include "web/pages.h"

#include <assert.h>

enum { PAGE_ROWS = 50 };

/* ---- the list ---- */

static str like_of(struct ctx *c, str typed)
{
    struct buf b = {.arena = c->arena};

    /* The two signs of LIKE find nothing, rather than everything. */
    for (size_t i = 0; i < typed.len; i++) {
        if (typed.at[i] != '%' && typed.at[i] != '_')
            buf_byte(&b, typed.at[i]);
    }
    return b.len == 0 ? S("") : buf_str(&b);
}

/* At most `limit` accounts, from the newest that is older than `before`; 0: from the newest. */
static enum err load_people(struct ctx *c, const struct req *q, str typed, int64_t before,
                            int64_t limit, struct people_row **people, size_t *count)
{
    size_t cap = 0;
    struct rows row;
    bool found;
    str role = req_query(q, S("role"));

    *people = NULL;
    *count = 0;
    TRY(db_rows(&row, c->db, &ACCOUNT_LIST, T(like_of(c, typed)),
                T(role_find(role) == 0 ? S("") : role), I(before), I(limit)));
    for (;;) {
        TRY(db_next(&row, &found));
        if (!found)
            return OK;
        struct people_row r = {.id = take_i64(&row)};
        r.login = take_str(&row, c->arena);
        r.name = take_str(&row, c->arena);
        r.verified_msg = account_verified_msg(take_i64(&row));
        r.is_locked = take_i64(&row) > c->now;
        r.created = take_i64(&row);
        *PUSH(c->arena, *people, *count, cap) = r;
    }
}

/* The address of a list with this filter; `before` 0: from its start. */
static str list_url(struct ctx *c, const struct req *q, const char *path, str typed, int64_t before)
{
    struct buf b = {.arena = c->arena};

    buf_fmt(&b, "%s?", path);
    if (before > 0)
        buf_fmt(&b, "before=%lld&", (long long)before);
    buf_put(&b, S("role="));
    http_encode(&b, req_query(q, S("role")));
    buf_put(&b, S("&q="));
    http_encode(&b, typed);
    return buf_str(&b);
}

static enum err list_people(struct ctx *c, const struct req *q, struct people_page *s)
{
    int64_t before = 0;

    if (!str_to_i64(req_query(q, S("before")), &before) || before < 0)
        before = 0;
    TRY(load_people(c, q, s->q, before, PAGE_ROWS + 1, &s->people, &s->people_count));
    if (s->people_count > PAGE_ROWS) {
        s->people_count = PAGE_ROWS;
        s->older_url = list_url(c, q, "/people", s->q, s->people[PAGE_ROWS - 1].id);
    }
    s->csv_url = list_url(c, q, "/people.csv", s->q, 0);
    s->xlsx_url = list_url(c, q, "/people.xlsx", s->q, 0);
    return OK;
}

static enum err list_roles(struct ctx *c, struct people_row *r)
{
    struct person_role *roles;
    size_t count, cap = 0;

    TRY(person_roles(c, r->id, &roles, &count));
    for (size_t i = 0; i < count; i++)
        *PUSH(c->arena, r->roles, r->role_count, cap) =
            account_role(c, roles[i].role, roles[i].scope_name);
    return OK;
}

static struct people_option *role_options(struct ctx *c, str chosen, size_t *count)
{
    struct people_option *all = NEW_ARRAY(c->arena, ROLE_COUNT, struct people_option);

    for (*count = 0; *count < ROLE_COUNT; (*count)++) {
        str name = role_name(1u << *count);
        all[*count] = (struct people_option){name, account_role(c, 1u << *count, S("")),
                                             str_eq(name, chosen)};
    }
    return all;
}

static str typed_of(const struct req *q)
{
    return str_head(str_trim(req_query(q, S("q"))), PERSON_NAME_MAX);
}

static enum err show_list(struct ctx *c, const struct req *q, struct people_page *s)
{
    s->q = typed_of(q);
    s->kinds = role_options(c, req_query(q, S("role")), &s->kind_count);
    s->has_role = req_query(q, S("role")).len > 0;
    TRY(list_people(c, q, s));
    for (size_t i = 0; i < s->people_count; i++)
        TRY(list_roles(c, &s->people[i]));
    return OK;
}

/* ---- one of them ---- */

static str kind_name(struct ctx *c, str kind)
{
    struct buf key = {.arena = c->arena};

    buf_put(&key, S("body-kind."));
    for (size_t i = 0; i < kind.len; i++)
        buf_byte(&key, kind.at[i] == '_' ? '-' : kind.at[i]);
    int msg = msg_find(buf_str(&key));
    return msg == MSG_NONE ? kind : msg_text(c->lang, msg);
}

/* Bodies come in order of their kind. */
static enum err fill_scopes(struct ctx *c, str chosen, struct people_page *s)
{
    struct body *bodies;
    size_t count, cap = 0, option_cap = 0;
    struct people_group *g = NULL;

    TRY(body_list(c, S(""), &bodies, &count));
    for (size_t i = 0; i < count; i++) {
        if (i == 0 || !str_eq(bodies[i].kind, bodies[i - 1].kind)) {
            g = PUSH(c->arena, s->scopes, s->scope_count, cap);
            *g = (struct people_group){.name = kind_name(c, bodies[i].kind)};
            option_cap = 0;
        }
        str value = str_fmt(c->arena, "%lld", (long long)bodies[i].id);
        *PUSH(c->arena, g->options, g->option_count, option_cap) =
            (struct people_option){value, body_name(c, &bodies[i]), str_eq(value, chosen)};
    }
    return OK;
}

static enum err fill_held(struct ctx *c, struct people_page *s)
{
    struct person_role *roles;
    size_t count, cap = 0;

    TRY(person_roles(c, s->id, &roles, &count));
    for (size_t i = 0; i < count; i++) {
        struct people_role *r = PUSH(c->arena, s->held, s->held_count, cap);
        r->role = role_name(roles[i].role);
        r->scope =
            roles[i].scope == 0 ? S("") : str_fmt(c->arena, "%lld", (long long)roles[i].scope);
        r->name = account_role(c, roles[i].role, roles[i].scope_name);
        r->given = roles[i].given;
    }
    return OK;
}

static enum err show_one(struct ctx *c, const struct req *q, str id, struct people_page *s)
{
    bool is_giving = str_eq(req_form(q, S("do")), S("give"));
    struct person person;

    if (!str_to_i64(id, &s->id))
        return fail(c, NOT_FOUND, MSG_PERSON_NOT_FOUND);
    TRY(person_load(c, s->id, &person));
    s->is_one = true;
    s->is_self = person.id == c->who->id;
    s->name = person.name;
    s->login = person.login;
    s->verified_msg = account_verified_msg(person.verified);
    s->is_verified = person.verified > VERIFIED_NOT;
    s->is_locked = person.locked_until > c->now;
    s->created = person.created;
    TRY(fill_held(c, s));
    s->offered = role_options(c, is_giving ? req_form(q, S("role")) : S(""), &s->offered_count);
    return fill_scopes(c, is_giving ? req_form(q, S("scope")) : S(""), s);
}

enum err people_web_show(struct ctx *c, const struct req *q, struct page *p)
{
    struct people_page s = {.failure = form_failure_of(c)};
    str id = q->method == METHOD_POST ? req_form(q, S("person")) : req_query(q, S("person"));

    TRY(person_in_person(c));
    if (id.len > 0)
        TRY(show_one(c, q, id, &s));
    else
        TRY(show_list(c, q, &s));
    s.is_role_bad = is_about(&s.failure, S("role"));
    s.is_scope_bad = is_about(&s.failure, S("scope"));
    p->title = s.is_one ? s.name : msg_text(c->lang, MSG_PEOPLE_TITLE);
    view_people(&p->out, &s);
    return OK;
}

/* ---- giving and ending ---- */

static enum err take_role(struct ctx *c, const struct req *q, uint32_t *role, int64_t *scope)
{
    struct body body;
    str typed = req_form(q, S("scope"));

    *role = role_find(req_form(q, S("role")));
    *scope = 0;
    if (*role == 0)
        return fail_on(c, INVALID, S("role"), MSG_PEOPLE_CHOOSE_ROLE);
    if (typed.len == 0)
        return OK;
    if (!str_to_i64(typed, scope) || *scope <= 0 || body_load(c, *scope, &body) != OK)
        return fail_on(c, INVALID, S("scope"), MSG_BODY_NOT_FOUND);
    if ((*role & ROLES_ADMIN) != 0)
        return fail_on(c, INVALID, S("scope"), MSG_PEOPLE_ADMIN_EVERYWHERE);
    return OK;
}

enum err people_web_role(struct ctx *c, const struct req *q, struct page *p)
{
    bool is_end = str_eq(req_form(q, S("do")), S("end"));
    struct person person;
    uint32_t role;
    int64_t id, scope;

    TRY(person_in_person(c));
    TRY(req_form_id(c, q, S("person"), &id));
    TRY(person_load(c, id, &person));
    TRY(take_role(c, q, &role, &scope));
    if (id == c->who->id) /* nobody widens or narrows the own rights */
        return fail(c, INVALID, MSG_PEOPLE_NOT_ONESELF);
    if (is_end) {
        TRY(person_end_role(c, id, role, scope));
    } else {
        enum err e = person_give_role(c, id, role, scope);
        if (e == CONFLICT)
            c->failure.field = S("role");
        TRY(e);
    }
    page_notice(p, is_end ? MSG_PEOPLE_ENDED : MSG_PEOPLE_GIVEN);
    return page_redirect(p, "/people?person=%lld", (long long)id);
}

/* ---- exports ---- */

static const struct export_column columns[] = {
    {"id", MSG_COLUMN_ID, 20},        {"name", MSG_BEHALF_NAME, 20},
    {"login", MSG_ME_LOGIN, 20},      {"verified", MSG_PEOPLE_VERIFIED, 24},
    {"locked", MSG_PEOPLE_LOCKED, 8}, {"roles", MSG_ME_ROLES, 48},
    {"made", MSG_PEOPLE_MADE, 12},    {"url", MSG_COLUMN_URL, 40},
};

enum { COLUMNS = sizeof columns / sizeof *columns, BATCH_ARENA_MAX = 64 * 1024 * 1024 };

/* What the page shows, and no more: no contact, no password. */
static enum err put_row(struct ctx *c, struct export *x, str base, struct people_row *r)
{
    struct buf roles = {.arena = c->arena};

    TRY(list_roles(c, r));
    for (size_t i = 0; i < r->role_count; i++) {
        buf_put(&roles, i == 0 ? S("") : S("; "));
        buf_put(&roles, r->roles[i]);
    }
    export_i64(x, r->id);
    export_text(x, r->name);
    export_text(x, r->login);
    export_text(x, msg_text(c->lang, r->verified_msg));
    export_text(x, r->is_locked ? msg_text(c->lang, MSG_PEOPLE_LOCKED) : S(""));
    export_text(x, buf_str(&roles));
    export_date(x, r->created);
    export_text(x, str_fmt(c->arena, "%.*s/people?person=%lld", STR_ARG(base), (long long)r->id));
    return OK;
}

static enum err put_rows(struct ctx *c, const struct req *q, struct export *x)
{
    struct arena *scratch = arena_new("export", BATCH_ARENA_MAX);
    struct ctx batch = *c;
    struct people_row *people;
    int64_t before = 0;
    size_t count = EXPORT_BATCH;
    enum err e = OK;
    str base = web_base_url(c, q);

    batch.arena = scratch;
    while (e == OK && count == EXPORT_BATCH && export_rows(x) < EXPORT_ROWS_MAX) {
        arena_reset(scratch);
        e = load_people(&batch, q, typed_of(q), before, EXPORT_BATCH, &people, &count);
        for (size_t i = 0; e == OK && i < count; i++) {
            before = people[i].id;
            e = put_row(&batch, x, base, &people[i]);
        }
    }
    arena_free(scratch);
    return e;
}

static enum err export_people(struct ctx *c, const struct req *q, struct page *p,
                              enum export_kind kind)
{
    struct export *x;

    TRY(person_in_person(c));
    TRY(export_begin(c, p, kind, S("people"), columns, COLUMNS, &x));
    TRY(put_rows(c, q, x));
    return export_end(x);
}

enum err people_web_note(struct ctx *c, const struct req *q, struct page *p)
{
    (void)p;
    TRY(person_in_person(c));
    return account_note_export(c, q, S("people"));
}

enum err people_web_csv(struct ctx *c, const struct req *q, struct page *p)
{
    return export_people(c, q, p, EXPORT_CSV);
}

enum err people_web_xlsx(struct ctx *c, const struct req *q, struct page *p)
{
    return export_people(c, q, p, EXPORT_XLSX);
}
