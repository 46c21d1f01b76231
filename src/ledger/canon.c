#include "ledger/canon.h"

#include <assert.h>
#include <inttypes.h>
#include <string.h>

/* Domains of SHA-256, as in RFC 6962: a leaf can never be taken for an inner value. */
enum { LEAF = 0x00, INNER = 0x01 };

static void put_byte(struct buf *b, unsigned byte)
{
    buf_byte(b, (char)(unsigned char)byte);
}

static void put_u64(struct buf *b, int64_t n)
{
    for (int shift = 56; shift >= 0; shift -= 8)
        put_byte(b, (unsigned)((uint64_t)n >> shift & 0xFF));
}

static void put_word(struct buf *b, str s)
{
    assert(s.len <= LEDGER_WORD_MAX);
    put_byte(b, (unsigned)s.len);
    buf_put(b, s);
}

void ledger_put_entry(struct buf *b, const struct ledger_row *row)
{
    assert(row->payload_digest.len == 0 || row->payload_digest.len == DIGEST_BYTES);
    assert(row->content_digest.len == 0 || row->content_digest.len == DIGEST_BYTES);
    put_byte(b, LEDGER_VERSION);
    put_u64(b, row->id);
    put_u64(b, row->at);
    put_word(b, row->kind);
    put_word(b, row->object_kind);
    put_u64(b, row->object);
    put_word(b, row->act);
    put_word(b, row->actor);
    put_word(b, row->payload_digest);
    put_word(b, row->content_digest);
}

struct digest ledger_leaf(struct arena *a, const struct ledger_row *row)
{
    struct buf b = {.arena = a};

    put_byte(&b, LEAF);
    ledger_put_entry(&b, row);
    return crypto_sha256(buf_str(&b));
}

struct digest ledger_start(void)
{
    return (struct digest){{0}};
}

struct digest ledger_chain(const struct digest *before, const struct digest *leaf)
{
    char bytes[1 + 2 * DIGEST_BYTES] = {INNER};

    memcpy(bytes + 1, before->byte, DIGEST_BYTES);
    memcpy(bytes + 1 + DIGEST_BYTES, leaf->byte, DIGEST_BYTES);
    return crypto_sha256((str){bytes, sizeof bytes});
}

struct digest ledger_content_digest(struct arena *a, str salt, str content)
{
    return crypto_sha256(str_join(a, salt, content));
}

/* ---- receipts ---- */

static const char alphabet[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

str ledger_receipt(struct arena *a, const struct digest *leaf)
{
    char *code = arena_alloc(a, LEDGER_RECEIPT_CHARS + 1);

    for (int i = 0; i < LEDGER_RECEIPT_CHARS; i++) {
        unsigned value = 0;
        for (int bit = i * 5; bit < i * 5 + 5; bit++)
            value = value << 1 | ((unsigned)leaf->byte[bit / 8] >> (7 - bit % 8) & 1u);
        code[i] = alphabet[value];
    }
    return (str){code, LEDGER_RECEIPT_CHARS};
}

str ledger_receipt_shown(struct arena *a, str receipt)
{
    struct buf b = {.arena = a};

    for (size_t i = 0; i < receipt.len; i++) {
        if (i > 0 && i % 4 == 0)
            buf_byte(&b, '-');
        buf_byte(&b, receipt.at[i]);
    }
    return buf_str(&b);
}

str ledger_receipt_read(struct arena *a, str typed)
{
    struct buf b = {.arena = a};

    for (size_t i = 0; i < typed.len; i++) {
        char c = typed.at[i];
        if (c >= 'a' && c <= 'z')
            c = (char)(c - 'a' + 'A');
        if (c == ' ' || c == '-')
            continue;
        c = c == 'O' ? '0' : c == 'I' || c == 'L' ? '1' : c;
        if (c == '\0' || strchr(alphabet, c) == NULL || b.len == LEDGER_RECEIPT_CHARS)
            return S("");
        buf_byte(&b, c);
    }
    return b.len == LEDGER_RECEIPT_CHARS ? buf_str(&b) : S("");
}

/* ---- heads ---- */

static const char title[] = "shangliang ledger head 1";

static void put_hex(struct buf *b, const char *name, const unsigned char *at, size_t len)
{
    buf_fmt(b, "%s ", name);
    buf_put(b, crypto_hex(b->arena, (str){(const char *)at, len}));
    buf_byte(b, '\n');
}

static void put_signed(struct buf *b, const struct ledger_head *head)
{
    buf_fmt(b, "%s\nsequence %" PRId64 "\ntime %" PRId64 "\n", title, head->sequence, head->at);
    put_hex(b, "hash", head->hash.byte, DIGEST_BYTES);
}

void ledger_head_sign(struct arena *a, struct ledger_head *head,
                      const unsigned char secret_key[SIGN_SECRET_BYTES])
{
    struct buf b = {.arena = a};

    put_signed(&b, head);
    sign_make(head->signature, buf_str(&b), secret_key);
}

bool ledger_head_ok(struct arena *a, const struct ledger_head *head)
{
    struct buf b = {.arena = a};

    put_signed(&b, head);
    return sign_check(head->signature, buf_str(&b), head->public_key);
}

void ledger_head_put(struct buf *b, const struct ledger_head *head)
{
    put_signed(b, head);
    put_hex(b, "key", head->public_key, SIGN_PUBLIC_BYTES);
    put_hex(b, "signature", head->signature, SIGNATURE_BYTES);
}

/* The value of the next line if it begins with `name`, else the empty slice. */
static str take_line(str *text, const char *name)
{
    str value = str_trim(str_cut(text, '\n'));

    return str_eq(str_cut(&value, ' '), str_of(name)) ? value : S("");
}

enum err ledger_head_read(str text, struct ledger_head *head)
{
    text = str_trim(text);
    if (!str_eq(str_trim(str_cut(&text, '\n')), str_of(title)) ||
        !str_to_i64(take_line(&text, "sequence"), &head->sequence) ||
        !str_to_i64(take_line(&text, "time"), &head->at) ||
        !crypto_unhex(take_line(&text, "hash"), head->hash.byte, DIGEST_BYTES) ||
        !crypto_unhex(take_line(&text, "key"), head->public_key, SIGN_PUBLIC_BYTES) ||
        !crypto_unhex(take_line(&text, "signature"), head->signature, SIGNATURE_BYTES) ||
        head->sequence < 1)
        return INVALID;
    return OK;
}
