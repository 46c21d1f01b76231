/* The report keeps back what an analysis says may not be published, whatever numbers stand there.
 */
#include "report/page.h"

#include "base/arena.h"
#include "opinion/world.h"

#include <string.h>

enum { STATEMENTS = 30 };

struct told {
    struct world_memory w;
    struct opinion_log *log;
    const struct opinion_votes *v;
    const struct opinion_analysis *a;
    const struct opinion_map *map;
    struct arena *arena;
    struct opinion_about about[STATEMENTS];
};

static void begin(struct told *t)
{
    struct opinion_options o = {.seed = 1, .groups = 2};

    world_begin(&t->w, &t->log);
    world_plant(t->log, 400, STATEMENTS, 2, 5);
    assert_int_equal(opinion_votes_new(&t->w.m, t->log, OPINION_BY_ID, &t->v), OPINION_OK);
    assert_int_equal(opinion_analysis_new(&t->w.m, t->v, &o, &t->a), OPINION_OK);
    assert_int_equal(opinion_map_new(&t->w.m, t->a, &t->map), OPINION_OK);
    memcpy(t->about, t->a->about, sizeof t->about);
    t->arena = arena_new("test", 16 * 1024 * 1024);
}

static void end(struct told *t)
{
    arena_free(t->arena);
    opinion_map_free(t->map);
    opinion_analysis_free(t->a);
    world_end(&t->w, t->log, t->v);
}

static void what_is_not_whole_is_in_no_list(void **state)
{
    static struct told t;
    struct report_page all = {0}, none = {0};

    (void)state;
    begin(&t);
    struct opinion_analysis a = *t.a;
    struct report r = {.analysis = &a, .map = t.map, .lang = LANG_EN};
    report_lists_fill(&r, t.arena, &all);
    assert_true(all.agreed_count > 2 && all.divide_count > 2);
    for (size_t j = 0; j < STATEMENTS; j++)
        t.about[j].is_whole = false;
    a.about = t.about;
    report_lists_fill(&r, t.arena, &none);
    assert_int_equal(none.agreed_count + none.divide_count + none.bridge_count, 0);
    end(&t);
}

static void a_group_whose_count_is_held_back_has_no_bar(void **state)
{
    static struct told t;
    static bool is_shown[2 * STATEMENTS];
    struct report_page page = {0};

    (void)state;
    begin(&t);
    struct opinion_analysis a = *t.a;
    struct report r = {.analysis = &a, .map = t.map, .lang = LANG_EN};
    for (size_t i = 0; i < STATEMENTS; i++)
        is_shown[STATEMENTS + i] = true; /* of group 1 alone */
    a.is_shown = is_shown;
    report_lists_fill(&r, t.arena, &page);
    assert_true(page.agreed_count > 0);
    for (size_t i = 0; i < page.agreed_count; i++) {
        assert_int_equal(page.agreed[i].bar_count, 1);
        assert_int_equal(page.agreed[i].bars[0].letter, report_letter(1));
    }
    end(&t);
}

static void ranges_are_rounded_outwards(void **state)
{
    (void)state;
    assert_int_equal(report_hundredths(0.666), 67);
    assert_int_equal(report_hundredths_down(0.669), 66);
    assert_int_equal(report_hundredths_up(0.661), 67);
    assert_int_equal(report_hundredths_down(0.29), 29);
    assert_int_equal(report_hundredths_up(0.29), 29);
    assert_int_equal(report_hundredths_down(-0.1), 0);
    assert_int_equal(report_hundredths_up(1.2), 100);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_not_whole_is_in_no_list),
        cmocka_unit_test(a_group_whose_count_is_held_back_has_no_bar),
        cmocka_unit_test(ranges_are_rounded_outwards),
    };

    return cmocka_run_group_tests_name("report", tests, NULL, NULL);
}
