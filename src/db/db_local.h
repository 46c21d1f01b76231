/*
 * db_local -- what db.c shares with the two engines, with migrate.c and with the tests of this
 * folder. Nothing outside src/db includes it.
 *
 * The split: db.c knows the pool, what may be done when, faults and points; an engine knows how a
 * connection begins, runs, gives rows and ends. A connection belongs to one thread from take to
 * give back, so only the pool's own fields are under its lock.
 */
#pragma once
#include "db/db.h"

#include <pthread.h>
#include <stdatomic.h>

enum {
    READERS_DEFAULT = 16,
    ACTS_QUEUED_MAX = 8192, /* beyond it db_act answers BUSY at once */
    ACTS_IN_GROUP_MAX = 512,
    WAIT_MS_MAX = 5000, /* for a connection, and for another process's lock */
    RERUNS_MAX = 5,     /* of an act after a serialisation failure */
};

/* A statement prepared on one connection. */
struct cached {
    const struct sql *sql;
    void *handle; /* sqlite3_stmt; on PostgreSQL the number of its name; NULL: not yet */
    bool is_open;
};

/* A statement whose rows are being read: so that those an act left open can be ended for it. */
struct open_rows {
    struct open_rows *next, *previous;
    void *handle;          /* sqlite3_stmt or PGresult */
    struct cached *cached; /* NULL: the cached one was in use, this is a second of its own */
    bool has_row;          /* SQLite: the first step was made and its row not yet handed out */
    bool is_over;
};

enum db_state { DB_IDLE, DB_READING, DB_ACTING };

struct db {
    struct db_pool *pool;
    struct db *next;     /* in the pool's list of idle ones */
    struct arena *arena; /* lives as long as the connection */
    struct arena *args;  /* PostgreSQL: one statement's parameters */
    void *conn;          /* sqlite3 or PGconn */
    enum db_state state;
    int points;        /* open points */
    enum err broken;   /* a failure not yet undone: nothing but the end, or an undo, may follow */
    bool must_rerun;   /* PostgreSQL: the transaction lost against another and is to be run again */
    bool is_lost;      /* PostgreSQL: no word from the server */
    char xid[24];      /* PostgreSQL: the transaction's id, to ask for its fate */
    char era[32];      /* PostgreSQL: when the server last recovered from a crash */
    uint64_t prepared; /* PostgreSQL: names given so far */
    struct cached **cache; /* open addressing by address; the size is a power of two */
    size_t cache_count, cache_size;
    struct open_rows *open, *spare;
};

struct act {
    db_act_fn *act;
    db_acted_fn *acted;
    void *arg;
};

struct writer;
struct hot_writer;

struct engine {
    enum db_engine which;
    enum err (*open)(struct db_pool *pool);
    void (*close)(struct db_pool *pool); /* after the last connection */
    enum err (*connect)(struct db *db);
    void (*disconnect)(struct db *db);
    bool (*is_usable)(const struct db *db);
    enum err (*begin)(struct db *db); /* a read */
    void (*end)(struct db *db);       /* a read */
    void (*act)(struct db_pool *pool, struct act act);
    void (*hot)(struct db_pool *pool, struct hot_act *act); /* NULL: as an act */
    enum err (*script)(struct db *db, const char *text);    /* several statements: migrations */
    enum err (*prepare)(struct db *db, const struct sql *sql, void **handle);
    enum err (*query)(struct db *db, struct open_rows *o, const struct sql *sql,
                      const struct val *args, int *column_count);
    enum err (*run)(struct db *db, void *handle, const struct sql *sql, const struct val *args,
                    int64_t *changed);
    enum err (*next)(struct db *db, struct open_rows *o, const struct sql *sql, int row,
                     bool *found);
    void (*finish)(struct db *db, struct open_rows *o);
    struct val (*cell)(struct rows *r, enum val_type wanted, struct arena *a);
    enum err (*backup)(struct db_pool *pool, const char *path);
};

extern const struct engine engine_sqlite, engine_postgres;

struct db_pool {
    struct arena *arena; /* lives as long as the pool */
    const struct engine *engine;
    const char *url; /* without "sqlite:"; on PostgreSQL whole */
    bool is_read_only;
    bool is_memory; /* SQLite: a file in a folder of memory, gone at the close */
    pthread_mutex_t lock;
    pthread_cond_t given_back;
    struct db *idle;
    int count, max;
    struct writer *writer;           /* SQLite */
    struct hot_writer *hot;          /* PostgreSQL */
    int64_t retry_ticks, backoff_ms; /* PostgreSQL: no new connection before */
    pthread_cond_t turn; /* PostgreSQL: somebody may have a turn, see db_postgres_act.c */
    int acting, alone;   /* acts that are running, and those that run alone or wait for that */
    struct db_stats stats;
    bool is_full; /* see db_is_full */
};

/* A connection of one's own; BUSY when none gets free or the server is away. */
enum err pool_take(struct db_pool *pool, struct db **db) MUST_USE;
void pool_give_back(struct db *db);

/* A connection outside the count: the writer's. */
enum err db_connect(struct db_pool *pool, struct db **db) MUST_USE;
void db_disconnect(struct db *db);

/* Between an engine's begin and its end: run the act, end what it left open, and say how it went;
 * never OK when a statement failed and was not undone. */
enum err db_act_call(struct db *db, const struct act *act) MUST_USE;
void db_end_rows(struct db *db);

/* Does the next statement fail, by db_fail_at? */
enum err db_fail_check(void) MUST_USE;

/* Whether both engines can keep these values; FAULT, and logged, when not. */
enum err db_args_check(const struct sql *sql, const struct val *args, size_t count) MUST_USE;

/* The engine's handle of a statement, prepared now if it was not; FAULT: the text is wrong. */
enum err db_prepare(struct db *db, const struct sql *sql, void **handle) MUST_USE;

/* One that waits for acted(): begin, give waiting_acted with it as `arg`, then end. */
struct waiting {
    pthread_mutex_t lock;
    pthread_cond_t ended;
    bool is_over;
    enum err result;
};
void waiting_begin(struct waiting *w);
void waiting_acted(enum err result, void *arg);
enum err waiting_end(struct waiting *w) MUST_USE;

/* A hot act as an ordinary one: run its steps one after the other. */
enum err hot_run(struct db *db, void *hot_act) MUST_USE;

/* Tell it how it ended; the act is its owner's again. */
void hot_answer(struct hot_act *act, enum err result);

void pool_count(struct db_pool *pool, int64_t acts, int64_t busy);

/* A statement found the disk full: logged, and remembered until acts succeed again. */
void pool_full(struct db_pool *pool, const char *what);

/* The text for this engine. */
static inline const char *sql_text(const struct db *db, const struct sql *sql)
{
    return db->pool->engine->which == DB_POSTGRES && sql->text_postgres != NULL ? sql->text_postgres
                                                                                : sql->text;
}
