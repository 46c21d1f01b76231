/* What happens when a process is killed, a disk is full, a server is away, and whether a copy is
 * whole. */
#include "db/db_postgres.h"
#include "db/db_test.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

/* ---- kill -9 ---- */

enum { WRITERS = 4 };

struct writing {
    struct db_pool *pool;
    int64_t id;
    int pipe;
};

static enum err add(struct db *db, void *arg)
{
    struct writing *w = arg;

    return db_run(db, &THING_PUT, I(w->id), I(w->id));
}

/* Tells each id only when it was acknowledged. */
static void *write_for_ever(void *arg)
{
    struct writing *w = arg;

    for (;; w->id++) {
        if (db_act_wait(w->pool, add, w) == OK &&
            write(w->pipe, &w->id, sizeof w->id) != sizeof w->id)
            _exit(1);
    }
    return NULL;
}

static int be_killed(const char *url)
{
    struct db_options options = {.url = str_of(url)};
    struct writing w[WRITERS] = {{0}};
    struct db_pool *pool;
    pthread_t thread;

    if (db_open(&pool, &options) != OK)
        return 1;
    for (int i = 0; i < WRITERS; i++) {
        w[i] = (struct writing){pool, (int64_t)(i + 1) * 1000000, STDOUT_FILENO};
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
    int64_t id, told = 0;

    if (w->t.engine == DB_SQLITE && w->folder[0] == '\0')
        skip(); /* memory does not outlive its process */
    assert_int_equal(pipe(ends), 0);
    pid_t child = start_again("be-killed", w->t.url, ends[1]);
    close(ends[1]);
    pause_ms(1000);
    assert_int_equal(kill(child, SIGKILL), 0);
    assert_int_equal(waitpid(child, NULL, 0), child);
    while (read(ends[0], &id, sizeof id) == sizeof id) {
        assert_int_equal(number_now(w->t.pool, &THING_NUMBER, id), id);
        told++;
    }
    close(ends[0]);
    print_message("%lld acknowledged, %lld there\n", (long long)told,
                  (long long)count_now(w->t.pool));
    assert_true(told > 10);
    assert_true(count_now(w->t.pool) >= told);
    put_now(w->t.pool, 1, 1);
}

/* ---- full disks ---- */

struct filling {
    struct arena *arena;
    int64_t id;
};

static enum err add_big(struct db *db, void *arg)
{
    struct filling *f = arg;
    str bytes = {NEW_ARRAY(f->arena, 20000, char), 20000};

    TRY(db_run(db, &THING_ADD, I(f->id), NIL(), I(f->id), NIL(), NIL(), X(bytes)));
    return db_run(db, &PART_ADD, I(f->id), I(0));
}

/* Until it is refused; then reading goes on, and so does writing once there is room. */
static void fill(struct world *w, struct db_pool *pool)
{
    struct filling f = {.arena = w->arena};
    enum err e = OK;

    while (e == OK && f.id < 2000) {
        arena_reset(w->arena);
        f.id++;
        e = db_act_wait(pool, add_big, &f);
    }
    assert_int_equal(e, BUSY);
    assert_true(f.id > 3);
    assert_true(db_is_full(pool));
    assert_int_equal(count_now(pool), f.id - 1);
    assert_int_equal(db_act_wait(pool, add_big, &f), BUSY);
    assert_int_equal(count_now(pool), f.id - 1);
}

static enum err limit_pages(struct db *db, void *arg)
{
    return db->pool->engine->script(db, arg);
}

static void a_full_database_is_busy_and_nothing_is_half_written(void **state)
{
    static char small[] = "PRAGMA max_page_count = 200", large[] = "PRAGMA max_page_count = 100000";
    struct world *w = *state;

    if (w->t.engine == DB_POSTGRES)
        skip(); /* its disk is the server's; 53100 has the same meaning in db_postgres.c */
    assert_int_equal(db_act_wait(w->t.pool, limit_pages, small), OK);
    fill(w, w->t.pool);
    assert_int_equal(db_act_wait(w->t.pool, limit_pages, large), OK);
    put_now(w->t.pool, 5000, 1);
    assert_false(db_is_full(w->t.pool)); /* what is busy now is busy for another reason */
}

static void a_full_disk_is_busy_and_nothing_is_half_written(void **state)
{
    struct world *w = *state;
    char folder[128], url[160], ballast[160];
    struct db_options options = {0};
    struct db_pool *pool;

    if (w->folder[0] == '\0')
        skip(); /* once is enough */
    snprintf(folder, sizeof folder, "%s/small", w->folder);
    snprintf(url, sizeof url, "sqlite:%s/db", folder);
    snprintf(ballast, sizeof ballast, "%s/ballast", folder);
    assert_int_equal(mkdir(folder, 0700), 0);
    if (mount("tmpfs", folder, "tmpfs", 0, "size=2m") != 0) {
        print_message("no right to mount a small disk: %s\n", strerror(errno));
        rmdir(folder);
        skip();
    }
    FILE *f = fopen(ballast, "w");
    fwrite(url, 1, sizeof url, f);
    for (int i = 0; i < 6000; i++)
        fwrite(url, 1, 100, f);
    fclose(f);
    options.url = str_of(url);
    assert_int_equal(db_open(&pool, &options), OK);
    world_migrate(pool);
    fill(w, pool);
    unlink(ballast);
    put_now(pool, 5000, 1);
    db_close(pool);
    umount(folder);
    rmdir(folder);
}

/* ---- a server that goes away ---- */

static void a_server_that_went_away_heals_when_it_is_back(void **state)
{
    struct world *w = *state;
    struct writing one = {.id = 1};
    struct db *db, *other;

    if (!can_control(w))
        skip();
    assert_int_equal(db_act_wait(w->t.pool, add, &one), OK);
    assert_int_equal(db_read(w->t.pool, &db), OK);
    assert_int_equal(db_read(w->t.pool, &other), OK); /* several connections, all to be lost */
    db_read_end(other);
    control("-m immediate stop");
    int64_t n;
    assert_int_equal(db_number(db, &n, 0, &THING_COUNT), BUSY); /* in the middle of a read */
    db_read_end(db);
    one.id = 2;
    for (int i = 0; i < 3; i++) {
        assert_int_equal(db_act_wait(w->t.pool, add, &one), BUSY);
        assert_int_equal(db_read(w->t.pool, &db), BUSY);
    }
    control("-t 100 start");
    int tries = 0;
    while (db_act_wait(w->t.pool, add, &one) == BUSY && tries++ < 50)
        pause_ms(100);
    assert_true(tries < 50);
    assert_int_equal(count_now(w->t.pool), 2);
}

static void a_restart_between_two_uses_is_not_noticed(void **state)
{
    struct world *w = *state;
    struct writing one = {.id = 1};

    if (!can_control(w))
        skip();
    assert_int_equal(count_now(w->t.pool), 0); /* prepared on the connection that is lost */
    control("-m fast -t 30 restart");
    assert_int_equal(count_now(w->t.pool), 0);
    assert_int_equal(db_act_wait(w->t.pool, add, &one), OK);
}

static void terminate(const char *url, int backend)
{
    char text[80];
    PGconn *conn = PQconnectdb(url);

    snprintf(text, sizeof text, "SELECT pg_terminate_backend(%d, 5000)", backend);
    PQclear(PQexec(conn, text));
    PQfinish(conn);
}

/* The server loses the connection before it hears COMMIT. */
static enum err add_and_be_cut_off(struct db *db, void *arg)
{
    enum err e = add(db, arg);

    terminate(db->pool->url, PQbackendPID(db->conn));
    return e;
}

/* We lose it after the server heard COMMIT. */
static enum err add_and_turn_deaf(struct db *db, void *arg)
{
    enum err e = add(db, arg);

    shutdown(PQsocket(db->conn), SHUT_RD);
    return e;
}

/* And it seems that the server has crashed meanwhile, and may have given the id to somebody else.
 */
static enum err add_and_turn_deaf_in_another_era(struct db *db, void *arg)
{
    enum err e = add_and_turn_deaf(db, arg);

    snprintf(db->era, sizeof db->era, "another");
    return e;
}

static void the_fate_of_a_commit_is_asked_for_when_the_answer_was_lost(void **state)
{
    struct world *w = *state;
    struct writing one = {.id = 1};

    if (w->t.engine == DB_SQLITE)
        skip();
    assert_int_equal(db_act_wait(w->t.pool, add_and_be_cut_off, &one), BUSY);
    assert_int_equal(count_now(w->t.pool), 0);
    assert_int_equal(db_act_wait(w->t.pool, add_and_turn_deaf, &one), OK);
    assert_int_equal(count_now(w->t.pool), 1);
    one.id = 2;
    assert_int_equal(db_act_wait(w->t.pool, add_and_turn_deaf_in_another_era, &one), FAULT);
}

/* ---- copies ---- */

static void a_copy_is_whole_and_never_overwrites(void **state)
{
    struct world *w = *state;
    char folder[64] = "/tmp/shangliang-copy-XXXXXX", path[80], head[6] = {0};

    assert_non_null(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/copy", folder);
    put_now(w->t.pool, 1, 11);
    assert_int_equal(db_backup(w->t.pool, str_of(path)), OK);
    put_now(w->t.pool, 2, 22);
    assert_int_equal(db_backup(w->t.pool, str_of(path)), FAULT); /* it is there */
    if (w->t.engine == DB_SQLITE) {
        char url[100];
        snprintf(url, sizeof url, "sqlite:%s", path);
        struct db_options options = {.url = str_of(url), .is_read_only = true};
        struct db_pool *copy;
        assert_int_equal(db_open(&copy, &options), OK);
        assert_int_equal(number_now(copy, &THING_NUMBER, 1), 11);
        assert_int_equal(count_now(copy), 1);
        db_close(copy);
    } else {
        FILE *f = fopen(path, "rb");
        assert_int_equal(fread(head, 1, 5, f), 5);
        fclose(f);
        assert_string_equal(head, "PGDMP");
    }
    unlink(path);
    assert_int_equal(rmdir(folder), 0); /* nothing else was left beside it */
}

static void a_copy_to_nowhere_is_a_fault(void **state)
{
    struct world *w = *state;

    assert_int_equal(db_backup(w->t.pool, S("/nowhere/at/all/copy")), FAULT);
}

#define EACH(test) cmocka_unit_test_setup(test, world_wipe)

int main(int argc, char **argv)
{
    if (argc == 3 && strcmp(argv[1], "be-killed") == 0)
        return be_killed(argv[2]);

    const struct CMUnitTest tests[] = {
        EACH(after_kill_9_everything_acknowledged_is_there),
        EACH(a_full_database_is_busy_and_nothing_is_half_written),
        EACH(a_full_disk_is_busy_and_nothing_is_half_written),
        EACH(a_server_that_went_away_heals_when_it_is_back),
        EACH(a_restart_between_two_uses_is_not_noticed),
        EACH(the_fate_of_a_commit_is_asked_for_when_the_answer_was_lost),
        EACH(a_copy_is_whole_and_never_overwrites),
        EACH(a_copy_to_nowhere_is_a_fault),
    };

    return world_run("faults", tests, sizeof tests / sizeof *tests);
}
