/* publish_row -- what publish.c, publish_row.c and publish_state.c share. */
#pragma once
#include "opinion/publish.h"
#include "opinion/region.h"

enum { PLACE_NO_GROUP = OPINION_GROUPS_MAX };

/* What publications are in their own memory. */
struct publication {
    struct opinion_publication p; /* first: what is handed out */
    struct region *region;
};

static inline int place_slot(uint8_t place)
{
    return place / 3;
}

static inline int place_vote(uint8_t place)
{
    return place % 3 - 1;
}

/* The counts of a version anew from its people. */
void version_count(struct opinion_version *v);

/* How many people stand otherwise in one than in the other: vote or number of the group. */
size_t version_moved(const struct opinion_version *a, const struct opinion_version *b);

/* The same with people of its own. */
enum opinion_err version_copy(struct region *region, const struct opinion_version *from,
                              struct opinion_version *to);

/* Rows that are common ground, from the rows. */
enum opinion_err publication_list_common(struct publication *w);
