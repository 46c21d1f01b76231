/*
 * raise_web -- raising a matter: the form, a look over it, the code that proves the contact, the
 * receipt.
 *
 *     form --check--> looked over --send--> stored --code--> confirmed, on its way to screening
 *
 * Whoever is signed in with a proved contact needs no code. The form works without scripts: adding
 * and removing points, looking it over and going back are buttons that send it.
 */
#pragma once
#include "web/web.h"

enum { RAISE_POINTS_SHOWN = 2, RAISE_POINTS_MAX = 20 };

struct raise_option {
    str value, label;
    bool is_chosen;
};

struct raise_point {
    str id, number, text;
};

struct raise_error {
    str anchor, text;
};

struct raise_kept {
    str value, name;
    int64_t size_kb;
};

struct raise_similar {
    str title, url, state;
    bool is_end; /* nothing left to support */
};

struct raise_page {
    str title, place, situation, wish, contact, nick, category_label, region_label;
    str title_error, situation_error, place_error, wish_error, contact_error, points_error,
        category_error, region_error, files_error, other_error;
    struct raise_point *points;
    size_t point_count;
    struct raise_option *categories, *regions;
    size_t category_count, region_count;
    struct raise_error *errors;
    size_t error_count;
    struct raise_kept *files;
    size_t file_count;
    struct raise_similar *similars;
    size_t similar_count;
    bool has_points; /* any of them says something */
    bool is_known;   /* signed in, with a proved contact */
    str category, region;
    str after, after_title; /* the closed matter it follows up: its id and title */
    int64_t error_total;
};

struct confirm_page {
    str receipt, error, shown_code;
    bool is_open; /* a code is on its way, and can still be tried */
};

struct done_page {
    str receipt, spaced, matter_url, qr, qr_box;
    int64_t qr_size;
    bool is_public;
};
