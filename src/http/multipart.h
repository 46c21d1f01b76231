/*
 * multipart -- reads a multipart/form-data body as it comes, piece by piece (RFC 7578).
 *
 * The reader keeps nothing of a part but its header: bytes are handed on as they arrive. A part is
 * told as begin, any number of data, end. Pieces may be cut anywhere; the calls add up to the same
 * bytes.
 *
 *     preamble --boundary--> header --empty line--> data --boundary--> header ... --boundary---->
 * done
 */
#pragma once
#include "base/err.h"
#include "base/str.h"

enum {
    MULTIPART_BOUNDARY_MAX = 70, /* RFC 2046, 5.1.1 */
    MULTIPART_HEADER_MAX = 4096, /* all header lines of one part */
};

/* The slices are valid during the call. `filename` and `type` are as the client sent them. */
struct multipart_part {
    str name, filename, type;
    bool is_file; /* a filename was given, perhaps an empty one */
};

struct multipart_calls {
    enum err (*begin)(void *arg, const struct multipart_part *part);
    enum err (*data)(void *arg, str bytes);
    enum err (*end)(void *arg);
};

enum multipart_state {
    MULTIPART_PREAMBLE,
    MULTIPART_AFTER_BOUNDARY,
    MULTIPART_HEADER,
    MULTIPART_DATA,
    MULTIPART_DONE,
};

struct multipart {
    const struct multipart_calls *calls;
    void *arg;
    enum multipart_state state;
    char mark[MULTIPART_BOUNDARY_MAX + 4]; /* CR LF "--" boundary */
    size_t mark_len, matched;
    char header[MULTIPART_HEADER_MAX];
    size_t header_len;
};

/* `content_type` is the header of the request. INVALID when it is not multipart/form-data with a
 * usable boundary. */
enum err multipart_start(struct multipart *m, str content_type, const struct multipart_calls *calls,
                         void *arg) MUST_USE;

/* INVALID when the body is malformed; else what a call returned when that was not OK. */
enum err multipart_feed(struct multipart *m, str bytes) MUST_USE;

/* Whether the closing boundary was seen: a body without it was cut off. */
bool multipart_is_done(const struct multipart *m);
