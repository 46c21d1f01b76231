/*
 * listen -- the listening socket and the addresses of clients.
 */
#pragma once
#include "base/err.h"
#include "base/str.h"

struct sockaddr;

/* Open a socket for "127.0.0.1:8080", "[::1]:8080", "localhost:0" or "*:8080" (both families).
 * INVALID when it is no such address, BUSY when the port is taken, FAULT otherwise (logged). */
enum err listen_open(str address, int *fd, int *port) MUST_USE;

/* The address as text; an IPv4 address that came in over IPv6 is shown as IPv4. */
str listen_peer(struct arena *a, const struct sockaddr *address);

/* Whether the text is an IPv4 or IPv6 address. */
bool listen_is_address(str text);
