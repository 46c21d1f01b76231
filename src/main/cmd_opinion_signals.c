/* opinion signals: votes that look copied or came at once, and the answer with and without them. */
#include "main/cmd_opinion.h"

#include "opinion/signals.h"

#include <inttypes.h>
#include <stdio.h>

enum { SHOWN_MAX = 10, PEOPLE_MAX = 12 };

/* Times that were said are after 1973 as seconds, and as milliseconds too; what is less is the
 * number of a row, and what is more than a year 5000 as seconds are milliseconds. */
static const int64_t SECONDS_LEAST = 100000000, MILLISECONDS_LEAST = 100000000000;

struct signs {
    const char *json;
    uint64_t seed;
    struct opinion_log *log;
    bool has_times;
    const struct opinion_votes *votes, *fewer;
    const struct opinion_analysis *with, *without;
    const struct opinion_rows *rows;
    const struct opinion_signals *signals;
    const struct opinion_bursts *bursts;
};

/* ---- compute ---- */

/* Units of time in a minute; 0 where the times only say what came later. */
static int64_t minute_of(const struct opinion_rows *rows)
{
    int64_t last = 0;

    for (size_t i = 0; i < rows->count; i++)
        last = rows->row[i].time > last ? rows->row[i].time : last;
    return last < SECONDS_LEAST ? 0 : last < MILLISECONDS_LEAST ? 60 : 60000;
}

static enum opinion_err find_bursts(struct signs *s)
{
    enum opinion_err e = opinion_rows_new(&opinion_heap, s->log, &s->rows);
    int64_t minute = e == OPINION_OK ? minute_of(s->rows) : 0;

    s->has_times = minute > 0;
    if (e == OPINION_OK)
        e = opinion_bursts_new(&opinion_heap, s->rows->row, s->has_times ? s->rows->count : 0,
                               s->has_times ? minute : 60, &s->bursts);
    opinion_rows_free(s->rows);
    return e;
}

static enum opinion_err compute(struct signs *s)
{
    struct opinion_options o = {.seed = s->seed};
    enum opinion_err e = find_bursts(s);

    if (e == OPINION_OK)
        e = opinion_votes_new(&opinion_heap, s->log, OPINION_BY_ID, &s->votes);
    if (e == OPINION_OK)
        e = opinion_analysis_new(&opinion_heap, s->votes, &o, &s->with);
    if (e == OPINION_OK)
        e = opinion_signals_new(&opinion_heap, s->with, &s->signals);
    if (e == OPINION_OK)
        e = opinion_votes_without(&opinion_heap, s->votes, s->signals->is_flagged, &s->fewer);
    if (e == OPINION_OK)
        e = opinion_analysis_new(&opinion_heap, s->fewer, &o, &s->without);
    return e;
}

/* ---- in short ---- */

static void print_same(const struct opinion_signals *s)
{
    printf("%zu people voted on %d or more; hardly by chance from evidence %.1f on\n", s->eligible,
           OPINION_ALIKE_LEAST, s->threshold);
    printf("identical votes: %zu sets of %zu people\n", s->set_count, s->member_count);
    for (size_t i = 0; i < s->set_count && i < SHOWN_MAX; i++) {
        const struct opinion_same *set = &s->sets[i];
        printf("  %zu people, %" PRIu32 " votes each, evidence %.1f%s:", set->count, set->votes,
               set->evidence, set->is_unlikely ? ", hardly by chance" : "");
        for (size_t k = 0; k < set->count && k < PEOPLE_MAX; k++)
            printf(" %" PRIu64, s->votes->person_id[s->member[set->first + k]]);
        puts(set->count > PEOPLE_MAX ? " ..." : "");
    }
}

static void print_pairs(const struct opinion_signals *s)
{
    printf("nearly identical votes, hardly by chance: %zu pairs\n", s->pair_count);
    for (size_t i = 0; i < s->pair_count && i < SHOWN_MAX; i++) {
        const struct opinion_pair *p = &s->pairs[i];
        printf("  %" PRIu64 " and %" PRIu64 ": %" PRIu32 " of %" PRIu32 " alike, evidence %.1f\n",
               s->votes->person_id[p->a], s->votes->person_id[p->b], p->same, p->common,
               p->evidence);
    }
}

static void print_bursts(const struct signs *s)
{
    if (!s->has_times) {
        puts("bursts: there are no times to see them by");
        return;
    }
    printf("bursts: %zu\n", s->bursts->count);
    for (size_t i = 0; i < s->bursts->count && i < SHOWN_MAX; i++) {
        const struct opinion_burst *b = &s->bursts->bursts[i];
        printf("  statement %" PRIu64 ", minute from %" PRId64 ": %" PRIu32
               " people, %.2f expected; %" PRIu32 " votes on others\n",
               b->statement, b->time, b->people, b->expected, b->elsewhere);
    }
}

static void print_answer(const char *name, const struct opinion_analysis *a)
{
    static const char *const verdicts[] = {"none", "tendencies", "distinct"};

    printf("%s: %zu people, %" PRIu64 " votes; verdict %s, k %d, sizes", name, a->votes->people,
           a->votes->count, verdicts[a->verdict], a->k);
    for (int g = 0; g < a->k; g++)
        printf(" %" PRIu32, a->size[g]);
    printf("; common ground");
    for (size_t i = 0; i < a->common_count; i++)
        printf(" %" PRIu64, a->votes->statement_id[a->common[i]]);
    puts(a->common_count == 0 ? " none" : "");
}

/* Statements that are common ground in one answer and not in the other; both number them alike. */
static void print_lost(const char *name, const struct opinion_analysis *in,
                       const struct opinion_analysis *not_in)
{
    bool is_first = true;

    for (size_t i = 0; i < in->common_count; i++) {
        if (not_in->about[in->common[i]].is_common)
            continue;
        printf("%s %" PRIu64, is_first ? name : "", in->votes->statement_id[in->common[i]]);
        is_first = false;
    }
    if (!is_first)
        puts("");
}

static void print_all(const struct signs *s)
{
    print_same(s->signals);
    print_pairs(s->signals);
    print_bursts(s);
    printf("flagged: %zu people, for somebody to look at: this is evidence, no proof\n",
           s->signals->flagged);
    print_answer("with them", s->with);
    print_answer("without them", s->without);
    print_lost("common ground only with them:", s->with, s->without);
    print_lost("common ground only without them:", s->without, s->with);
}

/* ---- the command ---- */

static enum opinion_err write_signs(const void *answer, const struct opinion_sink *sink)
{
    const struct signs *s = answer;

    return opinion_signals_json(s->signals, s->bursts, s->with, s->without, sink);
}

static void end(struct signs *s)
{
    opinion_bursts_free(s->bursts);
    opinion_signals_free(s->signals);
    opinion_analysis_free(s->without);
    opinion_analysis_free(s->with);
    opinion_votes_free(s->fewer);
    opinion_votes_free(s->votes);
    opinion_log_free(s->log);
}

int opinion_signals_run(int argc, char **argv)
{
    struct signs s = {.seed = 1};
    const char *format = take_option(&argc, argv, "--format");
    const char *seed = take_option(&argc, argv, "--seed");

    s.json = take_option(&argc, argv, "--json");
    if (argc != 3 || !opinion_take_seed(seed, &s.seed))
        return usage("opinion");
    int status = opinion_read_log(argv[2], format, false, &s.log);
    if (status == EXIT_DONE)
        status = exit_of_opinion(compute(&s));
    if (status == EXIT_DONE && s.json != NULL)
        status = opinion_write_file(s.json, write_signs, &s);
    else if (status == EXIT_DONE)
        print_all(&s);
    end(&s);
    return status;
}
