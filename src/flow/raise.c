/* Raising a matter: the row, its number and receipt, what was written, and the act that makes it
 * count. */
#include "base/msg.h"
#include "flow/flow_local.h"

#include <assert.h>

static const struct act raised = {.name = {"raised", 6}, .child = -1, .is_public = true};

enum err flow_raise_faults(struct ctx *c, str procedure, const struct input *inputs,
                           size_t input_count, struct failure **faults, size_t *fault_count)
{
    const struct procedure *p = procedures_latest(c->procedures, procedure);
    const struct days days = {.today = calendar_day(c->now), .raised = calendar_day(c->now)};
    size_t fault_cap = 0;

    *faults = NULL;
    *fault_count = 0;
    if (p == NULL)
        return fail(c, FAULT, MSG_MATTER_NO_PROCEDURE);
    for (size_t i = 0; i < p->field_count; i++) {
        struct field f = p->fields[i];
        struct failure why = {0};
        size_t count = 0, cap = 0;
        str *values = NULL;
        /* What the procedure names by what becomes of them are the raiser's suggestions here. */
        for (int l = 0; f.type == FIELD_POINTS && l < LANG_COUNT; l++)
            f.label.text[l] = msg_text((enum lang)l, MSG_MATTER_SUGGESTIONS);
        for (size_t k = 0; k < input_count; k++) {
            if (str_eq(inputs[k].name, f.name))
                *PUSH(c->arena, values, count, cap) = inputs[k].value;
        }
        if (procedure_field_check(p, &f, &days, values, count, f.required_by != 0, c->lang, &why) !=
            OK)
            *PUSH(c->arena, *faults, *fault_count, fault_cap) = why;
    }
    return OK;
}

enum err flow_raise_check(struct ctx *c, str procedure, const struct input *inputs,
                          size_t input_count)
{
    struct failure *all;
    size_t count;

    TRY(flow_raise_faults(c, procedure, inputs, input_count, &all, &count));
    if (count == 0)
        return OK;
    return fail_with(c, INVALID, all->msg, all->field, all->args, all->arg_count);
}

static uint32_t numbers_at_start(const struct procedure *p)
{
    uint32_t gives = 0;

    for (size_t i = 0; i < p->number_count; i++)
        gives |= p->numbers[i].given_at < 0 ? 1u << i : 0;
    return gives;
}

enum err flow_raise(struct ctx *c, struct matter *m, const struct input *inputs, size_t input_count,
                    const struct flow_file *files, size_t file_count)
{
    const struct procedure *p = procedures_latest(c->procedures, m->procedure);
    struct flow w;

    if (p == NULL)
        return fail(c, FAULT, MSG_MATTER_NO_PROCEDURE);
    m->version = p->version;
    m->state = p->states[p->initial].name;
    m->is_public = p->states[p->initial].is_public;
    TRY(matter_add(c, m));
    TRY(flow_gather(c, m->id, false, NULL, &w));

    struct doing d = {.c = c,
                      .w = &w,
                      .act = &raised,
                      .act_index = ACT_MADE,
                      .row = -1,
                      .to = STATE_SAME,
                      .inputs = inputs,
                      .input_count = input_count,
                      .files = files,
                      .file_count = file_count,
                      .made = true};
    TRY(flow_store_inputs(&d));
    TRY(flow_follow_up(&d));
    TRY(flow_numbers(&d, numbers_at_start(p)));
    TRY(flow_write_entry(&d, raised.name, S(""), m->state));
    TRY(flow_attach_files(&d));
    TRY(flow_clocks(c, &w, ACT_MADE, -1));
    TRY(clock_list(c, m->id, &w.clocks, &w.clock_count));
    flow_nearest_due(&w, &w.m.due, &w.m.due_name);
    TRY(matter_move(c, &w.m, w.m.edition));
    TRY(flow_record(&d, &w.m));
    *m = w.m;
    return OK;
}

enum err flow_confirm(struct ctx *c, int64_t matter, int64_t person, str act)
{
    struct flow_change change;
    struct failure why = {0};
    struct flow w;
    int to;

    TRY(flow_gather(c, matter, false, NULL, &w));
    TRY(flow_change_begin(c, matter, &change));
    if (person != 0 && w.m.raiser != person) {
        w.m.raiser = person;
        TRY(matter_move(c, &w.m, w.m.edition));
    }
    uint32_t parties = w.parties | procedure_parties_that_are(w.p, PARTY_RAISER);
    struct act_try try = {.act = procedure_act(w.p, act), .row = -1};
    assert(try.act >= 0);
    enum err e = procedure_act_check(c->arena, w.p, &w.f, parties, &try, c->lang, &to, &why);
    if (e != OK)
        return fail_with(c, e, why.msg, why.field, why.args, why.arg_count);
    w.parties = parties;
    struct doing d = {.c = c,
                      .w = &w,
                      .act = &w.p->acts[try.act],
                      .act_index = try.act,
                      .row = -1,
                      .to = to,
                      .person = w.m.raiser,
                      .has_was = true,
                      .was = change.was};
    TRY(flow_carry_out(&d));
    return flow_system_acts(c, matter, &d.was);
}
