/* From the released reply to the re-check: evaluations, rounds, what was not done. */
#include "flow/flow_test.h"

static void an_evaluation_is_given_by_the_person_alone_and_never_at_the_desk(void **state)
{
    struct town *t = *state;

    walk_to_replied(t);
    int64_t own = evaluation_of(t, t->raiser);
    assert_int_equal(does_on(t, "neighbour", "evaluation", own, "give", "overall=satisfied"),
                     DENIED);
    assert_int_equal(does_on(t, "clerk", "evaluation", own, "give", "overall=satisfied"), DENIED);
    assert_int_equal(does_on(t, "handler_a", "evaluation", own, "give", "overall=satisfied"),
                     DENIED);
    const struct deed desk = {.who = "clerk",
                              .behalf_of = t->raiser,
                              .type = "evaluation",
                              .child = own,
                              .act = "give",
                              .inputs = "overall=satisfied"};
    assert_int_equal(town_does(t, &desk), DENIED);
    assert_int_equal(t->why.msg, MSG_BEHALF_NOT_EVALUATION);
    assert_true(str_eq(evaluation_row(t, t->raiser)->state, S("asked")));
    DOES_ON(t, "raiser", "evaluation", own, "give", "overall=satisfied");
    assert_int_equal(does_on(t, "raiser", "evaluation", own, "give", "overall=not_satisfied"),
                     CONFLICT);
    assert_true(str_eq(evaluation_row(t, t->raiser)->overall, S("satisfied")));
    assert_record_whole(t);
}

static void unanswered_evaluations_become_not_given_and_never_satisfied(void **state)
{
    struct town *t = *state;

    walk_to_replied(t);
    town_day("2026-03-24", 10); /* fifteen working days: the 23rd */
    town_tick(t);
    assert_state(t, "closed");
    const struct flow *w = town_look(t);
    assert_int_equal(w->evaluation_count, 3);
    for (size_t i = 0; i < w->evaluation_count; i++) {
        assert_true(str_eq(w->evaluations[i].state, S("not_given")));
        assert_int_equal(w->evaluations[i].overall.len, 0);
        assert_int_equal(w->evaluations[i].given, 0);
    }
    assert_record_whole(t);
}

static void dissatisfied(struct town *t)
{
    DOES_ON(t, "raiser", "evaluation", evaluation_of(t, t->raiser), "give", "overall=satisfied");
    DOES_ON(t, "neighbour", "evaluation", evaluation_of(t, t->neighbour), "give",
            "overall=not_satisfied|remark=Nothing happened.");
    DOES_ON(t, "shopkeeper", "evaluation", evaluation_of(t, t->shopkeeper), "give",
            "overall=satisfied");
}

static void not_satisfied_comes_back_twice_and_ends_as_not_satisfied(void **state)
{
    struct town *t = *state;

    walk_to_replied(t);
    dissatisfied(t);
    assert_state(t, "handling");
    assert_int_equal(town_look(t)->m.round, 1);
    assert_true(answer_of(t, 0, t->unit_a) != 0); /* asked anew */
    assert_true(str_eq(clock_of(t, "rehandling")->state, S("running")));
    assert_true(str_eq(clock_of(t, "reply")->state, S("stopped")));
    assert_int_equal(town_look(t)->m.due, clock_of(t, "rehandling")->due);
    assert_int_equal(does(t, "handler_a", "submit_reply", REPLY), INVALID); /* all of it anew */
    answer_round(t);
    assert_int_equal(town_look(t)->evaluation_count, 6);
    assert_int_equal(does(t, "overseer", "give_up", "public_reason=x"), INVALID);
    dissatisfied(t);
    assert_state(t, "handling");
    assert_int_equal(town_look(t)->m.round, 2);
    answer_round(t);
    dissatisfied(t);
    assert_state(t, "replied"); /* twice is enough: somebody must decide */
    DOES(t, "overseer", "give_up", "public_reason=The street is too narrow.");
    assert_state(t, "closed_unsatisfied");
    assert_int_equal(entries(t, "rehandle"), 2);
    assert_int_equal(letters(t).released, 3);
    assert_record_whole(t);
}

static void a_second_handling_that_satisfies_closes(void **state)
{
    struct town *t = *state;

    walk_to_replied(t);
    dissatisfied(t);
    answer_round(t);
    DOES_ON(t, "neighbour", "evaluation", evaluation_of(t, t->neighbour), "give",
            "overall=satisfied");
    town_day("2026-03-24", 10);
    town_tick(t);
    assert_state(t, "closed");
    assert_true(str_eq(clock_of(t, "rehandling")->state, S("stopped")));
}

static void the_re_check_keeps_the_first_result_beside_its_own(void **state)
{
    struct town *t = *state;

    walk_to_replied(t);
    town_day("2026-03-24", 10);
    town_tick(t);
    assert_state(t, "closed");
    assert_true(str_eq(clock_of(t, "recheck")->state, S("running")));
    assert_int_equal(town_look(t)->m.due, clock_of(t, "recheck")->due);
    assert_int_equal(does(t, "handler_a", "recheck", "recheck_result=effective|evidence=x"),
                     DENIED);
    assert_int_equal(does(t, "overseer", "recheck", "recheck_result=effective"), INVALID);
    DOES(t, "overseer", "recheck", "recheck_result=effective|evidence=The light works.");
    assert_state(t, "closed");
    const struct flow *w = town_look(t);
    assert_true(str_eq(w->m.result, S("A")));
    assert_true(str_eq(flow_value(w, S("recheck_result")), S("effective")));
    assert_true(str_eq(clock_of(t, "recheck")->state, S("stopped")));
    assert_int_equal(town_look(t)->m.due, 0);
    assert_record_whole(t);
}

/* Closed on 24 March 2026, and looked at again: nothing was done. */
static void walk_to_unsettled(struct town *t)
{
    walk_to_replied(t);
    town_day("2026-03-24", 10);
    town_tick(t);
    DOES(t, "overseer", "recheck", "recheck_result=not_done|evidence=There is no light.");
}

static void what_a_re_check_finds_not_done_is_closed_no_more(void **state)
{
    struct town *t = *state;

    walk_to_unsettled(t);
    assert_state(t, "unsettled");
    const struct flow *w = town_look(t);
    assert_int_equal(w->m.closed, 0);
    assert_true(w->m.is_public);
    assert_true(str_eq(w->m.result, S("A"))); /* what was answered stays beside it */
    assert_true(str_eq(clock_of(t, "settling")->state, S("running")));
    assert_int_equal(entries(t, "found_wanting"), 1);
    assert_true(mails_to(t, "act:", t->raiser) > 0);
    assert_int_equal(does(t, "handler_a", "reopen", "public_reason=x"), DENIED);
    assert_int_equal(does(t, "overseer", "reopen", ""), INVALID);
    assert_record_whole(t);
}

static void what_was_not_done_goes_back_into_handling_with_a_clock(void **state)
{
    struct town *t = *state;

    walk_to_unsettled(t);
    DOES(t, "overseer", "reopen", "public_reason=There is no light.");
    assert_state(t, "handling");
    assert_int_equal(town_look(t)->m.round, 1);
    assert_true(answer_of(t, 0, t->unit_a) != 0); /* asked anew */
    assert_true(str_eq(clock_of(t, "rehandling")->state, S("running")));
    assert_int_equal(town_look(t)->m.due, clock_of(t, "rehandling")->due);
    assert_true(str_eq(clock_of(t, "settling")->state, S("stopped")));
    answer_round(t);
    town_day("2026-04-20", 10);
    town_tick(t);
    assert_state(t, "closed"); /* what was found in the round before is not found again */
    assert_true(str_eq(clock_of(t, "recheck")->state, S("running")));
    assert_record_whole(t);
}

static void a_further_re_check_has_its_day_and_closes_what_is_done_at_last(void **state)
{
    struct town *t = *state;

    walk_to_unsettled(t);
    assert_int_equal(does(t, "overseer", "plan_recheck",
                          "next_recheck=2026-03-23|public_reason=Wait for summer."),
                     INVALID); /* yesterday */
    DOES(t, "overseer", "plan_recheck", "next_recheck=2026-06-30|public_reason=Wait for summer.");
    assert_int_equal(town_look(t)->m.due, day_end("2026-06-30"));
    assert_true(str_eq(clock_of(t, "settling")->state, S("stopped")));
    town_day("2026-06-30", 10);
    DOES(t, "overseer", "recheck", "recheck_result=partly|evidence=Half of it.");
    assert_state(t, "unsettled");
    assert_true(str_eq(clock_of(t, "settling")->state, S("running")));
    DOES(t, "overseer", "recheck", "recheck_result=effective|evidence=The light works.");
    assert_state(t, "closed");
    assert_int_equal(entries(t, "settled"), 1);
    assert_true(town_look(t)->m.closed != 0);
    assert_int_equal(town_look(t)->m.due, 0);
    assert_record_whole(t);
}

static void a_matter_that_nobody_can_evaluate_is_closed_and_not_evaluated(void **state)
{
    struct town *t = *state;
    char units[80];

    assert_int_equal(town_raise_for_nobody(t), OK);
    DOES(t, "clerk", "propose", CRITERIA);
    DOES(t, "convener", "approve", "");
    DOES(t, "executive", "record_survey", "survey=Seen.");
    DOES(t, "executive", "plan_session", PLAN "|participants=other\tTwo drivers");
    DOES(t, "clerk", "give_notice", "");
    DOES(t, "convener", "open_early", EARLY);
    DOES(t, "executive", "record_minutes", MINUTES "|points=A light");
    DOES(t, "convener", "finish_minutes", "");
    snprintf(units, sizeof units, "units=%lld single 0 -", (long long)t->unit_a);
    DOES(t, "assigner", "assign", units);
    DOES_ON(t, "handler_a", "assignment", assignment_of(t, t->unit_a), "accept", "");
    DOES_ON(t, "handler_a", "contact", 0, "log", CONTACT);
    DOES_ON(t, "handler_a", "answer", answer_of(t, 0, t->unit_a), "give", ANSWER);
    DOES(t, "handler_a", "submit_reply", REPLY);
    DOES(t, "overseer", "release", "");
    assert_state(t, "closed");
    assert_int_equal(town_look(t)->evaluation_count, 0);
    assert_record_whole(t);
}

int main(void)
{
    const struct CMUnitTest evaluating[] = {
        IN_TOWN(an_evaluation_is_given_by_the_person_alone_and_never_at_the_desk),
        IN_TOWN(unanswered_evaluations_become_not_given_and_never_satisfied),
        IN_TOWN(not_satisfied_comes_back_twice_and_ends_as_not_satisfied),
        IN_TOWN(a_second_handling_that_satisfies_closes),
        IN_TOWN(the_re_check_keeps_the_first_result_beside_its_own),
        IN_TOWN(what_a_re_check_finds_not_done_is_closed_no_more),
        IN_TOWN(what_was_not_done_goes_back_into_handling_with_a_clock),
        IN_TOWN(a_further_re_check_has_its_day_and_closes_what_is_done_at_last),
        IN_TOWN(a_matter_that_nobody_can_evaluate_is_closed_and_not_evaluated),
    };
    int failed = 0;

    RUN_ON_BOTH(evaluating, failed);
    return failed;
}
