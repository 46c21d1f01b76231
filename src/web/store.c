#include "web/store.h"

#include "base/log.h"
#include "web/web_sql.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

str store_path(struct ctx *c, str digest)
{
    str hex = crypto_hex(c->arena, digest);

    return str_fmt(c->arena, "%.*s/files/%.2s/%.*s", STR_ARG(c->config->dir), hex.at, STR_ARG(hex));
}

static bool begins(const unsigned char *head, size_t len, const char *magic, size_t n)
{
    return len >= n && memcmp(head, magic, n) == 0;
}

static bool is_named(str name, str ending)
{
    return name.len > ending.len &&
           str_eq_ci(str_slice(name, name.len - ending.len, name.len), ending);
}

/* A zip whose first entry is one that a Word file begins with: the name stands at byte 30 of it. */
static bool begins_word(const unsigned char *head, size_t len)
{
    enum { NAME_AT = 30 };
    static const char *const first[] = {"[Content_Types].xml", "_rels/", "word/", "docProps/",
                                        "customXml/"};

    if (!begins(head, len, "PK\x03\x04", 4) || len <= NAME_AT)
        return false;
    for (size_t i = 0; i < sizeof first / sizeof *first; i++) {
        if (begins(head + NAME_AT, len - NAME_AT, first[i], strlen(first[i])))
            return true;
    }
    return false;
}

str store_type(const unsigned char *head, size_t len, str name)
{

    if (begins(head, len, "\xFF\xD8\xFF", 3))
        return S("image/jpeg");
    if (begins(head, len, "\x89PNG\r\n\x1A\n", 8))
        return S("image/png");
    if (begins(head, len, "GIF8", 4))
        return S("image/gif");
    if (begins(head, len, "RIFF", 4) && len >= 12 && memcmp(head + 8, "WEBP", 4) == 0)
        return S("image/webp");
    if (begins(head, len, "%PDF-", 5))
        return S("application/pdf");
    if (begins_word(head, len) && is_named(name, S(".docx")))
        return S("application/vnd.openxmlformats-officedocument.wordprocessingml.document");
    /* Installers, tables and mails begin like this too. */
    if (begins(head, len, "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", 8) && is_named(name, S(".doc")))
        return S("application/msword");
    return S("");
}

/* What a machine does with a file it decides by the end of its name: that is the content's. */
static str name_for(struct arena *a, str name, str type)
{
    static const struct {
        const char *type, *end, *other;
    } ends[] = {{"image/jpeg", ".jpg", ".jpeg"},
                {"image/png", ".png", ".png"},
                {"image/gif", ".gif", ".gif"},
                {"image/webp", ".webp", ".webp"},
                {"application/pdf", ".pdf", ".pdf"}};

    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
        if (str_eq(type, str_of(ends[i].type)) && !is_named(name, str_of(ends[i].end)) &&
            !is_named(name, str_of(ends[i].other)))
            return str_join(a, name, str_of(ends[i].end));
    }
    return name; /* Word is known by its name as well */
}

/* The last part of a name, without signs that mean something to a file system or a header. */
static str clean_name(struct ctx *c, str name)
{
    struct buf b = {.arena = c->arena};
    str last = name;

    for (size_t i = 0; i < name.len; i++) {
        if (name.at[i] == '/' || name.at[i] == '\\')
            last = str_slice(name, i + 1, name.len);
    }
    last = text_clean(c->arena, str_head(last, STORE_NAME_MAX));
    for (size_t i = 0; i < last.len; i++) {
        if (strchr("\"<>|:*?\n\t;", last.at[i]) == NULL)
            buf_byte(&b, last.at[i]);
    }
    return b.len == 0 ? S("file") : buf_str(&b);
}

static bool sync_path(const char *path)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    bool is_done = fd >= 0 && fsync(fd) == 0;

    if (fd >= 0)
        close(fd);
    return is_done;
}

/* On the disk, under its name, before the act that refers to it can be. */
static bool move_in(struct ctx *c, const char *from, const char *folder, const char *to)
{
    bool is_new = mkdir(folder, S_IRWXU) == 0;

    if (!is_new && errno != EEXIST)
        return false;
    /* There already: young again, so that nobody sweeps it away before the act. */
    if (utimensat(AT_FDCWD, to, NULL, 0) == 0)
        return true;
    return sync_path(from) && rename(from, to) == 0 && sync_path(folder) &&
           (!is_new || sync_path(str_fmt(c->arena, "%.*s/files", STR_ARG(c->config->dir)).at));
}

static enum err keep(struct ctx *c, const struct http_upload *u, str field, struct flow_file *f)
{
    unsigned char head[64];
    FILE *in = fopen(u->path.at, "re");
    size_t n = in == NULL ? 0 : fread(head, 1, sizeof head, in);

    if (in != NULL)
        fclose(in);
    f->name = clean_name(c, u->name);
    f->size = u->size;
    f->digest = str_copy(c->arena, (str){(const char *)u->sha256, sizeof u->sha256});
    f->type = store_type(head, n, f->name);
    if (u->is_too_large || u->size > c->config->upload_max)
        return fail_on(c, INVALID, field, MSG_STORE_TOO_LARGE, T(f->name),
                       I(c->config->upload_max / 1024 / 1024));
    if (f->type.len == 0)
        return fail_on(c, INVALID, field, MSG_STORE_TYPE, T(f->name));
    f->name = name_for(c->arena, f->name, f->type);

    str to = store_path(c, f->digest);
    str folder = str_slice(to, 0, to.len - 2 * DIGEST_BYTES - 1);
    if (!move_in(c, u->path.at, str_z(c->arena, folder), to.at))
        return fail(c, BUSY, MSG_ERROR_DISK_FULL);
    return OK;
}

static str mac_of(struct ctx *c, str text)
{
    struct digest d = crypto_hmac(c->keys->form, str_join(c->arena, S("kept\n"), text));

    return crypto_hex(c->arena, str_slice(digest_str(&d), 0, 16));
}

str store_kept(struct ctx *c, const struct flow_file *f)
{
    str text = str_fmt(c->arena, "%.*s/%lld/%.*s/%.*s", STR_ARG(crypto_hex(c->arena, f->digest)),
                       (long long)f->size, STR_ARG(f->name), STR_ARG(f->type));

    return str_fmt(c->arena, "%.*s/%.*s", STR_ARG(mac_of(c, text)), STR_ARG(text));
}

static bool take_kept(struct ctx *c, str value, struct flow_file *f)
{
    unsigned char digest[DIGEST_BYTES];
    str rest = value, mac = str_cut(&rest, '/');

    if (!crypto_same(mac, mac_of(c, rest)) ||
        !crypto_unhex(str_cut(&rest, '/'), digest, sizeof digest))
        return false;
    f->digest = str_copy(c->arena, (str){(const char *)digest, sizeof digest});
    if (!str_to_i64(str_cut(&rest, '/'), &f->size))
        return false;
    f->name = str_cut(&rest, '/');
    f->type = rest;
    return access(store_path(c, f->digest).at, F_OK) == 0;
}

enum err store_uploads(struct ctx *c, const struct req *q, str field, struct flow_file **files,
                       size_t *count)
{
    size_t cap = 0;
    str kept;

    *files = NULL;
    *count = 0;
    for (size_t i = 0; req_form_nth(q, S("kept"), i, &kept); i++) {
        struct flow_file f;
        if (take_kept(c, kept, &f))
            *PUSH(c->arena, *files, *count, cap) = f;
    }
    for (size_t i = 0; i < q->upload_count; i++) {
        struct flow_file f = {0};
        if (q->uploads[i].size == 0 && q->uploads[i].name.len == 0)
            continue; /* a file field left empty */
        TRY(keep(c, &q->uploads[i], field, &f));
        *PUSH(c->arena, *files, *count, cap) = f;
    }
    if (*count > STORE_FILES_MAX)
        return fail_on(c, INVALID, field, MSG_STORE_TOO_MANY, I(STORE_FILES_MAX));
    return OK;
}

/* ---- what nobody sent ---- */

/* Old enough that its form will not be sent any more, and so young that it was not looked at in
 * vain a hundred times: a file that belongs to a matter stays for ever. */
enum { SWEEP_AFTER_S = 2 * 24 * 3600, SWEEP_UNTIL_S = 10 * 24 * 3600 };

static enum err sweep_file(struct ctx *c, const char *folder, const char *name)
{
    char path[PATH_MAX];
    unsigned char digest[DIGEST_BYTES];
    int64_t uses, now = (int64_t)time(NULL);
    struct stat st;

    if (snprintf(path, sizeof path, "%s/%s", folder, name) >= (int)sizeof path ||
        !crypto_unhex(str_of(name), digest, sizeof digest) || lstat(path, &st) != 0 ||
        st.st_mtime > now - SWEEP_AFTER_S || st.st_mtime < now - SWEEP_UNTIL_S)
        return OK;
    TRY(db_number(c->db, &uses, 0, &KEPT_USED, X(((str){(const char *)digest, sizeof digest}))));
    if (uses == 0 && unlink(path) == 0)
        log_line(LOG_INFO, "kept_swept", LOG_INT("bytes", st.st_size));
    return OK;
}

static enum err sweep_folder(struct ctx *c, const char *folder)
{
    DIR *d = opendir(folder);
    enum err e = OK;

    if (d == NULL)
        return OK;
    for (struct dirent *f = readdir(d); f != NULL && e == OK; f = readdir(d)) {
        if (f->d_name[0] != '.')
            e = sweep_file(c, folder, f->d_name);
    }
    closedir(d);
    return e;
}

enum err store_sweep(struct ctx *c)
{
    for (int i = 0; i < 256; i++)
        TRY(sweep_folder(
            c, str_fmt(c->arena, "%.*s/files/%02x", STR_ARG(c->config->dir), (unsigned)i).at));
    return OK;
}
