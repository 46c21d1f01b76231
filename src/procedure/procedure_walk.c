#include "procedure/procedure_walk.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

str walk_read(struct arena *a, const char *root, const char *path)
{
    FILE *file = fopen(str_z(a, str_fmt(a, "%s/%s", root, path)), "rb");
    struct buf b = {.arena = a};

    if (!file) {
        perror(path);
        exit(2);
    }
    for (size_t n = 1; n > 0;) {
        n = fread(buf_reserve(&b, 4096), 1, 4096, file);
        b.len += n;
    }
    fclose(file);
    return buf_str(&b);
}

const struct procedure *walk_load(struct arena *a, const char *root, const char *path)
{
    struct problem_list *problems = NEW(a, struct problem_list);
    struct procedure *p;

    if (procedure_load(a, str_of(path), walk_read(a, root, path), &p, problems) != OK) {
        struct buf b = {.arena = a};
        procedure_put_problems(&b, LANG_EN, str_of(path), problems);
        fprintf(stderr, "%.*s", STR_ARG(buf_str(&b)));
        exit(2);
    }
    return p;
}

static void make_row(struct walk *w, enum child_type type, int kind, int64_t point)
{
    int child = procedure_child(w->p, type);

    assert(child >= 0 && w->f.child_count < WALK_ROWS);
    int64_t id = ++w->next_id;
    w->rows[w->f.child_count++] = (struct child_fact){.child = child,
                                                      .kind = kind,
                                                      .round = w->f.round,
                                                      .id = id,
                                                      .body = 100 + id,
                                                      .person = 200 + id,
                                                      .point = point,
                                                      .is_own = true};
}

static void assign(struct walk *w)
{
    int child = procedure_child(w->p, CHILD_ASSIGNMENT);
    str rest = str_of(w->units);

    while (rest.len) {
        int kind = child_kind(&w->p->children[child], str_cut(&rest, ' '));
        assert(kind >= 0);
        make_row(w, CHILD_ASSIGNMENT, kind, 0);
    }
    if (w->f.point_count == 0)
        w->f.point_count = 2;
    if (walk_row(w, CHILD_ANSWER, 0) < 0)
        for (size_t i = 0; i < w->f.point_count; i++)
            make_row(w, CHILD_ANSWER, -1, w->points[i]);
}

static void run_effects(struct walk *w, const struct act *act)
{
    int assignment = procedure_child(w->p, CHILD_ASSIGNMENT);

    if (act->effects >> EFFECT_ASSIGN & 1)
        assign(w);
    if (act->effects >> EFFECT_NEW_ROUND_ANSWERS & 1)
        for (size_t i = 0; i < w->f.point_count; i++)
            make_row(w, CHILD_ANSWER, -1, w->points[i]);
    for (int i = 0; i < 2; i++) {
        if (act->effects >> EFFECT_OPEN_EVALUATION & 1)
            make_row(w, CHILD_EVALUATION, -1, 0);
        if (act->effects >> EFFECT_ASK_CONFIRMATIONS & 1)
            make_row(w, CHILD_CONFIRMATION, -1, 0);
        if (act->effects >> EFFECT_INVITE_COSIGNERS & 1)
            make_row(w, CHILD_COSIGN, -1, 0);
    }
    if (act->effects >> EFFECT_PASS_ON & 1)
        make_row(w, CHILD_ASSIGNMENT, child_kind(&w->p->children[assignment], S("receiver")), 0);
    for (size_t i = 0; (act->effects >> EFFECT_CALL_BACK & 1) && i < w->f.child_count; i++)
        if (w->rows[i].child == assignment)
            w->rows[i].state = child_state(&w->p->children[assignment], S("removed"));
}

/* The first right value for a field; several for those that take several. */
static size_t fill(struct walk *w, const struct field *f, struct input *inputs)
{
    size_t count = f->type == FIELD_CODES && f->min > 1 ? (size_t)f->min : 1, given = 0;
    str value = S("12");

    if (f->type == FIELD_LINE || f->type == FIELD_TEXT || f->type == FIELD_POINTS)
        value = str_join(w->arena, str_join(w->arena, f->starts, S("some text")), f->ends);
    else if (f->type == FIELD_DECLARATION)
        value = S("yes");
    else if (f->type == FIELD_DATE)
        value = S("2022-04-26");
    for (size_t i = 0; f->list >= 0 && i < w->p->lists[f->list].code_count && given < count; i++) {
        const struct code *code = &w->p->lists[f->list].codes[i];
        if (f->group.len == 0 || str_eq(code->group, f->group))
            inputs[given++] = (struct input){f->name, code->name};
    }
    if (given == 0)
        inputs[given++] = (struct input){f->name, value};
    return given;
}

static size_t fill_all(struct walk *w, int at, struct input *inputs)
{
    const struct act *act = &w->p->acts[at];
    size_t count = 0;

    for (size_t i = 0; i < act->input_count; i++)
        if (act->inputs[i].is_required || w->fills_all)
            count += fill(w, &act->inputs[i], &inputs[count]);
    for (size_t i = 0; i < w->p->field_count; i++)
        if (w->p->fields[i].required_by >> at & 1)
            count += fill(w, &w->p->fields[i], &inputs[count]);
    for (size_t i = 0; i < count; i++) {
        int field = procedure_field(w->p, inputs[i].name);
        if (field >= 0)
            w->values[field] = inputs[i].value;
    }
    return count;
}

/* What an act that was allowed does to the facts. */
static void carry_out(struct walk *w, const struct open_act *open, int to)
{
    const struct act *act = &w->p->acts[open->act];
    int row = open->row;

    if (open->how == ACT_ASK || open->how == ACT_REFUSE) {
        w->f.asked ^= UINT64_C(1) << open->act;
        return;
    }
    w->f.asked &= ~(UINT64_C(1) << open->act);
    w->done[open->act]++;
    if (act->adds_row) {
        make_row(w, w->p->children[act->child].type, -1, 0);
        row = (int)w->f.child_count - 1;
        w->rows[row].body = w->rows[0].body;
    }
    if (act->child < 0 && to != STATE_SAME)
        w->f.state = to;
    else if (act->child >= 0 && to != STATE_SAME)
        w->rows[row].state = to;
    w->f.round += act->round_step;
    size_t before = w->f.child_count;
    run_effects(w, act);
    for (size_t i = before; i < w->f.child_count; i++)
        w->rows[i].is_new = true;
    struct clock_changes changes = procedure_clocks_after(w->arena, w->p, &w->f, open->act, row);
    for (size_t i = 0; i < changes.count; i++) {
        struct clock_change c = changes.at[i];
        uint32_t bit = 1U << c.clock;
        uint32_t *running = c.row < 0 ? &w->f.clocks_running : &w->rows[c.row].clocks_running;
        *running = c.verb == CLOCK_STOP || c.verb == CLOCK_PAUSE ? *running & ~bit : *running | bit;
        if (c.row < 0)
            w->f.clocks_paused =
                c.verb == CLOCK_PAUSE ? w->f.clocks_paused | bit : w->f.clocks_paused & ~bit;
    }
    for (size_t i = 0; i < w->f.child_count; i++)
        w->rows[i].is_new = false;
}

static void let_system(struct walk *w)
{
    struct open_act open;

    for (int i = 0; procedure_system_act(w->p, &w->f, &open); i++) {
        assert(i < 20); /* it comes to rest */
        const struct act *act = &w->p->acts[open.act];
        carry_out(w, &open, act->to_count ? act->to[0] : STATE_SAME);
    }
}

void walk_start(struct walk *w, struct arena *a, const struct procedure *p)
{
    *w = (struct walk){.arena = a, .p = p, .points = {11, 12}, .units = "single"};
    w->f = (struct facts){.state = p->initial,
                          .children = w->rows,
                          .points = w->points,
                          .values = w->values,
                          .done = w->done};
    struct clock_changes made = procedure_clocks_after(a, p, &w->f, ACT_MADE, -1);
    for (size_t i = 0; i < made.count; i++)
        w->f.clocks_running |= 1U << made.at[i].clock;
}

bool walk_act(struct walk *w, uint32_t parties, const struct open_act *open)
{
    struct input inputs[PROCEDURE_FIELDS_MAX * 2];
    const struct act *act = &w->p->acts[open->act];
    struct act_try try = {.act = open->act, .row = open->row, .how = open->how, .inputs = inputs};
    int to;

    if (open->how == ACT_REFUSE)
        inputs[try.input_count++] = (struct input){S("reason"), S("because")};
    else
        try.input_count = fill_all(w, open->act, inputs);
    if (act->to_count > 1)
        try.to = act->child < 0 ? w->p->states[act->to[0]].name
                                : w->p->children[act->child].states[act->to[0]].name;
    w->err = procedure_act_check(w->arena, w->p, &w->f, parties, &try, LANG_EN, &to, &w->why);
    if (w->err != OK)
        return false;
    for (size_t i = 0; open->row >= 0 && i < try.input_count; i++) {
        const struct child *child = &w->p->children[act->child];
        if (child->result_field >= 0 &&
            str_eq(inputs[i].name, child->fields[child->result_field].name))
            w->rows[open->row].result = w->result.len ? w->result : inputs[i].value;
    }
    carry_out(w, open, to);
    let_system(w);
    return true;
}

static int find_act(const struct walk *w, const char *name, int row)
{
    int act = row >= 0 ? procedure_child_act(w->p, w->rows[row].child, str_of(name))
                       : procedure_act(w->p, str_of(name));

    for (size_t i = 0; act < 0 && i < w->p->child_count; i++)
        act = procedure_child_act(w->p, (int)i, str_of(name));
    assert(act >= 0);
    return act;
}

static uint32_t find_party(const struct walk *w, const char *name)
{
    int party = procedure_party(w->p, str_of(name));

    assert(party >= 0);
    return 1U << party;
}

bool walk_do(struct walk *w, const char *party, const char *act, int row, enum act_how how)
{
    struct open_act open = {.act = find_act(w, act, row), .row = row, .how = how};

    return walk_act(w, find_party(w, party), &open);
}

bool walk_offers(struct walk *w, const char *party, const char *act, enum act_how how)
{
    struct open_acts open =
        procedure_open_acts(w->arena, w->p, &w->f, find_party(w, party), LANG_EN);

    for (size_t i = 0; i < open.count; i++)
        if (str_eq(w->p->acts[open.at[i].act].name, str_of(act)) && open.at[i].how == how)
            return true;
    return false;
}

int walk_out(struct walk *w, const char *name)
{
    int clock = procedure_clock(w->p, str_of(name)), acts = 0;
    bool is_of_rows = w->p->clocks[clock].child >= 0;
    int first = is_of_rows ? 0 : -1, end = is_of_rows ? (int)w->f.child_count : 0;

    for (int row = first; row < end; row++) {
        uint32_t running = row < 0 ? w->f.clocks_running : w->rows[row].clocks_running;
        struct open_act open;
        if (!(running >> clock & 1))
            continue;
        if (row < 0)
            w->f.clocks_out |= 1U << clock;
        else
            w->rows[row].clocks_out |= 1U << clock;
        if (!procedure_out_act(w->p, &w->f, clock, row, &open))
            continue;
        const struct act *act = &w->p->acts[open.act];
        carry_out(w, &open, act->to_count ? act->to[0] : STATE_SAME);
        let_system(w);
        acts++;
    }
    return acts;
}

int walk_row(const struct walk *w, enum child_type type, int n)
{
    int child = procedure_child(w->p, type);

    for (int i = 0; i < (int)w->f.child_count; i++) {
        const struct child *c = &w->p->children[child];
        if (w->rows[i].child == child && (!c->is_by_round || w->rows[i].round == w->f.round) &&
            n-- == 0)
            return i;
    }
    return -1;
}

bool walk_is(const struct walk *w, const char *state)
{
    return str_eq(w->p->states[w->f.state].name, str_of(state));
}

bool walk_row_is(const struct walk *w, int row, const char *state)
{
    const struct child_fact *r = &w->rows[row];

    return str_eq(w->p->children[r->child].states[r->state].name, str_of(state));
}
