#include "ledger/ledger_test.h"

#include "base/clock.h"
#include "db/migrate.h"
#include "ledger/ledger_sql.h"

#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

static void an_entry_is_sealed_after_its_act(void **state)
{
    struct world *w = *state;

    append(w, 3);
    struct ledger_verdict v = sound(w);
    assert_int_equal(v.entries, 0);
    assert_int_equal(v.unsealed, 3);
    assert_int_equal(seal(w, 2), 2);
    assert_int_equal(seal(w, 2), 1);
    assert_int_equal(seal(w, 2), 0);
    v = sound(w);
    assert_int_equal(v.entries, 3);
    assert_int_equal(v.heads, 2);
    assert_int_equal(v.unsealed, 0);
}

static void an_act_that_fails_leaves_no_entry(void **state)
{
    struct world *w = *state;
    struct many m = {.w = w, .count = 2, .then_fails = true};

    assert_int_equal(db_act_wait(w->t.pool, append_act, &m), INVALID);
    assert_int_equal(seal(w, 10), 0);
    assert_int_equal(sound(w).unsealed, 0);
}

static void a_receipt_finds_its_entry(void **state)
{
    struct world *w = *state;
    struct ctx c = {.arena = w->arena};
    struct ledger_found found;
    str receipt = append(w, 1), shown = ledger_receipt_shown(w->arena, receipt);

    assert_int_equal(shown.len, 19);
    assert_int_equal(db_read(w->t.pool, &c.db), OK);
    assert_int_equal(ledger_find(&c, str_lower(w->arena, shown), &found), OK);
    assert_int_equal(found.sequence, 0);
    assert_true(str_eq(found.row.act, S("accept")));
    assert_int_equal(ledger_find(&c, S("0000-0000-0000-0000"), &found), NOT_FOUND);
    assert_int_equal(ledger_find(&c, S("oooo iiii llll 0000"), &found), NOT_FOUND);
    assert_int_equal(ledger_find(&c, S("UUUU-0000-0000-0000"), &found), INVALID);
    assert_int_equal(ledger_find(&c, S("0000"), &found), INVALID);
    db_read_end(c.db);
    seal(w, 10);
    assert_int_equal(db_read(w->t.pool, &c.db), OK);
    assert_int_equal(ledger_find(&c, receipt, &found), OK);
    assert_int_equal(found.sequence, 1);
    db_read_end(c.db);
}

struct crowd {
    struct world *w;
    _Atomic int running;
    _Atomic int64_t sealed;
    _Atomic int failed;
};

static void *append_thread(void *arg)
{
    struct crowd *c = arg;

    for (int i = 0; i < 40; i++) {
        struct many m = {.w = c->w, .count = 3, .receipt = S("")};
        m.then_fails = i % 10 == 9;
        enum err e = db_act_wait(c->w->t.pool, append_act, &m);
        if (e != (m.then_fails ? INVALID : OK))
            atomic_fetch_add(&c->failed, 1);
    }
    atomic_fetch_sub(&c->running, 1);
    return NULL;
}

static void *seal_thread(void *arg)
{
    struct crowd *c = arg;
    int64_t sealed = 0;

    while (atomic_load(&c->running) > 0 || sealed > 0) {
        enum err e = ledger_seal(c->w->t.pool, &c->w->keys, 7, &sealed);
        if (e != OK && e != BUSY)
            atomic_fetch_add(&c->failed, 1);
        atomic_fetch_add(&c->sealed, sealed);
    }
    return NULL;
}

static void several_sealers_beside_several_writers_make_one_chain(void **state)
{
    struct world *w = *state;
    struct crowd c = {.w = w, .running = 1};
    pthread_t threads[4];

    /* one writer, because the test's arena is not to be shared */
    pthread_create(&threads[0], NULL, append_thread, &c);
    for (int i = 1; i < 4; i++)
        pthread_create(&threads[i], NULL, seal_thread, &c);
    for (int i = 0; i < 4; i++)
        pthread_join(threads[i], NULL);
    assert_int_equal(atomic_load(&c.failed), 0);
    while (seal(w, 100) > 0) {
    }
    struct ledger_verdict v = sound(w);
    assert_int_equal(v.entries, 36 * 3);
    assert_int_equal(v.unsealed, 0);
}

/* A program that dies after its acts and before the sealer came. */
static void append_and_die(struct world *w, const char *path)
{
    struct many m = {.w = w, .count = 5};

    db_testing_open_empty(&w->t, DB_SQLITE, path);
    if (db_act_wait(w->t.pool, append_act, &m) == OK)
        kill(getpid(), SIGKILL);
    _exit(1);
}

static void a_kill_between_act_and_seal_loses_nothing(void **state)
{
    struct world *w = *state;
    char folder[] = "/tmp/ledger-XXXXXX";
    struct world other = *w;
    struct migrate_options options = {.without_backup = true};
    struct migrate_report report;
    int status;

    assert_non_null(mkdtemp(folder));
    str path = str_fmt(w->arena, "%s/ledger.db", folder);
    assert_true(db_testing_open_empty(&other.t, DB_SQLITE, path.at));
    assert_int_equal(migrate(other.t.pool, &options, &report), OK);
    assert_int_equal((append(&other, 3), seal(&other, 10)), 3);
    db_testing_close(&other.t);
    for (int i = 0; i < 3; i++) {
        pid_t child = fork();
        assert_true(child >= 0);
        if (child == 0)
            append_and_die(&other, path.at);
        assert_int_equal(waitpid(child, &status, 0), child);
        assert_true(WIFSIGNALED(status));
    }
    assert_true(db_testing_open_empty(&other.t, DB_SQLITE, path.at));
    assert_int_equal(sound(&other).unsealed, 15);
    assert_int_equal(seal(&other, 100), 15);
    assert_int_equal(sound(&other).entries, 18);
    db_testing_close(&other.t);
    unlink(path.at);
    unlink(str_fmt(w->arena, "%s-wal", path.at).at);
    unlink(str_fmt(w->arena, "%s-shm", path.at).at);
    rmdir(folder);
}

static void every_statement_prepares(void **state)
{
    struct world *w = *state;

    assert_int_equal(db_testing_prepare(&w->t, ledger_statements, ledger_statement_count), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        ON_FRESH(an_entry_is_sealed_after_its_act),
        ON_FRESH(an_act_that_fails_leaves_no_entry),
        ON_FRESH(a_receipt_finds_its_entry),
        ON_FRESH(several_sealers_beside_several_writers_make_one_chain),
        ON_FRESH(every_statement_prepares),
    };
    const struct CMUnitTest once[] = {
        ON_FRESH(a_kill_between_act_and_seal_loses_nothing),
    };
    int failed;

    crypto_start();
    failed = cmocka_run_group_tests_name("ledger, sqlite", tests, NULL, NULL);
    failed += cmocka_run_group_tests_name("ledger, killed", once, NULL, NULL);
    world_engine = DB_POSTGRES;
    if (db_testing_has(DB_POSTGRES))
        failed += cmocka_run_group_tests_name("ledger, postgres", tests, NULL, NULL);
    return failed;
}
