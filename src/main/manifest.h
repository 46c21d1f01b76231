/*
 * manifest -- the last member of a backup: what is in it, with a digest of each, the last signed
 * head of the ledger, and a signature over all of that with the ledger's key.
 *
 *     shangliang backup 1
 *     program 0.1.0
 *     made 1650935600000                 milliseconds UTC
 *     database sqlite                    or postgresql
 *     file SHA-256 BYTES NAME            one line for each member, in the archive's order
 *     shangliang ledger head 1 ...       six lines, as `ledger head` prints them; may be missing
 *     key ...                            the public key, in hexadecimal digits
 *     signature ...                      over every line above
 *
 * The signature needs no secret to be checked: it shows that nothing was changed by accident or by
 * somebody without the key. Compare `key` with a head kept elsewhere to know whose it is.
 */
#pragma once
#include "ledger/ledger.h"

enum { MANIFEST_TEXT_MAX = 256 * 1024 * 1024 };

#define MANIFEST_NAME S("manifest")

struct member {
    str name;
    int64_t size;
    struct digest digest;
};

struct manifest {
    str program;
    int64_t made;
    bool is_postgres;
    bool has_head;
    struct ledger_head head;
    unsigned char key[SIGN_PUBLIC_BYTES];
    struct member *members; /* without the manifest itself */
    size_t member_count, member_cap;
};

/* May a member have this name? "config.yaml", "shangliang.db", "database.dump",
 * "procedures/NAME.yaml", "files/", the first two digits of a digest, "/" and all 64 of them;
 * nothing else, so that unpacking can never write anywhere else. */
bool manifest_takes(str name);

str manifest_text(struct arena *a, const struct manifest *m,
                  const unsigned char secret_key[SIGN_SECRET_BYTES]);

/* INVALID, with `*why` for the operator: not such a text, or the signature does not fit. */
enum err manifest_read(struct arena *a, str text, struct manifest *m, const char **why) MUST_USE;

/* Does the archive hold exactly what the manifest says? INVALID with `*why` naming the member. */
enum err manifest_compare(struct arena *a, const struct manifest *m, const struct member *members,
                          size_t count, const char **why) MUST_USE;
