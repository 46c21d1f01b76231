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
#include "opinion/kernel.h"

enum { AXES = OPINION_AXES, BLOCK = KERNEL_COLUMNS };

struct space {
    size_t statements;
    double *mean;          /* [j] */
    double *direction;     /* [j * AXES + a] unit eigenvectors */
    double *loading;       /* [j * AXES + a] */
    double value[AXES];    /* eigenvalues, falling */
    double noise;          /* variance of a vote around its prediction */
    double strength[AXES]; /* length of each axis' loadings */
    int rounds;            /* of the iteration, for the curious */
    float *row;            /* [code * KERNEL_PLACE] what a vote adds to its person's system */
};

struct spot {
    double at[AXES];            /* posterior mean */
    double spread[AXES * AXES]; /* posterior covariance */
};

/* From the sums alone. `before`: an earlier space to start from and to keep the signs of, or NULL.
 */
enum opinion_err space_find(struct region *region, struct region *scratch, const struct gram *gram,
                            const struct space *before, struct space *space);

/* The rows anew, after means or loadings became others. */
void space_tell_rows(struct space *space);

/* How far apart two spaces of the same statements are: over the axes, the most that the loadings of
 * one differ by, and that the means have moved along it, as parts of the strongest axis' strength.
 * Of that axis it is the angle it has turned by, in radians; what a weak one does, matters as
 * little as it does for where people stand. */
double space_apart(const struct space *a, const struct space *b);

/* One person by his votes. What a vote adds is held in single precision: a place is right to about
 * 1e-5 of its size. */
struct spot space_place(const struct space *space, const uint16_t *code, size_t count);

/* The same of up to KERNEL_LANES people (indices) at once. */
void space_place_some(const struct space *space, const struct opinion_votes *votes,
                      const uint32_t *people, size_t count, struct spot *spots);

/* Of everybody the place and its standard deviations on each axis: [people * AXES]. */
void space_place_all(const struct space *space, const struct opinion_votes *votes,
                     const struct opinion_crew *crew, double *place, double *spread);

/* The vote that is expected of somebody there, -1 to 1 or somewhat beyond. */
double space_expect(const struct space *space, const double at[AXES], size_t statement);
