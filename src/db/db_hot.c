#include "db/db_local.h"

#include <assert.h>
#include <string.h>

void db_hot_add_with(struct hot_act *act, const struct sql *sql, const struct val *args,
                     size_t arg_count)
{
    assert(act->step_count < HOT_STEPS_MAX);
    assert(arg_count == (size_t)sql->param_count);
    assert(arg_count <= HOT_ARGS_MAX - act->arg_count);
    act->steps[act->step_count++] = sql;
    if (arg_count > 0)
        memcpy(&act->args[act->arg_count], args, arg_count * sizeof *args);
    act->arg_count += arg_count;
}

enum err hot_run(struct db *db, void *hot_act)
{
    struct hot_act *act = hot_act;
    const struct val *args = act->args;

    for (size_t i = 0; i < act->step_count; i++) {
        size_t count = (size_t)act->steps[i]->param_count;
        TRY(db_run_with(db, &act->changed[i], act->steps[i], args, count));
        args += count;
    }
    return OK;
}

void hot_answer(struct hot_act *act, enum err result)
{
    if (result != OK)
        memset(act->changed, 0, sizeof act->changed);
    act->acted(result, act->arg);
}

static void answer_act(enum err result, void *arg)
{
    hot_answer(arg, result);
}

void db_hot(struct db_pool *pool, struct hot_act *act, db_acted_fn *acted, void *arg)
{
    assert(act->step_count > 0);
    act->acted = acted;
    act->arg = arg;
    if (pool->is_read_only)
        hot_answer(act, DENIED);
    else if (pool->engine->hot != NULL)
        pool->engine->hot(pool, act);
    else
        pool->engine->act(pool, (struct act){hot_run, answer_act, act});
}

enum err db_hot_wait(struct db_pool *pool, struct hot_act *act)
{
    struct waiting w;

    waiting_begin(&w);
    db_hot(pool, act, waiting_acted, &w);
    return waiting_end(&w);
}
