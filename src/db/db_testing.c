#include "db/db_testing.h"

#include "base/crypto.h"
#include "db/db_local.h"
#include "db/migrate.h"
#include "migrations.h"

#include <libpq-fe.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static NORETURN void die(const char *what, const char *why)
{
    fprintf(stderr, "db_testing: %s: %s\n", what, why);
    abort();
}

static const char *server(void)
{
    return getenv("SHANGLIANG_TEST_PG");
}

static void on_server(const char *fmt, const char *name)
{
    char text[256];
    PGconn *conn = PQconnectdb(server());

    snprintf(text, sizeof text, fmt, name);
    PGresult *result = PQexec(conn, text);
    if (PQresultStatus(result) != PGRES_COMMAND_OK)
        die(text, PQerrorMessage(conn));
    PQclear(result);
    PQfinish(conn);
}

/* The server's address with another database in it: what stands between "//…/" and "?". */
static void address_of(struct db_testing *t)
{
    str url = str_of(server());
    size_t host = str_find(url, S("//"));
    str rest = host == SIZE_MAX ? S("") : str_slice(url, host + 2, url.len);
    str at = str_cut(&rest, '/');

    str_cut(&rest, '?');
    int n = snprintf(t->url, sizeof t->url, "postgresql://%.*s/%s%s%.*s", STR_ARG(at), t->name,
                     rest.len > 0 ? "?" : "", STR_ARG(rest));
    if (host == SIZE_MAX || n >= (int)sizeof t->url)
        die("SHANGLIANG_TEST_PG", "should read postgresql://USER@HOST/DATABASE?…");
}

bool db_testing_has(enum db_engine engine)
{
    return engine == DB_SQLITE || server() != NULL;
}

static void open_at(struct db_testing *t)
{
    struct db_options options = {.readers_max = 24, .url = str_of(t->url)};

    if (db_open(&t->pool, &options) != OK)
        die(t->url, "does not open");
}

static void migrate_all(struct db_testing *t)
{
    struct migrate_options options = {.without_backup = true};
    struct migrate_report report;

    if (migrate(t->pool, &options, &report) != OK)
        die("migrate", report.why);
}

/* ---- a database with every migration, which the others are copied from ---- */

enum { TEMPLATE_LOCK = 20220426 };

/* Of this schema: a server that outlives a run may hold older ones. */
static void name_template(char name[64])
{
    struct hash h;

    hash_start(&h);
    for (size_t i = 0; i < migrations_file_count; i++)
        hash_add(&h, (str){(const char *)migrations_files[i].bytes, migrations_files[i].len});
    struct digest d = hash_end(&h);
    memcpy(name, "template_", sizeof "template_");
    for (size_t i = 0; i < 8; i++)
        snprintf(name + strlen("template_") + 2 * i, 3, "%02x", d.byte[i]);
}

static bool is_there(PGconn *conn, const char *name)
{
    const char *values[] = {name};
    PGresult *result = PQexecParams(conn, "SELECT 1 FROM pg_database WHERE datname = $1", 1, NULL,
                                    values, NULL, NULL, 0);
    bool there = PQntuples(result) > 0;

    PQclear(result);
    return there;
}

/* Made under another name, so that whoever sees it sees it whole; one process makes it. */
static void make_template(const char *name)
{
    struct db_testing t = {.engine = DB_POSTGRES};
    PGconn *lock = PQconnectdb(server());
    char text[160];

    snprintf(text, sizeof text, "SELECT pg_advisory_lock(%d)", TEMPLATE_LOCK);
    PQclear(PQexec(lock, text));
    if (!is_there(lock, name)) {
        snprintf(t.name, sizeof t.name, "making_%ld", (long)getpid());
        on_server("CREATE DATABASE %s", t.name);
        address_of(&t);
        open_at(&t);
        migrate_all(&t);
        db_close(t.pool);
        snprintf(text, sizeof text, "ALTER DATABASE %%s RENAME TO %s", name);
        on_server(text, t.name);
    }
    PQfinish(lock); /* and with it the lock */
}

static void copy_template(const char *name)
{
    static _Atomic bool is_made;
    char from[64], text[160];

    name_template(from);
    if (!atomic_load(&is_made))
        make_template(from);
    atomic_store(&is_made, true);
    snprintf(text, sizeof text, "CREATE DATABASE %%s TEMPLATE %s STRATEGY FILE_COPY", from);
    on_server(text, name);
}

/* ---- opening ---- */

static void name_it(struct db_testing *t)
{
    static _Atomic int number;

    snprintf(t->name, sizeof t->name, "test_%ld_%d", (long)getpid(), atomic_fetch_add(&number, 1));
    address_of(t);
}

bool db_testing_open_empty(struct db_testing *t, enum db_engine engine, const char *path)
{
    *t = (struct db_testing){.engine = engine};
    if (!db_testing_has(engine))
        return false;
    if (engine == DB_SQLITE) {
        snprintf(t->url, sizeof t->url, "sqlite:%s", path);
    } else {
        name_it(t);
        on_server("CREATE DATABASE %s", t->name);
    }
    open_at(t);
    return true;
}

bool db_testing_open(struct db_testing *t, enum db_engine engine)
{
    *t = (struct db_testing){.engine = engine};
    if (!db_testing_has(engine))
        return false;
    if (engine == DB_SQLITE) {
        if (!db_testing_open_empty(t, engine, ":memory:"))
            return false;
    } else {
        name_it(t);
        copy_template(t->name);
        open_at(t);
    }
    migrate_all(t);
    return true;
}

void db_testing_close(struct db_testing *t)
{
    db_close(t->pool);
    t->pool = NULL;
    if (t->name[0] != '\0')
        on_server("DROP DATABASE IF EXISTS %s WITH (FORCE)", t->name);
}

size_t db_testing_prepare(struct db_testing *t, const struct sql *const *statements, size_t count)
{
    size_t refused = 0;

    for (size_t i = 0; i < count; i++) {
        struct db *db;
        void *handle;
        if (db_read(t->pool, &db) != OK)
            die("db_read", statements[i]->name);
        if (db_prepare(db, statements[i], &handle) != OK) {
            fprintf(stderr, "refused: %s\n", statements[i]->name);
            refused++;
        }
        db_read_end(db);
    }
    return refused;
}
