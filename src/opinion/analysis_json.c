/* The answer of our own method as JSON; each field is described in doc/opinion.md. */
#include "opinion/answer.h"

static void put_head(struct answer *j, const struct opinion_analysis *a)
{
    answer_put_text(j, "method", "default");
    answer_put_uint(j, "seed", a->seed);
    answer_put_uint(j, "refine", (uint64_t)a->refine);
    answer_put_uint(j, "participants", a->votes->people);
    answer_put_uint(j, "statements", a->votes->statements);
    answer_put_uint(j, "votes", a->votes->count);
    answer_put_uint(j, "eligible", a->eligible);
    answer_put_uint(j, "sampled", a->sampled);
    answer_put_verdict(j, a->verdict);
    answer_put_uint(j, "k", (uint64_t)a->k);
    answer_put_reals(j, "gap_by_k", a->gap + 2, OPINION_GROUPS_MAX - 1);
    answer_put_reals(j, "silhouette_by_k", a->silhouette + 2, OPINION_GROUPS_MAX - 1);
    answer_name(j, "groups");
    answer_open(j, '[');
    for (int g = 0; g < a->k; g++) {
        answer_open(j, '{');
        answer_put_uint(j, "id", (uint64_t)a->id[g]);
        answer_put_uint(j, "size", a->size[g]);
        answer_put_uint(j, "apart", a->apart[g]);
        answer_close(j, '}');
    }
    answer_close(j, ']');
}

/* ---- people ---- */

static void put_by_person(struct answer *j, const char *name, const struct opinion_analysis *a,
                          const double *at, size_t each)
{
    answer_name(j, name);
    answer_open(j, '{');
    for (size_t i = 0; i < a->votes->people; i++) {
        answer_id_name(j, a->votes->person_id[i]);
        answer_open(j, '[');
        for (size_t x = 0; x < each; x++)
            answer_real(j, at[i * each + x]);
        answer_close(j, ']');
    }
    answer_close(j, '}');
}

static void put_people(struct answer *j, const struct opinion_analysis *a)
{
    answer_name(j, "participant_group");
    answer_open(j, '{');
    for (size_t i = 0; i < a->votes->people; i++) {
        if (a->group[i] < 0)
            continue;
        answer_id_name(j, a->votes->person_id[i]);
        answer_uint(j, (uint64_t)a->id[a->group[i]]);
    }
    answer_close(j, '}');
    put_by_person(j, "membership", a, a->membership, (size_t)a->k);
    put_by_person(j, "scores", a, a->place, OPINION_AXES);
    put_by_person(j, "spread", a, a->spread, OPINION_AXES);
}

static void put_axes(struct answer *j, const struct opinion_analysis *a)
{
    answer_name(j, "axes");
    answer_open(j, '{');
    answer_put_reals(j, "value", a->value, OPINION_AXES);
    answer_put_reals(j, "strength", a->strength, OPINION_AXES);
    answer_put_real(j, "noise", a->noise);
    answer_name(j, "mean");
    answer_open(j, '{');
    for (size_t s = 0; s < a->votes->statements; s++) {
        answer_id_name(j, a->votes->statement_id[s]);
        answer_real(j, a->mean[s]);
    }
    answer_close(j, '}');
    answer_name(j, "loading");
    answer_open(j, '{');
    for (size_t s = 0; s < a->votes->statements; s++) {
        answer_id_name(j, a->votes->statement_id[s]);
        answer_open(j, '[');
        for (size_t x = 0; x < OPINION_AXES; x++)
            answer_real(j, a->loading[s * OPINION_AXES + x]);
        answer_close(j, ']');
    }
    answer_close(j, '}');
    answer_close(j, '}');
}

/* ---- statements ---- */

static void put_counts(struct answer *j, const struct opinion_analysis *a)
{
    answer_name(j, "counts");
    answer_open(j, '{');
    for (int g = 0; g < a->k; g++) {
        answer_id_name(j, (uint64_t)a->id[g]);
        answer_open(j, '{');
        for (size_t s = 0; s < a->votes->statements; s++) {
            if (!a->is_shown[(size_t)g * a->votes->statements + s])
                continue;
            answer_id_name(j, a->votes->statement_id[s]);
            answer_count(j, &a->counts[(size_t)g * a->votes->statements + s]);
        }
        answer_close(j, '}');
    }
    answer_close(j, '}');
    answer_name(j, "suppressed");
    answer_open(j, '{');
    for (int g = 0; g < a->k; g++) {
        answer_id_name(j, (uint64_t)a->id[g]);
        answer_open(j, '[');
        for (size_t s = 0; s < a->votes->statements; s++) {
            if (!a->is_shown[(size_t)g * a->votes->statements + s])
                answer_uint(j, a->votes->statement_id[s]);
        }
        answer_close(j, ']');
    }
    answer_close(j, '}');
}

static void put_about(struct answer *j, const struct opinion_analysis *a)
{
    answer_name(j, "about");
    answer_open(j, '{');
    for (size_t s = 0; s < a->votes->statements; s++) {
        const struct opinion_about *b = &a->about[s];
        if (!b->is_whole)
            continue;
        answer_id_name(j, a->votes->statement_id[s]);
        answer_open(j, '{');
        answer_name(j, "all");
        answer_count(j, &b->all);
        answer_put_bool(j, "is_agree", b->side > 0);
        answer_put_share(j, "common", &b->common);
        answer_put_share(j, "bridging", &b->bridging);
        answer_put_share(j, "divisiveness", &b->divisiveness);
        answer_put_share(j, "uncertainty", &b->uncertainty);
        answer_close(j, '}');
    }
    answer_close(j, '}');
}

/* `side`: 1 and -1 those on which all agree or disagree; 0: both. */
static void put_common(struct answer *j, const char *name, const struct opinion_analysis *a,
                       int side)
{
    answer_name(j, name);
    answer_open(j, '[');
    for (size_t i = 0; i < a->common_count; i++) {
        if (side == 0 || a->about[a->common[i]].side == side)
            answer_uint(j, a->votes->statement_id[a->common[i]]);
    }
    answer_close(j, ']');
}

static void put_typical(struct answer *j, const struct opinion_analysis *a)
{
    answer_name(j, "representative");
    answer_open(j, '{');
    for (int g = 0; g < a->k; g++) {
        answer_id_name(j, (uint64_t)a->id[g]);
        answer_open(j, '[');
        for (size_t i = 0; i < a->typical_count[g]; i++) {
            const struct opinion_typical *t = &a->typical[g][i];
            answer_open(j, '{');
            answer_put_uint(j, "statement", a->votes->statement_id[t->statement]);
            answer_put_bool(j, "is_agree", t->is_agree);
            answer_put_share(j, "more", &t->more);
            answer_put_real(j, "p", t->p);
            answer_close(j, '}');
        }
        answer_close(j, ']');
    }
    answer_close(j, '}');
}

/* ---- how ---- */

static void put_run(struct answer *j, const struct opinion_run *run)
{
    answer_name(j, "run");
    answer_open(j, '{');
    answer_name(j, "seconds");
    answer_open(j, '{');
    for (size_t i = 0; i < run->stage_count; i++) {
        answer_put_real(j, run->stage[i], run->seconds[i]);
    }
    answer_close(j, '}');
    answer_put_uint(j, "peak_bytes", run->peak_bytes);
    answer_put_uint(j, "threads", run->threads == 0 ? 1 : run->threads);
    answer_put_text(j, "instruction_set", opinion_instruction_set());
    answer_put_text(j, "path", "full");
    answer_close(j, '}');
}

enum opinion_err opinion_analysis_json(const struct opinion_analysis *a,
                                       const struct opinion_run *run,
                                       const struct opinion_sink *sink)
{
    struct answer j = {.sink = sink};

    answer_open(&j, '{');
    put_head(&j, a);
    put_people(&j, a);
    put_axes(&j, a);
    put_counts(&j, a);
    put_about(&j, a);
    put_common(&j, "common_ground", a, 0);
    answer_name(&j, "consensus");
    answer_open(&j, '{');
    put_common(&j, "agree", a, 1);
    put_common(&j, "disagree", a, -1);
    answer_close(&j, '}');
    put_typical(&j, a);
    if (run != NULL)
        put_run(&j, run);
    answer_close(&j, '}');
    return answer_end(&j);
}
