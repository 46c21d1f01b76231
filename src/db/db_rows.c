#include "db/db_local.h"

#include "base/log.h"

#include <assert.h>
#include <math.h>
#include <string.h>

/* ---- the statements of one connection ---- */

enum { CACHE_FIRST = 64 };

static struct cached **cache_slot(struct cached **cache, size_t size, const struct sql *sql)
{
    size_t i = ((uintptr_t)sql / sizeof *sql) & (size - 1);

    while (cache[i] != NULL && cache[i]->sql != sql)
        i = (i + 1) & (size - 1);
    return &cache[i];
}

static void cache_grow(struct db *db)
{
    struct cached **old = db->cache;
    size_t old_size = db->cache_size;

    db->cache_size = old_size == 0 ? CACHE_FIRST : old_size * 2;
    db->cache = NEW_ARRAY(db->arena, db->cache_size, struct cached *);
    for (size_t i = 0; i < old_size; i++) {
        if (old[i] != NULL)
            *cache_slot(db->cache, db->cache_size, old[i]->sql) = old[i];
    }
}

static enum err cache_find(struct db *db, const struct sql *sql, struct cached **found)
{
    if (db->cache_count * 2 >= db->cache_size)
        cache_grow(db);
    struct cached **c = cache_slot(db->cache, db->cache_size, sql);
    if (*c == NULL) {
        *c = NEW(db->arena, struct cached);
        (*c)->sql = sql;
        db->cache_count++;
    }
    if ((*c)->handle == NULL)
        TRY(db->pool->engine->prepare(db, sql, &(*c)->handle));
    *found = *c;
    return OK;
}

/* What neither engine, or only one of them, could keep. */
static bool is_storable(const struct val *v)
{
    switch (v->type) {
    case VAL_TEXT:
        return v->s.len == 0 || memchr(v->s.at, '\0', v->s.len) == NULL;
    case VAL_REAL:
        return isfinite(v->f);
    default:
        return true;
    }
}

enum err db_args_check(const struct sql *sql, const struct val *args, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (!is_storable(&args[i])) {
            log_line(LOG_ERROR, "value_not_storable", LOG_STR("sql", str_of(sql->name)),
                     LOG_INT("param", (int64_t)i + 1));
            return FAULT;
        }
    }
    return OK;
}

static enum err settle(struct db *db, enum err e)
{
    if (e != OK && db->broken == OK) /* what follows a failure only says that one was */
        db->broken = e;
    return e;
}

static enum err statement_ready(struct db *db, const struct sql *sql, const struct val *args,
                                size_t arg_count, struct cached **c)
{
    assert(db->state != DB_IDLE);
    assert(arg_count == (size_t)sql->param_count);
    if (db->broken != OK) {
        log_line(LOG_ERROR, "statement_after_a_failure", LOG_STR("sql", str_of(sql->name)));
        return FAULT;
    }
    TRY(db_args_check(sql, args, arg_count));
    TRY(db_fail_check());
    return cache_find(db, sql, c);
}

enum err db_prepare(struct db *db, const struct sql *sql, void **handle)
{
    struct cached *c;
    enum err e = cache_find(db, sql, &c);

    *handle = e == OK ? c->handle : NULL;
    return settle(db, e);
}

static struct open_rows *open_new(struct db *db)
{
    struct open_rows *o = db->spare;

    if (o != NULL)
        db->spare = o->next;
    else
        o = NEW(db->arena, struct open_rows);
    *o = (struct open_rows){.next = db->open};
    if (o->next != NULL)
        o->next->previous = o;
    db->open = o;
    return o;
}

static void open_end(struct db *db, struct open_rows *o)
{
    db->pool->engine->finish(db, o);
    if (o->cached != NULL)
        o->cached->is_open = false;
    if (o->previous != NULL)
        o->previous->next = o->next;
    else
        db->open = o->next;
    if (o->next != NULL)
        o->next->previous = o->previous;
    o->next = db->spare;
    db->spare = o;
}

void db_end_rows(struct db *db)
{
    while (db->open != NULL)
        open_end(db, db->open);
}

static enum err rows_open(struct rows *r, const struct val *args, size_t arg_count)
{
    const struct engine *engine = r->db->pool->engine;
    struct cached *c;

    TRY(statement_ready(r->db, r->sql, args, arg_count, &c));
    struct open_rows *o = open_new(r->db);
    o->handle = c->handle;
    enum err e = OK;
    if (c->is_open) { /* the same statement inside its own loop */
        o->handle = NULL;
        e = engine->prepare(r->db, r->sql, &o->handle);
    } else {
        o->cached = c;
        c->is_open = true;
    }
    if (e == OK)
        e = engine->query(r->db, o, r->sql, args, &r->column_count);
    if (e != OK) {
        open_end(r->db, o);
        return e;
    }
    r->handle = o;
    r->is_open = true;
    return OK;
}

enum err db_rows_with(struct rows *r, struct db *db, const struct sql *sql, const struct val *args,
                      size_t arg_count)
{
    *r = (struct rows){.db = db, .sql = sql, .row = -1};
    return settle(db, rows_open(r, args, arg_count));
}

enum err db_run_with(struct db *db, int64_t *changed, const struct sql *sql, const struct val *args,
                     size_t arg_count)
{
    struct cached *c;
    int64_t count = 0;
    enum err e = statement_ready(db, sql, args, arg_count, &c);

    if (e == OK) {
        assert(!c->is_open); /* a statement that gives none cannot be in its own loop */
        e = db->pool->engine->run(db, c->handle, sql, args, &count);
    }
    if (changed != NULL)
        *changed = count;
    return settle(db, e);
}

static void rows_end(struct rows *r)
{
    open_end(r->db, r->handle);
    r->handle = NULL;
    r->is_open = false;
}

enum err db_next(struct rows *r, bool *found)
{
    *found = false;
    if (!r->is_open)
        return OK;
    assert(r->row < 0 || r->column == r->column_count); /* every column was taken */
    r->row++;
    r->column = 0;
    enum err e = r->db->pool->engine->next(r->db, r->handle, r->sql, r->row, found);
    if (e != OK || !*found)
        rows_end(r);
    return settle(r->db, e);
}

enum err db_done(struct rows *r)
{
    if (!r->is_open)
        return OK;
    assert(r->row < 0 || r->column == r->column_count);
    rows_end(r);
    return OK;
}

/* ---- taking ---- */

static struct val take(struct rows *r, enum val_type wanted, struct arena *a)
{
    assert(r->is_open && r->row >= 0);
    assert(r->column < r->column_count);
    struct val v = r->db->pool->engine->cell(r, wanted, a);
    r->column++;
    return v;
}

int64_t take_i64(struct rows *r)
{
    struct val v = take(r, VAL_INT, NULL);

    return v.type == VAL_NULL ? 0 : v.i;
}

double take_f64(struct rows *r)
{
    struct val v = take(r, VAL_REAL, NULL);

    return v.type == VAL_NULL ? 0 : v.f;
}

bool take_bool(struct rows *r)
{
    struct val v = take(r, VAL_BOOL, NULL);

    return v.type != VAL_NULL && v.b;
}

str take_str(struct rows *r, struct arena *a)
{
    struct val v = take(r, VAL_TEXT, a);

    return v.type == VAL_NULL ? S("") : v.s;
}

str take_blob(struct rows *r, struct arena *a)
{
    struct val v = take(r, VAL_BLOB, a);

    return v.type == VAL_NULL ? S("") : v.s;
}

enum err db_number_with(struct db *db, int64_t *number, int64_t otherwise, const struct sql *sql,
                        const struct val *args, size_t arg_count)
{
    struct rows row;
    bool found;

    *number = otherwise;
    TRY(db_rows_with(&row, db, sql, args, arg_count));
    TRY(db_next(&row, &found));
    if (!found)
        return OK;
    struct val v = take(&row, VAL_INT, NULL);
    if (v.type != VAL_NULL)
        *number = v.i;
    return db_done(&row);
}
