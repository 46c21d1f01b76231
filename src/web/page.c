/* The small helpers of web.h: redirects, cookies, typed form fields. */
#include "web/web.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>

enum err page_redirect(struct page *p, const char *fmt, ...)
{
    struct buf to = {.arena = p->res->body.arena};
    va_list args;

    va_start(args, fmt);
    buf_vfmt(&to, fmt, args);
    va_end(args);
    p->res->status = 303;
    res_header(p->res, S("Location"), buf_str(&to));
    p->is_bare = true;
    return OK;
}

enum err page_again(struct page *p)
{
    p->is_again = true;
    return OK;
}

void page_type(struct page *p, str type, str file_name)
{
    p->is_bare = true;
    p->res->type = type;
    if (file_name.len > 0)
        res_header(
            p->res, S("Content-Disposition"),
            str_fmt(p->res->body.arena, "attachment; filename=\"%.*s\"", STR_ARG(file_name)));
}

enum err req_id(struct ctx *c, const struct req *q, str param, int64_t *id)
{
    str typed = req_param(q, param);

    /* A matter has one address, which never begins with 0. */
    if (str_to_i64(typed, id) && *id > 0 && typed.at[0] != '0')
        return OK;
    return fail(c, NOT_FOUND, MSG_ERROR_NO_SUCH_PAGE);
}

enum err req_form_id(struct ctx *c, const struct req *q, str name, int64_t *id)
{
    if (str_to_i64(req_form(q, name), id) && *id > 0)
        return OK;
    return fail_on(c, NOT_FOUND, name, MSG_ERROR_NO_SUCH_PAGE);
}

enum err req_i64(struct ctx *c, const struct req *q, str name, int64_t min, int64_t max,
                 int64_t otherwise, int64_t *number)
{
    str typed = str_trim(req_form(q, name));

    if (typed.len == 0) {
        *number = otherwise;
        return OK;
    }
    if (!str_to_i64(typed, number) || *number < min || *number > max)
        return fail_on(c, INVALID, name, MSG_ERROR_NUMBER, I(min), I(max));
    return OK;
}

enum err req_text(struct ctx *c, const struct req *q, str name, size_t max, str *text)
{
    *text = str_trim(req_form(q, name));
    if (text->len == 0)
        return fail_on(c, INVALID, name, MSG_ERROR_FIELD_EMPTY);
    size_t chars = str_chars(*text);
    if (chars > max)
        return fail_on(c, INVALID, name, MSG_ERROR_FIELD_LONG, I((int64_t)max), I((int64_t)chars));
    return OK;
}

str failure_text(struct ctx *c)
{
    if (c->failure.msg == MSG_NONE)
        return S("");
    return msg_str(c->arena, c->lang, c->failure.msg, c->failure.args, c->failure.arg_count);
}

void page_cookie(struct page *p, const struct req *q, str name, str value, int64_t max_age_s)
{
    struct arena *a = p->res->body.arena;
    str age = S("");

    if (max_age_s != 0)
        age = str_fmt(a, "; Max-Age=%lld", (long long)(max_age_s < 0 ? 0 : max_age_s));
    res_header(p->res, S("Set-Cookie"),
               str_fmt(a, "%.*s=%.*s; Path=/; HttpOnly; SameSite=Lax%.*s%s", STR_ARG(name),
                       STR_ARG(value), STR_ARG(age), q->is_tls ? "; Secure" : ""));
}

void page_notice(struct page *p, int msg)
{
    struct arena *a = p->res->body.arena;

    assert(msg > MSG_NONE && msg < MSG_COUNT);
    res_header(p->res, S("Set-Cookie"),
               str_fmt(a, "n=%d; Path=/; HttpOnly; SameSite=Lax; Max-Age=60", msg));
}

str web_random(struct arena *a, size_t bytes)
{
    char raw[64];

    assert(bytes <= sizeof raw);
    crypto_random(raw, bytes);
    return crypto_hex(a, (str){raw, bytes});
}

str web_base_url(struct ctx *c, const struct req *q)
{
    if (c->config->base_url.len > 0 || q == NULL)
        return c->config->base_url;
    return str_fmt(c->arena, "%s://%.*s", q->is_tls ? "https" : "http", STR_ARG(q->host));
}
