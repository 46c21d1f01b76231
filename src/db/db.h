/*
 * db -- one interface to the database, SQLite or PostgreSQL, with one SQL text for both.
 *
 * A `struct db` is one connection in use by one thread: either inside a read (a snapshot, no
 * writing) or inside an act (a transaction, or on SQLite a savepoint of the writer's current
 * group). A `struct db_pool` owns all connections, the writer thread and the statement caches.
 *
 * Statements stand in .sql files beside the code and become `const struct sql NAME`
 * (tools/embed.c); there is no way to run any other text. Parameters are $1 $2 …, bound by number
 * of their name. Columns are taken in order:
 *
 *     struct rows row;
 *     bool found;
 *     TRY(db_rows(&row, c->db, &MATTER_BY_ID, I(id)));
 *     TRY(db_next(&row, &found));
 *     if (!found)
 *         return fail(c, NOT_FOUND, MSG_NO_SUCH_MATTER);    db_next has ended the statement
 *     m->id = take_i64(&row);
 *     m->title = take_str(&row, c->arena);
 *     return db_done(&row);
 *
 * Errors: CONFLICT a unique key is taken; BUSY a lock, a serialisation failure, a full disk or a
 * server that is away (the act is run again by whoever began it); FAULT anything else, logged here
 * once with the statement's name and never with its values. Also FAULT: a text with a NUL, a number
 * that is not finite, and any statement after one that failed: what follows a failure is the end of
 * the act or db_point_undo (PostgreSQL would refuse anything else, so SQLite does too).
 *
 * A column is taken as what it is: SUM, AVG and the like of whole numbers need a CAST, and taking a
 * column as another type is an assertion. LIKE minds case; texts compare by bytes.
 */
#pragma once
#include "base/ctx.h"

struct sql {
    const char *name;
    const char *text;
    const char *text_postgres; /* NULL, but for the few that must differ */
    int param_count;
};

struct db_pool;
struct db;

struct db_options {
    str url;           /* "sqlite:/path/to/file" , "sqlite::memory:" or "postgresql://…" */
    int readers_max;   /* connections for reading; 0: 16 */
    bool is_read_only; /* acts are refused with DENIED */
};

enum db_engine { DB_SQLITE, DB_POSTGRES };

/* Is this a URL that db_open understands? */
bool db_takes(str url);

/* Does the URL hold a password? */
bool db_has_password(str url);

/* Open; `migrate` (db/migrate.h) then brings the schema up to date. The pool belongs to the caller.
 * "sqlite::memory:" is a file in a folder of memory, gone at db_close: it differs from a file in
 * nothing else. INVALID: not such an address; BUSY: the server is away. */
enum err db_open(struct db_pool **pool, const struct db_options *options) MUST_USE;
void db_close(struct db_pool *pool);
enum db_engine db_engine(const struct db_pool *pool);

/* The same of a connection: for the few modules that make text for one engine (search). */
enum db_engine db_engine_of(const struct db *db);

/* ---- reading ---- */

/* A snapshot to read from, on a connection of this thread's own. Ends with db_read_end. The moment
 * it shows is that of its first statement. BUSY: no connection got free within five seconds. */
enum err db_read(struct db_pool *pool, struct db **db) MUST_USE;
void db_read_end(struct db *db);

/* ---- acting ---- */

/* An act: runs inside a serialisable transaction, on the writer's thread (SQLite) or the caller's
 * (PostgreSQL, before db_act returns), perhaps more than once. Its only effects are rows: what it
 * writes through `arg` it writes anew each time. It must not call db_act_wait. */
typedef enum err db_act_fn(struct db *db, void *arg);

/* Called once the act is durable (OK) or has left no trace (anything else). Must be quick. One
 * exception: FAULT with the event "commit_unknown" in the log, when a PostgreSQL server went away
 * during COMMIT and could not be asked for its outcome within seconds. */
typedef void db_acted_fn(enum err result, void *arg);

/* Queue an act; `acted` tells the end, from any thread. Calls acted(BUSY) when the queue is full.
 */
void db_act(struct db_pool *pool, db_act_fn *act, db_acted_fn *acted, void *arg);

/* The same, waiting for the end. */
enum err db_act_wait(struct db_pool *pool, db_act_fn *act, void *arg) MUST_USE;

/* Begin a point that can be undone inside an act without ending it; points nest. Each is kept or
 * undone before an act ends well; keeping fails after a failure inside, and the point is then still
 * to be undone. */
enum err db_point(struct db *db) MUST_USE;
enum err db_point_keep(struct db *db) MUST_USE;
void db_point_undo(struct db *db);

/* ---- hot acts ---- */

/*
 * A hot act is a small act given as data: one to four statements that give no rows and always run
 * all (a vote, its entry in the record, a counter). It can be sent without waiting for what it
 * says, so that many share one round trip and one commit; on PostgreSQL that is several times as
 * many a second as with db_act, on SQLite it is db_act.
 *
 *     struct hot_act *act = NEW(arena, struct hot_act);
 *     db_hot_add(act, &VOTE_CAST, I(id), I(statement), I(choice));     INSERT … SELECT … WHERE open
 *     db_hot_add(act, &ENTRY_ADD, I(entry), I(id));      INSERT … SELECT … WHERE EXISTS (the vote)
 *     db_hot(pool, act, voted, act);           in voted(): on OK, act->changed[0] == 0 is "closed"
 *
 * No C code runs between the statements: each finds its condition itself, and what it found shows
 * in the number of rows it changed. A statement that fails (CONFLICT, FAULT) undoes its own act and
 * no other, but costs the whole batch a second run: write them so that they do not.
 *
 * On PostgreSQL an act that reads what a stream of hot acts writes meets them, and one side is run
 * again: keep such acts short, and expect BUSY from them.
 *
 * What is the same as in an act: it is serialisable, also against db_act (a count taken by an act
 * that closes a question misses no vote that was told OK); it is all or nothing; `acted` comes
 * after the commit. Hot acts happen in the order in which they were queued. Between db_hot and
 * db_act there is no order but by waiting for `acted`.
 */
enum { HOT_STEPS_MAX = 4, HOT_ARGS_MAX = 32 };

/* Begins as all zero. From db_hot until `acted` is called it and the texts of its arguments belong
 * to db and must live and stay as they are; `acted` may queue it again, or end its memory. */
struct hot_act {
    const struct sql *steps[HOT_STEPS_MAX];
    int64_t changed[HOT_STEPS_MAX]; /* the result: rows changed by each; all 0 unless OK */
    size_t step_count, arg_count;
    struct val args[HOT_ARGS_MAX]; /* of all the steps, one after the other */

    db_acted_fn *acted; /* from here on db's own */
    void *arg;
    struct hot_act *next;
    enum err refused, result;
};

/* One more statement. The values are copied, the texts they point to are not. */
void db_hot_add_with(struct hot_act *act, const struct sql *sql, const struct val *args,
                     size_t arg_count);
#define db_hot_add(act, sql, ...) db_hot_add_with((act), (sql), VALS(__VA_ARGS__))

/* Queue it; `acted` tells the end, from the writer's thread, or at once: BUSY when the queue is
 * full, DENIED when the pool only reads. BUSY also as for acts: when the server went away, for all
 * that was on the way to it; it then left no trace. The exception is that of db_acted_fn. */
void db_hot(struct db_pool *pool, struct hot_act *act, db_acted_fn *acted, void *arg);

/* The same, waiting for the end. */
enum err db_hot_wait(struct db_pool *pool, struct hot_act *act) MUST_USE;

/* ---- statements ---- */

struct rows {
    struct db *db;
    const struct sql *sql;
    void *handle; /* the engine's */
    int row, column, column_count;
    bool is_open;
};

enum err db_rows_with(struct rows *r, struct db *db, const struct sql *sql, const struct val *args,
                      size_t arg_count) MUST_USE;
enum err db_run_with(struct db *db, int64_t *changed, const struct sql *sql, const struct val *args,
                     size_t arg_count) MUST_USE;

/* A statement that gives rows. */
#define db_rows(r, db, sql, ...) db_rows_with((r), (db), (sql), VALS(__VA_ARGS__))

/* A statement that gives none. db_run_count tells how many rows it changed. */
#define db_run(db, sql, ...)                db_run_with((db), NULL, (sql), VALS(__VA_ARGS__))
#define db_run_count(db, changed, sql, ...) db_run_with((db), (changed), (sql), VALS(__VA_ARGS__))

/* The next row; at the end `*found` is false and the statement is over. */
enum err db_next(struct rows *r, bool *found) MUST_USE;

/* End a statement early (also after the only row). Asserts that every column of the row was taken.
 * Harmless when it is already over. */
enum err db_done(struct rows *r) MUST_USE;

int64_t take_i64(struct rows *r); /* NULL is 0 */
double take_f64(struct rows *r);
bool take_bool(struct rows *r);
str take_str(struct rows *r, struct arena *a); /* NULL is empty; a copy in the arena */
str take_blob(struct rows *r, struct arena *a);

/* One row with one number, or `otherwise` when there is none or it is NULL. */
enum err db_number_with(struct db *db, int64_t *number, int64_t otherwise, const struct sql *sql,
                        const struct val *args, size_t arg_count) MUST_USE;
#define db_number(db, number, otherwise, sql, ...)                                                 \
    db_number_with((db), (number), (otherwise), (sql), VALS(__VA_ARGS__))

/* ---- the rest ---- */

/* Copy the whole database, online, to a new file at `path`: an SQLite file, checked whole, or
 * pg_dump's custom format. NOT_FOUND: pg_dump is not installed; FAULT: also when the file is there
 * already. A failure leaves no file. */
enum err db_backup(struct db_pool *pool, str path) MUST_USE;

/* Fill the empty PostgreSQL database at `url` from such a dump, whole or not at all. NOT_FOUND:
 * pg_restore is not installed; INVALID: not such an address; FAULT: also when the database is not
 * empty. What pg_restore says goes to standard error. */
enum err db_restore(str url, str path) MUST_USE;

/* What was written since start: acts, groups (commits tried), the longest group, and acts that
 * ended in BUSY; for /metrics and the benchmark. On PostgreSQL each act is a group of its own, but
 * for hot acts. */
struct db_stats {
    int64_t acts, groups, group_max, busy;
};
struct db_stats db_stats(struct db_pool *pool);

/* Has an act that ended in BUSY found the disk full, and none succeeded since? */
bool db_is_full(struct db_pool *pool);

/* ---- faults, for tests ---- */

/* Let the n-th statement from now (1: the next) end with `e`; n = 0 switches it off. Counted are
 * statements, points and their keeping, the begin of a read, and the commit of an act or group. */
void db_fail_at(int64_t n, enum err e);

/* Statements run since db_fail_at. */
int64_t db_fail_count(void);
