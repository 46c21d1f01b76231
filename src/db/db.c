#include "db/db_local.h"

#include "base/clock.h"
#include "base/log.h"

#include <assert.h>
#include <errno.h>
#include <time.h>

enum {
    POOL_BYTES_MAX = 4 * 1024 * 1024,
    CONNECTION_BYTES_MAX = 4 * 1024 * 1024,
    ARGS_BYTES_MAX = 256 * 1024 * 1024,
};

/* ---- faults ---- */

static _Atomic int64_t fail_left, fail_counted;
static _Atomic int fail_with_err;

void db_fail_at(int64_t n, enum err e)
{
    atomic_store(&fail_left, 0);
    atomic_store(&fail_with_err, (int)e);
    atomic_store(&fail_counted, 0);
    atomic_store(&fail_left, n);
}

int64_t db_fail_count(void)
{
    return atomic_load(&fail_counted);
}

enum err db_fail_check(void)
{
    int64_t left = atomic_load(&fail_left);

    atomic_fetch_add(&fail_counted, 1);
    while (left > 0 && !atomic_compare_exchange_weak(&fail_left, &left, left - 1))
        continue;
    return left == 1 ? (enum err)atomic_load(&fail_with_err) : OK;
}

/* ---- the pool ---- */

enum err db_connect(struct db_pool *pool, struct db **out)
{
    struct arena *arena = arena_new("connection", CONNECTION_BYTES_MAX);
    struct db *db = NEW(arena, struct db);

    db->pool = pool;
    db->arena = arena;
    db->args = arena_new("statement", ARGS_BYTES_MAX);
    enum err e = pool->engine->connect(db);
    if (e != OK) {
        arena_free(db->args);
        arena_free(arena);
        return e;
    }
    *out = db;
    return OK;
}

void db_disconnect(struct db *db)
{
    db_end_rows(db);
    db->pool->engine->disconnect(db);
    arena_free(db->args);
    arena_free(db->arena);
}

static void add_ms(struct timespec *t, int64_t ms)
{
    t->tv_sec += ms / 1000;
    t->tv_nsec += ms % 1000 * 1000000;
    if (t->tv_nsec >= 1000000000) {
        t->tv_sec++;
        t->tv_nsec -= 1000000000;
    }
}

enum err pool_take(struct db_pool *pool, struct db **db)
{
    struct timespec until;
    enum err e = OK;

    clock_gettime(CLOCK_MONOTONIC, &until);
    add_ms(&until, WAIT_MS_MAX);
    pthread_mutex_lock(&pool->lock);
    while (pool->idle == NULL && pool->count >= pool->max && e == OK) {
        if (pthread_cond_timedwait(&pool->given_back, &pool->lock, &until) == ETIMEDOUT)
            e = BUSY;
    }
    *db = pool->idle;
    if (*db != NULL)
        pool->idle = (*db)->next;
    else if (e == OK)
        pool->count++;
    pthread_mutex_unlock(&pool->lock);
    if (*db != NULL)
        return OK;
    if (e == OK) {
        e = db_connect(pool, db);
        if (e == OK)
            return OK;
        pthread_mutex_lock(&pool->lock);
        pool->count--;
        pthread_cond_signal(&pool->given_back);
        pthread_mutex_unlock(&pool->lock);
    } else {
        log_line(LOG_WARN, "db_no_connection_free", LOG_INT("max", pool->max));
    }
    return e;
}

void pool_give_back(struct db *db)
{
    struct db_pool *pool = db->pool;
    bool is_usable = pool->engine->is_usable(db);

    db->state = DB_IDLE;
    if (!is_usable)
        db_disconnect(db);
    pthread_mutex_lock(&pool->lock);
    if (is_usable) {
        db->next = pool->idle;
        pool->idle = db;
    } else {
        pool->count--;
    }
    pthread_cond_signal(&pool->given_back);
    pthread_mutex_unlock(&pool->lock);
}

bool db_takes(str url)
{
    return str_starts(url, S("sqlite:")) || str_starts(url, S("postgresql://")) ||
           str_starts(url, S("postgres://"));
}

enum err db_open(struct db_pool **out, const struct db_options *options)
{
    struct arena *arena = arena_new("db", POOL_BYTES_MAX);
    struct db_pool *pool = NEW(arena, struct db_pool);
    pthread_condattr_t monotonic;
    str url = options->url;

    pool->arena = arena;
    pool->max = options->readers_max == 0 ? READERS_DEFAULT : options->readers_max;
    pool->is_read_only = options->is_read_only;
    if (str_starts(url, S("sqlite:"))) {
        pool->engine = &engine_sqlite;
        url = str_slice(url, sizeof "sqlite:" - 1, url.len);
    } else if (str_starts(url, S("postgresql://")) || str_starts(url, S("postgres://"))) {
        pool->engine = &engine_postgres;
    } else {
        log_line(LOG_ERROR, "db_url", LOG_STR("why", S("sqlite:PATH or postgresql://…")));
        arena_free(arena);
        return INVALID;
    }
    pool->url = str_z(arena, url);
    pthread_mutex_init(&pool->lock, NULL);
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_cond_init(&pool->given_back, &monotonic);
    pthread_cond_init(&pool->turn, &monotonic);
    pthread_condattr_destroy(&monotonic);
    enum err e = pool->engine->open(pool);
    if (e != OK) {
        db_close(pool);
        return e;
    }
    *out = pool;
    return OK;
}

void db_close(struct db_pool *pool)
{
    if (pool == NULL)
        return;
    while (pool->idle != NULL) {
        struct db *db = pool->idle;
        pool->idle = db->next;
        pool->count--;
        db_disconnect(db);
    }
    assert(pool->count == 0); /* else somebody still reads */
    pool->engine->close(pool);
    pthread_cond_destroy(&pool->turn);
    pthread_cond_destroy(&pool->given_back);
    pthread_mutex_destroy(&pool->lock);
    arena_free(pool->arena);
}

enum db_engine db_engine(const struct db_pool *pool)
{
    return pool->engine->which;
}

enum db_engine db_engine_of(const struct db *db)
{
    return db->pool->engine->which;
}

void pool_count(struct db_pool *pool, int64_t acts, int64_t busy)
{
    pthread_mutex_lock(&pool->lock);
    pool->stats.acts += acts;
    pool->stats.groups++;
    pool->stats.busy += busy;
    if (acts > pool->stats.group_max)
        pool->stats.group_max = acts;
    if (busy == 0)
        pool->is_full = false;
    pthread_mutex_unlock(&pool->lock);
}

void pool_full(struct db_pool *pool, const char *what)
{
    log_line(LOG_ERROR, "disk_full", LOG_STR("sql", str_of(what)));
    pthread_mutex_lock(&pool->lock);
    pool->is_full = true;
    pthread_mutex_unlock(&pool->lock);
}

bool db_is_full(struct db_pool *pool)
{
    pthread_mutex_lock(&pool->lock);
    bool is_full = pool->is_full;
    pthread_mutex_unlock(&pool->lock);
    return is_full;
}

struct db_stats db_stats(struct db_pool *pool)
{
    pthread_mutex_lock(&pool->lock);
    struct db_stats stats = pool->stats;
    pthread_mutex_unlock(&pool->lock);
    return stats;
}

enum err db_backup(struct db_pool *pool, str path)
{
    struct arena *a = arena_new("backup", 64 * 1024);
    enum err e = pool->engine->backup(pool, str_z(a, path));

    arena_free(a);
    return e;
}

/* ---- reading and acting ---- */

enum err db_read(struct db_pool *pool, struct db **out)
{
    struct db *db;

    TRY(db_fail_check());
    TRY(pool_take(pool, &db));
    db->broken = OK;
    enum err e = pool->engine->begin(db);
    if (e != OK) {
        pool_give_back(db);
        return e;
    }
    db->state = DB_READING;
    *out = db;
    return OK;
}

void db_read_end(struct db *db)
{
    if (db == NULL)
        return;
    assert(db->state == DB_READING);
    db_end_rows(db);
    db->pool->engine->end(db);
    pool_give_back(db);
}

void db_act(struct db_pool *pool, db_act_fn *act, db_acted_fn *acted, void *arg)
{
    if (pool->is_read_only)
        acted(DENIED, arg);
    else
        pool->engine->act(pool, (struct act){act, acted, arg});
}

void waiting_begin(struct waiting *w)
{
    *w = (struct waiting){0};
    pthread_mutex_init(&w->lock, NULL);
    pthread_cond_init(&w->ended, NULL);
}

void waiting_acted(enum err result, void *arg)
{
    struct waiting *w = arg;

    pthread_mutex_lock(&w->lock);
    w->result = result;
    w->is_over = true;
    pthread_cond_signal(&w->ended);
    pthread_mutex_unlock(&w->lock);
}

enum err waiting_end(struct waiting *w)
{
    pthread_mutex_lock(&w->lock);
    while (!w->is_over)
        pthread_cond_wait(&w->ended, &w->lock);
    pthread_mutex_unlock(&w->lock);
    pthread_cond_destroy(&w->ended);
    pthread_mutex_destroy(&w->lock);
    return w->result;
}

struct waiting_act {
    struct waiting waiting; /* first: waiting_acted is given the whole */
    db_act_fn *act;
    void *arg;
};

static enum err call_waiting(struct db *db, void *arg)
{
    struct waiting_act *w = arg;

    return w->act(db, w->arg);
}

enum err db_act_wait(struct db_pool *pool, db_act_fn *act, void *arg)
{
    struct waiting_act w = {.act = act, .arg = arg};

    waiting_begin(&w.waiting);
    db_act(pool, call_waiting, waiting_acted, &w);
    return waiting_end(&w.waiting);
}

enum err db_act_call(struct db *db, const struct act *act)
{
    db->state = DB_ACTING;
    db->points = 0;
    db->broken = OK;
    enum err e = act->act(db, act->arg);
    db_end_rows(db);
    db->state = DB_IDLE;
    if (e == OK && db->broken != OK) {
        /* Committing would keep half of it on one engine and nothing on the other. */
        log_line(LOG_ERROR, "act_went_on_after_a_failure", LOG_INT("err", db->broken));
        return db->must_rerun || db->broken == BUSY ? BUSY : FAULT;
    }
    /* An act may take such a failure for an answer, "he has no such role": it is none. */
    if (e != OK && (db->broken == BUSY || db->broken == FAULT))
        return db->broken;
    assert(e != OK || db->points == 0); /* each point is kept or undone */
    return e;
}

/* ---- points ---- */

/* The same name on every level: both engines mean the newest. */
static enum err point_script(struct db *db, const char *text)
{
    enum err e = db_fail_check();

    if (e == OK)
        e = db->pool->engine->script(db, text);
    if (e != OK)
        db->broken = e;
    return e;
}

enum err db_point(struct db *db)
{
    assert(db->state == DB_ACTING);
    if (db->broken != OK)
        return FAULT;
    TRY(point_script(db, "SAVEPOINT point"));
    db->points++;
    return OK;
}

enum err db_point_keep(struct db *db)
{
    assert(db->state == DB_ACTING && db->points > 0);
    if (db->broken != OK)
        return db->broken;
    TRY(point_script(db, "RELEASE point"));
    db->points--;
    return OK;
}

void db_point_undo(struct db *db)
{
    assert(db->state == DB_ACTING && db->points > 0);
    db->points--;
    if (db->must_rerun)
        return; /* the whole transaction is lost; `broken` stays */
    db->broken = db->pool->engine->script(db, "ROLLBACK TO point; RELEASE point");
}
