#include "person/who.h"

#include "db/db.h"
#include "person/person_sql.h"

bool who_has(const struct who *who, uint32_t roles)
{
    return who != NULL && (who->roles & roles) != 0;
}

static bool is_within(struct ctx *c, int64_t body, int64_t scope)
{
    int64_t n = 0;

    if (body == scope)
        return true;
    if (body == 0)
        return false;
    return db_number(c->db, &n, 0, &ROLE_WITHIN, I(body), I(scope)) == OK && n > 0;
}

bool who_has_for(struct ctx *c, uint32_t roles, int64_t body)
{
    if (!who_has(c->who, roles))
        return false;
    for (size_t i = 0; i < c->who->role_count; i++) {
        const struct who_role *r = &c->who->role[i];
        if ((r->role & roles) != 0 && (r->scope == 0 || is_within(c, body, r->scope)))
            return true;
    }
    return false;
}
