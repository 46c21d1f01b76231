/* Sums over pairs: whole numbers that do not depend on how they came about. */
#include "opinion/gram.h"
#include "opinion/world.h"

#include <string.h>

enum { PEOPLE = 150, STATEMENTS = 37 };

struct setting {
    struct world_memory w;
    struct opinion_log *log;
    const struct opinion_votes *v;
    struct region *region;
};

static void begin(struct setting *s, uint64_t seed)
{
    world_begin(&s->w, &s->log);
    world_plant(s->log, PEOPLE, STATEMENTS, 3, seed);
    for (uint64_t i = 0; i < PEOPLE; i++) /* passes, too */
        assert_int_equal(opinion_log_add(s->log, i, i % STATEMENTS, OPINION_PASS, 1 << 30),
                         OPINION_OK);
    assert_int_equal(opinion_votes_new(&s->w.m, s->log, OPINION_BY_ID, &s->v), OPINION_OK);
    s->region = region_new(&s->w.m);
    assert_non_null(s->region);
}

static void end(struct setting *s)
{
    region_free(s->region);
    world_end(&s->w, s->log, s->v);
}

static void add(const struct setting *s, struct gram *g, size_t person, int sign)
{
    gram_person(g, s->v->code + s->v->begin[person], s->v->begin[person + 1] - s->v->begin[person],
                sign);
}

static void bit_planes_give_what_adding_one_by_one_gives(void **state)
{
    (void)state;
    for (size_t count = 1; count <= PEOPLE; count += 31) {
        struct setting s;
        struct gram one_by_one, at_once;
        uint32_t people[PEOPLE];
        begin(&s, count);
        assert_int_equal(gram_new(s.region, STATEMENTS, &one_by_one), OPINION_OK);
        for (uint32_t i = 0; i < count; i++) {
            people[i] = (i * 7) % PEOPLE;
            add(&s, &one_by_one, people[i], 1);
        }
        assert_int_equal(gram_build(s.region, s.region, s.v, people, count, NULL, &at_once),
                         OPINION_OK);
        world_same_sums(&one_by_one, &at_once);
        end(&s);
    }
}

static void what_is_added_and_taken_away_leaves_nothing_behind(void **state)
{
    struct setting s;
    struct gram g, other;

    (void)state;
    begin(&s, 1);
    assert_int_equal(gram_new(s.region, STATEMENTS, &g), OPINION_OK);
    assert_int_equal(gram_new(s.region, STATEMENTS, &other), OPINION_OK);
    for (size_t i = 0; i < 40; i++)
        add(&s, &g, i, 1);
    for (size_t i = 40; i-- > 10;)
        add(&s, &g, i, -1);
    for (size_t i = 0; i < 10; i++)
        add(&s, &other, 9 - i, 1);
    world_same_sums(&g, &other);
    end(&s);
}

static void each_pair_holds_what_the_votes_say(void **state)
{
    static const uint16_t first[] = {3 * 0 + 2, 3 * 1 + 0, 3 * 2 + 1},
                          second[] = {3 * 0 + 0, 3 * 1 + 0};
    struct setting s;
    struct gram g;

    (void)state;
    begin(&s, 1);
    assert_int_equal(gram_new(s.region, 3, &g), OPINION_OK);
    gram_person(&g, first, 3, 1);  /* agree, disagree, pass */
    gram_person(&g, second, 2, 1); /* disagree, disagree */
    assert_int_equal(g.seen[0], 2);
    assert_int_equal(g.sum[0], 0);
    assert_int_equal(g.sum[1], -2);
    assert_int_equal(g.both[0 * 3 + 1], 2);
    assert_int_equal(g.product[0 * 3 + 1], 0);
    assert_int_equal(g.both[0 * 3 + 2], 1);
    assert_int_equal(g.product[0 * 3 + 2], 0);
    assert_int_equal(g.given[0 * 3 + 2], 1); /* of those who voted on 2: the vote on 0 */
    assert_int_equal(g.given[2 * 3 + 0], 0);
    end(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bit_planes_give_what_adding_one_by_one_gives),
        cmocka_unit_test(what_is_added_and_taken_away_leaves_nothing_behind),
        cmocka_unit_test(each_pair_holds_what_the_votes_say),
    };

    return cmocka_run_group_tests_name("gram", tests, NULL, NULL);
}
