/* Mail to people: what happened to a matter they have to do with, and what a clock wants of them. A
 * mail names the matter and where to read on; it never carries what was written in it. */
#include "base/config.h"
#include "base/keys.h"
#include "base/msg.h"
#include "db/db.h"
#include "flow/flow_local.h"
#include "flow/flow_sql.h"
#include "notify/notify.h"

enum { TOLD_MAX = 1000, EVERYWHERE = -1 };

/* Who is told, each once. */
struct told {
    struct ctx *c;
    const struct flow *w;
    int msg_subject, msg_body;
    str key, what; /* what: the act or the clock, in words, per language */
    str what_in[LANG_COUNT];
    int64_t due;
    int64_t ids[TOLD_MAX];
    size_t count;
};

static str matter_url(const struct ctx *c, const struct matter *m)
{
    return str_fmt(c->arena, "%.*s/matters/%lld", STR_ARG(c->config->base_url), (long long)m->id);
}

/* `stop`: where to end following, for whoever has no account to do it with; empty: none. */
static enum err write_mail(struct told *t, int64_t whom, str address, enum lang lang, str stop)
{
    struct ctx *c = t->c;
    const struct val args[] = {T(t->w->m.title), T(t->what_in[lang]), T(matter_url(c, &t->w->m)),
                               I(t->due)};
    struct notice n = {
        .key = str_fmt(c->arena, "%.*s:%lld", STR_ARG(t->key), (long long)whom),
        .channel = CHANNEL_MAIL,
        .address = address,
        .subject = msg_str(c->arena, lang, t->msg_subject, args, 4),
        .body = msg_str(c->arena, lang, t->msg_body, args, 4),
    };

    if (stop.len > 0 && c->config->base_url.len > 0) {
        str foot = msg_fmt(c->arena, lang, MSG_MAIL_FOLLOW_STOP, T(stop));
        n.body = str_fmt(c->arena, "%.*s\n\n%.*s", STR_ARG(n.body), STR_ARG(foot));
        n.unsubscribe = stop;
    }
    return notify_put(c, c->keys->seal, &n);
}

static bool is_new(struct told *t, int64_t id)
{
    for (size_t i = 0; i < t->count; i++) {
        if (t->ids[i] == id)
            return false;
    }
    if (t->count == TOLD_MAX)
        return false;
    t->ids[t->count++] = id;
    return true;
}

/* Rows of (id, sealed address, language). */
static enum err tell_rows(struct told *t, struct rows *row)
{
    struct ctx *c = t->c;
    bool found;

    for (;;) {
        TRY(db_next(row, &found));
        if (!found)
            return OK;
        int64_t id = take_i64(row);
        str sealed = take_blob(row, c->arena), lang = take_str(row, c->arena), address;
        if (is_new(t, id) && crypto_open(c->arena, c->keys->seal, sealed, &address) == OK)
            TRY(write_mail(t, id, address, str_eq(lang, S("en")) ? LANG_EN : LANG_ZH, S("")));
    }
}

static enum err tell_person(struct told *t, int64_t person)
{
    struct rows row;

    if (person == 0)
        return OK;
    TRY(db_rows(&row, t->c->db, &FLOW_PERSON_MAIL, I(person)));
    return tell_rows(t, &row);
}

static enum err tell_role(struct told *t, str role, int64_t body)
{
    struct rows row;

    TRY(db_rows(&row, t->c->db, &FLOW_ROLE_HOLDERS, T(role), I(body)));
    return tell_rows(t, &row);
}

static enum err tell_units(struct told *t, uint32_t kinds)
{
    int child = procedure_child(t->w->p, CHILD_ASSIGNMENT);

    for (size_t i = 0; child >= 0 && i < t->w->f.child_count; i++) {
        const struct child_fact *r = &t->w->rows[i];
        if (r->child != child || t->w->p->children[child].states[r->state].is_gone)
            continue;
        if (kinds == 0 || (r->kind >= 0 && (kinds & 1u << r->kind) != 0))
            TRY(tell_role(t, S("handler"), r->body));
    }
    return OK;
}

/* Whoever declined to sign, or did not in time, has no part in it: nor may he see it. */
static bool has_left(const struct flow *w, const struct party_row *y)
{
    int child = str_eq(y->party, PARTY_COSIGNERS) ? procedure_child(w->p, CHILD_COSIGN) : -1;
    int state = child < 0 ? -1 : child_state(&w->p->children[child], y->state);

    return state >= 0 && w->p->children[child].states[state].is_gone;
}

static enum err tell_listed(struct told *t, str party)
{
    for (size_t i = 0; i < t->w->party_count; i++) {
        const struct party_row *y = &t->w->party[i];
        if (!t->w->m.is_public && str_eq(y->state, PROPOSER_MERGED))
            continue; /* he may not see it yet */
        if (str_eq(y->party, party) && !has_left(t->w, y))
            TRY(tell_person(t, y->person));
    }
    return OK;
}

static enum err tell_raisers(struct told *t)
{
    TRY(tell_person(t, t->w->m.raiser));
    return tell_listed(t, PARTY_PROPOSERS);
}

/* News is for whoever follows, as long as the matter may be seen by everybody, and that it may not
 * be any more because it went on elsewhere or was given up; nothing is said of what was taken down.
 * What a clock wants is for those who can do it. Those who were moved on to another matter hear
 * why. */
static enum err tell_followers(struct told *t, const struct doing *d)
{
    struct follower *followers = d->moved;
    size_t count = d->moved_count;

    bool went_away = d->was_public && d->act->child < 0 && d->to != STATE_SAME;
    if (!t->w->m.is_public && !went_away)
        return OK;
    if (count == 0)
        TRY(follow_list(t->c, t->w->m.id, &followers, &count));
    for (size_t i = 0; i < count; i++) {
        const struct follower *f = &followers[i];
        str stop = f->stop_token.len == 0
                       ? S("")
                       : str_fmt(t->c->arena, "%.*s/follow/%.*s", STR_ARG(t->c->config->base_url),
                                 STR_ARG(f->stop_token));
        if (is_new(t, f->person != 0 ? f->person : f->id))
            TRY(write_mail(t, f->person != 0 ? f->person : f->id, f->mail,
                           str_eq(f->lang, S("en")) ? LANG_EN : LANG_ZH, stop));
    }
    return OK;
}

static enum err tell_party(struct told *t, const struct party *party, int row)
{
    int64_t body = row < 0 ? 0 : t->w->rows[row].body,
            person = row < 0 ? 0 : t->w->rows[row].person;

    switch (party->is) {
    case PARTY_ROLE:
        return tell_role(t, party->role, party->scope == SCOPE_WHOLE ? EVERYWHERE : t->w->m.room);
    case PARTY_RAISER:
        return tell_raisers(t);
    case PARTY_COSIGNER:
        return tell_listed(t, PARTY_COSIGNERS);
    case PARTY_PARTICIPANT:
        return tell_listed(t, PARTY_PARTICIPANTS);
    case PARTY_ASSIGNED:
        if (body != 0)
            return tell_role(t, S("handler"), body);
        return tell_units(t, party->kinds);
    case PARTY_OWNER:
        if (person != 0)
            return tell_person(t, person);
        return body == 0 ? OK : tell_role(t, S("handler"), body);
    case PARTY_SYSTEM:
    case PARTY_ANYONE:
        break;
    }
    return OK;
}

static enum err told_of_act(struct doing *d, struct flow *after, struct told **told)
{
    TRY(flow_gather(d->c, d->w->m.id, true, NULL, after));
    *told = NEW(d->c->arena, struct told);
    **told = (struct told){.c = d->c,
                           .w = after,
                           .msg_subject = MSG_MAIL_ACT_SUBJECT,
                           .msg_body = MSG_MAIL_ACT_BODY,
                           .key = str_fmt(d->c->arena, "act:%lld", (long long)d->entry)};
    return OK;
}

static enum err tell_parties(struct told *t, uint32_t parties, int row)
{
    for (size_t i = 0; i < t->w->p->party_count; i++) {
        if ((parties & 1u << i) != 0)
            TRY(tell_party(t, &t->w->p->parties[i], row));
    }
    return OK;
}

enum err flow_tell_act(struct doing *d)
{
    const uint32_t tells =
        1u << EFFECT_NOTIFY_RAISER | 1u << EFFECT_NOTIFY_PARTIES | 1u << EFFECT_NOTIFY_FOLLOWERS;
    struct flow after;
    struct told *t;

    if ((d->act->effects & tells) == 0 && d->act->tells == 0)
        return OK;
    TRY(told_of_act(d, &after, &t));
    for (int l = 0; l < LANG_COUNT; l++)
        t->what_in[l] = d->act->label.text[l];
    if ((d->act->effects & 1u << EFFECT_NOTIFY_RAISER) != 0)
        TRY(tell_raisers(t));
    if ((d->act->effects & (1u << EFFECT_NOTIFY_RAISER | 1u << EFFECT_NOTIFY_FOLLOWERS)) != 0)
        TRY(tell_followers(t, d));
    if ((d->act->effects & 1u << EFFECT_NOTIFY_PARTIES) != 0) {
        TRY(tell_listed(t, PARTY_PARTICIPANTS));
        TRY(tell_listed(t, PARTY_COSIGNERS));
        TRY(tell_units(t, 0));
    }
    return tell_parties(t, d->act->tells, flow_row(&after, doing_row(d)));
}

enum err flow_tell_asked(struct doing *d, int msg_what, uint32_t parties)
{
    struct flow after;
    struct told *t;

    TRY(told_of_act(d, &after, &t));
    for (int l = 0; l < LANG_COUNT; l++)
        t->what_in[l] = msg_fmt(d->c->arena, (enum lang)l, msg_what, T(d->act->label.text[l]));
    return tell_parties(t, parties, -1);
}

enum err flow_tell_clock(struct ctx *c, struct flow *w, const struct clock_row *k,
                         const struct clock_rule *rule, uint32_t parties, int msg_subject,
                         int msg_body, str key)
{
    struct told *t = NEW(c->arena, struct told);

    *t = (struct told){.c = c,
                       .w = w,
                       .msg_subject = msg_subject,
                       .msg_body = msg_body,
                       .key = key,
                       .due = k->due};
    for (int l = 0; l < LANG_COUNT; l++)
        t->what_in[l] = rule->label.text[l];
    return tell_parties(t, parties, flow_row(w, k->child));
}
