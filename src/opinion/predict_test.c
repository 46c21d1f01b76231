/* Votes that are hidden, and how well they are foretold from the rest. */
#include "opinion/predict.h"

#include "opinion/world.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { PEOPLE = 120, STATEMENTS = 30, CAMPS = 2, OUT = 99, ONE_IN = 10 };

struct setting {
    struct world_memory w;
    struct opinion_log *log;
    const struct opinion_votes *v;
};

static void begin(struct setting *s, enum opinion_order order)
{
    world_begin(&s->w, &s->log);
    /* They appear from the last id to the first. */
    for (uint64_t i = PEOPLE; i > 0; i--)
        assert_int_equal(opinion_log_add(s->log, i - 1, OUT, OPINION_AGREE, 0), OPINION_OK);
    assert_int_equal(opinion_log_statement(s->log, OUT, true), OPINION_OK);
    world_plant(s->log, PEOPLE, STATEMENTS, CAMPS, 4);
    assert_int_equal(opinion_votes_new(&s->w.m, s->log, order, &s->v), OPINION_OK);
}

static void end(struct setting *s)
{
    world_end(&s->w, s->log, s->v);
}

static const struct opinion_holdout *hide(struct setting *s, uint64_t seed, uint64_t turn)
{
    const struct opinion_holdout *h;

    assert_int_equal(opinion_holdout_new(&s->w.m, s->v, ONE_IN, seed, turn, &h), OPINION_OK);
    return h;
}

static struct opinion_prediction judged(struct setting *s, const struct opinion_holdout *h,
                                        const double *deviation)
{
    struct opinion_prediction p;

    assert_int_equal(opinion_predict(&s->w.m, h, deviation, &p), OPINION_OK);
    return p;
}

/* ---- hiding ---- */

static bool is_hidden(const struct opinion_holdout *h, size_t person, uint16_t code)
{
    for (size_t i = 0; i < h->hidden_count; i++) {
        if (h->hidden[i].person == person && h->hidden[i].code == code)
            return true;
    }
    return false;
}

static void every_vote_is_hidden_or_left_and_none_is_both(void **state)
{
    struct setting s;

    (void)state;
    begin(&s, OPINION_BY_ID);
    const struct opinion_holdout *h = hide(&s, 1, 0);
    assert_int_equal(h->hidden_count + h->votes.count, s.v->count);
    assert_int_equal(h->votes.count, h->votes.begin[PEOPLE]);
    assert_int_equal(h->votes.people, PEOPLE);
    assert_int_equal(h->votes.statements, s.v->statements);
    for (size_t i = 0; i < PEOPLE; i++) {
        uint32_t left = h->votes.begin[i];
        for (uint32_t at = s.v->begin[i]; at < s.v->begin[i + 1]; at++) {
            if (!is_hidden(h, i, s.v->code[at]))
                assert_int_equal(h->votes.code[left++], s.v->code[at]);
        }
        assert_int_equal(left, h->votes.begin[i + 1]);
    }
    opinion_holdout_free(h);
    end(&s);
}

static void one_in_ten_is_hidden_and_half_of_these_are_either_half(void **state)
{
    enum { TURNS = 60 };
    double hidden = 0, half = 0, all;
    struct setting s;

    (void)state;
    begin(&s, OPINION_BY_ID);
    all = (double)(s.v->count - PEOPLE) * TURNS;
    for (uint64_t turn = 0; turn < TURNS; turn++) {
        const struct opinion_holdout *h = hide(&s, 1, turn);
        hidden += (double)h->hidden_count;
        for (size_t i = 0; i < h->hidden_count; i++)
            half += h->hidden[i].half;
        opinion_holdout_free(h);
    }
    /* Five standard deviations. */
    assert_true(fabs(hidden / all - 0.1) < 5 * sqrt(0.1 * 0.9 / all));
    assert_true(fabs(half / hidden - 0.5) < 5 * sqrt(0.25 / hidden));
    end(&s);
}

static void votes_on_what_was_moderated_out_are_not_hidden(void **state)
{
    struct setting s;

    (void)state;
    begin(&s, OPINION_BY_ID);
    const struct opinion_holdout *h = hide(&s, 1, 0);
    for (size_t i = 0; i < h->hidden_count; i++)
        assert_int_not_equal(s.v->statement_id[opinion_code_statement(h->hidden[i].code)], OUT);
    opinion_holdout_free(h);
    end(&s);
}

static uint64_t name_of(const struct opinion_votes *v, const struct opinion_hidden *one)
{
    return v->person_id[one->person] * 1000 +
           v->statement_id[opinion_code_statement(one->code)] * 2 + one->half;
}

static int by_name(const void *left, const void *right)
{
    const uint64_t *x = left, *y = right;

    return (*x > *y) - (*x < *y);
}

/* The names of all that is hidden, sorted; freed by the caller. */
static uint64_t *names(struct setting *s, uint64_t seed, uint64_t turn, size_t *count)
{
    const struct opinion_holdout *h = hide(s, seed, turn);
    uint64_t *n = calloc(h->hidden_count, sizeof *n);

    assert_non_null(n);
    *count = h->hidden_count;
    for (size_t i = 0; i < *count; i++)
        n[i] = name_of(s->v, &h->hidden[i]);
    qsort(n, *count, sizeof *n, by_name);
    opinion_holdout_free(h);
    return n;
}

static void the_same_votes_are_hidden_in_whatever_order_people_stand(void **state)
{
    static const struct {
        enum opinion_order order;
        uint64_t seed, turn;
        bool is_same;
    } cases[] = {{OPINION_BY_ID, 1, 0, true},
                 {OPINION_BY_APPEARANCE, 1, 0, true},
                 {OPINION_BY_ID, 1, 1, false},
                 {OPINION_BY_ID, 2, 0, false}};
    struct setting first;
    size_t count, other_count;

    (void)state;
    begin(&first, OPINION_BY_APPEARANCE);
    uint64_t *n = names(&first, 1, 0, &count);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct setting s;
        begin(&s, cases[i].order);
        uint64_t *other = names(&s, cases[i].seed, cases[i].turn, &other_count);
        assert_int_equal(other_count == count && memcmp(n, other, count * sizeof *n) == 0,
                         cases[i].is_same);
        free(other);
        end(&s);
    }
    free(n);
    end(&first);
}

/* ---- judging ---- */

/* Three people who are left: statement 0 has the mean 0, statement 1 the mean 1. */
static const uint32_t left_begin[] = {0, 1, 2, 3};
static const uint16_t left_code[] = {0 * 3 + 2, 0 * 3 + 0, 1 * 3 + 2};
static const struct opinion_votes left = {
    .people = 3, .statements = 2, .count = 3, .begin = left_begin, .code = left_code};

static struct opinion_prediction judge(const struct opinion_hidden *hidden, size_t count,
                                       const double *deviation)
{
    const struct opinion_holdout h = {left, count, hidden};
    struct opinion_prediction p;
    struct world_memory w;

    world_memory_begin(&w);
    assert_int_equal(opinion_predict(&w.m, &h, deviation, &p), OPINION_OK);
    world_memory_end(&w);
    return p;
}

enum { AGREE_0 = 0 * 3 + 2, PASS_0 = 0 * 3 + 1, DISAGREE_0 = 0 * 3 + 0, AGREE_1 = 1 * 3 + 2 };

static void no_vote_is_judged_by_a_factor_it_had_a_part_in(void **state)
{
    static const struct opinion_hidden hidden[] = {{0, AGREE_0, false}, {1, DISAGREE_0, true}};
    static const double deviation[] = {1, 1};

    (void)state;
    struct opinion_prediction p = judge(hidden, 2, deviation);
    /* Each half wants the opposite of the other: twice 2 squared, where the means leave 1 each. */
    assert_true(p.scale[0] == -1 && p.scale[1] == 1);
    assert_true(p.r2 == 1 - 8.0 / 2);
    assert_true(p.auc == 0);
}

static void a_pass_is_between_and_counts_in_r2_alone(void **state)
{
    static const struct opinion_hidden hidden[] = {
        {0, AGREE_0, false}, {1, AGREE_0, true}, {2, PASS_0, false}, {2, DISAGREE_0, true}};
    static const double deviation[] = {2, 2, 1, -2};

    (void)state;
    struct opinion_prediction p = judge(hidden, 4, deviation);
    /* For the first half (2 * 1 + -2 * -1) / 8, for the second (2 * 1 + 1 * 0) / 5. */
    assert_true(fabs(p.scale[0] - 0.5) < 1e-15 && fabs(p.scale[1] - 0.4) < 1e-15);
    assert_true(fabs(p.r2 - (1 - (0 + 0.25 + 0.04 + 0.04) / 3)) < 1e-15);
    assert_true(p.auc == 1);
}

static void what_is_foretold_alike_counts_half(void **state)
{
    static const struct opinion_hidden hidden[] = {
        {0, AGREE_0, false}, {1, DISAGREE_0, true}, {2, AGREE_1, false}};
    static const double none[] = {0, 0, 0};

    (void)state;
    struct opinion_prediction p = judge(hidden, 3, none);
    /* 0, 0 and 1: of two pairs one is even. */
    assert_true(p.auc == 0.75 && p.r2 == 0 && p.scale[0] == 0 && p.scale[1] == 0);
    p = judge(hidden, 1, none);
    assert_true(p.auc == 0.5);
    p = judge(hidden, 0, none);
    assert_true(p.auc == 0.5 && p.r2 == 0);
}

static void the_unit_of_a_deviation_does_not_matter(void **state)
{
    struct setting s;
    uint64_t random = 5;

    (void)state;
    begin(&s, OPINION_BY_ID);
    const struct opinion_holdout *h = hide(&s, 1, 0);
    double *one = calloc(h->hidden_count, sizeof *one);
    double *other = calloc(h->hidden_count, sizeof *other);
    assert_non_null(one);
    assert_non_null(other);
    for (size_t i = 0; i < h->hidden_count; i++) {
        one[i] = (double)(world_random(&random) % 9) - 4;
        other[i] = -8 * one[i];
    }
    struct opinion_prediction p = judged(&s, h, one), q = judged(&s, h, other);
    assert_true(p.r2 == q.r2 && p.auc == q.auc && p.scale[0] == -8 * q.scale[0]);
    free(one);
    free(other);
    opinion_holdout_free(h);
    end(&s);
}

/* ---- the methods ---- */

static void camps_are_foretold_by_both_methods(void **state)
{
    struct opinion_prediction p, polis[OPINION_POLIS_REACHES];
    struct setting by_id, by_appearance;

    (void)state;
    begin(&by_id, OPINION_BY_ID);
    begin(&by_appearance, OPINION_BY_APPEARANCE);
    const struct opinion_holdout *a = hide(&by_id, 1, 0), *b = hide(&by_appearance, 1, 0);
    assert_int_equal(opinion_predict_default(&by_id.w.m, a, NULL, &p), OPINION_OK);
    assert_int_equal(opinion_predict_polis(&by_appearance.w.m, b, polis), OPINION_OK);
    /* One vote in ten is against the camp, so that nobody could do much better than this. */
    assert_true(p.r2 > 0.4 && p.auc > 0.85);
    /* Places are in the unit of the vote already. */
    assert_true(p.scale[0] > 0.8 && p.scale[0] < 1.2);
    for (int reach = 0; reach < OPINION_POLIS_REACHES; reach++)
        assert_true(polis[reach].r2 > 0.4 && polis[reach].auc > 0.85 && polis[reach].scale[0] > 0);
    opinion_holdout_free(a);
    opinion_holdout_free(b);
    end(&by_id);
    end(&by_appearance);
}

static void votes_of_nobody_and_of_one_are_foretold_without_harm(void **state)
{
    for (int people = 0; people < 2; people++) {
        struct opinion_prediction p, polis[OPINION_POLIS_REACHES];
        struct setting s;

        (void)state;
        world_begin(&s.w, &s.log);
        for (uint64_t j = 0; people > 0 && j < 30; j++)
            assert_int_equal(opinion_log_add(s.log, 1, j, OPINION_AGREE, 0), OPINION_OK);
        assert_int_equal(opinion_votes_new(&s.w.m, s.log, OPINION_BY_ID, &s.v), OPINION_OK);
        const struct opinion_holdout *h = hide(&s, 1, 0);
        assert_int_equal(opinion_predict_default(&s.w.m, h, NULL, &p), OPINION_OK);
        assert_int_equal(opinion_predict_polis(&s.w.m, h, polis), OPINION_OK);
        assert_true(p.r2 == 0 && p.auc == 0.5);
        for (int reach = 0; reach < OPINION_POLIS_REACHES; reach++)
            assert_true(polis[reach].r2 == 0 && polis[reach].auc == 0.5);
        opinion_holdout_free(h);
        end(&s);
    }
}

static void without_memory_nothing_is_made_and_nothing_is_kept(void **state)
{
    struct opinion_prediction p, polis[OPINION_POLIS_REACHES];
    const struct opinion_holdout *h, *other = NULL;
    enum opinion_err e[3] = {OPINION_NO_MEMORY, OPINION_NO_MEMORY, OPINION_NO_MEMORY};
    struct setting s;

    (void)state;
    begin(&s, OPINION_BY_ID);
    h = hide(&s, 1, 0);
    for (int n = 1; n < 400; n++) {
        int out = s.w.taken - s.w.given;
        s.w.fail_at = s.w.taken + n;
        e[0] = opinion_holdout_new(&s.w.m, s.v, ONE_IN, 1, 1, &other);
        if (e[0] == OPINION_OK)
            opinion_holdout_free(other);
        s.w.fail_at = s.w.taken + n;
        e[1] = opinion_predict_default(&s.w.m, h, NULL, &p);
        s.w.fail_at = s.w.taken + n;
        e[2] = opinion_predict_polis(&s.w.m, h, polis);
        assert_int_equal(s.w.taken - s.w.given, out);
        for (int i = 0; i < 3; i++)
            assert_int_equal(e[i], n == 1 ? OPINION_NO_MEMORY : e[i]);
    }
    s.w.fail_at = 0;
    for (int i = 0; i < 3; i++)
        assert_int_equal(e[i], OPINION_OK);
    opinion_holdout_free(h);
    end(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_vote_is_hidden_or_left_and_none_is_both),
        cmocka_unit_test(one_in_ten_is_hidden_and_half_of_these_are_either_half),
        cmocka_unit_test(votes_on_what_was_moderated_out_are_not_hidden),
        cmocka_unit_test(the_same_votes_are_hidden_in_whatever_order_people_stand),
        cmocka_unit_test(no_vote_is_judged_by_a_factor_it_had_a_part_in),
        cmocka_unit_test(a_pass_is_between_and_counts_in_r2_alone),
        cmocka_unit_test(what_is_foretold_alike_counts_half),
        cmocka_unit_test(the_unit_of_a_deviation_does_not_matter),
        cmocka_unit_test(camps_are_foretold_by_both_methods),
        cmocka_unit_test(votes_of_nobody_and_of_one_are_foretold_without_harm),
        cmocka_unit_test(without_memory_nothing_is_made_and_nothing_is_kept),
    };

    return cmocka_run_group_tests_name("predict", tests, NULL, NULL);
}
