/*
 * err -- seven ways for a thing to end.
 *
 * Every function that can fail returns one of these and hands its results out through pointers,
 * last. A failure that a person caused also leaves the sentence for the person in the context:
 *
 *     return fail(c, INVALID, MSG_TITLE_LENGTH, I(TITLE_MAX));
 *
 * The codes are mapped to HTTP status in web/serve.c and to exit status in main/command.c, nowhere
 * else.
 */
#pragma once

enum err {
    OK,
    NOT_FOUND, /* it is not there, or not for you to know that it is */
    DENIED,    /* it is there, and not yours to do */
    INVALID,   /* what was given cannot be taken; the sentence says why */
    CONFLICT,  /* it was already done, or somebody else changed it meanwhile */
    BUSY,      /* try again: a lock, a serialisation failure, a server that is away */
    FAULT,     /* ours: logged, and shown as a plain sentence */
};

/* Pass a failure up. Memory belongs to the arena and rows to the transaction, so there is nothing
 * to clean up on the way. */
#define TRY(call)                                                                                  \
    do {                                                                                           \
        enum err try_err_ = (call);                                                                \
        if (try_err_ != OK)                                                                        \
            return try_err_;                                                                       \
    } while (0)
