/* Everything the system holds about the person, as one JSON document. */
#include "db/db.h"
#include "person/account_web.h"
#include "person/me_sql.h"
#include "web/pages.h"

/* How a column is written. */
enum kind { TEXT, NUMBER, YES_NO, MOMENT, SEALED };

struct column {
    const char *name;
    enum kind kind;
};

enum { COLUMNS_MAX = 13 };

/* One part of the document: a statement over the person's id, its columns in order. */
static const struct part {
    const char *name;
    const struct sql *sql;
    struct column columns[COLUMNS_MAX];
} parts[] = {
    /* clang-format off */
    {"account", &ME_ACCOUNT, {{"login", TEXT}, {"name", TEXT}, {"shown_name", TEXT}, {"phone", SEALED}, {"mail", SEALED},
        {"verified", NUMBER}, {"language", TEXT}, {"is_member", YES_NO}, {"must_change_password", YES_NO}, {"created", MOMENT}}},
    {"roles", &ME_ROLES, {{"role", TEXT}, {"place", TEXT}, {"given", MOMENT}, {"ended", MOMENT}}},
    {"sign_ins", &ME_SIGN_INS, {{"begun", MOMENT}, {"seen", MOMENT}, {"expires", MOMENT}, {"device", TEXT}}},
    {"acted_for_you", &ME_BEHALF, {{"begun", MOMENT}, {"ended", MOMENT}, {"clerk", TEXT}, {"reason", TEXT}}},
    {"matters", &ME_MATTERS, {{"id", NUMBER}, {"serial", TEXT}, {"case_number", TEXT}, {"receipt", TEXT}, {"title", TEXT},
        {"body", TEXT}, {"category", TEXT}, {"openness", TEXT}, {"place", TEXT}, {"channel", TEXT}, {"state", TEXT},
        {"raised", MOMENT}, {"closed", MOMENT}}},
    {"suggestions", &ME_SUGGESTIONS, {{"matter", NUMBER}, {"position", NUMBER}, {"text", TEXT}}},
    {"wishes", &ME_WISHES, {{"matter", NUMBER}, {"name", TEXT}, {"value", TEXT}, {"at", MOMENT}}},
    {"acts", &ME_ENTRIES, {{"matter", NUMBER}, {"at", MOMENT}, {"act", TEXT}, {"capacity", TEXT}, {"note", TEXT}, {"remark", TEXT}}},
    {"supports", &ME_SUPPORTS, {{"matter", NUMBER}, {"at", MOMENT}}},
    {"follows", &ME_FOLLOWED, {{"matter", NUMBER}, {"at", MOMENT}, {"confirmed", MOMENT}}},
    {"evaluations", &ME_EVALUATIONS, {{"matter", NUMBER}, {"round", NUMBER}, {"state", TEXT}, {"overall", TEXT},
        {"answered", TEXT}, {"reasons", TEXT}, {"words", TEXT}, {"asked", MOMENT}, {"given", MOMENT}}},
    {"confirmations", &ME_CONFIRMATIONS, {{"matter", NUMBER}, {"round", NUMBER}, {"state", TEXT}, {"note", TEXT},
        {"asked", MOMENT}, {"given", MOMENT}}},
    {"takes_part", &ME_PARTIES, {{"matter", NUMBER}, {"as", TEXT}, {"class", TEXT}, {"state", TEXT}, {"at", MOMENT}}},
    {"files", &ME_FILES, {{"matter", NUMBER}, {"name", TEXT}, {"type", TEXT}, {"bytes", NUMBER}, {"at", MOMENT}}},
    {"codes", &ME_CODES, {{"channel", TEXT}, {"address", SEALED}, {"wrong_tries", NUMBER}, {"expires", MOMENT}, {"used", MOMENT}}},
    {"account_record", &ME_AUDIT, {{"at", MOMENT}, {"kind", TEXT}, {"object", TEXT}, {"result", TEXT}}},
    /* clang-format on */
};

static void put_moment(struct out *o, int64_t ms)
{
    if (ms == 0) {
        buf_put(o->buf, S("null"));
        return;
    }
    buf_byte(o->buf, '"');
    out_iso(o, ms);
    buf_byte(o->buf, '"');
}

static enum err put_sealed(struct ctx *c, struct buf *b, str sealed)
{
    str plain = S("");

    if (sealed.len > 0)
        TRY(crypto_open(c->arena, c->keys->seal, sealed, &plain));
    buf_json(b, plain);
    return OK;
}

static enum err put_value(struct ctx *c, struct out *o, struct rows *row, enum kind kind)
{
    switch (kind) {
    case TEXT:
        buf_json(o->buf, take_str(row, c->arena));
        return OK;
    case NUMBER:
        buf_i64(o->buf, take_i64(row));
        return OK;
    case YES_NO:
        buf_put(o->buf, take_bool(row) ? S("true") : S("false"));
        return OK;
    case MOMENT:
        put_moment(o, take_i64(row));
        return OK;
    case SEALED:
        return put_sealed(c, o->buf, take_blob(row, c->arena));
    }
    return FAULT;
}

static enum err put_row(struct ctx *c, struct out *o, struct rows *row, const struct part *t)
{
    buf_put(o->buf, S("{"));
    for (int i = 0; i < COLUMNS_MAX && t->columns[i].name != NULL; i++) {
        buf_fmt(o->buf, "%s\"%s\": ", i > 0 ? ", " : "", t->columns[i].name);
        TRY(put_value(c, o, row, t->columns[i].kind));
    }
    buf_put(o->buf, S("}"));
    return OK;
}

static enum err put_part(struct ctx *c, struct out *o, const struct part *t)
{
    struct rows row;
    bool found, is_first = true;

    buf_fmt(o->buf, ",\n\"%s\": [", t->name);
    TRY(db_rows(&row, c->db, t->sql, I(c->who->id)));
    for (;;) {
        TRY(db_next(&row, &found));
        if (!found)
            break;
        buf_put(o->buf, is_first ? S("\n  ") : S(",\n  "));
        is_first = false;
        TRY(put_row(c, o, &row, t));
    }
    buf_put(o->buf, S("]"));
    return OK;
}

enum err me_web_data(struct ctx *c, const struct req *q, struct page *p)
{
    (void)q;
    TRY(person_in_person(c));
    buf_put(p->out.buf, S("{\"made\": "));
    put_moment(&p->out, c->now);
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        TRY(put_part(c, &p->out, &parts[i]));
    buf_put(p->out.buf, S("}\n"));
    page_type(p, S("application/json; charset=utf-8"), S("shangliang-me.json"));
    return OK;
}
