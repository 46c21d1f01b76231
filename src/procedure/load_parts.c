#include "procedure/load.h"

#include "base/msg.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

/* ---- code lists ---- */

static void load_codes(struct load *l, struct node *n, struct code_list *list)
{
    if (!load_is_map(l, n))
        return;
    if (n->count == 0 || n->count > PROCEDURE_CODES_MAX) {
        problem(l->problems, n->line, MSG_PROCEDURE_PROBLEM_TOO_LONG, I(PROCEDURE_CODES_MAX));
        return;
    }
    list->codes = NEW_ARRAY(l->arena, n->count, struct code);
    for (struct node *entry = n->first; entry; entry = entry->next) {
        struct code *code = &list->codes[list->code_count++];
        code->name = entry->key;
        code->label = load_label(l, entry);
        code->group = load_text(l, load_take(entry, "group"));
        code->is_retired = load_bool(l, entry, "retired");
        load_done(l, entry);
    }
}

void load_lists(struct load *l, struct node *n)
{
    struct node *entry = l->p->list_count ? n->first : NULL;

    for (size_t i = 0; i < l->p->list_count; i++, entry = entry->next) {
        struct code_list *list = &l->p->lists[i];
        if (!load_is_map(l, entry))
            continue;
        list->label = load_need_label(l, entry, "label");
        list->version = (int)load_int(l, entry, "version", 1, 1000000, 1);
        load_codes(l, load_need(l, entry, "codes"), list);
        load_done(l, entry);
    }
}

/* ---- parties ---- */

static void load_party(struct load *l, struct node *n, struct party *party)
{
    static const char *const relations[] = {[PARTY_ROLE] = "role",
                                            [PARTY_RAISER] = "raiser",
                                            [PARTY_COSIGNER] = "cosigner",
                                            [PARTY_ASSIGNED] = "assigned",
                                            [PARTY_PARTICIPANT] = "participant",
                                            [PARTY_OWNER] = "owner",
                                            [PARTY_SYSTEM] = "system",
                                            [PARTY_ANYONE] = "anyone"};
    static const char *const scopes[] = {[SCOPE_WHOLE] = "whole",
                                         [SCOPE_ROOM] = "room",
                                         [SCOPE_BODY] = "body",
                                         [SCOPE_UNIT] = "unit"};

    if (!load_is_map(l, n))
        return;
    party->label = load_need_label(l, n, "label");
    struct node *is = load_take(n, "is"), *role = load_take(n, "role");
    struct node *kinds = load_take(n, "kinds");
    party->role = load_text(l, role);
    party->is = PARTY_ROLE;
    if (is) {
        int relation = load_word(l, is, relations, COUNT(relations));
        party->is = relation < 0 ? PARTY_ROLE : (enum party_is)relation;
    }
    if ((party->is == PARTY_ROLE) != (role != NULL))
        problem(l->problems, n->line, MSG_PROCEDURE_PROBLEM_PARTY, T(party->name));
    int scope = load_word(l, load_take(n, "scope"), scopes, COUNT(scopes));
    party->scope = scope < 0 ? SCOPE_WHOLE : (enum party_scope)scope;
    party->is_many = load_bool(l, n, "many");
    int assignment = procedure_child(l->p, CHILD_ASSIGNMENT);
    if (party->is == PARTY_ASSIGNED && assignment < 0)
        problem(l->problems, n->line, MSG_PROCEDURE_PROBLEM_NO_CHILD,
                T(child_type_name(CHILD_ASSIGNMENT)));
    else
        party->kinds = load_kinds(l, kinds, party->is == PARTY_ASSIGNED ? assignment : -1);
    load_done(l, n);
}

void load_party_list(struct load *l, struct node *n)
{
    struct node *entry = l->p->party_count ? n->first : NULL;

    for (size_t i = 0; i < l->p->party_count; i++, entry = entry->next)
        load_party(l, entry, &l->p->parties[i]);
}

/* ---- states and children ---- */

/* What the public may see: names of fields, numbers and kinds of children, or "openness". */
static void load_public(struct load *l, struct node *n, uint64_t *fields, uint64_t *numbers,
                        uint32_t *children)
{
    struct items items = load_items(l, n);

    for (size_t i = 0; i < items.count; i++) {
        str name = load_text(l, items.at[i]);
        int field = procedure_field(l->p, name), number = procedure_number(l->p, name), child = -1;
        for (size_t c = 0; c < l->p->child_count; c++)
            if (str_eq(child_type_name(l->p->children[c].type), name))
                child = (int)c;
        if (field >= 0)
            *fields |= UINT64_C(1) << field;
        else if (number >= 0)
            *numbers |= UINT64_C(1) << number;
        else if (child >= 0)
            *children |= 1U << child;
        else
            problem(l->problems, items.at[i]->line, MSG_PROCEDURE_PROBLEM_NO_FIELD, T(name));
    }
}

static void load_state(struct load *l, struct node *n, struct state *s, int child)
{
    static const char *const follows[] = {[FOLLOWS_NOTHING] = "nothing",
                                          [FOLLOWS_MERGED_INTO] = "merged_into",
                                          [FOLLOWS_CONVERTED_TO] = "converted_to",
                                          [FOLLOWS_CAME_FROM] = "came_from"};

    s->step = -1;
    if (!load_is_map(l, n))
        return;
    s->label = load_need_label(l, n, "label");
    struct node *seal = load_take(n, "seal");
    s->seal = seal ? load_label(l, seal) : s->label;
    load_done(l, seal);
    s->is_end = load_bool(l, n, "end");
    if (child >= 0) {
        s->is_gone = load_bool(l, n, "gone");
        s->is_initial = load_bool(l, n, "initial") || s == l->p->children[child].states;
    } else {
        struct node *public = load_need(l, n, "public");
        s->step = load_ref(l, load_take(n, "step"), REF_STEP, -1);
        s->is_by_openness =
            public && public->type == NODE_VALUE && str_eq(public->text, S("openness"));
        if (!s->is_by_openness)
            load_public(l, public, &s->public_fields, &s->public_numbers, &s->public_children);
        s->is_public = s->is_by_openness || s->public_fields || s->public_numbers;
        int link = load_word(l, load_take(n, "follows"), follows, COUNT(follows));
        s->follows = link < 0 ? FOLLOWS_NOTHING : (enum follows)link;
    }
    load_done(l, n);
}

void load_states(struct load *l, struct node *n, struct state *states, int child)
{
    size_t count = child < 0 ? l->p->state_count : l->p->children[child].state_count;
    struct node *entry = count ? n->first : NULL;

    for (size_t i = 0; i < count; i++, entry = entry->next)
        load_state(l, entry, &states[i], child);
}

/* `per: unit`, `per: point`, `per: many`, or parties: one row for each person of these. */
static void load_per(struct load *l, struct node *n, struct child *child)
{
    static const char *const words[] = {
        [PER_MANY] = "many", [PER_UNIT] = "unit", [PER_POINT] = "point"};

    if (n && n->type == NODE_VALUE) {
        for (size_t i = 0; i < COUNT(words); i++) {
            if (str_eq(n->text, str_of(words[i]))) {
                child->per = (enum child_per)i;
                return;
            }
        }
    }
    child->per = PER_PARTY;
    child->per_parties = load_parties(l, n);
}

static void load_result(struct load *l, struct node *n, struct child *child)
{
    if (!n)
        return;
    for (size_t i = 0; i < child->field_count; i++)
        if (str_eq(child->fields[i].name, load_text(l, n)))
            child->result_field = (int)i;
    if (child->result_field < 0 || child->fields[child->result_field].type != FIELD_CODE)
        problem(l->problems, n->line, MSG_PROCEDURE_PROBLEM_NO_FIELD, T(n->text));
    else
        child->results = child->fields[child->result_field].list;
}

static void load_child(struct load *l, struct node *n, int at)
{
    struct child *child = &l->p->children[at];
    struct node *fields = load_take(n, "fields");

    if (n->type != NODE_MAP)
        return;
    load_take(n, "kinds");
    child->label = load_need_label(l, n, "label");
    load_per(l, load_need(l, n, "per"), child);
    struct node *states = load_take(n, "states");
    if (child->state_count)
        load_states(l, states, child->states, at);
    for (size_t i = 0; i < child->field_count; i++)
        child->fields[i] = load_field_new(child->fields[i].name, child->fields[i].line);
    struct node *entry = child->field_count ? fields->first : NULL;
    for (size_t i = 0; i < child->field_count; i++, entry = entry->next)
        load_field(l, entry, &child->fields[i], false);
    load_result(l, load_take(n, "result"), child);
    child->is_by_round = load_bool(l, n, "by_round");
    child->needs_second_factor = load_bool(l, n, "second_factor");
    child->form = load_text(l, load_take(n, "form"));
    load_take(n, "acts");
    load_done(l, n);
}

void load_children(struct load *l, struct node *n)
{
    struct node *entry = l->p->child_count ? n->first : NULL;
    size_t first = l->p->act_count;

    for (size_t i = 0; i < l->p->child_count; i++, entry = entry->next)
        load_child(l, entry, (int)i);
    for (size_t i = l->p->act_count; i-- > 0;)
        if (l->p->acts[i].child >= 0)
            first = i;
    entry = l->p->child_count ? n->first : NULL;
    for (size_t i = 0; i < l->p->child_count; i++, entry = entry->next) {
        load_acts(l, load_take(entry, "acts"), (int)i, first);
        while (first < l->p->act_count && l->p->acts[first].child == (int)i)
            first++;
    }
}

/* ---- numbers, openness, satisfaction ---- */

void load_numbers(struct load *l, struct node *n)
{
    static const char *const scopes[] = {"term", "session", "year"};
    struct node *entry = l->p->number_count ? n->first : NULL;

    for (size_t i = 0; i < l->p->number_count; i++, entry = entry->next) {
        struct number_rule *number = &l->p->numbers[i];
        number->given_at = -1;
        if (!load_is_map(l, entry))
            continue;
        number->label = load_need_label(l, entry, "label");
        number->format = load_text(l, load_need(l, entry, "format"));
        if (number->format.len && str_find(number->format, S("{n")) == SIZE_MAX)
            problem(l->problems, entry->line, MSG_PROCEDURE_PROBLEM_NUMBER, T(number->name));
        struct node *shown = load_take(entry, "shown");
        number->shown =
            shown ? load_label(l, shown) : (struct label){.text = {number->format, number->format}};
        load_done(l, shown);
        struct items unique = load_items(l, load_take(entry, "unique"));
        for (size_t u = 0; u < unique.count; u++) {
            int scope = load_word(l, unique.at[u], scopes, COUNT(scopes));
            number->unique |= scope < 0 ? 0 : 1U << scope;
        }
        struct node *at = load_need(l, entry, "given_at");
        if (at && !(at->type == NODE_VALUE && str_eq(at->text, S("made"))))
            number->given_at = load_ref(l, at, REF_ACT, -1);
        if (number->given_at >= 0)
            l->p->acts[number->given_at].gives |= 1U << i;
        load_done(l, entry);
    }
}

void load_openness(struct load *l, struct node *n)
{
    struct openness *o = &l->p->openness;

    o->field = -1;
    if (!load_is_map(l, n))
        return;
    struct node *field = load_need(l, n, "field"), *shows = load_need(l, n, "shows");
    o->field = load_ref(l, field, REF_FIELD, -1);
    if (o->field >= 0 && l->p->fields[o->field].list < 0) {
        problem(l->problems, field->line, MSG_PROCEDURE_PROBLEM_NO_LIST, T(field->text));
        o->field = -1;
    }
    if (load_is_map(l, shows) && o->field >= 0) {
        const struct code_list *list = &l->p->lists[l->p->fields[o->field].list];
        for (struct node *e = shows->first; e; e = e->next) {
            if (!code_find(list, e->key) || o->count == OPENNESS_MAX) {
                problem(l->problems, e->line, MSG_PROCEDURE_PROBLEM_NO_CODE, T(e->key));
                continue;
            }
            o->shows[o->count].code = e->key;
            load_public(l, e, &o->shows[o->count].fields, &o->shows[o->count].numbers,
                        &o->shows[o->count].children);
            o->count++;
        }
    }
    load_done(l, n);
}

void load_satisfaction(struct load *l, struct node *n)
{
    static const char *const headlines[] = {[HEADLINE_NONE] = "none",
                                            [HEADLINE_FIRST_RAISER] = "first_raiser",
                                            [HEADLINE_MOST] = "most"};
    struct satisfaction *s = &l->p->satisfaction;

    *s = (struct satisfaction){.child = -1, .list = -1};
    if (!load_is_map(l, n))
        return;
    s->child = procedure_child(l->p, CHILD_EVALUATION);
    if (s->child < 0)
        problem(l->problems, n->line, MSG_PROCEDURE_PROBLEM_NO_CHILD,
                T(child_type_name(CHILD_EVALUATION)));
    s->list = load_ref(l, load_need(l, n, "options"), REF_LIST, -1);
    int headline = load_word(l, load_take(n, "headline"), headlines, COUNT(headlines));
    s->headline = headline < 0 ? HEADLINE_NONE : (enum headline)headline;
    s->minimum_shown = (int)load_int(l, n, "minimum_shown", 1, 1000, 5);
    load_done(l, n);
}
