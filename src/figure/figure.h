/*
 * figure -- one published figure, never a bare number: value as printed, unit, subject, year,
 * source.
 *
 * The number beside the printed text is for sorting; nothing here adds figures up, because a total
 * that the source does not print is not a figure. Two figures with the same number stay apart by
 * unit and subject.
 *
 * Records come from an import (flow/import.h). Strings live as long as the arena they were loaded
 * in.
 */
#pragma once
#include "base/ctx.h"

struct figure {
    int64_t id;
    str code; /* stable: F-2021-08 */
    int64_t year;
    str subject, subject_en; /* what it belongs to */
    str name, name_en;       /* what is counted */
    str value_text;          /* exactly as printed */
    double value_number;     /* the number in it */
    str unit;
    str plan;         /* code of the plan item it belongs to; empty: none */
    int64_t position; /* order in the source, from 1 */
    str source, source_line;
};

/* The number that a figure's printed text holds: digits with at most one point, which stand in
 * `printed` and are not part of a longer number there. False if they do not. */
bool figure_number(str printed, str number, double *value);

/* All figures in the order of the source. */
enum err figure_list(struct ctx *c, struct figure **list, size_t *count) MUST_USE;

/* One figure by its code. NOT_FOUND if there is none. */
enum err figure_load(struct ctx *c, str code, struct figure *f) MUST_USE;

/* Record a figure under its code, inside an act; f->id is ignored. `*changed` is false when it
 * already stood there as it is. */
enum err figure_put(struct ctx *c, const struct figure *f, bool *changed) MUST_USE;
