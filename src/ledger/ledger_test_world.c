#include "ledger/ledger_test.h"

#include "base/clock.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

enum err append_act(struct db *db, void *arg)
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

str append(struct world *w, int count)
{
    struct many m = {.w = w, .count = count};

    assert_int_equal(db_act_wait(w->t.pool, append_act, &m), OK);
    return m.receipt;
}

int64_t seal(struct world *w, int64_t max)
{
    int64_t sealed;

    assert_int_equal(ledger_seal(w->t.pool, &w->keys, max, &sealed), OK);
    return sealed;
}

void hear(void *arg, const struct ledger_problem *p)
{
    struct heard *h = arg;

    if (h->count == 0)
        h->first = *p;
    if (h->count < 16)
        h->faults[h->count] = p->fault;
    h->count++;
}

struct ledger_verdict verify_with(struct world *w, struct heard *h,
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

struct ledger_verdict sound(struct world *w)
{
    struct heard h;
    struct ledger_verdict v = verify_with(w, &h, NULL);

    if (h.count != 0)
        fail_msg("%s at %lld", ledger_fault_name(h.first.fault), (long long)h.first.sequence);
    return v;
}

enum db_engine world_engine;

int world_start(void **state)
{
    static struct world w;
    unsigned char seed[KEY_BYTES] = {1};

    w = (struct world){.arena = arena_new("test", 64u * 1024 * 1024)};
    sign_keys(w.keys.public_key, w.keys.secret_key, seed);
    *state = &w;
    return db_testing_open(&w.t, world_engine) ? 0 : -1;
}

int world_end(void **state)
{
    struct world *w = *state;

    db_testing_close(&w->t);
    arena_free(w->arena);
    return 0;
}
