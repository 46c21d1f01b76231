#include "plan/plan.h"

#include "base/id.h"
#include "base/msg.h"
#include "db/db.h"
#include "plan/plan_sql.h"

static bool is_one_of(str word, const char *const *words, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (str_eq(word, str_of(words[i])))
            return true;
    return false;
}

bool plan_kind_ok(str kind)
{
    static const char *const kinds[] = {"thematic", "bimonthly", "cross_region", "supervision"};

    return is_one_of(kind, kinds, sizeof kinds / sizeof *kinds);
}

bool plan_state_ok(str state)
{
    static const char *const states[] = {"planned", "held"};

    return is_one_of(state, states, sizeof states / sizeof *states);
}

static void take_plan(struct ctx *c, struct rows *row, struct plan *p)
{
    p->id = take_i64(row);
    p->code = take_str(row, c->arena);
    p->year = take_i64(row);
    p->kind = take_str(row, c->arena);
    p->topic = take_str(row, c->arena);
    p->topic_en = take_str(row, c->arena);
    p->state = take_str(row, c->arena);
    p->group = take_str(row, c->arena);
    p->position = take_i64(row);
    p->note = take_str(row, c->arena);
    p->note_en = take_str(row, c->arena);
    p->source = take_str(row, c->arena);
    p->source_line = take_str(row, c->arena);
}

enum err plan_list(struct ctx *c, int64_t year, struct plan **list, size_t *count)
{
    struct plan *all = NULL;
    size_t n = 0, cap = 0;
    struct rows row;
    bool found;

    TRY(db_rows(&row, c->db, &PLAN_LIST, I(year)));
    for (;;) {
        TRY(db_next(&row, &found));
        if (!found)
            break;
        if (n == cap) {
            size_t more = cap == 0 ? 32 : 2 * cap;
            all = arena_grow(c->arena, all, cap * sizeof *all, more * sizeof *all);
            cap = more;
        }
        take_plan(c, &row, &all[n++]);
    }
    *list = all;
    *count = n;
    return OK;
}

enum err plan_years(struct ctx *c, int64_t **years, size_t *count)
{
    int64_t *all = NULL;
    size_t n = 0;
    struct rows row;
    bool found;

    TRY(db_rows(&row, c->db, &PLAN_YEARS));
    for (;;) {
        TRY(db_next(&row, &found));
        if (!found)
            break;
        all = arena_grow(c->arena, all, n * sizeof *all, (n + 1) * sizeof *all);
        all[n++] = take_i64(&row);
    }
    *years = all;
    *count = n;
    return OK;
}

static enum err load_one(struct ctx *c, const struct sql *sql, struct val key, struct plan *p)
{
    struct rows row;
    bool found;

    TRY(db_rows(&row, c->db, sql, key));
    TRY(db_next(&row, &found));
    if (!found)
        return fail(c, NOT_FOUND, MSG_PLAN_NOT_FOUND);
    take_plan(c, &row, p);
    return db_done(&row);
}

enum err plan_load(struct ctx *c, str code, struct plan *p)
{
    return load_one(c, &PLAN_BY_CODE, T(code), p);
}

enum err plan_load_id(struct ctx *c, int64_t id, struct plan *p)
{
    return load_one(c, &PLAN_BY_ID, I(id), p);
}

enum err plan_put(struct ctx *c, const struct plan *p, bool *changed)
{
    int64_t rows;

    TRY(db_run_count(c->db, &rows, &PLAN_PUT, I(id_new()), T(p->code), I(p->year), T(p->kind),
                     T(p->topic), T(p->topic_en), T(p->state), T(p->group), I(p->position),
                     T(p->note), T(p->note_en), T(p->source), T(p->source_line)));
    *changed = rows != 0;
    return OK;
}
