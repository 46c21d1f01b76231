/*
 * noise -- counts with noise added, so that they would be nearly as likely if any one person had
 * not taken part: zero-concentrated differential privacy (Bun, Steinke 2016).
 *
 *     opinion_noise_new    one snapshot of noisy counts
 *     opinion_noise_json   as JSON, with what is and is not promised
 *
 * Neighbours are two sets of votes of which one has one person more, with all his votes. Each
 * person counts with at most `cap` votes, so adding him changes at most `cap` counts by 1: the
 * squared sensitivity is cap, and noise of variance cap / (2 rho) gives rho (Canonne, Kamath,
 * Steinke 2020, theorem 14, for the discrete Gaussian on each of many counts). Where a person is
 * replaced by another, up to 2 cap counts change and it is 2 rho; a vote that is given, changed or
 * withdrawn changes at most two counts and costs rho 2 / cap.
 *
 * Outside of the promise: which groups there are and who is in which, which statements there are
 * and are moderated out. Each further snapshot of the same people costs its rho again: they add up.
 */
#pragma once
#include "opinion.h"

enum {
    OPINION_CAP_DEFAULT = 30,
    OPINION_CAP_MAX = 1000,
    OPINION_RHO_ONE = 1000000,       /* rho is told in millionths: of 1 so many, */
    OPINION_RHO_MOST = 100 * 1000000 /* and at most */
};

/* Random bytes. False: there are none, which ends it. */
struct opinion_randomness {
    bool (*fill)(void *self, void *at, size_t len);
    void *self;
};

struct opinion_noise_options {
    uint32_t rho;    /* in millionths, 1 .. OPINION_RHO_MOST */
    uint32_t cap;    /* votes of a person that count, 1 .. OPINION_CAP_MAX */
    uint64_t key[2]; /* by which those votes are chosen; secret, drawn by lot */
    struct opinion_randomness randomness;
};

/* May come out negative. They are left so: whoever cuts them off at 0 makes sums too large. */
struct opinion_noisy {
    int64_t agree, pass, disagree;
};

struct opinion_noise {
    const struct opinion_analysis *analysis; /* the caller's: must outlive this */
    uint32_t rho, cap;                       /* rho in millionths */
    double variance;                         /* of the noise of each count: cap / (2 rho) */
    double epsilon, delta; /* rho + 2 sqrt(rho log(1 / delta)): proposition 1.3 of Bun, Steinke;
                              delta is 1e-6 */
    const struct opinion_noisy *counts; /* [(k + 1) * statements] the last k: of people in no group;
                                           zeros where a statement is moderated out */
};

/* OPINION_BAD_INPUT: an option out of its range, or no more randomness. The same key and
 * randomness give the same counts. OPINION_NO_MEMORY. */
enum opinion_err opinion_noise_new(const struct opinion_memory *m,
                                   const struct opinion_analysis *analysis,
                                   const struct opinion_noise_options *options,
                                   const struct opinion_noise **noise);
void opinion_noise_free(const struct opinion_noise *noise);

/* Fields as in doc/opinion.md. OPINION_NOT_WRITTEN. */
enum opinion_err opinion_noise_json(const struct opinion_noise *noise,
                                    const struct opinion_sink *sink);
