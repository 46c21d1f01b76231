/*
 * model -- what a loaded procedure is made of; the data behind procedure.h, which says how it is
 * used.
 *
 * Things refer to each other by index into the arrays of the procedure; -1 is none. Sets are bit
 * masks over the same indices. Acts of the matter and acts of the rows stand in one array; `child`
 * tells them apart.
 */
#pragma once
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

/* The first or the last day that a date may be. */
enum bound_is { BOUND_NONE, BOUND_TODAY, BOUND_RAISED };

struct day_bound {
    enum bound_is is;
    struct span away; /* of BOUND_TODAY: so far from it, in days or months; n 0: the day itself */
};

struct field {
    str name;
    struct label label, hint; /* hint may be empty */
    enum field_type type;
    int64_t min, max;          /* max 0: none */
    int64_t each_max;          /* of FIELD_POINTS; 0: none */
    int list;                  /* of FIELD_CODE and FIELD_CODES: index of the code list */
    str group;                 /* only the codes of this group are offered; empty: all */
    struct day_bound from, to; /* of FIELD_DATE, and of the due dates in FIELD_ASSIGNMENTS */
    str starts, ends;          /* of a line: how it must begin and end; may be empty */
    int matter_field;          /* of an act's input: the field of the matter it fills, or -1 */
    int child_field;      /* of an input of a row's act: the field of the row it fills, or -1 */
    bool is_required;     /* of an input or a child's field */
    uint64_t required_by; /* of a matter's field: acts that need it */
    str reason_if;        /* with this code chosen, the field NAME_reason is needed as well */
    bool is_by_round;     /* of a matter's field: a new round asks anew; guards see that alone */
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
    GUARD_FIELD_IS,    /* the code chosen is one of `results` (codes of the field's list) */
    GUARD_FIELD_COME,  /* a date: that day has come */
    GUARD_FIELD_AHEAD, /* or is still to come */
    GUARD_ROUND_LEAST,
    GUARD_ROUND_UNDER,
    GUARD_CLOCK_OUT, /* of the matter */
    GUARD_CLOCK_IN_TIME,
    GUARD_CLOCK_RUNNING,
    GUARD_ACT_DONE,
    GUARD_ACT_NOT_DONE,
    GUARD_TAKEN_DOWN, /* what the public could see was taken down */
    GUARD_NOT_TAKEN_DOWN,
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
    EFFECT_NOTIFY_FOLLOWERS,  /* tell followers alone */
    EFFECT_PUBLISH,           /* make the matter visible to the public from now on */
    EFFECT_UNPUBLISH,         /* and no longer, leaving a tombstone */
    EFFECT_CONFIRM_CONTACT,   /* the raiser's address or phone is confirmed */
    EFFECT_INVITE_COSIGNERS,  /* a cosign row for each person in the input "cosigners" */
    EFFECT_MERGE,             /* link merged_into the matter in "into"; raisers follow it there */
    EFFECT_FREE_MERGED,       /* what was merged into this one stands by itself again: `unmerge` is
                                 done to it */
    EFFECT_CONVERT,           /* make a matter of another family, link converted_to */
    EFFECT_PASS_ON,           /* an assignment row of kind "receiver" for the body in "to_body" */
    EFFECT_CALL_BACK,         /* that row goes to the first state that is gone */
    EFFECT_RECEIVE,           /* that row is accepted */
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
    EFFECT_LINK,              /* link of kind "link_kind" to the matter in "other" */
    EFFECT_UNLINK,            /* and no longer */
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
    uint32_t tells;        /* parties that are told of it, beside its effects */
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
