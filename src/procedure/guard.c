#include "procedure/decide.h"

#include "base/msg.h"

void failure_set(struct failure *why, int msg, str field, const struct val *args, size_t arg_count)
{
    *why = (struct failure){.msg = msg, .field = field, .arg_count = arg_count};
    for (size_t i = 0; i < arg_count && i < FAILURE_ARGS_MAX; i++)
        why->args[i] = args[i];
}

bool row_counts(const struct procedure *p, const struct facts *f, const struct child_fact *row,
                int child, uint32_t kinds)
{
    const struct child *c = &p->children[child];

    if (row->child != child || c->states[row->state].is_gone)
        return false;
    if (kinds && (row->kind < 0 || !(kinds >> row->kind & 1)))
        return false;
    return !c->is_by_round || row->round == f->round;
}

static bool code_in(const struct code_list *list, str name, const uint64_t *mask)
{
    const struct code *code = code_find(list, name);

    if (!code)
        return false;
    size_t at = (size_t)(code - list->codes);
    return mask[at / 64] >> (at % 64) & 1;
}

static bool has_results(const struct guard *g)
{
    for (int i = 0; i < PROCEDURE_RESULTS_WORDS; i++)
        if (g->results[i])
            return true;
    return false;
}

/* Is the row in one of the states, or has it one of the results, that the guard names? A guard that
 * names none means every row. */
static bool row_is(const struct procedure *p, const struct guard *g, const struct child_fact *row)
{
    const struct child *c = &p->children[g->child];

    if (g->states >> row->state & 1)
        return true;
    if (!has_results(g))
        return !g->states;
    return row->result.len && code_in(&p->lists[c->results], row->result, g->results);
}

static bool point_has_row(const struct procedure *p, const struct facts *f, const struct guard *g,
                          int64_t point)
{
    for (size_t i = 0; i < f->child_count; i++) {
        const struct child_fact *row = &f->children[i];
        if (row->point == point && row_counts(p, f, row, g->child, g->kinds) && row_is(p, g, row))
            return true;
    }
    return false;
}

static bool over_rows(const struct procedure *p, const struct facts *f, const struct guard *g)
{
    int64_t counted = 0, matching = 0;

    if (g->is == GUARD_EVERY_POINT) {
        for (size_t i = 0; i < f->point_count; i++)
            if (!point_has_row(p, f, g, f->points[i]))
                return false;
        return f->point_count > 0;
    }
    for (size_t i = 0; i < f->child_count; i++) {
        if (!row_counts(p, f, &f->children[i], g->child, g->kinds))
            continue;
        counted++;
        matching += row_is(p, g, &f->children[i]);
    }
    switch (g->is) {
    case GUARD_ALL:
        return matching == counted;
    case GUARD_EVERY:
        return counted > 0 && matching == counted;
    case GUARD_ANY:
        return matching > 0;
    case GUARD_NONE:
        return matching == 0;
    case GUARD_COUNT_LEAST:
        return matching >= g->n;
    default:
        return matching < g->n;
    }
}

static str value_of(const struct facts *f, int field)
{
    return f->values ? f->values[field] : S("");
}

/* A day that is not known, or no day at all, holds nobody up. */
static bool has_come(const struct facts *f, int field)
{
    int64_t day;

    return f->days.today == 0 || !calendar_read_date(value_of(f, field), &day) ||
           day <= f->days.today;
}

bool guard_holds(const struct procedure *p, const struct facts *f, const struct guard *g)
{
    switch (g->is) {
    case GUARD_FIELD_SET:
        return value_of(f, g->field).len > 0;
    case GUARD_FIELD_EMPTY:
        return value_of(f, g->field).len == 0;
    case GUARD_FIELD_IS:
        return code_in(&p->lists[p->fields[g->field].list], value_of(f, g->field), g->results);
    case GUARD_FIELD_COME:
        return has_come(f, g->field);
    case GUARD_FIELD_AHEAD:
        return !has_come(f, g->field);
    case GUARD_ROUND_LEAST:
        return f->round >= g->n;
    case GUARD_ROUND_UNDER:
        return f->round < g->n;
    case GUARD_CLOCK_OUT:
        return f->clocks_out >> g->clock & 1;
    case GUARD_CLOCK_IN_TIME:
        return !(f->clocks_out >> g->clock & 1);
    case GUARD_CLOCK_RUNNING:
        return f->clocks_running >> g->clock & 1;
    case GUARD_ACT_DONE:
        return f->done && f->done[g->act] > 0;
    case GUARD_ACT_NOT_DONE:
        return !f->done || f->done[g->act] == 0;
    case GUARD_TAKEN_DOWN:
        return f->is_down;
    case GUARD_NOT_TAKEN_DOWN:
        return !f->is_down;
    default:
        return over_rows(p, f, g);
    }
}

bool guards_hold(const struct procedure *p, const struct facts *f, const struct guard *guards,
                 size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (!guard_holds(p, f, &guards[i]))
            return false;
    return true;
}

/* ---- the sentence ---- */

/* The labels of the states and results that the guard names, joined by "or". */
static str set_label(struct arena *a, const struct procedure *p, const struct guard *g,
                     enum lang lang)
{
    const struct child *c = &p->children[g->child];
    struct buf b = {.arena = a};

    for (size_t i = 0; i < c->state_count; i++) {
        if (!(g->states >> i & 1))
            continue;
        buf_put(&b, b.len ? msg_text(lang, MSG_PROCEDURE_GUARD_OR) : S(""));
        buf_put(&b, c->states[i].label.text[lang]);
    }
    for (size_t i = 0; c->results >= 0 && i < p->lists[c->results].code_count; i++) {
        if (!(g->results[i / 64] >> (i % 64) & 1))
            continue;
        buf_put(&b, b.len ? msg_text(lang, MSG_PROCEDURE_GUARD_OR) : S(""));
        buf_put(&b, p->lists[c->results].codes[i].label.text[lang]);
    }
    return buf_str(&b);
}

static str subject_label(const struct procedure *p, const struct guard *g, enum lang lang)
{
    const struct child *c = &p->children[g->child];

    for (size_t i = 0; i < c->kind_count; i++)
        if (g->kinds == 1U << i)
            return c->kinds[i].label.text[lang];
    return c->label.text[lang];
}

static void explain_rows(struct arena *a, const struct procedure *p, const struct guard *g,
                         enum lang lang, struct failure *why)
{
    static const int messages[] = {
        [GUARD_ALL] = MSG_PROCEDURE_GUARD_ALL,
        [GUARD_EVERY] = MSG_PROCEDURE_GUARD_ALL,
        [GUARD_ANY] = MSG_PROCEDURE_GUARD_ANY,
        [GUARD_NONE] = MSG_PROCEDURE_GUARD_NONE,
        [GUARD_COUNT_LEAST] = MSG_PROCEDURE_GUARD_LEAST,
        [GUARD_COUNT_UNDER] = MSG_PROCEDURE_GUARD_UNDER,
        [GUARD_EVERY_POINT] = MSG_PROCEDURE_GUARD_EVERY_POINT,
    };
    str subject = subject_label(p, g, lang);

    if (g->is == GUARD_COUNT_LEAST || g->is == GUARD_COUNT_UNDER)
        explain(why, messages[g->is], S(""), T(subject), I(g->n));
    else
        explain(why, messages[g->is], S(""), T(subject), T(set_label(a, p, g, lang)));
}

void guard_explain(struct arena *a, const struct procedure *p, const struct guard *g,
                   enum lang lang, struct failure *why)
{
    if (g->label.text[lang].len) {
        explain(why, MSG_PROCEDURE_GUARD_SAYS, S(""), T(g->label.text[lang]));
        return;
    }
    switch (g->is) {
    case GUARD_FIELD_SET:
    case GUARD_FIELD_EMPTY:
    case GUARD_FIELD_IS:
    case GUARD_FIELD_COME:
    case GUARD_FIELD_AHEAD:
        explain(why, MSG_PROCEDURE_GUARD_FIELD, p->fields[g->field].name,
                T(p->fields[g->field].label.text[lang]));
        return;
    case GUARD_ROUND_LEAST:
    case GUARD_ROUND_UNDER:
        explain(why, MSG_PROCEDURE_GUARD_ROUND, S(""), I(g->n));
        return;
    case GUARD_CLOCK_OUT:
    case GUARD_CLOCK_IN_TIME:
    case GUARD_CLOCK_RUNNING:
        explain(why, MSG_PROCEDURE_GUARD_CLOCK, S(""), T(p->clocks[g->clock].label.text[lang]));
        return;
    case GUARD_ACT_DONE:
        explain(why, MSG_PROCEDURE_GUARD_ACT, S(""), T(p->acts[g->act].verb.text[lang]));
        return;
    case GUARD_ACT_NOT_DONE:
        explain(why, MSG_PROCEDURE_GUARD_ACT_NOT, S(""), T(p->acts[g->act].verb.text[lang]));
        return;
    case GUARD_TAKEN_DOWN:
    case GUARD_NOT_TAKEN_DOWN:
        explain(why, MSG_MATTER_MOVED_ON, S(""));
        return;
    default:
        explain_rows(a, p, g, lang, why);
    }
}
