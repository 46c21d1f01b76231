/*
 * ledger -- the record that cannot be changed unnoticed.
 *
 *     act ---- ledger_append, same transaction ----> entry, unsealed
 *     sealer - ledger_seal, within a second -------> number, chain value; one signed head for the
 * lot anybody - ledger_verify ---------------------> the first wrong number, and what is wrong
 *
 * An entry says when which act was done to what and by whom, and holds two digests: of what was
 * made public, and of what was not. The second is over a random salt and the content, which stand
 * in a row of their own that can be erased: then the digest proves nothing about anybody, and the
 * chain is whole all the same. Entries are numbered by the sealer and not by the act, so acts never
 * wait for each other.
 *
 * What is noticed: a changed byte, a swapped pair, a missing entry, a cut tail, a head that the key
 * did not sign, another key, and, with a head kept elsewhere, a record rewritten as a whole. What
 * is not: an act left out by the program itself before it was appended, and, without a head kept
 * elsewhere, a record rewritten by somebody who has the key.
 */
#pragma once
#include "base/ctx.h"
#include "ledger/canon.h"

struct db_pool;

/* The public key stands with each head; the secret one never comes into the database. */
struct ledger_keys {
    unsigned char public_key[SIGN_PUBLIC_BYTES];
    unsigned char secret_key[SIGN_SECRET_BYTES];
};

/* kind, object_kind, act and actor have at most LEDGER_WORD_MAX bytes. */
struct ledger_act {
    str kind;        /* family of the act: "matter" */
    str object_kind; /* what it was done to: "matter", "point" … */
    int64_t object;
    str act;     /* its name in the procedure */
    str actor;   /* reference such as "person:12"; empty: the system, or hidden */
    str payload; /* what the act made public, canonical to its noun: only its digest is kept */
    str content; /* what it recorded besides: kept with a salt, can be erased */
    int64_t at;  /* 0: c->now; votes give the hour only */
};

/* Append an entry, inside the act. `*receipt` (may be NULL) is the code for the person. */
enum err ledger_append(struct ctx *c, const struct ledger_act *act, str *receipt) MUST_USE;

/* The act of the newest entry about an object; empty: there is none. */
enum err ledger_last_act(struct ctx *c, str object_kind, int64_t object, str *act) MUST_USE;

/* Erase the content of every entry about an object, inside an act; the digests stay. */
enum err ledger_erase(struct ctx *c, str object_kind, int64_t object) MUST_USE;

/* Number, chain and sign at most `max` entries, in one act. Any number of instances may do this at
 * once: one wins, the others wait or get BUSY. `*sealed` 0: there was nothing to do. */
enum err ledger_seal(struct db_pool *pool, const struct ledger_keys *keys, int64_t max,
                     int64_t *sealed) MUST_USE;

/* ---- looking up ---- */

struct ledger_found {
    struct ledger_row row;
    int64_t sequence; /* 0: not sealed yet */
};

/* The entry of a receipt as typed. INVALID if it is no receipt, NOT_FOUND. */
enum err ledger_find(struct ctx *c, str typed, struct ledger_found *found) MUST_USE;

/* The last signed head. NOT_FOUND if there is none. */
enum err ledger_last_head(struct ctx *c, struct ledger_head *head) MUST_USE;

/* An entry with the content that was kept with it, if it was not erased. */
struct ledger_kept {
    int64_t id, sequence; /* sequence 0: not sealed yet */
    bool had_content;     /* what it recorded was kept once */
    bool is_kept;         /* and still is */
    bool is_right;        /* and is what the entry's digest says */
    str content;
};

/* All entries about an object, in the order of the record. */
enum err ledger_about(struct ctx *c, str object_kind, int64_t object, struct ledger_kept **rows,
                      size_t *count) MUST_USE;

/* ---- verifying ---- */

enum ledger_fault {
    LEDGER_CHANGED,   /* the entry is not the one that was sealed */
    LEDGER_CHAIN,     /* the entry is right and its chain value was changed */
    LEDGER_SWAPPED,   /* this entry and the next stand in each other's place */
    LEDGER_MISSING,   /* there is no entry with this number, and there are later ones */
    LEDGER_CUT,       /* a head covers entries that are gone; `sequence` is the first of them */
    LEDGER_UNSIGNED,  /* sealed entries after the last head */
    LEDGER_SIGNATURE, /* a head was not signed with its key */
    LEDGER_KEY,       /* a head was signed with another key than ours */
    LEDGER_HEAD,      /* a head's hash is not the chain's: changed after it was signed */
    LEDGER_OUTSIDE,   /* the head kept elsewhere does not fit: the record was rewritten */
    LEDGER_CONTENT,   /* content that is not what the entry's digest says */
    LEDGER_RECEIPT,   /* the entry is right and its receipt was changed */
    LEDGER_ACT,       /* of a further check: an act without its entry */
    LEDGER_ROWS,      /* of a further check: rows that are not what the last act left */
};

struct ledger_problem {
    enum ledger_fault fault;
    int64_t sequence; /* 0 for LEDGER_ACT, and LEDGER_ROWS after the last entry */
    int64_t entry;    /* its id, or 0 */
    str about;        /* LEDGER_ACT: what is missing; LEDGER_ROWS: of what, and where */
};

typedef void ledger_report_fn(void *arg, const struct ledger_problem *problem);

/* A further check, such as “every row of the timeline has its entry”. It is called again and again,
 * each time in a read of its own, until it says that it is done: so it looks at a page each time,
 * goes on from `after`, and never holds the database for long. Reports like the others. */
struct ledger_checking {
    ledger_report_fn *report;
    void *report_arg;
    struct ledger_verdict *verdict; /* to count in */
    int64_t after;                  /* its own; 0 at first */
    int step;                       /* its own; 0 at first */
    bool is_done;
};
typedef enum err ledger_check_fn(struct ctx *c, struct ledger_checking *k);

enum { LEDGER_ALSO_MAX = 4 };

struct ledger_verify_options {
    const unsigned char *public_key;   /* ours; NULL: whatever key the first head has */
    const struct ledger_head *outside; /* a head kept elsewhere; NULL: none */
    ledger_report_fn *report;
    void *report_arg;
    ledger_check_fn *also[LEDGER_ALSO_MAX]; /* up to the first NULL */
};

struct ledger_verdict {
    int64_t entries, heads; /* that were looked at */
    int64_t unsealed;       /* waiting for the sealer */
    int64_t erased;         /* contents that were erased */
    int64_t compared;   /* of a further check: things whose rows were compared with the record */
    int64_t uncompared; /* things whose last entry is from before there was anything to compare */
    int64_t problems;
    int64_t first_bad; /* lowest sequence with a problem; 0: none */
};

/* Recompute everything in order, page by page, in bounded memory and without holding the database:
 * the record may grow meanwhile. OK whatever is found; look at verdict->problems. */
enum err ledger_verify(struct db_pool *pool, const struct ledger_verify_options *options,
                       struct ledger_verdict *verdict) MUST_USE;

/* "changed", "cut" …: a stable word for the command's output. */
const char *ledger_fault_name(enum ledger_fault fault);
