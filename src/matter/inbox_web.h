/*
 * inbox_web -- what the units that the reader handles for were given: to accept, in hand, asked to
 * return, answered; by deadline, each with its time limits.
 */
#pragma once
#include "matter/desk_web.h"

enum { INBOX_PAGE = 50, INBOX_CLOCKS = 6 };

struct inbox_clock {
    str name;
    struct clock_words words;
};

struct inbox_item {
    int64_t id, matter, assigned, due, changed, points, given;
    str url, title, number, unit, kind, state, matter_state, procedure;
    str pick;               /* "ASSIGNMENT.MATTER" */
    bool is_demo, has_pick; /* it can be picked, for an act done to many */
    struct inbox_clock *clocks;
    size_t clock_count;
};

struct inbox_page {
    struct desk_side side;
    str title, units;
    struct inbox_item *items;
    size_t item_count;
    struct desk_link *tiles;
    size_t tile_count;
    str csv_url, xlsx_url, next_url, first_url;
    struct act_form *plain; /* what can be done to many at once */
    size_t plain_count;
    bool has_bulk;
    struct desk_told told;
};
