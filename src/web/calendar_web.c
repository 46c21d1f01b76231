#include "web/calendar_web.h"

#include "base/calendar.h"
#include "calendar_sql.h"
#include "db/db.h"
#include "view_calendar.h"
#include "web/pages.h"

enum {
    NAME_CHARS_MAX = 40,
    SOURCE_CHARS_MAX = 120,
    LINES_CHARS_MAX = 20000,
    YEARS_AHEAD = 2, /* what the notices of the State Council can reach */
};

static int year_now(const struct ctx *c)
{
    return calendar_year(calendar_day(c->now));
}

/* ---- showing ---- */

static int weekday_msg(int64_t day)
{
    static const int names[] = {MSG_CALENDAR_MONDAY,   MSG_CALENDAR_TUESDAY, MSG_CALENDAR_WEDNESDAY,
                                MSG_CALENDAR_THURSDAY, MSG_CALENDAR_FRIDAY,  MSG_CALENDAR_SATURDAY,
                                MSG_CALENDAR_SUNDAY};

    return names[calendar_weekday(day) - 1];
}

static enum err fill_days(struct ctx *c, struct calendar_page *s)
{
    size_t cap = 0;
    struct rows row;
    bool found;

    TRY(db_rows(&row, c->db, &HOLIDAY_LIST,
                T(str_fmt(c->arena, "%04lld-01-01", (long long)s->year)),
                T(str_fmt(c->arena, "%04lld-01-01", (long long)s->year + 1))));
    for (;;) {
        int64_t day = 0;
        TRY(db_next(&row, &found));
        if (!found)
            return OK;
        struct calendar_line *l = PUSH(c->arena, s->days, s->day_count, cap);
        l->day = take_str(&row, c->arena);
        l->is_workday = str_eq(take_str(&row, c->arena), S("workday"));
        l->name = take_str(&row, c->arena);
        l->source = take_str(&row, c->arena);
        l->weekday_msg = calendar_read_date(l->day, &day) ? weekday_msg(day) : MSG_CALENDAR_MONDAY;
    }
}

static enum err fill_years(struct ctx *c, struct calendar_page *s)
{
    size_t cap = 0;
    struct rows row;
    bool found;
    int64_t last = 0;

    TRY(db_rows(&row, c->db, &HOLIDAY_LAST));
    TRY(db_next(&row, &found));
    if (found) {
        str day = take_str(&row, c->arena);
        TRY(db_done(&row));
        if (!str_to_i64(str_slice(day, 0, day.len < 4 ? day.len : 4), &last))
            last = 0;
    }
    s->last_year = last;
    s->is_past = last < year_now(c);
    s->is_ending = last == year_now(c);
    for (int64_t y = year_now(c) - 1; y <= year_now(c) + YEARS_AHEAD; y++)
        *PUSH(c->arena, s->years, s->year_count, cap) = (struct calendar_year){
            str_fmt(c->arena, "/calendar?year=%lld", (long long)y), y, y == s->year};
    return OK;
}

/* What was typed stands in the form again. */
static void fill_typed(const struct req *q, struct calendar_page *s)
{
    if (str_eq(req_form(q, S("do")), S("drop")))
        return;
    s->day = str_head(req_form(q, S("day")), 10);
    s->is_kind_workday = str_eq(req_form(q, S("kind")), S("workday"));
    s->name = str_head(req_form(q, S("name")), NAME_CHARS_MAX + 1);
    s->source = str_head(req_form(q, S("source")), SOURCE_CHARS_MAX + 1);
    s->lines = str_head(req_form(q, S("lines")), LINES_CHARS_MAX + 1);
    s->lines_source = str_head(req_form(q, S("lines-source")), SOURCE_CHARS_MAX + 1);
    s->is_put_open = str_eq(req_form(q, S("do")), S("put"));
    s->is_lines_open = str_eq(req_form(q, S("do")), S("lines"));
}

enum err calendar_web_show(struct ctx *c, const struct req *q, struct page *p)
{
    struct calendar_page s = {.failure = form_failure_of(c)};

    TRY(person_in_person(c));
    if (!str_to_i64(req_query(q, S("year")), &s.year) || s.year < CALENDAR_YEAR_MIN ||
        s.year > CALENDAR_YEAR_MAX)
        s.year = year_now(c);
    TRY(fill_years(c, &s));
    TRY(fill_days(c, &s));
    fill_typed(q, &s);
    s.is_day_bad = is_about(&s.failure, S("day"));
    s.is_name_bad = is_about(&s.failure, S("name"));
    s.is_source_bad = is_about(&s.failure, S("source"));
    s.is_lines_bad = is_about(&s.failure, S("lines"));
    s.is_lines_source_bad = is_about(&s.failure, S("lines-source"));
    p->title = msg_text(c->lang, MSG_CALENDAR_TITLE);
    view_calendar(&p->out, &s);
    return OK;
}

/* ---- changing ---- */

static enum err take_day(struct ctx *c, const struct req *q, int64_t *day)
{
    str typed = str_trim(req_form(q, S("day")));

    if (!calendar_read_date(typed, day))
        return fail_on(c, INVALID, S("day"), MSG_AUDIT_DATE);
    if (calendar_year(*day) > year_now(c) + YEARS_AHEAD)
        return fail_on(c, INVALID, S("day"), MSG_CALENDAR_TOO_FAR, I(year_now(c) + YEARS_AHEAD));
    return OK;
}

static enum err put(struct ctx *c, int64_t day, enum calendar_kind kind, str name, str source)
{
    return db_run(c->db, &HOLIDAY_PUT, T(calendar_date_str(c->arena, day)),
                  T(kind == CALENDAR_WORKDAY ? S("workday") : S("holiday")), T(name), T(source));
}

static enum err put_day(struct ctx *c, const struct req *q, int64_t *year)
{
    str name, source;
    int64_t day;

    TRY(take_day(c, q, &day));
    TRY(req_text(c, q, S("name"), NAME_CHARS_MAX, &name));
    TRY(req_text(c, q, S("source"), SOURCE_CHARS_MAX, &source));
    bool is_workday = str_eq(req_form(q, S("kind")), S("workday"));
    TRY(put(c, day, is_workday ? CALENDAR_WORKDAY : CALENDAR_HOLIDAY, name, source));
    *year = calendar_year(day);
    return person_audit(c, c->who->id, S("calendar"), calendar_date_str(c->arena, day), S("ok"));
}

static enum err drop_day(struct ctx *c, const struct req *q, int64_t *year)
{
    int64_t day, dropped;

    TRY(take_day(c, q, &day));
    str text = calendar_date_str(c->arena, day);
    TRY(db_run_count(c->db, &dropped, &HOLIDAY_DROP, T(text)));
    if (dropped == 0)
        return fail(c, CONFLICT, MSG_CALENDAR_NOT_THERE);
    *year = calendar_year(day);
    return person_audit(c, c->who->id, S("calendar"), text, S("dropped"));
}

/* A whole notice at once, in the text form of the table; all of it or none. */
static enum err put_lines(struct ctx *c, const struct req *q, int64_t *year)
{
    struct calendar *table;
    size_t count;
    str lines, source;
    int bad_line;

    TRY(req_text(c, q, S("lines"), LINES_CHARS_MAX, &lines));
    TRY(req_text(c, q, S("lines-source"), SOURCE_CHARS_MAX, &source));
    if (calendar_read(c->arena, lines, &table, &bad_line) != OK)
        return fail_on(c, INVALID, S("lines"), MSG_CALENDAR_BAD_LINE, I(bad_line));
    const struct calendar_row *rows = calendar_rows(table, &count);
    if (count == 0)
        return fail_on(c, INVALID, S("lines"), MSG_ERROR_FIELD_EMPTY);
    if (calendar_year(rows[count - 1].day) > year_now(c) + YEARS_AHEAD)
        return fail_on(c, INVALID, S("lines"), MSG_CALENDAR_TOO_FAR, I(year_now(c) + YEARS_AHEAD));
    for (size_t i = 0; i < count; i++) {
        if (str_chars(rows[i].name) > NAME_CHARS_MAX)
            return fail_on(c, INVALID, S("lines"), MSG_ERROR_FIELD_LONG, I(NAME_CHARS_MAX),
                           I((int64_t)str_chars(rows[i].name)));
        TRY(put(c, rows[i].day, rows[i].kind, rows[i].name, source));
    }
    *year = calendar_year(rows[count - 1].day);
    return person_audit(c, c->who->id, S("calendar"), str_fmt(c->arena, "%lld", (long long)*year),
                        S("ok"));
}

enum err calendar_web_act(struct ctx *c, const struct req *q, struct page *p)
{
    str what = req_form(q, S("do"));
    int64_t year = 0, count;

    TRY(person_in_person(c));
    if (str_eq(what, S("drop")))
        TRY(drop_day(c, q, &year));
    else if (str_eq(what, S("lines")))
        TRY(put_lines(c, q, &year));
    else
        TRY(put_day(c, q, &year));
    TRY(db_number(c->db, &count, 0, &HOLIDAY_COUNT));
    if (count > CALENDAR_DAYS_MAX)
        return fail(c, INVALID, MSG_CALENDAR_FULL, I(CALENDAR_DAYS_MAX));
    page_notice(p, MSG_CALENDAR_SAVED);
    return page_redirect(p, "/calendar?year=%lld", (long long)year);
}
