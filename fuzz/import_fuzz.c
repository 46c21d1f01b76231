/* Import files: the first line of the input names the file, the rest is what stands in it. */
#include "base/buf.h"
#include "flow/import.h"

#include <stddef.h>
#include <stdint.h>

enum { ARENA_MAX = 64 * 1024 * 1024 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct arena *a;
    str rest = {(const char *)data, size}, name = str_cut(&rest, '\n');

    if (a == NULL)
        a = arena_new("import_fuzz", ARENA_MAX);
    struct ctx c = {.arena = a};
    struct import *in = import_new(a);
    if (import_add(&c, in, name, rest) == OK)
        (void)!import_check(&c, in);
    arena_reset(a);
    return 0;
}
