/* What is left to see of a matter that everybody could see and nobody can now. */
#include "base/msg.h"
#include "flow/flow_local.h"

static const struct state *state_named(const struct procedure *p, str name)
{
    int i = procedure_state(p, name);

    return i < 0 ? NULL : &p->states[i];
}

/* Did the act end that everybody could see the matter? `*was_shown`: that they could at all, which
 * to be merged with something does not bring about. */
static bool hides(const struct procedure *p, const struct act *act, const struct entry *e,
                  bool *was_shown)
{
    const struct state *from = state_named(p, e->from_state), *to = state_named(p, e->to_state);
    bool leaves = from != NULL && from->is_public && (to == NULL || !to->is_public);

    *was_shown = *was_shown || (to != NULL && to->is_public && to->follows == FOLLOWS_NOTHING);
    return *was_shown && (leaves || (act->effects & 1u << EFFECT_UNPUBLISH) != 0);
}

enum err flow_tombstone(struct ctx *c, int64_t matter, struct tombstone *t)
{
    struct entry *entries;
    struct flow w;
    size_t count;
    bool was_shown = false;

    *t = (struct tombstone){0};
    TRY(flow_load_system(c, matter, &w));
    if (w.m.is_public)
        return fail(c, NOT_FOUND, MSG_MATTER_NOT_FOUND);
    TRY(entry_list(c, matter, false, &entries, &count));
    for (size_t i = 0; i < count; i++) {
        int act = procedure_act(w.p, entries[i].act);
        if (act >= 0 && hides(w.p, &w.p->acts[act], &entries[i], &was_shown))
            *t = (struct tombstone){.at = entries[i].at,
                                    .act = label_text(c, &w.p->acts[act].label),
                                    .reason = entries[i].note};
    }
    t->is_down = w.f.is_down && w.p->states[w.f.state].is_public;
    t->is_end = w.p->states[w.f.state].is_end || w.f.is_down;
    return t->at != 0 ? OK : fail(c, NOT_FOUND, MSG_MATTER_NOT_FOUND);
}
