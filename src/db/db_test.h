/*
 * db_test -- what the tests of this folder share: a database with the tables thing and part.
 */
#pragma once
#include "db/db_local.h"
#include "db/db_testing.h"
#include "db_test_sql.h"

#include <setjmp.h>
#include <stdarg.h>
#include <sys/types.h>

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

void pause_ms(long ms);

/* Whether there is a PostgreSQL server that control() may stop and start (arguments of pg_ctl). */
bool can_control(const struct world *w);
void control(const char *args);

/* Start this very program again, as `PROGRAM MODE URL` with its output going to `pipe`: to be
 * killed, since a connection must not be carried over a fork. */
pid_t start_again(const char *mode, const char *url, int pipe);

/*
 * Hot acts queued while the writer is held at a gate, so that they become one batch:
 *
 *     batch_gather(w, &b);
 *     struct one *all = batch_ones(&b, 2);
 *     db_hot_add(&all[0].act, …); …
 *     one_queue(&all[0]); …
 *     batch_go(&b, 2);            waits until two were told
 *     … all[0].result …
 */
struct batch {
    struct world *w;
    pthread_mutex_t lock;
    pthread_cond_t changed;
    bool is_entered, is_open;
    int told;
    struct hot_act gate;
};

struct one {
    struct batch *b;
    struct hot_act act;
    enum err result;
    int order;    /* the how many-th to be told */
    int64_t seen; /* one_queue_and_look: things seen on another connection when it was told */
};

void batch_begin(struct world *w, struct batch *b);
void batch_gather(struct world *w, struct batch *b);
void batch_go(struct batch *b, int count);
void batch_wait(struct batch *b, int count,
                int64_t ms_max); /* until so many were told, or in vain */
struct one *batch_ones(struct batch *b, size_t count);
void one_told(enum err result, void *one);
void one_queue(struct one *one);
void one_queue_and_look(struct one *one);

/* Shorthands that must succeed. */
int64_t number_now(struct db_pool *pool, const struct sql *sql, int64_t arg);
int64_t count_now(struct db_pool *pool);
void put_now(struct db_pool *pool, int64_t id, int64_t number);
