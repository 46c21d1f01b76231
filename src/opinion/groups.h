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
    int best;      /* the k that was chosen; without groups the one with the largest gap */
    double chance; /* the gap that a cloud of so many people may have */
    double steady[OPINION_GROUPS_MAX + 1]; /* [k] see groups_steadiness; 0: not asked */
    double gap[OPINION_GROUPS_MAX + 1];    /* [k] silhouette beyond that of a cloud */
    double silhouette[OPINION_GROUPS_MAX + 1];
    struct grouping of[OPINION_GROUPS_MAX + 1]; /* [k] the clusters of each */
};

/* People by their scaled scores, an array for each axis, with room for KERNEL_POINTS at a time. */
struct points {
    size_t count;
    float *axis[AXES];
};

enum opinion_err points_new(struct region *region, size_t count, struct points *points);

/* `most` of them, evenly drawn in their order; all of them when they are no more. */
enum opinion_err points_thin(struct region *region, const struct points *all, size_t most,
                             struct points *thin);

/* Of more than SAMPLE_MAX points so many are evenly drawn. The clouds are drawn by `seed`. */
enum opinion_err groups_choose(struct region *scratch, const struct points *points, uint64_t seed,
                               struct choice *choice);

/* What groups with such a gap are called, if they are groups. */
enum opinion_verdict groups_verdict(double gap);

/* Room to work in, for points up to so many. */
struct bench {
    float *far;
    int8_t *labels; /* [LABELS_ROOM] */
};

#define LABELS_ROOM(count) (2 * ((count) + KERNEL_POINTS))

enum opinion_err bench_new(struct region *region, size_t count, struct bench *bench);

/* k-means for so many clusters, begun several times by lot. */
struct real_random;
void groups_cluster(const struct points *points, int k, const struct bench *bench,
                    struct real_random *r, struct grouping *best);

/* How much two ways of parting the same people agree: the adjusted Rand index (Hubert, Arabie
 * 1985), 1 when they are the same, about 0 by chance. */
double groups_agreement(const int8_t *a, const int8_t *b, size_t count);

/* The median agreement of a grouping with those of half of the people each, drawn by lot. */
enum opinion_err groups_steadiness(struct region *scratch, const struct points *points,
                                   const struct grouping *grouping, uint64_t seed, double *steady);

/* k-means from the given centres until nobody changes, at most `rounds`; clusters that lose all
 * their people stay where they were. `labels` has LABELS_ROOM. Gives back the sum of squared
 * distances between the centres and nought, each counted for its people: what is greatest where the
 * distances of people to their centres are least. */
double groups_settle(const struct points *points, int rounds, int8_t *labels,
                     struct grouping *grouping);

/* The nearest centre of each; `label` has room as the points have. Of equally near ones the first.
 */
void groups_label(const struct points *points, const struct grouping *grouping, int8_t *label);

/* The same of one, in double precision. */
int groups_nearest(const struct grouping *grouping, const double score[AXES]);
