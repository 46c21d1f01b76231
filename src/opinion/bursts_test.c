/* Bursts: what came all at once is seen, what a busy hour or an announcement brings is not. */
#include "opinion/signals.h"
#include "opinion/world.h"

#include <math.h>
#include <string.h>

enum { ROWS_MAX = 40000, DAY = 86400, WEEK = 7 * DAY };

static const int64_t MONDAY = 1704067200; /* 2024-01-01 00:00 */

struct minutes {
    struct world_memory w;
    struct opinion_row rows[ROWS_MAX];
    size_t count;
    uint64_t random;
    const struct opinion_bursts *b;
};

static struct minutes m;

static void begin(uint64_t seed)
{
    memset(&m, 0, sizeof m);
    world_memory_begin(&m.w);
    m.random = seed;
}

static void add(uint64_t person, uint64_t statement, int64_t time)
{
    assert_true(m.count < ROWS_MAX);
    m.rows[m.count++] = (struct opinion_row){person, statement, time};
}

static void find(int64_t minute)
{
    assert_int_equal(opinion_bursts_new(&m.w.m, m.rows, m.count, minute, &m.b), OPINION_OK);
}

static void end(void)
{
    opinion_bursts_free(m.b);
    world_memory_end(&m.w);
}

/* Four weeks in which `people` come when it suits them, rather in the evening and at the week's end
 * and rather at first, and vote on ten of `statements` within a few minutes. */
static void live(uint64_t people, uint64_t statements)
{
    for (uint64_t i = 0; i < people; i++) {
        int64_t time = 0;
        bool is_at_home = false;
        while (!is_at_home) {
            time = (int64_t)(world_random(&m.random) % (4 * WEEK));
            int64_t hour = time / 3600 % 24, day = time / DAY;
            uint64_t suits = hour < 7 ? 1 : hour < 18 ? 10 : 30;
            suits = (day % 7 >= 5 ? 2 : 1) * suits * (uint64_t)(29 - day);
            is_at_home = world_random(&m.random) % (60 * 29) < suits;
        }
        for (int k = 0; k < 10; k++) {
            time += (int64_t)(world_random(&m.random) % 40);
            add(i, world_random(&m.random) % statements, MONDAY + time);
        }
    }
}

static void honest_votes_have_hardly_a_burst(void **state)
{
    size_t bursts = 0;

    (void)state;
    for (uint64_t seed = 1; seed <= 5; seed++) {
        begin(seed);
        live(3000, 20);
        find(60);
        bursts += m.b->count;
        end();
    }
    print_message("%zu bursts in 150,000 honest votes\n", bursts);
    assert_true(bursts <= 1);
}

static void who_votes_all_at_once_is_seen_and_named(void **state)
{
    (void)state;
    begin(9);
    live(3000, 20);
    for (uint64_t i = 0; i < 12; i++)
        add(5000 - i, 7, MONDAY + 10 * DAY + 4 * 3600 + (int64_t)i * 4);
    find(60);
    assert_int_equal(m.b->count, 1);
    assert_int_equal(m.b->bursts[0].statement, 7);
    assert_int_equal(m.b->bursts[0].time, MONDAY + 10 * DAY + 4 * 3600);
    assert_int_equal(m.b->bursts[0].people, 12);
    for (uint64_t i = 0; i < 12; i++)
        assert_int_equal(m.b->bursts[0].person[i], 4989 + i);
    assert_true(m.b->bursts[0].p < 1e-9);
    end();
}

static void a_minute_is_as_long_as_the_caller_says(void **state)
{
    struct opinion_burst in_seconds = {0}, in_milliseconds = {0};

    (void)state;
    for (int64_t unit = 1; unit <= 1000; unit *= 1000) {
        begin(10);
        live(1000, 20);
        for (uint64_t i = 0; i < 12; i++)
            add(5000 + i, 7, MONDAY + 10 * DAY + (int64_t)i * 4);
        for (size_t i = 0; i < m.count; i++)
            m.rows[i].time = m.rows[i].time * unit + (unit > 1 ? 7 : 0);
        find(60 * unit);
        assert_int_equal(m.b->count, 1);
        *(unit == 1 ? &in_seconds : &in_milliseconds) = m.b->bursts[0];
        end();
    }
    assert_int_equal(1000 * in_seconds.time, in_milliseconds.time);
    assert_int_equal(in_seconds.people, in_milliseconds.people);
    assert_true(in_seconds.p == in_milliseconds.p);
}

static void minutes_before_1970_are_minutes_too(void **state)
{
    (void)state;
    begin(19);
    live(1000, 20);
    for (size_t i = 0; i < m.count; i++)
        m.rows[i].time -= MONDAY + 10 * DAY;
    for (uint64_t i = 0; i < 12; i++)
        add(5000 + i, 7, -60 + (int64_t)i * 4);
    find(60);
    assert_int_equal(m.b->count, 1);
    assert_int_equal(m.b->bursts[0].time, -60);
    assert_in_range(m.b->bursts[0].people, 12, 14);
    end();
}

static void one_person_is_no_crowd(void **state)
{
    (void)state;
    begin(11);
    live(1000, 20);
    for (int64_t i = 0; i < 50; i++)
        add(5000, 7, MONDAY + 10 * DAY + i);
    find(60);
    assert_int_equal(m.b->count, 0);
    end();
}

/* Everybody comes on Sundays from 20 to 21: the profile alone can know, there is no other
 * statement. */
static void the_usual_hour_is_no_burst(void **state)
{
    (void)state;
    begin(12);
    for (uint64_t i = 0; i < 3000; i++)
        add(i, 1,
            MONDAY + (int64_t)(i % 4) * WEEK + 6 * DAY + 20 * 3600 +
                (int64_t)(world_random(&m.random) % 3600));
    find(60);
    assert_true(m.b->cells > 4 * 60);
    assert_int_equal(m.b->count, 0);
    end();
}

/* It was on the radio: for twenty minutes everybody comes, and votes on everything. */
static void an_announcement_is_no_burst_of_a_statement(void **state)
{
    (void)state;
    begin(13);
    live(1000, 20);
    for (uint64_t i = 0; i < 3000; i++)
        add(10000 + i, world_random(&m.random) % 20,
            MONDAY + 9 * DAY + 3 * 3600 + (int64_t)(world_random(&m.random) % 1200));
    find(60);
    assert_int_equal(m.b->count, 0);
    end();
}

static void the_chance_is_the_tail_of_a_poisson_distribution(void **state)
{
    (void)state;
    begin(14);
    live(3000, 20);
    for (uint64_t k = 0; k < 6; k++) {
        for (uint64_t i = 0; i < 8 + 3 * k; i++)
            add(5000 + i, k, MONDAY + (int64_t)(5 + k) * DAY + 4 * 3600);
    }
    find(60);
    assert_int_equal(m.b->count, 6);
    for (size_t i = 0; i < m.b->count; i++) {
        const struct opinion_burst *b = &m.b->bursts[i];
        double tail = 0;
        for (uint32_t n = 0; n < 100; n++)
            tail += exp(-b->expected + (b->people + n) * log(b->expected) -
                        lgamma((double)b->people + n + 1));
        assert_true(fabs(b->p / tail - 1) < 1e-9);
        assert_true(i == 0 || m.b->bursts[i - 1].p <= b->p);
    }
    end();
}

/* With the same chance each, what is seen among few minutes is lost among very many. */
static void the_more_minutes_the_less_chance_a_burst_may_have(void **state)
{
    size_t seen[2];

    (void)state;
    for (int is_long = 0; is_long < 2; is_long++) {
        begin(15);
        for (uint64_t i = 0; i < 4000; i++) /* two in a minute */
            add(i, 1, MONDAY + (int64_t)(world_random(&m.random) % (2000 * 60)));
        for (uint64_t i = 0; i < 13; i++)
            add(5000 + i, 1, MONDAY + 1000 * 60 + 5);
        if (is_long) { /* quiet ones, for ten years */
            for (uint64_t j = 2; j < 100; j++) {
                add(9000, j, MONDAY);
                add(9000, j, MONDAY + (int64_t)520 * WEEK);
            }
        }
        find(60);
        seen[is_long] = m.b->count;
        end();
    }
    assert_int_equal(seen[0], 1);
    assert_int_equal(seen[1], 0);
}

static void the_order_of_the_rows_does_not_matter(void **state)
{
    static struct opinion_burst first[8];
    size_t count = 0;

    (void)state;
    for (int is_turned = 0; is_turned < 2; is_turned++) {
        begin(16);
        live(1000, 20);
        for (uint64_t i = 0; i < 24; i++)
            add(5000 + i, i % 2, MONDAY + 10 * DAY + (int64_t)i);
        for (size_t i = 0; is_turned && i < m.count / 2; i++) {
            struct opinion_row row = m.rows[i];
            m.rows[i] = m.rows[m.count - 1 - i];
            m.rows[m.count - 1 - i] = row;
        }
        find(60);
        assert_in_range(m.b->count, 1, 8);
        for (size_t i = 0; i < m.b->count; i++) {
            if (is_turned) {
                assert_int_equal(first[i].statement, m.b->bursts[i].statement);
                assert_true(first[i].p == m.b->bursts[i].p);
            }
            first[i] = m.b->bursts[i];
        }
        assert_true(!is_turned || count == m.b->count);
        count = m.b->count;
        end();
    }
}

static void any_times_have_an_answer(void **state)
{
    static const int64_t times[] = {INT64_MIN, INT64_MIN + 1, -60, -1, 0, 1, INT64_MAX};

    (void)state;
    for (int64_t unit = 1; unit <= 60; unit += 59) {
        begin(17);
        find(unit);
        assert_int_equal(m.b->count, 0);
        opinion_bursts_free(m.b);
        for (uint64_t i = 0; i < 200; i++)
            add(i, i % 3, i < 20 ? INT64_MIN : times[world_random(&m.random) % 7]);
        find(unit);
        for (size_t i = 0; i < m.b->count; i++)
            assert_true(isfinite(m.b->bursts[i].expected) && m.b->bursts[i].p <= 1);
        end();
    }
}

static void rows_of_a_log_are_what_was_put_in(void **state)
{
    struct world_memory w;
    struct opinion_log *log;
    const struct opinion_rows *rows;

    (void)state;
    world_begin(&w, &log);
    for (uint64_t i = 0; i < 40000; i++)
        assert_int_equal(opinion_log_add(log, 7 * i, i % 100 + 3, 1, (int64_t)i - 50), OPINION_OK);
    w.fail_at = w.taken + 2;
    assert_int_equal(opinion_rows_new(&w.m, log, &rows), OPINION_NO_MEMORY);
    w.fail_at = 0;
    assert_int_equal(opinion_rows_new(&w.m, log, &rows), OPINION_OK);
    assert_int_equal(rows->count, 40000);
    for (uint64_t i = 0; i < rows->count; i++) {
        assert_int_equal(rows->row[i].person, 7 * i);
        assert_int_equal(rows->row[i].statement, i % 100 + 3);
        assert_int_equal(rows->row[i].time, (int64_t)i - 50);
    }
    opinion_rows_free(rows);
    world_end(&w, log, NULL);
}

static void memory_that_runs_out_is_said_and_nothing_is_lost(void **state)
{
    enum opinion_err e = OPINION_NO_MEMORY;
    int n;

    (void)state;
    begin(18);
    live(200, 5);
    for (uint64_t i = 0; i < 12; i++)
        add(5000 + i, 1, MONDAY + 10 * DAY);
    for (n = 1; e != OPINION_OK; n++) {
        m.w.fail_at = m.w.taken + n;
        e = opinion_bursts_new(&m.w.m, m.rows, m.count, 60, &m.b);
        assert_true(e == OPINION_OK || (e == OPINION_NO_MEMORY && m.w.taken == m.w.given));
    }
    assert_true(n > 7);
    end();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(honest_votes_have_hardly_a_burst),
        cmocka_unit_test(who_votes_all_at_once_is_seen_and_named),
        cmocka_unit_test(a_minute_is_as_long_as_the_caller_says),
        cmocka_unit_test(minutes_before_1970_are_minutes_too),
        cmocka_unit_test(one_person_is_no_crowd),
        cmocka_unit_test(the_usual_hour_is_no_burst),
        cmocka_unit_test(an_announcement_is_no_burst_of_a_statement),
        cmocka_unit_test(the_chance_is_the_tail_of_a_poisson_distribution),
        cmocka_unit_test(the_more_minutes_the_less_chance_a_burst_may_have),
        cmocka_unit_test(the_order_of_the_rows_does_not_matter),
        cmocka_unit_test(any_times_have_an_answer),
        cmocka_unit_test(rows_of_a_log_are_what_was_put_in),
        cmocka_unit_test(memory_that_runs_out_is_said_and_nothing_is_lost),
    };

    return cmocka_run_group_tests_name("bursts", tests, NULL, NULL);
}
