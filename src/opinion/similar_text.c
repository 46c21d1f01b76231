/* Folding and cutting of texts that are to be compared. */
#include "opinion/similar_text.h"

#include <stdlib.h>
#include <string.h>

enum { APOSTROPHE = '\'' };

/* ---- characters ---- */

enum kind { SEPARATOR, WORD, HAN };

static bool in(uint32_t c, uint32_t from, uint32_t to)
{
    return c >= from && c <= to;
}

/* How many bytes the sequence that begins so has by the table of RFC 3629, and its first bits. */
static size_t length_of(unsigned char first, uint32_t *bits)
{
    size_t n = first < 0x80 ? 1 : first < 0xC0 ? 0 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;

    *bits = n < 2 ? first : first & (0xFFU >> (n + 1));
    return first > 0xF4 ? 0 : n;
}

/* The character at `*at`, stepping over it; of what is not UTF-8 one byte, as U+FFFD. */
static uint32_t next_char(const char *utf8, size_t len, size_t *at)
{
    static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
    const unsigned char *s = (const unsigned char *)utf8 + *at;
    uint32_t c;
    size_t n = length_of(s[0], &c);

    if (n == 0 || n > len - *at) {
        ++*at;
        return 0xFFFD;
    }
    for (size_t i = 1; i < n; i++) {
        if ((s[i] & 0xC0) != 0x80)
            n = 0;
        c = c << 6 | (s[i] & 0x3F);
    }
    if (n == 0 || c < least[n]) { /* surrogates, and what is past the last, are no letters anyway */
        ++*at;
        return 0xFFFD;
    }
    *at += n;
    return c;
}

/* Of compatibility forms (NFKC) those that occur in such texts and are one character: full-width
 * letters, digits and signs, raised digits, digits in circles and brackets. Capitals of ASCII,
 * Latin-1, Greek and Cyrillic. */
static uint32_t fold(uint32_t c)
{
    if (in(c, 0xFF01, 0xFF5E))
        c -= 0xFF01 - 0x21;
    else if (c == 0xB9 || in(c, 0xB2, 0xB3))
        c = c == 0xB9 ? '1' : c - 0xB2 + '2';
    else if (c == 0x2070 || in(c, 0x2074, 0x2079))
        c = c - 0x2070 + '0';
    else if (in(c, 0x2080, 0x2089))
        c = c - 0x2080 + '0';
    else if (in(c, 0x2460, 0x2468))
        c = c - 0x2460 + '1';
    else if (in(c, 0x2474, 0x247C))
        c = c - 0x2474 + '1';
    else if (in(c, 0x2018, 0x2019))
        c = APOSTROPHE;
    if (in(c, 'A', 'Z') || (in(c, 0xC0, 0xDE) && c != 0xD7) || in(c, 0x391, 0x3A9) ||
        in(c, 0x410, 0x42F))
        return c + 0x20;
    if (in(c, 0x400, 0x40F))
        return c + 0x50;
    return c < 0x3400 ? c : similar_simplified(c);
}

static enum kind kind_of(uint32_t c)
{
    if (c < 0x80)
        return in(c, 'a', 'z') || in(c, '0', '9') ? WORD : SEPARATOR;
    if (in(c, 0x3400, 0x4DBF) || in(c, 0x4E00, 0x9FFF) || in(c, 0xF900, 0xFAFF) ||
        in(c, 0x20000, 0x3FFFD) || in(c, 0x3005, 0x3007))
        return c == 0x3006 ? SEPARATOR : HAN; /* the repeat mark and zero are Han */
    if (in(c, 0x3041, 0x3096) || in(c, 0x30A1, 0x30FA) || c == 0x30FC || in(c, 0xAC00, 0xD7A3) ||
        in(c, 0x3105, 0x312F) || in(c, 0xFF66, 0xFFDC))
        return HAN; /* kana, Hangul, Zhuyin */
    if (in(c, 0xDF, 0x24F) && c != 0xF7)
        return WORD;
    return in(c, 0x300, 0x1FFF) ? WORD : SEPARATOR; /* the other alphabets, with their marks */
}

/* ---- words ---- */

static void add_char(struct similar_cut *cut, struct similar_word *w, uint32_t c, size_t to)
{
    cut->chars[cut->char_count++] = c;
    w->count++;
    w->to = (uint32_t)to;
}

/* The rest of a word. An apostrophe inside it is left out: "don't" is one word. */
static void read_word(const char *utf8, size_t len, size_t *at, struct similar_cut *cut,
                      struct similar_word *w)
{
    size_t here = *at;

    while (here < len) {
        uint32_t c = fold(next_char(utf8, len, &here));
        if (c == APOSTROPHE && here < len)
            c = fold(next_char(utf8, len, &here));
        if (kind_of(c) != WORD)
            return;
        add_char(cut, w, c, here);
        *at = here;
    }
}

enum opinion_err similar_cut(struct region *r, const char *utf8, size_t len,
                             struct similar_cut *cut)
{
    *cut = (struct similar_cut){0};
    TAKE(r, cut->chars, len);
    TAKE(r, cut->words, len);
    for (size_t at = 0; at < len;) {
        size_t from = at;
        uint32_t c = fold(next_char(utf8, len, &at));
        enum kind kind = kind_of(c);
        if (kind == SEPARATOR)
            continue;
        struct similar_word *w = &cut->words[cut->word_count++];
        *w = (struct similar_word){
            .from = (uint32_t)from, .first = (uint32_t)cut->char_count, .is_han = kind == HAN};
        add_char(cut, w, c, at);
        if (kind == WORD)
            read_word(utf8, len, &at, cut, w);
    }
    return OPINION_OK;
}

/* ---- terms ---- */

int similar_gram_compare(const struct similar_gram *a, const struct similar_gram *b)
{
    for (size_t i = 0; i < SIMILAR_GRAM; i++) {
        if (a->at[i] != b->at[i])
            return a->at[i] < b->at[i] ? -1 : 1;
    }
    return 0;
}

static int by_gram(const void *a, const void *b)
{
    return similar_gram_compare(&((const struct similar_term *)a)->gram,
                                &((const struct similar_term *)b)->gram);
}

/* The character at a place of a word that has a space at both ends. */
static uint32_t padded(const struct similar_cut *cut, const struct similar_word *w, size_t at)
{
    return at == 0 || at == w->count + 1U ? ' ' : cut->chars[w->first + at - 1];
}

static size_t grams_of_word(const struct similar_cut *cut, const struct similar_word *w,
                            struct similar_term *terms)
{
    size_t count = 0;

    for (size_t n = 3; n <= SIMILAR_GRAM; n++) {
        for (size_t at = 0; at + n <= w->count + 2U; at++, count++) {
            for (size_t i = 0; i < n; i++)
                terms[count].gram.at[i] = padded(cut, w, at + i);
        }
    }
    return count;
}

/* Neighbours have nothing between them. */
static size_t grams_of_han(const struct similar_cut *cut, size_t i, struct similar_term *terms)
{
    const struct similar_word *w = &cut->words[i];

    terms[0].gram.at[0] = cut->chars[w->first];
    if (i + 1 == cut->word_count || !w[1].is_han || w[1].from != w->to)
        return 1;
    terms[1].gram.at[0] = cut->chars[w->first];
    terms[1].gram.at[1] = cut->chars[w[1].first];
    return 2;
}

enum opinion_err similar_terms(struct region *r, const struct similar_cut *cut,
                               struct similar_term **terms, size_t *count)
{
    struct similar_term *t;
    size_t all = 0, kept = 0;

    TAKE(r, t, 3 * cut->char_count); /* a word of n has n, n - 1 and n - 2 or fewer */
    for (size_t i = cut->begin; i < cut->word_count; i++) {
        all += cut->words[i].is_han ? grams_of_han(cut, i, t + all)
                                    : grams_of_word(cut, &cut->words[i], t + all);
    }
    if (all > 0)
        qsort(t, all, sizeof *t, by_gram);
    for (size_t i = 0; i < all; i++) {
        if (kept == 0 || similar_gram_compare(&t[kept - 1].gram, &t[i].gram) != 0)
            t[kept++] = t[i];
        t[kept - 1].count++;
    }
    *terms = t;
    *count = kept;
    return OPINION_OK;
}
