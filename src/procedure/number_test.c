#include "procedure/number.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

enum { TRIES = 3000 };

static const struct {
    const char *zh, *en;
} rules[] = {
    {"{year}\u5E74\u8BAE\u9898\u7B2C{n:03}\u53F7", "Topic {n:03} of {year}"},
    {"{term_zh}\u5C4A{session_zh}\u6B21\u7B2C{n:04}\u53F7",
     "No. {n:04}, session {session} of term {term}"},
    {"{n}", "{n}"},
};

/* The same numbers on every machine. */
static int64_t below(int64_t limit)
{
    static uint64_t seed = 11;

    seed = seed * 6364136223846793005u + 1442695040888963407u;
    return (int64_t)((seed >> 33) % (uint64_t)limit);
}

static int begin(void **state)
{
    *state = arena_new("number_test", 16 * 1024 * 1024);
    return 0;
}

static int end(void **state)
{
    arena_free(*state);
    return 0;
}

static void assert_text(str got, const char *want)
{
    if (!str_eq(got, str_of(want)))
        fail_msg("“%.*s” is not “%s”", STR_ARG(got), want);
}

static void a_number_is_written_as_its_format_says(void **state)
{
    struct number_places v = {.n = 117, .year = 2026, .term = 14, .session = 5};

    assert_text(number_fill(*state, str_of(rules[0].zh), &v),
                "2026\u5E74\u8BAE\u9898\u7B2C117\u53F7");
    assert_text(number_fill(*state, str_of(rules[1].zh), &v),
                "\u5341\u56DB\u5C4A\u4E94\u6B21\u7B2C0117\u53F7");
    assert_text(number_fill(*state, str_of(rules[1].en), &v), "No. 0117, session 5 of term 14");
    assert_text(number_fill(*state, S("{none}{n"), &v),
                "117"); /* a place not closed ends the text */
    v = (struct number_places){.n = 123456, .term = 30, .session = 10};
    assert_text(number_fill(*state, str_of(rules[1].zh), &v),
                "\u4E09\u5341\u5C4A\u5341\u6B21\u7B2C123456\u53F7");
    v = (struct number_places){.term = 100, .session = 0};
    assert_text(number_fill(*state, str_of(rules[1].zh), &v),
                "100\u5C4A\u3007\u6B21\u7B2C0000\u53F7");
}

static void what_is_written_is_read_again(void **state)
{
    for (int i = 0; i < TRIES; i++) {
        struct number_places v = {.n = below(20000),
                                  .year = 2000 + below(100),
                                  .term = below(110),
                                  .session = below(110)},
                             read;
        str format = str_of(rules[i % 3].zh), text = number_fill(*state, format, &v);
        if (!number_read(format, text, &read))
            fail_msg("“%.*s” is not read", STR_ARG(text));
        assert_text(number_fill(*state, format, &read), text.at);
        assert_int_equal(read.n, v.n);
    }
}

static void another_text_is_not_taken_for_a_number(void **state)
{
    static const char *const others[] = {"",
                                         "2026\u5E74\u8BAE\u9898\u7B2C117",
                                         "2026\u5E74\u8BAE\u9898\u7B2C117\u53F7\u3002",
                                         "\u5E74\u8BAE\u9898\u7B2C117\u53F7",
                                         "2026\u5E74\u8BAE\u9898\u7B2C\u53F7",
                                         "T2026-001",
                                         "2026\u5E74\u8BAE\u9898\u7B2C99999999999999999999\u53F7"};
    struct number_places v;

    (void)state;
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        assert_false(number_read(str_of(rules[0].zh), str_of(others[i]), &v));
    assert_false(number_read(str_of(rules[1].zh), S("\u5C4A\u4E94\u6B21\u7B2C0117\u53F7"), &v));
}

static void a_kept_number_is_shown_in_the_readers_language(void **state)
{
    struct number_rule rule[] = {
        {.name = S("serial"), .format = S("{n:05}")},
        {.name = S("topic"), .shown = {{str_of(rules[0].zh), str_of(rules[0].en)}}},
    };
    struct procedure p = {.numbers = rule, .number_count = 2};
    str kept = S("2026\u5E74\u8BAE\u9898\u7B2C007\u53F7");

    assert_text(number_in(*state, &p, kept, LANG_EN), "Topic 007 of 2026");
    assert_text(number_in(*state, &p, kept, LANG_ZH), kept.at);
    assert_text(number_in(*state, NULL, kept, LANG_EN), kept.at);
    assert_text(number_in(*state, &p, S("\u5E02\u653F\u534F\u30142019\u30157\u53F7"), LANG_EN),
                "\u5E02\u653F\u534F\u30142019\u30157\u53F7");
    assert_text(number_in(*state, &p, S(""), LANG_EN), "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_number_is_written_as_its_format_says),
        cmocka_unit_test(what_is_written_is_read_again),
        cmocka_unit_test(another_text_is_not_taken_for_a_number),
        cmocka_unit_test(a_kept_number_is_shown_in_the_readers_language),
    };

    return cmocka_run_group_tests(tests, begin, end);
}
