/* From one analysis to the next: names of groups, sides of axes and how many groups there are stay
 * as long as the votes allow it. */
#include "opinion/world.h"

#include <math.h>
#include <string.h>

enum { PEOPLE = 1500, STATEMENTS = 60, ROWS_MAX = 60000 };

struct row {
    uint64_t person, statement;
    int vote;
};

static struct {
    struct row at[ROWS_MAX];
    size_t count;
} rows;

static bool keep_row(void *arg, uint64_t person, int group, uint64_t statement, int vote)
{
    (void)arg, (void)group;
    rows.at[rows.count++] = (struct row){person, statement, vote};
    return rows.count < ROWS_MAX;
}

/* One state of a consultation. */
struct setting {
    struct world_memory w;
    struct opinion_log *log;
    const struct opinion_votes *v;
    const struct opinion_analysis *a;
};

static void analyse(struct setting *s, int groups, const struct setting *before)
{
    const struct opinion_options o = {
        .seed = 5, .groups = groups, .before = before == NULL ? NULL : before->a};

    assert_int_equal(opinion_votes_new(&s->w.m, s->log, OPINION_BY_ID, &s->v), OPINION_OK);
    assert_int_equal(opinion_analysis_new(&s->w.m, s->v, &o, &s->a), OPINION_OK);
}

static void end(struct setting *s)
{
    opinion_analysis_free(s->a);
    world_end(&s->w, s->log, s->v);
}

/* ---- votes that come in over time ---- */

static void shuffle_made_up_votes(int groups, uint64_t seed)
{
    const struct opinion_plan plan = {.shape = OPINION_IDEAL,
                                      .people = PEOPLE,
                                      .statements = STATEMENTS,
                                      .groups = groups,
                                      .votes_mean = 25,
                                      .seed = seed};
    struct world_memory w;

    rows.count = 0;
    world_memory_begin(&w);
    assert_int_equal(opinion_generate(&w.m, &plan, keep_row, NULL), OPINION_OK);
    world_memory_end(&w);
    for (size_t i = rows.count; i > 1; i--) {
        size_t k = world_random(&seed) % i;
        struct row row = rows.at[i - 1];
        rows.at[i - 1] = rows.at[k];
        rows.at[k] = row;
    }
}

static void begin_with(struct setting *s, size_t count)
{
    memset(s, 0, sizeof *s);
    world_begin(&s->w, &s->log);
    for (size_t i = 0; i < count; i++)
        assert_int_equal(
            opinion_log_add(s->log, rows.at[i].person, rows.at[i].statement, rows.at[i].vote, 0),
            OPINION_OK);
}

/* The share of those in a group both times whose group has another number now. */
static double changed(const struct setting *before, const struct setting *now)
{
    double both = 0, other = 0;

    for (size_t i = 0, k = 0; i < now->v->people; i++) {
        while (before->v->person_id[k] < now->v->person_id[i])
            k++;
        if (before->v->person_id[k] != now->v->person_id[i] || before->a->group[k] < 0 ||
            now->a->group[i] < 0)
            continue;
        both++;
        other += before->a->id[before->a->group[k]] != now->a->id[now->a->group[i]];
    }
    return other / both;
}

static double along(const struct setting *before, const struct setting *now, int axis)
{
    double sum = 0;

    assert_int_equal(before->v->statements, now->v->statements);
    for (size_t at = (size_t)axis; at < now->v->statements * OPINION_AXES; at += OPINION_AXES)
        sum += before->a->loading[at] * now->a->loading[at];
    return sum;
}

static void while_votes_come_in_hardly_anybody_changes_his_group(void **state)
{
    static struct setting s[2];

    (void)state;
    for (uint64_t seed = 1; seed <= 3; seed++) {
        shuffle_made_up_votes(3, seed);
        int at = 0;
        begin_with(&s[at], rows.count / 2);
        analyse(&s[at], 0, NULL);
        for (size_t part = 55; part <= 100; part += 5, at = 1 - at) {
            struct setting *before = &s[at], *now = &s[1 - at];
            begin_with(now, rows.count * part / 100);
            analyse(now, 0, before);
            assert_int_equal(now->a->k, 3);
            assert_true(changed(before, now) <= 0.08);
            assert_true(along(before, now, 0) > 0 && along(before, now, 1) > 0);
            end(before);
        }
        end(&s[at]);
    }
}

/* The same votes as before are the same analysis, but for what is counted on. */
static void the_same_votes_again_change_nothing(void **state)
{
    static struct setting first, again;

    (void)state;
    shuffle_made_up_votes(4, 9);
    begin_with(&first, rows.count);
    analyse(&first, 0, NULL);
    begin_with(&again, rows.count);
    analyse(&again, 0, &first);
    assert_int_equal(again.a->k, first.a->k);
    assert_true(changed(&first, &again) <= 0.002);
    for (size_t at = 0; at < first.v->people * OPINION_AXES; at++)
        assert_true(fabs(first.a->place[at] - again.a->place[at]) < 1e-5);
    end(&again);
    end(&first);
}

/* ---- camps that grow and shrink ---- */

/* People of a camp agree with its own third of the statements and with no other. */
static void add_camp(struct setting *s, int camp, uint64_t first, uint64_t people)
{
    for (uint64_t i = first; i < first + people; i++) {
        for (uint64_t j = 0; j < STATEMENTS; j++) {
            bool is_own = j % 5 == (uint64_t)camp, is_odd = (i * 7 + j * 13) % 11 == 0;
            assert_int_equal(opinion_log_add(s->log, i, j,
                                             is_own != is_odd ? OPINION_AGREE : OPINION_DISAGREE,
                                             0),
                             OPINION_OK);
        }
    }
}

static int id_of(const struct setting *s, uint64_t person)
{
    size_t i = 0;

    while (s->v->person_id[i] != person)
        i++;
    assert_true(s->a->group[i] >= 0);
    return s->a->id[s->a->group[i]];
}

/* Camps begin at 0, 1000, 2000, ...; how many people each has. */
static void begin_camps(struct setting *s, const uint64_t size[4], const struct setting *before)
{
    int groups = 0;

    memset(s, 0, sizeof *s);
    world_begin(&s->w, &s->log);
    for (int camp = 0; camp < 4; camp++) {
        add_camp(s, camp, 1000 * (uint64_t)camp, size[camp]);
        groups += size[camp] > 0;
    }
    analyse(s, groups, before);
    assert_int_equal(s->a->k, groups);
}

static void a_group_keeps_its_number_when_it_becomes_the_larger_one(void **state)
{
    static struct setting first, later;

    (void)state;
    begin_camps(&first, (uint64_t[]){80, 50, 0, 0}, NULL);
    assert_int_equal(id_of(&first, 0), 0);
    assert_int_equal(id_of(&first, 1000), 1);
    begin_camps(&later, (uint64_t[]){80, 170, 0, 0}, &first);
    assert_int_equal(id_of(&later, 0), 0);
    assert_int_equal(id_of(&later, 1000), 1);
    assert_true(later.a->size[1] > later.a->size[0]);
    end(&later);
    end(&first);
}

static void a_new_group_has_a_number_that_none_has_had(void **state)
{
    static struct setting first, without, again, still;

    (void)state;
    begin_camps(&first, (uint64_t[]){80, 60, 50, 0}, NULL);
    begin_camps(&without, (uint64_t[]){80, 60, 0, 0}, &first);
    assert_int_equal(id_of(&without, 0), 0);
    assert_int_equal(id_of(&without, 1000), 1);
    begin_camps(&again, (uint64_t[]){80, 60, 0, 90}, &without);
    assert_int_equal(id_of(&again, 0), 0);
    assert_int_equal(id_of(&again, 1000), 1);
    assert_int_equal(id_of(&again, 3000), 3);
    begin_camps(&still, (uint64_t[]){80, 60, 0, 95}, &again);
    assert_int_equal(id_of(&still, 3000), 3);
    end(&still);
    end(&again);
    end(&without);
    end(&first);
}

/* ---- how many groups ---- */

static void another_number_of_groups_is_shown_when_four_analyses_have_found_it(void **state)
{
    static struct setting s[6];

    (void)state;
    shuffle_made_up_votes(5, 13);
    begin_with(&s[0], rows.count);
    analyse(&s[0], 4, NULL); /* four were shown */
    assert_int_equal(s[0].a->k, 4);
    for (int i = 1; i <= 5; i++) {
        begin_with(&s[i], rows.count);
        analyse(&s[i], 0, &s[i - 1]);
        assert_int_equal(s[i].a->k, i < 4 ? 4 : 5);
        assert_int_equal(s[i].a->k_times, i < 4 ? i : 0);
    }
    for (int i = 0; i <= 5; i++)
        end(&s[i]);
}

static void a_number_of_groups_that_stands_out_is_shown_at_once(void **state)
{
    static struct setting one, many;

    (void)state;
    shuffle_made_up_votes(3, 12);
    begin_with(&one, rows.count);
    analyse(&one, 1, NULL);
    begin_with(&many, rows.count);
    analyse(&many, 0, &one);
    assert_int_equal(many.a->k, 3);
    assert_int_equal(many.a->verdict, OPINION_DISTINCT);
    end(&many);
    end(&one);
}

static void memory_that_runs_out_is_said_and_nothing_is_lost(void **state)
{
    static struct setting first, s;
    int failed = 0;

    (void)state;
    begin_camps(&first, (uint64_t[]){14, 13, 0, 0}, NULL);
    const struct opinion_options o = {.seed = 5, .before = first.a};
    for (int n = 1; failed == n - 1; n++) {
        memset(&s, 0, sizeof s);
        world_begin(&s.w, &s.log);
        add_camp(&s, 0, 0, 15);
        add_camp(&s, 1, 1000, 12);
        assert_int_equal(opinion_votes_new(&s.w.m, s.log, OPINION_BY_ID, &s.v), OPINION_OK);
        s.w.fail_at = s.w.taken + n;
        enum opinion_err e = opinion_analysis_new(&s.w.m, s.v, &o, &s.a);
        s.w.fail_at = 0;
        failed += e == OPINION_NO_MEMORY;
        assert_true(e == OPINION_NO_MEMORY ? s.a == NULL : e == OPINION_OK);
        end(&s);
    }
    assert_true(failed > 30);
    end(&first);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(while_votes_come_in_hardly_anybody_changes_his_group),
        cmocka_unit_test(the_same_votes_again_change_nothing),
        cmocka_unit_test(a_group_keeps_its_number_when_it_becomes_the_larger_one),
        cmocka_unit_test(a_new_group_has_a_number_that_none_has_had),
        cmocka_unit_test(another_number_of_groups_is_shown_when_four_analyses_have_found_it),
        cmocka_unit_test(a_number_of_groups_that_stands_out_is_shown_at_once),
        cmocka_unit_test(memory_that_runs_out_is_said_and_nothing_is_lost),
    };

    return cmocka_run_group_tests_name("before", tests, NULL, NULL);
}
