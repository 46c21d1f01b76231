/* Clusters as Polis finds them: plain k-means in the plane, and the silhouette. */
#include "opinion/polis.h"

#include <math.h>
#include <stdlib.h>

/* Centres that moved less are the same. */
static const double SAME = 0.01;

static enum opinion_err first_centres(struct region *region, const struct points *points,
                                      int count_max, struct clusters *c)
{
    TAKE(region, c->x, (size_t)count_max);
    TAKE(region, c->y, (size_t)count_max);
    TAKE(region, c->weight, (size_t)count_max);
    TAKE(region, c->of, points->count);
    c->count = 0;
    for (size_t i = 0; i < points->count && c->count < count_max; i++) {
        int k = 0;
        while (k < c->count && (c->x[k] != points->x[i] || c->y[k] != points->y[i]))
            k++;
        if (k == c->count) {
            c->x[k] = points->x[i];
            c->y[k] = points->y[i];
            c->count++;
        }
    }
    return OPINION_OK;
}

/* The nearest centre; of those equally near the last. */
static int nearest(const struct clusters *c, double x, double y)
{
    double least = INFINITY;
    int found = 0;

    for (int k = 0; k < c->count; k++) {
        double dx = x - c->x[k], dy = y - c->y[k];
        double distance = dx * dx + dy * dy;
        if (distance <= least) {
            least = distance;
            found = k;
        }
    }
    return found;
}

/* Centres into the middle of their members; those without any are dropped. */
static void move_centres(const struct points *points, struct clusters *c, int32_t *moved)
{
    int kept = 0;

    for (int k = 0; k < c->count; k++)
        c->x[k] = c->y[k] = c->weight[k] = 0;
    for (size_t i = 0; i < points->count; i++) {
        double weight = points->weight == NULL ? 1 : points->weight[i];
        c->x[c->of[i]] += weight * points->x[i];
        c->y[c->of[i]] += weight * points->y[i];
        c->weight[c->of[i]] += weight;
    }
    for (int k = 0; k < c->count; k++) {
        if (c->weight[k] == 0)
            continue;
        c->x[kept] = c->x[k] / c->weight[k];
        c->y[kept] = c->y[k] / c->weight[k];
        c->weight[kept] = c->weight[k];
        moved[k] = kept++;
    }
    for (size_t i = 0; i < points->count; i++)
        c->of[i] = moved[c->of[i]];
    c->count = kept;
}

struct centre {
    double x, y;
};

static int by_place(const void *left, const void *right)
{
    const struct centre *a = left, *b = right;

    if (a->x != b->x)
        return a->x < b->x ? -1 : 1;
    return (a->y > b->y) - (a->y < b->y);
}

static void sorted_centres(const struct clusters *c, struct centre *sorted)
{
    for (int k = 0; k < c->count; k++)
        sorted[k] = (struct centre){c->x[k], c->y[k]};
    qsort(sorted, (size_t)c->count, sizeof *sorted, by_place);
}

/* Both sorted and paired in order, as far as the shorter one goes. */
static bool are_same(const struct centre *a, const struct centre *b, int count)
{
    for (int k = 0; k < count; k++) {
        if (!(hypot(a[k].x - b[k].x, a[k].y - b[k].y) < SAME))
            return false;
    }
    return true;
}

enum opinion_err polis_cluster(struct region *region, const struct points *points, int count_max,
                               int rounds, struct clusters *c)
{
    struct centre *before, *after, *other;
    int32_t *moved;

    TRY(first_centres(region, points, count_max, c));
    TAKE(region, before, (size_t)count_max);
    TAKE(region, after, (size_t)count_max);
    TAKE(region, moved, (size_t)count_max);
    sorted_centres(c, before);
    for (int i = 0; i <= rounds && c->count > 0; i++) {
        for (size_t p = 0; p < points->count; p++)
            c->of[p] = nearest(c, points->x[p], points->y[p]);
        move_centres(points, c, moved);
        sorted_centres(c, after);
        if (are_same(before, after, c->count))
            break;
        other = before;
        before = after;
        after = other;
    }
    return OPINION_OK;
}

/* Rousseeuw 1987. */
static double silhouette_of(const struct points *points, const struct clusters *c, size_t i,
                            double *sum, size_t *size)
{
    double next = INFINITY;
    int own = c->of[i];

    for (int k = 0; k < c->count; k++)
        sum[k] = 0, size[k] = 0;
    for (size_t p = 0; p < points->count; p++) {
        if (p == i)
            continue;
        sum[c->of[p]] += hypot(points->x[p] - points->x[i], points->y[p] - points->y[i]);
        size[c->of[p]]++;
    }
    if (size[own] == 0)
        return 0;
    for (int k = 0; k < c->count; k++) {
        if (k != own && size[k] > 0 && sum[k] / (double)size[k] < next)
            next = sum[k] / (double)size[k];
    }
    double within = sum[own] / (double)size[own], larger = within > next ? within : next;
    return isinf(next) || larger == 0 ? 0 : (next - within) / larger;
}

enum opinion_err polis_silhouette(struct region *scratch, const struct points *points,
                                  const struct clusters *c, double *silhouette)
{
    double *sum, total = 0;
    size_t *size;

    TAKE(scratch, sum, (size_t)c->count);
    TAKE(scratch, size, (size_t)c->count);
    for (size_t i = 0; i < points->count; i++)
        total += silhouette_of(points, c, i, sum, size);
    *silhouette = points->count == 0 ? 0 : total / (double)points->count;
    return OPINION_OK;
}
