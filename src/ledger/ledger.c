#include "ledger/ledger.h"

#include "base/clock.h"
#include "base/id.h"
#include "ledger/ledger_rows.h"
#include "ledger/ledger_sql.h"

#include <assert.h>
#include <string.h>

enum { SALT_BYTES = 32, SEAL_ARENA_MAX = 256 * 1024 * 1024 };

/* ---- rows ---- */

void ledger_take_row(struct rows *row, struct arena *a, struct ledger_row *entry)
{
    entry->id = take_i64(row);
    entry->at = take_i64(row);
    entry->kind = take_str(row, a);
    entry->object_kind = take_str(row, a);
    entry->object = take_i64(row);
    entry->act = take_str(row, a);
    entry->actor = take_str(row, a);
    entry->payload_digest = take_blob(row, a);
    entry->content_digest = take_blob(row, a);
}

bool ledger_take_bytes(struct rows *row, struct arena *a, unsigned char *at, size_t len)
{
    str bytes = take_blob(row, a);

    if (bytes.len != len)
        return false;
    memcpy(at, bytes.at, len);
    return true;
}

bool ledger_take_head(struct rows *row, struct arena *a, struct ledger_head *head)
{
    *head = (struct ledger_head){.sequence = take_i64(row)};
    bool has_hash = ledger_take_bytes(row, a, head->hash.byte, DIGEST_BYTES);
    head->at = take_i64(row);
    bool has_key = ledger_take_bytes(row, a, head->public_key, SIGN_PUBLIC_BYTES);
    bool has_signature = ledger_take_bytes(row, a, head->signature, SIGNATURE_BYTES);
    return has_hash && has_key && has_signature;
}

static str bytes_of(const unsigned char *at, size_t len)
{
    return (str){(const char *)at, len};
}

/* ---- appending ---- */

static enum err add_content(struct ctx *c, int64_t entry, str salt, str content)
{
    if (content.len == 0)
        return OK;
    return db_run(c->db, &LEDGER_CONTENT_ADD, I(entry), X(salt), X(content));
}

enum err ledger_append(struct ctx *c, const struct ledger_act *act, str *receipt)
{
    struct digest payload = crypto_sha256(act->payload), content = {{0}};
    unsigned char salt[SALT_BYTES];
    struct ledger_row row = {.id = id_new(),
                             .at = act->at == 0 ? c->now : act->at,
                             .object = act->object,
                             .kind = act->kind,
                             .object_kind = act->object_kind,
                             .act = act->act,
                             .actor = act->actor,
                             .payload_digest = S(""),
                             .content_digest = S("")};

    assert(act->kind.len > 0 && act->act.len > 0);
    crypto_random(salt, sizeof salt);
    if (act->payload.len > 0)
        row.payload_digest = digest_str(&payload);
    if (act->content.len > 0) {
        content = ledger_content_digest(c->arena, bytes_of(salt, sizeof salt), act->content);
        row.content_digest = digest_str(&content);
    }
    struct digest leaf = ledger_leaf(c->arena, &row);
    str code = ledger_receipt(c->arena, &leaf);
    TRY(db_run(c->db, &LEDGER_ADD, I(row.id), I(LEDGER_VERSION), I(row.at), T(row.kind),
               T(row.object_kind), I(row.object), T(row.act), T(row.actor), X(row.payload_digest),
               X(row.content_digest), T(code)));
    TRY(add_content(c, row.id, bytes_of(salt, sizeof salt), act->content));
    if (receipt != NULL)
        *receipt = code;
    return OK;
}

enum err ledger_last_act(struct ctx *c, str object_kind, int64_t object, str *act)
{
    struct rows row;
    bool found;

    *act = S("");
    TRY(db_rows(&row, c->db, &LEDGER_LAST_ACT, T(object_kind), I(object)));
    TRY(db_next(&row, &found));
    if (!found)
        return OK;
    *act = take_str(&row, c->arena);
    return db_done(&row);
}

enum err ledger_erase(struct ctx *c, str object_kind, int64_t object)
{
    return db_run(c->db, &LEDGER_ERASE, T(object_kind), I(object));
}

/* ---- sealing ---- */

struct sealing {
    const struct ledger_keys *keys;
    struct arena *arena;
    int64_t max, sealed;
};

struct sealed {
    int64_t id;
    struct digest chain;
};

static enum err load_tip(struct db *db, struct arena *a, int64_t *sequence, struct digest *chain)
{
    struct rows row;
    bool found;

    *sequence = 0;
    *chain = ledger_start();
    TRY(db_rows(&row, db, &LEDGER_TIP));
    TRY(db_next(&row, &found));
    if (!found)
        return OK;
    *sequence = take_i64(&row);
    if (!ledger_take_bytes(&row, a, chain->byte, DIGEST_BYTES))
        *chain = ledger_start(); /* changed by somebody: verifying tells; going on must not stop */
    return db_done(&row);
}

/* The chain values of the entries that wait, in order. */
static enum err load_unsealed(struct db *db, const struct sealing *s, struct digest chain,
                              struct sealed *list, int64_t *count)
{
    struct rows row;
    bool found;

    *count = 0;
    TRY(db_rows(&row, db, &LEDGER_UNSEALED, I(s->max)));
    for (;;) {
        struct ledger_row entry;
        TRY(db_next(&row, &found));
        if (!found)
            return OK;
        ledger_take_row(&row, s->arena, &entry);
        struct digest leaf = ledger_leaf(s->arena, &entry);
        chain = ledger_chain(&chain, &leaf);
        list[(*count)++] = (struct sealed){entry.id, chain};
    }
}

static enum err seal_act(struct db *db, void *arg)
{
    struct sealing *s = arg;
    struct ledger_head head = {.at = clock_now()};
    struct digest tip;
    int64_t sequence, count, changed;

    s->sealed = 0;
    arena_reset(s->arena);
    struct sealed *list = NEW_ARRAY(s->arena, (size_t)s->max, struct sealed);
    TRY(db_run(db, &LEDGER_TURN));
    TRY(load_tip(db, s->arena, &sequence, &tip));
    TRY(load_unsealed(db, s, tip, list, &count));
    if (count == 0)
        return OK;
    for (int64_t i = 0; i < count; i++) {
        TRY(db_run_count(db, &changed, &LEDGER_SEAL, I(list[i].id), I(sequence + 1 + i),
                         X(digest_str(&list[i].chain))));
        if (changed != 1)
            return BUSY; /* somebody else sealed it meanwhile */
    }
    head.sequence = sequence + count;
    head.hash = list[count - 1].chain;
    memcpy(head.public_key, s->keys->public_key, SIGN_PUBLIC_BYTES);
    ledger_head_sign(s->arena, &head, s->keys->secret_key);
    s->sealed = count;
    return db_run(db, &LEDGER_HEAD_ADD, I(head.sequence), X(digest_str(&head.hash)), I(head.at),
                  X(bytes_of(head.public_key, SIGN_PUBLIC_BYTES)),
                  X(bytes_of(head.signature, SIGNATURE_BYTES)));
}

enum err ledger_seal(struct db_pool *pool, const struct ledger_keys *keys, int64_t max,
                     int64_t *sealed)
{
    struct sealing s = {.keys = keys, .max = max};
    int64_t waiting;
    struct db *db;

    assert(max > 0 && max <= 100000);
    *sealed = 0;
    TRY(db_read(pool, &db)); /* an idle sealer writes nothing */
    enum err e = db_number(db, &waiting, 0, &LEDGER_WAITING);
    db_read_end(db);
    if (e != OK || waiting == 0)
        return e;
    s.arena = arena_new("seal", SEAL_ARENA_MAX);
    e = db_act_wait(pool, seal_act, &s);
    arena_free(s.arena);
    if (e == CONFLICT)
        return BUSY; /* two sealers gave the same number: the keys let one of them through */
    *sealed = e == OK ? s.sealed : 0;
    return e;
}

/* ---- looking up ---- */

enum err ledger_find(struct ctx *c, str typed, struct ledger_found *found)
{
    str receipt = ledger_receipt_read(c->arena, typed);
    struct rows row;
    bool is_there;

    if (receipt.len == 0)
        return INVALID;
    TRY(db_rows(&row, c->db, &LEDGER_BY_RECEIPT, T(receipt)));
    TRY(db_next(&row, &is_there));
    if (!is_there)
        return NOT_FOUND;
    ledger_take_row(&row, c->arena, &found->row);
    found->sequence = take_i64(&row);
    return db_done(&row);
}

enum err ledger_about(struct ctx *c, str object_kind, int64_t object, struct ledger_kept **rows,
                      size_t *count)
{
    struct rows row;
    size_t cap = 0;
    bool found;

    *rows = NULL;
    *count = 0;
    TRY(db_rows(&row, c->db, &LEDGER_ABOUT, T(object_kind), I(object)));
    for (;;) {
        TRY(db_next(&row, &found));
        if (!found)
            return OK;
        struct ledger_kept *k = PUSH(c->arena, *rows, *count, cap);
        k->id = take_i64(&row);
        k->sequence = take_i64(&row);
        str digest = take_blob(&row, c->arena);
        k->had_content = digest.len > 0;
        k->is_kept = take_i64(&row) != 0;
        str salt = take_blob(&row, c->arena);
        k->content = take_blob(&row, c->arena);
        struct digest d = ledger_content_digest(c->arena, salt, k->content);
        k->is_right = k->is_kept && str_eq(digest_str(&d), digest);
    }
}

enum err ledger_last_head(struct ctx *c, struct ledger_head *head)
{
    struct rows row;
    bool found;

    TRY(db_rows(&row, c->db, &LEDGER_HEAD_LAST));
    TRY(db_next(&row, &found));
    if (!found)
        return NOT_FOUND;
    ledger_take_head(&row, c->arena, head);
    return db_done(&row);
}
