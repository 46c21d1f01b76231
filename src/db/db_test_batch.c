#include "db/db_test.h"

#include <time.h>

void batch_begin(struct world *w, struct batch *b)
{
    *b = (struct batch){.w = w};
    pthread_mutex_init(&b->lock, NULL);
    pthread_cond_init(&b->changed, NULL);
}

/* What is told is told on the writer's thread, which so waits here, before the next batch. */
static void wait_at_gate(enum err result, void *arg)
{
    struct batch *b = arg;

    (void)result;
    pthread_mutex_lock(&b->lock);
    b->is_entered = true;
    pthread_cond_broadcast(&b->changed);
    while (!b->is_open)
        pthread_cond_wait(&b->changed, &b->lock);
    pthread_mutex_unlock(&b->lock);
}

void batch_gather(struct world *w, struct batch *b)
{
    batch_begin(w, b);
    db_hot_add(&b->gate, &THING_STEP, I(-1), I(-1)); /* there is none */
    db_hot(w->t.pool, &b->gate, wait_at_gate, b);
    pthread_mutex_lock(&b->lock);
    while (!b->is_entered)
        pthread_cond_wait(&b->changed, &b->lock);
    pthread_mutex_unlock(&b->lock);
}

void batch_go(struct batch *b, int count)
{
    pthread_mutex_lock(&b->lock);
    b->is_open = true;
    pthread_cond_broadcast(&b->changed);
    while (b->told < count)
        pthread_cond_wait(&b->changed, &b->lock);
    pthread_mutex_unlock(&b->lock);
}

void batch_wait(struct batch *b, int count, int64_t ms_max)
{
    struct timespec until;

    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_nsec += ms_max % 1000 * 1000000;
    until.tv_sec += ms_max / 1000 + until.tv_nsec / 1000000000;
    until.tv_nsec %= 1000000000;
    pthread_mutex_lock(&b->lock);
    while (b->told < count && pthread_cond_timedwait(&b->changed, &b->lock, &until) == 0)
        continue;
    pthread_mutex_unlock(&b->lock);
}

struct one *batch_ones(struct batch *b, size_t count)
{
    struct one *all = NEW_ARRAY(b->w->arena, count, struct one);

    for (size_t i = 0; i < count; i++)
        all[i].b = b;
    return all;
}

void one_told(enum err result, void *arg)
{
    struct one *one = arg;
    struct batch *b = one->b;

    pthread_mutex_lock(&b->lock);
    one->result = result;
    one->order = b->told++;
    pthread_cond_broadcast(&b->changed);
    pthread_mutex_unlock(&b->lock);
}

static void one_told_and_look(enum err result, void *arg)
{
    struct one *one = arg;
    struct db *db;

    one->seen = -1;
    if (db_read(one->b->w->t.pool, &db) == OK) {
        if (db_number(db, &one->seen, -1, &THING_COUNT) != OK)
            one->seen = -1;
        db_read_end(db);
    }
    one_told(result, arg);
}

void one_queue(struct one *one)
{
    db_hot(one->b->w->t.pool, &one->act, one_told, one);
}

void one_queue_and_look(struct one *one)
{
    db_hot(one->b->w->t.pool, &one->act, one_told_and_look, one);
}
