#include "main/look.h"

#include "flow/flow.h"
#include "main/app_sql.h"
#include "web/store.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

enum { PAGE = 500, PAGE_ARENA_MAX = 16 * 1024 * 1024, READ_BYTES = 64 * 1024 };

/* ---- the database ---- */

static enum err integrity(struct ctx *c, void *arg)
{
    struct rows row;
    bool found;

    TRY(db_rows(&row, c->db, &DATABASE_INTEGRITY));
    TRY(db_next(&row, &found));
    if (!found)
        return FAULT;
    *(str *)arg = take_str(&row, c->arena);
    return db_done(&row);
}

enum err look_database(struct instance *in, struct arena *a, str *why)
{
    struct ctx c = app_ctx(in, a);

    *why = S("it cannot be read");
    TRY(app_read(in, &c, integrity, why));
    return str_eq(*why, S("ok")) ? OK : INVALID;
}

static enum err try_key(struct ctx *c, void *arg)
{
    const struct keys *keys = c->keys;
    struct ledger_head head;
    struct rows row;
    str plain;
    bool found;

    (void)arg;
    enum err e = ledger_last_head(c, &head);
    if (e == OK && memcmp(head.public_key, keys->ledger_public, sizeof head.public_key) != 0)
        return INVALID;
    if (e != OK && e != NOT_FOUND)
        return e;
    TRY(db_rows(&row, c->db, &SEALED_ONE));
    TRY(db_next(&row, &found));
    if (!found)
        return OK;
    str sealed = take_blob(&row, c->arena);
    TRY(db_done(&row));
    return crypto_open(c->arena, keys->seal, sealed, &plain);
}

enum err look_key(struct instance *in, struct arena *a)
{
    struct ctx c = app_ctx(in, a);

    return app_read(in, &c, try_key, NULL);
}

/* ---- files ---- */

struct look {
    struct instance *in;
    struct arena *a, *page;
    bool reads;
    struct look_files *found;
};

struct file_page {
    int64_t after;
    size_t count;
    struct {
        int64_t size;
        str digest;
    } at[PAGE];
};

static enum err next_files(struct ctx *c, void *arg)
{
    struct file_page *p = arg;
    struct rows row;
    bool found;

    p->count = 0;
    TRY(db_rows(&row, c->db, &ATTACHMENTS_AFTER, I(p->after), I(PAGE)));
    for (;;) {
        TRY(db_next(&row, &found));
        if (!found)
            return OK;
        p->after = take_i64(&row);
        p->at[p->count].size = take_i64(&row);
        p->at[p->count++].digest = take_blob(&row, c->arena);
    }
}

static enum err hash_file(const char *path, struct digest *digest, int64_t *size)
{
    char bytes[READ_BYTES];
    FILE *f = fopen(path, "re");
    struct hash h;
    size_t n;

    if (f == NULL)
        return errno == ENOENT ? NOT_FOUND : FAULT;
    hash_start(&h);
    *size = 0;
    while ((n = fread(bytes, 1, sizeof bytes, f)) > 0) {
        hash_add(&h, (str){bytes, n});
        *size += (int64_t)n;
    }
    bool is_read = ferror(f) == 0;
    fclose(f);
    *digest = hash_end(&h);
    return is_read ? OK : FAULT;
}

/* Only whether it is there and how large it is. */
static enum err measure_file(const char *path, int64_t *size)
{
    struct stat st;

    if (stat(path, &st) != 0)
        return errno == ENOENT ? NOT_FOUND : FAULT;
    *size = (int64_t)st.st_size;
    return OK;
}

static void look_at_file(struct look *k, str digest, int64_t size)
{
    struct look_files *found = k->found;
    struct ctx c = app_ctx(k->in, k->page);
    str path = store_path(&c, digest);
    struct digest d;
    int64_t there = -1;
    enum err e = k->reads ? hash_file(path.at, &d, &there) : measure_file(path.at, &there);
    bool is_right = e == OK && there == size && (!k->reads || str_eq(digest_str(&d), digest));

    found->looked_at++;
    found->missing += e == NOT_FOUND;
    found->changed += e != NOT_FOUND && !is_right;
    if (!is_right && found->first_bad.len == 0)
        found->first_bad = str_copy(k->a, path);
}

enum err look_files(struct instance *in, struct arena *a, bool reads, struct look_files *found)
{
    struct arena *page_arena = arena_new("files", PAGE_ARENA_MAX);
    struct look k = {in, a, page_arena, reads, found};
    struct file_page *p = NEW(a, struct file_page);
    enum err e;

    *found = (struct look_files){0};
    do {
        struct ctx c = app_ctx(in, page_arena);
        e = app_read(in, &c, next_files, p);
        for (size_t i = 0; e == OK && i < p->count; i++)
            look_at_file(&k, p->at[i].digest, p->at[i].size);
        arena_reset(page_arena);
    } while (e == OK && p->count == PAGE);
    arena_free(page_arena);
    return e;
}

/* ---- the ledger ---- */

static enum err entries_known(struct ctx *c, struct ledger_checking *k)
{
    struct rows row;
    size_t count = 0;
    bool found;

    TRY(db_rows(&row, c->db, &ENTRIES_WITHOUT_LEDGER, I(k->after), I(PAGE)));
    for (;;) {
        TRY(db_next(&row, &found));
        if (!found)
            break;
        k->after = take_i64(&row);
        int64_t matter = take_i64(&row);
        str act = take_str(&row, c->arena);
        struct ledger_problem p = {
            .fault = LEDGER_ACT,
            .entry = k->after,
            .about = str_fmt(c->arena, "%.*s of matter %lld", STR_ARG(act), (long long)matter)};
        k->report(k->report_arg, &p);
        count++;
    }
    k->is_done = count < PAGE;
    return OK;
}

struct printer {
    FILE *to;
    const char *lead;
};

static void print_problem(void *arg, const struct ledger_problem *p)
{
    const struct printer *k = arg;

    fprintf(k->to, "%s%s", k->lead, ledger_fault_name(p->fault));
    if (p->sequence > 0)
        fprintf(k->to, " at sequence %lld", (long long)p->sequence);
    if (p->entry > 0)
        fprintf(k->to, ", entry %lld", (long long)p->entry);
    if (p->about.len > 0)
        fprintf(k->to, ": %.*s", STR_ARG(p->about));
    fputc('\n', k->to);
}

enum err look_ledger(struct instance *in, const unsigned char *key,
                     const struct ledger_head *outside, FILE *to, const char *lead,
                     struct ledger_verdict *verdict)
{
    struct printer printer = {to, lead};
    struct ledger_verify_options options = {.public_key = key,
                                            .outside = outside,
                                            .report = print_problem,
                                            .report_arg = &printer,
                                            .also = {entries_known, flow_verify}};

    return ledger_verify(in->app.pool, &options, verdict);
}
