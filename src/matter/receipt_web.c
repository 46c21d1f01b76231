/* Following a matter by its receipt, without an account. */
#include "matter/receipt_web.h"

#include "base/msg.h"
#include "view_receipt.h"
#include "web/pages.h"

/* The nearest time limit that is the raiser's own: one that he is reminded of. */
static void fill_due(struct ctx *c, const struct flow *w, struct receipt_page *m)
{
    uint32_t raiser = procedure_parties_that_are(w->p, PARTY_RAISER);

    for (size_t i = 0; i < w->clock_count; i++) {
        const struct clock_row *k = &w->clocks[i];
        int rule = procedure_clock(w->p, k->name);
        bool is_his = rule >= 0 && (w->p->clocks[rule].remind_to & raiser) != 0;
        if (!is_his || !str_eq(k->state, S("running")) || (m->due != 0 && k->due >= m->due))
            continue;
        m->due = k->due;
        m->due_name = label_text(c, &w->p->clocks[rule].label);
    }
}

/* When a matter lapses whose contact nobody confirms; 0: never. */
static int64_t lapses(const struct flow *w)
{
    for (size_t i = 0; i < w->clock_count; i++) {
        if (str_eq(w->clocks[i].state, S("running")))
            return w->clocks[i].due;
    }
    return 0;
}

static void fill(struct ctx *c, const struct flow *w, const struct matter_page *page,
                 struct receipt_page *m)
{
    size_t cap = 0;

    m->is_found = true;
    m->receipt = w->m.receipt;
    m->serial = matter_number(c, w->p, w->m.case_number, w->m.serial);
    m->title = w->m.title;
    m->body = flow_value(w, S("situation"));
    m->wish = flow_value(w, S("wish"));
    m->place = w->m.place;
    m->state = label_text(c, &w->p->states[w->f.state].label);
    m->is_end = w->p->states[w->f.state].is_end;
    m->is_public = w->m.is_public;
    m->is_unconfirmed = str_eq(w->m.state, S("unconfirmed"));
    m->lapses = m->is_unconfirmed ? lapses(w) : 0;
    m->url = page->url;
    m->raised = w->m.raised;
    m->clock = page->clock;
    fill_due(c, w, m);
    m->steps = page->steps;
    m->step_count = page->step_count;
    for (size_t i = 0; i < w->point_count; i++) {
        const struct point *k = &w->points[i];
        if (str_eq(k->kind, S("suggestion")))
            *PUSH(c->arena, m->points, m->point_count, cap) =
                (struct matter_point){.position = k->position, .text = k->text};
    }
    m->links = page->links;
    m->link_count = page->link_count;
}

/* Whoever holds the receipt is the raiser, and may read what he is asked. */
static enum err fill_word(struct ctx *c, const struct flow *w, struct receipt_page *m)
{
    struct entry *entries;
    size_t count;

    TRY(entry_list(c, w->m.id, true, &entries, &count));
    m->word = matter_last_word(c, w, entries, count, true);
    return OK;
}

static enum err fill_down(struct ctx *c, int64_t matter, struct receipt_page *m)
{
    struct tombstone t;
    enum err e = flow_tombstone(c, matter, &t);

    if (e == NOT_FOUND) { /* it is up, or never was */
        c->failure = (struct failure){0};
        return OK;
    }
    m->is_down = e == OK && t.is_down;
    m->down_reason = t.reason;
    return e;
}

/* NOT_FOUND, with the sentence, for a number that nothing has, or that is no receipt of something
 * that is not public. */
static enum err find(struct ctx *c, const struct req *q, struct page *p, str number,
                     struct receipt_page *m)
{
    struct matter_page page;
    struct flow w;
    int64_t id;

    TRY(matter_by_number(c, number, &id));
    TRY(flow_load_system(c, id, &w));
    if (!str_eq(matter_receipt_form(c, str_head(str_trim(number), 60)), w.m.receipt)) {
        if (!w.m.is_public)
            return fail_on(c, NOT_FOUND, S("number"), MSG_MATTER_NO_RECEIPT);
        return page_redirect(p, "/matters/%lld", (long long)id);
    }
    TRY(fill_down(c, id, m));
    w.parties = 0; /* the holder is nobody in particular: the timeline is the public one */
    TRY(matter_page_make(c, q, &w, &page));
    fill(c, &w, &page, m);
    return fill_word(c, &w, m);
}

enum err receipt_web_show(struct ctx *c, const struct req *q, struct page *p)
{
    struct receipt_page m = {.number = str_trim(req_query(q, S("number")))};
    const struct who *reader = c->who;
    enum err e = OK;

    if (m.number.len > 0) {
        c->who = NULL;
        e = find(c, q, p, m.number, &m);
        c->who = reader;
    }
    if (e == NOT_FOUND) {
        m.error = failure_text(c);
        c->failure = (struct failure){0};
        p->res->status = 404;
    } else if (e != OK || p->is_bare) {
        return e;
    }
    p->title = msg_text(c->lang, MSG_LAYOUT_RECEIPT);
    p->layout_class = m.is_found ? S("") : S("narrow");
    res_header(p->res, S("Cache-Control"), S("no-store"));
    view_receipt(&p->out, &m);
    return OK;
}
