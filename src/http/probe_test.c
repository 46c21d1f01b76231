/*
 * How the server takes hostile requests: one test for each kind. Where two servers could disagree
 * about the end of a request, it is refused and the connection closed.
 */
#include "http/world.h"

#include <string.h>
#include <unistd.h>

#define HEAD_OF                                                                                    \
    "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\n"

static struct answer ask(struct world *w, str request)
{
    return wire_ask(w->arena, w->port, request);
}

static void assert_refused(struct world *w, str request)
{
    int before = atomic_load(&w->handled);
    struct answer r = ask(w, request);

    assert_int_equal(r.status, 400);
    assert_true(r.is_closed);
    assert_int_equal(atomic_load(&w->handled), before);
}

static void assert_taken(struct world *w, str request)
{
    struct answer r = ask(w, request);

    assert_int_equal(r.status, 200);
    assert_false(r.is_closed);
}

static void two_different_content_lengths_are_refused(void **state)
{
    assert_refused(*state, S(HEAD_OF "Content-Length: 3\r\nContent-Length: 5\r\n\r\na=bcd"));
}

static void the_same_content_length_twice_is_refused(void **state)
{
    assert_refused(*state, S(HEAD_OF "Content-Length: 3\r\nContent-Length: 3\r\n\r\na=b"));
}

static void content_length_beside_chunked_is_refused(void **state)
{
    assert_refused(*state, S(HEAD_OF "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n"
                                     "3\r\na=b\r\n0\r\n\r\n"));
}

static void two_transfer_encodings_are_refused(void **state)
{
    assert_refused(*state,
                   S(HEAD_OF "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n"
                             "0\r\n\r\n"));
}

static void an_unknown_transfer_coding_is_refused(void **state)
{
    assert_refused(*state, S(HEAD_OF "Transfer-Encoding: xchunked\r\n\r\n3\r\na=b\r\n0\r\n\r\n"));
    assert_refused(*state, S(HEAD_OF "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n"));
}

static void space_before_the_colon_is_refused(void **state)
{
    assert_refused(*state, S(HEAD_OF "Content-Length : 3\r\n\r\na=b"));
}

static void a_content_length_with_a_sign_is_refused(void **state)
{
    assert_refused(*state, S(HEAD_OF "Content-Length: +3\r\n\r\na=b"));
    assert_refused(*state, S(HEAD_OF "Content-Length: -3\r\n\r\na=b"));
    assert_refused(*state, S(HEAD_OF "Content-Length: 0x3\r\n\r\na=b"));
    assert_refused(*state, S(HEAD_OF "Content-Length: 3, 3\r\n\r\na=b"));
}

/* By the library, in the middle of the body: there it only closes, or answers 400. */
static void a_chunk_size_with_0x_is_refused(void **state)
{
    struct world *w = *state;
    struct answer r =
        ask(w, S(HEAD_OF "Transfer-Encoding: chunked\r\n\r\n0x3\r\na=b\r\n0\r\n\r\n"));

    assert_true(r.status == 400 || r.status == 0);
    assert_true(r.is_closed);
    assert_int_equal(atomic_load(&w->handled), 0);
}

static void a_request_without_host_is_refused(void **state)
{
    assert_refused(*state, S("GET /echo HTTP/1.1\r\n\r\n"));
}

static void two_hosts_are_refused(void **state)
{
    assert_refused(*state, S("GET /echo HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n"));
    assert_refused(*state, S("GET /echo HTTP/1.0\r\nHost: a\r\nHost: b\r\n\r\n"));
}

static void http_1_0_needs_no_host_and_has_no_chunks(void **state)
{
    struct world *w = *state;

    assert_int_equal(ask(w, S("GET /echo HTTP/1.0\r\n\r\n")).status, 200);
    assert_refused(w, S("POST /echo HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"));
}

/* The library would add the folded line to the header's name: "Content-Lengt" and " h" become a
 * Content-Length that no proxy has seen. */
static void a_folded_header_is_refused(void **state)
{
    assert_refused(*state, S("GET /echo HTTP/1.1\r\nHost: x\r\nX-A: a\r\n b\r\nX-B: c\r\n\r\n"));
    assert_refused(*state, S("GET /echo HTTP/1.1\r\nHost: x\r\nX-A: a\r\n\tb\r\n\r\n"));
    assert_refused(*state, S("GET /echo HTTP/1.1\r\nHost: x\r\nContent-Lengt: 3\r\n h\r\n\r\na=b"));
    assert_refused(*state, S("GET /echo HTTP/1.1\r\nHost: x\r\n y\r\n\r\n"));
}

/* RFC 9112, 2.2 allows it, and old scripts do it. Version 1.0 of the library refuses it when
 * strict. */
static void a_bare_line_feed_ends_a_line(void **state)
{
    struct world *w = *state;

    if (w->server->shows_layout)
        assert_taken(w, S("GET /echo HTTP/1.1\nHost: x\nX-A: a\n\n"));
}

static void a_nul_in_a_header_is_refused(void **state)
{
    assert_refused(*state, S("GET /echo HTTP/1.1\r\nHost: x\r\nX-A: a\0b\r\nX-B: c\r\n\r\n"));
    assert_refused(*state, S("GET /echo HTTP/1.1\r\nHost: x\r\nX-A: a\0b\r\n\r\n"));
    assert_refused(*state, S("GET /echo HTTP/1.1\r\nHost: x\r\nX\0-A: a\r\n\r\n"));
}

static void a_nul_in_the_target_is_refused(void **state)
{
    assert_refused(*state, S("GET /echo\0/secret HTTP/1.1\r\nHost: x\r\n\r\n"));
}

static void a_control_character_in_a_header_is_refused(void **state)
{
    assert_refused(*state, S("GET /echo HTTP/1.1\r\nHost: x\r\nX-A: a\x01"
                             "b\r\n\r\n"));
}

static void a_header_of_64_kib_is_431(void **state)
{
    struct world *w = *state;
    struct buf b = {.arena = w->arena};

    buf_put(&b, S("GET /echo HTTP/1.1\r\nHost: x\r\nX-A: "));
    for (int i = 0; i < 64 * 1024; i++)
        buf_byte(&b, 'a');
    buf_put(&b, S("\r\n\r\n"));
    assert_int_equal(ask(w, buf_str(&b)).status, 431);
    assert_int_equal(atomic_load(&w->handled), 0);
}

static void too_many_headers_are_431(void **state)
{
    struct world *w = *state;

    for (int n = 101; n <= 2000; n += 1899) {
        struct buf b = {.arena = w->arena};
        buf_put(&b, S("GET /echo HTTP/1.1\r\nHost: x\r\n"));
        for (int i = 1; i < n; i++)
            buf_fmt(&b, "X-%d: a\r\n", i);
        buf_put(&b, S("\r\n"));
        assert_int_equal(ask(w, buf_str(&b)).status, 431);
    }
    assert_int_equal(atomic_load(&w->handled), 0);
}

static void cookies_of_8_kib_are_taken(void **state)
{
    struct world *w = *state;
    struct buf b = {.arena = w->arena};

    buf_put(&b, S("GET /echo HTTP/1.1\r\nHost: x\r\nCookie: a="));
    for (int i = 0; i < 8000; i++)
        buf_byte(&b, 'a');
    buf_put(&b, S("; last=one\r\n\r\n"));
    struct answer r = ask(w, buf_str(&b));
    assert_int_equal(r.status, 200);
    assert_true(contains(r.body, S("cookie last=one\n")));
}

static void a_valid_chunked_body_is_taken(void **state)
{
    struct world *w = *state;
    struct answer r = ask(w, S(HEAD_OF "Transfer-Encoding: chunked\r\n\r\n"
                                       "2\r\na=\r\n3\r\nbcd\r\n0\r\n\r\n"));

    assert_int_equal(r.status, 200);
    assert_true(contains(r.body, S("form a=bcd\n")));
}

static void ordinary_headers_are_taken_however_they_arrive(void **state)
{
    struct world *w = *state;
    str request = S("GET /echo?a=1 HTTP/1.1\r\nHost:x\r\nUser-Agent:   spaced out  \r\nX-Empty:\r\n"
                    "X-Empty-Too: \r\nCookie: a=b\r\nCookie: c=d\r\n\r\n");

    for (size_t step = 1; step < request.len; step += 13) {
        int fd = wire_open(w->port);
        for (size_t i = 0; i < request.len; i += step)
            wire_send(fd, str_slice(request, i, i + step < request.len ? i + step : request.len));
        struct answer r = wire_answer(w->arena, fd, false);
        assert_int_equal(r.status, 200);
        assert_true(contains(r.body, S("user-agent spaced out")));
        assert_true(contains(r.body, S("cookie c=d\n")));
        close(fd);
    }
}

static void a_second_request_does_not_hide_in_a_body(void **state)
{
    struct world *w = *state;
    int fd = wire_open(w->port);

    /* A body that nobody wants is not read as the next request: the connection ends instead. */
    wire_send(fd, S("GET /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 37\r\n\r\n"
                    "GET /hidden HTTP/1.1\r\nHost: x\r\n\r\n....."));
    assert_int_equal(wire_answer(w->arena, fd, false).status, 200);
    assert_true(wire_closes(fd, 1000));
    assert_int_equal(atomic_load(&w->handled), 1);
    close(fd);
}

static void a_broken_path_reaches_the_handler_as_refused(void **state)
{
    struct world *w = *state;
    struct answer r = ask(w, S("GET /a%00b HTTP/1.1\r\nHost: x\r\n\r\n"));

    assert_int_equal(r.status, 400);
    assert_true(contains(r.body, S("path /\n")));
    assert_int_equal(ask(w, S("GET /%ff HTTP/1.1\r\nHost: x\r\n\r\n")).status, 400);
    assert_int_equal(ask(w, S("GET /a%0a HTTP/1.1\r\nHost: x\r\n\r\n")).status, 400);
}

static void another_method_reaches_the_handler(void **state)
{
    struct world *w = *state;
    struct answer r = ask(w, S("PUT /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc"));

    assert_int_equal(r.status, 200);
    assert_true(contains(r.body, S("method PUT 3\n")));
    assert_true(r.is_closed); /* its body was not read */
    assert_true(contains(ask(w, S("DELETE /echo HTTP/1.1\r\nHost: x\r\n\r\n")).body,
                         S("method DELETE 3\n")));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, world_setup, world_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(two_different_content_lengths_are_refused),
        TEST(the_same_content_length_twice_is_refused),
        TEST(content_length_beside_chunked_is_refused),
        TEST(two_transfer_encodings_are_refused),
        TEST(an_unknown_transfer_coding_is_refused),
        TEST(space_before_the_colon_is_refused),
        TEST(a_content_length_with_a_sign_is_refused),
        TEST(a_chunk_size_with_0x_is_refused),
        TEST(a_request_without_host_is_refused),
        TEST(two_hosts_are_refused),
        TEST(http_1_0_needs_no_host_and_has_no_chunks),
        TEST(a_folded_header_is_refused),
        TEST(a_bare_line_feed_ends_a_line),
        TEST(a_nul_in_a_header_is_refused),
        TEST(a_nul_in_the_target_is_refused),
        TEST(a_control_character_in_a_header_is_refused),
        TEST(a_header_of_64_kib_is_431),
        TEST(too_many_headers_are_431),
        TEST(cookies_of_8_kib_are_taken),
        TEST(a_valid_chunked_body_is_taken),
        TEST(ordinary_headers_are_taken_however_they_arrive),
        TEST(a_second_request_does_not_hide_in_a_body),
        TEST(a_broken_path_reaches_the_handler_as_refused),
        TEST(another_method_reaches_the_handler),
    };

    return cmocka_run_group_tests_name("probe", tests, NULL, NULL);
}
