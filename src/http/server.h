/*
 * server -- what the files of the server share: one server, and one exchange for each request.
 *
 *     event thread   target read -> exchange made -> head checked -> body taken -> connection
 * suspended worker         fields parsed -> handler any thread     answer -> response made ->
 * connection resumed event thread   response queued and sent -> exchange over, arena back to the
 * shelf
 *
 * An exchange lives in its own arena and is held by the library's request and by the response whose
 * body stands in that arena; who lets go last gives the arena back.
 */
#pragma once
#include "http/http.h"
#include "http/queue.h"

#include <microhttpd.h>
#include <pthread.h>
#include <stdatomic.h>

struct hub;
struct upload;
struct libdeflate_compressor;

enum { ARENAS_KEPT = 256, COMPRESSORS_KEPT = 64 };

/* What tests make smaller. */
struct http_tuning {
    size_t queue_max; /* requests waiting for a worker */
    int heartbeat_ms;
    size_t ring_bytes;
    size_t streams_max; /* 0: three quarters of the connections */
    unsigned timeout_s; /* of a connection on which nothing moves */
};
extern const struct http_tuning http_tuning_default;

struct http_server {
    struct arena *arena;
    struct http_options options;
    struct http_tuning tuning;
    http_handler *handler;
    void *app;
    struct MHD_Daemon *daemon;
    int listen_fd, port;
    struct queue *queue;
    struct hub *hub;
    bool shows_layout;       /* the library leaves the head as it was received: see guard.h */
    _Atomic int working;     /* exchanges on the way from submit to answer */
    _Atomic int open;        /* exchanges from the end of their head to the end of their answer */
    _Atomic bool is_closing; /* answers close their connections */
    _Atomic bool is_closed;  /* nothing is handed to workers any more */
    pthread_mutex_t lock;    /* over the two shelves */
    struct arena *arenas[ARENAS_KEPT];
    size_t arena_count;
    struct libdeflate_compressor *compressors[COMPRESSORS_KEPT];
    size_t compressor_count;
};

enum stage { STAGE_HEAD, STAGE_BODY, STAGE_WORK };

struct exchange {
    struct http_server *server;
    struct arena *arena;
    struct MHD_Connection *connection;
    struct req req;
    struct res res;
    enum stage stage;
    _Atomic int holders;
    bool is_open;
    str target;
    const char *target_end; /* in the library's memory: only for the guard */
    str content_type, content_length, transfer_encoding;
    str cookie, forwarded_for, forwarded_proto, if_range, accept_encoding;
    struct buf body;
    struct upload *upload;
    int64_t received; /* bytes of the body */
    struct MHD_Response *response;
    unsigned status;
};

enum err http_start_tuned(struct http_server **server, const struct http_options *options,
                          const struct http_tuning *tuning, http_handler *handler,
                          void *app) MUST_USE;

/* The three calls the library makes (exchange.c). */
void *exchange_begin(void *server, const char *target, struct MHD_Connection *connection);
enum MHD_Result exchange_step(void *server, struct MHD_Connection *connection, const char *url,
                              const char *method, const char *version, const char *data,
                              size_t *size, void **exchange);
void exchange_over(void *server, struct MHD_Connection *connection, void **exchange,
                   enum MHD_RequestTerminationCode how);

void exchange_hold(struct exchange *x);
void exchange_release(void *exchange);

/* Turn x->res into x->response and x->status (reply.c). Never leaves x->response NULL. */
void reply_make(struct exchange *x);

/* A short text that needs no arena; closes the connection. */
struct MHD_Response *reply_plain(const char *text);

struct arena *server_arena(struct http_server *s);
void server_arena_back(struct http_server *s, struct arena *a);
struct libdeflate_compressor *server_compressor(struct http_server *s);
void server_compressor_back(struct http_server *s, struct libdeflate_compressor *c);
