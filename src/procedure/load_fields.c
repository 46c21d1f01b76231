#include "procedure/load.h"

#include "base/msg.h"

static const char *const types[] = {
    [FIELD_LINE] = "line",     [FIELD_TEXT] = "text",
    [FIELD_POINTS] = "points", [FIELD_CODE] = "code",
    [FIELD_BODY] = "body",     [FIELD_BODIES] = "bodies",
    [FIELD_DATE] = "date",     [FIELD_NUMBER] = "number",
    [FIELD_MATTER] = "matter", [FIELD_PEOPLE] = "people",
    [FIELD_FILES] = "files",   [FIELD_ASSIGNMENTS] = "assignments",
    [FIELD_CODES] = "codes",   [FIELD_DECLARATION] = "declaration",
};

struct field load_field_new(str name, int line)
{
    return (struct field){.name = name,
                          .line = line,
                          .list = -1,
                          .matter_field = -1,
                          .child_field = -1,
                          .is_required = true};
}

/* What only a field of the matter may say. */
static void load_field_of_matter(struct load *l, struct node *n, struct field *f)
{
    struct node *reason_if = load_take(n, "reason_if");

    f->required_by = load_refs(l, load_take(n, "required_by"), REF_ACT, -1);
    f->is_by_round = load_bool(l, n, "by_round");
    f->seen_by = load_parties(l, load_take(n, "seen_by"));
    if (!reason_if)
        return;
    f->reason_if = load_text(l, reason_if);
    if (f->list < 0 || !code_find(&l->p->lists[f->list], f->reason_if))
        problem(l->problems, reason_if->line, MSG_PROCEDURE_PROBLEM_NO_CODE, T(f->reason_if));
    str reason = str_join(l->arena, f->name, S("_reason"));
    if (procedure_field(l->p, reason) < 0)
        problem(l->problems, reason_if->line, MSG_PROCEDURE_PROBLEM_NO_FIELD, T(reason));
}

/* Of the codes of the list only those of one group. */
static void load_group(struct load *l, struct node *n, struct field *f)
{
    f->group = load_text(l, n);
    if (!n)
        return;
    for (size_t i = 0; f->list >= 0 && i < l->p->lists[f->list].code_count; i++)
        if (str_eq(l->p->lists[f->list].codes[i].group, f->group))
            return;
    problem(l->problems, n->line, MSG_PROCEDURE_PROBLEM_NO_CODE, T(f->group));
}

/* "today", "raised", or so many days or months from today. */
static void load_bound(struct load *l, struct node *n, const struct field *f,
                       struct day_bound *bound)
{
    if (!n)
        return;
    if (f->type != FIELD_DATE && f->type != FIELD_ASSIGNMENTS)
        problem(l->problems, n->line, MSG_PROCEDURE_PROBLEM_WANT_DATE, T(f->name));
    if (n->type == NODE_VALUE && str_eq(n->text, S("raised"))) {
        bound->is = BOUND_RAISED;
        return;
    }
    bound->is = BOUND_TODAY;
    if (n->type == NODE_VALUE && str_eq(n->text, S("today")))
        return;
    if (load_span(l, n, &bound->away) && bound->away.unit != CALENDAR_DAYS &&
        bound->away.unit != CALENDAR_MONTHS)
        problem(l->problems, n->line, MSG_PROCEDURE_PROBLEM_WANT_SPAN, T(n->key));
}

/* A first day after the last one would refuse every date. A matter is raised today at the latest.
 */
static void load_bounds(struct load *l, struct node *n, struct field *f)
{
    const struct days some = {.today = 20000, .raised = 20000};
    int64_t first, last;

    load_bound(l, load_take(n, "from"), f, &f->from);
    load_bound(l, load_take(n, "to"), f, &f->to);
    if (procedure_bound_day(&f->from, &some, &first) && procedure_bound_day(&f->to, &some, &last) &&
        first > last)
        problem(l->problems, n->line, MSG_PROCEDURE_PROBLEM_MIN_MAX, T(f->name));
}

void load_field(struct load *l, struct node *n, struct field *f, bool is_matter)
{
    if (!load_is_map(l, n))
        return;
    int type = load_word(l, load_need(l, n, "type"), types, sizeof types / sizeof *types);
    f->type = type < 0 ? FIELD_LINE : (enum field_type)type;
    f->label = load_need_label(l, n, "label");
    struct node *hint = load_take(n, "hint");
    f->hint = hint ? load_label(l, hint) : (struct label){.text = {S(""), S("")}};
    load_done(l, hint);
    f->min = load_int(l, n, "min", 0, 1000000000, 0);
    f->max = load_int(l, n, "max", 1, 1000000000, 0);
    f->each_max = load_int(l, n, "each_max", 1, 100000, 0);
    if (f->max && f->min > f->max)
        problem(l->problems, n->line, MSG_PROCEDURE_PROBLEM_MIN_MAX, T(f->name));
    struct node *list = load_take(n, "list");
    bool is_coded = f->type == FIELD_CODE || f->type == FIELD_CODES;
    if (is_coded != (list != NULL))
        problem(l->problems, n->line, MSG_PROCEDURE_PROBLEM_CODE_LIST, T(f->name));
    f->list = load_ref(l, list, REF_LIST, -1);
    load_group(l, load_take(n, "group"), f);
    load_bounds(l, n, f);
    f->starts = load_text(l, load_take(n, "starts"));
    f->ends = load_text(l, load_take(n, "ends"));
    if (is_matter) {
        load_field_of_matter(l, n, f);
    } else {
        f->is_public = load_bool(l, n, "public");
        f->is_required = !load_bool(l, n, "optional");
    }
    load_done(l, n);
}

void load_fields(struct load *l, struct node *n, struct field *fields, bool is_matter)
{
    size_t count = is_matter ? l->p->field_count : l->input_count;
    struct node *entry = count ? n->first : NULL;

    for (size_t i = 0; i < count; i++, entry = entry->next) {
        fields[i] = load_field_new(fields[i].name, fields[i].line);
        load_field(l, entry, &fields[i], is_matter);
    }
}
