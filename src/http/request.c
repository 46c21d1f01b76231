#include "http/request.h"

#include <assert.h>
#include <string.h>

static const struct http_field *find(const struct http_field *fields, size_t count, str name)
{
    for (size_t i = 0; i < count; i++) {
        if (str_eq(fields[i].name, name))
            return &fields[i];
    }
    return NULL;
}

static str value_of(const struct http_field *fields, size_t count, str name)
{
    const struct http_field *f = find(fields, count, name);

    return f == NULL ? S("") : f->value;
}

str req_query(const struct req *q, str name)
{
    return value_of(q->query_fields, q->query_count, name);
}

str req_form(const struct req *q, str name)
{
    return value_of(q->form_fields, q->form_count, name);
}

str req_param(const struct req *q, str name)
{
    return value_of(q->params, q->param_count, name);
}

str req_cookie(const struct req *q, str name)
{
    return value_of(q->cookies, q->cookie_count, name);
}

bool req_has(const struct req *q, str name)
{
    return find(q->form_fields, q->form_count, name) != NULL;
}

bool req_form_nth(const struct req *q, str name, size_t i, str *value)
{
    for (size_t k = 0; k < q->form_count; k++) {
        if (str_eq(q->form_fields[k].name, name) && i-- == 0) {
            *value = q->form_fields[k].value;
            return true;
        }
    }
    return false;
}

void res_header(struct res *s, str name, str value)
{
    assert(s->header_count < HTTP_HEADERS_MAX);
    s->headers[s->header_count++] = (struct http_header){name, value};
}

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return -1;
}

str http_decode(struct arena *a, str s, bool plus)
{
    char *out = arena_alloc(a, s.len + 1);
    size_t n = 0;

    for (size_t i = 0; i < s.len; i++) {
        int high = -1, low = -1;
        if (s.at[i] == '%' && i + 2 < s.len) {
            high = hex_digit(s.at[i + 1]);
            low = hex_digit(s.at[i + 2]);
        }
        if (high >= 0 && low >= 0) {
            out[n++] = (char)(high * 16 + low);
            i += 2;
        } else {
            out[n++] = plus && s.at[i] == '+' ? ' ' : s.at[i];
        }
    }
    return (str){out, n};
}

void http_encode(struct buf *b, str s)
{
    static const char hex[] = "0123456789ABCDEF";

    for (size_t i = 0; i < s.len; i++) {
        unsigned char c = (unsigned char)s.at[i];
        if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
            c == '-' || c == '.' || c == '_' || c == '~') {
            buf_byte(b, (char)c);
        } else {
            char code[3] = {'%', hex[c >> 4], hex[c & 15]};
            buf_put(b, (str){code, 3});
        }
    }
}

str request_text(struct arena *a, str raw)
{
    if (text_check(raw) == TEXT_OK && (raw.len == 0 || memchr(raw.at, '\r', raw.len) == NULL))
        return raw;
    return text_clean(a, raw);
}

struct http_field request_field(struct arena *a, str name, str value)
{
    return (struct http_field){
        .name = request_text(a, name),
        .value = request_text(a, value),
        .is_bad = text_check(name) != TEXT_OK || text_check(value) != TEXT_OK,
    };
}

enum err http_parse_form(struct arena *a, str text, struct http_field **fields, size_t *count)
{
    size_t room = 1;

    for (size_t i = 0; i < text.len && room < HTTP_FIELDS_MAX; i++)
        room += text.at[i] == '&';
    *fields = NEW_ARRAY(a, room, struct http_field);
    *count = 0;
    while (text.len > 0) {
        str value = str_cut(&text, '&');
        if (value.len == 0)
            continue;
        if (*count == HTTP_FIELDS_MAX)
            return INVALID;
        str name = str_cut(&value, '=');
        (*fields)[(*count)++] =
            request_field(a, http_decode(a, name, true), http_decode(a, value, true));
    }
    return OK;
}

static str unquoted(str s)
{
    if (s.len >= 2 && s.at[0] == '"' && s.at[s.len - 1] == '"')
        return str_slice(s, 1, s.len - 1);
    return s;
}

void http_parse_cookies(struct arena *a, str header, struct http_field **cookies, size_t *count)
{
    *cookies = NEW_ARRAY(a, HTTP_COOKIES_MAX, struct http_field);
    *count = 0;
    while (header.len > 0 && *count < HTTP_COOKIES_MAX) {
        str value = str_trim(str_cut(&header, ';'));
        if (value.len == 0 || memchr(value.at, '=', value.len) == NULL)
            continue;
        str name = str_trim(str_cut(&value, '='));
        value = unquoted(str_trim(value));
        if (name.len == 0 || text_check(name) != TEXT_OK || text_check(value) != TEXT_OK)
            continue;
        (*cookies)[(*count)++] =
            (struct http_field){.name = str_copy(a, name), .value = str_copy(a, value)};
    }
}

/* "http://host/a" is the form that proxies use; what counts here is the path. */
static str without_authority(str target)
{
    size_t skip = 0;

    if (target.len >= 7 && str_eq_ci(str_slice(target, 0, 7), S("http://")))
        skip = 7;
    else if (target.len >= 8 && str_eq_ci(str_slice(target, 0, 8), S("https://")))
        skip = 8;
    if (skip == 0)
        return target;
    for (size_t i = skip; i < target.len; i++) {
        if (target.at[i] == '/' || target.at[i] == '?')
            return str_slice(target, i, target.len);
    }
    return S("/");
}

enum err request_target(struct arena *a, str target, str *path, str *query)
{
    str rest = without_authority(target);
    str raw = str_cut(&rest, '?');
    str decoded = http_decode(a, raw, false);

    *query = request_text(a, rest);
    *path = S("/");
    if (raw.len == 0 && target.len > 0 && target.at[0] != '?')
        return OK; /* "http://host?a=b" */
    if (!str_starts(decoded, S("/")) || text_check(decoded) != TEXT_OK)
        return INVALID;
    for (size_t i = 0; i < decoded.len; i++) {
        if ((unsigned char)decoded.at[i] < 0x20)
            return INVALID;
    }
    *path = decoded;
    return OK;
}

enum method request_method(str name)
{
    if (str_eq(name, S("GET")))
        return METHOD_GET;
    if (str_eq(name, S("HEAD")))
        return METHOD_HEAD;
    return str_eq(name, S("POST")) ? METHOD_POST : METHOD_OTHER;
}

/* "q=0", "q=0.0", "q=0.000" */
static bool is_zero_weight(str param)
{
    str value = str_trim(param);

    if (!str_starts(value, S("q=0")))
        return false;
    for (size_t i = 3; i < value.len; i++) {
        if (value.at[i] != '0' && value.at[i] != '.')
            return false;
    }
    return true;
}

bool request_accepts_gzip(str accept_encoding)
{
    bool star = false;

    while (accept_encoding.len > 0) {
        str params = str_cut(&accept_encoding, ',');
        str coding = str_trim(str_cut(&params, ';'));
        bool is_wanted = !is_zero_weight(params);
        if (str_eq_ci(coding, S("gzip")) || str_eq_ci(coding, S("x-gzip")))
            return is_wanted;
        if (str_eq(coding, S("*")))
            star = is_wanted;
    }
    return star;
}

static bool digits(str s, int64_t *n)
{
    return s.len > 0 && s.at[0] != '-' && str_to_i64(s, n);
}

enum request_range request_range(str range, int64_t size, int64_t *from, int64_t *len)
{
    int64_t first, last;

    *from = 0;
    *len = size;
    if (!str_starts(range, S("bytes=")))
        return RANGE_WHOLE;
    str end = str_slice(range, 6, range.len);
    if (str_find(end, S("-")) == SIZE_MAX || str_find(end, S(",")) != SIZE_MAX)
        return RANGE_WHOLE;
    str begin = str_trim(str_cut(&end, '-'));
    end = str_trim(end);
    if (begin.len == 0) {
        if (!digits(end, &last))
            return RANGE_WHOLE;
        if (last == 0 || size == 0)
            return RANGE_BEYOND;
        *len = last < size ? last : size;
        *from = size - *len;
        return RANGE_PART;
    }
    if (!digits(begin, &first))
        return RANGE_WHOLE;
    last = size - 1;
    if (end.len > 0 && (!digits(end, &last) || last < first))
        return RANGE_WHOLE;
    if (first >= size)
        return RANGE_BEYOND;
    *from = first;
    *len = (last < size - 1 ? last : size - 1) - first + 1;
    return RANGE_PART;
}

str request_last(str list)
{
    size_t from = 0;

    if (list.len == 0)
        return S("");
    for (size_t i = 0; i < list.len; i++) {
        if (list.at[i] == ',')
            from = i + 1;
    }
    return str_trim(str_slice(list, from, list.len));
}
