#include "body/body.h"

#include "base/id.h"
#include "base/msg.h"
#include "body/body_sql.h"
#include "db/db.h"

str body_name(const struct ctx *c, const struct body *b)
{
    return c->lang == LANG_EN && b->name_en.len > 0 ? b->name_en : b->name_zh;
}

static void take_body(struct ctx *c, struct rows *row, struct body *b)
{
    b->id = take_i64(row);
    b->kind = take_str(row, c->arena);
    b->code = take_str(row, c->arena);
    b->name_zh = take_str(row, c->arena);
    b->name_en = take_str(row, c->arena);
    b->parent = take_i64(row);
    b->is_pilot = take_bool(row);
    b->is_demo = take_bool(row);
    b->source = take_str(row, c->arena);
    b->source_line = take_str(row, c->arena);
}

static enum err take_one(struct ctx *c, struct rows *row, struct body *b)
{
    bool found;

    TRY(db_next(row, &found));
    if (!found)
        return fail(c, NOT_FOUND, MSG_BODY_NOT_FOUND);
    take_body(c, row, b);
    return db_done(row);
}

enum err body_load(struct ctx *c, int64_t id, struct body *b)
{
    struct rows row;

    TRY(db_rows(&row, c->db, &BODY_BY_ID, I(id)));
    return take_one(c, &row, b);
}

enum err body_find(struct ctx *c, str kind, str code, struct body *b)
{
    struct rows row;

    TRY(db_rows(&row, c->db, &BODY_BY_CODE, T(kind), T(code)));
    return take_one(c, &row, b);
}

enum err body_list(struct ctx *c, str kind, struct body **bodies, size_t *count)
{
    size_t room = 0;
    struct rows row;
    bool found;

    *bodies = NULL;
    *count = 0;
    TRY(db_rows(&row, c->db, &BODY_LIST, T(kind)));
    for (;;) {
        TRY(db_next(&row, &found));
        if (!found)
            return OK;
        take_body(c, &row, PUSH(c->arena, *bodies, *count, room));
    }
}

enum err body_put(struct ctx *c, const struct body *b, int64_t *id)
{
    struct body there = {0};

    TRY(db_run(c->db, &BODY_ADD, I(id_new()), T(b->kind), T(b->code), T(b->name_zh), T(b->name_en),
               I_OR_NIL(b->parent), B(b->is_pilot), B(b->is_demo), T(b->source),
               T(b->source_line)));
    TRY(body_find(c, b->kind, b->code, &there));
    *id = there.id;
    return OK;
}

enum err body_session(struct ctx *c, struct session *s)
{
    struct rows row;
    bool found;

    *s = (struct session){0};
    TRY(db_rows(&row, c->db, &SESSION_CURRENT));
    TRY(db_next(&row, &found));
    if (!found)
        return OK;
    s->id = take_i64(&row);
    s->term = take_i64(&row);
    s->term_number = take_i64(&row);
    s->number = take_i64(&row);
    s->opened = take_str(&row, c->arena);
    s->closed = take_str(&row, c->arena);
    s->rapporteur = take_str(&row, c->arena);
    s->source_line = take_str(&row, c->arena);
    return db_done(&row);
}
