/* alike -- pairs of people whose votes are nearly the same, for signals.c. */
#pragma once
#include "opinion/region.h"
#include "opinion/signals.h"

/* The chance of each vote, as signals.h says. */
struct alike_model {
    const struct opinion_analysis *analysis;
    double *mean, *pass; /* [statements] */
};

enum opinion_err alike_model_begin(struct alike_model *m, const struct opinion_analysis *analysis,
                                   struct region *region);

/* Two people over what both voted on. */
struct opinion_pair alike_pair(const struct alike_model *m, uint32_t a, uint32_t b);

/* A list that grows in a region; what it outgrew stays there, in all no more than it is. */
struct alike_list {
    struct region *region;
    struct opinion_pair *pairs;
    size_t count, room;
};

/* The pairs among `people` whose evidence is at the threshold, each once, in no order to rely on
 * but a fixed one. */
enum opinion_err alike_find(const struct alike_model *m, const uint32_t *people, size_t count,
                            double threshold, struct region *scratch, struct alike_list *found);

/* By evidence falling, then by a and b. */
int alike_by_evidence(const void *left, const void *right);
