/*
 * mechanism_web -- what the pages of the mechanisms show.
 */
#pragma once
#include "mechanism/mechanism.h"

struct mechanism_web_item {
    str code, term, purpose, source;
};

struct mechanism_web_group {
    str name;
    struct mechanism_web_item *mechanisms;
    size_t mechanism_count;
};

struct mechanism_list_page {
    struct mechanism_web_group *groups; /* without the empty ones */
    size_t group_count;
};

struct mechanism_show_page {
    struct mechanism_web_item mechanism;
    str term_zh, term_en, group;
};
