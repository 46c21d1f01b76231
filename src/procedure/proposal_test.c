/*
 * The shipped proposal procedure: single, joint, lead and co-handlers, merged, handled again.
 */
#include "procedure/procedure_walk.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static const char *root = ".";

static int open_world(void **state)
{
    struct arena *a = arena_new("proposal test", 32 << 20);
    struct walk *w = NEW(a, struct walk);

    walk_start(w, a, walk_load(a, root, "procedures/proposal.yaml"));
    *state = w;
    return 0;
}

static int close_world(void **state)
{
    struct walk *w = *state;

    arena_free(w->arena);
    return 0;
}

static void step(struct walk *w, const char *party, const char *act, const char *state)
{
    if (!walk_do(w, party, act, -1, ACT_DO))
        fail_msg("%s refused to %s: %d %.*s", act, party, w->err, STR_ARG(w->why.args[0].s));
    if (!walk_is(w, state))
        fail_msg("%s leads to %.*s", act, STR_ARG(w->p->states[w->f.state].name));
}

static void row_step(struct walk *w, const char *party, const char *act, int row)
{
    assert_true(row >= 0);
    if (!walk_do(w, party, act, row, ACT_DO))
        fail_msg("%s refused to %s: %d %.*s", act, party, w->err, STR_ARG(w->why.args[0].s));
}

static void to_review(struct walk *w)
{
    step(w, "proposers", "submit", "submitted");
    step(w, "office", "check", "committee_review");
}

static void to_assigned(struct walk *w, const char *units)
{
    to_review(w);
    step(w, "committee", "file", "filed");
    w->units = units;
    step(w, "assigner", "assign", "assigned");
}

static void answer(struct walk *w)
{
    for (int i = 0, row; (row = walk_row(w, CHILD_ANSWER, i)) >= 0; i++)
        row_step(w, "owner", "give", row);
    assert_true(walk_do(w, "units", "log", -1, ACT_DO));
}

static void reply(struct walk *w)
{
    answer(w);
    step(w, "lead", "submit_reply", "reply_review");
    step(w, "overseer", "release", "replied");
}

static void evaluate(struct walk *w, const char *first, const char *second)
{
    const char *codes[] = {first, second};

    for (int i = 0; i < 2; i++) {
        w->result = str_of(codes[i]);
        row_step(w, "owner", "give", walk_row(w, CHILD_EVALUATION, i));
    }
    w->result = S("");
}

static void a_single_proposal_is_filed_answered_and_closed(void **state)
{
    struct walk *w = *state;

    to_assigned(w, "single");
    row_step(w, "owner", "accept", walk_row(w, CHILD_ASSIGNMENT, 0));
    assert_true(walk_is(w, "handling")); /* the system begins when all have accepted */
    reply(w);
    evaluate(w, "satisfied", "satisfied");
    assert_true(walk_is(w, "closed"));
    step(w, "committee", "recheck", "closed");
}

static void cosigners_confirm_or_drop_out(void **state)
{
    struct walk *w = *state;
    int second;

    step(w, "proposers", "invite", "draft");
    assert_false(walk_do(w, "proposers", "submit", -1, ACT_DO));
    assert_int_equal(w->err, INVALID);
    second = walk_row(w, CHILD_COSIGN, 1);
    row_step(w, "owner", "sign", walk_row(w, CHILD_COSIGN, 0));
    assert_int_equal(walk_out(w, "cosigning"), 1);
    assert_true(walk_row_is(w, second, "dropped"));
    assert_false(walk_do(w, "owner", "sign", second, ACT_DO)); /* too late */
    step(w, "proposers", "submit", "submitted");
}

static void co_handlers_countersign_before_the_reply(void **state)
{
    struct walk *w = *state;
    int co[2];

    to_assigned(w, "lead co co");
    for (int i = 0; i < 2; i++) {
        co[i] = walk_row(w, CHILD_ASSIGNMENT, i + 1);
        row_step(w, "owner", "accept", co[i]);
        assert_true(walk_is(w, "assigned"));
    }
    assert_int_equal(walk_out(w, "return_window"), 1); /* the lead said nothing in its window */
    assert_true(walk_is(w, "handling"));
    answer(w);
    row_step(w, "owner", "give_opinion", co[0]);
    row_step(w, "owner", "countersign", co[0]);
    row_step(w, "owner", "give_opinion", co[1]);
    assert_false(walk_do(w, "lead", "submit_reply", -1, ACT_DO));
    row_step(w, "owner", "countersign", co[1]);
    step(w, "lead", "submit_reply", "reply_review");
    assert_false(walk_do(w, "lead", "release", -1, ACT_DO));
    assert_int_equal(w->err, DENIED);
    step(w, "overseer", "reject_reply", "handling");
    row_step(w, "lead", "ask_again", co[1]);
    assert_false(walk_do(w, "lead", "submit_reply", -1, ACT_DO));
}

static void a_lead_cannot_countersign_for_itself(void **state)
{
    struct walk *w = *state;

    to_assigned(w, "lead co");
    for (int i = 0; i < 2; i++)
        row_step(w, "owner", "accept", walk_row(w, CHILD_ASSIGNMENT, i));
    assert_false(walk_do(w, "owner", "give_opinion", walk_row(w, CHILD_ASSIGNMENT, 0), ACT_DO));
    assert_int_equal(w->err, CONFLICT);
}

static void only_the_unit_itself_accepts(void **state)
{
    struct walk *w = *state;

    to_assigned(w, "single");
    int row = walk_row(w, CHILD_ASSIGNMENT, 0);
    w->rows[row].is_own = false;
    assert_false(walk_do(w, "owner", "accept", row, ACT_DO));
    assert_int_equal(w->err, DENIED);
    assert_false(walk_offers(w, "owner", "accept", ACT_DO));
}

static void handling_does_not_begin_without_a_unit(void **state)
{
    struct walk *w = *state;

    to_assigned(w, "single");
    int row = walk_row(w, CHILD_ASSIGNMENT, 0);
    row_step(w, "owner", "ask_return", row);
    row_step(w, "assigner", "allow_return", row);
    assert_true(walk_is(w, "assigned"));
}

static void an_end_stops_every_clock_that_it_does_not_start(void **state)
{
    struct walk *w = *state;

    to_review(w);
    w->f.clocks_running |=
        1U << procedure_clock(w->p, S("rehandling")); /* merge does not name it */
    step(w, "committee", "merge", "merged");
    assert_int_equal(w->f.clocks_running, 0);
}

static void the_return_window_closes(void **state)
{
    struct walk *w = *state;
    int row, clock = procedure_clock(w->p, S("return_window"));

    to_assigned(w, "single");
    row = walk_row(w, CHILD_ASSIGNMENT, 0);
    w->rows[row].clocks_out = 1U << clock;
    assert_false(walk_do(w, "owner", "ask_return", row, ACT_DO));
    assert_int_equal(w->err, CONFLICT);
    w->rows[row].clocks_out = 0;
    row_step(w, "owner", "ask_return", row);
    assert_false(w->rows[row].clocks_running >> clock & 1);
}

static void contact_stops_the_clock_of_its_own_unit_alone(void **state)
{
    struct walk *w = *state;
    uint32_t bit = 1U << procedure_clock(w->p, S("contact"));

    to_assigned(w, "separate separate");
    for (int i = 0; i < 2; i++)
        row_step(w, "owner", "accept", walk_row(w, CHILD_ASSIGNMENT, i));
    assert_true(walk_do(w, "units", "log", -1, ACT_DO)); /* by the body of the first row */
    assert_false(w->rows[walk_row(w, CHILD_ASSIGNMENT, 0)].clocks_running & bit);
    assert_true(w->rows[walk_row(w, CHILD_ASSIGNMENT, 1)].clocks_running & bit);
}

static void review_can_return_merge_convert_or_refuse(void **state)
{
    static const struct {
        const char *act, *to;
    } ends[] = {{"merge", "merged"}, {"convert", "converted"}, {"refuse", "not_filed"}};
    struct walk *w = *state;

    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
        walk_start(w, w->arena, w->p);
        to_review(w);
        step(w, "committee", "return", "returned");
        to_review(w);
        step(w, "committee", ends[i].act, ends[i].to);
        assert_int_equal(w->f.clocks_running, 0);
    }
}

static void withdrawing_needs_the_committee(void **state)
{
    struct walk *w = *state;

    to_review(w);
    assert_false(walk_do(w, "proposers", "withdraw", -1, ACT_DO));
    assert_true(walk_do(w, "proposers", "withdraw", -1, ACT_ASK));
    assert_true(walk_is(w, "committee_review"));
    assert_true(walk_do(w, "committee", "withdraw", -1, ACT_GRANT));
    assert_true(walk_is(w, "withdrawn"));
}

static void not_satisfied_is_handled_again_and_may_end_so(void **state)
{
    struct walk *w = *state;

    to_assigned(w, "single");
    row_step(w, "owner", "accept", walk_row(w, CHILD_ASSIGNMENT, 0));
    for (int round = 1; round <= 2; round++) {
        reply(w);
        evaluate(w, "satisfied", "not_satisfied");
        assert_true(walk_is(w, "handling"));
        assert_int_equal(w->f.round, round);
        assert_true(w->f.clocks_running >> procedure_clock(w->p, S("rehandling")) & 1);
    }
    reply(w);
    evaluate(w, "not_satisfied", "satisfied");
    assert_true(walk_is(w, "replied"));
    assert_false(walk_do(w, "overseer", "rehandle", -1, ACT_DO));
    step(w, "overseer", "give_up", "closed_unsatisfied");
}

static void only_class_b_is_looked_at_again_next_year(void **state)
{
    struct walk *w = *state;
    uint32_t bit = 1U << procedure_clock(w->p, S("follow_up"));
    int field = procedure_field(w->p, S("result_class"));

    for (int i = 0; i < 2; i++) {
        walk_start(w, w->arena, w->p);
        to_assigned(w, "single");
        row_step(w, "owner", "accept", walk_row(w, CHILD_ASSIGNMENT, 0));
        reply(w);
        w->values[field] = i ? S("B") : S("A");
        evaluate(w, "satisfied", "basically");
        assert_true(walk_is(w, "closed"));
        assert_int_equal(w->f.clocks_running, i ? bit : 0);
    }
}

static void a_subject_reads_as_it_must(void **state)
{
    struct walk *w = *state;
    const struct field *f = &w->p->fields[procedure_field(w->p, S("title"))];
    str bad = S("more buses"),
        good = str_fmt(w->arena, "%.*sX%.*s", STR_ARG(f->starts), STR_ARG(f->ends));

    assert_int_equal(procedure_field_check(w->p, f, NULL, &bad, 1, true, LANG_EN, &w->why),
                     INVALID);
    assert_int_equal(procedure_field_check(w->p, f, NULL, &good, 1, true, LANG_EN, &w->why), OK);
    for (int i = 0; i < 6; i++)
        good = str_fmt(w->arena, "%.*s1234567890%.*s", STR_ARG(f->starts), STR_ARG(good));
    assert_int_equal(procedure_field_check(w->p, f, NULL, &good, 1, true, LANG_EN, &w->why),
                     INVALID);
}

static void the_choice_not_to_be_public_needs_its_reason(void **state)
{
    struct walk *w = *state;
    int act = procedure_act(w->p, S("submit")), to;
    struct input all[16];
    size_t count = 0;
    struct act_try try = {.act = act, .row = -1, .how = ACT_DO, .inputs = all};

    assert_true(walk_do(w, "proposers", "submit", -1, ACT_DO)); /* fills w->values */
    w->f.state = w->p->initial;
    all[count++] = (struct input){S("openness"), S("closed")};
    try.input_count = count;
    assert_int_equal(procedure_act_check(w->arena, w->p, &w->f, 1, &try, LANG_EN, &to, &w->why),
                     INVALID);
    assert_true(str_eq(w->why.field, S("openness_reason")));
    all[count++] = (struct input){S("openness_reason"), S("because")};
    try.input_count = count;
    assert_int_equal(procedure_act_check(w->arena, w->p, &w->f, 1, &try, LANG_EN, &to, &w->why),
                     OK);
}

static void openness_decides_what_the_public_sees(void **state)
{
    struct walk *w = *state;
    const struct procedure *p = w->p;
    int closed = procedure_state(p, S("closed")), text = procedure_field(p, S("situation"));
    int wish = procedure_field(p, S("wish_unit")), title = procedure_field(p, S("title"));
    uint32_t units = 1U << procedure_party(p, S("units"));
    uint32_t office = 1U << procedure_party(p, S("office"));

    assert_true(procedure_visible(p, closed, text, 0, S("open")));
    assert_false(procedure_visible(p, closed, text, 0, S("summary")));
    assert_true(procedure_visible(p, closed, title, 0, S("summary")));
    assert_false(procedure_visible(p, closed, title, 0, S("closed")));
    assert_false(procedure_visible(p, closed, title, 0, S("")));
    assert_true(procedure_visible(p, closed, text, units, S("closed")));
    assert_false(procedure_visible(p, closed, wish, units, S("open")));
    assert_true(procedure_visible(p, closed, wish, office, S("open")));
}

int main(int argc, char **argv)
{
#define WALK(name) cmocka_unit_test_setup_teardown(name, open_world, close_world)
    const struct CMUnitTest tests[] = {
        WALK(a_single_proposal_is_filed_answered_and_closed),
        WALK(cosigners_confirm_or_drop_out),
        WALK(co_handlers_countersign_before_the_reply),
        WALK(a_lead_cannot_countersign_for_itself),
        WALK(only_the_unit_itself_accepts),
        WALK(handling_does_not_begin_without_a_unit),
        WALK(an_end_stops_every_clock_that_it_does_not_start),
        WALK(the_return_window_closes),
        WALK(contact_stops_the_clock_of_its_own_unit_alone),
        WALK(review_can_return_merge_convert_or_refuse),
        WALK(withdrawing_needs_the_committee),
        WALK(not_satisfied_is_handled_again_and_may_end_so),
        WALK(only_class_b_is_looked_at_again_next_year),
        WALK(a_subject_reads_as_it_must),
        WALK(the_choice_not_to_be_public_needs_its_reason),
        WALK(openness_decides_what_the_public_sees),
    };
    if (argc > 1)
        root = argv[1];
    return cmocka_run_group_tests(tests, NULL, NULL);
}
