#include "base/crypto.h"
#include "http/upload.h"
#include "http/world.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define FIELD "Content-Disposition: form-data; name="
#define FILE_BEGIN                                                                                 \
    "--XX\r\n" FIELD "\"title\"\r\n\r\nRoads\r\n--XX\r\n" FIELD                                    \
    "\"paper\"; filename=\"p.pdf\"\r\nContent-Type: application/pdf\r\n\r\n"
#define FILE_END "\r\n--XX--\r\n"

static str post_head(struct world *w, size_t length)
{
    return str_fmt(
        w->arena,
        "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Type: multipart/form-data; boundary=XX\r\n"
        "Content-Length: %zu\r\n\r\n",
        length);
}

static str bytes_make(struct world *w, size_t size)
{
    char *at = arena_alloc(w->arena, size);
    uint32_t n = 12345;

    for (size_t i = 0; i < size; i++) {
        n = n * 1664525u + 1013904223u;
        /* many line ends, so that the search for the boundary has something to do */
        at[i] = n >> 28 == 0 ? '\r' : n >> 28 == 1 ? '\n' : (char)(n >> 20);
    }
    return (str){at, size};
}

static struct answer post(struct world *w, str body)
{
    return wire_ask(w->arena, w->port, str_join(w->arena, post_head(w, body.len), body));
}

static str form_of(struct world *w, str content)
{
    return str_join(w->arena, str_join(w->arena, S(FILE_BEGIN), content), S(FILE_END));
}

static void twenty_megabytes_arrive_byte_for_byte(void **state)
{
    struct world *w = *state;
    str content = bytes_make(w, 20 * 1024 * 1024);
    struct digest d = crypto_sha256(content);
    struct stat st;

    w->keep = "kept";
    struct answer r = post(w, form_of(w, content));
    assert_int_equal(r.status, 200);
    assert_true(contains(r.body, S("form title=Roads\n")));
    str line = str_fmt(w->arena, "upload paper p.pdf application/pdf %zu %.*s\n", content.len,
                       STR_ARG(crypto_hex(w->arena, digest_str(&d))));
    assert_true(contains(r.body, line));

    const char *path = str_fmt(w->arena, "%s/kept", w->dir).at;
    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0600);
    FILE *f = fopen(path, "rb");
    char *read_back = arena_alloc(w->arena, content.len);
    assert_int_equal(fread(read_back, 1, content.len, f), content.len);
    fclose(f);
    assert_memory_equal(read_back, content.at, content.len);
    assert_int_equal(world_files(w), 1);
}

static void a_file_that_nobody_took_is_removed(void **state)
{
    struct world *w = *state;

    assert_int_equal(post(w, form_of(w, S("content"))).status, 200);
    assert_int_equal(atomic_load(&w->handled), 1);
    for (int i = 0; i < 100 && world_files(w) > 0; i++)
        sleep_ms(10);
    assert_int_equal(world_files(w), 0);
}

static void an_upload_cut_off_midway_leaves_nothing(void **state)
{
    struct world *w = *state;
    str body = form_of(w, bytes_make(w, 200000));

    for (size_t cut = 40; cut < body.len; cut += 50000) {
        int fd = wire_open(w->port);
        wire_send(fd, post_head(w, body.len));
        wire_send(fd, str_slice(body, 0, cut));
        sleep_ms(30);
        if (cut > 1000)
            assert_int_equal(world_files(w), 1); /* it was on its way */
        close(fd);
        for (int i = 0; i < 100 && world_files(w) > 0; i++)
            sleep_ms(10);
        assert_int_equal(world_files(w), 0);
    }
    assert_int_equal(atomic_load(&w->handled), 0);
}

/* The length is honest, but the form in it has no end. */
static void a_form_without_its_last_boundary_is_refused(void **state)
{
    struct world *w = *state;
    struct answer r = post(w, S(FILE_BEGIN "half a fi"));

    assert_int_equal(r.status, 400);
    assert_true(contains(r.body, S("form title=Roads\n")));
    assert_true(contains(r.body, S(" dropped\n")));
    for (int i = 0; i < 100 && world_files(w) > 0; i++)
        sleep_ms(10);
    assert_int_equal(world_files(w), 0);
}

static void too_much_is_413_before_a_byte_of_it_is_read(void **state)
{
    struct world *w = *state;
    int fd = wire_open(w->port);

    wire_send(fd, post_head(w, (size_t)w->server->options.upload_max + 1));
    struct answer r = wire_answer(w->arena, fd, false);
    assert_int_equal(r.status, 413);
    assert_true(contains(r.body, S("refused 3 413\n"))); /* the handler made the page */
    assert_true(wire_closes(fd, 1000));
    close(fd);
    r = wire_ask(w->arena, w->port,
                 S("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 1048577\r\n"
                   "Content-Type: application/x-www-form-urlencoded\r\n\r\n"));
    assert_int_equal(r.status, 413);
    assert_int_equal(world_files(w), 0);
}

static void who_asks_first_is_told_413_and_not_to_go_on(void **state)
{
    struct world *w = *state;
    str ask =
        S("POST /echo HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 999999999\r\n"
          "Content-Type: multipart/form-data; boundary=XX\r\n\r\n");
    int fd = wire_open(w->port);

    wire_send(fd, ask);
    assert_true(str_starts(wire_until(w->arena, fd, S("\r\n\r\n")), S("HTTP/1.1 413")));
    close(fd);
}

/* Sends chunks of 64 KiB until the server has had enough; how much it took. */
static size_t chunks_until_closed(struct world *w, str head, str begin, size_t max, int *status)
{
    str piece = bytes_make(w, 65536);
    int fd = wire_open(w->port);
    size_t sent = 0;

    wire_send(fd, head);
    wire_send(fd, str_fmt(w->arena, "%zx\r\n%.*s\r\n", begin.len, STR_ARG(begin)));
    while (sent < max && wire_try_send(fd, S("10000\r\n")) && wire_try_send(fd, piece) &&
           wire_try_send(fd, S("\r\n")))
        sent += piece.len;
    struct answer r = wire_answer(w->arena, fd, false);
    *status = r.status;
    assert_true(wire_closes(fd, 1000));
    close(fd);
    return sent;
}

static void an_endless_chunked_upload_is_stopped(void **state)
{
    struct world *w = world_new("127.0.0.1:0", (struct http_options){.upload_max = 1024 * 1024},
                                http_tuning_default);
    int status;

    (void)state;
    size_t sent = chunks_until_closed(
        w,
        S("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Type: multipart/form-data; boundary=XX\r\n"
          "Transfer-Encoding: chunked\r\n\r\n"),
        S(FILE_BEGIN), (size_t)100 * 1024 * 1024, &status);
    assert_true(sent < (size_t)20 * 1024 * 1024); /* the limit and what the sockets hold */
    assert_true(status == 413 || status == 0);    /* a reset may overtake the answer */
    assert_int_equal(world_files(w), 0);
    sent = chunks_until_closed(
        w,
        S("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\n"
          "Transfer-Encoding: chunked\r\n\r\n"),
        S("a="), (size_t)100 * 1024 * 1024, &status);
    assert_true(sent < (size_t)20 * 1024 * 1024);
    assert_int_equal(atomic_load(&w->handled), 0);
    world_free(w);
}

static void a_chunked_upload_within_the_limit_is_taken(void **state)
{
    struct world *w = *state;
    str body = form_of(w, S("content"));
    struct answer r = wire_ask(
        w->arena, w->port,
        str_fmt(
            w->arena,
            "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Type: multipart/form-data; boundary=XX\r\n"
            "Transfer-Encoding: chunked\r\n\r\n%zx\r\n%.*s\r\n0\r\n\r\n",
            body.len, STR_ARG(body)));

    assert_int_equal(r.status, 200);
    assert_true(contains(r.body, S("upload paper p.pdf application/pdf 7 ")));
}

static void more_files_than_the_limit_are_refused(void **state)
{
    struct world *w = *state;
    struct buf b = {.arena = w->arena};

    for (int i = 0; i <= HTTP_UPLOADS_MAX; i++)
        buf_fmt(&b, "--XX\r\n" FIELD "f%d; filename=a\r\n\r\nx\r\n", i);
    buf_put(&b, S("--XX\r\n" FIELD "after\r\n\r\nkept\r\n--XX--"));
    struct answer r = post(w, buf_str(&b));
    assert_int_equal(r.status, 413);
    assert_true(contains(r.body, S("form after=kept\n")));
    assert_true(contains(r.body, S("too much f32\n")));
}

static void an_empty_file_input_is_no_upload(void **state)
{
    struct answer r = post(*state, S("--XX\r\n" FIELD "\"f\"; filename=\"\"\r\n"
                                     "Content-Type: application/octet-stream\r\n\r\n\r\n--XX--"));

    assert_int_equal(r.status, 200);
    assert_false(contains(r.body, S("upload")));
    assert_false(contains(r.body, S("form")));
}

static void names_are_cleaned_like_every_text(void **state)
{
    struct answer r = post(*state, S("--XX\r\n" FIELD "\"a\"\r\n\r\n1\r\n2\xff\r\n--XX\r\n" FIELD
                                     "\"f\"; filename=\"../\xff.pdf\"\r\n\r\nx\r\n--XX--"));

    assert_int_equal(r.status, 200);
    assert_true(contains(r.body, S("form bad a=1\n2\xEF\xBF\xBD\n")));
    assert_true(contains(r.body, S("upload f ../\xEF\xBF\xBD.pdf  1 ")));
}

static void fields_of_a_multipart_form_have_the_limit_of_a_form(void **state)
{
    struct world *w = *state;
    str body = str_join(w->arena, S("--XX\r\n" FIELD "\"a\"\r\n\r\n"),
                        str_join(w->arena, bytes_make(w, HTTP_BODY_MAX + 1), S(FILE_END)));

    assert_int_equal(post(w, body).status, 413);
}

static void of_a_text_past_the_limit_the_beginning_is_kept_and_what_follows_it(void **state)
{
    struct world *w = *state;
    struct buf b = {.arena = w->arena};

    buf_put(&b, S("--XX\r\n" FIELD "\"a\"\r\n\r\n"));
    for (int i = 0; i < HTTP_BODY_MAX / 3 + 1; i++)
        buf_put(&b, S("\xE8\xB7\xAF")); /* three bytes each: cut between two of them */
    buf_put(&b, S("\r\n--XX\r\n" FIELD "\"b\"\r\n\r\nafter\r\n--XX--"));
    struct answer r = post(w, buf_str(&b));
    assert_int_equal(r.status, 413);
    assert_true(contains(r.body, S("form a=\xE8\xB7\xAF\xE8\xB7\xAF")));
    assert_false(contains(r.body, S("form bad")));
    assert_true(contains(r.body, S("form b=after\n")));
    assert_true(contains(r.body, S("too much a\n")));
}

/* The limit on file size stands for the full disk: write fails in the same place. */
static void a_full_disk_is_507_and_the_form_is_not_lost(void **state)
{
    struct world *w = *state;
    struct rlimit before, small;
    str body = form_of(w, bytes_make(w, 500000));

    assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
    small = before;
    small.rlim_cur = 100000;
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
    struct answer r = post(w, body);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
    assert_int_equal(r.status, 507);
    assert_true(contains(r.body, S("form title=Roads\n")));
    assert_true(contains(r.body, S(" dropped\n")));
    assert_int_equal(world_files(w), 0);
}

static void what_a_dead_process_left_is_swept_and_nothing_else(void **state)
{
    struct world *w = *state;
    static const char *const names[] = {"upload-old", "upload-new", "kept-old"};
    const int64_t hour_ago = time(NULL) - 3600;

    for (size_t i = 0; i < 3; i++) {
        const char *path = str_fmt(w->arena, "%s/%s", w->dir, names[i]).at;
        int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
        struct timespec at[2] = {{.tv_sec = hour_ago}, {.tv_sec = hour_ago}};
        assert_true(fd >= 0);
        if (i != 1)
            assert_int_equal(futimens(fd, at), 0);
        close(fd);
    }
    upload_sweep(w->arena, str_of(w->dir), (hour_ago + 60) * 1000);
    assert_int_equal(access(str_fmt(w->arena, "%s/upload-old", w->dir).at, F_OK), -1);
    assert_int_equal(access(str_fmt(w->arena, "%s/upload-new", w->dir).at, F_OK), 0);
    assert_int_equal(access(str_fmt(w->arena, "%s/kept-old", w->dir).at, F_OK), 0);
}

static void another_content_type_is_415(void **state)
{
    struct world *w = *state;
    struct answer r = wire_ask(w->arena, w->port,
                               S("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Type: text/plain\r\n"
                                 "Content-Length: 3\r\n\r\nabc"));

    assert_int_equal(r.status, 415);
    r = wire_ask(w->arena, w->port,
                 S("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Type: multipart/form-data\r\n"
                   "Content-Length: 3\r\n\r\nabc"));
    assert_int_equal(r.status, 400);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, world_setup, world_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(twenty_megabytes_arrive_byte_for_byte),
        TEST(a_file_that_nobody_took_is_removed),
        TEST(an_upload_cut_off_midway_leaves_nothing),
        TEST(a_form_without_its_last_boundary_is_refused),
        TEST(too_much_is_413_before_a_byte_of_it_is_read),
        TEST(who_asks_first_is_told_413_and_not_to_go_on),
        cmocka_unit_test(an_endless_chunked_upload_is_stopped),
        TEST(a_chunked_upload_within_the_limit_is_taken),
        TEST(more_files_than_the_limit_are_refused),
        TEST(an_empty_file_input_is_no_upload),
        TEST(names_are_cleaned_like_every_text),
        TEST(fields_of_a_multipart_form_have_the_limit_of_a_form),
        TEST(of_a_text_past_the_limit_the_beginning_is_kept_and_what_follows_it),
        TEST(a_full_disk_is_507_and_the_form_is_not_lost),
        TEST(what_a_dead_process_left_is_swept_and_nothing_else),
        TEST(another_content_type_is_415),
    };

    signal(SIGXFSZ, SIG_IGN);
    return cmocka_run_group_tests_name("upload", tests, NULL, NULL);
}
