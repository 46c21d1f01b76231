/* What every act leaves behind: an entry of the ledger, and the words by which the matter is found.
 */
#include "base/msg.h"
#include "flow/flow_local.h"
#include "ledger/ledger.h"
#include "person/who.h"
#include "search/search.h"

static str actor(const struct doing *d)
{
    const struct who *who = d->c->who;

    if (d->w->is_system || (who == NULL && d->person == 0))
        return S("");
    if (who == NULL)
        return str_fmt(d->c->arena, "person:%lld", (long long)d->person);
    if (who->clerk != 0)
        return str_fmt(d->c->arena, "person:%lld/clerk:%lld", (long long)who->id,
                       (long long)who->clerk);
    return str_fmt(d->c->arena, "person:%lld", (long long)who->id);
}

static enum err append(struct doing *d, const struct matter *m)
{
    struct ctx *c = d->c;
    struct ledger_act a = {
        .kind = m->procedure,
        .object_kind = S("matter"),
        .object = m->id,
        .act = d->entry_act,
        .actor = actor(d),
        .payload = str_fmt(c->arena, "entry %lld\nstate %.*s\nround %lld\nedition %lld\n",
                           (long long)d->entry, STR_ARG(m->state), (long long)m->round,
                           (long long)m->edition),
        .content = flow_pack_inputs(c, d->inputs, d->input_count),
    };

    return ledger_append(c, &a, NULL);
}

/* May everybody find the matter by what stands in this field? A word that finds it tells that it
 * stands there. */
static bool is_findable(const struct flow *w, const char *name)
{
    int f = procedure_field(w->p, str_of(name));

    return !w->m.is_public || (f >= 0 && procedure_visible(w->p, w->f.state, f, 0, w->m.openness));
}

static enum err index_words(struct doing *d, const struct matter *m)
{
    struct buf words = {.arena = d->c->arena};
    struct flow now = *d->w;

    now.m = *m;
    now.f.state = procedure_state(now.p, m->state);
    TRY(field_list(d->c, m->id, &now.fields, &now.field_count));
    TRY(point_list(d->c, m->id, &now.points, &now.point_count));
    if (is_findable(&now, "situation") || is_findable(&now, "body"))
        buf_put(&words, m->body);
    for (size_t i = 0; i < now.p->field_count; i++) {
        const struct field *f = &now.p->fields[i];
        bool is_column = str_eq(f->name, S("title")) || str_eq(f->name, S("situation")) ||
                         str_eq(f->name, S("body"));
        if (is_column || (f->type != FIELD_LINE && f->type != FIELD_TEXT) ||
            !is_findable(&now, f->name.at))
            continue;
        buf_byte(&words, '\n');
        buf_put(&words, flow_value(&now, f->name));
    }
    for (size_t i = 0; i < now.point_count; i++) {
        bool is_own = str_eq(now.points[i].kind, flow_points_kind(now.p));
        if (!is_findable(&now, is_own ? "points" : "situation"))
            continue;
        buf_byte(&words, '\n');
        buf_put(&words, now.points[i].text);
    }
    buf_fmt(&words, "\n%.*s\n%.*s\n%.*s", STR_ARG(m->raiser_shown), STR_ARG(m->serial),
            STR_ARG(m->case_number));
    return search_put(d->c, S("matter"), m->id, is_findable(&now, "title") ? m->title : S(""),
                      buf_str(&words), m->is_public ? SEARCH_PUBLIC : SEARCH_STAFF);
}

enum err flow_record_clock(struct ctx *c, const struct matter *m, str what, int64_t entry)
{
    struct ledger_act a = {
        .kind = m->procedure,
        .object_kind = S("matter"),
        .object = m->id,
        .act = what,
        .payload = str_fmt(c->arena, "entry %lld\nstate %.*s\nround %lld\nedition %lld\n",
                           (long long)entry, STR_ARG(m->state), (long long)m->round,
                           (long long)m->edition),
    };

    return ledger_append(c, &a, NULL);
}

enum err flow_record(struct doing *d, const struct matter *after)
{
    TRY(append(d, after));
    return index_words(d, after);
}
