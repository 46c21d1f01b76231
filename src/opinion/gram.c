#include "opinion/gram.h"

enum { WORD = 64, TILE = 8 };

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

/* ---- by bit planes ---- */

/* One bit for each person: agreed, agreed or disagreed, voted. */
struct planes {
    size_t words;
    uint64_t *agree, *side, *seen; /* [j * words] */
};

static enum opinion_err planes_new(struct region *scratch, const struct opinion_votes *v,
                                   const uint32_t *people, size_t count, struct planes *p)
{
    p->words = (count + WORD - 1) / WORD;
    TAKE(scratch, p->agree, v->statements * p->words);
    TAKE(scratch, p->side, v->statements * p->words);
    TAKE(scratch, p->seen, v->statements * p->words);
    for (size_t i = 0; i < count; i++) {
        uint64_t bit = UINT64_C(1) << (i % WORD);
        for (uint32_t k = v->begin[people[i]]; k < v->begin[people[i] + 1]; k++) {
            size_t at = opinion_code_statement(v->code[k]) * p->words + i / WORD;
            int vote = opinion_code_vote(v->code[k]);
            p->seen[at] |= bit;
            p->side[at] |= vote != OPINION_PASS ? bit : 0;
            p->agree[at] |= vote == OPINION_AGREE ? bit : 0;
        }
    }
    return OPINION_OK;
}

struct pair {
    int64_t both, sides, opposed, agree_given, side_given, agree_given_back, side_given_back;
};

static int64_t ones(uint64_t word)
{
    return __builtin_popcountll(word);
}

static struct pair count_pair(const struct planes *p, size_t j, size_t k)
{
    const uint64_t *aj = p->agree + j * p->words, *ak = p->agree + k * p->words;
    const uint64_t *mj = p->side + j * p->words, *mk = p->side + k * p->words;
    const uint64_t *sj = p->seen + j * p->words, *sk = p->seen + k * p->words;
    struct pair c = {0};

    for (size_t i = 0; i < p->words; i++) {
        c.both += ones(sj[i] & sk[i]);
        c.sides += ones(mj[i] & mk[i]);
        c.opposed += ones(mj[i] & mk[i] & (aj[i] ^ ak[i]));
        c.agree_given += ones(aj[i] & sk[i]);
        c.side_given += ones(mj[i] & sk[i]);
        c.agree_given_back += ones(ak[i] & sj[i]);
        c.side_given_back += ones(mk[i] & sj[i]);
    }
    return c;
}

static void set_pair(struct gram *g, size_t j, size_t k, const struct pair *c)
{
    size_t at = j * g->statements + k, back = k * g->statements + j;

    g->both[at] = g->both[back] = (uint32_t)c->both;
    g->product[at] = g->product[back] = (int32_t)(c->sides - 2 * c->opposed);
    /* Those who agree less those who do not. */
    g->given[at] = (int32_t)(2 * c->agree_given - c->side_given);
    g->given[back] = (int32_t)(2 * c->agree_given_back - c->side_given_back);
}

/* Tile by tile, so that the planes of a few statements stay near while they are paired. */
static void count_pairs(const struct planes *p, struct gram *g)
{
    for (size_t from = 0; from < g->statements; from += TILE) {
        size_t to = from + TILE < g->statements ? from + TILE : g->statements;
        for (size_t k = from; k < g->statements; k++) {
            for (size_t j = from; j < to && j <= k; j++) {
                struct pair c = count_pair(p, j, k);
                set_pair(g, j, k, &c);
            }
        }
    }
}

enum opinion_err gram_build(struct region *region, struct region *scratch,
                            const struct opinion_votes *v, const uint32_t *people, size_t count,
                            struct gram *g)
{
    struct planes planes = {0};

    TRY(gram_new(region, v->statements, g));
    TRY(planes_new(scratch, v, people, count, &planes));
    count_pairs(&planes, g);
    g->people = (uint32_t)count;
    for (size_t j = 0; j < g->statements; j++) {
        g->seen[j] = g->both[j * g->statements + j];
        g->sum[j] = g->given[j * g->statements + j];
    }
    return OPINION_OK;
}
