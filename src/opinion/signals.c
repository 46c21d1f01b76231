/* signals: people whose votes are the same, or nearly so. */
#include "opinion/signals.h"

#include "opinion/alike.h"
#include "opinion/real.h"

#include <stdlib.h>
#include <string.h>

#define MARGIN 1.0

struct made {
    struct opinion_signals signals;
    struct region *region;
};

/* One person's votes, to be sorted by. */
struct ballot {
    uint64_t hash;
    const uint16_t *code;
    uint32_t count, person;
};

struct search {
    struct alike_model model;
    struct region *region, *scratch;
    struct opinion_signals *out;
    struct ballot *ballots; /* [out->eligible] */
    uint32_t *single;       /* people, and of each set the first */
    size_t single_count;
    uint32_t *set_of; /* [people] + 1; 0: in none */
    bool *is_flagged;
};

/* ---- sets ---- */

static uint64_t hash_of(const uint16_t *code, uint32_t count)
{
    uint64_t hash = count;

    for (uint32_t i = 0; i < count; i++)
        hash = real_random_begin(hash, code[i]).state;
    return hash;
}

/* The hash alone would do but once in 2^64; votes that differ must never be called the same. */
static int by_votes(const struct ballot *a, const struct ballot *b)
{
    if (a->hash != b->hash)
        return a->hash < b->hash ? -1 : 1;
    if (a->count != b->count)
        return a->count < b->count ? -1 : 1;
    return memcmp(a->code, b->code, a->count * sizeof *a->code);
}

static int by_votes_and_person(const void *left, const void *right)
{
    const struct ballot *a = left, *b = right;
    int order = by_votes(a, b);

    return order != 0 ? order : (a->person > b->person) - (a->person < b->person);
}

static enum opinion_err sort_ballots(struct search *s)
{
    const struct opinion_votes *v = s->out->votes;

    TAKE(s->scratch, s->ballots, v->people);
    for (uint32_t i = 0; i < v->people; i++) {
        uint32_t count = v->begin[i + 1] - v->begin[i];
        const uint16_t *code = v->code + v->begin[i];
        if (count >= OPINION_ALIKE_LEAST)
            s->ballots[s->out->eligible++] =
                (struct ballot){hash_of(code, count), code, count, i};
    }
    if (s->out->eligible > 0)
        qsort(s->ballots, s->out->eligible, sizeof *s->ballots, by_votes_and_person);
    return OPINION_OK;
}

static size_t run_at(const struct search *s, size_t i)
{
    size_t end = i + 1;

    while (end < s->out->eligible && by_votes(&s->ballots[i], &s->ballots[end]) == 0)
        end++;
    return end - i;
}

static int by_strength(const void *left, const void *right)
{
    const struct opinion_same *a = left, *b = right;

    if (a->evidence != b->evidence)
        return a->evidence > b->evidence ? -1 : 1;
    return (a->first > b->first) - (a->first < b->first);
}

static int by_number(const void *left, const void *right)
{
    const uint32_t *a = left, *b = right;

    return (*a > *b) - (*a < *b);
}

/* Sets in the order of their first member, before they are sorted by evidence. */
static int by_first(const void *left, const void *right)
{
    const struct ballot *const *a = left, *const *b = right;

    return ((*a)->person > (*b)->person) - ((*a)->person < (*b)->person);
}

static void add_set(struct search *s, const struct ballot *run, size_t count, uint32_t *member,
                    struct opinion_same *set)
{
    struct opinion_pair pair = alike_pair(&s->model, run[0].person, run[1].person);

    *set = (struct opinion_same){.first = s->out->member_count,
                                 .count = count,
                                 .votes = run->count,
                                 .evidence = pair.evidence,
                                 .is_unlikely = pair.evidence >= s->out->threshold};
    for (size_t i = 0; i < count; i++)
        member[s->out->member_count++] = run[i].person;
}

static enum opinion_err find_sets(struct search *s)
{
    const struct ballot **runs;
    struct opinion_same *sets;
    uint32_t *member;
    size_t count = 0;

    TAKE(s->scratch, runs, s->out->eligible);
    TAKE(s->scratch, s->single, s->out->eligible);
    for (size_t i = 0, n; i < s->out->eligible; i += n) {
        n = run_at(s, i);
        s->single[s->single_count++] = s->ballots[i].person;
        if (n > 1)
            runs[count++] = &s->ballots[i];
    }
    TAKE(s->region, sets, count);
    TAKE(s->region, member, s->out->eligible);
    if (count > 0)
        qsort(runs, count, sizeof *runs, by_first);
    for (size_t i = 0; i < count; i++)
        add_set(s, runs[i], run_at(s, (size_t)(runs[i] - s->ballots)), member, &sets[i]);
    if (count > 0)
        qsort(sets, count, sizeof *sets, by_strength);
    if (s->single_count > 0)
        qsort(s->single, s->single_count, sizeof *s->single, by_number);
    s->out->set_count = count;
    s->out->sets = sets;
    s->out->member = member;
    return OPINION_OK;
}

/* ---- who is flagged ---- */

static void flag_set(struct search *s, const struct opinion_same *set)
{
    for (size_t i = 0; i < set->count; i++)
        s->is_flagged[s->out->member[set->first + i]] = true;
}

static void flag(struct search *s, uint32_t person)
{
    if (s->set_of[person] != 0)
        flag_set(s, &s->out->sets[s->set_of[person] - 1]);
    else
        s->is_flagged[person] = true;
}

static enum opinion_err flag_all(struct search *s)
{
    size_t people = s->out->votes->people;

    TAKE(s->region, s->is_flagged, people);
    TAKE(s->scratch, s->set_of, people);
    for (size_t i = 0; i < s->out->set_count; i++) {
        const struct opinion_same *set = &s->out->sets[i];
        s->set_of[s->out->member[set->first]] = (uint32_t)i + 1;
        if (set->is_unlikely)
            flag_set(s, set);
    }
    for (size_t i = 0; i < s->out->pair_count; i++) {
        flag(s, s->out->pairs[i].a);
        flag(s, s->out->pairs[i].b);
    }
    for (size_t i = 0; i < people; i++)
        s->out->flagged += s->is_flagged[i];
    s->out->is_flagged = s->is_flagged;
    return OPINION_OK;
}

/* ---- all together ---- */

static enum opinion_err search(struct search *s, const struct opinion_analysis *analysis)
{
    struct alike_list found = {.region = s->region};

    s->out->votes = analysis->votes;
    TRY(alike_model_begin(&s->model, analysis, s->scratch));
    TRY(sort_ballots(s));
    double pairs = (double)s->out->eligible * ((double)s->out->eligible - 1) / 2;
    s->out->threshold = MARGIN + (pairs > 1 ? real_log(pairs) : 0);
    TRY(find_sets(s));
    TRY(alike_find(&s->model, s->single, s->single_count, s->out->threshold, s->scratch, &found));
    s->out->pairs = found.pairs;
    s->out->pair_count = found.count;
    return flag_all(s);
}

enum opinion_err opinion_signals_new(const struct opinion_memory *m,
                                     const struct opinion_analysis *analysis,
                                     const struct opinion_signals **signals)
{
    struct search s = {.region = region_new(m), .scratch = region_new(m)};
    struct made *made = NULL;
    enum opinion_err e = OPINION_NO_MEMORY;

    if (s.region != NULL && s.scratch != NULL)
        made = region_take(s.region, 1, sizeof *made);
    if (made != NULL) {
        made->region = s.region;
        s.out = &made->signals;
        e = search(&s, analysis);
    }
    region_free(s.scratch);
    if (e != OPINION_OK) {
        region_free(s.region);
        return e;
    }
    *signals = &made->signals;
    return OPINION_OK;
}

void opinion_signals_free(const struct opinion_signals *signals)
{
    if (signals != NULL)
        region_free(((const struct made *)signals)->region);
}
