/* Threads for the library's loops: whoever is free takes the next part. */
#include "main/cmd_opinion.h"

#include "base/str.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <unistd.h>

struct loop {
    void (*part)(void *arg, size_t i);
    void *arg;
    size_t parts;
    atomic_size_t next;
};

static void *work(void *arg)
{
    struct loop *l = arg;

    for (size_t i = atomic_fetch_add(&l->next, 1); i < l->parts; i = atomic_fetch_add(&l->next, 1))
        l->part(l->arg, i);
    return NULL;
}

/* Threads that cannot be had are done without. */
static void run(void *self, size_t parts, void (*part)(void *arg, size_t i), void *arg)
{
    struct loop l = {part, arg, parts, 0};
    pthread_t others[OPINION_THREADS_MAX];
    unsigned threads = *(const unsigned *)self, begun = 0;

    while (begun + 1 < threads && begun + 1 < parts &&
           pthread_create(&others[begun], NULL, work, &l) == 0)
        begun++;
    work(&l);
    for (unsigned i = 0; i < begun; i++)
        pthread_join(others[i], NULL);
}

struct opinion_crew opinion_crew_of(const unsigned *threads)
{
    return (struct opinion_crew){run, (void *)threads};
}

bool opinion_take_threads(const char *text, unsigned *threads)
{
    int64_t n = sysconf(_SC_NPROCESSORS_ONLN);

    if (text != NULL && (!str_to_i64(str_of(text), &n) || n < 1 || n > OPINION_THREADS_MAX)) {
        fprintf(stderr, "shangliang: --threads is 1 to %d\n", OPINION_THREADS_MAX);
        return false;
    }
    *threads = n < 1 ? 1 : n > OPINION_THREADS_MAX ? OPINION_THREADS_MAX : (unsigned)n;
    return true;
}
