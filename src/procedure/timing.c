#include "procedure/decide.h"

#include <assert.h>

/* The act brought the matter to an end, rather than being done after it. */
static bool ends_matter(const struct procedure *p, const struct facts *f, int act)
{
    return act >= 0 && p->acts[act].child < 0 && p->acts[act].to_count > 0 &&
           p->states[f->state].is_end;
}

static bool in(uint64_t mask, int at)
{
    return at >= 0 && (mask >> at & 1);
}

static void add(struct clock_changes *list, int clock, int row, enum clock_verb verb)
{
    list->at[list->count++] = (struct clock_change){.clock = clock, .row = row, .verb = verb};
}

/* Where one clock, of the matter or of one row, is now. */
struct place {
    int clock, row;
    bool is_running; /* or paused */
    bool is_paused;
    bool is_closed; /* the matter has ended, or the row is gone */
};

/* `acts`: the act concerns this place; false leaves only the closing. `may_start`: it may begin. */
static void change(const struct procedure *p, const struct place *at, int act, bool concerns,
                   bool starts, struct clock_changes *list)
{
    const struct clock_rule *rule = &p->clocks[at->clock];

    if (starts)
        add(list, at->clock, at->row, CLOCK_START);
    else if (at->is_running && (at->is_closed || (concerns && in(rule->stop, act))))
        add(list, at->clock, at->row, CLOCK_STOP);
    else if (concerns && at->is_running && !at->is_paused && in(rule->pause, act))
        add(list, at->clock, at->row, CLOCK_PAUSE);
    else if (concerns && at->is_paused && in(rule->resume, act))
        add(list, at->clock, at->row, CLOCK_RESUME);
    else if (concerns && at->is_running && in(rule->extend, act))
        add(list, at->clock, at->row, CLOCK_EXTEND);
}

static void change_of_matter(const struct procedure *p, const struct facts *f, int clock, int act,
                             struct clock_changes *list)
{
    const struct clock_rule *rule = &p->clocks[clock];
    struct place at = {.clock = clock,
                       .row = -1,
                       .is_paused = in(f->clocks_paused, clock),
                       .is_running =
                           in(f->clocks_running | f->clocks_paused | f->clocks_out, clock),
                       .is_closed = ends_matter(p, f, act)};
    bool starts = act == ACT_MADE ? rule->starts_when_made : in(rule->start, act);

    starts = starts && guards_hold(p, f, rule->when, rule->when_count);
    change(p, &at, act, true, starts, list);
}

/* Does an act concern this row? An act on a row of the same kind: that row alone. An act on a row
 * of another kind, such as a contact: the rows of the same body. An act of the matter: all rows. */
static bool act_concerns(const struct procedure *p, const struct facts *f, int clock, int row,
                         int act, int done_on)
{
    if (act < 0 || p->acts[act].child < 0)
        return true;
    if (p->acts[act].child == p->clocks[clock].child)
        return row == done_on;
    return done_on < 0 || f->children[done_on].body == 0 ||
           f->children[done_on].body == f->children[row].body;
}

static void change_of_row(const struct procedure *p, const struct facts *f, int clock, int row,
                          int act, int done_on, struct clock_changes *list)
{
    const struct clock_rule *rule = &p->clocks[clock];
    const struct child_fact *r = &f->children[row];

    if (r->child != rule->child || (rule->kinds && !in(rule->kinds, r->kind)))
        return;
    bool counts = row_counts(p, f, r, rule->child, rule->kinds);
    struct place at = {.clock = clock,
                       .row = row,
                       .is_running = in(r->clocks_running | r->clocks_out, clock),
                       .is_closed = !counts || ends_matter(p, f, act)};
    bool concerns = act_concerns(p, f, clock, row, act, done_on);
    /* what concerns many rows does not start again where it is running */
    bool is_row_act = act >= 0 && p->acts[act].child == rule->child;
    bool starts = (rule->starts_when_made && r->is_new) ||
                  (concerns && in(rule->start, act) && (is_row_act || !at.is_running));

    starts = starts && counts && guards_hold(p, f, rule->when, rule->when_count);
    change(p, &at, act, concerns, starts, list);
}

struct clock_changes procedure_clocks_after(struct arena *a, const struct procedure *p,
                                            const struct facts *f, int act, int row)
{
    struct clock_changes list = {.count = 0};

    assert(act == ACT_MADE || (act >= 0 && (size_t)act < p->act_count));
    list.at = NEW_ARRAY(a, p->clock_count * (f->child_count + 1), struct clock_change);
    for (int clock = 0; clock < (int)p->clock_count; clock++) {
        if (p->clocks[clock].child < 0) {
            change_of_matter(p, f, clock, act, &list);
            continue;
        }
        for (int r = 0; r < (int)f->child_count; r++)
            change_of_row(p, f, clock, r, act, row, &list);
    }
    return list;
}
