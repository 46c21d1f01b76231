/* The pages of the year's plan. */
#include "plan/plan_web.h"

#include "figure/figure.h"
#include "matter/matter.h"
#include "web/export.h"
#include "web/pages.h"
#include "web/source.h"

#include "view_plan_list.h"
#include "view_plan_show.h"

/* "plan.kind.bimonthly" and the like; the word itself where the catalogue has none. */
static str word(struct ctx *c, const char *prefix, str name)
{
    int msg = msg_find(str_fmt(c->arena, "%s%.*s", prefix, STR_ARG(name)));

    return msg == MSG_NONE ? name : msg_text(c->lang, msg);
}

/* The language's own words; the other's where it has none. */
static str in_lang(const struct ctx *c, str zh, str en)
{
    return (c->lang == LANG_EN && en.len > 0) || zh.len == 0 ? en : zh;
}

static struct plan_web_item item_of(struct ctx *c, const struct plan *p)
{
    return (struct plan_web_item){
        .code = p->code,
        .topic = in_lang(c, p->topic, p->topic_en),
        .note = in_lang(c, p->note, p->note_en),
        .state = word(c, "plan.state.", p->state),
        .source = source_text(c, p->source, p->source_line),
        .is_held = str_eq(p->state, S("held")),
    };
}

/* Items of a kind stand together, kinds in the order of their first item. */
static void add_item(struct ctx *c, struct plan_list_page *page, const struct plan *p, size_t all)
{
    str name = word(c, "plan.kind.", p->kind);
    struct plan_web_kind *kind = NULL;

    for (size_t i = 0; i < page->kind_count; i++)
        if (str_eq(page->kinds[i].name, name))
            kind = &page->kinds[i];
    if (kind == NULL) {
        kind = &page->kinds[page->kind_count++];
        kind->name = name;
        kind->source = source_text(c, p->source, p->source_line);
        kind->items = NEW_ARRAY(c->arena, all, struct plan_web_item);
    }
    kind->items[kind->item_count++] = item_of(c, p);
}

static void add_note(struct plan_list_page *page, str note)
{
    for (size_t i = 0; i < page->note_count; i++)
        if (str_eq(page->notes[i], note))
            return;
    if (note.len > 0)
        page->notes[page->note_count++] = note;
}

static enum err load_years(struct ctx *c, const struct req *q, struct plan_list_page *page)
{
    int64_t *years, asked = 0;
    size_t count;

    TRY(plan_years(c, &years, &count));
    if (count == 0)
        return OK;
    if (!str_to_i64(req_query(q, S("year")), &asked))
        asked = 0;
    page->year = years[0];
    page->years = NEW_ARRAY(c->arena, count, struct plan_web_year);
    page->year_count = count;
    for (size_t i = 0; i < count; i++)
        if (years[i] == asked)
            page->year = asked;
    for (size_t i = 0; i < count; i++)
        page->years[i] = (struct plan_web_year){years[i], years[i] == page->year};
    return OK;
}

enum err plan_web_list(struct ctx *c, const struct req *q, struct page *p)
{
    struct plan_list_page page = {0};
    struct plan *list;
    size_t count;

    TRY(load_years(c, q, &page));
    TRY(plan_list(c, page.year, &list, &count));
    page.kinds = NEW_ARRAY(c->arena, count, struct plan_web_kind);
    page.notes = NEW_ARRAY(c->arena, count, str);
    for (size_t i = 0; i < count; i++) {
        add_item(c, &page, &list[i], count);
        add_note(&page, in_lang(c, list[i].note, list[i].note_en));
    }
    page.csv_url = str_fmt(c->arena, "/plan.csv?year=%lld", (long long)page.year);
    page.xlsx_url = str_fmt(c->arena, "/plan.xlsx?year=%lld", (long long)page.year);
    p->title = page.year == 0 ? msg_text(c->lang, MSG_NAV_PLAN)
                              : msg_fmt(c->arena, c->lang, MSG_PLAN_TITLE, I(page.year));
    p->nav = NAV_PLAN;
    view_plan_list(&p->out, &page);
    return OK;
}

static enum err load_links(struct ctx *c, int64_t id, str source, struct plan_show_page *page)
{
    struct link *links;
    size_t count;

    TRY(link_list(c, S("plan"), id, &links, &count));
    page->links = NEW_ARRAY(c->arena, count, struct plan_web_link);
    for (size_t i = 0; i < count; i++) {
        const struct link *l = &links[i];
        if (!l->is_public)
            continue;
        bool is_plan = str_eq(l->other_kind, S("plan"));
        page->links[page->link_count++] = (struct plan_web_link){
            .label = word(c, "plan.link.", l->kind),
            .url = is_plan ? str_join(c->arena, S("/plan/"), l->code)
                           : str_fmt(c->arena, "/matters/%lld", (long long)l->other),
            .title = l->title,
            .source = source_text(c, source, l->source_line),
        };
    }
    return OK;
}

static enum err load_figures(struct ctx *c, str code, struct plan_show_page *page)
{
    struct figure *list;
    size_t count;

    TRY(figure_list(c, &list, &count));
    page->figures = NEW_ARRAY(c->arena, count, struct plan_web_figure);
    for (size_t i = 0; i < count; i++)
        if (str_eq(list[i].plan, code))
            page->figures[page->figure_count++] = (struct plan_web_figure){
                list[i].code, list[i].value_text, in_lang(c, list[i].name, list[i].name_en)};
    return OK;
}

enum err plan_web_show(struct ctx *c, const struct req *q, struct page *p)
{
    struct plan item;

    TRY(plan_load(c, req_param(q, S("code")), &item));
    struct plan_show_page page = {
        .item = item_of(c, &item),
        .year = item.year,
        .kind = word(c, "plan.kind.", item.kind),
    };
    TRY(load_links(c, item.id, item.source, &page));
    TRY(load_figures(c, item.code, &page));
    p->title = page.item.topic;
    p->nav = NAV_PLAN;
    view_plan_show(&p->out, &page);
    return OK;
}

/* ---- exports ---- */

static const struct export_column columns[] = {
    {"code", MSG_PLAN_CODE, 14},       {"year", MSG_PLAN_YEAR, 8},      {"kind", MSG_PLAN_KIND, 28},
    {"topic", MSG_PLAN_TOPIC, 60},     {"state", MSG_COLUMN_STATE, 12}, {"note", MSG_PLAN_NOTE, 40},
    {"source", MSG_COLUMN_SOURCE, 28}, {"url", MSG_COLUMN_URL, 40},
};

/* The year asked for, as the page takes it; every year when none was. */
static enum err export_plan(struct ctx *c, const struct req *q, struct page *p,
                            enum export_kind kind)
{
    struct plan_list_page asked = {0};
    struct plan *list;
    struct export *x;
    str base = web_base_url(c, q);
    size_t count;
    bool is_one = req_query(q, S("year")).len > 0;

    TRY(load_years(c, q, &asked));
    TRY(plan_list(c, is_one ? asked.year : 0, &list, &count));
    TRY(export_begin(c, p, kind, S("plan"), columns, sizeof columns / sizeof *columns, &x));
    for (size_t i = 0; i < count; i++) {
        struct plan_web_item item = item_of(c, &list[i]);
        export_text(x, item.code);
        export_i64(x, list[i].year);
        export_text(x, word(c, "plan.kind.", list[i].kind));
        export_text(x, item.topic);
        export_text(x, item.state);
        export_text(x, item.note);
        export_text(x, item.source);
        export_text(x, str_fmt(c->arena, "%.*s/plan/%.*s", STR_ARG(base), STR_ARG(item.code)));
    }
    return export_end(x);
}

enum err plan_web_csv(struct ctx *c, const struct req *q, struct page *p)
{
    return export_plan(c, q, p, EXPORT_CSV);
}

enum err plan_web_xlsx(struct ctx *c, const struct req *q, struct page *p)
{
    return export_plan(c, q, p, EXPORT_XLSX);
}
