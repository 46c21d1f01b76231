/* The form on paper: each copy with a receipt number of its own, to be torn off and kept. */
#include "base/crypto.h"
#include "base/msg.h"
#include "matter/key_in_web.h"
#include "view_paper.h"
#include "web/pages.h"

enum err raise_web_paper(struct ctx *c, const struct req *q, struct page *p)
{
    struct paper_page m = {.receipt = crypto_code(c->arena, MATTER_RECEIPT_CHARS)};

    m.spaced = str_fmt(c->arena, "%.5s-%.5s", m.receipt.at, m.receipt.at + 5);
    m.url = str_fmt(c->arena, "%.*s/receipt?number=%.*s", STR_ARG(web_base_url(c, q)),
                    STR_ARG(m.receipt));
    m.qr = qr_make(c->arena, m.url);
    m.owner = c->lang == LANG_EN ? c->config->owner_en : c->config->owner_zh;
    p->title = msg_text(c->lang, MSG_LAYOUT_PAPER);
    res_header(p->res, S("Cache-Control"), S("no-store"));
    view_paper(&p->out, &m);
    return OK;
}
