/*
 * body -- organisations, places and groups: the committee, special committees, sectors,
 * departments, regions, rooms; and the terms and sessions of the committee.
 *
 * A body may belong to another; what holds for a body (a role, a queue) holds for what belongs to
 * it. A matter sits in a room; the room's parent is the next higher level.
 */
#pragma once
#include "base/ctx.h"

struct body {
    int64_t id;
    str kind, code, name_zh, name_en;
    int64_t parent;
    bool is_pilot, is_demo;
    str source, source_line;
};

/* The name in the context's language. */
str body_name(const struct ctx *c, const struct body *b);

/* NOT_FOUND if there is none. */
enum err body_load(struct ctx *c, int64_t id, struct body *b) MUST_USE;
enum err body_find(struct ctx *c, str kind, str code, struct body *b) MUST_USE;

/* All of a kind that are in being (kind empty: of every kind), in order of code. */
enum err body_list(struct ctx *c, str kind, struct body **bodies, size_t *count) MUST_USE;

/* Add, or leave as it is when kind and code are there already; `*id` either way. */
enum err body_put(struct ctx *c, const struct body *b, int64_t *id) MUST_USE;

struct session {
    int64_t id, term;
    int64_t term_number, number; /* 14 and 5 for the fifth session of the 14th */
    str opened, closed, rapporteur, source_line;
};

/* The current session; id 0 if none is set. */
enum err body_session(struct ctx *c, struct session *s) MUST_USE;
