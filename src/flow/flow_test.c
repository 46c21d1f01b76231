/* A matter from raising until it is a topic, walked through the real functions; what holds for
 * every act; and who sees what. Talking follows in flow_talk_test.c, handling in flow_assign_test.c
 * and those after it, time in flow_clock_test.c. */
#include "flow/flow_test.h"

#include "flow_test_sql.h"
#include "search/search.h"

/* ---- screening ---- */

static void a_matter_is_raised_with_serial_receipt_and_its_points(void **state)
{
    struct town *t = *state;

    assert_int_equal(town_raise(t, "raiser"), OK);
    const struct flow *w = town_look(t);
    assert_true(str_eq(w->m.state, S("raised")));
    assert_true(str_eq(w->m.serial, S("2026-00001")));
    assert_int_equal(t->receipt.len, 10);
    assert_int_equal(w->point_count, 2);
    assert_true(str_eq(w->points[0].kind, S("suggestion")));
    assert_int_equal(w->f.point_count, 0); /* nothing is agreed yet */
    assert_false(w->m.is_public);
    assert_true(str_eq(flow_value(w, S("wish")), S("A traffic light would help.")));
    assert_int_equal(entries(t, "raised"), 1);
    assert_int_equal(entries(t, "confirm"), 1);
    assert_int_equal(mails_to(t, "act:", t->raiser), 1);
    assert_record_whole(t);
}

static void the_whole_way_ends_closed(void **state)
{
    struct town *t = *state;

    walk_to_replied(t);
    assert_state(t, "replied");
    DOES_ON(t, "raiser", "evaluation", evaluation_of(t, t->raiser), "give", "overall=satisfied");
    DOES_ON(t, "neighbour", "evaluation", evaluation_of(t, t->neighbour), "give",
            "overall=basically|remark=It took long.");
    assert_state(t, "replied"); /* somebody is still asked */
    DOES_ON(t, "shopkeeper", "evaluation", evaluation_of(t, t->shopkeeper), "give",
            "overall=satisfied");
    assert_state(t, "closed");
    const struct flow *w = town_look(t);
    assert_true(w->m.closed != 0 && w->m.is_public);
    assert_true(str_eq(w->m.result, S("A")));
    assert_int_equal(entries(t, "close"), 1);
    assert_record_whole(t);
}

static void every_act_has_its_row_its_entry_and_raises_the_edition(void **state)
{
    struct town *t = *state;

    assert_int_equal(town_raise(t, "raiser"), OK);
    int64_t edition = town_look(t)->m.edition, before = ledger_entries(t);
    DOES(t, "clerk", "propose", CRITERIA);
    assert_true(town_look(t)->m.edition > edition);
    assert_int_equal(entries(t, "propose"), 1);
    assert_int_equal(ledger_entries(t), before + 1);
    DOES(t, "convener", "approve", "");
    assert_int_equal(ledger_entries(t), before + 2);
    assert_record_whole(t);
}

static void a_form_drawn_before_somebody_acted_is_a_conflict(void **state)
{
    struct town *t = *state;

    assert_int_equal(town_raise(t, "raiser"), OK);
    int64_t edition = town_look(t)->m.edition;
    DOES(t, "clerk", "propose", CRITERIA);
    struct deed late = {.who = "convener", .act = "approve", .edition = edition};
    assert_int_equal(town_does(t, &late), CONFLICT);
    assert_int_equal(t->why.msg, MSG_MATTER_MOVED_ON);
    assert_state(t, "proposed");
    late.edition = town_look(t)->m.edition;
    assert_int_equal(town_does(t, &late), OK);
}

/* The refusal, and that nothing came of it. */
static void refused(struct town *t, const struct deed *d, enum err e)
{
    int64_t edition = town_look(t)->m.edition, record = ledger_entries(t);

    assert_int_equal(town_does(t, d), e);
    assert_int_equal(town_look(t)->m.edition, edition);
    assert_int_equal(ledger_entries(t), record);
}

static void an_act_out_of_place_or_by_the_wrong_party_changes_nothing(void **state)
{
    struct town *t = *state;

    assert_int_equal(town_raise(t, "raiser"), OK);
    refused(t, &(struct deed){.who = "convener", .act = "approve"}, CONFLICT);
    refused(t, &(struct deed){.who = "clerk", .act = "approve"}, DENIED);
    refused(t, &(struct deed){.who = "raiser", .act = "propose", .inputs = CRITERIA}, DENIED);
    refused(t, &(struct deed){.who = "leader", .act = "propose", .inputs = CRITERIA}, DENIED);
    /* to whom it is not known that it is there, it is not there */
    refused(t, &(struct deed){.who = "stranger", .act = "propose", .inputs = CRITERIA}, NOT_FOUND);
    refused(t, &(struct deed){.who = "clerk2", .act = "propose", .inputs = CRITERIA}, NOT_FOUND);
    refused(t, &(struct deed){.who = NULL, .act = "propose", .inputs = CRITERIA}, NOT_FOUND);
    refused(t, &(struct deed){.who = "clerk", .act = "no_such_act"}, NOT_FOUND);
    refused(t, &(struct deed){.who = "clerk", .act = "propose", .inputs = "category=traffic"},
            INVALID);
    assert_true(str_eq(t->why.field, S("criteria")));
    refused(t, &(struct deed){.who = "clerk", .act = "lapse"}, DENIED); /* the system's own */
    refused(t, &(struct deed){.who = "assigner", .act = "assign"}, CONFLICT);
}

static void a_merged_matter_takes_its_people_along(void **state)
{
    struct town *t = *state;
    struct flow w;
    char into[40];

    assert_int_equal(town_raise(t, "raiser"), OK);
    int64_t first = t->matter;
    snprintf(into, sizeof into, "into=%lld", (long long)first);
    assert_int_equal(town_raise(t, "neighbour"), OK);
    int64_t second = t->matter;
    DOES(t, "clerk", "merge", into);
    assert_state(t, "merged");
    assert_int_equal(entries(t, "merge"), 1);
    assert_int_equal(mails_to(t, "act:", t->neighbour), 2); /* received, merged */
    /* a third one, merged into one that others were merged into, comes as well */
    assert_int_equal(town_raise(t, "shopkeeper"), OK);
    int64_t third = t->matter;
    t->matter = first;
    snprintf(into, sizeof into, "into=%lld", (long long)third);
    DOES(t, "clerk", "merge", into);
    t->matter = third;
    /* they are asked about its reply one day, but did not raise it and may do nothing there */
    assert_int_equal(town_see(t, "neighbour", &w), NOT_FOUND);
    assert_int_equal(does(t, "raiser", "withdraw", "reason=x"), NOT_FOUND);
    assert_int_equal(town_see(t, "shopkeeper", &w), OK);
    assert_int_equal(w.party_count, 2);
    t->matter = second; /* it is over, and cannot be merged again */
    assert_int_equal(does(t, "clerk", "merge", into), CONFLICT);
    assert_record_whole(t);
}

static void a_matter_is_merged_only_into_one_that_is_open_and_known(void **state)
{
    struct town *t = *state;
    char self[40], hidden[40], over[40];

    assert_int_equal(town_raise(t, "raiser"), OK);
    snprintf(over, sizeof over, "into=%lld", (long long)t->matter);
    DOES(t, "raiser", "withdraw", "reason=Done already.");
    int64_t room = t->room;
    t->room = t->other_room;
    assert_int_equal(town_raise(t, "neighbour"), OK);
    snprintf(hidden, sizeof hidden, "into=%lld", (long long)t->matter);
    t->room = room;
    assert_int_equal(town_raise(t, "raiser"), OK);
    snprintf(self, sizeof self, "into=%lld", (long long)t->matter);
    refused(t, &(struct deed){.who = "clerk", .act = "merge", .inputs = self}, INVALID);
    refused(t, &(struct deed){.who = "clerk", .act = "merge", .inputs = "into=77"}, INVALID);
    refused(t, &(struct deed){.who = "clerk", .act = "merge", .inputs = hidden}, INVALID);
    refused(t, &(struct deed){.who = "clerk", .act = "merge", .inputs = over}, CONFLICT);

    char unconfirmed[40];
    int64_t mine = t->matter;
    assert_int_equal(town_raise_unconfirmed(t, "neighbour"), OK);
    snprintf(unconfirmed, sizeof unconfirmed, "into=%lld", (long long)t->matter);
    t->matter = mine;
    refused(t, &(struct deed){.who = "clerk", .act = "merge", .inputs = unconfirmed}, CONFLICT);
}

static void what_does_not_belong_here_is_passed_on_with_a_receipt(void **state)
{
    struct town *t = *state;
    struct flow w;
    char to[120];

    assert_int_equal(town_raise(t, "raiser"), OK);
    snprintf(to, sizeof to, "unsuitable=elsewhere|public_reason=Theirs.|to_body=%lld",
             (long long)t->unit_a);
    assert_int_equal(town_see(t, "handler_a", &w), NOT_FOUND);
    DOES(t, "clerk", "pass_on", to);
    assert_state(t, "passed_on");
    assert_int_equal(town_see(t, "handler_a", &w), OK);
    assert_int_equal(does(t, "handler_b", "receive", "receipt=No. 1"), NOT_FOUND);
    DOES(t, "handler_a", "receive", "receipt=No. 1");
    assert_state(t, "handed_over");
    assert_last_words(t, " / No. 1");
    assert_string_equal(assignment_state(t, t->unit_a), "accepted");
    assert_true(str_eq(flow_value(town_look(t), S("receipt")), S("No. 1")));
    assert_true(str_eq(clock_of(t, "receipt")->state, S("stopped")));
    assert_record_whole(t);
}

static void what_was_passed_on_can_be_called_back_and_passed_on_again(void **state)
{
    struct town *t = *state;
    struct flow w;
    char to[120];

    assert_int_equal(town_raise(t, "raiser"), OK);
    snprintf(to, sizeof to, "unsuitable=elsewhere|public_reason=Theirs.|to_body=%lld",
             (long long)t->unit_a);
    DOES(t, "clerk", "pass_on", to);
    DOES(t, "clerk", "call_back", "reason=Nobody answers.");
    assert_state(t, "raised");
    assert_string_equal(assignment_state(t, t->unit_a), "removed");
    assert_int_equal(town_see(t, "handler_a", &w), NOT_FOUND);
    assert_true(str_eq(clock_of(t, "first_response")->state, S("running")));
    DOES(t, "clerk", "pass_on", to);
    assert_int_equal(town_see(t, "handler_a", &w), OK);
    DOES(t, "handler_a", "decline_receipt", "reason=Not ours.");
    assert_state(t, "raised");
    assert_int_equal(does(t, "clerk", "pass_on", "unsuitable=elsewhere|public_reason=x|to_body=9"),
                     INVALID);
    assert_true(str_eq(t->why.field, S("to_body")));
    assert_record_whole(t);
}

static void a_matter_goes_a_level_up_until_there_is_none_above(void **state)
{
    struct town *t = *state;
    struct flow w;

    assert_int_equal(town_raise(t, "raiser"), OK);
    DOES(t, "executive", "raise_level", "public_reason=It is for the whole city.");
    assert_state(t, "raised");
    assert_int_equal(town_look(t)->m.room, t->committee);
    assert_int_equal(town_see(t, "clerk", &w), NOT_FOUND); /* of the room it has left */
    assert_int_equal(town_see(t, "office", &w), OK);
    assert_int_equal(does(t, "executive", "raise_level", "public_reason=x"), NOT_FOUND);
    world_person(&t->w, "top", ROLE_EXECUTIVE_CONVENER, t->committee);
    assert_int_equal(does(t, "top", "raise_level", "public_reason=x"), CONFLICT);
    assert_int_equal(t->why.msg, MSG_MATTER_NO_LEVEL_ABOVE);
    DOES(t, "office", "propose", CRITERIA);
    assert_record_whole(t);
}

static void a_matter_without_a_room_has_no_level_above(void **state)
{
    struct town *t = *state;

    t->room = 0;
    assert_int_equal(town_raise(t, "raiser"), OK);
    world_person(&t->w, "top", ROLE_EXECUTIVE_CONVENER, 0);
    assert_int_equal(does(t, "top", "raise_level", "public_reason=x"), CONFLICT);
    assert_int_equal(t->why.msg, MSG_MATTER_NO_LEVEL_ABOVE);
}

static void information_asked_for_stops_the_clock_and_keeps_its_working_days(void **state)
{
    struct town *t = *state;

    assert_int_equal(town_raise(t, "raiser"), OK); /* Monday; three working days: Thursday */
    assert_int_equal(clock_of(t, "first_response")->due, day_end("2026-03-05"));
    town_day("2026-03-03", 10);
    DOES(t, "clerk", "ask_info", "question=Which crossing?");
    assert_true(str_eq(clock_of(t, "first_response")->state, S("paused")));
    assert_int_equal(town_look(t)->m.due, 0);
    town_day("2026-03-09", 10); /* two working days were left */
    assert_int_equal(does(t, "stranger", "give_info", "supplement=x"), NOT_FOUND);
    DOES(t, "raiser", "give_info", "supplement=The one by the school.");
    assert_state(t, "raised");
    assert_true(str_eq(clock_of(t, "first_response")->state, S("running")));
    assert_int_equal(clock_of(t, "first_response")->due, day_end("2026-03-11"));
    assert_int_equal(town_look(t)->m.due, day_end("2026-03-11"));
    assert_true(str_eq(clock_of(t, "informing")->state, S("stopped")));
    assert_record_whole(t);
}

static void a_raiser_who_does_not_answer_is_screened_as_it_stands(void **state)
{
    struct town *t = *state;

    assert_int_equal(town_raise(t, "raiser"), OK);
    DOES(t, "clerk", "ask_info", "question=Which crossing?");
    town_day("2026-03-17", 10); /* ten working days later: the 16th */
    town_tick(t);
    assert_state(t, "raised");
    assert_int_equal(entries(t, "info_lapse"), 1);
    assert_true(str_eq(clock_of(t, "informing")->state, S("out")));
    assert_true(str_eq(clock_of(t, "first_response")->state, S("running")));
    /* asked a second time, the first time's end is not the second's */
    DOES(t, "clerk", "ask_info", "question=And when?");
    assert_true(str_eq(clock_of(t, "informing")->state, S("running")));
    town_tick(t);
    assert_state(t, "info_asked");
    assert_record_whole(t);
}

/* ---- seeing ---- */

static void expect_page(struct town *t, const char *who, int status, const char *says_it,
                        const char *says_not)
{
    struct page_answer a =
        get(&t->w, who, str_fmt(t->w.arena, "/matters/%lld", (long long)t->matter).at);

    assert_int_equal(a.status, status);
    assert_true(says(&a, says_it));
    assert_false(says(&a, says_not));
}

static void what_was_public_leaves_a_tombstone_and_what_was_not_does_not(void **state)
{
    struct town *t = *state;

    assert_int_equal(town_raise(t, "raiser"), OK);
    assert_int_equal(town_see(t, NULL, &(struct flow){0}), NOT_FOUND);
    expect_page(t, NULL, 404, "404", "crossing");
    DOES(t, "clerk", "propose", CRITERIA);
    DOES(t, "convener", "approve", "");
    expect_page(t, NULL, 200, "crossing", "A name was in it.");
    DOES(t, "editor", "take_down", "public_reason=A name was in it.");
    expect_page(t, NULL, 410, "A name was in it.", "crossing");
    expect_page(t, "raiser", 200, "crossing", "\n410");
    DOES(t, "moderator", "put_up", "reason=The name is gone.");
    expect_page(t, NULL, 200, "crossing", "\n410");
}

static void what_is_taken_down_is_unseen_until_it_is_put_up(void **state)
{
    struct town *t = *state;
    struct flow w;

    walk_to_converting(t);
    assert_int_equal(does(t, "editor", "put_up", "reason=x"), INVALID); /* it is up */
    DOES(t, "editor", "take_down", "public_reason=A name was in it.");
    assert_int_equal(town_see(t, NULL, &w), NOT_FOUND);
    assert_int_equal(town_see(t, "stranger", &w), NOT_FOUND);
    assert_int_equal(town_see(t, "clerk", &w), OK);
    assert_int_equal(town_see(t, "raiser", &w), OK);
    char units[80];
    snprintf(units, sizeof units, "units=%lld single 0 -", (long long)t->unit_a);
    DOES(t, "assigner", "assign", units); /* going on does not put it up */
    assert_int_equal(town_see(t, NULL, &w), NOT_FOUND);
    DOES(t, "moderator", "put_up", "reason=The name is gone.");
    assert_int_equal(town_see(t, NULL, &w), OK);
    DOES(t, "editor", "take_down", "public_reason=Another name.");
    assert_int_equal(town_see(t, NULL, &w), NOT_FOUND);
    assert_record_whole(t);
}

struct find {
    const char *typed;
    enum search_visibility visibility;
    size_t hits;
};

static enum err find(struct ctx *c, void *arg)
{
    struct find *f = arg;
    struct search_ask ask = {.typed = str_of(f->typed), .visibility = f->visibility, .limit = 10};
    struct search_hits hits;

    TRY(search_find(c, &ask, &hits));
    f->hits = hits.count;
    return OK;
}

static size_t found(struct town *t, const char *typed, enum search_visibility visibility)
{
    struct find f = {typed, visibility, 0};

    assert_int_equal(world_read(&t->w, NULL, find, &f), OK);
    return f.hits;
}

static void nobody_finds_a_matter_by_words_he_may_not_read(void **state)
{
    struct town *t = *state;

    assert_int_equal(town_raise(t, "raiser"), OK);
    assert_int_equal(found(t, "crossing", SEARCH_PUBLIC), 0);
    assert_int_equal(found(t, "children", SEARCH_STAFF), 1);
    DOES(t, "clerk", "propose", CRITERIA);
    DOES(t, "convener", "approve", "");
    assert_int_equal(found(t, "children", SEARCH_PUBLIC), 1);
    DOES(t, "executive", "record_survey", "survey=Measured with barometers.");
    assert_int_equal(found(t, "barometers", SEARCH_PUBLIC), 0); /* shown with the notice */
    DOES(t, "executive", "plan_session", PLAN "|participants=resident\traiser");
    DOES(t, "clerk", "give_notice", "");
    assert_int_equal(found(t, "barometers", SEARCH_PUBLIC), 1);
    DOES(t, "editor", "take_down", "public_reason=A name was in it.");
    assert_int_equal(found(t, "children", SEARCH_PUBLIC), 0);
}

static void words_for_everybody_stand_in_the_note_and_others_in_the_remark(void **state)
{
    struct town *t = *state;

    assert_int_equal(town_raise(t, "raiser"), OK);
    DOES(t, "clerk", "propose", CRITERIA "|note=Looks good.");
    assert_last_words(t, " / Looks good.");
    DOES(t, "executive", "raise_level", "public_reason=For the city.");
    assert_last_words(t, "For the city. / ");
}

int main(void)
{
    const struct CMUnitTest flow[] = {
        IN_TOWN(a_matter_is_raised_with_serial_receipt_and_its_points),
        IN_TOWN(the_whole_way_ends_closed),
        IN_TOWN(every_act_has_its_row_its_entry_and_raises_the_edition),
        IN_TOWN(a_form_drawn_before_somebody_acted_is_a_conflict),
        IN_TOWN(an_act_out_of_place_or_by_the_wrong_party_changes_nothing),
        IN_TOWN(a_merged_matter_takes_its_people_along),
        IN_TOWN(a_matter_is_merged_only_into_one_that_is_open_and_known),
        IN_TOWN(what_does_not_belong_here_is_passed_on_with_a_receipt),
        IN_TOWN(what_was_passed_on_can_be_called_back_and_passed_on_again),
        IN_TOWN(a_matter_goes_a_level_up_until_there_is_none_above),
        IN_TOWN(a_matter_without_a_room_has_no_level_above),
        IN_TOWN(information_asked_for_stops_the_clock_and_keeps_its_working_days),
        IN_TOWN(a_raiser_who_does_not_answer_is_screened_as_it_stands),
        IN_TOWN(what_was_public_leaves_a_tombstone_and_what_was_not_does_not),
        IN_TOWN(what_is_taken_down_is_unseen_until_it_is_put_up),
        IN_TOWN(nobody_finds_a_matter_by_words_he_may_not_read),
        IN_TOWN(words_for_everybody_stand_in_the_note_and_others_in_the_remark),
    };
    int failed = 0;

    RUN_ON_BOTH(flow, failed);
    return failed;
}
