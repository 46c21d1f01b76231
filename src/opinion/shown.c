/* What may be published: no count of fewer than ten people or with one or two of a kind, and none
 * that comes out when what is published is taken from what is published. */
#include "opinion/analysis.h"

static bool may_be_seen(const struct opinion_count *c)
{
    const uint32_t each[] = {c->agree, c->pass, c->disagree};

    for (int i = 0; i < 3; i++) {
        if (each[i] == 1 || each[i] == 2)
            return false;
    }
    return count_all(c) >= OPINION_SHOWN_LEAST;
}

/* What is left of all votes on a statement when the groups that are shown are taken away. */
static struct opinion_count hidden_part(const struct work *w, size_t j)
{
    struct opinion_count rest = w->about[j].all;

    for (int g = 0; g < w->a->k; g++) {
        const struct opinion_count *c = &w->counts[(size_t)g * w->v->statements + j];
        if (!w->is_shown[(size_t)g * w->v->statements + j])
            continue;
        rest.agree -= c->agree;
        rest.pass -= c->pass;
        rest.disagree -= c->disagree;
    }
    return rest;
}

/* The smallest group that is shown; -1: none is. */
static int smallest_shown(const struct work *w, size_t j)
{
    int found = -1;
    uint32_t least = UINT32_MAX;

    for (int g = 0; g < w->a->k; g++) {
        uint32_t n = count_all(&w->counts[(size_t)g * w->v->statements + j]);
        if (w->is_shown[(size_t)g * w->v->statements + j] && n < least) {
            least = n;
            found = g;
        }
    }
    return found;
}

void shown_find(struct work *w)
{
    for (size_t j = 0; j < w->v->statements; j++) {
        struct opinion_about *about = &w->about[j];
        int shown = 0;
        for (int g = 0; g < w->a->k; g++) {
            size_t at = (size_t)g * w->v->statements + j;
            w->is_shown[at] = may_be_seen(&w->counts[at]);
        }
        /* One more is kept back until the hidden ones together hide among enough. */
        for (;;) {
            struct opinion_count rest = hidden_part(w, j);
            int g = smallest_shown(w, j);
            if (g < 0 || count_all(&rest) == 0 || may_be_seen(&rest))
                break;
            w->is_shown[(size_t)g * w->v->statements + j] = false;
        }
        for (int g = 0; g < w->a->k; g++)
            shown += w->is_shown[(size_t)g * w->v->statements + j];
        about->is_whole = shown == w->a->k && may_be_seen(&about->all);
    }
}
