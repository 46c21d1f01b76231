/*
 * The shipped talk-it-over procedure, walked from raising to the re-check and down every branch.
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
    struct arena *a = arena_new("talk test", 32 << 20);
    struct walk *w = NEW(a, struct walk);

    walk_start(w, a, walk_load(a, root, "procedures/talk_it_over.yaml"));
    *state = w;
    return 0;
}

static int close_world(void **state)
{
    struct walk *w = *state;

    arena_free(w->arena);
    return 0;
}

/* An act that must be allowed, and the state it leads to. */
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

static void to_preparing(struct walk *w)
{
    step(w, "raiser", "confirm", "raised");
    step(w, "clerk", "propose", "proposed");
    step(w, "convener", "approve", "preparing");
}

static void to_minuted(struct walk *w)
{
    to_preparing(w);
    step(w, "clerk", "record_survey", "preparing");
    step(w, "executive", "plan_session", "preparing");
    step(w, "clerk", "give_notice", "noticed");
    step(w, "convener", "open_session", "deliberating");
    step(w, "clerk", "record_minutes", "minuted");
}

static void set_points(struct walk *w)
{
    w->values[procedure_field(w->p, S("points"))] = S("one");
}

static void to_handling(struct walk *w)
{
    to_minuted(w);
    set_points(w);
    for (int i = 0; i < 2; i++)
        row_step(w, "owner", "confirm", walk_row(w, CHILD_CONFIRMATION, i));
    step(w, "convener", "finish_minutes", "converting");
    w->units = "lead co";
    step(w, "assigner", "assign", "handling");
}

static void accept_all(struct walk *w)
{
    for (int i = 0, row; (row = walk_row(w, CHILD_ASSIGNMENT, i)) >= 0; i++)
        if (walk_row_is(w, row, "assigned"))
            row_step(w, "owner", "accept", row);
}

static void answer_all(struct walk *w)
{
    for (int i = 0, row; (row = walk_row(w, CHILD_ANSWER, i)) >= 0; i++)
        row_step(w, "owner", "give", row);
}

static void log_contact(struct walk *w)
{
    assert_true(walk_do(w, "lead", "log", -1, ACT_DO) || walk_do(w, "units", "log", -1, ACT_DO));
}

static void to_replied(struct walk *w)
{
    to_handling(w);
    accept_all(w);
    row_step(w, "owner", "give_opinion", walk_row(w, CHILD_ASSIGNMENT, 1));
    answer_all(w);
    log_contact(w);
    step(w, "lead", "submit_reply", "reply_review");
    step(w, "overseer", "release", "replied");
}

static void evaluate(struct walk *w, int n, const char *code)
{
    int row = walk_row(w, CHILD_EVALUATION, n);

    /* the harness fills in "satisfied"; the answer wanted here is set before the system looks */
    w->result = str_of(code);
    row_step(w, "owner", "give", row);
    w->result = S("");
}

static void a_matter_goes_all_the_way(void **state)
{
    struct walk *w = *state;

    to_replied(w);
    evaluate(w, 0, "satisfied");
    assert_true(walk_is(w, "replied"));
    evaluate(w, 1, "basically");
    assert_true(walk_is(w, "closed"));
    step(w, "overseer", "recheck", "closed");
}

static void an_unconfirmed_matter_waits_and_lapses(void **state)
{
    struct walk *w = *state;

    assert_false(walk_offers(w, "clerk", "propose", ACT_DO));
    assert_true(walk_offers(w, "raiser", "confirm", ACT_DO));
    assert_int_equal(walk_out(w, "confirming"), 1);
    assert_true(walk_is(w, "lapsed"));
}

static void a_matter_passed_on_is_never_dropped(void **state)
{
    struct walk *w = *state;

    step(w, "raiser", "confirm", "raised");
    step(w, "clerk", "pass_on", "passed_on");
    assert_false(walk_do(w, "raiser", "receive", -1, ACT_DO));
    assert_int_equal(w->err, DENIED);
    assert_int_equal(walk_out(w, "receipt"), 0); /* time alone does not end it */
    assert_true(walk_is(w, "passed_on"));
    step(w, "overseer", "call_back", "raised");
    assert_true(w->f.clocks_running >> procedure_clock(w->p, S("first_response")) & 1);
    step(w, "executive", "pass_on", "passed_on");
    step(w, "receiver", "decline_receipt", "raised");
    step(w, "clerk", "pass_on", "passed_on");
    step(w, "receiver", "receive", "handed_over");
    assert_int_equal(w->f.clocks_running, 0);
}

static void asking_for_more_pauses_the_clock(void **state)
{
    struct walk *w = *state;
    uint32_t bit = 1U << procedure_clock(w->p, S("first_response"));

    step(w, "raiser", "confirm", "raised");
    assert_true(w->f.clocks_running & bit);
    step(w, "clerk", "ask_info", "info_asked");
    assert_true(w->f.clocks_paused & bit);
    step(w, "raiser", "give_info", "raised");
    assert_false(w->f.clocks_paused & bit);
    assert_true(w->f.clocks_running & bit);
    step(w, "moderator", "ask_info", "info_asked");
    assert_int_equal(walk_out(w, "informing"), 1); /* silence is no reason to drop it */
    assert_true(walk_is(w, "raised"));
}

static void screening_can_raise_the_level_merge_and_give_back(void **state)
{
    struct walk *w = *state;

    step(w, "raiser", "confirm", "raised");
    step(w, "executive", "raise_level", "raised");
    step(w, "clerk", "propose", "proposed");
    assert_false(walk_do(w, "clerk", "approve", -1, ACT_DO)); /* only the first convener */
    assert_int_equal(w->err, DENIED);
    step(w, "convener", "hand_back", "raised");
    step(w, "clerk", "merge", "merged");
    assert_false(walk_do(w, "clerk", "merge", -1, ACT_DO));
    assert_int_equal(w->err, CONFLICT);
}

static void a_topic_meets_all_four_criteria_of_the_right_group(void **state)
{
    struct walk *w = *state;
    const struct field *f = &w->p->acts[procedure_act(w->p, S("propose"))].inputs[0];
    const str good[] = {S("public"), S("concrete"), S("local"), S("several")};
    const str bad[] = {S("public"), S("concrete"), S("local"), S("litigation")};

    assert_int_equal(procedure_field_check(w->p, f, NULL, good, 4, true, LANG_EN, &w->why), OK);
    assert_int_equal(procedure_field_check(w->p, f, NULL, good, 3, true, LANG_EN, &w->why),
                     INVALID);
    assert_int_equal(procedure_field_check(w->p, f, NULL, bad, 4, true, LANG_EN, &w->why), INVALID);
}

static void the_raiser_may_withdraw_with_a_reason(void **state)
{
    struct walk *w = *state;

    to_preparing(w);
    step(w, "raiser", "withdraw", "withdrawn");
}

static void a_session_needs_a_survey_a_date_and_timely_notice(void **state)
{
    struct walk *w = *state;
    int clock = procedure_clock(w->p, S("notice"));

    to_preparing(w);
    assert_false(walk_do(w, "clerk", "give_notice", -1, ACT_DO));
    assert_int_equal(w->err, INVALID);
    step(w, "clerk", "plan_session", "preparing");
    assert_false(walk_do(w, "clerk", "give_notice", -1, ACT_DO));
    step(w, "clerk", "record_survey", "preparing");
    assert_true(w->f.clocks_running >> clock & 1);
    assert_int_equal(walk_out(w, "notice"), 0);
    assert_false(walk_do(w, "clerk", "give_notice", -1, ACT_DO)); /* too late for this date */
    w->f.clocks_out = 0;
    step(w, "clerk", "plan_session", "preparing"); /* a later date */
    step(w, "clerk", "give_notice", "noticed");
    step(w, "convener", "reschedule", "preparing");
    step(w, "clerk", "plan_session", "preparing");
    step(w, "clerk", "give_notice", "noticed");
    step(w, "executive", "open_session", "deliberating");
    step(w, "convener", "adjourn", "preparing");
}

static void an_unanswered_confirmation_is_not_an_agreement(void **state)
{
    struct walk *w = *state;
    int second;

    to_minuted(w);
    set_points(w);
    assert_false(walk_do(w, "convener", "finish_minutes", -1, ACT_DO));
    assert_int_equal(w->err, INVALID);
    row_step(w, "owner", "differ", walk_row(w, CHILD_CONFIRMATION, 0));
    second = walk_row(w, CHILD_CONFIRMATION, 1);
    assert_int_equal(walk_out(w, "confirming_minutes"), 1);
    assert_true(walk_row_is(w, second, "not_confirmed"));
    step(w, "convener", "finish_minutes", "converting");
}

static void no_agreement_is_an_honest_end(void **state)
{
    struct walk *w = *state;

    to_minuted(w);
    walk_out(w, "confirming_minutes");
    assert_false(walk_do(w, "convener", "finish_minutes", -1, ACT_DO)); /* no agreed point */
    assert_false(walk_do(w, "convener", "send_up", -1, ACT_DO));
    step(w, "convener", "close_not_agreed", "closed_not_agreed");
}

static void what_needs_a_higher_level_goes_up(void **state)
{
    struct walk *w = *state;

    to_minuted(w);
    w->values[procedure_field(w->p, S("needs_higher"))] = S("the bridge");
    step(w, "convener", "send_up", "raised");
}

static void a_unit_may_ask_to_return_it(void **state)
{
    struct walk *w = *state;
    int lead, co;

    to_handling(w);
    lead = walk_row(w, CHILD_ASSIGNMENT, 0);
    co = walk_row(w, CHILD_ASSIGNMENT, 1);
    row_step(w, "owner", "ask_return", co);
    row_step(w, "assigner", "allow_return", co);
    row_step(w, "owner", "ask_return", lead);
    row_step(w, "assigner", "refuse_return", lead);
    assert_true(walk_row_is(w, lead, "accepted"));
    w->units = "co";
    step(w, "assigner", "assign_more", "handling");
    assert_int_equal(walk_out(w, "return_window"), 1); /* taken as accepted in silence */
    assert_true(walk_row_is(w, walk_row(w, CHILD_ASSIGNMENT, 2), "accepted"));
}

static void a_reply_needs_answers_contact_and_opinions(void **state)
{
    struct walk *w = *state;

    to_handling(w);
    accept_all(w);
    assert_false(walk_do(w, "lead", "submit_reply", -1, ACT_DO));
    assert_true(walk_offers(w, "lead", "submit_reply", ACT_DO)); /* shown, with what is missing */
    answer_all(w);
    assert_false(walk_do(w, "lead", "submit_reply", -1, ACT_DO));
    log_contact(w);
    assert_false(walk_do(w, "lead", "submit_reply", -1, ACT_DO));
    row_step(w, "owner", "give_opinion", walk_row(w, CHILD_ASSIGNMENT, 1));
    step(w, "lead", "submit_reply", "reply_review");
    step(w, "overseer", "reject_reply", "handling");
}

static void an_extension_is_asked_for_and_granted_once(void **state)
{
    struct walk *w = *state;

    to_handling(w);
    assert_true(walk_do(w, "lead", "extend", -1, ACT_ASK));
    assert_false(walk_do(w, "lead", "extend", -1, ACT_ASK)); /* already waiting */
    assert_true(walk_do(w, "assigner", "extend", -1, ACT_REFUSE));
    assert_true(walk_do(w, "lead", "extend", -1, ACT_ASK));
    assert_true(walk_offers(w, "assigner", "extend", ACT_GRANT));
    assert_false(walk_do(w, "lead", "extend", -1, ACT_GRANT));
    assert_true(walk_do(w, "assigner", "extend", -1, ACT_GRANT));
    assert_false(walk_do(w, "lead", "extend", -1, ACT_ASK));
    assert_int_equal(w->err, CONFLICT);
}

static void handling_can_pause_and_resume(void **state)
{
    struct walk *w = *state;
    uint32_t bit = 1U << procedure_clock(w->p, S("reply"));

    to_handling(w);
    step(w, "assigner", "pause", "paused");
    assert_true(w->f.clocks_paused & bit);
    step(w, "overseer", "resume", "handling");
    assert_true(w->f.clocks_running & bit);
    step(w, "clerk", "urge", "handling");
}

static void silence_is_never_satisfaction(void **state)
{
    struct walk *w = *state;
    int first;

    to_replied(w);
    first = walk_row(w, CHILD_EVALUATION, 0);
    assert_int_equal(walk_out(w, "evaluation"), 2);
    assert_true(walk_row_is(w, first, "not_given"));
    assert_int_equal(w->rows[first].result.len, 0);
    assert_true(walk_is(w, "closed"));
}

static void not_satisfied_comes_back_twice_then_ends_visibly(void **state)
{
    struct walk *w = *state;

    to_replied(w);
    for (int round = 1; round <= 2; round++) {
        assert_false(walk_offers(w, "overseer", "give_up", ACT_DO));
        evaluate(w, 0, "not_satisfied");
        evaluate(w, 1, "satisfied");
        assert_true(walk_is(w, "handling"));
        assert_int_equal(w->f.round, round);
        assert_false(walk_do(w, "lead", "submit_reply", -1, ACT_DO)); /* answers are asked anew */
        answer_all(w);
        log_contact(w);
        step(w, "lead", "submit_reply", "reply_review");
        step(w, "overseer", "release", "replied");
    }
    evaluate(w, 0, "not_satisfied");
    evaluate(w, 1, "not_satisfied");
    assert_true(walk_is(w, "replied"));
    step(w, "overseer", "give_up", "closed_unsatisfied");
    step(w, "overseer", "recheck", "closed_unsatisfied");
}

static void the_public_sees_nothing_before_screening(void **state)
{
    struct walk *w = *state;
    int title = procedure_field(w->p, S("title")), files = procedure_field(w->p, S("attachments"));
    uint32_t clerk = 1U << procedure_party(w->p, S("clerk"));

    assert_false(procedure_visible(w->p, procedure_state(w->p, S("raised")), title, 0, S("")));
    assert_true(procedure_visible(w->p, procedure_state(w->p, S("raised")), title, clerk, S("")));
    assert_true(procedure_visible(w->p, procedure_state(w->p, S("preparing")), title, 0, S("")));
    assert_false(procedure_visible(w->p, procedure_state(w->p, S("closed")), files, 0, S("")));
}

int main(int argc, char **argv)
{
#define WALK(name) cmocka_unit_test_setup_teardown(name, open_world, close_world)
    const struct CMUnitTest tests[] = {
        WALK(a_matter_goes_all_the_way),
        WALK(an_unconfirmed_matter_waits_and_lapses),
        WALK(a_matter_passed_on_is_never_dropped),
        WALK(asking_for_more_pauses_the_clock),
        WALK(screening_can_raise_the_level_merge_and_give_back),
        WALK(a_topic_meets_all_four_criteria_of_the_right_group),
        WALK(the_raiser_may_withdraw_with_a_reason),
        WALK(a_session_needs_a_survey_a_date_and_timely_notice),
        WALK(an_unanswered_confirmation_is_not_an_agreement),
        WALK(no_agreement_is_an_honest_end),
        WALK(what_needs_a_higher_level_goes_up),
        WALK(a_unit_may_ask_to_return_it),
        WALK(a_reply_needs_answers_contact_and_opinions),
        WALK(an_extension_is_asked_for_and_granted_once),
        WALK(handling_can_pause_and_resume),
        WALK(silence_is_never_satisfaction),
        WALK(not_satisfied_comes_back_twice_then_ends_visibly),
        WALK(the_public_sees_nothing_before_screening),
    };
    if (argc > 1)
        root = argv[1];
    return cmocka_run_group_tests(tests, NULL, NULL);
}
