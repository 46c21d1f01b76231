#include "search/search.h"

#include "base/clock.h"
#include "base/id.h"
#include "db/db_testing.h"
#include "search/search_sql.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

/* Words of the corpus in search_cases.txt, by line: "doc KIND VISIBILITY TITLE | BODY" makes
 * document 1, 2, 3 …; "find WORDS => 3 1" lists the numbers found, in any order; "first WORDS => 2"
 * the best one; "like TEXT => 2" the most similar one. */

struct world {
    struct db_testing t;
    struct arena *arena;
    int64_t ids[64];
    int count;
};

static const char *cases_path;

struct put {
    struct world *w;
    str kind, title, body;
    int64_t id;
    enum search_visibility visibility;
};

static enum err put_act(struct db *db, void *arg)
{
    struct put *p = arg;
    struct ctx c = {.arena = p->w->arena, .db = db, .now = clock_now()};

    return search_put(&c, p->kind, p->id, p->title, p->body, p->visibility);
}

static enum err drop_act(struct db *db, void *arg)
{
    struct put *p = arg;
    struct ctx c = {.arena = p->w->arena, .db = db, .now = clock_now()};

    return search_drop(&c, p->id);
}

static int64_t put(struct world *w, const char *kind, str title, str body,
                   enum search_visibility visibility)
{
    struct put p = {w, str_of(kind), title, body, id_new(), visibility};

    assert_int_equal(db_act_wait(w->t.pool, put_act, &p), OK);
    return p.id;
}

static struct search_hits ask(struct world *w, struct search_ask a, bool similar)
{
    struct ctx c = {.arena = w->arena, .now = clock_now()};
    struct search_hits hits;

    if (a.limit == 0)
        a.limit = 20;
    assert_int_equal(db_read(w->t.pool, &c.db), OK);
    assert_int_equal(similar ? search_similar(&c, &a, &hits) : search_find(&c, &a, &hits), OK);
    db_read_end(c.db);
    return hits;
}

static str file_text(struct arena *a, const char *path)
{
    struct buf b = {.arena = a};
    FILE *f = fopen(path, "rb");
    size_t n;

    if (f == NULL)
        fail_msg("cannot read %s", path);
    while ((n = fread(buf_reserve(&b, 4096), 1, 4096, f)) > 0)
        b.len += n;
    fclose(f);
    return buf_str(&b);
}

static int number_of(struct world *w, int64_t id)
{
    for (int i = 0; i < w->count; i++) {
        if (w->ids[i] == id)
            return i + 1;
    }
    return 0;
}

static void add_doc(struct world *w, str line)
{
    str kind = str_cut(&line, ' '), level = str_cut(&line, ' '), title = str_cut(&line, '|');
    int64_t visibility = 0;

    assert_true(str_to_i64(level, &visibility));
    w->ids[w->count++] = put(w, str_z(w->arena, kind), str_trim(title), str_trim(line),
                             (enum search_visibility)visibility);
}

static void check_hits(struct world *w, str words, str wanted, bool only_first, bool similar)
{
    struct search_ask a = {.typed = words, .visibility = SEARCH_STAFF};
    struct search_hits hits = ask(w, a, similar);
    struct buf got = {.arena = w->arena};
    size_t wanted_count = 0;
    str all = wanted;

    for (size_t i = 0; i < hits.count; i++)
        buf_fmt(&got, "%d ", number_of(w, hits.at[i].id));
    if (only_first) {
        if (hits.count == 0 ||
            !str_starts(buf_str(&got), str_fmt(w->arena, "%.*s ", STR_ARG(wanted))))
            fail_msg("%.*s: got %.*s, first should be %.*s", STR_ARG(words), STR_ARG(buf_str(&got)),
                     STR_ARG(wanted));
        return;
    }
    while (all.len > 0) {
        str one = str_cut(&all, ' ');
        bool is_there = false;
        for (size_t i = 0; i < hits.count; i++)
            is_there =
                is_there || str_eq(one, str_fmt(w->arena, "%d", number_of(w, hits.at[i].id)));
        wanted_count++;
        if (!is_there)
            fail_msg("%.*s: got %.*s, wanted %.*s", STR_ARG(words), STR_ARG(buf_str(&got)),
                     STR_ARG(wanted));
    }
    if (hits.count != wanted_count)
        fail_msg("%.*s: got %.*s, wanted %.*s", STR_ARG(words), STR_ARG(buf_str(&got)),
                 STR_ARG(wanted));
}

static void run_cases(struct world *w)
{
    str text = file_text(w->arena, cases_path);
    int checks = 0;

    while (text.len > 0) {
        str line = str_cut(&text, '\n');
        if (line.len == 0 || line.at[0] == '#')
            continue;
        str verb = str_cut(&line, ' ');
        if (str_eq(verb, S("doc"))) {
            add_doc(w, line);
            continue;
        }
        size_t arrow = str_find(line, S("=>"));
        assert_true(arrow != SIZE_MAX);
        str words = str_trim(str_slice(line, 0, arrow));
        check_hits(w, words, str_trim(str_slice(line, arrow + 2, line.len)),
                   !str_eq(verb, S("find")), str_eq(verb, S("like")));
        checks++;
    }
    assert_true(checks > 25);
}

static void words_are_found_inside_longer_ones(void **state)
{
    run_cases(*state);
}

static void nothing_to_search_for_is_said(void **state)
{
    struct world *w = *state;
    static const char *const nothing[] = {"", "  ", "\"\"", "*", "\xF0\x9F\x98\x80", "()&|!"};

    for (size_t i = 0; i < sizeof nothing / sizeof *nothing; i++) {
        struct search_hits hits = ask(w, (struct search_ask){.typed = str_of(nothing[i])}, false);
        assert_true(hits.is_empty);
        assert_int_equal(hits.count, 0);
        assert_true(ask(w, (struct search_ask){.typed = str_of(nothing[i])}, true).is_empty);
    }
    assert_false(ask(w, (struct search_ask){.typed = S("zzzz")}, false).is_empty);
}

static void a_document_is_seen_by_those_who_may(void **state)
{
    struct world *w = *state;
    static const size_t seen[] = {1, 2, 3};

    put(w, "matter", S("hidden apple"), S(""), SEARCH_STAFF);
    put(w, "matter", S("apple"), S(""), SEARCH_PUBLIC);
    put(w, "matter", S("an apple for members"), S(""), SEARCH_SIGNED_IN);
    for (int v = SEARCH_PUBLIC; v <= SEARCH_STAFF; v++) {
        struct search_ask a = {.typed = S("apple"), .visibility = (enum search_visibility)v};
        assert_int_equal(ask(w, a, false).count, seen[v]);
        assert_int_equal(ask(w, a, true).count, seen[v]);
    }
}

static void kinds_narrow_the_hits(void **state)
{
    struct world *w = *state;
    struct search_ask a = {.typed = S("pear")};

    put(w, "matter", S("pear"), S(""), SEARCH_PUBLIC);
    put(w, "plan", S("pear"), S(""), SEARCH_PUBLIC);
    put(w, "mechanism", S("pear"), S(""), SEARCH_PUBLIC);
    assert_int_equal(ask(w, a, false).count, 3);
    a.kinds[0] = S("plan");
    a.kind_count = 1;
    struct search_hits hits = ask(w, a, false);
    assert_int_equal(hits.count, 1);
    assert_true(str_eq(hits.at[0].kind, S("plan")));
    a.kinds[1] = S("matter");
    a.kind_count = 2;
    assert_int_equal(ask(w, a, false).count, 2);
}

static void putting_again_replaces_and_dropping_forgets(void **state)
{
    struct world *w = *state;
    struct put p = {w, S("matter"), S("cherry"), S("red"), id_new(), SEARCH_PUBLIC};
    struct search_ask cherry = {.typed = S("cherry")}, plum = {.typed = S("plum")};

    assert_int_equal(db_act_wait(w->t.pool, put_act, &p), OK);
    assert_int_equal(ask(w, cherry, false).count, 1);
    p.title = S("plum");
    assert_int_equal(db_act_wait(w->t.pool, put_act, &p), OK);
    assert_int_equal(ask(w, cherry, false).count, 0);
    assert_int_equal(ask(w, plum, false).count, 1);
    assert_int_equal(db_act_wait(w->t.pool, drop_act, &p), OK);
    assert_int_equal(ask(w, plum, false).count, 0);
    assert_int_equal(db_act_wait(w->t.pool, drop_act, &p), OK);
}

static void the_title_counts_more_than_the_body(void **state)
{
    struct world *w = *state;
    int64_t in_title = put(w, "matter", S("grape growing"), S("about plants"), SEARCH_PUBLIC);

    put(w, "matter", S("about plants"), S("grape growing"), SEARCH_PUBLIC);
    struct search_hits hits = ask(w, (struct search_ask){.typed = S("grape")}, false);
    assert_int_equal(hits.count, 2);
    assert_int_equal(hits.at[0].id, in_title);
    assert_true(hits.at[0].score > hits.at[1].score);
}

static void pages_follow_each_other(void **state)
{
    struct world *w = *state;
    int64_t seen[25];
    size_t count = 0;

    for (int i = 0; i < 25; i++)
        put(w, "matter", S("melon"), S(""), SEARCH_PUBLIC);
    for (int64_t page = 0; page < 3; page++) {
        struct search_ask a = {.typed = S("melon"), .after = page * 10, .limit = 10};
        struct search_hits hits = ask(w, a, false);
        assert_int_equal(hits.count, page < 2 ? 10 : 5);
        assert_int_equal(hits.has_more, page < 2);
        for (size_t i = 0; i < hits.count; i++) {
            for (size_t j = 0; j < count; j++)
                assert_true(seen[j] != hits.at[i].id);
            seen[count++] = hits.at[i].id;
        }
    }
    assert_int_equal(count, 25);
}

/* More than are ranked, some of them not for everybody: every page is full but the last, and each
 * document comes once. */
static void what_is_beyond_the_ranked_hits_follows_them(void **state)
{
    enum { SEEN = SEARCH_RANKED_MAX + 30, PAGE = 20 };
    struct world *w = *state;
    static int64_t seen[SEEN];
    size_t count = 0;

    for (int i = 0; i < SEEN; i++) {
        put(w, "matter", S("lotus"), S("a pond"), SEARCH_PUBLIC);
        if (i % 10 == 0)
            put(w, "matter", S("lotus"), S("not to be seen"), SEARCH_STAFF);
    }
    for (int64_t after = 0; after < SEEN; after += PAGE) {
        struct search_ask a = {.typed = S("lotus"), .after = after, .limit = PAGE};
        struct search_hits hits = ask(w, a, false);
        bool is_last = after + PAGE >= SEEN;
        assert_int_equal(hits.count, is_last ? SEEN - after : PAGE);
        assert_int_equal(hits.has_more, !is_last);
        for (size_t i = 0; i < hits.count; i++) {
            for (size_t j = 0; j < count; j++)
                assert_true(seen[j] != hits.at[i].id);
            seen[count++] = hits.at[i].id;
        }
    }
    assert_int_equal(count, SEEN);
}

struct tidying {
    bool is_going, more;
    int64_t parts;
};

static enum err tidy_act(struct db *db, void *arg)
{
    struct tidying *t = arg;
    struct arena *a = arena_new("tidy", 65536);
    struct ctx c = {.arena = a, .db = db, .now = clock_now()};
    enum err e = search_tidy(&c, &t->is_going, &t->more);

    if (e == OK)
        e = db_number(db, &t->parts, 0, &SEARCH_PARTS);
    arena_free(a);
    return e;
}

static void the_parts_of_the_index_are_merged_and_everything_is_still_found(void **state)
{
    struct world *w = *state;
    struct tidying t = {.more = true};
    int steps = 0;

    for (int i = 0; i < 255; i++) /* each act leaves a part: merged four by four, twelve are left */
        put(w, "matter", S("quince"), S("in the orchard"), SEARCH_PUBLIC);
    while (t.more && steps++ < 100)
        assert_int_equal(db_act_wait(w->t.pool, tidy_act, &t), OK);
    assert_false(t.more);
    assert_false(t.is_going);
    assert_true(t.parts <= 3);
    struct search_ask a = {.typed = S("quince"), .after = 240, .limit = 20};
    assert_int_equal(ask(w, a, false).count, 15);
    assert_int_equal(db_act_wait(w->t.pool, tidy_act, &t), OK);
    assert_false(t.more); /* nothing to do until there are many again */
}

static void a_hostile_query_is_only_words(void **state)
{
    struct world *w = *state;
    static const char *const typed[] = {
        "\"",      "'",        "a' OR 1=1 --", "NEAR(", "title:", "{title body}: x", "a AND",
        "NOT",     "^",        "-a",           "a\\",   "':*",    "a <-> <->",       "''':A'''",
        "a:*ABCD", "\xFF\xFE", "$1",           "%s%n"};
    struct buf longest = {.arena = w->arena};

    for (size_t i = 0; i < sizeof typed / sizeof *typed; i++) {
        ask(w, (struct search_ask){.typed = str_of(typed[i])}, false);
        ask(w, (struct search_ask){.typed = str_of(typed[i])}, true);
    }
    for (int i = 0; i < 20000; i++)
        buf_fmt(&longest, "w%d \xE5\x81\x9C\xE8\xBD\xA6", i);
    ask(w, (struct search_ask){.typed = buf_str(&longest)}, false);
    ask(w, (struct search_ask){.typed = buf_str(&longest)}, true);
}

static void a_very_long_document_is_taken(void **state)
{
    struct world *w = *state;
    struct buf body = {.arena = w->arena};

    for (int i = 0; i < 40000; i++)
        buf_fmt(&body, "nut%d ", i % 20000);
    put(w, "matter", S("walnut"), buf_str(&body), SEARCH_PUBLIC);
    assert_int_equal(ask(w, (struct search_ask){.typed = S("nut15000")}, false).count, 1);
    assert_int_equal(ask(w, (struct search_ask){.typed = S("nut19999")}, false).count, 0);
}

static void every_statement_prepares(void **state)
{
    struct world *w = *state;

    assert_int_equal(db_testing_prepare(&w->t, search_statements, search_statement_count), 0);
}

static int start(void **state, enum db_engine engine)
{
    static struct world w;

    w = (struct world){.arena = arena_new("test", 256u * 1024 * 1024)};
    *state = &w;
    return db_testing_open(&w.t, engine) ? 0 : -1;
}

static int start_sqlite(void **state)
{
    return start(state, DB_SQLITE);
}

static int start_postgres(void **state)
{
    return start(state, DB_POSTGRES);
}

static int end(void **state)
{
    struct world *w = *state;

    db_testing_close(&w->t);
    arena_free(w->arena);
    return 0;
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(words_are_found_inside_longer_ones),
        cmocka_unit_test(nothing_to_search_for_is_said),
        cmocka_unit_test(a_document_is_seen_by_those_who_may),
        cmocka_unit_test(kinds_narrow_the_hits),
        cmocka_unit_test(putting_again_replaces_and_dropping_forgets),
        cmocka_unit_test(the_title_counts_more_than_the_body),
        cmocka_unit_test(pages_follow_each_other),
        cmocka_unit_test(what_is_beyond_the_ranked_hits_follows_them),
        cmocka_unit_test(the_parts_of_the_index_are_merged_and_everything_is_still_found),
        cmocka_unit_test(a_hostile_query_is_only_words),
        cmocka_unit_test(a_very_long_document_is_taken),
        cmocka_unit_test(every_statement_prepares),
    };
    int failed;

    cases_path = argc > 1 ? argv[1] : "src/search/search_cases.txt";
    failed = cmocka_run_group_tests_name("search, sqlite", tests, start_sqlite, end);
    if (db_testing_has(DB_POSTGRES))
        failed += cmocka_run_group_tests_name("search, postgres", tests, start_postgres, end);
    return failed;
}
