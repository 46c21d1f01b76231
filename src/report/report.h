/*
 * report -- an analysis as people read it: a picture, and a page that needs nothing but itself.
 *
 * Both are texts of one file each, without scripts and without links. They say nothing of a person
 * and no count that the analysis keeps back. Texts of statements come from outside: they are
 * escaped by the templates.
 */
#pragma once
#include "base/buf.h"
#include "base/ctx.h"
#include "opinion/map.h"

struct report {
    const struct opinion_analysis *analysis;
    const struct opinion_map *map; /* of that analysis */
    enum lang lang;
    str topic;       /* what it was about; may be empty */
    const str *text; /* [statements], of them empty: the number stands alone; or NULL: all do */
};

/* Into `out`, with memory from its arena. */
void report_html(const struct report *r, struct buf *out);
void report_svg(const struct report *r, struct buf *out);
