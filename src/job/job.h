/*
 * job -- work that is slow, comes later, or comes again.
 *
 * An act queues a job with job_add, in its own transaction: the job exists if and only if the act
 * happened. The runner's threads claim what is due under a lease, run the function of its kind
 * outside any transaction, and record the end.
 *
 *                 claim              OK
 *     waiting ------------> (lease) ------> done            a repeating kind: waiting again, later
 *        ^                     |
 *        +---- BUSY, FAULT, …--+--> failed after tries_max; an operator may look at it
 *
 * A function must be idempotent: when the program dies while it runs, it is run again after the
 * lease. Retries wait longer each time, with some chance in it, so that many failures do not come
 * back together. With several instances on one database each job is still done by one at a time.
 */
#pragma once
#include "base/ctx.h"

struct db_pool;

enum {
    JOB_KINDS_MAX = 32,
    JOB_KEY_MAX = 200,
    JOB_LEASE_MS = 10 * 60 * 1000, /* a function must end well before */
    JOB_TRIES = 10,                /* where a kind says nothing else */
};

struct job {
    int64_t id;
    str kind, key, data;
    int64_t due;
    int64_t tries; /* this attempt included */
    int64_t holder;
};

/* Do it. c->db is NULL: the function begins its own reads and acts on the pool. DENIED: not as the
 * program is set up now; it waits for retry_max, and no try is counted. Anything else but OK is
 * tried again later, tries_max times. */
typedef enum err job_fn(struct ctx *c, struct db_pool *pool, const struct job *job, void *arg);

struct job_kind {
    const char *name;
    job_fn *run;
    void *arg;
    int64_t every_ms;  /* a repeating kind: so long after its last end; 0: queued by acts */
    int64_t tries_max; /* 0: JOB_TRIES; a repeating kind is never given up */
};

/* Queue a job, inside an act. The same kind and key again has no effect, even after it is done,
 * until it is purged. */
enum err job_add(struct ctx *c, str kind, str key, int64_t due, str data) MUST_USE;

/* Queue a job once more, also one that failed or was done; one that waits stays as it is. Inside an
 * act. */
enum err job_again(struct ctx *c, str kind, str key, int64_t due, str data) MUST_USE;

/* Forget jobs that were done before `before_ms`, inside an act. */
enum err job_purge(struct ctx *c, int64_t before_ms) MUST_USE;

/* How many jobs wait and are overdue, and how many failed: for /metrics and the operator's page. */
struct job_counts {
    int64_t overdue, failed;
};
enum err job_count(struct ctx *c, struct job_counts *counts) MUST_USE;

/* ---- the runner ---- */

struct job_options {
    struct db_pool *pool;
    const struct job_kind *kinds; /* live as long as the runner */
    size_t kind_count;
    struct ctx ctx;    /* calendar, keys and the like, copied into each job's context */
    int threads;       /* 0: 2 */
    int64_t poll_ms;   /* look at least so often; 0: 1000 */
    int64_t retry_ms;  /* first wait after a failure; 0: 5000; doubles each time */
    int64_t retry_max; /* longest wait; 0: one hour */
};

struct job_runner;

/* Start the threads. The options are copied. */
enum err job_start(struct job_runner **runner, const struct job_options *options) MUST_USE;

/* Something was queued: look now. From any thread; call it after the act is durable. */
void job_wake(struct job_runner *runner);

/* Let running functions end, then stop. NULL is harmless. */
void job_stop(struct job_runner *runner);

/* Without threads: run what is due now, one after the other, until nothing is. `*done` (may be
 * NULL) counts the attempts. For commands and tests. */
enum err job_run_due(const struct job_options *options, int64_t *done) MUST_USE;

/* How long to wait after the n-th failed try (from 1), without the part left to chance. */
int64_t job_backoff(int64_t tries, int64_t retry_ms, int64_t retry_max);
