/*
 * crypto -- the few cryptographic things the program does, over libsodium.
 *
 * One algorithm for each purpose, named where its output is stored, so that it can be changed
 * later: SHA-256 for digests, HMAC-SHA-256 for tokens, Ed25519 for signatures, Argon2id for
 * passwords, XChaCha20-Poly1305 for restricted columns.
 */
#pragma once
#include "base/err.h"
#include "base/str.h"

enum {
    DIGEST_BYTES = 32,
    KEY_BYTES = 32,
    SIGN_PUBLIC_BYTES = 32,
    SIGN_SECRET_BYTES = 64,
    SIGNATURE_BYTES = 64,
};

struct digest {
    unsigned char byte[DIGEST_BYTES];
};

/* Once, before anything else here. Ends the program if libsodium cannot start. */
void crypto_start(void);

void crypto_random(void *at, size_t len);
struct digest crypto_sha256(str s);
struct digest crypto_hmac(const unsigned char key[KEY_BYTES], str s);

/* The same piece by piece, for what does not fit into memory: start, add…, end. */
struct hash {
    _Alignas(8) unsigned char state[104];
};
void hash_start(struct hash *h);
void hash_add(struct hash *h, str s);
struct digest hash_end(struct hash *h);

bool digest_eq(const struct digest *a, const struct digest *b); /* constant time */
bool crypto_same(str a, str b);                                 /* constant time */

void sign_keys(unsigned char public_key[SIGN_PUBLIC_BYTES],
               unsigned char secret_key[SIGN_SECRET_BYTES], const unsigned char seed[KEY_BYTES]);
void sign_make(unsigned char signature[SIGNATURE_BYTES], str s,
               const unsigned char secret_key[SIGN_SECRET_BYTES]);
bool sign_check(const unsigned char signature[SIGNATURE_BYTES], str s,
                const unsigned char public_key[SIGN_PUBLIC_BYTES]);

/* Argon2id, 2 passes, 19 MiB: about 25 ms. At most CRYPTO_PASSWORD_AT_ONCE run at a time; further
 * callers wait, so a storm of sign-ins costs bounded memory and leaves a core for the rest.
 * `hash` is a self-describing ASCII string. */
enum { CRYPTO_PASSWORD_AT_ONCE = 1 };
str crypto_password_hash(struct arena *a, str password);
bool crypto_password_ok(str hash, str password);

/* Seal and open a restricted value; the result starts with the algorithm's number. INVALID when it
 * was changed or sealed with another key. */
str crypto_seal(struct arena *a, const unsigned char key[KEY_BYTES], str plain);
enum err crypto_open(struct arena *a, const unsigned char key[KEY_BYTES], str sealed,
                     str *plain) MUST_USE;

/* Lower-case hexadecimal, and Crockford base32 (no I, L, O, U), for codes that people type. */
str crypto_hex(struct arena *a, str bytes);
bool crypto_unhex(str hex, unsigned char *at, size_t len);
str crypto_code(struct arena *a, size_t chars); /* random, base32 */

/* The digest as a str over its bytes. */
static inline str digest_str(const struct digest *d)
{
    return (str){(const char *)d->byte, DIGEST_BYTES};
}
