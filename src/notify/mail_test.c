#include "notify/mail.h"

#include <setjmp.h>
#include <sodium.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define HAN "\xE6\x9C\x89\xE4\xBA\x8B\xE5\xA5\xBD\xE5\x95\x86\xE9\x87\x8F" /* five characters */

static struct arena *arena;

static str decoded(str base64)
{
    unsigned char *at = arena_alloc(arena, base64.len + 1);
    size_t len = 0;

    assert_int_equal(sodium_base642bin(at, base64.len, base64.at, base64.len, "\n\r ", &len, NULL,
                                       sodium_base64_VARIANT_ORIGINAL),
                     0);
    return (str){(const char *)at, len};
}

static void no_text_can_add_a_header(void **state)
{
    static const char *const texts[] = {
        "a\r\nBcc: x@y.z",          "a\nBcc: x@y.z",          "a\rBcc: x@y.z", (HAN "\r\n\r\nbody"),
        "=?UTF-8?B?QQ==?=\r\nX: y", "a\xE2\x80\xA8\102cc: x", /* octal B: the escape must end */
        "a\x01\x7F\xC2\x85"};

    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        struct buf b = {.arena = arena};
        struct mail m = {.from = S("a@b.c"), .to = S("d@e.f"), .id = S("1"), .text = S("x")};
        m.subject = m.from_name = str_of(texts[i]);
        assert_int_equal(mail_put(&b, &m), OK);
        str text = buf_str(&b);
        size_t end = str_find(text, S("\r\n\r\n"));
        str head = str_slice(text, 0, end);
        int headers = 0;
        while (head.len > 0) {
            str line = str_trim(str_cut(&head, '\n'));
            headers += str_find(line, S(": ")) != SIZE_MAX && str_starts(line, S("=?")) == false;
            assert_false(str_starts(line, S("Bcc")) || str_starts(line, S("X:")));
        }
        assert_int_equal(headers, 9);
        size_t at = str_find(text, S("Subject: ")) + 9;
        str subject = str_slice(text, at, str_find(text, S("\r\nMessage-ID")));
        if (str_starts(subject, S("=?UTF-8?B?"))) /* nor does the reader see a line end in it */
            subject = decoded(str_slice(subject, 10, subject.len - 2));
        assert_int_equal(text_check(subject), TEXT_OK);
        assert_true(str_find(subject, S("\n")) == SIZE_MAX);
        assert_true(str_find(subject, S("\r")) == SIZE_MAX);
        assert_true(str_eq(decoded(str_slice(text, end, text.len)), S("x")));
    }
    struct mail bad = {.from = S("a@b.c"), .to = S("d@e.f"), .id = S("1\r\nX: y")};
    struct buf b = {.arena = arena};
    assert_int_equal(mail_put(&b, &bad), INVALID);
    bad.id = S("1");
    bad.unsubscribe = S("https://x.y/>\r\nX: y");
    assert_int_equal(mail_put(&b, &bad), INVALID);
    bad.unsubscribe = S("javascript:alert(1)");
    assert_int_equal(mail_put(&b, &bad), INVALID);
}

static void a_long_subject_is_folded_between_characters(void **state)
{
    struct buf subject = {.arena = arena}, b = {.arena = arena}, whole = {.arena = arena};

    (void)state;
    for (int i = 0; i < 30; i++)
        buf_put(&subject, S(HAN "a"));
    struct mail m = {.from = S("a@b.c"), .to = S("d@e.f"), .id = S("1"), .text = S(HAN)};
    m.subject = buf_str(&subject);
    assert_int_equal(mail_put(&b, &m), OK);
    str text = buf_str(&b), lines = text;
    while (lines.len > 0)
        assert_true(str_cut(&lines, '\n').len <= 79);
    size_t at = str_find(text, S("Subject: ")) + 9;
    str words = str_slice(text, at, str_find(text, S("\r\nMessage-ID")));
    while (words.len > 0) {
        str word = str_trim(str_cut(&words, '\n'));
        assert_true(str_starts(word, S("=?UTF-8?B?")) && str_ends(word, S("?=")));
        str part = decoded(str_slice(word, 10, word.len - 2));
        assert_true(text_check(part) == TEXT_OK);
        buf_put(&whole, part);
    }
    assert_true(str_eq(buf_str(&whole), m.subject));
}

static int start(void **state)
{
    (void)state;
    arena = arena_new("test", 4u * 1024 * 1024);
    return 0;
}

static int end(void **state)
{
    (void)state;
    arena_free(arena);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_text_can_add_a_header),
        cmocka_unit_test(a_long_subject_is_folded_between_characters),
    };

    return cmocka_run_group_tests_name("mail", tests, start, end);
}
