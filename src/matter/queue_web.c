/* Queues, made from the procedures: which there are for a reader, how full they are, and what is in
 * them. */
#include "base/calendar.h"
#include "base/msg.h"
#include "body/body.h"
#include "matter/desk_sql.h"
#include "matter/desk_web.h"

#include <assert.h>

/* ---- which queues ---- */

static bool has_role_everywhere(const struct ctx *c, uint32_t roles)
{
    for (size_t i = 0; i < c->who->role_count; i++) {
        if ((c->who->role[i].role & roles) != 0 && c->who->role[i].scope == 0)
            return true;
    }
    return false;
}

/* The roles of the reader among the parties of a mask. A party bound to units has the inbox, not
 * the desk. */
static uint32_t held_roles(const struct ctx *c, const struct procedure *p, uint32_t parties,
                           bool *is_everywhere)
{
    uint32_t roles = 0;

    for (size_t i = 0; i < p->party_count; i++) {
        const struct party *y = &p->parties[i];
        uint32_t role = y->is == PARTY_ROLE ? role_find(y->role) : 0;
        if ((parties & UINT32_C(1) << i) == 0 || !who_has(c->who, role) || y->scope == SCOPE_UNIT)
            continue;
        roles |= role;
        *is_everywhere = *is_everywhere || y->scope == SCOPE_WHOLE || has_role_everywhere(c, role);
    }
    return roles;
}

bool desk_may(const struct ctx *c, const struct procedure *p, uint32_t parties)
{
    bool is_everywhere = false;

    return held_roles(c, p, parties, &is_everywhere) != 0;
}

static bool stops_clock(const struct procedure *p, size_t act)
{
    for (size_t i = 0; i < p->clock_count; i++) {
        if ((p->clocks[i].stop & UINT64_C(1) << act) != 0)
            return true;
    }
    return false;
}

static struct queue *queue_at(struct ctx *c, struct queues *all, const struct procedure *p,
                              const char *sep, str name, str label)
{
    str key = str_fmt(c->arena, "%.*s%s%.*s", STR_ARG(p->name), sep, STR_ARG(name));

    for (size_t i = 0; i < all->count; i++) {
        if (str_eq(all->at[i].key, key))
            return &all->at[i];
    }
    struct queue *queue = PUSH(c->arena, all->at, all->count, all->cap);
    *queue = (struct queue){.key = key, .label = label, .p = p};
    return queue;
}

static struct queue_cell *cell_at(struct ctx *c, struct queue *queue, str state)
{
    for (size_t i = 0; i < queue->cell_count; i++) {
        if (str_eq(queue->cells[i].state, state))
            return &queue->cells[i];
    }
    struct queue_cell *cell = PUSH(c->arena, queue->cells, queue->cell_count, queue->cell_cap);
    *cell = (struct queue_cell){.p = queue->p,
                                .procedure = queue->p->name,
                                .state = state,
                                .assignment = S(""),
                                .ask = S("")};
    return cell;
}

/* A state of the matter: work if an act moves it on or stops a clock. Of an end only what has a
 * time limit is anybody's work. */
static void add_state(struct ctx *c, struct queues *all, const struct procedure *p, size_t state)
{
    bool is_everywhere = false, is_work = false;
    uint32_t roles = 0;

    for (size_t i = 0; i < p->act_count; i++) {
        const struct act *a = &p->acts[i];
        bool everywhere = false;
        if (a->child >= 0 || (a->from & UINT64_C(1) << state) == 0)
            continue;
        uint32_t held = held_roles(c, p, a->by, &everywhere);
        bool moves = a->to_count > 0 && a->to[0] != (int)state;
        if (held == 0)
            continue;
        if (p->states[state].is_end && !stops_clock(p, i))
            continue;
        roles |= held;
        is_everywhere = is_everywhere || everywhere;
        is_work = is_work || moves || stops_clock(p, i);
    }
    if (roles == 0)
        return;
    const struct state *s = &p->states[state];
    struct queue *queue = queue_at(c, all, p, ".", s->name, label_text(c, &s->label));
    struct queue_cell *cell = cell_at(c, queue, s->name);
    queue->is_work = queue->is_work || is_work;
    cell->roles |= roles;
    cell->is_everywhere = cell->is_everywhere || is_everywhere;
    cell->is_dated = s->is_end;
}

static void add_cells(struct ctx *c, struct queue *queue, const struct procedure *p,
                      uint64_t states, uint32_t roles, bool is_everywhere, str assignment, str ask)
{
    queue->is_work = true;
    for (size_t s = 0; s < p->state_count; s++) {
        if ((states & UINT64_C(1) << s) == 0)
            continue;
        struct queue_cell *cell = cell_at(c, queue, p->states[s].name);
        cell->roles |= roles;
        cell->is_everywhere = cell->is_everywhere || is_everywhere;
        cell->assignment = assignment;
        cell->ask = ask;
    }
}

/* Rows of units that want a decision, and what was asked for and can be granted. */
static void add_asked(struct ctx *c, struct queues *all, const struct procedure *p, size_t act)
{
    const struct act *a = &p->acts[act];
    bool everywhere = false;

    if (a->child < 0 && a->confirmed_by != 0) {
        uint32_t roles = held_roles(c, p, a->confirmed_by, &everywhere);
        str label = msg_fmt(c->arena, c->lang, MSG_ENTRY_ASKED, T(label_text(c, &a->label)));
        if (roles != 0)
            add_cells(c, queue_at(c, all, p, "!", a->name, label), p, a->from, roles, everywhere,
                      S(""), a->name);
        return;
    }
    if (a->child < 0 || p->children[a->child].type != CHILD_ASSIGNMENT)
        return;
    uint32_t roles = held_roles(c, p, a->by, &everywhere);
    for (size_t s = 0; roles != 0 && s < p->children[a->child].state_count; s++) {
        const struct state *row = &p->children[a->child].states[s];
        if ((a->from & UINT64_C(1) << s) != 0)
            add_cells(c, queue_at(c, all, p, ":", row->name, label_text(c, &row->label)), p,
                      a->during, roles, everywhere, row->name, S(""));
    }
}

/* What is late or soon due in all the work. */
static void add_due(struct ctx *c, struct queues *all)
{
    struct queue due = {.key = S("due"), .label = msg_text(c->lang, MSG_DESK_DUE), .is_work = true};

    for (size_t i = 0; i < all->count; i++) {
        const struct queue *k = &all->at[i];
        if (!k->is_work || k->cells[0].assignment.len > 0 || k->cells[0].ask.len > 0)
            continue;
        for (size_t n = 0; n < k->cell_count; n++)
            *PUSH(c->arena, due.cells, due.cell_count, due.cell_cap) = k->cells[n];
        due.late += k->late;
        due.soon += k->soon;
    }
    due.count = due.late + due.soon;
    if (due.cell_count > 0)
        *PUSH(c->arena, all->at, all->count, all->cap) = due;
}

/* ---- how full they are ---- */

struct places {
    struct body *bodies;
    size_t count;
};

static int64_t parent_of(const struct places *all, int64_t id)
{
    for (size_t i = 0; i < all->count; i++) {
        if (all->bodies[i].id == id)
            return all->bodies[i].parent;
    }
    return 0;
}

/* Does a role of the cell hold for this room, or for what it belongs to? */
static bool covers(const struct ctx *c, const struct places *all, const struct queue_cell *cell,
                   int64_t room)
{
    enum { DEPTH_MAX = 16 };

    if (cell->is_everywhere)
        return true;
    for (int depth = 0; room != 0 && depth < DEPTH_MAX; depth++) {
        for (size_t i = 0; i < c->who->role_count; i++) {
            if ((c->who->role[i].role & cell->roles) != 0 && c->who->role[i].scope == room)
                return true;
        }
        room = parent_of(all, room);
    }
    return false;
}

static enum err count_cell(struct ctx *c, const struct places *places, const struct queues *all,
                           const struct queue_cell *cell, struct queue *queue)
{
    struct rows row;
    bool found;

    TRY(db_rows(&row, c->db, cell->is_dated ? &QUEUE_COUNTS_DATED : &QUEUE_COUNTS,
                T(cell->procedure), T(cell->state), T(cell->assignment), T(cell->ask), I(all->now),
                I(all->soon)));
    for (;;) {
        TRY(db_next(&row, &found));
        if (!found)
            return OK;
        int64_t room = take_i64(&row), count = take_i64(&row), late = take_i64(&row);
        int64_t soon = take_i64(&row), oldest = take_i64(&row);
        if (!covers(c, places, cell, room))
            continue;
        queue->count += count;
        queue->late += late;
        queue->soon += soon;
        if (queue->oldest == 0 || oldest < queue->oldest)
            queue->oldest = oldest;
    }
}

/* The end of the last day that counts as soon. */
static int64_t soon_until(const struct ctx *c)
{
    int64_t due = c->now;

    if (calendar_due(c->calendar, c->now, SOON_WORKDAYS, CALENDAR_WORKDAYS, &due, NULL) != OK)
        return c->now;
    return due;
}

enum err queues_load(struct ctx *c, struct queues *all)
{
    struct places places;

    *all = (struct queues){.now = c->now, .soon = soon_until(c)};
    for (size_t i = 0; i < c->procedures->count; i++) {
        const struct procedure *p = c->procedures->at[i];
        if (procedures_latest(c->procedures, p->name) != p)
            continue;
        for (size_t s = 0; s < p->state_count; s++)
            add_state(c, all, p, s);
        for (size_t a = 0; a < p->act_count; a++)
            add_asked(c, all, p, a);
    }
    TRY(body_list(c, S(""), &places.bodies, &places.count));
    for (size_t i = 0; i < all->count; i++) {
        for (size_t n = 0; n < all->at[i].cell_count; n++)
            TRY(count_cell(c, &places, all, &all->at[i].cells[n], &all->at[i]));
    }
    add_due(c, all);
    return OK;
}

const struct queue *queues_find(const struct queues *all, str key)
{
    for (size_t i = 0; i < all->count; i++) {
        if (str_eq(all->at[i].key, key))
            return &all->at[i];
    }
    return NULL;
}

/* ---- what is in them ---- */

str desk_scopes(struct ctx *c, uint32_t roles, bool *is_everywhere)
{
    struct buf b = {.arena = c->arena};

    buf_byte(&b, ',');
    for (size_t i = 0; i < c->who->role_count; i++) {
        const struct who_role *r = &c->who->role[i];
        if ((r->role & roles) == 0)
            continue;
        if (r->scope == 0)
            *is_everywhere = true;
        else
            buf_fmt(&b, "%lld,", (long long)r->scope);
    }
    return buf_str(&b);
}

/* "%words%" with the signs of LIKE taken as themselves. */
static str like_of(struct ctx *c, str words)
{
    struct buf b = {.arena = c->arena};

    if (words.len == 0)
        return S("");
    buf_byte(&b, '%');
    for (size_t i = 0; i < words.len; i++) {
        if (words.at[i] == '%' || words.at[i] == '_' || words.at[i] == '\\')
            buf_byte(&b, '\\');
        buf_byte(&b, words.at[i]);
    }
    buf_byte(&b, '%');
    return buf_str(&b);
}

struct asked_cell {
    const struct queue_cell *cell;
    const struct queue_ask *ask;
    str scopes, like, number;
    bool is_everywhere;
};

static enum err cell_rows(struct ctx *c, const struct asked_cell *k, bool is_dated,
                          struct matter **rows, size_t *count)
{
    const struct queue_cell *cell = k->cell;
    const struct queue_ask *a = k->ask;
    str lang = c->lang == LANG_EN ? S("en") : S("zh");
    int64_t until = a->due_until == 0 ? INT64_MAX : a->due_until;
    int64_t due = a->after_due, id = a->after_id;
    struct rows row;

    if (is_dated && due < a->due_from) {
        due = a->due_from;
        id = INT64_MAX;
    }
    if (is_dated)
        TRY(db_rows(&row, c->db, &QUEUE_DATED, T(cell->procedure), T(cell->state),
                    T(cell->assignment), T(cell->ask), T(k->scopes), B(k->is_everywhere),
                    T(a->category), T(k->like), T(k->number), T(lang), I(due), I(id), I(until),
                    I(a->limit)));
    else
        TRY(db_rows(&row, c->db, &QUEUE_UNDATED, T(cell->procedure), T(cell->state),
                    T(cell->assignment), T(cell->ask), T(k->scopes), B(k->is_everywhere),
                    T(a->category), T(k->like), T(k->number), T(lang),
                    I(a->after_due == 0 ? id : 0), I(a->limit)));
    return matter_take_list(c, &row, rows, count);
}

static bool is_before(const struct matter *a, const struct matter *b)
{
    return a->due != b->due ? a->due < b->due : a->id < b->id;
}

/* Put the rows of a cell among those there are; both are in order. */
static void merge(struct ctx *c, struct matter **rows, size_t *count, const struct matter *more,
                  size_t more_count, size_t limit)
{
    struct matter *all = NEW_ARRAY(c->arena, *count + more_count + 1, struct matter);
    size_t a = 0, b = 0, n = 0;

    while (n < limit && (a < *count || b < more_count)) {
        bool takes_more = a == *count || (b < more_count && is_before(&more[b], &(*rows)[a]));
        all[n++] = takes_more ? more[b++] : (*rows)[a++];
    }
    *rows = all;
    *count = n;
}

static enum err all_cells(struct ctx *c, const struct queue *queue, const struct queue_ask *ask,
                          bool is_dated, struct matter **rows, size_t *count)
{
    *rows = NULL;
    *count = 0;
    for (size_t i = 0; i < queue->cell_count; i++) {
        const struct queue_cell *cell = &queue->cells[i];
        struct asked_cell k = {.cell = cell,
                               .ask = ask,
                               .like = like_of(c, ask->words),
                               .number = ask->words,
                               .is_everywhere = cell->is_everywhere};
        struct matter *more;
        size_t n;
        k.scopes = desk_scopes(c, cell->roles, &k.is_everywhere);
        if (!is_dated && cell->is_dated)
            continue;
        TRY(cell_rows(c, &k, is_dated, &more, &n));
        merge(c, rows, count, more, n, (size_t)ask->limit);
    }
    return OK;
}

enum err queue_rows(struct ctx *c, const struct queue *queue, const struct queue_ask *ask,
                    struct matter **rows, size_t *count)
{
    struct queue_ask rest = *ask;
    struct matter *more;
    size_t n;
    bool in_undated = ask->after_due == 0 && ask->after_id != 0;

    assert(ask->limit > 0);
    *rows = NULL;
    *count = 0;
    if (!in_undated)
        TRY(all_cells(c, queue, ask, true, rows, count));
    if ((int64_t)*count == ask->limit || ask->due_until != 0)
        return OK;
    rest.limit = ask->limit - (int64_t)*count;
    if (!in_undated)
        rest.after_due = rest.after_id = 0;
    TRY(all_cells(c, queue, &rest, false, &more, &n));
    struct matter *all = NEW_ARRAY(c->arena, *count + n + 1, struct matter);
    for (size_t i = 0; i < *count; i++)
        all[i] = (*rows)[i];
    for (size_t i = 0; i < n; i++)
        all[*count + i] = more[i];
    *rows = all;
    *count += n;
    return OK;
}
