/* All that stands in the town's database, table by table: to see that an act left nothing, or left
 * the same as another like it. The audit is left out, which is told of refusals too. */
#include "flow/flow_test.h"

#include "base/buf.h"
#include "base/crypto.h"

#define TABLES                                                                                     \
    "FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'search_text%' "                    \
    "AND name NOT LIKE 'sqlite_%' AND name <> 'audit' ORDER BY name"

static const struct sql tables_sql = {
    .name = "TABLES",
    .text = "SELECT name " TABLES,
    .text_postgres =
        "SELECT CAST(tablename AS TEXT) FROM pg_tables WHERE schemaname = 'public' AND "
        "tablename NOT IN ('search_text', 'audit') ORDER BY 1",
};
static const struct sql columns_sql = {
    .name = "COLUMNS",
    .text = "SELECT name FROM pragma_table_info($1)",
    .text_postgres = "SELECT CAST(column_name AS TEXT) FROM information_schema.columns "
                     "WHERE table_name = $1 AND table_schema = 'public' ORDER BY ordinal_position",
    .param_count = 1,
};

/* "format('%s,%s,', quote(a), quote(b))": a row of a table as one text. Joined with || it would be
 * copied once for each column, which under the sanitizer took most of the time. */
static enum err put_columns(struct ctx *c, struct buf *b, str table)
{
    struct buf places = {.arena = c->arena}, values = {.arena = c->arena};
    struct rows row;
    bool found;

    TRY(db_rows(&row, c->db, &columns_sql, T(table)));
    for (;;) {
        TRY(db_next(&row, &found));
        if (!found)
            break;
        str name = take_str(&row, c->arena);
        buf_put(&places, S("%s,"));
        buf_fmt(&values, ", quote(%.*s)", STR_ARG(name));
    }
    buf_fmt(b, "format('%.*s'%.*s)", STR_ARG(buf_str(&places)), STR_ARG(buf_str(&values)));
    return OK;
}

/* One statement that gives each table with its number of rows and all that is in it. */
static enum err make_statement(struct ctx *c, struct buf *b)
{
    bool found, is_sqlite = db_engine_of(c->db) == DB_SQLITE;
    str names[SNAPSHOT_TABLES_MAX];
    struct rows row;
    size_t count = 0;

    TRY(db_rows(&row, c->db, &tables_sql));
    for (;;) {
        TRY(db_next(&row, &found));
        if (!found)
            break;
        assert_true(count < SNAPSHOT_TABLES_MAX);
        names[count++] = take_str(&row, c->arena);
    }
    for (size_t i = 0; i < count; i++) {
        buf_fmt(b, "%sSELECT '%.*s', (SELECT COUNT(*) FROM %.*s), ", i == 0 ? "" : " UNION ALL ",
                STR_ARG(names[i]), STR_ARG(names[i]));
        if (is_sqlite) {
            buf_put(b, S("(SELECT COALESCE(group_concat(r, '\n'), '') FROM (SELECT "));
            TRY(put_columns(c, b, names[i]));
            buf_fmt(b, " AS r FROM %.*s))", STR_ARG(names[i])); /* in the order of the keys */
        } else {
            buf_fmt(b,
                    "(SELECT COALESCE(md5(string_agg(CAST(x AS TEXT), E'\\n' ORDER BY CAST(x AS "
                    "TEXT))), '') FROM %.*s x)",
                    STR_ARG(names[i]));
        }
    }
    return OK;
}

static enum err take(struct ctx *c, void *arg)
{
    static char text[2][64 * 1024];
    static struct sql statements[2] = {{.name = "SNAPSHOT"}, {.name = "SNAPSHOT"}};
    struct snapshot *s = arg;
    struct sql *sql = &statements[db_engine_of(c->db)];
    struct buf b = {.arena = c->arena};
    struct rows row;
    bool found;

    if (sql->text == NULL) {
        TRY(make_statement(c, &b));
        assert_true(b.len < sizeof text[0]);
        snprintf(text[db_engine_of(c->db)], sizeof text[0], "%.*s", STR_ARG(buf_str(&b)));
        sql->text = text[db_engine_of(c->db)];
    }
    *s = (struct snapshot){.count = 0};
    TRY(db_rows(&row, c->db, sql));
    for (;;) {
        TRY(db_next(&row, &found));
        if (!found)
            return OK;
        str name = take_str(&row, c->arena);
        snprintf(s->name[s->count], sizeof s->name[0], "%.*s", STR_ARG(name));
        s->rows[s->count] = take_i64(&row);
        s->digest[s->count++] = crypto_sha256(take_str(&row, c->arena));
    }
}

void town_snapshot(struct town *t, struct snapshot *s)
{
    assert_int_equal(town_read(t, NULL, take, s), OK);
}

bool snapshot_same(const struct snapshot *a, const struct snapshot *b, const char **table)
{
    assert_int_equal(a->count, b->count);
    for (size_t i = 0; i < a->count; i++) {
        *table = a->name[i];
        if (memcmp(&a->digest[i], &b->digest[i], sizeof a->digest[i]) != 0)
            return false;
    }
    return true;
}
