#include "person/role.h"

#include "base/msg.h"

static const struct {
    const char *name;
    int msg;
} roles[ROLE_COUNT] = {
    /* clang-format off */
    {"resident",           MSG_ROLE_RESIDENT},
    {"member",             MSG_ROLE_MEMBER},
    {"clerk",              MSG_ROLE_CLERK},
    {"first_convener",     MSG_ROLE_FIRST_CONVENER},
    {"executive_convener", MSG_ROLE_EXECUTIVE_CONVENER},
    {"committee_lead",     MSG_ROLE_COMMITTEE_LEAD},
    {"leader",             MSG_ROLE_LEADER},
    {"assigner",           MSG_ROLE_ASSIGNER},
    {"handler",            MSG_ROLE_HANDLER},
    {"overseer",           MSG_ROLE_OVERSEER},
    {"moderator",          MSG_ROLE_MODERATOR},
    {"editor",             MSG_ROLE_EDITOR},
    {"auditor",            MSG_ROLE_AUDITOR},
    {"system_admin",       MSG_ROLE_SYSTEM_ADMIN},
    {"security_admin",     MSG_ROLE_SECURITY_ADMIN},
    {"audit_admin",        MSG_ROLE_AUDIT_ADMIN},
    /* clang-format on */
};

uint32_t role_find(str name)
{
    for (int i = 0; i < ROLE_COUNT; i++) {
        if (str_eq(name, str_of(roles[i].name)))
            return 1u << i;
    }
    return 0;
}

str role_name(uint32_t role)
{
    for (int i = 0; i < ROLE_COUNT; i++) {
        if (role == 1u << i)
            return str_of(roles[i].name);
    }
    return S("");
}

int role_msg(uint32_t role)
{
    for (int i = 0; i < ROLE_COUNT; i++) {
        if (role == 1u << i)
            return roles[i].msg;
    }
    return MSG_NONE;
}
