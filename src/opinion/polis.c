#include "opinion/polis.h"

#include <assert.h>
#include <stdlib.h>

enum {
    IN_VOTES_MIN = 7,   /* who voted on so many takes part in the grouping */
    IN_PEOPLE_MIN = 15, /* so many do at least, those with the most votes */
};

/* ---- who takes part ---- */

struct voter {
    uint32_t person, votes;
};

static int by_votes(const void *left, const void *right)
{
    const struct voter *a = left, *b = right;

    if (a->votes != b->votes)
        return a->votes > b->votes ? -1 : 1;
    return (a->person > b->person) - (a->person < b->person);
}

static enum opinion_err find_in(struct polis *p, struct opinion_polis *r)
{
    const struct opinion_votes *v = p->votes;
    uint32_t least = p->statements < IN_VOTES_MIN ? (uint32_t)p->statements : IN_VOTES_MIN, *in;
    struct voter *voters;
    bool *is_in;
    size_t count = 0;

    TAKE(p->scratch, voters, p->people);
    TAKE(p->scratch, is_in, p->people);
    TAKE(p->region, in, p->people);
    for (uint32_t i = 0; i < p->people; i++) {
        voters[i] = (struct voter){i, v->begin[i + 1] - v->begin[i]};
        is_in[i] = voters[i].votes >= least;
        count += is_in[i];
    }
    if (count < IN_PEOPLE_MIN) {
        qsort(voters, p->people, sizeof *voters, by_votes);
        for (size_t i = 0; i < p->people && count < IN_PEOPLE_MIN; i++) {
            count += !is_in[voters[i].person];
            is_in[voters[i].person] = true;
        }
    }
    for (uint32_t i = 0; i < p->people; i++) {
        if (is_in[i])
            in[r->in_count++] = i;
    }
    r->in = in;
    return OPINION_OK;
}

static void begin_stage(const struct opinion_options *o, const char *name)
{
    if (o != NULL && o->stage != NULL)
        o->stage(o->self, name);
}

/* ---- groups ---- */

static enum opinion_err find_base(struct polis *p, const struct opinion_polis *r,
                                  struct clusters *base)
{
    double *x, *y;

    TAKE(p->scratch, x, r->in_count);
    TAKE(p->scratch, y, r->in_count);
    for (size_t i = 0; i < r->in_count; i++) {
        x[i] = p->x[r->in[i]];
        y[i] = p->y[r->in[i]];
    }
    struct points people = {.count = r->in_count, .x = x, .y = y};
    return polis_cluster(p->scratch, &people, POLIS_BASE_CLUSTERS, POLIS_BASE_ROUNDS, base);
}

/* Groups of base clusters for each k; the k with the best silhouette, of equal ones the largest. */
static enum opinion_err find_groups(struct polis *p, struct opinion_polis *r,
                                    const struct clusters *base, struct clusters *groups)
{
    struct points centres = {(size_t)base->count, base->x, base->y, base->weight};

    if (base->count == 0)
        return OPINION_OK;
    r->k_max = 2 + base->count / 12;
    if (r->k_max > POLIS_GROUPS_MAX)
        r->k_max = POLIS_GROUPS_MAX;
    for (int k = 2, best = 0; k <= r->k_max; k++) {
        struct clusters found;
        TRY(polis_cluster(p->scratch, &centres, k, POLIS_GROUP_ROUNDS, &found));
        TRY(polis_silhouette(p->scratch, &centres, &found, &r->silhouette[k]));
        if (best == 0 || r->silhouette[k] >= r->silhouette[best]) {
            best = k;
            *groups = found;
        }
    }
    r->k = groups->count;
    return OPINION_OK;
}

static enum opinion_err group_people(struct polis *p, struct opinion_polis *r,
                                     const struct opinion_options *o)
{
    struct clusters base = {0}, groups = {0};
    int8_t *group;

    begin_stage(o, "base clusters");
    TRY(find_base(p, r, &base));
    begin_stage(o, "groups");
    TRY(find_groups(p, r, &base, &groups));
    assert(r->in_count == 0 || (base.of != NULL && groups.of != NULL));
    TAKE(p->region, group, p->people);
    for (size_t i = 0; i < p->people; i++)
        group[i] = -1;
    for (size_t i = 0; i < r->in_count; i++) {
        group[r->in[i]] = (int8_t)groups.of[base.of[i]];
        r->groups[groups.of[base.of[i]]].people++;
    }
    r->group = group;
    return OPINION_OK;
}

/* ---- all of it ---- */

static enum opinion_err compute(struct polis *p, struct opinion_polis *r,
                                const struct opinion_options *o)
{
    double *mean;

    begin_stage(o, "axes");
    TRY(polis_axes(p));
    TAKE(p->region, mean, p->statements);
    for (size_t j = 0; j < p->statements; j++)
        mean[j] = -p->mean[j];
    r->mean_agree_plus = mean;
    r->axis[0] = p->axis[0];
    r->axis[1] = p->axis[1];
    r->x = p->x;
    r->y = p->y;
    TRY(find_in(p, r));
    TRY(group_people(p, r, o));
    begin_stage(o, "lists");
    return polis_lists(p, r);
}

struct made {
    struct opinion_polis polis;
    struct region *region;
};

enum opinion_err opinion_polis_new(const struct opinion_memory *m,
                                   const struct opinion_votes *votes,
                                   const struct opinion_options *options,
                                   const struct opinion_polis **polis)
{
    struct polis p = {.votes = votes,
                      .region = region_new(m),
                      .scratch = region_new(m),
                      .people = votes->people,
                      .statements = votes->statements};
    struct made *made = NULL;
    enum opinion_err e = OPINION_NO_MEMORY;

    if (p.region != NULL && p.scratch != NULL)
        made = region_take(p.region, 1, sizeof *made);
    if (made != NULL) {
        *made = (struct made){.polis = {.votes = votes}, .region = p.region};
        e = compute(&p, &made->polis, options);
    }
    region_free(p.scratch);
    if (e != OPINION_OK) {
        region_free(p.region);
        return e;
    }
    *polis = &made->polis;
    return OPINION_OK;
}

void opinion_polis_free(const struct opinion_polis *polis)
{
    if (polis != NULL)
        region_free(((const struct made *)polis)->region);
}
