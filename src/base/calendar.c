#include "base/calendar.h"

#include "base/clock.h"

#include <assert.h>
#include <stdlib.h>

enum { YEARS = CALENDAR_YEAR_MAX - CALENDAR_YEAR_MIN + 1, OFFSET_MS = 8 * CLOCK_HOUR };

struct calendar {
    struct calendar_row *rows; /* by day */
    size_t count;
    bool covered[YEARS];
};

/* ---- days ---- */

static int64_t floor_div(int64_t a, int64_t b)
{
    return a / b - (a % b < 0);
}

int64_t calendar_day(int64_t ms)
{
    return floor_div(ms + OFFSET_MS, CLOCK_DAY);
}

int64_t calendar_start_ms(int64_t day)
{
    return day * CLOCK_DAY - OFFSET_MS;
}

int64_t calendar_end_ms(int64_t day)
{
    return calendar_start_ms(day + 1) - 1;
}

static bool is_leap(int year)
{
    return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

int calendar_month_days(int year, int month)
{
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};

    assert(month >= 1 && month <= 12);
    return days[month - 1] + (month == 2 && is_leap(year));
}

/* Days before 1 January of `year`, counted from 1 January of year 1. */
static int64_t days_before_year(int64_t year)
{
    int64_t y = year - 1;

    return y * 365 + floor_div(y, 4) - floor_div(y, 100) + floor_div(y, 400);
}

enum { DAYS_BEFORE_1970 = 719162, DAYS_IN_400_YEARS = 146097 };

int64_t calendar_day_of(int year, int month, int day_of_month)
{
    int64_t day = days_before_year(year) - DAYS_BEFORE_1970 + day_of_month - 1;

    for (int m = 1; m < month; m++)
        day += calendar_month_days(year, m);
    return day;
}

int calendar_year(int64_t day)
{
    int64_t since = day + DAYS_BEFORE_1970;
    int64_t year = floor_div(since * 400, DAYS_IN_400_YEARS) + 1; /* right, or one off */

    while (days_before_year(year) > since)
        year--;
    while (days_before_year(year + 1) <= since)
        year++;
    return (int)year;
}

void calendar_date_of(int64_t day, int *year, int *month, int *day_of_month)
{
    int y = calendar_year(day), m = 1;
    int64_t left = day - calendar_day_of(y, 1, 1);

    while (left >= calendar_month_days(y, m)) {
        left -= calendar_month_days(y, m);
        m++;
    }
    *year = y;
    *month = m;
    *day_of_month = (int)left + 1;
}

int calendar_weekday(int64_t day)
{
    int64_t from_thursday = day - floor_div(day, 7) * 7; /* 1970-01-01 was a Thursday */

    return (int)((from_thursday + 3) % 7) + 1;
}

static bool read_digits(str s, int *number)
{
    *number = 0;
    for (size_t i = 0; i < s.len; i++) {
        if (s.at[i] < '0' || s.at[i] > '9')
            return false;
        *number = *number * 10 + (s.at[i] - '0');
    }
    return true;
}

bool calendar_read_date(str text, int64_t *day)
{
    int y, m, d;

    if (text.len != 10 || text.at[4] != '-' || text.at[7] != '-')
        return false;
    if (!read_digits(str_slice(text, 0, 4), &y) || !read_digits(str_slice(text, 5, 7), &m) ||
        !read_digits(str_slice(text, 8, 10), &d))
        return false;
    if (y < CALENDAR_YEAR_MIN || y > CALENDAR_YEAR_MAX || m < 1 || m > 12 || d < 1 ||
        d > calendar_month_days(y, m))
        return false;
    *day = calendar_day_of(y, m, d);
    return true;
}

str calendar_date_str(struct arena *a, int64_t day)
{
    int y, m, d;

    calendar_date_of(day, &y, &m, &d);
    return str_fmt(a, "%04d-%02d-%02d", y, m, d);
}

/* ---- the table ---- */

static int row_order(const void *left, const void *right)
{
    int64_t a = ((const struct calendar_row *)left)->day;
    int64_t b = ((const struct calendar_row *)right)->day;

    return (a > b) - (a < b);
}

static const struct calendar_row *find(const struct calendar *cal, int64_t day)
{
    struct calendar_row key = {.day = day};

    if (cal == NULL || cal->count == 0)
        return NULL;
    return bsearch(&key, cal->rows, cal->count, sizeof key, row_order);
}

static void cover_by_october(struct calendar *cal)
{
    for (int y = CALENDAR_YEAR_MIN; y <= CALENDAR_YEAR_MAX; y++) {
        const struct calendar_row *r = find(cal, calendar_day_of(y, 10, 1));
        cal->covered[y - CALENDAR_YEAR_MIN] = r != NULL && r->kind == CALENDAR_HOLIDAY;
    }
}

static bool in_range(int year)
{
    return year >= CALENDAR_YEAR_MIN && year <= CALENDAR_YEAR_MAX;
}

enum err calendar_from_rows(struct arena *a, const struct calendar_row *rows, size_t count,
                            struct calendar **out)
{
    struct calendar *cal = NEW(a, struct calendar);

    if (count > CALENDAR_DAYS_MAX)
        return INVALID;
    cal->rows = NEW_ARRAY(a, count, struct calendar_row);
    cal->count = count;
    for (size_t i = 0; i < count; i++) {
        if (!in_range(calendar_year(rows[i].day)))
            return INVALID;
        cal->rows[i] = rows[i];
        cal->rows[i].name = str_copy(a, rows[i].name);
    }
    if (count > 0)
        qsort(cal->rows, count, sizeof *cal->rows, row_order);
    for (size_t i = 1; i < count; i++) {
        if (cal->rows[i].day == cal->rows[i - 1].day)
            return INVALID;
    }
    cover_by_october(cal);
    *out = cal;
    return OK;
}

/* "2021-2023, 2025" */
static bool read_years(str list, bool covered[YEARS])
{
    while (list.len > 0) {
        str range = str_trim(str_cut(&list, ','));
        str first = str_trim(str_cut(&range, '-')), last = str_trim(range);
        int from, to;
        if (first.len != 4 || !read_digits(first, &from))
            return false;
        to = from;
        if (last.len > 0 && (last.len != 4 || !read_digits(last, &to)))
            return false;
        if (!in_range(from) || !in_range(to) || from > to)
            return false;
        for (int y = from; y <= to; y++)
            covered[y - CALENDAR_YEAR_MIN] = true;
    }
    return true;
}

static bool read_row(str line, struct calendar_row *row)
{
    str date = str_trim(str_cut(&line, ',')), kind = str_trim(str_cut(&line, ','));

    row->name = str_trim(line);
    if (str_eq(kind, S("holiday")))
        row->kind = CALENDAR_HOLIDAY;
    else if (str_eq(kind, S("workday")))
        row->kind = CALENDAR_WORKDAY;
    else
        return false;
    return calendar_read_date(date, &row->day);
}

/* Where the second of two lines with the same day stands. A table is read once, at start. */
static int line_of_repeat(const struct calendar_row *rows, const int *lines, size_t count)
{
    for (size_t i = 1; i < count; i++) {
        for (size_t j = 0; j < i; j++) {
            if (rows[i].day == rows[j].day)
                return lines[i];
        }
    }
    return 0;
}

enum err calendar_read(struct arena *a, str csv, struct calendar **cal, int *bad_line)
{
    struct calendar_row *rows;
    int *lines, line_number = 0;
    bool covered[YEARS] = {false}, has_years = false;
    size_t count = 0, rows_max = 1;

    *bad_line = 0;
    for (size_t i = 0; i < csv.len; i++)
        rows_max += csv.at[i] == '\n';
    if (rows_max > 2 * CALENDAR_DAYS_MAX)
        return INVALID;
    rows = NEW_ARRAY(a, rows_max, struct calendar_row);
    lines = NEW_ARRAY(a, rows_max, int);
    while (csv.len > 0) {
        str line = str_trim(str_cut(&csv, '\n'));
        line_number++;
        if (line.len == 0 || line.at[0] == '#')
            continue;
        if (str_starts(line, S("years:"))) {
            has_years = true;
            if (read_years(str_slice(line, 6, line.len), covered))
                continue;
        } else if (read_row(line, &rows[count])) {
            lines[count++] = line_number;
            continue;
        }
        *bad_line = line_number;
        return INVALID;
    }
    enum err e = calendar_from_rows(a, rows, count, cal);
    if (e != OK) {
        *bad_line = line_of_repeat(rows, lines, count);
        return e;
    }
    for (int i = 0; has_years && i < YEARS; i++)
        (*cal)->covered[i] = covered[i];
    return OK;
}

const struct calendar_row *calendar_rows(const struct calendar *cal, size_t *count)
{
    *count = cal == NULL ? 0 : cal->count;
    return cal == NULL ? NULL : cal->rows;
}

bool calendar_covers(const struct calendar *cal, int year)
{
    return cal != NULL && in_range(year) && cal->covered[year - CALENDAR_YEAR_MIN];
}

int calendar_last_year(const struct calendar *cal)
{
    for (int y = CALENDAR_YEAR_MAX; y >= CALENDAR_YEAR_MIN; y--) {
        if (calendar_covers(cal, y))
            return y;
    }
    return 0;
}

/* ---- working days ---- */

static bool is_weekend(int64_t day)
{
    return calendar_weekday(day) >= 6;
}

bool calendar_is_workday(const struct calendar *cal, int64_t day)
{
    const struct calendar_row *r = find(cal, day);

    return r == NULL ? !is_weekend(day) : r->kind == CALENDAR_WORKDAY;
}

/* Mondays to Fridays from a Monday in the distant past up to and including `day`. */
static int64_t weekdays_until(int64_t day)
{
    int64_t since = day + 3; /* 1969-12-29 was a Monday */
    int64_t weeks = floor_div(since, 7), rest = since - weeks * 7 + 1;

    return weeks * 5 + (rest < 5 ? rest : 5);
}

int64_t calendar_workdays_between(const struct calendar *cal, int64_t from, int64_t to)
{
    if (to < from)
        return -calendar_workdays_between(cal, to, from);
    int64_t n = weekdays_until(to) - weekdays_until(from);
    for (size_t i = 0; cal != NULL && i < cal->count; i++) {
        const struct calendar_row *r = &cal->rows[i];
        if (r->day <= from || r->day > to)
            continue;
        if (r->kind == CALENDAR_WORKDAY)
            n += is_weekend(r->day);
        else
            n -= !is_weekend(r->day);
    }
    return n;
}

static int64_t add_workdays(const struct calendar *cal, int64_t day, int64_t n, bool *past)
{
    int64_t step = n < 0 ? -1 : 1, left = n < 0 ? -n : n;

    if (n == 0 && !calendar_is_workday(cal, day))
        left = 1;
    if (n == 0)
        *past = !calendar_covers(cal, calendar_year(day));
    while (left > 0) {
        day += step;
        *past = *past || !calendar_covers(cal, calendar_year(day));
        left -= calendar_is_workday(cal, day);
    }
    return day;
}

static int64_t add_months(int64_t day, int64_t n)
{
    int y, m, d;

    calendar_date_of(day, &y, &m, &d);
    int64_t months = (int64_t)y * 12 + m - 1 + n;
    y = (int)floor_div(months, 12);
    m = (int)(months - (int64_t)y * 12) + 1;
    int last = calendar_month_days(y, m);
    return calendar_day_of(y, m, d < last ? d : last);
}

enum err calendar_due(const struct calendar *cal, int64_t start_ms, int64_t n,
                      enum calendar_unit unit, int64_t *due_ms, bool *past_table)
{
    int64_t day = calendar_day(start_ms);
    bool past = false;

    if (n < -CALENDAR_COUNT_MAX || n > CALENDAR_COUNT_MAX)
        return INVALID;
    switch (unit) {
    case CALENDAR_HOURS:
        *due_ms = start_ms + n * CLOCK_HOUR;
        break;
    case CALENDAR_DAYS:
        *due_ms = calendar_end_ms(day + n);
        break;
    case CALENDAR_WORKDAYS:
        *due_ms = calendar_end_ms(add_workdays(cal, day, n, &past));
        break;
    case CALENDAR_MONTHS:
        *due_ms = calendar_end_ms(add_months(day, n));
        break;
    }
    if (past_table != NULL)
        *past_table = past;
    return OK;
}
