/*
 * notify -- messages to people, by mail and SMS.
 *
 * An act writes a message with notify_put in its own transaction; a job sends it afterwards. The
 * guarantee, exactly:
 *
 *   - A message whose key was used before is not written again, so an act that is run twice sends
 *     once.
 *   - Before each attempt the row is marked `sending`, durably; afterwards `sent` or what else came
 * of it. A message marked `sent` or `failed` is never tried again.
 *   - SMS: at most once. When the program dies in an attempt, or the answer of the gateway is lost
 * or unclear, nobody knows whether it went out: the row becomes `unknown` and stays so until an
 *     operator says notify_again. The gateway also gets the header Idempotency-Key.
 *   - Mail: at least once. In the same cases it is sent again with the same Message-ID, by which
 * mail systems recognise a copy; a second copy is possible only then.
 *   - What the other side refuses for good is `failed`; what it refuses for now, or a server that
 * is away, is tried again with growing waits, NOTIFY_TRIES times, then `failed`.
 *
 *     waiting -> sending -> sent | failed | unknown (sms)
 *        ^__________|
 *
 * Address and body are sealed in the table; the body is blanked once sent.
 */
#pragma once
#include "base/crypto.h"
#include "base/ctx.h"
#include "job/job.h"

enum { NOTIFY_TRIES = 10, NOTIFY_BODY_MAX = 64 * 1024 };

enum channel { CHANNEL_MAIL, CHANNEL_SMS };

/* How messages leave; lives as long as the program. A channel with an empty URL is off: its
 * messages wait and are tried again. */
struct notify_config {
    const unsigned char *seal_key; /* KEY_BYTES */
    str mail_url;                  /* smtp://host:port or smtps://host:port */
    str mail_from, mail_from_name;
    str mail_user, mail_password; /* empty: no sign-in */
    bool mail_needs_tls;          /* refuse to send without STARTTLS; else it is used if offered */
    str sms_url;                  /* http(s)://… */
    str sms_token;                /* sent as a bearer token; empty: none */
    str sms_to_field, sms_text_field;
    bool sms_is_json;   /* JSON object, else a form */
    int64_t timeout_ms; /* of one attempt; 0: 30 seconds */
};

struct notice {
    str key; /* what makes it this message, at most JOB_KEY_MAX bytes: "evaluate:12:3" */
    enum channel channel;
    str address;     /* mail address, or digits with an optional "+" */
    str subject;     /* mail only */
    str body;        /* plain text */
    str unsubscribe; /* mail only; empty: none */
    int64_t due;     /* not before; 0: now */
};

/* Write a message, inside an act; wake the runner after the commit. INVALID if the address is not
 * one or the body too long; a used key is OK and has no effect. */
enum err notify_put(struct ctx *c, const unsigned char seal_key[KEY_BYTES],
                    const struct notice *n) MUST_USE;

/* The kind of job that sends: one entry of the runner's table, `arg` is the struct notify_config.
 */
enum err notify_run(struct ctx *c, struct db_pool *pool, const struct job *job, void *arg);
#define NOTIFY_KIND "notify"

/* The operator's word: try an `unknown` or `failed` message again. Inside an act. NOT_FOUND if
 * there is no such message in such a state. */
enum err notify_again(struct ctx *c, str key) MUST_USE;

/* Blank addresses and bodies of messages settled before `before_ms`; the keys stay, so that nothing
 * is sent twice later. Inside an act. */
enum err notify_purge(struct ctx *c, int64_t before_ms) MUST_USE;

struct notify_counts {
    int64_t waiting, failed, unknown;
};
enum err notify_count(struct ctx *c, struct notify_counts *counts) MUST_USE;

/* ---- one attempt, notify/send.c ---- */

enum sent {
    SENT,         /* taken by the other side */
    SENT_LATER,   /* surely not taken; may go better later */
    SENT_NEVER,   /* refused for good */
    SENT_UNKNOWN, /* perhaps taken */
    SENT_OFF,     /* there is nowhere to send it to, until the operator says where */
};

/* `*why` is a short class for the table: "greeting", "550", "timeout". */
enum sent send_mail(struct arena *a, const struct notify_config *config, str to, str message,
                    str *why);
enum sent send_sms(struct arena *a, const struct notify_config *config, str to, str text, str key,
                   str *why);
