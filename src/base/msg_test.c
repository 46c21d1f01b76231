#include "base/msg.h"
#include "base/msg_catalogue.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

static struct arena *arena;

/* 2022-04-26 09:12 in China. */
#define SPRING_MS INT64_C(1650935520000)

static const char *date(enum lang lang, int64_t ms)
{
    struct buf b = {.arena = arena};

    msg_put_date(&b, lang, ms);
    return buf_str(&b).at;
}

static const char *moment(enum lang lang, int64_t ms)
{
    struct buf b = {.arena = arena};

    msg_put_time(&b, lang, ms);
    return buf_str(&b).at;
}

static void dates_are_written_as_the_language_writes_them(void **state)
{
    (void)state;
    assert_string_equal(date(LANG_ZH, SPRING_MS), "2022\xE5\xB9\xB4"
                                                  "4\xE6\x9C\x88"
                                                  "26\xE6\x97\xA5");
    assert_string_equal(date(LANG_EN, SPRING_MS), "26 April 2022");
    assert_string_equal(moment(LANG_ZH, SPRING_MS), "4\xE6\x9C\x88"
                                                    "26\xE6\x97\xA5 09:12");
    assert_string_equal(moment(LANG_EN, SPRING_MS), "26 Apr, 09:12");
}

static void days_begin_at_midnight_in_china(void **state)
{
    const int64_t midnight_ms = INT64_C(1640966400000); /* 2022-01-01 00:00 there */

    (void)state;
    assert_string_equal(date(LANG_EN, midnight_ms), "1 January 2022");
    assert_string_equal(date(LANG_EN, midnight_ms - 1), "31 December 2021");
    assert_string_equal(moment(LANG_EN, midnight_ms - 1), "31 Dec, 23:59");
    assert_string_equal(date(LANG_EN, 0), "1 January 1970");
    assert_string_equal(moment(LANG_EN, -8 * 3600 * 1000 - 1), "31 Dec, 23:59");
}

static void a_plural_is_chosen_by_the_first_argument(void **state)
{
    (void)state;
    assert_string_equal(msg_fmt(arena, LANG_EN, MSG_MATTER_COUNT, I(1)).at, "1 matter");
    assert_string_equal(msg_fmt(arena, LANG_EN, MSG_MATTER_COUNT, I(0)).at, "0 matters");
    assert_string_equal(msg_fmt(arena, LANG_EN, MSG_MATTER_COUNT, I(2)).at, "2 matters");
    assert_string_equal(msg_fmt(arena, LANG_ZH, MSG_MATTER_COUNT, I(1)).at,
                        "1 \xE4\xBB\xB6\xE4\xBA\x8B\xE9\xA1\xB9");
}

static void places_are_filled_in_the_order_of_the_language(void **state)
{
    (void)state;
    assert_string_equal(msg_fmt(arena, LANG_EN, MSG_DATE_DAY, I(2022), T(S("May")), I(4)).at,
                        "4 May 2022");
    assert_string_equal(msg_fmt(arena, LANG_ZH, MSG_DATE_DAY, I(2022), T(S("5")), I(4)).at,
                        "2022\xE5\xB9\xB4"
                        "54\xE6\x97\xA5");
}

static void a_place_without_an_argument_stays_visible(void **state)
{
    (void)state;
    assert_string_equal(msg_fmt(arena, LANG_EN, MSG_DATE_DAY, I(2022), T(S("May"))).at,
                        "{2} May 2022");
    assert_string_equal(msg_fmt(arena, LANG_EN, MSG_DATE_DAY, NIL(), B(true), F(0.5)).at, "0.5 1 ");
}

static void a_braced_argument_is_not_a_place(void **state)
{
    (void)state;
    assert_string_equal(
        msg_fmt(arena, LANG_EN, MSG_DATE_DAY, T(S("{1}")), T(S("{0}")), T(S("}"))).at, "} {0} {1}");
}

static void every_key_is_found_and_no_other(void **state)
{
    (void)state;
    for (int i = 1; i < MSG_COUNT; i++)
        assert_int_equal(msg_find(msg_catalogue_keys[i]), i);
    assert_int_equal(msg_find(S("site.name")), MSG_SITE_NAME);
    assert_int_equal(msg_find(S("")), MSG_NONE);
    assert_int_equal(msg_find(S("a")), MSG_NONE);
    assert_int_equal(msg_find(S("zzz")), MSG_NONE);
    assert_int_equal(msg_find(S("site.nam")), MSG_NONE);
    assert_int_equal(msg_find(S("site.name2")), MSG_NONE);
}

static void every_message_says_something_in_every_language(void **state)
{
    (void)state;
    assert_int_equal(msg_text(LANG_ZH, MSG_NONE).len, 0);
    for (int i = 1; i < MSG_COUNT; i++) {
        assert_true(msg_text(LANG_ZH, i).len > 0);
        assert_true(msg_text(LANG_EN, i).len > 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(dates_are_written_as_the_language_writes_them),
        cmocka_unit_test(days_begin_at_midnight_in_china),
        cmocka_unit_test(a_plural_is_chosen_by_the_first_argument),
        cmocka_unit_test(places_are_filled_in_the_order_of_the_language),
        cmocka_unit_test(a_place_without_an_argument_stays_visible),
        cmocka_unit_test(a_braced_argument_is_not_a_place),
        cmocka_unit_test(every_key_is_found_and_no_other),
        cmocka_unit_test(every_message_says_something_in_every_language),
    };

    arena = arena_new("test", 1024 * 1024);
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    arena_free(arena);
    return failed;
}
