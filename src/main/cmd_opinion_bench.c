/* opinion bench: every figure beside another of the same run, since machines differ and are busy at
 * times. Seconds are those of the processor, the median of several runs. */
#include "main/cmd_opinion.h"

#include "opinion/floor.h"
#include "opinion/live.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { RUNS_MAX = 9 };

struct bench_case {
    const char *name;
    size_t people, statements;
    double votes_mean;
    int runs, polis_runs;
    bool is_named_only;
};

static const struct bench_case cases[] = {
    {"1000x100", 1000, 100, 29, 9, 9, false},
    {"20000x300", 20000, 300, 60, 5, 3, false},
    {"100000x500", 100000, 500, 100, 3, 1, false},
    {"1000000x1000", 1000000, 1000, 50, 3, 1, true},
};

/* Seconds by stage, of one run and of the median one. */
struct timing {
    struct opinion_run run;
    double begun, total;
};

struct bench {
    const char *only;
    FILE *json;
    bool has_rows;
};

static double cpu_now(void)
{
    struct timespec t;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static void begin_stage(void *self, const char *name)
{
    struct timing *t = self;
    double now = cpu_now();

    if (t->run.stage_count > 0)
        t->run.seconds[t->run.stage_count - 1] = now - t->begun;
    t->begun = now;
    if (name != NULL && t->run.stage_count < OPINION_STAGES_MAX)
        t->run.stage[t->run.stage_count++] = name;
}

static int by_total(const void *a, const void *b)
{
    double x = ((const struct timing *)a)->total, y = ((const struct timing *)b)->total;

    return (x > y) - (x < y);
}

/* ---- what is told ---- */

static void tell(struct bench *b, const char *name, const char *what, double value,
                 const char *unit)
{
    printf("%-14s %-34s %12.4g %s\n", name, what, value, unit);
    fflush(stdout);
    if (b->json != NULL)
        fprintf(b->json,
                "%s\n  {\"case\": \"%s\", \"what\": \"%s\", \"value\": %.6g, \"unit\": \"%s\"}",
                b->has_rows ? "," : "", name, what, value, unit);
    b->has_rows = true;
}

static void tell_stages(struct bench *b, const char *name, const char *method,
                        const struct timing *t)
{
    char what[64];

    snprintf(what, sizeof what, "%s", method);
    tell(b, name, what, 1e3 * t->total, "ms");
    for (size_t i = 0; i < t->run.stage_count; i++) {
        snprintf(what, sizeof what, "%s: %s", method, t->run.stage[i]);
        tell(b, name, what, 1e3 * t->run.seconds[i], "ms");
    }
}

/* ---- votes ---- */

static bool add_vote(void *log, uint64_t person, int group, uint64_t statement, int vote)
{
    (void)group;
    return opinion_log_add(log, person, statement, vote, 0) == OPINION_OK;
}

static enum opinion_err make_votes(size_t people, size_t statements, double mean,
                                   const struct opinion_votes **votes)
{
    const struct opinion_plan plan = {
        .people = people, .statements = statements, .groups = 4, .votes_mean = mean, .seed = 1};
    struct opinion_log *log;
    enum opinion_err e = opinion_log_new(&opinion_heap, &log);

    if (e != OPINION_OK)
        return e;
    e = opinion_generate(&opinion_heap, &plan, add_vote, log);
    if (e == OPINION_OK)
        e = opinion_votes_new(&opinion_heap, log, OPINION_BY_ID, votes);
    opinion_log_free(log);
    return e == OPINION_NOT_WRITTEN ? OPINION_NO_MEMORY : e;
}

/* ---- both methods, whole ---- */

static enum opinion_err run_once(const struct opinion_votes *v, bool is_polis, struct timing *t)
{
    const struct opinion_options o = {.seed = 1, .stage = begin_stage, .self = t};
    const struct opinion_analysis *a = NULL;
    const struct opinion_polis *p = NULL;
    double begin = cpu_now();

    *t = (struct timing){0};
    enum opinion_err e = is_polis ? opinion_polis_new(&opinion_heap, v, &o, &p)
                                  : opinion_analysis_new(&opinion_heap, v, &o, &a);
    begin_stage(t, NULL);
    t->total = cpu_now() - begin;
    opinion_analysis_free(a);
    opinion_polis_free(p);
    return e;
}

static enum opinion_err run_some(const struct opinion_votes *v, bool is_polis, int runs,
                                 struct timing *median)
{
    struct timing t[RUNS_MAX] = {{.total = 0}};
    enum opinion_err e = OPINION_OK;

    for (int i = 0; i < runs && e == OPINION_OK; i++)
        e = run_once(v, is_polis, &t[i]);
    if (e != OPINION_OK)
        return e;
    qsort(t, (size_t)runs, sizeof *t, by_total);
    *median = t[runs / 2];
    return OPINION_OK;
}

static double stage_of(const struct timing *t, const char *name)
{
    for (size_t i = 0; i < t->run.stage_count; i++) {
        if (strcmp(t->run.stage[i], name) == 0)
            return t->run.seconds[i];
    }
    return 0;
}

static enum opinion_err bench_methods(struct bench *b, const struct bench_case *c)
{
    const struct opinion_votes *v;
    struct timing own, polis = {0};
    enum opinion_err e = make_votes(c->people, c->statements, c->votes_mean, &v);

    if (e != OPINION_OK)
        return e;
    tell(b, c->name, "votes", (double)v->count, "");
    e = run_some(v, false, c->runs, &own);
    if (e == OPINION_OK)
        e = run_some(v, true, c->polis_runs, &polis);
    if (e == OPINION_OK) {
        double lean = polis.total - stage_of(&polis, "base clusters");
        tell_stages(b, c->name, "default", &own);
        tell_stages(b, c->name, "polis", &polis);
        tell(b, c->name, "default / polis", own.total / polis.total, "");
        tell(b, c->name, "default / polis less base clusters", own.total / lean, "");
    }
    opinion_votes_free(v);
    return e;
}

/* ---- single stages beside the least they could take ---- */

/* Sums over pairs by bit planes, and by adding one person after the other. */
static enum opinion_err bench_gram(struct bench *b)
{
    const struct opinion_votes *v;
    double planes, sparse;
    enum opinion_err e = make_votes(OPINION_SAMPLE_MAX, 300, 60, &v);

    if (e != OPINION_OK)
        return e;
    e = floor_pairs(&opinion_heap, v, cpu_now, &planes, &sparse);
    if (e == OPINION_OK) {
        tell(b, "gram", "bit planes", 1e3 * planes, "ms");
        tell(b, "gram", "sparse outer products", 1e3 * sparse, "ms");
        tell(b, "gram", "sparse / bit planes", sparse / planes, "");
    }
    opinion_votes_free(v);
    return e;
}

static enum opinion_err bench_places(struct bench *b)
{
    const struct opinion_votes *v;
    struct timing own;
    double gathered;
    enum opinion_err e = make_votes(100000, 500, 100, &v);

    if (e != OPINION_OK)
        return e;
    e = run_some(v, false, 3, &own);
    if (e == OPINION_OK)
        e = floor_gather(&opinion_heap, v, cpu_now, &gathered);
    if (e == OPINION_OK) {
        double places = stage_of(&own, "places");
        tell(b, "places", "places", 1e9 * places / (double)v->count, "ns a vote");
        tell(b, "places", "rows gathered", 1e9 * gathered / (double)v->count, "ns a vote");
        tell(b, "places", "places / rows gathered", places / gathered, "");
    }
    opinion_votes_free(v);
    return e;
}

/* ---- which statement next ---- */

static double ask(const struct opinion_router *router, const struct opinion_votes *v)
{
    enum { TIMES = 2000 };
    static uint8_t kind[OPINION_STATEMENTS_MAX];
    static uint32_t votes[OPINION_STATEMENTS_MAX], passes[OPINION_STATEMENTS_MAX];
    size_t found = 0;

    for (uint64_t i = 0; i < v->count; i++) {
        votes[opinion_code_statement(v->code[i])]++;
        passes[opinion_code_statement(v->code[i])] += opinion_code_vote(v->code[i]) == 0;
    }
    double begin = cpu_now();
    for (size_t i = 0; i < TIMES; i++) {
        const struct opinion_asking a = {.statements = v->statements,
                                         .kind = kind,
                                         .votes = votes,
                                         .passes = passes,
                                         .people = v->people,
                                         .vote_count = v->begin[i + 1] - v->begin[i],
                                         .code = v->code + v->begin[i],
                                         .seed = 1,
                                         .turn = i};
        struct opinion_next next;
        found += opinion_next(router, &a, &next);
    }
    return found == 0 ? 0 : (cpu_now() - begin) / TIMES;
}

static enum opinion_err bench_next(struct bench *b)
{
    const struct opinion_options o = {.seed = 1};
    const struct opinion_votes *v;
    const struct opinion_analysis *a = NULL;
    struct opinion_router *router = NULL;
    enum opinion_err e = make_votes(2500, 1000, 30, &v);

    if (e != OPINION_OK)
        return e;
    e = opinion_analysis_new(&opinion_heap, v, &o, &a);
    if (e == OPINION_OK)
        e = opinion_router_new(&opinion_heap, a, &router);
    if (e == OPINION_OK)
        tell(b, "next", "which statement next, of 1000", 1e6 * ask(router, v), "us");
    opinion_router_free(router);
    opinion_analysis_free(a);
    opinion_votes_free(v);
    return e;
}

/* ---- a batch of votes ---- */

enum { BATCHES = 9, BATCH = 1000 };

/* Votes of anybody on anything, changed votes among them. */
static void make_batch(uint64_t seed, const struct opinion_votes *v, struct opinion_change *changes)
{
    for (int i = 0; i < BATCH; i++) {
        seed = seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
        changes[i] = (struct opinion_change){v->person_id[(seed >> 33) % v->people],
                                             v->statement_id[(seed >> 20) % v->statements],
                                             (int8_t)((seed >> 40) % 3) - 1, false};
    }
}

static int by_size(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

/* Seconds of a batch after which everything asked for is fresh; `may_turn` as opinion_live_new. */
static enum opinion_err time_batches(const struct opinion_votes *v, double may_turn, double *median)
{
    static struct opinion_change changes[BATCH];
    const struct opinion_options o = {.seed = 1};
    struct opinion_live *live;
    double took[BATCHES];
    enum opinion_err e = opinion_live_new(&opinion_heap, v, &o, may_turn, &live);

    for (int i = -1; i < BATCHES && e == OPINION_OK; i++) { /* the first makes room */
        make_batch((uint64_t)i + 2, v, changes);
        double begin = cpu_now();
        e = opinion_live_apply(live, changes, BATCH);
        if (i >= 0)
            took[i] = cpu_now() - begin;
    }
    opinion_live_free(live);
    if (e != OPINION_OK)
        return e;
    qsort(took, BATCHES, sizeof *took, by_size);
    *median = took[BATCHES / 2];
    return OPINION_OK;
}

static enum opinion_err bench_batch(struct bench *b)
{
    const struct opinion_votes *v;
    struct timing whole;
    double few, all;
    enum opinion_err e = make_votes(100000, 500, 100, &v);

    if (e != OPINION_OK)
        return e;
    e = run_some(v, false, 3, &whole);
    if (e == OPINION_OK)
        e = time_batches(v, OPINION_LIVE_TURN, &few);
    if (e == OPINION_OK)
        e = time_batches(v, 0, &all);
    if (e == OPINION_OK) {
        tell(b, "batch", "1000 votes, who voted placed anew", 1e3 * few, "ms");
        tell(b, "batch", "1000 votes, all placed anew", 1e3 * all, "ms");
        tell(b, "batch", "who voted / full recompute", few / whole.total, "");
        tell(b, "batch", "all / full recompute", all / whole.total, "");
    }
    opinion_votes_free(v);
    return e;
}

/* ---- files ---- */

static enum opinion_err bench_load(struct bench *b)
{
    static const struct {
        const char *name;
        bool is_log, is_shuffled;
    } files[] = {{"binary log, person by person", true, false},
                 {"binary log, in any order", true, true},
                 {"CSV, person by person", false, false},
                 {"CSV, in any order", false, true}};
    const struct opinion_votes *v;
    enum opinion_err e = make_votes(100000, 500, 100, &v);

    if (e != OPINION_OK)
        return e;
    for (size_t i = 0; i < sizeof files / sizeof *files && e == OPINION_OK; i++) {
        double seconds;
        e = opinion_bench_load(v, files[i].is_log, files[i].is_shuffled, cpu_now, &seconds);
        if (e == OPINION_OK)
            tell(b, "load", files[i].name, 1e9 * seconds / (double)v->count, "ns a vote");
    }
    opinion_votes_free(v);
    return e;
}

/* ---- all of them ---- */

static const struct {
    const char *name;
    enum opinion_err (*run)(struct bench *b);
} stages[] = {{"gram", bench_gram},
              {"places", bench_places},
              {"next", bench_next},
              {"batch", bench_batch},
              {"load", bench_load}};

static bool is_wanted(const struct bench *b, const char *name, bool is_named_only)
{
    return b->only == NULL ? !is_named_only : strcmp(b->only, name) == 0;
}

static bool is_known(const char *name)
{
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        if (strcmp(name, cases[i].name) == 0)
            return true;
    }
    for (size_t i = 0; i < sizeof stages / sizeof *stages; i++) {
        if (strcmp(name, stages[i].name) == 0)
            return true;
    }
    fprintf(stderr, "shangliang: there is no case %s\n", name);
    return false;
}

static enum opinion_err bench_all(struct bench *b)
{
    enum opinion_err e = OPINION_OK;

    for (size_t i = 0; i < sizeof cases / sizeof *cases && e == OPINION_OK; i++) {
        if (is_wanted(b, cases[i].name, cases[i].is_named_only))
            e = bench_methods(b, &cases[i]);
    }
    for (size_t i = 0; i < sizeof stages / sizeof *stages && e == OPINION_OK; i++) {
        if (is_wanted(b, stages[i].name, false))
            e = stages[i].run(b);
    }
    return e;
}

int opinion_bench_run(int argc, char **argv)
{
    struct bench b = {.only = take_option(&argc, argv, "--case")};
    const char *json = take_option(&argc, argv, "--json");

    if (argc != 2 || (b.only != NULL && !is_known(b.only)))
        return usage("opinion");
    if (json != NULL && (b.json = fopen(json, "we")) == NULL) {
        fprintf(stderr, "shangliang: %s: cannot be written\n", json);
        return EXIT_FAULT;
    }
    printf("one thread, %s, seconds of the processor, medians\n", opinion_instruction_set());
    if (b.json != NULL)
        fputc('[', b.json);
    enum opinion_err e = bench_all(&b);
    if (b.json != NULL) {
        fputs("\n]\n", b.json);
        if (fclose(b.json) != 0 && e == OPINION_OK)
            e = OPINION_NOT_WRITTEN;
    }
    return exit_of_opinion(e);
}
