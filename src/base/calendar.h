/*
 * calendar -- days, months and working days, as China counts them.
 *
 * A day is a number: days since 1970-01-01 in China's time (UTC+8, all year). A working day is
 * Monday to Friday unless the table says otherwise; the table holds the public holidays and the
 * shifted working days and is the operator's data, taken from the notice that the State Council's
 * office publishes each autumn. A table covers whole years. A count that crosses a year without a
 * table goes by Saturday and Sunday there and says so through `past_table`, so that the operator
 * can be warned and the due date set right once the notice is out.
 *
 *     # any text                               a comment
 *     years: 2021-2026                         the years covered; also a list: 2021, 2023-2024
 *     2026-01-01,holiday,New Year              date, holiday or workday, name (may be missing)
 *
 * Without a line `years:` those years are covered in which 1 October is listed as a holiday, as it
 * is in every notice.
 *
 * Wherever a `const struct calendar *` is taken, NULL is a table that covers nothing.
 */
#pragma once
#include "base/err.h"
#include "base/str.h"

enum {
    CALENDAR_COUNT_MAX = 10000, /* largest length of a clock, either way */
    CALENDAR_YEAR_MIN = 1900,   /* of a date that is read or covered */
    CALENDAR_YEAR_MAX = 2199,
    CALENDAR_DAYS_MAX = 20000, /* lines of one table */
};

enum calendar_kind { CALENDAR_HOLIDAY, CALENDAR_WORKDAY };

/* One line of the table. */
struct calendar_row {
    int64_t day;
    enum calendar_kind kind;
    str name;
};

struct calendar;

/* Read the text form. INVALID, with the number of the line (from 1) in `*bad_line`: a line that is
 * none of the three, a date that does not exist, or a day listed twice; `bad_line` 0: too many
 * lines. The table lives as long as the arena and does not point into `csv`. */
enum err calendar_read(struct arena *a, str csv, struct calendar **cal, int *bad_line) MUST_USE;

/* The same from rows, for example from the database, in any order. INVALID for a day listed twice
 * or out of range. Covered are the years of 1 October, as above. */
enum err calendar_from_rows(struct arena *a, const struct calendar_row *rows, size_t count,
                            struct calendar **cal) MUST_USE;

/* The lines of a table in order of days: for storing and showing it. */
const struct calendar_row *calendar_rows(const struct calendar *cal, size_t *count);

bool calendar_covers(const struct calendar *cal, int year);

/* The last year covered, or 0: what the desk warns about each autumn. */
int calendar_last_year(const struct calendar *cal);

/* ---- days ---- */

/* The day in which a moment falls, and its first and last millisecond. */
int64_t calendar_day(int64_t ms);
int64_t calendar_start_ms(int64_t day);
int64_t calendar_end_ms(int64_t day); /* 23:59:59.999 */

/* Between a day and its date; month and day of month from 1. Dates before year 0 do not occur. */
int64_t calendar_day_of(int year, int month, int day_of_month);
void calendar_date_of(int64_t day, int *year, int *month, int *day_of_month);
int calendar_year(int64_t day);
int calendar_month_days(int year, int month);
int calendar_weekday(int64_t day); /* 1 Monday … 7 Sunday */

/* "2026-01-04", exactly so. False for anything else, and for a date that does not exist. */
bool calendar_read_date(str text, int64_t *day);
str calendar_date_str(struct arena *a, int64_t day);

/* ---- working days and clocks ---- */

bool calendar_is_workday(const struct calendar *cal, int64_t day);

/* Working days after `from` up to and including `to`: how many are left on day `from` of something
 * due on day `to`. Negative when `to` is before `from`. */
int64_t calendar_workdays_between(const struct calendar *cal, int64_t from, int64_t to);

enum calendar_unit { CALENDAR_HOURS, CALENDAR_DAYS, CALENDAR_WORKDAYS, CALENDAR_MONTHS };

/*
 * When a clock of length `n` that starts at `start_ms` is due.
 *
 * Hours are exact. In the other units the day of the start is day zero and the clock is due at the
 * end of the n-th day after it, the n-th working day, or the same date n months later (the last day
 * of that month where it has no such date). A negative `n` counts backwards, for clocks that run
 * before a date. Zero working days is the end of the day of the start, or of the next working day.
 *
 * `*past_table` (may be NULL) is true if a day that was counted lies in a year that is not covered;
 * only working days can be. INVALID when `n` is out of range; nothing is then set.
 */
enum err calendar_due(const struct calendar *cal, int64_t start_ms, int64_t n,
                      enum calendar_unit unit, int64_t *due_ms, bool *past_table) MUST_USE;
