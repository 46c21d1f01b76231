/*
 * role -- what a person may do somewhere: (person, role, scope).
 *
 * A scope is a body, department, region or room, and covers what belongs to it; no scope means
 * everywhere. Routes name roles as a mask; the object itself is checked by the noun.
 */
#pragma once
#include "base/str.h"

enum role {
    ROLE_RESIDENT = 1 << 0,
    ROLE_MEMBER = 1 << 1,
    ROLE_CLERK = 1 << 2,
    ROLE_FIRST_CONVENER = 1 << 3,
    ROLE_EXECUTIVE_CONVENER = 1 << 4,
    ROLE_COMMITTEE_LEAD = 1 << 5,
    ROLE_LEADER = 1 << 6,
    ROLE_ASSIGNER = 1 << 7,
    ROLE_HANDLER = 1 << 8,
    ROLE_OVERSEER = 1 << 9,
    ROLE_MODERATOR = 1 << 10,
    ROLE_EDITOR = 1 << 11,
    ROLE_AUDITOR = 1 << 12,
    ROLE_SYSTEM_ADMIN = 1 << 13,
    ROLE_SECURITY_ADMIN = 1 << 14,
    ROLE_AUDIT_ADMIN = 1 << 15,
};

enum { ROLE_COUNT = 16 };

/* Whoever has work on the clerk's desk. */
#define ROLES_DESK                                                                                 \
    (ROLE_CLERK | ROLE_FIRST_CONVENER | ROLE_EXECUTIVE_CONVENER | ROLE_COMMITTEE_LEAD |            \
     ROLE_LEADER | ROLE_ASSIGNER | ROLE_OVERSEER | ROLE_MODERATOR | ROLE_EDITOR)

#define ROLES_ADMIN (ROLE_SYSTEM_ADMIN | ROLE_SECURITY_ADMIN | ROLE_AUDIT_ADMIN)

/* "clerk" and back; 0 and "" where there is none. */
uint32_t role_find(str name);
str role_name(uint32_t role);

/* Message of the role's name: msg "role.clerk". */
int role_msg(uint32_t role);
