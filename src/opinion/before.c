/* What stays from one analysis to the next: the axes' sides, the groups' numbers, and for a while
 * how many groups there are. Both have people and statements in the order of their ids. */
#include "opinion/analysis.h"

#include <math.h>
#include <string.h>

/* The number of groups changes when so many analyses, one after the other, find the same other one,
 * or at once when that stands out by so much more. */
enum { AGREE_LEAST = 4 };
static const double ADVANTAGE = 0.03;

/* ---- axes ---- */

enum opinion_err before_space(const struct work *w, const struct opinion_analysis *before,
                              struct space *space)
{
    const struct opinion_votes *old = before->votes;
    double length[AXES] = {0};

    *space = (struct space){.statements = w->kept->statements};
    TAKE(w->scratch, space->direction, w->kept->statements * AXES);
    for (size_t at = 0; at < old->statements * AXES; at++)
        length[at % AXES] += before->loading[at] * before->loading[at];
    for (size_t j = 0, i = 0; j < w->kept->statements; j++) {
        uint64_t id = w->v->statement_id[w->kept_of[j]];
        while (i < old->statements && old->statement_id[i] < id)
            i++;
        if (i == old->statements || old->statement_id[i] != id)
            continue;
        for (size_t x = 0; x < AXES; x++)
            space->direction[j * AXES + x] =
                length[x] > 0 ? before->loading[i * AXES + x] / sqrt(length[x]) : 0;
    }
    return OPINION_OK;
}

/* ---- groups ---- */

/* The earlier group of each who is eligible now, one after the other; -1: in none. */
struct walk {
    const struct work *w;
    const struct opinion_analysis *before;
    size_t old;
};

static int next_group(struct walk *k, size_t eligible)
{
    const struct opinion_votes *old = k->before->votes;
    uint64_t id = k->w->v->person_id[k->w->eligible[eligible]];

    while (k->old < old->people && old->person_id[k->old] < id)
        k->old++;
    return k->old < old->people && old->person_id[k->old] == id ? k->before->group[k->old] : -1;
}

int before_k(struct work *w, const struct opinion_analysis *before, const struct choice *choice,
             int found)
{
    double gap[OPINION_GROUPS_MAX + 1];

    if (found == before->k)
        return found;
    memcpy(gap, choice->gap, sizeof gap);
    gap[1] = choice->chance; /* what no groups at all have to be beaten by */
    w->a->k_found = found;
    w->a->k_times = before->k_found == found ? before->k_times + 1 : 1;
    if (w->a->k_times < AGREE_LEAST && gap[found] - gap[before->k] <= ADVANTAGE)
        return before->k;
    w->a->k_found = w->a->k_times = 0;
    return found;
}

bool before_centres(const struct work *w, const struct opinion_analysis *before, int k,
                    struct grouping *g)
{
    struct walk walk = {w, before, 0};
    double size[OPINION_GROUPS_MAX] = {0};

    *g = (struct grouping){.k = k};
    if (before->k != k)
        return false;
    for (size_t i = 0; i < w->a->eligible; i++) {
        int group = next_group(&walk, i);
        if (group < 0)
            continue;
        size[group]++;
        for (size_t x = 0; x < AXES; x++)
            g->centre[group][x] += w->a->place[w->eligible[i] * AXES + x] * w->space.strength[x];
    }
    for (int c = 0; c < k; c++) {
        for (int x = 0; x < AXES; x++)
            g->centre[c][x] /= fmax(size[c], 1);
        if (size[c] == 0)
            return false;
    }
    return true;
}

/* ---- numbers ---- */

/* Every way of matching each new group from `g` on with an old one or with none: there are few. */
static void match(struct matching *m, int g, unsigned taken, uint64_t shared)
{
    if (g == m->k) {
        if (!m->is_found || shared > m->best_shared) {
            memcpy(m->best, m->of, sizeof m->best);
            m->best_shared = shared;
            m->is_found = true;
        }
        return;
    }
    for (int o = 0; o < m->old_k; o++) {
        if ((taken >> o & 1) != 0 || m->shared[g][o] == 0)
            continue;
        m->of[g] = o;
        match(m, g + 1, taken | 1u << o, shared + m->shared[g][o]);
    }
    m->of[g] = -1;
    match(m, g + 1, taken, shared);
}

void before_match(struct matching *m)
{
    match(m, 0, 0, 0);
}

/* One that is all there is has no name that somebody could miss, and takes none from others. */
enum opinion_err before_number(struct work *w, const struct opinion_analysis *before,
                               const int8_t *label)
{
    struct walk walk = {w, before, 0};
    struct matching m = {.k = w->grouping.k, .old_k = before->k};

    for (size_t i = 0; i < w->a->eligible; i++) {
        int group = next_group(&walk, i);
        if (group >= 0)
            m.shared[label[i]][group]++;
    }
    before_match(&m);
    w->a->ids = before->ids;
    for (int g = 0; g < m.k; g++)
        w->a->id[g] = m.best[g] >= 0 ? before->id[m.best[g]] : w->a->ids++;
    return OPINION_OK;
}
