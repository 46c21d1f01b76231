/* The page that a mayor can read: the verdict in words, and what it rests on. */
#include "report/report.h"

#include "base/msg.h"
#include "report/page.h"
#include "report_assets.h"
#include "view_report.h"
#include "view_report_map.h"

#define CLEAR                                                                                      \
    0.9 /* probability by the votes alone from which somebody clearly belongs to a group */

/* ---- groups ---- */

static void add_typical(const struct report *r, struct arena *a, int g, struct report_group *group)
{
    const struct opinion_analysis *n = r->analysis;

    group->stand_count = n->typical_count[g];
    group->stands = NEW_ARRAY(a, group->stand_count, struct report_statement);
    for (size_t i = 0; i < group->stand_count; i++) {
        const struct opinion_typical *t = &n->typical[g][i];
        group->stands[i] = report_statement(r, t->statement, t->is_agree);
        group->stands[i].plain =
            msg_fmt(a, r->lang, t->is_agree ? MSG_REPORT_MORE_AGREE : MSG_REPORT_MORE_DISAGREE,
                    I(report_hundredths(t->more.at)), I(report_hundredths_down(t->more.low)),
                    I(report_hundredths_up(t->more.high)));
    }
}

static void add_groups(const struct report *r, struct arena *a, struct report_page *page)
{
    const struct opinion_analysis *n = r->analysis;

    page->groups = NEW_ARRAY(a, (size_t)n->k, struct report_group);
    for (int g = 0; g < n->k && n->k > 1; g++) {
        struct report_group *group = &page->groups[page->group_count++];
        group->letter = report_letter(g);
        group->letter_text = msg_text(r->lang, group->letter);
        group->colour = report_colour(g);
        group->sign = report_sign(a, g, 100, 100, 62);
        group->people = n->size[g];
        group->percent = report_hundredths((double)n->size[g] / (double)n->eligible);
        group->is_on_map = r->map->hull_count[g] > 0;
        group->where = group->is_on_map ? report_where(r->map, g) : MSG_REPORT_WHERE_NOWHERE;
        add_typical(r, a, g, group);
    }
}

static void add_ends(const struct report *r, struct arena *a, struct report_page *page)
{
    static const int directions[2][2] = {{MSG_REPORT_END_LEFT, MSG_REPORT_END_RIGHT},
                                         {MSG_REPORT_END_LOW, MSG_REPORT_END_HIGH}};

    page->ends = NEW_ARRAY(a, 4, struct report_end);
    for (int axis = 0; axis < 2; axis++) {
        for (int end = 0; end < 2; end++) {
            size_t n = r->map->end_count[axis][end];
            if (n == 0)
                continue;
            struct report_end *e = &page->ends[page->end_count++];
            e->direction = directions[axis][end];
            e->says = NEW_ARRAY(a, n, struct report_statement);
            for (size_t i = 0; i < n; i++) {
                struct opinion_map_end said = r->map->end[axis][end][i];
                e->says[e->say_count++] = report_statement(r, said.statement, said.is_agree);
            }
        }
    }
}

/* ---- how sure ---- */

/* People of whose group their votes alone leave little doubt, of 100. */
static int64_t clear_of(const struct opinion_analysis *n)
{
    size_t clear = 0, all = 0;

    for (size_t i = 0; i < n->votes->people; i++) {
        if (n->group[i] < 0)
            continue;
        all++;
        clear += n->membership[i * (size_t)n->k + (size_t)n->group[i]] >= CLEAR;
    }
    return all == 0 ? 0 : report_hundredths((double)clear / (double)all);
}

static int64_t held_back(const struct opinion_analysis *n)
{
    int64_t count = 0;

    for (size_t j = 0; j < n->votes->statements; j++)
        count += !n->votes->is_out[j] && !n->about[j].is_whole;
    return count;
}

static void add_verdict(const struct opinion_analysis *n, struct report_page *page)
{
    page->has_few = n->eligible < 2 * OPINION_SHOWN_LEAST;
    page->has_groups = n->k > 1;
    page->is_forced = n->k > 1 && n->verdict == OPINION_NO_GROUPS;
    page->is_none = n->k == 1 && !page->has_few;
    page->is_tendencies = n->k > 1 && n->verdict == OPINION_TENDENCIES;
    page->is_distinct = n->k > 1 && n->verdict == OPINION_DISTINCT;
}

static struct html style(struct arena *a)
{
    const struct embedded *e = report_assets_find("report.css");
    struct buf b = {.arena = a};

    buf_put(&b, S("<style>\n"));
    buf_put(&b, (str){(const char *)e->bytes, e->len});
    buf_put(&b, S("</style>"));
    return (struct html){buf_str(&b)};
}

void report_html(const struct report *r, struct buf *out)
{
    const struct opinion_analysis *n = r->analysis;
    struct arena *a = out->arena;
    struct out o = {.buf = out, .lang = r->lang};
    struct report_page page = {
        .lang_tag = r->lang == LANG_EN ? S("en") : S("zh-CN"),
        .topic = r->topic,
        .style = style(a),
        .people = (int64_t)n->votes->people,
        .statements = (int64_t)n->votes->statements,
        .votes = (int64_t)n->votes->count,
        .eligible = (int64_t)n->eligible,
        .k = n->k,
        .has_rest = r->map->has_rest,
        .held_back = held_back(n),
    };

    add_verdict(n, &page);
    if (n->votes->people > 0)
        page.votes_each = (int64_t)((double)n->votes->count / (double)n->votes->people + 0.5);
    if (n->k > 1)
        page.clear = clear_of(n);
    report_lists_fill(r, a, &page);
    add_groups(r, a, &page);
    add_ends(r, a, &page);
    report_map_fill(r, a, false, &page.map);
    view_report(&o, &page);
}

void report_svg(const struct report *r, struct buf *out)
{
    struct out o = {.buf = out, .lang = r->lang};
    struct report_map map;

    report_map_fill(r, out->arena, true, &map);
    view_report_map(&o, &map);
}
