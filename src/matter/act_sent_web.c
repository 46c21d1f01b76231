/* What a form sent, as the inputs of its act: see act_form_web.h. */
#include "matter/act_form_web.h"

static void add_input(struct ctx *c, struct input **inputs, size_t *count, size_t *cap, str name,
                      str value)
{
    *PUSH(c->arena, *inputs, *count, *cap) = (struct input){name, value};
}

/* "f.units.KEY.unit": KEY is a point's id, or "coN" for a co-handler of the whole. */
static void put_units(struct ctx *c, const struct req *q, str key, str unit, struct input **inputs,
                      size_t *count, size_t *cap)
{
    str kind = req_form(q, str_fmt(c->arena, "f.units.%.*s.kind", STR_ARG(key)));
    str due = req_form(q, str_fmt(c->arena, "f.units.%.*s.due", STR_ARG(key)));
    bool is_co = str_starts(key, S("co"));

    if (str_trim(unit).len == 0)
        return;
    add_input(c, inputs, count, cap, S("units"),
              str_fmt(c->arena, "%.*s %.*s %.*s %.*s", STR_ARG(unit), STR_ARG(kind),
                      STR_ARG(is_co ? S("0") : key), STR_ARG(due.len == 0 ? S("-") : due)));
}

/* "f.people.N.NAME": the N-th person of the input NAME. */
static void put_person(struct ctx *c, const struct req *q, str rest, str value,
                       struct input **inputs, size_t *count, size_t *cap)
{
    str name = rest, n = str_cut(&name, '.');
    str class = req_form(q, str_fmt(c->arena, "f.people-class.%.*s", STR_ARG(n)));

    if (str_trim(value).len > 0)
        add_input(c, inputs, count, cap, name,
                  str_fmt(c->arena, "%.*s\t%.*s", STR_ARG(class), STR_ARG(str_trim(value))));
}

void act_form_inputs(struct ctx *c, const struct req *q, struct input **inputs, size_t *count)
{
    size_t cap = 0;

    *inputs = NULL;
    *count = 0;
    for (size_t i = 0; i < q->form_count; i++) {
        str name = q->form_fields[i].name, value = q->form_fields[i].value;
        if (!str_starts(name, S("f.")))
            continue;
        name = str_slice(name, 2, name.len);
        if (str_starts(name, S("units."))) {
            if (str_ends(name, S(".unit")))
                put_units(c, q, str_slice(name, 6, name.len - 5), value, inputs, count, &cap);
        } else if (str_starts(name, S("people-keep."))) {
            add_input(c, inputs, count, &cap, str_slice(name, 12, name.len),
                      str_join(c->arena, S("keep\t"), str_head(value, 20)));
        } else if (str_starts(name, S("people."))) {
            put_person(c, q, str_slice(name, 7, name.len), value, inputs, count, &cap);
        } else if (!str_starts(name, S("people-class."))) {
            add_input(c, inputs, count, &cap, name, value);
        }
    }
}

void act_form_bulk_inputs(struct ctx *c, const struct req *q, str act, struct input **inputs,
                          size_t *count)
{
    str prefix = str_join(c->arena, act, S("."));
    struct req own = *q;
    size_t n = 0;

    own.form_fields = NEW_ARRAY(c->arena, q->form_count + 1, struct http_field);
    for (size_t i = 0; i < q->form_count; i++) {
        struct http_field f = q->form_fields[i];
        if (!str_starts(f.name, prefix))
            continue;
        f.name = str_slice(f.name, prefix.len, f.name.len);
        own.form_fields[n++] = f;
    }
    own.form_count = n;
    act_form_inputs(c, &own, inputs, count);
}
