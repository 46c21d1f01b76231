/*
 * events -- server-sent events: one hub, topics, and the connections that listen to them.
 *
 * A topic keeps its latest events as bytes in a ring; each listener has only a place in that ring.
 * Listeners who have caught up are suspended and cost nothing until the next event. Who falls
 * behind by more than the ring is cut off, not waited for: his browser comes again with
 * Last-Event-ID and goes on where he was, or, when those events are gone too, is told so with the
 * event "missed", after which the page should load itself anew.
 *
 * Ids increase within a topic, also over a restart (they are milliseconds, pushed on where needed).
 * A comment every `heartbeat_ms` keeps proxies from closing the connection and notices clients that
 * have gone.
 */
#pragma once
#include "base/str.h"

#include <stddef.h>

struct MHD_Connection;
struct MHD_Response;
struct hub;

struct hub_options {
    int heartbeat_ms;
    size_t ring_bytes;  /* of one topic; an event longer than half of it is not sent */
    size_t streams_max; /* listeners in all */
};

struct hub *hub_new(const struct hub_options *options);

/* A response that goes on until the client leaves, or NULL when there are too many or the hub is
 * ending. Calls done(arg) when it is over. `a` must live until then. */
struct MHD_Response *hub_join(struct hub *h, struct arena *a, struct MHD_Connection *connection,
                              str topic, str last_event_id, void (*done)(void *arg), void *arg);

/* Send to all listeners of the topic. Newlines in `data` are kept; those in `event` are not. */
void hub_send(struct hub *h, str topic, str event, str data);

size_t hub_count(struct hub *h); /* listeners now */

/* End all streams, and let nobody join any more. */
void hub_end(struct hub *h);

/* After the server has let go of every stream. */
void hub_free(struct hub *h);
