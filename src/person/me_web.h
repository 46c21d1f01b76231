/*
 * me_web -- a person's own page: matters, what is followed, who acted for the person, the account.
 */
#pragma once
#include "matter/matter_web.h"
#include "matter/todo_web.h"
#include "person/account_web.h"

struct me_follow {
    int64_t id;
    str title;
};

struct me_place {
    str url, name;
};

struct me_page {
    struct form_failure failure;
    str name, shown_name, login, phone, mail;
    bool is_en; /* messages come in English */
    struct todo *todos;
    size_t todo_count;
    int verified_msg;
    bool is_verified, is_demo, is_behalf, has_password;
    struct matter_card *matters;
    size_t matter_count;
    struct me_follow *follows;
    size_t follow_count;
    struct behalf_row *acted;
    size_t acted_count;
    str *roles;
    size_t role_count;
    struct sign_in_row *ins;
    size_t in_count;
    int64_t in_more;         /* that are not shown */
    struct me_place *places; /* pages of the person's office */
    size_t place_count;
};

struct password_page {
    struct form_failure failure;
    bool is_forced, needs_old;
    bool is_old_bad, is_new_bad, is_again_bad;
    int64_t least;
};

struct contact_page {
    struct form_failure failure;
    str phone, mail; /* as they are, masked */
    str sent_to;     /* a code is on its way there; empty: none is */
    str typed;
    str demo_code;
    bool is_contact_bad, is_code_bad, is_lang_bad;
    bool is_en; /* messages come in English */
    int64_t digits;
};
