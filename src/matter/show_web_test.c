/* What somebody finds on the page of a matter: what he is asked, how to reach the raiser, where to
 * support it; and that a number of the first page opens to what it counted. */
#include "flow/flow_test.h"

#include "base/clock.h"

#define PATH(t, what) str_fmt((t)->w.arena, "/matters/%lld" what, (long long)(t)->matter).at

static struct page_answer get_receipt(struct town *t)
{
    return get(&t->w, NULL, str_fmt(t->w.arena, "/receipt?number=%.*s", STR_ARG(t->receipt)).at);
}

static void ask_info(struct town *t)
{
    assert_int_equal(town_raise(t, "raiser"), OK);
    DOES(t, "clerk", "ask_info", "question=Which crossing is it?");
}

/* The others are satisfied. */
static void all_evaluate(struct town *t, const char *raiser)
{
    DOES_ON(t, "raiser", "evaluation", evaluation_of(t, t->raiser), "give", raiser);
    DOES_ON(t, "neighbour", "evaluation", evaluation_of(t, t->neighbour), "give",
            "overall=satisfied");
    DOES_ON(t, "shopkeeper", "evaluation", evaluation_of(t, t->shopkeeper), "give",
            "overall=satisfied");
}

/* ---- what was asked ---- */

static void the_raiser_reads_what_is_asked_of_him_above_the_form_that_answers_it(void **state)
{
    struct town *t = *state;

    ask_info(t);
    struct page_answer a = get(&t->w, "raiser", PATH(t, ""));
    size_t question = str_find(a.body, S("Which crossing is it?"));
    size_t form = str_find(a.body, S("act-give_info"));
    assert_true(question != SIZE_MAX && form != SIZE_MAX && question < form);
}

static void the_holder_of_the_receipt_reads_what_is_asked_and_where_to_answer(void **state)
{
    struct town *t = *state;

    ask_info(t);
    struct page_answer a = get_receipt(t);
    assert_int_equal(a.status, 200);
    assert_true(says(&a, "Which crossing is it?"));
    int64_t due = clock_of(t, "informing")->due; /* after it, it is screened as it stands */
    struct buf day = {.arena = t->w.arena};
    msg_put_date(&day, LANG_ZH, due);
    assert_true(says(&a, buf_str(&day).at));
    assert_true(says(&a, "/sign-in/code?next=%2Fmatters%2F"));
    DOES(t, "raiser", "give_info", "supplement=The one at the school.");
    a = get_receipt(t);
    assert_false(says(&a, "Which crossing is it?")); /* it was answered */
}

static void all_that_is_wrong_with_a_form_is_said_at_once(void **state)
{
    struct town *t = *state;
    struct buf body = {.arena = t->w.arena};

    buf_fmt(&body, "step=check&title=%0*d&situation=&point=%0*d&contact=nobody", 61, 0, 1001, 0);
    struct page_answer a = world_ask(
        &t->w, &(struct ask){.method = "POST", .path = "/raise", .body = buf_str(&body).at});
    assert_int_equal(a.status, 422);
    assert_int_equal(times(&a, "class=\"field-error\""), 4);
    static const char *const links[] = {"<li><a href=\"#title\">", "<li><a href=\"#situation\">",
                                        "<li><a href=\"#point-1\">", "<li><a href=\"#contact\">"};
    for (size_t i = 0; i < sizeof links / sizeof *links; i++) {
        if (times(&a, links[i]) != 1)
            fail_msg("%s: %d", links[i], (int)times(&a, links[i]));
    }
}

static void who_decides_reads_what_was_asked_for(void **state)
{
    struct town *t = *state;

    walk_to_handling(t);
    struct page_answer a = get(&t->w, "assigner", PATH(t, "?lang=en"));
    assert_false(says(&a, "8 May 2026"));
    assert_int_equal(
        town_does(t, &(struct deed){.who = "handler_a",
                                    .act = "extend",
                                    .how = ACT_ASK,
                                    .inputs = "public_reason=Parts are late.|new_due=2026-05-08"}),
        OK);
    a = get(&t->w, "assigner", PATH(t, "?lang=en"));
    assert_int_equal(times(&a, "8 May 2026"), 2); /* above agreeing, and above refusing */
    a = get(&t->w, NULL, PATH(t, "?lang=en"));
    assert_false(says(&a, "8 May 2026")); /* not before it is granted */
}

static void a_matter_has_one_address_and_none_with_leading_zeros(void **state)
{
    struct town *t = *state;

    assert_int_equal(town_raise(t, "raiser"), OK);
    assert_int_equal(get(&t->w, "raiser", PATH(t, "")).status, 200);
    long long id = t->matter;
    const char *zero = str_fmt(t->w.arena, "/matters/0%lld", id).at;
    const char *zeros = str_fmt(t->w.arena, "/matters/000%lld/print", id).at;
    assert_int_equal(get(&t->w, "raiser", zero).status, 404);
    assert_int_equal(get(&t->w, "raiser", zeros).status, 404);
}

static void taking_a_link_back_is_offered_where_there_is_one(void **state)
{
    struct town *t = *state;
    char other[80];

    assert_int_equal(town_raise(t, "neighbour"), OK);
    snprintf(other, sizeof other, "other=%lld|link_kind=about_same", (long long)t->matter);
    assert_int_equal(town_raise(t, "raiser"), OK);
    struct page_answer a = get(&t->w, "clerk", PATH(t, ""));
    assert_true(says(&a, "act-link"));
    assert_false(says(&a, "act-unlink"));
    DOES(t, "clerk", "link", other);
    a = get(&t->w, "clerk", PATH(t, ""));
    assert_true(says(&a, "act-unlink"));
}

static void the_receipt_says_on_which_day_an_unconfirmed_matter_lapses(void **state)
{
    struct town *t = *state;
    struct buf zh = {.arena = t->w.arena}, en = {.arena = t->w.arena};

    assert_int_equal(town_raise_unconfirmed(t, "raiser"), OK);
    const char *path = str_fmt(t->w.arena, "/receipt?number=%.*s",
                               STR_ARG(str_copy(t->w.arena, town_look(t)->m.receipt)))
                           .at;
    int64_t due = clock_of(t, "confirming")->due;
    msg_put_date(&zh, LANG_ZH, due);
    msg_put_date(&en, LANG_EN, due);
    struct page_answer a = get(&t->w, NULL, path);
    assert_int_equal(a.status, 200);
    assert_true(says(&a, str_fmt(t->w.arena, "\u5230%.*s\u4ECD\u672A", STR_ARG(buf_str(&zh))).at));
    a = get(&t->w, NULL, str_fmt(t->w.arena, "%s&lang=en", path).at);
    assert_true(says(
        &a, str_fmt(t->w.arena, "If it is not confirmed by %.*s, it lapses.", STR_ARG(buf_str(&en)))
                .at));
}

static void the_receipt_says_nothing_that_the_raiser_was_not_told(void **state)
{
    struct town *t = *state;

    walk_to_review(t);
    DOES(t, "overseer", "reject_reply", "reason=Too thin for print.");
    struct page_answer a = get_receipt(t);
    assert_int_equal(a.status, 200);
    assert_false(says(&a, "Too thin for print."));
    a = get(&t->w, "handler_a", PATH(t, "")); /* the unit that has to write it again does */
    assert_true(says(&a, "Too thin for print."));
}

static void a_reply_that_is_not_released_is_read_by_those_who_work_on_it_alone(void **state)
{
    static const char *const office[] = {"handler_a", "overseer", "assigner", "auditor"};
    static const char *const others[] = {"raiser", "neighbour", "stranger"};
    struct town *t = *state;

    walk_to_review(t);
    for (size_t i = 0; i < sizeof office / sizeof *office; i++) {
        struct page_answer a = get(&t->w, office[i], PATH(t, ""));
        assert_true(says(&a, "What was done.") && says(&a, "It is being built."));
    }
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        struct page_answer a = get(&t->w, others[i], PATH(t, ""));
        assert_false(says(&a, "What was done.") || says(&a, "It is being built."));
    }
    DOES(t, "overseer", "release", "");
    struct page_answer a = get(&t->w, "raiser", PATH(t, ""));
    assert_true(says(&a, "What was done.") && says(&a, "It is being built."));
}

static void who_takes_part_and_what_he_says_of_the_minutes_is_read_by_the_office(void **state)
{
    struct town *t = *state;

    walk_to_minuted(t);
    DOES_ON(t, "raiser", "confirmation", confirmation_of(t, t->raiser), "differ",
            "remark=That is not what we said.");
    struct page_answer a = get(&t->w, "convener", PATH(t, "?lang=en"));
    assert_true(says(&a, "That is not what we said."));
    assert_true(says(&a, "Two drivers of the street"));
    a = get(&t->w, "raiser", PATH(t, "?lang=en")); /* his own words */
    assert_true(says(&a, "That is not what we said."));
    a = get(&t->w, "neighbour", PATH(t, "?lang=en"));
    assert_true(says(&a, "Two drivers of the street"));
    assert_false(says(&a, "That is not what we said."));
    a = get(&t->w, NULL, PATH(t, "?lang=en"));
    assert_false(says(&a, "Two drivers of the street"));
}

static void an_answer_that_is_given_again_begins_with_what_it_says(void **state)
{
    struct town *t = *state;

    walk_to_handling(t);
    DOES_ON(t, "handler_a", "answer", answer_of(t, 0, t->unit_a), "give", ANSWER);
    struct page_answer a = get(&t->w, "handler_a", PATH(t, "?lang=en"));
    assert_true(says(&a, ">It is being built.</textarea>"));
    assert_true(says(&a, "value=\"Section 2\""));
    assert_true(says(&a, "value=\"2026-06-30\""));
}

static void everybody_reads_how_many_confirmed_the_minutes(void **state)
{
    struct town *t = *state;

    walk_to_converting(t);
    struct page_answer a = get(&t->w, NULL, PATH(t, "?lang=en"));
    assert_true(says(&a, "How the minutes were confirmed"));
    assert_true(says(&a, "<dt>Confirmed</dt><dd>2</dd><dt>Differs</dt><dd>1</dd>"));
}

static void a_second_handling_does_not_make_the_confirmations_vanish(void **state)
{
    struct town *t = *state;

    walk_to_replied(t);
    all_evaluate(t, "overall=not_satisfied|reasons=result");
    assert_int_equal(town_look(t)->m.round, 1);
    struct page_answer a = get(&t->w, NULL, PATH(t, "?lang=en"));
    assert_true(says(&a, "<dt>Confirmed</dt><dd>2</dd><dt>Differs</dt><dd>1</dd>"));
}

static void the_receipt_says_where_a_matter_was_passed_on_to_and_why(void **state)
{
    struct town *t = *state;
    char to[120];

    assert_int_equal(town_raise(t, "raiser"), OK);
    snprintf(to, sizeof to, "unsuitable=elsewhere|public_reason=Theirs.|to_body=%lld",
             (long long)t->unit_a);
    DOES(t, "clerk", "pass_on", to);
    struct page_answer a = get_receipt(t);
    assert_true(says(&a, "Theirs.\n"));
    assert_true(says(&a, "unit-a"));
}

static void the_receipt_of_what_was_taken_down_says_so(void **state)
{
    struct town *t = *state;

    walk_to_converting(t);
    DOES(t, "editor", "take_down", "public_reason=A name was in it.");
    struct page_answer a = get_receipt(t);
    assert_true(says(&a, "flash-note") && says(&a, "A name was in it."));
    assert_false(says(&a, msg_text(LANG_ZH, MSG_RECEIPT_NOT_PUBLIC).at));
}

static void a_later_round_is_told_apart_in_the_timeline(void **state)
{
    struct town *t = *state;

    walk_to_replied(t);
    struct page_answer a = get(&t->w, NULL, PATH(t, "?lang=en"));
    assert_false(says(&a, "Round 2"));
    all_evaluate(t, "overall=not_satisfied|reasons=result");
    assert_state(t, "handling");
    a = get(&t->w, NULL, PATH(t, "?lang=en"));
    assert_true(says(&a, "Round 2"));
}

/* ---- reaching the raiser ---- */

static const struct sql LOOKS = {
    "LOOKS", "SELECT COUNT(*) FROM audit WHERE kind = 'reach' AND person = $1 AND object = $2",
    NULL, 2};

struct looks {
    struct town *t;
    int64_t person, count;
};

static enum err read_looks(struct ctx *c, void *arg)
{
    struct looks *k = arg;
    str object = str_fmt(c->arena, "matter %lld", (long long)k->t->matter);

    k->person = c->who->id;
    return db_number(c->db, &k->count, 0, &LOOKS, I(k->person), T(object));
}

static int64_t looks_of(struct town *t, const char *who)
{
    struct looks k = {.t = t};

    assert_int_equal(town_read(t, who, read_looks, &k), OK);
    return k.count;
}

static enum err give_address(struct ctx *c, void *arg)
{
    (void)arg;
    return person_set_address(c, c->who->id, S("resident@example.org"), true);
}

static void the_handling_unit_sees_how_to_reach_the_raiser_and_each_look_is_recorded(void **state)
{
    struct town *t = *state;

    walk_to_handling(t);
    assert_int_equal(town_act(t, "raiser", give_address, NULL), OK);
    struct page_answer a = get(&t->w, "handler_a", PATH(t, ""));
    assert_true(says(&a, PATH(t, "/reach")));
    assert_false(says(&a, "resident@example.org")); /* not before he asks for it */
    a = post(&t->w, "handler_a", PATH(t, "/reach"), "");
    assert_int_equal(a.status, 200);
    assert_true(says(&a, "mailto:resident@example.org"));
    assert_true(has_header(&a, "Cache-Control: no-store"));
    assert_int_equal(looks_of(t, "handler_a"), 1);
    a = post(&t->w, "clerk", PATH(t, "/reach"), "");
    assert_int_equal(a.status, 200);
    assert_int_equal(looks_of(t, "clerk"), 1);
}

static void nobody_else_sees_how_to_reach_the_raiser(void **state)
{
    static const char *const others[] = {"neighbour", "handler_c2", "overseer", "leader",
                                         "auditor",   "moderator",  "clerk2"};
    struct town *t = *state;

    world_person(&t->w, "handler_c2", ROLE_HANDLER, world_body(&t->w, "department", "Far", 0));
    walk_to_handling(t);
    assert_int_equal(town_act(t, "raiser", give_address, NULL), OK);
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        struct page_answer a = post(&t->w, others[i], PATH(t, "/reach"), "");
        assert_int_equal(a.status, 403);
        assert_false(says(&a, "resident@example.org"));
        assert_int_equal(looks_of(t, others[i]), 0);
        a = get(&t->w, others[i], PATH(t, ""));
        assert_false(says(&a, "/reach\""));
    }
    assert_int_equal(post(&t->w, NULL, PATH(t, "/reach"), "").status, 403);
}

/* ---- the inbox ---- */

static const char *pick_of(struct town *t, int64_t unit)
{
    return str_fmt(t->w.arena, "id=%lld.%lld", (long long)assignment_of(t, unit),
                   (long long)t->matter)
        .at;
}

static void a_unit_accepts_many_at_once_and_only_its_own(void **state)
{
    struct town *t = *state;

    walk_to_handling(t);
    const char *first = pick_of(t, t->unit_a), *others = pick_of(t, t->unit_b);
    int64_t matter = t->matter;
    walk_to_handling(t);
    const char *second = pick_of(t, t->unit_a);
    struct page_answer a = get(&t->w, "handler_a", "/inbox?box=accept");
    assert_int_equal(times(&a, "name=\"id\""), 2);
    assert_true(says(&a, "value=\"accept\""));
    /* one that is not his beside one that is: his is done, and he is told */
    a = post(&t->w, "handler_a", "/inbox/bulk",
             str_fmt(t->w.arena, "act=accept&%s&%s", first, others).at);
    assert_int_equal(a.status, 200);
    assert_int_equal(times(&a, "chip-late\">"), 1);
    a = post(&t->w, "handler_a", "/inbox/bulk", str_fmt(t->w.arena, "act=accept&%s", second).at);
    assert_int_equal(a.status, 303);
    assert_string_equal(assignment_state(t, t->unit_a), "accepted");
    assert_string_equal(assignment_state(t, t->unit_b), "assigned");
    t->matter = matter;
    assert_string_equal(assignment_state(t, t->unit_a), "accepted");
    assert_string_equal(assignment_state(t, t->unit_b), "assigned");
    a = get(&t->w, "handler_a", "/inbox?box=hand");
    assert_int_equal(times(&a, "name=\"id\""), 0); /* in hand, each is answered for itself */
    assert_int_equal(post(&t->w, "handler_a", "/inbox/bulk", "act=accept").status, 422);
    assert_int_equal(post(&t->w, "neighbour", "/inbox/bulk", "act=accept&id=1.1").status, 403);
}

/* ---- support ---- */

static void a_stranger_is_shown_the_way_to_support_a_matter_while_it_runs(void **state)
{
    struct town *t = *state;

    walk_to_replied(t);
    struct page_answer a = get(&t->w, NULL, PATH(t, "?lang=en"));
    assert_true(says(&a, "Sign in with a code to support it"));
    all_evaluate(t, "overall=satisfied");
    assert_state(t, "closed");
    a = get(&t->w, NULL, PATH(t, "?lang=en"));
    assert_false(says(&a, "Sign in with a code to support it"));
    a = get(&t->w, NULL, "/similar?q=the+crossing+at+the+school");
    assert_true(says(&a, "The crossing at the school"));
    assert_false(says(&a, "#follow")); /* it has ended: to be read, not to be supported */
}

/* ---- what there is to lead to ---- */

static void a_matter_that_is_not_public_offers_no_feed(void **state)
{
    struct town *t = *state;

    assert_int_equal(town_raise(t, "raiser"), OK);
    struct page_answer a = get(&t->w, "raiser", PATH(t, ""));
    assert_false(says(&a, PATH(t, "/atom")));
    assert_int_equal(get(&t->w, NULL, PATH(t, "/atom")).status, 404);
    walk_to_preparing(t);
    a = get(&t->w, "raiser", PATH(t, ""));
    assert_true(says(&a, PATH(t, "/atom")));
    assert_int_equal(get(&t->w, NULL, PATH(t, "/atom")).status, 200);
}

static void nobody_is_told_that_a_matter_came_in_before_its_code_was_typed(void **state)
{
    struct town *t = *state;

    assert_int_equal(town_raise_unconfirmed(t, "raiser"), OK);
    struct page_answer a =
        get(&t->w, NULL, str_fmt(t->w.arena, "/raise/done/%.*s", STR_ARG(t->receipt)).at);
    assert_int_equal(a.status, 303);
    assert_true(str_starts(a.location, S("/raise/confirm/")));
}

static void a_region_that_is_none_is_refused_where_it_is_chosen(void **state)
{
    static const char *const wrong[] = {"zzz", "1", "-4", "99999999999999999999"};
    struct town *t = *state;

    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        struct page_answer a = post(&t->w, "raiser", "/raise",
                                    str_fmt(t->w.arena,
                                            "step=check&title=A+lamp+is+out&situation=It+is+dark."
                                            "&region=%s",
                                            wrong[i])
                                        .at);
        assert_int_equal(a.status, 422);
        assert_true(says(&a, "href=\"#region\""));
        assert_true(says(&a, "value=\"A lamp is out\""));
    }
}

static size_t cards(const struct page_answer *a)
{
    return times(a, "<article class=\"item\">");
}

static void each_number_of_the_first_page_opens_to_what_it_counted(void **state)
{
    struct town *t = *state;

    walk_to_replied(t);
    DOES_ON(t, "raiser", "evaluation", evaluation_of(t, t->raiser), "give", "overall=satisfied");
    walk_to_preparing(t);
    struct page_answer a = get(&t->w, NULL, "/");
    assert_true(says(&a, "\"/matters?counted=raised\"><b>2</b>"));
    assert_true(says(&a, "\"/matters?counted=settled\"><b>0</b>"));
    assert_true(says(&a, "\"/matters?counted=answered\"><b>1 / 1</b>"));
    assert_true(says(&a, "\"/matters?counted=evaluated\""));
    a = get(&t->w, NULL, "/matters?counted=raised");
    assert_int_equal(cards(&a), 2);
    a = get(&t->w, NULL, "/matters?counted=settled");
    assert_int_equal(cards(&a), 0);
    a = get(&t->w, NULL, "/matters?counted=answered&order=changed");
    assert_int_equal(cards(&a), 1);
    a = get(&t->w, NULL, "/matters?counted=evaluated");
    assert_int_equal(cards(&a), 1);
    assert_true(says(&a, "chip-remove"));
    a = get(&t->w, NULL, "/matters.csv?counted=answered");
    assert_int_equal(times(&a, "http"), 1);
}

int main(void)
{
    const struct CMUnitTest showing[] = {
        IN_TOWN(the_raiser_reads_what_is_asked_of_him_above_the_form_that_answers_it),
        IN_TOWN(the_holder_of_the_receipt_reads_what_is_asked_and_where_to_answer),
        IN_TOWN(who_decides_reads_what_was_asked_for),
        IN_TOWN(all_that_is_wrong_with_a_form_is_said_at_once),
        IN_TOWN(a_matter_has_one_address_and_none_with_leading_zeros),
        IN_TOWN(taking_a_link_back_is_offered_where_there_is_one),
        IN_TOWN(the_receipt_says_on_which_day_an_unconfirmed_matter_lapses),
        IN_TOWN(the_receipt_says_nothing_that_the_raiser_was_not_told),
        IN_TOWN(a_reply_that_is_not_released_is_read_by_those_who_work_on_it_alone),
        IN_TOWN(who_takes_part_and_what_he_says_of_the_minutes_is_read_by_the_office),
        IN_TOWN(an_answer_that_is_given_again_begins_with_what_it_says),
        IN_TOWN(everybody_reads_how_many_confirmed_the_minutes),
        IN_TOWN(a_second_handling_does_not_make_the_confirmations_vanish),
        IN_TOWN(the_receipt_says_where_a_matter_was_passed_on_to_and_why),
        IN_TOWN(the_receipt_of_what_was_taken_down_says_so),
        IN_TOWN(a_later_round_is_told_apart_in_the_timeline),
        IN_TOWN(the_handling_unit_sees_how_to_reach_the_raiser_and_each_look_is_recorded),
        IN_TOWN(nobody_else_sees_how_to_reach_the_raiser),
        IN_TOWN(a_unit_accepts_many_at_once_and_only_its_own),
        IN_TOWN(a_stranger_is_shown_the_way_to_support_a_matter_while_it_runs),
        IN_TOWN(a_matter_that_is_not_public_offers_no_feed),
        IN_TOWN(nobody_is_told_that_a_matter_came_in_before_its_code_was_typed),
        IN_TOWN(a_region_that_is_none_is_refused_where_it_is_chosen),
        IN_TOWN(each_number_of_the_first_page_opens_to_what_it_counted),
    };
    int failed = 0;

    RUN_ON_BOTH(showing, failed);
    return failed;
}
