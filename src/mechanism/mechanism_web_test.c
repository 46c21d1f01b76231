#include "mechanism/mechanism.h"
#include "web/testing.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static enum err fill_act(struct db *db, void *arg)
{
    struct world *w = arg;
    struct ctx c = {.arena = w->arena, .db = db};
    struct mechanism m = {.code = S("m18"),
                          .term_zh = S("first term"),
                          .term_en = S("First Term"),
                          .purpose_zh = S("first purpose"),
                          .purpose_en = S("First Purpose"),
                          .group = S("study"),
                          .position = 1,
                          .source = S("a page"),
                          .source_line = S("57")};
    bool changed;

    TRY(mechanism_put(&c, &m, &changed));
    m.code = S("m1");
    m.term_en = S("Second Term");
    m.group = S("platform");
    m.position = 2;
    return mechanism_put(&c, &m, &changed);
}

static int begin(void **state)
{
    static struct world w;

    *state = &w;
    assert_true(world_open(&w, DB_SQLITE));
    assert_int_equal(db_act_wait(w.db.pool, fill_act, &w), OK);
    return 0;
}

static int end(void **state)
{
    world_close(*state);
    return 0;
}

static void mechanisms_stand_in_their_groups_without_empty_ones(void **state)
{
    struct world *w = *state;
    struct answer a = get(w, NULL, "/mechanisms?lang=en");
    size_t platforms = str_find(a.body, S("<h2>Platforms</h2>"));
    size_t study = str_find(a.body, S("<h2>Study</h2>"));

    assert_int_equal(a.status, 200);
    assert_true(platforms < str_find(a.body, S("Second Term")));
    assert_true(str_find(a.body, S("Second Term")) < study);
    assert_true(study < str_find(a.body, S("First Term")));
    assert_false(says(&a, "<h2>Duty and conduct</h2>"));
}

static void a_mechanism_has_both_names_and_says_what_is_not_stated(void **state)
{
    struct world *w = *state;
    struct answer a = get(w, NULL, "/mechanisms/m18?lang=en");

    assert_int_equal(a.status, 200);
    assert_true(says(&a, "first term"));
    assert_true(says(&a, "First Purpose"));
    assert_false(says(&a, "first purpose"));
    assert_true(says(&a, "a page, line 57"));
    assert_true(says(&a, "not stated in the source"));
    a = get(w, NULL, "/mechanisms/m18?lang=zh");
    assert_true(says(&a, "first purpose"));
    assert_int_equal(get(w, NULL, "/mechanisms/m99").status, 404);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(mechanisms_stand_in_their_groups_without_empty_ones, begin,
                                        end),
        cmocka_unit_test_setup_teardown(a_mechanism_has_both_names_and_says_what_is_not_stated,
                                        begin, end),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
