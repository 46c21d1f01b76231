#include "web/about_web.h"

#include "person/person.h"
#include "view_about_access.h"
#include "view_about_security.h"
#include "web/pages.h"

static struct about_page about(const struct ctx *c)
{
    const struct config *g = c->config;

    return (struct about_page){
        .session_hours = g->session_hours,
        .idle_minutes = g->idle_minutes,
        .free_tries = SIGN_IN_FREE,
        .owner = c->lang == LANG_EN ? g->owner_en : g->owner_zh,
        .large_url = S("/accessibility?large=1"),
    };
}

enum err about_web_security(struct ctx *c, const struct req *q, struct page *p)
{
    struct about_cookie cookies[] = {
        {S("s"), MSG_SECURITY_COOKIE_S},         {S("v"), MSG_SECURITY_COOKIE_V},
        {S("n"), MSG_SECURITY_COOKIE_N},         {S("lang"), MSG_SECURITY_COOKIE_LANG},
        {S("large"), MSG_SECURITY_COOKIE_LARGE},
    };
    struct about_page s = about(c);

    (void)q;
    s.kept = cookies;
    s.kept_count = sizeof cookies / sizeof *cookies;
    p->title = msg_text(c->lang, MSG_LAYOUT_SECURITY);
    p->layout_class = S("narrow");
    view_about_security(&p->out, &s);
    return OK;
}

enum err about_web_accessibility(struct ctx *c, const struct req *q, struct page *p)
{
    struct about_page s = about(c);

    (void)q;
    p->title = msg_text(c->lang, MSG_LAYOUT_ACCESSIBILITY);
    p->layout_class = S("narrow");
    view_about_access(&p->out, &s);
    return OK;
}
