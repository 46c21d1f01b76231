/*
 * receipt_web -- what the holder of a receipt sees: his own words, where they stand, and what of
 * the way is public. A serial or case number is no secret: it leads to public matters only.
 */
#pragma once
#include "matter/matter_web.h"

struct receipt_page {
    str number, error;
    bool is_found, is_public, is_end;
    bool is_unconfirmed; /* the code was never typed */
    bool is_down;        /* what was public was taken down */
    str down_reason;
    int64_t lapses; /* when, if it never is; 0: never */
    str receipt, serial, title, state, body, wish, place, url;
    int64_t raised;
    struct clock_words clock;
    struct matter_step *steps;
    size_t step_count;
    struct matter_point *points; /* the suggestions, as he wrote them, without their answers */
    size_t point_count;
    struct matter_word word; /* what he is asked, or told about where it stands */
    str due_name;            /* the raiser's own time limit, and when it ends; 0: none */
    int64_t due;
    struct matter_link *links; /* what it was merged into, and the like, where that is public */
    size_t link_count;
};
