#include "http/upload.h"

#include "base/crypto.h"
#include "base/log.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Of the names of files that are not whole; web/export.c makes such, too. */
#define PREFIX "upload-"

struct upload {
    struct arena *arena;
    struct multipart reader;
    str dir;
    struct http_field *fields;
    size_t field_count, field_room, text_bytes;
    struct http_upload *files;
    size_t file_count;
    int refused_status; /* 0: nothing is wrong yet */
    str refused_field;
    /* the part that is coming in */
    bool is_file, is_dropped;
    str name;
    struct buf text;
    int fd;
    struct hash hash;
};

static void refuse(struct upload *u, int status)
{
    if (u->refused_status == 0)
        u->refused_status = status;
}

/* The rest of this part is not taken. */
static void too_much(struct upload *u, str field)
{
    if (u->refused_status == 0)
        u->refused_field = str_copy(u->arena, request_text(u->arena, field));
    refuse(u, 413);
    u->is_dropped = true;
}

static void file_remove(void *path)
{
    unlink(path); /* gone already when it was renamed away */
}

/* A cut-off request ends in the middle of a file. */
static void fd_close(void *arg)
{
    struct upload *u = arg;

    if (u->fd >= 0)
        close(u->fd);
    u->fd = -1;
}

static void file_drop(struct upload *u, struct http_upload *f)
{
    fd_close(u);
    unlink(f->path.at);
    f->path = S("");
    f->size = 0;
    f->is_too_large = true;
    u->is_dropped = true;
}

/* The disk is full, or will not take the file for another reason: log which. */
static void file_fault(struct upload *u, struct http_upload *f)
{
    log_line(LOG_ERROR, "upload", LOG_STR("why", str_of(strerror(errno))));
    file_drop(u, f);
    refuse(u, 507);
}

static enum err file_begin(struct upload *u, const struct multipart_part *part)
{
    unsigned char id[16];

    /* A file input left empty is sent as a file without a name. */
    if (part->filename.len == 0) {
        u->is_dropped = true;
        return OK;
    }
    if (u->file_count == HTTP_UPLOADS_MAX) {
        too_much(u, part->name);
        return OK;
    }
    struct http_upload *f = &u->files[u->file_count++];
    crypto_random(id, sizeof id);
    str hex = crypto_hex(u->arena, (str){(const char *)id, sizeof id});
    f->field = str_copy(u->arena, request_text(u->arena, part->name));
    f->name = str_copy(u->arena, request_text(u->arena, part->filename));
    f->type = str_copy(u->arena, request_text(u->arena, part->type));
    f->path = str_fmt(u->arena, "%.*s/" PREFIX "%.*s", STR_ARG(u->dir), STR_ARG(hex));
    u->fd = open(f->path.at, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (u->fd < 0) {
        file_fault(u, f);
        return OK;
    }
    arena_defer(u->arena, file_remove, (char *)f->path.at);
    hash_start(&u->hash);
    return OK;
}

static enum err part_begin(void *arg, const struct multipart_part *part)
{
    struct upload *u = arg;

    u->is_file = part->is_file;
    u->is_dropped = false;
    if (u->is_file)
        return file_begin(u, part);
    if (u->field_count == HTTP_FIELDS_MAX) {
        too_much(u, part->name);
        return OK;
    }
    u->name = str_copy(u->arena, part->name);
    u->text = (struct buf){.arena = u->arena};
    return OK;
}

static void field_add(struct upload *u)
{
    if (u->field_count == u->field_room) {
        size_t room = u->field_room == 0 ? 16 : u->field_room * 2;
        u->fields = arena_grow(u->arena, u->fields, u->field_room * sizeof *u->fields,
                               room * sizeof *u->fields);
        u->field_room = room;
    }
    u->fields[u->field_count++] = request_field(u->arena, u->name, buf_str(&u->text));
    u->text_bytes += u->text.len;
}

/* Text that ends with a whole character: what was cut in the middle of one goes. */
static str without_torn_end(str s)
{
    while (s.len > 0 && ((unsigned char)s.at[s.len - 1] & 0xC0) == 0x80)
        s.len--;
    if (s.len > 0 && ((unsigned char)s.at[s.len - 1] & 0x80) != 0)
        s.len--;
    return s;
}

/* Text within the limit of a form. Of a field that passes it the first half of the room that was
 * left is kept to be shown again: the fields after it find the other half. */
static void text_add(struct upload *u, str bytes)
{
    if (u->text_bytes + u->text.len + bytes.len <= HTTP_BODY_MAX) {
        buf_put(&u->text, bytes);
        return;
    }
    size_t room = (HTTP_BODY_MAX - u->text_bytes) / 2;
    if (u->text.len < room)
        buf_put(&u->text, str_slice(bytes, 0, room - u->text.len));
    u->text.len = without_torn_end(str_slice(buf_str(&u->text), 0, room)).len;
    field_add(u);
    too_much(u, u->name);
}

static enum err part_data(void *arg, str bytes)
{
    struct upload *u = arg;

    if (u->is_dropped)
        return OK;
    if (!u->is_file) {
        text_add(u, bytes);
        return OK;
    }
    struct http_upload *f = &u->files[u->file_count - 1];
    hash_add(&u->hash, bytes);
    f->size += (int64_t)bytes.len;
    while (bytes.len > 0) {
        ssize_t n = write(u->fd, bytes.at, bytes.len);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0) {
            file_fault(u, f);
            return OK;
        }
        bytes = str_slice(bytes, (size_t)n, bytes.len);
    }
    return OK;
}

static enum err part_end(void *arg)
{
    struct upload *u = arg;

    if (!u->is_file && !u->is_dropped)
        field_add(u);
    if (!u->is_file || u->is_dropped)
        return OK;
    struct http_upload *f = &u->files[u->file_count - 1];
    struct digest d = hash_end(&u->hash);
    memcpy(f->sha256, d.byte, DIGEST_BYTES);
    int fd = u->fd;
    u->fd = -1;
    if (close(fd) != 0)
        file_fault(u, f); /* a network file system may say only now that it is full */
    return OK;
}

void upload_sweep(struct arena *a, str dir, int64_t before_ms)
{
    DIR *d = opendir(str_z(a, dir));
    struct stat st;

    if (d == NULL)
        return;
    for (struct dirent *f = readdir(d); f != NULL; f = readdir(d)) {
        if (!str_starts(str_of(f->d_name), S(PREFIX)))
            continue;
        const char *path = str_fmt(a, "%.*s/%s", STR_ARG(dir), f->d_name).at;
        if (lstat(path, &st) == 0 && (int64_t)st.st_mtime * 1000 < before_ms && unlink(path) == 0)
            log_line(LOG_INFO, "upload_swept", LOG_INT("bytes", st.st_size));
    }
    closedir(d);
}

static const struct multipart_calls calls = {part_begin, part_data, part_end};

enum err upload_start(struct upload **upload, struct arena *a, str content_type, str dir)
{
    struct upload *u = NEW(a, struct upload);

    u->arena = a;
    u->dir = dir;
    u->fd = -1;
    u->files = NEW_ARRAY(a, HTTP_UPLOADS_MAX, struct http_upload);
    TRY(multipart_start(&u->reader, content_type, &calls, u));
    arena_defer(a, fd_close, u);
    *upload = u;
    return OK;
}

void upload_feed(struct upload *u, str bytes)
{
    if (u->refused_status == 400)
        return;
    if (multipart_feed(&u->reader, bytes) != OK)
        refuse(u, 400);
}

void upload_end(struct upload *u, struct req *q)
{
    if (!multipart_is_done(&u->reader))
        refuse(u, 400);
    if (u->fd >= 0)
        file_drop(u, &u->files[u->file_count - 1]);
    q->form_fields = u->fields;
    q->form_count = u->field_count;
    q->uploads = u->files;
    q->upload_count = u->file_count;
    if (u->refused_status != 0 && q->refused == OK) {
        q->refused = INVALID;
        q->refused_status = u->refused_status;
        q->refused_field = u->refused_field;
    }
}
