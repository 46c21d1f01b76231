/* Votes out of a file: the quick way where the file is plain, else row by row. */
#include "main/cmd_opinion.h"

#include "opinion/load.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

enum { PIECE = 256 * 1024 };

static enum opinion_err feed_file(int file, char *piece, struct opinion_load *load)
{
    enum opinion_err e = OPINION_OK;

    while (e == OPINION_OK) {
        ssize_t n = read(file, piece, PIECE);
        if (n == 0)
            return OPINION_OK;
        if (n > 0)
            e = opinion_load_feed(load, piece, (size_t)n);
        else if (errno != EINTR)
            return OPINION_BAD_INPUT; /* said where it is read row by row */
    }
    return e;
}

static enum opinion_err load_file(int file, char *piece, enum opinion_table table,
                                  struct opinion_load *load, const struct opinion_votes **votes)
{
    enum opinion_err e = feed_file(file, piece, load);

    if (e == OPINION_OK && table == OPINION_PACKED_TABLE) {
        e = opinion_load_again(load);
        if (e == OPINION_OK && lseek(file, 0, SEEK_SET) != 0)
            e = OPINION_BAD_INPUT;
        if (e == OPINION_OK)
            e = feed_file(file, piece, load);
    }
    return e == OPINION_OK ? opinion_load_end(load, votes) : e;
}

enum opinion_err opinion_load_quickly(const char *path, enum opinion_table table,
                                      const struct opinion_votes **votes)
{
    int file = open(path, O_RDONLY | O_CLOEXEC);
    char *piece = malloc(PIECE);
    struct opinion_load *load = NULL;
    enum opinion_err e = file < 0 ? OPINION_BAD_INPUT : OPINION_OK;

    if (piece == NULL)
        e = OPINION_NO_MEMORY;
    if (e == OPINION_OK)
        e = opinion_load_new(&opinion_heap, table, &load);
    if (e == OPINION_OK)
        e = load_file(file, piece, table, load, votes);
    opinion_load_free(load);
    free(piece);
    if (file >= 0)
        close(file);
    return e;
}

int opinion_load_votes(const char *path, const char *format, bool skips_bad,
                       const struct opinion_votes **votes)
{
    enum opinion_table table;
    struct opinion_log *log = NULL;
    enum opinion_err e = OPINION_BAD_INPUT;

    *votes = NULL;
    if (opinion_is_quick(path, format, &table))
        e = opinion_load_quickly(path, table, votes);
    if (e != OPINION_BAD_INPUT)
        return exit_of_opinion(e);
    int status = opinion_read_log(path, format, skips_bad, &log);
    if (status == EXIT_DONE)
        status = exit_of_opinion(opinion_votes_new(&opinion_heap, log, OPINION_BY_ID, votes));
    opinion_log_free(log);
    return status;
}
