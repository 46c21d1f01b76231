/*
 * person -- accounts: signing in, proving a contact, roles, and acting for somebody at the desk.
 *
 *     nothing --code by mail or SMS--> contact confirmed --seen by a clerk--> checked at the desk
 *
 * Telephone numbers and addresses are stored sealed, and found by a keyed digest; the password as
 * Argon2id. Failed sign-ins are counted in the account: after SIGN_IN_FREE of them each further one
 * doubles the wait, from a minute up to an hour.
 *
 * Strings inside the structs live as long as the arena they were loaded in.
 */
#pragma once
#include "base/ctx.h"
#include "base/keys.h"
#include "person/who.h"

enum {
    PERSON_NAME_MAX = 40,
    PERSON_LOGIN_MAX = 40,
    PERSON_ADDRESS_MAX = 120,
    PASSWORD_MIN = 10,
    PASSWORD_KINDS_MIN = 4, /* different bytes */
    PASSWORD_MAX = 200,
    SIGN_IN_FREE = 5,
    CODE_DIGITS = 6,
    CODE_TRIES_MAX = 5,
    CODES_PER_HOUR = 5,
};

struct person {
    int64_t id;
    str login, name, shown_name, password;
    bool must_change, is_member, is_demo;
    int64_t verified, failed, locked_until, created;
    str lang;
    str source_line;
};

/* NOT_FOUND if there is none or it was closed. */
enum err person_load(struct ctx *c, int64_t id, struct person *p) MUST_USE;

/* By login name, telephone number or mail address. */
enum err person_find(struct ctx *c, str name, struct person *p) MUST_USE;

struct person_new {
    str login, name, shown_name;
    str phone, mail;   /* either may be empty */
    str password_hash; /* empty: cannot sign in with a password */
    bool must_change, is_member, is_demo;
    int64_t verified;
    str lang;
};

/* A new account. INVALID with the field named; CONFLICT if login, number or address is taken. */
enum err person_add(struct ctx *c, const struct person_new *n, int64_t *id) MUST_USE;

/* A telephone number or mail address in one form: "+8613800000000", "name@example.org" in lower
 * case. INVALID if it is neither; `*is_mail` says which. */
enum err person_address(struct ctx *c, str typed, str *address, bool *is_mail) MUST_USE;

/* The keyed digest by which an address is found. */
str person_address_key(struct ctx *c, str address);

/* Both opened from their seals; empty where there is none. */
enum err person_addresses(struct ctx *c, int64_t id, str *phone, str *mail) MUST_USE;

/* The language of the messages somebody gets: "zh" or "en"; INVALID with the field "lang". */
enum err person_set_lang(struct ctx *c, int64_t id, str lang) MUST_USE;

/* An address that was proved: it takes the place of the one before, and the contact counts as
 * confirmed. CONFLICT if somebody else has it. */
enum err person_set_address(struct ctx *c, int64_t id, str address, bool is_mail) MUST_USE;

enum err person_set_password(struct ctx *c, int64_t id, str hash, bool must_change) MUST_USE;

/* Is the password good enough to be set: length, not the login, not one of the commonest. */
enum err person_password_check(struct ctx *c, str login, str password) MUST_USE;

/* ---- signing in ---- */

/* What a wrong or right password does to the account, after it was compared. OK with `*is_in`
 * false: refused, and counted; the sentence is in the context. `token` is the random value whose
 * digest is stored. */
enum err person_sign_in(struct ctx *c, int64_t id, bool password_ok, str token_digest, str device,
                        bool *is_in) MUST_USE;

/* DENIED, with the sentence, while the account is locked. The failure's second argument is the
 * moment when it opens again. */
enum err person_locked(struct ctx *c, const struct person *p) MUST_USE;

/* Count a wrong password of somebody who is signed in already; the sentence is in the context. */
enum err person_password_failed(struct ctx *c, int64_t id) MUST_USE;

/* The same two for a name that nobody has, so that it is answered as if somebody had: failures
 * within a day are counted by the name's keyed digest. */
enum err person_unknown_locked(struct ctx *c, str name) MUST_USE;
enum err person_unknown_failed(struct ctx *c, str name) MUST_USE;

/* The person behind a cookie, or *who = NULL. Moves `seen` at most every quarter of an hour:
 * `*stale` says that this is wanted (an act of its own). */
enum err person_who(struct ctx *c, str token_digest, struct who **who, bool *stale) MUST_USE;

/* A person with all roles, without a sign-in: for the demonstration and for tests. NOT_FOUND as in
 * person_load. */
enum err person_who_is(struct ctx *c, int64_t id, struct who **who) MUST_USE;

enum err person_seen(struct ctx *c, str token_digest) MUST_USE;

enum err person_sign_out(struct ctx *c, str token_digest) MUST_USE;

/* End every sign-in of the person but the one given (empty: all). */
enum err person_sign_out_all(struct ctx *c, int64_t id, str but_token_digest) MUST_USE;

struct sign_in_row {
    int64_t begun, seen;
    str device;
    bool is_this, is_behalf;
};
enum err person_sign_ins(struct ctx *c, struct sign_in_row **rows, size_t *count) MUST_USE;

/* ---- codes ---- */

/* Make a code for an address and put the message that carries it into the outbox. `*shown` gets the
 * code for the demonstration; INVALID when too many were asked for. */
enum err person_code_send(struct ctx *c, str purpose, int64_t object, str address, bool is_mail,
                          str *shown) MUST_USE;

/* Another code to the address that the last one for this went to. INVALID as above; NOT_FOUND if
 * none was sent. */
enum err person_code_again(struct ctx *c, str purpose, int64_t object, str *shown) MUST_USE;

/* Where the latest code that is still good went; empty if there is none. */
enum err person_code_open(struct ctx *c, str purpose, int64_t object, str *address) MUST_USE;

/* Check a code typed in. OK with `*is_good` false: wrong, and counted. Good: used up; the address
 * it proved is given. */
enum err person_code_check(struct ctx *c, str purpose, int64_t object, str typed, bool *is_good,
                           str *address, bool *is_mail) MUST_USE;

/* The account that has this address, made if there is none, now at least so far verified: a code
 * proves the contact (VERIFIED_CONTACT), a paper does not (VERIFIED_NOT). */
enum err person_by_address(struct ctx *c, str address, bool is_mail, str shown_name,
                           int64_t verified, int64_t *id) MUST_USE;

/* ---- roles ---- */

enum err person_give_role(struct ctx *c, int64_t id, uint32_t role, int64_t scope) MUST_USE;
enum err person_end_role(struct ctx *c, int64_t id, uint32_t role, int64_t scope) MUST_USE;
enum err person_set_verified(struct ctx *c, int64_t id, int64_t level) MUST_USE;

/* The roles somebody holds now; scope names in the context's language. */
struct person_role {
    uint32_t role;
    int64_t scope; /* 0: everywhere */
    str scope_name;
    int64_t given;
};
enum err person_roles(struct ctx *c, int64_t id, struct person_role **roles,
                      size_t *count) MUST_USE;

/* Any role but those of residents and members. */
enum err person_has_office(struct ctx *c, int64_t id, bool *has) MUST_USE;

/* System, security and audit administration are three different people: CONFLICT otherwise. */
enum err person_roles_check(struct ctx *c, int64_t id, uint32_t role) MUST_USE;

/* ---- at the desk ---- */

/* Let this sign-in act for somebody. The person can see it later. DENIED for somebody who holds an
 * office himself: nobody lends such rights at the desk. */
enum err person_behalf_begin(struct ctx *c, int64_t person, str reason) MUST_USE;
enum err person_behalf_end(struct ctx *c) MUST_USE;

/* DENIED while a clerk acts for somebody: for what only the person may do. */
enum err person_in_person(struct ctx *c) MUST_USE;

struct behalf_row {
    int64_t begun, ended;
    str clerk, reason;
};
enum err person_behalf_list(struct ctx *c, int64_t id, struct behalf_row **rows,
                            size_t *count) MUST_USE;

/* ---- the record of account acts ---- */

enum err person_audit(struct ctx *c, int64_t person, str kind, str object, str result) MUST_USE;
