/* Votes that are made up keep what is said of them. */
#include "opinion/world.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { PEOPLE_MAX = 4000, STATEMENTS = 120 };

struct seen {
    uint64_t votes, passes, agree, digest;
    uint64_t of[PEOPLE_MAX]; /* votes of each person */
    int group[PEOPLE_MAX];
    int seen[STATEMENTS], agreed[STATEMENTS][OPINION_GROUPS_MAX + 1],
        sided[STATEMENTS][OPINION_GROUPS_MAX + 1];
    uint64_t stop_after;
};

static bool see(void *arg, uint64_t person, int group, uint64_t statement, int vote)
{
    struct seen *s = arg;

    if (s->stop_after > 0 && s->votes == s->stop_after)
        return false;
    s->votes++;
    s->passes += vote == OPINION_PASS;
    s->agree += vote == OPINION_AGREE;
    s->of[person]++;
    s->group[person] = group;
    s->seen[statement]++;
    s->agreed[statement][group + 1] += vote == OPINION_AGREE;
    s->sided[statement][group + 1] += vote != OPINION_PASS;
    s->digest = (s->digest ^ (person * 131071 + statement * 3 + (uint64_t)(vote + 1))) *
                UINT64_C(1099511628211);
    return true;
}

static void make(struct seen *s, enum opinion_shape shape, int groups, uint64_t seed)
{
    struct world_memory w;
    const struct opinion_plan plan = {.shape = shape,
                                      .people = PEOPLE_MAX,
                                      .statements = STATEMENTS,
                                      .groups = groups,
                                      .votes_mean = 20,
                                      .seed = seed};

    world_memory_begin(&w);
    memset(s, 0, sizeof *s);
    assert_int_equal(opinion_generate(&w.m, &plan, see, s), OPINION_OK);
    world_memory_end(&w);
}

static void the_same_plan_makes_the_same_votes(void **state)
{
    static struct seen a, b, c;

    (void)state;
    make(&a, OPINION_IDEAL, 3, 1);
    make(&b, OPINION_IDEAL, 3, 1);
    make(&c, OPINION_IDEAL, 3, 2);
    assert_int_equal(a.digest, b.digest);
    assert_int_not_equal(a.digest, c.digest);
}

static void one_vote_in_ten_is_a_pass_and_the_mean_is_kept(void **state)
{
    static struct seen s;

    (void)state;
    for (enum opinion_shape shape = OPINION_IDEAL; shape <= OPINION_NONE; shape++) {
        make(&s, shape, shape <= OPINION_CLASS ? 2 : 0, 3);
        assert_true(fabs((double)s.passes / (double)s.votes - 0.1) < 0.005);
        assert_true(fabs((double)s.votes / PEOPLE_MAX - 20) < 1.5);
    }
}

static void most_people_vote_little_and_some_on_everything(void **state)
{
    static struct seen s;
    int little = 0, much = 0;

    (void)state;
    make(&s, OPINION_IDEAL, 3, 4);
    for (int i = 0; i < PEOPLE_MAX; i++) {
        assert_in_range(s.of[i], 1, STATEMENTS);
        little += s.of[i] < 10;
        much += s.of[i] > STATEMENTS / 2;
    }
    assert_true(little > PEOPLE_MAX / 2);
    assert_true(much > PEOPLE_MAX / 20);
}

static void groups_are_uneven(void **state)
{
    static struct seen s;
    int of[3] = {0};

    (void)state;
    make(&s, OPINION_IDEAL, 3, 5);
    for (int i = 0; i < PEOPLE_MAX; i++)
        of[s.group[i]]++;
    /* 1 : 1 / 1.35 : 1 / 1.7 */
    assert_true(abs(of[0] - 1717) < 120);
    assert_true(abs(of[1] - 1272) < 120);
    assert_true(abs(of[2] - 1010) < 120);
}

static void one_votes_rather_on_what_one_agrees_with(void **state)
{
    static struct seen s;

    (void)state;
    make(&s, OPINION_NONE, 0, 6);
    assert_true((double)s.agree > 0.55 * (double)(s.votes - s.passes));
    for (int i = 0; i < PEOPLE_MAX; i++)
        assert_int_equal(s.group[i], -1);
}

/* On how many statements do two groups differ by more than 0.3? */
static int dividing(const struct seen *s)
{
    int count = 0;

    for (int j = 0; j < STATEMENTS; j++) {
        double share[2];
        for (int g = 0; g < 2; g++)
            share[g] = (double)s->agreed[j][g + 1] / fmax(1, s->sided[j][g + 1]);
        count += fabs(share[0] - share[1]) > 0.3;
    }
    return count;
}

static void groups_differ_on_no_more_than_two_statements_of_three(void **state)
{
    static struct seen s;

    (void)state;
    make(&s, OPINION_IDEAL, 2, 7);
    assert_in_range(dividing(&s), STATEMENTS / 4, 2 * STATEMENTS / 3);
    make(&s, OPINION_CLASS, 2, 8);
    assert_in_range(dividing(&s), STATEMENTS / 5, 2 * STATEMENTS / 3);
}

static void whoever_takes_the_votes_may_stop(void **state)
{
    static struct seen s = {.stop_after = 10};
    const struct opinion_plan plan = {.people = 100, .statements = 50, .votes_mean = 50};
    struct world_memory w;

    (void)state;
    world_memory_begin(&w);
    assert_int_equal(opinion_generate(&w.m, &plan, see, &s), OPINION_NOT_WRITTEN);
    assert_int_equal(s.votes, 10);
    w.fail_at = w.taken + 2;
    assert_int_equal(opinion_generate(&w.m, &plan, see, &s), OPINION_NO_MEMORY);
    world_memory_end(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_same_plan_makes_the_same_votes),
        cmocka_unit_test(one_vote_in_ten_is_a_pass_and_the_mean_is_kept),
        cmocka_unit_test(most_people_vote_little_and_some_on_everything),
        cmocka_unit_test(groups_are_uneven),
        cmocka_unit_test(one_votes_rather_on_what_one_agrees_with),
        cmocka_unit_test(groups_differ_on_no_more_than_two_statements_of_three),
        cmocka_unit_test(whoever_takes_the_votes_may_stop),
    };

    return cmocka_run_group_tests_name("generate", tests, NULL, NULL);
}
