/* alike: least hashes bring people together who may vote alike, likelihood says how surely. */
#include "opinion/alike.h"

#include "opinion/real.h"

#include <stdlib.h>
#include <string.h>

enum {
    BANDS = 20,
    ROWS = 3,       /* least hashes of a band that must all be equal */
    NEIGHBOURS = 32 /* with whom each is compared, where a band brings a crowd together */
};

/* ---- who is compared with whom ---- */

struct banded {
    uint64_t key;
    uint32_t person;
};

static int by_key(const void *left, const void *right)
{
    const struct banded *a = left, *b = right;

    if (a->key != b->key)
        return a->key < b->key ? -1 : 1;
    return (a->person > b->person) - (a->person < b->person);
}

/* The least hash of each row over the person's votes, as one number. */
static uint64_t key_of(const struct opinion_votes *v, uint32_t person, const uint32_t (*hash)[ROWS])
{
    uint32_t least[ROWS];
    uint64_t key = 0;

    memset(least, 0xff, sizeof least);
    for (uint32_t i = v->begin[person]; i < v->begin[person + 1]; i++) {
        const uint32_t *h = hash[v->code[i]];
        for (int r = 0; r < ROWS; r++)
            least[r] = h[r] < least[r] ? h[r] : least[r];
    }
    for (int r = 0; r < ROWS; r++)
        key = real_random_begin(key, least[r]).state;
    return key;
}

static enum opinion_err meet_within(const struct banded *at, size_t count, alike_meet_fn *meet,
                                    void *arg)
{
    for (size_t i = 0; i < count; i++) {
        for (size_t k = i + 1; k < count && k <= i + NEIGHBOURS && at[k].key == at[i].key; k++)
            TRY(meet(arg, at[i].person, at[k].person));
    }
    return OPINION_OK;
}

enum opinion_err alike_meet(const struct opinion_votes *v, uint64_t seed, const uint32_t *people,
                            size_t count, struct region *scratch, alike_meet_fn *meet, void *arg)
{
    size_t codes = 3 * v->statements;
    struct banded *at;
    uint32_t(*hash)[ROWS];

    TAKE(scratch, at, count);
    TAKE(scratch, hash, codes);
    for (uint64_t band = 0; band < BANDS && count > 0; band++) {
        struct real_random random = real_random_begin(seed, band);
        for (size_t c = 0; c < codes; c++) {
            for (int r = 0; r < ROWS; r++)
                hash[c][r] = (uint32_t)(real_random_bits(&random) >> 32);
        }
        for (size_t i = 0; i < count; i++)
            at[i] = (struct banded){key_of(v, people[i], (const uint32_t(*)[ROWS])hash), people[i]};
        qsort(at, count, sizeof *at, by_key);
        TRY(meet_within(at, count, meet, arg));
    }
    return OPINION_OK;
}

/* ---- the model ---- */

#define COPY_SAME  0.95 /* of the votes of a copy */
#define MODEL_MOST 0.96 /* of the room there is: nobody is expected to vote without exception */
#define SAME_LEAST 0.05
#define SAME_MOST  0.95

static bool is_in_an_axis(const struct opinion_analysis *a, size_t j)
{
    for (size_t d = 0; d < OPINION_AXES; d++) {
        if (a->loading[j * OPINION_AXES + d] != 0)
            return true;
    }
    return false;
}

static void describe_statements(struct alike_model *m)
{
    double passes = 0, votes = 0;

    for (size_t j = 0; j < m->votes->statements; j++) {
        struct opinion_count c = m->analysis->about[j].all;
        double seen = (double)c.agree + (double)c.pass + (double)c.disagree;
        m->pass[j] = ((double)c.pass + 1) / (seen + 3);
        m->mean[j] = is_in_an_axis(m->analysis, j)
                         ? m->analysis->mean[j]
                         : ((double)c.agree - (double)c.disagree) / (seen + 1);
        passes += c.pass;
        votes += seen;
    }
    m->usual = (passes + 1) / (votes + 3);
}

/* A vote moves the place and makes it surer: recursive least squares, which gives the posterior
 * mean of the analysis also of those who had no part in it (Tipping, Bishop 1999). */
static void move(const struct alike_model *m, uint16_t code, double z[OPINION_AXES],
                 double spread[OPINION_AXES][OPINION_AXES])
{
    size_t j = opinion_code_statement(code);
    const double *w = m->analysis->loading + j * OPINION_AXES;
    double along[OPINION_AXES] = {0}, through = m->analysis->noise;
    double left = opinion_code_vote(code) - m->mean[j];

    for (int a = 0; a < OPINION_AXES; a++) {
        for (int b = 0; b < OPINION_AXES; b++)
            along[a] += spread[a][b] * w[b];
        through += w[a] * along[a];
        left -= w[a] * z[a];
    }
    if (through <= 0) /* no noise and nothing to tell */
        return;
    for (int a = 0; a < OPINION_AXES; a++) {
        z[a] += along[a] * left / through;
        for (int b = 0; b < OPINION_AXES; b++)
            spread[a][b] -= along[a] * along[b] / through;
    }
}

static void describe_person(struct alike_model *m, size_t person)
{
    const struct opinion_votes *v = m->votes;
    double spread[OPINION_AXES][OPINION_AXES] = {{0}}, passes = 0;
    uint32_t count = v->begin[person + 1] - v->begin[person];

    for (int a = 0; a < OPINION_AXES; a++)
        spread[a][a] = 1;
    for (uint32_t k = v->begin[person]; k < v->begin[person + 1]; k++) {
        passes += opinion_code_vote(v->code[k]) == OPINION_PASS;
        move(m, v->code[k], m->place + person * OPINION_AXES, spread);
    }
    m->own[person] = (passes + 3 * m->usual) / (count + 3.0);
}

enum opinion_err alike_model_begin(struct alike_model *m, const struct opinion_votes *votes,
                                   const struct opinion_analysis *analysis, struct region *region)
{
    *m = (struct alike_model){.votes = votes, .analysis = analysis};
    TAKE(region, m->mean, votes->statements);
    TAKE(region, m->pass, votes->statements);
    TAKE(region, m->own, votes->people);
    TAKE(region, m->place, votes->people * OPINION_AXES);
    describe_statements(m);
    for (size_t i = 0; i < votes->people; i++)
        describe_person(m, i);
    return OPINION_OK;
}

/* ---- evidence ---- */

struct chances {
    double agree, pass, disagree;
};

static double odds(double p)
{
    return p / (1 - p);
}

static struct chances chances_of(const struct alike_model *m, uint32_t person, size_t j)
{
    const double *w = m->analysis->loading + j * OPINION_AXES;
    const double *z = m->place + (size_t)person * OPINION_AXES;
    double passing = odds(m->pass[j]) * odds(m->own[person]) / odds(m->usual);
    double pass = passing / (1 + passing), rest = 1 - pass, most = MODEL_MOST * rest;
    double expected = m->mean[j];

    for (int d = 0; d < OPINION_AXES; d++)
        expected += w[d] * z[d];
    if (expected > most)
        expected = most;
    if (expected < -most)
        expected = -most;
    return (struct chances){(rest + expected) / 2, pass, (rest - expected) / 2};
}

static double chance_of_equality(const struct alike_model *m, uint32_t a, uint32_t b, size_t j)
{
    struct chances p = chances_of(m, a, j), q = chances_of(m, b, j);
    double s = p.agree * q.agree + p.pass * q.pass + p.disagree * q.disagree;

    return s < SAME_LEAST ? SAME_LEAST : s > SAME_MOST ? SAME_MOST : s;
}

struct opinion_pair alike_pair(const struct alike_model *m, uint32_t a, uint32_t b)
{
    const struct opinion_votes *v = m->votes;
    uint32_t i = v->begin[a], k = v->begin[b];
    struct opinion_pair pair = {.a = a, .b = b};

    while (i < v->begin[a + 1] && k < v->begin[b + 1]) {
        size_t j = opinion_code_statement(v->code[i]), other = opinion_code_statement(v->code[k]);
        if (j != other) {
            i += j < other;
            k += other < j;
            continue;
        }
        bool is_same = v->code[i++] == v->code[k++];
        pair.common++;
        pair.same += is_same;
        if (m->analysis == NULL)
            continue;
        double s = chance_of_equality(m, a, b, j);
        pair.evidence += real_log(is_same ? COPY_SAME / s : (1 - COPY_SAME) / (1 - s));
    }
    return pair;
}

/* ---- pairs ---- */

static int by_evidence(const void *left, const void *right)
{
    const struct opinion_pair *a = left, *b = right;

    if (a->evidence != b->evidence)
        return a->evidence > b->evidence ? -1 : 1;
    if (a->a != b->a)
        return a->a < b->a ? -1 : 1;
    return (a->b > b->b) - (a->b < b->b);
}

/* Two people may have met in several bands. */
static void keep_each_once(struct alike_list *l)
{
    size_t kept = 0;

    if (l->count > 0)
        qsort(l->pairs, l->count, sizeof *l->pairs, by_evidence);
    for (size_t i = 0; i < l->count; i++) {
        if (kept == 0 || l->pairs[i].a != l->pairs[kept - 1].a ||
            l->pairs[i].b != l->pairs[kept - 1].b)
            l->pairs[kept++] = l->pairs[i];
    }
    l->count = kept;
}

/* When it is full what is there twice goes first; half of the room must be left, or it grows. */
static enum opinion_err keep(struct alike_list *l, struct opinion_pair pair)
{
    struct opinion_pair *grown;

    bool is_full = l->count == l->room;

    if (is_full)
        keep_each_once(l);
    if (is_full && l->count >= l->room / 2) {
        size_t room = l->room == 0 ? 64 : 2 * l->room;
        TAKE(l->region, grown, room);
        if (l->count > 0)
            memcpy(grown, l->pairs, l->count * sizeof *grown);
        l->pairs = grown;
        l->room = room;
    }
    l->pairs[l->count++] = pair;
    return OPINION_OK;
}

struct finding {
    const struct alike_model *model;
    double threshold;
    struct alike_list *found;
};

static enum opinion_err judge(void *arg, uint32_t a, uint32_t b)
{
    struct finding *f = arg;
    struct opinion_pair pair = alike_pair(f->model, a, b);

    if (pair.common < OPINION_ALIKE_LEAST || pair.evidence < f->threshold)
        return OPINION_OK;
    return keep(f->found, pair);
}

enum opinion_err alike_find(const struct alike_model *m, uint64_t seed, const uint32_t *people,
                            size_t count, double threshold, struct region *scratch,
                            struct alike_list *found)
{
    struct finding f = {m, threshold, found};

    TRY(alike_meet(m->votes, seed, people, count, scratch, judge, &f));
    keep_each_once(found);
    return OPINION_OK;
}
