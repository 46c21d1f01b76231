/* The answer of our own method as JSON; each field is described in doc/opinion.md. */
#include "opinion/answer.h"

static void put_share(struct answer *j, const char *name, const struct opinion_share *s)
{
    answer_name(j, name);
    answer_open(j, '{');
    answer_name(j, "at");
    answer_real(j, s->at);
    answer_name(j, "low");
    answer_real(j, s->low);
    answer_name(j, "high");
    answer_real(j, s->high);
    answer_close(j, '}');
}

static void put_reals(struct answer *j, const char *name, const double *at, size_t count)
{
    answer_name(j, name);
    answer_open(j, '[');
    for (size_t i = 0; i < count; i++)
        answer_real(j, at[i]);
    answer_close(j, ']');
}

static void put_head(struct answer *j, const struct opinion_analysis *a)
{
    static const char *const verdicts[] = {"none", "tendencies", "distinct"};

    answer_name(j, "method");
    answer_text(j, "default");
    answer_name(j, "seed");
    answer_uint(j, a->seed);
    answer_name(j, "participants");
    answer_uint(j, a->votes->people);
    answer_name(j, "statements");
    answer_uint(j, a->votes->statements);
    answer_name(j, "votes");
    answer_uint(j, a->votes->count);
    answer_name(j, "eligible");
    answer_uint(j, a->eligible);
    answer_name(j, "sampled");
    answer_uint(j, a->sampled);
    answer_name(j, "verdict");
    answer_text(j, verdicts[a->verdict]);
    answer_name(j, "k");
    answer_uint(j, (uint64_t)a->k);
    put_reals(j, "gap_by_k", a->gap + 2, OPINION_GROUPS_MAX - 1);
    put_reals(j, "silhouette_by_k", a->silhouette + 2, OPINION_GROUPS_MAX - 1);
    answer_name(j, "groups");
    answer_open(j, '[');
    for (int g = 0; g < a->k; g++) {
        answer_open(j, '{');
        answer_name(j, "id");
        answer_uint(j, (uint64_t)g);
        answer_name(j, "size");
        answer_uint(j, a->size[g]);
        answer_name(j, "apart");
        answer_uint(j, a->apart[g]);
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
        answer_uint(j, (uint64_t)a->group[i]);
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
    put_reals(j, "value", a->value, OPINION_AXES);
    put_reals(j, "strength", a->strength, OPINION_AXES);
    answer_name(j, "noise");
    answer_real(j, a->noise);
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

static void put_count(struct answer *j, const struct opinion_count *c)
{
    answer_open(j, '{');
    answer_name(j, "agree");
    answer_uint(j, c->agree);
    answer_name(j, "pass");
    answer_uint(j, c->pass);
    answer_name(j, "disagree");
    answer_uint(j, c->disagree);
    answer_close(j, '}');
}

static void put_counts(struct answer *j, const struct opinion_analysis *a)
{
    answer_name(j, "counts");
    answer_open(j, '{');
    for (int g = 0; g < a->k; g++) {
        answer_id_name(j, (uint64_t)g);
        answer_open(j, '{');
        for (size_t s = 0; s < a->votes->statements; s++) {
            if (!a->is_shown[(size_t)g * a->votes->statements + s])
                continue;
            answer_id_name(j, a->votes->statement_id[s]);
            put_count(j, &a->counts[(size_t)g * a->votes->statements + s]);
        }
        answer_close(j, '}');
    }
    answer_close(j, '}');
    answer_name(j, "suppressed");
    answer_open(j, '{');
    for (int g = 0; g < a->k; g++) {
        answer_id_name(j, (uint64_t)g);
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
        put_count(j, &b->all);
        answer_name(j, "is_agree");
        answer_bool(j, b->side > 0);
        put_share(j, "common", &b->common);
        put_share(j, "bridging", &b->bridging);
        put_share(j, "divisiveness", &b->divisiveness);
        put_share(j, "uncertainty", &b->uncertainty);
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
        answer_id_name(j, (uint64_t)g);
        answer_open(j, '[');
        for (size_t i = 0; i < a->typical_count[g]; i++) {
            const struct opinion_typical *t = &a->typical[g][i];
            answer_open(j, '{');
            answer_name(j, "statement");
            answer_uint(j, a->votes->statement_id[t->statement]);
            answer_name(j, "is_agree");
            answer_bool(j, t->is_agree);
            put_share(j, "more", &t->more);
            answer_name(j, "p");
            answer_real(j, t->p);
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
        answer_name(j, run->stage[i]);
        answer_real(j, run->seconds[i]);
    }
    answer_close(j, '}');
    answer_name(j, "peak_bytes");
    answer_uint(j, run->peak_bytes);
    answer_name(j, "threads");
    answer_uint(j, 1);
    answer_name(j, "instruction_set");
    answer_text(j, "scalar");
    answer_name(j, "path");
    answer_text(j, "full");
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
