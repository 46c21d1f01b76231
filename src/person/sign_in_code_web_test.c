/* Signing in with a code, through the main path. */
#include "base/msg.h"
#include "db/db.h"
#include "web/testing.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

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

static const struct sql TEST_ACCOUNTS = {"TEST_ACCOUNTS", "SELECT COUNT(*) FROM person", NULL, 0};

static enum err count_accounts(struct ctx *c, void *arg)
{
    return db_number(c->db, arg, 0, &TEST_ACCOUNTS);
}

static enum err put_mail(struct ctx *c, void *arg)
{
    return person_set_address(c, *(int64_t *)arg, S("clerk@example.org"), true);
}

static struct answer ask_for_code(const char *contact)
{
    w.app.config.shows_codes = true;
    return post(&w, NULL, "/sign-in/code", str_fmt(w.arena, "do=send&contact=%s", contact).at);
}

/* `code` NULL: the one that was sent. */
static struct answer type_code(const struct answer *sent, const char *code, const char *more)
{
    const char *shown = strchr(answer_cookie(&w, sent, "demo-code"), '=') + 1;

    return world_ask(
        &w,
        &(struct ask){
            .method = "POST",
            .path = "/sign-in/code",
            .cookies = answer_cookie(&w, sent, "ticket"),
            .body = str_fmt(w.arena, "do=check&code=%s%s", code != NULL ? code : shown, more).at});
}

static void whoever_raised_a_matter_signs_in_with_a_code(void **state)
{
    (void)state;
    struct answer sent = ask_for_code("lin@example.org");
    assert_int_equal(sent.status, 303);
    struct answer form =
        world_ask(&w, &(struct ask){.method = "GET",
                                    .path = "/sign-in/code",
                                    .cookies = answer_cookie(&w, &sent, "ticket")});
    assert_true(says(&form, "name=\"code\""));
    assert_false(says(&form, "lin@example.org")); /* masked */

    struct answer in = type_code(&sent, NULL, "&next=/matters");
    assert_int_equal(in.status, 303);
    assert_true(str_eq(in.location, S("/matters")));
    struct answer me = world_ask(
        &w, &(struct ask){.method = "GET", .path = "/me", .cookies = answer_cookie(&w, &in, "s")});
    assert_int_equal(me.status, 200);

    /* used up, and good for nobody else */
    assert_int_equal(type_code(&sent, NULL, "").status, 422);
    /* and the same account the next time */
    struct answer again = ask_for_code("LIN@example.org");
    assert_int_equal(type_code(&again, NULL, "").status, 303);
    int64_t accounts = 0;
    assert_int_equal(world_read(&w, NULL, count_accounts, &accounts), OK);
    assert_int_equal(accounts, 1);
}

static void a_wrong_code_and_another_browser_open_nothing(void **state)
{
    (void)state;
    struct answer sent = ask_for_code("13800000000");
    const char *shown = strchr(answer_cookie(&w, &sent, "demo-code"), '=') + 1;
    const char *wrong = str_eq(str_of(shown), S("111111")) ? "222222" : "111111";

    assert_int_equal(type_code(&sent, wrong, "").status, 422);
    struct answer refused = type_code(&sent, wrong, "");
    assert_null(answer_cookie(&w, &refused, "s"));
    struct answer other =
        world_ask(&w, &(struct ask){.method = "POST",
                                    .path = "/sign-in/code",
                                    .cookies = "ticket=0123456789",
                                    .body = str_fmt(w.arena, "do=check&code=%s", shown).at});
    assert_int_equal(other.status, 422);
    for (int i = 2; i < CODE_TRIES_MAX; i++)
        assert_int_equal(type_code(&sent, wrong, "").status, 422);
    assert_int_equal(type_code(&sent, NULL, "").status, 422); /* too many wrong ones */
}

static void whoever_holds_an_office_needs_the_password(void **state)
{
    (void)state;
    int64_t id = world_person(&w, "clerk", ROLE_CLERK, 0);
    assert_int_equal(world_act(&w, NULL, put_mail, &id), OK);
    struct answer sent = ask_for_code("clerk@example.org");
    assert_int_equal(sent.status, 303); /* nobody learns that this one is special */
    struct answer in = type_code(&sent, NULL, "");
    assert_int_equal(in.status, 403);
    assert_null(answer_cookie(&w, &in, "s"));
    assert_true(says(&in, str_z(w.arena, msg_text(LANG_ZH, MSG_SIGN_IN_CODE_OFFICE))));
}

static void an_address_that_is_none_is_said_beside_the_field(void **state)
{
    (void)state;
    struct answer a = ask_for_code("nobody");
    assert_int_equal(a.status, 422);
    assert_true(says(&a, "value=\"nobody\""));
}

int main(void)
{
#define PAGE(name) cmocka_unit_test_setup_teardown(name, open_world, close_world)
    const struct CMUnitTest tests[] = {
        PAGE(whoever_raised_a_matter_signs_in_with_a_code),
        PAGE(a_wrong_code_and_another_browser_open_nothing),
        PAGE(whoever_holds_an_office_needs_the_password),
        PAGE(an_address_that_is_none_is_said_beside_the_field),
    };
    int failed = cmocka_run_group_tests_name("codes, SQLite", tests, NULL, NULL);

    engine = DB_POSTGRES;
    if (db_testing_has(engine))
        failed += cmocka_run_group_tests_name("codes, PostgreSQL", tests, NULL, NULL);
    return failed;
}
