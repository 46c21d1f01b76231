/*
 * The picture: states stand below each other in the order of the course, the acts that leave a
 * state stand beside it, one per line, and lead over a lane of their target back into the box of
 * that state. A line for every act and a lane for every target is why no two words can meet.
 *
 *     +-------+  act ........ +         slot for what comes in
 *     | state |  act ...... + |         a slot for each act that leaves
 *     +-------+             | |
 *     +-------+ <-----------+ |
 *     | next  | <-------------+
 */
#include "procedure/procedure.h"

#include "base/msg.h"

#include <assert.h>

enum {
    MARGIN = 24,
    BOX_X = MARGIN,
    BOX_WIDTH = 200,
    SLOT = 24, /* height of one line */
    GAP = 18,  /* between boxes */
    LANE = 14,
    HEAD = 64, /* the title */
    FOOT = 56,
    LABEL_X = BOX_X + BOX_WIDTH + 14,
    ROWS_MAX = PROCEDURE_STATES_MAX,
};

struct picture {
    const struct procedure *p;
    enum lang lang;
    struct buf *b;
    int order[ROWS_MAX];  /* state at each row */
    int row[ROWS_MAX];    /* row of each state */
    int top[ROWS_MAX];    /* y of the box at each row */
    int slots[ROWS_MAX];  /* acts that leave the state of each row */
    int height[ROWS_MAX]; /* of the box */
    int lane[ROWS_MAX];   /* of each state as a target; -1: nothing leads there */
    int lane_count;
    int lanes_x, width, total;
};

static const char *const lane_colours[] = {"#2563a8", "#b4540a", "#5b7f1f", "#7c3f98"};

#define SANS  "system-ui, 'PingFang SC', 'Microsoft YaHei', 'Noto Sans CJK SC', sans-serif"
#define SERIF "'Noto Serif CJK SC', 'Source Han Serif SC', 'Songti SC', serif"

/* ---- measuring ---- */

/* About how wide a text is: letters are narrow, everything from U+2E80 on is a full square. */
static int text_width(str s, int size)
{
    int tenths = 0;

    for (size_t at = 0; at < s.len;)
        tenths += str_next(s, &at) >= 0x2E80 ? 10 : 6;
    return tenths * size / 10;
}

static str who_may(const struct picture *g, const struct act *act, struct buf *b)
{
    b->len = 0;
    for (size_t i = 0; i < g->p->party_count; i++) {
        if (!(act->by >> i & 1))
            continue;
        buf_put(b, b->len ? msg_text(g->lang, MSG_PROCEDURE_GRAPH_AND) : S(""));
        buf_put(b, g->p->parties[i].label.text[g->lang]);
    }
    return buf_str(b);
}

/* Acts of the matter that leave this state. */
static bool leaves(const struct act *act, int state)
{
    return act->child < 0 && (act->from >> state & 1);
}

/* Ends last; otherwise by step, and within a step as in the file. */
static bool comes_before(const struct procedure *p, int a, int b)
{
    const struct state *s = &p->states[a], *t = &p->states[b];

    if (s->is_end != t->is_end)
        return t->is_end;
    if (s->step != t->step)
        return s->step < t->step;
    return a < b;
}

static void set_rows(struct picture *g)
{
    const struct procedure *p = g->p;
    int n = (int)p->state_count;

    for (int i = 0; i < n; i++) {
        int at = i;
        for (; at > 0 && comes_before(p, i, g->order[at - 1]); at--)
            g->order[at] = g->order[at - 1];
        g->order[at] = i;
    }
    int y = HEAD;
    for (int r = 0; r < n; r++) {
        g->row[g->order[r]] = r;
        for (size_t i = 0; i < p->act_count; i++)
            g->slots[r] += leaves(&p->acts[i], g->order[r]);
        g->top[r] = y;
        g->height[r] = (1 + (g->slots[r] ? g->slots[r] : 1)) * SLOT;
        y += g->height[r] + GAP;
    }
    g->total = y + FOOT;
}

static bool is_target(const struct procedure *p, int state)
{
    for (size_t i = 0; i < p->act_count; i++)
        for (size_t t = 0; p->acts[i].child < 0 && t < p->acts[i].to_count; t++)
            if (p->acts[i].to[t] == state)
                return true;
    return false;
}

/* How far a lane reaches: from the target to its farthest source. */
static int lane_span(const struct picture *g, int state, int *low, int *high)
{
    const struct procedure *p = g->p;

    *low = *high = g->row[state];
    for (size_t i = 0; i < p->act_count; i++) {
        bool leads = false;
        for (size_t t = 0; p->acts[i].child < 0 && t < p->acts[i].to_count; t++)
            leads |= p->acts[i].to[t] == state;
        for (int s = 0; leads && s < (int)p->state_count; s++) {
            if (!(p->acts[i].from >> s & 1))
                continue;
            *low = g->row[s] < *low ? g->row[s] : *low;
            *high = g->row[s] > *high ? g->row[s] : *high;
        }
    }
    return *high - *low;
}

/* Short lanes are the inner ones; lanes that do not touch share a place. */
static void set_lanes(struct picture *g)
{
    int n = (int)g->p->state_count;
    int low[ROWS_MAX], high[ROWS_MAX], span[ROWS_MAX];

    for (int s = 0; s < n; s++) {
        g->lane[s] = -1;
        span[s] = lane_span(g, s, &low[s], &high[s]);
    }
    for (int length = 0; length <= n; length++) {
        for (int s = 0; s < n; s++) {
            if (span[s] != length || !is_target(g->p, s))
                continue;
            int lane = 0;
            for (int other = 0; other < n; other++) {
                if (g->lane[other] == lane && low[s] <= high[other] && low[other] <= high[s]) {
                    lane++;
                    other = -1; /* look at all again for the next place */
                }
            }
            g->lane[s] = lane;
            g->lane_count = lane + 1 > g->lane_count ? lane + 1 : g->lane_count;
        }
    }
}

static void set_width(struct picture *g)
{
    struct buf who = {.arena = g->b->arena};
    int widest = 0;

    for (size_t i = 0; i < g->p->act_count; i++) {
        const struct act *act = &g->p->acts[i];
        if (act->child >= 0)
            continue;
        int width =
            text_width(act->verb.text[g->lang], 14) + 12 + text_width(who_may(g, act, &who), 12);
        widest = width > widest ? width : widest;
    }
    g->lanes_x = LABEL_X + widest + 24;
    g->width = g->lanes_x + (g->lane_count + 1) * LANE + MARGIN;
}

/* ---- drawing ---- */

static void put_escaped(struct buf *b, str s)
{
    for (size_t i = 0; i < s.len; i++) {
        if (s.at[i] == '<')
            buf_put(b, S("&lt;"));
        else if (s.at[i] == '>')
            buf_put(b, S("&gt;"));
        else if (s.at[i] == '&')
            buf_put(b, S("&amp;"));
        else if (s.at[i] == '"')
            buf_put(b, S("&quot;"));
        else
            buf_byte(b, s.at[i]);
    }
}

static void put_text(struct buf *b, int x, int y, int size, const char *colour, const char *more,
                     str s)
{
    buf_fmt(b, "<text x=\"%d\" y=\"%d\" font-size=\"%d\" fill=\"%s\"%s>", x, y, size, colour, more);
    put_escaped(b, s);
    buf_put(b, S("</text>\n"));
}

static int lane_x(const struct picture *g, int state)
{
    return g->lanes_x + (g->lane[state] + 1) * LANE;
}

static const char *lane_colour(const struct picture *g, int state)
{
    return lane_colours[g->row[state] % (int)(sizeof lane_colours / sizeof *lane_colours)];
}

static int arrow_y(const struct picture *g, int state)
{
    return g->top[g->row[state]] + SLOT / 2 + 2;
}

static void draw_box(struct picture *g, int r)
{
    const struct state *s = &g->p->states[g->order[r]];
    int y = g->top[r], middle = BOX_X + BOX_WIDTH / 2;
    const char *fill = s->is_end ? "#f0ebe1" : "#ffffff", *edge = s->is_end ? "#6b747c" : "#e4dfd6";

    buf_fmt(g->b,
            "<rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" rx=\"10\" fill=\"%s\" "
            "stroke=\"%s\" stroke-width=\"1.5\"/>\n",
            BOX_X, y, BOX_WIDTH, g->height[r], fill, edge);
    if (s->is_initial && !s->is_imported)
        buf_fmt(g->b, "<circle cx=\"%d\" cy=\"%d\" r=\"6\" fill=\"#b3261e\"/>\n", middle, y);
    put_text(g->b, middle, y + g->height[r] / 2 + (s->step >= 0 ? 0 : 6),
             text_width(s->label.text[g->lang], 17) > BOX_WIDTH - 16 ? 12 : 17, "#1d2327",
             " text-anchor=\"middle\" font-weight=\"600\" font-family=\"" SERIF "\"",
             s->label.text[g->lang]);
    if (s->step >= 0)
        put_text(g->b, middle, y + g->height[r] / 2 + 18, 12, "#6b747c", " text-anchor=\"middle\"",
                 s->is_end ? msg_text(g->lang, MSG_PROCEDURE_GRAPH_END)
                           : g->p->steps[s->step].label.text[g->lang]);
}

/* From the end of the words to the lane of the target, with a round corner towards it. */
static void draw_way(struct picture *g, const struct act *act, int from_x, int y, int target)
{
    int x = lane_x(g, target), end = arrow_y(g, target);
    int bend = end > y ? 6 : -6;
    uint32_t system = procedure_parties_that_are(g->p, PARTY_SYSTEM);

    buf_fmt(g->b,
            "<path d=\"M%d %dH%dQ%d %d %d %dV%d\" fill=\"none\" stroke=\"%s\" "
            "stroke-width=\"1.5\"%s/>\n",
            from_x, y, x - 6, x, y, x, y + bend, end - bend, lane_colour(g, target),
            act->by & ~system ? "" : " stroke-dasharray=\"4 3\"");
}

static void draw_act(struct picture *g, const struct act *act, int y)
{
    struct buf who = {.arena = g->b->arena};
    str verb = act->verb.text[g->lang], by = who_may(g, act, &who);
    int x = LABEL_X + text_width(verb, 14) + 10;

    put_text(g->b, LABEL_X, y + 5, 14, "#1d2327", "", verb);
    put_text(g->b, x, y + 5, 12, "#6b747c", "", by);
    x += text_width(by, 12) + 8;
    if (act->to_count == 0)
        buf_fmt(g->b,
                "<path d=\"M%d %da5 5 0 1 1 -1 -5\" fill=\"none\" stroke=\"#6b747c\" "
                "stroke-width=\"1.5\"/>\n",
                x + 11, y + 3);
    for (size_t t = 0; t < act->to_count; t++)
        draw_way(g, act, x, y, act->to[t]);
}

/* The last piece: from the lane across to the box, once for all that come in. */
static void draw_entry(struct picture *g, int state)
{
    int x = lane_x(g, state), y = arrow_y(g, state), edge = BOX_X + BOX_WIDTH;
    int low, high;

    lane_span(g, state, &low, &high);
    const char *colour = lane_colour(g, state);
    if (low < g->row[state])
        buf_fmt(g->b,
                "<path d=\"M%d %dQ%d %d %d %d\" fill=\"none\" stroke=\"%s\" "
                "stroke-width=\"1.5\"/>\n",
                x, y - 6, x, y, x - 6, y, colour);
    if (high > g->row[state] || low == g->row[state])
        buf_fmt(g->b,
                "<path d=\"M%d %dQ%d %d %d %d\" fill=\"none\" stroke=\"%s\" "
                "stroke-width=\"1.5\"/>\n",
                x, y + 6, x, y, x - 6, y, colour);
    buf_fmt(g->b,
            "<path d=\"M%d %dH%d\" fill=\"none\" stroke=\"%s\" stroke-width=\"1.5\"/>\n"
            "<path d=\"M%d %dl9 -5v10z\" fill=\"%s\"/>\n",
            x - 6, y, edge + 8, colour, edge + 1, y, colour);
}

static void draw_head(struct picture *g)
{
    const struct procedure *p = g->p;
    int acts = 0;

    for (size_t i = 0; i < p->act_count; i++)
        acts += p->acts[i].child < 0;
    str title = msg_fmt(g->b->arena, g->lang, MSG_PROCEDURE_GRAPH_TITLE, T(p->label.text[g->lang]));
    buf_fmt(g->b,
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" width=\"%d\" "
            "height=\"%d\" role=\"img\" aria-labelledby=\"graph-title graph-desc\" "
            "font-family=\"" SANS "\">\n<title id=\"graph-title\">",
            g->width, g->total, g->width, g->total);
    put_escaped(g->b, title);
    buf_put(g->b, S("</title>\n<desc id=\"graph-desc\">"));
    put_escaped(g->b, msg_fmt(g->b->arena, g->lang, MSG_PROCEDURE_GRAPH_DESC,
                              T(p->states[p->initial].label.text[g->lang]),
                              I((int64_t)p->state_count), I(acts)));
    buf_fmt(g->b, "</desc>\n<rect width=\"%d\" height=\"%d\" fill=\"#faf8f4\"/>\n", g->width,
            g->total);
    put_text(g->b, MARGIN, 38, 22, "#1d2327", " font-weight=\"600\" font-family=\"" SERIF "\"",
             title);
}

void procedure_graph_svg(const struct procedure *p, enum lang lang, struct buf *b)
{
    struct picture *g = NEW(b->arena, struct picture);

    *g = (struct picture){.p = p, .lang = lang, .b = b};
    set_rows(g);
    set_lanes(g);
    set_width(g);
    draw_head(g);
    for (int s = 0; s < (int)p->state_count; s++)
        if (g->lane[s] >= 0)
            draw_entry(g, s);
    for (int r = 0; r < (int)p->state_count; r++) {
        int slot = 1;
        draw_box(g, r);
        for (size_t i = 0; i < p->act_count; i++)
            if (leaves(&p->acts[i], g->order[r]))
                draw_act(g, &p->acts[i], g->top[r] + slot++ * SLOT + SLOT / 2);
    }
    put_text(b, MARGIN, g->total - 40, 12, "#6b747c", "",
             msg_text(lang, MSG_PROCEDURE_GRAPH_SYSTEM));
    put_text(b, MARGIN, g->total - 20, 12, "#6b747c", "", msg_text(lang, MSG_PROCEDURE_GRAPH_LOOP));
    buf_put(b, S("</svg>\n"));
}
