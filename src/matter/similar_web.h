/*
 * similar_web -- matters like the one being typed.
 */
#pragma once
#include "matter/matter_web.h"

struct similar_page {
    struct matter_card *cards;
    size_t card_count;
};
