#include "procedure/load.h"

#include "base/msg.h"

#include <assert.h>

struct node *load_take(struct node *map, const char *key)
{
    if (!map || map->type != NODE_MAP)
        return NULL;
    for (struct node *n = map->first; n; n = n->next) {
        if (str_eq(n->key, str_of(key))) {
            n->is_taken = true;
            return n;
        }
    }
    return NULL;
}

struct node *load_need(struct load *l, struct node *map, const char *key)
{
    struct node *n = load_take(map, key);

    if (!n && map && map->type == NODE_MAP)
        problem(l->problems, map->line, MSG_PROCEDURE_PROBLEM_MISSING, T(str_of(key)));
    return n;
}

void load_done(struct load *l, struct node *map)
{
    if (!map || map->type != NODE_MAP)
        return;
    for (struct node *n = map->first; n; n = n->next)
        if (!n->is_taken)
            problem(l->problems, n->line, MSG_PROCEDURE_PROBLEM_UNKNOWN_KEY, T(n->key));
}

bool load_is_map(struct load *l, struct node *n)
{
    if (n && n->type != NODE_MAP)
        problem(l->problems, n->line, MSG_PROCEDURE_PROBLEM_WANT_MAP, T(n->key));
    return n && n->type == NODE_MAP;
}

struct items load_items(struct load *l, struct node *n)
{
    struct items items = {.count = 0};

    if (!n)
        return items;
    if (n->type != NODE_LIST) {
        items.at[items.count++] = n;
        return items;
    }
    for (struct node *item = n->first; item; item = item->next) {
        if (items.count == PROCEDURE_LIST_MAX) {
            problem(l->problems, item->line, MSG_PROCEDURE_PROBLEM_TOO_LONG, I(PROCEDURE_LIST_MAX));
            break;
        }
        items.at[items.count++] = item;
    }
    return items;
}

str load_text(struct load *l, struct node *n)
{
    if (!n)
        return S("");
    if (n->type != NODE_VALUE || n->text.len == 0) {
        problem(l->problems, n->line, MSG_PROCEDURE_PROBLEM_WANT_TEXT, T(n->key));
        return S("");
    }
    return n->text;
}

int64_t load_int(struct load *l, struct node *map, const char *key, int64_t min, int64_t max,
                 int64_t otherwise)
{
    struct node *n = load_take(map, key);
    int64_t number;

    if (!n)
        return otherwise;
    if (n->type != NODE_VALUE || !str_to_i64(n->text, &number) || number < min || number > max) {
        problem(l->problems, n->line, MSG_PROCEDURE_PROBLEM_WANT_NUMBER, T(n->key), I(min), I(max));
        return otherwise;
    }
    return number;
}

bool load_bool(struct load *l, struct node *map, const char *key)
{
    struct node *n = load_take(map, key);

    if (!n)
        return false;
    if (n->type == NODE_VALUE && str_eq(n->text, S("true")))
        return true;
    if (n->type != NODE_VALUE || !str_eq(n->text, S("false")))
        problem(l->problems, n->line, MSG_PROCEDURE_PROBLEM_WANT_BOOL, T(n->key));
    return false;
}

bool load_span(struct load *l, struct node *n, struct span *span)
{
    static const char *const units[] = {"hours",    "hour",    "days",   "day",
                                        "workdays", "workday", "months", "month"};

    if (!n)
        return false;
    str rest = n->type == NODE_VALUE ? n->text : S("");
    str number = str_cut(&rest, ' ');
    rest = str_trim(rest);
    for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
        if (!str_eq(rest, str_of(units[i])) || !str_to_i64(number, &span->n))
            continue;
        if (span->n < -CALENDAR_COUNT_MAX || span->n > CALENDAR_COUNT_MAX)
            break;
        span->unit = (enum calendar_unit)(i / 2);
        return true;
    }
    *span = (struct span){.n = 0};
    problem(l->problems, n->line, MSG_PROCEDURE_PROBLEM_WANT_SPAN, T(n->key));
    return false;
}

struct label load_label(struct load *l, struct node *n)
{
    static const char *const keys[LANG_COUNT] = {[LANG_ZH] = "zh", [LANG_EN] = "en"};
    struct label label = {.text = {S(""), S("")}};

    if (!load_is_map(l, n))
        return label;
    for (int lang = 0; lang < LANG_COUNT; lang++) {
        struct node *text = load_take(n, keys[lang]);
        label.text[lang] = load_text(l, text);
        if (!text)
            problem(l->problems, n->line, MSG_PROCEDURE_PROBLEM_LABEL, T(n->key),
                    T(str_of(keys[lang])));
    }
    return label;
}

struct label load_need_label(struct load *l, struct node *map, const char *key)
{
    struct node *n = load_need(l, map, key);
    struct label label = load_label(l, n);

    load_done(l, n);
    return label;
}

int load_word(struct load *l, struct node *n, const char *const *words, size_t count)
{
    if (!n)
        return -1;
    if (n->type == NODE_VALUE)
        for (size_t i = 0; i < count; i++)
            if (str_eq(n->text, str_of(words[i])))
                return (int)i;
    problem(l->problems, n->line, MSG_PROCEDURE_PROBLEM_WORD, T(n->key), T(n->text));
    return -1;
}

/* ---- names to indices ---- */

static int act_ref(const struct procedure *p, str name, int child)
{
    size_t dot = str_find(name, S("."));

    if (dot != SIZE_MAX) {
        str kind = str_slice(name, 0, dot), act = str_slice(name, dot + 1, name.len);
        for (size_t i = 0; i < p->child_count; i++)
            if (str_eq(child_type_name(p->children[i].type), kind))
                return procedure_child_act(p, (int)i, act);
        return -1;
    }
    int act = procedure_child_act(p, child, name);
    return act < 0 ? procedure_act(p, name) : act;
}

static int find_ref(const struct procedure *p, str name, enum ref ref, int child)
{
    switch (ref) {
    case REF_PARTY:
        return procedure_party(p, name);
    case REF_FIELD:
        return procedure_field(p, name);
    case REF_STATE:
        return child >= 0 ? child_state(&p->children[child], name) : procedure_state(p, name);
    case REF_ACT:
        return act_ref(p, name, child);
    case REF_LIST:
        return procedure_list(p, name);
    case REF_CLOCK:
        return procedure_clock(p, name);
    case REF_NUMBER:
        return procedure_number(p, name);
    case REF_STEP:
        for (size_t i = 0; i < p->step_count; i++)
            if (str_eq(p->steps[i].name, name))
                return (int)i;
        return -1;
    }
    return -1;
}

int load_ref(struct load *l, struct node *n, enum ref ref, int child)
{
    static const int messages[] = {
        [REF_PARTY] = MSG_PROCEDURE_PROBLEM_NO_PARTY,
        [REF_FIELD] = MSG_PROCEDURE_PROBLEM_NO_FIELD,
        [REF_STATE] = MSG_PROCEDURE_PROBLEM_NO_STATE,
        [REF_ACT] = MSG_PROCEDURE_PROBLEM_NO_ACT,
        [REF_LIST] = MSG_PROCEDURE_PROBLEM_NO_LIST,
        [REF_CLOCK] = MSG_PROCEDURE_PROBLEM_NO_CLOCK,
        [REF_NUMBER] = MSG_PROCEDURE_PROBLEM_NO_NUMBER,
        [REF_STEP] = MSG_PROCEDURE_PROBLEM_NO_STEP,
    };
    if (!n)
        return -1;
    str name = load_text(l, n);
    if (name.len == 0)
        return -1;
    int found = find_ref(l->p, name, ref, child);
    if (found < 0)
        problem(l->problems, n->line, messages[ref], T(name));
    return found;
}

uint64_t load_refs(struct load *l, struct node *n, enum ref ref, int child)
{
    struct items items = load_items(l, n);
    uint64_t mask = 0;

    for (size_t i = 0; i < items.count; i++) {
        int at = load_ref(l, items.at[i], ref, child);
        if (at >= 0)
            mask |= UINT64_C(1) << at;
    }
    return mask;
}

uint32_t load_parties(struct load *l, struct node *n)
{
    return (uint32_t)load_refs(l, n, REF_PARTY, -1);
}

uint32_t load_kinds(struct load *l, struct node *n, int child)
{
    struct items items = load_items(l, n);
    uint32_t mask = 0;

    for (size_t i = 0; i < items.count; i++) {
        str name = load_text(l, items.at[i]);
        int kind = child < 0 ? -1 : child_kind(&l->p->children[child], name);
        if (kind < 0)
            problem(l->problems, items.at[i]->line, MSG_PROCEDURE_PROBLEM_NO_KIND, T(name));
        else
            mask |= 1U << kind;
    }
    return mask;
}
