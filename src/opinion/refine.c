#include "opinion/refine.h"

#include "opinion/small.h"

#include <math.h>
#include <string.h>

/* How firmly a loading and a mean are held at zero, in votes. */
static const double LOADING_HELD = 1, MEAN_HELD = 0.5, NOISE_LEAST = 1e-3;

enum { X = AXES + 1, TRIANGLE = X * (X + 1) / 2 };

/* Of a statement: sums over its voters, x being the place and a one behind it. */
struct sums {
    double xx[TRIANGLE]; /* E[x x'], the lower triangle row by row */
    double vx[X];        /* v E[x] */
    double vv;
    uint32_t votes;
};

struct refining {
    const struct opinion_votes *v;
    const uint32_t *people;
    size_t count;
    struct space *s;
    struct sums *sums; /* [statements] */
};

/* ---- where people stand ---- */

static void expect(const struct spot *spot, double x[X], double xx[TRIANGLE])
{
    size_t at = 0;

    for (size_t i = 0; i < X; i++) {
        x[i] = i < AXES ? spot->at[i] : 1;
        for (size_t k = 0; k <= i; k++)
            xx[at++] = x[i] * x[k] + (i < AXES ? spot->spread[i * AXES + k] : 0);
    }
}

static void add_votes(struct refining *r, uint32_t person, const struct spot *spot)
{
    double x[X], xx[TRIANGLE];

    expect(spot, x, xx);
    for (uint32_t at = r->v->begin[person]; at < r->v->begin[person + 1]; at++) {
        struct sums *sums = &r->sums[opinion_code_statement(r->v->code[at])];
        int vote = opinion_code_vote(r->v->code[at]);
        for (size_t i = 0; i < TRIANGLE; i++)
            sums->xx[i] += xx[i];
        for (size_t i = 0; i < X; i++)
            sums->vx[i] += vote * x[i];
        sums->vv += vote * vote;
        sums->votes++;
    }
}

static void gather(struct refining *r)
{
    struct spot spots[KERNEL_LANES];

    memset(r->sums, 0, r->s->statements * sizeof *r->sums);
    for (size_t first = 0; first < r->count; first += KERNEL_LANES) {
        size_t some = r->count - first < KERNEL_LANES ? r->count - first : KERNEL_LANES;
        space_place_some(r->s, r->v, r->people + first, some, spots);
        for (size_t i = 0; i < some; i++)
            add_votes(r, r->people[first + i], &spots[i]);
    }
}

/* ---- what statements are ---- */

static double at(const double *triangle, size_t i, size_t k)
{
    return k <= i ? triangle[i * (i + 1) / 2 + k] : triangle[k * (k + 1) / 2 + i];
}

/* Cholesky's way: the matrix is held away from zero, so that there is always an answer. */
static void solve(const struct sums *s, double w[X])
{
    double l[X][X];

    for (size_t i = 0; i < X; i++) {
        for (size_t k = 0; k <= i; k++) {
            double sum = at(s->xx, i, k);
            if (i == k)
                sum += i < AXES ? LOADING_HELD : MEAN_HELD;
            for (size_t q = 0; q < k; q++)
                sum -= l[i][q] * l[k][q];
            l[i][k] = i == k ? sqrt(sum) : sum / l[k][k];
        }
        w[i] = s->vx[i];
        for (size_t q = 0; q < i; q++)
            w[i] -= l[i][q] * w[q];
        w[i] /= l[i][i];
    }
    for (size_t i = X; i-- > 0;) {
        for (size_t q = i + 1; q < X; q++)
            w[i] -= l[q][i] * w[q];
        w[i] /= l[i][i];
    }
}

/* The expected squared error of the statement's votes, summed. */
static double error_of(const struct sums *s, const double w[X])
{
    double error = s->vv;

    for (size_t i = 0; i < X; i++) {
        error -= 2 * w[i] * s->vx[i];
        for (size_t k = 0; k < X; k++)
            error += w[i] * w[k] * at(s->xx, i, k);
    }
    return error;
}

static void fit(struct refining *r)
{
    double error = 0, votes = 0;

    for (size_t j = 0; j < r->s->statements; j++) {
        double w[X];
        solve(&r->sums[j], w);
        memcpy(r->s->loading + j * AXES, w, AXES * sizeof *w);
        r->s->mean[j] = w[AXES];
        error += error_of(&r->sums[j], w);
        votes += r->sums[j].votes;
    }
    if (votes > 0)
        r->s->noise = fmax(error / votes, NOISE_LEAST);
}

/* ---- axes ---- */

static double side_of(const struct space *s, const struct space *before, size_t a)
{
    double largest = 0, along = 0;

    for (size_t j = 0; j < s->statements; j++) {
        double x = s->loading[j * AXES + a];
        if (fabs(x) > fabs(largest) * (1 + 1e-9))
            largest = x;
        if (before != NULL && j < before->statements)
            along += x * before->direction[j * AXES + a];
    }
    return (before != NULL ? along : largest) < 0 ? -1 : 1;
}

/* Loadings turned so that axes are upright on each other, the strongest first: what is expected of
 * anybody stays. */
static void upright(struct space *s)
{
    double t[SMALL][SMALL] = {{0}}, v[SMALL][SMALL];
    int order[SMALL];

    for (size_t j = 0; j < s->statements; j++) {
        const double *w = s->loading + j * AXES;
        for (size_t i = 0; i < AXES; i++) {
            for (size_t k = 0; k < AXES; k++)
                t[i][k] += w[i] * w[k];
        }
    }
    small_eigen(t, v, AXES, order);
    for (size_t j = 0; j < s->statements; j++) {
        double row[AXES] = {0};
        for (size_t a = 0; a < AXES; a++) {
            for (size_t i = 0; i < AXES; i++)
                row[a] += s->loading[j * AXES + i] * v[i][order[a]];
        }
        memcpy(s->loading + j * AXES, row, sizeof row);
    }
}

static void tell_axes(struct space *s, const struct space *before)
{
    for (size_t a = 0; a < AXES; a++) {
        double side = side_of(s, before, a), squared = 0;
        for (size_t j = 0; j < s->statements; j++) {
            s->loading[j * AXES + a] *= side;
            squared += s->loading[j * AXES + a] * s->loading[j * AXES + a];
        }
        s->strength[a] = sqrt(squared);
        s->value[a] = squared + s->noise;
        for (size_t j = 0; j < s->statements; j++)
            s->direction[j * AXES + a] =
                s->strength[a] > 0 ? s->loading[j * AXES + a] / s->strength[a] : 0;
    }
}

enum opinion_err space_refine(struct region *scratch, const struct opinion_votes *votes,
                              const uint32_t *people, size_t count, int rounds,
                              const struct space *before, struct space *space)
{
    struct refining r = {votes, people, count, space, NULL};

    TAKE(scratch, r.sums, space->statements);
    for (int round = 0; round < rounds; round++) {
        gather(&r);
        fit(&r);
        space_tell_rows(space);
    }
    if (rounds > 0) {
        upright(space);
        tell_axes(space, before);
        space_tell_rows(space);
    }
    return OPINION_OK;
}
