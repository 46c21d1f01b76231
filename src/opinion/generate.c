/* generate: votes with a known answer, to try methods on. */
#include "opinion/real.h"
#include "opinion/region.h"

#include <assert.h>
#include <math.h>

enum { AXES_MAX = OPINION_GROUPS_MAX - 1 };

/* Streams of random numbers: statements and groups first, then one for each person. */
enum { STREAM_STATEMENTS, STREAM_GROUPS, STREAM_PEOPLE };

static const double PASS = 0.1;
static const double POWER = 1.1;       /* of the law of votes per person */
static const double SIZE_FALLS = 0.35; /* group g weighs 1 / (1 + SIZE_FALLS g) */
static const double CENTRE_APART =
    5.5;                          /* between the centres of two groups, in spreads of a group */
static const double OFFSET = 0.5; /* spread of what all think of a statement that divides */
static const double COMMON_OFFSET = 1.6; /* and of one that does not, either way */
static const double COMMON_LOADING = 0.15;
static const double TENDENCY = 0.5;    /* spread of people's leaning to agree */
static const double SHOWN_LEAST = 0.4; /* one votes on what one disagrees with this much as often */

struct statement {
    double offset, loading[AXES_MAX];
    double class_offset[OPINION_GROUPS_MAX];
};

struct made_up {
    const struct opinion_plan *plan;
    struct region *region;
    struct statement *statements;
    bool *is_voted;  /* [statements] by the person at hand */
    uint32_t *voted; /* [statements] which, to be forgotten again */
    int axes;
    double centre[OPINION_GROUPS_MAX][AXES_MAX];
    double low, low_power, high_power; /* of the law of votes per person */
};

/* ---- the world ---- */

/* Corners of a regular simplex around the origin, CENTRE_APART from each other: each new corner
 * stands on an axis of its own above the middle of those before. */
static void place_centres(struct made_up *g)
{
    int count = g->plan->groups;

    for (int k = 1; k < count; k++) {
        double middle[AXES_MAX] = {0}, radius = 0;
        for (int a = 0; a < k - 1; a++) {
            for (int i = 0; i < k; i++)
                middle[a] += g->centre[i][a] / k;
            radius += (middle[a] - g->centre[0][a]) * (middle[a] - g->centre[0][a]);
        }
        for (int a = 0; a < k - 1; a++)
            g->centre[k][a] = middle[a];
        g->centre[k][k - 1] = sqrt(CENTRE_APART * CENTRE_APART - radius);
    }
    for (int a = 0; a < count - 1; a++) {
        double mean = 0;
        for (int i = 0; i < count; i++)
            mean += g->centre[i][a] / count;
        for (int i = 0; i < count; i++)
            g->centre[i][a] -= mean;
    }
}

static int axes_of(const struct opinion_plan *plan)
{
    switch (plan->shape) {
    case OPINION_IDEAL:
        return plan->groups > 2 ? plan->groups - 1 : 1 + (plan->groups < 2);
    case OPINION_LINE:
        return 1;
    case OPINION_SQUARE:
    case OPINION_DISC:
        return 2;
    default:
        return 0;
    }
}

/* Every third statement is common to all, in a fixed but shuffled place. */
static void make_statements(struct made_up *g)
{
    struct real_random r = real_random_begin(g->plan->seed, STREAM_STATEMENTS);
    size_t count = g->plan->statements, common = count / 3;

    for (size_t j = 0; j < count; j++) {
        struct statement *s = &g->statements[j];
        bool is_common = real_random_below(&r, count - j) < common;
        double side = real_random_below(&r, 4) == 0 ? -1 : 1; /* more is agreed on than refused */
        common -= is_common;
        s->offset = is_common ? side * COMMON_OFFSET + OFFSET * real_random_normal(&r)
                              : OFFSET * real_random_normal(&r);
        for (int a = 0; a < g->axes; a++)
            s->loading[a] = (is_common ? COMMON_LOADING : 1) * real_random_normal(&r);
        for (int k = 0; k < g->plan->groups && g->plan->shape == OPINION_CLASS; k++)
            s->class_offset[k] = (is_common ? COMMON_LOADING : 1) * 1.2 * real_random_normal(&r);
    }
}

/* ---- how many votes ---- */

static double power(double x, double exponent)
{
    return real_exp(exponent * real_log(x));
}

/* The mean of the law between `low` and `high`, its density falling as x to -POWER. */
static double mean_votes(double low, double high)
{
    double e = 1 - POWER;

    return e / (e + 1) * (power(high, e + 1) - power(low, e + 1)) /
           (power(high, e) - power(low, e));
}

/* The lower end that gives the mean wanted. */
static void find_law(struct made_up *g)
{
    double high = (double)g->plan->statements, least = 1e-3, most = high;

    for (int i = 0; i < 60 && g->plan->votes_mean < high; i++) {
        double low = (least + most) / 2;
        if (mean_votes(low, high) < g->plan->votes_mean)
            least = low;
        else
            most = low;
    }
    g->low = most;
    g->low_power = power(most, 1 - POWER);
    g->high_power = power(high, 1 - POWER);
}

static size_t count_votes(const struct made_up *g, struct real_random *r)
{
    double u = real_random_unit(r);
    double x = g->low >= (double)g->plan->statements
                   ? g->low
                   : power(g->low_power - u * (g->low_power - g->high_power), 1 / (1 - POWER));
    /* A whole number with the same mean. */
    double count = floor(x + real_random_unit(r));

    if (count < 1)
        return 1;
    return count > (double)g->plan->statements ? g->plan->statements : (size_t)count;
}

/* ---- one person ---- */

struct person {
    int group;
    double tendency, at[AXES_MAX];
};

static int draw_group(const struct made_up *g, struct real_random *r)
{
    double all = 0, u = real_random_unit(r);

    if (g->plan->groups == 0)
        return -1;
    for (int k = 0; k < g->plan->groups; k++)
        all += 1 / (1 + SIZE_FALLS * k);
    for (int k = 0; k < g->plan->groups; k++) {
        u -= 1 / (1 + SIZE_FALLS * k) / all;
        if (u < 0)
            return k;
    }
    return g->plan->groups - 1;
}

static void draw_place(const struct made_up *g, struct person *p, struct real_random *r)
{
    double squared;

    switch (g->plan->shape) {
    case OPINION_IDEAL:
        for (int a = 0; a < g->axes; a++)
            p->at[a] = real_random_normal(r) + (p->group < 0 ? 0 : g->centre[p->group][a]);
        break;
    case OPINION_LINE:
    case OPINION_SQUARE:
        for (int a = 0; a < g->axes; a++)
            p->at[a] = sqrt(3) * (2 * real_random_unit(r) - 1); /* variance 1 */
        break;
    case OPINION_DISC:
        do {
            p->at[0] = 2 * real_random_unit(r) - 1;
            p->at[1] = 2 * real_random_unit(r) - 1;
            squared = p->at[0] * p->at[0] + p->at[1] * p->at[1];
        } while (squared > 1);
        p->at[0] *= 2;
        p->at[1] *= 2;
        break;
    default:
        break;
    }
}

static double agrees(const struct made_up *g, const struct person *p, size_t j)
{
    const struct statement *s = &g->statements[j];
    double x = s->offset + p->tendency;

    for (int a = 0; a < g->axes; a++)
        x += s->loading[a] * p->at[a];
    if (g->plan->shape == OPINION_CLASS && p->group >= 0)
        x += s->class_offset[p->group];
    return real_logistic(x);
}

static enum opinion_err vote(struct made_up *g, uint64_t id, opinion_made_fn *made, void *arg)
{
    struct real_random r = real_random_begin(g->plan->seed, STREAM_PEOPLE + id);
    struct person p = {.group = draw_group(g, &r), .tendency = TENDENCY * real_random_normal(&r)};

    if (g->plan->shape == OPINION_NONE)
        p.tendency = 0; /* to lean is a structure, too */
    enum opinion_err e = OPINION_OK;
    size_t wanted = count_votes(g, &r), count = 0;

    draw_place(g, &p, &r);
    while (count < wanted && e == OPINION_OK) {
        size_t j = (size_t)real_random_below(&r, g->plan->statements);
        double share = g->is_voted[j] ? 0 : agrees(g, &p, j);
        if (g->is_voted[j] || real_random_unit(&r) > SHOWN_LEAST + (1 - SHOWN_LEAST) * share)
            continue;
        g->is_voted[j] = true;
        g->voted[count++] = (uint32_t)j;
        int side = real_random_unit(&r) < share ? OPINION_AGREE : OPINION_DISAGREE;
        if (!made(arg, id, p.group, j, real_random_unit(&r) < PASS ? OPINION_PASS : side))
            e = OPINION_NOT_WRITTEN;
    }
    for (size_t i = 0; i < count; i++)
        g->is_voted[g->voted[i]] = false;
    return e;
}

static enum opinion_err generate(struct made_up *g, opinion_made_fn *made, void *arg)
{
    TAKE(g->region, g->statements, g->plan->statements);
    TAKE(g->region, g->is_voted, g->plan->statements);
    TAKE(g->region, g->voted, g->plan->statements);
    g->axes = axes_of(g->plan);
    place_centres(g);
    make_statements(g);
    find_law(g);
    for (uint64_t i = 0; i < g->plan->people; i++)
        TRY(vote(g, i, made, arg));
    return OPINION_OK;
}

enum opinion_err opinion_generate(const struct opinion_memory *m, const struct opinion_plan *plan,
                                  opinion_made_fn *made, void *arg)
{
    assert(plan->people >= 1 && plan->statements >= 1);
    assert(plan->statements <= OPINION_STATEMENTS_MAX);
    assert(plan->groups >= 0 && plan->groups <= OPINION_GROUPS_MAX);
    assert(plan->votes_mean >= 1 && plan->votes_mean <= (double)plan->statements);
    struct made_up g = {.plan = plan, .region = region_new(m)};
    enum opinion_err e = g.region == NULL ? OPINION_NO_MEMORY : generate(&g, made, arg);

    region_free(g.region);
    return e;
}
