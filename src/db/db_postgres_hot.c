#include "db/db_postgres.h"

#include "base/log.h"

/*
 * Hot acts. One thread takes all that were queued meanwhile (up to ACTS_IN_GROUP_MAX) into one
 * transaction on a connection of its own, and answers after the commit. A batch costs three round
 * trips however many acts it holds:
 *
 *     BEGIN, and the transaction's id      known before anything can be committed, so that a lost
 *                                          answer to the COMMIT can be asked for (find_fate)
 *     every statement, in one pipeline     all the counts are here before the COMMIT: if its answer
 *                                          is lost, they are not
 *     COMMIT                               the only wait for the disk
 *
 * There are no points between the acts of the pipeline: they would be three times as many messages.
 * So one statement that fails loses the transaction, and the batch is run again one by one, each
 * act in a point of its own, still with one commit. That is slow and should be rare.
 *
 * The transaction is SERIALIZABLE for the reason given in db_postgres_act.c: in any lesser one a
 * vote could find its question open while another transaction closes and counts it.
 *
 * libpq may block here: while it cannot send it takes in what the server says (pqSendSome), so that
 * the two do not wait for each other.
 */

struct hot_writer {
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t queued;
    struct hot_act *first, **last; /* a list */
    size_t count;
    bool is_stopping, is_full_told;
    struct db_pool *pool; /* from here on the thread's own */
    struct db *db;        /* NULL: not connected */
    struct hot_act *batch[ACTS_IN_GROUP_MAX];
    size_t size;
    bool is_one_by_one;
};

/* ---- all at once ---- */

/* libpq itself has failed: whatever state it is in, a new connection is not. */
static enum err lost(struct db *db, const char *what)
{
    return postgres_err(db, what, NULL);
}

/* Inside a pipeline nothing can be prepared. */
static enum err prepare_all(struct hot_writer *w)
{
    void *handle;

    for (size_t i = 0; i < w->size; i++) {
        const struct hot_act *act = w->batch[i];
        for (size_t k = 0; k < act->step_count && act->refused == OK; k++)
            TRY(db_prepare(w->db, act->steps[k], &handle));
    }
    return OK;
}

static enum err send_act(struct db *db, const struct hot_act *act)
{
    const struct val *args = act->args;
    void *handle;

    for (size_t k = 0; k < act->step_count; k++) {
        TRY(db_prepare(db, act->steps[k], &handle)); /* it was */
        if (!postgres_send(db, handle, act->steps[k], args))
            return lost(db, act->steps[k]->name);
        args += act->steps[k]->param_count;
    }
    return OK;
}

static enum err read_step(struct db *db, const struct sql *sql, int64_t *changed)
{
    PGresult *result = PQgetResult(db->conn);
    enum err e = OK;

    if (PQresultStatus(result) == PGRES_COMMAND_OK)
        *changed = postgres_changed(result);
    else if (PQresultErrorField(result, PG_DIAG_SQLSTATE) == NULL)
        e = lost(db, sql->name);
    else
        e = postgres_meaning(db, result);
    PQclear(result);
    if (e == OK)
        PQclear(PQgetResult(db->conn)); /* the NULL that ends each statement */
    return e;
}

static enum err read_all(struct hot_writer *w)
{
    for (size_t i = 0; i < w->size; i++) {
        struct hot_act *act = w->batch[i];
        for (size_t k = 0; k < act->step_count && act->refused == OK; k++)
            TRY(read_step(w->db, act->steps[k], &act->changed[k]));
    }
    return OK;
}

/* Read on to where the pipeline ends, and leave it. */
static void leave(struct db *db)
{
    int nothing = 0; /* twice in a row: there is no end to come */
    bool is_end = false;

    while (!is_end && nothing < 2 && PQstatus(db->conn) == CONNECTION_OK) {
        PGresult *result = PQgetResult(db->conn);
        nothing = result == NULL ? nothing + 1 : 0;
        is_end = PQresultStatus(result) == PGRES_PIPELINE_SYNC;
        PQclear(result);
    }
    if (!is_end || PQexitPipelineMode(db->conn) != 1)
        db->is_lost = true; /* perhaps said with a code: the server is shutting down */
}

static enum err run_at_once(struct hot_writer *w)
{
    struct db *db = w->db;
    enum err e = OK;

    TRY(prepare_all(w));
    if (PQenterPipelineMode(db->conn) != 1)
        return lost(db, "pipeline");
    for (size_t i = 0; i < w->size && e == OK; i++) {
        if (w->batch[i]->refused == OK)
            e = send_act(db, w->batch[i]);
    }
    if (e == OK && PQpipelineSync(db->conn) != 1)
        e = lost(db, "pipeline");
    if (e == OK)
        e = read_all(w);
    if (!db->is_lost)
        leave(db);
    return db->is_lost ? BUSY : e;
}

/* ---- one by one ---- */

/* OK: each act has its own result. Otherwise the transaction itself is lost. */
static enum err run_one_by_one(struct hot_writer *w)
{
    struct db *db = w->db;

    for (size_t i = 0; i < w->size; i++) {
        struct hot_act *hot = w->batch[i];
        if (hot->refused != OK)
            continue;
        TRY(postgres_script(db, "SAVEPOINT act"));
        hot->result = db_act_call(db, &(struct act){.act = hot_run, .arg = hot});
        if (db->is_lost || db->must_rerun)
            return BUSY;
        TRY(postgres_script(db,
                            hot->result == OK ? "RELEASE act" : "ROLLBACK TO act; RELEASE act"));
    }
    return OK;
}

/* ---- batches ---- */

/* What an act is refused for without the server. Once only: the batch may run several times. */
static enum err admit(const struct hot_act *act)
{
    const struct val *args = act->args;

    for (size_t k = 0; k < act->step_count; k++) {
        size_t count = (size_t)act->steps[k]->param_count;
        TRY(db_args_check(act->steps[k], args, count));
        TRY(db_fail_check());
        args += count;
    }
    return OK;
}

static enum err attempt(struct hot_writer *w, bool *again)
{
    struct db *db = w->db;
    enum err e = postgres_begin_act(db);

    *again = false;
    db->broken = OK;
    for (size_t i = 0; i < w->size; i++)
        w->batch[i]->result = w->batch[i]->refused;
    if (e == OK) {
        e = w->is_one_by_one ? run_one_by_one(w) : run_at_once(w);
        if (e != OK && !w->is_one_by_one && !db->is_lost && !db->must_rerun) {
            w->is_one_by_one = true;
            *again = true;
        }
    }
    if (e == OK)
        e = postgres_commit(db);
    if (db->must_rerun && !db->is_lost && e == BUSY)
        *again = true;
    if (e != OK)
        postgres_rollback(db);
    return e;
}

static enum err attempt_in_turn(struct hot_writer *w, bool is_alone, bool *again)
{
    *again = false;
    TRY(postgres_turn_take(w->pool, is_alone));
    enum err e = attempt(w, again);
    postgres_turn_end(w->pool, is_alone);
    return e;
}

static enum err run(struct hot_writer *w)
{
    bool again = true;
    enum err e = OK;

    if (w->db == NULL)
        TRY(db_connect(w->pool, &w->db));
    w->is_one_by_one = false;
    for (int reruns = 0; again;) {
        e = attempt_in_turn(w, reruns > RERUNS_BESIDE, &again);
        if (again && w->db->must_rerun) {
            again = reruns < RERUNS_MAX;
            if (again)
                postgres_pause(reruns++);
        }
    }
    if (!w->pool->engine->is_usable(w->db)) {
        db_disconnect(w->db);
        w->db = NULL;
    }
    return e;
}

static void run_batch(struct hot_writer *w)
{
    int64_t busy = 0;

    for (size_t i = 0; i < w->size; i++)
        w->batch[i]->result = w->batch[i]->refused = admit(w->batch[i]);
    enum err e = run(w);
    for (size_t i = 0; i < w->size; i++) {
        if (w->batch[i]->result == OK)
            w->batch[i]->result = e; /* an act's own refusal stays what it was */
        busy += w->batch[i]->result == BUSY;
    }
    pool_count(w->pool, (int64_t)w->size, busy);
    for (size_t i = 0; i < w->size; i++)
        hot_answer(w->batch[i], w->batch[i]->result);
}

/* ---- the thread and its queue ---- */

static void take_batch(struct hot_writer *w)
{
    for (w->size = 0; w->size < ACTS_IN_GROUP_MAX && w->first != NULL; w->size++) {
        w->batch[w->size] = w->first;
        w->first = w->first->next;
    }
    if (w->first == NULL)
        w->last = &w->first;
    w->count -= w->size;
    w->is_full_told = false;
}

static void *write_all(void *arg)
{
    struct hot_writer *w = arg;

    pthread_mutex_lock(&w->lock);
    for (;;) {
        while (w->first == NULL && !w->is_stopping)
            pthread_cond_wait(&w->queued, &w->lock);
        if (w->first == NULL)
            break;
        take_batch(w);
        pthread_mutex_unlock(&w->lock);
        run_batch(w);
        pthread_mutex_lock(&w->lock);
    }
    pthread_mutex_unlock(&w->lock);
    return NULL;
}

void postgres_hot(struct db_pool *pool, struct hot_act *act)
{
    struct hot_writer *w = pool->hot;
    bool is_queued = false, is_news = false;

    act->next = NULL;
    pthread_mutex_lock(&w->lock);
    if (w->count < ACTS_QUEUED_MAX && !w->is_stopping) {
        *w->last = act;
        w->last = &act->next;
        w->count++;
        is_queued = true;
        pthread_cond_signal(&w->queued);
    } else if (!w->is_full_told) {
        w->is_full_told = is_news = true;
    }
    pthread_mutex_unlock(&w->lock);
    if (is_news)
        log_line(LOG_WARN, "db_queue_full", LOG_INT("acts", ACTS_QUEUED_MAX));
    if (!is_queued)
        hot_answer(act, BUSY);
}

enum err postgres_hot_start(struct db_pool *pool)
{
    struct hot_writer *w = NEW(pool->arena, struct hot_writer);

    w->pool = pool;
    w->last = &w->first;
    pthread_mutex_init(&w->lock, NULL);
    pthread_cond_init(&w->queued, NULL);
    if (pthread_create(&w->thread, NULL, write_all, w) != 0) {
        log_line(LOG_ERROR, "db_fault", LOG_STR("why", S("no thread for hot acts")));
        pthread_cond_destroy(&w->queued);
        pthread_mutex_destroy(&w->lock);
        return FAULT;
    }
    pool->hot = w;
    return OK;
}

void postgres_hot_stop(struct db_pool *pool)
{
    struct hot_writer *w = pool->hot;

    if (w == NULL)
        return;
    pthread_mutex_lock(&w->lock);
    w->is_stopping = true;
    pthread_cond_signal(&w->queued);
    pthread_mutex_unlock(&w->lock);
    pthread_join(w->thread, NULL);
    if (w->db != NULL)
        db_disconnect(w->db);
    pthread_cond_destroy(&w->queued);
    pthread_mutex_destroy(&w->lock);
    pool->hot = NULL;
}
