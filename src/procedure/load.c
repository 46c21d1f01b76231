#include "procedure/load.h"

#include "base/msg.h"

#include <assert.h>

/* The number of entries that get a place: those of a map, no more than fit. */
static size_t load_places(struct load *l, struct node *n, size_t max)
{
    if (!load_is_map(l, n))
        return 0;
    if (n->count > max) {
        problem(l->problems, n->line, MSG_PROCEDURE_PROBLEM_TOO_LONG, I((int64_t)max));
        return max;
    }
    return n->count;
}

/* Names are stored and stand in addresses: small letters, digits and underscores. */
static str load_name(struct load *l, const struct node *n)
{
    bool is_good = n->key.len > 0 && n->key.len <= 40;

    for (size_t i = 0; is_good && i < n->key.len; i++) {
        char c = n->key.at[i];
        is_good = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
    }
    if (!is_good)
        problem(l->problems, n->line, MSG_PROCEDURE_PROBLEM_NAME, T(n->key));
    return n->key;
}

/* Gives each entry of the map under `key` its place and name in a new array of `type`. */
#define PLACES(array, counter, type, map, max)                                                     \
    do {                                                                                           \
        struct node *map_ = (map);                                                                 \
        (counter) = load_places(l, map_, (max));                                                   \
        (array) = NEW_ARRAY(l->arena, (counter), type);                                            \
        struct node *entry_ = (counter) ? map_->first : NULL;                                      \
        for (size_t i_ = 0; i_ < (counter); i_++, entry_ = entry_->next) {                         \
            (array)[i_].name = load_name(l, entry_);                                               \
            (array)[i_].line = entry_->line;                                                       \
        }                                                                                          \
    } while (0)

static void place_child(struct load *l, struct node *n, struct child *child)
{
    struct node *kinds = load_take(n, "kinds");
    int type = -1;

    for (int t = 0; t < CHILD_TYPES; t++)
        if (str_eq(n->key, child_type_name((enum child_type)t)))
            type = t;
    if (type < 0)
        problem(l->problems, n->line, MSG_PROCEDURE_PROBLEM_NO_CHILD, T(n->key));
    *child = (struct child){.type = type < 0 ? CHILD_TYPES : (enum child_type)type,
                            .line = n->line,
                            .results = -1,
                            .result_field = -1};
    if (!load_is_map(l, n))
        return;
    PLACES(child->states, child->state_count, struct state, load_need(l, n, "states"),
           PROCEDURE_STATES_MAX);
    PLACES(child->fields, child->field_count, struct field, load_take(n, "fields"),
           PROCEDURE_FIELDS_MAX);
    PLACES(child->kinds, child->kind_count, struct kind, kinds, PROCEDURE_KINDS_MAX);
    struct node *kind = child->kind_count ? kinds->first : NULL;
    for (size_t i = 0; i < child->kind_count; i++, kind = kind->next) {
        child->kinds[i].label = load_label(l, kind);
        load_done(l, kind);
    }
}

/* The names of `acts` go behind those that are there. */
static void place_acts(struct load *l, struct node *n, int child)
{
    struct procedure *p = l->p;
    size_t count = load_places(l, n, PROCEDURE_ACTS_MAX - p->act_count);
    struct node *entry = count ? n->first : NULL;

    for (size_t i = 0; i < count; i++, entry = entry->next)
        p->acts[p->act_count++] =
            (struct act){.name = load_name(l, entry), .child = child, .line = entry->line};
}

static void place_children(struct load *l, struct node *n)
{
    struct procedure *p = l->p;

    p->child_count = load_places(l, n, CHILD_TYPES);
    p->children = NEW_ARRAY(l->arena, p->child_count, struct child);
    struct node *entry = p->child_count ? n->first : NULL;
    for (size_t i = 0; i < p->child_count; i++, entry = entry->next)
        place_child(l, entry, &p->children[i]);
    entry = p->child_count ? n->first : NULL;
    for (size_t i = 0; i < p->child_count; i++, entry = entry->next)
        place_acts(l, load_take(entry, "acts"), (int)i);
}

static void place_all(struct load *l)
{
    struct procedure *p = l->p;
    struct node *root = l->root;

    PLACES(p->steps, p->step_count, struct step, load_take(root, "steps"), PROCEDURE_LIST_MAX);
    PLACES(p->lists, p->list_count, struct code_list, load_take(root, "lists"), PROCEDURE_LIST_MAX);
    PLACES(p->parties, p->party_count, struct party, load_need(l, root, "parties"),
           PROCEDURE_PARTIES_MAX);
    PLACES(p->fields, p->field_count, struct field, load_need(l, root, "fields"),
           PROCEDURE_FIELDS_MAX);
    PLACES(l->inputs, l->input_count, struct field, load_take(root, "inputs"),
           PROCEDURE_FIELDS_MAX);
    PLACES(p->states, p->state_count, struct state, load_need(l, root, "states"),
           PROCEDURE_STATES_MAX);
    PLACES(p->clocks, p->clock_count, struct clock_rule, load_take(root, "clocks"),
           PROCEDURE_CLOCKS_MAX);
    PLACES(p->numbers, p->number_count, struct number_rule, load_take(root, "numbers"),
           PROCEDURE_PARTIES_MAX);
    p->acts = NEW_ARRAY(l->arena, PROCEDURE_ACTS_MAX, struct act);
    place_acts(l, load_need(l, root, "acts"), -1);
    place_children(l, load_take(root, "children"));
}

static void load_head(struct load *l)
{
    static const char *const functions[] = {"participate", "consult", "supervise"};
    struct procedure *p = l->p;
    struct node *name = load_need(l, l->root, "procedure");
    struct node *summary = load_take(l->root, "summary");

    p->name = load_text(l, name);
    if (!load_take(l->root, "version"))
        problem(l->problems, 1, MSG_PROCEDURE_PROBLEM_MISSING, T(S("version")));
    p->version = (int)load_int(l, l->root, "version", 1, 1000000, 0);
    p->label = load_need_label(l, l->root, "label");
    p->summary = summary ? load_label(l, summary) : (struct label){.text = {S(""), S("")}};
    load_done(l, summary);
    int function = load_word(l, load_need(l, l->root, "function"), functions, 3);
    p->function = function < 0 ? FUNCTION_PARTICIPATE : (enum function)function;
}

static void load_steps(struct load *l, struct node *n)
{
    struct node *entry = n && l->p->step_count ? n->first : NULL;

    for (size_t i = 0; i < l->p->step_count; i++, entry = entry->next) {
        assert(entry != NULL); /* the steps were counted from these */
        l->p->steps[i].label = load_label(l, entry);
        load_done(l, entry);
    }
}

static void load_initial(struct load *l)
{
    struct procedure *p = l->p;
    uint64_t imported = load_refs(l, load_take(l->root, "imported"), REF_STATE, -1);

    p->initial = load_ref(l, load_need(l, l->root, "initial"), REF_STATE, -1);
    for (size_t i = 0; i < p->state_count; i++) {
        p->states[i].is_imported = imported >> i & 1;
        p->states[i].is_initial = (int)i == p->initial || p->states[i].is_imported;
    }
}

static void load_all(struct load *l)
{
    struct node *root = l->root;

    load_head(l);
    place_all(l);
    load_steps(l, load_take(root, "steps"));
    load_lists(l, load_take(root, "lists"));
    load_party_list(l, load_take(root, "parties"));
    load_fields(l, load_take(root, "fields"), l->p->fields, true);
    load_fields(l, load_take(root, "inputs"), l->inputs, false);
    load_states(l, load_take(root, "states"), l->p->states, -1);
    load_initial(l);
    load_children(l, load_take(root, "children"));
    load_acts(l, load_take(root, "acts"), -1, 0);
    load_clocks(l, load_take(root, "clocks"));
    load_numbers(l, load_take(root, "numbers"));
    load_openness(l, load_take(root, "openness"));
    load_satisfaction(l, load_take(root, "satisfaction"));
    load_done(l, root);
}

/* In the order of lines; those of one line as they were found. */
static void sort_problems(struct problem_list *list)
{
    for (size_t i = 1; i < list->count; i++) {
        struct problem p = list->at[i];
        size_t at = i;
        for (; at > 0 && list->at[at - 1].line > p.line; at--)
            list->at[at] = list->at[at - 1];
        list->at[at] = p;
    }
}

enum err procedure_load(struct arena *a, str file_name, str text, struct procedure **p,
                        struct problem_list *problems)
{
    struct load l = {.arena = a, .problems = problems, .p = NEW(a, struct procedure)};

    assert(p);
    *p = NULL;
    problems->count = 0;
    if (text.len > PROCEDURE_TEXT_MAX)
        problem(problems, 0, MSG_PROCEDURE_PROBLEM_TOO_BIG, I(PROCEDURE_TEXT_MAX / 1024));
    else if (text_check(text) != TEXT_OK)
        problem(problems, 0, MSG_PROCEDURE_PROBLEM_NOT_TEXT);
    else
        l.root = tree_read(a, text, problems);
    if (l.root && load_is_map(&l, l.root)) {
        l.p->digest = crypto_sha256(text);
        l.p->file_name = str_copy(a, file_name);
        load_all(&l);
        if (problems->count == 0)
            check_procedure(&l);
    }
    sort_problems(problems);
    if (problems->count)
        return INVALID;
    *p = l.p;
    return OK;
}

void procedure_put_problems(struct buf *b, enum lang lang, str file_name,
                            const struct problem_list *problems)
{
    for (size_t i = 0; i < problems->count; i++) {
        const struct problem *p = &problems->at[i];
        buf_put(b, file_name);
        if (p->line)
            buf_fmt(b, ":%d", p->line);
        buf_put(b, S(": "));
        msg_put(b, lang, p->msg, p->args, p->arg_count);
        buf_byte(b, '\n');
    }
}
