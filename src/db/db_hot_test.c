/* Hot acts: their results, their neighbours, their order, and that they are acts like any other. */
#include "db/db_test.h"

#include <string.h>

enum { THREADS = 64, ACTS_EACH = 25, TALLY = 1, NAME_BYTES = 20000 };

/* ---- results ---- */

static void each_statement_tells_how_many_rows_it_changed(void **state)
{
    struct world *w = *state;
    struct hot_act act = {0};

    put_now(w->t.pool, 1, 10);
    put_now(w->t.pool, 2, 20);
    db_hot_add(&act, &THING_DOUBLE, I(0));
    db_hot_add(&act, &THING_STEP, I(1), I(7)); /* it is not 6 */
    db_hot_add(&act, &THING_COUNT_UP, I(1), I(5));
    db_hot_add(&act, &PART_OF_THING, I(2), I(0));
    assert_int_equal(db_hot_wait(w->t.pool, &act), OK);
    assert_int_equal(act.changed[0], 2);
    assert_int_equal(act.changed[1], 0);
    assert_int_equal(act.changed[2], 1);
    assert_int_equal(act.changed[3], 1);
    assert_int_equal(number_now(w->t.pool, &THING_NUMBER, 1), 25);
    assert_int_equal(number_now(w->t.pool, &THING_NUMBER, 2), 40);
}

static void every_type_of_value_is_kept_as_it_is(void **state)
{
    struct world *w = *state;
    struct hot_act act = {0}, nothing = {0};
    struct rows row;
    struct db *db;
    bool found;

    db_hot_add(&act, &THING_ADD, I(1), T(S("it's")), I(-5), F(0.1), B(true), X(S("\0\xff\\x")));
    db_hot_add(&nothing, &THING_ADD, I(2), NIL(), NIL(), NIL(), NIL(), X(S("")));
    assert_int_equal(db_hot_wait(w->t.pool, &act), OK);
    assert_int_equal(db_hot_wait(w->t.pool, &nothing), OK);
    assert_int_equal(db_read(w->t.pool, &db), OK);
    assert_int_equal(db_rows(&row, db, &THING_BY_ID, I(1)), OK);
    assert_int_equal(db_next(&row, &found), OK);
    assert_int_equal(take_i64(&row), 1);
    assert_true(str_eq(take_str(&row, w->arena), S("it's")));
    assert_int_equal(take_i64(&row), -5);
    assert_true(take_f64(&row) == 0.1);
    assert_true(take_bool(&row));
    assert_true(str_eq(take_blob(&row, w->arena), S("\0\xff\\x")));
    assert_int_equal(db_done(&row), OK);
    db_read_end(db);
}

static void a_value_that_cannot_be_kept_is_refused_alone(void **state)
{
    struct world *w = *state;
    struct batch b;

    batch_gather(w, &b);
    struct one *all = batch_ones(&b, 2);
    db_hot_add(&all[0].act, &THING_PUT, I(1), I(1));
    db_hot_add(&all[0].act, &THING_NAME, I(1), T(S("a\0b")));
    db_hot_add(&all[1].act, &THING_PUT, I(2), I(2));
    one_queue(&all[0]);
    one_queue(&all[1]);
    batch_go(&b, 2);
    assert_int_equal(all[0].result, FAULT);
    assert_int_equal(all[0].act.changed[0], 0);
    assert_int_equal(all[1].result, OK);
    assert_int_equal(count_now(w->t.pool), 1);
}

static void an_act_that_fails_does_not_harm_its_neighbours(void **state)
{
    static const enum err expected[] = {OK, CONFLICT, OK, FAULT, CONFLICT, OK};
    struct world *w = *state;
    struct batch b;

    batch_gather(w, &b);
    struct one *all = batch_ones(&b, 6);
    for (int i = 0; i < 6; i++)
        db_hot_add(&all[i].act, &THING_COUNT_UP, I(100), I(1));
    db_hot_add(&all[0].act, &THING_PUT, I(1), I(1));
    db_hot_add(&all[1].act, &THING_PUT, I(1), I(1)); /* it is its neighbour's */
    db_hot_add(&all[2].act, &THING_PUT, I(2), I(2));
    db_hot_add(&all[3].act, &PART_OF_THING, I(2), I(-1)); /* a CHECK says no */
    db_hot_add(&all[4].act, &THING_PUT, I(2), I(2));
    db_hot_add(&all[5].act, &PART_OF_THING, I(2), I(5));
    struct db_stats before = db_stats(w->t.pool);
    for (int i = 0; i < 6; i++)
        one_queue(&all[i]);
    batch_go(&b, 6);
    for (int i = 0; i < 6; i++) {
        assert_int_equal(all[i].result, expected[i]);
        assert_int_equal(all[i].order, i);
        assert_int_equal(all[i].act.changed[0], expected[i] == OK);
    }
    assert_int_equal(number_now(w->t.pool, &THING_NUMBER, 100), 3); /* of those that failed: none */
    assert_int_equal(number_now(w->t.pool, &PART_COUNT, 2), 1);
    assert_int_equal(db_stats(w->t.pool).groups - before.groups, 1);
}

static void acts_happen_in_the_order_they_were_queued_in(void **state)
{
    struct world *w = *state;
    struct batch b;
    enum { COUNT = ACTS_IN_GROUP_MAX + 100 }; /* more than one batch */

    put_now(w->t.pool, 1, 0);
    batch_gather(w, &b);
    struct one *all = batch_ones(&b, COUNT);
    for (int i = 0; i < COUNT; i++) {
        db_hot_add(&all[i].act, &THING_STEP, I(1), I(i + 1));
        one_queue(&all[i]);
    }
    batch_go(&b, COUNT);
    for (int i = 0; i < COUNT; i++) {
        assert_int_equal(all[i].result, OK);
        assert_int_equal(all[i].act.changed[0], 1);
        assert_int_equal(all[i].order, i);
    }
    assert_int_equal(number_now(w->t.pool, &THING_NUMBER, 1), COUNT);
}

static void an_answer_comes_only_after_the_commit_of_all(void **state)
{
    struct world *w = *state;
    struct batch b;

    batch_gather(w, &b);
    struct one *all = batch_ones(&b, 3);
    for (int i = 0; i < 3; i++) {
        db_hot_add(&all[i].act, &THING_PUT, I(i), I(i));
        one_queue_and_look(&all[i]);
    }
    assert_int_equal(count_now(w->t.pool), 0);
    batch_go(&b, 3);
    for (int i = 0; i < 3; i++)
        assert_int_equal(all[i].seen, 3);
}

static void a_batch_of_long_texts_does_not_stall(void **state)
{
    struct world *w = *state;
    struct batch b;
    enum { COUNT = 300 }; /* six megabytes: more than any socket holds */

    batch_gather(w, &b);
    struct one *all = batch_ones(&b, COUNT);
    for (int i = 0; i < COUNT; i++) {
        char *name = NEW_ARRAY(w->arena, NAME_BYTES, char);
        memset(name, 'a', NAME_BYTES);
        name[i] = 'b';
        db_hot_add(&all[i].act, &THING_ADD, I(i), NIL(), I(i), NIL(), NIL(),
                   X(((str){name, NAME_BYTES})));
        one_queue(&all[i]);
    }
    batch_go(&b, COUNT);
    for (int i = 0; i < COUNT; i++)
        assert_int_equal(all[i].result, OK);
    assert_int_equal(count_now(w->t.pool), COUNT);
}

/* ---- the queue ---- */

static void a_full_queue_refuses_at_once_and_loses_nothing(void **state)
{
    struct world *w = *state;
    struct batch b;

    batch_gather(w, &b);
    struct one *all = batch_ones(&b, ACTS_QUEUED_MAX + 1);
    for (int i = 0; i <= ACTS_QUEUED_MAX; i++) {
        db_hot_add(&all[i].act, &THING_PUT, I(i), I(i));
        one_queue(&all[i]);
    }
    assert_int_equal(b.told, 1);
    assert_int_equal(all[ACTS_QUEUED_MAX].result, BUSY);
    batch_go(&b, ACTS_QUEUED_MAX + 1);
    for (int i = 0; i < ACTS_QUEUED_MAX; i++)
        assert_int_equal(all[i].result, OK);
    assert_int_equal(count_now(w->t.pool), ACTS_QUEUED_MAX);
}

static void what_is_queued_at_the_close_is_still_done(void **state)
{
    struct world *w = *state;
    struct db_options options = {.url = str_of(w->t.url)};
    struct db_pool *pool;
    struct batch b;

    if (w->t.engine == DB_SQLITE && w->folder[0] == '\0')
        skip(); /* a second pool would be another memory */
    batch_begin(w, &b);
    assert_int_equal(db_open(&pool, &options), OK);
    struct one *all = batch_ones(&b, 1000);
    for (int i = 0; i < 1000; i++) {
        db_hot_add(&all[i].act, &THING_PUT, I(i), I(i));
        db_hot(pool, &all[i].act, one_told, &all[i]);
    }
    db_close(pool);
    assert_int_equal(b.told, 1000);
    assert_int_equal(count_now(w->t.pool), 1000);
}

static void a_pool_that_only_reads_refuses_hot_acts(void **state)
{
    struct world *w = *state;
    struct db_options options = {.url = str_of(w->t.url), .is_read_only = true};
    struct hot_act act = {0};
    struct db_pool *pool;

    if (w->t.engine == DB_SQLITE && w->folder[0] == '\0')
        skip();
    db_hot_add(&act, &THING_PUT, I(1), I(1));
    assert_int_equal(db_open(&pool, &options), OK);
    assert_int_equal(db_hot_wait(pool, &act), DENIED);
    db_close(pool);
    assert_int_equal(count_now(w->t.pool), 0);
}

/* ---- many at once ---- */

struct caller {
    struct world *w;
    int64_t id;
    enum err result;
    int64_t accepted;
};

static void *vote_many(void *arg)
{
    struct caller *c = arg;

    for (int i = 0; i < ACTS_EACH; i++) {
        struct hot_act act = {0};
        c->id++;
        db_hot_add(&act, &THING_PUT, I(c->id), I(i));
        db_hot_add(&act, &PART_OF_THING, I(c->id), I(i));
        db_hot_add(&act, &THING_COUNT_UP, I(TALLY), I(1)); /* all want the same row */
        enum err e = db_hot_wait(c->w->t.pool, &act);
        if (e != OK)
            c->result = e;
        c->accepted += act.changed[0] == 1 && act.changed[1] == 1 && act.changed[2] == 1;
    }
    return NULL;
}

static void threads_share_commits_and_lose_nothing(void **state)
{
    struct world *w = *state;
    pthread_t threads[THREADS];
    struct caller callers[THREADS];
    struct db_stats before = db_stats(w->t.pool);

    for (int i = 0; i < THREADS; i++) {
        callers[i] = (struct caller){.w = w, .id = (i + 1) * 1000000};
        assert_int_equal(pthread_create(&threads[i], NULL, vote_many, &callers[i]), 0);
    }
    for (int i = 0; i < THREADS; i++) {
        pthread_join(threads[i], NULL);
        assert_int_equal(callers[i].result, OK);
        assert_int_equal(callers[i].accepted, ACTS_EACH);
    }
    struct db_stats after = db_stats(w->t.pool);
    assert_int_equal(number_now(w->t.pool, &THING_NUMBER, TALLY), THREADS * ACTS_EACH);
    assert_int_equal(number_now(w->t.pool, &PART_COUNT_ALL, 0), THREADS * ACTS_EACH);
    assert_int_equal(after.acts - before.acts, THREADS * ACTS_EACH);
    assert_true(after.groups - before.groups < THREADS * ACTS_EACH / 2);
}

static void *vote_until_closed(void *arg)
{
    struct caller *c = arg;
    int64_t changed;

    do {
        struct hot_act act = {0};
        db_hot_add(&act, &THING_ADD_IF_ON, I(c->id), I(1), I(TALLY));
        enum err e = db_hot_wait(c->w->t.pool, &act);
        changed = e == BUSY ? 1 : act.changed[0]; /* BUSY: the same once more */
        if (e == OK && changed == 1) {
            c->accepted++;
            c->id++;
        } else if (e != OK && e != BUSY) {
            c->result = e;
        }
    } while (changed == 1 && c->result == OK);
    return NULL;
}

/* Reads what the hot acts write, and writes what they read. */
static enum err close_and_count(struct db *db, void *arg)
{
    int64_t n;

    (void)arg;
    TRY(db_number(db, &n, -1, &THING_COUNT));
    return db_run(db, &THING_CLOSE, I(TALLY), I(n - 1)); /* itself is a thing too */
}

static void a_count_taken_while_closing_misses_no_vote(void **state)
{
    struct world *w = *state;
    pthread_t threads[8];
    struct caller callers[8];

    for (int round = 0; round < 10; round++) {
        struct hot_act open = {0};
        int64_t accepted = 0;
        assert_int_equal(world_wipe(state), 0);
        db_hot_add(&open, &THING_OPEN, I(TALLY));
        assert_int_equal(db_hot_wait(w->t.pool, &open), OK);
        for (int i = 0; i < 8; i++) {
            callers[i] = (struct caller){.w = w, .id = (i + 1) * 1000000};
            assert_int_equal(pthread_create(&threads[i], NULL, vote_until_closed, &callers[i]), 0);
        }
        while (count_now(w->t.pool) < 20)
            continue;
        while (db_act_wait(w->t.pool, close_and_count, NULL) == BUSY)
            continue;
        for (int i = 0; i < 8; i++) {
            pthread_join(threads[i], NULL);
            assert_int_equal(callers[i].result, OK);
            accepted += callers[i].accepted;
        }
        assert_int_equal(number_now(w->t.pool, &THING_NUMBER, TALLY), accepted);
        assert_int_equal(count_now(w->t.pool), accepted + 1);
    }
}

struct storm {
    struct batch b;
    struct one *votes;
    int queued;
};

/* Closes and counts while a vote comes in between, each time it is run. */
static enum err close_in_a_storm(struct db *db, void *arg)
{
    struct storm *s = arg;
    int64_t n;

    TRY(db_number(db, &n, -1, &THING_COUNT));
    struct one *vote = &s->votes[s->queued++];
    db_hot_add(&vote->act, &THING_ADD_IF_ON, I(1000 + s->queued), I(1), I(TALLY));
    one_queue(vote);
    batch_wait(&s->b, s->queued, 300); /* the one that runs alone waits for nothing */
    return db_run(db, &THING_CLOSE, I(TALLY), I(n - 1));
}

static void a_count_is_not_beaten_by_vote_after_vote(void **state)
{
    struct world *w = *state;
    struct hot_act open = {0};
    struct storm s = {0};
    int accepted = 0;

    batch_begin(w, &s.b);
    s.votes = batch_ones(&s.b, RERUNS_MAX + 1);
    db_hot_add(&open, &THING_OPEN, I(TALLY));
    assert_int_equal(db_hot_wait(w->t.pool, &open), OK);
    assert_int_equal(db_act_wait(w->t.pool, close_in_a_storm, &s), OK);
    batch_go(&s.b, s.queued);
    for (int i = 0; i < s.queued; i++) {
        assert_int_equal(s.votes[i].result, OK);
        accepted += s.votes[i].act.changed[0] == 1;
    }
    assert_int_equal(number_now(w->t.pool, &THING_NUMBER, TALLY), accepted);
    assert_int_equal(count_now(w->t.pool), accepted + 1);
}

#define EACH(test) cmocka_unit_test_setup(test, world_wipe)

int main(void)
{
    const struct CMUnitTest tests[] = {
        EACH(each_statement_tells_how_many_rows_it_changed),
        EACH(every_type_of_value_is_kept_as_it_is),
        EACH(a_value_that_cannot_be_kept_is_refused_alone),
        EACH(an_act_that_fails_does_not_harm_its_neighbours),
        EACH(acts_happen_in_the_order_they_were_queued_in),
        EACH(an_answer_comes_only_after_the_commit_of_all),
        EACH(a_batch_of_long_texts_does_not_stall),
        EACH(a_full_queue_refuses_at_once_and_loses_nothing),
        EACH(what_is_queued_at_the_close_is_still_done),
        EACH(a_pool_that_only_reads_refuses_hot_acts),
        EACH(threads_share_commits_and_lose_nothing),
        EACH(a_count_taken_while_closing_misses_no_vote),
        EACH(a_count_is_not_beaten_by_vote_after_vote),
    };

    return world_run("hot acts", tests, sizeof tests / sizeof *tests);
}
