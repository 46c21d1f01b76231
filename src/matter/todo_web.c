/* What waits for a person: an act that a running time limit waits for, and that only that person
 * can do. */
#include "matter/todo_web.h"

#include "db/db.h"
#include "matter/todo_sql.h"
#include "search/token.h"

/* The time limit that the act would keep; NULL: none waits for it. */
static const struct clock_row *waiting_clock(const struct flow *w, const struct open_act *open)
{
    int64_t child = open->row < 0 ? 0 : w->rows[open->row].id;

    for (size_t i = 0; i < w->clock_count; i++) {
        const struct clock_row *k = &w->clocks[i];
        int rule = procedure_clock(w->p, k->name);
        if (rule >= 0 && k->child == child && str_eq(k->state, S("running")) &&
            (w->p->clocks[rule].stop >> open->act & 1) != 0)
            return k;
    }
    return NULL;
}

/* To give up is nobody's duty. */
static bool gives_up(const struct procedure *p, const struct act *act)
{
    return act->child < 0 && act->to_count == 1 && p->states[act->to[0]].is_end;
}

static bool is_own(const struct ctx *c, const struct flow *w, const struct open_act *open)
{
    const struct act *act = &w->p->acts[open->act];
    uint32_t raiser = procedure_parties_that_are(w->p, PARTY_RAISER);

    if (open->row >= 0)
        return w->rows[open->row].person == c->who->id;
    return act->child < 0 && (act->by & raiser & w->parties) != 0;
}

static bool find(struct ctx *c, const struct flow *w, struct todo *t)
{
    struct open_acts open = procedure_open_acts(c->arena, w->p, &w->f, w->parties, c->lang);

    for (size_t i = 0; i < open.count; i++) {
        const struct act *act = &w->p->acts[open.at[i].act];
        const struct clock_row *k = waiting_clock(w, &open.at[i]);
        int64_t row = open.at[i].row < 0 ? 0 : w->rows[open.at[i].row].id;
        if (k == NULL || !open.at[i].is_ready || gives_up(w->p, act) || !is_own(c, w, &open.at[i]))
            continue;
        *t = (struct todo){
            .url = str_fmt(c->arena, "/matters/%lld#act-%.*s-%lld", (long long)w->m.id,
                           STR_ARG(act->name), (long long)row),
            .what = label_text(c, &act->verb),
            .title = w->m.title,
            .lang = token_lang(w->m.title),
            .clock = clock_words(c, k->due, false),
        };
        return true;
    }
    return false;
}

enum err todo_list(struct ctx *c, struct todo **todos, size_t *count)
{
    int64_t ids[TODO_MAX];
    struct rows row;
    size_t n = 0;
    bool found;

    *todos = NEW_ARRAY(c->arena, TODO_MAX, struct todo);
    *count = 0;
    TRY(db_rows(&row, c->db, &TODO_MATTERS, I(c->who->id), I(TODO_MAX)));
    for (;;) {
        TRY(db_next(&row, &found));
        if (!found)
            break;
        ids[n++] = take_i64(&row);
    }
    for (size_t i = 0; i < n; i++) {
        struct flow w;
        enum err e = flow_load(c, ids[i], &w);
        if (e == NOT_FOUND) { /* taken from him meanwhile */
            c->failure = (struct failure){0};
            continue;
        }
        TRY(e);
        if (find(c, &w, &(*todos)[*count]))
            (*count)++;
    }
    return OK;
}
