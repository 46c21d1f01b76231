/* Units are assigned: each point has one, each accepts, returns, or is taken to have accepted. */
#include "flow/flow_test.h"

static void each_point_has_its_unit_and_each_unit_its_kind(void **state)
{
    struct town *t = *state;

    walk_to_handling(t);
    const struct flow *w = town_look(t);
    assert_int_equal(w->assignment_count, 3);
    assert_int_equal(w->answer_count, 2); /* a co-handler answers no point */
    assert_true(str_eq(w->points[0].due, S("2026-06-30")) ||
                str_eq(w->points[1].due, S("2026-06-30")));
    assert_true(answer_of(t, 0, t->unit_a) != 0);
    assert_true(answer_of(t, 1, t->unit_b) != 0);
    assert_int_equal(answer_of(t, 0, t->unit_b), 0);
    assert_string_equal(assignment_state(t, t->unit_c), "assigned");
    assert_int_equal(mails(t, "act:") > 0, 1);
    assert_record_whole(t);
}

static void units_that_are_none_are_refused(void **state)
{
    struct town *t = *state;
    char units[80];

    walk_to_converting(t);
    assert_int_equal(does(t, "assigner", "assign", "units=77 single 0 -"), INVALID);
    assert_int_equal(does(t, "assigner", "assign", "units=x single 0 -"), INVALID);
    snprintf(units, sizeof units, "units=%lld boss 0 -", (long long)t->unit_a);
    assert_int_equal(does(t, "assigner", "assign", units), INVALID);
    snprintf(units, sizeof units, "units=%lld single 77 -", (long long)t->unit_a);
    assert_int_equal(does(t, "assigner", "assign", units), INVALID);
    assert_true(str_eq(t->why.field, S("units")));
    assert_int_equal(does(t, "assigner", "assign", ""), INVALID);
    assert_state(t, "converting");
    assert_int_equal(town_look(t)->assignment_count, 0);
}

static void a_single_unit_has_all_the_points(void **state)
{
    struct town *t = *state;
    char units[80];

    walk_to_converting(t);
    snprintf(units, sizeof units, "units=%lld single 0 -", (long long)t->unit_a);
    DOES(t, "assigner", "assign", units);
    assert_true(answer_of(t, 0, t->unit_a) != 0);
    assert_true(answer_of(t, 1, t->unit_a) != 0);
}

static void a_unit_that_says_nothing_has_accepted_when_its_time_is_out(void **state)
{
    struct town *t = *state;

    walk_to_handling(t);
    DOES_ON(t, "handler_b", "assignment", assignment_of(t, t->unit_b), "accept", "");
    town_day("2026-03-12", 10); /* seven working days: the 11th */
    town_tick(t);
    assert_string_equal(assignment_state(t, t->unit_a), "accepted");
    assert_string_equal(assignment_state(t, t->unit_b), "accepted");
    assert_string_equal(assignment_state(t, t->unit_c), "accepted");
    assert_int_equal(entries(t, "assignment.accept"), 3);
    assert_int_equal(entries(t, "time_out"), 2);
    assert_int_equal(does_on(t, "handler_a", "assignment", assignment_of(t, t->unit_a),
                             "ask_return", "reason=Not ours."),
                     CONFLICT);
    assert_record_whole(t);
}

static void a_unit_acts_for_itself_alone(void **state)
{
    struct town *t = *state;

    walk_to_handling(t);
    assert_int_equal(
        does_on(t, "handler_b", "assignment", assignment_of(t, t->unit_a), "accept", ""), DENIED);
    assert_int_equal(does_on(t, "clerk", "assignment", assignment_of(t, t->unit_a), "accept", ""),
                     DENIED);
    assert_int_equal(does_on(t, "handler_b", "answer", answer_of(t, 0, t->unit_a), "give",
                             "outcome=adopted|reason=x|owner=y"),
                     DENIED);
    assert_int_equal(does(t, "handler_b", "submit_reply", REPLY), INVALID);
    assert_int_equal(does(t, "handler_c", "submit_reply", REPLY), DENIED);
    assert_string_equal(assignment_state(t, t->unit_a), "assigned");
}

static void a_return_is_asked_for_and_refused_or_allowed(void **state)
{
    struct town *t = *state;
    int64_t a;
    struct flow w;

    walk_to_handling(t);
    a = assignment_of(t, t->unit_a);
    assert_int_equal(does_on(t, "handler_a", "assignment", a, "ask_return", ""), INVALID);
    DOES_ON(t, "handler_a", "assignment", a, "ask_return", "reason=Not ours.");
    assert_int_equal(does_on(t, "handler_a", "assignment", a, "allow_return", "reason=x"), DENIED);
    DOES_ON(t, "assigner", "assignment", a, "refuse_return", "reason=It is.");
    assert_string_equal(assignment_state(t, t->unit_a), "accepted");
    assert_true(str_eq(clock_of(t, "contact")->state, S("running")));

    int64_t b = assignment_of(t, t->unit_b);
    DOES_ON(t, "handler_b", "assignment", b, "ask_return", "reason=Not ours.");
    DOES_ON(t, "assigner", "assignment", b, "allow_return", "reason=Right.");
    assert_string_equal(assignment_state(t, t->unit_b), "removed");
    assert_int_equal(answer_of(t, 1, t->unit_b), 0); /* nobody waits for its answer any more */
    assert_int_equal(does(t, "handler_b", "submit_reply", REPLY), DENIED);
    assert_int_equal(town_see(t, "handler_b", &w), OK); /* as everybody */
    assert_false(procedure_is_party(w.p, w.parties));
    assert_record_whole(t);
}

static void a_unit_assigned_again_has_its_time_again(void **state)
{
    struct town *t = *state;
    char units[120];
    int64_t b;

    walk_to_handling(t);
    b = assignment_of(t, t->unit_b);
    town_day("2026-03-09", 10);
    DOES_ON(t, "handler_b", "assignment", b, "ask_return", "reason=Not ours.");
    DOES_ON(t, "assigner", "assignment", b, "allow_return", "reason=Right.");
    town_day("2026-03-16", 10);
    snprintf(units, sizeof units, "units=%lld separate %lld -|reason=It is theirs.",
             (long long)t->unit_b, (long long)town_look(t)->f.points[1]);
    DOES(t, "assigner", "assign_more", units);
    assert_string_equal(assignment_state(t, t->unit_b), "assigned");
    assert_true(answer_of(t, 1, t->unit_b) != 0);
    assert_int_equal(clock_of(t, "return_window")->due, day_end("2026-03-25"));
    DOES_ON(t, "handler_b", "assignment", b, "ask_return", "reason=Still not.");
    DOES_ON(t, "assigner", "assignment", b, "refuse_return", "reason=It is.");
    assert_record_whole(t);
}

static void a_point_given_to_another_unit_waits_for_that_one_alone(void **state)
{
    struct town *t = *state;
    char units[120];

    walk_to_handling(t);
    snprintf(units, sizeof units, "units=%lld separate %lld -|reason=They know more.",
             (long long)t->unit_a, (long long)town_look(t)->f.points[1]);
    DOES(t, "assigner", "assign_more", units);
    assert_int_equal(answer_of(t, 1, t->unit_b), 0);
    assert_true(answer_of(t, 1, t->unit_a) != 0);
}

int main(void)
{
    const struct CMUnitTest assigning[] = {
        IN_TOWN(each_point_has_its_unit_and_each_unit_its_kind),
        IN_TOWN(units_that_are_none_are_refused),
        IN_TOWN(a_single_unit_has_all_the_points),
        IN_TOWN(a_unit_that_says_nothing_has_accepted_when_its_time_is_out),
        IN_TOWN(a_unit_acts_for_itself_alone),
        IN_TOWN(a_return_is_asked_for_and_refused_or_allowed),
        IN_TOWN(a_unit_assigned_again_has_its_time_again),
        IN_TOWN(a_point_given_to_another_unit_waits_for_that_one_alone),
    };
    int failed = 0;

    RUN_ON_BOTH(assigning, failed);
    return failed;
}
