/*
 * signals -- signs that votes were not cast one by one: the same votes again and again, votes that
 * come all at once, and what the answer would be without them.
 *
 *     opinion_signals_new    people whose votes are the same, or nearly so
 *     opinion_bursts_new     minutes in which a statement drew more votes than its profile explains
 *     opinion_votes_without  the votes again, some people's left out
 *
 * All of it is evidence for somebody who looks further, never a reason to shut anybody out: people
 * who live together or who were handed the same leaflet vote alike, a statement that was read out
 * on the radio has its burst, and whoever was copied looks the same as whoever copied. Weights of
 * nought belong into a second computation that is published beside the first. Nor is silence a
 * proof: who takes care is not found (doc/opinion.md says how many are).
 */
#pragma once
#include "opinion.h"

enum {
    OPINION_ALIKE_LEAST = 8, /* votes, and votes in common, below which nothing is said */
    OPINION_BURST_LEAST = 5, /* people in a minute */
};

/* People whose votes are the same on the same statements. */
struct opinion_same {
    size_t first, count; /* in opinion_signals.member; two or more */
    uint32_t votes;      /* of each */
    double evidence;     /* of any two of them, as below */
    double threshold;    /* of it: the more people, the less */
    bool is_unlikely;    /* by chance: the evidence is at the threshold or beyond */
};

/* Two people whose votes are nearly the same; who is in a set stands there for all of it. */
struct opinion_pair {
    uint32_t a, b;         /* people, a < b */
    uint32_t common, same; /* statements both voted on; those they voted alike on */
    double evidence; /* natural logarithm of a ratio of likelihoods, at the threshold or more */
};

struct opinion_signals {
    const struct opinion_votes *votes; /* the caller's: must outlive this */
    size_t eligible;                   /* people with OPINION_ALIKE_LEAST votes or more */
    double threshold;                  /* of the evidence of two people; at least 0 */
    size_t set_count, member_count;
    const struct opinion_same *sets; /* the strongest evidence first, then by the first member */
    const uint32_t *member;          /* [member_count] people, ascending in each set */
    size_t pair_count;
    const struct opinion_pair *pairs; /* the strongest evidence first, then by a and b */
    size_t flagged;
    const bool *is_flagged; /* [people] in a set or a pair that is unlikely */
};

/* Whose votes are alike. Sets: equal vectors of 8 votes or more, compared vote by vote. Pairs:
 * those that 20 bands of 3 least hashes bring together (Broder 1997; of two people who share the
 * half, by Jaccard, 93 of 100 are looked at), with their evidence over the statements both voted
 * on, 8 or more: the sum of log(0.95 / s) where the votes are equal and of log(0.05 / (1 - s))
 * where they differ, s being the chance of equality.
 *
 * Mean + loading . place is the vote expected; the odds of a pass are those on the statement times
 * those of the person over those of all; the rest is divided so that agreeing less disagreeing is
 * what was expected. Copies bend the axes until they are what is expected, so axes are taken from
 * `analysis` only where there are no crowds, people who share four fifths of their votes (Jaccard);
 * else from an analysis of the same seed with one of each crowd, made here.
 *
 * The threshold for two is 0.8 log(n (n - 1) / 2) among n eligible people, for a set of m 0.8 log(n
 * over m) / (m - 1), but at least 3/4 of that of two; how many honest people reach it was measured
 * (doc/opinion.md). `analysis` is of votes in OPINION_BY_ID; it may be freed afterwards. The same
 * votes and seed give the same signals. OPINION_NO_MEMORY. */
enum opinion_err opinion_signals_new(const struct opinion_memory *m,
                                     const struct opinion_analysis *analysis,
                                     const struct opinion_signals **signals);
void opinion_signals_free(const struct opinion_signals *signals);

/* ---- bursts ---- */

/* One row of a log, whatever the vote was. */
struct opinion_row {
    uint64_t person, statement;
    int64_t time;
};

struct opinion_rows {
    size_t count;
    const struct opinion_row *row; /* [count] in the order they came in */
};

/* The rows of a log; the log may be freed afterwards. OPINION_NO_MEMORY. */
enum opinion_err opinion_rows_new(const struct opinion_memory *m, const struct opinion_log *log,
                                  const struct opinion_rows **rows);
void opinion_rows_free(const struct opinion_rows *rows);

struct opinion_burst {
    uint64_t statement;     /* its id */
    int64_t time;           /* when the minute began */
    uint32_t people;        /* who voted on it in that minute; at least OPINION_BURST_LEAST */
    uint32_t elsewhere;     /* votes on other statements in the same minute */
    double expected;        /* how many people, over 0 */
    double p;               /* chance of so many or more, 0 .. 1 */
    const uint64_t *person; /* [people] their ids, ascending */
};

struct opinion_bursts {
    double cells; /* minutes from first to last vote, of all statements together */
    size_t count;
    const struct opinion_burst *bursts; /* the least p first, then by statement and time */
};

/* Bursts: the tail of a Poisson distribution for each statement and minute, Benjamini, Hochberg
 * 1995 at 1 % over all minutes from a statement's first vote to its last. What is expected is the
 * share of the minute in that span by the activity of its hour of the week (UTC, if the times are;
 * `count` votes of it against what would come evenly, one even vote added), or by the votes on all
 * other statements in the ten minutes around it, whichever is more, times the votes on the
 * statement. `minute`: how many units of time make one, at least 1: 60, 60000. A person who votes
 * again within the minute counts once. Rows in any order. OPINION_NO_MEMORY. */
enum opinion_err opinion_bursts_new(const struct opinion_memory *m, const struct opinion_row *rows,
                                    size_t count, int64_t minute,
                                    const struct opinion_bursts **bursts);
void opinion_bursts_free(const struct opinion_bursts *bursts);

/* ---- the second computation ---- */

/* The votes in OPINION_BY_ID without those of the people marked, who are not there at all; every
 * statement is, so that statements of votes in that order keep their numbers. Ends with
 * opinion_votes_free; the votes given may be freed before. OPINION_NO_MEMORY. */
enum opinion_err opinion_votes_without(const struct opinion_memory *m,
                                       const struct opinion_votes *votes,
                                       const bool *is_left_out, /* [people] */
                                       const struct opinion_votes **fewer);

/* ---- out ---- */

/* Signals, and both answers side by side: `whole` of all votes, `fewer` without those who are
 * flagged. Fields as in doc/opinion.md. OPINION_NOT_WRITTEN. */
enum opinion_err opinion_signals_json(const struct opinion_signals *signals,
                                      const struct opinion_bursts *bursts,
                                      const struct opinion_analysis *whole,
                                      const struct opinion_analysis *fewer,
                                      const struct opinion_sink *sink);
