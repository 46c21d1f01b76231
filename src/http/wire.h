/*
 * wire -- the other end of the connection, for tests: raw sockets and a reader of answers that
 * knows no mercy. Everything returned lives in the arena. A wait of more than ten seconds ends the
 * test.
 */
#pragma once
#include "base/buf.h"

struct answer {
    int status; /* 0: the connection was closed without an answer */
    str head, body;
    bool is_closed; /* by the server, after the answer */
};

int wire_open(int port);    /* 127.0.0.1 */
int wire_open_v6(int port); /* ::1; -1 when this machine has no IPv6 */
void wire_send(int fd, str bytes);
bool wire_try_send(int fd, str bytes); /* false when the other end has gone */

/* The next answer. `is_head`: it has no body. */
struct answer wire_answer(struct arena *a, int fd, bool is_head);

/* Open, send, take the answer, see whether the server closes within 100 ms, close. */
struct answer wire_ask(struct arena *a, int port, str request);

/* The value of a header of the answer; empty when absent. */
str wire_header(const struct answer *r, str name);

/* Read until `end` has come, or the connection is over. */
str wire_until(struct arena *a, int fd, str end);

/* Read until the byte has come `count` times; how often it came before the connection was over. */
size_t wire_count(int fd, char byte, size_t count);

/* True when the server closes within `ms`; whatever else comes is dropped. */
bool wire_closes(int fd, int ms);
