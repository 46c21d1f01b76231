/* Lists, exports, feeds, search and receipts, through the main path on both engines. */
#include "matter/rows_test.h"
#include "search/search.h"
#include "web/export.h"
#include "web/qr.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

enum { ROWS = 47 };

static struct world world;

static int open_sqlite(void **state)
{
    *state = &world;
    return world_open(&world, DB_SQLITE) ? 0 : -1;
}

static int open_postgres(void **state)
{
    *state = world_open(&world, DB_POSTGRES) ? &world : NULL;
    return 0;
}

static int close_world(void **state)
{
    if (*state != NULL)
        world_close(&world);
    return 0;
}

/* NOLINTBEGIN(bugprone-macro-parentheses): it declares the variable */
#define WORLD(w)                                                                                   \
    struct world *w = *state;                                                                      \
    if (w == NULL)                                                                                 \
    skip()
/* NOLINTEND(bugprone-macro-parentheses) */

/* ---- exports ---- */

static const char *cell(struct world *w, const char *text)
{
    struct buf b = {.arena = w->arena};

    export_put_csv(&b, str_of(text));
    return buf_str(&b).at;
}

static void a_csv_cell_never_begins_a_formula(void **state)
{
    WORLD(w);
    assert_string_equal(cell(w, "=1+1"), "'=1+1");
    assert_string_equal(cell(w, "+1"), "'+1");
    assert_string_equal(cell(w, "-1"), "'-1");
    assert_string_equal(cell(w, "@sum"), "'@sum");
    assert_string_equal(cell(w, "\t=1"), "\"'\t=1\"");
    assert_string_equal(cell(w, "\xEF\xBC\x9D"
                                "1"),
                        "'\xEF\xBC\x9D"
                        "1");
    assert_string_equal(cell(w, "a=1"), "a=1");
    assert_string_equal(cell(w, "a,\"b\"\nc"), "\"a,\"\"b\"\"\nc\"");
}

static void a_csv_holds_the_rows_of_the_filter_and_named_columns(void **state)
{
    WORLD(w);
    add_matter(w, (struct test_matter){.title = "=cmd|' /C calc'!A0", .category = "housing"});
    add_matter(w, (struct test_matter){.title = "other", .category = "traffic"});
    for (int i = 0; i < 600; i++) /* more than one batch */
        add_matter(w, (struct test_matter){.title = "many", .category = "health"});

    struct answer a = get(w, NULL, "/matters.csv");
    assert_int_equal(a.status, 200);
    assert_true(str_starts(a.body, S("\xEF\xBB\xBF")));
    assert_int_equal(times(&a, "\r\n"), 603);
    assert_true(says(&a, ",'=cmd|' /C calc'!A0,"));
    assert_true(says(&a, " [serial],"));

    a = get(w, NULL, "/matters.csv?category=talk_it_over.housing&lang=en");
    assert_int_equal(times(&a, "\r\n"), 2);
    assert_true(says(&a, "Matter [title],"));
    a = get(w, NULL, "/matters");
    assert_string_equal(link_after(w, &a, "class=\"links no-print\""), "/matters.csv");
    a = get(w, NULL, "/matters?category=talk_it_over.housing&order=changed");
    assert_string_equal(link_after(w, &a, "class=\"links no-print\""),
                        "/matters.csv?category=talk_it_over.housing&order=changed");
}

static void an_xlsx_opens_and_holds_strings_only(void **state)
{
    WORLD(w);
    struct answer out;

    add_matter(w, (struct test_matter){.title = "=1+1 & <tag>"});
    struct answer a = get(w, NULL, "/matters.xlsx");
    assert_int_equal(a.status, 200);
    assert_int_equal(unzip(w, &a, NULL, &out), 0);
    assert_int_equal(unzip(w, &a, "xl/worksheets/sheet1.xml", &out), 0);
    assert_true(says(&out, "=1+1 &amp; &lt;tag&gt;"));
    assert_false(says(&out, "<f>"));
    assert_true(says(&out, "[title]"));
}

static void an_export_leaves_no_file_behind(void **state)
{
    WORLD(w);
    struct answer out, a = get(w, NULL, "/matters.csv");

    assert_int_equal(a.status, 200);
    str command = str_fmt(w->arena, "ls %s/files | wc -l", w->dir);
    FILE *f = popen(command.at, "r");
    char line[16] = "";
    assert_non_null(fgets(line, sizeof line, f));
    pclose(f);
    out.body = str_of(line);
    assert_true(says(&out, "0"));
}

/* ---- the list ---- */

/* Goes forward to the end and back again; every matter must be seen once each way. */
static void walk(struct world *w, const char *url)
{
    int seen[ROWS] = {0}, back[ROWS] = {0}, pages = 0;
    struct answer a = get(w, NULL, url);

    for (;; pages++) {
        assert_int_equal(a.status, 200);
        for (int i = 0; i < ROWS; i++)
            seen[i] += (int)times(&a, str_fmt(w->arena, ">number %d<", i).at);
        const char *next = link_after(w, &a, "rel=\"next\"");
        if (next[0] == '\0')
            break;
        a = get(w, NULL, next);
    }
    assert_int_equal(pages, 2);
    for (;;) {
        for (int i = 0; i < ROWS; i++)
            back[i] += (int)times(&a, str_fmt(w->arena, ">number %d<", i).at);
        const char *previous = link_after(w, &a, "rel=\"prev\"");
        if (previous[0] == '\0')
            break;
        a = get(w, NULL, previous);
    }
    for (int i = 0; i < ROWS; i++) {
        assert_int_equal(seen[i], 1);
        assert_int_equal(back[i], 1);
    }
}

static void the_pager_shows_every_matter_once_in_both_directions(void **state)
{
    WORLD(w);
    for (int i = 0; i < ROWS; i++) /* many at the same moment */
        add_matter(w, (struct test_matter){.title = str_fmt(w->arena, "number %d", i).at,
                                           .raised = 1000 + i / 10,
                                           .changed = 9000 - i / 7});
    walk(w, "/matters");
    walk(w, "/matters?order=changed");
    walk(w, "/matters?state=talk_it_over.handling");
    struct answer a = get(w, NULL, "/matters");
    assert_true(says(&a, "47"));
}

static void filters_keep_what_fits(void **state)
{
    WORLD(w);
    int64_t region = world_body(w, "region", "r1", 0), room = world_body(w, "room", "a", region);
    int64_t inner = world_body(w, "room", "b", room), other = world_body(w, "room", "c", 0);

    add_matter(w, (struct test_matter){.title = "one", .room = room, .region = region});
    add_matter(w, (struct test_matter){.title = "two", .room = inner, .category = "housing"});
    add_matter(w, (struct test_matter){.title = "three", .room = other, .state = "closed"});
    struct answer a = get(w, NULL, "/matters?state=talk_it_over.closed");
    assert_true(says(&a, ">three<") && !says(&a, ">one<") && !says(&a, ">two<"));
    a = get(w, NULL, str_fmt(w->arena, "/matters?room=%lld", (long long)room).at);
    assert_true(says(&a, ">one<") && says(&a, ">two<") && !says(&a, ">three<"));
    a = get(w, NULL, str_fmt(w->arena, "/matters?region=%lld", (long long)region).at);
    assert_true(says(&a, ">one<") && !says(&a, ">two<"));
    a = get(w, NULL, "/matters?category=talk_it_over.housing&state=talk_it_over.handling");
    assert_true(says(&a, ">two<") && !says(&a, ">one<"));
    assert_string_equal(link_after(w, &a, "chip-remove"), "/matters?category=talk_it_over.housing");
    a = get(w, NULL, "/matters?category=talk_it_over.housing&state=proposal.closed");
    assert_true(says(&a, "class=\"empty\"") && !says(&a, ">two<"));
    a = get(w, NULL, "/matters?state=%27%3B+DROP&room=x&after=9.9.9&order=-");
    assert_int_equal(a.status, 200);
    assert_true(says(&a, ">one<"));
}

static void what_is_not_public_is_in_no_list(void **state)
{
    static const char *const urls[] = {"/", "/matters", "/matters.csv", "/matters.atom"};
    WORLD(w);

    int64_t id = add_matter(
        w, (struct test_matter){.title = "hidden words", .state = "raised", .is_hidden = true});
    add_matter(w, (struct test_matter){.title = "kept back words",
                                       .procedure = "proposal",
                                       .state = "closed",
                                       .openness = "closed"});
    for (size_t i = 0; i < sizeof urls / sizeof *urls; i++) {
        struct answer a = get(w, NULL, urls[i]);
        assert_int_equal(a.status, 200);
        assert_false(says(&a, "hidden words"));
        assert_false(says(&a, "kept back words"));
    }
    struct answer a = get(w, NULL, str_fmt(w->arena, "/matters/%lld/atom", (long long)id).at);
    assert_int_equal(a.status, 404);
    a = get(w, NULL, "/matters/999/atom");
    assert_int_equal(a.status, 404);
}

/* ---- feeds ---- */

/* Every element closed in order, and no sign that needs escaping. */
static bool is_well_formed(str xml)
{
    str open[32];
    size_t depth = 0;

    for (size_t i = 0; i < xml.len; i++) {
        if (xml.at[i] == '&' && str_find(str_slice(xml, i, i + 6), S(";")) == SIZE_MAX)
            return false;
        if (xml.at[i] != '<')
            continue;
        str rest = str_slice(xml, i + 1, xml.len), tag = str_cut(&rest, '>');
        str name = tag;
        name = str_cut(&name, ' ');
        if (str_starts(tag, S("?")) || str_ends(tag, S("/")))
            continue;
        if (!str_starts(tag, S("/"))) {
            if (depth == 32)
                return false;
            open[depth++] = name;
        } else if (depth == 0 || !str_eq(open[--depth], str_slice(name, 1, name.len))) {
            return false;
        }
    }
    return depth == 0;
}

static void a_filter_with_an_unknown_value_is_left_out_with_a_sentence(void **state)
{
    WORLD(w);
    static const char *const filters[] = {
        "procedure=nonsense", "state=nonsense", "state=talk_it_over.nonsense", "room=nonsense",
        "region=4711",        "counted=none",   "category=nonsense.housing",
    };

    add_matter(w, (struct test_matter){.title = "still here"});
    for (size_t i = 0; i < sizeof filters / sizeof *filters; i++) {
        struct answer a = get(w, NULL, str_fmt(w->arena, "/matters?%s&lang=en", filters[i]).at);
        assert_int_equal(a.status, 200);
        assert_true(says(&a, "; it was left out."));
        assert_true(says(&a, "still here"));
        a = get(w, NULL, str_fmt(w->arena, "/matters.csv?%s&lang=en", filters[i]).at);
        assert_int_equal(a.status, 422); /* a file cannot say that it holds more */
        assert_true(says(&a, "; it was left out."));
        a = get(w, NULL, str_fmt(w->arena, "/matters.atom?%s", filters[i]).at);
        assert_int_equal(a.status, 422);
    }
    struct answer a = get(w, NULL, "/matters?state=%3Cb%3E&region=4711&lang=en");
    assert_true(says(&a, "The filter \xE2\x80\x9CState\xE2\x80\x9D has no value "
                         "\xE2\x80\x9C&lt;b&gt;\xE2\x80\x9D; it was left out."));
    assert_int_equal(times(&a, "; it was left out."), 2);
    a = get(w, NULL, "/matters?state=&room=&category=talk_it_over.housing&lang=en");
    assert_false(says(&a, "left out")); /* a form sends its empty fields */
}

static void feeds_are_well_formed(void **state)
{
    WORLD(w);
    int64_t id = add_matter(w, (struct test_matter){.title = "a < b & \"c\""});

    struct answer a = get(w, NULL, "/matters.atom?state=talk_it_over.handling");
    assert_int_equal(a.status, 200);
    assert_true(str_starts(a.type, S("application/atom+xml")));
    assert_true(is_well_formed(a.body));
    assert_true(says(&a, "a &lt; b &amp; "));
    assert_int_equal(times(&a, "<entry>"), 1);
    a = get(w, NULL, str_fmt(w->arena, "/matters/%lld/atom", (long long)id).at);
    assert_int_equal(a.status, 200);
    assert_true(is_well_formed(a.body));
    assert_false(is_well_formed(S("<a><b></a></b>")));
}

/* ---- search ---- */

static enum err index_one(struct ctx *c, void *arg)
{
    const struct test_matter *m = arg;

    return search_put(c, S("matter"), m->id, str_of(m->title), S(""),
                      m->is_hidden ? SEARCH_STAFF : SEARCH_PUBLIC);
}

static int64_t add_found(struct world *w, struct test_matter m)
{
    m.id = add_matter(w, m);
    if (world_act(w, NULL, index_one, &m) != OK)
        abort();
    return m.id;
}

static void hits_are_marked_and_never_markup(void **state)
{
    WORLD(w);
    add_found(w, (struct test_matter){.title = "lantern <script> street"});
    add_found(w, (struct test_matter){.title = "hidden lantern", .is_hidden = true});

    struct answer a = get(w, NULL, "/search?q=lantern");
    assert_true(says(&a, "<mark>lantern</mark> &lt;script&gt; street"));
    assert_false(says(&a, "hidden"));
    a = get(w, NULL, "/search?q=%22%3Cb%3E");
    assert_int_equal(a.status, 200);
    assert_false(says(&a, "<b>"));
    a = get(w, NULL, "/search?q=nothinglikethis");
    assert_true(says(&a, "class=\"empty\""));
    a = get(w, NULL, "/search");
    assert_int_equal(a.status, 200);
    assert_true(str_starts(get(w, NULL, "/matters?q=lantern").location, S("/search?q=lantern")));
}

static void the_index_does_not_decide_who_sees_a_matter(void **state)
{
    WORLD(w);
    int64_t room = world_body(w, "room", "here", 0), other = world_body(w, "room", "there", 0);

    world_person(w, "here", ROLE_CLERK, room);
    world_person(w, "there", ROLE_CLERK, other);
    add_found(w,
              (struct test_matter){
                  .title = "lantern inside", .state = "raised", .room = room, .is_hidden = true});
    struct answer a = get(w, "here", "/search?q=lantern");
    assert_true(says(&a, "</mark> inside"));
    a = get(w, "there", "/search?q=lantern");
    assert_false(says(&a, "</mark> inside"));

    add_found(w, (struct test_matter){.title = "lantern kept back",
                                      .procedure = "proposal",
                                      .state = "closed",
                                      .openness = "closed"});
    static const char *const urls[] = {"/similar?title=lantern", "/search?q=lantern"};
    for (size_t i = 0; i < sizeof urls / sizeof *urls; i++) {
        a = get(w, NULL, urls[i]);
        assert_int_equal(a.status, 200);
        assert_false(says(&a, "kept back"));
    }
}

static void similar_matters_are_at_most_five_and_part_of_a_page(void **state)
{
    WORLD(w);
    for (int i = 0; i < 8; i++)
        add_found(w, (struct test_matter){.title = "broken lantern <i> street"});
    struct answer a = get(w, NULL, "/similar?q=lantern+street");
    assert_int_equal(times(&a, "<li>"), 5);
    assert_false(says(&a, "<html"));
    assert_true(says(&a, "#follow"));
    a = get(w, NULL, "/similar?q=l");
    assert_false(says(&a, "<li>"));
}

/* ---- receipts ---- */

static void a_receipt_opens_what_its_holder_wrote_and_nothing_else_does(void **state)
{
    WORLD(w);
    add_matter(w, (struct test_matter){.title = "mine alone",
                                       .state = "raised",
                                       .serial = "2026-00001",
                                       .receipt = "ABCDEF1234",
                                       .is_hidden = true});
    int64_t open = add_matter(w, (struct test_matter){.title = "open", .serial = "2026-00002"});

    struct answer a = get(w, NULL, "/receipt?number=abcde-f1234");
    assert_int_equal(a.status, 200);
    assert_true(says(&a, "mine alone") && says(&a, "what happened &lt;b&gt;"));
    a = get(w, NULL, "/receipt?number=2026-00001"); /* a serial is no secret */
    assert_int_equal(a.status, 404);
    assert_false(says(&a, "mine alone"));
    a = get(w, NULL, "/receipt?number=ABCDEF1235");
    assert_int_equal(a.status, 404);
    assert_true(says(&a, "value=\"ABCDEF1235\"") && says(&a, "field-error"));
    a = get(w, NULL, "/receipt?number=2026-00002");
    assert_string_equal(a.location.at, str_fmt(w->arena, "/matters/%lld", (long long)open).at);
}

static void every_paper_has_a_number_of_its_own_in_its_code(void **state)
{
    WORLD(w);
    struct answer a = get(w, NULL, "/paper"), b = get(w, NULL, "/paper?lang=en");

    assert_int_equal(a.status, 200);
    assert_true(says(&a, "<path fill=\"#000\" d=\"M0 0h7v1h-7z"));
    assert_false(str_eq(a.body, b.body));
    assert_true(says(&b, "tear off"));
    struct qr q = qr_make(w->arena, S("x"));
    assert_string_equal(q.box.at, "-4 -4 29 29"); /* version 1 has 21 modules */
    char *long_text = arena_alloc(w->arena, 5000);
    for (int i = 0; i < 4999; i++)
        long_text[i] = 'x';
    assert_int_equal(qr_make(w->arena, (str){long_text, 4999}).path.len, 0);
}

#define ON(open, test)                                                                             \
    {                                                                                              \
#test " (" #open ")", (test), (open), close_world, NULL                                    \
    }
#define BOTH(test) ON(open_sqlite, test), ON(open_postgres, test)

int main(void)
{
    const struct CMUnitTest tests[] = {
        BOTH(a_csv_cell_never_begins_a_formula),
        BOTH(a_csv_holds_the_rows_of_the_filter_and_named_columns),
        BOTH(an_xlsx_opens_and_holds_strings_only),
        BOTH(an_export_leaves_no_file_behind),
        BOTH(the_pager_shows_every_matter_once_in_both_directions),
        BOTH(filters_keep_what_fits),
        BOTH(a_filter_with_an_unknown_value_is_left_out_with_a_sentence),
        BOTH(what_is_not_public_is_in_no_list),
        BOTH(feeds_are_well_formed),
        BOTH(hits_are_marked_and_never_markup),
        BOTH(the_index_does_not_decide_who_sees_a_matter),
        BOTH(similar_matters_are_at_most_five_and_part_of_a_page),
        BOTH(a_receipt_opens_what_its_holder_wrote_and_nothing_else_does),
        BOTH(every_paper_has_a_number_of_its_own_in_its_code),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
