/* load_latest: each person's rows into votes, one on each statement, ascending. */
#include "opinion/load_parts.h"

#include <stdlib.h>
#include <string.h>

struct seat {
    uint32_t moment; /* of the person's row that counts so far, from 1 */
    uint16_t code;
};

struct latest {
    uint16_t *code_of;  /* [CODES] from the code of a row to that of a vote */
    struct seat *seat;  /* [statements] */
    uint64_t *is_taken; /* a bit for each statement */
};

struct named {
    uint64_t id;
    uint16_t number;
};

static int by_id(const void *a, const void *b)
{
    const struct named *x = a, *y = b;

    return (x->id > y->id) - (x->id < y->id);
}

/* Statements that have a row, by id. */
static enum opinion_err number_statements(struct opinion_load *load, uint16_t *code_of)
{
    struct named *all;
    uint64_t *id;
    bool *is_out;
    size_t n = 0;

    TAKE(load->region, all, OPINION_STATEMENTS_MAX);
    for (size_t j = 0; j < OPINION_STATEMENTS_MAX; j++) {
        if (load->is_code[3 * j] || load->is_code[3 * j + 1] || load->is_code[3 * j + 2])
            all[n++] =
                (struct named){load->statement_id == NULL ? j : load->statement_id[j], (uint16_t)j};
    }
    if (n > 1)
        qsort(all, n, sizeof *all, by_id);
    TAKE(load->votes_region, id, n);
    TAKE(load->votes_region, is_out, n);
    for (size_t j = 0; j < n; j++) {
        id[j] = all[j].id;
        for (size_t vote = 0; vote < 3; vote++)
            code_of[3 * (size_t)all[j].number + vote] = (uint16_t)(3 * j + vote);
    }
    load->votes->statements = n;
    load->votes->statement_id = id;
    load->votes->is_out = is_out;
    return OPINION_OK;
}

/* The rows of somebody who voted once on each; false: he voted twice on one. */
static bool seat_once(struct latest *l, const uint16_t *code, size_t count)
{
    for (size_t r = 0; r < count; r++) {
        uint16_t vote = l->code_of[code[r]];
        size_t j = opinion_code_statement(vote);
        uint64_t bit = UINT64_C(1) << (j % 64);
        if ((l->is_taken[j / 64] & bit) != 0)
            return false;
        l->is_taken[j / 64] |= bit;
        l->seat[j].code = vote;
    }
    return true;
}

/* The later row counts; at one time the greater vote. */
static void seat_latest(struct latest *l, const struct opinion_load *load, uint32_t from,
                        uint32_t to)
{
    uint32_t moment = 1;

    for (uint32_t r = from; r < to; r++) /* forget who sat there */
        l->seat[opinion_code_statement(l->code_of[load->code[r]])].moment = 0;
    for (uint32_t r = from; r < to; r++) {
        uint16_t code = l->code_of[load->code[r]];
        size_t j = opinion_code_statement(code);
        struct seat *s = &l->seat[j];
        moment += (load->is_same[r / 64] >> (r % 64) & 1) == 0;
        if (s->moment != moment || code > s->code)
            s->code = code;
        s->moment = moment;
        l->is_taken[j / 64] |= UINT64_C(1) << (j % 64);
    }
}

/* Those that are seated, in their order. */
static uint32_t unseat(struct latest *l, size_t words, uint16_t *to)
{
    uint32_t n = 0;

    for (size_t word = 0; word < words; word++) {
        for (uint64_t bits = l->is_taken[word]; bits != 0; bits &= bits - 1)
            to[n++] = l->seat[64 * word + (size_t)__builtin_ctzll(bits)].code;
        l->is_taken[word] = 0;
    }
    return n;
}

enum opinion_err load_latest(struct opinion_load *load)
{
    struct latest l = {.code_of = NULL};
    uint32_t kept = 0;

    TAKE(load->region, l.code_of, CODES);
    TRY(number_statements(load, l.code_of));
    size_t words = load->votes->statements / 64 + 1;
    TAKE(load->region, l.seat, load->votes->statements);
    TAKE(load->region, l.is_taken, words);
    for (size_t i = 0; i < load->votes->people; i++) {
        uint32_t from = load->begin[i], to = load->begin[i + 1];
        if (!seat_once(&l, load->code + from, to - from))
            seat_latest(&l, load, from, to);
        load->begin[i] = kept;
        kept += unseat(&l, words, load->code + kept);
    }
    load->begin[load->votes->people] = kept;
    load->votes->count = kept;
    load->votes->begin = load->begin;
    load->votes->code = load->code;
    return OPINION_OK;
}
