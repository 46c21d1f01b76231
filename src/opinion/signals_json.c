/* Signals as JSON: ids as in the file, both answers side by side. */
#include "opinion/answer.h"
#include "opinion/signals.h"

static void put_sets(struct answer *j, const struct opinion_signals *s)
{
    answer_name(j, "same");
    answer_open(j, '[');
    for (size_t i = 0; i < s->set_count; i++) {
        const struct opinion_same *set = &s->sets[i];
        answer_open(j, '{');
        answer_put_uint(j, "votes", set->votes);
        answer_put_real(j, "evidence", set->evidence);
        answer_put_real(j, "threshold", set->threshold);
        answer_put_bool(j, "is_unlikely", set->is_unlikely);
        answer_name(j, "participants");
        answer_open(j, '[');
        for (size_t k = 0; k < set->count; k++)
            answer_uint(j, s->votes->person_id[s->member[set->first + k]]);
        answer_close(j, ']');
        answer_close(j, '}');
    }
    answer_close(j, ']');
}

static void put_pairs(struct answer *j, const struct opinion_signals *s)
{
    answer_name(j, "pairs");
    answer_open(j, '[');
    for (size_t i = 0; i < s->pair_count; i++) {
        const struct opinion_pair *p = &s->pairs[i];
        answer_open(j, '{');
        answer_name(j, "participants");
        answer_open(j, '[');
        answer_uint(j, s->votes->person_id[p->a]);
        answer_uint(j, s->votes->person_id[p->b]);
        answer_close(j, ']');
        answer_put_uint(j, "common", p->common);
        answer_put_uint(j, "same", p->same);
        answer_put_real(j, "evidence", p->evidence);
        answer_close(j, '}');
    }
    answer_close(j, ']');
}

static void put_flagged(struct answer *j, const struct opinion_signals *s)
{
    answer_name(j, "flagged");
    answer_open(j, '[');
    for (size_t i = 0; i < s->votes->people; i++) {
        if (s->is_flagged[i])
            answer_uint(j, s->votes->person_id[i]);
    }
    answer_close(j, ']');
}

/* A time before 1970 has a sign, which ids have not. */
static void put_time(struct answer *j, int64_t time)
{
    answer_put_real(j, "time", (double)time);
}

static void put_bursts(struct answer *j, const struct opinion_bursts *b)
{
    answer_name(j, "bursts");
    answer_open(j, '[');
    for (size_t i = 0; i < b->count; i++) {
        const struct opinion_burst *at = &b->bursts[i];
        answer_open(j, '{');
        answer_put_uint(j, "statement", at->statement);
        put_time(j, at->time);
        answer_put_uint(j, "people", at->people);
        answer_put_real(j, "expected", at->expected);
        answer_put_uint(j, "elsewhere", at->elsewhere);
        answer_put_real(j, "p", at->p);
        answer_name(j, "participants");
        answer_open(j, '[');
        for (size_t k = 0; k < at->people; k++)
            answer_uint(j, at->person[k]);
        answer_close(j, ']');
        answer_close(j, '}');
    }
    answer_close(j, ']');
}

static void put_answer(struct answer *j, const char *name, const struct opinion_analysis *a)
{
    static const char *const verdicts[] = {"none", "tendencies", "distinct"};

    answer_name(j, name);
    answer_open(j, '{');
    answer_put_uint(j, "participants", a->votes->people);
    answer_put_uint(j, "votes", a->votes->count);
    answer_put_text(j, "verdict", verdicts[a->verdict]);
    answer_put_uint(j, "k", (uint64_t)a->k);
    answer_name(j, "group_sizes");
    answer_open(j, '[');
    for (int g = 0; g < a->k; g++)
        answer_uint(j, a->size[g]);
    answer_close(j, ']');
    answer_name(j, "common_ground");
    answer_open(j, '[');
    for (size_t i = 0; i < a->common_count; i++)
        answer_uint(j, a->votes->statement_id[a->common[i]]);
    answer_close(j, ']');
    answer_close(j, '}');
}

enum opinion_err opinion_signals_json(const struct opinion_signals *signals,
                                      const struct opinion_bursts *bursts,
                                      const struct opinion_analysis *whole,
                                      const struct opinion_analysis *fewer,
                                      const struct opinion_sink *sink)
{
    struct answer j = {.sink = sink};

    answer_open(&j, '{');
    answer_put_uint(&j, "eligible", signals->eligible);
    answer_put_real(&j, "threshold", signals->threshold);
    put_sets(&j, signals);
    put_pairs(&j, signals);
    put_flagged(&j, signals);
    answer_put_real(&j, "minutes", bursts->cells);
    put_bursts(&j, bursts);
    put_answer(&j, "with", whole);
    put_answer(&j, "without", fewer);
    answer_close(&j, '}');
    return answer_end(&j);
}
