/*
 * floor -- what stages of the analysis are measured against: the least they could take, or the
 * plain way of doing the same. Nothing but measurements needs it.
 */
#pragma once
#include "opinion/opinion.h"

/* Seconds, from any beginning. */
typedef double floor_clock_fn(void);

/* A row of sixteen numbers fetched and added for each vote, and nothing else. */
enum opinion_err floor_gather(const struct opinion_memory *m, const struct opinion_votes *votes,
                              floor_clock_fn *now, double *seconds);

/* Sums over every two statements, over everybody: by bit planes, and person by person. */
enum opinion_err floor_pairs(const struct opinion_memory *m, const struct opinion_votes *votes,
                             floor_clock_fn *now, double *planes, double *sparse);
