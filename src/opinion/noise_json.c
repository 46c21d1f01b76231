/* Noisy counts as JSON; each field is described in doc/opinion.md. */
#include "opinion/answer.h"
#include "opinion/noise.h"

static void put_counts(struct answer *j, const struct opinion_noise *n, int slot)
{
    const struct opinion_votes *v = n->analysis->votes;

    answer_open(j, '{');
    for (size_t s = 0; s < v->statements; s++) {
        const struct opinion_noisy *c = &n->counts[(size_t)slot * v->statements + s];
        if (v->is_out[s])
            continue;
        answer_id_name(j, v->statement_id[s]);
        answer_open(j, '{');
        answer_put_real(j, "agree", (double)c->agree); /* may be negative */
        answer_put_real(j, "pass", (double)c->pass);
        answer_put_real(j, "disagree", (double)c->disagree);
        answer_close(j, '}');
    }
    answer_close(j, '}');
}

static void put_promise(struct answer *j, const struct opinion_noise *n)
{
    answer_put_text(j, "method", "noise");
    answer_put_text(j, "noise", "discrete Gaussian");
    answer_put_real(j, "rho", (double)n->rho / OPINION_RHO_ONE);
    answer_put_real(j, "epsilon", n->epsilon);
    answer_put_real(j, "delta", n->delta);
    answer_put_uint(j, "cap", n->cap);
    answer_put_real(j, "variance", n->variance);
    answer_put_text(j, "neighbours", "one person added or removed");
    answer_name(j, "outside");
    answer_open(j, '[');
    answer_text(j, "groups");
    answer_text(j, "statements");
    answer_close(j, ']');
}

enum opinion_err opinion_noise_json(const struct opinion_noise *n, const struct opinion_sink *sink)
{
    struct answer j = {.sink = sink};

    answer_open(&j, '{');
    put_promise(&j, n);
    answer_put_uint(&j, "k", (uint64_t)n->analysis->k);
    answer_name(&j, "counts");
    answer_open(&j, '{');
    for (int g = 0; g < n->analysis->k; g++) {
        answer_id_name(&j, (uint64_t)n->analysis->id[g]);
        put_counts(&j, n, g);
    }
    answer_close(&j, '}');
    answer_name(&j, "ungrouped");
    put_counts(&j, n, n->analysis->k);
    answer_close(&j, '}');
    return answer_end(&j);
}
