/* The pages of the working mechanisms, in groups, one page each. */
#include "mechanism/mechanism_web.h"

#include "web/export.h"
#include "web/pages.h"
#include "web/source.h"

#include "view_mechanism_list.h"
#include "view_mechanism_show.h"

static str group_name(struct ctx *c, str group)
{
    int msg = msg_find(str_join(c->arena, S("mechanism.group."), group));

    return msg == MSG_NONE ? group : msg_text(c->lang, msg);
}

static struct mechanism_web_item item_of(struct ctx *c, const struct mechanism *m)
{
    bool is_en = c->lang == LANG_EN;

    return (struct mechanism_web_item){
        .code = m->code,
        .term = is_en ? m->term_en : m->term_zh,
        .purpose = is_en ? m->purpose_en : m->purpose_zh,
        .source = source_text(c, m->source, m->source_line),
    };
}

static void add_group(struct ctx *c, struct mechanism_list_page *page, str group,
                      const struct mechanism *list, size_t count)
{
    struct mechanism_web_group *g = &page->groups[page->group_count];

    *g = (struct mechanism_web_group){
        .name = group_name(c, group),
        .mechanisms = NEW_ARRAY(c->arena, count, struct mechanism_web_item),
    };
    for (size_t i = 0; i < count; i++)
        if (str_eq(list[i].group, group))
            g->mechanisms[g->mechanism_count++] = item_of(c, &list[i]);
    if (g->mechanism_count > 0)
        page->group_count++;
}

enum err mechanism_web_list(struct ctx *c, const struct req *q, struct page *p)
{
    struct mechanism_list_page page = {0};
    struct mechanism *list;
    size_t count;

    (void)q;
    TRY(mechanism_list(c, &list, &count));
    page.groups = NEW_ARRAY(c->arena, mechanism_group_count, struct mechanism_web_group);
    for (size_t i = 0; i < mechanism_group_count; i++)
        add_group(c, &page, str_of(mechanism_groups[i]), list, count);
    p->title = msg_text(c->lang, MSG_MECHANISM_TITLE);
    p->nav = NAV_MECHANISMS;
    view_mechanism_list(&p->out, &page);
    return OK;
}

enum err mechanism_web_show(struct ctx *c, const struct req *q, struct page *p)
{
    struct mechanism m;

    TRY(mechanism_load(c, req_param(q, S("code")), &m));
    struct mechanism_show_page page = {
        .mechanism = item_of(c, &m),
        .term_zh = m.term_zh,
        .term_en = m.term_en,
        .group = group_name(c, m.group),
    };
    p->title = page.mechanism.term;
    p->nav = NAV_MECHANISMS;
    view_mechanism_show(&p->out, &page);
    return OK;
}

/* ---- exports ---- */

static const struct export_column columns[] = {
    {"code", MSG_COLUMN_ID, 8},
    {"term_zh", MSG_MECHANISM_TERM_ZH, 36},
    {"term_en", MSG_MECHANISM_TERM_EN, 48},
    {"group", MSG_MECHANISM_GROUP, 20},
    {"purpose", MSG_MECHANISM_PURPOSE, 60},
    {"source", MSG_COLUMN_SOURCE, 28},
    {"url", MSG_COLUMN_URL, 40},
};

static enum err export_mechanisms(struct ctx *c, const struct req *q, struct page *p,
                                  enum export_kind kind)
{
    struct mechanism *list;
    struct export *x;
    str base = web_base_url(c, q);
    size_t count;

    TRY(mechanism_list(c, &list, &count));
    TRY(export_begin(c, p, kind, S("mechanisms"), columns, sizeof columns / sizeof *columns, &x));
    for (size_t i = 0; i < count; i++) {
        struct mechanism_web_item item = item_of(c, &list[i]);
        export_text(x, item.code);
        export_text(x, list[i].term_zh);
        export_text(x, list[i].term_en);
        export_text(x, group_name(c, list[i].group));
        export_text(x, item.purpose);
        export_text(x, item.source);
        export_text(x,
                    str_fmt(c->arena, "%.*s/mechanisms/%.*s", STR_ARG(base), STR_ARG(item.code)));
    }
    return export_end(x);
}

enum err mechanism_web_csv(struct ctx *c, const struct req *q, struct page *p)
{
    return export_mechanisms(c, q, p, EXPORT_CSV);
}

enum err mechanism_web_xlsx(struct ctx *c, const struct req *q, struct page *p)
{
    return export_mechanisms(c, q, p, EXPORT_XLSX);
}
