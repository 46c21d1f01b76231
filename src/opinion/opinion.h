/*
 * opinion -- what the votes on statements say: who thinks alike, what all agree on, what divides.
 *
 * A library of its own: no database, no files, no clock, no libraries but C's. Memory comes from
 * the caller, faults go back to the caller, and the same votes give the same bytes on every
 * machine. `shangliang opinion` is one user of it, the platform another.
 *
 *     opinion_log_new      one row after the other: who, on what, agree or not, when
 *     opinion_reader_new   the same out of CSV or a binary log, fed as bytes
 *     opinion_votes_new    the latest vote of each on each, packed
 *     opinion_analysis_new groups, or none; what all agree on, what divides, what a group is for
 *     opinion_router_new   which statement to show to whom next
 *     opinion_polis_new    groups by the method of Polis, for comparison (doc/opinion.md)
 *     ..._free             each thing made is freed by itself, in any order
 *
 * Votes are +1 agree, 0 pass, -1 disagree, throughout.
 */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    OPINION_STATEMENTS_MAX = 21845, /* a vote is one 16-bit code: 3 * statement + vote + 1 */
    OPINION_DISAGREE = -1,
    OPINION_PASS = 0,
    OPINION_AGREE = 1,
};

/* How a call ended. Nothing is changed where it is not OPINION_OK. */
enum opinion_err {
    OPINION_OK,
    OPINION_NO_MEMORY,           /* the caller's allocator had none left */
    OPINION_TOO_MANY_STATEMENTS, /* more than OPINION_STATEMENTS_MAX */
    OPINION_TOO_MANY_VOTES,      /* more than fit 32 bits */
    OPINION_NOT_A_VOTE,          /* none of -1, 0, 1 */
    OPINION_NOT_WRITTEN,         /* the sink took no more */
    OPINION_BAD_INPUT,           /* opinion_reader_fault says what, and where */
};

/* Where memory comes from. take: `size` zeroed bytes aligned for any type, or NULL; give: what was
 * taken, whole. Calls come from the calling thread only. */
struct opinion_memory {
    void *(*take)(void *self, size_t size);
    void (*give)(void *self, void *at);
    void *self;
};

/* ---- votes in ---- */

/* Rows as they come, kept until the votes are made of them. */
struct opinion_log;

enum opinion_err opinion_log_new(const struct opinion_memory *m, struct opinion_log **log);
void opinion_log_free(struct opinion_log *log);

/* One row. Ids are the caller's, any 64 bits; `time` orders the votes of one person on one
 * statement, in any unit. A person's later vote replaces the earlier one. */
enum opinion_err opinion_log_add(struct opinion_log *log, uint64_t person, uint64_t statement,
                                 int vote, int64_t time);

/* A statement that may have no vote yet; `is_out`: moderated out, counted but in no list. */
enum opinion_err opinion_log_statement(struct opinion_log *log, uint64_t statement, bool is_out);

uint64_t opinion_log_count(const struct opinion_log *log); /* rows */

/* ---- files in ---- */

/* What a file of comma-separated values holds. A byte order mark, CR LF, quotes, and line breaks in
 * quotes are understood; the encoding does not matter as long as ASCII is ASCII in it. */
enum opinion_table {
    /* Columns by their names: participant, voter-id or voter; statement or comment-id; vote; and
     * perhaps timestamp or time. Without names, in this order. Without times, a later row is later.
     */
    OPINION_VOTES_TABLE,
    OPINION_STATEMENTS_TABLE, /* statement or comment-id, moderated (-1: out); others do not matter
                               */
    OPINION_MATRIX_TABLE,     /* participant, columns named by words, columns named by statements */
    OPINION_PACKED_TABLE,     /* the binary log below */
};

enum opinion_fault_kind {
    OPINION_FAULT_NONE,
    OPINION_FAULT_EMPTY,        /* there is not one row */
    OPINION_FAULT_NO_COLUMN,    /* the column `name` is not there */
    OPINION_FAULT_SHORT_ROW,    /* the row ends before the column `name` */
    OPINION_FAULT_NOT_A_NUMBER, /* an id or a time that is none, or does not fit 64 bits */
    OPINION_FAULT_NOT_A_VOTE,   /* none of -1, 0, 1 */
    OPINION_FAULT_OPEN_QUOTE,   /* the file ends inside quotes */
    OPINION_FAULT_NO_LOG,       /* a binary log begins otherwise */
    OPINION_FAULT_CUT,          /* the binary log ends inside a row */
};

struct opinion_fault {
    enum opinion_fault_kind kind;
    uint64_t line;    /* from 1; of a binary log the row */
    size_t column;    /* from 1; 0: the whole row */
    const char *name; /* of the column; static */
};

struct opinion_reader;

/* A reader into `log`, which must outlive it. `skips_bad`: a row with a fault is counted and left
 * out; otherwise it ends the reading. Faults of the names in the first row, or of the head of a
 * binary log, always do. */
enum opinion_err opinion_reader_new(const struct opinion_memory *m, struct opinion_log *log,
                                    enum opinion_table table, bool skips_bad,
                                    struct opinion_reader **reader);
void opinion_reader_free(struct opinion_reader *reader);

/* The next bytes of the file, in pieces of any size; then its end. */
enum opinion_err opinion_reader_feed(struct opinion_reader *reader, const char *at, size_t len);
enum opinion_err opinion_reader_end(struct opinion_reader *reader);

/* The fault that ended the reading, or the first that was skipped; and how many rows were. */
struct opinion_fault opinion_reader_fault(const struct opinion_reader *reader);
uint64_t opinion_reader_skipped(const struct opinion_reader *reader);

/* ---- the binary log ---- */

/* Votes as they come, 8 bytes each, numbers with the lowest byte first; a file grows at its end.
 *
 *     head, 32 bytes   "SLVOTES1"; the time to count from (8, signed); zeros
 *     vote             participant (4); 3 * statement + vote + 1 (2); time since the row before (2)
 *     time that goes by without a vote
 *                      its lower half (4); 65535 (2); its upper half (2)
 *
 * Times are in any unit; participants are numbers under 2^32, statements under
 * OPINION_STATEMENTS_MAX. */
enum { OPINION_PACKED_HEAD = 32, OPINION_PACKED_VOTE_MAX = 16 };

struct opinion_packer {
    int64_t time; /* of the row before */
};

/* Begins a log; or goes on with one, when the head is thrown away and `time` is its last row's. */
void opinion_pack_head(struct opinion_packer *p, int64_t time,
                       unsigned char head[OPINION_PACKED_HEAD]);

/* The bytes of one vote, of which `*len` are used. OPINION_NOT_A_VOTE; OPINION_TOO_MANY_STATEMENTS:
 * a statement beyond them; OPINION_BAD_INPUT: a participant beyond 32 bits, or a time before that
 * of the row before or 2^48 after it. */
enum opinion_err opinion_pack_vote(struct opinion_packer *p, uint64_t person, uint64_t statement,
                                   int vote, int64_t time,
                                   unsigned char rows[OPINION_PACKED_VOTE_MAX], size_t *len);

/* ---- the votes ---- */

/* The order of people and statements, and which of two votes at the same time is the later one. */
enum opinion_order {
    OPINION_BY_ID,         /* ids ascending; at one time the greater vote: no row order matters */
    OPINION_BY_APPEARANCE, /* as they first appear with rows sorted by time; the later row */
};

/* The latest vote of each person on each statement. */
struct opinion_votes {
    size_t people, statements;
    uint64_t count;               /* votes */
    const uint64_t *person_id;    /* [people] */
    const uint64_t *statement_id; /* [statements] */
    const bool *is_out;           /* [statements] */
    const uint32_t *begin;        /* [people + 1] into code */
    const uint16_t *code;         /* [count] 3 * statement + vote + 1, ascending for each person */
};

/* A statement without a vote is there in OPINION_BY_ID, and has not appeared in the other. The log
 * may be freed afterwards. */
enum opinion_err opinion_votes_new(const struct opinion_memory *m, const struct opinion_log *log,
                                   enum opinion_order order, const struct opinion_votes **votes);
void opinion_votes_free(const struct opinion_votes *votes);

static inline size_t opinion_code_statement(uint16_t code)
{
    return code / 3;
}

static inline int opinion_code_vote(uint16_t code)
{
    return code % 3 - 1;
}

/* ---- votes that are made up, with a known answer ---- */

enum opinion_shape {
    OPINION_IDEAL,  /* groups around the corners of a regular simplex; with 0 groups one cloud */
    OPINION_CLASS,  /* each group has a share of agreement of its own on each statement */
    OPINION_LINE,   /* no groups: evenly along a line, */
    OPINION_SQUARE, /* over a square, */
    OPINION_DISC,   /* over a disc */
    OPINION_NONE,   /* no structure: nobody's votes depend on each other */
};

enum { OPINION_GROUPS_MAX = 6 };

struct opinion_plan {
    enum opinion_shape shape;
    size_t people, statements; /* at least 1; OPINION_STATEMENTS_MAX */
    int groups;                /* 0 .. OPINION_GROUPS_MAX; 0 but for OPINION_IDEAL and _CLASS */
    double votes_mean;         /* votes of a person, 1 .. statements */
    uint64_t seed;
};

/* One vote of those made up; false stops it. `group`: the person's, -1 where there is none. */
typedef bool opinion_made_fn(void *arg, uint64_t person, int group, uint64_t statement, int vote);

/* Hard on purpose: groups of uneven size (that of group g has weight 1 / (1 + 0.35 g)) that
 * overlap; a third of the statements draws agreement or disagreement from all; people lean to
 * agreeing or not; most people vote little, a few much (a power law, exponent 1.1); one votes
 * rather on what one agrees with; one vote in ten is a pass. Ids are 0 .. people - 1 and 0 ..
 * statements - 1. The same plan makes the same votes. OPINION_NOT_WRITTEN: `made` stopped it. */
enum opinion_err opinion_generate(const struct opinion_memory *m, const struct opinion_plan *plan,
                                  opinion_made_fn *made, void *arg);

/* ---- the method of our own ---- */

enum opinion_verdict {
    OPINION_NO_GROUPS,  /* opinions form a continuum */
    OPINION_TENDENCIES, /* regions that may be the ends of a continuum */
    OPINION_DISTINCT,
};

enum {
    OPINION_AXES = 4,
    OPINION_LIST_MAX = 5,
    OPINION_SHOWN_LEAST = 10,  /* people in a cell that may be published */
    OPINION_VOTES_LEAST = 7,   /* of whoever takes part in the grouping */
    OPINION_SAMPLE_MAX = 16384 /* people from whom the axes come */
};

/* Hands that work beside each other. run: part(arg, i) for each i below `parts`, in any order and
 * by any threads, and comes back when all are done. The answer is the same without. */
struct opinion_crew {
    void (*run)(void *self, size_t parts, void (*part)(void *arg, size_t i), void *arg);
    void *self;
};

enum { OPINION_REFINE_MAX = 20 };

struct opinion_options {
    uint64_t seed;
    int groups; /* 0: as many as stand out, or none; 1 .. OPINION_GROUPS_MAX: so many */
    /* The analysis that was shown before of the same consultation, or NULL: axes keep their sides,
     * groups their numbers, and another number of groups is shown only when four analyses in a row
     * found it, or when it stands out much more. Votes of both in OPINION_BY_ID. */
    const struct opinion_analysis *before;
    /* Rounds over the votes themselves that make the axes likelier (refine.h); 0: none. Not where
     * votes come in batches (live.h): there axes come from the sums alone. */
    int refine;                      /* 0 .. OPINION_REFINE_MAX */
    const struct opinion_crew *crew; /* NULL: the calling thread does everything */
    /* Told when a stage of the work begins; may be NULL. */
    void (*stage)(void *self, const char *name);
    void *self;
};

struct opinion_count {
    uint32_t agree, pass, disagree;
};

/* An estimate and the ends of its interval of 90 %. */
struct opinion_share {
    double at, low, high;
};

/* What a group stands for: a statement with which it agrees (or disagrees) more than the others. */
struct opinion_typical {
    size_t statement;
    bool is_agree;
    struct opinion_share more; /* its share less that of all others, -1 to 1 */
    double p; /* that there is no difference (Agresti, Caffo 2000; Benjamini, Hochberg
                 1995 over all groups and statements) */
};

/* What is said of one statement. Where `is_whole` is false, some of what follows could give away
 * how a few people voted, and is not there. */
struct opinion_about {
    struct opinion_count all; /* everybody's votes */
    bool is_whole;
    int side;                      /* on which the groups come closest to agreeing: 1, -1 */
    struct opinion_share common;   /* the share on that side in the group where it is least */
    bool is_common;                /* more than half in every group, by the low end */
    struct opinion_share bridging; /* 0 .. 1: of two people of different groups both agree; without
                                      groups: the least share expected along the axes */
    struct opinion_share divisiveness; /* 0 .. 1: what the groups explain of the differences;
                                          without groups: what the axes explain */
    struct opinion_share uncertainty;  /* 0 .. 1: who passes */
};

struct opinion_analysis {
    const struct opinion_votes *votes; /* the caller's: must outlive this */
    uint64_t seed;
    int refine;
    size_t eligible, sampled; /* people who take part in the grouping; of whom the axes come */
    enum opinion_verdict verdict;
    int k;                              /* groups; 1: all are one */
    double gap[OPINION_GROUPS_MAX + 1]; /* [2 ..] silhouette beyond that of a cloud */
    double silhouette[OPINION_GROUPS_MAX + 1];
    double value[OPINION_AXES];    /* eigenvalues, falling */
    double strength[OPINION_AXES]; /* by which places are multiplied before distances are taken */
    double noise;                  /* variance of a vote around what is expected */
    const double *mean;            /* [statements] mean vote; 0 where a statement is in no axis */
    const double *loading;         /* [statements * OPINION_AXES] */
    const double *place;           /* [people * OPINION_AXES] */
    const double *spread;          /* [people * OPINION_AXES] standard deviation of the place */
    const int8_t *group;           /* [people] 0 is the largest at first; -1: voted on too little */
    const double *membership;      /* [people * k] probabilities, by the votes alone */
    uint32_t size[OPINION_GROUPS_MAX];
    int id[OPINION_GROUPS_MAX]; /* ascending: the number of each, the same in the next analysis */
    int ids;                    /* those from here on none has had */
    int k_found, k_times;       /* another number of groups that was found so many times in a row */
    const struct opinion_count *counts; /* [k * statements] */
    const bool *is_shown;               /* [k * statements] whether the count may be published */
    const struct opinion_about *about;  /* [statements] */
    size_t common_count;
    const uint32_t *common;           /* statements that are common ground, the surest first */
    size_t apart[OPINION_GROUPS_MAX]; /* statements that set the group apart, listed or not */
    size_t typical_count[OPINION_GROUPS_MAX];
    struct opinion_typical typical[OPINION_GROUPS_MAX][OPINION_LIST_MAX]; /* to agree with first */
};

/* The whole answer, from nothing. Votes in OPINION_BY_ID give the same bytes whatever the order of
 * the rows was. Any votes have an answer; too few have no groups. */
enum opinion_err opinion_analysis_new(const struct opinion_memory *m,
                                      const struct opinion_votes *votes,
                                      const struct opinion_options *options,
                                      const struct opinion_analysis **analysis);
void opinion_analysis_free(const struct opinion_analysis *analysis);

/* ---- which statement next ---- */

/* What of a statement matters to whoever asks for one. */
enum {
    OPINION_CLOSED = 1, /* not to be shown: voted on, one's own, not open, moderated out */
    OPINION_META = 2,   /* about the conversation itself: only where all have their turn */
};

enum { OPINION_FIRST_PEOPLE = 20 }; /* of fewer there is no picture yet */

struct opinion_asking {
    size_t statements;      /* those that came after the analysis, too */
    const uint8_t *kind;    /* [statements] */
    const uint32_t *votes;  /* [statements] as of now, passes included */
    const uint32_t *passes; /* [statements] */
    size_t people;          /* who have voted at all */
    size_t vote_count;      /* of the one who asks */
    const uint16_t *code; /* [vote_count] 3 * statement + vote + 1, statements as in the analysis */
    uint64_t seed, turn;  /* the same of both: the same choice */
    size_t draws;         /* to tell the probability from; 0: it is not told */
};

struct opinion_next {
    size_t statement;
    bool is_floor;      /* it had the fewest votes, and that was why */
    double probability; /* that it would be this one, over all draws; 0 where not asked for */
};

/* What choosing needs of an analysis; it outlives that. */
struct opinion_router;

enum opinion_err opinion_router_new(const struct opinion_memory *m,
                                    const struct opinion_analysis *analysis,
                                    struct opinion_router **router);
void opinion_router_free(struct opinion_router *router);

/* The statement to show next: three times of four the one whose answer would tell most about where
 * one stands, as far as a draw of the unsure can say (Thompson sampling), else the one with the
 * fewest votes, so that none starves. Only the latter where `router` is NULL or hardly anybody has
 * voted. False: none is open. */
bool opinion_next(const struct opinion_router *router, const struct opinion_asking *asking,
                  struct opinion_next *next);

/* ---- the method of Polis ---- */

enum { POLIS_GROUPS_MAX = 5, POLIS_LIST_MAX = 5 };

/* One statement in the list of a group, or in the consensus. */
struct polis_entry {
    size_t statement;    /* its index */
    bool is_agree;       /* the side it stands for */
    bool is_best;        /* the group's best statement to agree with */
    uint32_t success;    /* votes on that side */
    uint32_t trials;     /* votes in all, passes too */
    uint32_t agree;      /* votes that agree */
    double p;            /* (success + 1) / (trials + 2) */
    double p_test;       /* z of p against one half */
    double repness;      /* p over the same share of all others in groups; 0 in the consensus */
    double repness_test; /* z of that difference; 0 in the consensus */
};

struct polis_counts {
    uint32_t agree, disagree, seen; /* seen: with passes */
};

struct polis_group {
    uint32_t people;
    size_t entry_count;
    struct polis_entry entries[POLIS_LIST_MAX]; /* those for agreeing first */
    const struct polis_counts *counts;          /* [statements], moderated ones too */
};

/* Everything Polis computes on first sight of a conversation. Positions and axes have the sign that
 * the names say: Polis counts agreeing as -1. */
struct opinion_polis {
    const struct opinion_votes *votes;       /* the caller's: must outlive this */
    size_t in_count;                         /* people who take part in the grouping */
    const uint32_t *in;                      /* [in_count] their indices, ascending */
    const double *mean_agree_plus;           /* [statements] mean vote, +1 agree */
    const double *axis[2];                   /* [statements] unit length, or all zero */
    const double *x, *y;                     /* [people] positions, agreeing as -1 */
    const double *extremity;                 /* [statements] */
    double silhouette[POLIS_GROUPS_MAX + 1]; /* [k], k = 2 .. k_max */
    int k_max;                               /* the largest k tried; 0: nothing to group */
    int k;                                   /* groups, with gaps in their numbers never */
    const int8_t *group;                     /* [people] its group, -1: in none */
    struct polis_group groups[POLIS_GROUPS_MAX];
    size_t agree_count, disagree_count;
    struct polis_entry agree[POLIS_LIST_MAX], disagree[POLIS_LIST_MAX]; /* consensus */
    const double *group_consensus; /* [statements] product over groups of (A+1)/(S+2) */
    const double *priority;        /* [statements] weight by which Polis shows it next */
};

/* Groups by the method of Polis, cold: principal components by power iteration from vectors of
 * ones, base clusters, groups of those (Small et al. 2021; doc/opinion.md says what is faithful).
 * The votes should be in OPINION_BY_APPEARANCE, as Polis itself has them. Of `options`, which may
 * be NULL, only the stage is told. */
enum opinion_err opinion_polis_new(const struct opinion_memory *m,
                                   const struct opinion_votes *votes,
                                   const struct opinion_options *options,
                                   const struct opinion_polis **polis);
void opinion_polis_free(const struct opinion_polis *polis);

/* ---- out ---- */

/* Where text goes, piece by piece. put: false when it could not be taken; nothing more comes then,
 * and the call ends in OPINION_NOT_WRITTEN. */
struct opinion_sink {
    bool (*put)(void *self, const char *at, size_t len);
    void *self;
};

/* How it was computed, beside the answer: seconds by stage, and what the caller knows of memory. */
enum { OPINION_STAGES_MAX = 16 };

const char *opinion_instruction_set(void); /* the widest that this machine has of those known */

struct opinion_run {
    size_t stage_count;
    const char *stage[OPINION_STAGES_MAX]; /* ASCII, nothing to escape */
    double seconds[OPINION_STAGES_MAX];
    uint64_t peak_bytes;
    unsigned threads; /* those that worked beside each other */
};

/* The answer as JSON, described field by field in doc/opinion.md. `run` may be NULL. */
enum opinion_err opinion_polis_json(const struct opinion_polis *polis,
                                    const struct opinion_sink *sink);
enum opinion_err opinion_analysis_json(const struct opinion_analysis *analysis,
                                       const struct opinion_run *run,
                                       const struct opinion_sink *sink);
