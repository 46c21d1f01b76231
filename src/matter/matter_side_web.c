/* What stands beside a matter: minutes, facts and clocks, links, files, evaluation, contacts. */
#include "base/calendar.h"
#include "base/msg.h"
#include "matter/act_form_web.h"
#include "matter/matter_web.h"

/* ---- seeing ---- */

bool matter_sees(const struct flow *w, const char *field)
{
    int f = procedure_field(w->p, str_of(field));

    return f >= 0 && procedure_visible(w->p, w->f.state, f, w->parties, w->m.openness);
}

bool matter_sees_child(const struct flow *w, enum child_type type)
{
    int child = procedure_child(w->p, type);

    return child >= 0 &&
           procedure_child_visible(w->p, w->f.state, child, w->parties, w->m.openness);
}

str matter_shown(const struct flow *w, const char *field)
{
    return matter_sees(w, field) ? flow_value(w, str_of(field)) : S("");
}

/* ---- minutes, facts, links ---- */

static void put_fact(struct ctx *c, struct matter_fact **list, size_t *count, size_t *cap, str name,
                     str text)
{
    if (text.len > 0)
        *PUSH(c->arena, *list, *count, *cap) = (struct matter_fact){name, text};
}

void matter_side_minutes(struct ctx *c, const struct flow *w, struct matter_page *m)
{
    static const char *const fields[] = {"attendees", "facts", "not_agreed", "dissent",
                                         "needs_higher"};
    size_t cap = 0;

    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++) {
        int f = procedure_field(w->p, str_of(fields[i]));
        if (f >= 0)
            put_fact(c, &m->minutes, &m->minute_count, &cap, label_text(c, &w->p->fields[f].label),
                     matter_shown(w, fields[i]));
    }
    m->has_minutes = m->minute_count > 0 || m->agreed_count > 0;
    m->survey = matter_shown(w, "survey");
    str date = matter_shown(w, "session_date"), mode = matter_shown(w, "session_mode");
    int64_t day;
    if (calendar_read_date(date, &day)) {
        struct buf b = {.arena = c->arena};
        msg_put_date(&b, c->lang, calendar_start_ms(day));
        buf_fmt(&b, " · %.*s · %.*s", STR_ARG(matter_shown(w, "session_place")),
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

void matter_side_facts(struct ctx *c, const struct flow *w, struct matter_page *m)
{
    size_t cap = 0;

    put_fact(c, &m->facts, &m->fact_count, &cap, msg_text(c->lang, MSG_FACT_SERIAL), w->m.serial);
    put_fact(c, &m->facts, &m->fact_count, &cap, msg_text(c->lang, MSG_FACT_CASE),
             matter_number(c, w->p, w->m.case_number, S("")));
    put_fact(c, &m->facts, &m->fact_count, &cap, msg_text(c->lang, MSG_FACT_ROOM), w->m.room_name);
    if (matter_sees_child(w, CHILD_ASSIGNMENT))
        make_units(c, w, m, &cap);
    make_clock_facts(c, w, m, &cap);
    if (w->m.result.len > 0 && matter_sees(w, "result_class"))
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

/* May the reader know of the other end? What is not public is named to its own parties alone. */
static bool may_name(struct ctx *c, const struct link *l)
{
    struct failure before = c->failure;
    struct flow other;

    if (l->is_public)
        return true;
    bool may = str_eq(l->other_kind, S("matter")) && flow_load(c, l->other, &other) == OK;
    c->failure = before;
    return may;
}

enum err matter_side_links(struct ctx *c, const struct flow *w, struct matter_page *m)
{
    struct link *rows;
    size_t count, cap = 0;

    TRY(link_list(c, S("matter"), w->m.id, &rows, &count));
    for (size_t i = 0; i < count; i++) {
        const struct link *l = &rows[i];
        bool is_plan = str_eq(l->other_kind, S("plan"));
        if (!may_name(c, l))
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

enum err matter_side_files(struct ctx *c, const struct flow *w, struct matter_page *m)
{
    struct attachment *rows;
    size_t count, cap = 0;

    if (!matter_sees(w, "attachments") && !m->is_party)
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

void matter_side_evaluation(struct ctx *c, const struct flow *w, struct matter_page *m)
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

/* The minutes are confirmed in the round they are made in; a matter that is handled again is in a
 * later one. */
static int64_t round_of_minutes(const struct flow *w)
{
    int64_t last = 0;

    for (size_t i = 0; i < w->confirmation_count; i++) {
        if (w->confirmations[i].round > last)
            last = w->confirmations[i].round;
    }
    return last;
}

/* What one participant answered about the minutes; NULL: he was not asked. */
static const struct confirmation *confirmation_of(const struct flow *w, int64_t person)
{
    int64_t round = round_of_minutes(w);

    for (size_t i = 0; person != 0 && i < w->confirmation_count; i++) {
        if (w->confirmations[i].person == person && w->confirmations[i].round == round)
            return &w->confirmations[i];
    }
    return NULL;
}

/* As what he takes part, and what he said of the minutes. */
static str participant_words(struct ctx *c, const struct flow *w, const struct party_row *y,
                             bool with_note)
{
    const struct confirmation *k = confirmation_of(w, y->person);
    int child = procedure_child(w->p, CHILD_CONFIRMATION);
    int state = child < 0 || k == NULL ? -1 : child_state(&w->p->children[child], k->state);
    struct buf b = {.arena = c->arena};

    buf_put(&b, act_class_label(c, y->class));
    if (state >= 0)
        buf_fmt(&b, " · %.*s", STR_ARG(label_text(c, &w->p->children[child].states[state].label)));
    if (state >= 0 && with_note && k->note.len > 0)
        buf_fmt(&b, "\n%.*s", STR_ARG(k->note));
    return buf_str(&b);
}

/* How many answered what; whoever did not answer has not agreed. */
static void count_confirmations(struct ctx *c, const struct flow *w, struct matter_page *m)
{
    int child = procedure_child(w->p, CHILD_CONFIRMATION);
    int64_t round = round_of_minutes(w);
    size_t cap = 0;

    if (!matter_sees_child(w, CHILD_CONFIRMATION))
        return;
    const struct child *def = &w->p->children[child];
    for (size_t s = 0; s < def->state_count; s++) {
        int64_t count = 0;
        for (size_t i = 0; i < w->confirmation_count; i++)
            count += w->confirmations[i].round == round &&
                     str_eq(w->confirmations[i].state, def->states[s].name);
        if (count > 0)
            put_fact(c, &m->confirmations, &m->confirmation_count, &cap,
                     label_text(c, &def->states[s].label),
                     str_fmt(c->arena, "%lld", (long long)count));
    }
}

void matter_side_participants(struct ctx *c, const struct flow *w, struct matter_page *m)
{
    size_t cap = 0;

    for (size_t i = 0; m->is_party && i < w->party_count; i++) {
        const struct party_row *y = &w->party[i];
        if (!str_eq(y->party, PARTY_PARTICIPANTS))
            continue;
        bool is_own = c->who != NULL && c->who->id == y->person;
        put_fact(c, &m->participants, &m->participant_count, &cap, y->name,
                 participant_words(c, w, y, m->is_office || is_own));
    }
    count_confirmations(c, w, m);
}

void matter_side_contacts(struct ctx *c, const struct flow *w, struct matter_page *m)
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
