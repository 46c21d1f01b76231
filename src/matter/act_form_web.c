/* Forms from a procedure: see act_form.h. */
#include "matter/act_form_web.h"
#include "base/msg.h"
#include "body/body.h"

#include <assert.h>

/* What one form needs to be built. */
struct build {
    struct ctx *c;
    const struct req *q;
    const struct flow *w;
    const struct act *act;
    const struct body *units;
    size_t unit_count;
    int row;        /* in w->rows; -1: none */
    bool is_sent;   /* what was typed stands in the fields of this form */
    bool is_judged; /* this is the form that was refused */
    str anchor;
    str prefix; /* of the names of its fields, where several acts share a form */
};

static str field_name(const struct build *b, str input)
{
    return str_fmt(b->c->arena, "%.*sf.%.*s", STR_ARG(b->prefix), STR_ARG(input));
}

/* What stands in a field: as typed, if this form was sent; else what the matter or the row has
 * already, but for what is found out anew each time. */
static str value_of(const struct build *b, const struct field *f)
{
    if (b->is_sent)
        return req_form(b->q, field_name(b, f->name));
    if (b->row >= 0)
        return act_row_value(b->w, b->row, f->name);
    return f->matter_field >= 0 && !f->is_by_round ? flow_value(b->w, f->name) : S("");
}

static bool was_chosen(const struct build *b, const struct field *f, str code)
{
    str value, name = field_name(b, f->name);

    if (!b->is_sent)
        return f->type == FIELD_CODE && str_eq(value_of(b, f), code);
    for (size_t i = 0; req_form_nth(b->q, name, i, &value); i++) {
        if (str_eq(value, code))
            return true;
    }
    return false;
}

static void code_options(const struct build *b, const struct field *f, struct act_input *in)
{
    const struct code_list *list = &b->w->p->lists[f->list];
    size_t cap = 0;

    for (size_t i = 0; i < list->code_count; i++) {
        const struct code *k = &list->codes[i];
        if (k->is_retired || (f->group.len > 0 && !str_eq(k->group, f->group)))
            continue;
        *PUSH(b->c->arena, in->options, in->option_count, cap) = (struct act_option){
            .value = k->name,
            .label = label_text(b->c, &k->label),
            .is_chosen = was_chosen(b, f, k->name),
            .id = str_fmt(b->c->arena, "%.*s-%.*s", STR_ARG(in->id), STR_ARG(k->name))};
    }
}

static struct act_option *unit_options(const struct build *b, str chosen, size_t *count)
{
    struct act_option *all = NEW_ARRAY(b->c->arena, b->unit_count + 1, struct act_option);

    for (size_t i = 0; i < b->unit_count; i++) {
        str id = str_fmt(b->c->arena, "%lld", (long long)b->units[i].id);
        all[i] = (struct act_option){
            .value = id, .label = body_name(b->c, &b->units[i]), .is_chosen = str_eq(id, chosen)};
    }
    *count = b->unit_count;
    return all;
}

static struct act_option *kind_options(const struct build *b, str chosen, bool is_extra,
                                       size_t *count)
{
    int child = procedure_child(b->w->p, CHILD_ASSIGNMENT);
    struct act_option *all = NULL;
    size_t cap = 0;

    *count = 0;
    for (size_t i = 0; child >= 0 && i < b->w->p->children[child].kind_count; i++) {
        const struct kind *k = &b->w->p->children[child].kinds[i];
        bool is_co = str_eq(k->name, S("co"));
        if (str_eq(k->name, S("receiver")) || is_co != is_extra)
            continue;
        *PUSH(b->c->arena, all, *count, cap) =
            (struct act_option){.value = k->name,
                                .label = label_text(b->c, &k->label),
                                .is_chosen = str_eq(k->name, chosen)};
    }
    return all;
}

/* A bound of a date as the field of a form wants it; empty: none. */
static str bound_text(const struct build *b, const struct day_bound *bound)
{
    int64_t day;

    return procedure_bound_day(bound, &b->w->f.days, &day) ? calendar_date_str(b->c->arena, day)
                                                           : S("");
}

/* One row per point that wants an answer, and a few more for co-handlers. */
static void unit_rows(const struct build *b, const struct field *f, struct act_input *in)
{
    struct arena *a = b->c->arena;
    size_t cap = 0, extra = ACT_ROWS_EXTRA;

    for (size_t i = 0; i < b->w->f.point_count + extra; i++) {
        bool is_extra = i >= b->w->f.point_count;
        int64_t key = is_extra ? (int64_t)(i - b->w->f.point_count + 1) : b->w->f.points[i];
        struct act_row r = {.id = str_fmt(a, "%.*s-%zu", STR_ARG(in->id), i),
                            .first = bound_text(b, &f->from),
                            .last = bound_text(b, &f->to)};
        r.unit_name = str_fmt(a, "f.units.%s%lld.unit", is_extra ? "co" : "", (long long)key);
        r.kind_name = str_fmt(a, "f.units.%s%lld.kind", is_extra ? "co" : "", (long long)key);
        r.due_name = str_fmt(a, "f.units.%s%lld.due", is_extra ? "co" : "", (long long)key);
        r.units = unit_options(b, b->is_sent ? req_form(b->q, r.unit_name) : S(""), &r.unit_count);
        r.kinds = kind_options(b, b->is_sent ? req_form(b->q, r.kind_name) : S(""), is_extra,
                               &r.kind_count);
        r.due = b->is_sent ? req_form(b->q, r.due_name) : S("");
        r.number = is_extra ? S("") : str_fmt(a, "%zu", i + 1);
        for (size_t k = 0; !is_extra && k < b->w->point_count; k++) {
            if (b->w->points[k].id == key)
                r.text = b->w->points[k].text;
        }
        *PUSH(a, in->rows, in->row_count, cap) = r;
    }
}

/* Who is listed already stays unless the box is cleared. */
static void listed_people(const struct build *b, struct act_input *in)
{
    struct arena *a = b->c->arena;
    size_t cap = 0;
    str kept;

    in->keep_name = str_fmt(a, "f.people-keep.%.*s", STR_ARG(in->value));
    for (size_t i = 0; i < b->w->party_count; i++) {
        const struct party_row *y = &b->w->party[i];
        struct act_option o = {.value = str_fmt(a, "%lld", (long long)y->id), .label = y->name};
        if (!str_eq(y->party, in->value))
            continue;
        o.is_chosen = !b->is_sent;
        for (size_t k = 0; b->is_sent && req_form_nth(b->q, in->keep_name, k, &kept); k++)
            o.is_chosen = o.is_chosen || str_eq(kept, o.value);
        *PUSH(a, in->kept, in->kept_count, cap) = o;
    }
}

static void people_rows(const struct build *b, struct act_input *in)
{
    struct arena *a = b->c->arena;
    size_t cap = 0;

    for (size_t i = 0; i < ACT_PEOPLE_ROWS; i++) {
        struct act_row r = {.id = str_fmt(a, "%.*s-%zu", STR_ARG(in->id), i),
                            .number = str_fmt(a, "%zu", i + 1)};
        str class = S("");
        r.name = str_fmt(a, "f.people.%zu.%.*s", i, STR_ARG(in->value));
        r.class_name = str_fmt(a, "f.people-class.%zu", i);
        if (b->is_sent) {
            r.value = req_form(b->q, r.name);
            class = req_form(b->q, r.class_name);
        }
        r.classes = NEW_ARRAY(a, ACT_CLASSES, struct act_option);
        r.class_count = ACT_CLASSES;
        for (size_t k = 0; k < ACT_CLASSES; k++)
            r.classes[k] =
                (struct act_option){.value = str_of(act_classes[k]),
                                    .label = act_class_label(b->c, str_of(act_classes[k])),
                                    .is_chosen = str_eq(class, str_of(act_classes[k]))};
        *PUSH(a, in->rows, in->row_count, cap) = r;
    }
    in->value = S("");
}

static void point_rows(const struct build *b, const struct field *f, struct act_input *in)
{
    size_t cap = 0, given = 0;
    str text;

    for (size_t i = 0; i < ACT_POINT_ROWS || given > 0; i++) {
        bool has = b->is_sent && req_form_nth(b->q, in->name, i, &text);
        if (i >= ACT_POINT_ROWS && !has)
            break;
        given = has;
        *PUSH(b->c->arena, in->rows, in->row_count, cap) =
            (struct act_row){.id = str_fmt(b->c->arena, "%.*s-%zu", STR_ARG(in->id), i),
                             .number = str_fmt(b->c->arena, "%zu", i + 1),
                             .value = has ? text : S("")};
    }
    in->max = f->each_max;
}

static void set_kind(const struct build *b, const struct field *f, struct act_input *in)
{
    switch (f->type) {
    case FIELD_LINE:
        in->is_line = true;
        break;
    case FIELD_TEXT:
        in->is_text = true;
        break;
    case FIELD_POINTS:
        in->is_points = true;
        point_rows(b, f, in);
        break;
    case FIELD_CODE:
        in->is_select = true;
        code_options(b, f, in);
        break;
    case FIELD_CODES:
        in->is_checks = true;
        code_options(b, f, in);
        break;
    case FIELD_DECLARATION:
        in->is_tick = true;
        in->is_ticked = b->is_sent && in->value.len > 0;
        break;
    case FIELD_BODY:
    case FIELD_BODIES:
        in->is_select = true;
        in->options = unit_options(b, in->value, &in->option_count);
        break;
    case FIELD_DATE:
        in->is_date = true;
        in->first = bound_text(b, &f->from);
        in->last = bound_text(b, &f->to);
        break;
    case FIELD_NUMBER:
        in->is_number = true;
        break;
    case FIELD_MATTER:
        in->is_matter = true;
        break;
    case FIELD_PEOPLE:
        in->is_people = true;
        in->value = f->name;
        listed_people(b, in);
        people_rows(b, in);
        break;
    case FIELD_FILES:
        in->is_files = true;
        break;
    case FIELD_ASSIGNMENTS:
        in->is_units = true;
        unit_rows(b, f, in);
        break;
    }
}

static struct act_input make_input(const struct build *b, const struct field *f)
{
    struct act_input in = {
        .id = str_fmt(b->c->arena, "%.*s-%.*s", STR_ARG(b->anchor), STR_ARG(f->name)),
        .name = field_name(b, f->name),
        .label = label_text(b->c, &f->label),
        .hint = label_text(b->c, &f->hint),
        .value = value_of(b, f),
        .max = f->max,
        .is_required = f->is_required,
    };

    if (b->is_judged && str_eq(b->c->failure.field, f->name))
        in.error = failure_text(b->c);
    set_kind(b, f, &in);
    return in;
}

static const struct {
    const char *name;
    int msg; /* put behind the verb */
} hows[] = {
    [ACT_DO] = {"do", MSG_NONE},
    [ACT_ASK] = {"ask", MSG_NONE}, /* its verb says that it is asked for */
    [ACT_GRANT] = {"grant", MSG_ACT_GRANT},
    [ACT_REFUSE] = {"refuse", MSG_ACT_REFUSE},
};

/* Which row an act is about, in words: the unit, or the point it answers. */
static str about_row(struct ctx *c, const struct flow *w, const struct child_fact *r)
{
    for (size_t i = 0; r->point != 0 && i < w->point_count; i++) {
        if (w->points[i].id == r->point)
            return str_fmt(c->arena, "%lld. %.*s", (long long)w->points[i].position,
                           STR_ARG(str_head(w->points[i].text, 40)));
    }
    for (size_t i = 0; r->body != 0 && i < w->assignment_count; i++) {
        if (w->assignments[i].unit == r->body)
            return w->assignments[i].unit_name;
    }
    return S("");
}

/* Saying no to what another party asked for wants a reason, whatever the act itself asks for. */
static struct act_input refuse_reason(const struct build *b)
{
    return (struct act_input){
        .id = str_join(b->c->arena, b->anchor, S("-reason")),
        .name = S("f.reason"),
        .label = msg_text(b->c->lang, MSG_ACT_REASON),
        .value = b->is_sent ? req_form(b->q, S("f.reason")) : S(""),
        .error = b->is_sent ? failure_text(b->c) : S(""),
        .max = 500,
        .is_required = true,
        .is_text = true,
    };
}

static struct act_form make_form(struct build *b, const struct open_act *open)
{
    struct ctx *c = b->c;
    const struct flow *w = b->w;
    const struct child_fact *row = open->row < 0 ? NULL : &w->rows[open->row];
    struct act_form f = {
        .verb = label_text(c, &b->act->verb),
        .matter = w->m.id,
        .edition = w->m.edition,
        .act = b->act->name,
        .child = row == NULL ? 0 : row->id,
        .how = str_of(hows[open->how].name),
        .is_ready = open->is_ready,
    };
    size_t cap = 0;

    if (b->act->child >= 0)
        f.child_type = child_type_name(w->p->children[b->act->child].type);
    if (row != NULL)
        f.about = about_row(c, w, row);
    f.anchor = str_fmt(c->arena, "act-%.*s-%lld", STR_ARG(f.act), (long long)f.child);
    if (hows[open->how].msg != MSG_NONE) {
        f.verb = msg_fmt(c->arena, c->lang, hows[open->how].msg, T(label_text(c, &b->act->label)));
        f.anchor = str_fmt(c->arena, "%.*s-%.*s", STR_ARG(f.anchor), STR_ARG(f.how));
    }
    if (!open->is_ready)
        f.why = msg_str(c->arena, c->lang, open->why.msg, open->why.args, open->why.arg_count);

    int64_t sent_child = 0;
    (void)str_to_i64(req_form(b->q, S("child")), &sent_child);
    b->is_sent = b->q->method == METHOD_POST && c->failure.msg != MSG_NONE &&
                 str_eq(req_form(b->q, S("act")), f.act) && sent_child == f.child &&
                 str_eq(req_form(b->q, S("type")), f.child_type) &&
                 str_eq(req_form(b->q, S("how")), f.how);
    b->is_judged = b->is_sent;
    b->anchor = f.anchor;
    f.is_open = b->is_sent;
    f.failure = b->is_sent ? failure_text(c) : S("");
    if (open->how == ACT_REFUSE)
        *PUSH(c->arena, f.inputs, f.input_count, cap) = refuse_reason(b);
    for (size_t i = 0; open->how != ACT_GRANT && open->how != ACT_REFUSE && i < b->act->input_count;
         i++) {
        struct act_input in = make_input(b, &b->act->inputs[i]);
        f.has_files = f.has_files || in.is_files;
        *PUSH(c->arena, f.inputs, f.input_count, cap) = in;
    }
    f.is_plain = f.input_count == 0;
    return f;
}

enum err act_forms_make(struct ctx *c, const struct req *q, const struct flow *w,
                        struct act_forms *forms)
{
    struct open_acts open = procedure_open_acts(c->arena, w->p, &w->f, w->parties, c->lang);
    struct body *units;
    struct link *links;
    size_t unit_count, link_count, cap = 0;

    *forms = (struct act_forms){0};
    if (open.count == 0)
        return OK;
    TRY(link_list(c, S("matter"), w->m.id, &links, &link_count));
    TRY(body_list(c, S("department"), &units, &unit_count));
    for (size_t i = 0; i < open.count; i++) {
        const struct act *act = &w->p->acts[open.at[i].act];
        if (w->parties == procedure_parties_that_are(w->p, PARTY_ANYONE))
            continue;
        if (link_count == 0 && (act->effects & 1u << EFFECT_UNLINK) != 0)
            continue; /* there is none to take away */
        struct build b = {.c = c,
                          .q = q,
                          .w = w,
                          .act = act,
                          .units = units,
                          .unit_count = unit_count,
                          .row = open.at[i].row};
        struct act_form f = make_form(&b, &open.at[i]);
        if (open.at[i].how == ACT_GRANT || open.at[i].how == ACT_REFUSE)
            TRY(act_asked_make(c, w, act, &f.asked, &f.asked_count));
        *PUSH(c->arena, forms->at, forms->count, cap) = f;
    }
    return OK;
}

/* ---- many matters at once ---- */

bool act_form_can_bulk(const struct act *act)
{
    for (size_t i = 0; i < act->input_count; i++) {
        enum field_type t = act->inputs[i].type;
        if (t == FIELD_ASSIGNMENTS || t == FIELD_PEOPLE || t == FIELD_FILES || t == FIELD_POINTS ||
            t == FIELD_BODY || t == FIELD_BODIES)
            return false;
    }
    return act->is_bulk && act->child < 0 && act->confirmed_by == 0 && act->to_count <= 1;
}

struct act_form act_form_bulk(struct ctx *c, const struct req *q, const struct procedure *p,
                              const struct act *act)
{
    struct flow *none = NEW(c->arena, struct flow);
    struct build b = {.c = c, .q = q, .w = none, .act = act, .row = -1};
    struct act_form f = {.verb = label_text(c, &act->verb), .act = act->name, .is_ready = true};
    size_t cap = 0;

    none->p = p;
    none->f.days.today = calendar_day(c->now);
    b.prefix = str_join(c->arena, act->name, S("."));
    b.anchor = f.anchor = str_join(c->arena, S("bulk-"), act->name);
    /* The acts share one form: what was typed for the others stands as well. */
    b.is_sent = q->method == METHOD_POST;
    b.is_judged = f.is_open = b.is_sent && str_eq(req_form(q, S("act")), act->name);
    for (size_t i = 0; i < act->input_count; i++)
        *PUSH(c->arena, f.inputs, f.input_count, cap) = make_input(&b, &act->inputs[i]);
    f.is_plain = f.input_count == 0;
    return f;
}
