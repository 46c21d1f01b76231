/* Who may read and who may act, object by object, through the main path; ids of other people's
 * objects; and forms that are sent twice. */
#include "flow/flow_test.h"

#include "base/config.h"
#include "web/web.h"

#include <pthread.h>

/* ---- who reads and who acts ---- */

enum object {
    RAISED,    /* the raiser's, in screening: nobody's business outside the room */
    PUBLISHED, /* a topic */
    HANDLING,  /* with unit_a, published */
    PASSED_ON, /* to unit_a, not published */
    ELSEWHERE, /* in another room, in screening */
    REPLIED,   /* the raiser is asked to evaluate */
    FILED,     /* a proposal under review by the committee */
    OBJECTS
};

/* What somebody would do to it, without saying what the act asks for: whoever may is told what is
 * missing, so that nothing comes of it. */
static const struct {
    const char *act, *type;
} tries[OBJECTS] = {
    [RAISED] = {"propose", ""},
    [PUBLISHED] = {"record_survey", ""},
    [HANDLING] = {"ask_return", "assignment"},
    [PASSED_ON] = {"receive", ""},
    [ELSEWHERE] = {"propose", ""},
    [REPLIED] = {"give", "evaluation"},
    [FILED] = {"refuse", ""},
};

/* One letter per object: - cannot see it, R reads it, A reads it and may act. */
static const struct {
    const char *who, *may;
} table[] = {
    /*               raised, published, handling, passed on, elsewhere, evaluation, proposal */
    {NULL, "-RR--R-"},
    {"stranger", "-RR--R-"},
    {"raiser", "RRRRRAR"}, /* his own, all of them */
    {"member", "-RR--R-"},
    {"handler_a", "-RAA-R-"},
    {"handler_b", "-RR--R-"},
    {"clerk", "AARA-R-"},
    {"clerk2", "-RR-AR-"},
    {"office", "AARAARR"}, /* of the committee, to which the rooms belong */
    {"executive", "AARR-R-"},
    {"convener", "RRRR-R-"},
    {"moderator", "RRRR-R-"},
    {"lead", "-RR--RA"},
    {"assigner", "RRRRRRR"},
    {"overseer", "RRRRRRR"},
    {"leader", "RRRRRRR"},
    {"auditor", "RRRRRRR"},
    {"security", "-RR--R-"}, /* administers accounts, and reads nothing */
    {"system", "-RR--R-"},
};

struct shelf {
    int64_t matter[OBJECTS], child[OBJECTS];
};

static enum err file_proposal(struct ctx *c, void *arg)
{
    struct town *t = arg;
    struct matter m = {.procedure = S("proposal"),
                       .room = t->committee,
                       .raiser = c->who->id,
                       .channel = S("web")};
    const struct input inputs[] = {
        {S("title"), S("\xe5\x85\xb3\xe4\xba\x8e"
                       "A"
                       "\xe7\x9a\x84\xe6\x8f\x90\xe6\xa1\x88")},
        {S("situation"), S("Bare hills.")},
        {S("points"), S("Plant")},
        {S("category"), S("ecology")},
        {S("openness"), S("open")},
        {S("not_secret"), S("yes")},
    };

    TRY(flow_raise(c, &m, inputs, sizeof inputs / sizeof *inputs, NULL, 0));
    t->matter = m.id;
    return OK;
}

static void fill_shelf(struct town *t, struct shelf *s)
{
    char inputs[200];

    world_person(&t->w, "member", ROLE_MEMBER, 0);
    world_person(&t->w, "security", ROLE_SECURITY_ADMIN, 0);
    world_person(&t->w, "system", ROLE_SYSTEM_ADMIN, 0);
    assert_int_equal(town_raise(t, "raiser"), OK);
    s->matter[RAISED] = t->matter;
    walk_to_preparing(t);
    s->matter[PUBLISHED] = t->matter;
    walk_to_handling(t);
    s->matter[HANDLING] = t->matter;
    s->child[HANDLING] = assignment_of(t, t->unit_a);
    assert_int_equal(town_raise(t, "raiser"), OK);
    snprintf(inputs, sizeof inputs, "unsuitable=elsewhere|public_reason=x|to_body=%lld",
             (long long)t->unit_a);
    DOES(t, "clerk", "pass_on", inputs);
    s->matter[PASSED_ON] = t->matter;
    int64_t room = t->room;
    t->room = t->other_room;
    assert_int_equal(town_raise(t, "raiser"), OK);
    s->matter[ELSEWHERE] = t->matter;
    t->room = room;
    walk_to_replied(t);
    s->matter[REPLIED] = t->matter;
    s->child[REPLIED] = evaluation_of(t, t->raiser);
    assert_int_equal(town_act(t, "raiser", file_proposal, t), OK);
    DOES(t, "raiser", "submit", "");
    DOES(t, "office", "check", "");
    s->matter[FILED] = t->matter;
}

static int try_act(struct town *t, const char *who, const struct shelf *s, int object)
{
    char path[80], body[200];

    snprintf(path, sizeof path, "/matters/%lld/act", (long long)s->matter[object]);
    snprintf(body, sizeof body, "act=%s&type=%s&child=%lld", tries[object].act, tries[object].type,
             (long long)s->child[object]);
    return post(&t->w, who, path, body).status;
}

static void reading_and_acting_are_as_the_table_says(void **state)
{
    static struct snapshot before, after;
    struct town *t = *state;
    struct shelf s = {.child = {0}};
    const char *in_table;
    char path[80];

    fill_shelf(t, &s);
    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        assert_int_equal(get(&t->w, table[i].who, "/security").status, 200); /* signed in */
    town_snapshot(t, &before);
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        for (int o = 0; o < OBJECTS; o++) {
            const char *who = table[i].who;
            char may = table[i].may[o];
            snprintf(path, sizeof path, "/matters/%lld", (long long)s.matter[o]);
            int read = get(&t->w, who, path).status, act = try_act(t, who, &s, o);
            int wanted = who == NULL ? 403 : may == '-' ? 404 : may == 'R' ? 403 : 422;
            if (read != (may == '-' ? 404 : 200))
                fail_msg("%s reads object %d: %d", who, o, read);
            if (act != wanted)
                fail_msg("%s acts on object %d: %d instead of %d", who, o, act, wanted);
        }
    }
    town_snapshot(t, &after);
    if (!snapshot_same(&before, &after, &in_table))
        fail_msg("something came into %s", in_table);
}

static void lists_and_searches_hold_only_what_may_be_read(void **state)
{
    static const char *const pages[] = {"/",
                                        "/matters",
                                        "/matters.csv",
                                        "/matters.atom",
                                        "/search?q=crossing",
                                        "/similar?title=The+crossing"};
    struct town *t = *state;

    assert_int_equal(town_raise(t, "raiser"), OK);
    for (size_t i = 0; i < sizeof pages / sizeof *pages; i++) {
        struct page_answer a = get(&t->w, "stranger", pages[i]);
        if (says(&a, "crossing at the school"))
            fail_msg("%s tells everybody of a matter in screening", pages[i]);
    }
    struct page_answer a = get(&t->w, "clerk2", "/desk");
    assert_false(says(&a, "crossing at the school"));
    a = get(&t->w, "clerk", "/desk");
    assert_true(says(&a, "crossing at the school"));
    a = get(&t->w, "stranger", "/me");
    assert_false(says(&a, "crossing at the school"));
    a = get(&t->w, "raiser", "/me");
    assert_true(says(&a, "crossing at the school"));
    a = get(&t->w, "handler_a", "/inbox");
    assert_false(says(&a, "crossing at the school"));
}

/* ---- other people's ids ---- */

static void the_row_of_another_matter_is_not_there(void **state)
{
    struct town *t = *state;
    char path[80], body[200];

    walk_to_handling(t);
    int64_t row = assignment_of(t, t->unit_a);
    walk_to_handling(t);
    snprintf(path, sizeof path, "/matters/%lld/act", (long long)t->matter);
    snprintf(body, sizeof body, "act=accept&type=assignment&child=%lld", (long long)row);
    assert_int_equal(post(&t->w, "handler_a", path, body).status, 404);
    assert_int_equal(post(&t->w, "handler_a", path, "act=accept&type=assignment&child=7").status,
                     404);
    assert_int_equal(post(&t->w, "handler_a", path, "act=accept&type=nothing&child=7").status, 404);
    assert_int_equal(post(&t->w, "handler_a", path, "act=&type=&child=").status, 404);
    assert_string_equal(assignment_state(t, t->unit_a), "assigned");
}

static void nobody_supports_or_follows_what_he_may_not_see(void **state)
{
    struct town *t = *state;
    char path[80];

    assert_int_equal(town_raise(t, "raiser"), OK);
    snprintf(path, sizeof path, "/matters/%lld/support", (long long)t->matter);
    assert_int_equal(post(&t->w, "stranger", path, "").status, 404);
    snprintf(path, sizeof path, "/matters/%lld/follow", (long long)t->matter);
    assert_int_equal(post(&t->w, "stranger", path, "").status, 404);
    assert_int_equal(post(&t->w, NULL, path, "mail=a@example.org").status, 404);
}

/* ---- sent twice ---- */

static const char raising[] = "step=send&title=A+lamp+is+out&situation=It+has+been+dark.";

static void a_form_sent_twice_has_one_effect_and_leads_to_the_same_page(void **state)
{
    static struct snapshot before, after;
    struct town *t = *state;
    const char *table_name;
    struct ask k = {
        .who = "raiser", .method = "POST", .path = "/raise", .body = raising, .once = "n1"};

    struct page_answer a = world_ask(&t->w, &k);
    assert_int_equal(a.status, 303);
    town_snapshot(t, &before);
    struct page_answer b = world_ask(&t->w, &k);
    assert_int_equal(b.status, 303);
    assert_true(str_eq(a.location, b.location));
    town_snapshot(t, &after);
    if (!snapshot_same(&before, &after, &table_name))
        fail_msg("something came into %s", table_name);
    k.once = "n2"; /* another form is another matter */
    b = world_ask(&t->w, &k);
    assert_int_equal(b.status, 303);
    assert_false(str_eq(a.location, b.location));
    k.who = "neighbour"; /* the same number from somebody else is his own */
    b = world_ask(&t->w, &k);
    assert_int_equal(b.status, 303);
    assert_false(str_eq(a.location, b.location));
}

static void another_form_of_the_same_page_is_another_act(void **state)
{
    struct town *t = *state;
    struct ask k = {.who = "clerk", .method = "POST", .once = "n1"};

    assert_int_equal(town_raise(t, "raiser"), OK);
    k.path = str_fmt(t->w.arena, "/matters/%lld/act", (long long)t->matter).at;
    const char *page = str_fmt(t->w.arena, "edition=%lld&", (long long)town_look(t)->m.edition).at;
    k.body = str_fmt(t->w.arena, "%sact=ask_info&f.question=Which+lamp", page).at;
    assert_int_equal(world_ask(&t->w, &k).status, 303);
    assert_int_equal(world_ask(&t->w, &k).status, 303); /* the same once more */
    int64_t edition = town_look(t)->m.edition;
    k.body = str_fmt(t->w.arena, "%sact=propose&f.category=other", page).at;
    struct page_answer a = world_ask(&t->w, &k);
    assert_int_equal(a.status, 409); /* the page is old by now: said, not taken for done */
    assert_int_equal(town_look(t)->m.edition, edition);
}

static void a_form_that_was_refused_can_be_sent_again(void **state)
{
    struct town *t = *state;
    struct ask k = {.who = "raiser",
                    .method = "POST",
                    .path = "/raise",
                    .body = "step=send&title=A&situation=It+has+been+dark.",
                    .once = "n1"};

    assert_int_equal(world_ask(&t->w, &k).status, 422);
    k.body = raising;
    assert_int_equal(world_ask(&t->w, &k).status, 303);
}

static void a_file_without_room_does_not_cost_the_form(void **state)
{
    struct town *t = *state;
    struct ask k = {.who = "raiser",
                    .method = "POST",
                    .path = "/raise",
                    .body = raising,
                    .once = "n1",
                    .refused_status = 507};

    struct page_answer a = world_ask(&t->w, &k);
    assert_int_equal(a.status, 503);
    assert_true(says(&a, "value=\"A lamp is out\""));
    assert_true(says(&a, msg_text(LANG_ZH, MSG_ERROR_DISK_FULL).at));
    k.token = "wrong";
    assert_int_equal(world_ask(&t->w, &k).status, 403);
    k.token = NULL;
    k.refused_status = 0; /* there is room again */
    assert_int_equal(world_ask(&t->w, &k).status, 303);
    k.refused_status = 507;
    k.path = "/sign-in"; /* no form with files */
    assert_int_equal(world_ask(&t->w, &k).status, 507);
}

struct sender {
    struct world w; /* the same instance, with memory of its own */
    struct ask k;
    struct page_answer a;
};

static void *send_it(void *arg)
{
    struct sender *s = arg;

    do
        s->a = world_ask(&s->w, &s->k);
    while (s->a.status == 503); /* BUSY: try again, as the page says */
    return NULL;
}

static void two_at_the_same_moment_have_one_effect(void **state)
{
    enum { AT_ONCE = 4 };
    static struct sender all[AT_ONCE];
    struct town *t = *state;
    pthread_t threads[AT_ONCE];
    struct snapshot *s = NEW_ARRAY(t->arena, 2, struct snapshot);

    assert_int_equal(get(&t->w, "raiser", "/me").status, 200); /* signed in */
    for (int round = 0; round < 5; round++) {
        char once[20];
        snprintf(once, sizeof once, "round-%d", round);
        town_snapshot(t, &s[0]);
        for (int i = 0; i < AT_ONCE; i++) {
            all[i] = (struct sender){.w = t->w,
                                     .k = {.who = "raiser",
                                           .method = "POST",
                                           .path = "/raise",
                                           .body = raising,
                                           .once = once}};
            all[i].w.arena = arena_new("sender", 64 * 1024 * 1024);
            assert_int_equal(pthread_create(&threads[i], NULL, send_it, &all[i]), 0);
        }
        for (int i = 0; i < AT_ONCE; i++)
            pthread_join(threads[i], NULL);
        town_snapshot(t, &s[1]);
        for (size_t i = 0; i < s[0].count; i++) {
            if (strcmp(s[0].name[i], "matter") == 0)
                assert_int_equal(s[1].rows[i], s[0].rows[i] + 1);
        }
        for (int i = 0; i < AT_ONCE; i++) {
            assert_int_equal(all[i].a.status, 303);
            assert_true(str_eq(all[i].a.location, all[0].a.location));
        }
        for (int i = 0; i < AT_ONCE; i++)
            arena_free(all[i].w.arena);
    }
}

/* The same act on one matter by two people: the second is told that it has moved on. */
static void two_people_who_do_the_same_do_it_once(void **state)
{
    struct town *t = *state;
    char path[80], body[300];

    assert_int_equal(town_raise(t, "raiser"), OK);
    snprintf(path, sizeof path, "/matters/%lld/act", (long long)t->matter);
    snprintf(body, sizeof body,
             "act=propose&edition=%lld&f.criteria=public&f.criteria=concrete&f.criteria=local"
             "&f.criteria=several&f.category=traffic",
             (long long)town_look(t)->m.edition);
    assert_int_equal(post(&t->w, "clerk", path, body).status, 303);
    struct page_answer a = post(&t->w, "executive", path, body);
    assert_int_equal(a.status, 409);
    assert_int_equal(entries(t, "propose"), 1);
}

int main(void)
{
    const struct CMUnitTest permissions[] = {
        IN_TOWN(reading_and_acting_are_as_the_table_says),
        IN_TOWN(lists_and_searches_hold_only_what_may_be_read),
        IN_TOWN(the_row_of_another_matter_is_not_there),
        IN_TOWN(nobody_supports_or_follows_what_he_may_not_see),
        IN_TOWN(a_form_sent_twice_has_one_effect_and_leads_to_the_same_page),
        IN_TOWN(another_form_of_the_same_page_is_another_act),
        IN_TOWN(a_form_that_was_refused_can_be_sent_again),
        IN_TOWN(a_file_without_room_does_not_cost_the_form),
        IN_TOWN(two_at_the_same_moment_have_one_effect),
        IN_TOWN(two_people_who_do_the_same_do_it_once),
    };
    int failed = 0;

    RUN_ON_BOTH(permissions, failed);
    return failed;
}
