/*
 * analysis -- what the stages of opinion_analysis_new share.
 *
 *     crowd_find    groups, or none                                        crowd.c
 *     before_...    what stays of an earlier analysis                      before.c
 *     kept_votes    only statements that place people, numbered anew       analysis.c
 *     class_find    probabilities of belonging, by the votes alone         class.c
 *     typical_find  what each group stands for                             typical.c
 *     about_find    what is said of each statement                         about.c
 *     shown_find    which counts may be published                          shown.c
 *
 * live.c goes on with the work where votes come in batches.
 */
#pragma once
#include "opinion/crew.h"
#include "opinion/groups.h"

/* Statements beyond so many, those with the fewest votes, place nobody: pairs are counted in square
 * memory. */
enum { PLACING_MAX = 2048 };

/* Of the normal distribution 5 % lie beyond: an interval of 90 % reaches so far either way. */
static const double Z90 = 1.6448536269514722;

/* Places along each axis at which a tenth, a half and nine tenths of people stand before. */
struct quantiles {
    double at[OPINION_AXES][3];
};

struct work {
    struct region *region, *scratch;
    const struct opinion_crew *crew;
    const struct opinion_votes *v;
    const struct opinion_votes *kept; /* the votes that place people; its statements are: */
    const uint32_t *kept_of;          /* [kept->statements] index in v */
    struct gram gram;                 /* of the sample */
    struct space space;               /* of the kept statements */
    uint32_t *eligible;               /* [a->eligible] */
    const uint32_t *sample;           /* [a->sampled] of them, ascending: axes come from them, and
                                         whatever needs no more */
    struct grouping grouping;
    struct quantiles quantiles;    /* only where there are no groups */
    const struct classes *classes; /* what membership is told by; NULL where there are no groups */
    int8_t *group;                 /* [people] */
    double *membership;
    struct opinion_count *counts;
    bool *is_shown;
    struct opinion_about *about;
    struct opinion_analysis *a;
};

/* All of it, in the order of the stages. What is told lies in the region; the rest of the work in
 * the scratch, until that is freed. */
enum opinion_err work_compute(struct work *w, const struct opinion_options *o);

/* Whether each statement places people; how many do. `seen`: votes on each. */
enum opinion_err work_choose(const struct work *w, const uint32_t *seen, bool *is_kept,
                             size_t *count);

/* Who takes part, and of whom the axes come: into the scratch. */
enum opinion_err work_people(struct work *w);

/* The means and loadings of the space, told in the answer: [statements], [statements * AXES]. */
void work_tell_space(struct work *w, double *mean, double *loading);

/* Groups of the eligible, from their places. */
enum opinion_err crowd_find(struct work *w, const struct opinion_options *o);

/* The earlier axes, for the statements of now; where it is new, nothing. */
enum opinion_err before_space(const struct work *w, const struct opinion_analysis *before,
                              struct space *space);

/* How many groups are to be shown where `found` is how many there are now. */
int before_k(struct work *w, const struct opinion_analysis *before, const struct choice *choice,
             int found);

/* Centres of the earlier groups where their people stand now; false: there were not so many. */
bool before_centres(const struct work *w, const struct opinion_analysis *before, int k,
                    struct grouping *g);

/* Which earlier group each new one goes on from: so that as many people as can be stay together. */
struct matching {
    int k, old_k;
    uint32_t shared[OPINION_GROUPS_MAX][OPINION_GROUPS_MAX]; /* people in the new and in the old */
    int of[OPINION_GROUPS_MAX], best[OPINION_GROUPS_MAX]; /* the old group of each new one, or -1 */
    uint64_t best_shared;
    bool is_found;
};

/* Of k, old_k and shared the rest. */
void before_match(struct matching *m);

/* Each group has the number of the earlier one with which it shares the most people, all groups
 * together; a new one a number that none has had. `label`: of the eligible. */
enum opinion_err before_number(struct work *w, const struct opinion_analysis *before,
                               const int8_t *label);

/* The groups settled anew from where their centres are, everybody's nearest told in `group`. */
enum opinion_err crowd_settle(struct work *w);

/* Membership in the k groups of everybody, from the labels of the eligible; and of one by what was
 * learnt then. */
enum opinion_err class_find(struct work *w);
void class_of(const struct work *w, size_t person, double *membership);

/* Groups by statements: needs counts. */
void shown_find(struct work *w);
enum opinion_err quantiles_find(struct work *w);
enum opinion_err about_find(struct work *w);
enum opinion_err typical_find(struct work *w);

static inline void count_vote(struct opinion_count *c, int vote)
{
    c->agree += vote == OPINION_AGREE;
    c->pass += vote == OPINION_PASS;
    c->disagree += vote == OPINION_DISAGREE;
}

static inline uint32_t count_all(const struct opinion_count *c)
{
    return c->agree + c->pass + c->disagree;
}
