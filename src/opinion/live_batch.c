/* live_batch: changes by ids into changes by index. */
#include "opinion/live_parts.h"

#include <stdlib.h>
#include <string.h>

/* Where `id` stands among `count` ascending ids, or would stand. */
static size_t find(const uint64_t *ids, size_t count, uint64_t id)
{
    size_t from = 0, to = count;

    while (from < to) {
        size_t middle = from + (to - from) / 2;
        if (ids[middle] < id)
            from = middle + 1;
        else
            to = middle;
    }
    return from;
}

static bool is_among(const uint64_t *ids, size_t count, uint64_t id, size_t *at)
{
    *at = find(ids, count, id);
    return *at < count && ids[*at] == id;
}

static int by_number(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

    return (x > y) - (x < y);
}

/* Ascending, each once. */
static size_t sort_once(uint64_t *ids, size_t count)
{
    size_t n = 0;

    if (count > 1)
        qsort(ids, count, sizeof *ids, by_number);
    for (size_t i = 0; i < count; i++) {
        if (n == 0 || ids[n - 1] != ids[i])
            ids[n++] = ids[i];
    }
    return n;
}

/* Ids that are not there yet. */
struct fresh {
    uint64_t *ids;
    uint32_t *before; /* the row of each, as room_insert wants it */
    size_t count;
};

static enum opinion_err fresh_new(struct region *scratch, size_t most, struct fresh *f)
{
    f->count = 0;
    TAKE(scratch, f->ids, most);
    TAKE(scratch, f->before, most);
    return OPINION_OK;
}

static void fresh_end(struct fresh *f, const uint64_t *ids, size_t count)
{
    f->count = sort_once(f->ids, f->count);
    for (size_t i = 0; i < f->count; i++)
        f->before[i] = (uint32_t)find(ids, count, f->ids[i]);
}

static enum opinion_err look(const struct opinion_live *live, struct batch *b,
                             const struct opinion_change *changes, size_t count,
                             struct fresh *people, struct fresh *statements)
{
    const struct opinion_votes *v = &live->votes;
    const struct pending *pending = live->pending.at;
    size_t at;

    TRY(fresh_new(b->scratch, count, people));
    TRY(fresh_new(b->scratch, count + live->pending_count, statements));
    for (size_t i = 0; i < count; i++) {
        const struct opinion_change *c = &changes[i];
        if (c->is_withdrawn)
            continue;
        if (c->vote < OPINION_DISAGREE || c->vote > OPINION_AGREE)
            return OPINION_NOT_A_VOTE;
        if (!is_among(v->person_id, v->people, c->person, &at))
            people->ids[people->count++] = c->person;
        if (!is_among(v->statement_id, v->statements, c->statement, &at))
            statements->ids[statements->count++] = c->statement;
    }
    for (size_t i = 0; i < live->pending_count; i++) {
        if (!is_among(v->statement_id, v->statements, pending[i].id, &at))
            statements->ids[statements->count++] = pending[i].id;
    }
    fresh_end(people, v->person_id, v->people);
    fresh_end(statements, v->statement_id, v->statements);
    if (v->statements + statements->count > OPINION_STATEMENTS_MAX)
        return OPINION_TOO_MANY_STATEMENTS;
    return v->count + count > UINT32_MAX || v->people + people->count >= UINT32_MAX
               ? OPINION_TOO_MANY_VOTES
               : OPINION_OK;
}

/* The ids themselves into the rows that were made for them. */
static void fill(const struct fresh *f, uint64_t *ids)
{
    for (size_t i = 0; i < f->count; i++)
        ids[f->before[i] + i] = f->ids[i];
}

static enum opinion_err insert_people(struct opinion_live *live, const struct fresh *f)
{
    size_t count = live->votes.people, axes = OPINION_AXES * sizeof(double);

    if (f->count == 0)
        return OPINION_OK;
    TRY(room_insert(&live->m, &live->person_id, sizeof(uint64_t), count, f->before, f->count));
    TRY(room_insert(&live->m, &live->place, axes, count, f->before, f->count));
    TRY(room_insert(&live->m, &live->spread, axes, count, f->before, f->count));
    TRY(room_insert(&live->m, &live->group, sizeof(int8_t), count, f->before, f->count));
    TRY(room_insert(&live->m, &live->membership, (size_t)live->a.k * sizeof(double), count,
                    f->before, f->count));
    TRY(ballots_insert(&live->m, &live->all, f->before, f->count));
    if (live->is_few)
        TRY(ballots_insert(&live->m, &live->few, f->before, f->count));
    fill(f, live->person_id.at);
    for (size_t i = 0; i < f->count; i++)
        ((int8_t *)live->group.at)[f->before[i] + i] = -1;
    return OPINION_OK;
}

/* Those of the sample stay the same people. */
static void move_sample(struct opinion_live *live, const struct fresh *f)
{
    uint32_t *sample = live->sample.at;
    size_t n = 0;

    for (size_t i = 0; i < live->a.sampled; i++) {
        while (n < f->count && f->before[n] <= sample[i])
            n++;
        sample[i] += (uint32_t)n;
    }
}

static enum opinion_err insert_statements(struct opinion_live *live, struct batch *b,
                                          const struct fresh *f)
{
    size_t count = live->votes.statements, n = 0;
    uint16_t *number;

    if (f->count == 0)
        return OPINION_OK;
    TAKE(b->scratch, number, count);
    for (size_t j = 0; j < count; j++) {
        while (n < f->count && f->before[n] <= j)
            n++;
        number[j] = (uint16_t)(j + n);
    }
    TRY(room_insert(&live->m, &live->statement_id, sizeof(uint64_t), count, f->before, f->count));
    TRY(room_insert(&live->m, &live->is_out, sizeof(bool), count, f->before, f->count));
    fill(f, live->statement_id.at);
    ballots_renumber(&live->all, number);
    live->votes.statements += f->count;
    b->has_statements = true;
    return OPINION_OK;
}

static void moderate(struct opinion_live *live, struct batch *b)
{
    const struct pending *pending = live->pending.at;
    bool *is_out = live->is_out.at;

    for (size_t i = 0; i < live->pending_count; i++) {
        size_t at = find(live->votes.statement_id, live->votes.statements, pending[i].id);
        b->has_statements = b->has_statements || is_out[at] != pending[i].is_out;
        is_out[at] = pending[i].is_out;
    }
    live->pending_count = 0;
}

/* ---- changes ---- */

struct numbered {
    struct ballot_change change;
    size_t turn;
};

static int by_place(const void *a, const void *b)
{
    const struct numbered *x = a, *y = b;

    if (x->change.person != y->change.person)
        return x->change.person < y->change.person ? -1 : 1;
    if (x->change.statement != y->change.statement)
        return x->change.statement < y->change.statement ? -1 : 1;
    return x->turn < y->turn ? -1 : 1;
}

/* The vote there is, or BALLOT_WITHDRAWN. */
static int vote_of(const struct ballots *b, const struct ballot_change *c)
{
    for (uint32_t i = b->begin[c->person]; i < b->begin[c->person + 1]; i++) {
        if (opinion_code_statement(b->code[i]) == c->statement)
            return opinion_code_vote(b->code[i]);
    }
    return BALLOT_WITHDRAWN;
}

static enum opinion_err order(const struct opinion_live *live, struct batch *b,
                              const struct opinion_change *changes, size_t count)
{
    const struct opinion_votes *v = &live->votes;
    struct numbered *all;
    size_t n = 0, person, statement;

    TAKE(b->scratch, all, count);
    TAKE(b->scratch, b->changes, count);
    TAKE(b->scratch, b->people, count);
    for (size_t i = 0; i < count; i++) {
        const struct opinion_change *c = &changes[i];
        if (is_among(v->person_id, v->people, c->person, &person) &&
            is_among(v->statement_id, v->statements, c->statement, &statement))
            all[n++] = (struct numbered){{(uint32_t)person, (uint16_t)statement,
                                          c->is_withdrawn ? (int8_t)BALLOT_WITHDRAWN : c->vote},
                                         i};
    }
    if (n > 1)
        qsort(all, n, sizeof *all, by_place);
    for (size_t i = 0; i < n; i++) {
        const struct ballot_change *c = &all[i].change;
        bool is_last = i + 1 == n || all[i + 1].change.person != c->person ||
                       all[i + 1].change.statement != c->statement;
        if (!is_last || vote_of(&live->all, c) == c->vote)
            continue;
        b->changes[b->count++] = *c;
        if (b->people_count == 0 || b->people[b->people_count - 1] != c->person)
            b->people[b->people_count++] = c->person;
    }
    return OPINION_OK;
}

/* The same changes of the statements that place people. */
static enum opinion_err change_few(struct opinion_live *live, struct batch *b)
{
    struct ballot_change *few;
    size_t n = 0;

    TAKE(b->scratch, few, b->count);
    for (size_t i = 0; i < b->count; i++) {
        few[n] = b->changes[i];
        few[n].statement = live->few_of[b->changes[i].statement];
        n += few[n].statement != NOT_KEPT;
    }
    return ballots_change(&live->m, &live->few, few, n);
}

enum opinion_err live_batch(struct opinion_live *live, const struct opinion_change *changes,
                            size_t count, struct batch *b)
{
    struct fresh people, statements;

    TRY(look(live, b, changes, count, &people, &statements));
    TRY(insert_people(live, &people));
    move_sample(live, &people);
    TRY(insert_statements(live, b, &statements));
    live_show_votes(live);
    moderate(live, b);
    TRY(order(live, b, changes, count));
    TRY(ballots_change(&live->m, &live->all, b->changes, b->count));
    if (live->is_few && !b->has_statements)
        TRY(change_few(live, b));
    live_show_votes(live);
    return OPINION_OK;
}
