/*
 * procedure_walk -- for the tests: one matter walked through a procedure, with its facts kept here.
 *
 * It stands in for flow/: inputs are filled with the first value that is right, effects that make
 * rows make them, and after each act the system does what is due.
 */
#pragma once
#include "procedure/procedure.h"

enum { WALK_ROWS = 64 };

struct walk {
    struct arena *arena;
    const struct procedure *p;
    struct facts f;
    struct child_fact rows[WALK_ROWS];
    int64_t points[2];
    str values[PROCEDURE_FIELDS_MAX];
    int done[PROCEDURE_ACTS_MAX];
    const char *units; /* kinds that the next assign makes: "lead co co" */
    str result;        /* what the next act gives as a result; empty: the first code */
    bool fills_all;    /* give the optional inputs too */
    struct failure why;
    enum err err;
    int64_t next_id;
};

/* A procedure of the repository, which must be right; the test ends if it is not. */
const struct procedure *walk_load(struct arena *a, const char *root, const char *path);

/* The text of a file of the repository. */
str walk_read(struct arena *a, const char *root, const char *path);

void walk_start(struct walk *w, struct arena *a, const struct procedure *p);

/* One act of the matter; `row` for an act on a row, else -1. False: refused, see `err`, `why`. */
bool walk_do(struct walk *w, const char *party, const char *act, int row, enum act_how how);

/* The same by index, for random walks. */
bool walk_act(struct walk *w, uint32_t parties, const struct open_act *open);

/* Is it offered to this party? On any row, for acts on rows. */
bool walk_offers(struct walk *w, const char *party, const char *act, enum act_how how);

/* Time is out for this clock, of the matter or of every row that has it. How many acts it caused.
 */
int walk_out(struct walk *w, const char *clock);

/* The n-th row (from 0) of a kind of child in the current round, or -1. */
int walk_row(const struct walk *w, enum child_type type, int n);

bool walk_is(const struct walk *w, const char *state);
bool walk_row_is(const struct walk *w, int row, const char *state);
