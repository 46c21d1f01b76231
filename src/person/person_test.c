/* The rules of accounts, on both databases. */
#include "base/clock.h"
#include "base/msg.h"
#include "db/db.h"
#include "person/me_sql.h"
#include "person/person.h"
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

/* ---- one step each: what goes in and what came out ---- */

struct step {
    int64_t id, scope;
    uint32_t role;
    str text, name;
    bool flag;
    int msg;
    int64_t number;
    str address, token;
};

static enum err try_sign_in(struct ctx *c, void *arg)
{
    struct step *s = arg;
    str token = web_random(c->arena, 32);
    struct digest d = crypto_sha256(token);

    s->token = str_copy(c->arena, digest_str(&d));
    enum err e = person_sign_in(c, s->id, s->text.len == 0, s->token, S("test"), &s->flag);
    s->msg = c->failure.msg;
    s->number = c->failure.arg_count > 0 ? c->failure.args[0].i : 0;
    return e;
}

static enum err try_unknown(struct ctx *c, void *arg)
{
    struct step *s = arg;
    enum err e = person_unknown_failed(c, s->name);

    s->msg = c->failure.msg;
    s->number = c->failure.arg_count > 0 ? c->failure.args[0].i : 0;
    return e;
}

/* A sign-in with the wrong or the right password; gives the minutes of the lock, 0: none. */
static int64_t sign_in(int64_t id, bool is_right, bool *is_in)
{
    struct step s = {.id = id, .text = is_right ? S("") : S("wrong")};

    assert_int_equal(world_act(&w, NULL, try_sign_in, &s), OK);
    *is_in = s.flag;
    if (!s.flag)
        assert_true(s.msg == MSG_SIGN_IN_WRONG || s.msg == MSG_SIGN_IN_LOCKED);
    return s.msg == MSG_SIGN_IN_LOCKED ? s.number : 0;
}

static void wrong_passwords_lock_for_longer_and_longer(void **state)
{
    int64_t id = world_person(&w, "member", 0, 0), shift = 0, locks = 0;
    static const int64_t minutes[] = {1, 2, 4, 8, 16, 32, 60, 60};
    bool is_in;

    (void)state;
    for (int i = 1; i < SIGN_IN_FREE; i++)
        assert_int_equal(sign_in(id, false, &is_in), 0);
    for (; locks < 8; locks++) {
        assert_int_equal(sign_in(id, false, &is_in), minutes[locks]);
        /* While it is locked, the right password is refused too, and nothing is counted. */
        assert_int_equal(sign_in(id, true, &is_in), minutes[locks]);
        assert_false(is_in);
        shift += minutes[locks] * CLOCK_MINUTE + CLOCK_SECOND;
        clock_shift(shift);
    }
    sign_in(id, true, &is_in);
    assert_true(is_in);
    assert_int_equal(sign_in(id, false, &is_in), 0); /* counted from the beginning again */
}

static void a_name_that_nobody_has_is_answered_like_one_that_is(void **state)
{
    struct step s = {.name = S("Nobody ")};
    int64_t id = world_person(&w, "somebody", 0, 0), shift = 0;
    bool is_in;

    (void)state;
    for (int i = 0; i < 12; i++) {
        int64_t minutes = sign_in(id, false, &is_in);
        assert_int_equal(world_act(&w, NULL, try_unknown, &s), OK);
        assert_int_equal(s.msg, minutes == 0 ? MSG_SIGN_IN_WRONG : MSG_SIGN_IN_LOCKED);
        if (minutes > 0)
            assert_int_equal(s.number, minutes);
        if (i % 2 == 1) {
            shift += minutes * CLOCK_MINUTE + CLOCK_SECOND;
            clock_shift(shift);
        }
    }
    struct step other = {.name = S("nobody else")};
    assert_int_equal(world_act(&w, NULL, try_unknown, &other), OK);
    assert_int_equal(other.msg, MSG_SIGN_IN_WRONG);
}

/* ---- codes ---- */

static enum err send_code(struct ctx *c, void *arg)
{
    struct step *s = arg;
    enum err e = person_code_send(c, S("contact"), s->id, s->address, true, &s->text);

    s->msg = c->failure.msg;
    return e;
}

static enum err check_code(struct ctx *c, void *arg)
{
    struct step *s = arg;
    bool is_mail;
    enum err e =
        person_code_check(c, S("contact"), s->id, s->text, &s->flag, &s->address, &is_mail);

    s->msg = c->failure.msg;
    return e;
}

static bool check(int64_t id, str code, int *msg)
{
    struct step s = {.id = id, .text = code};

    assert_int_equal(world_act(&w, NULL, check_code, &s), OK);
    *msg = s.msg;
    return s.flag;
}

static void a_code_is_good_once(void **state)
{
    int64_t id = world_person(&w, "resident", 0, 0), other = world_person(&w, "other", 0, 0);
    struct step s = {.id = id, .address = S("a@example.org")};
    int msg;

    (void)state;
    assert_int_equal(world_act(&w, NULL, send_code, &s), OK);
    assert_int_equal(s.text.len, CODE_DIGITS);
    assert_false(check(other, s.text, &msg)); /* it belongs to the one it was sent for */
    assert_true(check(id, s.text, &msg));
    assert_false(check(id, s.text, &msg));
    assert_int_equal(msg, MSG_PERSON_CODE_EXPIRED);
}

static void wrong_codes_are_counted_until_the_right_one_does_not_help(void **state)
{
    int64_t id = world_person(&w, "resident", 0, 0);
    struct step s = {.id = id, .address = S("a@example.org")};
    int msg;

    (void)state;
    assert_int_equal(world_act(&w, NULL, send_code, &s), OK);
    str wrong = str_eq(s.text, S("000000")) ? S("000001") : S("000000");
    for (int i = 0; i < CODE_TRIES_MAX; i++) {
        assert_false(check(id, wrong, &msg));
        /* the last one is told that it was the last */
        assert_int_equal(msg,
                         i + 1 < CODE_TRIES_MAX ? MSG_PERSON_CODE_WRONG : MSG_PERSON_CODE_SPENT);
    }
    assert_false(check(id, s.text, &msg));
    assert_int_equal(msg, MSG_PERSON_CODE_EXPIRED);
}

static enum err open_code(struct ctx *c, void *arg)
{
    struct step *s = arg;

    return person_code_open(c, S("contact"), s->id, &s->address);
}

static void an_empty_code_is_no_try_and_a_full_width_one_is_good(void **state)
{
    int64_t id = world_person(&w, "resident", 0, 0);
    struct step s = {.id = id, .address = S("a@example.org")};
    struct buf wide = {.arena = w.arena};
    int msg;

    (void)state;
    assert_int_equal(world_act(&w, NULL, send_code, &s), OK);
    for (int i = 0; i <= CODE_TRIES_MAX; i++) {
        assert_false(check(id, S(" "), &msg));
        assert_int_equal(msg, MSG_ERROR_FIELD_EMPTY);
    }
    for (size_t i = 0; i < s.text.len; i++) {
        buf_put(&wide, S("\xEF\xBC"));
        buf_byte(&wide, (char)(s.text.at[i] - '0' + 0x90)); /* U+FF10 and on */
    }
    assert_true(check(id, buf_str(&wide), &msg));
}

static void a_code_that_was_tried_too_often_is_on_its_way_no_more(void **state)
{
    int64_t id = world_person(&w, "resident", 0, 0);
    struct step s = {.id = id, .address = S("a@example.org")};
    int msg;

    (void)state;
    assert_int_equal(world_act(&w, NULL, send_code, &s), OK);
    str wrong = str_eq(s.text, S("000000")) ? S("000001") : S("000000");
    assert_int_equal(world_act(&w, NULL, open_code, &s), OK);
    assert_true(s.address.len > 0);
    for (int i = 0; i < CODE_TRIES_MAX; i++)
        assert_false(check(id, wrong, &msg));
    assert_int_equal(world_act(&w, NULL, open_code, &s), OK);
    assert_int_equal(s.address.len, 0);
}

static void a_code_grows_old(void **state)
{
    int64_t id = world_person(&w, "resident", 0, 0);
    struct step s = {.id = id, .address = S("a@example.org")};
    int msg;

    (void)state;
    assert_int_equal(world_act(&w, NULL, send_code, &s), OK);
    clock_shift(30 * CLOCK_MINUTE + CLOCK_SECOND);
    assert_false(check(id, s.text, &msg));
    assert_int_equal(msg, MSG_PERSON_CODE_EXPIRED);
}

static void an_address_gets_so_many_codes_an_hour(void **state)
{
    struct step s = {.id = world_person(&w, "resident", 0, 0), .address = S("a@example.org")};

    (void)state;
    for (int i = 0; i < CODES_PER_HOUR; i++)
        assert_int_equal(world_act(&w, NULL, send_code, &s), OK);
    assert_int_equal(world_act(&w, NULL, send_code, &s), INVALID);
    assert_int_equal(s.msg, MSG_PERSON_CODES_TOO_MANY);
    s.address = S("b@example.org"); /* another address has its own count */
    assert_int_equal(world_act(&w, NULL, send_code, &s), OK);
}

static void a_code_that_was_typed_in_does_not_count_towards_them(void **state)
{
    struct step s = {.id = world_person(&w, "resident", 0, 0), .address = S("a@example.org")};
    int msg;

    (void)state;
    for (int i = 0; i <= CODES_PER_HOUR; i++) {
        assert_int_equal(world_act(&w, NULL, send_code, &s), OK);
        assert_true(check(s.id, s.text, &msg));
    }
}

/* ---- roles ---- */

static enum err give(struct ctx *c, void *arg)
{
    struct step *s = arg;
    enum err e = person_give_role(c, s->id, s->role, s->scope);

    s->msg = c->failure.msg;
    return e;
}

static enum err end(struct ctx *c, void *arg)
{
    struct step *s = arg;

    return person_end_role(c, s->id, s->role, s->scope);
}

static void the_three_administrators_are_three_people(void **state)
{
    static const uint32_t admins[] = {ROLE_SYSTEM_ADMIN, ROLE_SECURITY_ADMIN, ROLE_AUDIT_ADMIN};

    (void)state;
    for (int has = 0; has < 3; has++) {
        const char *login = str_fmt(w.arena, "admin-%d", has).at;
        struct step s = {.id = world_person(&w, login, admins[has], 0)};
        for (int wants = 0; wants < 3; wants++) {
            s.role = admins[wants];
            assert_int_equal(world_act(&w, NULL, give, &s), wants == has ? OK : CONFLICT);
            if (wants != has)
                assert_int_equal(s.msg, MSG_PERSON_ADMINS_APART);
        }
        s.role = ROLE_CLERK; /* other roles are no matter */
        assert_int_equal(world_act(&w, NULL, give, &s), OK);
        s.role = admins[has]; /* given up, another one may come */
        assert_int_equal(world_act(&w, NULL, end, &s), OK);
        s.role = admins[(has + 1) % 3];
        assert_int_equal(world_act(&w, NULL, give, &s), OK);
    }
}

static enum err ask_role(struct ctx *c, void *arg)
{
    struct step *s = arg;

    s->flag = who_has_for(c, s->role, s->scope);
    return OK;
}

static bool holds(const char *who, uint32_t role, int64_t body)
{
    struct step s = {.role = role, .scope = body};

    assert_int_equal(world_read(&w, who, ask_role, &s), OK);
    return s.flag;
}

static void a_role_holds_for_what_belongs_to_its_place(void **state)
{
    int64_t city = world_body(&w, "committee", "city", 0);
    int64_t county = world_body(&w, "region", "county", city);
    int64_t room = world_body(&w, "room", "room", county);
    int64_t beside = world_body(&w, "room", "beside", city);

    (void)state;
    world_person(&w, "county-clerk", ROLE_CLERK, county);
    world_person(&w, "clerk", ROLE_CLERK, 0);
    assert_true(holds("county-clerk", ROLE_CLERK, county));
    assert_true(holds("county-clerk", ROLE_CLERK, room));
    assert_false(holds("county-clerk", ROLE_CLERK, city));
    assert_false(holds("county-clerk", ROLE_CLERK, beside));
    assert_false(holds("county-clerk", ROLE_CLERK, 0));
    assert_false(holds("county-clerk", ROLE_HANDLER, room));
    assert_true(holds("clerk", ROLE_CLERK, beside));
    assert_true(holds("clerk", ROLE_CLERK, 0));
}

/* ---- open sign-ins ---- */

static enum err look_who(struct ctx *c, void *arg)
{
    struct step *s = arg;
    struct who *who;
    bool is_stale;

    TRY(person_who(c, s->token, &who, &is_stale));
    s->flag = who != NULL;
    return OK;
}

static enum err use(struct ctx *c, void *arg)
{
    struct step *s = arg;

    return person_seen(c, s->token);
}

static bool is_open(struct step *s)
{
    assert_int_equal(world_read(&w, NULL, look_who, s), OK);
    return s->flag;
}

static void a_sign_in_ends_when_nobody_uses_it(void **state)
{
    struct step s = {.id = world_person(&w, "resident", 0, 0)};
    int64_t idle = w.app.config.idle_minutes * CLOCK_MINUTE;

    (void)state;
    assert_int_equal(world_act(&w, NULL, try_sign_in, &s), OK);
    clock_shift(idle - CLOCK_MINUTE);
    assert_true(is_open(&s));
    assert_int_equal(world_act(&w, NULL, use, &s), OK);
    clock_shift(2 * idle - 2 * CLOCK_MINUTE);
    assert_true(is_open(&s));
    clock_shift(2 * idle);
    assert_false(is_open(&s));
}

static void a_sign_in_ends_at_its_latest_however_much_it_is_used(void **state)
{
    struct step s = {.id = world_person(&w, "resident", 0, 0)};
    int64_t last = w.app.config.session_hours * CLOCK_HOUR, step = 30 * CLOCK_MINUTE;

    (void)state;
    assert_int_equal(world_act(&w, NULL, try_sign_in, &s), OK);
    for (int64_t at = step; at < last; at += step) {
        clock_shift(at);
        assert_true(is_open(&s));
        assert_int_equal(world_act(&w, NULL, use, &s), OK);
    }
    clock_shift(last + CLOCK_SECOND);
    assert_false(is_open(&s));
}

static enum err out_everywhere(struct ctx *c, void *arg)
{
    struct step *s = arg;

    return person_sign_out_all(c, s->id, s->token);
}

static void signing_out_everywhere_keeps_the_one_it_is_told(void **state)
{
    struct step first = {.id = world_person(&w, "resident", 0, 0)}, second = first;
    struct step other = {.id = world_person(&w, "other", 0, 0)};

    (void)state;
    assert_int_equal(world_act(&w, NULL, try_sign_in, &first), OK);
    assert_int_equal(world_act(&w, NULL, try_sign_in, &second), OK);
    assert_int_equal(world_act(&w, NULL, try_sign_in, &other), OK);
    assert_int_equal(world_act(&w, NULL, out_everywhere, &second), OK);
    assert_false(is_open(&first));
    assert_true(is_open(&second));
    assert_true(is_open(&other));
}

/* ---- at the desk ---- */

static enum err begin(struct ctx *c, void *arg)
{
    struct step *s = arg;
    enum err e = person_behalf_begin(c, s->id, s->text);

    s->msg = c->failure.msg;
    return e;
}

static enum err stop(struct ctx *c, void *arg)
{
    (void)arg;
    return person_behalf_end(c);
}

static enum err who_am_i(struct ctx *c, void *arg)
{
    struct step *s = arg;

    s->id = c->who->id;
    s->scope = c->who->clerk;
    s->role = c->who->roles;
    s->flag = person_in_person(c) == OK;
    return OK;
}

struct log {
    int64_t id;
    struct behalf_row *rows;
    size_t count;
};

static enum err read_log(struct ctx *c, void *arg)
{
    struct log *l = arg;

    return person_behalf_list(c, l->id, &l->rows, &l->count);
}

static void acting_for_somebody_is_written_down_for_that_person(void **state)
{
    int64_t clerk = world_person(&w, "clerk", ROLE_CLERK, 0);
    int64_t resident = world_person(&w, "resident", 0, 0);
    struct step s = {.id = resident, .text = S("at the desk")}, me = {0};
    struct log l = {.id = resident};

    (void)state;
    assert_int_equal(world_act(&w, "clerk", begin, &s), OK);
    assert_int_equal(world_read(&w, "clerk", who_am_i, &me), OK);
    assert_int_equal(me.id, resident);
    assert_int_equal(me.scope, clerk);
    assert_int_equal(me.role, ROLE_RESIDENT); /* the person's rights, never the clerk's */
    assert_false(me.flag);
    assert_int_equal(world_act(&w, "clerk", begin, &s), CONFLICT);

    assert_int_equal(world_read(&w, NULL, read_log, &l), OK);
    assert_int_equal(l.count, 1);
    assert_true(str_eq(l.rows[0].clerk, S("clerk")));
    assert_true(str_eq(l.rows[0].reason, S("at the desk")));
    assert_int_equal(l.rows[0].ended, 0);

    assert_int_equal(world_act(&w, "clerk", stop, NULL), OK);
    assert_int_equal(world_act(&w, "clerk", stop, NULL), CONFLICT);
    assert_int_equal(world_read(&w, "clerk", who_am_i, &me), OK);
    assert_int_equal(me.id, clerk);
    assert_true(me.flag);
    assert_int_equal(world_read(&w, NULL, read_log, &l), OK);
    assert_int_equal(l.count, 1);
    assert_true(l.rows[0].ended > 0);
}

static void nobody_acts_for_an_office_for_oneself_or_without_a_reason(void **state)
{
    int64_t clerk = world_person(&w, "clerk", ROLE_CLERK, 0);
    struct step s = {.id = world_person(&w, "leader", ROLE_LEADER, 0), .text = S("asked to")};

    (void)state;
    assert_int_equal(world_act(&w, "clerk", begin, &s), DENIED);
    assert_int_equal(s.msg, MSG_BEHALF_OFFICE);
    s.id = clerk;
    assert_int_equal(world_act(&w, "clerk", begin, &s), INVALID);
    s.id = world_person(&w, "member", ROLE_MEMBER, 0);
    s.text = S("  ");
    assert_int_equal(world_act(&w, "clerk", begin, &s), INVALID);
    s.text = S("telephoned");
    assert_int_equal(world_act(&w, "clerk", begin, &s), OK);
}

/* ---- addresses ---- */

static enum err add_with_phone(struct ctx *c, void *arg)
{
    struct step *s = arg;
    struct person_new n = {.name = S("x"), .phone = s->address};
    enum err e = person_add(c, &n, &s->id);

    s->msg = c->failure.msg;
    return e;
}

static enum err set_address(struct ctx *c, void *arg)
{
    struct step *s = arg;

    return person_set_address(c, s->id, s->address, s->flag);
}

static void an_address_belongs_to_one_person(void **state)
{
    struct step s = {.address = S("+8613800000000")}, again = s;
    struct step other = {.id = world_person(&w, "other", 0, 0), .address = s.address};

    (void)state;
    assert_int_equal(world_act(&w, NULL, add_with_phone, &s), OK);
    assert_int_equal(world_act(&w, NULL, add_with_phone, &again), CONFLICT);
    assert_int_equal(again.msg, MSG_PERSON_TAKEN);
    assert_int_equal(world_act(&w, NULL, set_address, &other), CONFLICT);
    other.address = S("+8613900000000");
    assert_int_equal(world_act(&w, NULL, set_address, &other), OK);
}

static enum err take_phone(struct ctx *c, void *arg)
{
    struct step *s = arg;
    struct rows row;
    bool found;

    TRY(db_rows(&row, c->db, &ME_ACCOUNT, I(s->id)));
    TRY(db_next(&row, &found));
    assert_true(found);
    for (int i = 0; i < 3; i++)
        take_str(&row, c->arena);
    s->text = take_blob(&row, c->arena);
    take_blob(&row, c->arena);
    take_i64(&row);
    take_str(&row, c->arena);
    take_bool(&row);
    take_bool(&row);
    take_i64(&row);
    return db_done(&row);
}

static enum err find_by_name(struct ctx *c, void *arg)
{
    struct step *s = arg;
    struct person p;
    enum err e = person_find(c, s->name, &p);

    s->number = e == OK ? p.id : 0;
    return e;
}

static void a_stored_number_cannot_be_read_without_the_key(void **state)
{
    struct step s = {.address = S("+8613812345678")};
    unsigned char other_key[KEY_BYTES] = {1};
    str plain;

    (void)state;
    assert_int_equal(world_act(&w, NULL, add_with_phone, &s), OK);
    assert_int_equal(world_read(&w, NULL, take_phone, &s), OK);
    assert_true(s.text.len > 0);
    assert_true(str_find(s.text, S("138")) == SIZE_MAX);
    assert_true(str_find(s.text, S("5678")) == SIZE_MAX);
    assert_int_equal(crypto_open(w.arena, other_key, s.text, &plain), INVALID);
    assert_int_equal(crypto_open(w.arena, w.app.keys.seal, s.text, &plain), OK);
    assert_string_equal(plain.at, "+8613812345678");

    struct step found = {.name = S("138 1234-5678")}; /* found however it is typed */
    assert_int_equal(world_read(&w, NULL, find_by_name, &found), OK);
    assert_int_equal(found.number, s.id);
}

static enum err check_password(struct ctx *c, void *arg)
{
    struct step *s = arg;

    return person_password_check(c, s->name, s->text);
}

static bool is_good(const char *password)
{
    struct step s = {.name = S("zhang-san"), .text = str_of(password)};

    return world_read(&w, NULL, check_password, &s) == OK;
}

static void a_password_is_long_and_not_one_everybody_knows(void **state)
{
    (void)state;
    assert_true(is_good("three short words"));
    assert_false(is_good("nine char"));
    assert_false(is_good("MyPassword99"));
    assert_false(is_good("x-Zhang-San-x"));
    assert_false(is_good("aaaaaaaaaa"));
    assert_false(is_good("1212121212121212"));
    assert_true(is_good("\xE4\xB8\x80\xE5\x8F\xA5\xE8\xAF\x9D\xE4\xB8\x80\xE5\x8F\xA5\xE8\xAF\x9D"
                        "\xE4\xB8\x80\xE5\x8F\xA5\xE8\xAF\x9D\xE5\x95\x8A")); /* ten characters */
}

struct typed {
    const char *address;
    enum err e;
};

static enum err read_address(struct ctx *c, void *arg)
{
    struct typed *k = arg;
    str address;
    bool is_mail;

    k->e = person_address(c, str_of(k->address), &address, &is_mail);
    return OK;
}

static void a_telephone_number_that_lacks_a_digit_is_refused(void **state)
{
    struct typed typed[] = {
        {"13700000000", OK},     {"137 0000 0000", OK},     {"+8613700000000", OK},
        {"0371-67180000", OK},   {"67180000", OK},          {"1370000", INVALID},
        {"1370000000", INVALID}, {"137000000000", INVALID}, {"123456", INVALID},
    };

    (void)state;
    for (size_t i = 0; i < sizeof typed / sizeof *typed; i++) {
        struct typed k = typed[i];
        assert_int_equal(world_read(&w, NULL, read_address, &k), OK);
        if (k.e != typed[i].e)
            fail_msg("%s: %d", k.address, k.e);
    }
}

static enum err add_two_lines(struct ctx *c, void *arg)
{
    struct person_new n = {.login = S("two-lines"), .name = S("Two\nlines")};
    int64_t id;

    (void)arg;
    return person_add(c, &n, &id);
}

static void a_name_is_one_line(void **state)
{
    (void)state;
    assert_int_equal(world_act(&w, NULL, add_two_lines, NULL), INVALID);
}

static void a_role_that_is_not_held_cannot_be_ended_as_if_it_were(void **state)
{
    struct step s = {.id = world_person(&w, "clerk", ROLE_CLERK, 0), .role = ROLE_LEADER};

    (void)state;
    assert_int_equal(world_act(&w, NULL, end, &s), NOT_FOUND);
    s.role = ROLE_CLERK;
    assert_int_equal(world_act(&w, NULL, end, &s), OK);
    assert_int_equal(world_act(&w, NULL, end, &s), NOT_FOUND);
}

int main(void)
{
#define RULE(name) cmocka_unit_test_setup_teardown(name, open_world, close_world)
    const struct CMUnitTest tests[] = {
        RULE(wrong_passwords_lock_for_longer_and_longer),
        RULE(a_name_that_nobody_has_is_answered_like_one_that_is),
        RULE(a_code_is_good_once),
        RULE(wrong_codes_are_counted_until_the_right_one_does_not_help),
        RULE(an_empty_code_is_no_try_and_a_full_width_one_is_good),
        RULE(a_code_that_was_tried_too_often_is_on_its_way_no_more),
        RULE(a_code_grows_old),
        RULE(a_telephone_number_that_lacks_a_digit_is_refused),
        RULE(a_name_is_one_line),
        RULE(a_role_that_is_not_held_cannot_be_ended_as_if_it_were),
        RULE(an_address_gets_so_many_codes_an_hour),
        RULE(a_code_that_was_typed_in_does_not_count_towards_them),
        RULE(the_three_administrators_are_three_people),
        RULE(a_role_holds_for_what_belongs_to_its_place),
        RULE(a_sign_in_ends_when_nobody_uses_it),
        RULE(a_sign_in_ends_at_its_latest_however_much_it_is_used),
        RULE(signing_out_everywhere_keeps_the_one_it_is_told),
        RULE(acting_for_somebody_is_written_down_for_that_person),
        RULE(nobody_acts_for_an_office_for_oneself_or_without_a_reason),
        RULE(an_address_belongs_to_one_person),
        RULE(a_stored_number_cannot_be_read_without_the_key),
        RULE(a_password_is_long_and_not_one_everybody_knows),
    };
    int failed = cmocka_run_group_tests_name("person, SQLite", tests, NULL, NULL);

    engine = DB_POSTGRES;
    if (db_testing_has(engine))
        failed += cmocka_run_group_tests_name("person, PostgreSQL", tests, NULL, NULL);
    return failed;
}
