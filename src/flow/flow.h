/*
 * flow -- carries out what the procedures decide: the one place that knows several nouns at once.
 *
 *     flow_load   gathers the facts of a matter for whoever acts (rows, clocks, parties)
 *     procedure   says what is open, what is missing, what comes next           (pure,
 * src/procedure) flow_act    changes rows: state, children, points, numbers, clocks; writes
 * timeline, ledger and outbox; then does what the system must do by itself flow_tick   does what a
 * clock wants: reminds, escalates, acts when time is out
 *
 * All of it happens inside one act of the database; nothing else is touched.
 */
#pragma once
#include "base/crypto.h"
#include "matter/matter.h"
#include "procedure/procedure.h"

/* One matter with all that decides about it, as one actor sees it. Lives in the context's arena. */
struct flow {
    struct matter m;
    const struct procedure *p;
    struct facts f;
    uint32_t parties; /* what the actor is */
    struct child_fact *rows;
    struct point *points;
    size_t point_count;
    struct assignment *assignments;
    size_t assignment_count;
    struct contact *contacts;
    size_t contact_count;
    struct answer *answers;
    size_t answer_count;
    struct evaluation *evaluations;
    size_t evaluation_count;
    struct confirmation *confirmations;
    size_t confirmation_count;
    struct party_row *party;
    size_t party_count;
    struct clock_row *clocks;
    size_t clock_count;
    struct ask_row *asks;
    size_t ask_count;
    struct matter_field *fields;
    size_t field_count;
    bool is_system; /* the program itself acts */
};

/* Gather the facts for c->who. NOT_FOUND if it is not there, or not for this actor to see. */
enum err flow_load(struct ctx *c, int64_t matter, struct flow *w) MUST_USE;

/* The same for the program itself. */
enum err flow_load_system(struct ctx *c, int64_t matter, struct flow *w) MUST_USE;

/* What stays to be seen of a matter that everybody could see and nobody can now: which act ended
 * that, when, and why, in the words for everybody. Nothing of what it said. NOT_FOUND if it never
 * was public, or is. */
struct tombstone {
    int64_t at;
    str act; /* in words */
    str reason;
    bool is_down; /* taken down, where it would be public; else it was given up or goes on elsewhere
                   */
    bool is_end;
};
enum err flow_tombstone(struct ctx *c, int64_t matter, struct tombstone *t) MUST_USE;

/* The latest value of a field; empty if there is none. */
str flow_value(const struct flow *w, str name);

/* A file that was stored by `prepare`, to be attached. */
struct flow_file {
    str name, type, digest;
    int64_t size;
};

/* What somebody wants to do. */
struct flow_try {
    int64_t matter;
    int64_t edition; /* of the form; 0: whatever it is by now */
    str act;
    str child_type; /* of an act on a child: "assignment" …; empty: an act of the matter */
    int64_t child;  /* which row; 0: the matter itself, or an act that makes a row */
    enum act_how how;
    str to; /* the state chosen, where the act leaves a choice */
    const struct input *inputs;
    size_t input_count;
    const struct flow_file *files;
    size_t file_count;
};

/* Do it, and what the system must do next. DENIED, CONFLICT (somebody acted meanwhile, or the state
 * has moved on), INVALID with the field named, NOT_FOUND as in flow_load. */
enum err flow_act(struct ctx *c, const struct flow_try *t) MUST_USE;

/* Raise a matter under the latest version of a procedure: `m` holds procedure, room, raiser,
 * channel; `inputs` the fields of the procedure and "points", the raiser's suggestions one by one.
 * Comes back with id, receipt and numbers. The inputs were checked with flow_raise_check. */
enum err flow_raise(struct ctx *c, struct matter *m, const struct input *inputs, size_t input_count,
                    const struct flow_file *files, size_t file_count) MUST_USE;

/* What was given with an act that waits for somebody's agreement, from ask_row.inputs. */
enum err flow_unpack_inputs(struct ctx *c, str packed, struct input **inputs,
                            size_t *count) MUST_USE;

/* Everything that is wrong with the inputs of a raise form, each with its field named. */
enum err flow_raise_faults(struct ctx *c, str procedure, const struct input *inputs,
                           size_t input_count, struct failure **faults,
                           size_t *fault_count) MUST_USE;
/* INVALID with the first of them. */
enum err flow_raise_check(struct ctx *c, str procedure, const struct input *inputs,
                          size_t input_count) MUST_USE;

/* May a new matter be raised as the follow-up of this one? It is closed, and everybody's to see or
 * one's own. An input "follows_up" of flow_raise names it by its id; INVALID with that field where
 * it may not be. */
bool flow_may_follow_up(const struct ctx *c, const struct flow *earlier);

/* The raiser is known and stands by it: the first act, done as the raiser `person` (0: as he is in
 * the matter). */
enum err flow_confirm(struct ctx *c, int64_t matter, int64_t person, str act) MUST_USE;

/* Rows of a matter that change outside an act of its own stand between these two: the second puts
 * an entry `what` on the record, so that they are what the record says they are. */
struct flow_change {
    int64_t matter;
    struct digest was;
};
enum err flow_change_begin(struct ctx *c, int64_t matter, struct flow_change *ch) MUST_USE;
enum err flow_change_end(struct ctx *c, struct flow_change *ch, str what) MUST_USE;

/* link_add, on the record of each end that is a matter. Linked twice in the same way is once. */
enum err flow_link(struct ctx *c, str kind, str from_kind, int64_t from, str to_kind, int64_t to,
                   str source_line) MUST_USE;

/* The content of the first entry of a matter that an import has made: its imprint, then `content`.
 */
enum err flow_first_content(struct ctx *c, int64_t matter, str content, str *all) MUST_USE;

/* Erase what the record keeps of a matter besides the digests, and say so there. CONFLICT: its rows
 * are not what the record says, or were not once, and erasing would hide that. Where nothing was
 * kept since it was erased before, nothing is done, and `*was_erased`. */
enum err flow_erase(struct ctx *c, int64_t matter, str why, bool *was_erased) MUST_USE;

/* The further checks of ledger_verify: are the rows of every matter what its last act left, and
 * what each act found what the one before it had left? */
struct ledger_checking;
enum err flow_verify(struct ctx *c, struct ledger_checking *k) MUST_USE;

/* Does the actor act in this matter by one of these roles? */
bool flow_holds(const struct flow *w, uint32_t roles);

/* The latest version of the matter's procedure, if it is newer than the matter's and the actor may
 * move the matter there: a clerk of its room, an overseer. Else NULL. */
const struct procedure *flow_newer(const struct ctx *c, const struct flow *w);

/* Move it there. CONFLICT, with what is missing in the sentence, if the newer version lacks a name
 * that the matter uses. Clocks that run keep their dates; none is started by this. */
enum err flow_renew(struct ctx *c, int64_t matter, int64_t edition, str reason) MUST_USE;

/* A clock wants attention. Nothing to do is OK. */
enum err flow_tick(struct ctx *c, int64_t clock) MUST_USE;

/* ---- names for pages ---- */

str label_text(const struct ctx *c, const struct label *l);

/* The label of a state of a matter listed without its facts; the name itself if the procedure is
 * not loaded. */
str flow_state_label(const struct ctx *c, str procedure, int64_t version, str state, bool is_seal);

/* The label of a code in one of the lists of a procedure. */
str flow_code_label(const struct ctx *c, const struct procedure *p, str list, str code);

/* The label of a category, whatever the procedure's list of categories is called. */
str flow_category_label(const struct ctx *c, const struct procedure *p, str code);
