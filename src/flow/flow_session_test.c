/* The session: when it is held, who takes part, and where a matter may go instead. */
#include "flow/flow_test.h"

static void a_session_put_off_is_planned_anew_before_notice_is_given_again(void **state)
{
    struct town *t = *state;

    walk_to_noticed(t);
    DOES(t, "convener", "reschedule", "public_reason=The hall is taken.");
    assert_int_equal(does(t, "clerk", "give_notice", ""), INVALID); /* for the old day */
    DOES(t, "executive", "plan_session",
         "session_date=2026-03-27|session_place=Hall|session_mode=room|convened_by=C"
         "|participants=resident\traiser");
    DOES(t, "clerk", "give_notice", "");
}

static void a_session_opened_before_its_day_says_why(void **state)
{
    struct town *t = *state;

    walk_to_noticed(t);
    assert_int_equal(does(t, "convener", "open_session", ""), INVALID);
    assert_int_equal(does(t, "convener", "open_early", ""), INVALID);
    assert_true(str_eq(t->why.field, S("public_reason")));
    town_day("2026-03-20", 9); /* the day it was planned for */
    assert_int_equal(does(t, "convener", "open_early", EARLY), INVALID);
    DOES(t, "convener", "open_session", "");
}

static int64_t taking_part(struct town *t, int64_t person)
{
    const struct flow *w = town_look(t);

    for (size_t i = 0; i < w->party_count; i++) {
        if (w->party[i].person == person)
            return w->party[i].id;
    }
    return 0;
}

static void whoever_a_new_plan_does_not_name_takes_part_no_more(void **state)
{
    struct town *t = *state;
    char again[200];
    struct flow w;

    walk_to_preparing(t);
    DOES(t, "executive", "plan_session",
         PLAN "|participants=resident\traiser|participants=resident\tneighbour"
              "|participants=other\tshopkeeper");
    snprintf(again, sizeof again, PLAN "|participants=keep\t%lld|participants=resident\tneighbour",
             (long long)taking_part(t, t->raiser));
    DOES(t, "executive", "plan_session", again);
    assert_int_equal(taking_part(t, t->shopkeeper), 0);
    assert_int_not_equal(taking_part(t, t->raiser), 0);
    assert_int_equal(town_look(t)->party_count, 2);
    assert_int_equal(town_see(t, "shopkeeper", &w), OK); /* as everybody */
    assert_false(procedure_is_party(w.p, w.parties));
    assert_record_whole(t);
}

static void nobody_of_another_matter_is_kept(void **state)
{
    struct town *t = *state;
    char again[200];

    walk_to_preparing(t);
    DOES(t, "executive", "plan_session", PLAN "|participants=other\tshopkeeper");
    int64_t there = taking_part(t, t->shopkeeper);
    walk_to_preparing(t);
    snprintf(again, sizeof again, PLAN "|participants=keep\t%lld", (long long)there);
    assert_int_equal(does(t, "executive", "plan_session", again), INVALID);
    assert_true(str_eq(t->why.field, S("participants")));
    assert_int_equal(town_look(t)->party_count, 0);
}

static void a_matter_is_passed_on_to_a_department_and_nothing_else(void **state)
{
    struct town *t = *state;
    char to[120];

    assert_int_equal(town_raise(t, "raiser"), OK);
    snprintf(to, sizeof to, "unsuitable=elsewhere|public_reason=Theirs.|to_body=%lld",
             (long long)t->other_room);
    assert_int_equal(does(t, "clerk", "pass_on", to), INVALID);
    assert_true(str_eq(t->why.field, S("to_body")));
    snprintf(to, sizeof to, "unsuitable=elsewhere|public_reason=Theirs.|to_body=%lld",
             (long long)t->unit_a);
    DOES(t, "clerk", "pass_on", to);
}

static void nothing_is_assigned_to_a_room(void **state)
{
    struct town *t = *state;
    char units[80];

    walk_to_converting(t);
    snprintf(units, sizeof units, "units=%lld single 0 -", (long long)t->other_room);
    assert_int_equal(does(t, "assigner", "assign", units), INVALID);
    assert_true(str_eq(t->why.field, S("units")));
}

int main(void)
{
    const struct CMUnitTest session[] = {
        IN_TOWN(a_session_put_off_is_planned_anew_before_notice_is_given_again),
        IN_TOWN(a_session_opened_before_its_day_says_why),
        IN_TOWN(whoever_a_new_plan_does_not_name_takes_part_no_more),
        IN_TOWN(nobody_of_another_matter_is_kept),
        IN_TOWN(a_matter_is_passed_on_to_a_department_and_nothing_else),
        IN_TOWN(nothing_is_assigned_to_a_room),
    };
    int failed = 0;

    RUN_ON_BOTH(session, failed);
    return failed;
}
