/* An analysis that goes on: after any batches it is what a fresh start would give. */
#include "opinion/live_parts.h"
#include "opinion/world.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { NO_VOTE = 2, ROOM = 20000 };

/* What everybody said, kept in the plainest way. */
struct town {
    struct world_memory w;
    size_t people, statements;
    int8_t *vote; /* [people * statements] */
    bool is_out[64];
    uint64_t seed;
    struct opinion_live *live;
};

static uint64_t id_of_person(size_t i)
{
    return 3 * i * 1000003 % 1000000007; /* in no order */
}

static int vote_of(struct town *t, size_t i, size_t j)
{
    bool is_for = j % 3 == 0 || (j + i) % 3 == 0;
    uint64_t lot = world_random(&t->seed) % 10;

    return lot == 0 ? 0 : (is_for != (lot == 1)) ? 1 : -1;
}

static const struct opinion_votes *fresh_votes(struct town *t)
{
    struct opinion_log *log;
    const struct opinion_votes *v;

    assert_int_equal(opinion_log_new(&t->w.m, &log), OPINION_OK);
    for (size_t j = 0; j < t->statements; j++)
        assert_int_equal(opinion_log_statement(log, 10 * j, t->is_out[j]), OPINION_OK);
    for (size_t at = 0; at < t->people * t->statements; at++) {
        if (t->vote[at] != NO_VOTE)
            assert_int_equal(opinion_log_add(log, id_of_person(at / t->statements),
                                             10 * (at % t->statements), t->vote[at], 0),
                             OPINION_OK);
    }
    assert_int_equal(opinion_votes_new(&t->w.m, log, OPINION_BY_ID, &v), OPINION_OK);
    opinion_log_free(log);
    return v;
}

/* `voted`: of how many people; each votes on `each` statements or so. */
static void begin(struct town *t, size_t people, size_t statements, size_t voted, unsigned each,
                  double may_turn)
{
    const struct opinion_options o = {.seed = 1};

    *t = (struct town){.people = people, .statements = statements, .seed = 7};
    world_memory_begin(&t->w);
    t->vote = malloc(people * statements);
    memset(t->vote, NO_VOTE, people * statements);
    for (size_t i = 0; i < voted; i++) {
        for (size_t j = 0; j < statements; j++) {
            if (world_random(&t->seed) % statements < each)
                t->vote[i * statements + j] = (int8_t)vote_of(t, i, j);
        }
    }
    const struct opinion_votes *v = fresh_votes(t);
    assert_int_equal(opinion_live_new(&t->w.m, v, &o, may_turn, &t->live), OPINION_OK);
    opinion_votes_free(v);
}

static void end(struct town *t)
{
    opinion_live_free(t->live);
    free(t->vote);
    world_memory_end(&t->w);
}

/* Votes given, changed and taken back, by people old and new. */
static void vote_some(struct town *t, size_t count)
{
    struct opinion_change *changes = calloc(count, sizeof *changes);

    for (size_t c = 0; c < count; c++) {
        size_t i = world_random(&t->seed) % t->people, j = world_random(&t->seed) % t->statements;
        bool is_withdrawn = world_random(&t->seed) % 4 == 0;
        int8_t vote = (int8_t)vote_of(t, i, j);
        changes[c] = (struct opinion_change){id_of_person(i), 10 * j, vote, is_withdrawn};
        t->vote[i * t->statements + j] = is_withdrawn ? NO_VOTE : vote;
    }
    assert_int_equal(opinion_live_apply(t->live, changes, count), OPINION_OK);
    free(changes);
}

/* ---- against a fresh start ---- */

static size_t index_of(const struct opinion_votes *v, uint64_t id)
{
    size_t i = 0;

    while (i < v->people && v->person_id[i] != id)
        i++;
    return i;
}

/* Everybody's votes are the same; whoever took all back may still be there, with none. */
static void assert_same_votes(const struct opinion_votes *live, const struct opinion_votes *fresh)
{
    size_t k = 0;

    assert_int_equal(live->count, fresh->count);
    assert_int_equal(live->statements, fresh->statements);
    assert_memory_equal(live->statement_id, fresh->statement_id,
                        fresh->statements * sizeof *fresh->statement_id);
    for (size_t i = 0; i < live->people; i++) {
        uint32_t count = live->begin[i + 1] - live->begin[i];
        assert_true(i == 0 || live->person_id[i - 1] < live->person_id[i]);
        if (count == 0 && (k == fresh->people || live->person_id[i] != fresh->person_id[k]))
            continue;
        assert_int_equal(live->person_id[i], fresh->person_id[k]);
        assert_int_equal(count, fresh->begin[k + 1] - fresh->begin[k]);
        assert_memory_equal(live->code + live->begin[i], fresh->code + fresh->begin[k], 2 * count);
        k++;
    }
    assert_int_equal(k, fresh->people);
}

/* Counts by groups are those of the people in them; of all, those of all. */
static void assert_counts(const struct opinion_analysis *a)
{
    const struct opinion_votes *v = a->votes;
    size_t cells = ((size_t)a->k + 1) * v->statements;
    struct opinion_count *c = calloc(cells, sizeof *c);
    uint32_t size[OPINION_GROUPS_MAX] = {0};

    for (size_t i = 0; i < v->people; i++) {
        if (a->group[i] >= 0)
            size[a->group[i]]++;
        assert_true((a->group[i] >= 0) == (v->begin[i + 1] - v->begin[i] >= OPINION_VOTES_LEAST));
        for (uint32_t k = v->begin[i]; k < v->begin[i + 1]; k++) {
            size_t j = opinion_code_statement(v->code[k]);
            if (a->group[i] >= 0)
                count_vote(&c[(size_t)a->group[i] * v->statements + j],
                           opinion_code_vote(v->code[k]));
            count_vote(&c[(size_t)a->k * v->statements + j], opinion_code_vote(v->code[k]));
        }
    }
    for (int g = 0; g < a->k; g++)
        assert_int_equal(size[g], a->size[g]);
    assert_memory_equal(c, a->counts, (size_t)a->k * v->statements * sizeof *c);
    for (size_t j = 0; j < v->statements; j++)
        assert_memory_equal(&c[(size_t)a->k * v->statements + j], &a->about[j].all, sizeof *c);
    free(c);
}

static double largest_difference(const struct opinion_analysis *live,
                                 const struct opinion_analysis *fresh)
{
    const struct opinion_votes *v = live->votes;
    double side[OPINION_AXES], most = 0;

    for (int x = 0; x < OPINION_AXES; x++) {
        double along = 0;
        for (size_t j = 0; j < v->statements; j++)
            along += live->loading[j * OPINION_AXES + (size_t)x] *
                     fresh->loading[j * OPINION_AXES + (size_t)x];
        side[x] = along < 0 ? -1 : 1;
    }
    for (size_t at = 0; at < v->statements * OPINION_AXES; at++)
        most = fmax(most, fabs(live->loading[at] - side[at % OPINION_AXES] * fresh->loading[at]));
    for (size_t i = 0, k = 0; i < v->people && k < fresh->votes->people; i++) {
        if (v->person_id[i] != fresh->votes->person_id[k])
            continue;
        for (int x = 0; x < OPINION_AXES; x++) {
            most = fmax(most, fabs(live->place[i * OPINION_AXES + (size_t)x] -
                                   side[x] * fresh->place[k * OPINION_AXES + (size_t)x]));
            most = fmax(most, fabs(live->spread[i * OPINION_AXES + (size_t)x] -
                                   fresh->spread[k * OPINION_AXES + (size_t)x]));
        }
        k++;
    }
    return most;
}

static void assert_as_fresh(struct town *t, bool has_places)
{
    const struct opinion_options o = {.seed = 1};
    const struct opinion_analysis *fresh, *live = opinion_live_answer(t->live);
    const struct opinion_votes *v = fresh_votes(t);
    struct region *region = region_new(&t->w.m);
    struct opinion_analysis a = {.votes = v, .seed = 1};
    struct work w = {.region = region, .scratch = region, .v = v, .a = &a};

    assert_same_votes(live->votes, v);
    assert_counts(live);
    assert_int_equal(work_compute(&w, &o), OPINION_OK);
    assert_int_equal(live->eligible, a.eligible);
    assert_int_equal(live->sampled, a.sampled);
    world_same_sums(&t->live->w.gram, &w.gram);
    region_free(region);
    assert_int_equal(opinion_analysis_new(&t->w.m, v, &o, &fresh), OPINION_OK);
    if (has_places)
        assert_true(largest_difference(live, fresh) < 1e-6);
    opinion_analysis_free(fresh);
    opinion_votes_free(v);
}

/* Everybody who takes part is in the group whose centre is nearest. */
static void assert_nearest(const struct town *t)
{
    const struct opinion_analysis *a = opinion_live_answer(t->live);
    const struct grouping *g = &t->live->w.grouping;

    for (size_t i = 0; i < a->votes->people; i++) {
        double score[OPINION_AXES], far[OPINION_GROUPS_MAX] = {0}, least = HUGE_VAL;
        for (int x = 0; x < OPINION_AXES; x++)
            score[x] = a->place[i * OPINION_AXES + (size_t)x] * a->strength[x];
        for (int k = 0; k < g->k; k++) {
            for (int x = 0; x < OPINION_AXES; x++)
                far[k] += (score[x] - g->centre[k][x]) * (score[x] - g->centre[k][x]);
            least = fmin(least, far[k]);
        }
        if (a->group[i] >= 0)
            assert_true(far[a->group[i]] <= least * (1 + 1e-5));
    }
}

static void after_a_hundred_batches_numbers_axes_and_places_are_those_of_a_fresh_start(void **state)
{
    struct town t;
    int settled = 0;

    (void)state;
    begin(&t, 500, 30, 400, 18, 0);
    for (int batch = 0; batch < 100; batch++) {
        vote_some(&t, 12);
        assert_as_fresh(&t, true);
        assert_nearest(&t);
        settled += opinion_live_worked(t.live).is_settled;
    }
    assert_in_range(settled, 1, 20); /* most batches were small work */
    end(&t);
}

static void numbers_are_exact_where_only_who_voted_is_placed_anew(void **state)
{
    struct town t;
    int alone = 0;

    (void)state;
    begin(&t, 900, 24, 800, 14, 0.05);
    for (int batch = 0; batch < 40; batch++) {
        vote_some(&t, 8);
        assert_as_fresh(&t, false);
        struct opinion_live_work worked = opinion_live_worked(t.live);
        assert_true(worked.turned <= 0.05);
        alone += worked.placed == worked.changed;
    }
    assert_in_range(alone, 20, 40);
    end(&t);
}

static void who_voted_stands_where_the_axes_that_are_shown_put_him(void **state)
{
    struct town t;

    (void)state;
    begin(&t, 900, 24, 800, 14, 100);
    double *before = calloc(t.people * OPINION_AXES, sizeof *before);
    const struct opinion_analysis *a = opinion_live_answer(t.live);
    size_t moved = 0, people = a->votes->people;
    memcpy(before, a->place, people * OPINION_AXES * sizeof *before);
    const struct opinion_change change = {id_of_person(5), 40, -1, false};
    const struct opinion_change other = {id_of_person(5), 40, 1, false};
    assert_int_equal(opinion_live_apply(t.live, &change, 1), OPINION_OK);
    assert_int_equal(opinion_live_apply(t.live, &other, 1), OPINION_OK);
    assert_int_equal(opinion_live_worked(t.live).placed, 1);
    assert_int_equal(a->votes->people, people);
    size_t who = index_of(a->votes, id_of_person(5));
    for (size_t i = 0; i < people; i++)
        moved += before[i * OPINION_AXES] < a->place[i * OPINION_AXES] ||
                 before[i * OPINION_AXES] > a->place[i * OPINION_AXES];
    assert_true(moved <= 1);
    struct spot s = space_place(&t.live->w.space, a->votes->code + a->votes->begin[who],
                                a->votes->begin[who + 1] - a->votes->begin[who]);
    assert_memory_equal(s.at, a->place + who * OPINION_AXES, sizeof s.at);
    double membership[OPINION_GROUPS_MAX];
    class_of(&t.live->w, who, membership);
    assert_memory_equal(membership, a->membership + who * (size_t)a->k,
                        (size_t)a->k * sizeof *membership);
    free(before);
    end(&t);
}

static void of_very_many_the_same_people_are_drawn_as_at_a_fresh_start(void **state)
{
    struct town t;

    (void)state;
    begin(&t, OPINION_SAMPLE_MAX + 600, 12, OPINION_SAMPLE_MAX + 300, 9, 0.05);
    for (int batch = 0; batch < 3; batch++) {
        vote_some(&t, 1500);
        assert_as_fresh(&t, false);
    }
    end(&t);
}

/* ---- settling ---- */

static enum opinion_err tell(const struct opinion_analysis *a, struct world_text *text)
{
    struct opinion_sink sink;

    text->len = 0;
    sink = world_sink(text);
    return opinion_analysis_json(a, NULL, &sink);
}

static void settled_it_is_the_analysis_that_follows_the_one_before(void **state)
{
    static struct world_text live, fresh;
    struct opinion_options o = {.seed = 1};
    const struct opinion_analysis *first, *second;
    struct town t;

    (void)state;
    begin(&t, 300, 20, 250, 14, 0);
    const struct opinion_votes *before = fresh_votes(&t);
    vote_some(&t, 5);
    const struct opinion_votes *v = fresh_votes(&t);
    assert_int_equal(opinion_live_settle(t.live), OPINION_OK);
    assert_true(opinion_live_worked(t.live).is_settled);
    assert_int_equal(opinion_analysis_new(&t.w.m, before, &o, &first), OPINION_OK);
    o.before = first;
    assert_int_equal(opinion_analysis_new(&t.w.m, v, &o, &second), OPINION_OK);
    assert_int_equal(tell(opinion_live_answer(t.live), &live), OPINION_OK);
    assert_int_equal(tell(second, &fresh), OPINION_OK);
    assert_int_equal(opinion_live_answer(t.live)->k, second->k);
    assert_memory_equal(opinion_live_answer(t.live)->id, second->id, sizeof second->id);
    assert_true(largest_difference(opinion_live_answer(t.live), second) < 1e-6);
    opinion_analysis_free(second);
    opinion_analysis_free(first);
    opinion_votes_free(before);
    opinion_votes_free(v);
    end(&t);
}

static void a_statement_that_comes_or_is_moderated_settles_everything(void **state)
{
    const struct opinion_change first = {id_of_person(1), 5, 1, false}; /* between 0 and 10 */
    struct town t;

    (void)state;
    begin(&t, 300, 20, 250, 14, 0.05);
    t.is_out[3] = true;
    assert_int_equal(opinion_live_statement(t.live, 30, true), OPINION_OK);
    assert_false(opinion_live_answer(t.live)->votes->is_out[3]); /* not yet */
    vote_some(&t, 3);
    assert_true(opinion_live_worked(t.live).is_settled);
    assert_true(opinion_live_answer(t.live)->votes->is_out[3]);
    assert_int_equal(t.live->w.gram.statements, 19);
    for (int batch = 0; batch < 10; batch++) { /* those that place people are fewer now */
        vote_some(&t, 3);
        assert_same_votes(opinion_live_answer(t.live)->votes, opinion_live_answer(t.live)->votes);
        assert_int_equal(t.live->kept.count,
                         t.live->votes.count -
                             count_all(&opinion_live_answer(t.live)->about[3].all));
    }
    assert_int_equal(opinion_live_apply(t.live, &first, 1), OPINION_OK);
    const struct opinion_analysis *a = opinion_live_answer(t.live);
    assert_true(opinion_live_worked(t.live).is_settled);
    assert_int_equal(a->votes->statements, 21);
    assert_int_equal(a->votes->statement_id[1], 5);
    assert_int_equal(count_all(&a->about[1].all), 1);
    assert_true(a->votes->is_out[4]);
    end(&t);
}

static void a_first_vote_on_a_statement_settles_everything_and_so_does_its_last(void **state)
{
    struct opinion_change change = {id_of_person(1), 995, 1, false};
    struct town t;

    (void)state;
    begin(&t, 300, 20, 250, 14, 100);
    assert_int_equal(opinion_live_statement(t.live, 995, false), OPINION_OK);
    assert_int_equal(opinion_live_settle(t.live), OPINION_OK);
    assert_int_equal(t.live->w.gram.statements, 20);
    assert_int_equal(opinion_live_apply(t.live, &change, 1), OPINION_OK);
    assert_true(opinion_live_worked(t.live).is_settled);
    assert_int_equal(t.live->w.gram.statements, 21);
    change.vote = -1;
    assert_int_equal(opinion_live_apply(t.live, &change, 1), OPINION_OK);
    assert_false(opinion_live_worked(t.live).is_settled);
    change.is_withdrawn = true;
    assert_int_equal(opinion_live_apply(t.live, &change, 1), OPINION_OK);
    assert_true(opinion_live_worked(t.live).is_settled);
    assert_int_equal(t.live->w.gram.statements, 20);
    end(&t);
}

static void axes_keep_their_sides_when_statements_come(void **state)
{
    double before[OPINION_AXES * 40];
    struct town t;

    (void)state;
    begin(&t, 300, 20, 250, 14, 0);
    for (uint64_t round = 0; round < 12; round++) {
        const struct opinion_analysis *a = opinion_live_answer(t.live);
        size_t n = a->votes->statements;
        memcpy(before, a->loading, n * OPINION_AXES * sizeof *before);
        const struct opinion_change change = {id_of_person(round),
                                              round < 6 ? round + 1 : 5 + round, 1,
                                              false}; /* before nearly all others */
        assert_int_equal(opinion_live_apply(t.live, &change, 1), OPINION_OK);
        for (size_t x = 0; x < 2; x++) {
            double along = 0, length = 0;
            for (size_t j = 0, i = 0; j < n + 1; j++) {
                if (a->votes->statement_id[j] == change.statement)
                    continue;
                along += before[i * OPINION_AXES + x] * a->loading[j * OPINION_AXES + x];
                length += before[i * OPINION_AXES + x] * before[i * OPINION_AXES + x];
                i++;
            }
            assert_true(along > 0.9 * length);
        }
    }
    end(&t);
}

/* The entry of what a group stands for whose cell has the fewest votes. */
static const struct opinion_typical *rarest(const struct opinion_analysis *a, int *group)
{
    const struct opinion_typical *found = NULL;
    uint32_t least = UINT32_MAX;

    for (int g = 0; g < a->k; g++) {
        for (size_t i = 0; i < a->typical_count[g]; i++) {
            const struct opinion_typical *one = &a->typical[g][i];
            uint32_t n = count_all(&a->counts[(size_t)g * a->votes->statements + one->statement]);
            if (n >= least)
                continue;
            least = n;
            found = one;
            *group = g;
        }
    }
    return found;
}

static void what_may_no_longer_be_shown_is_in_no_list(void **state)
{
    struct opinion_change changes[200];
    struct town t;
    size_t n = 0;
    int g = 0;

    (void)state;
    begin(&t, 400, 20, 300, 14, 100);
    const struct opinion_analysis *a = opinion_live_answer(t.live);
    const struct opinion_typical *one = rarest(a, &g);
    assert_non_null(one);
    size_t j = one->statement, before = a->typical_count[g], n_all = a->votes->statements;
    uint32_t votes = count_all(&a->counts[(size_t)g * n_all + j]);
    for (size_t i = 0; i < a->votes->people && n + 5 < votes; i++) {
        bool has_voted = false;
        for (uint32_t c = a->votes->begin[i]; c < a->votes->begin[i + 1]; c++)
            has_voted = has_voted || opinion_code_statement(a->votes->code[c]) == j;
        if (has_voted && a->group[i] == g)
            changes[n++] =
                (struct opinion_change){a->votes->person_id[i], a->votes->statement_id[j], 0, true};
    }
    assert_int_equal(opinion_live_apply(t.live, changes, n), OPINION_OK);
    assert_false(opinion_live_worked(t.live).is_settled);
    assert_false(a->is_shown[(size_t)g * n_all + j]);
    assert_true(a->typical_count[g] < before);
    for (size_t i = 0; i < a->typical_count[g]; i++)
        assert_true(a->typical[g][i].statement != j);
    end(&t);
}

static void without_groups_what_is_said_of_statements_follows_the_axes(void **state)
{
    const struct opinion_options o = {.seed = 1, .groups = 1};
    const struct opinion_analysis *fresh;
    struct town t;

    (void)state;
    begin(&t, 400, 20, 380, 14, 0);
    opinion_live_free(t.live);
    const struct opinion_votes *v = fresh_votes(&t);
    assert_int_equal(opinion_live_new(&t.w.m, v, &o, 0, &t.live), OPINION_OK);
    opinion_votes_free(v);
    vote_some(&t, 100);
    assert_false(opinion_live_worked(t.live).is_settled);
    v = fresh_votes(&t);
    assert_int_equal(opinion_analysis_new(&t.w.m, v, &o, &fresh), OPINION_OK);
    for (size_t j = 0; j < v->statements; j++)
        assert_true(fabs(opinion_live_answer(t.live)->about[j].bridging.at -
                         fresh->about[j].bridging.at) < 1e-6);
    opinion_analysis_free(fresh);
    opinion_votes_free(v);
    end(&t);
}

static void what_is_refused_changes_nothing(void **state)
{
    const struct opinion_change bad[] = {{id_of_person(999), 0, 1, false}, {1, 10, 2, false}};
    const struct opinion_change gone[] = {{4711, 0, 0, true}, {id_of_person(0), 4711, 0, true}};
    struct opinion_change *many = calloc(OPINION_STATEMENTS_MAX, sizeof *many);
    struct town t;

    (void)state;
    begin(&t, 300, 20, 250, 14, 0.05);
    assert_int_equal(opinion_live_apply(t.live, bad, 2), OPINION_NOT_A_VOTE);
    for (size_t i = 0; i < OPINION_STATEMENTS_MAX; i++)
        many[i].statement = 5 + 10 * i;
    assert_int_equal(opinion_live_apply(t.live, many, OPINION_STATEMENTS_MAX),
                     OPINION_TOO_MANY_STATEMENTS);
    /* To take back what was never given is no change. */
    assert_int_equal(opinion_live_apply(t.live, gone, 2), OPINION_OK);
    assert_int_equal(opinion_live_worked(t.live).changed, 0);
    assert_as_fresh(&t, true);
    free(many);
    end(&t);
}

static void it_begins_with_nobody_and_nothing(void **state)
{
    struct town t;

    (void)state;
    begin(&t, 60, 12, 0, 9, 0.05);
    assert_int_equal(opinion_live_answer(t.live)->votes->people, 0);
    for (int batch = 0; batch < 30; batch++) {
        vote_some(&t, 40);
        assert_as_fresh(&t, false);
    }
    end(&t);
}

static void where_memory_ends_it_says_so_and_can_be_freed(void **state)
{
    const struct opinion_options o = {.seed = 1};
    const struct opinion_change changes[] = {{id_of_person(70), 0, 1, false},
                                             {id_of_person(3), 10, -1, false},
                                             {id_of_person(3), 20, 0, true}};
    struct town t;

    (void)state;
    begin(&t, 80, 12, 60, 9, 0);
    const struct opinion_votes *v = fresh_votes(&t);
    enum opinion_err e = OPINION_NO_MEMORY;
    for (int at = 1; e != OPINION_OK; at++) {
        struct world_memory w;
        struct opinion_live *live;
        world_memory_begin(&w);
        w.fail_at = at;
        e = opinion_live_new(&w.m, v, &o, 0, &live);
        if (e == OPINION_OK)
            e = opinion_live_apply(live, changes, 3);
        if (e == OPINION_OK)
            e = opinion_live_settle(live);
        opinion_live_free(live);
        assert_true(e == OPINION_OK || e == OPINION_NO_MEMORY);
        world_memory_end(&w);
        assert_in_range(at, 1, 5000);
    }
    opinion_votes_free(v);
    end(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(
            after_a_hundred_batches_numbers_axes_and_places_are_those_of_a_fresh_start),
        cmocka_unit_test(numbers_are_exact_where_only_who_voted_is_placed_anew),
        cmocka_unit_test(who_voted_stands_where_the_axes_that_are_shown_put_him),
        cmocka_unit_test(of_very_many_the_same_people_are_drawn_as_at_a_fresh_start),
        cmocka_unit_test(settled_it_is_the_analysis_that_follows_the_one_before),
        cmocka_unit_test(a_statement_that_comes_or_is_moderated_settles_everything),
        cmocka_unit_test(a_first_vote_on_a_statement_settles_everything_and_so_does_its_last),
        cmocka_unit_test(axes_keep_their_sides_when_statements_come),
        cmocka_unit_test(what_may_no_longer_be_shown_is_in_no_list),
        cmocka_unit_test(without_groups_what_is_said_of_statements_follows_the_axes),
        cmocka_unit_test(what_is_refused_changes_nothing),
        cmocka_unit_test(it_begins_with_nobody_and_nothing),
        cmocka_unit_test(where_memory_ends_it_says_so_and_can_be_freed),
    };

    return cmocka_run_group_tests_name("live", tests, NULL, NULL);
}
