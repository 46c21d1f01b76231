/* opinion stability: would other people, or other rows, have given the same groups? */
#include "main/cmd_opinion.h"

#include "base/str.h"
#include "opinion/answer.h"
#include "opinion/resample.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { RESAMPLES = 20, RESAMPLES_MOST = 10000, LEVELS = 2 };

/* How well refits agree with the fit, with as many groups as the method chooses or with two. */
struct level {
    int k;                             /* of the fit */
    int times[OPINION_GROUPS_MAX + 1]; /* [k] refits with so many groups */
    double *agreement;                 /* [count] in the order drawn */
    double mean, median, least;
};

struct stability {
    struct opinion_log *log;
    const struct opinion_votes *votes;
    bool is_polis;
    uint64_t seed;
    int count; /* of resamples, and of orders of rows */
    struct level level[LEVELS];
    int same; /* orders of rows with the same bytes */
};

/* ---- one fit ---- */

static enum opinion_order order_of(const struct stability *s)
{
    return s->is_polis ? OPINION_BY_APPEARANCE : OPINION_BY_ID;
}

static enum opinion_err fit_polis(const struct opinion_votes *v, bool is_of_two, int8_t *group)
{
    const struct opinion_polis *p;
    enum opinion_err e = opinion_polis_new(&opinion_heap, v, NULL, &p);

    if (e != OPINION_OK)
        return e;
    if (is_of_two)
        e = opinion_polis_regroup(&opinion_heap, p, 2, group);
    else if (v->people > 0)
        memcpy(group, p->group, v->people * sizeof *group);
    opinion_polis_free(p);
    return e;
}

static enum opinion_err fit_default(const struct stability *s, const struct opinion_votes *v,
                                    bool is_of_two, int8_t *group)
{
    const struct opinion_options o = {.seed = s->seed, .groups = is_of_two ? 2 : 0};
    const struct opinion_analysis *a;
    enum opinion_err e = opinion_analysis_new(&opinion_heap, v, &o, &a);

    if (e != OPINION_OK)
        return e;
    if (v->people > 0)
        memcpy(group, a->group, v->people * sizeof *group);
    opinion_analysis_free(a);
    return e;
}

/* Labels for each of the people, and how many there are. */
static enum opinion_err fit(const struct stability *s, const struct opinion_votes *v,
                            bool is_of_two, int8_t *group, int *k)
{
    enum opinion_err e =
        s->is_polis ? fit_polis(v, is_of_two, group) : fit_default(s, v, is_of_two, group);

    *k = 0;
    for (size_t i = 0; e == OPINION_OK && i < v->people; i++)
        *k = group[i] + 1 > *k ? group[i] + 1 : *k;
    return e;
}

/* ---- people drawn anew ---- */

/* What a refit is held against the fit in; [people] each. */
struct desk {
    int8_t *whole, *drawn;
    int32_t *before, *after;
};

static bool desk_new(struct desk *d, size_t people)
{
    *d = (struct desk){calloc(people + 1, sizeof *d->whole), calloc(people + 1, sizeof *d->drawn),
                       calloc(people + 1, sizeof *d->before), calloc(people + 1, sizeof *d->after)};
    return d->whole != NULL && d->drawn != NULL && d->before != NULL && d->after != NULL;
}

static void desk_free(struct desk *d)
{
    free(d->whole);
    free(d->drawn);
    free(d->before);
    free(d->after);
}

/* By the people who are in both, each once, however often they were drawn. */
static enum opinion_err hold_against(const struct opinion_resample *r, struct desk *d,
                                     double *agreement)
{
    size_t n = 0;

    for (size_t i = 0; i < r->votes.people; i++) {
        if (i > 0 && r->original[i] == r->original[i - 1])
            continue;
        d->before[n] = (int32_t)d->whole[r->original[i]];
        d->after[n++] = (int32_t)d->drawn[i];
    }
    return opinion_agreement(&opinion_heap, d->before, d->after, n, agreement);
}

static enum opinion_err refit(const struct stability *s, int level, int turn, struct desk *d,
                              struct level *l)
{
    const struct opinion_resample *r;
    int k = 0;
    enum opinion_err e =
        opinion_votes_resampled(&opinion_heap, s->votes, s->seed, (uint64_t)turn, &r);

    if (e != OPINION_OK)
        return e;
    e = fit(s, &r->votes, level > 0, d->drawn, &k);
    if (e == OPINION_OK)
        e = hold_against(r, d, &l->agreement[turn]);
    l->times[k]++;
    opinion_resample_free(r);
    return e;
}

static int by_size(const void *left, const void *right)
{
    const double *a = left, *b = right;

    return (*a > *b) - (*a < *b);
}

static bool sum_up(struct level *l, int count)
{
    size_t n = (size_t)count;
    double *sorted = calloc(n, sizeof *sorted);

    if (sorted == NULL)
        return false;
    memcpy(sorted, l->agreement, n * sizeof *sorted);
    qsort(sorted, n, sizeof *sorted, by_size);
    for (size_t i = 0; i < n; i++)
        l->mean += sorted[i];
    l->mean /= (double)n;
    l->median = (sorted[(n - 1) / 2] + sorted[n / 2]) / 2;
    l->least = sorted[0];
    free(sorted);
    return true;
}

static enum opinion_err find_level(const struct stability *s, int level, struct desk *d,
                                   struct level *l)
{
    enum opinion_err e;

    l->agreement = calloc((size_t)s->count, sizeof *l->agreement);
    if (l->agreement == NULL)
        return OPINION_NO_MEMORY;
    e = fit(s, s->votes, level > 0, d->whole, &l->k);
    for (int turn = 0; turn < s->count && e == OPINION_OK; turn++)
        e = refit(s, level, turn, d, l);
    return e == OPINION_OK && !sum_up(l, s->count) ? OPINION_NO_MEMORY : e;
}

static enum opinion_err find_levels(struct stability *s)
{
    enum opinion_err e = OPINION_OK;
    struct desk d;

    if (!desk_new(&d, s->votes->people))
        e = OPINION_NO_MEMORY;
    for (int level = 0; level < LEVELS && e == OPINION_OK; level++)
        e = find_level(s, level, &d, &s->level[level]);
    desk_free(&d);
    return e;
}

/* ---- rows in another order ---- */

static bool put(void *file, const char *at, size_t len)
{
    return fwrite(at, 1, len, file) == len;
}

static enum opinion_err write_answer(const struct stability *s, const struct opinion_votes *v,
                                     const struct opinion_sink *sink)
{
    const struct opinion_options o = {.seed = s->seed};
    const struct opinion_analysis *a = NULL;
    const struct opinion_polis *p = NULL;
    enum opinion_err e;

    if (s->is_polis) {
        e = opinion_polis_new(&opinion_heap, v, NULL, &p);
        e = e == OPINION_OK ? opinion_polis_json(p, sink) : e;
    } else {
        e = opinion_analysis_new(&opinion_heap, v, &o, &a);
        e = e == OPINION_OK ? opinion_analysis_json(a, NULL, sink) : e;
    }
    opinion_analysis_free(a);
    opinion_polis_free(p);
    return e;
}

/* The whole answer as text; freed by the caller, also where it fails. */
static enum opinion_err answer_of(const struct stability *s, const struct opinion_votes *v,
                                  char **text, size_t *len)
{
    FILE *f = open_memstream(text, len);

    if (f == NULL)
        return OPINION_NO_MEMORY;
    enum opinion_err e = write_answer(s, v, &(struct opinion_sink){put, f});
    if (fclose(f) != 0 || e == OPINION_NOT_WRITTEN)
        e = OPINION_NO_MEMORY;
    return e;
}

static enum opinion_err turn_rows(const struct stability *s, int turn, char **text, size_t *len)
{
    const struct opinion_votes *v = NULL;
    struct opinion_log *turned = NULL;
    enum opinion_err e =
        opinion_log_shuffled(&opinion_heap, s->log, s->seed, (uint64_t)turn, &turned);

    if (e == OPINION_OK)
        e = opinion_votes_new(&opinion_heap, turned, order_of(s), &v);
    opinion_log_free(turned);
    if (e == OPINION_OK)
        e = answer_of(s, v, text, len);
    opinion_votes_free(v);
    return e;
}

static enum opinion_err compare_orders(struct stability *s)
{
    char *text = NULL;
    size_t len = 0;
    enum opinion_err e = answer_of(s, s->votes, &text, &len);

    for (int turn = 0; turn < s->count && e == OPINION_OK; turn++) {
        char *again = NULL;
        size_t length = 0;
        e = turn_rows(s, turn, &again, &length);
        s->same += e == OPINION_OK && length == len && memcmp(again, text, len) == 0;
        free(again);
    }
    free(text);
    return e;
}

/* ---- out ---- */

static const char *const names[] = {"as it chooses", "two groups"};

static void print_stability(const struct stability *s)
{
    const struct opinion_votes *v = s->votes;

    printf("%zu people, %zu statements, %" PRIu64 " votes; %d times as many people drawn anew\n",
           v->people, v->statements, v->count, s->count);
    printf("%-14s %6s   %6s %6s %6s   %s\n", "groups", "of fit", "mean", "median", "least",
           "refits with 1, 2, 3, 4, 5, 6 groups");
    for (int i = 0; i < LEVELS; i++) {
        const struct level *l = &s->level[i];
        printf("%-14s %6d   %6.3f %6.3f %6.3f  ", names[i], l->k, l->mean, l->median, l->least);
        for (int k = 1; k <= OPINION_GROUPS_MAX; k++)
            printf(" %d", l->times[k]);
        putchar('\n');
    }
    printf("rows in another order: the same bytes %d times of %d\n", s->same, s->count);
}

static void put_level(struct answer *j, const char *name, const struct stability *s,
                      const struct level *l)
{
    answer_name(j, name);
    answer_open(j, '{');
    answer_put_uint(j, "k", (uint64_t)l->k);
    answer_put_real(j, "mean", l->mean);
    answer_put_real(j, "median", l->median);
    answer_put_real(j, "least", l->least);
    answer_put_reals(j, "agreement", l->agreement, (size_t)s->count);
    answer_name(j, "refits_by_k");
    answer_open(j, '[');
    for (int k = 1; k <= OPINION_GROUPS_MAX; k++)
        answer_uint(j, (uint64_t)l->times[k]);
    answer_close(j, ']');
    answer_close(j, '}');
}

static enum opinion_err write_stability(const void *stability, const struct opinion_sink *sink)
{
    const struct stability *s = stability;
    struct answer j = {.sink = sink};

    answer_open(&j, '{');
    answer_put_text(&j, "method", s->is_polis ? "polis" : "default");
    answer_put_uint(&j, "seed", s->seed);
    answer_put_uint(&j, "participants", s->votes->people);
    answer_put_uint(&j, "statements", s->votes->statements);
    answer_put_uint(&j, "votes", s->votes->count);
    answer_put_uint(&j, "resamples", (uint64_t)s->count);
    put_level(&j, "own_k", s, &s->level[0]);
    put_level(&j, "two_groups", s, &s->level[1]);
    answer_put_uint(&j, "same_bytes_in_another_order", (uint64_t)s->same);
    answer_close(&j, '}');
    return answer_end(&j);
}

/* ---- the command ---- */

static int measure(struct stability *s, const char *json)
{
    enum opinion_err e = opinion_votes_new(&opinion_heap, s->log, order_of(s), &s->votes);

    if (e == OPINION_OK)
        e = find_levels(s);
    if (e == OPINION_OK)
        e = compare_orders(s);
    int status = exit_of_opinion(e);
    if (status == EXIT_DONE && json != NULL)
        status = opinion_write_file(json, write_stability, s);
    if (status == EXIT_DONE && (json == NULL || strcmp(json, "-") != 0))
        print_stability(s);
    return status;
}

int opinion_stability_run(int argc, char **argv)
{
    const char *resamples = take_option(&argc, argv, "--resamples");
    const char *seed = take_option(&argc, argv, "--seed");
    const char *format = take_option(&argc, argv, "--format");
    const char *method = take_option(&argc, argv, "--method");
    const char *json = take_option(&argc, argv, "--json");
    bool skips_bad = take_flag(&argc, argv, "--skip-bad") != 0;
    struct stability s = {.seed = 1};
    int64_t count = RESAMPLES;

    if (argc != 3 || !opinion_take_number("--resamples", resamples, 1, RESAMPLES_MOST, &count) ||
        !opinion_take_seed(seed, &s.seed) || !opinion_take_method(method, &s.is_polis))
        return usage("opinion");
    s.count = (int)count;
    int status = opinion_read_log(argv[2], format, skips_bad, &s.log);
    if (status == EXIT_DONE)
        status = measure(&s, json);
    for (int i = 0; i < LEVELS; i++)
        free(s.level[i].agreement);
    opinion_votes_free(s.votes);
    opinion_log_free(s.log);
    return status;
}
