/* Lists of matters, a page at a time. */
#include "base/msg.h"
#include "db/db.h"
#include "matter/list_sql.h"
#include "matter/matter.h"

#include <assert.h>

static str lang_code(const struct ctx *c)
{
    return c->lang == LANG_EN ? S("en") : S("zh");
}

static void take_listed(struct ctx *c, struct rows *row, struct matter *m)
{
    m->id = take_i64(row);
    m->procedure = take_str(row, c->arena);
    m->version = take_i64(row);
    m->state = take_str(row, c->arena);
    m->state_since = take_i64(row);
    m->title = take_str(row, c->arena);
    m->category = take_str(row, c->arena);
    m->raiser_shown = take_str(row, c->arena);
    m->room = take_i64(row);
    m->room_name = take_str(row, c->arena);
    m->serial = take_str(row, c->arena);
    m->case_number = take_str(row, c->arena);
    m->raised = take_i64(row);
    m->changed = take_i64(row);
    m->is_public = take_bool(row);
    m->is_demo = take_bool(row);
    m->due = take_i64(row);
    m->due_name = take_str(row, c->arena);
    m->supports = take_i64(row);
    m->result = take_str(row, c->arena);
    m->source = take_str(row, c->arena);
    m->source_line = take_str(row, c->arena);
    m->openness = take_str(row, c->arena);
    m->body = take_str(row, c->arena);
    m->edition = take_i64(row);
}

enum err matter_take_list(struct ctx *c, struct rows *row, struct matter **rows, size_t *count)
{
    size_t cap = 0;
    bool found;

    *rows = NULL;
    *count = 0;
    for (;;) {
        TRY(db_next(row, &found));
        if (!found)
            return OK;
        take_listed(c, row, PUSH(c->arena, *rows, *count, cap));
    }
}

static void turn_round(struct matter *rows, size_t count)
{
    for (size_t i = 0; i < count / 2; i++) {
        struct matter m = rows[i];
        rows[i] = rows[count - 1 - i];
        rows[count - 1 - i] = m;
    }
}

enum err matter_list(struct ctx *c, const struct matter_filter *f, struct matter **rows,
                     size_t *count)
{
    static const struct sql *const statements[2][2] = {
        [MATTER_NEWEST] = {&MATTER_LIST_NEWEST, &MATTER_LIST_NEWEST_BACK},
        [MATTER_CHANGED] = {&MATTER_LIST_CHANGED, &MATTER_LIST_CHANGED_BACK},
    };
    int64_t time = f->before_id == 0 && !f->is_back ? INT64_MAX : f->before_time;
    int64_t id = f->before_id == 0 && !f->is_back ? INT64_MAX : f->before_id;
    int64_t limit = f->limit == 0 ? MATTER_PAGE : f->limit;
    struct rows row;

    if (f->is_all) {
        assert(f->raiser != 0); /* what is not public is listed for its raiser, or in a queue */
        TRY(db_rows(&row, c->db, &MATTER_LIST_RAISER, I(f->raiser), I(time), I(id), I(limit),
                    T(lang_code(c))));
        return matter_take_list(c, &row, rows, count);
    }
    TRY(db_rows(&row, c->db, statements[f->order][f->is_back], T(f->procedure), T(f->state),
                T(f->category), I(f->room), I(f->region), I(time), I(id), I(limit), T(lang_code(c)),
                T(f->counted), I(f->since)));
    TRY(matter_take_list(c, &row, rows, count));
    if (f->is_back)
        turn_round(*rows, *count);
    return OK;
}

enum err matter_listed(struct ctx *c, int64_t id, struct matter *m)
{
    struct matter *rows;
    struct rows row;
    size_t count;

    TRY(db_rows(&row, c->db, &MATTER_LISTED, I(id), T(lang_code(c))));
    TRY(matter_take_list(c, &row, &rows, &count));
    if (count == 0)
        return fail(c, NOT_FOUND, MSG_MATTER_NOT_FOUND);
    *m = rows[0];
    return OK;
}

enum err matter_count(struct ctx *c, const struct matter_filter *f, int64_t *count)
{
    return db_number(c->db, count, 0, &MATTER_COUNT, T(f->procedure), T(f->state), T(f->category),
                     I(f->room), I(f->region), I(MATTER_COUNT_MAX), T(f->counted), I(f->since));
}
