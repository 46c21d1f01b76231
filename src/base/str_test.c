/* Text: what comes in from outside, and slices of it. */
#include "base/arena.h"
#include "base/str.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

static int begin(void **state)
{
    *state = arena_new("str_test", 1024 * 1024);
    return 0;
}

static int end(void **state)
{
    arena_free(*state);
    return 0;
}

static void assert_text(str got, str want)
{
    if (!str_eq(got, want))
        fail_msg("“%.*s” is not “%.*s”", STR_ARG(got), STR_ARG(want));
}

static void text_from_outside_is_utf8_without_controls(void **state)
{
    static const struct {
        str text;
        enum text_fault fault;
    } cases[] = {
        {{"", 0}, TEXT_OK},
        {{"\u5546\u91CF\n\ttwo\r\n", 13}, TEXT_OK},
        {{"a\0b", 3}, TEXT_HAS_NUL},
        {{"a\x1b[0m", 5}, TEXT_HAS_CONTROL},
        {{"\xFF", 1}, TEXT_NOT_UTF8},
        {{"\xC0\xAF", 2}, TEXT_NOT_UTF8},         /* a slash, overlong */
        {{"\xED\xA0\x80", 3}, TEXT_NOT_UTF8},     /* half of a pair */
        {{"\xF4\x90\x80\x80", 4}, TEXT_NOT_UTF8}, /* past the last character */
        {{"\xE5\x95", 2}, TEXT_NOT_UTF8},         /* cut off */
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_int_equal(text_check(cases[i].text), cases[i].fault);
}

static void what_was_typed_is_shown_with_a_sign_for_what_is_no_text(void **state)
{
    assert_text(text_clean(*state, (str){"a\xFF\x1b\r\nb\rc", 8}), S("a\uFFFD\uFFFD\nb\nc"));
}

static void a_number_of_a_chinese_input_method_is_the_same_number(void **state)
{
    assert_text(text_narrow(*state, S("\uFF12\uFF10\uFF12\uFF16\uFF0D\uFF10\uFF10\uFF10\uFF10\uFF11"
                                      "\u3000\uFF21\uFF20\uFF42\uFF0E\uFF43\uFF4E")),
                S("2026-00001 A@b.cn"));
    assert_text(text_narrow(*state, S("\u8BAE\u9898001\u53F7\u3001\u3002")),
                S("\u8BAE\u9898001\u53F7\u3001\u3002"));
    assert_text(text_narrow(*state, S("")), S(""));
}

static void slices_end_between_characters(void **state)
{
    str rest = S("\u4E00|\u4E8C||\u4E09");

    (void)state;
    assert_int_equal(str_chars(S("\u5546\u91CFab")), 4);
    assert_text(str_head(S("\u5546\u91CFab"), 3), S("\u5546\u91CFa"));
    assert_text(str_head(S("\u5546"), 9), S("\u5546"));
    assert_text(str_trim(S("\u3000 a\u3000b \n")), S("a\u3000b"));
    assert_text(str_cut(&rest, '|'), S("\u4E00"));
    assert_text(str_cut(&rest, '|'), S("\u4E8C"));
    assert_text(str_cut(&rest, '|'), S(""));
    assert_text(str_cut(&rest, '|'), S("\u4E09"));
    assert_int_equal(rest.len, 0);
}

static void a_number_is_the_whole_of_a_text_and_fits(void **state)
{
    static const char *const none[] = {"", "-", "1 ", "1a", "0x1", "9223372036854775808", "\uFF11"};
    int64_t n;

    (void)state;
    for (size_t i = 0; i < sizeof none / sizeof *none; i++) {
        if (str_to_i64(str_of(none[i]), &n))
            fail_msg("“%s” is taken for %lld", none[i], (long long)n);
    }
    assert_true(str_to_i64(S("9223372036854775807"), &n) && n == INT64_MAX);
    assert_true(str_to_i64(S("-9223372036854775808"), &n) && n == INT64_MIN);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(text_from_outside_is_utf8_without_controls),
        cmocka_unit_test(what_was_typed_is_shown_with_a_sign_for_what_is_no_text),
        cmocka_unit_test(a_number_of_a_chinese_input_method_is_the_same_number),
        cmocka_unit_test(slices_end_between_characters),
        cmocka_unit_test(a_number_is_the_whole_of_a_text_and_fits),
    };

    return cmocka_run_group_tests(tests, begin, end);
}
