/* Memory that is given back at once: what a reset keeps, and what it forbids. */
#include "base/arena.h"
#include "base/attr.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#ifdef ASAN
#include <sanitizer/asan_interface.h>
#endif

/* As many bytes as a page takes, in pieces. */
static char *take_pieces(struct arena *a, size_t bytes)
{
    char *first = NEW_ARRAY(a, 100, char);

    for (size_t n = 100; n < bytes; n += 100)
        memset(NEW_ARRAY(a, 100, char), 'x', 100);
    return first;
}

static void what_comes_again_fits_into_the_block_that_was_kept(void **state)
{
    struct arena *a = arena_new("test", SIZE_MAX);

    (void)state;
    take_pieces(a, 60000); /* several blocks: the largest is kept */
    arena_reset(a);
    take_pieces(a, 60000); /* that one and a larger one */
    arena_reset(a);
    char *third = take_pieces(a, 60000);
    arena_reset(a);
    assert_ptr_equal(take_pieces(a, 60000), third);
    arena_free(a);
}

static void kept_memory_begins_as_zeros_again(void **state)
{
    struct arena *a = arena_new("test", SIZE_MAX);

    (void)state;
    take_pieces(a, 60000);
    arena_reset(a);
    assert_int_equal(arena_used(a), 0);
    const char *again = NEW_ARRAY(a, 30000, char);
    for (size_t i = 0; i < 30000; i++)
        assert_int_equal(again[i], 0);
    arena_free(a);
}

static void what_was_given_back_may_not_be_touched(void **state)
{
    (void)state;
#ifdef ASAN
    struct arena *a = arena_new("test", SIZE_MAX);
    char *at = take_pieces(a, 1000);
    arena_reset(a);
    assert_true(__asan_address_is_poisoned(at));
    arena_free(a);
#else
    skip(); /* only the sanitizer sees it */
#endif
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_comes_again_fits_into_the_block_that_was_kept),
        cmocka_unit_test(kept_memory_begins_as_zeros_again),
        cmocka_unit_test(what_was_given_back_may_not_be_touched),
    };

    return cmocka_run_group_tests_name("arena", tests, NULL, NULL);
}
