/* What a group stands for, and what all agree on, by the rules of Polis. */
#include "opinion/polis.h"

#include <math.h>
#include <stdlib.h>

/* One-sided, 90 %. */
static const double Z90 = 1.2816;
static const double META_OFF = 8; /* a statement nobody has seen weighs nine times as much */

static double share(uint32_t some, uint32_t all)
{
    return (some + 1.0) / (all + 2.0);
}

/* z of a share against one half. */
static double one_sample(uint32_t success, uint32_t trials)
{
    double n = trials + 1.0;

    return 2 * sqrt(n) * ((success + 1.0) / n - 0.5);
}

/* z of the difference of two shares, each number greater by one. */
static double two_sample(uint32_t success, uint32_t trials, uint32_t rest, uint32_t rest_trials)
{
    double x1 = success + 1.0, n1 = trials + 1.0, x2 = rest + 1.0, n2 = rest_trials + 1.0;
    double both = (x1 + x2) / (n1 + n2);

    if (both >= 1) /* above it there is no root */
        return 0;
    return (x1 / n1 - x2 / n2) / sqrt(both * (1 - both) * (1 / n1 + 1 / n2));
}

/* ---- counts ---- */

static void count_vote(struct polis_counts *c, int vote)
{
    c->seen++;
    c->agree += vote == OPINION_AGREE;
    c->disagree += vote == OPINION_DISAGREE;
}

/* all: everybody; grouped: those in a group. */
static void count_votes(const struct polis *p, const struct opinion_polis *r,
                        struct polis_counts *of[], struct polis_counts *all,
                        struct polis_counts *grouped)
{
    const struct opinion_votes *v = p->votes;

    for (size_t i = 0; i < p->people; i++) {
        for (uint32_t k = v->begin[i]; k < v->begin[i + 1]; k++) {
            size_t j = opinion_code_statement(v->code[k]);
            int vote = opinion_code_vote(v->code[k]);
            count_vote(&all[j], vote);
            if (r->group[i] >= 0) {
                count_vote(&grouped[j], vote);
                count_vote(&of[r->group[i]][j], vote);
            }
        }
    }
}

/* ---- one group ---- */

/* Both sides of one statement in one group. */
struct sides {
    size_t statement;
    struct polis_counts own;
    double pa, pd, pat, pdt, ra, rd, rat, rdt;
};

static struct sides sides_of(size_t statement, struct polis_counts own, struct polis_counts grouped)
{
    uint32_t agree = grouped.agree - own.agree, disagree = grouped.disagree - own.disagree;
    uint32_t seen = grouped.seen - own.seen;
    struct sides s = {.statement = statement, .own = own};

    s.pa = share(own.agree, own.seen);
    s.pd = share(own.disagree, own.seen);
    s.pat = one_sample(own.agree, own.seen);
    s.pdt = one_sample(own.disagree, own.seen);
    s.ra = s.pa / share(agree, seen);
    s.rd = s.pd / share(disagree, seen);
    s.rat = two_sample(own.agree, own.seen, agree, seen);
    s.rdt = two_sample(own.disagree, own.seen, disagree, seen);
    return s;
}

static bool is_sufficient(const struct sides *s)
{
    return (s->rat > Z90 && s->pat > Z90) || (s->rdt > Z90 && s->pdt > Z90);
}

static struct polis_entry entry_of(const struct sides *s)
{
    bool is_agree = s->rat > s->rdt;

    return (struct polis_entry){
        .statement = s->statement,
        .is_agree = is_agree,
        .success = is_agree ? s->own.agree : s->own.disagree,
        .trials = s->own.seen,
        .agree = s->own.agree,
        .p = is_agree ? s->pa : s->pd,
        .p_test = is_agree ? s->pat : s->pdt,
        .repness = is_agree ? s->ra : s->rd,
        .repness_test = is_agree ? s->rat : s->rdt,
    };
}

static bool is_better_agree(const struct sides *s, const struct sides *best)
{
    if (s->own.agree + s->own.disagree == 0)
        return false;
    if (best == NULL)
        return s->pat > Z90 || (s->ra > 1 && s->pa > 0.5);
    if (best->ra > 1)
        return s->ra * s->rat * s->pa * s->pat > best->ra * best->rat * best->pa * best->pat;
    return s->pa * s->pat > best->pa * best->pat;
}

/* A statement in a list to be ordered; the place keeps the order stable. */
struct ranked {
    struct polis_entry entry;
    double score;
    size_t place;
};

static int by_score(const void *left, const void *right)
{
    const struct ranked *a = left, *b = right;

    if (a->score != b->score)
        return a->score > b->score ? -1 : 1;
    return (a->place > b->place) - (a->place < b->place);
}

/* At most `max` of the list, those for agreeing first. */
static size_t agree_first(const struct ranked *list, size_t count, struct polis_entry *to)
{
    size_t taken = count < POLIS_LIST_MAX ? count : POLIS_LIST_MAX, at = 0;

    for (int is_disagree = 0; is_disagree < 2; is_disagree++) {
        for (size_t i = 0; i < taken; i++) {
            if (list[i].entry.is_agree == !is_disagree)
                to[at++] = list[i].entry;
        }
    }
    return taken;
}

struct choice {
    struct ranked *list; /* [statements + 1], the first place is kept for the best to agree with */
    size_t count;        /* sufficient ones, from list[1] on */
    struct sides best, best_agree;
    bool has_best, has_best_agree;
};

static void consider(struct choice *c, const struct sides *s)
{
    struct polis_entry entry = entry_of(s);

    if (is_sufficient(s)) {
        double score = entry.repness * entry.repness_test * entry.p * entry.p_test;
        c->count++;
        c->list[c->count] = (struct ranked){entry, score, c->count};
    } else if (c->count == 0 &&
               (!c->has_best || fmax(s->rat, s->rdt) > entry_of(&c->best).repness_test)) {
        c->best = *s;
        c->has_best = true;
    }
    if (is_better_agree(s, c->has_best_agree ? &c->best_agree : NULL)) {
        c->best_agree = *s;
        c->has_best_agree = true;
    }
}

static void choose(struct choice *c, struct polis_group *g)
{
    struct ranked *list = c->list + 1;
    size_t count = c->count, kept = 0;

    if (c->has_best_agree) {
        for (size_t i = 0; i < count; i++) {
            if (list[i].entry.statement != c->best_agree.statement)
                list[kept++] = list[i];
        }
        count = kept;
    }
    qsort(list, count, sizeof *list, by_score);
    if (c->has_best_agree) {
        *--list = (struct ranked){.entry = entry_of(&c->best_agree)};
        list->entry.is_best = true;
        count++;
    } else if (c->count == 0 && c->has_best) {
        list[0] = (struct ranked){.entry = entry_of(&c->best)};
        count = 1;
    }
    /* With nothing sufficient, the best to agree with stands alone. */
    g->entry_count = agree_first(list, count, g->entries);
}

static enum opinion_err list_group(struct polis *p, struct polis_group *g,
                                   const struct polis_counts *grouped)
{
    struct choice c = {0};

    TAKE(p->scratch, c.list, p->statements + 1);
    for (size_t j = 0; j < p->statements; j++) {
        if (p->votes->is_out[j])
            continue;
        struct sides s = sides_of(j, g->counts[j], grouped[j]);
        consider(&c, &s);
    }
    choose(&c, g);
    return OPINION_OK;
}

/* ---- all together ---- */

static size_t list_consensus(struct polis *p, const struct polis_counts *all, bool is_agree,
                             struct ranked *list, struct polis_entry *to)
{
    size_t count = 0;

    for (size_t j = 0; j < p->statements; j++) {
        uint32_t success = is_agree ? all[j].agree : all[j].disagree;
        double share_of = share(success, all[j].seen), z = one_sample(success, all[j].seen);
        if (p->votes->is_out[j] || !(share_of > 0.5) || !(z > Z90))
            continue;
        list[count] = (struct ranked){.score = share_of * z, .place = count};
        list[count++].entry = (struct polis_entry){
            .statement = j,
            .is_agree = is_agree,
            .success = success,
            .trials = all[j].seen,
            .agree = all[j].agree,
            .p = share_of,
            .p_test = z,
        };
    }
    qsort(list, count, sizeof *list, by_score);
    if (count > POLIS_LIST_MAX)
        count = POLIS_LIST_MAX;
    for (size_t i = 0; i < count; i++)
        to[i] = list[i].entry;
    return count;
}

/* By how much a statement is worth showing next: one that draws agreement, that lies far from the
 * middle, that few pass on, and that few have seen. */
static double priority_of(struct polis_counts c, double extremity)
{
    double passes = share(c.seen - c.agree - c.disagree, c.seen);
    double importance = (1 - passes) * (extremity + 1) * share(c.agree, c.seen);
    double weight = importance * (1 + META_OFF * pow(2, c.seen / -5.0));

    return weight * weight;
}

static enum opinion_err weigh(struct polis *p, struct opinion_polis *r,
                              const struct polis_counts *grouped)
{
    double *consensus, *priority, *extremity;

    TAKE(p->region, consensus, p->statements);
    TAKE(p->region, priority, p->statements);
    TAKE(p->region, extremity, p->statements);
    for (size_t j = 0; j < p->statements; j++) {
        double agree = p->votes->is_out[j] ? 0 : p->value[3 * j + 2]; /* of a vote that agrees */
        extremity[j] =
            hypot(agree * p->axis[0][j], agree * p->axis[1][j]) * sqrt((double)p->statements);
        priority[j] = priority_of(grouped[j], extremity[j]);
        consensus[j] = 1;
        for (int g = 0; g < r->k; g++)
            consensus[j] *= share(r->groups[g].counts[j].agree, r->groups[g].counts[j].seen);
    }
    r->group_consensus = consensus;
    r->priority = priority;
    r->extremity = extremity;
    return OPINION_OK;
}

enum opinion_err polis_lists(struct polis *p, struct opinion_polis *r)
{
    struct polis_counts *of[POLIS_GROUPS_MAX] = {0}, *all, *grouped;
    struct ranked *list;

    TAKE(p->scratch, all, p->statements);
    TAKE(p->scratch, grouped, p->statements);
    TAKE(p->scratch, list, p->statements);
    for (int g = 0; g < r->k; g++) {
        TAKE(p->region, of[g], p->statements);
        r->groups[g].counts = of[g];
    }
    count_votes(p, r, of, all, grouped);
    for (int g = 0; g < r->k; g++)
        TRY(list_group(p, &r->groups[g], grouped));
    r->agree_count = list_consensus(p, all, true, list, r->agree);
    r->disagree_count = list_consensus(p, all, false, list, r->disagree);
    return weigh(p, r, grouped);
}
