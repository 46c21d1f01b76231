/*
 * number -- serial and case numbers, as a procedure forms them.
 *
 * A number is kept as it was given, in Chinese; who reads in another language sees the same number
 * as the procedure writes it there.
 */
#pragma once
#include "procedure/procedure.h"

struct number_places {
    int64_t n, year, term, session; /* 0 and more */
};

/* A format with its places filled; places that are none of number_rule's stay empty. */
str number_fill(struct arena *a, str format, const struct number_places *v);

/* What stood in the places of a text that was filled by this format; those it has not are 0. False:
 * it was filled by another. */
bool number_read(str format, str text, struct number_places *v);

/* A number kept by a procedure, in a language; as it is kept where the procedure, which may be
 * NULL, has no such rule or says nothing in that language. */
str number_in(struct arena *a, const struct procedure *p, str kept, enum lang lang);
