/* The matter on paper: the same page without what only a screen can do. */
#include "matter/matter_web.h"
#include "view_matter_print.h"
#include "web/pages.h"

enum err matter_web_print(struct ctx *c, const struct req *q, struct page *p)
{
    struct matter_page m;
    struct flow w;
    int64_t id;

    TRY(req_id(c, q, S("id"), &id));
    TRY(flow_load(c, id, &w));
    TRY(matter_page_make(c, q, &w, &m));
    m.url = str_fmt(c->arena, "%.*s/matters/%lld", STR_ARG(web_base_url(c, q)), (long long)id);
    p->title = m.title;
    p->nav = NAV_MATTERS;
    view_matter_print(&p->out, &m);
    return OK;
}
