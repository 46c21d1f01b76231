#include "person/sign_in_web.h"

#include "base/clock.h"
#include "view_sign_in.h"
#include "web/pages.h"

#include <pthread.h>
#include <string.h>

/* A name may also be typed as a telephone number or a mail address. */
enum { NAME_MAX_TYPED = PERSON_ADDRESS_MAX };

static str hour_and_minute(struct arena *a, int64_t ms)
{
    int64_t minutes = (ms / CLOCK_MINUTE + 8 * 60) % (24 * 60); /* China's time, all year */

    return str_fmt(a, "%02lld:%02lld", (long long)(minutes / 60), (long long)(minutes % 60));
}

static enum err go_on(struct ctx *c, struct page *p, str next, const struct who *who)
{
    str to = account_next(c, next, who);

    return page_redirect(p, "%.*s", STR_ARG(to));
}

enum err sign_in_web_show(struct ctx *c, const struct req *q, struct page *p)
{
    str next = q->method == METHOD_POST ? req_form(q, S("next")) : req_query(q, S("next"));

    if (c->who != NULL && q->method != METHOD_POST)
        return go_on(c, p, next, c->who);
    struct sign_in_page s = {.failure = form_failure_of(c),
                             .name = str_head(req_form(q, S("name")), NAME_MAX_TYPED),
                             .next = next};
    s.is_name_bad = is_about(&s.failure, S("name"));
    s.is_password_bad = is_about(&s.failure, S("password"));
    if (c->failure.msg == MSG_SIGN_IN_LOCKED) {
        s.is_locked = true;
        s.wait_minutes = c->failure.args[0].i;
        s.wait_until = hour_and_minute(c->arena, c->failure.args[1].i);
    }
    if (c->config->is_demo)
        s.sign_ins = str_fmt(c->arena, "%.*s/sign-ins.txt", STR_ARG(c->config->dir));
    p->title = msg_text(c->lang, MSG_LAYOUT_SIGN_IN);
    p->layout_class = S("narrow");
    view_sign_in(&p->out, &s);
    return OK;
}

/* ---- the password, on the slow thread ---- */

static char nobodys_hash[256];

static void make_nobodys_hash(void)
{
    struct arena *a = arena_new("hash", 1024 * 1024);
    str hash = crypto_password_hash(a, web_random(a, 32));

    memcpy(nobodys_hash, hash.at, hash.len < sizeof nobodys_hash ? hash.len : 0);
    arena_free(a);
}

/* What a name that nobody has is compared with, so that the time it takes tells nothing. */
static str nobodys(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;

    pthread_once(&once, make_nobodys_hash);
    return str_of(nobodys_hash);
}

static void fresh_token(struct ctx *c, struct prepared *m)
{
    m->token = web_random(c->arena, 32);
    struct digest d = crypto_sha256(m->token);
    m->token_digest = str_copy(c->arena, digest_str(&d));
}

enum err sign_in_web_prepare(struct ctx *c, const struct req *q, struct page *p)
{
    struct prepared *m = &p->made;
    struct person person = {0};
    str name, password = req_form(q, S("password"));

    *m = (struct prepared){0};
    TRY(req_text(c, q, S("name"), NAME_MAX_TYPED, &name));
    if (password.len == 0)
        return fail_on(c, INVALID, S("password"), MSG_ERROR_FIELD_EMPTY);
    if (password.len > PASSWORD_MAX)
        return fail_on(c, INVALID, S("password"), MSG_ERROR_FIELD_LONG, I(PASSWORD_MAX),
                       I((int64_t)str_chars(password)));

    enum err e = person_find(c, name, &person);
    if (e != OK && e != NOT_FOUND)
        return e;
    m->person = person.id;
    fresh_token(c, m);
    e = e == OK ? person_locked(c, &person) : person_unknown_locked(c, name);
    if (e == DENIED)
        return OK; /* the act says so, and notes it; nothing is hashed for a locked account */
    TRY(e);
    db_read_end(c->db); /* nobody's connection waits for a hash */
    c->db = NULL;
    bool has_one = person.password.len > 0;
    m->is_password_ok =
        crypto_password_ok(has_one ? person.password : nobodys(), password) && has_one;
    return OK;
}

enum err sign_in_web_act(struct ctx *c, const struct req *q, struct page *p)
{
    const struct prepared *m = &p->made;
    struct who *who = NULL;
    bool is_in, is_stale;

    if (m->person == 0) {
        TRY(person_unknown_failed(c, req_form(q, S("name"))));
        return page_again(p);
    }
    TRY(person_sign_in(c, m->person, m->is_password_ok, m->token_digest,
                       account_device(c->arena, q->user_agent), &is_in));
    if (!is_in)
        return page_again(p);
    if (c->who != NULL) /* whoever was signed in here before is not any more */
        TRY(person_sign_out(c, c->who->token));
    TRY(person_who(c, m->token_digest, &who, &is_stale));
    page_cookie(p, q, S("s"), m->token, 0);
    return go_on(c, p, req_form(q, S("next")), who);
}

enum err sign_in_web_out(struct ctx *c, const struct req *q, struct page *p)
{
    TRY(person_sign_out(c, c->who->token));
    page_cookie(p, q, S("s"), S(""), -1);
    page_notice(p, MSG_SIGN_IN_OUT);
    return page_redirect(p, "/");
}
