/*
 * fuzz_import -- any bytes as a file of an import: the first line of the input names the file, the
 * rest is what stands in it. It is read or refused with the file's name and a line in it; nothing
 * crashes, and memory stays within the arena.
 */
#include "base/buf.h"
#include "flow/import.h"

#include <assert.h>

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
    enum err e = import_add(&c, in, name, rest);

    if (e == OK)
        e = import_check(&c, in);
    assert(e == OK || (e == INVALID && c.failure.msg != 0 && c.failure.arg_count >= 2 &&
                       c.failure.args[1].i >= 1));
    arena_reset(a);
    return 0;
}
