/* What is drawn out of votes and rows, and how much two ways of parting people agree. */
#include "opinion/resample.h"

#include "opinion/groups.h"
#include "opinion/log.h"
#include "opinion/real.h"
#include "opinion/world.h"

#include <math.h>
#include <string.h>

enum { PEOPLE = 120, STATEMENTS = 30, CAMPS = 3 };

struct setting {
    struct world_memory w;
    struct opinion_log *log;
    const struct opinion_votes *v;
};

static void begin(struct setting *s, enum opinion_order order)
{
    world_begin(&s->w, &s->log);
    assert_int_equal(opinion_log_statement(s->log, 99, true), OPINION_OK);
    world_plant(s->log, PEOPLE, STATEMENTS, CAMPS, 4);
    assert_int_equal(opinion_votes_new(&s->w.m, s->log, order, &s->v), OPINION_OK);
}

static void end(struct setting *s)
{
    world_end(&s->w, s->log, s->v);
}

static const struct opinion_resample *drawn(struct setting *s, uint64_t seed, uint64_t turn)
{
    const struct opinion_resample *r;

    assert_int_equal(opinion_votes_resampled(&s->w.m, s->v, seed, turn, &r), OPINION_OK);
    return r;
}

/* ---- people ---- */

static void who_is_drawn_votes_as_the_one_he_was_drawn_from(void **state)
{
    struct setting s;

    (void)state;
    begin(&s, OPINION_BY_ID);
    const struct opinion_resample *r = drawn(&s, 1, 1);
    const struct opinion_votes *d = &r->votes;
    assert_int_equal(d->people, PEOPLE);
    assert_int_equal(d->statements, STATEMENTS + 1);
    assert_true(d->is_out[STATEMENTS]);
    assert_int_equal(d->count, d->begin[PEOPLE]);
    for (size_t i = 0; i < PEOPLE; i++) {
        size_t from = r->original[i], count = s.v->begin[from + 1] - s.v->begin[from];
        assert_int_equal(d->begin[i + 1] - d->begin[i], count);
        assert_memory_equal(d->code + d->begin[i], s.v->code + s.v->begin[from],
                            count * sizeof *d->code);
        assert_int_equal(d->person_id[i], i);
        assert_true(i == 0 || r->original[i] >= r->original[i - 1]);
    }
    opinion_resample_free(r);
    end(&s);
}

static void each_is_drawn_as_often_as_any_other(void **state)
{
    enum { TURNS = 400 };
    struct setting s;
    int times[PEOPLE] = {0}, distinct = 0;

    (void)state;
    begin(&s, OPINION_BY_ID);
    for (uint64_t turn = 0; turn < TURNS; turn++) {
        const struct opinion_resample *r = drawn(&s, 7, turn);
        for (size_t i = 0; i < PEOPLE; i++) {
            times[r->original[i]]++;
            distinct += i == 0 || r->original[i] != r->original[i - 1];
        }
        opinion_resample_free(r);
    }
    for (size_t i = 0; i < PEOPLE; i++)
        assert_in_range(times[i], TURNS - 100, TURNS + 100); /* five standard deviations */
    /* 1 - 1/e of them come at all. */
    assert_true(fabs((double)distinct / TURNS / PEOPLE - 0.634) < 0.01);
    end(&s);
}

static void the_same_turn_draws_the_same_people_and_another_turn_others(void **state)
{
    struct setting s;

    (void)state;
    begin(&s, OPINION_BY_ID);
    const struct opinion_resample *r[] = {drawn(&s, 1, 1), drawn(&s, 1, 1), drawn(&s, 1, 2),
                                          drawn(&s, 2, 1)};
    size_t size = PEOPLE * sizeof *r[0]->original;
    assert_memory_equal(r[0]->original, r[1]->original, size);
    assert_memory_not_equal(r[0]->original, r[2]->original, size);
    assert_memory_not_equal(r[0]->original, r[3]->original, size);
    for (int i = 0; i < 4; i++)
        opinion_resample_free(r[i]);
    end(&s);
}

static void people_who_were_drawn_can_be_analysed(void **state)
{
    const struct opinion_options o = {.seed = 5};
    const struct opinion_analysis *a;
    struct setting s;

    (void)state;
    begin(&s, OPINION_BY_ID);
    const struct opinion_resample *r = drawn(&s, 3, 1);
    assert_int_equal(opinion_analysis_new(&s.w.m, &r->votes, &o, &a), OPINION_OK);
    assert_int_equal(a->k, CAMPS);
    for (size_t i = 1; i < PEOPLE; i++) {
        if (r->original[i] == r->original[i - 1])
            assert_int_equal(a->group[i], a->group[i - 1]);
    }
    opinion_analysis_free(a);
    opinion_resample_free(r);
    end(&s);
}

static void of_nobody_nobody_is_drawn_and_too_many_votes_are_refused(void **state)
{
    static const uint32_t none[] = {0}, many[] = {0, UINT32_MAX, UINT32_MAX};
    const struct opinion_votes nobody = {.begin = none}, full = {.people = 2, .begin = many};
    const struct opinion_resample *r;
    struct setting s;
    int refused = 0;

    (void)state;
    begin(&s, OPINION_BY_ID);
    assert_int_equal(opinion_votes_resampled(&s.w.m, &nobody, 1, 1, &r), OPINION_OK);
    assert_int_equal(r->votes.people, 0);
    assert_int_equal(r->votes.count, 0);
    opinion_resample_free(r);
    for (uint64_t turn = 0; turn < 20 && refused == 0; turn++) {
        struct real_random lot = real_random_begin(1 ^ UINT64_C(0x726573616d706c65), turn);
        if (real_random_below(&lot, 2) != 0 || real_random_below(&lot, 2) != 0)
            continue; /* the one with all the votes is not drawn twice */
        assert_int_equal(opinion_votes_resampled(&s.w.m, &full, 1, turn, &r),
                         OPINION_TOO_MANY_VOTES);
        refused++;
    }
    assert_int_equal(refused, 1);
    opinion_resample_free(NULL);
    end(&s);
}

/* ---- rows ---- */

static void rows_in_another_order_are_the_same_rows(void **state)
{
    const struct opinion_votes *again;
    struct opinion_log *turned;
    struct setting s;
    int moved = 0;

    (void)state;
    begin(&s, OPINION_BY_APPEARANCE); /* by the times that they had */
    assert_int_equal(opinion_log_shuffled(&s.w.m, s.log, 1, 1, &turned), OPINION_OK);
    assert_int_equal(opinion_log_count(turned), opinion_log_count(s.log));
    for (size_t i = 0; i < turned->first->count; i++)
        moved += turned->first->rows[i].time != s.log->first->rows[i].time;
    assert_in_range(moved, turned->first->count * 9 / 10, turned->first->count);
    for (size_t j = 0; j < turned->statements.count; j++)
        assert_int_equal(turned->is_out[j], turned->statements.ids[j] == 99);
    assert_int_equal(opinion_votes_new(&s.w.m, turned, OPINION_BY_APPEARANCE, &again), OPINION_OK);
    assert_int_equal(again->count, s.v->count);
    assert_memory_equal(again->person_id, s.v->person_id, PEOPLE * sizeof *again->person_id);
    assert_memory_equal(again->code, s.v->code, again->count * sizeof *again->code);
    opinion_votes_free(again);
    opinion_log_free(turned);
    end(&s);
}

static void every_order_of_rows_is_as_likely(void **state)
{
    enum { TURNS = 3000 };
    struct world_memory w;
    struct opinion_log *log, *turned;
    int seen[27] = {0};

    (void)state;
    world_begin(&w, &log);
    for (uint64_t i = 0; i < 3; i++)
        assert_int_equal(opinion_log_add(log, i, 0, 1, (int64_t)i), OPINION_OK);
    for (uint64_t turn = 0; turn < TURNS; turn++) {
        assert_int_equal(opinion_log_shuffled(&w.m, log, 1, turn, &turned), OPINION_OK);
        const struct log_row *r = turned->first->rows;
        seen[r[0].time * 9 + r[1].time * 3 + r[2].time]++;
        opinion_log_free(turned);
    }
    for (int i = 0; i < 27; i++) {
        bool is_order = i / 9 != i / 3 % 3 && i / 3 % 3 != i % 3 && i / 9 != i % 3;
        assert_in_range(seen[i], is_order ? 400 : 0, is_order ? 600 : 0);
    }
    world_end(&w, log, NULL);
}

/* ---- agreement ---- */

static double agreement(const int32_t *a, const int32_t *b, size_t count)
{
    struct world_memory w;
    double ari = NAN;

    world_memory_begin(&w);
    assert_int_equal(opinion_agreement(&w.m, a, b, count, &ari), OPINION_OK);
    world_memory_end(&w);
    return ari;
}

static void agreement_is_the_adjusted_rand_index(void **state)
{
    static const int32_t a[] = {0, 0, 0, 1, 1, 1}, b[] = {0, 0, 1, 1, 2, 2},
                         c[] = {7, 7, 7, 0, 0, 0}, d[] = {0, 1, 2, 0, 1, 2};

    (void)state;
    /* Of 15 pairs 6 are together in a, 3 in b, 2 in both: (2 - 6 * 3 / 15) / (4.5 - 6 * 3 / 15). */
    assert_true(fabs(agreement(a, b, 6) - 8.0 / 33) < 1e-15);
    assert_true(agreement(a, b, 6) == agreement(b, a, 6));
    assert_true(agreement(a, c, 6) == 1); /* only the names differ */
    assert_true(fabs(agreement(a, d, 6) - -4.0 / 11) < 1e-15);
}

static void it_takes_any_number_of_labels_and_is_nought_by_chance(void **state)
{
    enum { MANY = 2000 };
    static int32_t a[MANY], b[MANY], c[MANY];
    uint64_t random = 3;

    (void)state;
    for (int32_t i = 0; i < MANY; i++) {
        a[i] = i % 50;
        b[i] = 1000000 - a[i];
        c[i] = (int32_t)(world_random(&random) % 70);
    }
    assert_true(agreement(a, b, MANY) == 1);
    assert_true(fabs(agreement(a, c, MANY)) < 0.01);
}

static void it_is_that_of_the_groups_where_both_apply(void **state)
{
    enum { MANY = 300 };
    int32_t a[MANY], b[MANY];
    int8_t small_a[MANY], small_b[MANY];
    uint64_t random = 4;

    (void)state;
    for (int round = 0; round < 20; round++) {
        for (size_t i = 0; i < MANY; i++) {
            a[i] = (int32_t)(world_random(&random) % 6);
            b[i] = world_random(&random) % 3 != 0 ? a[i] : (int32_t)(world_random(&random) % 4);
            small_a[i] = (int8_t)a[i];
            small_b[i] = (int8_t)b[i];
        }
        assert_true(agreement(a, b, MANY) == groups_agreement(small_a, small_b, MANY));
    }
}

static void who_has_no_label_is_left_out_and_what_cannot_differ_agrees(void **state)
{
    static const int32_t a[] = {0, -1, 0, 1, 5, 1}, b[] = {3, 3, 3, 4, -1, 4},
                         one[] = {2, 2, 2, 2, 2, 2}, all[] = {1, 2, 3, 4, 5, 6};

    (void)state;
    assert_true(agreement(a, b, 6) == 1);
    assert_true(agreement(one, one, 6) == 1);
    assert_true(agreement(all, all, 6) == 1);
    assert_true(agreement(one, all, 6) == 0);
    assert_true(agreement(a, b, 1) == 1);
    assert_true(agreement(NULL, NULL, 0) == 1);
}

/* ---- the method of Polis ---- */

static void polis_can_be_asked_for_so_many_groups(void **state)
{
    const struct opinion_polis *p;
    int8_t group[PEOPLE + 1];
    struct setting s;
    int size[2] = {0};

    (void)state;
    world_begin(&s.w, &s.log);
    world_plant(s.log, PEOPLE, STATEMENTS, CAMPS, 4);
    assert_int_equal(opinion_log_add(s.log, 5000, 1, 1, INT64_MAX), OPINION_OK); /* too little */
    assert_int_equal(opinion_votes_new(&s.w.m, s.log, OPINION_BY_APPEARANCE, &s.v), OPINION_OK);
    assert_int_equal(opinion_polis_new(&s.w.m, s.v, NULL, &p), OPINION_OK);
    assert_int_equal(p->k, CAMPS);
    memset(group, 9, sizeof group);
    assert_int_equal(opinion_polis_regroup(&s.w.m, p, CAMPS, group), OPINION_OK);
    assert_memory_equal(group, p->group, sizeof group);
    assert_int_equal(group[PEOPLE], -1);
    assert_int_equal(opinion_polis_regroup(&s.w.m, p, 2, group), OPINION_OK);
    for (size_t i = 0; i < PEOPLE; i++) {
        assert_in_range(group[i], 0, 1);
        size[group[i]]++;
    }
    assert_true(size[0] > 20 && size[1] > 20);
    opinion_polis_free(p);
    end(&s);
}

/* ---- memory ---- */

static void without_memory_nothing_is_made_and_nothing_is_kept(void **state)
{
    static const int32_t labels[] = {0, 1};
    const struct opinion_resample *r = NULL;
    const struct opinion_polis *p;
    struct opinion_log *turned = NULL;
    int8_t group[PEOPLE];
    struct setting s;
    double ari;

    (void)state;
    begin(&s, OPINION_BY_APPEARANCE);
    assert_int_equal(opinion_polis_new(&s.w.m, s.v, NULL, &p), OPINION_OK);
    enum opinion_err e[4] = {OPINION_NO_MEMORY, OPINION_NO_MEMORY, OPINION_NO_MEMORY,
                             OPINION_NO_MEMORY};
    for (int n = 1; n < 60; n++) {
        int out = s.w.taken - s.w.given;
        s.w.fail_at = s.w.taken + n;
        e[0] = opinion_votes_resampled(&s.w.m, s.v, 1, 1, &r);
        if (e[0] == OPINION_OK)
            opinion_resample_free(r);
        s.w.fail_at = s.w.taken + n;
        e[1] = opinion_log_shuffled(&s.w.m, s.log, 1, 1, &turned);
        if (e[1] == OPINION_OK)
            opinion_log_free(turned);
        s.w.fail_at = s.w.taken + n;
        e[2] = opinion_agreement(&s.w.m, labels, labels, 2, &ari);
        s.w.fail_at = s.w.taken + n;
        e[3] = opinion_polis_regroup(&s.w.m, p, 2, group);
        assert_int_equal(s.w.taken - s.w.given, out);
        for (int i = 0; i < 4; i++)
            assert_int_equal(e[i], n == 1 ? OPINION_NO_MEMORY : e[i]);
    }
    s.w.fail_at = 0;
    for (int i = 0; i < 4; i++)
        assert_int_equal(e[i], OPINION_OK);
    opinion_polis_free(p);
    end(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(who_is_drawn_votes_as_the_one_he_was_drawn_from),
        cmocka_unit_test(each_is_drawn_as_often_as_any_other),
        cmocka_unit_test(the_same_turn_draws_the_same_people_and_another_turn_others),
        cmocka_unit_test(people_who_were_drawn_can_be_analysed),
        cmocka_unit_test(of_nobody_nobody_is_drawn_and_too_many_votes_are_refused),
        cmocka_unit_test(rows_in_another_order_are_the_same_rows),
        cmocka_unit_test(every_order_of_rows_is_as_likely),
        cmocka_unit_test(agreement_is_the_adjusted_rand_index),
        cmocka_unit_test(it_takes_any_number_of_labels_and_is_nought_by_chance),
        cmocka_unit_test(it_is_that_of_the_groups_where_both_apply),
        cmocka_unit_test(who_has_no_label_is_left_out_and_what_cannot_differ_agrees),
        cmocka_unit_test(polis_can_be_asked_for_so_many_groups),
        cmocka_unit_test(without_memory_nothing_is_made_and_nothing_is_kept),
    };

    return cmocka_run_group_tests_name("resample", tests, NULL, NULL);
}
