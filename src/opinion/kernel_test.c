/* The loops are the same for every processor, and do what is said of them. */
#include "opinion/kernel.h"
#include "opinion/world.h"

#include <math.h>
#include <string.h>

static const char *const names[] = {"scalar", "avx2", "avx512"};

enum { KINDS = sizeof names / sizeof *names, CODES = 300, COUNT = 77 };

static float small_number(uint64_t *state)
{
    return (float)(world_random(state) % 20001) / 10000 - 1;
}

/* Does it for each kind of processor that this machine is as well, and compares `size` bytes of
 * what comes out with those of the plainest. */
static void assert_all_give_the_same(void (*run)(const struct kernel *, void *out), void *out,
                                     size_t size)
{
    static unsigned char first[1 << 16];
    int kinds = 0;

    assert_true(size <= sizeof first);
    for (size_t i = 0; i < KINDS; i++) {
        if (!kernel_use(names[i]))
            continue;
        assert_string_equal(kernel_in_use()->name, names[i]);
        memset(out, 0, size);
        run(kernel_in_use(), out);
        if (kinds++ == 0)
            memcpy(first, out, size);
        assert_memory_equal(out, first, size);
    }
    assert_true(kernel_use(NULL));
}

static void count_pairs(const struct kernel *k, void *out)
{
    enum { WORDS = 45 };
    static uint64_t plane[6][WORDS];
    uint64_t state = 1;

    for (int p = 0; p < 6; p++) {
        for (int i = 0; i < WORDS; i++)
            plane[p][i] = world_random(&state);
    }
    const struct kernel_planes a = {plane[0], plane[1], plane[2]},
                               b = {plane[3], plane[4], plane[5]};
    for (size_t words = 0; words < WORDS; words++)
        k->count_pair(&a, &b, words, (struct kernel_pair *)out + words);
}

static void pairs_are_counted_alike_and_rightly(void **state)
{
    static struct kernel_pair out[45];

    (void)state;
    assert_all_give_the_same(count_pairs, out, sizeof out);
    /* Three people: both agree; one against, one for; only the first voted. */
    const uint64_t agree_j = 5, side_j = 7, seen_j = 7, agree_k = 3, side_k = 3, seen_k = 3;
    const struct kernel_planes j = {&agree_j, &side_j, &seen_j}, k = {&agree_k, &side_k, &seen_k};
    struct kernel_pair c;
    kernel_in_use()->count_pair(&j, &k, 1, &c);
    assert_int_equal(c.both, 2);
    assert_int_equal(c.sides, 2);
    assert_int_equal(c.opposed, 1);
    assert_int_equal(c.agree_given, 1);
    assert_int_equal(c.side_given, 2);
    assert_int_equal(c.agree_given_back, 2);
    assert_int_equal(c.side_given_back, 2);
}

static void multiply(const struct kernel *k, void *out)
{
    enum { MOST = 41 };
    static double matrix[MOST * MOST], x[MOST * KERNEL_COLUMNS];
    uint64_t state = 2;
    double *y = out;

    for (size_t i = 0; i < MOST * MOST; i++)
        matrix[i] = (double)small_number(&state);
    for (size_t i = 0; i < MOST * KERNEL_COLUMNS; i++)
        x[i] = (double)small_number(&state);
    for (size_t n = 1; n <= MOST; y += n * KERNEL_COLUMNS, n += 5) {
        k->multiply(matrix, n, x, y);
        for (size_t j = 0; j < n; j++) {
            double sum = 0;
            for (size_t i = 0; i < n; i++)
                sum += matrix[j * n + i] * x[i * KERNEL_COLUMNS + 3];
            assert_true(fabs(sum - y[j * KERNEL_COLUMNS + 3]) < 1e-12);
        }
    }
}

static void a_matrix_is_multiplied_alike_and_rightly(void **state)
{
    static double out[200 * KERNEL_COLUMNS];

    (void)state;
    assert_all_give_the_same(multiply, out, sizeof out);
}

struct summed {
    float places[COUNT][KERNEL_PLACE], classes[COUNT][KERNEL_CLASSES];
    float table[CODES * KERNEL_CLASSES];
};

static void sum_rows(const struct kernel *k, void *out)
{
    static float table[CODES * KERNEL_PLACE];
    struct summed *s = out;
    uint16_t code[COUNT];
    uint64_t state = 3;

    for (size_t i = 0; i < CODES * KERNEL_PLACE; i++)
        table[i] = small_number(&state);
    for (size_t i = 0; i < COUNT; i++)
        code[i] = (uint16_t)(i * 3 + world_random(&state) % 3);
    for (size_t count = 0; count < COUNT; count++) {
        float sum = 0;
        k->sum_places(table, code, count, s->places[count]);
        k->sum_classes(table, code, count, s->classes[count]);
        k->add_classes(s->table, code, count, s->classes[count]);
        for (size_t c = 0; c < count; c++)
            sum += table[code[c] * KERNEL_PLACE + 13];
        assert_true(fabsf(sum - s->places[count][13]) < 1e-4F);
        sum = 0;
        for (size_t c = 0; c < count; c++)
            sum += table[code[c] * KERNEL_CLASSES + 7];
        assert_true(fabsf(sum - s->classes[count][7]) < 1e-4F);
    }
}

static void rows_are_summed_alike_and_rightly(void **state)
{
    static struct summed out;

    (void)state;
    assert_all_give_the_same(sum_rows, &out, sizeof out);
}

static void solve(const struct kernel *k, void *out)
{
    struct kernel_systems *s = out, before;
    uint64_t state = 4;

    for (size_t x = 0; x < KERNEL_LANES; x++) {
        for (size_t i = 0, at = 0; i < KERNEL_AXES; i++) {
            s->b[i][x] = (double)small_number(&state);
            for (size_t l = 0; l <= i; l++, at++)
                s->a[at][x] = (double)small_number(&state) + (l == i ? 5 : 0);
        }
    }
    before = *s;
    k->solve(s);
    for (size_t x = 0; x < KERNEL_LANES; x++) { /* A x = b, and A times its inverse is one */
        static const int at[4][4] = {{0, 1, 3, 6}, {1, 2, 4, 7}, {3, 4, 5, 8}, {6, 7, 8, 9}};
        for (int i = 0; i < KERNEL_AXES; i++) {
            double right = 0, one = 0;
            for (int l = 0; l < KERNEL_AXES; l++) {
                right += before.a[at[i][l]][x] * s->b[l][x];
                one += before.a[at[i][l]][x] * s->a[at[l][2]][x];
            }
            assert_true(fabs(right - before.b[i][x]) < 1e-12);
            assert_true(fabs(one - (i == 2)) < 1e-12);
        }
    }
}

static void small_systems_are_solved_alike_and_rightly(void **state)
{
    struct kernel_systems out;

    (void)state;
    assert_all_give_the_same(solve, &out, sizeof out);
}

enum { POINTS = 101, ROOM = 112 };

struct near {
    int8_t label[ROOM];
    float far[ROOM];
    double separation;
};

static void set_points(struct kernel_points *p, float axis[KERNEL_AXES][ROOM])
{
    uint64_t state = 5;

    *p = (struct kernel_points){.count = POINTS, .k = 5};
    memset(axis, 0, KERNEL_AXES * sizeof axis[0]);
    for (int a = 0; a < KERNEL_AXES; a++) {
        p->axis[a] = axis[a];
        for (int i = 0; i < POINTS; i++)
            axis[a][i] = small_number(&state);
        for (int k = 0; k < p->k; k++)
            p->centre[k][a] = small_number(&state);
    }
}

static void be_near(const struct kernel *k, void *out)
{
    static float axis[KERNEL_AXES][ROOM];
    struct kernel_points p;
    struct near *near = out;

    set_points(&p, axis);
    for (int i = 0; i < ROOM; i++)
        near->far[i] = INFINITY;
    k->assign(&p, near->label);
    k->approach(&p, 1, near->far);
    near->separation = k->separate(&p);
}

static void the_nearest_centre_is_found_alike_and_rightly(void **state)
{
    static float axis[KERNEL_AXES][ROOM];
    struct kernel_points p;
    struct near near;
    double separation = 0;

    (void)state;
    assert_all_give_the_same(be_near, &near, sizeof near);
    set_points(&p, axis);
    for (int i = 0; i < POINTS; i++) {
        float far[5] = {0}, own = INFINITY, next = INFINITY;
        for (int k = 0; k < 5; k++) {
            for (int a = 0; a < KERNEL_AXES; a++)
                far[k] += (axis[a][i] - p.centre[k][a]) * (axis[a][i] - p.centre[k][a]);
            next = far[k] < own ? own : fminf(next, far[k]);
            own = fminf(own, far[k]);
        }
        assert_true(far[near.label[i]] <= own + 1e-5F);
        assert_true(fabsf(near.far[i] - far[1]) < 1e-5F);
        separation += 1 - (double)sqrtf(own / next);
    }
    assert_true(fabs(near.separation - separation) < 1e-3);
}

static void leave_out(const struct kernel *k, void *out)
{
    struct kernel_person p = {.noise = 0.3F, .k = 4, .strength = {3, 2, 1, 1}};
    static float lean[CODES * KERNEL_LEAN];
    uint16_t code[40];
    uint64_t state = 6;

    for (size_t i = 0; i < CODES * KERNEL_LEAN; i++)
        lean[i] = small_number(&state) / 2;
    for (uint16_t i = 0; i < 40; i++)
        code[i] = (uint16_t)(7 * i);
    for (int i = 0; i < KERNEL_AXES; i++) {
        p.place[i] = small_number(&state);
        p.spread[i][i] = 0.05F;
        for (int c = 0; c < p.k; c++)
            p.centre[c][i] = small_number(&state);
    }
    for (size_t count = 1; count <= 40; count++)
        k->assign_without(&p, lean, code, count, (int8_t *)out + 64 * count);
}

static void what_one_vote_less_would_change_is_found_alike(void **state)
{
    static int8_t out[64 * 41];

    (void)state;
    assert_all_give_the_same(leave_out, out, sizeof out);
}

/* Votes with loadings w: A = noise + sum w w', b = sum (vote less mean) w, in the first lane. */
static void place(const float *lean, const uint16_t *code, size_t count, size_t without,
                  struct kernel_systems *s)
{
    memset(s, 0, sizeof *s);
    for (size_t x = 0; x < KERNEL_LANES; x++) {
        for (size_t i = 0; i < KERNEL_AXES; i++)
            s->a[i * (i + 1) / 2 + i][x] = 0.3;
    }
    for (size_t c = 0; c < count; c++) {
        const float *w = lean + code[c] * KERNEL_LEAN;
        for (size_t i = 0; i < KERNEL_AXES && c != without; i++) {
            s->b[i][0] += (double)(w[4] * w[i]);
            for (size_t k = 0; k <= i; k++)
                s->a[i * (i + 1) / 2 + k][0] += (double)(w[i] * w[k]);
        }
    }
    kernel_in_use()->solve(s);
}

static double distance_to(const struct kernel_person *p, int k, const struct kernel_systems *s)
{
    double sum = 0;

    for (int i = 0; i < KERNEL_AXES; i++) {
        double beyond = s->b[i][0] * (double)p->strength[i] - (double)p->centre[k][i];
        sum += beyond * beyond;
    }
    return sum;
}

static void a_vote_left_out_is_as_if_it_had_not_been_given(void **state)
{
    enum { VOTES = 9 };
    static float lean[CODES * KERNEL_LEAN];
    struct kernel_person p = {.noise = 0.3F, .k = 4, .strength = {3, 2, 1, 1}};
    struct kernel_systems all, left;
    uint16_t code[VOTES];
    int8_t label[KERNEL_POINTS];
    uint64_t random = 7;

    (void)state;
    for (size_t i = 0; i < CODES * KERNEL_LEAN; i++)
        lean[i] = small_number(&random);
    for (size_t i = 0; i < VOTES; i++)
        code[i] = (uint16_t)(11 * i);
    place(lean, code, VOTES, VOTES, &all);
    for (int i = 0; i < KERNEL_AXES; i++) {
        p.place[i] = (float)all.b[i][0];
        for (int k = 0; k < KERNEL_AXES; k++)
            p.spread[i][k] =
                0.3F * (float)all.a[i > k ? i * (i + 1) / 2 + k : k * (k + 1) / 2 + i][0];
        for (int c = 0; c < p.k; c++)
            p.centre[c][i] = small_number(&random);
    }
    kernel_in_use()->assign_without(&p, lean, code, VOTES, label);
    for (size_t c = 0; c < VOTES; c++) {
        place(lean, code, VOTES, c, &left);
        for (int k = 0; k < p.k; k++)
            assert_true(distance_to(&p, label[c], &left) < distance_to(&p, k, &left) + 1e-4);
    }
}

static void what_the_machine_is_not_cannot_be_used(void **state)
{
    (void)state;
    assert_false(kernel_use("of another processor"));
    assert_true(kernel_use("scalar"));
    assert_false(kernel_use("of another processor"));
    assert_string_equal(kernel_in_use()->name, "scalar");
    assert_true(kernel_use(NULL));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pairs_are_counted_alike_and_rightly),
        cmocka_unit_test(a_matrix_is_multiplied_alike_and_rightly),
        cmocka_unit_test(rows_are_summed_alike_and_rightly),
        cmocka_unit_test(small_systems_are_solved_alike_and_rightly),
        cmocka_unit_test(the_nearest_centre_is_found_alike_and_rightly),
        cmocka_unit_test(what_one_vote_less_would_change_is_found_alike),
        cmocka_unit_test(a_vote_left_out_is_as_if_it_had_not_been_given),
        cmocka_unit_test(what_the_machine_is_not_cannot_be_used),
    };

    return cmocka_run_group_tests_name("kernel", tests, NULL, NULL);
}
