#include "search/token.h"

#include <assert.h>
#include <string.h>

/* ---- characters ---- */

enum kind { SEPARATOR, WORD, HAN };

static bool in(uint32_t c, uint32_t from, uint32_t to)
{
    return c >= from && c <= to;
}

/* Full-width forms to ASCII; capitals of ASCII, Latin-1, Greek and Cyrillic to small letters. */
static uint32_t fold(uint32_t c)
{
    if (c >= 0xFF01 && c <= 0xFF5E)
        c -= 0xFF01 - 0x21;
    if (in(c, 'A', 'Z') || (in(c, 0xC0, 0xDE) && c != 0xD7) || in(c, 0x391, 0x3A9) ||
        in(c, 0x410, 0x42F))
        c += 0x20;
    return c;
}

static enum kind kind_of(uint32_t c)
{
    if (c < 0x80)
        return in(c, 'a', 'z') || in(c, '0', '9') ? WORD : SEPARATOR;
    if (in(c, 0x3400, 0x4DBF) || in(c, 0x4E00, 0x9FFF) || in(c, 0xF900, 0xFAFF) ||
        in(c, 0x20000, 0x3FFFD) || c == 0x3005 ||
        c == 0x3007) /* Han, with the repeat mark and zero */
        return HAN;
    if (in(c, 0x3041, 0x3096) || in(c, 0x30A1, 0x30FA) || c == 0x30FC || in(c, 0xAC00, 0xD7A3) ||
        in(c, 0x3105, 0x312F))
        return HAN; /* kana, Hangul, Zhuyin */
    if (in(c, 0xDF, 0x24F) && c != 0xF7)
        return WORD;
    return in(c, 0x300, 0x1FFF) ? WORD : SEPARATOR; /* the other alphabets, with their marks */
}

/* The folded character at `*at`, stepping over it. */
static uint32_t next_char(str text, size_t *at, enum kind *kind)
{
    uint32_t c = fold(str_next(text, at));

    *kind = kind_of(c);
    return c;
}

/* ---- tokens ---- */

static void add_char(struct token *t, uint32_t c)
{
    unsigned char *out = (unsigned char *)t->at + t->len;

    if (c < 0x80) {
        out[0] = (unsigned char)c;
        t->len += 1;
    } else if (c < 0x800) {
        out[0] = (unsigned char)(0xC0 | c >> 6);
        out[1] = (unsigned char)(0x80 | (c & 0x3F));
        t->len += 2;
    } else if (c < 0x10000) {
        out[0] = (unsigned char)(0xE0 | c >> 12);
        out[1] = (unsigned char)(0x80 | (c >> 6 & 0x3F));
        out[2] = (unsigned char)(0x80 | (c & 0x3F));
        t->len += 3;
    } else {
        out[0] = (unsigned char)(0xF0 | c >> 18);
        out[1] = (unsigned char)(0x80 | (c >> 12 & 0x3F));
        out[2] = (unsigned char)(0x80 | (c >> 6 & 0x3F));
        out[3] = (unsigned char)(0x80 | (c & 0x3F));
        t->len += 4;
    }
    assert(t->len <= TOKEN_BYTES_MAX);
}

static void read_word(str text, size_t *at, struct token *t)
{
    size_t chars = 1;

    while (*at < text.len) {
        size_t after = *at;
        enum kind kind;
        uint32_t c = next_char(text, &after, &kind);
        if (kind != WORD)
            return;
        *at = after;
        if (chars++ < TOKEN_CHARS_MAX) {
            add_char(t, c);
            t->is_letters = t->is_letters && !in(c, '0', '9');
            t->to = after;
        }
    }
}

bool token_next(str text, size_t *at, struct token *t)
{
    enum kind kind = SEPARATOR;
    uint32_t c = 0;
    size_t from = 0;

    while (kind == SEPARATOR) {
        if (*at >= text.len)
            return false;
        from = *at;
        c = next_char(text, at, &kind);
    }
    t->len = 0;
    t->from = from;
    t->to = *at;
    t->is_word = kind == WORD;
    t->is_letters = t->is_word && !in(c, '0', '9');
    t->is_last = false;
    add_char(t, c);
    if (kind == WORD) {
        read_word(text, at, t);
        return true;
    }
    size_t after = *at;
    kind = SEPARATOR;
    if (after < text.len)
        c = next_char(text, &after, &kind);
    t->is_last = kind != HAN;
    if (!t->is_last) {
        add_char(t, c);
        t->to = after;
    }
    return true;
}

void token_put(struct buf *b, str text, size_t *left)
{
    struct token t;

    for (size_t at = 0; *left > 0 && token_next(text, &at, &t); --*left) {
        if (b->len > 0)
            buf_byte(b, ' ');
        buf_put(b, token_str(&t));
    }
}

void token_put_vector(struct buf *b, str text, char weight, size_t *position)
{
    struct token t;

    for (size_t at = 0; *position <= TOKENS_MAX && token_next(text, &at, &t); ++*position) {
        buf_fmt(b, "%s'%.*s':%zu%c", b->len > 0 ? " " : "", STR_ARG(token_str(&t)), *position,
                weight);
    }
}

/* ---- queries ---- */

static bool is_known(const struct query *q, str word)
{
    for (size_t i = 0; i < q->count; i++) {
        if (q->phrases[i].count == 1 && str_eq(q->phrases[i].tokens[0], word))
            return true;
    }
    return false;
}

void query_read(struct arena *a, str typed, struct query *q)
{
    struct token t;
    struct phrase *run = NULL;
    str *next = q->tokens;

    q->count = 0;
    typed = str_head(typed, QUERY_CHARS_MAX);
    for (size_t at = 0; token_next(typed, &at, &t);) {
        bool goes_on = run != NULL && !t.is_word;
        if (goes_on && t.is_last) { /* the pair before already has this character */
            run = NULL;
            continue;
        }
        if (!goes_on) {
            if (q->count == QUERY_PHRASES_MAX)
                return;
            if ((t.is_word || t.is_last) && is_known(q, token_str(&t)))
                continue;
            run = &q->phrases[q->count++];
            run->tokens = next;
            run->count = 0;
            run->is_prefix = t.is_word ? t.is_letters && str_chars(token_str(&t)) >= 3 : t.is_last;
        }
        assert(next < q->tokens + QUERY_CHARS_MAX); /* each took a character */
        *next++ = str_copy(a, token_str(&t));
        run->count++;
        if (t.is_word || t.is_last)
            run = NULL;
    }
}

str query_fts5(struct arena *a, const struct query *q)
{
    struct buf b = {.arena = a};

    for (size_t i = 0; i < q->count; i++) {
        const struct phrase *p = &q->phrases[i];
        buf_put(&b, i > 0 ? S(" AND \"") : S("\""));
        for (size_t j = 0; j < p->count; j++)
            buf_fmt(&b, "%s%.*s", j > 0 ? " " : "", STR_ARG(p->tokens[j]));
        buf_put(&b, p->is_prefix ? S("\" *") : S("\""));
    }
    return buf_str(&b);
}

/* Tokens hold letters and digits only, so there is nothing to escape inside the quotes. */
str query_tsquery(struct arena *a, const struct query *q)
{
    struct buf b = {.arena = a};

    for (size_t i = 0; i < q->count; i++) {
        const struct phrase *p = &q->phrases[i];
        buf_put(&b, i > 0 ? S(" & (") : S("("));
        for (size_t j = 0; j < p->count; j++)
            buf_fmt(&b, "%s'%.*s'%s", j > 0 ? " <-> " : "", STR_ARG(p->tokens[j]),
                    p->is_prefix ? ":*" : "");
        buf_byte(&b, ')');
    }
    return buf_str(&b);
}

str query_any_fts5(struct arena *a, const str *tokens, size_t count)
{
    struct buf b = {.arena = a};

    for (size_t i = 0; i < count; i++)
        buf_fmt(&b, "%s\"%.*s\"", i > 0 ? " OR " : "", STR_ARG(tokens[i]));
    return buf_str(&b);
}

str query_any_tsquery(struct arena *a, const str *tokens, size_t count)
{
    struct buf b = {.arena = a};

    for (size_t i = 0; i < count; i++)
        buf_fmt(&b, "%s'%.*s'", i > 0 ? " | " : "", STR_ARG(tokens[i]));
    return buf_str(&b);
}

/* ---- marks ---- */

static bool token_is(const struct token *t, str wanted, bool is_prefix)
{
    return is_prefix ? str_starts(token_str(t), wanted) : str_eq(token_str(t), wanted);
}

str token_lang(str text)
{
    enum kind kind = SEPARATOR;

    for (size_t at = 0; at < text.len && kind != HAN;)
        next_char(text, &at, &kind);
    return kind == HAN ? S("zh-CN") : S("en");
}

/* Bytes that the first `part` of a word takes in the text: folding may change the length of a
 * character, so it is counted in characters. */
static size_t end_of_prefix(str text, const struct token *t, str part)
{
    size_t at = t->from;

    for (size_t n = str_chars(part); n > 0; n--)
        str_next(text, &at);
    return at;
}

/* Whether the phrase stands in the text from the token `t` on, whose successor is at `at`. */
static bool phrase_stands(const struct phrase *p, str text, const struct token *t, size_t at,
                          size_t *to)
{
    struct token next;

    if (!token_is(t, p->tokens[0], p->is_prefix))
        return false;
    *to = p->is_prefix ? end_of_prefix(text, t, p->tokens[0]) : t->to;
    for (size_t i = 1; i < p->count; i++) {
        if (!token_next(text, &at, &next) || !token_is(&next, p->tokens[i], false))
            return false;
        *to = next.to;
    }
    return true;
}

/* Where the longest of the phrases ends that stand in the text from the token `t` on; 0: none does.
 */
static size_t longest_end(const struct query *q, str text, const struct token *t, size_t at)
{
    size_t end = 0, to;

    for (size_t i = 0; i < q->count; i++) {
        if (phrase_stands(&q->phrases[i], text, t, at, &to) && to > end)
            end = to;
    }
    return end;
}

size_t query_marks(const struct query *q, str text, struct mark *marks, size_t max)
{
    size_t count = 0;
    struct token t;

    for (size_t at = 0; token_next(text, &at, &t);) {
        size_t end = longest_end(q, text, &t, at);
        if (end == 0)
            continue;
        if (count > 0 && t.from <= marks[count - 1].to) {
            if (end > marks[count - 1].to)
                marks[count - 1].to = end;
        } else if (count == max) {
            return count;
        } else {
            marks[count++] = (struct mark){t.from, end};
        }
    }
    return count;
}

size_t query_extract(const struct query *q, str text, size_t chars)
{
    struct token t;
    size_t lead = chars / 3, at = 0;
    bool is_found = false;

    while (!is_found && token_next(text, &at, &t))
        is_found = longest_end(q, text, &t, at) > 0;
    if (!is_found)
        return 0;
    at = t.from;
    while (at > 0 && lead > 0) {
        at--;
        lead -= ((unsigned char)text.at[at] & 0xC0) != 0x80;
    }
    return at;
}
