/*
 * restore: an instance from a backup. All happens in a folder beside DIR, which takes its place
 * only when everything was verified: the archive against its manifest, the database, the ledger.
 */
#include "main/command.h"
#include "main/look.h"
#include "main/manifest.h"
#include "main/tar.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { ARENA_MAX = 1024 * 1024 * 1024 };

struct restore {
    struct arena *a;
    const char *file, *dir, *db_url; /* db_url NULL: none given */
    str folder;                      /* where it is put together */
    struct member *members;
    size_t count, cap;
    str manifest_text;
    struct manifest manifest;
    struct ledger_verdict ledger;
};

static const char damaged[] = "it is damaged, cut off, or not a backup";

static enum err say(const char *what, const char *why, enum err e)
{
    fprintf(stderr, "shangliang: %s: %s\n", what, why);
    return e;
}

/* ---- the folder it is made in ---- */

static void remove_files(struct arena *a, str folder)
{
    DIR *d = opendir(folder.at);

    if (d == NULL)
        return;
    for (struct dirent *f = readdir(d); f != NULL; f = readdir(d))
        unlink(str_fmt(a, "%s/%s", folder.at, f->d_name).at); /* folders stay */
    closedir(d);
    rmdir(folder.at);
}

static void remove_folder(struct restore *r)
{
    for (int i = 0; i < 256; i++)
        remove_files(r->a, str_fmt(r->a, "%s/files/%02x", r->folder.at, i));
    remove_files(r->a, str_fmt(r->a, "%s/files", r->folder.at));
    remove_files(r->a, str_fmt(r->a, "%s/procedures", r->folder.at));
    remove_files(r->a, r->folder);
}

static bool is_empty_or_absent(const char *dir)
{
    DIR *d = opendir(dir);
    bool is_empty = true;

    if (d == NULL)
        return errno == ENOENT;
    for (struct dirent *f = readdir(d); f != NULL; f = readdir(d))
        is_empty = is_empty && (strcmp(f->d_name, ".") == 0 || strcmp(f->d_name, "..") == 0);
    closedir(d);
    return is_empty;
}

static enum err make_folder(struct restore *r)
{
    str dir = str_of(r->dir);

    while (dir.len > 1 && dir.at[dir.len - 1] == '/')
        dir.len--;
    r->folder = str_fmt(r->a, "%.*s.restoring-XXXXXX", STR_ARG(dir));
    if (mkdtemp((char *)r->folder.at) == NULL ||
        mkdir(str_fmt(r->a, "%s/files", r->folder.at).at, S_IRWXU) != 0 ||
        mkdir(str_fmt(r->a, "%s/procedures", r->folder.at).at, S_IRWXU) != 0)
        return say(r->folder.at, strerror(errno), FAULT);
    return OK;
}

/* ---- unpacking ---- */

static enum err take_member(struct restore *r, struct tar_reader *tar, struct member *m)
{
    *m = (struct member){.name = str_copy(r->a, tar->name), .size = tar->size};
    str path = str_fmt(r->a, "%s/%.*s", r->folder.at, STR_ARG(m->name));
    int fd = open(path.at, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, S_IRUSR | S_IWUSR);
    FILE *to = fd < 0 ? NULL : fdopen(fd, "w");

    if (to == NULL)
        return say(path.at, errno == EEXIST ? "it is in the archive twice" : strerror(errno),
                   errno == EEXIST ? INVALID : FAULT);
    enum err e = tar_take(tar, to, &m->digest);
    if (fclose(to) != 0 && e == OK)
        e = errno == ENOSPC ? BUSY : FAULT;
    return e;
}

static enum err read_text(struct restore *r, str name, int64_t size, str *text)
{
    char *at = arena_alloc(r->a, (size_t)size + 1);
    FILE *f = fopen(str_fmt(r->a, "%s/%.*s", r->folder.at, STR_ARG(name)).at, "re");

    if (f == NULL)
        return FAULT;
    *text = (str){at, fread(at, 1, (size_t)size, f)};
    fclose(f);
    return text->len == (size_t)size ? OK : FAULT;
}

static enum err take_manifest(struct restore *r, struct tar_reader *tar)
{
    struct member m;

    if (tar->size == 0 || tar->size > MANIFEST_TEXT_MAX)
        return INVALID;
    TRY(take_member(r, tar, &m));
    TRY(read_text(r, m.name, m.size, &r->manifest_text));
    unlink(str_fmt(r->a, "%s/%.*s", r->folder.at, STR_ARG(m.name)).at);
    return OK;
}

static enum err take_file(struct restore *r, struct tar_reader *tar)
{
    str rest = tar->name, folder = str_cut(&rest, '/');
    struct member m;

    if (str_eq(folder, S("files"))) {
        str first = str_cut(&rest, '/');
        str path = str_fmt(r->a, "%s/files/%.*s", r->folder.at, STR_ARG(first));
        if (mkdir(path.at, S_IRWXU) != 0 && errno != EEXIST)
            return say(path.at, strerror(errno), FAULT);
    }
    TRY(take_member(r, tar, &m));
    *PUSH(r->a, r->members, r->count, r->cap) = m;
    return OK;
}

static enum err unpack_from(struct restore *r, FILE *from)
{
    struct tar_reader tar = {.from = from};
    bool found;

    for (;;) {
        enum err e = tar_next(&tar, &found);
        if (e != OK)
            return say(r->file, damaged, e);
        if (!found)
            break;
        if (r->manifest_text.len > 0 ||
            (!str_eq(tar.name, MANIFEST_NAME) && !manifest_takes(tar.name))) {
            fprintf(stderr, "shangliang: %s: %.*s does not belong into a backup\n", r->file,
                    STR_ARG(tar.name));
            return INVALID;
        }
        e = str_eq(tar.name, MANIFEST_NAME) ? take_manifest(r, &tar) : take_file(r, &tar);
        if (e != OK)
            return say(r->file,
                       e == BUSY      ? "the disk is full"
                       : e == INVALID ? damaged
                                      : "it cannot be unpacked",
                       e);
    }
    return r->manifest_text.len > 0 ? OK : say(r->file, "it has no manifest", INVALID);
}

static enum err unpack(struct restore *r)
{
    const char *why;
    FILE *from = fopen(r->file, "re");

    if (from == NULL)
        return say(r->file, strerror(errno), errno == ENOENT ? NOT_FOUND : FAULT);
    enum err e = unpack_from(r, from);
    fclose(from);
    if (e == OK) {
        e = manifest_read(r->a, r->manifest_text, &r->manifest, &why);
        if (e == OK)
            e = manifest_compare(r->a, &r->manifest, r->members, r->count, &why);
        if (e != OK)
            (void)say(r->file, why, e);
    }
    return e;
}

/* ---- the database ---- */

static bool has_member(const struct restore *r, str name)
{
    for (size_t i = 0; i < r->count; i++) {
        if (str_eq(r->members[i].name, name))
            return true;
    }
    return false;
}

static enum err check_url(const struct restore *r)
{
    if (!has_member(r, r->manifest.is_postgres ? S("database.dump") : S("shangliang.db")) ||
        !has_member(r, S("config.yaml")))
        return say(r->file, "it holds no database or no configuration", INVALID);
    if (r->manifest.is_postgres && r->db_url == NULL)
        return say(r->file,
                   "it is of a PostgreSQL instance: name an empty database with --db URL, and "
                   "give its password there: it is in no backup",
                   INVALID);
    if (!r->manifest.is_postgres && r->db_url != NULL)
        return say(r->file, "it is of an SQLite instance: --db does not fit", INVALID);
    if (r->db_url != NULL && strpbrk(r->db_url, "\"\\\n") != NULL)
        return say("--db", "quotes and backslashes are written as %22 and %5C in a URL", INVALID);
    return OK;
}

/* config.yaml says where the database was; now it is elsewhere. */
static enum err move_config(struct restore *r)
{
    str path = str_fmt(r->a, "%s/config.yaml", r->folder.at);
    struct buf b = {.arena = r->a};
    str text = S("");

    for (size_t i = 0; i < r->count; i++) {
        if (str_eq(r->members[i].name, S("config.yaml")))
            TRY(read_text(r, r->members[i].name, r->members[i].size, &text));
    }
    while (text.len > 0) {
        str line = str_cut(&text, '\n');
        if (!str_starts(line, S("database:")))
            buf_fmt(&b, "%.*s\n", STR_ARG(line));
    }
    if (r->db_url != NULL)
        buf_fmt(&b, "database: \"%s\"\n", r->db_url);
    FILE *f = fopen(path.at, "we");
    if (f == NULL)
        return FAULT;
    bool is_written = fwrite(b.at, 1, b.len, f) == b.len && fflush(f) == 0 && fsync(fileno(f)) == 0;
    fclose(f);
    return is_written ? OK : FAULT;
}

static enum err fill_database(struct restore *r)
{
    str dump = str_fmt(r->a, "%s/database.dump", r->folder.at);

    if (!r->manifest.is_postgres)
        return OK;
    TRY(app_database_is_new("--db", str_of(r->db_url)));
    enum err e = db_restore(str_of(r->db_url), dump);
    if (e != OK)
        return say("--db",
                   e == NOT_FOUND
                       ? "pg_restore, which fills the database, is not installed"
                       : "pg_restore could not fill the database: is it there and empty?",
                   e);
    unlink(dump.at);
    return OK;
}

/* ---- verifying ---- */

static enum err verify_records(struct restore *r, struct instance *in)
{
    struct look_files files;
    str why;
    enum err e = look_database(in, r->a, &why);

    if (e != OK)
        return say(r->file, str_fmt(r->a, "its database is damaged: %.*s", STR_ARG(why)).at, e);
    e = look_ledger(in, r->manifest.key, r->manifest.has_head ? &r->manifest.head : NULL, stderr,
                    "ledger: ", &r->ledger);
    if (e != OK)
        return say(r->file, "its ledger cannot be read", e);
    e = look_files(in, r->a, false, &files);
    if (e == OK && files.missing > 0)
        fprintf(stderr,
                "shangliang: warning: %lld files that the records name were missing already when "
                "the backup was made\n",
                (long long)files.missing);
    return e;
}

static enum err verify(struct restore *r)
{
    static struct instance in;

    TRY(app_open_to_look(&in, r->folder.at));
    enum err e = verify_records(r, &in);
    app_close(&in);
    return e;
}

static enum err sync_path(const char *path)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);

    if (fd < 0)
        return say(path, strerror(errno), FAULT);
    enum err e = fsync(fd) == 0 ? OK : say(path, strerror(errno), FAULT);
    close(fd);
    return e;
}

/* What is in place is on the disk. */
static enum err put_in_place(struct restore *r)
{
    for (size_t i = 0; i < r->count; i++) {
        str path = str_fmt(r->a, "%s/%.*s", r->folder.at, STR_ARG(r->members[i].name));
        if (!str_eq(r->members[i].name, S("database.dump")))
            TRY(sync_path(path.at));
    }
    TRY(sync_path(r->folder.at));
    if (rename(r->folder.at, r->dir) != 0)
        return say(r->dir, strerror(errno), errno == ENOTEMPTY ? CONFLICT : FAULT);
    return OK;
}

static enum err restore(struct restore *r)
{
    TRY(make_folder(r));
    TRY(unpack(r));
    TRY(check_url(r));
    TRY(move_config(r));
    TRY(fill_database(r));
    TRY(verify(r));
    return r->ledger.problems > 0 ? OK : put_in_place(r);
}

int cmd_restore(int argc, char **argv)
{
    const char *db_url = take_option(&argc, argv, "--db");

    if (argc != 3)
        return usage("restore");
    struct arena *a = arena_new("restore", ARENA_MAX);
    struct restore r = {.a = a, .file = argv[1], .dir = argv[2], .db_url = db_url};
    crypto_start();
    enum err e = is_empty_or_absent(r.dir)
                     ? restore(&r)
                     : say(r.dir, "is there already, and not empty", CONFLICT);
    int status = exit_of(e);
    if (e == OK && r.ledger.problems > 0) {
        (void)say(r.file, "its ledger was tampered with before the backup was made", INVALID);
        status = EXIT_TAMPERED;
    }
    if (status != EXIT_DONE && r.folder.len > 0)
        remove_folder(&r);
    if (status == EXIT_DONE)
        printf("%s: %zu members verified, ledger verified up to entry %lld.\n"
               "Put secret.key of the old instance into %s (mode 0600): until then it can only be "
               "read.\n",
               r.dir, r.count, (long long)(r.manifest.has_head ? r.manifest.head.sequence : 0),
               r.dir);
    arena_free(a);
    return status;
}
