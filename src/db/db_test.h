/*
 * db_test -- what the tests of this folder share: a database with the tables thing and part.
 */
#pragma once
#include "db/db_local.h"
#include "db/db_testing.h"
#include "db_test_sql.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

struct world {
    struct db_testing t;
    struct arena *arena;
    char folder[64]; /* of an SQLite file; empty: in memory */
};

/* Group setups, one for each kind of database; world_wipe is the setup of each test. */
int world_memory(void **state);
int world_file(void **state);
int world_postgres(void **state);
int world_end(void **state);
int world_wipe(void **state);

/* Migrate with the tables of the tests. */
void world_migrate(struct db_pool *pool);

/* Run the tests on each kind; PostgreSQL only where there is one, saying so where not. */
int world_run(const char *name, const struct CMUnitTest *tests, size_t count);

/* Shorthands that must succeed. */
int64_t number_now(struct db_pool *pool, const struct sql *sql, int64_t arg);
int64_t count_now(struct db_pool *pool);
void put_now(struct db_pool *pool, int64_t id, int64_t number);
