#include "flow/import.h"

#include "base/msg.h"
#include "body/body.h"
#include "db/db_testing.h"
#include "figure/figure.h"
#include "flow/import_sql.h"
#include "flow/import_test_sql.h"
#include "mechanism/mechanism.h"
#include "plan/plan.h"
#include "search/search.h"

#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#undef fail /* cmocka has another */
#include <cmocka.h>

enum { BROKEN_LEAST = 10, MATTERS = 6, BIMONTHLY = 6 };

/* The folder of the whole program: argv[1]. */
static const char *root;

struct world {
    struct db_testing t;
    struct arena *arena;
    struct ctx c;
    struct import *in;
    struct import_report first, report;
    str words; /* import_words.txt */
};

/* ---- helpers ---- */

static str file_bytes(struct arena *a, const char *path)
{
    FILE *f = fopen(path, "rb");
    struct buf b = {.arena = a};
    size_t n;

    assert_non_null(f);
    do {
        n = fread(buf_reserve(&b, 4096), 1, 4096, f);
        b.len += n;
    } while (n > 0);
    fclose(f);
    return str_copy(a, (str){b.at, b.len});
}

static const char *path_of(struct arena *a, const char *below)
{
    return str_fmt(a, "%s/%s", root, below).at;
}

static int begin_with(void **state, struct world *w, struct arena *a)
{
    w->arena = a;
    w->c.arena = a;
    w->c.now = INT64_C(1650935520000);
    w->words = file_bytes(a, path_of(a, "src/flow/import_words.txt"));
    *state = w;
    return 0;
}

static int begin_files(void **state)
{
    struct arena *a = arena_new("import_test", (size_t)64 << 20);

    return begin_with(state, NEW(a, struct world), a);
}

static enum err put_act(struct db *db, void *arg)
{
    struct world *w = arg;

    w->c.db = db;
    return import_put(&w->c, w->in, &w->report);
}

static void import_again(struct world *w)
{
    assert_int_equal(db_act_wait(w->t.pool, put_act, w), OK);
}

/* One imported database for each engine, for all tests: only the last one changes it. */
enum { ENGINES = 2 };

static struct world *imported[ENGINES];

static void open_imported(enum db_engine engine)
{
    struct arena *a = arena_new("import_test", (size_t)64 << 20);
    struct world *w = NEW(a, struct world);
    void *state;

    begin_with(&state, w, a);
    imported[engine] = w;
    if (!db_testing_open(&w->t, engine))
        return;
    assert_int_equal(import_read(&w->c, str_of(path_of(a, "examples/zhengzhou")), &w->in), OK);
    import_again(w);
    w->first = w->report;
}

static int begin(void **state)
{
    enum db_engine engine = *(const enum db_engine *)*state;
    struct world *w;

    if (imported[engine] == NULL)
        open_imported(engine);
    w = imported[engine];
    *state = w;
    if (w->t.pool != NULL)
        assert_int_equal(db_read(w->t.pool, &w->c.db), OK);
    return 0;
}

static int end(void **state)
{
    struct world *w = *state;

    if (w->c.db != NULL)
        db_read_end(w->c.db);
    return 0;
}

static int end_files(void **state)
{
    struct world *w = *state;

    arena_free(w->arena);
    return 0;
}

static int close_all(void **state)
{
    (void)state;
    for (size_t i = 0; i < ENGINES; i++) {
        if (imported[i] == NULL)
            continue;
        if (imported[i]->t.pool != NULL)
            db_testing_close(&imported[i]->t);
        arena_free(imported[i]->arena);
    }
    return 0;
}

static struct world *world_of(void **state)
{
    struct world *w = *state;

    if (w->t.pool == NULL)
        skip(); /* there is no PostgreSQL here */
    return w;
}

/* An act in the middle of a test; reading goes on after it. */
static void act(struct world *w, db_act_fn *fn)
{
    enum err e;

    db_read_end(w->c.db);
    e = db_act_wait(w->t.pool, fn, w);
    w->c.db = NULL;
    assert_int_equal(e, OK);
    assert_int_equal(db_read(w->t.pool, &w->c.db), OK);
}

/* The next line of import_words.txt that begins with this word; the rest of it in `*fact`. */
static bool next_fact(str *rest, const char *word, str *fact)
{
    while (rest->len > 0) {
        str line = str_cut(rest, '\n');
        if (!str_eq(str_cut(&line, ' '), str_of(word)))
            continue;
        *fact = line;
        return true;
    }
    return false;
}

static bool has(str text, str part)
{
    return str_find(text, part) != SIZE_MAX;
}

/* As a number of its own, not as a part of a longer one. */
static bool has_number(str text, str number)
{
    size_t from;

    while ((from = str_find(text, number)) != SIZE_MAX) {
        size_t to = from + number.len;
        bool before = from > 0 && text.at[from - 1] >= '0' && text.at[from - 1] <= '9';
        bool after = to < text.len && text.at[to] >= '0' && text.at[to] <= '9';
        if (!before && !after)
            return true;
        text = str_slice(text, to, text.len);
    }
    return false;
}

static int64_t number(struct world *w, const struct sql *sql)
{
    int64_t n = -1;

    assert_int_equal(db_number(w->c.db, &n, -1, sql), OK);
    return n;
}

struct matter_row {
    int64_t id;
    str receipt, raiser, title, body, state;
};

static void load_matters(struct world *w, struct matter_row rows[MATTERS])
{
    struct rows row;
    bool found;
    size_t n = 0;

    assert_int_equal(db_rows(&row, w->c.db, &TEST_MATTERS), OK);
    for (;;) {
        assert_int_equal(db_next(&row, &found), OK);
        if (!found)
            break;
        assert_true(n < MATTERS);
        rows[n].id = take_i64(&row);
        rows[n].receipt = take_str(&row, w->arena);
        rows[n].raiser = take_str(&row, w->arena);
        rows[n].title = take_str(&row, w->arena);
        rows[n].body = take_str(&row, w->arena);
        rows[n++].state = take_str(&row, w->arena);
    }
    assert_int_equal(n, MATTERS);
}

/* All texts of a statement, one under the other. */
static str texts_of(struct world *w, const struct sql *sql, const struct val *args, size_t count)
{
    struct buf b = {.arena = w->arena};
    struct rows row;
    bool found;

    assert_int_equal(db_rows_with(&row, w->c.db, sql, args, count), OK);
    for (;;) {
        assert_int_equal(db_next(&row, &found), OK);
        if (!found)
            return buf_str(&b);
        buf_put(&b, take_str(&row, w->arena));
        buf_byte(&b, '\n');
    }
}

/* The code under which the files know what a search found. */
static str code_of_hit(struct world *w, const struct search_hit *hit)
{
    struct matter_row rows[MATTERS] = {0};
    struct plan p;
    struct mechanism m;

    if (str_eq(hit->kind, S("plan"))) {
        assert_int_equal(plan_load_id(&w->c, hit->id, &p), OK);
        return p.code;
    }
    if (str_eq(hit->kind, S("mechanism"))) {
        assert_int_equal(mechanism_load_id(&w->c, hit->id, &m), OK);
        return m.code;
    }
    load_matters(w, rows);
    for (size_t i = 0; i < MATTERS; i++)
        if (rows[i].id == hit->id)
            return str_slice(rows[i].receipt, sizeof "record:" - 1, rows[i].receipt.len);
    fail_msg("a matter that is not there: %lld", (long long)hit->id);
    return S("");
}

/* ---- files ---- */

/* A case begins "# expect NAME LINE KEY": as which file it is read, and what must be said of it. */
static void refuse(struct world *w, const char *name)
{
    const char *path = path_of(w->arena, str_fmt(w->arena, "src/flow/import_broken/%s", name).at);
    str bytes = file_bytes(w->arena, path), rest = bytes, head = str_cut(&rest, '\n'), key;
    struct import *in = import_new(w->arena);
    int64_t line;
    enum err e;

    assert_true(str_starts(head, S("# expect ")));
    head = str_slice(head, sizeof "# expect " - 1, head.len);
    str file = str_cut(&head, ' ');
    assert_true(str_to_i64(str_cut(&head, ' '), &line));
    key = head;
    w->c.failure = (struct failure){0};
    e = import_add(&w->c, in, file, bytes);
    if (e == OK)
        e = import_check(&w->c, in);
    if (e != INVALID || w->c.failure.msg != msg_find(key) ||
        !str_eq(w->c.failure.args[0].s, file) || w->c.failure.args[1].i != line)
        fail_msg("%s: error %d, %.*s", name, e,
                 STR_ARG(msg_str(w->arena, LANG_EN, w->c.failure.msg, w->c.failure.args,
                                 w->c.failure.arg_count)));
}

static void every_broken_file_is_refused_with_its_line_and_reason(void **state)
{
    struct world *w = *state;
    DIR *dir = opendir(path_of(w->arena, "src/flow/import_broken"));
    int count = 0;

    assert_non_null(dir);
    for (struct dirent *d = readdir(dir); d != NULL; d = readdir(dir)) {
        if (!str_ends(str_of(d->d_name), S(".yaml")))
            continue;
        refuse(w, d->d_name);
        count++;
    }
    closedir(dir);
    assert_true(count >= BROKEN_LEAST);
}

static void a_file_past_the_limit_is_refused(void **state)
{
    struct world *w = *state;
    struct import *in = import_new(w->arena);
    struct buf b = {.arena = w->arena};

    buf_put(&b, S("source: page\nmembers:\n  - {code: a, name: A, line: \"1\"}\n#"));
    while (b.len <= IMPORT_FILE_MAX)
        buf_byte(&b, '#');
    assert_int_equal(import_add(&w->c, in, S("members.yaml"), buf_str(&b)), INVALID);
    assert_int_equal(w->c.failure.msg, MSG_IMPORT_TOO_LARGE);
    b.len = IMPORT_FILE_MAX;
    assert_int_equal(import_add(&w->c, in, S("members.yaml"), buf_str(&b)), OK);
}

static void a_folder_that_is_not_there_is_not_found(void **state)
{
    struct world *w = *state;

    assert_int_equal(import_read(&w->c, S("/nowhere/at/all"), &w->in), NOT_FOUND);
    assert_int_equal(w->c.failure.msg, MSG_IMPORT_FOLDER_UNREADABLE);
}

static void assert_no_advert(struct world *w, const char *where, str text)
{
    str rest = w->words, advert;

    while (next_fact(&rest, "advert", &advert))
        if (has(text, advert))
            fail_msg("%s has %.*s", where, STR_ARG(advert));
}

static int look_into(struct world *w, const char *folder)
{
    DIR *dir = opendir(folder);
    int files = 0;

    assert_non_null(dir);
    for (struct dirent *d = readdir(dir); d != NULL; d = readdir(dir)) {
        const char *path = str_fmt(w->arena, "%s/%s", folder, d->d_name).at;
        struct stat s;
        if (d->d_name[0] == '.' || stat(path, &s) != 0)
            continue;
        if (S_ISDIR(s.st_mode)) {
            files += look_into(w, path);
        } else {
            assert_no_advert(w, path, file_bytes(w->arena, path));
            files++;
        }
    }
    closedir(dir);
    return files;
}

static void no_advertisement_stands_in_the_shipped_files(void **state)
{
    struct world *w = *state;

    assert_true(look_into(w, path_of(w->arena, "examples")) > 0);
    assert_true(look_into(w, path_of(w->arena, "locale")) > 0);
    look_into(w, path_of(w->arena, "procedures"));
}

/* ---- the example ---- */

static void the_example_is_there_as_a_whole(void **state)
{
    struct world *w = world_of(state);
    static const int64_t seen[IMPORT_KINDS] = {
        [IMPORT_BODIES] = 14, [IMPORT_TERMS] = 1, [IMPORT_SESSIONS] = 1,
        [IMPORT_PEOPLE] = 6,  [IMPORT_PLAN] = 15, [IMPORT_MATTERS] = MATTERS,
        [IMPORT_FIGURES] = 9, [IMPORT_LINKS] = 1, [IMPORT_MECHANISMS] = 42};
    struct session s;

    for (int kind = 0; kind < IMPORT_KINDS; kind++) {
        assert_int_equal(w->first.seen[kind], seen[kind]);
        assert_int_equal(w->first.changed[kind], seen[kind]);
    }
    assert_int_equal(body_session(&w->c, &s), OK);
    assert_int_equal(s.term_number, 14);
    assert_int_equal(s.number, 5);
}

static void importing_again_changes_nothing_and_says_so(void **state)
{
    struct world *w = world_of(state);
    str before = texts_of(w, &TEST_TEXTS, VALS());

    act(w, put_act);
    for (int kind = 0; kind < IMPORT_KINDS; kind++)
        assert_int_equal(w->report.changed[kind], 0);
    w->c.lang = LANG_EN;
    assert_string_equal(import_sentence(&w->c, &w->report).at,
                        "Nothing changed: all 95 records are already here.");
    assert_true(str_eq(texts_of(w, &TEST_TEXTS, VALS()), before));
    assert_int_equal(number(w, &TEST_LINK_COUNT), 1);
}

static enum err move_act(struct db *db, void *arg)
{
    (void)arg;
    TRY(db_run(db, &TEST_MATTER_MOVE, T(S("record:mb-1"))));
    return db_run(db, &TEST_BODY_RENAME);
}

static void what_moved_on_here_stays_as_it_is(void **state)
{
    struct world *w = world_of(state);
    struct matter_row rows[MATTERS] = {0};
    struct body b;

    act(w, move_act);
    act(w, put_act);
    load_matters(w, rows);
    assert_true(str_eq(rows[0].title, S("moved on here")));
    assert_true(str_eq(rows[0].state, S("withdrawn")));
    assert_int_equal(body_find(&w->c, S("region"), S("410105"), &b), OK);
    assert_true(str_eq(b.name_en, S("renamed here")));
}

static void every_record_names_its_line(void **state)
{
    struct world *w = world_of(state);

    assert_int_equal(number(w, &TEST_WITHOUT_LINE), 0);
}

static void suggestions_are_recorded_and_nothing_more(void **state)
{
    struct world *w = world_of(state);

    assert_int_equal(number(w, &TEST_MATTER_BARE), MATTERS);
}

static void every_matter_has_its_points_one_by_one(void **state)
{
    struct world *w = world_of(state);
    struct matter_row rows[MATTERS] = {0};
    str rest = w->words, fact;

    load_matters(w, rows);
    for (size_t i = 0; i < MATTERS; i++) {
        int64_t expected, count;
        assert_true(next_fact(&rest, "points", &fact));
        assert_true(str_ends(rows[i].receipt, str_cut(&fact, ' ')));
        assert_true(str_to_i64(fact, &expected));
        assert_int_equal(db_number(w->c.db, &count, 0, &TEST_POINTS, I(rows[i].id)), OK);
        assert_int_equal(count, expected);
    }
}

static void each_member_stands_with_his_own_text_only(void **state)
{
    struct world *w = world_of(state);
    struct matter_row rows[MATTERS] = {0};
    str rest = w->words, fact;

    load_matters(w, rows);
    while (next_fact(&rest, "name", &fact)) {
        str code = str_cut(&fact, ' ');
        for (size_t i = 0; i < MATTERS; i++) {
            bool own = str_ends(rows[i].receipt, code);
            assert_int_equal(str_eq(rows[i].raiser, fact), own);
            assert_false(has(rows[i].title, fact));
            assert_false(has(rows[i].body, fact));
            assert_false(has(texts_of(w, &TEST_POINT_TEXTS, VALS(I(rows[i].id))), fact));
        }
    }
}

static void the_bimonthly_topics_stand_in_the_order_of_the_source(void **state)
{
    struct world *w = world_of(state);
    struct plan *list;
    size_t count, at = 0;
    str rest = w->words, fact;

    assert_int_equal(plan_list(&w->c, 2022, &list, &count), OK);
    for (size_t i = 0; i < count; i++) {
        if (!str_eq(list[i].kind, S("bimonthly")))
            continue;
        assert_true(next_fact(&rest, "bimonthly", &fact));
        assert_true(str_eq(str_cut(&fact, ' '), S("2022")));
        assert_true(str_eq(list[i].topic, fact));
        assert_true(str_eq(list[i].state, S("planned")));
        at++;
    }
    assert_int_equal(at, BIMONTHLY);
    assert_false(next_fact(&rest, "bimonthly", &fact));
}

static void figures_are_as_printed_and_none_is_added_up(void **state)
{
    struct world *w = world_of(state);
    struct figure *list;
    size_t count;
    str rest = w->words, fact, sums = w->words, sum;

    assert_int_equal(figure_list(&w->c, &list, &count), OK);
    for (size_t i = 0; i < count; i++) {
        assert_true(next_fact(&rest, "figure", &fact));
        assert_true(str_eq(list[i].code, str_cut(&fact, ' ')));
        assert_true(str_eq(list[i].value_text, str_cut(&fact, ' ')));
        assert_true(str_eq(list[i].unit, str_cut(&fact, ' ')));
        assert_true(str_starts(list[i].source_line, fact));
        assert_true(list[i].subject.len > 0 && list[i].name.len > 0);
    }
    assert_false(next_fact(&rest, "figure", &fact));
    while (next_fact(&sums, "sum", &sum))
        assert_false(has_number(texts_of(w, &TEST_TEXTS, VALS()), sum));
}

static void no_advertisement_came_into_the_database(void **state)
{
    struct world *w = world_of(state);

    assert_no_advert(w, "the database", texts_of(w, &TEST_TEXTS, VALS()));
}

static void a_search_finds_these_and_no_others(void **state)
{
    struct world *w = world_of(state);
    str rest = w->words, fact;

    while (next_fact(&rest, "search", &fact)) {
        struct search_ask ask = {.typed = str_cut(&fact, ' '), .limit = 20};
        struct search_hits hits;
        str expected = str_fmt(w->arena, " %.*s ", STR_ARG(fact));
        size_t wanted = 0;

        for (str codes = fact; codes.len > 0; str_cut(&codes, ' '))
            wanted++;
        assert_int_equal(search_find(&w->c, &ask, &hits), OK);
        for (size_t i = 0; i < hits.count; i++) {
            str code = code_of_hit(w, &hits.at[i]);
            if (!has(expected, str_fmt(w->arena, " %.*s ", STR_ARG(code))))
                fail_msg("%.*s finds %.*s", STR_ARG(ask.typed), STR_ARG(code));
        }
        assert_int_equal(hits.count, wanted);
    }
}

static void the_one_link_joins_the_plan_and_the_suggestion(void **state)
{
    struct world *w = world_of(state);
    struct matter_row rows[MATTERS] = {0};
    struct plan p;
    int64_t count;

    load_matters(w, rows);
    assert_int_equal(plan_load(&w->c, S("C-2022-08"), &p), OK);
    assert_int_equal(db_number(w->c.db, &count, 0, &TEST_LINKS, I(p.id), I(rows[0].id)), OK);
    assert_int_equal(count, 1);
    assert_int_equal(number(w, &TEST_LINK_COUNT), 1);
}

static void every_statement_is_prepared(void **state)
{
    struct world *w = world_of(state);

    assert_int_equal(db_testing_prepare(&w->t, import_statements, import_statement_count), 0);
}

int main(int argc, char **argv)
{
    static enum db_engine engines[] = {DB_SQLITE, DB_POSTGRES};
#define ON_FILES(test) cmocka_unit_test_setup_teardown(test, begin_files, end_files)
#define ON(test, engine)                                                                           \
    {                                                                                              \
#test " (" #engine ")", test, begin, end, &engines[engine]                                 \
    }
#define ON_BOTH(test) ON(test, DB_SQLITE), ON(test, DB_POSTGRES)
    const struct CMUnitTest tests[] = {
        ON_FILES(every_broken_file_is_refused_with_its_line_and_reason),
        ON_FILES(a_file_past_the_limit_is_refused),
        ON_FILES(a_folder_that_is_not_there_is_not_found),
        ON_FILES(no_advertisement_stands_in_the_shipped_files),
        ON_BOTH(the_example_is_there_as_a_whole),
        ON_BOTH(importing_again_changes_nothing_and_says_so),
        ON_BOTH(every_record_names_its_line),
        ON_BOTH(suggestions_are_recorded_and_nothing_more),
        ON_BOTH(every_matter_has_its_points_one_by_one),
        ON_BOTH(each_member_stands_with_his_own_text_only),
        ON_BOTH(the_bimonthly_topics_stand_in_the_order_of_the_source),
        ON_BOTH(figures_are_as_printed_and_none_is_added_up),
        ON_BOTH(no_advertisement_came_into_the_database),
        ON_BOTH(a_search_finds_these_and_no_others),
        ON_BOTH(the_one_link_joins_the_plan_and_the_suggestion),
        ON_BOTH(every_statement_is_prepared),
        ON_BOTH(what_moved_on_here_stays_as_it_is), /* the last one */
    };

    if (argc != 2)
        return 2;
    root = argv[1];
    return cmocka_run_group_tests(tests, NULL, close_all);
}
