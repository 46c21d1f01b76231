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

/* What is e to this is not told from nothing: most people are sure of where they belong. */
static const double NOTHING = -30;

struct classes {
    size_t codes; /* 3 * statements */
    int k;
    double *share; /* [codes] of all */
    float *sum;    /* [codes * KERNEL_CLASSES] expected votes, CREW_ROOMS times */
    float *log;    /* [codes * KERNEL_CLASSES] */
    double weight[OPINION_GROUPS_MAX], log_weight[OPINION_GROUPS_MAX];
    double weight_of[CREW_ROOMS][OPINION_GROUPS_MAX];
};

/* Of those by whom the shares are learnt. */
static void find_shares(const struct work *w, double *share)
{
    for (size_t i = 0; i < w->a->sampled; i++) {
        uint32_t person = w->sample[i];
        for (uint32_t c = w->kept->begin[person]; c < w->kept->begin[person + 1]; c++)
            share[w->kept->code[c]]++;
    }
    for (size_t j = 0; j < w->kept->statements; j++) {
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
        for (size_t g = 0; g < (size_t)s->k; g++) {
            double all = PRIOR;
            for (size_t o = 0; o < 3; o++)
                all += (double)s->sum[(3 * j + o) * KERNEL_CLASSES + g];
            for (size_t o = 0; o < 3; o++) {
                size_t at = (3 * j + o) * KERNEL_CLASSES + g;
                double votes = (double)s->sum[at] + PRIOR * s->share[3 * j + o];
                s->log[at] = (float)real_log(votes / all);
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
    double most = -INFINITY, all = 0;
    float sum[KERNEL_CLASSES];

    kernel_in_use()->sum_classes(s->log, code, count, sum);
    for (int g = 0; g < s->k; g++) {
        probability[g] = s->log_weight[g] + (double)sum[g];
        most = fmax(most, probability[g]);
    }
    for (int g = 0; g < s->k; g++) {
        double beyond = probability[g] - most;
        probability[g] = beyond < NOTHING ? 0 : real_exp(beyond);
        all += probability[g];
    }
    for (int g = 0; g < s->k; g++)
        probability[g] /= all;
}

static void add(struct classes *s, const uint16_t *code, size_t count, const double *probability)
{
    float row[KERNEL_CLASSES] = {0};

    for (int g = 0; g < s->k; g++) {
        s->weight[g] += probability[g];
        row[g] = (float)probability[g];
    }
    kernel_in_use()->add_classes(s->sum, code, count, row);
}

/* A round on its way: each room has the sums of its people. */
struct learning {
    const struct work *w;
    struct classes *s;
    bool is_first;
};

static void learn_part(void *arg, size_t part)
{
    const struct learning *t = arg;
    const struct work *w = t->w;
    size_t end = crew_from(w->a->sampled, CREW_ROOMS, part + 1);
    size_t cells = t->s->codes * KERNEL_CLASSES;
    struct classes own = {.k = t->s->k, .sum = t->s->sum + part * cells};

    memset(own.sum, 0, cells * sizeof *own.sum);
    for (size_t i = crew_from(w->a->sampled, CREW_ROOMS, part); i < end; i++) {
        uint32_t person = w->sample[i], from = w->kept->begin[person];
        double probability[OPINION_GROUPS_MAX] = {0};
        size_t count = w->kept->begin[person + 1] - from;
        if (t->is_first)
            probability[w->group[person]] = 1;
        else
            belong(t->s, w->kept->code + from, count, probability);
        add(&own, w->kept->code + from, count, probability);
    }
    memcpy(t->s->weight_of[part], own.weight, sizeof own.weight);
}

/* One round over the people that the axes come from: the votes each is expected to have given to
 * each class, at first by the groups, then by what was learnt. */
static void learn(const struct work *w, struct classes *s, bool is_first)
{
    struct learning t = {w, s, is_first};
    size_t cells = s->codes * KERNEL_CLASSES;

    crew_run(w->crew, CREW_ROOMS, learn_part, &t);
    memcpy(s->weight, s->weight_of[0], sizeof s->weight);
    for (size_t part = 1; part < CREW_ROOMS; part++) {
        for (int g = 0; g < s->k; g++)
            s->weight[g] += s->weight_of[part][g];
        for (size_t at = 0; at < cells; at++)
            s->sum[at] += s->sum[part * cells + at];
    }
    find_logs(s);
}

static enum opinion_err learn_classes(struct work *w)
{
    struct classes *s;

    TAKE(w->scratch, s, 1);
    *s = (struct classes){.codes = 3 * w->kept->statements, .k = w->a->k};
    TAKE(w->scratch, s->share, s->codes);
    TAKE(w->scratch, s->sum, CREW_ROOMS * s->codes * KERNEL_CLASSES);
    TAKE(w->scratch, s->log, s->codes * KERNEL_CLASSES);
    find_shares(w, s->share);
    for (int round = 0; round < CLASS_ROUNDS; round++)
        learn(w, s, round == 0);
    w->classes = s;
    return OPINION_OK;
}

void class_of(const struct work *w, size_t person, double *membership)
{
    uint32_t from = w->kept->begin[person];

    if (w->classes == NULL)
        membership[0] = 1;
    else
        belong(w->classes, w->kept->code + from, w->kept->begin[person + 1] - from, membership);
}

static void tell_part(void *arg, size_t part)
{
    const struct work *w = arg;
    size_t from = part * CREW_PEOPLE, end = from + CREW_PEOPLE;

    for (size_t i = from; i < end && i < w->v->people; i++)
        class_of(w, i, w->membership + i * (size_t)w->a->k);
}

enum opinion_err class_find(struct work *w)
{
    w->classes = NULL;
    if (w->a->k > 1)
        TRY(learn_classes(w));
    crew_run(w->crew, crew_parts(w->v->people), tell_part, w);
    return OPINION_OK;
}
