#include "search/search.h"

#include "db/db.h"
#include "search/search_sql.h"

#include <assert.h>
#include <stdlib.h>

enum {
    SIMILAR_RANKED = 200, /* of the newest that share any of them */
    SIMILAR_KEPT = 8,     /* rarest tokens that are searched for */
    COUNTED = 1000,       /* rarer than this is told apart; the rest is simply common */
    COMMON = COUNTED / 20 /* PostgreSQL: of the newest COUNTED, more are a common word */
};

static bool is_sqlite(const struct ctx *c)
{
    return db_engine_of(c->db) == DB_SQLITE;
}

enum err search_put(struct ctx *c, str kind, int64_t id, str title, str body,
                    enum search_visibility visibility)
{
    struct buf head = {.arena = c->arena}, rest = {.arena = c->arena};

    assert(id > 0 && kind.len > 0);
    if (is_sqlite(c)) {
        size_t left = TOKENS_MAX;
        token_put(&head, title, &left);
        token_put(&rest, body, &left);
    } else {
        size_t position = 1;
        token_put_vector(&head, title, 'A', &position);
        token_put_vector(&rest, body, 'D', &position);
    }
    TRY(db_run(c->db, &SEARCH_TEXT_DROP, I(id)));
    TRY(db_run(c->db, &SEARCH_DOC_PUT, I(id), T(kind), I(visibility)));
    return db_run(c->db, &SEARCH_TEXT_PUT, I(id), T(buf_str(&head)), T(buf_str(&rest)));
}

enum err search_drop(struct ctx *c, int64_t id)
{
    TRY(db_run(c->db, &SEARCH_TEXT_DROP, I(id)));
    return db_run(c->db, &SEARCH_DOC_DROP, I(id));
}

static str kind_at(const struct search_ask *ask, size_t i)
{
    if (ask->kind_count == 0)
        return S("");
    return ask->kinds[i < ask->kind_count ? i : ask->kind_count - 1];
}

/* PostgreSQL cannot take the newest hits out of its index without fetching all of them, and cannot
 * know, with a prepared statement, that a word is common. A look at the newest documents tells, and
 * then it is quicker to walk back from the newest until there are enough. */
static enum err is_common(struct ctx *c, str match, bool *common)
{
    int64_t count = 0;

    if (!is_sqlite(c))
        TRY(db_number(c->db, &count, 0, &SEARCH_COUNT, T(match), I(COUNTED)));
    *common = count > COMMON;
    return OK;
}

/* The hits of a statement with the columns kind, id, score; there is room for them. */
static enum err take_hits(struct rows *row, struct ctx *c, struct search_hits *hits)
{
    bool found;

    for (;;) {
        TRY(db_next(row, &found));
        if (!found)
            return OK;
        struct search_hit *hit = &hits->at[hits->count++];
        hit->kind = take_str(row, c->arena);
        hit->id = take_i64(row);
        hit->score = take_f64(row);
    }
}

/* One hit more than wanted is asked for, to know whether there is a next page. The newest `ranked`
 * come best first; what is beyond them comes after, newest first. */
static enum err load_hits(struct ctx *c, const struct search_ask *ask, str match, int64_t ranked,
                          struct search_hits *hits)
{
    int64_t wanted = ask->limit + 1;
    struct rows row;
    bool common;

    TRY(is_common(c, match, &common));
    hits->at = NEW_ARRAY(c->arena, (size_t)wanted, struct search_hit);
    if (ask->after < ranked) {
        TRY(db_rows(&row, c->db, &SEARCH_HITS, T(match), I(ask->visibility),
                    B(ask->kind_count == 0), T(kind_at(ask, 0)), T(kind_at(ask, 1)),
                    T(kind_at(ask, 2)), T(kind_at(ask, 3)), I(ranked), I(wanted), I(ask->after),
                    B(common)));
        TRY(take_hits(&row, c, hits));
    }
    int64_t at = ask->after + (int64_t)hits->count;
    if ((int64_t)hits->count < wanted && at >= ranked) {
        TRY(db_rows(&row, c->db, &SEARCH_REST, T(match), I(ask->visibility),
                    B(ask->kind_count == 0), T(kind_at(ask, 0)), T(kind_at(ask, 1)),
                    T(kind_at(ask, 2)), T(kind_at(ask, 3)), I((at + wanted) * 4),
                    I(wanted - (int64_t)hits->count), I(at), B(common)));
        TRY(take_hits(&row, c, hits));
    }
    hits->has_more = (int64_t)hits->count == wanted;
    hits->count -= hits->has_more;
    return OK;
}

static void check_ask(const struct search_ask *ask)
{
    assert(ask->limit >= 1 && ask->limit <= SEARCH_LIMIT_MAX);
    assert(ask->after >= 0 && ask->kind_count <= SEARCH_KINDS_MAX);
}

enum err search_find(struct ctx *c, const struct search_ask *ask, struct search_hits *hits)
{
    struct query *q = NEW(c->arena, struct query);

    check_ask(ask);
    *hits = (struct search_hits){0};
    query_read(c->arena, ask->typed, q);
    hits->is_empty = q->count == 0;
    if (hits->is_empty)
        return OK;
    str match = is_sqlite(c) ? query_fts5(c->arena, q) : query_tsquery(c->arena, q);
    return load_hits(c, ask, match, SEARCH_RANKED_MAX, hits);
}

/* ---- similar ---- */

struct rare {
    str token;
    int64_t documents;
};

static int rarest_first(const void *left, const void *right)
{
    const struct rare *a = left, *b = right;

    if (a->documents != b->documents)
        return a->documents < b->documents ? -1 : 1;
    return str_cmp(a->token, b->token);
}

/* Different pairs and words of the text, without the single characters that end a run. */
static size_t collect(struct ctx *c, str text, struct rare rare[SIMILAR_TOKENS_MAX])
{
    struct token t;
    size_t count = 0;

    for (size_t at = 0; count < SIMILAR_TOKENS_MAX && token_next(text, &at, &t);) {
        bool is_known = t.is_last || t.len < 2;
        for (size_t i = 0; i < count && !is_known; i++)
            is_known = str_eq(rare[i].token, token_str(&t));
        if (!is_known)
            rare[count++].token = str_copy(c->arena, token_str(&t));
    }
    return count;
}

enum err search_similar(struct ctx *c, const struct search_ask *ask, struct search_hits *hits)
{
    struct rare rare[SIMILAR_TOKENS_MAX] = {0};
    str kept[SIMILAR_KEPT];
    size_t kept_count = 0;

    check_ask(ask);
    *hits = (struct search_hits){0};
    size_t count = collect(c, ask->typed, rare);
    hits->is_empty = count == 0;
    for (size_t i = 0; i < count; i++) {
        str match = is_sqlite(c) ? query_any_fts5(c->arena, &rare[i].token, 1)
                                 : query_any_tsquery(c->arena, &rare[i].token, 1);
        TRY(db_number(c->db, &rare[i].documents, 0, &SEARCH_COUNT, T(match), I(COUNTED)));
    }
    qsort(rare, count, sizeof *rare, rarest_first);
    for (size_t i = 0; i < count && kept_count < SIMILAR_KEPT; i++) {
        if (rare[i].documents > 0 || !is_sqlite(c)) /* there only the newest were counted */
            kept[kept_count++] = rare[i].token;
    }
    if (kept_count == 0)
        return OK;
    str match = is_sqlite(c) ? query_any_fts5(c->arena, kept, kept_count)
                             : query_any_tsquery(c->arena, kept, kept_count);
    struct search_ask first = *ask;
    first.after = 0;
    TRY(load_hits(c, &first, match, SIMILAR_RANKED, hits));
    hits->has_more = false;
    return OK;
}
