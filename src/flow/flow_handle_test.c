/* A matter from its minutes to the re-check: units, answers, the reply, evaluations, rounds. */
#include "flow/flow_test.h"

/* ---- assigning ---- */

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

/* ---- answering ---- */

#define LOG   "mode=visit|date=2026-03-02|note=Met."
#define GIVEN "outcome=partly|reason=Half of it.|owner=Section 2"

static void a_reply_needs_every_answer_a_contact_the_co_handlers_and_acceptance(void **state)
{
    struct town *t = *state;

    walk_to_handling(t);
    assert_int_equal(does(t, "handler_a", "submit_reply", REPLY), INVALID);
    DOES_ON(t, "handler_a", "answer", answer_of(t, 0, t->unit_a), "give", GIVEN);
    DOES_ON(t, "handler_b", "answer", answer_of(t, 1, t->unit_b), "give", GIVEN);
    assert_int_equal(does(t, "handler_a", "submit_reply", REPLY), INVALID); /* no contact */
    DOES_ON(t, "handler_a", "contact", 0, "log", LOG);
    assert_int_equal(does(t, "handler_a", "submit_reply", REPLY), INVALID); /* no opinion */
    DOES_ON(t, "handler_c", "assignment", assignment_of(t, t->unit_c), "accept", "");
    DOES_ON(t, "handler_c", "assignment", assignment_of(t, t->unit_c), "give_opinion",
            "note=Fine.");
    assert_int_equal(does(t, "handler_a", "submit_reply", REPLY), INVALID); /* not accepted */
    DOES_ON(t, "handler_a", "assignment", assignment_of(t, t->unit_a), "accept", "");
    DOES_ON(t, "handler_b", "assignment", assignment_of(t, t->unit_b), "accept", "");
    assert_int_equal(does(t, "handler_a", "submit_reply", "result_class=A"), INVALID);
    DOES(t, "handler_a", "submit_reply", REPLY);
    assert_state(t, "reply_review");
    assert_record_whole(t);
}

static void an_answer_says_what_why_and_who(void **state)
{
    struct town *t = *state;

    walk_to_handling(t);
    int64_t answer = answer_of(t, 0, t->unit_a);
    assert_int_equal(does_on(t, "handler_a", "answer", answer, "give", "outcome=adopted|owner=y"),
                     INVALID);
    assert_int_equal(
        does_on(t, "handler_a", "answer", answer, "give", "outcome=perhaps|reason=x|owner=y"),
        INVALID);
    DOES_ON(t, "handler_a", "answer", answer, "give", GIVEN "|date=2026-09-01");
    const struct flow *w = town_look(t);
    for (size_t i = 0; i < w->answer_count; i++) {
        if (w->answers[i].id == answer) {
            assert_true(str_eq(w->answers[i].outcome, S("partly")));
            assert_true(str_eq(w->answers[i].reason, S("Half of it.")));
            assert_true(str_eq(w->answers[i].due, S("2026-09-01")));
        }
    }
}

struct letters {
    struct town *t;
    size_t count, released;
    int64_t unit; /* of the last one */
};

static enum err read_letters(struct ctx *c, void *arg)
{
    struct letters *k = arg;
    struct reply *rows;

    TRY(reply_list(c, k->t->matter, &rows, &k->count));
    for (size_t i = 0; i < k->count; i++)
        k->released += rows[i].released != 0;
    k->unit = k->count == 0 ? 0 : rows[k->count - 1].unit;
    return OK;
}

static struct letters letters(struct town *t)
{
    struct letters k = {.t = t};

    assert_int_equal(world_read(&t->w, NULL, read_letters, &k), OK);
    return k;
}

static void a_reply_bears_the_name_of_the_unit_that_sent_it(void **state)
{
    struct town *t = *state;
    char units[200];

    walk_to_converting(t);
    const struct flow *w = town_look(t);
    snprintf(units, sizeof units, "units=%lld separate %lld -|units=%lld separate %lld -",
             (long long)t->unit_a, (long long)w->f.points[0], (long long)t->unit_b,
             (long long)w->f.points[1]);
    DOES(t, "assigner", "assign", units);
    DOES_ON(t, "handler_a", "assignment", assignment_of(t, t->unit_a), "accept", "");
    DOES_ON(t, "handler_b", "assignment", assignment_of(t, t->unit_b), "accept", "");
    DOES_ON(t, "handler_b", "contact", 0, "log", CONTACT);
    DOES_ON(t, "handler_a", "answer", answer_of(t, 0, t->unit_a), "give", ANSWER);
    DOES_ON(t, "handler_b", "answer", answer_of(t, 1, t->unit_b), "give", ANSWER);
    DOES(t, "handler_b", "submit_reply", REPLY);
    assert_int_equal(letters(t).unit, t->unit_b);
}

static void a_reply_sent_back_keeps_its_first_version_and_counts_when_released(void **state)
{
    struct town *t = *state;

    walk_to_review(t);
    assert_int_equal(town_look(t)->m.result.len, 0); /* a result in review is none */
    assert_int_equal(does(t, "overseer", "reject_reply", ""), INVALID);
    DOES(t, "overseer", "reject_reply", "reason=Be clearer.");
    assert_state(t, "handling");
    assert_int_equal(does(t, "handler_b", "release", ""), DENIED);
    DOES(t, "handler_a", "submit_reply",
         "result_class=B|summary=Clearer.|signer=Head|contact_person=Office 1");
    DOES(t, "overseer", "release", "");
    assert_true(str_eq(town_look(t)->m.result, S("B")));
    struct letters k = letters(t);
    assert_int_equal(k.count, 2);
    assert_int_equal(k.released, 1);
    assert_true(str_eq(clock_of(t, "reply")->state, S("stopped")));
    assert_record_whole(t);
}

static void what_a_co_handler_thinks_is_kept_for_the_parties(void **state)
{
    struct town *t = *state;

    walk_to_handling(t);
    DOES_ON(t, "handler_c", "assignment", assignment_of(t, t->unit_c), "accept", "");
    assert_int_equal(
        does_on(t, "handler_c", "assignment", assignment_of(t, t->unit_c), "give_opinion", ""),
        INVALID);
    DOES_ON(t, "handler_c", "assignment", assignment_of(t, t->unit_c), "give_opinion",
            "note=The light needs power.");
    assert_last_words(t, " / The light needs power.");
}

/* ---- evaluating ---- */

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

/* ---- dates ---- */

static void a_date_that_cannot_be_is_refused(void **state)
{
    struct town *t = *state;
    char units[80];

    walk_to_preparing(t);
    assert_int_equal(does(t, "executive", "plan_session",
                          "session_date=2026-03-01|session_place=Hall|session_mode=room|"
                          "convened_by=C|participants=resident\traiser"),
                     INVALID);
    assert_true(str_eq(t->why.field, S("session_date")));
    assert_int_equal(does(t, "executive", "plan_session",
                          "session_date=2062-03-20|session_place=Hall|session_mode=room|"
                          "convened_by=C|participants=resident\traiser"),
                     INVALID);
    walk_to_converting(t);
    snprintf(units, sizeof units, "units=%lld single 0 1999-01-01", (long long)t->unit_a);
    assert_int_equal(does(t, "assigner", "assign", units), INVALID);
    snprintf(units, sizeof units, "units=%lld single 0 -", (long long)t->unit_a);
    DOES(t, "assigner", "assign", units);
    assert_int_equal(
        does_on(t, "handler_a", "contact", 0, "log", "mode=visit|date=2026-03-03|note=Met."),
        INVALID); /* tomorrow */
    assert_int_equal(
        does_on(t, "handler_a", "contact", 0, "log", "mode=visit|date=2026-03-01|note=Met."),
        INVALID); /* before it was raised */
    assert_int_equal(does_on(t, "handler_a", "answer", answer_of(t, 0, t->unit_a), "give",
                             GIVEN "|date=1999-01-01"),
                     INVALID);
    assert_true(str_eq(t->why.field, S("date")));
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
    DOES_ON(t, "handler_a", "contact", 0, "log", LOG);
    DOES_ON(t, "handler_a", "answer", answer_of(t, 0, t->unit_a), "give", GIVEN);
    DOES(t, "handler_a", "submit_reply", REPLY);
    DOES(t, "overseer", "release", "");
    assert_state(t, "closed");
    assert_int_equal(town_look(t)->evaluation_count, 0);
    assert_record_whole(t);
}

/* ---- links ---- */

struct links {
    struct town *t;
    size_t count;
    str kind;
    bool is_from_here;
};

static enum err read_links(struct ctx *c, void *arg)
{
    struct links *k = arg;
    struct link *rows;

    TRY(link_list(c, S("matter"), k->t->matter, &rows, &k->count));
    if (k->count > 0)
        k->kind = str_copy(k->t->arena, rows[0].kind);
    k->is_from_here = k->count > 0 && rows[0].is_from_here;
    return OK;
}

static struct links links(struct town *t)
{
    struct links k = {.t = t};

    assert_int_equal(town_read(t, NULL, read_links, &k), OK);
    return k;
}

static void two_matters_are_linked_on_the_record_and_no_longer_with_a_reason(void **state)
{
    struct town *t = *state;
    char same[80], over[80], self[80];

    walk_to_preparing(t);
    int64_t first = t->matter;
    assert_int_equal(town_raise(t, "neighbour"), OK);
    int64_t second = t->matter;
    snprintf(same, sizeof same, "other=%lld|link_kind=about_same", (long long)first);
    snprintf(over, sizeof over, "other=%lld|reason=They are not.", (long long)first);
    snprintf(self, sizeof self, "other=%lld|link_kind=about_same", (long long)second);
    assert_int_equal(does(t, "clerk", "link", self), INVALID);
    assert_int_equal(does(t, "clerk", "link", "other=77|link_kind=about_same"), INVALID);
    assert_int_equal(does(t, "neighbour", "link", same), DENIED);
    assert_int_equal(does(t, "clerk", "unlink", over), INVALID); /* there is none */
    DOES(t, "clerk", "link", same);
    assert_int_equal(does(t, "overseer", "link", same), CONFLICT);
    assert_int_equal(links(t).count, 1);
    t->matter = first;
    assert_int_equal(links(t).count, 1); /* and from the other side */
    snprintf(same, sizeof same, "other=%lld|link_kind=about_same", (long long)second);
    assert_int_equal(does(t, "overseer", "link", same), CONFLICT);
    t->matter = second;
    assert_int_equal(does(t, "clerk", "unlink", "reason=x"), INVALID);
    DOES(t, "overseer", "unlink", over);
    assert_int_equal(links(t).count, 0);
    assert_int_equal(entries(t, "link"), 1);
    assert_int_equal(entries(t, "unlink"), 1);
    assert_record_whole(t);
}

static void only_what_the_actor_may_see_is_linked(void **state)
{
    struct town *t = *state;
    char same[80];

    assert_int_equal(town_raise(t, "raiser"), OK); /* not public */
    snprintf(same, sizeof same, "other=%lld|link_kind=about_same", (long long)t->matter);
    walk_to_preparing(t);
    assert_int_equal(does(t, "clerk2", "link", same), DENIED);
    DOES(t, "clerk", "link", same);
}

struct follow_up {
    struct town *t;
    int64_t earlier;
    str number;
};

static enum err raise_follow_up(struct ctx *c, void *arg)
{
    struct follow_up *k = arg;
    struct matter m = {.procedure = S("talk_it_over"),
                       .room = k->t->room,
                       .raiser = c->who == NULL ? 0 : c->who->id,
                       .raiser_shown = S("A resident"),
                       .channel = S("web")};
    const struct input inputs[] = {
        {S("title"), S("The light blinks")},
        {S("situation"), S("It blinks all night.")},
        {S("follows_up"), str_fmt(c->arena, "%lld", (long long)k->earlier)}};

    TRY(flow_raise(c, &m, inputs, 3, NULL, 0));
    k->t->matter = m.id;
    return OK;
}

static void a_new_matter_follows_up_a_closed_one_that_is_public_or_ones_own(void **state)
{
    struct town *t = *state;
    struct follow_up k = {.t = t};

    walk_to_replied(t);
    k.earlier = t->matter;
    assert_int_equal(town_act(t, "stranger", raise_follow_up, &k), INVALID); /* not closed */
    town_day("2026-03-24", 10);
    town_tick(t);
    assert_state(t, "closed");
    assert_int_equal(town_act(t, "stranger", raise_follow_up, &k), OK);
    assert_true(str_eq(links(t).kind, S("follows_up")));
    assert_true(links(t).is_from_here);
    t->matter = k.earlier;
    assert_int_equal(links(t).count, 1);

    assert_int_equal(town_raise(t, "raiser"), OK);
    DOES(t, "raiser", "withdraw", "reason=Never mind.");
    k.earlier = t->matter; /* nobody else may see it */
    assert_int_equal(town_act(t, "stranger", raise_follow_up, &k), INVALID);
    assert_int_equal(town_act(t, NULL, raise_follow_up, &k), INVALID);
    assert_int_equal(town_act(t, "raiser", raise_follow_up, &k), OK);
}

int main(void)
{
    const struct CMUnitTest handling[] = {
        IN_TOWN(each_point_has_its_unit_and_each_unit_its_kind),
        IN_TOWN(units_that_are_none_are_refused),
        IN_TOWN(a_single_unit_has_all_the_points),
        IN_TOWN(a_unit_that_says_nothing_has_accepted_when_its_time_is_out),
        IN_TOWN(a_unit_acts_for_itself_alone),
        IN_TOWN(a_return_is_asked_for_and_refused_or_allowed),
        IN_TOWN(a_unit_assigned_again_has_its_time_again),
        IN_TOWN(a_point_given_to_another_unit_waits_for_that_one_alone),
        IN_TOWN(a_reply_needs_every_answer_a_contact_the_co_handlers_and_acceptance),
        IN_TOWN(an_answer_says_what_why_and_who),
        IN_TOWN(a_reply_bears_the_name_of_the_unit_that_sent_it),
        IN_TOWN(a_reply_sent_back_keeps_its_first_version_and_counts_when_released),
        IN_TOWN(what_a_co_handler_thinks_is_kept_for_the_parties),
        IN_TOWN(an_evaluation_is_given_by_the_person_alone_and_never_at_the_desk),
        IN_TOWN(unanswered_evaluations_become_not_given_and_never_satisfied),
        IN_TOWN(not_satisfied_comes_back_twice_and_ends_as_not_satisfied),
        IN_TOWN(a_second_handling_that_satisfies_closes),
        IN_TOWN(the_re_check_keeps_the_first_result_beside_its_own),
        IN_TOWN(what_a_re_check_finds_not_done_is_closed_no_more),
        IN_TOWN(what_was_not_done_goes_back_into_handling_with_a_clock),
        IN_TOWN(a_further_re_check_has_its_day_and_closes_what_is_done_at_last),
        IN_TOWN(a_date_that_cannot_be_is_refused),
        IN_TOWN(two_matters_are_linked_on_the_record_and_no_longer_with_a_reason),
        IN_TOWN(only_what_the_actor_may_see_is_linked),
        IN_TOWN(a_new_matter_follows_up_a_closed_one_that_is_public_or_ones_own),
        IN_TOWN(a_matter_that_nobody_can_evaluate_is_closed_and_not_evaluated),
    };
    int failed = 0;

    RUN_ON_BOTH(handling, failed);
    return failed;
}
