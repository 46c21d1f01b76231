/* The text of a row: each column as LENGTH:VALUE, numbers in decimal and NULL as 0, then a newline.
 * A table's digest is over its name, the version and its rows. */
#include "matter/imprint.h"

#include "base/msg.h"
#include "db/db.h"
#include "matter/imprint_sql.h"

#include <string.h>

enum { SCRATCH_MAX = 256 * 1024 * 1024 };

/* Kinds of the columns, in the order of imprint.sql: i a number, t a text, b a boolean, x bytes. */
static const struct table {
    const char *name;
    const struct sql *sql;
    const char *kinds;
} tables[IMPRINT_PARTS] = {
    /* clang-format off */
    {"matter",       &IMPRINT_MATTER,       "itit" "iiit" "ttti" "tiit" "ittt" "tiii" "ibbi" "tttt"},
    {"field",        &IMPRINT_FIELD,        "titi"},
    {"timeline",     &IMPRINT_TIMELINE,     "iittt" "iitii" "ittb"},
    {"point",        &IMPRINT_POINT,        "ititi" "tt"},
    {"assignment",   &IMPRINT_ASSIGNMENT,   "iiitt" "tiii"},
    {"contact",      &IMPRINT_CONTACT,      "iiitt" "tii"},
    {"answer",       &IMPRINT_ANSWER,       "iiiit" "tttti" "i"},
    {"reply",        &IMPRINT_REPLY,        "iiitt" "ttiii" "i"},
    {"ask",          &IMPRINT_ASK,          "itiit" "t"},
    {"evaluation",   &IMPRINT_EVALUATION,   "iiitt" "tttti" "i"},
    {"confirmation", &IMPRINT_CONFIRMATION, "iiitt" "ii"},
    {"party",        &IMPRINT_PARTY,        "itiit" "tti"},
    {"clock",        &IMPRINT_CLOCK,        "itiit" "iiiii" "ib"},
    {"link",         &IMPRINT_LINK,         "ittit" "iiit"},
    {"attachment",   &IMPRINT_ATTACHMENT,   "iitti" "xbii"},
    /* clang-format on */
};

/* ---- taking it ---- */

static void put_column(struct buf *b, struct rows *row, struct arena *a, char kind)
{
    struct buf number = {.arena = a};
    str value;

    switch (kind) {
    case 't':
        value = take_str(row, a);
        break;
    case 'x':
        value = take_blob(row, a);
        break;
    default:
        buf_i64(&number, kind == 'b' ? take_bool(row) : take_i64(row));
        value = buf_str(&number);
    }
    buf_i64(b, (int64_t)value.len);
    buf_byte(b, ':');
    buf_put(b, value);
}

static enum err take_table(struct ctx *c, struct arena *a, const struct table *t, int64_t matter,
                           bool *has, struct digest *digest)
{
    struct buf text = {.arena = a};
    struct rows row;
    struct hash h;
    bool found;

    *has = false;
    hash_start(&h);
    buf_fmt(&text, "%s %d\n", t->name, IMPRINT_VERSION);
    TRY(db_rows(&row, c->db, t->sql, I(matter)));
    for (;;) {
        TRY(db_next(&row, &found));
        if (!found)
            break;
        *has = true;
        for (const char *kind = t->kinds; *kind != '\0'; kind++)
            put_column(&text, &row, a, *kind);
        buf_byte(&text, '\n');
        hash_add(&h, buf_str(&text));
        text.len = 0;
    }
    if (*has)
        *digest = hash_end(&h);
    return OK;
}

enum err imprint_take(struct ctx *c, int64_t matter, struct imprint *im)
{
    struct arena *a = arena_new("imprint", SCRATCH_MAX);
    enum err e = OK;

    memset(im, 0, sizeof *im); /* compared as bytes */
    for (int i = 0; e == OK && i < IMPRINT_PARTS; i++) {
        e = take_table(c, a, &tables[i], matter, &im->has[i], &im->part[i]);
        arena_reset(a);
        if (e == OK && !im->has[0])
            e = fail(c, NOT_FOUND, MSG_MATTER_NOT_FOUND);
    }
    arena_free(a);
    return e;
}

/* ---- as bytes ---- */

static void put_digest(struct buf *b, str name, const struct digest *d)
{
    buf_byte(b, (char)name.len);
    buf_put(b, name);
    buf_put(b, digest_str(d));
}

static void put_parts(struct buf *b, const struct imprint *im)
{
    for (int i = 0; i < IMPRINT_PARTS; i++) {
        if (im->has[i])
            put_digest(b, str_of(tables[i].name), &im->part[i]);
    }
}

struct digest imprint_whole(struct arena *a, const struct imprint *im)
{
    struct buf b = {.arena = a};

    put_parts(&b, im);
    return crypto_sha256(buf_str(&b));
}

/* Texts never begin with this byte: so content from before there were imprints is told apart. */
void imprint_put(struct buf *b, const struct imprint *im)
{
    buf_byte(b, IMPRINT_VERSION);
    if (im->has_before)
        put_digest(b, S("before"), &im->before);
    put_parts(b, im);
    buf_byte(b, '\0');
}

static bool keep(struct imprint *im, str name, str bytes)
{
    if (str_eq(name, S("before"))) {
        memcpy(im->before.byte, bytes.at, DIGEST_BYTES);
        im->has_before = true;
        return true;
    }
    for (int i = 0; i < IMPRINT_PARTS; i++) {
        if (!str_eq(name, str_of(tables[i].name)))
            continue;
        memcpy(im->part[i].byte, bytes.at, DIGEST_BYTES);
        im->has[i] = true;
        return true;
    }
    return false;
}

bool imprint_read(str content, struct imprint *im, str *rest)
{
    memset(im, 0, sizeof *im);
    if (content.len == 0 || content.at[0] != IMPRINT_VERSION)
        return false;
    for (size_t at = 1; at < content.len;) {
        size_t len = (unsigned char)content.at[at++];
        if (len == 0) {
            *rest = str_slice(content, at, content.len);
            return true;
        }
        size_t end = at + len + DIGEST_BYTES;
        if (end > content.len ||
            !keep(im, str_slice(content, at, at + len), str_slice(content, at + len, end)))
            return false;
        at = end;
    }
    return false;
}

str imprint_difference(struct arena *a, const struct imprint *one, const struct imprint *other)
{
    struct buf b = {.arena = a};

    for (int i = 0; i < IMPRINT_PARTS; i++) {
        if (one->has[i] == other->has[i] && digest_eq(&one->part[i], &other->part[i]))
            continue;
        buf_fmt(&b, "%s%s", b.len > 0 ? ", " : "", tables[i].name);
    }
    return buf_str(&b);
}

/* ---- all of them ---- */

enum err imprint_matters(struct ctx *c, int64_t after, int64_t limit, struct imprint_matter **rows,
                         size_t *count)
{
    struct rows row;
    size_t cap = 0;
    bool found;

    *rows = NULL;
    *count = 0;
    TRY(db_rows(&row, c->db, &IMPRINT_MATTERS_AFTER, I(after), I(limit)));
    for (;;) {
        TRY(db_next(&row, &found));
        if (!found)
            return OK;
        struct imprint_matter *m = PUSH(c->arena, *rows, *count, cap);
        m->id = take_i64(&row);
        m->receipt = take_str(&row, c->arena);
        m->serial = take_str(&row, c->arena);
    }
}
