#include "db/db_sqlite.h"

#include "base/log.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static enum err file_fault(const char *path)
{
    bool is_full = errno == ENOSPC;

    log_line(LOG_ERROR, is_full ? "disk_full" : "db_file", LOG_STR("path", str_of(path)),
             LOG_STR("why", str_of(strerror(errno))));
    return is_full ? BUSY : FAULT;
}

/* ---- in memory ---- */

/* A database in memory that several connections read while one writes: SQLite's own has either no
 * snapshots or readers that block the writer, so it is a file in a folder of memory. */
static enum err make_memory(struct db_pool *pool)
{
    static const char *const parents[] = {"/dev/shm", "/tmp"};

    for (size_t i = 0; i < sizeof parents / sizeof *parents; i++) {
        str folder = str_fmt(pool->arena, "%s/shangliang-XXXXXX", parents[i]);
        if (mkdtemp((char *)folder.at) != NULL) {
            pool->url = str_join(pool->arena, folder, S("/db")).at;
            pool->is_memory = true;
            return OK;
        }
    }
    return file_fault(parents[0]);
}

static void remove_memory(struct db_pool *pool)
{
    static const char *const endings[] = {"-wal", "-shm", ""};
    str folder = str_of(pool->url);

    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++)
        unlink(str_fmt(pool->arena, "%s%s", pool->url, endings[i]).at);
    folder.len -= sizeof "/db" - 1;
    rmdir(str_z(pool->arena, folder));
}

/* ---- open and close ---- */

/* Nobody else on the machine may read it; SQLite gives its side files the same mode. */
static enum err make_private(const char *path, int flags)
{
    int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | flags, 0600);

    if (fd < 0)
        return file_fault(path);
    close(fd);
    return OK;
}

static enum err use_wal(struct db_pool *pool)
{
    struct db *db;

    TRY(db_connect(pool, &db));
    enum err e = sqlite_script(db, "PRAGMA query_only = OFF; PRAGMA journal_mode = WAL");
    db_disconnect(db);
    return e;
}

/* Counting every allocation takes a lock that all threads share. Once is enough, and before the
 * first connection: later the library refuses it, which does no harm. */
static void count_no_memory(void)
{
    (void)sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
}

enum err sqlite_open(struct db_pool *pool)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;

    pthread_once(&once, count_no_memory);
    if (strcmp(pool->url, ":memory:") == 0)
        TRY(make_memory(pool));
    TRY(make_private(pool->url, 0));
    TRY(use_wal(pool));
    return pool->is_read_only ? OK : sqlite_writer_start(pool);
}

void sqlite_close(struct db_pool *pool)
{
    sqlite_writer_stop(pool);
    if (pool->is_memory)
        remove_memory(pool);
}

/* ---- the copy ---- */

static enum err copy_pages(struct db *from, sqlite3 *to)
{
    sqlite3_backup *b = sqlite3_backup_init(to, "main", from->conn, "main");

    if (b == NULL)
        return sqlite_err(from, "backup", sqlite3_errcode(to) & 0xFF);
    sqlite3_backup_step(b, -1); /* one snapshot; under WAL the writer goes on beside it */
    int code = sqlite3_backup_finish(b) & 0xFF;
    if (code == SQLITE_FULL)
        log_line(LOG_ERROR, "disk_full", LOG_STR("sql", S("backup")));
    if (code == SQLITE_FULL || code == SQLITE_BUSY)
        return BUSY;
    return code == SQLITE_OK ? OK : sqlite_err(from, "backup", code);
}

/* The copy is one file, without a log beside it, and was read through once. */
static enum err check_copy(sqlite3 *to)
{
    sqlite3_stmt *check = NULL;
    bool is_whole = false;

    if (sqlite3_exec(to, "PRAGMA journal_mode = DELETE", NULL, NULL, NULL) == SQLITE_OK &&
        sqlite3_prepare_v2(to, "PRAGMA integrity_check(1)", -1, &check, NULL) == SQLITE_OK &&
        sqlite3_step(check) == SQLITE_ROW)
        is_whole = str_eq(str_of((const char *)sqlite3_column_text(check, 0)), S("ok"));
    sqlite3_finalize(check);
    if (!is_whole)
        log_line(LOG_ERROR, "backup_not_whole", LOG_STR("why", str_of(sqlite3_errmsg(to))));
    return is_whole ? OK : FAULT;
}

static enum err sync_file(const char *path)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);

    if (fd < 0)
        return file_fault(path);
    enum err e = fsync(fd) == 0 ? OK : file_fault(path);
    close(fd);
    return e;
}

enum err sqlite_backup(struct db_pool *pool, const char *path)
{
    sqlite3 *to = NULL;
    struct db *from;

    TRY(make_private(path, O_EXCL));
    enum err e = pool_take(pool, &from);
    if (e == OK) {
        if (sqlite3_open_v2(path, &to, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL) !=
            SQLITE_OK)
            e = file_fault(path);
        if (e == OK)
            e = copy_pages(from, to);
        if (e == OK)
            e = check_copy(to);
        sqlite3_close(to);
        pool_give_back(from);
    }
    if (e == OK)
        e = sync_file(path);
    if (e != OK)
        unlink(path);
    return e;
}
