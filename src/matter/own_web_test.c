/* What waits for a person on his own page, in which language he hears of it, what is left to see of
 * a matter that is not shown any more, and who is kept in a new plan. */
#include "flow/flow_test.h"

#define PATH(t, what) str_fmt((t)->w.arena, "/matters/%lld" what, (long long)(t)->matter).at

static bool waits_for(struct town *t, const char *who, const char *act, int64_t row)
{
    struct page_answer a = get(&t->w, who, "/me?lang=en");
    const char *link = str_fmt(t->w.arena, "href=\"/matters/%lld#act-%s-%lld\"",
                               (long long)t->matter, act, (long long)row)
                           .at;

    assert_int_equal(a.status, 200);
    return says(&a, link);
}

static void minutes_to_confirm_wait_on_the_page_of_who_took_part(void **state)
{
    struct town *t = *state;

    walk_to_minuted(t);
    int64_t row = confirmation_of(t, t->neighbour);
    assert_true(waits_for(t, "neighbour", "confirm", row));
    assert_false(waits_for(t, "stranger", "confirm", row));
    assert_false(waits_for(t, "shopkeeper", "confirm", row)); /* he has a row of his own */
    DOES_ON(t, "neighbour", "confirmation", row, "confirm", "");
    assert_false(waits_for(t, "neighbour", "confirm", row));
}

static void minutes_to_confirm_are_not_lost_behind_many_matters_of_ones_own(void **state)
{
    struct town *t = *state;

    walk_to_minuted(t);
    int64_t talked_over = t->matter, row = confirmation_of(t, t->neighbour);
    for (int i = 0; i < 21; i++)
        assert_int_equal(town_raise(t, "neighbour"), OK);
    t->matter = talked_over;
    assert_true(waits_for(t, "neighbour", "confirm", row));
}

static void an_evaluation_waits_on_the_page_of_who_is_asked_for_it(void **state)
{
    struct town *t = *state;

    walk_to_replied(t);
    int64_t row = evaluation_of(t, t->raiser);
    assert_true(waits_for(t, "raiser", "give", row));
    struct page_answer a = get(&t->w, "handler_a", "/me");
    assert_false(says(&a, "id=\"todo\""));
    DOES_ON(t, "raiser", "evaluation", row, "give", "overall=satisfied");
    assert_false(waits_for(t, "raiser", "give", row));
}

static void what_the_raiser_is_asked_waits_for_him_and_giving_up_never_does(void **state)
{
    struct town *t = *state;

    assert_int_equal(town_raise(t, "raiser"), OK);
    struct page_answer a = get(&t->w, "raiser", "/me");
    assert_false(says(&a, "id=\"todo\"")); /* the office is to screen it */
    DOES(t, "clerk", "ask_info", "question=Which crossing is it?");
    assert_true(waits_for(t, "raiser", "give_info", 0));
    a = get(&t->w, "clerk", "/me");
    assert_false(says(&a, "id=\"todo\""));
}

static void everybody_chooses_the_language_of_messages_to_him(void **state)
{
    struct town *t = *state;

    struct page_answer a = post(&t->w, "raiser", "/me/contact", "do=lang&lang=fr");
    assert_int_equal(a.status, 422);
    assert_true(says(&a, "aria-describedby=\"lang-error\""));
    assert_int_equal(post(&t->w, "raiser", "/me/contact", "do=lang&lang=en").status, 303);
    a = get(&t->w, "raiser", "/me/contact");
    assert_true(says(&a, "<option value=\"en\" selected>"));
    a = get(&t->w, "neighbour", "/me/contact");
    assert_true(says(&a, "<option value=\"zh\" selected>"));
}

static void of_a_withdrawn_matter_everybody_reads_that_it_was_and_nothing_it_said(void **state)
{
    struct town *t = *state;

    walk_to_preparing(t);
    str title = str_copy(t->w.arena, town_look(t)->m.title);
    DOES(t, "raiser", "withdraw", "reason=It is mended.");
    struct page_answer a = get(&t->w, NULL, PATH(t, "?lang=en"));
    assert_int_equal(a.status, 410);
    assert_true(says(&a, "Withdrawn by the raiser"));
    assert_false(says(&a, str_z(t->w.arena, title)));
    assert_false(says(&a, "It is mended.")); /* not for everybody */
}

static void of_a_matter_that_went_up_everybody_reads_where_it_is(void **state)
{
    struct town *t = *state;

    walk_to_deliberating(t);
    disagree(t);
    DOES(t, "convener", "send_up", "public_reason=The city owns the bridge.");
    struct page_answer a = get(&t->w, NULL, PATH(t, "?lang=en"));
    assert_int_equal(a.status, 404);
    assert_true(says(&a, "Sent to the next level"));
    assert_true(says(&a, "The city owns the bridge."));
    assert_true(says(&a, "it is shown again"));
}

static void of_a_matter_that_nobody_saw_nobody_reads_that_there_was_one(void **state)
{
    struct town *t = *state;
    char into[40];

    assert_int_equal(town_raise(t, "raiser"), OK);
    int64_t other = t->matter;
    snprintf(into, sizeof into, "into=%lld", (long long)other);
    assert_int_equal(town_raise(t, "neighbour"), OK);
    int64_t merged = t->matter;
    DOES(t, "clerk", "merge", into);
    t->matter = other;
    DOES(t, "raiser", "withdraw", "reason=It is mended.");
    struct page_answer a = get(&t->w, NULL, PATH(t, "?lang=en"));
    assert_int_equal(a.status, 404);
    assert_false(says(&a, "ithdrawn"));
    t->matter = merged;
    a = get(&t->w, NULL, PATH(t, "?lang=en"));
    assert_int_equal(a.status, 404);
    assert_false(says(&a, "ithdrawn"));
}

/* A step of the spine in English, and all that stands before it. */
static bool stands_at(struct town *t, const char *who, const char *step)
{
    struct page_answer a = get(&t->w, who, PATH(t, "?lang=en"));
    size_t now = str_find(a.body, S("aria-current=\"step\""));

    assert_true(now != SIZE_MAX);
    str rest = str_slice(a.body, now, now + 400 < a.body.len ? now + 400 : a.body.len);
    return str_find(rest, str_of(step)) != SIZE_MAX;
}

static void what_is_merged_while_it_is_prepared_ends_there_and_not_in_screening(void **state)
{
    struct town *t = *state;
    char into[40];

    assert_int_equal(town_raise(t, "neighbour"), OK);
    snprintf(into, sizeof into, "into=%lld", (long long)t->matter);
    walk_to_preparing(t);
    assert_true(stands_at(t, NULL, "Preparation"));
    DOES(t, "clerk", "merge", into);
    assert_true(stands_at(t, NULL, "Preparation"));
    assert_int_equal(town_raise(t, "raiser"), OK);
    DOES(t, "clerk", "merge", into);
    assert_true(stands_at(t, "raiser", "Screening"));
}

static void who_is_listed_already_is_kept_in_a_new_plan_unless_his_box_is_cleared(void **state)
{
    struct town *t = *state;

    walk_to_preparing(t);
    DOES(t, "executive", "plan_session",
         PLAN "|participants=resident\traiser|participants=other\tTwo drivers");
    int64_t row = town_look(t)->party[0].id;
    struct page_answer a = get(&t->w, "executive", PATH(t, ""));
    const char *box =
        str_fmt(t->w.arena, "name=\"f.people-keep.participants\" value=\"%lld\" checked",
                (long long)row)
            .at;
    assert_true(says(&a, box));
    const char *form = str_fmt(t->w.arena,
                               "act=plan_session&how=do&f.session_date=2026-03-20&"
                               "f.session_place=Hall&f.session_mode=room&f.convened_by=C&"
                               "f.people-keep.participants=%lld",
                               (long long)row)
                           .at;
    assert_int_equal(post(&t->w, "executive", PATH(t, "/act"), form).status, 303);
    assert_int_equal(town_look(t)->party_count, 1);
    assert_int_equal(town_look(t)->party[0].person, t->raiser);
}

int main(void)
{
    const struct CMUnitTest own[] = {
        IN_TOWN(minutes_to_confirm_wait_on_the_page_of_who_took_part),
        IN_TOWN(minutes_to_confirm_are_not_lost_behind_many_matters_of_ones_own),
        IN_TOWN(an_evaluation_waits_on_the_page_of_who_is_asked_for_it),
        IN_TOWN(what_the_raiser_is_asked_waits_for_him_and_giving_up_never_does),
        IN_TOWN(everybody_chooses_the_language_of_messages_to_him),
        IN_TOWN(of_a_withdrawn_matter_everybody_reads_that_it_was_and_nothing_it_said),
        IN_TOWN(of_a_matter_that_went_up_everybody_reads_where_it_is),
        IN_TOWN(of_a_matter_that_nobody_saw_nobody_reads_that_there_was_one),
        IN_TOWN(what_is_merged_while_it_is_prepared_ends_there_and_not_in_screening),
        IN_TOWN(who_is_listed_already_is_kept_in_a_new_plan_unless_his_box_is_cleared),
    };
    int failed = 0;

    RUN_ON_BOTH(own, failed);
    return failed;
}
