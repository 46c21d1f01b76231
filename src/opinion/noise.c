/* Noisy counts: whose votes count, and how much is added. */
#include "opinion/noise_draw.h"
#include "opinion/real.h"
#include "opinion/region.h"

#include <math.h>
#include <stdlib.h>

/* ---- whose votes count ---- */

static uint64_t turned(uint64_t x, int by)
{
    return x << by | x >> (64 - by);
}

static void mix(uint64_t v[4])
{
    v[0] += v[1];
    v[1] = turned(v[1], 13) ^ v[0];
    v[0] = turned(v[0], 32);
    v[2] += v[3];
    v[3] = turned(v[3], 16) ^ v[2];
    v[0] += v[3];
    v[3] = turned(v[3], 21) ^ v[0];
    v[2] += v[1];
    v[1] = turned(v[1], 17) ^ v[2];
    v[2] = turned(v[2], 32);
}

static void mix_in(uint64_t v[4], uint64_t word)
{
    v[3] ^= word;
    mix(v);
    mix(v);
    v[0] ^= word;
}

/* SipHash-2-4 of two words (Aumasson, Bernstein 2012). */
static uint64_t hash_of(const uint64_t key[2], uint64_t person, uint64_t statement)
{
    uint64_t v[] = {key[0] ^ UINT64_C(0x736f6d6570736575), key[1] ^ UINT64_C(0x646f72616e646f6d),
                    key[0] ^ UINT64_C(0x6c7967656e657261), key[1] ^ UINT64_C(0x7465646279746573)};

    mix_in(v, person);
    mix_in(v, statement);
    mix_in(v, (uint64_t)16 << 56);
    v[2] ^= 0xff;
    for (int i = 0; i < 4; i++)
        mix(v);
    return v[0] ^ v[1] ^ v[2] ^ v[3];
}

struct drawn {
    uint64_t hash;
    uint16_t code;
};

static int by_hash(const void *a, const void *b)
{
    const struct drawn *x = a, *y = b;

    if (x->hash != y->hash)
        return x->hash < y->hash ? -1 : 1;
    return x->code < y->code ? -1 : 1;
}

/* The votes of a person that count: those with the lowest hash of person and statement. */
static size_t draw_votes(const struct opinion_votes *v, size_t i,
                         const struct opinion_noise_options *o, struct drawn *drawn)
{
    size_t n = 0;

    for (uint32_t at = v->begin[i]; at < v->begin[i + 1]; at++) {
        size_t j = opinion_code_statement(v->code[at]);
        if (!v->is_out[j])
            drawn[n++] =
                (struct drawn){hash_of(o->key, v->person_id[i], v->statement_id[j]), v->code[at]};
    }
    if (n <= o->cap)
        return n;
    qsort(drawn, n, sizeof *drawn, by_hash);
    return o->cap;
}

static enum opinion_err count_votes(struct region *scratch, const struct opinion_analysis *a,
                                    const struct opinion_noise_options *o,
                                    struct opinion_noisy *counts)
{
    const struct opinion_votes *v = a->votes;
    struct drawn *drawn;

    TAKE(scratch, drawn, v->statements);
    for (size_t i = 0; i < v->people; i++) {
        size_t slot = a->group[i] < 0 ? (size_t)a->k : (size_t)a->group[i];
        size_t n = draw_votes(v, i, o, drawn);
        for (size_t at = 0; at < n; at++) {
            int vote = opinion_code_vote(drawn[at].code);
            struct opinion_noisy *c =
                &counts[slot * v->statements + opinion_code_statement(drawn[at].code)];
            c->agree += vote == OPINION_AGREE;
            c->pass += vote == OPINION_PASS;
            c->disagree += vote == OPINION_DISAGREE;
        }
    }
    return OPINION_OK;
}

/* ---- the noise ---- */

/* Counts of nobody get it as well: that they are nought would tell. */
static enum opinion_err add_noise(const struct opinion_analysis *a,
                                  const struct opinion_noise_options *o,
                                  struct opinion_noisy *counts)
{
    struct noise_draw draw = {.randomness = o->randomness};
    const struct noise_variance variance = {(uint64_t)o->cap * OPINION_RHO_ONE,
                                            (uint64_t)2 * o->rho};
    size_t statements = a->votes->statements;

    for (size_t at = 0; at < ((size_t)a->k + 1) * statements && !draw.is_dry; at++) {
        if (a->votes->is_out[at % statements])
            continue;
        counts[at].agree += noise_gaussian(&draw, variance);
        counts[at].pass += noise_gaussian(&draw, variance);
        counts[at].disagree += noise_gaussian(&draw, variance);
    }
    return draw.is_dry ? OPINION_BAD_INPUT : OPINION_OK;
}

/* ---- all of it ---- */

struct noise {
    struct opinion_noise n; /* first: what is handed out */
    struct region *region;
};

static enum opinion_err make(struct noise *w, struct region *scratch,
                             const struct opinion_analysis *a,
                             const struct opinion_noise_options *o)
{
    static const double DELTA = 1e-6;
    double rho = (double)o->rho / OPINION_RHO_ONE;
    struct opinion_noisy *counts;

    TAKE(w->region, counts, ((size_t)a->k + 1) * a->votes->statements);
    w->n = (struct opinion_noise){.analysis = a,
                                  .rho = o->rho,
                                  .cap = o->cap,
                                  .variance = o->cap / (2 * rho),
                                  .epsilon = rho + 2 * sqrt(rho * -real_log(DELTA)),
                                  .delta = DELTA,
                                  .counts = counts};
    TRY(count_votes(scratch, a, o, counts));
    return add_noise(a, o, counts);
}

enum opinion_err opinion_noise_new(const struct opinion_memory *m,
                                   const struct opinion_analysis *analysis,
                                   const struct opinion_noise_options *options,
                                   const struct opinion_noise **noise)
{
    if (options->rho < 1 || options->rho > OPINION_RHO_MOST || options->cap < 1 ||
        options->cap > OPINION_CAP_MAX)
        return OPINION_BAD_INPUT;
    struct region *region = region_new(m), *scratch = region_new(m);
    struct noise *w = region == NULL || scratch == NULL ? NULL : region_take(region, 1, sizeof *w);
    enum opinion_err e = OPINION_NO_MEMORY;
    if (w != NULL) {
        w->region = region;
        e = make(w, scratch, analysis, options);
    }
    region_free(scratch);
    if (e != OPINION_OK) {
        region_free(region);
        return e;
    }
    *noise = &w->n;
    return OPINION_OK;
}

void opinion_noise_free(const struct opinion_noise *noise)
{
    const struct noise *w = (const struct noise *)noise;

    if (w != NULL)
        region_free(w->region);
}
