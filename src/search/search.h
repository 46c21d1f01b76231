/*
 * search -- full text in Chinese and English, over both databases.
 *
 * A noun puts the text that may be found with search_put, in the act that changes it, and is given
 * back kinds and ids; it loads its own rows and decides what may be shown. Text is cut by
 * search/token.h; every part of two or more Han characters is found, at the price of hits across
 * word borders, which rank lower but are not dropped.
 *
 *     SQLite       FTS5 with the tokens as text, ranked by BM25, the title counting four times
 *     PostgreSQL   tsvector with a GIN index, ranked by ts_rank with the title as weight A
 *
 * So that a word of every document costs little more than a rare one, only the newest
 * SEARCH_RANKED_MAX hits are ranked; the others follow them, newest first. On PostgreSQL a common
 * word is looked for from the newest document backwards. Ids come from id_new: unique over all
 * kinds, newer is greater.
 */
#pragma once
#include "base/ctx.h"
#include "search/token.h"

enum { SEARCH_RANKED_MAX = 100, SEARCH_LIMIT_MAX = 100, SEARCH_KINDS_MAX = 4 };

/* Who may find a document; each sees what stands before it too. */
enum search_visibility { SEARCH_PUBLIC, SEARCH_SIGNED_IN, SEARCH_STAFF };

/* Add a document, or replace what was known of it. A body beyond TOKENS_MAX tokens is cut: index
 * long texts by section. Inside an act. */
enum err search_put(struct ctx *c, str kind, int64_t id, str title, str body,
                    enum search_visibility visibility) MUST_USE;

/* One step of keeping the index quick, inside an act; `*is_going` is the caller's memory, false at
 * first. `*more`: another step is wanted. Nothing to do on PostgreSQL. */
enum err search_tidy(struct ctx *c, bool *is_going, bool *more) MUST_USE;

/* Forget a document; OK if there is none. Inside an act. */
enum err search_drop(struct ctx *c, int64_t id) MUST_USE;

struct search_ask {
    str typed;                         /* as the person typed it */
    str kinds[SEARCH_KINDS_MAX];       /* only these */
    size_t kind_count;                 /* 0: all kinds */
    enum search_visibility visibility; /* what the person may find */
    int64_t after;                     /* skip so many hits: page 2 with limit 20 has 20 */
    int64_t limit;                     /* 1..SEARCH_LIMIT_MAX */
};

struct search_hit {
    str kind;
    int64_t id;
    double score; /* greater is better; comparable within one answer only */
};

struct search_hits {
    struct search_hit *at;
    size_t count;
    bool has_more; /* there is a next page */
    bool is_empty; /* nothing to search for was typed */
};

/* Best first. The hits live as long as c->arena. */
enum err search_find(struct ctx *c, const struct search_ask *ask,
                     struct search_hits *hits) MUST_USE;

/* Documents that share the rarest pairs and words with a text being typed: at most `ask->limit`,
 * best first; `after` is not used. */
enum err search_similar(struct ctx *c, const struct search_ask *ask,
                        struct search_hits *hits) MUST_USE;
