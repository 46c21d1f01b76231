/* What only a server has: jobs, the ticker (clocks, sealer, house-keeping), and the HTTP server. */
#include "base/clock.h"
#include "base/id.h"
#include "base/log.h"
#include "base/remember.h"
#include "db/node.h"
#include "flow/flow.h"
#include "http/upload.h"
#include "ledger/ledger.h"
#include "main/app.h"
#include "main/app_sql.h"
#include "main/config.h"
#include "main/ticker.h"
#include "search/search.h"
#include "web/slow.h"
#include "web/store.h"

#include <string.h>

enum {
    SEAL_MS = 500,
    CLOCKS_MS = 2000,
    NODE_MS = NODE_LEASE_MS / 3,
    HOUSE_MS = CLOCK_HOUR,
    TIDY_MS = 10 * CLOCK_SECOND,
    TIDY_STEPS = 20, /* at once: the ticker has other things to do */
    HOLIDAYS_MS = CLOCK_MINUTE / 2,
    UPLOAD_AGE_MS = CLOCK_HOUR, /* longer than any upload or export takes */
    SEAL_AT_ONCE = 2000,
    CLOCKS_AT_ONCE = 200,
    ONCE_KEPT_MS = 2 * 24 * CLOCK_HOUR,
    STOP_WAIT_MS = 10000,
    TICK_ARENA_MAX = 256 * 1024 * 1024,
};

static struct node node;

/* ---- what the ticker does ---- */

static void seal(void *arg)
{
    struct instance *in = arg;
    struct ledger_keys keys;
    int64_t sealed;

    memcpy(keys.public_key, in->app.keys.ledger_public, sizeof keys.public_key);
    memcpy(keys.secret_key, in->app.keys.ledger_secret, sizeof keys.secret_key);
    do {
        if (ledger_seal(in->app.pool, &keys, SEAL_AT_ONCE, &sealed) != OK)
            return; /* another instance is at it, or the database is away: next time */
    } while (sealed == SEAL_AT_ONCE);
}

struct due {
    int64_t *ids;
    size_t count;
};

static enum err list_due(struct ctx *c, void *arg)
{
    struct due *d = arg;

    return clock_due_list(c, CLOCKS_AT_ONCE, &d->ids, &d->count);
}

static enum err tick_one(struct ctx *c, void *arg)
{
    return flow_tick(c, *(int64_t *)arg);
}

/* Each clock in an act of its own: one that cannot be helped does not hold up the others. */
enum err server_tick(struct instance *in)
{
    struct arena *a = arena_new("clocks", TICK_ARENA_MAX);
    struct ctx c = app_ctx(in, a);
    struct due due = {0};
    enum err e = app_read(in, &c, list_due, &due);

    for (size_t i = 0; e == OK && i < due.count; i++) {
        struct arena *one = arena_new("clock", TICK_ARENA_MAX);
        struct ctx k = app_ctx(in, one);
        enum err ticked = app_act(in, &k, tick_one, &due.ids[i]);
        if (ticked != OK)
            log_line(LOG_ERROR, "clock", LOG_INT("clock", due.ids[i]), LOG_INT("err", ticked));
        arena_free(one);
    }
    if (due.count > 0)
        job_wake(in->jobs);
    arena_free(a);
    return e;
}

static void clocks(void *arg)
{
    if (server_tick(arg) != OK)
        log_line(LOG_WARN, "clocks_later");
}

static void hold_node(void *arg)
{
    struct instance *in = arg;

    if (node_lease(in->app.pool, &node) == OK)
        id_set_node(node.number);
}

static enum err clean(struct ctx *c, void *arg)
{
    (void)arg;
    TRY(db_run(c->db, &HOUSE_SIGN_INS, I(c->now)));
    TRY(db_run(c->db, &HOUSE_ONCE, I(c->now - ONCE_KEPT_MS)));
    return job_purge(c, c->now - 30 * CLOCK_DAY);
}

static void holidays(void *arg)
{
    if (app_load_calendar(arg) != OK)
        log_line(LOG_WARN, "holidays_later");
}

static enum err sweep(struct ctx *c, void *arg)
{
    (void)arg;
    return store_sweep(c);
}

static void house(void *arg)
{
    struct instance *in = arg;
    struct arena *a = arena_new("house", 1024 * 1024);
    struct ctx c = app_ctx(in, a);

    if (app_act(in, &c, clean, NULL) != OK)
        log_line(LOG_WARN, "house_later");
    upload_sweep(a, str_fmt(a, "%.*s/files", STR_ARG(in->app.config.dir)), c.now - UPLOAD_AGE_MS);
    if (app_read(in, &c, sweep, NULL) != OK)
        log_line(LOG_WARN, "sweep_later");
    arena_free(a);
}

struct tidy {
    bool is_going, more;
};

static struct tidy tidying;

static enum err tidy_step(struct ctx *c, void *arg)
{
    struct tidy *t = arg;

    return search_tidy(c, &t->is_going, &t->more);
}

static void tidy(void *arg)
{
    struct instance *in = arg;
    struct arena *a = arena_new("tidy", 1024 * 1024);
    struct ctx c = app_ctx(in, a);

    tidying.more = true;
    for (int i = 0; i < TIDY_STEPS && tidying.more; i++) {
        if (app_act(in, &c, tidy_step, &tidying) != OK)
            break;
    }
    arena_free(a);
}

/* ---- starting and stopping ---- */

static struct job_kind kinds[] = {{.name = NOTIFY_KIND, .run = notify_run}};

static enum err start_jobs(struct instance *in)
{
    const struct config *g = &in->app.config;

    in->notify = (struct notify_config){
        .seal_key = in->app.keys.seal,
        .mail_url = g->mail_url,
        .mail_from = g->mail_from.len > 0 ? g->mail_from : S("noreply@localhost"),
        .mail_from_name = g->site_zh,
        .mail_user = g->mail_user,
        .mail_password = config_secret(in->arena, g->mail_password_file),
        .sms_url = g->sms_url,
        .sms_token = config_secret(in->arena, g->sms_token_file),
        .sms_to_field = g->sms_to_field,
        .sms_text_field = g->sms_text_field,
        .sms_is_json = true,
    };
    kinds[0].arg = &in->notify;
    struct job_options options = {.pool = in->app.pool,
                                  .kinds = kinds,
                                  .kind_count = sizeof kinds / sizeof *kinds,
                                  .ctx = app_ctx(in, NULL)};
    return job_start(&in->jobs, &options);
}

static enum err start_writing(struct instance *in)
{
    TRY(node_lease(in->app.pool, &node));
    id_set_node(node.number);
    slow_start();
    return start_jobs(in);
}

static void start_ticking(struct instance *in)
{
    ticker_start();
    ticker_add(seal, in, SEAL_MS);
    ticker_add(clocks, in, CLOCKS_MS);
    ticker_add(hold_node, in, NODE_MS);
    ticker_add(house, in, HOUSE_MS);
    ticker_add(tidy, in, TIDY_MS);
    ticker_add(holidays, in, HOLIDAYS_MS);
}

static enum err start(struct instance *in, str listen)
{
    const struct config *g = &in->app.config;
    struct http_options options = {
        .listen = listen.len > 0 ? listen : g->listen,
        .workers = (int)g->workers,
        .upload_max = g->upload_max * STORE_FILES_MAX,
        .upload_dir = str_fmt(in->arena, "%.*s/files", STR_ARG(g->dir)),
        .trusted_proxy = g->trusted_proxy,
    };

    if (!in->app.is_read_only)
        TRY(start_writing(in));
    in->app.home_numbers = remember_new();
    TRY(http_start(&in->app.http, &options, web_serve, &in->app));
    if (!in->app.is_read_only)
        start_ticking(in);
    log_line(LOG_INFO, "serving", LOG_STR("listen", options.listen),
             LOG_INT("port", http_port(in->app.http)));
    return OK;
}

/* Where the address is taken, jobs are running already: they must not outlive the database. */
enum err app_start(struct instance *in, str listen)
{
    enum err e = start(in, listen);

    if (e != OK)
        app_stop(in);
    return e;
}

void app_stop(struct instance *in)
{
    ticker_stop();
    if (in->app.http != NULL)
        http_stop(in->app.http, STOP_WAIT_MS);
    in->app.http = NULL;
    remember_free(in->app.home_numbers);
    in->app.home_numbers = NULL;
    if (in->app.is_read_only)
        return;
    slow_stop();
    job_stop(in->jobs);
    in->jobs = NULL;
    seal(in);
    node_release(in->app.pool, &node);
}
