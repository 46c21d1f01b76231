/*
 * Signing in with a code sent to one's telephone or mail: for whoever raised a matter and has no
 * password, and for whoever forgot it. Every address is answered alike, so that nobody learns who
 * has an account; one that is new gets an account, as raising a matter would make it. Whoever holds
 * an office needs the password.
 *
 * A cookie, the ticket, ties the code to the browser that asked for it.
 */
#include "db/db.h"
#include "person/sign_in_web.h"
#include "view_sign_in_code.h"
#include "web/pages.h"

#include <string.h>

enum { TICKET_S = 30 * 60 };

#define PURPOSE     S("sign-in")
#define TICKET      S("ticket")
#define DEMO_COOKIE S("demo-code")

/* What the code is stored under. */
static int64_t object_of(str ticket)
{
    struct digest d = crypto_sha256(ticket);
    int64_t object;

    memcpy(&object, d.byte, sizeof object);
    return object & INT64_MAX;
}

static str next_of(const struct req *q)
{
    return q->method == METHOD_POST ? req_form(q, S("next")) : req_query(q, S("next"));
}

enum err sign_in_code_web_show(struct ctx *c, const struct req *q, struct page *p)
{
    struct sign_in_code_page s = {.failure = form_failure_of(c),
                                  .typed = str_head(req_form(q, S("contact")), PERSON_ADDRESS_MAX),
                                  .next = next_of(q),
                                  .digits = CODE_DIGITS};
    str ticket = req_cookie(q, TICKET), address = S("");

    if (c->who != NULL && q->method != METHOD_POST)
        return page_redirect(p, "%.*s", STR_ARG(account_next(c, s.next, c->who)));
    if (ticket.len > 0)
        TRY(person_code_open(c, PURPOSE, object_of(ticket), &address));
    s.sent_to = account_masked(c->arena, address);
    if (c->config->shows_codes)
        s.demo_code = req_cookie(q, DEMO_COOKIE);
    s.is_contact_bad = is_about(&s.failure, S("contact"));
    s.is_code_bad = is_about(&s.failure, S("code"));
    p->title = msg_text(c->lang, MSG_SIGN_IN_CODE);
    p->layout_class = S("narrow");
    view_sign_in_code(&p->out, &s);
    return OK;
}

enum err sign_in_code_web_prepare(struct ctx *c, const struct req *q, struct page *p)
{
    struct prepared *m = &p->made;

    (void)q;
    m->token = web_random(c->arena, 32);
    struct digest d = crypto_sha256(m->token);
    m->token_digest = str_copy(c->arena, digest_str(&d));
    return OK;
}

static enum err send_code(struct ctx *c, const struct req *q, struct page *p)
{
    str typed, address, code, ticket = p->made.token;
    struct buf to = {.arena = c->arena};
    bool is_mail;

    TRY(req_text(c, q, S("contact"), PERSON_ADDRESS_MAX, &typed));
    TRY(person_address(c, typed, &address, &is_mail));
    TRY(person_code_send(c, PURPOSE, object_of(ticket), address, is_mail, &code));
    page_cookie(p, q, TICKET, ticket, TICKET_S);
    if (c->config->shows_codes)
        page_cookie(p, q, DEMO_COOKIE, code, TICKET_S);
    buf_put(&to, S("/sign-in/code?next="));
    http_encode(&to, req_form(q, S("next")));
    return page_redirect(p, "%.*s", STR_ARG(buf_str(&to)));
}

static enum err check_code(struct ctx *c, const struct req *q, struct page *p)
{
    str ticket = req_cookie(q, TICKET), address;
    bool is_good, is_mail, is_in, is_stale, has_office;
    struct who *who;
    int64_t person;

    TRY(person_code_check(c, PURPOSE, object_of(ticket), req_form(q, S("code")), &is_good, &address,
                          &is_mail));
    if (!is_good) {
        p->again_status = 422;
        return page_again(p); /* the wrong entry stays counted */
    }
    TRY(person_by_address(c, address, is_mail, S(""), VERIFIED_CONTACT, &person));
    TRY(person_has_office(c, person, &has_office));
    if (has_office) {
        (void)fail(c, DENIED, MSG_SIGN_IN_CODE_OFFICE);
        return page_again(p);
    }
    TRY(person_sign_in(c, person, true, p->made.token_digest,
                       account_device(c->arena, q->user_agent), &is_in));
    if (!is_in)
        return page_again(p);
    if (c->who != NULL) /* whoever was signed in here before is not any more */
        TRY(person_sign_out(c, c->who->token));
    TRY(person_who(c, p->made.token_digest, &who, &is_stale));
    page_cookie(p, q, TICKET, S(""), -1);
    page_cookie(p, q, DEMO_COOKIE, S(""), -1);
    page_cookie(p, q, S("s"), p->made.token, 0);
    return page_redirect(p, "%.*s", STR_ARG(account_next(c, req_form(q, S("next")), who)));
}

enum err sign_in_code_web_act(struct ctx *c, const struct req *q, struct page *p)
{
    if (str_eq(req_form(q, S("do")), S("check")))
        return check_code(c, q, p);
    return send_code(c, q, p);
}
