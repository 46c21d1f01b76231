/* What the list of matters is asked for, and the addresses that ask for it. */
#include "base/calendar.h"
#include "base/msg.h"
#include "body/body.h"
#include "matter/matter_list_web.h"

enum { UNKNOWN_SHOWN_MAX = 60 }; /* characters of what was not known */

/* What the filter does not know is not searched for; the reader is told so. */
static void leave_out(struct ctx *c, const struct req *q, struct list_asked *a, const char *name,
                      int label)
{
    str value = str_trim(req_query(q, str_of(name)));

    if (value.len > 0)
        *PUSH(c->arena, a->unknown, a->unknown_count, a->unknown_cap) =
            (struct list_unknown){msg_text(c->lang, label), str_head(value, UNKNOWN_SHOWN_MAX)};
}

static void take_procedure(struct list_asked *a, str name)
{
    if (a->f.procedure.len > 0 && !str_eq(a->f.procedure, name))
        a->is_nothing = true;
    a->f.procedure = name;
}

static void read_procedure(struct ctx *c, const struct req *q, struct list_asked *a)
{
    const struct procedure *p = procedures_latest(c->procedures, req_query(q, S("procedure")));

    if (p == NULL) {
        leave_out(c, q, a, "procedure", MSG_LIST_PROCEDURE);
        return;
    }
    a->procedure = p->name;
    a->procedure_label = label_text(c, &p->label);
    take_procedure(a, p->name);
}

static void read_state(struct ctx *c, const struct req *q, struct list_asked *a)
{
    str rest = req_query(q, S("state")), name = str_cut(&rest, '.');
    const struct procedure *p = procedures_latest(c->procedures, name);
    int state = p == NULL ? -1 : procedure_state(p, rest);

    if (state < 0) {
        leave_out(c, q, a, "state", MSG_LIST_STATE);
        return;
    }
    a->state = req_query(q, S("state"));
    a->state_label = label_text(c, &p->states[state].label);
    a->f.state = p->states[state].name;
    take_procedure(a, p->name);
}

const struct code_list *list_categories(const struct procedure *p)
{
    int f = procedure_field(p, S("category"));

    return f < 0 || p->fields[f].type != FIELD_CODE ? NULL : &p->lists[p->fields[f].list];
}

static void read_category(struct ctx *c, const struct req *q, struct list_asked *a)
{
    str rest = req_query(q, S("category")), name = str_cut(&rest, '.');
    const struct procedure *p = procedures_latest(c->procedures, name);
    const struct code_list *list = p == NULL ? NULL : list_categories(p);
    const struct code *k = list == NULL ? NULL : code_find(list, rest);

    if (k == NULL) {
        leave_out(c, q, a, "category", MSG_LIST_CATEGORY);
        return;
    }
    a->category = req_query(q, S("category"));
    a->category_label = label_text(c, &k->label);
    a->f.category = k->name;
    take_procedure(a, p->name);
}

static bool read_body(struct ctx *c, const struct req *q, const char *kind, str *value, str *label,
                      int64_t *id)
{
    str typed = req_query(q, str_of(kind));
    struct body b;

    if (!str_to_i64(typed, id) || *id <= 0 || body_load(c, *id, &b) != OK ||
        !str_eq(b.kind, str_of(kind))) {
        *id = 0;
        c->failure = (struct failure){0};
        return false;
    }
    *value = typed;
    *label = body_name(c, &b);
    return true;
}

/* One of the numbers of the home page: this year's. */
static void read_counted(struct ctx *c, const struct req *q, struct list_asked *a)
{
    static const struct {
        const char *name;
        int msg;
    } numbers[] = {{"raised", MSG_LIST_COUNTED_RAISED},
                   {"settled", MSG_LIST_COUNTED_SETTLED},
                   {"answered", MSG_LIST_COUNTED_ANSWERED},
                   {"evaluated", MSG_LIST_COUNTED_EVALUATED}};
    int64_t year = calendar_year(calendar_day(c->now));

    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        if (!str_eq(req_query(q, S("counted")), str_of(numbers[i].name)))
            continue;
        a->counted = a->f.counted = str_of(numbers[i].name);
        a->counted_label = msg_fmt(c->arena, c->lang, numbers[i].msg, I(year));
        a->f.since = calendar_start_ms(calendar_day_of((int)year, 1, 1));
    }
    if (a->counted.len == 0)
        leave_out(c, q, a, "counted", MSG_LIST_COUNTED);
}

/* "RAISED.ID": where the page before ended or this one began. */
static bool read_place(const struct req *q, str name, struct matter_filter *f)
{
    str rest = req_query(q, name), time = str_cut(&rest, '.');

    return str_to_i64(time, &f->before_time) && str_to_i64(rest, &f->before_id) && f->before_id > 0;
}

struct list_asked list_asked(struct ctx *c, const struct req *q)
{
    struct list_asked a = {.is_nothing = false};

    read_procedure(c, q, &a);
    read_state(c, q, &a);
    read_category(c, q, &a);
    if (!read_body(c, q, "room", &a.room, &a.room_label, &a.f.room))
        leave_out(c, q, &a, "room", MSG_LIST_ROOM);
    if (!read_body(c, q, "region", &a.region, &a.region_label, &a.f.region))
        leave_out(c, q, &a, "region", MSG_LIST_REGION);
    read_counted(c, q, &a);
    if (str_eq(req_query(q, S("order")), S("changed")))
        a.f.order = MATTER_CHANGED;
    if (!read_place(q, S("after"), &a.f))
        a.f.is_back = read_place(q, S("before"), &a.f);
    if (a.f.before_id <= 0)
        a.f.before_time = a.f.before_id = 0;
    return a;
}

enum err list_refuse_unknown(struct ctx *c, const struct list_asked *a)
{
    if (a->unknown_count == 0)
        return OK;
    return fail(c, INVALID, MSG_LIST_UNKNOWN, T(a->unknown[0].label), T(a->unknown[0].value));
}

/* ---- addresses ---- */

void list_put_part(struct buf *b, const char *name, str value)
{
    if (value.len == 0)
        return;
    buf_byte(b, b->len == 0 ? '?' : '&');
    buf_fmt(b, "%s=", name);
    http_encode(b, value);
}

str list_url(struct ctx *c, const struct list_asked *a, const char *path, const char *without,
             bool is_changed)
{
    struct buf b = {.arena = c->arena};
    const struct {
        const char *name;
        str value;
    } parts[] = {{"procedure", a->procedure},
                 {"state", a->state},
                 {"category", a->category},
                 {"room", a->room},
                 {"region", a->region},
                 {"counted", a->counted},
                 {"order", is_changed ? S("changed") : S("")}};

    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        if (!str_eq(str_of(parts[i].name), str_of(without)))
            list_put_part(&b, parts[i].name, parts[i].value);
    }
    return str_join(c->arena, str_of(path), buf_str(&b));
}
