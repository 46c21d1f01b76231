/*
 * matter_web -- the page of a matter, and what lists of matters share.
 */
#pragma once
#include "flow/flow.h"
#include "matter/act_form_web.h"
#include "web/web.h"

/* A time limit in words, with a tone for its looks: "", "soon", "late", "held". */
struct clock_words {
    str text, name;
    int64_t due;
    bool is_soon, is_late, is_held, is_any;
};
struct clock_words clock_words(struct ctx *c, int64_t due, bool is_paused);

/* "2027-01-22" as the reader's language writes a date; anything else as it stands. */
str date_of_text(struct ctx *c, str text);

/* Fill the page of a matter for its reader. */
struct matter_page;
enum err matter_page_make(struct ctx *c, const struct req *q, const struct flow *w,
                          struct matter_page *m) MUST_USE;

/* What the reader may see of a field or of a kind of child; matter_shown is empty where he may not.
 */
bool matter_sees(const struct flow *w, const char *field);
bool matter_sees_child(const struct flow *w, enum child_type type);
str matter_shown(const struct flow *w, const char *field);

/* Parts of the page, filled for its reader. */
void matter_side_minutes(struct ctx *c, const struct flow *w, struct matter_page *m);
void matter_side_facts(struct ctx *c, const struct flow *w, struct matter_page *m);
void matter_side_evaluation(struct ctx *c, const struct flow *w, struct matter_page *m);
void matter_side_participants(struct ctx *c, const struct flow *w, struct matter_page *m);
void matter_side_contacts(struct ctx *c, const struct flow *w, struct matter_page *m);
enum err matter_side_links(struct ctx *c, const struct flow *w, struct matter_page *m) MUST_USE;
enum err matter_side_files(struct ctx *c, const struct flow *w, struct matter_page *m) MUST_USE;

/* One matter in a list. */
struct matter_card {
    int64_t id;
    str title, url, state, procedure, serial, room, raiser, category, source_line;
    int64_t raised, changed, supports;
    struct clock_words clock;
    bool is_demo, is_end, is_good;
    str lang;         /* of the title: "zh-CN" or "en" */
    str text, source; /* the beginning of what was said; where a record comes from */
    bool is_recorded; /* taken over from a source: nothing runs */
};
struct matter_card matter_card_of(struct ctx *c, const struct matter *m);

/* The case number in the reader's language, or the serial where there is none; `p` may be NULL. */
str matter_number(struct ctx *c, const struct procedure *p, str case_number, str serial);
struct matter_card *matter_cards_of(struct ctx *c, const struct matter *rows, size_t count);

/* The same as everybody may see it: what the state or the raiser's choice keeps back is left out.
 */
struct matter_card matter_card_public(struct ctx *c, const struct matter *m);
struct matter_card *matter_cards_public(struct ctx *c, const struct matter *rows, size_t count);

struct matter_entry {
    str what, who, note, remark, behalf;
    int64_t at;
    int64_t round; /* on the first entry of a step in a later round: which; else 0 */
    bool is_internal;
};

/* The words with which the matter came into its state: a question, why it was sent back. */
struct matter_word {
    str what, text;
    int64_t at;
};

/* The same for whoever holds the receipt: only of acts the raiser is told about. */
struct matter_word matter_last_word(struct ctx *c, const struct flow *w,
                                    const struct entry *entries, size_t count, bool for_raiser);

struct matter_step {
    str name;
    bool is_done, is_now, is_ahead, is_never;
    int64_t since;
    struct matter_entry *entries;
    size_t entry_count;
};

struct matter_answer {
    str outcome, outcome_label, reason, owner, due, unit;
    bool is_adopted, is_partly, is_deferred, is_declined, is_none;
    int64_t again; /* how often it was handled again before this answer */
};

struct matter_point {
    int64_t position;
    str text, unit, due, source_line;
    struct matter_answer *answers;
    size_t answer_count;
};

struct matter_reply {
    str letter, class_label, signer, contact, unit;
    int64_t released, round;
    bool is_draft; /* in review: for the office alone */
};

struct matter_fact {
    str name, text;
};

struct matter_link {
    str kind, title, url, state;
};

struct matter_file {
    str url, name;
    int64_t size_kb;
};

struct matter_tally {
    str label;
    int64_t count;
};

struct tombstone_page {
    str act;     /* that ended it, in words */
    bool is_end; /* for good */
    int64_t at;
    str reason;
};

struct matter_page {
    int64_t id;
    str url, kicker, title, state, body, wish, category;
    str lang; /* of what its raiser wrote: "zh-CN" or "en" */
    struct clock_words clock;
    str raiser, place, source_line;
    bool is_demo, is_recorded, has_source, is_party, is_end;
    bool is_office; /* handles or decides: sees what is not released yet */
    int64_t raised;
    struct matter_step *steps;
    size_t step_count;
    struct matter_point *suggestions, *agreed;
    size_t suggestion_count, agreed_count;
    struct matter_reply *replies;
    size_t reply_count;
    struct matter_fact *minutes; /* facts, not agreed, dissent, needs a higher level */
    size_t minute_count;
    bool has_minutes;
    str session_line, survey;
    struct matter_fact *facts;
    size_t fact_count;
    struct matter_link *links;
    size_t link_count;
    struct matter_file *files;
    size_t file_count;
    struct matter_fact *participants;  /* for the parties; the office reads how they differ */
    struct matter_fact *confirmations; /* how many, by how they answered */
    struct matter_fact *contacts;      /* for the office and the parties */
    size_t participant_count, confirmation_count, contact_count;
    bool shows_evaluation, is_tally_shown;
    int64_t asked, given, minimum;
    struct matter_tally *tallies;
    size_t tally_count;
    struct act_form *forms;
    size_t form_count;
    struct matter_word word; /* for whoever can act */
    str party_names;
    str failure;
    str after_url; /* where to raise what follows it up; empty: it is not closed */
    bool can_follow, is_following, can_support, is_signed_in;
    int64_t newer; /* version to which the reader may move it; 0: there is none */
    int64_t version, edition;
    str newer_reason, newer_error;
    bool can_reach; /* the reader may see how to reach the raiser */
    bool is_open;   /* there is still something to support */
    str follow_error, follow_mail;
    int64_t supports, followers;
    str receipt; /* for its raiser */
    str print_url, atom_url, events_url;
};

/* May the reader see how to reach the raiser? */
bool reach_may(struct ctx *c, const struct flow *w);

struct reach_page {
    str title, url, raiser, phone, mail, phone_url, mail_url;
};

struct follow_view {
    str token;
    str title, lang;   /* of the matter; empty where the public may not read it */
    bool is_following; /* the link was confirmed */
};
