/* Which statement next: what may be shown, that each has its turn, that the probability told is the
 * true one, and that it finds groups with fewer votes than chance does. */
#include "opinion/groups.h"
#include "opinion/real.h"
#include "opinion/world.h"

#include <math.h>
#include <string.h>

enum { PEOPLE = 300, STATEMENTS = 60, GROUPS = 3, REFIT = 100 };

/* A conversation in which everybody has an opinion on everything; what is asked is seen. */
struct talk {
    struct world_memory w;
    struct opinion_log *log;
    const struct opinion_votes *v;
    const struct opinion_analysis *a;
    struct opinion_router *router;
    int8_t truth[PEOPLE][STATEMENTS], planted[PEOPLE];
    uint8_t kind[STATEMENTS];
    uint32_t votes[STATEMENTS], passes[STATEMENTS];
    uint16_t code[STATEMENTS];
    struct opinion_asking asking;
};

static bool keep(void *arg, uint64_t person, int group, uint64_t statement, int vote)
{
    struct talk *t = arg;

    t->planted[person] = (int8_t)group;
    t->truth[person][statement] = (int8_t)vote;
    return true;
}

static void begin(struct talk *t, uint64_t seed)
{
    const struct opinion_plan plan = {.shape = OPINION_IDEAL,
                                      .people = PEOPLE,
                                      .statements = STATEMENTS,
                                      .groups = GROUPS,
                                      .votes_mean = STATEMENTS,
                                      .seed = seed};

    memset(t, 0, sizeof *t);
    world_begin(&t->w, &t->log);
    assert_int_equal(opinion_generate(&t->w.m, &plan, keep, t), OPINION_OK);
    for (uint64_t j = 0; j < STATEMENTS; j++)
        assert_int_equal(opinion_log_statement(t->log, j, false), OPINION_OK);
    t->asking = (struct opinion_asking){.statements = STATEMENTS,
                                        .kind = t->kind,
                                        .votes = t->votes,
                                        .passes = t->passes,
                                        .code = t->code,
                                        .seed = seed};
}

static void forget(struct talk *t)
{
    opinion_router_free(t->router);
    opinion_analysis_free(t->a);
    opinion_votes_free(t->v);
    t->router = NULL;
    t->a = NULL;
    t->v = NULL;
}

static void end(struct talk *t)
{
    forget(t);
    world_end(&t->w, t->log, NULL);
}

static void fit(struct talk *t)
{
    const struct opinion_options options = {.seed = 1, .groups = GROUPS};

    forget(t);
    assert_int_equal(opinion_votes_new(&t->w.m, t->log, OPINION_BY_ID, &t->v), OPINION_OK);
    assert_int_equal(opinion_analysis_new(&t->w.m, t->v, &options, &t->a), OPINION_OK);
    assert_int_equal(opinion_router_new(&t->w.m, t->a, &t->router), OPINION_OK);
}

static void vote(struct talk *t, uint64_t person, size_t j)
{
    int8_t v = t->truth[person][j];

    assert_int_equal(t->kind[j] & OPINION_CLOSED, 0);
    t->kind[j] |= OPINION_CLOSED;
    t->votes[j]++;
    t->passes[j] += v == 0;
    t->code[t->asking.vote_count++] = (uint16_t)(3 * j + (size_t)(v + 1));
    assert_int_equal(opinion_log_add(t->log, person, j, v, 0), OPINION_OK);
}

static size_t ask(struct talk *t, bool is_routed, struct real_random *random)
{
    struct opinion_next next;
    size_t j;

    if (is_routed) {
        t->asking.turn++;
        assert_true(opinion_next(t->router, &t->asking, &next));
        return next.statement;
    }
    do
        j = real_random_below(random, STATEMENTS);
    while ((t->kind[j] & OPINION_CLOSED) != 0);
    return j;
}

/* People arrive in turn and vote `each` times; the picture is drawn anew every hundred. */
static void arrive(struct talk *t, size_t people, int each, bool is_routed)
{
    struct real_random random = real_random_begin(t->asking.seed, 1);

    for (size_t i = 0; i < people; i++) {
        memset(t->kind, 0, sizeof t->kind);
        t->asking.vote_count = 0;
        t->asking.people = i;
        for (int n = 0; n < each; n++)
            vote(t, i, ask(t, is_routed, &random));
        if ((i + 1) % REFIT == 0)
            fit(t);
    }
    memset(t->kind, 0, sizeof t->kind);
    t->asking.vote_count = 0;
    t->asking.people = people;
}

static double found(uint64_t seed, bool is_routed)
{
    static struct talk t;

    begin(&t, seed);
    arrive(&t, PEOPLE, 12, is_routed);
    double ari = groups_agreement(t.planted, t.a->group, PEOPLE);
    end(&t);
    return ari;
}

static void groups_are_found_with_fewer_votes_than_by_chance(void **state)
{
    double routed = 0, random = 0;

    (void)state;
    for (uint64_t seed = 31; seed < 35; seed++) {
        routed += found(seed, true) / 4;
        random += found(seed, false) / 4;
    }
    print_message("12 votes each: ARI %.3f, by chance %.3f\n", routed, random);
    assert_true(routed > random + 0.05);
}

static void what_is_closed_is_never_shown(void **state)
{
    static struct talk t;
    struct opinion_next next;

    (void)state;
    begin(&t, 5);
    arrive(&t, REFIT, 12, true);
    for (size_t j = 0; j < STATEMENTS; j++)
        t.kind[j] = j % 7 == 3 ? 0 : OPINION_CLOSED;
    for (t.asking.turn = 0; t.asking.turn < 300; t.asking.turn++) {
        assert_true(opinion_next(t.router, &t.asking, &next));
        assert_int_equal(next.statement % 7, 3);
    }
    memset(t.kind, OPINION_CLOSED, sizeof t.kind);
    assert_false(opinion_next(t.router, &t.asking, &next));
    t.asking.statements = 0;
    assert_false(opinion_next(NULL, &t.asking, &next));
    end(&t);
}

static void a_new_statement_has_its_turn(void **state)
{
    static struct talk t;
    struct opinion_next next;
    int shown = 0, by_floor = 0;

    (void)state;
    begin(&t, 6);
    arrive(&t, REFIT, 12, true);
    t.votes[17] = 0;
    for (t.asking.turn = 0; t.asking.turn < 1000; t.asking.turn++) {
        assert_true(opinion_next(t.router, &t.asking, &next));
        shown += next.statement == 17;
        by_floor += next.is_floor;
        assert_true(!next.is_floor || next.statement == 17);
    }
    assert_in_range(by_floor, 200, 300); /* a quarter */
    assert_true(shown >= by_floor);
    end(&t);
}

static void while_hardly_anybody_has_voted_each_has_its_turn(void **state)
{
    static struct talk t;
    struct opinion_next next;

    (void)state;
    begin(&t, 7);
    arrive(&t, OPINION_FIRST_PEOPLE, 6, true); /* nobody drew a picture yet */
    for (size_t j = 0; j < STATEMENTS; j++)
        assert_int_equal(t.votes[j], OPINION_FIRST_PEOPLE * 6 / STATEMENTS);
    fit(&t);
    t.asking.people = OPINION_FIRST_PEOPLE - 1;
    t.votes[9] = 0;
    assert_true(opinion_next(t.router, &t.asking, &next));
    assert_int_equal(next.statement, 9);
    assert_true(next.is_floor);
    end(&t);
}

static void statements_about_the_talk_itself_come_from_the_floor_alone(void **state)
{
    static struct talk t;
    struct opinion_next next;

    (void)state;
    begin(&t, 8);
    arrive(&t, REFIT, 12, true);
    for (size_t j = 0; j < STATEMENTS; j += 2)
        t.kind[j] = OPINION_META;
    for (t.asking.turn = 0; t.asking.turn < 300; t.asking.turn++) {
        assert_true(opinion_next(t.router, &t.asking, &next));
        assert_true(next.is_floor || next.statement % 2 == 1);
    }
    for (size_t j = 1; j < STATEMENTS; j += 2)
        t.kind[j] = OPINION_CLOSED; /* nothing else is left */
    assert_true(opinion_next(t.router, &t.asking, &next));
    assert_true(next.is_floor);
    end(&t);
}

static void the_probability_told_is_how_often_it_is_shown(void **state)
{
    enum { TURNS = 2500, OFTEN = 60 };
    static struct talk t;
    struct opinion_next next;
    double weight[STATEMENTS] = {0};
    int shown[STATEMENTS] = {0}, often = 0;

    (void)state;
    begin(&t, 9);
    arrive(&t, REFIT, 12, true);
    t.asking.draws = 150;
    for (t.asking.turn = 0; t.asking.turn < TURNS; t.asking.turn++) {
        assert_true(opinion_next(t.router, &t.asking, &next));
        assert_true(next.probability > 0 && next.probability <= 1);
        weight[next.statement] += 1 / next.probability / TURNS;
        shown[next.statement]++;
    }
    for (size_t j = 0; j < STATEMENTS; j++) {
        if (shown[j] < OFTEN)
            continue;
        often++;
        assert_true(fabs(weight[j] - 1) < 0.25); /* as inverse weights have to */
    }
    assert_true(often >= 5);
    end(&t);
}

static void the_same_turn_is_the_same_choice(void **state)
{
    static struct talk t;
    struct opinion_next a, b;
    bool is_other = false;

    (void)state;
    begin(&t, 10);
    arrive(&t, REFIT, 12, true);
    t.asking.draws = 10;
    for (t.asking.turn = 0; t.asking.turn < 50; t.asking.turn++) {
        assert_true(opinion_next(t.router, &t.asking, &a));
        assert_true(opinion_next(t.router, &t.asking, &b));
        assert_int_equal(a.statement, b.statement);
        assert_memory_equal(&a.probability, &b.probability, sizeof a.probability);
        t.asking.seed++;
        assert_true(opinion_next(t.router, &t.asking, &b));
        t.asking.seed--;
        is_other = is_other || a.statement != b.statement;
    }
    assert_true(is_other);
    end(&t);
}

static void a_router_without_memory_is_none(void **state)
{
    static struct talk t;
    struct opinion_router *none;

    (void)state;
    begin(&t, 11);
    arrive(&t, REFIT, 12, true);
    for (int n = 1; n <= 3; n++) {
        t.w.fail_at = t.w.taken + n;
        assert_int_equal(opinion_router_new(&t.w.m, t.a, &none), OPINION_NO_MEMORY);
    }
    t.w.fail_at = 0;
    end(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(groups_are_found_with_fewer_votes_than_by_chance),
        cmocka_unit_test(what_is_closed_is_never_shown),
        cmocka_unit_test(a_new_statement_has_its_turn),
        cmocka_unit_test(while_hardly_anybody_has_voted_each_has_its_turn),
        cmocka_unit_test(statements_about_the_talk_itself_come_from_the_floor_alone),
        cmocka_unit_test(the_probability_told_is_how_often_it_is_shown),
        cmocka_unit_test(the_same_turn_is_the_same_choice),
        cmocka_unit_test(a_router_without_memory_is_none),
    };

    return cmocka_run_group_tests_name("next", tests, NULL, NULL);
}
