#include "base/clock.h"
#include "http/events.h"
#include "http/world.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { CLIENTS = 200, EVENTS = 20 };

#define GET_EVENTS S("GET /events/t HTTP/1.1\r\nHost: x\r\n\r\n")

static struct world *hub_world(int heartbeat_ms, size_t ring_bytes, size_t streams_max)
{
    struct http_tuning tuning = http_tuning_default;

    tuning.heartbeat_ms = heartbeat_ms;
    tuning.ring_bytes = ring_bytes;
    tuning.streams_max = streams_max;
    return world_new("127.0.0.1:0", (struct http_options){0}, tuning);
}

static int join(struct world *w, const char *topic, str last_id)
{
    int fd = wire_open(w->port);

    wire_send(fd, str_fmt(w->arena, "GET /events/%s HTTP/1.1\r\nHost: x\r\n%s%.*s\r\n\r\n", topic,
                          last_id.len > 0 ? "Last-Event-ID: " : "X: y", STR_ARG(last_id)));
    return fd;
}

/* Joined, and the greeting read. */
static int join_read(struct world *w, const char *topic, str last_id, str *greeting)
{
    int fd = join(w, topic, last_id);

    *greeting = wire_until(w->arena, fd, S("\n\n\r\n"));
    return fd;
}

static void an_event_reaches_its_topic_and_no_other(void **state)
{
    struct world *w = hub_world(10000, 4096, 0);
    str hello;
    int a = join_read(w, "a", S(""), &hello), b = join_read(w, "b", S(""), &hello);

    (void)state;
    assert_true(contains(hello, S("text/event-stream")));
    http_event(w->server, S("a"), S("count"), S("one\ntwo"));
    http_event(w->server, S("b"), S(""), S("for b"));
    http_event(w->server, S("nobody"), S("x"), S("y"));
    str got = wire_until(w->arena, a, S("\n\n\r\n"));
    assert_true(contains(got, S("\nevent: count\ndata: one\ndata: two\n\n")));
    got = wire_until(w->arena, b, S("\n\n\r\n"));
    assert_true(contains(got, S("data: for b\n\n")));
    assert_false(contains(got, S("event:")));
    close(a);
    close(b);
    world_free(w);
}

static void every_event_reaches_two_hundred_clients(void **state)
{
    struct world *w = hub_world(10000, 32768, 0);
    int fds[CLIENTS];

    (void)state;
    for (int i = 0; i < CLIENTS; i++)
        fds[i] = join(w, "t", S(""));
    assert_int_equal(hub_wait(w, CLIENTS), CLIENTS);
    for (int n = 0; n < EVENTS; n++) {
        http_event(w->server, S("t"), S("n"), str_fmt(w->arena, "<%d>", n));
        if (n % 5 == 0)
            sleep_ms(5);
    }
    for (int i = 0; i < CLIENTS; i++) {
        str got = wire_until(w->arena, fds[i], str_fmt(w->arena, "<%d>\n\n", EVENTS - 1));
        for (int n = 0; n < EVENTS; n++)
            assert_true(contains(got, str_fmt(w->arena, "data: <%d>\n\n", n)));
        close(fds[i]);
    }
    world_free(w);
}

static void a_heartbeat_keeps_the_line_and_finds_the_dead(void **state)
{
    struct world *w = hub_world(50, 4096, 0);
    str hello;
    int a = join_read(w, "t", S(""), &hello), b = join_read(w, "t", S(""), &hello);

    (void)state;
    for (int i = 0; i < 3; i++)
        assert_true(contains(wire_until(w->arena, a, S(":\n\n")), S(":\n\n")));
    assert_int_equal(hub_wait(w, 2), 2);
    close(b);
    assert_int_equal(hub_wait(w, 1), 1);
    close(a);
    assert_int_equal(hub_wait(w, 0), 0);
    world_free(w);
}

static str id_of(str text)
{
    size_t at = str_find(text, S("id: "));

    assert_true(at != SIZE_MAX);
    str rest = str_slice(text, at + 4, text.len);
    return str_cut(&rest, '\n');
}

static void who_comes_back_goes_on_after_the_last_event_seen(void **state)
{
    struct world *w = hub_world(10000, 4096, 0);
    str hello, got;
    int fd = join_read(w, "t", S(""), &hello);

    (void)state;
    str start = id_of(hello);
    close(fd);
    http_event(w->server, S("t"), S("n"), S("first"));
    http_event(w->server, S("t"), S("n"), S("second"));
    fd = join(w, "t", start);
    got = wire_until(w->arena, fd, S("second\n\n"));
    assert_true(contains(got, S("data: first\n\n")));
    assert_false(contains(got, S("missed")));
    str rest = str_slice(got, str_find(got, S("id: ")) + 1, got.len);
    str first = id_of(got), second = id_of(rest);
    assert_true(str_cmp(start, first) < 0 && str_cmp(first, second) < 0);
    close(fd);
    fd = join(w, "t", first);
    got = wire_until(w->arena, fd, S("second\n\n"));
    assert_false(contains(got, S("first")));
    close(fd);
    world_free(w);
}

static void who_comes_back_too_late_is_told_so(void **state)
{
    struct world *w = hub_world(10000, 512, 0);
    str hello;
    int fd = join_read(w, "t", S(""), &hello);

    (void)state;
    close(fd);
    for (int i = 0; i < 50; i++)
        http_event(w->server, S("t"), S("n"), S("0123456789"));
    fd = join_read(w, "t", id_of(hello), &hello);
    assert_true(contains(hello, S("event: missed\n")));
    close(fd);
    fd = join_read(w, "t", S("12"), &hello);
    assert_true(contains(hello, S("event: missed\n")));
    close(fd);
    world_free(w);
}

static void a_slow_client_is_cut_off_while_others_go_on(void **state)
{
    struct world *w = hub_world(100, 64 * 1024, 0);
    struct buf big = {.arena = w->arena};
    str hello;
    int fast = join_read(w, "t", S(""), &hello), slow = wire_open(w->port);

    (void)state;
    wire_send(slow, GET_EVENTS);
    assert_int_equal(hub_wait(w, 2), 2);
    for (int i = 0; i < 8000; i++)
        buf_byte(&big, 'x');
    for (int i = 0; i < 1000; i++) { /* 8 MB: more than the sockets hold */
        http_event(w->server, S("t"), S("n"), buf_str(&big));
        assert_int_equal(wire_count(fast, 'x', 8000), 8000);
    }
    /* Now he reads: what is left in the sockets, and then the end. */
    assert_true(wire_closes(slow, 10000));
    assert_int_equal(hub_wait(w, 1), 1);
    close(slow);
    close(fast);
    world_free(w);
}

static void too_many_listeners_are_503(void **state)
{
    struct world *w = hub_world(10000, 4096, 2);
    str hello;
    int a = join_read(w, "t", S(""), &hello), b = join_read(w, "u", S(""), &hello);
    struct answer r = wire_ask(w->arena, w->port, GET_EVENTS);

    (void)state;
    assert_int_equal(r.status, 503);
    assert_true(wire_header(&r, S("Retry-After")).len > 0);
    close(a);
    close(b);
    world_free(w);
}

static void an_event_longer_than_the_ring_is_not_sent(void **state)
{
    struct world *w = hub_world(10000, 1024, 0);
    struct buf big = {.arena = w->arena};
    str hello;
    int fd = join_read(w, "t", S(""), &hello);

    (void)state;
    for (int i = 0; i < 2000; i++)
        buf_byte(&big, 'x');
    http_event(w->server, S("t"), S("n"), buf_str(&big));
    http_event(w->server, S("t"), S("n"), S("short"));
    assert_false(contains(wire_until(w->arena, fd, S("short\n\n")), S("xx")));
    close(fd);
    world_free(w);
}

static void topics_that_nobody_listens_to_are_forgotten(void **state)
{
    struct world *w = hub_world(20, 1024, 0);
    str hello;

    (void)state;
    for (int i = 0; i < 400; i++) {
        int fd = join_read(w, str_fmt(w->arena, "t%d", i).at, S(""), &hello);
        close(fd);
    }
    int fd = join_read(w, "t399", S(""), &hello);
    http_event(w->server, S("t399"), S("n"), S("still here"));
    wire_until(w->arena, fd, S("still here\n\n"));
    close(fd);
    world_free(w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_event_reaches_its_topic_and_no_other),
        cmocka_unit_test(every_event_reaches_two_hundred_clients),
        cmocka_unit_test(a_heartbeat_keeps_the_line_and_finds_the_dead),
        cmocka_unit_test(who_comes_back_goes_on_after_the_last_event_seen),
        cmocka_unit_test(who_comes_back_too_late_is_told_so),
        cmocka_unit_test(a_slow_client_is_cut_off_while_others_go_on),
        cmocka_unit_test(too_many_listeners_are_503),
        cmocka_unit_test(an_event_longer_than_the_ring_is_not_sent),
        cmocka_unit_test(topics_that_nobody_listens_to_are_forgotten),
    };

    return cmocka_run_group_tests_name("events", tests, NULL, NULL);
}
