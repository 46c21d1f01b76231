/* A request answered before the call returns: for whoever has no thread to go on with. */
#include "web/web.h"

#include <pthread.h>

struct waiting {
    pthread_mutex_t lock;
    pthread_cond_t came;
    bool is_answered;
};

static void answered(void *token)
{
    struct waiting *n = token;

    pthread_mutex_lock(&n->lock);
    n->is_answered = true;
    pthread_cond_signal(&n->came);
    pthread_mutex_unlock(&n->lock);
}

void web_serve_wait(struct app *app, struct req *q, struct res *s)
{
    struct waiting n = {.is_answered = false};

    pthread_mutex_init(&n.lock, NULL);
    pthread_cond_init(&n.came, NULL);
    web_serve(app, q, s, answered, &n);
    pthread_mutex_lock(&n.lock);
    while (!n.is_answered)
        pthread_cond_wait(&n.came, &n.lock);
    pthread_mutex_unlock(&n.lock);
    pthread_cond_destroy(&n.came);
    pthread_mutex_destroy(&n.lock);
}
