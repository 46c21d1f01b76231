/*
 * testing -- an instance for tests of pages: a fresh database with every migration, the shipped
 * procedures and holiday table, and requests that take the main path without a socket.
 *
 *     struct world w;
 *     if (!world_open(&w, DB_SQLITE))
 *         skip();
 *     world_person(&w, "clerk", ROLE_CLERK, 0);
 *     struct answer a = get(&w, "clerk", "/desk");
 *     a = post(&w, "clerk", "/desk/behalf", "person=12&reason=at+the+desk");
 *     assert_int_equal(a.status, 303);
 *     world_close(&w);
 *
 * `who` is a login made by world_person, or NULL for a visitor without a sign-in. Each login is
 * signed in when it first asks, and stays so. A POST carries the right token and a fresh number of
 * its own; world_ask sends what it is told instead. Answers live until world_close.
 *
 * The language is Chinese unless asked otherwise. Tests may shift the clock; world_close puts it
 * back. Failures of the world itself end the program with a line.
 */
#pragma once
#include "db/db_testing.h"
#include "person/person.h"
#include "web/web.h"

enum { WORLD_PEOPLE_MAX = 32 };

struct world_sign_in {
    str login, token;
};

struct world {
    struct db_testing db;
    struct app app;
    struct arena *arena; /* until world_close */
    char dir[64];        /* config.dir, with files/ in it */
    struct world_sign_in in[WORLD_PEOPLE_MAX];
    size_t in_count;
};

/* False: this engine is not here. */
bool world_open(struct world *w, enum db_engine engine);
void world_close(struct world *w);

struct answer {
    int status;
    str body, type, location;
    str cookies; /* the Set-Cookie lines, one below the other */
    str headers; /* all of them, "Name: value", likewise */
};

struct answer get(struct world *w, const char *who, const char *path);
struct answer post(struct world *w, const char *who, const char *path, const char *body);

/* A request in full; what is left out is as get and post have it. */
struct ask {
    const char *who, *method, *path, *body;
    const char *token, *once; /* NULL: the right one, a fresh one; "": none */
    const char *cookies;      /* instead of those of `who`: "s=…; lang=en" */
    const char *origin, *lang, *user_agent;
    struct http_upload *uploads;
    size_t upload_count;
    int refused_status; /* by the HTTP server, which goes on to read the form: 507, no room */
    const char *refused_field; /* and where there was too much, with 413 */
};
struct answer world_ask(struct world *w, const struct ask *k);

/* Does the answer say this? */
bool says(const struct answer *a, const char *text);
size_t times(const struct answer *a, const char *text); /* how often */

/* "name=value" of a cookie that the answer sets, or NULL. Lives until world_close. */
const char *answer_cookie(struct world *w, const struct answer *a, const char *name);

/* Has it a header that begins so? "X-Content-Type-Options: nosniff" */
bool has_header(const struct answer *a, const char *line);

/* One version more of the talk-it-over procedure, with each `word` as `other`. False: it does not
 * load. */
bool world_new_version(struct world *w, str word, str other);

/* ---- what stands in the world ---- */

/* An account named as its login, contact confirmed, with a role (0: none) at a body (0: everywhere)
 * and the role of a resident. Without a password: it is signed in by the test. */
int64_t world_person(struct world *w, const char *login, uint32_t role, int64_t scope);
void world_role(struct world *w, int64_t person, uint32_t role, int64_t scope);
int64_t world_body(struct world *w, const char *kind, const char *code, int64_t parent);

/* A new sign-in for the login; the one before stays open. Gives the cookie's value. */
str world_sign_in(struct world *w, const char *login);

/* Run something in an act or a read, as `who` (NULL: nobody). What it allocates lives until
 * world_close. */
typedef enum err world_fn(struct ctx *c, void *arg);
enum err world_act(struct world *w, const char *who, world_fn *fn, void *arg) MUST_USE;
enum err world_read(struct world *w, const char *who, world_fn *fn, void *arg) MUST_USE;
