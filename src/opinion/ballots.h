/*
 * ballots -- everybody's votes as codes, which change in batches.
 *
 * Two copies: the votes as they are, and as they were before the last batch, which the sums are
 * told of. A batch is one pass from the one into the other.
 */
#pragma once
#include "opinion/region.h"

/* An array that grows, in a region of its own. */
struct room {
    struct region *region;
    void *at;
    size_t bytes;
};

/* At least so many bytes, the new ones zeros, what was there kept. */
enum opinion_err room_for(const struct opinion_memory *m, struct room *room, size_t bytes);
void room_free(struct room *room);

/* Rows of `width` bytes: makes room before each of the rows that `before` names (indices of what
 * was there, ascending, `count` itself: at the end) and fills it with zeros. */
enum opinion_err room_insert(const struct opinion_memory *m, struct room *room, size_t width,
                             size_t count, const uint32_t *before, size_t inserted);

enum { BALLOT_WITHDRAWN = 2 };

/* A change of one person on one statement, by index; a batch of them is in this order, and has one
 * for each pair. */
struct ballot_change {
    uint32_t person;
    uint16_t statement;
    int8_t vote; /* or BALLOT_WITHDRAWN */
};

struct ballots {
    size_t people;
    uint32_t *begin, *was_begin; /* [people + 1] */
    uint16_t *code, *was_code;
    struct room begins[2], codes[2];
};

enum opinion_err ballots_copy(const struct opinion_memory *m, const struct opinion_votes *votes,
                              struct ballots *b);
void ballots_free(struct ballots *b);

/* People without votes before those that `before` names, as room_insert. */
enum opinion_err ballots_insert(const struct opinion_memory *m, struct ballots *b,
                                const uint32_t *before, size_t inserted);

/* Statements by other numbers, which rise as the old ones do: [old] the new. */
void ballots_renumber(struct ballots *b, const uint16_t *number);

/* The votes after the changes. `code` and `begin` are others afterwards. */
enum opinion_err ballots_change(const struct opinion_memory *m, struct ballots *b,
                                const struct ballot_change *changes, size_t count);
