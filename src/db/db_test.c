/* The rules of one SQL text for two engines: this suite, the same on both, is what db.h promises.
 */
#include "db/db_test.h"

#include <math.h>
#include <string.h>

/* A test's act gets the world; asserting on the writer's thread would not reach cmocka, so acts
 * return what they saw and tests assert. */
struct seen {
    struct world *w;
    int64_t i[8];
    double f;
    bool b;
    str s, bytes;
    size_t n;
    enum err e[4];
};

static void act(struct world *w, struct seen *s, db_act_fn *fn)
{
    s->w = w;
    assert_int_equal(db_act_wait(w->t.pool, fn, s), OK);
}

/* All rows of one whole number each. */
static enum err numbers(struct rows *row, struct seen *s)
{
    bool found;

    for (s->n = 0;; s->n++) {
        TRY(db_next(row, &found));
        if (!found)
            return OK;
        s->i[s->n % 8] = take_i64(row);
    }
}

static enum err add_three(struct db *db, void *arg)
{
    (void)arg;
    TRY(db_run(db, &THING_ADD, I(1), T(S("Bus")), I(10), F(0.5), B(true), NIL()));
    TRY(db_run(db, &THING_ADD, I(2), T(S("bus")), I(30), F(1.5), B(false), NIL()));
    return db_run(db, &THING_ADD, I(3), NIL(), I(20), NIL(), B(false), NIL());
}

static void three(struct world *w)
{
    assert_int_equal(db_act_wait(w->t.pool, add_three, NULL), OK);
}

static struct db *reading(struct world *w)
{
    struct db *db;

    assert_int_equal(db_read(w->t.pool, &db), OK);
    return db;
}

static void parameters_are_bound_by_name_not_by_order(void **state)
{
    struct db *db = reading(*state);
    struct rows row;
    bool found;

    assert_int_equal(db_rows(&row, db, &SWAPPED, I(1), I(2)), OK);
    assert_int_equal(db_next(&row, &found), OK);
    assert_true(found);
    assert_int_equal(take_i64(&row), 2);
    assert_int_equal(take_i64(&row), 1);
    assert_int_equal(take_i64(&row), 2);
    assert_int_equal(db_done(&row), OK);
    int64_t tenth;
    assert_int_equal(db_number(db, &tenth, 0, &TENTH, I(1), I(2), I(3), I(4), I(5), I(6), I(7),
                               I(8), I(9), I(77)),
                     OK);
    assert_int_equal(tenth, 77);
    db_read_end(db);
}

static const char wide[] =
    "\xF0\xA0\xAE\xB7 \xE5\x95\x86 e\xCC\x81 'quoted' \"double\" \\ % _ \t\n";
static const char raw[] = "a\0b\xFF\x00\x01'";

static enum err add_value(struct db *db, void *arg)
{
    struct seen *s = arg;
    str bytes = {raw, sizeof raw - 1};

    TRY(db_run(db, &THING_ADD, I(INT64_MIN), T(str_of(wide)), I(INT64_MAX), F(0.1), B(true),
               X(bytes)));
    TRY(db_run(db, &THING_ADD, I(2), T(S("")), I(INT64_MIN), F(-5e-324), B(false), X(S(""))));
    TRY(db_run(db, &THING_ADD, I(3), NIL(), NIL(), NIL(), NIL(), NIL()));
    s->e[0] = db_run(db, &THING_ADD, I(4), NIL(), I(-1), F(1.7976931348623157e308), NIL(), NIL());
    return s->e[0];
}

static void take_all(struct world *w, int64_t id, struct seen *s)
{
    struct db *db = reading(w);
    struct rows row;
    bool found;

    assert_int_equal(db_rows(&row, db, &THING_BY_ID, I(id)), OK);
    assert_int_equal(db_next(&row, &found), OK);
    assert_true(found);
    s->i[0] = take_i64(&row);
    s->s = take_str(&row, w->arena);
    s->i[1] = take_i64(&row);
    s->f = take_f64(&row);
    s->b = take_bool(&row);
    s->bytes = take_blob(&row, w->arena);
    assert_int_equal(db_done(&row), OK);
    db_read_end(db);
}

static void every_value_comes_back_as_it_went(void **state)
{
    struct world *w = *state;
    struct seen s = {0};

    act(w, &s, add_value);
    take_all(w, INT64_MIN, &s);
    assert_true(s.i[0] == INT64_MIN && s.i[1] == INT64_MAX);
    assert_int_equal(s.s.len, sizeof wide - 1);
    assert_memory_equal(s.s.at, wide, sizeof wide);
    assert_true(s.f == 0.1 && s.b);
    assert_int_equal(s.bytes.len, sizeof raw - 1);
    assert_memory_equal(s.bytes.at, raw, sizeof raw - 1);
    take_all(w, 2, &s);
    assert_true(s.i[1] == INT64_MIN && s.f == -5e-324 && !s.b);
    assert_true(s.s.len == 0 && s.bytes.len == 0);
    take_all(w, 4, &s);
    assert_true(s.f == 1.7976931348623157e308);
}

static void a_null_is_taken_as_nothing(void **state)
{
    struct world *w = *state;
    struct seen s = {.i = {1, 1}, .f = 1, .b = true};

    act(w, &s, add_value);
    take_all(w, 3, &s);
    assert_true(s.i[1] == 0 && s.f == 0 && !s.b && s.s.len == 0 && s.bytes.len == 0);
    assert_int_equal(number_now(w->t.pool, &THING_NUMBER, 3), -1);     /* NULL, as no row */
    assert_int_equal(number_now(w->t.pool, &THING_NUMBER, 12345), -1); /* no row */
    assert_int_equal(number_now(w->t.pool, &THING_SUM, INT64_MIN), -1);
}

static enum err add_nul(struct db *db, void *arg)
{
    (void)arg;
    return db_run(db, &THING_ADD, I(1), T(((str){"a\0b", 3})), NIL(), NIL(), NIL(), NIL());
}

static enum err add_nan(struct db *db, void *arg)
{
    (void)arg;
    return db_run(db, &THING_ADD, I(1), NIL(), NIL(), F(NAN), NIL(), NIL());
}

static void a_value_only_one_engine_could_keep_is_refused_by_both(void **state)
{
    struct world *w = *state;

    assert_int_equal(db_act_wait(w->t.pool, add_nul, NULL), FAULT);
    assert_int_equal(db_act_wait(w->t.pool, add_nan, NULL), FAULT);
    assert_int_equal(count_now(w->t.pool), 0);
}

static void booleans_compare_by_value_and_by_name(void **state)
{
    struct world *w = *state;
    struct seen s = {0};
    struct rows row;

    three(w);
    struct db *db = reading(w);
    assert_int_equal(db_rows(&row, db, &THING_SWITCHED, B(true)), OK);
    assert_int_equal(numbers(&row, &s), OK);
    assert_true(s.n == 1 && s.i[0] == 1);
    db_read_end(db);
    assert_int_equal(number_now(w->t.pool, &THING_OFF, 0), 2);
}

static enum err clash(struct db *db, void *arg)
{
    struct seen *s = arg;

    TRY(db_point(db));
    s->e[0] = db_run(db, &THING_PUT, I(1), I(1)); /* the key */
    db_point_undo(db);
    TRY(db_point(db));
    s->e[1] = db_run(db, &THING_ADD, I(9), T(S("bus")), NIL(), NIL(), NIL(), NIL()); /* the name */
    db_point_undo(db);
    TRY(db_point(db));
    s->e[2] = db_run(db, &PART_ADD, I(99), I(0)); /* no such thing */
    db_point_undo(db);
    TRY(db_point(db));
    s->e[3] = db_run(db, &PART_ADD, I(1), I(-1)); /* the check */
    db_point_undo(db);
    return db_run(db, &THING_PUT, I(4), I(4));
}

static void a_taken_key_is_a_conflict_and_the_act_goes_on_from_its_point(void **state)
{
    struct world *w = *state;
    struct seen s = {0};

    three(w);
    act(w, &s, clash);
    assert_int_equal(s.e[0], CONFLICT);
    assert_int_equal(s.e[1], CONFLICT);
    assert_int_equal(s.e[2], FAULT);
    assert_int_equal(s.e[3], FAULT);
    assert_int_equal(count_now(w->t.pool), 4);
}

static enum err upsert(struct db *db, void *arg)
{
    struct seen *s = arg;
    struct rows row;
    bool found;

    TRY(db_number(db, &s->i[0], -1, &THING_UPSERT, I(7), I(5)));
    TRY(db_number(db, &s->i[1], -1, &THING_UPSERT, I(7), I(3)));
    TRY(db_number(db, &s->i[2], -1, &THING_UPSERT, I(7), I(-3))); /* its WHERE says no */
    TRY(db_rows(&row, db, &THING_UPSERT, I(8), I(1)));            /* rows not even looked at */
    TRY(db_done(&row));
    TRY(db_run_count(db, &s->i[3], &THING_DOUBLE, I(8)));
    TRY(db_run_count(db, &s->i[4], &THING_DOUBLE, I(1000)));
    TRY(db_rows(&row, db, &THING_DROP, I(7)));
    TRY(db_next(&row, &found));
    s->i[5] = take_i64(&row);
    s->s = take_str(&row, s->w->arena);
    TRY(db_done(&row));
    TRY(db_rows(&row, db, &THING_DROP, I(7)));
    TRY(db_next(&row, &s->b));
    return OK;
}

static void upserts_and_returning_work(void **state)
{
    struct world *w = *state;
    struct seen s = {0};

    act(w, &s, upsert);
    assert_int_equal(s.i[0], 5);
    assert_int_equal(s.i[1], 8);
    assert_int_equal(s.i[2], -1);
    assert_int_equal(s.i[3], 1);
    assert_int_equal(s.i[4], 0);
    assert_int_equal(s.i[5], 16);
    assert_int_equal(s.s.len, 0);
    assert_false(s.b);
    assert_int_equal(number_now(w->t.pool, &THING_NUMBER, 8), 1);
}

static enum err claim(struct db *db, void *arg)
{
    struct seen *s = arg;

    TRY(db_number(db, &s->i[0], -1, &THING_CLAIM));
    TRY(db_number(db, &s->i[1], -1, &THING_CLAIM));
    TRY(db_number(db, &s->i[2], -1, &THING_CLAIM));
    TRY(db_run_count(db, &s->i[3], &THING_ADD_IF_ON, I(10), I(1), I(1)));
    TRY(db_run_count(db, &s->i[4], &THING_ADD_IF_ON, I(11), I(1), I(999)));
    TRY(db_run(db, &PART_ADD, I(3), I(55)));
    return db_run_count(db, &s->i[5], &THING_FROM_PART);
}

static void a_statement_carries_its_own_condition(void **state)
{
    struct world *w = *state;
    struct seen s = {0};

    three(w);
    act(w, &s, claim);
    assert_int_equal(s.i[0], 3);
    assert_int_equal(s.i[1], 2);
    assert_int_equal(s.i[2], -1);
    assert_int_equal(s.i[3], 1);
    assert_int_equal(s.i[4], 0);
    assert_int_equal(s.i[5], 1);
    assert_int_equal(number_now(w->t.pool, &THING_NUMBER, 3), 55);
}

static void pages_ranks_and_sums_are_the_same(void **state)
{
    struct world *w = *state;
    struct seen s = {0};
    struct rows row;
    bool found;

    three(w);
    struct db *db = reading(w);
    assert_int_equal(db_rows(&row, db, &THING_PAGE, I(30), I(2), I(1)), OK);
    assert_int_equal(numbers(&row, &s), OK);
    assert_true(s.n == 1 && s.i[0] == 3);
    assert_int_equal(db_rows(&row, db, &THING_NULLS_LAST), OK);
    assert_int_equal(numbers(&row, &s), OK);
    assert_true(s.n == 3 && s.i[0] == 2 && s.i[1] == 3 && s.i[2] == 1);
    assert_int_equal(db_rows(&row, db, &THING_RANKED), OK);
    static const int64_t want[3][3] = {{1, 3, 10}, {2, 1, 40}, {3, 2, 60}};
    for (int i = 0; i < 3; i++) {
        assert_int_equal(db_next(&row, &found), OK);
        for (int k = 0; k < 3; k++)
            assert_int_equal(take_i64(&row), want[i][k]);
    }
    assert_int_equal(db_done(&row), OK);
    assert_int_equal(db_rows(&row, db, &THING_SUMMED), OK);
    assert_int_equal(db_next(&row, &found), OK);
    assert_int_equal(take_i64(&row), 1);
    assert_int_equal(take_i64(&row), 60);
    assert_true(take_f64(&row) == 20.0);
    assert_int_equal(db_done(&row), OK);
    int64_t n;
    assert_int_equal(db_number(db, &n, 0, &COUNTED_UP, I(100)), OK);
    assert_int_equal(n, 5050);
    assert_int_equal(db_number(db, &n, 0, &THING_AMONG, I(1), I(3), I(3)), OK);
    assert_int_equal(n, 2);
    db_read_end(db);
}

static void division_goes_towards_zero(void **state)
{
    struct db *db = reading(*state);
    struct rows row;
    bool found;

    assert_int_equal(db_rows(&row, db, &DIVIDED, I(-7), I(2)), OK);
    assert_int_equal(db_next(&row, &found), OK);
    assert_int_equal(take_i64(&row), -3);
    assert_int_equal(take_i64(&row), -1);
    assert_int_equal(db_done(&row), OK);
    db_read_end(db);
}

static int64_t count_where(struct db *db, const struct sql *sql, struct val arg)
{
    int64_t n = -1;

    assert_int_equal(db_number(db, &n, -1, sql, arg), OK);
    return n;
}

static enum err add_names(struct db *db, void *arg)
{
    static const char *const names[] = {"b", "a", "B", "_", "\xC3\xA9", "\xE5\x95\x86", "50%"};

    (void)arg;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        TRY(db_run(db, &THING_ADD, I((int64_t)i), T(str_of(names[i])), NIL(), NIL(), NIL(), NIL()));
    return OK;
}

static void text_sorts_by_bytes_and_like_minds_case(void **state)
{
    static const char *const want[] = {"50%", "B", "_", "a", "b", "\xC3\xA9", "\xE5\x95\x86"};
    struct world *w = *state;
    struct rows row;
    bool found;

    assert_int_equal(db_act_wait(w->t.pool, add_names, NULL), OK);
    struct db *db = reading(w);
    assert_int_equal(db_rows(&row, db, &THING_NAMES), OK);
    for (size_t i = 0; i < sizeof want / sizeof *want; i++) {
        assert_int_equal(db_next(&row, &found), OK);
        assert_string_equal(take_str(&row, w->arena).at, want[i]);
    }
    assert_int_equal(db_done(&row), OK);
    assert_int_equal(count_where(db, &THING_LIKE, T(S("b%"))), 1);
    assert_int_equal(count_where(db, &THING_LIKE, T(S("%\\%"))), 1);
    assert_int_equal(count_where(db, &THING_LIKE, T(S("\\_"))), 1);
    assert_int_equal(count_where(db, &THING_SAME_NAME, T(S("a"))), 1);
    assert_int_equal(count_where(db, &THING_SAME_NAME, NIL()), 0);
    db_read_end(db);
}

static void a_statement_can_have_a_text_for_each_engine(void **state)
{
    struct world *w = *state;
    struct db *db = reading(w);
    struct rows row;
    bool found;

    assert_int_equal(db_rows(&row, db, &DIALECT, T(S("on"))), OK);
    assert_int_equal(db_next(&row, &found), OK);
    assert_string_equal(take_str(&row, w->arena).at,
                        w->t.engine == DB_SQLITE ? "on sqlite" : "on postgres");
    assert_int_equal(db_done(&row), OK);
    db_read_end(db);
}

static void a_statement_may_run_inside_its_own_loop(void **state)
{
    struct world *w = *state;
    struct rows outer, inner;
    struct seen s = {0};
    bool found;
    int rounds = 0;

    three(w);
    struct db *db = reading(w);
    assert_int_equal(db_rows(&outer, db, &THING_IDS), OK);
    while (db_next(&outer, &found) == OK && found) {
        assert_int_equal(take_i64(&outer), ++rounds);
        assert_int_equal(db_rows(&inner, db, &THING_IDS), OK);
        assert_int_equal(numbers(&inner, &s), OK);
        assert_int_equal(s.n, 3);
    }
    assert_int_equal(rounds, 3);
    assert_int_equal(db_next(&outer, &found), OK); /* over: harmless */
    assert_int_equal(db_done(&outer), OK);
    assert_false(found);
    db_read_end(db);
}

static void a_statement_left_open_is_ended_with_the_read(void **state)
{
    struct world *w = *state;
    struct rows row;

    three(w);
    for (int i = 0; i < 100; i++) {
        struct db *db = reading(w);
        assert_int_equal(db_rows(&row, db, &THING_IDS), OK);
        db_read_end(db);
    }
    put_now(w->t.pool, 50, 1);
}

static void every_statement_of_the_program_prepares(void **state)
{
    static const struct sql wrong[] = {
        {.name = "QUOTES", .text = "SELECT \"abc\""},
        {.name = "COLUMN", .text = "SELECT missing FROM thing"},
    };
    static const struct sql *const wrongs[] = {&wrong[0], &wrong[1]};
    struct world *w = *state;

    assert_int_equal(db_testing_prepare(&w->t, db_test_statements, db_test_statement_count), 0);
    assert_int_equal(db_testing_prepare(&w->t, wrongs, 2), 2); /* and wrong ones do not */
}

#define EACH(test) cmocka_unit_test_setup(test, world_wipe)

int main(void)
{
    const struct CMUnitTest tests[] = {
        EACH(parameters_are_bound_by_name_not_by_order),
        EACH(every_value_comes_back_as_it_went),
        EACH(a_null_is_taken_as_nothing),
        EACH(a_value_only_one_engine_could_keep_is_refused_by_both),
        EACH(booleans_compare_by_value_and_by_name),
        EACH(a_taken_key_is_a_conflict_and_the_act_goes_on_from_its_point),
        EACH(upserts_and_returning_work),
        EACH(a_statement_carries_its_own_condition),
        EACH(pages_ranks_and_sums_are_the_same),
        EACH(division_goes_towards_zero),
        EACH(text_sorts_by_bytes_and_like_minds_case),
        EACH(a_statement_can_have_a_text_for_each_engine),
        EACH(a_statement_may_run_inside_its_own_loop),
        EACH(a_statement_left_open_is_ended_with_the_read),
        EACH(every_statement_of_the_program_prepares),
    };

    return world_run("one SQL text", tests, sizeof tests / sizeof *tests);
}
