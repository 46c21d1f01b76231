/* reader: rows of a file into a log. */
#include "opinion/csv.h"
#include "opinion/packed.h"
#include "opinion/region.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { NO_VOTE = 2 };

/* What a column holds. */
enum role {
    ROLE_NONE,
    ROLE_PERSON,
    ROLE_STATEMENT,
    ROLE_VOTE,
    ROLE_TIME,
    ROLE_MODERATED,
    ROLE_COUNT
};

static const struct {
    const char *name;
    enum role role;
} names[] = {
    {"participant", ROLE_PERSON},   {"voter-id", ROLE_PERSON},
    {"voter", ROLE_PERSON},         {"statement", ROLE_STATEMENT},
    {"comment-id", ROLE_STATEMENT}, {"vote", ROLE_VOTE},
    {"timestamp", ROLE_TIME},       {"time", ROLE_TIME},
    {"moderated", ROLE_MODERATED},
};

/* As a fault names them. */
static const char *const role_name[ROLE_COUNT] = {
    "", "participant", "statement", "vote", "timestamp", "moderated",
};

struct opinion_reader {
    struct region *region;
    struct opinion_log *log;
    enum opinion_table table;
    bool skips_bad, has_names, has_row;
    struct csv csv;
    struct packed packed;
    size_t at[ROLE_COUNT];  /* the column of each role, from 1; 0: there is none */
    uint64_t *statement_of; /* [columns] of a matrix */
    int8_t *cell;           /* [columns] the votes of the row, NO_VOTE where there is none */
    size_t first_statement, columns;
    int64_t value[ROLE_COUNT];
    uint64_t id[ROLE_COUNT];
    bool is_there[ROLE_COUNT];
    uint64_t row; /* takes the place of a time */
    struct opinion_fault row_fault, fault;
    uint64_t skipped;
};

enum opinion_err opinion_reader_new(const struct opinion_memory *m, struct opinion_log *log,
                                    enum opinion_table table, bool skips_bad,
                                    struct opinion_reader **reader)
{
    struct region *region = region_new(m);
    struct opinion_reader *r = region == NULL ? NULL : region_take(region, 1, sizeof *r);

    if (r == NULL) {
        region_free(region);
        return OPINION_NO_MEMORY;
    }
    *r = (struct opinion_reader){
        .region = region, .log = log, .table = table, .skips_bad = skips_bad, .has_names = true};
    *reader = r;
    return OPINION_OK;
}

void opinion_reader_free(struct opinion_reader *reader)
{
    if (reader != NULL)
        region_free(reader->region);
}

struct opinion_fault opinion_reader_fault(const struct opinion_reader *reader)
{
    return reader->fault;
}

uint64_t opinion_reader_skipped(const struct opinion_reader *reader)
{
    return reader->skipped;
}

/* ---- numbers ---- */

static bool to_id(const struct csv *c, uint64_t *id)
{
    char *end;

    if (!csv_is_whole(c) || c->field[0] < '0' || c->field[0] > '9')
        return false;
    errno = 0;
    unsigned long long number = strtoull(c->field, &end, 10);
    *id = number;
    return errno == 0 && *end == '\0' && end == c->field + c->len;
}

static bool to_number(const struct csv *c, int64_t *number)
{
    char *end;
    char first = c->field[c->field[0] == '-'];

    if (!csv_is_whole(c) || first < '0' || first > '9')
        return false;
    errno = 0;
    long long value = strtoll(c->field, &end, 10);
    *number = value;
    return errno == 0 && *end == '\0' && end == c->field + c->len;
}

/* ---- names ---- */

static enum opinion_err stop_at(struct opinion_reader *r, enum opinion_fault_kind kind,
                                uint64_t line, size_t column, const char *name)
{
    r->fault = (struct opinion_fault){kind, line, column, name};
    return OPINION_BAD_INPUT;
}

static enum opinion_err stop(struct opinion_reader *r, enum opinion_fault_kind kind, size_t column,
                             const char *name)
{
    return stop_at(r, kind, r->csv.row_line, column, name);
}

static enum opinion_err keep_statement(struct opinion_reader *r, uint64_t id)
{
    if (r->statement_of == NULL) {
        TAKE(r->region, r->statement_of, OPINION_STATEMENTS_MAX);
        TAKE(r->region, r->cell, OPINION_STATEMENTS_MAX);
    }
    if (r->columns == OPINION_STATEMENTS_MAX)
        return OPINION_TOO_MANY_STATEMENTS;
    if (r->columns == 0)
        r->first_statement = r->csv.column;
    r->cell[r->columns] = NO_VOTE;
    r->statement_of[r->columns++] = id;
    return opinion_log_statement(r->log, id, false);
}

static enum opinion_err take_name(struct opinion_reader *r)
{
    uint64_t id;

    if (r->table == OPINION_MATRIX_TABLE && to_id(&r->csv, &id))
        return r->csv.column == 0 ? stop(r, OPINION_FAULT_NO_COLUMN, 1, role_name[ROLE_PERSON])
                                  : keep_statement(r, id);
    if (r->columns > 0) /* behind the first statement everything is one */
        return stop(r, OPINION_FAULT_NOT_A_NUMBER, r->csv.column + 1, role_name[ROLE_STATEMENT]);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (strcmp(r->csv.field, names[i].name) == 0 && r->at[names[i].role] == 0)
            r->at[names[i].role] = r->csv.column + 1;
    }
    return OPINION_OK;
}

static const enum role needed[][4] = {
    [OPINION_VOTES_TABLE] = {ROLE_PERSON, ROLE_STATEMENT, ROLE_VOTE},
    [OPINION_STATEMENTS_TABLE] = {ROLE_STATEMENT, ROLE_MODERATED},
    [OPINION_MATRIX_TABLE] = {ROLE_PERSON},
};

static enum opinion_err check_names(struct opinion_reader *r)
{
    for (const enum role *role = needed[r->table]; *role != ROLE_NONE; role++) {
        if (r->at[*role] == 0)
            return stop(r, OPINION_FAULT_NO_COLUMN, 0, role_name[*role]);
    }
    return OPINION_OK;
}

/* A file of votes may begin with the first of them. */
static bool begins_with_votes(struct opinion_reader *r)
{
    uint64_t id;

    if (r->table != OPINION_VOTES_TABLE || r->csv.column > 0 || !to_id(&r->csv, &id))
        return false;
    for (enum role role = ROLE_PERSON; role <= ROLE_TIME; role++)
        r->at[role] = role;
    return true;
}

/* ---- rows ---- */

static void blame(struct opinion_reader *r, enum opinion_fault_kind kind, enum role role)
{
    if (r->row_fault.kind == OPINION_FAULT_NONE)
        r->row_fault =
            (struct opinion_fault){kind, r->csv.row_line, r->csv.column + 1, role_name[role]};
}

static bool is_vote(int64_t number)
{
    return number >= OPINION_DISAGREE && number <= OPINION_AGREE;
}

static void take_role(struct opinion_reader *r, enum role role)
{
    bool is_id = role == ROLE_PERSON || role == ROLE_STATEMENT;
    bool is_good = is_id ? to_id(&r->csv, &r->id[role]) : to_number(&r->csv, &r->value[role]);

    r->is_there[role] = true;
    if (role == ROLE_VOTE && (!is_good || !is_vote(r->value[role])))
        blame(r, OPINION_FAULT_NOT_A_VOTE, role);
    else if (!is_good)
        blame(r, OPINION_FAULT_NOT_A_NUMBER, role);
}

/* A cell of a matrix; an empty one is no vote. */
static void take_cell(struct opinion_reader *r, size_t column)
{
    int64_t vote;

    if (column >= r->columns || r->csv.len == 0)
        return;
    if (to_number(&r->csv, &vote) && is_vote(vote))
        r->cell[column] = (int8_t)vote;
    else
        blame(r, OPINION_FAULT_NOT_A_VOTE, ROLE_VOTE);
}

static void take_field(struct opinion_reader *r)
{
    for (enum role role = ROLE_PERSON; role < ROLE_COUNT; role++) {
        if (r->at[role] == r->csv.column + 1)
            take_role(r, role);
    }
    if (r->columns > 0 && r->csv.column >= r->first_statement)
        take_cell(r, r->csv.column - r->first_statement);
}

static enum opinion_err add_cells(struct opinion_reader *r)
{
    for (size_t i = 0; i < r->columns; i++) {
        if (r->cell[i] != NO_VOTE)
            TRY(opinion_log_add(r->log, r->id[ROLE_PERSON], r->statement_of[i], r->cell[i],
                                (int64_t)r->row));
    }
    return OPINION_OK;
}

static enum opinion_err add_row(struct opinion_reader *r)
{
    int64_t time = r->is_there[ROLE_TIME] ? r->value[ROLE_TIME] : (int64_t)r->row;

    switch (r->table) {
    case OPINION_VOTES_TABLE:
        return opinion_log_add(r->log, r->id[ROLE_PERSON], r->id[ROLE_STATEMENT],
                               (int)r->value[ROLE_VOTE], time);
    case OPINION_STATEMENTS_TABLE:
        return opinion_log_statement(r->log, r->id[ROLE_STATEMENT], r->value[ROLE_MODERATED] == -1);
    default:
        return add_cells(r);
    }
}

static enum opinion_err end_row(struct opinion_reader *r)
{
    enum opinion_err e = OPINION_OK;

    r->row++;
    r->has_row = true;
    for (const enum role *role = needed[r->table]; *role != ROLE_NONE; role++) {
        if (!r->is_there[*role])
            blame(r, OPINION_FAULT_SHORT_ROW, *role);
    }
    if (r->row_fault.kind == OPINION_FAULT_NONE) {
        e = add_row(r);
    } else {
        if (r->fault.kind == OPINION_FAULT_NONE)
            r->fault = r->row_fault;
        r->skipped++;
        e = r->skips_bad ? OPINION_OK : OPINION_BAD_INPUT;
    }
    r->row_fault = (struct opinion_fault){0};
    memset(r->is_there, 0, sizeof r->is_there);
    if (r->columns > 0)
        memset(r->cell, NO_VOTE, r->columns * sizeof *r->cell);
    return e;
}

static enum opinion_err take(struct opinion_reader *r, enum csv_event event)
{
    if (r->has_names && begins_with_votes(r))
        r->has_names = false;
    if (!r->has_names) {
        take_field(r);
        return event == CSV_ROW ? end_row(r) : OPINION_OK;
    }
    TRY(take_name(r));
    if (event != CSV_ROW)
        return OPINION_OK;
    r->has_names = false;
    return check_names(r);
}

/* ---- the binary log ---- */

static enum opinion_err feed_packed(struct opinion_reader *r, const char *at, size_t len)
{
    struct packed_vote v;

    for (;;) {
        switch (opinion_packed_next(&r->packed, &at, &len, &v)) {
        case PACKED_MORE:
            return OPINION_OK;
        case PACKED_NO_LOG:
            return stop_at(r, OPINION_FAULT_NO_LOG, 0, 0, "");
        case PACKED_TOO_LATE:
            return stop_at(r, OPINION_FAULT_NOT_A_NUMBER, r->packed.row, 0, role_name[ROLE_TIME]);
        default:
            r->has_row = true;
            TRY(opinion_log_add(r->log, v.person, v.statement, v.vote, v.time));
        }
    }
}

static enum opinion_err end_packed(struct opinion_reader *r)
{
    if (r->packed.len == 0)
        return OPINION_OK;
    if (!r->packed.has_head)
        return stop_at(r, OPINION_FAULT_NO_LOG, 0, 0, "");
    r->skipped++;
    enum opinion_err e = stop_at(r, OPINION_FAULT_CUT, r->packed.row + 1, 0, "");
    return r->skips_bad ? OPINION_OK : e;
}

enum opinion_err opinion_reader_feed(struct opinion_reader *r, const char *at, size_t len)
{
    if (r->table == OPINION_PACKED_TABLE)
        return feed_packed(r, at, len);
    for (size_t i = 0; i < len; i++) {
        enum csv_event event = opinion_csv_byte(&r->csv, at[i]);
        if (event != CSV_MORE)
            TRY(take(r, event));
    }
    return OPINION_OK;
}

enum opinion_err opinion_reader_end(struct opinion_reader *r)
{
    if (r->table == OPINION_PACKED_TABLE) {
        TRY(end_packed(r));
    } else {
        if (r->csv.state == CSV_QUOTED)
            return stop(r, OPINION_FAULT_OPEN_QUOTE, r->csv.column + 1, "");
        enum csv_event event = opinion_csv_end(&r->csv);
        if (event != CSV_MORE)
            TRY(take(r, event));
    }
    return r->has_row ? OPINION_OK : stop(r, OPINION_FAULT_EMPTY, 0, "");
}
