/*
 * resample -- would other people, or other rows, have given the same answer?
 *
 *     opinion_votes_resampled   the votes of as many people, drawn with replacement
 *     opinion_log_shuffled      the same rows in another order
 *     opinion_agreement         how much two ways of parting the same people agree
 *     opinion_polis_regroup     the method of Polis with so many groups as asked for
 *
 * What is drawn depends on `seed` and `turn` alone; other turns are as good as independent.
 */
#pragma once
#include "opinion.h"

/* People drawn out of others, each as often as it comes (the bootstrap; Efron 1979). Whoever was
 * drawn twice is two people with the same votes. They stand in the order of those that they were
 * drawn from, and the person at place i has the id i, so that ids are distinct and ascending: what
 * goes by ids (OPINION_BY_ID, the sample for the axes) takes these votes as any others. */
struct opinion_resample {
    struct opinion_votes votes; /* statements as before, also those nobody drawn voted on */
    const uint32_t *original;   /* [votes.people] place in the votes drawn from, ascending */
};

/* As many people as there are in `votes`, which must outlive what is drawn.
 * OPINION_TOO_MANY_VOTES: those drawn have more than fit 32 bits. */
enum opinion_err opinion_votes_resampled(const struct opinion_memory *m,
                                         const struct opinion_votes *votes, uint64_t seed,
                                         uint64_t turn, const struct opinion_resample **drawn);
void opinion_resample_free(const struct opinion_resample *drawn);

/* A log with the rows of `log` in an order drawn evenly from all (Durstenfeld 1964), with the times
 * they had, and with its statements. */
enum opinion_err opinion_log_shuffled(const struct opinion_memory *m, const struct opinion_log *log,
                                      uint64_t seed, uint64_t turn, struct opinion_log **shuffled);

/* The adjusted Rand index (Hubert, Arabie 1985) of two labels for each of `count` people: 1 when
 * they part them in the same way, whatever the labels are, 0 in the mean by chance, hardly ever
 * under -0.5. Any labels from 0 on; whoever has a label under 0 in one of them is left out. Of
 * fewer than two people it is 1. */
enum opinion_err opinion_agreement(const struct opinion_memory *m, const int32_t *a,
                                   const int32_t *b, size_t count, double *agreement);

/* The people of `polis` in `k` groups (2 .. POLIS_GROUPS_MAX) instead of in as many as it chose,
 * from the same positions and base clusters. `group`: [people] its group, -1: in none. */
enum opinion_err opinion_polis_regroup(const struct opinion_memory *m,
                                       const struct opinion_polis *polis, int k, int8_t *group);
