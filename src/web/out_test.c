#include "web/out.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "base/msg.h"

static struct arena *arena;
static struct buf buf;

static struct out *fresh(void)
{
    static struct out o;

    buf = (struct buf){.arena = arena};
    o = (struct out){.buf = &buf, .lang = LANG_EN, .token = S("t\"1"), .once = S("7")};
    return &o;
}

static const char *said(void)
{
    return buf.len == 0 ? "" : buf_str(&buf).at;
}

static const char *text(const char *z)
{
    out_text(fresh(), str_of(z));
    return said();
}

static const char *attr(const char *z)
{
    out_attr(fresh(), str_of(z));
    return said();
}

static const char *url(const char *z)
{
    out_url(fresh(), str_of(z));
    return said();
}

static const char *part(const char *z)
{
    out_url_part(fresh(), str_of(z));
    return said();
}

static void text_cannot_become_markup(void **state)
{
    (void)state;
    assert_string_equal(text("<b>&\"'"), "&lt;b&gt;&amp;\"'");
    assert_string_equal(text(""), "");
    assert_string_equal(attr("\"'<>&"), "&#34;&#39;&lt;&gt;&amp;");
}

/* Eight bytes are looked at together: put the mark at every place of three times eight. */
static void a_mark_is_found_wherever_it_stands(void **state)
{
    static const char marks[] = "<>&\"'";
    static const char *const entities[] = {"&lt;", "&gt;", "&amp;", "&#34;", "&#39;"};

    (void)state;
    for (size_t m = 0; m < 5; m++) {
        for (size_t length = 1; length <= 24; length++) {
            for (size_t at = 0; at < length; at++) {
                char s[25] = {0};
                memset(s, 'x', length);
                s[at] = marks[m];
                str want = str_fmt(arena, "%.*s%s%s", (int)at, s, entities[m], s + at + 1);
                assert_string_equal(attr(s), want.at);
                if (m < 3)
                    assert_string_equal(text(s), want.at);
                else
                    assert_string_equal(text(s), s);
            }
        }
    }
}

/* The tricks with single bits must not take one byte for another. */
static void every_other_byte_passes_unchanged(void **state)
{
    (void)state;
    for (int c = 1; c < 256; c++) {
        char s[17] = {0};
        memset(s, c, 16);
        bool is_mark = strchr("<>&\"'", c) != NULL;
        assert_int_equal(strcmp(attr(s), s) != 0, is_mark);
        assert_int_equal(strcmp(text(s), s) != 0, is_mark && c != '"' && c != '\'');
    }
}

static void only_links_of_known_kinds_pass(void **state)
{
    (void)state;
    assert_string_equal(url("/matters/4?a=1&b=2#c"), "/matters/4?a=1&amp;b=2#c");
    assert_string_equal(url("https://example.org/"), "https://example.org/");
    assert_string_equal(url("HTTP://example.org/"), "HTTP://example.org/");
    assert_string_equal(url("mailto:a@example.org"), "mailto:a@example.org");
    assert_string_equal(url("tel:+8637112345678"), "tel:+8637112345678");
    assert_string_equal(url("?page=2"), "?page=2");
    assert_string_equal(url("#s4"), "#s4");
    assert_string_equal(url("/"), "/");

    assert_string_equal(url("javascript:alert(1)"), "#");
    assert_string_equal(url(" javascript:alert(1)"), "#");
    assert_string_equal(url("JaVaScRiPt:alert(1)"), "#");
    assert_string_equal(url("data:text/html,x"), "#");
    assert_string_equal(url("//example.org"), "#");
    assert_string_equal(url("/\\example.org"), "#");
    assert_string_equal(url("\\/example.org"), "#");
    assert_string_equal(url("http:example.org"), "#");
    assert_string_equal(url("matters"), "#");
    assert_string_equal(url(""), "#");
}

static void what_browsers_drop_from_a_link_is_encoded(void **state)
{
    (void)state;
    assert_string_equal(url("/\t/example.org"), "/%09/example.org");
    assert_string_equal(url("/\n/x"), "/%0A/x");
    assert_string_equal(url("/a b\\c\"<"), "/a%20b%5Cc&#34;&lt;");
}

static void a_part_of_a_link_cannot_reach_beyond_itself(void **state)
{
    (void)state;
    assert_string_equal(part("a-b_c.d~9Z"), "a-b_c.d~9Z");
    assert_string_equal(part("../x?y=1&z#:"), "..%2Fx%3Fy%3D1%26z%23%3A");
    assert_string_equal(part("\xE5\x95\x86"), "%E5%95%86");
    assert_string_equal(part(""), "");
}

static void numbers_of_every_size_are_printed(void **state)
{
    (void)state;
    out_i64(fresh(), INT64_MIN);
    assert_string_equal(said(), "-9223372036854775808");
    out_i64(fresh(), 0);
    assert_string_equal(said(), "0");
    out_u64(fresh(), UINT64_MAX);
    assert_string_equal(said(), "18446744073709551615");
}

static void moments_for_machines_carry_the_offset(void **state)
{
    (void)state;
    out_iso(fresh(), INT64_C(1650935520000));
    assert_string_equal(said(), "2022-04-26T09:12:00+08:00");
    out_iso(fresh(), -1);
    assert_string_equal(said(), "1970-01-01T07:59:59+08:00");
}

static void an_argument_of_a_message_is_escaped(void **state)
{
    struct out *o = fresh();

    (void)state;
    out_msg_text(o, MSG_DATE_DAY, VALS(I(1), T(S("<b>")), I(2)));
    assert_string_equal(said(), "2 &lt;b&gt; 1");
    out_msg_attr(fresh(), MSG_DATE_DAY, VALS(I(1), T(S("\"")), I(2)));
    assert_string_equal(said(), "2 &#34; 1");
}

static void a_form_gets_both_of_its_tokens(void **state)
{
    (void)state;
    out_form_tokens(fresh());
    assert_string_equal(said(), "<input type=\"hidden\" name=\"token\" value=\"t&#34;1\">"
                                "<input type=\"hidden\" name=\"once\" value=\"7\">");
}

static void truth_is_not_false_zero_empty_or_null(void **state)
{
    const char *none = NULL;
    const struct out *nothing = NULL;

    (void)state;
    assert_true(OUT_IS(true) && OUT_IS(-1) && OUT_IS(1u) && OUT_IS(S("x")) && OUT_IS("x"));
    assert_false(OUT_IS(false) || OUT_IS(0) || OUT_IS((size_t)0) || OUT_IS(S("")) || OUT_IS(none) ||
                 OUT_IS("") || OUT_IS(nothing) || OUT_IS((struct html){0}));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(text_cannot_become_markup),
        cmocka_unit_test(a_mark_is_found_wherever_it_stands),
        cmocka_unit_test(every_other_byte_passes_unchanged),
        cmocka_unit_test(only_links_of_known_kinds_pass),
        cmocka_unit_test(what_browsers_drop_from_a_link_is_encoded),
        cmocka_unit_test(a_part_of_a_link_cannot_reach_beyond_itself),
        cmocka_unit_test(numbers_of_every_size_are_printed),
        cmocka_unit_test(moments_for_machines_carry_the_offset),
        cmocka_unit_test(an_argument_of_a_message_is_escaped),
        cmocka_unit_test(a_form_gets_both_of_its_tokens),
        cmocka_unit_test(truth_is_not_false_zero_empty_or_null),
    };

    arena = arena_new("test", 16 * 1024 * 1024);
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    arena_free(arena);
    return failed;
}
