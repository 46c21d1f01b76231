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
#include "base/calendar.h"
#include "base/crypto.h"
#include "base/ctx.h"

enum {
    PROCEDURE_TEXT_MAX = 256 * 1024, /* bytes of a file */
    PROCEDURE_PARTIES_MAX = 32,      /* the sizes of the masks */
    PROCEDURE_CLOCKS_MAX = 32,
    PROCEDURE_FIELDS_MAX = 64,
    PROCEDURE_STATES_MAX = 64, /* of the matter, and of each kind of child */
    PROCEDURE_ACTS_MAX = 64,   /* of the matter and the children together */
    PROCEDURE_LIST_MAX = 64,   /* anything else that is listed */
    PROCEDURE_CODES_MAX = 256, /* codes in one list */
    PROCEDURE_KINDS_MAX = 16,  /* sub-kinds of one kind of child */
    PROCEDURE_PROBLEMS_MAX = 50,
};

/* ---- words ---- */

struct label {
    str text[LANG_COUNT]; /* never empty once loaded, in any language */
};

/* A length of time, as calendar_due counts it. */
struct span {
    int64_t n; /* reminders before the due time are negative */
    enum calendar_unit unit;
};

struct code {
    str name; /* what is stored */
    struct label label;
    str group;       /* the class it counts under, e.g. "suitable"; may be empty */
    bool is_retired; /* still shown on old records, no longer offered */
};

struct code_list {
    str name;
    int version;
    struct label label;
    struct code *codes; /* in the order of the file */
    size_t code_count;
    int line;
};

/* ---- parties: the words used in `by` ---- */

enum party_is {
    PARTY_ROLE,        /* whoever has `role` within `scope` */
    PARTY_RAISER,      /* whoever raised the matter; the proposers */
    PARTY_COSIGNER,    /* invited to sign, and has */
    PARTY_ASSIGNED,    /* belongs to a body that has a current assignment of one of `kinds` */
    PARTY_PARTICIPANT, /* listed for the session */
    PARTY_OWNER,  /* of a row: the person or the body that the row is for (child_fact.is_own) */
    PARTY_SYSTEM, /* the program: when the guards hold or a clock is out */
    PARTY_ANYONE, /* whoever reads the page */
};

/* Where the role must be held. */
enum party_scope {
    SCOPE_WHOLE, /* anywhere in the installation */
    SCOPE_ROOM,  /* the room (or body) where the matter is */
    SCOPE_BODY,  /* the body the matter belongs to, or one above it */
    SCOPE_UNIT,  /* the body of the assignment in question */
};

struct party {
    str name;
    struct label label;
    enum party_is is;
    str role; /* of PARTY_ROLE: a role name such as "clerk" */
    enum party_scope scope;
    uint32_t kinds; /* of PARTY_ASSIGNED: sub-kinds of the assignment; 0: all */
    bool is_many;
    int line;
};

/* ---- fields: of the matter, of a child, and what an act asks for ---- */

enum field_type {
    FIELD_LINE,        /* one line; min, max count characters */
    FIELD_TEXT,        /* several lines; min, max count characters */
    FIELD_POINTS,      /* one text each; min, max count points, each_max the characters of one */
    FIELD_CODE,        /* one code of `list` */
    FIELD_DECLARATION, /* a box that must be ticked: "yes" */
    FIELD_BODY,
    FIELD_BODIES,
    FIELD_DATE,   /* YYYY-MM-DD */
    FIELD_NUMBER, /* min, max bound the value */
    FIELD_MATTER, /* another matter */
    FIELD_PEOPLE,
    FIELD_FILES,
    FIELD_CODES,       /* several codes of `list`; min, max count them */
    FIELD_ASSIGNMENTS, /* who handles what: point (or the whole), body, kind, due date */
};

struct field {
    str name;
    struct label label, hint; /* hint may be empty */
    enum field_type type;
    int64_t min, max;     /* max 0: none */
    int64_t each_max;     /* of FIELD_POINTS; 0: none */
    int list;             /* of FIELD_CODE and FIELD_CODES: index of the code list */
    str group;            /* only the codes of this group are offered; empty: all */
    str starts, ends;     /* of a line: how it must begin and end; may be empty */
    int matter_field;     /* of an act's input: the field of the matter it fills, or -1 */
    int child_field;      /* of an input of a row's act: the field of the row it fills, or -1 */
    bool is_required;     /* of an input or a child's field */
    uint64_t required_by; /* of a matter's field: acts that need it */
    str reason_if;        /* with this code chosen, the field NAME_reason is needed as well */
    uint32_t seen_by;     /* parties; 0: everyone who sees the matter */
    bool is_public;       /* of an input: shown with the public entry of the act */
    int line;
};

/* ---- states ---- */

enum follows { FOLLOWS_NOTHING, FOLLOWS_MERGED_INTO, FOLLOWS_CONVERTED_TO, FOLLOWS_CAME_FROM };

struct state {
    str name;
    struct label label;
    struct label seal;       /* the word in the seal; the label where the file gives none */
    int step;                /* the step of the spine it belongs to, or -1; -1 for children */
    uint64_t public_fields;  /* what the public may see in this state */
    uint64_t public_numbers; /* mask over numbers */
    uint32_t public_children;
    bool is_public;       /* the public may see that the matter exists */
    bool is_by_openness;  /* the sets above come from the openness chosen by the raiser */
    bool is_end;          /* nothing need happen any more */
    bool is_gone;         /* of a child: the row no longer counts for any guard */
    bool is_initial;      /* a matter or row may begin here */
    bool is_imported;     /* reached only by import */
    enum follows follows; /* the link whose other end now carries the story */
    int line;
};

struct step {
    str name;
    struct label label;
    int line;
};

/* ---- children ---- */

/* The closed list of kinds; each is a table of the matter. */
enum child_type {
    CHILD_ASSIGNMENT,
    CHILD_CONTACT,
    CHILD_ANSWER,
    CHILD_EVALUATION,
    CHILD_CONFIRMATION,
    CHILD_COSIGN,
    CHILD_TYPES
};

enum child_per { PER_MANY, PER_UNIT, PER_POINT, PER_PARTY };

/* A sub-kind, such as lead and co. */
struct kind {
    str name;
    struct label label;
    int line;
};

struct child {
    enum child_type type;
    struct label label;
    enum child_per per;
    uint32_t per_parties; /* of PER_PARTY */
    struct state *states;
    size_t state_count;
    struct kind *kinds;
    size_t kind_count;
    struct field *fields; /* what the row holds */
    size_t field_count;
    int result_field; /* the field that holds the result of the row, or -1 */
    int results;      /* the code list of that field, or -1 */
    bool is_by_round; /* a new round asks anew; guards count the rows of the current round */
    bool needs_second_factor; /* for every act of a person on it */
    str form;                 /* name of a typed form of the noun; may be empty */
    int line;
};

/* ---- guards ---- */

enum guard_is {
    GUARD_ALL,   /* all rows are in `states` or have a result in `results`; none is fine too */
    GUARD_EVERY, /* the same, and there is at least one */
    GUARD_ANY,   /* at least one row is or has */
    GUARD_NONE,  /* no row is or has */
    GUARD_COUNT_LEAST, /* at least `n` rows (are or have) */
    GUARD_COUNT_UNDER, /* fewer than `n` */
    GUARD_EVERY_POINT, /* every point has a row that is or has */
    GUARD_FIELD_SET,
    GUARD_FIELD_EMPTY,
    GUARD_FIELD_IS, /* the code chosen is one of `results` (codes of the field's list) */
    GUARD_ROUND_LEAST,
    GUARD_ROUND_UNDER,
    GUARD_CLOCK_OUT, /* of the matter */
    GUARD_CLOCK_IN_TIME,
    GUARD_CLOCK_RUNNING,
    GUARD_ACT_DONE,
    GUARD_ACT_NOT_DONE,
};

enum { PROCEDURE_RESULTS_WORDS = PROCEDURE_CODES_MAX / 64 };

struct guard {
    enum guard_is is;
    int child;                                 /* of the guards over rows */
    uint32_t kinds;                            /* sub-kinds that count; 0: all */
    uint64_t states;                           /* of the child */
    uint64_t results[PROCEDURE_RESULTS_WORDS]; /* codes of its list */
    int64_t n;
    int field, clock, act;
    str text;           /* as in the file */
    struct label label; /* the sentence for the person when it fails; may be empty */
    int line;
};

/* ---- acts ---- */

/* What flow/ does beside changing the state. The list is closed; a file can only name these.
 * Not effects: numbers (act.gives), and starting, stopping, pausing, resuming and extending clocks,
 * where the clock says at which acts and procedure_clocks_after gives the list. Inputs named here
 * must be among the act's inputs; the check at load sees to it. */
enum effect {
    EFFECT_NOTIFY_RAISER,     /* tell the raisers and followers what happened */
    EFFECT_NOTIFY_PARTIES,    /* tell participants and units */
    EFFECT_PUBLISH,           /* make the matter visible to the public from now on */
    EFFECT_UNPUBLISH,         /* and no longer, leaving a tombstone */
    EFFECT_CONFIRM_CONTACT,   /* the raiser's address or phone is confirmed */
    EFFECT_INVITE_COSIGNERS,  /* a cosign row for each person in the input "cosigners" */
    EFFECT_MERGE,             /* link merged_into the matter in "into"; raisers follow it there */
    EFFECT_CONVERT,           /* make a matter of another family, link converted_to */
    EFFECT_PASS_ON,           /* an assignment row of kind "receiver" for the body in "to_body" */
    EFFECT_CALL_BACK,         /* close that row again */
    EFFECT_RAISE_LEVEL,       /* move the matter to the body above */
    EFFECT_ADD_PARTICIPANTS,  /* participants from the input "participants" */
    EFFECT_RECORD_SESSION,    /* store date, place, mode, convener, recorder of the session */
    EFFECT_RECORD_POINTS,     /* agreed points of the minutes become the matter's points */
    EFFECT_ASK_CONFIRMATIONS, /* a confirmation row for each participant */
    EFFECT_ASSIGN,            /* assignment rows from "units", and an answer row for each point that
                                 a lead, single or separate unit has */
    EFFECT_NEW_ROUND_ANSWERS, /* answer rows anew for the new round */
    EFFECT_OPEN_EVALUATION,   /* an evaluation row for each of its `per_parties`, in this round */
    EFFECT_RECORD_FOLLOW_UP,  /* the result of a re-check, beside the original one */
    EFFECT_RECORD_REPLY,      /* a new version of the reply of this round */
    EFFECT_RELEASE_REPLY,     /* the latest reply is now the answer */
    EFFECTS
};

/* What an act writes into the duty ledger. */
struct duty {
    int party;
    str rule;
};

/* STATE_SAME as `to`: the state stays. */
enum { STATE_SAME = -1 };

struct act {
    str name;
    struct label label;    /* in the timeline: what was done */
    struct label verb;     /* on the button: what to do */
    int child;             /* index of the kind of child, or -1: an act of the matter */
    uint64_t from;         /* states of the matter, or of the row */
    bool adds_row;         /* `from: new`: there is no row yet; the act makes one */
    uint64_t during;       /* of an act on a row: states of the matter in which it is open */
    uint32_t kinds;        /* of an act on a row: sub-kinds it is for; 0: all */
    int *to;               /* state indices; more than one: the actor chooses */
    size_t to_count;       /* 0: the state stays */
    uint32_t by;           /* parties */
    uint32_t confirmed_by; /* parties that must agree before it takes effect; 0: none */
    struct field *inputs;  /* what its form asks for */
    size_t input_count;
    struct guard *needs; /* refused with a sentence when one fails */
    size_t need_count;
    struct guard *when; /* not offered, and not done by the system, unless all hold */
    size_t when_count;
    uint32_t effects; /* mask over enum effect */
    uint32_t gives;   /* mask over numbers given at this act */
    struct duty *duties;
    size_t duty_count;
    int limit;         /* how often in the life of a matter (or row); 0: no limit */
    int round_step;    /* added to the round */
    int before_clock;  /* only as long as this clock is not out, or -1 */
    bool is_public;    /* its entry in the timeline may be seen by the public */
    bool is_bulk;      /* may be done to many matters at once from the desk */
    bool is_automatic; /* the system does it as soon as it can: `by` has the system, and `when` */
    bool needs_second_factor;
    int line;
};

/* ---- clocks ---- */

/* Things outside the procedure on which a clock may hang. */
enum moment { MOMENT_NONE, MOMENT_SESSION_END, MOMENT_NEXT_YEAR_END };

struct clock_escalation {
    uint32_t to;       /* parties */
    struct span after; /* after the due time */
};

/* `every` once it is overdue, to these parties. */
struct clock_nudge {
    uint32_t to;
    struct span every;
};

struct clock_rule {
    str name;
    struct label label;
    int child;      /* one clock for each row of this kind, or -1: one for the matter */
    uint32_t kinds; /* sub-kinds that have it; 0: all */
    uint64_t start, stop, pause, resume, extend; /* acts */
    bool starts_when_made;                       /* the matter is raised, or the row made */
    int before_field;        /* due `length` BEFORE the date in this field of the matter, or -1 */
    enum moment not_before;  /* counting begins only after this, when it is still to come */
    enum moment until;       /* when begun before this moment: due at it, whatever the length */
    enum moment at;          /* due then; there is no length */
    struct span length, cap; /* cap: the farthest an extension may go, from the start; n 0: none */
    struct span extend_by; /* what an extension adds; n 0: up to the date in the input "new_due" */
    int extend_limit;
    struct span *reminders; /* relative to the due time; before it: negative */
    size_t reminder_count;
    uint32_t remind_to; /* parties */
    struct clock_nudge *nudges;
    size_t nudge_count;
    struct clock_escalation *escalations; /* in order */
    size_t escalation_count;
    int out;            /* the act the system does when time is out, or -1 */
    struct guard *when; /* started only if these hold */
    size_t when_count;
    bool is_public; /* the public sees it on the matter's page */
    int line;
};

/* ---- the rest ---- */

enum unique_scope { UNIQUE_TERM = 1, UNIQUE_SESSION = 2, UNIQUE_YEAR = 4 };

struct number_rule {
    str name;   /* "serial", "case" */
    str format; /* places: {n} {n:05} {term} {session} {year} */
    struct label label;
    struct label shown; /* the same with {term_zh}, {session_zh}; the format where none is given */
    unsigned unique;    /* mask of enum unique_scope; 0: never the same again */
    int given_at;       /* act, or -1: when the matter is made */
    int line;
};

enum { OPENNESS_MAX = 8 };

/* What the public sees of a finished matter, by the code chosen in a field. */
struct openness {
    int field; /* -1: the procedure has none */
    size_t count;
    struct {
        str code;
        uint64_t fields, numbers;
        uint32_t children;
    } shows[OPENNESS_MAX];
};

enum headline { HEADLINE_NONE, HEADLINE_FIRST_RAISER, HEADLINE_MOST };

struct satisfaction {
    int child; /* the evaluation, or -1: none */
    int list;  /* the code list of its options, best first */
    enum headline headline;
    int minimum_shown; /* no figures under this many answers */
};

enum function { FUNCTION_PARTICIPATE, FUNCTION_CONSULT, FUNCTION_SUPERVISE };

struct procedure {
    str name;
    int version;
    struct label label;
    struct label summary; /* one sentence for the help page; may be empty */
    enum function function;
    struct digest digest; /* of the text; a running matter can name exactly what it follows */
    str file_name;
    struct step *steps;
    size_t step_count;
    struct code_list *lists;
    size_t list_count;
    struct party *parties;
    size_t party_count;
    struct field *fields; /* of the matter */
    size_t field_count;
    struct state *states;
    size_t state_count;
    int initial; /* where a matter begins that is raised here */
    struct child *children;
    size_t child_count;
    struct act *acts; /* of the matter first, then those of the children */
    size_t act_count;
    struct clock_rule *clocks;
    size_t clock_count;
    struct number_rule *numbers;
    size_t number_count;
    struct openness openness;
    struct satisfaction satisfaction;
};

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

struct facts {
    int state;
    int round;
    const struct child_fact *children;
    size_t child_count;
    const int64_t *points; /* ids of the matter's points */
    size_t point_count;
    const str *values; /* by field index: the code, or anything not empty if set; NULL: none set */
    const int *done;   /* by act index: how often in this matter; NULL: never */
    uint64_t asked;    /* acts of the matter with `confirmed_by` that wait for an answer */
    uint32_t clocks_running, clocks_paused, clocks_out; /* of the matter */
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
 * for the caller. `values` are all inputs of the field's name. INVALID with `*why`. */
enum err procedure_field_check(const struct procedure *p, const struct field *field,
                               const str *values, size_t count, bool is_required, enum lang lang,
                               struct failure *why) MUST_USE;

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

/* The parties that are `is`; for example all that are PARTY_ANYONE. */
uint32_t procedure_parties_that_are(const struct procedure *p, enum party_is is);

enum step_place { STEP_DONE, STEP_NOW, STEP_AHEAD, STEP_NEVER };

/* Where the matter stands on the spine: `places` has p->step_count places. After a step that is an
 * end the later ones are STEP_NEVER. */
void procedure_steps(const struct procedure *p, int state, enum step_place *places);

/* ---- drawing ---- */

/* States and acts as an SVG picture with title and description, for the help page. */
void procedure_graph_svg(const struct procedure *p, enum lang lang, struct buf *b);
