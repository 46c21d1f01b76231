/*
 * matter_list_web -- the list of all matters: filters, chips that take a filter away, a page at a
 * time.
 */
#pragma once
#include "matter/matter_web.h"

struct list_option {
    str value, label;
    bool is_chosen;
};

struct list_group {
    str label;
    struct list_option *options;
    size_t option_count;
};

struct list_chip {
    str label, url; /* the list without it */
};

struct matter_list_page {
    struct matter_card *cards;
    size_t card_count;
    int64_t total;
    bool is_many;   /* total is only the bound to which was counted */
    bool is_narrow; /* something is filtered */
    struct list_option *procedures, *rooms, *regions;
    size_t procedure_count, room_count, region_count;
    struct list_group *states, *categories;
    size_t state_count, category_count;
    struct list_chip *chips;
    size_t chip_count;
    bool is_changed; /* the order */
    str newest_url, changed_url, csv_url, xlsx_url, feed_url;
    str newer_url, older_url; /* empty: there is no such page */
};
