/*
 * sink -- for tests: a mail server and an SMS gateway on loopback that keep what they get and can
 * be told to behave badly, connection by connection.
 */
#pragma once
#include "base/str.h"

#include <pthread.h>
#include <stdatomic.h>

enum { SINK_MESSAGES = 16, SINK_BYTES = 256 * 1024, SINK_PLANS = 16 };

enum sink_plan {
    SINK_TAKE,           /* as it should be; also when the plans are used up */
    SINK_BAD_GREETING,   /* SMTP: 554 instead of 220 */
    SINK_CLOSE,          /* close at once */
    SINK_RCPT_LATER,     /* SMTP: 450 to RCPT */
    SINK_RCPT_NEVER,     /* SMTP: 550 to RCPT */
    SINK_MESSAGE_LATER,  /* SMTP: 451 after the message */
    SINK_MESSAGE_NEVER,  /* SMTP: 554 after the message */
    SINK_TAKE_AND_CLOSE, /* take it and close without an answer */
    SINK_STATUS,         /* HTTP: plan values from here on are status codes */
};

struct sink {
    bool is_smtp;
    int port, listener;
    pthread_t thread;
    _Atomic int must_stop;
    int plans[SINK_PLANS];
    size_t plan_count;
    _Atomic int connections, taken; /* `taken`: messages that were kept */
    char messages[SINK_MESSAGES][SINK_BYTES];
    size_t lengths[SINK_MESSAGES];
    char from[256], to[256], auth[256]; /* of the last message; SMTP */
};

/* Starts with plans already set. Ends the program if there is no port to be had. */
void sink_start(struct sink *s, bool is_smtp);
void sink_stop(struct sink *s);
str sink_message(const struct sink *s, int n);
