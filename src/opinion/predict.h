/*
 * predict -- how well are votes foretold that the analysis has not seen?
 *
 *     opinion_holdout_new       some of the votes hidden
 *     opinion_predict           how well they are foretold by any deviations
 *     opinion_predict_default   by our own method
 *     opinion_predict_polis     by that of Polis
 *
 * A vote is foretold as the mean of what is left of the votes on its statement, and a deviation of
 * its person's from that times a factor. Methods measure in units of their own, so the factor is
 * fitted, on the other half of the hidden votes: none is judged by a factor that it had a part in.
 */
#pragma once
#include "opinion/opinion.h"

struct opinion_hidden {
    uint32_t person; /* place in the votes */
    uint16_t code;   /* as in struct opinion_votes */
    bool half;       /* which of two, by lot */
};

struct opinion_holdout {
    struct opinion_votes
        votes; /* those left; people and statements as before, also without votes */
    size_t hidden_count;
    const struct opinion_hidden *hidden; /* in the order of the votes */
};

/* Of the votes on statements that are not moderated out one in `one_in` (2 or more), each by a lot
 * of its own that goes by the ids of person and statement, `seed` and `turn` alone: in whatever
 * order people stand, the same votes are hidden. `votes` must outlive it. */
enum opinion_err opinion_holdout_new(const struct opinion_memory *m,
                                     const struct opinion_votes *votes, int one_in, uint64_t seed,
                                     uint64_t turn, const struct opinion_holdout **holdout);
void opinion_holdout_free(const struct opinion_holdout *holdout);

struct opinion_prediction {
    double r2;  /* 1 less the squared error, as part of that of the means alone; 1 at most, under
                   0 where the means alone are better; 0 where they leave nothing to tell */
    double auc; /* of an agreement and a disagreement (0 .. 1): how often the first is foretold as
                   the higher one (Hanley, McNeil 1982); 0.5 where one of both is missing */
    double scale[2]; /* the factor for each half, fitted on the other */
};

/* `deviation`: [hidden_count], of any size. */
enum opinion_err opinion_predict(const struct opinion_memory *m,
                                 const struct opinion_holdout *holdout, const double *deviation,
                                 struct opinion_prediction *prediction);

/* Votes in OPINION_BY_ID, as the analysis of `options` wants them (NULL: seed 1). */
enum opinion_err opinion_predict_default(const struct opinion_memory *m,
                                         const struct opinion_holdout *holdout,
                                         const struct opinion_options *options,
                                         struct opinion_prediction *prediction);

/* Polis moves those who voted little away from the middle, by the root of statements over votes.
 * It says nowhere how a vote were to be foretold from a place; these are the ways one might. */
enum opinion_polis_reach {
    OPINION_POLIS_BARE,   /* as if they had not been moved */
    OPINION_POLIS_PLACED, /* from where they are shown */
    OPINION_POLIS_FULL,   /* moved by as much again: what is missing is as what is there */
    OPINION_POLIS_REACHES,
};

/* Votes in OPINION_BY_APPEARANCE. `prediction`: [OPINION_POLIS_REACHES]. */
enum opinion_err opinion_predict_polis(const struct opinion_memory *m,
                                       const struct opinion_holdout *holdout,
                                       struct opinion_prediction *prediction);
