/*
 * audit_web -- the account record, as auditors read it.
 */
#pragma once
#include "person/account_web.h"

struct audit_row {
    int64_t id, at;
    str who, kind, object, result;
    bool is_refused;
};

struct audit_option {
    str value, name;
    bool is_chosen;
};

struct audit_page {
    struct form_failure failure;
    str who, from, to;
    bool is_who_bad, is_from_bad, is_to_bad, is_filtered;
    struct audit_option *kinds;
    size_t kind_count;
    struct audit_row *rows;
    size_t row_count;
    str older_url, csv_url, xlsx_url; /* the last two empty: the filter cannot be read */
};
