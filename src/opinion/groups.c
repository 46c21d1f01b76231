#include "opinion/groups.h"

#include "opinion/real.h"

#include <math.h>
#include <string.h>

enum {
    RESTARTS = 3,
    FIRST_ROUNDS = 4,
    ROUNDS = 25,
    NULLS_OF_MANY = 2,
    NULLS_OF_FEW = 8,
    MANY = 1500
};

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

/* ---- k-means ---- */

enum opinion_err points_new(struct region *region, size_t count, struct points *p)
{
    size_t room = (count + KERNEL_POINTS - 1) / KERNEL_POINTS * KERNEL_POINTS;

    p->count = count;
    for (int a = 0; a < AXES; a++)
        TAKE(region, p->axis[a], room);
    return OPINION_OK;
}

enum opinion_err bench_new(struct region *region, size_t count, struct bench *bench)
{
    TAKE(region, bench->far, count + KERNEL_POINTS);
    TAKE(region, bench->labels, LABELS_ROOM(count));
    return OPINION_OK;
}

enum opinion_err points_thin(struct region *region, const struct points *all, size_t most,
                             struct points *thin)
{
    *thin = *all;
    if (all->count <= most)
        return OPINION_OK;
    TRY(points_new(region, most, thin));
    for (int a = 0; a < AXES; a++) {
        for (size_t i = 0; i < most; i++)
            thin->axis[a][i] = all->axis[a][i * all->count / most];
    }
    return OPINION_OK;
}

static struct kernel_points begin_points(const struct points *points, const struct grouping *g)
{
    struct kernel_points p = {.count = points->count, .k = g->k};

    for (int a = 0; a < AXES; a++) {
        p.axis[a] = points->axis[a];
        for (int k = 0; k < g->k; k++)
            p.centre[k][a] = (float)g->centre[k][a];
    }
    return p;
}

void groups_label(const struct points *points, const struct grouping *g, int8_t *label)
{
    struct kernel_points p = begin_points(points, g);

    kernel_in_use()->assign(&p, label);
}

/* What k-means carries from round to round. */
struct settling {
    struct kernel_points p;
    double sum[OPINION_GROUPS_MAX][AXES], size[OPINION_GROUPS_MAX];
    int8_t *label, *last;
};

static void move(struct settling *s, size_t i, int k, double sign)
{
    s->size[k] += sign;
    for (int a = 0; a < AXES; a++)
        s->sum[k][a] += sign * (double)s->p.axis[a][i];
}

/* The sums follow whoever changes; how many did. */
static size_t follow(struct settling *s)
{
    size_t moved = 0;

    for (size_t from = 0; from < s->p.count; from += KERNEL_POINTS) {
        if (memcmp(s->label + from, s->last + from, KERNEL_POINTS) == 0)
            continue;
        for (size_t i = from; i < from + KERNEL_POINTS && i < s->p.count; i++) {
            if (s->label[i] == s->last[i])
                continue;
            if (s->last[i] >= 0)
                move(s, i, s->last[i], -1);
            move(s, i, s->label[i], 1);
            moved++;
        }
    }
    return moved;
}

static void set_centres(struct settling *s, struct grouping *g)
{
    for (int k = 0; k < g->k; k++) {
        for (int a = 0; a < AXES && s->size[k] > 0; a++) {
            g->centre[k][a] = s->sum[k][a] / s->size[k];
            s->p.centre[k][a] = (float)g->centre[k][a];
        }
    }
}

double groups_settle(const struct points *points, int rounds, int8_t *labels, struct grouping *g)
{
    size_t room = (points->count + KERNEL_POINTS - 1) / KERNEL_POINTS * KERNEL_POINTS;
    struct settling s = {.p = begin_points(points, g), .label = labels, .last = labels + room};
    double between = 0;

    memset(s.last, -1, room);
    for (int round = 0; round < rounds; round++) {
        kernel_in_use()->assign(&s.p, s.label);
        if (follow(&s) == 0)
            break;
        set_centres(&s, g);
        int8_t *label = s.label;
        s.label = s.last;
        s.last = label;
    }
    for (int k = 0; k < g->k; k++) {
        for (int a = 0; a < AXES; a++)
            between += s.size[k] * g->centre[k][a] * g->centre[k][a];
    }
    return between;
}

static void put_centre(const struct points *points, size_t i, struct grouping *g)
{
    for (int a = 0; a < AXES; a++)
        g->centre[g->k][a] = (double)points->axis[a][i];
    g->k++;
}

/* Each next centre where people are far from those before (k-means++; Arthur, Vassilvitskii 2007).
 */
static void scatter(const struct points *points, int k, float *far, struct real_random *r,
                    struct grouping *g)
{
    for (size_t i = 0; i < points->count; i++)
        far[i] = INFINITY;
    put_centre(points, real_random_below(r, points->count), g);
    while (g->k < k) {
        struct kernel_points p = begin_points(points, g);
        double all = 0;
        size_t at = 0;
        kernel_in_use()->approach(&p, g->k - 1, far);
        for (size_t i = 0; i < points->count; i++)
            all += (double)far[i];
        for (double u = real_random_unit(r) * all; at + 1 < points->count && u >= (double)far[at];
             at++)
            u -= (double)far[at];
        put_centre(points, at, g);
    }
}

/* A few rounds for each beginning, the rest for the best of them. */
void groups_cluster(const struct points *points, int k, const struct bench *bench,
                    struct real_random *r, struct grouping *best)
{
    double most = 0;

    for (int i = 0; i < RESTARTS; i++) {
        struct grouping g = {0};
        scatter(points, k, bench->far, r, &g);
        double between = groups_settle(points, FIRST_ROUNDS, bench->labels, &g);
        if (i == 0 || between > most) {
            most = between;
            *best = g;
        }
    }
    (void)groups_settle(points, ROUNDS, bench->labels, best);
}

static void score_of(const struct points *points, size_t i, double score[AXES])
{
    for (int a = 0; a < AXES; a++)
        score[a] = (double)points->axis[a][i];
}

/* Simplified: by the centres (Hruschka et al. 2004). */
static double silhouette_of(const struct points *points, const struct grouping *g)
{
    struct kernel_points p = begin_points(points, g);

    return kernel_in_use()->separate(&p) / (double)points->count;
}

/* ---- a cloud of the same shape ---- */

struct cloud {
    double mean[AXES], lower[AXES][AXES]; /* of the covariance, Cholesky */
    double *radius;                       /* [people] after whitening */
};

static void find_covariance(const struct points *points, struct cloud *c, double cov[AXES][AXES])
{
    double n = (double)points->count;

    for (int a = 0; a < AXES; a++) {
        for (size_t i = 0; i < points->count; i++)
            c->mean[a] += (double)points->axis[a][i] / n;
    }
    for (int a = 0; a < AXES; a++) {
        for (int b = 0; b <= a; b++) {
            for (size_t i = 0; i < points->count; i++)
                cov[a][b] += ((double)points->axis[a][i] - c->mean[a]) *
                             ((double)points->axis[b][i] - c->mean[b]) / n;
        }
    }
}

static void find_shape(const struct points *points, struct cloud *c)
{
    double cov[AXES][AXES] = {{0}}, trace = 0;

    find_covariance(points, c, cov);
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

static void find_radii(const struct points *points, struct cloud *c)
{
    for (size_t i = 0; i < points->count; i++) {
        double q[AXES], squared = 0;
        score_of(points, i, q);
        for (int a = 0; a < AXES; a++) {
            q[a] -= c->mean[a];
            for (int b = 0; b < a; b++)
                q[a] -= c->lower[a][b] * q[b];
            q[a] /= c->lower[a][a];
            squared += q[a] * q[a];
        }
        c->radius[i] = sqrt(squared);
    }
}

/* Everybody as far out as he is, in a direction drawn evenly. */
static void draw(const struct cloud *c, struct real_random *r, struct points *drawn)
{
    for (size_t i = 0; i < drawn->count; i++) {
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
            drawn->axis[a][i] = (float)sum;
        }
    }
}

static enum opinion_err expect_of_clouds(struct region *scratch, const struct points *points,
                                         const struct bench *bench, struct real_random *r,
                                         double expected[OPINION_GROUPS_MAX + 1])
{
    struct cloud cloud = {0};
    struct points drawn;
    int nulls = points->count >= MANY ? NULLS_OF_MANY : NULLS_OF_FEW;

    TAKE(scratch, cloud.radius, points->count);
    TRY(points_new(scratch, points->count, &drawn));
    find_shape(points, &cloud);
    find_radii(points, &cloud);
    for (int i = 0; i < nulls; i++) {
        draw(&cloud, r, &drawn);
        for (int k = GROUPS_LEAST; k <= OPINION_GROUPS_MAX; k++) {
            struct grouping g = {0};
            groups_cluster(&drawn, k, bench, r, &g);
            expected[k] += silhouette_of(&drawn, &g) / nulls;
        }
    }
    return OPINION_OK;
}

/* ---- the choice ---- */

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

enum opinion_verdict groups_verdict(double gap)
{
    return gap > DISTINCT ? OPINION_DISTINCT : OPINION_TENDENCIES;
}

/* What stands out and would be found again in half of the people; else nothing. */
static enum opinion_err choose_steady(struct region *scratch, const struct points *points,
                                      uint64_t seed, struct choice *c)
{
    unsigned looked_at = 0;

    c->chance = CHANCE + CHANCE_OF_FEW / sqrt((double)points->count);
    c->best = next_best(c, -INFINITY, 0);
    for (int k = next_best(c, c->chance, 0); k != 0; k = next_best(c, c->chance, looked_at)) {
        looked_at |= 1u << k;
        TRY(groups_steadiness(scratch, points, &c->of[k], seed, &c->steady[k]));
        if (c->steady[k] < STEADY)
            continue;
        c->best = k;
        c->verdict = groups_verdict(c->gap[k]);
        break;
    }
    return OPINION_OK;
}

enum opinion_err groups_choose(struct region *scratch, const struct points *all, uint64_t seed,
                               struct choice *c)
{
    struct real_random r = real_random_begin(seed, 0);
    struct points points;
    struct bench bench;
    double expected[OPINION_GROUPS_MAX + 1] = {0};

    memset(c, 0, sizeof *c);
    c->best = GROUPS_LEAST;
    if (all->count < OPINION_GROUPS_MAX)
        return OPINION_OK;
    TRY(points_thin(scratch, all, SAMPLE_MAX, &points));
    TRY(bench_new(scratch, points.count, &bench));
    TRY(expect_of_clouds(scratch, &points, &bench, &r, expected));
    for (int k = GROUPS_LEAST; k <= OPINION_GROUPS_MAX; k++) {
        groups_cluster(&points, k, &bench, &r, &c->of[k]);
        c->silhouette[k] = silhouette_of(&points, &c->of[k]);
        c->gap[k] = c->silhouette[k] - expected[k];
    }
    return choose_steady(scratch, &points, seed, c);
}
