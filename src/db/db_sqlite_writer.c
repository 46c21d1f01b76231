#include "db/db_sqlite.h"

#include "base/log.h"

#include <assert.h>

/*
 * One thread writes. It takes every act queued meanwhile (up to ACTS_IN_GROUP_MAX) into one
 * transaction, each act in a savepoint of its own, and commits once: while the disk is busy with
 * one group the next one gathers, so the more people write, the fewer syncs each costs. Nobody is
 * told before the commit.
 */

enum step { STEP_BEGIN, STEP_COMMIT, STEP_SAVE, STEP_RELEASE, STEP_UNDO, STEP_COUNT };

static const char *const step_texts[STEP_COUNT] = {
    [STEP_BEGIN] = "BEGIN IMMEDIATE", [STEP_COMMIT] = "COMMIT",
    [STEP_SAVE] = "SAVEPOINT act",    [STEP_RELEASE] = "RELEASE act",
    [STEP_UNDO] = "ROLLBACK TO act",
};

struct writer {
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t queued;
    struct act queue[ACTS_QUEUED_MAX]; /* a ring */
    size_t first, count;
    bool is_stopping;
    struct db *db;
    sqlite3_stmt *steps[STEP_COUNT];
    struct act group[ACTS_IN_GROUP_MAX];
    enum err results[ACTS_IN_GROUP_MAX];
};

static enum err step(struct writer *w, enum step which)
{
    sqlite3_stmt *stmt = w->steps[which];
    int code = sqlite3_step(stmt) & 0xFF;
    enum err e = code == SQLITE_DONE ? OK : sqlite_err(w->db, step_texts[which], code);

    sqlite3_reset(stmt);
    return e;
}

/* OK: each act has its own result. Otherwise the transaction itself is lost. */
static enum err run_acts(struct writer *w, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        TRY(step(w, STEP_SAVE));
        w->results[i] = db_act_call(w->db, &w->group[i]);
        /* A full disk or a read error can end the whole transaction below us. */
        if (sqlite3_get_autocommit(w->db->conn))
            return w->results[i] == BUSY ? BUSY : FAULT;
        enum err e = w->results[i] == OK ? OK : step(w, STEP_UNDO);
        if (e == OK)
            e = step(w, STEP_RELEASE);
        if (e != OK) {
            w->results[i] = e;
            return e;
        }
    }
    return OK;
}

static enum err commit(struct writer *w)
{
    enum err e = db_fail_check();

    return e != OK ? e : step(w, STEP_COMMIT);
}

static void run_group(struct writer *w, size_t n)
{
    int64_t busy = 0;

    for (size_t i = 0; i < n; i++)
        w->results[i] = OK;
    enum err e = step(w, STEP_BEGIN);
    if (e == OK)
        e = run_acts(w, n);
    if (e == OK)
        e = commit(w);
    if (!sqlite3_get_autocommit(w->db->conn)) {
        assert(e != OK);
        enum err undone = sqlite_script(w->db, "ROLLBACK");
        assert(undone == OK);
    }
    for (size_t i = 0; i < n; i++) {
        if (w->results[i] == OK)
            w->results[i] = e; /* an act's own refusal stays what it was */
        busy += w->results[i] == BUSY;
    }
    pool_count(w->db->pool, (int64_t)n, busy);
    for (size_t i = 0; i < n; i++)
        w->group[i].acted(w->results[i], w->group[i].arg);
}

static void *write_all(void *arg)
{
    struct writer *w = arg;

    pthread_mutex_lock(&w->lock);
    for (;;) {
        size_t n = 0;
        while (w->count == 0 && !w->is_stopping)
            pthread_cond_wait(&w->queued, &w->lock);
        if (w->count == 0)
            break;
        for (; n < ACTS_IN_GROUP_MAX && w->count > 0; n++) {
            w->group[n] = w->queue[w->first];
            w->first = (w->first + 1) % ACTS_QUEUED_MAX;
            w->count--;
        }
        pthread_mutex_unlock(&w->lock);
        run_group(w, n);
        pthread_mutex_lock(&w->lock);
    }
    pthread_mutex_unlock(&w->lock);
    return NULL;
}

void sqlite_act(struct db_pool *pool, struct act act)
{
    struct writer *w = pool->writer;
    bool is_queued = false;

    pthread_mutex_lock(&w->lock);
    if (w->count < ACTS_QUEUED_MAX && !w->is_stopping) {
        w->queue[(w->first + w->count++) % ACTS_QUEUED_MAX] = act;
        is_queued = true;
        pthread_cond_signal(&w->queued);
    }
    pthread_mutex_unlock(&w->lock);
    if (!is_queued) {
        log_line(LOG_WARN, "db_queue_full", LOG_INT("acts", ACTS_QUEUED_MAX));
        act.acted(BUSY, act.arg);
    }
}

static enum err prepare_steps(struct writer *w)
{
    TRY(sqlite_script(w->db, "PRAGMA query_only = OFF; PRAGMA cache_size = -16384"));
    for (int i = 0; i < STEP_COUNT; i++) {
        int code = sqlite3_prepare_v3(w->db->conn, step_texts[i], -1, SQLITE_PREPARE_PERSISTENT,
                                      &w->steps[i], NULL);
        if (code != SQLITE_OK)
            return sqlite_err(w->db, step_texts[i], code & 0xFF);
    }
    return OK;
}

static void writer_end(struct writer *w)
{
    for (int i = 0; i < STEP_COUNT; i++)
        sqlite3_finalize(w->steps[i]);
    db_disconnect(w->db);
    pthread_cond_destroy(&w->queued);
    pthread_mutex_destroy(&w->lock);
}

enum err sqlite_writer_start(struct db_pool *pool)
{
    struct writer *w = NEW(pool->arena, struct writer);

    TRY(db_connect(pool, &w->db));
    pthread_mutex_init(&w->lock, NULL);
    pthread_cond_init(&w->queued, NULL);
    enum err e = prepare_steps(w);
    if (e == OK && pthread_create(&w->thread, NULL, write_all, w) != 0) {
        log_line(LOG_ERROR, "db_fault", LOG_STR("why", S("no thread for the writer")));
        e = FAULT;
    }
    if (e != OK) {
        writer_end(w);
        return e;
    }
    pool->writer = w;
    return OK;
}

void sqlite_writer_stop(struct db_pool *pool)
{
    struct writer *w = pool->writer;

    if (w == NULL)
        return;
    pthread_mutex_lock(&w->lock);
    w->is_stopping = true;
    pthread_cond_signal(&w->queued);
    pthread_mutex_unlock(&w->lock);
    pthread_join(w->thread, NULL);
    writer_end(w);
    pool->writer = NULL;
}
