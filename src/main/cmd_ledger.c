/* ledger: verify the record; print its last signed head; erase what it keeps of a matter. */
#include "flow/flow.h"
#include "main/command.h"
#include "main/look.h"

#include <stdio.h>
#include <string.h>

enum { HEAD_TEXT_MAX = 4096, ARENA_MAX = 64 * 1024 * 1024 };

static enum err read_head(const char *path, struct ledger_head *head)
{
    char text[HEAD_TEXT_MAX];
    FILE *f = fopen(path, "re");

    if (f == NULL) {
        fprintf(stderr, "shangliang: %s: %s\n", path, "cannot be read");
        return NOT_FOUND;
    }
    size_t n = fread(text, 1, sizeof text, f);
    fclose(f);
    enum err e = ledger_head_read((str){text, n}, head);
    if (e != OK)
        fprintf(stderr, "shangliang: %s: is not a head as `ledger head` prints it\n", path);
    return e;
}

static int verify(struct instance *in, const char *head_path)
{
    struct ledger_verdict v;
    struct ledger_head head;

    if (head_path != NULL) {
        enum err e = read_head(head_path, &head);
        if (e != OK)
            return exit_of(e);
    }
    enum err e = look_ledger(in, in->has_keys ? in->app.keys.ledger_public : NULL,
                             head_path == NULL ? NULL : &head, stdout, "", &v);
    if (e != OK) {
        fprintf(stderr, "shangliang: the ledger cannot be read\n");
        return exit_of(e);
    }
    printf("%lld entries, %lld heads, %lld waiting for the sealer, %lld contents erased, ",
           (long long)v.entries, (long long)v.heads, (long long)v.unsealed, (long long)v.erased);
    printf("%lld matters compared with their rows, %lld too old to be compared: ",
           (long long)v.compared, (long long)v.uncompared);
    if (v.problems == 0) {
        puts("verified");
        return EXIT_DONE;
    }
    printf("%lld problems", (long long)v.problems);
    if (v.first_bad > 0)
        printf(", the first at sequence %lld", (long long)v.first_bad);
    putchar('\n');
    return EXIT_TAMPERED;
}

static enum err print_head(struct ctx *c, void *arg)
{
    struct buf b = {.arena = c->arena};
    struct ledger_head head;

    (void)arg;
    TRY(ledger_last_head(c, &head));
    ledger_head_put(&b, &head);
    fputs(buf_str(&b).at, stdout);
    return OK;
}

static int show_head(struct instance *in)
{
    struct arena *a = arena_new("head", ARENA_MAX);
    struct ctx c = app_ctx(in, a);
    enum err e = app_read(in, &c, print_head, NULL);

    if (e != OK)
        fprintf(stderr, "shangliang: %s\n",
                e == NOT_FOUND ? "no head was signed yet" : "the ledger cannot be read");
    arena_free(a);
    return exit_of(e);
}

struct erasing {
    str number, why;
    bool was_erased;
};

static enum err erase_act(struct ctx *c, void *arg)
{
    struct erasing *k = arg;
    int64_t id;

    TRY(matter_by_number(c, k->number, &id));
    return flow_erase(c, id, k->why, &k->was_erased);
}

static int erase(const char *dir, const char *number, const char *why)
{
    static struct instance in;
    struct erasing k = {str_of(number), str_trim(str_of(why)), false};
    enum err e = app_open(&in, dir);

    if (e != OK)
        return exit_of(e);
    struct arena *a = arena_new("erase", ARENA_MAX);
    struct ctx c = app_ctx(&in, a);
    e = app_act(&in, &c, erase_act, &k);
    if (e == OK && k.was_erased)
        printf("erased before, and nothing was kept since; nothing is changed: %s\n", number);
    else if (e == OK)
        printf("erased, and said so in the record: %s\n", number);
    else if (e == CONFLICT)
        fprintf(stderr,
                "shangliang: %s: its rows are not what the record says; see `ledger verify`\n",
                number);
    else
        fprintf(stderr, "shangliang: %s: %s\n", number,
                e == NOT_FOUND ? "no matter has this number" : "it cannot be erased");
    arena_free(a);
    app_close(&in);
    return e == CONFLICT ? EXIT_TAMPERED : exit_of(e);
}

int cmd_ledger(int argc, char **argv)
{
    static struct instance in;
    const char *head = take_option(&argc, argv, "--head"), *why = take_option(&argc, argv, "--why");
    bool is_erase = argc == 4 && strcmp(argv[1], "erase") == 0 && head == NULL && why != NULL &&
                    str_trim(str_of(why)).len > 0;

    if (is_erase)
        return erase(argv[2], argv[3], why);
    if (why != NULL)
        return usage("ledger");
    bool is_verify = argc == 3 && strcmp(argv[1], "verify") == 0;
    bool is_head = argc == 3 && strcmp(argv[1], "head") == 0 && head == NULL;

    if (!is_verify && !is_head)
        return usage("ledger");
    enum err e = app_open_to_look(&in, argv[2]);
    if (e != OK)
        return exit_of(e);
    int status = is_verify ? verify(&in, head) : show_head(&in);
    app_close(&in);
    return status;
}
