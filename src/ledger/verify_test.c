#include "ledger/ledger_test.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

/* NOLINTBEGIN(bugprone-macro-parentheses): the name of a variable stands without parentheses */
#define TAMPER(name_, text_, count_)                                                               \
    static const struct sql name_ = {.name = #name_, .text = text_, .param_count = count_}
/* NOLINTEND(bugprone-macro-parentheses) */

TAMPER(CHANGE_ACT, "UPDATE ledger_entry SET act = 'accepT' WHERE sequence = $1", 1);
TAMPER(CHANGE_TIME, "UPDATE ledger_entry SET at = at + 1 WHERE sequence = $1", 1);
TAMPER(CHANGE_VERSION, "UPDATE ledger_entry SET version = 2 WHERE sequence = $1", 1);
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

static void the_version_of_an_entry_is_part_of_it(void **state)
{
    struct world *w = *state;

    fill(w);
    tamper(w, &CHANGE_VERSION, 7, NIL());
    only(w, LEDGER_CHANGED, 7);
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
    struct ledger_keys own = w->keys, other = {0};
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

/* One on each of three pages. */
static enum err blame_act(struct ctx *c, struct ledger_checking *k)
{
    struct ledger_problem p = {LEDGER_ACT, 0, 0, S("entry 7 of matter 4")};

    assert_non_null(c->db);
    k->report(k->report_arg, &p);
    k->verdict->compared++;
    k->is_done = ++k->after == 3;
    return OK;
}

static void a_further_check_reports_too(void **state)
{
    struct world *w = *state;
    struct heard h = {0};
    struct ledger_verdict v;
    struct ledger_verify_options o = {
        .report = hear, .report_arg = &h, .also = {blame_act, blame_act}};

    fill(w);
    assert_int_equal(ledger_verify(w->t.pool, &o, &v), OK);
    assert_int_equal(v.problems, 6);
    assert_int_equal(v.compared, 6);
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        ON_FRESH(a_flipped_byte_is_named),
        ON_FRESH(a_changed_time_in_the_last_entry_is_named),
        ON_FRESH(a_digest_of_the_wrong_length_is_a_change),
        ON_FRESH(the_version_of_an_entry_is_part_of_it),
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
        ON_FRESH(a_further_check_reports_too),
        ON_FRESH(problems_beyond_a_page_are_found),
    };
    int failed;

    crypto_start();
    failed = cmocka_run_group_tests_name("verify, sqlite", tests, NULL, NULL);
    world_engine = DB_POSTGRES;
    if (db_testing_has(DB_POSTGRES))
        failed += cmocka_run_group_tests_name("verify, postgres", tests, NULL, NULL);
    return failed;
}
