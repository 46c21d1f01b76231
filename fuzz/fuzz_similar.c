/*
 * Texts that are compared. They stand between bytes of 0; the first byte is the seed. Whatever they
 * hold, each has an answer, scores and ranges are what they are said to be, and what was added is
 * most like itself.
 */
#include "opinion/similar.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { TEXTS_MAX = 60 }; /* so that one input takes milliseconds */

static void *take(void *self, size_t size)
{
    (void)self;
    return calloc(1, size);
}

static void give(void *self, void *at)
{
    (void)self;
    free(at);
}

static const struct opinion_memory memory = {take, give, NULL};

static void check_side(const struct opinion_pair_side *side)
{
    size_t at = 0;

    for (size_t i = 0; i < side->range_count; i++) {
        assert(at <= side->ranges[i].from && side->ranges[i].from < side->ranges[i].to);
        at = side->ranges[i].to;
    }
    assert(at <= side->len);
}

static bool check_pair(void *last, const struct opinion_pair *pair)
{
    uint64_t *ids = last;

    assert(pair->a.id < pair->b.id && pair->jaccard >= 0.6 && pair->jaccard <= 1);
    assert(pair->a.id > ids[0] || (pair->a.id == ids[0] && pair->b.id > ids[1]));
    ids[0] = pair->a.id;
    ids[1] = pair->b.id;
    check_side(&pair->a);
    check_side(&pair->b);
    return true;
}

static void ask(struct opinion_texts *t, const char *text, size_t len)
{
    struct opinion_similar top[OPINION_SIMILAR_MAX];
    size_t count;
    enum opinion_err e = opinion_texts_similar(t, text, len, top, &count);

    assert(e == OPINION_OK && count <= OPINION_SIMILAR_MAX);
    for (size_t i = 0; i < count; i++) {
        assert(top[i].score > 0.3 && top[i].score <= 1);
        assert(i == 0 || top[i - 1].score >= top[i].score);
    }
    assert(count == 0 || top[0].score >= 1 - 1e-12);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const char *at = (const char *)data + 1, *end = (const char *)data + size;
    struct opinion_texts *t;
    uint64_t ids[2] = {0, 0};

    if (size < 2 || opinion_texts_new(&memory, data[0], &t) != OPINION_OK)
        return 0;
    for (uint64_t id = 1; id <= TEXTS_MAX && at < end; id++) {
        const char *zero = memchr(at, '\0', (size_t)(end - at));
        size_t len = (size_t)((zero == NULL ? end : zero) - at);
        enum opinion_err e = opinion_texts_add(t, id, at, len);
        assert(e == (len > OPINION_TEXT_MAX ? OPINION_BAD_INPUT : OPINION_OK));
        if (e == OPINION_OK)
            ask(t, at, len);
        at += len + (zero != NULL);
    }
    enum opinion_err e = opinion_texts_pairs(t, check_pair, ids);
    assert(e == OPINION_OK);
    opinion_texts_free(t);
    return 0;
}
