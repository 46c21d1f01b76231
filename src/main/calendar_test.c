#include "base/calendar.h"
#include "main/app.h"
#include "main/app_sql.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

static struct instance in;

/* The next year's National Day: with it the table covers that year. */
static enum err add_year(struct ctx *c, void *arg)
{
    str day = str_fmt(c->arena, "%04d-10-01", *(int *)arg);

    return db_run(c->db, &CALENDAR_DAY_PUT, T(day), T(S("holiday")), T(S("x")), T(S("test")));
}

static void a_changed_table_is_taken_and_an_unchanged_one_is_left(void **state)
{
    char dir[] = "/tmp/shangliang-calendar-XXXXXX", remove[sizeof dir + 8];
    struct arena *a = arena_new("test", 1024 * 1024);

    (void)state;
    assert_non_null(mkdtemp(dir));
    assert_int_equal(app_create(dir, S(""), false), OK);
    assert_int_equal(app_open(&in, dir), OK);
    const struct calendar *before = in.app.calendar;
    int year = calendar_last_year(before) + 1;
    assert_true(year > 2000);
    assert_int_equal(app_load_calendar(&in), OK);
    assert_ptr_equal(in.app.calendar, before);

    struct ctx c = app_ctx(&in, a);
    assert_int_equal(app_act(&in, &c, add_year, &year), OK);
    assert_int_equal(app_load_calendar(&in), OK);
    assert_int_equal(calendar_last_year(in.app.calendar), year);
    assert_int_equal(calendar_last_year(before), year - 1); /* somebody may be counting with it */

    arena_free(a);
    app_close(&in);
    snprintf(remove, sizeof remove, "rm -rf %s", dir);
    assert_int_equal(system(remove), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_changed_table_is_taken_and_an_unchanged_one_is_left),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
