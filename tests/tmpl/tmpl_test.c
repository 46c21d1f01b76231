/*
 * The template compiler: what it refuses (refusals.txt), what it makes (NAME.html as NAME.out).
 * What only the C compiler refuses is in tmpl_cc_test.sh.
 */
#include "page.h"
#include "tmpl.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "base/msg.h"
#include "view_attribute.h"
#include "view_condition.h"
#include "view_document.h"
#include "view_filter.h"
#include "view_form.h"
#include "view_loop.h"
#include "view_message.h"
#include "view_show.h"
#include "view_space.h"
#include "view_text.h"
#include "view_url.h"

static struct arena *arena;
static const char *folder;

static str file_text(const char *name)
{
    struct buf b = {.arena = arena};
    FILE *f = fopen(str_fmt(arena, "%s/%s", folder, name).at, "rb");
    size_t n;

    assert_non_null(f);
    while ((n = fread(buf_reserve(&b, 4096), 1, 4096, f)) > 0)
        b.len += n;
    fclose(f);
    return buf_str(&b);
}

/* "line:column: sentence", or "taken". */
static str fault_of(str source)
{
    struct tmpl *t = NEW(arena, struct tmpl);

    *t = (struct tmpl){.arena = arena, .source = source, .file = S("t")};
    if (tmpl_compile(t))
        return S("taken");
    return str_slice(t->fault, 2, t->fault.len);
}

static void each_fault_is_refused_with_its_sentence(void **state)
{
    str text = file_text("refusals.txt");
    size_t at, count = 0, wrong = 0;

    (void)state;
    while ((at = str_find(text, S("\n== "))) != SIZE_MAX) {
        text = str_slice(text, at + 4, text.len);
        str title = str_cut(&text, '\n');
        at = str_find(text, S("=> "));
        assert_true(at != SIZE_MAX);
        str source = str_join(arena, S("{% view refused tmpl_page %}\n"), str_slice(text, 0, at));
        text = str_slice(text, at + 3, text.len);
        str line = text, want = str_cut(&line, '\n'), got = fault_of(source);
        if (!str_eq(got, want)) {
            print_error("%.*s:\n  wanted %.*s\n  got    %.*s\n", STR_ARG(title), STR_ARG(want),
                        STR_ARG(got));
            wrong++;
        }
        count++;
    }
    assert_true(count >= 80);
    assert_int_equal(wrong, 0);
}

static void the_first_line_names_the_view(void **state)
{
    struct tmpl *t = NEW(arena, struct tmpl);

    (void)state;
    assert_string_equal(fault_of(S("<p>1</p>")).at,
                        "1:1: the first line is {% view NAME STRUCT %}");
    assert_string_equal(fault_of(S("{% view a-b c %}")).at,
                        "1:1: the first line is {% view NAME STRUCT %}");
    assert_string_equal(fault_of(S("{% view a c %}\n<p>\xFF</p>")).at, "1:1: not clean UTF-8 text");
    *t = (struct tmpl){
        .arena = arena, .source = S("{% view a b %}"), .file = S("other.html"), .name = S("other")};
    assert_false(tmpl_compile(t));
    assert_string_equal(t->fault.at, "other.html:1:1: the view of this file is called 'other'");
}

static void nothing_grows_without_a_limit(void **state)
{
    struct buf b = {.arena = arena};

    (void)state;
    buf_put(&b, S("{% view a b %}"));
    for (int i = 0; i < HTML_DEPTH_MAX + 1; i++)
        buf_put(&b, S("<b>"));
    assert_true(str_find(fault_of(buf_str(&b)), S("more than 64 elements")) != SIZE_MAX);

    b = (struct buf){.arena = arena};
    buf_put(&b, S("{% view a b %}"));
    for (int i = 0; i < TMPL_BLOCKS_MAX + 1; i++)
        buf_put(&b, S("{% if a %}"));
    assert_true(str_find(fault_of(buf_str(&b)), S("more than 32 blocks")) != SIZE_MAX);

    b = (struct buf){.arena = arena};
    buf_put(&b, S("{% view a b %}<p"));
    for (int i = 0; i < HTML_ATTRS_MAX + 1; i++)
        buf_fmt(&b, " a%d", i);
    assert_true(str_find(fault_of(buf_str(&b)), S("more than 32 attributes")) != SIZE_MAX);
}

static struct tmpl_page fixture(void)
{
    static const struct tmpl_card second = {
        .name = {"B & B", 5}, .url = {"/b", 2}, .word = "b", .count = 2};
    static const struct tmpl_reply replies[] = {
        {.author = {"<Li>", 4},
         .card = {.name = {"C", 1}, .url = {"javascript:c", 12}, .count = 3},
         .next = &second},
        {.author = {"Wang", 4}, .card = {.name = {"D", 1}, .url = {"/d?e=1&f", 8}, .count = 4}},
    };
    static const str tags[] = {{"roads", 5}, {"a/b", 3}};

    return (struct tmpl_page){
        .id = 4,
        .opened = INT64_C(1650935520000),
        .title = S("\xE5\x95\x86\xE9\x87\x8F"),
        .link = S("/a?b=1&c=2"),
        .evil = S("\"><script>'&//"),
        .body = {S("<em>1</em>")},
        .is_on = true,
        .label = MSG_DATE_MONTH_04,
        .replies = replies,
        .reply_count = 2,
        .tags = tags,
        .tag_count = 2,
        .one = {.name = S("A"), .url = S("/a"), .word = "w", .count = 1},
        .two = &second,
    };
}

static void each_template_writes_what_is_expected(void **state)
{
    static const struct {
        const char *name;
        void (*view)(struct out *, const struct tmpl_page *);
    } views[] = {
        {"attribute", view_attribute},
        {"condition", view_condition},
        {"document", view_document},
        {"filter", view_filter},
        {"form", view_form},
        {"loop", view_loop},
        {"message", view_message},
        {"show", view_show},
        {"space", view_space},
        {"text", view_text},
        {"url", view_url},
    };
    struct tmpl_page page = fixture();

    (void)state;
    for (size_t i = 0; i < sizeof views / sizeof views[0]; i++) {
        struct buf b = {.arena = arena};
        struct out o = {.buf = &b, .lang = LANG_EN, .token = S("T"), .once = S("1")};
        views[i].view(&o, &page);
        str want = file_text(str_fmt(arena, "%s.out", views[i].name).at);
        if (!str_eq(want, buf_str(&b)))
            print_error("%s:\n%.*s", views[i].name, STR_ARG(buf_str(&b)));
        assert_true(str_eq(want, buf_str(&b)));
    }
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_fault_is_refused_with_its_sentence),
        cmocka_unit_test(the_first_line_names_the_view),
        cmocka_unit_test(nothing_grows_without_a_limit),
        cmocka_unit_test(each_template_writes_what_is_expected),
    };

    if (argc != 2)
        return 2;
    folder = argv[1];
    arena = arena_new("test", 64 * 1024 * 1024);
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    arena_free(arena);
    return failed;
}
