/*
 * What must hold of a procedure as a whole, after every entry was read: nothing that can never
 * happen, nothing that nobody can end, nothing that runs for ever.
 */
#include "procedure/load.h"

#include "base/msg.h"

#define complain(l, line, msg, ...) problem((l)->problems, (line), (msg), __VA_ARGS__)

/* Everything reachable from `seen` by acts of this child (-1: of the matter). */
static uint64_t reach(const struct procedure *p, uint64_t seen, int child)
{
    for (uint64_t before = 0; before != seen;) {
        before = seen;
        for (size_t i = 0; i < p->act_count; i++) {
            const struct act *act = &p->acts[i];
            if (act->child != child || !(act->adds_row || act->from & seen))
                continue;
            for (size_t t = 0; t < act->to_count; t++)
                seen |= UINT64_C(1) << act->to[t];
        }
    }
    return seen;
}

static void check_states(struct load *l)
{
    const struct procedure *p = l->p;
    uint64_t roots = 0, leaves = 0;

    for (size_t i = 0; i < p->state_count; i++)
        if (p->states[i].is_initial)
            roots |= UINT64_C(1) << i;
    for (size_t i = 0; i < p->act_count; i++)
        for (size_t t = 0; p->acts[i].child < 0 && t < p->acts[i].to_count; t++)
            leaves |= p->acts[i].from & ~(UINT64_C(1) << p->acts[i].to[t]);
    uint64_t reached = reach(p, roots, -1);
    for (size_t i = 0; i < p->state_count; i++) {
        const struct state *s = &p->states[i];
        if (!(reached >> i & 1))
            complain(l, s->line, MSG_PROCEDURE_PROBLEM_UNREACHABLE, T(s->name));
        if (!s->is_end && !(leaves >> i & 1))
            complain(l, s->line, MSG_PROCEDURE_PROBLEM_DEAD_END, T(s->name));
    }
}

static void check_children(struct load *l)
{
    const struct procedure *p = l->p;

    for (size_t c = 0; c < p->child_count; c++) {
        const struct child *child = &p->children[c];
        uint64_t roots = 0;
        for (size_t i = 0; i < child->state_count; i++)
            if (child->states[i].is_initial)
                roots |= UINT64_C(1) << i;
        uint64_t reached = reach(p, roots, (int)c);
        for (size_t i = 0; i < child->state_count; i++)
            if (!(reached >> i & 1))
                complain(l, child->states[i].line, MSG_PROCEDURE_PROBLEM_UNREACHABLE,
                         T(child->states[i].name));
    }
}

/* ---- acts ---- */

static bool has_input(const struct act *act, const char *name)
{
    for (size_t i = 0; i < act->input_count; i++)
        if (str_eq(act->inputs[i].name, str_of(name)))
            return true;
    return false;
}

/* What an effect works with: an input of this name, rows of this kind. */
static void check_effects(struct load *l, const struct act *act)
{
    static const struct {
        enum effect effect;
        const char *input;
        enum child_type child;
    } needs[] = {
        {EFFECT_MERGE, "into", CHILD_TYPES},
        {EFFECT_PASS_ON, "to_body", CHILD_ASSIGNMENT},
        {EFFECT_CALL_BACK, NULL, CHILD_ASSIGNMENT},
        {EFFECT_RECEIVE, NULL, CHILD_ASSIGNMENT},
        {EFFECT_ADD_PARTICIPANTS, "participants", CHILD_TYPES},
        {EFFECT_INVITE_COSIGNERS, "cosigners", CHILD_COSIGN},
        {EFFECT_RECORD_POINTS, "points", CHILD_TYPES},
        {EFFECT_ASK_CONFIRMATIONS, NULL, CHILD_CONFIRMATION},
        {EFFECT_ASSIGN, "units", CHILD_ASSIGNMENT},
        {EFFECT_NEW_ROUND_ANSWERS, NULL, CHILD_ANSWER},
        {EFFECT_OPEN_EVALUATION, NULL, CHILD_EVALUATION},
        {EFFECT_LINK, "other", CHILD_TYPES},
        {EFFECT_LINK, "link_kind", CHILD_TYPES},
        {EFFECT_UNLINK, "other", CHILD_TYPES},
    };
    for (size_t i = 0; i < sizeof needs / sizeof *needs; i++) {
        if (!(act->effects >> needs[i].effect & 1))
            continue;
        if (needs[i].input && !has_input(act, needs[i].input))
            complain(l, act->line, MSG_PROCEDURE_PROBLEM_EFFECT_INPUT, T(act->name),
                     T(effect_name(needs[i].effect)), T(str_of(needs[i].input)));
        if (needs[i].child != CHILD_TYPES && procedure_child(l->p, needs[i].child) < 0)
            complain(l, act->line, MSG_PROCEDURE_PROBLEM_NO_CHILD,
                     T(child_type_name(needs[i].child)));
    }
}

/* What was merged can be freed only by an act that the system may do. */
static void check_free_merged(struct load *l, const struct act *act)
{
    int unmerge = procedure_act(l->p, S("unmerge"));
    uint32_t system = procedure_parties_that_are(l->p, PARTY_SYSTEM);

    if (!(act->effects >> EFFECT_FREE_MERGED & 1))
        return;
    if (unmerge < 0 || !(l->p->acts[unmerge].by & system))
        complain(l, act->line, MSG_PROCEDURE_PROBLEM_NO_ACT, T(S("unmerge")));
}

static bool is_out_of_a_clock(const struct procedure *p, size_t act)
{
    for (size_t i = 0; i < p->clock_count; i++)
        if (p->clocks[i].out == (int)act)
            return true;
    return false;
}

/* The act that the effect free_merged has the system do. */
static bool is_unmerge(const struct procedure *p, size_t act)
{
    uint32_t effects = 0;

    for (size_t i = 0; i < p->act_count; i++)
        effects |= p->acts[i].effects;
    return (effects >> EFFECT_FREE_MERGED & 1) && (int)act == procedure_act(p, S("unmerge"));
}

static void check_act(struct load *l, size_t at)
{
    const struct procedure *p = l->p;
    const struct act *act = &p->acts[at];
    uint32_t system = procedure_parties_that_are(p, PARTY_SYSTEM);
    uint32_t nobody = act->child < 0 ? procedure_parties_that_are(p, PARTY_OWNER) : 0;

    if (!(act->by & ~nobody))
        complain(l, act->line, MSG_PROCEDURE_PROBLEM_NOBODY, T(act->name));
    else if ((act->by & system) && !act->is_automatic && !is_out_of_a_clock(p, at) &&
             !is_unmerge(p, at))
        complain(l, act->line, MSG_PROCEDURE_PROBLEM_SYSTEM_NEVER, T(act->name));
    if (!act->from && !act->adds_row)
        complain(l, act->line, MSG_PROCEDURE_PROBLEM_FROM_NOWHERE, T(act->name));
    if (act->adds_row && act->to_count != 1)
        complain(l, act->line, MSG_PROCEDURE_PROBLEM_NEW_TO, T(act->name));
    if ((act->by & system) && act->to_count > 1)
        complain(l, act->line, MSG_PROCEDURE_PROBLEM_SYSTEM_CHOICE, T(act->name));
    if (act->child >= 0 && !act->during)
        complain(l, act->line, MSG_PROCEDURE_PROBLEM_FROM_NOWHERE, T(act->name));
    check_effects(l, act);
    check_free_merged(l, act);
}

static void check_clock(struct load *l, const struct clock_rule *clock)
{
    const struct procedure *p = l->p;

    if (clock->out < 0)
        return;
    const struct act *act = &p->acts[clock->out];
    if (!(act->by & procedure_parties_that_are(p, PARTY_SYSTEM)))
        complain(l, clock->line, MSG_PROCEDURE_PROBLEM_OUT_SYSTEM, T(clock->name), T(act->name));
    if (act->child != clock->child)
        complain(l, clock->line, MSG_PROCEDURE_PROBLEM_OUT_CHILD, T(clock->name), T(act->name));
}

/* ---- what the system does by itself must come to rest ---- */

/* An automatic act without a limit may be done again and again; if a chain of such acts comes back
 * to where it began, the conditions alone would have to stop it, and that nobody can see. */
static bool is_unbounded(const struct act *act)
{
    return act->is_automatic && act->limit == 0;
}

static uint64_t automatic_reach(const struct procedure *p, uint64_t seen, int child)
{
    for (uint64_t before = 0; before != seen;) {
        before = seen;
        for (size_t i = 0; i < p->act_count; i++) {
            const struct act *act = &p->acts[i];
            if (act->child == child && is_unbounded(act) && (act->from & seen))
                for (size_t t = 0; t < act->to_count; t++)
                    seen |= UINT64_C(1) << act->to[t];
        }
    }
    return seen;
}

static void check_rest(struct load *l)
{
    const struct procedure *p = l->p;

    for (size_t i = 0; i < p->act_count; i++) {
        const struct act *act = &p->acts[i];
        if (!is_unbounded(act))
            continue;
        bool comes_back = act->to_count == 0 || act->adds_row;
        for (size_t t = 0; t < act->to_count; t++)
            if (automatic_reach(p, UINT64_C(1) << act->to[t], act->child) & act->from)
                comes_back = true;
        if (comes_back)
            complain(l, act->line, MSG_PROCEDURE_PROBLEM_NO_REST, T(act->name));
    }
}

/* Two things of one kind that people tell apart by their words must not have the same words. */
static void check_state_labels(struct load *l)
{
    const struct procedure *p = l->p;

    for (size_t i = 0; i < p->state_count; i++)
        for (size_t j = 0; j < i; j++)
            if (str_eq(p->states[i].label.text[LANG_ZH], p->states[j].label.text[LANG_ZH]))
                complain(l, p->states[i].line, MSG_PROCEDURE_PROBLEM_TWICE,
                         T(p->states[i].label.text[LANG_ZH]));
}

void check_procedure(struct load *l)
{
    check_states(l);
    check_children(l);
    check_state_labels(l);
    for (size_t i = 0; i < l->p->act_count; i++)
        check_act(l, i);
    for (size_t i = 0; i < l->p->clock_count; i++)
        check_clock(l, &l->p->clocks[i]);
    check_rest(l);
}
