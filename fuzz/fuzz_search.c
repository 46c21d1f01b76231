/*
 * fuzz_search -- any bytes as a text, a query and the text searched in: nothing crashes, every
 * token holds only letters and digits, queries stay bounded, marks lie inside the text and in
 * order.
 */
#include "search/token.h"

#include <assert.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_tokens(str text)
{
    struct token t;
    size_t before = 0;

    for (size_t at = 0; token_next(text, &at, &t);) {
        assert(t.len > 0 && t.len <= TOKEN_BYTES_MAX);
        assert(t.from >= before && t.to > t.from && t.to <= text.len);
        before = t.from;
        for (size_t i = 0; i < t.len; i++) {
            unsigned char c = (unsigned char)t.at[i];
            assert(c >= 0x80 || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'));
        }
    }
}

/* Quotes are balanced and nothing stands outside them but what the builder put there. */
static void check_fts5(str match)
{
    bool is_inside = false;

    for (size_t i = 0; i < match.len; i++) {
        if (match.at[i] == '"')
            is_inside = !is_inside;
        else
            assert(is_inside ? strchr("*()'", match.at[i]) == NULL
                             : strchr(" AND*", match.at[i]) != NULL);
    }
    assert(!is_inside);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct arena *a;
    struct mark marks[8];
    str all = {(const char *)data, size}, text = all, typed = str_cut(&text, '\n');

    if (a == NULL)
        a = arena_new("fuzz", 64u * 1024 * 1024);
    struct query *q = NEW(a, struct query);
    struct buf tokens = {.arena = a}, vector = {.arena = a};
    size_t left = TOKENS_MAX, position = 1;

    check_tokens(all);
    token_put(&tokens, all, &left);
    token_put_vector(&vector, all, 'A', &position);
    query_read(a, typed, q);
    check_fts5(query_fts5(a, q));
    assert(query_tsquery(a, q).len <= (size_t)QUERY_CHARS_MAX * 24);
    size_t count = query_marks(q, text, marks, 8), end = 0;
    for (size_t i = 0; i < count; i++) {
        assert((i == 0 || marks[i].from > end) && marks[i].to > marks[i].from);
        end = marks[i].to;
        assert(end <= text.len);
    }
    assert(query_extract(q, text, 80) <= text.len);
    arena_reset(a);
    return 0;
}
