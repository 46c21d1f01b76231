#include "person/behalf_web.h"

#include "db/db.h"
#include "matter/matter.h"
#include "view_behalf.h"
#include "web/pages.h"

enum { REASON_MAX = 200 };

/* Somebody in person brings a name, a number of a telephone, an address, or the number of a matter.
 */
static enum err find(struct ctx *c, str typed, int64_t *id)
{
    struct person person;
    struct matter matter;
    int64_t of;

    *id = 0;
    enum err e = person_find(c, typed, &person);
    if (e == OK)
        *id = person.id;
    if (e != NOT_FOUND)
        return e;
    e = matter_by_number(c, typed, &of);
    if (e == OK && (e = matter_load(c, of, &matter)) == OK)
        *id = matter.raiser;
    return e == NOT_FOUND ? OK : e;
}

static enum err role_words(struct ctx *c, int64_t id, str *words)
{
    struct person_role *roles;
    size_t count;
    struct buf b = {.arena = c->arena};

    TRY(person_roles(c, id, &roles, &count));
    for (size_t i = 0; i < count; i++) {
        if (i > 0)
            buf_put(&b, msg_text(c->lang, MSG_LIST_COMMA));
        buf_put(&b, account_role(c, roles[i].role, roles[i].scope_name));
    }
    *words = count == 0 ? S("") : buf_str(&b);
    return OK;
}

static enum err fill_found(struct ctx *c, int64_t id, struct behalf_page *s)
{
    struct person person;
    str phone, mail;

    TRY(person_load(c, id, &person));
    TRY(person_addresses(c, id, &phone, &mail));
    TRY(role_words(c, id, &s->roles));
    TRY(person_has_office(c, id, &s->has_office));
    s->is_found = true;
    s->id = id;
    s->name = person.name;
    s->login = person.login;
    s->phone = account_masked(c->arena, phone);
    s->mail = account_masked(c->arena, mail);
    s->verified_msg = account_verified_msg(person.verified);
    s->is_contact = person.verified > VERIFIED_NOT;
    s->is_checked = person.verified == VERIFIED_DESK;
    return OK;
}

/* The person the page is about: chosen before, or looked for now. */
static enum err look(struct ctx *c, const struct req *q, struct behalf_page *s)
{
    struct failure why = c->failure;
    str chosen = q->method == METHOD_POST ? req_form(q, S("person")) : req_query(q, S("person"));
    int64_t id = 0;

    s->q = str_trim(req_query(q, S("q")));
    if (chosen.len > 0) {
        if (!str_to_i64(chosen, &id) || id <= 0)
            return fail(c, NOT_FOUND, MSG_PERSON_NOT_FOUND);
    } else if (s->q.len > 0) {
        s->q = str_head(s->q, PERSON_ADDRESS_MAX);
        TRY(find(c, s->q, &id));
        s->is_none = id == 0;
    }
    if (id != 0)
        TRY(fill_found(c, id, s));
    c->failure = why; /* nobody of that name is no failure of the page */
    return OK;
}

enum err desk_web_behalf_show(struct ctx *c, const struct req *q, struct page *p)
{
    struct behalf_page s = {.failure = form_failure_of(c)};
    bool is_new = req_has(q, S("new"));

    TRY(person_in_person(c));
    TRY(look(c, q, &s));
    s.reason = str_head(req_form(q, S("reason")), REASON_MAX + 1);
    s.new_name = str_head(req_form(q, S("name")), PERSON_NAME_MAX + 1);
    s.new_phone = str_head(req_form(q, S("contact")), PERSON_ADDRESS_MAX + 1);
    s.new_reason = str_head(req_form(q, S("new-reason")), REASON_MAX + 1);
    s.is_new_open = is_new || s.is_none;
    s.is_reason_bad = is_about(&s.failure, S("reason"));
    if (s.is_reason_bad && !s.is_found)
        s.failure.href = S("#main");
    s.is_declare_bad = is_about(&s.failure, S("declare"));
    s.is_new_name_bad = is_about(&s.failure, S("name"));
    s.is_new_phone_bad = is_about(&s.failure, S("contact"));
    s.is_new_reason_bad = is_about(&s.failure, S("new-reason"));
    p->title = msg_text(c->lang, MSG_BEHALF_TITLE);
    p->layout_class = S("narrow");
    p->nav = NAV_DESK;
    view_behalf(&p->out, &s);
    return OK;
}

/* An account for somebody without one, often without an address: nothing about it is proved yet. */
static enum err add_person(struct ctx *c, const struct req *q, int64_t *id)
{
    struct person_new n = {.lang = c->lang == LANG_EN ? S("en") : S("zh")};
    str typed, address;
    bool is_mail;

    TRY(req_text(c, q, S("name"), PERSON_NAME_MAX, &n.name));
    TRY(req_text_or_empty(c, q, S("contact"), PERSON_ADDRESS_MAX, &typed));
    if (typed.len > 0) {
        TRY(person_address(c, typed, &address, &is_mail));
        *(is_mail ? &n.mail : &n.phone) = address;
    }
    enum err e = person_add(c, &n, id);
    if (e == CONFLICT)
        c->failure.field = S("contact");
    TRY(e);
    return person_give_role(c, *id, ROLE_RESIDENT, 0);
}

enum err desk_web_behalf(struct ctx *c, const struct req *q, struct page *p)
{
    bool is_new = req_has(q, S("new"));
    str field = is_new ? S("new-reason") : S("reason"), reason = str_trim(req_form(q, field));
    int64_t id;

    TRY(person_in_person(c));
    if (reason.len == 0 || str_chars(reason) > REASON_MAX)
        return fail_on(c, INVALID, field, MSG_BEHALF_REASON);
    if (is_new)
        TRY(add_person(c, q, &id));
    else
        TRY(req_form_id(c, q, S("person"), &id));
    TRY(person_behalf_begin(c, id, reason));
    page_notice(p, MSG_BEHALF_BEGUN);
    return page_redirect(p, "/me");
}

enum err desk_web_behalf_end(struct ctx *c, const struct req *q, struct page *p)
{
    (void)q;
    TRY(person_behalf_end(c));
    page_notice(p, MSG_BEHALF_ENDED);
    return page_redirect(p, "/desk/behalf");
}

enum err desk_web_verify(struct ctx *c, const struct req *q, struct page *p)
{
    struct person person;
    int64_t id;

    TRY(person_in_person(c));
    TRY(req_form_id(c, q, S("person"), &id));
    TRY(person_load(c, id, &person));
    if (person.id == c->who->id)
        return fail(c, INVALID, MSG_BEHALF_VERIFY_ONESELF);
    if (!str_eq(req_form(q, S("declare")), S("yes")))
        return fail_on(c, INVALID, S("declare"), MSG_BEHALF_DECLARE_MISSING);
    TRY(person_set_verified(c, id, VERIFIED_DESK));
    page_notice(p, MSG_BEHALF_CHECKED);
    return page_redirect(p, "/desk/behalf?person=%lld", (long long)id);
}
