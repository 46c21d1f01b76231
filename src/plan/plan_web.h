/*
 * plan_web -- what the pages of the plan show. Years without a plan are the latest year.
 */
#pragma once
#include "plan/plan.h"

struct plan_web_year {
    int64_t year;
    bool is_current;
};

struct plan_web_item {
    str code, topic, note, state, source;
    bool is_held;
};

/* The items of one kind. */
struct plan_web_kind {
    str name, source;
    struct plan_web_item *items;
    size_t item_count;
};

struct plan_list_page {
    int64_t year; /* 0: there is no plan yet */
    struct plan_web_year *years;
    size_t year_count;
    struct plan_web_kind *kinds;
    size_t kind_count;
    str csv_url, xlsx_url;
    str *notes; /* each once */
    size_t note_count;
};

struct plan_web_link {
    str label, url, title, source;
};

struct plan_web_figure {
    str code, value, name;
};

struct plan_show_page {
    struct plan_web_item item;
    int64_t year;
    str kind;
    struct plan_web_link *links;
    size_t link_count;
    struct plan_web_figure *figures;
    size_t figure_count;
};
