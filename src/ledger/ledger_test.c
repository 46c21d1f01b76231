#include "ledger/ledger.h"

#include "base/clock.h"
#include "base/id.h"
#include "db/db_testing.h"
#include "db/migrate.h"
#include "ledger/ledger_sql.h"

#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

static const char *doc_path;

struct world {
    struct db_testing t;
    struct arena *arena;
    struct ledger_keys keys;
    enum db_engine engine;
};

#define TAMPER(name_, text_, count_)                                                               \
    static const struct sql name_ = {.name = #name_, .text = text_, .param_count = count_}

TAMPER(CHANGE_ACT, "UPDATE ledger_entry SET act = 'accepT' WHERE sequence = $1", 1);
TAMPER(CHANGE_TIME, "UPDATE ledger_entry SET at = at + 1 WHERE sequence = $1", 1);
TAMPER(CHANGE_CHAIN, "UPDATE ledger_entry SET chain = $2 WHERE sequence = $1", 2);
TAMPER(CHANGE_DIGEST, "UPDATE ledger_entry SET content_digest = $2 WHERE sequence = $1", 2);
TAMPER(CHANGE_RECEIPT, "UPDATE ledger_entry SET receipt = 'ZZZZZZZZZZZZZZZZ' WHERE sequence = $1",
       1);
TAMPER(RENUMBER, "UPDATE ledger_entry SET sequence = $2 WHERE sequence = $1", 2);
TAMPER(DROP_CONTENTS, "DELETE FROM ledger_content WHERE entry >= $1", 1);
TAMPER(DROP_ONE, "DELETE FROM ledger_entry WHERE sequence = $1", 1);
TAMPER(DROP_TAIL, "DELETE FROM ledger_entry WHERE sequence > $1", 1);
TAMPER(DROP_HEADS, "DELETE FROM ledger_head WHERE sequence > $1", 1);
TAMPER(CHANGE_SIGNATURE, "UPDATE ledger_head SET signature = $2 WHERE sequence = $1", 2);
TAMPER(CHANGE_HEAD_TIME, "UPDATE ledger_head SET at = at + 1 WHERE sequence = $1", 1);
TAMPER(CHANGE_CONTENT,
       "UPDATE ledger_content SET content = $2 WHERE entry = (SELECT id FROM "
       "ledger_entry WHERE sequence = $1)",
       2);
TAMPER(UNSEAL, "UPDATE ledger_entry SET sequence = NULL, chain = NULL WHERE id > $1", 1);

/* ---- helpers ---- */

struct many {
    struct world *w;
    int count;
    bool then_fails;
    str receipt;
};

static enum err append_act(struct db *db, void *arg)
{
    struct many *m = arg;
    struct arena *a = arena_new("append", 64u * 1024 * 1024);
    struct ctx c = {.arena = a, .db = db, .now = clock_now()};
    enum err e = OK;

    for (int i = 0; i < m->count && e == OK; i++) {
        struct ledger_act act = {.kind = S("matter"),
                                 .object_kind = S("matter"),
                                 .object = 100 + i,
                                 .act = S("accept"),
                                 .actor = S("person:12"),
                                 .payload = str_fmt(a, "public %d", i),
                                 .content = i % 2 == 0 ? str_fmt(a, "kept %d", i) : S("")};
        e = ledger_append(&c, &act, &m->receipt);
    }
    if (m->then_fails)
        e = INVALID;
    else if (e == OK)
        m->receipt = str_copy(m->w->arena, m->receipt);
    arena_free(a);
    return e;
}

static str append(struct world *w, int count)
{
    struct many m = {.w = w, .count = count};

    assert_int_equal(db_act_wait(w->t.pool, append_act, &m), OK);
    return m.receipt;
}

static int64_t seal(struct world *w, int64_t max)
{
    int64_t sealed;

    assert_int_equal(ledger_seal(w->t.pool, &w->keys, max, &sealed), OK);
    return sealed;
}

struct tampering {
    const struct sql *sql;
    struct val args[2];
};

static enum err tamper_act(struct db *db, void *arg)
{
    struct tampering *t = arg;

    return db_run_with(db, NULL, t->sql, t->args, (size_t)t->sql->param_count);
}

static void tamper(struct world *w, const struct sql *sql, int64_t sequence, struct val other)
{
    struct tampering t = {sql, {I(sequence), other}};

    assert_int_equal(db_act_wait(w->t.pool, tamper_act, &t), OK);
}

struct heard {
    int count;
    struct ledger_problem first;
    enum ledger_fault faults[16];
};

static void hear(void *arg, const struct ledger_problem *p)
{
    struct heard *h = arg;

    if (h->count == 0)
        h->first = *p;
    if (h->count < 16)
        h->faults[h->count] = p->fault;
    h->count++;
}

static struct ledger_verdict verify_with(struct world *w, struct heard *h,
                                         const struct ledger_head *outside)
{
    struct ledger_verdict verdict;
    struct ledger_verify_options o = {
        .public_key = w->keys.public_key, .outside = outside, .report = hear, .report_arg = h};

    *h = (struct heard){0};
    assert_int_equal(ledger_verify(w->t.pool, &o, &verdict), OK);
    assert_int_equal(verdict.problems, h->count);
    return verdict;
}

/* Exactly one problem, this one. */
static void only(struct world *w, enum ledger_fault fault, int64_t sequence)
{
    struct heard h;
    struct ledger_verdict v = verify_with(w, &h, NULL);

    if (h.count != 1 || h.first.fault != fault || h.first.sequence != sequence)
        fail_msg("%d problems, first %s at %lld; wanted %s at %lld", h.count,
                 h.count > 0 ? ledger_fault_name(h.first.fault) : "-", (long long)h.first.sequence,
                 ledger_fault_name(fault), (long long)sequence);
    assert_int_equal(v.first_bad, sequence);
}

static struct ledger_verdict sound(struct world *w)
{
    struct heard h;
    struct ledger_verdict v = verify_with(w, &h, NULL);

    if (h.count != 0)
        fail_msg("%s at %lld", ledger_fault_name(h.first.fault), (long long)h.first.sequence);
    return v;
}

static struct ledger_head last_head(struct world *w)
{
    struct ctx c = {.arena = w->arena};
    struct ledger_head head;

    assert_int_equal(db_read(w->t.pool, &c.db), OK);
    assert_int_equal(ledger_last_head(&c, &head), OK);
    db_read_end(c.db);
    return head;
}

/* Twelve sealed entries under three heads. */
static void fill(struct world *w)
{
    for (int i = 0; i < 3; i++) {
        append(w, 4);
        assert_int_equal(seal(w, 100), 4);
    }
    assert_int_equal(sound(w).entries, 12);
}

/* ---- tests ---- */

static void an_entry_is_sealed_after_its_act(void **state)
{
    struct world *w = *state;

    append(w, 3);
    struct ledger_verdict v = sound(w);
    assert_int_equal(v.entries, 0);
    assert_int_equal(v.unsealed, 3);
    assert_int_equal(seal(w, 2), 2);
    assert_int_equal(seal(w, 2), 1);
    assert_int_equal(seal(w, 2), 0);
    v = sound(w);
    assert_int_equal(v.entries, 3);
    assert_int_equal(v.heads, 2);
    assert_int_equal(v.unsealed, 0);
}

static void an_act_that_fails_leaves_no_entry(void **state)
{
    struct world *w = *state;
    struct many m = {.w = w, .count = 2, .then_fails = true};

    assert_int_equal(db_act_wait(w->t.pool, append_act, &m), INVALID);
    assert_int_equal(seal(w, 10), 0);
    assert_int_equal(sound(w).unsealed, 0);
}

static void a_flipped_byte_is_named(void **state)
{
    struct world *w = *state;

    fill(w);
    tamper(w, &CHANGE_ACT, 5, NIL());
    only(w, LEDGER_CHANGED, 5);
}

static void a_changed_time_in_the_last_entry_is_named(void **state)
{
    struct world *w = *state;

    fill(w);
    tamper(w, &CHANGE_TIME, 12, NIL());
    only(w, LEDGER_CHANGED, 12);
}

static void a_digest_of_the_wrong_length_is_a_change(void **state)
{
    struct world *w = *state;

    fill(w);
    tamper(w, &CHANGE_DIGEST, 6, X(S("short")));
    only(w, LEDGER_CHANGED, 6);
}

static void a_changed_chain_value_is_told_from_a_changed_entry(void **state)
{
    struct world *w = *state;
    char zero[DIGEST_BYTES] = {0};

    fill(w);
    tamper(w, &CHANGE_CHAIN, 6, X(((str){zero, sizeof zero})));
    only(w, LEDGER_CHAIN, 6);
}

static void a_swapped_pair_is_named(void **state)
{
    struct world *w = *state;

    fill(w);
    tamper(w, &RENUMBER, 6, I(1000));
    tamper(w, &RENUMBER, 7, I(6));
    tamper(w, &RENUMBER, 1000, I(7));
    only(w, LEDGER_SWAPPED, 6);
}

static void a_missing_entry_is_named(void **state)
{
    struct world *w = *state;

    fill(w);
    tamper(w, &DROP_CONTENTS, 0, NIL());
    tamper(w, &DROP_ONE, 6, NIL());
    only(w, LEDGER_MISSING, 6);
}

static void a_cut_tail_is_named(void **state)
{
    struct world *w = *state;

    fill(w);
    tamper(w, &DROP_CONTENTS, 0, NIL());
    tamper(w, &DROP_TAIL, 9, NIL());
    only(w, LEDGER_CUT, 10);
}

static void a_tail_cut_with_its_heads_needs_a_head_kept_elsewhere(void **state)
{
    struct world *w = *state;
    struct heard h;

    fill(w);
    struct ledger_head kept = last_head(w);
    tamper(w, &DROP_CONTENTS, 0, NIL());
    tamper(w, &DROP_TAIL, 8, NIL());
    tamper(w, &DROP_HEADS, 8, NIL());
    sound(w);
    verify_with(w, &h, &kept);
    assert_int_equal(h.count, 1);
    assert_int_equal(h.first.fault, LEDGER_CUT);
    assert_int_equal(h.first.sequence, 9);
}

static void a_record_rewritten_with_the_key_needs_a_head_kept_elsewhere(void **state)
{
    struct world *w = *state;
    struct heard h;

    fill(w);
    struct ledger_head kept = last_head(w);
    verify_with(w, &h, &kept);
    assert_int_equal(h.count, 0);
    tamper(w, &CHANGE_ACT, 5, NIL());
    tamper(w, &UNSEAL, 0, NIL());
    tamper(w, &DROP_HEADS, 0, NIL());
    assert_int_equal(seal(w, 100), 12);
    only(w, LEDGER_RECEIPT, 5); /* whoever forgets the receipt is seen even so */
    verify_with(w, &h, &kept);
    assert_int_equal(h.count, 2);
    assert_int_equal(h.faults[1], LEDGER_OUTSIDE);
}

static void a_record_rewritten_without_the_key_is_seen(void **state)
{
    struct world *w = *state;
    struct ledger_keys own = w->keys, other;
    unsigned char seed[KEY_BYTES] = {9};
    struct heard h;

    fill(w);
    sign_keys(other.public_key, other.secret_key, seed);
    tamper(w, &UNSEAL, 0, NIL());
    tamper(w, &DROP_HEADS, 0, NIL());
    w->keys = other;
    seal(w, 100);
    w->keys = own;
    only(w, LEDGER_KEY, 12);
    /* The name of our key over their signature does not help them. */
    memcpy(other.public_key, own.public_key, SIGN_PUBLIC_BYTES);
    tamper(w, &UNSEAL, 0, NIL());
    tamper(w, &DROP_HEADS, 0, NIL());
    w->keys = other;
    seal(w, 100);
    w->keys = own;
    verify_with(w, &h, NULL);
    assert_true(h.count >= 1);
    assert_int_equal(h.first.fault, LEDGER_SIGNATURE);
}

static void entries_chained_anew_do_not_fit_the_old_heads(void **state)
{
    struct world *w = *state;
    struct heard h;

    fill(w);
    tamper(w, &CHANGE_TIME, 6, NIL());
    tamper(w, &UNSEAL, 0, NIL());
    tamper(w, &DROP_HEADS, 8, NIL());
    int64_t sealed;
    /* the old heads at 4 and 8 stay; a new one comes at 12 */
    assert_int_equal(ledger_seal(w->t.pool, &w->keys, 100, &sealed), OK);
    verify_with(w, &h, NULL);
    bool has_head_fault = false;
    for (int i = 0; i < h.count && i < 16; i++)
        has_head_fault = has_head_fault || h.faults[i] == LEDGER_HEAD;
    assert_true(has_head_fault);
    assert_int_equal(h.first.sequence, 6);
}

static void a_changed_head_is_named(void **state)
{
    struct world *w = *state;

    fill(w);
    tamper(w, &CHANGE_HEAD_TIME, 8, NIL());
    only(w, LEDGER_SIGNATURE, 8);
}

static void a_forged_signature_is_named(void **state)
{
    struct world *w = *state;

    fill(w);
    tamper(w, &CHANGE_SIGNATURE, 4, X(S("short")));
    only(w, LEDGER_SIGNATURE, 4);
}

static void heads_taken_away_leave_entries_unsigned(void **state)
{
    struct world *w = *state;

    fill(w);
    tamper(w, &DROP_HEADS, 4, NIL());
    only(w, LEDGER_UNSIGNED, 5);
}

static void a_changed_receipt_is_named(void **state)
{
    struct world *w = *state;

    fill(w);
    tamper(w, &CHANGE_RECEIPT, 7, NIL());
    only(w, LEDGER_RECEIPT, 7);
}

static enum err erase_act(struct db *db, void *arg)
{
    struct ctx c = {.arena = arg, .db = db};

    return ledger_erase(&c, S("matter"), 100);
}

static void content_can_be_erased_but_not_changed(void **state)
{
    struct world *w = *state;

    fill(w);
    assert_int_equal(sound(w).erased, 0);
    tamper(w, &CHANGE_CONTENT, 3, X(S("kept 2 ")));
    only(w, LEDGER_CONTENT, 3);
    tamper(w, &CHANGE_CONTENT, 3, X(S("kept 2")));
    sound(w);
    assert_int_equal(db_act_wait(w->t.pool, erase_act, w->arena), OK);
    assert_int_equal(sound(w).erased, 3); /* object 100 once in each batch */
}

static void a_receipt_finds_its_entry(void **state)
{
    struct world *w = *state;
    struct ctx c = {.arena = w->arena};
    struct ledger_found found;
    str receipt = append(w, 1), shown = ledger_receipt_shown(w->arena, receipt);

    assert_int_equal(shown.len, 19);
    assert_int_equal(db_read(w->t.pool, &c.db), OK);
    assert_int_equal(ledger_find(&c, str_lower(w->arena, shown), &found), OK);
    assert_int_equal(found.sequence, 0);
    assert_true(str_eq(found.row.act, S("accept")));
    assert_int_equal(ledger_find(&c, S("0000-0000-0000-0000"), &found), NOT_FOUND);
    assert_int_equal(ledger_find(&c, S("oooo iiii llll 0000"), &found), NOT_FOUND);
    assert_int_equal(ledger_find(&c, S("UUUU-0000-0000-0000"), &found), INVALID);
    assert_int_equal(ledger_find(&c, S("0000"), &found), INVALID);
    db_read_end(c.db);
    seal(w, 10);
    assert_int_equal(db_read(w->t.pool, &c.db), OK);
    assert_int_equal(ledger_find(&c, receipt, &found), OK);
    assert_int_equal(found.sequence, 1);
    db_read_end(c.db);
}

static enum err blame_act(struct ctx *c, ledger_report_fn *report, void *report_arg)
{
    struct ledger_problem p = {LEDGER_ACT, 0, 0, S("entry 7 of matter 4")};

    (void)c;
    report(report_arg, &p);
    return OK;
}

static void a_further_check_reports_too(void **state)
{
    struct world *w = *state;
    struct heard h = {0};
    struct ledger_verdict v;
    struct ledger_verify_options o = {.report = hear, .report_arg = &h, .also = blame_act};

    fill(w);
    assert_int_equal(ledger_verify(w->t.pool, &o, &v), OK);
    assert_int_equal(v.problems, 1);
    assert_int_equal(h.first.fault, LEDGER_ACT);
}

static void problems_beyond_a_page_are_found(void **state)
{
    struct world *w = *state;
    struct heard h;

    append(w, 1300);
    assert_int_equal(seal(w, 700), 700);
    assert_int_equal(seal(w, 700), 600);
    assert_int_equal(sound(w).entries, 1300);
    tamper(w, &CHANGE_ACT, 499, NIL()); /* last of the first page, first of the next … */
    tamper(w, &CHANGE_ACT, 1200, NIL());
    tamper(w, &RENUMBER, 500, I(5000));
    tamper(w, &RENUMBER, 501, I(500));
    tamper(w, &RENUMBER, 5000, I(501));
    struct ledger_verdict v = verify_with(w, &h, NULL);
    assert_int_equal(v.first_bad, 499);
    assert_int_equal(h.count, 3);
    assert_int_equal(h.faults[0], LEDGER_CHANGED);
    assert_int_equal(h.faults[1], LEDGER_SWAPPED);
    assert_int_equal(h.faults[2], LEDGER_CHANGED);
}

struct crowd {
    struct world *w;
    _Atomic int running;
    _Atomic int64_t sealed;
    _Atomic int failed;
};

static void *append_thread(void *arg)
{
    struct crowd *c = arg;

    for (int i = 0; i < 40; i++) {
        struct many m = {.w = c->w, .count = 3, .receipt = S("")};
        m.then_fails = i % 10 == 9;
        enum err e = db_act_wait(c->w->t.pool, append_act, &m);
        if (e != (m.then_fails ? INVALID : OK))
            atomic_fetch_add(&c->failed, 1);
    }
    atomic_fetch_sub(&c->running, 1);
    return NULL;
}

static void *seal_thread(void *arg)
{
    struct crowd *c = arg;
    int64_t sealed = 0;

    while (atomic_load(&c->running) > 0 || sealed > 0) {
        enum err e = ledger_seal(c->w->t.pool, &c->w->keys, 7, &sealed);
        if (e != OK && e != BUSY)
            atomic_fetch_add(&c->failed, 1);
        atomic_fetch_add(&c->sealed, sealed);
    }
    return NULL;
}

static void several_sealers_beside_several_writers_make_one_chain(void **state)
{
    struct world *w = *state;
    struct crowd c = {.w = w, .running = 1};
    pthread_t threads[4];

    /* one writer, because the test's arena is not to be shared */
    pthread_create(&threads[0], NULL, append_thread, &c);
    for (int i = 1; i < 4; i++)
        pthread_create(&threads[i], NULL, seal_thread, &c);
    for (int i = 0; i < 4; i++)
        pthread_join(threads[i], NULL);
    assert_int_equal(atomic_load(&c.failed), 0);
    while (seal(w, 100) > 0) {
    }
    struct ledger_verdict v = sound(w);
    assert_int_equal(v.entries, 36 * 3);
    assert_int_equal(v.unsealed, 0);
}

/* A program that dies after its acts and before the sealer came. */
static void append_and_die(struct world *w, const char *path)
{
    struct many m = {.w = w, .count = 5};

    db_testing_open_empty(&w->t, DB_SQLITE, path);
    if (db_act_wait(w->t.pool, append_act, &m) == OK)
        kill(getpid(), SIGKILL);
    _exit(1);
}

static void a_kill_between_act_and_seal_loses_nothing(void **state)
{
    struct world *w = *state;
    char folder[] = "/tmp/ledger-XXXXXX";
    struct world other = *w;
    struct migrate_options options = {.without_backup = true};
    struct migrate_report report;
    int status;

    assert_non_null(mkdtemp(folder));
    str path = str_fmt(w->arena, "%s/ledger.db", folder);
    assert_true(db_testing_open_empty(&other.t, DB_SQLITE, path.at));
    assert_int_equal(migrate(other.t.pool, &options, &report), OK);
    assert_int_equal((append(&other, 3), seal(&other, 10)), 3);
    db_testing_close(&other.t);
    for (int i = 0; i < 3; i++) {
        pid_t child = fork();
        assert_true(child >= 0);
        if (child == 0)
            append_and_die(&other, path.at);
        assert_int_equal(waitpid(child, &status, 0), child);
        assert_true(WIFSIGNALED(status));
    }
    assert_true(db_testing_open_empty(&other.t, DB_SQLITE, path.at));
    assert_int_equal(sound(&other).unsealed, 15);
    assert_int_equal(seal(&other, 100), 15);
    assert_int_equal(sound(&other).entries, 18);
    db_testing_close(&other.t);
    unlink(path.at);
    unlink(str_fmt(w->arena, "%s-wal", path.at).at);
    unlink(str_fmt(w->arena, "%s-shm", path.at).at);
    rmdir(folder);
}

/* ---- the document ---- */

static str doc_text(struct arena *a)
{
    struct buf b = {.arena = a};
    FILE *f = fopen(doc_path, "rb");
    size_t n;

    if (f == NULL)
        fail_msg("cannot read %s", doc_path);
    while ((n = fread(buf_reserve(&b, 4096), 1, 4096, f)) > 0)
        b.len += n;
    fclose(f);
    str text = buf_str(&b);
    size_t at = str_find(text, S("```example\n"));
    assert_true(at != SIZE_MAX);
    text = str_slice(text, at + 11, text.len);
    return str_slice(text, 0, str_find(text, S("```")));
}

static str value(str *text, const char *name)
{
    str line = str_cut(text, '\n');

    if (!str_eq(str_cut(&line, ' '), str_of(name)))
        fail_msg("doc/ledger.md: no %s", name);
    return line;
}

static int64_t number(str *text, const char *name)
{
    int64_t n;

    assert_true(str_to_i64(value(text, name), &n));
    return n;
}

static str bytes(struct arena *a, str *text, const char *name)
{
    str hex = value(text, name);
    unsigned char *at = arena_alloc(a, hex.len / 2 + 1);

    assert_true(crypto_unhex(hex, at, hex.len / 2));
    return (str){(const char *)at, hex.len / 2};
}

static void same(struct arena *a, str wanted_hex, str got)
{
    assert_string_equal(crypto_hex(a, got).at, str_z(a, wanted_hex));
}

static void the_worked_example_of_the_document_is_right(void **state)
{
    struct arena *a = arena_new("doc", 4u * 1024 * 1024);
    str text = doc_text(a);
    struct digest chain = ledger_start();
    struct ledger_head head, again;
    unsigned char seed[KEY_BYTES], secret[SIGN_SECRET_BYTES], public_key[SIGN_PUBLIC_BYTES];

    (void)state;
    for (int i = 0; i < 2; i++) {
        struct ledger_row row = {.id = number(&text, "id"), .at = number(&text, "at")};
        row.kind = value(&text, "kind");
        row.object_kind = value(&text, "object_kind");
        row.object = number(&text, "object");
        row.act = value(&text, "act");
        row.actor = value(&text, "actor");
        row.payload_digest = bytes(a, &text, "payload_digest");
        row.content_digest = bytes(a, &text, "content_digest");
        struct buf b = {.arena = a};
        ledger_put_entry(&b, &row);
        same(a, value(&text, "canonical"), buf_str(&b));
        struct digest leaf = ledger_leaf(a, &row);
        same(a, value(&text, "leaf"), digest_str(&leaf));
        str shown = ledger_receipt_shown(a, ledger_receipt(a, &leaf));
        assert_true(str_eq(value(&text, "receipt"), shown));
        chain = ledger_chain(&chain, &leaf);
        same(a, value(&text, "chain"), digest_str(&chain));
        if (i == 1) {
            char salt[32];
            memset(salt, 0xaa, sizeof salt);
            struct digest d = ledger_content_digest(a, (str){salt, sizeof salt}, S("no"));
            assert_true(str_eq(digest_str(&d), row.content_digest));
        }
    }
    assert_int_equal(ledger_head_read(text, &head), OK);
    assert_true(digest_eq(&head.hash, &chain));
    assert_true(ledger_head_ok(a, &head));
    for (int i = 0; i < KEY_BYTES; i++)
        seed[i] = (unsigned char)i;
    sign_keys(public_key, secret, seed);
    again = head;
    ledger_head_sign(a, &again, secret);
    assert_memory_equal(again.signature, head.signature, SIGNATURE_BYTES);
    struct buf b = {.arena = a};
    ledger_head_put(&b, &head);
    assert_true(str_eq(buf_str(&b), text));
    arena_free(a);
}

static void a_broken_head_text_is_refused(void **state)
{
    struct arena *a = arena_new("doc", 4u * 1024 * 1024);
    str text = doc_text(a);
    struct ledger_head head;

    (void)state;
    text = str_slice(text, str_find(text, S("shangliang ledger head 1")), text.len);
    assert_int_equal(ledger_head_read(text, &head), OK);
    for (size_t cut = 0; cut + 1 < text.len; cut++)
        assert_int_equal(ledger_head_read(str_slice(text, 0, cut), &head), INVALID);
    char *copy = arena_alloc(a, text.len + 1);
    memcpy(copy, text.at, text.len);
    copy[str_find(text, S("time")) + 6] ^= 1; /* another digit */
    assert_int_equal(ledger_head_read((str){copy, text.len}, &head), OK);
    assert_false(ledger_head_ok(a, &head));
    arena_free(a);
}

static void every_statement_prepares(void **state)
{
    struct world *w = *state;

    assert_int_equal(db_testing_prepare(&w->t, ledger_statements, ledger_statement_count), 0);
}

static enum db_engine engine_now;

static int start(void **state)
{
    static struct world w;
    unsigned char seed[KEY_BYTES] = {1};

    w = (struct world){.arena = arena_new("test", 64u * 1024 * 1024)};
    sign_keys(w.keys.public_key, w.keys.secret_key, seed);
    *state = &w;
    return db_testing_open(&w.t, engine_now) ? 0 : -1;
}

static int end(void **state)
{
    struct world *w = *state;

    db_testing_close(&w->t);
    arena_free(w->arena);
    return 0;
}

#define ON_FRESH(test) cmocka_unit_test_setup_teardown(test, start, end)

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        ON_FRESH(an_entry_is_sealed_after_its_act),
        ON_FRESH(an_act_that_fails_leaves_no_entry),
        ON_FRESH(a_flipped_byte_is_named),
        ON_FRESH(a_changed_time_in_the_last_entry_is_named),
        ON_FRESH(a_digest_of_the_wrong_length_is_a_change),
        ON_FRESH(a_changed_chain_value_is_told_from_a_changed_entry),
        ON_FRESH(a_swapped_pair_is_named),
        ON_FRESH(a_missing_entry_is_named),
        ON_FRESH(a_cut_tail_is_named),
        ON_FRESH(a_tail_cut_with_its_heads_needs_a_head_kept_elsewhere),
        ON_FRESH(a_record_rewritten_with_the_key_needs_a_head_kept_elsewhere),
        ON_FRESH(a_record_rewritten_without_the_key_is_seen),
        ON_FRESH(entries_chained_anew_do_not_fit_the_old_heads),
        ON_FRESH(a_changed_head_is_named),
        ON_FRESH(a_forged_signature_is_named),
        ON_FRESH(heads_taken_away_leave_entries_unsigned),
        ON_FRESH(a_changed_receipt_is_named),
        ON_FRESH(content_can_be_erased_but_not_changed),
        ON_FRESH(a_receipt_finds_its_entry),
        ON_FRESH(a_further_check_reports_too),
        ON_FRESH(problems_beyond_a_page_are_found),
        ON_FRESH(several_sealers_beside_several_writers_make_one_chain),
        ON_FRESH(every_statement_prepares),
    };
    const struct CMUnitTest once[] = {
        ON_FRESH(a_kill_between_act_and_seal_loses_nothing),
    };
    const struct CMUnitTest pure[] = {
        cmocka_unit_test(the_worked_example_of_the_document_is_right),
        cmocka_unit_test(a_broken_head_text_is_refused),
    };
    int failed;

    doc_path = argc > 1 ? argv[1] : "doc/ledger.md";
    crypto_start();
    failed = cmocka_run_group_tests_name("ledger, bytes", pure, NULL, NULL);
    failed += cmocka_run_group_tests_name("ledger, sqlite", tests, NULL, NULL);
    failed += cmocka_run_group_tests_name("ledger, killed", once, NULL, NULL);
    engine_now = DB_POSTGRES;
    if (db_testing_has(DB_POSTGRES))
        failed += cmocka_run_group_tests_name("ledger, postgres", tests, NULL, NULL);
    return failed;
}
