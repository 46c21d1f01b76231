/* The children of a matter: rows with a state of their own. One loader and one or two writers each.
 */
#include "base/id.h"
#include "base/msg.h"
#include "db/db.h"
#include "matter/child_sql.h"
#include "matter/matter.h"
#include "person/who.h"

#include <assert.h>

static str lang_code(const struct ctx *c)
{
    return c->lang == LANG_EN ? S("en") : S("zh");
}

static struct val actor(const struct ctx *c)
{
    return c->who == NULL ? NIL() : I(c->who->id);
}

enum err entry_list(struct ctx *c, int64_t matter, bool is_all, struct entry **rows, size_t *count)
{
    struct rows row;
    size_t cap = 0;
    bool found;

    *rows = NULL;
    *count = 0;
    TRY(db_rows(&row, c->db, &ENTRY_LIST, I(matter), B(is_all), T(lang_code(c))));
    for (;;) {
        TRY(db_next(&row, &found));
        if (!found)
            return OK;
        struct entry *r = PUSH(c->arena, *rows, *count, cap);
        r->matter = matter;
        r->id = take_i64(&row);
        r->at = take_i64(&row);
        r->act = take_str(&row, c->arena);
        r->from_state = take_str(&row, c->arena);
        r->to_state = take_str(&row, c->arena);
        r->round = take_i64(&row);
        r->person = take_i64(&row);
        r->person_name = take_str(&row, c->arena);
        r->party = take_str(&row, c->arena);
        r->body = take_i64(&row);
        r->body_name = take_str(&row, c->arena);
        r->behalf_by = take_i64(&row);
        r->behalf_name = take_str(&row, c->arena);
        r->child = take_i64(&row);
        r->note = take_str(&row, c->arena);
        r->remark = take_str(&row, c->arena);
        r->is_public = take_bool(&row);
    }
}

enum err entry_add(struct ctx *c, struct entry *e)
{
    e->id = id_new();
    e->at = c->now;
    return db_run(c->db, &ENTRY_ADD, I(e->id), I(e->matter), I(e->at), T(e->act), T(e->from_state),
                  T(e->to_state), I(e->round), I_OR_NIL(e->person), T(e->party), I_OR_NIL(e->body),
                  I_OR_NIL(e->behalf_by), I_OR_NIL(e->child), T(e->note), T(e->remark),
                  B(e->is_public));
}

enum err entry_counts(struct ctx *c, int64_t matter, struct act_count **rows, size_t *count)
{
    struct rows row;
    size_t cap = 0;
    bool found;

    *rows = NULL;
    *count = 0;
    TRY(db_rows(&row, c->db, &ENTRY_COUNTS, I(matter)));
    for (;;) {
        TRY(db_next(&row, &found));
        if (!found)
            return OK;
        struct act_count *r = PUSH(c->arena, *rows, *count, cap);
        r->act = take_str(&row, c->arena);
        r->child = take_i64(&row);
        r->count = take_i64(&row);
    }
}

enum err field_set(struct ctx *c, int64_t matter, str name, int64_t round, str value)
{
    return db_run(c->db, &FIELD_SET, I(matter), T(name), I(round), T(value), I(c->now));
}

enum err field_list(struct ctx *c, int64_t matter, struct matter_field **rows, size_t *count)
{
    struct rows row;
    size_t cap = 0;
    bool found;

    *rows = NULL;
    *count = 0;
    TRY(db_rows(&row, c->db, &FIELD_LIST, I(matter)));
    for (;;) {
        TRY(db_next(&row, &found));
        if (!found)
            return OK;
        struct matter_field *r = PUSH(c->arena, *rows, *count, cap);
        r->name = take_str(&row, c->arena);
        r->value = take_str(&row, c->arena);
        r->round = take_i64(&row);
        r->at = take_i64(&row);
    }
}

enum err point_list(struct ctx *c, int64_t matter, struct point **rows, size_t *count)
{
    struct rows row;
    size_t cap = 0;
    bool found;

    *rows = NULL;
    *count = 0;
    TRY(db_rows(&row, c->db, &POINT_LIST, I(matter), T(lang_code(c))));
    for (;;) {
        TRY(db_next(&row, &found));
        if (!found)
            return OK;
        struct point *r = PUSH(c->arena, *rows, *count, cap);
        r->matter = matter;
        r->id = take_i64(&row);
        r->kind = take_str(&row, c->arena);
        r->position = take_i64(&row);
        r->text = take_str(&row, c->arena);
        r->unit = take_i64(&row);
        r->unit_name = take_str(&row, c->arena);
        r->due = take_str(&row, c->arena);
        r->source_line = take_str(&row, c->arena);
    }
}

enum err point_add(struct ctx *c, struct point *p)
{
    if (p->id == 0)
        p->id = id_new();
    return db_run(c->db, &POINT_ADD, I(p->id), I(p->matter), T(p->kind), I(p->position), T(p->text),
                  T(p->due), T(p->source_line));
}

enum err point_replace(struct ctx *c, int64_t matter, str kind, const str *texts, size_t count)
{
    TRY(db_run(c->db, &POINT_DROP, I(matter), T(kind)));
    for (size_t i = 0; i < count; i++) {
        struct point p = {
            .matter = matter, .kind = kind, .position = (int64_t)i + 1, .text = texts[i]};
        TRY(point_add(c, &p));
    }
    return OK;
}

enum err point_assign(struct ctx *c, int64_t point, int64_t unit, str due)
{
    return db_run(c->db, &POINT_ASSIGN, I(point), I_OR_NIL(unit), T(due));
}

enum err assignment_list(struct ctx *c, int64_t matter, struct assignment **rows, size_t *count)
{
    struct rows row;
    size_t cap = 0;
    bool found;

    *rows = NULL;
    *count = 0;
    TRY(db_rows(&row, c->db, &ASSIGNMENT_LIST, I(matter), T(lang_code(c))));
    for (;;) {
        TRY(db_next(&row, &found));
        if (!found)
            return OK;
        struct assignment *r = PUSH(c->arena, *rows, *count, cap);
        r->matter = matter;
        r->id = take_i64(&row);
        r->round = take_i64(&row);
        r->unit = take_i64(&row);
        r->unit_name = take_str(&row, c->arena);
        r->kind = take_str(&row, c->arena);
        r->state = take_str(&row, c->arena);
        r->reason = take_str(&row, c->arena);
        r->assigned = take_i64(&row);
        r->changed = take_i64(&row);
    }
}

enum err assignment_put(struct ctx *c, struct assignment *a)
{
    return db_number(c->db, &a->id, 0, &ASSIGNMENT_PUT, I(id_new()), I(a->matter), I(a->round),
                     I(a->unit), T(a->kind), T(a->state), I(c->now), actor(c));
}

enum err assignment_set(struct ctx *c, int64_t id, str state, str reason)
{
    return db_run(c->db, &ASSIGNMENT_SET, I(id), T(state), T(reason), I(c->now));
}

enum err contact_list(struct ctx *c, int64_t matter, struct contact **rows, size_t *count)
{
    struct rows row;
    size_t cap = 0;
    bool found;

    *rows = NULL;
    *count = 0;
    TRY(db_rows(&row, c->db, &CONTACT_LIST, I(matter), T(lang_code(c))));
    for (;;) {
        TRY(db_next(&row, &found));
        if (!found)
            return OK;
        struct contact *r = PUSH(c->arena, *rows, *count, cap);
        r->matter = matter;
        r->id = take_i64(&row);
        r->unit = take_i64(&row);
        r->unit_name = take_str(&row, c->arena);
        r->round = take_i64(&row);
        r->mode = take_str(&row, c->arena);
        r->day = take_str(&row, c->arena);
        r->note = take_str(&row, c->arena);
        r->at = take_i64(&row);
    }
}

enum err contact_add(struct ctx *c, struct contact *k)
{
    k->id = id_new();
    k->at = c->now;
    return db_run(c->db, &CONTACT_ADD, I(k->id), I(k->matter), I(k->unit), I(k->round), T(k->mode),
                  T(k->day), T(k->note), actor(c), I(k->at));
}

enum err answer_list(struct ctx *c, int64_t matter, struct answer **rows, size_t *count)
{
    struct rows row;
    size_t cap = 0;
    bool found;

    *rows = NULL;
    *count = 0;
    TRY(db_rows(&row, c->db, &ANSWER_LIST, I(matter), T(lang_code(c))));
    for (;;) {
        TRY(db_next(&row, &found));
        if (!found)
            return OK;
        struct answer *r = PUSH(c->arena, *rows, *count, cap);
        r->matter = matter;
        r->id = take_i64(&row);
        r->point = take_i64(&row);
        r->round = take_i64(&row);
        r->unit = take_i64(&row);
        r->unit_name = take_str(&row, c->arena);
        r->outcome = take_str(&row, c->arena);
        r->reason = take_str(&row, c->arena);
        r->owner = take_str(&row, c->arena);
        r->due = take_str(&row, c->arena);
        r->state = take_str(&row, c->arena);
        r->at = take_i64(&row);
    }
}

enum err answer_add(struct ctx *c, struct answer *a)
{
    a->id = id_new();
    return db_run(c->db, &ANSWER_ADD, I(a->id), I(a->matter), I(a->point), I(a->round), I(a->unit),
                  T(a->state), I(c->now));
}

enum err answer_set(struct ctx *c, const struct answer *a)
{
    return db_run(c->db, &ANSWER_SET, I(a->id), T(a->outcome), T(a->reason), T(a->owner), T(a->due),
                  T(a->state), actor(c), I(c->now));
}

enum err answer_set_state(struct ctx *c, int64_t id, str state)
{
    return db_run(c->db, &ANSWER_SET_STATE, I(id), T(state));
}

enum err answer_drop_unit(struct ctx *c, int64_t matter, int64_t round, int64_t unit)
{
    TRY(db_run(c->db, &ANSWER_DROP_UNIT, I(matter), I(round), I(unit)));
    return db_run(c->db, &POINT_RELEASE, I(matter), I(unit));
}

enum err answer_drop_others(struct ctx *c, int64_t point, int64_t round, int64_t unit)
{
    return db_run(c->db, &ANSWER_DROP_OTHERS, I(point), I(round), I(unit));
}

enum err reply_list(struct ctx *c, int64_t matter, struct reply **rows, size_t *count)
{
    struct rows row;
    size_t cap = 0;
    bool found;

    *rows = NULL;
    *count = 0;
    TRY(db_rows(&row, c->db, &REPLY_LIST, I(matter), T(lang_code(c))));
    for (;;) {
        TRY(db_next(&row, &found));
        if (!found)
            return OK;
        struct reply *r = PUSH(c->arena, *rows, *count, cap);
        r->matter = matter;
        r->id = take_i64(&row);
        r->round = take_i64(&row);
        r->version = take_i64(&row);
        r->letter = take_str(&row, c->arena);
        r->class = take_str(&row, c->arena);
        r->signer = take_str(&row, c->arena);
        r->contact = take_str(&row, c->arena);
        r->unit = take_i64(&row);
        r->unit_name = take_str(&row, c->arena);
        r->released = take_i64(&row);
        r->at = take_i64(&row);
    }
}

enum err reply_add(struct ctx *c, struct reply *r)
{
    r->id = id_new();
    return db_run(c->db, &REPLY_ADD, I(r->id), I(r->matter), I(r->round), T(r->letter), T(r->class),
                  T(r->signer), T(r->contact), I_OR_NIL(r->unit), actor(c), I(c->now));
}

enum err reply_release(struct ctx *c, int64_t matter, int64_t round)
{
    return db_run(c->db, &REPLY_RELEASE, I(matter), I(round), I(c->now));
}
