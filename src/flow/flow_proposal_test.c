/* A proposal through the same functions: another family, other numbers, the same rules. */
#include "flow/flow_test.h"

/* A subject as the procedure wants it, between two words of its own. */
#define SUBJECT                                                                                    \
    "\xe5\x85\xb3\xe4\xba\x8e"                                                                     \
    "A"                                                                                            \
    "\xe7\x9a\x84\xe6\x8f\x90\xe6\xa1\x88"

/* The first number of the fifth session of the fourteenth term, in Chinese. */
#define NUMBER(n)                                                                                  \
    "\xe5\x8d\x81\xe5\x9b\x9b\xe5\xb1\x8a\xe4\xba\x94\xe6\xac\xa1\xe7\xac\xac" n "\xe5\x8f\xb7"

struct draft {
    struct town *t;
    const char *openness;
};

static enum err draft(struct ctx *c, void *arg)
{
    struct draft *k = arg;
    struct matter m = {.procedure = S("proposal"),
                       .room = k->t->committee,
                       .raiser = c->who->id,
                       .channel = S("web")};
    const struct input inputs[] = {
        {S("title"), S(SUBJECT)},
        {S("situation"), S("The hills are bare.")},
        {S("analysis"), S("They were not looked after.")},
        {S("points"), S("Plant walnuts")},
        {S("points"), S("Teach children in the wood")},
        {S("category"), S("ecology")},
        {S("openness"), str_of(k->openness)},
        {S("not_secret"), S("yes")},
    };
    size_t count = sizeof inputs / sizeof *inputs;

    TRY(flow_raise_check(c, m.procedure, inputs, count));
    TRY(flow_raise(c, &m, inputs, count, NULL, 0));
    k->t->matter = m.id;
    return OK;
}

static void submit(struct town *t, const char *openness)
{
    struct draft k = {t, openness};

    assert_int_equal(town_act(t, "raiser", draft, &k), OK);
    assert_state(t, "draft");
    DOES(t, "raiser", "submit", "");
    DOES(t, "office", "check", "");
}

static void assign_single(struct town *t, int64_t unit)
{
    char inputs[80];

    snprintf(inputs, sizeof inputs, "handling_type=single|units=%lld single 0 -", (long long)unit);
    DOES(t, "assigner", "assign", inputs);
}

static void assign_joint(struct town *t, int64_t lead, int64_t co)
{
    char inputs[120];

    snprintf(inputs, sizeof inputs, "handling_type=joint|units=%lld lead 0 -|units=%lld co 0 -",
             (long long)lead, (long long)co);
    DOES(t, "assigner", "assign", inputs);
}

#define LETTER                                                                                     \
    "result_class=B|letter=Dear member, it is planned.|letter_number=2026-7|signer=Head"           \
    "|contact_person=Office 1"
#define GIVEN "outcome=adopted|reason=Walnuts are ordered.|owner=Section 2"

static void answer_all(struct town *t)
{
    DOES_ON(t, "handler_a", "contact", 0, "log", "mode=visit|date=2026-03-02|note=Met.");
    DOES_ON(t, "handler_a", "answer", answer_of(t, 0, t->unit_a), "give", GIVEN);
    DOES_ON(t, "handler_a", "answer", answer_of(t, 1, t->unit_a), "give", GIVEN);
}

static void a_proposal_with_a_single_unit_goes_its_way_to_closed(void **state)
{
    struct town *t = *state;

    submit(t, "open");
    assert_false(town_look(t)->m.is_public);
    DOES(t, "lead", "file", "");
    assert_true(town_look(t)->m.is_public);
    assign_single(t, t->unit_a);
    assert_state(t, "assigned");
    DOES_ON(t, "handler_a", "assignment", assignment_of(t, t->unit_a), "accept", "");
    assert_state(t, "handling"); /* by itself, once every unit has accepted */
    assert_int_equal(entries(t, "begin"), 1);
    answer_all(t);
    DOES(t, "handler_a", "submit_reply", LETTER);
    DOES(t, "overseer", "release", "");
    DOES_ON(t, "raiser", "evaluation", evaluation_of(t, t->raiser), "give", "overall=basically");
    assert_state(t, "closed");
    assert_true(str_eq(clock_of(t, "follow_up")->state, S("running"))); /* the result is B */
    assert_int_equal(clock_of(t, "follow_up")->due, day_end("2027-12-31"));
    assert_record_whole(t);
}

static void a_co_handler_countersigns_before_the_lead_replies(void **state)
{
    struct town *t = *state;

    submit(t, "open");
    DOES(t, "lead", "file", "");
    assign_joint(t, t->unit_a, t->unit_b);
    DOES_ON(t, "handler_a", "assignment", assignment_of(t, t->unit_a), "accept", "");
    assert_state(t, "assigned");
    DOES_ON(t, "handler_b", "assignment", assignment_of(t, t->unit_b), "accept", "");
    assert_state(t, "handling");
    answer_all(t);
    assert_int_equal(does(t, "handler_a", "submit_reply", LETTER), INVALID);
    DOES_ON(t, "handler_b", "assignment", assignment_of(t, t->unit_b), "give_opinion", "note=Yes.");
    assert_int_equal(does(t, "handler_a", "submit_reply", LETTER), INVALID);
    DOES_ON(t, "handler_b", "assignment", assignment_of(t, t->unit_b), "countersign", "");
    DOES_ON(t, "handler_a", "assignment", assignment_of(t, t->unit_b), "ask_again", "reason=More.");
    assert_int_equal(does(t, "handler_a", "submit_reply", LETTER), INVALID);
    DOES_ON(t, "handler_b", "assignment", assignment_of(t, t->unit_b), "give_opinion", "note=OK.");
    DOES_ON(t, "handler_b", "assignment", assignment_of(t, t->unit_b), "countersign", "");
    assert_int_equal(does(t, "handler_b", "submit_reply", LETTER), DENIED);
    DOES(t, "handler_a", "submit_reply", LETTER);
    assert_record_whole(t);
}

static void invited_members_sign_decline_or_are_dropped_in_time(void **state)
{
    struct town *t = *state;
    struct draft k = {t, "open"};
    struct flow w;

    assert_int_equal(town_act(t, "raiser", draft, &k), OK);
    DOES(t, "raiser", "invite",
         "cosigners=member\tneighbour|cosigners=member\tshopkeeper|cosigners=member\tstranger");
    assert_int_equal(does(t, "raiser", "submit", ""), INVALID); /* somebody has not answered */
    int64_t rows[3];
    town_look(t);
    for (size_t i = 0; i < 3; i++)
        rows[i] = town_look(t)->party[i].id;
    assert_int_equal(does_on(t, "neighbour", "cosign", rows[1], "sign", ""), DENIED);
    DOES_ON(t, "neighbour", "cosign", rows[0], "sign", "");
    DOES_ON(t, "shopkeeper", "cosign", rows[1], "decline", "");
    assert_int_equal(town_see(t, "shopkeeper", &w), NOT_FOUND);
    town_day("2026-03-12", 10); /* seven working days: the 11th */
    town_tick(t);
    assert_true(str_eq(town_look(t)->party[0].state, S("signed")));
    assert_true(str_eq(town_look(t)->party[1].state, S("declined")));
    assert_true(str_eq(town_look(t)->party[2].state, S("dropped")));
    DOES(t, "raiser", "submit", "");
    assert_int_equal(town_see(t, "neighbour", &w), OK);
    DOES(t, "office", "check", "");
    DOES(t, "lead", "file", "");
    assign_single(t, t->unit_a);
    assert_int_equal(mails_to(t, "act:", t->neighbour), 1); /* whoever signed hears of it */
    assert_int_equal(mails_to(t, "act:", t->shopkeeper), 0);
    assert_record_whole(t);
}

static void numbers_are_given_in_order_within_the_session_and_never_again(void **state)
{
    struct town *t = *state;

    submit(t, "open");
    assert_true(str_eq(town_look(t)->m.serial, S("00001")));
    assert_int_equal(town_look(t)->m.case_number.len, 0);
    DOES(t, "lead", "file", "");
    assert_true(str_eq(town_look(t)->m.case_number, S(NUMBER("0001"))));
    int64_t first = t->matter;
    submit(t, "open");
    assert_true(str_eq(town_look(t)->m.serial, S("00002")));
    DOES(t, "lead", "refuse", "not_filing_reasons=empty"); /* never filed: it has no case number */
    assert_int_equal(town_look(t)->m.case_number.len, 0);
    submit(t, "open");
    DOES(t, "lead", "file", "");
    assert_true(str_eq(town_look(t)->m.case_number, S(NUMBER("0002"))));
    /* returned and submitted again, a proposal keeps its serial */
    submit(t, "open");
    str serial = str_copy(t->arena, town_look(t)->m.serial);
    DOES(t, "office", "return", "reason=Say more.");
    DOES(t, "raiser", "submit", "");
    assert_true(str_eq(town_look(t)->m.serial, serial));
    assert_true(first != t->matter);
    assert_record_whole(t);
}

static void withdrawing_takes_two_and_an_act_nobody_asked_for_is_not_granted(void **state)
{
    struct town *t = *state;
    struct deed d = {.who = "raiser", .act = "withdraw", .inputs = "reason=Done."};

    submit(t, "open");
    assert_int_equal(town_does(t, &d), CONFLICT);
    d.how = ACT_ASK;
    assert_int_equal(town_does(t, &d), OK);
    assert_state(t, "committee_review");
    d = (struct deed){.who = "lead", .act = "withdraw", .how = ACT_GRANT};
    assert_int_equal(town_does(t, &d), OK);
    assert_state(t, "withdrawn");
    assert_true(str_eq(flow_value(town_look(t), S("reason")), S("Done.")));
    assert_record_whole(t);
}

static void a_proposal_not_to_be_public_says_why(void **state)
{
    struct town *t = *state;
    struct draft k = {t, "closed"};

    assert_int_equal(town_act(t, "raiser", draft, &k), OK);
    assert_int_equal(does(t, "raiser", "submit", ""), INVALID); /* why is it closed? */
    assert_true(str_eq(t->why.field, S("openness_reason")));
}

static void review_lasts_until_the_session_ends_and_after_it_ten_working_days(void **state)
{
    struct town *t = *state;

    submit(t, "open"); /* on Monday, the 2nd of March; the session closes on Friday */
    assert_int_equal(clock_of(t, "review")->due, day_end("2026-03-06"));
    town_day("2026-03-09", 10);
    submit(t, "open");
    assert_int_equal(clock_of(t, "review")->due, day_end("2026-03-23"));
}

static void assigning_has_thirty_days_from_the_end_of_the_session(void **state)
{
    struct town *t = *state;

    submit(t, "open");
    DOES(t, "lead", "file", ""); /* on the 2nd of March, in the session */
    assert_int_equal(clock_of(t, "assigning")->due, day_end("2026-04-05"));
    town_day("2026-03-11", 10);
    submit(t, "open");
    DOES(t, "lead", "file", ""); /* after it: from that day */
    assert_int_equal(clock_of(t, "assigning")->due, day_end("2026-04-10"));
}

int main(void)
{
    const struct CMUnitTest proposals[] = {
        IN_TOWN(a_proposal_with_a_single_unit_goes_its_way_to_closed),
        IN_TOWN(a_co_handler_countersigns_before_the_lead_replies),
        IN_TOWN(invited_members_sign_decline_or_are_dropped_in_time),
        IN_TOWN(review_lasts_until_the_session_ends_and_after_it_ten_working_days),
        IN_TOWN(assigning_has_thirty_days_from_the_end_of_the_session),
        IN_TOWN(numbers_are_given_in_order_within_the_session_and_never_again),
        IN_TOWN(withdrawing_takes_two_and_an_act_nobody_asked_for_is_not_granted),
        IN_TOWN(a_proposal_not_to_be_public_says_why),
    };
    int failed = 0;

    RUN_ON_BOTH(proposals, failed);
    return failed;
}
