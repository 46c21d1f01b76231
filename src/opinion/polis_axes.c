/* Principal components as Polis finds them: power iteration, one after the other. */
#include "opinion/polis.h"

#include <math.h>
#include <string.h>

enum { PRODUCTS_MAX = 101 };

/* Polis counts agreeing as -1. */
static double internal(int vote)
{
    return -vote;
}

static enum opinion_err find_means(struct polis *p)
{
    const struct opinion_votes *v = p->votes;
    uint32_t *seen;

    TAKE(p->region, p->mean, p->statements);
    TAKE(p->region, p->value, 3 * p->statements);
    TAKE(p->scratch, seen, p->statements);
    for (uint64_t k = 0; k < v->count; k++) {
        size_t j = opinion_code_statement(v->code[k]);
        p->mean[j] += internal(opinion_code_vote(v->code[k]));
        seen[j]++;
    }
    for (size_t j = 0; j < p->statements; j++) {
        p->out_count += v->is_out[j];
        /* One moderated out is a column of zeroes: its values stay zero, too. */
        p->mean[j] = v->is_out[j] || seen[j] == 0 ? 0 : p->mean[j] / seen[j];
        for (int vote = OPINION_DISAGREE; vote <= OPINION_AGREE && !v->is_out[j]; vote++)
            p->value[3 * j + (size_t)(vote + 1)] = internal(vote) - p->mean[j];
    }
    return OPINION_OK;
}

static double dot(const double *a, const double *b, size_t count)
{
    double sum = 0;

    for (size_t i = 0; i < count; i++)
        sum += a[i] * b[i];
    return sum;
}

struct product {
    double *along;    /* [3 * statements] value times the vector, by code */
    double *by_code;  /* [3 * statements] sums of people's products */
    double *person;   /* [people] the matrix times the vector */
    double *on_first; /* [people] the matrix times the first axis; NULL: there is none yet */
};

/* y = A'(A s), where A has lost the first axis, if there is one:
 * A s = A0 s - (A0 v1)(v1 . s)/(v1 . v1), and A' t = A0' t - v1 ((A0 v1) . t)/(v1 . v1). */
static void multiply(const struct polis *p, struct product *q, const double *s, double *y)
{
    const struct opinion_votes *v = p->votes;
    const double *first = p->axis[0];
    double squared = q->on_first == NULL ? 0 : dot(first, first, p->statements);
    const double *on_first = squared > 0 ? q->on_first : NULL;
    double share = on_first == NULL ? 0 : dot(first, s, p->statements) / squared;

    for (size_t c = 0; c < 3 * p->statements; c++)
        q->along[c] = p->value[c] * s[c / 3];
    memset(q->by_code, 0, 3 * p->statements * sizeof *q->by_code);
    for (size_t i = 0; i < p->people; i++) {
        double sum = 0;
        for (uint32_t k = v->begin[i]; k < v->begin[i + 1]; k++)
            sum += q->along[v->code[k]];
        if (on_first != NULL)
            sum -= on_first[i] * share;
        q->person[i] = sum;
        for (uint32_t k = v->begin[i]; k < v->begin[i + 1]; k++)
            q->by_code[v->code[k]] += sum;
    }
    share = on_first == NULL ? 0 : dot(on_first, q->person, p->people) / squared;
    for (size_t j = 0; j < p->statements; j++) {
        y[j] = 0;
        for (size_t c = 3 * j; c < 3 * j + 3; c++)
            y[j] += q->by_code[c] * p->value[c];
        if (on_first != NULL)
            y[j] -= first[j] * share;
    }
}

/* From a vector of ones until the length is exactly that of the product before. */
static void iterate(const struct polis *p, struct product *q, double *axis, double *y)
{
    double before = -1;

    for (size_t j = 0; j < p->statements; j++)
        axis[j] = 1;
    for (int i = 0; i < PRODUCTS_MAX; i++) {
        multiply(p, q, axis, y);
        double length = sqrt(dot(y, y, p->statements));
        for (size_t j = 0; j < p->statements; j++)
            axis[j] = length == 0 ? 0 : y[j] / length;
        if (length == before || length == 0)
            return;
        before = length;
    }
}

static enum opinion_err find_axes(struct polis *p)
{
    struct product q = {0};
    double *y;

    TAKE(p->scratch, q.along, 3 * p->statements);
    TAKE(p->scratch, q.by_code, 3 * p->statements);
    TAKE(p->scratch, q.person, p->people);
    TAKE(p->scratch, y, p->statements);
    TAKE(p->region, p->axis[0], p->statements);
    TAKE(p->region, p->axis[1], p->statements);
    if (p->people < 2 || p->statements < 2)
        return OPINION_OK; /* one axis, and everybody at its origin */
    iterate(p, &q, p->axis[0], y);
    multiply(p, &q, p->axis[0], y);
    TAKE(p->scratch, q.on_first, p->people);
    memcpy(q.on_first, q.person, p->people * sizeof *q.on_first);
    iterate(p, &q, p->axis[1], y);
    return OPINION_OK;
}

/* Whoever saw few statements is moved outwards by sqrt(all / seen); those moderated out count as
 * seen by everybody. */
static enum opinion_err find_positions(struct polis *p)
{
    const struct opinion_votes *v = p->votes;

    TAKE(p->region, p->x, p->people);
    TAKE(p->region, p->y, p->people);
    for (size_t i = 0; i < p->people; i++) {
        size_t seen = p->out_count;
        for (uint32_t k = v->begin[i]; k < v->begin[i + 1]; k++) {
            size_t j = opinion_code_statement(v->code[k]);
            p->x[i] += p->value[v->code[k]] * p->axis[0][j];
            p->y[i] += p->value[v->code[k]] * p->axis[1][j];
            seen += !v->is_out[j];
        }
        double scale = sqrt((double)p->statements / (double)(seen == 0 ? 1 : seen));
        p->x[i] *= scale;
        p->y[i] *= scale;
    }
    return OPINION_OK;
}

enum opinion_err polis_axes(struct polis *p)
{
    TRY(find_means(p));
    TRY(find_axes(p));
    return find_positions(p);
}
