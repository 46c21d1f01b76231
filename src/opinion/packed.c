#include "opinion/packed.h"

#include "opinion/bytes.h"

#include <string.h>

enum { ROW = 8, CODE_SKIP = 65535, GAP_MAX = 65535 };

#define SKIP_MAX (((int64_t)1 << 48) - 1)

static const unsigned char magic[8] = "SLVOTES1";

/* ---- in ---- */

static bool read_head(struct packed *p)
{
    p->time = (int64_t)bytes_take(p->bytes + sizeof magic, 8);
    p->has_head = memcmp(p->bytes, magic, sizeof magic) == 0;
    return p->has_head;
}

static enum packed_event read_row(struct packed *p, struct packed_vote *vote)
{
    uint64_t person = bytes_take(p->bytes, 4), code = bytes_take(p->bytes + 4, 2),
             gap = bytes_take(p->bytes + 6, 2);

    p->row++;
    if (code == CODE_SKIP)
        gap = gap << 32 | person;
    if (p->time > INT64_MAX - (int64_t)gap)
        return PACKED_TOO_LATE;
    p->time += (int64_t)gap;
    if (code == CODE_SKIP)
        return PACKED_MORE;
    *vote = (struct packed_vote){(uint32_t)person, (uint16_t)(code / 3), (int8_t)(code % 3) - 1,
                                 p->time};
    return PACKED_VOTE;
}

enum packed_event opinion_packed_next(struct packed *p, const char **at, size_t *len,
                                      struct packed_vote *vote)
{
    enum packed_event event = PACKED_MORE;

    while (event == PACKED_MORE) {
        size_t whole = p->has_head ? ROW : OPINION_PACKED_HEAD, missing = whole - p->len;
        size_t n = *len < missing ? *len : missing;
        if (n > 0)
            memcpy(p->bytes + p->len, *at, n);
        p->len += n;
        *at += n;
        *len -= n;
        if (p->len < whole)
            return PACKED_MORE;
        p->len = 0;
        if (p->has_head)
            event = read_row(p, vote);
        else if (!read_head(p))
            event = PACKED_NO_LOG;
    }
    return event;
}

/* ---- out ---- */

void opinion_pack_head(struct opinion_packer *p, int64_t time,
                       unsigned char head[OPINION_PACKED_HEAD])
{
    p->time = time;
    memset(head, 0, OPINION_PACKED_HEAD);
    memcpy(head, magic, sizeof magic);
    bytes_put(head + sizeof magic, (uint64_t)time, 8);
}

static void put_row(unsigned char *row, uint64_t person, uint64_t code, uint64_t gap)
{
    bytes_put(row, person, 4);
    bytes_put(row + 4, code, 2);
    bytes_put(row + 6, gap, 2);
}

enum opinion_err opinion_pack_vote(struct opinion_packer *p, uint64_t person, uint64_t statement,
                                   int vote, int64_t time,
                                   unsigned char rows[OPINION_PACKED_VOTE_MAX], size_t *len)
{
    if (vote < OPINION_DISAGREE || vote > OPINION_AGREE)
        return OPINION_NOT_A_VOTE;
    if (statement >= OPINION_STATEMENTS_MAX)
        return OPINION_TOO_MANY_STATEMENTS;
    uint64_t gap = (uint64_t)time - (uint64_t)p->time;
    if (person > UINT32_MAX || time < p->time || gap > SKIP_MAX)
        return OPINION_BAD_INPUT;
    *len = 0;
    if (gap > GAP_MAX) {
        put_row(rows, gap & UINT32_MAX, CODE_SKIP, gap >> 32);
        *len = ROW;
        gap = 0;
    }
    put_row(rows + *len, person, 3 * statement + (uint64_t)(vote + 1), gap);
    *len += ROW;
    p->time = time;
    return OPINION_OK;
}
