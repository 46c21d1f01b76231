/*
 * fuzz_backup -- any bytes as the file that `restore` is given: members are taken or refused, a
 * name that is taken stays below the folder, and what the manifest says is text that was signed.
 */
#include "main/manifest.h"
#include "main/tar.h"

#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_name(str name)
{
    if (!manifest_takes(name))
        return;
    assert(name.len > 0 && name.at[0] != '/' && !str_starts(name, S("..")));
    assert(str_find(name, S("/../")) == SIZE_MAX && str_find(name, S("/./")) == SIZE_MAX);
    assert(!str_ends(name, S("/..")) && !str_ends(name, S("/")));
}

static void unpack(struct arena *a, FILE *from)
{
    struct tar_reader tar = {.from = from};
    struct digest digest;
    bool found;

    while (tar_next(&tar, &found) == OK && found) {
        check_name(str_copy(a, tar.name));
        if (tar_take(&tar, NULL, &digest) != OK)
            return;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct arena *a;
    struct manifest m;
    const char *why;

    if (a == NULL)
        a = arena_new("backup_fuzz", 64 * 1024 * 1024);
    str all = {(const char *)data, size};
    check_name(all);
    if (manifest_read(a, all, &m, &why) == OK)
        assert(manifest_compare(a, &m, m.members, m.member_count, &why) == OK);
    FILE *from = size == 0 ? NULL : fmemopen((void *)data, size, "r");
    if (from != NULL) {
        unpack(a, from);
        fclose(from);
    }
    arena_reset(a);
    return 0;
}
