/*
 * cmd_opinion_answer -- an answer of `opinion analyze --json` read again, of either method.
 *
 * What both methods have is brought to one form: agreeing is +1, the consensus of Polis is common
 * ground, and counts are of those who agree, who disagree, and of all.
 */
#pragma once
#include "main/cmd_opinion.h"

#include <jansson.h>

struct kept_person {
    uint64_t id;
    int32_t group;
};

struct kept_statement {
    uint64_t id;
    double loading[OPINION_AXES];
};

enum { KEPT_ALL = -1 };

/* A statement in the list of a group; of KEPT_ALL: in the common ground. */
struct kept_entry {
    int group;
    uint64_t statement;
    bool is_agree;
};

struct kept_answer {
    const char *path;
    const char *verdict; /* "-" in the method of Polis, which has none */
    bool is_polis, is_faulty;
    int64_t participants, statements, votes;
    int k;
    size_t axes; /* 4, or the 2 of Polis */
    size_t person_count, statement_count, entry_count;
    struct kept_person *person;       /* those in groups, ids ascending */
    struct kept_statement *statement; /* ids ascending */
    struct kept_entry *entry;
    json_t *root; /* owns the texts above */
};

/* Reads it. What is not there, is no JSON or no answer is said, with the name of the field; the
 * exit status. Freed in any case. Ids that are values have to fit 63 bits. */
int kept_answer_read(const char *path, struct kept_answer *a);
void kept_answer_free(struct kept_answer *a);

enum { KEPT_AGREE, KEPT_DISAGREE, KEPT_SEEN, KEPT_KINDS };

/* The published counts of a group by statement; NULL: none. */
json_t *kept_answer_counts(const struct kept_answer *a, int group);

/* One of these brought to one form; false: it is no count. */
bool kept_count(const json_t *count, int64_t kind[KEPT_KINDS]);

/* The angles between the spaces that the columns of a and b span, in degrees, ascending; how many
 * there are. Rows of both are OPINION_AXES apart. Sines where angles are small, cosines where they
 * are large (Bjorck, Golub 1973). */
size_t axes_angles(const double *a, size_t a_columns, const double *b, size_t b_columns,
                   size_t rows, double degrees[OPINION_AXES]);

/* The angle between two columns, 0 to 180 degrees; false: one of them is all zeros. */
bool axis_angle(const double *a, const double *b, size_t rows, double *degrees);
