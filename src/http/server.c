#include "http/server.h"

#include "base/clock.h"
#include "base/log.h"
#include "http/events.h"
#include "http/listen.h"

#include <libdeflate.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum {
    CONNECTION_BYTES = 24 * 1024, /* a head may fill it; the library copies the cookies once more */
    CONNECTIONS_DEFAULT = 4096,
    DESCRIPTORS_BESIDE = 256, /* database, files, uploads, log */
    WORKERS_DEFAULT = 16,
    EVENT_THREADS_MAX = 4,
    GZIP_LEVEL = 1,
};

/* A form of HTTP_BODY_MAX whose every byte is bad becomes three times as long, in a buffer that
 * doubles: about 12 MiB before a page is written. */
#define ARENA_LEAST   ((size_t)24 * 1024 * 1024)
#define ARENA_DEFAULT ((size_t)64 * 1024 * 1024)
#define UPLOAD_BYTES  (INT64_C(64) * 1024 * 1024)

const struct http_tuning http_tuning_default = {
    .queue_max = 1024,
    .heartbeat_ms = 15000,
    .ring_bytes = 32 * 1024,
    .timeout_s = 30,
};

/* ---- shelves ---- */

struct arena *server_arena(struct http_server *s)
{
    struct arena *a = NULL;

    pthread_mutex_lock(&s->lock);
    if (s->arena_count > 0)
        a = s->arenas[--s->arena_count];
    pthread_mutex_unlock(&s->lock);
    return a != NULL ? a : arena_new("request", s->options.arena_max);
}

void server_arena_back(struct http_server *s, struct arena *a)
{
    arena_reset(a);
    pthread_mutex_lock(&s->lock);
    bool is_kept = s->arena_count < ARENAS_KEPT;
    if (is_kept)
        s->arenas[s->arena_count++] = a;
    pthread_mutex_unlock(&s->lock);
    if (!is_kept)
        arena_free(a);
}

struct libdeflate_compressor *server_compressor(struct http_server *s)
{
    struct libdeflate_compressor *c = NULL;

    pthread_mutex_lock(&s->lock);
    if (s->compressor_count > 0)
        c = s->compressors[--s->compressor_count];
    pthread_mutex_unlock(&s->lock);
    return c != NULL ? c : libdeflate_alloc_compressor(GZIP_LEVEL);
}

void server_compressor_back(struct http_server *s, struct libdeflate_compressor *c)
{
    if (c == NULL)
        return;
    pthread_mutex_lock(&s->lock);
    bool is_kept = s->compressor_count < COMPRESSORS_KEPT;
    if (is_kept)
        s->compressors[s->compressor_count++] = c;
    pthread_mutex_unlock(&s->lock);
    if (!is_kept)
        libdeflate_free_compressor(c);
}

/* ---- start ---- */

static size_t keep_escapes(void *arg, struct MHD_Connection *connection, char *text)
{
    (void)arg;
    (void)connection;
    return strlen(text); /* request.c decodes, and knows what to do with %00 */
}

static void library_log(void *arg, const char *fmt, va_list args) PRINTF(2, 0);

/* The library writes a line for every client that leaves early: interesting to nobody. */
static void library_log(void *arg, const char *fmt, va_list args)
{
    char line[256];

    (void)arg;
    vsnprintf(line, sizeof line, fmt, args);
    line[strcspn(line, "\r\n")] = '\0';
    log_line(LOG_DEBUG, "microhttpd", LOG_STR("text", str_of(line)));
}

/* As many connections as the system gives descriptors for. */
static int descriptors_raise(int connections)
{
    struct rlimit limit;
    rlim_t need = (rlim_t)connections + DESCRIPTORS_BESIDE;

    if (getrlimit(RLIMIT_NOFILE, &limit) != 0)
        return connections;
    if (limit.rlim_cur < need) {
        limit.rlim_cur = limit.rlim_max < need ? limit.rlim_max : need;
        if (setrlimit(RLIMIT_NOFILE, &limit) != 0)
            getrlimit(RLIMIT_NOFILE, &limit);
    }
    if (limit.rlim_cur >= need)
        return connections;
    int possible = limit.rlim_cur > 2 * DESCRIPTORS_BESIDE
                       ? (int)(limit.rlim_cur - DESCRIPTORS_BESIDE)
                       : (int)(limit.rlim_cur / 2);
    log_line(LOG_WARN, "fewer connections", LOG_INT("possible", possible),
             LOG_INT("wanted", connections));
    return possible;
}

static void options_complete(struct http_server *s)
{
    struct http_options *o = &s->options;
    long cores = sysconf(_SC_NPROCESSORS_ONLN);

    o->listen = str_copy(s->arena, o->listen);
    o->upload_dir = str_copy(s->arena, o->upload_dir);
    o->trusted_proxy = str_copy(s->arena, o->trusted_proxy);
    if (o->event_threads == 0)
        o->event_threads =
            cores < 1 ? 1 : (cores > EVENT_THREADS_MAX ? EVENT_THREADS_MAX : (int)cores);
    if (o->workers == 0)
        o->workers = WORKERS_DEFAULT;
    if (o->connections_max == 0)
        o->connections_max = CONNECTIONS_DEFAULT;
    if (o->upload_max == 0)
        o->upload_max = UPLOAD_BYTES;
    if (o->arena_max == 0)
        o->arena_max = ARENA_DEFAULT;
    if (o->arena_max < ARENA_LEAST)
        o->arena_max = ARENA_LEAST;
    o->connections_max = descriptors_raise(o->connections_max);
    if (s->tuning.streams_max == 0)
        s->tuning.streams_max = (size_t)o->connections_max / 4 * 3;
}

static struct MHD_Daemon *daemon_start(struct http_server *s)
{
    const struct http_options *o = &s->options;
    struct MHD_OptionItem pool[] = {
        {MHD_OPTION_THREAD_POOL_SIZE, o->event_threads, NULL},
        {MHD_OPTION_END, 0, NULL},
    };

    if (o->event_threads == 1)
        pool[0].option = MHD_OPTION_END;
    return MHD_start_daemon(
        MHD_USE_EPOLL_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_ERROR_LOG, 0, NULL, NULL,
        exchange_step, s, MHD_OPTION_EXTERNAL_LOGGER, library_log, NULL, MHD_OPTION_LISTEN_SOCKET,
        s->listen_fd, MHD_OPTION_STRICT_FOR_CLIENT, 1, MHD_OPTION_CONNECTION_MEMORY_LIMIT,
        (size_t)CONNECTION_BYTES, MHD_OPTION_CONNECTION_LIMIT, (unsigned)o->connections_max,
        MHD_OPTION_CONNECTION_TIMEOUT, s->tuning.timeout_s, MHD_OPTION_URI_LOG_CALLBACK,
        exchange_begin, s, MHD_OPTION_NOTIFY_COMPLETED, exchange_over, s,
        MHD_OPTION_UNESCAPE_CALLBACK, keep_escapes, NULL, MHD_OPTION_ARRAY, pool, MHD_OPTION_END);
}

static void server_free(struct http_server *s)
{
    for (size_t i = 0; i < s->arena_count; i++)
        arena_free(s->arenas[i]);
    for (size_t i = 0; i < s->compressor_count; i++)
        libdeflate_free_compressor(s->compressors[i]);
    pthread_mutex_destroy(&s->lock);
    arena_free(s->arena);
}

enum err http_start_tuned(struct http_server **server, const struct http_options *options,
                          const struct http_tuning *tuning, http_handler *handler, void *app)
{
    struct arena *a = arena_new("http", SIZE_MAX);
    struct http_server *s = NEW(a, struct http_server);

    s->arena = a;
    s->options = *options;
    s->tuning = *tuning;
    s->handler = handler;
    s->app = app;
    s->shows_layout = str_starts(str_of(MHD_get_version()), S("0.9.75"));
    pthread_mutex_init(&s->lock, NULL);
    options_complete(s);
    enum err e = listen_open(s->options.listen, &s->listen_fd, &s->port);
    if (e != OK) {
        server_free(s);
        return e;
    }
    s->queue = queue_new(s->options.workers, s->tuning.queue_max);
    s->hub = hub_new(
        &(struct hub_options){s->tuning.heartbeat_ms, s->tuning.ring_bytes, s->tuning.streams_max});
    s->daemon = daemon_start(s);
    if (s->daemon == NULL) {
        log_line(LOG_ERROR, "http did not start");
        close(s->listen_fd);
        hub_end(s->hub);
        hub_free(s->hub);
        queue_stop(s->queue);
        server_free(s);
        return FAULT;
    }
    *server = s;
    return OK;
}

enum err http_start(struct http_server **server, const struct http_options *options,
                    http_handler *handler, void *app)
{
    return http_start_tuned(server, options, &http_tuning_default, handler, app);
}

int http_port(const struct http_server *server)
{
    return server->port;
}

void http_work(struct http_server *server, void (*run)(void *arg), void *arg)
{
    queue_add_first(server->queue, run, arg);
}

void http_event(struct http_server *server, str topic, str event, str data)
{
    hub_send(server->hub, topic, event, data);
}

/* ---- stop ---- */

/* Until the counter is zero. Looking again every few milliseconds keeps the way of a request free
 * of a lock that only the end needs. */
static bool wait_for_none(_Atomic int *count, int64_t until_us)
{
    while (atomic_load(count) > 0) {
        if (clock_ticks() >= until_us)
            return false;
        nanosleep(&(struct timespec){.tv_nsec = 2000000}, NULL);
    }
    return true;
}

void http_stop(struct http_server *s, int wait_ms)
{
    int64_t until = clock_ticks() + (int64_t)wait_ms * 1000;

    atomic_store(&s->is_closing, true);
    /* The event threads may still hold the socket for a moment, so its number is kept until they
     * are gone; but nobody connects to it any more. */
    MHD_quiesce_daemon(s->daemon);
    shutdown(s->listen_fd, SHUT_RDWR);
    hub_end(s->hub);
    if (!wait_for_none(&s->open, until))
        log_line(LOG_WARN, "http stops", LOG_INT("unfinished", atomic_load(&s->open)));
    /* A handler that has the request must answer before the memory under it can go. */
    atomic_store(&s->is_closed, true);
    wait_for_none(&s->working, INT64_MAX);
    MHD_stop_daemon(s->daemon);
    close(s->listen_fd);
    queue_stop(s->queue);
    hub_free(s->hub);
    server_free(s);
}
