/* The main path: route, role, token, prepare, act, show, status. */
#include "base/clock.h"
#include "base/id.h"
#include "base/log.h"
#include "person/person.h"
#include "web/layout.h"
#include "web/slow.h"
#include "web/token.h"
#include "web/web.h"
#include "web/web_sql.h"

static const int status_of[] = {
    [OK] = 200,       [NOT_FOUND] = 404, [DENIED] = 403, [INVALID] = 422,
    [CONFLICT] = 409, [BUSY] = 503,      [FAULT] = 500,
};

/* One request on its way. It lives in the request's arena. */
struct pass {
    struct app *app;
    struct req *q;
    struct res *s;
    const struct route *route;
    struct ctx c;
    struct page p;
    str sign_in; /* value of the sign-in's cookie */
    str visitor; /* value of the cookie that forms of people without one are bound to */
    bool is_stale;
    enum err acted;
    int64_t begun;
    void (*answer)(void *token);
    void *token;
};

static void finish(struct pass *w, enum err e)
{
    struct page *p = &w->p;

    if (e != OK) {
        p->out.buf->len = 0;
        p->is_bare = false;
        p->res->type = S("");
        if (w->s->status < 300 || w->s->status == 422)
            w->s->status = status_of[e];
        layout_error(&w->c, w->q, p, w->s->status);
    }
    if (!p->is_bare && (w->s->status < 300 || w->s->status >= 400))
        layout_wrap(&w->c, w->q, p);
    /* A visitor's forms are bound to a value of his own; only somebody who saw a form gets one. */
    if (p->out.has_form && w->sign_in.len == 0 && req_cookie(w->q, S("v")).len == 0)
        page_cookie(p, w->q, S("v"), w->visitor, 0);
    layout_headers(&w->c, w->q, p);
    log_line(LOG_DEBUG, "request", LOG_STR("method", w->q->method_name),
             LOG_STR("route", w->route == NULL ? S("-") : str_of(w->route->pattern)),
             LOG_INT("status", w->s->status), LOG_INT("us", clock_ticks() - w->begun));
    w->answer(w->token);
}

static void fresh_page(struct pass *w)
{
    struct prepared made = w->p.made;

    *w->s = (struct res){.status = 200, .body = {.arena = w->q->arena}};
    w->p = (struct page){.res = w->s, .made = made};
    w->p.out = (struct out){.buf = &w->s->body, .lang = w->c.lang, .now = w->c.now};
    w->p.out.token = form_token(&w->c, w->sign_in, w->visitor);
    w->p.out.once = web_random(w->q->arena, 12);
}

/* Draw the page, in a read of its own. */
static enum err show(struct pass *w)
{
    enum err e;

    if (w->route->show == NULL)
        return FAULT;
    e = db_read(w->app->pool, &w->c.db);
    if (e != OK)
        return fail(&w->c, e, MSG_ERROR_BUSY);
    e = w->route->show(&w->c, w->q, &w->p);
    db_read_end(w->c.db);
    w->c.db = NULL;
    return e;
}

/* The form again, with the sentence and what was typed. */
static enum err show_again(struct pass *w, enum err refused)
{
    struct failure why = w->c.failure;
    struct http_header cookies[HTTP_HEADERS_MAX];
    size_t cookie_count = w->s->header_count;

    for (size_t i = 0; i < cookie_count; i++)
        cookies[i] = w->s->headers[i];
    fresh_page(w);
    for (size_t i = 0; i < cookie_count; i++)
        res_header(w->s, cookies[i].name, cookies[i].value);
    TRY(show(w));
    w->c.failure = why;
    /* A form that only wants one more row, or to be looked over, was not refused. */
    w->s->status = why.msg == MSG_NONE ? 200 : status_of[refused];
    return OK;
}

/* An act that ended in nothing that a person caused. */
static void say_why(struct pass *w, enum err e)
{
    if (w->c.failure.msg != MSG_NONE || (e != BUSY && e != FAULT))
        return;
    bool is_full = e == BUSY && db_is_full(w->app->pool);
    (void)fail(&w->c, e,
               is_full     ? MSG_ERROR_DISK_FULL
               : e == BUSY ? MSG_ERROR_BUSY
                           : MSG_ERROR_FAULT);
}

/* After the act: on a worker again, or on the caller's thread where there is no server. */
static void after_act(void *arg)
{
    struct pass *w = arg;
    enum err e = w->acted;

    if (e == OK && !w->p.is_again) {
        if (w->p.event.len > 0 && w->app->http != NULL)
            http_event(w->app->http, w->p.event, S("changed"), S(""));
        finish(w, OK);
        return;
    }
    if (e == OK)
        e = w->p.again_status == status_of[INVALID] ? INVALID : DENIED;
    bool is_again = w->p.is_again;
    if (!is_again)
        fresh_page(w); /* where the act would have led to, had it been kept */
    say_why(w, e);
    /* Whoever may not, or asks for what is not there, gets no form to try again. */
    if (e == NOT_FOUND || e == FAULT || (e == DENIED && !is_again) || w->route->show == NULL) {
        finish(w, e);
        return;
    }
    struct failure why = w->c.failure;
    enum err shown = show_again(w, e);
    if (shown != OK) {
        w->c.failure = why;
        finish(w, e);
        return;
    }
    finish(w, OK);
}

static void acted(enum err result, void *arg)
{
    struct pass *w = arg;

    w->acted = result;
    if (w->app->http == NULL)
        after_act(w);
    else
        http_work(w->app->http, after_act, w);
}

/* What a form said, without what the page itself put into it. */
static struct digest said(const struct req *q)
{
    struct hash h;

    hash_start(&h);
    for (size_t i = 0; i < q->form_count; i++) {
        const struct http_field *f = &q->form_fields[i];
        if (str_eq(f->name, S("token")) || str_eq(f->name, S("once")))
            continue;
        hash_add(&h, str_fmt(q->arena, "%zu %zu\n", f->name.len, f->value.len));
        hash_add(&h, f->name);
        hash_add(&h, f->value);
    }
    for (size_t i = 0; i < q->upload_count; i++)
        hash_add(&h, (str){(const char *)q->uploads[i].sha256, sizeof q->uploads[i].sha256});
    return hash_end(&h);
}

/* The number of a page is used up, for what was said with it, by the act that succeeds; the same
 * sent again leads to where that act led. Another form of the page, or the same with other words,
 * is another act. */
static enum err take_once(struct pass *w, str *digest, str *led_to)
{
    struct rows row;
    bool found;
    int64_t changed;
    str once = req_form(w->q, S("once"));
    struct digest words = said(w->q);
    str all = str_fmt(w->q->arena, "%.*s\n%.*s\n%.*s\n", STR_ARG(once),
                      STR_ARG(w->sign_in.len > 0 ? w->sign_in : w->visitor), STR_ARG(w->q->path));
    struct digest d = crypto_sha256(str_join(w->q->arena, all, digest_str(&words)));

    *led_to = S("");
    *digest = str_copy(w->q->arena, digest_str(&d));
    TRY(db_run_count(w->c.db, &changed, &ONCE_TAKE, X(*digest), I(w->c.now)));
    if (changed > 0)
        return OK;
    TRY(db_rows(&row, w->c.db, &ONCE_LOCATION, X(*digest)));
    TRY(db_next(&row, &found));
    if (!found)
        return BUSY;
    *led_to = take_str(&row, w->q->arena);
    return db_done(&row);
}

static str location_of(const struct res *s)
{
    for (size_t i = 0; i < s->header_count; i++) {
        if (str_eq(s->headers[i].name, S("Location")))
            return s->headers[i].value;
    }
    return S("");
}

/* The act, inside the transaction. It may be run again: everything but rows begins afresh. */
static enum err act(struct db *db, void *arg)
{
    struct pass *w = arg;
    bool is_once = (w->route->flags & ROUTE_MANY) == 0;
    str digest = S(""), led_to = S("");

    fresh_page(w);
    w->c.failure = (struct failure){0};
    w->c.db = db;
    if (is_once) {
        TRY(take_once(w, &digest, &led_to));
        if (led_to.len > 0)
            return page_redirect(&w->p, "%.*s", STR_ARG(led_to));
    }
    TRY(w->route->act(&w->c, w->q, &w->p));
    if (w->is_stale && w->sign_in.len > 0)
        TRY(person_seen(&w->c, w->c.who->token));
    if (is_once && !w->p.is_again)
        TRY(db_run(db, &ONCE_LED_TO, X(digest), T(location_of(w->s))));
    return OK;
}

static enum err prepare(struct pass *w)
{
    enum err e;

    if (w->route->prepare == NULL)
        return OK;
    e = db_read(w->app->pool, &w->c.db);
    if (e != OK)
        return fail(&w->c, e, MSG_ERROR_BUSY);
    e = w->route->prepare(&w->c, w->q, &w->p);
    if (w->c.db != NULL)
        db_read_end(w->c.db);
    w->c.db = NULL;
    return e;
}

static void prepare_and_act(void *arg)
{
    struct pass *w = arg;
    enum err e = prepare(w);

    if (e != OK) {
        w->acted = e;
        after_act(w);
        return;
    }
    db_act(w->app->pool, act, acted, w);
}

/* Is anything in the form no text? Such a form is drawn again, and nothing is done with it. */
static bool has_bad_text(struct pass *w)
{
    for (size_t i = 0; i < w->q->form_count; i++) {
        if (w->q->form_fields[i].is_bad) {
            (void)fail_on(&w->c, INVALID, w->q->form_fields[i].name, MSG_ERROR_BAD_TEXT);
            return true;
        }
    }
    return false;
}

/* A form that was read to its end, with one thing that could not be taken: no room on the disk,
 * more files or more text than a form may have. It is drawn again with the rest. */
static bool has_come(const struct pass *w)
{
    return (w->q->refused_status == 507 || w->q->refused_field.len > 0) && w->route != NULL &&
           (w->route->flags & ROUTE_FILES) != 0;
}

static enum err too_much(struct pass *w)
{
    str field = w->q->refused_field;

    if (field.len == 0)
        return fail(&w->c, BUSY, MSG_ERROR_DISK_FULL);
    /* The fields of an act's form have its inputs behind a prefix. */
    field = str_starts(field, S("f.")) ? str_slice(field, 2, field.len) : field;
    if (w->q->upload_count == HTTP_UPLOADS_MAX)
        return fail_on(&w->c, INVALID, field, MSG_ERROR_FILES_MANY, I(HTTP_UPLOADS_MAX));
    return fail_on(&w->c, INVALID, field, MSG_ERROR_FIELD_CUT);
}

static void serve_post(struct pass *w)
{
    if (w->app->is_read_only) {
        finish(w, fail(&w->c, DENIED, MSG_ERROR_READ_ONLY));
        return;
    }
    if (!form_token_ok(&w->c, w->q, w->sign_in, w->visitor)) {
        w->s->status = 403;
        finish(w, fail(&w->c, DENIED, MSG_ERROR_FORM_EXPIRED));
        return;
    }
    if (w->q->upload_count > 0 && (w->route->flags & ROUTE_FILES) == 0) {
        finish(w, fail(&w->c, INVALID, MSG_ERROR_NO_FILES_HERE));
        return;
    }
    if (has_bad_text(w)) {
        w->acted = INVALID;
        after_act(w);
        return;
    }
    if (has_come(w) && w->q->refused != OK) {
        w->acted = too_much(w);
        after_act(w);
        return;
    }
    if ((w->route->flags & ROUTE_SLOW) == 0 || w->app->http == NULL) {
        prepare_and_act(w);
    } else if (!slow_work(prepare_and_act, w)) {
        finish(w, fail(&w->c, BUSY, MSG_ERROR_BUSY));
    }
}

/* ---- a page that is on record ---- */

static enum err note(struct db *db, void *arg)
{
    struct pass *w = arg;

    w->c.failure = (struct failure){0};
    w->c.db = db;
    return w->route->act(&w->c, w->q, &w->p);
}

/* Without its line in the record there is no page. */
static void after_note(void *arg)
{
    struct pass *w = arg;

    say_why(w, w->acted);
    if (w->acted == OK)
        w->acted = show(w);
    finish(w, w->acted);
}

static void noted(enum err result, void *arg)
{
    struct pass *w = arg;

    w->acted = result;
    w->c.db = NULL;
    if (w->app->http == NULL)
        after_note(w);
    else
        http_work(w->app->http, after_note, w);
}

static void serve_get(struct pass *w)
{
    if (w->route->act == NULL)
        finish(w, show(w));
    else if (w->app->is_read_only)
        finish(w, fail(&w->c, DENIED, MSG_ERROR_READ_ONLY));
    else
        db_act(w->app->pool, note, noted, w);
}

static enum err load_who(struct pass *w)
{
    struct who *who = NULL;

    if (w->sign_in.len == 0)
        return OK;
    struct digest d = crypto_sha256(w->sign_in);
    enum err e = db_read(w->app->pool, &w->c.db);
    if (e == OK) {
        e = person_who(&w->c, digest_str(&d), &who, &w->is_stale);
        db_read_end(w->c.db);
    }
    w->c.db = NULL;
    w->c.who = who;
    if (who == NULL)
        w->sign_in = S("");
    return e == OK ? OK : fail(&w->c, e, MSG_ERROR_BUSY);
}

static bool is_allowed(const struct who *who, uint32_t need)
{
    if (need == ANYONE)
        return true;
    if (who == NULL)
        return false;
    return (need & SIGNED_IN) != 0 || who_has(who, need);
}

/* Somebody who is not signed in is sent to sign in and comes back; somebody signed in is told. */
static void refuse(struct pass *w)
{
    if (w->c.who == NULL && w->q->method != METHOD_POST) {
        struct buf next = {.arena = w->q->arena};
        http_encode(&next, w->q->path);
        if (page_redirect(&w->p, "/sign-in?next=%.*s", STR_ARG(buf_str(&next))) == OK)
            finish(w, OK);
        return;
    }
    finish(w,
           fail(&w->c, DENIED, w->c.who == NULL ? MSG_ERROR_SIGN_IN_FIRST : MSG_ERROR_NOT_YOURS));
}

static bool is_refused_request(struct pass *w)
{
    if (has_come(w) || (w->q->refused == OK && w->q->method != METHOD_OTHER))
        return false;
    w->s->status = w->q->refused == OK ? 405 : w->q->refused_status;
    (void)fail(&w->c, INVALID,
               w->s->status == 413   ? MSG_ERROR_TOO_LARGE
               : w->s->status == 507 ? MSG_ERROR_DISK_FULL
               : w->s->status == 405 ? MSG_ERROR_METHOD
                                     : MSG_ERROR_BAD_REQUEST);
    return true;
}

void web_serve(void *app_arg, struct req *q, struct res *s, void (*answer)(void *token),
               void *token)
{
    struct app *app = app_arg;
    struct pass *w = NEW(q->arena, struct pass);
    str allowed;

    *w = (struct pass){
        .app = app, .q = q, .s = s, .answer = answer, .token = token, .begun = clock_ticks()};
    w->c = (struct ctx){.arena = q->arena,
                        .now = clock_now(),
                        .calendar = app->calendar,
                        .keys = &app->keys,
                        .procedures = app->procedures,
                        .config = &app->config,
                        .home_numbers = app->home_numbers};
    w->c.lang = layout_lang(q);
    w->sign_in = req_cookie(q, S("s"));
    w->visitor = req_cookie(q, S("v"));
    if (w->visitor.len == 0)
        w->visitor = web_random(q->arena, 16);
    fresh_page(w);

    w->route = route_match(q, &allowed);
    if (w->route == NULL && allowed.len > 0)
        res_header(s, S("Allow"), allowed);
    if (is_refused_request(w)) {
        finish(w, INVALID);
        return;
    }
    if (w->route == NULL) {
        s->status = allowed.len > 0 ? 405 : 404;
        finish(w,
               fail(&w->c, NOT_FOUND, allowed.len > 0 ? MSG_ERROR_METHOD : MSG_ERROR_NO_SUCH_PAGE));
        return;
    }
    enum err e = load_who(w);
    fresh_page(w); /* the token is that of the sign-in, if there is one */
    if (e != OK && (w->route->need != ANYONE || q->method == METHOD_POST)) {
        finish(w, e);
        return;
    }
    if (!is_allowed(w->c.who, w->route->need)) {
        refuse(w);
        return;
    }
    if (w->c.who != NULL && w->c.who->must_change && !layout_is_free(w->route->pattern)) {
        finish(w, page_redirect(&w->p, "/me/password"));
        return;
    }
    if (q->method == METHOD_POST)
        serve_post(w);
    else
        serve_get(w);
}
