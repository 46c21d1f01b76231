/*
 * ledger_test -- what the tests of this folder share: a fresh database with a key, appending,
 * sealing, and hearing what verifying says.
 */
#pragma once
#include "db/db_testing.h"
#include "ledger/ledger.h"

struct world {
    struct db_testing t;
    struct arena *arena;
    struct ledger_keys keys;
};

/* An act that appends `count` entries about objects 100, 101 …; every other one has content. */
struct many {
    struct world *w;
    int count;
    bool then_fails;
    str receipt; /* of the last one */
};
enum err append_act(struct db *db, void *arg);

str append(struct world *w, int count);
int64_t seal(struct world *w, int64_t max);

struct heard {
    int count;
    struct ledger_problem first;
    enum ledger_fault faults[16];
};
void hear(void *arg, const struct ledger_problem *p);
struct ledger_verdict verify_with(struct world *w, struct heard *h,
                                  const struct ledger_head *outside);

/* Verifies and finds nothing. */
struct ledger_verdict sound(struct world *w);

/* cmocka's set-up and tear-down, on the engine in world_engine. */
extern enum db_engine world_engine;
int world_start(void **state);
int world_end(void **state);
#define ON_FRESH(test) cmocka_unit_test_setup_teardown(test, world_start, world_end)
