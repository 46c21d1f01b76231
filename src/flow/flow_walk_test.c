/* The way of a matter through talk_it_over, as far as a test wants it: see flow_test.h. */
#include "flow/flow_test.h"

void walk_to_preparing(struct town *t)
{
    assert_int_equal(town_raise(t, "raiser"), OK);
    DOES(t, "clerk", "propose", CRITERIA);
    DOES(t, "convener", "approve", "");
}

void walk_to_noticed(struct town *t)
{
    walk_to_preparing(t);
    DOES(t, "executive", "record_survey", "survey=We went and looked.");
    DOES(t, "executive", "plan_session",
         PLAN "|participants=resident\traiser|participants=resident\tneighbour"
              "|participants=other\tshopkeeper|participants=other\tTwo drivers of the street");
    DOES(t, "clerk", "give_notice", "");
}

void walk_to_deliberating(struct town *t)
{
    walk_to_noticed(t);
    DOES(t, "convener", "open_early", EARLY);
}

void disagree(struct town *t)
{
    DOES(t, "executive", "record_minutes", MINUTES "|not_agreed=All|needs_higher=The bridge");
    town_day("2026-03-10", 10);
    town_tick(t);
}

void walk_to_minuted(struct town *t)
{
    walk_to_deliberating(t);
    DOES(t, "executive", "record_minutes",
         MINUTES "|points=A traffic light by June|points=A guard in the morning"
                 "|not_agreed=A bridge|dissent=The drivers want no light");
}

void walk_to_converting(struct town *t)
{
    walk_to_minuted(t);
    DOES_ON(t, "raiser", "confirmation", confirmation_of(t, t->raiser), "confirm", "");
    DOES_ON(t, "neighbour", "confirmation", confirmation_of(t, t->neighbour), "confirm", "");
    DOES_ON(t, "shopkeeper", "confirmation", confirmation_of(t, t->shopkeeper), "differ",
            "remark=I said no light.");
    DOES(t, "convener", "finish_minutes", "");
}

void walk_to_handling(struct town *t)
{
    walk_to_converting(t);
    const struct flow *w = town_look(t);
    char units[400];
    snprintf(units, sizeof units,
             "units=%lld lead %lld 2026-06-30|units=%lld separate %lld -|units=%lld co 0 -",
             (long long)t->unit_a, (long long)w->f.points[0], (long long)t->unit_b,
             (long long)w->f.points[1], (long long)t->unit_c);
    DOES(t, "assigner", "assign", units);
}

static void submit_round(struct town *t)
{
    DOES_ON(t, "handler_a", "contact", 0, "log", CONTACT);
    DOES_ON(t, "handler_a", "answer", answer_of(t, 0, t->unit_a), "give", ANSWER);
    DOES_ON(t, "handler_b", "answer", answer_of(t, 1, t->unit_b), "give", ANSWER);
    DOES(t, "handler_a", "submit_reply", REPLY);
}

void walk_to_review(struct town *t)
{
    walk_to_handling(t);
    DOES_ON(t, "handler_a", "assignment", assignment_of(t, t->unit_a), "accept", "");
    DOES_ON(t, "handler_b", "assignment", assignment_of(t, t->unit_b), "accept", "");
    DOES_ON(t, "handler_c", "assignment", assignment_of(t, t->unit_c), "accept", "");
    DOES_ON(t, "handler_c", "assignment", assignment_of(t, t->unit_c), "give_opinion",
            "note=No objection.");
    submit_round(t);
}

void walk_to_replied(struct town *t)
{
    walk_to_review(t);
    DOES(t, "overseer", "release", "");
}

void answer_round(struct town *t)
{
    submit_round(t);
    DOES(t, "overseer", "release", "");
}
