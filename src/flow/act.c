/* Carrying out an act: checked by the procedure, then rows, effects, clocks, timeline, and what the
 * system does next. */
#include "base/id.h"
#include "base/msg.h"
#include "flow/flow_local.h"
#include "person/who.h"

#include <assert.h>

/* The check at load proves that acts of the system end; this bound is for a procedure changed under
 * our feet. */
enum { SYSTEM_ACTS_MAX = 32 };

str doing_input(const struct doing *d, str name)
{
    for (size_t i = 0; i < d->input_count; i++) {
        if (str_eq(d->inputs[i].name, name))
            return str_trim(d->inputs[i].value);
    }
    return S("");
}

bool doing_input_nth(const struct doing *d, str name, size_t n, str *value)
{
    for (size_t i = 0; i < d->input_count; i++) {
        if (!str_eq(d->inputs[i].name, name) || str_trim(d->inputs[i].value).len == 0)
            continue;
        if (n-- == 0) {
            *value = str_trim(d->inputs[i].value);
            return true;
        }
    }
    return false;
}

/* The first of the acting parties that the act names: in which capacity it was done. */
static str acting_party(const struct flow *w, const struct act *act)
{
    uint32_t both = w->parties & (act->by | act->confirmed_by);

    for (size_t i = 0; i < w->p->party_count; i++) {
        if ((both & 1u << i) != 0)
            return w->p->parties[i].name;
    }
    return S("");
}

int64_t doing_row(const struct doing *d)
{
    return d->row >= 0 ? d->w->rows[d->row].id : d->made_row;
}

void doing_renew(struct doing *d, int64_t row)
{
    *PUSH(d->c->arena, d->renewed, d->renewed_count, d->renewed_cap) = row;
}

/* For which body: the unit of the row, or of the actor's own assignment. */
static int64_t acting_body(const struct doing *d)
{
    const struct flow *w = d->w;

    if (d->row >= 0)
        return w->rows[d->row].body;
    int child = procedure_child(w->p, CHILD_ASSIGNMENT);
    for (size_t i = 0; child >= 0 && i < w->f.child_count; i++) {
        const struct child_fact *r = &w->rows[i];
        if (r->child == child && r->is_own && !w->p->children[child].states[r->state].is_gone)
            return r->body;
    }
    return 0;
}

enum err flow_write_entry(struct doing *d, str act, str from, str to)
{
    const struct ctx *c = d->c;
    str note, remark;

    TRY(flow_words(d, true, &note));
    TRY(flow_words(d, false, &remark));
    struct entry e = {
        .matter = d->w->m.id,
        .act = act,
        .from_state = from,
        .to_state = to,
        .round = d->w->m.round,
        .person = d->w->is_system  ? 0
                  : c->who == NULL ? d->person
                                   : c->who->id,
        .party = acting_party(d->w, d->act),
        .body = acting_body(d),
        .behalf_by = d->w->is_system || c->who == NULL ? 0 : c->who->clerk,
        .child = doing_row(d),
        .note = note,
        .remark = remark,
        .is_public = d->act->is_public,
    };

    TRY(entry_add(d->c, &e));
    d->entry = e.id;
    d->entry_act = act;
    return OK;
}

enum err flow_attach_files(struct doing *d)
{
    for (size_t i = 0; i < d->file_count; i++) {
        const struct flow_file *f = &d->files[i];
        struct attachment a = {.matter = d->w->m.id,
                               .name = f->name,
                               .type = f->type,
                               .size = f->size,
                               .digest = f->digest,
                               .is_public = d->act->is_public};
        TRY(attachment_add(d->c, &a, d->entry));
    }
    return OK;
}

/* What was asked for and cannot be done any more in the new state waits no longer; whoever read
 * that it was asked for reads that, too. */
static enum err drop_asks(struct doing *d, int state)
{
    const struct flow *w = d->w;

    for (size_t i = 0; i < w->ask_count; i++) {
        int act = procedure_act(w->p, w->asks[i].act);
        if (act >= 0 && (act == d->act_index || (w->p->acts[act].from >> state & 1) != 0))
            continue;
        TRY(ask_end(d->c, w->asks[i].id, S("dropped")));
        struct entry e = {.matter = w->m.id,
                          .act = str_join(d->c->arena, w->asks[i].act, S(".dropped")),
                          .from_state = w->p->states[state].name,
                          .to_state = w->p->states[state].name,
                          .round = w->m.round,
                          .is_public = act >= 0 && w->p->acts[act].is_public};
        TRY(entry_add(d->c, &e));
    }
    return OK;
}

/* Was the matter taken down, and not put up again? */
static enum err is_unpublished(struct ctx *c, int64_t matter, bool *is_down)
{
    struct flow now = {0};

    TRY(field_list(c, matter, &now.fields, &now.field_count));
    *is_down = flow_value(&now, S("unpublished")).len > 0;
    return OK;
}

/* Where the matter stands after the act, written with the edition it had before. */
static enum err move(struct doing *d, struct matter *m)
{
    const struct procedure *p = d->w->p;
    int state = d->act->child >= 0 || d->to == STATE_SAME ? d->w->f.state : d->to;
    int64_t edition = m->edition;
    struct flow after;
    bool is_down;

    if (state != d->w->f.state) {
        m->state = p->states[state].name;
        m->state_since = d->c->now;
        TRY(drop_asks(d, state));
    }
    TRY(is_unpublished(d->c, m->id, &is_down));
    m->round += d->act->round_step;
    m->closed = p->states[state].is_end ? (m->closed != 0 ? m->closed : d->c->now) : 0;
    /* Another matter carries the story on: no reason to show one that nobody has seen yet. What was
     * taken down had been seen. */
    bool may_show = p->states[state].follows == FOLLOWS_NOTHING || m->is_public || d->w->f.is_down;
    m->is_public = p->states[state].is_public && !is_down && may_show;
    TRY(matter_move(d->c, m, edition));

    TRY(flow_gather(d->c, m->id, d->w->is_system, d, &after));
    int row = flow_row(&after, doing_row(d));
    TRY(flow_clocks(d->c, &after, d->act_index, row));

    TRY(clock_list(d->c, m->id, &after.clocks, &after.clock_count));
    flow_nearest_due(&after, &m->due, &m->due_name);
    return matter_move(d->c, m, m->edition);
}

/* On the timeline an act on a row is named with its kind, "confirmation.confirm": the matter may
 * have an act of the same name. */
static str entry_name(const struct doing *d)
{
    if (d->act->child < 0)
        return d->act->name;
    return str_fmt(d->c->arena, "%.*s.%.*s",
                   STR_ARG(child_type_name(d->w->p->children[d->act->child].type)),
                   STR_ARG(d->act->name));
}

enum err flow_carry_out(struct doing *d)
{
    struct matter *m = &d->w->m;
    str from = m->state;

    TRY(flow_before(d));
    d->was_public = m->is_public;
    d->new_since = id_new();
    TRY(flow_store_inputs(d));
    if (d->act->child >= 0)
        TRY(flow_change_row(d));
    TRY(flow_effects(d));
    TRY(flow_numbers(d, d->act->gives));
    str to = d->act->child >= 0 || d->to == STATE_SAME ? from : d->w->p->states[d->to].name;
    TRY(flow_write_entry(d, entry_name(d), from, to));
    TRY(flow_attach_files(d));
    TRY(move(d, m));
    TRY(flow_record(d, m));
    return flow_tell_act(d);
}

/* What the system must do by itself now, one act after the other. */
enum err flow_system_acts(struct ctx *c, int64_t matter, const struct digest *was)
{
    struct digest left = *was;

    for (int i = 0; i < SYSTEM_ACTS_MAX; i++) {
        struct open_act open;
        struct flow w;

        TRY(flow_load_system(c, matter, &w));
        if (!procedure_system_act(w.p, &w.f, &open))
            return OK;
        const struct act *act = &w.p->acts[open.act];
        struct doing d = {.c = c,
                          .w = &w,
                          .act = act,
                          .act_index = open.act,
                          .row = open.row,
                          .to = act->to_count == 0 ? STATE_SAME : act->to[0],
                          .has_was = true,
                          .was = left};
        TRY(flow_carry_out(&d));
        left = d.was;
    }
    return fail(c, FAULT, MSG_MATTER_NO_PROCEDURE);
}

enum err flow_do_system(struct ctx *c, struct flow *w, const struct open_act *open,
                        const struct digest *was)
{
    const struct act *act = &w->p->acts[open->act];
    struct doing d = {.c = c,
                      .w = w,
                      .act = act,
                      .act_index = open->act,
                      .row = open->row,
                      .to = act->to_count == 0 ? STATE_SAME : act->to[0],
                      .has_was = true,
                      .was = *was};

    TRY(flow_carry_out(&d));
    return flow_system_acts(c, w->m.id, &d.was);
}

/* ---- asked for by one, agreed to by another ---- */

static const struct ask_row *find_ask(const struct flow *w, str act)
{
    for (size_t i = 0; i < w->ask_count; i++) {
        if (str_eq(w->asks[i].act, act))
            return &w->asks[i];
    }
    return NULL;
}

static enum err ask(struct doing *d)
{
    str packed = flow_pack_inputs(d->c, d->inputs, d->input_count);
    struct matter *m = &d->w->m;

    TRY(flow_check_extension(d));
    TRY(flow_before(d));
    TRY(ask_add(d->c, m->id, d->act->name, packed));
    TRY(flow_write_entry(d, str_join(d->c->arena, d->act->name, S(".asked")), m->state, m->state));
    TRY(matter_move(d->c, m, m->edition));
    TRY(flow_record(d, m));
    return flow_tell_asked(d, MSG_ENTRY_ASKED, d->act->confirmed_by);
}

static enum err refuse(struct doing *d, const struct ask_row *asked)
{
    struct matter *m = &d->w->m;

    TRY(flow_before(d));
    TRY(ask_end(d->c, asked->id, S("refused")));
    TRY(flow_write_entry(d, str_join(d->c->arena, d->act->name, S(".refused")), m->state,
                         m->state));
    TRY(matter_move(d->c, m, m->edition));
    TRY(flow_record(d, m));
    return flow_tell_asked(d, MSG_ENTRY_REFUSED, d->act->by);
}

static enum err grant(struct doing *d, const struct ask_row *asked)
{
    struct input *inputs;
    size_t count;

    TRY(flow_unpack_inputs(d->c, asked->inputs, &inputs, &count));
    TRY(flow_before(d));
    TRY(ask_end(d->c, asked->id, S("granted")));
    d->inputs = inputs;
    d->input_count = count;
    TRY(flow_carry_out(d));
    return flow_tell_asked(d, MSG_ENTRY_GRANTED, d->act->by);
}

/* ---- the door ---- */

static int find_child_type(str name)
{
    for (int t = 0; t < CHILD_TYPES; t++) {
        if (str_eq(child_type_name((enum child_type)t), name))
            return t;
    }
    return -1;
}

/* Which act and which row are meant. NOT_FOUND for a row of another matter, as for one that is not
 * there. */
static enum err find_act(struct ctx *c, const struct flow *w, const struct flow_try *t, int *act,
                         int *row)
{
    int type = t->child_type.len == 0 ? -1 : find_child_type(t->child_type);
    int child = type < 0 ? -1 : procedure_child(w->p, (enum child_type)type);

    *row = -1;
    if (t->child_type.len == 0) {
        *act = procedure_act(w->p, t->act);
    } else {
        *act = child < 0 ? -1 : procedure_child_act(w->p, child, t->act);
    }
    if (*act < 0)
        return fail(c, NOT_FOUND, MSG_MATTER_NO_SUCH_ACT);
    if (t->child == 0)
        return OK;
    for (size_t i = 0; i < w->f.child_count; i++) {
        if (w->rows[i].child == child && w->rows[i].id == t->child) {
            *row = (int)i;
            return OK;
        }
    }
    return fail(c, NOT_FOUND, MSG_MATTER_NO_SUCH_ACT);
}

/* An evaluation is the person's own: never given at the desk, by whoever is on the other side of
 * it. */
static bool is_own_only(const struct procedure *p, const struct act *act)
{
    return act->child >= 0 && p->children[act->child].type == CHILD_EVALUATION;
}

enum err flow_act(struct ctx *c, const struct flow_try *t)
{
    struct failure why = {0};
    struct flow w;
    int act, row, to;

    TRY(flow_load(c, t->matter, &w));
    TRY(find_act(c, &w, t, &act, &row));
    if (t->edition != 0 && t->edition != w.m.edition)
        return fail(c, CONFLICT, MSG_MATTER_MOVED_ON);
    if (c->who != NULL && c->who->clerk != 0 && is_own_only(w.p, &w.p->acts[act]))
        return fail(c, DENIED, MSG_BEHALF_NOT_EVALUATION);

    struct act_try try = {.act = act,
                          .row = row,
                          .how = t->how,
                          .to = t->to,
                          .inputs = t->inputs,
                          .input_count = t->input_count};
    enum err e = procedure_act_check(c->arena, w.p, &w.f, w.parties, &try, c->lang, &to, &why);
    if (e != OK)
        return fail_with(c, e, why.msg, why.field, why.args, why.arg_count);

    struct doing d = {.c = c,
                      .w = &w,
                      .act = &w.p->acts[act],
                      .act_index = act,
                      .row = row,
                      .to = to,
                      .inputs = t->inputs,
                      .input_count = t->input_count,
                      .files = t->files,
                      .file_count = t->file_count};
    const struct ask_row *asked = find_ask(&w, d.act->name);
    if ((t->how == ACT_GRANT || t->how == ACT_REFUSE) && asked == NULL)
        return fail(c, CONFLICT, MSG_MATTER_MOVED_ON);
    switch (t->how) {
    case ACT_ASK:
        return ask(&d);
    case ACT_REFUSE:
        return refuse(&d, asked);
    case ACT_GRANT:
        TRY(grant(&d, asked));
        break;
    case ACT_DO:
        TRY(flow_carry_out(&d));
        break;
    }
    return flow_system_acts(c, t->matter, &d.was);
}
