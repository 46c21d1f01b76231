/* alike -- pairs of people whose votes are nearly the same, for signals.c. */
#pragma once
#include "opinion/region.h"
#include "opinion/signals.h"

/* ---- who is compared with whom ---- */

/* Two people who may vote alike; a fault ends it. */
typedef enum opinion_err alike_meet_fn(void *arg, uint32_t a, uint32_t b);

/* Those of `people`, ascending, that a band of least hashes brings together, a < b; some several
 * times. Of a crowd each meets the next few alone. */
enum opinion_err alike_meet(const struct opinion_votes *v, uint64_t seed, const uint32_t *people,
                            size_t count, struct region *scratch, alike_meet_fn *meet, void *arg);

/* ---- how surely ---- */

/* The chance of each vote, as signals.h says, under an analysis of these votes or of fewer people's
 * on the same statements. */
struct alike_model {
    const struct opinion_votes *votes;
    const struct opinion_analysis *analysis;
    double usual;        /* share of passes */
    double *mean, *pass; /* [statements] */
    double *own;         /* [people] share of passes */
    double *place;       /* [people * OPINION_AXES] */
};

enum opinion_err alike_model_begin(struct alike_model *m, const struct opinion_votes *votes,
                                   const struct opinion_analysis *analysis, struct region *region);

/* Two people over what both voted on; the evidence is 0 where `m` has no analysis. */
struct opinion_pair alike_pair(const struct alike_model *m, uint32_t a, uint32_t b);

/* A list that grows in a region; what it outgrew stays there, in all no more than it is. */
struct alike_list {
    struct region *region;
    struct opinion_pair *pairs;
    size_t count, room;
};

/* The pairs among `people` whose evidence is at the threshold, each once, by evidence falling, then
 * by a and b. */
enum opinion_err alike_find(const struct alike_model *m, uint64_t seed, const uint32_t *people,
                            size_t count, double threshold, struct region *scratch,
                            struct alike_list *found);
