#include "db/db_sqlite.h"

#include "base/log.h"

#include <assert.h>
#include <errno.h>

/* ---- what went wrong ---- */

/* Values may stand in SQLite's message (a full-text query does), so only its code is logged. */
enum err sqlite_err(struct db *db, const char *what, int code)
{
    sqlite3 *conn = db->conn;
    int extended = conn == NULL ? code : sqlite3_extended_errcode(conn);

    if (extended == SQLITE_CONSTRAINT_UNIQUE || extended == SQLITE_CONSTRAINT_PRIMARYKEY ||
        extended == SQLITE_CONSTRAINT_ROWID)
        return CONFLICT;
    if (code == SQLITE_BUSY || code == SQLITE_LOCKED || code == SQLITE_INTERRUPT)
        return BUSY;
    if (code == SQLITE_FULL ||
        (code == SQLITE_IOERR && conn != NULL && sqlite3_system_errno(conn) == ENOSPC)) {
        pool_full(db->pool, what);
        return BUSY;
    }
    log_line(LOG_ERROR, "db_fault", LOG_STR("sql", str_of(what)), LOG_INT("code", extended),
             LOG_STR("why", str_of(sqlite3_errstr(extended))));
    return FAULT;
}

enum err sqlite_script(struct db *db, const char *text)
{
    int code = sqlite3_exec(db->conn, text, NULL, NULL, NULL) & 0xFF;

    if (code == SQLITE_OK)
        return OK;
    if (code == SQLITE_ERROR) /* a mistake in the text, which holds no values */
        log_line(LOG_ERROR, "db_script", LOG_STR("why", str_of(sqlite3_errmsg(db->conn))));
    return sqlite_err(db, "script", code);
}

/* ---- connections ---- */

/* LIKE minds case and "x" is a name, as on PostgreSQL. */
static const char pragmas[] = "PRAGMA foreign_keys = ON;"
                              "PRAGMA case_sensitive_like = ON;"
                              "PRAGMA temp_store = MEMORY;"
                              "PRAGMA trusted_schema = OFF;"
                              "PRAGMA journal_size_limit = 67108864;"
                              "PRAGMA synchronous = FULL;"
                              "PRAGMA cache_size = -2048;";

/* Neither is needed: the files of memory are gone with the machine, and tmpfs has no disk. */
static const char pragmas_memory[] = "PRAGMA synchronous = OFF;";

static enum err sqlite_connect(struct db *db)
{
    sqlite3 *conn = NULL;
    int code =
        sqlite3_open_v2(db->pool->url, &conn,
                        SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX, NULL);
    enum err e = OK;

    db->conn = conn;
    if (code == SQLITE_OK) {
        sqlite3_busy_timeout(conn, WAIT_MS_MAX);
        sqlite3_db_config(conn, SQLITE_DBCONFIG_DQS_DML, 0, NULL);
        sqlite3_db_config(conn, SQLITE_DBCONFIG_DQS_DDL, 0, NULL);
        e = sqlite_script(db, pragmas);
        if (e == OK && db->pool->is_memory)
            e = sqlite_script(db, pragmas_memory);
        if (e == OK)
            e = sqlite_rank_add(db);
        if (e == OK)
            e = sqlite_script(db, "PRAGMA query_only = ON");
    } else {
        e = sqlite_err(db, "open", code & 0xFF);
    }
    if (e != OK)
        sqlite3_close(conn);
    return e;
}

static void sqlite_disconnect(struct db *db)
{
    for (size_t i = 0; i < db->cache_size; i++) {
        if (db->cache[i] != NULL)
            sqlite3_finalize(db->cache[i]->handle);
    }
    int code = sqlite3_close(db->conn);
    assert(code == SQLITE_OK); /* else a statement was forgotten */
}

static bool sqlite_is_usable(const struct db *db)
{
    return sqlite3_get_autocommit(db->conn) != 0;
}

static enum err sqlite_begin(struct db *db)
{
    return sqlite_script(db, "BEGIN");
}

static void sqlite_end(struct db *db)
{
    enum err e = sqlite_script(db, "ROLLBACK"); /* nothing was written */

    (void)e; /* logged; a connection still inside is not given back */
}

/* ---- statements ---- */

static enum err sqlite_prepare(struct db *db, const struct sql *sql, void **handle)
{
    sqlite3_stmt *stmt;
    const char *tail;
    int code = sqlite3_prepare_v3(db->conn, sql->text, -1, SQLITE_PREPARE_PERSISTENT, &stmt, &tail);

    if (code != SQLITE_OK) {
        log_line(LOG_ERROR, "db_statement", LOG_STR("sql", str_of(sql->name)),
                 LOG_STR("why", str_of(sqlite3_errmsg(db->conn))));
        return (code & 0xFF) == SQLITE_BUSY ? BUSY : FAULT;
    }
    assert(*tail == '\0'); /* one statement each */
    *handle = stmt;
    return OK;
}

static int bind_one(sqlite3_stmt *stmt, int at, const struct val *v)
{
    switch (v->type) {
    case VAL_INT:
        return sqlite3_bind_int64(stmt, at, v->i);
    case VAL_REAL:
        return sqlite3_bind_double(stmt, at, v->f);
    case VAL_BOOL:
        return sqlite3_bind_int(stmt, at, v->b);
    case VAL_TEXT:
        return sqlite3_bind_text64(stmt, at, v->s.len == 0 ? "" : v->s.at, v->s.len,
                                   SQLITE_TRANSIENT, SQLITE_UTF8);
    case VAL_BLOB:
        return sqlite3_bind_blob64(stmt, at, v->s.len == 0 ? "" : v->s.at, v->s.len,
                                   SQLITE_TRANSIENT);
    case VAL_NULL:
        break;
    }
    return sqlite3_bind_null(stmt, at);
}

/* To SQLite "$2" is a name, numbered by where it first appears: so each place is asked for its
 * name, never its number. */
static enum err bind(struct db *db, sqlite3_stmt *stmt, const struct sql *sql,
                     const struct val *args)
{
    int places = sqlite3_bind_parameter_count(stmt);

    for (int at = 1; at <= places; at++) {
        const char *name = sqlite3_bind_parameter_name(stmt, at);
        int64_t number = 0;
        bool is_number = name != NULL && str_to_i64(str_of(name + 1), &number);
        assert(is_number && number >= 1 && number <= sql->param_count);
        int code = bind_one(stmt, at, &args[number - 1]);
        if (code != SQLITE_OK)
            return sqlite_err(db, sql->name, code & 0xFF);
    }
    return OK;
}

/* The first step is made here, so that a failure shows at the same call as on PostgreSQL, and so
 * that RETURNING has changed its rows even if none is read. */
static enum err sqlite_query(struct db *db, struct open_rows *o, const struct sql *sql,
                             const struct val *args, int *column_count)
{
    sqlite3_stmt *stmt = o->handle;

    TRY(bind(db, stmt, sql, args));
    int code = sqlite3_step(stmt) & 0xFF;
    if (code != SQLITE_ROW && code != SQLITE_DONE)
        return sqlite_err(db, sql->name, code);
    o->has_row = code == SQLITE_ROW;
    o->is_over = code == SQLITE_DONE;
    *column_count = sqlite3_column_count(stmt);
    return OK;
}

static enum err sqlite_next(struct db *db, struct open_rows *o, const struct sql *sql, int row,
                            bool *found)
{
    (void)row;
    if (!o->has_row && !o->is_over) {
        int code = sqlite3_step(o->handle) & 0xFF;
        if (code != SQLITE_ROW && code != SQLITE_DONE)
            return sqlite_err(db, sql->name, code);
        o->is_over = code == SQLITE_DONE;
    }
    o->has_row = false;
    *found = !o->is_over;
    return OK;
}

static void sqlite_finish(struct db *db, struct open_rows *o)
{
    (void)db;
    if (o->cached == NULL) {
        sqlite3_finalize(o->handle);
        return;
    }
    sqlite3_reset(o->handle);
    sqlite3_clear_bindings(o->handle);
}

static enum err sqlite_run(struct db *db, void *handle, const struct sql *sql,
                           const struct val *args, int64_t *changed)
{
    enum err e = bind(db, handle, sql, args);

    if (e == OK) {
        int64_t before = sqlite3_total_changes64(db->conn);
        int code = sqlite3_step(handle) & 0xFF;
        assert(code != SQLITE_ROW); /* db_rows is for these */
        if (code != SQLITE_DONE)
            e = sqlite_err(db, sql->name, code);
        else if (sqlite3_total_changes64(db->conn) != before)
            *changed = sqlite3_changes64(db->conn);
    }
    sqlite3_reset(handle);
    sqlite3_clear_bindings(handle);
    return e;
}

/* ---- cells ---- */

/* A column of another type than the one taken is a mistake in the statement, which PostgreSQL
 * would show: so both assert it. */
static bool is_of_type(int type, enum val_type wanted)
{
    switch (wanted) {
    case VAL_INT:
    case VAL_BOOL:
        return type == SQLITE_INTEGER;
    case VAL_REAL:
        return type == SQLITE_FLOAT || type == SQLITE_INTEGER;
    case VAL_TEXT:
        return type == SQLITE_TEXT;
    case VAL_BLOB:
        return type == SQLITE_BLOB;
    case VAL_NULL:
        break;
    }
    return true;
}

static struct val sqlite_cell(struct rows *r, enum val_type wanted, struct arena *a)
{
    sqlite3_stmt *stmt = ((struct open_rows *)r->handle)->handle;
    int at = r->column, type = sqlite3_column_type(stmt, at);

    if (type == SQLITE_NULL)
        return NIL();
    if (!is_of_type(type, wanted)) /* changed by hand; whoever verifies finds that it differs */
        log_line(LOG_ERROR, "db_type", LOG_STR("sql", str_of(sqlite3_column_name(stmt, at))));
    switch (wanted) {
    case VAL_INT:
        return I(sqlite3_column_int64(stmt, at));
    case VAL_BOOL:
        return B(sqlite3_column_int64(stmt, at) != 0);
    case VAL_REAL:
        return F(sqlite3_column_double(stmt, at));
    case VAL_TEXT:
    case VAL_BLOB:
        break;
    case VAL_NULL:
        return NIL();
    }
    const void *bytes = type == SQLITE_TEXT ? (const void *)sqlite3_column_text(stmt, at)
                                            : sqlite3_column_blob(stmt, at);
    str s = {bytes, (size_t)sqlite3_column_bytes(stmt, at)};
    return T(str_copy(a, s));
}

const struct engine engine_sqlite = {
    .which = DB_SQLITE,
    .open = sqlite_open,
    .close = sqlite_close,
    .connect = sqlite_connect,
    .disconnect = sqlite_disconnect,
    .is_usable = sqlite_is_usable,
    .begin = sqlite_begin,
    .end = sqlite_end,
    .act = sqlite_act,
    .script = sqlite_script,
    .prepare = sqlite_prepare,
    .query = sqlite_query,
    .run = sqlite_run,
    .next = sqlite_next,
    .finish = sqlite_finish,
    .cell = sqlite_cell,
    .backup = sqlite_backup,
};
