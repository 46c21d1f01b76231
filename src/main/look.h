/*
 * look -- what `check`, `ledger verify`, `backup` and `restore` look at in an instance that was
 * opened to look. Nothing here writes.
 */
#pragma once
#include "ledger/ledger.h"
#include "main/app.h"

#include <stdio.h>

/* The database's own check of its pages. OK, INVALID with `*why`, or what reading it gave. */
enum err look_database(struct instance *in, struct arena *a, str *why) MUST_USE;

/* Does secret.key belong to this database: did it sign the last head, does it open what is sealed?
 * INVALID if not; OK also when nothing was signed or sealed yet. */
enum err look_key(struct instance *in, struct arena *a) MUST_USE;

/* Every file that the records name: there, of that size, and (if it `reads` them) with that
 * digest? */
struct look_files {
    int64_t looked_at, missing, changed;
    str first_bad; /* name of the first that is missing or changed; in `a` of look_files */
};
enum err look_files(struct instance *in, struct arena *a, bool reads,
                    struct look_files *found) MUST_USE;

/* Verify the ledger, and that every act in the timelines has its entry there. Each problem is
 * printed to `to` as one line that begins with `lead`. `key` NULL: whatever key the heads have. */
enum err look_ledger(struct instance *in, const unsigned char *key,
                     const struct ledger_head *outside, FILE *to, const char *lead,
                     struct ledger_verdict *verdict) MUST_USE;
