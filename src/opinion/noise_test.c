/* Noise: the lots are those of the distribution told, and nobody counts more than the cap. */
#include "opinion/noise_draw.h"
#include "opinion/real.h"
#include "opinion/world.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { PEOPLE = 120, STATEMENTS = 60, CAMPS = 2, DRAWS = 200000, FAR = 200 };

static bool fill(void *self, void *at, size_t len)
{
    struct real_random *r = self;

    for (size_t i = 0; i < len; i++)
        ((unsigned char *)at)[i] = (unsigned char)(real_random_bits(r) >> 24);
    return true;
}

static struct noise_draw begin_draw(struct real_random *r, uint64_t seed)
{
    *r = real_random_begin(seed, 1);
    return (struct noise_draw){.randomness = {fill, r}};
}

/* ---- lots ---- */

static void numbers_below_one_are_even(void **state)
{
    static const uint64_t bounds[] = {1, 2, 3, 7, 10, 256, 257};
    struct real_random r;
    struct noise_draw d = begin_draw(&r, 1);

    (void)state;
    for (size_t n = 0; n < sizeof bounds / sizeof *bounds; n++) {
        double count[257] = {0}, sum = 0, expected = (double)DRAWS / (double)bounds[n];
        for (int i = 0; i < DRAWS; i++) {
            uint64_t x = noise_below(&d, bounds[n]);
            assert_true(x < bounds[n]);
            count[x]++;
        }
        for (uint64_t x = 0; x < bounds[n]; x++)
            sum += (count[x] - expected) * (count[x] - expected) / expected;
        double degrees = (double)bounds[n] - 1;
        assert_true(sum <= degrees + 5 * sqrt(2 * degrees));
    }
    for (int i = 0; i < 1000; i++)
        assert_true(noise_below(&d, (UINT64_C(1) << 62) + 1) <= UINT64_C(1) << 62);
}

static void a_chance_of_e_to_the_minus_x_is_that(void **state)
{
    static const uint64_t x[][2] = {{0, 1}, {1, 3}, {1, 1}, {3, 2}, {2, 1}, {7, 2}};
    struct real_random r;
    struct noise_draw d = begin_draw(&r, 2);

    (void)state;
    for (size_t n = 0; n < sizeof x / sizeof *x; n++) {
        double p = real_exp(-(double)x[n][0] / (double)x[n][1]), found = 0;
        for (int i = 0; i < DRAWS; i++)
            found += noise_is_exp(&d, x[n][0], x[n][1]);
        assert_true(fabs(found - DRAWS * p) <= 5 * sqrt(DRAWS * p * (1 - p)));
    }
}

/* Chi-squared against chances in proportion to weight[x + FAR]; cells of few are put together. */
static void check_lots(const double *weight, const double *count)
{
    double all = 0, sum = 0, expected = 0, found = 0, degrees = -1;

    for (int x = 0; x <= 2 * FAR; x++)
        all += weight[x];
    for (int x = 0; x <= 2 * FAR; x++) {
        expected += DRAWS * weight[x] / all;
        found += count[x];
        if (expected < 20 && x < 2 * FAR)
            continue;
        sum += expected < 1e-9 ? 0 : (found - expected) * (found - expected) / expected;
        degrees += expected >= 20;
        expected = found = 0;
    }
    assert_true(fabs(sum - degrees) <= 5 * sqrt(2 * fmax(degrees, 1)) + 2);
}

static void the_noise_has_the_exact_distribution(void **state)
{
    static const struct noise_variance variances[] = {
        {1, 10}, {1, 1}, {3, 2}, {15, 2}, {30 * 1000000, 2 * 100000}, {30 * 1000000, 2 * 25000}};
    static double weight[2 * FAR + 1], count[2 * FAR + 1];
    struct real_random r;

    (void)state;
    for (size_t n = 0; n < sizeof variances / sizeof *variances; n++) {
        struct noise_draw d = begin_draw(&r, 3 + n);
        double variance = (double)variances[n].up / (double)variances[n].down;
        double sum = 0, squares = 0, all = 0, exact = 0, fourth = 0;
        memset(count, 0, sizeof count);
        for (int i = 0; i < DRAWS; i++) {
            int64_t x = noise_gaussian(&d, variances[n]);
            assert_true(x >= -FAR && x <= FAR);
            count[x + FAR]++;
            sum += (double)x;
            squares += (double)(x * x);
        }
        for (int x = -FAR; x <= FAR; x++) {
            double w = real_exp(-x * x / (2 * variance));
            weight[x + FAR] = w;
            all += w;
            exact += w * x * x;
            fourth += w * x * x * (double)(x * x);
        }
        exact /= all;
        fourth /= all;
        assert_true(fabs(sum) <= 5 * sqrt(DRAWS * exact));
        assert_true(fabs(squares - DRAWS * exact) <= 5 * sqrt(DRAWS * (fourth - exact * exact)));
        assert_true(exact <= variance * (1 + 1e-9)); /* as they prove */
        check_lots(weight, count);
    }
}

static void the_laplace_lots_below_it_are_exact_too(void **state)
{
    static double weight[2 * FAR + 1], count[2 * FAR + 1];
    struct real_random r;
    struct noise_draw d = begin_draw(&r, 12);

    (void)state;
    for (uint64_t t = 1; t <= 9; t += 4) {
        memset(count, 0, sizeof count);
        for (int i = 0; i < DRAWS; i++) {
            int64_t x = noise_laplace(&d, t);
            assert_true(x >= -FAR && x <= FAR);
            count[x + FAR]++;
        }
        for (int x = -FAR; x <= FAR; x++)
            weight[x + FAR] = real_exp(-abs(x) / (double)t);
        check_lots(weight, count);
    }
}

static void the_largest_and_the_smallest_variance_can_be_drawn(void **state)
{
    const struct noise_variance most = {(uint64_t)OPINION_CAP_MAX * OPINION_RHO_ONE, 2};
    const struct noise_variance least = {OPINION_RHO_ONE, (uint64_t)2 * OPINION_RHO_MOST};
    struct real_random r;
    struct noise_draw d = begin_draw(&r, 13);
    double squares = 0;

    (void)state;
    for (int i = 0; i < 4000; i++) {
        double x = (double)noise_gaussian(&d, most);
        squares += x * x;
        assert_int_equal(noise_gaussian(&d, least), 0); /* others have a chance of e^-100 */
    }
    assert_true(fabs(squares / 4000 / 5e8 - 1) < 5 * sqrt(2.0 / 4000));
}

/* ---- counts ---- */

struct noisy {
    struct world_memory w;
    struct opinion_log *log;
    const struct opinion_votes *v;
    struct opinion_analysis a; /* what noise looks at of one */
    int8_t group[PEOPLE];
    const struct opinion_noise *n;
};

static const struct opinion_noise_options usual = {.rho = 100000, .cap = 20, .key = {5, 6}};

/* Everybody but `left_out` votes on most statements; 7 is moderated out. */
static void begin_noisy(struct noisy *s, int left_out)
{
    uint64_t random = 9;

    memset(s, 0, sizeof *s);
    world_begin(&s->w, &s->log);
    for (uint64_t j = 0; j < STATEMENTS; j++)
        assert_int_equal(opinion_log_statement(s->log, j, j == 7), OPINION_OK);
    for (int i = 0; i < PEOPLE; i++) {
        for (uint64_t j = 0; j < STATEMENTS; j++) {
            int vote = (int)(world_random(&random) % 3) - 1;
            bool is_there = world_random(&random) % 60 < (uint64_t)(i + 1) / 2;
            if (i != left_out && is_there)
                assert_int_equal(opinion_log_add(s->log, (uint64_t)i, j, vote, 0), OPINION_OK);
        }
    }
    assert_int_equal(opinion_votes_new(&s->w.m, s->log, OPINION_BY_ID, &s->v), OPINION_OK);
    for (size_t i = 0; i < s->v->people; i++)
        s->group[i] = (int8_t)(s->v->person_id[i] % (CAMPS + 1) == CAMPS
                                   ? -1
                                   : (int)(s->v->person_id[i] % (CAMPS + 1)));
    s->a = (struct opinion_analysis){.votes = s->v, .k = CAMPS, .id = {0, 1}, .group = s->group};
}

static void end_noisy(struct noisy *s)
{
    opinion_noise_free(s->n);
    world_end(&s->w, s->log, s->v);
}

static enum opinion_err make(struct noisy *s, struct opinion_noise_options o, uint64_t seed)
{
    struct real_random r = real_random_begin(seed, 1);

    opinion_noise_free(s->n);
    s->n = NULL;
    o.randomness = (struct opinion_randomness){fill, &r};
    return opinion_noise_new(&s->w.m, &s->a, &o, &s->n);
}

/* The same lots are added with and without a person: what differs is what he counts. */
static void nobody_counts_with_more_votes_than_the_cap(void **state)
{
    static struct noisy all, without;
    int capped = 0;

    (void)state;
    begin_noisy(&all, -1);
    assert_int_equal(make(&all, usual, 4), OPINION_OK);
    for (int i = 0; i < PEOPLE; i++) {
        int counted = 0, voted = 0, at = -1;
        begin_noisy(&without, i);
        assert_int_equal(make(&without, usual, 4), OPINION_OK);
        for (size_t c = 0; c < (size_t)(CAMPS + 1) * STATEMENTS * 3; c++) {
            int64_t more =
                ((const int64_t *)all.n->counts)[c] - ((const int64_t *)without.n->counts)[c];
            assert_true(more == 0 || more == 1);
            counted += more == 1;
        }
        for (size_t n = 0; n < all.v->people; n++)
            at = all.v->person_id[n] == (uint64_t)i ? (int)n : at;
        for (uint32_t n = at < 0 ? 0 : all.v->begin[at]; at >= 0 && n < all.v->begin[at + 1]; n++)
            voted += opinion_code_statement(all.v->code[n]) != 7;
        assert_int_equal(counted, voted < (int)usual.cap ? voted : (int)usual.cap);
        capped += voted > (int)usual.cap;
        end_noisy(&without);
    }
    assert_true(capped > PEOPLE / 4);
    end_noisy(&all);
}

static void the_same_key_and_lots_give_the_same_counts_and_others_do_not(void **state)
{
    static struct noisy a, b;
    size_t bytes = (CAMPS + 1) * STATEMENTS * sizeof(struct opinion_noisy);
    struct opinion_noise_options other = usual;

    (void)state;
    begin_noisy(&a, -1);
    begin_noisy(&b, -1);
    assert_int_equal(make(&a, usual, 4), OPINION_OK);
    assert_int_equal(make(&b, usual, 4), OPINION_OK);
    assert_memory_equal(a.n->counts, b.n->counts, bytes);
    assert_int_equal(make(&b, usual, 5), OPINION_OK);
    assert_memory_not_equal(a.n->counts, b.n->counts, bytes);
    other.key[1]++;
    assert_int_equal(make(&b, other, 4), OPINION_OK);
    assert_memory_not_equal(a.n->counts, b.n->counts, bytes);
    end_noisy(&a);
    end_noisy(&b);
}

/* Two snapshots of the same votes differ by the noise of both. */
static void counts_have_the_variance_that_is_told(void **state)
{
    static struct noisy a, b;
    double squares = 0, n = 0;

    (void)state;
    begin_noisy(&a, -1);
    begin_noisy(&b, -1);
    assert_int_equal(make(&a, usual, 4), OPINION_OK);
    assert_int_equal(make(&b, usual, 5), OPINION_OK);
    for (size_t c = 0; c < (size_t)(CAMPS + 1) * STATEMENTS * 3; c++) {
        double differ =
            (double)(((const int64_t *)a.n->counts)[c] - ((const int64_t *)b.n->counts)[c]);
        squares += differ * differ;
        n += c / 3 % STATEMENTS != 7;
    }
    assert_true(fabs(squares / n / (2 * a.n->variance) - 1) < 5 * sqrt(2 / n));
    end_noisy(&a);
    end_noisy(&b);
}

static void what_is_told_of_the_promise_is_the_formula(void **state)
{
    static struct noisy s;
    struct opinion_noise_options o = usual;

    (void)state;
    o.cap = OPINION_CAP_DEFAULT;
    begin_noisy(&s, -1);
    assert_int_equal(make(&s, o, 1), OPINION_OK);
    assert_true(fabs(s.n->variance - 150) < 1e-9);
    /* 0.1 + 2 sqrt(0.1 * 13.815510557964274) */
    assert_true(fabs(s.n->epsilon - 2.4507874) < 1e-6);
    for (size_t j = 7; j < (CAMPS + 1) * STATEMENTS; j += STATEMENTS)
        assert_int_equal(s.n->counts[j].agree | s.n->counts[j].pass | s.n->counts[j].disagree, 0);
    end_noisy(&s);
}

static void the_json_says_what_is_promised_and_what_is_not(void **state)
{
    static struct noisy s;
    static struct world_text text;
    struct opinion_sink sink = world_sink(&text);

    (void)state;
    begin_noisy(&s, -1);
    assert_int_equal(make(&s, usual, 1), OPINION_OK);
    assert_int_equal(opinion_noise_json(s.n, &sink), OPINION_OK);
    assert_non_null(strstr(text.at, "\"neighbours\":\"one person added or removed\""));
    assert_non_null(strstr(text.at, "\"outside\":[\"groups\",\"statements\"]"));
    assert_non_null(strstr(text.at, ":-")); /* a negative count stays one */
    assert_null(strstr(text.at, "\"7\":"));
    text.room = 10;
    text.len = 0;
    assert_int_equal(opinion_noise_json(s.n, &sink), OPINION_NOT_WRITTEN);
    end_noisy(&s);
}

static bool fill_little(void *self, void *at, size_t len)
{
    int *left = self;

    memset(at, 0x5a, len);
    return (*left)-- > 0;
}

static void what_cannot_be_is_refused(void **state)
{
    static struct noisy s;
    static const uint32_t wrong[][2] = {
        {0, 30}, {OPINION_RHO_MOST + 1, 30}, {1, 0}, {1, OPINION_CAP_MAX + 1}};

    (void)state;
    begin_noisy(&s, -1);
    for (size_t n = 0; n < sizeof wrong / sizeof *wrong; n++) {
        struct opinion_noise_options o = {.rho = wrong[n][0], .cap = wrong[n][1]};
        assert_int_equal(make(&s, o, 1), OPINION_BAD_INPUT);
    }
    for (int n = 0; n < 4; n++) {
        int left = n;
        struct opinion_noise_options o = usual;
        o.randomness = (struct opinion_randomness){fill_little, &left};
        assert_int_equal(opinion_noise_new(&s.w.m, &s.a, &o, &s.n), OPINION_BAD_INPUT);
        assert_null(s.n);
    }
    end_noisy(&s);
}

static void without_memory_it_ends_cleanly(void **state)
{
    static struct noisy s;
    enum opinion_err e = OPINION_NO_MEMORY;
    int n;

    (void)state;
    begin_noisy(&s, -1);
    for (n = 1; e == OPINION_NO_MEMORY; n++) {
        s.w.fail_at = s.w.taken + n;
        e = make(&s, usual, 1);
    }
    assert_int_equal(e, OPINION_OK);
    assert_true(n > 5);
    s.w.fail_at = 0;
    end_noisy(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_below_one_are_even),
        cmocka_unit_test(a_chance_of_e_to_the_minus_x_is_that),
        cmocka_unit_test(the_laplace_lots_below_it_are_exact_too),
        cmocka_unit_test(the_noise_has_the_exact_distribution),
        cmocka_unit_test(the_largest_and_the_smallest_variance_can_be_drawn),
        cmocka_unit_test(nobody_counts_with_more_votes_than_the_cap),
        cmocka_unit_test(the_same_key_and_lots_give_the_same_counts_and_others_do_not),
        cmocka_unit_test(counts_have_the_variance_that_is_told),
        cmocka_unit_test(what_is_told_of_the_promise_is_the_formula),
        cmocka_unit_test(the_json_says_what_is_promised_and_what_is_not),
        cmocka_unit_test(what_cannot_be_is_refused),
        cmocka_unit_test(without_memory_it_ends_cleanly),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
