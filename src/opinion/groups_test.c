/* Groups are found where they were planted, and not where there are none. */
#include "opinion/groups.h"
#include "opinion/world.h"

#include <math.h>
#include <string.h>

enum { PEOPLE = 2400, STATEMENTS = 120, VOTES_LEAST = 7 };

struct setting {
    struct world_memory w;
    struct opinion_log *log;
    const struct opinion_votes *v;
    struct region *region;
    int planted[PEOPLE];
    uint32_t eligible[PEOPLE];
    size_t count;
    struct points points;
    struct choice choice;
};

static bool add_vote(void *arg, uint64_t person, int group, uint64_t statement, int vote)
{
    struct setting *s = arg;

    s->planted[person] = group;
    return opinion_log_add(s->log, person, statement, vote, 0) == OPINION_OK;
}

static void find_scores(struct setting *s)
{
    struct gram gram;
    struct space space;

    s->count = 0;
    for (uint32_t i = 0; i < s->v->people; i++) {
        if (s->v->begin[i + 1] - s->v->begin[i] >= VOTES_LEAST)
            s->eligible[s->count++] = i;
    }
    assert_int_equal(gram_build(s->region, s->region, s->v, s->eligible, s->count, NULL, &gram),
                     OPINION_OK);
    assert_int_equal(space_find(s->region, s->region, &gram, NULL, &space), OPINION_OK);
    assert_int_equal(points_new(s->region, s->count, &s->points), OPINION_OK);
    for (size_t i = 0; i < s->count; i++) {
        uint32_t from = s->v->begin[s->eligible[i]], to = s->v->begin[s->eligible[i] + 1];
        struct spot p = space_place(&space, s->v->code + from, to - from);
        for (size_t a = 0; a < AXES; a++)
            s->points.axis[a][i] = (float)(p.at[a] * space.strength[a]);
    }
}

static void begin(struct setting *s, enum opinion_shape shape, int groups, uint64_t seed)
{
    const struct opinion_plan plan = {.shape = shape,
                                      .people = PEOPLE,
                                      .statements = STATEMENTS,
                                      .groups = groups,
                                      .votes_mean = 40,
                                      .seed = seed};

    world_begin(&s->w, &s->log);
    assert_int_equal(opinion_generate(&s->w.m, &plan, add_vote, s), OPINION_OK);
    assert_int_equal(opinion_votes_new(&s->w.m, s->log, OPINION_BY_ID, &s->v), OPINION_OK);
    s->region = region_new(&s->w.m);
    find_scores(s);
    assert_int_equal(groups_choose(s->region, &s->points, seed, &s->choice), OPINION_OK);
}

static void end(struct setting *s)
{
    region_free(s->region);
    world_end(&s->w, s->log, s->v);
}

/* Agreement beyond chance with what was planted. */
static double found_again(const struct setting *s, const struct grouping *g)
{
    static int8_t planted[PEOPLE], found[PEOPLE + KERNEL_POINTS];

    groups_label(&s->points, g, found);
    for (size_t i = 0; i < s->count; i++)
        planted[i] = (int8_t)s->planted[s->v->person_id[s->eligible[i]]];
    return groups_agreement(planted, found, s->count);
}

static void planted_groups_are_counted_and_found(void **state)
{
    static const double least[] = {0, 0, 0.8, 0.7, 0.6};
    static struct setting s;

    (void)state;
    for (int k = 2; k <= 4; k++) {
        for (uint64_t seed = 101; seed <= 102; seed++) {
            begin(&s, OPINION_IDEAL, k, seed);
            assert_int_equal(s.choice.best, k);
            assert_int_equal(s.choice.verdict, OPINION_DISTINCT);
            assert_true(found_again(&s, &s.choice.of[k]) > least[k]);
            end(&s);
        }
    }
}

/* What happens by chance once in twenty times is allowed once in twelve. */
static void one_cloud_is_no_groups(void **state)
{
    static struct setting s;
    int none = 0;

    (void)state;
    for (uint64_t seed = 201; seed <= 212; seed++) {
        begin(&s, seed % 2 == 0 ? OPINION_IDEAL : OPINION_NONE, 0, seed);
        none += s.choice.verdict == OPINION_NO_GROUPS;
        end(&s);
    }
    assert_true(none >= 11);
}

static void a_continuum_is_never_distinct_groups(void **state)
{
    static struct setting s;

    (void)state;
    for (uint64_t seed = 301; seed <= 306; seed++) {
        begin(&s, OPINION_LINE + seed % 3, 0, seed);
        assert_int_not_equal(s.choice.verdict, OPINION_DISTINCT);
        end(&s);
    }
}

static void the_same_seed_makes_the_same_choice(void **state)
{
    static struct setting s;
    struct choice again;

    (void)state;
    begin(&s, OPINION_IDEAL, 3, 1);
    assert_int_equal(groups_choose(s.region, &s.points, 1, &again), OPINION_OK);
    assert_memory_equal(&again, &s.choice, sizeof again);
    end(&s);
}

static void a_handful_of_people_and_people_all_alike_are_no_groups(void **state)
{
    struct world_memory w;
    struct choice c;
    struct points alike;

    (void)state;
    world_memory_begin(&w);
    struct region *region = region_new(&w.m);
    for (size_t count = 0; count <= 40; count += 4) {
        assert_int_equal(points_new(region, count, &alike), OPINION_OK);
        assert_int_equal(groups_choose(region, &alike, 1, &c), OPINION_OK);
        assert_int_equal(c.verdict, OPINION_NO_GROUPS);
        for (int k = 0; k <= OPINION_GROUPS_MAX; k++)
            assert_true(isfinite(c.gap[k]));
    }
    region_free(region);
    world_memory_end(&w);
}

static void agreement_is_one_for_the_same_and_what_it_is_in_between(void **state)
{
    static const int8_t thirds[] = {0, 0, 1, 1, 2, 2}, halves[] = {0, 0, 0, 1, 1, 1},
                        renamed[] = {2, 2, 0, 0, 1, 1}, crossed[] = {0, 1, 0, 1, 0, 1};

    (void)state;
    assert_true(groups_agreement(thirds, renamed, 6) == 1);
    assert_true(fabs(groups_agreement(halves, thirds, 6) - 8.0 / 33) < 1e-12);
    assert_true(groups_agreement(thirds, crossed, 6) < 0);
    assert_true(groups_agreement(thirds, halves, 1) == 1);
}

/* Parts of one cloud lie somewhere else in each half of the people. */
static void groups_are_steady_and_parts_of_a_cloud_are_not(void **state)
{
    static struct setting s;
    double steady, least = 1;

    (void)state;
    begin(&s, OPINION_IDEAL, 3, 401);
    assert_true(s.choice.steady[3] > 0.9);
    end(&s);
    begin(&s, OPINION_IDEAL, 0, 402);
    for (int k = GROUPS_LEAST; k <= OPINION_GROUPS_MAX; k++) {
        assert_int_equal(groups_steadiness(s.region, &s.points, &s.choice.of[k], 402, &steady),
                         OPINION_OK);
        assert_true(steady <= 1);
        least = fmin(least, steady);
    }
    assert_true(least < 0.7);
    end(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(planted_groups_are_counted_and_found),
        cmocka_unit_test(one_cloud_is_no_groups),
        cmocka_unit_test(a_continuum_is_never_distinct_groups),
        cmocka_unit_test(the_same_seed_makes_the_same_choice),
        cmocka_unit_test(agreement_is_one_for_the_same_and_what_it_is_in_between),
        cmocka_unit_test(groups_are_steady_and_parts_of_a_cloud_are_not),
        cmocka_unit_test(a_handful_of_people_and_people_all_alike_are_no_groups),
    };

    return cmocka_run_group_tests_name("groups", tests, NULL, NULL);
}
