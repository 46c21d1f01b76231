/*
 * str -- a borrowed slice of UTF-8 text.
 *
 * A str never owns its bytes and is passed by value. `len == 0` is empty; `at` is never tested for
 * NULL. Strings made by these functions also end in a NUL, so they can be handed to C libraries.
 * Text is checked once, where it enters (http/request.c, import, the command line); inside the
 * program every str that holds text is valid UTF-8 without control characters other than
 * tab and newline.
 */
#pragma once
#include "base/arena.h"
#include "base/attr.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct {
    const char *at;
    size_t len;
} str;

#define S(literal) ((str){"" literal, sizeof(literal) - 1})

/* For the "%.*s" of printf. */
#define STR_ARG(s) (int)(s).len, (s).at

/* What is wrong with a text from outside. */
enum text_fault { TEXT_OK, TEXT_NOT_UTF8, TEXT_HAS_NUL, TEXT_HAS_CONTROL };

/* The slice over a C string; NULL gives the empty slice. */
str str_of(const char *z);
str str_slice(str s, size_t from, size_t to);
bool str_eq(str a, str b);
bool str_eq_ci(str a, str b); /* ASCII letters without case */
int str_cmp(str a, str b);
bool str_starts(str s, str prefix);
bool str_ends(str s, str suffix);

/* Where `part` begins in `s`, or SIZE_MAX. */
size_t str_find(str s, str part);

/* Without white space at both ends; the ideographic space counts as white space. */
str str_trim(str s);

/* What stands before the first `sep`, which is taken off `*rest` together with it. Without a `sep`
 * the whole rest, leaving it empty. */
str str_cut(str *rest, char sep);

/* Number of characters (code points), not bytes. */
size_t str_chars(str s);

/* The first `chars` characters, never half of one. */
str str_head(str s, size_t chars);

/* Decode the character at `*at` (a byte index inside s) and step over it. Bad bytes give U+FFFD. */
uint32_t str_next(str s, size_t *at);

/* The whole of `s` as a decimal number, also negative. False if it is not one or does not fit. */
bool str_to_i64(str s, int64_t *number);

/* Copies, NUL-terminated, as long-lived as the arena. */
str str_copy(struct arena *a, str s);
str str_join(struct arena *a, str left, str right);
str str_fmt(struct arena *a, const char *fmt, ...) PRINTF(2, 3);
str str_lower(struct arena *a, str s); /* ASCII letters only */
const char *str_z(struct arena *a, str s);

/* What a text from outside has wrong; CR LF and lone CR count as newline. */
enum text_fault text_check(str s);

/* A copy with CR LF as LF and, where text_check complains, U+FFFD: for showing what was typed. */
str text_clean(struct arena *a, str s);

/* Full-width letters, digits and signs (U+FF01 to U+FF5E, U+3000) as ASCII: what a Chinese input
 * method makes of a number that is typed. */
str text_narrow(struct arena *a, str s);
