/* Gathering the facts of one matter for one actor. */
#include "base/msg.h"
#include "flow/flow_local.h"
#include "person/who.h"

#include <assert.h>

static bool is_current(const struct clock_row *k)
{
    return str_eq(k->state, S("running")) || str_eq(k->state, S("paused"));
}

static enum err load_rows(struct ctx *c, struct flow *w)
{
    int64_t id = w->m.id;

    TRY(point_list(c, id, &w->points, &w->point_count));
    TRY(assignment_list(c, id, &w->assignments, &w->assignment_count));
    TRY(contact_list(c, id, &w->contacts, &w->contact_count));
    TRY(answer_list(c, id, &w->answers, &w->answer_count));
    TRY(evaluation_list(c, id, &w->evaluations, &w->evaluation_count));
    TRY(confirmation_list(c, id, &w->confirmations, &w->confirmation_count));
    TRY(party_list(c, id, &w->party, &w->party_count));
    TRY(clock_list(c, id, &w->clocks, &w->clock_count));
    TRY(ask_list(c, id, &w->asks, &w->ask_count));
    return field_list(c, id, &w->fields, &w->field_count);
}

/* ---- rows as facts ---- */

struct gather {
    struct ctx *c;
    struct flow *w;
    const struct act_count *done;
    size_t done_count, cap;
    const struct doing *made_by; /* the act in hand */
};

static void set_bit(uint32_t *mask, int bit, bool is_set)
{
    *mask = is_set ? *mask | 1u << bit : *mask & ~(1u << bit);
}

static bool is_out(const struct clock_row *k, int64_t now)
{
    return str_eq(k->state, S("out")) || (str_eq(k->state, S("running")) && k->due <= now);
}

/* Started anew, a clock has several rows; they stand in order, and the last one counts. */
static void clocks_of_row(const struct gather *g, struct child_fact *r)
{
    for (size_t i = 0; i < g->w->clock_count; i++) {
        const struct clock_row *k = &g->w->clocks[i];
        int clock = procedure_clock(g->w->p, k->name);
        if (clock < 0 || k->child != r->id)
            continue;
        set_bit(&r->clocks_running, clock, is_current(k));
        set_bit(&r->clocks_out, clock, is_out(k, g->c->now));
    }
}

static bool is_made_here(const struct doing *d, int64_t row)
{
    for (size_t i = 0; d != NULL && i < d->renewed_count; i++) {
        if (d->renewed[i] == row)
            return true;
    }
    return d != NULL && d->new_since != 0 && row > d->new_since;
}

static void done_of_row(const struct gather *g, struct child_fact *r)
{
    for (size_t i = 0; i < g->done_count; i++) {
        const struct act_count *d = &g->done[i];
        if (d->child != r->id || r->id == 0)
            continue;
        str name = d->act; /* "evaluation.give" */
        (void)str_cut(&name, '.');
        int act = procedure_child_act(g->w->p, r->child, name);
        if (act >= 0 && g->w->p->acts[act].limit > 0 && d->count >= g->w->p->acts[act].limit)
            r->done |= UINT64_C(1) << act;
    }
}

/* Rows of a kind or in a state that this version of the procedure does not know are not its
 * business. */
static void add_row(struct gather *g, enum child_type type, str kind, str state,
                    struct child_fact row)
{
    struct flow *w = g->w;
    int child = procedure_child(w->p, type);

    if (child < 0)
        return;
    const struct child *def = &w->p->children[child];
    row.child = child;
    row.kind = kind.len == 0 ? -1 : child_kind(def, kind);
    row.state = state.len == 0 ? 0 : child_state(def, state);
    row.is_new = is_made_here(g->made_by, row.id);
    if (row.state < 0)
        return;
    clocks_of_row(g, &row);
    done_of_row(g, &row);
    *PUSH(g->c->arena, w->rows, w->f.child_count, g->cap) = row;
}

static bool handles_for(struct ctx *c, int64_t unit)
{
    return who_has_for(c, ROLE_HANDLER, unit);
}

static bool is_me(const struct ctx *c, int64_t person)
{
    return c->who != NULL && person != 0 && c->who->id == person;
}

static void gather_rows(struct gather *g)
{
    struct flow *w = g->w;
    struct ctx *c = g->c;

    for (size_t i = 0; i < w->assignment_count; i++) {
        const struct assignment *a = &w->assignments[i];
        add_row(g, CHILD_ASSIGNMENT, a->kind, a->state,
                (struct child_fact){.id = a->id,
                                    .body = a->unit,
                                    .round = (int)a->round,
                                    .is_own = handles_for(c, a->unit)});
    }
    for (size_t i = 0; i < w->contact_count; i++) {
        const struct contact *k = &w->contacts[i];
        add_row(g, CHILD_CONTACT, S(""), S(""),
                (struct child_fact){.id = k->id,
                                    .body = k->unit,
                                    .round = (int)k->round,
                                    .result = k->mode,
                                    .is_own = handles_for(c, k->unit)});
    }
    for (size_t i = 0; i < w->answer_count; i++) {
        const struct answer *a = &w->answers[i];
        add_row(g, CHILD_ANSWER, S(""), a->state,
                (struct child_fact){.id = a->id,
                                    .body = a->unit,
                                    .round = (int)a->round,
                                    .point = a->point,
                                    .result = a->outcome,
                                    .is_own = handles_for(c, a->unit)});
    }
    for (size_t i = 0; i < w->evaluation_count; i++) {
        const struct evaluation *v = &w->evaluations[i];
        add_row(g, CHILD_EVALUATION, S(""), v->state,
                (struct child_fact){.id = v->id,
                                    .person = v->person,
                                    .round = (int)v->round,
                                    .result = v->overall,
                                    .is_own = is_me(c, v->person)});
    }
    for (size_t i = 0; i < w->confirmation_count; i++) {
        const struct confirmation *k = &w->confirmations[i];
        add_row(g, CHILD_CONFIRMATION, S(""), k->state,
                (struct child_fact){.id = k->id,
                                    .person = k->person,
                                    .round = (int)k->round,
                                    .is_own = is_me(c, k->person)});
    }
    for (size_t i = 0; i < w->party_count; i++) {
        const struct party_row *y = &w->party[i];
        if (str_eq(y->party, PARTY_COSIGNERS))
            add_row(g, CHILD_COSIGN, S(""), y->state,
                    (struct child_fact){
                        .id = y->id, .person = y->person, .is_own = is_me(c, y->person)});
    }
    w->f.children = w->rows;
}

int flow_row(const struct flow *w, int64_t id)
{
    for (size_t i = 0; id != 0 && i < w->f.child_count; i++) {
        if (w->rows[i].id == id)
            return (int)i;
    }
    return -1;
}

/* ---- the matter itself ---- */

str flow_value(const struct flow *w, str name)
{
    if (str_eq(name, S("title")))
        return w->m.title;
    if (str_eq(name, S("body")) || str_eq(name, S("situation")))
        return w->m.body;
    if (str_eq(name, S("category")))
        return w->m.category;
    if (str_eq(name, S("openness")))
        return w->m.openness;
    if (str_eq(name, S("place")))
        return w->m.place;
    for (size_t i = 0; i < w->field_count; i++) {
        if (str_eq(w->fields[i].name, name))
            return w->fields[i].value; /* the latest round stands first */
    }
    return S("");
}

static bool has_points(const struct flow *w, str kind)
{
    for (size_t i = 0; i < w->point_count; i++) {
        if (str_eq(w->points[i].kind, kind))
            return true;
    }
    return false;
}

/* The points that want an answer. */
static void gather_points(struct ctx *c, struct flow *w)
{
    str kind = flow_points_kind(w->p);
    int64_t *ids = NEW_ARRAY(c->arena, w->point_count + 1, int64_t);

    for (size_t i = 0; i < w->point_count; i++) {
        if (str_eq(w->points[i].kind, kind))
            ids[w->f.point_count++] = w->points[i].id;
    }
    w->f.points = ids;
}

/* The value that a field was given in the round that runs. */
static str value_of_round(const struct flow *w, str name)
{
    for (size_t i = 0; i < w->field_count; i++) {
        if (str_eq(w->fields[i].name, name) && w->fields[i].round == w->m.round)
            return w->fields[i].value;
    }
    return S("");
}

static void gather_values(struct ctx *c, struct flow *w)
{
    str *values = NEW_ARRAY(c->arena, w->p->field_count + 1, str);

    for (size_t i = 0; i < w->p->field_count; i++) {
        const struct field *d = &w->p->fields[i];
        if (d->type == FIELD_POINTS)
            values[i] = has_points(w, flow_points_kind(w->p)) ? S("yes") : S("");
        else
            values[i] = d->is_by_round ? value_of_round(w, d->name) : flow_value(w, d->name);
    }
    w->f.values = values;
}

static void gather_clocks(struct ctx *c, struct flow *w)
{
    for (size_t i = 0; i < w->clock_count; i++) {
        const struct clock_row *k = &w->clocks[i];
        int clock = procedure_clock(w->p, k->name);
        if (clock < 0 || k->child != 0)
            continue;
        set_bit(&w->f.clocks_running, clock, is_current(k));
        set_bit(&w->f.clocks_paused, clock, str_eq(k->state, S("paused")));
        set_bit(&w->f.clocks_out, clock, is_out(k, c->now));
    }
}

static void gather_done(struct ctx *c, struct flow *w, const struct act_count *done, size_t count)
{
    int *times = NEW_ARRAY(c->arena, w->p->act_count + 1, int);

    for (size_t i = 0; i < count; i++) {
        int act = done[i].child == 0 ? procedure_act(w->p, done[i].act) : -1;
        if (act >= 0)
            times[act] = (int)done[i].count;
    }
    w->f.done = times;
    for (size_t i = 0; i < w->ask_count; i++) {
        int act = procedure_act(w->p, w->asks[i].act);
        if (act >= 0)
            w->f.asked |= UINT64_C(1) << act;
    }
}

/* ---- who the actor is ---- */

static bool is_assigned(struct ctx *c, const struct flow *w, const struct party *party)
{
    int child = procedure_child(w->p, CHILD_ASSIGNMENT);

    if (child < 0 || !who_has(c->who, ROLE_HANDLER))
        return false;
    for (size_t i = 0; i < w->f.child_count; i++) {
        const struct child_fact *r = &w->rows[i];
        if (r->child != child || !r->is_own || w->p->children[child].states[r->state].is_gone)
            continue;
        if (party->kinds == 0 || (r->kind >= 0 && (party->kinds & 1u << r->kind) != 0))
            return true;
    }
    return false;
}

static bool is_role(struct ctx *c, const struct flow *w, const struct party *party)
{
    uint32_t role = role_find(party->role);

    if (role == 0 || !who_has(c->who, role))
        return false;
    switch (party->scope) {
    case SCOPE_WHOLE:
        return who_has_for(c, role, 0) || who_has(c->who, role);
    case SCOPE_ROOM:
    case SCOPE_BODY:
        return who_has_for(c, role, w->m.room);
    case SCOPE_UNIT:
        for (size_t i = 0; i < w->assignment_count; i++) {
            if (who_has_for(c, role, w->assignments[i].unit))
                return true;
        }
        return false;
    }
    return false;
}

static bool is_listed(const struct ctx *c, const struct flow *w, str party, bool confirmed)
{
    for (size_t i = 0; i < w->party_count; i++) {
        const struct party_row *y = &w->party[i];
        if (str_eq(y->party, party) && is_me(c, y->person) &&
            (!confirmed || str_eq(y->state, S("signed"))))
            return true;
    }
    return false;
}

static bool is_proposer(const struct ctx *c, const struct flow *w)
{
    for (size_t i = 0; i < w->party_count; i++) {
        const struct party_row *y = &w->party[i];
        if (str_eq(y->party, PARTY_PROPOSERS) && is_me(c, y->person) &&
            !str_eq(y->state, PROPOSER_MERGED))
            return true;
    }
    return false;
}

/* A row that is gone, or only says what was done, makes nobody a party. */
static bool owns_row(const struct flow *w)
{
    for (size_t i = 0; i < w->f.child_count; i++) {
        const struct child_fact *r = &w->rows[i];
        const struct child *def = &w->p->children[r->child];
        if (r->is_own && def->type != CHILD_CONTACT && !def->states[r->state].is_gone)
            return true;
    }
    return false;
}

static bool is_party(struct ctx *c, const struct flow *w, const struct party *party)
{
    switch (party->is) {
    case PARTY_ANYONE:
        return true;
    case PARTY_SYSTEM:
        return false;
    case PARTY_ROLE:
        return is_role(c, w, party);
    case PARTY_RAISER:
        return is_me(c, w->m.raiser) || is_proposer(c, w);
    case PARTY_COSIGNER:
        return is_listed(c, w, PARTY_COSIGNERS, true);
    case PARTY_PARTICIPANT:
        return is_listed(c, w, PARTY_PARTICIPANTS, false);
    case PARTY_ASSIGNED:
        return is_assigned(c, w, party);
    case PARTY_OWNER:
        return owns_row(w);
    }
    return false;
}

static void gather_parties(struct ctx *c, struct flow *w)
{
    if (w->is_system) {
        w->parties = procedure_parties_that_are(w->p, PARTY_SYSTEM);
        return;
    }
    for (size_t i = 0; i < w->p->party_count; i++) {
        if (is_party(c, w, &w->p->parties[i]))
            w->parties |= 1u << i;
    }
}

enum err flow_gather(struct ctx *c, int64_t matter, bool is_system, const struct doing *made_by,
                     struct flow *w)
{
    struct act_count *done;
    size_t done_count;

    *w = (struct flow){.is_system = is_system};
    TRY(matter_load(c, matter, &w->m));
    w->p = procedures_find(c->procedures, w->m.procedure, (int)w->m.version);
    if (w->p == NULL)
        return fail(c, FAULT, MSG_MATTER_NO_PROCEDURE);
    w->f.state = procedure_state(w->p, w->m.state);
    w->f.round = (int)w->m.round;
    w->f.days = (struct days){calendar_day(c->now), calendar_day(w->m.raised)};
    if (w->f.state < 0)
        return fail(c, FAULT, MSG_MATTER_NO_PROCEDURE);
    TRY(load_rows(c, w));
    TRY(entry_counts(c, matter, &done, &done_count));

    struct gather g = {.c = c, .w = w, .done = done, .done_count = done_count, .made_by = made_by};
    gather_rows(&g);
    gather_points(c, w);
    gather_values(c, w);
    w->f.is_down = flow_value(w, S("unpublished")).len > 0;
    gather_clocks(c, w);
    gather_done(c, w, done, done_count);
    gather_parties(c, w);
    return OK;
}

enum err flow_load(struct ctx *c, int64_t matter, struct flow *w)
{
    TRY(flow_gather(c, matter, false, NULL, w));
    if (!w->m.is_public && !procedure_is_party(w->p, w->parties) &&
        !who_has(c->who, ROLE_AUDITOR | ROLE_LEADER))
        return fail(c, NOT_FOUND, MSG_MATTER_NOT_FOUND);
    return OK;
}

enum err flow_load_system(struct ctx *c, int64_t matter, struct flow *w)
{
    return flow_gather(c, matter, true, NULL, w);
}

/* ---- names ---- */

str label_text(const struct ctx *c, const struct label *l)
{
    return l->text[c->lang];
}

str flow_state_label(const struct ctx *c, str procedure, int64_t version, str state, bool is_seal)
{
    const struct procedure *p = procedures_find(c->procedures, procedure, (int)version);
    int s = p == NULL ? -1 : procedure_state(p, state);

    if (s < 0)
        return state;
    return label_text(c, is_seal ? &p->states[s].seal : &p->states[s].label);
}

str flow_code_label(const struct ctx *c, const struct procedure *p, str list, str code)
{
    int l = p == NULL ? -1 : procedure_list(p, list);
    const struct code *k = l < 0 ? NULL : code_find(&p->lists[l], code);

    return k == NULL ? code : label_text(c, &k->label);
}

str flow_category_label(const struct ctx *c, const struct procedure *p, str code)
{
    int f = procedure_field(p, S("category"));
    const struct code *k = f < 0 || p->fields[f].type != FIELD_CODE
                               ? NULL
                               : code_find(&p->lists[p->fields[f].list], code);

    return k == NULL ? code : label_text(c, &k->label);
}
