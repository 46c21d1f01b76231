#include "opinion/space.h"

#include "opinion/real.h"

#include <math.h>
#include <string.h>

/* People that are added to each pair with covariance zero. */
static const double SHRINK = 16;
static const double LOADING_LEAST = 1e-4;
static const double NOISE_LEAST = 1e-3;
static const double TURNED_LEAST = 1e-9; /* of a direction's entries, in the last round */

enum { ROUNDS_MAX = 300, SWEEPS_MAX = 30 };

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
        for (size_t k = 0; k < n; k++) {
            size_t at = j * n + k;
            double both = g->both[at];
            double sum = g->product[at] - mean[k] * g->given[at] - mean[j] * g->given[k * n + j] +
                         mean[j] * mean[k] * both;
            cov[at] = sum / (both + SHRINK);
        }
    }
}

/* ---- the strongest directions ---- */

/* y = cov x. Each sum runs over k in order, whatever the machine. */
static void multiply(const struct iteration *it)
{
    for (size_t j = 0; j < it->n; j++) {
        double sum[BLOCK] = {0};
        const double *row = it->cov + j * it->n;
        for (size_t k = 0; k < it->n; k++) {
            for (int b = 0; b < BLOCK; b++)
                sum[b] += row[k] * it->x[k * BLOCK + (size_t)b];
        }
        memcpy(it->y + j * BLOCK, sum, sizeof sum);
    }
}

static double product(const struct iteration *it, const double *a, int i, const double *b, int k)
{
    double sum = 0;

    for (size_t j = 0; j < it->n; j++)
        sum += a[j * BLOCK + (size_t)i] * b[j * BLOCK + (size_t)k];
    return sum;
}

/* Columns of y upright on each other and of length one, into x; twice, since once is not enough for
 * columns that nearly lie on each other. One that vanishes becomes zero. */
static void orthonormalise(const struct iteration *it)
{
    memcpy(it->x, it->y, it->n * BLOCK * sizeof *it->x);
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

/* Eigenvalues and vectors of a small symmetric matrix by rotations (Jacobi 1846). */
static void rotate_out(double t[BLOCK][BLOCK], double v[BLOCK][BLOCK], int p, int q, int count)
{
    double theta = (t[q][q] - t[p][p]) / (2 * t[p][q]);
    double tangent = (theta < 0 ? -1 : 1) / (fabs(theta) + sqrt(theta * theta + 1));
    double c = 1 / sqrt(tangent * tangent + 1), s = tangent * c;

    for (int i = 0; i < count; i++) {
        double a = t[i][p], b = t[i][q];
        t[i][p] = c * a - s * b;
        t[i][q] = s * a + c * b;
    }
    for (int i = 0; i < count; i++) {
        double a = t[p][i], b = t[q][i];
        t[p][i] = c * a - s * b;
        t[q][i] = s * a + c * b;
    }
    for (int i = 0; i < count; i++) {
        double a = v[i][p], b = v[i][q];
        v[i][p] = c * a - s * b;
        v[i][q] = s * a + c * b;
    }
}

static void eigen(double t[BLOCK][BLOCK], double v[BLOCK][BLOCK], int count)
{
    double scale = 0;

    for (int i = 0; i < count; i++) {
        for (int k = 0; k < count; k++) {
            v[i][k] = i == k;
            scale = fmax(scale, fabs(t[i][k]));
        }
    }
    for (int sweep = 0; sweep < SWEEPS_MAX; sweep++) {
        double off = 0;
        for (int p = 0; p < count; p++) {
            for (int q = p + 1; q < count; q++) {
                off = fmax(off, fabs(t[p][q]));
                if (fabs(t[p][q]) > 1e-17 * scale)
                    rotate_out(t, v, p, q, count);
            }
        }
        if (off <= 1e-16 * scale)
            return;
    }
}

/* Within what x spans, the eigenvectors themselves, the largest eigenvalue first (Rayleigh, Ritz).
 */
static void turn_to_eigenvectors(const struct iteration *it, double value[BLOCK])
{
    double t[BLOCK][BLOCK] = {{0}}, v[BLOCK][BLOCK];
    int order[BLOCK] = {0};

    multiply(it);
    for (int i = 0; i < it->block; i++) {
        for (int k = i; k < it->block; k++)
            t[i][k] = t[k][i] = product(it, it->x, i, it->y, k);
    }
    eigen(t, v, it->block);
    for (int i = 0; i < it->block; i++) {
        int at = i;
        for (; at > 0 && t[order[at - 1]][order[at - 1]] < t[i][i]; at--)
            order[at] = order[at - 1];
        order[at] = i;
    }
    for (size_t j = 0; j < it->n; j++) {
        double row[BLOCK] = {0};
        for (int b = 0; b < it->block; b++) {
            for (int i = 0; i < it->block; i++)
                row[b] += it->x[j * BLOCK + (size_t)i] * v[i][order[b]];
        }
        memcpy(it->y + j * BLOCK, row, sizeof row);
    }
    memcpy(it->x, it->y, it->n * BLOCK * sizeof *it->x);
    for (int b = 0; b < it->block; b++)
        value[b] = t[order[b]][order[b]];
}

/* By how much an entry of the first axes has changed, whatever their signs. */
static double turned(const struct iteration *it, const double *before, int axes)
{
    double most = 0;

    for (int a = 0; a < axes; a++) {
        double sign = product(it, it->x, a, before, a) < 0 ? -1 : 1;
        for (size_t j = 0; j < it->n; j++)
            most = fmax(most,
                        fabs(it->x[j * BLOCK + (size_t)a] - sign * before[j * BLOCK + (size_t)a]));
    }
    return most;
}

static void begin(const struct iteration *it, const struct space *before)
{
    struct real_random r = real_random_begin(1, 0);

    for (size_t j = 0; j < it->n; j++) {
        for (int b = 0; b < it->block; b++)
            it->y[j * BLOCK + (size_t)b] = real_random_normal(&r);
        for (int a = 0; a < AXES && before != NULL && j < before->statements; a++)
            it->y[j * BLOCK + (size_t)a] = before->direction[j * AXES + (size_t)a];
    }
}

static enum opinion_err iterate(struct region *scratch, struct iteration *it,
                                const struct space *before, double value[BLOCK], int *rounds)
{
    double *last, change = 1;
    int axes = it->block < AXES ? it->block : AXES;

    TAKE(scratch, it->x, it->n * BLOCK);
    TAKE(scratch, it->y, it->n * BLOCK);
    TAKE(scratch, last, it->n * BLOCK);
    begin(it, before);
    for (*rounds = 0; *rounds < ROUNDS_MAX && change > TURNED_LEAST; ++*rounds) {
        orthonormalise(it);
        turn_to_eigenvectors(it, value);
        change = turned(it, last, axes);
        memcpy(last, it->x, it->n * BLOCK * sizeof *last);
        multiply(it);
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
    return OPINION_OK;
}

/* ---- places ---- */

/* The lower triangle L of A = L L' (Cholesky); A is symmetric and well positive. */
static void cholesky(double a[AXES][AXES])
{
    for (int i = 0; i < AXES; i++) {
        for (int k = 0; k <= i; k++) {
            double sum = a[i][k];
            for (int l = 0; l < k; l++)
                sum -= a[i][l] * a[k][l];
            a[i][k] = i == k ? sqrt(sum) : sum / a[k][k];
        }
    }
}

static void solve(double l[AXES][AXES], const double b[AXES], double x[AXES])
{
    double y[AXES];

    for (int i = 0; i < AXES; i++) {
        y[i] = b[i];
        for (int k = 0; k < i; k++)
            y[i] -= l[i][k] * y[k];
        y[i] /= l[i][i];
    }
    for (int i = AXES; i-- > 0;) {
        x[i] = y[i];
        for (int k = i + 1; k < AXES; k++)
            x[i] -= l[k][i] * x[k];
        x[i] /= l[i][i];
    }
}

struct spot space_place(const struct space *s, const uint16_t *code, size_t count)
{
    double a[AXES][AXES] = {{0}}, b[AXES] = {0};
    struct spot p = {0};

    for (int i = 0; i < AXES; i++)
        a[i][i] = s->noise;
    for (size_t k = 0; k < count; k++) {
        size_t j = opinion_code_statement(code[k]);
        const double *w = s->loading + j * AXES;
        double beyond = opinion_code_vote(code[k]) - s->mean[j];
        for (int i = 0; i < AXES; i++) {
            b[i] += beyond * w[i];
            for (int l = 0; l <= i; l++)
                a[i][l] += w[i] * w[l];
        }
    }
    cholesky(a);
    solve(a, b, p.at);
    for (int i = 0; i < AXES; i++) {
        double unit[AXES] = {0}, column[AXES];
        unit[i] = s->noise;
        solve(a, unit, column);
        memcpy(p.spread + i * AXES, column, sizeof column);
    }
    return p;
}

double space_expect(const struct space *s, const double at[AXES], size_t statement)
{
    double sum = s->mean[statement];

    for (int a = 0; a < AXES; a++)
        sum += s->loading[statement * AXES + (size_t)a] * at[a];
    return sum;
}
