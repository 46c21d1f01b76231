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

static enum err say_locked(struct ctx *c, int64_t until)
{
    if (until <= c->now)
        return OK;
    int64_t minutes = (until - c->now + CLOCK_MINUTE - 1) / CLOCK_MINUTE;
    return fail(c, DENIED, MSG_SIGN_IN_LOCKED, I(minutes), I(until));
}

enum err person_locked(struct ctx *c, const struct person *p)
{
    return say_locked(c, p->locked_until);
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
    if (say_locked(c, c->now + lock) == OK)
        (void)fail(c, DENIED, MSG_SIGN_IN_WRONG);
    return OK;
}

enum err person_password_failed(struct ctx *c, int64_t id)
{
    struct person p;

    TRY(person_load(c, id, &p));
    if (person_locked(c, &p) != OK)
        return OK;
    return count_failure(c, &p);
}

/* ---- names that nobody has ---- */

static str name_digest(struct ctx *c, str name)
{
    struct digest d = crypto_hmac(
        c->keys->lookup, str_join(c->arena, S("name "), str_lower(c->arena, str_trim(name))));

    return str_join(c->arena, S("name "), crypto_hex(c->arena, str_slice(digest_str(&d), 0, 12)));
}

static enum err unknown_failures(struct ctx *c, str digest, int64_t *count, int64_t *until)
{
    struct rows row;
    bool found;

    *count = *until = 0;
    TRY(db_rows(&row, c->db, &UNKNOWN_FAILED, T(digest), I(c->now - CLOCK_DAY)));
    TRY(db_next(&row, &found));
    if (!found)
        return OK;
    *count = take_i64(&row);
    *until = take_i64(&row) + lock_ms(*count);
    return db_done(&row);
}

enum err person_unknown_locked(struct ctx *c, str name)
{
    int64_t count, until;

    TRY(unknown_failures(c, name_digest(c, name), &count, &until));
    return say_locked(c, until);
}

enum err person_unknown_failed(struct ctx *c, str name)
{
    str digest = name_digest(c, name);
    int64_t count, until;

    TRY(unknown_failures(c, digest, &count, &until));
    if (say_locked(c, until) != OK)
        return person_audit(c, 0, S("sign_in_failed"), digest, S("locked"));
    if (say_locked(c, c->now + lock_ms(count + 1)) == OK)
        (void)fail(c, DENIED, MSG_SIGN_IN_WRONG);
    return person_audit(c, 0, S("sign_in_failed"), digest, S("unknown"));
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
    struct person_role *roles;

    TRY(person_roles(c, w->id, &roles, &w->role_count));
    w->role = NEW_ARRAY(c->arena, w->role_count, struct who_role);
    for (size_t i = 0; i < w->role_count; i++) {
        w->role[i] = (struct who_role){roles[i].role, roles[i].scope, roles[i].scope_name};
        w->roles |= roles[i].role;
    }
    return OK;
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

enum err person_who_is(struct ctx *c, int64_t id, struct who **who)
{
    struct who *w = NEW(c->arena, struct who);
    struct person p;

    TRY(person_load(c, id, &p));
    w->id = p.id;
    w->name = p.name;
    w->shown_name = p.shown_name;
    w->verified = p.verified;
    w->is_demo = p.is_demo;
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
    TRY(db_run(c->db, &BEHALF_END, I(id), I(c->now)));
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
    TRY(db_rows(&row, c->db, &SIGN_IN_LIST, I(c->who->id), I(c->now),
                I(c->now - c->config->idle_minutes * CLOCK_MINUTE)));
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
    bool has_office;

    assert(c->who != NULL);
    if (c->who->clerk != 0)
        return fail(c, CONFLICT, MSG_BEHALF_ALREADY);
    TRY(person_load(c, person, &p));
    if (p.id == c->who->id)
        return fail(c, INVALID, MSG_BEHALF_ONESELF);
    TRY(person_has_office(c, person, &has_office));
    if (has_office)
        return fail(c, DENIED, MSG_BEHALF_OFFICE);
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

enum err person_in_person(struct ctx *c)
{
    if (c->who != NULL && c->who->clerk != 0)
        return fail(c, DENIED, MSG_BEHALF_NOT_HERE);
    return OK;
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
