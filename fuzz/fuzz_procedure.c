/*
 * fuzz_procedure -- any bytes as a procedure file: it loads or is refused with a problem, in
 * bounded memory; what loads can be asked and drawn in every state.
 */
#include "procedure/procedure.h"

#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void ask(struct arena *a, const struct procedure *p)
{
    struct buf b = {.arena = a};
    enum step_place places[PROCEDURE_LIST_MAX];

    for (int state = 0; state < (int)p->state_count; state++) {
        struct facts f = {.state = state};
        struct open_act open;
        procedure_open_acts(a, p, &f, UINT32_MAX, LANG_EN);
        procedure_system_act(p, &f, &open);
        procedure_steps(p, state, p->states[state].step, places);
        for (int act = ACT_MADE; act < (int)p->act_count; act++)
            procedure_clocks_after(a, p, &f, act, -1);
    }
    procedure_graph_svg(p, LANG_ZH, &b);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *a = arena_new("fuzz", 256 << 20);
    struct problem_list *problems = NEW(a, struct problem_list);
    struct procedure *p;
    struct buf b = {.arena = a};
    enum err e = procedure_load(a, S("fuzz.yaml"), (str){(const char *)data, size}, &p, problems);

    assert((e == OK) == (problems->count == 0));
    procedure_put_problems(&b, LANG_ZH, S("fuzz.yaml"), problems);
    if (e == OK)
        ask(a, p);
    arena_free(a);
    return 0;
}
