/* world -- what the tests of the library share: memory that can run out, votes that are planted. */
#pragma once
#include "opinion/opinion.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

/* Counts what is out; the `fail_at`-th taking from now on fails, and all after it; 0: none does. */
struct world_memory {
    struct opinion_memory m;
    int taken, given, fail_at;
};

void world_memory_begin(struct world_memory *w);

/* Asserts that everything came back. */
void world_memory_end(const struct world_memory *w);

/* Memory and an empty log; and all of it given back. `votes` may be NULL. */
void world_begin(struct world_memory *w, struct opinion_log **log);
void world_end(struct world_memory *w, struct opinion_log *log, const struct opinion_votes *votes);

/* Numbers that look random and are the same everywhere. */
uint64_t world_random(uint64_t *state);

/* People in `camps` camps of equal size. They agree within a camp on each statement but for one
 * vote in ten; on every third all agree. Each votes on about two statements of three. */
void world_plant(struct opinion_log *log, int people, int statements, int camps, uint64_t seed);

/* Asserts that all sums over statements and pairs are the same. */
struct gram;
void world_same_sums(const struct gram *a, const struct gram *b);

/* What was put into a sink, as one text. */
struct world_text {
    char at[1 << 20];
    size_t len, room; /* room: where it stops taking; 0: all of it */
};
struct opinion_sink world_sink(struct world_text *text);
