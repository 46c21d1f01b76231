/* The answer of the method of Polis, its fields named as Polis names them. */
#include "opinion/answer.h"

static void put_ids(struct answer *j, const char *name, const uint64_t *ids, size_t count)
{
    answer_name(j, name);
    answer_open(j, '[');
    for (size_t i = 0; i < count; i++)
        answer_uint(j, ids[i]);
    answer_close(j, ']');
}

static void put_by_statement(struct answer *j, const char *name, const struct opinion_polis *p,
                             const double *at)
{
    answer_name(j, name);
    answer_open(j, '{');
    for (size_t i = 0; i < p->votes->statements; i++) {
        answer_id_name(j, p->votes->statement_id[i]);
        answer_real(j, at[i]);
    }
    answer_close(j, '}');
}

static void put_size(struct answer *j, const struct opinion_polis *p)
{
    const struct opinion_votes *v = p->votes;

    answer_put_text(j, "method", "polis");
    answer_put_uint(j, "participants", v->people);
    answer_put_uint(j, "statements", v->statements);
    answer_put_uint(j, "votes", v->count);
    put_ids(j, "row_order_pids", v->person_id, v->people);
    put_ids(j, "column_order_tids", v->statement_id, v->statements);
    answer_name(j, "moderated_out");
    answer_open(j, '[');
    for (size_t i = 0; i < v->statements; i++) {
        if (v->is_out[i])
            answer_uint(j, v->statement_id[i]);
    }
    answer_close(j, ']');
}

static void put_groups(struct answer *j, const struct opinion_polis *p)
{
    const struct opinion_votes *v = p->votes;

    answer_put_uint(j, "k", (uint64_t)p->k);
    answer_name(j, "silhouette_by_k");
    answer_open(j, '{');
    for (int k = 2; k <= p->k_max; k++) {
        answer_id_name(j, (uint64_t)k);
        answer_real(j, p->silhouette[k]);
    }
    answer_close(j, '}');
    answer_name(j, "groups");
    answer_open(j, '[');
    for (int g = 0; g < p->k; g++) {
        answer_open(j, '{');
        answer_put_uint(j, "id", (uint64_t)g);
        answer_put_uint(j, "size", p->groups[g].people);
        answer_close(j, '}');
    }
    answer_close(j, ']');
    answer_name(j, "in_conv");
    answer_open(j, '[');
    for (size_t i = 0; i < p->in_count; i++)
        answer_uint(j, v->person_id[p->in[i]]);
    answer_close(j, ']');
    answer_name(j, "participant_group");
    answer_open(j, '{');
    for (size_t i = 0; i < v->people; i++) {
        if (p->group[i] >= 0) {
            answer_id_name(j, v->person_id[i]);
            answer_uint(j, (uint64_t)p->group[i]);
        }
    }
    answer_close(j, '}');
}

static void put_space(struct answer *j, const struct opinion_polis *p)
{
    const struct opinion_votes *v = p->votes;

    answer_name(j, "pca");
    answer_open(j, '{');
    answer_put_reals(j, "mean_agree_plus1", p->mean_agree_plus, v->statements);
    answer_put_reals(j, "pc1", p->axis[0], v->statements);
    answer_put_reals(j, "pc2", p->axis[1], v->statements);
    answer_put_reals(j, "statement_extremity", p->extremity, v->statements);
    answer_close(j, '}');
    answer_name(j, "projection_agree_minus1");
    answer_open(j, '{');
    for (size_t i = 0; i < v->people; i++) {
        answer_id_name(j, v->person_id[i]);
        answer_open(j, '[');
        answer_real(j, p->x[i]);
        answer_real(j, p->y[i]);
        answer_close(j, ']');
    }
    answer_close(j, '}');
}

static void put_entry(struct answer *j, const struct opinion_polis *p, const struct polis_entry *e,
                      bool is_of_group)
{
    answer_open(j, '{');
    answer_put_uint(j, "tid", p->votes->statement_id[e->statement]);
    answer_put_uint(j, "n-success", e->success);
    answer_put_uint(j, "n-trials", e->trials);
    answer_put_real(j, "p-success", e->p);
    answer_put_real(j, "p-test", e->p_test);
    if (is_of_group) {
        answer_put_real(j, "repness", e->repness);
        answer_put_real(j, "repness-test", e->repness_test);
        answer_put_text(j, "repful-for", e->is_agree ? "agree" : "disagree");
    }
    if (e->is_best) {
        answer_put_bool(j, "best-agree", true);
        answer_put_uint(j, "n-agree", e->agree);
    }
    answer_close(j, '}');
}

static void put_entries(struct answer *j, const struct opinion_polis *p,
                        const struct polis_entry *entries, size_t count, bool is_of_group)
{
    answer_open(j, '[');
    for (size_t i = 0; i < count; i++)
        put_entry(j, p, &entries[i], is_of_group);
    answer_close(j, ']');
}

static void put_lists(struct answer *j, const struct opinion_polis *p)
{
    answer_name(j, "representative");
    answer_open(j, '{');
    for (int g = 0; g < p->k; g++) {
        answer_id_name(j, (uint64_t)g);
        put_entries(j, p, p->groups[g].entries, p->groups[g].entry_count, true);
    }
    answer_close(j, '}');
    answer_name(j, "consensus");
    answer_open(j, '{');
    answer_name(j, "agree");
    put_entries(j, p, p->agree, p->agree_count, false);
    answer_name(j, "disagree");
    put_entries(j, p, p->disagree, p->disagree_count, false);
    answer_close(j, '}');
}

static void put_votes(struct answer *j, const struct opinion_polis *p)
{
    answer_name(j, "group_votes");
    answer_open(j, '{');
    for (int g = 0; g < p->k; g++) {
        answer_id_name(j, (uint64_t)g);
        answer_open(j, '{');
        answer_put_uint(j, "n-members", p->groups[g].people);
        answer_name(j, "votes");
        answer_open(j, '{');
        for (size_t i = 0; i < p->votes->statements; i++) {
            const struct polis_counts *c = &p->groups[g].counts[i];
            answer_id_name(j, p->votes->statement_id[i]);
            answer_open(j, '{');
            answer_put_uint(j, "A", c->agree);
            answer_put_uint(j, "D", c->disagree);
            answer_put_uint(j, "S", c->seen);
            answer_close(j, '}');
        }
        answer_close(j, '}');
        answer_close(j, '}');
    }
    answer_close(j, '}');
}

enum opinion_err opinion_polis_json(const struct opinion_polis *p, const struct opinion_sink *sink)
{
    struct answer j = {.sink = sink};

    answer_open(&j, '{');
    put_size(&j, p);
    put_groups(&j, p);
    put_space(&j, p);
    put_lists(&j, p);
    put_by_statement(&j, "group_aware_consensus_agree", p, p->group_consensus);
    put_by_statement(&j, "routing_priority", p, p->priority);
    put_votes(&j, p);
    answer_close(&j, '}');
    return answer_end(&j);
}
