/* Rows made by hand: does the difference of two hide everybody among enough? */
#include "opinion/publish.h"
#include "opinion/world.h"

#include <string.h>

enum { PEOPLE = 260, NO_GROUP = -1, LEAST = 10 };

/* People by letters: each has a group and a vote in one row, and in another. */
struct hand {
    struct opinion_version v;
    uint64_t person[PEOPLE];
    uint8_t place[PEOPLE];
};

static void begin_hand(struct hand *h, int k, unsigned shown, bool is_whole)
{
    memset(h, 0, sizeof *h);
    h->v.k = k;
    for (int g = 0; g < k; g++) {
        h->v.id[g] = g;
        h->v.is_shown[g] = (shown >> g & 1) != 0;
    }
    h->v.about.is_whole = is_whole;
    h->v.person = h->person;
    h->v.place = h->place;
}

/* People first .. first + n - 1, after all that are there. */
static void put_people(struct hand *h, int first, int n, int group, int vote)
{
    for (int i = 0; i < n; i++, h->v.people++) {
        h->person[h->v.people] = (uint64_t)first + (uint64_t)i;
        h->place[h->v.people] = (uint8_t)(3 * (group < 0 ? OPINION_GROUPS_MAX : group) + vote + 1);
    }
}

static bool is_enough(const struct hand *a, const struct hand *b)
{
    bool is = opinion_versions_differ_enough(&a->v, &b->v);

    assert_int_equal(opinion_versions_differ_enough(&b->v, &a->v), is);
    return is;
}

static void ten_who_vote_anew_are_enough_and_nine_are_not(void **state)
{
    struct hand a, b;

    (void)state;
    for (int n = 0; n <= 12; n++) {
        begin_hand(&a, 1, 1, true);
        put_people(&a, 0, 30, 0, 1);
        begin_hand(&b, 1, 1, true);
        put_people(&b, 0, 30 + n, 0, 1);
        assert_int_equal(is_enough(&a, &b), n == 0 || n >= LEAST);
    }
}

static void votes_that_are_changed_count_as_votes_that_are_new(void **state)
{
    struct hand a, b;

    (void)state;
    for (int n = 0; n <= 12; n++) {
        begin_hand(&a, 1, 1, true);
        put_people(&a, 0, 30, 0, 1);
        begin_hand(&b, 1, 1, true);
        put_people(&b, 0, n, 0, -1);
        put_people(&b, n, 30 - n, 0, 1);
        assert_int_equal(is_enough(&a, &b), n == 0 || n >= LEAST);
    }
}

static void a_total_is_looked_at_where_the_groups_changed_enough(void **state)
{
    struct hand a, b;

    (void)state;
    for (int whole = 0; whole < 2; whole++) {
        /* Twelve go from one group to the other; one who is in neither votes. */
        begin_hand(&a, 2, 3, whole != 0);
        put_people(&a, 0, 40, 0, 1);
        put_people(&a, 40, 40, 1, 1);
        put_people(&a, 100, 20, NO_GROUP, 1);
        begin_hand(&b, 2, 3, whole != 0);
        put_people(&b, 0, 28, 0, 1);
        put_people(&b, 28, 52, 1, 1);
        put_people(&b, 100, 21, NO_GROUP, 1);
        assert_int_equal(is_enough(&a, &b), whole == 0);
    }
}

static void unions_are_looked_at_where_single_groups_changed_enough(void **state)
{
    struct hand a, b;

    (void)state;
    /* Each of the two changed by twelve or more, but both together by one. */
    begin_hand(&a, 3, 3, false);
    put_people(&a, 0, 40, 0, 1);
    put_people(&a, 40, 40, 1, 1);
    put_people(&a, 80, 40, 2, 1);
    begin_hand(&b, 3, 3, false);
    put_people(&b, 0, 28, 0, 1);
    put_people(&b, 28, 51, 1, 1);
    put_people(&b, 79, 41, 2, 1);
    assert_false(is_enough(&a, &b));
}

static void a_group_that_is_two_afterwards_is_compared_with_both_together(void **state)
{
    struct hand a, b;

    (void)state;
    for (int more = 0; more <= 12; more++) {
        begin_hand(&a, 1, 1, false);
        put_people(&a, 0, 60, 0, 1);
        begin_hand(&b, 2, 3, false);
        put_people(&b, 0, 30, 0, 1);
        put_people(&b, 30, 30 + more, 1, 1);
        assert_int_equal(is_enough(&a, &b), more == 0 || more >= LEAST);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ten_who_vote_anew_are_enough_and_nine_are_not),
        cmocka_unit_test(votes_that_are_changed_count_as_votes_that_are_new),
        cmocka_unit_test(a_total_is_looked_at_where_the_groups_changed_enough),
        cmocka_unit_test(unions_are_looked_at_where_single_groups_changed_enough),
        cmocka_unit_test(a_group_that_is_two_afterwards_is_compared_with_both_together),
    };

    return cmocka_run_group_tests_name("rows", tests, NULL, NULL);
}
