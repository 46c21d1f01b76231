#include "db/node.h"

#include "base/crypto.h"
#include "base/id.h"
#include "base/log.h"
#include "db/migrate_sql.h"

/* Ids of the last holder may be a little ahead of the clock (base/id.h): its number rests. */
enum { NODE_REST_MS = 2 * CLOCK_SECOND };

/* The lowest number nobody holds, or ID_NODES. */
static enum err find_free(struct db *db, int64_t now, int64_t *free)
{
    struct rows row;
    bool found;

    *free = 0;
    TRY(db_rows(&row, db, &NODE_HELD, I(now)));
    for (;;) {
        TRY(db_next(&row, &found));
        if (!found)
            return OK;
        if (take_i64(&row) != *free)
            return db_done(&row);
        ++*free;
    }
}

static enum err take(struct db *db, void *arg)
{
    struct node *node = arg;
    int64_t now = clock_now(), number, changed;

    TRY(find_free(db, now, &number));
    if (number >= ID_NODES)
        return BUSY;
    node->until = now + NODE_LEASE_MS;
    TRY(db_run_count(db, &changed, &NODE_TAKE, I(number), I(node->holder), I(node->until), I(now)));
    node->number = (int)number;
    return changed == 1 ? OK : BUSY;
}

static enum err keep(struct db *db, void *arg)
{
    struct node *node = arg;
    int64_t changed;

    TRY(db_run_count(db, &changed, &NODE_KEEP, I(node->number), I(node->holder), I(node->until)));
    return changed == 1 ? OK : CONFLICT;
}

enum err node_lease(struct db_pool *pool, struct node *node)
{
    struct node wanted = *node;
    bool is_new = node->holder == 0;

    while (wanted.holder == 0)
        crypto_random(&wanted.holder, sizeof wanted.holder);
    wanted.until = clock_now() + NODE_LEASE_MS;
    TRY(db_act_wait(pool, is_new ? take : keep, &wanted));
    *node = wanted;
    return OK;
}

void node_release(struct db_pool *pool, struct node *node)
{
    if (node->holder == 0)
        return;
    node->until = clock_now() + NODE_REST_MS;
    if (db_act_wait(pool, keep, node) != OK)
        log_line(LOG_INFO, "node_not_released", LOG_INT("node", node->number));
    *node = (struct node){0};
}
