#include "flow/import.h"

#include "base/id.h"
#include "base/log.h"
#include "base/msg.h"
#include "db/db.h"
#include "flow/import_record.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FILES_MAX = 64 };

struct import *import_new(struct arena *a)
{
    return NEW(a, struct import);
}

enum err import_add(struct ctx *c, struct import *in, str name, str bytes)
{
    for (size_t kind = 0; kind < FILE_KINDS; kind++) {
        struct import_file *f = &in->file[kind];
        if (!str_eq(name, str_of(import_schemas[kind].name)))
            continue;
        if (f->records != NULL)
            return fail(c, INVALID, MSG_IMPORT_CODE_TWICE, T(name), I(1), T(name));
        return import_parse(c, f, &import_schemas[kind], name, bytes);
    }
    return fail(c, INVALID, MSG_IMPORT_FILE_UNKNOWN, T(name), I(1));
}

/* One byte more than may be, so that a longer file is noticed by whoever parses it. */
static enum err read_file(struct ctx *c, str path, str *bytes)
{
    FILE *file = fopen(str_z(c->arena, path), "rb");
    char *at = arena_alloc(c->arena, IMPORT_FILE_MAX + 1);
    bool is_bad;

    if (file == NULL)
        return fail(c, NOT_FOUND, MSG_IMPORT_FOLDER_UNREADABLE, T(path));
    *bytes = (str){at, fread(at, 1, IMPORT_FILE_MAX + 1, file)};
    is_bad = ferror(file) != 0;
    fclose(file);
    if (is_bad)
        return fail(c, NOT_FOUND, MSG_IMPORT_FOLDER_UNREADABLE, T(path));
    return OK;
}

static int by_name(const void *a, const void *b)
{
    return str_cmp(*(const str *)a, *(const str *)b);
}

/* Names of the .yaml files, in order, so that the same folder always ends in the same complaint. */
static enum err list_files(struct ctx *c, str folder, str *names, size_t *count)
{
    DIR *dir = opendir(str_z(c->arena, folder));
    size_t n = 0;

    if (dir == NULL)
        return fail(c, NOT_FOUND, MSG_IMPORT_FOLDER_UNREADABLE, T(folder));
    for (struct dirent *d = readdir(dir); d != NULL && n < FILES_MAX; d = readdir(dir))
        if (str_ends(str_of(d->d_name), S(".yaml")) && d->d_name[0] != '.')
            names[n++] = str_copy(c->arena, str_of(d->d_name));
    closedir(dir);
    qsort(names, n, sizeof *names, by_name);
    *count = n;
    return OK;
}

enum err import_read(struct ctx *c, str folder, struct import **in)
{
    str names[FILES_MAX] = {{0}}, bytes = S("");
    size_t count = 0;

    TRY(list_files(c, folder, names, &count));
    if (count == 0)
        return fail(c, NOT_FOUND, MSG_IMPORT_FOLDER_UNREADABLE, T(folder));
    *in = import_new(c->arena);
    for (size_t i = 0; i < count; i++) {
        TRY(read_file(c, str_fmt(c->arena, "%.*s/%.*s", STR_ARG(folder), STR_ARG(names[i])),
                      &bytes));
        TRY(import_add(c, *in, names[i], bytes));
    }
    return import_check(c, *in);
}

str import_sentence(struct ctx *c, const struct import_report *report)
{
    int64_t seen = 0, changed = 0;

    for (int kind = 0; kind < IMPORT_KINDS; kind++) {
        seen += report->seen[kind];
        changed += report->changed[kind];
    }
    if (changed == 0)
        return msg_fmt(c->arena, c->lang, MSG_IMPORT_NOTHING_NEW, I(seen));
    return msg_fmt(c->arena, c->lang, MSG_IMPORT_DONE, I(seen), I(changed));
}
