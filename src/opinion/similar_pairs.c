/*
 * Pairs of texts that are nearly the same, and what differs in them.
 *
 * Of a text with n terms, fewer than two fifths may be missing from one that is so near to it; so
 * of any n - ceil(3 n / 5) + 1 of its terms the other has one (the prefix filter of Chaudhuri,
 * Ganti, Kaushik 2006). Looking up the rarest of them finds every such text, and few others.
 */
#include "opinion/similar_text.h"

#include <stdlib.h>
#include <string.h>

/* ---- what differs ---- */

bool similar_words_equal(const struct similar_cut *a, size_t i, const struct similar_cut *b,
                         size_t j)
{
    const struct similar_word *x = &a->words[i], *y = &b->words[j];

    return x->count == y->count && a->chars[x->first] == b->chars[y->first] &&
           memcmp(a->chars + x->first, b->chars + y->first, x->count * sizeof *a->chars) == 0;
}

/* What lies between the words that both begin and end with. */
struct middle {
    const struct similar_cut *a, *b;
    size_t from_a, to_a, from_b, to_b;
};

static struct middle middle_of(const struct similar_cut *a, const struct similar_cut *b)
{
    struct middle m = {a, b, a->begin, a->word_count, b->begin, b->word_count};

    while (m.from_a < m.to_a && m.from_b < m.to_b &&
           similar_words_equal(a, m.from_a, b, m.from_b)) {
        m.from_a++;
        m.from_b++;
    }
    while (m.from_a < m.to_a && m.from_b < m.to_b &&
           similar_words_equal(a, m.to_a - 1, b, m.to_b - 1)) {
        m.to_a--;
        m.to_b--;
    }
    return m;
}

/* A longest common subsequence of words (Wagner, Fischer 1974), from the ends: one bit for each two
 * places says whether it is at least as long without the word of `a` as without that of `b`. */
static enum opinion_err mark_middle(struct region *r, const struct middle *m, bool *in_a,
                                    bool *in_b)
{
    size_t n = m->to_a - m->from_a, k = m->to_b - m->from_b;
    uint32_t *row;
    unsigned char *skips_a;

    TAKE(r, row, k + 1); /* lengths for the words of `a` from i on, and those of `b` from j on */
    TAKE(r, skips_a, (n * k + 7) / 8);
    for (size_t i = n; i-- > 0;) {
        uint32_t corner = 0; /* row[j + 1] as it was for i + 1 */
        for (size_t j = k; j-- > 0;) {
            uint32_t above = row[j];
            if (similar_words_equal(m->a, m->from_a + i, m->b, m->from_b + j))
                row[j] = corner + 1;
            else if (above >= row[j + 1])
                skips_a[(i * k + j) / 8] |= (unsigned char)(1U << (i * k + j) % 8);
            else
                row[j] = row[j + 1];
            corner = above;
        }
    }
    size_t i = 0, j = 0;
    while (i < n && j < k) {
        if (similar_words_equal(m->a, m->from_a + i, m->b, m->from_b + j)) {
            i++;
            j++;
        } else if ((skips_a[(i * k + j) / 8] >> (i * k + j) % 8 & 1) != 0) {
            in_a[m->from_a + i++] = true;
        } else {
            in_b[m->from_b + j++] = true;
        }
    }
    for (; i < n; i++)
        in_a[m->from_a + i] = true;
    for (; j < k; j++)
        in_b[m->from_b + j] = true;
    return OPINION_OK;
}

enum opinion_err similar_differ(struct region *r, const struct similar_cut *a,
                                const struct similar_cut *b, struct similar_difference *d)
{
    struct middle m = middle_of(a, b);

    d->a = a;
    d->b = b;
    TAKE(r, d->in_a, a->word_count);
    TAKE(r, d->in_b, b->word_count);
    return mark_middle(r, &m, d->in_a, d->in_b);
}

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

/* ---- pairs ---- */

struct walk {
    const struct opinion_texts *t;
    struct region *r;
    struct similar_index *index; /* postings alone */
    uint32_t *by_id;             /* texts, in the order of their ids */
    uint32_t *place;             /* of a text therein */
    uint32_t *seen;              /* [texts] place + 1 of the text for which it was looked at */
    uint32_t *has;               /* [terms] the same of the last text that has the term */
    uint32_t *found;             /* places of the others, for one text */
    size_t found_count;
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

static int compare_places(const void *a, const void *b)
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
    TAKE(w->r, w->place, n);
    TAKE(w->r, w->seen, n);
    TAKE(w->r, w->found, n);
    TAKE(w->r, w->has, w->t->gram_count);
    for (size_t i = 0; i < n; i++)
        all[i] = (struct by_id){w->t->texts[i].id, (uint32_t)i};
    if (n > 0)
        qsort(all, n, sizeof *all, compare_ids);
    for (size_t i = 0; i < n; i++) {
        w->by_id[i] = all[i].text;
        w->place[all[i].text] = (uint32_t)i;
    }
    return OPINION_OK;
}

static uint32_t common_count(const struct walk *w, const struct similar_kept *x, uint32_t stamp)
{
    uint32_t common = 0;

    for (size_t i = 0; i < x->use_count; i++)
        common += w->has[x->uses[i].term] == stamp;
    return common;
}

/* At least three fifths, in whole numbers. */
static bool is_near(uint32_t common, uint32_t terms, uint32_t others)
{
    return UINT64_C(5) * common >= UINT64_C(3) * ((uint64_t)terms + others - common);
}

static size_t frequency(const struct walk *w, uint32_t term)
{
    return w->index->begin[term + 1] - w->index->begin[term];
}

struct rare {
    size_t frequency;
    uint32_t term;
};

static int compare_rare(const void *a, const void *b)
{
    const struct rare *x = a, *y = b;

    if (x->frequency != y->frequency)
        return x->frequency < y->frequency ? -1 : 1;
    return (x->term > y->term) - (x->term < y->term);
}

/* Texts behind it that have the term, each looked at once for this text. */
static void find_with(struct walk *w, const struct similar_kept *x, uint32_t place, uint32_t term)
{
    const struct similar_index *index = w->index;

    for (size_t p = index->begin[term]; p < index->begin[term + 1]; p++) {
        uint32_t other = index->postings[p].text;
        const struct similar_kept *y = &w->t->texts[other];
        if (w->place[other] <= place || w->seen[other] == place + 1)
            continue;
        w->seen[other] = place + 1;
        uint32_t less = x->use_count < y->use_count ? x->use_count : y->use_count;
        if (is_near(less, x->use_count, y->use_count) &&
            is_near(common_count(w, y, place + 1), x->use_count, y->use_count))
            w->found[w->found_count++] = w->place[other];
    }
}

static enum opinion_err find_near(struct walk *w, uint32_t place)
{
    const struct similar_kept *x = &w->t->texts[w->by_id[place]];
    struct region *r = region_new(&w->t->r->m);
    struct rare *terms = r == NULL ? NULL : region_take(r, x->use_count, sizeof *terms);
    size_t looked_at = x->use_count - (3 * (size_t)x->use_count + 4) / 5 + 1;

    w->found_count = 0;
    for (size_t i = 0; terms != NULL && i < x->use_count; i++) {
        terms[i] = (struct rare){frequency(w, x->uses[i].term), x->uses[i].term};
        w->has[x->uses[i].term] = place + 1;
    }
    if (terms != NULL && x->use_count > 0) {
        qsort(terms, x->use_count, sizeof *terms, compare_rare);
        for (size_t i = 0; i < looked_at; i++)
            find_with(w, x, place, terms[i].term);
    }
    region_free(r);
    if (w->found_count > 1)
        qsort(w->found, w->found_count, sizeof *w->found, compare_places);
    return terms == NULL ? OPINION_NO_MEMORY : OPINION_OK;
}

/* ---- telling ---- */

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

static enum opinion_err tell(struct region *r, const struct walk *w, const struct similar_kept *x,
                             const struct similar_kept *y)
{
    struct similar_cut a, b;
    struct similar_difference d;
    struct opinion_pair pair = {.a = side_of(x), .b = side_of(y)};
    uint32_t common = common_count(w, y, w->place[x - w->t->texts] + 1);

    TRY(cut_again(r, w, x, &a));
    TRY(cut_again(r, w, y, &b));
    TRY(similar_differ(r, &a, &b, &d));
    TRY(ranges_of(r, &a, d.in_a, &pair.a));
    TRY(ranges_of(r, &b, d.in_b, &pair.b));
    pair.kind = similar_kind(&w->t->lists, &d);
    pair.jaccard = (double)common / ((double)x->use_count + y->use_count - common);
    return w->each(w->arg, &pair) ? OPINION_OK : OPINION_NOT_WRITTEN;
}

static enum opinion_err tell_found(const struct walk *w, uint32_t place)
{
    enum opinion_err e = OPINION_OK;

    for (size_t i = 0; i < w->found_count && e == OPINION_OK; i++) {
        struct region *r = region_new(&w->t->r->m);
        e = r == NULL
                ? OPINION_NO_MEMORY
                : tell(r, w, &w->t->texts[w->by_id[place]], &w->t->texts[w->by_id[w->found[i]]]);
        region_free(r);
    }
    return e;
}

static enum opinion_err walk_all(struct walk *w)
{
    TRY(order_by_id(w));
    TAKE(w->r, w->index, 1);
    TRY(similar_index_postings(w->r, w->t, w->index));
    for (uint32_t place = 0; place < w->t->count; place++) {
        TRY(find_near(w, place));
        TRY(tell_found(w, place));
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
