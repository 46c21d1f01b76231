/* Axes and places, against LAPACK and against what they are defined to be. */
#include "opinion/space.h"
#include "opinion/world.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { PEOPLE = 400, STATEMENTS = 45 };

struct setting {
    struct world_memory w;
    struct opinion_log *log;
    const struct opinion_votes *v;
    struct region *region;
    struct gram gram;
    struct space space;
};

static bool add_vote(void *arg, uint64_t person, int group, uint64_t statement, int vote)
{
    (void)group;
    return opinion_log_add(arg, person, statement, vote, 0) == OPINION_OK;
}

static void begin(struct setting *s, int groups, uint64_t seed)
{
    const struct opinion_plan plan = {.people = PEOPLE,
                                      .statements = STATEMENTS,
                                      .groups = groups,
                                      .votes_mean = 20,
                                      .seed = seed};
    static uint32_t people[PEOPLE];

    world_begin(&s->w, &s->log);
    assert_int_equal(opinion_generate(&s->w.m, &plan, add_vote, s->log), OPINION_OK);
    assert_int_equal(opinion_votes_new(&s->w.m, s->log, OPINION_BY_ID, &s->v), OPINION_OK);
    s->region = region_new(&s->w.m);
    for (uint32_t i = 0; i < PEOPLE; i++)
        people[i] = i;
    assert_int_equal(gram_build(s->region, s->region, s->v, people, PEOPLE, NULL, &s->gram),
                     OPINION_OK);
    assert_int_equal(space_find(s->region, s->region, &s->gram, NULL, &s->space), OPINION_OK);
}

static void end(struct setting *s)
{
    region_free(s->region);
    world_end(&s->w, s->log, s->v);
}

/* From the votes themselves, not from the sums. */
static void covariance_of_votes(const struct setting *s, double *cov)
{
    size_t n = s->v->statements;
    double *both = calloc(n * n, sizeof *both);

    memset(cov, 0, n * n * sizeof *cov);
    for (size_t i = 0; i < s->v->people; i++) {
        for (uint32_t a = s->v->begin[i]; a < s->v->begin[i + 1]; a++) {
            for (uint32_t b = s->v->begin[i]; b < s->v->begin[i + 1]; b++) {
                size_t j = opinion_code_statement(s->v->code[a]),
                       k = opinion_code_statement(s->v->code[b]);
                cov[j * n + k] += (opinion_code_vote(s->v->code[a]) - s->space.mean[j]) *
                                  (opinion_code_vote(s->v->code[b]) - s->space.mean[k]);
                both[j * n + k]++;
            }
        }
    }
    for (size_t at = 0; at < n * n; at++)
        cov[at] /= both[at] + 16;
    free(both);
}

#ifdef HAVE_LAPACK
void dsyev_(const char *job, const char *half, const int *n, double *a, const int *lda, double *w,
            double *work, const int *lwork, int *info);

static void axes_are_the_strongest_eigenvectors_that_lapack_finds(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 5; seed++) {
        struct setting s;
        double cov[STATEMENTS * STATEMENTS], value[STATEMENTS], work[STATEMENTS * 8];
        int n = STATEMENTS, room = STATEMENTS * 8, info;
        begin(&s, 3, seed);
        covariance_of_votes(&s, cov);
        dsyev_("V", "U", &n, cov, &n, value, work, &room, &info);
        assert_int_equal(info, 0);
        for (int a = 0; a < AXES; a++) {
            const double *theirs = cov + (n - 1 - a) * n; /* rising order */
            double along = 0;
            for (int j = 0; j < n; j++)
                along += theirs[j] * s.space.direction[j * AXES + a];
            assert_true(fabs(s.space.value[a] / value[n - 1 - a] - 1) < 1e-10);
            assert_true(fabs(fabs(along) - 1) < 1e-10);
        }
        end(&s);
    }
}
#else
static void axes_are_the_strongest_eigenvectors_that_lapack_finds(void **state)
{
    (void)state;
    print_message("LAPACK is not installed: skipped\n");
    skip();
}
#endif

static void axes_are_eigenvectors_of_the_covariance_of_the_votes(void **state)
{
    struct setting s;
    double cov[STATEMENTS * STATEMENTS];

    (void)state;
    begin(&s, 3, 9);
    covariance_of_votes(&s, cov);
    for (int a = 0; a < AXES; a++) {
        for (int j = 0; j < STATEMENTS; j++) {
            double sum = 0;
            for (int k = 0; k < STATEMENTS; k++)
                sum += cov[j * STATEMENTS + k] * s.space.direction[k * AXES + a];
            assert_true(fabs(sum - s.space.value[a] * s.space.direction[j * AXES + a]) < 1e-8);
        }
        assert_true(a == 0 || s.space.value[a] <= s.space.value[a - 1]);
    }
    end(&s);
}

static void a_start_from_the_axes_found_ends_in_the_same_place_sooner(void **state)
{
    struct setting s;
    struct space again;

    (void)state;
    begin(&s, 4, 3);
    assert_int_equal(space_find(s.region, s.region, &s.gram, &s.space, &again), OPINION_OK);
    assert_true(again.rounds < s.space.rounds);
    for (int at = 0; at < STATEMENTS * AXES; at++)
        assert_true(fabs(again.direction[at] - s.space.direction[at]) < 1e-7);
    end(&s);
}

/* The posterior is where the gradient of the log density is zero; what a vote adds is held in
 * single precision. */
static void a_place_is_the_posterior_mean(void **state)
{
    struct setting s;

    (void)state;
    begin(&s, 3, 4);
    for (size_t i = 0; i < PEOPLE; i += 37) {
        const uint16_t *code = s.v->code + s.v->begin[i];
        size_t count = s.v->begin[i + 1] - s.v->begin[i];
        struct spot p = space_place(&s.space, code, count);
        for (int a = 0; a < AXES; a++) {
            double slope = -p.at[a];
            for (size_t k = 0; k < count; k++) {
                size_t j = opinion_code_statement(code[k]);
                double beyond = opinion_code_vote(code[k]) - space_expect(&s.space, p.at, j);
                slope += beyond * s.space.loading[j * AXES + (size_t)a] / s.space.noise;
            }
            assert_true(fabs(slope) < 1e-4);
        }
    }
    end(&s);
}

static void people_placed_together_stand_where_each_is_placed_alone(void **state)
{
    struct setting s;
    struct spot together[KERNEL_LANES];
    uint32_t people[KERNEL_LANES];

    (void)state;
    begin(&s, 3, 6);
    for (size_t count = 1; count <= KERNEL_LANES; count++) {
        for (uint32_t i = 0; i < count; i++)
            people[i] = (uint32_t)(17 * count + 5 * i);
        space_place_some(&s.space, s.v, people, count, together);
        for (size_t i = 0; i < count; i++) {
            uint32_t from = s.v->begin[people[i]], to = s.v->begin[people[i] + 1];
            struct spot alone = space_place(&s.space, s.v->code + from, to - from);
            assert_memory_equal(&alone, &together[i], sizeof alone);
        }
    }
    end(&s);
}

static void whoever_has_not_voted_is_in_the_middle_and_nothing_is_known(void **state)
{
    struct setting s;

    (void)state;
    begin(&s, 2, 5);
    struct spot p = space_place(&s.space, NULL, 0);
    struct spot q = space_place(&s.space, s.v->code + s.v->begin[0], s.v->begin[1] - s.v->begin[0]);
    for (int a = 0; a < AXES; a++) {
        assert_true(p.at[a] == 0);
        assert_true(fabs(p.spread[a * AXES + a] - 1) < 1e-12);
        assert_true(q.spread[a * AXES + a] < p.spread[a * AXES + a]);
    }
    end(&s);
}

/* Two halves of the statements that have nothing to do with each other and are alike: each
 * eigenvalue is there twice. */
static void axes_of_equal_strength_are_both_found(void **state)
{
    enum { HALF = 12 };
    struct setting s;

    (void)state;
    world_memory_begin(&s.w);
    s.region = region_new(&s.w.m);
    assert_int_equal(gram_new(s.region, 2 * HALF, &s.gram), OPINION_OK);
    for (int i = 0; i < 4; i++) { /* each half votes all for or all against */
        uint16_t code[HALF];
        for (size_t j = 0; j < HALF; j++)
            code[j] = (uint16_t)(3 * (j + (i < 2 ? 0 : HALF)) + (i % 2 == 0 ? 0 : 2));
        for (int times = 0; times < 50; times++)
            gram_person(&s.gram, code, HALF, 1);
    }
    assert_int_equal(space_find(s.region, s.region, &s.gram, NULL, &s.space), OPINION_OK);
    assert_true(s.space.value[0] > 5);
    assert_true(fabs(s.space.value[1] / s.space.value[0] - 1) < 1e-9);
    assert_true(s.space.value[2] < 0.1 * s.space.value[0]);
    region_free(s.region);
    world_memory_end(&s.w);
}

static void next_to_nothing_has_a_space_too(void **state)
{
    (void)state;
    for (size_t n = 1; n <= 9; n++) {
        struct setting s;
        static const uint16_t code[] = {2, 5, 8, 11, 14, 17, 20, 23, 26};
        world_memory_begin(&s.w);
        s.region = region_new(&s.w.m);
        assert_int_equal(gram_new(s.region, n, &s.gram), OPINION_OK);
        for (int i = 0; i < 12; i++) /* all alike */
            gram_person(&s.gram, code, n, 1);
        assert_int_equal(space_find(s.region, s.region, &s.gram, NULL, &s.space), OPINION_OK);
        struct spot p = space_place(&s.space, code, n);
        for (int a = 0; a < AXES; a++) {
            assert_true(isfinite(p.at[a]));
            assert_true(isfinite(p.spread[a]));
        }
        region_free(s.region);
        world_memory_end(&s.w);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(axes_are_the_strongest_eigenvectors_that_lapack_finds),
        cmocka_unit_test(axes_are_eigenvectors_of_the_covariance_of_the_votes),
        cmocka_unit_test(a_start_from_the_axes_found_ends_in_the_same_place_sooner),
        cmocka_unit_test(a_place_is_the_posterior_mean),
        cmocka_unit_test(people_placed_together_stand_where_each_is_placed_alone),
        cmocka_unit_test(whoever_has_not_voted_is_in_the_middle_and_nothing_is_known),
        cmocka_unit_test(axes_of_equal_strength_are_both_found),
        cmocka_unit_test(next_to_nothing_has_a_space_too),
    };

    return cmocka_run_group_tests_name("space", tests, NULL, NULL);
}
