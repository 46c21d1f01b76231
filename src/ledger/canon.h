/*
 * canon -- the fixed bytes of the ledger: entry, leaf, chain, head. doc/ledger.md says the same for
 * people who check it with a program of their own; its worked example is a test.
 */
#pragma once
#include "base/buf.h"
#include "base/crypto.h"

enum {
    LEDGER_VERSION = 1,
    LEDGER_WORD_MAX = 255,     /* bytes of kind, object_kind, act, actor */
    LEDGER_RECEIPT_CHARS = 16, /* 80 bits */
};

/* One entry, as it is stored. The digests have 0 or DIGEST_BYTES bytes. */
struct ledger_row {
    int64_t id, at, object;
    str kind, object_kind, act, actor;
    str payload_digest, content_digest;
};

struct ledger_head {
    int64_t sequence, at;
    struct digest hash;
    unsigned char public_key[SIGN_PUBLIC_BYTES];
    unsigned char signature[SIGNATURE_BYTES];
};

void ledger_put_entry(struct buf *b, const struct ledger_row *row);
struct digest ledger_leaf(struct arena *a, const struct ledger_row *row);

/* The chain's value before the first entry: 32 zero bytes. */
struct digest ledger_start(void);
struct digest ledger_chain(const struct digest *before, const struct digest *leaf);

/* SHA-256 of salt and content. */
struct digest ledger_content_digest(struct arena *a, str salt, str content);

/* "7Q2M4K0H1ZP8X9RT"; shown in groups of four. Reading takes small letters, spaces and hyphens, and
 * O, I and L for 0 and 1; empty when it is no receipt. */
str ledger_receipt(struct arena *a, const struct digest *leaf);
str ledger_receipt_shown(struct arena *a, str receipt);
str ledger_receipt_read(struct arena *a, str typed);

void ledger_head_sign(struct arena *a, struct ledger_head *head,
                      const unsigned char secret_key[SIGN_SECRET_BYTES]);
bool ledger_head_ok(struct arena *a, const struct ledger_head *head);

/* A head as a text of six lines, to be kept or printed elsewhere, and back. INVALID if it is not
 * one; the signature is not checked here. */
void ledger_head_put(struct buf *b, const struct ledger_head *head);
enum err ledger_head_read(str text, struct ledger_head *head) MUST_USE;
