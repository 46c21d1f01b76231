#include "procedure/procedure.h"

#include <assert.h>

bool procedure_is_party(const struct procedure *p, uint32_t parties)
{
    return (parties & ~procedure_parties_that_are(p, PARTY_ANYONE)) != 0;
}

bool procedure_is_office(const struct procedure *p, uint32_t parties)
{
    for (size_t i = 0; i < p->party_count; i++) {
        enum party_is is = p->parties[i].is;
        if ((parties & UINT32_C(1) << i) != 0 && (is == PARTY_ROLE || is == PARTY_ASSIGNED))
            return true;
    }
    return false;
}

/* What the public sees in a state: the state's own sets, or those of the openness chosen. Without a
 * choice, or with one that is not in the list, the public sees nothing more. */
struct shown {
    uint64_t fields, numbers;
    uint32_t children;
};

static struct shown shown_in(const struct procedure *p, int state, str openness)
{
    const struct state *s = &p->states[state];
    struct shown shown = {s->public_fields, s->public_numbers, s->public_children};

    if (!s->is_by_openness)
        return shown;
    for (size_t i = 0; i < p->openness.count; i++)
        if (str_eq(p->openness.shows[i].code, openness))
            return (struct shown){p->openness.shows[i].fields, p->openness.shows[i].numbers,
                                  p->openness.shows[i].children};
    return shown;
}

bool procedure_visible(const struct procedure *p, int state, int field, uint32_t parties,
                       str openness)
{
    assert(field >= 0 && (size_t)field < p->field_count);
    const struct field *f = &p->fields[field];

    if (f->seen_by)
        return (f->seen_by & parties) != 0;
    if (procedure_is_party(p, parties))
        return true;
    return shown_in(p, state, openness).fields >> field & 1;
}

bool procedure_number_visible(const struct procedure *p, int state, int number, uint32_t parties,
                              str openness)
{
    assert(number >= 0 && (size_t)number < p->number_count);
    return procedure_is_party(p, parties) || (shown_in(p, state, openness).numbers >> number & 1);
}

bool procedure_child_visible(const struct procedure *p, int state, int child, uint32_t parties,
                             str openness)
{
    assert(child >= 0 && (size_t)child < p->child_count);
    return procedure_is_party(p, parties) || (shown_in(p, state, openness).children >> child & 1);
}

void procedure_steps(const struct procedure *p, int state, int step, enum step_place *places)
{
    assert(state >= 0 && (size_t)state < p->state_count);
    const struct state *s = &p->states[state];

    for (int i = 0; i < (int)p->step_count; i++) {
        if (i < step)
            places[i] = STEP_DONE;
        else if (i == step)
            places[i] = STEP_NOW;
        else
            places[i] = s->is_end ? STEP_NEVER : STEP_AHEAD;
    }
}
