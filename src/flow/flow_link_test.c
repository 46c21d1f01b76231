/* Links between matters: about the same, and what follows up what. */
#include "flow/flow_test.h"

struct links {
    struct town *t;
    size_t count;
    str kind;
    bool is_from_here;
};

static enum err read_links(struct ctx *c, void *arg)
{
    struct links *k = arg;
    struct link *rows;

    TRY(link_list(c, S("matter"), k->t->matter, &rows, &k->count));
    if (k->count > 0)
        k->kind = str_copy(k->t->arena, rows[0].kind);
    k->is_from_here = k->count > 0 && rows[0].is_from_here;
    return OK;
}

static struct links links(struct town *t)
{
    struct links k = {.t = t};

    assert_int_equal(town_read(t, NULL, read_links, &k), OK);
    return k;
}

static void two_matters_are_linked_on_the_record_and_no_longer_with_a_reason(void **state)
{
    struct town *t = *state;
    char same[80], over[80], self[80];

    walk_to_preparing(t);
    int64_t first = t->matter;
    assert_int_equal(town_raise(t, "neighbour"), OK);
    int64_t second = t->matter;
    snprintf(same, sizeof same, "other=%lld|link_kind=about_same", (long long)first);
    snprintf(over, sizeof over, "other=%lld|reason=They are not.", (long long)first);
    snprintf(self, sizeof self, "other=%lld|link_kind=about_same", (long long)second);
    assert_int_equal(does(t, "clerk", "link", self), INVALID);
    assert_int_equal(does(t, "clerk", "link", "other=77|link_kind=about_same"), INVALID);
    assert_int_equal(does(t, "neighbour", "link", same), DENIED);
    assert_int_equal(does(t, "clerk", "unlink", over), INVALID); /* there is none */
    DOES(t, "clerk", "link", same);
    assert_int_equal(does(t, "overseer", "link", same), CONFLICT);
    assert_int_equal(links(t).count, 1);
    t->matter = first;
    assert_int_equal(links(t).count, 1); /* and from the other side */
    snprintf(same, sizeof same, "other=%lld|link_kind=about_same", (long long)second);
    assert_int_equal(does(t, "overseer", "link", same), CONFLICT);
    t->matter = second;
    assert_int_equal(does(t, "clerk", "unlink", "reason=x"), INVALID);
    DOES(t, "overseer", "unlink", over);
    assert_int_equal(links(t).count, 0);
    assert_int_equal(entries(t, "link"), 1);
    assert_int_equal(entries(t, "unlink"), 1);
    assert_record_whole(t);
}

static void only_what_the_actor_may_see_is_linked(void **state)
{
    struct town *t = *state;
    char same[80];

    assert_int_equal(town_raise(t, "raiser"), OK); /* not public */
    snprintf(same, sizeof same, "other=%lld|link_kind=about_same", (long long)t->matter);
    walk_to_preparing(t);
    assert_int_equal(does(t, "clerk2", "link", same), DENIED);
    DOES(t, "clerk", "link", same);
}

struct follow_up {
    struct town *t;
    int64_t earlier;
    str number;
};

static enum err raise_follow_up(struct ctx *c, void *arg)
{
    struct follow_up *k = arg;
    struct matter m = {.procedure = S("talk_it_over"),
                       .room = k->t->room,
                       .raiser = c->who == NULL ? 0 : c->who->id,
                       .raiser_shown = S("A resident"),
                       .channel = S("web")};
    const struct input inputs[] = {
        {S("title"), S("The light blinks")},
        {S("situation"), S("It blinks all night.")},
        {S("follows_up"), str_fmt(c->arena, "%lld", (long long)k->earlier)}};

    TRY(flow_raise(c, &m, inputs, 3, NULL, 0));
    k->t->matter = m.id;
    return OK;
}

static void a_new_matter_follows_up_a_closed_one_that_is_public_or_ones_own(void **state)
{
    struct town *t = *state;
    struct follow_up k = {.t = t};

    walk_to_replied(t);
    k.earlier = t->matter;
    assert_int_equal(town_act(t, "stranger", raise_follow_up, &k), INVALID); /* not closed */
    town_day("2026-03-24", 10);
    town_tick(t);
    assert_state(t, "closed");
    assert_int_equal(town_act(t, "stranger", raise_follow_up, &k), OK);
    assert_true(str_eq(links(t).kind, S("follows_up")));
    assert_true(links(t).is_from_here);
    t->matter = k.earlier;
    assert_int_equal(links(t).count, 1);

    assert_int_equal(town_raise(t, "raiser"), OK);
    DOES(t, "raiser", "withdraw", "reason=Never mind.");
    k.earlier = t->matter; /* nobody else may see it */
    assert_int_equal(town_act(t, "stranger", raise_follow_up, &k), INVALID);
    assert_int_equal(town_act(t, NULL, raise_follow_up, &k), INVALID);
    assert_int_equal(town_act(t, "raiser", raise_follow_up, &k), OK);
}

int main(void)
{
    const struct CMUnitTest linking[] = {
        IN_TOWN(two_matters_are_linked_on_the_record_and_no_longer_with_a_reason),
        IN_TOWN(only_what_the_actor_may_see_is_linked),
        IN_TOWN(a_new_matter_follows_up_a_closed_one_that_is_public_or_ones_own),
    };
    int failed = 0;

    RUN_ON_BOTH(linking, failed);
    return failed;
}
