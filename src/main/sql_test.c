/*
 * Every statement of the program is prepared on both engines. A new .sql file is a new line here;
 * one that was forgotten fails the last test.
 */
#include "body/body_sql.h"
#include "db/db_testing.h"
#include "db/migrate_sql.h"
#include "figure/figure_sql.h"
#include "flow/flow_sql.h"
#include "flow/import_sql.h"
#include "home/home_sql.h"
#include "job/job_sql.h"
#include "ledger/ledger_sql.h"
#include "main/app_sql.h"
#include "matter/child_sql.h"
#include "matter/desk_sql.h"
#include "matter/imprint_sql.h"
#include "matter/list_sql.h"
#include "matter/matter_sql.h"
#include "matter/todo_sql.h"
#include "mechanism/mechanism_sql.h"
#include "notify/notify_sql.h"
#include "person/me_sql.h"
#include "person/people_sql.h"
#include "person/person_sql.h"
#include "plan/plan_sql.h"
#include "search/search_sql.h"
#include "web/calendar_sql.h"
#include "web/web_sql.h"

#include <ftw.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define FILE_OF(name)                                                                              \
    {                                                                                              \
#name ".sql", name##_statements, &name##_statement_count                                   \
    }
static const struct {
    const char *name;
    const struct sql *const *statements;
    const size_t *count;
} files[] = {FILE_OF(app),    FILE_OF(body),    FILE_OF(calendar),  FILE_OF(child),
             FILE_OF(desk),   FILE_OF(figure),  FILE_OF(flow),      FILE_OF(home),
             FILE_OF(import), FILE_OF(imprint), FILE_OF(job),       FILE_OF(ledger),
             FILE_OF(list),   FILE_OF(matter),  FILE_OF(mechanism), FILE_OF(me),
             FILE_OF(notify), FILE_OF(people),  FILE_OF(person),    FILE_OF(plan),
             FILE_OF(search), FILE_OF(todo),    FILE_OF(web),       FILE_OF(migrate)};
enum { FILES = sizeof files / sizeof *files };

static void prepare_all(enum db_engine engine)
{
    struct db_testing t;
    size_t refused = 0;

    if (!db_testing_open(&t, engine))
        skip();
    for (size_t i = 0; i < FILES; i++) {
        size_t n = db_testing_prepare(&t, files[i].statements, *files[i].count);
        if (n > 0)
            print_error("%s: %zu statements are refused\n", files[i].name, n);
        refused += n;
    }
    db_testing_close(&t);
    assert_int_equal(refused, 0);
}

static void every_statement_is_prepared_on_sqlite(void **state)
{
    (void)state;
    prepare_all(DB_SQLITE);
}

static void every_statement_is_prepared_on_postgresql(void **state)
{
    (void)state;
    prepare_all(DB_POSTGRES);
}

static const char *source_root;
static int forgotten;

static bool is_of_a_test(const char *path)
{
    size_t len = strlen(path), end = strlen("_test.sql");

    return (len > end && strcmp(path + len - end, "_test.sql") == 0) ||
           strstr(path, "/migrations/") != NULL || strstr(path, "/testdata/") != NULL;
}

static int look(const char *path, const struct stat *s, int type, struct FTW *at)
{
    const char *name = path + at->base;
    size_t len = strlen(name);

    (void)s;
    if (type != FTW_F || len < 5 || strcmp(name + len - 4, ".sql") != 0 || is_of_a_test(path))
        return 0;
    for (size_t i = 0; i < FILES; i++) {
        if (strcmp(files[i].name, name) == 0)
            return 0;
    }
    print_error("%s is not among the files of this test\n", path);
    forgotten++;
    return 0;
}

static void no_file_of_statements_is_forgotten(void **state)
{
    char sources[4096];

    (void)state;
    snprintf(sources, sizeof sources, "%s/src", source_root);
    assert_int_equal(nftw(sources, look, 16, FTW_PHYS), 0);
    assert_int_equal(forgotten, 0);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_statement_is_prepared_on_sqlite),
        cmocka_unit_test(every_statement_is_prepared_on_postgresql),
        cmocka_unit_test(no_file_of_statements_is_forgotten),
    };

    source_root = argc > 1 ? argv[1] : ".";
    return cmocka_run_group_tests(tests, NULL, NULL);
}
