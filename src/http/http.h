/*
 * http -- requests and responses, and the only place that knows the HTTP library.
 *
 * The server turns bytes into a `struct req`, applying limits and the header guard, hands it to a
 * worker thread, and turns the `struct res` into bytes. Nothing above this header includes
 * microhttpd.h; the command `shangliang request` and the tests make a `struct req` by hand and take
 * the same path.
 *
 * Everything in a req and a res lives as long as the request's arena.
 */
#pragma once
#include "base/buf.h"
#include "base/err.h"
#include "base/str.h"

enum {
    HTTP_FIELDS_MAX = 512,       /* form fields, and query fields */
    HTTP_BODY_MAX = 1024 * 1024, /* a form without files */
    HTTP_UPLOADS_MAX = 32,
    HTTP_HEADERS_MAX = 16, /* of a response */
    HTTP_COOKIES_MAX = 32,
};

enum method { METHOD_GET, METHOD_HEAD, METHOD_POST, METHOD_OTHER };

struct http_field {
    str name, value;
    bool is_bad; /* the bytes were no text: value is the cleaned form, fit only to be shown again */
};

/* A file of a form, already on disk; removed with the request unless somebody renames it away. */
struct http_upload {
    str field, name, type; /* name and type as the client said: not to be trusted */
    str path;              /* where it is now */
    int64_t size;
    unsigned char sha256[32];
    bool is_too_large; /* nothing of it was kept: no room on the disk, or it was cut off */
};

struct req {
    struct arena *arena;
    enum method method;
    str method_name;
    str path;  /* decoded, begins with "/", no NUL, valid UTF-8 */
    str query; /* as sent */
    struct http_field *query_fields;
    size_t query_count;
    struct http_field *form_fields;
    size_t form_count;
    struct http_field *params; /* :name parts of the route's pattern, filled by web/route.c */
    size_t param_count;
    struct http_upload *uploads;
    size_t upload_count;
    struct http_field *cookies;
    size_t cookie_count;
    str host, user_agent, accept_language, if_none_match, range, referer, origin;
    str last_event_id;
    str address; /* of the client; from X-Forwarded-For only when the peer is a trusted proxy */
    bool is_tls; /* the client's side of the proxy is https */
    bool accepts_deflate_gzip;
    enum err refused;   /* OK, or INVALID when the request itself is broken: answer with
                           `refused_status` */
    int refused_status; /* 400, 413, 415, 431 … */
    str refused_field;  /* of a form that was read to its end: where there was too much; what came
                           before the limit is kept */
};

struct http_header {
    str name, value;
};

struct http_stream; /* a server-sent event subscription, http/events.h */

struct res {
    int status;
    str type; /* empty: text/html; charset=utf-8 */
    struct buf body;
    struct http_header headers[HTTP_HEADERS_MAX];
    size_t header_count;
    str file;          /* non-empty: send this file instead of the body */
    bool file_is_temp; /* and remove it afterwards */
    str topic;         /* non-empty: keep the connection and send the events of this topic */
    bool is_static;    /* body lives as long as the program and need not be copied */
};

/* The value of the first field of that name, trimmed of nothing; empty when absent. */
str req_query(const struct req *q, str name);
str req_form(const struct req *q, str name);
str req_param(const struct req *q, str name);
str req_cookie(const struct req *q, str name);
bool req_has(const struct req *q, str name); /* a form field of that name was sent */

/* The i-th value of a repeated form field; false when there are no more. */
bool req_form_nth(const struct req *q, str name, size_t i, str *value);

void res_header(struct res *s, str name, str value);

/* "Not Found" for 404: the words of RFC 9110. */
const char *http_reason(int status);

/* Parse "a=1&b=2" (application/x-www-form-urlencoded) into fields. INVALID past the limit. */
enum err http_parse_form(struct arena *a, str text, struct http_field **fields, size_t *count);

/* Parse a Cookie header. Malformed parts are skipped. */
void http_parse_cookies(struct arena *a, str header, struct http_field **cookies, size_t *count);

/* Percent-decode a path or a form value ('+' as space when `plus`). */
str http_decode(struct arena *a, str s, bool plus);
void http_encode(struct buf *b, str s); /* for a query value */

/* ---- the server ---- */

/* One request. Runs on a worker thread, may block. `arena` is q->arena. */
typedef void http_handler(void *app, struct req *q, struct res *s, void (*answer)(void *token),
                          void *token);

struct http_options {
    str listen;        /* "127.0.0.1:8080", "[::]:8080", "*:8080" for both families */
    int event_threads; /* 0: number of cores, at most 4 */
    int workers;       /* 0: 16 */
    int connections_max;
    int64_t upload_max; /* bytes of one request with files; more is 413 before reading */
    str upload_dir;     /* where uploads are written */
    str trusted_proxy;  /* address whose X-Forwarded-* are believed; empty: none */
    size_t arena_max;
};

struct http_server;

/* `handler` must in the end call answer(token) exactly once, from any thread; until then q and *s
 * stay valid. This lets an act travel to the writer's thread without holding a worker. Compression
 * happens inside answer(): a thread that must be quick gives it to http_work.
 *
 * INVALID: `listen` is no address. BUSY: the port is taken. FAULT: logged. */
enum err http_start(struct http_server **server, const struct http_options *options,
                    http_handler *handler, void *app) MUST_USE;

/* The port it really listens on (for port 0). */
int http_port(const struct http_server *server);

/* Give a piece of work to the worker threads: used by handlers to go on after an act. */
void http_work(struct http_server *server, void (*run)(void *arg), void *arg);

/* Stop taking connections, finish what is running within `wait_ms`, close. Requests that are still
 * coming in or going out after `wait_ms` are cut off; a handler that has its request is waited for
 * however long it takes. Afterwards the server is gone: no http_work or http_event may come. */
void http_stop(struct http_server *server, int wait_ms);

/* Send one server-sent event to every connection subscribed to `topic`. Safe from any thread. */
void http_event(struct http_server *server, str topic, str event, str data);
