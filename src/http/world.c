#include "http/world.h"

#include "base/clock.h"
#include "base/crypto.h"
#include "base/log.h"
#include "http/events.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

void sleep_ms(int ms)
{
    nanosleep(&(struct timespec){.tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000L}, NULL);
}

size_t hub_wait(struct world *w, size_t count)
{
    for (int i = 0; i < 200 && hub_count(w->server->hub) != count; i++)
        sleep_ms(10);
    return hub_count(w->server->hub);
}

static int64_t number(const struct req *q, str name)
{
    int64_t n = 0;

    return str_to_i64(req_query(q, name), &n) ? n : 0;
}

static void echo(struct world *w, struct req *q, struct res *s)
{
    struct buf *b = &s->body;

    s->type = S("text/plain; charset=utf-8");
    buf_fmt(b, "method %.*s %d\npath %.*s\naddress %.*s\ntls %d\nrefused %d %d\nuser-agent %.*s\n",
            STR_ARG(q->method_name), (int)q->method, STR_ARG(q->path), STR_ARG(q->address),
            q->is_tls, q->refused, q->refused_status, STR_ARG(q->user_agent));
    for (size_t i = 0; i < q->query_count; i++)
        buf_fmt(b, "query %.*s=%.*s\n", STR_ARG(q->query_fields[i].name),
                STR_ARG(q->query_fields[i].value));
    for (size_t i = 0; i < q->cookie_count; i++)
        buf_fmt(b, "cookie %.*s=%.*s\n", STR_ARG(q->cookies[i].name), STR_ARG(q->cookies[i].value));
    for (size_t i = 0; i < q->form_count; i++)
        buf_fmt(b, "form%s %.*s=%.*s\n", q->form_fields[i].is_bad ? " bad" : "",
                STR_ARG(q->form_fields[i].name), STR_ARG(q->form_fields[i].value));
    for (size_t i = 0; i < q->upload_count; i++) {
        struct http_upload *f = &q->uploads[i];
        str hex = crypto_hex(q->arena, (str){(const char *)f->sha256, 32});
        buf_fmt(b, "upload %.*s %.*s %.*s %lld %.*s%s\n", STR_ARG(f->field), STR_ARG(f->name),
                STR_ARG(f->type), (long long)f->size, STR_ARG(hex),
                f->is_too_large ? " dropped" : "");
        if (w->keep != NULL && i == 0 && !f->is_too_large) {
            str to = str_fmt(q->arena, "%s/%s", w->dir, w->keep);
            assert_int_equal(rename(f->path.at, to.at), 0);
        }
    }
    if (q->refused_field.len > 0)
        buf_fmt(b, "too much %.*s\n", STR_ARG(q->refused_field));
    if (q->refused != OK)
        s->status = q->refused_status;
}

static void fill(struct res *s, int64_t n)
{
    char *at = buf_reserve(&s->body, (size_t)n);

    for (int64_t i = 0; i < n; i++)
        at[i] = (char)('a' + i % 23);
    s->body.len += (size_t)n;
}

struct later {
    void (*answer)(void *token);
    void *token;
    struct res *res;
};

static void later(void *arg)
{
    struct later *l = arg;

    buf_put(&l->res->body, S("later"));
    l->answer(l->token);
}

static void handle(void *app, struct req *q, struct res *s, void (*answer)(void *token),
                   void *token)
{
    struct world *w = app;

    atomic_fetch_add(&w->handled, 1);
    if (str_eq(q->path, S("/hello"))) {
        s->body = (struct buf){.at = (char *)(uintptr_t) "hello", .len = 5};
        s->is_static = true;
    } else if (str_eq(q->path, S("/later"))) {
        struct later *l = NEW(q->arena, struct later);
        *l = (struct later){answer, token, s};
        http_work(w->server, later, l);
        return;
    } else if (str_eq(q->path, S("/slow"))) {
        sleep_ms((int)number(q, S("ms")));
        buf_put(&s->body, S("slow"));
    } else if (str_eq(q->path, S("/text")) || str_eq(q->path, S("/raw"))) {
        if (str_eq(q->path, S("/raw")))
            s->type = S("application/octet-stream");
        fill(s, number(q, S("n")));
    } else if (str_eq(q->path, S("/file"))) {
        s->file = w->file;
        s->type = S("application/octet-stream");
    } else if (str_starts(q->path, S("/events/"))) {
        s->topic = str_slice(q->path, 8, q->path.len);
    } else {
        res_header(s, S("X-Test"), S("yes"));
        echo(w, q, s);
    }
    answer(token);
}

struct world *world_new(const char *listen, struct http_options options, struct http_tuning tuning)
{
    struct arena *a = arena_new("world", SIZE_MAX);
    struct world *w = NEW(a, struct world);

    crypto_start();
    if (getenv("HTTP_TEST_LOG") == NULL)
        log_set_level(LOG_ERROR + 1);
    w->arena = a;
    strcpy(w->dir, "/tmp/http-test-XXXXXX");
    assert_non_null(mkdtemp(w->dir));
    options.listen = str_of(listen);
    options.upload_dir = str_of(w->dir);
    enum err e = http_start_tuned(&w->server, &options, &tuning, handle, w);
    assert_int_equal(e, OK);
    w->port = http_port(w->server);
    return w;
}

static struct dirent *next_file(DIR *d)
{
    struct dirent *entry;

    while ((entry = readdir(d)) != NULL && entry->d_name[0] == '.')
        continue;
    return entry;
}

size_t world_files(const struct world *w)
{
    DIR *d = opendir(w->dir);
    size_t n = 0;

    while (next_file(d) != NULL)
        n++;
    closedir(d);
    return n;
}

void world_free(struct world *w)
{
    struct dirent *entry;

    if (w->server != NULL)
        http_stop(w->server, 2000);
    DIR *d = opendir(w->dir);
    while ((entry = next_file(d)) != NULL)
        unlink(str_fmt(w->arena, "%s/%s", w->dir, entry->d_name).at);
    closedir(d);
    rmdir(w->dir);
    arena_free(w->arena);
}

int world_setup(void **state)
{
    *state = world_new("127.0.0.1:0", (struct http_options){.workers = 4, .event_threads = 2},
                       http_tuning_default);
    return 0;
}

int world_teardown(void **state)
{
    world_free(*state);
    return 0;
}

bool contains(str s, str part)
{
    return str_find(s, part) != SIZE_MAX;
}
