/* The page of a matter: what it says, where it stands, what was answered, and what the reader may
 * do. */
#include "matter/matter_web.h"
#include "search/token.h"

#include "base/msg.h"
#include "person/who.h"
#include "view_matter_show.h"
#include "view_tombstone.h"
#include "web/pages.h"
#include "web/store.h"

/* ---- the spine ---- */

static str act_label(struct ctx *c, const struct flow *w, str name)
{
    str rest = name, act = str_cut(&rest, '.');

    if (str_eq(name, S("raised")))
        return msg_text(c->lang, MSG_ENTRY_RAISED);
    if (str_eq(name, S("recorded")))
        return msg_text(c->lang, MSG_ENTRY_RECORDED);
    if (str_eq(name, S("renewed")))
        return msg_text(c->lang, MSG_ENTRY_RENEWED);
    if (str_eq(name, S("overdue")))
        return msg_text(c->lang, MSG_ENTRY_OVERDUE);
    if (str_eq(name, S("escalated")))
        return msg_text(c->lang, MSG_ENTRY_ESCALATED);
    if (str_eq(name, S("time_out")))
        return msg_text(c->lang, MSG_ENTRY_TIME_OUT);
    for (size_t i = 0; i < w->p->act_count; i++) {
        const struct act *known = &w->p->acts[i];
        bool is_of_child = known->child >= 0;
        str kind = is_of_child ? child_type_name(w->p->children[known->child].type) : S("");
        if (is_of_child ? !(str_eq(kind, act) && str_eq(known->name, rest))
                        : !str_eq(known->name, act))
            continue;
        str label = label_text(c, &known->label);
        if (str_eq(rest, S("asked")))
            return msg_fmt(c->arena, c->lang, MSG_ENTRY_ASKED, T(label));
        if (str_eq(rest, S("refused")))
            return msg_fmt(c->arena, c->lang, MSG_ENTRY_REFUSED, T(label));
        if (str_eq(rest, S("dropped")))
            return msg_fmt(c->arena, c->lang, MSG_ENTRY_DROPPED, T(label));
        return label;
    }
    return name;
}

static bool is_clock_entry(const struct entry *e)
{
    return str_eq(e->act, S("overdue")) || str_eq(e->act, S("escalated")) ||
           str_eq(e->act, S("time_out"));
}

/* What everybody will read once it is released is until then for those who work on it: whoever
 * raised the matter gets the answer, not its drafts. */
static str note_of(const struct entry *e, bool is_office)
{
    return e->is_public || is_office ? e->note : S("");
}

static struct matter_entry entry_of(struct ctx *c, const struct flow *w, const struct entry *e,
                                    const struct matter_page *page)
{
    struct matter_entry m = {.what = act_label(c, w, e->act),
                             .at = e->at,
                             .note = note_of(e, page->is_office),
                             .is_internal = !e->is_public};
    int party = procedure_party(w->p, e->party);

    m.who = e->body_name.len > 0 ? e->body_name
            : party >= 0         ? label_text(c, &w->p->parties[party].label)
                                 : S("");
    if (is_clock_entry(e)) {
        int clock = procedure_clock(w->p, e->note);
        m.note = clock >= 0 ? label_text(c, &w->p->clocks[clock].label) : e->note;
        m.who = S("");
    }
    if (page->is_party) {
        m.remark = e->remark;
        if (e->person_name.len > 0)
            m.who = str_fmt(c->arena, "%.*s %.*s", STR_ARG(m.who), STR_ARG(e->person_name));
        if (e->behalf_by != 0)
            m.behalf = e->behalf_name;
    }
    return m;
}

/* The step an entry belongs to: that of the state it led to. To end a matter is not to go back:
 * what is merged or withdrawn ends in the step where it stood. */
static int step_of(const struct flow *w, const struct entry *e)
{
    int from = procedure_state(w->p, e->from_state), to = procedure_state(w->p, e->to_state);
    int step = to < 0 ? 0 : w->p->states[to].step;

    if (to >= 0 && w->p->states[to].is_end && from >= 0 && w->p->states[from].step > step)
        step = w->p->states[from].step;
    return step < 0 ? 0 : step;
}

/* Where the matter stands: the step of what led to its state, and was not done within it. */
static int step_now(const struct flow *w, const struct entry *entries, size_t count)
{
    for (size_t i = count; i-- > 0;) {
        if (str_eq(entries[i].to_state, w->m.state) &&
            !str_eq(entries[i].from_state, entries[i].to_state))
            return step_of(w, &entries[i]);
    }
    return w->p->states[w->f.state].step;
}

/* 1 if the entry is the act with which a new round begins: it was written in the old one. */
static int64_t round_begun_by(const struct flow *w, const struct entry *e)
{
    int act = procedure_act(w->p, e->act);

    return act >= 0 ? w->p->acts[act].round_step : 0;
}

/* Is the act of an entry one the raiser gets a message about? */
static bool tells_raiser(const struct flow *w, str name)
{
    int act = procedure_act(w->p, name);

    return act >= 0 && (w->p->acts[act].effects & 1u << EFFECT_NOTIFY_RAISER) != 0;
}

struct matter_word matter_last_word(struct ctx *c, const struct flow *w,
                                    const struct entry *entries, size_t count, bool for_raiser)
{
    for (size_t i = count; i-- > 0;) {
        const struct entry *e = &entries[i];
        if (!str_eq(e->to_state, w->m.state) || str_eq(e->from_state, e->to_state))
            continue;
        if (for_raiser && !tells_raiser(w, e->act))
            break;
        return (struct matter_word){
            .what = act_label(c, w, e->act),
            .text = e->remark.len == 0 ? e->note
                    : e->note.len == 0
                        ? e->remark
                        : str_fmt(c->arena, "%.*s\n%.*s", STR_ARG(e->note), STR_ARG(e->remark)),
            .at = e->at};
    }
    return (struct matter_word){.at = 0};
}

static enum err make_steps(struct ctx *c, const struct flow *w, struct matter_page *m)
{
    enum step_place *places = NEW_ARRAY(c->arena, w->p->step_count + 1, enum step_place);
    size_t *caps = NEW_ARRAY(c->arena, w->p->step_count + 1, size_t);
    int64_t *rounds = NEW_ARRAY(c->arena, w->p->step_count + 1, int64_t);
    struct entry *entries;
    size_t count;

    TRY(entry_list(c, w->m.id, m->is_party, &entries, &count));
    procedure_steps(w->p, w->f.state, step_now(w, entries, count), places);
    m->steps = NEW_ARRAY(c->arena, w->p->step_count + 1, struct matter_step);
    m->step_count = w->p->step_count;
    for (size_t i = 0; i < w->p->step_count; i++) {
        m->steps[i].name = label_text(c, &w->p->steps[i].label);
        m->steps[i].is_done = places[i] == STEP_DONE;
        m->steps[i].is_now = places[i] == STEP_NOW;
        m->steps[i].is_ahead = places[i] == STEP_AHEAD;
        m->steps[i].is_never = places[i] == STEP_NEVER;
    }
    for (size_t i = 0; i < count; i++) {
        int step = step_of(w, &entries[i]);
        struct matter_step *s = &m->steps[step];
        struct matter_entry entry = entry_of(c, w, &entries[i], m);
        if (s->entry_count == 0)
            s->since = entries[i].at;
        int64_t round = entries[i].round + round_begun_by(w, &entries[i]);
        if (round > rounds[step])
            entry.round = (rounds[step] = round) + 1;
        *PUSH(c->arena, s->entries, s->entry_count, caps[step]) = entry;
    }
    if (m->is_party)
        m->word = matter_last_word(c, w, entries, count, false);
    return OK;
}

/* ---- points, answers, replies ---- */

static struct matter_answer answer_of(struct ctx *c, const struct flow *w, const struct answer *a)
{
    struct matter_answer r = {.outcome = a->outcome,
                              .reason = a->reason,
                              .owner = a->owner,
                              .due = date_of_text(c, a->due),
                              .unit = a->unit_name,
                              .again = a->round};

    r.outcome_label = flow_code_label(c, w->p, S("answer_outcomes"), a->outcome);
    r.is_adopted = str_eq(a->outcome, S("adopted"));
    r.is_partly = str_eq(a->outcome, S("partly"));
    r.is_deferred = str_eq(a->outcome, S("deferred"));
    r.is_declined = str_eq(a->outcome, S("declined"));
    r.is_none = a->outcome.len == 0;
    return r;
}

/* The answers of a round are seen once its reply was released; by the office and the units at once.
 */
static bool is_released(const struct flow *w, int64_t round)
{
    int child = procedure_child(w->p, CHILD_ANSWER);

    return w->m.round > round ||
           (child >= 0 && procedure_child_visible(w->p, w->f.state, child, 0, w->m.openness));
}

static struct matter_point point_of(struct ctx *c, const struct flow *w, const struct point *p,
                                    bool is_office)
{
    struct matter_point r = {.position = p->position,
                             .text = p->text,
                             .unit = p->unit_name,
                             .due = date_of_text(c, p->due),
                             .source_line = p->source_line};
    size_t cap = 0;

    for (size_t i = 0; i < w->answer_count; i++) {
        const struct answer *a = &w->answers[i];
        if (a->point == p->id && (is_office || is_released(w, a->round)))
            *PUSH(c->arena, r.answers, r.answer_count, cap) = answer_of(c, w, a);
    }
    return r;
}

static void make_points(struct ctx *c, const struct flow *w, struct matter_page *m)
{
    size_t cap = 0, agreed_cap = 0;
    bool sees_agreed = matter_sees(w, "points");
    /* What the raiser suggests is part of the wish, where the procedure has one beside the points.
     */
    bool sees_suggestions =
        matter_sees(w, procedure_field(w->p, S("wish")) >= 0 ? "wish" : "points");

    for (size_t i = 0; i < w->point_count; i++) {
        const struct point *p = &w->points[i];
        if (str_eq(p->kind, S("suggestion")) && sees_suggestions)
            *PUSH(c->arena, m->suggestions, m->suggestion_count, cap) =
                point_of(c, w, p, m->is_office);
        else if (str_eq(p->kind, S("agreed")) && sees_agreed)
            *PUSH(c->arena, m->agreed, m->agreed_count, agreed_cap) =
                point_of(c, w, p, m->is_office);
    }
}

static enum err make_replies(struct ctx *c, const struct flow *w, struct matter_page *m)
{
    struct reply *rows;
    size_t count, cap = 0;

    TRY(reply_list(c, w->m.id, &rows, &count));
    for (size_t i = 0; i < count; i++) {
        if (!m->is_office && (rows[i].released == 0 || !is_released(w, rows[i].round)))
            continue;
        *PUSH(c->arena, m->replies, m->reply_count, cap) = (struct matter_reply){
            .letter = rows[i].letter,
            .class_label = flow_code_label(c, w->p, S("result_classes"), rows[i].class),
            .signer = rows[i].signer,
            .contact = rows[i].contact,
            .unit = rows[i].unit_name,
            .released = rows[i].released != 0 ? rows[i].released : rows[i].at,
            .round = rows[i].round + 1,
            .is_draft = rows[i].released == 0,
        };
    }
    return OK;
}

/* ---- the whole ---- */

static str party_names(struct ctx *c, const struct flow *w)
{
    struct buf b = {.arena = c->arena};

    for (size_t i = 0; i < w->p->party_count; i++) {
        const struct party *y = &w->p->parties[i];
        if ((w->parties & 1u << i) == 0 || y->is == PARTY_ANYONE || y->is == PARTY_OWNER)
            continue;
        if (b.len > 0)
            buf_put(&b, msg_text(c->lang, MSG_LIST_COMMA));
        buf_put(&b, label_text(c, &y->label));
    }
    return buf_str(&b);
}

static bool has_paused(const struct flow *w)
{
    return w->f.clocks_paused != 0;
}

enum err matter_page_make(struct ctx *c, const struct req *q, const struct flow *w,
                          struct matter_page *m)
{
    const struct state *state = &w->p->states[w->f.state];
    str number = matter_number(c, w->p, w->m.case_number, w->m.serial);
    struct act_forms forms;

    *m = (struct matter_page){
        .id = w->m.id,
        .url = str_fmt(c->arena, "/matters/%lld", (long long)w->m.id),
        .kicker = number.len == 0 ? label_text(c, &w->p->label)
                                  : str_fmt(c->arena, "%.*s · %.*s",
                                            STR_ARG(label_text(c, &w->p->label)), STR_ARG(number)),
        .state = label_text(c, &state->seal),
        .clock = clock_words(c, w->m.due, has_paused(w)),
        .raised = w->m.raised,
        .raiser = w->m.raiser_shown,
        .is_demo = w->m.is_demo,
        .is_end = state->is_end,
        .is_recorded = state->is_imported,
        .has_source = w->m.source.len > 0,
        .source_line = w->m.source_line,
        .is_party = procedure_is_party(w->p, w->parties) || who_has(c->who, ROLE_AUDITOR),
        .is_office = procedure_is_office(w->p, w->parties) || who_has(c->who, ROLE_AUDITOR),
        .is_signed_in = c->who != NULL,
        .supports = w->m.supports,
        .receipt = c->who != NULL && c->who->id == w->m.raiser ? w->m.receipt : S(""),
    };
    m->title = matter_sees(w, "title") ? w->m.title : msg_text(c->lang, MSG_MATTER_NOT_SHOWN);
    m->body = matter_shown(w, "situation");
    m->lang = token_lang(m->body.len > 0 ? m->body : m->title);
    m->wish = matter_shown(w, "wish");
    m->place = matter_shown(w, "place");
    m->category = matter_sees(w, "category") ? flow_category_label(c, w->p, w->m.category) : S("");
    m->print_url = str_join(c->arena, m->url, S("/print"));
    m->events_url = str_join(c->arena, m->url, S("/events"));
    m->atom_url = w->m.is_public ? str_join(c->arena, m->url, S("/atom")) : S("");
    TRY(make_steps(c, w, m));
    make_points(c, w, m);
    TRY(make_replies(c, w, m));
    matter_side_minutes(c, w, m);
    matter_side_facts(c, w, m);
    TRY(matter_side_links(c, w, m));
    TRY(matter_side_files(c, w, m));
    matter_side_evaluation(c, w, m);
    matter_side_participants(c, w, m);
    matter_side_contacts(c, w, m);
    TRY(follow_has(c, w->m.id, &m->is_following));
    if (flow_may_follow_up(c, w) && !m->is_recorded)
        m->after_url = str_fmt(c->arena, "/raise?after=%lld", (long long)m->id);
    m->can_follow = !m->is_end || m->is_following;
    m->can_support = c->who != NULL && c->who->id != w->m.raiser && !m->is_end &&
                     who_has(c->who, ROLE_RESIDENT | ROLE_MEMBER);
    const struct procedure *newer = flow_newer(c, w);
    m->newer = newer == NULL ? 0 : newer->version;
    m->version = w->m.version;
    m->edition = w->m.edition;
    m->can_reach = reach_may(c, w);
    m->is_open = w->m.closed == 0 && !m->is_end;
    TRY(act_forms_make(c, q, w, &forms));
    m->forms = forms.at;
    m->form_count = forms.count;
    m->party_names = party_names(c, w);
    return OK;
}

/* Nothing published disappears without a trace: who comes by an old address is told when and why.
 */
static enum err show_tombstone(struct ctx *c, int64_t matter, struct page *p)
{
    struct tombstone_page m;
    struct tombstone t;

    TRY(flow_tombstone(c, matter, &t));
    m = (struct tombstone_page){.at = t.at, .act = t.act, .reason = t.reason, .is_end = t.is_end};
    c->failure = (struct failure){0};
    p->res->status = t.is_end ? 410 : 404;
    p->title = msg_text(c->lang, t.is_end ? MSG_MATTER_TAKEN_DOWN : MSG_MATTER_HIDDEN);
    p->nav = NAV_MATTERS;
    view_tombstone(&p->out, &m);
    return OK;
}

/* The files of a form that was refused need not be chosen again. */
static void keep_files(struct ctx *c, const struct page *p, struct act_form *form)
{
    for (size_t i = 0; i < form->input_count; i++) {
        size_t cap = 0;
        struct act_input *in = &form->inputs[i];
        for (size_t k = 0; in->is_files && k < p->made.file_count; k++)
            *PUSH(c->arena, in->kept, in->kept_count, cap) = (struct act_option){
                .value = store_kept(c, &p->made.files[k]), .label = p->made.files[k].name};
    }
}

enum err matter_web_show(struct ctx *c, const struct req *q, struct page *p)
{
    struct matter_page m;
    struct flow w;
    int64_t id;

    TRY(req_id(c, q, S("id"), &id));
    enum err e = flow_load(c, id, &w);
    if (e == NOT_FOUND && q->method == METHOD_GET)
        return show_tombstone(c, id, p);
    TRY(e);
    TRY(matter_page_make(c, q, &w, &m));
    if (q->method == METHOD_POST) {
        bool placed = false;
        for (size_t i = 0; i < m.form_count; i++) {
            placed = placed || m.forms[i].is_open;
            if (m.forms[i].is_open)
                keep_files(c, p, &m.forms[i]);
        }
        if (!placed)
            m.failure = failure_text(c);
        if (str_eq(c->failure.field, S("mail")))
            m.follow_error = m.failure;
        m.follow_mail = req_form(q, S("mail"));
        if (str_eq(c->failure.field, S("version_reason")))
            m.newer_error = m.failure;
        m.newer_reason = req_form(q, S("version_reason"));
    }
    p->title = m.title;
    p->nav = NAV_MATTERS;
    p->feed = m.atom_url;
    view_matter_show(&p->out, &m);
    return OK;
}
