/*
 * csv -- comma-separated values (RFC 4180), fed in pieces, given out field by field.
 *
 * Needs no more memory than one field's beginning: what a vote is made of is short, and the text of
 * a statement is only stepped over.
 */
#pragma once
#include "opinion/opinion.h"

enum { CSV_FIELD_MAX = 63 };

enum csv_event { CSV_MORE, CSV_FIELD, CSV_ROW };

struct csv {
    uint64_t line;                 /* the one being read, from 1 */
    uint64_t row_line;             /* where the row began */
    size_t column;                 /* of the field being read, from 0 */
    size_t len;                    /* may be more than was kept */
    char field[CSV_FIELD_MAX + 1]; /* its beginning, without white space at its ends */
    enum { CSV_PLAIN, CSV_QUOTED, CSV_QUOTE } state; /* CSV_QUOTE: one that may end or be two */
    enum csv_event last;
    bool is_begun, was_return;
    size_t mark; /* bytes of a byte order mark seen */
};

/* One byte. CSV_FIELD: a field is over, another follows; CSV_ROW: the last one of its row is.
 * The field stays until the next byte. Empty lines are no rows. */
enum csv_event opinion_csv_byte(struct csv *c, char byte);

/* The end of the file: CSV_ROW when a row without a line break is over. */
enum csv_event opinion_csv_end(struct csv *c);

/* Is the field whole in `field`? */
static inline bool csv_is_whole(const struct csv *c)
{
    return c->len <= CSV_FIELD_MAX;
}
