/* Merging: two matters go on as one, and as two again when the one that carries both is given up.
 */
#include "base/msg.h"
#include "flow/flow_local.h"
#include "flow/flow_sql.h"

static bool takes_part(const struct flow *w, str party, int64_t person)
{
    for (size_t i = 0; person != 0 && i < w->party_count; i++) {
        if (str_eq(w->party[i].party, party) && w->party[i].person == person)
            return true;
    }
    return false;
}

/* Whoever raised the merged matter is asked what he thinks of the reply to the other, once; he did
 * not raise it, and does not act for the one who did. */
static enum err add_proposer(struct doing *d, const struct flow *into, int64_t person, str class)
{
    struct party_row y = {.matter = into->m.id,
                          .party = PARTY_PROPOSERS,
                          .person = person,
                          .class = class,
                          .state = PROPOSER_MERGED};

    if (person == 0 || person == into->m.raiser || takes_part(into, PARTY_PROPOSERS, person))
        return OK;
    return party_add(d->c, &y);
}

enum err flow_effect_merge(struct doing *d)
{
    struct flow_change there;
    struct flow into;
    int64_t id = 0;

    if (!str_to_i64(doing_input(d, S("into")), &id) || id == d->w->m.id)
        return fail_on(d->c, INVALID, S("into"), MSG_MATTER_NO_SUCH_TARGET);
    enum err e = flow_load(d->c, id, &into);
    if (e == NOT_FOUND) /* or not for the actor to see */
        return fail_on(d->c, INVALID, S("into"), MSG_MATTER_NO_SUCH_TARGET);
    TRY(e);
    if (into.f.state == into.p->initial) /* nobody has confirmed that one: it may lapse */
        return fail_on(d->c, CONFLICT, S("into"), MSG_MATTER_TARGET_UNCONFIRMED);
    if (into.m.closed != 0)
        return fail_on(d->c, CONFLICT, S("into"), MSG_MATTER_TARGET_CLOSED);
    TRY(flow_change_begin(d->c, id, &there));
    TRY(link_add(d->c, S("merged_into"), S("matter"), d->w->m.id, S("matter"), id, S("")));
    TRY(add_proposer(d, &into, d->w->m.raiser, S("resident")));
    for (size_t i = 0; i < d->w->party_count; i++) {
        const struct party_row *y = &d->w->party[i];
        if (str_eq(y->party, PARTY_PROPOSERS) && y->person != d->w->m.raiser)
            TRY(add_proposer(d, &into, y->person, y->class));
    }
    TRY(flow_change_end(d->c, &there, S("merged_here")));
    TRY(follow_list(d->c, d->w->m.id, &d->moved, &d->moved_count));
    return db_run(d->c->db, &FLOW_MERGE_FOLLOWERS, I(d->w->m.id), I(id));
}

/* One matter, merged into another that is given up: it belongs to somebody else, who still waits.
 */
static enum err set_free(struct ctx *c, const struct link *l)
{
    struct flow_change change;
    struct flow w;

    TRY(flow_load_system(c, l->other, &w));
    int act = procedure_act(w.p, S("unmerge"));
    if (act < 0 || (w.p->acts[act].from >> w.f.state & 1) == 0)
        return OK;
    TRY(flow_change_begin(c, l->other, &change));
    TRY(link_drop(c, l->id));
    struct open_act open = {.act = act, .row = -1};
    return flow_do_system(c, &w, &open, &change.was);
}

enum err flow_effect_free_merged(struct doing *d)
{
    struct link *rows;
    size_t count;

    TRY(link_list(d->c, S("matter"), d->w->m.id, &rows, &count));
    for (size_t i = 0; i < count; i++) {
        bool is_merged_here = str_eq(rows[i].kind, S("merged_into")) && !rows[i].is_from_here &&
                              str_eq(rows[i].other_kind, S("matter"));
        if (is_merged_here)
            TRY(set_free(d->c, &rows[i]));
    }
    return OK;
}
