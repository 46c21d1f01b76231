/*
 * similar -- which short texts say the same: for whoever writes one ("it is there already"), and
 * for whoever looks after them. Nothing is ever put together here: a person decides.
 *
 *     opinion_texts_new      none yet
 *     opinion_texts_add      one more, at any time
 *     opinion_texts_similar  the few that are most like a text
 *     opinion_texts_pairs    pairs that are nearly the same, and what differs
 *
 * Texts are Chinese, English, or both. Before they are compared, full-width forms are made ordinary
 * ones, capitals small, traditional characters simplified, an apostrophe inside a word left out,
 * and polite words at the beginning stepped over ("I think that"). What is no letter and no digit
 * only separates, and so does every byte that is not UTF-8. Then a text is a bag of terms: single
 * Han characters and pairs of neighbours; of a word the runs of 3 to 5 characters, with a space at
 * both of its ends. Letters that have two forms in Unicode are one only if the caller made them so
 * (NFC).
 *
 * The answers depend on the texts and their ids alone: not on the order in which they came, nor on
 * the machine. Calls on one thing come from one thread at a time.
 */
#pragma once
#include "opinion.h"

enum {
    OPINION_TEXT_MAX = 16 * 1024,    /* bytes of a text */
    OPINION_TEXTS_MAX = 1000 * 1000, /* texts */
    OPINION_SIMILAR_MAX = 5,
};

struct opinion_texts;

/* No texts. `seed` is any number that those who write the texts cannot guess, so that nobody can
 * write texts that are slow to look up; no answer depends on it. */
enum opinion_err opinion_texts_new(const struct opinion_memory *m, uint64_t seed,
                                   struct opinion_texts **texts);
void opinion_texts_free(struct opinion_texts *texts);

/* One more text, of which a copy is kept. OPINION_BAD_INPUT: longer than OPINION_TEXT_MAX, or the
 * id is there already; OPINION_TOO_MANY_STATEMENTS: more than OPINION_TEXTS_MAX texts, or 2^32 - 1
 * terms of texts in all. A text without a letter or digit is like none. Time n log n of its bytes.
 */
enum opinion_err opinion_texts_add(struct opinion_texts *texts, uint64_t id, const char *utf8,
                                   size_t len);

size_t opinion_texts_count(const struct opinion_texts *texts);

struct opinion_similar {
    uint64_t id;
    double score; /* above 0.3, at most 1; 1: the same terms, each as often */
};

/* The texts most like this one, the likest first, of equals that with the lower id; `*count` of
 * them, at most OPINION_SIMILAR_MAX. OPINION_BAD_INPUT: longer than OPINION_TEXT_MAX.
 *
 * BM25 (Robertson, Zaragoza 2009; k1 = 1.2, b = 0.75): the score of a and b is the sum over their
 * common terms of idf * sqrt(w_a * w_b), divided by the root of a's score with itself times b's
 * with itself. idf = log(1 + (n - df + 1/2) / (df + 1/2)), of n texts df have the term;
 * w = tf (k1 + 1) / (tf + k1 (1 - b + b length / mean length)). Taking w from one text alone, as is
 * usual, lets a text be more like another than like itself.
 *
 * Time: what the texts have in common with it; the first after a text was added looks through all
 * of them. */
enum opinion_err opinion_texts_similar(struct opinion_texts *texts, const char *utf8, size_t len,
                                       struct opinion_similar top[OPINION_SIMILAR_MAX],
                                       size_t *count);

/* What to do with a pair that is nearly the same. */
enum opinion_pair_kind {
    OPINION_PAIR_ALIKE,    /* flagged: somebody should look at it */
    OPINION_PAIR_NUMBER,   /* not flagged, since what differs holds a number, */
    OPINION_PAIR_NEGATION, /* a negation, */
    OPINION_PAIR_OPPOSITE, /* or words known as opposites (similar_words.txt) */
};

/* Bytes from .. to - 1 of a text as it was added; never inside a character. */
struct opinion_range {
    size_t from, to;
};

struct opinion_pair_side {
    uint64_t id;
    const char *utf8; /* the text, not ended by a NUL */
    size_t len;
    size_t range_count;
    const struct opinion_range *ranges; /* what the other has not: ascending, apart */
};

struct opinion_pair {
    struct opinion_pair_side a, b; /* a's id is the lower one */
    double jaccard;                /* terms of both over terms of either, 0.6 to 1 */
    enum opinion_pair_kind kind;
};

/* One pair, valid until it returns; false stops the walk. It must not add texts. */
typedef bool opinion_pair_fn(void *arg, const struct opinion_pair *pair);

/* Each two texts once of which at least six terms in ten of either are terms of both (Jaccard,
 * counted exactly), by the lower id, then by the higher. What differs are the words and Han
 * characters outside a longest common subsequence. OPINION_NOT_WRITTEN: `each` stopped it. Memory
 * does not grow with the pairs; time does, and as the product of their lengths. */
enum opinion_err opinion_texts_pairs(const struct opinion_texts *texts, opinion_pair_fn *each,
                                     void *arg);
