/*
 * matter -- anything raised, of any family, from raising to its result.
 *
 * A matter runs under one version of one procedure, which alone decides the states it may pass
 * through. This folder holds the rows: the matter, and its children, each with a state of its own.
 * It changes them as it is told; whether an act is allowed, and what else it brings about, is
 * decided in flow/, so nothing here checks a state.
 *
 *     matter --+-- entry         the timeline, one row per act
 *              +-- point         suggestions of the raiser; agreed, not agreed, dissent, for a
 * higher level
 *              +-- assignment    one per unit        +-- answer      one per point, round and unit
 *              +-- contact       unit spoke with raiser   +-- reply  the letter, in versions
 *              +-- evaluation    one per person and round +-- confirmation   of the minutes
 *              +-- party         participants, co-signers +-- clock  +-- ask  +-- attachment
 *              +-- field         whatever else the acts asked for
 *
 * Strings inside the structs live as long as the arena they were loaded in.
 */
#pragma once
#include "base/ctx.h"

enum {
    MATTER_TITLE_MAX = 60,
    MATTER_BODY_MAX = 3000,
    MATTER_PLACE_MAX = 100,
    MATTER_POINTS_MAX = 20,
    MATTER_POINT_MAX = 500,
    MATTER_ROWS_MAX = 500,   /* of one kind of child */
    MATTER_PAGE = 20,        /* rows of a list page */
    MATTER_COUNT_MAX = 1001, /* lists are counted up to here */
    MATTER_RECEIPT_CHARS = 10,
    MATTER_EXTRACT = 120, /* characters of the text that lists load */
};

struct matter {
    int64_t id;
    str procedure;
    int64_t version;
    str state;
    int64_t state_since, round, edition;
    str title, body, category, openness;
    int64_t raiser;
    str raiser_shown;
    int64_t room, region;
    str room_name, region_name; /* in the context's language */
    str place;
    int64_t session;
    str serial, case_number, receipt, channel;
    int64_t raised, changed, closed;
    bool is_public, is_demo;
    int64_t due; /* 0: no clock runs */
    str due_name;
    int64_t supports;
    str result, source, source_line;
};

/* NOT_FOUND if there is none. Whether the reader may see it is flow_load's to say. */
enum err matter_load(struct ctx *c, int64_t id, struct matter *m) MUST_USE;
enum err matter_by_receipt(struct ctx *c, str receipt, int64_t *id) MUST_USE;

/* By any number a person may have in hand: serial, case number or receipt. NOT_FOUND if none has
 * it. */
enum err matter_by_number(struct ctx *c, str number, int64_t *id) MUST_USE;

/* A receipt as it is stored, from what was typed: capitals, without blanks and hyphens; and whether
 * that has the form of one. */
str matter_receipt_form(struct ctx *c, str typed);
bool matter_receipt_ok(str receipt);

/* Insert the row; id, receipt and edition are set here where they are empty. */
enum err matter_add(struct ctx *c, struct matter *m) MUST_USE;

/* Move it: state, round, publicity, numbers, due. CONFLICT if `edition` is not the row's: somebody
 * acted meanwhile. */
enum err matter_move(struct ctx *c, struct matter *m, int64_t edition) MUST_USE;

/* Which version of its procedure it is under from now on. */
enum err matter_set_version(struct ctx *c, int64_t id, int64_t version) MUST_USE;

/* Title, body, category, openness, place, room, region as they stand in `m`. */
enum err matter_set_text(struct ctx *c, const struct matter *m) MUST_USE;

/* ---- lists ---- */

enum matter_order { MATTER_NEWEST, MATTER_CHANGED };

struct matter_filter {
    str procedure, state, category; /* empty: any */
    str counted;          /* one of home's numbers: "raised", "settled", "answered", "evaluated" */
    int64_t since;        /* with `counted`: since when */
    int64_t room, region; /* 0: any; else it and what belongs to it */
    int64_t
        raiser;  /* with is_all: what this person raised; procedure to region are not looked at */
    bool is_all; /* also what is not public; otherwise only what everybody may see */
    int64_t before_time, before_id; /* keyset: rows after these in the order; 0: from the start */
    bool is_back; /* the rows just before these instead, in the same order as ever */
    enum matter_order order;
    int64_t limit; /* 0: MATTER_PAGE */
};

/* Of the text only its beginning is loaded. */
enum err matter_list(struct ctx *c, const struct matter_filter *f, struct matter **rows,
                     size_t *count) MUST_USE;

/* One matter with the columns of a list; NOT_FOUND if there is none. */
enum err matter_listed(struct ctx *c, int64_t id, struct matter *m) MUST_USE;

/* Take the rows of any statement with the columns of MATTER_LISTED: for queues and searches. */
struct rows;
enum err matter_take_list(struct ctx *c, struct rows *row, struct matter **rows,
                          size_t *count) MUST_USE;

/* How many a public list has; MATTER_COUNT_MAX: so many or more. */
enum err matter_count(struct ctx *c, const struct matter_filter *f, int64_t *count) MUST_USE;

/* ---- the timeline ---- */

struct entry {
    int64_t id, matter, at;
    str act, from_state, to_state;
    int64_t round, person;
    str person_name; /* the real name, for the office */
    str party;
    int64_t body;
    str body_name;
    int64_t behalf_by, child;
    str behalf_name, note, remark; /* the remark is for the office and the parties alone */
    bool is_public;
};

enum err entry_add(struct ctx *c, struct entry *e) MUST_USE;

/* In order; only public ones unless `is_all`. */
enum err entry_list(struct ctx *c, int64_t matter, bool is_all, struct entry **rows,
                    size_t *count) MUST_USE;

/* How often each act was done: pairs of name and count. */
struct act_count {
    str act;
    int64_t child, count;
};
enum err entry_counts(struct ctx *c, int64_t matter, struct act_count **rows,
                      size_t *count) MUST_USE;

/* ---- fields ---- */

struct matter_field {
    str name, value;
    int64_t round, at;
};
enum err field_set(struct ctx *c, int64_t matter, str name, int64_t round, str value) MUST_USE;
enum err field_list(struct ctx *c, int64_t matter, struct matter_field **rows,
                    size_t *count) MUST_USE;

/* ---- points ---- */

struct point {
    int64_t id, matter;
    str kind; /* suggestion, agreed, not_agreed, dissent, higher */
    int64_t position;
    str text;
    int64_t unit;
    str unit_name, due, source_line;
};

enum err point_list(struct ctx *c, int64_t matter, struct point **rows, size_t *count) MUST_USE;
enum err point_add(struct ctx *c, struct point *p) MUST_USE;

/* Replace all points of a kind that no answer refers to yet. */
enum err point_replace(struct ctx *c, int64_t matter, str kind, const str *texts,
                       size_t count) MUST_USE;
enum err point_assign(struct ctx *c, int64_t point, int64_t unit, str due) MUST_USE;

/* ---- children ---- */

struct assignment {
    int64_t id, matter, round, unit;
    str unit_name, kind, state, reason;
    int64_t assigned, changed;
};
enum err assignment_list(struct ctx *c, int64_t matter, struct assignment **rows,
                         size_t *count) MUST_USE;
/* A unit is assigned to a matter once: assigned again, its row takes the new kind, state and round.
 */
enum err assignment_put(struct ctx *c, struct assignment *a) MUST_USE;
enum err assignment_set(struct ctx *c, int64_t id, str state, str reason) MUST_USE;

struct contact {
    int64_t id, matter, unit;
    str unit_name;
    int64_t round;
    str mode, day, note;
    int64_t at;
};
enum err contact_list(struct ctx *c, int64_t matter, struct contact **rows, size_t *count) MUST_USE;
enum err contact_add(struct ctx *c, struct contact *k) MUST_USE;

struct answer {
    int64_t id, matter, point, round, unit;
    str unit_name, outcome, reason, owner, due, state;
    int64_t at;
};
enum err answer_list(struct ctx *c, int64_t matter, struct answer **rows, size_t *count) MUST_USE;
enum err answer_add(struct ctx *c, struct answer *a) MUST_USE; /* leaves one that is there */
enum err answer_set(struct ctx *c, const struct answer *a) MUST_USE;
enum err answer_set_state(struct ctx *c, int64_t id, str state) MUST_USE;

/* A unit is no longer in charge: what it was to answer in this round, or has answered and nobody
 * was told, goes, and its points are nobody's. */
enum err answer_drop_unit(struct ctx *c, int64_t matter, int64_t round, int64_t unit) MUST_USE;

/* A point has another unit now: the answers that the others have not given are not waited for. */
enum err answer_drop_others(struct ctx *c, int64_t point, int64_t round, int64_t unit) MUST_USE;

struct reply {
    int64_t id, matter, round, version;
    str letter, class, signer, contact;
    int64_t unit;
    str unit_name;
    int64_t released, at; /* released 0: not the answer (yet) */
};
enum err reply_list(struct ctx *c, int64_t matter, struct reply **rows, size_t *count) MUST_USE;
enum err reply_add(struct ctx *c, struct reply *r) MUST_USE;
enum err reply_release(struct ctx *c, int64_t matter, int64_t round) MUST_USE;

struct evaluation {
    int64_t id, matter, round, person;
    str person_name, panel, state, overall, answered, reasons, words;
    int64_t asked, given;
};
enum err evaluation_list(struct ctx *c, int64_t matter, struct evaluation **rows,
                         size_t *count) MUST_USE;
enum err evaluation_add(struct ctx *c,
                        struct evaluation *v) MUST_USE; /* once per person and round */
enum err evaluation_set(struct ctx *c, const struct evaluation *v) MUST_USE;

struct confirmation {
    int64_t id, matter, round, person;
    str person_name, state, note;
    int64_t asked, given;
};
enum err confirmation_list(struct ctx *c, int64_t matter, struct confirmation **rows,
                           size_t *count) MUST_USE;
/* Asked again in the same round, the row begins anew; k->id is that of the row. */
enum err confirmation_add(struct ctx *c, struct confirmation *k) MUST_USE;
enum err confirmation_set(struct ctx *c, int64_t id, str state, str note) MUST_USE;

/* Words of the party table. */
#define PARTY_PROPOSERS    S("proposers")
#define PROPOSER_MERGED    S("merged") /* state of one whose own matter was merged into this */
#define PARTY_COSIGNERS    S("cosigners")
#define PARTY_PARTICIPANTS S("participants")

struct party_row {
    int64_t id, matter;
    str party;
    int64_t person, body;
    str name; /* of the person or body, or the description */
    str class, state;
    int64_t at;
};
enum err party_list(struct ctx *c, int64_t matter, struct party_row **rows, size_t *count) MUST_USE;

/* As what somebody may take part: resident, member, department, expert, lawyer, media, other. */
bool party_class_ok(str class);
enum err party_add(struct ctx *c, struct party_row *p) MUST_USE;
enum err party_set_state(struct ctx *c, int64_t id, str state) MUST_USE;
enum err party_drop(struct ctx *c, int64_t id) MUST_USE;

struct clock_row {
    int64_t id, matter;
    str name;
    int64_t child, round;
    str state; /* running, paused, stopped, out */
    int64_t started, due, first_due, paused, stopped, extended, reminded, escalated, next;
    bool past_table;
};
enum err clock_list(struct ctx *c, int64_t matter, struct clock_row **rows, size_t *count) MUST_USE;
enum err clock_load(struct ctx *c, int64_t id, struct clock_row *k) MUST_USE;
enum err clock_add(struct ctx *c, struct clock_row *k) MUST_USE;
enum err clock_set(struct ctx *c, const struct clock_row *k) MUST_USE;

/* The clocks that want attention by now, soonest first, and when the next one will (0: none). */
enum err clock_due_list(struct ctx *c, int64_t limit, int64_t **ids, size_t *count) MUST_USE;

struct ask_row {
    int64_t id;
    str act, inputs;
    int64_t person, at;
};
enum err ask_list(struct ctx *c, int64_t matter, struct ask_row **rows, size_t *count) MUST_USE;
enum err ask_add(struct ctx *c, int64_t matter, str act, str inputs) MUST_USE;
enum err ask_end(struct ctx *c, int64_t id, str state) MUST_USE;

struct link {
    int64_t id;
    str kind, other_kind;
    int64_t other;
    bool is_from_here; /* this matter is the `from` end */
    str title, state, procedure,
        code; /* of the other end: a matter's title and state, a plan item's topic and code */
    int64_t version;
    bool is_public;
    str source_line;
};
enum err link_list(struct ctx *c, str kind, int64_t id, struct link **rows, size_t *count) MUST_USE;
/* Linked twice in the same way is once. */
enum err link_add(struct ctx *c, str kind, str from_kind, int64_t from, str to_kind, int64_t to,
                  str source_line) MUST_USE;

/* The link is no more. */
enum err link_drop(struct ctx *c, int64_t id) MUST_USE;

struct attachment {
    int64_t id, matter;
    str name, type;
    int64_t size;
    str digest; /* 32 bytes */
    bool is_public;
    int64_t at;
};
enum err attachment_list(struct ctx *c, int64_t matter, struct attachment **rows,
                         size_t *count) MUST_USE;
enum err attachment_load(struct ctx *c, int64_t id, struct attachment *a) MUST_USE;
enum err attachment_add(struct ctx *c, struct attachment *a, int64_t entry) MUST_USE;

/* ---- support and following ---- */

/* CONFLICT, with the sentence, if already given. */
enum err support_add(struct ctx *c, int64_t matter) MUST_USE;

/* Follow with the account, or with an address alone (then a mail asks to confirm: `*token` for its
 * link). The token stays the same until the following is ended: later mails carry it, to stop.
 * Confirming twice is no mistake; NOT_FOUND when the following was ended. */
enum err follow_add(struct ctx *c, int64_t matter) MUST_USE;
enum err follow_end(struct ctx *c, int64_t matter) MUST_USE;
enum err follow_has(struct ctx *c, int64_t matter, bool *is_following) MUST_USE;
enum err follow_add_mail(struct ctx *c, int64_t matter, str address, str *token) MUST_USE;
enum err follow_confirm(struct ctx *c, str token) MUST_USE;
/* What the link in a mail is about. NOT_FOUND, with the sentence, where it is of no use any more.
 */
enum err follow_by_token(struct ctx *c, str token, int64_t *matter, bool *is_confirmed) MUST_USE;
enum err follow_end_token(struct ctx *c, str token) MUST_USE;

struct follower {
    int64_t id, person;
    str mail, lang; /* address opened from its seal */
    str stop_token; /* empty: follows with an account */
};
enum err follow_list(struct ctx *c, int64_t matter, struct follower **rows, size_t *count) MUST_USE;

/* ---- numbers ---- */

/* The next number for a name within a scope: 1, 2, 3 …, never given twice. */
enum err counter_next(struct ctx *c, str name, str scope, int64_t *number) MUST_USE;
