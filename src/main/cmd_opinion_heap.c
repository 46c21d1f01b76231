/* The memory that the library is given. */
#define _DEFAULT_SOURCE /* MAP_ANONYMOUS, madvise */

#include "main/cmd_opinion.h"

#include <stdlib.h>
#include <sys/mman.h>

/* In front of what is taken, as large as keeps it aligned for any type and for vectors. */
enum { FRONT = 64 };

/* From here on memory comes in pages of 2 MB where the system has them: to touch tens of thousands
 * of small ones for the first time takes longer than what is then done with them. */
enum { LARGE = 2 * 1024 * 1024 };

struct front {
    void *mapping; /* NULL: of the heap */
    size_t mapped;
};

static size_t rounded(size_t size)
{
    return (size + LARGE - 1) / LARGE * LARGE;
}

/* Aligned as large pages are: what is too much before and behind is given back. */
static char *map_large(size_t mapped)
{
    char *all =
        mmap(NULL, mapped + LARGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    if (all == MAP_FAILED)
        return NULL;
    size_t before = (LARGE - (uintptr_t)all % LARGE) % LARGE;
    if (before > 0)
        munmap(all, before);
    if (before < LARGE)
        munmap(all + before + mapped, LARGE - before);
    madvise(all + before, mapped, MADV_HUGEPAGE); /* a wish */
    return all + before;
}

static void *take(void *self, size_t size)
{
    struct front front = {NULL, 0};
    char *at;

    (void)self;
    if (size > SIZE_MAX - FRONT - 2 * (size_t)LARGE)
        return NULL;
    if (size < LARGE) {
        at = calloc(1, FRONT + size);
    } else {
        front.mapped = rounded(FRONT + size);
        at = front.mapping = map_large(front.mapped);
    }
    if (at == NULL)
        return NULL;
    *(struct front *)at = front;
    return at + FRONT;
}

static void give(void *self, void *at)
{
    struct front *front = (struct front *)((char *)at - FRONT);

    (void)self;
    if (front->mapping == NULL)
        free(front);
    else
        munmap(front->mapping, front->mapped);
}

const struct opinion_memory opinion_heap = {take, give, NULL};
