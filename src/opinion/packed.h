/* packed -- the binary log of votes, taken apart: what its bytes are stands in opinion.h. */
#pragma once
#include "opinion/opinion.h"

enum packed_event {
    PACKED_MORE,     /* all that was fed has been taken */
    PACKED_VOTE,     /* there is one */
    PACKED_NO_LOG,   /* it does not begin as a log does */
    PACKED_TOO_LATE, /* the time of the row does not fit 64 bits */
};

struct packed_vote {
    uint32_t person;
    uint16_t statement;
    int8_t vote;
    int64_t time;
};

/* All zeros to begin with. */
struct packed {
    unsigned char bytes[OPINION_PACKED_HEAD]; /* of the head or of a row, not yet whole */
    size_t len;
    bool has_head;
    uint64_t row; /* the last one that was whole, from 1 */
    int64_t time;
};

/* Takes bytes from `*at` up to the next vote. */
enum packed_event opinion_packed_next(struct packed *p, const char **at, size_t *len,
                                      struct packed_vote *vote);
