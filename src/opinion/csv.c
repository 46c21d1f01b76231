#include "opinion/csv.h"

static void keep(struct csv *c, char byte)
{
    if (c->len < CSV_FIELD_MAX)
        c->field[c->len] = byte;
    c->len++;
}

static enum csv_event over(struct csv *c, enum csv_event event)
{
    size_t kept = csv_is_whole(c) ? c->len : CSV_FIELD_MAX;

    while (csv_is_whole(c) && kept > 0 && (c->field[kept - 1] == ' ' || c->field[kept - 1] == '\t'))
        c->len = --kept;
    c->field[kept] = '\0';
    c->state = CSV_PLAIN;
    c->last = event;
    return event;
}

/* What was given out is forgotten when the next byte comes. */
static void go_on(struct csv *c)
{
    if (c->last == CSV_MORE)
        return;
    c->is_begun = c->last == CSV_FIELD;
    c->column = c->is_begun ? c->column + 1 : 0;
    c->len = 0;
    c->last = CSV_MORE;
}

/* A line break outside quotes. CR, LF and CR LF are each one. */
static enum csv_event line_break(struct csv *c, char byte)
{
    bool is_second = byte == '\n' && c->was_return;

    c->was_return = byte == '\r';
    if (is_second)
        return CSV_MORE;
    c->line++;
    return c->is_begun ? over(c, CSV_ROW) : CSV_MORE;
}

static enum csv_event plain(struct csv *c, char byte)
{
    if (!c->is_begun) {
        c->is_begun = true;
        c->row_line = c->line;
    }
    if (byte == ',')
        return over(c, CSV_FIELD);
    if (byte == '"' && c->len == 0)
        c->state = CSV_QUOTED;
    else if (c->len > 0 || (byte != ' ' && byte != '\t'))
        keep(c, byte);
    return CSV_MORE;
}

static void quoted(struct csv *c, char byte)
{
    bool is_second = byte == '\n' && c->was_return;

    c->was_return = byte == '\r';
    c->line += (byte == '\n' && !is_second) || byte == '\r';
    if (byte == '"')
        c->state = CSV_QUOTE;
    else
        keep(c, byte);
}

static bool is_of_mark(struct csv *c, char byte)
{
    static const char mark[] = "\xef\xbb\xbf";

    if (c->mark >= 3 || byte != mark[c->mark]) {
        c->mark = 3;
        return false;
    }
    c->mark++;
    return true;
}

enum csv_event opinion_csv_byte(struct csv *c, char byte)
{
    if (c->line == 0)
        c->line = 1;
    go_on(c);
    if (is_of_mark(c, byte))
        return CSV_MORE;
    if (c->state == CSV_QUOTED) {
        quoted(c, byte);
        return CSV_MORE;
    }
    if (c->state == CSV_QUOTE && byte == '"') {
        keep(c, byte);
        c->state = CSV_QUOTED;
        return CSV_MORE;
    }
    if (byte == '\n' || byte == '\r')
        return line_break(c, byte);
    c->was_return = false;
    return plain(c, byte);
}

enum csv_event opinion_csv_end(struct csv *c)
{
    go_on(c);
    return c->is_begun ? over(c, CSV_ROW) : CSV_MORE;
}
