/*
 * gram -- what the votes on every two statements have to do with each other, in whole numbers.
 *
 * Over all people counted: how many voted on j, and the sum of their votes; and for each pair j, k
 * how many voted on both, the sum of the products of their votes, and the sum of their votes on j.
 * Whole numbers do not depend on the order they were added in, a vote that is taken back leaves
 * nothing behind, and two of these from different people are added number by number.
 */
#pragma once
#include "opinion/region.h"

struct gram {
    size_t statements;
    uint32_t people;  /* counted */
    uint32_t *seen;   /* [j] */
    int32_t *sum;     /* [j] */
    uint32_t *both;   /* [j * statements + k], symmetric; its diagonal is seen */
    int32_t *product; /* [j * statements + k], symmetric */
    int32_t *given;   /* [j * statements + k] votes on j of those who also voted on k */
};

/* Empty. */
enum opinion_err gram_new(struct region *region, size_t statements, struct gram *gram);

/* The votes of one person, ascending codes, added (sign 1) or taken away again (sign -1). */
void gram_person(struct gram *g, const uint16_t *code, size_t count, int sign);

/* One vote of somebody with `count` others, added or taken away. */
void gram_vote(struct gram *g, const uint16_t *others, size_t count, uint16_t code, int sign);

/* All at once from `people` of the votes (indices): bit planes, a word of 64 people at a time. The
 * same numbers as adding them one by one. `crew` may be NULL. */
enum opinion_err gram_build(struct region *region, struct region *scratch,
                            const struct opinion_votes *votes, const uint32_t *people, size_t count,
                            const struct opinion_crew *crew, struct gram *gram);
