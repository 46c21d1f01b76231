/* The lists of the record and of the accounts as files: what they hold, in which language, and who
 * gets them. The lists of matters have theirs in matter/list_web_test.c and desk_web_test.c. */
#include "figure/figure.h"
#include "matter/rows_test.h"
#include "mechanism/mechanism.h"
#include "plan/plan.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

/* Every list that has a page: its files have the address of the page, and an ending. */
static const struct {
    const char *page, *who; /* NULL: anyone */
} lists[] = {
    {"/plan", NULL},     {"/figures", NULL},      {"/mechanisms", NULL},
    {"/matters", NULL},  {"/people", "security"}, {"/audit", "auditor"},
    {"/audit", "audit"}, {"/inbox", "handler"},   {"/desk", "clerk"},
};

enum { LISTS = sizeof lists / sizeof *lists };

static struct world world;

static enum err fill_record(struct ctx *c, void *arg)
{
    struct plan held = {.code = S("C-2021-01"),
                        .year = 2021,
                        .kind = S("thematic"),
                        .topic = S("=held"),
                        .topic_en = S("=held, in English"),
                        .state = S("held"),
                        .position = 1,
                        .source = S("a page"),
                        .source_line = S("39")};
    struct plan planned = {.code = S("C-2022-01"),
                           .year = 2022,
                           .kind = S("bimonthly"),
                           .topic = S("planned"),
                           .topic_en = S("planned in English"),
                           .state = S("planned"),
                           .position = 2,
                           .note = S("a note"),
                           .source = S("a page"),
                           .source_line = S("69")};
    struct figure figure = {.code = S("F-1"),
                            .year = 2021,
                            .subject = S("subject"),
                            .subject_en = S("@subject"),
                            .name = S("name"),
                            .name_en = S("+name"),
                            .value_text = S("1,234.5 as printed"),
                            .value_number = 1234.5,
                            .unit = S("reports"),
                            .plan = S("C-2021-01"),
                            .position = 1,
                            .source = S("a page"),
                            .source_line = S("39")};
    struct mechanism mechanism = {.code = S("m1"),
                                  .term_zh = S("zh term"),
                                  .term_en = S("-term"),
                                  .purpose_zh = S("zh purpose"),
                                  .purpose_en = S("purpose"),
                                  .group = S("study"),
                                  .position = 1,
                                  .source = S("a page"),
                                  .source_line = S("71")};
    bool changed;

    (void)arg;
    TRY(plan_put(c, &held, &changed));
    TRY(plan_put(c, &planned, &changed));
    TRY(figure_put(c, &figure, &changed));
    return mechanism_put(c, &mechanism, &changed);
}

static int begin(void **state, enum db_engine engine)
{
    *state = NULL;
    if (!world_open(&world, engine))
        return engine == DB_SQLITE ? -1 : 0;
    *state = &world;
    int64_t unit = world_body(&world, "dept", "unit", 0);
    world_person(&world, "security", ROLE_SECURITY_ADMIN, 0);
    world_person(&world, "auditor", ROLE_AUDITOR, 0);
    world_person(&world, "audit", ROLE_AUDIT_ADMIN, 0);
    world_person(&world, "clerk", ROLE_CLERK, 0);
    world_person(&world, "handler", ROLE_HANDLER, unit);
    world_person(&world, "resident", 0, 0);
    return world_act(&world, NULL, fill_record, NULL) == OK ? 0 : -1;
}

static int open_sqlite(void **state)
{
    return begin(state, DB_SQLITE);
}

static int open_postgres(void **state)
{
    return begin(state, DB_POSTGRES);
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

static const char *file_of(struct world *w, const char *page, const char *ending)
{
    if (strcmp(page, "/desk") == 0)
        page = "/desk/queue";
    return str_fmt(w->arena, "%s.%s", page, ending).at;
}

/* ---- who gets them ---- */

static void every_list_has_both_files_and_its_page_leads_to_them(void **state)
{
    WORLD(w);
    struct answer out;

    for (size_t i = 0; i < LISTS; i++) {
        struct answer page = get(w, lists[i].who, lists[i].page);
        const char *csv = file_of(w, lists[i].page, "csv"),
                   *xlsx = file_of(w, lists[i].page, "xlsx");
        assert_int_equal(page.status, 200);
        if (strcmp(lists[i].page, "/desk") != 0) { /* the desk shows them beside a queue */
            assert_true(says(&page, str_fmt(w->arena, "href=\"%s", csv).at));
            assert_true(says(&page, str_fmt(w->arena, "href=\"%s", xlsx).at));
        }
        struct answer a = get(w, lists[i].who, csv);
        assert_int_equal(a.status, 200);
        assert_string_equal(a.type.at, "text/csv; charset=utf-8");
        assert_true(str_starts(a.body, S("\xEF\xBB\xBF")));
        a = get(w, lists[i].who, xlsx);
        assert_int_equal(a.status, 200);
        assert_int_equal(unzip(w, &a, NULL, &out), 0);
    }
}

static void the_files_are_for_whoever_may_see_the_page(void **state)
{
    static const char *const endings[] = {"csv", "xlsx"};

    WORLD(w);
    for (size_t i = 0; i < 2 * LISTS; i++) {
        const char *path = file_of(w, lists[i / 2].page, endings[i % 2]);
        int without = lists[i / 2].who == NULL ? 200 : 403;
        assert_int_equal(get(w, "resident", path).status, without);
        assert_int_equal(get(w, NULL, path).status, without == 403 ? 303 : 200);
    }
    assert_int_equal(get(w, "auditor", "/people.csv").status, 403);
    assert_int_equal(get(w, "security", "/audit.csv").status, 403);
}

/* ---- what they hold ---- */

static void the_plan_of_a_year_or_of_all_is_a_file(void **state)
{
    WORLD(w);
    struct answer a = get(w, NULL, "/plan.csv");

    assert_int_equal(times(&a, "\r\n"), 3);
    a = get(w, NULL, "/plan.csv?year=2021&lang=en");
    assert_int_equal(times(&a, "\r\n"), 2);
    assert_true(says(&a, "Topic [topic],"));
    assert_true(says(&a, "C-2021-01,2021,Thematic deliberation of the Standing Committee,\"'=held, "
                         "in English\",Held,,\"a page, line 39\","
                         "http://localhost/plan/C-2021-01\r\n"));
    a = get(w, NULL, "/plan?year=2021");
    assert_string_equal(link_after(w, &a, "class=\"links no-print\""), "/plan.csv?year=2021");
    a = get(w, NULL, "/plan.csv?year=1066"); /* as on the page: the latest */
    assert_true(says(&a, "C-2022-01") && !says(&a, "C-2021-01"));
}

static void a_figure_is_exported_as_printed_with_unit_subject_year_and_source(void **state)
{
    WORLD(w);
    struct answer out, a = get(w, NULL, "/figures.csv?lang=en");

    assert_true(says(&a, "\r\nF-1,\"1,234.5 as printed\",reports,'+name,'@subject,2021,C-2021-01,"
                         "\"a page, line 39\",http://localhost/figures/F-1\r\n"));
    a = get(w, NULL, "/figures.xlsx");
    assert_int_equal(unzip(w, &a, "xl/worksheets/sheet1.xml", &out), 0);
    assert_true(says(&out, "1,234.5 as printed"));
    assert_false(says(&out, "<f>"));
}

static void a_mechanism_is_exported_with_both_its_names(void **state)
{
    WORLD(w);
    struct answer a = get(w, NULL, "/mechanisms.csv?lang=en");

    assert_true(says(&a, "\r\nm1,zh term,'-term,Study,purpose,\"a page, line 71\","
                         "http://localhost/mechanisms/m1\r\n"));
}

static enum err add_wanted(struct ctx *c, void *arg)
{
    struct person_new n = {
        .login = S("wanted"), .name = S("@name"), .phone = S("+8613800000001"), .verified = 1};
    int64_t id;

    (void)arg;
    TRY(person_add(c, &n, &id));
    return person_give_role(c, id, ROLE_CLERK, 0);
}

static void the_list_of_accounts_holds_roles_and_no_contact(void **state)
{
    WORLD(w);
    assert_int_equal(world_act(w, NULL, add_wanted, NULL), OK);
    struct answer a = get(w, "security", "/people.csv?lang=en");
    assert_int_equal(times(&a, "\r\n"), 8);
    assert_true(says(&a, ",'@name,wanted,"));
    assert_true(says(&a, "Roles [roles],"));
    assert_false(says(&a, "13800000001"));
    a = get(w, "security", "/people.csv?q=@name&lang=en");
    assert_int_equal(times(&a, "\r\n"), 2);
    a = get(w, "security", "/people.csv?role=clerk");
    assert_int_equal(times(&a, "\r\n"), 3);
    a = get(w, "security", "/people?role=clerk&q=a+b");
    assert_string_equal(link_after(w, &a, "class=\"links no-print\""),
                        "/people.csv?role=clerk&q=a%20b");
}

static enum err add_lines(struct ctx *c, void *arg)
{
    for (int i = 0; i < 1200; i++)
        TRY(person_audit(c, 0, S("calendar"), S("=1+1"), S("ok")));
    (void)arg;
    return OK;
}

static void the_whole_account_record_is_a_file_and_not_its_first_page(void **state)
{
    WORLD(w);
    assert_int_equal(world_act(w, NULL, add_lines, NULL), OK);
    struct answer a = get(w, "auditor", "/audit.csv?kind=calendar&lang=en");
    assert_int_equal(times(&a, "\r\n"), 1201);
    assert_int_equal(times(&a, ",Operator (command line),Holiday table,'=1+1,Done\r\n"), 1200);
    a = get(w, "auditor", "/audit.csv?kind=calendar&to=2001-01-01");
    assert_int_equal(times(&a, "\r\n"), 1);
    a = get(w, "auditor", "/audit.csv?kind=calendar&to=soon");
    assert_int_equal(a.status, 422);
    a = get(w, "auditor", "/audit?kind=calendar");
    assert_string_equal(link_after(w, &a, "class=\"links no-print\""),
                        "/audit.csv?from=&to=&kind=calendar&who=");
}

static void an_export_of_people_or_of_the_record_is_itself_on_record(void **state)
{
    WORLD(w);
    static const char *const paths[] = {"/people.csv?q=wanted", "/people.xlsx"};

    for (size_t i = 0; i < 2; i++)
        assert_int_equal(get(w, "security", paths[i]).status, 200);
    assert_int_equal(get(w, "auditor", "/audit.csv?to=soon").status, 422);
    assert_int_equal(get(w, "resident", "/people.csv").status, 403);
    struct answer a = get(w, "auditor", "/audit.csv?kind=export&lang=en");
    assert_int_equal(a.status, 200);
    assert_int_equal(times(&a, "\r\n"), 4); /* the head, and each that was given, this one too */
    assert_true(says(&a, ",security,Export,\"List of accounts, CSV\",Done\r\n"));
    assert_true(says(&a, ",security,Export,\"List of accounts, XLSX\",Done\r\n"));
    assert_true(says(&a, ",auditor,Export,\"Audit record, CSV\",Done\r\n"));
    assert_false(says(&a, "wanted"));
    a = get(w, "audit", "/audit?kind=export");
    assert_int_equal(times(&a, "CSV</td>"), 2);
    assert_int_equal(get(w, "audit", "/audit.xlsx").status, 200);
    a = get(w, "audit", "/audit?kind=export&lang=en");
    assert_true(says(&a, "Audit record, XLSX"));
    w->app.is_read_only = true; /* nothing can be written: nothing is given */
    assert_int_equal(get(w, "auditor", "/audit.csv").status, 403);
    w->app.is_read_only = false;
}

#define ON(open, test)                                                                             \
    {                                                                                              \
#test " (" #open ")", (test), (open), close_world, NULL                                    \
    }
#define BOTH(test) ON(open_sqlite, test), ON(open_postgres, test)

int main(void)
{
    const struct CMUnitTest tests[] = {
        BOTH(every_list_has_both_files_and_its_page_leads_to_them),
        BOTH(the_files_are_for_whoever_may_see_the_page),
        BOTH(the_plan_of_a_year_or_of_all_is_a_file),
        BOTH(a_figure_is_exported_as_printed_with_unit_subject_year_and_source),
        BOTH(a_mechanism_is_exported_with_both_its_names),
        BOTH(the_list_of_accounts_holds_roles_and_no_contact),
        BOTH(the_whole_account_record_is_a_file_and_not_its_first_page),
        BOTH(an_export_of_people_or_of_the_record_is_itself_on_record),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
