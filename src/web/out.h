/*
 * out -- what a compiled template writes to: the text so far, the language, and the tokens of its
 * forms.
 *
 * The sinks escape by the place where a value stands; which of them is called is chosen by
 * tools/tmplc.c and by the type of the value. Only markdown and serve.c make a `struct html`, the
 * one type that goes out as it is, and only in the text of an element.
 */
#pragma once
#include "base/buf.h"
#include "base/ctx.h"

#include <string.h>

struct out {
    struct buf *buf;
    enum lang lang;
    int64_t now;
    str token; /* put into every form with method="post" as the hidden field "token" */
    str once;  /* and as "once": the form's own number, so that sending it twice has one effect */
    bool has_form; /* such a form was drawn */
};

/* Markup that is already safe. */
struct html {
    str markup;
};

void out_raw(struct out *o, str markup); /* only compiled templates call this, with literal text */
void out_text(struct out *o, str s);     /* & < > escaped */
void out_attr(struct out *o, str s);     /* and both quotes */

/* The beginning of a URL attribute: http://, https://, mailto:, tel:, or a local path, query or
 * fragment
 * ("/…" but not "//…", "?…", "#…"). Anything else becomes "#". Spaces, controls and backslashes are
 * percent-encoded. */
void out_url(struct out *o, str s);

/* One segment of a path or one value of a query, after some literal beginning: all but letters,
 * digits and "-._~" percent-encoded. */
void out_url_part(struct out *o, str s);

void out_i64(struct out *o, int64_t n);
void out_u64(struct out *o, uint64_t n);
void out_html(struct out *o, struct html h);
void out_date(struct out *o, int64_t ms); /* {{ date(x) }} */
void out_time(struct out *o, int64_t ms); /* {{ time(x) }}: day and minute */
void out_iso(struct out *o, int64_t ms);  /* {{ iso(x) }}: for datetime="", with China's offset */

/* {{_ key }} and {{ msg(x) }}: a sentence of the catalogue, escaped for text or for an attribute.
 */
void out_msg_text(struct out *o, int msg, const struct val *args, size_t arg_count);
void out_msg_attr(struct out *o, int msg, const struct val *args, size_t arg_count);

/* The hidden fields of a form with method="post"; the template compiler puts the call. */
void out_form_tokens(struct out *o);

/* ---- choices by type, for compiled templates ---- */

void out_text_z(struct out *o, const char *z);
void out_attr_z(struct out *o, const char *z);
void out_url_z(struct out *o, const char *z);
void out_url_part_z(struct out *o, const char *z);

/* clang-format off */
/* NOLINTBEGIN(bugprone-macro-parentheses): types and functions of a _Generic stand without parentheses */
#define OUT_STRINGS_(of_str, of_z) str: of_str, const char *: of_z, char *: of_z
#define OUT_NUMBERS_(of_i64, of_u64)                                                               \
    short: of_i64, unsigned short: of_u64, int: of_i64, unsigned: of_u64,                          \
    long: of_i64, unsigned long: of_u64, long long: of_i64, unsigned long long: of_u64

#define OUT_TEXT(o, x)                                                                             \
    _Generic((x), OUT_STRINGS_(out_text, out_text_z), OUT_NUMBERS_(out_i64, out_u64),              \
             struct html: out_html)((o), (x))
#define OUT_ATTR(o, x)                                                                             \
    _Generic((x), OUT_STRINGS_(out_attr, out_attr_z), OUT_NUMBERS_(out_i64, out_u64))((o), (x))
#define OUT_URL(o, x)                                                                              \
    _Generic((x), OUT_STRINGS_(out_url, out_url_z))((o), (x))
#define OUT_URL_PART(o, x)                                                                         \
    _Generic((x), OUT_STRINGS_(out_url_part, out_url_part_z),                                      \
             OUT_NUMBERS_(out_i64, out_u64))((o), (x))

/* {% if x %}: true, not zero, not empty, not NULL. */
#define OUT_IS(x)                                                                                  \
    _Generic((x), bool: out_is_bool, OUT_STRINGS_(out_is_str, out_is_z),                           \
             OUT_NUMBERS_(out_is_i64, out_is_u64), struct html: out_is_html,                       \
             default: out_is_pointer)(x)

/* An argument of a message. */
#define OUT_VAL(x)                                                                                 \
    _Generic((x), OUT_STRINGS_(out_val_str, out_val_z), OUT_NUMBERS_(out_val_i64, out_val_u64))(x)
/* NOLINTEND(bugprone-macro-parentheses) */
/* clang-format on */

static inline bool out_is_bool(bool x)
{
    return x;
}
static inline bool out_is_str(str x)
{
    return x.len > 0;
}
static inline bool out_is_z(const char *x)
{
    return x != NULL && x[0] != '\0';
}
static inline bool out_is_i64(int64_t x)
{
    return x != 0;
}
static inline bool out_is_u64(uint64_t x)
{
    return x != 0;
}
static inline bool out_is_html(struct html x)
{
    return x.markup.len > 0;
}
static inline bool out_is_pointer(const void *x)
{
    return x != NULL;
}
static inline struct val out_val_str(str x)
{
    return T(x);
}
static inline struct val out_val_z(const char *x)
{
    return T(str_of(x));
}
static inline struct val out_val_i64(int64_t x)
{
    return I(x);
}
static inline struct val out_val_u64(uint64_t x)
{
    return I((int64_t)x);
}

/* What the pointer at `at` points to: {% show view x %} takes a struct or a pointer to one. */
static inline const void *out_pointer_at(const void *at)
{
    const void *pointer;

    memcpy(&pointer, at, sizeof pointer);
    return pointer;
}
