/*
 * polis -- the parts of the method of Polis, for polis.c.
 *
 * Inside, agreeing is -1 as in Polis itself; what is handed out says its sign. The matrix is never
 * filled in: what is missing is zero after centring, so every pass is over the votes alone.
 */
#pragma once
#include "opinion/region.h"

enum {
    POLIS_BASE_CLUSTERS = 100, /* groups are made of these, not of people */
    POLIS_BASE_ROUNDS = 100,
    POLIS_GROUP_ROUNDS = 20,
};

struct polis {
    const struct opinion_votes *votes;
    struct region *region;                /* of the result */
    struct region *scratch;               /* gone with the call */
    size_t people, statements, out_count; /* statements moderated out */
    double *mean;                         /* [statements] 0 for those that are out */
    double *value;                        /* [3 * statements] vote less mean, by code */
    double *axis[2];
    double *x, *y;
};

/* Means, values by code, both axes, all positions. */
enum opinion_err polis_axes(struct polis *p);

/* Points in the plane with weights, and the clusters they fall into. */
struct points {
    size_t count;
    const double *x, *y;
    const double *weight; /* NULL: all the same */
};

struct clusters {
    int count;
    double *x, *y;  /* [count] centres */
    double *weight; /* [count] of the members in all */
    int32_t *of;    /* [points] */
};

/* Lloyd's k-means from the first `count_max` distinct points, at most `rounds` + 1 rounds. */
enum opinion_err polis_cluster(struct region *region, const struct points *points, int count_max,
                               int rounds, struct clusters *clusters);

/* Mean silhouette of the points in their clusters; a point alone in its own counts as 0. */
enum opinion_err polis_silhouette(struct region *scratch, const struct points *points,
                                  const struct clusters *clusters, double *silhouette);

/* Representative statements, consensus, group consensus, priorities. Needs groups. */
enum opinion_err polis_lists(struct polis *p, struct opinion_polis *result);
