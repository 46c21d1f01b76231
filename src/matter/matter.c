#include "matter/matter.h"

#include "base/crypto.h"
#include "base/id.h"
#include "base/msg.h"
#include "db/db.h"
#include "matter/matter_sql.h"
#include "person/who.h"

#include <assert.h>

static str lang_code(const struct ctx *c)
{
    return c->lang == LANG_EN ? S("en") : S("zh");
}

enum err matter_load(struct ctx *c, int64_t id, struct matter *m)
{
    struct rows row;
    bool found;

    TRY(db_rows(&row, c->db, &MATTER_BY_ID, I(id), T(lang_code(c))));
    TRY(db_next(&row, &found));
    if (!found)
        return fail(c, NOT_FOUND, MSG_MATTER_NOT_FOUND);

    m->id = take_i64(&row);
    m->procedure = take_str(&row, c->arena);
    m->version = take_i64(&row);
    m->state = take_str(&row, c->arena);
    m->state_since = take_i64(&row);
    m->round = take_i64(&row);
    m->edition = take_i64(&row);
    m->title = take_str(&row, c->arena);
    m->body = take_str(&row, c->arena);
    m->category = take_str(&row, c->arena);
    m->openness = take_str(&row, c->arena);
    m->raiser = take_i64(&row);
    m->raiser_shown = take_str(&row, c->arena);
    m->room = take_i64(&row);
    m->region = take_i64(&row);
    m->room_name = take_str(&row, c->arena);
    m->region_name = take_str(&row, c->arena);
    m->place = take_str(&row, c->arena);
    m->session = take_i64(&row);
    m->serial = take_str(&row, c->arena);
    m->case_number = take_str(&row, c->arena);
    m->receipt = take_str(&row, c->arena);
    m->channel = take_str(&row, c->arena);
    m->raised = take_i64(&row);
    m->changed = take_i64(&row);
    m->closed = take_i64(&row);
    m->is_public = take_bool(&row);
    m->is_demo = take_bool(&row);
    m->due = take_i64(&row);
    m->due_name = take_str(&row, c->arena);
    m->supports = take_i64(&row);
    m->result = take_str(&row, c->arena);
    m->source = take_str(&row, c->arena);
    m->source_line = take_str(&row, c->arena);
    return db_done(&row);
}

enum err matter_by_receipt(struct ctx *c, str receipt, int64_t *id)
{
    TRY(db_number(c->db, id, 0, &MATTER_BY_RECEIPT, T(receipt)));
    return *id != 0 ? OK : fail(c, NOT_FOUND, MSG_MATTER_NO_RECEIPT);
}

/* Crockford's alphabet has no I, L and O: typed, they mean 1, 1 and 0. Blanks and hyphens are for
 * reading. */
str matter_receipt_form(struct ctx *c, str typed)
{
    struct buf b = {.arena = c->arena};

    typed = text_narrow(c->arena, typed);
    for (size_t i = 0; i < typed.len; i++) {
        char ch = typed.at[i];
        if (ch >= 'a' && ch <= 'z')
            ch = (char)(ch - 'a' + 'A');
        if (ch == 'I' || ch == 'L')
            ch = '1';
        if (ch == 'O')
            ch = '0';
        if (ch != ' ' && ch != '-')
            buf_byte(&b, ch);
    }
    return buf_str(&b);
}

bool matter_receipt_ok(str receipt)
{
    if (receipt.len != MATTER_RECEIPT_CHARS)
        return false;
    for (size_t i = 0; i < receipt.len; i++) {
        if (str_find(S("0123456789ABCDEFGHJKMNPQRSTVWXYZ"), str_slice(receipt, i, i + 1)) ==
            SIZE_MAX)
            return false;
    }
    return true;
}

enum err matter_by_number(struct ctx *c, str number, int64_t *id)
{
    number = str_trim(text_narrow(c->arena, number));
    if (number.len == 0 || number.len > 60)
        return fail_on(c, NOT_FOUND, S("number"), MSG_MATTER_NO_RECEIPT);
    TRY(db_number(c->db, id, 0, &MATTER_BY_RECEIPT, T(matter_receipt_form(c, number))));
    if (*id == 0)
        TRY(db_number(c->db, id, 0, &MATTER_BY_SERIAL, T(number)));
    return *id != 0 ? OK : fail_on(c, NOT_FOUND, S("number"), MSG_MATTER_NO_RECEIPT);
}

enum err matter_add(struct ctx *c, struct matter *m)
{
    assert(m->procedure.len > 0 && m->state.len > 0);
    if (m->id == 0)
        m->id = id_new();
    if (m->receipt.len == 0)
        m->receipt = crypto_code(c->arena, MATTER_RECEIPT_CHARS);
    if (m->raised == 0)
        m->raised = c->now;
    m->changed = m->state_since = m->raised;
    m->edition = 1;
    return db_run(c->db, &MATTER_ADD, I(m->id), T(m->procedure), I(m->version), T(m->state),
                  I(m->state_since), T(m->title), T(m->body), T(m->category), T(m->openness),
                  I_OR_NIL(m->raiser), T(m->raiser_shown), I_OR_NIL(m->room), I_OR_NIL(m->region),
                  T(m->place), I_OR_NIL(m->session), T(m->serial), T(m->case_number), T(m->receipt),
                  T(m->channel), c->who != NULL && c->who->clerk != 0 ? I(c->who->clerk) : NIL(),
                  I(m->raised), B(m->is_public), B(m->is_demo), T(m->source), T(m->source_line));
}

enum err matter_move(struct ctx *c, struct matter *m, int64_t edition)
{
    int64_t changed;

    TRY(db_run_count(c->db, &changed, &MATTER_MOVE, I(m->id), I(edition), T(m->state),
                     I(m->state_since), I(m->round), B(m->is_public), T(m->serial),
                     T(m->case_number), I(c->now), I_OR_NIL(m->closed), I_OR_NIL(m->due),
                     T(m->due_name), T(m->result), I_OR_NIL(m->room), I_OR_NIL(m->raiser),
                     I_OR_NIL(m->session)));
    if (changed == 0)
        return fail(c, CONFLICT, MSG_MATTER_MOVED_ON);
    m->edition = edition + 1;
    m->changed = c->now;
    return OK;
}

enum err matter_set_version(struct ctx *c, int64_t id, int64_t version)
{
    return db_run(c->db, &MATTER_SET_VERSION, I(id), I(version));
}

enum err matter_set_text(struct ctx *c, const struct matter *m)
{
    return db_run(c->db, &MATTER_SET_TEXT, I(m->id), T(m->title), T(m->body), T(m->category),
                  T(m->openness), T(m->place), I_OR_NIL(m->room), I_OR_NIL(m->region));
}

enum err counter_next(struct ctx *c, str name, str scope, int64_t *number)
{
    return db_number(c->db, number, 0, &COUNTER_NEXT, T(name), T(scope));
}
