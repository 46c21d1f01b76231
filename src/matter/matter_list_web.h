/*
 * matter_list_web -- the list of all matters: filters, chips that take a filter away, a page at a
 * time.
 */
#pragma once
#include "matter/matter_web.h"

/* A filter with a value that it does not have. */
struct list_unknown {
    str label, value;
};

/* What is asked for, and the words for it. A state and a category belong to a procedure:
 * "talk_it_over.handling". */
struct list_asked {
    struct matter_filter f;
    str procedure, state, category, room, region, counted;
    str procedure_label, state_label, category_label, room_label, region_label, counted_label;
    bool is_nothing;              /* filters of different procedures */
    struct list_unknown *unknown; /* left out */
    size_t unknown_count, unknown_cap;
};

struct list_asked list_asked(struct ctx *c, const struct req *q);

/* For a file, in which no sentence could say that it holds more than was asked for: INVALID. */
enum err list_refuse_unknown(struct ctx *c, const struct list_asked *a) MUST_USE;

/* "?NAME=VALUE" or "&NAME=VALUE" at the end of an address's query; nothing for an empty value. */
void list_put_part(struct buf *b, const char *name, str value);

/* The list's own address, or that of an export; `without` is left out. */
str list_url(struct ctx *c, const struct list_asked *a, const char *path, const char *without,
             bool is_changed);

/* The codes of a procedure's categories; NULL if it has none. */
const struct code_list *list_categories(const struct procedure *p);

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
    struct list_unknown *unknown;
    size_t unknown_count;
    struct list_chip *chips;
    size_t chip_count;
    bool is_changed; /* the order */
    str counted;     /* which of home's numbers is listed; empty: none */
    str newest_url, changed_url, csv_url, xlsx_url, feed_url;
    str newer_url, older_url; /* empty: there is no such page */
};
