/*
 * mechanism -- one working mechanism of the body, with a page of its own: its exact name, its name
 * in English, and what it is for. What the source does not say of it, the purpose says is not
 * stated.
 *
 * Records come from an import (flow/import.h). Strings live as long as the arena they were loaded
 * in.
 */
#pragma once
#include "base/ctx.h"

struct mechanism {
    int64_t id;
    str code; /* stable: m1 */
    str term_zh, term_en;
    str purpose_zh, purpose_en;
    str group;        /* one of mechanism_groups */
    int64_t position; /* order in the source, from 1 */
    str source, source_line;
};

/* The groups, in the order in which pages show them. */
extern const char *const mechanism_groups[];
extern const size_t mechanism_group_count;
bool mechanism_group_ok(str group);

/* All mechanisms in the order of the source. */
enum err mechanism_list(struct ctx *c, struct mechanism **list, size_t *count) MUST_USE;

/* One mechanism by its code, or by its id (from a link or a search). NOT_FOUND if there is
 * none. */
enum err mechanism_load(struct ctx *c, str code, struct mechanism *m) MUST_USE;
enum err mechanism_load_id(struct ctx *c, int64_t id, struct mechanism *m) MUST_USE;

/* Record a mechanism under its code, inside an act; m->id is ignored. `*changed` is false when it
 * already stood there word for word. */
enum err mechanism_put(struct ctx *c, const struct mechanism *m, bool *changed) MUST_USE;
