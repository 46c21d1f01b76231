/* Codes sent to people, and the accounts they open: the part of person.h about proving a contact.
 */
#include "base/clock.h"
#include "base/id.h"
#include "base/msg.h"
#include "db/db.h"
#include "notify/notify.h"
#include "person/person.h"
#include "person/person_sql.h"

#include <sodium.h>

enum { CODE_GOOD_MS = 30 * CLOCK_MINUTE };

/* An id made at that moment, for "since" in a table without a time of its own. */
static int64_t id_at(int64_t ms)
{
    return (ms - ID_EPOCH_MS) << 22;
}

static str code_digest(struct ctx *c, int64_t object, str code)
{
    struct digest d = crypto_hmac(
        c->keys->code, str_fmt(c->arena, "%lld\n%.*s", (long long)object, STR_ARG(code)));

    return str_copy(c->arena, digest_str(&d));
}

static enum err send_code(struct ctx *c, str address, bool is_mail, str code, int64_t id)
{
    struct notice n = {
        .key = str_fmt(c->arena, "code:%lld", (long long)id),
        .channel = is_mail ? CHANNEL_MAIL : CHANNEL_SMS,
        .address = address,
        .subject = msg_text(c->lang, MSG_MAIL_CODE_SUBJECT),
        .body =
            msg_fmt(c->arena, c->lang, MSG_MAIL_CODE_BODY, T(code), I(CODE_GOOD_MS / CLOCK_MINUTE)),
    };

    return notify_put(c, c->keys->seal, &n);
}

enum err person_code_send(struct ctx *c, str purpose, int64_t object, str address, bool is_mail,
                          str *shown)
{
    str key = person_address_key(c, address);
    int64_t recent, id = id_new();

    TRY(db_number(c->db, &recent, 0, &CODE_RECENT, X(key), I(id_at(c->now - CLOCK_HOUR))));
    if (recent >= CODES_PER_HOUR)
        return fail_on(c, INVALID, S("contact"), MSG_PERSON_CODES_TOO_MANY);
    str code = str_fmt(c->arena, "%0*u", CODE_DIGITS, randombytes_uniform(1000000));
    TRY(db_run(c->db, &CODE_ADD, I(id), T(purpose), I(object), T(is_mail ? S("mail") : S("sms")),
               X(crypto_seal(c->arena, c->keys->seal, address)), X(key),
               X(code_digest(c, object, code)), I(c->now + CODE_GOOD_MS)));
    *shown = code;
    return send_code(c, address, is_mail, code, id);
}

enum err person_code_again(struct ctx *c, str purpose, int64_t object, str *shown)
{
    struct rows row;
    str address;
    bool found;

    TRY(db_rows(&row, c->db, &CODE_LAST, T(purpose), I(object)));
    TRY(db_next(&row, &found));
    if (!found)
        return fail(c, NOT_FOUND, MSG_PERSON_CODE_EXPIRED);
    bool is_mail = str_eq(take_str(&row, c->arena), S("mail"));
    str sealed = take_blob(&row, c->arena);
    TRY(db_done(&row));
    TRY(crypto_open(c->arena, c->keys->seal, sealed, &address));
    return person_code_send(c, purpose, object, address, is_mail, shown);
}

enum err person_code_open(struct ctx *c, str purpose, int64_t object, str *address)
{
    struct rows row;
    bool found;

    *address = S("");
    TRY(db_rows(&row, c->db, &CODE_LATEST, T(purpose), I(object), I(c->now)));
    TRY(db_next(&row, &found));
    if (!found)
        return OK;
    (void)take_i64(&row);
    (void)take_str(&row, c->arena);
    str sealed = take_blob(&row, c->arena);
    (void)take_blob(&row, c->arena);
    int64_t tries = take_i64(&row);
    TRY(db_done(&row));
    if (tries >= CODE_TRIES_MAX)
        return OK;
    return crypto_open(c->arena, c->keys->seal, sealed, address);
}

enum err person_code_check(struct ctx *c, str purpose, int64_t object, str typed, bool *is_good,
                           str *address, bool *is_mail)
{
    struct rows row;
    bool found;

    *is_good = false;
    typed = str_trim(text_narrow(c->arena, typed));
    if (typed.len == 0) { /* no try */
        (void)fail_on(c, INVALID, S("code"), MSG_ERROR_FIELD_EMPTY);
        return OK;
    }
    TRY(db_rows(&row, c->db, &CODE_LATEST, T(purpose), I(object), I(c->now)));
    TRY(db_next(&row, &found));
    if (!found) {
        (void)fail_on(c, INVALID, S("code"), MSG_PERSON_CODE_EXPIRED);
        return OK;
    }
    int64_t id = take_i64(&row);
    *is_mail = str_eq(take_str(&row, c->arena), S("mail"));
    str sealed = take_blob(&row, c->arena), digest = take_blob(&row, c->arena);
    int64_t tries = take_i64(&row);
    TRY(db_done(&row));

    if (tries >= CODE_TRIES_MAX) {
        (void)fail_on(c, INVALID, S("code"), MSG_PERSON_CODE_EXPIRED);
        return OK;
    }
    if (!crypto_same(digest, code_digest(c, object, typed))) {
        if (tries + 1 < CODE_TRIES_MAX)
            (void)fail_on(c, INVALID, S("code"), MSG_PERSON_CODE_WRONG,
                          I(CODE_TRIES_MAX - tries - 1));
        else
            (void)fail_on(c, INVALID, S("code"), MSG_PERSON_CODE_SPENT);
        return db_run(c->db, &CODE_TRIED, I(id));
    }
    *is_good = true;
    TRY(crypto_open(c->arena, c->keys->seal, sealed, address));
    return db_run(c->db, &CODE_USED, I(id), I(c->now));
}

enum err person_by_address(struct ctx *c, str address, bool is_mail, str shown_name,
                           int64_t verified, int64_t *id)
{
    str key = person_address_key(c, address);

    TRY(db_number(c->db, id, 0, is_mail ? &PERSON_BY_MAIL : &PERSON_BY_PHONE, X(key)));
    if (*id == 0) {
        str name = shown_name.len > 0 ? shown_name : msg_text(c->lang, MSG_PERSON_UNNAMED);
        struct person_new n = {.name = str_head(name, PERSON_NAME_MAX),
                               .shown_name = shown_name,
                               .verified = verified,
                               .lang = c->lang == LANG_EN ? S("en") : S("zh")};
        if (is_mail)
            n.mail = address;
        else
            n.phone = address;
        TRY(person_add(c, &n, id));
        return person_give_role(c, *id, ROLE_RESIDENT, 0);
    }
    return person_set_verified(c, *id, verified);
}
