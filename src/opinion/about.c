/* What is said of each statement: what all groups agree on, what crosses them, what divides, and
 * who does not know. */
#include "opinion/analysis.h"

#include <math.h>
#include <stdlib.h>

static double within(double x)
{
    return x < 0 ? 0 : x > 1 ? 1 : x;
}

/* (x + 1) / (n + 2), and the limits of Wilson, Probable inference, the law of succession, and
 * statistical inference, JASA 22, 1927. */
static struct opinion_share share_of(uint32_t x, uint32_t n)
{
    double z2 = Z90 * Z90, middle = (x + z2 / 2) / (n + z2);
    double half = n == 0 ? 0.5 : Z90 / (n + z2) * sqrt((double)x * (n - x) / (double)n + z2 / 4);

    return (struct opinion_share){(x + 1.0) / (n + 2.0), within(middle - half),
                                  within(middle + half)};
}

static struct opinion_share around(double at, double deviation)
{
    return (struct opinion_share){within(at), within(at - Z90 * deviation),
                                  within(at + Z90 * deviation)};
}

static const struct opinion_count *count_of(const struct work *w, int g, size_t j)
{
    return &w->counts[(size_t)g * w->v->statements + j];
}

/* ---- common ground ---- */

static struct opinion_share least_share(const struct work *w, size_t j, bool is_agree)
{
    struct opinion_share least = {2, 2, 2};

    for (int g = 0; g < w->a->k; g++) {
        const struct opinion_count *c = count_of(w, g, j);
        struct opinion_share s = share_of(is_agree ? c->agree : c->disagree, count_all(c));
        if (s.low < least.low)
            least = s;
    }
    return least;
}

static void find_common(const struct work *w, size_t j)
{
    struct opinion_share agree = least_share(w, j, true), disagree = least_share(w, j, false);
    struct opinion_about *a = &w->about[j];

    a->side = agree.low >= disagree.low ? 1 : -1;
    a->common = a->side > 0 ? agree : disagree;
    a->is_common = a->common.low > 0.5 && !w->v->is_out[j];
}

/* ---- bridging ---- */

/* The share of pairs of people of different groups who both agree; its deviation by the first
 * derivatives. */
static struct opinion_share between_groups(const struct work *w, size_t j)
{
    double pairs = w->a->k * (w->a->k - 1) / 2.0, all = 0, sum = 0, variance = 0;
    double p[OPINION_GROUPS_MAX];

    for (int g = 0; g < w->a->k; g++) {
        const struct opinion_count *c = count_of(w, g, j);
        p[g] = (c->agree + 1.0) / (count_all(c) + 2.0);
        all += p[g];
    }
    for (int g = 0; g < w->a->k; g++) {
        double slope = (all - p[g]) / pairs;
        sum += p[g] * (all - p[g]) / 2 / pairs;
        variance += slope * slope * p[g] * (1 - p[g]) / (count_all(count_of(w, g, j)) + 2.0);
    }
    return around(sum, sqrt(variance));
}

static int by_size(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return x < y ? -1 : x > y;
}

/* Of the people that the axes come from. */
enum opinion_err quantiles_find(struct work *w)
{
    struct quantiles *q = &w->quantiles;
    size_t n = w->a->sampled;
    double *place;

    TAKE(w->scratch, place, n);
    for (size_t x = 0; x < AXES && n > 0; x++) {
        for (size_t i = 0; i < n; i++)
            place[i] = w->a->place[w->sample[i] * AXES + x];
        qsort(place, n, sizeof *place, by_size);
        q->at[x][0] = place[n / 10];
        q->at[x][1] = place[n / 2];
        q->at[x][2] = place[n - 1 - n / 10];
    }
    return OPINION_OK;
}

/* The least share of agreement that is expected along any axis. */
static struct opinion_share along_axes(const struct work *w, size_t j)
{
    const struct quantiles *q = &w->quantiles;
    double least = 1, n = count_all(&w->about[j].all);

    for (size_t x = 0; x < AXES; x++) {
        for (int i = 0; i < 3; i++)
            least = fmin(
                least, within((w->a->mean[j] + w->a->loading[j * AXES + x] * q->at[x][i] + 1) / 2));
    }
    return around(least, sqrt(least * (1 - least) / (n + 2)));
}

/* ---- divisiveness ---- */

/* The share of the variance of agreeing that lies between groups. n times the share has about a
 * noncentral chi-squared distribution with k - 1 degrees (Patnaik 1949), which gives the deviation
 * and what chance alone adds. */
static struct opinion_share by_groups(const struct work *w, size_t j)
{
    double n = 0, agree = 0, between = 0, degrees = w->a->k - 1;

    for (int g = 0; g < w->a->k; g++) {
        n += count_all(count_of(w, g, j));
        agree += count_of(w, g, j)->agree;
    }
    double p = (agree + 1) / (n + 2);
    for (int g = 0; g < w->a->k; g++) {
        double own = count_all(count_of(w, g, j));
        double difference = (count_of(w, g, j)->agree + 1) / (own + 2) - p;
        between += own / n * difference * difference / (p * (1 - p));
    }
    double share = fmax(between - degrees / n, 0);
    return around(share, sqrt(2 * degrees + 4 * n * share) / n);
}

/* Without groups: how much of a vote is due to where people stand. */
static struct opinion_share by_axes(const struct work *w, size_t j)
{
    double squared = 0, n = count_all(&w->about[j].all);

    for (size_t x = 0; x < AXES; x++)
        squared += w->a->loading[j * AXES + x] * w->a->loading[j * AXES + x];
    double share = squared / (squared + w->a->noise);
    /* The deviation of a squared correlation (Olkin, Finn 1995). */
    return around(share, 2 * sqrt(share) * (1 - share) / sqrt(n + 2));
}

/* ---- the list ---- */

struct common {
    double low;
    uint32_t statement;
};

static int by_low(const void *a, const void *b)
{
    const struct common *x = a, *y = b;

    if (x->low != y->low)
        return x->low > y->low ? -1 : 1;
    return x->statement < y->statement ? -1 : 1;
}

static enum opinion_err list_common(struct work *w)
{
    struct common *all;
    uint32_t *list;
    size_t n = 0;

    TAKE(w->scratch, all, w->v->statements);
    for (uint32_t j = 0; j < w->v->statements; j++) {
        if (w->about[j].is_common)
            all[n++] = (struct common){w->about[j].common.low, j};
    }
    if (n > 1)
        qsort(all, n, sizeof *all, by_low);
    TAKE(w->region, list, n);
    for (size_t i = 0; i < n; i++)
        list[i] = all[i].statement;
    w->a->common = list;
    w->a->common_count = n;
    return OPINION_OK;
}

enum opinion_err about_find(struct work *w)
{
    for (size_t j = 0; j < w->v->statements; j++) {
        struct opinion_about *a = &w->about[j];
        if (!a->is_whole)
            continue;
        find_common(w, j);
        a->bridging = w->a->k > 1 ? between_groups(w, j) : along_axes(w, j);
        a->divisiveness = w->a->k > 1 ? by_groups(w, j) : by_axes(w, j);
        a->uncertainty = share_of(a->all.pass, count_all(&a->all));
    }
    return list_common(w);
}
