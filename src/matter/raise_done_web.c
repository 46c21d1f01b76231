/* Raising a matter: the code that proves the contact, and the receipt. */
#include "base/msg.h"
#include "flow/flow.h"
#include "matter/raise_web.h"
#include "person/person.h"
#include "view_raise_confirm.h"
#include "view_raise_done.h"
#include "web/pages.h"
#include "web/qr.h"

enum err raise_web_confirm_show(struct ctx *c, const struct req *q, struct page *p)
{
    struct confirm_page m = {.receipt = req_param(q, S("receipt"))};
    struct matter matter;
    str address;
    int64_t id;

    if (q->method == METHOD_POST)
        m.error = failure_text(c);
    TRY(matter_by_receipt(c, m.receipt, &id));
    TRY(matter_load(c, id, &matter));
    if (!str_eq(matter.state, S("unconfirmed")))
        return page_redirect(p, "/raise/done/%.*s", STR_ARG(m.receipt));
    TRY(person_code_open(c, S("raise"), id, &address));
    m.is_open = address.len > 0;
    if (c->config->shows_codes && m.is_open)
        m.shown_code = req_cookie(q, S("demo-code"));
    p->title = msg_text(c->lang, MSG_RAISE_CONFIRM_TITLE);
    p->layout_class = S("narrow");
    view_raise_confirm(&p->out, &m);
    return OK;
}

enum err raise_web_confirm_act(struct ctx *c, const struct req *q, struct page *p)
{
    str receipt = req_param(q, S("receipt")), address, code;
    int64_t id, person;
    bool is_good, is_mail;

    TRY(matter_by_receipt(c, receipt, &id));
    if (req_has(q, S("again"))) {
        TRY(person_code_again(c, S("raise"), id, &code));
        if (c->config->shows_codes)
            page_cookie(p, q, S("demo-code"), code, 1800);
        page_notice(p, MSG_RAISE_CODE_AGAIN);
        return page_redirect(p, "/raise/confirm/%.*s", STR_ARG(receipt));
    }
    TRY(person_code_check(c, S("raise"), id, req_form(q, S("code")), &is_good, &address, &is_mail));
    if (!is_good) {
        p->again_status = 422;
        return page_again(p);
    }
    struct matter m;
    TRY(matter_load(c, id, &m));
    TRY(person_by_address(c, address, is_mail, m.raiser_shown, VERIFIED_CONTACT, &person));
    TRY(flow_confirm(c, id, person, S("confirm")));
    page_cookie(p, q, S("demo-code"), S(""), -1);
    return page_redirect(p, "/raise/done/%.*s", STR_ARG(receipt));
}

enum err raise_web_done(struct ctx *c, const struct req *q, struct page *p)
{
    struct done_page m = {.receipt = req_param(q, S("receipt"))};
    struct matter matter;
    int64_t id;

    TRY(matter_by_receipt(c, m.receipt, &id));
    TRY(matter_load(c, id, &matter));
    if (str_eq(matter.state, S("unconfirmed")))
        return page_redirect(p, "/raise/confirm/%.*s", STR_ARG(m.receipt));
    m.is_public = matter.is_public;
    m.matter_url = str_fmt(c->arena, "/receipt?number=%.*s", STR_ARG(m.receipt));
    struct qr qr = qr_make(c->arena, str_join(c->arena, web_base_url(c, q), m.matter_url));
    m.qr = qr.path;
    m.qr_box = qr.box;
    m.spaced = m.receipt.len == 10 ? str_fmt(c->arena, "%.5s-%.5s", m.receipt.at, m.receipt.at + 5)
                                   : m.receipt;
    p->title = msg_text(c->lang, MSG_RAISE_DONE_TITLE);
    p->layout_class = S("narrow");
    view_raise_done(&p->out, &m);
    return OK;
}
