/* Migrations and node numbers, on both engines. */
#include "db/db_test.h"
#include "db/migrate.h"
#include "db/node.h"
#include "db_test_schema.h"

#include "base/crypto.h"
#include "base/id.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Each test begins with an empty database in a folder of its own. */
static int begin(struct world *w, enum db_engine engine)
{
    char path[100];

    *w = (struct world){.folder = "/tmp/shangliang-test-XXXXXX"};
    w->arena = arena_new("test", 1024 * 1024);
    if (mkdtemp(w->folder) == NULL)
        return -1;
    snprintf(path, sizeof path, "%s/db", w->folder);
    return db_testing_open_empty(&w->t, engine, path) ? 0 : -1;
}

static struct world world;

static int begin_sqlite(void **state)
{
    *state = &world;
    return begin(&world, DB_SQLITE);
}

static int begin_postgres(void **state)
{
    *state = &world;
    return begin(&world, DB_POSTGRES);
}

static int end(void **state)
{
    struct world *w = *state;
    char command[100];

    db_testing_close(&w->t);
    arena_free(w->arena);
    clock_shift(0);
    snprintf(command, sizeof command, "rm -r %s", w->folder);
    return system(command);
}

#define FILE_OF(name_, text_)                                                                      \
    {                                                                                              \
        .name = (name_), .bytes = (const unsigned char *)(text_), .len = sizeof(text_) - 1         \
    }

static const char second[] = "-- More.\nCREATE TABLE more (id %ID% NOT NULL PRIMARY KEY, bytes "
                             "%BYTES%); -- the id [public]\n"
                             "-- @sqlite\nCREATE VIEW engine AS SELECT 1 AS is_it;\n"
                             "-- @postgres\nCREATE VIEW engine AS SELECT 2 AS is_it;\n"
                             "-- @both\nINSERT INTO more (id) VALUES (5);\n";

static const struct sql ENGINE_IS = {.name = "ENGINE_IS", .text = "SELECT is_it FROM engine"};
static const struct sql MORE_ID = {.name = "MORE_ID", .text = "SELECT id FROM more"};

static enum err apply(struct world *w, const struct embedded *files, size_t count,
                      struct migrate_report *report)
{
    struct migrate_options options = {
        .files = files, .file_count = count, .backup_folder = str_of(w->folder)};

    return migrate(w->t.pool, &options, report);
}

static void each_is_applied_once_in_order_with_its_engines_text(void **state)
{
    struct world *w = *state;
    struct migrate_report report;
    struct embedded files[] = {db_test_schema_files[0], FILE_OF("0001_more.sql", second)};

    assert_int_equal(apply(w, files, 2, &report), OK);
    assert_true(report.known == 2 && report.applied == 0 && report.pending == 0);
    assert_int_equal(number_now(w->t.pool, &ENGINE_IS, 0), w->t.engine == DB_SQLITE ? 1 : 2);
    assert_int_equal(number_now(w->t.pool, &MORE_ID, 0), 5);
    assert_int_equal(apply(w, files, 2, &report), OK); /* a second 5 would be a conflict */
    assert_true(report.applied == 2 && report.pending == 0);
    assert_string_equal(report.backup, "");
}

static void a_backup_comes_before_the_next_ones(void **state)
{
    struct world *w = *state;
    struct migrate_report report;
    struct embedded files[] = {db_test_schema_files[0], FILE_OF("0001_more.sql", second)};
    struct migrate_options careless = {.files = files, .file_count = 2};

    assert_int_equal(apply(w, files, 1, &report), OK);
    assert_string_equal(report.backup, ""); /* there was nothing to lose */
    if (w->t.engine == DB_POSTGRES) {
        assert_int_equal(migrate(w->t.pool, &careless, &report), DENIED);
        assert_string_equal(report.why, "no folder for the backup before the migration");
        assert_int_equal(report.pending, 1);
    }
    assert_int_equal(apply(w, files, 2, &report), OK);
    assert_int_equal(access(report.backup, R_OK), 0);
    assert_non_null(strstr(report.backup, ".before-0001-"));
    assert_int_equal(number_now(w->t.pool, &MORE_ID, 0), 5);
}

static void a_database_newer_than_the_program_is_refused(void **state)
{
    struct world *w = *state;
    struct migrate_report report;
    struct embedded files[] = {db_test_schema_files[0], FILE_OF("0001_more.sql", second)};

    assert_int_equal(apply(w, files, 2, &report), OK);
    assert_int_equal(apply(w, files, 1, &report), DENIED);
    assert_string_equal(report.why,
                        "the database is newer than this program: it has migration 0001_more.sql");
}

static void a_changed_migration_is_refused_but_not_for_its_comments(void **state)
{
    static const char other_comment[] =
        "-- Much more.\nCREATE TABLE more (id %ID% NOT NULL PRIMARY KEY,  bytes "
        "%BYTES%);   -- [internal]\n"
        "-- @sqlite\nCREATE VIEW engine AS SELECT 1 AS is_it;\n"
        "-- @postgres\nCREATE VIEW engine AS SELECT 2 AS is_it;\n"
        "-- @both\nINSERT INTO more (id) VALUES (5);\n";
    struct world *w = *state;
    struct migrate_report report;
    struct embedded files[] = {db_test_schema_files[0], FILE_OF("0001_more.sql", second)};
    struct embedded same[] = {db_test_schema_files[0], FILE_OF("0001_more.sql", other_comment)};
    struct embedded changed[] = {db_test_schema_files[0],
                                 FILE_OF("0001_more.sql", "CREATE TABLE other (id BIGINT);")};

    assert_int_equal(apply(w, files, 2, &report), OK);
    assert_int_equal(apply(w, same, 2, &report), OK);
    assert_int_equal(apply(w, changed, 2, &report), INVALID);
    assert_non_null(strstr(report.why, "0001_more.sql"));
}

static void one_that_fails_leaves_what_was_before(void **state)
{
    struct world *w = *state;
    struct migrate_report report;
    struct embedded files[] = {
        db_test_schema_files[0],
        FILE_OF("0001_bad.sql", "CREATE TABLE half (id BIGINT); CREATE TABLE half (id BIGINT);"),
    };
    struct embedded fixed[] = {db_test_schema_files[0],
                               FILE_OF("0001_bad.sql", "CREATE TABLE half (id BIGINT);")};

    assert_int_equal(apply(w, files, 2, &report), FAULT);
    assert_string_equal(report.why, "migration 0001_bad.sql failed");
    assert_int_equal(report.pending, 1);
    assert_int_equal(apply(w, fixed, 2, &report), OK);
}

static void files_out_of_order_are_refused(void **state)
{
    struct world *w = *state;
    struct migrate_report report;
    struct embedded gap[] = {db_test_schema_files[0], FILE_OF("0002_more.sql", second)};

    assert_int_equal(apply(w, gap, 2, &report), FAULT);
    assert_non_null(strstr(report.why, "0002_more.sql"));
}

static void check_only_changes_nothing(void **state)
{
    struct world *w = *state;
    struct migrate_report report;
    struct migrate_options options = {.check_only = true};

    assert_int_equal(migrate(w->t.pool, &options, &report), OK);
    assert_true(report.applied == 0 && report.pending == report.known && report.known > 0);
}

static void the_programs_own_migrations_apply(void **state)
{
    struct world *w = *state;
    struct migrate_report report;
    struct migrate_options options = {0};

    assert_int_equal(migrate(w->t.pool, &options, &report), OK);
    assert_int_equal(report.pending, 0);
}

static void *migrate_too(void *arg)
{
    struct world *w = arg;
    struct migrate_report report;

    return (void *)(uintptr_t)apply(w, db_test_schema_files, db_test_schema_file_count, &report);
}

static void two_that_start_at_once_both_find_it_done(void **state)
{
    struct world *w = *state;
    struct migrate_report report;
    pthread_t thread;
    void *result;

    assert_int_equal(pthread_create(&thread, NULL, migrate_too, w), 0);
    enum err mine = apply(w, db_test_schema_files, db_test_schema_file_count, &report);
    pthread_join(thread, &result);
    assert_int_equal(mine, OK);
    assert_int_equal((uintptr_t)result, OK);
}

/* ---- node numbers ---- */

static void nodes_are_held_one_by_one_and_lapse(void **state)
{
    struct world *w = *state;
    struct node a = {0}, b = {0}, c = {0};
    int64_t a_holder;

    crypto_start();
    world_migrate(w->t.pool);
    assert_int_equal(node_lease(w->t.pool, &a), OK);
    assert_int_equal(node_lease(w->t.pool, &b), OK);
    assert_true(a.number == 0 && b.number == 1);
    a_holder = a.holder;
    assert_int_equal(node_lease(w->t.pool, &a), OK); /* held longer */
    assert_true(a.number == 0 && a.holder == a_holder);
    clock_shift(NODE_LEASE_MS / 2);
    assert_int_equal(node_lease(w->t.pool, &b), OK);
    clock_shift(NODE_LEASE_MS + CLOCK_SECOND); /* a has died; b held on */
    assert_int_equal(node_lease(w->t.pool, &c), OK);
    assert_int_equal(c.number, 0);
    assert_int_equal(node_lease(w->t.pool, &a), CONFLICT);
    node_release(w->t.pool, &b);
    assert_int_equal(b.holder, 0);
    assert_int_equal(node_lease(w->t.pool, &b), OK);
    assert_int_equal(b.number, 2); /* 1 rests a moment */
}

static int run(const char *on, CMFixtureFunction setup)
{
#define EACH(test) cmocka_unit_test_setup_teardown(test, setup, end)
    const struct CMUnitTest tests[] = {
        EACH(each_is_applied_once_in_order_with_its_engines_text),
        EACH(a_backup_comes_before_the_next_ones),
        EACH(a_database_newer_than_the_program_is_refused),
        EACH(a_changed_migration_is_refused_but_not_for_its_comments),
        EACH(one_that_fails_leaves_what_was_before),
        EACH(files_out_of_order_are_refused),
        EACH(check_only_changes_nothing),
        EACH(the_programs_own_migrations_apply),
        EACH(two_that_start_at_once_both_find_it_done),
        EACH(nodes_are_held_one_by_one_and_lapse),
    };

    print_message("[==========] migrations, on %s\n", on);
    return cmocka_run_group_tests_name(on, tests, NULL, NULL);
}

int main(void)
{
    int failed = run("SQLite", begin_sqlite);

    if (db_testing_has(DB_POSTGRES))
        return failed + run("PostgreSQL", begin_postgres);
    print_message("[  SKIPPED ] migrations, on PostgreSQL: SHANGLIANG_TEST_PG is not set\n");
    return failed;
}
