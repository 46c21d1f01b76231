/* Would half of the people have been parted in the same way? */
#include "opinion/groups.h"

#include "opinion/real.h"

enum { HALVES = 8 };

static double pairs(double n)
{
    return n * (n - 1) / 2;
}

double groups_agreement(const int8_t *a, const int8_t *b, size_t count)
{
    double both[OPINION_GROUPS_MAX][OPINION_GROUPS_MAX] = {{0}}, in_a[OPINION_GROUPS_MAX] = {0},
           in_b[OPINION_GROUPS_MAX] = {0}, together = 0, of_a = 0, of_b = 0;

    for (size_t i = 0; i < count; i++) {
        both[a[i]][b[i]]++;
        in_a[a[i]]++;
        in_b[b[i]]++;
    }
    for (int x = 0; x < OPINION_GROUPS_MAX; x++) {
        of_a += pairs(in_a[x]);
        of_b += pairs(in_b[x]);
        for (int y = 0; y < OPINION_GROUPS_MAX; y++)
            together += pairs(both[x][y]);
    }
    double expected = count > 1 ? of_a * of_b / pairs((double)count) : 0;
    double most = (of_a + of_b) / 2;
    return most > expected ? (together - expected) / (most - expected) : 1;
}

static double middle(double *at, int count)
{
    for (int i = 1; i < count; i++) {
        double one = at[i];
        int k = i;
        for (; k > 0 && at[k - 1] > one; k--)
            at[k] = at[k - 1];
        at[k] = one;
    }
    return (at[(count - 1) / 2] + at[count / 2]) / 2;
}

/* Exactly half of them, each as likely (Knuth 1969, selection sampling). */
static void draw_half(const struct points *points, struct real_random *r, struct points *half)
{
    size_t n = 0;

    for (size_t i = 0; i < points->count; i++) {
        size_t wanted = half->count - n, left = points->count - i;
        if (real_random_below(r, left) >= wanted)
            continue;
        for (int a = 0; a < AXES; a++)
            half->axis[a][n] = points->axis[a][i];
        n++;
    }
}

enum opinion_err groups_steadiness(struct region *scratch, const struct points *points,
                                   const struct grouping *grouping, uint64_t seed, double *steady)
{
    struct real_random r = real_random_begin(seed, 1);
    struct points half;
    double agreement[HALVES];
    struct bench bench;
    int8_t *whole, *again;

    *steady = 1;
    if (points->count < 4)
        return OPINION_OK;
    TRY(points_new(scratch, points->count / 2, &half));
    TRY(bench_new(scratch, half.count, &bench));
    TAKE(scratch, whole, points->count + KERNEL_POINTS);
    TAKE(scratch, again, points->count + KERNEL_POINTS);
    groups_label(points, grouping, whole);
    for (int i = 0; i < HALVES; i++) {
        struct grouping g = {0};
        draw_half(points, &r, &half);
        groups_cluster(&half, grouping->k, &bench, &r, &g);
        groups_label(points, &g, again);
        agreement[i] = groups_agreement(whole, again, points->count);
    }
    *steady = middle(agreement, HALVES);
    return OPINION_OK;
}
