/* The department's inbox. */
#include "matter/inbox_web.h"

#include "base/msg.h"
#include "db/db.h"
#include "matter/desk_sql.h"
#include "view_inbox.h"
#include "web/export.h"
#include "web/layout.h"
#include "web/pages.h"

/* The parts of the inbox. Rows of a state count only while their matter is in a state where units
 * have something to do; what is past that is answered. */
static const struct {
    const char *key, *state;
    bool is_open;
    int msg;
} boxes[] = {
    {"accept", "assigned", true, MSG_INBOX_ACCEPT},
    {"hand", "", true, MSG_INBOX_HAND},
    {"return", "return_asked", true, MSG_INBOX_RETURN},
    {"answered", "", false, MSG_INBOX_ANSWERED},
};

enum { BOXES = sizeof boxes / sizeof *boxes, BOX_HAND = 1 /* what has no box of its own */ };

/* What the statement needs to know of the procedures. */
struct inbox {
    str scopes, clocks, states; /* ",12,", ",reply,", ",talk_it_over.handling," */
    bool is_everywhere;
};

static bool is_unit(const struct procedure *p, uint32_t parties)
{
    for (size_t i = 0; i < p->party_count; i++) {
        bool is_one = p->parties[i].is == PARTY_ASSIGNED;
        if (is_one && (parties & UINT32_C(1) << i) != 0)
            return true;
    }
    return false;
}

/* A limit of the matter concerns the units if they are reminded of it, or stop it. */
static bool concerns_units(const struct procedure *p, const struct clock_rule *k)
{
    if (k->child >= 0)
        return false;
    if (is_unit(p, k->remind_to))
        return true;
    for (size_t i = 0; i < p->act_count; i++) {
        if ((k->stop & UINT64_C(1) << i) != 0 && is_unit(p, p->acts[i].by))
            return true;
    }
    return false;
}

/* The states of the matter in which units have something to do. */
static uint64_t unit_states(const struct procedure *p)
{
    uint64_t states = 0;

    for (size_t i = 0; i < p->act_count; i++) {
        const struct act *a = &p->acts[i];
        if (a->child < 0 && is_unit(p, a->by))
            states |= a->from;
        else if (a->child >= 0 && p->children[a->child].type == CHILD_ASSIGNMENT)
            states |= a->during;
    }
    return states;
}

static struct inbox inbox_of(struct ctx *c)
{
    struct buf clocks = {.arena = c->arena}, states = {.arena = c->arena};
    struct inbox in = {.is_everywhere = false};

    buf_byte(&clocks, ',');
    buf_byte(&states, ',');
    for (size_t i = 0; i < c->procedures->count; i++) {
        const struct procedure *p = c->procedures->at[i];
        uint64_t open = unit_states(p);
        for (size_t k = 0; k < p->clock_count; k++) {
            if (concerns_units(p, &p->clocks[k]))
                buf_fmt(&clocks, "%.*s,", STR_ARG(p->clocks[k].name));
        }
        for (size_t s = 0; s < p->state_count; s++) {
            if ((open & UINT64_C(1) << s) != 0)
                buf_fmt(&states, "%.*s.%.*s,", STR_ARG(p->name), STR_ARG(p->states[s].name));
        }
    }
    in.scopes = desk_scopes(c, ROLE_HANDLER, &in.is_everywhere);
    in.clocks = buf_str(&clocks);
    in.states = buf_str(&states);
    return in;
}

/* ---- rows ---- */

static void take_item(struct ctx *c, struct rows *row, struct inbox_item *t)
{
    t->id = take_i64(row);
    t->matter = take_i64(row);
    str kind = take_str(row, c->arena), state = take_str(row, c->arena);
    t->unit = take_str(row, c->arena);
    t->assigned = take_i64(row);
    t->due = take_i64(row);
    str procedure = take_str(row, c->arena);
    int64_t version = take_i64(row);
    str matter_state = take_str(row, c->arena);
    t->title = take_str(row, c->arena);
    str serial = take_str(row, c->arena), case_number = take_str(row, c->arena);
    t->is_demo = take_bool(row);
    t->changed = take_i64(row);
    t->points = take_i64(row);
    t->given = take_i64(row);

    const struct procedure *p = procedures_find(c->procedures, procedure, (int)version);
    int child = p == NULL ? -1 : procedure_child(p, CHILD_ASSIGNMENT);
    int k = child < 0 ? -1 : child_kind(&p->children[child], kind);
    int s = child < 0 ? -1 : child_state(&p->children[child], state);
    t->kind = k < 0 ? kind : label_text(c, &p->children[child].kinds[k].label);
    t->state = s < 0 ? state : label_text(c, &p->children[child].states[s].label);
    t->pick = str_fmt(c->arena, "%lld.%lld", (long long)t->id, (long long)t->matter);
    t->number = matter_number(c, p, case_number, serial);
    t->url = str_fmt(c->arena, "/matters/%lld", (long long)t->matter);
    t->matter_state = flow_state_label(c, procedure, version, matter_state, false);
    t->procedure = p == NULL ? procedure : label_text(c, &p->label);
}

static enum err load_items(struct ctx *c, const struct inbox *in, size_t box, int64_t due,
                           int64_t id, int64_t limit, struct inbox_item **items, size_t *count)
{
    struct rows row;
    size_t cap = 0;
    bool found;

    *items = NULL;
    *count = 0;
    TRY(db_rows(&row, c->db, &INBOX_LIST, T(in->scopes), T(in->clocks),
                T(c->lang == LANG_EN ? S("en") : S("zh")), I(INT64_MAX),
                T(str_of(boxes[box].state)), T(in->states), B(boxes[box].is_open), I(due), I(id),
                I(limit), B(in->is_everywhere), B(box == BOX_HAND)));
    for (;;) {
        TRY(db_next(&row, &found));
        if (!found)
            return OK;
        take_item(c, &row, PUSH(c->arena, *items, *count, cap));
    }
}

static enum err add_clocks(struct ctx *c, const struct inbox *in, struct inbox_item *t)
{
    struct clock_row *rows;
    struct matter m;
    size_t count, cap = 0;

    TRY(matter_listed(c, t->matter, &m));
    TRY(clock_list(c, t->matter, &rows, &count));
    const struct procedure *p = procedures_find(c->procedures, m.procedure, (int)m.version);
    for (size_t i = 0; p != NULL && i < count && t->clock_count < INBOX_CLOCKS; i++) {
        bool is_paused = str_eq(rows[i].state, S("paused"));
        int clock = procedure_clock(p, rows[i].name);
        str name = str_fmt(c->arena, ",%.*s,", STR_ARG(rows[i].name));
        bool is_ours = rows[i].child == t->id ||
                       (rows[i].child == 0 && str_find(in->clocks, name) != SIZE_MAX);
        if (clock < 0 || !is_ours || !(is_paused || str_eq(rows[i].state, S("running"))))
            continue;
        *PUSH(c->arena, t->clocks, t->clock_count, cap) = (struct inbox_clock){
            label_text(c, &p->clocks[clock].label), clock_words(c, rows[i].due, is_paused)};
    }
    return OK;
}

/* ---- the page ---- */

static size_t box_of(const struct req *q)
{
    for (size_t i = 0; i < BOXES; i++) {
        if (str_eq(req_query(q, S("box")), str_of(boxes[i].key)))
            return i;
    }
    return BOXES;
}

static enum err count_box(struct ctx *c, const struct inbox *in, size_t box, int64_t *count,
                          int64_t *late)
{
    struct rows row;
    bool found;

    TRY(db_rows(&row, c->db, &INBOX_COUNT, T(in->scopes), T(in->clocks), I(c->now),
                T(str_of(boxes[box].state)), T(in->states), B(boxes[box].is_open),
                B(in->is_everywhere), B(box == BOX_HAND)));
    TRY(db_next(&row, &found));
    if (!found)
        return FAULT;
    *count = take_i64(&row);
    *late = take_i64(&row);
    return db_done(&row);
}

static enum err make_boxes(struct ctx *c, const struct inbox *in, size_t *box, struct inbox_page *m)
{
    int64_t counts[BOXES] = {0}, late[BOXES] = {0};

    for (size_t i = 0; i < BOXES; i++)
        TRY(count_box(c, in, i, &counts[i], &late[i]));
    for (size_t i = 0; *box == BOXES && i < BOXES; i++) {
        if (counts[i] > 0)
            *box = i;
    }
    *box = *box == BOXES ? 0 : *box;
    m->tiles = NEW_ARRAY(c->arena, BOXES, struct desk_link);
    m->tile_count = BOXES;
    for (size_t i = 0; i < BOXES; i++)
        m->tiles[i] = (struct desk_link){
            .label = msg_text(c->lang, boxes[i].msg),
            .url = str_fmt(c->arena, "/inbox?box=%s", boxes[i].key),
            .count = counts[i],
            .late = boxes[i].is_open ? late[i] : 0,
            .has_count = true,
            .is_late = boxes[i].is_open && late[i] > 0,
            .is_current = i == *box,
        };
    return OK;
}

static struct desk_side inbox_side(struct ctx *c, const struct req *q, const struct inbox_page *m)
{
    struct desk_group *groups = NEW_ARRAY(c->arena, 2, struct desk_group);
    struct desk_side side = {
        .brand = msg_text(c->lang, MSG_LAYOUT_INBOX),
        .home = S("/inbox"),
        .logo_url = asset_url(c->arena, "logo.svg"),
        .is_en = c->lang == LANG_EN,
        .groups = groups,
        .group_count = 1,
        .notice = layout_notice(q),
    };

    groups[0] = (struct desk_group){msg_text(c->lang, MSG_INBOX_HANDLE), m->tiles, m->tile_count};
    if (who_has(c->who, ROLES_DESK)) {
        struct desk_link *desk = NEW(c->arena, struct desk_link);
        *desk = (struct desk_link){.label = msg_text(c->lang, MSG_LAYOUT_DESK), .url = S("/desk")};
        groups[1] = (struct desk_group){msg_text(c->lang, MSG_DESK_WAITING), desk, 1};
        side.group_count = 2;
    }
    return side;
}

static str unit_names(struct ctx *c)
{
    struct buf b = {.arena = c->arena};

    for (size_t i = 0; i < c->who->role_count; i++) {
        if (c->who->role[i].role != ROLE_HANDLER || c->who->role[i].scope == 0)
            continue;
        if (b.len > 0)
            buf_put(&b, msg_text(c->lang, MSG_LIST_COMMA));
        buf_put(&b, c->who->role[i].scope_name);
    }
    return buf_str(&b);
}

static void read_place(const struct req *q, int64_t *due, int64_t *id)
{
    str rest = req_query(q, S("after")), first = str_cut(&rest, '.');

    if (!str_to_i64(first, due) || !str_to_i64(rest, id))
        *due = *id = INT64_MIN;
}

/* Acts on rows of this state that ask for nothing more: done to many at once. */
static void make_bulk(struct ctx *c, const struct req *q, str state, struct inbox_page *m)
{
    size_t cap = 0;

    for (size_t i = 0; state.len > 0 && i < c->procedures->count; i++) {
        const struct procedure *p = c->procedures->at[i];
        int child = procedure_child(p, CHILD_ASSIGNMENT);
        int from = child < 0 ? -1 : child_state(&p->children[child], state);
        for (size_t k = 0; from >= 0 && k < p->act_count; k++) {
            const struct act *a = &p->acts[k];
            bool is_there = a->child == child && (a->from & UINT64_C(1) << from) != 0;
            for (size_t n = 0; n < m->plain_count; n++)
                is_there = is_there && !str_eq(m->plain[n].act, a->name);
            if (is_there && a->is_bulk && a->input_count == 0)
                *PUSH(c->arena, m->plain, m->plain_count, cap) = act_form_bulk(c, q, p, a);
        }
    }
    m->has_bulk = m->plain_count > 0 && m->item_count > 0;
    for (size_t i = 0; i < m->item_count; i++)
        m->items[i].has_pick = m->has_bulk;
}

enum err inbox_web_show(struct ctx *c, const struct req *q, struct page *p)
{
    struct inbox_page m = {.units = unit_names(c)};
    struct inbox in = inbox_of(c);
    size_t box = box_of(q);
    int64_t due, id;

    read_place(q, &due, &id);
    TRY(make_boxes(c, &in, &box, &m));
    TRY(load_items(c, &in, box, due, id, INBOX_PAGE + 1, &m.items, &m.item_count));
    const char *key = boxes[box].key;
    if (m.item_count > INBOX_PAGE) {
        m.item_count = INBOX_PAGE;
        m.next_url =
            str_fmt(c->arena, "/inbox?box=%s&after=%lld.%lld", key,
                    (long long)m.items[INBOX_PAGE - 1].due, (long long)m.items[INBOX_PAGE - 1].id);
    }
    if (id != INT64_MIN)
        m.first_url = str_fmt(c->arena, "/inbox?box=%s", key);
    for (size_t i = 0; i < m.item_count; i++)
        TRY(add_clocks(c, &in, &m.items[i]));
    make_bulk(c, q, str_of(boxes[box].state), &m);
    m.told = desk_told(c, p);
    m.title = msg_text(c->lang, boxes[box].msg);
    m.csv_url = str_fmt(c->arena, "/inbox.csv?box=%s", key);
    m.xlsx_url = str_fmt(c->arena, "/inbox.xlsx?box=%s", key);
    m.side = inbox_side(c, q, &m);
    p->title = m.title;
    p->nav = NAV_INBOX;
    p->layout_class = S("desk");
    view_inbox(&p->out, &m);
    return OK;
}

/* ---- exports ---- */

static const struct export_column columns[] = {
    {"id", MSG_COLUMN_ID, 20},
    {"serial", MSG_COLUMN_NUMBER, 16},
    {"title", MSG_COLUMN_TITLE, 48},
    {"procedure", MSG_COLUMN_PROCEDURE, 16},
    {"unit", MSG_COLUMN_UNIT, 24},
    {"kind", MSG_COLUMN_KIND, 12},
    {"state", MSG_COLUMN_STATE, 16},
    {"matter_state", MSG_COLUMN_MATTER_STATE, 16},
    {"assigned", MSG_COLUMN_ASSIGNED, 12},
    {"due", MSG_COLUMN_DUE, 12},
    {"points", MSG_COLUMN_POINTS, 10},
    {"answered", MSG_COLUMN_ANSWERED, 10},
    {"url", MSG_COLUMN_URL, 40},
};

enum { COLUMNS = sizeof columns / sizeof *columns, BATCH_ARENA_MAX = 64 * 1024 * 1024 };

static void put_row(struct ctx *c, struct export *x, str base, const struct inbox_item *t)
{
    export_i64(x, t->matter);
    export_text(x, t->number);
    export_text(x, t->title);
    export_text(x, t->procedure);
    export_text(x, t->unit);
    export_text(x, t->kind);
    export_text(x, t->state);
    export_text(x, t->matter_state);
    export_date(x, t->assigned);
    export_date(x, t->due == INT64_MAX ? 0 : t->due);
    export_i64(x, t->points);
    export_i64(x, t->given);
    export_text(x, str_join(c->arena, base, t->url));
}

static enum err put_rows(struct ctx *c, struct export *x, str base, const struct inbox *in,
                         size_t box)
{
    struct arena *scratch = arena_new("export", BATCH_ARENA_MAX);
    struct ctx batch = *c;
    struct inbox_item *items;
    int64_t due = INT64_MIN, id = INT64_MIN;
    size_t count = EXPORT_BATCH;
    enum err e = OK;

    batch.arena = scratch;
    while (e == OK && count == EXPORT_BATCH && export_rows(x) < EXPORT_ROWS_MAX) {
        arena_reset(scratch);
        e = load_items(&batch, in, box, due, id, EXPORT_BATCH, &items, &count);
        for (size_t i = 0; e == OK && i < count; i++)
            put_row(&batch, x, base, &items[i]);
        if (e == OK && count > 0) {
            due = items[count - 1].due;
            id = items[count - 1].id;
        }
    }
    arena_free(scratch);
    return e;
}

static enum err export_inbox(struct ctx *c, const struct req *q, struct page *p,
                             enum export_kind kind)
{
    struct inbox in = inbox_of(c);
    size_t box = box_of(q);
    struct export *x;

    TRY(export_begin(c, p, kind, S("inbox"), columns, COLUMNS, &x));
    for (size_t i = 0; i < BOXES; i++) {
        if (box == BOXES || box == i)
            TRY(put_rows(c, x, web_base_url(c, q), &in, i));
    }
    return export_end(x);
}

enum err inbox_web_csv(struct ctx *c, const struct req *q, struct page *p)
{
    return export_inbox(c, q, p, EXPORT_CSV);
}

enum err inbox_web_xlsx(struct ctx *c, const struct req *q, struct page *p)
{
    return export_inbox(c, q, p, EXPORT_XLSX);
}
