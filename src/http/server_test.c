#include "base/clock.h"
#include "http/events.h"
#include "http/world.h"

#include <libdeflate.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define GET(target) S("GET " target " HTTP/1.1\r\nHost: x\r\n\r\n")

static struct answer ask(struct world *w, str request)
{
    return wire_ask(w->arena, w->port, request);
}

static void a_form_arrives_in_the_handler(void **state)
{
    struct answer r =
        ask(*state, S("POST /echo?q=%41 HTTP/1.1\r\nHost: x\r\nCookie: s=t\r\n"
                      "Content-Type: application/x-www-form-urlencoded; charset=utf-8\r\n"
                      "Content-Length: 20\r\n\r\na=1&b=%FF&a=2&c=%0D%"));

    assert_int_equal(r.status, 200);
    assert_true(contains(r.body, S("query q=A\n")));
    assert_true(contains(r.body, S("cookie s=t\n")));
    assert_true(contains(r.body, S("form a=1\nform bad b=\xEF\xBF\xBD\nform a=2\n")));
    assert_true(str_eq(wire_header(&r, S("X-Test")), S("yes")));
    assert_true(str_eq(wire_header(&r, S("Content-Type")), S("text/plain; charset=utf-8")));
}

static void one_connection_serves_many_requests(void **state)
{
    struct world *w = *state;
    int fd = wire_open(w->port);

    for (int i = 0; i < 500; i++) {
        wire_send(fd, i % 2 == 0 ? GET("/hello")
                                 : S("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n"
                                     "Content-Type: application/x-www-form-urlencoded\r\n\r\na=1"));
        struct answer r = wire_answer(w->arena, fd, false);
        assert_int_equal(r.status, 200);
        assert_true(wire_header(&r, S("Connection")).len == 0);
    }
    assert_false(wire_closes(fd, 50));
    close(fd);
}

static void requests_sent_together_are_answered_in_order(void **state)
{
    struct world *w = *state;
    int fd = wire_open(w->port);

    wire_send(
        fd, S("GET /slow?ms=50 HTTP/1.1\r\nHost: x\r\n\r\nGET /hello HTTP/1.1\r\nHost: x\r\n\r\n"));
    assert_true(str_eq(wire_answer(w->arena, fd, false).body, S("slow")));
    assert_true(str_eq(wire_answer(w->arena, fd, false).body, S("hello")));
    close(fd);
}

static void an_answer_may_come_from_another_job(void **state)
{
    for (int i = 0; i < 20; i++)
        assert_true(str_eq(ask(*state, GET("/later")).body, S("later")));
}

static void head_gives_the_headers_of_get_without_the_body(void **state)
{
    struct world *w = *state;
    int fd = wire_open(w->port);

    for (int i = 0; i < 3; i++) {
        wire_send(fd, S("HEAD /text?n=5000 HTTP/1.1\r\nHost: x\r\n\r\n"));
        struct answer r = wire_answer(w->arena, fd, true);
        assert_int_equal(r.status, 200);
        assert_true(str_eq(wire_header(&r, S("Content-Length")), S("5000")));
    }
    wire_send(fd, GET("/hello"));
    assert_true(str_eq(wire_answer(w->arena, fd, false).body, S("hello")));
    close(fd);
}

static void text_goes_out_as_gzip_where_accepted(void **state)
{
    struct world *w = *state;
    struct answer r =
        ask(w, S("GET /text?n=50000 HTTP/1.1\r\nHost: x\r\nAccept-Encoding: gzip\r\n\r\n"));
    struct answer plain = ask(w, GET("/text?n=50000"));
    char *out = arena_alloc(w->arena, 50001);
    size_t n = 0;
    struct libdeflate_decompressor *d = libdeflate_alloc_decompressor();

    assert_true(str_eq(wire_header(&r, S("Content-Encoding")), S("gzip")));
    assert_true(str_eq(wire_header(&r, S("Vary")), S("Accept-Encoding")));
    assert_true(str_eq(wire_header(&plain, S("Vary")), S("Accept-Encoding")));
    assert_true(r.body.len < 5000);
    assert_int_equal(libdeflate_gzip_decompress(d, r.body.at, r.body.len, out, 50001, &n), 0);
    libdeflate_free_decompressor(d);
    assert_true(str_eq((str){out, n}, plain.body));
    assert_true(wire_header(&plain, S("Content-Encoding")).len == 0);
}

static void what_is_short_or_no_text_is_not_compressed(void **state)
{
    const str requests[] = {
        S("GET /text?n=1000 HTTP/1.1\r\nHost: x\r\nAccept-Encoding: gzip\r\n\r\n"),
        S("GET /raw?n=50000 HTTP/1.1\r\nHost: x\r\nAccept-Encoding: gzip\r\n\r\n"),
        S("GET /text?n=50000 HTTP/1.1\r\nHost: x\r\nAccept-Encoding: gzip;q=0\r\n\r\n"),
    };

    for (size_t i = 0; i < 3; i++) {
        struct answer r = ask(*state, requests[i]);
        assert_int_equal(r.status, 200);
        assert_true(wire_header(&r, S("Content-Encoding")).len == 0);
    }
}

static void file_make(struct world *w, size_t size)
{
    w->file = str_fmt(w->arena, "%s/file", w->dir);
    FILE *f = fopen(w->file.at, "wb");
    assert_non_null(f);
    for (size_t i = 0; i < size; i++)
        fputc((int)(i * 7 % 251), f);
    fclose(f);
}

static bool is_from(str body, size_t from)
{
    for (size_t i = 0; i < body.len; i++) {
        if ((unsigned char)body.at[i] != (from + i) * 7 % 251)
            return false;
    }
    return true;
}

static void a_file_goes_out_whole_or_in_part(void **state)
{
    struct world *w = *state;

    file_make(w, 100000);
    struct answer r = ask(w, GET("/file"));
    assert_int_equal(r.status, 200);
    assert_int_equal(r.body.len, 100000);
    assert_true(is_from(r.body, 0));
    assert_true(str_eq(wire_header(&r, S("Accept-Ranges")), S("bytes")));
    r = ask(w, S("GET /file HTTP/1.1\r\nHost: x\r\nRange: bytes=50000-50099\r\n\r\n"));
    assert_int_equal(r.status, 206);
    assert_int_equal(r.body.len, 100);
    assert_true(is_from(r.body, 50000));
    assert_true(str_eq(wire_header(&r, S("Content-Range")), S("bytes 50000-50099/100000")));
    r = ask(w, S("GET /file HTTP/1.1\r\nHost: x\r\nRange: bytes=100000-\r\n\r\n"));
    assert_int_equal(r.status, 416);
    assert_true(str_eq(wire_header(&r, S("Content-Range")), S("bytes */100000")));
    r = ask(w, S("GET /file HTTP/1.1\r\nHost: x\r\nRange: bytes=0-1\r\nIf-Range: \"old\"\r\n\r\n"));
    assert_int_equal(r.status, 200);
    assert_int_equal(r.body.len, 100000);
}

static void a_file_that_is_not_there_is_404(void **state)
{
    struct world *w = *state;

    w->file = S("/tmp/no/such/file");
    assert_int_equal(ask(w, GET("/file")).status, 404);
    w->file = str_fmt(w->arena, "%s/link", w->dir);
    assert_int_equal(symlink("/etc/passwd", w->file.at), 0);
    assert_int_equal(ask(w, GET("/file")).status, 404);
}

static void only_the_proxy_may_say_who_the_client_is(void **state)
{
    struct world *w = *state;
    str request = S("GET /echo HTTP/1.1\r\nHost: x\r\nX-Forwarded-For: 9.9.9.9, 8.8.8.8\r\n"
                    "X-Forwarded-Proto: https\r\n\r\n");
    str body = ask(w, request).body;

    assert_true(contains(body, S("address 127.0.0.1\ntls 0\n")));
    struct world *behind = world_new(
        "127.0.0.1:0", (struct http_options){.trusted_proxy = S("127.0.0.1")}, http_tuning_default);
    body = ask(behind, request).body;
    assert_true(contains(body, S("address 8.8.8.8\ntls 1\n")));
    body =
        ask(behind, S("GET /echo HTTP/1.1\r\nHost: x\r\nX-Forwarded-For: <script>\r\n\r\n")).body;
    assert_true(contains(body, S("address 127.0.0.1\ntls 0\n")));
    world_free(behind);
}

static void a_star_listens_on_both_families(void **state)
{
    struct world *w = world_new("*:0", (struct http_options){0}, http_tuning_default);
    int fd = wire_open_v6(w->port);

    (void)state;
    assert_true(contains(ask(w, GET("/echo")).body, S("address 127.0.0.1\n")));
    if (fd >= 0) {
        wire_send(fd, GET("/echo"));
        assert_true(contains(wire_answer(w->arena, fd, false).body, S("address ::1\n")));
        close(fd);
        struct world *six = world_new("[::1]:0", (struct http_options){0}, http_tuning_default);
        fd = wire_open_v6(six->port);
        assert_true(fd >= 0);
        close(fd);
        world_free(six);
    }
    world_free(w);
}

static void a_bad_or_taken_address_is_refused(void **state)
{
    struct world *w = *state;
    const char *bad[] = {"",       "8080",   "127.0.0.1", "127.0.0.1:x", "127.0.0.1:70000",
                         "::1:80", "host:80"};
    struct http_server *server = NULL;

    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        struct http_options o = {.listen = str_of(bad[i])};
        assert_int_equal(http_start(&server, &o, NULL, NULL), INVALID);
    }
    struct http_options o = {.listen = str_fmt(w->arena, "127.0.0.1:%d", w->port)};
    assert_int_equal(http_start(&server, &o, NULL, NULL), BUSY);
}

static void a_full_queue_says_503_at_once(void **state)
{
    struct http_tuning tuning = http_tuning_default;
    int fds[6], refused = 0;

    (void)state;
    tuning.queue_max = 2;
    struct world *w = world_new("127.0.0.1:0", (struct http_options){.workers = 1}, tuning);
    for (int i = 0; i < 6; i++) {
        fds[i] = wire_open(w->port);
        wire_send(fds[i], GET("/slow?ms=300"));
        sleep_ms(20);
    }
    for (int i = 0; i < 6; i++) {
        struct answer r = wire_answer(w->arena, fds[i], false);
        assert_true(r.status == 200 || r.status == 503);
        if (r.status == 503)
            assert_true(wire_header(&r, S("Retry-After")).len > 0);
        refused += r.status == 503;
        close(fds[i]);
    }
    assert_int_equal(refused, 3); /* one runs, two wait */
    assert_int_equal(ask(w, GET("/hello")).status, 200);
    world_free(w);
}

struct stop {
    struct world *w;
    int64_t took_ms;
};

static void *stop(void *arg)
{
    struct stop *s = arg;
    int64_t from = clock_ticks();

    http_stop(s->w->server, 3000);
    s->w->server = NULL;
    s->took_ms = (clock_ticks() - from) / 1000;
    return NULL;
}

static void a_stop_lets_running_requests_finish(void **state)
{
    struct world *w = world_new("127.0.0.1:0", (struct http_options){0}, http_tuning_default);
    struct stop s = {.w = w};
    pthread_t thread;
    int slow = wire_open(w->port), idle = wire_open(w->port), events = wire_open(w->port);

    (void)state;
    wire_send(events, GET("/events/t"));
    assert_int_equal(hub_wait(w, 1), 1);
    wire_send(slow, GET("/slow?ms=400"));
    sleep_ms(50);
    assert_int_equal(pthread_create(&thread, NULL, stop, &s), 0);
    struct answer r = wire_answer(w->arena, slow, false);
    assert_int_equal(r.status, 200);
    assert_true(str_eq(r.body, S("slow")));
    assert_true(wire_closes(slow, 1000));
    assert_true(wire_closes(idle, 1000));
    assert_true(wire_closes(events, 1000));
    pthread_join(thread, NULL);
    assert_in_range(s.took_ms, 200, 1500);
    close(slow);
    close(idle);
    close(events);
    world_free(w);
}

static void a_stop_does_not_wait_for_a_client_that_sends_nothing_more(void **state)
{
    struct world *w = world_new("127.0.0.1:0", (struct http_options){0}, http_tuning_default);
    int fd = wire_open(w->port), half = wire_open(w->port);
    int64_t from;

    (void)state;
    wire_send(fd, S("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n"
                    "Content-Type: application/x-www-form-urlencoded\r\n\r\na="));
    wire_send(half, S("GET /ec"));
    sleep_ms(50);
    from = clock_ticks();
    http_stop(w->server, 200);
    w->server = NULL;
    assert_in_range((clock_ticks() - from) / 1000, 0, 1200);
    assert_int_equal(atomic_load(&w->handled), 0);
    close(fd);
    close(half);
    world_free(w);
}

static void a_server_can_start_again_on_the_same_port(void **state)
{
    struct world *w = *state;
    int port = w->port;

    (void)ask(w, GET("/hello"));
    http_stop(w->server, 1000);
    w->server = NULL;
    for (int i = 0; i < 3; i++) {
        struct world *again = world_new(str_fmt(w->arena, "127.0.0.1:%d", port).at,
                                        (struct http_options){0}, http_tuning_default);
        assert_int_equal(ask(again, GET("/hello")).status, 200);
        world_free(again);
    }
}

static void clients_that_leave_early_do_no_harm(void **state)
{
    struct world *w = *state;

    for (int i = 0; i < 200; i++) {
        int fd = wire_open(w->port);
        wire_send(fd, i % 2 == 0 ? GET("/slow?ms=5") : GET("/text?n=300000"));
        close(fd);
    }
    assert_int_equal(ask(w, GET("/hello")).status, 200);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, world_setup, world_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_form_arrives_in_the_handler),
        TEST(one_connection_serves_many_requests),
        TEST(requests_sent_together_are_answered_in_order),
        TEST(an_answer_may_come_from_another_job),
        TEST(head_gives_the_headers_of_get_without_the_body),
        TEST(text_goes_out_as_gzip_where_accepted),
        TEST(what_is_short_or_no_text_is_not_compressed),
        TEST(a_file_goes_out_whole_or_in_part),
        TEST(a_file_that_is_not_there_is_404),
        TEST(only_the_proxy_may_say_who_the_client_is),
        cmocka_unit_test(a_star_listens_on_both_families),
        TEST(a_bad_or_taken_address_is_refused),
        cmocka_unit_test(a_full_queue_says_503_at_once),
        cmocka_unit_test(a_stop_lets_running_requests_finish),
        cmocka_unit_test(a_stop_does_not_wait_for_a_client_that_sends_nothing_more),
        TEST(a_server_can_start_again_on_the_same_port),
        TEST(clients_that_leave_early_do_no_harm),
    };

    return cmocka_run_group_tests_name("server", tests, NULL, NULL);
}
