/* opinion analyze with our own method: timed by stages, as JSON or in short. */
#include "main/cmd_opinion.h"

#include <inttypes.h>
#include <stdio.h>
#include <sys/resource.h>
#include <time.h>

/* The answer and how it came about. */
struct told {
    const struct opinion_votes *votes;
    const struct opinion_analysis *analysis;
    struct opinion_run run;
    double begun; /* the stage that runs */
};

static double seconds_now(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

/* The stage before, if there was one, has ended. */
static void begin_stage(void *self, const char *name)
{
    struct told *t = self;
    double now = seconds_now();

    if (t->run.stage_count > 0)
        t->run.seconds[t->run.stage_count - 1] = now - t->begun;
    t->begun = now;
    if (name != NULL && t->run.stage_count < OPINION_STAGES_MAX)
        t->run.stage[t->run.stage_count++] = name;
}

static uint64_t peak_bytes(void)
{
    struct rusage used;

    return getrusage(RUSAGE_SELF, &used) == 0 ? (uint64_t)used.ru_maxrss * 1024 : 0;
}

static enum opinion_err write_told(const void *told, const struct opinion_sink *sink)
{
    const struct told *t = told;

    return opinion_analysis_json(t->analysis, &t->run, sink);
}

/* ---- in short ---- */

static void print_groups(const struct opinion_analysis *a)
{
    static const char *const verdicts[] = {
        "no separate groups: opinions form a continuum",
        "tendencies: these may be the ends of a continuum",
        "distinct groups",
    };

    printf("%zu people, %zu statements, %" PRIu64 " votes; %zu people voted on %d or more\n",
           a->votes->people, a->votes->statements, a->votes->count, a->eligible,
           OPINION_VOTES_LEAST);
    puts(verdicts[a->verdict]);
    for (int g = 0; g < a->k && a->k > 1; g++) {
        printf("group %d: %" PRIu32 " people\n", g, a->size[g]);
        for (size_t i = 0; i < a->typical_count[g]; i++) {
            const struct opinion_typical *t = &a->typical[g][i];
            printf("  statement %" PRIu64
                   ": %s by %.0f points more than the others (%.0f to %.0f)\n",
                   a->votes->statement_id[t->statement], t->is_agree ? "agrees" : "disagrees",
                   100 * t->more.at, 100 * t->more.low, 100 * t->more.high);
        }
        if (a->typical_count[g] == 0)
            puts("  nothing sets it apart");
    }
}

static void print_common(const struct opinion_analysis *a)
{
    puts(a->common_count > 0 ? "common ground" : "no common ground that is sure enough");
    for (size_t i = 0; i < a->common_count && i < OPINION_LIST_MAX; i++) {
        const struct opinion_about *b = &a->about[a->common[i]];
        printf("  statement %" PRIu64 ": %s, at least %.0f %% in every group\n",
               a->votes->statement_id[a->common[i]], b->side > 0 ? "agree" : "disagree",
               100 * b->common.low);
    }
}

int opinion_default_run(const struct opinion_source *source, const struct opinion_wish *wish)
{
    struct told t = {.votes = NULL};
    const struct opinion_crew crew = opinion_crew_of(&wish->threads);
    struct opinion_options o = {.seed = wish->seed,
                                .groups = wish->groups,
                                .refine = wish->refine,
                                .crew = &crew,
                                .stage = begin_stage,
                                .self = &t};

    begin_stage(&t, "votes");
    int status = opinion_load_votes(source->path, source->format, source->skips_bad, &t.votes);
    if (status != EXIT_DONE)
        return status;
    enum opinion_err e = opinion_analysis_new(&opinion_heap, t.votes, &o, &t.analysis);
    begin_stage(&t, NULL);
    t.run.peak_bytes = peak_bytes();
    t.run.threads = wish->threads;
    if (e != OPINION_OK) {
        status = exit_of_opinion(e);
    } else if (wish->json == NULL && wish->svg == NULL && wish->html == NULL) {
        print_groups(t.analysis);
        print_common(t.analysis);
    } else {
        if (wish->json != NULL)
            status = opinion_write_file(wish->json, write_told, &t);
        if (status == EXIT_DONE)
            status = opinion_report_run(t.analysis, wish);
    }
    opinion_analysis_free(t.analysis);
    opinion_votes_free(t.votes);
    return status;
}
