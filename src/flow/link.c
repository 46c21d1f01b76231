/* Links between matters that people make: about the same, and what follows up what. Which matters
 * may be named is what the actor may see. */
#include "base/msg.h"
#include "flow/flow_local.h"
#include "person/who.h"

#define ABOUT_SAME S("about_same")
#define FOLLOWS_UP S("follows_up")

static enum err other_matter(struct doing *d, str field, struct flow *other)
{
    int64_t id = 0;

    bool is_number = str_to_i64(doing_input(d, field), &id) && id != d->w->m.id;
    enum err e = is_number ? flow_load(d->c, id, other) : NOT_FOUND;
    if (e != NOT_FOUND)
        return e;
    (void)fail_on(d->c, INVALID, field, MSG_LINK_NO_SUCH_MATTER); /* or not his to see */
    return INVALID;
}

/* The number alone: whoever reads the timeline need not be somebody who may see the other. */
static void say_which(struct doing *d, const struct matter *other)
{
    d->about = other->case_number.len > 0 ? other->case_number : other->serial;
}

/* A link of this kind between the two, in either direction. What a source says stays. */
static bool is_between(const struct link *l, int64_t other, str kind)
{
    return str_eq(l->other_kind, S("matter")) && l->other == other && str_eq(l->kind, kind) &&
           l->source_line.len == 0;
}

/* The act is on the record of its own matter; the other one gets an entry for it. */
static enum err add(struct doing *d, str kind, int64_t other)
{
    struct flow_change there;

    TRY(flow_change_begin(d->c, other, &there));
    TRY(link_add(d->c, kind, S("matter"), d->w->m.id, S("matter"), other, S("")));
    return flow_change_end(d->c, &there, S("linked"));
}

enum err flow_effect_link(struct doing *d)
{
    str kind = doing_input(d, S("link_kind"));
    struct link *rows;
    struct flow other;
    size_t count;

    if (!str_eq(kind, ABOUT_SAME) && !str_eq(kind, FOLLOWS_UP))
        return fail_on(d->c, INVALID, S("link_kind"), MSG_MATTER_NO_SUCH_ACT);
    TRY(other_matter(d, S("other"), &other));
    if (other.f.state == other.p->initial) /* nobody has confirmed that one: it may lapse */
        return fail_on(d->c, CONFLICT, S("other"), MSG_MATTER_TARGET_UNCONFIRMED);
    TRY(link_list(d->c, S("matter"), d->w->m.id, &rows, &count));
    for (size_t i = 0; i < count; i++) {
        if (is_between(&rows[i], other.m.id, kind))
            return fail_on(d->c, CONFLICT, S("other"), MSG_MATTER_LINKED_ALREADY);
    }
    say_which(d, &other.m);
    return add(d, kind, other.m.id);
}

enum err flow_effect_unlink(struct doing *d)
{
    struct link *rows;
    struct flow other;
    struct flow_change there;
    size_t count, dropped = 0;

    TRY(other_matter(d, S("other"), &other));
    TRY(flow_change_begin(d->c, other.m.id, &there));
    TRY(link_list(d->c, S("matter"), d->w->m.id, &rows, &count));
    for (size_t i = 0; i < count; i++) {
        if (!is_between(&rows[i], other.m.id, ABOUT_SAME) &&
            !is_between(&rows[i], other.m.id, FOLLOWS_UP))
            continue;
        TRY(link_drop(d->c, rows[i].id));
        dropped++;
    }
    if (dropped == 0)
        return fail_on(d->c, INVALID, S("other"), MSG_MATTER_NOT_LINKED);
    say_which(d, &other.m);
    return flow_change_end(d->c, &there, S("unlinked"));
}

bool flow_may_follow_up(const struct ctx *c, const struct flow *earlier)
{
    bool is_own = c->who != NULL && earlier->m.raiser == c->who->id;

    return earlier->m.closed != 0 && (earlier->m.is_public || is_own);
}

enum err flow_follow_up(struct doing *d)
{
    struct flow earlier;

    if (doing_input(d, FOLLOWS_UP).len == 0)
        return OK;
    TRY(other_matter(d, FOLLOWS_UP, &earlier));
    if (!flow_may_follow_up(d->c, &earlier))
        return fail_on(d->c, INVALID, FOLLOWS_UP, MSG_LINK_NO_SUCH_MATTER);
    return add(d, FOLLOWS_UP, earlier.m.id);
}
