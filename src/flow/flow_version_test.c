/* A matter stays under the version of its procedure with which it began, until somebody who answers
 * for it moves it to a newer one. */
#include "flow/flow_test.h"

#define PATH(t, what) str_fmt((t)->w.arena, "/matters/%lld" what, (long long)(t)->matter).at

static const char *form_of(struct town *t, const char *reason)
{
    return str_fmt(t->w.arena, "edition=%lld&version_reason=%s", (long long)town_look(t)->m.edition,
                   reason)
        .at;
}

static void a_matter_stays_under_its_version_until_it_is_moved(void **state)
{
    struct town *t = *state;

    walk_to_review(t);
    int64_t version = town_look(t)->m.version, due = town_look(t)->m.due;
    struct page_answer a = get(&t->w, "clerk", PATH(t, ""));
    assert_false(says(&a, "version_reason")); /* there is no newer one */
    assert_true(world_new_version(&t->w, S(""), S("")));
    assert_int_equal(town_look(t)->m.version, version);
    a = get(&t->w, "clerk", PATH(t, ""));
    assert_true(says(&a, "name=\"version_reason\""));
    a = get(&t->w, "raiser", PATH(t, ""));
    assert_false(says(&a, "version_reason"));

    a = post(&t->w, "clerk", PATH(t, "/version"), form_of(t, "The+new+rules+hold"));
    assert_int_equal(a.status, 303);
    assert_int_equal(town_look(t)->m.version, version + 1);
    assert_int_equal(town_look(t)->m.due, due);
    assert_state(t, "reply_review");
    assert_last_words(t, "The new rules hold / ");
    assert_int_equal(entries(t, "renewed"), 1);
    a = get(&t->w, NULL, PATH(t, "?lang=en"));
    assert_true(says(&a, "Moved to a newer version of the procedure"));
    assert_record_whole(t);

    /* and it goes on under the newer one to its end */
    DOES(t, "overseer", "release", "");
    assert_state(t, "replied");
    assert_record_whole(t);
}

static void a_version_that_lacks_what_the_matter_uses_is_refused_with_its_name(void **state)
{
    struct town *t = *state;

    walk_to_preparing(t);
    DOES(t, "executive", "plan_session", PLAN "|participants=resident\traiser");
    int64_t version = town_look(t)->m.version;
    assert_true(world_new_version(&t->w, S("session_place"), S("session_where")));
    struct page_answer a =
        post(&t->w, "clerk", PATH(t, "/version"), form_of(t, "The+new+rules+hold"));
    assert_int_equal(a.status, 409);
    assert_true(says(&a, "session_place"));
    assert_true(says(&a, ">The new rules hold</textarea>"));
    assert_int_equal(town_look(t)->m.version, version);
    assert_int_equal(entries(t, "renewed"), 0);
}

static void a_state_that_is_gone_is_refused_as_well(void **state)
{
    struct town *t = *state;

    walk_to_preparing(t);
    assert_true(world_new_version(&t->w, S("preparing"), S("made_ready")));
    struct page_answer a = post(&t->w, "overseer", PATH(t, "/version"), form_of(t, "why"));
    assert_int_equal(a.status, 409);
    assert_true(says(&a, "preparing"));
}

static void a_category_that_is_gone_is_refused_as_well(void **state)
{
    struct town *t = *state;

    walk_to_preparing(t);
    assert_true(str_eq(town_look(t)->m.category, S("traffic")));
    assert_true(world_new_version(&t->w, S("traffic"), S("roads")));
    struct page_answer a = post(&t->w, "overseer", PATH(t, "/version"), form_of(t, "why"));
    assert_int_equal(a.status, 409);
    assert_true(says(&a, "traffic"));
}

static void what_is_taken_down_can_be_moved_and_stays_down(void **state)
{
    struct town *t = *state;
    struct flow w;

    walk_to_converting(t);
    DOES(t, "editor", "take_down", "public_reason=A name was in it.");
    int64_t version = town_look(t)->m.version;
    assert_true(world_new_version(&t->w, S(""), S("")));
    assert_int_equal(post(&t->w, "clerk", PATH(t, "/version"), form_of(t, "why")).status, 303);
    assert_int_equal(town_look(t)->m.version, version + 1);
    assert_int_equal(town_see(t, NULL, &w), NOT_FOUND);
    assert_record_whole(t);
}

static void only_a_clerk_or_the_overseer_moves_it_and_says_why(void **state)
{
    static const char *const others[] = {"raiser", "handler_a", "auditor", "leader", "neighbour"};
    struct town *t = *state;

    walk_to_handling(t);
    int64_t version = town_look(t)->m.version;
    assert_int_equal(post(&t->w, "clerk", PATH(t, "/version"), form_of(t, "why")).status, 403);
    assert_true(world_new_version(&t->w, S(""), S("")));
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        assert_int_equal(post(&t->w, others[i], PATH(t, "/version"), form_of(t, "why")).status,
                         403);
    assert_int_equal(post(&t->w, "clerk2", PATH(t, "/version"), form_of(t, "why")).status, 403);
    struct page_answer a = post(&t->w, "clerk", PATH(t, "/version"), form_of(t, ""));
    assert_int_equal(a.status, 422);
    assert_true(says(&a, "class=\"field-error\""));
    a = post(&t->w, "clerk", PATH(t, "/version"), "edition=1&version_reason=why");
    assert_int_equal(a.status, 409); /* somebody acted since the form was drawn */
    assert_int_equal(town_look(t)->m.version, version);
    assert_int_equal(post(&t->w, "overseer", PATH(t, "/version"), form_of(t, "why")).status, 303);
    assert_int_equal(town_look(t)->m.version, version + 1);
}

int main(void)
{
    const struct CMUnitTest versions[] = {
        IN_TOWN(a_matter_stays_under_its_version_until_it_is_moved),
        IN_TOWN(a_version_that_lacks_what_the_matter_uses_is_refused_with_its_name),
        IN_TOWN(a_state_that_is_gone_is_refused_as_well),
        IN_TOWN(a_category_that_is_gone_is_refused_as_well),
        IN_TOWN(what_is_taken_down_can_be_moved_and_stays_down),
        IN_TOWN(only_a_clerk_or_the_overseer_moves_it_and_says_why),
    };
    int failed = 0;

    RUN_ON_BOTH(versions, failed);
    return failed;
}
