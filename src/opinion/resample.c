#include "opinion/resample.h"

#include "opinion/log.h"
#include "opinion/polis.h"
#include "opinion/real.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

/* An analysis draws by its seed, too: what is drawn here must not be the same numbers. */
static const uint64_t APART = UINT64_C(0x726573616d706c65);

static struct real_random random_of(uint64_t seed, uint64_t turn)
{
    return real_random_begin(seed ^ APART, turn);
}

/* ---- people drawn with replacement ---- */

/* What was drawn lies in the region that it knows. */
struct made {
    struct opinion_resample resample;
    struct region *region;
};

/* How often each is drawn. */
static enum opinion_err draw(struct region *scratch, size_t people, uint64_t seed, uint64_t turn,
                             uint32_t **times)
{
    struct real_random r = random_of(seed, turn);

    TAKE(scratch, *times, people);
    for (size_t i = 0; i < people; i++)
        (*times)[real_random_below(&r, people)]++;
    return OPINION_OK;
}

static enum opinion_err find_people(struct region *region, const struct opinion_votes *v,
                                    const uint32_t *times, struct opinion_resample *made)
{
    uint32_t *begin, *original;
    uint64_t *id, votes = 0;
    size_t n = 0;

    TAKE(region, begin, v->people + 1);
    TAKE(region, original, v->people);
    TAKE(region, id, v->people);
    for (size_t i = 0; i < v->people; i++) {
        for (uint32_t t = 0; t < times[i]; t++, n++) {
            original[n] = (uint32_t)i;
            id[n] = n;
            votes += v->begin[i + 1] - v->begin[i];
            if (votes > UINT32_MAX)
                return OPINION_TOO_MANY_VOTES;
            begin[n + 1] = (uint32_t)votes;
        }
    }
    made->original = original;
    made->votes = (struct opinion_votes){.people = n,
                                         .statements = v->statements,
                                         .count = votes,
                                         .person_id = id,
                                         .statement_id = v->statement_id,
                                         .is_out = v->is_out,
                                         .begin = begin};
    return OPINION_OK;
}

static enum opinion_err copy_votes(struct region *region, const struct opinion_votes *v,
                                   struct opinion_resample *made)
{
    uint16_t *code;

    TAKE(region, code, made->votes.count);
    for (size_t n = 0; n < made->votes.people; n++) {
        uint32_t from = v->begin[made->original[n]], to = made->votes.begin[n];
        size_t count = made->votes.begin[n + 1] - to;
        if (count > 0)
            memcpy(code + to, v->code + from, count * sizeof *code);
    }
    made->votes.code = code;
    return OPINION_OK;
}

static enum opinion_err resample(struct region *region, struct region *scratch,
                                 const struct opinion_votes *v, uint64_t seed, uint64_t turn,
                                 struct opinion_resample *made)
{
    uint32_t *times;

    TRY(draw(scratch, v->people, seed, turn, &times));
    TRY(find_people(region, v, times, made));
    return copy_votes(region, v, made);
}

enum opinion_err opinion_votes_resampled(const struct opinion_memory *m,
                                         const struct opinion_votes *votes, uint64_t seed,
                                         uint64_t turn, const struct opinion_resample **drawn)
{
    struct region *region = region_new(m), *scratch = region_new(m);
    struct made *made = region == NULL ? NULL : region_take(region, 1, sizeof *made);
    enum opinion_err e = OPINION_NO_MEMORY;

    if (made != NULL && scratch != NULL) {
        made->region = region;
        e = resample(region, scratch, votes, seed, turn, &made->resample);
    }
    region_free(scratch);
    if (e == OPINION_OK)
        *drawn = &made->resample;
    else
        region_free(region);
    return e;
}

void opinion_resample_free(const struct opinion_resample *drawn)
{
    if (drawn != NULL)
        region_free(((const struct made *)drawn)->region);
}

/* ---- rows in another order ---- */

static enum opinion_err copy_rows(struct region *scratch, const struct opinion_log *log,
                                  struct log_row **rows)
{
    size_t n = 0;

    TAKE(scratch, *rows, log->count);
    for (const struct log_chunk *c = log->first; c != NULL; c = c->next) {
        memcpy(*rows + n, c->rows, c->count * sizeof **rows);
        n += c->count;
    }
    return OPINION_OK;
}

static void shuffle(struct log_row *rows, uint64_t count, struct real_random *r)
{
    for (uint64_t i = count; i > 1; i--) {
        uint64_t k = real_random_below(r, i);
        struct log_row one = rows[i - 1];
        rows[i - 1] = rows[k];
        rows[k] = one;
    }
}

static enum opinion_err fill(struct region *scratch, const struct opinion_log *log,
                             struct real_random r, struct opinion_log *to)
{
    struct log_row *rows;

    TRY(copy_rows(scratch, log, &rows));
    shuffle(rows, log->count, &r);
    for (uint64_t i = 0; i < log->count; i++)
        TRY(opinion_log_add(to, log->people.ids[rows[i].person],
                            log->statements.ids[rows[i].statement], rows[i].vote, rows[i].time));
    for (size_t j = 0; j < log->statements.count; j++)
        TRY(opinion_log_statement(to, log->statements.ids[j], log->is_out[j]));
    return OPINION_OK;
}

enum opinion_err opinion_log_shuffled(const struct opinion_memory *m, const struct opinion_log *log,
                                      uint64_t seed, uint64_t turn, struct opinion_log **shuffled)
{
    struct region *scratch = region_new(m);
    struct opinion_log *to = NULL;
    enum opinion_err e = OPINION_NO_MEMORY;

    if (scratch != NULL)
        e = opinion_log_new(m, &to);
    if (e == OPINION_OK)
        e = fill(scratch, log, random_of(seed, turn), to);
    region_free(scratch);
    if (e == OPINION_OK)
        *shuffled = to;
    else
        opinion_log_free(to);
    return e;
}

/* ---- agreement ---- */

struct labels {
    int32_t a, b;
};

static int by_both(const void *left, const void *right)
{
    const struct labels *x = left, *y = right;

    if (x->a != y->a)
        return x->a < y->a ? -1 : 1;
    return (x->b > y->b) - (x->b < y->b);
}

static int by_second(const void *left, const void *right)
{
    const struct labels *x = left, *y = right;

    return (x->b > y->b) - (x->b < y->b);
}

static double pairs(size_t n)
{
    return (double)n * ((double)n - 1) / 2;
}

/* Pairs of people with the same labels, of people sorted by these labels. */
static double pairs_alike(const struct labels *p, size_t count, bool is_by_a, bool is_by_b)
{
    double sum = 0;

    for (size_t i = 0, end; i < count; i = end) {
        for (end = i + 1;
             end < count && (!is_by_a || p[end].a == p[i].a) && (!is_by_b || p[end].b == p[i].b);)
            end++;
        sum += pairs(end - i);
    }
    return sum;
}

/* The sums are of whole numbers, so no order of people matters. */
static double agreement_of(struct labels *p, size_t count)
{
    qsort(p, count, sizeof *p, by_both);
    double both = pairs_alike(p, count, true, true), in_a = pairs_alike(p, count, true, false);
    qsort(p, count, sizeof *p, by_second);
    double in_b = pairs_alike(p, count, false, true);
    double expected = count > 1 ? in_a * in_b / pairs(count) : 0, most = (in_a + in_b) / 2;

    /* Otherwise all are together in both, or each is alone in both. */
    return most > expected ? (both - expected) / (most - expected) : 1;
}

enum opinion_err opinion_agreement(const struct opinion_memory *m, const int32_t *a,
                                   const int32_t *b, size_t count, double *agreement)
{
    struct region *scratch = region_new(m);
    struct labels *p = scratch == NULL ? NULL : region_take(scratch, count, sizeof *p);
    size_t n = 0;

    for (size_t i = 0; p != NULL && i < count; i++) {
        if (a[i] >= 0 && b[i] >= 0)
            p[n++] = (struct labels){a[i], b[i]};
    }
    if (p != NULL)
        *agreement = agreement_of(p, n);
    region_free(scratch);
    return p == NULL ? OPINION_NO_MEMORY : OPINION_OK;
}

/* ---- the method of Polis with a number of groups ---- */

static enum opinion_err regroup(struct region *scratch, const struct opinion_polis *p, int k,
                                int8_t *group)
{
    struct clusters base, groups;
    double *x, *y;

    TAKE(scratch, x, p->in_count);
    TAKE(scratch, y, p->in_count);
    for (size_t i = 0; i < p->in_count; i++) {
        x[i] = p->x[p->in[i]];
        y[i] = p->y[p->in[i]];
    }
    struct points people = {.count = p->in_count, .x = x, .y = y};
    TRY(polis_cluster(scratch, &people, POLIS_BASE_CLUSTERS, POLIS_BASE_ROUNDS, &base));
    struct points centres = {(size_t)base.count, base.x, base.y, base.weight};
    TRY(polis_cluster(scratch, &centres, k, POLIS_GROUP_ROUNDS, &groups));
    for (size_t i = 0; i < p->in_count; i++)
        group[p->in[i]] = (int8_t)groups.of[base.of[i]];
    return OPINION_OK;
}

enum opinion_err opinion_polis_regroup(const struct opinion_memory *m,
                                       const struct opinion_polis *polis, int k, int8_t *group)
{
    struct region *scratch = region_new(m);

    assert(k >= 2 && k <= POLIS_GROUPS_MAX);
    for (size_t i = 0; i < polis->votes->people; i++)
        group[i] = -1;
    enum opinion_err e = scratch == NULL ? OPINION_NO_MEMORY : regroup(scratch, polis, k, group);
    region_free(scratch);
    return e;
}
