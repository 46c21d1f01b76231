/*
 * sign_in_web -- the page to sign in, and what it says while an account is locked.
 */
#pragma once
#include "person/account_web.h"

struct sign_in_page {
    struct form_failure failure;
    str name, next;
    bool is_name_bad, is_password_bad;
    bool is_locked;
    int64_t wait_minutes;
    str wait_until; /* hour and minute */
    str sign_ins;   /* demonstration: the file that has them */
};
