/* Units answer, point by point, and reply. */
#include "flow/flow_test.h"

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

int main(void)
{
    const struct CMUnitTest handling[] = {
        IN_TOWN(a_reply_needs_every_answer_a_contact_the_co_handlers_and_acceptance),
        IN_TOWN(an_answer_says_what_why_and_who),
        IN_TOWN(a_reply_bears_the_name_of_the_unit_that_sent_it),
        IN_TOWN(a_reply_sent_back_keeps_its_first_version_and_counts_when_released),
        IN_TOWN(what_a_co_handler_thinks_is_kept_for_the_parties),
        IN_TOWN(a_date_that_cannot_be_is_refused),
    };
    int failed = 0;

    RUN_ON_BOTH(handling, failed);
    return failed;
}
