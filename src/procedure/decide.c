#include "procedure/decide.h"

#include "base/msg.h"

#include <assert.h>

/* ---- is an act open at all ---- */

static bool row_fits(const struct procedure *p, const struct facts *f, const struct act *act,
                     const struct child_fact *row)
{
    if (row->child != act->child || !(act->from >> row->state & 1))
        return false;
    if (act->kinds && (row->kind < 0 || !(act->kinds >> row->kind & 1)))
        return false;
    if (p->children[act->child].is_by_round && row->round != f->round)
        return false;
    return act->before_clock < 0 || !(row->clocks_out >> act->before_clock & 1);
}

static bool is_used_up(const struct facts *f, int at, const struct act *act, int row)
{
    if (act->limit == 0)
        return false;
    if (row >= 0)
        return f->children[row].done >> at & 1;
    return f->done && f->done[at] >= act->limit;
}

/* Not who may, not how often, not `when`: only where the matter and the row stand. */
static bool act_is_placed(const struct procedure *p, const struct facts *f, int at, int row)
{
    const struct act *act = &p->acts[at];

    if (act->child < 0)
        return row < 0 && act->from >> f->state & 1;
    if (!(act->during >> f->state & 1) || act->adds_row != (row < 0))
        return false;
    return row < 0 || row_fits(p, f, act, &f->children[row]);
}

bool act_is_open(const struct procedure *p, const struct facts *f, int at, int row)
{
    const struct act *act = &p->acts[at];

    return act_is_placed(p, f, at, row) && !is_used_up(f, at, act, row) &&
           guards_hold(p, f, act->when, act->when_count);
}

/* ---- who ---- */

/* The owner of a row is whoever the row is for; nobody is an owner without a row. */
static uint32_t who_at(const struct procedure *p, const struct facts *f, uint32_t parties, int row)
{
    uint32_t owner = procedure_parties_that_are(p, PARTY_OWNER);

    parties &= ~owner;
    return row >= 0 && f->children[row].is_own ? parties | owner : parties;
}

static bool may(const struct act *act, const struct facts *f, int at, uint32_t who,
                enum act_how how)
{
    bool is_asked = f->asked >> at & 1;

    switch (how) {
    case ACT_DO:
        return !act->confirmed_by && (act->by & who);
    case ACT_ASK:
        return act->confirmed_by && (act->by & who) && !is_asked;
    default:
        return act->confirmed_by && (act->confirmed_by & who) && is_asked;
    }
}

/* ---- what is open ---- */

static void add_open(struct arena *a, const struct procedure *p, const struct facts *f, int at,
                     int row, enum act_how how, enum lang lang, struct open_acts *list)
{
    const struct act *act = &p->acts[at];
    size_t place = list->count++;

    if (!list->at)
        return; /* only counting */
    struct open_act *open = &list->at[place];
    *open = (struct open_act){.act = at, .row = row, .how = how, .is_ready = true};
    for (size_t i = 0; i < act->need_count && how != ACT_REFUSE; i++) {
        if (guard_holds(p, f, &act->needs[i]))
            continue;
        open->is_ready = false;
        guard_explain(a, p, &act->needs[i], lang, &open->why);
        return;
    }
}

static void add_each_how(struct arena *a, const struct procedure *p, const struct facts *f, int at,
                         int row, uint32_t who, enum lang lang, struct open_acts *list)
{
    static const enum act_how all[] = {ACT_DO, ACT_ASK, ACT_GRANT, ACT_REFUSE};

    if (!((p->acts[at].by | p->acts[at].confirmed_by) & who) || !act_is_open(p, f, at, row))
        return;
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        if (may(&p->acts[at], f, at, who, all[i]))
            add_open(a, p, f, at, row, all[i], lang, list);
}

static void add_all(struct arena *a, const struct procedure *p, const struct facts *f,
                    uint32_t parties, enum lang lang, struct open_acts *list)
{
    for (size_t i = 0; i < p->act_count; i++)
        add_each_how(a, p, f, (int)i, -1, who_at(p, f, parties, -1), lang, list);
    for (size_t r = 0; r < f->child_count; r++) {
        uint32_t who = who_at(p, f, parties, (int)r);
        for (size_t i = 0; i < p->act_count; i++)
            add_each_how(a, p, f, (int)i, (int)r, who, lang, list);
    }
}

struct open_acts procedure_open_acts(struct arena *a, const struct procedure *p,
                                     const struct facts *f, uint32_t parties, enum lang lang)
{
    struct open_acts list = {.count = 0};

    assert(f->state >= 0 && (size_t)f->state < p->state_count);
    /* counted first: few are open of the many that there could be */
    add_all(a, p, f, parties, lang, &list);
    list.at = NEW_ARRAY(a, list.count, struct open_act);
    list.count = 0;
    add_all(a, p, f, parties, lang, &list);
    return list;
}

/* ---- may this be done, with these inputs ---- */

/* All values given under one name. */
static size_t input_values(struct arena *a, const struct act_try *try, str name, str **values)
{
    size_t count = 0;

    *values = NEW_ARRAY(a, try->input_count, str);
    for (size_t i = 0; i < try->input_count; i++)
        if (str_eq(try->inputs[i].name, name))
            (*values)[count++] = try->inputs[i].value;
    return count;
}

static bool has_input(const struct act *act, str name)
{
    for (size_t i = 0; i < act->input_count; i++)
        if (str_eq(act->inputs[i].name, name))
            return true;
    return false;
}

/* What the field would hold after the act: what is given now, else what is there. */
static str value_after(struct arena *a, const struct facts *f, const struct act_try *try, int field,
                       str name)
{
    str *values;
    size_t count = input_values(a, try, name, &values);

    for (size_t i = 0; i < count; i++)
        if (str_trim(values[i]).len)
            return str_trim(values[i]);
    return count == 0 && f->values ? f->values[field] : S("");
}

/* The fields of the matter that must be filled when this act is done. What is already stored was
 * checked when it was stored. */
static enum err check_required_fields(struct arena *a, const struct procedure *p,
                                      const struct facts *f, const struct act_try *try,
                                      enum lang lang, struct failure *why)
{
    for (size_t i = 0; i < p->field_count; i++) {
        const struct field *field = &p->fields[i];
        str *values;
        size_t count = input_values(a, try, field->name, &values);
        bool is_needed = field->required_by >> try->act & 1;

        if (count && !has_input(&p->acts[try->act], field->name))
            TRY(procedure_field_check(p, field, &f->days, values, count, is_needed, lang, why));
        str value = value_after(a, f, try, (int)i, field->name);
        if (is_needed && value.len == 0)
            return procedure_field_check(p, field, NULL, NULL, 0, true, lang, why);
        if (!is_needed || field->reason_if.len == 0 || !str_eq(value, field->reason_if))
            continue;
        str name = str_join(a, field->name, S("_reason"));
        int reason = procedure_field(p, name);
        if (value_after(a, f, try, reason, name).len == 0)
            return procedure_field_check(p, &p->fields[reason], NULL, NULL, 0, true, lang, why);
    }
    return OK;
}

static enum err check_inputs(struct arena *a, const struct procedure *p, const struct facts *f,
                             const struct act_try *try, enum lang lang, struct failure *why)
{
    const struct act *act = &p->acts[try->act];

    for (size_t i = 0; i < act->input_count; i++) {
        const struct field *input = &act->inputs[i];
        str *values;
        size_t count = input_values(a, try, input->name, &values);
        TRY(procedure_field_check(p, input, &f->days, values, count, input->is_required, lang,
                                  why));
    }
    return check_required_fields(a, p, f, try, lang, why);
}

/* A refusal is only ever given with a reason. */
static enum err check_refusal(struct arena *a, const struct act_try *try, struct failure *why)
{
    str *values;
    size_t count = input_values(a, try, S("reason"), &values);

    for (size_t i = 0; i < count; i++)
        if (str_trim(values[i]).len)
            return OK;
    explain(why, MSG_PROCEDURE_ACT_REASON, S("reason"));
    return INVALID;
}

static enum err check_choice(const struct procedure *p, const struct act *act, str wanted, int *to,
                             struct failure *why)
{
    const struct state *states = act->child < 0 ? p->states : p->children[act->child].states;

    *to = act->to_count ? act->to[0] : STATE_SAME;
    if (act->to_count < 2)
        return OK;
    for (size_t i = 0; i < act->to_count; i++) {
        if (str_eq(states[act->to[i]].name, wanted)) {
            *to = act->to[i];
            return OK;
        }
    }
    explain(why, MSG_PROCEDURE_ACT_CHOOSE, S("to"));
    return INVALID;
}

static enum err check_place(const struct procedure *p, const struct facts *f,
                            const struct act_try *try, enum lang lang, struct failure *why)
{
    const struct act *act = &p->acts[try->act];
    const struct state *state =
        try->row < 0
            ? &p->states[f->state]
            : &p->children[f->children[try->row].child].states[f->children[try->row].state];

    if (!act_is_placed(p, f, try->act, try->row)) {
        explain(why, MSG_PROCEDURE_ACT_STATE, S(""), T(act->verb.text[lang]),
                T(state->label.text[lang]));
        return CONFLICT;
    }
    if (is_used_up(f, try->act, act, try->row)) {
        explain(why, MSG_PROCEDURE_ACT_LIMIT, S(""), T(act->verb.text[lang]), I(act->limit));
        return CONFLICT;
    }
    return OK;
}

enum err procedure_act_check(struct arena *a, const struct procedure *p, const struct facts *f,
                             uint32_t parties, const struct act_try *try, enum lang lang, int *to,
                             struct failure *why)
{
    assert(try->act >= 0 && (size_t)try->act < p->act_count);
    assert(try->row < 0 || (size_t)try->row < f->child_count);
    const struct act *act = &p->acts[try->act];
    uint32_t who = who_at(p, f, parties, try->row);

    *to = STATE_SAME;
    if (!((act->by | act->confirmed_by) & who)) {
        explain(why, MSG_PROCEDURE_ACT_DENIED, S(""), T(act->verb.text[lang]));
        return DENIED;
    }
    TRY(check_place(p, f, try, lang, why));
    if (!may(act, f, try->act, who, try->how)) {
        explain(why, MSG_PROCEDURE_ACT_ASKED, S(""), T(act->verb.text[lang]));
        return try->how == ACT_DO && !act->confirmed_by ? DENIED : CONFLICT;
    }
    for (size_t i = 0; i < act->when_count; i++) {
        if (!guard_holds(p, f, &act->when[i])) {
            guard_explain(a, p, &act->when[i], lang, why);
            return INVALID;
        }
    }
    if (try->how == ACT_REFUSE)
        return check_refusal(a, try, why);
    for (size_t i = 0; i < act->need_count; i++) {
        if (!guard_holds(p, f, &act->needs[i])) {
            guard_explain(a, p, &act->needs[i], lang, why);
            return INVALID;
        }
    }
    TRY(check_choice(p, act, try->to, to, why));
    return try->how == ACT_GRANT ? OK : check_inputs(a, p, f, try, lang, why);
}

/* ---- what the system does ---- */

static bool system_could(const struct procedure *p, const struct facts *f, int at, int row)
{
    const struct act *act = &p->acts[at];

    return act_is_open(p, f, at, row) && guards_hold(p, f, act->needs, act->need_count);
}

bool procedure_system_act(const struct procedure *p, const struct facts *f, struct open_act *open)
{
    for (int at = 0; at < (int)p->act_count; at++) {
        const struct act *act = &p->acts[at];
        int rows = act->child >= 0 && !act->adds_row ? (int)f->child_count : 0;

        if (!act->is_automatic)
            continue;
        for (int row = rows ? 0 : -1; row < rows; row++) {
            if (act->child >= 0 && !act->adds_row && row < 0)
                continue;
            if (!system_could(p, f, at, row))
                continue;
            *open = (struct open_act){.act = at, .row = row, .how = ACT_DO, .is_ready = true};
            return true;
        }
    }
    return false;
}

bool procedure_out_act(const struct procedure *p, const struct facts *f, int clock, int row,
                       struct open_act *open)
{
    assert(clock >= 0 && (size_t)clock < p->clock_count);
    int at = p->clocks[clock].out;

    if (at < 0 || !system_could(p, f, at, row))
        return false;
    *open = (struct open_act){.act = at, .row = row, .how = ACT_DO, .is_ready = true};
    return true;
}
