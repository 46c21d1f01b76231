#include "home/home_web.h"

#include "base/calendar.h"
#include "base/msg.h"
#include "base/remember.h"
#include "db/db.h"
#include "home/home_sql.h"
#include "view_home.h"
#include "web/pages.h"

enum { FLOOR = 5 }; /* under this many evaluations no result is shown */

enum number { RAISED, SETTLED, ANSWERED, IN_TIME, SATISFIED, BASICALLY, NOT_SATISFIED, NUMBERS };

static enum err count_some(struct ctx *c, const struct sql *sql, int64_t since, int64_t *to,
                           size_t n)
{
    struct rows row;
    bool found;

    TRY(db_rows(&row, c->db, sql, I(since)));
    TRY(db_next(&row, &found));
    if (!found)
        return OK;
    for (size_t i = 0; i < n; i++)
        to[i] = take_i64(&row);
    return db_done(&row);
}

/* A year's figures change slowly and are asked for by everybody. */
static enum err load_numbers(struct ctx *c, int64_t n[NUMBERS])
{
    int64_t year = calendar_year(calendar_day(c->now));
    int64_t since = calendar_start_ms(calendar_day_of((int)year, 1, 1));

    if (remembered(c->home_numbers, c->now, n, NUMBERS))
        return OK;
    TRY(count_some(c, &HOME_COUNTS, since, &n[RAISED], 2));
    TRY(count_some(c, &HOME_ANSWERED, since, &n[ANSWERED], 2));
    TRY(count_some(c, &HOME_EVALUATED, since, &n[SATISFIED], 3));
    remember(c->home_numbers, c->now, n, NUMBERS);
    return OK;
}

static enum err fill_numbers(struct ctx *c, struct home_page *m)
{
    int64_t n[NUMBERS] = {0};

    TRY(load_numbers(c, n));
    m->raised = n[RAISED];
    m->settled = n[SETTLED];
    m->answered = n[ANSWERED];
    m->answered_in_time = n[IN_TIME];
    m->satisfied = n[SATISFIED];
    m->basically = n[BASICALLY];
    m->not_satisfied = n[NOT_SATISFIED];
    m->has_evaluations = m->satisfied + m->basically + m->not_satisfied >= FLOOR;
    return OK;
}

static enum err fill_matters(struct ctx *c, struct home_page *m)
{
    struct matter_filter f = {.order = MATTER_CHANGED, .limit = HOME_MATTERS};
    struct matter *rows;
    struct rows row;
    size_t count;

    TRY(matter_list(c, &f, &rows, &count));
    m->matters = matter_cards_public(c, rows, count);
    m->matter_count = count;
    TRY(db_rows(&row, c->db, &HOME_SETTLED_LIST));
    TRY(matter_take_list(c, &row, &rows, &count));
    m->ended_matters = matter_cards_public(c, rows, count);
    m->ended_matter_count = count;
    return OK;
}

static int kind_msg(str kind)
{
    if (str_eq(kind, S("thematic")))
        return MSG_PLAN_KIND_THEMATIC;
    if (str_eq(kind, S("bimonthly")))
        return MSG_PLAN_KIND_BIMONTHLY;
    return str_eq(kind, S("supervision")) ? MSG_PLAN_KIND_SUPERVISION : MSG_PLAN_KIND_CROSS_REGION;
}

static enum err fill_plan(struct ctx *c, struct home_page *m)
{
    struct plan *rows;
    int64_t *years;
    size_t count, cap = 0;

    TRY(plan_years(c, &years, &count));
    if (count == 0)
        return OK;
    m->plan_year = years[0];
    TRY(plan_list(c, m->plan_year, &rows, &count));
    for (size_t i = 0; i < count && i < HOME_PLAN; i++)
        *PUSH(c->arena, m->plans, m->plan_count, cap) = (struct home_plan){
            .topic =
                c->lang == LANG_EN && rows[i].topic_en.len > 0 ? rows[i].topic_en : rows[i].topic,
            .url = str_fmt(c->arena, "/plan/%.*s", STR_ARG(rows[i].code)),
            .kind = msg_text(c->lang, kind_msg(rows[i].kind)),
            .state = msg_text(c->lang, str_eq(rows[i].state, S("held")) ? MSG_PLAN_STATE_HELD
                                                                        : MSG_PLAN_STATE_PLANNED),
        };
    return OK;
}

enum err home_web_show(struct ctx *c, const struct req *q, struct page *p)
{
    struct home_page m = {0};

    (void)q;
    TRY(fill_numbers(c, &m));
    TRY(fill_matters(c, &m));
    TRY(fill_plan(c, &m));
    p->nav = NAV_HOME;
    p->feed = S("/matters.atom");
    p->title = msg_text(c->lang, MSG_NAV_HOME);
    view_home(&p->out, &m);
    return OK;
}
