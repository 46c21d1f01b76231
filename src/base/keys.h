/*
 * keys -- what the program must never lose and the database must never hold.
 *
 * One master key in DIR/secret.key (mode 0600, never in a backup); each purpose has a key of its
 * own, derived from it by HMAC with the purpose's name, so that one leaking tells nothing about the
 * others.
 */
#pragma once
#include "base/crypto.h"

struct keys {
    unsigned char form[KEY_BYTES];   /* tokens of forms */
    unsigned char seal[KEY_BYTES];   /* restricted columns */
    unsigned char lookup[KEY_BYTES]; /* digests by which a telephone number or address is found */
    unsigned char code[KEY_BYTES];   /* codes sent to people */
    unsigned char pseudonym[KEY_BYTES]; /* votes and authorship of statements */
    unsigned char ledger_public[SIGN_PUBLIC_BYTES];
    unsigned char ledger_secret[SIGN_SECRET_BYTES];
};

/* Derive all keys from the master. */
void keys_derive(struct keys *k, const unsigned char master[KEY_BYTES]);

/* Read the file; NOT_FOUND if it is not there, DENIED if others may read it, INVALID if it is no
 * key. */
enum err keys_load(struct keys *k, const char *path) MUST_USE;

/* Make a new key file; CONFLICT if there is one already, FAULT if it cannot be written. */
enum err keys_create(const char *path) MUST_USE;
