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

    if (d->w->is_system || who == NULL)
        return S("");
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
        .act = d->act->name,
        .actor = actor(d),
        .payload = str_fmt(c->arena, "entry %lld\nstate %.*s\nround %lld\nedition %lld\n",
                           (long long)d->entry, STR_ARG(m->state), (long long)m->round,
                           (long long)m->edition),
        .content = flow_pack_inputs(c, d->inputs, d->input_count),
    };

    return ledger_append(c, &a, NULL);
}

static enum err index_words(struct doing *d, const struct matter *m)
{
    struct buf words = {.arena = d->c->arena};
    struct point *points;
    size_t count;

    TRY(point_list(d->c, m->id, &points, &count));
    buf_put(&words, m->body);
    for (size_t i = 0; i < count; i++) {
        buf_byte(&words, '\n');
        buf_put(&words, points[i].text);
    }
    buf_fmt(&words, "\n%.*s\n%.*s\n%.*s", STR_ARG(m->raiser_shown), STR_ARG(m->serial),
            STR_ARG(m->case_number));
    return search_put(d->c, S("matter"), m->id, m->title, buf_str(&words),
                      m->is_public ? SEARCH_PUBLIC : SEARCH_STAFF);
}

enum err flow_record(struct doing *d, const struct matter *after)
{
    TRY(append(d, after));
    return index_words(d, after);
}
