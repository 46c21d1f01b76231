/* opinion bench: from a file to votes. */
#include "main/cmd_opinion.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { RUNS = 3 };

struct row {
    uint32_t person;
    uint16_t code;
};

static struct row *rows_of(const struct opinion_votes *v, bool is_shuffled)
{
    struct row *row = calloc((size_t)v->count, sizeof *row);
    uint64_t seed = 1;

    if (row == NULL)
        return NULL;
    for (uint32_t i = 0; i < v->people; i++) {
        for (uint32_t k = v->begin[i]; k < v->begin[i + 1]; k++)
            row[k] = (struct row){i, v->code[k]};
    }
    for (uint64_t i = v->count; is_shuffled && i > 1; i--) {
        seed = seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
        uint64_t k = (seed >> 24) % i;
        struct row other = row[i - 1];
        row[i - 1] = row[k];
        row[k] = other;
    }
    return row;
}

static bool write_row(FILE *f, bool is_log, struct opinion_packer *p, const struct row *r)
{
    size_t statement = opinion_code_statement(r->code), len;
    unsigned char bytes[OPINION_PACKED_VOTE_MAX];
    int vote = opinion_code_vote(r->code);

    if (!is_log)
        return fprintf(f, "%" PRIu32 ",%zu,%d\n", r->person, statement, vote) > 0;
    return opinion_pack_vote(p, r->person, statement, vote, p->time + 1, bytes, &len) ==
               OPINION_OK &&
           fwrite(bytes, 1, len, f) == len;
}

static bool write_rows(FILE *f, bool is_log, const struct row *row, uint64_t count)
{
    unsigned char head[OPINION_PACKED_HEAD];
    struct opinion_packer p;
    bool is_good = true;

    opinion_pack_head(&p, 0, head);
    if (is_log)
        is_good = fwrite(head, 1, sizeof head, f) == sizeof head;
    else
        is_good = fputs("participant,statement,vote\n", f) >= 0;
    for (uint64_t i = 0; i < count && is_good; i++)
        is_good = write_row(f, is_log, &p, &row[i]);
    return is_good;
}

static int by_seconds(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

/* The median of RUNS. */
static enum opinion_err time_file(const char *path, bool is_log, double (*now)(void),
                                  double *seconds)
{
    double took[RUNS];

    for (int i = 0; i < RUNS; i++) {
        const struct opinion_votes *votes;
        double begin = now();
        enum opinion_err e =
            opinion_load_quickly(path, is_log ? OPINION_PACKED_TABLE : OPINION_VOTES_TABLE, &votes);
        took[i] = now() - begin;
        if (e != OPINION_OK)
            return e;
        opinion_votes_free(votes);
    }
    qsort(took, RUNS, sizeof *took, by_seconds);
    *seconds = took[RUNS / 2];
    return OPINION_OK;
}

enum opinion_err opinion_bench_load(const struct opinion_votes *v, bool is_log, bool is_shuffled,
                                    double (*now)(void), double *seconds)
{
    char path[] = "/tmp/shangliang-bench-XXXXXX";
    struct row *row = rows_of(v, is_shuffled);
    int file = mkstemp(path);
    FILE *f = file < 0 ? NULL : fdopen(file, "w");
    enum opinion_err e = OPINION_NOT_WRITTEN;

    if (row != NULL && f != NULL && write_rows(f, is_log, row, v->count) && fflush(f) == 0)
        e = time_file(path, is_log, now, seconds);
    if (f != NULL)
        fclose(f);
    else if (file >= 0)
        close(file);
    if (file >= 0)
        unlink(path);
    free(row);
    return e;
}
