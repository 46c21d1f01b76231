/* One publication after the other: nothing about fewer than ten people comes out by subtraction,
 * and rows do change when enough people did. */
#include "opinion/publish.h"
#include "opinion/world.h"

#include <stdlib.h>
#include <string.h>

enum { PEOPLE = 260, STATEMENTS = 10, TIMES = 20, NO_VOTE = 2, NO_GROUP = -1, LEAST = 10 };

/* What is true at each publication, kept apart from what the library keeps. */
struct moment {
    int8_t vote[PEOPLE][STATEMENTS];
    int8_t group[PEOPLE];
};

static struct moment moments[TIMES + 1]; /* by number of the publication */

/* ---- a conversation ---- */

struct talk {
    struct world_memory w;
    uint64_t random;
    struct moment now;
    bool is_out[STATEMENTS];
    int groups;
    bool is_other_verdict; /* than the analysis has */
    const struct opinion_publication *p;
    struct opinion_version shown[TIMES + 1][STATEMENTS]; /* without people; number 0: nothing */
    int replaced, kept;
};

static int below(struct talk *t, int n)
{
    return (int)(world_random(&t->random) % (uint64_t)n);
}

static int camp_of(int person)
{
    return person % 3;
}

static int opinion_of(struct talk *t, int person, int j)
{
    bool is_for = j % 3 == 0 || (j + camp_of(person)) % 3 == 0;

    return below(t, 8) == 0 ? 0 : is_for != (below(t, 8) == 0) ? 1 : -1;
}

static void begin_talk(struct talk *t, uint64_t seed, int share)
{
    memset(t, 0, sizeof *t);
    world_memory_begin(&t->w);
    t->random = seed;
    for (int i = 0; i < PEOPLE; i++) {
        for (int j = 0; j < STATEMENTS; j++)
            t->now.vote[i][j] =
                (int8_t)(below(t, 100) < share ? opinion_of(t, i, j) : (int)NO_VOTE);
    }
}

static void end_talk(struct talk *t)
{
    opinion_publication_free(t->p);
    world_memory_end(&t->w);
}

static void fill_log(const struct talk *t, struct opinion_log *log)
{
    for (int j = 0; j < STATEMENTS; j++)
        assert_int_equal(opinion_log_statement(log, (uint64_t)j, t->is_out[j]), OPINION_OK);
    for (int i = 0; i < PEOPLE; i++) {
        for (int j = 0; j < STATEMENTS; j++) {
            if (t->now.vote[i][j] != NO_VOTE)
                assert_int_equal(
                    opinion_log_add(log, (uint64_t)i, (uint64_t)j, t->now.vote[i][j], 0),
                    OPINION_OK);
        }
    }
}

static void keep_moment(struct talk *t, const struct opinion_analysis *a)
{
    struct moment *m = &moments[t->p->number];

    *m = t->now;
    memset(m->group, NO_GROUP, sizeof m->group);
    for (size_t i = 0; i < a->votes->people; i++)
        m->group[a->votes->person_id[i]] = a->group[i];
    for (size_t n = 1; n < t->p->row_count; n++) {
        const struct opinion_version *v = opinion_row_now(&t->p->rows[n]);
        struct opinion_version *kept = &t->shown[t->p->number][t->p->rows[n].statement];
        *kept = v == NULL ? (struct opinion_version){0} : *v;
        t->replaced += v != NULL && v->number == t->p->number;
        t->kept += v != NULL && v->number != t->p->number;
    }
}

static void publish(struct talk *t)
{
    const struct opinion_options options = {.seed = 1, .groups = t->groups};
    const struct opinion_publication *before = t->p;
    const struct opinion_analysis *a;
    const struct opinion_votes *v;
    struct opinion_log *log;

    assert_int_equal(opinion_log_new(&t->w.m, &log), OPINION_OK);
    fill_log(t, log);
    assert_int_equal(opinion_votes_new(&t->w.m, log, OPINION_BY_ID, &v), OPINION_OK);
    assert_int_equal(opinion_analysis_new(&t->w.m, v, &options, &a), OPINION_OK);
    struct opinion_analysis other = *a;
    other.verdict = t->is_other_verdict ? (a->verdict + 1) % 3 : a->verdict;
    assert_int_equal(opinion_publication_new(&t->w.m, &other, before, &t->p), OPINION_OK);
    opinion_publication_free(before);
    keep_moment(t, a);
    opinion_analysis_free(a);
    opinion_votes_free(v);
    opinion_log_free(log);
}

/* ---- whoever knows all publications ---- */

/* Every union of the counts shown, and every one taken from the total; bits of a set. */
struct unions {
    int count;
    unsigned in[2 << OPINION_GROUPS_MAX]; /* bit g: group g; bit 7: the others, too */
};

static struct unions unions_of(const struct opinion_version *v)
{
    struct unions u = {0};

    for (unsigned set = 0; set < 1U << v->k; set++) {
        bool is_known = true;
        for (int g = 0; g < v->k; g++)
            is_known = is_known && ((set >> g & 1) == 0 || v->is_shown[g]);
        if (!is_known)
            continue;
        u.in[u.count++] = set;
        if (v->about.is_whole)
            u.in[u.count++] = (~set & ((1U << v->k) - 1)) | 1U << 7;
    }
    return u;
}

static unsigned bit_of(const struct opinion_version *v, int person, int j)
{
    const struct moment *m = &moments[v->number];

    if (m->vote[person][j] == NO_VOTE)
        return 0;
    return m->group[person] < 0 ? 1U << 7 : 1U << m->group[person];
}

/* People alike in both, so that they are counted once. */
struct kind {
    unsigned a, b;
    bool is_same;
    int people;
};

static int kinds_of(const struct opinion_version *a, const struct opinion_version *b, int j,
                    struct kind *kinds)
{
    int count = 0, at;

    for (int i = 0; i < PEOPLE; i++) {
        struct kind k = {bit_of(a, i, j), bit_of(b, i, j),
                         moments[a->number].vote[i][j] == moments[b->number].vote[i][j], 1};
        for (at = 0; at < count; at++) {
            if (kinds[at].a == k.a && kinds[at].b == k.b && kinds[at].is_same == k.is_same)
                break;
        }
        if (at == count)
            kinds[count++] = k;
        else
            kinds[at].people++;
    }
    return count;
}

static void attack(const struct opinion_version *a, const struct opinion_version *b, int j)
{
    struct unions of_a = unions_of(a), of_b = unions_of(b);
    struct kind kinds[128];
    int count = kinds_of(a, b, j, kinds);

    for (int x = 0; x < of_a.count; x++) {
        for (int y = 0; y < of_b.count; y++) {
            int differ = 0;
            for (int i = 0; i < count; i++) {
                bool in_a = (of_a.in[x] & kinds[i].a) != 0, in_b = (of_b.in[y] & kinds[i].b) != 0;
                if (in_a != in_b || (in_a && !kinds[i].is_same))
                    differ += kinds[i].people;
            }
            assert_true(differ == 0 || differ >= LEAST);
        }
    }
}

static void attack_alone(const struct opinion_version *v, int j)
{
    struct unions u = unions_of(v);

    for (int x = 0; x < u.count; x++) {
        int people = 0;
        for (int i = 0; i < PEOPLE; i++)
            people += (u.in[x] & bit_of(v, i, j)) != 0;
        assert_true(people == 0 || people >= LEAST);
    }
}

/* What a row says is what was so at one moment: when it was taken. */
static void check_counts(const struct opinion_version *v, int j)
{
    struct opinion_count is[OPINION_GROUPS_MAX + 2] = {{0}};

    for (int i = 0; i < PEOPLE; i++) {
        int8_t vote = moments[v->number].vote[i][j], g = moments[v->number].group[i];
        if (vote == NO_VOTE)
            continue;
        for (int twice = 0; twice < 2; twice++) {
            struct opinion_count *c = &is[twice == 1 ? OPINION_GROUPS_MAX
                                          : g < 0    ? OPINION_GROUPS_MAX + 1
                                                     : g];
            c->agree += vote == 1;
            c->pass += vote == 0;
            c->disagree += vote == -1;
        }
    }
    for (int g = 0; g < v->k; g++) {
        if (v->is_shown[g])
            assert_memory_equal(&v->count[g], &is[g], sizeof is[g]);
    }
    if (v->about.is_whole)
        assert_memory_equal(&v->about.all, &is[OPINION_GROUPS_MAX], sizeof is[0]);
}

static void attack_all(struct talk *t)
{
    uint64_t last = t->p->number;

    for (int j = 0; j < STATEMENTS; j++) {
        const struct opinion_version *now = &t->shown[last][j];
        int others = 0;
        uint64_t number = now->number;
        if (number == 0)
            continue;
        check_counts(now, j);
        attack_alone(now, j);
        for (uint64_t n = last; n-- > 1 && others < OPINION_VERSIONS_MAX;) {
            if (t->shown[n][j].number == 0 || t->shown[n][j].number == number)
                continue;
            number = t->shown[n][j].number;
            attack(now, &t->shown[n][j], j);
            others++;
        }
    }
}

/* ---- what happens between two publications ---- */

static void happen(struct talk *t, int events, int statement)
{
    for (int n = 0; n < events; n++) {
        int i = below(t, PEOPLE), j = statement < 0 ? below(t, STATEMENTS) : statement;
        int8_t *vote = &t->now.vote[i][j];
        if (*vote == NO_VOTE)
            *vote = (int8_t)opinion_of(t, i, j);
        else
            *vote = (int8_t)(below(t, 3) == 0 ? NO_VOTE : below(t, 3) - 1);
    }
}

static void go_on(struct talk *t)
{
    static const int sizes[] = {0, 1, 4, 12, 60, 250, 800};

    if (t->p->number > 2 && below(t, 4) == 0) /* back to what was, nearly */
        memcpy(t->now.vote, moments[t->p->number - 1 - (uint64_t)below(t, 2)].vote,
               sizeof t->now.vote);
    happen(t, sizes[below(t, 7)], -1);
    if (below(t, 2) == 0)
        happen(t, 5 + below(t, 40), below(t, STATEMENTS));
    if (below(t, 3) == 0)
        t->groups = below(t, 5);
    if (below(t, 8) == 0) {
        int j = below(t, STATEMENTS);
        t->is_out[j] = !t->is_out[j];
    }
}

static void twenty_publications_never_tell_of_fewer_than_ten(void **state)
{
    static struct talk t;
    int replaced = 0, kept = 0;

    (void)state;
    for (uint64_t seed = 1; seed <= 24; seed++) {
        begin_talk(&t, seed, 30 + (int)(seed % 3) * 25);
        for (int n = 0; n < TIMES; n++) {
            publish(&t);
            attack_all(&t);
            go_on(&t);
        }
        replaced += t.replaced;
        kept += t.kept;
        end_talk(&t);
    }
    /* A rule that lets nothing change, or everything, would pass the rest. */
    assert_true(replaced > 24 * STATEMENTS * 2);
    assert_true(kept > 24 * STATEMENTS * 2);
}

static const struct opinion_version *shown_of(const struct talk *t, int j)
{
    return opinion_row_now(&t->p->rows[j + 1]);
}

static void a_row_changes_when_enough_people_voted_and_stays_when_few_did(void **state)
{
    static struct talk t;

    (void)state;
    begin_talk(&t, 7, 75);
    t.groups = 1;
    publish(&t);
    assert_non_null(shown_of(&t, 1));
    struct opinion_about first = shown_of(&t, 1)->about;
    assert_true(first.is_whole);
    for (int i = 0, n = 0; n < 4; i++) {
        if (t.now.vote[i][1] == 1) {
            t.now.vote[i][1] = -1;
            n++;
        }
    }
    publish(&t);
    assert_int_equal(shown_of(&t, 1)->number, 1);
    assert_memory_equal(&shown_of(&t, 1)->about, &first, sizeof first);
    for (int i = 0; i < PEOPLE; i++) {
        if (t.now.vote[i][1] == NO_VOTE)
            t.now.vote[i][1] = 1;
    }
    publish(&t);
    assert_int_equal(shown_of(&t, 1)->number, 3);
    assert_int_equal(shown_of(&t, 1)->about.all.agree + shown_of(&t, 1)->about.all.pass +
                         shown_of(&t, 1)->about.all.disagree,
                     PEOPLE);
    end_talk(&t);
}

static void a_way_there_and_back_tells_nothing_of_one_who_went_another(void **state)
{
    static struct talk t;
    struct moment first;

    (void)state;
    begin_talk(&t, 11, 60);
    t.groups = 1;
    publish(&t);
    first = t.now;
    for (int i = 0; i < PEOPLE; i++) {
        if (t.now.vote[i][0] == NO_VOTE)
            t.now.vote[i][0] = 1;
    }
    publish(&t);
    assert_int_equal(shown_of(&t, 0)->number, 2);
    t.now = first;
    t.now.vote[0][0] = (int8_t)(first.vote[0][0] == 1 ? -1 : 1);
    publish(&t);
    assert_int_equal(shown_of(&t, 0)->number, 2);
    end_talk(&t);
}

/* Each version is compared with the eight before it, and not with the ninth. */
static void the_first_of_eight_versions_is_not_forgotten_and_the_first_of_nine_is(void **state)
{
    static struct talk t;
    struct moment first;

    (void)state;
    for (int versions = 8; versions <= 9; versions++) {
        begin_talk(&t, 11, 100);
        t.groups = 1;
        for (int i = 100; i < PEOPLE; i++)
            t.now.vote[i][0] = NO_VOTE;
        publish(&t);
        first = t.now;
        for (int n = 1; n < versions; n++) {
            for (int i = 0, votes = 0; i < PEOPLE && votes < 12; i++) {
                votes += t.now.vote[i][0] == NO_VOTE;
                t.now.vote[i][0] = (int8_t)(t.now.vote[i][0] == NO_VOTE ? 1 : t.now.vote[i][0]);
            }
            publish(&t);
            assert_int_equal(shown_of(&t, 0)->number, n + 1);
        }
        t.now = first;
        t.now.vote[0][0] = (int8_t)(first.vote[0][0] == 1 ? -1 : 1);
        publish(&t);
        assert_int_equal(shown_of(&t, 0)->number, versions == 8 ? 8 : 10);
        end_talk(&t);
    }
}

static void a_statement_moderated_out_is_gone_at_once_and_its_past_is_not_forgotten(void **state)
{
    static struct talk t;

    (void)state;
    begin_talk(&t, 13, 70);
    t.groups = 1;
    publish(&t);
    t.is_out[4] = true;
    publish(&t);
    assert_null(shown_of(&t, 4));
    t.is_out[4] = false;
    t.now.vote[0][4] = (int8_t)(t.now.vote[0][4] == 1 ? -1 : 1);
    publish(&t);
    assert_non_null(shown_of(&t, 4));
    assert_int_equal(shown_of(&t, 4)->number, 1);
    end_talk(&t);
}

/* Three of a kind may be seen and two may not: that the row is hidden would tell of the third. */
static void one_who_withdraws_does_not_hide_a_row(void **state)
{
    static struct talk t;

    (void)state;
    begin_talk(&t, 17, 0);
    t.groups = 1;
    for (int i = 0; i < PEOPLE; i++) {
        for (int j = 0; j < STATEMENTS; j++)
            t.now.vote[i][j] = (int8_t)(j == 2 && i < 3 ? -1 : 1);
    }
    publish(&t);
    assert_int_equal(shown_of(&t, 2)->about.all.disagree, 3);
    t.now.vote[0][2] = NO_VOTE;
    publish(&t);
    assert_non_null(shown_of(&t, 2));
    assert_int_equal(shown_of(&t, 2)->number, 1);
    /* With many who withdraw it is. */
    for (int i = 0; i < 40; i++)
        t.now.vote[PEOPLE - 1 - i][2] = NO_VOTE;
    publish(&t);
    assert_null(shown_of(&t, 2));
    end_talk(&t);
}

static void sizes_of_groups_are_a_row_like_others(void **state)
{
    static struct talk t;

    (void)state;
    begin_talk(&t, 19, 70);
    t.groups = 2;
    memset(t.now.vote[0], NO_VOTE, sizeof t.now.vote[0]);
    publish(&t);
    uint64_t all = opinion_row_now(&t.p->rows[0])->about.all.pass;
    assert_int_equal(all, PEOPLE - 1);
    enum opinion_verdict verdict = t.p->verdict;
    memset(t.now.vote[0], 1, sizeof t.now.vote[0]);
    t.is_other_verdict = true;
    publish(&t);
    assert_int_equal(t.p->verdict, verdict);
    assert_int_equal(opinion_row_now(&t.p->rows[0])->about.all.pass, all);
    end_talk(&t);
}

static void groups_keep_their_numbers_by_their_people(void **state)
{
    static struct talk t;

    (void)state;
    begin_talk(&t, 23, 80);
    t.groups = 3;
    publish(&t);
    int number[PEOPLE];
    for (size_t i = 0; i < t.p->latest.people; i++)
        number[t.p->latest.person[i]] =
            t.p->latest.place[i] / 3 < t.p->k ? t.p->latest.id[t.p->latest.place[i] / 3] : -1;
    for (int i = 0; i < PEOPLE; i++) { /* the largest camp is the smallest now */
        if (camp_of(i) == 0 && i % 2 == 0)
            memset(t.now.vote[i], NO_VOTE, sizeof t.now.vote[i]);
    }
    publish(&t);
    int same = 0, both = 0;
    for (size_t i = 0; i < t.p->latest.people; i++) {
        int slot = t.p->latest.place[i] / 3;
        if (slot >= t.p->k || number[t.p->latest.person[i]] < 0)
            continue;
        both++;
        same += t.p->latest.id[slot] == number[t.p->latest.person[i]];
    }
    assert_true(same * 10 >= both * 9);
    end_talk(&t);
}

/* ---- kept between runs ---- */

static struct world_text saved, other;

static const struct opinion_publication *save_and_load(struct talk *t)
{
    const struct opinion_publication *p;
    struct opinion_sink sink = world_sink(&saved);

    saved.len = 0;
    assert_int_equal(opinion_publication_save(t->p, &sink), OPINION_OK);
    assert_int_equal(
        opinion_publication_load(&t->w.m, (const unsigned char *)saved.at, saved.len, &p),
        OPINION_OK);
    return p;
}

static void what_is_kept_comes_back_and_goes_on_the_same(void **state)
{
    static struct talk t;

    (void)state;
    begin_talk(&t, 29, 60);
    for (int n = 0; n < 6; n++) {
        publish(&t);
        const struct opinion_publication *p = save_and_load(&t);
        struct opinion_sink sink = world_sink(&other);
        other.len = 0;
        assert_int_equal(opinion_publication_save(p, &sink), OPINION_OK);
        assert_int_equal(other.len, saved.len);
        assert_memory_equal(other.at, saved.at, saved.len);
        saved.len = other.len = 0;
        assert_int_equal(opinion_publication_json(p, &sink), OPINION_OK);
        sink = world_sink(&saved);
        assert_int_equal(opinion_publication_json(t.p, &sink), OPINION_OK);
        assert_string_equal(saved.at, other.at);
        opinion_publication_free(t.p);
        t.p = p;
        go_on(&t);
    }
    end_talk(&t);
}

static void what_is_damaged_or_cut_is_refused(void **state)
{
    static struct talk t;
    const struct opinion_publication *p;
    uint64_t random = 3;

    (void)state;
    begin_talk(&t, 31, 60);
    publish(&t);
    opinion_publication_free(save_and_load(&t));
    unsigned char *at = (unsigned char *)saved.at;
    for (int n = 0; n < 400; n++) {
        size_t where = n < 40 ? (size_t)n : world_random(&random) % saved.len;
        at[where] ^= (unsigned char)(1U << n % 8);
        assert_int_equal(opinion_publication_load(&t.w.m, at, saved.len, &p), OPINION_BAD_INPUT);
        at[where] ^= (unsigned char)(1U << n % 8);
        size_t cut = n < 40 ? (size_t)n : world_random(&random) % saved.len;
        assert_int_equal(opinion_publication_load(&t.w.m, at, cut, &p), OPINION_BAD_INPUT);
    }
    end_talk(&t);
}

/* The sum at the end again, so that what is wrong is read. */
static void seal(unsigned char *at, size_t len)
{
    uint64_t sum = UINT64_C(14695981039346656037);

    for (size_t i = 16; i < len - 8; i++)
        sum = (sum ^ at[i]) * UINT64_C(1099511628211);
    for (int i = 0; i < 8; i++)
        at[len - 8 + (size_t)i] = (unsigned char)(sum >> 8 * i);
}

static void what_is_forged_is_refused_or_read_but_never_beyond_its_end(void **state)
{
    static struct talk t;
    const struct opinion_publication *p;
    uint64_t random = 5;
    int refused = 0;

    (void)state;
    begin_talk(&t, 37, 20);
    publish(&t);
    opinion_publication_free(save_and_load(&t));
    unsigned char *at = malloc(saved.len); /* so that reading beyond is seen */
    for (int n = 0; n < 600; n++) {
        memcpy(at, saved.at, saved.len);
        size_t where = 16 + (n < 300 ? (size_t)n : world_random(&random) % (saved.len - 24));
        at[where] = (unsigned char)world_random(&random);
        seal(at, saved.len);
        if (opinion_publication_load(&t.w.m, at, saved.len, &p) == OPINION_OK)
            opinion_publication_free(p);
        else
            refused++;
    }
    assert_true(refused > 100);
    free(at);
    end_talk(&t);
}

static void the_json_names_nobody_and_says_what_was_kept(void **state)
{
    static struct talk t;

    (void)state;
    begin_talk(&t, 41, 60);
    t.groups = 2;
    publish(&t);
    publish(&t);
    struct opinion_sink sink = world_sink(&saved);
    saved.len = 0;
    assert_int_equal(opinion_publication_json(t.p, &sink), OPINION_OK);
    assert_non_null(strstr(saved.at, "\"publication\":2,\"least\":10"));
    assert_non_null(strstr(saved.at, "\"statements\":{\"0\":{\"age\":1,\"is_kept\":true,"));
    assert_null(strstr(saved.at, "person"));
    assert_null(strstr(saved.at, "participant"));
    saved.len = 0;
    saved.room = 40;
    assert_int_equal(opinion_publication_json(t.p, &sink), OPINION_NOT_WRITTEN);
    assert_int_equal(opinion_publication_save(t.p, &sink), OPINION_NOT_WRITTEN);
    saved.room = 0;
    end_talk(&t);
}

static void without_memory_it_ends_cleanly(void **state)
{
    static struct talk t;
    const struct opinion_options options = {.seed = 1};
    const struct opinion_analysis *a;
    const struct opinion_publication *p = NULL;
    const struct opinion_votes *v;
    struct opinion_log *log;
    int n;

    (void)state;
    begin_talk(&t, 43, 60);
    publish(&t);
    happen(&t, 900, -1);
    assert_int_equal(opinion_log_new(&t.w.m, &log), OPINION_OK);
    fill_log(&t, log);
    assert_int_equal(opinion_votes_new(&t.w.m, log, OPINION_BY_ID, &v), OPINION_OK);
    assert_int_equal(opinion_analysis_new(&t.w.m, v, &options, &a), OPINION_OK);
    for (n = 1; p == NULL; n++) {
        t.w.fail_at = t.w.taken + n;
        enum opinion_err e = opinion_publication_new(&t.w.m, a, t.p, &p);
        assert_true(e == OPINION_NO_MEMORY || (e == OPINION_OK && p != NULL));
    }
    assert_true(n > 10);
    t.w.fail_at = 0;
    opinion_publication_free(p);
    opinion_publication_free(save_and_load(&t));
    p = NULL;
    for (n = 1; p == NULL; n++) {
        t.w.fail_at = t.w.taken + n;
        enum opinion_err e =
            opinion_publication_load(&t.w.m, (const unsigned char *)saved.at, saved.len, &p);
        assert_true(e == OPINION_NO_MEMORY || (e == OPINION_OK && p != NULL));
    }
    t.w.fail_at = 0;
    opinion_publication_free(p);
    opinion_analysis_free(a);
    opinion_votes_free(v);
    opinion_log_free(log);
    end_talk(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(twenty_publications_never_tell_of_fewer_than_ten),
        cmocka_unit_test(a_row_changes_when_enough_people_voted_and_stays_when_few_did),
        cmocka_unit_test(a_way_there_and_back_tells_nothing_of_one_who_went_another),
        cmocka_unit_test(the_first_of_eight_versions_is_not_forgotten_and_the_first_of_nine_is),
        cmocka_unit_test(a_statement_moderated_out_is_gone_at_once_and_its_past_is_not_forgotten),
        cmocka_unit_test(one_who_withdraws_does_not_hide_a_row),
        cmocka_unit_test(sizes_of_groups_are_a_row_like_others),
        cmocka_unit_test(groups_keep_their_numbers_by_their_people),
        cmocka_unit_test(what_is_kept_comes_back_and_goes_on_the_same),
        cmocka_unit_test(what_is_damaged_or_cut_is_refused),
        cmocka_unit_test(what_is_forged_is_refused_or_read_but_never_beyond_its_end),
        cmocka_unit_test(the_json_names_nobody_and_says_what_was_kept),
        cmocka_unit_test(without_memory_it_ends_cleanly),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
