#include "main/ticker.h"

#include "base/clock.h"

#include <assert.h>
#include <pthread.h>
#include <stdbool.h>
#include <time.h>

static struct {
    void (*fn)(void *);
    void *arg;
    int64_t every_us, next_us;
} things[TICKER_MAX];

static int thing_count;
static bool is_stopping, is_started;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t wake = PTHREAD_COND_INITIALIZER;
static pthread_t thread;

/* The thing that is due first; the lock is held. */
static int first_due(int64_t *next_us)
{
    int first = -1;

    for (int i = 0; i < thing_count; i++) {
        if (first < 0 || things[i].next_us < things[first].next_us)
            first = i;
    }
    *next_us = first < 0 ? clock_ticks() + 1000000 : things[first].next_us;
    return first;
}

static void wait_until(int64_t at_us)
{
    int64_t left = at_us - clock_ticks();
    struct timespec t;

    clock_gettime(CLOCK_REALTIME, &t);
    if (left > 0) {
        int64_t ns = t.tv_nsec + left % 1000000 * 1000;
        t.tv_sec += left / 1000000 + ns / 1000000000;
        t.tv_nsec = ns % 1000000000;
        pthread_cond_timedwait(&wake, &lock, &t);
    }
}

static void *loop(void *unused)
{
    int64_t next_us;

    (void)unused;
    pthread_mutex_lock(&lock);
    while (!is_stopping) {
        int i = first_due(&next_us);
        if (i < 0 || next_us > clock_ticks()) {
            wait_until(next_us);
            continue;
        }
        void (*fn)(void *) = things[i].fn;
        void *arg = things[i].arg;
        pthread_mutex_unlock(&lock);
        fn(arg);
        pthread_mutex_lock(&lock);
        things[i].next_us = clock_ticks() + things[i].every_us;
    }
    pthread_mutex_unlock(&lock);
    return NULL;
}

void ticker_start(void)
{
    assert(!is_started);
    is_stopping = false;
    thing_count = 0;
    is_started = pthread_create(&thread, NULL, loop, NULL) == 0;
    assert(is_started);
}

void ticker_add(void (*fn)(void *arg), void *arg, int every_ms)
{
    pthread_mutex_lock(&lock);
    assert(thing_count < TICKER_MAX);
    things[thing_count].fn = fn;
    things[thing_count].arg = arg;
    things[thing_count].every_us = (int64_t)every_ms * 1000;
    things[thing_count++].next_us = clock_ticks();
    pthread_cond_signal(&wake);
    pthread_mutex_unlock(&lock);
}

void ticker_stop(void)
{
    if (!is_started)
        return;
    pthread_mutex_lock(&lock);
    is_stopping = true;
    pthread_cond_signal(&wake);
    pthread_mutex_unlock(&lock);
    pthread_join(thread, NULL);
    is_started = false;
}
