/* Axes that were gone over with the votes themselves. */
#include "opinion/refine.h"

#include "opinion/analysis.h"
#include "opinion/live.h"
#include "opinion/small.h"
#include "opinion/world.h"

#include <math.h>
#include <string.h>

enum { PEOPLE = 400, STATEMENTS = 45, ROUNDS = 4 };

struct setting {
    struct world_memory w;
    struct opinion_log *log;
    const struct opinion_votes *v;
    struct region *region;
    uint32_t people[PEOPLE];
    struct space space;
};

static bool add_vote(void *arg, uint64_t person, int group, uint64_t statement, int vote)
{
    (void)group;
    return opinion_log_add(arg, person, statement, vote, 0) == OPINION_OK;
}

static void begin(struct setting *s)
{
    const struct opinion_plan plan = {
        .people = PEOPLE, .statements = STATEMENTS, .groups = 3, .votes_mean = 20, .seed = 3};
    struct gram gram;

    world_begin(&s->w, &s->log);
    assert_int_equal(opinion_generate(&s->w.m, &plan, add_vote, s->log), OPINION_OK);
    assert_int_equal(opinion_votes_new(&s->w.m, s->log, OPINION_BY_ID, &s->v), OPINION_OK);
    s->region = region_new(&s->w.m);
    for (uint32_t i = 0; i < PEOPLE; i++)
        s->people[i] = i;
    assert_int_equal(gram_build(s->region, s->region, s->v, s->people, PEOPLE, NULL, &gram),
                     OPINION_OK);
    assert_int_equal(space_find(s->region, s->region, &gram, NULL, &s->space), OPINION_OK);
}

static void end(struct setting *s)
{
    region_free(s->region);
    world_end(&s->w, s->log, s->v);
}

static void refine(struct setting *s, int rounds, const struct space *before)
{
    assert_int_equal(space_refine(s->region, s->v, s->people, PEOPLE, rounds, before, &s->space),
                     OPINION_OK);
}

/* ---- how likely the votes are ---- */

/* Of one person's votes: normal around the means, with the covariance W W' + noise. */
static double likelihood_of(const struct space *s, const uint16_t *code, size_t n)
{
    static double l[STATEMENTS][STATEMENTS];
    double y[STATEMENTS], log_likelihood = 0;

    for (size_t i = 0; i < n; i++) {
        size_t j = opinion_code_statement(code[i]);
        y[i] = opinion_code_vote(code[i]) - s->mean[j];
        for (size_t k = 0; k <= i; k++) {
            size_t q = opinion_code_statement(code[k]);
            double sum = i == k ? s->noise : 0;
            for (size_t a = 0; a < AXES; a++)
                sum += s->loading[j * AXES + a] * s->loading[q * AXES + a];
            for (size_t b = 0; b < k; b++)
                sum -= l[i][b] * l[k][b];
            l[i][k] = i == k ? sqrt(sum) : sum / l[k][k];
        }
        for (size_t b = 0; b < i; b++)
            y[i] -= l[i][b] * y[b];
        y[i] /= l[i][i];
        log_likelihood -= log(l[i][i]) + y[i] * y[i] / 2;
    }
    return log_likelihood;
}

static double likelihood(const struct setting *s)
{
    double sum = 0;

    for (size_t i = 0; i < PEOPLE; i++)
        sum += likelihood_of(&s->space, s->v->code + s->v->begin[i],
                             s->v->begin[i + 1] - s->v->begin[i]);
    return sum;
}

static void each_round_makes_the_votes_likelier(void **state)
{
    struct setting s;

    (void)state;
    begin(&s);
    double last = likelihood(&s);
    for (int round = 0; round < ROUNDS; round++) {
        refine(&s, 1, NULL);
        double now = likelihood(&s);
        assert_true(now > last);
        last = now;
    }
    end(&s);
}

/* With one axis alone it can be said by hand: a statement's fit is a regression on places. */
static void a_statement_is_fitted_to_where_its_voters_stand(void **state)
{
    static const size_t j = 7;
    double xx[2][2] = {{0}}, vx[2] = {0};
    struct setting s;

    (void)state;
    begin(&s);
    for (size_t i = 0; i < STATEMENTS * AXES; i++)
        s.space.loading[i] = i % AXES == 0 ? s.space.loading[i] : 0;
    space_tell_rows(&s.space);
    for (size_t i = 0; i < PEOPLE; i++) {
        const uint16_t *code = s.v->code + s.v->begin[i];
        size_t count = s.v->begin[i + 1] - s.v->begin[i];
        struct spot spot = space_place(&s.space, code, count);
        for (size_t at = 0; at < count; at++) {
            if (opinion_code_statement(code[at]) != j)
                continue;
            xx[0][0] += spot.at[0] * spot.at[0] + spot.spread[0];
            xx[0][1] += spot.at[0];
            xx[1][1] += 1;
            vx[0] += opinion_code_vote(code[at]) * spot.at[0];
            vx[1] += opinion_code_vote(code[at]);
        }
    }
    double a = xx[0][0] + 1, b = xx[0][1], d = xx[1][1] + 0.5, det = a * d - b * b;
    refine(&s, 1, &s.space);
    assert_true(fabs(fabs(s.space.loading[j * AXES]) - fabs(d * vx[0] - b * vx[1]) / det) < 1e-5);
    assert_true(fabs(s.space.mean[j] - (a * vx[1] - b * vx[0]) / det) < 1e-5);
    for (size_t axis = 1; axis < AXES; axis++)
        assert_true(fabs(s.space.loading[j * AXES + axis]) < 1e-9);
    end(&s);
}

/* ---- what a space is, it stays ---- */

static double along(const struct space *s, size_t a, size_t b)
{
    double sum = 0;

    for (size_t j = 0; j < s->statements; j++)
        sum += s->loading[j * AXES + a] * s->loading[j * AXES + b];
    return sum;
}

static void axes_are_upright_and_the_strongest_comes_first(void **state)
{
    struct setting s;

    (void)state;
    begin(&s);
    for (size_t j = 0; j < STATEMENTS; j++) { /* the weakest first */
        double row[AXES];
        memcpy(row, s.space.loading + j * AXES, sizeof row);
        for (size_t a = 0; a < AXES; a++)
            s.space.loading[j * AXES + a] = row[AXES - 1 - a];
    }
    space_tell_rows(&s.space);
    refine(&s, 2, NULL);
    for (size_t a = 0; a < AXES; a++) {
        double length = 0;
        for (size_t b = 0; b < a; b++)
            assert_true(fabs(along(&s.space, a, b)) < 1e-9);
        assert_true(a == 0 || s.space.strength[a] <= s.space.strength[a - 1]);
        assert_true(fabs(s.space.strength[a] - sqrt(along(&s.space, a, a))) < 1e-12);
        assert_true(fabs(s.space.value[a] - along(&s.space, a, a) - s.space.noise) < 1e-12);
        for (size_t j = 0; j < STATEMENTS; j++)
            length += s.space.direction[j * AXES + a] * s.space.direction[j * AXES + a];
        assert_true(fabs(length - 1) < 1e-12);
    }
    end(&s);
}

static void an_axis_keeps_its_side_and_a_new_one_has_its_largest_loading_positive(void **state)
{
    struct setting s;
    struct space turned;

    (void)state;
    begin(&s);
    refine(&s, 1, NULL);
    for (size_t a = 0; a < AXES; a++) {
        double largest = 0;
        for (size_t j = 0; j < STATEMENTS; j++) {
            double x = s.space.loading[j * AXES + a];
            largest = fabs(x) > fabs(largest) ? x : largest;
        }
        assert_true(largest > 0);
    }
    turned = s.space;
    turned.direction = region_take(s.region, STATEMENTS * AXES, sizeof(double));
    for (size_t i = 0; i < STATEMENTS * AXES; i++)
        turned.direction[i] = -s.space.direction[i];
    refine(&s, 1, &turned);
    for (size_t a = 0; a < AXES; a++) {
        double with = 0;
        for (size_t j = 0; j < STATEMENTS; j++)
            with += s.space.direction[j * AXES + a] * turned.direction[j * AXES + a];
        assert_true(with > 0.9);
    }
    end(&s);
}

static void rounds_one_by_one_come_to_the_same(void **state)
{
    struct setting at_once, singly;

    (void)state;
    begin(&at_once);
    begin(&singly);
    refine(&at_once, 3, NULL);
    for (int round = 0; round < 3; round++)
        refine(&singly, 1, NULL);
    assert_true(fabs(at_once.space.noise - singly.space.noise) < 1e-5);
    for (size_t j = 0; j < STATEMENTS; j++)
        assert_true(fabs(at_once.space.mean[j] - singly.space.mean[j]) < 1e-4);
    for (size_t a = 0; a < AXES; a++)
        assert_true(fabs(at_once.space.strength[a] - singly.space.strength[a]) < 1e-4);
    end(&at_once);
    end(&singly);
}

static void no_round_changes_nothing(void **state)
{
    struct setting s;

    (void)state;
    begin(&s);
    struct space was = s.space;
    double loading[STATEMENTS * AXES];
    memcpy(loading, s.space.loading, sizeof loading);
    refine(&s, 0, NULL);
    assert_memory_equal(loading, s.space.loading, sizeof loading);
    assert_memory_equal(&was, &s.space, sizeof was);
    end(&s);
}

static void nobody_and_a_statement_without_votes_do_no_harm(void **state)
{
    struct setting s;

    (void)state;
    begin(&s);
    assert_int_equal(space_refine(s.region, s.v, s.people, 0, 2, NULL, &s.space), OPINION_OK);
    for (size_t i = 0; i < STATEMENTS * AXES; i++)
        assert_true(s.space.loading[i] == 0 && s.space.direction[i] == 0);
    for (size_t j = 0; j < STATEMENTS; j++)
        assert_true(s.space.mean[j] == 0);
    assert_true(s.space.noise > 0);
    end(&s);
}

/* ---- in the whole ---- */

static void an_analysis_can_ask_for_it(void **state)
{
    const struct opinion_options plain = {.seed = 1}, refined = {.seed = 1, .refine = 2};
    const struct opinion_analysis *a, *b, *again;
    struct setting s;

    (void)state;
    begin(&s);
    assert_int_equal(opinion_analysis_new(&s.w.m, s.v, &plain, &a), OPINION_OK);
    assert_int_equal(opinion_analysis_new(&s.w.m, s.v, &refined, &b), OPINION_OK);
    assert_int_equal(opinion_analysis_new(&s.w.m, s.v, &refined, &again), OPINION_OK);
    assert_true(a->refine == 0 && b->refine == 2);
    assert_memory_not_equal(a->loading, b->loading, STATEMENTS * AXES * sizeof(double));
    assert_memory_equal(again->place, b->place, PEOPLE * AXES * sizeof(double));
    opinion_analysis_free(a);
    opinion_analysis_free(b);
    opinion_analysis_free(again);
    end(&s);
}

static void where_votes_come_in_batches_it_is_not_done(void **state)
{
    const struct opinion_options plain = {.seed = 1}, refined = {.seed = 1, .refine = 2};
    struct opinion_live *a, *b;
    struct setting s;

    (void)state;
    begin(&s);
    assert_int_equal(opinion_live_new(&s.w.m, s.v, &plain, 0, &a), OPINION_OK);
    assert_int_equal(opinion_live_new(&s.w.m, s.v, &refined, 0, &b), OPINION_OK);
    assert_memory_equal(opinion_live_answer(a)->loading, opinion_live_answer(b)->loading,
                        STATEMENTS * AXES * sizeof(double));
    opinion_live_free(a);
    opinion_live_free(b);
    end(&s);
}

static void without_memory_it_says_so(void **state)
{
    struct setting s;

    (void)state;
    begin(&s);
    struct region *scratch = region_new(&s.w.m);
    s.w.fail_at = 1;
    assert_int_equal(space_refine(scratch, s.v, s.people, PEOPLE, 1, NULL, &s.space),
                     OPINION_NO_MEMORY);
    s.w.fail_at = 0;
    region_free(scratch);
    end(&s);
}

/* ---- small matrices ---- */

static void small_matrices_are_taken_apart_the_largest_value_first(void **state)
{
    double t[SMALL][SMALL] = {{0}}, whole[SMALL][SMALL], v[SMALL][SMALL];
    int order[SMALL];
    uint64_t random = 9;

    (void)state;
    for (int i = 0; i < SMALL; i++) {
        for (int k = 0; k <= i; k++)
            t[i][k] = t[k][i] = (double)(world_random(&random) % 2001) / 1000 - 1;
    }
    memcpy(whole, t, sizeof whole);
    small_eigen(t, v, SMALL, order);
    for (int b = 0; b < SMALL; b++) {
        double value = t[order[b]][order[b]];
        assert_true(b == 0 || value <= t[order[b - 1]][order[b - 1]]);
        for (int i = 0; i < SMALL; i++) {
            double sum = 0;
            for (int k = 0; k < SMALL; k++)
                sum += whole[i][k] * v[k][order[b]];
            assert_true(fabs(sum - value * v[i][order[b]]) < 1e-12);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_round_makes_the_votes_likelier),
        cmocka_unit_test(a_statement_is_fitted_to_where_its_voters_stand),
        cmocka_unit_test(axes_are_upright_and_the_strongest_comes_first),
        cmocka_unit_test(an_axis_keeps_its_side_and_a_new_one_has_its_largest_loading_positive),
        cmocka_unit_test(rounds_one_by_one_come_to_the_same),
        cmocka_unit_test(no_round_changes_nothing),
        cmocka_unit_test(nobody_and_a_statement_without_votes_do_no_harm),
        cmocka_unit_test(an_analysis_can_ask_for_it),
        cmocka_unit_test(where_votes_come_in_batches_it_is_not_done),
        cmocka_unit_test(without_memory_it_says_so),
        cmocka_unit_test(small_matrices_are_taken_apart_the_largest_value_first),
    };

    return cmocka_run_group_tests_name("refine", tests, NULL, NULL);
}
