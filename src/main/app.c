#include "main/app.h"

#include "base/calendar.h"
#include "base/clock.h"
#include "base/id.h"
#include "base/log.h"
#include "db/migrate.h"
#include "defaults.h"
#include "main/app_sql.h"
#include "main/config.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PROGRAM_ARENA_MAX = 256 * 1024 * 1024, COMMAND_ARENA_MAX = 512 * 1024 * 1024 };

static enum err say(const char *dir, const char *what, enum err e)
{
    fprintf(stderr, "shangliang: %s: %s\n", dir, what);
    return e;
}

struct ctx app_ctx(const struct instance *in, struct arena *a)
{
    return (struct ctx){.arena = a,
                        .now = clock_now(),
                        .calendar = in->app.calendar,
                        .keys = &in->app.keys,
                        .procedures = in->app.procedures,
                        .config = &in->app.config};
}

struct run {
    struct ctx *c;
    app_act_fn *fn;
    void *arg;
};

static enum err run(struct db *db, void *arg)
{
    struct run *r = arg;

    r->c->db = db;
    r->c->now = clock_now();
    return r->fn(r->c, r->arg);
}

enum err app_act(struct instance *in, struct ctx *c, app_act_fn *fn, void *arg)
{
    struct run r = {c, fn, arg};
    enum err e = db_act_wait(in->app.pool, run, &r);

    c->db = NULL;
    return e;
}

enum err app_read(struct instance *in, struct ctx *c, app_act_fn *fn, void *arg)
{
    TRY(db_read(in->app.pool, &c->db));
    enum err e = fn(c, arg);
    db_read_end(c->db);
    c->db = NULL;
    return e;
}

/* ---- procedures: the defaults, the operator's own, and every version a matter runs under ---- */

static enum err add_procedure(struct instance *in, str name, str text)
{
    struct problem_list *problems = NEW(in->arena, struct problem_list);
    struct procedure *p;

    if (procedure_load(in->arena, name, text, &p, problems) != OK) {
        struct buf b = {.arena = in->arena};
        procedure_put_problems(&b, LANG_EN, name, problems);
        fputs(buf_str(&b).at, stderr);
        return INVALID;
    }
    size_t before = in->procedures.count;
    enum err e = procedures_add(&in->procedures, p);
    if (e == OK && in->procedures.count > before)
        in->procedure_texts[before] = text;
    if (e == CONFLICT)
        fprintf(stderr,
                "%.*s: this version of %.*s has another text already; give it a new version\n",
                STR_ARG(name), STR_ARG(p->name));
    return e;
}

static enum err load_defaults(struct instance *in)
{
    for (size_t i = 0; i < defaults_file_count; i++) {
        const struct embedded *e = &defaults_files[i];
        if (str_ends(str_of(e->name), S(".yaml")))
            TRY(add_procedure(in, str_of(e->name), (str){(const char *)e->bytes, e->len}));
    }
    return OK;
}

static enum err load_own(struct instance *in, const char *dir)
{
    str folder = str_fmt(in->arena, "%s/procedures", dir);
    DIR *d = opendir(folder.at);
    enum err e = OK;

    if (d == NULL)
        return OK;
    for (struct dirent *f = readdir(d); f != NULL && e == OK; f = readdir(d)) {
        str name = str_of(f->d_name), text;
        if (!str_ends(name, S(".yaml")))
            continue;
        e = config_read(in->arena, str_fmt(in->arena, "%s/%s", folder.at, f->d_name).at,
                        PROCEDURE_TEXT_MAX, &text);
        if (e == OK)
            e = add_procedure(in, str_copy(in->arena, name), text);
        else
            fprintf(stderr, "%s/%s: cannot be read\n", folder.at, f->d_name);
    }
    closedir(d);
    return e;
}

/* A matter keeps the version it started with: its text is in the database, word for word. */
static enum err load_stored(struct ctx *c, void *arg)
{
    struct instance *in = arg;
    struct rows row;
    bool found;

    TRY(db_rows(&row, c->db, &PROCEDURE_TEXTS));
    for (;;) {
        TRY(db_next(&row, &found));
        if (!found)
            return OK;
        str name = take_str(&row, in->arena);
        int64_t version = take_i64(&row);
        str text = take_str(&row, in->arena);
        if (procedures_find(&in->procedures, name, (int)version) == NULL)
            TRY(add_procedure(in, name, text));
    }
}

static enum err store_texts(struct ctx *c, void *arg)
{
    struct instance *in = arg;

    for (size_t i = 0; i < in->procedures.count; i++) {
        const struct procedure *p = in->procedures.at[i];
        TRY(db_run(c->db, &PROCEDURE_TEXT_ADD, T(p->name), I(p->version), X(digest_str(&p->digest)),
                   T(in->procedure_texts[i]), I(c->now)));
    }
    return OK;
}

/* ---- the holiday table ---- */

/* A new instance begins with the officially published years; from then on the table is the
 * operator's. */
static enum err fill_calendar(struct ctx *c, void *arg)
{
    struct instance *in = arg;
    const struct embedded *e = defaults_find("cn.csv");
    struct calendar *calendar;
    int64_t there;
    size_t count;
    int line;

    TRY(db_number(c->db, &there, 0, &CALENDAR_COUNT));
    if (there > 0 || e == NULL)
        return OK;
    TRY(calendar_read(in->arena, (str){(const char *)e->bytes, e->len}, &calendar, &line));
    const struct calendar_row *rows = calendar_rows(calendar, &count);
    for (size_t i = 0; i < count; i++)
        TRY(db_run(c->db, &CALENDAR_DAY_PUT, T(calendar_date_str(c->arena, rows[i].day)),
                   T(rows[i].kind == CALENDAR_WORKDAY ? S("workday") : S("holiday")),
                   T(rows[i].name), T(S("cn.csv"))));
    return OK;
}

/* ---- opening ---- */

static enum err open_database(struct instance *in, const char *dir, bool is_read_only)
{
    struct db_options options = {.url = in->app.config.db_url,
                                 .readers_max = (int)in->app.config.workers + 4,
                                 .is_read_only = is_read_only};

    if (options.url.len == 0)
        options.url = str_fmt(in->arena, "sqlite:%s/shangliang.db", dir);
    if (is_read_only && str_starts(options.url, S("sqlite:")) &&
        access(str_slice(options.url, sizeof "sqlite:" - 1, options.url.len).at, F_OK) != 0)
        return say(dir, "the database is missing", NOT_FOUND);
    enum err e = db_open(&in->app.pool, &options);
    return e == OK ? OK : say(dir, "the database cannot be opened", e);
}

static enum err bring_up_to_date(struct instance *in, const char *dir)
{
    struct migrate_options how = {.backup_folder = str_of(dir), .check_only = in->app.is_read_only};
    struct migrate_report report;
    enum err e = migrate(in->app.pool, &how, &report);

    if (e != OK)
        return say(dir, report.why, e);
    in->pending = report.pending;
    return OK;
}

enum err app_load_procedures(struct instance *in, const char *dir)
{
    struct arena *a = arena_new("procedures", COMMAND_ARENA_MAX);
    struct ctx c = app_ctx(in, a);
    enum err e = load_defaults(in);

    if (e == OK)
        e = load_own(in, dir);
    if (e == OK)
        e = app_read(in, &c, load_stored, in);
    arena_free(a);
    in->app.procedures = &in->procedures;
    return e;
}

/* What a fresh instance, or a new version of the program, brings along. */
static enum err store_own(struct instance *in)
{
    struct arena *a = arena_new("start", COMMAND_ARENA_MAX);
    struct ctx c = app_ctx(in, a);
    enum err e = app_act(in, &c, store_texts, in);

    if (e == OK)
        e = app_act(in, &c, fill_calendar, in);
    arena_free(a);
    return e;
}

static enum err load_all(struct instance *in, const char *dir)
{
    enum err e = app_load_procedures(in, dir);

    if (e == OK && !in->app.is_read_only)
        e = store_own(in);
    if (e == OK)
        e = app_load_calendar(in);
    return e == OK ? OK : say(dir, "procedures or calendar cannot be loaded", e);
}

/* A key that is missing is no failure here. In its place stand random ones, so that what they sign
 * and seal means nothing to anybody. */
static enum err load_keys(struct instance *in, const char *dir)
{
    unsigned char random[KEY_BYTES];
    enum err e = keys_load(&in->app.keys, str_fmt(in->arena, "%s/secret.key", dir).at);

    in->has_keys = e == OK;
    if (e == DENIED)
        return say(dir, "secret.key must be readable by its owner alone (chmod 600)", e);
    if (e == INVALID)
        return say(dir, "secret.key is not a key", e);
    if (e != NOT_FOUND)
        return e;
    crypto_random(random, sizeof random);
    keys_derive(&in->app.keys, random);
    return OK;
}

static enum err load_config(struct instance *in, const char *dir)
{
    str problem;
    enum err e = config_load(in->arena, str_of(dir), &in->app.config, &problem);

    if (e == NOT_FOUND)
        return say(dir, "there is no config.yaml; make an instance with `shangliang init`", e);
    fputs(problem.at, stderr);
    return e;
}

static enum err open_as(struct instance *in, const char *dir, bool looks_only)
{
    *in = (struct instance){.arena = arena_new("program", PROGRAM_ARENA_MAX)};
    crypto_start();
    TRY(load_config(in, dir));
    TRY(load_keys(in, dir));
    in->app.is_read_only = looks_only || !in->has_keys;
    TRY(open_database(in, dir, in->app.is_read_only));
    TRY(bring_up_to_date(in, dir));
    if (looks_only)
        return OK;
    if (!in->has_keys && in->pending > 0)
        return say(dir, "the database needs migrations, and without secret.key nothing is written",
                   DENIED);
    if (!in->has_keys)
        (void)say(dir,
                  "secret.key is missing (it is in no backup): open for reading only until it is "
                  "put back, see doc/operations.md",
                  OK);
    return load_all(in, dir);
}

static enum err open_or_close(struct instance *in, const char *dir, bool looks_only)
{
    enum err e = open_as(in, dir, looks_only);

    if (e != OK)
        app_close(in);
    return e;
}

enum err app_open(struct instance *in, const char *dir)
{
    return open_or_close(in, dir, false);
}

enum err app_open_to_look(struct instance *in, const char *dir)
{
    return open_or_close(in, dir, true);
}

enum err app_open_defaults(struct instance *in)
{
    *in = (struct instance){.arena = arena_new("program", PROGRAM_ARENA_MAX)};
    crypto_start();
    return load_defaults(in);
}

void app_close(struct instance *in)
{
    if (in->app.pool != NULL)
        db_close(in->app.pool);
    arena_free(in->arena);
    *in = (struct instance){0};
}

enum err app_database_is_new(const char *dir, str url)
{
    struct db_options options = {.url = url, .readers_max = 1, .is_read_only = true};
    struct migrate_options how = {.check_only = true};
    struct migrate_report report;
    struct db_pool *pool;
    str path =
        str_slice(url, str_starts(url, S("sqlite:")) ? sizeof "sqlite:" - 1 : url.len, url.len);

    if (url.len == 0 || (path.len > 0 && access(path.at, F_OK) != 0))
        return OK;
    enum err e = db_open(&pool, &options);
    if (e != OK)
        return say(dir, "the database cannot be opened", e);
    e = migrate(pool, &how, &report);
    db_close(pool);
    if (e != OK)
        return say(dir, report.why, e);
    if (report.applied > 0)
        return say(dir,
                   "the database holds an instance already; a second server for it needs a copy of "
                   "that one's folder, with its secret.key",
                   CONFLICT);
    return OK;
}

enum err app_create(const char *dir, str db_url, bool is_demo)
{
    struct arena *a = arena_new("create", 1024 * 1024);
    enum err e = OK;

    crypto_start();
    if (db_url.len > 0 && !db_takes(db_url))
        e = say(dir, "--db takes postgresql://… or sqlite:FILE", INVALID);
    if (e == OK)
        e = app_database_is_new(dir,
                                db_url); /* before there is a folder that a fault would leave */
    if (e == OK && mkdir(dir, 0700) != 0 && errno != EEXIST)
        e = say(dir, "the folder cannot be made", FAULT);
    if (e == OK && mkdir(str_fmt(a, "%s/files", dir).at, 0700) != 0 && errno != EEXIST)
        e = say(dir, "the folder files/ cannot be made", FAULT);
    if (e == OK)
        e = keys_create(str_fmt(a, "%s/secret.key", dir).at);
    if (e == CONFLICT)
        e = say(dir, "there is an instance here already", CONFLICT);
    if (e == OK)
        e = config_create(a, str_of(dir), db_url, is_demo);
    arena_free(a);
    return e;
}
