#include "person/people_web.h"

#include "body/body.h"
#include "db/db.h"
#include "person/people_sql.h"
#include "view_people.h"
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

static enum err list_people(struct ctx *c, const struct req *q, struct people_page *s)
{
    size_t cap = 0;
    int64_t before = 0;
    struct rows row;
    bool found, has_more = false;
    str role = req_query(q, S("role"));

    if (!str_to_i64(req_query(q, S("before")), &before) || before < 0)
        before = 0;
    TRY(db_rows(&row, c->db, &ACCOUNT_LIST, T(like_of(c, s->q)),
                T(role_find(role) == 0 ? S("") : role), I(before)));
    for (;;) {
        TRY(db_next(&row, &found));
        if (!found)
            break;
        struct people_row r = {.id = take_i64(&row)};
        r.login = take_str(&row, c->arena);
        r.name = take_str(&row, c->arena);
        r.verified_msg = account_verified_msg(take_i64(&row));
        r.is_locked = take_i64(&row) > c->now;
        take_i64(&row);
        has_more = s->people_count == PAGE_ROWS;
        if (!has_more)
            *PUSH(c->arena, s->people, s->people_count, cap) = r;
    }
    if (has_more) {
        struct buf b = {.arena = c->arena};
        buf_fmt(&b, "/people?before=%lld&role=", (long long)s->people[PAGE_ROWS - 1].id);
        http_encode(&b, role);
        buf_put(&b, S("&q="));
        http_encode(&b, s->q);
        s->older_url = buf_str(&b);
    }
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

static enum err show_list(struct ctx *c, const struct req *q, struct people_page *s)
{
    s->q = str_head(str_trim(req_query(q, S("q"))), PERSON_NAME_MAX);
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
