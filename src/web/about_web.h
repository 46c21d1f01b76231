/*
 * about_web -- pages about the site itself: what is stored and who sees it, and how it can be used.
 */
#pragma once
#include "web/web.h"

struct about_cookie {
    str name;
    int text;
};

struct about_page {
    struct about_cookie *kept;
    size_t kept_count;
    int64_t session_hours, idle_minutes, free_tries;
    str owner, large_url;
};
