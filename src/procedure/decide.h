/*
 * decide -- between the files that decide; private to this folder.
 */
#pragma once
#include "procedure/procedure.h"

/* Does the row count: of this kind of child, not gone, of the current round where that matters? */
bool row_counts(const struct procedure *p, const struct facts *f, const struct child_fact *row,
                int child, uint32_t kinds);

bool guard_holds(const struct procedure *p, const struct facts *f, const struct guard *g);
bool guards_hold(const struct procedure *p, const struct facts *f, const struct guard *guards,
                 size_t count);

/* The sentence for a guard that does not hold. */
void guard_explain(struct arena *a, const struct procedure *p, const struct guard *g,
                   enum lang lang, struct failure *why);

/* Is an act of these parties open: states, limit, sub-kind, clock and `when`? Not who may. */
bool act_is_open(const struct procedure *p, const struct facts *f, int act, int row);

/* Fill in a sentence. */
void failure_set(struct failure *why, int msg, str field, const struct val *args, size_t arg_count);
#define explain(why, msg, field, ...) failure_set((why), (msg), (field), VALS(__VA_ARGS__))
