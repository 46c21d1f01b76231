#include "search/token.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static struct arena *arena;
static const char *cases_path;

static str file_text(const char *path)
{
    struct buf b = {.arena = arena};
    FILE *f = fopen(path, "rb");
    size_t n;

    if (f == NULL)
        fail_msg("cannot read %s", path);
    while ((n = fread(buf_reserve(&b, 4096), 1, 4096, f)) > 0)
        b.len += n;
    fclose(f);
    return buf_str(&b);
}

/* What stands before the next "=>". */
static str cut(str *rest)
{
    size_t at = str_find(*rest, S("=>"));
    str part = *rest;

    if (at == SIZE_MAX) {
        *rest = S("");
        return str_trim(part);
    }
    *rest = str_slice(part, at + 2, part.len);
    return str_trim(str_slice(part, 0, at));
}

static void same(str got, str wanted)
{
    if (!str_eq(got, wanted))
        fail_msg("\n   got: %.*s\nwanted: %.*s", STR_ARG(got), STR_ARG(wanted));
}

static void each(char letter, void (*check)(str rest))
{
    str text = file_text(cases_path);
    int count = 0;

    while (text.len > 0) {
        str line = str_cut(&text, '\n');
        if (line.len < 2 || line.at[0] != letter || line.at[1] != ' ')
            continue;
        check(str_slice(line, 2, line.len));
        count++;
    }
    assert_true(count >= 9);
}

static void check_tokens(str rest)
{
    struct buf b = {.arena = arena};
    str text = cut(&rest);
    size_t left = TOKENS_MAX;

    token_put(&b, text, &left);
    same(buf_str(&b), cut(&rest));
}

static void text_is_cut_into_pairs_and_words(void **state)
{
    (void)state;
    each('T', check_tokens);
}

static void check_query(str rest)
{
    struct query q;
    str typed = cut(&rest), fts5 = cut(&rest);

    query_read(arena, typed, &q);
    same(query_fts5(arena, &q), fts5);
    same(query_tsquery(arena, &q), str_trim(rest));
}

static void quotes_and_operators_are_plain_text(void **state)
{
    (void)state;
    each('Q', check_query);
}

static void check_marks(str rest)
{
    struct buf plain = {.arena = arena}, marked = {.arena = arena};
    struct mark marks[16];
    struct query q;
    str typed = cut(&rest), wanted = str_trim(rest);
    size_t at = 0;

    for (size_t i = 0; i < wanted.len; i++) {
        if (wanted.at[i] != '[' && wanted.at[i] != ']')
            buf_byte(&plain, wanted.at[i]);
    }
    query_read(arena, typed, &q);
    str text = buf_str(&plain);
    size_t count = query_marks(&q, text, marks, 16);
    for (size_t i = 0; i < count; i++) {
        assert_true(marks[i].from >= at && marks[i].to > marks[i].from);
        buf_put(&marked, str_slice(text, at, marks[i].from));
        buf_byte(&marked, '[');
        buf_put(&marked, str_slice(text, marks[i].from, marks[i].to));
        buf_byte(&marked, ']');
        at = marks[i].to;
    }
    buf_put(&marked, str_slice(text, at, text.len));
    str got = buf_str(&marked);
    struct buf joined = {.arena = arena}; /* marks that touch are one */
    for (size_t i = 0; i < wanted.len; i++) {
        if (i + 1 < wanted.len && wanted.at[i] == ']' && wanted.at[i + 1] == '[')
            i++;
        else
            buf_byte(&joined, wanted.at[i]);
    }
    same(got, buf_str(&joined));
}

static void what_was_found_is_marked(void **state)
{
    (void)state;
    each('M', check_marks);
}

static void marks_stop_at_the_maximum(void **state)
{
    struct query q;
    struct mark marks[2];

    (void)state;
    query_read(arena, S("ab"), &q);
    assert_int_equal(query_marks(&q, S("ab x ab x ab"), marks, 2), 2);
    assert_int_equal(marks[1].from, 5);
    assert_int_equal(marks[1].to, 7);
}

static void an_extract_begins_a_little_before_the_first_mark(void **state)
{
    struct query q;

    (void)state;
    query_read(arena, S("word"), &q);
    assert_int_equal(query_extract(&q, S("0123456789 word"), 12), 7);
    assert_int_equal(query_extract(&q, S("word 0123456789"), 12), 0);
    assert_int_equal(query_extract(&q, S("0123456789"), 12), 0);
    /* three-byte characters are not cut */
    assert_int_equal(query_extract(&q, S("\xE5\x81\x9C\xE5\x81\x9C\xE5\x81\x9C word"), 6), 6);
}

static void positions_and_weights_make_a_vector(void **state)
{
    struct buf b = {.arena = arena};
    size_t position = 1;

    (void)state;
    token_put_vector(&b, S("Lift it"), 'A', &position);
    token_put_vector(&b, S("5G"), 'D', &position);
    same(buf_str(&b), S("'lift':1A 'it':2A '5g':3D"));
    assert_int_equal(position, 4);
}

static void a_long_text_and_a_long_query_are_bounded(void **state)
{
    struct buf text = {.arena = arena}, tokens = {.arena = arena}, vector = {.arena = arena};
    struct query *q = NEW(arena, struct query);
    size_t left = TOKENS_MAX, position = 1;

    (void)state;
    for (int i = 0; i < TOKENS_MAX + 50; i++)
        buf_fmt(&text, "w%d ", i);
    token_put(&tokens, buf_str(&text), &left);
    assert_int_equal(left, 0);
    assert_true(str_ends(buf_str(&tokens), S(" w15999")));
    token_put_vector(&vector, buf_str(&text), 'D', &position);
    assert_int_equal(position, TOKENS_MAX + 1);
    assert_true(str_ends(buf_str(&vector), S("'w15999':16000D")));

    query_read(arena, buf_str(&text), q);
    assert_int_equal(q->count, QUERY_PHRASES_MAX);
    struct buf han = {.arena = arena};
    for (int i = 0; i < 5000; i++)
        buf_char(&han, 0x4E00u + (uint32_t)i);
    query_read(arena, buf_str(&han), q);
    assert_int_equal(q->count, 1);
    assert_int_equal(q->phrases[0].count, QUERY_CHARS_MAX - 1);
}

static void a_very_long_word_is_cut_alike_in_text_and_query(void **state)
{
    struct buf word = {.arena = arena}, tokens = {.arena = arena};
    struct query q;
    size_t left = 10;

    (void)state;
    for (int i = 0; i < 100; i++)
        buf_byte(&word, 'x');
    token_put(&tokens, buf_str(&word), &left);
    assert_int_equal(tokens.len, TOKEN_CHARS_MAX);
    query_read(arena, buf_str(&word), &q);
    same(q.phrases[0].tokens[0], buf_str(&tokens));
}

static int start(void **state)
{
    (void)state;
    arena = arena_new("test", 64u * 1024 * 1024);
    return 0;
}

static int end(void **state)
{
    (void)state;
    arena_free(arena);
    return 0;
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(text_is_cut_into_pairs_and_words),
        cmocka_unit_test(quotes_and_operators_are_plain_text),
        cmocka_unit_test(what_was_found_is_marked),
        cmocka_unit_test(marks_stop_at_the_maximum),
        cmocka_unit_test(an_extract_begins_a_little_before_the_first_mark),
        cmocka_unit_test(positions_and_weights_make_a_vector),
        cmocka_unit_test(a_long_text_and_a_long_query_are_bounded),
        cmocka_unit_test(a_very_long_word_is_cut_alike_in_text_and_query),
    };

    cases_path = argc > 1 ? argv[1] : "src/search/token_cases.txt";
    return cmocka_run_group_tests_name("token", tests, start, end);
}
