/* signals: people whose votes are the same, or nearly so. */
#include "opinion/signals.h"

#include "opinion/alike.h"
#include "opinion/real.h"

#include <stdlib.h>
#include <string.h>

/* Of the logarithm of how many choices of people there are: measured. */
#define THRESHOLD_SHARE 0.8

#define SET_LEAST   0.75 /* of the threshold of two, for a set however large */
#define CROWD_LEAST 0.8  /* of the votes of two people, in common and the same (Jaccard) */

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

/* Equal ones that stand together. */
struct run {
    const struct ballot *at;
    size_t count;
};

struct search {
    struct alike_model model;
    struct region *region, *scratch;
    struct opinion_signals *out;
    const struct opinion_analysis *analysis;
    const struct opinion_votes *fewer;      /* one of each crowd; NULL: there are none */
    const struct opinion_analysis *cleared; /* of those */
    uint32_t *crowd;                        /* [people] towards the first of their crowd */
    struct ballot *ballots;                 /* [out->eligible] */
    uint32_t *single;                       /* people, and of each set the first */
    size_t single_count, run_count;
    struct run *runs; /* by the first person */
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
            s->ballots[s->out->eligible++] = (struct ballot){hash_of(code, count), code, count, i};
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

static int by_first(const void *left, const void *right)
{
    const struct run *a = left, *b = right;

    return (a->at->person > b->at->person) - (a->at->person < b->at->person);
}

/* What links each of a set of `count` to the next, of so many people: there are
 * n! / (count! (n - count)!) such sets to be lucky with, and count - 1 links. Not much less than
 * for two: what the model does not know of, many may have in common. */
static double threshold_of(size_t people, size_t count)
{
    double choices = 0, two = THRESHOLD_SHARE * real_log((double)people * (double)(people - 1) / 2);

    for (size_t i = 0; i < count; i++)
        choices += real_log((double)(people - i) / (double)(i + 1));
    double links = THRESHOLD_SHARE * choices / (double)(count - 1);
    return links > SET_LEAST * two ? links : SET_LEAST * two;
}

static void add_set(struct search *s, const struct run *run, uint32_t *member,
                    struct opinion_same *set)
{
    struct opinion_pair pair = alike_pair(&s->model, run->at[0].person, run->at[1].person);

    *set = (struct opinion_same){.first = s->out->member_count,
                                 .count = run->count,
                                 .votes = run->at->count,
                                 .evidence = pair.evidence,
                                 .threshold = threshold_of(s->out->eligible, run->count)};
    set->is_unlikely = set->evidence >= set->threshold;
    for (size_t i = 0; i < run->count; i++)
        member[s->out->member_count++] = run->at[i].person;
}

/* Of each run of equal votes one; those with more than one. */
static enum opinion_err find_runs(struct search *s)
{
    TAKE(s->scratch, s->runs, s->out->eligible);
    TAKE(s->scratch, s->single, s->out->eligible);
    for (size_t i = 0, n; i < s->out->eligible; i += n) {
        n = run_at(s, i);
        s->single[s->single_count++] = s->ballots[i].person;
        if (n > 1)
            s->runs[s->run_count++] = (struct run){&s->ballots[i], n};
    }
    if (s->single_count > 0)
        qsort(s->single, s->single_count, sizeof *s->single, by_number);
    if (s->run_count > 0)
        qsort(s->runs, s->run_count, sizeof *s->runs, by_first);
    return OPINION_OK;
}

static enum opinion_err tell_sets(struct search *s)
{
    struct opinion_same *sets;
    uint32_t *member;
    size_t count = s->run_count;

    TAKE(s->region, sets, count);
    TAKE(s->region, member, s->out->eligible);
    for (size_t i = 0; i < count; i++)
        add_set(s, &s->runs[i], member, &sets[i]);
    if (count > 0)
        qsort(sets, count, sizeof *sets, by_strength);
    s->out->set_count = count;
    s->out->sets = sets;
    s->out->member = member;
    return OPINION_OK;
}

/* ---- crowds ---- */

/* Copies are many enough to bend an axis towards themselves, and are then what the model expects.
 * So it is made anew with one of each crowd: people whose votes are the same or nearly so. */

static uint32_t crowd_of(struct search *s, uint32_t person)
{
    while (s->crowd[person] != person)
        person = s->crowd[person] = s->crowd[s->crowd[person]];
    return person;
}

static void join(struct search *s, uint32_t a, uint32_t b)
{
    uint32_t first = crowd_of(s, a), second = crowd_of(s, b);

    s->crowd[first > second ? first : second] = first < second ? first : second;
}

static enum opinion_err join_if_alike(void *arg, uint32_t a, uint32_t b)
{
    const struct alike_model none = {.votes = ((struct search *)arg)->out->votes};
    struct opinion_pair pair = alike_pair(&none, a, b);
    const uint32_t *begin = none.votes->begin;
    double all = (double)(begin[a + 1] - begin[a]) + (double)(begin[b + 1] - begin[b]) - pair.same;

    if (pair.same >= OPINION_ALIKE_LEAST && pair.same >= CROWD_LEAST * all)
        join(arg, a, b);
    return OPINION_OK;
}

static enum opinion_err find_crowds(struct search *s)
{
    const struct opinion_votes *v = s->out->votes;
    const struct opinion_options options = {.seed = s->analysis->seed, .groups = 1};
    size_t left_out = 0;
    bool *is_left_out;

    TAKE(s->scratch, s->crowd, v->people);
    TAKE(s->scratch, is_left_out, v->people);
    for (uint32_t i = 0; i < v->people; i++)
        s->crowd[i] = i;
    for (size_t i = 0; i < s->run_count; i++) {
        for (size_t k = 1; k < s->runs[i].count; k++)
            join(s, s->runs[i].at[0].person, s->runs[i].at[k].person);
    }
    TRY(alike_meet(v, s->analysis->seed, s->single, s->single_count, s->scratch, join_if_alike, s));
    for (uint32_t i = 0; i < v->people; i++) {
        is_left_out[i] = crowd_of(s, i) != i;
        left_out += is_left_out[i];
    }
    if (left_out == 0)
        return OPINION_OK;
    TRY(opinion_votes_without(&s->scratch->m, v, is_left_out, &s->fewer));
    return opinion_analysis_new(&s->scratch->m, s->fewer, &options, &s->cleared);
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

static enum opinion_err search(struct search *s)
{
    struct alike_list found = {.region = s->region};

    TRY(sort_ballots(s));
    TRY(find_runs(s));
    TRY(find_crowds(s));
    TRY(alike_model_begin(&s->model, s->out->votes, s->cleared != NULL ? s->cleared : s->analysis,
                          s->scratch));
    s->out->threshold = s->out->eligible < 2 ? 0 : threshold_of(s->out->eligible, 2);
    TRY(tell_sets(s));
    TRY(alike_find(&s->model, s->analysis->seed, s->single, s->single_count, s->out->threshold,
                   s->scratch, &found));
    s->out->pairs = found.pairs;
    s->out->pair_count = found.count;
    return flag_all(s);
}

enum opinion_err opinion_signals_new(const struct opinion_memory *m,
                                     const struct opinion_analysis *analysis,
                                     const struct opinion_signals **signals)
{
    struct search s = {.region = region_new(m), .scratch = region_new(m), .analysis = analysis};
    struct made *made = NULL;
    enum opinion_err e = OPINION_NO_MEMORY;

    if (s.region != NULL && s.scratch != NULL)
        made = region_take(s.region, 1, sizeof *made);
    if (made != NULL) {
        made->region = s.region;
        s.out = &made->signals;
        s.out->votes = analysis->votes;
        e = search(&s);
    }
    opinion_analysis_free(s.cleared);
    opinion_votes_free(s.fewer);
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
