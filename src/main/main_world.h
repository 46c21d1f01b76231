/*
 * main_world -- what the tests of the commands share: the program is run as a person runs it, in a
 * folder of its own, beside an instance with imported records, an attachment, a procedure of the
 * operator's own (d) and a backup of it (good.tar).
 *
 *     NAME_test PROGRAM SOURCE_ROOT
 */
#pragma once
#include "base/arena.h"
#include "base/str.h"
#include "db/db.h"
#include "main/command.h"
#include "main_test_sql.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include <cmocka.h>

extern const char *program, *root; /* root: of the sources */
extern char folder[];
extern struct arena *arena;

/* All that the last run wrote. */
extern char said[];
extern size_t said_len;

/* Run the program in the folder; gives its exit status. */
int run(const char *fmt, ...) PRINTF(1, 2);
void says(const char *words);

/* Anything else in the folder; must succeed. */
void shell(const char *fmt, ...) PRINTF(1, 2);
str path_of(const char *name);
bool is_there(const char *name);
void wait_a_little(void);

/* A server on a free port, until server_stop; serving already. */
pid_t server_start(const char *dir);
void server_stop(pid_t pid);

/* A copy of an instance that nobody serves, gone with the folder. */
void copy(const char *from, const char *to);

struct change {
    const struct sql *const *sql;
    size_t count;
    struct val args[2];
    size_t arg_count;
};

/* What somebody with the database's file in hands does to it. */
void change(const char *dir, struct change k);
#define CHANGE(dir, ...)                                                                           \
    change((dir), (struct change){.sql = (const struct sql *const[]){__VA_ARGS__},                 \
                                  .count = sizeof((const struct sql *const[]){__VA_ARGS__}) /      \
                                           sizeof(struct sql *)})

/* The tests in the folder; what main gives back. */
int world_main(int argc, char **argv, const struct CMUnitTest *tests, size_t count);
