#include "job/job.h"

#include "base/clock.h"
#include "base/crypto.h"
#include "base/log.h"
#include "db/db_testing.h"
#include "job/job_sql.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

#include <cmocka.h>

struct world {
    struct db_testing t;
    struct arena *arena;
    _Atomic int runs, running, most_running;
    enum err result; /* what the function answers */
    int fail_first;  /* so many times BUSY, then `result` */
    int nap_ms;
    _Atomic int64_t tries;
    int64_t shift;
    struct job_runner *runners[2]; /* stopped at the end, also when a test fails */
};

static struct world w;

static void nap(int ms)
{
    struct timespec t = {ms / 1000, ms % 1000 * 1000000L};

    nanosleep(&t, NULL);
}

static enum err work(struct ctx *c, struct db_pool *pool, const struct job *job, void *arg)
{
    int running = atomic_fetch_add(&w.running, 1) + 1;
    int runs = atomic_fetch_add(&w.runs, 1) + 1;

    (void)arg;
    assert_true(c->db == NULL && pool == w.t.pool && c->now > 0);
    if (running > atomic_load(&w.most_running))
        atomic_store(&w.most_running, running);
    w.tries = job->tries;
    nap(w.nap_ms);
    atomic_fetch_sub(&w.running, 1);
    return runs <= w.fail_first ? BUSY : w.result;
}

static const struct job_kind kinds[] = {{.name = "work", .run = work, .tries_max = 3},
                                        {.name = "other", .run = work}};

static struct job_options options(void)
{
    return (struct job_options){
        .pool = w.t.pool, .kinds = kinds, .kind_count = 2, .poll_ms = 200, .retry_ms = 4000};
}

struct adding {
    str key;
    int64_t due;
    bool again, then_fails;
};

static enum err add_act(struct db *db, void *arg)
{
    struct adding *a = arg;
    struct ctx c = {.arena = w.arena, .db = db, .now = clock_now()};

    if (a->again)
        return job_again(&c, S("work"), a->key, a->due, S("data"));
    enum err e = job_add(&c, S("work"), a->key, a->due, S("data"));
    return e == OK && a->then_fails ? INVALID : e;
}

static void add(const char *key, int64_t due)
{
    struct adding a = {.key = str_of(key), .due = due};

    assert_int_equal(db_act_wait(w.t.pool, add_act, &a), OK);
}

static int64_t run_due(void)
{
    struct job_options o = options();
    int64_t done;

    assert_int_equal(job_run_due(&o, &done), OK);
    return done;
}

static struct job_counts counts(void)
{
    struct ctx c = {.arena = w.arena, .now = clock_now()};
    struct job_counts n;

    assert_int_equal(db_read(w.t.pool, &c.db), OK);
    assert_int_equal(job_count(&c, &n), OK);
    db_read_end(c.db);
    return n;
}

static void later(int64_t ms)
{
    w.shift += ms;
    clock_shift(w.shift);
}

static void a_job_runs_once_when_it_is_due(void **state)
{
    (void)state;
    add("a", clock_now() + 60000);
    assert_int_equal(run_due(), 0);
    later(60001);
    assert_int_equal(run_due(), 1);
    assert_int_equal(run_due(), 0);
    assert_int_equal(w.runs, 1);
}

static void the_same_key_is_queued_once(void **state)
{
    (void)state;
    add("a", 0);
    add("a", 0);
    assert_int_equal(run_due(), 1);
    add("a", 0); /* also after it was done */
    assert_int_equal(run_due(), 0);
    add("b", 0);
    assert_int_equal(run_due(), 1);
}

static void an_act_that_fails_queues_nothing(void **state)
{
    struct adding a = {.key = S("a"), .then_fails = true};

    (void)state;
    assert_int_equal(db_act_wait(w.t.pool, add_act, &a), INVALID);
    assert_int_equal(run_due(), 0);
}

static void a_failure_is_tried_again_later_and_later(void **state)
{
    (void)state;
    w.fail_first = 2;
    add("a", 0);
    assert_int_equal(run_due(), 1);
    assert_int_equal(run_due(), 0);
    later(2900); /* three quarters of 4 s at the least */
    assert_int_equal(run_due(), 0);
    later(1200);
    assert_int_equal(run_due(), 1);
    later(4100);
    assert_int_equal(run_due(), 0);
    later(4000);
    assert_int_equal(run_due(), 1);
    assert_int_equal(w.tries, 3);
    later(1000000);
    assert_int_equal(run_due(), 0);
    assert_int_equal(counts().failed, 0);
}

static void after_the_last_try_it_is_failed_and_can_be_queued_again(void **state)
{
    struct adding a = {.key = S("a"), .again = true};

    (void)state;
    w.result = FAULT;
    add("a", 0);
    for (int i = 0; i < 5; i++) {
        run_due();
        later(100000);
    }
    assert_int_equal(w.runs, 3);
    assert_int_equal(counts().failed, 1);
    w.result = OK;
    assert_int_equal(db_act_wait(w.t.pool, add_act, &a), OK);
    assert_int_equal(run_due(), 1);
    assert_int_equal(counts().failed, 0);
}

static void waits_double_up_to_the_longest(void **state)
{
    (void)state;
    assert_int_equal(job_backoff(1, 5000, 3600000), 5000);
    assert_int_equal(job_backoff(2, 5000, 3600000), 10000);
    assert_int_equal(job_backoff(10, 5000, 3600000), 2560000);
    assert_int_equal(job_backoff(11, 5000, 3600000), 3600000);
    assert_int_equal(job_backoff(INT64_MAX, 5000, 3600000), 3600000);
}

/* What a program that died while it worked leaves behind. */
static enum err die_act(struct db *db, void *arg)
{
    struct rows row;
    bool found;

    (void)arg;
    TRY(db_rows(&row, db, &JOB_CLAIM, I(clock_now()), I(clock_now() + JOB_LEASE_MS), T(S("work")),
                I(77)));
    TRY(db_next(&row, &found));
    assert_true(found);
    take_i64(&row);
    take_str(&row, w.arena);
    take_str(&row, w.arena);
    take_i64(&row);
    take_i64(&row);
    return db_done(&row);
}

static void a_job_whose_worker_died_runs_after_the_lease(void **state)
{
    (void)state;
    add("a", 0);
    assert_int_equal(db_act_wait(w.t.pool, die_act, NULL), OK);
    assert_int_equal(run_due(), 0);
    later(JOB_LEASE_MS - 10000);
    assert_int_equal(run_due(), 0);
    later(10001);
    assert_int_equal(run_due(), 1);
    assert_int_equal(w.tries, 2);
}

static void a_repeating_kind_runs_every_time(void **state)
{
    struct job_kind every = {.name = "tick", .run = work, .every_ms = 60000};
    struct job_options o = options();
    int64_t done;

    (void)state;
    o.kinds = &every;
    o.kind_count = 1;
    for (int i = 0; i < 5; i++) {
        w.result = i == 2 ? FAULT : OK; /* a failure does not end it */
        assert_int_equal(job_run_due(&o, &done), OK);
        assert_int_equal(done, 1);
        assert_int_equal(job_run_due(&o, &done), OK);
        assert_int_equal(done, 0);
        later(60001);
    }
}

static void wait_for_runs(int runs, int ms)
{
    for (int i = 0; i < ms / 5 && atomic_load(&w.runs) < runs; i++)
        nap(5);
    assert_int_equal(atomic_load(&w.runs), runs);
}

static void waking_the_runner_is_quicker_than_its_poll(void **state)
{
    struct job_options o = options();

    (void)state;
    o.poll_ms = 60000;
    assert_int_equal(job_start(&w.runners[0], &o), OK);
    nap(100);
    add("a", 0);
    int64_t before = clock_ticks();
    job_wake(w.runners[0]);
    wait_for_runs(1, 10000);
    assert_true(clock_ticks() - before < 10000000);
}

static void the_runner_finds_work_by_itself_and_when_it_falls_due(void **state)
{
    struct job_options o = options();

    (void)state;
    assert_int_equal(job_start(&w.runners[0], &o), OK);
    add("a", 0);
    add("b", clock_now() + 300);
    wait_for_runs(2, 10000);
}

static void stopping_waits_for_what_runs(void **state)
{
    struct job_options o = options();

    (void)state;
    w.nap_ms = 300;
    add("a", 0);
    assert_int_equal(job_start(&w.runners[0], &o), OK);
    for (int i = 0; i < 1000 && atomic_load(&w.running) == 0; i++)
        nap(5);
    job_stop(w.runners[0]);
    w.runners[0] = NULL;
    assert_int_equal(atomic_load(&w.running), 0);
    w.nap_ms = 0;
    assert_int_equal(run_due(), 0); /* it was recorded as done */
    assert_int_equal(atomic_load(&w.runs), 1);
    job_stop(NULL);
}

static void two_runners_do_each_job_once(void **state)
{
    struct job_options o = options();
    char key[2] = "a";

    (void)state;
    w.nap_ms = 5;
    for (; key[0] <= 'z'; key[0]++)
        add(key, 0);
    assert_int_equal(job_start(&w.runners[0], &o), OK);
    assert_int_equal(job_start(&w.runners[1], &o), OK);
    wait_for_runs(26, 30000);
    nap(300);
    assert_int_equal(atomic_load(&w.runs), 26);
    assert_true(atomic_load(&w.most_running) > 1);
}

static enum err purge_act(struct db *db, void *arg)
{
    struct ctx c = {.arena = w.arena, .db = db, .now = clock_now()};

    return job_purge(&c, *(int64_t *)arg);
}

static void what_was_done_long_ago_is_forgotten(void **state)
{
    int64_t before = clock_now();

    (void)state;
    add("a", 0);
    run_due();
    assert_int_equal(db_act_wait(w.t.pool, purge_act, &before), OK);
    add("a", 0);
    assert_int_equal(run_due(), 0);
    before = clock_now() + 1000;
    assert_int_equal(db_act_wait(w.t.pool, purge_act, &before), OK);
    add("a", 0);
    assert_int_equal(run_due(), 1);
}

static void every_statement_prepares(void **state)
{
    (void)state;
    assert_int_equal(db_testing_prepare(&w.t, job_statements, job_statement_count), 0);
}

static enum db_engine engine_now;

static int start(void **state)
{
    (void)state;
    w = (struct world){.arena = arena_new("test", 16u * 1024 * 1024)};
    clock_shift(0);
    return db_testing_open(&w.t, engine_now) ? 0 : -1;
}

static int end(void **state)
{
    (void)state;
    job_stop(w.runners[0]);
    job_stop(w.runners[1]);
    db_testing_close(&w.t);
    arena_free(w.arena);
    clock_shift(0);
    return 0;
}

#define ON_FRESH(test) cmocka_unit_test_setup_teardown(test, start, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        ON_FRESH(a_job_runs_once_when_it_is_due),
        ON_FRESH(the_same_key_is_queued_once),
        ON_FRESH(an_act_that_fails_queues_nothing),
        ON_FRESH(a_failure_is_tried_again_later_and_later),
        ON_FRESH(after_the_last_try_it_is_failed_and_can_be_queued_again),
        ON_FRESH(waits_double_up_to_the_longest),
        ON_FRESH(a_job_whose_worker_died_runs_after_the_lease),
        ON_FRESH(a_repeating_kind_runs_every_time),
        ON_FRESH(waking_the_runner_is_quicker_than_its_poll),
        ON_FRESH(the_runner_finds_work_by_itself_and_when_it_falls_due),
        ON_FRESH(stopping_waits_for_what_runs),
        ON_FRESH(two_runners_do_each_job_once),
        ON_FRESH(what_was_done_long_ago_is_forgotten),
        ON_FRESH(every_statement_prepares),
    };
    int failed;

    crypto_start();
    log_set_level(LOG_ERROR);
    failed = cmocka_run_group_tests_name("job, sqlite", tests, NULL, NULL);
    engine_now = DB_POSTGRES;
    if (db_testing_has(DB_POSTGRES))
        failed += cmocka_run_group_tests_name("job, postgres", tests, NULL, NULL);
    return failed;
}
