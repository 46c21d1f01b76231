#include "procedure/procedure_walk.h"

#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static const char *root = ".";

/* What the loader says about a text, in English; empty: it is right. */
static str problems_of(struct arena *a, str name, str text)
{
    struct problem_list *problems = NEW(a, struct problem_list);
    struct procedure *p;
    struct buf b = {.arena = a};
    enum err e = procedure_load(a, name, text, &p, problems);

    assert_int_equal(e == OK, problems->count == 0);
    assert_int_equal(e == OK, p != NULL);
    procedure_put_problems(&b, LANG_EN, name, problems);
    return buf_str(&b);
}

/* The lines "# expect 12: …" at the head of a broken file, as the loader should say them. */
static str expected_of(struct arena *a, str name, str text)
{
    struct buf b = {.arena = a};

    while (str_starts(text, S("# expect "))) {
        str line = str_cut(&text, '\n');
        str said = str_slice(line, 9, line.len);
        buf_fmt(&b, "%.*s:%.*s\n", STR_ARG(name), STR_ARG(said));
    }
    return buf_str(&b);
}

static void every_broken_file_is_refused_with_line_and_reason(void **state)
{
    struct arena *a = arena_new("broken files", 64 << 20);
    DIR *dir = opendir(str_z(a, str_fmt(a, "%s/tests/procedure", root)));
    int count = 0;

    (void)state;
    assert_non_null(dir);
    for (struct dirent *e; (e = readdir(dir));) {
        if (strncmp(e->d_name, "bad_", 4) != 0)
            continue;
        str name = str_copy(a, str_of(e->d_name));
        str text = walk_read(a, root, str_z(a, str_fmt(a, "tests/procedure/%.*s", STR_ARG(name))));
        str expected = expected_of(a, name, text);
        assert_true(expected.len > 0);
        assert_string_equal(problems_of(a, name, text).at, expected.at);
        count++;
    }
    closedir(dir);
    assert_true(count >= 25);
    arena_free(a);
}

static void every_shipped_file_loads(void **state)
{
    static const char *const files[] = {"procedures/proposal.yaml", "procedures/talk_it_over.yaml",
                                        "tests/procedure/small.yaml"};
    struct arena *a = arena_new("shipped files", 64 << 20);

    (void)state;
    for (size_t i = 0; i < sizeof files / sizeof *files; i++)
        assert_int_equal(problems_of(a, S("x"), walk_read(a, root, files[i])).len, 0);
    arena_free(a);
}

/* ---- nothing gets stuck ---- */

static unsigned next_random(unsigned *seed)
{
    return (*seed = *seed * 1103515245U + 12345U) >> 16;
}

/* Acts that end the matter or leave it where it is are taken seldom, so that the walks get far. */
static bool leads_nowhere(const struct procedure *p, int at)
{
    const struct act *act = &p->acts[at];

    return act->child < 0 && (act->to_count == 0 || p->states[act->to[0]].is_end);
}

/* One act that somebody or time can do; false if there is none. */
static bool step_at_random(struct walk *w, unsigned *seed)
{
    uint32_t people = ~procedure_parties_that_are(w->p, PARTY_SYSTEM);
    struct open_acts open = procedure_open_acts(w->arena, w->p, &w->f, people, LANG_EN);

    for (size_t tries = 0; tries < 64 * open.count; tries++) {
        const struct open_act *act = &open.at[next_random(seed) % open.count];
        if (!act->is_ready || (leads_nowhere(w->p, act->act) && next_random(seed) % 16))
            continue;
        static const str codes[] = {{"satisfied", 9}, {"not_satisfied", 13}};
        w->result = w->p->satisfaction.child == w->p->acts[act->act].child
                        ? codes[next_random(seed) % 2]
                        : S("");
        assert_true(walk_act(w, people, act));
        return true;
    }
    for (size_t i = 0; i < w->p->clock_count; i++)
        if (walk_out(w, str_z(w->arena, w->p->clocks[i].name)))
            return true;
    return false;
}

/* The states it came through. */
static uint64_t walk_at_random(struct walk *w, unsigned *seed)
{
    uint64_t seen = 0;

    for (int n = 0; n < 120 && w->f.child_count < WALK_ROWS - 12; n++) {
        seen |= UINT64_C(1) << w->f.state;
        if (w->p->states[w->f.state].is_end)
            break;
        if (!step_at_random(w, seed))
            fail_msg("stuck in %.*s", STR_ARG(w->p->states[w->f.state].name));
    }
    return seen;
}

static void from_every_state_somebody_or_time_goes_on(void **state)
{
    static const char *const files[] = {"procedures/proposal.yaml", "procedures/talk_it_over.yaml"};

    (void)state;
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        struct arena *kept = arena_new("procedure", 16 << 20);
        const struct procedure *p = walk_load(kept, root, files[i]);
        uint64_t seen = 0;
        for (unsigned seed = 1; seed <= 120; seed++) {
            struct arena *a = arena_new("random walk", 256 << 20);
            struct walk *w = NEW(a, struct walk);
            unsigned random = seed;
            walk_start(w, a, p);
            w->units = "lead co";
            w->fills_all = seed % 2;
            seen |= walk_at_random(w, &random);
            arena_free(a);
        }
        size_t missed = 0;
        for (size_t s = 0; s < p->state_count; s++)
            missed += !(seen >> s & 1) && !p->states[s].is_imported;
        if (missed >
            3) /* the last ends, and what follows one, take a long walk; others get there */
            fail_msg("%zu states were never reached", missed);
        arena_free(kept);
    }
}

/* ---- the rest of the surface ---- */

static void versions_stand_side_by_side(void **state)
{
    struct arena *a = arena_new("versions", 64 << 20);
    struct procedures *all = NEW(a, struct procedures);
    struct procedure first = {.name = S("x"), .version = 1},
                     second = {.name = S("x"), .version = 2};
    struct procedure changed = first;

    (void)state;
    changed.digest.byte[0] = 1;
    assert_int_equal(procedures_add(all, &second), OK);
    assert_int_equal(procedures_add(all, &first), OK);
    assert_int_equal(procedures_add(all, &first), OK);
    assert_int_equal(procedures_add(all, &changed), CONFLICT);
    assert_int_equal(all->count, 2);
    assert_ptr_equal(procedures_latest(all, S("x")), &second);
    assert_ptr_equal(procedures_find(all, S("x"), 1), &first);
    assert_null(procedures_find(all, S("y"), 1));
    arena_free(a);
}

static void steps_of(const struct procedure *p, const char *name, enum step_place *places)
{
    int state = procedure_state(p, str_of(name));

    procedure_steps(p, state, p->states[state].step, places);
}

static void the_spine_shows_what_is_done_and_what_will_never_be(void **state)
{
    struct arena *a = arena_new("steps", 64 << 20);
    const struct procedure *p = walk_load(a, root, "procedures/talk_it_over.yaml");
    enum step_place places[PROCEDURE_LIST_MAX];

    (void)state;
    steps_of(p, "preparing", places);
    assert_int_equal(places[1], STEP_DONE);
    assert_int_equal(places[2], STEP_NOW);
    assert_int_equal(places[3], STEP_AHEAD);
    steps_of(p, "merged", places);
    assert_int_equal(places[1], STEP_NOW);
    assert_int_equal(places[7], STEP_NEVER);
    arena_free(a);
}

static void the_picture_names_every_state(void **state)
{
    struct arena *a = arena_new("picture", 64 << 20);
    const struct procedure *p = walk_load(a, root, "procedures/talk_it_over.yaml");

    (void)state;
    for (int lang = 0; lang < LANG_COUNT; lang++) {
        struct buf b = {.arena = a};
        procedure_graph_svg(p, (enum lang)lang, &b);
        assert_true(str_starts(buf_str(&b), S("<svg ")));
        assert_true(str_find(buf_str(&b), S("<title")) != SIZE_MAX);
        assert_true(str_find(buf_str(&b), S("<desc")) != SIZE_MAX);
        for (size_t i = 0; i < p->state_count; i++)
            assert_true(lang == LANG_EN ||
                        str_find(buf_str(&b), p->states[i].label.text[lang]) != SIZE_MAX);
    }
    arena_free(a);
}

static enum err check(const struct field *f, const char *value)
{
    struct failure why;
    str s = str_of(value);

    return procedure_field_check(NULL, f, NULL, &s, 1, true, LANG_EN, &why);
}

static void a_value_is_checked_against_its_field(void **state)
{
    struct field line = {.type = FIELD_LINE, .min = 2, .max = 4};
    struct field number = {.type = FIELD_NUMBER, .min = 1, .max = 9};
    struct field date = {.type = FIELD_DATE}, tick = {.type = FIELD_DECLARATION};
    struct field points = {.type = FIELD_POINTS, .min = 2, .max = 3, .each_max = 3};
    const str two[] = {S("one"), S("two")}, long_one[] = {S("one"), S("three")};
    struct failure why;

    (void)state;
    assert_int_equal(check(&line, "abcd"), OK);
    assert_int_equal(check(&line, "abcde"), INVALID);
    assert_int_equal(check(&line, "a"), INVALID);
    assert_int_equal(check(&line, "a\nb"), INVALID);
    assert_int_equal(check(&line, " "), INVALID);
    assert_int_equal(check(&number, "9"), OK);
    assert_int_equal(check(&number, "10"), INVALID);
    assert_int_equal(check(&number, "x"), INVALID);
    assert_int_equal(check(&date, "2022-04-26"), OK);
    assert_int_equal(check(&date, "2022-02-30"), INVALID);
    assert_int_equal(check(&tick, "yes"), OK);
    assert_int_equal(check(&tick, "no"), INVALID);
    assert_int_equal(procedure_field_check(NULL, &points, NULL, two, 2, true, LANG_EN, &why), OK);
    assert_int_equal(procedure_field_check(NULL, &points, NULL, two, 1, true, LANG_EN, &why),
                     INVALID);
    assert_int_equal(procedure_field_check(NULL, &points, NULL, long_one, 2, true, LANG_EN, &why),
                     INVALID);
}

static enum err check_on(const struct field *f, const struct days *days, const char *value)
{
    struct failure why;
    str s = str_of(value);

    return procedure_field_check(NULL, f, days, &s, 1, true, LANG_EN, &why);
}

static void a_date_lies_between_its_first_and_its_last_day(void **state)
{
    const struct days days = {.today = calendar_day_of(2026, 3, 2),
                              .raised = calendar_day_of(2026, 2, 20)};
    const struct days unknown = {.today = 0};
    struct field plan = {.type = FIELD_DATE,
                         .from = {.is = BOUND_TODAY},
                         .to = {.is = BOUND_TODAY, .away = {24, CALENDAR_MONTHS}}};
    struct field log = {
        .type = FIELD_DATE, .from = {.is = BOUND_RAISED}, .to = {.is = BOUND_TODAY}};
    struct field units = {.type = FIELD_ASSIGNMENTS, .from = {.is = BOUND_TODAY}};

    (void)state;
    assert_int_equal(check_on(&plan, &days, "2026-03-02"), OK);
    assert_int_equal(check_on(&plan, &days, "2026-03-01"), INVALID);
    assert_int_equal(check_on(&plan, &days, "2028-03-02"), OK);
    assert_int_equal(check_on(&plan, &days, "2028-03-03"), INVALID);
    assert_int_equal(check_on(&log, &days, "2026-02-20"), OK);
    assert_int_equal(check_on(&log, &days, "2026-02-19"), INVALID);
    assert_int_equal(check_on(&log, &days, "2026-03-02"), OK);
    assert_int_equal(check_on(&log, &days, "2026-03-03"), INVALID);
    assert_int_equal(check_on(&log, &unknown, "2036-03-03"), OK); /* shape alone */
    assert_int_equal(check_on(&units, &days, "7 lead 8 2026-03-02"), OK);
    assert_int_equal(check_on(&units, &days, "7 lead 8 -"), OK);
    assert_int_equal(check_on(&units, &days, "7 lead 8 2026-03-01"), INVALID);
}

/* ---- the document ---- */

/* Every block marked ```yaml in doc/procedures.md is put into the small procedure in place of its
 * section of the same name, or is a whole procedure; either way it must load. */
static str without_section(struct arena *a, str text, str key)
{
    struct buf b = {.arena = a};
    bool is_dropping = false;

    while (text.len) {
        str line = str_cut(&text, '\n');
        if (line.len && line.at[0] != ' ')
            is_dropping =
                str_starts(line, key) && str_starts(str_slice(line, key.len, line.len), S(":"));
        if (is_dropping)
            continue;
        buf_put(&b, line);
        buf_byte(&b, '\n');
    }
    return buf_str(&b);
}

static str with_example(struct arena *a, str small, str example)
{
    str rest = example;

    while (rest.len) {
        str line = str_cut(&rest, '\n');
        size_t colon = str_find(line, S(":"));
        if (line.len && line.at[0] >= 'a' && line.at[0] <= 'z' && colon != SIZE_MAX)
            small = without_section(a, small, str_slice(line, 0, colon));
    }
    return str_join(a, small, example);
}

static void every_example_of_the_document_loads(void **state)
{
    struct arena *a = arena_new("examples", 64 << 20);
    str small = walk_read(a, root, "tests/procedure/small.yaml");
    str doc = walk_read(a, root, "doc/procedures.md");
    int count = 0;

    (void)state;
    for (size_t at; (at = str_find(doc, S("```yaml\n"))) != SIZE_MAX; count++) {
        doc = str_slice(doc, at + 8, doc.len);
        at = str_find(doc, S("```"));
        assert_true(at != SIZE_MAX);
        str text = with_example(a, small, str_slice(doc, 0, at));
        str said = problems_of(a, S("example"), text);
        if (said.len)
            fail_msg("%.*s\n%.*s", STR_ARG(said), STR_ARG(text));
        doc = str_slice(doc, at + 3, doc.len);
    }
    assert_true(count >= 8);
    arena_free(a);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_broken_file_is_refused_with_line_and_reason),
        cmocka_unit_test(every_shipped_file_loads),
        cmocka_unit_test(from_every_state_somebody_or_time_goes_on),
        cmocka_unit_test(versions_stand_side_by_side),
        cmocka_unit_test(the_spine_shows_what_is_done_and_what_will_never_be),
        cmocka_unit_test(the_picture_names_every_state),
        cmocka_unit_test(a_value_is_checked_against_its_field),
        cmocka_unit_test(a_date_lies_between_its_first_and_its_last_day),
        cmocka_unit_test(every_example_of_the_document_loads),
    };
    if (argc > 1)
        root = argv[1];
    return cmocka_run_group_tests(tests, NULL, NULL);
}
