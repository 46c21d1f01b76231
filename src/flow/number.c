/* Serial and case numbers, as a procedure forms them. */
#include "base/msg.h"
#include "body/body.h"
#include "flow/flow_local.h"

/* 1..99 in Chinese numerals, for the numbers of terms and sessions. */
static str numeral(struct ctx *c, int64_t n)
{
    struct buf b = {.arena = c->arena};
    str digits = msg_text(LANG_ZH, MSG_NUMERAL_DIGITS); /* ten characters of three bytes: 0 to 9 */
    str ten = msg_text(LANG_ZH, MSG_NUMERAL_TEN);

    if (n < 0 || n > 99 || digits.len != 30)
        return str_fmt(c->arena, "%lld", (long long)n);
    if (n >= 20)
        buf_put(&b, str_slice(digits, (size_t)(n / 10) * 3, (size_t)(n / 10) * 3 + 3));
    if (n >= 10)
        buf_put(&b, ten);
    if (n % 10 != 0 || n == 0)
        buf_put(&b, str_slice(digits, (size_t)(n % 10) * 3, (size_t)(n % 10) * 3 + 3));
    return buf_str(&b);
}

struct number_places {
    int64_t n, year;
    struct session session;
};

static void put_place(struct ctx *c, struct buf *b, str place, const struct number_places *v)
{
    str width = place, name = str_cut(&width, ':');
    int64_t digits = 0;

    if (str_eq(name, S("n"))) {
        (void)str_to_i64(width, &digits);
        buf_fmt(b, "%0*lld", (int)(digits > 0 && digits < 10 ? digits : 1), (long long)v->n);
    } else if (str_eq(name, S("year"))) {
        buf_i64(b, v->year);
    } else if (str_eq(name, S("term"))) {
        buf_i64(b, v->session.term_number);
    } else if (str_eq(name, S("session"))) {
        buf_i64(b, v->session.number);
    } else if (str_eq(name, S("term_zh"))) {
        buf_put(b, numeral(c, v->session.term_number));
    } else if (str_eq(name, S("session_zh"))) {
        buf_put(b, numeral(c, v->session.number));
    }
}

static str fill_number(struct ctx *c, str format, const struct number_places *v)
{
    struct buf b = {.arena = c->arena};

    while (format.len > 0) {
        size_t open = str_find(format, S("{"));
        if (open == SIZE_MAX) {
            buf_put(&b, format);
            break;
        }
        buf_put(&b, str_slice(format, 0, open));
        str rest = str_slice(format, open + 1, format.len);
        put_place(c, &b, str_cut(&rest, '}'), v);
        format = rest;
    }
    return buf_str(&b);
}

enum err flow_numbers(struct doing *d, uint32_t gives)
{
    struct number_places v = {.year = calendar_year(calendar_day(d->c->now))};
    struct matter *m = &d->w->m;

    if (gives == 0)
        return OK;
    TRY(body_session(d->c, &v.session));
    m->session = v.session.id;
    for (size_t i = 0; i < d->w->p->number_count; i++) {
        const struct number_rule *r = &d->w->p->numbers[i];
        bool is_case = !str_eq(r->name, S("serial"));
        str *to = is_case ? &m->case_number : &m->serial;
        if ((gives & 1u << i) == 0 || to->len > 0)
            continue;
        str scope = S("");
        if ((r->unique & (UNIQUE_TERM | UNIQUE_SESSION)) != 0)
            scope = str_fmt(d->c->arena, "%lld-%lld", (long long)v.session.term_number,
                            (r->unique & UNIQUE_SESSION) != 0 ? (long long)v.session.number : 0LL);
        if ((r->unique & UNIQUE_YEAR) != 0)
            scope = str_fmt(d->c->arena, "%.*s %lld", STR_ARG(scope), (long long)v.year);
        str name = str_fmt(d->c->arena, "%.*s.%.*s", STR_ARG(r->name), STR_ARG(d->w->p->name));
        TRY(counter_next(d->c, name, scope, &v.n));
        *to = fill_number(
            d->c, r->shown.text[LANG_ZH].len > 0 && is_case ? r->shown.text[LANG_ZH] : r->format,
            &v);
    }
    return OK;
}
