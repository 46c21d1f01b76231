/*
 * Files of votes, and what is computed from them. The first byte chooses the kind of table, whether
 * bad rows are skipped, and the size of the pieces. Whatever was read has an answer, with no number
 * in it that JSON does not have.
 */
#include "opinion/load.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { PEOPLE_MAX = 300, STATEMENTS_MAX = 100 }; /* so that one input takes milliseconds */

static void *take(void *self, size_t size)
{
    (void)self;
    return calloc(1, size);
}

static void give(void *self, void *at)
{
    (void)self;
    free(at);
}

static const struct opinion_memory memory = {take, give, NULL};

static bool put(void *self, const char *at, size_t len)
{
    (void)self;
    for (size_t i = 0; i + 3 < len; i++)
        assert(memcmp(at + i, "null", 4) != 0);
    return true;
}

static void analyse(const struct opinion_votes *v)
{
    const struct opinion_sink sink = {put, NULL};
    const struct opinion_polis *p;

    if (v->people > PEOPLE_MAX || v->statements > STATEMENTS_MAX)
        return;
    enum opinion_err e = opinion_polis_new(&memory, v, NULL, &p);
    assert(e == OPINION_OK);
    e = opinion_polis_json(p, &sink);
    assert(e == OPINION_OK);
    opinion_polis_free(p);
}

static void make_votes(const struct opinion_log *log)
{
    for (enum opinion_order order = OPINION_BY_ID; order <= OPINION_BY_APPEARANCE; order++) {
        const struct opinion_votes *v;
        enum opinion_err e = opinion_votes_new(&memory, log, order, &v);
        assert(e == OPINION_OK);
        assert(v->count <= opinion_log_count(log) && v->begin[v->people] == v->count);
        for (uint64_t k = 0; k < v->count; k++)
            assert(opinion_code_statement(v->code[k]) < v->statements);
        analyse(v);
        opinion_votes_free(v);
    }
}

/* What is plain gives the same votes straight from the file; `whole`: by way of the log. */
static void load(const char *at, size_t len, enum opinion_table table, size_t piece,
                 const struct opinion_votes *whole)
{
    const struct opinion_votes *v = NULL;
    struct opinion_load *l;
    enum opinion_err e = opinion_load_new(&memory, table, &l);
    int times = table == OPINION_PACKED_TABLE ? 2 : 1;

    assert(e == OPINION_OK);
    for (int t = 0; t < times && e == OPINION_OK; t++) {
        if (t == 1)
            e = opinion_load_again(l);
        for (size_t i = 0; i < len && e == OPINION_OK; i += piece)
            e = opinion_load_feed(l, at + i, len - i < piece ? len - i : piece);
    }
    if (e == OPINION_OK)
        e = opinion_load_end(l, &v);
    assert(e == OPINION_OK || e == OPINION_BAD_INPUT);
    if (e == OPINION_OK) {
        assert(whole != NULL && v->count == whole->count && v->people == whole->people);
        assert(memcmp(v->code, whole->code, v->count * sizeof *v->code) == 0);
    }
    opinion_votes_free(v);
    opinion_load_free(l);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const struct opinion_votes *whole = NULL;
    struct opinion_log *log;
    struct opinion_reader *r;
    enum opinion_err e = OPINION_OK;

    if (size == 0)
        return 0;
    size_t piece = 1 + (data[0] >> 3);
    if (opinion_log_new(&memory, &log) != OPINION_OK ||
        opinion_reader_new(&memory, log, (enum opinion_table)(data[0] % 4), (data[0] & 4) != 0,
                           &r) != OPINION_OK)
        abort();
    for (size_t at = 1; at < size && e == OPINION_OK; at += piece)
        e = opinion_reader_feed(r, (const char *)data + at, size - at < piece ? size - at : piece);
    if (e == OPINION_OK)
        e = opinion_reader_end(r);
    assert((e == OPINION_BAD_INPUT) <= (opinion_reader_fault(r).kind != OPINION_FAULT_NONE));
    if (e == OPINION_OK && opinion_votes_new(&memory, log, OPINION_BY_ID, &whole) != OPINION_OK)
        abort();
    if (data[0] % 4 == OPINION_VOTES_TABLE || data[0] % 4 == OPINION_PACKED_TABLE)
        load((const char *)data + 1, size - 1, (enum opinion_table)(data[0] % 4), piece,
             opinion_reader_skipped(r) > 0 ? NULL : whole);
    opinion_votes_free(whole);
    make_votes(log); /* what was read before a fault, too */
    opinion_reader_free(r);
    opinion_log_free(log);
    return 0;
}
