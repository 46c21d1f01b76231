#include "procedure/load.h"

#include "base/msg.h"

/* ---- what the form of an act asks for ---- */

static struct field *find_field(struct field *fields, size_t count, str name, int *at)
{
    for (size_t i = 0; i < count; i++) {
        if (str_eq(fields[i].name, name)) {
            *at = (int)i;
            return &fields[i];
        }
    }
    return NULL;
}

/* A name: a field of the row, of the matter, or a shared input. */
static bool input_by_name(struct load *l, struct node *n, int child, struct field *input)
{
    struct procedure *p = l->p;
    struct child *c = child >= 0 ? &p->children[child] : NULL;
    str name = load_text(l, n);
    int at = -1;
    struct field *found = c ? find_field(c->fields, c->field_count, name, &at) : NULL;

    if (found) {
        *input = *found;
        input->child_field = at;
        return true;
    }
    found = find_field(p->fields, p->field_count, name, &at);
    if (found) {
        *input = *found;
        input->matter_field = at;
        return true;
    }
    found = find_field(l->inputs, l->input_count, name, &at);
    if (found)
        *input = *found;
    else if (name.len)
        problem(l->problems, n->line, MSG_PROCEDURE_PROBLEM_NO_FIELD, T(name));
    return found != NULL;
}

/* {code: LIST}: the short form; called like the list, unless it has a `name`. */
static bool input_of_list(struct load *l, struct node *n, struct node *code, struct field *input)
{
    int list = load_ref(l, code, REF_LIST, -1);
    struct node *name = load_take(n, "name");

    load_done(l, n);
    if (list < 0)
        return false;
    *input = load_field_new(name ? load_text(l, name) : l->p->lists[list].name, n->line);
    input->type = FIELD_CODE;
    input->list = list;
    input->label = l->p->lists[list].label;
    input->hint = (struct label){.text = {S(""), S("")}};
    return true;
}

static bool load_input(struct load *l, struct node *n, int child, struct field *input)
{
    if (n->type == NODE_VALUE)
        return input_by_name(l, n, child, input);
    if (!load_is_map(l, n))
        return false;
    struct node *code = load_take(n, "code");
    if (code)
        return input_of_list(l, n, code, input);
    *input = load_field_new(load_text(l, load_need(l, n, "name")), n->line);
    load_field(l, n, input, false);
    return true;
}

static void load_inputs(struct load *l, struct node *required, struct node *optional,
                        struct act *act)
{
    struct node *sources[] = {required, optional};

    for (int s = 0; s < 2; s++) {
        struct items items = load_items(l, sources[s]);
        act->inputs = arena_grow(l->arena, act->inputs, act->input_count * sizeof *act->inputs,
                                 (act->input_count + items.count) * sizeof *act->inputs);
        for (size_t i = 0; i < items.count; i++) {
            struct field input;
            int at;
            if (!load_input(l, items.at[i], act->child, &input))
                continue;
            input.is_required = s == 0;
            if (find_field(act->inputs, act->input_count, input.name, &at))
                problem(l->problems, items.at[i]->line, MSG_PROCEDURE_PROBLEM_TWICE, T(input.name));
            else
                act->inputs[act->input_count++] = input;
        }
    }
}

/* ---- the act ---- */

static void load_from(struct load *l, struct node *n, struct act *act)
{
    if (act->child >= 0 && n && n->type == NODE_VALUE && str_eq(n->text, S("new")))
        act->adds_row = true;
    else
        act->from = load_refs(l, n, REF_STATE, act->child);
}

static void load_to(struct load *l, struct node *n, struct act *act)
{
    if (n && n->type == NODE_VALUE && str_eq(n->text, S("same")))
        return;
    struct items items = load_items(l, n);
    act->to = NEW_ARRAY(l->arena, items.count, int);
    for (size_t i = 0; i < items.count; i++) {
        int state = load_ref(l, items.at[i], REF_STATE, act->child);
        if (state >= 0)
            act->to[act->to_count++] = state;
    }
}

static void load_effects(struct load *l, struct node *n, struct act *act)
{
    struct items items = load_items(l, n);

    for (size_t i = 0; i < items.count; i++) {
        str name = load_text(l, items.at[i]);
        bool is_known = false;
        for (int e = 0; e < EFFECTS; e++) {
            if (str_eq(name, effect_name((enum effect)e))) {
                act->effects |= 1U << e;
                is_known = true;
            }
        }
        if (!is_known && name.len)
            problem(l->problems, items.at[i]->line, MSG_PROCEDURE_PROBLEM_NO_EFFECT, T(name));
    }
}

/* {PARTY: rule, …} */
static void load_duties(struct load *l, struct node *n, struct act *act)
{
    if (!load_is_map(l, n))
        return;
    act->duties = NEW_ARRAY(l->arena, n->count, struct duty);
    for (struct node *e = n->first; e; e = e->next) {
        int party = procedure_party(l->p, e->key);
        if (party < 0)
            problem(l->problems, e->line, MSG_PROCEDURE_PROBLEM_NO_PARTY, T(e->key));
        else
            act->duties[act->duty_count++] = (struct duty){.party = party, .rule = load_text(l, e)};
    }
}

/* Where an act on a row is open: by default in every state of the matter that is no end. */
static void load_during(struct load *l, struct node *n, struct act *act)
{
    if (n) {
        act->during = load_refs(l, n, REF_STATE, -1);
        return;
    }
    for (size_t i = 0; i < l->p->state_count; i++)
        if (!l->p->states[i].is_end)
            act->during |= UINT64_C(1) << i;
}

static void load_act(struct load *l, struct node *n, struct act *act)
{
    uint32_t system = procedure_parties_that_are(l->p, PARTY_SYSTEM);

    act->before_clock = -1;
    if (!load_is_map(l, n))
        return;
    act->label = load_need_label(l, n, "label");
    load_from(l, load_need(l, n, "from"), act);
    load_to(l, load_need(l, n, "to"), act);
    act->by = load_parties(l, load_need(l, n, "by"));
    struct node *verb = act->by & ~system ? load_need(l, n, "verb") : load_take(n, "verb");
    act->verb = verb ? load_label(l, verb) : act->label;
    load_done(l, verb);
    if (act->child >= 0) {
        load_during(l, load_take(n, "during"), act);
        act->kinds = load_kinds(l, load_take(n, "kinds"), act->child);
        act->before_clock = load_ref(l, load_take(n, "before"), REF_CLOCK, -1);
    } else {
        act->confirmed_by = load_parties(l, load_take(n, "confirmed_by"));
        act->round_step = (int)load_int(l, n, "round", 1, 1, 0);
    }
    struct node *required = load_take(n, "requires"), *optional = load_take(n, "optional");
    load_inputs(l, required, optional, act);
    load_guards(l, load_take(n, "needs"), &act->needs, &act->need_count);
    load_guards(l, load_take(n, "when"), &act->when, &act->when_count);
    load_effects(l, load_take(n, "effects"), act);
    struct node *tell = load_take(n, "tell");
    act->tells = tell ? load_parties(l, tell) : 0;
    load_duties(l, load_take(n, "duty"), act);
    act->limit = (int)load_int(l, n, "limit", 1, 1000, 0);
    act->is_public = load_bool(l, n, "public");
    act->is_bulk = load_bool(l, n, "bulk");
    act->needs_second_factor = load_bool(l, n, "second_factor");
    act->is_automatic = (act->by & system) && act->when_count;
    load_done(l, n);
}

void load_acts(struct load *l, struct node *n, int child, size_t first)
{
    if (!n || n->type != NODE_MAP)
        return;
    struct node *entry = n->first;
    for (size_t i = first; i < l->p->act_count && l->p->acts[i].child == child && entry; i++) {
        load_act(l, entry, &l->p->acts[i]);
        entry = entry->next;
    }
}
