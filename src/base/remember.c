#include "base/remember.h"

#include <assert.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

struct remember {
    pthread_mutex_t lock;
    bool is_filled;
    int64_t at; /* when they were counted, or somebody went to count them */
    int64_t n[REMEMBER_MAX];
};

struct remember *remember_new(void)
{
    struct remember *r = calloc(1, sizeof *r);

    if (r != NULL)
        pthread_mutex_init(&r->lock, NULL);
    return r;
}

void remember_free(struct remember *r)
{
    if (r == NULL)
        return;
    pthread_mutex_destroy(&r->lock);
    free(r);
}

bool remembered(struct remember *r, int64_t now, int64_t *n, size_t count)
{
    assert(count <= REMEMBER_MAX);
    if (r == NULL)
        return false;
    pthread_mutex_lock(&r->lock);
    /* A clock that was set back makes old what comes from its future. */
    bool is_fresh = r->is_filled && now >= r->at && now - r->at < REMEMBER_MS;
    if (is_fresh)
        memcpy(n, r->n, count * sizeof *n);
    else
        r->at = now; /* the others wait for this caller with the old ones */
    pthread_mutex_unlock(&r->lock);
    return is_fresh;
}

void remember(struct remember *r, int64_t now, const int64_t *n, size_t count)
{
    assert(count <= REMEMBER_MAX);
    if (r == NULL)
        return;
    pthread_mutex_lock(&r->lock);
    memcpy(r->n, n, count * sizeof *n);
    r->at = now;
    r->is_filled = true;
    pthread_mutex_unlock(&r->lock);
}
