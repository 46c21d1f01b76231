/*
 * remember -- numbers that cost much to count, are shown to everybody, and may be seconds old.
 *
 *     if (!remembered(r, c->now, n, COUNT)) {
 *         count them anew into n;
 *         remember(r, c->now, n, COUNT);
 *     }
 *
 * One caller counts anew; the others are given the old numbers meanwhile. Safe from any thread.
 */
#pragma once
#include "base/attr.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { REMEMBER_MAX = 16, REMEMBER_MS = 10 * 1000 };

struct remember;

/* NULL when memory is short; and NULL may be given below: then nothing is remembered. */
struct remember *remember_new(void) MUST_USE;
void remember_free(struct remember *r);

/* Fill n with what was remembered less than REMEMBER_MS before `now` (milliseconds UTC). False: the
 * caller counts. */
bool remembered(struct remember *r, int64_t now, int64_t *n, size_t count) MUST_USE;

void remember(struct remember *r, int64_t now, const int64_t *n, size_t count);
