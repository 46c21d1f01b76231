/* Signing in and out, and acting for somebody at the desk: the part of person.h about open
 * sign-ins. */
#include "base/clock.h"
#include "base/config.h"
#include "base/id.h"
#include "base/msg.h"
#include "db/db.h"
#include "person/person.h"
#include "person/person_sql.h"

#include <assert.h>

enum { LOCK_FIRST_MS = CLOCK_MINUTE, LOCK_MAX_MS = CLOCK_HOUR, SEEN_STEP_MS = 15 * CLOCK_MINUTE };

enum err person_locked(struct ctx *c, const struct person *p)
{
    if (p->locked_until <= c->now)
        return OK;
    int64_t minutes = (p->locked_until - c->now + CLOCK_MINUTE - 1) / CLOCK_MINUTE;
    return fail(c, DENIED, MSG_SIGN_IN_LOCKED, I(minutes));
}

/* A minute after the last free failure, doubled by each further one, an hour at most. */
static int64_t lock_ms(int64_t failed)
{
    int64_t ms = LOCK_FIRST_MS;

    if (failed < SIGN_IN_FREE)
        return 0;
    for (int64_t i = SIGN_IN_FREE; i < failed && ms < LOCK_MAX_MS; i++)
        ms *= 2;
    return ms < LOCK_MAX_MS ? ms : LOCK_MAX_MS;
}

static enum err count_failure(struct ctx *c, const struct person *p)
{
    int64_t failed = p->failed + 1, lock = lock_ms(failed);

    TRY(db_run(c->db, &PERSON_SET_FAILED, I(p->id), I(failed), I(lock == 0 ? 0 : c->now + lock)));
    TRY(person_audit(c, p->id, S("sign_in_failed"), S(""), lock == 0 ? S("wrong") : S("locked")));
    if (lock > 0)
        (void)fail(c, DENIED, MSG_SIGN_IN_LOCKED, I((lock + CLOCK_MINUTE - 1) / CLOCK_MINUTE));
    else
        (void)fail(c, DENIED, MSG_SIGN_IN_WRONG);
    return OK;
}

enum err person_sign_in(struct ctx *c, int64_t id, bool password_ok, str token_digest, str device,
                        bool *is_in)
{
    struct person p;

    *is_in = false;
    if (id == 0) {
        TRY(person_audit(c, 0, S("sign_in_failed"), S(""), S("unknown")));
        (void)fail(c, DENIED, MSG_SIGN_IN_WRONG);
        return OK;
    }
    TRY(person_load(c, id, &p));
    if (person_locked(c, &p) != OK)
        return person_audit(c, p.id, S("sign_in_failed"), S(""), S("locked"));
    if (!password_ok)
        return count_failure(c, &p);

    *is_in = true;
    TRY(db_run(c->db, &PERSON_SET_FAILED, I(p.id), I(0), I(0)));
    TRY(db_run(c->db, &SIGN_IN_ADD, X(token_digest), I(p.id), I(c->now),
               I(c->now + c->config->session_hours * CLOCK_HOUR), T(device)));
    return person_audit(c, p.id, S("sign_in"), S(""), S("ok"));
}

static enum err load_roles(struct ctx *c, struct who *w)
{
    enum { ROLES_MAX = 64 };
    struct rows row;
    bool found;

    w->role = NEW_ARRAY(c->arena, ROLES_MAX, struct who_role);
    TRY(db_rows(&row, c->db, &ROLE_LIST, I(w->id)));
    for (;;) {
        TRY(db_next(&row, &found));
        if (!found)
            return OK;
        struct who_role r = {.role = role_find(take_str(&row, c->arena))};
        r.scope = take_i64(&row);
        str zh = take_str(&row, c->arena), en = take_str(&row, c->arena);
        r.scope_name = c->lang == LANG_ZH ? zh : en;
        w->roles |= r.role;
        if (w->role_count < ROLES_MAX)
            w->role[w->role_count++] = r;
    }
}

enum err person_who(struct ctx *c, str token_digest, struct who **who, bool *stale)
{
    struct who *w = NEW(c->arena, struct who);
    struct rows row;
    bool found;

    *who = NULL;
    *stale = false;
    TRY(db_rows(&row, c->db, &SIGN_IN_WHO, X(token_digest), I(c->now),
                I(c->now - c->config->idle_minutes * CLOCK_MINUTE)));
    TRY(db_next(&row, &found));
    if (!found)
        return OK;
    int64_t person = take_i64(&row), seen = take_i64(&row), behalf_of = take_i64(&row);
    str behalf_name = take_str(&row, c->arena), behalf_shown = take_str(&row, c->arena);
    int64_t behalf_verified = take_i64(&row);

    w->id = person;
    w->name = take_str(&row, c->arena);
    w->shown_name = take_str(&row, c->arena);
    w->verified = take_i64(&row);
    w->must_change = take_bool(&row);
    w->is_demo = take_bool(&row);
    w->token = str_copy(c->arena, token_digest);
    TRY(db_done(&row));
    *stale = c->now - seen > SEEN_STEP_MS;

    if (behalf_of != 0) { /* at the desk: the person's own rights, never the clerk's */
        w->clerk = person;
        w->clerk_name = w->name;
        w->id = behalf_of;
        w->name = behalf_name;
        w->shown_name = behalf_shown;
        w->verified = behalf_verified;
        w->must_change = false;
    }
    TRY(load_roles(c, w));
    *who = w;
    return OK;
}

enum err person_seen(struct ctx *c, str token_digest)
{
    return db_run(c->db, &SIGN_IN_SEEN, X(token_digest), I(c->now));
}

enum err person_sign_out(struct ctx *c, str token_digest)
{
    assert(c->who != NULL);
    if (c->who->clerk != 0)
        TRY(db_run(c->db, &BEHALF_END, I(c->who->clerk), I(c->now)));
    TRY(db_run(c->db, &SIGN_IN_END, X(token_digest)));
    return person_audit(c, c->who->clerk != 0 ? c->who->clerk : c->who->id, S("sign_out"), S(""),
                        S("ok"));
}

enum err person_sign_out_all(struct ctx *c, int64_t id, str but_token_digest)
{
    TRY(db_run(c->db, &SIGN_IN_END_ALL, I(id), X(but_token_digest)));
    return person_audit(c, id, S("sign_out_all"), S(""), S("ok"));
}

enum err person_sign_ins(struct ctx *c, struct sign_in_row **rows, size_t *count)
{
    enum { SHOWN_MAX = 20 };
    struct rows row;
    bool found;

    assert(c->who != NULL);
    *rows = NEW_ARRAY(c->arena, SHOWN_MAX, struct sign_in_row);
    *count = 0;
    TRY(db_rows(&row, c->db, &SIGN_IN_LIST, I(c->who->id), I(c->now)));
    while (*count < SHOWN_MAX) {
        TRY(db_next(&row, &found));
        if (!found)
            return OK;
        struct sign_in_row *r = &(*rows)[(*count)++];
        r->begun = take_i64(&row);
        r->seen = take_i64(&row);
        r->device = take_str(&row, c->arena);
        r->is_this = str_eq(take_blob(&row, c->arena), c->who->token);
        r->is_behalf = take_bool(&row);
    }
    return db_done(&row);
}

enum err person_behalf_begin(struct ctx *c, int64_t person, str reason)
{
    struct person p;

    assert(c->who != NULL);
    if (c->who->clerk != 0)
        return fail(c, CONFLICT, MSG_BEHALF_ALREADY);
    TRY(person_load(c, person, &p));
    if (p.id == c->who->id)
        return fail(c, INVALID, MSG_BEHALF_ONESELF);
    reason = str_trim(reason);
    if (reason.len == 0 || str_chars(reason) > 200)
        return fail_on(c, INVALID, S("reason"), MSG_BEHALF_REASON);

    TRY(db_run(c->db, &BEHALF_ADD, I(id_new()), I(c->who->id), I(person), I(c->now), T(reason)));
    TRY(db_run(c->db, &SIGN_IN_BEHALF, X(c->who->token), I(person)));
    return person_audit(c, c->who->id, S("behalf"),
                        str_fmt(c->arena, "person %lld", (long long)person), S("begun"));
}

enum err person_behalf_end(struct ctx *c)
{
    assert(c->who != NULL);
    if (c->who->clerk == 0)
        return fail(c, CONFLICT, MSG_BEHALF_NONE);
    TRY(db_run(c->db, &BEHALF_END, I(c->who->clerk), I(c->now)));
    TRY(db_run(c->db, &SIGN_IN_BEHALF, X(c->who->token), NIL()));
    return person_audit(c, c->who->clerk, S("behalf"),
                        str_fmt(c->arena, "person %lld", (long long)c->who->id), S("ended"));
}

enum err person_behalf_list(struct ctx *c, int64_t id, struct behalf_row **rows, size_t *count)
{
    enum { SHOWN_MAX = 100 };
    struct rows row;
    bool found;

    *rows = NEW_ARRAY(c->arena, SHOWN_MAX, struct behalf_row);
    *count = 0;
    TRY(db_rows(&row, c->db, &BEHALF_LIST, I(id)));
    while (*count < SHOWN_MAX) {
        TRY(db_next(&row, &found));
        if (!found)
            return OK;
        struct behalf_row *r = &(*rows)[(*count)++];
        r->begun = take_i64(&row);
        r->ended = take_i64(&row);
        r->clerk = take_str(&row, c->arena);
        r->reason = take_str(&row, c->arena);
    }
    return db_done(&row);
}
