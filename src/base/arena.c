#include "base/arena.h"

#include "base/attr.h"

#include <assert.h>
#include <stdalign.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#ifdef ASAN
#include <sanitizer/asan_interface.h>
#define POISON(p, n)   ASAN_POISON_MEMORY_REGION((p), (n))
#define UNPOISON(p, n) ASAN_UNPOISON_MEMORY_REGION((p), (n))
#else
#define POISON(p, n)   ((void)(p), (void)(n))
#define UNPOISON(p, n) ((void)(p), (void)(n))
#endif

enum {
    ALIGN = alignof(max_align_t),
    BLOCK_FIRST = 16 * 1024,
    BLOCK_MAX = 1024 * 1024,
    BLOCK_KEPT_MAX = 256 * 1024
};

struct block {
    struct block *older;
    size_t size, used;
    alignas(max_align_t) char bytes[];
};

struct deferred {
    struct deferred *older;
    void (*fn)(void *);
    void *ptr;
};

struct arena {
    const char *name;
    size_t limit, used;
    struct block *newest;
    struct deferred *deferred;
    char *latest; /* the allocation that arena_grow may extend */
};

static NORETURN void die(const struct arena *a, const char *why, size_t size)
{
    fprintf(
        stderr,
        "{\"level\":\"fatal\",\"event\":\"arena\",\"name\":\"%s\",\"why\":\"%s\",\"size\":%zu}\n",
        a == NULL ? "" : a->name, why, size);
    abort();
}

static struct block *block_new(struct arena *a, size_t size)
{
    struct block *b = malloc(sizeof *b + size);

    if (b == NULL)
        die(a, "out of memory", size);
    b->older = a->newest;
    b->size = size;
    b->used = 0;
    POISON(b->bytes, size);
    a->newest = b;
    return b;
}

struct arena *arena_new(const char *name, size_t limit)
{
    struct arena *a = calloc(1, sizeof *a);

    if (a == NULL)
        die(NULL, "out of memory", sizeof *a);
    a->name = name;
    a->limit = limit;
    return a;
}

static void run_deferred(struct arena *a)
{
    while (a->deferred != NULL) {
        struct deferred *d = a->deferred;
        a->deferred = d->older;
        d->fn(d->ptr);
    }
}

static void block_free(struct block *b)
{
    if (b == NULL)
        return;
    UNPOISON(b->bytes, b->size);
    free(b);
}

void arena_reset(struct arena *a)
{
    struct block *kept = NULL;

    run_deferred(a);
    while (a->newest != NULL) {
        struct block *b = a->newest;
        a->newest = b->older;
        if (b->size <= BLOCK_KEPT_MAX && (kept == NULL || b->size > kept->size)) {
            block_free(kept);
            kept = b;
        } else {
            block_free(b);
        }
    }
    a->newest = kept;
    if (kept != NULL) {
        kept->older = NULL;
        kept->used = 0;
        POISON(kept->bytes, kept->size);
    }
    a->used = 0;
    a->latest = NULL;
}

void arena_free(struct arena *a)
{
    if (a == NULL)
        return;
    arena_reset(a);
    block_free(a->newest);
    free(a);
}

static size_t round_up(size_t n)
{
    return (n + (ALIGN - 1)) & ~(size_t)(ALIGN - 1);
}

void *arena_alloc(struct arena *a, size_t size)
{
    struct block *b = a->newest;
    char *at;

    if (size > a->limit || a->used > a->limit - size)
        die(a, "limit reached", size);
    size_t need = round_up(size == 0 ? 1 : size);

    if (b == NULL || b->size - b->used < need) {
        size_t block = b == NULL ? BLOCK_FIRST : b->size * 2;
        if (block > BLOCK_MAX)
            block = BLOCK_MAX;
        b = block_new(a, need > block ? need : block);
    }
    at = b->bytes + b->used;
    b->used += need;
    a->used += need;
    UNPOISON(at, size);
    memset(at, 0, size);
    a->latest = at;
    return at;
}

void *arena_array(struct arena *a, size_t count, size_t size)
{
    if (size != 0 && count > SIZE_MAX / size)
        die(a, "array too large", count);
    return arena_alloc(a, count * size);
}

void *arena_grow(struct arena *a, void *at, size_t old_size, size_t new_size)
{
    struct block *b = a->newest;

    assert(new_size >= old_size && (at != NULL || old_size == 0));
    if (at != NULL && at == a->latest && b != NULL) {
        size_t start = (size_t)((char *)at - b->bytes);
        size_t more = round_up(new_size) - (b->used - start);
        if (start + round_up(new_size) <= b->size && a->used + more <= a->limit) {
            UNPOISON((char *)at, new_size);
            memset((char *)at + old_size, 0, new_size - old_size);
            b->used = start + round_up(new_size);
            a->used += more;
            return at;
        }
    }
    void *copy = arena_alloc(a, new_size);
    if (old_size > 0)
        memcpy(copy, at, old_size);
    return copy;
}

void *arena_room(struct arena *a, void *at, size_t count, size_t *cap, size_t size)
{
    if (count < *cap)
        return at;
    size_t more = *cap == 0 ? 8 : *cap * 2;
    at = arena_grow(a, at, *cap * size, more * size);
    *cap = more;
    return at;
}

void arena_defer(struct arena *a, void (*fn)(void *ptr), void *ptr)
{
    struct deferred *d = NEW(a, struct deferred);

    d->fn = fn;
    d->ptr = ptr;
    d->older = a->deferred;
    a->deferred = d;
}

size_t arena_used(const struct arena *a)
{
    return a->used;
}
