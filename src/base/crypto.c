#include "base/crypto.h"

#include "base/buf.h"

#include <assert.h>
#include <pthread.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SEALED_VERSION = 1, PASSWORD_PASSES = 2, PASSWORD_BYTES = 19 * 1024 * 1024 };

_Static_assert(DIGEST_BYTES == crypto_hash_sha256_BYTES, "digest size");
_Static_assert(KEY_BYTES == crypto_auth_hmacsha256_KEYBYTES, "key size");
_Static_assert(SIGNATURE_BYTES == crypto_sign_BYTES, "signature size");
_Static_assert(sizeof(struct hash) == sizeof(crypto_hash_sha256_state), "hash state");

static const unsigned char *bytes(str s)
{
    return (const unsigned char *)s.at;
}

void crypto_start(void)
{
    if (sodium_init() < 0) {
        fputs("libsodium did not start\n", stderr);
        abort();
    }
}

void crypto_random(void *at, size_t len)
{
    randombytes_buf(at, len);
}

struct digest crypto_sha256(str s)
{
    struct digest d;

    crypto_hash_sha256(d.byte, bytes(s), s.len);
    return d;
}

void hash_start(struct hash *h)
{
    crypto_hash_sha256_init((crypto_hash_sha256_state *)(void *)h->state);
}

void hash_add(struct hash *h, str s)
{
    crypto_hash_sha256_update((crypto_hash_sha256_state *)(void *)h->state, bytes(s), s.len);
}

struct digest hash_end(struct hash *h)
{
    struct digest d;

    crypto_hash_sha256_final((crypto_hash_sha256_state *)(void *)h->state, d.byte);
    return d;
}

struct digest crypto_hmac(const unsigned char key[KEY_BYTES], str s)
{
    struct digest d;

    crypto_auth_hmacsha256(d.byte, bytes(s), s.len, key);
    return d;
}

bool digest_eq(const struct digest *a, const struct digest *b)
{
    return sodium_memcmp(a->byte, b->byte, DIGEST_BYTES) == 0;
}

bool crypto_same(str a, str b)
{
    return a.len == b.len && (a.len == 0 || sodium_memcmp(a.at, b.at, a.len) == 0);
}

void sign_keys(unsigned char public_key[SIGN_PUBLIC_BYTES],
               unsigned char secret_key[SIGN_SECRET_BYTES], const unsigned char seed[KEY_BYTES])
{
    crypto_sign_seed_keypair(public_key, secret_key, seed);
}

void sign_make(unsigned char signature[SIGNATURE_BYTES], str s,
               const unsigned char secret_key[SIGN_SECRET_BYTES])
{
    crypto_sign_detached(signature, NULL, bytes(s), s.len, secret_key);
}

bool sign_check(const unsigned char signature[SIGNATURE_BYTES], str s,
                const unsigned char public_key[SIGN_PUBLIC_BYTES])
{
    return crypto_sign_verify_detached(signature, bytes(s), s.len, public_key) == 0;
}

/* A gate with CRYPTO_PASSWORD_AT_ONCE places. */
static pthread_mutex_t gate_lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t gate_free = PTHREAD_COND_INITIALIZER;
static int gate_inside;

static void gate_enter(void)
{
    pthread_mutex_lock(&gate_lock);
    while (gate_inside >= CRYPTO_PASSWORD_AT_ONCE)
        pthread_cond_wait(&gate_free, &gate_lock);
    gate_inside++;
    pthread_mutex_unlock(&gate_lock);
}

static void gate_leave(void)
{
    pthread_mutex_lock(&gate_lock);
    gate_inside--;
    pthread_cond_signal(&gate_free);
    pthread_mutex_unlock(&gate_lock);
}

str crypto_password_hash(struct arena *a, str password)
{
    char hash[crypto_pwhash_STRBYTES];

    gate_enter();
    int failed = crypto_pwhash_str_alg(hash, password.at, password.len, PASSWORD_PASSES,
                                       PASSWORD_BYTES, crypto_pwhash_ALG_ARGON2ID13);
    gate_leave();
    if (failed != 0) {
        fputs("out of memory for a password hash\n", stderr);
        abort();
    }
    return str_copy(a, str_of(hash));
}

bool crypto_password_ok(str hash, str password)
{
    char z[crypto_pwhash_STRBYTES] = {0};

    if (hash.len == 0 || hash.len >= sizeof z)
        return false;
    memcpy(z, hash.at, hash.len);
    gate_enter();
    bool ok = crypto_pwhash_str_verify(z, password.at, password.len) == 0;
    gate_leave();
    return ok;
}

str crypto_seal(struct arena *a, const unsigned char key[KEY_BYTES], str plain)
{
    enum {
        NONCE = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES,
        TAG = crypto_aead_xchacha20poly1305_ietf_ABYTES
    };
    size_t len = 1 + NONCE + plain.len + TAG;
    unsigned char *out = arena_alloc(a, len);

    out[0] = SEALED_VERSION;
    randombytes_buf(out + 1, NONCE);
    crypto_aead_xchacha20poly1305_ietf_encrypt(out + 1 + NONCE, NULL, bytes(plain), plain.len, out,
                                               1, NULL, out + 1, key);
    return (str){(const char *)out, len};
}

enum err crypto_open(struct arena *a, const unsigned char key[KEY_BYTES], str sealed, str *plain)
{
    enum {
        NONCE = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES,
        TAG = crypto_aead_xchacha20poly1305_ietf_ABYTES
    };
    const unsigned char *in = bytes(sealed);

    if (sealed.len < 1 + NONCE + TAG || in[0] != SEALED_VERSION)
        return INVALID;
    size_t len = sealed.len - 1 - NONCE - TAG;
    unsigned char *out = arena_alloc(a, len + 1);
    if (crypto_aead_xchacha20poly1305_ietf_decrypt(out, NULL, NULL, in + 1 + NONCE, len + TAG, in,
                                                   1, in + 1, key) != 0)
        return INVALID;
    *plain = (str){(const char *)out, len};
    return OK;
}

str crypto_hex(struct arena *a, str s)
{
    char *hex = arena_alloc(a, s.len * 2 + 1);

    sodium_bin2hex(hex, s.len * 2 + 1, bytes(s), s.len);
    return (str){hex, s.len * 2};
}

bool crypto_unhex(str hex, unsigned char *at, size_t len)
{
    size_t got = 0;

    return hex.len == len * 2 && sodium_hex2bin(at, len, hex.at, hex.len, NULL, &got, NULL) == 0 &&
           got == len;
}

str crypto_code(struct arena *a, size_t chars)
{
    static const char alphabet[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    char *code = arena_alloc(a, chars + 1);

    for (size_t i = 0; i < chars; i++)
        code[i] = alphabet[randombytes_uniform(32)];
    return (str){code, chars};
}
