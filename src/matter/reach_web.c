/* How to reach the raiser: for those the procedure tells to get in touch with him, and for the
 * clerks of his room. It stands on no other page, and each look leaves a line in the account
 * record. */
#include "base/msg.h"
#include "matter/matter_web.h"
#include "person/person.h"
#include "view_reach.h"
#include "web/pages.h"

bool reach_may(struct ctx *c, const struct flow *w)
{
    struct open_acts open = procedure_open_acts(c->arena, w->p, &w->f, w->parties, c->lang);

    if (c->who == NULL || w->m.raiser == 0 || w->m.raiser == c->who->id)
        return false;
    for (size_t i = 0; i < open.count; i++) {
        int child = w->p->acts[open.at[i].act].child;
        if (child >= 0 && w->p->children[child].type == CHILD_CONTACT)
            return true;
    }
    return flow_holds(w, ROLE_CLERK);
}

enum err matter_web_reach(struct ctx *c, const struct req *q, struct page *p)
{
    struct reach_page m;
    struct flow w;
    int64_t id;

    TRY(req_id(c, q, S("id"), &id));
    TRY(flow_load(c, id, &w));
    if (!reach_may(c, &w))
        return fail(c, DENIED, MSG_REACH_NOT_YOURS);
    m = (struct reach_page){.title = w.m.title,
                            .raiser = w.m.raiser_shown,
                            .url = str_fmt(c->arena, "/matters/%lld", (long long)id)};
    TRY(person_addresses(c, w.m.raiser, &m.phone, &m.mail));
    m.phone_url = str_join(c->arena, S("tel:"), m.phone);
    m.mail_url = str_join(c->arena, S("mailto:"), m.mail);
    TRY(person_audit(c, c->who->id, S("reach"), str_fmt(c->arena, "matter %lld", (long long)id),
                     S("ok")));
    p->title = msg_text(c->lang, MSG_REACH_TITLE);
    p->layout_class = S("narrow");
    res_header(p->res, S("Cache-Control"), S("no-store"));
    view_reach(&p->out, &m);
    return OK;
}
