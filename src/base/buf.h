/*
 * buf -- text that grows in an arena.
 *
 *     struct buf b = {.arena = a};
 *     buf_put(&b, S("tag:"));
 *     buf_fmt(&b, "%d", 4);
 *     str s = buf_str(&b);        lives as long as the arena
 *
 * Always NUL-terminated once something was put. `max` (0: the arena's limit alone) makes the buffer
 * stop taking text; buf_full then says so.
 */
#pragma once
#include "base/str.h"

#include <stdarg.h>

struct buf {
    struct arena *arena;
    char *at;
    size_t len, cap, max;
    bool is_full;
};

void buf_put(struct buf *b, str s);
void buf_byte(struct buf *b, char c);
void buf_i64(struct buf *b, int64_t number);
void buf_char(struct buf *b, uint32_t code_point);
void buf_fmt(struct buf *b, const char *fmt, ...) PRINTF(2, 3);
void buf_vfmt(struct buf *b, const char *fmt, va_list args) PRINTF(2, 0);

/* Room for `n` more bytes; whoever writes there adds to `len` himself. */
char *buf_reserve(struct buf *b, size_t n);

/* What was put so far; stays valid until the next put. */
str buf_str(struct buf *b);

/* JSON string with its quotes, escaped also for use inside HTML. */
void buf_json(struct buf *b, str s);
