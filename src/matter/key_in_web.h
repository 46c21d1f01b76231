/*
 * key_in_web -- the clerk's form for what came on paper or by telephone, and the printable form
 * itself.
 */
#pragma once
#include "matter/desk_web.h"
#include "web/qr.h"

struct key_in_error {
    str anchor, text;
};

struct key_in_page {
    struct desk_side side;
    str receipt, title, situation, wish, points, place, name, phone, category, room;
    str receipt_error, title_error, situation_error, wish_error, points_error, place_error,
        category_error, name_error, phone_error, room_error;
    struct key_in_error *errors;
    size_t error_count;
    struct list_option *categories, *rooms;
    size_t category_count, room_count;
    bool is_phone;
};

struct paper_page {
    str receipt, spaced, url;
    struct qr qr;
    str owner;
};
