/* The method of our own, whole: what it finds where something was planted, what it leaves unsaid
 * where nothing was, and what it never gives away. */
#include "opinion/kernel.h"
#include "opinion/world.h"

#include <math.h>
#include <string.h>

enum { PEOPLE = 9000 };

struct setting {
    struct world_memory w;
    struct opinion_log *log;
    const struct opinion_votes *v;
    const struct opinion_analysis *a;
    int planted[PEOPLE];
};

static void analyse(struct setting *s, int groups)
{
    const struct opinion_options o = {.seed = 5, .groups = groups};

    assert_int_equal(opinion_votes_new(&s->w.m, s->log, OPINION_BY_ID, &s->v), OPINION_OK);
    assert_int_equal(opinion_analysis_new(&s->w.m, s->v, &o, &s->a), OPINION_OK);
}

static void end(struct setting *s)
{
    opinion_analysis_free(s->a);
    world_end(&s->w, s->log, s->v);
}

static bool add_vote(void *arg, uint64_t person, int group, uint64_t statement, int vote)
{
    struct setting *s = arg;

    s->planted[person] = group;
    return opinion_log_add(s->log, person, statement, vote, 0) == OPINION_OK;
}

static void make(struct setting *s, enum opinion_shape shape, size_t people, int planted,
                 uint64_t seed)
{
    const struct opinion_plan plan = {.shape = shape,
                                      .people = people,
                                      .statements = 100,
                                      .groups = planted,
                                      .votes_mean = 30,
                                      .seed = seed};

    world_begin(&s->w, &s->log);
    assert_int_equal(opinion_generate(&s->w.m, &plan, add_vote, s), OPINION_OK);
}

/* ---- what is there is found ---- */

static void camps_are_groups_and_what_divides_them_is_what_they_stand_for(void **state)
{
    struct setting s;

    (void)state;
    world_begin(&s.w, &s.log);
    world_plant(s.log, 300, 30, 3, 1);
    analyse(&s, 0);
    assert_int_equal(s.a->verdict, OPINION_DISTINCT);
    assert_int_equal(s.a->k, 3);
    int strays = 0; /* one vote in ten is against the own camp */
    for (size_t i = 3; i < s.v->people; i++)
        strays += s.a->group[i] != s.a->group[i % 3];
    assert_in_range(strays, 0, 6);
    for (int g = 0; g < 3; g++) {
        assert_in_range(s.a->size[g], 94, 106);
        assert_true(s.a->typical_count[g] > 0);
        for (size_t i = 0; i < s.a->typical_count[g]; i++) {
            const struct opinion_typical *t = &s.a->typical[g][i];
            assert_int_not_equal(s.v->statement_id[t->statement] % 3, 0);
            assert_true(t->more.low > 0 && t->more.low < t->more.at && t->p < 0.1);
        }
    }
    /* On every third statement all agree, and on nothing else. */
    assert_int_equal(s.a->common_count, 10);
    for (size_t i = 0; i < s.a->common_count; i++) {
        const struct opinion_about *b = &s.a->about[s.a->common[i]];
        assert_int_equal(s.v->statement_id[s.a->common[i]] % 3, 0);
        assert_int_equal(b->side, 1);
        assert_true(b->divisiveness.at < 0.1 && b->bridging.at > 0.6);
    }
    for (size_t j = 0; j < s.v->statements; j++) {
        if (s.v->statement_id[j] % 3 != 0 && s.a->about[j].is_whole)
            assert_true(s.a->about[j].divisiveness.at > 0.3);
    }
    end(&s);
}

static void as_many_groups_are_found_as_were_planted(void **state)
{
    struct setting s;

    (void)state;
    for (int k = 2; k <= 4; k++) {
        make(&s, OPINION_IDEAL, PEOPLE, k, 200 + (uint64_t)k);
        analyse(&s, 0);
        assert_int_equal(s.a->k, k);
        for (int g = 1; g < k; g++)
            assert_true(s.a->size[g] <= s.a->size[g - 1]);
        end(&s);
    }
}

/* ---- what is not there is not found ---- */

static void who_is_unsure_belongs_to_both_a_little(void **state)
{
    struct setting s;
    int unsure = 0;

    (void)state;
    make(&s, OPINION_IDEAL, 800, 2, 31);
    analyse(&s, 2);
    for (size_t i = 0; i < s.v->people; i++) {
        double least = fmin(s.a->membership[2 * i], s.a->membership[2 * i + 1]);
        assert_true(fabs(s.a->membership[2 * i] + s.a->membership[2 * i + 1] - 1) < 1e-12);
        unsure += least > 1e-6 && least < 0.2;
    }
    assert_true(unsure > 100);
    end(&s);
}

static void where_there_are_no_groups_none_are_named(void **state)
{
    static const enum opinion_shape shapes[] = {OPINION_IDEAL, OPINION_NONE};
    struct setting s;

    (void)state;
    for (size_t i = 0; i < 4; i++) {
        make(&s, shapes[i % 2], 2000, 0, 300 + i);
        analyse(&s, 0);
        assert_int_equal(s.a->verdict, OPINION_NO_GROUPS);
        assert_int_equal(s.a->k, 1);
        assert_int_equal(s.a->typical_count[0], 0);
        end(&s);
    }
}

static void a_line_a_square_and_a_disc_are_never_called_distinct(void **state)
{
    static const enum opinion_shape shapes[] = {OPINION_LINE, OPINION_SQUARE, OPINION_DISC};
    struct setting s;

    (void)state;
    for (size_t i = 0; i < 3; i++) {
        make(&s, shapes[i], 2000, 0, 400 + i);
        analyse(&s, 0);
        assert_int_not_equal(s.a->verdict, OPINION_DISTINCT);
        end(&s);
    }
}

/* Groups that are forced on votes without any structure stand for nothing. */
static void of_votes_without_structure_hardly_any_is_typical(void **state)
{
    size_t typical = 0, tried = 0;
    struct setting s;

    (void)state;
    for (uint64_t seed = 500; seed < 504; seed++) {
        make(&s, OPINION_NONE, 800, 0, seed);
        analyse(&s, 2);
        for (int g = 0; g < s.a->k; g++)
            typical += s.a->apart[g];
        tried += (size_t)s.a->k * s.v->statements;
        end(&s);
    }
    assert_true(typical * 10 <= tried);
}

/* ---- the same whatever the order ---- */

static struct world_text first, second;

static void write(struct setting *s, struct world_text *text)
{
    struct opinion_sink sink = world_sink(text);

    text->len = 0;
    assert_int_equal(opinion_analysis_json(s->a, NULL, &sink), OPINION_OK);
}

struct row {
    uint64_t person, statement;
    int vote;
};

static struct {
    struct row at[40000];
    size_t count;
} rows;

static bool keep_row(void *arg, uint64_t person, int group, uint64_t statement, int vote)
{
    (void)arg, (void)group;
    rows.at[rows.count++] = (struct row){person, statement, vote};
    return rows.count < 40000;
}

static void the_order_of_rows_does_not_matter(void **state)
{
    const struct opinion_plan plan = {.shape = OPINION_IDEAL,
                                      .people = 500,
                                      .statements = 60,
                                      .groups = 3,
                                      .votes_mean = 20,
                                      .seed = 9};
    struct setting s;
    uint64_t seed = 4;

    (void)state;
    for (int turn = 0; turn < 2; turn++) {
        world_begin(&s.w, &s.log);
        if (turn == 0)
            assert_int_equal(opinion_generate(&s.w.m, &plan, keep_row, NULL), OPINION_OK);
        for (size_t i = rows.count; turn == 1 && i > 1; i--) {
            size_t k = world_random(&seed) % i;
            struct row row = rows.at[i - 1];
            rows.at[i - 1] = rows.at[k];
            rows.at[k] = row;
        }
        for (size_t i = 0; i < rows.count; i++)
            assert_int_equal(
                opinion_log_add(s.log, rows.at[i].person, rows.at[i].statement, rows.at[i].vote, 7),
                OPINION_OK);
        analyse(&s, 0);
        write(&s, turn == 0 ? &first : &second);
        end(&s);
    }
    assert_int_equal(first.len, second.len);
    assert_memory_equal(first.at, second.at, first.len);
}

/* ---- bad input ---- */

/* An answer, and no number in it that is none. */
static void assert_nothing_found(struct setting *s)
{
    analyse(s, 0);
    assert_int_equal(s->a->verdict, OPINION_NO_GROUPS);
    assert_int_equal(s->a->k, 1);
    assert_int_equal(s->a->typical_count[0], 0);
    write(s, &first);
    assert_null(strstr(first.at, "null"));
    assert_null(strstr(first.at, "nan"));
    end(s);
}

static uint32_t count_of_votes(const struct opinion_count *c)
{
    return c->agree + c->pass + c->disagree;
}

static void every_kind_of_processor_gives_the_same_bytes(void **state)
{
    static const char *const names[] = {"scalar", "avx2", "avx512"};
    struct setting s;
    bool is_first = true;

    (void)state;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (!kernel_use(names[i]))
            continue;
        make(&s, OPINION_IDEAL, 400, 3, 21);
        analyse(&s, 0);
        write(&s, is_first ? &first : &second);
        assert_true(is_first || first.len == second.len);
        assert_true(is_first || memcmp(first.at, second.at, first.len) == 0);
        is_first = false;
        end(&s);
    }
    assert_true(kernel_use(NULL));
}

/* Parts in the wrong order, and each by whoever comes: a crew of one who works backwards. */
static void run_backwards(void *self, size_t parts, void (*part)(void *arg, size_t i), void *arg)
{
    int *runs = self;

    for (size_t i = parts; i-- > 0;)
        part(arg, i);
    ++*runs;
}

static void whatever_the_order_of_the_work_the_bytes_are_the_same(void **state)
{
    int runs = 0;
    const struct opinion_crew crew = {run_backwards, &runs};
    const struct opinion_options o = {.seed = 5, .crew = &crew};
    const struct opinion_analysis *b;
    struct setting s;

    (void)state;
    make(&s, OPINION_IDEAL, 9000, 3, 22);
    analyse(&s, 0);
    assert_int_equal(opinion_analysis_new(&s.w.m, s.v, &o, &b), OPINION_OK);
    size_t numbers = s.v->people * OPINION_AXES, cells = s.v->statements * (size_t)b->k;
    assert_true(b->k > 1);
    assert_int_equal(b->k, s.a->k);
    assert_memory_equal(b->loading, s.a->loading, s.v->statements * OPINION_AXES * sizeof(double));
    assert_memory_equal(b->place, s.a->place, numbers * sizeof(double));
    assert_memory_equal(b->spread, s.a->spread, numbers * sizeof(double));
    assert_memory_equal(b->group, s.a->group, s.v->people);
    assert_memory_equal(b->membership, s.a->membership,
                        s.v->people * (size_t)b->k * sizeof(double));
    assert_memory_equal(b->counts, s.a->counts, cells * sizeof *b->counts);
    assert_memory_equal(b->about, s.a->about, s.v->statements * sizeof *b->about);
    assert_memory_equal(b->typical, s.a->typical, sizeof b->typical);
    assert_in_range(runs, 9, 100); /* planes, pairs, places, six rounds, ... */
    opinion_analysis_free(b);
    end(&s);
}

/* Of more people than the axes come from, who is drawn depends on nobody's row. */
static void of_many_people_so_many_are_drawn_whatever_the_order(void **state)
{
    enum { MANY = OPINION_SAMPLE_MAX + 700, STATEMENTS = 12 };
    double value[2];

    (void)state;
    for (int turn = 0; turn < 2; turn++) {
        struct setting s;
        world_begin(&s.w, &s.log);
        for (uint64_t i = 0; i < MANY; i++) {
            uint64_t person = turn == 0 ? i : MANY - 1 - i, state_of = person;
            for (uint64_t j = 0; j < STATEMENTS; j++) {
                bool is_against = (person + j) % 2 == 1 && world_random(&state_of) % 4 != 0;
                assert_int_equal(opinion_log_add(s.log, person * 977, j,
                                                 is_against ? OPINION_DISAGREE : OPINION_AGREE, 0),
                                 OPINION_OK);
            }
        }
        analyse(&s, 0);
        assert_int_equal(s.a->eligible, MANY);
        assert_int_equal(s.a->sampled, OPINION_SAMPLE_MAX);
        assert_int_equal(s.a->k, 2);
        assert_int_equal(s.a->size[0] + s.a->size[1], MANY);
        assert_int_equal(count_of_votes(&s.a->about[0].all), MANY);
        value[turn] = s.a->value[0];
        end(&s);
    }
    assert_true(value[0] == value[1]);
}

static void hardly_any_votes_have_an_answer(void **state)
{
    struct setting s;

    (void)state;
    world_begin(&s.w, &s.log); /* not one */
    assert_nothing_found(&s);
    world_begin(&s.w, &s.log); /* a statement that nobody voted on */
    assert_int_equal(opinion_log_statement(s.log, 4, false), OPINION_OK);
    assert_nothing_found(&s);
    world_begin(&s.w, &s.log); /* one person */
    for (uint64_t j = 0; j < 20; j++)
        assert_int_equal(opinion_log_add(s.log, 1, j, OPINION_AGREE, 0), OPINION_OK);
    assert_nothing_found(&s);
    world_begin(&s.w, &s.log); /* one statement */
    for (uint64_t i = 0; i < 50; i++)
        assert_int_equal(opinion_log_add(s.log, i, 1, i % 2 == 0 ? 1 : -1, 0), OPINION_OK);
    assert_nothing_found(&s);
    world_begin(&s.w, &s.log); /* nobody voted twice */
    for (uint64_t i = 0; i < 50; i++)
        assert_int_equal(opinion_log_add(s.log, i, i, OPINION_AGREE, 0), OPINION_OK);
    assert_nothing_found(&s);
    world_begin(&s.w, &s.log); /* all agree on all */
    for (uint64_t i = 0; i < 100 * 20; i++)
        assert_int_equal(opinion_log_add(s.log, i / 20, i % 20, OPINION_AGREE, 0), OPINION_OK);
    assert_nothing_found(&s);
}

static void what_is_moderated_out_is_counted_and_in_no_list(void **state)
{
    struct setting s;

    (void)state;
    world_begin(&s.w, &s.log);
    for (uint64_t j = 0; j < 30; j += 6) /* half of what all agree on */
        assert_int_equal(opinion_log_statement(s.log, j, true), OPINION_OK);
    world_plant(s.log, 300, 30, 3, 1);
    analyse(&s, 0);
    assert_int_equal(s.a->k, 3);
    assert_int_equal(s.a->common_count, 5);
    for (size_t j = 0; j < s.v->statements; j++) {
        const double *load = s.a->loading + j * OPINION_AXES;
        assert_int_equal(load[0] == 0 && load[1] == 0, s.v->is_out[j]);
        assert_true(s.a->about[j].all.agree > 0);
    }
    end(&s);
}

static void more_statements_than_can_place_people_are_counted_all_the_same(void **state)
{
    struct setting s;

    (void)state;
    world_begin(&s.w, &s.log);
    world_plant(s.log, 60, 30, 2, 1);
    for (uint64_t j = 30; j < 2100; j++)
        assert_int_equal(opinion_log_add(s.log, j % 60, j, OPINION_AGREE, 0), OPINION_OK);
    analyse(&s, 0);
    assert_int_equal(s.v->statements, 2100);
    assert_int_equal(s.a->about[2099].all.agree, 1);
    assert_int_equal(s.a->k, 2);
    end(&s);
}

/* ---- privacy ---- */

static bool may_be_seen(const struct opinion_count *c)
{
    const uint32_t n[] = {c->agree, c->pass, c->disagree};

    for (int i = 0; i < 3; i++) {
        if (n[i] == 1 || n[i] == 2)
            return false;
    }
    return n[0] + n[1] + n[2] >= OPINION_SHOWN_LEAST;
}

/* Whatever is published of a statement, and whatever is left when some of it is taken from the
 * rest, is nobody, or ten people and more with no one or two of a kind. */
static void no_few_people_come_out_of_what_is_published(void **state)
{
    struct setting s;
    size_t shown = 0, hidden = 0;

    (void)state;
    for (uint64_t seed = 600; seed < 612; seed++) {
        make(&s, OPINION_IDEAL, 60 + 20 * (size_t)(seed % 12), 3, seed);
        analyse(&s, 3);
        for (size_t j = 0; j < s.v->statements; j++) {
            struct opinion_count left = s.a->about[j].all;
            for (int g = 0; g < s.a->k; g++) {
                size_t at = (size_t)g * s.v->statements + j;
                const struct opinion_count *c = &s.a->counts[at];
                shown += s.a->is_shown[at];
                hidden += !s.a->is_shown[at];
                if (!s.a->is_shown[at])
                    continue;
                assert_true(may_be_seen(c));
                left.agree -= c->agree;
                left.pass -= c->pass;
                left.disagree -= c->disagree;
            }
            if (may_be_seen(&s.a->about[j].all) && left.agree + left.pass + left.disagree > 0)
                assert_true(may_be_seen(&left));
        }
        end(&s);
    }
    assert_true(shown > 100 && hidden > 100);
}

/* ---- faults ---- */

static void memory_that_runs_out_is_said_and_nothing_is_lost(void **state)
{
    const struct opinion_options o = {.seed = 5};
    int failed = 0;

    (void)state;
    for (int n = 1; failed == n - 1; n++) {
        struct setting s;
        world_begin(&s.w, &s.log);
        for (uint64_t j = 0; j < 4; j++)
            assert_int_equal(opinion_log_statement(s.log, j, true), OPINION_OK);
        world_plant(s.log, 14, 16, 2, 1);
        assert_int_equal(opinion_votes_new(&s.w.m, s.log, OPINION_BY_ID, &s.v), OPINION_OK);
        s.w.fail_at = s.w.taken + n;
        enum opinion_err e = opinion_analysis_new(&s.w.m, s.v, &o, &s.a);
        s.w.fail_at = 0;
        if (e != OPINION_OK) {
            assert_int_equal(e, OPINION_NO_MEMORY);
            assert_null(s.a);
            failed++;
        }
        end(&s);
    }
    assert_true(failed > 30);
}

static void a_sink_that_is_full_is_handed_back(void **state)
{
    struct setting s;

    (void)state;
    world_begin(&s.w, &s.log);
    world_plant(s.log, 100, 20, 2, 1);
    analyse(&s, 0);
    first.len = 0;
    first.room = 5000;
    struct opinion_sink sink = world_sink(&first);
    assert_int_equal(opinion_analysis_json(s.a, NULL, &sink), OPINION_NOT_WRITTEN);
    first.room = 0;
    end(&s);
}

int main(void)
{
    const struct CMUnitTest analysis[] = {
        cmocka_unit_test(camps_are_groups_and_what_divides_them_is_what_they_stand_for),
        cmocka_unit_test(as_many_groups_are_found_as_were_planted),
        cmocka_unit_test(who_is_unsure_belongs_to_both_a_little),
        cmocka_unit_test(where_there_are_no_groups_none_are_named),
        cmocka_unit_test(a_line_a_square_and_a_disc_are_never_called_distinct),
        cmocka_unit_test(of_votes_without_structure_hardly_any_is_typical),
        cmocka_unit_test(the_order_of_rows_does_not_matter),
        cmocka_unit_test(every_kind_of_processor_gives_the_same_bytes),
        cmocka_unit_test(whatever_the_order_of_the_work_the_bytes_are_the_same),
        cmocka_unit_test(of_many_people_so_many_are_drawn_whatever_the_order),
        cmocka_unit_test(hardly_any_votes_have_an_answer),
        cmocka_unit_test(what_is_moderated_out_is_counted_and_in_no_list),
        cmocka_unit_test(more_statements_than_can_place_people_are_counted_all_the_same),
        cmocka_unit_test(no_few_people_come_out_of_what_is_published),
        cmocka_unit_test(memory_that_runs_out_is_said_and_nothing_is_lost),
        cmocka_unit_test(a_sink_that_is_full_is_handed_back),
    };

    return cmocka_run_group_tests(analysis, NULL, NULL);
}
