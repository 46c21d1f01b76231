/*
 * groups -- do people stand in clumps, and in how many?
 *
 * k-means for each k, judged by how much better it separates people than it would separate a cloud
 * of the same shape without any clumps. One cloud is a legal answer.
 */
#pragma once
#include "opinion/space.h"

enum { GROUPS_LEAST = 2, SAMPLE_MAX = 2048 };

enum verdict {
    VERDICT_NONE,       /* opinions form a continuum: no groups */
    VERDICT_TENDENCIES, /* regions that may be the ends of a continuum */
    VERDICT_DISTINCT,
};

/* Centres; distances are those of the scaled scores: of places times the axes' strengths, so that a
 * distance is a difference in expected votes. */
struct grouping {
    int k;
    double centre[OPINION_GROUPS_MAX][AXES];
};

struct choice {
    enum verdict verdict;
    int best;                           /* the k that stands out most, whatever the verdict */
    double gap[OPINION_GROUPS_MAX + 1]; /* [k] silhouette beyond that of a cloud */
    double silhouette[OPINION_GROUPS_MAX + 1];
    struct grouping of[OPINION_GROUPS_MAX + 1]; /* [k] the clusters of each */
};

/* `score`: AXES numbers for each of `count` people, scaled; of more than SAMPLE_MAX so many are
 * evenly drawn. The clouds are drawn by `seed`. */
enum opinion_err groups_choose(struct region *scratch, const double *score, size_t count,
                               uint64_t seed, struct choice *choice);

/* k-means from the given centres until nobody changes, at most `rounds`; clusters that lose all
 * their people stay where they were. Gives back the sum of squared distances. */
double groups_settle(const double *score, size_t count, int rounds, struct grouping *grouping);

/* The nearest centre; of equally near ones the first. */
int groups_nearest(const struct grouping *grouping, const double score[AXES]);
