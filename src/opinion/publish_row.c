/* One row against another: does their difference hide everybody among enough? */
#include "opinion/publish_row.h"

#include "opinion/analysis.h"

#include <string.h>

/* Cells of a row that do not overlap: the groups shown, and, where all votes are shown, what is
 * left of them. Whoever is in none of these is beyond. */
enum { CELL_REST = OPINION_GROUPS_MAX, CELLS, BEYOND = CELLS, CELLS_AND_BEYOND };

static int cell_of(const struct opinion_version *v, uint8_t place)
{
    int slot = place_slot(place);

    if (slot < v->k && v->is_shown[slot])
        return slot;
    return v->about.is_whole ? CELL_REST : BEYOND;
}

/* People by their cell in the one and in the other row. */
struct table {
    uint32_t all[CELLS_AND_BEYOND][CELLS_AND_BEYOND];
    uint32_t changed[CELLS_AND_BEYOND][CELLS_AND_BEYOND]; /* of these: who voted otherwise */
};

/* Steps over the people of both, ascending; a place is -1 where somebody is in one alone. */
struct pairing {
    size_t i, k;
    int a, b;
};

static bool next_pair(const struct opinion_version *a, const struct opinion_version *b,
                      struct pairing *p)
{
    if (p->i == a->people && p->k == b->people)
        return false;
    bool has_a = p->k == b->people || (p->i < a->people && a->person[p->i] <= b->person[p->k]);
    bool has_b = p->i == a->people || (p->k < b->people && b->person[p->k] <= a->person[p->i]);
    p->a = has_a ? a->place[p->i++] : -1;
    p->b = has_b ? b->place[p->k++] : -1;
    return true;
}

static void count_pairs(const struct opinion_version *a, const struct opinion_version *b,
                        struct table *t)
{
    struct pairing p = {0};

    memset(t, 0, sizeof *t);
    while (next_pair(a, b, &p)) {
        int from = p.a < 0 ? BEYOND : cell_of(a, (uint8_t)p.a);
        int to = p.b < 0 ? BEYOND : cell_of(b, (uint8_t)p.b);
        t->all[from][to]++;
        t->changed[from][to] +=
            p.a >= 0 && p.b >= 0 && place_vote((uint8_t)p.a) != place_vote((uint8_t)p.b);
    }
}

/* Sums under the least are bits of a set. */
static uint32_t add_to_all(uint32_t sums, uint32_t n)
{
    return n < OPINION_SHOWN_LEAST ? sums << n & ((1U << OPINION_SHOWN_LEAST) - 1) : 0;
}

/* For one union of cells of the one row, all unions of cells of the other at once: each cell of
 * the other adds people who differ, so many if it is in the union and so many if it is not. */
static bool is_enough(const struct table *t, unsigned in_union)
{
    uint32_t sums = 1;

    for (int b = 0; b < CELLS_AND_BEYOND; b++) {
        uint32_t if_in = 0, if_out = 0;
        for (int a = 0; a < CELLS_AND_BEYOND; a++) {
            bool is_in = (in_union >> a & 1) != 0;
            if_in += is_in ? t->changed[a][b] : t->all[a][b];
            if_out += is_in ? t->all[a][b] : 0;
        }
        sums = add_to_all(sums, if_out) | (b == BEYOND ? 0 : add_to_all(sums, if_in));
    }
    return (sums & ~1U) == 0;
}

bool opinion_versions_differ_enough(const struct opinion_version *a,
                                    const struct opinion_version *b)
{
    unsigned cells = a->about.is_whole ? 1U << CELL_REST : 0;
    struct table t;

    for (int g = 0; g < a->k; g++)
        cells |= a->is_shown[g] ? 1U << g : 0;
    count_pairs(a, b, &t);
    for (unsigned in_union = cells;; in_union = (in_union - 1) & cells) {
        if (!is_enough(&t, in_union))
            return false;
        if (in_union == 0)
            return true;
    }
}

static int number_at(const struct opinion_version *v, int place)
{
    int slot = place_slot((uint8_t)place);

    return slot < v->k ? v->id[slot] : -1;
}

size_t version_moved(const struct opinion_version *a, const struct opinion_version *b)
{
    struct pairing p = {0};
    size_t moved = 0;

    while (next_pair(a, b, &p))
        moved += p.a < 0 || p.b < 0 || place_vote((uint8_t)p.a) != place_vote((uint8_t)p.b) ||
                 number_at(a, p.a) != number_at(b, p.b);
    return moved;
}

void version_count(struct opinion_version *v)
{
    memset(v->count, 0, sizeof v->count);
    v->about.all = (struct opinion_count){0};
    for (size_t i = 0; i < v->people; i++) {
        int slot = place_slot(v->place[i]), vote = place_vote(v->place[i]);
        if (slot < v->k && v->is_shown[slot])
            count_vote(&v->count[slot], vote);
        if (v->about.is_whole)
            count_vote(&v->about.all, vote);
    }
}

enum opinion_err version_copy(struct region *region, const struct opinion_version *from,
                              struct opinion_version *to)
{
    uint64_t *person;
    uint8_t *place;

    TAKE(region, person, from->people);
    TAKE(region, place, from->people);
    if (from->people > 0) {
        memcpy(person, from->person, from->people * sizeof *person);
        memcpy(place, from->place, from->people);
    }
    *to = *from;
    to->person = person;
    to->place = place;
    return OPINION_OK;
}
