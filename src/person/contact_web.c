/* A person proves a telephone number or mail address by the code that was sent there. */
#include "db/db.h"
#include "person/me_web.h"
#include "view_contact.h"
#include "web/pages.h"

/* In a demonstration without gateways the code is shown to the browser that asked for it. */
#define DEMO_COOKIE S("demo-code")

enum err me_web_contact_show(struct ctx *c, const struct req *q, struct page *p)
{
    struct contact_page s = {.failure = form_failure_of(c),
                             .typed = str_head(req_form(q, S("contact")), PERSON_ADDRESS_MAX),
                             .digits = CODE_DIGITS};
    struct person person;
    str phone, mail;

    TRY(person_in_person(c));
    TRY(person_load(c, c->who->id, &person));
    TRY(person_addresses(c, c->who->id, &phone, &mail));
    TRY(person_code_open(c, S("contact"), c->who->id, &s.sent_to));
    s.phone = account_masked(c->arena, phone);
    s.mail = account_masked(c->arena, mail);
    if (c->config->shows_codes)
        s.demo_code = req_cookie(q, DEMO_COOKIE);
    s.is_contact_bad = is_about(&s.failure, S("contact"));
    s.is_code_bad = is_about(&s.failure, S("code"));
    s.is_lang_bad = is_about(&s.failure, S("lang"));
    s.is_en = str_eq(person.lang, S("en"));
    p->title = msg_text(c->lang, MSG_ME_CONTACT);
    p->layout_class = S("narrow");
    p->nav = NAV_ME;
    view_contact(&p->out, &s);
    return OK;
}

static enum err send_code(struct ctx *c, const struct req *q, struct page *p)
{
    str typed, address, code;
    bool is_mail;

    TRY(req_text(c, q, S("contact"), PERSON_ADDRESS_MAX, &typed));
    TRY(person_address(c, typed, &address, &is_mail));
    TRY(person_code_send(c, S("contact"), c->who->id, address, is_mail, &code));
    if (c->config->shows_codes)
        page_cookie(p, q, DEMO_COOKIE, code, 30 * 60);
    return page_redirect(p, "/me/contact");
}

static enum err check_code(struct ctx *c, const struct req *q, struct page *p)
{
    bool is_good, is_mail;
    str address;

    TRY(person_code_check(c, S("contact"), c->who->id, req_form(q, S("code")), &is_good, &address,
                          &is_mail));
    if (!is_good)
        return page_again(p); /* the wrong entry stays counted */
    TRY(person_set_address(c, c->who->id, address, is_mail));
    if (c->config->shows_codes)
        page_cookie(p, q, DEMO_COOKIE, S(""), -1);
    page_notice(p, MSG_CONTACT_DONE);
    return page_redirect(p, "/me");
}

static enum err set_lang(struct ctx *c, const struct req *q, struct page *p)
{
    TRY(person_set_lang(c, c->who->id, req_form(q, S("lang"))));
    page_notice(p, MSG_CONTACT_LANG_DONE);
    return page_redirect(p, "/me");
}

enum err me_web_contact_act(struct ctx *c, const struct req *q, struct page *p)
{
    TRY(person_in_person(c));
    if (str_eq(req_form(q, S("do")), S("check")))
        return check_code(c, q, p);
    if (str_eq(req_form(q, S("do")), S("lang")))
        return set_lang(c, q, p);
    return send_code(c, q, p);
}
