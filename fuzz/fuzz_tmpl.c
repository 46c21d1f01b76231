/*
 * fuzz_tmpl -- any bytes as a template: refused with a place and a sentence, or made into C.
 */
#include "tmpl.h"

#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *a = arena_new("fuzz", 64 * 1024 * 1024);
    struct tmpl *t = NEW(a, struct tmpl);
    str head = S("{% view a b %}\n");

    /* Behind a first line that is right, or there would be little to see. */
    *t = (struct tmpl){.arena = a, .file = S("t")};
    t->source = str_join(a, head, (str){(const char *)data, size});
    if (tmpl_compile(t))
        assert(tmpl_c(t, S("t.h")).len > 0 && tmpl_h(t).len > 0);
    else
        assert(str_starts(t->fault, S("t:")));
    arena_free(a);
    return 0;
}
