#include "opinion/groups.h"

#include "opinion/real.h"

#include <math.h>
#include <string.h>

enum { RESTARTS = 4, ROUNDS = 25, NULLS_OF_MANY = 2, NULLS_OF_FEW = 8, MANY = 1500 };

/* A gap up to t(n) is what a cloud has by chance; up to DISTINCT a flat one has, too. */
static const double CHANCE = 0.03, CHANCE_OF_FEW = 0.6, DISTINCT = 0.07;

/* Median agreement with groupings of half of the people, from which on one is believed. */
static const double STEADY = 0.7;

static double squared_distance(const double *a, const double *b)
{
    double sum = 0;

    for (int i = 0; i < AXES; i++)
        sum += (a[i] - b[i]) * (a[i] - b[i]);
    return sum;
}

int groups_nearest(const struct grouping *g, const double score[AXES])
{
    double least = INFINITY;
    int found = 0;

    for (int k = 0; k < g->k; k++) {
        double distance = squared_distance(score, g->centre[k]);
        if (distance < least) {
            least = distance;
            found = k;
        }
    }
    return found;
}

double groups_settle(const double *score, size_t count, int rounds, struct grouping *g)
{
    double last = INFINITY;

    for (int round = 0; round < rounds; round++) {
        double sum[OPINION_GROUPS_MAX][AXES] = {{0}}, inertia = 0;
        size_t size[OPINION_GROUPS_MAX] = {0};
        for (size_t i = 0; i < count; i++) {
            int k = groups_nearest(g, score + i * AXES);
            inertia += squared_distance(score + i * AXES, g->centre[k]);
            size[k]++;
            for (int a = 0; a < AXES; a++)
                sum[k][a] += score[i * AXES + (size_t)a];
        }
        for (int k = 0; k < g->k; k++) {
            for (int a = 0; a < AXES && size[k] > 0; a++)
                g->centre[k][a] = sum[k][a] / (double)size[k];
        }
        if (!(inertia < last))
            break;
        last = inertia;
    }
    return last;
}

/* Each next centre where people are far from those before (k-means++; Arthur, Vassilvitskii 2007).
 */
static void scatter(const double *score, size_t count, int k, double *far, struct real_random *r,
                    struct grouping *g)
{
    g->k = 1;
    memcpy(g->centre[0], score + real_random_below(r, count) * AXES, sizeof g->centre[0]);
    for (size_t i = 0; i < count; i++)
        far[i] = squared_distance(score + i * AXES, g->centre[0]);
    for (; g->k < k; g->k++) {
        double all = 0;
        size_t at = 0;
        for (size_t i = 0; i < count; i++)
            all += far[i];
        for (double u = real_random_unit(r) * all; at + 1 < count && u >= far[at]; at++)
            u -= far[at];
        memcpy(g->centre[g->k], score + at * AXES, sizeof g->centre[0]);
        for (size_t i = 0; i < count; i++)
            far[i] = fmin(far[i], squared_distance(score + i * AXES, g->centre[g->k]));
    }
}

void groups_cluster(const double *score, size_t count, int k, double *far, struct real_random *r,
                    struct grouping *best)
{
    double least = INFINITY;

    for (int i = 0; i < RESTARTS; i++) {
        struct grouping g = {0};
        scatter(score, count, k, far, r, &g);
        double inertia = groups_settle(score, count, ROUNDS, &g);
        if (inertia < least) {
            least = inertia;
            *best = g;
        }
    }
}

/* Simplified: by the centres (Hruschka et al. 2004). */
static double silhouette_of(const double *score, size_t count, const struct grouping *g)
{
    double sum = 0;

    for (size_t i = 0; i < count; i++) {
        double own = INFINITY, next = INFINITY;
        for (int k = 0; k < g->k; k++) {
            double distance = squared_distance(score + i * AXES, g->centre[k]);
            if (distance < own) {
                next = own;
                own = distance;
            } else if (distance < next) {
                next = distance;
            }
        }
        sum += next > 0 ? 1 - sqrt(own / next) : 0;
    }
    return sum / (double)count;
}

/* ---- a cloud of the same shape ---- */

struct cloud {
    double mean[AXES], lower[AXES][AXES]; /* of the covariance, Cholesky */
    double *radius;                       /* [people] after whitening */
};

static void find_shape(const double *score, size_t count, struct cloud *c)
{
    double cov[AXES][AXES] = {{0}}, trace = 0;

    for (size_t i = 0; i < count * AXES; i++)
        c->mean[i % AXES] += score[i] / (double)count;
    for (size_t i = 0; i < count; i++) {
        for (int a = 0; a < AXES; a++) {
            for (int b = 0; b <= a; b++)
                cov[a][b] += (score[i * AXES + (size_t)a] - c->mean[a]) *
                             (score[i * AXES + (size_t)b] - c->mean[b]) / (double)count;
        }
    }
    for (int a = 0; a < AXES; a++)
        trace += cov[a][a];
    for (int a = 0; a < AXES; a++) {
        for (int b = 0; b <= a; b++) {
            double sum = cov[a][b] + (a == b ? 1e-12 * trace + 1e-300 : 0);
            for (int i = 0; i < b; i++)
                sum -= c->lower[a][i] * c->lower[b][i];
            c->lower[a][b] = a == b ? sqrt(fmax(sum, 1e-300)) : sum / c->lower[b][b];
        }
    }
}

static void find_radii(const double *score, size_t count, struct cloud *c)
{
    for (size_t i = 0; i < count; i++) {
        double q[AXES], squared = 0;
        for (int a = 0; a < AXES; a++) {
            q[a] = score[i * AXES + (size_t)a] - c->mean[a];
            for (int b = 0; b < a; b++)
                q[a] -= c->lower[a][b] * q[b];
            q[a] /= c->lower[a][a];
            squared += q[a] * q[a];
        }
        c->radius[i] = sqrt(squared);
    }
}

/* Everybody as far out as he is, in a direction drawn evenly. */
static void draw(const struct cloud *c, size_t count, struct real_random *r, double *score)
{
    for (size_t i = 0; i < count; i++) {
        double q[AXES], squared = 0;
        for (int a = 0; a < AXES; a++) {
            q[a] = real_random_normal(r);
            squared += q[a] * q[a];
        }
        double scale = squared > 0 ? c->radius[i] / sqrt(squared) : 0;
        for (int a = 0; a < AXES; a++) {
            double sum = c->mean[a];
            for (int b = 0; b <= a; b++)
                sum += c->lower[a][b] * q[b] * scale;
            score[i * AXES + (size_t)a] = sum;
        }
    }
}

static enum opinion_err expect_of_clouds(struct region *scratch, const double *score, size_t count,
                                         double *far, struct real_random *r,
                                         double expected[OPINION_GROUPS_MAX + 1])
{
    struct cloud cloud = {0};
    double *drawn;
    int nulls = count >= MANY ? NULLS_OF_MANY : NULLS_OF_FEW;

    TAKE(scratch, cloud.radius, count);
    TAKE(scratch, drawn, count * AXES);
    find_shape(score, count, &cloud);
    find_radii(score, count, &cloud);
    for (int i = 0; i < nulls; i++) {
        draw(&cloud, count, r, drawn);
        for (int k = GROUPS_LEAST; k <= OPINION_GROUPS_MAX; k++) {
            struct grouping g = {0};
            groups_cluster(drawn, count, k, far, r, &g);
            expected[k] += silhouette_of(drawn, count, &g) / nulls;
        }
    }
    return OPINION_OK;
}

/* ---- the choice ---- */

/* Evenly drawn, in their order. */
static enum opinion_err sample(struct region *scratch, const double *score, size_t count,
                               const double **drawn)
{
    double *some;

    TAKE(scratch, some, SAMPLE_MAX * AXES);
    for (size_t i = 0; i < SAMPLE_MAX; i++)
        memcpy(some + i * AXES, score + i * count / SAMPLE_MAX * AXES, AXES * sizeof *some);
    *drawn = some;
    return OPINION_OK;
}

/* The largest gap of those not looked at yet; 0: there is none beyond chance. */
static int next_best(const struct choice *c, double chance, unsigned looked_at)
{
    int best = 0;

    for (int k = GROUPS_LEAST; k <= OPINION_GROUPS_MAX; k++) {
        bool is_better = best == 0 || c->gap[k] > c->gap[best];
        if ((looked_at >> k & 1) == 0 && c->gap[k] > chance && is_better)
            best = k;
    }
    return best;
}

/* What stands out and would be found again in half of the people; else nothing. */
static enum opinion_err choose_steady(struct region *scratch, const double *score, size_t count,
                                      uint64_t seed, struct choice *c)
{
    double chance = CHANCE + CHANCE_OF_FEW / sqrt((double)count);
    unsigned looked_at = 0;

    c->best = next_best(c, -INFINITY, 0);
    for (int k = next_best(c, chance, 0); k != 0; k = next_best(c, chance, looked_at)) {
        looked_at |= 1u << k;
        TRY(groups_steadiness(scratch, score, count, &c->of[k], seed, &c->steady[k]));
        if (c->steady[k] < STEADY)
            continue;
        c->best = k;
        c->verdict = c->gap[k] > DISTINCT ? OPINION_DISTINCT : OPINION_TENDENCIES;
        break;
    }
    return OPINION_OK;
}

enum opinion_err groups_choose(struct region *scratch, const double *score, size_t count,
                               uint64_t seed, struct choice *c)
{
    struct real_random r = real_random_begin(seed, 0);
    double *far, expected[OPINION_GROUPS_MAX + 1] = {0};

    memset(c, 0, sizeof *c);
    c->best = GROUPS_LEAST;
    if (count < OPINION_GROUPS_MAX)
        return OPINION_OK;
    if (count > SAMPLE_MAX) {
        TRY(sample(scratch, score, count, &score));
        count = SAMPLE_MAX;
    }
    TAKE(scratch, far, count);
    TRY(expect_of_clouds(scratch, score, count, far, &r, expected));
    for (int k = GROUPS_LEAST; k <= OPINION_GROUPS_MAX; k++) {
        groups_cluster(score, count, k, far, &r, &c->of[k]);
        c->silhouette[k] = silhouette_of(score, count, &c->of[k]);
        c->gap[k] = c->silhouette[k] - expected[k];
    }
    return choose_steady(scratch, score, count, seed, c);
}
