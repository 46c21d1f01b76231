/* The pages of the plan and of the figures that belong to it. */
#include "figure/figure.h"
#include "plan/plan.h"
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
    struct plan held = {.code = S("C-2021-01"),
                        .year = 2021,
                        .kind = S("thematic"),
                        .topic = S("held & done"),
                        .topic_en = S("held in English"),
                        .state = S("held"),
                        .position = 1,
                        .source = S("a page"),
                        .source_line = S("39, 69")};
    struct plan planned = {.code = S("C-2022-01"),
                           .year = 2022,
                           .kind = S("bimonthly"),
                           .topic = S("planned topic"),
                           .topic_en = S("planned in English"),
                           .state = S("planned"),
                           .position = 2,
                           .note = S("a note"),
                           .note_en = S("a note in English"),
                           .source = S("a page"),
                           .source_line = S("69")};
    struct figure figure = {.code = S("F-1"),
                            .year = 2021,
                            .subject = S("subject"),
                            .subject_en = S("subject in English"),
                            .name = S("name"),
                            .name_en = S("name in English"),
                            .value_text = S("29 as printed"),
                            .value_number = 29,
                            .unit = S("reports"),
                            .plan = S("C-2021-01"),
                            .position = 1,
                            .source = S("a page"),
                            .source_line = S("39")};
    bool changed;

    TRY(plan_put(&c, &held, &changed));
    TRY(plan_put(&c, &planned, &changed));
    return figure_put(&c, &figure, &changed);
}

static int begin(void **state)
{
    static struct world w;

    *state = &w;
    assert_true(world_open(&w, DB_SQLITE));
    return 0;
}

static int end(void **state)
{
    world_close(*state);
    return 0;
}

static void fill(struct world *w)
{
    assert_int_equal(db_act_wait(w->db.pool, fill_act, w), OK);
}

static void an_empty_record_has_pages(void **state)
{
    struct world *w = *state;

    assert_int_equal(get(w, NULL, "/plan").status, 200);
    assert_int_equal(get(w, NULL, "/figures").status, 200);
}

static void the_latest_year_is_shown_unless_another_is_asked_for(void **state)
{
    struct world *w = *state;
    struct answer a;

    fill(w);
    a = get(w, NULL, "/plan");
    assert_int_equal(a.status, 200);
    assert_true(says(&a, "planned topic"));
    assert_true(says(&a, "a note"));
    assert_false(says(&a, "held &amp; done"));
    a = get(w, NULL, "/plan?year=2021");
    assert_true(says(&a, "held &amp; done"));
    assert_false(says(&a, "planned topic"));
    a = get(w, NULL, "/plan?year=1066");
    assert_true(says(&a, "planned topic"));
}

static void a_plan_item_opens_to_its_figures(void **state)
{
    struct world *w = *state;
    struct answer a;

    fill(w);
    a = get(w, NULL, "/plan/C-2021-01?lang=en");
    assert_int_equal(a.status, 200);
    assert_true(says(&a, "held in English"));
    assert_true(says(&a, "a page, lines 39, 69"));
    assert_true(says(&a, "not stated in the source"));
    assert_true(says(&a, "href=\"/figures/F-1\""));
    a = get(w, NULL, "/plan/C-2022-01");
    assert_false(says(&a, "/figures/F-1"));
}

static void a_figure_stands_with_unit_subject_year_and_source(void **state)
{
    struct world *w = *state;
    static const char *const pages[] = {"/figures?lang=en", "/figures/F-1?lang=en"};

    fill(w);
    for (size_t i = 0; i < sizeof pages / sizeof *pages; i++) {
        struct answer a = get(w, NULL, pages[i]);
        assert_int_equal(a.status, 200);
        assert_true(says(&a, "29 as printed"));
        assert_true(says(&a, "name in English"));
        assert_true(says(&a, "subject in English"));
        assert_true(says(&a, "reports"));
        assert_true(says(&a, "2021"));
        assert_true(says(&a, "a page, line 39"));
    }
    struct answer a = get(w, NULL, "/figures/F-1");
    assert_true(says(&a, "href=\"/plan/C-2021-01\""));
}

static void what_is_not_there_is_not_found(void **state)
{
    struct world *w = *state;

    fill(w);
    assert_int_equal(get(w, NULL, "/plan/C-1999-01").status, 404);
    assert_int_equal(get(w, NULL, "/figures/F-99").status, 404);
}

int main(void)
{
#define IN_WORLD(test) cmocka_unit_test_setup_teardown(test, begin, end)
    const struct CMUnitTest tests[] = {
        IN_WORLD(an_empty_record_has_pages),
        IN_WORLD(the_latest_year_is_shown_unless_another_is_asked_for),
        IN_WORLD(a_plan_item_opens_to_its_figures),
        IN_WORLD(a_figure_stands_with_unit_subject_year_and_source),
        IN_WORLD(what_is_not_there_is_not_found),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
