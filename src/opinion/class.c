/* Who belongs to which group by the votes alone: a latent class model, each group with a share of
 * agreeing, passing and disagreeing of its own on each statement (Lazarsfeld 1950; Dempster, Laird,
 * Rubin 1977), begun from the groups. */
#include "opinion/analysis.h"

#include "opinion/real.h"

#include <math.h>
#include <string.h>

/* Votes at the share of all that each share begins with; rounds. */
enum { CLASS_ROUNDS = 6 };
static const double PRIOR = 2;

struct classes {
    size_t codes; /* 3 * statements */
    int k;
    double *share; /* [codes] of all */
    double *sum;   /* [codes * k] expected votes */
    double *log;   /* [codes * k] */
    double weight[OPINION_GROUPS_MAX], log_weight[OPINION_GROUPS_MAX];
};

static void find_shares(const struct opinion_votes *v, double *share)
{
    for (uint64_t c = 0; c < v->count; c++)
        share[v->code[c]]++;
    for (size_t j = 0; j < v->statements; j++) {
        double all = share[3 * j] + share[3 * j + 1] + share[3 * j + 2] + 3;
        for (size_t o = 0; o < 3; o++)
            share[3 * j + o] = (share[3 * j + o] + 1) / all;
    }
}

/* From expected votes to the logarithms of shares. */
static void find_logs(struct classes *s)
{
    double people = 0;

    for (size_t j = 0; j < s->codes / 3; j++) {
        for (int g = 0; g < s->k; g++) {
            double all = PRIOR;
            for (size_t o = 0; o < 3; o++)
                all += s->sum[(3 * j + o) * (size_t)s->k + (size_t)g];
            for (size_t o = 0; o < 3; o++) {
                size_t at = (3 * j + o) * (size_t)s->k + (size_t)g;
                s->log[at] = real_log((s->sum[at] + PRIOR * s->share[3 * j + o]) / all);
            }
        }
    }
    for (int g = 0; g < s->k; g++)
        people += s->weight[g];
    for (int g = 0; g < s->k; g++)
        s->log_weight[g] = real_log((s->weight[g] + 1) / (people + s->k));
}

static void belong(const struct classes *s, const uint16_t *code, size_t count, double *probability)
{
    double most = -INFINITY, all = 0, sum[OPINION_GROUPS_MAX];

    memcpy(sum, s->log_weight, sizeof sum);
    for (size_t c = 0; c < count; c++) {
        const double *row = s->log + (size_t)code[c] * (size_t)s->k;
        for (int g = 0; g < s->k; g++)
            sum[g] += row[g];
    }
    for (int g = 0; g < s->k; g++)
        most = fmax(most, sum[g]);
    for (int g = 0; g < s->k; g++)
        all += probability[g] = real_exp(sum[g] - most);
    for (int g = 0; g < s->k; g++)
        probability[g] /= all;
}

static void add(struct classes *s, const uint16_t *code, size_t count, const double *probability)
{
    for (int g = 0; g < s->k; g++)
        s->weight[g] += probability[g];
    for (size_t c = 0; c < count; c++) {
        double *row = s->sum + (size_t)code[c] * (size_t)s->k;
        for (int g = 0; g < s->k; g++)
            row[g] += probability[g];
    }
}

/* The expected votes of those who take part, by the probabilities that were found last. */
static void learn(const struct work *w, struct classes *s)
{
    memset(s->sum, 0, s->codes * (size_t)s->k * sizeof *s->sum);
    memset(s->weight, 0, sizeof s->weight);
    for (size_t i = 0; i < w->a->eligible; i++) {
        size_t person = w->eligible[i];
        uint32_t from = w->kept->begin[person];
        add(s, w->kept->code + from, w->kept->begin[person + 1] - from,
            w->membership + person * (size_t)s->k);
    }
    find_logs(s);
}

static void belong_all(const struct work *w, const struct classes *s)
{
    for (size_t i = 0; i < w->v->people; i++) {
        uint32_t from = w->kept->begin[i];
        belong(s, w->kept->code + from, w->kept->begin[i + 1] - from,
               w->membership + i * (size_t)s->k);
    }
}

enum opinion_err class_find(struct work *w)
{
    struct classes s = {.codes = 3 * w->kept->statements, .k = w->a->k};

    for (size_t i = 0; i < w->v->people; i++) {
        if (w->group[i] >= 0)
            w->membership[i * (size_t)s.k + (size_t)w->group[i]] = 1;
        else if (s.k == 1)
            w->membership[i] = 1;
    }
    if (s.k == 1)
        return OPINION_OK;
    TAKE(w->scratch, s.share, s.codes);
    TAKE(w->scratch, s.sum, s.codes * (size_t)s.k);
    TAKE(w->scratch, s.log, s.codes * (size_t)s.k);
    find_shares(w->kept, s.share);
    for (int round = 0; round < CLASS_ROUNDS; round++) {
        learn(w, &s);
        belong_all(w, &s);
    }
    return OPINION_OK;
}
