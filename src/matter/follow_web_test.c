/* Supporting a matter instead of raising it again, and following one by mail: asking, confirming,
 * being told, and ending it. */
#include "flow/flow_test.h"

#include "notify/notify.h"

#define PATH(t, what) str_fmt((t)->w.arena, "/matters/%lld" what, (long long)(t)->matter).at

/* ---- what stands in the tables ---- */

static const struct sql OUTBOX = {"OUTBOX",
                                  "SELECT address, subject, body, unsubscribe, key FROM outbox "
                                  "WHERE substr(key, 1, length($1)) = $1 ORDER BY CASE unsubscribe "
                                  "WHEN '' THEN 1 ELSE 0 END, id DESC LIMIT 1",
                                  NULL, 1};

static const struct sql SUPPORTS = {"SUPPORTS", "SELECT COUNT(*) FROM support WHERE matter = $1",
                                    NULL, 1};

static const struct sql FOLLOWERS = {
    "FOLLOWERS", "SELECT COUNT(*) FROM follow WHERE matter = $1 AND confirmed IS NOT NULL", NULL,
    1};

struct mail {
    struct town *t;
    const char *key_begins;
    str address, subject, body, unsubscribe, key;
};

static enum err read_mail(struct ctx *c, void *arg)
{
    struct mail *m = arg;
    struct arena *a = m->t->w.arena;
    struct rows row;
    bool found;

    TRY(db_rows(&row, c->db, &OUTBOX, T(str_of(m->key_begins))));
    TRY(db_next(&row, &found));
    if (!found)
        return NOT_FOUND;
    str address = take_blob(&row, c->arena);
    m->subject = take_str(&row, a);
    str body = take_blob(&row, c->arena);
    m->unsubscribe = take_str(&row, a);
    m->key = take_str(&row, a);
    TRY(crypto_open(a, c->keys->seal, address, &m->address));
    TRY(crypto_open(a, c->keys->seal, body, &m->body));
    return db_done(&row);
}

/* The newest message with a key that begins so; first of all one that says how to stop. */
static struct mail mail_of(struct town *t, const char *key_begins)
{
    struct mail m = {.t = t, .key_begins = key_begins};

    assert_int_equal(town_read(t, NULL, read_mail, &m), OK);
    return m;
}

struct count {
    const struct sql *sql;
    int64_t matter, number;
};

static enum err read_count(struct ctx *c, void *arg)
{
    struct count *k = arg;

    return db_number(c->db, &k->number, 0, k->sql, I(k->matter));
}

static int64_t count_of(struct town *t, const struct sql *sql)
{
    struct count k = {sql, t->matter, 0};

    assert_int_equal(town_read(t, NULL, read_count, &k), OK);
    return k.number;
}

/* The path of the link in a mail. */
static const char *link_in(struct town *t, const struct mail *m)
{
    size_t at = str_find(m->body, S("https://example.org/follow/"));

    assert_true(at != SIZE_MAX);
    str rest = str_slice(m->body, at + 19, m->body.len);
    return str_z(t->w.arena, str_cut(&rest, '\n'));
}

/* ---- support ---- */

static void a_matter_is_supported_once_by_each_and_never_by_its_raiser(void **state)
{
    struct town *t = *state;
    struct page_answer a;

    walk_to_preparing(t);
    a = get(&t->w, "neighbour", PATH(t, ""));
    assert_true(says(&a, str_fmt(t->w.arena, "action=\"%s\"", PATH(t, "/support")).at));
    a = post(&t->w, "neighbour", PATH(t, "/support"), "");
    assert_int_equal(a.status, 303);
    assert_string_equal(a.location.at, PATH(t, ""));
    a = post(&t->w, "neighbour", PATH(t, "/support"), "");
    assert_int_equal(a.status, 409);
    assert_true(says(&a, msg_text(LANG_ZH, MSG_SUPPORT_ALREADY).at));
    a = post(&t->w, "raiser", PATH(t, "/support"), "");
    assert_int_equal(a.status, 409);
    assert_int_equal(post(&t->w, NULL, PATH(t, "/support"), "").status, 403);
    assert_int_equal(post(&t->w, "shopkeeper", PATH(t, "/support"), "").status, 303);
    assert_int_equal(count_of(t, &SUPPORTS), 2);
    a = get(&t->w, "raiser", PATH(t, ""));
    assert_false(says(&a, "/support\""));
}

static void how_many_support_it_is_shown_where_the_matter_is(void **state)
{
    struct town *t = *state;

    walk_to_preparing(t);
    post(&t->w, "neighbour", PATH(t, "/support"), "");
    post(&t->w, "shopkeeper", PATH(t, "/support"), "");
    struct page_answer a = get(&t->w, NULL, str_fmt(t->w.arena, "%s?lang=en", PATH(t, "")).at);
    assert_true(says(&a, "<dt>Supporters</dt><dd>2</dd>"));
    a = get(&t->w, NULL, "/matters?lang=en");
    assert_true(says(&a, "2 supporters"));
    a = get(&t->w, NULL, "/matters.csv");
    assert_true(says(&a, ",2,,http"));
}

static void whoever_supports_a_matter_follows_it(void **state)
{
    struct town *t = *state;

    walk_to_preparing(t);
    post(&t->w, "neighbour", PATH(t, "/support"), "");
    assert_int_equal(count_of(t, &FOLLOWERS), 1);
    struct page_answer a = get(&t->w, "neighbour", PATH(t, ""));
    assert_true(says(&a, "/unfollow\""));
    assert_int_equal(post(&t->w, "neighbour", PATH(t, "/unfollow"), "").status, 303);
    assert_int_equal(count_of(t, &FOLLOWERS), 0);
    assert_int_equal(count_of(t, &SUPPORTS), 1); /* the support stays */
}

static void a_matter_that_is_not_shown_is_neither_hinted_at_nor_supported(void **state)
{
    struct town *t = *state;
    static const char ask[] = "/similar?q=the+crossing+at+the+school";

    walk_to_preparing(t);
    struct page_answer a = get(&t->w, NULL, ask);
    assert_true(says(&a, PATH(t, "#follow")));
    assert_int_equal(town_raise(t, "raiser"), OK); /* in screening */
    a = get(&t->w, NULL, ask);
    assert_false(says(&a, PATH(t, "#follow")));
    assert_int_equal(post(&t->w, "neighbour", PATH(t, "/support"), "").status, 404);
    assert_int_equal(count_of(t, &SUPPORTS), 0);
}

/* ---- following by mail ---- */

static void following_by_mail_begins_when_the_link_in_the_mail_is_confirmed(void **state)
{
    struct town *t = *state;

    walk_to_preparing(t);
    struct page_answer a = post(&t->w, NULL, PATH(t, "/follow"), "mail=Somebody%40Example.org");
    assert_int_equal(a.status, 303);
    struct mail m = mail_of(t, "follow:");
    assert_string_equal(m.address.at, "somebody@example.org");
    assert_true(str_find(m.subject, S("The crossing at the school")) != SIZE_MAX);
    assert_int_equal(count_of(t, &FOLLOWERS), 0);

    /* A mail reader that opens the link changes nothing; the button does. */
    const char *path = link_in(t, &m);
    a = get(&t->w, NULL, path);
    assert_int_equal(a.status, 200);
    assert_true(says(&a, "The crossing at the school"));
    assert_true(says(&a, "name=\"go\""));
    assert_int_equal(count_of(t, &FOLLOWERS), 0);
    assert_int_equal(post(&t->w, NULL, path, "go=1").status, 303);
    assert_int_equal(count_of(t, &FOLLOWERS), 1);
    assert_int_equal(post(&t->w, NULL, path, "go=1").status, 303); /* once more does no harm */
    a = get(&t->w, NULL, path);
    assert_false(says(&a, "name=\"go\"")); /* he does */
    assert_int_equal(post(&t->w, NULL, path, "stop=1").status, 303);
    assert_int_equal(get(&t->w, NULL, path).status, 404);
}

static void whoever_has_not_confirmed_is_not_told(void **state)
{
    struct town *t = *state;

    walk_to_review(t);
    post(&t->w, NULL, PATH(t, "/follow"), "mail=somebody@example.org");
    DOES(t, "overseer", "release", "");
    struct mail m = mail_of(t, "act:");
    assert_false(str_eq(m.address, S("somebody@example.org")));
    assert_string_equal(m.unsubscribe.at, "");
}

static void each_mail_to_a_follower_says_how_to_stop_and_stopping_works(void **state)
{
    struct town *t = *state;

    walk_to_review(t);
    post(&t->w, NULL, PATH(t, "/follow"), "mail=somebody@example.org");
    struct mail asked = mail_of(t, "follow:");
    assert_int_equal(post(&t->w, NULL, link_in(t, &asked), "go=1").status, 303);
    DOES(t, "overseer", "release", "");
    struct mail told = mail_of(t, "act:");
    assert_string_equal(told.address.at, "somebody@example.org");
    assert_true(str_starts(told.unsubscribe, S("https://example.org/follow/")));
    const char *path = link_in(t, &told);
    assert_int_equal(post(&t->w, NULL, path, "stop=1").status, 303);
    assert_int_equal(count_of(t, &FOLLOWERS), 0);
    struct page_answer a = post(&t->w, NULL, path, "go=1"); /* ended is ended */
    assert_int_equal(a.status, 404);
    assert_true(says(&a, msg_text(LANG_ZH, MSG_FOLLOW_NO_TOKEN).at));
}

static void whoever_followed_a_merged_matter_can_stop_following_the_other(void **state)
{
    struct town *t = *state;

    walk_to_preparing(t);
    post(&t->w, NULL, PATH(t, "/follow"), "mail=somebody@example.org");
    struct mail asked = mail_of(t, "follow:");
    assert_int_equal(post(&t->w, NULL, link_in(t, &asked), "go=1").status, 303);
    int64_t merged = t->matter;
    assert_int_equal(town_raise(t, "neighbour"), OK);
    int64_t other = t->matter;
    t->matter = merged;
    DOES(t, "clerk", "merge", str_fmt(t->w.arena, "into=%lld", (long long)other).at);
    t->matter = other;
    DOES(t, "clerk", "propose", CRITERIA);
    DOES(t, "convener", "approve", "");
    struct mail told = mail_of(t, "act:");
    assert_string_equal(told.address.at, "somebody@example.org");
    assert_string_equal(link_in(t, &told), link_in(t, &asked));
    assert_int_equal(count_of(t, &FOLLOWERS), 1);
    assert_int_equal(post(&t->w, NULL, link_in(t, &told), "stop=1").status, 303);
    assert_int_equal(count_of(t, &FOLLOWERS), 0);
}

static void somebody_elses_link_cannot_be_guessed_from_what_is_kept(void **state)
{
    struct town *t = *state;

    walk_to_preparing(t);
    post(&t->w, NULL, PATH(t, "/follow"), "mail=somebody@example.org");
    struct mail m = mail_of(t, "follow:");
    str token = str_of(link_in(t, &m) + sizeof "/follow/" - 1);
    assert_int_equal(token.len, 26);
    assert_true(str_find(m.key, token) == SIZE_MAX);
    post(&t->w, NULL, PATH(t, "/follow"), "mail=other@example.org");
    struct mail other = mail_of(t, "follow:");
    assert_string_not_equal(link_in(t, &m), link_in(t, &other));
    assert_int_equal(post(&t->w, NULL, "/follow/AAAAAAAAAAAAAAAAAAAAAAAAAA", "go=1").status, 404);
}

static void nobody_can_fill_a_strangers_mailbox(void **state)
{
    struct town *t = *state;

    walk_to_preparing(t);
    for (int i = 0; i < 5; i++)
        assert_int_equal(post(&t->w, NULL, PATH(t, "/follow"), "mail=somebody@example.org").status,
                         303);
    assert_int_equal(mails(t, "follow:"), 1);
    town_day("2026-03-25", 10); /* it was lost: on another day there is another */
    post(&t->w, NULL, PATH(t, "/follow"), "mail=somebody@example.org");
    assert_int_equal(mails(t, "follow:"), 2);
}

static void what_is_no_mail_address_is_said_beside_the_field_and_kept(void **state)
{
    static const char *const wrong[] = {"nobody", "13800000000", "a%40b%0d%0aBcc:x%40y.org", ""};
    struct town *t = *state;

    walk_to_preparing(t);
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        struct page_answer a =
            post(&t->w, NULL, PATH(t, "/follow"), str_fmt(t->w.arena, "mail=%s", wrong[i]).at);
        assert_int_equal(a.status, 422);
        assert_true(says(&a, "class=\"field-error\""));
        assert_true(says(&a, msg_text(LANG_ZH, MSG_FOLLOW_MAIL_WRONG).at));
    }
    struct page_answer a = post(&t->w, NULL, PATH(t, "/follow"), "mail=nobody");
    assert_true(says(&a, "value=\"nobody\""));
    assert_int_equal(mails(t, "follow:"), 0);
}

/* ---- one matter and another ---- */

static void a_closed_matter_leads_to_the_form_for_what_follows_it_up(void **state)
{
    struct town *t = *state;
    char path[60], hidden[80];

    walk_to_replied(t);
    snprintf(path, sizeof path, "/raise?after=%lld", (long long)t->matter);
    snprintf(hidden, sizeof hidden, "name=\"after\" value=\"%lld\"", (long long)t->matter);
    struct page_answer a = get(&t->w, NULL, path);
    assert_false(says(&a, hidden)); /* it is not closed */
    a = get(&t->w, NULL, PATH(t, ""));
    assert_false(says(&a, path));
    town_day("2026-03-24", 10);
    town_tick(t);
    a = get(&t->w, NULL, PATH(t, ""));
    assert_true(says(&a, path));
    a = get(&t->w, NULL, path);
    assert_true(says(&a, hidden));
    assert_true(says(&a, "The crossing at the school"));
    a = post(&t->w, "stranger", "/raise",
             str_fmt(t->w.arena, "step=check&title=It+blinks&situation=All+night&after=%lld",
                     (long long)t->matter)
                 .at);
    assert_true(says(&a, hidden)); /* still there when it is looked over */
}

static void a_link_is_made_by_number_and_names_only_what_the_reader_may_see(void **state)
{
    struct town *t = *state;

    assert_int_equal(town_raise(t, "neighbour"), OK);
    int64_t hidden = t->matter;
    str serial = str_copy(t->arena, town_look(t)->m.serial);
    walk_to_preparing(t);
    const char *form =
        str_fmt(t->w.arena, "act=link&how=do&f.other=%.*s&f.link_kind=about_same", STR_ARG(serial))
            .at;
    assert_int_equal(post(&t->w, "clerk", PATH(t, "/act"), form).status, 303);
    const char *other = str_fmt(t->w.arena, "\"/matters/%lld\"", (long long)hidden).at;
    struct page_answer a = get(&t->w, "clerk", PATH(t, ""));
    assert_true(says(&a, other));
    a = get(&t->w, "raiser", PATH(t, "")); /* a party of this one alone */
    assert_false(says(&a, other));
    a = get(&t->w, NULL, PATH(t, ""));
    assert_false(says(&a, other));
    a = post(&t->w, "clerk", PATH(t, "/act"), "act=link&how=do&f.other=77&f.link_kind=about_same");
    assert_int_equal(a.status, 422);
}

static void a_date_that_cannot_be_is_refused_beside_its_field_and_kept(void **state)
{
    struct town *t = *state;

    walk_to_preparing(t);
    struct page_answer a = post(&t->w, "executive", PATH(t, "/act"),
                                "act=plan_session&how=do&f.session_date=1999-01-01&"
                                "f.session_place=Hall&f.session_mode=room&f.convened_by=C");
    assert_int_equal(a.status, 422);
    assert_true(says(&a, "value=\"1999-01-01\" min=\"2026-03-02\" max=\"2028-03-02\""));
    assert_true(says(&a, "aria-invalid"));
}

int main(void)
{
    const struct CMUnitTest following[] = {
        IN_TOWN(a_matter_is_supported_once_by_each_and_never_by_its_raiser),
        IN_TOWN(how_many_support_it_is_shown_where_the_matter_is),
        IN_TOWN(whoever_supports_a_matter_follows_it),
        IN_TOWN(a_matter_that_is_not_shown_is_neither_hinted_at_nor_supported),
        IN_TOWN(following_by_mail_begins_when_the_link_in_the_mail_is_confirmed),
        IN_TOWN(whoever_has_not_confirmed_is_not_told),
        IN_TOWN(each_mail_to_a_follower_says_how_to_stop_and_stopping_works),
        IN_TOWN(whoever_followed_a_merged_matter_can_stop_following_the_other),
        IN_TOWN(somebody_elses_link_cannot_be_guessed_from_what_is_kept),
        IN_TOWN(nobody_can_fill_a_strangers_mailbox),
        IN_TOWN(a_closed_matter_leads_to_the_form_for_what_follows_it_up),
        IN_TOWN(a_link_is_made_by_number_and_names_only_what_the_reader_may_see),
        IN_TOWN(a_date_that_cannot_be_is_refused_beside_its_field_and_kept),
        IN_TOWN(what_is_no_mail_address_is_said_beside_the_field_and_kept),
    };
    int failed = 0;

    RUN_ON_BOTH(following, failed);
    return failed;
}
