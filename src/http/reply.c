#include "base/log.h"
#include "http/events.h"
#include "http/request.h"
#include "http/server.h"

#include <errno.h>
#include <fcntl.h>
#include <libdeflate.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

enum { GZIP_FROM_BYTES = 1024, STREAM_SEND_BYTES = 64 * 1024 };

struct MHD_Response *reply_plain(const char *text)
{
    struct MHD_Response *r = MHD_create_response_from_buffer(strlen(text), (void *)(uintptr_t)text,
                                                             MHD_RESPMEM_PERSISTENT);

    if (r != NULL) {
        MHD_add_response_header(r, "Content-Type", "text/plain; charset=utf-8");
        MHD_add_response_header(r, "Connection", "close");
    }
    return r;
}

static void header(struct exchange *x, str name, str value)
{
    if (MHD_add_response_header(x->response, str_z(x->arena, name), str_z(x->arena, value)) !=
        MHD_YES)
        log_line(LOG_ERROR, "header refused", LOG_STR("name", name));
}

static bool has_header(const struct res *s, str name)
{
    for (size_t i = 0; i < s->header_count; i++) {
        if (str_eq_ci(s->headers[i].name, name))
            return true;
    }
    return false;
}

static str type_of(const struct res *s)
{
    return s->type.len > 0 ? s->type : S("text/html; charset=utf-8");
}

static bool is_text(str type)
{
    str bare = str_trim(str_cut(&type, ';'));

    return str_starts(bare, S("text/")) || str_ends(bare, S("+xml")) ||
           str_ends(bare, S("+json")) || str_eq(bare, S("application/json")) ||
           str_eq(bare, S("application/javascript")) || str_eq(bare, S("application/xml"));
}

/* The body as gzip, in the arena; empty when it would not get smaller. */
static str gzip(struct exchange *x, str body)
{
    size_t room = body.len; /* more would be no gain */

    if (arena_used(x->arena) + room + 64 > x->server->options.arena_max)
        return S("");
    struct libdeflate_compressor *c = server_compressor(x->server);
    char *out = arena_alloc(x->arena, room);
    size_t n = c == NULL ? 0 : libdeflate_gzip_compress(c, body.at, body.len, out, room);
    server_compressor_back(x->server, c);
    return (str){out, n};
}

static void reply_text(struct exchange *x)
{
    struct res *s = &x->res;
    str body = s->body.len > 0 ? (str){s->body.at, s->body.len} : S("");
    bool is_static = s->is_static || body.len == 0, is_gzip = false;
    bool may_gzip =
        body.len > GZIP_FROM_BYTES && is_text(type_of(s)) && !has_header(s, S("Content-Encoding"));

    if (may_gzip && x->req.accepts_deflate_gzip) {
        str small = gzip(x, body);
        if (small.len > 0) {
            body = small;
            is_gzip = true;
            is_static = false;
        }
    }
    if (is_static) {
        x->response = MHD_create_response_from_buffer(body.len, (void *)(uintptr_t)body.at,
                                                      MHD_RESPMEM_PERSISTENT);
    } else {
        exchange_hold(x);
        x->response = MHD_create_response_from_buffer_with_free_callback_cls(
            body.len, (void *)(uintptr_t)body.at, exchange_release, x);
        if (x->response == NULL)
            exchange_release(x);
    }
    if (x->response == NULL)
        return;
    if (body.len > 0)
        header(x, S("Content-Type"), type_of(s));
    if (is_gzip)
        header(x, S("Content-Encoding"), S("gzip"));
    if (may_gzip && !has_header(s, S("Vary")))
        header(x, S("Vary"), S("Accept-Encoding"));
}

static void reply_file(struct exchange *x)
{
    struct res *s = &x->res;
    const char *path = str_z(x->arena, s->file);
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    struct stat st;
    int64_t from, len;

    if (s->file_is_temp)
        unlink(path);
    if (fd < 0 || fstat(fd, &st) != 0 || !S_ISREG(st.st_mode)) {
        log_line(LOG_ERROR, "file", LOG_STR("path", s->file),
                 LOG_STR("why", str_of(strerror(errno))));
        if (fd >= 0)
            close(fd);
        x->status = 404;
        x->response = reply_plain("404\n");
        return;
    }
    bool is_whole = x->status != 200 || x->if_range.len > 0;
    enum request_range range =
        request_range(is_whole ? S("") : x->req.range, st.st_size, &from, &len);
    if (range == RANGE_BEYOND) {
        close(fd);
        x->status = 416;
        x->response = reply_plain("416\n");
        if (x->response != NULL)
            header(x, S("Content-Range"), str_fmt(x->arena, "bytes */%lld", (long long)st.st_size));
        return;
    }
    x->response = MHD_create_response_from_fd_at_offset64((uint64_t)len, fd, (uint64_t)from);
    if (x->response == NULL) {
        close(fd);
        return;
    }
    header(x, S("Content-Type"), type_of(s));
    header(x, S("Accept-Ranges"), S("bytes"));
    if (range == RANGE_PART) {
        x->status = 206;
        header(x, S("Content-Range"),
               str_fmt(x->arena, "bytes %lld-%lld/%lld", (long long)from,
                       (long long)(from + len - 1), (long long)st.st_size));
    }
}

static void reply_events(struct exchange *x)
{
    exchange_hold(x);
    x->response = hub_join(x->server->hub, x->arena, x->connection, x->res.topic,
                           x->req.last_event_id, exchange_release, x);
    if (x->response == NULL) {
        exchange_release(x);
        x->status = 503;
        x->response = reply_plain("503\n");
        if (x->response != NULL)
            header(x, S("Retry-After"), S("30"));
        return;
    }
    /* What a slow reader may leave in the kernel, which would else grow to megabytes for each. */
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(x->connection, MHD_CONNECTION_INFO_CONNECTION_FD);
    int bytes = STREAM_SEND_BYTES;
    if (info != NULL &&
        setsockopt(info->connect_fd, SOL_SOCKET, SO_SNDBUF, &bytes, sizeof bytes) != 0)
        log_line(LOG_DEBUG, "send buffer");
    header(x, S("Content-Type"), S("text/event-stream"));
    header(x, S("Cache-Control"), S("no-store"));
    header(x, S("X-Accel-Buffering"), S("no")); /* nginx would keep the events back */
}

void reply_make(struct exchange *x)
{
    struct res *s = &x->res;

    x->status = s->status == 0 ? 200 : (unsigned)s->status;
    if (s->topic.len > 0)
        reply_events(x);
    else if (s->file.len > 0)
        reply_file(x);
    else
        reply_text(x);
    if (x->response == NULL) {
        x->status = 500;
        x->response = reply_plain("500\n");
        return;
    }
    for (size_t i = 0; i < s->header_count; i++)
        header(x, s->headers[i].name, s->headers[i].value);
    if (atomic_load(&x->server->is_closing))
        header(x, S("Connection"), S("close"));
}
