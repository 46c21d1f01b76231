#include "opinion/log.h"

#include <string.h>

enum { ROOM_FIRST = 64 };

/* The finaliser of SplitMix64 (Steele, Lea, Flood 2014): every bit of the id moves every bit. */
static uint64_t hash_of(uint64_t id)
{
    id = (id ^ (id >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    id = (id ^ (id >> 27)) * UINT64_C(0x94d049bb133111eb);
    return id ^ (id >> 31);
}

static uint32_t *slot_of(const struct id_table *t, uint64_t id)
{
    size_t i = hash_of(id) & (t->slot_count - 1);

    while (t->slots[i] != 0 && t->ids[t->slots[i] - 1] != id)
        i = (i + 1) & (t->slot_count - 1);
    return &t->slots[i];
}

/* Twice as large; the old arrays stay in the region, in all no more than the new one. */
static enum opinion_err id_table_grow(struct region *p, struct id_table *t)
{
    struct id_table old = *t;

    t->room = old.room == 0 ? ROOM_FIRST : 2 * old.room;
    t->slot_count = 2 * t->room;
    TAKE(p, t->ids, t->room);
    TAKE(p, t->slots, t->slot_count);
    if (old.count > 0)
        memcpy(t->ids, old.ids, old.count * sizeof *t->ids);
    for (size_t i = 0; i < old.count; i++)
        *slot_of(t, t->ids[i]) = (uint32_t)i + 1;
    return OPINION_OK;
}

static enum opinion_err id_index(struct region *p, struct id_table *t, uint64_t id, uint32_t *index)
{
    struct id_table grown = *t;

    if (t->count == t->room) {
        TRY(id_table_grow(p, &grown));
        *t = grown;
    }
    uint32_t *slot = slot_of(t, id);
    if (*slot == 0) {
        t->ids[t->count] = id;
        *slot = (uint32_t)++t->count;
    }
    *index = *slot - 1;
    return OPINION_OK;
}

static bool is_known(const struct id_table *t, uint64_t id)
{
    return t->count > 0 && *slot_of(t, id) != 0;
}

enum opinion_err opinion_log_new(const struct opinion_memory *m, struct opinion_log **log)
{
    struct region *region = region_new(m);
    struct opinion_log *made = region == NULL ? NULL : region_take(region, 1, sizeof *made);

    if (made != NULL)
        made->is_out = region_take(region, OPINION_STATEMENTS_MAX, sizeof *made->is_out);
    if (made == NULL || made->is_out == NULL) {
        region_free(region);
        return OPINION_NO_MEMORY;
    }
    made->region = region;
    *log = made;
    return OPINION_OK;
}

void opinion_log_free(struct opinion_log *log)
{
    if (log != NULL)
        region_free(log->region);
}

static enum opinion_err statement_index(struct opinion_log *log, uint64_t id, uint32_t *index)
{
    if (log->statements.count == OPINION_STATEMENTS_MAX && !is_known(&log->statements, id))
        return OPINION_TOO_MANY_STATEMENTS;
    return id_index(log->region, &log->statements, id, index);
}

enum opinion_err opinion_log_statement(struct opinion_log *log, uint64_t statement, bool is_out)
{
    uint32_t index;

    TRY(statement_index(log, statement, &index));
    log->is_out[index] = is_out;
    return OPINION_OK;
}

static enum opinion_err room_for_row(struct opinion_log *log)
{
    struct log_chunk *chunk;

    if (log->last != NULL && log->last->count < LOG_CHUNK)
        return OPINION_OK;
    TAKE(log->region, chunk, 1);
    if (log->last == NULL)
        log->first = chunk;
    else
        log->last->next = chunk;
    log->last = chunk;
    return OPINION_OK;
}

enum opinion_err opinion_log_add(struct opinion_log *log, uint64_t person, uint64_t statement,
                                 int vote, int64_t time)
{
    uint32_t person_index, statement_index_of;

    if (vote < OPINION_DISAGREE || vote > OPINION_AGREE)
        return OPINION_NOT_A_VOTE;
    if (log->count == UINT32_MAX)
        return OPINION_TOO_MANY_VOTES;
    TRY(room_for_row(log));
    TRY(statement_index(log, statement, &statement_index_of));
    TRY(id_index(log->region, &log->people, person, &person_index));
    log->last->rows[log->last->count++] = (struct log_row){
        .time = time,
        .person = person_index,
        .statement = (uint16_t)statement_index_of,
        .vote = (int8_t)vote,
    };
    log->count++;
    return OPINION_OK;
}

uint64_t opinion_log_count(const struct opinion_log *log)
{
    return log->count;
}
