#include "mechanism/mechanism.h"

#include "base/id.h"
#include "base/msg.h"
#include "db/db.h"
#include "mechanism/mechanism_sql.h"

const char *const mechanism_groups[] = {"platform", "consultation", "consensus",   "liaison",
                                        "response", "study",        "supervision", "duty"};
const size_t mechanism_group_count = sizeof mechanism_groups / sizeof *mechanism_groups;

bool mechanism_group_ok(str group)
{
    for (size_t i = 0; i < mechanism_group_count; i++)
        if (str_eq(group, str_of(mechanism_groups[i])))
            return true;
    return false;
}

static void take_mechanism(struct ctx *c, struct rows *row, struct mechanism *m)
{
    m->id = take_i64(row);
    m->code = take_str(row, c->arena);
    m->term_zh = take_str(row, c->arena);
    m->term_en = take_str(row, c->arena);
    m->purpose_zh = take_str(row, c->arena);
    m->purpose_en = take_str(row, c->arena);
    m->group = take_str(row, c->arena);
    m->position = take_i64(row);
    m->source = take_str(row, c->arena);
    m->source_line = take_str(row, c->arena);
}

enum err mechanism_list(struct ctx *c, struct mechanism **list, size_t *count)
{
    struct mechanism *all = NULL;
    size_t n = 0, cap = 0;
    struct rows row;
    bool found;

    TRY(db_rows(&row, c->db, &MECHANISM_LIST));
    for (;;) {
        TRY(db_next(&row, &found));
        if (!found)
            break;
        if (n == cap) {
            size_t more = cap == 0 ? 32 : 2 * cap;
            all = arena_grow(c->arena, all, cap * sizeof *all, more * sizeof *all);
            cap = more;
        }
        take_mechanism(c, &row, &all[n++]);
    }
    *list = all;
    *count = n;
    return OK;
}

static enum err load_one(struct ctx *c, const struct sql *sql, struct val key, struct mechanism *m)
{
    struct rows row;
    bool found;

    TRY(db_rows(&row, c->db, sql, key));
    TRY(db_next(&row, &found));
    if (!found)
        return fail(c, NOT_FOUND, MSG_MECHANISM_NOT_FOUND);
    take_mechanism(c, &row, m);
    return db_done(&row);
}

enum err mechanism_load(struct ctx *c, str code, struct mechanism *m)
{
    return load_one(c, &MECHANISM_BY_CODE, T(code), m);
}

enum err mechanism_load_id(struct ctx *c, int64_t id, struct mechanism *m)
{
    return load_one(c, &MECHANISM_BY_ID, I(id), m);
}

enum err mechanism_put(struct ctx *c, const struct mechanism *m, bool *changed)
{
    int64_t rows;

    TRY(db_run_count(c->db, &rows, &MECHANISM_PUT, I(id_new()), T(m->code), T(m->term_zh),
                     T(m->term_en), T(m->purpose_zh), T(m->purpose_en), T(m->group), I(m->position),
                     T(m->source), T(m->source_line)));
    *changed = rows != 0;
    return OK;
}
