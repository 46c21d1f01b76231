/* load_lines: plain lines into rows. */
#include "opinion/load_parts.h"

#include <string.h>

/* Every line that is looked at ends within what was fed: it is read up to its line break. */
enum { STATEMENT_MOST = CODES - 1, DIGITS_MAX = 18 };

enum opinion_err load_lines_new(struct opinion_load *load)
{
    TAKE(load->region, load->number_of, CODES);
    TAKE(load->region, load->statement_id, OPINION_STATEMENTS_MAX);
    load->time = INT64_MIN;
    return OPINION_OK;
}

/* Digits, at least one and at most DIGITS_MAX; the byte after them, or NULL. What follows the text
 * is no digit. */
static inline const char *take_number(const char *at, uint64_t most, uint64_t *number)
{
    const char *begin = at;
    uint64_t n = 0;

    for (; (unsigned char)(*at - '0') < 10; at++)
        n = 10 * n + (uint64_t)(*at - '0');
    *number = n;
    return at > begin && at - begin <= DIGITS_MAX && n <= most ? at : NULL;
}

/* A number and the comma behind it. */
static inline const char *take_field(const char *at, uint64_t most, uint64_t *number)
{
    at = take_number(at, most, number);
    return at != NULL && *at == ',' ? at + 1 : NULL;
}

/* -1, 0 or 1. */
static inline const char *take_vote(const char *at, int *vote)
{
    if (at[0] == '-' && at[1] == '1') {
        *vote = -1;
        return at + 2;
    }
    *vote = *at - '0';
    return *at == '0' || *at == '1' ? at + 1 : NULL;
}

/* Where the next row is put down. */
static enum opinion_err next_row(struct opinion_load *load, struct load_row **row)
{
    if (load->last == NULL || load->last->count == ROWS) {
        struct load_rows *rows;
        TAKE(load->region, rows, 1);
        if (load->last == NULL)
            load->first = rows;
        else
            load->last->next = rows;
        load->last = rows;
    }
    *row = &load->last->row[load->last->count++];
    return OPINION_OK;
}

static enum opinion_err number_statement(struct opinion_load *load, uint64_t id, size_t *number)
{
    if (load->number_of[id] == 0) {
        if (load->statements == OPINION_STATEMENTS_MAX)
            return OPINION_BAD_INPUT;
        load->statement_id[load->statements++] = id;
        load->number_of[id] = (uint16_t)load->statements;
    }
    *number = load->number_of[id] - 1u;
    return OPINION_OK;
}

/* The time of a line that has one: it never goes back. */
static const char *take_time(struct opinion_load *load, const char *at, bool *is_later)
{
    uint64_t time;

    *is_later = true;
    if (!load->has_times)
        return at;
    at = *at == ',' ? take_number(at + 1, INT64_MAX, &time) : NULL;
    if (at == NULL || (int64_t)time < load->time)
        return NULL;
    *is_later = (int64_t)time > load->time;
    load->time = (int64_t)time;
    return at;
}

/* A line up to its end, `*next`: there is one in what follows. */
static enum opinion_err take_line(struct opinion_load *load, const char *at, const char **next)
{
    uint64_t person = 0, statement = 0;
    struct load_row *row;
    bool is_later = true;
    size_t number;
    int vote = 0;

    at = take_field(at, UINT32_MAX, &person);
    if (at != NULL)
        at = take_field(at, STATEMENT_MOST, &statement);
    if (at != NULL)
        at = take_vote(at, &vote);
    if (at != NULL)
        at = take_time(load, at, &is_later);
    if (at != NULL && *at == '\r')
        at++;
    if (at == NULL || *at != '\n')
        return OPINION_BAD_INPUT;
    *next = at + 1;
    TRY(number_statement(load, statement, &number));
    TRY(next_row(load, &row));
    *row =
        (struct load_row){(uint32_t)person, (uint16_t)(3 * number + (size_t)(vote + 1)), is_later};
    load->is_code[row->code] = true;
    load->rows++;
    return load_count(load, row->person);
}

static bool is_text(const char *at, const char *end, const char *text)
{
    return (size_t)(end - at) == strlen(text) && memcmp(at, text, (size_t)(end - at)) == 0;
}

/* The names of the columns, or the first vote. */
static enum opinion_err take_first(struct opinion_load *load, const char *at, const char **next)
{
    static const char *const plain[] = {"participant,statement,vote", "voter,statement,vote"};
    static const char *const timed[] = {
        "participant,statement,vote,time", "participant,statement,vote,timestamp",
        "voter,statement,vote,time", "voter,statement,vote,timestamp"};
    const char *end = at;
    size_t commas = 0;

    load->has_names = true;
    for (; *end != '\n'; end++)
        commas += *end == ',';
    *next = end + 1;
    if (end > at && end[-1] == '\r')
        end--;
    for (size_t i = 0; i < sizeof plain / sizeof *plain; i++) {
        if (is_text(at, end, plain[i]))
            return OPINION_OK;
    }
    load->has_times = commas > 2;
    for (size_t i = 0; i < sizeof timed / sizeof *timed; i++) {
        if (is_text(at, end, timed[i]))
            return OPINION_OK;
    }
    return take_line(load, at, next);
}

/* Whole lines, up to `end`, which follows a line break. */
static enum opinion_err take_lines(struct opinion_load *load, const char *at, const char *end)
{
    while (at < end)
        TRY(load->has_names ? take_line(load, at, &at) : take_first(load, at, &at));
    return OPINION_OK;
}

/* Of the line that a piece ended in, what has come since. */
static enum opinion_err carry(struct opinion_load *load, const char *at, size_t len)
{
    if (load->carried_len + len > sizeof load->carried)
        return OPINION_BAD_INPUT;
    memcpy(load->carried + load->carried_len, at, len);
    load->carried_len += len;
    return OPINION_OK;
}

static enum opinion_err take_carried(struct opinion_load *load)
{
    size_t len = load->carried_len;

    load->carried_len = 0;
    return take_lines(load, load->carried, load->carried + len);
}

enum opinion_err load_lines_feed(struct opinion_load *load, const char *at, size_t len)
{
    const char *end = at + len, *line;

    if (len == 0)
        return OPINION_OK;
    if (load->carried_len > 0) {
        line = memchr(at, '\n', len);
        if (line == NULL)
            return carry(load, at, len);
        TRY(carry(load, at, (size_t)(line + 1 - at)));
        TRY(take_carried(load));
        at = line + 1;
    }
    for (line = end; line > at && line[-1] != '\n'; line--)
        ;
    TRY(take_lines(load, at, line));
    return carry(load, line, (size_t)(end - line));
}

enum opinion_err load_lines_end(struct opinion_load *load)
{
    if (load->carried_len > 0) { /* the last line may have no end */
        TRY(carry(load, "\n", 1));
        TRY(take_carried(load));
    }
    TRY(load_assign(load));
    for (const struct load_rows *r = load->first; r != NULL; r = r->next) {
        for (size_t i = 0; i < r->count; i++) {
            load->moment += r->row[i].is_later;
            if (!load_place(load, r->row[i].person, r->row[i].code, load->moment))
                return OPINION_BAD_INPUT;
        }
    }
    return OPINION_OK;
}
