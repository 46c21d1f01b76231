/* procedure: workflow files checked, listed, shown and drawn. */
#include "base/msg.h"
#include "main/app.h"
#include "main/command.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

enum { ARENA_MAX = 256 * 1024 * 1024 };

/* ---- check ---- */

static str base_name(const char *path)
{
    const char *slash = strrchr(path, '/');

    return str_of(slash == NULL ? path : slash + 1);
}

static enum err check_one(const char *path, enum lang lang)
{
    struct arena *a = arena_new("procedure", ARENA_MAX);
    struct problem_list *problems = NEW(a, struct problem_list);
    struct buf b = {.arena = a};
    struct procedure *p;
    char *at = arena_alloc(a, PROCEDURE_TEXT_MAX + 1);
    FILE *f = fopen(path, "re");
    enum err e = NOT_FOUND;
    /* One byte more than allowed is read, so that a longer file is refused as such. */
    str text = {at, f == NULL ? 0 : fread(at, 1, PROCEDURE_TEXT_MAX + 1, f)};

    if (f == NULL || ferror(f)) { /* a folder opens and cannot be read */
        fprintf(stderr, "%s: cannot be read\n", path);
    } else {
        e = procedure_load(a, base_name(path), text, &p, problems);
        procedure_put_problems(&b, lang, str_of(path), problems);
        if (e == OK)
            printf("%s: %.*s %d\n", path, STR_ARG(p->name), p->version);
        else
            fputs(buf_str(&b).at, stderr);
    }
    if (f != NULL)
        fclose(f);
    arena_free(a);
    return e;
}

static int check(int count, char **paths, enum lang lang)
{
    enum err worst = OK;

    for (int i = 0; i < count; i++) {
        enum err e = check_one(paths[i], lang);
        if (e != OK && worst != INVALID)
            worst = e;
    }
    return exit_of(worst);
}

/* ---- list, show, graph ---- */

static void list(const struct instance *in, enum lang lang)
{
    for (size_t i = 0; i < in->procedures.count; i++) {
        const struct procedure *p = in->procedures.at[i];
        printf("%-24.*s %3d  %.*s\n", STR_ARG(p->name), p->version, STR_ARG(p->label.text[lang]));
    }
}

static int find(const struct instance *in, const char *name)
{
    const struct procedure *p = procedures_latest(&in->procedures, str_of(name));

    for (size_t i = 0; p != NULL && i < in->procedures.count; i++) {
        if (in->procedures.at[i] == p)
            return (int)i;
    }
    fprintf(stderr, "shangliang: there is no procedure %s; see shangliang procedure list\n", name);
    return -1;
}

static int show(const struct instance *in, const char *name)
{
    int i = find(in, name);

    if (i < 0)
        return EXIT_NOT_FOUND;
    fwrite(in->procedure_texts[i].at, 1, in->procedure_texts[i].len, stdout);
    return EXIT_DONE;
}

static int graph(struct instance *in, const char *name, enum lang lang)
{
    struct buf b = {.arena = in->arena};
    int i = find(in, name);

    if (i < 0)
        return EXIT_NOT_FOUND;
    procedure_graph_svg(in->procedures.at[i], lang, &b);
    fwrite(b.at, 1, b.len, stdout);
    return EXIT_DONE;
}

static int run(struct instance *in, int argc, char **argv, enum lang lang)
{
    str what = str_of(argv[1]);

    if (str_eq(what, S("show")))
        return show(in, argv[2]);
    if (str_eq(what, S("graph")))
        return graph(in, argv[2], lang);
    assert(argc == 2);
    list(in, lang);
    return EXIT_DONE;
}

int cmd_procedure(int argc, char **argv)
{
    static struct instance in;
    const char *dir = take_option(&argc, argv, "--dir");
    const char *language = take_option(&argc, argv, "--lang");
    enum lang lang = language != NULL && strcmp(language, "zh") == 0 ? LANG_ZH : LANG_EN;
    str what = str_of(argc > 1 ? argv[1] : NULL);
    bool has_name = argc == 3 && (str_eq(what, S("show")) || str_eq(what, S("graph")));
    enum err e;

    if (language != NULL && strcmp(language, "zh") != 0 && strcmp(language, "en") != 0)
        return usage("procedure");
    if (str_eq(what, S("check")) && argc > 2 && dir == NULL)
        return check(argc - 2, argv + 2, lang);
    if (!has_name && !(argc == 2 && str_eq(what, S("list"))))
        return usage("procedure");
    if (dir == NULL) {
        e = app_open_defaults(&in);
    } else {
        e = app_open_to_look(&in, dir);
        if (e == OK)
            e = app_load_procedures(&in, dir);
    }
    int status = e == OK ? run(&in, argc, argv, lang) : exit_of(e);
    if (in.arena != NULL)
        app_close(&in);
    return status;
}
