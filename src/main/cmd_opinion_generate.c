/* opinion generate: votes with a known answer, as a file. */
#include "main/cmd_opinion.h"

#include "base/str.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PEOPLE_MOST = 100 * 1000 * 1000 };

struct files {
    FILE *votes, *truth;
    uint64_t last; /* the person whose group was written */
    bool is_begun, is_log;
    struct opinion_packer packer; /* whose time counts the votes */
};

static bool begin_votes(struct files *f)
{
    unsigned char head[OPINION_PACKED_HEAD];

    if (!f->is_log)
        return fputs("participant,statement,vote\n", f->votes) >= 0;
    opinion_pack_head(&f->packer, 0, head);
    return fwrite(head, 1, sizeof head, f->votes) == sizeof head;
}

static bool pack_vote(struct files *f, uint64_t person, uint64_t statement, int vote)
{
    unsigned char rows[OPINION_PACKED_VOTE_MAX];
    size_t len;

    return opinion_pack_vote(&f->packer, person, statement, vote, f->packer.time + 1, rows, &len) ==
               OPINION_OK &&
           fwrite(rows, 1, len, f->votes) == len;
}

static bool write_vote(void *arg, uint64_t person, int group, uint64_t statement, int vote)
{
    struct files *f = arg;

    if (f->truth != NULL && (!f->is_begun || f->last != person))
        fprintf(f->truth, "%" PRIu64 ",%d\n", person, group);
    f->is_begun = true;
    f->last = person;
    if (f->is_log)
        return pack_vote(f, person, statement, vote);
    return fprintf(f->votes, "%" PRIu64 ",%" PRIu64 ",%d\n", person, statement, vote) > 0;
}

/* Did all of it reach the file? `f` may be NULL. */
static bool is_closed(FILE *f)
{
    if (f == NULL)
        return true;
    bool is_whole = ferror(f) == 0;
    return fclose(f) == 0 && is_whole;
}

static int write_files(const struct opinion_plan *plan, const char *out, const char *truth,
                       bool is_log)
{
    struct files f = {.votes = fopen(out, "we"), .is_log = is_log};

    if (truth != NULL)
        f.truth = fopen(truth, "we");
    if (f.votes == NULL || (truth != NULL && f.truth == NULL)) {
        fprintf(stderr, "shangliang: %s: %s\n", f.votes == NULL ? out : truth, strerror(errno));
        is_closed(f.votes);
        is_closed(f.truth);
        return EXIT_FAULT;
    }
    if (f.truth != NULL)
        fputs("participant,group\n", f.truth);
    enum opinion_err e = OPINION_NOT_WRITTEN;
    if (begin_votes(&f))
        e = opinion_generate(&opinion_heap, plan, write_vote, &f);
    bool is_written = is_closed(f.votes);
    is_written = is_closed(f.truth) && is_written;
    return exit_of_opinion(e == OPINION_OK && !is_written ? OPINION_NOT_WRITTEN : e);
}

/* ---- options ---- */

static bool take_number(int *argc, char **argv, const char *name, int64_t least, int64_t most,
                        int64_t otherwise, int64_t *number)
{
    const char *value = take_option(argc, argv, name);

    *number = otherwise;
    if (value == NULL && otherwise >= least)
        return true;
    if (value != NULL && str_to_i64(str_of(value), number) && *number >= least && *number <= most)
        return true;
    fprintf(stderr, "shangliang: %s has to be a number from %" PRId64 " to %" PRId64 "\n", name,
            least, most);
    return false;
}

static bool take_mean(int *argc, char **argv, struct opinion_plan *plan)
{
    const char *value = take_option(argc, argv, "--votes-mean");
    char *end = NULL;

    plan->votes_mean = value == NULL ? 0 : strtod(value, &end);
    if (value != NULL && end != value && *end == '\0' && plan->votes_mean >= 1 &&
        plan->votes_mean <= (double)plan->statements)
        return true;
    fprintf(stderr, "shangliang: --votes-mean has to be a number from 1 to %zu\n",
            plan->statements);
    return false;
}

static bool take_shape(int *argc, char **argv, struct opinion_plan *plan)
{
    static const char *const names[] = {"ideal", "class", "line", "square", "disc", "none"};
    const char *value = take_option(argc, argv, "--shape");

    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (value == NULL || strcmp(value, names[i]) == 0) {
            plan->shape = (enum opinion_shape)i;
            return true;
        }
    }
    fputs("shangliang: --shape is ideal, class, line, square, disc or none\n", stderr);
    return false;
}

static bool take_format(int *argc, char **argv, bool *is_log)
{
    const char *value = take_option(argc, argv, "--format");

    *is_log = value != NULL && strcmp(value, "log") == 0;
    if (value == NULL || *is_log || strcmp(value, "csv") == 0)
        return true;
    fputs("shangliang: --format is csv or log\n", stderr);
    return false;
}

static bool take_plan(int *argc, char **argv, struct opinion_plan *plan)
{
    int64_t people, statements, groups, seed;

    if (!take_number(argc, argv, "--participants", 1, PEOPLE_MOST, 0, &people) ||
        !take_number(argc, argv, "--statements", 1, OPINION_STATEMENTS_MAX, 0, &statements) ||
        !take_number(argc, argv, "--groups", 0, OPINION_GROUPS_MAX, 0, &groups) ||
        !take_number(argc, argv, "--seed", 0, INT64_MAX, 1, &seed))
        return false;
    plan->people = (size_t)people;
    plan->statements = (size_t)statements;
    plan->groups = (int)groups;
    plan->seed = (uint64_t)seed;
    if (!take_mean(argc, argv, plan) || !take_shape(argc, argv, plan))
        return false;
    if (plan->groups > 0 && plan->shape > OPINION_CLASS) {
        fputs("shangliang: only the shapes ideal and class have groups\n", stderr);
        return false;
    }
    return true;
}

int opinion_generate_run(int argc, char **argv)
{
    struct opinion_plan plan = {0};
    const char *out = take_option(&argc, argv, "--out");
    const char *truth = take_option(&argc, argv, "--truth");

    bool is_log;

    if (!take_format(&argc, argv, &is_log) || !take_plan(&argc, argv, &plan))
        return EXIT_USAGE;
    if (argc != 2 || out == NULL)
        return usage("opinion");
    return write_files(&plan, out, truth, is_log);
}
