/* check: look an instance over and say what is wrong, one line each. Nothing is changed. */
#include "base/calendar.h"
#include "base/clock.h"
#include "main/command.h"
#include "main/look.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>

enum { ARENA_MAX = 256 * 1024 * 1024 };

#define DISK_LOW (INT64_C(1024) * 1024 * 1024)

enum verdict { VERDICT_OK, VERDICT_WARNING, VERDICT_PROBLEM };

struct check {
    struct instance *in;
    struct arena *a;
    const char *dir;
    int problems, warnings;
    bool is_tampered, is_other_key;
};

static PRINTF(4, 5) void tell(struct check *k, enum verdict v, const char *what, const char *fmt,
                              ...)
{
    static const char *const words[] = {"ok     ", "warning", "problem"};
    va_list args;

    k->problems += v == VERDICT_PROBLEM;
    k->warnings += v == VERDICT_WARNING;
    printf("%s  %-13s ", words[v], what);
    va_start(args, fmt);
    vprintf(fmt, args);
    va_end(args);
    putchar('\n');
}

static void check_key(struct check *k)
{
    if (k->in->has_keys)
        tell(k, VERDICT_OK, "key", "secret.key is there and readable by its owner alone");
    else
        tell(k, VERDICT_PROBLEM, "key", "secret.key is missing: the instance can only be read");
}

/* Another key is no fault of the record, which is then verified by the key its heads have. */
static void check_key_fits(struct check *k)
{
    enum err e = k->in->has_keys ? look_key(k->in, k->a) : OK;

    k->is_other_key = e == INVALID;
    if (k->is_other_key)
        tell(k, VERDICT_PROBLEM, "key",
             "secret.key belongs to another instance: what is sealed here cannot be opened");
    else if (e != OK)
        tell(k, VERDICT_PROBLEM, "key", "it cannot be tried");
}

static void check_config(struct check *k)
{
    str path = str_fmt(k->a, "%s/config.yaml", k->dir);
    struct stat st;

    if (db_has_password(k->in->app.config.db_url) && stat(path.at, &st) == 0 &&
        (st.st_mode & (S_IRWXG | S_IRWXO)) != 0)
        tell(k, VERDICT_WARNING, "configuration",
             "config.yaml holds the password of the database and is not for its owner alone "
             "(chmod 600)");
    else
        tell(k, VERDICT_OK, "configuration", "config.yaml is right");
}

static bool check_database(struct check *k)
{
    const char *engine = db_engine(k->in->app.pool) == DB_SQLITE ? "SQLite" : "PostgreSQL";
    str why;
    enum err e = look_database(k->in, k->a, &why);

    if (e != OK) {
        tell(k, VERDICT_PROBLEM, "database", "%s, damaged: %.*s", engine, STR_ARG(why));
        return false;
    }
    tell(k, VERDICT_OK, "database", "%s, whole", engine);
    if (k->in->pending > 0) {
        tell(k, VERDICT_WARNING, "migrations",
             "%lld to come at the next start, after a backup; what follows was not looked at",
             (long long)k->in->pending);
        return false;
    }
    tell(k, VERDICT_OK, "migrations", "none to come");
    return true;
}

static void check_procedures(struct check *k)
{
    if (app_load_procedures(k->in, k->dir) == OK)
        tell(k, VERDICT_OK, "procedures", "%zu, all right", k->in->procedures.count);
    else
        tell(k, VERDICT_PROBLEM, "procedures", "see above");
}

static void check_files(struct check *k)
{
    struct look_files f;

    if (look_files(k->in, k->a, true, &f) != OK)
        tell(k, VERDICT_PROBLEM, "files", "the list of attachments cannot be read");
    else if (f.missing + f.changed > 0)
        tell(k, VERDICT_PROBLEM, "files", "of %lld attachments %lld missing, %lld changed: %.*s",
             (long long)f.looked_at, (long long)f.missing, (long long)f.changed,
             STR_ARG(f.first_bad));
    else
        tell(k, VERDICT_OK, "files", "%lld attachments, each as it was given",
             (long long)f.looked_at);
}

static void check_ledger(struct check *k)
{
    bool is_ours = k->in->has_keys && !k->is_other_key;
    const unsigned char *key = is_ours ? k->in->app.keys.ledger_public : NULL;
    struct ledger_verdict v;

    if (look_ledger(k->in, key, NULL, stdout, "         ledger        ", &v) != OK) {
        tell(k, VERDICT_PROBLEM, "ledger", "it cannot be read");
        return;
    }
    k->is_tampered = v.problems > 0;
    if (k->is_tampered)
        tell(k, VERDICT_PROBLEM, "ledger", "%lld problems in %lld entries", (long long)v.problems,
             (long long)v.entries);
    else
        tell(k, VERDICT_OK, "ledger", "%lld entries verified, %lld waiting for the sealer",
             (long long)v.entries, (long long)v.unsealed);
}

static void check_calendar(struct check *k)
{
    int year = calendar_year(calendar_day(clock_now()));

    if (app_load_calendar(k->in) != OK)
        tell(k, VERDICT_PROBLEM, "holidays", "the table cannot be read");
    else if (!calendar_covers(k->in->app.calendar, year))
        tell(k, VERDICT_WARNING, "holidays",
             "%d is not in the table: working days are counted by Saturday and Sunday alone", year);
    else if (!calendar_covers(k->in->app.calendar, year + 1))
        tell(k, VERDICT_WARNING, "holidays", "%d is not in the table yet", year + 1);
    else
        tell(k, VERDICT_OK, "holidays", "%d and %d are in the table", year, year + 1);
}

static void check_channel(struct check *k, const char *what, str url)
{
    if (url.len > 0)
        tell(k, VERDICT_OK, what, "through %.*s", STR_ARG(url));
    else
        tell(k, VERDICT_WARNING, what, "off: nothing is sent this way");
}

static void check_disk(struct check *k)
{
    struct statvfs v;

    if (statvfs(k->dir, &v) != 0) {
        tell(k, VERDICT_PROBLEM, "disk", "it cannot be asked for its space");
        return;
    }
    int64_t left = (int64_t)v.f_bavail * (int64_t)v.f_frsize;
    tell(k, left < DISK_LOW ? VERDICT_WARNING : VERDICT_OK, "disk", "%lld MiB left",
         (long long)(left / (1024 * 1024)));
}

static void check_all(struct check *k)
{
    const struct config *g = &k->in->app.config;

    check_key(k);
    check_config(k);
    if (check_database(k)) {
        check_key_fits(k);
        check_procedures(k);
        check_files(k);
        check_ledger(k);
        check_calendar(k);
    }
    check_channel(k, "mail", g->mail_url);
    check_channel(k, "SMS", g->sms_url);
    check_disk(k);
}

int cmd_check(int argc, char **argv)
{
    static struct instance in;

    if (argc != 2)
        return usage("check");
    enum err e = app_open_to_look(&in, argv[1]);
    if (e != OK)
        return exit_of(e);
    struct arena *a = arena_new("check", ARENA_MAX);
    struct check k = {.in = &in, .a = a, .dir = argv[1]};
    check_all(&k);
    printf("problems: %d, warnings: %d\n", k.problems, k.warnings);
    arena_free(a);
    app_close(&in);
    return k.is_tampered ? EXIT_TAMPERED : k.problems > 0 ? EXIT_FAULT : EXIT_DONE;
}
