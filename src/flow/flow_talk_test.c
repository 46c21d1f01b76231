/* From the topic to its minutes: notice, who takes part, what was agreed, who confirms. */
#include "flow/flow_test.h"

#include "flow_test_sql.h"
#include "search/search.h"

static void the_public_sees_a_topic_once_it_is_taken(void **state)
{
    struct town *t = *state;
    struct flow w;

    assert_int_equal(town_raise(t, "raiser"), OK);
    DOES(t, "clerk", "propose", CRITERIA);
    assert_int_equal(town_see(t, NULL, &w), NOT_FOUND);
    DOES(t, "convener", "approve", "");
    assert_int_equal(town_see(t, NULL, &w), OK);
    assert_true(str_starts(w.m.case_number, S("2026")));
    assert_record_whole(t);
}

static void notice_is_given_only_with_a_survey_a_date_and_in_time(void **state)
{
    struct town *t = *state;

    walk_to_preparing(t);
    assert_int_equal(does(t, "clerk", "give_notice", ""), INVALID);
    DOES(t, "executive", "record_survey", "survey=We went and looked.");
    assert_int_equal(does(t, "clerk", "give_notice", ""), INVALID);
    DOES(t, "executive", "plan_session", PLAN "|participants=resident\traiser");
    assert_int_equal(clock_of(t, "notice")->due, day_end("2026-03-17"));
    town_day("2026-03-18", 9); /* too late for the 20th */
    assert_int_equal(does(t, "clerk", "give_notice", ""), INVALID);
    DOES(t, "executive", "plan_session",
         "session_date=2026-03-27|session_place=Hall|session_mode=room|convened_by=C"
         "|participants=resident\traiser|participants=other\tTwo drivers");
    assert_int_equal(clock_of(t, "notice")->due, day_end("2026-03-24"));
    assert_int_equal(town_look(t)->party_count, 2); /* planned again, nobody is listed twice */
    DOES(t, "clerk", "give_notice", "");
    assert_state(t, "noticed");
    assert_true(str_eq(clock_of(t, "notice")->state, S("stopped")));
    DOES(t, "convener", "reschedule", "public_reason=The hall is taken.");
    assert_state(t, "preparing");
    assert_record_whole(t);
}

static void people_without_an_account_take_part_under_a_description(void **state)
{
    struct town *t = *state;

    walk_to_deliberating(t);
    const struct flow *w = town_look(t);
    assert_int_equal(w->party_count, 4);
    assert_int_equal(w->party[0].person, t->raiser);
    assert_int_equal(w->party[3].person, 0);
    assert_true(str_eq(w->party[3].name, S("Two drivers of the street")));
    assert_true(str_eq(w->party[3].class, S("other")));
}

/* The form writes a class before each; a program that speaks to us may leave it out. */
static void whoever_is_named_without_a_class_takes_part_as_other(void **state)
{
    struct town *t = *state;

    walk_to_preparing(t);
    DOES(t, "executive", "plan_session",
         PLAN "|participants=shopkeeper|participants=Two drivers of the street");
    const struct flow *w = town_look(t);
    assert_int_equal(w->party_count, 2);
    assert_int_equal(w->party[0].person, t->shopkeeper);
    assert_true(str_eq(w->party[0].class, S("other")));
    assert_true(str_eq(w->party[1].name, S("Two drivers of the street")));
    assert_true(str_eq(w->party[1].class, S("other")));
}

static void the_minutes_make_the_points_and_ask_each_participant_once(void **state)
{
    struct town *t = *state;

    walk_to_minuted(t);
    const struct flow *w = town_look(t);
    assert_int_equal(w->f.point_count, 2);
    assert_int_equal(w->confirmation_count, 3); /* nobody asks a description */
    assert_true(str_eq(flow_value(w, S("dissent")), S("The drivers want no light")));
    assert_true(str_eq(flow_value(w, S("not_agreed")), S("A bridge")));
    assert_int_equal(does(t, "convener", "finish_minutes", ""), INVALID); /* somebody is asked */
    assert_int_equal(
        does_on(t, "neighbour", "confirmation", confirmation_of(t, t->raiser), "confirm", ""),
        DENIED); /* nobody confirms for somebody else */
    int64_t own = confirmation_of(t, t->neighbour);
    assert_int_equal(does_on(t, "neighbour", "confirmation", own, "differ", ""), INVALID);
    DOES_ON(t, "neighbour", "confirmation", own, "differ", "remark=Not what I said.");
    assert_int_equal(does_on(t, "neighbour", "confirmation", own, "differ", "remark=x"), CONFLICT);
    assert_record_whole(t);
}

static void whoever_does_not_answer_about_the_minutes_has_not_confirmed(void **state)
{
    struct town *t = *state;

    walk_to_minuted(t);
    DOES_ON(t, "raiser", "confirmation", confirmation_of(t, t->raiser), "confirm", "");
    town_day("2026-03-10", 10); /* five working days: the 9th */
    town_tick(t);
    const struct flow *w = town_look(t);
    int confirmed = 0, lapsed = 0;
    for (size_t i = 0; i < w->confirmation_count; i++) {
        confirmed += str_eq(w->confirmations[i].state, S("confirmed"));
        lapsed += str_eq(w->confirmations[i].state, S("not_confirmed"));
    }
    assert_int_equal(confirmed, 1);
    assert_int_equal(lapsed, 2);
    DOES(t, "convener", "finish_minutes", "");
    assert_state(t, "converting");
    assert_record_whole(t);
}

static void without_agreement_it_ends_or_goes_up_and_is_talked_over_again(void **state)
{
    struct town *t = *state;

    walk_to_deliberating(t);
    DOES(t, "executive", "record_minutes", MINUTES "|not_agreed=All|needs_higher=The bridge");
    assert_int_equal(does(t, "convener", "close_not_agreed", "public_reason=x"), INVALID);
    town_day("2026-03-10", 10);
    town_tick(t);
    assert_int_equal(does(t, "convener", "finish_minutes", ""), INVALID); /* no point is agreed */
    DOES(t, "convener", "send_up", "public_reason=The city owns the bridge.");
    assert_state(t, "raised");
    assert_int_equal(town_look(t)->m.room, t->committee);
    assert_false(town_look(t)->m.is_public);
    assert_record_whole(t);
}

static void minutes_recorded_a_second_time_are_asked_about_with_time_to_answer(void **state)
{
    struct town *t = *state;

    walk_to_deliberating(t);
    disagree(t);
    DOES(t, "convener", "send_up", "public_reason=The city owns the bridge.");
    world_role(&t->w, world_person(&t->w, "top", ROLE_FIRST_CONVENER, t->committee),
               ROLE_EXECUTIVE_CONVENER, t->committee);
    DOES(t, "office", "propose", CRITERIA);
    DOES(t, "top", "approve", "");
    DOES(t, "top", "plan_session",
         PLAN "|participants=resident\traiser|participants=resident\tneighbour"
              "|participants=other\tshopkeeper");
    DOES(t, "top", "give_notice", "");
    DOES(t, "top", "open_early", EARLY);
    DOES(t, "top", "record_minutes", MINUTES "|points=A light");
    const struct flow *w = town_look(t);
    assert_int_equal(w->confirmation_count, 3); /* the same rows, asked anew */
    for (size_t i = 0; i < 3; i++)
        assert_true(str_eq(w->confirmations[i].state, S("asked")));
    town_tick(t);
    assert_int_equal(does(t, "top", "finish_minutes", ""), INVALID);
    town_day("2026-03-18", 10);
    town_tick(t);
    DOES(t, "top", "finish_minutes", "");
    assert_state(t, "converting");
    assert_record_whole(t);
}

int main(void)
{
    const struct CMUnitTest talking[] = {
        IN_TOWN(the_public_sees_a_topic_once_it_is_taken),
        IN_TOWN(notice_is_given_only_with_a_survey_a_date_and_in_time),
        IN_TOWN(people_without_an_account_take_part_under_a_description),
        IN_TOWN(whoever_is_named_without_a_class_takes_part_as_other),
        IN_TOWN(the_minutes_make_the_points_and_ask_each_participant_once),
        IN_TOWN(whoever_does_not_answer_about_the_minutes_has_not_confirmed),
        IN_TOWN(without_agreement_it_ends_or_goes_up_and_is_talked_over_again),
        IN_TOWN(minutes_recorded_a_second_time_are_asked_about_with_time_to_answer),
    };
    int failed = 0;

    RUN_ON_BOTH(talking, failed);
    return failed;
}
