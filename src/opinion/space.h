/*
 * space -- where statements and people stand, in four axes.
 *
 * Axes are the strongest eigenvectors of the covariance of every two statements, from those who
 * voted on both, shrunk towards zero where these are few (Ilin, Raiko 2010 say why what is missing
 * must not be filled in). A person's place is the posterior mean given his votes, with a
 * covariance: whoever voted little is near the middle, and it is said how little is known (Tipping,
 * Bishop 1999).
 */
#pragma once
#include "opinion/gram.h"

enum { AXES = OPINION_AXES, BLOCK = 8 };

struct space {
    size_t statements;
    double *mean;          /* [j] */
    double *direction;     /* [j * AXES + a] unit eigenvectors */
    double *loading;       /* [j * AXES + a] */
    double value[AXES];    /* eigenvalues, falling */
    double noise;          /* variance of a vote around its prediction */
    double strength[AXES]; /* length of each axis' loadings */
    int rounds;            /* of the iteration, for the curious */
};

struct spot {
    double at[AXES];            /* posterior mean */
    double spread[AXES * AXES]; /* posterior covariance */
};

/* From the sums alone. `before`: an earlier space to start from and to keep the signs of, or NULL.
 */
enum opinion_err space_find(struct region *region, struct region *scratch, const struct gram *gram,
                            const struct space *before, struct space *space);

/* One person by his votes. */
struct spot space_place(const struct space *space, const uint16_t *code, size_t count);

/* The vote that is expected of somebody there, -1 to 1 or somewhat beyond. */
double space_expect(const struct space *space, const double at[AXES], size_t statement);
