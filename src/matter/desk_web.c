/* The clerk's desk: one queue on a page, with filters and exports. */
#include "matter/desk_web.h"

#include "base/calendar.h"
#include "base/clock.h"
#include "base/msg.h"
#include "view_desk.h"
#include "web/export.h"
#include "web/pages.h"

enum { WORDS_MAX = 60 };

/* What the address, or the form sent from the page, asks for. */
struct desk_asked {
    str queue, category, words, due;
    struct queue_ask ask;
};

static str given(const struct req *q, const char *name)
{
    str value = req_query(q, str_of(name));

    return value.len > 0 || q->method != METHOD_POST ? value : req_form(q, str_of(name));
}

static struct desk_asked read_asked(const struct req *q, const struct queues *all)
{
    struct desk_asked a = {.queue = given(q, "queue"),
                           .category = given(q, "category"),
                           .words = str_head(str_trim(given(q, "q")), WORDS_MAX),
                           .due = given(q, "due")};
    str rest = req_query(q, S("after")), due = str_cut(&rest, '.');

    a.ask.category = a.category;
    a.ask.words = a.words;
    if (str_eq(a.due, S("late"))) {
        a.ask.due_until = all->now;
    } else if (str_eq(a.due, S("soon"))) {
        a.ask.due_from = all->now;
        a.ask.due_until = all->soon;
    } else {
        a.due = S("");
    }
    if (!str_to_i64(due, &a.ask.after_due) || !str_to_i64(rest, &a.ask.after_id) ||
        a.ask.after_due < 0 || a.ask.after_id <= 0)
        a.ask.after_due = a.ask.after_id = 0;
    return a;
}

/* How much a queue asks for the clerk: work before what is only to be read; of the work what waits
 * for the office before what waits for its raiser; and nothing empty before something full. */
static int pull_of(const struct queue *k)
{
    str initial = k->p->states[k->p->initial].name;
    int full = k->count == 0 ? 0 : str_eq(k->cells[0].state, initial) ? 1 : 2;

    return (k->is_work ? 4 : 0) + full;
}

/* The queue asked for; without one, the first that has work. */
static enum err choose_queue(struct ctx *c, const struct queues *all, str key,
                             const struct queue **queue)
{
    *queue = queues_find(all, key);
    if (*queue != NULL)
        return OK;
    if (key.len > 0)
        return fail(c, NOT_FOUND, MSG_ERROR_NO_SUCH_PAGE);
    for (size_t i = 0; i < all->count; i++) {
        const struct queue *k = &all->at[i];
        if (k->p != NULL && (*queue == NULL || pull_of(k) > pull_of(*queue)))
            *queue = k;
    }
    return OK;
}

/* ---- addresses ---- */

static str desk_url(struct ctx *c, const struct desk_asked *a, const char *path, str due,
                    const struct matter *after)
{
    struct buf b = {.arena = c->arena};

    list_put_part(&b, "queue", a->queue);
    list_put_part(&b, "category", a->category);
    list_put_part(&b, "due", due);
    list_put_part(&b, "q", a->words);
    if (after != NULL)
        buf_fmt(&b, "&after=%lld.%lld", (long long)after->due, (long long)after->id);
    return str_join(c->arena, str_of(path), buf_str(&b));
}

/* ---- the page ---- */

static bool was_picked(const struct req *q, str pick)
{
    str value, id = str_cut(&pick, '.');

    for (size_t i = 0; q->method == METHOD_POST && req_form_nth(q, S("id"), i, &value); i++) {
        if (str_eq(str_cut(&value, '.'), id))
            return true;
    }
    return false;
}

static void make_rows(struct ctx *c, const struct req *q, const struct matter *rows, size_t count,
                      struct desk_page *m)
{
    m->rows = NEW_ARRAY(c->arena, count + 1, struct desk_row);
    m->row_count = count;
    for (size_t i = 0; i < count; i++) {
        struct desk_row *r = &m->rows[i];
        r->card = matter_card_of(c, &rows[i]);
        r->card.state =
            flow_state_label(c, rows[i].procedure, rows[i].version, rows[i].state, false);
        r->pick = str_fmt(c->arena, "%lld.%lld", (long long)rows[i].id, (long long)rows[i].edition);
        r->pick_id = str_fmt(c->arena, "pick-%lld", (long long)rows[i].id);
        r->is_picked = was_picked(q, r->pick);
    }
}

static void make_categories(struct ctx *c, const struct queue *queue, str chosen,
                            struct desk_page *m)
{
    int f = queue->p == NULL ? -1 : procedure_field(queue->p, S("category"));
    size_t cap = 0;

    if (f < 0 || queue->p->fields[f].type != FIELD_CODE)
        return;
    const struct code_list *list = &queue->p->lists[queue->p->fields[f].list];
    for (size_t i = 0; i < list->code_count; i++)
        *PUSH(c->arena, m->categories, m->category_count, cap) =
            (struct list_option){list->codes[i].name, label_text(c, &list->codes[i].label),
                                 str_eq(list->codes[i].name, chosen)};
}

static void make_dues(struct ctx *c, str chosen, struct desk_page *m)
{
    m->dues = NEW_ARRAY(c->arena, 2, struct list_option);
    m->due_count = 2;
    m->dues[0] = (struct list_option){S("late"), msg_text(c->lang, MSG_DESK_LATE),
                                      str_eq(chosen, S("late"))};
    m->dues[1] = (struct list_option){S("soon"), msg_text(c->lang, MSG_DESK_SOON),
                                      str_eq(chosen, S("soon"))};
}

/* What may be done to many matters of this queue by its reader. */
static void make_bulk(struct ctx *c, const struct req *q, const struct queue *queue,
                      struct desk_page *m)
{
    size_t plain_cap = 0, form_cap = 0;
    const struct procedure *p = queue->p;
    int state = p == NULL ? -1 : procedure_state(p, queue->cells[0].state);
    bool is_rows = p != NULL && (queue->cells[0].assignment.len > 0 || queue->cells[0].ask.len > 0);

    for (size_t i = 0; p != NULL && !is_rows && i < p->act_count; i++) {
        const struct act *a = &p->acts[i];
        if (!act_form_can_bulk(a) || (a->from & UINT64_C(1) << state) == 0 ||
            !desk_may(c, p, a->by))
            continue;
        struct act_form f = act_form_bulk(c, q, p, a);
        if (f.is_plain)
            *PUSH(c->arena, m->plain, m->plain_count, plain_cap) = f;
        else
            *PUSH(c->arena, m->forms, m->form_count, form_cap) = f;
    }
    m->has_bulk = m->plain_count + m->form_count > 0 && m->row_count > 0;
}

enum err desk_web_show(struct ctx *c, const struct req *q, struct page *p)
{
    const struct queue *queue;
    struct queues all;
    struct matter *rows = NULL;
    size_t count = 0;

    TRY(queues_load(c, &all));
    struct desk_asked a = read_asked(q, &all);
    TRY(choose_queue(c, &all, a.queue, &queue));
    struct desk_page m = {.title = msg_text(c->lang, MSG_LAYOUT_DESK), .is_empty = true};
    if (queue != NULL) {
        a.queue = queue->key;
        a.ask.limit = QUEUE_PAGE + 1;
        if (queue->p == NULL && a.ask.due_until == 0)
            a.ask.due_until = all.soon;
        TRY(queue_rows(c, queue, &a.ask, &rows, &count));
        bool has_more = count > QUEUE_PAGE;
        count = has_more ? QUEUE_PAGE : count;
        m.title = queue->label;
        m.procedure = queue->p == NULL ? S("") : label_text(c, &queue->p->label);
        m.key = queue->key;
        m.count = queue->count;
        m.late = queue->late;
        m.soon = queue->soon;
        m.oldest_days = queue->oldest == 0 ? 0 : (c->now - queue->oldest) / CLOCK_DAY;
        m.is_empty = queue->count == 0;
        make_rows(c, q, rows, count, &m);
        make_categories(c, queue, a.category, &m);
        make_dues(c, a.due, &m);
        make_bulk(c, q, queue, &m);
        if (has_more)
            m.next_url = desk_url(c, &a, "/desk", a.due, &rows[count - 1]);
        if (a.ask.after_id != 0)
            m.first_url = desk_url(c, &a, "/desk", a.due, NULL);
    }
    m.words = a.words;
    m.is_narrow = a.words.len > 0 || a.category.len > 0 || a.due.len > 0;
    m.all_url = desk_url(c, &a, "/desk", S(""), NULL);
    m.late_url = desk_url(c, &a, "/desk", S("late"), NULL);
    m.soon_url = desk_url(c, &a, "/desk", S("soon"), NULL);
    m.csv_url = desk_url(c, &a, "/desk/queue.csv", a.due, NULL);
    m.xlsx_url = desk_url(c, &a, "/desk/queue.xlsx", a.due, NULL);
    m.side = desk_side_make(c, q, &all, m.key);
    m.told = desk_told(c, p);
    p->title = m.title;
    p->nav = NAV_DESK;
    p->layout_class = S("desk");
    view_desk(&p->out, &m);
    return OK;
}

/* ---- exports ---- */

static const struct export_column columns[] = {
    {"id", MSG_COLUMN_ID, 20},
    {"serial", MSG_COLUMN_NUMBER, 16},
    {"title", MSG_COLUMN_TITLE, 48},
    {"procedure", MSG_COLUMN_PROCEDURE, 16},
    {"state", MSG_COLUMN_STATE, 16},
    {"since", MSG_COLUMN_SINCE, 12},
    {"category", MSG_COLUMN_CATEGORY, 16},
    {"raiser", MSG_COLUMN_RAISER, 16},
    {"room", MSG_COLUMN_ROOM, 20},
    {"raised", MSG_COLUMN_RAISED, 12},
    {"changed", MSG_COLUMN_CHANGED, 12},
    {"due", MSG_COLUMN_DUE, 12},
    {"url", MSG_COLUMN_URL, 40},
};

enum { COLUMNS = sizeof columns / sizeof *columns, BATCH_ARENA_MAX = 64 * 1024 * 1024 };

static void put_row(struct ctx *c, struct export *x, str base, const struct matter *m)
{
    struct matter_card card = matter_card_of(c, m);

    export_i64(x, m->id);
    export_text(x, card.serial);
    export_text(x, card.title);
    export_text(x, card.procedure);
    export_text(x, flow_state_label(c, m->procedure, m->version, m->state, false));
    export_date(x, m->state_since);
    export_text(x, card.category);
    export_text(x, card.raiser);
    export_text(x, card.room);
    export_date(x, m->raised);
    export_date(x, m->changed);
    export_date(x, m->due);
    export_text(x, str_join(c->arena, base, card.url));
}

static enum err put_rows(struct ctx *c, struct export *x, str base, const struct queue *queue,
                         struct queue_ask ask)
{
    struct arena *scratch = arena_new("export", BATCH_ARENA_MAX);
    struct ctx batch = *c;
    struct matter *rows;
    size_t count = EXPORT_BATCH;
    enum err e = OK;

    batch.arena = scratch;
    ask.limit = EXPORT_BATCH;
    while (e == OK && count == EXPORT_BATCH && export_rows(x) < EXPORT_ROWS_MAX) {
        arena_reset(scratch);
        e = queue_rows(&batch, queue, &ask, &rows, &count);
        for (size_t i = 0; e == OK && i < count; i++)
            put_row(&batch, x, base, &rows[i]);
        if (e == OK && count > 0) {
            ask.after_due = rows[count - 1].due;
            ask.after_id = rows[count - 1].id;
        }
    }
    arena_free(scratch);
    return e;
}

static enum err export_queue(struct ctx *c, const struct req *q, struct page *p,
                             enum export_kind kind)
{
    const struct queue *queue;
    struct queues all;
    struct export *x;

    TRY(queues_load(c, &all));
    struct desk_asked a = read_asked(q, &all);
    TRY(choose_queue(c, &all, a.queue, &queue));
    a.ask.after_due = a.ask.after_id = 0;
    TRY(export_begin(c, p, kind, S("queue"), columns, COLUMNS, &x));
    if (queue != NULL) {
        if (queue->p == NULL && a.ask.due_until == 0)
            a.ask.due_until = all.soon;
        TRY(put_rows(c, x, web_base_url(c, q), queue, a.ask));
    }
    return export_end(x);
}

enum err desk_web_csv(struct ctx *c, const struct req *q, struct page *p)
{
    return export_queue(c, q, p, EXPORT_CSV);
}

enum err desk_web_xlsx(struct ctx *c, const struct req *q, struct page *p)
{
    return export_queue(c, q, p, EXPORT_XLSX);
}
