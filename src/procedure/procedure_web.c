/* The help pages of the procedures, and the picture of each. */
#include "procedure/procedure_web.h"

#include "base/msg.h"
#include "web/pages.h"

#include "view_procedure_list.h"
#include "view_procedure_show.h"

/* One page in the making. */
struct build {
    struct ctx *c;
    const struct procedure *p;
    struct arena *a;
    enum lang lang;
};

static str text(const struct build *k, const struct label *l)
{
    return l->text[k->lang];
}

/* ---- words put together ---- */

static void put_with(const struct build *k, struct buf *b, str word)
{
    if (b->len > 0)
        buf_put(b, msg_text(k->lang, MSG_PROCEDURE_PAGE_AND));
    buf_put(b, word);
}

static str state_words(const struct build *k, const struct state *states, size_t count,
                       uint64_t mask)
{
    struct buf b = {.arena = k->a};

    for (size_t i = 0; i < count; i++) {
        if (mask >> i & 1)
            put_with(k, &b, text(k, &states[i].label));
    }
    return buf_str(&b);
}

static str party_words(const struct build *k, uint32_t mask)
{
    struct buf b = {.arena = k->a};

    for (size_t i = 0; i < k->p->party_count; i++) {
        if (mask >> i & 1)
            put_with(k, &b, text(k, &k->p->parties[i].label));
    }
    return buf_str(&b);
}

static str act_words(const struct build *k, uint64_t mask)
{
    struct buf b = {.arena = k->a};

    for (size_t i = 0; i < k->p->act_count; i++) {
        if (mask >> i & 1)
            put_with(k, &b, text(k, &k->p->acts[i].label));
    }
    return buf_str(&b);
}

static str span_words(const struct build *k, const struct span *s)
{
    static const int msgs[] = {[CALENDAR_HOURS] = MSG_PROCEDURE_SPAN_HOURS,
                               [CALENDAR_DAYS] = MSG_PROCEDURE_SPAN_DAYS,
                               [CALENDAR_WORKDAYS] = MSG_PROCEDURE_SPAN_WORKDAYS,
                               [CALENDAR_MONTHS] = MSG_PROCEDURE_SPAN_MONTHS};

    return msg_fmt(k->a, k->lang, msgs[s->unit], I(s->n < 0 ? -s->n : s->n));
}

/* ---- what a procedure is ---- */

static struct procedure_web_item item_of(const struct build *k)
{
    static const int functions[] = {[FUNCTION_PARTICIPATE] = MSG_PROCEDURE_FUNCTION_PARTICIPATE,
                                    [FUNCTION_CONSULT] = MSG_PROCEDURE_FUNCTION_CONSULT,
                                    [FUNCTION_SUPERVISE] = MSG_PROCEDURE_FUNCTION_SUPERVISE};

    return (struct procedure_web_item){.name = k->p->name,
                                       .label = text(k, &k->p->label),
                                       .summary = text(k, &k->p->summary),
                                       .function = msg_text(k->lang, functions[k->p->function]),
                                       .version = k->p->version};
}

static void add_steps(const struct build *k, struct procedure_show_page *page)
{
    const struct procedure *p = k->p;

    page->steps = NEW_ARRAY(k->a, p->step_count, struct procedure_web_step);
    for (size_t i = 0; i < p->step_count; i++) {
        struct buf b = {.arena = k->a};
        for (size_t s = 0; s < p->state_count; s++) {
            if (p->states[s].step == (int)i && !p->states[s].is_imported)
                put_with(k, &b, text(k, &p->states[s].label));
        }
        page->steps[page->step_count++] = (struct procedure_web_step){
            .label = text(k, &p->steps[i].label), .states = buf_str(&b)};
    }
}

/* ---- acts ---- */

static void add_need(const struct build *k, struct procedure_web_act *row, size_t *cap, str need)
{
    if (need.len > 0)
        PUSH(k->a, row->needs, row->need_count, *cap)->text = need;
}

/* What it asks for, who must agree, and the sentences of its conditions. */
static void add_needs(const struct build *k, const struct act *act, struct procedure_web_act *row)
{
    struct buf inputs = {.arena = k->a};
    size_t cap = 0;

    for (size_t i = 0; i < act->input_count; i++) {
        if (act->inputs[i].is_required)
            put_with(k, &inputs, text(k, &act->inputs[i].label));
    }
    if (inputs.len > 0)
        add_need(k, row, &cap,
                 msg_fmt(k->a, k->lang, MSG_PROCEDURE_PAGE_GIVES, T(buf_str(&inputs))));
    if (act->confirmed_by != 0)
        add_need(k, row, &cap,
                 msg_fmt(k->a, k->lang, MSG_PROCEDURE_PAGE_CONFIRMED,
                         T(party_words(k, act->confirmed_by))));
    if (act->limit > 0)
        add_need(k, row, &cap, msg_fmt(k->a, k->lang, MSG_PROCEDURE_PAGE_LIMIT, I(act->limit)));
    if (act->before_clock >= 0)
        add_need(k, row, &cap,
                 msg_fmt(k->a, k->lang, MSG_PROCEDURE_PAGE_IN_TIME,
                         T(text(k, &k->p->clocks[act->before_clock].label))));
    for (size_t i = 0; i < act->need_count; i++)
        add_need(k, row, &cap, text(k, &act->needs[i].label));
}

static struct procedure_web_act act_of(const struct build *k, const struct act *act)
{
    const struct child *child = act->child < 0 ? NULL : &k->p->children[act->child];
    const struct state *states = child == NULL ? k->p->states : child->states;
    size_t count = child == NULL ? k->p->state_count : child->state_count;
    struct procedure_web_act row = {.label = text(k, &act->label), .who = party_words(k, act->by)};
    struct buf then = {.arena = k->a};

    if (act->adds_row)
        row.when = state_words(k, k->p->states, k->p->state_count, act->during);
    else
        row.when = state_words(k, states, count, act->from);
    for (size_t i = 0; i < act->to_count; i++)
        put_with(k, &then, text(k, &states[act->to[i]].label));
    if (act->to_count > 0)
        row.then = buf_str(&then);
    add_needs(k, act, &row);
    return row;
}

/* The step of the earliest state from which an act of the matter leads on. */
static int step_of(const struct procedure *p, const struct act *act)
{
    int step = -1;

    for (size_t i = 0; i < p->state_count; i++) {
        int s = p->states[i].step;
        if ((act->from >> i & 1) && s >= 0 && (step < 0 || s < step))
            step = s;
    }
    return step;
}

static void add_part(const struct build *k, struct procedure_show_page *page, int step, int child)
{
    const struct procedure *p = k->p;
    struct procedure_web_part part = {0};
    size_t cap = 0;

    for (size_t i = 0; i < p->act_count; i++) {
        const struct act *act = &p->acts[i];
        if (act->child == child && (child >= 0 || step_of(p, act) == step))
            *PUSH(k->a, part.acts, part.act_count, cap) = act_of(k, act);
    }
    if (part.act_count == 0)
        return;
    if (child >= 0) {
        const struct child *row = &p->children[child];
        part.label = text(k, &row->label);
        part.states = state_words(k, row->states, row->state_count, UINT64_MAX);
    } else {
        part.label = text(k, &p->steps[step].label);
    }
    page->parts[page->part_count++] = part;
}

static void add_parts(const struct build *k, struct procedure_show_page *page)
{
    const struct procedure *p = k->p;

    page->parts = NEW_ARRAY(k->a, p->step_count + p->child_count, struct procedure_web_part);
    for (size_t i = 0; i < p->step_count; i++)
        add_part(k, page, (int)i, -1);
    for (size_t i = 0; i < p->child_count; i++)
        add_part(k, page, -1, (int)i);
}

/* ---- clocks ---- */

static str length_words(const struct build *k, const struct clock_rule *r)
{
    static const int moments[] = {[MOMENT_NONE] = MSG_NONE,
                                  [MOMENT_SESSION_END] = MSG_PROCEDURE_MOMENT_SESSION_END,
                                  [MOMENT_NEXT_YEAR_END] = MSG_PROCEDURE_MOMENT_NEXT_YEAR_END};
    str length = span_words(k, &r->length);

    if (r->at != MOMENT_NONE)
        return msg_text(k->lang, moments[r->at]);
    if (r->before_field >= 0)
        return msg_fmt(k->a, k->lang, MSG_PROCEDURE_PAGE_BEFORE, T(length),
                       T(text(k, &k->p->fields[r->before_field].label)));
    if (r->not_before != MOMENT_NONE)
        return msg_fmt(k->a, k->lang, MSG_PROCEDURE_PAGE_NOT_BEFORE, T(length),
                       T(msg_text(k->lang, moments[r->not_before])));
    if (r->until != MOMENT_NONE)
        return msg_fmt(k->a, k->lang, MSG_PROCEDURE_PAGE_UNTIL, T(length),
                       T(msg_text(k->lang, moments[r->until])));
    return length;
}

static void add_note(const struct build *k, struct procedure_web_clock *row, size_t *cap, str note)
{
    PUSH(k->a, row->notes, row->note_count, *cap)->text = note;
}

static void add_reminders(const struct build *k, const struct clock_rule *r,
                          struct procedure_web_clock *row, size_t *cap)
{
    struct buf times = {.arena = k->a};

    for (size_t i = 0; i < r->reminder_count; i++)
        put_with(k, &times,
                 r->reminders[i].n == 0 ? msg_text(k->lang, MSG_PROCEDURE_PAGE_ON_THE_DAY)
                                        : span_words(k, &r->reminders[i]));
    if (times.len > 0)
        add_note(k, row, cap,
                 msg_fmt(k->a, k->lang, MSG_PROCEDURE_PAGE_REMIND, T(buf_str(&times))));
    for (size_t i = 0; i < r->nudge_count; i++)
        add_note(k, row, cap,
                 msg_fmt(k->a, k->lang, MSG_PROCEDURE_PAGE_NUDGE,
                         T(span_words(k, &r->nudges[i].every)),
                         T(party_words(k, r->nudges[i].to))));
    for (size_t i = 0; i < r->escalation_count; i++)
        add_note(k, row, cap,
                 msg_fmt(k->a, k->lang, MSG_PROCEDURE_PAGE_ESCALATE,
                         T(span_words(k, &r->escalations[i].after)),
                         T(party_words(k, r->escalations[i].to))));
}

static void add_notes(const struct build *k, const struct clock_rule *r,
                      struct procedure_web_clock *row)
{
    size_t cap = 0;

    if (r->pause != 0)
        add_note(k, row, &cap,
                 msg_fmt(k->a, k->lang, MSG_PROCEDURE_PAGE_PAUSE, T(act_words(k, r->pause))));
    if (r->extend != 0 && r->extend_limit > 0)
        add_note(k, row, &cap,
                 msg_fmt(k->a, k->lang, MSG_PROCEDURE_PAGE_EXTEND, I(r->extend_limit)));
    if (r->cap.n != 0)
        add_note(k, row, &cap,
                 msg_fmt(k->a, k->lang, MSG_PROCEDURE_PAGE_CAP, T(span_words(k, &r->cap))));
    add_reminders(k, r, row, &cap);
    if (r->out >= 0)
        add_note(
            k, row, &cap,
            msg_fmt(k->a, k->lang, MSG_PROCEDURE_PAGE_OUT, T(text(k, &k->p->acts[r->out].label))));
}

static void add_clocks(const struct build *k, struct procedure_show_page *page)
{
    const struct procedure *p = k->p;

    page->clocks = NEW_ARRAY(k->a, p->clock_count, struct procedure_web_clock);
    for (size_t i = 0; i < p->clock_count; i++) {
        const struct clock_rule *r = &p->clocks[i];
        struct procedure_web_clock *row = &page->clocks[page->clock_count++];
        struct buf starts = {.arena = k->a};
        if (r->starts_when_made)
            put_with(k, &starts,
                     msg_text(k->lang,
                              r->child < 0 ? MSG_PROCEDURE_PAGE_RAISED : MSG_PROCEDURE_PAGE_MADE));
        if (r->start != 0)
            put_with(k, &starts, act_words(k, r->start));
        *row = (struct procedure_web_clock){.label = text(k, &r->label),
                                            .length = length_words(k, r),
                                            .starts = buf_str(&starts),
                                            .stops = act_words(k, r->stop)};
        if (r->child >= 0)
            row->about = text(k, &p->children[r->child].label);
        add_notes(k, r, row);
    }
}

/* ---- what everybody may see, and the lists of codes ---- */

static void add_seen(const struct build *k, struct procedure_show_page *page)
{
    const struct procedure *p = k->p;

    page->seen = NEW_ARRAY(k->a, p->state_count, struct procedure_web_seen);
    for (size_t i = 0; i < p->state_count; i++) {
        const struct state *s = &p->states[i];
        struct buf b = {.arena = k->a};
        for (size_t f = 0; f < p->field_count; f++)
            if (s->public_fields >> f & 1)
                put_with(k, &b, text(k, &p->fields[f].label));
        for (size_t n = 0; n < p->number_count; n++)
            if (s->public_numbers >> n & 1)
                put_with(k, &b, text(k, &p->numbers[n].label));
        for (size_t n = 0; n < p->child_count; n++)
            if (s->public_children >> n & 1)
                put_with(k, &b, text(k, &p->children[n].label));
        if (s->is_by_openness)
            put_with(k, &b, msg_text(k->lang, MSG_PROCEDURE_PAGE_BY_OPENNESS));
        page->seen[page->seen_count++] =
            (struct procedure_web_seen){.state = text(k, &s->label), .fields = buf_str(&b)};
    }
}

static void add_lists(const struct build *k, struct procedure_show_page *page)
{
    const struct procedure *p = k->p;

    page->lists = NEW_ARRAY(k->a, p->list_count, struct procedure_web_list);
    for (size_t i = 0; i < p->list_count; i++) {
        const struct code_list *l = &p->lists[i];
        struct procedure_web_list *row = &page->lists[page->list_count++];
        row->label = text(k, &l->label);
        row->codes = NEW_ARRAY(k->a, l->code_count, struct procedure_web_code);
        for (size_t n = 0; n < l->code_count; n++) {
            if (!l->codes[n].is_retired)
                row->codes[row->code_count++].label = text(k, &l->codes[n].label);
        }
    }
}

/* ---- the pages ---- */

/* The version asked for (?version=), or the latest. */
static enum err find(struct ctx *c, const struct req *q, const struct procedure **p)
{
    str name = req_param(q, S("name"));
    int64_t version;

    *p = str_to_i64(req_query(q, S("version")), &version) && version > 0 && version <= INT32_MAX
             ? procedures_find(c->procedures, name, (int)version)
             : procedures_latest(c->procedures, name);
    return *p == NULL ? fail(c, NOT_FOUND, MSG_ERROR_NO_SUCH_PAGE) : OK;
}

enum err procedure_web_list(struct ctx *c, const struct req *q, struct page *p)
{
    struct procedure_list_page page = {0};
    size_t cap = 0;

    (void)q;
    for (size_t i = 0; i < c->procedures->count; i++) {
        struct build k = {c, c->procedures->at[i], c->arena, c->lang};
        if (procedures_latest(c->procedures, k.p->name) == k.p)
            *PUSH(c->arena, page.procedures, page.procedure_count, cap) = item_of(&k);
    }
    p->title = msg_text(c->lang, MSG_PROCEDURE_PAGE_TITLE);
    view_procedure_list(&p->out, &page);
    return OK;
}

enum err procedure_web_show(struct ctx *c, const struct req *q, struct page *p)
{
    struct build k = {.c = c, .a = c->arena, .lang = c->lang};

    TRY(find(c, q, &k.p));
    struct procedure_show_page page = {.procedure = item_of(&k),
                                       .lang = c->lang == LANG_ZH ? S("zh") : S("en")};
    add_steps(&k, &page);
    add_parts(&k, &page);
    add_clocks(&k, &page);
    add_seen(&k, &page);
    add_lists(&k, &page);
    p->title = page.procedure.label;
    view_procedure_show(&p->out, &page);
    return OK;
}

enum err procedure_web_graph(struct ctx *c, const struct req *q, struct page *p)
{
    const struct procedure *procedure;

    TRY(find(c, q, &procedure));
    page_type(p, S("image/svg+xml"), S(""));
    procedure_graph_svg(procedure, c->lang, p->out.buf);
    return OK;
}
