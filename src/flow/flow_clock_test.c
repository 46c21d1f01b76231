/* Time: what clocks remind of, ask for and do by themselves, how they stand still and are extended;
 * and that nothing is said twice. */
#include "flow/flow_test.h"

/* The end that lists show is that of the nearest public clock. */
static void assert_due_is_the_nearest(struct town *t)
{
    const struct flow *w = town_look(t);
    int64_t nearest = 0;

    for (size_t i = 0; i < w->clock_count; i++) {
        const struct clock_row *k = &w->clocks[i];
        int clock = procedure_clock(w->p, k->name);
        if (!w->p->clocks[clock].is_public || !str_eq(k->state, S("running")))
            continue;
        if (nearest == 0 || k->due < nearest)
            nearest = k->due;
    }
    assert_int_equal(w->m.due, nearest);
}

static void the_end_shown_is_that_of_the_nearest_public_clock(void **state)
{
    struct town *t = *state;

    walk_to_preparing(t);
    assert_due_is_the_nearest(t);
    assert_int_equal(town_look(t)->m.due, clock_of(t, "preparing")->due);
    DOES(t, "executive", "record_survey", "survey=Seen.");
    DOES(t, "executive", "plan_session", PLAN "|participants=resident\traiser");
    assert_due_is_the_nearest(t); /* the notice is nearer, and nobody's business outside */
    assert_true(clock_of(t, "notice")->due < town_look(t)->m.due);
    DOES(t, "clerk", "give_notice", "");
    DOES(t, "convener", "open_early", EARLY);
    assert_due_is_the_nearest(t);
    assert_int_equal(town_look(t)->m.due, 0);
}

static void an_account_that_is_never_confirmed_lets_the_matter_lapse(void **state)
{
    struct town *t = *state;

    assert_int_equal(town_raise_for_nobody(t), OK);
    assert_int_equal(town_raise_unconfirmed(t, "raiser"), OK);
    assert_state(t, "unconfirmed");
    town_day("2026-03-05", 10);
    town_tick(t);
    assert_int_equal(mails_to(t, "remind:", t->raiser), 1);
    town_day("2026-03-10", 1);
    town_tick(t);
    assert_state(t, "lapsed");
    assert_int_equal(entries(t, "time_out"), 1);
    assert_int_equal(does(t, "raiser", "confirm", ""), CONFLICT);
    assert_record_whole(t);
}

static void screening_is_reminded_of_then_overdue_then_escalated_each_once(void **state)
{
    struct town *t = *state;

    assert_int_equal(town_raise(t, "raiser"), OK); /* due on Thursday the 5th */
    town_day("2026-03-03", 12);
    assert_int_equal(town_tick(t), 0);
    town_day("2026-03-04", 12);
    town_tick(t);
    town_tick(t);
    /* the clerk and the executive convener of the room, and the clerk of what it belongs to */
    assert_int_equal(mails(t, "remind:"), 3);
    assert_int_equal(entries(t, "overdue"), 0);
    town_day("2026-03-06", 1); /* in the night after */
    town_tick(t);
    assert_int_equal(entries(t, "overdue"), 1);
    assert_int_equal(mails(t, "overdue:"), 0); /* nobody is written to in the night */
    town_day("2026-03-06", 12);
    town_tick(t);
    town_tick(t);
    assert_int_equal(mails(t, "overdue:"), 3);
    assert_int_equal(mails(t, "escalate:"), 1); /* to the first convener */
    assert_int_equal(entries(t, "escalated"), 1);
    town_day("2026-03-07", 12);
    town_tick(t);
    assert_int_equal(mails(t, "overdue:"), 6); /* daily */
    town_day("2026-03-10", 12);
    town_tick(t);
    town_tick(t);
    assert_int_equal(mails(t, "escalate:"), 2); /* three working days: and to the overseer */
    assert_int_equal(entries(t, "escalated"), 2);
    assert_int_equal(entries(t, "overdue"), 1);
    assert_record_whole(t);
}

static void an_overdue_reply_goes_to_the_lead_daily_and_to_the_overseer_weekly(void **state)
{
    struct town *t = *state;
    int64_t due;

    walk_to_handling(t);
    due = clock_of(t, "reply")->due;
    assert_int_equal(due, day_end("2026-04-14")); /* thirty working days, one of them a holiday */
    town_day("2026-04-14", 23);
    town_tick(t);
    int64_t before = mails(t, "overdue:");
    assert_int_equal(before, 0);
    for (int day = 15; day <= 28; day++) {
        char date[20];
        snprintf(date, sizeof date, "2026-04-%d", day);
        town_day(date, 12);
        town_tick(t);
    }
    /* fourteen mornings for the lead, and those of the separate unit; two weeks for the overseer */
    assert_int_equal(mails(t, "overdue:"), 14 * 2 + 2);
    assert_int_equal(entries(t, "overdue"), 1);
    /* to the overseer after one working day, to the leader after ten */
    assert_int_equal(mails(t, "escalate:") >= 2, 1);
    assert_record_whole(t);
}

static void a_late_look_makes_up_for_what_was_missed_once(void **state)
{
    struct town *t = *state;

    assert_int_equal(town_raise(t, "raiser"), OK);
    town_day("2026-03-20", 12); /* the program stood still for two weeks */
    town_tick(t);
    town_tick(t);
    assert_int_equal(entries(t, "overdue"), 1);
    assert_int_equal(entries(t, "escalated"), 2);
    assert_int_equal(mails(t, "overdue:"), 3);
    assert_int_equal(mails(t, "escalate:"), 2);
    assert_record_whole(t);
}

/* ---- standing still, and more time ---- */

static void a_pause_keeps_the_working_days_that_were_left(void **state)
{
    struct town *t = *state;

    walk_to_handling(t);
    assert_int_equal(does(t, "handler_a", "pause", "public_reason=x"), DENIED);
    DOES(t, "assigner", "pause", "public_reason=The court decides first.");
    assert_state(t, "paused");
    assert_true(str_eq(clock_of(t, "reply")->state, S("paused")));
    assert_due_is_the_nearest(t);
    town_day("2026-03-09", 10); /* five working days later */
    town_tick(t);
    DOES(t, "overseer", "resume", "public_reason=The court has decided.");
    assert_int_equal(clock_of(t, "reply")->due, day_end("2026-04-21"));
    assert_int_equal(clock_of(t, "reply")->first_due, day_end("2026-04-14"));
    assert_due_is_the_nearest(t);
    assert_record_whole(t);
}

static void what_was_overdue_before_a_pause_is_overdue_after_it(void **state)
{
    struct town *t = *state;

    walk_to_handling(t);
    int64_t due = clock_of(t, "reply")->due;
    town_day("2026-04-16", 10);
    town_tick(t);
    DOES(t, "assigner", "pause", "public_reason=x");
    town_day("2026-04-20", 10);
    DOES(t, "assigner", "resume", "public_reason=x");
    assert_int_equal(clock_of(t, "reply")->due, due);
    town_tick(t);
    assert_int_equal(entries(t, "overdue"), 1);
}

static enum err ask_more(struct town *t, const char *date)
{
    char inputs[80];

    snprintf(inputs, sizeof inputs, "public_reason=It takes longer.|new_due=%s", date);
    return town_does(
        t, &(struct deed){.who = "handler_a", .act = "extend", .how = ACT_ASK, .inputs = inputs});
}

static enum err answer_more(struct town *t, const char *who, enum act_how how, const char *inputs)
{
    return town_does(t, &(struct deed){.who = who, .act = "extend", .how = how, .inputs = inputs});
}

static void more_time_is_asked_by_the_unit_and_granted_by_the_assigner_once(void **state)
{
    struct town *t = *state;

    walk_to_handling(t);
    assert_int_equal(does(t, "handler_a", "extend", "public_reason=x|new_due=2026-05-08"),
                     CONFLICT);                                            /* not by itself */
    assert_int_equal(answer_more(t, "assigner", ACT_GRANT, ""), CONFLICT); /* nobody asked */
    assert_int_equal(ask_more(t, "2026-04-14"), INVALID);                  /* no later than now */
    assert_int_equal(ask_more(t, "2026-12-31"), INVALID);                  /* past the cap */
    assert_int_equal(t->why.msg, MSG_CLOCK_PAST_CAP);
    assert_int_equal(ask_more(t, "2026-05-08"), OK);
    assert_int_equal(clock_of(t, "reply")->due, day_end("2026-04-14")); /* asking is not having */
    assert_int_equal(ask_more(t, "2026-05-09"), CONFLICT);
    assert_int_equal(answer_more(t, "handler_a", ACT_GRANT, ""), CONFLICT);
    assert_int_equal(answer_more(t, "assigner", ACT_GRANT, ""), OK);
    assert_int_equal(clock_of(t, "reply")->due, day_end("2026-05-08"));
    assert_int_equal(clock_of(t, "reply")->extended, 1);
    assert_int_equal(town_look(t)->ask_count, 0); /* decided: it waits no longer */
    assert_due_is_the_nearest(t);
    assert_int_equal(ask_more(t, "2026-05-11"), CONFLICT); /* once */
    assert_int_equal(entries(t, "extend.asked"), 1);
    assert_int_equal(entries(t, "extend"), 1);
    assert_record_whole(t);
}

static void more_time_refused_needs_a_reason_and_may_be_asked_for_again(void **state)
{
    struct town *t = *state;

    walk_to_handling(t);
    assert_int_equal(ask_more(t, "2026-05-08"), OK);
    assert_int_equal(answer_more(t, "assigner", ACT_REFUSE, ""), INVALID);
    assert_int_equal(answer_more(t, "assigner", ACT_REFUSE, "reason=There is time."), OK);
    assert_int_equal(entries(t, "extend.refused"), 1);
    assert_int_equal(clock_of(t, "reply")->due, day_end("2026-04-14"));
    assert_int_equal(ask_more(t, "2026-05-08"), OK);
    assert_record_whole(t);
}

static void what_was_asked_for_is_dropped_when_the_matter_moves_on(void **state)
{
    struct town *t = *state;

    walk_to_handling(t);
    assert_int_equal(ask_more(t, "2026-05-08"), OK);
    assert_int_equal(town_look(t)->ask_count, 1);
    DOES(t, "assigner", "pause", "public_reason=x");
    assert_int_equal(town_look(t)->ask_count, 0);
    assert_int_equal(entries(t, "extend.dropped"),
                     1); /* whoever read that it was asked for reads it */
    DOES(t, "assigner", "resume", "public_reason=x");
    assert_int_equal(answer_more(t, "assigner", ACT_GRANT, ""), CONFLICT);
}

static void mail_about_a_clock_goes_to_those_who_can_act_and_not_to_followers(void **state)
{
    struct town *t = *state;

    assert_int_equal(town_raise(t, "raiser"), OK);
    assert_int_equal(town_follow(t, "stranger"), OK);
    DOES(t, "clerk", "ask_info", "question=Which?");
    int64_t news = mails_to(t, "act:", t->raiser);
    town_day("2026-03-12", 12); /* three working days before the 16th */
    town_tick(t);
    assert_int_equal(mails_to(t, "remind:", t->raiser), 1);
    assert_int_equal(mails(t, "remind:"), 1);
    assert_true(news >= 2);
}

/* The server was away over the limit and all its reminders. */
static void of_a_limit_that_passed_meanwhile_nobody_is_reminded_as_if_there_were_time(void **state)
{
    struct town *t = *state;

    walk_to_handling(t);
    town_day("2026-06-30", 10);
    town_tick(t);
    assert_int_equal(mails(t, "remind:"), 0);
    assert_true(mails(t, "overdue:") > 0);
}

static void of_a_limit_that_does_nothing_else_it_is_said_once_that_it_has_passed(void **state)
{
    struct town *t = *state;

    walk_to_handling(t);
    DOES_ON(t, "handler_a", "assignment", assignment_of(t, t->unit_a), "accept", "");
    DOES_ON(t, "handler_b", "assignment", assignment_of(t, t->unit_b), "accept", "");
    int64_t reminded = mails(t, "remind:");
    town_day("2026-06-30", 10); /* the time to speak with the raiser is long gone, for both */
    town_tick(t);
    assert_int_equal(mails(t, "remind:"), reminded + 2);
}

static void of_reminders_that_were_missed_the_latest_is_sent(void **state)
{
    struct town *t = *state;

    walk_to_handling(t);
    int64_t due = clock_of(t, "reply")->due, reminded = mails(t, "remind:");
    town_day("2026-04-13", 10); /* two working days before, both earlier reminders missed */
    assert_true(due > day_end("2026-04-13"));
    town_tick(t);
    assert_int_equal(clock_of(t, "reply")->reminded, 2);
    assert_true(mails(t, "remind:") > reminded);
    assert_int_equal(mails(t, "overdue:"), 0);
}

static void every_unit_is_told_what_happens_to_a_matter_it_has(void **state)
{
    struct town *t = *state;

    walk_to_handling(t);
    assert_int_equal(mails_to(t, "act:", t->handler_c), 1); /* that it was given */
    DOES(t, "assigner", "pause", "public_reason=x");
    assert_int_equal(mails_to(t, "act:", t->handler_c), 2);
}

int main(void)
{
    const struct CMUnitTest clocks[] = {
        IN_TOWN(the_end_shown_is_that_of_the_nearest_public_clock),
        IN_TOWN(of_a_limit_that_passed_meanwhile_nobody_is_reminded_as_if_there_were_time),
        IN_TOWN(of_a_limit_that_does_nothing_else_it_is_said_once_that_it_has_passed),
        IN_TOWN(of_reminders_that_were_missed_the_latest_is_sent),
        IN_TOWN(every_unit_is_told_what_happens_to_a_matter_it_has),
        IN_TOWN(an_account_that_is_never_confirmed_lets_the_matter_lapse),
        IN_TOWN(screening_is_reminded_of_then_overdue_then_escalated_each_once),
        IN_TOWN(an_overdue_reply_goes_to_the_lead_daily_and_to_the_overseer_weekly),
        IN_TOWN(a_late_look_makes_up_for_what_was_missed_once),
        IN_TOWN(a_pause_keeps_the_working_days_that_were_left),
        IN_TOWN(what_was_overdue_before_a_pause_is_overdue_after_it),
        IN_TOWN(more_time_is_asked_by_the_unit_and_granted_by_the_assigner_once),
        IN_TOWN(more_time_refused_needs_a_reason_and_may_be_asked_for_again),
        IN_TOWN(what_was_asked_for_is_dropped_when_the_matter_moves_on),
        IN_TOWN(mail_about_a_clock_goes_to_those_who_can_act_and_not_to_followers),
    };
    int failed = 0;

    RUN_ON_BOTH(clocks, failed);
    return failed;
}
