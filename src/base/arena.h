/*
 * arena -- memory with a lifetime and a limit.
 *
 * There are three lifetimes: the program, a request (or job, or command), and scratch
 * (reset inside a loop). Each is one arena. Whatever is allocated from it lives until the
 * arena is reset or freed; nothing is freed alone. Allocation never returns NULL: going past
 * the limit means that an input was not bounded where it entered, which is a bug of ours, and
 * ends the program with a line in the log.
 *
 * Memory is zeroed. Under AddressSanitizer it is poisoned on reset, so that a pointer kept
 * too long is caught by the tests. An arena belongs to one thread at a time.
 */
#pragma once
#include <stddef.h>

struct arena;

/* A new arena that may hand out `limit` bytes in all. `name` is for the log; not copied. */
struct arena *arena_new(const char *name, size_t limit);

/* Runs the deferred calls, newest first, then gives all memory back. `a` may be NULL. */
void arena_free(struct arena *a);

/* As arena_free, but keeps the largest block, of up to 256 kB, for the next use: what comes again
 * and again soon fits into it. */
void arena_reset(struct arena *a);

/* `size` zeroed bytes, aligned for any type. Size 0 gives a valid pointer. */
void *arena_alloc(struct arena *a, size_t size);

/* `count` zeroed things of `size` bytes; the product is checked. */
void *arena_array(struct arena *a, size_t count, size_t size);

/* Grow the latest allocation in place if it is the one at `at`, else copy it. The grown part is
 * zeroed. */
void *arena_grow(struct arena *a, void *at, size_t old_size, size_t new_size);

/* Call fn(ptr) when the arena is reset or freed: for handles that are not memory. */
void arena_defer(struct arena *a, void (*fn)(void *ptr), void *ptr);

/* Bytes handed out since the last reset. */
size_t arena_used(const struct arena *a);

/* The array `at` of `count` elements with room for one more: grown, and `*cap` with it, when it is
 * full. */
void *arena_room(struct arena *a, void *at, size_t count, size_t *cap, size_t size);

/* A new zeroed element at the end of a growing array: *PUSH(a, rows, count, cap) = row. Counts one
 * on. */
#define PUSH(a, at, count, cap)                                                                    \
    ((at) = arena_room((a), (at), (count), &(cap), sizeof *(at)), &(at)[(count)++])

#define NEW(arena, type)              ((type *)arena_alloc((arena), sizeof(type)))
#define NEW_ARRAY(arena, count, type) ((type *)arena_array((arena), (count), sizeof(type)))
