#include "procedure/load.h"

#include "base/msg.h"

static const char *const moments[] = {[MOMENT_NONE] = "",
                                      [MOMENT_SESSION_END] = "session_end",
                                      [MOMENT_NEXT_YEAR_END] = "next_year_end"};

static enum moment load_moment(struct load *l, struct node *n)
{
    int moment = load_word(l, n, moments, sizeof moments / sizeof *moments);

    return moment < 0 ? MOMENT_NONE : (enum moment)moment;
}

/* Acts, and the word "made": the matter is raised, the row is made. */
static uint64_t load_start(struct load *l, struct node *n, struct clock_rule *clock)
{
    struct items items = load_items(l, n);
    uint64_t acts = 0;

    for (size_t i = 0; i < items.count; i++) {
        if (items.at[i]->type == NODE_VALUE && str_eq(items.at[i]->text, S("made")))
            clock->starts_when_made = true;
        else
            acts |= load_refs(l, items.at[i], REF_ACT, clock->child);
    }
    return acts;
}

static void load_extend(struct load *l, struct node *n, struct clock_rule *clock)
{
    if (!load_is_map(l, n))
        return;
    clock->extend = load_refs(l, load_need(l, n, "by"), REF_ACT, clock->child);
    clock->extend_limit = (int)load_int(l, n, "limit", 1, 100, 0);
    load_span(l, load_take(n, "length"), &clock->extend_by);
    load_done(l, n);
}

static void load_reminders(struct load *l, struct node *n, struct clock_rule *clock)
{
    struct items items = load_items(l, n);

    clock->reminders = NEW_ARRAY(l->arena, items.count, struct span);
    for (size_t i = 0; i < items.count; i++)
        if (load_span(l, items.at[i], &clock->reminders[clock->reminder_count]))
            clock->reminder_count++;
}

/* overdue: [{to: lead, every: 1 day}], escalate: [{to: leader, after: 5 workdays}] */
static void load_ladder(struct load *l, struct node *overdue, struct node *escalate,
                        struct clock_rule *clock)
{
    struct items nudges = load_items(l, overdue), steps = load_items(l, escalate);

    clock->nudges = NEW_ARRAY(l->arena, nudges.count, struct clock_nudge);
    for (size_t i = 0; i < nudges.count; i++) {
        struct node *n = nudges.at[i];
        if (!load_is_map(l, n))
            continue;
        struct clock_nudge *nudge = &clock->nudges[clock->nudge_count++];
        nudge->to = load_parties(l, load_need(l, n, "to"));
        struct node *every = load_need(l, n, "every");
        if (load_span(l, every, &nudge->every) && nudge->every.n < 1)
            problem(l->problems, n->line, MSG_PROCEDURE_PROBLEM_WANT_SPAN, T(every->key));
        load_done(l, n);
    }
    clock->escalations = NEW_ARRAY(l->arena, steps.count, struct clock_escalation);
    for (size_t i = 0; i < steps.count; i++) {
        struct node *n = steps.at[i];
        if (!load_is_map(l, n))
            continue;
        struct clock_escalation *step = &clock->escalations[clock->escalation_count++];
        step->to = load_parties(l, load_need(l, n, "to"));
        load_span(l, load_need(l, n, "after"), &step->after);
        load_done(l, n);
    }
}

/* Who may stop the clock is who is reminded, unless the file says otherwise. */
static uint32_t who_can_stop(const struct procedure *p, const struct clock_rule *clock)
{
    uint32_t who = 0;

    for (size_t i = 0; i < p->act_count; i++)
        if (clock->stop >> i & 1)
            who |= p->acts[i].by;
    return who & ~procedure_parties_that_are(p, PARTY_SYSTEM);
}

static void load_child_of_clock(struct load *l, struct node *n, struct clock_rule *clock)
{
    if (!n)
        return;
    for (size_t i = 0; i < l->p->child_count; i++)
        if (str_eq(child_type_name(l->p->children[i].type), load_text(l, n)))
            clock->child = (int)i;
    if (clock->child < 0)
        problem(l->problems, n->line, MSG_PROCEDURE_PROBLEM_NO_CHILD, T(n->text));
}

/* Exactly one way to know when it is due. */
static void load_length(struct load *l, struct node *n, struct clock_rule *clock)
{
    struct node *length = load_take(n, "length"), *cap = load_take(n, "cap");
    struct node *before = load_take(n, "before");

    clock->at = load_moment(l, load_take(n, "at"));
    clock->until = load_moment(l, load_take(n, "until"));
    clock->not_before = load_moment(l, load_take(n, "not_before"));
    clock->before_field = load_ref(l, before, REF_FIELD, -1);
    if (clock->before_field >= 0 && l->p->fields[clock->before_field].type != FIELD_DATE)
        problem(l->problems, before->line, MSG_PROCEDURE_PROBLEM_WANT_DATE, T(before->text));
    if ((length != NULL) == (clock->at != MOMENT_NONE))
        problem(l->problems, n->line, MSG_PROCEDURE_PROBLEM_CLOCK_LENGTH, T(clock->name));
    int64_t shortest = before != NULL ? 0 : 1; /* on the very day of a date */
    if (load_span(l, length, &clock->length) && length != NULL && clock->length.n < shortest)
        problem(l->problems, length->line, MSG_PROCEDURE_PROBLEM_WANT_SPAN, T(length->key));
    load_span(l, cap, &clock->cap);
}

static void load_clock(struct load *l, struct node *n, struct clock_rule *clock)
{
    clock->child = clock->before_field = clock->out = -1;
    if (!load_is_map(l, n))
        return;
    clock->label = load_need_label(l, n, "label");
    load_child_of_clock(l, load_take(n, "child"), clock);
    clock->kinds = load_kinds(l, load_take(n, "kinds"), clock->child);
    struct node *start = load_take(n, "start"), *stop = load_take(n, "stop");
    clock->start = load_start(l, start, clock);
    clock->stop = load_refs(l, stop, REF_ACT, clock->child);
    if (!start || (start->type == NODE_LIST && start->count == 0))
        problem(l->problems, n->line, MSG_PROCEDURE_PROBLEM_CLOCK_START, T(clock->name));
    if (!stop || (stop->type == NODE_LIST && stop->count == 0))
        problem(l->problems, n->line, MSG_PROCEDURE_PROBLEM_CLOCK_STOP, T(clock->name));
    clock->pause = load_refs(l, load_take(n, "pause"), REF_ACT, clock->child);
    clock->resume = load_refs(l, load_take(n, "resume"), REF_ACT, clock->child);
    if (!clock->pause != !clock->resume)
        problem(l->problems, n->line, MSG_PROCEDURE_PROBLEM_CLOCK_PAUSE, T(clock->name));
    load_extend(l, load_take(n, "extend"), clock);
    load_length(l, n, clock);
    load_reminders(l, load_take(n, "remind"), clock);
    struct node *remind_to = load_take(n, "remind_to");
    clock->remind_to = remind_to ? load_parties(l, remind_to) : who_can_stop(l->p, clock);
    struct node *overdue = load_take(n, "overdue");
    load_ladder(l, overdue, load_take(n, "escalate"), clock);
    struct node *out = load_take(n, "out");
    clock->out = load_ref(l, out, REF_ACT, clock->child);
    load_guards(l, load_take(n, "when"), &clock->when, &clock->when_count);
    clock->is_public = load_bool(l, n, "public");
    load_done(l, n);
}

void load_clocks(struct load *l, struct node *n)
{
    struct node *entry = l->p->clock_count ? n->first : NULL;

    for (size_t i = 0; i < l->p->clock_count; i++, entry = entry->next)
        load_clock(l, entry, &l->p->clocks[i]);
}
