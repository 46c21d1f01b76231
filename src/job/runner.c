/*
 * runner -- the threads that do the jobs. Each thread has an arena of its own; what they share is
 * under one lock: whether to stop, and whether somebody said that there is something new.
 */
#include "base/clock.h"
#include "base/crypto.h"
#include "base/id.h"
#include "base/log.h"
#include "db/db.h"
#include "job/job.h"
#include "job/job_sql.h"

#include <assert.h>
#include <pthread.h>
#include <time.h>

enum { THREADS_MAX = 8, ARENA_MAX = 64 * 1024 * 1024 };

struct job_runner {
    struct arena *arena;
    struct job_options options;
    pthread_t threads[THREADS_MAX];
    int thread_count;
    pthread_mutex_t lock;
    pthread_cond_t news;
    unsigned long woken; /* grows with each job_wake */
    bool must_stop;
};

static const char *const err_names[] = {[OK] = "",
                                        [NOT_FOUND] = "not_found",
                                        [DENIED] = "denied",
                                        [INVALID] = "invalid",
                                        [CONFLICT] = "conflict",
                                        [BUSY] = "busy",
                                        [FAULT] = "fault"};

int64_t job_backoff(int64_t tries, int64_t retry_ms, int64_t retry_max)
{
    int64_t wait = retry_ms;

    for (int64_t i = 1; i < tries && wait < retry_max; i++)
        wait *= 2;
    return wait < retry_max ? wait : retry_max;
}

/* Up to a quarter less, so that what failed together does not come back together. */
static int64_t with_chance(int64_t wait)
{
    uint32_t chance;

    crypto_random(&chance, sizeof chance);
    return wait - (int64_t)((double)wait / 4 * ((double)chance / (double)UINT32_MAX));
}

/* ---- the rows ---- */

struct claim {
    const struct job_kind *kind;
    struct arena *arena;
    int64_t now, holder;
    struct job job;
    bool found;
};

static enum err claim_act(struct db *db, void *arg)
{
    struct claim *claim = arg;
    struct rows row;

    claim->job = (struct job){.kind = str_of(claim->kind->name), .holder = claim->holder};
    TRY(db_rows(&row, db, &JOB_CLAIM, I(claim->now), I(claim->now + JOB_LEASE_MS),
                T(claim->job.kind), I(claim->job.holder)));
    TRY(db_next(&row, &claim->found));
    if (!claim->found)
        return OK;
    claim->job.id = take_i64(&row);
    claim->job.key = take_str(&row, claim->arena);
    claim->job.data = take_str(&row, claim->arena);
    claim->job.due = take_i64(&row);
    claim->job.tries = take_i64(&row);
    return db_done(&row);
}

struct ending {
    const struct job *job;
    const struct job_kind *kind;
    const struct job_options *options;
    enum err result;
    int64_t now;
};

static enum err end_act(struct db *db, void *arg)
{
    const struct ending *e = arg;
    const struct job *job = e->job;
    int64_t tries_max = e->kind->tries_max == 0 ? JOB_TRIES : e->kind->tries_max;
    str error = str_of(err_names[e->result]);

    if (e->result == OK && e->kind->every_ms > 0)
        return db_run(db, &JOB_LATER, I(job->id), I(job->holder), I(e->now + e->kind->every_ms),
                      I(0), T(error));
    if (e->result == OK)
        return db_run(db, &JOB_END, I(job->id), I(job->holder), T(S("done")), T(error), I(e->now));
    if (e->result == DENIED)
        return db_run(db, &JOB_LATER, I(job->id), I(job->holder),
                      I(e->now + with_chance(e->options->retry_max)), I(job->tries - 1), T(error));
    if (job->tries >= tries_max && e->kind->every_ms == 0)
        return db_run(db, &JOB_END, I(job->id), I(job->holder), T(S("failed")), T(error),
                      I(e->now));
    int64_t longest = e->kind->every_ms > 0 ? e->kind->every_ms : e->options->retry_max;
    int64_t wait = job_backoff(job->tries, e->options->retry_ms, longest);
    return db_run(db, &JOB_LATER, I(job->id), I(job->holder), I(e->now + with_chance(wait)),
                  I(job->tries), T(error));
}

static enum err add_repeating(struct db *db, void *arg)
{
    const struct job_options *o = arg;
    int64_t now = clock_now();

    for (size_t i = 0; i < o->kind_count; i++) {
        if (o->kinds[i].every_ms > 0)
            TRY(db_run(db, &JOB_ADD, I(id_new()), T(str_of(o->kinds[i].name)), T(S("")), T(S("")),
                       I(now), I(now)));
    }
    return OK;
}

/* When the next job of a kind can be claimed; INT64_MAX: none is queued. Reading first keeps an
 * idle runner from writing. */
static enum err load_next(struct db_pool *pool, const struct job_kind *kind, int64_t *next)
{
    struct db *db;

    TRY(db_read(pool, &db));
    enum err e = db_number(db, next, INT64_MAX, &JOB_NEXT, T(str_of(kind->name)), I(INT64_MAX));
    db_read_end(db);
    return e;
}

/* ---- doing ---- */

static void log_failure(const struct job *job, enum err e)
{
    log_line(e == BUSY ? LOG_INFO : LOG_WARN, "job_failed", LOG_STR("kind", job->kind),
             LOG_INT("job", job->id), LOG_INT("tries", job->tries),
             LOG_STR("error", str_of(err_names[e])));
}

/* Claim and do one job of a kind. `*done` says whether there was one. */
static enum err do_one(const struct job_options *o, const struct job_kind *kind, struct arena *a,
                       bool *done)
{
    struct claim claim = {.kind = kind, .arena = a, .now = clock_now(), .holder = id_new()};
    struct ctx c = o->ctx;

    *done = false;
    TRY(db_act_wait(o->pool, claim_act, &claim));
    if (!claim.found)
        return OK;
    *done = true;
    c.arena = a;
    c.db = NULL;
    c.now = clock_now();
    enum err result = kind->run(&c, o->pool, &claim.job, kind->arg);
    if (result != OK && result != DENIED)
        log_failure(&claim.job, result);
    struct ending ending = {&claim.job, kind, o, result, clock_now()};
    return db_act_wait(o->pool, end_act, &ending);
}

/* Do what is due, once round the kinds. `*next` is the earliest moment something else may be. */
static enum err do_round(const struct job_options *o, struct arena *a, int64_t *next,
                         int64_t *count)
{
    *next = INT64_MAX;
    for (size_t i = 0; i < o->kind_count; i++) {
        int64_t when;
        bool done = false;
        TRY(load_next(o->pool, &o->kinds[i], &when));
        if (when <= clock_now()) {
            TRY(do_one(o, &o->kinds[i], a, &done));
            arena_reset(a);
        }
        *count += done;
        if (done)
            *next = 0; /* perhaps there is another one */
        else if (when < *next)
            *next = when;
    }
    return OK;
}

static struct job_options with_defaults(const struct job_options *options)
{
    struct job_options o = *options;

    assert(o.kind_count <= JOB_KINDS_MAX);
    o.threads = o.threads == 0 ? 2 : o.threads;
    o.poll_ms = o.poll_ms == 0 ? CLOCK_SECOND : o.poll_ms;
    o.retry_ms = o.retry_ms == 0 ? 5 * CLOCK_SECOND : o.retry_ms;
    o.retry_max = o.retry_max == 0 ? CLOCK_HOUR : o.retry_max;
    assert(o.threads > 0 && o.threads <= THREADS_MAX);
    return o;
}

enum err job_run_due(const struct job_options *options, int64_t *done)
{
    struct job_options o = with_defaults(options);
    struct arena *a = arena_new("jobs", ARENA_MAX);
    int64_t next = 0, count = 0;
    enum err e = db_act_wait(o.pool, add_repeating, &o);

    while (e == OK && next <= clock_now())
        e = do_round(&o, a, &next, &count);
    arena_free(a);
    if (done != NULL)
        *done = count;
    return e;
}

/* Wait until `next`, but at most poll_ms, or until job_wake or job_stop. False: stop. */
static bool wait_for_work(struct job_runner *r, int64_t next, unsigned long *seen)
{
    struct timespec until;
    int64_t now = clock_now(), wait = next <= now ? 0 : next - now;

    if (wait > r->options.poll_ms)
        wait = r->options.poll_ms;
    clock_gettime(CLOCK_MONOTONIC, &until);
    int64_t nanoseconds = until.tv_nsec + wait % 1000 * 1000000;
    until.tv_sec += wait / 1000 + nanoseconds / 1000000000;
    until.tv_nsec = (long)(nanoseconds % 1000000000);

    pthread_mutex_lock(&r->lock);
    while (!r->must_stop && r->woken == *seen && wait > 0) {
        if (pthread_cond_timedwait(&r->news, &r->lock, &until) != 0)
            break;
    }
    *seen = r->woken;
    bool goes_on = !r->must_stop;
    pthread_mutex_unlock(&r->lock);
    return goes_on;
}

static void *run_thread(void *arg)
{
    struct job_runner *r = arg;
    struct arena *a = arena_new("job", ARENA_MAX);
    unsigned long seen = 0;
    int64_t next = 0, count = 0;

    while (wait_for_work(r, next, &seen)) {
        enum err e = do_round(&r->options, a, &next, &count);
        if (e != OK) { /* the database is away: look again at the next poll */
            arena_reset(a);
            next = INT64_MAX;
        }
    }
    arena_free(a);
    return NULL;
}

enum err job_start(struct job_runner **runner, const struct job_options *options)
{
    struct arena *a = arena_new("job runner", 64 * 1024);
    struct job_runner *r = NEW(a, struct job_runner);
    pthread_condattr_t attr;

    r->arena = a;
    r->options = with_defaults(options);
    pthread_mutex_init(&r->lock, NULL);
    pthread_condattr_init(&attr);
    pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
    pthread_cond_init(&r->news, &attr);
    pthread_condattr_destroy(&attr);
    enum err e = db_act_wait(r->options.pool, add_repeating, &r->options);
    while (e == OK && r->thread_count < r->options.threads) {
        if (pthread_create(&r->threads[r->thread_count], NULL, run_thread, r) != 0)
            e = FAULT;
        else
            r->thread_count++;
    }
    if (e != OK) {
        job_stop(r);
        return e;
    }
    *runner = r;
    return OK;
}

void job_wake(struct job_runner *r)
{
    pthread_mutex_lock(&r->lock);
    r->woken++;
    pthread_cond_broadcast(&r->news);
    pthread_mutex_unlock(&r->lock);
}

void job_stop(struct job_runner *r)
{
    if (r == NULL)
        return;
    pthread_mutex_lock(&r->lock);
    r->must_stop = true;
    pthread_cond_broadcast(&r->news);
    pthread_mutex_unlock(&r->lock);
    for (int i = 0; i < r->thread_count; i++)
        pthread_join(r->threads[i], NULL);
    pthread_cond_destroy(&r->news);
    pthread_mutex_destroy(&r->lock);
    arena_free(r->arena);
}
