/* similar_text -- how a text becomes what similar.c compares, and what differs between two. */
#pragma once
#include "opinion/region.h"
#include "opinion/similar.h"

/* A word, or one Han character. */
struct similar_word {
    uint32_t from, to; /* bytes of the text */
    uint32_t first;    /* into the characters of the cut */
    uint32_t count;    /* characters */
    bool is_han;
};

/* A text, cut. */
struct similar_cut {
    uint32_t *chars; /* folded */
    size_t char_count;
    struct similar_word *words;
    size_t word_count;
    size_t begin; /* the first word behind polite ones */
};

/* A run of characters, zeros behind it; a space stands for the end of a word. */
enum { SIMILAR_GRAM = 5 };

struct similar_gram {
    uint32_t at[SIMILAR_GRAM];
};

/* A term of a text, and how often it is there. */
struct similar_term {
    struct similar_gram gram;
    uint32_t count;
};

/* ---- similar_fold.c, similar_text.c ---- */

/* The simplified character of a traditional one, and any other as it is. */
uint32_t similar_simplified(uint32_t c);

/* `len` is at most OPINION_TEXT_MAX. */
enum opinion_err similar_cut(struct region *r, const char *utf8, size_t len,
                             struct similar_cut *cut);

int similar_gram_compare(const struct similar_gram *a, const struct similar_gram *b);

/* The terms from word `begin` on, each once, ascending. */
enum opinion_err similar_terms(struct region *r, const struct similar_cut *cut,
                               struct similar_term **terms, size_t *count);

/* ---- similar_words.c ---- */

/* One entry of a list: words in a row, the last perhaps only begun ("increas*"). */
struct similar_entry {
    struct similar_cut cut;
    bool is_open;
};

struct similar_list {
    struct similar_entry *entries;
    size_t count;
};

/* similar_words.txt, read. Opposites are in pairs: entries 2 i and 2 i + 1. */
struct similar_lists {
    struct similar_list polite, numbers, negations, reversals, opposites;
};

enum opinion_err similar_lists_read(struct region *r, struct similar_lists *lists);

/* Sets `begin` behind the polite words; something is left. */
void similar_skip_polite(const struct similar_lists *lists, struct similar_cut *cut);

/* Two cuts and which words of each are not the other's, [word_count]. */
struct similar_difference {
    const struct similar_cut *a, *b;
    bool *in_a, *in_b;
};

enum opinion_pair_kind similar_kind(const struct similar_lists *lists,
                                    const struct similar_difference *d);

/* ---- similar_differ.c ---- */

bool similar_words_equal(const struct similar_cut *a, size_t i, const struct similar_cut *b,
                         size_t j);

enum opinion_err similar_differ(struct region *r, const struct similar_cut *a,
                                const struct similar_cut *b, struct similar_difference *d);

/* ---- what is kept ---- */

/* A term in a text. */
struct similar_use {
    uint32_t term, count;
};

struct similar_kept {
    uint64_t id;
    const char *utf8;
    uint32_t len;
    uint32_t length; /* terms, each as often as it is there */
    uint32_t use_count;
    const struct similar_use *uses; /* by gram, ascending */
};

/* Where the texts with a term stand: begin[term] .. begin[term + 1], by their order. */
struct similar_posting {
    uint32_t text;
    double root; /* of the weight in that text */
};

struct similar_index {
    size_t *begin;
    struct similar_posting *postings;
    double *idf;  /* of a term that so many texts have */
    double *self; /* the text's score with itself */
    double mean;  /* length */
};

struct opinion_texts {
    struct region *r;
    struct similar_lists lists;
    uint64_t seed;
    struct similar_kept *texts;
    size_t count, room;
    struct similar_gram *grams; /* of each term */
    size_t gram_count, gram_room;
    uint32_t *gram_slots, *id_slots; /* open addressing: number + 1, or 0 */
    size_t gram_slot_count, id_slot_count;
    uint64_t uses;
    struct region *index_region; /* NULL: a text has come since */
    struct similar_index *index;
};
