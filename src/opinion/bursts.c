/* bursts: minutes in which a statement drew more people than its profile explains. */
#include "opinion/real.h"
#include "opinion/region.h"
#include "opinion/signals.h"

#include <assert.h>
#include <stdlib.h>

enum {
    WEEK_HOURS = 168,
    HOUR = 60,
    EVEN_VOTES = 1, /* added to each hour of the week, as if they had come evenly */
    AROUND = 5      /* minutes before and after, for what goes on elsewhere */
};

#define FALSE_SHARE 0.01

struct made {
    struct opinion_bursts bursts;
    struct region *region;
};

/* A row with its minute; sorted, all rows of a person in one minute on one statement are
 * neighbours. */
struct event {
    uint64_t statement, person;
    int64_t minute;
};

/* The people of one minute, on one statement or on all. */
struct cell {
    uint64_t statement;
    int64_t minute;
    size_t first; /* event */
    uint32_t people;
    uint64_t before; /* people in the cells in front of it */
    double expected, p;
};

struct search {
    struct region *region, *scratch;
    struct opinion_bursts *out;
    int64_t unit; /* of time in a minute */
    size_t event_count, cell_count, minute_count;
    struct event *events;
    struct cell *cells;          /* by statement, then by minute */
    struct cell *minutes;        /* of all statements together */
    double activity[WEEK_HOURS]; /* 1 on the average */
};

/* ---- from rows to cells ---- */

static int64_t floor_of(int64_t a, int64_t by)
{
    return a / by - (a % by < 0);
}

static int64_t rest_of(int64_t a, int64_t by)
{
    return a % by + (a % by < 0 ? by : 0);
}

static size_t hour_of(int64_t minute)
{
    return (size_t)rest_of(floor_of(minute, HOUR), WEEK_HOURS);
}

/* Minutes between two, of which the first is not the later one; times may lie 2^64 apart. */
static uint64_t between(int64_t first, int64_t last)
{
    return (uint64_t)last - (uint64_t)first;
}

static int by_event(const void *left, const void *right)
{
    const struct event *a = left, *b = right;

    if (a->statement != b->statement)
        return a->statement < b->statement ? -1 : 1;
    if (a->minute != b->minute)
        return a->minute < b->minute ? -1 : 1;
    return (a->person > b->person) - (a->person < b->person);
}

static enum opinion_err take_events(struct search *s, const struct opinion_row *rows, size_t count)
{
    size_t kept = 0;

    TAKE(s->scratch, s->events, count);
    for (size_t i = 0; i < count; i++)
        s->events[i] =
            (struct event){rows[i].statement, rows[i].person, floor_of(rows[i].time, s->unit)};
    if (count > 0)
        qsort(s->events, count, sizeof *s->events, by_event);
    for (size_t i = 0; i < count; i++) {
        if (kept == 0 || by_event(&s->events[kept - 1], &s->events[i]) != 0)
            s->events[kept++] = s->events[i];
    }
    s->event_count = kept;
    return OPINION_OK;
}

static enum opinion_err make_cells(struct search *s)
{
    TAKE(s->scratch, s->cells, s->event_count);
    for (size_t i = 0; i < s->event_count; i++) {
        const struct event *e = &s->events[i];
        struct cell *last = s->cell_count == 0 ? NULL : &s->cells[s->cell_count - 1];
        if (last == NULL || last->statement != e->statement || last->minute != e->minute)
            s->cells[s->cell_count++] = (struct cell){
                .statement = e->statement, .minute = e->minute, .first = i, .before = i};
        s->cells[s->cell_count - 1].people++;
    }
    return OPINION_OK;
}

static int by_minute(const void *left, const void *right)
{
    const struct cell *a = left, *b = right;

    return (a->minute > b->minute) - (a->minute < b->minute);
}

static enum opinion_err make_minutes(struct search *s)
{
    size_t n = 0;

    TAKE(s->scratch, s->minutes, s->cell_count);
    for (size_t i = 0; i < s->cell_count; i++)
        s->minutes[i] = s->cells[i];
    if (s->cell_count > 0)
        qsort(s->minutes, s->cell_count, sizeof *s->minutes, by_minute);
    for (size_t i = 0; i < s->cell_count; i++) {
        if (n > 0 && s->minutes[n - 1].minute == s->minutes[i].minute)
            s->minutes[n - 1].people += s->minutes[i].people;
        else
            s->minutes[n++] = s->minutes[i];
    }
    for (size_t i = 0; i < n; i++)
        s->minutes[i].before = i == 0 ? 0 : s->minutes[i - 1].before + s->minutes[i - 1].people;
    s->minute_count = n;
    return OPINION_OK;
}

/* ---- what is expected ---- */

/* How many minutes from `first` to `last` fall into each hour of the week. */
static void split(int64_t first, int64_t last, double minutes[WEEK_HOURS])
{
    const uint64_t week = (uint64_t)WEEK_HOURS * HOUR;
    uint64_t weeks = between(first, last) / week, left = between(first, last) % week + 1;
    size_t h = hour_of(first);
    uint64_t in_hour = (uint64_t)(HOUR - rest_of(first, HOUR));

    for (size_t i = 0; i < WEEK_HOURS; i++)
        minutes[i] = (double)weeks * HOUR;
    while (left > 0) {
        uint64_t now = left < in_hour ? left : in_hour;
        minutes[h] += (double)now;
        left -= now;
        h = (h + 1) % WEEK_HOURS;
        in_hour = HOUR;
    }
}

static void find_activity(struct search *s)
{
    double minutes[WEEK_HOURS], all = (double)s->event_count, span = 0, votes[WEEK_HOURS] = {0};

    if (s->minute_count == 0)
        return;
    split(s->minutes[0].minute, s->minutes[s->minute_count - 1].minute, minutes);
    for (size_t i = 0; i < s->minute_count; i++)
        votes[hour_of(s->minutes[i].minute)] += s->minutes[i].people;
    for (size_t h = 0; h < WEEK_HOURS; h++)
        span += minutes[h];
    for (size_t h = 0; h < WEEK_HOURS; h++)
        s->activity[h] = (votes[h] + EVEN_VOTES) / (all * minutes[h] / span + EVEN_VOTES);
}

/* People in the cells from minute `from` to `to`, of cells that are sorted by minute. */
static uint64_t people_in(const struct cell *at, size_t count, int64_t from, int64_t to)
{
    size_t low = 0, high = count, begin;

    while (low < high) {
        size_t middle = (low + high) / 2;
        if (at[middle].minute < from)
            low = middle + 1;
        else
            high = middle;
    }
    begin = low;
    for (high = count; low < high;) {
        size_t middle = (low + high) / 2;
        if (at[middle].minute <= to)
            low = middle + 1;
        else
            high = middle;
    }
    if (low == begin)
        return 0;
    return at[low - 1].before + at[low - 1].people - at[begin].before;
}

/* Of the votes on other statements in the span of this one, the share of a minute around `minute`.
 */
static double share_elsewhere(const struct search *s, const struct cell *own, size_t count,
                              int64_t minute)
{
    int64_t first = own[0].minute, last = own[count - 1].minute;
    int64_t from = between(first, minute) < AROUND ? first : minute - AROUND;
    int64_t to = between(minute, last) < AROUND ? last : minute + AROUND;
    double whole = (double)(people_in(s->minutes, s->minute_count, first, last) -
                            people_in(own, count, first, last));
    double near = (double)(people_in(s->minutes, s->minute_count, from, to) -
                           people_in(own, count, from, to));

    return near == 0 ? 0 : near / whole / (double)(to - from + 1);
}

/* The chance of `k` or more where `mean` are expected; 1 up to the mean, where nobody asks. */
static double poisson_tail(double mean, uint32_t k)
{
    double logarithm = -mean, term = 1, sum = 1;

    if ((double)k <= mean)
        return 1;
    for (uint32_t i = 1; i <= k; i++)
        logarithm += real_log(mean / i);
    for (uint32_t i = k + 1; term > sum * 1e-17; i++) {
        term *= mean / i;
        sum += term;
    }
    double p = real_exp(logarithm) * sum;
    return p < 1 ? p : 1;
}

/* The cells of one statement. */
static void expect(struct search *s, struct cell *own, size_t count)
{
    int64_t first = own[0].minute, last = own[count - 1].minute;
    double minutes[WEEK_HOURS], whole = 0;
    double votes = (double)people_in(own, count, first, last);

    s->out->cells += (double)between(first, last) + 1;
    split(first, last, minutes);
    for (size_t h = 0; h < WEEK_HOURS; h++)
        whole += minutes[h] * s->activity[h];
    for (size_t i = 0; i < count; i++) {
        own[i].p = 1;
        if (own[i].people < OPINION_BURST_LEAST)
            continue;
        double share = s->activity[hour_of(own[i].minute)] / whole;
        double elsewhere = share_elsewhere(s, own, count, own[i].minute);
        own[i].expected = votes * (share > elsewhere ? share : elsewhere);
        own[i].p = poisson_tail(own[i].expected, own[i].people);
    }
}

static void expect_all(struct search *s)
{
    for (size_t i = 0, end; i < s->cell_count; i = end) {
        for (end = i; end < s->cell_count && s->cells[end].statement == s->cells[i].statement;)
            end++;
        expect(s, &s->cells[i], end - i);
    }
}

/* ---- which of them ---- */

static int by_chance(const void *left, const void *right)
{
    const struct cell *a = left, *b = right;

    if (a->p != b->p)
        return a->p < b->p ? -1 : 1;
    if (a->statement != b->statement)
        return a->statement < b->statement ? -1 : 1;
    return by_minute(a, b);
}

/* Of all minutes, those in which nobody voted too, a share of false ones of at most FALSE_SHARE. */
static size_t discovered(const struct search *s)
{
    for (size_t i = s->cell_count; i > 0; i--) {
        if (s->cells[i - 1].p <= FALSE_SHARE * (double)i / s->out->cells)
            return i;
    }
    return 0;
}

/* The first minute of all times may begin before any time. */
static int64_t begin_of(const struct search *s, int64_t minute)
{
    return minute < INT64_MIN / s->unit ? INT64_MIN : minute * s->unit;
}

static enum opinion_err tell(struct search *s, size_t count)
{
    struct opinion_burst *bursts;

    TAKE(s->region, bursts, count);
    for (size_t i = 0; i < count; i++) {
        const struct cell *c = &s->cells[i];
        uint64_t *person;
        TAKE(s->region, person, c->people);
        for (size_t k = 0; k < c->people; k++)
            person[k] = s->events[c->first + k].person;
        uint64_t all = people_in(s->minutes, s->minute_count, c->minute, c->minute);
        bursts[i] = (struct opinion_burst){.statement = c->statement,
                                           .time = begin_of(s, c->minute),
                                           .people = c->people,
                                           .elsewhere = (uint32_t)(all - c->people),
                                           .expected = c->expected,
                                           .p = c->p,
                                           .person = person};
    }
    s->out->count = count;
    s->out->bursts = bursts;
    return OPINION_OK;
}

static enum opinion_err search(struct search *s, const struct opinion_row *rows, size_t count)
{
    TRY(take_events(s, rows, count));
    TRY(make_cells(s));
    TRY(make_minutes(s));
    find_activity(s);
    expect_all(s);
    if (s->cell_count > 0)
        qsort(s->cells, s->cell_count, sizeof *s->cells, by_chance);
    return tell(s, discovered(s));
}

enum opinion_err opinion_bursts_new(const struct opinion_memory *m, const struct opinion_row *rows,
                                    size_t count, int64_t minute,
                                    const struct opinion_bursts **bursts)
{
    struct search s = {.region = region_new(m), .scratch = region_new(m), .unit = minute};
    struct made *made = NULL;
    enum opinion_err e = OPINION_NO_MEMORY;

    assert(minute >= 1);
    if (s.region != NULL && s.scratch != NULL)
        made = region_take(s.region, 1, sizeof *made);
    if (made != NULL) {
        made->region = s.region;
        s.out = &made->bursts;
        e = search(&s, rows, count);
    }
    region_free(s.scratch);
    if (e != OPINION_OK) {
        region_free(s.region);
        return e;
    }
    *bursts = &made->bursts;
    return OPINION_OK;
}

void opinion_bursts_free(const struct opinion_bursts *bursts)
{
    if (bursts != NULL)
        region_free(((const struct made *)bursts)->region);
}
