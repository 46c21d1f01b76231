#include "http/guard.h"
#include "http/multipart.h"
#include "http/request.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static int setup(void **state)
{
    *state = arena_new("test", 64 * 1024 * 1024);
    return 0;
}

static int teardown(void **state)
{
    arena_free(*state);
    return 0;
}

static void assert_str(str is, str should)
{
    if (!str_eq(is, should))
        fail_msg("\"%.*s\" is not \"%.*s\"", STR_ARG(is), STR_ARG(should));
}

static void a_form_is_read_with_its_escapes(void **state)
{
    struct http_field *f;
    size_t n;

    assert_int_equal(http_parse_form(*state, S("a=1+2%26&b=&&c&%41=%e4%b8%ad&d=x=y"), &f, &n), OK);
    assert_int_equal(n, 5);
    assert_str(f[0].name, S("a"));
    assert_str(f[0].value, S("1 2&"));
    assert_str(f[1].value, S(""));
    assert_str(f[2].name, S("c"));
    assert_str(f[3].name, S("A"));
    assert_str(f[3].value, S("\xe4\xb8\xad"));
    assert_str(f[4].value, S("x=y"));
    for (size_t i = 0; i < n; i++)
        assert_false(f[i].is_bad);
}

static void a_broken_escape_stays_as_it_is(void **state)
{
    assert_str(http_decode(*state, S("100%"), false), S("100%"));
    assert_str(http_decode(*state, S("%4"), false), S("%4"));
    assert_str(http_decode(*state, S("%zz%41%4g"), false), S("%zzA%4g"));
    assert_str(http_decode(*state, S("a+b"), false), S("a+b"));
    assert_str(http_decode(*state, S("a+b"), true), S("a b"));
}

static void bad_bytes_are_marked_and_cleaned(void **state)
{
    struct http_field *f;
    size_t n;

    assert_int_equal(http_parse_form(*state,
                                     S("a=x%ffy&b=x%00y&c=x%01y&d=%c0%80&e=%ed%a0%80&%ff=1&ok=1"),
                                     &f, &n),
                     OK);
    assert_int_equal(n, 7);
    for (size_t i = 0; i < 6; i++) {
        assert_true(f[i].is_bad);
        assert_int_equal(text_check(f[i].value), TEXT_OK);
        assert_int_equal(text_check(f[i].name), TEXT_OK);
    }
    assert_str(f[0].value, S("x\xEF\xBF\xBDy"));
    assert_str(f[1].value, S("x\xEF\xBF\xBDy"));
    assert_false(f[6].is_bad);
}

static void line_ends_become_one_newline(void **state)
{
    struct http_field *f;
    size_t n;

    assert_int_equal(http_parse_form(*state, S("a=1%0D%0A2%0D3%0A4"), &f, &n), OK);
    assert_str(f[0].value, S("1\n2\n3\n4"));
    assert_false(f[0].is_bad);
}

static void too_many_fields_are_refused(void **state)
{
    struct buf b = {.arena = *state};
    struct http_field *f;
    size_t n;

    for (int i = 0; i < HTTP_FIELDS_MAX; i++)
        buf_fmt(&b, "f%d=1&", i);
    assert_int_equal(http_parse_form(*state, buf_str(&b), &f, &n), OK);
    assert_int_equal(n, HTTP_FIELDS_MAX);
    buf_put(&b, S("more=1"));
    assert_int_equal(http_parse_form(*state, buf_str(&b), &f, &n), INVALID);
    assert_int_equal(n, HTTP_FIELDS_MAX);
}

static void what_is_encoded_decodes_to_itself(void **state)
{
    struct buf b = {.arena = *state}, all = {.arena = *state};

    for (int c = 0; c < 256; c++)
        buf_byte(&all, (char)c);
    http_encode(&b, buf_str(&all));
    assert_str(http_decode(*state, buf_str(&b), true), buf_str(&all));
    assert_true(str_find(buf_str(&b), S("+")) == SIZE_MAX);
}

static void cookies_are_read_and_malformed_ones_skipped(void **state)
{
    struct http_field *c;
    size_t n;

    http_parse_cookies(*state, S("a=1; b=\"2\";c = 3 ;; =x; broken; d=; e=\xff; f=g=h"), &c, &n);
    assert_int_equal(n, 5);
    assert_str(c[0].value, S("1"));
    assert_str(c[1].value, S("2"));
    assert_str(c[2].name, S("c"));
    assert_str(c[2].value, S("3"));
    assert_str(c[3].value, S(""));
    assert_str(c[4].value, S("g=h"));
}

static void more_cookies_than_the_limit_are_left_out(void **state)
{
    struct buf b = {.arena = *state};
    struct http_field *c;
    size_t n;

    for (int i = 0; i < HTTP_COOKIES_MAX + 9; i++)
        buf_fmt(&b, "c%d=1; ", i);
    http_parse_cookies(*state, buf_str(&b), &c, &n);
    assert_int_equal(n, HTTP_COOKIES_MAX);
}

static void accessors_find_the_first_and_the_nth(void **state)
{
    struct req q = {.arena = *state};
    str v;

    assert_int_equal(http_parse_form(*state, S("a=1&b=2&a=&a=3"), &q.form_fields, &q.form_count),
                     OK);
    assert_int_equal(http_parse_form(*state, S("a=9"), &q.query_fields, &q.query_count), OK);
    assert_str(req_form(&q, S("a")), S("1"));
    assert_str(req_query(&q, S("a")), S("9"));
    assert_str(req_form(&q, S("z")), S(""));
    assert_true(req_has(&q, S("b")));
    assert_false(req_has(&q, S("z")));
    assert_true(req_form_nth(&q, S("a"), 1, &v));
    assert_str(v, S(""));
    assert_true(req_form_nth(&q, S("a"), 2, &v));
    assert_str(v, S("3"));
    assert_false(req_form_nth(&q, S("a"), 3, &v));
}

static void a_target_gives_path_and_query(void **state)
{
    str path, query;

    assert_int_equal(request_target(*state, S("/a%20b/%e4%b8%ad?x=%41&y"), &path, &query), OK);
    assert_str(path, S("/a b/\xe4\xb8\xad"));
    assert_str(query, S("x=%41&y"));
    assert_int_equal(request_target(*state, S("HTTP://host:80/a?b"), &path, &query), OK);
    assert_str(path, S("/a"));
    assert_str(query, S("b"));
    assert_int_equal(request_target(*state, S("http://host"), &path, &query), OK);
    assert_str(path, S("/"));
    assert_int_equal(request_target(*state, S("http://host?b"), &path, &query), OK);
    assert_str(path, S("/"));
    assert_str(query, S("b"));
}

static void a_target_that_is_no_path_is_refused(void **state)
{
    const str bad[] = {S("*"),    S(""),     S("a"),     S("?a"),      S("/%00"),
                       S("/%0a"), S("/%ff"), S("/\x7f"), S("/%c0%af"), S("ftp://h/a")};
    str path, query;

    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        assert_int_equal(request_target(*state, bad[i], &path, &query), INVALID);
        assert_str(path, S("/"));
    }
}

static void gzip_is_taken_only_where_it_is_accepted(void **state)
{
    (void)state;
    assert_true(request_accepts_gzip(S("gzip, deflate, br")));
    assert_true(request_accepts_gzip(S("br;q=1.0, GZIP;q=0.5")));
    assert_true(request_accepts_gzip(S("*")));
    assert_false(request_accepts_gzip(S("")));
    assert_false(request_accepts_gzip(S("gzip;q=0")));
    assert_false(request_accepts_gzip(S("gzip; q=0.000, br")));
    assert_false(request_accepts_gzip(S("*, gzip;q=0")));
    assert_false(request_accepts_gzip(S("*;q=0")));
    assert_false(request_accepts_gzip(S("identity, xgzip")));
}

static void assert_range(str range, enum request_range kind, int64_t from, int64_t len)
{
    int64_t is_from, is_len;

    assert_int_equal(request_range(range, 100, &is_from, &is_len), kind);
    if (kind == RANGE_BEYOND)
        return;
    assert_int_equal(is_from, from);
    assert_int_equal(is_len, len);
}

static void a_range_is_cut_to_the_file(void **state)
{
    (void)state;
    assert_range(S("bytes=0-0"), RANGE_PART, 0, 1);
    assert_range(S("bytes=10-19"), RANGE_PART, 10, 10);
    assert_range(S("bytes=90-"), RANGE_PART, 90, 10);
    assert_range(S("bytes=90-500"), RANGE_PART, 90, 10);
    assert_range(S("bytes=-7"), RANGE_PART, 93, 7);
    assert_range(S("bytes=-700"), RANGE_PART, 0, 100);
    assert_range(S("bytes=100-"), RANGE_BEYOND, 0, 0);
    assert_range(S("bytes=-0"), RANGE_BEYOND, 0, 0);
    assert_range(S("bytes=0-1,5-6"), RANGE_WHOLE, 0, 100);
    assert_range(S("bytes=9-1"), RANGE_WHOLE, 0, 100);
    assert_range(S("bytes=a-b"), RANGE_WHOLE, 0, 100);
    assert_range(S("bytes=--5"), RANGE_WHOLE, 0, 100);
    assert_range(S("bytes="), RANGE_WHOLE, 0, 100);
    assert_range(S("bytes=99999999999999999999-"), RANGE_WHOLE, 0, 100);
    assert_range(S("lines=0-1"), RANGE_WHOLE, 0, 100);
    assert_range(S(""), RANGE_WHOLE, 0, 100);
}

static void the_last_of_a_list_is_what_our_proxy_added(void **state)
{
    (void)state;
    assert_str(request_last(S("1.1.1.1, 2.2.2.2 ,3.3.3.3")), S("3.3.3.3"));
    assert_str(request_last(S("1.1.1.1")), S("1.1.1.1"));
    assert_str(request_last(S("1.1.1.1,")), S(""));
    assert_str(request_last(S("")), S(""));
}

/* ---- multipart ---- */

struct parts {
    struct buf text; /* "name|filename|type|data;" */
};

static enum err begin(void *arg, const struct multipart_part *part)
{
    struct parts *p = arg;

    buf_fmt(&p->text, "%.*s|%.*s|%.*s|", STR_ARG(part->name), STR_ARG(part->filename),
            STR_ARG(part->type));
    return OK;
}

static enum err data(void *arg, str bytes)
{
    struct parts *p = arg;

    buf_put(&p->text, bytes);
    return OK;
}

static enum err end(void *arg)
{
    struct parts *p = arg;

    buf_put(&p->text, S(";"));
    return OK;
}

static const struct multipart_calls calls = {begin, data, end};

/* The parts of a body fed in pieces of `step` bytes; "!" when it was refused, "~" when cut off. */
static str parts_of(struct arena *a, str type, str body, size_t step)
{
    struct parts p = {.text = {.arena = a}};
    struct multipart m;

    if (multipart_start(&m, type, &calls, &p) != OK)
        return S("!");
    for (size_t i = 0; i < body.len; i += step) {
        if (multipart_feed(&m, str_slice(body, i, i + step < body.len ? i + step : body.len)) != OK)
            return S("!");
    }
    return multipart_is_done(&m) ? buf_str(&p.text) : S("~");
}

#define TYPE  S("multipart/form-data; boundary=XX")
#define FIELD "Content-Disposition: form-data; name="

static void parts_are_the_same_however_the_body_is_cut(void **state)
{
    str body = S("preamble\r\n--XX\r\n" FIELD "\"a\"\r\n\r\none\r\n--XX  \r\n" FIELD
                 "\"a\"\r\n\r\n\r\n--XX\r\n" FIELD "\"a\"\r\n\r\ntwo\r\n--X\r\r\n\r\n--XX\r\n" FIELD
                 "f; filename=\"x \\\"y\\\" %22z.txt\"\r\nContent-Type: text/plain\r\n\r\n\r\n\r\n"
                 "\r\n--XX--\r\nepilogue");
    str whole = S("a|||one;a|||;a|||two\r\n--X\r\r\n;f|x \"y\" \"z.txt|text/plain|\r\n\r\n;");

    for (size_t step = 1; step <= body.len; step++)
        assert_str(parts_of(*state, TYPE, body, step), whole);
}

static void a_path_in_a_filename_keeps_its_backslashes(void **state)
{
    str body = S("--XX\r\n" FIELD "\"f\"; filename=\"C:\\dir\\a.txt\"\r\n\r\n1\r\n--XX--");

    assert_str(parts_of(*state, TYPE, body, 7), S("f|C:\\dir\\a.txt||1;"));
}

static void a_malformed_multipart_body_is_refused(void **state)
{
    assert_str(parts_of(*state, S("multipart/form-data"), S("x"), 1), S("!"));
    assert_str(parts_of(*state, S("multipart/form-data; boundary="), S("x"), 1), S("!"));
    assert_str(parts_of(*state, S("multipart/form-data; boundary=\"open"), S("x"), 1), S("!"));
    assert_str(parts_of(*state, S("multipart/mixed; boundary=XX"), S("x"), 1), S("!"));
    assert_str(parts_of(*state, TYPE, S("--XX\r\n\r\nno name\r\n--XX--"), 5), S("!"));
    assert_str(parts_of(*state, TYPE, S("--XX-x"), 5), S("!"));
    assert_str(parts_of(*state, TYPE, S("--XXy\r\n"), 5), S("!"));
    assert_str(parts_of(*state, TYPE, S("--XX\r\n" FIELD "\"a\r\n\r\n1\r\n--XX--"), 5), S("!"));
    assert_str(parts_of(*state, TYPE, S("--XX\r\n" FIELD "\"a\"\r\n\r\n1\r\n--XX"), 5), S("~"));
    assert_str(parts_of(*state, TYPE, S("nothing"), 5), S("~"));
}

static void a_part_header_without_end_is_refused(void **state)
{
    struct buf b = {.arena = *state};

    buf_put(&b, S("--XX\r\nX: "));
    for (int i = 0; i < MULTIPART_HEADER_MAX; i++)
        buf_byte(&b, 'x');
    assert_str(parts_of(*state, TYPE, buf_str(&b), 100), S("!"));
}

/* ---- guard ---- */

static int verdict(const str (*headers)[2], size_t count, str version)
{
    struct guard g = guard_start(S(""), NULL, version);

    for (size_t i = 0; i < count; i++)
        guard_header(&g, headers[i][0], headers[i][1]);
    return guard_end(&g);
}

static void the_guard_knows_which_headers_may_stand_together(void **state)
{
    const str good[][2] = {{S("host"), S("x")}, {S("Content-Length"), S("12")}};
    const str both[][2] = {
        {S("host"), S("x")}, {S("Content-Length"), S("1")}, {S("transfer-encoding"), S("chunked")}};
    const str coded[][2] = {{S("Host"), S("x")}, {S("transfer-encoding"), S("Chunked")}};
    const str huge[][2] = {{S("Host"), S("x")}, {S("Content-Length"), S("9999999999999999999")}};
    const str space[][2] = {{S("Host "), S("x")}, {S("Host"), S("x")}};
    const str control[][2] = {{S("Host"), S("x")}, {S("A"), S("b\rc")}};

    (void)state;
    assert_int_equal(verdict(good, 2, S("HTTP/1.1")), 0);
    assert_int_equal(verdict(both, 3, S("HTTP/1.1")), 400);
    assert_int_equal(verdict(coded, 2, S("HTTP/1.1")), 0);
    assert_int_equal(verdict(coded, 2, S("HTTP/1.0")), 400);
    assert_int_equal(verdict(huge, 2, S("HTTP/1.1")), 400);
    assert_int_equal(verdict(space, 2, S("HTTP/1.1")), 400);
    assert_int_equal(verdict(control, 2, S("HTTP/1.1")), 400);
    assert_int_equal(verdict(good, 0, S("HTTP/1.1")), 400);
    assert_int_equal(verdict(good, 0, S("HTTP/1.0")), 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_form_is_read_with_its_escapes),
        TEST(a_broken_escape_stays_as_it_is),
        TEST(bad_bytes_are_marked_and_cleaned),
        TEST(line_ends_become_one_newline),
        TEST(too_many_fields_are_refused),
        TEST(what_is_encoded_decodes_to_itself),
        TEST(cookies_are_read_and_malformed_ones_skipped),
        TEST(more_cookies_than_the_limit_are_left_out),
        TEST(accessors_find_the_first_and_the_nth),
        TEST(a_target_gives_path_and_query),
        TEST(a_target_that_is_no_path_is_refused),
        TEST(gzip_is_taken_only_where_it_is_accepted),
        TEST(a_range_is_cut_to_the_file),
        TEST(the_last_of_a_list_is_what_our_proxy_added),
        TEST(parts_are_the_same_however_the_body_is_cut),
        TEST(a_path_in_a_filename_keeps_its_backslashes),
        TEST(a_malformed_multipart_body_is_refused),
        TEST(a_part_header_without_end_is_refused),
        TEST(the_guard_knows_which_headers_may_stand_together),
    };

    return cmocka_run_group_tests_name("request", tests, NULL, NULL);
}
