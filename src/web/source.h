/*
 * source -- where a record comes from, as readers see it: "newspaper page, line 39".
 */
#pragma once
#include "base/ctx.h"

/* The source's name from the catalogue (message "source." and the source's id; the id itself where
 * there is none) and the line or lines. Empty if the record was made here. */
str source_text(struct ctx *c, str source, str line);
