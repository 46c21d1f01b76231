/*
 * figure_web -- what the pages of the figures show.
 */
#pragma once
#include "figure/figure.h"

struct figure_web_item {
    str code, value, name, subject, unit, source;
    int64_t year;
};

struct figure_list_page {
    struct figure_web_item *figures;
    size_t figure_count;
};

struct figure_show_page {
    struct figure_web_item figure;
    str plan, plan_topic; /* empty: belongs to no plan item */
};
