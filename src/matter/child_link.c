/* What hangs on a matter: links, files, support, followers. */
#include "base/crypto.h"
#include "base/id.h"
#include "base/keys.h"
#include "base/msg.h"
#include "db/db.h"
#include "matter/child_sql.h"
#include "matter/matter.h"
#include "person/person.h"

#include <assert.h>

enum { TOKEN_CHARS = 26 };

enum err link_list(struct ctx *c, str kind, int64_t id, struct link **rows, size_t *count)
{
    struct rows row;
    size_t cap = 0;
    bool found;

    *rows = NULL;
    *count = 0;
    TRY(db_rows(&row, c->db, &LINK_LIST, T(kind), I(id)));
    for (;;) {
        TRY(db_next(&row, &found));
        if (!found)
            return OK;
        struct link *r = PUSH(c->arena, *rows, *count, cap);
        r->id = take_i64(&row);
        r->kind = take_str(&row, c->arena);
        r->other_kind = take_str(&row, c->arena);
        r->other = take_i64(&row);
        r->is_from_here = take_bool(&row);
        r->title = take_str(&row, c->arena);
        r->state = take_str(&row, c->arena);
        r->procedure = take_str(&row, c->arena);
        r->code = take_str(&row, c->arena);
        r->version = take_i64(&row);
        r->is_public = take_bool(&row);
        r->source_line = take_str(&row, c->arena);
    }
}

enum err link_add(struct ctx *c, str kind, str from_kind, int64_t from, str to_kind, int64_t to,
                  str source_line)
{
    assert(from != 0 && to != 0);
    return db_run(c->db, &LINK_ADD, I(id_new()), T(kind), T(from_kind), I(from), T(to_kind), I(to),
                  I(c->now), c->who == NULL ? NIL() : I(c->who->id), T(source_line));
}

enum err link_drop(struct ctx *c, int64_t id)
{
    return db_run(c->db, &LINK_DROP, I(id));
}

static void take_attachment(struct ctx *c, struct rows *row, struct attachment *a)
{
    a->id = take_i64(row);
    a->matter = take_i64(row);
    a->name = take_str(row, c->arena);
    a->type = take_str(row, c->arena);
    a->size = take_i64(row);
    a->digest = take_blob(row, c->arena);
    a->is_public = take_bool(row);
    a->at = take_i64(row);
}

enum err attachment_list(struct ctx *c, int64_t matter, struct attachment **rows, size_t *count)
{
    struct rows row;
    size_t cap = 0;
    bool found;

    *rows = NULL;
    *count = 0;
    TRY(db_rows(&row, c->db, &ATTACHMENT_LIST, I(matter)));
    for (;;) {
        TRY(db_next(&row, &found));
        if (!found)
            return OK;
        take_attachment(c, &row, PUSH(c->arena, *rows, *count, cap));
    }
}

enum err attachment_load(struct ctx *c, int64_t id, struct attachment *a)
{
    struct rows row;
    bool found;

    TRY(db_rows(&row, c->db, &ATTACHMENT_BY_ID, I(id)));
    TRY(db_next(&row, &found));
    if (!found)
        return fail(c, NOT_FOUND, MSG_MATTER_NOT_FOUND);
    take_attachment(c, &row, a);
    return db_done(&row);
}

enum err attachment_add(struct ctx *c, struct attachment *a, int64_t entry)
{
    assert(a->digest.len == DIGEST_BYTES);
    a->id = id_new();
    a->at = c->now;
    return db_run(c->db, &ATTACHMENT_ADD, I(a->id), I(a->matter), I_OR_NIL(entry), T(a->name),
                  T(a->type), I(a->size), X(a->digest), B(a->is_public),
                  c->who == NULL ? NIL() : I(c->who->id), I(a->at));
}

enum err support_add(struct ctx *c, int64_t matter)
{
    assert(c->who != NULL);
    enum err e = db_run(c->db, &SUPPORT_ADD, I(matter), I(c->who->id), I(c->now));
    if (e == CONFLICT)
        return fail(c, CONFLICT, MSG_SUPPORT_ALREADY);
    TRY(e);
    return db_run(c->db, &SUPPORT_COUNT, I(matter));
}

/* The table keeps the digest of a token alone. */
static str token_digest(struct ctx *c, str token)
{
    struct digest d = crypto_sha256(token);

    return str_copy(c->arena, digest_str(&d));
}

enum err follow_add(struct ctx *c, int64_t matter)
{
    assert(c->who != NULL);
    return db_run(c->db, &FOLLOW_ADD, I(id_new()), I(matter), I(c->who->id),
                  X(token_digest(c, crypto_code(c->arena, TOKEN_CHARS))), I(c->now));
}

enum err follow_end(struct ctx *c, int64_t matter)
{
    assert(c->who != NULL);
    return db_run(c->db, &FOLLOW_END, I(matter), I(c->who->id));
}

enum err follow_has(struct ctx *c, int64_t matter, bool *is_following)
{
    int64_t n = 0;

    *is_following = false;
    if (c->who == NULL)
        return OK;
    TRY(db_number(c->db, &n, 0, &FOLLOW_HAS, I(matter), I(c->who->id)));
    *is_following = n > 0;
    return OK;
}

/* The token for the links in mails: the same in each mail that the row causes, so that each can say
 * how to stop, and made with a key, so that nobody else can make it. A row keeps its id when its
 * matter is merged into another. */
static str mail_token(struct ctx *c, int64_t id)
{
    struct digest d = crypto_hmac(c->keys->form, str_fmt(c->arena, "follow\n%lld", (long long)id));

    return crypto_hex(c->arena, str_slice(digest_str(&d), 0, TOKEN_CHARS / 2));
}

enum err follow_add_mail(struct ctx *c, int64_t matter, str address, str *token)
{
    str key = person_address_key(c, address);
    int64_t id = id_new();

    TRY(db_run(c->db, &FOLLOW_ADD_MAIL, I(id), I(matter),
               X(crypto_seal(c->arena, c->keys->seal, address)), X(key),
               X(token_digest(c, mail_token(c, id))), I(c->now)));
    TRY(db_number(c->db, &id, 0, &FOLLOW_BY_MAIL, I(matter), X(key)));
    *token = mail_token(c, id);
    return OK;
}

enum err follow_by_token(struct ctx *c, str token, int64_t *matter, bool *is_confirmed)
{
    struct rows row;
    bool found;

    TRY(db_rows(&row, c->db, &FOLLOW_BY_TOKEN, X(token_digest(c, token))));
    TRY(db_next(&row, &found));
    if (!found)
        return fail(c, NOT_FOUND, MSG_FOLLOW_NO_TOKEN);
    *matter = take_i64(&row);
    *is_confirmed = take_bool(&row);
    return OK;
}

enum err follow_confirm(struct ctx *c, str token)
{
    int64_t changed;

    TRY(db_run_count(c->db, &changed, &FOLLOW_CONFIRM, X(token_digest(c, token)), I(c->now)));
    return changed > 0 ? OK : fail(c, NOT_FOUND, MSG_FOLLOW_NO_TOKEN);
}

enum err follow_end_token(struct ctx *c, str token)
{
    int64_t changed;

    TRY(db_run_count(c->db, &changed, &FOLLOW_END_TOKEN, X(token_digest(c, token))));
    return changed > 0 ? OK : fail(c, NOT_FOUND, MSG_FOLLOW_NO_TOKEN);
}

enum err follow_list(struct ctx *c, int64_t matter, struct follower **rows, size_t *count)
{
    struct rows row;
    size_t cap = 0;
    bool found;

    *rows = NULL;
    *count = 0;
    TRY(db_rows(&row, c->db, &FOLLOW_LIST, I(matter)));
    for (;;) {
        TRY(db_next(&row, &found));
        if (!found)
            return OK;
        struct follower f = {.id = take_i64(&row), .person = 0};
        f.person = take_i64(&row);
        str own = take_blob(&row, c->arena), account = take_blob(&row, c->arena);
        f.lang = take_str(&row, c->arena);
        str sealed = own.len > 0 ? own : account;
        if (sealed.len == 0 || crypto_open(c->arena, c->keys->seal, sealed, &f.mail) != OK)
            continue;
        if (f.person == 0)
            f.stop_token = mail_token(c, f.id);
        *PUSH(c->arena, *rows, *count, cap) = f;
    }
}
