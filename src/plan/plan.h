/*
 * plan -- a year's consultation plan: what the body consulted on, or means to.
 *
 * An item is planned until it was held; nothing here says that anything was decided. Items that may
 * be one meeting share a group. Dates, places and people are not part of an item: where the source
 * does not state them, the page says so.
 *
 * Records come from an import (flow/import.h). Strings live as long as the arena they were loaded
 * in.
 */
#pragma once
#include "base/ctx.h"

struct plan {
    int64_t id;
    str code; /* stable: C-2022-08 */
    int64_t year;
    str kind;            /* thematic, bimonthly, cross_region, supervision */
    str topic, topic_en; /* as the source words it */
    str state;           /* planned, held */
    str group;           /* empty: stands alone */
    int64_t position;    /* order in the source, over all years, from 1 */
    str note, note_en;   /* what else the source says, or that it does not; may be empty */
    str source, source_line;
};

/* The words that `kind` and `state` may be. */
bool plan_kind_ok(str kind);
bool plan_state_ok(str state);

/* Items of one year, or of all with year 0, in the order of the source. */
enum err plan_list(struct ctx *c, int64_t year, struct plan **list, size_t *count) MUST_USE;

/* The years that have items, latest first. */
enum err plan_years(struct ctx *c, int64_t **years, size_t *count) MUST_USE;

/* One item by its code, or by its id (from a link or a search). NOT_FOUND if there is
 * none. */
enum err plan_load(struct ctx *c, str code, struct plan *p) MUST_USE;
enum err plan_load_id(struct ctx *c, int64_t id, struct plan *p) MUST_USE;

/* Record an item under its code, inside an act; p->id is ignored. `*changed` is false when it
 * already stood there word for word. */
enum err plan_put(struct ctx *c, const struct plan *p, bool *changed) MUST_USE;
