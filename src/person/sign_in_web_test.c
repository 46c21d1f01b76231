/* Pages of accounts, through the main path. */
#include "base/calendar.h"
#include "base/clock.h"
#include "base/msg.h"
#include "db/db.h"
#include "person/people_sql.h"
#include "web/testing.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static enum db_engine engine;
static struct world w;

static int open_world(void **state)
{
    (void)state;
    return world_open(&w, engine) ? 0 : -1;
}

static int close_world(void **state)
{
    (void)state;
    world_close(&w);
    return 0;
}

/* ---- helpers ---- */

#define PASSWORD "correct horse battery"

struct hashed {
    int64_t id;
    str hash;
    bool must_change;
};

static enum err put_password(struct ctx *c, void *arg)
{
    struct hashed *h = arg;

    return person_set_password(c, h->id, h->hash, h->must_change);
}

static void give_password(int64_t id, bool must_change)
{
    struct hashed h = {
        .id = id, .hash = crypto_password_hash(w.arena, S(PASSWORD)), .must_change = must_change};

    assert_int_equal(world_act(&w, NULL, put_password, &h), OK);
}

static int64_t person_with_password(const char *login, uint32_t role)
{
    int64_t id = world_person(&w, login, role, 0);

    give_password(id, false);
    return id;
}

static struct answer type_password(const char *login, const char *password)
{
    return post(&w, NULL, "/sign-in", str_fmt(w.arena, "name=%s&password=%s", login, password).at);
}

static bool says_msg(const struct answer *a, int msg)
{
    return says(a, str_z(w.arena, msg_text(LANG_ZH, msg)));
}

/* How many lines of a kind the account record has. */
static enum err count_kind(struct ctx *c, void *arg)
{
    struct step {
        str kind;
        int64_t count;
    } *s = arg;
    struct rows row;
    bool found;

    TRY(db_rows(&row, c->db, &AUDIT_LIST, T(s->kind), I(0), I(0), I(INT64_MAX), I(0), I(50)));
    for (s->count = 0;; s->count++) {
        TRY(db_next(&row, &found));
        if (!found)
            return OK;
        for (int i = 0; i < 3; i++)
            take_i64(&row);
        for (int i = 0; i < 4; i++)
            take_str(&row, c->arena);
    }
}

static int64_t lines_of(const char *kind)
{
    struct {
        str kind;
        int64_t count;
    } s = {str_of(kind), 0};

    assert_int_equal(world_read(&w, NULL, count_kind, &s), OK);
    return s.count;
}

/* ---- signing in ---- */

static void signing_in_leads_to_where_the_work_is(void **state)
{
    struct answer a;

    (void)state;
    person_with_password("clerk", ROLE_CLERK);
    person_with_password("handler", ROLE_HANDLER);
    person_with_password("resident", 0);
    a = type_password("clerk", "correct+horse+battery");
    assert_int_equal(a.status, 303);
    assert_string_equal(a.location.at, "/desk");
    assert_string_equal(type_password("handler", "correct+horse+battery").location.at, "/inbox");
    a = type_password("Resident", "correct+horse+battery"); /* names have no case */
    assert_string_equal(a.location.at, "/me");
    a = world_ask(
        &w, &(struct ask){.method = "GET", .path = "/me", .cookies = answer_cookie(&w, &a, "s")});
    assert_int_equal(a.status, 200);
    assert_true(says(&a, "resident"));
}

static void the_cookie_cannot_be_read_by_scripts_and_ends_with_the_browser(void **state)
{
    (void)state;
    person_with_password("resident", 0);
    struct answer a = type_password("resident", "correct+horse+battery");
    assert_true(str_find(a.cookies, S("s=")) == 0);
    assert_true(str_find(a.cookies, S("; Path=/; HttpOnly; SameSite=Lax\n")) != SIZE_MAX);
    assert_true(str_find(a.cookies, S("Max-Age")) == SIZE_MAX);
    assert_true(str_find(a.cookies, S("Domain")) == SIZE_MAX);
    /* Each sign-in has a value of its own, and none that the browser brought along. */
    const char *first = answer_cookie(&w, &a, "s");
    a = world_ask(&w, &(struct ask){.method = "POST",
                                    .path = "/sign-in",
                                    .body = "name=resident&password=correct+horse+battery",
                                    .cookies = first});
    assert_int_equal(a.status, 303);
    assert_string_not_equal(answer_cookie(&w, &a, "s"), first);
    a = world_ask(&w, &(struct ask){.method = "GET", .path = "/me", .cookies = first});
    assert_int_equal(a.status, 303); /* the one before is over */
}

static void wrong_passwords_lock_and_say_how_long(void **state)
{
    struct answer a;

    (void)state;
    person_with_password("resident", 0);
    for (int i = 1; i < SIGN_IN_FREE; i++) {
        a = type_password("resident", "not+it");
        assert_int_equal(a.status, 403);
        assert_true(says_msg(&a, MSG_SIGN_IN_WRONG));
        assert_true(says(&a, "value=\"resident\"")); /* what was typed is still there */
        assert_false(says(&a, "not it"));            /* but the password */
        assert_null(answer_cookie(&w, &a, "s"));
    }
    a = type_password("resident", "not+it");
    assert_int_equal(a.status, 403);
    assert_true(says_msg(&a, MSG_SIGN_IN_LOCKED_TITLE));
    a = type_password("resident", "correct+horse+battery");
    assert_int_equal(a.status, 403);
    assert_true(says_msg(&a, MSG_SIGN_IN_LOCKED_TITLE));
    assert_int_equal(lines_of("sign_in_failed"), SIGN_IN_FREE + 1);
    clock_shift(CLOCK_MINUTE + CLOCK_SECOND);
    assert_int_equal(type_password("resident", "correct+horse+battery").status, 303);
}

static void an_unknown_name_is_answered_in_the_same_words(void **state)
{
    (void)state;
    person_with_password("resident", 0);
    world_person(&w, "without", 0, 0); /* an account without a password */
    for (int i = 0; i < SIGN_IN_FREE + 1; i++) {
        struct answer known = type_password("resident", "not+it");
        struct answer unknown = type_password("residenx", "not+it");
        struct answer without = type_password("without", "");
        assert_int_equal(unknown.status, known.status);
        assert_int_equal(says_msg(&unknown, MSG_SIGN_IN_LOCKED_TITLE),
                         says_msg(&known, MSG_SIGN_IN_LOCKED_TITLE));
        assert_int_equal(says_msg(&unknown, MSG_SIGN_IN_WRONG),
                         says_msg(&known, MSG_SIGN_IN_WRONG));
        assert_int_equal(without.status, 422);
        assert_int_equal(type_password("without", "x").status, 403);
    }
}

static void fields_past_their_limit_are_refused_with_a_sentence(void **state)
{
    struct buf b = {.arena = w.arena};

    (void)state;
    buf_put(&b, S("password=x&name="));
    for (int i = 0; i < PERSON_ADDRESS_MAX + 1; i++)
        buf_byte(&b, 'n');
    struct answer a = post(&w, NULL, "/sign-in", buf_str(&b).at);
    assert_int_equal(a.status, 422);
    assert_true(says(&a, "href=\"#name\""));
    a = post(&w, NULL, "/sign-in", "name=&password=");
    assert_int_equal(a.status, 422);
    a = post(&w, NULL, "/sign-in", "name=%FF%FE&password=x");
    assert_int_equal(a.status, 422);
}

static void next_leads_nowhere_but_here(void **state)
{
    static const char *const outside[] = {"//evil.example",
                                          "https://evil.example",
                                          "/%5Cevil.example",
                                          "%5C%5Cevil.example",
                                          "javascript:alert(1)",
                                          "/%09/evil.example",
                                          "evil",
                                          "/sign-in",
                                          "%2F%2Fevil.example"};

    (void)state;
    person_with_password("resident", 0);
    for (size_t i = 0; i < sizeof outside / sizeof *outside; i++) {
        struct answer a = post(
            &w, NULL, "/sign-in",
            str_fmt(w.arena, "name=resident&password=correct+horse+battery&next=%s", outside[i])
                .at);
        assert_int_equal(a.status, 303);
        assert_string_equal(a.location.at, "/me");
    }
    struct answer a =
        post(&w, NULL, "/sign-in",
             "name=resident&password=correct+horse+battery&next=%2Fsearch%3Fq%3D%E8%80%81%20x");
    assert_string_equal(a.location.at, "/search?q=%E8%80%81%20x");
    a = get(&w, NULL, "/me");
    assert_string_equal(a.location.at, "/sign-in?next=%2Fme");
    a = get(&w, NULL, "/sign-in?next=%2Fme");
    assert_true(says(&a, "name=\"next\" value=\"/me\""));
    a = get(&w, "resident", "/sign-in?next=//evil.example"); /* signed in already */
    assert_string_equal(a.location.at, "/me");
}

/* ---- forms ---- */

static void a_form_that_was_not_ours_is_refused(void **state)
{
    struct ask k = {.who = "resident", .method = "POST", .path = "/me/out-everywhere"};

    (void)state;
    world_person(&w, "resident", 0, 0);
    k.token = "0123456789abcdef0123456789abcdef";
    assert_int_equal(world_ask(&w, &k).status, 403);
    k.token = "";
    assert_int_equal(world_ask(&w, &k).status, 403);
    k.token = NULL;
    k.origin = "https://evil.example";
    assert_int_equal(world_ask(&w, &k).status, 403);
    k.origin = "null";
    assert_int_equal(world_ask(&w, &k).status, 403);
    assert_int_equal(lines_of("sign_out_all"), 0);
    k.origin = "http://localhost";
    assert_int_equal(world_ask(&w, &k).status, 303);
    assert_int_equal(lines_of("sign_out_all"), 1);
}

static void a_token_is_good_for_its_own_sign_in_alone(void **state)
{
    (void)state;
    world_person(&w, "resident", 0, 0);
    world_person(&w, "other", 0, 0);
    struct answer a = get(&w, "other", "/me");
    size_t at = str_find(a.body, S("name=\"token\" value=\""));
    assert_true(at != SIZE_MAX);
    const char *token = str_z(w.arena, str_slice(a.body, at + 20, at + 52));
    a = world_ask(
        &w, &(struct ask){
                .who = "other", .method = "POST", .path = "/me/out-everywhere", .token = token});
    assert_int_equal(a.status, 303);
    a = world_ask(
        &w, &(struct ask){
                .who = "resident", .method = "POST", .path = "/me/out-everywhere", .token = token});
    assert_int_equal(a.status, 403);
}

static void a_form_sent_twice_has_one_effect(void **state)
{
    int64_t resident = world_person(&w, "resident", 0, 0);
    struct ask k = {.who = "clerk", .method = "POST", .path = "/desk/behalf", .once = "abcdef"};

    (void)state;
    world_person(&w, "clerk", ROLE_CLERK, 0);
    k.body = "new=yes&name=Somebody&new-reason=came+in";
    struct answer first = world_ask(&w, &k);
    assert_int_equal(first.status, 303);
    assert_int_equal(lines_of("behalf"), 1);
    post(&w, "clerk", "/desk/behalf/end", "");
    struct answer second = world_ask(&w, &k);
    assert_int_equal(second.status, 303);
    assert_string_equal(second.location.at, first.location.at);
    assert_int_equal(lines_of("behalf"), 2); /* begun and ended, once */
    (void)resident;
}

static void a_visitor_who_sees_a_form_gets_what_the_form_is_bound_to(void **state)
{
    struct ask k = {.method = "GET", .path = "/sign-in", .cookies = "v="};
    struct answer a = world_ask(&w, &k);

    (void)state;
    const char *visitor = answer_cookie(&w, &a, "v");
    assert_non_null(visitor);
    assert_true(str_find(a.cookies, S("HttpOnly")) != SIZE_MAX);
    size_t at = str_find(a.body, S("name=\"token\" value=\""));
    const char *token = str_z(w.arena, str_slice(a.body, at + 20, at + 52));
    k = (struct ask){.method = "POST",
                     .path = "/sign-in",
                     .body = "name=x&password=y",
                     .cookies = visitor,
                     .token = token};
    a = world_ask(&w, &k);
    assert_true(says_msg(&a, MSG_SIGN_IN_WRONG)); /* the form was taken */
    k = (struct ask){.method = "GET", .path = "/security", .cookies = "v="};
    a = world_ask(&w, &k); /* no form, no cookie */
    assert_null(answer_cookie(&w, &a, "v"));
}

/* ---- the password ---- */

static void a_password_made_by_somebody_else_is_changed_first(void **state)
{
    (void)state;
    give_password(world_person(&w, "clerk", ROLE_CLERK, 0), true);
    struct answer a = get(&w, "clerk", "/me");
    assert_int_equal(a.status, 303);
    assert_string_equal(a.location.at, "/me/password");
    assert_string_equal(get(&w, "clerk", "/desk").location.at, "/me/password");
    a = post(&w, "clerk", "/me/out-everywhere", "");
    assert_string_equal(a.location.at, "/me/password");
    a = get(&w, "clerk", "/me/password");
    assert_int_equal(a.status, 200);
    assert_true(says_msg(&a, MSG_PASSWORD_FORCED));
    a = post(&w, "clerk", "/me/password", "new=correct+horse+battery&again=correct+horse+battery");
    assert_int_equal(a.status, 422); /* the same again is no change */
    a = post(&w, "clerk", "/me/password", "new=a+much+better+one&again=a+much+better+one");
    assert_int_equal(a.status, 303);
    assert_string_equal(a.location.at, "/desk");
    assert_int_equal(get(&w, "clerk", "/me").status, 200);
    assert_int_equal(type_password("clerk", "a+much+better+one").status, 303);
}

static void a_new_password_ends_the_other_sign_ins(void **state)
{
    static const char wish[] = "old=correct+horse+battery&new=a+much+better+one&again=";

    (void)state;
    person_with_password("resident", 0);
    const char *elsewhere = str_join(w.arena, S("s="), world_sign_in(&w, "resident")).at;
    world_sign_in(&w, "resident");
    struct ask there = {.method = "GET", .path = "/me", .cookies = elsewhere};
    assert_int_equal(world_ask(&w, &there).status, 200);

    struct answer a =
        post(&w, "resident", "/me/password", str_fmt(w.arena, "%sanother+one", wish).at);
    assert_int_equal(a.status, 422);
    assert_true(says(&a, "href=\"#again\""));
    a = post(&w, "resident", "/me/password",
             "old=wrong&new=a+much+better+one&again=a+much+better+one");
    assert_int_equal(a.status, 403);
    assert_true(says_msg(&a, MSG_PASSWORD_OLD_WRONG));
    assert_int_equal(lines_of("sign_in_failed"), 1); /* guessing it here is counted as well */
    a = post(&w, "resident", "/me/password", "old=x&new=short&again=short");
    assert_true(says(&a, "href=\"#new\""));
    assert_int_equal(world_ask(&w, &there).status, 200);

    a = post(&w, "resident", "/me/password", str_fmt(w.arena, "%sa+much+better+one", wish).at);
    assert_int_equal(a.status, 303);
    assert_int_equal(world_ask(&w, &there).status, 303);
    assert_int_equal(get(&w, "resident", "/me").status, 200);
}

static void signing_out_ends_the_sign_in(void **state)
{
    (void)state;
    world_person(&w, "resident", 0, 0);
    struct answer a = post(&w, "resident", "/sign-out", "");
    assert_int_equal(a.status, 303);
    assert_true(str_find(a.cookies, S("s=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0")) !=
                SIZE_MAX);
    assert_int_equal(get(&w, "resident", "/me").status, 303);
}

/* ---- the own page ---- */

static void the_person_gets_all_that_is_held_and_nobody_elses(void **state)
{
    (void)state;
    world_person(&w, "resident", 0, 0);
    world_person(&w, "other", 0, 0);
    get(&w, "other", "/me");
    struct answer a = get(&w, "resident", "/me/data");
    assert_int_equal(a.status, 200);
    assert_string_equal(a.type.at, "application/json; charset=utf-8");
    assert_true(says(&a, "\"login\": \"resident\""));
    assert_true(says(&a, "\"kind\": \"sign_in\""));
    assert_false(says(&a, "other"));
}

/* Numbers in a row of digits: the code stands in the demonstration's cookie. */
static void a_contact_is_confirmed_by_the_code_sent_there(void **state)
{
    (void)state;
    w.app.config.shows_codes = true;
    world_person(&w, "resident", 0, 0);
    struct answer a = post(&w, "resident", "/me/contact", "do=send&contact=not+an+address");
    assert_int_equal(a.status, 422);
    assert_true(says(&a, "value=\"not an address\""));
    a = post(&w, "resident", "/me/contact", "do=send&contact=138-0000-0000");
    assert_int_equal(a.status, 303);
    const char *code = answer_cookie(&w, &a, "demo-code") + sizeof "demo-code=" - 1;
    a = get(&w, "resident", "/me/contact");
    assert_true(says(&a, "+8613800000000"));
    a = post(&w, "resident", "/me/contact", "do=check&code=x");
    assert_int_equal(a.status, 403);
    assert_true(says(&a, "href=\"#code\""));
    a = post(&w, "resident", "/me/contact", str_fmt(w.arena, "do=check&code=%s", code).at);
    assert_int_equal(a.status, 303);
    a = get(&w, "resident", "/me");
    assert_true(says(&a, "138****0000"));
    assert_false(says(&a, "13800000000"));

    world_person(&w, "other", 0, 0); /* somebody else proves the same number: it is taken */
    a = post(&w, "other", "/me/contact", "do=send&contact=13800000000");
    code = answer_cookie(&w, &a, "demo-code") + sizeof "demo-code=" - 1;
    a = post(&w, "other", "/me/contact", str_fmt(w.arena, "do=check&code=%s", code).at);
    assert_int_equal(a.status, 409);
}

/* ---- at the desk ---- */

static void a_clerk_acts_for_somebody_under_a_banner_and_on_record(void **state)
{
    int64_t resident = world_person(&w, "resident", 0, 0);
    struct answer a;

    (void)state;
    world_person(&w, "clerk", ROLE_CLERK, 0);
    a = get(&w, "clerk", "/desk/behalf?q=resident");
    assert_true(
        says(&a, str_fmt(w.arena, "name=\"person\" value=\"%lld\"", (long long)resident).at));
    str who = str_fmt(w.arena, "person=%lld&reason=", (long long)resident);
    a = post(&w, "clerk", "/desk/behalf", who.at);
    assert_int_equal(a.status, 422);
    a = post(&w, "clerk", "/desk/behalf", str_fmt(w.arena, "%.*sno+phone", STR_ARG(who)).at);
    assert_int_equal(a.status, 303);

    a = get(&w, "clerk", "/me");
    assert_true(says(&a, "class=\"acting\""));
    assert_true(says(&a, "no phone"));
    assert_false(says(&a, "/me/password"));
    static const char *const own[] = {"/me/password", "/me/contact", "/me/data", "/desk/behalf"};
    for (size_t i = 0; i < sizeof own / sizeof *own; i++)
        assert_int_equal(get(&w, "clerk", own[i]).status, 403);
    a = post(&w, "clerk", "/me/password", "new=a+much+better+one&again=a+much+better+one");
    assert_int_equal(a.status, 403);
    assert_int_equal(post(&w, "clerk", "/me/out-everywhere", "").status, 403);

    a = get(&w, "resident", "/me"); /* the person sees it, with no banner */
    assert_true(says(&a, "no phone"));
    assert_false(says(&a, "class=\"acting\""));

    a = post(&w, "clerk", "/desk/behalf/end", "");
    assert_int_equal(a.status, 303);
    a = get(&w, "clerk", "/desk/behalf");
    assert_int_equal(a.status, 200);
    assert_false(says(&a, "class=\"acting\""));
}

static void a_clerk_makes_an_account_without_an_address_and_checks_it(void **state)
{
    int64_t resident = world_person(&w, "resident", 0, 0);
    str id = str_fmt(w.arena, "person=%lld", (long long)resident);

    (void)state;
    world_person(&w, "clerk", ROLE_CLERK, 0);
    struct answer a = post(&w, "clerk", "/desk/verify", id.at);
    assert_int_equal(a.status, 422);
    assert_true(says(&a, "href=\"#declare\""));
    a = post(&w, "clerk", "/desk/verify", str_join(w.arena, id, S("&declare=yes")).at);
    assert_int_equal(a.status, 303);
    a = get(&w, "clerk", a.location.at);
    assert_true(says_msg(&a, MSG_VERIFIED_DESK));
    assert_int_equal(post(&w, "resident", "/desk/verify", id.at).status, 403);

    a = post(&w, "clerk", "/desk/behalf", "new=yes&name=&new-reason=came+in&contact=13800000001");
    assert_int_equal(a.status, 422);
    assert_true(says(&a, "value=\"13800000001\""));
    a = post(&w, "clerk", "/desk/behalf", "new=yes&name=Old+Wang&new-reason=came+in");
    assert_int_equal(a.status, 303);
    a = get(&w, "clerk", "/me");
    assert_true(says(&a, "Old Wang"));
    assert_true(says_msg(&a, MSG_VERIFIED_NOT));
}

/* ---- the offices ---- */

static void the_security_administrator_gives_roles_but_not_to_himself(void **state)
{
    int64_t admin = world_person(&w, "admin", ROLE_SECURITY_ADMIN, 0);
    int64_t system = world_person(&w, "system", ROLE_SYSTEM_ADMIN, 0);
    int64_t room = world_body(&w, "room", "room", 0);
    str to = str_fmt(w.arena, "person=%lld&role=", (long long)system);
    struct answer a;

    (void)state;
    assert_int_equal(get(&w, "system", "/people").status, 403);
    a = get(&w, "admin", "/people?q=syst");
    assert_true(says(&a, "system"));
    assert_false(says(&a, str_fmt(w.arena, "person=%lld", (long long)admin).at));
    a = get(&w, "admin", "/people?q=%25"); /* no sign of the database's own */
    assert_int_equal(a.status, 200);
    a = post(&w, "admin", "/people/role", str_fmt(w.arena, "%saudit_admin", to.at).at);
    assert_int_equal(a.status, 409);
    assert_true(says_msg(&a, MSG_PERSON_ADMINS_APART));
    a = post(&w, "admin", "/people/role", str_fmt(w.arena, "%sking", to.at).at);
    assert_int_equal(a.status, 422);
    a = post(&w, "admin", "/people/role", str_fmt(w.arena, "%sclerk&scope=99", to.at).at);
    assert_int_equal(a.status, 422);
    a = post(&w, "admin", "/people/role",
             str_fmt(w.arena, "person=%lld&role=clerk", (long long)admin).at);
    assert_int_equal(a.status, 422);
    assert_int_equal(get(&w, "system", "/desk/behalf").status, 403);
    a = post(&w, "admin", "/people/role",
             str_fmt(w.arena, "%sclerk&scope=%lld", to.at, (long long)room).at);
    assert_int_equal(a.status, 303);
    assert_int_equal(get(&w, "system", "/desk/behalf").status, 200);
    a = get(&w, "admin", a.location.at);
    assert_true(says(&a, "room"));
    a = post(&w, "admin", "/people/role",
             str_fmt(w.arena, "%sclerk&do=end&scope=%lld", to.at, (long long)room).at);
    assert_int_equal(a.status, 303);
    assert_int_equal(get(&w, "system", "/desk/behalf").status, 403);
}

static void auditors_read_the_record_page_by_page(void **state)
{
    (void)state;
    world_person(&w, "auditor", ROLE_AUDITOR, 0);
    person_with_password("resident", 0);
    for (int i = 0; i < 60; i++)
        type_password("nobody", "x");
    struct answer a = get(&w, "auditor", "/audit?kind=sign_in_failed");
    assert_int_equal(a.status, 200);
    assert_true(says(&a, "rel=\"next\""));
    size_t at = str_find(a.body, S("href=\"/audit?before="));
    str rest = str_slice(a.body, at + 6, a.body.len), url = str_cut(&rest, '"');
    struct buf plain = {.arena = w.arena};
    for (size_t i = 0; i < url.len; i++) {
        buf_byte(&plain, url.at[i]);
        if (str_starts(str_slice(url, i, url.len), S("&amp;")))
            i += 4;
    }
    a = get(&w, "auditor", buf_str(&plain).at);
    assert_int_equal(a.status, 200);
    assert_false(says(&a, "rel=\"next\"")); /* ten more */
    a = get(&w, "auditor", "/audit?from=2026-13-01");
    assert_int_equal(a.status, 422);
    assert_int_equal(get(&w, "resident", "/audit").status, 403);
}

static void the_holiday_table_is_kept_by_the_system_administrator(void **state)
{
    (void)state;
    world_person(&w, "system", ROLE_SYSTEM_ADMIN, 0);
    int64_t year = calendar_year(calendar_day(clock_now()));
    struct answer a = get(&w, "system", "/calendar");
    assert_int_equal(a.status, 200);
    assert_true(says(&a, "flash-bad")); /* the table of this world is empty */
    a = post(
        &w, "system", "/calendar",
        str_fmt(w.arena, "do=put&day=%lld-10-01&kind=holiday&name=&source=x", (long long)year).at);
    assert_int_equal(a.status, 422);
    assert_true(says(&a, str_fmt(w.arena, "value=\"%lld-10-01\"", (long long)year).at));
    a = post(&w, "system", "/calendar",
             str_fmt(w.arena, "do=put&day=%lld-10-01&kind=holiday&name=National+Day&source=x",
                     (long long)year)
                 .at);
    assert_int_equal(a.status, 303);
    a = get(&w, "system", "/calendar");
    assert_true(says(&a, "National Day"));
    assert_true(says(&a, "flash-warn")); /* it ends with this year */
    a = post(&w, "system", "/calendar",
             str_fmt(w.arena,
                     "do=lines&lines-source=x&lines=%lld-10-01%%2Choliday%%2CDay%%0Anonsense",
                     (long long)year + 1)
                 .at);
    assert_int_equal(a.status, 422);
    assert_true(says(&a, "nonsense"));
    a = post(&w, "system", "/calendar",
             str_fmt(w.arena,
                     "do=lines&lines-source=x&lines=%lld-10-01%%2Choliday%%2CDay%%0A%lld-10-10%%"
                     "2Cworkday%%2CDay",
                     (long long)year + 1, (long long)year + 1)
                 .at);
    assert_int_equal(a.status, 303);
    a = get(&w, "system", "/calendar");
    assert_true(says(&a, "flash-good"));
    a = post(&w, "system", "/calendar",
             str_fmt(w.arena, "do=drop&day=%lld-10-01", (long long)year + 1).at);
    assert_int_equal(a.status, 303);
    a = get(&w, "system", "/calendar");
    assert_true(says(&a, "flash-warn"));
    a = post(
        &w, "system", "/calendar",
        str_fmt(w.arena, "do=put&day=%lld-10-01&kind=holiday&name=x&source=x", (long long)year + 3)
            .at);
    assert_int_equal(a.status, 422);
}

int main(void)
{
#define PAGE(name) cmocka_unit_test_setup_teardown(name, open_world, close_world)
    const struct CMUnitTest tests[] = {
        PAGE(signing_in_leads_to_where_the_work_is),
        PAGE(the_cookie_cannot_be_read_by_scripts_and_ends_with_the_browser),
        PAGE(wrong_passwords_lock_and_say_how_long),
        PAGE(an_unknown_name_is_answered_in_the_same_words),
        PAGE(fields_past_their_limit_are_refused_with_a_sentence),
        PAGE(next_leads_nowhere_but_here),
        PAGE(a_form_that_was_not_ours_is_refused),
        PAGE(a_token_is_good_for_its_own_sign_in_alone),
        PAGE(a_form_sent_twice_has_one_effect),
        PAGE(a_visitor_who_sees_a_form_gets_what_the_form_is_bound_to),
        PAGE(a_password_made_by_somebody_else_is_changed_first),
        PAGE(a_new_password_ends_the_other_sign_ins),
        PAGE(signing_out_ends_the_sign_in),
        PAGE(the_person_gets_all_that_is_held_and_nobody_elses),
        PAGE(a_contact_is_confirmed_by_the_code_sent_there),
        PAGE(a_clerk_acts_for_somebody_under_a_banner_and_on_record),
        PAGE(a_clerk_makes_an_account_without_an_address_and_checks_it),
        PAGE(the_security_administrator_gives_roles_but_not_to_himself),
        PAGE(auditors_read_the_record_page_by_page),
        PAGE(the_holiday_table_is_kept_by_the_system_administrator),
    };
    int failed = cmocka_run_group_tests_name("pages of accounts, SQLite", tests, NULL, NULL);

    engine = DB_POSTGRES;
    if (db_testing_has(engine))
        failed += cmocka_run_group_tests_name("pages of accounts, PostgreSQL", tests, NULL, NULL);
    return failed;
}
