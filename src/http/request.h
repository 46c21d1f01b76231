/*
 * request -- the pure part of reading a request: text in, fields out. No library, no socket; the
 * fuzz target and the command `shangliang request` use the same functions as the server.
 */
#pragma once
#include "http/http.h"

/* A field as it enters the program: the text check of base/str.h done, CR LF made LF. */
struct http_field request_field(struct arena *a, str name, str value);

/* Text from a header: as it stands, or cleaned when its bytes are no text. */
str request_text(struct arena *a, str raw);

/* Take a request target apart ("/a?b", or "http://host/a?b") into the decoded path and the query as
 * sent. INVALID, with the path "/", when the path is no text or does not begin with "/". */
enum err request_target(struct arena *a, str target, str *path, str *query) MUST_USE;

enum method request_method(str name);

/* Whether an Accept-Encoding header allows gzip (RFC 9110, 12.5.3). */
bool request_accepts_gzip(str accept_encoding);

/* What a Range header asks of `size` bytes (RFC 9110, 14.1.2). Only a single range is served;
 * anything else means the whole. */
enum request_range { RANGE_WHOLE, RANGE_PART, RANGE_BEYOND };
enum request_range request_range(str range, int64_t size, int64_t *from, int64_t *len);

/* The last element of a comma-separated header: what the nearest proxy added. */
str request_last(str list);
