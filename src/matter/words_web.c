/* Time limits and matters in words, as lists and pages show them. */
#include "base/calendar.h"
#include "base/msg.h"
#include "matter/matter_web.h"
#include "procedure/number.h"
#include "search/token.h"

enum { SOON_WORKDAYS = 3 };

struct clock_words clock_words(struct ctx *c, int64_t due, bool is_paused)
{
    struct clock_words w = {.due = due, .is_any = due != 0 || is_paused};
    int64_t today = calendar_day(c->now), day = calendar_day(due);

    if (is_paused) {
        w.is_held = true;
        w.text = msg_text(c->lang, MSG_CLOCK_PAUSED);
        return w;
    }
    if (due == 0)
        return w;
    if (due <= c->now) {
        int64_t late = calendar_workdays_between(c->calendar, day, today);
        w.is_late = true;
        w.text = late > 0 ? msg_fmt(c->arena, c->lang, MSG_CLOCK_LATE, I(late))
                          : msg_text(c->lang, MSG_CLOCK_LATE_TODAY);
        return w;
    }
    int64_t left = calendar_workdays_between(c->calendar, today, day);
    w.is_soon = left <= SOON_WORKDAYS;
    w.text = day == today ? msg_text(c->lang, MSG_CLOCK_TODAY)
                          : msg_fmt(c->arena, c->lang, MSG_CLOCK_LEFT, I(left));
    return w;
}

str date_of_text(struct ctx *c, str text)
{
    struct buf b = {.arena = c->arena};
    int64_t day;

    if (!calendar_read_date(text, &day))
        return text;
    msg_put_date(&b, c->lang, calendar_start_ms(day));
    return buf_str(&b);
}

static bool is_good_end(str state)
{
    return str_eq(state, S("closed"));
}

str matter_number(struct ctx *c, const struct procedure *p, str case_number, str serial)
{
    return case_number.len > 0 ? number_in(c->arena, p, case_number, c->lang) : serial;
}

struct matter_card matter_card_of(struct ctx *c, const struct matter *m)
{
    const struct procedure *p = procedures_find(c->procedures, m->procedure, (int)m->version);
    int state = p == NULL ? -1 : procedure_state(p, m->state);

    return (struct matter_card){
        .id = m->id,
        .title = m->title,
        .lang = token_lang(m->title),
        .url = str_fmt(c->arena, "/matters/%lld", (long long)m->id),
        .state = flow_state_label(c, m->procedure, m->version, m->state, true),
        .procedure = p == NULL ? m->procedure : label_text(c, &p->label),
        .serial = matter_number(c, p, m->case_number, m->serial),
        .room = m->room_name,
        .raiser = m->raiser_shown,
        .category = p == NULL ? m->category : flow_category_label(c, p, m->category),
        .source_line = m->source_line,
        .raised = m->raised,
        .changed = m->changed,
        .supports = m->supports,
        .clock = clock_words(c, m->due, false),
        .is_demo = m->is_demo,
        .is_end = state >= 0 && p->states[state].is_end,
        .is_good = is_good_end(m->state),
    };
}

struct matter_card *matter_cards_of(struct ctx *c, const struct matter *rows, size_t count)
{
    struct matter_card *cards = NEW_ARRAY(c->arena, count + 1, struct matter_card);

    for (size_t i = 0; i < count; i++)
        cards[i] = matter_card_of(c, &rows[i]);
    return cards;
}
