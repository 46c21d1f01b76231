/*
 * people_web -- accounts and their roles, as the security administrator sees them.
 */
#pragma once
#include "person/account_web.h"

struct people_option {
    str value, name;
    bool is_chosen;
};

struct people_group {
    str name; /* of the kind of body */
    struct people_option *options;
    size_t option_count;
};

struct people_role {
    str role, scope; /* as the form sends them */
    str name;
    int64_t given;
};

struct people_row {
    int64_t id;
    str login, name;
    int verified_msg;
    bool is_locked;
    int64_t created;
    str *roles;
    size_t role_count;
};

struct people_page {
    struct form_failure failure;
    /* the list */
    str q;
    struct people_row *people;
    size_t people_count;
    struct people_option *kinds; /* roles to filter by */
    size_t kind_count;
    bool has_role; /* one is chosen */
    str older_url, csv_url, xlsx_url;
    /* one of them */
    bool is_one, is_self;
    int64_t id;
    str name, login;
    int verified_msg;
    bool is_verified, is_locked;
    int64_t created;
    struct people_role *held;
    size_t held_count;
    struct people_option *offered;
    size_t offered_count;
    struct people_group *scopes;
    size_t scope_count;
    bool is_role_bad, is_scope_bad;
};
