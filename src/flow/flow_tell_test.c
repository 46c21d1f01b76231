/* Who hears of what: nobody of what he may not see, and everybody who waits for an answer. */
#include "flow/flow_test.h"

/* Everyone's mails about acts. */
static int64_t news(struct town *t)
{
    return mails(t, "act:");
}

static void nobody_who_only_follows_hears_of_what_was_taken_down(void **state)
{
    struct town *t = *state;
    char units[80];

    walk_to_converting(t);
    assert_int_equal(town_follow(t, "stranger"), OK);
    int64_t before = news(t), raisers = mails_to(t, "act:", t->raiser);
    DOES(t, "editor", "take_down", "public_reason=A name was in it.");
    assert_int_equal(mails_to(t, "act:", t->raiser), raisers + 1); /* whose matter it is */
    assert_int_equal(news(t), before + 1);
    before = news(t);
    snprintf(units, sizeof units, "units=%lld single 0 -", (long long)t->unit_a);
    DOES(t, "assigner", "assign", units); /* the raiser, two participants, one handler */
    assert_int_equal(news(t), before + 4);
    DOES(t, "moderator", "put_up", "reason=The name is gone.");
    before = news(t);
    DOES(t, "assigner", "pause", "public_reason=Rain.");
    assert_int_equal(news(t), before + 5); /* and now the one who follows */
}

static void what_was_taken_down_keeps_the_day_and_the_reason_it_was_taken_down_with(void **state)
{
    struct town *t = *state;

    walk_to_converting(t);
    DOES(t, "editor", "take_down", "public_reason=A name was in it.");
    assert_int_equal(does(t, "moderator", "take_down", "public_reason=Once more."), INVALID);
    assert_int_equal(entries(t, "take_down"), 1);
    DOES(t, "moderator", "put_up", "reason=The name is gone.");
    assert_int_equal(does(t, "moderator", "put_up", "reason=Once more."), INVALID);
    DOES(t, "editor", "take_down", "public_reason=Another name.");
    assert_record_whole(t);
}

static void a_matter_that_nobody_has_seen_is_not_shown_by_merging_it(void **state)
{
    struct town *t = *state;
    struct flow w;
    char into[40];

    walk_to_preparing(t);
    snprintf(into, sizeof into, "into=%lld", (long long)t->matter);
    assert_int_equal(town_raise(t, "neighbour"), OK);
    DOES(t, "clerk", "merge", into);
    assert_state(t, "merged");
    assert_false(town_look(t)->m.is_public);
    assert_int_equal(town_see(t, NULL, &w), NOT_FOUND);
    assert_int_equal(town_see(t, "neighbour", &w), OK);
    assert_record_whole(t);
}

static void who_follows_a_matter_that_is_merged_hears_of_it_and_it_can_be_taken_down(void **state)
{
    struct town *t = *state;
    struct flow w;
    char into[40];

    assert_int_equal(town_raise(t, "neighbour"), OK);
    snprintf(into, sizeof into, "into=%lld", (long long)t->matter);
    walk_to_preparing(t);
    assert_int_equal(town_follow(t, "stranger"), OK);
    int64_t before = news(t);
    DOES(t, "clerk", "merge", into);
    assert_int_equal(news(t), before + 2);       /* the raiser, the follower */
    assert_int_equal(town_see(t, NULL, &w), OK); /* old links lead on */
    DOES(t, "moderator", "take_down", "public_reason=A name was in it.");
    assert_int_equal(town_see(t, NULL, &w), NOT_FOUND);
    DOES(t, "moderator", "put_up", "reason=The name is gone.");
    assert_int_equal(town_see(t, NULL, &w), OK);
    assert_record_whole(t);
}

static void what_is_down_stays_down_until_it_is_put_up_whatever_else_is_done(void **state)
{
    struct town *t = *state;
    struct flow w;

    walk_to_deliberating(t);
    DOES(t, "editor", "take_down", "public_reason=A name was in it.");
    disagree(t);
    DOES(t, "convener", "send_up", "public_reason=The city owns the bridge.");
    world_person(&t->w, "top", ROLE_FIRST_CONVENER, t->committee);
    DOES(t, "office", "propose", CRITERIA);
    DOES(t, "top", "approve", "");
    assert_state(t, "preparing");
    assert_int_equal(town_see(t, NULL, &w), NOT_FOUND);
    DOES(t, "editor", "put_up", "reason=The name is gone.");
    assert_int_equal(town_see(t, NULL, &w), OK);
}

static enum err more_time(struct town *t, const char *who, enum act_how how, const char *inputs)
{
    return town_does(t, &(struct deed){.who = who, .act = "extend", .how = how, .inputs = inputs});
}

static void who_decides_hears_what_is_asked_for_and_who_asked_how_it_was_decided(void **state)
{
    struct town *t = *state;

    walk_to_handling(t);
    int64_t before = news(t), raisers = mails_to(t, "act:", t->raiser);
    assert_int_equal(more_time(t, "handler_a", ACT_ASK, "public_reason=Late.|new_due=2026-05-08"),
                     OK);
    assert_int_equal(news(t), before + 1); /* the assigner */
    assert_int_equal(mails_to(t, "act:", t->raiser), raisers);
    assert_int_equal(more_time(t, "assigner", ACT_REFUSE, "reason=No."), OK);
    assert_int_equal(news(t), before + 3); /* both units that lead */
    assert_int_equal(mails_to(t, "act:", t->raiser), raisers);
    assert_int_equal(more_time(t, "handler_a", ACT_ASK, "public_reason=Later.|new_due=2026-05-08"),
                     OK);
    assert_int_equal(more_time(t, "assigner", ACT_GRANT, ""), OK);
    assert_int_equal(mails_to(t, "act:", t->raiser), raisers + 1); /* that there is more time */
    assert_int_equal(news(t), before + 7);
}

static void whoever_decides_on_a_return_is_reminded_of_it(void **state)
{
    struct town *t = *state;

    walk_to_converting(t);
    char units[80];
    snprintf(units, sizeof units, "units=%lld single 0 -", (long long)t->unit_a);
    DOES(t, "assigner", "assign", units);
    DOES_ON(t, "handler_a", "assignment", assignment_of(t, t->unit_a), "ask_return",
            "reason=Theirs.");
    assert_true(str_eq(clock_of(t, "deciding_return")->state, S("running")));
    town_tick(t);
    assert_int_equal(mails(t, "remind:"), 0);
    town_day("2026-03-06", 10); /* a Friday; asked on Monday, five working days */
    town_tick(t);
    assert_int_equal(mails(t, "remind:"), 1);
    DOES_ON(t, "assigner", "assignment", assignment_of(t, t->unit_a), "refuse_return",
            "reason=Yours.");
    assert_true(str_eq(clock_of(t, "deciding_return")->state, S("stopped")));
}

static void who_asks_to_return_a_matter_and_who_decides_on_it_hear_of_each_other(void **state)
{
    struct town *t = *state;

    walk_to_handling(t);
    int64_t before = news(t);
    DOES_ON(t, "handler_a", "assignment", assignment_of(t, t->unit_a), "ask_return", "reason=No.");
    assert_int_equal(news(t), before + 1); /* the assigner */
    DOES_ON(t, "assigner", "assignment", assignment_of(t, t->unit_a), "refuse_return",
            "reason=Yours.");
    assert_int_equal(news(t), before + 2); /* the unit */
    DOES_ON(t, "handler_b", "assignment", assignment_of(t, t->unit_b), "ask_return", "reason=No.");
    DOES_ON(t, "assigner", "assignment", assignment_of(t, t->unit_b), "allow_return",
            "reason=Right.");
    assert_int_equal(news(t), before + 4);
}

static void urging_is_for_the_units_alone(void **state)
{
    struct town *t = *state;

    walk_to_handling(t);
    int64_t before = news(t), raisers = mails_to(t, "act:", t->raiser);
    DOES(t, "overseer", "urge", "note=It is late.");
    assert_int_equal(news(t), before + 3);
    assert_int_equal(mails_to(t, "act:", t->raiser), raisers);
}

static void who_follows_hears_that_a_matter_was_withdrawn_or_went_to_the_next_level(void **state)
{
    struct town *t = *state;

    walk_to_preparing(t);
    assert_int_equal(town_follow(t, "stranger"), OK);
    int64_t before = news(t);
    DOES(t, "raiser", "withdraw", "reason=It is mended.");
    assert_int_equal(news(t), before + 1);
    walk_to_deliberating(t);
    assert_int_equal(town_follow(t, "stranger"), OK);
    disagree(t);
    before = news(t);
    DOES(t, "convener", "send_up", "public_reason=The city owns the bridge.");
    assert_int_equal(news(t), before + 4); /* the raiser, two participants, the one who follows */
}

static void of_a_matter_nobody_ever_saw_nobody_hears_that_it_was_withdrawn(void **state)
{
    struct town *t = *state;

    assert_int_equal(town_raise(t, "raiser"), OK);
    assert_int_equal(town_follow(t, "raiser"), OK);
    int64_t before = news(t);
    DOES(t, "raiser", "withdraw", "reason=It is mended.");
    assert_int_equal(news(t), before);
}

static void
a_unit_that_left_the_talking_to_the_lead_is_not_reminded_once_it_is_answered(void **state)
{
    struct town *t = *state;

    walk_to_replied(t);
    for (size_t i = 0; i < town_look(t)->clock_count; i++) {
        const struct clock_row *k = &town_look(t)->clocks[i];
        assert_false(str_eq(k->name, S("contact")) && str_eq(k->state, S("running")));
    }
}

int main(void)
{
    const struct CMUnitTest telling[] = {
        IN_TOWN(nobody_who_only_follows_hears_of_what_was_taken_down),
        IN_TOWN(what_was_taken_down_keeps_the_day_and_the_reason_it_was_taken_down_with),
        IN_TOWN(a_matter_that_nobody_has_seen_is_not_shown_by_merging_it),
        IN_TOWN(who_follows_a_matter_that_is_merged_hears_of_it_and_it_can_be_taken_down),
        IN_TOWN(what_is_down_stays_down_until_it_is_put_up_whatever_else_is_done),
        IN_TOWN(who_decides_hears_what_is_asked_for_and_who_asked_how_it_was_decided),
        IN_TOWN(whoever_decides_on_a_return_is_reminded_of_it),
        IN_TOWN(who_asks_to_return_a_matter_and_who_decides_on_it_hear_of_each_other),
        IN_TOWN(urging_is_for_the_units_alone),
        IN_TOWN(who_follows_hears_that_a_matter_was_withdrawn_or_went_to_the_next_level),
        IN_TOWN(of_a_matter_nobody_ever_saw_nobody_hears_that_it_was_withdrawn),
        IN_TOWN(a_unit_that_left_the_talking_to_the_lead_is_not_reminded_once_it_is_answered),
    };
    int failed = 0;

    RUN_ON_BOTH(telling, failed);
    return failed;
}
