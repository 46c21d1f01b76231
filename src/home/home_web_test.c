#include "base/clock.h"
#include "base/remember.h"
#include "matter/rows_test.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static struct world w;

static int begin(void **state)
{
    (void)state;
    return world_open(&w, DB_SQLITE) ? 0 : -1;
}

static int end(void **state)
{
    (void)state;
    world_close(&w);
    return 0;
}

static const struct sql TEST_CLOSE = {"TEST_CLOSE", "UPDATE matter SET closed = 2000 WHERE id = $1",
                                      NULL, 1};

static enum err close_matter(struct ctx *c, void *arg)
{
    return db_run(c->db, &TEST_CLOSE, I(*(int64_t *)arg));
}

static void the_first_page_of_an_empty_instance_is_whole(void **state)
{
    (void)state;
    assert_int_equal(get(&w, NULL, "/").status, 200);
    assert_int_equal(get(&w, NULL, "/?lang=en").status, 200);
}

static void a_settled_matter_stands_on_the_first_page(void **state)
{
    int64_t id =
        add_matter(&w, (struct test_matter){.title = "A bench at the bus stop", .state = "closed"});

    (void)state;
    assert_int_equal(world_act(&w, NULL, close_matter, &id), OK);
    struct answer a = get(&w, NULL, "/");
    assert_int_equal(a.status, 200);
    assert_int_equal(times(&a, "A bench at the bus stop"),
                     2); /* among the latest, and the settled */
}

static bool says_raised(const char *number)
{
    struct answer a = get(&w, NULL, "/");

    return says(&a,
                str_fmt(w.arena, "<li><a href=\"/matters?counted=raised\"><b>%s</b>", number).at);
}

static void raise_one_now(void)
{
    add_matter(&w, (struct test_matter){.title = "A lamp in the lane", .raised = clock_now()});
}

static void the_figures_are_counted_again_after_ten_seconds(void **state)
{
    (void)state;
    w.app.home_numbers = remember_new();
    assert_true(says_raised("0"));
    raise_one_now();
    assert_true(says_raised("0"));
    clock_shift(REMEMBER_MS);
    assert_true(says_raised("1"));
    raise_one_now();
    assert_true(says_raised("1"));
    clock_shift(0); /* figures from the future are not fresh */
    assert_true(says_raised("2"));
    remember_free(w.app.home_numbers);
    w.app.home_numbers = NULL;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_first_page_of_an_empty_instance_is_whole),
        cmocka_unit_test(a_settled_matter_stands_on_the_first_page),
        cmocka_unit_test(the_figures_are_counted_again_after_ten_seconds),
    };

    return cmocka_run_group_tests(tests, begin, end);
}
