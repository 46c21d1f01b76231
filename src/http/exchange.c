#include "base/log.h"
#include "http/guard.h"
#include "http/listen.h"
#include "http/request.h"
#include "http/server.h"
#include "http/upload.h"

#include <assert.h>
#include <stddef.h>
#include <string.h>
#include <sys/socket.h>

void exchange_hold(struct exchange *x)
{
    atomic_fetch_add(&x->holders, 1);
}

void exchange_release(void *exchange)
{
    struct exchange *x = exchange;

    if (atomic_fetch_sub(&x->holders, 1) == 1)
        server_arena_back(x->server, x->arena);
}

void *exchange_begin(void *server, const char *target, struct MHD_Connection *connection)
{
    struct http_server *s = server;
    struct arena *a = server_arena(s);
    struct exchange *x = NEW(a, struct exchange);
    str t = str_of(target);

    x->server = s;
    x->arena = a;
    x->connection = connection;
    atomic_init(&x->holders, 1);
    x->target = str_copy(a, t);
    x->target_end = t.at + t.len;
    return x;
}

void exchange_over(void *server, struct MHD_Connection *connection, void **exchange,
                   enum MHD_RequestTerminationCode how)
{
    struct http_server *s = server;
    struct exchange *x = *exchange;

    (void)connection;
    (void)how;
    if (x == NULL)
        return;
    *exchange = NULL;
    if (x->response != NULL)
        MHD_destroy_response(x->response); /* the client left before it could be queued */
    x->response = NULL;
    bool was_open = x->is_open;
    exchange_release(x);
    if (was_open)
        atomic_fetch_sub(&s->open, 1);
}

/* ---- the head ---- */

struct slot {
    const char *name;
    size_t len, offset;
};

#define SLOT(header, member)                                                                       \
    {                                                                                              \
        header, sizeof(header) - 1, offsetof(struct exchange, member)                              \
    }

static const struct slot slots[] = {
    SLOT("Host", req.host),
    SLOT("User-Agent", req.user_agent),
    SLOT("Accept-Language", req.accept_language),
    SLOT("Accept-Encoding", accept_encoding),
    SLOT("If-None-Match", req.if_none_match),
    SLOT("If-Range", if_range),
    SLOT("Range", req.range),
    SLOT("Referer", req.referer),
    SLOT("Origin", req.origin),
    SLOT("Last-Event-ID", req.last_event_id),
    SLOT("Content-Type", content_type),
    SLOT("Content-Length", content_length),
    SLOT("Transfer-Encoding", transfer_encoding),
    SLOT("Cookie", cookie),
    SLOT("X-Forwarded-For", forwarded_for),
    SLOT("X-Forwarded-Proto", forwarded_proto),
};

struct head {
    struct exchange *x;
    struct guard guard;
};

/* Of headers that come twice the first counts; cookies and forwarded addresses are lists. */
static void slot_fill(struct exchange *x, const struct slot *slot, str value)
{
    str *at = (str *)(void *)((char *)x + slot->offset);
    str text = request_text(x->arena, value);

    if (at->len == 0)
        *at = str_copy(x->arena, text);
    else if (at == &x->cookie)
        *at = str_fmt(x->arena, "%.*s; %.*s", STR_ARG(*at), STR_ARG(text));
    else if (at == &x->forwarded_for || at == &x->forwarded_proto)
        *at = str_fmt(x->arena, "%.*s, %.*s", STR_ARG(*at), STR_ARG(text));
}

static enum MHD_Result head_take(void *arg, enum MHD_ValueKind kind, const char *name,
                                 size_t name_len, const char *value, size_t value_len)
{
    struct head *h = arg;
    str n = {name, name_len}, v = {value, value == NULL ? 0 : value_len};

    (void)kind;
    guard_header(&h->guard, n, v);
    for (size_t i = 0; i < sizeof slots / sizeof slots[0]; i++) {
        if (slots[i].len == n.len && str_eq_ci(n, (str){slots[i].name, slots[i].len})) {
            slot_fill(h->x, &slots[i], v);
            break;
        }
    }
    return MHD_YES;
}

/* Reads the head; the status to refuse it with, or 0. */
static int head_read(struct exchange *x, const char *method, const char *version)
{
    struct head h = {.x = x};
    str head = S("");

    if (x->server->shows_layout) {
        const union MHD_ConnectionInfo *size =
            MHD_get_connection_info(x->connection, MHD_CONNECTION_INFO_REQUEST_HEADER_SIZE);
        if (size != NULL)
            head = (str){method, size->header_size};
    }
    h.guard = guard_start(head, x->target_end, str_of(version));
    MHD_get_connection_values_n(x->connection, MHD_HEADER_KIND, head_take, &h);
    return guard_end(&h.guard);
}

/* Who is asking: what the peer says of others counts only when the peer is our proxy. */
static void client_read(struct exchange *x)
{
    const union MHD_ConnectionInfo *peer =
        MHD_get_connection_info(x->connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
    str trusted = x->server->options.trusted_proxy;

    x->req.address = listen_peer(x->arena, peer == NULL ? NULL : peer->client_addr);
    if (trusted.len == 0 || !str_eq(trusted, x->req.address))
        return;
    str forwarded = request_last(x->forwarded_for);
    if (listen_is_address(forwarded))
        x->req.address = forwarded;
    x->req.is_tls = str_eq_ci(request_last(x->forwarded_proto), S("https"));
}

static void refuse(struct exchange *x, int status)
{
    x->req.refused = INVALID;
    x->req.refused_status = status;
}

/* What to do with the body: true when it is to be read, false when it is not wanted. */
static bool body_plan(struct exchange *x)
{
    const int64_t upload_max = x->server->options.upload_max;
    int64_t length = 0;

    bool is_chunked = x->transfer_encoding.len > 0;
    bool is_number = str_to_i64(x->content_length, &length);
    if (!is_chunked && (!is_number || length == 0))
        return true; /* nothing will come */
    if (x->req.method != METHOD_POST || x->req.refused != OK)
        return false;
    str params = x->content_type;
    str type = str_trim(str_cut(&params, ';'));
    if (str_eq_ci(type, S("application/x-www-form-urlencoded"))) {
        if (length > HTTP_BODY_MAX)
            refuse(x, 413);
    } else if (str_eq_ci(type, S("multipart/form-data"))) {
        if (length > upload_max)
            refuse(x, 413);
        else if (upload_start(&x->upload, x->arena, x->content_type,
                              x->server->options.upload_dir) != OK)
            refuse(x, 400);
    } else {
        refuse(x, 415);
    }
    return x->req.refused == OK;
}

/* ---- work ---- */

static void fields_parse(struct exchange *x)
{
    struct req *q = &x->req;

    if (http_parse_form(x->arena, q->query, &q->query_fields, &q->query_count) != OK &&
        q->refused == OK)
        refuse(x, 400);
    http_parse_cookies(x->arena, x->cookie, &q->cookies, &q->cookie_count);
    if (x->upload != NULL) {
        upload_end(x->upload, q);
    } else if (http_parse_form(x->arena, buf_str(&x->body), &q->form_fields, &q->form_count) !=
                   OK &&
               q->refused == OK) {
        refuse(x, 413);
    }
}

static void answer(void *token)
{
    struct exchange *x = token;
    struct http_server *s = x->server;

    reply_make(x);
    MHD_resume_connection(x->connection);
    /* From here on x may be gone. */
    atomic_fetch_sub(&s->working, 1);
}

static void work(void *arg)
{
    struct exchange *x = arg;

    fields_parse(x);
    x->res.body.arena = x->arena;
    x->server->handler(x->server->app, &x->req, &x->res, answer, x);
}

static enum MHD_Result queue_plain(struct exchange *x, unsigned status, const char *text)
{
    struct MHD_Response *r = reply_plain(text);

    if (r == NULL)
        return MHD_NO;
    if (status == 503)
        MHD_add_response_header(r, "Retry-After", "2");
    enum MHD_Result result = MHD_queue_response(x->connection, status, r);
    MHD_destroy_response(r);
    return result;
}

/* The request is complete, or as much of it as is wanted: off to a worker. */
static enum MHD_Result submit(struct exchange *x)
{
    struct http_server *s = x->server;

    atomic_fetch_add(&s->working, 1);
    if (atomic_load(&s->is_closed)) {
        atomic_fetch_sub(&s->working, 1);
        return queue_plain(x, 503, "503 closing\n");
    }
    x->stage = STAGE_WORK;
    /* Before the hand-over: the answer may come sooner than queue_add returns. */
    MHD_suspend_connection(x->connection);
    if (queue_add(s->queue, work, x))
        return MHD_YES;
    x->response = reply_plain("503 busy\n");
    x->status = 503;
    if (x->response != NULL)
        MHD_add_response_header(x->response, "Retry-After", "2");
    MHD_resume_connection(x->connection);
    atomic_fetch_sub(&s->working, 1);
    return MHD_YES;
}

static enum MHD_Result head_step(struct exchange *x, const char *method, const char *version)
{
    struct req *q = &x->req;

    atomic_fetch_add(&x->server->open, 1);
    x->is_open = true;
    x->stage = STAGE_BODY;
    x->body = (struct buf){.arena = x->arena};
    int status = head_read(x, method, version);
    if (status != 0)
        return queue_plain(x, (unsigned)status, status == 431 ? "431\n" : "400\n");
    q->arena = x->arena;
    q->method_name = str_copy(x->arena, request_text(x->arena, str_of(method)));
    q->method = request_method(q->method_name);
    q->accepts_deflate_gzip = request_accepts_gzip(x->accept_encoding);
    client_read(x);
    if (request_target(x->arena, x->target, &q->path, &q->query) != OK)
        refuse(x, 400);
    /* A response given now would close the connection; so it is given now only when the rest of the
     * request is not to be read. */
    return body_plan(x) ? MHD_YES : submit(x);
}

/* Too much came without having been announced. The library takes no response in the middle of a
 * body, and reading on to throw it away would let the client decide for how long; so say it on the
 * socket and close. */
static enum MHD_Result body_stop(struct exchange *x)
{
    static const char text[] = "HTTP/1.1 413 Content Too Large\r\nConnection: close\r\n"
                               "Content-Type: text/plain\r\nContent-Length: 4\r\n\r\n413\n";
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(x->connection, MHD_CONNECTION_INFO_CONNECTION_FD);

    if (info != NULL &&
        send(info->connect_fd, text, sizeof text - 1, MSG_NOSIGNAL | MSG_DONTWAIT) < 0)
        log_line(LOG_DEBUG, "413 not sent");
    return MHD_NO;
}

static enum MHD_Result body_step(struct exchange *x, str bytes)
{
    x->received += (int64_t)bytes.len;
    if (x->upload != NULL) {
        if (x->received > x->server->options.upload_max)
            return body_stop(x);
        upload_feed(x->upload, bytes);
        return MHD_YES;
    }
    if (x->received > HTTP_BODY_MAX)
        return body_stop(x);
    buf_put(&x->body, bytes);
    return MHD_YES;
}

enum MHD_Result exchange_step(void *server, struct MHD_Connection *connection, const char *url,
                              const char *method, const char *version, const char *data,
                              size_t *size, void **exchange)
{
    struct exchange *x = *exchange;

    (void)server;
    (void)connection;
    (void)url;
    assert(x != NULL);
    switch (x->stage) {
    case STAGE_HEAD:
        return head_step(x, method, version);
    case STAGE_BODY:
        if (*size > 0) {
            str bytes = {data, *size};
            *size = 0;
            return body_step(x, bytes);
        }
        return submit(x);
    case STAGE_WORK:
        break;
    }
    if (x->response == NULL)
        return MHD_NO; /* no memory even for a short text */
    enum MHD_Result result = MHD_queue_response(connection, x->status, x->response);
    MHD_destroy_response(x->response);
    x->response = NULL;
    return result;
}

const char *http_reason(int status)
{
    return MHD_get_reason_phrase_for((unsigned)status);
}
