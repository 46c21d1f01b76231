/*
 * guard -- refuses requests over whose end two servers could disagree.
 *
 * The HTTP library reads some of them in its own way: of two Content-Length headers it takes one,
 * beside a transfer coding it takes the length, an unknown coding makes it wait. Behind a proxy
 * that reads them differently the rest of such a request is a second request (request smuggling,
 * RFC 9112, section 11.2). Each header passes guard_header once; guard_end gives the verdict.
 *
 * Version 0.9.75 of the library has two more weaknesses that its interface does not show: a header
 * value ends at a NUL, and a folded line is added to the header's *name*. There the head is still
 * as it was received, only with NUL for the line ends, so what was lost can be seen by comparing
 * where the parts lie. `head` says where; a zero `head` leaves these checks out (version 1.0 and
 * later refuses both by itself).
 */
#pragma once
#include "base/str.h"

enum { GUARD_HEADERS_MAX = 100, GUARD_VALUE_MAX = 8 * 1024 };

struct guard {
    str head;         /* the whole head as received, or empty */
    const char *next; /* where the next header's name must begin */
    bool is_http_1_1;
    bool is_torn; /* bytes of the head are missing from its parts */
    bool is_oversize, is_length_bad, is_coding_bad;
    int headers, hosts, lengths, codings;
};

/* Begin: `method` and `version` as the library gave them, `target_end` one past the last byte of
 * the target, all three inside `head` unless that is empty. */
struct guard guard_start(str head, const char *target_end, str version);

void guard_header(struct guard *g, str name, str value);

/* 0 when the request may go on, else the status to refuse it with: 400 or 431. */
int guard_end(struct guard *g);
