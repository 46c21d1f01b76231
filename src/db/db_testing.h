/*
 * db_testing -- a fresh database for a test, on either engine, so that the same tests run on both.
 *
 *     struct db_testing t;
 *     if (!db_testing_open(&t, DB_POSTGRES))
 *         skip();                      there is none here
 *     … t.pool …
 *     db_testing_close(&t);
 *
 * PostgreSQL is found by the environment's SHANGLIANG_TEST_PG (tests/pg sets it): a server where
 * this may create databases. Each call has a database of its own, dropped at the close. SQLite is
 * in memory. Both have every migration. Failures to get that far end the program with a line.
 */
#pragma once
#include "db/db.h"

struct db_testing {
    struct db_pool *pool;
    enum db_engine engine;
    char url[512];
    char name[64]; /* of the PostgreSQL database */
};

/* False: no PostgreSQL here. */
bool db_testing_has(enum db_engine engine);
bool db_testing_open(struct db_testing *t, enum db_engine engine);
void db_testing_close(struct db_testing *t);

/* The same without any migration, and not in memory but at `path` (SQLite). */
bool db_testing_open_empty(struct db_testing *t, enum db_engine engine, const char *path);

/* Prepare each of a generated list (tools/embed.c); those that the engine refuses are counted, and
 * named in the log. */
size_t db_testing_prepare(struct db_testing *t, const struct sql *const *statements, size_t count);
