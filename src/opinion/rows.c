/* rows: what signals need of a log and of votes. */
#include "opinion/log.h"
#include "opinion/signals.h"

/* ---- rows ---- */

struct made {
    struct opinion_rows rows;
    struct region *region;
};

enum opinion_err opinion_rows_new(const struct opinion_memory *m, const struct opinion_log *log,
                                  const struct opinion_rows **rows)
{
    struct region *region = region_new(m);
    struct made *made = region == NULL ? NULL : region_take(region, 1, sizeof *made);
    struct opinion_row *row = made == NULL ? NULL : region_take(region, log->count, sizeof *row);
    size_t n = 0;

    if (row == NULL) {
        region_free(region);
        return OPINION_NO_MEMORY;
    }
    for (const struct log_chunk *c = log->first; c != NULL; c = c->next) {
        for (size_t i = 0; i < c->count; i++)
            row[n++] =
                (struct opinion_row){log->people.ids[c->rows[i].person],
                                     log->statements.ids[c->rows[i].statement], c->rows[i].time};
    }
    *made = (struct made){{n, row}, region};
    *rows = &made->rows;
    return OPINION_OK;
}

void opinion_rows_free(const struct opinion_rows *rows)
{
    if (rows != NULL)
        region_free(((const struct made *)rows)->region);
}

/* ---- votes without some ---- */

static enum opinion_err copy(struct opinion_log *log, const struct opinion_votes *v,
                             const bool *is_left_out)
{
    for (size_t j = 0; j < v->statements; j++)
        TRY(opinion_log_statement(log, v->statement_id[j], v->is_out[j]));
    for (size_t i = 0; i < v->people; i++) {
        for (uint32_t k = v->begin[i]; k < v->begin[i + 1] && !is_left_out[i]; k++)
            TRY(opinion_log_add(log, v->person_id[i],
                                v->statement_id[opinion_code_statement(v->code[k])],
                                opinion_code_vote(v->code[k]), 0));
    }
    return OPINION_OK;
}

enum opinion_err opinion_votes_without(const struct opinion_memory *m,
                                       const struct opinion_votes *votes, const bool *is_left_out,
                                       const struct opinion_votes **fewer)
{
    struct opinion_log *log;

    TRY(opinion_log_new(m, &log));
    enum opinion_err e = copy(log, votes, is_left_out);
    if (e == OPINION_OK)
        e = opinion_votes_new(m, log, OPINION_BY_ID, fewer);
    opinion_log_free(log);
    return e;
}
