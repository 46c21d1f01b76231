/* The rows of matters against the record: what the last act left, what each act found, and matters
 * that are gone. One matter is compared in one snapshot; a page of them shares it. */
#include "flow/flow_local.h"
#include "flow/flow_sql.h"
#include "ledger/ledger.h"
#include "matter/imprint.h"

#include <assert.h>

enum { PAGE = 20, PAGE_BYTES = 32 * 1024 * 1024 };

static str named(struct ctx *c, const struct imprint_matter *m)
{
    return str_fmt(c->arena, "matter %.*s", STR_ARG(m->serial.len > 0 ? m->serial : m->receipt));
}

static void blame(struct ctx *c, struct ledger_checking *k, const struct imprint_matter *m,
                  const struct ledger_kept *entry, str what)
{
    struct ledger_problem p = {
        .fault = LEDGER_ROWS,
        .about = str_fmt(c->arena, "%.*s: %.*s", STR_ARG(named(c, m)), STR_ARG(what))};

    if (entry != NULL) {
        p.sequence = entry->sequence;
        p.entry = entry->id;
    }
    k->report(k->report_arg, &p);
}

/* What an act found is what the one before it had left. Where a content is gone or is older than
 * imprints, nothing is said about its neighbour. True: some entry has an imprint. */
static bool check_chain(struct ctx *c, struct ledger_checking *k, const struct imprint_matter *m,
                        const struct ledger_kept *entries, size_t count)
{
    bool is_known = false, has_any = false;
    struct digest left;

    for (size_t i = 0; i < count; i++) {
        struct imprint im;
        str rest;
        bool has = entries[i].is_right && imprint_read(entries[i].content, &im, &rest);
        if (has && is_known && im.has_before && !digest_eq(&im.before, &left))
            blame(c, k, m, &entries[i], S("changed before this act"));
        is_known = has;
        has_any = has_any || has;
        if (has)
            left = imprint_whole(c->arena, &im);
    }
    return has_any;
}

/* The rows as they are against the last entry. */
static enum err check_rows(struct ctx *c, struct ledger_checking *k, const struct imprint_matter *m,
                           const struct ledger_kept *last, bool has_any)
{
    struct imprint now, then;
    str rest;

    TRY(imprint_take(c, m->id, &now));
    if (last->is_kept && !last->is_right) {
        blame(c, k, m, last, S("what its last act left was changed"));
        return OK;
    }
    /* Erasing leaves an entry of its own, so the last one is always there. */
    if (last->had_content && !last->is_kept) {
        blame(c, k, m, last, S("what its last act left is gone"));
        return OK;
    }
    bool has = imprint_read(last->content, &then, &rest);
    if (!has && has_any) /* no older program came back and acted */
        blame(c, k, m, last, S("its last entry does not say what it left"));
    else if (!has)
        k->verdict->uncompared++;
    if (!has)
        return OK;
    k->verdict->compared++;
    str where = imprint_difference(c->arena, &now, &then);
    if (where.len > 0)
        blame(c, k, m, NULL, where);
    return OK;
}

static enum err check_matter(struct ctx *c, struct ledger_checking *k,
                             const struct imprint_matter *m)
{
    struct ledger_kept *entries;
    size_t count;

    TRY(ledger_about(c, S("matter"), m->id, &entries, &count));
    if (count == 0) {
        blame(c, k, m, NULL, S("never entered the record"));
        return OK;
    }
    bool has_any = check_chain(c, k, m, entries, count);
    return check_rows(c, k, m, &entries[count - 1], has_any);
}

static void count(void *arg, const struct ledger_problem *p)
{
    int64_t *problems = arg;

    (void)p;
    ++*problems;
}

enum err flow_as_recorded(struct ctx *c, int64_t matter, bool *is)
{
    struct imprint_matter m = {.id = matter, .receipt = S(""), .serial = S("")};
    struct ledger_verdict v = {0};
    int64_t problems = 0;
    struct ledger_checking k = {.report = count, .report_arg = &problems, .verdict = &v};

    TRY(check_matter(c, &k, &m));
    *is = problems == 0;
    return OK;
}

static enum err check_page(struct ctx *c, struct ledger_checking *k)
{
    struct imprint_matter *m;
    size_t count;

    TRY(imprint_matters(c, k->after, PAGE, &m, &count));
    for (size_t i = 0; i < count && arena_used(c->arena) < PAGE_BYTES; i++) {
        TRY(check_matter(c, k, &m[i]));
        k->after = m[i].id;
    }
    if (count == 0) {
        k->step++;
        k->after = 0;
    }
    return OK;
}

/* A matter is never taken away by the program. */
static enum err check_gone(struct ctx *c, struct ledger_checking *k)
{
    struct rows row;
    bool found;

    k->is_done = true;
    TRY(db_rows(&row, c->db, &FLOW_MATTERS_GONE, I(k->after), I(PAGE)));
    for (;;) {
        TRY(db_next(&row, &found));
        if (!found)
            return OK;
        k->after = take_i64(&row);
        k->is_done = false;
        struct imprint_matter m = {.id = k->after,
                                   .serial = str_fmt(c->arena, "%lld", (long long)k->after)};
        blame(c, k, &m, NULL, S("it is gone"));
    }
}

enum err flow_verify(struct ctx *c, struct ledger_checking *k)
{
    return k->step == 0 ? check_page(c, k) : check_gone(c, k);
}
