/* The map: nobody can be read from it, and what is drawn is what the cells say. */
#include "opinion/map.h"
#include "opinion/world.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { LEAST = OPINION_MAP_LEAST };

struct drawn {
    struct world_memory w;
    struct opinion_log *log;
    const struct opinion_votes *v;
    const struct opinion_analysis *a;
    const struct opinion_map *map;
};

static bool add(void *arg, uint64_t person, int group, uint64_t statement, int vote)
{
    struct drawn *d = arg;

    (void)group;
    return opinion_log_add(d->log, person, statement, vote, 0) == OPINION_OK;
}

static void analyse(struct drawn *d, int groups)
{
    struct opinion_options o = {.seed = 1, .groups = groups};

    assert_int_equal(opinion_votes_new(&d->w.m, d->log, OPINION_BY_ID, &d->v), OPINION_OK);
    assert_int_equal(opinion_analysis_new(&d->w.m, d->v, &o, &d->a), OPINION_OK);
    assert_int_equal(opinion_map_new(&d->w.m, d->a, &d->map), OPINION_OK);
}

static void begin(struct drawn *d, enum opinion_shape shape, size_t people, int groups,
                  uint64_t seed)
{
    struct opinion_plan plan = {shape, people, 60, groups, 30, seed};

    world_begin(&d->w, &d->log);
    assert_int_equal(opinion_generate(&d->w.m, &plan, add, d), OPINION_OK);
    analyse(d, groups);
}

static void end(struct drawn *d)
{
    opinion_map_free(d->map);
    opinion_analysis_free(d->a);
    world_end(&d->w, d->log, d->v);
}

/* ---- a second way to count, which knows the cells' middles alone ---- */

static double usual_distance(const struct opinion_analysis *a)
{
    double sum = 0, n = 0;

    for (size_t i = 0; i < a->votes->people; i++) {
        if (a->group[i] < 0)
            continue;
        double x = a->place[i * OPINION_AXES] * a->strength[0];
        double y = a->place[i * OPINION_AXES + 1] * a->strength[1];
        sum += x * x + y * y;
        n++;
    }
    return sqrt(sum / (2 * n));
}

/* People of the cell's group no further from it than from its six neighbours: exact but for ties.
 */
static uint32_t people_at(const struct opinion_analysis *a, const struct opinion_map_cell *c,
                          double pitch)
{
    static const int around[6][2] = {{2, 0}, {-2, 0}, {1, 3}, {1, -3}, {-1, 3}, {-1, -3}};
    uint32_t n = 0;

    for (size_t i = 0; i < a->votes->people; i++) {
        if (a->group[i] != c->group)
            continue;
        double x = a->place[i * OPINION_AXES] * a->strength[0] / pitch - c->at.x * OPINION_MAP_X;
        double y =
            a->place[i * OPINION_AXES + 1] * a->strength[1] / pitch - c->at.y * OPINION_MAP_Y;
        bool is_here = true;
        for (int j = 0; j < 6; j++) {
            double dx = around[j][0] * OPINION_MAP_X, dy = around[j][1] * OPINION_MAP_Y;
            is_here = is_here && x * dx + y * dy <= 0.5;
        }
        n += is_here;
    }
    return n;
}

static bool steps_are_right(const struct drawn *d, double pitch)
{
    for (size_t i = 0; i < d->map->cell_count; i++) {
        uint32_t least = (uint32_t)LEAST << d->map->cell[i].step;
        uint32_t n = people_at(d->a, &d->map->cell[i], pitch);
        if (n < least || n >= 2 * least)
            return false;
    }
    return true;
}

/* What the cells leave of each group is nobody, or enough. */
static bool rest_is_safe(const struct drawn *d, double pitch)
{
    for (int g = 0; g < d->a->k; g++) {
        uint32_t shown = 0;
        for (size_t i = 0; i < d->map->cell_count; i++) {
            if (d->map->cell[i].group == g)
                shown += people_at(d->a, &d->map->cell[i], pitch);
        }
        uint32_t rest = d->a->size[g] - shown;
        if (rest > 0 && rest < LEAST)
            return false;
    }
    return true;
}

/* The distance of the cells is not in the map; it is one of these. */
static void assert_nobody_is_read(const struct drawn *d)
{
    static const double fineness[] = {8, 6.5, 5, 4, 3.2, 2.5, 2, 1.6, 1.2, 0.9};
    double usual = usual_distance(d->a);
    bool is_right = d->map->cell_count == 0;

    for (size_t i = 0; i < sizeof fineness / sizeof *fineness && !is_right; i++) {
        double pitch = usual / fineness[i];
        is_right = steps_are_right(d, pitch) && rest_is_safe(d, pitch);
    }
    assert_true(is_right);
}

static void no_cell_shows_fewer_than_five_and_no_rest_is_fewer(void **state)
{
    static struct drawn d;
    size_t drawn = 0;

    (void)state;
    for (uint64_t seed = 1; seed <= 40; seed++) {
        begin(&d, seed % 4 == 0 ? OPINION_DISC : OPINION_IDEAL, 30 + 37 * seed,
              seed % 4 == 0 ? 0 : (int)(seed % 4) + 1, seed);
        assert_nobody_is_read(&d);
        drawn += d.map->cell_count;
        end(&d);
    }
    assert_true(drawn > 400);
}

/* ---- outlines ---- */

static int64_t turn(struct opinion_map_place a, struct opinion_map_place b,
                    struct opinion_map_place c)
{
    return (int64_t)(b.x - a.x) * (c.y - a.y) - (int64_t)(b.y - a.y) * (c.x - a.x);
}

static bool is_corner_of(struct opinion_map_place p, struct opinion_map_place cell)
{
    int dx = abs(p.x - cell.x), dy = abs(p.y - cell.y);

    return (dx == 0 && dy == 2) || (dx == 1 && dy == 1);
}

static void an_outline_has_corners_of_shown_cells_alone(void **state)
{
    static struct drawn d;
    size_t seen = 0;

    (void)state;
    for (uint64_t seed = 1; seed <= 12; seed++) {
        begin(&d, OPINION_IDEAL, 1500, (int)(seed % 4) + 2, seed);
        for (int g = 0; g < d.a->k; g++) {
            size_t n = d.map->hull_count[g];
            for (size_t i = 0; i < n; i++, seen++) {
                const struct opinion_map_place *h = d.map->hull[g];
                bool is_known = false;
                for (size_t j = 0; j < d.map->cell_count; j++)
                    is_known = is_known ||
                               (d.map->cell[j].group == g && is_corner_of(h[i], d.map->cell[j].at));
                assert_true(is_known);
                assert_true(turn(h[i], h[(i + 1) % n], h[(i + 2) % n]) > 0);
            }
        }
        end(&d);
    }
    assert_true(seen > 100);
}

static bool is_within(const struct drawn *d, int g, struct opinion_map_place p)
{
    size_t n = d->map->hull_count[g];

    for (size_t i = 0; i < n; i++) {
        if (turn(d->map->hull[g][i], d->map->hull[g][(i + 1) % n], p) < 0)
            return false;
    }
    return n > 0;
}

static void an_outline_holds_nine_tenths_and_not_what_lies_far_out(void **state)
{
    static struct drawn d;
    double inside[2] = {0}, all[2] = {0};

    (void)state;
    begin(&d, OPINION_IDEAL, 4000, 2, 3);
    for (size_t i = 0; i < d.map->cell_count; i++) {
        const struct opinion_map_cell *c = &d.map->cell[i];
        double weight = 1 << c->step;
        all[c->group] += weight;
        inside[c->group] += is_within(&d, c->group, c->at) ? weight : 0;
    }
    for (int g = 0; g < 2; g++) {
        assert_true(inside[g] >= 0.9 * all[g]);
        assert_true(inside[g] < all[g]);
        assert_true(is_within(&d, g, d.map->label[g]));
    }
    end(&d);
}

static void letters_keep_their_distance_and_the_frame_holds_all(void **state)
{
    static struct drawn d;

    (void)state;
    begin(&d, OPINION_IDEAL, 3000, 5, 8);
    for (size_t i = 0; i < d.map->cell_count; i++) {
        struct opinion_map_place p = d.map->cell[i].at;
        assert_in_range(p.x - d.map->low.x, 1, 10000);
        assert_in_range(d.map->high.x - p.x, 1, 10000);
        assert_in_range(p.y - d.map->low.y, 2, 10000);
        assert_in_range(d.map->high.y - p.y, 2, 10000);
    }
    for (int g = 0; g < d.a->k; g++) {
        for (int h = 0; h < g; h++) {
            double dx = (d.map->label[g].x - d.map->label[h].x) * OPINION_MAP_X;
            double dy = (d.map->label[g].y - d.map->label[h].y) * OPINION_MAP_Y;
            assert_true(dx * dx + dy * dy >= 9);
        }
    }
    end(&d);
}

/* ---- one who stands alone ---- */

/* Two camps; and as many as `alone` who vote like nobody else. */
static void begin_with_loners(struct drawn *d, int people, int alone)
{
    world_begin(&d->w, &d->log);
    world_plant(d->log, people, 30, 2, 5);
    for (int i = 0; i < alone; i++) {
        for (int j = 0; j < 30; j++)
            assert_int_equal(opinion_log_add(d->log, 100000 + (uint64_t)i, (uint64_t)j,
                                             j % 3 == 0 ? OPINION_DISAGREE : OPINION_PASS, 1),
                             OPINION_OK);
    }
    analyse(d, 2);
}

static void one_who_stands_alone_changes_no_outline(void **state)
{
    static struct drawn d;
    int32_t width = 0;

    (void)state;
    for (int alone = 0; alone <= 1; alone++) {
        begin_with_loners(&d, 600, alone);
        assert_nobody_is_read(&d);
        int32_t now = d.map->high.y - d.map->low.y;
        assert_true(alone == 0 || abs(now - width) <= 6);
        width = now;
        assert_true(d.map->has_rest);
        end(&d);
    }
}

static void too_few_people_have_no_picture(void **state)
{
    static struct drawn d;

    (void)state;
    world_begin(&d.w, &d.log);
    world_plant(d.log, 4, 30, 2, 5);
    analyse(&d, 0);
    assert_int_equal(d.map->cell_count, 0);
    assert_int_equal(d.map->hull_count[0], 0);
    end(&d);
    world_begin(&d.w, &d.log); /* and nobody at all */
    analyse(&d, 0);
    assert_int_equal(d.map->cell_count, 0);
    assert_false(d.map->has_rest);
    end(&d);
}

static void many_at_one_place_are_one_cell(void **state)
{
    static struct drawn d;

    (void)state;
    world_begin(&d.w, &d.log);
    for (uint64_t i = 0; i < 50; i++) {
        for (uint64_t j = 0; j < 10; j++)
            assert_int_equal(opinion_log_add(d.log, i, j, OPINION_AGREE, 0), OPINION_OK);
    }
    analyse(&d, 0);
    assert_int_equal(d.map->cell_count, 1);
    assert_int_equal(d.map->cell[0].step, 3);
    assert_int_equal(d.map->hull_count[0], 6);
    assert_false(d.map->has_rest);
    end(&d);
}

/* ---- axes ---- */

static void the_ends_of_an_axis_are_its_strongest_statements(void **state)
{
    static struct drawn d;

    (void)state;
    begin(&d, OPINION_IDEAL, 2000, 2, 4);
    for (int axis = 0; axis < 2; axis++) {
        for (int end = 0; end < 2; end++) {
            double last = INFINITY;
            assert_true(d.map->end_count[axis][end] > 0);
            for (size_t i = 0; i < d.map->end_count[axis][end]; i++) {
                struct opinion_map_end e = d.map->end[axis][end][i];
                double w = d.a->loading[e.statement * OPINION_AXES + (size_t)axis];
                w = (end == 1) == e.is_agree ? w : -w;
                assert_true(w > 0 && w <= last);
                last = w;
            }
            for (size_t j = 0; j < 60 && d.map->end[axis][end][0].is_agree; j++) {
                double w = d.a->loading[j * OPINION_AXES + (size_t)axis] * (end == 1 ? 1 : -1);
                bool is_named = false;
                for (size_t i = 0; i < d.map->end_count[axis][end]; i++)
                    is_named = is_named || d.map->end[axis][end][i].statement == j;
                assert_true(is_named || w <= last);
            }
        }
    }
    end(&d);
}

static void what_is_moderated_out_names_no_axis(void **state)
{
    static struct drawn d;

    (void)state;
    world_begin(&d.w, &d.log);
    world_plant(d.log, 400, 30, 2, 5);
    for (uint64_t j = 0; j < 30; j += 2)
        assert_int_equal(opinion_log_statement(d.log, j, true), OPINION_OK);
    analyse(&d, 2);
    for (int axis = 0; axis < 2; axis++) {
        for (int end = 0; end < 2; end++) {
            for (size_t i = 0; i < d.map->end_count[axis][end]; i++)
                assert_int_equal(d.map->end[axis][end][i].statement % 2, 1);
        }
    }
    end(&d);
}

static void what_few_voted_on_names_no_axis(void **state)
{
    static struct drawn d;
    static struct opinion_about about[60];
    const struct opinion_map *map;

    (void)state;
    begin(&d, OPINION_IDEAL, 500, 2, 4);
    struct opinion_analysis few = *d.a;
    size_t named = d.map->end[0][1][0].statement;
    memcpy(about, d.a->about, sizeof about);
    about[named].all = (struct opinion_count){3, 3, 3};
    few.about = about;
    assert_int_equal(opinion_map_new(&d.w.m, &few, &map), OPINION_OK);
    for (size_t i = 0; i < map->end_count[0][1]; i++)
        assert_int_not_equal(map->end[0][1][i].statement, named);
    opinion_map_free(map);
    end(&d);
}

/* ---- the library's own ---- */

static void the_same_votes_draw_the_same_map(void **state)
{
    static struct drawn d;
    const struct opinion_map *again;

    (void)state;
    begin(&d, OPINION_IDEAL, 900, 3, 6);
    assert_int_equal(opinion_map_new(&d.w.m, d.a, &again), OPINION_OK);
    assert_int_equal(again->cell_count, d.map->cell_count);
    assert_memory_equal(again->cell, d.map->cell, again->cell_count * sizeof *again->cell);
    assert_memory_equal(again->hull, d.map->hull, sizeof again->hull);
    assert_memory_equal(again->label, d.map->label, sizeof again->label);
    opinion_map_free(again);
    end(&d);
}

static void a_map_without_memory_is_none(void **state)
{
    static struct drawn d;
    const struct opinion_map *again;
    enum opinion_err e = OPINION_NO_MEMORY;
    int n = 0;

    (void)state;
    begin(&d, OPINION_IDEAL, 500, 2, 7);
    while (e == OPINION_NO_MEMORY) {
        d.w.fail_at = d.w.taken + ++n;
        e = opinion_map_new(&d.w.m, d.a, &again);
    }
    assert_int_equal(e, OPINION_OK);
    assert_true(n > 5);
    d.w.fail_at = 0;
    opinion_map_free(again);
    end(&d);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_cell_shows_fewer_than_five_and_no_rest_is_fewer),
        cmocka_unit_test(an_outline_has_corners_of_shown_cells_alone),
        cmocka_unit_test(an_outline_holds_nine_tenths_and_not_what_lies_far_out),
        cmocka_unit_test(letters_keep_their_distance_and_the_frame_holds_all),
        cmocka_unit_test(one_who_stands_alone_changes_no_outline),
        cmocka_unit_test(too_few_people_have_no_picture),
        cmocka_unit_test(many_at_one_place_are_one_cell),
        cmocka_unit_test(the_ends_of_an_axis_are_its_strongest_statements),
        cmocka_unit_test(what_is_moderated_out_names_no_axis),
        cmocka_unit_test(what_few_voted_on_names_no_axis),
        cmocka_unit_test(the_same_votes_draw_the_same_map),
        cmocka_unit_test(a_map_without_memory_is_none),
    };

    return cmocka_run_group_tests_name("map", tests, NULL, NULL);
}
