/* Numbers given by an act. */
#include "procedure/number.h"
#include "body/body.h"
#include "flow/flow_local.h"

enum err flow_numbers(struct doing *d, uint32_t gives)
{
    struct number_places v = {.year = calendar_year(calendar_day(d->c->now))};
    struct session now;
    struct matter *m = &d->w->m;

    if (gives == 0)
        return OK;
    TRY(body_session(d->c, &now));
    m->session = now.id;
    v.term = now.term_number;
    v.session = now.number;
    for (size_t i = 0; i < d->w->p->number_count; i++) {
        const struct number_rule *r = &d->w->p->numbers[i];
        bool is_case = !str_eq(r->name, S("serial"));
        str *to = is_case ? &m->case_number : &m->serial;
        if ((gives & 1u << i) == 0 || to->len > 0)
            continue;
        str scope = S("");
        if ((r->unique & (UNIQUE_TERM | UNIQUE_SESSION)) != 0)
            scope = str_fmt(d->c->arena, "%lld-%lld", (long long)v.term,
                            (r->unique & UNIQUE_SESSION) != 0 ? (long long)v.session : 0LL);
        if ((r->unique & UNIQUE_YEAR) != 0)
            scope = str_fmt(d->c->arena, "%.*s %lld", STR_ARG(scope), (long long)v.year);
        str name = str_fmt(d->c->arena, "%.*s.%.*s", STR_ARG(r->name), STR_ARG(d->w->p->name));
        TRY(counter_next(d->c, name, scope, &v.n));
        *to = number_fill(
            d->c->arena,
            r->shown.text[LANG_ZH].len > 0 && is_case ? r->shown.text[LANG_ZH] : r->format, &v);
    }
    return OK;
}
