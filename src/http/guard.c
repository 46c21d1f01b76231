#include "http/guard.h"

#include <assert.h>
#include <string.h>

struct guard guard_start(str head, const char *target_end, str version)
{
    struct guard g = {.head = head, .is_http_1_1 = str_eq(version, S("HTTP/1.1"))};

    if (head.len == 0)
        return g;
    /* One space between target and version: more bytes are a NUL and what came after it. */
    g.is_torn = version.at != target_end + 1;
    g.next = version.at + version.len;
    return g;
}

/* One line end, CR LF or LF, lies between the end of a part and the next one. */
static bool is_after_line_end(const char *end, const char *next)
{
    return next - end == 1 || next - end == 2;
}

static bool is_digits(str s)
{
    for (size_t i = 0; i < s.len; i++) {
        if (s.at[i] < '0' || s.at[i] > '9')
            return false;
    }
    return s.len > 0 && s.len <= 18;
}

/* "Content-Length " with a space is another header to one reader and the same to the next. */
static bool is_token(str name)
{
    for (size_t i = 0; i < name.len; i++) {
        unsigned char c = (unsigned char)name.at[i];
        if (c <= 0x20 || c >= 0x7F || strchr("\"(),/:;<=>?@[\\]{}", c) != NULL)
            return false;
    }
    return name.len > 0;
}

void guard_header(struct guard *g, str name, str value)
{
    g->headers++;
    if (!is_token(name))
        g->is_torn = true;
    if (value.len > GUARD_VALUE_MAX)
        g->is_oversize = true;
    if (g->head.len > 0) {
        /* A name elsewhere than in the head was put together from a folded line. */
        if (name.at < g->head.at || name.at >= g->head.at + g->head.len ||
            !is_after_line_end(g->next, name.at))
            g->is_torn = true;
        g->next = value.at == NULL ? name.at + name.len + 1 : value.at + value.len;
    }
    assert(value.len == 0 || value.at != NULL);
    for (size_t i = 0; i < value.len; i++) {
        unsigned char c = (unsigned char)value.at[i];
        if ((c < 0x20 && c != '\t') || c == 0x7F)
            g->is_torn = true;
    }
    if (str_eq_ci(name, S("Host"))) {
        g->hosts++;
    } else if (str_eq_ci(name, S("Content-Length"))) {
        g->lengths++;
        if (!is_digits(str_trim(value)))
            g->is_length_bad = true;
    } else if (str_eq_ci(name, S("Transfer-Encoding"))) {
        g->codings++;
        if (!str_eq_ci(str_trim(value), S("chunked")))
            g->is_coding_bad = true;
    }
}

int guard_end(struct guard *g)
{
    if (g->is_oversize || g->headers > GUARD_HEADERS_MAX)
        return 431;
    if (g->head.len > 0) {
        const char *end = g->head.at + g->head.len;
        /* The last header's line end and the empty line. */
        if (end - g->next < 2 || end - g->next > 4)
            g->is_torn = true;
    }
    if (g->is_torn || g->is_length_bad || g->is_coding_bad)
        return 400;
    if (g->lengths > 1 || g->codings > 1 || (g->lengths > 0 && g->codings > 0))
        return 400;
    if (g->hosts > 1 || (g->is_http_1_1 && g->hosts != 1))
        return 400;
    if (!g->is_http_1_1 && g->codings > 0)
        return 400; /* HTTP/1.0 knows no transfer codings */
    return 0;
}
