/*
 * web -- what every page shares: the site map, the main path, forms and pages.
 *
 * A page is one line in the table of web/route.c, one function (or three), and one template:
 *
 *     GET ("/plan",       ANYONE, plan_web_list),
 *     POST("/raise",      ANYONE, raise_web_prepare, raise_web_act, raise_web_show),
 *
 * `show` fills a page struct and calls its compiled view into `p->out`; it runs in a read, on a
 * worker. A POST has three parts: `prepare` (may be NULL) does what is slow and touches no row:
 * hashing, storing an upload, drawing random values, short reads; `act` changes rows, inside the
 * transaction, perhaps more than once, on the writer's thread, and ends with page_redirect; when it
 * ends in a refusal, `show` is run with c->failure set and what was typed still in `q`, so that it
 * draws the form again.
 *
 * All three have one signature. Whatever they allocate lives as long as the request (c->arena).
 */
#pragma once
#include "base/config.h"
#include "base/ctx.h"
#include "base/keys.h"
#include "base/msg.h"
#include "db/db.h"
#include "http/http.h"
#include "person/who.h"
#include "web/out.h"

/* What lives as long as the program. */
struct app {
    struct db_pool *pool;
    struct http_server *http; /* NULL under the command `request` and in tests */
    struct config config;
    struct keys keys;
    _Atomic(const struct calendar *) calendar; /* read anew when somebody changed the table */
    const struct procedures *procedures;
    struct remember *home_numbers; /* NULL under the command `request` and in tests */
    bool is_read_only;             /* secret.key is missing: pages are shown, and nothing is done */
};

struct flow_file;

/* What `prepare` leaves for `act`. */
struct prepared {
    str password_hash;
    bool is_password_ok;
    int64_t person; /* whom the password or the code belongs to */
    str token;      /* a fresh cookie value */
    str token_digest;
    struct flow_file *files; /* kept by store_uploads */
    size_t file_count;
    const void *told; /* what an act has to tell when its form is shown again (page_again) */
};

enum nav {
    NAV_NONE,
    NAV_HOME,
    NAV_MATTERS,
    NAV_PLAN,
    NAV_FIGURES,
    NAV_MECHANISMS,
    NAV_SEARCH,
    NAV_DESK,
    NAV_INBOX,
    NAV_ME
};

struct page {
    struct res *res;
    struct out out; /* templates write here; the layout goes around it */
    str title;
    enum nav nav;
    str layout_class; /* "narrow" for forms, "desk" for a page with its own frame; empty: the usual
                       */
    str feed;         /* address of the page's Atom feed; empty: none */
    bool is_bare;     /* no layout: the output is the whole answer */
    bool is_fragment; /* the same, and it is HTML for a part of a page */
    str event;        /* of an act: topic whose readers are told, once it is durable, that something
                         changed */
    int again_status; /* of the form shown again by page_again; 0: 403 */
    bool is_again;    /* the act is to be kept, and the form shown again (page_again) */
    struct prepared made;
};

typedef enum err web_fn(struct ctx *c, const struct req *q, struct page *p);

/* Who may ask: ANYONE, SIGNED_IN, or a mask of roles. */
enum { ANYONE = 0 };
#define SIGNED_IN (UINT32_C(1) << 31)

enum {
    ROUTE_FILES = 1, /* the form may carry files */
    ROUTE_SLOW =
        2, /* `prepare` hashes a password: done on the slow thread, so that it holds up nobody */
    ROUTE_MANY = 4, /* sending it twice does no harm: no `once` needed */
};

struct route {
    enum method method;
    const char *pattern; /* "/matters/:id"; a part beginning with ':' matches one segment */
    uint32_t need;
    unsigned flags;
    web_fn *prepare, *act, *show;
};

#define GET(pattern_, need_, show_)                                                                \
    {                                                                                              \
        .method = METHOD_GET, .pattern = (pattern_), .need = (need_), .show = (show_)              \
    }
/* A page of which the record must say who asked for it: `act` writes the line first. */
#define GET_NOTED(pattern_, need_, act_, show_)                                                    \
    {                                                                                              \
        .method = METHOD_GET, .pattern = (pattern_), .need = (need_), .act = (act_),               \
        .show = (show_)                                                                            \
    }
#define POST(pattern_, need_, prepare_, act_, show_)                                               \
    {                                                                                              \
        .method = METHOD_POST, .pattern = (pattern_), .need = (need_), .prepare = (prepare_),      \
        .act = (act_), .show = (show_)                                                             \
    }
#define POST_WITH(flags_, pattern_, need_, prepare_, act_, show_)                                  \
    {                                                                                              \
        .method = METHOD_POST, .pattern = (pattern_), .need = (need_), .flags = (flags_),          \
        .prepare = (prepare_), .act = (act_), .show = (show_)                                      \
    }

/* The site map. */
extern const struct route routes[];
extern const size_t route_count;

/* The route for a request, its :parts put into q->params; NULL if there is none. `*allowed`
 * gets the methods the address exists for, as the header Allow has them. */
const struct route *route_match(struct req *q, str *allowed);

/* The main path. Every request, from the network, the command line or a test, passes here;
 * `answer(token)` is called once when *s is whole. It has the type of http_handler. */
void web_serve(void *app, struct req *q, struct res *s, void (*answer)(void *token), void *token);

/* The same, and wait for the answer: an act of SQLite ends on the writer's thread, after web_serve
 * has returned. For the command line and tests. */
void web_serve_wait(struct app *app, struct req *q, struct res *s);

/* ---- for handlers ---- */

/* Answer with 303 to this address; for the end of an act. */
enum err page_redirect(struct page *p, const char *fmt, ...) PRINTF(2, 3) MUST_USE;

/* The same, with a sentence shown once on the next page. */
void page_notice(struct page *p, int msg);

/* Keep the act (a counted failure, say), and show the form again with the sentence in c->failure.
 */
enum err page_again(struct page *p) MUST_USE;

/* A bare answer of another type; write it with p->out.buf. `file_name` (may be empty) makes it a
 * download. */
void page_type(struct page *p, str type, str file_name);

/* An id in the address or a form field. NOT_FOUND, as for an object that is not there, if it is
 * none. */
enum err req_id(struct ctx *c, const struct req *q, str param, int64_t *id) MUST_USE;
enum err req_form_id(struct ctx *c, const struct req *q, str name, int64_t *id) MUST_USE;

/* A number in a form field within bounds; INVALID with the field named. Empty: `otherwise`. */
enum err req_i64(struct ctx *c, const struct req *q, str name, int64_t min, int64_t max,
                 int64_t otherwise, int64_t *number) MUST_USE;

/* A required text within a limit of characters, trimmed; INVALID with the field named. */
enum err req_text(struct ctx *c, const struct req *q, str name, size_t max, str *text) MUST_USE;

/* The sentence of the context's failure in its language; empty when there is none. */
str failure_text(struct ctx *c);

/* Set a cookie (HttpOnly, SameSite=Lax, Secure under https). max_age_s 0: until the browser closes;
 * < 0: remove. */
void page_cookie(struct page *p, const struct req *q, str name, str value, int64_t max_age_s);

/* Random text of 2 * bytes hexadecimal digits. */
str web_random(struct arena *a, size_t bytes);

/* The address of this site for links in mails, feeds and QR codes: config's, else by the request.
 */
str web_base_url(struct ctx *c, const struct req *q);
