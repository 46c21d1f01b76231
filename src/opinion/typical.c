/* What a group stands for. Groups come from the very votes that are then looked at, so that chance
 * alone would find something on every statement: each vote is therefore counted for the group its
 * person would belong to without that vote (after Fithian, Sun, Taylor 2014). */
#include "opinion/analysis.h"

#include "opinion/real.h"

#include <math.h>
#include <stdlib.h>

static const double FALSE_SHARE = 0.10; /* of what is called typical, at most so much by chance */

/* One comparison of a group with all others on one statement. */
struct trial {
    uint32_t statement;
    int8_t group;
    bool is_agree;
    double p, more, deviation;
};

/* ---- labels without one's own vote ---- */

/* The place without one vote, from the place with it, by taking one observation out of a posterior
 * (Sherman, Morrison 1950); then the nearest centre. */
static int label_without(const struct work *w, const struct spot *s, uint16_t code)
{
    size_t j = opinion_code_statement(code);
    const double *load = w->space.loading + j * AXES;
    double turned[AXES], along = 0, expected = w->space.mean[j], score[AXES];

    for (int i = 0; i < AXES; i++) {
        turned[i] = 0;
        for (int k = 0; k < AXES; k++)
            turned[i] += s->spread[i * AXES + k] * load[k];
        expected += load[i] * s->at[i];
    }
    for (int i = 0; i < AXES; i++)
        along += load[i] * turned[i];
    double left = w->space.noise - along;
    double step = left > 1e-12 ? (opinion_code_vote(code) - expected) / left : 0;
    for (int i = 0; i < AXES; i++)
        score[i] = (s->at[i] - turned[i] * step) * w->space.strength[i];
    return groups_nearest(&w->grouping, score);
}

static void count_without(const struct work *w, struct opinion_count *counts)
{
    for (size_t e = 0; e < w->a->eligible; e++) {
        size_t i = w->eligible[e];
        uint32_t from = w->kept->begin[i], to = w->kept->begin[i + 1];
        struct spot s = space_place(&w->space, w->kept->code + from, to - from);
        for (uint32_t c = from; c < to; c++) {
            size_t j = opinion_code_statement(w->kept->code[c]);
            int g = label_without(w, &s, w->kept->code[c]);
            count_vote(&counts[(size_t)g * w->kept->statements + j],
                       opinion_code_vote(w->kept->code[c]));
        }
    }
}

/* ---- trials ---- */

/* Agresti, Caffo, Simple and effective confidence intervals for proportions and differences of
 * proportions, The American Statistician 54(4), 2000. */
static void compare(struct trial *t, uint32_t x1, uint32_t n1, uint32_t x2, uint32_t n2)
{
    double p1 = (x1 + 1.0) / (n1 + 2.0), p2 = (x2 + 1.0) / (n2 + 2.0);

    t->more = p1 - p2;
    t->deviation = sqrt(p1 * (1 - p1) / (n1 + 2.0) + p2 * (1 - p2) / (n2 + 2.0));
    t->p = 2 * real_normal_beyond(fabs(t->more) / t->deviation);
}

/* Agreeing or disagreeing, whichever says more, at the price of having looked at both. */
static bool try_one(const struct work *w, const struct opinion_count *counts, int g, size_t j,
                    struct trial *t)
{
    const struct opinion_count *own = &counts[(size_t)g * w->kept->statements + j];
    struct opinion_count other = {0};
    struct trial side[2];
    uint32_t n1 = count_all(own), n2;

    for (int k = 0; k < w->a->k; k++) {
        const struct opinion_count *c = &counts[(size_t)k * w->kept->statements + j];
        other.agree += k == g ? 0 : c->agree;
        other.pass += k == g ? 0 : c->pass;
        other.disagree += k == g ? 0 : c->disagree;
    }
    n2 = count_all(&other);
    if (n1 < OPINION_SHOWN_LEAST || n2 < OPINION_SHOWN_LEAST)
        return false;
    compare(&side[0], own->agree, n1, other.agree, n2);
    compare(&side[1], own->disagree, n1, other.disagree, n2);
    int best = side[1].p < side[0].p;
    *t = side[best];
    t->is_agree = best == 0;
    t->p = fmin(1, 2 * t->p);
    t->group = (int8_t)g;
    t->statement = w->kept_of[j];
    return true;
}

static int by_chance(const void *a, const void *b)
{
    const struct trial *x = a, *y = b;

    if (x->p != y->p)
        return x->p < y->p ? -1 : 1;
    if (x->group != y->group)
        return x->group < y->group ? -1 : 1;
    return x->statement < y->statement ? -1 : 1;
}

/* How many of the trials stand (Benjamini, Hochberg 1995). */
static size_t standing(struct trial *t, size_t count)
{
    size_t stand = 0;

    qsort(t, count, sizeof *t, by_chance);
    for (size_t i = 0; i < count; i++) {
        if (t[i].p <= FALSE_SHARE * (double)(i + 1) / (double)count)
            stand = i + 1;
    }
    return stand;
}

/* ---- lists ---- */

/* The surest first, OPINION_LIST_MAX of them. */
static void enlist(struct work *w, const struct trial *t)
{
    struct opinion_typical *list = w->a->typical[t->group];
    size_t *count = &w->a->typical_count[t->group], at = *count;
    struct opinion_typical one = {
        .statement = t->statement,
        .is_agree = t->is_agree,
        .more = {t->more, t->more - Z90 * t->deviation, t->more + Z90 * t->deviation},
        .p = t->p};

    while (at > 0 && list[at - 1].more.low < one.more.low)
        at--;
    if (at == OPINION_LIST_MAX)
        return;
    size_t last = *count < OPINION_LIST_MAX ? (*count)++ : OPINION_LIST_MAX - 1;
    for (; last > at; last--)
        list[last] = list[last - 1];
    list[at] = one;
}

/* Those to agree with before those to disagree with, each in its order. */
static void agree_first(struct opinion_typical *list, size_t count)
{
    struct opinion_typical sorted[OPINION_LIST_MAX];
    size_t n = 0;

    for (int side = 1; side >= 0; side--) {
        for (size_t i = 0; i < count; i++) {
            if (list[i].is_agree == (side == 1))
                sorted[n++] = list[i];
        }
    }
    for (size_t i = 0; i < count; i++)
        list[i] = sorted[i];
}

enum opinion_err typical_find(struct work *w)
{
    size_t n = w->kept->statements, count = 0;
    struct opinion_count *counts;
    struct trial *trials;

    if (w->a->k < 2)
        return OPINION_OK;
    TAKE(w->scratch, counts, n * (size_t)w->a->k);
    TAKE(w->scratch, trials, n * (size_t)w->a->k);
    count_without(w, counts);
    for (int g = 0; g < w->a->k; g++) {
        for (size_t j = 0; j < n; j++)
            count += try_one(w, counts, g, j, &trials[count]);
    }
    size_t stand = standing(trials, count);
    for (size_t i = 0; i < stand; i++) {
        const struct trial *t = &trials[i];
        bool is_shown = w->is_shown[(size_t)t->group * w->v->statements + t->statement];
        w->a->apart[t->group]++;
        if (t->more > 0 && is_shown)
            enlist(w, t);
    }
    for (int g = 0; g < w->a->k; g++)
        agree_first(w->a->typical[g], w->a->typical_count[g]);
    return OPINION_OK;
}
