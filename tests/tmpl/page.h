/* What the templates of this folder show. */
#pragma once
#include "web/out.h"

struct tmpl_card {
    str name, url;
    const char *word;
    unsigned count;
};

struct tmpl_reply {
    str author, text;
    struct tmpl_card card;
    const struct tmpl_card *next;
};

struct tmpl_page {
    int64_t id, opened;
    str title, link, evil, none;
    struct html body;
    bool is_on, is_off;
    int label;
    const struct tmpl_reply *replies;
    size_t reply_count;
    const str *tags;
    int tag_count;
    const str *boxes; /* an empty list */
    size_t box_count;
    struct tmpl_card one;
    const struct tmpl_card *two;
};
