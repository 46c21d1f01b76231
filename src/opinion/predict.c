#include "opinion/predict.h"

#include "opinion/real.h"
#include "opinion/region.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>

/* Numbers of their own: an analysis draws by its seed, too. */
static const uint64_t APART = UINT64_C(0x707265646963746f);

/* ---- hiding ---- */

/* What was hidden lies in the region that it knows. */
struct made {
    struct opinion_holdout holdout;
    struct region *region;
};

/* A stream of its own for each of a person's votes. */
static struct real_random lot(uint64_t key, uint64_t person, uint64_t statement)
{
    struct real_random r = real_random_begin(key, person);

    return real_random_begin(real_random_bits(&r), statement);
}

static enum opinion_err hide(struct region *region, const struct opinion_votes *v, int one_in,
                             uint64_t key, struct opinion_holdout *h)
{
    struct opinion_hidden *hidden;
    uint32_t *begin, left = 0;
    uint16_t *code;

    TAKE(region, hidden, v->count);
    TAKE(region, begin, v->people + 1);
    TAKE(region, code, v->count);
    for (size_t i = 0; i < v->people; i++) {
        for (uint32_t at = v->begin[i]; at < v->begin[i + 1]; at++) {
            size_t j = opinion_code_statement(v->code[at]);
            struct real_random r = lot(key, v->person_id[i], v->statement_id[j]);
            if (v->is_out[j] || real_random_below(&r, (uint64_t)one_in) > 0)
                code[left++] = v->code[at];
            else
                hidden[h->hidden_count++] =
                    (struct opinion_hidden){(uint32_t)i, v->code[at], real_random_below(&r, 2) > 0};
        }
        begin[i + 1] = left;
    }
    h->votes = *v;
    h->votes.count = left;
    h->votes.begin = begin;
    h->votes.code = code;
    h->hidden = hidden;
    return OPINION_OK;
}

enum opinion_err opinion_holdout_new(const struct opinion_memory *m,
                                     const struct opinion_votes *votes, int one_in, uint64_t seed,
                                     uint64_t turn, const struct opinion_holdout **holdout)
{
    struct real_random r = real_random_begin(seed ^ APART, turn);
    struct region *region = region_new(m);
    struct made *made = region == NULL ? NULL : region_take(region, 1, sizeof *made);
    enum opinion_err e = OPINION_NO_MEMORY;

    assert(one_in >= 2);
    if (made != NULL) {
        made->region = region;
        e = hide(region, votes, one_in, real_random_bits(&r), &made->holdout);
    }
    if (e == OPINION_OK)
        *holdout = &made->holdout;
    else
        region_free(region);
    return e;
}

void opinion_holdout_free(const struct opinion_holdout *holdout)
{
    if (holdout != NULL)
        region_free(((const struct made *)holdout)->region);
}

/* ---- judging ---- */

/* [statements] mean of the votes that are left, 0 where there is none. */
static enum opinion_err find_means(struct region *scratch, const struct opinion_votes *v,
                                   double **mean)
{
    int64_t *sum;
    uint32_t *count;

    TAKE(scratch, *mean, v->statements);
    TAKE(scratch, sum, v->statements);
    TAKE(scratch, count, v->statements);
    for (uint64_t at = 0; at < v->count; at++) {
        size_t j = opinion_code_statement(v->code[at]);
        sum[j] += opinion_code_vote(v->code[at]);
        count[j]++;
    }
    for (size_t j = 0; j < v->statements; j++)
        (*mean)[j] = count[j] > 0 ? (double)sum[j] / count[j] : 0;
    return OPINION_OK;
}

/* By least squares, on the half that is not judged by it. */
static double scale_for(const struct opinion_holdout *h, const double *mean,
                        const double *deviation, bool half)
{
    double with = 0, own = 0;

    for (size_t i = 0; i < h->hidden_count; i++) {
        double d = deviation[i];
        if (h->hidden[i].half == half)
            continue;
        with += d * (opinion_code_vote(h->hidden[i].code) -
                     mean[opinion_code_statement(h->hidden[i].code)]);
        own += d * d;
    }
    return own > 0 ? with / own : 0;
}

struct foretold {
    double value;
    int vote;
};

static int by_value(const void *left, const void *right)
{
    const struct foretold *x = left, *y = right;

    return (x->value > y->value) - (x->value < y->value);
}

/* Of each agreement, how many disagreements are below; those at the same value count half. */
static double area(struct foretold *f, size_t count)
{
    double above = 0, agree = 0, disagree = 0;

    qsort(f, count, sizeof *f, by_value);
    for (size_t i = 0, end; i < count; i = end) {
        double a = 0, d = 0;
        for (end = i; end < count && f[end].value <= f[i].value; end++) {
            a += f[end].vote == OPINION_AGREE;
            d += f[end].vote == OPINION_DISAGREE;
        }
        above += a * (disagree + d / 2);
        agree += a;
        disagree += d;
    }
    return agree > 0 && disagree > 0 ? above / (agree * disagree) : 0.5;
}

static enum opinion_err judge(struct region *scratch, const struct opinion_holdout *h,
                              const double *deviation, struct opinion_prediction *p)
{
    double *mean, error = 0, all = 0;
    struct foretold *f;

    TRY(find_means(scratch, &h->votes, &mean));
    TAKE(scratch, f, h->hidden_count);
    for (int half = 0; half < 2; half++)
        p->scale[half] = scale_for(h, mean, deviation, half > 0);
    for (size_t i = 0; i < h->hidden_count; i++) {
        const struct opinion_hidden *one = &h->hidden[i];
        double base = mean[opinion_code_statement(one->code)];
        int vote = opinion_code_vote(one->code);
        f[i] = (struct foretold){base + p->scale[one->half] * deviation[i], vote};
        error += (vote - f[i].value) * (vote - f[i].value);
        all += (vote - base) * (vote - base);
    }
    p->r2 = all > 0 ? 1 - error / all : 0;
    p->auc = area(f, h->hidden_count);
    return OPINION_OK;
}

enum opinion_err opinion_predict(const struct opinion_memory *m,
                                 const struct opinion_holdout *holdout, const double *deviation,
                                 struct opinion_prediction *prediction)
{
    struct region *scratch = region_new(m);
    enum opinion_err e =
        scratch == NULL ? OPINION_NO_MEMORY : judge(scratch, holdout, deviation, prediction);

    region_free(scratch);
    return e;
}

/* ---- our own method ---- */

static enum opinion_err judge_default(const struct opinion_memory *m, struct region *scratch,
                                      const struct opinion_holdout *h,
                                      const struct opinion_analysis *a,
                                      struct opinion_prediction *p)
{
    double *deviation;

    TAKE(scratch, deviation, h->hidden_count);
    for (size_t i = 0; i < h->hidden_count; i++) {
        const double *place = a->place + (size_t)h->hidden[i].person * OPINION_AXES;
        const double *loading =
            a->loading + opinion_code_statement(h->hidden[i].code) * OPINION_AXES;
        for (int axis = 0; axis < OPINION_AXES; axis++)
            deviation[i] += place[axis] * loading[axis];
    }
    return opinion_predict(m, h, deviation, p);
}

enum opinion_err opinion_predict_default(const struct opinion_memory *m,
                                         const struct opinion_holdout *holdout,
                                         const struct opinion_options *options,
                                         struct opinion_prediction *prediction)
{
    const struct opinion_options usual = {.seed = 1};
    const struct opinion_analysis *a = NULL;
    struct region *scratch = region_new(m);
    enum opinion_err e = OPINION_NO_MEMORY;

    if (scratch != NULL)
        e = opinion_analysis_new(m, &holdout->votes, options == NULL ? &usual : options, &a);
    if (e == OPINION_OK)
        e = judge_default(m, scratch, holdout, a, prediction);
    opinion_analysis_free(a);
    region_free(scratch);
    return e;
}

/* ---- the method of Polis ---- */

/* What a person's place is multiplied by. */
static double reach_of(const struct opinion_votes *v, size_t person, int reach)
{
    double moved = sqrt((double)v->statements / (v->begin[person + 1] - v->begin[person]));

    if (reach == OPINION_POLIS_PLACED || v->begin[person + 1] == v->begin[person])
        return 1;
    return reach == OPINION_POLIS_BARE ? 1 / moved : moved;
}

static enum opinion_err judge_polis(const struct opinion_memory *m, struct region *scratch,
                                    const struct opinion_holdout *h, const struct opinion_polis *q,
                                    struct opinion_prediction *p)
{
    double *deviation;

    TAKE(scratch, deviation, h->hidden_count);
    for (int reach = 0; reach < OPINION_POLIS_REACHES; reach++) {
        for (size_t i = 0; i < h->hidden_count; i++) {
            size_t person = h->hidden[i].person, j = opinion_code_statement(h->hidden[i].code);
            /* Its places and axes count agreeing as -1. */
            deviation[i] = -(q->axis[0][j] * q->x[person] + q->axis[1][j] * q->y[person]) *
                           reach_of(&h->votes, person, reach);
        }
        TRY(opinion_predict(m, h, deviation, &p[reach]));
    }
    return OPINION_OK;
}

enum opinion_err opinion_predict_polis(const struct opinion_memory *m,
                                       const struct opinion_holdout *holdout,
                                       struct opinion_prediction *prediction)
{
    const struct opinion_polis *q = NULL;
    struct region *scratch = region_new(m);
    enum opinion_err e = OPINION_NO_MEMORY;

    if (scratch != NULL)
        e = opinion_polis_new(m, &holdout->votes, NULL, &q);
    if (e == OPINION_OK)
        e = judge_polis(m, scratch, holdout, q, prediction);
    opinion_polis_free(q);
    region_free(scratch);
    return e;
}
