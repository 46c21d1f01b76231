#include "base/str.h"

#include "base/buf.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

str str_of(const char *z)
{
    return z == NULL ? S("") : (str){z, strlen(z)};
}

str str_slice(str s, size_t from, size_t to)
{
    assert(from <= to && to <= s.len);
    if (s.len == 0)
        return s; /* `at` may be NULL, to which nothing can be added */
    return (str){s.at + from, to - from};
}

bool str_eq(str a, str b)
{
    return a.len == b.len && (a.len == 0 || memcmp(a.at, b.at, a.len) == 0);
}

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

bool str_eq_ci(str a, str b)
{
    if (a.len != b.len)
        return false;
    for (size_t i = 0; i < a.len; i++) {
        if (lower(a.at[i]) != lower(b.at[i]))
            return false;
    }
    return true;
}

int str_cmp(str a, str b)
{
    size_t n = a.len < b.len ? a.len : b.len;
    int order = n == 0 ? 0 : memcmp(a.at, b.at, n);

    if (order != 0)
        return order;
    return (a.len > b.len) - (a.len < b.len);
}

bool str_starts(str s, str prefix)
{
    return s.len >= prefix.len && str_eq(str_slice(s, 0, prefix.len), prefix);
}

bool str_ends(str s, str suffix)
{
    return s.len >= suffix.len && str_eq(str_slice(s, s.len - suffix.len, s.len), suffix);
}

size_t str_find(str s, str part)
{
    if (part.len == 0)
        return 0;
    for (size_t i = 0; i + part.len <= s.len; i++) {
        const char *hit = memchr(s.at + i, part.at[0], s.len - part.len - i + 1);
        if (hit == NULL)
            return SIZE_MAX;
        i = (size_t)(hit - s.at);
        if (memcmp(hit, part.at, part.len) == 0)
            return i;
    }
    return SIZE_MAX;
}

/* Bytes of white space at the start of s: ASCII, or U+3000, or U+FEFF. */
static size_t space_at_start(str s)
{
    if (s.len == 0)
        return 0;
    if (memchr(" \t\r\n", s.at[0], 4) != NULL)
        return 1;
    return str_starts(s, S("\xE3\x80\x80")) || str_starts(s, S("\xEF\xBB\xBF")) ? 3 : 0;
}

static size_t space_at_end(str s)
{
    if (s.len == 0)
        return 0;
    if (memchr(" \t\r\n", s.at[s.len - 1], 4) != NULL)
        return 1;
    return str_ends(s, S("\xE3\x80\x80")) ? 3 : 0;
}

str str_trim(str s)
{
    size_t n;

    while ((n = space_at_start(s)) > 0)
        s = str_slice(s, n, s.len);
    while ((n = space_at_end(s)) > 0)
        s = str_slice(s, 0, s.len - n);
    return s;
}

str str_cut(str *rest, char sep)
{
    const char *hit = rest->len == 0 ? NULL : memchr(rest->at, sep, rest->len);
    str part = *rest;

    if (hit == NULL) {
        *rest = S("");
        return part;
    }
    part.len = (size_t)(hit - part.at);
    *rest = (str){hit + 1, rest->len - part.len - 1};
    return part;
}

uint32_t str_next(str s, size_t *at)
{
    const unsigned char *p = (const unsigned char *)s.at + *at;
    size_t left = s.len - *at, need;
    uint32_t c, least;

    assert(left > 0);
    if (p[0] < 0x80) {
        *at += 1;
        return p[0];
    }
    if ((p[0] & 0xE0) == 0xC0) {
        need = 2, c = p[0] & 0x1F, least = 0x80;
    } else if ((p[0] & 0xF0) == 0xE0) {
        need = 3, c = p[0] & 0x0F, least = 0x800;
    } else if ((p[0] & 0xF8) == 0xF0) {
        need = 4, c = p[0] & 0x07, least = 0x10000;
    } else {
        *at += 1;
        return 0xFFFD;
    }
    for (size_t i = 1; i < need; i++) {
        if (i >= left || (p[i] & 0xC0) != 0x80) {
            *at += 1;
            return 0xFFFD;
        }
        c = c << 6 | (p[i] & 0x3F);
    }
    if (c < least || c > 0x10FFFF || (c >= 0xD800 && c <= 0xDFFF)) {
        *at += 1;
        return 0xFFFD;
    }
    *at += need;
    return c;
}

size_t str_chars(str s)
{
    size_t n = 0;

    for (size_t i = 0; i < s.len; i++)
        n += ((unsigned char)s.at[i] & 0xC0) != 0x80;
    return n;
}

str str_head(str s, size_t chars)
{
    size_t at = 0;

    while (at < s.len && chars-- > 0)
        str_next(s, &at);
    return str_slice(s, 0, at);
}

bool str_to_i64(str s, int64_t *number)
{
    bool minus = s.len > 0 && s.at[0] == '-';
    int64_t n = 0;

    if (s.len == (minus ? 1u : 0u) || s.len > 20)
        return false;
    for (size_t i = minus; i < s.len; i++) {
        if (s.at[i] < '0' || s.at[i] > '9')
            return false;
        int digit = s.at[i] - '0';
        if (__builtin_mul_overflow(n, 10, &n) || __builtin_sub_overflow(n, digit, &n))
            return false; /* built up as a negative number, so that the lowest one fits */
    }
    if (!minus && n == INT64_MIN)
        return false;
    *number = minus ? n : -n;
    return true;
}

str str_copy(struct arena *a, str s)
{
    char *copy = arena_alloc(a, s.len + 1);

    if (s.len > 0)
        memcpy(copy, s.at, s.len);
    return (str){copy, s.len};
}

const char *str_z(struct arena *a, str s)
{
    return str_copy(a, s).at;
}

str str_join(struct arena *a, str left, str right)
{
    char *both = arena_alloc(a, left.len + right.len + 1);

    if (left.len > 0)
        memcpy(both, left.at, left.len);
    if (right.len > 0)
        memcpy(both + left.len, right.at, right.len);
    return (str){both, left.len + right.len};
}

str str_fmt(struct arena *a, const char *fmt, ...)
{
    struct buf b = {.arena = a};
    va_list args;

    va_start(args, fmt);
    buf_vfmt(&b, fmt, args);
    va_end(args);
    return buf_str(&b);
}

str str_lower(struct arena *a, str s)
{
    char *copy = arena_alloc(a, s.len + 1);

    for (size_t i = 0; i < s.len; i++)
        copy[i] = lower(s.at[i]);
    return (str){copy, s.len};
}

/* Faults of one character: newlines and tabs are text, other controls are not. The bidirectional
 * overrides are refused too: they make a name or a title read as something else. */
static bool is_control(uint32_t c)
{
    if (c < 0x20)
        return c != '\n' && c != '\t' && c != '\r';
    return (c >= 0x7F && c < 0xA0) || (c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069);
}

/* U+FFFD may also have been typed as such: then it is three bytes long. */
static bool is_bad_bytes(str s, size_t before, size_t after, uint32_t c)
{
    return c == 0xFFFD && !(after - before == 3 && (unsigned char)s.at[before] == 0xEF);
}

enum text_fault text_check(str s)
{
    size_t at = 0;

    while (at < s.len) {
        size_t before = at;
        uint32_t c = str_next(s, &at);
        if (is_bad_bytes(s, before, at, c))
            return TEXT_NOT_UTF8;
        if (c == 0)
            return TEXT_HAS_NUL;
        if (is_control(c))
            return TEXT_HAS_CONTROL;
    }
    return TEXT_OK;
}

str text_clean(struct arena *a, str s)
{
    struct buf b = {.arena = a};
    size_t at = 0;

    while (at < s.len) {
        size_t before = at;
        uint32_t c = str_next(s, &at);
        if (c == '\r') {
            if (at >= s.len || s.at[at] != '\n')
                buf_put(&b, S("\n"));
        } else if (c == 0 || is_control(c) || is_bad_bytes(s, before, at, c)) {
            buf_put(&b, S("\xEF\xBF\xBD"));
        } else {
            buf_put(&b, str_slice(s, before, at));
        }
    }
    return buf_str(&b);
}

str text_narrow(struct arena *a, str s)
{
    struct buf b = {.arena = a};

    for (size_t at = 0; at < s.len;) {
        size_t before = at;
        uint32_t c = str_next(s, &at);
        if (c == 0x3000)
            buf_byte(&b, ' ');
        else if (c >= 0xFF01 && c <= 0xFF5E)
            buf_byte(&b, (char)(c - 0xFF01 + '!'));
        else
            buf_put(&b, str_slice(s, before, at));
    }
    return buf_str(&b);
}
