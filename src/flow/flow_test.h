/*
 * flow_test -- what the tests of this folder share: a town with its rooms, offices and people, in
 * which a matter is walked along its procedure by the real functions.
 *
 *     struct town t;
 *     if (!town_open(&t, DB_SQLITE))
 *         skip();
 *     town_raise(&t, "raiser");                            t.matter is now that matter
 *     assert_int_equal(does(&t, "clerk", "propose", "criteria=public|…"), OK);
 *     assert_state(&t, "proposed");
 *     town_close(&t);
 *
 * People have the name of their office. The day is 2 March 2026, a Monday, ten in the morning,
 * until a test moves it on with town_day.
 */
#pragma once
#include "base/msg.h"
#include "flow/flow.h"

/* A unit's answer and a page's are two things. */
#define answer page_answer
#include "web/testing.h"
#undef answer

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

struct town {
    struct world w;
    struct arena *arena;   /* of the town */
    struct arena *scratch; /* of one act or one look; the next one forgets it */
    int64_t committee, room, other_room, unit_a, unit_b, unit_c;
    int64_t raiser, neighbour, shopkeeper; /* people without an office */
    int64_t handler_c;                     /* of a unit that only helps */
    int64_t matter;                        /* the one that is walked */
    struct failure why;                    /* of the last act; its field lives in `arena` */
    str receipt;
    bool leaves_unconfirmed;
};

bool town_open(struct town *t, enum db_engine engine);
void town_close(struct town *t);

/* It is this day, at this hour, in the town. */
void town_day(const char *date, int hour);

/* ---- doing ---- */

struct deed {
    const char *who; /* NULL: nobody signed in */
    const char *act, *inputs;
    const char *type; /* of an act on a row: "assignment" */
    int64_t child;
    enum act_how how;
    int64_t edition;
    int64_t behalf_of; /* the clerk `who` acts for this person at the desk */
};

/* Do it to t->matter. Inputs are "name=value|name=value". */
enum err town_does(struct town *t, const struct deed *d);
enum err does(struct town *t, const char *who, const char *act, const char *inputs);

/* An act on the row of a unit, of a person, or of a point; kinds as in the procedure. */
enum err does_on(struct town *t, const char *who, const char *type, int64_t child, const char *act,
                 const char *inputs);

/* All that must go well. */
#define DOES(t, who, act, inputs) assert_int_equal(does((t), (who), (act), (inputs)), OK)
#define DOES_ON(t, who, type, child, act, inputs)                                                  \
    assert_int_equal(does_on((t), (who), (type), (child), (act), (inputs)), OK)

/* Raise a matter with two suggestions and confirm it; leave it unconfirmed; key one in at the desk
 * for somebody without an account. */
enum err town_raise(struct town *t, const char *who);
enum err town_raise_unconfirmed(struct town *t, const char *who);
enum err town_raise_for_nobody(struct town *t);

enum err town_follow(struct town *t, const char *who);

/* Tick every clock that wants attention by now, until none does. Gives how many ticks there were.
 */
int town_tick(struct town *t);

/* Anything else, in an act or a read, as `who` (NULL: nobody). Keeps the last act's failure. */
enum err town_act(struct town *t, const char *who, world_fn *fn, void *arg);
enum err town_read(struct town *t, const char *who, world_fn *fn, void *arg);

/* ---- looking ---- */

/* The matter's facts as the program sees them, good until the next act or look. */
const struct flow *town_look(struct town *t);
/* The same as `who` sees them; NOT_FOUND if he may not. */
enum err town_see(struct town *t, const char *who, struct flow *w);

void assert_state(struct town *t, const char *state);
void assert_last_words(struct town *t, const char *note_and_remark); /* "note / remark" */
int64_t assignment_of(struct town *t, int64_t unit);
const char *assignment_state(struct town *t, int64_t unit);
int64_t answer_of(struct town *t, size_t point, int64_t unit); /* of the current round; 0: none */
int64_t evaluation_of(struct town *t, int64_t person);         /* of the current round */
const struct evaluation *evaluation_row(struct town *t, int64_t person);
int64_t confirmation_of(struct town *t, int64_t person);
const struct clock_row *clock_of(struct town *t, const char *name); /* the newest; NULL */
int64_t day_end(const char *date);

/* How many messages wait with a key that begins so; and how many entries of the timeline have this
 * act; and how many entries of the ledger there are about the matter. */
int64_t mails(struct town *t, const char *key_begins);
int64_t mails_to(struct town *t, const char *key_begins, int64_t person);
int64_t entries(struct town *t, const char *act);
int64_t ledger_entries(struct town *t);

/* The replies of the matter, all of them and those that were released. */
struct letters {
    struct town *t;
    size_t count, released;
    int64_t unit; /* of the last one */
};
struct letters letters(struct town *t);

/* The record is whole: what was sealed verifies, and every row of every timeline has its entry. */
void assert_record_whole(struct town *t);

/* ---- all of it, flow_snapshot_test.c ---- */

enum { SNAPSHOT_TABLES_MAX = 64 };

struct snapshot {
    size_t count;
    char name[SNAPSHOT_TABLES_MAX][32];
    int64_t rows[SNAPSHOT_TABLES_MAX];
    struct digest digest[SNAPSHOT_TABLES_MAX];
};

void town_snapshot(struct town *t, struct snapshot *s);

/* Is every table as it was? `*table` names the first that is not. */
bool snapshot_same(const struct snapshot *a, const struct snapshot *b, const char **table);

/* ---- on the way ---- */

/* From deliberating: minutes in which nothing is agreed, and the time to answer about them is over.
 */
void disagree(struct town *t);

/* Walk the matter, from where it is raised, up to these states of the talk-it-over procedure. */
void walk_to_preparing(struct town *t);
void walk_to_noticed(struct town *t);
void walk_to_deliberating(struct town *t);
void walk_to_minuted(struct town *t);    /* two agreed points, three participants to confirm */
void walk_to_converting(struct town *t); /* all confirmed */
void walk_to_handling(struct town *t);   /* point 1: unit_a leads; point 2: unit_b; unit_c co */
void walk_to_review(struct town *t);     /* all answered, reply submitted */
void walk_to_replied(struct town *t);
void answer_round(struct town *t); /* from handling: contact, answers, reply, released */

#define PLAN    "session_date=2026-03-20|session_place=Hall|session_mode=room|convened_by=C"
#define EARLY   "public_reason=All are here."
#define MINUTES "recorded_by=R|attendees=all|facts=as they are"
#define CONTACT "mode=visit|date=2026-03-02|note=Looked at it together."
#define ANSWER  "outcome=adopted|reason=It is being built.|owner=Section 2|date=2026-06-30"
#define REPLY   "result_class=A|summary=What was done.|signer=Head|contact_person=Office 1"
#define CRITERIA                                                                                   \
    "criteria=public|criteria=concrete|criteria=local|criteria=several|category=traffic"

/* cmocka's set-up and tear-down, on the engine in town_engine. */
extern enum db_engine town_engine;
int town_begin(void **state);
int town_end(void **state);
#define IN_TOWN(test) cmocka_unit_test_setup_teardown(test, town_begin, town_end)

/* Run a group of tests on each engine that is there. */
#define RUN_ON_BOTH(tests, failed)                                                                 \
    do {                                                                                           \
        for (int engine_ = DB_SQLITE; engine_ <= DB_POSTGRES; engine_++) {                         \
            town_engine = (enum db_engine)engine_;                                                 \
            if (db_testing_has(town_engine))                                                       \
                (failed) += cmocka_run_group_tests_name(                                           \
                    engine_ == DB_SQLITE ? #tests " on SQLite" : #tests " on PostgreSQL", tests,   \
                    NULL, NULL);                                                                   \
        }                                                                                          \
    } while (0)
