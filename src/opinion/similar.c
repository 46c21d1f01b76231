/* Texts that can be asked which of them is like another: terms, an inverted index, BM25. */
#include "opinion/similar_text.h"

#include "opinion/real.h"

#include <math.h>
#include <string.h>

static const double k1 = 1.2, b = 0.75, score_least = 0.3;

/* ---- tables ---- */

static uint64_t mixed(uint64_t x)
{
    struct real_random r = {x};

    return real_random_bits(&r);
}

static uint64_t hash_of(uint64_t seed, const struct similar_gram *g)
{
    uint64_t h = mixed(seed ^ ((uint64_t)g->at[0] << 32 | g->at[1]));

    h = mixed(h ^ ((uint64_t)g->at[2] << 32 | g->at[3]));
    return mixed(h ^ g->at[4]);
}

/* The slot of the gram, or the empty one where it belongs. */
static uint32_t *slot_of_gram(const struct opinion_texts *t, const struct similar_gram *g)
{
    size_t mask = t->gram_slot_count - 1, at = hash_of(t->seed, g) & mask;

    while (t->gram_slots[at] != 0 && similar_gram_compare(&t->grams[t->gram_slots[at] - 1], g) != 0)
        at = (at + 1) & mask;
    return &t->gram_slots[at];
}

static uint32_t *slot_of_id(const struct opinion_texts *t, uint64_t id)
{
    size_t mask = t->id_slot_count - 1, at = mixed(t->seed ^ id) & mask;

    while (t->id_slots[at] != 0 && t->texts[t->id_slots[at] - 1].id != id)
        at = (at + 1) & mask;
    return &t->id_slots[at];
}

/* Twice as many of both, when there is no room for one more text and these terms. What was there
 * before stays in the region until its end: as much again at most. */
static enum opinion_err widen_texts(struct opinion_texts *t)
{
    struct similar_kept *texts;

    if (t->count < t->room)
        return OPINION_OK;
    size_t room = t->room == 0 ? 64 : 2 * t->room;
    uint32_t *slots;
    TAKE(t->r, texts, room);
    TAKE(t->r, slots, 2 * room);
    if (t->count > 0)
        memcpy(texts, t->texts, t->count * sizeof *texts);
    t->texts = texts;
    t->room = room;
    t->id_slots = slots;
    t->id_slot_count = 2 * room;
    for (size_t i = 0; i < t->count; i++)
        *slot_of_id(t, texts[i].id) = (uint32_t)i + 1;
    return OPINION_OK;
}

static enum opinion_err widen_grams(struct opinion_texts *t, size_t more)
{
    struct similar_gram *grams;
    size_t room = t->gram_room == 0 ? 1024 : t->gram_room;
    uint32_t *slots;

    while (room < t->gram_count + more)
        room *= 2;
    if (room == t->gram_room)
        return OPINION_OK;
    TAKE(t->r, grams, room);
    TAKE(t->r, slots, 2 * room);
    if (t->gram_count > 0)
        memcpy(grams, t->grams, t->gram_count * sizeof *grams);
    t->grams = grams;
    t->gram_room = room;
    t->gram_slots = slots;
    t->gram_slot_count = 2 * room;
    for (size_t i = 0; i < t->gram_count; i++)
        *slot_of_gram(t, &grams[i]) = (uint32_t)i + 1;
    return OPINION_OK;
}

static uint32_t term_of(struct opinion_texts *t, const struct similar_gram *g)
{
    uint32_t *slot = slot_of_gram(t, g);

    if (*slot == 0) {
        t->grams[t->gram_count++] = *g;
        *slot = (uint32_t)t->gram_count;
    }
    return *slot - 1;
}

/* ---- texts in ---- */

static enum opinion_err make_texts(struct region *r, uint64_t seed, struct opinion_texts **texts)
{
    struct opinion_texts *t;

    TAKE(r, t, 1);
    t->r = r;
    t->seed = seed;
    TRY(similar_lists_read(r, &t->lists));
    TRY(widen_texts(t));
    TRY(widen_grams(t, 0));
    *texts = t;
    return OPINION_OK;
}

enum opinion_err opinion_texts_new(const struct opinion_memory *m, uint64_t seed,
                                   struct opinion_texts **texts)
{
    struct region *r = region_new(m);

    *texts = NULL;
    if (r == NULL)
        return OPINION_NO_MEMORY;
    enum opinion_err e = make_texts(r, seed, texts);
    if (e != OPINION_OK)
        region_free(r);
    return e;
}

void opinion_texts_free(struct opinion_texts *texts)
{
    if (texts == NULL)
        return;
    region_free(texts->index_region);
    region_free(texts->r);
}

size_t opinion_texts_count(const struct opinion_texts *texts)
{
    return texts->count;
}

static enum opinion_err terms_of(struct region *r, const struct opinion_texts *t, const char *utf8,
                                 size_t len, struct similar_term **terms, size_t *count)
{
    struct similar_cut cut;

    TRY(similar_cut(r, utf8, len, &cut));
    similar_skip_polite(&t->lists, &cut);
    return similar_terms(r, &cut, terms, count);
}

static enum opinion_err keep(struct opinion_texts *t, uint64_t id, const char *utf8, size_t len,
                             const struct similar_term *terms, size_t count)
{
    struct similar_use *uses;
    struct similar_kept *x;
    char *copy;

    if (t->uses + count > UINT32_MAX)
        return OPINION_TOO_MANY_STATEMENTS;
    TRY(widen_texts(t));
    TRY(widen_grams(t, count));
    TAKE(t->r, uses, count);
    TAKE(t->r, copy, len);
    if (len > 0)
        memcpy(copy, utf8, len);
    x = &t->texts[t->count];
    *x = (struct similar_kept){
        .id = id, .utf8 = copy, .len = (uint32_t)len, .use_count = (uint32_t)count, .uses = uses};
    for (size_t i = 0; i < count; i++) {
        uses[i] = (struct similar_use){term_of(t, &terms[i].gram), terms[i].count};
        x->length += terms[i].count;
    }
    *slot_of_id(t, id) = (uint32_t)++t->count;
    t->uses += count;
    region_free(t->index_region);
    t->index_region = NULL;
    return OPINION_OK;
}

enum opinion_err opinion_texts_add(struct opinion_texts *texts, uint64_t id, const char *utf8,
                                   size_t len)
{
    struct similar_term *terms = NULL;
    size_t count = 0;

    if (len > OPINION_TEXT_MAX || *slot_of_id(texts, id) != 0)
        return OPINION_BAD_INPUT;
    if (texts->count == OPINION_TEXTS_MAX)
        return OPINION_TOO_MANY_STATEMENTS;
    struct region *r = region_new(&texts->r->m);
    if (r == NULL)
        return OPINION_NO_MEMORY;
    enum opinion_err e = terms_of(r, texts, utf8, len, &terms, &count);
    if (e == OPINION_OK)
        e = keep(texts, id, utf8, len, terms, count);
    region_free(r);
    return e;
}

/* ---- the index ---- */

static enum opinion_err put_postings(struct region *r, const struct opinion_texts *t,
                                     struct similar_index *index)
{
    size_t *next;

    TAKE(r, index->begin, t->gram_count + 1);
    TAKE(r, index->postings, t->uses);
    TAKE(r, next, t->gram_count);
    for (size_t i = 0; i < t->count; i++) {
        for (size_t k = 0; k < t->texts[i].use_count; k++)
            index->begin[t->texts[i].uses[k].term + 1]++;
    }
    for (size_t term = 0; term < t->gram_count; term++) {
        index->begin[term + 1] += index->begin[term];
        next[term] = index->begin[term];
    }
    for (size_t i = 0; i < t->count; i++) {
        for (size_t k = 0; k < t->texts[i].use_count; k++)
            index->postings[next[t->texts[i].uses[k].term]++].text = (uint32_t)i;
    }
    return OPINION_OK;
}

static double root_of_weight(const struct similar_index *index, uint32_t count, uint32_t length)
{
    double tf = count;

    return sqrt(tf * (k1 + 1) / (tf + k1 * (1 - b + b * length / index->mean)));
}

static double idf_of(size_t texts, size_t with)
{
    return real_log(1 + ((double)(texts - with) + 0.5) / ((double)with + 0.5));
}

static double idf_of_term(const struct similar_index *index, uint32_t term)
{
    return index->idf[index->begin[term + 1] - index->begin[term]];
}

static enum opinion_err make_index(struct region *r, struct opinion_texts *t)
{
    struct similar_index *index;
    uint64_t length = 0;
    size_t *next;

    TAKE(r, index, 1);
    TRY(put_postings(r, t, index));
    TAKE(r, index->idf, t->count + 1);
    TAKE(r, index->self, t->count);
    TAKE(r, next, t->gram_count);
    for (size_t i = 0; i < t->count; i++)
        length += t->texts[i].length;
    index->mean = length == 0 ? 1 : (double)length / (double)t->count;
    for (size_t with = 0; with <= t->count; with++)
        index->idf[with] = idf_of(t->count, with);
    if (t->gram_count > 0)
        memcpy(next, index->begin, t->gram_count * sizeof *next);
    for (size_t i = 0; i < t->count; i++) {
        const struct similar_kept *x = &t->texts[i];
        for (size_t k = 0; k < x->use_count; k++) { /* by gram: the order of every sum */
            uint32_t term = x->uses[k].term;
            double root = root_of_weight(index, x->uses[k].count, x->length);
            index->postings[next[term]++].root = root;
            index->self[i] += idf_of_term(index, term) * root * root;
        }
    }
    t->index = index;
    return OPINION_OK;
}

static enum opinion_err refresh(struct opinion_texts *t)
{
    if (t->index_region != NULL)
        return OPINION_OK;
    struct region *r = region_new(&t->r->m);
    if (r == NULL)
        return OPINION_NO_MEMORY;
    enum opinion_err e = make_index(r, t);
    if (e == OPINION_OK)
        t->index_region = r;
    else
        region_free(r);
    return e;
}

/* ---- asking ---- */

/* Is `x` before `y` in the list? */
static bool is_liker(const struct opinion_similar *x, const struct opinion_similar *y)
{
    return x->score > y->score || (x->score >= y->score && x->id < y->id);
}

static void offer(struct opinion_similar new, struct opinion_similar *top, size_t *count)
{
    size_t at = *count;

    while (at > 0 && is_liker(&new, &top[at - 1])) {
        if (at < OPINION_SIMILAR_MAX)
            top[at] = top[at - 1];
        at--;
    }
    if (at == OPINION_SIMILAR_MAX)
        return;
    top[at] = new;
    *count += *count < OPINION_SIMILAR_MAX;
}

/* Adds what the text has in common with each other into `score`; its score with itself. */
static double add_scores(const struct opinion_texts *t, const struct similar_term *terms,
                         size_t count, double *score)
{
    const struct similar_index *index = t->index;
    double self = 0;
    uint32_t length = 0;

    for (size_t i = 0; i < count; i++)
        length += terms[i].count;
    for (size_t i = 0; i < count; i++) {
        double root = root_of_weight(index, terms[i].count, length);
        uint32_t slot = *slot_of_gram(t, &terms[i].gram);
        if (slot == 0) {
            self += index->idf[0] * root * root;
            continue;
        }
        double part = idf_of_term(index, slot - 1) * root;
        self += part * root;
        for (size_t p = index->begin[slot - 1]; p < index->begin[slot]; p++)
            score[index->postings[p].text] += part * index->postings[p].root;
    }
    return self;
}

static enum opinion_err ask(struct region *r, struct opinion_texts *t, const char *utf8, size_t len,
                            struct opinion_similar *top, size_t *top_count)
{
    struct similar_term *terms;
    size_t count;
    double *score;

    TRY(refresh(t));
    TRY(terms_of(r, t, utf8, len, &terms, &count));
    TAKE(r, score, t->count);
    double self = add_scores(t, terms, count, score);
    for (size_t i = 0; i < t->count; i++) {
        if (score[i] <= 0)
            continue;
        double s = score[i] / sqrt(self * t->index->self[i]);
        if (s > score_least) /* rounding may take it over 1 */
            offer((struct opinion_similar){t->texts[i].id, s > 1 ? 1 : s}, top, top_count);
    }
    return OPINION_OK;
}

enum opinion_err opinion_texts_similar(struct opinion_texts *texts, const char *utf8, size_t len,
                                       struct opinion_similar top[OPINION_SIMILAR_MAX],
                                       size_t *count)
{
    *count = 0;
    if (len > OPINION_TEXT_MAX)
        return OPINION_BAD_INPUT;
    struct region *r = region_new(&texts->r->m);
    if (r == NULL)
        return OPINION_NO_MEMORY;
    enum opinion_err e = ask(r, texts, utf8, len, top, count);
    region_free(r);
    return e;
}
