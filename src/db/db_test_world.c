#include "db/db_test.h"

#include "db/migrate.h"
#include "db_test_schema.h"

#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

void world_migrate(struct db_pool *pool)
{
    struct migrate_report report;
    struct migrate_options options = {.files = db_test_schema_files,
                                      .file_count = db_test_schema_file_count,
                                      .without_backup = true};

    assert_int_equal(migrate(pool, &options, &report), OK);
}

static int begin(void **state, enum db_engine engine, const char *path, struct world *w)
{
    w->arena = arena_new("test", 64 * 1024 * 1024);
    if (!db_testing_open_empty(&w->t, engine, path))
        return -1;
    world_migrate(w->t.pool);
    *state = w;
    return 0;
}

static struct world world;

int world_memory(void **state)
{
    world = (struct world){0};
    return begin(state, DB_SQLITE, ":memory:", &world);
}

int world_file(void **state)
{
    char path[128];

    world = (struct world){.folder = "/tmp/shangliang-test-XXXXXX"};
    if (mkdtemp(world.folder) == NULL)
        return -1;
    snprintf(path, sizeof path, "%s/db", world.folder);
    return begin(state, DB_SQLITE, path, &world);
}

int world_postgres(void **state)
{
    world = (struct world){0};
    return begin(state, DB_POSTGRES, NULL, &world);
}

int world_end(void **state)
{
    static const char *const names[] = {"db", "db-wal", "db-shm", "copy", "copy2"};
    struct world *w = *state;
    char path[128];

    db_testing_close(&w->t);
    arena_free(w->arena);
    for (size_t i = 0; w->folder[0] != '\0' && i < sizeof names / sizeof *names; i++) {
        snprintf(path, sizeof path, "%s/%s", w->folder, names[i]);
        unlink(path);
    }
    if (w->folder[0] != '\0')
        rmdir(w->folder);
    return 0;
}

static enum err wipe(struct db *db, void *arg)
{
    (void)arg;
    TRY(db_run(db, &PART_WIPE));
    return db_run(db, &THING_WIPE);
}

int world_wipe(void **state)
{
    struct world *w = *state;

    db_fail_at(0, OK);
    arena_reset(w->arena);
    return db_act_wait(w->t.pool, wipe, NULL) == OK ? 0 : -1;
}

int world_run(const char *name, const struct CMUnitTest *tests, size_t count)
{
    static const struct {
        const char *on;
        CMFixtureFunction begin;
    } kinds[] = {{"SQLite in memory", world_memory},
                 {"an SQLite file", world_file},
                 {"PostgreSQL", world_postgres}};
    int failed = 0;

    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        char title[96];
        snprintf(title, sizeof title, "%s, on %s", name, kinds[i].on);
        if (kinds[i].begin == world_postgres && !db_testing_has(DB_POSTGRES)) {
            print_message("[  SKIPPED ] %s: SHANGLIANG_TEST_PG is not set (see tests/pg)\n", title);
            continue;
        }
        print_message("[==========] %s\n", title);
        failed += _cmocka_run_group_tests(title, tests, count, kinds[i].begin, world_end);
    }
    return failed;
}

void pause_ms(long ms)
{
    struct timespec t = {.tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000};

    nanosleep(&t, NULL);
}

bool can_control(const struct world *w)
{
    return w->t.engine == DB_POSTGRES && getenv("SHANGLIANG_TEST_PG_CTL") != NULL;
}

void control(const char *args)
{
    char command[512];

    snprintf(command, sizeof command, "%s %s >/dev/null", getenv("SHANGLIANG_TEST_PG_CTL"), args);
    assert_int_equal(system(command), 0);
}

extern char **environ;

pid_t start_again(const char *mode, const char *url, int pipe)
{
    const char *const argv[] = {"again", mode, url, NULL};
    posix_spawn_file_actions_t files;
    pid_t child;

    posix_spawn_file_actions_init(&files);
    posix_spawn_file_actions_adddup2(&files, pipe, STDOUT_FILENO);
    assert_int_equal(
        posix_spawn(&child, "/proc/self/exe", &files, NULL, (char *const *)argv, environ), 0);
    posix_spawn_file_actions_destroy(&files);
    return child;
}

int64_t number_now(struct db_pool *pool, const struct sql *sql, int64_t arg)
{
    struct db *db;
    int64_t number;

    assert_int_equal(db_read(pool, &db), OK);
    if (sql->param_count == 0)
        assert_int_equal(db_number(db, &number, -1, sql), OK);
    else
        assert_int_equal(db_number(db, &number, -1, sql, I(arg)), OK);
    db_read_end(db);
    return number;
}

int64_t count_now(struct db_pool *pool)
{
    return number_now(pool, &THING_COUNT, 0);
}

struct putting {
    int64_t id, number;
};

static enum err put(struct db *db, void *arg)
{
    struct putting *p = arg;

    return db_run(db, &THING_PUT, I(p->id), I(p->number));
}

void put_now(struct db_pool *pool, int64_t id, int64_t number)
{
    struct putting p = {id, number};

    assert_int_equal(db_act_wait(pool, put, &p), OK);
}
