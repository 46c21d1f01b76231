#include "procedure/procedure.h"
#include "web/testing.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static struct world w;

static int begin(void **state)
{
    (void)state;
    return world_open(&w, DB_SQLITE) ? 0 : -1;
}

static int end(void **state)
{
    (void)state;
    world_close(&w);
    return 0;
}

static void each_procedure_is_listed_once_with_a_link(void **state)
{
    struct answer a = get(&w, NULL, "/procedures?lang=en");

    (void)state;
    assert_int_equal(a.status, 200);
    assert_true(says(&a, "href=\"/procedures/talk_it_over\""));
    assert_true(says(&a, "href=\"/procedures/proposal\""));
    assert_true(says(&a, "version 4"));
}

/* The page is made of the same data as the picture and the buttons: all of it must be there. */
static void a_help_page_says_everything_of_its_procedure(void **state)
{
    const struct procedure *p = procedures_latest(w.app.procedures, S("talk_it_over"));
    struct answer a = get(&w, NULL, "/procedures/talk_it_over?lang=zh");

    (void)state;
    assert_int_equal(a.status, 200);
    for (size_t i = 0; i < p->step_count; i++)
        assert_true(str_find(a.body, p->steps[i].label.text[LANG_ZH]) != SIZE_MAX);
    for (size_t i = 0; i < p->act_count; i++)
        assert_true(str_find(a.body, p->acts[i].label.text[LANG_ZH]) != SIZE_MAX);
    for (size_t i = 0; i < p->clock_count; i++)
        assert_true(str_find(a.body, p->clocks[i].label.text[LANG_ZH]) != SIZE_MAX);
    for (size_t i = 0; i < p->list_count; i++)
        assert_true(str_find(a.body, p->lists[i].label.text[LANG_ZH]) != SIZE_MAX);
}

static void lengths_stand_there_in_words(void **state)
{
    struct answer a = get(&w, NULL, "/procedures/talk_it_over?lang=en");

    (void)state;
    assert_true(says(&a, "<strong>3 working days</strong>"));
    assert_true(says(&a, "<strong>6 months</strong>"));
    assert_true(says(&a, "3 working days before: Date of the session"));
    assert_true(says(&a, "At most 60 working days, extensions included"));
    assert_true(says(&a, "Overdue: Lead unit, every 1 day"));
}

static void a_condition_stands_beside_its_act(void **state)
{
    struct answer a = get(&w, NULL, "/procedures/talk_it_over?lang=en");

    (void)state;
    assert_true(says(&a, "Not every agreed point has its answer yet."));
}

static void the_picture_is_svg_in_the_language_asked_for(void **state)
{
    struct answer page = get(&w, NULL, "/procedures/proposal?lang=en");
    struct answer a = get(&w, NULL, "/procedures/proposal/graph?version=4&lang=en");

    (void)state;
    assert_true(says(&page, "src=\"/procedures/proposal/graph?version=4&amp;lang=en\""));
    assert_int_equal(a.status, 200);
    assert_true(str_eq(a.type, S("image/svg+xml")));
    assert_true(str_starts(a.body, S("<svg ")));
    assert_true(says(&a, "Filed"));
}

static void what_is_not_there_is_not_found(void **state)
{
    (void)state;
    assert_int_equal(get(&w, NULL, "/procedures/nothing").status, 404);
    assert_int_equal(get(&w, NULL, "/procedures/proposal?version=99").status, 404);
    assert_int_equal(get(&w, NULL, "/procedures/nothing/graph").status, 404);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_procedure_is_listed_once_with_a_link),
        cmocka_unit_test(a_help_page_says_everything_of_its_procedure),
        cmocka_unit_test(lengths_stand_there_in_words),
        cmocka_unit_test(a_condition_stands_beside_its_act),
        cmocka_unit_test(the_picture_is_svg_in_the_language_asked_for),
        cmocka_unit_test(what_is_not_there_is_not_found),
    };

    return cmocka_run_group_tests(tests, begin, end);
}
