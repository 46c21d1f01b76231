/*
 * db_sqlite -- the files of the SQLite engine: db_sqlite.c connections and statements,
 * db_sqlite_writer.c the writer's thread and its groups, db_sqlite_file.c the file and its copies,
 * db_sqlite_rank.c the order of full-text hits.
 */
#pragma once
#include "db/db_local.h"

#include <sqlite3.h>

/* The meaning of an SQLite result code, logged when it is ours. */
enum err sqlite_err(struct db *db, const char *what, int code) MUST_USE;
enum err sqlite_script(struct db *db, const char *text) MUST_USE;

/* Give a connection the SQL function bm25_counted. */
enum err sqlite_rank_add(struct db *db) MUST_USE;

enum err sqlite_writer_start(struct db_pool *pool) MUST_USE;
void sqlite_writer_stop(struct db_pool *pool); /* after the last queued act */
void sqlite_act(struct db_pool *pool, struct act act);

enum err sqlite_open(struct db_pool *pool) MUST_USE;
void sqlite_close(struct db_pool *pool);
enum err sqlite_backup(struct db_pool *pool, const char *path) MUST_USE;
