/*
 * backup: one file with everything but the key, made while a server may be running.
 *
 * The order makes it consistent: first the ledger's head, then a snapshot of the database, which
 * therefore holds that head's entries, then the files, which are only ever added and never changed,
 * so that each one the snapshot names is there.
 */
#include "base/clock.h"
#include "main/command.h"
#include "main/config.h"
#include "main/look.h"
#include "main/manifest.h"
#include "main/tar.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { ARENA_MAX = 1024 * 1024 * 1024 };

struct backup {
    struct instance *in;
    struct arena *a;
    const char *dir;
    str file, part, copy; /* where it goes, while it is made, the database's copy */
    struct tar_writer tar;
    struct manifest manifest;
};

static enum err say(const char *what, const char *why, enum err e)
{
    fprintf(stderr, "shangliang: %s: %s\n", what, why);
    return e;
}

static enum err read_head(struct ctx *c, void *arg)
{
    struct manifest *m = arg;
    enum err e = ledger_last_head(c, &m->head);

    m->has_head = e == OK;
    return e == NOT_FOUND ? OK : e;
}

static enum err put_member(struct backup *b, str name, const char *path)
{
    struct member m = {.name = name};
    enum err e = tar_put_file(&b->tar, name, path, &m.digest, &m.size);

    if (e != OK)
        return say(path,
                   e == BUSY        ? "the disk is full"
                   : e == NOT_FOUND ? "it is gone"
                                    : "it cannot be copied",
                   e);
    str digits = crypto_hex(b->a, digest_str(&m.digest));
    if (str_starts(name, S("files/")) && !str_ends(name, digits))
        (void)say(path, "warning: it was changed; it is in the backup as it is", OK);
    *PUSH(b->a, b->manifest.members, b->manifest.member_count, b->manifest.member_cap) = m;
    return OK;
}

/* Without the password of the database, which is the key of the live one. */
static enum err put_config(struct backup *b)
{
    struct member m = {.name = S("config.yaml")};
    str path = str_fmt(b->a, "%s/config.yaml", b->dir), text;

    if (config_read(b->a, path.at, CONFIG_TEXT_MAX, &text) != OK)
        return say(path.at, "it cannot be copied", FAULT);
    if (config_without_password(b->a, text, &text) != OK)
        return say(path.at,
                   "the password in `database` cannot be left out: write the address on one line "
                   "as postgresql://USER:PASSWORD@HOST/NAME",
                   INVALID);
    m.digest = crypto_sha256(text);
    m.size = (int64_t)text.len;
    *PUSH(b->a, b->manifest.members, b->manifest.member_count, b->manifest.member_cap) = m;
    return tar_put_text(&b->tar, m.name, text);
}

static enum err put_database(struct backup *b)
{
    str name = b->manifest.is_postgres ? S("database.dump") : S("shangliang.db");

    unlink(b->copy.at); /* of an earlier one that was killed */
    enum err e = db_backup(b->in->app.pool, b->copy);
    if (e != OK)
        return say(b->copy.at,
                   e == NOT_FOUND ? "pg_dump, which makes the copy, is not installed"
                   : e == BUSY    ? "the database cannot be copied now: is the disk full?"
                                  : "the database cannot be copied",
                   e);
    e = put_member(b, name, b->copy.at);
    unlink(b->copy.at);
    return e;
}

static bool is_hidden(const struct dirent *f)
{
    return f->d_name[0] == '.';
}

/* What belongs into a backup in DIR/FOLDER and the folders in it. */
static enum err put_folder(struct backup *b, str folder)
{
    str path = str_fmt(b->a, "%s/%.*s", b->dir, STR_ARG(folder));
    DIR *d = opendir(path.at);
    enum err e = OK;

    if (d == NULL)
        return errno == ENOENT || errno == ENOTDIR ? OK : say(path.at, strerror(errno), FAULT);
    for (struct dirent *f = readdir(d); f != NULL && e == OK; f = readdir(d)) {
        str name = str_fmt(b->a, "%.*s/%s", STR_ARG(folder), f->d_name);
        if (manifest_takes(name))
            e = put_member(b, name, str_fmt(b->a, "%s/%s", path.at, f->d_name).at);
        else if (!is_hidden(f) && str_eq(folder, S("files")))
            e = put_folder(b, name);
    }
    closedir(d);
    return e;
}

static enum err warn_of_missing(struct backup *b)
{
    struct look_files found;

    TRY(look_files(b->in, b->a, false, &found));
    int64_t bad = found.missing + found.changed;
    if (bad > 0)
        fprintf(stderr,
                "shangliang: warning: %lld files that the records name are missing or cut, the "
                "first is %.*s\n",
                (long long)bad, STR_ARG(found.first_bad));
    return OK;
}

static enum err put_all(struct backup *b)
{
    struct ctx c = app_ctx(b->in, b->a);

    TRY(app_read(b->in, &c, read_head, &b->manifest));
    TRY(put_database(b));
    TRY(put_config(b));
    TRY(put_folder(b, S("procedures")));
    TRY(put_folder(b, S("files")));
    TRY(warn_of_missing(b));
    str text = manifest_text(b->a, &b->manifest, b->in->app.keys.ledger_secret);
    TRY(tar_put_text(&b->tar, MANIFEST_NAME, text));
    return tar_put_end(&b->tar);
}

/* Into the archive beside its place, onto the disk, then into its place at once. */
static enum err make(struct backup *b)
{
    int fd = open(b->part.at, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, S_IRUSR | S_IWUSR);

    if (fd < 0)
        return say(b->part.at, strerror(errno), FAULT);
    b->tar = (struct tar_writer){.to = fdopen(fd, "w"), .at_ms = b->manifest.made};
    enum err e = put_all(b);
    if (e == OK && fsync(fd) != 0)
        e = say(b->part.at, strerror(errno), FAULT);
    if (fclose(b->tar.to) != 0 && e == OK)
        e = say(b->part.at, strerror(errno), FAULT);
    if (e == OK && rename(b->part.at, b->file.at) != 0)
        e = say(b->file.at, strerror(errno), FAULT);
    if (e != OK)
        unlink(b->part.at);
    return e;
}

int cmd_backup(int argc, char **argv)
{
    static struct instance in;

    if (argc != 3)
        return usage("backup");
    if (access(argv[2], F_OK) == 0)
        return exit_of(say(argv[2], "is there already", CONFLICT));
    enum err e = app_open_to_look(&in, argv[1]);
    if (e != OK)
        return exit_of(e);
    struct arena *a = arena_new("backup", ARENA_MAX);
    struct backup b = {.in = &in,
                       .a = a,
                       .dir = argv[1],
                       .file = str_of(argv[2]),
                       .part = str_fmt(a, "%s.part", argv[2]),
                       .copy = str_fmt(a, "%s.part-database", argv[2]),
                       .manifest = {.program = S(SHANGLIANG_VERSION),
                                    .made = clock_now(),
                                    .is_postgres = db_engine(in.app.pool) == DB_POSTGRES}};
    memcpy(b.manifest.key, in.app.keys.ledger_public, sizeof b.manifest.key);
    e = in.has_keys ? make(&b)
                    : say(argv[1], "without secret.key a backup cannot be signed", DENIED);
    if (e == OK)
        printf("%s: %zu members, ledger up to entry %lld. secret.key is not in it: keep it "
               "elsewhere.%s\n",
               argv[2], b.manifest.member_count,
               (long long)(b.manifest.has_head ? b.manifest.head.sequence : 0),
               db_has_password(in.app.config.db_url) ? " Nor is the password of the database."
                                                     : "");
    arena_free(a);
    app_close(&in);
    return exit_of(e);
}
