/* From places to groups. */
#include "opinion/analysis.h"

#include <math.h>
#include <string.h>

/* Smaller groups join the nearest: so many people, or this share of those eligible. */
enum { GROUP_LEAST = 10, SETTLE_ROUNDS = 30 };
static const double GROUP_LEAST_SHARE = 0.03;

/* Centres that come from the earlier ones may explain so much less. */
static const double AS_GOOD = 0.999;

/* The eligible, as groups are found: their labels stand beside them. */
struct crowd {
    struct points points;
    int8_t *label;
};

static enum opinion_err crowd_new(struct work *w, struct crowd *c)
{
    TRY(points_new(w->scratch, w->a->eligible, &c->points));
    TAKE(w->scratch, c->label, w->a->eligible + KERNEL_POINTS);
    for (size_t i = 0; i < w->a->eligible; i++) {
        for (size_t x = 0; x < AXES; x++)
            c->points.axis[x][i] =
                (float)(w->a->place[w->eligible[i] * AXES + x] * w->space.strength[x]);
    }
    return OPINION_OK;
}

static void count_groups(struct work *w, struct crowd *c)
{
    groups_label(&c->points, &w->grouping, c->label);
    memset(w->a->size, 0, sizeof w->a->size);
    for (size_t i = 0; i < w->a->eligible; i++)
        w->a->size[c->label[i]]++;
}

/* Groups too small to be named are no groups: their people go to the nearest other one. */
static void join_small(struct work *w, struct crowd *c)
{
    double least = fmax(GROUP_LEAST, GROUP_LEAST_SHARE * (double)w->a->eligible);
    struct grouping *g = &w->grouping;

    count_groups(w, c);
    while (g->k > 1) {
        int small = 0;
        for (int k = 1; k < g->k; k++)
            small = w->a->size[k] < w->a->size[small] ? k : small;
        if (w->a->size[small] >= least)
            return;
        g->k--;
        memmove(g->centre[small], g->centre[small + 1],
                (size_t)(g->k - small) * sizeof g->centre[0]);
        count_groups(w, c);
    }
}

/* Of the largest the number 0, of the others as their sizes fall. */
static void number_by_size(struct work *w)
{
    for (int g = 0; g < w->grouping.k; g++) {
        int larger = 0;
        for (int k = 0; k < w->grouping.k; k++)
            larger += w->a->size[k] + (k < g) > w->a->size[g]; /* of equal ones the first */
        w->a->id[g] = larger;
    }
    w->a->ids = w->grouping.k;
}

/* By their numbers, ascending. */
static void order_groups(struct work *w, const struct crowd *c)
{
    struct grouping *g = &w->grouping, found = w->grouping;
    uint32_t size[OPINION_GROUPS_MAX];
    int id[OPINION_GROUPS_MAX], place[OPINION_GROUPS_MAX] = {0};

    memcpy(size, w->a->size, sizeof size);
    memcpy(id, w->a->id, sizeof id);
    for (int i = 0; i < g->k; i++) {
        for (int k = 0; k < g->k; k++)
            place[i] += id[k] < id[i];
        memcpy(g->centre[place[i]], found.centre[i], sizeof g->centre[0]);
        w->a->size[place[i]] = size[i];
        w->a->id[place[i]] = id[i];
    }
    for (size_t i = 0; i < w->a->eligible; i++)
        w->group[w->eligible[i]] = (int8_t)place[c->label[i]];
}

/* From the clusters of a few the centres of many; from those before, if that is about as good. */
static enum opinion_err settle(struct work *w, const struct crowd *c, const struct grouping *found,
                               const struct opinion_options *o)
{
    struct points some;
    struct grouping before;
    int8_t *labels;

    w->grouping = *found;
    TRY(points_thin(w->scratch, &c->points, OPINION_SAMPLE_MAX, &some));
    TAKE(w->scratch, labels, LABELS_ROOM(some.count));
    double between = groups_settle(&some, SETTLE_ROUNDS, labels, &w->grouping);
    if (o->before == NULL || !before_centres(w, o->before, found->k, &before))
        return OPINION_OK;
    if (groups_settle(&some, SETTLE_ROUNDS, labels, &before) >= AS_GOOD * between)
        w->grouping = before;
    return OPINION_OK;
}

enum opinion_err crowd_settle(struct work *w)
{
    const struct opinion_options alone = {.seed = w->a->seed};
    struct crowd crowd;

    TRY(crowd_new(w, &crowd));
    if (w->grouping.k > 1)
        TRY(settle(w, &crowd, &w->grouping, &alone));
    count_groups(w, &crowd);
    for (size_t i = 0; i < w->a->eligible; i++)
        w->group[w->eligible[i]] = crowd.label[i];
    return OPINION_OK;
}

/* How many groups: as many as are wanted, or as there are; the earlier number for a while. */
static int choose_k(struct work *w, const struct opinion_options *o, const struct choice *choice)
{
    int k = choice->verdict == OPINION_NO_GROUPS ? 1 : choice->best;

    w->a->verdict = choice->verdict;
    if (o->groups != 0)
        return o->groups;
    if (o->before != NULL) {
        k = before_k(w, o->before, choice, k);
        w->a->verdict = k == 1 ? OPINION_NO_GROUPS : groups_verdict(choice->gap[k]);
    }
    return k;
}

enum opinion_err crowd_find(struct work *w, const struct opinion_options *o)
{
    struct choice choice;
    struct crowd crowd;

    TRY(crowd_new(w, &crowd));
    TRY(groups_choose(w->scratch, &crowd.points, w->a->seed, &choice));
    memcpy(w->a->gap, choice.gap, sizeof w->a->gap);
    memcpy(w->a->silhouette, choice.silhouette, sizeof w->a->silhouette);
    int k = choose_k(w, o, &choice);
    w->grouping = (struct grouping){.k = 1};
    if (k > 1 && choice.of[k].k == k)
        TRY(settle(w, &crowd, &choice.of[k], o));
    join_small(w, &crowd);
    if (o->before != NULL)
        TRY(before_number(w, o->before, crowd.label));
    else
        number_by_size(w);
    order_groups(w, &crowd);
    w->a->k = w->grouping.k;
    if (o->groups == 0 && w->a->k == 1)
        w->a->verdict = OPINION_NO_GROUPS;
    return OPINION_OK;
}
