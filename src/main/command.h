/*
 * command -- the command table: what `shangliang` can be told to do. `shangliang help` prints from
 * it.
 */
#pragma once
#include "base/err.h"

struct command {
    const char *name;
    const char *usage;                 /* arguments, as printed behind the name */
    const char *help;                  /* one line */
    const char *more;                  /* the rest of `shangliang NAME --help`; may be NULL */
    int (*run)(int argc, char **argv); /* argv[0] is the command's name; gives the exit status */
};

extern const struct command commands[];
extern const int command_count;

/* Exit statuses, documented in the manual page. */
enum {
    EXIT_DONE = 0,
    EXIT_FAULT = 1,     /* something went wrong on our side */
    EXIT_USAGE = 2,     /* the command was not understood */
    EXIT_INVALID = 3,   /* what was given cannot be taken: a broken file, a wrong value */
    EXIT_NOT_FOUND = 4, /* folder, file, person or matter is not there */
    EXIT_DENIED = 5,    /* not allowed */
    EXIT_CONFLICT = 6,  /* it is there already, or somebody else changed it */
    EXIT_BUSY = 7,      /* the database is away or locked: try again */
    EXIT_TAMPERED = 8,  /* `ledger verify` found something */
};

int exit_of(enum err e);

/* The value behind `name` ("--as"), taken out of argv; NULL if it is not there. */
const char *take_option(int *argc, char **argv, const char *name);
int take_flag(int *argc, char **argv, const char *name);

/* "usage: shangliang NAME …" on standard error; EXIT_USAGE. */
int usage(const char *name);

int cmd_init(int argc, char **argv);
int cmd_serve(int argc, char **argv);
int cmd_demo(int argc, char **argv);
int cmd_check(int argc, char **argv);
int cmd_import(int argc, char **argv);
int cmd_person(int argc, char **argv);
int cmd_backup(int argc, char **argv);
int cmd_restore(int argc, char **argv);
int cmd_procedure(int argc, char **argv);
int cmd_ledger(int argc, char **argv);
int cmd_opinion(int argc, char **argv);
int cmd_request(int argc, char **argv);
int cmd_help(int argc, char **argv);
