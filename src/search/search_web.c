/* The page of the search: matters, items of the plan, mechanisms. */
#include "search/search_web.h"

#include "base/msg.h"
#include "mechanism/mechanism.h"
#include "plan/plan.h"
#include "search/search.h"
#include "view_search.h"
#include "web/pages.h"
#include "web/source.h"

enum { HITS_PAGE = 20, MARKS_MAX = 16, EXTRACT_CHARS = 80, PAGES_MAX = 50 };

static const struct {
    const char *name;
    int msg;
} kinds[] = {
    {"", MSG_SEARCH_ALL},
    {"matter", MSG_NAV_MATTERS},
    {"plan", MSG_NAV_PLAN},
    {"mechanism", MSG_NAV_MECHANISMS},
};

enum { KINDS = sizeof kinds / sizeof *kinds };

/* ---- marks ---- */

static struct search_piece *pieces_of(struct ctx *c, const struct query *k, str text, size_t *count)
{
    struct mark marks[MARKS_MAX];
    size_t n = query_marks(k, text, marks, MARKS_MAX), cap = 0, at = 0;
    struct search_piece *all = NULL;

    *count = 0;
    for (size_t i = 0; i < n; i++) {
        if (marks[i].from > at)
            *PUSH(c->arena, all, *count, cap) =
                (struct search_piece){str_slice(text, at, marks[i].from), false};
        *PUSH(c->arena, all, *count, cap) =
            (struct search_piece){str_slice(text, marks[i].from, marks[i].to), true};
        at = marks[i].to;
    }
    if (at < text.len)
        *PUSH(c->arena, all, *count, cap) =
            (struct search_piece){str_slice(text, at, text.len), false};
    return all;
}

static void set_text(struct ctx *c, const struct query *k, str text, struct search_item *item)
{
    size_t from = query_extract(k, text, EXTRACT_CHARS);
    str rest = str_slice(text, from, text.len), head = str_head(rest, EXTRACT_CHARS);
    str shown = head;

    if (from > 0)
        shown = str_join(c->arena, S("\xE2\x80\xA6"), shown);
    if (head.len < rest.len)
        shown = str_join(c->arena, shown, S("\xE2\x80\xA6"));
    item->text = pieces_of(c, k, shown, &item->text_count);
    item->text_lang = token_lang(shown);
}

static void set_title(struct ctx *c, const struct query *k, str title, struct search_item *item)
{
    item->title = pieces_of(c, k, title, &item->title_count);
    item->title_lang = token_lang(title);
}

/* ---- hits ---- */

/* What is public, or what this reader may see: asked of the matter itself, not of the index. */
static enum err load_matter(struct ctx *c, const struct query *k, int64_t id,
                            struct search_item *item, bool *found)
{
    struct matter m;
    struct flow w;

    TRY(matter_load(c, id, &m));
    struct matter_card card = matter_card_public(c, &m);
    if (!m.is_public) {
        enum err e = flow_load(c, id, &w);
        if (e == NOT_FOUND) {
            c->failure = (struct failure){0};
            return OK;
        }
        TRY(e);
        card = matter_card_of(c, &m);
        card.text = m.body;
    }
    *found = true;
    item->url = card.url;
    set_title(c, k, card.title, item);
    set_text(c, k, card.text, item);
    item->state = card.state;
    item->number = card.serial;
    item->who = card.raiser;
    item->source = card.source;
    item->clock = card.clock;
    item->is_demo = card.is_demo;
    item->is_end = card.is_end;
    item->is_good = card.is_good;
    item->is_internal = !m.is_public;
    item->kind = card.procedure;
    return OK;
}

static str word(struct ctx *c, const char *prefix, str name)
{
    int msg = msg_find(str_fmt(c->arena, "%s%.*s", prefix, STR_ARG(name)));

    return msg == MSG_NONE ? name : msg_text(c->lang, msg);
}

static enum err load_plan(struct ctx *c, const struct query *k, int64_t id,
                          struct search_item *item, bool *found)
{
    struct plan p;
    bool en = c->lang == LANG_EN;

    TRY(plan_load_id(c, id, &p));
    *found = true;
    item->url = str_fmt(c->arena, "/plan/%.*s", STR_ARG(p.code));
    set_title(c, k, en && p.topic_en.len > 0 ? p.topic_en : p.topic, item);
    set_text(c, k, en && p.note_en.len > 0 ? p.note_en : p.note, item);
    item->kind =
        str_fmt(c->arena, "%.*s %lld", STR_ARG(msg_text(c->lang, MSG_NAV_PLAN)), (long long)p.year);
    item->who = word(c, "plan.kind.", p.kind);
    item->state = word(c, "plan.state.", p.state);
    item->is_end = true;
    item->source = source_text(c, p.source, p.source_line);
    return OK;
}

static enum err load_mechanism(struct ctx *c, const struct query *k, int64_t id,
                               struct search_item *item, bool *found)
{
    struct mechanism m;
    bool en = c->lang == LANG_EN;

    TRY(mechanism_load_id(c, id, &m));
    *found = true;
    item->url = str_fmt(c->arena, "/mechanisms/%.*s", STR_ARG(m.code));
    set_title(c, k, en && m.term_en.len > 0 ? m.term_en : m.term_zh, item);
    set_text(c, k, en && m.purpose_en.len > 0 ? m.purpose_en : m.purpose_zh, item);
    item->kind = msg_text(c->lang, MSG_NAV_MECHANISMS);
    item->source = source_text(c, m.source, m.source_line);
    return OK;
}

static enum err load_hit(struct ctx *c, const struct query *k, const struct search_hit *hit,
                         struct search_item *item, bool *found)
{
    enum err e = OK;

    if (str_eq(hit->kind, S("matter")))
        e = load_matter(c, k, hit->id, item, found);
    else if (str_eq(hit->kind, S("plan")))
        e = load_plan(c, k, hit->id, item, found);
    else if (str_eq(hit->kind, S("mechanism")))
        e = load_mechanism(c, k, hit->id, item, found);
    if (e == NOT_FOUND) { /* gone since it was indexed */
        c->failure = (struct failure){0};
        return OK;
    }
    return e;
}

/* ---- the page ---- */

static str page_url(struct ctx *c, str words, str kind, int64_t number)
{
    struct buf b = {.arena = c->arena};

    buf_put(&b, S("/search?q="));
    http_encode(&b, words);
    if (kind.len > 0)
        buf_fmt(&b, "&kind=%.*s", STR_ARG(kind));
    if (number > 1)
        buf_fmt(&b, "&page=%lld", (long long)number);
    return buf_str(&b);
}

static str read_kind(const struct req *q)
{
    for (size_t i = 0; i < KINDS; i++) {
        if (str_eq(req_query(q, S("kind")), str_of(kinds[i].name)))
            return str_of(kinds[i].name);
    }
    return S("");
}

static enum err find(struct ctx *c, str kind, struct search_page *m)
{
    struct search_ask ask = {
        .typed = m->words,
        .kinds = {kind},
        .kind_count = kind.len > 0,
        .visibility = who_has(c->who, ~(uint32_t)(ROLE_RESIDENT | ROLE_MEMBER)) ? SEARCH_STAFF
                      : c->who != NULL                                          ? SEARCH_SIGNED_IN
                                                                                : SEARCH_PUBLIC,
        .after = (m->number - 1) * HITS_PAGE,
        .limit = HITS_PAGE,
    };
    struct query *k = NEW(c->arena, struct query);
    struct search_hits hits;
    size_t cap = 0;

    TRY(search_find(c, &ask, &hits));
    query_read(c->arena, m->words, k);
    m->is_asked = !hits.is_empty;
    for (size_t i = 0; i < hits.count; i++) {
        struct search_item item = {.is_end = false};
        bool found = false;
        TRY(load_hit(c, k, &hits.at[i], &item, &found));
        if (found)
            *PUSH(c->arena, m->items, m->item_count, cap) = item;
    }
    m->is_all = m->number == 1 && !hits.has_more;
    if (m->number > 1)
        m->previous_url = page_url(c, m->words, kind, m->number - 1);
    if (hits.has_more && m->number < PAGES_MAX)
        m->next_url = page_url(c, m->words, kind, m->number + 1);
    return OK;
}

enum err search_web_show(struct ctx *c, const struct req *q, struct page *p)
{
    struct search_page m = {.words = str_trim(req_query(q, S("q"))), .number = 1};
    str kind = read_kind(q);

    if (!str_to_i64(req_query(q, S("page")), &m.number) || m.number < 1 || m.number > PAGES_MAX)
        m.number = 1;
    m.words = str_head(m.words, QUERY_CHARS_MAX);
    if (m.words.len > 0)
        TRY(find(c, kind, &m));
    m.kinds = NEW_ARRAY(c->arena, KINDS, struct search_kind);
    m.kind_count = KINDS;
    for (size_t i = 0; i < KINDS; i++)
        m.kinds[i] = (struct search_kind){msg_text(c->lang, kinds[i].msg),
                                          page_url(c, m.words, str_of(kinds[i].name), 1),
                                          str_eq(kind, str_of(kinds[i].name))};
    p->title = m.words.len == 0 ? msg_text(c->lang, MSG_NAV_SEARCH)
                                : msg_fmt(c->arena, c->lang, MSG_SEARCH_TITLE, T(m.words));
    p->nav = NAV_SEARCH;
    view_search(&p->out, &m);
    return OK;
}
