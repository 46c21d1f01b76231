/*
 * db_hot_bench -- hot acts against one act per transaction, in the same run:
 *
 *     tests/pg --fsync -- db_hot_bench [CALLERS] [SECONDS]
 *
 * Each act casts one vote: an upsert and an entry that asks whether it is there. Prints one
 * line of JSON: for both ways the acts a second, the time that 99 of 100 waited at most, and those
 * that ended in BUSY. Without a PostgreSQL server it measures an SQLite file in /tmp, where both
 * ways are the same.
 */
#include "db/db_test.h"

#include "base/clock.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CALLERS_MAX = 256, WAITS_MAX = 200000 };

struct caller {
    struct db_pool *pool;
    bool is_hot;
    int64_t id, until;
    int64_t done, busy, failed;
    int *waits; /* in microseconds, shared */
    _Atomic int *wait_count;
};

static enum err vote(struct db *db, void *arg)
{
    const struct caller *c = arg;

    TRY(db_run(db, &THING_COUNT_UP, I(c->id), I(1)));
    return db_run(db, &PART_OF_THING, I(c->id), I(0));
}

static enum err vote_once(struct caller *c)
{
    struct hot_act act = {0};

    if (!c->is_hot)
        return db_act_wait(c->pool, vote, c);
    db_hot_add(&act, &THING_COUNT_UP, I(c->id), I(1));
    db_hot_add(&act, &PART_OF_THING, I(c->id), I(0));
    return db_hot_wait(c->pool, &act);
}

static void *vote_on(void *arg)
{
    struct caller *c = arg;

    while (clock_ticks() < c->until) {
        int64_t begin = clock_ticks();
        c->id++;
        enum err e = vote_once(c);
        int at = atomic_fetch_add(c->wait_count, 1);
        if (at < WAITS_MAX)
            c->waits[at] = (int)(clock_ticks() - begin);
        c->done += e == OK;
        c->busy += e == BUSY;
        c->failed += e != OK && e != BUSY;
    }
    return NULL;
}

static int by_size(const void *a, const void *b)
{
    return *(const int *)a - *(const int *)b;
}

struct result {
    double per_s, per_commit;
    int p99_us;
    int64_t busy, failed;
};

static struct result measure(struct world *w, bool is_hot, int callers, int seconds)
{
    static struct caller all[CALLERS_MAX];
    static int waits[WAITS_MAX];
    static int64_t round;
    pthread_t threads[CALLERS_MAX];
    _Atomic int wait_count = 0;
    struct db_stats before = db_stats(w->t.pool);
    int64_t begin = clock_ticks(), until = begin + (int64_t)seconds * 1000000, done = 0;
    struct result r = {0};

    round++;
    for (int i = 0; i < callers; i++) {
        all[i] = (struct caller){.pool = w->t.pool,
                                 .is_hot = is_hot,
                                 .id = (round * CALLERS_MAX + i) * 10000000,
                                 .until = until,
                                 .waits = waits,
                                 .wait_count = &wait_count};
        if (pthread_create(&threads[i], NULL, vote_on, &all[i]) != 0)
            abort();
    }
    for (int i = 0; i < callers; i++) {
        pthread_join(threads[i], NULL);
        done += all[i].done;
        r.busy += all[i].busy;
        r.failed += all[i].failed;
    }
    struct db_stats after = db_stats(w->t.pool);
    int n = wait_count < WAITS_MAX ? wait_count : WAITS_MAX;
    qsort(waits, (size_t)n, sizeof *waits, by_size);
    r.p99_us = n == 0 ? 0 : waits[(int64_t)n * 99 / 100];
    r.per_s = (double)done * 1e6 / (double)(clock_ticks() - begin);
    r.per_commit = (double)(after.acts - before.acts) / (double)(after.groups - before.groups);
    return r;
}

static int run(const char *name, int (*begin)(void **), int callers, int seconds)
{
    void *state;

    if (begin(&state) != 0)
        return 1;
    struct result warm = measure(state, true, callers, 1);
    struct result single = measure(state, false, callers, seconds);
    struct result hot = measure(state, true, callers, seconds);
    printf(
        "{\"database\":\"%s\",\"callers\":%d,\"hot_per_s\":%.0f,\"hot_p99_ms\":%.1f,"
        "\"acts_per_commit\":%.1f,\"hot_busy\":%lld,\"single_per_s\":%.0f,\"single_p99_ms\":%.1f,"
        "\"single_busy\":%lld,\"ratio\":%.2f}\n",
        name, callers, hot.per_s, hot.p99_us / 1000.0, hot.per_commit, (long long)hot.busy,
        single.per_s, single.p99_us / 1000.0, (long long)single.busy, hot.per_s / single.per_s);
    world_end(&state);
    return warm.failed + single.failed + hot.failed > 0;
}

int main(int argc, char **argv)
{
    int64_t callers = 64, seconds = 3;
    bool is_right = (argc < 2 || str_to_i64(str_of(argv[1]), &callers)) &&
                    (argc < 3 || str_to_i64(str_of(argv[2]), &seconds));

    if (!is_right || callers < 1 || callers > CALLERS_MAX || seconds < 1 || seconds > 600) {
        fprintf(stderr, "db_hot_bench [CALLERS, at most %d] [SECONDS]\n", CALLERS_MAX);
        return 2;
    }
    if (!db_testing_has(DB_POSTGRES))
        return run("sqlite", world_file, (int)callers, (int)seconds);
    return run("postgresql", world_postgres, (int)callers, (int)seconds);
}
