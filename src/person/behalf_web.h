/*
 * behalf_web -- the desk's page for acting for somebody who came in person or telephoned.
 */
#pragma once
#include "person/account_web.h"

struct behalf_page {
    struct form_failure failure;
    str q;
    bool is_searched, has_office, is_found, is_none;
    int64_t id;
    str name, login, phone, mail;
    int verified_msg;
    bool is_checked, is_contact;
    str roles;
    str reason, new_name, new_phone, new_reason;
    bool is_q_bad, is_reason_bad, is_declare_bad;
    bool is_new_open, is_new_name_bad, is_new_phone_bad, is_new_reason_bad;
};
