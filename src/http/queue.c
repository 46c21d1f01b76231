#include "http/queue.h"

#include "base/arena.h"

#include <assert.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LOOKS = 20 };

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
    _Atomic size_t waiting; /* in both lines: for a look without the lock */
    int idle;
    bool is_stopping, is_looking, is_waking;
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
    assert(l->room > 0);
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

/* Under the lock: whether somebody must be woken for what is waiting. While one worker is looking
 * for work or on the way out of his sleep, nobody: he will wake the next when there is more than
 * one job. Waking a thread costs more than a short request does. */
static bool must_wake(struct queue *q)
{
    if (q->new.count + q->begun.count == 0 || q->idle == 0 || q->is_looking || q->is_waking)
        return false;
    q->is_waking = true;
    return true;
}

/* Look for a moment whether work comes in, without the lock, before going to sleep. */
static void look(struct queue *q)
{
    q->is_looking = true;
    pthread_mutex_unlock(&q->lock);
    for (int i = 0; i < LOOKS && atomic_load_explicit(&q->waiting, memory_order_relaxed) == 0; i++)
        sched_yield();
    pthread_mutex_lock(&q->lock);
    q->is_looking = false;
}

static void sleep_until_filled(struct queue *q)
{
    q->idle++;
    pthread_cond_wait(&q->filled, &q->lock);
    q->idle--;
    q->is_waking = false;
}

static void *work(void *arg)
{
    struct queue *q = arg;
    bool has_looked = false;

    pthread_mutex_lock(&q->lock);
    for (;;) {
        if (q->new.count + q->begun.count > 0) {
            struct job job = line_take(q->begun.count > 0 ? &q->begun : &q->new);
            atomic_fetch_sub_explicit(&q->waiting, 1, memory_order_relaxed);
            bool wake = must_wake(q);
            pthread_mutex_unlock(&q->lock);
            if (wake)
                pthread_cond_signal(&q->filled);
            job.run(job.arg);
            pthread_mutex_lock(&q->lock);
            has_looked = false;
        } else if (q->is_stopping) {
            break;
        } else if (!has_looked && !q->is_looking) {
            look(q);
            has_looked = true;
        } else {
            sleep_until_filled(q);
            has_looked = true;
        }
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

static void add_and_unlock(struct queue *q, struct line *l, struct job job)
{
    line_add(l, job);
    atomic_fetch_add_explicit(&q->waiting, 1, memory_order_relaxed);
    bool wake = must_wake(q);
    pthread_mutex_unlock(&q->lock);
    if (wake)
        pthread_cond_signal(&q->filled);
}

bool queue_add(struct queue *q, void (*run)(void *arg), void *arg)
{
    pthread_mutex_lock(&q->lock);
    if (q->new.count == q->new.room) {
        pthread_mutex_unlock(&q->lock);
        return false;
    }
    add_and_unlock(q, &q->new, (struct job){run, arg});
    return true;
}

void queue_add_first(struct queue *q, void (*run)(void *arg), void *arg)
{
    pthread_mutex_lock(&q->lock);
    if (q->begun.count == q->begun.room)
        line_grow(&q->begun);
    add_and_unlock(q, &q->begun, (struct job){run, arg});
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
