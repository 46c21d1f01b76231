#include "web/slow.h"

#include <assert.h>
#include <pthread.h>
#include <sys/resource.h>

static struct {
    void (*run)(void *);
    void *arg;
} queue[SLOW_QUEUE_MAX];

static unsigned head, tail; /* they only grow; the difference is what is queued */
static bool is_stopping, is_started;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t more = PTHREAD_COND_INITIALIZER;
static pthread_t thread;

static void *loop(void *unused)
{
    (void)unused;
    (void)setpriority(PRIO_PROCESS, 0, 10); /* on Linux: of this thread alone */
    pthread_mutex_lock(&lock);
    for (;;) {
        while (head == tail && !is_stopping)
            pthread_cond_wait(&more, &lock);
        if (head == tail)
            break;
        unsigned at = head++ % SLOW_QUEUE_MAX;
        void (*run)(void *) = queue[at].run;
        void *arg = queue[at].arg;
        pthread_mutex_unlock(&lock);
        run(arg);
        pthread_mutex_lock(&lock);
    }
    pthread_mutex_unlock(&lock);
    return NULL;
}

void slow_start(void)
{
    assert(!is_started);
    is_stopping = false;
    is_started = pthread_create(&thread, NULL, loop, NULL) == 0;
    assert(is_started);
}

void slow_stop(void)
{
    if (!is_started)
        return;
    pthread_mutex_lock(&lock);
    is_stopping = true;
    pthread_cond_signal(&more);
    pthread_mutex_unlock(&lock);
    pthread_join(thread, NULL);
    is_started = false;
}

bool slow_work(void (*run)(void *arg), void *arg)
{
    bool taken = false;

    pthread_mutex_lock(&lock);
    if (is_started && !is_stopping && tail - head < SLOW_QUEUE_MAX) {
        queue[tail % SLOW_QUEUE_MAX].run = run;
        queue[tail++ % SLOW_QUEUE_MAX].arg = arg;
        taken = true;
        pthread_cond_signal(&more);
    }
    pthread_mutex_unlock(&lock);
    return taken;
}
