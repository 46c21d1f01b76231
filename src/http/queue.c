#include "http/queue.h"

#include "base/arena.h"

#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct job {
    void (*run)(void *arg);
    void *arg;
};

struct line {
    struct arena *arena;
    struct job *jobs;
    size_t room, first, count;
};

struct queue {
    struct arena *arena;
    pthread_mutex_t lock;
    pthread_cond_t filled;
    struct line new, begun;
    int idle;
    bool is_stopping;
    int worker_count;
    pthread_t *workers;
};

static void line_start(struct line *l, size_t room)
{
    l->arena = arena_new("queue", SIZE_MAX);
    l->jobs = NEW_ARRAY(l->arena, room, struct job);
    l->room = room;
}

static void line_add(struct line *l, struct job job)
{
    l->jobs[(l->first + l->count++) % l->room] = job;
}

static struct job line_take(struct line *l)
{
    struct job job = l->jobs[l->first];

    l->first = (l->first + 1) % l->room;
    l->count--;
    return job;
}

static void line_grow(struct line *l)
{
    struct line wider = {0};

    line_start(&wider, l->room * 2);
    while (l->count > 0)
        line_add(&wider, line_take(l));
    arena_free(l->arena);
    *l = wider;
}

static void *work(void *arg)
{
    struct queue *q = arg;

    pthread_mutex_lock(&q->lock);
    for (;;) {
        while (q->new.count == 0 && q->begun.count == 0 && !q->is_stopping) {
            q->idle++;
            pthread_cond_wait(&q->filled, &q->lock);
            q->idle--;
        }
        if (q->new.count == 0 && q->begun.count == 0)
            break;
        struct job job = line_take(q->begun.count > 0 ? &q->begun : &q->new);
        pthread_mutex_unlock(&q->lock);
        job.run(job.arg);
        pthread_mutex_lock(&q->lock);
    }
    pthread_mutex_unlock(&q->lock);
    return NULL;
}

struct queue *queue_new(int workers, size_t new_max)
{
    struct arena *a = arena_new("queue", SIZE_MAX);
    struct queue *q = NEW(a, struct queue);
    sigset_t all, before;

    q->arena = a;
    pthread_mutex_init(&q->lock, NULL);
    pthread_cond_init(&q->filled, NULL);
    line_start(&q->new, new_max);
    line_start(&q->begun, 64);
    q->worker_count = workers;
    q->workers = NEW_ARRAY(a, (size_t)workers, pthread_t);
    /* Signals belong to the main thread. */
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    for (int i = 0; i < workers; i++) {
        if (pthread_create(&q->workers[i], NULL, work, q) != 0) {
            fputs("no thread for a worker\n", stderr);
            abort();
        }
    }
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return q;
}

bool queue_add(struct queue *q, void (*run)(void *arg), void *arg)
{
    pthread_mutex_lock(&q->lock);
    bool is_taken = q->new.count < q->new.room;
    bool must_wake = is_taken && q->idle > 0;
    if (is_taken)
        line_add(&q->new, (struct job){run, arg});
    pthread_mutex_unlock(&q->lock);
    if (must_wake)
        pthread_cond_signal(&q->filled);
    return is_taken;
}

void queue_add_first(struct queue *q, void (*run)(void *arg), void *arg)
{
    pthread_mutex_lock(&q->lock);
    if (q->begun.count == q->begun.room)
        line_grow(&q->begun);
    line_add(&q->begun, (struct job){run, arg});
    bool must_wake = q->idle > 0;
    pthread_mutex_unlock(&q->lock);
    if (must_wake)
        pthread_cond_signal(&q->filled);
}

void queue_stop(struct queue *q)
{
    pthread_mutex_lock(&q->lock);
    q->is_stopping = true;
    pthread_mutex_unlock(&q->lock);
    pthread_cond_broadcast(&q->filled);
    for (int i = 0; i < q->worker_count; i++)
        pthread_join(q->workers[i], NULL);
    pthread_cond_destroy(&q->filled);
    pthread_mutex_destroy(&q->lock);
    arena_free(q->new.arena);
    arena_free(q->begun.arena);
    arena_free(q->arena);
}
