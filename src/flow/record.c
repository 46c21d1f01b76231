/* What every act leaves behind: an entry of the ledger, and the words by which the matter is found.
 */
#include "base/buf.h"
#include "base/msg.h"
#include "flow/flow_local.h"
#include "ledger/ledger.h"
#include "matter/imprint.h"
#include "person/who.h"
#include "search/search.h"

#include <assert.h>

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

/* ---- the imprint ---- */

static enum err take_digest(struct ctx *c, int64_t matter, struct digest *digest)
{
    struct imprint im;

    TRY(imprint_take(c, matter, &im));
    *digest = imprint_whole(c->arena, &im);
    return OK;
}

enum err flow_before(struct doing *d)
{
    if (d->has_was)
        return OK;
    TRY(take_digest(d->c, d->w->m.id, &d->was));
    d->has_was = true;
    return OK;
}

/* The matter as it is now, what it was before (NULL: it was not), and what the act was given.
 * `*was` becomes what it is now. */
static enum err pack(struct ctx *c, int64_t matter, struct digest *was, str given, str *content)
{
    struct buf b = {.arena = c->arena};
    struct imprint im;

    TRY(imprint_take(c, matter, &im));
    if (was != NULL) {
        im.has_before = true;
        im.before = *was;
        *was = imprint_whole(c->arena, &im);
    }
    imprint_put(&b, &im);
    buf_put(&b, given);
    *content = buf_str(&b);
    return OK;
}

enum err flow_first_content(struct ctx *c, int64_t matter, str content, str *all)
{
    return pack(c, matter, NULL, content, all);
}

/* ---- entries ---- */

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
    };

    assert(d->has_was || d->made);
    TRY(pack(c, m->id, d->made ? NULL : &d->was, flow_pack_inputs(c, d->inputs, d->input_count),
             &a.content));
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

enum err flow_record_clock(struct ctx *c, const struct matter *m, str what, int64_t entry,
                           struct digest *was)
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

    TRY(pack(c, m->id, was, S(""), &a.content));
    return ledger_append(c, &a, NULL);
}

enum err flow_change_begin(struct ctx *c, int64_t matter, struct flow_change *ch)
{
    ch->matter = matter;
    return take_digest(c, matter, &ch->was);
}

/* An entry about a matter that is no act of its procedure. */
static enum err note(struct ctx *c, int64_t matter, str what, str given, struct digest *was)
{
    struct matter m;
    struct ledger_act a = {.object_kind = S("matter"), .object = matter, .act = what};

    TRY(matter_load(c, matter, &m));
    a.kind = m.procedure;
    if (c->who != NULL)
        a.actor = str_fmt(c->arena, "person:%lld", (long long)c->who->id);
    TRY(pack(c, matter, was, given, &a.content));
    return ledger_append(c, &a, NULL);
}

enum err flow_change_end(struct ctx *c, struct flow_change *ch, str what)
{
    return note(c, ch->matter, what, S(""), &ch->was);
}

enum err flow_link(struct ctx *c, str kind, str from_kind, int64_t from, str to_kind, int64_t to,
                   str source_line)
{
    bool is_from = str_eq(from_kind, S("matter")), is_to = str_eq(to_kind, S("matter"));
    struct flow_change one, other;

    if (is_from)
        TRY(flow_change_begin(c, from, &one));
    if (is_to)
        TRY(flow_change_begin(c, to, &other));
    TRY(link_add(c, kind, from_kind, from, to_kind, to, source_line));
    if (is_from)
        TRY(flow_change_end(c, &one, S("linked")));
    return is_to ? flow_change_end(c, &other, S("linked")) : OK;
}

enum err flow_erase(struct ctx *c, int64_t matter, str why, bool *was_erased)
{
    struct digest was;
    str last;
    bool is;

    TRY(flow_as_recorded(c, matter, &is));
    if (!is)
        return CONFLICT;
    TRY(ledger_last_act(c, S("matter"), matter, &last));
    *was_erased = str_eq(last, S("erased"));
    if (*was_erased) /* the reason given then is all that is left to erase */
        return OK;
    TRY(take_digest(c, matter, &was));
    TRY(ledger_erase(c, S("matter"), matter));
    return note(c, matter, S("erased"), why, &was);
}

enum err flow_record(struct doing *d, const struct matter *after)
{
    TRY(append(d, after));
    return index_words(d, after);
}
