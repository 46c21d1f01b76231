/*
 * calendar_web -- the holiday table, edited by the system administrator.
 */
#pragma once
#include "person/account_web.h"

struct calendar_line {
    str day, name, source;
    int weekday_msg;
    bool is_workday;
};

struct calendar_year {
    str url;
    int64_t year;
    bool is_shown;
};

struct calendar_page {
    struct form_failure failure;
    int64_t year, last_year; /* shown; the last one that the table reaches */
    bool is_ending, is_past; /* the table ends with this year; it has ended */
    struct calendar_year *years;
    size_t year_count;
    struct calendar_line *days;
    size_t day_count;
    str day, kind, name, source, lines, lines_source;
    bool is_kind_workday, is_put_open, is_lines_open;
    bool is_day_bad, is_name_bad, is_source_bad, is_lines_bad, is_lines_source_bad;
};
