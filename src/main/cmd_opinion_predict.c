/* opinion predict: how well are votes foretold that the analysis has not seen? */
#include "main/cmd_opinion.h"

#include "base/str.h"
#include "opinion/answer.h"
#include "opinion/predict.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TIMES = 3, TIMES_MOST = 1000, ONE_IN = 10, ROUNDS = 2 };
enum method { MEANS, DEFAULT, REFINED, POLIS, METHODS = POLIS + OPINION_POLIS_REACHES };

static const struct {
    const char *name, *said;
} methods[METHODS] = {
    {"means", "the means alone"},         {"default", "our own"},
    {"refined", "our own, refined"},      {"polis_bare", "Polis, not moved"},
    {"polis_placed", "Polis, as placed"}, {"polis_full", "Polis, moved twice"},
};

struct attempt {
    uint64_t hidden;
    struct opinion_prediction of[METHODS];
};

struct foretelling {
    const struct opinion_votes *by_id, *by_appearance;
    uint64_t seed;
    int times, refine;        /* refine: rounds */
    struct attempt *attempts; /* [times] */
};

/* ---- hiding and foretelling ---- */

static enum opinion_err foretell_default(const struct foretelling *f, uint64_t turn,
                                         struct attempt *a)
{
    const struct opinion_options plain = {.seed = f->seed},
                                 refined = {.seed = f->seed, .refine = f->refine};
    const struct opinion_holdout *h;
    enum opinion_err e = opinion_holdout_new(&opinion_heap, f->by_id, ONE_IN, f->seed, turn, &h);

    if (e != OPINION_OK)
        return e;
    double *none = calloc(h->hidden_count + 1, sizeof *none);
    a->hidden = h->hidden_count;
    e = none == NULL ? OPINION_NO_MEMORY : opinion_predict(&opinion_heap, h, none, &a->of[MEANS]);
    if (e == OPINION_OK)
        e = opinion_predict_default(&opinion_heap, h, &plain, &a->of[DEFAULT]);
    if (e == OPINION_OK)
        e = opinion_predict_default(&opinion_heap, h, &refined, &a->of[REFINED]);
    free(none);
    opinion_holdout_free(h);
    return e;
}

static enum opinion_err foretell_polis(const struct foretelling *f, uint64_t turn,
                                       struct attempt *a)
{
    const struct opinion_holdout *h;
    enum opinion_err e =
        opinion_holdout_new(&opinion_heap, f->by_appearance, ONE_IN, f->seed, turn, &h);

    if (e != OPINION_OK)
        return e;
    e = opinion_predict_polis(&opinion_heap, h, &a->of[POLIS]);
    opinion_holdout_free(h);
    return e;
}

static enum opinion_err foretell(struct foretelling *f)
{
    enum opinion_err e = OPINION_OK;

    f->attempts = calloc((size_t)f->times, sizeof *f->attempts);
    if (f->attempts == NULL)
        return OPINION_NO_MEMORY;
    for (int i = 0; i < f->times && e == OPINION_OK; i++) {
        e = foretell_default(f, (uint64_t)i, &f->attempts[i]);
        if (e == OPINION_OK)
            e = foretell_polis(f, (uint64_t)i, &f->attempts[i]);
    }
    return e;
}

/* ---- out ---- */

/* The mean over the attempts. */
static struct opinion_prediction mean_of(const struct foretelling *f, int method)
{
    struct opinion_prediction mean = {0};

    for (int i = 0; i < f->times; i++) {
        const struct opinion_prediction *p = &f->attempts[i].of[method];
        mean.r2 += p->r2 / f->times;
        mean.auc += p->auc / f->times;
        for (int half = 0; half < 2; half++)
            mean.scale[half] += p->scale[half] / f->times;
    }
    return mean;
}

static void print_foretelling(const struct foretelling *f)
{
    const struct opinion_votes *v = f->by_id;

    printf("%zu people, %zu statements, %" PRIu64 " votes; one in %d hidden, %d time%s\n",
           v->people, v->statements, v->count, ONE_IN, f->times, f->times > 1 ? "s" : "");
    printf("%-20s %7s %7s %8s\n", "foretold by", "R2", "AUC", "factor");
    for (int i = 0; i < METHODS; i++) {
        struct opinion_prediction p = mean_of(f, i);
        printf("%-20s %7.4f %7.4f", methods[i].said, p.r2, p.auc);
        if (i != MEANS)
            printf(" %8.3f", (p.scale[0] + p.scale[1]) / 2);
        putchar('\n');
    }
}

static void put_method(struct answer *j, const struct foretelling *f, int method)
{
    struct opinion_prediction mean = mean_of(f, method);

    answer_name(j, methods[method].name);
    answer_open(j, '{');
    answer_put_real(j, "r2", mean.r2);
    answer_put_real(j, "auc", mean.auc);
    answer_put_real(j, "factor", (mean.scale[0] + mean.scale[1]) / 2);
    answer_name(j, "each");
    answer_open(j, '[');
    for (int i = 0; i < f->times; i++) {
        const struct opinion_prediction *p = &f->attempts[i].of[method];
        answer_open(j, '{');
        answer_put_real(j, "r2", p->r2);
        answer_put_real(j, "auc", p->auc);
        answer_put_reals(j, "factors", p->scale, 2);
        answer_close(j, '}');
    }
    answer_close(j, ']');
    answer_close(j, '}');
}

static enum opinion_err write_foretelling(const void *foretelling, const struct opinion_sink *sink)
{
    const struct foretelling *f = foretelling;
    struct answer j = {.sink = sink};

    answer_open(&j, '{');
    answer_put_uint(&j, "seed", f->seed);
    answer_put_uint(&j, "participants", f->by_id->people);
    answer_put_uint(&j, "statements", f->by_id->statements);
    answer_put_uint(&j, "votes", f->by_id->count);
    answer_put_uint(&j, "one_in", ONE_IN);
    answer_put_uint(&j, "refine", (uint64_t)f->refine);
    answer_name(&j, "hidden");
    answer_open(&j, '[');
    for (int i = 0; i < f->times; i++)
        answer_uint(&j, f->attempts[i].hidden);
    answer_close(&j, ']');
    for (int i = 0; i < METHODS; i++)
        put_method(&j, f, i);
    answer_close(&j, '}');
    return answer_end(&j);
}

/* ---- the command ---- */

static int measure(struct foretelling *f, const struct opinion_log *log, const char *json)
{
    enum opinion_err e = opinion_votes_new(&opinion_heap, log, OPINION_BY_ID, &f->by_id);

    if (e == OPINION_OK)
        e = opinion_votes_new(&opinion_heap, log, OPINION_BY_APPEARANCE, &f->by_appearance);
    if (e == OPINION_OK)
        e = foretell(f);
    int status = exit_of_opinion(e);
    if (status == EXIT_DONE && json != NULL)
        status = opinion_write_file(json, write_foretelling, f);
    if (status == EXIT_DONE && (json == NULL || strcmp(json, "-") != 0))
        print_foretelling(f);
    return status;
}

int opinion_predict_run(int argc, char **argv)
{
    const char *times = take_option(&argc, argv, "--times");
    const char *seed = take_option(&argc, argv, "--seed");
    const char *format = take_option(&argc, argv, "--format");
    const char *json = take_option(&argc, argv, "--json");
    bool skips_bad = take_flag(&argc, argv, "--skip-bad") != 0;
    const char *refine = take_option(&argc, argv, "--refine");
    struct foretelling f = {.seed = 1, .refine = ROUNDS};
    struct opinion_log *log = NULL;
    int64_t count = TIMES;

    if (argc != 3 || !opinion_take_number("--times", times, 1, TIMES_MOST, &count) ||
        !opinion_take_seed(seed, &f.seed) || !opinion_take_refine(refine, &f.refine))
        return usage("opinion");
    f.times = (int)count;
    int status = opinion_read_log(argv[2], format, skips_bad, &log);
    if (status == EXIT_DONE)
        status = measure(&f, log, json);
    free(f.attempts);
    opinion_votes_free(f.by_id);
    opinion_votes_free(f.by_appearance);
    opinion_log_free(log);
    return status;
}
