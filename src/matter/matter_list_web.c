/* The list of matters and its exports. */
#include "matter/matter_list_web.h"

#include "base/msg.h"
#include "body/body.h"
#include "view_matter_list.h"
#include "web/atom.h"
#include "web/export.h"
#include "web/pages.h"

static str place_url(struct ctx *c, const struct list_asked *a, const char *name,
                     const struct matter *m)
{
    bool is_changed = a->f.order == MATTER_CHANGED;
    str url = list_url(c, a, "/matters", "", is_changed);

    return str_fmt(c->arena, "%.*s%c%s=%lld.%lld", STR_ARG(url),
                   str_find(url, S("?")) == SIZE_MAX ? '?' : '&', name,
                   (long long)(is_changed ? m->changed : m->raised), (long long)m->id);
}

/* ---- the filters of the page ---- */

static void add_chip(struct ctx *c, const struct list_asked *a, const char *name, str label,
                     struct matter_list_page *m, size_t *cap)
{
    if (label.len > 0)
        *PUSH(c->arena, m->chips, m->chip_count, *cap) = (struct list_chip){
            label, list_url(c, a, "/matters", name, a->f.order == MATTER_CHANGED)};
}

static bool is_latest(struct ctx *c, size_t i)
{
    const struct procedure *p = c->procedures->at[i];

    return procedures_latest(c->procedures, p->name) == p;
}

static struct list_group states_of(struct ctx *c, const struct list_asked *a,
                                   const struct procedure *p)
{
    struct list_group g = {.label = label_text(c, &p->label)};
    size_t cap = 0;

    for (size_t i = 0; i < p->state_count; i++) {
        const struct state *s = &p->states[i];
        str value = str_fmt(c->arena, "%.*s.%.*s", STR_ARG(p->name), STR_ARG(s->name));
        if (s->is_public)
            *PUSH(c->arena, g.options, g.option_count, cap) =
                (struct list_option){value, label_text(c, &s->label), str_eq(value, a->state)};
    }
    return g;
}

static struct list_group categories_group(struct ctx *c, const struct list_asked *a,
                                          const struct procedure *p)
{
    struct list_group g = {.label = label_text(c, &p->label)};
    const struct code_list *list = list_categories(p);
    size_t cap = 0;

    for (size_t i = 0; list != NULL && i < list->code_count; i++) {
        str value = str_fmt(c->arena, "%.*s.%.*s", STR_ARG(p->name), STR_ARG(list->codes[i].name));
        *PUSH(c->arena, g.options, g.option_count, cap) = (struct list_option){
            value, label_text(c, &list->codes[i].label), str_eq(value, a->category)};
    }
    return g;
}

static void make_procedures(struct ctx *c, const struct list_asked *a, struct matter_list_page *m)
{
    size_t cap = 0, state_cap = 0, category_cap = 0;

    for (size_t i = 0; i < c->procedures->count; i++) {
        const struct procedure *p = c->procedures->at[i];
        if (!is_latest(c, i))
            continue;
        *PUSH(c->arena, m->procedures, m->procedure_count, cap) =
            (struct list_option){p->name, label_text(c, &p->label), str_eq(p->name, a->procedure)};
        if (a->procedure.len > 0 && !str_eq(a->procedure, p->name))
            continue;
        *PUSH(c->arena, m->states, m->state_count, state_cap) = states_of(c, a, p);
        *PUSH(c->arena, m->categories, m->category_count, category_cap) = categories_group(c, a, p);
    }
}

static enum err make_bodies(struct ctx *c, const char *kind, int64_t chosen,
                            struct list_option **options, size_t *count)
{
    struct body *all;
    size_t n, cap = 0;

    TRY(body_list(c, str_of(kind), &all, &n));
    for (size_t i = 0; i < n; i++)
        *PUSH(c->arena, *options, *count, cap) =
            (struct list_option){str_fmt(c->arena, "%lld", (long long)all[i].id),
                                 body_name(c, &all[i]), all[i].id == chosen};
    return OK;
}

static enum err make_filters(struct ctx *c, const struct list_asked *a, struct matter_list_page *m)
{
    bool is_changed = a->f.order == MATTER_CHANGED;
    size_t cap = 0;

    make_procedures(c, a, m);
    TRY(make_bodies(c, "room", a->f.room, &m->rooms, &m->room_count));
    TRY(make_bodies(c, "region", a->f.region, &m->regions, &m->region_count));
    add_chip(c, a, "procedure", a->procedure_label, m, &cap);
    add_chip(c, a, "state", a->state_label, m, &cap);
    add_chip(c, a, "category", a->category_label, m, &cap);
    add_chip(c, a, "room", a->room_label, m, &cap);
    add_chip(c, a, "region", a->region_label, m, &cap);
    add_chip(c, a, "counted", a->counted_label, m, &cap);
    m->counted = a->counted;
    m->unknown = a->unknown;
    m->unknown_count = a->unknown_count;
    m->is_narrow = m->chip_count > 0;
    m->is_changed = is_changed;
    m->newest_url = list_url(c, a, "/matters", "", false);
    m->changed_url = list_url(c, a, "/matters", "", true);
    m->csv_url = list_url(c, a, "/matters.csv", "", is_changed);
    m->xlsx_url = list_url(c, a, "/matters.xlsx", "", is_changed);
    m->feed_url = list_url(c, a, "/matters.atom", "", is_changed);
    return OK;
}

/* ---- the rows ---- */

/* One page, and whether there is more before and after it. */
static enum err load_page(struct ctx *c, struct list_asked *a, struct matter **rows, size_t *count,
                          struct matter_list_page *m)
{
    bool is_first = a->f.before_id == 0;

    *count = 0;
    if (a->is_nothing)
        return OK;
    a->f.limit = MATTER_PAGE + 1;
    TRY(matter_list(c, &a->f, rows, count));
    if (a->f.is_back && *count <= MATTER_PAGE) { /* back at the start: the first page, whole */
        a->f.is_back = false;
        a->f.before_time = a->f.before_id = 0;
        is_first = true;
        TRY(matter_list(c, &a->f, rows, count));
    }
    bool has_more = *count > MATTER_PAGE;
    if (has_more) {
        *rows += a->f.is_back ? 1 : 0;
        *count = MATTER_PAGE;
    }
    if (*count > 0 && !is_first && (!a->f.is_back || has_more))
        m->newer_url = place_url(c, a, "before", &(*rows)[0]);
    if (*count > 0 && (a->f.is_back || has_more))
        m->older_url = place_url(c, a, "after", &(*rows)[*count - 1]);
    return OK;
}

enum err matter_web_list(struct ctx *c, const struct req *q, struct page *p)
{
    struct list_asked a = list_asked(c, q);
    struct matter_list_page m = {.total = 0};
    struct matter *rows = NULL;
    size_t count;
    str words = str_trim(req_query(q, S("q")));

    if (words.len > 0) {
        struct buf b = {.arena = c->arena};
        http_encode(&b, words);
        return page_redirect(p, "/search?q=%.*s", STR_ARG(buf_str(&b)));
    }
    TRY(load_page(c, &a, &rows, &count, &m));
    m.total = (int64_t)count;
    if (m.newer_url.len > 0 || m.older_url.len > 0)
        TRY(matter_count(c, &a.f, &m.total));
    m.is_many = m.total >= MATTER_COUNT_MAX;
    m.total -= m.is_many ? 1 : 0;
    TRY(make_filters(c, &a, &m));
    m.cards = matter_cards_public(c, rows, count);
    m.card_count = count;
    p->title = msg_text(c->lang, MSG_NAV_MATTERS);
    p->nav = NAV_MATTERS;
    p->feed = m.feed_url;
    view_matter_list(&p->out, &m);
    return OK;
}

/* ---- exports ---- */

static const struct export_column columns[] = {
    {"id", MSG_COLUMN_ID, 20},         {"serial", MSG_COLUMN_NUMBER, 16},
    {"title", MSG_COLUMN_TITLE, 48},   {"procedure", MSG_COLUMN_PROCEDURE, 16},
    {"state", MSG_COLUMN_STATE, 16},   {"category", MSG_COLUMN_CATEGORY, 16},
    {"raiser", MSG_COLUMN_RAISER, 16}, {"room", MSG_COLUMN_ROOM, 20},
    {"raised", MSG_COLUMN_RAISED, 12}, {"changed", MSG_COLUMN_CHANGED, 12},
    {"due", MSG_COLUMN_DUE, 12},       {"supports", MSG_COLUMN_SUPPORTS, 10},
    {"source", MSG_COLUMN_SOURCE, 24}, {"url", MSG_COLUMN_URL, 40},
};

enum { COLUMNS = sizeof columns / sizeof *columns, BATCH_ARENA_MAX = 64 * 1024 * 1024 };

static void put_row(struct ctx *c, struct export *x, str base, const struct matter *m)
{
    struct matter_card card = matter_card_public(c, m);

    export_i64(x, m->id);
    export_text(x, card.serial);
    export_text(x, card.title);
    export_text(x, card.procedure);
    export_text(x, card.state);
    export_text(x, card.category);
    export_text(x, card.raiser);
    export_text(x, card.room);
    export_date(x, card.is_recorded ? 0 : m->raised);
    export_date(x, m->changed);
    export_date(x, m->due);
    export_i64(x, m->supports);
    export_text(x, card.source);
    export_text(x, str_join(c->arena, base, card.url));
}

/* Batch by batch from the keyset, each in scratch memory of its own. */
static enum err put_rows(struct ctx *c, struct export *x, str base, struct matter_filter f)
{
    struct arena *scratch = arena_new("export", BATCH_ARENA_MAX);
    struct ctx batch = *c;
    struct matter *rows;
    size_t count = EXPORT_BATCH;
    enum err e = OK;

    batch.arena = scratch;
    f.limit = EXPORT_BATCH;
    while (e == OK && count == EXPORT_BATCH && export_rows(x) < EXPORT_ROWS_MAX) {
        arena_reset(scratch);
        e = matter_list(&batch, &f, &rows, &count);
        for (size_t i = 0; e == OK && i < count; i++)
            put_row(&batch, x, base, &rows[i]);
        if (e == OK && count > 0) {
            const struct matter *last = &rows[count - 1];
            f.before_time = f.order == MATTER_CHANGED ? last->changed : last->raised;
            f.before_id = last->id;
        }
    }
    arena_free(scratch);
    return e;
}

static enum err export_list(struct ctx *c, const struct req *q, struct page *p,
                            enum export_kind kind)
{
    struct list_asked a = list_asked(c, q);
    struct export *x;

    TRY(list_refuse_unknown(c, &a));
    a.f.before_time = a.f.before_id = 0;
    a.f.is_back = false;
    TRY(export_begin(c, p, kind, S("matters"), columns, COLUMNS, &x));
    if (!a.is_nothing)
        TRY(put_rows(c, x, web_base_url(c, q), a.f));
    return export_end(x);
}

enum err matter_web_csv(struct ctx *c, const struct req *q, struct page *p)
{
    return export_list(c, q, p, EXPORT_CSV);
}

enum err matter_web_xlsx(struct ctx *c, const struct req *q, struct page *p)
{
    return export_list(c, q, p, EXPORT_XLSX);
}

/* ---- feeds ---- */

static str site_name(const struct ctx *c)
{
    return c->lang == LANG_EN ? c->config->site_en : c->config->site_zh;
}

enum err matter_web_atom(struct ctx *c, const struct req *q, struct page *p)
{
    struct list_asked a = list_asked(c, q);
    str base = web_base_url(c, q);
    struct matter *rows = NULL;
    size_t count = 0;

    TRY(list_refuse_unknown(c, &a));
    a.f.order = MATTER_CHANGED; /* a feed is about what is new */
    a.f.before_time = a.f.before_id = 0;
    a.f.is_back = false;
    a.f.limit = MATTER_PAGE;
    if (!a.is_nothing)
        TRY(matter_list(c, &a.f, &rows, &count));
    struct atom_feed feed = {
        .title = str_fmt(c->arena, "%.*s · %.*s", STR_ARG(msg_text(c->lang, MSG_NAV_MATTERS)),
                         STR_ARG(site_name(c))),
        .author = site_name(c),
        .self = str_join(c->arena, base, list_url(c, &a, "/matters.atom", "", false)),
        .page = str_join(c->arena, base, list_url(c, &a, "/matters", "", true)),
        .updated = count > 0 ? rows[0].changed : c->now,
    };
    atom_begin(p, &feed);
    for (size_t i = 0; i < count; i++) {
        struct matter_card card = matter_card_public(c, &rows[i]);
        struct atom_entry e = {
            .title = str_fmt(c->arena, "%.*s: %.*s", STR_ARG(card.state), STR_ARG(card.title)),
            .url = str_join(c->arena, base, card.url),
            .summary = card.text,
            .author = card.raiser.len > 0 ? card.raiser : site_name(c),
            .published = rows[i].raised,
            .updated = rows[i].changed,
        };
        atom_entry(p, &e);
    }
    atom_end(p);
    return OK;
}

static void put_entries(struct ctx *c, struct page *p, const struct matter_page *m, str url)
{
    for (size_t s = m->step_count; s-- > 0;) {
        for (size_t i = m->steps[s].entry_count; i-- > 0;) {
            const struct matter_entry *at = &m->steps[s].entries[i];
            struct atom_entry e = {
                .title = at->what,
                .id = str_fmt(c->arena, "%.*s#%lld-%zu-%zu", STR_ARG(url), (long long)at->at, s, i),
                .url = url,
                .summary = at->note,
                .author = at->who.len > 0 ? at->who : site_name(c),
                .published = at->at,
                .updated = at->at,
            };
            if (!at->is_internal)
                atom_entry(p, &e);
        }
    }
}

enum err matter_web_entry_atom(struct ctx *c, const struct req *q, struct page *p)
{
    struct ctx everybody = *c; /* a feed is read by programs that are signed in as nobody */
    struct matter_page m;
    struct flow w;
    int64_t id;

    TRY(req_id(c, q, S("id"), &id));
    everybody.who = NULL;
    enum err e = flow_load(&everybody, id, &w);
    if (e == OK)
        e = matter_page_make(&everybody, q, &w, &m);
    c->failure = everybody.failure;
    TRY(e);
    str url = str_fmt(c->arena, "%.*s%.*s", STR_ARG(web_base_url(c, q)), STR_ARG(m.url));
    struct atom_feed feed = {
        .title = str_fmt(c->arena, "%.*s · %.*s", STR_ARG(m.title), STR_ARG(site_name(c))),
        .author = site_name(c),
        .self = str_join(c->arena, url, S("/atom")),
        .page = url,
        .updated = w.m.changed,
    };
    atom_begin(p, &feed);
    put_entries(c, p, &m, url);
    atom_end(p);
    return OK;
}
