/* Clocks: started and stopped as the procedure says, and what they want when their time comes. */
#include "base/clock.h"
#include "base/msg.h"
#include "body/body.h"
#include "flow/flow_local.h"

#include <assert.h>

static const struct clock_rule *rule_of(const struct flow *w, const struct clock_row *k)
{
    int clock = procedure_clock(w->p, k->name);

    return clock < 0 ? NULL : &w->p->clocks[clock];
}

static bool is_current(const struct clock_row *k)
{
    return str_eq(k->state, S("running")) || str_eq(k->state, S("paused"));
}

/* A time relative to the due time. Outside the range of the calendar: the due time itself. */
static int64_t relative(const struct ctx *c, int64_t due, struct span s)
{
    int64_t at = due;

    if (s.n == 0)
        return due;
    if (calendar_due(c->calendar, due, s.n, s.unit, &at, NULL) != OK)
        return due;
    /* A reminder is for the morning of its day, not for its last minute. */
    if (s.unit != CALENDAR_HOURS)
        at = calendar_start_ms(calendar_day(at)) + 8 * (int64_t)CLOCK_HOUR;
    return at < due || s.n > 0 ? at : due;
}

/* Those who are overdue are told on the first morning, and again each time `every` has passed: how
 * many of these moments lie behind, and when the next one is. */
static int64_t nudges_due(const struct ctx *c, int64_t due, struct span every, int64_t *next)
{
    int64_t at = relative(c, due, (struct span){1, CALENDAR_DAYS}), n = 0;

    while (at <= c->now && n < CALENDAR_COUNT_MAX) {
        int64_t later = relative(c, at, every);
        n++;
        if (later <= at)
            break;
        at = later;
    }
    *next = at;
    return n;
}

/* When the clock wants attention next: the next reminder, its end, the next step of the ladder, the
 * next nudge. */
static int64_t next_time(const struct ctx *c, const struct clock_rule *r, const struct clock_row *k)
{
    if (!str_eq(k->state, S("running")))
        return 0;
    if (k->reminded < (int64_t)r->reminder_count)
        return relative(c, k->due, r->reminders[k->reminded]);
    if (k->due > c->now)
        return k->due;
    int64_t next = 0;
    if (k->escalated < (int64_t)r->escalation_count)
        next = relative(c, k->due, r->escalations[k->escalated].after);
    for (size_t i = 0; i < r->nudge_count; i++) {
        int64_t at;
        (void)nudges_due(c, k->due, r->nudges[i].every, &at);
        if (next == 0 || at < next)
            next = at;
    }
    return next;
}

/* The moment a clock counts from, or is due at, where that hangs on the committee's session or the
 * year. */
static int64_t moment_ms(struct ctx *c, enum moment moment)
{
    struct session s;
    int64_t day;

    switch (moment) {
    case MOMENT_SESSION_END:
        if (body_session(c, &s) == OK && calendar_read_date(s.closed, &day))
            return calendar_end_ms(day);
        return 0;
    case MOMENT_NEXT_YEAR_END:
        return calendar_end_ms(calendar_day_of(calendar_year(calendar_day(c->now)) + 1, 12, 31));
    case MOMENT_NONE:
        break;
    }
    return 0;
}

static enum err due_of(struct ctx *c, const struct flow *w, const struct clock_rule *r,
                       int64_t *due, bool *past_table)
{
    int64_t start = c->now, day;
    struct span length = r->length;

    *past_table = false;
    if (r->at != MOMENT_NONE) {
        *due = moment_ms(c, r->at);
        if (*due != 0)
            return OK;
    }
    if (r->until != MOMENT_NONE && moment_ms(c, r->until) > c->now) {
        *due = moment_ms(c, r->until);
        return OK;
    }
    if (r->not_before != MOMENT_NONE && moment_ms(c, r->not_before) > start)
        start = moment_ms(c, r->not_before);
    if (r->before_field >= 0) {
        if (!calendar_read_date(w->f.values[r->before_field], &day)) {
            *due = 0; /* no date yet: nothing to count back from */
            return OK;
        }
        start = calendar_start_ms(day);
        length.n = -length.n;
    }
    if (calendar_due(c->calendar, start, length.n, length.unit, due, past_table) != OK)
        return fail(c, FAULT, MSG_ERROR_FAULT);
    return OK;
}

static enum err start(struct ctx *c, struct flow *w, int clock, int row)
{
    const struct clock_rule *r = &w->p->clocks[clock];
    struct clock_row k = {.matter = w->m.id,
                          .name = r->name,
                          .child = row < 0 ? 0 : w->rows[row].id,
                          .round = w->m.round,
                          .started = c->now,
                          .state = S("running")};

    TRY(due_of(c, w, r, &k.due, &k.past_table));
    if (k.due == 0)
        return OK;
    /* Reminders that would lie before the start are not for this clock. */
    while (k.reminded < (int64_t)r->reminder_count &&
           relative(c, k.due, r->reminders[k.reminded]) <= c->now && k.due > c->now)
        k.reminded++;
    k.next = next_time(c, r, &k);
    int64_t reminded = k.reminded;
    TRY(clock_add(c, &k));
    if (reminded == 0)
        return OK;
    k.reminded = reminded;
    return clock_set(c, &k);
}

static enum err stop(struct ctx *c, struct clock_row *k)
{
    k->state = S("stopped");
    k->stopped = c->now;
    k->paused = 0;
    k->next = 0;
    return clock_set(c, k);
}

static enum err pause(struct ctx *c, struct clock_row *k)
{
    k->state = S("paused");
    k->paused = c->now;
    k->next = 0;
    return clock_set(c, k);
}

/* The time it stood still is added, in working days where it counts in working days. */
static enum err resume(struct ctx *c, const struct clock_rule *r, struct clock_row *k)
{
    bool past = false;

    assert(k->paused != 0);
    if (k->due <= k->paused) {
        past = false; /* it was out before it stood still, and stays so */
    } else if (r->length.unit == CALENDAR_WORKDAYS) {
        int64_t left =
            calendar_workdays_between(c->calendar, calendar_day(k->paused), calendar_day(k->due));
        if (calendar_due(c->calendar, c->now, left < 0 ? 0 : left, CALENDAR_WORKDAYS, &k->due,
                         &past) != OK)
            return fail(c, FAULT, MSG_ERROR_FAULT);
    } else {
        k->due += c->now - k->paused;
    }
    k->past_table = k->past_table || past;
    k->state = S("running");
    k->paused = 0;
    k->next = next_time(c, r, k);
    return clock_set(c, k);
}

/* When the clock would end, extended to the date given. */
static enum err extended_due(struct ctx *c, const struct clock_rule *r, const struct clock_row *k,
                             str new_due, int64_t *due, bool *past)
{
    int64_t cap, day;

    *past = false;
    if (r->extend_limit > 0 && k->extended >= r->extend_limit)
        return fail(c, CONFLICT, MSG_CLOCK_EXTENDED_ENOUGH);
    if (r->extend_by.n > 0) {
        if (calendar_due(c->calendar, k->due, r->extend_by.n, r->extend_by.unit, due, past) != OK)
            return fail(c, FAULT, MSG_ERROR_FAULT);
    } else {
        if (!calendar_read_date(new_due, &day))
            return fail_on(c, INVALID, S("new_due"), MSG_CLOCK_NEW_DUE);
        *due = calendar_end_ms(day);
    }
    if (*due <= k->due)
        return fail_on(c, INVALID, S("new_due"), MSG_CLOCK_NEW_DUE_EARLIER);
    if (r->cap.n > 0 &&
        calendar_due(c->calendar, k->started, r->cap.n, r->cap.unit, &cap, NULL) == OK &&
        *due > cap)
        return fail_on(c, INVALID, S("new_due"), MSG_CLOCK_PAST_CAP, I(cap));
    return OK;
}

/* Said to whoever asks, rather than to whoever would grant it. */
enum err flow_check_extension(struct doing *d)
{
    for (size_t i = 0; i < d->w->clock_count; i++) {
        const struct clock_row *k = &d->w->clocks[i];
        const struct clock_rule *r = rule_of(d->w, k);
        int64_t due;
        bool past;
        if (r != NULL && k->child == 0 && is_current(k) && (r->extend >> d->act_index & 1) != 0)
            TRY(extended_due(d->c, r, k, doing_input(d, S("new_due")), &due, &past));
    }
    return OK;
}

static enum err extend(struct ctx *c, const struct flow *w, const struct clock_rule *r,
                       struct clock_row *k)
{
    int64_t due = k->due;
    bool past = false;

    TRY(extended_due(c, r, k, flow_value(w, S("new_due")), &due, &past));
    k->due = due;
    k->extended++;
    k->reminded = 0;
    k->escalated = 0;
    k->past_table = k->past_table || past;
    while (k->reminded < (int64_t)r->reminder_count &&
           relative(c, k->due, r->reminders[k->reminded]) <= c->now)
        k->reminded++;
    k->next = next_time(c, r, k);
    return clock_set(c, k);
}

static enum err change(struct ctx *c, struct flow *w, const struct clock_change *ch)
{
    const struct clock_rule *r = &w->p->clocks[ch->clock];
    int64_t child = ch->row < 0 ? 0 : w->rows[ch->row].id;

    if (ch->verb == CLOCK_START) {
        struct clock_change ended = {.clock = ch->clock, .row = ch->row, .verb = CLOCK_STOP};
        TRY(change(c, w, &ended)); /* started anew: the one that runs is over */
        return start(c, w, ch->clock, ch->row);
    }
    for (size_t i = 0; i < w->clock_count; i++) {
        struct clock_row *k = &w->clocks[i];
        if (!str_eq(k->name, r->name) || k->child != child || !is_current(k))
            continue; /* what has run out stays on the record as it ended */
        switch (ch->verb) {
        case CLOCK_STOP:
            TRY(stop(c, k));
            break;
        case CLOCK_PAUSE:
            if (str_eq(k->state, S("running")))
                TRY(pause(c, k));
            break;
        case CLOCK_RESUME:
            if (str_eq(k->state, S("paused")))
                TRY(resume(c, r, k));
            break;
        case CLOCK_EXTEND:
            TRY(extend(c, w, r, k));
            break;
        case CLOCK_START:
            break;
        }
    }
    return OK;
}

enum err flow_clocks(struct ctx *c, struct flow *w, int act, int row)
{
    struct clock_changes changes = procedure_clocks_after(c->arena, w->p, &w->f, act, row);

    for (size_t i = 0; i < changes.count; i++)
        TRY(change(c, w, &changes.at[i]));
    return OK;
}

void flow_nearest_due(const struct flow *w, int64_t *due, str *name)
{
    *due = 0;
    *name = S("");
    for (size_t i = 0; i < w->clock_count; i++) {
        const struct clock_row *k = &w->clocks[i];
        const struct clock_rule *r = rule_of(w, k);
        if (r == NULL || !r->is_public || !str_eq(k->state, S("running")))
            continue;
        if (*due == 0 || k->due < *due) {
            *due = k->due;
            *name = k->name;
        }
    }
}

/* ---- a clock wants attention ---- */

static enum err write_entry(struct ctx *c, const struct flow *w, const struct clock_row *k,
                            str what, int64_t *id)
{
    const struct clock_rule *r = rule_of(w, k);
    struct entry e = {.matter = w->m.id,
                      .act = what,
                      .from_state = w->m.state,
                      .to_state = w->m.state,
                      .round = w->m.round,
                      .party = S("system"),
                      .child = k->child,
                      .note = k->name,
                      .is_public = r->is_public};

    TRY(entry_add(c, &e));
    *id = e.id;
    return OK;
}

/* A row of the timeline is all that changes. */
static enum err tell_entry(struct ctx *c, const struct flow *w, const struct clock_row *k, str what)
{
    struct flow_change change;
    int64_t entry;

    TRY(flow_change_begin(c, w->m.id, &change));
    TRY(write_entry(c, w, k, what, &entry));
    return flow_record_clock(c, &w->m, what, entry, &change.was);
}

/* The latest of the reminders that are due by now: whoever was not reminded while the program stood
 * still is not reminded three times at once. Of a limit that has passed in the meantime nothing is
 * to be done in time any more; that it has passed is said by whatever else the clock does, and here
 * where it does nothing else. */
static enum err remind(struct ctx *c, struct flow *w, const struct clock_rule *r,
                       struct clock_row *k)
{
    int64_t before = k->reminded;
    bool is_past = k->due <= c->now;
    bool says_it_itself = r->out >= 0 || r->nudge_count > 0 || r->escalation_count > 0;

    while (k->reminded < (int64_t)r->reminder_count &&
           relative(c, k->due, r->reminders[k->reminded]) <= c->now)
        k->reminded++;
    if (k->reminded == before || (is_past && says_it_itself))
        return OK;
    return flow_tell_clock(c, w, k, r, r->remind_to,
                           is_past ? MSG_MAIL_OVERDUE_SUBJECT : MSG_MAIL_REMIND_SUBJECT,
                           is_past ? MSG_MAIL_OVERDUE_BODY : MSG_MAIL_REMIND_BODY,
                           str_fmt(c->arena, "remind:%lld:%lld:%lld", (long long)k->id,
                                   (long long)k->extended, (long long)k->reminded - 1));
}

static enum err escalate(struct ctx *c, struct flow *w, const struct clock_rule *r,
                         struct clock_row *k)
{
    int64_t next;

    while (k->escalated < (int64_t)r->escalation_count &&
           relative(c, k->due, r->escalations[k->escalated].after) <= c->now) {
        TRY(tell_entry(c, w, k, S("escalated")));
        TRY(flow_tell_clock(c, w, k, r, r->escalations[k->escalated].to, MSG_MAIL_ESCALATE_SUBJECT,
                            MSG_MAIL_ESCALATE_BODY,
                            str_fmt(c->arena, "escalate:%lld:%lld:%lld", (long long)k->id,
                                    (long long)k->extended, (long long)k->escalated)));
        k->escalated++;
    }
    for (size_t i = 0; i < r->nudge_count; i++) {
        int64_t nth = nudges_due(c, k->due, r->nudges[i].every, &next);
        if (nth > 0)
            TRY(flow_tell_clock(c, w, k, r, r->nudges[i].to, MSG_MAIL_OVERDUE_SUBJECT,
                                MSG_MAIL_OVERDUE_BODY,
                                str_fmt(c->arena, "overdue:%lld:%lld:%zu:%lld", (long long)k->id,
                                        (long long)k->extended, i, (long long)nth)));
    }
    return OK;
}

static enum err run_out(struct ctx *c, struct flow *w, const struct clock_rule *r,
                        struct clock_row *k)
{
    struct flow_change change;
    struct open_act open;
    int64_t entry;

    TRY(flow_change_begin(c, w->m.id, &change));
    k->state = S("out");
    k->stopped = c->now;
    k->next = 0;
    TRY(clock_set(c, k));
    TRY(write_entry(c, w, k, S("time_out"), &entry));
    TRY(flow_load_system(c, w->m.id, w));
    if (procedure_out_act(w->p, &w->f, (int)(r - w->p->clocks), flow_row(w, k->child), &open)) {
        TRY(flow_record_clock(c, &w->m, S("time_out"), entry, &change.was));
        return flow_do_system(c, w, &open, &change.was);
    }
    flow_nearest_due(w, &w->m.due, &w->m.due_name);
    TRY(matter_move(c, &w->m, w->m.edition));
    return flow_record_clock(c, &w->m, S("time_out"), entry, &change.was);
}

/* What the clock was for is not there any more. */
static enum err give_up(struct ctx *c, struct clock_row *k)
{
    struct flow_change change;

    TRY(flow_change_begin(c, k->matter, &change));
    TRY(stop(c, k));
    return flow_change_end(c, &change, S("clock_stopped"));
}

enum err flow_tick(struct ctx *c, int64_t id)
{
    struct clock_row k;
    struct flow w;

    TRY(clock_load(c, id, &k));
    if (!str_eq(k.state, S("running")) || k.next == 0 || k.next > c->now)
        return OK;
    TRY(flow_load_system(c, k.matter, &w));
    const struct clock_rule *r = rule_of(&w, &k);
    if (r == NULL || (k.child != 0 && flow_row(&w, k.child) < 0))
        return give_up(c, &k);
    TRY(remind(c, &w, r, &k));
    if (k.due <= c->now && r->out >= 0)
        return run_out(c, &w, r, &k);
    if (k.due <= c->now && k.next <= k.due) /* the first look after its end, however late */
        TRY(tell_entry(c, &w, &k, S("overdue")));
    if (k.due <= c->now)
        TRY(escalate(c, &w, r, &k));
    k.next = next_time(c, r, &k);
    if (k.next != 0 && k.next <= c->now)
        k.next = c->now + CLOCK_HOUR;
    return clock_set(c, &k);
}
