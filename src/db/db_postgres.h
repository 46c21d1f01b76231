/*
 * db_postgres -- the files of the PostgreSQL engine: db_postgres.c connections and statements,
 * db_postgres_act.c acts and their fate, db_postgres_hot.c hot acts, db_postgres_dump.c the backup.
 */
#pragma once
#include "db/db_local.h"

#include <libpq-fe.h>

/* When the server last recovered from a crash: one text, in whatever form. */
#define POSTGRES_ERA                                                                               \
    "SELECT COALESCE(CAST(EXTRACT(EPOCH FROM stats_reset) AS TEXT), '') FROM pg_stat_bgwriter"

/* The meaning of a failed result, logged when it is ours. Does not clear it. */
enum err postgres_err(struct db *db, const char *what, const PGresult *result) MUST_USE;

/* The same in silence, for a statement that is going to be run again. The result has a code. */
enum err postgres_meaning(struct db *db, const PGresult *result) MUST_USE;

enum err postgres_script(struct db *db, const char *text) MUST_USE;

/* A new connection, good or bad; the caller's to finish. */
PGconn *postgres_connect_to(const char *url);

/* Begin a transaction, over a new connection if the old one was lost since its last use. With
 * `first` (may be NULL) the first row's first column is kept there. */
enum err postgres_begin_with(struct db *db, const char *text, char *first, size_t size) MUST_USE;

/* Send one prepared statement without waiting for its result; false: the connection is lost. The
 * arguments are copied. */
bool postgres_send(struct db *db, void *handle, const struct sql *sql, const struct val *args);

/* The rows a statement changed, by its result. */
int64_t postgres_changed(PGresult *result);

void postgres_act(struct db_pool *pool, struct act act);

/* The parts of an act. The begin keeps the transaction's id, by which the commit finds out its fate
 * if the answer gets lost. The rollback is of whatever is still open. */
enum err postgres_begin_act(struct db *db) MUST_USE;
enum err postgres_commit(struct db *db) MUST_USE;
void postgres_rollback(struct db *db);

/* Wait before the i-th rerun, from 0; uneven, so that two that met do not meet again. */
void postgres_pause(int i);

/* Reruns of an act, or of a batch, beside others; from then on it runs alone. */
enum { RERUNS_BESIDE = 2 };

/* Wait for a turn to run a transaction that writes, beside others or alone; BUSY: in vain. Ended by
 * postgres_turn_end with the same `is_alone`. */
enum err postgres_turn_take(struct db_pool *pool, bool is_alone) MUST_USE;
void postgres_turn_end(struct db_pool *pool, bool is_alone);

enum err postgres_hot_start(struct db_pool *pool) MUST_USE;
void postgres_hot_stop(struct db_pool *pool); /* after the last queued act */
void postgres_hot(struct db_pool *pool, struct hot_act *act);

enum err postgres_backup(struct db_pool *pool, const char *path) MUST_USE;
