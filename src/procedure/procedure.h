/*
 * procedure -- workflows as data: what may happen to a matter, by whom, and by when.
 *
 *     text of a .yaml file --procedure_load--> struct procedure --+
 *                                                                 +--> open acts, checks, next
 *     rows, counted by the caller ----------> struct facts -------+    system act, clocks, who sees
 *
 * This folder loads, checks and DECIDES. It reads no file and no database, knows no time, and
 * changes nothing; flow/ gathers the facts, asks here, and carries out what comes back. The schema
 * of the file, field by field with examples, is doc/procedures.md.
 *
 * A loaded procedure never changes and may be read from any thread. It and all strings in it live
 * as long as the arena it was loaded into, which is the program. Things refer to each other by
 * index into the arrays of the procedure; -1 is none. Sets are bit masks over the same indices.
 *
 * A matter has one state. Its children (an assignment for each unit, an answer for each point, …)
 * are rows with a state of their own. Acts of the matter and acts of the rows stand in one array,
 * `acts`; `child` tells them apart. The round of a matter is 0 until it is handled a second time.
 */
#pragma once
#include "base/buf.h"
#include "procedure/model.h"

/* ---- loading ---- */

/* What is wrong with a file, at which line (from 1; 0: the file as a whole). */
struct problem {
    int line;
    int msg; /* an enum msg */
    struct val args[FAILURE_ARGS_MAX];
    size_t arg_count;
};

/* The first PROCEDURE_PROBLEMS_MAX, in the order of their lines. */
struct problem_list {
    struct problem at[PROCEDURE_PROBLEMS_MAX];
    size_t count;
};

/* Read and check one file. OK: `*p` is whole. INVALID: `problems` says all that is wrong. The text
 * is copied where needed and checked to be UTF-8; `a` gets both the procedure and the problems. */
enum err procedure_load(struct arena *a, str file_name, str text, struct procedure **p,
                        struct problem_list *problems) MUST_USE;

/* "proposal.yaml:12: …" with a newline, one line per problem. */
void procedure_put_problems(struct buf *b, enum lang lang, str file_name,
                            const struct problem_list *problems);

/* Several versions of one procedure stand side by side: a running matter keeps its own. */
enum { PROCEDURES_MAX = 256 };

struct procedures {
    const struct procedure *at[PROCEDURES_MAX];
    size_t count;
};

/* CONFLICT if this name and version is there with another digest; the same again is OK. INVALID if
 * there are too many. */
enum err procedures_add(struct procedures *all, const struct procedure *p) MUST_USE;

/* NULL if there is none. `procedures_latest` gives the highest version. */
const struct procedure *procedures_find(const struct procedures *all, str name, int version);
const struct procedure *procedures_latest(const struct procedures *all, str name);

/* ---- looking things up: an index, or -1 ---- */

int procedure_state(const struct procedure *p, str name);
int procedure_act(const struct procedure *p, str name); /* of the matter */
int procedure_child_act(const struct procedure *p, int child, str name);
int procedure_child(const struct procedure *p, enum child_type type);
int procedure_party(const struct procedure *p, str name);
int procedure_field(const struct procedure *p, str name);
int procedure_list(const struct procedure *p, str name);
int procedure_clock(const struct procedure *p, str name);
int procedure_number(const struct procedure *p, str name);
int child_state(const struct child *child, str name);
int child_kind(const struct child *child, str name);
const struct code *code_find(const struct code_list *list, str name); /* NULL if none */

/* The word for a child type in a file and in the database: "assignment", … */
str child_type_name(enum child_type type);
str effect_name(enum effect effect);

/* ---- facts: what the caller knows about one matter and one actor ---- */

struct child_fact {
    int child; /* index in children */
    int kind;  /* index in its kinds, or -1 */
    int state;
    str result; /* a code of the child's results; empty: none yet */
    int round;
    int64_t id, body, person, point; /* 0: none */
    uint32_t clocks_running, clocks_out;
    uint64_t done; /* acts with a limit that this row has used up; see act.limit */
    bool is_own;   /* the row is for the actor, or for a body the actor handles for */
    bool is_new;   /* made by the act just carried out (only for procedure_clocks_after) */
};

/* The days that dates are measured by, as the calendar counts them; 0: not known, and nothing is
 * measured by it. */
struct days {
    int64_t today, raised;
};

struct facts {
    int state;
    int round;
    const struct child_fact *children;
    size_t child_count;
    const int64_t *points; /* ids of the matter's points */
    size_t point_count;
    const str *values; /* by field index: the code, or anything not empty if set; NULL: none set */
    const int *done;   /* by act index: how often in this matter; NULL: never */
    bool is_down;      /* taken down from the public */
    uint64_t asked;    /* acts of the matter with `confirmed_by` that wait for an answer */
    uint32_t clocks_running, clocks_paused, clocks_out; /* of the matter */
    struct days days;
};

/* What the actor would do: an act with `confirmed_by` is asked for by one party, then granted or
 * refused by the other; only granting changes the state and runs the effects. */
enum act_how { ACT_DO, ACT_ASK, ACT_GRANT, ACT_REFUSE };

struct open_act {
    int act;
    int row; /* index in facts.children; -1: an act of the matter, or one that makes a row */
    enum act_how how;
    bool is_ready;      /* the needs hold as well; inputs are not looked at */
    struct failure why; /* when it is not ready */
};

struct open_acts {
    struct open_act *at; /* acts of the matter first, then row by row, each in the file's order */
    size_t count;
};

/* What an actor who is `parties` could do now. Buttons and queues are made of this. */
struct open_acts procedure_open_acts(struct arena *a, const struct procedure *p,
                                     const struct facts *f, uint32_t parties, enum lang lang);

/* One input of a form. Types with several values (points, bodies, people, files, assignments) come
 * as several inputs of the same name. */
struct input {
    str name, value;
};

struct act_try {
    int act;
    int row; /* as in open_act */
    enum act_how how;
    str to; /* the state chosen, where the act leaves a choice; else empty */
    const struct input *inputs;
    size_t input_count;
};

/* May the actor do this, with these inputs? On OK `*to` is the new state of the matter (or row), or
 * STATE_SAME. Otherwise `*why` says in `lang` what is missing, ready for fail_with:
 *     DENIED    the actor is not a party that may
 *     CONFLICT  not from this state (any more), or the limit is reached
 *     INVALID   a guard does not hold or an input is missing or wrong; why->field names the input
 */
enum err procedure_act_check(struct arena *a, const struct procedure *p, const struct facts *f,
                             uint32_t parties, const struct act_try *try, enum lang lang, int *to,
                             struct failure *why) MUST_USE;

/* Is this value right for this field? Shape and limits alone: that a body or a person exists is
 * for the caller. `values` are all inputs of the field's name; `days` (may be NULL) what dates are
 * measured by. INVALID with `*why`. */
enum err procedure_field_check(const struct procedure *p, const struct field *field,
                               const struct days *days, const str *values, size_t count,
                               bool is_required, enum lang lang, struct failure *why) MUST_USE;

/* The day that a bound of a date field is today; false: there is none, or it is not known. */
bool procedure_bound_day(const struct day_bound *bound, const struct days *days, int64_t *day);

/* The next act that the system must do by itself now; false: none. Call again after each, with the
 * new facts: the check at load made sure that this ends. */
bool procedure_system_act(const struct procedure *p, const struct facts *f, struct open_act *act);

/* The act that the system does because clock `clock` is out, on row `row` (-1: the matter); false
 * if the clock has none or it is not open any more. */
bool procedure_out_act(const struct procedure *p, const struct facts *f, int clock, int row,
                       struct open_act *act);

/* ---- clocks ---- */

enum clock_verb { CLOCK_START, CLOCK_STOP, CLOCK_PAUSE, CLOCK_RESUME, CLOCK_EXTEND };

struct clock_change {
    int clock;
    int row; /* index in facts.children, or -1 */
    enum clock_verb verb;
};

struct clock_changes {
    struct clock_change *at;
    size_t count;
};

enum { ACT_MADE = -1 };

/* What `act`, just carried out, does to the clocks. `f` are the facts AFTER the act, in which rows
 * that it made have is_new, with the clocks as they were before. `act` ACT_MADE: the matter was
 * just made. `row`: the row it was done on or has made, or -1. A matter that reaches an end stops
 * all that run, except what this act starts; a row that is gone stops its own. */
struct clock_changes procedure_clocks_after(struct arena *a, const struct procedure *p,
                                            const struct facts *f, int act, int row);

/* ---- seeing ---- */

/* May an actor who is `parties` see this field of a matter in this state? The public (0, or only
 * PARTY_ANYONE) sees what the state makes public; parties see all but what `seen_by` keeps from
 * them. `openness` is the code chosen by the raiser; without one, a state whose public part hangs
 * on it shows the public nothing. */
bool procedure_visible(const struct procedure *p, int state, int field, uint32_t parties,
                       str openness);
bool procedure_number_visible(const struct procedure *p, int state, int number, uint32_t parties,
                              str openness);
bool procedure_child_visible(const struct procedure *p, int state, int child, uint32_t parties,
                             str openness);

/* True if the mask holds a party other than PARTY_ANYONE. */
bool procedure_is_party(const struct procedure *p, uint32_t parties);

/* True if it holds one that decides or handles: a role, or a body it is assigned to. */
bool procedure_is_office(const struct procedure *p, uint32_t parties);

/* The parties that are `is`; for example all that are PARTY_ANYONE. */
uint32_t procedure_parties_that_are(const struct procedure *p, enum party_is is);

enum step_place { STEP_DONE, STEP_NOW, STEP_AHEAD, STEP_NEVER };

/* Where a matter in this state stands on the spine: at `step`, its state's own or a later one in
 * which it ended; `places` has p->step_count places. After an end the later ones are STEP_NEVER. */
void procedure_steps(const struct procedure *p, int state, int step, enum step_place *places);

/* ---- drawing ---- */

/* States and acts as an SVG picture with title and description, for the help page. */
void procedure_graph_svg(const struct procedure *p, enum lang lang, struct buf *b);
