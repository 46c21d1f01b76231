/*
 * export -- a list as a file to work with: CSV (RFC 4180, UTF-8 with a byte order mark) or XLSX.
 *
 *     struct export *x;
 *     TRY(export_begin(c, p, EXPORT_CSV, S("matters"), columns, COLUMNS, &x));
 *     for each row:  export_text(x, title);  export_date(x, raised);  export_i64(x, supports);
 *     return export_end(x);
 *
 * Cells are put from left to right; after the last column a new row begins. The first row names the
 * columns in the reader's language, each with its name that stays the same: "Serial [serial]".
 *
 * The rows go to a temporary file beside the uploads, so that a hundred thousand of them need no
 * memory; the answer sends it and removes it. Nothing of what people wrote can become a formula:
 * XLSX cells are strings, and a CSV cell that begins like one gets an apostrophe before it.
 */
#pragma once
#include "web/web.h"

enum { EXPORT_ROWS_MAX = 100000, EXPORT_BATCH = 500, EXPORT_COLUMNS_MAX = 24 };

enum export_kind { EXPORT_CSV, EXPORT_XLSX };

struct export_column {
    const char *id;
    int msg;   /* its name for people */
    int width; /* in characters, for XLSX */
};

struct export;

/* BUSY when there is no room on the disk. */
enum err export_begin(struct ctx *c, struct page *p, enum export_kind kind, str name,
                      const struct export_column *columns, size_t count,
                      struct export **x) MUST_USE;
void export_text(struct export *x, str s);
void export_i64(struct export *x, int64_t n);
void export_date(struct export *x, int64_t ms); /* 2022-04-26, in China's time; 0: empty */
void export_time(struct export *x, int64_t ms); /* 2022-04-26 09:05:00, likewise */

/* Rows so far, without the head. */
int64_t export_rows(const struct export *x);

/* The answer is the file from now on. BUSY when there is no room on the disk. */
enum err export_end(struct export *x) MUST_USE;

/* One CSV cell: guarded and, where needed, quoted. */
void export_put_csv(struct buf *b, str s);
