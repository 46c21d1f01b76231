/* Votes straight from plain files: the same as by way of the log, or the way of the log. */
#include "opinion/load.h"
#include "opinion/world.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TEXT_MAX = 1 << 18 };

struct file {
    struct world_memory w;
    char at[TEXT_MAX];
    size_t len;
    enum opinion_table table;
};

static struct file file;

static void begin(enum opinion_table table, const char *text)
{
    world_memory_begin(&file.w);
    file.table = table;
    file.len = strlen(text);
    memcpy(file.at, text, file.len);
}

static enum opinion_err feed(struct opinion_load *load, size_t piece)
{
    for (size_t at = 0; at < file.len; at += piece) {
        enum opinion_err e =
            opinion_load_feed(load, file.at + at, file.len - at < piece ? file.len - at : piece);
        if (e != OPINION_OK)
            return e;
    }
    return OPINION_OK;
}

static enum opinion_err load_in(struct world_memory *w, size_t piece,
                                const struct opinion_votes **votes)
{
    struct opinion_load *load;
    enum opinion_err e = opinion_load_new(&w->m, file.table, &load);

    if (e != OPINION_OK)
        return e;
    e = feed(load, piece);
    if (e == OPINION_OK && file.table == OPINION_PACKED_TABLE) {
        e = opinion_load_again(load);
        if (e == OPINION_OK)
            e = feed(load, piece);
    }
    if (e == OPINION_OK)
        e = opinion_load_end(load, votes);
    opinion_load_free(load);
    return e;
}

/* By way of the log; NULL: there is a fault. */
static const struct opinion_votes *by_log(void)
{
    const struct opinion_votes *votes = NULL;
    struct opinion_reader *reader = NULL;
    struct opinion_log *log = NULL;

    assert_int_equal(opinion_log_new(&file.w.m, &log), OPINION_OK);
    assert_int_equal(opinion_reader_new(&file.w.m, log, file.table, false, &reader), OPINION_OK);
    enum opinion_err e = opinion_reader_feed(reader, file.at, file.len);
    if (e == OPINION_OK)
        e = opinion_reader_end(reader);
    if (e == OPINION_OK)
        assert_int_equal(opinion_votes_new(&file.w.m, log, OPINION_BY_ID, &votes), OPINION_OK);
    opinion_reader_free(reader);
    opinion_log_free(log);
    return votes;
}

static void assert_same(const struct opinion_votes *a, const struct opinion_votes *b)
{
    if (a == NULL || b == NULL) {
        fail_msg("there are no votes");
        return;
    }
    assert_int_equal(a->people, b->people);
    assert_int_equal(a->statements, b->statements);
    assert_int_equal(a->count, b->count);
    assert_memory_equal(a->person_id, b->person_id, a->people * sizeof *a->person_id);
    assert_memory_equal(a->statement_id, b->statement_id, a->statements * sizeof *a->statement_id);
    assert_memory_equal(a->is_out, b->is_out, a->statements);
    assert_memory_equal(a->begin, b->begin, (a->people + 1) * sizeof *a->begin);
    assert_memory_equal(a->code, b->code, a->count * sizeof *a->code);
}

static void assert_plain(void)
{
    static const size_t pieces[] = {1, 7, 8, 33, TEXT_MAX};
    const struct opinion_votes *whole = by_log(), *quick = NULL;

    assert_non_null(whole);
    for (size_t i = 0; i < sizeof pieces / sizeof *pieces; i++) {
        assert_int_equal(load_in(&file.w, pieces[i], &quick), OPINION_OK);
        assert_same(quick, whole);
        opinion_votes_free(quick);
    }
    opinion_votes_free(whole);
}

static void assert_not_plain(const char *text)
{
    const struct opinion_votes *votes;

    begin(OPINION_VOTES_TABLE, text);
    assert_int_equal(load_in(&file.w, 5, &votes), OPINION_BAD_INPUT);
    world_memory_end(&file.w);
}

/* ---- lines ---- */

static void plain_lines_give_the_same_votes_as_by_way_of_the_log(void **state)
{
    static const char *const texts[] = {
        "participant,statement,vote\n7,3,1\n7,3,-1\n2,60000,0\n",
        "7,3,1\r\n7,3,-1\r\n2,1,0", /* no names, the other line ends, no end at the end */
        "voter,statement,vote,time\n9,4,1,30\n5,8,0,30\n9,4,-1,30\n9,2,1,31\n5,8,1,40\n",
        "1,1,1,5\n1,1,-1,5\n1,2,-1,6\n1,2,1,6\n", /* at one time the greater vote */
        "participant,statement,vote\n4294967295,0,1\n000,00,1\n",
    };

    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        begin(OPINION_VOTES_TABLE, texts[i]);
        assert_plain();
        world_memory_end(&file.w);
    }
}

static void what_is_not_plain_is_left_to_the_reader(void **state)
{
    (void)state;
    assert_not_plain("");
    assert_not_plain("participant,statement,vote\n");
    assert_not_plain("statement,participant,vote\n1,2,1\n");
    assert_not_plain("participant,statement,vote\n1,2,1\n\n1,3,1\n");
    assert_not_plain("1,2,2\n");
    assert_not_plain("1,2,-0\n");
    assert_not_plain("1,2,+1\n");
    assert_not_plain("1,2\n");
    assert_not_plain("1,2,1,4\n1,2,1,3\n"); /* time goes back */
    assert_not_plain("1,2,1,4,9\n");
    assert_not_plain("\"1\",2,1\n");
    assert_not_plain(" 1,2,1\n");
    assert_not_plain("-1,2,1\n");
    assert_not_plain("4294967296,2,1\n");
    assert_not_plain("18446744073709551617,2,1\n"); /* 2^64 + 1 */
    assert_not_plain("1,65536,1\n");
    assert_not_plain("1,2,1,9223372036854775808\n");
    assert_not_plain("\xef\xbb\xbf"
                     "1,2,1\n");
}

static void ids_that_are_strewn_do_not_eat_up_memory(void **state)
{
    const struct opinion_votes *votes;

    (void)state;
    begin(OPINION_VOTES_TABLE, "");
    for (uint32_t i = 0; i < 2000; i++)
        file.len += (size_t)sprintf(file.at + file.len, "%u,1,1\n", i * 100003u);
    assert_int_equal(load_in(&file.w, TEXT_MAX, &votes), OPINION_BAD_INPUT);
    assert_in_range(file.w.taken, 1, 1100);
    world_memory_end(&file.w);
}

static void no_more_statements_are_loaded_than_a_vote_can_name(void **state)
{
    const struct opinion_votes *votes;

    (void)state;
    begin(OPINION_VOTES_TABLE, "");
    for (uint32_t i = 0; i <= OPINION_STATEMENTS_MAX; i++)
        file.len += (size_t)sprintf(file.at + file.len, "1,%u,1\n", 2 * i);
    assert_int_equal(load_in(&file.w, TEXT_MAX, &votes), OPINION_BAD_INPUT);
    file.len = 0;
    for (uint32_t i = 0; i < OPINION_STATEMENTS_MAX; i++)
        file.len += (size_t)sprintf(file.at + file.len, "1,%u,1\n", 2 * i);
    assert_plain();
    world_memory_end(&file.w);
}

static void any_lines_give_the_same_or_are_left(void **state)
{
    static const char some[] = "0123456789012345,,,,\n\n\n1-\" \rv";
    uint64_t seed = 5;
    size_t plain = 0;

    (void)state;
    for (int i = 0; i < 3000; i++) {
        const struct opinion_votes *quick = NULL;
        begin(OPINION_VOTES_TABLE, "");
        for (uint64_t n = world_random(&seed) % 6 + 1; n > 0; n--)
            file.len +=
                (size_t)sprintf(file.at + file.len, "%d,%d,%d%s", (int)(world_random(&seed) % 20),
                                (int)(world_random(&seed) % 20), (int)(world_random(&seed) % 3) - 1,
                                n % 2 ? "\n" : "\r\n");
        if (i % 2 == 0)
            file.at[world_random(&seed) % file.len] = some[world_random(&seed) % (sizeof some - 1)];
        if (load_in(&file.w, 1 + world_random(&seed) % 40, &quick) == OPINION_OK) {
            const struct opinion_votes *whole = by_log();
            assert_same(quick, whole);
            opinion_votes_free(quick);
            opinion_votes_free(whole);
            plain++;
        }
        world_memory_end(&file.w);
    }
    assert_true(plain > 1500);
}

/* ---- the binary log ---- */

static void pack(struct opinion_packer *p, uint64_t person, uint64_t statement, int vote,
                 int64_t time)
{
    size_t len;

    assert_int_equal(opinion_pack_vote(p, person, statement, vote, time,
                                       (unsigned char *)file.at + file.len, &len),
                     OPINION_OK);
    file.len += len;
}

static void begin_log(struct opinion_packer *p)
{
    begin(OPINION_PACKED_TABLE, "");
    opinion_pack_head(p, -5, (unsigned char *)file.at);
    file.len = OPINION_PACKED_HEAD;
}

static void a_log_gives_the_same_votes_as_by_way_of_rows(void **state)
{
    static const int64_t gaps[] = {0, 0, 0, 1, 65535, 65536, 4294967296};
    struct opinion_packer p;
    uint64_t seed = 3;
    int64_t time = -5;

    (void)state;
    begin_log(&p);
    for (int i = 0; i < 4000; i++) { /* few people and statements: many vote again, often at once */
        time += gaps[world_random(&seed) % 7];
        pack(&p, 5 * (world_random(&seed) % 50), 7 * (world_random(&seed) % 100),
             (int)(world_random(&seed) % 3) - 1, time);
    }
    for (int i = 0; i < 6; i++) { /* at one time the greater vote, whichever came first */
        pack(&p, 1, 1, i % 3 - 1, time);
        pack(&p, 2, 1, 1 - i % 3, time);
        pack(&p, 3, 1, 1, time + i);
        pack(&p, 3, 1, -1, time += i);
    }
    assert_plain();
    world_memory_end(&file.w);
}

static void a_log_whose_times_do_not_fit_is_left_to_the_reader(void **state)
{
    const struct opinion_votes *votes;
    struct opinion_packer p;

    (void)state;
    begin_log(&p);
    pack(&p, 1, 1, 1, 0);
    pack(&p, 1, 2, 1, 10);
    memcpy(file.at + 8, "\xf8\xff\xff\xff\xff\xff\xff\x7f", 8); /* 2^63 - 8 */
    assert_int_equal(load_in(&file.w, 9, &votes), OPINION_BAD_INPUT);
    assert_null(by_log());
    world_memory_end(&file.w);
}

static void a_log_that_is_cut_foreign_or_empty_is_left_to_the_reader(void **state)
{
    const struct opinion_votes *votes;
    struct opinion_packer p;

    (void)state;
    for (size_t cut = 0; cut < OPINION_PACKED_HEAD + 8; cut++) {
        begin_log(&p);
        pack(&p, 1, 1, 1, -5);
        file.len = cut;
        assert_int_equal(load_in(&file.w, 9, &votes), OPINION_BAD_INPUT);
        world_memory_end(&file.w);
    }
    begin_log(&p);
    pack(&p, 1, 1, 1, -5);
    file.at[3] = 'x';
    assert_int_equal(load_in(&file.w, 9, &votes), OPINION_BAD_INPUT);
    world_memory_end(&file.w);
}

static void a_log_that_changes_between_both_times_is_noticed(void **state)
{
    const struct opinion_votes *votes;
    struct opinion_packer p;

    (void)state;
    for (size_t row = 0; row < 3; row++) {
        struct opinion_load *load;
        begin_log(&p);
        pack(&p, 1, 1, 1, 0);
        pack(&p, 2, 1, 1, 0);
        pack(&p, 2, 2, 1, 0);
        assert_int_equal(opinion_load_new(&file.w.m, OPINION_PACKED_TABLE, &load), OPINION_OK);
        assert_int_equal(feed(load, TEXT_MAX), OPINION_OK);
        assert_int_equal(opinion_load_again(load), OPINION_OK);
        file.at[OPINION_PACKED_HEAD + 8 * row] = row == 0 ? 2 : 1; /* another person's */
        enum opinion_err e = feed(load, TEXT_MAX);
        if (e == OPINION_OK)
            e = opinion_load_end(load, &votes);
        assert_int_equal(e, OPINION_BAD_INPUT);
        opinion_load_free(load);
        world_memory_end(&file.w);
    }
}

static void where_memory_ends_it_says_so(void **state)
{
    static const enum opinion_table tables[] = {OPINION_VOTES_TABLE, OPINION_PACKED_TABLE};

    (void)state;
    for (size_t t = 0; t < 2; t++) {
        enum opinion_err e = OPINION_NO_MEMORY;
        struct opinion_packer p;
        if (tables[t] == OPINION_PACKED_TABLE) {
            begin_log(&p);
            pack(&p, 1, 1, 1, 0);
        } else {
            begin(tables[t], "1,2,1\n300000,4,0\n");
        }
        for (int at = 1; e != OPINION_OK; at++) {
            const struct opinion_votes *votes = NULL;
            struct world_memory w;
            world_memory_begin(&w);
            w.fail_at = at;
            e = load_in(&w, 3, &votes);
            assert_true(e == OPINION_OK || e == OPINION_NO_MEMORY);
            if (e == OPINION_OK)
                opinion_votes_free(votes);
            world_memory_end(&w);
        }
        world_memory_end(&file.w);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(plain_lines_give_the_same_votes_as_by_way_of_the_log),
        cmocka_unit_test(what_is_not_plain_is_left_to_the_reader),
        cmocka_unit_test(ids_that_are_strewn_do_not_eat_up_memory),
        cmocka_unit_test(no_more_statements_are_loaded_than_a_vote_can_name),
        cmocka_unit_test(any_lines_give_the_same_or_are_left),
        cmocka_unit_test(a_log_gives_the_same_votes_as_by_way_of_rows),
        cmocka_unit_test(a_log_whose_times_do_not_fit_is_left_to_the_reader),
        cmocka_unit_test(a_log_that_is_cut_foreign_or_empty_is_left_to_the_reader),
        cmocka_unit_test(a_log_that_changes_between_both_times_is_noticed),
        cmocka_unit_test(where_memory_ends_it_says_so),
    };

    return cmocka_run_group_tests_name("load", tests, NULL, NULL);
}
