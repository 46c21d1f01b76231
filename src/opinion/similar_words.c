/* The words of similar_words.txt, and what they make of a difference. */
#include "opinion/similar_lists.h"
#include "opinion/similar_text.h"

#include <string.h>

/* A piece of the file. */
struct piece {
    const char *at;
    size_t len;
};

/* What stands before the next `mark`, which is stepped over; false at the end. */
static bool next_piece(struct piece *rest, char mark, struct piece *p)
{
    if (rest->len == 0)
        return false;
    const char *end = memchr(rest->at, mark, rest->len);
    p->at = rest->at;
    p->len = end == NULL ? rest->len : (size_t)(end - rest->at);
    size_t step = p->len + (end != NULL);
    rest->at += step;
    rest->len -= step;
    return true;
}

static enum opinion_err add_entry(struct region *r, struct similar_list *list, struct piece p)
{
    struct similar_entry *e = &list->entries[list->count++];

    while (p.len > 0 && (p.at[p.len - 1] == ' ' || p.at[p.len - 1] == '\r'))
        p.len--;
    e->is_open = p.len > 0 && p.at[p.len - 1] == '*';
    return similar_cut(r, p.at, p.len, &e->cut);
}

static size_t count_of(struct piece text, char mark)
{
    size_t count = 0;

    for (size_t i = 0; i < text.len; i++)
        count += text.at[i] == mark;
    return count;
}

/* The entries of a line, behind those that are there. */
static enum opinion_err add_line(struct region *r, struct similar_list *list, struct piece line)
{
    struct similar_entry *all;
    struct piece item, side;

    TAKE(r, all, list->count + count_of(line, ',') + count_of(line, '/') + 1);
    if (list->count > 0)
        memcpy(all, list->entries, list->count * sizeof *all);
    list->entries = all;
    while (next_piece(&line, ',', &item)) {
        while (next_piece(&item, '/', &side))
            TRY(add_entry(r, list, side));
    }
    return OPINION_OK;
}

enum opinion_err similar_lists_read(struct region *r, struct similar_lists *lists)
{
    const struct embedded *file = &similar_lists_files[0];
    struct piece rest = {(const char *)file->bytes, file->len}, line, kind;
    const struct {
        const char *name;
        struct similar_list *list;
    } kinds[] = {{"polite", &lists->polite},
                 {"number", &lists->numbers},
                 {"negation", &lists->negations},
                 {"reversal", &lists->reversals},
                 {"opposite", &lists->opposites}};

    while (next_piece(&rest, '\n', &line)) {
        if (line.len == 0 || line.at[0] == '#')
            continue;
        next_piece(&line, ':', &kind);
        for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
            if (kind.len == strlen(kinds[i].name) && memcmp(kind.at, kinds[i].name, kind.len) == 0)
                TRY(add_line(r, kinds[i].list, line));
        }
    }
    return OPINION_OK;
}

/* ---- entries in a text ---- */

/* Does word `i` of `a` begin word `j` of `b`? */
static bool begins(const struct similar_cut *a, size_t i, const struct similar_cut *b, size_t j)
{
    const struct similar_word *x = &a->words[i], *y = &b->words[j];

    return x->count <= y->count &&
           memcmp(a->chars + x->first, b->chars + y->first, x->count * sizeof *a->chars) == 0;
}

static bool stands_at(const struct similar_entry *e, const struct similar_cut *cut, size_t at)
{
    size_t n = e->cut.word_count;

    if (n > cut->word_count - at)
        return false;
    for (size_t i = 0; i < n; i++) {
        bool is_begun = e->is_open && i + 1 == n;
        if (is_begun ? !begins(&e->cut, i, cut, at + i)
                     : !similar_words_equal(&e->cut, i, cut, at + i))
            return false;
    }
    return true;
}

void similar_skip_polite(const struct similar_lists *lists, struct similar_cut *cut)
{
    size_t longest;

    do {
        longest = 0;
        for (size_t i = 0; i < lists->polite.count; i++) {
            const struct similar_entry *e = &lists->polite.entries[i];
            if (e->cut.word_count > longest && stands_at(e, cut, cut->begin))
                longest = e->cut.word_count;
        }
        if (longest == cut->word_count - cut->begin)
            return;
        cut->begin += longest;
    } while (longest > 0);
}

/* Is the entry there, with at least one word that the other side has not? */
static bool touches(const struct similar_entry *e, const struct similar_cut *cut, const bool *in)
{
    for (size_t at = cut->begin; at < cut->word_count; at++) {
        if (!stands_at(e, cut, at))
            continue;
        for (size_t i = 0; i < e->cut.word_count; i++) {
            if (in[at + i])
                return true;
        }
    }
    return false;
}

static bool any_touches(const struct similar_list *list, const struct similar_difference *d)
{
    for (size_t i = 0; i < list->count; i++) {
        if (touches(&list->entries[i], d->a, d->in_a) || touches(&list->entries[i], d->b, d->in_b))
            return true;
    }
    return false;
}

/* ---- what differs ---- */

static bool holds_digit(const struct similar_cut *cut, const bool *in)
{
    for (size_t i = cut->begin; i < cut->word_count; i++) {
        const struct similar_word *w = &cut->words[i];
        for (size_t k = 0; in[i] && k < w->count; k++) {
            if (cut->chars[w->first + k] >= '0' && cut->chars[w->first + k] <= '9')
                return true;
        }
    }
    return false;
}

static bool is_opposite(const struct similar_list *pairs, const struct similar_difference *d)
{
    for (size_t i = 0; i + 1 < pairs->count; i += 2) {
        const struct similar_entry *x = &pairs->entries[i], *y = x + 1;
        if ((touches(x, d->a, d->in_a) && touches(y, d->b, d->in_b)) ||
            (touches(y, d->a, d->in_a) && touches(x, d->b, d->in_b)))
            return true;
    }
    return false;
}

/* Is word `j` of `b` word `i` of `a` with one of the beginnings in front? */
static bool reverses(const struct similar_list *beginnings, const struct similar_cut *a, size_t i,
                     const struct similar_cut *b, size_t j)
{
    const struct similar_word *x = &a->words[i], *y = &b->words[j];

    for (size_t k = 0; k < beginnings->count; k++) {
        const struct similar_cut *e = &beginnings->entries[k].cut;
        size_t n = e->char_count;
        if (y->count == x->count + n && begins(e, 0, b, j) &&
            memcmp(b->chars + y->first + n, a->chars + x->first, x->count * sizeof *a->chars) == 0)
            return true;
    }
    return false;
}

static bool holds_reversal(const struct similar_list *beginnings,
                           const struct similar_difference *d)
{
    for (size_t i = d->a->begin; i < d->a->word_count; i++) {
        for (size_t j = d->b->begin; d->in_a[i] && j < d->b->word_count; j++) {
            if (d->in_b[j] &&
                (reverses(beginnings, d->a, i, d->b, j) || reverses(beginnings, d->b, j, d->a, i)))
                return true;
        }
    }
    return false;
}

enum opinion_pair_kind similar_kind(const struct similar_lists *lists,
                                    const struct similar_difference *d)
{
    if (holds_digit(d->a, d->in_a) || holds_digit(d->b, d->in_b) || any_touches(&lists->numbers, d))
        return OPINION_PAIR_NUMBER;
    if (any_touches(&lists->negations, d) || holds_reversal(&lists->reversals, d))
        return OPINION_PAIR_NEGATION;
    return is_opposite(&lists->opposites, d) ? OPINION_PAIR_OPPOSITE : OPINION_PAIR_ALIKE;
}
