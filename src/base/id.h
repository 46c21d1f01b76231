/*
 * id -- 64-bit ids made by the program, in order of time.
 *
 *     41 bits milliseconds since 2020-01-01 UTC | 10 bits node | 12 bits counter
 *
 * Unique among instances with different nodes (leased in the database). A clock that goes back
 * makes id_new keep the later time until the clock has caught up; 4,096 ids in one millisecond
 * borrow from the next.
 */
#pragma once
#include <stdint.h>

#define ID_EPOCH_MS INT64_C(1577836800000)

enum { ID_NODES = 1024 };

/* The node of this instance, 0..ID_NODES-1. Once, at start. */
void id_set_node(int node);

/* A new id, always greater than the last one this process made. Safe from any thread. */
int64_t id_new(void);

/* When an id was made: milliseconds UTC. */
int64_t id_time(int64_t id);
