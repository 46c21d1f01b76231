/*
 * tar -- the one archive format everybody can read, as far as a backup needs it: POSIX ustar with
 * regular files alone. Sizes past 8 GiB are written the way GNU and BSD tar read them (base 256).
 *
 * Writing hashes what it writes; reading checks every header and hands the bytes on. What is no
 * plain file, has a damaged header, ends in the middle or has something behind its end is INVALID:
 * a backup never holds such a thing.
 */
#pragma once
#include "base/crypto.h"
#include "base/err.h"
#include "base/str.h"

#include <stdio.h>

enum { TAR_BLOCK = 512, TAR_NAME_MAX = 99 };

/* The header of one file. */
void tar_header(unsigned char block[TAR_BLOCK], str name, int64_t size, int64_t at_ms);

/* Read one; INVALID for anything but a regular file with a right checksum. `*name` lives as long as
 * `block`. */
enum err tar_read_header(const unsigned char block[TAR_BLOCK], str *name, int64_t *size) MUST_USE;

/* ---- writing ---- */

struct tar_writer {
    FILE *to;
    int64_t at_ms; /* time of every member */
};

/* One member of a file's bytes, as many as it has at the beginning; what grows meanwhile is left
 * out. NOT_FOUND if it is not there, BUSY when the disk is full, FAULT; then the archive is void.
 */
enum err tar_put_file(struct tar_writer *w, str name, const char *path, struct digest *digest,
                      int64_t *size) MUST_USE;
enum err tar_put_text(struct tar_writer *w, str name, str text) MUST_USE;
enum err tar_put_end(struct tar_writer *w) MUST_USE;

/* ---- reading ---- */

struct tar_reader {
    FILE *from;
    unsigned char block[TAR_BLOCK];
    str name;     /* of the current member */
    int64_t size; /* of it, in bytes */
};

/* The next member; `*found` false at the end. Each is then taken, before the next. */
enum err tar_next(struct tar_reader *r, bool *found) MUST_USE;

/* Write the member's bytes to `to` (NULL: only hash them). */
enum err tar_take(struct tar_reader *r, FILE *to, struct digest *digest) MUST_USE;
