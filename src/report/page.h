/* page -- what the templates of the report show, and the parts of the report that fill it. */
#pragma once
#include "report/report.h"
#include "web/out.h"

enum { REPORT_LIST_MAX = 8, REPORT_DIVIDES_MAX = 5, REPORT_BRIDGES_MAX = 5 };

/* ---- the picture ---- */

struct report_shape { /* marks or outline of one group */
    str path, colour, class;
};

struct report_letter {
    int64_t x, y;
    int letter; /* message */
    str colour, class;
};

struct report_line { /* of the legend, when the picture stands alone */
    int64_t y;
    str path, colour, text; /* path: the group's mark, or empty */
};

struct report_map {
    int64_t width, height; /* tenths of what a letter is measured in */
    int64_t ground;        /* height of the part that is drawn on */
    bool is_alone;         /* a file of its own: with a legend */
    bool is_empty;
    str lang_tag, title, description, axes;
    struct report_shape *hulls, *marks;
    size_t hull_count, mark_count;
    struct report_letter *letters;
    size_t letter_count;
    struct report_line *lines;
    size_t line_count;
};

void report_map_fill(const struct report *r, struct arena *a, bool is_alone,
                     struct report_map *map);

/* The group's sign, about the point, in the units of the picture. */
str report_sign(struct arena *a, int group, int64_t x, int64_t y, int64_t size);
str report_colour(int group);

/* The letter of a group, and where on the map its letter stands, as messages. */
int report_letter(int group);
int report_where(const struct opinion_map *map, int group);

/* ---- the page ---- */

struct report_bar {
    int letter; /* message; 0: everybody */
    int64_t percent, low, span;
};

struct report_statement {
    uint64_t number;
    str text;
    bool is_agree; /* the side that is meant */
    str plain;     /* what the numbers say */
    struct report_bar *bars;
    size_t bar_count;
};

struct report_group {
    int letter, where;
    str letter_text, sign, colour;
    int64_t people, percent;
    bool is_on_map;
    struct report_statement *stands;
    size_t stand_count;
};

struct report_end {
    int direction; /* message */
    struct report_statement *says;
    size_t say_count;
};

struct report_page {
    str lang_tag, topic;
    struct html style;
    int64_t people, statements, votes, eligible, k;
    bool has_few, is_none, is_tendencies, is_distinct, is_forced, has_groups, has_rest;
    int64_t clear, votes_each;
    struct report_map map;
    struct report_statement *agreed, *divides, *bridges;
    size_t agreed_count, divide_count, bridge_count;
    struct report_group *groups;
    size_t group_count;
    struct report_end *ends;
    size_t end_count;
    int64_t held_back; /* statements of which nothing is said by groups */
};

/* The statement as the page names it, without numbers. */
struct report_statement report_statement(const struct report *r, size_t statement, bool is_agree);

/* Common ground, what divides, what bridges. */
void report_lists_fill(const struct report *r, struct arena *a, struct report_page *page);

/* 100 times a share: to the nearest, down, up; within 0 and 100. */
int64_t report_hundredths(double share);
int64_t report_hundredths_down(double share);
int64_t report_hundredths_up(double share);
