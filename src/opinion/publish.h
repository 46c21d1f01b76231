/*
 * publish -- one publication after the other, so that nothing about a few people comes out when two
 * of them are compared.
 *
 *     opinion_publication_new    what may be shown now, given what was shown before
 *     opinion_publication_json   for everybody
 *     opinion_publication_save   for the next time, private: it holds who voted what
 *     opinion_publication_load   the same back
 *
 * What is shown of a statement is a row: the count of each group that opinion_analysis lets be
 * shown, and all votes where it lets everything be shown. A row is always of one moment; it is
 * replaced as a whole or stays.
 */
#pragma once
#include "opinion.h"

enum { OPINION_VERSIONS_MAX = 8 }; /* of a row that are remembered, the shown one included */

/* A row at the moment it was taken. */
struct opinion_version {
    uint64_t number;                                /* the publication that took it */
    int k;                                          /* groups there were */
    int id[OPINION_GROUPS_MAX];                     /* [k] their numbers */
    bool is_shown[OPINION_GROUPS_MAX];              /* [k] */
    struct opinion_count count[OPINION_GROUPS_MAX]; /* [k] zeros where not shown */
    struct opinion_about about; /* of votes: `all`, `is_whole`, and what follows from the counts
                                   alone; bridging and divisiveness only where k > 1 */
    /* Private: who it is made of. */
    size_t people;
    const uint64_t *person; /* [people] ids, ascending */
    const uint8_t *place;   /* [people] 3 * group + vote + 1; group OPINION_GROUPS_MAX: in none */
};

struct opinion_row_shown {
    uint64_t statement; /* its id; 0 for the row of people */
    bool is_out;        /* moderated out: not shown, whatever it has */
    bool is_hidden;     /* nothing of it may be shown now */
    size_t version_count;
    struct opinion_version version[OPINION_VERSIONS_MAX]; /* the newest first: that is shown */
};

struct opinion_publication {
    uint64_t number;              /* 1: the first */
    enum opinion_verdict verdict; /* when the row of people was taken */
    int k;                        /* private: groups of now, */
    int id[OPINION_GROUPS_MAX];   /* [k] and their numbers, kept from one to the next */
    int ids;                      /* from here on no group has had the number */
    size_t row_count;             /* the row of people, then statements by id */
    const struct opinion_row_shown *rows;
    size_t common_count;
    const uint32_t *common;        /* rows that are common ground, the surest first */
    struct opinion_version latest; /* private: in which group everybody was */
};

/* What may be shown. `analysis` of votes in OPINION_BY_ID; `before`, the last publication of the
 * same consultation, or NULL. Both may be freed afterwards.
 *
 * A row is replaced when at least OPINION_SHOWN_LEAST people stand otherwise in it than in the one
 * shown (vote given, changed or withdrawn, or another group), and when for each remembered version,
 * each union of its counts and each union of the new ones the people who contribute differently are
 * none or at least OPINION_SHOWN_LEAST. Then the same holds of any sum of counts of two such
 * versions with any factors. It does not hold of three at once, nor of versions forgotten.
 * Otherwise the row stays, and does not tell whether few people changed or nobody.
 *
 * The first row is of people instead of votes: all count as passes, groups are sizes. Groups are
 * numbered here, by the people they share with those of the last time. OPINION_NO_MEMORY. */
enum opinion_err opinion_publication_new(const struct opinion_memory *m,
                                         const struct opinion_analysis *analysis,
                                         const struct opinion_publication *before,
                                         const struct opinion_publication **publication);
void opinion_publication_free(const struct opinion_publication *publication);

/* What is shown of a row; NULL: nothing. */
const struct opinion_version *opinion_row_now(const struct opinion_row_shown *row);

/* Whether of two versions, in either order, nothing about fewer than OPINION_SHOWN_LEAST people
 * comes out. */
bool opinion_versions_differ_enough(const struct opinion_version *a,
                                    const struct opinion_version *b);

/* Fields as in doc/opinion.md; names nobody. OPINION_NOT_WRITTEN. */
enum opinion_err opinion_publication_json(const struct opinion_publication *publication,
                                          const struct opinion_sink *sink);

/* Everything, with who voted what: nobody else may read it. OPINION_NOT_WRITTEN. */
enum opinion_err opinion_publication_save(const struct opinion_publication *publication,
                                          const struct opinion_sink *sink);

/* The same back. OPINION_BAD_INPUT: not so written, cut or damaged. */
enum opinion_err opinion_publication_load(const struct opinion_memory *m, const unsigned char *at,
                                          size_t len,
                                          const struct opinion_publication **publication);
