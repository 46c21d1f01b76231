/*
 * ctx -- what every function of the program works in: one request, job or command.
 *
 * It names the arena whose memory lives as long as the work, the database connection of the current
 * read or act, who is acting, in which language to answer, and the time, taken once so that
 * everything in one act happened at the same moment.
 */
#pragma once
#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"
#include "base/val.h"

struct db;
struct who;
struct calendar;
struct keys;
struct procedures;
struct config;
struct remember;

enum lang { LANG_ZH, LANG_EN, LANG_COUNT };

enum { FAILURE_ARGS_MAX = 4 };

/* The sentence for the person, as a message of the catalogue and what fills its places. */
struct failure {
    int msg;   /* an enum msg; 0: none */
    str field; /* the form field it is about; empty: the whole form */
    struct val args[FAILURE_ARGS_MAX];
    size_t arg_count;
};

struct ctx {
    struct arena *arena;
    struct db *db;                   /* NULL outside a read or an act */
    const struct who *who;           /* NULL: nobody signed in */
    const struct calendar *calendar; /* the rest lives as long as the program */
    const struct keys *keys;
    const struct procedures *procedures;
    const struct config *config;
    struct remember *home_numbers; /* NULL: counted anew each time */
    enum lang lang;
    int64_t now; /* milliseconds UTC */
    struct failure failure;
};

/* Store the sentence and give the code back. The first failure of a context wins no prize: the last
 * one said is the one shown. */
enum err fail_with(struct ctx *c, enum err e, int msg, str field, const struct val *args,
                   size_t arg_count);

#define fail(c, e, msg, ...)           fail_with((c), (e), (msg), S(""), VALS(__VA_ARGS__))
#define fail_on(c, e, field, msg, ...) fail_with((c), (e), (msg), (field), VALS(__VA_ARGS__))
