/* log -- the rows as they came, for votes.c; and votes that are handed out. */
#pragma once
#include "opinion/region.h"

enum { LOG_CHUNK = 16384 };

struct log_row {
    int64_t time;
    uint32_t person;
    uint16_t statement;
    int8_t vote;
};

struct log_chunk {
    struct log_chunk *next;
    size_t count;
    struct log_row rows[LOG_CHUNK];
};

/* Ids in the order they came in, and where to find each: open addressing by the id's hash. */
struct id_table {
    uint64_t *ids;
    uint32_t *slots; /* index + 1; 0: free */
    size_t count, room, slot_count;
};

struct opinion_log {
    struct region *region;
    struct id_table people, statements;
    bool *is_out; /* [statements.room] */
    struct log_chunk *first, *last;
    uint64_t count;
};

/* Votes that lie in the region, for opinion_votes_free, which frees it. */
enum opinion_err votes_hand_out(struct region *region, const struct opinion_votes *v,
                                const struct opinion_votes **votes);
