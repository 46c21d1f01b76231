#include "opinion/gram.h"

#include "opinion/crew.h"
#include "opinion/kernel.h"

#include <string.h>

enum { WORD = 64, TILE = 4 };

enum opinion_err gram_new(struct region *region, size_t statements, struct gram *g)
{
    *g = (struct gram){.statements = statements};
    TAKE(region, g->seen, statements);
    TAKE(region, g->sum, statements);
    TAKE(region, g->both, statements * statements);
    TAKE(region, g->product, statements * statements);
    TAKE(region, g->given, statements * statements);
    return OPINION_OK;
}

void gram_person(struct gram *g, const uint16_t *code, size_t count, int sign)
{
    g->people += (uint32_t)sign;
    for (size_t a = 0; a < count; a++) {
        size_t j = opinion_code_statement(code[a]);
        int vote = opinion_code_vote(code[a]);
        g->seen[j] += (uint32_t)sign;
        g->sum[j] += sign * vote;
        for (size_t b = 0; b < count; b++) {
            size_t at = j * g->statements + opinion_code_statement(code[b]);
            g->both[at] += (uint32_t)sign;
            g->product[at] += sign * vote * opinion_code_vote(code[b]);
            g->given[at] += sign * vote;
        }
    }
}

void gram_vote(struct gram *g, const uint16_t *others, size_t count, uint16_t code, int sign)
{
    size_t n = g->statements, j = opinion_code_statement(code);
    int vote = opinion_code_vote(code);

    g->seen[j] += (uint32_t)sign;
    g->sum[j] += sign * vote;
    g->both[j * n + j] += (uint32_t)sign;
    g->product[j * n + j] += sign * vote * vote;
    g->given[j * n + j] += sign * vote;
    for (size_t i = 0; i < count; i++) {
        size_t k = opinion_code_statement(others[i]);
        int other = opinion_code_vote(others[i]);
        g->both[j * n + k] += (uint32_t)sign;
        g->both[k * n + j] += (uint32_t)sign;
        g->product[j * n + k] += sign * vote * other;
        g->product[k * n + j] += sign * vote * other;
        g->given[j * n + k] += sign * vote;
        g->given[k * n + j] += sign * other;
    }
}

/* ---- by bit planes ---- */

struct planes {
    size_t words;
    uint64_t *agree, *side, *seen; /* [j * words] one bit for each person */
};

/* The votes of up to WORD people: for each code one bit of each. */
static void read_word(const struct opinion_votes *v, const uint32_t *people, size_t count,
                      uint64_t *bits)
{
    memset(bits, 0, 3 * v->statements * sizeof *bits);
    for (size_t i = 0; i < count; i++) {
        uint64_t bit = UINT64_C(1) << i;
        for (uint32_t k = v->begin[people[i]]; k < v->begin[people[i] + 1]; k++)
            bits[v->code[k]] |= bit;
    }
}

/* Words of people on their way into planes. */
struct reading {
    const struct opinion_votes *v;
    const uint32_t *people;
    size_t count, parts;
    const struct planes *p;
    uint64_t *bits; /* for each part 3 * statements */
};

static void read_part(void *arg, size_t part)
{
    const struct reading *r = arg;
    const struct planes *p = r->p;
    size_t n = r->v->statements, end = crew_from(p->words, r->parts, part + 1);
    uint64_t *bits = r->bits + part * 3 * n;

    for (size_t word = crew_from(p->words, r->parts, part); word < end; word++) {
        size_t from = word * WORD, left = r->count - from;
        read_word(r->v, r->people + from, left < WORD ? left : WORD, bits);
        for (size_t j = 0; j < n; j++) {
            size_t at = j * p->words + word;
            p->agree[at] = bits[3 * j + 2];
            p->side[at] = bits[3 * j] | bits[3 * j + 2];
            p->seen[at] = p->side[at] | bits[3 * j + 1];
        }
    }
}

static enum opinion_err planes_new(struct region *scratch, const struct opinion_votes *v,
                                   const uint32_t *people, size_t count,
                                   const struct opinion_crew *crew, struct planes *p)
{
    struct reading r = {v, people, count, CREW_ROOMS, p, NULL};

    p->words = (count + WORD - 1) / WORD;
    TAKE(scratch, p->agree, v->statements * p->words);
    TAKE(scratch, p->side, v->statements * p->words);
    TAKE(scratch, p->seen, v->statements * p->words);
    TAKE(scratch, r.bits, r.parts * 3 * v->statements);
    crew_run(crew, r.parts, read_part, &r);
    return OPINION_OK;
}

static struct kernel_planes planes_of(const struct planes *p, size_t j)
{
    return (struct kernel_planes){p->agree + j * p->words, p->side + j * p->words,
                                  p->seen + j * p->words};
}

static void set_pair(struct gram *g, size_t j, size_t k, const struct kernel_pair *c)
{
    size_t at = j * g->statements + k, back = k * g->statements + j;

    g->both[at] = g->both[back] = (uint32_t)c->both;
    g->product[at] = g->product[back] = (int32_t)(c->sides - 2 * c->opposed);
    /* Those who agree less those who do not. */
    g->given[at] = (int32_t)(2 * c->agree_given - c->side_given);
    g->given[back] = (int32_t)(2 * c->agree_given_back - c->side_given_back);
}

struct pairing {
    const struct planes *p;
    struct gram *g;
};

/* A tile, so that the planes of a few statements stay near while they are paired. */
static void count_tile(void *arg, size_t tile)
{
    const struct kernel *kernel = kernel_in_use();
    const struct pairing *t = arg;
    size_t n = t->g->statements, from = tile * TILE, to = from + TILE < n ? from + TILE : n;

    for (size_t k = from; k < n; k++) {
        struct kernel_planes planes_k = planes_of(t->p, k);
        for (size_t j = from; j < to && j <= k; j++) {
            struct kernel_planes planes_j = planes_of(t->p, j);
            struct kernel_pair pair;
            kernel->count_pair(&planes_j, &planes_k, t->p->words, &pair);
            set_pair(t->g, j, k, &pair);
        }
    }
}

enum opinion_err gram_build(struct region *region, struct region *scratch,
                            const struct opinion_votes *v, const uint32_t *people, size_t count,
                            const struct opinion_crew *crew, struct gram *g)
{
    struct planes planes = {0};
    struct pairing pairing = {&planes, g};

    TRY(gram_new(region, v->statements, g));
    TRY(planes_new(scratch, v, people, count, crew, &planes));
    crew_run(crew, (g->statements + TILE - 1) / TILE, count_tile, &pairing);
    g->people = (uint32_t)count;
    for (size_t j = 0; j < g->statements; j++) {
        g->seen[j] = g->both[j * g->statements + j];
        g->sum[j] = g->given[j * g->statements + j];
    }
    return OPINION_OK;
}
