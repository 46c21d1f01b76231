/* Would half of the people have been parted in the same way? */
#include "opinion/groups.h"

#include "opinion/real.h"

#include <math.h>
#include <string.h>

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

static void label(const struct grouping *g, const double *score, size_t count, int8_t *labels)
{
    for (size_t i = 0; i < count; i++)
        labels[i] = (int8_t)groups_nearest(g, score + i * AXES);
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

/* Every other person of an order drawn by lot. */
static size_t draw_half(const double *score, size_t count, struct real_random *r, double *half)
{
    size_t n = 0;

    for (size_t i = 0; i < count; i++) {
        /* So that exactly half are drawn, each as likely (Knuth 1969, selection sampling). */
        size_t wanted = count / 2 - n, left = count - i;
        if (real_random_below(r, left) >= wanted)
            continue;
        memcpy(half + n * AXES, score + i * AXES, AXES * sizeof *half);
        n++;
    }
    return n;
}

enum opinion_err groups_steadiness(struct region *scratch, const double *score, size_t count,
                                   const struct grouping *grouping, uint64_t seed, double *steady)
{
    struct real_random r = real_random_begin(seed, 1);
    double *half, *far, agreement[HALVES];
    int8_t *whole, *again;

    *steady = 1;
    if (count < 4)
        return OPINION_OK;
    TAKE(scratch, half, count * AXES);
    TAKE(scratch, far, count);
    TAKE(scratch, whole, count);
    TAKE(scratch, again, count);
    label(grouping, score, count, whole);
    for (int i = 0; i < HALVES; i++) {
        struct grouping g = {0};
        size_t n = draw_half(score, count, &r, half);
        groups_cluster(half, n, grouping->k, far, &r, &g);
        label(&g, score, count, again);
        agreement[i] = groups_agreement(whole, again, count);
    }
    *steady = middle(agreement, HALVES);
    return OPINION_OK;
}
