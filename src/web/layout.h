/*
 * layout -- what goes around every page: head, masthead, footer; the page of an error; the headers.
 */
#pragma once
#include "web/web.h"

/* One entry of the navigation. */
struct layout_link {
    str url;
    int msg;
    bool is_current, is_extra;
};

struct layout_page {
    str title, site, owner;
    str lang_tag; /* zh-CN, en */
    str here_zh, here_en, here_large,
        here_small; /* this page in the other language, in large type, as usual */
    str feed;
    str style_url, script_url, logo_url, icon_url;
    bool is_en, is_large, is_demo, is_desk, is_narrow;
    bool is_home;
    bool is_signed_in, has_desk, has_inbox;
    str who_name;
    bool is_behalf;
    str clerk_name;
    int notice; /* message shown once */
    struct html body;
    struct layout_link *links;
    size_t link_count;
    str icp, police_number, site_code;
};

struct error_page {
    int64_t status;
    int title_msg;
    str sentence;
    bool can_sign_in;
    str next;
};

/* The language asked for: ?lang=, cookie, Accept-Language; Chinese otherwise. */
enum lang layout_lang(const struct req *q);

/* Put head, masthead and footer around what p->out holds. */
void layout_wrap(struct ctx *c, const struct req *q, struct page *p);

/* The sentence shown once that the last act left: for pages with a frame of their own. */
int layout_notice(const struct req *q);

/* Fill the page with the sentence of an error. */
void layout_error(struct ctx *c, const struct req *q, struct page *p, int status);

/* Security, caching, the cookies that keep language and type size. */
void layout_headers(struct ctx *c, const struct req *q, struct page *p);

/* May this page be used before a password that must be changed was changed? */
bool layout_is_free(const char *pattern);

/* The address of an asset, with its digest, so that it can be kept for ever. */
str asset_url(struct arena *a, const char *name);

/* GET /assets/:name */
enum err asset_web_show(struct ctx *c, const struct req *q, struct page *p);
