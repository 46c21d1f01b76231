/* Keying in what came on paper or by telephone: raised and confirmed for somebody, by a clerk. */
#include "matter/key_in_web.h"

#include "base/msg.h"
#include "body/body.h"
#include "person/person.h"
#include "view_key_in.h"
#include "web/pages.h"

#define PROCEDURE S("talk_it_over")

/* ---- the page ---- */

static void fill_error(struct ctx *c, struct key_in_page *m)
{
    struct {
        const char *field, *anchor;
        str *to;
    } places[] = {
        {"receipt", "#k-receipt", &m->receipt_error},
        {"title", "#k-title", &m->title_error},
        {"situation", "#k-situation", &m->situation_error},
        {"wish", "#k-wish", &m->wish_error},
        {"points", "#k-points", &m->points_error},
        {"place", "#k-place", &m->place_error},
        {"category", "#k-category", &m->category_error},
        {"name", "#k-name", &m->name_error},
        {"phone", "#k-phone", &m->phone_error},
        {"room", "#k-room", &m->room_error},
    };
    str text = failure_text(c), anchor = S("#main");

    if (c->failure.msg == MSG_NONE)
        return;
    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        if (str_eq(c->failure.field, str_of(places[i].field))) {
            *places[i].to = text;
            anchor = str_of(places[i].anchor);
        }
    }
    m->errors = NEW(c->arena, struct key_in_error);
    *m->errors = (struct key_in_error){anchor, text};
    m->error_count = 1;
}

static void fill_categories(struct ctx *c, struct key_in_page *m)
{
    const struct procedure *p = procedures_latest(c->procedures, PROCEDURE);
    int f = p == NULL ? -1 : procedure_field(p, S("category"));
    size_t cap = 0;

    for (size_t i = 0; f >= 0 && i < p->lists[p->fields[f].list].code_count; i++) {
        const struct code *k = &p->lists[p->fields[f].list].codes[i];
        if (!k->is_retired)
            *PUSH(c->arena, m->categories, m->category_count, cap) = (struct list_option){
                k->name, label_text(c, &k->label), str_eq(m->category, k->name)};
    }
}

/* The rooms for which he is a clerk. */
static enum err fill_rooms(struct ctx *c, struct key_in_page *m)
{
    struct body *all;
    size_t count, cap = 0;

    TRY(body_list(c, S("room"), &all, &count));
    for (size_t i = 0; i < count; i++) {
        str id = str_fmt(c->arena, "%lld", (long long)all[i].id);
        if (who_has_for(c, ROLE_CLERK, all[i].id))
            *PUSH(c->arena, m->rooms, m->room_count, cap) =
                (struct list_option){id, body_name(c, &all[i]), str_eq(m->room, id)};
    }
    return OK;
}

enum err desk_web_key_in_show(struct ctx *c, const struct req *q, struct page *p)
{
    struct key_in_page m = {
        .receipt =
            q->method == METHOD_POST ? req_form(q, S("receipt")) : req_query(q, S("receipt")),
        .title = req_form(q, S("title")),
        .situation = req_form(q, S("situation")),
        .wish = req_form(q, S("wish")),
        .points = req_form(q, S("points")),
        .place = req_form(q, S("place")),
        .name = req_form(q, S("name")),
        .phone = req_form(q, S("phone")),
        .category = req_form(q, S("category")),
        .room = req_form(q, S("room")),
        .is_phone = str_eq(req_form(q, S("channel")), S("phone")),
    };
    struct queues all;

    fill_error(c, &m);
    fill_categories(c, &m);
    TRY(fill_rooms(c, &m));
    TRY(queues_load(c, &all));
    m.side = desk_side_make(c, q, &all, S("/desk/key-in"));
    p->title = msg_text(c->lang, MSG_DESK_KEY_IN);
    p->nav = NAV_DESK;
    p->layout_class = S("desk");
    view_key_in(&p->out, &m);
    return OK;
}

/* ---- sending ---- */

static void add_input(struct ctx *c, struct input **inputs, size_t *count, size_t *cap,
                      const char *name, str value)
{
    value = str_trim(value);
    if (value.len > 0)
        *PUSH(c->arena, *inputs, *count, *cap) = (struct input){str_of(name), value};
}

static void make_inputs(struct ctx *c, const struct req *q, struct input **inputs, size_t *count)
{
    static const char *const names[] = {"title", "situation", "wish", "place", "category"};
    str rest = req_form(q, S("points"));
    size_t cap = 0;

    *inputs = NULL;
    *count = 0;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        add_input(c, inputs, count, &cap, names[i], req_form(q, str_of(names[i])));
    while (rest.len > 0)
        add_input(c, inputs, count, &cap, "points", str_cut(&rest, '\n'));
}

/* The number printed on the paper becomes the receipt of the matter, so that what the raiser tore
 * off is good. */
static enum err take_receipt(struct ctx *c, const struct req *q, str *receipt)
{
    int64_t id;

    *receipt = matter_receipt_form(c, req_form(q, S("receipt")));
    if (receipt->len == 0)
        return OK;
    if (!matter_receipt_ok(*receipt))
        return fail_on(c, INVALID, S("receipt"), MSG_KEY_IN_RECEIPT_WRONG);
    enum err e = matter_by_receipt(c, *receipt, &id);
    if (e == OK)
        return fail_on(c, CONFLICT, S("receipt"), MSG_KEY_IN_RECEIPT_USED);
    return e == NOT_FOUND ? OK : e;
}

static enum err take_room(struct ctx *c, const struct req *q, int64_t *room)
{
    struct body b;

    if (!str_to_i64(req_form(q, S("room")), room) || *room <= 0)
        return fail_on(c, INVALID, S("room"), MSG_ERROR_FIELD_EMPTY);
    if (body_load(c, *room, &b) != OK || !str_eq(b.kind, S("room")) ||
        !who_has_for(c, ROLE_CLERK, *room))
        return fail_on(c, INVALID, S("room"), MSG_BODY_NOT_FOUND);
    return OK;
}

/* Who it is, if a telephone number or address was given: an account to be told through. */
static enum err take_person(struct ctx *c, const struct req *q, int64_t *person)
{
    str name = str_trim(req_form(q, S("name"))), typed = str_trim(req_form(q, S("phone")));
    str address;
    bool is_mail;

    *person = 0;
    if (str_chars(name) > PERSON_NAME_MAX)
        return fail_on(c, INVALID, S("name"), MSG_PERSON_NAME_LENGTH, I(PERSON_NAME_MAX));
    if (typed.len == 0)
        return OK;
    if (person_address(c, typed, &address, &is_mail) != OK)
        return fail_on(c, INVALID, S("phone"), MSG_PERSON_ADDRESS_WRONG);
    return person_by_address(c, address, is_mail, name, VERIFIED_NOT, person);
}

enum err desk_web_key_in(struct ctx *c, const struct req *q, struct page *p)
{
    bool is_phone = str_eq(req_form(q, S("channel")), S("phone"));
    struct matter m = {.procedure = PROCEDURE,
                       .channel = is_phone ? S("phone") : S("paper"),
                       .is_demo = c->config->is_demo};
    struct who for_somebody = *c->who;
    const struct who *clerk = c->who;
    struct input *inputs;
    size_t count;

    make_inputs(c, q, &inputs, &count);
    TRY(take_receipt(c, q, &m.receipt));
    TRY(flow_raise_check(c, PROCEDURE, inputs, count));
    TRY(take_room(c, q, &m.room));
    TRY(take_person(c, q, &m.raiser));
    c->failure = (struct failure){0};

    /* The record says whose it is, and which clerk wrote it down. */
    for_somebody.id = m.raiser;
    for_somebody.clerk = clerk->id;
    for_somebody.clerk_name = clerk->name;
    c->who = &for_somebody;
    enum err e = flow_raise(c, &m, inputs, count, NULL, 0);
    if (e == OK)
        e = flow_confirm(c, m.id, m.raiser, S("confirm"));
    c->who = clerk;
    TRY(e);
    page_notice(p, MSG_KEY_IN_DONE);
    if (req_has(q, S("next")))
        return page_redirect(p, "/desk/key-in");
    return page_redirect(p, "/raise/done/%.*s", STR_ARG(m.receipt));
}
