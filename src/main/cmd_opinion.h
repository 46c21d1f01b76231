/* cmd_opinion -- the parts of `shangliang opinion`. */
#pragma once
#include "base/ctx.h"
#include "main/command.h"
#include "opinion/opinion.h"

/* The heap: see decision 018. */
extern const struct opinion_memory opinion_heap;

/* Says what happened, unless it was said where it was found, and gives the exit status. */
int exit_of_opinion(enum opinion_err e);

/* What is wanted of the analysis of a log of votes. */
struct opinion_wish {
    const char *json; /* the file, "-" for standard output; NULL: none */
    const char *svg,
        *html;          /* the map, the report; as for JSON. None of all: a summary is printed */
    const char *folder; /* whose comments.csv and summary.csv say what it was about; NULL: none */
    enum lang lang;     /* of map and report */
    uint64_t seed;
    int groups; /* 0: as many as there are */
};

/* Our own method, told as the wish says; the exit status. */
int opinion_default_run(const struct opinion_log *log, const struct opinion_wish *wish);

/* Whatever writes an answer into a sink. */
typedef enum opinion_err opinion_write_fn(const void *answer, const struct opinion_sink *sink);

/* To the file, or to standard output for "-"; the exit status. */
int opinion_write_file(const char *path, opinion_write_fn *write, const void *answer);

/* The map and the report that are wished for; the exit status. */
int opinion_report_run(const struct opinion_analysis *analysis, const struct opinion_wish *wish);

/* The texts of statements, [statements], from comments.csv of a folder of Polis, in UTF-8 or
 * GB18030, cleaned; NULL when there is none. And the topic from its summary.csv, or an empty one.
 */
const str *opinion_texts(struct arena *a, const char *folder, const struct opinion_votes *votes);
str opinion_topic(struct arena *a, const char *folder);

/* opinion generate: votes made up, into a CSV. */
int opinion_generate_run(int argc, char **argv);
