/* The pages of the published figures: each opens to its record. */
#include "figure/figure_web.h"

#include "plan/plan.h"
#include "web/export.h"
#include "web/pages.h"
#include "web/source.h"

#include "view_figure_list.h"
#include "view_figure_show.h"

static struct figure_web_item item_of(struct ctx *c, const struct figure *f)
{
    bool is_en = c->lang == LANG_EN;

    return (struct figure_web_item){
        .code = f->code,
        .value = f->value_text,
        .name = is_en ? f->name_en : f->name,
        .subject = is_en ? f->subject_en : f->subject,
        .unit = f->unit,
        .source = source_text(c, f->source, f->source_line),
        .year = f->year,
    };
}

enum err figure_web_list(struct ctx *c, const struct req *q, struct page *p)
{
    struct figure_list_page page = {0};
    struct figure *list;

    (void)q;
    TRY(figure_list(c, &list, &page.figure_count));
    page.figures = NEW_ARRAY(c->arena, page.figure_count, struct figure_web_item);
    for (size_t i = 0; i < page.figure_count; i++)
        page.figures[i] = item_of(c, &list[i]);
    p->title = msg_text(c->lang, MSG_NAV_FIGURES);
    p->nav = NAV_FIGURES;
    view_figure_list(&p->out, &page);
    return OK;
}

enum err figure_web_show(struct ctx *c, const struct req *q, struct page *p)
{
    struct figure figure;
    struct plan plan;

    TRY(figure_load(c, req_param(q, S("code")), &figure));
    struct figure_show_page page = {.figure = item_of(c, &figure), .plan = figure.plan};
    if (figure.plan.len > 0) {
        TRY(plan_load(c, figure.plan, &plan));
        page.plan_topic = c->lang == LANG_EN ? plan.topic_en : plan.topic;
    }
    p->title =
        str_fmt(c->arena, "%.*s %.*s", STR_ARG(page.figure.value), STR_ARG(page.figure.name));
    p->nav = NAV_FIGURES;
    view_figure_show(&p->out, &page);
    return OK;
}

/* ---- exports ---- */

static const struct export_column columns[] = {
    {"code", MSG_FIGURE_CODE, 14},       {"value", MSG_FIGURE_VALUE, 20},
    {"unit", MSG_FIGURE_UNIT, 12},       {"name", MSG_FIGURE_NAME, 40},
    {"subject", MSG_FIGURE_SUBJECT, 40}, {"year", MSG_FIGURE_YEAR, 8},
    {"plan", MSG_FIGURE_PLAN, 14},       {"source", MSG_FIGURE_SOURCE, 28},
    {"url", MSG_COLUMN_URL, 40},
};

/* The value is a text, as printed, so that no program adds up what the source does not. */
static enum err export_figures(struct ctx *c, const struct req *q, struct page *p,
                               enum export_kind kind)
{
    struct figure *list;
    struct export *x;
    str base = web_base_url(c, q);
    size_t count;

    TRY(figure_list(c, &list, &count));
    TRY(export_begin(c, p, kind, S("figures"), columns, sizeof columns / sizeof *columns, &x));
    for (size_t i = 0; i < count; i++) {
        struct figure_web_item item = item_of(c, &list[i]);
        export_text(x, item.code);
        export_text(x, item.value);
        export_text(x, item.unit);
        export_text(x, item.name);
        export_text(x, item.subject);
        export_i64(x, item.year);
        export_text(x, list[i].plan);
        export_text(x, item.source);
        export_text(x, str_fmt(c->arena, "%.*s/figures/%.*s", STR_ARG(base), STR_ARG(item.code)));
    }
    return export_end(x);
}

enum err figure_web_csv(struct ctx *c, const struct req *q, struct page *p)
{
    return export_figures(c, q, p, EXPORT_CSV);
}

enum err figure_web_xlsx(struct ctx *c, const struct req *q, struct page *p)
{
    return export_figures(c, q, p, EXPORT_XLSX);
}
