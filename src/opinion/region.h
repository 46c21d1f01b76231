/*
 * region -- memory that ends together, from the caller's allocator.
 *
 * A thing of the library is the first allocation of its own region, and freeing it gives back the
 * whole. Unlike an arena it hands a failure back: whoever links the library decides what is out of
 * memory.
 */
#pragma once
#include "opinion/opinion.h"

struct region {
    struct opinion_memory m;
    void *blocks; /* a list, newest first */
};

/* A region inside its own first block; NULL when there is no memory. */
struct region *region_new(const struct opinion_memory *m);
void region_free(struct region *p);

/* `count` zeroed things; NULL when there is no memory. A count of 0 is a valid pointer. */
void *region_take(struct region *p, size_t count, size_t size);

/* Pass a failure up. Whoever owns the region frees it. */
#define TRY(call)                                                                                  \
    do {                                                                                           \
        enum opinion_err try_err_ = (call);                                                        \
        if (try_err_ != OPINION_OK)                                                                \
            return try_err_;                                                                       \
    } while (0)

/* at = an array of `count` of its type, or return that there is no memory. */
#define TAKE(region, at, count)                                                                    \
    do {                                                                                           \
        (at) = region_take((region), (count), sizeof *(at));                                       \
        if ((at) == NULL)                                                                          \
            return OPINION_NO_MEMORY;                                                              \
    } while (0)
