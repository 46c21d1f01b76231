#include "opinion/region.h"

/* In front of each allocation; its size keeps what follows aligned for any type. */
struct block {
    _Alignas(max_align_t) struct block *next;
};

struct region *region_new(const struct opinion_memory *m)
{
    struct region first = {.m = *m};
    struct region *p = region_take(&first, 1, sizeof *p);

    if (p != NULL)
        *p = first;
    return p;
}

void region_free(struct region *p)
{
    if (p == NULL)
        return;
    struct opinion_memory m = p->m; /* the region lies in one of its blocks */
    for (struct block *b = p->blocks, *next; b != NULL; b = next) {
        next = b->next;
        m.give(m.self, b);
    }
}

void *region_take(struct region *p, size_t count, size_t size)
{
    if (size != 0 && count > (SIZE_MAX - sizeof(struct block)) / size)
        return NULL;
    struct block *b = p->m.take(p->m.self, sizeof *b + count * size);
    if (b == NULL)
        return NULL;
    b->next = p->blocks;
    p->blocks = b;
    return b + 1;
}
