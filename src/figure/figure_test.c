#include "figure/figure.h"

#include "base/msg.h"
#include "db/db_testing.h"
#include "figure/figure_sql.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

/* A fresh database on one of the engines. */
struct world {
    struct db_testing t;
    struct arena *arena;
    struct ctx c;
    struct figure item;
    bool changed;
};

static int begin(void **state)
{
    enum db_engine engine = *(const enum db_engine *)*state;
    struct arena *a = arena_new("figure_test", (size_t)4 << 20);
    struct world *w = NEW(a, struct world);

    w->arena = a;
    w->c.arena = a;
    *state = w;
    if (!db_testing_open(&w->t, engine))
        w->t.pool = NULL;
    return 0;
}

static int end(void **state)
{
    struct world *w = *state;

    if (w->t.pool != NULL)
        db_testing_close(&w->t);
    arena_free(w->arena);
    return 0;
}

static struct world *world_of(void **state)
{
    struct world *w = *state;

    if (w->t.pool == NULL)
        skip(); /* there is no PostgreSQL here */
    return w;
}

static enum err put_act(struct db *db, void *arg)
{
    struct world *w = arg;

    w->c.db = db;
    return figure_put(&w->c, &w->item, &w->changed);
}

static bool put(struct world *w, struct figure item)
{
    w->item = item;
    assert_int_equal(db_act_wait(w->t.pool, put_act, w), OK);
    return w->changed;
}

static void begin_read(struct world *w)
{
    assert_int_equal(db_read(w->t.pool, &w->c.db), OK);
}

static void assert_str(str s, const char *expected)
{
    assert_int_equal(s.len, str_of(expected).len);
    assert_memory_equal(s.at, expected, s.len);
}

static struct figure item(const char *code, const char *value, double number, const char *unit)
{
    static int64_t position;

    position++;
    return (struct figure){.code = str_of(code),
                           .year = 2021,
                           .subject = S("subject"),
                           .name = S("name"),
                           .value_text = str_of(value),
                           .value_number = number,
                           .unit = str_of(unit),
                           .position = position,
                           .source = S("page"),
                           .source_line = S("39")};
}

static bool is_number(const char *printed, const char *number, double expected)
{
    double value = -1;

    return figure_number(str_of(printed), str_of(number), &value) && value == expected;
}

static void the_number_stands_in_the_printed_text(void **state)
{
    (void)state;
    assert_true(is_number("6", "6", 6));
    assert_true(is_number("68 times", "68", 68));
    assert_true(is_number("77.8%", "77.8", 77.8));
    assert_true(is_number("about 2002 trains", "2002", 2002));
}

static void part_of_a_longer_number_is_not_the_number(void **state)
{
    (void)state;
    assert_false(is_number("2002", "200", 200));
    assert_false(is_number("2002", "002", 2));
    assert_false(is_number("77.8%", "77", 77));
    assert_false(is_number("77.8%", "7.8", 7.8));
}

static void what_is_no_number_is_refused(void **state)
{
    (void)state;
    assert_false(is_number("6", "", 0));
    assert_false(is_number("-6", "-6", -6));
    assert_false(is_number("1e9", "1e9", 1e9));
    assert_false(is_number("nan", "nan", 0));
    assert_false(is_number("6.", "6.", 6));
    assert_false(is_number(".6", ".6", 0.6));
    assert_false(is_number("1.2.3", "1.2.3", 1.2));
    assert_false(is_number("1234567890123456", "1234567890123456", 1234567890123456.0));
}

static void two_figures_with_one_number_stay_apart(void **state)
{
    struct world *w = world_of(state);
    struct figure *list;
    size_t count;

    put(w, item("F-1", "29 reports", 29, "reports"));
    put(w, item("F-2", "29 times", 29, "times"));
    begin_read(w);
    assert_int_equal(figure_list(&w->c, &list, &count), OK);
    assert_int_equal(count, 2);
    assert_str(list[0].unit, "reports");
    assert_str(list[1].unit, "times");
    assert_str(list[1].value_text, "29 times");
    db_read_end(w->c.db);
}

static void a_figure_keeps_its_printed_text_and_its_number(void **state)
{
    struct world *w = world_of(state);
    struct figure f;

    put(w, item("F-7", "77.8%", 77.8, "%"));
    begin_read(w);
    assert_int_equal(figure_load(&w->c, S("F-7"), &f), OK);
    assert_str(f.value_text, "77.8%");
    assert_true(f.value_number == 77.8);
    assert_str(f.plan, "");
    assert_int_equal(figure_load(&w->c, S("F-8"), &f), NOT_FOUND);
    assert_int_equal(w->c.failure.msg, MSG_FIGURE_NOT_FOUND);
    db_read_end(w->c.db);
}

static void a_figure_put_again_changes_only_when_corrected(void **state)
{
    struct world *w = world_of(state);
    struct figure f = item("F-7", "77.8%", 77.8, "%");

    assert_true(put(w, f));
    assert_false(put(w, f));
    f.value_number = 77.9;
    assert_true(put(w, f));
    assert_false(put(w, f));
}

static void every_statement_is_prepared(void **state)
{
    struct world *w = world_of(state);

    assert_int_equal(db_testing_prepare(&w->t, figure_statements, figure_statement_count), 0);
}

int main(void)
{
    static enum db_engine engines[] = {DB_SQLITE, DB_POSTGRES};
#define ON(test, engine)                                                                           \
    {                                                                                              \
#test " (" #engine ")", test, begin, end, &engines[engine]                                 \
    }
#define ON_BOTH(test) ON(test, DB_SQLITE), ON(test, DB_POSTGRES)
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_number_stands_in_the_printed_text),
        cmocka_unit_test(part_of_a_longer_number_is_not_the_number),
        cmocka_unit_test(what_is_no_number_is_refused),
        ON_BOTH(two_figures_with_one_number_stay_apart),
        ON_BOTH(a_figure_keeps_its_printed_text_and_its_number),
        ON_BOTH(a_figure_put_again_changes_only_when_corrected),
        ON_BOTH(every_statement_is_prepared),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
