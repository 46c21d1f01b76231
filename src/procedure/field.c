#include "procedure/decide.h"

#include "base/msg.h"

#include <assert.h>

/* What the checks of one field share. */
struct check {
    const struct field *field;
    const struct days *days;
    str label;
    struct failure *why;
};

#define refuse(c, msg, ...)                                                                        \
    (explain((c)->why, (msg), (c)->field->name, T((c)->label), __VA_ARGS__), INVALID)

static enum err check_chars(const struct check *c, str value, int64_t min, int64_t max)
{
    int64_t chars = (int64_t)str_chars(value);

    if (max && chars > max)
        return refuse(c, MSG_PROCEDURE_FIELD_TOO_LONG, I(max), I(chars));
    if (chars < min)
        return refuse(c, MSG_PROCEDURE_FIELD_TOO_SHORT, I(min), I(chars));
    return OK;
}

static enum err check_line(const struct check *c, str value)
{
    const struct field *f = c->field;

    TRY(check_chars(c, value, f->min, f->max));
    if (str_find(value, S("\n")) != SIZE_MAX)
        return refuse(c, MSG_PROCEDURE_FIELD_ONE_LINE);
    if (str_starts(value, f->starts) && str_ends(value, f->ends) &&
        value.len >= f->starts.len + f->ends.len)
        return OK;
    if (f->ends.len == 0)
        return refuse(c, MSG_PROCEDURE_FIELD_STARTS, T(f->starts));
    if (f->starts.len == 0)
        return refuse(c, MSG_PROCEDURE_FIELD_ENDS, T(f->ends));
    return refuse(c, MSG_PROCEDURE_FIELD_PATTERN, T(f->starts), T(f->ends));
}

static enum err check_number(const struct check *c, str value)
{
    int64_t number;

    if (!str_to_i64(value, &number))
        return refuse(c, MSG_PROCEDURE_FIELD_NUMBER);
    if (number < c->field->min || (c->field->max && number > c->field->max))
        return refuse(c, MSG_PROCEDURE_FIELD_RANGE, I(c->field->min), I(c->field->max));
    return OK;
}

static enum err check_code(const struct check *c, const struct procedure *p, str value)
{
    const struct code *code = code_find(&p->lists[c->field->list], value);

    if (code && c->field->group.len && !str_eq(code->group, c->field->group))
        code = NULL;
    return code && !code->is_retired ? OK : refuse(c, MSG_PROCEDURE_FIELD_CODE);
}

bool procedure_bound_day(const struct day_bound *bound, const struct days *days, int64_t *day)
{
    int64_t from = bound->is == BOUND_RAISED ? days->raised : days->today, due;

    if (bound->is == BOUND_NONE || from == 0)
        return false;
    *day = from;
    if (bound->away.n == 0)
        return true;
    /* only days and months: no table of holidays is asked */
    if (calendar_due(NULL, calendar_start_ms(from), bound->away.n, bound->away.unit, &due, NULL) !=
        OK)
        return false;
    *day = calendar_day(due);
    return true;
}

static enum err check_date(const struct check *c, str value)
{
    const struct field *f = c->field;
    int64_t day, bound;

    if (!calendar_read_date(value, &day))
        return refuse(c, MSG_PROCEDURE_FIELD_DATE);
    if (c->days == NULL)
        return OK;
    if (procedure_bound_day(&f->from, c->days, &bound) && day < bound)
        return refuse(c, MSG_PROCEDURE_FIELD_DATE_EARLY, I(calendar_start_ms(bound)));
    if (procedure_bound_day(&f->to, c->days, &bound) && day > bound)
        return refuse(c, MSG_PROCEDURE_FIELD_DATE_LATE, I(calendar_start_ms(bound)));
    return OK;
}

/* "unit kind point due", due "-" for none: whether unit and point exist is for the caller. */
static enum err check_assignment(const struct check *c, str line)
{
    for (int word = 0; word < 3; word++)
        (void)str_cut(&line, ' ');
    return line.len == 0 || str_eq(line, S("-")) ? OK : check_date(c, line);
}

static bool is_several(enum field_type type)
{
    return type == FIELD_POINTS || type == FIELD_BODIES || type == FIELD_PEOPLE ||
           type == FIELD_FILES || type == FIELD_ASSIGNMENTS || type == FIELD_CODES;
}

static enum err check_several(const struct check *c, const struct procedure *p, const str *values,
                              size_t count)
{
    const struct field *f = c->field;
    int64_t given = 0;

    for (size_t i = 0; i < count; i++) {
        str value = str_trim(values[i]);
        given += value.len > 0;
        if (f->type == FIELD_POINTS)
            TRY(check_chars(c, value, 0, f->each_max));
        if (f->type == FIELD_CODES && value.len)
            TRY(check_code(c, p, value));
        if (f->type == FIELD_ASSIGNMENTS)
            TRY(check_assignment(c, value));
    }
    if (f->max && given > f->max)
        return refuse(c, MSG_PROCEDURE_FIELD_TOO_MANY, I(f->max), I(given));
    if (given < f->min)
        return refuse(c, MSG_PROCEDURE_FIELD_TOO_FEW, I(f->min), I(given));
    return OK;
}

static enum err check_one(const struct check *c, const struct procedure *p, str value)
{
    int64_t number;

    switch (c->field->type) {
    case FIELD_LINE:
        return check_line(c, value);
    case FIELD_TEXT:
        return check_chars(c, value, c->field->min, c->field->max);
    case FIELD_CODE:
        return check_code(c, p, value);
    case FIELD_DECLARATION:
        return str_eq(value, S("yes")) ? OK : refuse(c, MSG_PROCEDURE_FIELD_DECLARE);
    case FIELD_DATE:
        return check_date(c, value);
    case FIELD_NUMBER:
        return check_number(c, value);
    case FIELD_BODY:
    case FIELD_MATTER:
        return str_to_i64(value, &number) && number > 0 ? OK
                                                        : refuse(c, MSG_PROCEDURE_FIELD_CHOOSE);
    default:
        return OK;
    }
}

enum err procedure_field_check(const struct procedure *p, const struct field *field,
                               const struct days *days, const str *values, size_t count,
                               bool is_required, enum lang lang, struct failure *why)
{
    struct check c = {.field = field, .days = days, .label = field->label.text[lang], .why = why};
    size_t given = 0, last = 0;

    assert(count == 0 || values);
    for (size_t i = 0; i < count; i++) {
        if (str_trim(values[i]).len == 0)
            continue;
        given++;
        last = i;
    }
    if (given == 0 && is_required)
        return refuse(&c, field->type == FIELD_DECLARATION ? MSG_PROCEDURE_FIELD_DECLARE
                                                           : MSG_PROCEDURE_FIELD_MISSING);
    if (given == 0)
        return OK;
    if (is_several(field->type))
        return check_several(&c, p, values, count);
    if (given > 1)
        return refuse(&c, MSG_PROCEDURE_FIELD_TOO_MANY, I(1), I((int64_t)given));
    return check_one(&c, p, str_trim(values[last]));
}
