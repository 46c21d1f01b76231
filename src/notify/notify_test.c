#include "notify/notify.h"

#include "base/clock.h"
#include "base/log.h"
#include "db/db_testing.h"
#include "notify/mail.h"
#include "notify/notify_sql.h"
#include "notify/sink.h"

#include <setjmp.h>
#include <sodium.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define HAN "\xE6\x9C\x89\xE4\xBA\x8B\xE5\xA5\xBD\xE5\x95\x86\xE9\x87\x8F" /* five characters */

struct world {
    struct db_testing t;
    struct arena *arena;
    unsigned char key[KEY_BYTES];
    struct notify_config config;
    struct sink mail, sms;
    int64_t shift;
};

static struct world w;

/* ---- helpers ---- */

static enum err put_act(struct db *db, void *arg)
{
    struct ctx c = {.arena = w.arena, .db = db, .now = clock_now()};

    return notify_put(&c, w.key, arg);
}

static enum err put(enum channel channel, const char *key, const char *address)
{
    struct notice n = {.key = str_of(key),
                       .channel = channel,
                       .address = str_of(address),
                       .subject = S(HAN ": your matter was answered"),
                       .body = S("Line one\n.\nline " HAN "\n"),
                       .unsubscribe =
                           channel == CHANNEL_MAIL ? S("https://x.example/follow/1?t=ab") : S("")};

    return db_act_wait(w.t.pool, put_act, &n);
}

static int64_t run_due(void)
{
    struct job_kind kind = {
        .name = NOTIFY_KIND, .run = notify_run, .arg = &w.config, .tries_max = NOTIFY_TRIES};
    struct job_options o = {
        .pool = w.t.pool, .kinds = &kind, .kind_count = 1, .retry_ms = 1000, .retry_max = 60000};
    int64_t done;

    assert_int_equal(job_run_due(&o, &done), OK);
    return done;
}

static void later(int64_t ms)
{
    w.shift += ms;
    clock_shift(w.shift);
}

/* Everything that will ever be tried. */
static int64_t run_all(void)
{
    int64_t all = 0;

    for (int i = 0; i < 15; i++) {
        all += run_due();
        later(100000);
    }
    return all;
}

static const char *state_of(const char *key)
{
    struct rows row;
    struct db *db;
    bool found;

    assert_int_equal(db_read(w.t.pool, &db), OK);
    assert_int_equal(db_rows(&row, db, &OUTBOX_STATE, T(str_of(key))), OK);
    assert_int_equal(db_next(&row, &found), OK);
    assert_true(found);
    str state = take_str(&row, w.arena);
    take_str(&row, w.arena);
    assert_int_equal(db_done(&row), OK);
    db_read_end(db);
    return state.at;
}

static void plan(struct sink *s, int first, int second)
{
    s->plans[0] = first;
    s->plans[1] = second;
    s->plan_count = second == 0 ? 1 : 2;
}

static bool has(str text, const char *part)
{
    return str_find(text, str_of(part)) != SIZE_MAX;
}

/* The value of a header with its folded lines. */
static str header(str text, const char *name)
{
    size_t at = str_find(text, str_fmt(w.arena, "\n%s: ", name));

    assert_true(at != SIZE_MAX);
    at += strlen(name) + 3;
    size_t end = at;
    while (end < text.len && !(text.at[end] == '\n' && text.at[end + 1] != ' '))
        end++;
    return str_slice(text, at, end);
}

static str decoded(str base64)
{
    unsigned char *at = arena_alloc(w.arena, base64.len + 1);
    size_t len = 0;

    assert_int_equal(sodium_base642bin(at, base64.len, base64.at, base64.len, "\n\r ", &len, NULL,
                                       sodium_base64_VARIANT_ORIGINAL),
                     0);
    return (str){(const char *)at, len};
}

/* ---- mail ---- */

static void a_mail_is_delivered_once_and_whole(void **state)
{
    (void)state;
    w.config.mail_user = S("user");
    w.config.mail_password = S("secret");
    assert_int_equal(put(CHANNEL_MAIL, "a", "li@example.com"), OK);
    assert_int_equal(put(CHANNEL_MAIL, "a", "li@example.com"), OK);
    assert_int_equal(run_all(), 1);
    assert_int_equal(w.mail.taken, 1);
    assert_string_equal(state_of("a"), "sent");
    assert_string_equal(w.mail.to, "RCPT TO:<li@example.com>");
    assert_true(strncmp(w.mail.from, "MAIL FROM:<no-reply@city.example>", 33) == 0);
    str sign_in = decoded(str_of(w.mail.auth));
    assert_int_equal(sign_in.len, 12);
    assert_memory_equal(sign_in.at, "\0user\0secret", 12);
    str m = sink_message(&w.mail, 0);
    assert_true(has(m, "\nTo: <li@example.com>\n"));
    assert_true(has(m, "\nFrom: =?UTF-8?B?"));
    assert_true(has(m, " <no-reply@city.example>\n"));
    assert_true(has(m, "\nList-Unsubscribe: <https://x.example/follow/1?t=ab>\n"));
    assert_true(has(m, "\nMIME-Version: 1.0\n"));
    assert_true(has(m, "@city.example>\n"));
    assert_true(text_check(m) == TEXT_OK);
    for (size_t i = 0; i < m.len; i++)
        assert_true((unsigned char)m.at[i] < 0x80);
    size_t body = str_find(m, S("\n\n"));
    str text = decoded(str_slice(m, body, m.len));
    assert_true(str_eq(text, S("Line one\r\n.\r\nline " HAN "\r\n")));
}

static void a_second_run_of_the_act_sends_nothing_more(void **state)
{
    (void)state;
    put(CHANNEL_MAIL, "a", "li@example.com");
    run_all();
    put(CHANNEL_MAIL, "a", "li@example.com");
    assert_int_equal(run_all(), 0);
    assert_int_equal(w.mail.taken, 1);
}

static void refused_for_now_is_tried_again(void **state)
{
    static const int plans[] = {SINK_BAD_GREETING, SINK_CLOSE, SINK_RCPT_LATER, SINK_MESSAGE_LATER};

    (void)state;
    for (size_t i = 0; i < sizeof plans / sizeof *plans; i++)
        w.mail.plans[i] = plans[i];
    w.mail.plan_count = 4;
    put(CHANNEL_MAIL, "a", "li@example.com");
    for (int i = 0; i < 4; i++) {
        assert_int_equal(run_due(), 1);
        assert_string_equal(state_of("a"), "waiting");
        assert_int_equal(w.mail.taken, 0);
        later(100000);
    }
    assert_int_equal(run_all(), 1);
    assert_int_equal(w.mail.taken, 1);
    assert_string_equal(state_of("a"), "sent");
}

static void refused_for_good_is_not_tried_again(void **state)
{
    (void)state;
    plan(&w.mail, SINK_RCPT_NEVER, SINK_MESSAGE_NEVER);
    put(CHANNEL_MAIL, "a", "nobody@example.com");
    assert_int_equal(run_all(), 1);
    assert_string_equal(state_of("a"), "failed");
    put(CHANNEL_MAIL, "b", "li@example.com");
    assert_int_equal(run_all(), 1);
    assert_string_equal(state_of("b"), "failed");
    assert_int_equal(w.mail.taken, 0);
    assert_int_equal(w.mail.connections, 2);
}

static void a_server_that_stays_away_fails_in_the_end(void **state)
{
    (void)state;
    sink_stop(&w.mail);
    put(CHANNEL_MAIL, "a", "li@example.com");
    assert_int_equal(run_all(), NOTIFY_TRIES);
    assert_string_equal(state_of("a"), "failed");
    sink_start(&w.mail, true);
}

static void a_mail_without_an_answer_is_sent_again_under_the_same_id(void **state)
{
    (void)state;
    plan(&w.mail, SINK_TAKE_AND_CLOSE, 0);
    put(CHANNEL_MAIL, "a", "li@example.com");
    run_all();
    assert_string_equal(state_of("a"), "sent");
    assert_int_equal(w.mail.taken, 2);
    str one = header(sink_message(&w.mail, 0), "Message-ID");
    str two = header(sink_message(&w.mail, 1), "Message-ID");
    assert_true(one.len > 20 && str_eq(one, two));
    assert_true(str_eq(header(sink_message(&w.mail, 0), "Subject"),
                       header(sink_message(&w.mail, 1), "Subject")));
}

/* What a program leaves that died after marking the attempt. */
static enum err die_act(struct db *db, void *arg)
{
    struct rows row;
    bool found;

    TRY(db_rows(&row, db, &OUTBOX_BEGIN, T(str_of(arg)), I(clock_now())));
    TRY(db_next(&row, &found));
    assert_true(found);
    take_i64(&row);
    take_str(&row, w.arena);
    take_blob(&row, w.arena);
    take_str(&row, w.arena);
    take_blob(&row, w.arena);
    take_str(&row, w.arena);
    take_i64(&row);
    return db_done(&row);
}

static char key_a[] = "a";

static enum err again_act(struct db *db, void *arg)
{
    struct ctx c = {.arena = w.arena, .db = db, .now = clock_now()};

    return notify_again(&c, str_of(arg));
}

static void a_mail_cut_off_by_a_crash_goes_out(void **state)
{
    (void)state;
    put(CHANNEL_MAIL, "a", "li@example.com");
    assert_int_equal(db_act_wait(w.t.pool, die_act, key_a), OK);
    run_all();
    assert_int_equal(w.mail.taken, 1);
    assert_string_equal(state_of("a"), "sent");
}

/* ---- sms ---- */

static void an_sms_is_posted_as_a_form(void **state)
{
    (void)state;
    assert_int_equal(put(CHANNEL_SMS, "a", "+8613800000000"), OK);
    assert_int_equal(run_all(), 1);
    assert_int_equal(w.sms.taken, 1);
    str m = sink_message(&w.sms, 0);
    assert_true(str_starts(m, S("POST /send HTTP/1.1\n")));
    assert_true(has(m, "\nContent-Type: application/x-www-form-urlencoded\n"));
    assert_true(has(m, "\nAuthorization: Bearer token1\n"));
    assert_true(has(m, "\nIdempotency-Key: "));
    assert_true(has(m, "\n\nto=%2B8613800000000&text=Line%20one%0A.%0Aline%20%E6%9C%89"));
}

static void an_sms_is_posted_as_json(void **state)
{
    (void)state;
    w.config.sms_is_json = true;
    put(CHANNEL_SMS, "a", "13800000000");
    run_all();
    str m = sink_message(&w.sms, 0);
    assert_true(has(m, "\nContent-Type: application/json\n"));
    assert_true(has(m, "\n\n{\"to\":\"13800000000\",\"text\":\"Line one\\n.\\nline " HAN "\\n\"}"));
}

static void an_sms_refused_for_now_is_tried_again(void **state)
{
    (void)state;
    plan(&w.sms, 429, 503);
    put(CHANNEL_SMS, "a", "13800000000");
    assert_int_equal(run_all(), 3);
    assert_int_equal(w.sms.taken, 1);
    assert_string_equal(state_of("a"), "sent");
}

static void an_sms_refused_for_good_is_not_tried_again(void **state)
{
    (void)state;
    plan(&w.sms, 400, 0);
    put(CHANNEL_SMS, "a", "13800000000");
    assert_int_equal(run_all(), 1);
    assert_string_equal(state_of("a"), "failed");
}

static void an_sms_without_a_clear_answer_waits_for_the_operator(void **state)
{
    static const int plans[] = {SINK_TAKE_AND_CLOSE, 500, 504};
    char key[] = "a";

    (void)state;
    for (size_t i = 0; i < 3; i++)
        w.sms.plans[i] = plans[i];
    w.sms.plan_count = 3;
    for (; key[0] < 'd'; key[0]++) {
        put(CHANNEL_SMS, key, "13800000000");
        assert_int_equal(run_all(), 1);
        assert_string_equal(state_of(key), "unknown");
    }
    assert_int_equal(w.sms.taken, 1);
    assert_int_equal(db_act_wait(w.t.pool, again_act, key_a), OK);
    assert_int_equal(run_all(), 1);
    assert_string_equal(state_of("a"), "sent");
    assert_int_equal(w.sms.taken, 2);
    assert_int_equal(db_act_wait(w.t.pool, again_act, key_a), NOT_FOUND);
}

static void an_sms_cut_off_by_a_crash_is_not_sent_again(void **state)
{
    (void)state;
    put(CHANNEL_SMS, "a", "13800000000");
    assert_int_equal(db_act_wait(w.t.pool, die_act, key_a), OK);
    run_all();
    assert_int_equal(w.sms.connections, 0);
    assert_string_equal(state_of("a"), "unknown");
}

static void a_gateway_that_is_away_was_surely_not_reached(void **state)
{
    (void)state;
    sink_stop(&w.sms);
    put(CHANNEL_SMS, "a", "13800000000");
    run_due();
    assert_string_equal(state_of("a"), "waiting");
    sink_start(&w.sms, false);
    w.config.sms_url = str_fmt(w.arena, "http://127.0.0.1:%d/send", w.sms.port);
    run_all();
    assert_int_equal(w.sms.taken, 1);
}

static void a_channel_that_is_off_keeps_its_messages(void **state)
{
    (void)state;
    w.config.sms_url = w.config.mail_url = S("");
    put(CHANNEL_SMS, "a", "13800000000");
    put(CHANNEL_MAIL, "b", "li@example.com");
    for (int i = 0; i < 2 * NOTIFY_TRIES; i++) { /* and no try is counted */
        assert_int_equal(run_due(), 2);
        later(100000);
    }
    assert_string_equal(state_of("a"), "waiting");
    assert_string_equal(state_of("b"), "waiting");
}

/* ---- what may be written ---- */

static void an_address_that_is_none_is_refused(void **state)
{
    static const char *const mails[] = {
        "",           "a",           "a@",      "@b",     "a@b@c",     "a b@c.d",  "a@b\nc",
        "a@b.c\r\nX", "a,b@c.d",     "<a@b.c>", "a@b..c", "a\"@b.c",   "a@b.c>",   ".a@b.c",
        "a@-b.c",     "a@b.c;d@e.f", "a@b.c d", "-a@b.c", "a@[1.2.3]", "a\xE4@b.c"};
    static const char *const phones[] = {
        "", "12", "+", "138 0000", "1380000a", "138\n0000", "123456789012345678901", "+86+138"};

    (void)state;
    for (size_t i = 0; i < sizeof mails / sizeof *mails; i++)
        assert_int_equal(put(CHANNEL_MAIL, "k", mails[i]), INVALID);
    for (size_t i = 0; i < sizeof phones / sizeof *phones; i++)
        assert_int_equal(put(CHANNEL_SMS, "k", phones[i]), INVALID);
    assert_int_equal(run_all(), 0);
}

static enum err purge_act(struct db *db, void *arg)
{
    struct ctx c = {.arena = w.arena, .db = db, .now = clock_now()};

    (void)arg;
    TRY(job_purge(&c, clock_now() + 1));
    return notify_purge(&c, clock_now() + 1);
}

/* Bytes of address and body in the table. */
static int64_t kept_bytes(void)
{
    static const struct sql bytes = {
        .name = "bytes", .text = "SELECT SUM(LENGTH(address) + LENGTH(body)) FROM outbox"};
    struct db *db;
    int64_t n;

    assert_int_equal(db_read(w.t.pool, &db), OK);
    assert_int_equal(db_number(db, &n, -1, &bytes), OK);
    db_read_end(db);
    return n;
}

/* Rows whose address can be read as it is. */
static int64_t plain_rows(void)
{
    static const struct sql plain = {.name = "plain",
                                     .text = "SELECT COUNT(*) FROM outbox WHERE address = $1",
                                     .param_count = 1};
    struct db *db;
    int64_t n;

    assert_int_equal(db_read(w.t.pool, &db), OK);
    assert_int_equal(db_number(db, &n, -1, &plain, X(S("li@example.com"))), OK);
    db_read_end(db);
    return n;
}

static void address_and_body_are_sealed_and_blanked(void **state)
{
    (void)state;
    put(CHANNEL_MAIL, "a", "li@example.com");
    assert_int_equal(plain_rows(), 0);
    assert_true(kept_bytes() > 80);
    run_all();
    assert_true(kept_bytes() < 80); /* the body is gone, the address is still there */
    assert_int_equal(db_act_wait(w.t.pool, purge_act, NULL), OK);
    assert_int_equal(kept_bytes(), 0);
    put(CHANNEL_MAIL, "a", "li@example.com");
    assert_int_equal(run_all(), 0);
    assert_int_equal(w.mail.taken, 1);
}

static void every_statement_prepares(void **state)
{
    (void)state;
    assert_int_equal(db_testing_prepare(&w.t, notify_statements, notify_statement_count), 0);
}

static enum db_engine engine_now;

static int start(void **state)
{
    (void)state;
    memset(&w, 0, sizeof w);
    w.arena = arena_new("test", 16u * 1024 * 1024);
    memset(w.key, 5, sizeof w.key);
    clock_shift(0);
    sink_start(&w.mail, true);
    sink_start(&w.sms, false);
    w.config = (struct notify_config){
        .seal_key = w.key,
        .mail_url = str_fmt(w.arena, "smtp://127.0.0.1:%d", w.mail.port),
        .mail_from = S("no-reply@city.example"),
        .mail_from_name = S(HAN),
        .sms_url = str_fmt(w.arena, "http://127.0.0.1:%d/send", w.sms.port),
        .sms_token = S("token1"),
        .sms_to_field = S("to"),
        .sms_text_field = S("text"),
        .timeout_ms = 5000,
    };
    return db_testing_open(&w.t, engine_now) ? 0 : -1;
}

static int end(void **state)
{
    (void)state;
    sink_stop(&w.mail);
    sink_stop(&w.sms);
    db_testing_close(&w.t);
    arena_free(w.arena);
    clock_shift(0);
    return 0;
}

#define ON_FRESH(test) cmocka_unit_test_setup_teardown(test, start, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        ON_FRESH(a_mail_is_delivered_once_and_whole),
        ON_FRESH(a_second_run_of_the_act_sends_nothing_more),
        ON_FRESH(refused_for_now_is_tried_again),
        ON_FRESH(refused_for_good_is_not_tried_again),
        ON_FRESH(a_server_that_stays_away_fails_in_the_end),
        ON_FRESH(a_mail_without_an_answer_is_sent_again_under_the_same_id),
        ON_FRESH(a_mail_cut_off_by_a_crash_goes_out),
        ON_FRESH(an_sms_is_posted_as_a_form),
        ON_FRESH(an_sms_is_posted_as_json),
        ON_FRESH(an_sms_refused_for_now_is_tried_again),
        ON_FRESH(an_sms_refused_for_good_is_not_tried_again),
        ON_FRESH(an_sms_without_a_clear_answer_waits_for_the_operator),
        ON_FRESH(an_sms_cut_off_by_a_crash_is_not_sent_again),
        ON_FRESH(a_gateway_that_is_away_was_surely_not_reached),
        ON_FRESH(a_channel_that_is_off_keeps_its_messages),
        ON_FRESH(an_address_that_is_none_is_refused),
        ON_FRESH(address_and_body_are_sealed_and_blanked),
        ON_FRESH(every_statement_prepares),
    };
    int failed;

    crypto_start();
    log_set_level(LOG_ERROR);
    failed = cmocka_run_group_tests_name("notify, sqlite", tests, NULL, NULL);
    engine_now = DB_POSTGRES;
    if (db_testing_has(DB_POSTGRES))
        failed += cmocka_run_group_tests_name("notify, postgres", tests, NULL, NULL);
    return failed;
}
