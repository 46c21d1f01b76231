/*
 * app -- an instance, opened: folder, keys, database, procedures, calendar, and the threads of a
 * server.
 *
 *     app_open    everything a command needs
 *     app_start   what only a server has: jobs, clocks, the sealer, the HTTP server
 */
#pragma once
#include "job/job.h"
#include "notify/notify.h"
#include "procedure/procedure.h"
#include "web/web.h"

struct instance {
    struct app app;
    struct arena *arena; /* as long as the program */
    struct procedures procedures;
    str procedure_texts[PROCEDURES_MAX]; /* word for word, in the same order */
    struct job_runner *jobs;
    struct notify_config notify;
    bool has_keys;   /* secret.key is there; without it everything is read-only */
    int64_t pending; /* migrations the database lacks; after app_open none */
};

/* Open DIR. On failure the reason was printed, and the instance is not open. Without secret.key it
 * opens for reading only, which is printed too: app.is_read_only. */
enum err app_open(struct instance *in, const char *dir) MUST_USE;

/* The same for commands that look and never write, such as `check` and `backup`: no migrations, no
 * procedures, no calendar, and nothing printed about a missing key. */
enum err app_open_to_look(struct instance *in, const char *dir) MUST_USE;

/* No instance: only the procedures that are inside the program. */
enum err app_open_defaults(struct instance *in) MUST_USE;

/* The procedures of an instance opened to look: embedded, its own, and those in the database. */
enum err app_load_procedures(struct instance *in, const char *dir) MUST_USE;

/* The holiday table, also of an instance opened to look. Called again it takes the table anew if it
 * was changed: by one thread at a time. */
enum err app_load_calendar(struct instance *in) MUST_USE;

void app_close(struct instance *in);

/* Serve on `listen` (empty: as config says) until app_stop. After a failure nothing of it runs. */
enum err app_start(struct instance *in, str listen) MUST_USE;
void app_stop(struct instance *in);

/* A context for a command, in an arena of its own that the caller frees. */
struct ctx app_ctx(const struct instance *in, struct arena *a);

/* Run one act and wait: what most commands do. */
typedef enum err app_act_fn(struct ctx *c, void *arg);
enum err app_act(struct instance *in, struct ctx *c, app_act_fn *fn, void *arg) MUST_USE;
enum err app_read(struct instance *in, struct ctx *c, app_act_fn *fn, void *arg) MUST_USE;

/* Import one folder of records; what it did is printed. */
enum err import_folder(struct instance *in, const char *path) MUST_USE;

/* Do what the clocks of matters want by now. */
enum err server_tick(struct instance *in) MUST_USE;

/* A database that --db names holds no instance yet; what is wrong is printed. CONFLICT: it does. */
enum err app_database_is_new(const char *dir, str url) MUST_USE;

/* Make an empty instance: folder, key, configuration, database. */
enum err app_create(const char *dir, str db_url, bool is_demo) MUST_USE;
