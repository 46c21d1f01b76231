/*
 * db_postgres -- the files of the PostgreSQL engine: db_postgres.c connections and statements,
 * db_postgres_act.c acts and their fate, db_postgres_dump.c the backup.
 */
#pragma once
#include "db/db_local.h"

#include <libpq-fe.h>

/* The meaning of a failed result, logged when it is ours. Does not clear it. */
enum err postgres_err(struct db *db, const char *what, const PGresult *result) MUST_USE;
enum err postgres_script(struct db *db, const char *text) MUST_USE;

/* A new connection, good or bad; the caller's to finish. */
PGconn *postgres_connect_to(const char *url);

/* Begin a transaction, over a new connection if the old one was lost since its last use. With
 * `first` (may be NULL) the first row's first column is kept there. */
enum err postgres_begin_with(struct db *db, const char *text, char *first, size_t size) MUST_USE;

void postgres_act(struct db_pool *pool, struct act act);
enum err postgres_backup(struct db_pool *pool, const char *path) MUST_USE;
