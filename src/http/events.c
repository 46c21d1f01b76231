#include "http/events.h"

#include "base/buf.h"
#include "base/clock.h"
#include "base/log.h"

#include <assert.h>
#include <microhttpd.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { BUCKETS = 256, FRAMES = 128, TOPICS_IDLE_MAX = 256, READ_BYTES = 4096 };

/* Where an event ends in the topic's bytes, counted from the beginning of time. */
struct frame {
    int64_t id;
    uint64_t end;
};

struct topic {
    struct arena *arena;
    str name;
    struct topic *next; /* in the bucket */
    struct http_stream *streams;
    int64_t last_id, used_ms;
    uint64_t head; /* bytes ever sent */
    char *ring;
    struct frame frames[FRAMES];
    size_t frame_count;
};

struct http_stream {
    struct hub *hub;
    struct topic *topic;
    struct http_stream *next, *before;
    struct MHD_Connection *connection;
    uint64_t at; /* in the topic's bytes */
    str greeting;
    bool is_asleep, must_beat;
    void (*done)(void *arg);
    void *arg;
};

struct hub {
    struct arena *home;
    struct arena *arena;
    struct hub_options options;
    pthread_mutex_t lock; /* over all of this */
    pthread_cond_t ending;
    pthread_t beater;
    bool is_ending;
    size_t stream_count, topic_count;
    struct topic *buckets[BUCKETS];
};

static struct topic **bucket_of(struct hub *h, str name)
{
    uint32_t hash = 2166136261u; /* FNV-1a */

    for (size_t i = 0; i < name.len; i++)
        hash = (hash ^ (unsigned char)name.at[i]) * 16777619u;
    return &h->buckets[hash % BUCKETS];
}

static struct topic *topic_find(struct hub *h, str name)
{
    struct topic *t = *bucket_of(h, name);

    while (t != NULL && !str_eq(t->name, name))
        t = t->next;
    return t;
}

static uint64_t topic_tail(const struct hub *h, const struct topic *t)
{
    return t->head > h->options.ring_bytes ? t->head - h->options.ring_bytes : 0;
}

static void topic_remember(struct topic *t, int64_t id)
{
    t->last_id = id;
    t->frames[t->frame_count++ % FRAMES] = (struct frame){id, t->head};
}

/* A topic without listeners is kept for those who come back; the longest unused goes first. */
static void topic_forget_oldest(struct hub *h)
{
    struct topic **oldest = NULL;

    for (size_t i = 0; i < BUCKETS; i++) {
        for (struct topic **t = &h->buckets[i]; *t != NULL; t = &(*t)->next) {
            if ((*t)->streams == NULL && (oldest == NULL || (*t)->used_ms < (*oldest)->used_ms))
                oldest = t;
        }
    }
    if (oldest == NULL)
        return;
    struct topic *gone = *oldest;
    *oldest = gone->next;
    h->topic_count--;
    arena_free(gone->arena);
}

static struct topic *topic_add(struct hub *h, str name)
{
    struct arena *a = arena_new("topic", SIZE_MAX);
    struct topic *t = NEW(a, struct topic);
    struct topic **bucket = bucket_of(h, name);

    if (h->topic_count >= TOPICS_IDLE_MAX)
        topic_forget_oldest(h);
    t->arena = a;
    t->name = str_copy(a, name);
    t->ring = arena_alloc(a, h->options.ring_bytes);
    topic_remember(t, clock_now());
    t->next = *bucket;
    *bucket = t;
    h->topic_count++;
    return t;
}

/* Where somebody goes on who has seen everything up to `id`; false when what came after is gone. */
static bool topic_place(const struct hub *h, const struct topic *t, int64_t id, uint64_t *at)
{
    size_t kept = t->frame_count < FRAMES ? t->frame_count : FRAMES;

    for (size_t i = 0; i < kept; i++) {
        if (t->frames[i].id == id && t->frames[i].end >= topic_tail(h, t)) {
            *at = t->frames[i].end;
            return true;
        }
    }
    return false;
}

static void ring_put(struct hub *h, struct topic *t, str bytes)
{
    size_t size = h->options.ring_bytes, from = (size_t)(t->head % size);
    size_t first = bytes.len < size - from ? bytes.len : size - from;

    memcpy(t->ring + from, bytes.at, first);
    memcpy(t->ring, bytes.at + first, bytes.len - first);
    t->head += bytes.len;
}

static size_t ring_take(struct hub *h, const struct topic *t, uint64_t at, char *out, size_t max)
{
    size_t size = h->options.ring_bytes, from = (size_t)(at % size);
    size_t len = t->head - at < max ? (size_t)(t->head - at) : max;
    size_t first = len < size - from ? len : size - from;

    memcpy(out, t->ring + from, first);
    memcpy(out + first, t->ring, len - first);
    return len;
}

static void stream_wake(struct http_stream *s)
{
    if (!s->is_asleep)
        return;
    s->is_asleep = false;
    MHD_resume_connection(s->connection);
}

static ssize_t put(char *out, size_t max, str *text)
{
    size_t n = text->len < max ? text->len : max;

    memcpy(out, text->at, n);
    *text = str_slice(*text, n, text->len);
    return (ssize_t)n;
}

/* The library asks for bytes, on its own thread. Nothing to say: sleep until woken. */
static ssize_t stream_read(void *arg, uint64_t pos, char *out, size_t max)
{
    struct http_stream *s = arg;
    struct hub *h = s->hub;
    ssize_t n = 0;

    (void)pos;
    pthread_mutex_lock(&h->lock);
    if (h->is_ending) {
        n = MHD_CONTENT_READER_END_OF_STREAM;
    } else if (s->greeting.len > 0) {
        n = put(out, max, &s->greeting);
    } else if (s->at < topic_tail(h, s->topic)) {
        n = MHD_CONTENT_READER_END_WITH_ERROR; /* too slow: what he has not read is overwritten */
    } else if (s->at < s->topic->head) {
        n = (ssize_t)ring_take(h, s->topic, s->at, out, max);
        s->at += (uint64_t)n;
        s->must_beat = false;
    } else if (s->must_beat) {
        s->must_beat = false;
        s->greeting = S(":\n\n");
        n = put(out, max, &s->greeting);
    } else {
        s->is_asleep = true;
        MHD_suspend_connection(s->connection);
    }
    pthread_mutex_unlock(&h->lock);
    return n;
}

static void stream_end(void *arg)
{
    struct http_stream *s = arg;
    struct hub *h = s->hub;

    pthread_mutex_lock(&h->lock);
    if (s->before == NULL)
        s->topic->streams = s->next;
    else
        s->before->next = s->next;
    if (s->next != NULL)
        s->next->before = s->before;
    s->topic->used_ms = clock_now();
    h->stream_count--;
    pthread_mutex_unlock(&h->lock);
    s->done(s->arg);
}

static void stream_place(struct http_stream *s, struct arena *a, str last_event_id)
{
    struct topic *t = s->topic;
    int64_t id;
    bool is_back = str_to_i64(last_event_id, &id);

    if (is_back && topic_place(s->hub, t, id, &s->at)) {
        s->greeting = S("retry: 2000\n\n");
        return;
    }
    /* An id without an event: whoever loses the connection before the first one can go on too. */
    s->at = t->head;
    s->greeting = str_fmt(a, "retry: 2000\nid: %lld\n%s\n", (long long)t->last_id,
                          is_back ? "event: missed\ndata:\n" : "");
}

struct MHD_Response *hub_join(struct hub *h, struct arena *a, struct MHD_Connection *connection,
                              str topic, str last_event_id, void (*done)(void *arg), void *arg)
{
    struct http_stream *s = NEW(a, struct http_stream);
    struct MHD_Response *response = NULL;

    *s = (struct http_stream){.hub = h, .connection = connection, .done = done, .arg = arg};
    pthread_mutex_lock(&h->lock);
    if (!h->is_ending && h->stream_count < h->options.streams_max)
        response = MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, READ_BYTES, stream_read, s,
                                                     stream_end);
    if (response != NULL) {
        s->topic = topic_find(h, topic);
        if (s->topic == NULL)
            s->topic = topic_add(h, topic);
        stream_place(s, a, last_event_id);
        s->next = s->topic->streams;
        if (s->next != NULL)
            s->next->before = s;
        s->topic->streams = s;
        h->stream_count++;
    }
    pthread_mutex_unlock(&h->lock);
    return response;
}

/* "id: 7\nevent: count\ndata: first line\ndata: second line\n\n" */
static str frame_make(struct arena *a, int64_t id, str event, str data)
{
    struct buf b = {.arena = a};

    buf_put(&b, S("id: "));
    buf_i64(&b, id);
    event = str_cut(&event, '\n');
    if (event.len > 0) {
        buf_put(&b, S("\nevent: "));
        buf_put(&b, event);
    }
    do {
        buf_put(&b, S("\ndata: "));
        buf_put(&b, str_cut(&data, '\n'));
    } while (data.len > 0);
    buf_put(&b, S("\n\n"));
    return buf_str(&b);
}

void hub_send(struct hub *h, str topic, str event, str data)
{
    pthread_mutex_lock(&h->lock);
    struct topic *t = topic_find(h, topic);
    if (t != NULL && !h->is_ending) {
        int64_t now = clock_now();
        int64_t id = now > t->last_id ? now : t->last_id + 1;
        str bytes = frame_make(h->arena, id, event, data);
        if (bytes.len > h->options.ring_bytes / 2) {
            log_line(LOG_ERROR, "event too long", LOG_STR("topic", topic));
        } else {
            ring_put(h, t, bytes);
            topic_remember(t, id);
            t->used_ms = now;
            for (struct http_stream *s = t->streams; s != NULL; s = s->next)
                stream_wake(s);
        }
        arena_reset(h->arena);
    }
    pthread_mutex_unlock(&h->lock);
}

size_t hub_count(struct hub *h)
{
    pthread_mutex_lock(&h->lock);
    size_t n = h->stream_count;
    pthread_mutex_unlock(&h->lock);
    return n;
}

static void wake_all(struct hub *h)
{
    for (size_t i = 0; i < BUCKETS; i++) {
        for (struct topic *t = h->buckets[i]; t != NULL; t = t->next) {
            for (struct http_stream *s = t->streams; s != NULL; s = s->next) {
                s->must_beat = true;
                stream_wake(s);
            }
        }
    }
}

static void *beat(void *arg)
{
    struct hub *h = arg;
    struct timespec next;

    clock_gettime(CLOCK_MONOTONIC, &next);
    pthread_mutex_lock(&h->lock);
    while (!h->is_ending) {
        int64_t ns = next.tv_nsec + (int64_t)(h->options.heartbeat_ms % 1000) * 1000000;
        next.tv_sec += h->options.heartbeat_ms / 1000 + (time_t)(ns / 1000000000);
        next.tv_nsec = (long)(ns % 1000000000);
        while (!h->is_ending && pthread_cond_timedwait(&h->ending, &h->lock, &next) == 0)
            continue;
        wake_all(h);
    }
    pthread_mutex_unlock(&h->lock);
    return NULL;
}

struct hub *hub_new(const struct hub_options *options)
{
    /* The hub stands outside its own arena, which is reset after every event. */
    struct arena *home = arena_new("hub", SIZE_MAX);
    struct hub *h = NEW(home, struct hub);
    pthread_condattr_t attr;
    sigset_t all, before;

    h->options = *options;
    h->home = home;
    h->arena = arena_new("event", SIZE_MAX);
    pthread_mutex_init(&h->lock, NULL);
    pthread_condattr_init(&attr);
    pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
    pthread_cond_init(&h->ending, &attr);
    pthread_condattr_destroy(&attr);
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    if (pthread_create(&h->beater, NULL, beat, h) != 0) {
        fputs("no thread for the heartbeat\n", stderr);
        abort();
    }
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return h;
}

void hub_end(struct hub *h)
{
    pthread_mutex_lock(&h->lock);
    h->is_ending = true;
    wake_all(h);
    pthread_mutex_unlock(&h->lock);
    pthread_cond_broadcast(&h->ending);
    pthread_join(h->beater, NULL);
}

void hub_free(struct hub *h)
{
    assert(h->stream_count == 0);
    for (size_t i = 0; i < BUCKETS; i++) {
        while (h->buckets[i] != NULL) {
            struct topic *t = h->buckets[i];
            h->buckets[i] = t->next;
            arena_free(t->arena);
        }
    }
    pthread_cond_destroy(&h->ending);
    pthread_mutex_destroy(&h->lock);
    arena_free(h->arena);
    arena_free(h->home);
}
