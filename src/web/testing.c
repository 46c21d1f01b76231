#include "web/testing.h"

#include "base/calendar.h"
#include "base/clock.h"
#include "body/body.h"
#include "procedure/procedure.h"
#include "testing_files.h"
#include "web/token.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { WORLD_ARENA_MAX = 1024 * 1024 * 1024, REQUEST_ARENA_MAX = 256 * 1024 * 1024 };

static NORETURN void die(const char *what, str why)
{
    fprintf(stderr, "testing: %s: %.*s\n", what, STR_ARG(why));
    abort();
}

/* ---- opening and closing ---- */

static void load_procedures(struct world *w)
{
    struct procedures *all = NEW(w->arena, struct procedures);

    for (size_t i = 0; i < testing_files_file_count; i++) {
        const struct embedded *e = &testing_files_files[i];
        struct problem_list *problems = NEW(w->arena, struct problem_list);
        struct procedure *p;
        if (!str_ends(str_of(e->name), S(".yaml")))
            continue;
        if (procedure_load(w->arena, str_of(e->name), (str){(const char *)e->bytes, e->len}, &p,
                           problems) != OK ||
            procedures_add(all, p) != OK)
            die("procedure", str_of(e->name));
    }
    w->app.procedures = all;
}

static str replaced(struct arena *a, str text, str word, str other)
{
    struct buf b = {.arena = a};
    size_t at;

    while (word.len > 0 && (at = str_find(text, word)) != SIZE_MAX) {
        buf_put(&b, str_slice(text, 0, at));
        buf_put(&b, other);
        text = str_slice(text, at + word.len, text.len);
    }
    buf_put(&b, text);
    return buf_str(&b);
}

bool world_new_version(struct world *w, str word, str other)
{
    const struct embedded *e = testing_files_find("talk_it_over.yaml");
    const struct procedure *now = procedures_latest(w->app.procedures, S("talk_it_over"));
    struct problem_list *problems = NEW(w->arena, struct problem_list);
    struct procedure *p;

    if (e == NULL || now == NULL)
        return false;
    str text = replaced(w->arena, (str){(const char *)e->bytes, e->len}, word, other);
    text = replaced(w->arena, text, str_fmt(w->arena, "\nversion: %d\n", (int)now->version),
                    str_fmt(w->arena, "\nversion: %d\n", (int)now->version + 1));
    return procedure_load(w->arena, S("talk_it_over.yaml"), text, &p, problems) == OK &&
           procedures_add((struct procedures *)(uintptr_t)w->app.procedures, p) == OK;
}

static void load_calendar(struct world *w)
{
    const struct embedded *e = testing_files_find("cn.csv");
    struct calendar *calendar;
    int line;

    if (e == NULL ||
        calendar_read(w->arena, (str){(const char *)e->bytes, e->len}, &calendar, &line) != OK)
        die("calendar", S("cn.csv"));
    w->app.calendar = calendar;
}

bool world_open(struct world *w, enum db_engine engine)
{
    static const unsigned char master[KEY_BYTES] = "a key for tests and nothing else";

    *w = (struct world){0};
    if (!db_testing_has(engine))
        return false;
    crypto_start();
    w->arena = arena_new("world", WORLD_ARENA_MAX);
    snprintf(w->dir, sizeof w->dir, "/tmp/shangliang-world-XXXXXX");
    if (mkdtemp(w->dir) == NULL || mkdir(str_fmt(w->arena, "%s/files", w->dir).at, S_IRWXU) != 0)
        die("folder", str_of(w->dir));
    if (!db_testing_open(&w->db, engine))
        die("database", str_of(w->db.url));
    w->app.pool = w->db.pool;
    w->app.config = (struct config){
        .dir = str_of(w->dir),
        .site_zh = S("Shangliang zh"),
        .site_en = S("Shangliang"),
        .upload_max = 1024 * 1024,
        .session_hours = 12,
        .idle_minutes = 60,
        .workers = 1,
    };
    keys_derive(&w->app.keys, master);
    load_procedures(w);
    load_calendar(w);
    return true;
}

static void remove_folder(struct arena *a, const char *path)
{
    DIR *d = opendir(path);

    for (struct dirent *f = d == NULL ? NULL : readdir(d); f != NULL; f = readdir(d)) {
        if (strcmp(f->d_name, ".") == 0 || strcmp(f->d_name, "..") == 0)
            continue;
        const char *at = str_fmt(a, "%s/%s", path, f->d_name).at;
        if (unlink(at) != 0)
            remove_folder(a, at);
    }
    if (d != NULL)
        closedir(d);
    rmdir(path);
}

void world_close(struct world *w)
{
    clock_shift(0);
    db_testing_close(&w->db);
    remove_folder(w->arena, w->dir);
    arena_free(w->arena);
    *w = (struct world){0};
}

/* ---- acts and reads ---- */

static struct ctx world_ctx(struct world *w, struct arena *a)
{
    return (struct ctx){.arena = a,
                        .now = clock_now(),
                        .calendar = w->app.calendar,
                        .keys = &w->app.keys,
                        .procedures = w->app.procedures,
                        .config = &w->app.config};
}

struct run {
    struct world *w;
    str token; /* of the sign-in; empty: nobody */
    world_fn *fn;
    void *arg;
};

static enum err run(struct db *db, void *arg)
{
    struct run *r = arg;
    struct ctx c = world_ctx(r->w, r->w->arena);
    struct who *who = NULL;
    bool is_stale;

    c.db = db;
    if (r->token.len > 0) {
        struct digest d = crypto_sha256(r->token);
        TRY(person_who(&c, digest_str(&d), &who, &is_stale));
    }
    c.who = who;
    return r->fn(&c, r->arg);
}

static str token_of(struct world *w, const char *who)
{
    if (who == NULL)
        return S("");
    for (size_t i = w->in_count; i > 0; i--) {
        if (str_eq(w->in[i - 1].login, str_of(who)))
            return w->in[i - 1].token;
    }
    return world_sign_in(w, who);
}

enum err world_act(struct world *w, const char *who, world_fn *fn, void *arg)
{
    struct run r = {.w = w, .token = token_of(w, who), .fn = fn, .arg = arg};

    return db_act_wait(w->app.pool, run, &r);
}

enum err world_read(struct world *w, const char *who, world_fn *fn, void *arg)
{
    struct run r = {.w = w, .token = token_of(w, who), .fn = fn, .arg = arg};
    struct db *db;

    TRY(db_read(w->app.pool, &db));
    enum err e = run(db, &r);
    db_read_end(db);
    return e;
}

/* ---- people and bodies ---- */

struct given {
    str login, kind, code;
    uint32_t role;
    int64_t id, scope;
    str digest;
};

static enum err give_role(struct ctx *c, void *arg)
{
    struct given *g = arg;

    return person_give_role(c, g->id, g->role, g->scope);
}

static enum err add_person(struct ctx *c, void *arg)
{
    struct given *g = arg;
    struct person_new n = {.login = g->login, .name = g->login, .verified = VERIFIED_CONTACT};

    TRY(person_add(c, &n, &g->id));
    TRY(person_give_role(c, g->id, ROLE_RESIDENT, 0));
    return g->role == 0 ? OK : give_role(c, g);
}

int64_t world_person(struct world *w, const char *login, uint32_t role, int64_t scope)
{
    struct given g = {.login = str_of(login), .role = role, .scope = scope};

    if (world_act(w, NULL, add_person, &g) != OK)
        die("person", g.login);
    return g.id;
}

void world_role(struct world *w, int64_t person, uint32_t role, int64_t scope)
{
    struct given g = {.id = person, .role = role, .scope = scope};

    if (world_act(w, NULL, give_role, &g) != OK)
        die("role", role_name(role));
}

static enum err add_body(struct ctx *c, void *arg)
{
    struct given *g = arg;
    struct body b = {.kind = g->kind,
                     .code = g->code,
                     .name_zh = g->code,
                     .name_en = g->code,
                     .parent = g->scope};

    return body_put(c, &b, &g->id);
}

int64_t world_body(struct world *w, const char *kind, const char *code, int64_t parent)
{
    struct given g = {.kind = str_of(kind), .code = str_of(code), .scope = parent};

    if (world_act(w, NULL, add_body, &g) != OK)
        die("body", g.code);
    return g.id;
}

static enum err sign_in(struct ctx *c, void *arg)
{
    struct given *g = arg;
    struct person p;
    bool is_in;

    TRY(person_find(c, g->login, &p));
    TRY(person_sign_in(c, p.id, true, g->digest, S("test"), &is_in));
    return is_in ? OK : DENIED;
}

str world_sign_in(struct world *w, const char *login)
{
    str token = web_random(w->arena, 32);
    struct digest d = crypto_sha256(token);
    struct given g = {.login = str_of(login), .digest = digest_str(&d)};

    if (w->in_count == WORLD_PEOPLE_MAX || world_act(w, NULL, sign_in, &g) != OK)
        die("sign-in", g.login);
    w->in[w->in_count++] = (struct world_sign_in){str_copy(w->arena, g.login), token};
    return token;
}

/* ---- requests ---- */

static void add_field(struct req *q, str name, str value)
{
    struct http_field *all = NEW_ARRAY(q->arena, q->form_count + 1, struct http_field);

    if (q->form_count > 0)
        memcpy(all, q->form_fields, q->form_count * sizeof *all);
    all[q->form_count++] = (struct http_field){.name = name, .value = value};
    q->form_fields = all;
}

static void fill_cookies(struct world *w, const struct ask *k, struct req *q)
{
    struct buf b = {.arena = q->arena};
    str token = token_of(w, k->who);

    if (k->cookies != NULL)
        buf_put(&b, str_of(k->cookies));
    else if (token.len > 0)
        buf_fmt(&b, "s=%.*s", STR_ARG(token));
    buf_put(&b, b.len > 0 ? S("; v=visitor") : S("v=visitor"));
    if (k->lang != NULL)
        buf_fmt(&b, "; lang=%s", k->lang);
    http_parse_cookies(q->arena, buf_str(&b), &q->cookies, &q->cookie_count);
}

static void fill_tokens(struct world *w, const struct ask *k, struct req *q)
{
    struct ctx c = world_ctx(w, q->arena);
    str token = str_of(k->token), once = str_of(k->once);

    if (k->token == NULL)
        token = form_token(&c, req_cookie(q, S("s")), req_cookie(q, S("v")));
    if (k->once == NULL)
        once = web_random(q->arena, 12);
    if (token.len > 0)
        add_field(q, S("token"), token);
    if (once.len > 0)
        add_field(q, S("once"), once);
}

static void fill(struct world *w, const struct ask *k, struct req *q)
{
    str method = str_of(k->method), rest = str_of(k->path);

    q->method_name = method;
    q->method = str_eq(method, S("GET"))    ? METHOD_GET
                : str_eq(method, S("HEAD")) ? METHOD_HEAD
                : str_eq(method, S("POST")) ? METHOD_POST
                                            : METHOD_OTHER;
    q->path = http_decode(q->arena, str_cut(&rest, '?'), false);
    q->query = rest;
    q->host = S("localhost");
    q->address = S("127.0.0.1");
    q->origin = str_of(k->origin);
    q->user_agent = str_of(k->user_agent);
    q->uploads = k->uploads;
    q->upload_count = k->upload_count;
    q->refused = k->refused_status == 0 ? OK : INVALID;
    q->refused_status = k->refused_status;
    q->refused_field = k->refused_field == NULL ? S("") : str_of(k->refused_field);
    if (http_parse_form(q->arena, rest, &q->query_fields, &q->query_count) != OK ||
        http_parse_form(q->arena, str_of(k->body), &q->form_fields, &q->form_count) != OK)
        die("form", rest);
    fill_cookies(w, k, q);
    if (q->method == METHOD_POST)
        fill_tokens(w, k, q);
}

/* What the server would have sent from a file, and removed. */
static str read_sent_file(struct world *w, const struct res *s)
{
    struct buf b = {.arena = w->arena};
    const char *path = str_z(w->arena, s->file);
    FILE *f = fopen(path, "r");
    size_t n = f == NULL ? 0 : 1;

    while (n > 0) {
        n = fread(buf_reserve(&b, 65536), 1, 65536, f);
        b.len += n;
    }
    if (f == NULL || fclose(f) != 0)
        die("sent file", s->file);
    if (s->file_is_temp)
        unlink(path);
    return buf_str(&b);
}

static struct answer take_answer(struct world *w, const struct res *s)
{
    struct answer a = {.status = s->status, .type = str_copy(w->arena, s->type)};
    struct buf cookies = {.arena = w->arena}, headers = {.arena = w->arena};

    a.body = s->file.len > 0
                 ? read_sent_file(w, s)
                 : str_copy(w->arena, (str){s->body.len > 0 ? s->body.at : "", s->body.len});
    for (size_t i = 0; i < s->header_count; i++) {
        buf_fmt(&headers, "%.*s: %.*s\n", STR_ARG(s->headers[i].name),
                STR_ARG(s->headers[i].value));
        if (str_eq(s->headers[i].name, S("Location")))
            a.location = str_copy(w->arena, s->headers[i].value);
        if (str_eq(s->headers[i].name, S("Set-Cookie")))
            buf_fmt(&cookies, "%.*s\n", STR_ARG(s->headers[i].value));
    }
    if (a.location.at == NULL)
        a.location = S("");
    a.cookies = cookies.len > 0 ? buf_str(&cookies) : S("");
    a.headers = headers.len > 0 ? buf_str(&headers) : S("");
    return a;
}

struct answer world_ask(struct world *w, const struct ask *k)
{
    struct arena *arena = arena_new("request", REQUEST_ARENA_MAX);
    struct req q = {.arena = arena};
    struct res s = {.status = 0};

    fill(w, k, &q);
    web_serve_wait(&w->app, &q, &s);
    struct answer a = take_answer(w, &s);
    arena_free(arena);
    return a;
}

struct answer get(struct world *w, const char *who, const char *path)
{
    return world_ask(w, &(struct ask){.who = who, .method = "GET", .path = path});
}

struct answer post(struct world *w, const char *who, const char *path, const char *body)
{
    return world_ask(w, &(struct ask){.who = who, .method = "POST", .path = path, .body = body});
}

bool says(const struct answer *a, const char *text)
{
    return str_find(a->body, str_of(text)) != SIZE_MAX;
}

size_t times(const struct answer *a, const char *text)
{
    str rest = a->body, part = str_of(text);
    size_t n = 0, at;

    while ((at = str_find(rest, part)) != SIZE_MAX) {
        rest = str_slice(rest, at + part.len, rest.len);
        n++;
    }
    return n;
}

const char *answer_cookie(struct world *w, const struct answer *a, const char *name)
{
    str rest = a->cookies;

    while (rest.len > 0) {
        str line = str_cut(&rest, '\n'), key = str_cut(&line, '='), value = str_cut(&line, ';');
        if (str_eq(key, str_of(name)))
            return str_fmt(w->arena, "%s=%.*s", name, STR_ARG(value)).at;
    }
    return NULL;
}

bool has_header(const struct answer *a, const char *line)
{
    str rest = a->headers;

    while (rest.len > 0) {
        if (str_starts(str_cut(&rest, '\n'), str_of(line)))
            return true;
    }
    return false;
}
