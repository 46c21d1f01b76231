/*
 * home_web -- the first page: one sentence, one box to say a thing, the figures, what is under way.
 */
#pragma once
#include "matter/matter_web.h"
#include "plan/plan.h"

enum { HOME_MATTERS = 5, HOME_SETTLED = 5, HOME_PLAN = 5 };

struct home_plan {
    str topic, url, kind, state;
};

struct home_page {
    int64_t raised, settled, answered, answered_in_time, satisfied, basically, not_satisfied;
    bool has_evaluations;
    int64_t plan_year;
    struct matter_card *matters, *ended_matters;
    size_t matter_count, ended_matter_count;
    struct home_plan *plans;
    size_t plan_count;
};
