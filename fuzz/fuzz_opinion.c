/*
 * Files of votes, and what is computed from them. The first byte chooses the kind of table, whether
 * bad rows are skipped, and the size of the pieces. Whatever was read has an answer, with no number
 * in it that JSON does not have.
 */
#include "opinion/opinion.h"

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

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
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
    make_votes(log); /* what was read before a fault, too */
    opinion_reader_free(r);
    opinion_log_free(log);
    return 0;
}
