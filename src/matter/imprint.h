/*
 * imprint -- what a matter's rows are at one moment, as digests: one for each table.
 *
 * An act takes the imprint when it has changed all it changes, and keeps it with its entry of the
 * ledger; whoever takes it again later sees whether the rows are still those, and in which table
 * they are not. What is left out changes without an act: supporters, followers, and what the ticker
 * notes for itself on a clock. The text that is hashed is fixed in doc/ledger.md, and is the same
 * on both databases.
 */
#pragma once
#include "base/buf.h"
#include "base/crypto.h"
#include "base/ctx.h"

enum { IMPRINT_PARTS = 15, IMPRINT_VERSION = 1 };

struct imprint {
    struct digest before;    /* of the whole imprint that the act found */
    bool has_before;         /* false: it made the matter, or takes up an unsealed one */
    bool has[IMPRINT_PARTS]; /* false: there is no such row */
    struct digest part[IMPRINT_PARTS];
};

/* The rows as they are now, in a read or an act. NOT_FOUND if there is no such matter. Leaves
 * `before` empty. */
enum err imprint_take(struct ctx *c, int64_t matter, struct imprint *im) MUST_USE;

/* One digest for all of it, but for `before`. */
struct digest imprint_whole(struct arena *a, const struct imprint *im);

/* As bytes at the beginning of an entry's content, and back; `*rest` is what follows. False: the
 * content does not begin with an imprint, it is older. */
void imprint_put(struct buf *b, const struct imprint *im);
bool imprint_read(str content, struct imprint *im, str *rest);

/* The tables in which they differ, "evaluation, timeline"; empty: in none. */
str imprint_difference(struct arena *a, const struct imprint *one, const struct imprint *other);

/* ---- all of them, for verifying ---- */

struct imprint_matter {
    int64_t id;
    str receipt, serial;
};

/* The matters after an id, in order; at most `limit`. */
enum err imprint_matters(struct ctx *c, int64_t after, int64_t limit, struct imprint_matter **rows,
                         size_t *count) MUST_USE;
