#include "person/person.h"

#include "base/clock.h"
#include "base/id.h"
#include "base/msg.h"
#include "db/db.h"
#include "person/person_sql.h"

#include <assert.h>
#include <string.h>

enum err person_load(struct ctx *c, int64_t id, struct person *p)
{
    struct rows row;
    bool found;

    TRY(db_rows(&row, c->db, &PERSON_BY_ID, I(id)));
    TRY(db_next(&row, &found));
    if (!found)
        return fail(c, NOT_FOUND, MSG_PERSON_NOT_FOUND);

    p->id = take_i64(&row);
    p->login = take_str(&row, c->arena);
    p->name = take_str(&row, c->arena);
    p->shown_name = take_str(&row, c->arena);
    p->password = take_str(&row, c->arena);
    p->must_change = take_bool(&row);
    p->is_member = take_bool(&row);
    p->is_demo = take_bool(&row);
    p->verified = take_i64(&row);
    p->failed = take_i64(&row);
    p->locked_until = take_i64(&row);
    p->created = take_i64(&row);
    p->lang = take_str(&row, c->arena);
    p->source_line = take_str(&row, c->arena);
    return db_done(&row);
}

/* Digits of a telephone number: spaces and hyphens may be typed. Numbers of eleven digits are
 * Chinese mobile numbers and get their country code. */
static bool phone_form(struct ctx *c, str typed, str *phone)
{
    struct buf b = {.arena = c->arena};
    size_t digits = 0;

    for (size_t i = 0; i < typed.len; i++) {
        char ch = typed.at[i];
        if (ch >= '0' && ch <= '9') {
            buf_byte(&b, ch);
            digits++;
        } else if (ch == '+' && i == 0) {
            buf_byte(&b, ch);
        } else if (ch != ' ' && ch != '-') {
            return false;
        }
    }
    if (digits < 7 || digits > 15)
        return false;
    /* Only mobile numbers begin with 1; a shorter or longer one is missing a digit or has one too
     * many. */
    if (b.at[0] == '1' && digits != 11)
        return false;
    *phone = buf_str(&b);
    if (phone->at[0] != '+' && digits == 11 && phone->at[0] == '1')
        *phone = str_join(c->arena, S("+86"), *phone);
    return true;
}

static bool mail_form(struct ctx *c, str typed, str *mail)
{
    str rest = typed;
    str local = str_cut(&rest, '@');
    size_t dot = str_find(rest, S("."));

    if (local.len == 0 || rest.len < 3 || dot == SIZE_MAX || dot == 0 ||
        rest.at[rest.len - 1] == '.')
        return false;
    for (size_t i = 0; i < typed.len; i++) {
        unsigned char ch = (unsigned char)typed.at[i];
        if (ch <= ' ' || ch >= 0x7F || strchr("<>()[],;:\\\"", ch) != NULL)
            return false;
    }
    if (str_find(rest, S("@")) != SIZE_MAX)
        return false;
    *mail = str_lower(c->arena, typed);
    return true;
}

enum err person_address(struct ctx *c, str typed, str *address, bool *is_mail)
{
    typed = str_trim(text_narrow(c->arena, typed));
    *address = S("");
    *is_mail = false;
    if (typed.len > PERSON_ADDRESS_MAX)
        return fail_on(c, INVALID, S("contact"), MSG_PERSON_ADDRESS_WRONG);
    *is_mail = str_find(typed, S("@")) != SIZE_MAX;
    if (*is_mail ? mail_form(c, typed, address) : phone_form(c, typed, address))
        return OK;
    return fail_on(c, INVALID, S("contact"), MSG_PERSON_ADDRESS_WRONG);
}

str person_address_key(struct ctx *c, str address)
{
    struct digest d = crypto_hmac(c->keys->lookup, address);

    return str_copy(c->arena, digest_str(&d));
}

enum err person_find(struct ctx *c, str name, struct person *p)
{
    int64_t id = 0;
    bool is_mail;
    str address;

    name = str_trim(name);
    TRY(db_number(c->db, &id, 0, &PERSON_BY_LOGIN, T(str_lower(c->arena, name))));
    if (id == 0 && person_address(c, name, &address, &is_mail) == OK) {
        str key = person_address_key(c, address);
        TRY(db_number(c->db, &id, 0, is_mail ? &PERSON_BY_MAIL : &PERSON_BY_PHONE, X(key)));
    }
    if (id == 0)
        return fail(c, NOT_FOUND, MSG_PERSON_NOT_FOUND);
    return person_load(c, id, p);
}

static bool login_ok(str login)
{
    for (size_t i = 0; i < login.len; i++) {
        char ch = login.at[i];
        if (!((ch >= 'a' && ch <= 'z') || (ch >= '0' && ch <= '9') || ch == '-' || ch == '_'))
            return false;
    }
    return login.len > 0 && login.len <= PERSON_LOGIN_MAX;
}

static bool has_line_end(str s)
{
    return memchr(s.at, '\n', s.len) != NULL || memchr(s.at, '\r', s.len) != NULL;
}

enum err person_add(struct ctx *c, const struct person_new *n, int64_t *id)
{
    str login = str_lower(c->arena, str_trim(n->login));
    str name = str_trim(n->name);

    if (name.len == 0 || str_chars(name) > PERSON_NAME_MAX || has_line_end(name))
        return fail_on(c, INVALID, S("name"), MSG_PERSON_NAME_LENGTH, I(PERSON_NAME_MAX));
    if (login.len > 0 && !login_ok(login))
        return fail_on(c, INVALID, S("login"), MSG_PERSON_LOGIN_WRONG, I(PERSON_LOGIN_MAX));

    *id = id_new();
    enum err e = db_run(
        c->db, &PERSON_ADD, I(*id), login.len == 0 ? NIL() : T(login), T(name), T(n->shown_name),
        n->phone.len == 0 ? NIL() : X(crypto_seal(c->arena, c->keys->seal, n->phone)),
        n->phone.len == 0 ? NIL() : X(person_address_key(c, n->phone)),
        n->mail.len == 0 ? NIL() : X(crypto_seal(c->arena, c->keys->seal, n->mail)),
        n->mail.len == 0 ? NIL() : X(person_address_key(c, n->mail)), T(n->password_hash),
        B(n->must_change), I(n->verified), T(n->lang), B(n->is_member), B(n->is_demo), I(c->now));
    if (e == CONFLICT)
        return fail(c, CONFLICT, MSG_PERSON_TAKEN);
    return e;
}

static enum err open_address(struct ctx *c, str sealed, str *address)
{
    *address = S("");
    return sealed.len == 0 ? OK : crypto_open(c->arena, c->keys->seal, sealed, address);
}

enum err person_addresses(struct ctx *c, int64_t id, str *phone, str *mail)
{
    struct rows row;
    bool found;

    TRY(db_rows(&row, c->db, &PERSON_ADDRESSES, I(id)));
    TRY(db_next(&row, &found));
    if (!found)
        return fail(c, NOT_FOUND, MSG_PERSON_NOT_FOUND);
    str sealed_phone = take_blob(&row, c->arena), sealed_mail = take_blob(&row, c->arena);
    TRY(db_done(&row));
    TRY(open_address(c, sealed_phone, phone));
    return open_address(c, sealed_mail, mail);
}

enum err person_set_lang(struct ctx *c, int64_t id, str lang)
{
    if (!str_eq(lang, S("zh")) && !str_eq(lang, S("en")))
        return fail_on(c, INVALID, S("lang"), MSG_PERSON_LANG_WRONG);
    return db_run(c->db, &PERSON_SET_LANG, I(id), T(lang));
}

enum err person_set_address(struct ctx *c, int64_t id, str address, bool is_mail)
{
    enum err e =
        db_run(c->db, is_mail ? &PERSON_SET_MAIL : &PERSON_SET_PHONE, I(id),
               X(crypto_seal(c->arena, c->keys->seal, address)), X(person_address_key(c, address)));

    if (e == CONFLICT)
        return fail_on(c, CONFLICT, S("contact"), MSG_PERSON_TAKEN);
    TRY(e);
    TRY(person_audit(c, id, S("contact"), S(""), S("ok")));
    return person_set_verified(c, id, VERIFIED_CONTACT);
}

enum err person_set_password(struct ctx *c, int64_t id, str hash, bool must_change)
{
    assert(hash.len > 0);
    TRY(db_run(c->db, &PERSON_SET_PASSWORD, I(id), T(hash), B(must_change)));
    return person_audit(c, id, S("password"), S(""), S("ok"));
}

/* How many different bytes there are: "aaaaaaaaaa" has one. */
static size_t kinds_of_bytes(str s)
{
    bool seen[256] = {false};
    size_t kinds = 0;

    for (size_t i = 0; i < s.len; i++) {
        bool *is_seen = &seen[(unsigned char)s.at[i]];
        kinds += !*is_seen;
        *is_seen = true;
    }
    return kinds;
}

enum err person_password_check(struct ctx *c, str login, str password)
{
    static const char *const common[] = {"password", "12345678", "qwertyui", "11111111",
                                         "00000000", "abcdefgh", "woaini",   "letmein"};

    if (str_chars(password) < PASSWORD_MIN || password.len > PASSWORD_MAX)
        return fail_on(c, INVALID, S("password"), MSG_PERSON_PASSWORD_LENGTH, I(PASSWORD_MIN));
    str low = str_lower(c->arena, password);
    if (kinds_of_bytes(low) < PASSWORD_KINDS_MIN)
        return fail_on(c, INVALID, S("password"), MSG_PERSON_PASSWORD_COMMON);
    for (size_t i = 0; i < sizeof common / sizeof *common; i++) {
        if (str_find(low, str_of(common[i])) != SIZE_MAX)
            return fail_on(c, INVALID, S("password"), MSG_PERSON_PASSWORD_COMMON);
    }
    if (login.len > 2 && str_find(low, str_lower(c->arena, login)) != SIZE_MAX)
        return fail_on(c, INVALID, S("password"), MSG_PERSON_PASSWORD_COMMON);
    return OK;
}

enum err person_audit(struct ctx *c, int64_t person, str kind, str object, str result)
{
    return db_run(c->db, &AUDIT_ADD, I(id_new()), I(c->now), I_OR_NIL(person), T(kind), T(object),
                  T(result));
}

enum err person_set_verified(struct ctx *c, int64_t id, int64_t level)
{
    assert(level >= VERIFIED_NOT && level <= VERIFIED_DESK);
    TRY(db_run(c->db, &PERSON_SET_VERIFIED, I(id), I(level)));
    return person_audit(c, c->who == NULL ? id : c->who->id, S("verified"),
                        str_fmt(c->arena, "person %lld", (long long)id), S("ok"));
}

enum err person_roles(struct ctx *c, int64_t id, struct person_role **roles, size_t *count)
{
    size_t cap = 0;
    struct rows row;
    bool found;

    *roles = NULL;
    *count = 0;
    TRY(db_rows(&row, c->db, &ROLE_LIST, I(id)));
    for (;;) {
        TRY(db_next(&row, &found));
        if (!found)
            return OK;
        struct person_role r = {.role = role_find(take_str(&row, c->arena))};
        r.scope = take_i64(&row);
        str zh = take_str(&row, c->arena), en = take_str(&row, c->arena);
        r.scope_name = c->lang == LANG_EN && en.len > 0 ? en : zh;
        r.given = take_i64(&row);
        *PUSH(c->arena, *roles, *count, cap) = r;
    }
}

enum err person_has_office(struct ctx *c, int64_t id, bool *has)
{
    int64_t offices;

    TRY(db_number(c->db, &offices, 0, &ROLE_OFFICES, I(id)));
    *has = offices > 0;
    return OK;
}

enum err person_roles_check(struct ctx *c, int64_t id, uint32_t role)
{
    struct person_role *roles;
    size_t count;

    if ((role & ROLES_ADMIN) == 0)
        return OK;
    TRY(person_roles(c, id, &roles, &count));
    for (size_t i = 0; i < count; i++) {
        if ((roles[i].role & ROLES_ADMIN) != 0 && roles[i].role != role)
            return fail(c, CONFLICT, MSG_PERSON_ADMINS_APART);
    }
    return OK;
}

enum err person_give_role(struct ctx *c, int64_t id, uint32_t role, int64_t scope)
{
    str name = role_name(role);
    int64_t has;

    assert(name.len > 0);
    TRY(person_roles_check(c, id, role));
    TRY(db_number(c->db, &has, 0, &ROLE_HAS, I(id), T(name), I_OR_NIL(scope)));
    if (has > 0)
        return OK;
    TRY(db_run(c->db, &ROLE_ADD, I(id_new()), I(id), T(name), I_OR_NIL(scope), I(c->now),
               c->who == NULL ? NIL() : I(c->who->id)));
    return person_audit(
        c, c->who == NULL ? 0 : c->who->id, S("role_given"),
        str_fmt(c->arena, "person %lld %.*s %lld", (long long)id, STR_ARG(name), (long long)scope),
        S("ok"));
}

enum err person_end_role(struct ctx *c, int64_t id, uint32_t role, int64_t scope)
{
    str name = role_name(role);

    int64_t ended;

    TRY(db_run_count(c->db, &ended, &ROLE_END, I(id), T(name), I_OR_NIL(scope), I(c->now)));
    if (ended == 0)
        return fail(c, NOT_FOUND, MSG_PERSON_ROLE_NOT_HELD);
    return person_audit(
        c, c->who == NULL ? 0 : c->who->id, S("role_ended"),
        str_fmt(c->arena, "person %lld %.*s %lld", (long long)id, STR_ARG(name), (long long)scope),
        S("ok"));
}
