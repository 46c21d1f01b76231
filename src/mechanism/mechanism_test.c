#include "mechanism/mechanism.h"

#include "base/msg.h"
#include "db/db_testing.h"
#include "mechanism/mechanism_sql.h"

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
    struct mechanism item;
    bool changed;
};

static int begin(void **state)
{
    enum db_engine engine = *(const enum db_engine *)*state;
    struct arena *a = arena_new("mechanism_test", (size_t)4 << 20);
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
    return mechanism_put(&w->c, &w->item, &w->changed);
}

static bool put(struct world *w, struct mechanism item)
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

static struct mechanism item(const char *code, int64_t position)
{
    return (struct mechanism){.code = str_of(code),
                              .term_zh = S("term"),
                              .term_en = S("Term"),
                              .purpose_zh = S("purpose"),
                              .purpose_en = S("Purpose"),
                              .group = S("platform"),
                              .position = position,
                              .source = S("page"),
                              .source_line = S("51, 73")};
}

static void mechanisms_stand_in_the_order_of_the_source(void **state)
{
    struct world *w = world_of(state);
    struct mechanism *list;
    size_t count;

    put(w, item("m10", 10));
    put(w, item("m9", 9));
    put(w, item("m1", 1));
    begin_read(w);
    assert_int_equal(mechanism_list(&w->c, &list, &count), OK);
    assert_int_equal(count, 3);
    assert_str(list[0].code, "m1");
    assert_str(list[1].code, "m9");
    assert_str(list[2].code, "m10");
    db_read_end(w->c.db);
}

static void a_mechanism_is_found_by_code_and_by_id(void **state)
{
    struct world *w = world_of(state);
    struct mechanism m, again;

    put(w, item("m1", 1));
    begin_read(w);
    assert_int_equal(mechanism_load(&w->c, S("m1"), &m), OK);
    assert_str(m.purpose_en, "Purpose");
    assert_str(m.source_line, "51, 73");
    assert_int_equal(mechanism_load_id(&w->c, m.id, &again), OK);
    assert_str(again.code, "m1");
    assert_int_equal(mechanism_load(&w->c, S("m43"), &m), NOT_FOUND);
    assert_int_equal(w->c.failure.msg, MSG_MECHANISM_NOT_FOUND);
    db_read_end(w->c.db);
}

static void a_mechanism_put_again_changes_only_with_its_words(void **state)
{
    struct world *w = world_of(state);
    struct mechanism m = item("m1", 1);

    assert_true(put(w, m));
    assert_false(put(w, m));
    m.purpose_zh = S("another purpose");
    assert_true(put(w, m));
    assert_false(put(w, m));
}

static void groups_are_a_closed_list(void **state)
{
    (void)state;
    assert_true(mechanism_group_ok(S("platform")));
    assert_true(mechanism_group_ok(S("duty")));
    assert_false(mechanism_group_ok(S("secret")));
    assert_false(mechanism_group_ok(S("")));
}

static void every_statement_is_prepared(void **state)
{
    struct world *w = world_of(state);

    assert_int_equal(db_testing_prepare(&w->t, mechanism_statements, mechanism_statement_count), 0);
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
        cmocka_unit_test(groups_are_a_closed_list),
        ON_BOTH(mechanisms_stand_in_the_order_of_the_source),
        ON_BOTH(a_mechanism_is_found_by_code_and_by_id),
        ON_BOTH(a_mechanism_put_again_changes_only_with_its_words),
        ON_BOTH(every_statement_is_prepared),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
