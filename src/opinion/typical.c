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

/* What is the same for everybody. */
struct without {
    struct kernel_person person;
    float *lean; /* [codes * KERNEL_LEAN] */
    int8_t *label;
};

static enum opinion_err without_new(const struct work *w, struct without *t)
{
    size_t codes = 3 * w->kept->statements;

    TAKE(w->scratch, t->lean, codes * KERNEL_LEAN);
    TAKE(w->scratch, t->label, w->kept->statements + KERNEL_POINTS);
    for (size_t code = 0; code < codes; code++) {
        size_t j = code / 3;
        float *row = t->lean + code * KERNEL_LEAN;
        for (size_t i = 0; i < AXES; i++)
            row[i] = (float)w->space.loading[j * AXES + i];
        row[AXES] = (float)(opinion_code_vote((uint16_t)code) - w->space.mean[j]);
    }
    t->person.noise = (float)w->space.noise;
    t->person.k = w->grouping.k;
    for (int i = 0; i < AXES; i++) {
        t->person.strength[i] = (float)w->space.strength[i];
        for (int k = 0; k < w->grouping.k; k++)
            t->person.centre[k][i] = (float)w->grouping.centre[k][i];
    }
    return OPINION_OK;
}

static void count_person(const struct work *w, struct without *t, uint32_t person,
                         const struct spot *s, struct opinion_count *counts)
{
    uint32_t from = w->kept->begin[person], count = w->kept->begin[person + 1] - from;
    const uint16_t *code = w->kept->code + from;

    for (int i = 0; i < AXES; i++) {
        t->person.place[i] = (float)s->at[i];
        for (int k = 0; k < AXES; k++)
            t->person.spread[i][k] = (float)s->spread[i * AXES + k];
    }
    kernel_in_use()->assign_without(&t->person, t->lean, code, count, t->label);
    for (uint32_t c = 0; c < count; c++) {
        size_t at = (size_t)t->label[c] * w->kept->statements + opinion_code_statement(code[c]);
        count_vote(&counts[at], opinion_code_vote(code[c]));
    }
}

/* People on their way, with room for each part. */
struct walking {
    const struct work *w;
    struct without *t;            /* [CREW_ROOMS] */
    struct opinion_count *counts; /* [CREW_ROOMS * cells] */
    size_t cells;
};

static void count_part(void *arg, size_t part)
{
    const struct walking *k = arg;
    const struct work *w = k->w;
    struct spot spots[KERNEL_LANES];
    size_t end = crew_from(w->a->sampled, CREW_ROOMS, part + 1), n;

    for (size_t from = crew_from(w->a->sampled, CREW_ROOMS, part); from < end; from += n) {
        n = end - from < KERNEL_LANES ? end - from : KERNEL_LANES;
        space_place_some(&w->space, w->kept, w->sample + from, n, spots);
        for (size_t i = 0; i < n; i++)
            count_person(w, &k->t[part], w->sample[from + i], &spots[i],
                         k->counts + part * k->cells);
    }
}

static enum opinion_err count_without(const struct work *w, struct opinion_count *counts)
{
    struct without t[CREW_ROOMS];
    struct walking k = {w, t, NULL, w->kept->statements * (size_t)w->a->k};

    for (size_t part = 0; part < CREW_ROOMS; part++)
        TRY(without_new(w, &t[part]));
    TAKE(w->scratch, k.counts, CREW_ROOMS * k.cells);
    crew_run(w->crew, CREW_ROOMS, count_part, &k);
    for (size_t at = 0; at < CREW_ROOMS * k.cells; at++) {
        counts[at % k.cells].agree += k.counts[at].agree;
        counts[at % k.cells].pass += k.counts[at].pass;
        counts[at % k.cells].disagree += k.counts[at].disagree;
    }
    return OPINION_OK;
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
    TRY(count_without(w, counts));
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
