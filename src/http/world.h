/*
 * world -- a server with a small site, for the tests of this folder.
 *
 *     /hello        "hello"                    /echo      what was sent, a line each
 *     /slow?ms=     answers after a while      /later     answers from another job, by http_work
 *     /text?n=      n bytes of text            /file      the file world.file
 *     /events/T     the events of topic T      /raw?n=    n bytes of application/octet-stream
 */
#pragma once
#include "http/server.h"
#include "http/wire.h"

/* Before cmocka, which does not include what it needs. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

struct world {
    struct arena *arena;
    struct http_server *server;
    int port;
    char dir[64];
    const char *keep;    /* rename the first upload to this name in `dir` */
    _Atomic int handled; /* requests that reached the handler */
    str file;
};

/* A fresh server on a free port of 127.0.0.1, or of `listen`. */
struct world *world_new(const char *listen, struct http_options options, struct http_tuning tuning);
void world_free(struct world *w);

/* cmocka fixture with the defaults. */
int world_setup(void **state);
int world_teardown(void **state);

size_t world_files(const struct world *w); /* in the upload folder */
bool contains(str s, str part);
void sleep_ms(int ms);

/* Wait until there are `count` listeners, two seconds at most; how many there are then. */
size_t hub_wait(struct world *w, size_t count);
