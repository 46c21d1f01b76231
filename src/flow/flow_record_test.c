/* The rows against the record: whatever is changed in the tables behind a matter's pages, verifying
 * names the matter and the table; and what the program itself does is never named. The columns are
 * asked of the database, so that a new one is either sealed or left out for a reason given here. */
#include "flow/flow_test.h"

#include "base/buf.h"
#include "base/crypto.h"
#include "db/db.h"
#include "ledger/ledger.h"
#include "matter/imprint.h"

enum { COLUMNS_MAX = 48, SAID_MAX = 4096, TABLES = 15 };

/* ---- what is sealed ---- */

static const struct sealed {
    const char *table, *part;
    const char *one;    /* a row of the matter $1 that no other row refers to */
    const char *column; /* that makes a copied row another one … */
    const char *other;  /* … with this value */
} sealed[TABLES] = {
/* clang-format off */
#define LAST_OF(table) "id = (SELECT MAX(id) FROM " table " WHERE matter = $1)"
    {"matter",       "matter",       "id = $1",               "receipt",  "receipt || 'x'"},
    {"field",        "field",        "matter = $1 AND name = 'survey'", "name", "name || 'x'"},
    {"entry",        "timeline",     LAST_OF("entry"),        "round",    "round"},
    {"point",        "point",        "id = (SELECT MAX(id) FROM point WHERE matter = $1 AND kind = 'suggestion')", "position", "position + 90"},
    {"assignment",   "assignment",   LAST_OF("assignment"),   "unit",     "(SELECT MIN(id) FROM body WHERE id NOT IN (SELECT unit FROM assignment WHERE matter = $1))"},
    {"contact",      "contact",      LAST_OF("contact"),      "round",    "round"},
    {"answer",       "answer",       LAST_OF("answer"),       "round",    "round + 90"},
    {"reply",        "reply",        LAST_OF("reply"),        "round",    "round + 90"},
    {"ask",          "ask",          LAST_OF("ask"),          "state",    "state"},
    {"evaluation",   "evaluation",   LAST_OF("evaluation"),   "round",    "round + 90"},
    {"confirmation", "confirmation", LAST_OF("confirmation"), "round",    "round + 90"},
    {"party",        "party",        LAST_OF("party"),        "state",    "state"},
    {"clock",        "clock",        LAST_OF("clock"),        "state",    "state"},
    {"link",         "link",         "id = (SELECT MAX(id) FROM link WHERE to_id = $1)", "kind", "kind || 'x'"},
    {"attachment",   "attachment",   LAST_OF("attachment"),   "name",     "name"},
    /* clang-format on */
};

/* These change without an act, and are no part of what an act left. */
static const struct {
    const char *table, *column;
} left_out[] = {
    {"matter", "supports"}, /* counts the rows of `support` */
    {"clock", "reminded"},  /* what the ticker notes for itself … */
    {"clock", "escalated"}, /* … and what is told stands on the timeline … */
    {"clock", "next"},      /* … and in the messages */
};

static bool is_left_out(const char *table, str column)
{
    for (size_t i = 0; i < sizeof left_out / sizeof *left_out; i++) {
        if (strcmp(left_out[i].table, table) == 0 && str_eq(str_of(left_out[i].column), column))
            return true;
    }
    return false;
}

/* Columns that refer to another row take another that is there. */
static const struct {
    const char *column, *table;
} refers[] = {
    {"raiser", "person"},   {"person", "person"},      {"behalf_by", "person"},
    {"filed_by", "person"}, {"assigned_by", "person"}, {"room", "body"},
    {"region", "body"},     {"body", "body"},          {"unit", "body"},
    {"session", "session"}, {"matter", "matter"},      {"entry", "entry"},
    {"point", "point"},
};

/* ---- asking the record ---- */

struct said {
    char text[SAID_MAX];
    int64_t problems;
};

static void hear(void *arg, const struct ledger_problem *p)
{
    struct said *s = arg;
    size_t len = strlen(s->text);

    s->problems++;
    snprintf(s->text + len, sizeof s->text - len, "%s: %.*s\n", ledger_fault_name(p->fault),
             STR_ARG(p->about));
}

static enum err ask(struct ctx *c, void *arg)
{
    struct said *s = arg;
    struct ledger_verdict v = {0};
    struct ledger_checking k = {.report = hear, .report_arg = s, .verdict = &v};

    *s = (struct said){.problems = 0};
    while (!k.is_done)
        TRY(flow_verify(c, &k));
    return OK;
}

/* ---- changing things, and undoing it ---- */

static const struct sql *statement(struct town *t, str text, int params)
{
    struct sql *sql = NEW(t->arena, struct sql);

    *sql =
        (struct sql){.name = "TAMPER", .text = str_copy(t->arena, text).at, .param_count = params};
    return sql;
}

struct tampering {
    struct town *t;
    const struct sql *const *sql;
    size_t count;
    bool stays;
    int64_t changed;
    struct said said;
};

static enum err tamper_act(struct ctx *c, void *arg)
{
    struct tampering *k = arg;

    k->changed = 0;
    for (size_t i = 0; i < k->count; i++) {
        int64_t changed;
        TRY(db_run_count(c->db, &changed, k->sql[i], I(k->t->matter)));
        k->changed += changed;
    }
    if (k->stays)
        return OK;
    TRY(ask(c, &k->said));
    return NOT_FOUND; /* so that nothing of it stays */
}

/* What is said after one statement, of which nothing stays. */
static const struct said *after(struct town *t, str text)
{
    static struct tampering k;
    const struct sql *sql = statement(t, text, 1);

    k = (struct tampering){.t = t, .sql = &sql, .count = 1};
    enum err e = town_act(t, NULL, tamper_act, &k);
    if (e != NOT_FOUND || k.changed == 0)
        fail_msg("%.*s: ended with %d, %lld rows", STR_ARG(text), (int)e, (long long)k.changed);
    return &k.said;
}

static void change(struct town *t, const char *text)
{
    const struct sql *sql = statement(t, str_of(text), 1);
    struct tampering k = {.t = t, .sql = &sql, .count = 1, .stays = true};

    assert_int_equal(town_act(t, NULL, tamper_act, &k), OK);
    assert_int_equal(k.changed, 1);
}

static void assert_named(struct town *t, const struct said *s, const char *part, str what)
{
    str line = str_fmt(t->arena, "rows: matter %.*s: %s\n", STR_ARG(town_look(t)->m.serial), part);

    if (strstr(s->text, line.at) == NULL)
        fail_msg("%.*s: said “%s” and not “%.*s”", STR_ARG(what), s->text, STR_ARG(line));
}

/* ---- columns ---- */

struct columns {
    const char *table;
    size_t count;
    struct {
        char name[40];
        bool is_text, is_boolean, is_bytes, is_needed;
    } at[COLUMNS_MAX];
};

static const struct sql columns_sql = {
    .name = "COLUMNS",
    .text = "SELECT name, lower(type), \"notnull\" FROM pragma_table_info($1)",
    .text_postgres =
        "SELECT CAST(column_name AS TEXT), CAST(data_type AS TEXT), CASE is_nullable WHEN 'NO' "
        "THEN "
        "1 ELSE 0 END FROM information_schema.columns WHERE table_name = $1 AND table_schema = "
        "'public' ORDER BY ordinal_position",
    .param_count = 1,
};

static enum err load_columns(struct ctx *c, void *arg)
{
    struct columns *k = arg;
    struct rows row;
    bool found;

    k->count = 0;
    TRY(db_rows(&row, c->db, &columns_sql, T(str_of(k->table))));
    for (;;) {
        TRY(db_next(&row, &found));
        if (!found)
            return OK;
        assert_true(k->count < COLUMNS_MAX);
        str name = take_str(&row, c->arena), type = take_str(&row, c->arena);
        snprintf(k->at[k->count].name, sizeof k->at[0].name, "%.*s", STR_ARG(name));
        k->at[k->count].is_text = str_eq(type, S("text"));
        k->at[k->count].is_boolean = str_eq(type, S("boolean"));
        k->at[k->count].is_bytes = str_eq(type, S("blob")) || str_eq(type, S("bytea"));
        k->at[k->count++].is_needed = take_i64(&row) != 0;
    }
}

static const struct columns *columns_of(struct town *t, const char *table)
{
    static struct columns k;

    k.table = table;
    assert_int_equal(town_read(t, NULL, load_columns, &k), OK);
    assert_true(k.count > 3);
    return &k;
}

/* Another value for a column of one row. */
static str other_value(struct town *t, const char *table, const struct columns *k, size_t i)
{
    const char *name = k->at[i].name;

    if (k->at[i].is_text)
        return str_fmt(t->arena, "%s || 'x'", name);
    if (k->at[i].is_boolean)
        return str_fmt(t->arena, "NOT %s", name);
    if (k->at[i].is_bytes)
        return S("(SELECT payload_digest FROM ledger_entry ORDER BY id LIMIT 1)");
    for (size_t r = 0; r < sizeof refers / sizeof *refers; r++) {
        if (strcmp(refers[r].column, name) != 0)
            continue;
        if (!k->at[i].is_needed) /* there, or not there */
            return str_fmt(t->arena, "CASE WHEN %s IS NULL THEN (SELECT MIN(id) FROM %s) END", name,
                           refers[r].table);
        if (strcmp(name, "point") == 0 || strcmp(name, "matter") == 0)
            return str_fmt(t->arena, "(SELECT MIN(o.id) FROM %s o WHERE o.id <> %s.%s)%s",
                           refers[r].table, table, name,
                           strcmp(table, "point") == 0 ? ", position = 90" : "");
        return str_fmt(t->arena,
                       "(SELECT MIN(o.id) FROM %s o WHERE o.id NOT IN (SELECT s.%s FROM %s s WHERE "
                       "s.matter = $1))",
                       refers[r].table, name, table);
    }
    return str_fmt(t->arena, "COALESCE(%s, 0) + 1", name);
}

/* ---- a matter with a row in every table ---- */

static enum err recheck(struct ctx *c, void *arg)
{
    struct town *t = arg;
    struct digest d = crypto_sha256(S("bytes"));
    const struct flow_file f = {S("a.pdf"), S("application/pdf"), digest_str(&d), 5};
    const struct input in[] = {{S("recheck_result"), S("partly")},
                               {S("evidence"), S("It blinks.")}};
    struct flow_try try = {.matter = t->matter,
                           .act = S("recheck"),
                           .inputs = in,
                           .input_count = 2,
                           .files = &f,
                           .file_count = 1};

    return flow_act(c, &try);
}

/* Talked over, merged into, asked for more time, answered twice, checked again with a file, taken
 * down and put up. */
static void walk_all(struct town *t)
{
    const struct deed more = {.who = "handler_a",
                              .act = "extend",
                              .inputs = "public_reason=Waiting.|new_due=2026-05-08",
                              .how = ACT_ASK};
    char into[40];

    walk_to_handling(t);
    int64_t first = t->matter;
    assert_int_equal(town_raise(t, "neighbour"), OK);
    snprintf(into, sizeof into, "into=%lld", (long long)first);
    DOES(t, "clerk", "merge", into);
    t->matter = first;
    assert_int_equal(town_does(t, &more), OK);
    DOES_ON(t, "handler_a", "assignment", assignment_of(t, t->unit_a), "accept", "");
    DOES_ON(t, "handler_b", "assignment", assignment_of(t, t->unit_b), "accept", "");
    DOES_ON(t, "handler_c", "assignment", assignment_of(t, t->unit_c), "accept", "");
    DOES_ON(t, "handler_c", "assignment", assignment_of(t, t->unit_c), "give_opinion", "note=No.");
    answer_round(t);
    DOES_ON(t, "neighbour", "evaluation", evaluation_of(t, t->neighbour), "give",
            "overall=not_satisfied|remark=Nothing happened.");
    town_day("2026-03-24", 10);
    town_tick(t);
    assert_state(t, "handling");
    answer_round(t);
    DOES_ON(t, "raiser", "evaluation", evaluation_of(t, t->raiser), "give", "overall=satisfied");
    town_day("2026-06-24", 10);
    town_tick(t);
    assert_state(t, "closed");
    assert_int_equal(town_act(t, "overseer", recheck, t), OK);
    DOES(t, "editor", "take_down", "public_reason=A name was in it.");
    DOES(t, "moderator", "put_up", "reason=The name is gone.");
}

/* ---- tests ---- */

static void every_column_of_every_table_is_compared(void **state)
{
    struct town *t = *state;
    size_t compared = 0;

    walk_all(t);
    assert_record_whole(t);
    for (size_t s = 0; s < TABLES; s++) {
        const char *table = sealed[s].table;
        const struct columns *k = columns_of(t, table);
        for (size_t i = 0; i < k->count; i++) {
            str name = str_of(k->at[i].name);
            if (str_eq(name, S("id")) && strcmp(table, "matter") == 0)
                continue; /* that is the matter itself, which its rows refer to */
            str text = str_fmt(t->arena, "UPDATE %s SET %.*s = %.*s WHERE %s", table, STR_ARG(name),
                               STR_ARG(other_value(t, table, k, i)), sealed[s].one);
            const struct said *said = after(t, text);
            if (is_left_out(table, name))
                assert_int_equal(said->problems, 0);
            else if (!(strcmp(table, "matter") == 0 && str_eq(name, S("serial"))))
                assert_named(t, said, sealed[s].part, text);
            else
                assert_non_null(strstr(said->text, "x: matter\n")); /* by its wrong serial */
            compared++;
        }
    }
    assert_true(compared > 140);
    assert_record_whole(t); /* nothing of it stayed */
}

static void a_row_that_was_taken_away_or_put_in_is_named(void **state)
{
    struct town *t = *state;

    walk_all(t);
    for (size_t s = 1; s < TABLES; s++) {
        struct buf b = {.arena = t->arena};
        str gone = str_fmt(t->arena, "DELETE FROM %s WHERE %s", sealed[s].table, sealed[s].one);
        assert_named(t, after(t, gone), sealed[s].part, gone);

        const struct columns *k = columns_of(t, sealed[s].table);
        buf_fmt(&b, "INSERT INTO %s SELECT ", sealed[s].table);
        for (size_t i = 0; i < k->count; i++) {
            const char *name = k->at[i].name;
            buf_fmt(&b, "%s%s", i == 0 ? "" : ", ",
                    strcmp(name, "id") == 0               ? "1"
                    : strcmp(name, sealed[s].column) == 0 ? sealed[s].other
                                                          : name);
        }
        buf_fmt(&b, " FROM %s WHERE %s", sealed[s].table, sealed[s].one);
        assert_named(t, after(t, buf_str(&b)), sealed[s].part, buf_str(&b));
    }
}

static enum err erase(struct ctx *c, void *arg)
{
    const struct town *t = arg;
    bool was_erased;

    return flow_erase(c, t->matter, S("asked for by the person"), &was_erased);
}

static void a_change_that_an_act_came_after_is_named_for_ever(void **state)
{
    struct town *t = *state;
    static struct said said;
    char line[120];

    walk_to_preparing(t);
    change(t, "UPDATE matter SET title = 'Another' WHERE id = $1");
    DOES(t, "executive", "record_survey", "survey=We went and looked.");
    DOES(t, "executive", "plan_session", PLAN "|participants=other\tshopkeeper");
    assert_int_equal(town_read(t, NULL, ask, &said), OK);
    snprintf(line, sizeof line, "rows: matter %.*s: changed before this act\n",
             STR_ARG(town_look(t)->m.serial));
    assert_string_equal(said.text, line);
    assert_int_equal(town_act(t, NULL, erase, t), CONFLICT); /* it would be forgotten */
}

static void verifying_names_the_matter_and_counts_the_others(void **state)
{
    struct town *t = *state;
    static struct said said;
    struct ledger_verdict v;
    struct ledger_verify_options o = {.report = hear, .report_arg = &said, .also = {flow_verify}};

    for (int i = 0; i < 45; i++) /* more than two pages */
        assert_int_equal(town_raise(t, "raiser"), OK);
    change(t, "UPDATE matter SET body = 'x' WHERE id = $1");
    assert_int_equal(ledger_verify(t->w.app.pool, &o, &v), OK);
    assert_int_equal(v.problems, 1);
    assert_int_equal(v.compared, 45);
    assert_named(t, &said, "matter", S("body"));
}

static enum err drop_all(struct ctx *c, void *arg)
{
    struct town *t = arg;
    static struct said said;

    for (size_t s = TABLES; s-- > 0;) {
        str text = str_fmt(t->arena, "DELETE FROM %s WHERE %s = $1", sealed[s].table,
                           s == 0 ? "id" : "matter");
        if (strcmp(sealed[s].table, "link") != 0)
            TRY(db_run(c->db, statement(t, text, 1), I(t->matter)));
    }
    TRY(ask(c, &said));
    assert_non_null(strstr(said.text, "it is gone"));
    return NOT_FOUND;
}

static void a_matter_that_is_gone_or_never_was_raised_is_named(void **state)
{
    struct town *t = *state;
    struct buf b = {.arena = t->arena};

    assert_int_equal(town_raise_unconfirmed(t, "raiser"), OK);
    assert_int_equal(town_act(t, NULL, drop_all, t), NOT_FOUND);

    const struct columns *k = columns_of(t, "matter");
    buf_put(&b, S("INSERT INTO matter SELECT "));
    for (size_t i = 0; i < k->count; i++) {
        const char *name = k->at[i].name;
        buf_fmt(&b, "%s%s", i == 0 ? "" : ", ",
                strcmp(name, "id") == 0        ? "1"
                : strcmp(name, "receipt") == 0 ? "'NEVER'"
                : strcmp(name, "serial") == 0  ? "''"
                                               : name);
    }
    buf_put(&b, S(" FROM matter WHERE id = $1"));
    assert_string_equal(after(t, buf_str(&b))->text,
                        "rows: matter NEVER: never entered the record\n");
}

#define LAST_CONTENT                                                                               \
    "WHERE entry = (SELECT MAX(id) FROM ledger_entry WHERE object_kind = 'matter' AND object = "   \
    "$1)"

/* An act that ends between two looks of the same read. */
static enum err meanwhile(struct db *db, void *arg)
{
    const struct town *t = arg;
    struct ctx c = {.arena = t->arena, .db = db, .now = 7};
    struct flow_change ch;

    TRY(flow_change_begin(&c, t->matter, &ch));
    TRY(field_set(&c, t->matter, S("wish"), 0, S("Another.")));
    return flow_change_end(&c, &ch, S("linked"));
}

static enum err look_twice(struct ctx *c, void *arg)
{
    struct town *t = arg;
    static struct said said;
    struct matter m;

    TRY(matter_load(c, t->matter, &m)); /* from here on this is the moment that is shown */
    TRY(db_act_wait(t->w.app.pool, meanwhile, t));
    TRY(ask(c, &said));
    assert_string_equal(said.text, "");
    return OK;
}

static void an_act_while_verifying_is_no_false_alarm(void **state)
{
    struct town *t = *state;

    assert_int_equal(town_raise(t, "raiser"), OK);
    assert_int_equal(town_read(t, NULL, look_twice, t), OK);
    assert_record_whole(t);
}

static void the_content_of_the_last_act_is_never_gone(void **state)
{
    struct town *t = *state;

    walk_to_preparing(t);
    assert_named(t, after(t, S("DELETE FROM ledger_content " LAST_CONTENT)),
                 "what its last act left is gone", S("erased by hand"));
    assert_named(t, after(t, S("UPDATE ledger_content SET salt = content " LAST_CONTENT)),
                 "what its last act left was changed", S("changed by hand"));
}

static void erasing_leaves_an_entry_and_what_can_be_compared(void **state)
{
    struct town *t = *state;
    static struct said said;
    struct ledger_verdict v;
    struct ledger_verify_options o = {.report = hear, .report_arg = &said, .also = {flow_verify}};

    walk_to_preparing(t);
    int64_t before = ledger_entries(t);
    assert_int_equal(town_act(t, NULL, erase, t), OK);
    assert_int_equal(ledger_entries(t), before + 1);
    DOES(t, "executive", "record_survey", "survey=We went and looked.");
    assert_record_whole(t);
    assert_int_equal(ledger_verify(t->w.app.pool, &o, &v), OK);
    assert_int_equal(v.erased, before);
    change(t, "UPDATE matter SET place = 'elsewhere' WHERE id = $1");
    assert_int_equal(town_act(t, NULL, erase, t), CONFLICT); /* it would hide that */
}

static enum err append_old(struct ctx *c, void *arg)
{
    const struct town *t = arg;
    struct ledger_act a = {.kind = S("talk_it_over"),
                           .object_kind = S("matter"),
                           .object = t->matter,
                           .act = S("linked"),
                           .content = S("4:name5:value")};

    return ledger_append(c, &a, NULL);
}

#define ONLY_ENTRY "(SELECT id FROM ledger_entry WHERE object_kind = 'matter' AND object = $1)"

static void an_entry_from_before_there_were_imprints_is_counted_and_not_blamed(void **state)
{
    struct town *t = *state;
    struct ledger_verdict v;
    struct ledger_verify_options o = {.also = {flow_verify}};

    assert_int_equal(town_raise_unconfirmed(t, "raiser"), OK);
    change(t, "DELETE FROM ledger_content WHERE entry = " ONLY_ENTRY);
    change(t, "UPDATE ledger_entry SET content_digest = substr(payload_digest, 1, 0) WHERE id "
              "= " ONLY_ENTRY);
    assert_int_equal(ledger_verify(t->w.app.pool, &o, &v), OK);
    assert_int_equal(v.problems, 0);
    assert_int_equal(v.uncompared, 1);
    town_day("2026-06-24", 10);
    assert_true(town_tick(t) > 0); /* it lapses */
    assert_int_equal(ledger_verify(t->w.app.pool, &o, &v), OK);
    assert_int_equal(v.problems, 0);
    assert_int_equal(v.uncompared, 0);
    assert_int_equal(v.compared, 1);
}

static void an_entry_without_an_imprint_after_others_is_named(void **state)
{
    struct town *t = *state;
    static struct said said;

    assert_int_equal(town_raise(t, "raiser"), OK);
    assert_int_equal(town_act(t, NULL, append_old, t), OK);
    assert_int_equal(town_read(t, NULL, ask, &said), OK);
    assert_named(t, &said, "its last entry does not say what it left", S("an old entry"));
}

static enum err support(struct ctx *c, void *arg)
{
    const struct town *t = arg;

    return support_add(c, t->matter);
}

static void supporting_and_following_are_no_acts(void **state)
{
    struct town *t = *state;

    walk_to_preparing(t);
    assert_int_equal(town_act(t, "stranger", support, t), OK);
    assert_int_equal(town_follow(t, "neighbour"), OK);
    assert_record_whole(t);
}

static void a_clock_whose_row_is_gone_is_stopped_on_the_record(void **state)
{
    struct town *t = *state;

    walk_to_replied(t);
    town_day("2026-03-24", 10);
    change(t, "UPDATE clock SET child = 7 WHERE id = (SELECT MAX(id) FROM clock WHERE matter = $1 "
              "AND state = 'running' AND next IS NOT NULL)");
    int64_t before = ledger_entries(t);
    town_tick(t);
    assert_true(ledger_entries(t) > before);
    static struct said said;
    assert_int_equal(town_read(t, NULL, ask, &said), OK);
    assert_int_equal(said.problems, 1); /* our own change above, and no more */
    assert_non_null(strstr(said.text, "changed before this act"));
}

/* ---- the canonical text ---- */

static enum err put_fields(struct ctx *c, void *arg)
{
    const struct town *t = arg;

    TRY(db_run(c->db, statement((struct town *)arg, S("DELETE FROM field WHERE matter = $1"), 1),
               I(t->matter)));
    c->now = INT64_C(1650935500123);
    TRY(field_set(c, t->matter, S("a"), 0, S("\xe7\xba\xa2\xe7\xbb\xbf\xe7\x81\xaf")));
    TRY(field_set(c, t->matter, S("Z"), 0, S("")));
    return field_set(c, t->matter, S("a"), 1, S("1:2\n"));
}

struct taken {
    int64_t matter;
    struct imprint im;
};

static enum err take(struct ctx *c, void *arg)
{
    struct taken *k = arg;

    return imprint_take(c, k->matter, &k->im);
}

static void the_text_is_that_of_the_manual_on_each_engine(void **state)
{
    struct town *t = *state;
    static const char fields[] = "field 1\n"
                                 "1:Z1:00:13:1650935500123\n"
                                 "1:a1:09:\xe7\xba\xa2\xe7\xbb\xbf\xe7\x81\xaf"
                                 "13:1650935500123\n"
                                 "1:a1:14:1:2\n13:1650935500123\n";

    assert_int_equal(town_raise(t, "raiser"), OK);
    assert_int_equal(town_act(t, NULL, put_fields, t), OK);
    struct taken k = {.matter = t->matter};
    assert_int_equal(town_read(t, NULL, take, &k), OK);
    struct digest d = crypto_sha256(str_of(fields));
    assert_true(digest_eq(&k.im.part[1], &d));
    /* NULL is 0, a boolean 1 or 0 */
    str clocks = str_fmt(t->arena, "clock 1\n");
    const struct flow *w = town_look(t);
    for (size_t i = 0; i < w->clock_count; i++) {
        const struct clock_row *r = &w->clocks[i];
        struct buf b = {.arena = t->arena};
        const str columns[] = {
            str_fmt(t->arena, "%lld", (long long)r->id),
            str_copy(t->arena, r->name),
            str_fmt(t->arena, "%lld", (long long)r->child),
            S("0"),
            str_copy(t->arena, r->state),
            str_fmt(t->arena, "%lld", (long long)r->started),
            str_fmt(t->arena, "%lld", (long long)r->due),
            str_fmt(t->arena, "%lld", (long long)r->first_due),
            S("0"),
            str_fmt(t->arena, "%lld", (long long)r->stopped),
            S("0"),
            S("0"),
        };
        for (size_t n = 0; n < sizeof columns / sizeof *columns; n++)
            buf_fmt(&b, "%zu:%.*s", columns[n].len, STR_ARG(columns[n]));
        clocks = str_fmt(t->arena, "%.*s%.*s\n", STR_ARG(clocks), STR_ARG(buf_str(&b)));
    }
    d = crypto_sha256(clocks);
    assert_true(digest_eq(&k.im.part[12], &d));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_TOWN(the_text_is_that_of_the_manual_on_each_engine),
        IN_TOWN(every_column_of_every_table_is_compared),
        IN_TOWN(a_row_that_was_taken_away_or_put_in_is_named),
        IN_TOWN(a_change_that_an_act_came_after_is_named_for_ever),
        IN_TOWN(verifying_names_the_matter_and_counts_the_others),
        IN_TOWN(a_matter_that_is_gone_or_never_was_raised_is_named),
        IN_TOWN(an_act_while_verifying_is_no_false_alarm),
        IN_TOWN(the_content_of_the_last_act_is_never_gone),
        IN_TOWN(erasing_leaves_an_entry_and_what_can_be_compared),
        IN_TOWN(an_entry_from_before_there_were_imprints_is_counted_and_not_blamed),
        IN_TOWN(an_entry_without_an_imprint_after_others_is_named),
        IN_TOWN(supporting_and_following_are_no_acts),
        IN_TOWN(a_clock_whose_row_is_gone_is_stopped_on_the_record),
    };
    int failed = 0;

    RUN_ON_BOTH(tests, failed);
    return failed;
}
