/*
 * who -- the person a request comes from: loaded once per request from the sign-in's cookie.
 */
#pragma once
#include "base/ctx.h"
#include "person/role.h"

struct who_role {
    uint32_t role;
    int64_t scope; /* 0: everywhere */
    str scope_name;
};

struct who {
    int64_t id;
    str name;       /* real name: shown to the person and to the office */
    str shown_name; /* as the public sees it; may be empty */
    int64_t verified;
    bool must_change;
    bool is_demo;
    uint32_t roles; /* all roles, wherever they hold */
    struct who_role *role;
    size_t role_count;
    int64_t clerk; /* the clerk who acts for this person at the desk; 0: the person himself */
    str clerk_name;
    str token; /* digest of the sign-in, to end it */
};

enum { VERIFIED_NOT, VERIFIED_CONTACT, VERIFIED_DESK };

/* Does the person have one of these roles anywhere? `who` may be NULL. */
bool who_has(const struct who *who, uint32_t roles);

/* Does the person have one of these roles for this body, directly or through one it belongs to?
 * Reads the body's parents. */
bool who_has_for(struct ctx *c, uint32_t roles, int64_t body);
