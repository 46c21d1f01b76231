#include "http/multipart.h"

#include <string.h>

/* Space for the unescaped values of one header; they never get longer. */
struct text {
    char at[MULTIPART_HEADER_MAX];
    size_t len;
};

/* Browsers write a quote and a line end inside a name as %22, %0D and %0A, and nothing else in this
 * way. */
static size_t browser_escape(str s, char *c)
{
    if (str_starts(s, S("%22")))
        *c = '"';
    else if (str_starts(s, S("%0D")) || str_starts(s, S("%0d")))
        *c = '\r';
    else if (str_starts(s, S("%0A")) || str_starts(s, S("%0a")))
        *c = '\n';
    else
        return 0;
    return 3;
}

/* Other clients escape quotes with a backslash; one before anything else is part of a path. */
static bool quoted_take(str *rest, struct text *out)
{
    size_t i = 1;

    while (i < rest->len && rest->at[i] != '"') {
        char c = rest->at[i];
        size_t step = browser_escape(str_slice(*rest, i, rest->len), &c);
        if (step == 0 && c == '\\' && i + 1 < rest->len &&
            (rest->at[i + 1] == '"' || rest->at[i + 1] == '\\')) {
            c = rest->at[i + 1];
            step = 2;
        }
        out->at[out->len++] = c;
        i += step == 0 ? 1 : step;
    }
    if (i >= rest->len)
        return false;
    *rest = str_slice(*rest, i + 1, rest->len);
    return true;
}

/* Takes one `name=value` off a header's parameters; false at the end or where it is malformed. */
static bool param_take(str *rest, str *name, str *value, struct text *out)
{
    size_t from = out->len;

    while (rest->len > 0 && strchr("; \t", rest->at[0]) != NULL && rest->at[0] != '\0')
        *rest = str_slice(*rest, 1, rest->len);
    if (rest->len == 0 || memchr(rest->at, '=', rest->len) == NULL)
        return false;
    *name = str_trim(str_cut(rest, '='));
    if (rest->len > 0 && rest->at[0] == '"') {
        if (!quoted_take(rest, out))
            return false;
        *value = (str){out->at + from, out->len - from};
    } else {
        *value = str_trim(str_cut(rest, ';'));
    }
    return true;
}

enum err multipart_start(struct multipart *m, str content_type, const struct multipart_calls *calls,
                         void *arg)
{
    struct text text = {.len = 0};
    str rest = content_type, name, value;

    *m = (struct multipart){.calls = calls, .arg = arg};
    if (content_type.len > MULTIPART_HEADER_MAX ||
        !str_eq_ci(str_trim(str_cut(&rest, ';')), S("multipart/form-data")))
        return INVALID;
    while (param_take(&rest, &name, &value, &text)) {
        if (!str_eq_ci(name, S("boundary")))
            continue;
        if (value.len == 0 || value.len > MULTIPART_BOUNDARY_MAX ||
            memchr(value.at, '\r', value.len) != NULL || memchr(value.at, '\n', value.len) != NULL)
            return INVALID;
        memcpy(m->mark, "\r\n--", 4);
        memcpy(m->mark + 4, value.at, value.len);
        m->mark_len = value.len + 4;
        /* The first boundary may stand at the very start, without a line end before it. */
        m->matched = 2;
        return OK;
    }
    return INVALID;
}

static enum err part_begin(struct multipart *m)
{
    struct text text = {.len = 0};
    struct multipart_part part = {0};
    str rest = {m->header, m->header_len}, name, value;
    bool is_named = false;

    while (rest.len > 0) {
        str line = str_cut(&rest, '\n');
        str key = str_trim(str_cut(&line, ':'));
        if (str_eq_ci(key, S("Content-Type")))
            part.type = str_trim(line);
        if (!str_eq_ci(key, S("Content-Disposition")) || is_named)
            continue;
        line = str_trim(line);
        if (!str_eq_ci(str_trim(str_cut(&line, ';')), S("form-data")))
            return INVALID;
        while (param_take(&line, &name, &value, &text)) {
            if (str_eq_ci(name, S("name"))) {
                part.name = value;
                is_named = true;
            } else if (str_eq_ci(name, S("filename"))) {
                part.filename = value;
                part.is_file = true;
            }
        }
    }
    return is_named ? m->calls->begin(m->arg, &part) : INVALID;
}

/* What follows a boundary: two dashes end the body, a line end begins a part. Space between the two
 * is allowed. */
static enum err after_boundary(struct multipart *m, char c)
{
    if (m->header_len == 1 && m->header[0] == '-') {
        if (c != '-')
            return INVALID;
        m->state = MULTIPART_DONE;
    } else if (c == '-' && m->header_len == 0) {
        m->header[m->header_len++] = c;
    } else if (c == '\n') {
        m->header_len = 0;
        m->state = MULTIPART_HEADER;
    } else if (c != '\r' && c != ' ' && c != '\t') {
        return INVALID;
    }
    return OK;
}

static bool header_ends(const struct multipart *m)
{
    str h = {m->header, m->header_len};

    return str_ends(h, S("\r\n\r\n")) || str_ends(h, S("\n\n")) || str_eq(h, S("\r\n")) ||
           str_eq(h, S("\n"));
}

static enum err header_byte(struct multipart *m, char c)
{
    if (m->header_len == MULTIPART_HEADER_MAX || c == '\0')
        return INVALID;
    m->header[m->header_len++] = c;
    if (!header_ends(m))
        return OK;
    TRY(part_begin(m));
    m->state = MULTIPART_DATA;
    return OK;
}

static enum err data_out(struct multipart *m, str bytes)
{
    if (bytes.len == 0 || m->state == MULTIPART_PREAMBLE)
        return OK;
    return m->calls->data(m->arg, bytes);
}

/* Looks for the boundary in `*rest`. CR stands only at the start of the mark, so after a mismatch
 * the search begins anew with the byte at hand. Data goes out once per piece, not once per CR. */
static enum err data_take(struct multipart *m, str *rest)
{
    size_t i = 0, carried = m->matched; /* of the mark, in earlier pieces */

    while (i < rest->len) {
        if (m->matched == 0) {
            const char *hit = memchr(rest->at + i, '\r', rest->len - i);
            i = hit == NULL ? rest->len : (size_t)(hit - rest->at);
            if (hit == NULL)
                break;
        }
        if (rest->at[i] == m->mark[m->matched]) {
            i++;
            if (++m->matched == m->mark_len)
                break;
            continue;
        }
        /* What stood in earlier pieces looked like the mark and was data. */
        TRY(data_out(m, (str){m->mark, carried}));
        carried = 0;
        m->matched = 0;
    }
    str data = str_slice(*rest, 0, carried > 0 ? 0 : i - m->matched);
    *rest = str_slice(*rest, i, rest->len);
    TRY(data_out(m, data));
    if (m->matched < m->mark_len)
        return OK;
    bool is_part = m->state == MULTIPART_DATA;
    m->state = MULTIPART_AFTER_BOUNDARY;
    m->matched = 0;
    m->header_len = 0;
    return is_part ? m->calls->end(m->arg) : OK;
}

enum err multipart_feed(struct multipart *m, str bytes)
{
    while (bytes.len > 0) {
        switch (m->state) {
        case MULTIPART_PREAMBLE:
        case MULTIPART_DATA:
            TRY(data_take(m, &bytes));
            break;
        case MULTIPART_AFTER_BOUNDARY:
            TRY(after_boundary(m, bytes.at[0]));
            bytes = str_slice(bytes, 1, bytes.len);
            break;
        case MULTIPART_HEADER:
            TRY(header_byte(m, bytes.at[0]));
            bytes = str_slice(bytes, 1, bytes.len);
            break;
        case MULTIPART_DONE:
            return OK; /* the epilogue says nothing */
        }
    }
    return OK;
}

bool multipart_is_done(const struct multipart *m)
{
    return m->state == MULTIPART_DONE;
}
