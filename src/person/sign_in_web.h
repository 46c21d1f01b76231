/*
 * sign_in_web -- the page to sign in, what it says while an account is locked, and the way in with
 * a code.
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

struct sign_in_code_page {
    struct form_failure failure;
    str typed, next;
    str sent_to;   /* empty: no code is on its way */
    str demo_code; /* demonstration: the code itself */
    bool is_contact_bad, is_code_bad;
    int64_t digits;
};
