/*
 * refine -- axes made likelier by going over the votes themselves.
 *
 * What space_find takes from sums over pairs is a good start: of the model it has in mind (a vote
 * is mean + loading x place, and noise; Tipping, Bishop 1999; with votes missing, Ilin, Raiko 2010)
 * it is not the likeliest one. Each round places people and then fits each statement's mean and
 * loading to where its voters stand and how sure that is (EM).
 */
#pragma once
#include "opinion/space.h"

/* So many rounds over the votes of `people` (ascending indices into the votes, whose statements are
 * the space's). Axes stay upright on each other, the strongest first, on the side where they were
 * of `before`, or else with the largest loading positive. The strengths, values and noise are
 * those of the new loadings. */
enum opinion_err space_refine(struct region *scratch, const struct opinion_votes *votes,
                              const uint32_t *people, size_t count, int rounds,
                              const struct space *before, struct space *space);
