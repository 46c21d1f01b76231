#include "base/buf.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

char *buf_reserve(struct buf *b, size_t n)
{
    assert(b->arena != NULL);
    if (b->cap - b->len < n + 1 || b->at == NULL) {
        size_t cap = b->cap == 0 ? 256 : b->cap * 2;
        while (cap - b->len < n + 1)
            cap *= 2;
        b->at =
            b->at == NULL ? arena_alloc(b->arena, cap) : arena_grow(b->arena, b->at, b->cap, cap);
        b->cap = cap;
    }
    return b->at + b->len;
}

void buf_put(struct buf *b, str s)
{
    if (b->max > 0 && b->len + s.len > b->max) {
        b->is_full = true;
        return;
    }
    if (s.len == 0)
        return;
    memcpy(buf_reserve(b, s.len), s.at, s.len);
    b->len += s.len;
    b->at[b->len] = '\0';
}

void buf_byte(struct buf *b, char c)
{
    buf_put(b, (str){&c, 1});
}

void buf_i64(struct buf *b, int64_t number)
{
    char digits[24];
    int n = snprintf(digits, sizeof digits, "%" PRId64, number);

    buf_put(b, (str){digits, (size_t)n});
}

void buf_char(struct buf *b, uint32_t c)
{
    char out[4];
    size_t n = 0;

    if (c < 0x80) {
        out[n++] = (char)c;
    } else if (c < 0x800) {
        out[n++] = (char)(0xC0 | c >> 6);
        out[n++] = (char)(0x80 | (c & 0x3F));
    } else if (c < 0x10000) {
        out[n++] = (char)(0xE0 | c >> 12);
        out[n++] = (char)(0x80 | (c >> 6 & 0x3F));
        out[n++] = (char)(0x80 | (c & 0x3F));
    } else {
        out[n++] = (char)(0xF0 | c >> 18);
        out[n++] = (char)(0x80 | (c >> 12 & 0x3F));
        out[n++] = (char)(0x80 | (c >> 6 & 0x3F));
        out[n++] = (char)(0x80 | (c & 0x3F));
    }
    buf_put(b, (str){out, n});
}

void buf_vfmt(struct buf *b, const char *fmt, va_list args)
{
    va_list again;
    int n;

    va_copy(again, args);
    n = vsnprintf(NULL, 0, fmt, again);
    va_end(again);
    assert(n >= 0);
    if (b->max > 0 && b->len + (size_t)n > b->max) {
        b->is_full = true;
        return;
    }
    vsnprintf(buf_reserve(b, (size_t)n), (size_t)n + 1, fmt, args);
    b->len += (size_t)n;
}

void buf_fmt(struct buf *b, const char *fmt, ...)
{
    va_list args;

    va_start(args, fmt);
    buf_vfmt(b, fmt, args);
    va_end(args);
}

str buf_str(struct buf *b)
{
    if (b->at == NULL)
        return S("");
    return (str){b->at, b->len};
}

void buf_json(struct buf *b, str s)
{
    buf_byte(b, '"');
    for (size_t i = 0; i < s.len; i++) {
        unsigned char c = (unsigned char)s.at[i];
        if (c == '"' || c == '\\')
            buf_fmt(b, "\\%c", c);
        else if (c == '\n')
            buf_put(b, S("\\n"));
        else if (c == '\t')
            buf_put(b, S("\\t"));
        else if (c < 0x20 || c == 0x7F || c == '<' || c == '>' || c == '&')
            buf_fmt(b, "\\u%04x", c);
        else
            buf_byte(b, (char)c);
    }
    buf_byte(b, '"');
}
