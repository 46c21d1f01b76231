/*
 * live -- an analysis that goes on while people vote.
 *
 * A batch of votes changes whole numbers: how many, and for every two statements what their votes
 * have to do with each other. From these come the axes, warm from those before. Only who voted is
 * placed anew, until the axes have turned by more than is allowed; then everybody is. Membership
 * and what groups stand for are found anew when everything is: opinion_live_settle, or by itself
 * when one vote in OPINION_LIVE_SETTLES has changed, or other statements place people.
 *
 * What stands in the answer is always of one space: axes, means, places and centres of groups
 * belong together, and are at most as far from the newest axes as is allowed. Counts are exact.
 */
#pragma once
#include "opinion/opinion.h"

enum { OPINION_LIVE_SETTLES = 32 };

/* Axes that have turned by a hundredth (radians, of the strongest) are good enough to look at. */
#define OPINION_LIVE_TURN 0.01

/* One vote given, changed or (`is_withdrawn`) taken back. */
struct opinion_change {
    uint64_t person, statement;
    int8_t vote;
    bool is_withdrawn;
};

/* What the last batch, or the settling, came to. */
struct opinion_live_work {
    size_t changed;  /* people who voted otherwise than before */
    size_t placed;   /* people who were placed anew */
    double turned;   /* how far what is shown is from the newest axes; see space_apart */
    bool is_settled; /* everything was found anew */
};

struct opinion_live;

/* Of votes in OPINION_BY_ID, which are copied. `options` as for opinion_analysis_new; `before` is
 * needed no longer afterwards. `may_turn`: 0 places everybody anew with each batch. */
enum opinion_err opinion_live_new(const struct opinion_memory *m, const struct opinion_votes *votes,
                                  const struct opinion_options *options, double may_turn,
                                  struct opinion_live **live);
void opinion_live_free(struct opinion_live *live);

/* A batch; of several changes of one person on one statement the last counts. People and statements
 * may be new. OPINION_NOT_A_VOTE, OPINION_TOO_MANY_STATEMENTS, OPINION_TOO_MANY_VOTES: nothing was
 * changed. After OPINION_NO_MEMORY it can only be freed. */
enum opinion_err opinion_live_apply(struct opinion_live *live, const struct opinion_change *changes,
                                    size_t count);

/* A statement that is new, or moderated out or in again; seen in the answer after the next batch or
 * settling. */
enum opinion_err opinion_live_statement(struct opinion_live *live, uint64_t statement, bool is_out);

/* Everything anew from the votes, after what was before: as opinion_analysis_new with `before`. */
enum opinion_err opinion_live_settle(struct opinion_live *live);

/* The answer, and its votes, until the next batch or settling. */
const struct opinion_analysis *opinion_live_answer(const struct opinion_live *live);
struct opinion_live_work opinion_live_worked(const struct opinion_live *live);
