/* The method of Polis on planted votes. That it gives what Polis gives is tests/opinion/parity.mjs.
 */
#include "opinion/world.h"

#include <math.h>
#include <string.h>

static const struct opinion_polis *analyse(struct world_memory *w, const struct opinion_log *log,
                                           const struct opinion_votes **v)
{
    const struct opinion_polis *p;

    assert_int_equal(opinion_votes_new(&w->m, log, OPINION_BY_APPEARANCE, v), OPINION_OK);
    assert_int_equal(opinion_polis_new(&w->m, *v, NULL, &p), OPINION_OK);
    return p;
}

static void two_camps_are_two_groups(void **state)
{
    struct world_memory w;
    struct opinion_log *log;
    const struct opinion_votes *v;

    (void)state;
    world_begin(&w, &log);
    world_plant(log, 200, 30, 2, 1);
    const struct opinion_polis *p = analyse(&w, log, &v);
    assert_int_equal(p->k, 2);
    assert_int_equal(p->in_count, 200);
    for (size_t i = 0; i < v->people; i++)
        assert_int_equal(p->group[i] == p->group[0], v->person_id[i] % 2 == v->person_id[0] % 2);
    /* What all agree on is the consensus, what divides them is what they stand for. */
    assert_int_equal(p->agree_count, POLIS_LIST_MAX);
    for (size_t i = 0; i < p->agree_count; i++)
        assert_int_equal(v->statement_id[p->agree[i].statement] % 3, 0);
    for (int g = 0; g < 2; g++) {
        assert_int_equal(p->groups[g].entry_count, POLIS_LIST_MAX);
        for (size_t i = 0; i < p->groups[g].entry_count; i++)
            assert_int_not_equal(v->statement_id[p->groups[g].entries[i].statement] % 3, 0);
    }
    opinion_polis_free(p);
    world_end(&w, log, v);
}

static void axes_have_length_one_and_stand_upright_on_each_other(void **state)
{
    struct world_memory w;
    struct opinion_log *log;
    const struct opinion_votes *v;
    double squared[2] = {0}, product = 0;

    (void)state;
    world_begin(&w, &log);
    world_plant(log, 300, 40, 3, 2);
    const struct opinion_polis *p = analyse(&w, log, &v);
    for (size_t j = 0; j < v->statements; j++) {
        squared[0] += p->axis[0][j] * p->axis[0][j];
        squared[1] += p->axis[1][j] * p->axis[1][j];
        product += p->axis[0][j] * p->axis[1][j];
    }
    assert_true(fabs(squared[0] - 1) < 1e-12);
    assert_true(fabs(squared[1] - 1) < 1e-12);
    assert_true(fabs(product) < 1e-9);
    opinion_polis_free(p);
    world_end(&w, log, v);
}

static void a_statement_moderated_out_is_in_no_list_and_moves_nobody(void **state)
{
    struct world_memory w;
    struct opinion_log *log;
    const struct opinion_votes *v;

    (void)state;
    world_begin(&w, &log);
    world_plant(log, 200, 30, 2, 3);
    for (uint64_t j = 0; j < 30; j += 2)
        assert_int_equal(opinion_log_statement(log, j, true), OPINION_OK);
    const struct opinion_polis *p = analyse(&w, log, &v);
    for (size_t j = 0; j < v->statements; j++) {
        assert_int_equal(v->is_out[j], v->statement_id[j] % 2 == 0);
        assert_int_equal(v->is_out[j], p->axis[0][j] == 0);
        assert_true(p->groups[0].counts[j].seen > 0);
    }
    for (size_t i = 0; i < p->agree_count; i++)
        assert_false(v->is_out[p->agree[i].statement]);
    for (int g = 0; g < p->k; g++) {
        for (size_t i = 0; i < p->groups[g].entry_count; i++)
            assert_false(v->is_out[p->groups[g].entries[i].statement]);
    }
    opinion_polis_free(p);
    world_end(&w, log, v);
}

static void whoever_voted_little_is_in_no_group(void **state)
{
    struct world_memory w;
    struct opinion_log *log;
    const struct opinion_votes *v;

    (void)state;
    world_begin(&w, &log);
    world_plant(log, 100, 30, 2, 4);
    for (uint64_t j = 0; j < 6; j++)
        assert_int_equal(opinion_log_add(log, 1000, j, 1, 1 << 20), OPINION_OK);
    const struct opinion_polis *p = analyse(&w, log, &v);
    assert_int_equal(v->person_id[v->people - 1], 1000);
    assert_int_equal(p->group[v->people - 1], -1);
    assert_int_equal(p->groups[0].people + p->groups[1].people, 100);
    opinion_polis_free(p);
    world_end(&w, log, v);
}

/* No number in the answer may be none: JSON has none. */
static void expect_an_answer(const struct opinion_log *log, struct world_memory *w)
{
    static struct world_text text;
    const struct opinion_votes *v;
    const struct opinion_polis *p = analyse(w, log, &v);

    text.len = 0;
    struct opinion_sink sink = world_sink(&text);
    assert_int_equal(opinion_polis_json(p, &sink), OPINION_OK);
    assert_null(strstr(text.at, "null"));
    assert_null(strstr(text.at, "nan"));
    opinion_polis_free(p);
    opinion_votes_free(v);
}

static void next_to_nothing_has_an_answer_too(void **state)
{
    (void)state;
    /* nobody; one person on one statement; all alike; each on a statement of his own */
    for (int kind = 0; kind < 5; kind++) {
        struct world_memory w;
        struct opinion_log *log;
        world_begin(&w, &log);
        for (uint64_t i = 0; i < 20 && kind > 0; i++) {
            uint64_t person = kind == 1 ? 1 : i, statement = kind == 2 ? 1 : i % 4;
            if (kind == 4)
                statement = i;
            assert_int_equal(opinion_log_add(log, person, statement, 1, 0), OPINION_OK);
        }
        expect_an_answer(log, &w);
        world_end(&w, log, NULL);
    }
}

static void memory_that_runs_out_is_said_and_nothing_is_lost(void **state)
{
    int failed = 0;

    (void)state;
    for (int n = 1; failed == n - 1; n++) {
        struct world_memory w;
        struct opinion_log *log = NULL;
        const struct opinion_votes *v = NULL;
        const struct opinion_polis *p = NULL;
        world_memory_begin(&w);
        w.fail_at = n;
        enum opinion_err e = opinion_log_new(&w.m, &log);
        for (uint64_t i = 0; i < 40 && e == OPINION_OK; i++)
            e = opinion_log_add(log, i, i % 7, i % 3 == 0 ? 1 : -1, 0);
        if (e == OPINION_OK)
            e = opinion_votes_new(&w.m, log, OPINION_BY_APPEARANCE, &v);
        if (e == OPINION_OK)
            e = opinion_polis_new(&w.m, v, NULL, &p);
        if (e != OPINION_OK) {
            assert_int_equal(e, OPINION_NO_MEMORY);
            failed++;
        }
        opinion_polis_free(p);
        opinion_votes_free(v);
        world_end(&w, log, NULL);
    }
    assert_true(failed > 30);
}

static void an_answer_that_cannot_be_written_is_said(void **state)
{
    static struct world_text text;
    struct world_memory w;
    struct opinion_log *log;
    const struct opinion_votes *v;

    (void)state;
    world_begin(&w, &log);
    world_plant(log, 50, 20, 2, 5);
    const struct opinion_polis *p = analyse(&w, log, &v);
    text.room = 5000;
    struct opinion_sink sink = world_sink(&text);
    assert_int_equal(opinion_polis_json(p, &sink), OPINION_NOT_WRITTEN);
    opinion_polis_free(p);
    world_end(&w, log, v);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(two_camps_are_two_groups),
        cmocka_unit_test(axes_have_length_one_and_stand_upright_on_each_other),
        cmocka_unit_test(a_statement_moderated_out_is_in_no_list_and_moves_nobody),
        cmocka_unit_test(whoever_voted_little_is_in_no_group),
        cmocka_unit_test(next_to_nothing_has_an_answer_too),
        cmocka_unit_test(memory_that_runs_out_is_said_and_nothing_is_lost),
        cmocka_unit_test(an_answer_that_cannot_be_written_is_said),
    };

    return cmocka_run_group_tests_name("polis", tests, NULL, NULL);
}
