/* The page of a matter: what it says, where it stands, what was answered, and what the reader may
 * do. */
#include "matter/matter_web.h"

#include "base/calendar.h"
#include "base/msg.h"
#include "person/who.h"
#include "view_matter_show.h"
#include "web/pages.h"

/* ---- seeing ---- */

static bool sees(const struct flow *w, const char *field)
{
    int f = procedure_field(w->p, str_of(field));

    return f >= 0 && procedure_visible(w->p, w->f.state, f, w->parties, w->m.openness);
}

static bool sees_child(const struct flow *w, enum child_type type)
{
    int child = procedure_child(w->p, type);

    return child >= 0 &&
           procedure_child_visible(w->p, w->f.state, child, w->parties, w->m.openness);
}

static str shown(const struct flow *w, const char *field)
{
    return sees(w, field) ? flow_value(w, str_of(field)) : S("");
}

/* ---- the spine ---- */

static str act_label(struct ctx *c, const struct flow *w, str name)
{
    str rest = name, act = str_cut(&rest, '.');

    if (str_eq(name, S("raised")))
        return msg_text(c->lang, MSG_ENTRY_RAISED);
    if (str_eq(name, S("recorded")))
        return msg_text(c->lang, MSG_ENTRY_RECORDED);
    if (str_eq(name, S("overdue")))
        return msg_text(c->lang, MSG_ENTRY_OVERDUE);
    if (str_eq(name, S("escalated")))
        return msg_text(c->lang, MSG_ENTRY_ESCALATED);
    if (str_eq(name, S("time_out")))
        return msg_text(c->lang, MSG_ENTRY_TIME_OUT);
    for (size_t i = 0; i < w->p->act_count; i++) {
        if (!str_eq(w->p->acts[i].name, act))
            continue;
        str label = label_text(c, &w->p->acts[i].label);
        if (str_eq(rest, S("asked")))
            return msg_fmt(c->arena, c->lang, MSG_ACT_ASK, T(label));
        if (str_eq(rest, S("refused")))
            return msg_fmt(c->arena, c->lang, MSG_ACT_REFUSE, T(label));
        return label;
    }
    return name;
}

static bool is_clock_entry(const struct entry *e)
{
    return str_eq(e->act, S("overdue")) || str_eq(e->act, S("escalated")) ||
           str_eq(e->act, S("time_out"));
}

static struct matter_entry entry_of(struct ctx *c, const struct flow *w, const struct entry *e,
                                    bool is_party)
{
    struct matter_entry m = {.what = act_label(c, w, e->act),
                             .at = e->at,
                             .note = e->note,
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
    if (is_party) {
        m.remark = e->remark;
        if (e->person_name.len > 0)
            m.who = str_fmt(c->arena, "%.*s %.*s", STR_ARG(m.who), STR_ARG(e->person_name));
        if (e->behalf_by != 0)
            m.behalf = e->behalf_name;
    }
    return m;
}

/* The step an entry belongs to: that of the state it led to. */
static int step_of(const struct flow *w, const struct entry *e)
{
    int state = procedure_state(w->p, e->to_state);

    return state < 0 ? 0 : w->p->states[state].step;
}

static enum err make_steps(struct ctx *c, const struct flow *w, struct matter_page *m)
{
    enum step_place *places = NEW_ARRAY(c->arena, w->p->step_count + 1, enum step_place);
    size_t *caps = NEW_ARRAY(c->arena, w->p->step_count + 1, size_t);
    struct entry *entries;
    size_t count;

    TRY(entry_list(c, w->m.id, m->is_party, &entries, &count));
    procedure_steps(w->p, w->f.state, places);
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
        if (step < 0)
            step = 0;
        struct matter_step *s = &m->steps[step];
        if (s->entry_count == 0)
            s->since = entries[i].at;
        *PUSH(c->arena, s->entries, s->entry_count, caps[step]) =
            entry_of(c, w, &entries[i], m->is_party);
    }
    return OK;
}

/* ---- points, answers, replies ---- */

static struct matter_answer answer_of(struct ctx *c, const struct flow *w, const struct answer *a)
{
    struct matter_answer r = {.outcome = a->outcome,
                              .reason = a->reason,
                              .owner = a->owner,
                              .due = a->due,
                              .unit = a->unit_name,
                              .round = a->round};

    r.outcome_label = flow_code_label(c, w->p, S("answer_outcomes"), a->outcome);
    r.is_adopted = str_eq(a->outcome, S("adopted"));
    r.is_partly = str_eq(a->outcome, S("partly"));
    r.is_deferred = str_eq(a->outcome, S("deferred"));
    r.is_declined = str_eq(a->outcome, S("declined"));
    r.is_none = a->outcome.len == 0;
    return r;
}

/* The public sees the answers of a round once its reply was released; the office and the parties at
 * once. */
static bool is_released(const struct flow *w, int64_t round)
{
    return w->m.round > round || sees_child(w, CHILD_ANSWER);
}

static struct matter_point point_of(struct ctx *c, const struct flow *w, const struct point *p,
                                    bool is_party)
{
    struct matter_point r = {.position = p->position,
                             .text = p->text,
                             .unit = p->unit_name,
                             .due = p->due,
                             .source_line = p->source_line};
    size_t cap = 0;

    for (size_t i = 0; i < w->answer_count; i++) {
        const struct answer *a = &w->answers[i];
        if (a->point == p->id && (is_party || is_released(w, a->round)))
            *PUSH(c->arena, r.answers, r.answer_count, cap) = answer_of(c, w, a);
    }
    return r;
}

static void make_points(struct ctx *c, const struct flow *w, struct matter_page *m)
{
    size_t cap = 0, agreed_cap = 0;
    bool sees_agreed = sees(w, "points");

    for (size_t i = 0; i < w->point_count; i++) {
        const struct point *p = &w->points[i];
        if (str_eq(p->kind, S("suggestion")))
            *PUSH(c->arena, m->suggestions, m->suggestion_count, cap) =
                point_of(c, w, p, m->is_party);
        else if (str_eq(p->kind, S("agreed")) && sees_agreed)
            *PUSH(c->arena, m->agreed, m->agreed_count, agreed_cap) =
                point_of(c, w, p, m->is_party);
    }
}

static enum err make_replies(struct ctx *c, const struct flow *w, struct matter_page *m)
{
    struct reply *rows;
    size_t count, cap = 0;

    TRY(reply_list(c, w->m.id, &rows, &count));
    for (size_t i = 0; i < count; i++) {
        if (rows[i].released == 0 && !m->is_party)
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

/* ---- minutes, facts, links ---- */

static void put_fact(struct ctx *c, struct matter_fact **list, size_t *count, size_t *cap, str name,
                     str text)
{
    if (text.len > 0)
        *PUSH(c->arena, *list, *count, *cap) = (struct matter_fact){name, text};
}

static void make_minutes(struct ctx *c, const struct flow *w, struct matter_page *m)
{
    static const char *const fields[] = {"attendees", "facts", "not_agreed", "dissent",
                                         "needs_higher"};
    size_t cap = 0;

    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++) {
        int f = procedure_field(w->p, str_of(fields[i]));
        if (f >= 0)
            put_fact(c, &m->minutes, &m->minute_count, &cap, label_text(c, &w->p->fields[f].label),
                     shown(w, fields[i]));
    }
    m->has_minutes = m->minute_count > 0 || m->agreed_count > 0;
    m->survey = shown(w, "survey");
    str date = shown(w, "session_date"), mode = shown(w, "session_mode");
    int64_t day;
    if (calendar_read_date(date, &day)) {
        struct buf b = {.arena = c->arena};
        msg_put_date(&b, c->lang, calendar_start_ms(day));
        buf_fmt(&b, " · %.*s · %.*s", STR_ARG(shown(w, "session_place")),
                STR_ARG(flow_code_label(c, w->p, S("session_modes"), mode)));
        m->session_line = buf_str(&b);
    }
}

static str date_words(struct ctx *c, int64_t ms)
{
    struct buf b = {.arena = c->arena};

    msg_put_date(&b, c->lang, ms);
    return buf_str(&b);
}

static void make_clock_facts(struct ctx *c, const struct flow *w, struct matter_page *m,
                             size_t *cap)
{
    for (size_t i = 0; i < w->clock_count; i++) {
        const struct clock_row *k = &w->clocks[i];
        int clock = procedure_clock(w->p, k->name);
        bool is_paused = str_eq(k->state, S("paused"));
        if (clock < 0 || k->child != 0 || !(str_eq(k->state, S("running")) || is_paused))
            continue;
        if (!w->p->clocks[clock].is_public && !m->is_party)
            continue;
        struct clock_words words = clock_words(c, k->due, is_paused);
        str text =
            str_fmt(c->arena, "%.*s · %.*s", STR_ARG(date_words(c, k->due)), STR_ARG(words.text));
        if (k->extended > 0)
            text = str_fmt(c->arena, "%.*s · %.*s", STR_ARG(text),
                           STR_ARG(msg_fmt(c->arena, c->lang, MSG_CLOCK_EXTENDED, I(k->extended))));
        if (k->past_table)
            text = str_fmt(c->arena, "%.*s · %.*s", STR_ARG(text),
                           STR_ARG(msg_text(c->lang, MSG_CLOCK_PAST_TABLE)));
        put_fact(c, &m->facts, &m->fact_count, cap, label_text(c, &w->p->clocks[clock].label),
                 text);
    }
}

static void make_units(struct ctx *c, const struct flow *w, struct matter_page *m, size_t *cap)
{
    int child = procedure_child(w->p, CHILD_ASSIGNMENT);

    for (size_t i = 0; child >= 0 && i < w->assignment_count; i++) {
        const struct assignment *a = &w->assignments[i];
        int kind = child_kind(&w->p->children[child], a->kind);
        int state = child_state(&w->p->children[child], a->state);
        if (state < 0 || kind < 0 || w->p->children[child].states[state].is_gone)
            continue;
        put_fact(c, &m->facts, &m->fact_count, cap,
                 label_text(c, &w->p->children[child].kinds[kind].label),
                 str_fmt(c->arena, "%.*s · %.*s", STR_ARG(a->unit_name),
                         STR_ARG(label_text(c, &w->p->children[child].states[state].label))));
    }
}

static void make_facts(struct ctx *c, const struct flow *w, struct matter_page *m)
{
    size_t cap = 0;

    put_fact(c, &m->facts, &m->fact_count, &cap, msg_text(c->lang, MSG_FACT_SERIAL), w->m.serial);
    put_fact(c, &m->facts, &m->fact_count, &cap, msg_text(c->lang, MSG_FACT_CASE),
             w->m.case_number);
    put_fact(c, &m->facts, &m->fact_count, &cap, msg_text(c->lang, MSG_FACT_ROOM), w->m.room_name);
    if (sees_child(w, CHILD_ASSIGNMENT))
        make_units(c, w, m, &cap);
    make_clock_facts(c, w, m, &cap);
    if (w->m.result.len > 0 && sees(w, "result_class"))
        put_fact(c, &m->facts, &m->fact_count, &cap, msg_text(c->lang, MSG_FACT_RESULT),
                 flow_code_label(c, w->p, S("result_classes"), w->m.result));
    put_fact(c, &m->facts, &m->fact_count, &cap, msg_text(c->lang, MSG_FACT_RECHECK),
             flow_code_label(c, w->p, S("recheck_results"), flow_value(w, S("recheck_result"))));
    put_fact(c, &m->facts, &m->fact_count, &cap, msg_text(c->lang, MSG_FACT_PROCEDURE),
             str_fmt(c->arena, "%.*s · %lld", STR_ARG(label_text(c, &w->p->label)),
                     (long long)w->m.version));
}

static int link_msg(const struct link *l)
{
    static const struct {
        const char *kind;
        int there, back;
    } words[] = {
        {"came_from", MSG_LINK_CAME_FROM, MSG_LINK_LED_TO},
        {"merged_into", MSG_LINK_MERGED_INTO, MSG_LINK_MERGED_HERE},
        {"converted_to", MSG_LINK_CONVERTED_TO, MSG_LINK_CONVERTED_FROM},
        {"about_same", MSG_LINK_ABOUT_SAME, MSG_LINK_ABOUT_SAME},
        {"follows_up", MSG_LINK_FOLLOWS_UP, MSG_LINK_FOLLOWED_BY},
    };

    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        if (str_eq(l->kind, str_of(words[i].kind)))
            return l->is_from_here ? words[i].there : words[i].back;
    }
    return MSG_LINK_ABOUT_SAME;
}

static enum err make_links(struct ctx *c, const struct flow *w, struct matter_page *m)
{
    struct link *rows;
    size_t count, cap = 0;

    TRY(link_list(c, S("matter"), w->m.id, &rows, &count));
    for (size_t i = 0; i < count; i++) {
        const struct link *l = &rows[i];
        bool is_plan = str_eq(l->other_kind, S("plan"));
        if (!l->is_public && !m->is_party)
            continue;
        *PUSH(c->arena, m->links, m->link_count, cap) = (struct matter_link){
            .kind = msg_text(c->lang, link_msg(l)),
            .title = l->title,
            .url = is_plan ? str_fmt(c->arena, "/plan/%.*s", STR_ARG(l->code))
                           : str_fmt(c->arena, "/matters/%lld", (long long)l->other),
            .state =
                is_plan ? S("") : flow_state_label(c, l->procedure, l->version, l->state, true),
        };
    }
    return OK;
}

static enum err make_files(struct ctx *c, const struct flow *w, struct matter_page *m)
{
    struct attachment *rows;
    size_t count, cap = 0;

    if (!sees(w, "attachments") && !m->is_party)
        return OK;
    TRY(attachment_list(c, w->m.id, &rows, &count));
    for (size_t i = 0; i < count; i++) {
        if (!rows[i].is_public && !m->is_party)
            continue;
        *PUSH(c->arena, m->files, m->file_count, cap) = (struct matter_file){
            .url = str_fmt(c->arena, "/matters/%lld/files/%lld", (long long)w->m.id,
                           (long long)rows[i].id),
            .name = rows[i].name,
            .size_kb = (rows[i].size + 1023) / 1024,
        };
    }
    return OK;
}

/* ---- evaluation: shares only over the floor, and never who said what ---- */

static void make_evaluation(struct ctx *c, const struct flow *w, struct matter_page *m)
{
    int list = w->p->satisfaction.list;
    size_t cap = 0;

    if (w->p->satisfaction.child < 0 || w->evaluation_count == 0)
        return;
    const struct code_list *options = &w->p->lists[list];
    for (size_t k = 0; k < options->code_count; k++)
        *PUSH(c->arena, m->tallies, m->tally_count, cap) =
            (struct matter_tally){.label = label_text(c, &options->codes[k].label)};
    for (size_t i = 0; i < w->evaluation_count; i++) {
        const struct evaluation *v = &w->evaluations[i];
        if (v->round != w->m.round)
            continue;
        m->asked++;
        for (size_t k = 0; v->overall.len > 0 && k < options->code_count; k++) {
            if (str_eq(v->overall, options->codes[k].name)) {
                m->given++;
                m->tallies[k].count++;
            }
        }
    }
    m->minimum = w->p->satisfaction.minimum_shown;
    m->shows_evaluation = m->asked > 0;
    m->is_tally_shown = m->given >= m->minimum;
}

static void make_contacts(struct ctx *c, const struct flow *w, struct matter_page *m)
{
    size_t cap = 0;

    for (size_t i = 0; m->is_party && i < w->contact_count; i++) {
        const struct contact *k = &w->contacts[i];
        put_fact(c, &m->contacts, &m->contact_count, &cap,
                 str_fmt(c->arena, "%.*s · %.*s · %.*s", STR_ARG(k->day), STR_ARG(k->unit_name),
                         STR_ARG(flow_code_label(c, w->p, S("contact_modes"), k->mode))),
                 k->note);
    }
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
    str number = w->m.case_number.len > 0 ? w->m.case_number : w->m.serial;
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
        .is_signed_in = c->who != NULL,
        .supports = w->m.supports,
        .receipt = c->who != NULL && c->who->id == w->m.raiser ? w->m.receipt : S(""),
    };
    m->title = sees(w, "title") ? w->m.title : msg_text(c->lang, MSG_MATTER_NOT_SHOWN);
    m->body = shown(w, "situation");
    m->wish = shown(w, "wish");
    m->place = shown(w, "place");
    m->category = sees(w, "category") ? flow_category_label(c, w->p, w->m.category) : S("");
    m->print_url = str_join(c->arena, m->url, S("/print"));
    m->atom_url = str_join(c->arena, m->url, S("/atom"));
    TRY(make_steps(c, w, m));
    make_points(c, w, m);
    TRY(make_replies(c, w, m));
    make_minutes(c, w, m);
    make_facts(c, w, m);
    TRY(make_links(c, w, m));
    TRY(make_files(c, w, m));
    make_evaluation(c, w, m);
    make_contacts(c, w, m);
    TRY(follow_has(c, w->m.id, &m->is_following));
    m->can_follow = !m->is_end || m->is_following;
    m->can_support = c->who != NULL && c->who->id != w->m.raiser && !m->is_end &&
                     who_has(c->who, ROLE_RESIDENT | ROLE_MEMBER);
    TRY(act_forms_make(c, q, w, &forms));
    m->forms = forms.at;
    m->form_count = forms.count;
    m->party_names = party_names(c, w);
    return OK;
}

enum err matter_web_show(struct ctx *c, const struct req *q, struct page *p)
{
    struct matter_page m;
    struct flow w;
    int64_t id;

    TRY(req_id(c, q, S("id"), &id));
    TRY(flow_load(c, id, &w));
    TRY(matter_page_make(c, q, &w, &m));
    if (q->method == METHOD_POST) {
        bool placed = false;
        for (size_t i = 0; i < m.form_count; i++)
            placed = placed || m.forms[i].is_open;
        if (!placed)
            m.failure = failure_text(c);
    }
    p->title = m.title;
    p->nav = NAV_MATTERS;
    p->feed = m.atom_url;
    view_matter_show(&p->out, &m);
    return OK;
}
