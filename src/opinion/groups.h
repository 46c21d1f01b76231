/*
 * groups -- do people stand in clumps, and in how many?
 *
 * k-means for each k, judged by how much better it separates people than it would separate a cloud
 * of the same shape without any clumps. One cloud is a legal answer.
 */
#pragma once
#include "opinion/space.h"

enum { GROUPS_LEAST = 2, SAMPLE_MAX = 2048 };

/* Centres; distances are those of the scaled scores: of places times the axes' strengths, so that a
 * distance is a difference in expected votes. */
struct grouping {
    int k;
    double centre[OPINION_GROUPS_MAX][AXES];
};

struct choice {
    enum opinion_verdict verdict;
    int best; /* the k that was chosen; without groups the one with the largest gap */
    double steady[OPINION_GROUPS_MAX + 1]; /* [k] see groups_steadiness; 0: not asked */
    double gap[OPINION_GROUPS_MAX + 1];    /* [k] silhouette beyond that of a cloud */
    double silhouette[OPINION_GROUPS_MAX + 1];
    struct grouping of[OPINION_GROUPS_MAX + 1]; /* [k] the clusters of each */
};

/* `score`: AXES numbers for each of `count` people, scaled; of more than SAMPLE_MAX so many are
 * evenly drawn. The clouds are drawn by `seed`. */
enum opinion_err groups_choose(struct region *scratch, const double *score, size_t count,
                               uint64_t seed, struct choice *choice);

/* k-means for so many clusters, begun several times by lot. `far`: room for `count` numbers. */
struct real_random;
void groups_cluster(const double *score, size_t count, int k, double *far, struct real_random *r,
                    struct grouping *best);

/* How much two ways of parting the same people agree: the adjusted Rand index (Hubert, Arabie
 * 1985), 1 when they are the same, about 0 by chance. */
double groups_agreement(const int8_t *a, const int8_t *b, size_t count);

/* The median agreement of a grouping with those of half of the people each, drawn by lot. */
enum opinion_err groups_steadiness(struct region *scratch, const double *score, size_t count,
                                   const struct grouping *grouping, uint64_t seed, double *steady);

/* k-means from the given centres until nobody changes, at most `rounds`; clusters that lose all
 * their people stay where they were. Gives back the sum of squared distances. */
double groups_settle(const double *score, size_t count, int rounds, struct grouping *grouping);

/* The nearest centre; of equally near ones the first. */
int groups_nearest(const struct grouping *grouping, const double score[AXES]);
