#include "plan/plan.h"

#include "base/msg.h"
#include "db/db_testing.h"
#include "plan/plan_sql.h"

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
    struct plan item;
    bool changed;
};

static int begin(void **state)
{
    enum db_engine engine = *(const enum db_engine *)*state;
    struct arena *a = arena_new("plan_test", (size_t)4 << 20);
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
    return plan_put(&w->c, &w->item, &w->changed);
}

static bool put(struct world *w, struct plan item)
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

static struct plan item(const char *code, int64_t year, int64_t position, const char *topic)
{
    return (struct plan){.code = str_of(code),
                         .year = year,
                         .kind = S("bimonthly"),
                         .topic = str_of(topic),
                         .state = S("planned"),
                         .position = position,
                         .source = S("page"),
                         .source_line = S("69")};
}

static void items_stand_in_the_order_of_the_source(void **state)
{
    struct world *w = world_of(state);
    struct plan *list;
    size_t count;

    put(w, item("C-2", 2022, 3, "third"));
    put(w, item("C-9", 2022, 1, "first"));
    put(w, item("C-1", 2022, 2, "second"));
    put(w, item("B-1", 2021, 4, "of another year"));
    begin_read(w);
    assert_int_equal(plan_list(&w->c, 2022, &list, &count), OK);
    assert_int_equal(count, 3);
    assert_str(list[0].topic, "first");
    assert_str(list[1].topic, "second");
    assert_str(list[2].topic, "third");
    assert_int_equal(plan_list(&w->c, 0, &list, &count), OK);
    assert_int_equal(count, 4);
    assert_str(list[3].topic, "of another year");
    db_read_end(w->c.db);
}

static void years_come_latest_first_and_once(void **state)
{
    struct world *w = world_of(state);
    int64_t *years;
    size_t count;

    put(w, item("C-1", 2021, 1, "a"));
    put(w, item("C-2", 2022, 2, "b"));
    put(w, item("C-3", 2021, 3, "c"));
    begin_read(w);
    assert_int_equal(plan_years(&w->c, &years, &count), OK);
    assert_int_equal(count, 2);
    assert_int_equal(years[0], 2022);
    assert_int_equal(years[1], 2021);
    db_read_end(w->c.db);
}

static void an_item_is_found_by_code_and_by_id(void **state)
{
    struct world *w = world_of(state);
    struct plan p, again;

    put(w, item("C-2022-08", 2022, 1, "flowers"));
    begin_read(w);
    assert_int_equal(plan_load(&w->c, S("C-2022-08"), &p), OK);
    assert_str(p.source_line, "69");
    assert_str(p.note, "");
    assert_int_equal(plan_load_id(&w->c, p.id, &again), OK);
    assert_str(again.code, "C-2022-08");
    assert_int_equal(plan_load(&w->c, S("C-2022-80"), &p), NOT_FOUND);
    assert_int_equal(w->c.failure.msg, MSG_PLAN_NOT_FOUND);
    assert_int_equal(plan_load_id(&w->c, 1, &p), NOT_FOUND);
    db_read_end(w->c.db);
}

static void an_item_put_again_changes_only_with_its_words(void **state)
{
    struct world *w = world_of(state);
    struct plan first, p = item("C-1", 2022, 1, "a");

    assert_true(put(w, p));
    begin_read(w);
    assert_int_equal(plan_load(&w->c, p.code, &first), OK);
    db_read_end(w->c.db);
    assert_false(put(w, p));
    p.state = S("held");
    assert_true(put(w, p));
    assert_false(put(w, p));
    begin_read(w);
    assert_int_equal(plan_load(&w->c, first.code, &p), OK);
    assert_str(p.state, "held");
    assert_int_equal(p.id, first.id);
    db_read_end(w->c.db);
}

static void kinds_and_states_are_closed_lists(void **state)
{
    (void)state;
    assert_true(plan_kind_ok(S("cross_region")));
    assert_false(plan_kind_ok(S("vote")));
    assert_false(plan_kind_ok(S("")));
    assert_true(plan_state_ok(S("held")));
    assert_false(plan_state_ok(S("decided")));
}

static void every_statement_is_prepared(void **state)
{
    struct world *w = world_of(state);

    assert_int_equal(db_testing_prepare(&w->t, plan_statements, plan_statement_count), 0);
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
        cmocka_unit_test(kinds_and_states_are_closed_lists),
        ON_BOTH(items_stand_in_the_order_of_the_source),
        ON_BOTH(years_come_latest_first_and_once),
        ON_BOTH(an_item_is_found_by_code_and_by_id),
        ON_BOTH(an_item_put_again_changes_only_with_its_words),
        ON_BOTH(every_statement_is_prepared),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
