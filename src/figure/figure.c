#include "figure/figure.h"

#include "base/id.h"
#include "base/msg.h"
#include "db/db.h"
#include "figure/figure_sql.h"

#include <stdlib.h>

enum { DIGITS_MAX = 15 }; /* what a double holds exactly */

static bool is_number_char(char ch)
{
    return (ch >= '0' && ch <= '9') || ch == '.';
}

bool figure_number(str printed, str number, double *value)
{
    char digits[DIGITS_MAX + 2] = "";
    size_t points = 0, from = str_find(printed, number), to = from + number.len;

    if (number.len == 0 || number.len > DIGITS_MAX || from == SIZE_MAX)
        return false;
    for (size_t i = 0; i < number.len; i++) {
        digits[i] = number.at[i];
        points += number.at[i] == '.';
        if (!is_number_char(number.at[i]))
            return false;
    }
    if (points > 1 || digits[0] == '.' || digits[number.len - 1] == '.')
        return false;
    if ((from > 0 && is_number_char(printed.at[from - 1])) ||
        (to < printed.len && is_number_char(printed.at[to])))
        return false;
    *value = strtod(digits, NULL); /* the program never leaves the C locale */
    return true;
}

static void take_figure(struct ctx *c, struct rows *row, struct figure *f)
{
    f->id = take_i64(row);
    f->code = take_str(row, c->arena);
    f->year = take_i64(row);
    f->subject = take_str(row, c->arena);
    f->subject_en = take_str(row, c->arena);
    f->name = take_str(row, c->arena);
    f->name_en = take_str(row, c->arena);
    f->value_text = take_str(row, c->arena);
    f->value_number = take_f64(row);
    f->unit = take_str(row, c->arena);
    f->plan = take_str(row, c->arena);
    f->position = take_i64(row);
    f->source = take_str(row, c->arena);
    f->source_line = take_str(row, c->arena);
}

enum err figure_list(struct ctx *c, struct figure **list, size_t *count)
{
    struct figure *all = NULL;
    size_t n = 0, cap = 0;
    struct rows row;
    bool found;

    TRY(db_rows(&row, c->db, &FIGURE_LIST));
    for (;;) {
        TRY(db_next(&row, &found));
        if (!found)
            break;
        if (n == cap) {
            size_t more = cap == 0 ? 32 : 2 * cap;
            all = arena_grow(c->arena, all, cap * sizeof *all, more * sizeof *all);
            cap = more;
        }
        take_figure(c, &row, &all[n++]);
    }
    *list = all;
    *count = n;
    return OK;
}

enum err figure_load(struct ctx *c, str code, struct figure *f)
{
    struct rows row;
    bool found;

    TRY(db_rows(&row, c->db, &FIGURE_BY_CODE, T(code)));
    TRY(db_next(&row, &found));
    if (!found)
        return fail(c, NOT_FOUND, MSG_FIGURE_NOT_FOUND);
    take_figure(c, &row, f);
    return db_done(&row);
}

enum err figure_put(struct ctx *c, const struct figure *f, bool *changed)
{
    int64_t rows;

    TRY(db_run_count(c->db, &rows, &FIGURE_PUT, I(id_new()), T(f->code), I(f->year), T(f->subject),
                     T(f->subject_en), T(f->name), T(f->name_en), T(f->value_text),
                     F(f->value_number), T(f->unit), T(f->plan), I(f->position), T(f->source),
                     T(f->source_line)));
    *changed = rows != 0;
    return OK;
}
