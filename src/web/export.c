#include "web/export.h"

#include "base/calendar.h"
#include "base/msg.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>
#include <xlsxwriter.h>

enum { XLSX_CELL_MAX = 16000 /* characters; 32,767 UTF-16 units is the format's limit */ };

struct export
{
    struct ctx *c;
    struct page *p;
    enum export_kind kind;
    size_t columns, at;
    int64_t rows;
    const char *path;
    FILE *csv;
    struct buf line; /* of the CSV, written and begun anew */
    lxw_workbook *book;
    lxw_worksheet *sheet;
    bool is_failed;
};

/* Whatever was not given to the answer goes with the request. */
static void drop(void *ptr)
{
    struct export *x = ptr;

    if (x->csv != NULL)
        fclose(x->csv);
    if (x->book != NULL)
        (void)workbook_close(x->book);
    if (x->path != NULL)
        unlink(x->path);
}

/* ---- CSV ---- */

/* What a spreadsheet takes for the beginning of a formula, also in full width. */
static bool is_formula(str s)
{
    size_t at = 0;
    uint32_t first = s.len == 0 ? 0 : str_next(s, &at);

    switch (first) {
    case '=':
    case '+':
    case '-':
    case '@':
    case '\t':
    case '\r':
    case '\n':
    case 0xFF1D:
    case 0xFF0B:
    case 0xFF0D:
    case 0xFF20:
        return true;
    default:
        return false;
    }
}

static bool wants_quotes(str s)
{
    for (size_t i = 0; i < s.len; i++) {
        if (s.at[i] == '"' || s.at[i] == ',' || s.at[i] == '\n' || s.at[i] == '\r' ||
            s.at[i] == '\t')
            return true;
    }
    return false;
}

void export_put_csv(struct buf *b, str s)
{
    bool quotes = wants_quotes(s);

    if (quotes)
        buf_byte(b, '"');
    if (is_formula(s))
        buf_byte(b, '\'');
    for (size_t i = 0; i < s.len; i++) {
        if (s.at[i] == '"')
            buf_byte(b, '"');
        buf_byte(b, s.at[i]);
    }
    if (quotes)
        buf_byte(b, '"');
}

static void put_csv(struct export *x, str s)
{
    if (x->at > 0)
        buf_byte(&x->line, ',');
    export_put_csv(&x->line, s);
    if (x->at + 1 < x->columns)
        return;
    buf_put(&x->line, S("\r\n"));
    if (fwrite(x->line.at, 1, x->line.len, x->csv) != x->line.len)
        x->is_failed = true;
    x->line.len = 0;
}

/* ---- XLSX ---- */

static void put_xlsx(struct export *x, str s)
{
    lxw_row_t row = (lxw_row_t)(x->rows + 1);

    if (s.len == 0)
        return;
    if (worksheet_write_string(x->sheet, row, (lxw_col_t)x->at, s.at, NULL) != LXW_NO_ERROR)
        x->is_failed = true;
}

static enum err begin_xlsx(struct export *x, const struct export_column *columns, const str *heads)
{
    lxw_workbook_options options = {.constant_memory = LXW_TRUE};
    char *folder = (char *)(uintptr_t)str_z(
        x->c->arena, str_fmt(x->c->arena, "%.*s/files", STR_ARG(x->c->config->dir)));

    options.tmpdir = folder;
    x->book = workbook_new_opt(x->path, &options);
    x->sheet = x->book == NULL ? NULL : workbook_add_worksheet(x->book, NULL);
    if (x->sheet == NULL)
        return fail(x->c, BUSY, MSG_ERROR_DISK_FULL);
    lxw_format *bold = workbook_add_format(x->book);
    format_set_bold(bold);
    for (size_t i = 0; i < x->columns; i++) {
        lxw_col_t at = (lxw_col_t)i;
        (void)worksheet_set_column(x->sheet, at, at, columns[i].width, NULL);
        (void)worksheet_write_string(x->sheet, 0, at, heads[i].at, bold);
    }
    worksheet_freeze_panes(x->sheet, 1, 0);
    return OK;
}

/* ---- both ---- */

static enum err open_file(struct export *x)
{
    str path = str_fmt(x->c->arena, "%.*s/files/upload-export-XXXXXX", STR_ARG(x->c->config->dir));
    char *at = arena_alloc(x->c->arena, path.len + 1);

    snprintf(at, path.len + 1, "%.*s", STR_ARG(path));
    int fd = mkstemp(at);
    if (fd < 0)
        return fail(x->c, BUSY, MSG_ERROR_DISK_FULL);
    x->path = at;
    if (x->kind == EXPORT_CSV)
        x->csv = fdopen(fd, "w");
    if (x->csv == NULL)
        close(fd);
    return x->kind == EXPORT_CSV && x->csv == NULL ? fail(x->c, BUSY, MSG_ERROR_DISK_FULL) : OK;
}

enum err export_begin(struct ctx *c, struct page *p, enum export_kind kind, str name,
                      const struct export_column *columns, size_t count, struct export **made)
{
    struct export *x = NEW(c->arena, struct export);
    str heads[EXPORT_COLUMNS_MAX];

    assert(count > 0 && count <= EXPORT_COLUMNS_MAX);
    *x = (struct export){.c = c, .p = p, .kind = kind, .columns = count, .line.arena = c->arena};
    arena_defer(c->arena, drop, x);
    TRY(open_file(x));
    for (size_t i = 0; i < count; i++)
        heads[i] = str_fmt(c->arena, "%.*s [%s]", STR_ARG(msg_text(c->lang, columns[i].msg)),
                           columns[i].id);
    if (kind == EXPORT_XLSX) {
        TRY(begin_xlsx(x, columns, heads));
    } else {
        buf_put(&x->line, S("\xEF\xBB\xBF"));
        for (x->at = 0; x->at < count; x->at++)
            put_csv(x, heads[x->at]);
        x->at = 0;
    }
    str day = calendar_date_str(c->arena, calendar_day(c->now));
    page_type(p,
              kind == EXPORT_CSV
                  ? S("text/csv; charset=utf-8")
                  : S("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
              str_fmt(c->arena, "%.*s-%.*s.%s", STR_ARG(name), STR_ARG(day),
                      kind == EXPORT_CSV ? "csv" : "xlsx"));
    *made = x;
    return OK;
}

void export_text(struct export *x, str s)
{
    /* Scratch that the caller resets between batches must not hold anything of ours. */
    if (x->kind == EXPORT_CSV) {
        put_csv(x, s);
    } else {
        char cell[4 * XLSX_CELL_MAX + 1];
        str head = str_head(s, XLSX_CELL_MAX);
        snprintf(cell, sizeof cell, "%.*s", STR_ARG(head));
        put_xlsx(x, (str){cell, head.len});
    }
    if (++x->at == x->columns) {
        x->at = 0;
        x->rows++;
    }
}

void export_i64(struct export *x, int64_t n)
{
    char digits[24];
    int len = snprintf(digits, sizeof digits, "%lld", (long long)n);

    export_text(x, (str){digits, (size_t)len});
}

void export_date(struct export *x, int64_t ms)
{
    char date[40];
    int year, month, day, len;

    if (ms == 0) {
        export_text(x, S(""));
        return;
    }
    calendar_date_of(calendar_day(ms), &year, &month, &day);
    len = snprintf(date, sizeof date, "%04d-%02d-%02d", year, month, day);
    export_text(x, (str){date, (size_t)len});
}

void export_time(struct export *x, int64_t ms)
{
    char time[64];
    int year, month, day, len;

    if (ms == 0) {
        export_text(x, S(""));
        return;
    }
    int64_t s = (ms - calendar_start_ms(calendar_day(ms))) / 1000;
    calendar_date_of(calendar_day(ms), &year, &month, &day);
    len = snprintf(time, sizeof time, "%04d-%02d-%02d %02d:%02d:%02d", year, month, day,
                   (int)(s / 3600), (int)(s / 60 % 60), (int)(s % 60));
    export_text(x, (str){time, (size_t)len});
}

int64_t export_rows(const struct export *x)
{
    return x->rows;
}

enum err export_end(struct export *x)
{
    assert(x->at == 0);
    if (x->rows >= EXPORT_ROWS_MAX) {
        /* Whoever counts on the list being whole must see that it is not. */
        export_text(x, msg_fmt(x->c->arena, x->c->lang, MSG_EXPORT_CUT, I(x->rows)));
        while (x->at > 0)
            export_text(x, S(""));
    }
    if (x->csv != NULL && fclose(x->csv) != 0)
        x->is_failed = true;
    if (x->book != NULL && workbook_close(x->book) != LXW_NO_ERROR)
        x->is_failed = true;
    x->csv = NULL;
    x->book = NULL;
    if (x->is_failed)
        return fail(x->c, BUSY, MSG_ERROR_DISK_FULL);
    x->p->res->file = str_of(x->path);
    x->p->res->file_is_temp = true;
    x->path = NULL;
    return OK;
}
