/*
 * verify -- recomputes the record. Entries are read in pages, each in a read of its own; of the
 * last page one entry is kept, because a swap shows only when its other half is seen. Heads are
 * read in step with the entries they cover.
 */
#include "ledger/ledger.h"
#include "ledger/ledger_rows.h"
#include "ledger/ledger_sql.h"

#include <assert.h>
#include <string.h>

enum { PAGE = 500, REPORTS_MAX = 100, ARENA_MAX = 128 * 1024 * 1024 };

struct sealed_entry {
    int64_t sequence, id;
    struct digest chain, leaf;
    bool has_chain, is_content_ok, is_receipt_ok;
};

struct verifier {
    struct db_pool *pool;
    const struct ledger_verify_options *options;
    struct ledger_verdict *verdict;
    struct arena *arena;            /* reset after each page */
    struct sealed_entry page[PAGE]; /* the last one is kept back while there are more */
    size_t count;
    struct ledger_head heads[PAGE];
    size_t head_count, head_at;
    int64_t end;              /* last number when the check began */
    int64_t head_end;         /* last head then */
    int64_t read;             /* last number read */
    int64_t heads_read;       /* last head read */
    int64_t at;               /* last number checked */
    struct digest chain;      /* what it should be after `at` */
    struct digest after_swap; /* and after the second of a swapped pair */
    bool is_swapped;
    unsigned char key[SIGN_PUBLIC_BYTES];
    bool has_key, outside_seen;
    ledger_check_fn *check; /* the further check in hand */
    struct ledger_checking checking;
};

static void report(void *arg, const struct ledger_problem *p)
{
    struct verifier *v = arg;
    struct ledger_verdict *verdict = v->verdict;

    verdict->problems++;
    if (p->sequence > 0 && (verdict->first_bad == 0 || p->sequence < verdict->first_bad))
        verdict->first_bad = p->sequence;
    if (verdict->problems <= REPORTS_MAX && v->options->report != NULL)
        v->options->report(v->options->report_arg, p);
}

static void say(struct verifier *v, enum ledger_fault fault, int64_t sequence, int64_t entry)
{
    struct ledger_problem p = {fault, sequence, entry, S("")};

    report(v, &p);
}

/* ---- reading ---- */

static void judge_content(struct verifier *v, struct rows *row, const struct ledger_row *entry,
                          struct sealed_entry *e)
{
    bool is_kept = take_i64(row) != 0;
    str salt = take_blob(row, v->arena), content = take_blob(row, v->arena);

    e->is_content_ok = true;
    if (is_kept) {
        struct digest d = ledger_content_digest(v->arena, salt, content);
        e->is_content_ok = str_eq(digest_str(&d), entry->content_digest);
    } else if (entry->content_digest.len > 0) {
        v->verdict->erased++;
    }
}

/* A digest of another length than the canonical bytes allow is a change too. */
static bool has_form(const struct ledger_row *r)
{
    return (r->payload_digest.len == 0 || r->payload_digest.len == DIGEST_BYTES) &&
           (r->content_digest.len == 0 || r->content_digest.len == DIGEST_BYTES) &&
           r->kind.len <= LEDGER_WORD_MAX && r->object_kind.len <= LEDGER_WORD_MAX &&
           r->act.len <= LEDGER_WORD_MAX && r->actor.len <= LEDGER_WORD_MAX;
}

static void take_entry(struct verifier *v, struct rows *row)
{
    struct sealed_entry *e = &v->page[v->count++];
    struct ledger_row entry;

    *e = (struct sealed_entry){.sequence = take_i64(row)};
    e->has_chain = ledger_take_bytes(row, v->arena, e->chain.byte, DIGEST_BYTES);
    str receipt = take_str(row, v->arena);
    ledger_take_row(row, v->arena, &entry);
    e->id = entry.id;
    if (has_form(&entry))
        e->leaf = ledger_leaf(v->arena, &entry);
    e->is_receipt_ok = str_eq(receipt, ledger_receipt(v->arena, &e->leaf));
    judge_content(v, row, &entry, e);
    if (take_i64(row) != LEDGER_VERSION) /* its bytes begin with it */
        e->leaf = (struct digest){0};
    v->read = e->sequence;
}

static enum err read_entries(struct verifier *v, struct db *db)
{
    struct rows row;
    bool found;

    TRY(db_rows(&row, db, &LEDGER_ENTRIES_AFTER, I(v->read), I(v->end),
                I((int64_t)(PAGE - v->count))));
    for (;;) {
        TRY(db_next(&row, &found));
        if (!found)
            return OK;
        take_entry(v, &row);
    }
}

static enum err read_heads(struct verifier *v, struct db *db)
{
    struct rows row;
    bool found;
    int read = 0;

    v->head_count = v->head_at = 0;
    TRY(db_rows(&row, db, &LEDGER_HEADS_AFTER, I(v->heads_read), I(v->head_end), I(PAGE)));
    for (;;) {
        struct ledger_head head;
        TRY(db_next(&row, &found));
        if (!found)
            break;
        bool has_form = ledger_take_head(&row, v->arena, &head);
        v->heads_read = head.sequence;
        v->verdict->heads++;
        read++;
        if (!has_form || !ledger_head_ok(v->arena, &head)) {
            say(v, LEDGER_SIGNATURE, head.sequence, 0);
            continue;
        }
        if (!v->has_key)
            memcpy(v->key, head.public_key, SIGN_PUBLIC_BYTES);
        v->has_key = true;
        if (memcmp(v->key, head.public_key, SIGN_PUBLIC_BYTES) != 0)
            say(v, LEDGER_KEY, head.sequence, 0);
        v->heads[v->head_count++] = head;
    }
    if (read < PAGE) /* also when the last ones were taken away meanwhile */
        v->heads_read = v->head_end;
    return OK;
}

static enum err in_read(struct verifier *v, enum err (*fn)(struct verifier *v, struct db *db))
{
    struct db *db;

    TRY(db_read(v->pool, &db));
    enum err e = fn(v, db);
    db_read_end(db);
    arena_reset(v->arena);
    return e;
}

/* ---- checking ---- */

static bool chain_is(const struct digest *before, const struct digest *leaf,
                     const struct sealed_entry *e)
{
    struct digest chain = ledger_chain(before, leaf);

    return e->has_chain && digest_eq(&chain, &e->chain);
}

/* What it means that an entry's chain value does not follow. `next` may be NULL. */
static enum ledger_fault fault_of(const struct verifier *v, const struct sealed_entry *e,
                                  const struct sealed_entry *next)
{
    struct digest right = ledger_chain(&v->chain, &e->leaf);

    if (next == NULL)
        return LEDGER_CHANGED;
    if (chain_is(&v->chain, &next->leaf, next) || chain_is(&v->chain, &next->leaf, e))
        return LEDGER_SWAPPED;
    if (chain_is(&right, &next->leaf, next))
        return LEDGER_CHAIN;
    return LEDGER_CHANGED;
}

static void check_head(struct verifier *v, const struct ledger_head *head, enum ledger_fault fault)
{
    if (!digest_eq(&head->hash, &v->chain))
        say(v, fault, head->sequence, 0);
}

/* Heads that cover up to the number just checked, and the one kept elsewhere. */
static enum err check_heads(struct verifier *v)
{
    const struct ledger_head *outside = v->options->outside;

    if (outside != NULL && outside->sequence == v->at) {
        v->outside_seen = true;
        check_head(v, outside, LEDGER_OUTSIDE);
    }
    for (;;) {
        while (v->head_at == v->head_count) {
            if (v->heads_read >= v->head_end)
                return OK;
            TRY(in_read(v, read_heads));
        }
        const struct ledger_head *head = &v->heads[v->head_at];
        if (head->sequence > v->at)
            return OK;
        if (head->sequence == v->at)
            check_head(v, head, LEDGER_HEAD);
        v->head_at++;
    }
}

/* Says what is wrong and goes on from what the chain was, so that one fault is reported once and
 * later ones too. A swapped pair is stepped over together. */
static void judge_chain(struct verifier *v, const struct sealed_entry *e,
                        const struct sealed_entry *next)
{
    struct digest right = ledger_chain(&v->chain, &e->leaf);
    enum ledger_fault fault = fault_of(v, e, next);

    say(v, fault, e->sequence, e->id);
    if (fault == LEDGER_SWAPPED) {
        v->chain = ledger_chain(&v->chain, &next->leaf);
        v->after_swap = ledger_chain(&v->chain, &e->leaf);
        v->is_swapped = true;
    } else {
        v->chain = fault == LEDGER_CHAIN ? right : e->chain;
    }
}

static enum err check_entry(struct verifier *v, const struct sealed_entry *e,
                            const struct sealed_entry *next)
{
    bool is_after_gap = e->sequence != v->at + 1;

    for (int64_t gone = v->at + 1; gone < e->sequence; gone++) {
        say(v, LEDGER_MISSING, gone, 0);
        if (v->verdict->problems > REPORTS_MAX)
            break;
    }
    if (v->is_swapped) {
        v->chain = v->after_swap;
        v->is_swapped = false;
    } else if (is_after_gap || chain_is(&v->chain, &e->leaf, e)) {
        v->chain = e->chain;
        if (!e->is_receipt_ok)
            say(v, LEDGER_RECEIPT, e->sequence, e->id);
    } else {
        judge_chain(v, e, next);
    }
    if (!e->is_content_ok)
        say(v, LEDGER_CONTENT, e->sequence, e->id);
    v->at = e->sequence;
    v->verdict->entries++;
    return check_heads(v);
}

static enum err check_entries(struct verifier *v)
{
    bool has_more = true;

    while (has_more) {
        size_t kept = v->count;
        TRY(in_read(v, read_entries));
        has_more = v->count > kept && v->read < v->end;
        size_t stop = has_more ? v->count - 1 : v->count;
        for (size_t i = 0; i < stop; i++) {
            const struct sealed_entry *next = i + 1 < v->count ? &v->page[i + 1] : NULL;
            TRY(check_entry(v, &v->page[i], next));
        }
        if (has_more)
            v->page[0] = v->page[v->count - 1];
        v->count = has_more ? 1 : 0;
    }
    return OK;
}

/* Where the record ended when the check began: one snapshot, so that both ends fit. */
static enum err read_ends(struct verifier *v, struct db *db)
{
    struct rows row;
    struct ledger_head head;
    bool found;

    TRY(db_number(db, &v->verdict->unsealed, 0, &LEDGER_WAITING));
    TRY(db_rows(&row, db, &LEDGER_TIP));
    TRY(db_next(&row, &found));
    if (found) {
        v->end = take_i64(&row);
        take_blob(&row, v->arena);
        TRY(db_done(&row));
    }
    TRY(db_rows(&row, db, &LEDGER_HEAD_LAST));
    TRY(db_next(&row, &found));
    if (!found)
        return OK;
    ledger_take_head(&row, v->arena, &head);
    v->head_end = head.sequence;
    return db_done(&row);
}

static enum err check_ends(struct verifier *v)
{
    const struct ledger_head *outside = v->options->outside;

    while (v->heads_read < v->head_end) /* heads of entries that are gone: their signatures too */
        TRY(in_read(v, read_heads));
    if (v->head_end > v->end)
        say(v, LEDGER_CUT, v->end + 1, 0);
    if (v->end > v->head_end)
        say(v, LEDGER_UNSIGNED, v->head_end + 1, 0);
    if (outside == NULL)
        return OK;
    if (!ledger_head_ok(v->arena, outside))
        say(v, LEDGER_SIGNATURE, outside->sequence, 0);
    else if (v->has_key && memcmp(v->key, outside->public_key, SIGN_PUBLIC_BYTES) != 0)
        say(v, LEDGER_KEY, outside->sequence, 0);
    if (v->outside_seen)
        return OK;
    if (outside->sequence <= v->end)
        say(v, LEDGER_OUTSIDE, outside->sequence, 0);
    else if (v->head_end <= v->end) /* else the heads here have told of the cut */
        say(v, LEDGER_CUT, v->end + 1, 0);
    return OK;
}

static enum err check_also(struct verifier *v, struct db *db)
{
    struct ctx c = {.arena = v->arena, .db = db};

    return v->check(&c, &v->checking);
}

static enum err check_further(struct verifier *v, ledger_check_fn *check)
{
    v->check = check;
    v->checking =
        (struct ledger_checking){.report = report, .report_arg = v, .verdict = v->verdict};
    while (!v->checking.is_done)
        TRY(in_read(v, check_also));
    return OK;
}

static enum err verify_all(struct verifier *v)
{
    TRY(in_read(v, read_ends));
    TRY(check_entries(v));
    TRY(check_ends(v));
    for (size_t i = 0; i < LEDGER_ALSO_MAX && v->options->also[i] != NULL; i++)
        TRY(check_further(v, v->options->also[i]));
    return OK;
}

enum err ledger_verify(struct db_pool *pool, const struct ledger_verify_options *options,
                       struct ledger_verdict *verdict)
{
    struct arena *program = arena_new("verify", 16 * 1024 * 1024);
    struct verifier *v = NEW(program, struct verifier);

    *verdict = (struct ledger_verdict){0};
    v->pool = pool;
    v->options = options;
    v->verdict = verdict;
    v->arena = arena_new("verify page", ARENA_MAX);
    v->chain = ledger_start();
    if (options->public_key != NULL) {
        memcpy(v->key, options->public_key, SIGN_PUBLIC_BYTES);
        v->has_key = true;
    }
    enum err e = verify_all(v);
    arena_free(v->arena);
    arena_free(program);
    return e;
}

const char *ledger_fault_name(enum ledger_fault fault)
{
    static const char *const names[] = {
        [LEDGER_CHANGED] = "changed",
        [LEDGER_CHAIN] = "chain",
        [LEDGER_SWAPPED] = "swapped",
        [LEDGER_MISSING] = "missing",
        [LEDGER_CUT] = "cut",
        [LEDGER_UNSIGNED] = "unsigned",
        [LEDGER_SIGNATURE] = "signature",
        [LEDGER_KEY] = "key",
        [LEDGER_HEAD] = "head",
        [LEDGER_OUTSIDE] = "outside",
        [LEDGER_CONTENT] = "content",
        [LEDGER_RECEIPT] = "receipt",
        [LEDGER_ACT] = "act",
        [LEDGER_ROWS] = "rows",
    };

    return names[fault];
}
