/*
 * search_web -- what the page of the search shows: hits of several kinds, with what was searched
 * for marked. Marked text is plain text in pieces; no markup is made of what people wrote.
 */
#pragma once
#include "matter/matter_web.h"

struct search_piece {
    str text;
    bool is_mark;
};

struct search_item {
    str url, state, number;
    struct search_piece *title, *text;
    size_t title_count, text_count;
    str title_lang, text_lang; /* of what people wrote */
    str kind, who, source;
    struct clock_words clock;
    bool is_demo, is_end, is_good, is_internal; /* internal: not public, shown to the office */
};

struct search_kind {
    str label, url;
    bool is_current;
};

struct search_page {
    str words;
    struct search_item *items;
    size_t item_count;
    struct search_kind *kinds;
    size_t kind_count;
    bool is_asked, is_all; /* all hits stand on this page */
    int64_t number;        /* of the page, from 1 */
    str previous_url, next_url;
};
