/* A publication as bytes and back, lowest byte first:
 *
 *     head     "SLPUBL01"; how many bytes the body has (8)
 *     body     as below
 *     end      FNV-1a of the body (Fowler, Noll, Vo 1991; 8): shows damage, not forgery
 */
#include "opinion/bytes.h"
#include "opinion/publish_row.h"

#include <string.h>

enum { MAGIC_LEN = 8, HEAD_LEN = 16, SUM_LEN = 8, PIECE = 4096 };

static const char MAGIC[] = "SLPUBL01";
static const uint64_t FNV_BEGIN = UINT64_C(14695981039346656037), FNV_BY = UINT64_C(1099511628211);

/* ---- out ---- */

struct writer {
    const struct opinion_sink *sink; /* NULL: only to know how long it gets */
    uint64_t len, sum;
    size_t filled;
    bool is_broken;
    char piece[PIECE];
};

static void flush(struct writer *w)
{
    if (w->sink != NULL && !w->is_broken)
        w->is_broken = !w->sink->put(w->sink->self, w->piece, w->filled);
    w->filled = 0;
}

static void put_number(struct writer *w, uint64_t number, int bytes)
{
    for (int i = 0; i < bytes; i++) {
        unsigned char byte = (unsigned char)(number >> 8 * i);
        if (w->filled == PIECE)
            flush(w);
        w->piece[w->filled++] = (char)byte;
        w->sum = (w->sum ^ byte) * FNV_BY;
        w->len++;
    }
}

static void put_share(struct writer *w, const struct opinion_share *s)
{
    const double each[] = {s->at, s->low, s->high};

    for (int i = 0; i < 3; i++) {
        uint64_t bits;
        memcpy(&bits, &each[i], sizeof bits);
        put_number(w, bits, 8);
    }
}

static void put_version(struct writer *w, const struct opinion_version *v)
{
    put_number(w, v->number, 8);
    put_number(w, (uint64_t)v->k, 1);
    for (int g = 0; g < v->k; g++) {
        put_number(w, (uint64_t)v->id[g], 4);
        put_number(w, v->is_shown[g], 1);
    }
    put_number(w, v->about.is_whole, 1);
    put_number(w, v->about.is_common, 1);
    put_number(w, v->about.side > 0, 1);
    put_share(w, &v->about.common);
    put_share(w, &v->about.bridging);
    put_share(w, &v->about.divisiveness);
    put_share(w, &v->about.uncertainty);
    put_number(w, v->people, 4);
    for (size_t i = 0; i < v->people; i++) {
        put_number(w, v->person[i], 8);
        put_number(w, v->place[i], 1);
    }
}

static void put_body(struct writer *w, const struct opinion_publication *p)
{
    w->len = 0;
    w->sum = FNV_BEGIN;
    put_number(w, p->number, 8);
    put_number(w, p->verdict, 1);
    put_number(w, (uint64_t)p->ids, 4);
    put_version(w, &p->latest);
    put_number(w, p->row_count, 4);
    for (size_t i = 0; i < p->row_count; i++) {
        const struct opinion_row_shown *row = &p->rows[i];
        put_number(w, row->statement, 8);
        put_number(w, row->is_out, 1);
        put_number(w, row->is_hidden, 1);
        put_number(w, row->version_count, 1);
        for (size_t n = 0; n < row->version_count; n++)
            put_version(w, &row->version[n]);
    }
}

enum opinion_err opinion_publication_save(const struct opinion_publication *publication,
                                          const struct opinion_sink *sink)
{
    struct writer w = {.sink = NULL};

    put_body(&w, publication);
    uint64_t len = w.len;
    w.filled = 0;
    w.sink = sink;
    for (int i = 0; i < MAGIC_LEN; i++)
        put_number(&w, (unsigned char)MAGIC[i], 1);
    put_number(&w, len, 8);
    put_body(&w, publication);
    put_number(&w, w.sum, SUM_LEN);
    flush(&w);
    return w.is_broken ? OPINION_NOT_WRITTEN : OPINION_OK;
}

/* ---- in ---- */

struct bytes {
    const unsigned char *at;
    size_t left;
    bool is_wrong; /* it ended too early, or a number is none that can stand there */
    struct region *region;
};

/* 0 .. most; 0 where it is wrong. */
static uint64_t take_number(struct bytes *b, int bytes, uint64_t most)
{
    if (b->left < (size_t)bytes) {
        b->is_wrong = true;
        b->left = 0;
        return 0;
    }
    uint64_t number = bytes_take(b->at, bytes);
    b->at += bytes;
    b->left -= (size_t)bytes;
    b->is_wrong = b->is_wrong || number > most;
    return number > most ? 0 : number;
}

static struct opinion_share take_share(struct bytes *b)
{
    double each[3];

    for (int i = 0; i < 3; i++) {
        uint64_t bits = take_number(b, 8, UINT64_MAX);
        memcpy(&each[i], &bits, sizeof bits);
    }
    return (struct opinion_share){each[0], each[1], each[2]};
}

static enum opinion_err take_people(struct bytes *b, struct opinion_version *v)
{
    enum { EACH = 9 };
    size_t n = take_number(b, 4, b->left / EACH);
    uint64_t *person;
    uint8_t *place;

    TAKE(b->region, person, n);
    TAKE(b->region, place, n);
    for (size_t i = 0; i < n; i++) {
        person[i] = take_number(b, 8, UINT64_MAX);
        place[i] = (uint8_t)take_number(b, 1, 3 * PLACE_NO_GROUP + 2);
        int slot = place_slot(place[i]);
        b->is_wrong = b->is_wrong || (i > 0 && person[i] <= person[i - 1]) ||
                      (slot >= v->k && slot != PLACE_NO_GROUP);
    }
    v->people = n;
    v->person = person;
    v->place = place;
    return b->is_wrong ? OPINION_BAD_INPUT : OPINION_OK;
}

static enum opinion_err take_version(struct bytes *b, struct opinion_version *v)
{
    v->number = take_number(b, 8, UINT64_MAX);
    v->k = (int)take_number(b, 1, OPINION_GROUPS_MAX);
    for (int g = 0; g < v->k; g++) {
        v->id[g] = (int)take_number(b, 4, INT32_MAX);
        v->is_shown[g] = take_number(b, 1, 1) != 0;
    }
    v->about.is_whole = take_number(b, 1, 1) != 0;
    v->about.is_common = take_number(b, 1, 1) != 0;
    v->about.side = take_number(b, 1, 1) != 0 ? 1 : -1;
    v->about.common = take_share(b);
    v->about.bridging = take_share(b);
    v->about.divisiveness = take_share(b);
    v->about.uncertainty = take_share(b);
    TRY(take_people(b, v));
    version_count(v);
    return OPINION_OK;
}

static enum opinion_err take_rows(struct bytes *b, struct publication *w)
{
    enum { LEAST = 11 }; /* bytes of a row */
    size_t n = take_number(b, 4, b->left / LEAST);
    struct opinion_row_shown *rows;

    TAKE(b->region, rows, n);
    for (size_t i = 0; i < n; i++) {
        rows[i].statement = take_number(b, 8, UINT64_MAX);
        rows[i].is_out = take_number(b, 1, 1) != 0;
        rows[i].is_hidden = take_number(b, 1, 1) != 0;
        rows[i].version_count = take_number(b, 1, OPINION_VERSIONS_MAX);
        b->is_wrong = b->is_wrong || (i > 1 && rows[i].statement <= rows[i - 1].statement);
        for (size_t k = 0; k < rows[i].version_count; k++)
            TRY(take_version(b, &rows[i].version[k]));
    }
    w->p.rows = rows;
    w->p.row_count = n;
    return b->is_wrong || n == 0 || b->left > 0 ? OPINION_BAD_INPUT : OPINION_OK;
}

static enum opinion_err take_body(struct bytes *b, struct publication *w)
{
    w->p.number = take_number(b, 8, UINT64_MAX - 1);
    w->p.verdict = (enum opinion_verdict)take_number(b, 1, OPINION_DISTINCT);
    w->p.ids = (int)take_number(b, 4, INT32_MAX - OPINION_GROUPS_MAX);
    TRY(take_version(b, &w->p.latest));
    w->p.k = w->p.latest.k;
    memcpy(w->p.id, w->p.latest.id, sizeof w->p.id);
    TRY(take_rows(b, w));
    return publication_list_common(w);
}

static bool is_whole(const unsigned char *at, size_t len)
{
    uint64_t sum = FNV_BEGIN;

    if (len < HEAD_LEN + SUM_LEN || memcmp(at, MAGIC, MAGIC_LEN) != 0 ||
        bytes_take(at + MAGIC_LEN, 8) != len - HEAD_LEN - SUM_LEN)
        return false;
    for (size_t i = HEAD_LEN; i < len - SUM_LEN; i++)
        sum = (sum ^ at[i]) * FNV_BY;
    return sum == bytes_take(at + len - SUM_LEN, SUM_LEN);
}

enum opinion_err opinion_publication_load(const struct opinion_memory *m, const unsigned char *at,
                                          size_t len,
                                          const struct opinion_publication **publication)
{
    if (!is_whole(at, len))
        return OPINION_BAD_INPUT;
    struct region *region = region_new(m);
    struct publication *w = region == NULL ? NULL : region_take(region, 1, sizeof *w);
    enum opinion_err e = OPINION_NO_MEMORY;
    if (w != NULL) {
        struct bytes b = {at + HEAD_LEN, len - HEAD_LEN - SUM_LEN, false, region};
        w->region = region;
        e = take_body(&b, w);
    }
    if (e != OPINION_OK) {
        region_free(region);
        return e;
    }
    *publication = &w->p;
    return OPINION_OK;
}
