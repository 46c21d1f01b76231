#include "opinion/space.h"

#include "opinion/crew.h"
#include "opinion/real.h"
#include "opinion/small.h"

#include <assert.h>
#include <math.h>
#include <string.h>

/* People that are added to each pair with covariance zero. */
static const double SHRINK = 16;
static const double LOADING_LEAST = 1e-4;
static const double NOISE_LEAST = 1e-3;
/* The iteration: what may be missing of an eigenvector, as a part of the first eigenvalue; how far
 * below zero eigenvalues may lie; e to this is how much the first axis may outgrow what is filtered
 * away in one round. */
static const double MISSING_MOST = 1e-9, BELOW = 0.05, GROWTH_MAX = 14;

enum { ROUNDS_MAX = 300, DEGREE_MAX = 12 };

static_assert((int)BLOCK == (int)SMALL, "eigenvectors of a block");

struct iteration {
    size_t n;      /* statements */
    int block;     /* columns */
    double *cov;   /* [n * n] */
    double *x, *y; /* [n * BLOCK] columns beside each other; the first `block` are used */
};

/* ---- covariance ---- */

/* As of the votes less their means: sum (v - mu_j)(v - mu_k) over those who voted on both. */
static void covariance(const struct gram *g, const double *mean, double *cov)
{
    size_t n = g->statements;

    for (size_t j = 0; j < n; j++) {
        for (size_t k = 0; k <= j; k++) {
            size_t at = j * n + k, back = k * n + j;
            double both = g->both[at];
            double sum = g->product[at] - mean[k] * g->given[at] - mean[j] * g->given[back] +
                         mean[j] * mean[k] * both;
            cov[at] = cov[back] = sum / (both + SHRINK);
        }
    }
}

/* ---- the strongest directions ---- */

/* y = cov x */
static void multiply(const struct iteration *it)
{
    kernel_in_use()->multiply(it->cov, it->n, it->x, it->y);
}

static double product(const struct iteration *it, const double *a, int i, const double *b, int k)
{
    double sum = 0;

    for (size_t j = 0; j < it->n; j++)
        sum += a[j * BLOCK + (size_t)i] * b[j * BLOCK + (size_t)k];
    return sum;
}

/* Columns of x upright on each other and of length one; twice, since once is not enough for columns
 * that nearly lie on each other. One that vanishes becomes zero. */
static void orthonormalise(const struct iteration *it)
{
    for (int b = 0; b < it->block; b++) {
        for (int twice = 0; twice < 2; twice++) {
            for (int i = 0; i < b; i++) {
                double along = product(it, it->x, i, it->x, b);
                for (size_t j = 0; j < it->n; j++)
                    it->x[j * BLOCK + (size_t)b] -= along * it->x[j * BLOCK + (size_t)i];
            }
            double length = sqrt(product(it, it->x, b, it->x, b));
            for (size_t j = 0; j < it->n; j++)
                it->x[j * BLOCK + (size_t)b] *= length > 1e-150 ? 1 / length : 0;
        }
    }
}

/* Each column a sum of the columns, as v says, in the given order. */
static void turn(const struct iteration *it, double *columns, double v[BLOCK][BLOCK],
                 const int order[BLOCK])
{
    for (size_t j = 0; j < it->n; j++) {
        double row[BLOCK] = {0};
        for (int i = 0; i < it->block; i++) {
            for (int b = 0; b < it->block; b++)
                row[b] += columns[j * BLOCK + (size_t)i] * v[i][order[b]];
        }
        memcpy(columns + j * BLOCK, row, sizeof row);
    }
}

/* Within what x spans, the eigenvectors themselves, the largest eigenvalue first (Rayleigh, Ritz);
 * y becomes cov x. */
static void turn_to_eigenvectors(const struct iteration *it, double value[BLOCK])
{
    double t[BLOCK][BLOCK] = {{0}}, v[BLOCK][BLOCK];
    int order[BLOCK] = {0};

    multiply(it);
    for (int i = 0; i < it->block; i++) {
        for (int k = i; k < it->block; k++)
            t[i][k] = t[k][i] = product(it, it->x, i, it->y, k);
    }
    small_eigen(t, v, it->block, order);
    turn(it, it->x, v, order);
    turn(it, it->y, v, order);
    for (int b = 0; b < it->block; b++)
        value[b] = t[order[b]][order[b]];
}

/* How far the first axes are from being eigenvectors: the longest cov x - value x. */
static double missing(const struct iteration *it, const double value[BLOCK])
{
    int axes = it->block < AXES ? it->block : AXES;
    double most = 0;

    for (int a = 0; a < axes; a++) {
        double squared = 0;
        for (size_t j = 0; j < it->n; j++) {
            double beyond = it->y[j * BLOCK + (size_t)a] - value[a] * it->x[j * BLOCK + (size_t)a];
            squared += beyond * beyond;
        }
        most = fmax(most, sqrt(squared));
    }
    return most;
}

/* Of what is not wanted, eigenvalues between `low` and `high`, a polynomial of Chebyshev makes
 * least, and of the rest the more the larger it is (Saad 2011, Numerical Methods for Large
 * Eigenvalue Problems, 7.4). Of a high degree the first axis would drown the fourth in rounding. */
struct filter {
    double middle, half;
    int degree;
};

static struct filter filter_for(const double value[BLOCK], int block, double low)
{
    double high = value[block - 1];
    struct filter f = {(high + low) / 2, (high - low) / 2, 1};

    if (!(f.half > 1e-9 * fabs(value[0])))
        return f;
    double first = (value[0] - f.middle) / f.half; /* it grows by e^arcosh(first) each time */
    double growth = first > 1 ? real_log(first + sqrt(first * first - 1)) : 0;
    f.degree = growth * DEGREE_MAX <= GROWTH_MAX ? DEGREE_MAX : (int)(GROWTH_MAX / growth);
    if (f.degree < 2)
        f.degree = 2;
    return f;
}

/* x becomes the polynomial of cov times x; y is cov x at first. `last`: room for the one before. */
static void apply(const struct iteration *it, const struct filter *f, double *last)
{
    size_t count = it->n * BLOCK;

    if (f->degree < 2) { /* y is the product, and that is all */
        memcpy(it->x, it->y, count * sizeof *it->x);
        return;
    }
    for (int d = 1; d <= f->degree; d++) {
        double scale = (d == 1 ? 1 : 2) / f->half;
        if (d > 1)
            multiply(it);
        for (size_t i = 0; i < count; i++) {
            double next = scale * (it->y[i] - f->middle * it->x[i]) - (d == 1 ? 0 : last[i]);
            last[i] = it->x[i];
            it->x[i] = next;
        }
    }
}

static void begin(const struct iteration *it, const struct space *before)
{
    struct real_random r = real_random_begin(1, 0);

    for (size_t j = 0; j < it->n; j++) {
        for (int b = 0; b < it->block; b++)
            it->x[j * BLOCK + (size_t)b] = real_random_normal(&r);
        for (int a = 0; a < AXES && before != NULL && j < before->statements; a++)
            it->x[j * BLOCK + (size_t)a] = before->direction[j * AXES + (size_t)a];
    }
}

static enum opinion_err iterate(struct region *scratch, struct iteration *it,
                                const struct space *before, double value[BLOCK], int *rounds)
{
    double *last, low = 0;

    TAKE(scratch, it->x, it->n * BLOCK);
    TAKE(scratch, it->y, it->n * BLOCK);
    TAKE(scratch, last, it->n * BLOCK);
    begin(it, before);
    for (*rounds = 1; it->n > 0; ++*rounds) {
        orthonormalise(it);
        turn_to_eigenvectors(it, value);
        if (*rounds == ROUNDS_MAX || missing(it, value) <= MISSING_MOST * fabs(value[0]))
            break;
        /* Shrunk pair by pair, the covariance may have eigenvalues somewhat below zero. */
        low = fmin(fmin(low, -BELOW * value[0]), value[it->block - 1]);
        struct filter f = filter_for(value, it->block, low);
        apply(it, &f, last);
    }
    return OPINION_OK;
}

/* ---- loadings ---- */

/* The side an axis had before stays; at first its largest loading is positive. */
static double sign_of(const struct iteration *it, const struct space *before, int a)
{
    double largest = 0, along = 0;

    for (size_t j = 0; j < it->n; j++) {
        double x = it->x[j * BLOCK + (size_t)a];
        if (fabs(x) > fabs(largest) * (1 + 1e-9))
            largest = x;
        if (before != NULL && j < before->statements)
            along += x * before->direction[j * AXES + (size_t)a];
    }
    return (before != NULL ? along : largest) < 0 ? -1 : 1;
}

static void set_loadings(const struct iteration *it, const struct space *before,
                         const double value[BLOCK], struct space *s)
{
    double trace = 0, rest;
    int axes = it->block < AXES ? it->block : AXES;

    for (size_t j = 0; j < it->n; j++)
        trace += it->cov[j * it->n + j];
    rest = trace;
    for (int a = 0; a < axes; a++)
        rest -= value[a];
    s->noise = it->n > AXES ? rest / (double)(it->n - AXES) : NOISE_LEAST;
    if (!(s->noise > NOISE_LEAST))
        s->noise = NOISE_LEAST;
    for (int a = 0; a < axes; a++) {
        double sign = sign_of(it, before, a);
        double length = sqrt(fmax(value[a] - s->noise, LOADING_LEAST)), squared = 0;
        for (size_t j = 0; j < it->n; j++) {
            double x = sign * it->x[j * BLOCK + (size_t)a];
            s->direction[j * AXES + (size_t)a] = x;
            s->loading[j * AXES + (size_t)a] = x * length;
            squared += x * length * x * length;
        }
        s->value[a] = value[a];
        s->strength[a] = sqrt(squared);
    }
}

/* ---- what a vote adds ---- */

static size_t below(size_t i, size_t k) /* the lower triangle, row by row */
{
    return i * (i + 1) / 2 + k;
}

void space_tell_rows(struct space *s)
{
    for (size_t code = 0; code < 3 * s->statements; code++) {
        size_t j = code / 3;
        const double *w = s->loading + j * AXES;
        float *row = s->row + code * KERNEL_PLACE;
        double beyond = opinion_code_vote((uint16_t)code) - s->mean[j];
        for (size_t i = 0; i < AXES; i++) {
            row[i] = (float)(beyond * w[i]);
            for (size_t k = 0; k <= i; k++)
                row[AXES + below(i, k)] = (float)(w[i] * w[k]);
        }
    }
}

enum opinion_err space_find(struct region *region, struct region *scratch, const struct gram *g,
                            const struct space *before, struct space *s)
{
    struct iteration it = {.n = g->statements};
    double value[BLOCK] = {0};

    it.block = it.n < BLOCK ? (int)it.n : BLOCK;
    *s = (struct space){.statements = it.n, .noise = NOISE_LEAST};
    TAKE(region, s->mean, it.n);
    TAKE(region, s->direction, it.n * AXES);
    TAKE(region, s->loading, it.n * AXES);
    TAKE(scratch, it.cov, it.n * it.n);
    for (size_t j = 0; j < it.n; j++)
        s->mean[j] = g->sum[j] / (g->seen[j] + 1.0);
    covariance(g, s->mean, it.cov);
    TRY(iterate(scratch, &it, before, value, &s->rounds));
    set_loadings(&it, before, value, s);
    TAKE(region, s->row, 3 * it.n * KERNEL_PLACE);
    space_tell_rows(s);
    return OPINION_OK;
}

double space_apart(const struct space *a, const struct space *b)
{
    double most = 0, strongest = fmax(a->strength[0], LOADING_LEAST);

    for (size_t x = 0; x < AXES; x++) {
        double turned = 0, moved = 0;
        for (size_t j = 0; j < a->statements; j++) {
            double beyond = b->loading[j * AXES + x] - a->loading[j * AXES + x];
            turned += beyond * beyond;
            moved += (b->mean[j] - a->mean[j]) * a->direction[j * AXES + x];
        }
        most = fmax(most, fmax(sqrt(turned), fabs(moved)) / strongest);
    }
    return most;
}

/* ---- places ---- */

/* The person's system: noise times one, and what each vote adds. */
static void gather(const struct space *s, const uint16_t *code, size_t count, size_t lane,
                   struct kernel_systems *systems)
{
    float sum[KERNEL_PLACE];

    kernel_in_use()->sum_places(s->row, code, count, sum);
    for (size_t i = 0; i < AXES; i++) {
        systems->b[i][lane] = (double)sum[i];
        for (size_t k = 0; k <= i; k++)
            systems->a[below(i, k)][lane] =
                (double)sum[AXES + below(i, k)] + (i == k ? s->noise : 0);
    }
}

static void tell(const struct space *s, const struct kernel_systems *systems, size_t lane,
                 struct spot *p)
{
    for (size_t i = 0; i < AXES; i++) {
        p->at[i] = systems->b[i][lane];
        for (size_t k = 0; k < AXES; k++)
            p->spread[i * AXES + k] =
                s->noise * systems->a[k <= i ? below(i, k) : below(k, i)][lane];
    }
}

/* The systems of `people`, or without a list of those from `first` on; the lanes behind them are of
 * somebody without a vote. */
static void solve_some(const struct space *s, const struct opinion_votes *v, const uint32_t *people,
                       size_t first, size_t count, struct kernel_systems *systems)
{
    for (size_t lane = 0; lane < KERNEL_LANES; lane++) {
        size_t person = lane >= count ? 0 : people == NULL ? first + lane : people[lane];
        uint32_t from = v->begin[person];
        gather(s, v->code + from, lane < count ? v->begin[person + 1] - from : 0, lane, systems);
    }
    kernel_in_use()->solve(systems);
}

void space_place_some(const struct space *s, const struct opinion_votes *v, const uint32_t *people,
                      size_t count, struct spot *spots)
{
    struct kernel_systems systems;

    solve_some(s, v, people, 0, count, &systems);
    for (size_t lane = 0; lane < count; lane++)
        tell(s, &systems, lane, &spots[lane]);
}

struct placing {
    const struct space *s;
    const struct opinion_votes *v;
    double *place, *spread;
};

static void place_part(void *arg, size_t part)
{
    const struct placing *t = arg;
    struct kernel_systems systems;
    size_t from = part * CREW_PEOPLE, end = from + CREW_PEOPLE;

    for (; from < end && from < t->v->people; from += KERNEL_LANES) {
        size_t left = t->v->people - from, count = left < KERNEL_LANES ? left : KERNEL_LANES;
        solve_some(t->s, t->v, NULL, from, count, &systems);
        for (size_t lane = 0; lane < count; lane++) {
            size_t at = (from + lane) * AXES;
            for (size_t x = 0; x < AXES; x++) {
                t->place[at + x] = systems.b[x][lane];
                t->spread[at + x] = sqrt(t->s->noise * systems.a[below(x, x)][lane]);
            }
        }
    }
}

void space_place_all(const struct space *s, const struct opinion_votes *v,
                     const struct opinion_crew *crew, double *place, double *spread)
{
    struct placing t = {s, v, place, spread};

    crew_run(crew, crew_parts(v->people), place_part, &t);
}

struct spot space_place(const struct space *s, const uint16_t *code, size_t count)
{
    static const uint16_t none[1]; /* whoever has not voted may have no votes at all */
    const uint32_t begin[] = {0, (uint32_t)count}, person = 0;
    const struct opinion_votes one = {
        .people = 1, .begin = begin, .code = code == NULL ? none : code};
    struct spot p;

    space_place_some(s, &one, &person, 1, &p);
    return p;
}

double space_expect(const struct space *s, const double at[AXES], size_t statement)
{
    double sum = s->mean[statement];

    for (int a = 0; a < AXES; a++)
        sum += s->loading[statement * AXES + (size_t)a] * at[a];
    return sum;
}
