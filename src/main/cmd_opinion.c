/* opinion analyze: the votes of a conversation analysed from files, without a server. */
#include "main/cmd_opinion.h"

#include "base/str.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { PIECE = 64 * 1024, PATH_MAX_HERE = 4096 };

enum format { FORMAT_AUTO, FORMAT_POLIS, FORMAT_MATRIX, FORMAT_CSV, FORMAT_LOG };

struct analysis {
    const char *path;
    struct opinion_wish wish;
    enum format format;
    bool is_polis; /* the method */
    bool skips_bad;
    struct opinion_log *log;
    const struct opinion_votes *votes;
    const struct opinion_polis *polis;
};

/* ---- faults ---- */

int exit_of_opinion(enum opinion_err e)
{
    switch (e) {
    case OPINION_OK:
        return EXIT_DONE;
    case OPINION_NO_MEMORY:
        fputs("shangliang: there is not enough memory for so many votes\n", stderr);
        return EXIT_FAULT;
    case OPINION_TOO_MANY_STATEMENTS:
        fprintf(stderr, "shangliang: there are more than %d statements\n", OPINION_STATEMENTS_MAX);
        return EXIT_INVALID;
    case OPINION_TOO_MANY_VOTES:
        fputs("shangliang: there are more than 4294967295 votes\n", stderr);
        return EXIT_INVALID;
    case OPINION_NOT_WRITTEN:
        fputs("shangliang: the answer cannot be written\n", stderr);
        return EXIT_FAULT;
    default:
        return EXIT_INVALID; /* said where it was found */
    }
}

static void tell_fault(const char *path, struct opinion_fault f)
{
    static const char *const what[] = {
        [OPINION_FAULT_EMPTY] = "there is no row in it",
        [OPINION_FAULT_NO_COLUMN] = "there is no column",
        [OPINION_FAULT_SHORT_ROW] = "the row ends before the column",
        [OPINION_FAULT_NOT_A_NUMBER] = "this is no number of 64 bits in the column",
        [OPINION_FAULT_NOT_A_VOTE] = "this is none of -1, 0 and 1 in the column",
        [OPINION_FAULT_OPEN_QUOTE] = "the file ends inside quotes",
        [OPINION_FAULT_NO_LOG] = "this is not how a log of votes begins",
        [OPINION_FAULT_CUT] = "the file ends inside this row",
    };

    fprintf(stderr, "%s:%" PRIu64, path, f.line == 0 ? 1 : f.line);
    if (f.column > 0)
        fprintf(stderr, ":%zu", f.column);
    fprintf(stderr, ": %s%s%s\n", what[f.kind], f.name[0] == '\0' ? "" : " ", f.name);
}

/* ---- in ---- */

static enum opinion_err read_pieces(FILE *f, struct opinion_reader *r)
{
    static char piece[PIECE];
    enum opinion_err e = OPINION_OK;
    size_t n;

    while (e == OPINION_OK && (n = fread(piece, 1, sizeof piece, f)) > 0)
        e = opinion_reader_feed(r, piece, n);
    return e == OPINION_OK ? opinion_reader_end(r) : e;
}

static int read_file(const struct analysis *a, const char *path, enum opinion_table table)
{
    FILE *f = fopen(path, "re");
    struct opinion_reader *r;

    if (f == NULL) {
        fprintf(stderr, "shangliang: %s: cannot be read\n", path);
        return EXIT_NOT_FOUND;
    }
    enum opinion_err e = opinion_reader_new(&opinion_heap, a->log, table, a->skips_bad, &r);
    if (e == OPINION_OK) {
        e = read_pieces(f, r);
        if (ferror(f) != 0) {
            fprintf(stderr, "shangliang: %s: cannot be read to its end\n", path);
            e = OPINION_BAD_INPUT;
        } else if (e == OPINION_BAD_INPUT) {
            tell_fault(path, opinion_reader_fault(r));
        } else if (opinion_reader_skipped(r) > 0) {
            tell_fault(path, opinion_reader_fault(r));
            fprintf(stderr, "%s: %" PRIu64 " rows were skipped, this was the first\n", path,
                    opinion_reader_skipped(r));
        }
        opinion_reader_free(r);
    }
    fclose(f);
    return exit_of_opinion(e);
}

static bool is_there(const char *path, bool is_folder)
{
    struct stat s;

    return stat(path, &s) == 0 && (S_ISDIR(s.st_mode) != 0) == is_folder;
}

/* A file of a folder of Polis; false: the path is too long. */
static bool in_folder(char *path, const char *folder, const char *name)
{
    int length = snprintf(path, PATH_MAX_HERE, "%s/%s", folder, name);

    return length > 0 && length < PATH_MAX_HERE;
}

static int read_folder(const struct analysis *a)
{
    char votes[PATH_MAX_HERE], comments[PATH_MAX_HERE], matrix[PATH_MAX_HERE];
    int status;

    if (!in_folder(votes, a->path, "votes.csv") || !in_folder(comments, a->path, "comments.csv") ||
        !in_folder(matrix, a->path, "participants-votes.csv"))
        return EXIT_NOT_FOUND;
    if (is_there(votes, false))
        status = read_file(a, votes, OPINION_VOTES_TABLE);
    else
        status = read_file(a, matrix, OPINION_MATRIX_TABLE);
    if (status == EXIT_DONE && is_there(comments, false))
        status = read_file(a, comments, OPINION_STATEMENTS_TABLE);
    return status;
}

/* A log says what it is. A matrix names its statements by numbers in the first row, and has no
 * column for a vote. */
static enum format format_of(const char *path)
{
    char line[PIECE];
    FILE *f;
    enum format found = FORMAT_CSV;

    if (is_there(path, true))
        return FORMAT_POLIS;
    f = fopen(path, "re");
    if (f == NULL)
        return FORMAT_CSV;
    const char *begin = fgets(line, sizeof line, f);
    if (begin != NULL && strncmp(line, "SLVOTES", 7) == 0)
        found = FORMAT_LOG;
    else if (begin != NULL && strstr(line, "participant") != NULL &&
             strstr(line, "vote,") == NULL && strstr(line, "vote\r") == NULL &&
             strstr(line, "vote\n") == NULL && strstr(line, "vote\"") == NULL)
        found = FORMAT_MATRIX;
    fclose(f);
    return found;
}

static int read_votes(struct analysis *a)
{
    enum format format = a->format == FORMAT_AUTO ? format_of(a->path) : a->format;

    if (format == FORMAT_POLIS)
        return read_folder(a);
    return read_file(a, a->path,
                     format == FORMAT_MATRIX ? OPINION_MATRIX_TABLE
                     : format == FORMAT_LOG  ? OPINION_PACKED_TABLE
                                             : OPINION_VOTES_TABLE);
}

/* ---- out ---- */

static bool put(void *file, const char *at, size_t len)
{
    return fwrite(at, 1, len, file) == len;
}

int opinion_write_file(const char *path, opinion_write_fn *write, const void *answer)
{
    bool is_stdout = strcmp(path, "-") == 0;
    FILE *f = is_stdout ? stdout : fopen(path, "we");

    if (f == NULL) {
        fprintf(stderr, "shangliang: %s: cannot be written\n", path);
        return EXIT_FAULT;
    }
    struct opinion_sink sink = {put, f};
    enum opinion_err e = write(answer, &sink);
    if ((is_stdout ? fflush(f) : fclose(f)) != 0 && e == OPINION_OK)
        e = OPINION_NOT_WRITTEN;
    return exit_of_opinion(e);
}

static enum opinion_err write_polis(const void *polis, const struct opinion_sink *sink)
{
    return opinion_polis_json(polis, sink);
}

static void print_entry(const struct opinion_polis *p, const struct polis_entry *e)
{
    printf("  statement %" PRIu64 ": %" PRIu32 " of %" PRIu32 " %s\n",
           p->votes->statement_id[e->statement], e->success, e->trials,
           e->is_agree ? "agree" : "disagree");
}

static void print_summary(const struct opinion_polis *p)
{
    const struct opinion_votes *v = p->votes;

    printf("%zu people, %zu statements, %" PRIu64 " votes; %zu people in %d groups\n", v->people,
           v->statements, v->count, p->in_count, p->k);
    for (int g = 0; g < p->k; g++) {
        printf("group %d: %" PRIu32 " people\n", g, p->groups[g].people);
        for (size_t i = 0; i < p->groups[g].entry_count; i++)
            print_entry(p, &p->groups[g].entries[i]);
    }
    if (p->agree_count + p->disagree_count > 0)
        puts("all together");
    for (size_t i = 0; i < p->agree_count; i++)
        print_entry(p, &p->agree[i]);
    for (size_t i = 0; i < p->disagree_count; i++)
        print_entry(p, &p->disagree[i]);
}

/* ---- the command ---- */

static int compute_polis(struct analysis *a)
{
    enum opinion_err e = opinion_votes_new(&opinion_heap, a->log, OPINION_BY_APPEARANCE, &a->votes);

    if (e == OPINION_OK)
        e = opinion_polis_new(&opinion_heap, a->votes, NULL, &a->polis);
    if (e != OPINION_OK)
        return exit_of_opinion(e);
    if (a->wish.json != NULL)
        return opinion_write_file(a->wish.json, write_polis, a->polis);
    print_summary(a->polis);
    return EXIT_DONE;
}

static int analyze_polis(struct analysis *a)
{
    int status = exit_of_opinion(opinion_log_new(&opinion_heap, &a->log));

    if (status == EXIT_DONE)
        status = read_votes(a);
    if (status == EXIT_DONE)
        status = compute_polis(a);
    opinion_polis_free(a->polis);
    opinion_votes_free(a->votes);
    opinion_log_free(a->log);
    return status;
}

static bool take_format(const char *name, enum format *format)
{
    static const char *const names[] = {"auto", "polis", "matrix", "csv", "log"};

    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (name == NULL || strcmp(name, names[i]) == 0) {
            *format = (enum format)i;
            return true;
        }
    }
    fprintf(stderr, "shangliang: there is no format %s: auto, polis, matrix, csv or log\n", name);
    return false;
}

bool opinion_take_method(const char *name, bool *is_polis)
{
    *is_polis = name != NULL && strcmp(name, "polis") == 0;
    if (name == NULL || *is_polis || strcmp(name, "default") == 0)
        return true;
    fprintf(stderr, "shangliang: there is no method %s: default or polis\n", name);
    return false;
}

int opinion_read_log(const char *path, const char *format, bool skips_bad, struct opinion_log **log)
{
    struct analysis a = {.path = path, .skips_bad = skips_bad};

    if (!take_format(format, &a.format))
        return usage("opinion");
    int status = exit_of_opinion(opinion_log_new(&opinion_heap, &a.log));
    if (status == EXIT_DONE)
        status = read_votes(&a);
    *log = a.log;
    return status;
}

bool opinion_is_quick(const char *path, const char *name, enum opinion_table *table)
{
    struct stat s;
    enum format format;

    if (stat(path, &s) != 0 || !S_ISREG(s.st_mode) || !take_format(name, &format))
        return false; /* what cannot be read twice is read row by row */
    if (format == FORMAT_AUTO)
        format = format_of(path);
    *table = format == FORMAT_LOG ? OPINION_PACKED_TABLE : OPINION_VOTES_TABLE;
    return format == FORMAT_LOG || format == FORMAT_CSV;
}

bool opinion_take_groups(const char *text, int *groups)
{
    int64_t n = 0;

    if (text == NULL || strcmp(text, "auto") == 0)
        return true;
    if (!str_to_i64(str_of(text), &n) || n < 1 || n > OPINION_GROUPS_MAX) {
        fprintf(stderr, "shangliang: --groups is auto or 1 to %d\n", OPINION_GROUPS_MAX);
        return false;
    }
    *groups = (int)n;
    return true;
}

bool opinion_take_number(const char *name, const char *text, int64_t least, int64_t most,
                         int64_t *number)
{
    if (text == NULL)
        return true;
    if (str_to_i64(str_of(text), number) && *number >= least && *number <= most)
        return true;
    fprintf(stderr, "shangliang: %s is a whole number from %" PRId64 " to %" PRId64 "\n", name,
            least, most);
    return false;
}

bool opinion_take_refine(const char *text, int *rounds)
{
    int64_t number = *rounds;
    bool is_good = opinion_take_number("--refine", text, 0, OPINION_REFINE_MAX, &number);

    *rounds = (int)number;
    return is_good;
}

bool opinion_take_seed(const char *text, uint64_t *seed)
{
    int64_t n = 0;

    if (text == NULL)
        return true;
    if (!str_to_i64(str_of(text), &n) || n < 0) {
        fputs("shangliang: --seed is a whole number from 0\n", stderr);
        return false;
    }
    *seed = (uint64_t)n;
    return true;
}

bool opinion_take_lang(const char *name, enum lang otherwise, enum lang *lang)
{
    *lang = name == NULL ? otherwise : strcmp(name, "en") == 0 ? LANG_EN : LANG_ZH;
    if (name == NULL || *lang == LANG_EN || strcmp(name, "zh") == 0)
        return true;
    fputs("shangliang: --lang is zh or en\n", stderr);
    return false;
}

static int analyze_run(int argc, char **argv)
{
    struct analysis a = {.wish = {.seed = 1}};
    const char *format = take_option(&argc, argv, "--format");
    const char *method = take_option(&argc, argv, "--method");
    const char *groups = take_option(&argc, argv, "--groups");
    const char *seed = take_option(&argc, argv, "--seed");
    const char *lang = take_option(&argc, argv, "--lang");
    const char *refine = take_option(&argc, argv, "--refine");
    const char *threads = take_option(&argc, argv, "--threads");

    a.wish.json = take_option(&argc, argv, "--json");
    a.wish.svg = take_option(&argc, argv, "--svg");
    a.wish.html = take_option(&argc, argv, "--html");
    a.skips_bad = take_flag(&argc, argv, "--skip-bad") != 0;
    if (argc != 3 || !take_format(format, &a.format) || !opinion_take_method(method, &a.is_polis) ||
        !opinion_take_groups(groups, &a.wish.groups) || !opinion_take_seed(seed, &a.wish.seed) ||
        !opinion_take_lang(lang, LANG_ZH, &a.wish.lang) ||
        !opinion_take_refine(refine, &a.wish.refine) ||
        !opinion_take_threads(threads, &a.wish.threads))
        return usage("opinion");
    if (a.is_polis && (groups != NULL || seed != NULL || threads != NULL || refine != NULL)) {
        fputs("shangliang: the method of Polis takes none of --groups, --refine, --seed and "
              "--threads\n",
              stderr);
        return EXIT_USAGE;
    }
    if (a.is_polis && (a.wish.svg != NULL || a.wish.html != NULL)) {
        fputs("shangliang: --svg and --html show our own method, not that of Polis\n", stderr);
        return EXIT_USAGE;
    }
    a.path = argv[2];
    a.wish.folder = is_there(a.path, true) ? a.path : NULL;
    const struct opinion_source source = {a.path, format, a.skips_bad};
    return a.is_polis ? analyze_polis(&a) : opinion_default_run(&source, &a.wish);
}

int cmd_opinion(int argc, char **argv)
{
    static const struct {
        const char *name;
        int (*run)(int argc, char **argv);
    } parts[] = {
        {"analyze", analyze_run},
        {"bench", opinion_bench_run},
        {"compare", opinion_compare_run},
        {"duplicates", opinion_duplicates_run},
        {"generate", opinion_generate_run},
        {"predict", opinion_predict_run},
        {"publish", opinion_publish_run},
        {"signals", opinion_signals_run},
        {"stability", opinion_stability_run},
    };

    for (size_t i = 0; argc > 1 && i < sizeof parts / sizeof *parts; i++) {
        if (strcmp(argv[1], parts[i].name) == 0)
            return parts[i].run(argc, argv);
    }
    return usage("opinion");
}
