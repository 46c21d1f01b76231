#include "db/db_postgres.h"

#include "base/clock.h"
#include "base/log.h"

#include <assert.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/*
 * Parameters travel as text (blobs as bytes) and without types, so that the server takes each as
 * what the statement makes it; results come as text, which PostgreSQL writes so that a double reads
 * back the same. Bytes of a blob come as hexadecimal.
 */

enum { BACKOFF_MS_FIRST = 50, BACKOFF_MS_MAX = 2000 };

/* pg_type.dat: fixed for ever. */
enum { OID_BOOL = 16, OID_BYTEA = 17, OID_INT8 = 20, OID_INT2 = 21, OID_INT4 = 23, OID_TEXT = 25 };
enum { OID_FLOAT4 = 700, OID_FLOAT8 = 701, OID_BPCHAR = 1042, OID_VARCHAR = 1043 };

/* ---- what went wrong ---- */

static enum err meaning(struct db *db, const char *state)
{
    if (strcmp(state, "23505") == 0)
        return CONFLICT;
    if (strcmp(state, "40001") == 0 || strcmp(state, "40P01") == 0) {
        db->must_rerun = true;
        return BUSY;
    }
    /* A lock or a time limit; then classes: no connection, too few resources, shutting down. */
    if (strcmp(state, "55P03") == 0 || strcmp(state, "57014") == 0 ||
        strncmp(state, "08", 2) == 0 || strncmp(state, "53", 2) == 0 ||
        strncmp(state, "57P", 3) == 0)
        return BUSY;
    return FAULT;
}

enum err postgres_meaning(struct db *db, const PGresult *result)
{
    return meaning(db, PQresultErrorField(result, PG_DIAG_SQLSTATE));
}

/* The server's message may quote a value; its code cannot. */
enum err postgres_err(struct db *db, const char *what, const PGresult *result)
{
    const char *state = result == NULL ? NULL : PQresultErrorField(result, PG_DIAG_SQLSTATE);

    /* An error without a code is libpq's own: it could not talk to the server. Its status may still
     * say that all is well. */
    if (state == NULL) {
        db->is_lost = true;
        log_line(LOG_WARN, "db_away", LOG_STR("sql", str_of(what)),
                 LOG_STR("why", str_of(PQerrorMessage(db->conn))));
        return BUSY;
    }
    enum err e = meaning(db, state);
    if (strcmp(state, "53100") == 0)
        pool_full(db->pool, what);
    else if (e == FAULT)
        log_line(LOG_ERROR, "db_fault", LOG_STR("sql", str_of(what)),
                 LOG_STR("code", str_of(state)));
    return e;
}

static enum err check(struct db *db, const char *what, const PGresult *result)
{
    ExecStatusType status = PQresultStatus(result);

    return status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK ? OK
                                                                   : postgres_err(db, what, result);
}

enum err postgres_script(struct db *db, const char *text)
{
    PGresult *result = PQexec(db->conn, text);
    enum err e = check(db, "script", result);

    if (e == FAULT) /* a mistake in the text, which holds no values */
        log_line(LOG_ERROR, "db_script",
                 LOG_STR("why", str_of(PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY))));
    PQclear(result);
    return e;
}

/* ---- connections ---- */

static void say_nothing(void *arg, const char *message)
{
    (void)arg;
    (void)message;
}

/* What the address itself says wins over these: later keys do. */
PGconn *postgres_connect_to(const char *url)
{
    static const char *const names[] = {"connect_timeout", "tcp_user_timeout", "application_name",
                                        "dbname", NULL};
    const char *const values[] = {"3", "10000", "shangliang", url, NULL};
    PGconn *conn = PQconnectdbParams(names, values, 1);

    PQsetNoticeProcessor(conn, say_nothing, NULL);
    return conn;
}

/* While the server is away, one attempt now and then; between them everybody is told at once. */
static bool may_connect(struct db_pool *pool)
{
    pthread_mutex_lock(&pool->lock);
    bool may = clock_ticks() >= pool->retry_ticks;
    pthread_mutex_unlock(&pool->lock);
    return may;
}

static void connected(struct db_pool *pool, bool is_there)
{
    pthread_mutex_lock(&pool->lock);
    int64_t ms = is_there ? 0 : pool->backoff_ms == 0 ? BACKOFF_MS_FIRST : pool->backoff_ms * 2;
    pool->backoff_ms = ms > BACKOFF_MS_MAX ? BACKOFF_MS_MAX : ms;
    pool->retry_ticks = is_there ? 0 : clock_ticks() + pool->backoff_ms * 1000;
    pthread_mutex_unlock(&pool->lock);
}

/* Its last statement tells the era, for db_postgres_act.c: a server that recovers from a crash
 * throws its statistics away. */
static const char session[] = "SET client_encoding = 'UTF8'; SET statement_timeout = '60s';"
                              "SET lock_timeout = '5s'; SET bytea_output = 'hex';"
                              "SET extra_float_digits = 1; SET standard_conforming_strings = on;"
                              "SET idle_in_transaction_session_timeout = '120s';" POSTGRES_ERA;

/* With `first` (may be NULL) the first column of the first row of the last statement is kept there.
 */
static enum err run_first(struct db *db, const char *what, const char *text, char *first,
                          size_t size)
{
    PGresult *result = PQexec(db->conn, text);
    enum err e = check(db, what, result);

    if (PQstatus(db->conn) == CONNECTION_BAD)
        db->is_lost = true; /* said with a code: the server is shutting down */
    if (e == OK && first != NULL)
        snprintf(first, size, "%s", PQgetvalue(result, 0, 0));
    PQclear(result);
    return e;
}

static void postgres_disconnect(struct db *db)
{
    PQfinish(db->conn);
    db->conn = NULL; /* which libpq takes as a connection that is bad */
}

static enum err postgres_connect(struct db *db)
{
    db->is_lost = true;
    if (!may_connect(db->pool))
        return BUSY;
    db->conn = postgres_connect_to(db->pool->url);
    enum err e = OK;
    if (PQstatus(db->conn) != CONNECTION_OK) {
        log_line(LOG_WARN, "db_away", LOG_STR("why", str_of(PQerrorMessage(db->conn))));
        e = BUSY;
    }
    connected(db->pool, e == OK);
    db->is_lost = e != OK;
    if (e == OK)
        e = run_first(db, "session", session, db->era, sizeof db->era);
    if (e != OK)
        postgres_disconnect(db);
    return e;
}

static bool postgres_is_usable(const struct db *db)
{
    return !db->is_lost && PQstatus(db->conn) == CONNECTION_OK &&
           PQtransactionStatus(db->conn) == PQTRANS_IDLE;
}

/* The server knows nothing of what was prepared on the old connection. */
static enum err reconnect(struct db *db)
{
    postgres_disconnect(db);
    for (size_t i = 0; i < db->cache_size; i++) {
        if (db->cache[i] != NULL)
            db->cache[i]->handle = NULL;
    }
    return postgres_connect(db);
}

enum err postgres_begin_with(struct db *db, const char *text, char *first, size_t size)
{
    db->must_rerun = false;
    enum err e = run_first(db, "BEGIN", text, first, size);
    if (!db->is_lost)
        return e;
    TRY(reconnect(db));
    return run_first(db, "BEGIN", text, first, size);
}

static enum err postgres_begin(struct db *db)
{
    return postgres_begin_with(db, "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY", NULL, 0);
}

static void postgres_end(struct db *db)
{
    if (db->is_lost)
        return;
    enum err e = postgres_script(db, "ROLLBACK"); /* nothing was written */
    (void)e;                                      /* a connection still inside is not given back */
}

static enum err postgres_open(struct db_pool *pool)
{
    struct db *db;

    TRY(pool_take(pool, &db));
    pool_give_back(db);
    return pool->is_read_only ? OK : postgres_hot_start(pool);
}

static void postgres_close(struct db_pool *pool)
{
    postgres_hot_stop(pool);
}

/* ---- statements ---- */

static void statement_name(char name[24], void *handle)
{
    snprintf(name, 24, "s%" PRIuPTR, (uintptr_t)handle);
}

/* The handle is the number of the statement's name. It is never dereferenced, and one statement may
 * give rows twice at once, since these are all fetched. */
static enum err postgres_prepare(struct db *db, const struct sql *sql, void **handle)
{
    void *number = (void *)(uintptr_t)++db->prepared;
    char name[24];

    statement_name(name, number);
    PGresult *result = PQprepare(db->conn, name, sql_text(db, sql), 0, NULL);
    enum err e = PQresultStatus(result) == PGRES_COMMAND_OK ? OK : FAULT;
    if (e != OK) {
        e = postgres_err(db, sql->name, result);
        if (e == FAULT) /* it knows no values yet */
            log_line(LOG_ERROR, "db_statement", LOG_STR("sql", str_of(sql->name)),
                     LOG_STR("why", str_of(PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY))));
    }
    PQclear(result);
    if (e == OK) /* else it would be taken for prepared */
        *handle = number;
    return e;
}

struct params {
    const char **values;
    int *lengths, *formats;
};

static const char *number_text(struct arena *a, const struct val *v)
{
    char *text = arena_alloc(a, 40);

    if (v->type == VAL_INT)
        snprintf(text, 40, "%" PRId64, v->i);
    else
        snprintf(text, 40, "%.17g", v->f);
    return text;
}

static struct params params_of(struct db *db, const struct val *args, size_t count)
{
    struct arena *a = db->args;

    arena_reset(a);
    struct params p = {.values = NEW_ARRAY(a, count, const char *),
                       .lengths = NEW_ARRAY(a, count, int),
                       .formats = NEW_ARRAY(a, count, int)};
    for (size_t i = 0; i < count; i++) {
        const struct val *v = &args[i];
        switch (v->type) {
        case VAL_NULL:
            break;
        case VAL_INT:
        case VAL_REAL:
            p.values[i] = number_text(a, v);
            break;
        case VAL_BOOL:
            p.values[i] = v->b ? "t" : "f";
            break;
        case VAL_TEXT:
            p.values[i] = str_z(a, v->s);
            break;
        case VAL_BLOB:
            p.values[i] = v->s.len == 0 ? "" : v->s.at;
            p.lengths[i] = (int)v->s.len;
            p.formats[i] = 1;
            break;
        }
    }
    return p;
}

static PGresult *execute(struct db *db, void *handle, const struct sql *sql, const struct val *args)
{
    char name[24];
    struct params p = params_of(db, args, (size_t)sql->param_count);

    statement_name(name, handle);
    return PQexecPrepared(db->conn, name, sql->param_count, p.values, p.lengths, p.formats, 0);
}

bool postgres_send(struct db *db, void *handle, const struct sql *sql, const struct val *args)
{
    char name[24];
    struct params p = params_of(db, args, (size_t)sql->param_count);

    statement_name(name, handle);
    return PQsendQueryPrepared(db->conn, name, sql->param_count, p.values, p.lengths, p.formats,
                               0) == 1;
}

static enum err postgres_query(struct db *db, struct open_rows *o, const struct sql *sql,
                               const struct val *args, int *column_count)
{
    PGresult *result = execute(db, o->handle, sql, args);
    enum err e = check(db, sql->name, result);

    o->handle = result;
    *column_count = PQnfields(result);
    return e;
}

static enum err postgres_next(struct db *db, struct open_rows *o, const struct sql *sql, int row,
                              bool *found)
{
    (void)db;
    (void)sql;
    *found = row < PQntuples(o->handle);
    return OK;
}

static void postgres_finish(struct db *db, struct open_rows *o)
{
    (void)db;
    PQclear(o->handle);
}

int64_t postgres_changed(PGresult *result)
{
    int64_t changed;

    assert(PQresultStatus(result) != PGRES_TUPLES_OK); /* db_rows is for these */
    return str_to_i64(str_of(PQcmdTuples(result)), &changed) ? changed : 0;
}

static enum err postgres_run(struct db *db, void *handle, const struct sql *sql,
                             const struct val *args, int64_t *changed)
{
    PGresult *result = execute(db, handle, sql, args);
    enum err e = check(db, sql->name, result);

    if (e == OK)
        *changed = postgres_changed(result);
    PQclear(result);
    return e;
}

/* ---- cells ---- */

static str unhex(const char *hex, size_t len, struct arena *a)
{
    static const signed char digit[256] = {
        ['0'] = 0,  ['1'] = 1,  ['2'] = 2,  ['3'] = 3,  ['4'] = 4,  ['5'] = 5,
        ['6'] = 6,  ['7'] = 7,  ['8'] = 8,  ['9'] = 9,  ['a'] = 10, ['b'] = 11,
        ['c'] = 12, ['d'] = 13, ['e'] = 14, ['f'] = 15,
    };
    assert(len >= 2 && hex[0] == '\\' && hex[1] == 'x');
    size_t n = (len - 2) / 2;
    char *bytes = arena_alloc(a, n + 1);

    for (size_t i = 0; i < n; i++) {
        const unsigned char *two = (const unsigned char *)hex + 2 + 2 * i;
        bytes[i] = (char)(digit[two[0]] << 4 | digit[two[1]]);
    }
    return (str){bytes, n};
}

static bool is_integer(Oid type)
{
    return type == OID_INT8 || type == OID_INT4 || type == OID_INT2;
}

/* SUM of integers is numeric here and a double in no time: the statement has to CAST. */
static struct val postgres_cell(struct rows *r, enum val_type wanted, struct arena *a)
{
    PGresult *result = ((struct open_rows *)r->handle)->handle;
    Oid type = PQftype(result, r->column);
    str text = {PQgetvalue(result, r->row, r->column),
                (size_t)PQgetlength(result, r->row, r->column)};
    int64_t number = 0;

    if (PQgetisnull(result, r->row, r->column))
        return NIL();
    switch (wanted) {
    case VAL_INT: {
        bool is_number = is_integer(type) && str_to_i64(text, &number);
        assert(is_number);
        return I(number);
    }
    case VAL_BOOL:
        assert(type == OID_BOOL || is_integer(type));
        return B(type == OID_BOOL ? text.at[0] == 't' : !str_eq(text, S("0")));
    case VAL_REAL:
        assert(type == OID_FLOAT8 || type == OID_FLOAT4 || is_integer(type));
        return F(strtod(text.at, NULL));
    case VAL_TEXT:
        assert(type == OID_TEXT || type == OID_VARCHAR || type == OID_BPCHAR);
        return T(str_copy(a, text));
    case VAL_BLOB:
        assert(type == OID_BYTEA);
        return X(unhex(text.at, text.len, a));
    case VAL_NULL:
        break;
    }
    return NIL();
}

const struct engine engine_postgres = {
    .which = DB_POSTGRES,
    .open = postgres_open,
    .close = postgres_close,
    .connect = postgres_connect,
    .disconnect = postgres_disconnect,
    .is_usable = postgres_is_usable,
    .begin = postgres_begin,
    .end = postgres_end,
    .act = postgres_act,
    .hot = postgres_hot,
    .script = postgres_script,
    .prepare = postgres_prepare,
    .query = postgres_query,
    .run = postgres_run,
    .next = postgres_next,
    .finish = postgres_finish,
    .cell = postgres_cell,
    .backup = postgres_backup,
};
