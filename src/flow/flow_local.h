/*
 * flow_local -- what the files of flow/ share among themselves.
 */
#pragma once
#include "base/crypto.h"
#include "flow/flow.h"

/* Words of the point table. */
#define POINT_SUGGESTION S("suggestion")
#define POINT_AGREED     S("agreed")

/* One act being carried out. */
struct doing {
    struct ctx *c;
    struct flow *w; /* the facts before */
    const struct act *act;
    int act_index;
    int row; /* index in w->rows, or -1 */
    int to;  /* new state of the matter or of the row, or STATE_SAME */
    const struct input *inputs;
    size_t input_count;
    const struct flow_file *files;
    size_t file_count;
    int64_t made_row;  /* id of the row an act made */
    int64_t new_since; /* ids after this were made here */
    int64_t *renewed;  /* rows that were there, and are asked anew: for clocks they are new too */
    size_t renewed_count, renewed_cap;
    str about;              /* said first in the remark of the entry; may be empty */
    str entry_act;          /* its name there */
    int64_t entry;          /* the timeline's row */
    int64_t person;         /* who acts where nobody is signed in; 0: nobody */
    bool has_was;           /* `was` was taken, or is not there: the act makes the matter */
    bool made;              /* the act makes the matter */
    bool was_public;        /* the public could see the matter before */
    struct digest was;      /* the matter's imprint before, then after: src/matter/imprint.h */
    struct follower *moved; /* who followed this matter and follows another from now on */
    size_t moved_count;
};

/* `made_by`: the act in hand, whose rows are new; NULL: nothing is. */
enum err flow_gather(struct ctx *c, int64_t matter, bool is_system, const struct doing *made_by,
                     struct flow *w) MUST_USE;

/* The id of the row that the act is about, or has made; 0: none. */
int64_t doing_row(const struct doing *d);

/* A row that was there is asked anew by this act. */
void doing_renew(struct doing *d, int64_t row);

/* The kind under which a procedure's points stand: what was agreed, where the minutes make them;
 * else what the raiser suggests. */
str flow_points_kind(const struct procedure *p);

/* The index in w->rows of the row with this id; -1: there is none, or the id is 0. */
int flow_row(const struct flow *w, int64_t id);

/* The value of one input, and the i-th of several with that name. */
str doing_input(const struct doing *d, str name);
bool doing_input_nth(const struct doing *d, str name, size_t i, str *value);

/* ---- act.c ---- */
enum err flow_write_entry(struct doing *d, str act, str from, str to) MUST_USE;
enum err flow_attach_files(struct doing *d) MUST_USE;
enum err flow_carry_out(struct doing *d) MUST_USE;
/* `was`: the imprint that the act before has left. */
enum err flow_system_acts(struct ctx *c, int64_t matter, const struct digest *was) MUST_USE;

/* ---- words.c ---- */

/* The words given with an act: those everybody may read, or those for the office and the parties.
 */
enum err flow_words(struct doing *d, bool is_public, str *words) MUST_USE;

/* ---- input.c: what was given, stored ---- */
enum err flow_store_inputs(struct doing *d) MUST_USE;
enum err flow_change_row(struct doing *d) MUST_USE;
str flow_pack_inputs(struct ctx *c, const struct input *inputs, size_t count);

/* ---- effect.c ---- */
enum err flow_effects(struct doing *d) MUST_USE;

/* ---- link.c: effects link and unlink, and what a new matter follows up ---- */
enum err flow_effect_link(struct doing *d) MUST_USE;
enum err flow_effect_unlink(struct doing *d) MUST_USE;
enum err flow_follow_up(struct doing *d) MUST_USE;

/* ---- merge.c: effects merge and free_merged ---- */
enum err flow_effect_merge(struct doing *d) MUST_USE;
enum err flow_effect_free_merged(struct doing *d) MUST_USE;

/* ---- number.c ---- */
enum err flow_numbers(struct doing *d, uint32_t gives) MUST_USE;

/* ---- clock.c ---- */
enum err flow_clocks(struct ctx *c, struct flow *w, int act, int row) MUST_USE;
void flow_nearest_due(const struct flow *w, int64_t *due, str *name);

/* Would what the act asks for extend its clocks? INVALID, CONFLICT as when it is done. */
enum err flow_check_extension(struct doing *d) MUST_USE;

/* ---- tell.c: mail to people ---- */
enum err flow_tell_act(struct doing *d) MUST_USE;

/* Those who have to decide hear that the act was asked for, those who asked how it was decided.
 * `msg_what` says it, with the act's label. */
enum err flow_tell_asked(struct doing *d, int msg_what, uint32_t parties) MUST_USE;
enum err flow_tell_clock(struct ctx *c, struct flow *w, const struct clock_row *k,
                         const struct clock_rule *rule, uint32_t parties, int msg_subject,
                         int msg_body, str key) MUST_USE;

/* Do an act of the system that is open now, and what follows from it. */
enum err flow_do_system(struct ctx *c, struct flow *w, const struct open_act *open,
                        const struct digest *was) MUST_USE;

/* ---- record.c: ledger and search ---- */

/* The imprint of the matter as it is before the act, once: call it before the first change. */
enum err flow_before(struct doing *d) MUST_USE;

/* What a clock did is on the record too: `entry` is its row of the timeline. `*was` is the imprint
 * before, and then the one after. */
enum err flow_record_clock(struct ctx *c, const struct matter *m, str what, int64_t entry,
                           struct digest *was) MUST_USE;
enum err flow_record(struct doing *d, const struct matter *after) MUST_USE;

/* ---- verify.c ---- */

/* Does the record say nothing against the matter's rows, nor did it ever? */
enum err flow_as_recorded(struct ctx *c, int64_t matter, bool *is) MUST_USE;
