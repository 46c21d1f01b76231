/*
 * upload -- the body of a multipart form on its way to disk.
 *
 * Files go to new files of `dir` (random names, mode 0600) while their SHA-256 is taken; fields go
 * to the arena. Every file is removed when the arena ends, unless somebody renamed it away. What
 * is wrong with the form is remembered as the status to refuse it with; the rest of the body is
 * still taken, so that the handler can show what was typed.
 */
#pragma once
#include "http/multipart.h"
#include "http/request.h"

struct upload;

/* INVALID when the Content-Type has no usable boundary. */
enum err upload_start(struct upload **upload, struct arena *a, str content_type, str dir) MUST_USE;

/* Bytes of the body. */
void upload_feed(struct upload *u, str bytes);

/* Remove what a process that died left half done in `dir`: uploads, and exports on their way, that
 * nobody has written to since `before_ms`. Younger ones may be another server's. */
void upload_sweep(struct arena *a, str dir, int64_t before_ms);

/* The body has ended: put fields and files into `q`, and what was wrong into q->refused. */
void upload_end(struct upload *u, struct req *q);
