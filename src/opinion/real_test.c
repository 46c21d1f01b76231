/* Numbers that must be the same everywhere, checked against the C library's. */
#include "opinion/real.h"
#include "opinion/world.h"

#include <math.h>

static void the_exponential_is_right(void **state)
{
    (void)state;
    for (int i = -7000; i < 7000; i++)
        assert_true(fabs(real_exp(i * 0.1) / exp(i * 0.1) - 1) < 2e-15);
    assert_true(real_exp(0) == 1);
    assert_true(real_exp(-800) == 0);
    assert_true(isinf(real_exp(800)));
    assert_true(isnan(real_exp(NAN)));
}

static void the_logarithm_is_right(void **state)
{
    (void)state;
    for (int i = -2990; i < 2990; i++) {
        double x = pow(10, i * 0.1);
        assert_true(fabs(real_log(x) - log(x)) <= 1e-15 * fmax(1, fabs(log(x))));
    }
    for (int i = 500; i < 2000; i++)
        assert_true(fabs(real_log(i * 0.001) - log(i * 0.001)) <= 1e-15);
}

static void random_numbers_are_the_same_for_the_same_seed(void **state)
{
    struct real_random a = real_random_begin(1, 2), b = real_random_begin(1, 2),
                       c = real_random_begin(1, 3);

    (void)state;
    assert_int_equal(real_random_bits(&a), real_random_bits(&b));
    assert_int_not_equal(real_random_bits(&a), real_random_bits(&c));
}

static void normal_numbers_have_the_moments_of_the_normal_distribution(void **state)
{
    enum { COUNT = 200000 };
    struct real_random r = real_random_begin(7, 0);
    double sum[5] = {0};
    int beyond = 0;

    (void)state;
    for (int i = 0; i < COUNT; i++) {
        double z = real_random_normal(&r), power = 1;
        for (int k = 1; k <= 4; k++)
            sum[k] += power *= z;
        beyond += fabs(z) > 1.959964;
    }
    assert_true(fabs(sum[1] / COUNT) < 0.01);
    assert_true(fabs(sum[2] / COUNT - 1) < 0.02);
    assert_true(fabs(sum[3] / COUNT) < 0.03);
    assert_true(fabs(sum[4] / COUNT - 3) < 0.1);
    assert_true(fabs(beyond / (double)COUNT - 0.05) < 0.003);
}

static void even_numbers_are_even(void **state)
{
    struct real_random r = real_random_begin(9, 0);
    int seen[7] = {0};

    (void)state;
    for (int i = 0; i < 70000; i++)
        seen[real_random_below(&r, 7)]++;
    for (int i = 0; i < 7; i++)
        assert_in_range(seen[i], 9600, 10400);
}

static void what_lies_beyond_of_a_normal_distribution_is_that_of_the_c_library(void **state)
{
    (void)state;
    for (int i = 0; i < 3600; i++) {
        double z = i / 100.0;
        double expected = erfc(z / sqrt(2)) / 2;
        double off = fabs(real_normal_beyond(z) - expected) / expected;
        if (off > 1e-12)
            fail_msg("beyond %g: off by %g", z, off);
    }
    assert_true(real_normal_beyond(40) == 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_exponential_is_right),
        cmocka_unit_test(the_logarithm_is_right),
        cmocka_unit_test(random_numbers_are_the_same_for_the_same_seed),
        cmocka_unit_test(normal_numbers_have_the_moments_of_the_normal_distribution),
        cmocka_unit_test(what_lies_beyond_of_a_normal_distribution_is_that_of_the_c_library),
        cmocka_unit_test(even_numbers_are_even),
    };

    return cmocka_run_group_tests_name("real", tests, NULL, NULL);
}
