/* Acts: groups, durability before the answer, points, snapshots, and the n-th statement failing. */
#include "db/db_test.h"

#include <string.h>

enum { THREADS = 8, ACTS_EACH = 100 };

struct job {
    struct world *w;
    int64_t id;
    enum err result;
    int64_t seen; /* from another connection, at the end */
    bool is_over;
};

/* What a reader beside the act sees; also from the writer's own thread. */
static int64_t seen_outside(struct world *w)
{
    struct db *db;
    int64_t n = -1;

    if (db_read(w->t.pool, &db) != OK)
        return -2;
    if (db_number(db, &n, -1, &THING_COUNT) != OK)
        n = -3;
    db_read_end(db);
    return n;
}

static enum err add(struct db *db, void *arg)
{
    struct job *j = arg;

    return db_run(db, &THING_PUT, I(j->id), I(1));
}

static void told(enum err result, void *arg)
{
    struct job *j = arg;

    j->seen = seen_outside(j->w);
    j->result = result;
    j->is_over = true;
}

/* Wait until everything queued so far is over. */
static enum err nothing(struct db *db, void *arg)
{
    (void)db;
    (void)arg;
    return OK;
}

static void settle(struct world *w)
{
    while (db_act_wait(w->t.pool, nothing, NULL) == BUSY)
        continue; /* it was in the group that was made to fail */
}

/* ---- groups ---- */

/* Keeps SQLite's writer busy until opened, so that what is queued meanwhile becomes one group. */
struct gate {
    pthread_mutex_t lock;
    pthread_cond_t changed;
    bool is_entered, is_open;
};

static enum err wait_at_gate(struct db *db, void *arg)
{
    struct gate *g = arg;

    (void)db;
    pthread_mutex_lock(&g->lock);
    g->is_entered = true;
    pthread_cond_broadcast(&g->changed);
    while (!g->is_open)
        pthread_cond_wait(&g->changed, &g->lock);
    pthread_mutex_unlock(&g->lock);
    return OK;
}

static void ignore(enum err result, void *arg)
{
    (void)result;
    (void)arg;
}

static void gate_shut(struct world *w, struct gate *g)
{
    pthread_mutex_init(&g->lock, NULL);
    pthread_cond_init(&g->changed, NULL);
    g->is_entered = false;
    g->is_open = w->t.engine == DB_POSTGRES; /* there an act would wait for itself */
    db_act(w->t.pool, wait_at_gate, ignore, g);
    pthread_mutex_lock(&g->lock);
    while (!g->is_entered)
        pthread_cond_wait(&g->changed, &g->lock);
    pthread_mutex_unlock(&g->lock);
}

static void gate_open(struct gate *g)
{
    pthread_mutex_lock(&g->lock);
    g->is_open = true;
    pthread_cond_broadcast(&g->changed);
    pthread_mutex_unlock(&g->lock);
}

static void *add_many(void *arg)
{
    struct job *j = arg;

    for (int i = 0; i < ACTS_EACH; i++) {
        j->id++;
        enum err e = db_act_wait(j->w->t.pool, add, j);
        if (e != OK)
            j->result = e;
    }
    return NULL;
}

static void many_threads_share_commits_and_lose_nothing(void **state)
{
    struct world *w = *state;
    pthread_t threads[THREADS];
    struct job jobs[THREADS];
    struct db_stats before = db_stats(w->t.pool);

    for (int i = 0; i < THREADS; i++) {
        jobs[i] = (struct job){.w = w, .id = (int64_t)i * 1000000};
        assert_int_equal(pthread_create(&threads[i], NULL, add_many, &jobs[i]), 0);
    }
    for (int i = 0; i < THREADS; i++) {
        pthread_join(threads[i], NULL);
        assert_int_equal(jobs[i].result, OK);
    }
    struct db_stats after = db_stats(w->t.pool);
    assert_int_equal(count_now(w->t.pool), THREADS * ACTS_EACH);
    assert_int_equal(after.acts - before.acts, THREADS * ACTS_EACH);
    if (w->t.engine == DB_SQLITE && w->folder[0] != '\0') /* in memory a commit may cost nothing */
        assert_true(after.groups - before.groups < THREADS * ACTS_EACH);
}

static void an_act_that_fails_does_not_harm_its_neighbours(void **state)
{
    struct world *w = *state;
    struct job jobs[4] = {
        {.w = w, .id = 1}, {.w = w, .id = 2}, {.w = w, .id = 1}, {.w = w, .id = 3}};
    struct gate gate;

    gate_shut(w, &gate);
    struct db_stats before = db_stats(w->t.pool);
    for (int i = 0; i < 4; i++)
        db_act(w->t.pool, add, told, &jobs[i]);
    gate_open(&gate);
    settle(w);
    assert_int_equal(jobs[0].result, OK);
    assert_int_equal(jobs[1].result, OK);
    assert_int_equal(jobs[2].result, CONFLICT);
    assert_int_equal(jobs[3].result, OK);
    assert_int_equal(count_now(w->t.pool), 3);
    if (w->t.engine == DB_SQLITE) /* the gate's group, theirs, and perhaps settle's */
        assert_in_range(db_stats(w->t.pool).groups - before.groups, 2, 3);
}

static enum err add_and_look_outside(struct db *db, void *arg)
{
    struct job *j = arg;

    TRY(db_run(db, &THING_PUT, I(j->id), I(1)));
    j->id = seen_outside(j->w);
    return OK;
}

static void an_answer_comes_only_after_the_commit(void **state)
{
    struct world *w = *state;
    struct job j = {.w = w, .id = 1};

    db_act(w->t.pool, add_and_look_outside, told, &j);
    settle(w);
    assert_true(j.is_over);
    assert_int_equal(j.id, 0);   /* while it acted nobody else saw it */
    assert_int_equal(j.seen, 1); /* when it was answered everybody did */
}

static void a_commit_that_fails_is_told_to_every_act_of_the_group(void **state)
{
    struct world *w = *state;
    struct job jobs[3] = {{.w = w, .id = 1}, {.w = w, .id = 2}, {.w = w, .id = 3}};
    struct gate gate;

    if (w->t.engine == DB_POSTGRES) {
        db_fail_at(2, BUSY); /* the statement, then the commit */
        db_act(w->t.pool, add, told, &jobs[0]);
        assert_int_equal(jobs[0].result, BUSY);
    } else {
        gate_shut(w, &gate);
        for (int i = 0; i < 3; i++)
            db_act(w->t.pool, add, told, &jobs[i]);
        db_fail_at(5, BUSY); /* the gate's commit, three statements, their commit */
        gate_open(&gate);
        settle(w);
        for (int i = 0; i < 3; i++)
            assert_int_equal(jobs[i].result, BUSY);
    }
    db_fail_at(0, OK);
    assert_int_equal(count_now(w->t.pool), 0);
    put_now(w->t.pool, 9, 9); /* and writing goes on */
}

static void a_full_queue_refuses_at_once(void **state)
{
    struct world *w = *state;
    struct gate gate;
    struct job last = {.w = w, .id = 1};

    if (w->t.engine == DB_POSTGRES)
        skip(); /* it has no queue: acts run on their callers' threads */
    gate_shut(w, &gate);
    for (int i = 0; i < ACTS_QUEUED_MAX; i++)
        db_act(w->t.pool, nothing, ignore, NULL);
    db_act(w->t.pool, add, told, &last);
    assert_true(last.is_over);
    assert_int_equal(last.result, BUSY);
    gate_open(&gate);
    settle(w);
    assert_int_equal(count_now(w->t.pool), 0);
}

/* ---- what two acts see of each other ---- */

static enum err add_if_none(struct db *db, void *arg)
{
    struct job *j = arg;
    int64_t n;

    TRY(db_number(db, &n, -1, &THING_COUNT));
    return n > 0 ? DENIED : db_run(db, &THING_PUT, I(j->id), I(1));
}

static void *race_to_be_first(void *arg)
{
    struct job *j = arg;

    do
        j->result = db_act_wait(j->w->t.pool, add_if_none, j);
    while (j->result == BUSY);
    return NULL;
}

static void of_acts_that_look_before_they_write_one_wins(void **state)
{
    struct world *w = *state;
    pthread_t threads[THREADS];
    struct job jobs[THREADS];
    int won = 0;

    for (int i = 0; i < THREADS; i++) {
        jobs[i] = (struct job){.w = w, .id = i};
        assert_int_equal(pthread_create(&threads[i], NULL, race_to_be_first, &jobs[i]), 0);
    }
    for (int i = 0; i < THREADS; i++) {
        pthread_join(threads[i], NULL);
        won += jobs[i].result == OK;
        assert_true(jobs[i].result == OK || jobs[i].result == DENIED);
    }
    assert_int_equal(won, 1);
    assert_int_equal(count_now(w->t.pool), 1);
}

static enum err increment(struct db *db, void *arg)
{
    int64_t n;

    (void)arg;
    TRY(db_number(db, &n, -1, &THING_NUMBER, I(1)));
    return db_run(db, &THING_SET, I(1), I(n + 1));
}

static void *increment_many(void *arg)
{
    struct job *j = arg;

    for (int i = 0; i < 20; i++) {
        enum err e;
        do
            e = db_act_wait(j->w->t.pool, increment, NULL);
        while (e == BUSY);
        if (e != OK)
            j->result = e;
    }
    return NULL;
}

static void no_increment_is_lost(void **state)
{
    struct world *w = *state;
    pthread_t threads[4];
    struct job jobs[4];

    put_now(w->t.pool, 1, 0);
    for (int i = 0; i < 4; i++) {
        jobs[i] = (struct job){.w = w};
        assert_int_equal(pthread_create(&threads[i], NULL, increment_many, &jobs[i]), 0);
    }
    for (int i = 0; i < 4; i++) {
        pthread_join(threads[i], NULL);
        assert_int_equal(jobs[i].result, OK);
    }
    assert_int_equal(number_now(w->t.pool, &THING_NUMBER, 1), 80);
}

/* Long enough that whoever begins meanwhile loses. */
static enum err increment_slowly(struct db *db, void *arg)
{
    int64_t n;

    (void)arg;
    TRY(db_number(db, &n, -1, &THING_NUMBER, I(1)));
    pause_ms(10);
    return db_run(db, &THING_SET, I(1), I(n + 1));
}

/* Whoever is refused once does not come back. */
static void *increment_without_patience(void *arg)
{
    struct job *j = arg;

    for (int i = 0; i < 5 && j->result == OK; i++)
        j->result = db_act_wait(j->w->t.pool, increment_slowly, NULL);
    return NULL;
}

static void a_crowd_at_one_row_is_not_refused(void **state)
{
    struct world *w = *state;
    pthread_t threads[THREADS];
    struct job jobs[THREADS];

    put_now(w->t.pool, 1, 0);
    for (int i = 0; i < THREADS; i++) {
        jobs[i] = (struct job){.w = w};
        assert_int_equal(pthread_create(&threads[i], NULL, increment_without_patience, &jobs[i]),
                         0);
    }
    for (int i = 0; i < THREADS; i++) {
        pthread_join(threads[i], NULL);
        assert_int_equal(jobs[i].result, OK);
    }
    assert_int_equal(number_now(w->t.pool, &THING_NUMBER, 1), 5 * THREADS);
}

static void a_read_sees_one_moment(void **state)
{
    struct world *w = *state;
    struct db *db;
    int64_t n;

    put_now(w->t.pool, 1, 1);
    assert_int_equal(db_read(w->t.pool, &db), OK);
    assert_int_equal(db_number(db, &n, 0, &THING_COUNT), OK);
    put_now(w->t.pool, 2, 2); /* from this very thread, beside the read */
    assert_int_equal(db_number(db, &n, 0, &THING_COUNT), OK);
    assert_int_equal(n, 1);
    db_read_end(db);
    assert_int_equal(count_now(w->t.pool), 2);
}

static void a_read_cannot_write(void **state)
{
    struct world *w = *state;
    struct db *db;

    assert_int_equal(db_read(w->t.pool, &db), OK);
    assert_int_equal(db_run(db, &THING_PUT, I(1), I(1)), FAULT);
    db_read_end(db);
    assert_int_equal(count_now(w->t.pool), 0);
}

/* ---- failures inside an act ---- */

static enum err go_on_after_conflict(struct db *db, void *arg)
{
    struct job *j = arg;

    TRY(db_run(db, &THING_PUT, I(2), I(2)));
    if (db_run(db, &THING_PUT, I(1), I(1)) != CONFLICT)
        return OK;
    j->seen = db_run(db, &THING_PUT, I(3), I(3));
    return OK;
}

static void an_act_cannot_go_on_after_a_failure_without_a_point(void **state)
{
    struct world *w = *state;
    struct job j = {.w = w};

    put_now(w->t.pool, 1, 1);
    assert_int_equal(db_act_wait(w->t.pool, go_on_after_conflict, &j), FAULT);
    assert_int_equal(j.seen, FAULT);
    assert_int_equal(count_now(w->t.pool), 1);
}

static enum err nest(struct db *db, void *arg)
{
    (void)arg;
    TRY(db_point(db));
    TRY(db_run(db, &THING_PUT, I(1), I(1)));
    TRY(db_point(db));
    TRY(db_run(db, &THING_PUT, I(2), I(2)));
    db_point_undo(db);
    TRY(db_point(db));
    TRY(db_run(db, &THING_PUT, I(3), I(3)));
    TRY(db_point_keep(db));
    TRY(db_point_keep(db));
    TRY(db_point(db));
    TRY(db_run(db, &THING_PUT, I(4), I(4)));
    db_point_undo(db);
    return OK;
}

static void points_nest(void **state)
{
    struct world *w = *state;

    assert_int_equal(db_act_wait(w->t.pool, nest, NULL), OK);
    assert_int_equal(number_now(w->t.pool, &THING_NUMBER, 1), 1);
    assert_int_equal(number_now(w->t.pool, &THING_NUMBER, 3), 3);
    assert_int_equal(count_now(w->t.pool), 2);
}

static enum err refuse(struct db *db, void *arg)
{
    struct rows row;
    bool found;

    (void)arg;
    TRY(db_run(db, &THING_PUT, I(1), I(1)));
    TRY(db_rows(&row, db, &THING_IDS)); /* left open on purpose */
    TRY(db_next(&row, &found));
    return DENIED;
}

static void an_act_that_refuses_leaves_no_trace(void **state)
{
    struct world *w = *state;

    assert_int_equal(db_act_wait(w->t.pool, refuse, NULL), DENIED);
    assert_int_equal(count_now(w->t.pool), 0);
    put_now(w->t.pool, 1, 1);
}

static enum err add_two_in_points(struct db *db, void *arg)
{
    struct rows row;
    bool found;

    (void)arg;
    TRY(db_run(db, &THING_PUT, I(1), I(1)));
    TRY(db_point(db));
    TRY(db_run(db, &THING_PUT, I(2), I(2)));
    TRY(db_point_keep(db));
    TRY(db_rows(&row, db, &THING_IDS));
    for (;;) {
        TRY(db_next(&row, &found));
        if (!found)
            return OK;
        (void)take_i64(&row);
    }
}

static void whichever_statement_fails_all_or_nothing_is_there(void **state)
{
    static const enum err errs[] = {BUSY, FAULT};
    struct world *w = *state;

    for (size_t k = 0; k < 2; k++) {
        int64_t n = 1;
        for (;; n++) {
            assert_int_equal(world_wipe(state), 0);
            db_fail_at(n, errs[k]);
            enum err e = db_act_wait(w->t.pool, add_two_in_points, NULL);
            int64_t counted = db_fail_count();
            db_fail_at(0, OK);
            if (e == OK) {
                assert_int_equal(counted, 6); /* and so 7 was never reached */
                break;
            }
            assert_int_equal(e, errs[k]);
            assert_int_equal(count_now(w->t.pool), 0);
        }
        assert_int_equal(n, 7); /* three statements, a point, its keeping, the commit */
        assert_int_equal(count_now(w->t.pool), 2);
    }
}

static void a_pool_that_only_reads_refuses_acts(void **state)
{
    struct world *w = *state;
    struct db_options options = {.url = str_of(w->t.url), .is_read_only = true};
    struct db_pool *pool;

    if (w->t.engine == DB_SQLITE && w->folder[0] == '\0')
        skip(); /* a second pool would be another memory */
    put_now(w->t.pool, 1, 1);
    assert_int_equal(db_open(&pool, &options), OK);
    assert_int_equal(db_act_wait(pool, nothing, NULL), DENIED);
    assert_int_equal(count_now(pool), 1);
    db_close(pool);
}

#define EACH(test) cmocka_unit_test_setup(test, world_wipe)

int main(void)
{
    const struct CMUnitTest tests[] = {
        EACH(many_threads_share_commits_and_lose_nothing),
        EACH(an_act_that_fails_does_not_harm_its_neighbours),
        EACH(an_answer_comes_only_after_the_commit),
        EACH(a_commit_that_fails_is_told_to_every_act_of_the_group),
        EACH(a_full_queue_refuses_at_once),
        EACH(of_acts_that_look_before_they_write_one_wins),
        EACH(no_increment_is_lost),
        EACH(a_crowd_at_one_row_is_not_refused),
        EACH(a_read_sees_one_moment),
        EACH(a_read_cannot_write),
        EACH(an_act_cannot_go_on_after_a_failure_without_a_point),
        EACH(points_nest),
        EACH(an_act_that_refuses_leaves_no_trace),
        EACH(whichever_statement_fails_all_or_nothing_is_there),
        EACH(a_pool_that_only_reads_refuses_acts),
    };

    return world_run("acts", tests, sizeof tests / sizeof *tests);
}
