#include "db/migrate.h"

#include "base/buf.h"
#include "base/clock.h"
#include "base/crypto.h"
#include "base/log.h"
#include "db/db_local.h"
#include "db/migrate_sql.h"
#include "db/migrations.h"

#include <assert.h>
#include <stdio.h>

enum { MIGRATE_BYTES_MAX = 16 * 1024 * 1024, DIGEST_HEX = 16 };

struct migration {
    int64_t number;
    str name, digest;
};

struct migrating {
    struct db_pool *pool;
    struct arena *arena;
    const struct migrate_options *options;
    struct migrate_report *report;
    const struct embedded *files;
    size_t file_count;
    str *digests; /* of the files; empty: not taken yet */
    struct migration *applied;
    size_t applied_count;
};

/* ---- the text ---- */

static str replace(struct arena *a, str text, str what, str with)
{
    struct buf b = {.arena = a};
    size_t at;

    buf_put(&b, S(""));
    while ((at = str_find(text, what)) != SIZE_MAX) {
        buf_put(&b, str_slice(text, 0, at));
        buf_put(&b, with);
        text = str_slice(text, at + what.len, text.len);
    }
    buf_put(&b, text);
    return buf_str(&b);
}

str migrate_text(struct arena *a, str text, enum db_engine engine)
{
    struct buf b = {.arena = a};
    bool is_ours = true;

    while (text.len > 0) {
        str line = str_cut(&text, '\n');
        if (str_starts(line, S("-- @")))
            is_ours =
                str_eq(str_trim(line), S("-- @both")) ||
                str_eq(str_trim(line), engine == DB_SQLITE ? S("-- @sqlite") : S("-- @postgres"));
        if (is_ours) {
            buf_put(&b, line);
            buf_byte(&b, '\n');
        }
    }
    bool is_sqlite = engine == DB_SQLITE;
    str made = replace(a, buf_str(&b), S("%ID%"), is_sqlite ? S("INTEGER") : S("BIGINT"));
    return replace(a, made, S("%BYTES%"), is_sqlite ? S("BLOB") : S("BYTEA"));
}

static bool is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/* The section lines look like comments but count. */
str migrate_digest(struct arena *a, str text)
{
    struct buf b = {.arena = a};
    bool is_quoted = false;

    for (size_t i = 0; i < text.len; i++) {
        str here = str_slice(text, i, text.len);
        if (!is_quoted && str_starts(here, S("--")) && !str_starts(here, S("-- @"))) {
            i += str_cut(&here, '\n').len;
            continue;
        }
        if (text.at[i] == '\'')
            is_quoted = !is_quoted;
        if (is_quoted || !is_space(text.at[i]))
            buf_byte(&b, text.at[i]);
    }
    struct digest d = crypto_sha256(buf_str(&b));
    return str_slice(crypto_hex(a, digest_str(&d)), 0, DIGEST_HEX);
}

/* ---- pre-flight ---- */

static enum err refuse(struct migrating *m, enum err e, str why)
{
    snprintf(m->report->why, sizeof m->report->why, "%.*s", STR_ARG(why));
    log_line(LOG_ERROR, "migrate_refused", LOG_STR("why", why));
    return e;
}

/* "0003_matter.sql" -> 3, or -1. */
static int64_t number_of(const struct embedded *file)
{
    str name = str_of(file->name), digits = str_cut(&name, '_');
    int64_t number;

    return digits.len == 4 && str_ends(name, S(".sql")) && str_to_i64(digits, &number) ? number
                                                                                       : -1;
}

static enum err check_files(struct migrating *m)
{
    for (size_t i = 0; i < m->file_count; i++) {
        if (number_of(&m->files[i]) != (int64_t)i)
            return refuse(
                m, FAULT,
                str_fmt(m->arena, "migration file %s stands in place %zu", m->files[i].name, i));
    }
    return OK;
}

static enum err read_applied(struct db *db, struct migrating *m)
{
    struct rows row;
    bool found;
    int64_t has_table;
    size_t cap = 0;

    m->applied = NULL;
    m->applied_count = 0;
    TRY(db_number(db, &has_table, 0, &MIGRATION_TABLE_COUNT));
    if (has_table == 0)
        return OK;
    TRY(db_rows(&row, db, &MIGRATION_ALL));
    for (;;) {
        TRY(db_next(&row, &found));
        if (!found)
            return OK;
        struct migration *one = PUSH(m->arena, m->applied, m->applied_count, cap);
        one->number = take_i64(&row);
        one->name = take_str(&row, m->arena);
        one->digest = take_str(&row, m->arena);
    }
}

static enum err load_applied(struct migrating *m)
{
    struct db *db;

    TRY(db_read(m->pool, &db));
    enum err e = read_applied(db, m);
    db_read_end(db);
    return e;
}

static str file_digest(struct migrating *m, size_t i)
{
    if (m->digests[i].len == 0)
        m->digests[i] =
            migrate_digest(m->arena, (str){(const char *)m->files[i].bytes, m->files[i].len});
    return m->digests[i];
}

static enum err check_applied(struct migrating *m)
{
    for (size_t i = 0; i < m->applied_count; i++) {
        const struct migration *one = &m->applied[i];
        if (one->number >= (int64_t)m->file_count)
            return refuse(m, DENIED,
                          str_fmt(m->arena,
                                  "the database is newer than this program: it has migration %.*s",
                                  STR_ARG(one->name)));
        if (one->number != (int64_t)i || !str_eq(one->digest, file_digest(m, i)))
            return refuse(m, INVALID,
                          str_fmt(m->arena,
                                  "migration %.*s was applied with other statements than %s has",
                                  STR_ARG(one->name), m->files[i].name));
    }
    return OK;
}

/* ---- the backup before ---- */

static enum err make_backup(struct migrating *m)
{
    bool is_sqlite = db_engine(m->pool) == DB_SQLITE;
    str folder = m->options->backup_folder;

    if (m->options->without_backup || m->pool->is_memory)
        return OK;
    if (folder.len == 0 && !is_sqlite)
        return refuse(m, DENIED, S("no folder for the backup before the migration"));
    str path = folder.len == 0 ? str_of(m->pool->url)
                               : str_fmt(m->arena, "%.*s/shangliang", STR_ARG(folder));
    path = str_fmt(m->arena, "%.*s.before-%04zu-%lld%s", STR_ARG(path), m->applied_count,
                   (long long)clock_now(), is_sqlite ? "" : ".dump");
    enum err e = db_backup(m->pool, path);
    if (e != OK)
        return refuse(m, DENIED,
                      e == NOT_FOUND ? S("pg_dump, which makes the backup, is not installed")
                                     : S("the backup before the migration could not be made"));
    snprintf(m->report->backup, sizeof m->report->backup, "%.*s", STR_ARG(path));
    log_line(LOG_INFO, "migrate_backup", LOG_STR("path", path));
    return OK;
}

/* ---- applying ---- */

static enum err apply(struct db *db, void *arg)
{
    struct migrating *m = arg;
    size_t i = m->applied_count;
    str text = {(const char *)m->files[i].bytes, m->files[i].len};
    str script = migrate_text(m->arena, text, db_engine(m->pool));

    if (db_engine(m->pool) == DB_POSTGRES)
        TRY(db->pool->engine->script(db, "SET LOCAL statement_timeout = 0"));
    TRY(db->pool->engine->script(db, script.at));
    return db_run(db, &MIGRATION_ADD, I(number_of(&m->files[i])), T(str_of(m->files[i].name)),
                  T(file_digest(m, i)), I(clock_now()));
}

/* Two instances may start at once: whoever comes second fails over the other's tables, looks again,
 * and goes on from there. */
static enum err apply_next(struct migrating *m)
{
    size_t before = m->applied_count;
    enum err e = db_act_wait(m->pool, apply, m), looked = load_applied(m);

    if (looked != OK)
        return looked;
    if (m->applied_count > before)
        return check_applied(m);
    return refuse(m, e == OK ? FAULT : e,
                  str_fmt(m->arena, "migration %s failed", m->files[before].name));
}

static enum err migrate_all(struct migrating *m)
{
    TRY(check_files(m));
    TRY(load_applied(m));
    m->report->known = (int)m->file_count;
    m->report->applied = (int)m->applied_count;
    TRY(check_applied(m));
    m->report->pending = (int)(m->file_count - m->applied_count);
    if (m->options->check_only || m->report->pending == 0)
        return OK;
    if (m->applied_count > 0)
        TRY(make_backup(m));
    while (m->applied_count < m->file_count) {
        TRY(apply_next(m));
        m->report->pending = (int)(m->file_count - m->applied_count);
    }
    return OK;
}

enum err migrate(struct db_pool *pool, const struct migrate_options *options,
                 struct migrate_report *report)
{
    struct arena *arena = arena_new("migrate", MIGRATE_BYTES_MAX);
    struct migrating m = {.pool = pool,
                          .arena = arena,
                          .options = options,
                          .report = report,
                          .files = options->files == NULL ? migrations_files : options->files,
                          .file_count =
                              options->files == NULL ? migrations_file_count : options->file_count};
    m.digests = NEW_ARRAY(arena, m.file_count + 1, str);

    *report = (struct migrate_report){0};
    enum err e = migrate_all(&m);
    arena_free(arena);
    return e;
}
