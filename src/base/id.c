#include "base/id.h"

#include "base/clock.h"

#include <assert.h>
#include <stdatomic.h>

enum { COUNTER_BITS = 12, NODE_BITS = 10 };

static _Atomic int node_of_instance;
static _Atomic int64_t last; /* milliseconds since the epoch << COUNTER_BITS | counter */

void id_set_node(int node)
{
    assert(node >= 0 && node < ID_NODES);
    atomic_store(&node_of_instance, node);
}

int64_t id_new(void)
{
    int64_t fresh = (clock_now() - ID_EPOCH_MS) << COUNTER_BITS;
    int64_t before = atomic_load(&last), next;

    do {
        next = fresh > before ? fresh : before + 1;
    } while (!atomic_compare_exchange_weak(&last, &before, next));

    int64_t ms = next >> COUNTER_BITS, counter = next & ((1 << COUNTER_BITS) - 1);
    return ms << (NODE_BITS + COUNTER_BITS) |
           (int64_t)atomic_load(&node_of_instance) << COUNTER_BITS | counter;
}

int64_t id_time(int64_t id)
{
    return (id >> (NODE_BITS + COUNTER_BITS)) + ID_EPOCH_MS;
}
