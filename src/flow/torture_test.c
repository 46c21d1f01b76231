/* Each call of the database fails once. Three matters go the same way: the first undisturbed, to
 * see what an act leaves; on the second the n-th call ends in BUSY, on the third in FAULT, for n =
 * 1, 2, 3 … until none is left to fail. After each failure the database is as it was before, to the
 * last byte; in the end every act has left what it left undisturbed, and the record is whole. */
#include "flow/flow_test.h"

#include "base/log.h"
#include "flow/import.h"
#include "ledger/ledger.h"

#include <sodium.h>

enum { CALLS_MAX = 2000, WAYS = 3 };

/* Failures that are brought about are not worth a line each. */
#define QUIET ((enum log_level)(LOG_ERROR + 1))

struct torture {
    struct town *t;
    int64_t matters[WAYS];
    str receipts[WAYS], codes[WAYS];
    int way;
    int64_t failures; /* that were brought about */
};

/* What is done under failures; what it must look up is looked up in `aim` before. */
struct ordeal {
    const char *name;
    void (*aim)(struct torture *k);
    enum err (*act)(struct torture *k);
    int64_t every; /* only each so many-th call after the first fifty; 0: each */
};

static struct deed aimed;
static char inputs[400];

static enum err deed(struct torture *k)
{
    return town_does(k->t, &aimed);
}

static void assert_same(const struct snapshot *before, const struct snapshot *after,
                        const struct ordeal *s, int64_t n)
{
    const char *table;

    if (!snapshot_same(before, after, &table))
        fail_msg("%s: call %lld failed, and yet something came into %s", s->name, (long long)n,
                 table);
}

/* What an act adds to each table. */
static void assert_like(const struct snapshot *before, const struct snapshot *after,
                        const int64_t *expected, const struct ordeal *s)
{
    assert_int_equal(after->count, before->count);
    for (size_t i = 0; i < after->count; i++) {
        /* the first number of a name makes a row, the next ones count it on */
        if (strcmp(after->name[i], "counter") != 0 &&
            expected[i] != after->rows[i] - before->rows[i])
            fail_msg("%s: %lld rows came into %s, undisturbed %lld", s->name,
                     (long long)(after->rows[i] - before->rows[i]), after->name[i],
                     (long long)expected[i]);
    }
}

static void fail_each(struct torture *k, const struct ordeal *s, enum err with,
                      const int64_t *expected)
{
    static struct snapshot before, after;

    if (s->aim != NULL)
        s->aim(k);
    town_snapshot(k->t, &before);
    for (int64_t n = 1; n < CALLS_MAX; n += n < 50 || s->every == 0 ? 1 : s->every) {
        db_fail_at(n, with);
        enum err e = s->act(k);
        bool has_failed = db_fail_count() >= n;
        db_fail_at(0, OK);
        town_snapshot(k->t, &after);
        if (e == OK) {
            if (has_failed)
                fail_msg("%s: call %lld failed, and nobody noticed", s->name, (long long)n);
            assert_like(&before, &after, expected, s);
            return;
        }
        k->failures++;
        if (e != with)
            fail_msg("%s: call %lld ended with %d, the act with %d", s->name, (long long)n, with,
                     e);
        assert_same(&before, &after, s, n);
    }
    fail_msg("%s: never came to its end", s->name);
}

static void torture(struct torture *k, const struct ordeal *s)
{
    static struct snapshot before, after;
    int64_t expected[SNAPSHOT_TABLES_MAX] = {0};

    for (k->way = 0; k->way < WAYS; k->way++) {
        k->t->matter = k->matters[k->way];
        if (k->way > 0) {
            fail_each(k, s, k->way == 1 ? BUSY : FAULT, expected);
        } else {
            if (s->aim != NULL)
                s->aim(k);
            town_snapshot(k->t, &before);
            assert_int_equal(s->act(k), OK);
            town_snapshot(k->t, &after);
            for (size_t i = 0; i < after.count; i++)
                expected[i] = after.rows[i] - before.rows[i];
        }
        k->matters[k->way] = k->t->matter;
    }
}

static void torture_all(struct town *t, const struct ordeal *steps, size_t count)
{
    struct torture k = {.t = t};

    log_set_level(QUIET);
    for (size_t i = 0; i < count; i++)
        torture(&k, &steps[i]);
    assert_record_whole(t);
    print_message("%lld failures\n", (long long)k.failures);
}

/* ---- the way of a matter ---- */

static enum err raise_it(struct torture *k)
{
    return town_raise(k->t, "raiser");
}

#define AIM(name, ...)                                                                             \
    static void name(struct torture *k)                                                            \
    {                                                                                              \
        (void)k;                                                                                   \
        aimed = (struct deed){__VA_ARGS__};                                                        \
    }

AIM(propose, .who = "clerk", .act = "propose", .inputs = CRITERIA)
AIM(approve, .who = "convener", .act = "approve")
AIM(survey, .who = "executive", .act = "record_survey", .inputs = "survey=Seen.")
AIM(plan, .who = "executive", .act = "plan_session",
    .inputs = PLAN "|participants=resident\traiser|participants=resident\tneighbour"
                   "|participants=other\tTwo drivers")
AIM(notice, .who = "clerk", .act = "give_notice")
AIM(open_it, .who = "convener", .act = "open_early", .inputs = EARLY)
AIM(minutes, .who = "executive", .act = "record_minutes",
    .inputs = MINUTES "|points=A light|points=A guard")
AIM(confirm, .who = "raiser", .act = "confirm", .type = "confirmation",
    .child = confirmation_of(k->t, k->t->raiser))
AIM(differ, .who = "neighbour", .act = "differ", .type = "confirmation", .inputs = "remark=No.",
    .child = confirmation_of(k->t, k->t->neighbour))
AIM(finish, .who = "convener", .act = "finish_minutes")
AIM(accept, .who = "handler_a", .act = "accept", .type = "assignment",
    .child = assignment_of(k->t, k->t->unit_a))
AIM(contact, .who = "handler_a", .act = "log", .type = "contact",
    .inputs = "mode=visit|date=2026-03-02|note=Met.")
AIM(answer_1, .who = "handler_a", .act = "give", .type = "answer",
    .child = answer_of(k->t, 0, k->t->unit_a), .inputs = "outcome=adopted|reason=x|owner=y")
AIM(answer_2, .who = "handler_a", .act = "give", .type = "answer",
    .child = answer_of(k->t, 1, k->t->unit_a), .inputs = "outcome=declined|reason=x|owner=y")
AIM(ask_more, .who = "handler_a", .act = "extend", .how = ACT_ASK,
    .inputs = "public_reason=x|new_due=2026-05-08")
AIM(grant_more, .who = "assigner", .act = "extend", .how = ACT_GRANT)
AIM(submit, .who = "handler_a", .act = "submit_reply", .inputs = REPLY)
AIM(release, .who = "overseer", .act = "release")
AIM(evaluate, .who = "raiser", .act = "give", .type = "evaluation",
    .child = evaluation_of(k->t, k->t->raiser), .inputs = "overall=satisfied")
/* the last one: the system then handles it again */
AIM(evaluate_last, .who = "neighbour", .act = "give", .type = "evaluation",
    .child = evaluation_of(k->t, k->t->neighbour), .inputs = "overall=not_satisfied")

static void assign(struct torture *k)
{
    snprintf(inputs, sizeof inputs, "units=%lld single 0 -", (long long)k->t->unit_a);
    aimed = (struct deed){.who = "assigner", .act = "assign", .inputs = inputs};
}

static void each_act_of_a_matter_is_whole_or_not_at_all(void **state)
{
    static const struct ordeal steps[] = {
        {"raise", NULL, raise_it, 0},    {"propose", propose, deed, 0},
        {"approve", approve, deed, 0},   {"survey", survey, deed, 0},
        {"plan", plan, deed, 0},         {"notice", notice, deed, 0},
        {"open", open_it, deed, 0},      {"minutes", minutes, deed, 0},
        {"confirm", confirm, deed, 0},   {"differ", differ, deed, 0},
        {"finish", finish, deed, 0},     {"assign", assign, deed, 0},
        {"accept", accept, deed, 0},     {"contact", contact, deed, 0},
        {"answer", answer_1, deed, 0},   {"answer", answer_2, deed, 0},
        {"ask", ask_more, deed, 0},      {"grant", grant_more, deed, 0},
        {"submit", submit, deed, 0},     {"release", release, deed, 0},
        {"evaluate", evaluate, deed, 0}, {"evaluate, handled again", evaluate_last, deed, 0},
    };

    torture_all(*state, steps, sizeof steps / sizeof *steps);
}

/* ---- what else changes several things at once ---- */

static void merge(struct torture *k)
{
    int64_t own = k->t->matter;

    assert_int_equal(town_raise(k->t, "neighbour"), OK);
    snprintf(inputs, sizeof inputs, "into=%lld", (long long)k->t->matter);
    k->t->matter = own;
    aimed = (struct deed){.who = "clerk", .act = "merge", .inputs = inputs};
}

static void pass_on(struct torture *k)
{
    snprintf(inputs, sizeof inputs, "unsuitable=elsewhere|public_reason=x|to_body=%lld",
             (long long)k->t->unit_a);
    aimed = (struct deed){.who = "clerk", .act = "pass_on", .inputs = inputs};
}

AIM(call_back, .who = "clerk", .act = "call_back", .inputs = "reason=x")
AIM(ask_info, .who = "clerk", .act = "ask_info", .inputs = "question=x")

static void next_month(struct torture *k)
{
    (void)k;
    town_day("2026-04-01", 12);
}

static enum err tick_one(struct ctx *c, void *arg)
{
    const struct torture *k = arg;
    struct clock_row *rows;
    size_t count;

    TRY(clock_list(c, k->t->matter, &rows, &count));
    for (size_t i = 0; i < count; i++) {
        if (str_eq(rows[i].name, S("informing")))
            return flow_tick(c, rows[i].id);
    }
    return NOT_FOUND;
}

static enum err tick(struct torture *k)
{
    return town_act(k->t, NULL, tick_one, k);
}

static void merging_passing_on_and_running_out_are_whole_or_not_at_all(void **state)
{
    static const struct ordeal steps[] = {
        {"raise", NULL, raise_it, 10},        {"pass on", pass_on, deed, 0},
        {"call back", call_back, deed, 0},    {"ask for information", ask_info, deed, 0},
        {"time is out", next_month, tick, 0}, {"merge", merge, deed, 0},
    };

    torture_all(*state, steps, sizeof steps / sizeof *steps);
}

/* ---- through the pages ---- */

/* What a page's answer means. */
static enum err meant(const struct page_answer *a)
{
    return a->status == 303 ? OK : a->status == 503 ? BUSY : a->status == 500 ? FAULT : INVALID;
}

static enum err form_raise(struct torture *k)
{
    static int n;
    char body[300];

    /* a new address each time: so many codes an hour, and no more */
    snprintf(body, sizeof body,
             "step=send&title=A+lamp+is+out&situation=It+has+been+dark.&contact=a%d%%40example.org",
             n++);
    struct page_answer a = post(&k->t->w, NULL, "/raise", body);
    if (a.status == 303) {
        size_t at = str_find(a.cookies, S("demo-code="));
        k->receipts[k->way] = str_slice(a.location, sizeof "/raise/confirm/" - 1, a.location.len);
        k->codes[k->way] = str_slice(a.cookies, at + 10, at + 16);
    }
    return meant(&a);
}

static enum err form_code(struct torture *k)
{
    char path[80], body[40];

    snprintf(path, sizeof path, "/raise/confirm/%.*s", STR_ARG(k->receipts[k->way]));
    snprintf(body, sizeof body, "code=%.*s", STR_ARG(k->codes[k->way]));
    struct page_answer a = post(&k->t->w, NULL, path, body);
    return meant(&a);
}

static enum err form_sign_in(struct torture *k)
{
    struct page_answer a = post(&k->t->w, NULL, "/sign-in", "name=neighbour&password=a+long+word");

    return meant(&a);
}

/* A password that costs little to compare. */
static enum err give_password(struct ctx *c, void *arg)
{
    const struct town *t = arg;
    static char hash[crypto_pwhash_STRBYTES];
    const char *word = "a long word";

    assert_int_equal(crypto_pwhash_str(hash, word, strlen(word), crypto_pwhash_OPSLIMIT_MIN,
                                       crypto_pwhash_MEMLIMIT_MIN),
                     0);
    return person_set_password(c, t->neighbour, str_of(hash), false);
}

static void forms_are_whole_or_not_at_all(void **state)
{
    static const struct ordeal steps[] = {
        {"raise", NULL, form_raise, 0},
        {"code", NULL, form_code, 0},
        {"sign in", NULL, form_sign_in, 0},
    };
    struct town *t = *state;

    t->w.app.config.shows_codes = true;
    assert_int_equal(town_act(t, NULL, give_password, t), OK);
    torture_all(t, steps, sizeof steps / sizeof *steps);
}

/* ---- the seed, and the seal ---- */

static const char *source_root;

static enum err put_seed(struct ctx *c, void *arg)
{
    struct import *in;
    struct import_report report;

    (void)arg;
    TRY(import_read(c, str_fmt(c->arena, "%s/examples/zhengzhou", source_root), &in));
    return import_put(c, in, &report);
}

static void the_seed_is_imported_whole_or_not_at_all(void **state)
{
    static const struct ordeal import = {.name = "import", .every = 97};
    static struct snapshot before, after;
    struct town *t = *state;
    int64_t failures = 0;

    log_set_level(QUIET);
    for (int with = BUSY; with <= FAULT; with++) {
        for (int64_t n = 1; n < CALLS_MAX; n += n < 20 ? 1 : import.every) {
            town_snapshot(t, &before);
            db_fail_at(n, (enum err)with);
            enum err e = town_act(t, NULL, put_seed, NULL);
            bool has_failed = db_fail_count() >= n;
            db_fail_at(0, OK);
            town_snapshot(t, &after);
            if (!has_failed) {
                assert_int_equal(e, OK);
                break;
            }
            failures++;
            assert_int_equal(e, with);
            assert_same(&before, &after, &import, n);
        }
        if (with == BUSY) {
            const char *table;
            assert_false(snapshot_same(&before, &after, &table));
        }
    }
    assert_record_whole(t);
    print_message("%lld failures\n", (long long)failures);
}

static void a_seal_is_set_whole_or_not_at_all(void **state)
{
    struct town *t = *state;
    struct ledger_keys keys;
    int64_t sealed, n = 0;
    bool has_failed = true;

    walk_to_minuted(t);
    log_set_level(QUIET);
    memcpy(keys.public_key, t->w.app.keys.ledger_public, sizeof keys.public_key);
    memcpy(keys.secret_key, t->w.app.keys.ledger_secret, sizeof keys.secret_key);
    while (has_failed) {
        n++;
        db_fail_at(n, n % 2 == 0 ? BUSY : FAULT);
        enum err e = ledger_seal(t->w.app.pool, &keys, 3, &sealed);
        has_failed = db_fail_count() >= n;
        db_fail_at(0, OK);
        assert_int_equal(e, !has_failed ? OK : n % 2 == 0 ? BUSY : FAULT);
    }
    assert_true(n > 5);
    assert_record_whole(t);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest torture_tests[] = {
        IN_TOWN(each_act_of_a_matter_is_whole_or_not_at_all),
        IN_TOWN(merging_passing_on_and_running_out_are_whole_or_not_at_all),
        IN_TOWN(forms_are_whole_or_not_at_all),
        IN_TOWN(the_seed_is_imported_whole_or_not_at_all),
        IN_TOWN(a_seal_is_set_whole_or_not_at_all),
    };
    int failed = 0;

    source_root = argc > 1 ? argv[1] : ".";
    RUN_ON_BOTH(torture_tests, failed);
    return failed;
}
