/* The holiday table in use: read from the database at start, and again when somebody changed it. */
#include "base/calendar.h"
#include "main/app.h"
#include "main/app_sql.h"

enum { TABLE_ARENA_MAX = 16 * 1024 * 1024 };

static enum err read_days(struct ctx *c, void *arg)
{
    struct calendar **calendar = arg;
    struct calendar_row *days = NULL;
    size_t count = 0, cap = 0;
    struct rows row;
    bool found;

    TRY(db_rows(&row, c->db, &CALENDAR_LIST));
    for (;;) {
        TRY(db_next(&row, &found));
        if (!found)
            return calendar_from_rows(c->arena, days, count, calendar);
        struct calendar_row r = {0};
        str day = take_str(&row, c->arena), kind = take_str(&row, c->arena);
        r.name = take_str(&row, c->arena);
        r.kind = str_eq(kind, S("workday")) ? CALENDAR_WORKDAY : CALENDAR_HOLIDAY;
        if (calendar_read_date(day, &r.day))
            *PUSH(c->arena, days, count, cap) = r;
    }
}

static bool is_same(const struct calendar *a, const struct calendar *b)
{
    size_t count, other;
    const struct calendar_row *left = calendar_rows(a, &count);
    const struct calendar_row *right = calendar_rows(b, &other);

    if (count != other)
        return false;
    for (size_t i = 0; i < count; i++) {
        if (left[i].day != right[i].day || left[i].kind != right[i].kind)
            return false;
    }
    return true;
}

static void drop(void *arena)
{
    arena_free(arena);
}

/* The table before stays in memory: a request may be counting with it. */
enum err app_load_calendar(struct instance *in)
{
    struct arena *a = arena_new("holidays", TABLE_ARENA_MAX);
    struct ctx c = app_ctx(in, a);
    struct calendar *calendar = NULL;
    enum err e = app_read(in, &c, read_days, &calendar);

    if (e != OK || (in->app.calendar != NULL && is_same(in->app.calendar, calendar))) {
        arena_free(a);
        return e;
    }
    arena_defer(in->arena, drop, a);
    in->app.calendar = calendar;
    return OK;
}
