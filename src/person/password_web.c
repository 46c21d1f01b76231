/* A person changes the own password, also the one that somebody else made. */
#include "person/me_web.h"
#include "view_password.h"
#include "web/pages.h"

enum err me_web_password_show(struct ctx *c, const struct req *q, struct page *p)
{
    struct password_page s = {.failure = form_failure_of(c), .least = PASSWORD_MIN};
    struct person person;

    (void)q;
    TRY(person_in_person(c));
    TRY(person_load(c, c->who->id, &person));
    s.is_forced = person.must_change;
    s.needs_old = !person.must_change && person.password.len > 0;
    s.is_old_bad = is_about(&s.failure, S("old"));
    s.is_new_bad = is_about(&s.failure, S("new"));
    s.is_again_bad = is_about(&s.failure, S("again"));
    p->title = msg_text(c->lang, s.is_forced ? MSG_PASSWORD_FORCED : MSG_ME_PASSWORD);
    p->layout_class = S("narrow");
    p->nav = NAV_ME;
    view_password(&p->out, &s);
    return OK;
}

/* The new one: said twice, and good enough. */
static enum err check_new(struct ctx *c, const struct req *q, const struct person *person)
{
    str wanted = req_form(q, S("new"));

    if (wanted.len > PASSWORD_MAX)
        return fail_on(c, INVALID, S("new"), MSG_PASSWORD_TOO_LONG);
    enum err e = person_password_check(c, person->login, wanted);
    if (e != OK) {
        c->failure.field = S("new");
        return e;
    }
    if (!str_eq(wanted, req_form(q, S("again"))))
        return fail_on(c, INVALID, S("again"), MSG_PASSWORD_NOT_SAME);
    return OK;
}

enum err me_web_password_prepare(struct ctx *c, const struct req *q, struct page *p)
{
    struct prepared *m = &p->made;
    struct person person;
    str old = req_form(q, S("old"));

    *m = (struct prepared){0};
    TRY(person_in_person(c));
    TRY(person_load(c, c->who->id, &person));
    TRY(check_new(c, q, &person));
    bool needs_old = !person.must_change && person.password.len > 0;
    if (needs_old && old.len == 0)
        return fail_on(c, INVALID, S("old"), MSG_ERROR_FIELD_EMPTY);
    if (needs_old && person_locked(c, &person) != OK)
        return OK; /* the act says so */
    db_read_end(c->db);
    c->db = NULL;
    m->is_password_ok =
        !needs_old || (old.len <= PASSWORD_MAX && crypto_password_ok(person.password, old));
    if (!m->is_password_ok)
        return OK;
    if (person.password.len > 0 && crypto_password_ok(person.password, req_form(q, S("new"))))
        return fail_on(c, INVALID, S("new"), MSG_PASSWORD_THE_SAME);
    m->password_hash = crypto_password_hash(c->arena, req_form(q, S("new")));
    return OK;
}

enum err me_web_password_act(struct ctx *c, const struct req *q, struct page *p)
{
    str home = account_home(c->who);

    (void)q;
    TRY(person_in_person(c));
    if (!p->made.is_password_ok) {
        TRY(person_password_failed(c, c->who->id));
        if (c->failure.msg == MSG_SIGN_IN_WRONG)
            (void)fail_on(c, DENIED, S("old"), MSG_PASSWORD_OLD_WRONG);
        c->failure.field = S("old");
        return page_again(p);
    }
    TRY(person_set_password(c, c->who->id, p->made.password_hash, false));
    TRY(person_sign_out_all(c, c->who->id, c->who->token));
    page_notice(p, MSG_PASSWORD_DONE);
    return page_redirect(p, "%.*s", STR_ARG(home));
}
