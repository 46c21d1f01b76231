/* Rows into votes: the latest counts, in an order that is defined. */
#include "opinion/world.h"

struct row {
    uint64_t person, statement;
    int vote;
    int64_t time;
};

static const struct opinion_votes *votes_of(struct world_memory *w, const struct row *rows,
                                            size_t count, enum opinion_order order)
{
    struct opinion_log *log;
    const struct opinion_votes *v;

    assert_int_equal(opinion_log_new(&w->m, &log), OPINION_OK);
    for (size_t i = 0; i < count; i++)
        assert_int_equal(
            opinion_log_add(log, rows[i].person, rows[i].statement, rows[i].vote, rows[i].time),
            OPINION_OK);
    assert_int_equal(opinion_log_count(log), count);
    assert_int_equal(opinion_votes_new(&w->m, log, order, &v), OPINION_OK);
    opinion_log_free(log);
    return v;
}

#define VOTES_OF(w, rows, order) votes_of((w), (rows), sizeof(rows) / sizeof *(rows), (order))

static void the_later_vote_replaces_the_earlier_one(void **state)
{
    static const struct row rows[] = {{7, 3, 1, 20}, {7, 3, -1, 30}, {7, 3, 0, 10}};
    struct world_memory w;

    (void)state;
    world_memory_begin(&w);
    const struct opinion_votes *v = VOTES_OF(&w, rows, OPINION_BY_ID);
    assert_int_equal(v->count, 1);
    assert_int_equal(opinion_code_vote(v->code[0]), OPINION_DISAGREE);
    opinion_votes_free(v);
    world_memory_end(&w);
}

static void at_one_time_the_greater_vote_counts_whatever_the_order_of_rows(void **state)
{
    static const struct row rows[] = {{1, 1, 1, 5}, {1, 1, -1, 5}},
                            turned[] = {{1, 1, -1, 5}, {1, 1, 1, 5}};
    struct world_memory w;

    (void)state;
    world_memory_begin(&w);
    const struct opinion_votes *a = VOTES_OF(&w, rows, OPINION_BY_ID);
    const struct opinion_votes *b = VOTES_OF(&w, turned, OPINION_BY_ID);
    assert_int_equal(opinion_code_vote(a->code[0]), OPINION_AGREE);
    assert_int_equal(opinion_code_vote(b->code[0]), OPINION_AGREE);
    opinion_votes_free(a);
    opinion_votes_free(b);
    world_memory_end(&w);
}

static void by_appearance_the_later_row_of_one_time_counts(void **state)
{
    static const struct row rows[] = {{1, 1, 1, 5}, {1, 1, -1, 5}};
    struct world_memory w;

    (void)state;
    world_memory_begin(&w);
    const struct opinion_votes *v = VOTES_OF(&w, rows, OPINION_BY_APPEARANCE);
    assert_int_equal(opinion_code_vote(v->code[0]), OPINION_DISAGREE);
    opinion_votes_free(v);
    world_memory_end(&w);
}

static void people_and_statements_stand_by_id_or_as_they_appear_in_time(void **state)
{
    static const struct row rows[] = {
        {9, 4, 1, 30}, {5, 8, 0, 10}, {UINT64_MAX, 4, -1, 20}, {5, 2, 1, 10}};
    struct world_memory w;

    (void)state;
    world_memory_begin(&w);
    const struct opinion_votes *v = VOTES_OF(&w, rows, OPINION_BY_ID);
    assert_int_equal(v->person_id[0], 5);
    assert_int_equal(v->person_id[2], UINT64_MAX);
    assert_int_equal(v->statement_id[0], 2);
    assert_int_equal(v->statement_id[2], 8);
    opinion_votes_free(v);
    v = VOTES_OF(&w, rows, OPINION_BY_APPEARANCE);
    assert_int_equal(v->person_id[0], 5);
    assert_int_equal(v->person_id[1], UINT64_MAX);
    assert_int_equal(v->person_id[2], 9);
    assert_int_equal(v->statement_id[0], 8);
    assert_int_equal(v->statement_id[1], 2);
    assert_int_equal(v->statement_id[2], 4);
    opinion_votes_free(v);
    world_memory_end(&w);
}

static void each_persons_votes_stand_together_by_statement(void **state)
{
    static const struct row rows[] = {{2, 30, 1, 1}, {1, 10, 0, 2}, {2, 10, -1, 3}, {2, 20, 0, 4}};
    struct world_memory w;

    (void)state;
    world_memory_begin(&w);
    const struct opinion_votes *v = VOTES_OF(&w, rows, OPINION_BY_ID);
    assert_int_equal(v->people, 2);
    assert_int_equal(v->begin[1], 1);
    assert_int_equal(v->begin[2], 4);
    for (uint32_t k = 0; k < 3; k++) {
        assert_int_equal(opinion_code_statement(v->code[1 + k]), k);
        assert_int_equal(opinion_code_vote(v->code[1 + k]), (int)k - 1);
    }
    opinion_votes_free(v);
    world_memory_end(&w);
}

static void a_statement_without_votes_counts_only_where_statements_stand_by_id(void **state)
{
    struct world_memory w;
    struct opinion_log *log;
    const struct opinion_votes *v;

    (void)state;
    world_begin(&w, &log);
    assert_int_equal(opinion_log_statement(log, 1, false), OPINION_OK);
    assert_int_equal(opinion_log_statement(log, 2, true), OPINION_OK);
    assert_int_equal(opinion_log_add(log, 7, 2, 1, 0), OPINION_OK);
    assert_int_equal(opinion_votes_new(&w.m, log, OPINION_BY_ID, &v), OPINION_OK);
    assert_int_equal(v->statements, 2);
    assert_false(v->is_out[0]);
    assert_true(v->is_out[1]);
    opinion_votes_free(v);
    assert_int_equal(opinion_votes_new(&w.m, log, OPINION_BY_APPEARANCE, &v), OPINION_OK);
    assert_int_equal(v->statements, 1);
    assert_true(v->is_out[0]);
    world_end(&w, log, v);
}

static void no_more_statements_are_taken_than_a_vote_can_name(void **state)
{
    struct world_memory w;
    struct opinion_log *log;

    (void)state;
    world_begin(&w, &log);
    for (uint64_t j = 0; j < OPINION_STATEMENTS_MAX; j++)
        assert_int_equal(opinion_log_add(log, 1, 1000 + j, 1, 0), OPINION_OK);
    assert_int_equal(opinion_log_add(log, 1, 1, 1, 0), OPINION_TOO_MANY_STATEMENTS);
    assert_int_equal(opinion_log_add(log, 2, 1000, 1, 0), OPINION_OK);
    assert_int_equal(opinion_log_add(log, 2, 1000, 2, 0), OPINION_NOT_A_VOTE);
    assert_int_equal(opinion_log_count(log), OPINION_STATEMENTS_MAX + 1);
    world_end(&w, log, NULL);
}

static void many_ids_are_told_apart(void **state)
{
    enum { PEOPLE = 5000 };
    struct world_memory w;
    struct opinion_log *log;
    const struct opinion_votes *v;

    (void)state;
    world_begin(&w, &log);
    for (uint64_t round = 0; round < 2; round++) {
        for (uint64_t i = 0; i < PEOPLE; i++)
            assert_int_equal(opinion_log_add(log, i << 40, round, 1, 0), OPINION_OK);
    }
    assert_int_equal(opinion_votes_new(&w.m, log, OPINION_BY_ID, &v), OPINION_OK);
    assert_int_equal(v->people, PEOPLE);
    assert_int_equal(v->count, 2 * PEOPLE);
    for (uint64_t i = 0; i < PEOPLE; i++)
        assert_int_equal(v->person_id[i], i << 40);
    world_end(&w, log, v);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_later_vote_replaces_the_earlier_one),
        cmocka_unit_test(at_one_time_the_greater_vote_counts_whatever_the_order_of_rows),
        cmocka_unit_test(by_appearance_the_later_row_of_one_time_counts),
        cmocka_unit_test(people_and_statements_stand_by_id_or_as_they_appear_in_time),
        cmocka_unit_test(each_persons_votes_stand_together_by_statement),
        cmocka_unit_test(a_statement_without_votes_counts_only_where_statements_stand_by_id),
        cmocka_unit_test(no_more_statements_are_taken_than_a_vote_can_name),
        cmocka_unit_test(many_ids_are_told_apart),
    };

    return cmocka_run_group_tests_name("votes", tests, NULL, NULL);
}
