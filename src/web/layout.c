#include "web/layout.h"

#include "assets.h"
#include "view_error.h"
#include "view_layout.h"

#include <string.h>

/* ---- language and type size ---- */

enum lang layout_lang(const struct req *q)
{
    str asked = req_query(q, S("lang"));

    if (asked.len == 0)
        asked = req_cookie(q, S("lang"));
    if (str_eq(asked, S("en")))
        return LANG_EN;
    if (str_starts(asked, S("zh")))
        return LANG_ZH;
    str first = str_slice(q->accept_language, 0, q->accept_language.len < 2 ? 0 : 2);
    return str_eq_ci(first, S("en")) ? LANG_EN : LANG_ZH;
}

static bool is_large(const struct req *q)
{
    str asked = req_query(q, S("large"));

    if (asked.len == 0)
        asked = req_cookie(q, S("large"));
    return str_eq(asked, S("1"));
}

/* A path with its segments encoded again. */
static void put_path(struct buf *b, str path)
{
    str rest = str_slice(path, 1, path.len);

    do {
        buf_byte(b, '/');
        http_encode(b, str_cut(&rest, '/'));
    } while (rest.len > 0);
}

/* This page's address with one query value set: /matters?state=closed&lang=en. */
static str here_with(struct ctx *c, const struct req *q, str name, str value)
{
    struct buf b = {.arena = c->arena};
    char sep = '?';

    if (q->method == METHOD_POST) { /* an address that only takes forms cannot be opened */
        buf_fmt(&b, "/?%.*s=%.*s", STR_ARG(name), STR_ARG(value));
        return buf_str(&b);
    }
    put_path(&b, q->path);
    for (size_t i = 0; i < q->query_count; i++) {
        const struct http_field *f = &q->query_fields[i];
        if (str_eq(f->name, name) || f->is_bad)
            continue;
        buf_byte(&b, sep);
        http_encode(&b, f->name);
        buf_byte(&b, '=');
        http_encode(&b, f->value);
        sep = '&';
    }
    buf_fmt(&b, "%c%.*s=%.*s", sep, STR_ARG(name), STR_ARG(value));
    return buf_str(&b);
}

/* ---- assets ---- */

str asset_url(struct arena *a, const char *name)
{
    const struct embedded *e = assets_find(name);

    return e == NULL ? S("/") : str_fmt(a, "/assets/%s?v=%s", name, e->digest);
}

static str asset_type(str name)
{
    if (str_ends(name, S(".css")))
        return S("text/css; charset=utf-8");
    if (str_ends(name, S(".js")))
        return S("text/javascript; charset=utf-8");
    return S("image/svg+xml");
}

enum err asset_web_show(struct ctx *c, const struct req *q, struct page *p)
{
    str name = req_param(q, S("name"));
    const struct embedded *e = assets_find(str_z(c->arena, name));

    if (e == NULL)
        return fail(c, NOT_FOUND, MSG_ERROR_NO_SUCH_PAGE);
    page_type(p, asset_type(name), S(""));
    res_header(p->res, S("Cache-Control"), S("public, max-age=31536000, immutable"));
    buf_put(p->out.buf, (str){(const char *)e->bytes, e->len});
    return OK;
}

/* ---- the page around the page ---- */

static const struct {
    enum nav nav;
    const char *url;
    int msg;
    bool is_extra;
} nav_links[] = {
    /* clang-format off */
    {NAV_HOME,       "/",           MSG_NAV_HOME,       false},
    {NAV_MATTERS,    "/matters",    MSG_NAV_MATTERS,    false},
    {NAV_PLAN,       "/plan",       MSG_NAV_PLAN,       true},
    {NAV_FIGURES,    "/figures",    MSG_NAV_FIGURES,    true},
    {NAV_MECHANISMS, "/mechanisms", MSG_NAV_MECHANISMS, true},
    {NAV_SEARCH,     "/search",     MSG_NAV_SEARCH,     false},
    /* clang-format on */
};

enum { NAV_LINKS = sizeof nav_links / sizeof *nav_links };

int layout_notice(const struct req *q)
{
    int64_t msg;

    if (!str_to_i64(req_cookie(q, S("n")), &msg) || msg <= MSG_NONE || msg >= MSG_COUNT)
        return MSG_NONE;
    return (int)msg;
}

void layout_wrap(struct ctx *c, const struct req *q, struct page *p)
{
    const struct config *g = c->config;
    bool en = c->lang == LANG_EN;
    struct layout_page l = {
        .title = p->title,
        .site = en ? g->site_en : g->site_zh,
        .owner = en ? g->owner_en : g->owner_zh,
        .lang_tag = en ? S("en") : S("zh-CN"),
        .here_zh = here_with(c, q, S("lang"), S("zh")),
        .here_en = here_with(c, q, S("lang"), S("en")),
        .here_large = here_with(c, q, S("large"), S("1")),
        .here_small = here_with(c, q, S("large"), S("0")),
        .feed = p->feed,
        .style_url = asset_url(c->arena, "style.css"),
        .script_url = asset_url(c->arena, "app.js"),
        .logo_url = asset_url(c->arena, "logo.svg"),
        .icon_url = asset_url(c->arena, "favicon.svg"),
        .is_en = en,
        .is_large = is_large(q),
        .is_demo = g->is_demo,
        .is_desk = str_eq(p->layout_class, S("desk")),
        .is_narrow = str_eq(p->layout_class, S("narrow")),
        .is_home = p->nav == NAV_HOME,
        .is_signed_in = c->who != NULL,
        .has_desk = who_has(c->who, ROLES_DESK),
        .has_inbox = who_has(c->who, ROLE_HANDLER),
        .who_name = c->who == NULL ? S("") : c->who->name,
        .is_behalf = c->who != NULL && c->who->clerk != 0,
        .clerk_name = c->who == NULL ? S("") : c->who->clerk_name,
        .notice = layout_notice(q),
        .body = {buf_str(p->out.buf)},
        .icp = g->icp,
        .police_number = g->police_number,
        .site_code = g->site_code,
    };

    l.links = NEW_ARRAY(c->arena, NAV_LINKS, struct layout_link);
    l.link_count = NAV_LINKS;
    for (int i = 0; i < NAV_LINKS; i++)
        l.links[i] = (struct layout_link){str_of(nav_links[i].url), nav_links[i].msg,
                                          nav_links[i].nav == p->nav, nav_links[i].is_extra};

    struct buf whole = {.arena = c->arena};
    struct out o = p->out;
    o.buf = &whole;
    view_layout(&o, &l);
    *p->out.buf = whole;
    if (l.notice != MSG_NONE)
        page_cookie(p, q, S("n"), S(""), -1);
}

static int title_of(int status)
{
    switch (status) {
    case 403:
        return MSG_ERROR_TITLE_403;
    case 404:
        return MSG_ERROR_TITLE_404;
    case 405:
        return MSG_ERROR_TITLE_405;
    case 409:
        return MSG_ERROR_TITLE_409;
    case 413:
        return MSG_ERROR_TITLE_413;
    case 503:
        return MSG_ERROR_TITLE_503;
    case 507:
        return MSG_ERROR_TITLE_507;
    default:
        return status >= 500 ? MSG_ERROR_TITLE_500 : MSG_ERROR_TITLE_422;
    }
}

void layout_error(struct ctx *c, const struct req *q, struct page *p, int status)
{
    struct error_page e = {
        .status = status,
        .title_msg = title_of(status),
        .sentence = failure_text(c),
        .can_sign_in = status == 403 && c->who == NULL,
        .next = q->method == METHOD_POST ? S("/") : q->path,
    };

    p->title = msg_text(c->lang, e.title_msg);
    p->layout_class = S("");
    p->nav = NAV_NONE;
    view_error(&p->out, &e);
    if (status == 503 || status == 507)
        res_header(p->res, S("Retry-After"), S("5"));
}

bool layout_is_free(const char *pattern)
{
    return strcmp(pattern, "/me/password") == 0 || strcmp(pattern, "/sign-out") == 0 ||
           strcmp(pattern, "/assets/:name") == 0;
}

static bool has_header(const struct res *s, str name)
{
    for (size_t i = 0; i < s->header_count; i++) {
        if (str_eq_ci(s->headers[i].name, name))
            return true;
    }
    return false;
}

void layout_headers(struct ctx *c, const struct req *q, struct page *p)
{
    static const int64_t year_s = 365 * 24 * 3600;
    struct res *s = p->res;

    res_header(
        s, S("Content-Security-Policy"),
        S("default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; "
          "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"));
    res_header(s, S("X-Content-Type-Options"), S("nosniff"));
    res_header(s, S("Referrer-Policy"), S("same-origin"));
    res_header(s, S("Cross-Origin-Opener-Policy"), S("same-origin"));
    if (q->is_tls)
        res_header(s, S("Strict-Transport-Security"), S("max-age=31536000"));
    if (!has_header(s, S("Cache-Control")))
        res_header(s, S("Cache-Control"), c->who != NULL ? S("no-store") : S("no-cache"));
    if (s->type.len == 0)
        s->type = S("text/html; charset=utf-8");

    if (req_query(q, S("lang")).len > 0)
        page_cookie(p, q, S("lang"), c->lang == LANG_EN ? S("en") : S("zh"), year_s);
    if (req_query(q, S("large")).len > 0)
        page_cookie(p, q, S("large"), is_large(q) ? S("1") : S("0"), year_s);
}
