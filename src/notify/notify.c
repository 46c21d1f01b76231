#include "notify/notify.h"

#include "base/clock.h"
#include "base/id.h"
#include "base/log.h"
#include "db/db.h"
#include "notify/mail.h"
#include "notify/notify_sql.h"

#include <assert.h>

static const char *const channel_names[] = {[CHANNEL_MAIL] = "mail", [CHANNEL_SMS] = "sms"};

static bool phone_ok(str s)
{
    if (s.len > 0 && s.at[0] == '+')
        s = str_slice(s, 1, s.len);
    for (size_t i = 0; i < s.len; i++) {
        if (s.at[i] < '0' || s.at[i] > '9')
            return false;
    }
    return s.len >= 3 && s.len <= 20;
}

enum err notify_put(struct ctx *c, const unsigned char seal_key[KEY_BYTES], const struct notice *n)
{
    int64_t added, due = n->due == 0 ? c->now : n->due;
    bool is_mail = n->channel == CHANNEL_MAIL;

    assert(n->key.len > 0 && n->key.len <= JOB_KEY_MAX);
    if (!(is_mail ? mail_address_ok(n->address) : phone_ok(n->address)) ||
        n->body.len > NOTIFY_BODY_MAX || (n->unsubscribe.len > 0 && !mail_url_ok(n->unsubscribe)))
        return INVALID;
    TRY(db_run_count(
        c->db, &added, &OUTBOX_PUT, I(id_new()), T(n->key), T(str_of(channel_names[n->channel])),
        X(crypto_seal(c->arena, seal_key, n->address)), T(str_head(n->subject, MAIL_SUBJECT_MAX)),
        X(crypto_seal(c->arena, seal_key, n->body)), T(n->unsubscribe), I(c->now)));
    if (added == 0)
        return OK;
    return job_add(c, S(NOTIFY_KIND), n->key, due, S(""));
}

enum err notify_again(struct ctx *c, str key)
{
    int64_t changed;

    TRY(db_run_count(c->db, &changed, &OUTBOX_AGAIN, T(key), I(c->now)));
    if (changed == 0)
        return NOT_FOUND;
    return job_again(c, S(NOTIFY_KIND), key, c->now, S(""));
}

enum err notify_purge(struct ctx *c, int64_t before_ms)
{
    return db_run(c->db, &OUTBOX_PURGE, I(before_ms), X(S("")));
}

enum err notify_count(struct ctx *c, struct notify_counts *counts)
{
    struct rows row;
    bool found;

    *counts = (struct notify_counts){0};
    TRY(db_rows(&row, c->db, &OUTBOX_COUNT));
    TRY(db_next(&row, &found));
    if (!found)
        return OK;
    counts->waiting = take_i64(&row);
    counts->failed = take_i64(&row);
    counts->unknown = take_i64(&row);
    return db_done(&row);
}

/* ---- one message ---- */

struct attempt {
    struct arena *arena;
    str key;
    int64_t now;
    bool goes_on; /* there is something to send */
    bool is_mail;
    str address, subject, body, unsubscribe;
    int64_t added;
    const char *state; /* what it becomes */
    str why;
};

/* Mark the attempt before it is made. A row that is `sending` already was left so by a program that
 * died: a mail goes out again under its Message-ID, an SMS waits for the operator. */
static enum err begin_act(struct db *db, void *arg)
{
    struct attempt *t = arg;
    struct rows row;
    bool found;

    t->goes_on = false;
    TRY(db_rows(&row, db, &OUTBOX_STATE, T(t->key)));
    TRY(db_next(&row, &found));
    if (!found)
        return OK;
    str state = take_str(&row, t->arena);
    t->is_mail = str_eq(take_str(&row, t->arena), S("mail"));
    TRY(db_done(&row));
    if (str_eq(state, S("sending")) && !t->is_mail)
        return db_run(db, &OUTBOX_END, T(t->key), T(S("unknown")), T(S("interrupted")), I(t->now));
    if (!str_eq(state, S("sending")) && !str_eq(state, S("waiting")))
        return OK;
    TRY(db_rows(&row, db, &OUTBOX_BEGIN, T(t->key), I(t->now)));
    TRY(db_next(&row, &found));
    if (!found)
        return OK;
    take_i64(&row);
    take_str(&row, t->arena);
    t->address = take_blob(&row, t->arena);
    t->subject = take_str(&row, t->arena);
    t->body = take_blob(&row, t->arena);
    t->unsubscribe = take_str(&row, t->arena);
    t->added = take_i64(&row);
    t->goes_on = true;
    return db_done(&row);
}

static enum err end_act(struct db *db, void *arg)
{
    const struct attempt *t = arg;

    if (str_eq(str_of(t->state), S("sent")))
        return db_run(db, &OUTBOX_SENT, T(t->key), I(t->now), X(S("")));
    return db_run(db, &OUTBOX_END, T(t->key), T(str_of(t->state)), T(t->why), I(t->now));
}

/* The same for every attempt at a message, and telling nothing about it. */
static str message_id(struct arena *a, str key)
{
    struct digest d = crypto_sha256(str_join(a, S("shangliang message "), key));

    return crypto_hex(a, (str){(const char *)d.byte, 16});
}

static enum sent attempt_once(const struct notify_config *config, struct attempt *t)
{
    struct buf message = {.arena = t->arena};
    str address, body;

    if (crypto_open(t->arena, config->seal_key, t->address, &address) != OK ||
        crypto_open(t->arena, config->seal_key, t->body, &body) != OK) {
        t->why = S("sealed with another key");
        return SENT_LATER;
    }
    str id = message_id(t->arena, t->key);
    if (!t->is_mail)
        return send_sms(t->arena, config, address, body, id, &t->why);
    struct mail m = {.from = config->mail_from,
                     .from_name = config->mail_from_name,
                     .to = address,
                     .subject = t->subject,
                     .text = body,
                     .id = id,
                     .unsubscribe = t->unsubscribe,
                     .date_ms = t->added};
    if (mail_put(&message, &m) != OK) {
        t->why = S("not fit for a header");
        return SENT_NEVER;
    }
    return send_mail(t->arena, config, address, buf_str(&message), &t->why);
}

enum err notify_run(struct ctx *c, struct db_pool *pool, const struct job *job, void *arg)
{
    const struct notify_config *config = arg;
    struct attempt t = {.arena = c->arena, .key = job->key, .now = c->now};
    bool is_last = job->tries >= NOTIFY_TRIES;

    TRY(db_act_wait(pool, begin_act, &t));
    if (!t.goes_on)
        return OK;
    enum sent sent = attempt_once(config, &t);
    bool is_again = sent == SENT_LATER || (sent == SENT_UNKNOWN && t.is_mail);
    if (sent == SENT)
        t.state = "sent";
    else if (sent == SENT_OFF)
        t.state = "waiting";
    else if (is_again)
        t.state = is_last ? "failed" : "waiting";
    else
        t.state = sent == SENT_UNKNOWN ? "unknown" : "failed";
    t.now = clock_now();
    TRY(db_act_wait(pool, end_act, &t));
    if (sent == SENT)
        return OK;
    if (sent == SENT_OFF)
        return DENIED; /* waits, as config.yaml promises, and no try is counted */
    log_line(LOG_WARN, "not_sent", LOG_STR("state", str_of(t.state)), LOG_STR("why", t.why),
             LOG_INT("tries", job->tries));
    return is_again ? BUSY : OK;
}
