/* Moving a matter to the latest version of its procedure: an act of its own, which no file lists. A
 * matter keeps the version with which it began until somebody who answers for it says otherwise. */
#include "base/msg.h"
#include "flow/flow_local.h"
#include "person/role.h"
#include "person/who.h"

#define REASON S("version_reason")

enum { REASON_MAX = 500 };

bool flow_holds(const struct flow *w, uint32_t roles)
{
    for (size_t i = 0; i < w->p->party_count; i++) {
        const struct party *y = &w->p->parties[i];
        if ((w->parties & 1u << i) != 0 && y->is == PARTY_ROLE && (role_find(y->role) & roles) != 0)
            return true;
    }
    return false;
}

const struct procedure *flow_newer(const struct ctx *c, const struct flow *w)
{
    const struct procedure *latest = procedures_latest(c->procedures, w->p->name);
    bool is_his = c->who != NULL && c->who->clerk == 0 && flow_holds(w, ROLE_CLERK | ROLE_OVERSEER);

    return is_his && latest != NULL && latest->version > w->p->version ? latest : NULL;
}

/* ---- is everything there that the matter uses ---- */

static bool is_input(const struct procedure *p, str name)
{
    for (size_t i = 0; i < p->act_count; i++) {
        for (size_t k = 0; k < p->acts[i].input_count; k++) {
            if (str_eq(p->acts[i].inputs[k].name, name))
                return true;
        }
    }
    return false;
}

/* The first row of a child whose kind of row, state or kind is not there; empty: none. */
static str missing_child(const struct flow *w, const struct procedure *to)
{
    for (size_t i = 0; i < w->f.child_count; i++) {
        const struct child_fact *r = &w->f.children[i];
        const struct child *from = &w->p->children[r->child];
        int child = procedure_child(to, from->type);
        if (child < 0)
            return child_type_name(from->type);
        if (r->state >= 0 && child_state(&to->children[child], from->states[r->state].name) < 0)
            return from->states[r->state].name;
        if (r->kind >= 0 && child_kind(&to->children[child], from->kinds[r->kind].name) < 0)
            return from->kinds[r->kind].name;
    }
    return S("");
}

/* The same of fields with a value, and of the codes that stand in them. */
static str missing_field(const struct flow *w, const struct procedure *to)
{
    for (size_t i = 0; i < w->field_count; i++) {
        const struct matter_field *f = &w->fields[i];
        int at = procedure_field(to, f->name);
        bool is_own = procedure_field(w->p, f->name) < 0 && !is_input(w->p, f->name);
        if (f->value.len == 0 || is_own) /* the program's, such as that it was taken down */
            continue;
        if (at < 0 && !is_input(to, f->name))
            return f->name;
        if (at >= 0 && to->fields[at].type == FIELD_CODE &&
            code_find(&to->lists[to->fields[at].list], f->value) == NULL)
            return f->value;
    }
    return S("");
}

/* Codes that stand beside the fields: "" if each is there or not given. */
static str missing_code(const struct flow *w, const struct procedure *to)
{
    const struct {
        str field, value;
    } codes[] = {{S("category"), w->m.category}, {S("openness"), w->m.openness}};

    for (size_t i = 0; i < sizeof codes / sizeof *codes; i++) {
        int at = procedure_field(to, codes[i].field);
        if (codes[i].value.len > 0 && at >= 0 && to->fields[at].type == FIELD_CODE &&
            code_find(&to->lists[to->fields[at].list], codes[i].value) == NULL)
            return codes[i].value;
    }
    return S("");
}

static str missing_clock(const struct flow *w, const struct procedure *to)
{
    for (size_t i = 0; i < w->clock_count; i++) {
        const struct clock_row *k = &w->clocks[i];
        bool is_on = str_eq(k->state, S("running")) || str_eq(k->state, S("paused"));
        if (is_on && procedure_clock(to, k->name) < 0)
            return k->name;
    }
    for (size_t i = 0; i < w->ask_count; i++) {
        if (procedure_act(to, w->asks[i].act) < 0)
            return w->asks[i].act;
    }
    return S("");
}

static str missing(const struct flow *w, const struct procedure *to)
{
    if (procedure_state(to, w->m.state) < 0)
        return w->m.state;
    str name = missing_child(w, to);
    if (name.len == 0)
        name = missing_field(w, to);
    if (name.len == 0)
        name = missing_code(w, to);
    return name.len > 0 ? name : missing_clock(w, to);
}

/* ---- doing it ---- */

static enum err carry_out(struct doing *d, const struct procedure *to)
{
    struct flow *w = d->w;

    TRY(flow_before(d));
    TRY(flow_write_entry(d, d->act->name, w->m.state, w->m.state));
    TRY(matter_set_version(d->c, w->m.id, to->version));
    w->m.version = to->version;
    w->p = to;
    w->f.state = procedure_state(to, w->m.state);
    TRY(matter_move(d->c, &w->m, w->m.edition));
    return flow_record(d, &w->m);
}

enum err flow_renew(struct ctx *c, int64_t matter, int64_t edition, str reason)
{
    struct flow w;

    TRY(flow_load(c, matter, &w));
    const struct procedure *to = flow_newer(c, &w);
    if (to == NULL)
        return fail(c, DENIED, MSG_VERSION_NOT_YOURS);
    if (edition != w.m.edition)
        return fail(c, CONFLICT, MSG_MATTER_MOVED_ON);
    if (reason.len == 0 || str_chars(reason) > REASON_MAX)
        return fail_on(c, INVALID, REASON, MSG_VERSION_REASON, I(REASON_MAX));
    str lacks = missing(&w, to);
    if (lacks.len > 0)
        return fail_on(c, CONFLICT, REASON, MSG_VERSION_LACKS, I(to->version), T(lacks));

    struct field field = {.name = REASON,
                          .type = FIELD_TEXT,
                          .matter_field = -1,
                          .child_field = -1,
                          .is_public = true};
    struct act act = {.name = S("renewed"),
                      .child = -1,
                      .by = w.parties,
                      .inputs = &field,
                      .input_count = 1,
                      .is_public = true};
    const struct input input = {REASON, reason};
    struct doing d = {.c = c,
                      .w = &w,
                      .act = &act,
                      .act_index = ACT_MADE,
                      .row = -1,
                      .to = STATE_SAME,
                      .inputs = &input,
                      .input_count = 1};
    TRY(carry_out(&d, to));
    return flow_system_acts(c, matter, &d.was);
}
