/* The binary log of votes: what is written is what is read, and what is cut or foreign is said. */
#include "opinion/log.h"
#include "opinion/world.h"

#include <string.h>

enum { VOTES = 500, ROW = 8 };

struct packing {
    struct world_memory w;
    struct opinion_log *log;
    struct opinion_reader *reader;
    enum opinion_err result;
    char bytes[OPINION_PACKED_HEAD + VOTES * OPINION_PACKED_VOTE_MAX];
    size_t len;
    struct log_row rows[VOTES];
};

static const int64_t begin = -5;

/* Times that stand still, go on, jump beyond 16 bits and beyond 32. */
static void write_all(struct packing *p)
{
    static const int64_t gaps[] = {0, 1, 65535, 65536, 4294967296, 281474976710655};
    struct opinion_packer packer;
    int64_t time = begin;

    opinion_pack_head(&packer, begin, (unsigned char *)p->bytes);
    p->len = OPINION_PACKED_HEAD;
    for (uint32_t i = 0; i < VOTES; i++) {
        size_t len;
        time += gaps[i % 6];
        p->rows[i] = (struct log_row){time, i % 7 == 0 ? UINT32_MAX : i,
                                      (uint16_t)(i % 3 == 0 ? OPINION_STATEMENTS_MAX - 1 : i % 50),
                                      (int8_t)(i % 3) - 1};
        assert_int_equal(opinion_pack_vote(&packer, p->rows[i].person, p->rows[i].statement,
                                           p->rows[i].vote, time,
                                           (unsigned char *)p->bytes + p->len, &len),
                         OPINION_OK);
        p->len += len;
    }
}

static void read_bytes(struct packing *p, size_t len, bool skips_bad, size_t piece)
{
    world_begin(&p->w, &p->log);
    assert_int_equal(
        opinion_reader_new(&p->w.m, p->log, OPINION_PACKED_TABLE, skips_bad, &p->reader),
        OPINION_OK);
    p->result = OPINION_OK;
    for (size_t at = 0; at < len && p->result == OPINION_OK; at += piece)
        p->result =
            opinion_reader_feed(p->reader, p->bytes + at, len - at < piece ? len - at : piece);
    if (p->result == OPINION_OK)
        p->result = opinion_reader_end(p->reader);
}

static void read_end(struct packing *p)
{
    opinion_reader_free(p->reader);
    world_end(&p->w, p->log, NULL);
}

static void expect_fault(struct packing *p, size_t len, enum opinion_fault_kind kind, uint64_t row)
{
    read_bytes(p, len, false, 13);
    struct opinion_fault fault = opinion_reader_fault(p->reader);
    assert_int_equal(p->result, OPINION_BAD_INPUT);
    assert_int_equal(fault.kind, kind);
    assert_int_equal(fault.line, row);
    read_end(p);
}

static void what_was_written_is_read_in_pieces_of_any_size(void **state)
{
    static struct packing p;

    (void)state;
    write_all(&p);
    for (size_t piece = 1; piece < 60; piece += 7) {
        read_bytes(&p, p.len, false, piece);
        assert_int_equal(p.result, OPINION_OK);
        assert_int_equal(opinion_log_count(p.log), VOTES);
        for (size_t i = 0; i < VOTES; i++) {
            const struct log_row *row = &p.log->first->rows[i];
            assert_int_equal(row->time, p.rows[i].time);
            assert_int_equal(row->vote, p.rows[i].vote);
            assert_int_equal(p.log->people.ids[row->person], p.rows[i].person);
            assert_int_equal(p.log->statements.ids[row->statement], p.rows[i].statement);
        }
        read_end(&p);
    }
}

static void a_log_that_was_cut_says_in_which_row(void **state)
{
    static struct packing p;

    (void)state;
    write_all(&p);
    for (size_t len = 0; len <= OPINION_PACKED_HEAD; len++)
        expect_fault(&p, len,
                     len % OPINION_PACKED_HEAD == 0 ? OPINION_FAULT_EMPTY : OPINION_FAULT_NO_LOG,
                     0);
    for (size_t over = 1; over < ROW; over++)
        expect_fault(&p, OPINION_PACKED_HEAD + 2 * ROW + over, OPINION_FAULT_CUT, 3);
    read_bytes(&p, OPINION_PACKED_HEAD + 2 * ROW + 5, true, 4096);
    assert_int_equal(p.result, OPINION_OK);
    assert_int_equal(opinion_log_count(p.log), 2);
    assert_int_equal(opinion_reader_skipped(p.reader), 1);
    read_end(&p);
}

static void what_is_no_log_is_not_taken_for_one(void **state)
{
    static struct packing p;

    (void)state;
    write_all(&p);
    p.bytes[7] = '2';
    expect_fault(&p, p.len, OPINION_FAULT_NO_LOG, 0);
    read_bytes(&p, p.len, true, 64); /* not even where bad rows are left out */
    assert_int_equal(p.result, OPINION_BAD_INPUT);
    read_end(&p);
}

static void a_time_past_64_bits_ends_the_reading(void **state)
{
    static struct packing p;

    (void)state;
    write_all(&p);
    memset(p.bytes + 8, 0xff, 7);
    p.bytes[15] = 0x7f; /* the head's time is the last there is */
    expect_fault(&p, p.len, OPINION_FAULT_NOT_A_NUMBER, 2); /* the first row stands still */
}

static void what_does_not_fit_is_not_written(void **state)
{
    unsigned char head[OPINION_PACKED_HEAD], rows[OPINION_PACKED_VOTE_MAX];
    struct opinion_packer p;
    size_t len;

    (void)state;
    opinion_pack_head(&p, 100, head);
    assert_int_equal(opinion_pack_vote(&p, 1, 1, 2, 100, rows, &len), OPINION_NOT_A_VOTE);
    assert_int_equal(opinion_pack_vote(&p, 1, OPINION_STATEMENTS_MAX, 1, 100, rows, &len),
                     OPINION_TOO_MANY_STATEMENTS);
    assert_int_equal(opinion_pack_vote(&p, (uint64_t)UINT32_MAX + 1, 1, 1, 100, rows, &len),
                     OPINION_BAD_INPUT);
    assert_int_equal(opinion_pack_vote(&p, 1, 1, 1, 99, rows, &len), OPINION_BAD_INPUT);
    assert_int_equal(opinion_pack_vote(&p, 1, 1, 1, INT64_MAX, rows, &len), OPINION_BAD_INPUT);
    assert_int_equal(opinion_pack_vote(&p, 1, 1, 1, 100, rows, &len), OPINION_OK);
    assert_int_equal(len, ROW);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_was_written_is_read_in_pieces_of_any_size),
        cmocka_unit_test(a_log_that_was_cut_says_in_which_row),
        cmocka_unit_test(what_is_no_log_is_not_taken_for_one),
        cmocka_unit_test(a_time_past_64_bits_ends_the_reading),
        cmocka_unit_test(what_does_not_fit_is_not_written),
    };

    return cmocka_run_group_tests_name("packed", tests, NULL, NULL);
}
