/*
 * live_parts -- what the parts of live share.
 *
 *     live_batch   from changes by ids to changes by index; who and what is new      live_batch.c
 *     live_step    sums, axes, places, groups and counts after some have voted       live_step.c
 */
#pragma once
#include "opinion/analysis.h"
#include "opinion/ballots.h"
#include "opinion/live.h"

/* What a settling leaves: what is told, and what was found on the way. */
struct live_memory {
    struct region *region, *scratch;
};

struct opinion_live {
    struct opinion_memory m;
    struct region *region; /* of this */
    struct opinion_options options;
    double may_turn;
    /* As the last settling left it, its answer being `a`; what a batch changes lies here. */
    struct work w;
    struct live_memory memory; /* of that work */
    struct opinion_analysis a;
    struct opinion_votes votes, kept;
    struct ballots all, few; /* few: of the statements that place people, where not all do */
    bool is_few;
    const uint16_t *few_of;       /* [statements] its number among those, or NOT_KEPT */
    const uint64_t *statement_of; /* [shown] ids of the statements in the answer */
    size_t shown;
    struct room person_id, statement_id, is_out;
    struct room place, spread, group, membership; /* rows by person */
    struct room eligible, sample;
    struct region *space[2]; /* of the space that people are placed in, and of the newest */
    struct region *told;     /* lists that are made anew by each batch */
    struct room pending;     /* struct pending: statements that wait for the next batch */
    size_t pending_count;
    uint64_t since; /* votes changed since everything was settled */
    struct opinion_live_work worked;
};

enum { NOT_KEPT = UINT16_MAX };

struct pending {
    uint64_t id;
    bool is_out;
};

/* One batch on its way. */
struct batch {
    struct region *scratch;
    struct ballot_change *changes; /* those that change something, sorted */
    size_t count;
    uint32_t *people; /* who has changes, ascending */
    size_t people_count;
    bool has_statements; /* some came, or were moderated */
};

/* Rows for who and what is new, then the changes. Everything that can be refused is refused before
 * anything is changed. */
enum opinion_err live_batch(struct opinion_live *live, const struct opinion_change *changes,
                            size_t count, struct batch *batch);

/* The codes of what places people, made anew from all. */
enum opinion_err live_ballots(struct opinion_live *live);

/* The votes as they are, after the ballots changed. */
void live_show_votes(struct opinion_live *live);

/* Does this batch need everything settled? Tells it of everybody's counts first. */
enum opinion_err live_count(struct opinion_live *live, const struct batch *b, bool *must_settle);

enum opinion_err live_step(struct opinion_live *live, const struct batch *b);
