/* A publication as JSON; each field is described in doc/opinion.md. */
#include "opinion/answer.h"
#include "opinion/publish.h"

/* Since when a row stands. That nothing changed since is not told: it would tell of few people. */
static void put_age(struct answer *j, const struct opinion_publication *p,
                    const struct opinion_version *v)
{
    answer_put_uint(j, "age", p->number - v->number);
    answer_put_bool(j, "is_kept", v->number != p->number);
}

static void put_about(struct answer *j, const struct opinion_version *v)
{
    answer_name(j, "all");
    answer_count(j, &v->about.all);
    answer_put_bool(j, "is_agree", v->about.side > 0);
    answer_put_share(j, "common", &v->about.common);
    if (v->k > 1) {
        answer_put_share(j, "bridging", &v->about.bridging);
        answer_put_share(j, "divisiveness", &v->about.divisiveness);
    }
    answer_put_share(j, "uncertainty", &v->about.uncertainty);
}

static void put_statement(struct answer *j, const struct opinion_publication *p,
                          const struct opinion_version *v)
{
    answer_open(j, '{');
    put_age(j, p, v);
    answer_name(j, "groups");
    answer_open(j, '{');
    for (int g = 0; g < v->k; g++) {
        if (!v->is_shown[g])
            continue;
        answer_id_name(j, (uint64_t)v->id[g]);
        answer_count(j, &v->count[g]);
    }
    answer_close(j, '}');
    answer_name(j, "suppressed");
    answer_open(j, '[');
    for (int g = 0; g < v->k; g++) {
        if (!v->is_shown[g])
            answer_uint(j, (uint64_t)v->id[g]);
    }
    answer_close(j, ']');
    if (v->about.is_whole)
        put_about(j, v);
    answer_close(j, '}');
}

static void put_people(struct answer *j, const struct opinion_publication *p)
{
    const struct opinion_version *v = opinion_row_now(&p->rows[0]);

    if (v == NULL)
        return;
    answer_name(j, "people");
    answer_open(j, '{');
    put_age(j, p, v);
    answer_put_verdict(j, p->verdict);
    answer_put_uint(j, "k", (uint64_t)v->k);
    if (v->about.is_whole)
        answer_put_uint(j, "all", v->about.all.pass);
    answer_name(j, "groups");
    answer_open(j, '{');
    for (int g = 0; g < v->k; g++) {
        if (!v->is_shown[g])
            continue;
        answer_id_name(j, (uint64_t)v->id[g]);
        answer_uint(j, v->count[g].pass);
    }
    answer_close(j, '}');
    answer_close(j, '}');
}

/* Statements of which nothing is shown. */
static void put_without(struct answer *j, const struct opinion_publication *p, const char *name,
                        bool is_out)
{
    answer_name(j, name);
    answer_open(j, '[');
    for (size_t i = 1; i < p->row_count; i++) {
        if (opinion_row_now(&p->rows[i]) == NULL && p->rows[i].is_out == is_out)
            answer_uint(j, p->rows[i].statement);
    }
    answer_close(j, ']');
}

enum opinion_err opinion_publication_json(const struct opinion_publication *p,
                                          const struct opinion_sink *sink)
{
    struct answer j = {.sink = sink};

    answer_open(&j, '{');
    answer_put_text(&j, "method", "default");
    answer_put_uint(&j, "publication", p->number);
    answer_put_uint(&j, "least", OPINION_SHOWN_LEAST);
    put_people(&j, p);
    answer_name(&j, "statements");
    answer_open(&j, '{');
    for (size_t i = 1; i < p->row_count; i++) {
        const struct opinion_version *v = opinion_row_now(&p->rows[i]);
        if (v == NULL)
            continue;
        answer_id_name(&j, p->rows[i].statement);
        put_statement(&j, p, v);
    }
    answer_close(&j, '}');
    put_without(&j, p, "hidden", false);
    put_without(&j, p, "out", true);
    answer_name(&j, "common_ground");
    answer_open(&j, '[');
    for (size_t i = 0; i < p->common_count; i++)
        answer_uint(&j, p->rows[p->common[i]].statement);
    answer_close(&j, ']');
    answer_close(&j, '}');
    return answer_end(&j);
}
