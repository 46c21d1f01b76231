/* Merging, and whom it makes take part: each person once, and not whoever raised it already. */
#include "flow/flow_test.h"

static void merge_into(struct town *t, int64_t into)
{
    char inputs[40];

    snprintf(inputs, sizeof inputs, "into=%lld", (long long)into);
    DOES(t, "clerk", "merge", inputs);
    t->matter = into;
}

static size_t times_taking_part(struct town *t, int64_t person)
{
    const struct flow *w = town_look(t);
    size_t n = 0;

    for (size_t i = 0; i < w->party_count; i++)
        n += w->party[i].person == person;
    return n;
}

static void whose_two_matters_are_merged_into_one_takes_part_once(void **state)
{
    struct town *t = *state;

    assert_int_equal(town_raise(t, "raiser"), OK);
    int64_t into = t->matter;
    assert_int_equal(town_raise(t, "neighbour"), OK);
    merge_into(t, into);
    assert_int_equal(town_raise(t, "neighbour"), OK);
    merge_into(t, into);
    assert_int_equal(times_taking_part(t, t->neighbour), 1);
    /* and somebody else beside him */
    assert_int_equal(town_raise(t, "shopkeeper"), OK);
    merge_into(t, into);
    assert_int_equal(times_taking_part(t, t->neighbour), 1);
    assert_int_equal(times_taking_part(t, t->shopkeeper), 1);
    assert_record_whole(t);
}

static void who_raised_both_matters_is_not_named_beside_himself(void **state)
{
    struct town *t = *state;

    assert_int_equal(town_raise(t, "raiser"), OK);
    int64_t into = t->matter;
    assert_int_equal(town_raise(t, "raiser"), OK);
    merge_into(t, into);
    assert_int_equal(times_taking_part(t, t->raiser), 0);
    assert_int_equal(town_look(t)->m.raiser, t->raiser);
}

static void a_matter_nobody_confirmed_by_name_brings_nobody_along(void **state)
{
    struct town *t = *state;

    assert_int_equal(town_raise(t, "raiser"), OK);
    int64_t into = t->matter;
    assert_int_equal(town_raise_for_nobody(t), OK);
    merge_into(t, into);
    assert_int_equal(town_look(t)->party_count, 0);
}

/* Somebody else waits for it. */
static void what_was_merged_into_a_withdrawn_matter_is_screened_by_itself_again(void **state)
{
    struct town *t = *state;
    struct flow w;

    assert_int_equal(town_raise(t, "raiser"), OK);
    int64_t into = t->matter;
    assert_int_equal(town_raise(t, "neighbour"), OK);
    int64_t merged = t->matter;
    merge_into(t, into);
    DOES(t, "clerk", "propose", CRITERIA);
    DOES(t, "convener", "approve", "");
    int64_t told = mails_to(t, "act:", t->neighbour);
    DOES(t, "raiser", "withdraw", "reason=I have moved away.");
    assert_int_equal(mails_to(t, "act:", t->neighbour), told + 1);
    t->matter = merged;
    assert_state(t, "raised");
    assert_true(str_eq(clock_of(t, "first_response")->state, S("running")));
    assert_int_equal(town_look(t)->m.closed, 0);
    assert_int_equal(town_see(t, NULL, &w), NOT_FOUND); /* nobody ever saw it */
    DOES(t, "clerk", "propose", CRITERIA);
    assert_record_whole(t);
}

static void two_merged_matters_both_come_back_and_what_came_back_can_be_merged_again(void **state)
{
    struct town *t = *state;

    assert_int_equal(town_raise(t, "raiser"), OK);
    int64_t into = t->matter, one, two;
    assert_int_equal(town_raise(t, "neighbour"), OK);
    one = t->matter;
    merge_into(t, into);
    assert_int_equal(town_raise(t, "shopkeeper"), OK);
    two = t->matter;
    merge_into(t, into);
    DOES(t, "raiser", "withdraw", "reason=I have moved away.");
    t->matter = one;
    assert_state(t, "raised");
    t->matter = two;
    assert_state(t, "raised");
    merge_into(t, one);
    assert_int_equal(times_taking_part(t, t->shopkeeper), 1);
    t->matter = two;
    assert_state(t, "merged");
    assert_record_whole(t);
}

int main(void)
{
    const struct CMUnitTest merging[] = {
        IN_TOWN(whose_two_matters_are_merged_into_one_takes_part_once),
        IN_TOWN(who_raised_both_matters_is_not_named_beside_himself),
        IN_TOWN(a_matter_nobody_confirmed_by_name_brings_nobody_along),
        IN_TOWN(what_was_merged_into_a_withdrawn_matter_is_screened_by_itself_again),
        IN_TOWN(two_merged_matters_both_come_back_and_what_came_back_can_be_merged_again),
    };
    int failed = 0;

    RUN_ON_BOTH(merging, failed);
    return failed;
}
