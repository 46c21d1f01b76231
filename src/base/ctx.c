#include "base/ctx.h"

#include <assert.h>

enum err fail_with(struct ctx *c, enum err e, int msg, str field, const struct val *args,
                   size_t arg_count)
{
    assert(e != OK);
    assert(arg_count <= FAILURE_ARGS_MAX);
    c->failure = (struct failure){.msg = msg, .field = field, .arg_count = arg_count};
    for (size_t i = 0; i < arg_count; i++) {
        c->failure.args[i] = args[i];
        if (args[i].type == VAL_TEXT)
            c->failure.args[i].s = str_copy(c->arena, args[i].s);
    }
    return e;
}
