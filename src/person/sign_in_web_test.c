#include "web/testing.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void a_visitor_is_sent_to_sign_in_and_back(void **state)
{
    struct world w;

    (void)state;
    assert_true(world_open(&w, DB_SQLITE));
    struct answer a = get(&w, NULL, "/me");
    assert_int_equal(a.status, 303);
    assert_string_equal(a.location.at, "/sign-in?next=%2Fme");
    world_person(&w, "clerk", ROLE_CLERK, 0);
    a = post(&w, "clerk", "/sign-out", "");
    print_message("%d %s\n", a.status, a.body.at);
    world_close(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_visitor_is_sent_to_sign_in_and_back),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
