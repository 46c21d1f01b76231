/*
 * Pairs of texts that are nearly the same.
 *
 * Of a text with n terms, fewer than two fifths may be missing from one that is so near to it. So
 * where all texts have their terms in one order, each two near ones have a term in common among
 * their first n - ceil(3 n / 5) + 1 (prefix filtering: Chaudhuri, Ganti, Kaushik 2006). With the
 * rarest first, few others have; and those are given up after a quarter of their terms.
 */
#include "opinion/similar_text.h"

#include <stdlib.h>

/* ---- the join ---- */

/* Terms are numbered from the rarest, and those of a text stand in that order. */
struct walk {
    const struct opinion_texts *t;
    struct region *r;
    uint32_t *by_id; /* texts, in the order of their ids */
    size_t *begin;   /* [texts + 1] into terms, in that order */
    uint32_t *terms; /* of one text after the other */
    size_t *first;   /* [terms + 1] into `with` */
    uint32_t *with;  /* places of the texts that have the term among their rarest */
    uint32_t *seen;  /* [texts] place + 1 of the text for which it was looked at */
    uint32_t *has;   /* [terms] the same of the last text that has the term */
    uint32_t *found; /* places of the others, for one text */
    size_t found_count, found_for;
    opinion_pair_fn *each;
    void *arg;
};

struct by_id {
    uint64_t id;
    uint32_t text;
};

static int compare_ids(const void *a, const void *b)
{
    uint64_t x = ((const struct by_id *)a)->id, y = ((const struct by_id *)b)->id;

    return (x > y) - (x < y);
}

static int compare_numbers(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

    return (x > y) - (x < y);
}

static enum opinion_err order_by_id(struct walk *w)
{
    size_t n = w->t->count;
    struct by_id *all;

    TAKE(w->r, all, n);
    TAKE(w->r, w->by_id, n);
    TAKE(w->r, w->seen, n);
    TAKE(w->r, w->found, n);
    TAKE(w->r, w->has, w->t->gram_count);
    for (size_t i = 0; i < n; i++)
        all[i] = (struct by_id){w->t->texts[i].id, (uint32_t)i};
    if (n > 0)
        qsort(all, n, sizeof *all, compare_ids);
    for (size_t i = 0; i < n; i++)
        w->by_id[i] = all[i].text;
    return OPINION_OK;
}

/* The number of each term by how many texts have it: a counting sort. */
static enum opinion_err number_terms(const struct walk *w, uint32_t **number)
{
    const struct opinion_texts *t = w->t;
    uint32_t *texts, *next;

    TAKE(w->r, texts, t->gram_count);
    TAKE(w->r, *number, t->gram_count);
    TAKE(w->r, next, t->count + 2);
    for (size_t i = 0; i < t->count; i++) {
        for (size_t k = 0; k < t->texts[i].use_count; k++)
            texts[t->texts[i].uses[k].term]++;
    }
    for (size_t term = 0; term < t->gram_count; term++)
        next[texts[term] + 1]++;
    for (size_t n = 0; n <= t->count; n++)
        next[n + 1] += next[n];
    for (size_t term = 0; term < t->gram_count; term++)
        (*number)[term] = next[texts[term]]++;
    return OPINION_OK;
}

static enum opinion_err order_terms(struct walk *w)
{
    const struct opinion_texts *t = w->t;
    uint32_t *number;

    TRY(number_terms(w, &number));
    TAKE(w->r, w->begin, t->count + 1);
    TAKE(w->r, w->terms, t->uses);
    for (size_t i = 0; i < t->count; i++) {
        const struct similar_kept *x = &t->texts[w->by_id[i]];
        uint32_t *terms = w->terms + w->begin[i];
        for (size_t k = 0; k < x->use_count; k++)
            terms[k] = number[x->uses[k].term];
        if (x->use_count > 0)
            qsort(terms, x->use_count, sizeof *terms, compare_numbers);
        w->begin[i + 1] = w->begin[i] + x->use_count;
    }
    return OPINION_OK;
}

static size_t count_of(const struct walk *w, size_t place)
{
    return w->begin[place + 1] - w->begin[place];
}

/* So many of its rarest terms are looked up: one of them is among the rarest of every near text. */
static size_t looked_up(const struct walk *w, size_t place)
{
    size_t n = count_of(w, place);

    return n == 0 ? 0 : n - (3 * n + 4) / 5 + 1;
}

static enum opinion_err index_rarest(struct walk *w)
{
    size_t n = w->t->gram_count, *next;

    TAKE(w->r, w->first, n + 1);
    TAKE(w->r, next, n + 1);
    for (size_t i = 0; i < w->t->count; i++) {
        for (size_t k = 0; k < looked_up(w, i); k++)
            w->first[w->terms[w->begin[i] + k] + 1]++;
    }
    for (size_t term = 0; term < n; term++) {
        w->first[term + 1] += w->first[term];
        next[term + 1] = w->first[term + 1];
    }
    TAKE(w->r, w->with, w->first[n]);
    for (size_t i = 0; i < w->t->count; i++) {
        for (size_t k = 0; k < looked_up(w, i); k++)
            w->with[next[w->terms[w->begin[i] + k]]++] = (uint32_t)i;
    }
    return OPINION_OK;
}

/* Terms of the text at `place` that the one has for which `has` was written; 0 as soon as they
 * cannot be three fifths of all: c / (x + y - c) >= 3/5 where c >= 3 (x + y) / 8. */
static size_t common_count(const struct walk *w, size_t place, size_t others)
{
    size_t n = count_of(w, place), need = (3 * (n + others) + 7) / 8, common = 0;
    uint32_t stamp = (uint32_t)w->found_for + 1;

    if (need > n || need > others)
        return 0;
    for (size_t i = 0, left = n - need; i < n; i++) {
        if (w->has[w->terms[w->begin[place] + i]] == stamp)
            common++;
        else if (left-- == 0)
            return 0;
    }
    return common;
}

/* Texts behind it that have the term among their rarest, each looked at once. */
static void find_with(struct walk *w, size_t place, uint32_t term)
{
    for (size_t p = w->first[term + 1]; p-- > w->first[term] && w->with[p] > place;) {
        uint32_t other = w->with[p];
        if (w->seen[other] == place + 1)
            continue;
        w->seen[other] = (uint32_t)place + 1;
        if (common_count(w, other, count_of(w, place)) > 0)
            w->found[w->found_count++] = other;
    }
}

static void find_near(struct walk *w, size_t place)
{
    w->found_count = 0;
    w->found_for = place;
    for (size_t i = w->begin[place]; i < w->begin[place + 1]; i++)
        w->has[w->terms[i]] = (uint32_t)place + 1;
    for (size_t i = 0; i < looked_up(w, place); i++)
        find_with(w, place, w->terms[w->begin[place] + i]);
    if (w->found_count > 1)
        qsort(w->found, w->found_count, sizeof *w->found, compare_numbers);
}

/* ---- telling ---- */

/* Words that follow each other are one range. */
static enum opinion_err ranges_of(struct region *r, const struct similar_cut *cut, const bool *in,
                                  struct opinion_pair_side *side)
{
    struct opinion_range *ranges;

    TAKE(r, ranges, cut->word_count);
    side->ranges = ranges;
    side->range_count = 0;
    for (size_t i = cut->begin; i < cut->word_count; i++) {
        if (!in[i])
            continue;
        if (i == cut->begin || !in[i - 1])
            ranges[side->range_count++].from = cut->words[i].from;
        ranges[side->range_count - 1].to = cut->words[i].to;
    }
    return OPINION_OK;
}

static struct opinion_pair_side side_of(const struct similar_kept *x)
{
    return (struct opinion_pair_side){.id = x->id, .utf8 = x->utf8, .len = x->len};
}

static enum opinion_err cut_again(struct region *r, const struct walk *w,
                                  const struct similar_kept *x, struct similar_cut *cut)
{
    TRY(similar_cut(r, x->utf8, x->len, cut));
    similar_skip_polite(&w->t->lists, cut);
    return OPINION_OK;
}

static enum opinion_err tell(struct region *r, const struct walk *w, size_t other)
{
    const struct similar_kept *x = &w->t->texts[w->by_id[w->found_for]];
    const struct similar_kept *y = &w->t->texts[w->by_id[other]];
    struct similar_cut a, b;
    struct similar_difference d;
    struct opinion_pair pair = {.a = side_of(x), .b = side_of(y)};
    size_t common = common_count(w, other, x->use_count);

    TRY(cut_again(r, w, x, &a));
    TRY(cut_again(r, w, y, &b));
    TRY(similar_differ(r, &a, &b, &d));
    TRY(ranges_of(r, &a, d.in_a, &pair.a));
    TRY(ranges_of(r, &b, d.in_b, &pair.b));
    pair.kind = similar_kind(&w->t->lists, &d);
    pair.jaccard = (double)common / (double)(x->use_count + y->use_count - common);
    return w->each(w->arg, &pair) ? OPINION_OK : OPINION_NOT_WRITTEN;
}

static enum opinion_err tell_found(const struct walk *w)
{
    enum opinion_err e = OPINION_OK;

    for (size_t i = 0; i < w->found_count && e == OPINION_OK; i++) {
        struct region *r = region_new(&w->t->r->m);
        e = r == NULL ? OPINION_NO_MEMORY : tell(r, w, w->found[i]);
        region_free(r);
    }
    return e;
}

static enum opinion_err walk_all(struct walk *w)
{
    TRY(order_by_id(w));
    TRY(order_terms(w));
    TRY(index_rarest(w));
    for (size_t place = 0; place < w->t->count; place++) {
        find_near(w, place);
        TRY(tell_found(w));
    }
    return OPINION_OK;
}

enum opinion_err opinion_texts_pairs(const struct opinion_texts *texts, opinion_pair_fn *each,
                                     void *arg)
{
    struct walk w = {.t = texts, .r = region_new(&texts->r->m), .each = each, .arg = arg};

    if (w.r == NULL)
        return OPINION_NO_MEMORY;
    enum opinion_err e = walk_all(&w);
    region_free(w.r);
    return e;
}
