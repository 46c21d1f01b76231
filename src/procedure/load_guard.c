/*
 * The grammar of conditions, as in doc/procedures.md:
 *
 *     all|every|any|none SUBJECT in WORD {or WORD}        every point has SUBJECT in WORD {or WORD}
 *     any|none RESULT                                     SUBJECT [in WORD {or WORD}] >= N   (or <)
 *     field NAME set|empty|come|ahead|is CODE {or CODE}   round >= N   (or <)   rounds_used N
 *     clock NAME out|in time|running                      act NAME done|not done
 *     matter taken_down|not taken_down
 *
 * SUBJECT is a kind of child or one of its sub-kinds, WORD a state or a result of it.
 */
#include "procedure/load.h"

#include "base/msg.h"

struct reader {
    struct load *l;
    struct node *at; /* for the line */
    struct guard *g;
    str rest;
};

static str next_word(struct reader *r)
{
    r->rest = str_trim(r->rest);
    return str_cut(&r->rest, ' ');
}

static bool next_is(struct reader *r, const char *word)
{
    struct reader ahead = *r;

    if (!str_eq(next_word(&ahead), str_of(word)))
        return false;
    r->rest = ahead.rest;
    return true;
}

static bool complain(struct reader *r, int msg, str word)
{
    problem(r->l->problems, r->at->line, msg, T(word));
    return false;
}

static bool wrong(struct reader *r)
{
    return complain(r, MSG_PROCEDURE_PROBLEM_GUARD, r->g->text);
}

static bool at_end(struct reader *r)
{
    return str_trim(r->rest).len == 0 || wrong(r);
}

static int code_index(const struct code_list *list, str name)
{
    const struct code *code = code_find(list, name);

    return code ? (int)(code - list->codes) : -1;
}

static void add_result(struct guard *g, int code)
{
    g->results[code / 64] |= UINT64_C(1) << (code % 64);
}

/* A kind of child, or a sub-kind of one. */
static bool find_subject(struct reader *r, str word)
{
    const struct procedure *p = r->l->p;

    for (size_t i = 0; i < p->child_count; i++) {
        int kind = child_kind(&p->children[i], word);
        if (!str_eq(child_type_name(p->children[i].type), word) && kind < 0)
            continue;
        r->g->child = (int)i;
        if (kind >= 0)
            r->g->kinds = 1U << kind;
        return true;
    }
    return false;
}

/* A word that only one kind of child has as a result: `any: not_satisfied`. */
static bool find_result(struct reader *r, str word)
{
    const struct procedure *p = r->l->p;

    for (size_t i = 0; i < p->child_count; i++) {
        int list = p->children[i].results;
        int code = list < 0 ? -1 : code_index(&p->lists[list], word);
        if (code < 0)
            continue;
        r->g->child = (int)i;
        add_result(r->g, code);
        return true;
    }
    return false;
}

/* WORD {or WORD}: states or results of the subject. */
static bool read_set(struct reader *r)
{
    const struct child *child = &r->l->p->children[r->g->child];

    do {
        str word = next_word(r);
        int state = child_state(child, word);
        int code = child->results < 0 ? -1 : code_index(&r->l->p->lists[child->results], word);
        if (state >= 0)
            r->g->states |= UINT64_C(1) << state;
        else if (code >= 0)
            add_result(r->g, code);
        else
            return complain(r, MSG_PROCEDURE_PROBLEM_NO_STATE, word);
    } while (next_is(r, "or"));
    return true;
}

static bool read_count(struct reader *r, enum guard_is least, enum guard_is under)
{
    bool is_least = next_is(r, ">=");

    if (!is_least && !next_is(r, "<"))
        return wrong(r);
    r->g->is = is_least ? least : under;
    if (!str_to_i64(next_word(r), &r->g->n) || r->g->n < 1 || r->g->n > 1000)
        return wrong(r);
    return at_end(r);
}

/* After all, every, any, none. */
static bool read_quantified(struct reader *r)
{
    str word = next_word(r);

    if (r->g->is == GUARD_EVERY && str_eq(word, S("point"))) {
        r->g->is = GUARD_EVERY_POINT;
        if (!next_is(r, "has"))
            return wrong(r);
        word = next_word(r);
    }
    if (!find_subject(r, word)) {
        if (!find_result(r, word))
            return complain(r, MSG_PROCEDURE_PROBLEM_GUARD_NOTHING, word);
        return at_end(r);
    }
    if (!next_is(r, "in"))
        next_is(r, "is");
    return read_set(r) && at_end(r);
}

static bool read_field(struct reader *r)
{
    str name = next_word(r);
    int field = r->g->field = procedure_field(r->l->p, name);

    if (field < 0)
        return complain(r, MSG_PROCEDURE_PROBLEM_NO_FIELD, name);
    if (next_is(r, "set"))
        r->g->is = GUARD_FIELD_SET;
    else if (next_is(r, "empty"))
        r->g->is = GUARD_FIELD_EMPTY;
    else if (next_is(r, "come") && r->l->p->fields[field].type == FIELD_DATE)
        r->g->is = GUARD_FIELD_COME;
    else if (next_is(r, "ahead") && r->l->p->fields[field].type == FIELD_DATE)
        r->g->is = GUARD_FIELD_AHEAD;
    else if (next_is(r, "is") && r->l->p->fields[field].list >= 0) {
        r->g->is = GUARD_FIELD_IS;
        do {
            str word = next_word(r);
            int code = code_index(&r->l->p->lists[r->l->p->fields[field].list], word);
            if (code < 0)
                return complain(r, MSG_PROCEDURE_PROBLEM_NO_CODE, word);
            add_result(r->g, code);
        } while (next_is(r, "or"));
    } else {
        return wrong(r);
    }
    return at_end(r);
}

static bool read_clock(struct reader *r)
{
    str name = next_word(r);

    r->g->clock = procedure_clock(r->l->p, name);
    if (r->g->clock < 0)
        return complain(r, MSG_PROCEDURE_PROBLEM_NO_CLOCK, name);
    if (next_is(r, "out"))
        r->g->is = GUARD_CLOCK_OUT;
    else if (next_is(r, "running"))
        r->g->is = GUARD_CLOCK_RUNNING;
    else if (next_is(r, "in") && next_is(r, "time"))
        r->g->is = GUARD_CLOCK_IN_TIME;
    else
        return wrong(r);
    return at_end(r);
}

static bool read_act(struct reader *r)
{
    str name = next_word(r);

    r->g->act = procedure_act(r->l->p, name);
    if (r->g->act < 0)
        return complain(r, MSG_PROCEDURE_PROBLEM_NO_ACT, name);
    r->g->is = next_is(r, "not") ? GUARD_ACT_NOT_DONE : GUARD_ACT_DONE;
    return next_is(r, "done") ? at_end(r) : wrong(r);
}

static bool read_matter(struct reader *r)
{
    r->g->is = next_is(r, "not") ? GUARD_NOT_TAKEN_DOWN : GUARD_TAKEN_DOWN;
    return next_is(r, "taken_down") ? at_end(r) : wrong(r);
}

static bool read_guard(struct reader *r)
{
    static const struct {
        const char *word;
        enum guard_is is;
    } quantifiers[] = {
        {"all", GUARD_ALL}, {"every", GUARD_EVERY}, {"any", GUARD_ANY}, {"none", GUARD_NONE}};
    str word = next_word(r);

    for (size_t i = 0; i < sizeof quantifiers / sizeof *quantifiers; i++) {
        if (str_eq(word, str_of(quantifiers[i].word))) {
            r->g->is = quantifiers[i].is;
            return read_quantified(r);
        }
    }
    if (str_eq(word, S("field")))
        return read_field(r);
    if (str_eq(word, S("clock")))
        return read_clock(r);
    if (str_eq(word, S("act")))
        return read_act(r);
    if (str_eq(word, S("matter")))
        return read_matter(r);
    if (str_eq(word, S("round")))
        return read_count(r, GUARD_ROUND_LEAST, GUARD_ROUND_UNDER);
    if (str_eq(word, S("rounds_used"))) {
        r->g->is = GUARD_ROUND_LEAST;
        return str_to_i64(next_word(r), &r->g->n) && r->g->n > 0 ? at_end(r) : wrong(r);
    }
    if (!find_subject(r, word))
        return complain(r, MSG_PROCEDURE_PROBLEM_GUARD_NOTHING, word);
    if (next_is(r, "in") && !read_set(r))
        return false;
    return read_count(r, GUARD_COUNT_LEAST, GUARD_COUNT_UNDER);
}

static void add_guard(struct load *l, struct node *n, str text, struct guard *guards, size_t *count)
{
    struct guard g = {.child = -1,
                      .field = -1,
                      .clock = -1,
                      .act = -1,
                      .text = text,
                      .label = {.text = {S(""), S("")}},
                      .line = n->line};
    struct reader r = {.l = l, .at = n, .g = &g, .rest = text};

    if (read_guard(&r))
        guards[(*count)++] = g;
}

/* A text; {guard: text, label: …}; or a map, each entry of which is a guard: {any: not_satisfied}.
 */
static void load_guard(struct load *l, struct node *n, struct guard *guards, size_t *count)
{
    if (n->type == NODE_VALUE) {
        add_guard(l, n, n->text, guards, count);
        return;
    }
    if (!load_is_map(l, n))
        return;
    struct node *text = load_take(n, "guard");
    if (text) {
        size_t before = *count;
        struct label label = load_need_label(l, n, "label");
        add_guard(l, text, load_text(l, text), guards, count);
        if (*count > before)
            guards[before].label = label;
        load_done(l, n);
        return;
    }
    for (struct node *e = n->first; e; e = e->next) {
        e->is_taken = true;
        if (e->type == NODE_VALUE)
            add_guard(l, e, str_fmt(l->arena, "%.*s %.*s", STR_ARG(e->key), STR_ARG(e->text)),
                      guards, count);
        else
            problem(l->problems, e->line, MSG_PROCEDURE_PROBLEM_GUARD, T(e->key));
    }
}

void load_guards(struct load *l, struct node *n, struct guard **guards, size_t *count)
{
    struct items items = load_items(l, n);
    size_t max = 0;

    for (size_t i = 0; i < items.count; i++)
        max += items.at[i]->type == NODE_MAP ? items.at[i]->count : 1;
    *guards = NEW_ARRAY(l->arena, max, struct guard);
    for (size_t i = 0; i < items.count; i++)
        load_guard(l, items.at[i], *guards, count);
}
