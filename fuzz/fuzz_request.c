/*
 * Whatever comes over the wire: target, form, cookies, ranges, multipart and the header guard. The
 * first byte chooses, so that one corpus serves all. Beside not crashing, what comes out must keep
 * the promises of http.h: valid text, limits, paths that begin with "/".
 */
#include "http/guard.h"
#include "http/multipart.h"
#include "http/request.h"

#include <assert.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void form(struct arena *a, str text)
{
    struct http_field *f;
    size_t n;
    enum err e = http_parse_form(a, text, &f, &n);

    assert(e == OK || e == INVALID);
    assert(n <= HTTP_FIELDS_MAX);
    for (size_t i = 0; i < n; i++) {
        assert(text_check(f[i].name) == TEXT_OK && text_check(f[i].value) == TEXT_OK);
        assert(f[i].value.len == 0 || memchr(f[i].value.at, '\r', f[i].value.len) == NULL);
    }
}

static void cookies(struct arena *a, str text)
{
    struct http_field *c;
    size_t n;

    http_parse_cookies(a, text, &c, &n);
    assert(n <= HTTP_COOKIES_MAX);
    for (size_t i = 0; i < n; i++)
        assert(c[i].name.len > 0 && text_check(c[i].value) == TEXT_OK);
}

static void target(struct arena *a, str text)
{
    str path, query;
    struct buf b = {.arena = a};

    enum err e = request_target(a, text, &path, &query);
    assert(e == OK || str_eq(path, S("/")));
    assert(str_starts(path, S("/")) && text_check(path) == TEXT_OK);
    assert(text_check(query) == TEXT_OK);
    http_encode(&b, text);
    assert(str_eq(http_decode(a, buf_str(&b), true), text));
}

static void headers(str text)
{
    int64_t from, len;

    (void)request_accepts_gzip(text);
    (void)request_last(text);
    if (request_range(text, 1000, &from, &len) == RANGE_PART)
        assert(from >= 0 && len > 0 && from + len <= 1000);
}

static void guard(str text)
{
    struct guard g = guard_start(S(""), NULL, S("HTTP/1.1"));

    while (text.len > 0) {
        str value = str_cut(&text, '\n');
        str name = str_cut(&value, ':');
        guard_header(&g, name, value);
    }
    int status = guard_end(&g);
    assert(status == 0 || status == 400 || status == 431);
    assert(status != 0 || g.hosts == 1);
}

/* The same bytes whole and in pieces give the same parts. */
static enum err begin(void *arg, const struct multipart_part *part)
{
    buf_put(arg, part->name);
    buf_put(arg, part->filename);
    buf_put(arg, part->type);
    buf_put(arg, S("|"));
    return OK;
}

static enum err data_in(void *arg, str bytes)
{
    buf_put(arg, bytes);
    return OK;
}

static enum err end(void *arg)
{
    buf_put(arg, S(";"));
    return OK;
}

static str parts(struct arena *a, str body, size_t step)
{
    static const struct multipart_calls calls = {begin, data_in, end};
    struct buf b = {.arena = a};
    struct multipart m;

    enum err e = multipart_start(&m, S("multipart/form-data; boundary=X"), &calls, &b);
    assert(e == OK);
    for (size_t i = 0; i < body.len; i += step) {
        if (multipart_feed(&m, str_slice(body, i, i + step < body.len ? i + step : body.len)) != OK)
            return S("!");
    }
    buf_put(&b, multipart_is_done(&m) ? S(".") : S("~"));
    return buf_str(&b);
}

static void multipart(struct arena *a, str text)
{
    static const struct multipart_calls calls = {begin, data_in, end};
    struct buf b = {.arena = a};
    struct multipart m;

    (void)!multipart_start(&m, text, &calls, &b);
    str whole = parts(a, text, text.len + 1), pieces = parts(a, text, 3);
    /* Of a part that is still coming in, different lengths may have been handed on. */
    assert(str_ends(whole, S("~")) || str_eq(whole, pieces));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct arena *a;
    str text = {(const char *)data + 1, size - 1};

    if (size == 0)
        return 0;
    if (a == NULL)
        a = arena_new("fuzz", (size_t)256 * 1024 * 1024);
    switch (data[0] % 6) {
    case 0:
        form(a, text);
        break;
    case 1:
        cookies(a, text);
        break;
    case 2:
        target(a, text);
        break;
    case 3:
        headers(text);
        break;
    case 4:
        guard(text);
        break;
    default:
        multipart(a, text);
        break;
    }
    arena_reset(a);
    return 0;
}
