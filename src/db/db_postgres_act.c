#include "db/db_postgres.h"

#include "base/clock.h"
#include "base/log.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

/*
 * An act runs at once, on the caller's thread, in a SERIALIZABLE transaction: the rules of a noun
 * read, check and write, and on SQLite's one writer nothing comes between. REPEATABLE READ would
 * let two acts each miss the other's row (two clerks assign the last seat); SERIALIZABLE makes one
 * of them lose, and the loser is run again. So the same rule means the same on both engines.
 *
 * The transaction's id is asked for at the beginning, in the same round trip, since a connection
 * lost during COMMIT leaves one question open: did it? The server still knows (pg_xact_status).
 *
 * But for one case. A server that crashes forgets the ids of which nothing had reached the disk,
 * and gives them to others: our id may then be in the future, or be somebody else's. So "committed"
 * is ours only if the server has not recovered from a crash since we connected.
 */

static const char begin_act[] =
    "BEGIN ISOLATION LEVEL SERIALIZABLE; SELECT CAST(pg_current_xact_id() AS TEXT)";

enum { FATE_TRIES = 12, PAUSE_MS_FIRST = 5 };

static void pause_ms(int64_t ms)
{
    struct timespec t = {.tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000};

    nanosleep(&t, NULL);
}

static const char xid_in_the_future[] = "22023";

static enum err fate_of(const PGresult *result)
{
    const char *state = PQresultErrorField(result, PG_DIAG_SQLSTATE);

    if (state != NULL && strcmp(state, xid_in_the_future) == 0)
        return BUSY;
    if (PQresultStatus(result) != PGRES_TUPLES_OK || PQgetisnull(result, 0, 0))
        return FAULT;
    const char *fate = PQgetvalue(result, 0, 0);
    bool is_same_era = PQgetvalue(result, 0, 1)[0] == 't';
    if (strcmp(fate, "committed") == 0)
        return is_same_era ? OK : FAULT;
    /* In progress after a crash: somebody else's, and so ours did not survive. */
    return strcmp(fate, "aborted") == 0 || !is_same_era ? BUSY : FAULT;
}

/* OK: it was committed. BUSY: it was not, and left no trace. FAULT: nobody can say, yet. */
static enum err ask_fate(struct db *db, const char *url)
{
    PGconn *conn = postgres_connect_to(url);
    const char *const params[] = {db->xid, db->era};
    PGresult *result = NULL;

    if (PQstatus(conn) == CONNECTION_OK)
        result =
            PQexecParams(conn, "SELECT pg_xact_status(CAST($1 AS xid8)), $2 = (" POSTGRES_ERA ")",
                         2, NULL, params, NULL, NULL, 0);
    enum err e = fate_of(result);
    PQclear(result);
    PQfinish(conn);
    return e;
}

static enum err find_fate(struct db *db)
{
    for (int i = 0; i < FATE_TRIES; i++) {
        enum err e = ask_fate(db, db->pool->url);
        if (e != FAULT)
            return e;
        pause_ms((int64_t)PAUSE_MS_FIRST << (i < 8 ? i : 8));
    }
    log_line(LOG_ERROR, "commit_unknown", LOG_STR("xid", str_of(db->xid)));
    return FAULT;
}

enum err postgres_begin_act(struct db *db)
{
    return postgres_begin_with(db, begin_act, db->xid, sizeof db->xid);
}

enum err postgres_commit(struct db *db)
{
    TRY(db_fail_check());
    PGresult *result = PQexec(db->conn, "COMMIT");
    enum err e = OK;

    if (PQresultStatus(result) != PGRES_COMMAND_OK)
        e = postgres_err(db, "COMMIT", result);
    if (db->is_lost || PQstatus(db->conn) == CONNECTION_BAD)
        e = find_fate(db);
    else if (e == OK && strcmp(PQcmdStatus(result), "COMMIT") != 0)
        e = FAULT; /* a transaction that had failed answers ROLLBACK, without an error */
    PQclear(result);
    return e;
}

void postgres_rollback(struct db *db)
{
    if (db->is_lost || PQtransactionStatus(db->conn) == PQTRANS_IDLE)
        return;
    enum err e = postgres_script(db, "ROLLBACK");
    (void)e; /* a connection still inside is not used again; the server rolls back */
}

static enum err act_once(struct db_pool *pool, const struct act *act, bool *again)
{
    struct db *db;

    *again = false;
    TRY(pool_take(pool, &db));
    enum err e = postgres_begin_act(db);
    if (e == OK)
        e = db_act_call(db, act);
    if (e == OK)
        e = postgres_commit(db);
    *again = e == BUSY && db->must_rerun;
    if (e != OK)
        postgres_rollback(db);
    pool_give_back(db);
    return e;
}

void postgres_pause(int i)
{
    pause_ms((PAUSE_MS_FIRST << i) + clock_ticks() % (PAUSE_MS_FIRST << i));
}

/* Acts and batches of hot acts run beside each other; one that has lost too often waits until it
 * runs while no other of this process does. Else eight people who raise something at the same
 * moment would make one another lose until some are refused, and a count of a question under a
 * storm of votes would lose against every batch, and have more to count each time. */
enum err postgres_turn_take(struct db_pool *pool, bool is_alone)
{
    struct timespec until;
    int code = 0;

    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_sec += WAIT_MS_MAX / 1000;
    pthread_mutex_lock(&pool->lock);
    pool->alone += is_alone;
    while ((is_alone ? pool->acting > 0 : pool->alone > 0) && code == 0)
        code = pthread_cond_timedwait(&pool->turn, &pool->lock, &until);
    if (code == 0) {
        pool->acting++;
    } else if (is_alone) {
        pool->alone--;
        pthread_cond_broadcast(&pool->turn);
    }
    pthread_mutex_unlock(&pool->lock);
    if (code != 0)
        log_line(LOG_WARN, "db_no_turn");
    return code == 0 ? OK : BUSY;
}

void postgres_turn_end(struct db_pool *pool, bool is_alone)
{
    pthread_mutex_lock(&pool->lock);
    pool->acting--;
    pool->alone -= is_alone;
    if (pool->acting == 0)
        pthread_cond_broadcast(&pool->turn);
    pthread_mutex_unlock(&pool->lock);
}

static enum err act_in_turn(struct db_pool *pool, const struct act *act, bool is_alone, bool *again)
{
    *again = false;
    TRY(postgres_turn_take(pool, is_alone));
    enum err e = act_once(pool, act, again);
    postgres_turn_end(pool, is_alone);
    return e;
}

void postgres_act(struct db_pool *pool, struct act act)
{
    bool again;
    enum err e = act_in_turn(pool, &act, false, &again);

    for (int i = 0; i < RERUNS_MAX && again; i++) {
        postgres_pause(i);
        e = act_in_turn(pool, &act, i >= RERUNS_BESIDE, &again);
    }
    pool_count(pool, 1, e == BUSY);
    act.acted(e, act.arg);
}
