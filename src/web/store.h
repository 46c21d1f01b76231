/*
 * store -- files that people give: checked by content, kept under their digest, outside of
 * everything served.
 *
 *     DIR/files/upload-*   while a request runs (http/upload.c)
 *     DIR/files/ab/abcd…   kept, named by SHA-256: the same bytes are kept once
 *
 * A form that is drawn again keeps its files through hidden fields: what was stored, with a MAC, so
 * that nobody can name a file that he did not send.
 */
#pragma once
#include "flow/flow.h"
#include "web/web.h"

enum { STORE_FILES_MAX = 10, STORE_NAME_MAX = 100 };

/* Keep the uploads of a request, and take over those of "kept" fields. INVALID with the field
 * named: a type that is not taken, too many, too large. For `prepare`. */
enum err store_uploads(struct ctx *c, const struct req *q, str field, struct flow_file **files,
                       size_t *count) MUST_USE;

/* The value of a hidden field "kept" for a stored file. */
str store_kept(struct ctx *c, const struct flow_file *f);

/* Remove files that were kept for a form which was never sent: older than two days and attached to
 * nothing. Whatever refers to a kept file must be asked about in KEPT_USED. */
enum err store_sweep(struct ctx *c) MUST_USE;

/* Where a digest's bytes are. */
str store_path(struct ctx *c, str digest);

/* The type by content: "image/jpeg", "application/pdf", …; empty if it is none that is taken. */
str store_type(const unsigned char *head, size_t len, str name);
