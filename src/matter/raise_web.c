/* Raising a matter: the form. See raise_web.h. */
#include "matter/raise_web.h"

#include "base/msg.h"
#include "body/body.h"
#include "flow/flow.h"
#include "matter/matter_web.h"
#include "person/person.h"
#include "search/search.h"
#include "view_raise.h"
#include "view_raise_check.h"
#include "web/pages.h"
#include "web/store.h"

#define PROCEDURE S("talk_it_over")

enum { PLACE_MAX = 100, NICK_MAX = 20, SIMILAR_MAX = 3 };

/* What the form's buttons ask for. */
static bool wants(const struct req *q, const char *step)
{
    return str_eq(req_form(q, S("step")), str_of(step));
}

static bool wants_rows(const struct req *q)
{
    return req_has(q, S("add")) || req_has(q, S("remove"));
}

static bool is_known(const struct ctx *c)
{
    return c->who != NULL && c->who->verified >= VERIFIED_CONTACT;
}

/* ---- what was sent ---- */

static void add_input(struct ctx *c, struct input **inputs, size_t *count, size_t *cap,
                      const char *name, str value)
{
    *PUSH(c->arena, *inputs, *count, *cap) = (struct input){str_of(name), value};
}

static void make_inputs(struct ctx *c, const struct req *q, struct input **inputs, size_t *count)
{
    static const char *const names[] = {"title", "situation", "wish", "place", "category"};
    size_t cap = 0;
    str value;

    *inputs = NULL;
    *count = 0;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        value = str_trim(req_form(q, str_of(names[i])));
        if (value.len > 0)
            add_input(c, inputs, count, &cap, names[i], value);
    }
    for (size_t i = 0; req_form_nth(q, S("point"), i, &value); i++) {
        if (str_trim(value).len > 0)
            add_input(c, inputs, count, &cap, "points", str_trim(value));
    }
    value = str_trim(req_form(q, S("after")));
    if (value.len > 0)
        add_input(c, inputs, count, &cap, "follows_up", value);
}

/* ---- what the procedure does not know ---- */

static enum err check_contact(struct ctx *c, const struct req *q, str *address, bool *is_mail)
{
    str nick = str_trim(req_form(q, S("nick")));
    if (str_chars(nick) > NICK_MAX)
        return fail_on(c, INVALID, S("nick"), MSG_ERROR_FIELD_LONG, I(NICK_MAX),
                       I((int64_t)str_chars(nick)));
    if (is_known(c))
        return OK;
    return person_address(c, req_form(q, S("contact")), address, is_mail);
}

/* The place of a list of regions: none, or one of them. */
static enum err check_region(struct ctx *c, const struct req *q, int64_t *region)
{
    str typed = req_form(q, S("region"));
    struct body place;

    *region = 0;
    if (typed.len == 0)
        return OK;
    if (!str_to_i64(typed, region) || body_load(c, *region, &place) != OK ||
        !str_eq(place.kind, S("region")))
        return fail_on(c, INVALID, S("region"), MSG_BODY_NOT_FOUND);
    return OK;
}

/* ---- the page ---- */

static void fill_points(struct ctx *c, const struct req *q, struct raise_page *m)
{
    int64_t remove = 0;
    size_t cap = 0, wanted = RAISE_POINTS_SHOWN;
    str text;

    (void)str_to_i64(req_form(q, S("remove")), &remove);
    for (size_t i = 0; req_form_nth(q, S("point"), i, &text); i++) {
        if ((int64_t)i + 1 == remove)
            continue;
        *PUSH(c->arena, m->points, m->point_count, cap) = (struct raise_point){.text = text};
    }
    if (req_has(q, S("add")) && m->point_count < RAISE_POINTS_MAX)
        wanted = m->point_count + 1;
    while (m->point_count < wanted)
        *PUSH(c->arena, m->points, m->point_count, cap) = (struct raise_point){.text = S("")};
    for (size_t i = 0; i < m->point_count; i++) {
        m->has_points = m->has_points || str_trim(m->points[i].text).len > 0;
        m->points[i].number = str_fmt(c->arena, "%zu", i + 1);
        m->points[i].id = str_fmt(c->arena, "point-%zu", i + 1);
    }
}

static void fill_categories(struct ctx *c, struct raise_page *m)
{
    const struct procedure *p = procedures_latest(c->procedures, PROCEDURE);
    int f = p == NULL ? -1 : procedure_field(p, S("category"));
    size_t cap = 0;

    for (size_t i = 0; f >= 0 && i < p->lists[p->fields[f].list].code_count; i++) {
        const struct code *k = &p->lists[p->fields[f].list].codes[i];
        bool is_chosen = str_eq(m->category, k->name);
        if (is_chosen)
            m->category_label = label_text(c, &k->label);
        if (!k->is_retired)
            *PUSH(c->arena, m->categories, m->category_count, cap) =
                (struct raise_option){k->name, label_text(c, &k->label), is_chosen};
    }
}

static enum err fill_regions(struct ctx *c, struct raise_page *m)
{
    struct body *all;
    size_t count, cap = 0;

    TRY(body_list(c, S("region"), &all, &count));
    for (size_t i = 0; i < count; i++) {
        str id = str_fmt(c->arena, "%lld", (long long)all[i].id);
        bool is_chosen = str_eq(m->region, id);
        if (is_chosen)
            m->region_label = body_name(c, &all[i]);
        *PUSH(c->arena, m->regions, m->region_count, cap) =
            (struct raise_option){id, body_name(c, &all[i]), is_chosen};
    }
    return OK;
}

/* One sentence, in the summary and at its field; the first of a field stands. */
static void add_error(struct ctx *c, struct raise_page *m, size_t *cap)
{
    struct {
        const char *field, *anchor;
        str *to;
    } places[] = {
        {"title", "#title", &m->title_error},
        {"situation", "#situation", &m->situation_error},
        {"place", "#place", &m->place_error},
        {"wish", "#wish", &m->wish_error},
        {"points", "#point-1", &m->points_error},
        {"point", "#point-1", &m->points_error},
        {"category", "#category", &m->category_error},
        {"region", "#region", &m->region_error},
        {"files", "#files", &m->files_error},
        {"contact", "#contact", &m->contact_error},
        {"nick", "#nick", &m->other_error},
    };
    str text = failure_text(c), anchor = S("#main");

    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        if (!str_eq(c->failure.field, str_of(places[i].field)))
            continue;
        if (places[i].to->len > 0)
            return;
        *places[i].to = text;
        anchor = str_of(places[i].anchor);
    }
    *PUSH(c->arena, m->errors, m->error_count, *cap) = (struct raise_error){anchor, text};
}

/* Everything that is wrong with what was typed, not what was met first alone: nobody should have to
 * send a form once for each of his mistakes. */
static enum err fill_errors(struct ctx *c, const struct req *q, struct raise_page *m)
{
    struct failure first = c->failure, *faults;
    struct input *inputs;
    size_t count, fault_count, cap = 0;
    int64_t region;
    str address;
    bool is_mail;

    if (first.msg == MSG_NONE)
        return OK;
    add_error(c, m, &cap);
    make_inputs(c, q, &inputs, &count);
    TRY(flow_raise_faults(c, PROCEDURE, inputs, count, &faults, &fault_count));
    for (size_t i = 0; first.field.len > 0 && i < fault_count; i++) {
        c->failure = faults[i];
        add_error(c, m, &cap);
    }
    if (first.field.len > 0 && check_region(c, q, &region) != OK)
        add_error(c, m, &cap);
    if (first.field.len > 0 && check_contact(c, q, &address, &is_mail) != OK)
        add_error(c, m, &cap);
    c->failure = first;
    return OK;
}

static enum err fill_similar(struct ctx *c, struct raise_page *m)
{
    struct search_ask ask = {
        .typed = m->title, .kinds = {S("matter")}, .kind_count = 1, .limit = SIMILAR_MAX};
    struct search_hits hits;
    size_t cap = 0;

    if (m->title.len == 0)
        return OK;
    TRY(search_similar(c, &ask, &hits));
    for (size_t i = 0; i < hits.count; i++) {
        struct matter other;
        if (matter_load(c, hits.at[i].id, &other) != OK)
            continue;
        struct matter_card card = matter_card_public(c, &other);
        *PUSH(c->arena, m->similars, m->similar_count, cap) =
            (struct raise_similar){card.title, card.url, card.state, card.is_end};
    }
    c->failure = (struct failure){0};
    return OK;
}

static void fill_files(struct ctx *c, const struct page *p, struct raise_page *m)
{
    m->file_count = p->made.file_count;
    if (m->file_count == 0)
        return;
    m->files = NEW_ARRAY(c->arena, m->file_count, struct raise_kept);
    for (size_t i = 0; i < m->file_count; i++) {
        const struct flow_file *f = &p->made.files[i];
        m->files[i] = (struct raise_kept){store_kept(c, f), f->name, (f->size + 1023) / 1024};
    }
}

/* The closed matter that this one follows up, as its page asked for it. One that may not be named
 * is not heard of here. */
static void fill_after(struct ctx *c, const struct req *q, struct raise_page *m)
{
    str after = q->method == METHOD_POST ? req_form(q, S("after")) : req_query(q, S("after"));
    struct failure before = c->failure;
    struct flow earlier;
    int64_t id;

    if (str_to_i64(after, &id) && flow_load(c, id, &earlier) == OK &&
        flow_may_follow_up(c, &earlier)) {
        m->after = str_fmt(c->arena, "%lld", (long long)id);
        m->after_title = matter_sees(&earlier, "title") ? earlier.m.title
                                                        : msg_text(c->lang, MSG_MATTER_NOT_SHOWN);
    }
    c->failure = before;
}

enum err raise_web_show(struct ctx *c, const struct req *q, struct page *p)
{
    bool is_sent = q->method == METHOD_POST;
    bool looks_over = is_sent && c->failure.msg == MSG_NONE && wants(q, "check") && !wants_rows(q);
    struct raise_page m = {
        .title = is_sent ? req_form(q, S("title")) : req_query(q, S("title")),
        .place = req_form(q, S("place")),
        .situation = req_form(q, S("situation")),
        .wish = req_form(q, S("wish")),
        .contact = req_form(q, S("contact")),
        .nick = req_form(q, S("nick")),
        .category = req_form(q, S("category")),
        .region = req_form(q, S("region")),
        .is_known = is_known(c),
    };

    TRY(fill_errors(c, q, &m));
    fill_points(c, q, &m);
    fill_categories(c, &m);
    TRY(fill_regions(c, &m));
    fill_files(c, p, &m);
    fill_after(c, q, &m);
    p->title = msg_text(c->lang, MSG_RAISE_TITLE);
    p->layout_class = S("narrow");
    if (looks_over) {
        TRY(fill_similar(c, &m));
        view_raise_check(&p->out, &m);
    } else {
        view_raise(&p->out, &m);
    }
    return OK;
}

/* ---- sending ---- */

enum err raise_web_prepare(struct ctx *c, const struct req *q, struct page *p)
{
    struct input *inputs;
    size_t count;
    str address;
    int64_t region;
    bool is_mail;

    TRY(store_uploads(c, q, S("files"), &p->made.files, &p->made.file_count));
    if (wants_rows(q) || wants(q, "edit"))
        return INVALID; /* drawn again, with nothing wrong */
    make_inputs(c, q, &inputs, &count);
    TRY(flow_raise_check(c, PROCEDURE, inputs, count));
    TRY(check_region(c, q, &region));
    TRY(check_contact(c, q, &address, &is_mail));
    return wants(q, "send") ? OK : INVALID;
}

/* Which room takes it: one of the place, or of what the place belongs to; else the first there is.
 */
static enum err find_room(struct ctx *c, int64_t region, int64_t *room)
{
    struct body *rooms;
    size_t count;

    *room = 0;
    TRY(body_list(c, S("room"), &rooms, &count));
    for (size_t i = 0; i < count; i++) {
        if (*room == 0 || (region != 0 && rooms[i].parent == region))
            *room = rooms[i].id;
    }
    return OK;
}

enum err raise_web_act(struct ctx *c, const struct req *q, struct page *p)
{
    struct matter m = {.procedure = PROCEDURE, .channel = S("web"), .is_demo = c->config->is_demo};
    struct input *inputs;
    size_t count;
    str address = S(""), code;
    bool is_mail = false;

    make_inputs(c, q, &inputs, &count);
    TRY(check_contact(c, q, &address, &is_mail));
    TRY(check_region(c, q, &m.region));
    TRY(find_room(c, m.region, &m.room));
    m.raiser_shown = str_trim(req_form(q, S("nick")));
    if (is_known(c)) {
        m.raiser = c->who->id;
        m.raiser_shown = m.raiser_shown.len > 0 ? m.raiser_shown : c->who->shown_name;
        m.channel = c->who->clerk != 0 ? S("desk") : S("web");
    }
    TRY(flow_raise(c, &m, inputs, count, p->made.files, p->made.file_count));
    if (is_known(c)) {
        TRY(flow_confirm(c, m.id, c->who->id, S("confirm")));
        return page_redirect(p, "/raise/done/%.*s", STR_ARG(m.receipt));
    }
    TRY(person_code_send(c, S("raise"), m.id, address, is_mail, &code));
    if (c->config->shows_codes)
        page_cookie(p, q, S("demo-code"), code, 1800);
    return page_redirect(p, "/raise/confirm/%.*s", STR_ARG(m.receipt));
}
