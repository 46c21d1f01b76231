/* Files of votes: what is understood, and what is said of what is not. */
#include "opinion/world.h"

#include <string.h>

struct reading {
    struct world_memory w;
    struct opinion_log *log;
    struct opinion_reader *reader;
    enum opinion_err result;
    struct opinion_fault fault;
};

/* In pieces of `piece` bytes. */
static void read_text(struct reading *r, enum opinion_table table, bool skips_bad, const char *text,
                      size_t piece)
{
    size_t len = strlen(text);

    world_begin(&r->w, &r->log);
    assert_int_equal(opinion_reader_new(&r->w.m, r->log, table, skips_bad, &r->reader), OPINION_OK);
    r->result = OPINION_OK;
    for (size_t at = 0; at < len && r->result == OPINION_OK; at += piece)
        r->result = opinion_reader_feed(r->reader, text + at, len - at < piece ? len - at : piece);
    if (r->result == OPINION_OK)
        r->result = opinion_reader_end(r->reader);
    r->fault = opinion_reader_fault(r->reader);
}

static void read_end(struct reading *r)
{
    opinion_reader_free(r->reader);
    world_end(&r->w, r->log, NULL);
}

static void expect_rows(enum opinion_table table, const char *text, uint64_t rows)
{
    for (size_t piece = 1; piece < 40; piece += 6) {
        struct reading r;
        read_text(&r, table, false, text, piece);
        assert_int_equal(r.result, OPINION_OK);
        assert_int_equal(opinion_log_count(r.log), rows);
        read_end(&r);
    }
}

static void expect_fault(enum opinion_table table, const char *text, enum opinion_fault_kind kind,
                         uint64_t line, size_t column, const char *name)
{
    struct reading r;

    read_text(&r, table, false, text, 7);
    assert_int_equal(r.result, OPINION_BAD_INPUT);
    assert_int_equal(r.fault.kind, kind);
    assert_int_equal(r.fault.line, line);
    assert_int_equal(r.fault.column, column);
    assert_string_equal(r.fault.name, name);
    read_end(&r);
}

static void votes_are_read_by_the_names_of_their_columns(void **state)
{
    (void)state;
    expect_rows(OPINION_VOTES_TABLE,
                "timestamp,datetime,comment-id,voter-id,vote\n"
                "1435654192085,\"Tue Jun 30, 2015\",0,0,1\n1435656324267,,0,1,-1\n",
                2);
    expect_rows(OPINION_VOTES_TABLE, "vote,participant,statement\n0,1,2\n", 1);
}

static void votes_without_names_are_participant_statement_vote_and_time(void **state)
{
    struct reading r;
    const struct opinion_votes *v;

    (void)state;
    read_text(&r, OPINION_VOTES_TABLE, false, "7,3,1,20\n7,3,-1,10\n", 100);
    assert_int_equal(r.result, OPINION_OK);
    assert_int_equal(opinion_votes_new(&r.w.m, r.log, OPINION_BY_ID, &v), OPINION_OK);
    assert_int_equal(v->person_id[0], 7);
    assert_int_equal(v->statement_id[0], 3);
    assert_int_equal(opinion_code_vote(v->code[0]), OPINION_AGREE);
    opinion_votes_free(v);
    read_end(&r);
}

static void without_times_a_later_row_is_later(void **state)
{
    struct reading r;
    const struct opinion_votes *v;

    (void)state;
    read_text(&r, OPINION_VOTES_TABLE, false, "participant,statement,vote\n7,3,1\n7,3,-1\n", 100);
    assert_int_equal(opinion_votes_new(&r.w.m, r.log, OPINION_BY_ID, &v), OPINION_OK);
    assert_int_equal(opinion_code_vote(v->code[0]), OPINION_DISAGREE);
    opinion_votes_free(v);
    read_end(&r);
}

static void marks_line_breaks_quotes_and_empty_lines_are_understood(void **state)
{
    (void)state;
    expect_rows(OPINION_VOTES_TABLE,
                "\xef\xbb\xbfparticipant,statement,vote\r\n\r\n \"1\" , 2 ,1\r\n1,3,\"-1\"", 2);
    expect_rows(OPINION_VOTES_TABLE, "participant,statement,vote\r1,2,1\r1,3,0\r", 2);
    expect_rows(OPINION_STATEMENTS_TABLE,
                "comment-id,moderated,comment-body\n1,-1,\"one \"\"two\"\"\n, three\"\n2,1,\"\"\n",
                0);
    /* GB18030: its second bytes are never a quote or a comma */
    expect_rows(OPINION_VOTES_TABLE, "participant,statement,vote,note\n1,2,1,\xd0\x5f\xb6\xcf\n",
                1);
}

static void a_line_is_counted_also_inside_quotes(void **state)
{
    (void)state;
    expect_fault(OPINION_STATEMENTS_TABLE,
                 "comment-id,moderated,comment-body\n1,-1,\"a\r\nb\nc\"\nx,1,\n",
                 OPINION_FAULT_NOT_A_NUMBER, 5, 1, "statement");
}

#define HEAD "participant,statement,vote\n1,2,1\n"

static void each_fault_names_its_line_and_column(void **state)
{
    (void)state;
    expect_fault(OPINION_VOTES_TABLE, HEAD "1,2,2\n", OPINION_FAULT_NOT_A_VOTE, 3, 3, "vote");
    expect_fault(OPINION_VOTES_TABLE, HEAD "1,2,\n", OPINION_FAULT_NOT_A_VOTE, 3, 3, "vote");
    expect_fault(OPINION_VOTES_TABLE, HEAD "1,2,1x\n", OPINION_FAULT_NOT_A_VOTE, 3, 3, "vote");
    expect_fault(OPINION_VOTES_TABLE, HEAD "1,18446744073709551616,1\n", OPINION_FAULT_NOT_A_NUMBER,
                 3, 2, "statement");
    expect_fault(OPINION_VOTES_TABLE, HEAD "-1,2,1\n", OPINION_FAULT_NOT_A_NUMBER, 3, 1,
                 "participant");
    expect_fault(OPINION_VOTES_TABLE, HEAD "1,2\n", OPINION_FAULT_SHORT_ROW, 3, 2, "vote");
    expect_fault(OPINION_VOTES_TABLE, HEAD "1,2,\"1\n", OPINION_FAULT_OPEN_QUOTE, 3, 3, "");
    expect_fault(OPINION_VOTES_TABLE, "participant,vote\n1,1\n", OPINION_FAULT_NO_COLUMN, 1, 0,
                 "statement");
    expect_fault(OPINION_VOTES_TABLE, "", OPINION_FAULT_EMPTY, 0, 0, "");
    expect_fault(OPINION_VOTES_TABLE, "participant,statement,vote\n", OPINION_FAULT_EMPTY, 1, 0,
                 "");
}

static void bad_rows_are_left_out_and_counted_when_asked(void **state)
{
    struct reading r;

    (void)state;
    read_text(&r, OPINION_VOTES_TABLE, true,
              "participant,statement,vote\n1,2,1\n1,x,1\n2,2,5\n3,2,-1\n", 9);
    assert_int_equal(r.result, OPINION_OK);
    assert_int_equal(opinion_log_count(r.log), 2);
    assert_int_equal(opinion_reader_skipped(r.reader), 2);
    assert_int_equal(r.fault.line, 3);
    assert_int_equal(r.fault.kind, OPINION_FAULT_NOT_A_NUMBER);
    read_end(&r);
}

static void a_matrix_has_a_row_for_each_person(void **state)
{
    struct reading r;

    (void)state;
    expect_rows(OPINION_MATRIX_TABLE,
                "participant,group-id,n-votes,11,12,13\n1,0,2,1,,-1\n2,,1,0,,\n", 3);
    expect_fault(OPINION_MATRIX_TABLE, "participant,11,12\n1,1,7\n", OPINION_FAULT_NOT_A_VOTE, 2, 3,
                 "vote");
    expect_fault(OPINION_MATRIX_TABLE, "participant,11,twelve\n1,1,1\n", OPINION_FAULT_NOT_A_NUMBER,
                 1, 3, "statement");
    expect_fault(OPINION_MATRIX_TABLE, "11,12\n1,1\n", OPINION_FAULT_NO_COLUMN, 1, 1,
                 "participant");
    /* A row with one bad cell is left out whole. */
    read_text(&r, OPINION_MATRIX_TABLE, true, "participant,11,12\n1,1,7\n2,1,1\n", 9);
    assert_int_equal(opinion_log_count(r.log), 2);
    assert_int_equal(opinion_reader_skipped(r.reader), 1);
    read_end(&r);
}

static void too_many_statements_are_refused_as_such(void **state)
{
    struct reading r;
    static char text[400000] = "participant";

    (void)state;
    size_t len = strlen(text);
    for (int j = 0; j <= OPINION_STATEMENTS_MAX; j++) {
        char digits[12] = {',',
                           (char)('0' + j / 10000),
                           (char)('0' + j / 1000 % 10),
                           (char)('0' + j / 100 % 10),
                           (char)('0' + j / 10 % 10),
                           (char)('0' + j % 10)};
        memcpy(text + len, digits, 6);
        len += 6;
    }
    memcpy(text + len, "\n1,1\n", sizeof "\n1,1\n");
    read_text(&r, OPINION_MATRIX_TABLE, false, text, 4096);
    assert_int_equal(r.result, OPINION_TOO_MANY_STATEMENTS);
    read_end(&r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(votes_are_read_by_the_names_of_their_columns),
        cmocka_unit_test(votes_without_names_are_participant_statement_vote_and_time),
        cmocka_unit_test(without_times_a_later_row_is_later),
        cmocka_unit_test(marks_line_breaks_quotes_and_empty_lines_are_understood),
        cmocka_unit_test(a_line_is_counted_also_inside_quotes),
        cmocka_unit_test(each_fault_names_its_line_and_column),
        cmocka_unit_test(bad_rows_are_left_out_and_counted_when_asked),
        cmocka_unit_test(a_matrix_has_a_row_for_each_person),
        cmocka_unit_test(too_many_statements_are_refused_as_such),
    };

    return cmocka_run_group_tests_name("reader", tests, NULL, NULL);
}
