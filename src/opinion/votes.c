/* votes: from the rows of a log to the latest vote of each on each. */
#include "opinion/log.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

/* A person or a statement while their order is found. */
struct place {
    uint64_t id;
    int64_t time; /* of the first row, by time and then by row */
    uint64_t row;
    uint32_t index; /* in the log */
    bool has_row;
};

/* A row of one person while the latest are found. */
struct ballot {
    int64_t time;
    uint32_t row;
    uint16_t statement;
    int8_t vote;
};

struct build {
    const struct opinion_log *log;
    enum opinion_order order;
    struct region *scratch, *region;
    struct opinion_votes *votes;
    uint32_t *person_at, *statement_at; /* where each of the log has its place */
    struct ballot *ballots;
    uint32_t *begin; /* of each person's ballots */
};

static int by_number(uint64_t a, uint64_t b)
{
    return (a > b) - (a < b);
}

static int by_time(int64_t a, int64_t b)
{
    return (a > b) - (a < b);
}

static int by_id(const void *left, const void *right)
{
    const struct place *a = left, *b = right;

    return by_number(a->id, b->id);
}

static int by_appearance(const void *left, const void *right)
{
    const struct place *a = left, *b = right;

    if (a->has_row != b->has_row) /* one that never appeared comes last, and is cut off */
        return a->has_row ? -1 : 1;
    int order = by_time(a->time, b->time);
    if (order == 0)
        order = by_number(a->row, b->row);
    return order != 0 ? order : by_number(a->id, b->id);
}

/* The later of two at one time: the greater vote, so that no row order matters. */
static int by_vote(const void *left, const void *right)
{
    const struct ballot *a = left, *b = right;
    int order = by_number(a->statement, b->statement);

    if (order == 0)
        order = by_time(a->time, b->time);
    return order != 0 ? order : a->vote - b->vote;
}

/* The later of two at one time: the later row. */
static int by_row(const void *left, const void *right)
{
    const struct ballot *a = left, *b = right;
    int order = by_number(a->statement, b->statement);

    if (order == 0)
        order = by_time(a->time, b->time);
    return order != 0 ? order : by_number(a->row, b->row);
}

static void see(struct place *p, const struct log_row *row, uint64_t number)
{
    if (p->has_row && p->time <= row->time)
        return;
    p->has_row = true;
    p->time = row->time;
    p->row = number;
}

static enum opinion_err places_new(const struct build *b, const struct id_table *t,
                                   struct place **places)
{
    TAKE(b->scratch, *places, t->count);
    for (size_t i = 0; i < t->count; i++)
        (*places)[i] = (struct place){.id = t->ids[i], .index = (uint32_t)i};
    return OPINION_OK;
}

/* Sort, and say for each of the log where it came to stand. */
static enum opinion_err places_sort(const struct build *b, struct place *places, size_t count,
                                    uint32_t **at, uint64_t *ids)
{
    uint32_t *stands;

    TAKE(b->scratch, stands, count);
    qsort(places, count, sizeof *places, b->order == OPINION_BY_ID ? by_id : by_appearance);
    for (size_t i = 0; i < count; i++) {
        stands[places[i].index] = (uint32_t)i;
        ids[i] = places[i].id;
    }
    *at = stands;
    return OPINION_OK;
}

static enum opinion_err find_places(struct build *b)
{
    struct place *people, *statements;
    uint64_t *person_id, *statement_id, number = 0;
    bool *is_out;

    b->votes->people = b->log->people.count;
    TRY(places_new(b, &b->log->people, &people));
    TRY(places_new(b, &b->log->statements, &statements));
    for (const struct log_chunk *c = b->log->first; c != NULL; c = c->next) {
        for (size_t i = 0; i < c->count; i++, number++) {
            see(&people[c->rows[i].person], &c->rows[i], number);
            see(&statements[c->rows[i].statement], &c->rows[i], number);
        }
    }
    TAKE(b->region, person_id, b->votes->people);
    TAKE(b->region, statement_id, b->log->statements.count);
    TAKE(b->region, is_out, b->log->statements.count);
    TRY(places_sort(b, people, b->log->people.count, &b->person_at, person_id));
    TRY(places_sort(b, statements, b->log->statements.count, &b->statement_at, statement_id));
    assert(b->person_at != NULL && b->statement_at != NULL);
    for (size_t j = 0; j < b->log->statements.count; j++) {
        is_out[b->statement_at[j]] = b->log->is_out[j];
        b->votes->statements += b->order == OPINION_BY_ID || statements[j].has_row;
    }
    b->votes->person_id = person_id;
    b->votes->statement_id = statement_id;
    b->votes->is_out = is_out;
    return OPINION_OK;
}

/* Each person's rows together, in the order they came in. */
static enum opinion_err gather(struct build *b)
{
    uint32_t *end;

    TAKE(b->scratch, b->begin, b->votes->people + 1);
    TAKE(b->scratch, end, b->votes->people + 1);
    TAKE(b->scratch, b->ballots, b->log->count);
    for (const struct log_chunk *c = b->log->first; c != NULL; c = c->next) {
        for (size_t i = 0; i < c->count; i++)
            b->begin[b->person_at[c->rows[i].person] + 1]++;
    }
    for (size_t i = 0; i < b->votes->people; i++)
        b->begin[i + 1] += b->begin[i];
    memcpy(end, b->begin, (b->votes->people + 1) * sizeof *end);
    for (const struct log_chunk *c = b->log->first; c != NULL; c = c->next) {
        for (size_t i = 0; i < c->count; i++) {
            const struct log_row *row = &c->rows[i];
            uint32_t to = end[b->person_at[row->person]]++;
            b->ballots[to] = (struct ballot){
                .time = row->time,
                .row = to,
                .statement = (uint16_t)b->statement_at[row->statement],
                .vote = row->vote,
            };
        }
    }
    return OPINION_OK;
}

/* Of each person's ballots on one statement the last stays; gives back how many stay in all. */
static uint64_t keep_latest(struct build *b)
{
    uint64_t kept = 0;

    for (size_t i = 0; i < b->votes->people; i++) {
        struct ballot *own = b->ballots + b->begin[i];
        size_t count = b->begin[i + 1] - b->begin[i];
        qsort(own, count, sizeof *own, b->order == OPINION_BY_ID ? by_vote : by_row);
        b->begin[i] = (uint32_t)kept;
        for (size_t k = 0; k < count; k++) {
            if (k + 1 == count || own[k + 1].statement != own[k].statement)
                b->ballots[kept++] = own[k];
        }
    }
    b->begin[b->votes->people] = (uint32_t)kept;
    return kept;
}

static enum opinion_err build(struct build *b)
{
    uint16_t *code;
    uint32_t *begin;

    TAKE(b->region, b->votes, 1);
    TRY(find_places(b));
    TRY(gather(b));
    b->votes->count = keep_latest(b);
    TAKE(b->region, begin, b->votes->people + 1);
    TAKE(b->region, code, b->votes->count);
    memcpy(begin, b->begin, (b->votes->people + 1) * sizeof *begin);
    for (uint64_t k = 0; k < b->votes->count; k++)
        code[k] = (uint16_t)(3 * b->ballots[k].statement + b->ballots[k].vote + 1);
    b->votes->begin = begin;
    b->votes->code = code;
    return OPINION_OK;
}

/* The region that everything lies in comes behind what the caller sees. */
struct made {
    struct opinion_votes votes;
    struct region *region;
};

enum opinion_err votes_hand_out(struct region *region, const struct opinion_votes *v,
                                const struct opinion_votes **votes)
{
    struct made *made;

    TAKE(region, made, 1);
    *made = (struct made){*v, region};
    *votes = &made->votes;
    return OPINION_OK;
}

enum opinion_err opinion_votes_new(const struct opinion_memory *m, const struct opinion_log *log,
                                   enum opinion_order order, const struct opinion_votes **votes)
{
    struct build b = {
        .log = log, .order = order, .scratch = region_new(m), .region = region_new(m)};
    enum opinion_err e = OPINION_NO_MEMORY;

    if (b.scratch != NULL && b.region != NULL)
        e = build(&b);
    if (e == OPINION_OK)
        e = votes_hand_out(b.region, b.votes, votes);
    region_free(b.scratch);
    if (e != OPINION_OK)
        region_free(b.region);
    return e;
}

void opinion_votes_free(const struct opinion_votes *votes)
{
    if (votes != NULL)
        region_free(((const struct made *)votes)->region);
}
