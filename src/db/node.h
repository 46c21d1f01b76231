/*
 * node -- this instance's number among those that make ids in one database.
 *
 *     struct node node = {0};
 *     TRY(node_lease(pool, &node));      at start
 *     id_set_node(node.number);
 *     …                                  again within NODE_LEASE_MS / 2, from a job
 *     node_release(pool, &node);         at the end
 *
 * A lease is time: an instance that died loses its number NODE_LEASE_MS later. Also a command run
 * beside a server on the same database takes one.
 */
#pragma once
#include "base/clock.h"
#include "db/db.h"

enum { NODE_LEASE_MS = 10 * CLOCK_MINUTE };

struct node {
    int number;     /* 0..ID_NODES-1 */
    int64_t holder; /* 0: no lease yet */
    int64_t until;  /* milliseconds UTC */
};

/* Take the lowest free number, or hold ours longer. CONFLICT: ours was lost to another, so that
 * this instance must make no further ids with it; BUSY: all are held, or as in db.h. */
enum err node_lease(struct db_pool *pool, struct node *node) MUST_USE;

/* Free it for others. Failing to is harmless: the lease ends by itself. */
void node_release(struct db_pool *pool, struct node *node);
