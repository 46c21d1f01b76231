#include "opinion/world.h"

#include "opinion/gram.h"

#include <stdlib.h>
#include <string.h>

static void *take(void *self, size_t size)
{
    struct world_memory *w = self;

    if (w->fail_at > 0 && w->taken + 1 >= w->fail_at)
        return NULL;
    w->taken++;
    return calloc(1, size);
}

static void give(void *self, void *at)
{
    struct world_memory *w = self;

    w->given++;
    free(at);
}

void world_memory_begin(struct world_memory *w)
{
    *w = (struct world_memory){.m = {take, give, w}};
}

void world_memory_end(const struct world_memory *w)
{
    assert_int_equal(w->taken, w->given);
}

void world_begin(struct world_memory *w, struct opinion_log **log)
{
    world_memory_begin(w);
    assert_int_equal(opinion_log_new(&w->m, log), OPINION_OK);
}

void world_end(struct world_memory *w, struct opinion_log *log, const struct opinion_votes *votes)
{
    opinion_votes_free(votes);
    opinion_log_free(log);
    world_memory_end(w);
}

uint64_t world_random(uint64_t *state)
{
    *state = *state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return *state >> 33;
}

void world_plant(struct opinion_log *log, int people, int statements, int camps, uint64_t seed)
{
    for (int i = 0; i < people; i++) {
        for (int j = 0; j < statements; j++) {
            if (world_random(&seed) % 3 == 0)
                continue;
            bool is_for = j % 3 == 0 || (j + i % camps) % camps == 0;
            bool is_odd = world_random(&seed) % 10 == 0;
            assert_int_equal(opinion_log_add(log, (uint64_t)i, (uint64_t)j,
                                             is_for != is_odd ? OPINION_AGREE : OPINION_DISAGREE,
                                             i * statements + j),
                             OPINION_OK);
        }
    }
}

void world_same_sums(const struct gram *a, const struct gram *b)
{
    size_t n = a->statements;

    assert_int_equal(n, b->statements);
    assert_int_equal(a->people, b->people);
    assert_memory_equal(a->seen, b->seen, n * sizeof *a->seen);
    assert_memory_equal(a->sum, b->sum, n * sizeof *a->sum);
    assert_memory_equal(a->both, b->both, n * n * sizeof *a->both);
    assert_memory_equal(a->product, b->product, n * n * sizeof *a->product);
    assert_memory_equal(a->given, b->given, n * n * sizeof *a->given);
}

static bool put(void *self, const char *at, size_t len)
{
    struct world_text *t = self;

    if (t->len + len > (t->room == 0 ? sizeof t->at - 1 : t->room))
        return false;
    memcpy(t->at + t->len, at, len);
    t->len += len;
    t->at[t->len] = '\0';
    return true;
}

struct opinion_sink world_sink(struct world_text *text)
{
    return (struct opinion_sink){put, text};
}
