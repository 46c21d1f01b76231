/*
 * token -- how text becomes what the index holds, and how a person's words become a query.
 *
 * Chinese, Japanese and Korean characters are indexed as overlapping pairs, and the last character
 * of each run once more alone, so that every part of a text of two or more characters is found, and
 * one character is found as the beginning of a pair. Everything else that is a letter or a digit
 * makes words, in lower case. Full-width letters and digits are taken as the ordinary ones. All
 * other characters only separate.
 *
 *     "5G" and a run of four Han characters a b c d   ->   5g  ab bc cd d
 *
 * Pure functions: no database, no clock. The same rules cut the text, the query and the marks, so
 * they can never disagree.
 */
#pragma once
#include "base/buf.h"

enum {
    TOKEN_CHARS_MAX = 40, /* what is longer is cut: also when searching */
    TOKEN_BYTES_MAX = 4 * TOKEN_CHARS_MAX,
    TOKENS_MAX = 16000,    /* of one document: PostgreSQL counts positions to 16383 */
    QUERY_CHARS_MAX = 120, /* what is typed beyond is ignored */
    QUERY_PHRASES_MAX = 16,
    SIMILAR_TOKENS_MAX = 16,
};

struct token {
    char at[TOKEN_BYTES_MAX];
    size_t len;
    size_t from, to; /* the bytes of the text it came from */
    bool is_word;    /* letters and digits; else Han and the like */
    bool is_last;    /* the single character that ends a run */
    bool is_letters; /* a word without digits */
};

/* The next token at or after `*at`; false at the end. `*at` starts at 0. */
bool token_next(str text, size_t *at, struct token *t);

/* "zh-CN" for what somebody wrote with Chinese characters, else "en": to mark it on a page in the
 * other language, so that it is read aloud rightly. */
str token_lang(str text);

static inline str token_str(const struct token *t)
{
    return (str){t->at, t->len};
}

/* Tokens with a space between them, at most `*left`, which is lowered by their number. */
void token_put(struct buf *b, str text, size_t *left);

/* The same as the text form of a tsvector: 'ab':1A 'bc':2A …, positions from `*position`. */
void token_put_vector(struct buf *b, str text, char weight, size_t *position);

/* ---- queries ---- */

/* Either one word, or the pairs of one run, which must stand side by side. */
struct phrase {
    str *tokens; /* of the query's */
    size_t count;
    bool is_prefix; /* one Han character, or a word of three letters or more: also as a beginning */
};

struct query {
    struct phrase phrases[QUERY_PHRASES_MAX];
    size_t count; /* 0: nothing to search for */
    str tokens[QUERY_CHARS_MAX];
};

/* Cut what was typed. Quotes, operators and brackets are only separators. The phrases point into
 * the query: it stays where it is. */
void query_read(struct arena *a, str typed, struct query *q);

/* All phrases must be there. Empty when there is nothing to search for. */
str query_fts5(struct arena *a, const struct query *q);
str query_tsquery(struct arena *a, const struct query *q);

/* Any of the tokens. */
str query_any_fts5(struct arena *a, const str *tokens, size_t count);
str query_any_tsquery(struct arena *a, const str *tokens, size_t count);

/* ---- marks ---- */

struct mark {
    size_t from, to; /* bytes */
};

/* Where the text has what was searched for: in order, apart from each other, at most `max`. */
size_t query_marks(const struct query *q, str text, struct mark *marks, size_t max);

/* Where to begin an extract of about `chars` characters that shows the first mark: a byte index at
 * the start of a character; 0 if there is no mark. */
size_t query_extract(const struct query *q, str text, size_t chars);
