/* What the tests count in the town, and whether its record is whole: see flow_test.h. */
#include "flow/flow_test.h"

#include "flow_test_sql.h"
#include "ledger/ledger.h"

struct count {
    const struct sql *sql;
    struct val args[2];
    int64_t n;
};

static enum err count(struct ctx *c, void *arg)
{
    struct count *k = arg;

    return db_number_with(c->db, &k->n, 0, k->sql, k->args, (size_t)k->sql->param_count);
}

static int64_t number(struct town *t, const struct sql *sql, struct val first, struct val second)
{
    struct count k = {.sql = sql, .args = {first, second}};

    assert_int_equal(town_read(t, NULL, count, &k), OK);
    return k.n;
}

int64_t mails(struct town *t, const char *key_begins)
{
    return number(t, &TOWN_MAILS, T(str_of(key_begins)), NIL());
}

int64_t mails_to(struct town *t, const char *key_begins, int64_t person)
{
    char end[32];

    snprintf(end, sizeof end, ":%lld", (long long)person);
    return number(t, &TOWN_MAILS_TO, T(str_of(key_begins)), T(str_of(end)));
}

int64_t entries(struct town *t, const char *act)
{
    return number(t, &TOWN_ENTRIES, I(t->matter), T(str_of(act)));
}

int64_t ledger_entries(struct town *t)
{
    return number(t, &TOWN_LEDGER, I(t->matter), NIL());
}

static void heard(void *arg, const struct ledger_problem *p)
{
    (void)arg;
    print_error("ledger: %s at %lld: %.*s\n", ledger_fault_name(p->fault), (long long)p->sequence,
                STR_ARG(p->about));
}

void assert_record_whole(struct town *t)
{
    struct ledger_keys keys;
    struct ledger_verdict v;
    int64_t sealed = 1;

    memcpy(keys.public_key, t->w.app.keys.ledger_public, sizeof keys.public_key);
    memcpy(keys.secret_key, t->w.app.keys.ledger_secret, sizeof keys.secret_key);
    while (sealed > 0)
        assert_int_equal(ledger_seal(t->w.app.pool, &keys, 1000, &sealed), OK);
    const struct ledger_verify_options o = {
        .public_key = keys.public_key, .report = heard, .also = {flow_verify}};
    assert_int_equal(ledger_verify(t->w.app.pool, &o, &v), OK);
    assert_int_equal(v.problems, 0);
    assert_int_equal(v.unsealed, 0);
    assert_int_equal(v.uncompared, 0);
    assert_int_equal(v.compared, number(t, &TOWN_MATTERS, NIL(), NIL()));
    assert_int_equal(number(t, &TOWN_TIMELINE, NIL(), NIL()),
                     number(t, &TOWN_RECORD, NIL(), NIL()));
    assert_int_equal(number(t, &TOWN_CLOCKS_WRONG, NIL(), NIL()), 0);
}

static enum err read_letters(struct ctx *c, void *arg)
{
    struct letters *k = arg;
    struct reply *rows;

    TRY(reply_list(c, k->t->matter, &rows, &k->count));
    for (size_t i = 0; i < k->count; i++)
        k->released += rows[i].released != 0;
    k->unit = k->count == 0 ? 0 : rows[k->count - 1].unit;
    return OK;
}

struct letters letters(struct town *t)
{
    struct letters k = {.t = t};

    assert_int_equal(world_read(&t->w, NULL, read_letters, &k), OK);
    return k;
}
