#include "db/db_testing.h"

#include "db/db_local.h"
#include "db/migrate.h"

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

bool db_testing_open_empty(struct db_testing *t, enum db_engine engine, const char *path)
{
    static _Atomic int number;
    struct db_options options = {.readers_max = 24};

    *t = (struct db_testing){.engine = engine};
    if (!db_testing_has(engine))
        return false;
    if (engine == DB_SQLITE) {
        snprintf(t->url, sizeof t->url, "sqlite:%s", path);
    } else {
        snprintf(t->name, sizeof t->name, "test_%ld_%d", (long)getpid(),
                 atomic_fetch_add(&number, 1));
        on_server("CREATE DATABASE %s", t->name);
        address_of(t);
    }
    options.url = str_of(t->url);
    if (db_open(&t->pool, &options) != OK)
        die(t->url, "does not open");
    return true;
}

bool db_testing_open(struct db_testing *t, enum db_engine engine)
{
    struct migrate_options options = {.without_backup = true};
    struct migrate_report report;

    if (!db_testing_open_empty(t, engine, ":memory:"))
        return false;
    if (migrate(t->pool, &options, &report) != OK)
        die("migrate", report.why);
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
