/* What was given with an act, stored: text of the matter, fields, points, and the row it was about.
 */
#include "base/msg.h"
#include "flow/flow_local.h"

#include <assert.h>

str flow_points_kind(const struct procedure *p)
{
    for (size_t i = 0; i < p->act_count; i++) {
        if ((p->acts[i].effects & 1u << EFFECT_RECORD_POINTS) != 0)
            return POINT_AGREED;
    }
    return POINT_SUGGESTION;
}

/* ---- inputs as text, for acts that wait for somebody's agreement: "4:name5:value" ---- */

str flow_pack_inputs(struct ctx *c, const struct input *inputs, size_t count)
{
    struct buf b = {.arena = c->arena};

    for (size_t i = 0; i < count; i++) {
        buf_fmt(&b, "%zu:", inputs[i].name.len);
        buf_put(&b, inputs[i].name);
        buf_fmt(&b, "%zu:", inputs[i].value.len);
        buf_put(&b, inputs[i].value);
    }
    return buf_str(&b);
}

static bool unpack_one(str *rest, str *part)
{
    str digits = str_cut(rest, ':');
    int64_t len;

    if (!str_to_i64(digits, &len) || len < 0 || (size_t)len > rest->len)
        return false;
    *part = str_slice(*rest, 0, (size_t)len);
    *rest = str_slice(*rest, (size_t)len, rest->len);
    return true;
}

enum err flow_unpack_inputs(struct ctx *c, str packed, struct input **inputs, size_t *count)
{
    size_t cap = 0;

    *inputs = NULL;
    *count = 0;
    while (packed.len > 0) {
        struct input in;
        if (!unpack_one(&packed, &in.name) || !unpack_one(&packed, &in.value))
            return fail(c, FAULT, MSG_ERROR_FAULT);
        *PUSH(c->arena, *inputs, *count, cap) = in;
    }
    return OK;
}

/* ---- stored ---- */

/* The columns of the matter itself. */
static str *column_of(struct matter *m, str name)
{
    if (str_eq(name, S("title")))
        return &m->title;
    if (str_eq(name, S("body")) || str_eq(name, S("situation")))
        return &m->body;
    if (str_eq(name, S("category")))
        return &m->category;
    if (str_eq(name, S("openness")))
        return &m->openness;
    if (str_eq(name, S("place")))
        return &m->place;
    return NULL;
}

static enum err store_points(struct doing *d, const struct field *f)
{
    size_t cap = 0, count = 0;
    str *texts = NULL, value;

    for (size_t i = 0; doing_input_nth(d, f->name, i, &value); i++)
        *PUSH(d->c->arena, texts, count, cap) = value;
    str kind = d->act_index == ACT_MADE ? POINT_SUGGESTION : flow_points_kind(d->w->p);
    return point_replace(d->c, d->w->m.id, kind, texts, count);
}

/* Several codes chosen are stored as one text, "public,concrete". */
static str join_codes(const struct doing *d, str name)
{
    struct buf b = {.arena = d->c->arena};
    str code;

    for (size_t i = 0; doing_input_nth(d, name, i, &code); i++) {
        if (i > 0)
            buf_byte(&b, ',');
        buf_put(&b, code);
    }
    return buf_str(&b);
}

static bool was_given(const struct doing *d, str name)
{
    for (size_t i = 0; i < d->input_count; i++) {
        if (str_eq(d->inputs[i].name, name))
            return true;
    }
    return false;
}

static enum err store_one(struct doing *d, const struct field *f, bool *text_changed)
{
    struct matter *m = &d->w->m;

    if (!was_given(d, f->name))
        return OK;
    switch (f->type) {
    case FIELD_POINTS:
        return store_points(d, f);
    case FIELD_FILES:
    case FIELD_PEOPLE:
    case FIELD_BODIES:
    case FIELD_ASSIGNMENTS:
        return OK; /* these are rows of their own, made by the act's effects */
    default:
        break;
    }
    if (f->type == FIELD_CODES)
        return field_set(d->c, m->id, f->name, m->round, join_codes(d, f->name));
    str value = doing_input(d, f->name), *column = column_of(m, f->name);
    if (column != NULL) {
        *column = value;
        *text_changed = true;
        return OK;
    }
    if (str_eq(f->name, S("region"))) {
        int64_t region = 0;
        (void)str_to_i64(value, &region);
        m->region = region;
        *text_changed = true;
        return OK;
    }
    return field_set(d->c, m->id, f->name, m->round, value);
}

enum err flow_store_inputs(struct doing *d)
{
    const struct procedure *p = d->w->p;
    bool text_changed = false;

    if (d->act->child >= 0)
        return OK; /* what is given with an act on a row belongs to the row */
    if (d->act_index == ACT_MADE) {
        for (size_t i = 0; i < p->field_count; i++)
            TRY(store_one(d, &p->fields[i], &text_changed));
    }
    for (size_t i = 0; i < d->act->input_count; i++)
        TRY(store_one(d, &d->act->inputs[i], &text_changed));
    return text_changed ? matter_set_text(d->c, &d->w->m) : OK;
}

/* ---- the row an act is about ---- */

static str new_state(const struct doing *d)
{
    const struct child *def = &d->w->p->children[d->act->child];

    if (d->to != STATE_SAME)
        return def->states[d->to].name;
    if (d->row >= 0)
        return def->states[d->w->rows[d->row].state].name;
    return def->state_count > 0 ? def->states[0].name : S("");
}

/* The unit a handler acts for: of the row, or the first own assignment. */
static int64_t own_unit(const struct doing *d)
{
    const struct flow *w = d->w;
    int child = procedure_child(w->p, CHILD_ASSIGNMENT);

    for (size_t i = 0; child >= 0 && i < w->f.child_count; i++) {
        if (w->rows[i].child == child && w->rows[i].is_own &&
            !w->p->children[child].states[w->rows[i].state].is_gone)
            return w->rows[i].body;
    }
    return 0;
}

static enum err change_answer(struct doing *d)
{
    for (size_t i = 0; i < d->w->answer_count; i++) {
        struct answer a = d->w->answers[i];
        if (d->row < 0 || a.id != d->w->rows[d->row].id)
            continue;
        a.state = new_state(d);
        if (was_given(d, S("outcome"))) {
            a.outcome = doing_input(d, S("outcome"));
            a.reason = doing_input(d, S("reason"));
            a.owner = doing_input(d, S("owner"));
            a.due = doing_input(d, S("date"));
        }
        return answer_set(d->c, &a);
    }
    return fail(d->c, NOT_FOUND, MSG_MATTER_NO_SUCH_ACT);
}

static enum err change_evaluation(struct doing *d)
{
    for (size_t i = 0; i < d->w->evaluation_count; i++) {
        struct evaluation v = d->w->evaluations[i];
        if (d->row < 0 || v.id != d->w->rows[d->row].id)
            continue;
        v.state = new_state(d);
        v.overall = doing_input(d, S("overall"));
        v.answered = doing_input(d, S("answered"));
        v.reasons = doing_input(d, S("reasons"));
        v.words = doing_input(d, S("remark"));
        return evaluation_set(d->c, &v);
    }
    return fail(d->c, NOT_FOUND, MSG_MATTER_NO_SUCH_ACT);
}

enum err flow_change_row(struct doing *d)
{
    enum child_type type = d->w->p->children[d->act->child].type;
    int64_t id = d->row >= 0 ? d->w->rows[d->row].id : 0;

    switch (type) {
    case CHILD_ASSIGNMENT:
        TRY(assignment_set(d->c, id, new_state(d), doing_input(d, S("reason"))));
        return d->to >= 0 && d->w->p->children[d->act->child].states[d->to].is_gone
                   ? answer_drop_unit(d->c, d->w->m.id, d->w->m.round, d->w->rows[d->row].body)
                   : OK;
    case CHILD_CONTACT: {
        struct contact k = {.matter = d->w->m.id,
                            .unit = own_unit(d),
                            .round = d->w->m.round,
                            .mode = doing_input(d, S("mode")),
                            .day = doing_input(d, S("date")),
                            .note = doing_input(d, S("note"))};
        assert(k.unit != 0);
        TRY(contact_add(d->c, &k));
        d->made_row = k.id;
        return OK;
    }
    case CHILD_ANSWER:
        return change_answer(d);
    case CHILD_EVALUATION:
        return change_evaluation(d);
    case CHILD_CONFIRMATION:
        return confirmation_set(d->c, id, new_state(d), doing_input(d, S("remark")));
    case CHILD_COSIGN:
        return party_set_state(d->c, id, new_state(d));
    case CHILD_TYPES:
        break;
    }
    return FAULT;
}
