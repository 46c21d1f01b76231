/* More children of a matter: who judges, confirms and takes part, the clocks, and what waits for
 * another party. */
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

enum err evaluation_list(struct ctx *c, int64_t matter, struct evaluation **rows, size_t *count)
{
    struct rows row;
    size_t cap = 0;
    bool found;

    *rows = NULL;
    *count = 0;
    TRY(db_rows(&row, c->db, &EVALUATION_LIST, I(matter)));
    for (;;) {
        TRY(db_next(&row, &found));
        if (!found)
            return OK;
        struct evaluation *r = PUSH(c->arena, *rows, *count, cap);
        r->matter = matter;
        r->id = take_i64(&row);
        r->round = take_i64(&row);
        r->person = take_i64(&row);
        r->person_name = take_str(&row, c->arena);
        r->panel = take_str(&row, c->arena);
        r->state = take_str(&row, c->arena);
        r->overall = take_str(&row, c->arena);
        r->answered = take_str(&row, c->arena);
        r->reasons = take_str(&row, c->arena);
        r->words = take_str(&row, c->arena);
        r->asked = take_i64(&row);
        r->given = take_i64(&row);
    }
}

enum err evaluation_add(struct ctx *c, struct evaluation *v)
{
    v->id = id_new();
    return db_run(c->db, &EVALUATION_ADD, I(v->id), I(v->matter), I(v->round), I(v->person),
                  T(v->panel), T(v->state), I(c->now));
}

enum err evaluation_set(struct ctx *c, const struct evaluation *v)
{
    return db_run(c->db, &EVALUATION_SET, I(v->id), T(v->state), T(v->overall), T(v->answered),
                  T(v->reasons), T(v->words), v->overall.len == 0 ? NIL() : I(c->now));
}

enum err confirmation_list(struct ctx *c, int64_t matter, struct confirmation **rows, size_t *count)
{
    struct rows row;
    size_t cap = 0;
    bool found;

    *rows = NULL;
    *count = 0;
    TRY(db_rows(&row, c->db, &CONFIRMATION_LIST, I(matter)));
    for (;;) {
        TRY(db_next(&row, &found));
        if (!found)
            return OK;
        struct confirmation *r = PUSH(c->arena, *rows, *count, cap);
        r->matter = matter;
        r->id = take_i64(&row);
        r->round = take_i64(&row);
        r->person = take_i64(&row);
        r->person_name = take_str(&row, c->arena);
        r->state = take_str(&row, c->arena);
        r->note = take_str(&row, c->arena);
        r->asked = take_i64(&row);
        r->given = take_i64(&row);
    }
}

enum err confirmation_add(struct ctx *c, struct confirmation *k)
{
    return db_number(c->db, &k->id, 0, &CONFIRMATION_ADD, I(id_new()), I(k->matter), I(k->round),
                     I(k->person), T(k->state), I(c->now));
}

enum err confirmation_set(struct ctx *c, int64_t id, str state, str note)
{
    return db_run(c->db, &CONFIRMATION_SET, I(id), T(state), T(note), I(c->now));
}

bool party_class_ok(str class)
{
    static const char *const classes[] = {"resident", "member", "department", "expert",
                                          "lawyer",   "media",  "other"};

    for (size_t i = 0; i < sizeof classes / sizeof *classes; i++) {
        if (str_eq(class, str_of(classes[i])))
            return true;
    }
    return false;
}

enum err party_list(struct ctx *c, int64_t matter, struct party_row **rows, size_t *count)
{
    struct rows row;
    size_t cap = 0;
    bool found;

    *rows = NULL;
    *count = 0;
    TRY(db_rows(&row, c->db, &PARTY_LIST, I(matter), T(lang_code(c))));
    for (;;) {
        TRY(db_next(&row, &found));
        if (!found)
            return OK;
        struct party_row *r = PUSH(c->arena, *rows, *count, cap);
        r->matter = matter;
        r->id = take_i64(&row);
        r->party = take_str(&row, c->arena);
        r->person = take_i64(&row);
        r->body = take_i64(&row);
        r->name = take_str(&row, c->arena);
        r->class = take_str(&row, c->arena);
        r->state = take_str(&row, c->arena);
        r->at = take_i64(&row);
    }
}

enum err party_add(struct ctx *c, struct party_row *p)
{
    p->id = id_new();
    return db_run(c->db, &PARTY_ADD, I(p->id), I(p->matter), T(p->party), I_OR_NIL(p->person),
                  I_OR_NIL(p->body), T(p->name), T(p->class), T(p->state), I(c->now));
}

enum err party_set_state(struct ctx *c, int64_t id, str state)
{
    return db_run(c->db, &PARTY_SET_STATE, I(id), T(state));
}

static void take_clock(struct ctx *c, struct rows *row, struct clock_row *k)
{
    k->id = take_i64(row);
    k->matter = take_i64(row);
    k->name = take_str(row, c->arena);
    k->child = take_i64(row);
    k->round = take_i64(row);
    k->state = take_str(row, c->arena);
    k->started = take_i64(row);
    k->due = take_i64(row);
    k->first_due = take_i64(row);
    k->paused = take_i64(row);
    k->stopped = take_i64(row);
    k->extended = take_i64(row);
    k->reminded = take_i64(row);
    k->escalated = take_i64(row);
    k->next = take_i64(row);
    k->past_table = take_bool(row);
}

enum err clock_list(struct ctx *c, int64_t matter, struct clock_row **rows, size_t *count)
{
    struct rows row;
    size_t cap = 0;
    bool found;

    *rows = NULL;
    *count = 0;
    TRY(db_rows(&row, c->db, &CLOCK_LIST, I(matter)));
    for (;;) {
        TRY(db_next(&row, &found));
        if (!found)
            return OK;
        take_clock(c, &row, PUSH(c->arena, *rows, *count, cap));
    }
}

enum err clock_load(struct ctx *c, int64_t id, struct clock_row *k)
{
    struct rows row;
    bool found;

    TRY(db_rows(&row, c->db, &CLOCK_BY_ID, I(id)));
    TRY(db_next(&row, &found));
    if (!found)
        return fail(c, NOT_FOUND, MSG_MATTER_NOT_FOUND);
    take_clock(c, &row, k);
    return db_done(&row);
}

enum err clock_add(struct ctx *c, struct clock_row *k)
{
    k->id = id_new();
    k->state = S("running");
    k->first_due = k->due;
    return db_run(c->db, &CLOCK_ADD, I(k->id), I(k->matter), T(k->name), I_OR_NIL(k->child),
                  I(k->round), I(k->started), I(k->due), I_OR_NIL(k->next), B(k->past_table));
}

enum err clock_set(struct ctx *c, const struct clock_row *k)
{
    return db_run(c->db, &CLOCK_SET, I(k->id), T(k->state), I(k->due), I_OR_NIL(k->paused),
                  I_OR_NIL(k->stopped), I(k->extended), I(k->reminded), I(k->escalated),
                  I_OR_NIL(k->next), B(k->past_table));
}

enum err clock_due_list(struct ctx *c, int64_t limit, int64_t **ids, size_t *count)
{
    struct rows row;
    size_t cap = 0;
    bool found;

    *ids = NULL;
    *count = 0;
    TRY(db_rows(&row, c->db, &CLOCK_DUE, I(c->now), I(limit)));
    for (;;) {
        TRY(db_next(&row, &found));
        if (!found)
            return OK;
        *PUSH(c->arena, *ids, *count, cap) = take_i64(&row);
    }
}

enum err ask_list(struct ctx *c, int64_t matter, struct ask_row **rows, size_t *count)
{
    struct rows row;
    size_t cap = 0;
    bool found;

    *rows = NULL;
    *count = 0;
    TRY(db_rows(&row, c->db, &ASK_LIST, I(matter)));
    for (;;) {
        TRY(db_next(&row, &found));
        if (!found)
            return OK;
        struct ask_row *r = PUSH(c->arena, *rows, *count, cap);
        r->id = take_i64(&row);
        r->act = take_str(&row, c->arena);
        r->inputs = take_str(&row, c->arena);
        r->person = take_i64(&row);
        r->at = take_i64(&row);
    }
}

enum err ask_add(struct ctx *c, int64_t matter, str act, str inputs)
{
    return db_run(c->db, &ASK_ADD, I(id_new()), I(matter), T(act), actor(c), I(c->now), T(inputs));
}

enum err ask_end(struct ctx *c, int64_t id, str state)
{
    return db_run(c->db, &ASK_END, I(id), T(state));
}

enum err party_drop(struct ctx *c, int64_t id)
{
    return db_run(c->db, &PARTY_DROP, I(id));
}
