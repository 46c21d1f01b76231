/*
 * load -- votes straight from a file that is plain, without a log of rows in between.
 *
 * Plain is a binary log; or lines of participant, statement, vote, and perhaps a time that never
 * goes back, all of them numbers without a sign but for the vote, participants below 2^32 and not
 * strewn, statements below 65536. That is what programs write. Whatever else comes, faults too, is
 * OPINION_BAD_INPUT, and opinion_reader_new is the way, which also says what is wrong.
 *
 * A binary log is fed twice and needs 2 bytes a vote; lines are fed once and need 10.
 */
#pragma once
#include "opinion/opinion.h"

struct opinion_load;

/* `table`: OPINION_PACKED_TABLE or OPINION_VOTES_TABLE. */
enum opinion_err opinion_load_new(const struct opinion_memory *m, enum opinion_table table,
                                  struct opinion_load **load);
void opinion_load_free(struct opinion_load *load);

/* The next bytes, in pieces of any size. */
enum opinion_err opinion_load_feed(struct opinion_load *load, const char *at, size_t len);

/* All of a binary log has been fed, and will be once more. */
enum opinion_err opinion_load_again(struct opinion_load *load);

/* What opinion_votes_new gives of the same rows in OPINION_BY_ID. The load can only be freed then,
 * and the votes outlive it. OPINION_BAD_INPUT, too, where the second time other bytes came. */
enum opinion_err opinion_load_end(struct opinion_load *load, const struct opinion_votes **votes);
