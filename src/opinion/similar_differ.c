/* What differs between two texts, word by word. */
#include "opinion/similar_text.h"

#include <string.h>

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
