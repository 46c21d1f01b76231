/* cmd_opinion -- the parts of `shangliang opinion`. */
#pragma once
#include "base/ctx.h"
#include "main/command.h"
#include "opinion/opinion.h"

/* The library's memory is counted in files of votes, not in requests: it comes from the heap, and
 * what there is not is said (decision 018). */
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
    int groups;       /* 0: as many as there are */
    int refine;       /* rounds */
    unsigned threads; /* 1 .. OPINION_THREADS_MAX */
};

enum { OPINION_THREADS_MAX = 64 };

/* So many threads, the calling one among them, each time there is work for more than one. */
struct opinion_crew opinion_crew_of(const unsigned *threads);

/* The number after --threads, or as many as there are processors; false: it was said why not. */
bool opinion_take_threads(const char *text, unsigned *threads);

/* Where the votes are. */
struct opinion_source {
    const char *path, *format; /* as --format names it, or NULL */
    bool skips_bad;
};

/* Our own method, told as the wish says; the exit status. */
int opinion_default_run(const struct opinion_source *source, const struct opinion_wish *wish);

/* Whatever writes an answer into a sink. */
typedef enum opinion_err opinion_write_fn(const void *answer, const struct opinion_sink *sink);

/* To the file, or to standard output for "-"; the exit status. */
int opinion_write_file(const char *path, opinion_write_fn *write, const void *answer);

/* The rows at `path`, in the format that --format names (NULL: what the file looks like), into a
 * log that the caller frees, whatever the exit status is. */
int opinion_read_log(const char *path, const char *format, bool skips_bad,
                     struct opinion_log **log);

/* The same as votes in OPINION_BY_ID, which the caller frees: the quick way where that is possible.
 */
int opinion_load_votes(const char *path, const char *format, bool skips_bad,
                       const struct opinion_votes **votes);

/* Only the quick way (see load.h); OPINION_BAD_INPUT: it is none. And whether there is one for such
 * a file. */
enum opinion_err opinion_load_quickly(const char *path, enum opinion_table table,
                                      const struct opinion_votes **votes);
bool opinion_is_quick(const char *path, const char *format, enum opinion_table *table);

/* What --method names (NULL: our own); false: there is no such method, which was said. */
bool opinion_take_method(const char *name, bool *is_polis);

/* opinion compare: what differs between two answers. */
int opinion_compare_run(int argc, char **argv);

/* opinion stability: resampled people and rows. */
int opinion_stability_run(int argc, char **argv);
/* The map and the report that are wished for; the exit status. */
int opinion_report_run(const struct opinion_analysis *analysis, const struct opinion_wish *wish);

/* The texts of statements, [statements], from comments.csv of a folder of Polis, in UTF-8 or
 * GB18030, cleaned; NULL when there is none. And the topic from its summary.csv, or an empty one.
 */
const str *opinion_texts(struct arena *a, const char *folder, const struct opinion_votes *votes);
str opinion_topic(struct arena *a, const char *folder);

/* opinion generate: votes made up, into a CSV. */
int opinion_generate_run(int argc, char **argv);

/* opinion bench: how long it takes, beside the method of Polis and beside the least it could take.
 */
int opinion_bench_run(int argc, char **argv);
/* Seconds, by `now`, from a file of these votes to votes again; the file is made and removed. */
enum opinion_err opinion_bench_load(const struct opinion_votes *v, bool is_log, bool is_shuffled,
                                    double (*now)(void), double *seconds);
/* opinion duplicates: statements that say nearly the same. */
int opinion_duplicates_run(int argc, char **argv);
/* zh or en after --lang, or what it is otherwise; false: it was said why not. */
bool opinion_take_lang(const char *name, enum lang otherwise, enum lang *lang);

/* The number after --seed, or as it was where there is none; false: it was said why not. */
bool opinion_take_seed(const char *text, uint64_t *seed);

/* The whole number after the option of that name, least .. most, or as it was where there is no
 * text; false: it was said why not. */
bool opinion_take_number(const char *name, const char *text, int64_t least, int64_t most,
                         int64_t *number);

/* opinion signals: votes that look copied or came at once, and the answer without them. */
int opinion_signals_run(int argc, char **argv);

/* The number after --refine, or as it was where there is none; false: it was said why not. */
bool opinion_take_refine(const char *text, int *rounds);

/* The number after --groups, or 0 for auto and where there is none; false: it was said why not. */
bool opinion_take_groups(const char *text, int *groups);

/* opinion publish: what may be shown after what was shown before, or once with noise. */
int opinion_publish_run(int argc, char **argv);

/* opinion predict: votes that are hidden, foretold from the rest. */
int opinion_predict_run(int argc, char **argv);
