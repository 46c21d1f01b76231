/* Hot acts when something fails: the n-th statement, a killed process, a server that stops, an
 * answer that gets lost. */
#include "db/db_postgres.h"
#include "db/db_test.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

/* ---- the n-th statement ---- */

enum { BATCH = 4 };

/* Four acts of two statements; with a conflict, the third wants what the first has. */
static struct one *run_with_failure(struct world *w, bool has_conflict, int64_t n, enum err e,
                                    bool *is_reached)
{
    struct batch b;

    batch_gather(w, &b);
    struct one *all = batch_ones(&b, BATCH);
    for (int i = 0; i < BATCH; i++) {
        db_hot_add(&all[i].act, &THING_PUT, I(has_conflict && i == 2 ? 0 : i), I(i));
        db_hot_add(&all[i].act, &PART_OF_THING, I(i), I(0));
        one_queue(&all[i]);
    }
    db_fail_at(n, e);
    batch_go(&b, BATCH);
    *is_reached = db_fail_count() >= n;
    db_fail_at(0, OK);
    return all;
}

static void torture(void **state, bool has_conflict, enum err e)
{
    struct world *w = *state;
    bool is_reached = true;

    for (int64_t n = 1; is_reached; n++) {
        int64_t kept = 0, failed = 0;
        assert_int_equal(world_wipe(state), 0);
        struct one *all = run_with_failure(w, has_conflict, n, e, &is_reached);
        for (int i = 0; i < BATCH; i++) {
            bool is_conflict = has_conflict && i == 2 && all[i].result == CONFLICT;
            int64_t there = number_now(w->t.pool, &PART_COUNT, i);
            assert_true(all[i].result == OK || all[i].result == e || is_conflict);
            assert_int_equal(there, all[i].result == OK && !(has_conflict && i == 2));
            assert_int_equal(all[i].act.changed[0], all[i].result == OK);
            kept += all[i].result == OK;
            failed += all[i].result == e;
        }
        assert_int_equal(count_now(w->t.pool), kept);
        assert_true(failed > 0 || !is_reached); /* one_told, not hidden */
        if (!has_conflict && is_reached && n <= 2 * BATCH)
            assert_int_equal(failed, 1); /* its neighbours are not harmed */
        if (!has_conflict && n == 2 * BATCH + 1)
            assert_int_equal(failed, BATCH); /* the commit */
        if (!has_conflict)
            assert_true(n <= 2 * BATCH + 2);
    }
}

static void whichever_statement_fails_each_act_is_there_or_not(void **state)
{
    torture(state, false, BUSY);
    torture(state, false, FAULT);
}

static void so_it_is_when_a_neighbour_conflicts(void **state)
{
    torture(state, true, BUSY);
    torture(state, true, FAULT);
}

/* ---- kill -9 ---- */

enum { CALLERS = 16, TRIES_MAX = 30000, IDS_EACH = 100000 };

struct writing {
    struct db_pool *pool;
    int64_t id;
    int pipe;
};

static enum err put(struct db_pool *pool, int64_t id)
{
    struct hot_act act = {0};

    db_hot_add(&act, &THING_PUT, I(id), I(id));
    db_hot_add(&act, &PART_OF_THING, I(id), I(0));
    enum err e = db_hot_wait(pool, &act);
    return e == OK && (act.changed[0] != 1 || act.changed[1] != 1) ? INVALID : e;
}

/* Tells each id only when it was acknowledged. */
static void *write_for_ever(void *arg)
{
    struct writing *w = arg;

    for (;; w->id++) {
        if (put(w->pool, w->id) == OK && write(w->pipe, &w->id, sizeof w->id) != sizeof w->id)
            _exit(1);
    }
    return NULL;
}

static int be_killed(const char *url)
{
    struct db_options options = {.url = str_of(url)};
    struct writing w[CALLERS];
    struct db_pool *pool;
    pthread_t thread;

    if (db_open(&pool, &options) != OK)
        return 1;
    for (int i = 0; i < CALLERS; i++) {
        w[i] = (struct writing){pool, (int64_t)(i + 1) * IDS_EACH, STDOUT_FILENO};
        if (pthread_create(&thread, NULL, write_for_ever, &w[i]) != 0)
            return 1;
    }
    pthread_join(thread, NULL);
    return 1;
}

static void after_kill_9_everything_acknowledged_is_there(void **state)
{
    struct world *w = *state;
    int ends[2];
    int64_t id, acknowledged = 0;

    if (w->t.engine == DB_SQLITE && w->folder[0] == '\0')
        skip(); /* memory does not outlive its process */
    assert_int_equal(pipe(ends), 0);
    pid_t child = start_again("be-killed", w->t.url, ends[1]);
    close(ends[1]);
    /* Read while it writes: a full pipe would hold it back. */
    while (acknowledged < 1000 && read(ends[0], &id, sizeof id) == sizeof id) {
        assert_int_equal(number_now(w->t.pool, &PART_COUNT, id), 1);
        acknowledged++;
    }
    assert_int_equal(kill(child, SIGKILL), 0);
    assert_int_equal(waitpid(child, NULL, 0), child);
    while (read(ends[0], &id, sizeof id) == sizeof id) {
        assert_int_equal(number_now(w->t.pool, &PART_COUNT, id), 1);
        acknowledged++;
    }
    close(ends[0]);
    print_message("%lld acknowledged, %lld there\n", (long long)acknowledged,
                  (long long)count_now(w->t.pool));
    assert_true(acknowledged >= 1000);
    assert_int_equal(number_now(w->t.pool, &PART_COUNT_ALL, 0), count_now(w->t.pool));
}

/* ---- a server that stops ---- */

struct caller {
    struct db_pool *pool;
    int64_t first_id;
    const _Atomic bool *is_over;
    unsigned char *results; /* of each try: an enum err */
    int tries;
};

/* Until the server is back, and then until one more went well. */
static void *write_through(void *arg)
{
    struct caller *c = arg;
    enum err e = OK;

    while (c->tries < TRIES_MAX && (!atomic_load(c->is_over) || e != OK)) {
        e = put(c->pool, c->first_id + c->tries);
        c->results[c->tries++] = (unsigned char)e;
        if (e != OK)
            pause_ms(5); /* it is refused at once */
    }
    return NULL;
}

static void mark_all_there(struct world *w, signed char *is_there)
{
    struct db *db;
    struct rows row;
    bool found;

    assert_int_equal(db_read(w->t.pool, &db), OK);
    assert_int_equal(db_rows(&row, db, &THING_IDS), OK);
    for (;;) {
        assert_int_equal(db_next(&row, &found), OK);
        if (!found)
            break;
        is_there[take_i64(&row)] = 1;
    }
    db_read_end(db);
}

static void when_the_server_stops_what_was_told_is_what_is_there(void **state)
{
    struct world *w = *state;
    struct caller callers[CALLERS];
    pthread_t threads[CALLERS];
    _Atomic bool is_over = false;
    int count[FAULT + 1] = {0};

    if (!can_control(w))
        skip();
    for (int i = 0; i < CALLERS; i++) {
        callers[i] = (struct caller){w->t.pool, (int64_t)i * IDS_EACH, &is_over,
                                     NEW_ARRAY(w->arena, TRIES_MAX, unsigned char), 0};
        assert_int_equal(pthread_create(&threads[i], NULL, write_through, &callers[i]), 0);
    }
    pause_ms(200);
    control("-m immediate stop");
    control("-t 100 start");
    pause_ms(300);
    control("-m fast stop"); /* the other way to lose it: with a word */
    control("-t 100 start");
    atomic_store(&is_over, true);
    for (int i = 0; i < CALLERS; i++)
        pthread_join(threads[i], NULL);

    signed char *is_there = NEW_ARRAY(w->arena, CALLERS * IDS_EACH, signed char);
    mark_all_there(w, is_there);
    for (int i = 0; i < CALLERS; i++) {
        assert_int_equal(callers[i].results[callers[i].tries - 1], OK);
        for (int k = 0; k < callers[i].tries; k++) {
            int result = callers[i].results[k];
            assert_true(result == OK || result == BUSY || result == FAULT);
            if (result != FAULT) /* nobody could say: the server was away too long */
                assert_int_equal(is_there[callers[i].first_id + k], result == OK);
            count[result]++;
        }
    }
    print_message("%d kept, %d refused, %d unknown\n", count[OK], count[BUSY], count[FAULT]);
    /* A batch that waits for its fate holds the others back, so perhaps nobody is refused; and of
     * each stop at most one batch stays unknown. */
    assert_true(count[OK] > CALLERS && count[BUSY] + count[FAULT] > 0);
    assert_true(count[FAULT] <= 2 * CALLERS);
    assert_int_equal(number_now(w->t.pool, &PART_COUNT_ALL, 0), count_now(w->t.pool));
}

/* ---- an answer that gets lost ---- */

/* Wait until the server is asleep in a statement that begins like this. */
static void wait_for_sleep(struct world *w, const char *beginning)
{
    static const char asleep[] = "SELECT 1 FROM pg_stat_activity WHERE wait_event = 'PgSleep' "
                                 "AND datname = current_database() AND starts_with(query, $1)";
    PGconn *conn = PQconnectdb(w->t.url);
    int there = 0;

    for (int i = 0; i < 1000 && there == 0; i++) {
        PGresult *result = PQexecParams(conn, asleep, 1, NULL, &beginning, NULL, NULL, 0);
        there = PQntuples(result);
        PQclear(result);
        pause_ms(5);
    }
    PQfinish(conn);
    assert_int_equal(there, 1);
}

/* Hear nothing more from the server, on any connection of this process; it still hears us. */
static void turn_deaf(void)
{
    int deaf = 0;

    for (int fd = 3; fd < 1024; fd++) {
        struct sockaddr_un peer = {0};
        socklen_t size = sizeof peer - 1;
        if (getpeername(fd, (struct sockaddr *)&peer, &size) == 0 && peer.sun_family == AF_UNIX &&
            strstr(peer.sun_path, ".s.PGSQL.") != NULL)
            deaf += shutdown(fd, SHUT_RD) == 0;
    }
    assert_true(deaf > 0);
}

static void a_batch_that_was_cut_off_before_its_commit_left_no_trace(void **state)
{
    struct world *w = *state;
    struct batch b;

    if (w->t.engine == DB_SQLITE)
        skip();
    batch_gather(w, &b);
    struct one *all = batch_ones(&b, 3);
    db_hot_add(&all[0].act, &THING_PUT, I(1), I(1));
    db_hot_add(&all[1].act, &THING_ADD_SLOWLY, I(2), I(2));
    db_hot_add(&all[2].act, &THING_PUT, I(3), I(3));
    for (int i = 0; i < 3; i++)
        one_queue(&all[i]);
    batch_go(&b, 0);
    wait_for_sleep(w, "INSERT INTO thing");
    turn_deaf();
    batch_go(&b, 3);
    for (int i = 0; i < 3; i++) {
        assert_int_equal(all[i].result, BUSY);
        assert_int_equal(all[i].act.changed[0], 0);
    }
    pause_ms(1200); /* the server wakes up and finds that nobody listens */
    assert_int_equal(count_now(w->t.pool), 0);
    assert_int_equal(put(w->t.pool, 1), OK); /* over a new connection */
}

static enum err script(struct db *db, void *arg)
{
    return db->pool->engine->script(db, arg);
}

static char slow_commit[] =
    "CREATE FUNCTION slow() RETURNS trigger LANGUAGE plpgsql AS "
    "$$ BEGIN PERFORM pg_sleep(1); RETURN NULL; END $$;"
    "CREATE CONSTRAINT TRIGGER slow AFTER INSERT ON part DEFERRABLE INITIALLY DEFERRED "
    "FOR EACH ROW EXECUTE FUNCTION slow()";
static char usual_commit[] = "DROP TRIGGER slow ON part; DROP FUNCTION slow()";

static void a_lost_answer_to_a_commit_is_asked_for(void **state)
{
    struct world *w = *state;
    struct batch b;

    if (w->t.engine == DB_SQLITE)
        skip();
    assert_int_equal(db_act_wait(w->t.pool, script, slow_commit), OK);
    batch_gather(w, &b);
    struct one *all = batch_ones(&b, 2);
    db_hot_add(&all[0].act, &THING_PUT, I(1), I(1));
    db_hot_add(&all[0].act, &PART_OF_THING, I(1), I(0));
    db_hot_add(&all[1].act, &THING_DOUBLE, I(5)); /* there is none */
    one_queue(&all[0]);
    one_queue(&all[1]);
    batch_go(&b, 0);
    wait_for_sleep(w, "COMMIT");
    turn_deaf();
    batch_go(&b, 2);
    assert_int_equal(all[0].result, OK);
    assert_int_equal(all[0].act.changed[0], 1);
    assert_int_equal(all[0].act.changed[1], 1);
    assert_int_equal(all[1].result, OK);
    assert_int_equal(all[1].act.changed[0], 0);
    assert_int_equal(count_now(w->t.pool), 1);
    assert_int_equal(db_act_wait(w->t.pool, script, usual_commit), OK);
}

/* The ids the server forgot when it crashed are given to others, who commit. */
static void commit_a_few(struct world *w)
{
    for (int i = 0; i < 20; i++) {
        PGconn *conn = PQconnectdb(w->t.url);
        PQclear(PQexec(conn, "SELECT pg_current_xact_id()"));
        PQfinish(conn);
    }
}

static void another_s_commit_is_not_taken_for_ours_after_a_crash(void **state)
{
    struct world *w = *state;
    struct batch b;

    if (!can_control(w))
        skip();
    assert_int_equal(db_act_wait(w->t.pool, script, slow_commit), OK);
    batch_gather(w, &b);
    struct one *all = batch_ones(&b, 1);
    db_hot_add(&all[0].act, &THING_PUT, I(1), I(1));
    db_hot_add(&all[0].act, &PART_OF_THING, I(1), I(0));
    one_queue(&all[0]);
    batch_go(&b, 0);
    wait_for_sleep(w, "COMMIT");
    control("-m immediate stop");
    control("-t 100 start");
    commit_a_few(w);
    batch_go(&b, 1);
    assert_true(all[0].result == BUSY || all[0].result == FAULT);
    int tries = 0;
    while (db_act_wait(w->t.pool, script, usual_commit) == BUSY && tries++ < 50)
        pause_ms(100);
    assert_int_equal(count_now(w->t.pool), 0);
}

#define EACH(test) cmocka_unit_test_setup(test, world_wipe)

int main(int argc, char **argv)
{
    if (argc == 3 && strcmp(argv[1], "be-killed") == 0)
        return be_killed(argv[2]);

    const struct CMUnitTest tests[] = {
        EACH(whichever_statement_fails_each_act_is_there_or_not),
        EACH(so_it_is_when_a_neighbour_conflicts),
        EACH(after_kill_9_everything_acknowledged_is_there),
        EACH(when_the_server_stops_what_was_told_is_what_is_there),
        EACH(a_batch_that_was_cut_off_before_its_commit_left_no_trace),
        EACH(a_lost_answer_to_a_commit_is_asked_for),
        EACH(another_s_commit_is_not_taken_for_ours_after_a_crash),
    };

    return world_run("hot acts and faults", tests, sizeof tests / sizeof *tests);
}
