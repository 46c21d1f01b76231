/* next: which statement somebody is asked about next. */
#include "opinion/real.h"
#include "opinion/region.h"

#include <math.h>
#include <string.h>

enum { AXES = OPINION_AXES, NORMALS = 8192 };

#define DRAW_SPREAD 0.7 /* of the uncertainty of a loading, what a draw plays with */
#define FLOOR_SHARE 0.25

struct opinion_router {
    struct region *region;
    size_t statements;
    double noise;
    double *loading; /* [statements * AXES] */
    double *normals; /* [NORMALS] drawn once: what a draw takes begins anywhere */
};

enum opinion_err opinion_router_new(const struct opinion_memory *m,
                                    const struct opinion_analysis *analysis,
                                    struct opinion_router **router)
{
    struct region *region = region_new(m);
    struct opinion_router *r = region == NULL ? NULL : region_take(region, 1, sizeof *r);
    size_t n = analysis->votes->statements;

    if (r != NULL) {
        *r = (struct opinion_router){region, n, analysis->noise,
                                     region_take(region, n * AXES, sizeof *r->loading),
                                     region_take(region, NORMALS, sizeof *r->normals)};
    }
    if (r == NULL || r->loading == NULL || r->normals == NULL) {
        region_free(region);
        return OPINION_NO_MEMORY;
    }
    if (n > 0)
        memcpy(r->loading, analysis->loading, n * AXES * sizeof *r->loading);
    struct real_random random = real_random_begin(analysis->seed, NORMALS);
    for (size_t i = 0; i < NORMALS; i++)
        r->normals[i] = real_random_normal(&random);
    *router = r;
    return OPINION_OK;
}

void opinion_router_free(struct opinion_router *router)
{
    if (router != NULL)
        region_free(router->region);
}

/* ---- what is known of the one who asks ---- */

struct place {
    double spread[AXES][AXES]; /* covariance, before any vote that of everybody: 1 on each axis */
};

/* A vote on a statement with these loadings makes the place surer (Sherman, Morrison 1950). */
static void learn(struct place *p, const double *w, double noise)
{
    double along[AXES], through = noise;

    for (int a = 0; a < AXES; a++) {
        along[a] = 0;
        for (int b = 0; b < AXES; b++)
            along[a] += p->spread[a][b] * w[b];
    }
    for (int a = 0; a < AXES; a++)
        through += w[a] * along[a];
    for (int a = 0; a < AXES; a++) {
        for (int b = 0; b < AXES; b++)
            p->spread[a][b] -= along[a] * along[b] / through;
    }
}

static struct place place_of(const struct opinion_router *r, const struct opinion_asking *q)
{
    struct place p = {{{0}}};

    for (int a = 0; a < AXES; a++)
        p.spread[a][a] = 1;
    for (size_t k = 0; k < q->vote_count; k++) {
        size_t j = opinion_code_statement(q->code[k]);
        if (j < r->statements)
            learn(&p, r->loading + j * AXES, r->noise);
    }
    return p;
}

/* What the draw expects a vote to tell, in units of the noise: w' S w / noise. */
static double told(const struct place *p, const double w[AXES], double noise)
{
    double sum = 0;

    for (int a = 0; a < AXES; a++) {
        double along = 0;
        for (int b = 0; b < AXES; b++)
            along += p->spread[a][b] * w[b];
        sum += w[a] * along;
    }
    return sum / noise;
}

/* ---- the two ways to choose ---- */

static bool is_open(const struct opinion_asking *q, size_t j)
{
    return (q->kind[j] & OPINION_CLOSED) == 0;
}

/* The open statement with the fewest votes; among several by lot. `ties`: among how many. */
static bool choose_fewest(const struct opinion_asking *q, struct real_random *random, size_t *best,
                          size_t *ties)
{
    *ties = 0;
    for (size_t j = 0; j < q->statements; j++) {
        if (!is_open(q, j))
            continue;
        if (*ties == 0 || q->votes[j] < q->votes[*best]) {
            *best = j;
            *ties = 1;
        } else if (q->votes[j] == q->votes[*best] && real_random_below(random, ++*ties) == 0) {
            *best = j;
        }
    }
    return *ties > 0;
}

/* Thompson sampling (Russo et al. 2018): loadings are drawn as far from their estimates as they are
 * unsure, and what would tell most if the draw were true is asked. */
static bool choose_telling(const struct opinion_router *r, const struct opinion_asking *q,
                           const struct place *p, struct real_random *random, size_t *best)
{
    double most = -1;

    for (size_t j = 0; j < q->statements; j++) {
        if (!is_open(q, j) || (q->kind[j] & OPINION_META) != 0)
            continue;
        const double *z = r->normals + real_random_below(random, NORMALS - AXES);
        double sd = DRAW_SPREAD * sqrt(r->noise / ((double)q->votes[j] + 2)), w[AXES];
        for (size_t a = 0; a < AXES; a++)
            w[a] = (j < r->statements ? r->loading[j * AXES + a] : 0) + sd * z[a];
        double answered =
            1 - ((double)q->passes[j] + 1) / ((double)q->votes[j] + 3); /* Laplace's rule */
        double gain = told(p, w, r->noise);
        if (answered * gain <= most) /* a logarithm would only be less: log(1 + x) <= x */
            continue;
        gain = answered * real_log(1 + gain);
        if (gain > most) {
            most = gain;
            *best = j;
        }
    }
    return most >= 0;
}

/* ---- both together ---- */

/* How probable it was that `shown` is what is shown: the floor's part, which shows it with the
 * probability `by_floor`, and the other by as many draws as were asked for, and that one. `r` NULL:
 * everything comes from the floor. */
static double probability_of(const struct opinion_router *r, const struct opinion_asking *q,
                             const struct place *p, struct real_random *random, size_t shown,
                             double by_floor)
{
    size_t best = 0, won = 1;

    if (r == NULL)
        return by_floor;
    for (size_t i = 0; i < q->draws; i++)
        won += choose_telling(r, q, p, random, &best) && best == shown;
    return FLOOR_SHARE * by_floor + (1 - FLOOR_SHARE) * (double)won / ((double)q->draws + 1);
}

bool opinion_next(const struct opinion_router *router, const struct opinion_asking *asking,
                  struct opinion_next *next)
{
    const struct opinion_router *r = asking->people < OPINION_FIRST_PEOPLE ? NULL : router;
    struct real_random random = real_random_begin(asking->seed, asking->turn);
    struct place place = {{{0}}};
    size_t telling = 0, fewest = 0, ties;

    *next = (struct opinion_next){0};
    if (!choose_fewest(asking, &random, &fewest, &ties))
        return false;
    if (r != NULL) {
        place = place_of(r, asking);
        if (!choose_telling(r, asking, &place, &random, &telling))
            r = NULL; /* what is left is about the talk itself */
    }
    next->is_floor = r == NULL || real_random_unit(&random) < FLOOR_SHARE;
    next->statement = next->is_floor ? fewest : telling;
    if (asking->draws > 0) {
        bool is_fewest = asking->votes[next->statement] == asking->votes[fewest];
        next->probability = probability_of(r, asking, &place, &random, next->statement,
                                           is_fewest ? 1 / (double)ties : 0);
    }
    return true;
}
