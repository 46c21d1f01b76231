#include "ledger/canon.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static const char *doc_path;

static str doc_text(struct arena *a)
{
    struct buf b = {.arena = a};
    FILE *f = fopen(doc_path, "rb");
    size_t n;

    if (f == NULL)
        fail_msg("cannot read %s", doc_path);
    while ((n = fread(buf_reserve(&b, 4096), 1, 4096, f)) > 0)
        b.len += n;
    fclose(f);
    str text = buf_str(&b);
    size_t at = str_find(text, S("```example\n"));
    assert_true(at != SIZE_MAX);
    text = str_slice(text, at + 11, text.len);
    return str_slice(text, 0, str_find(text, S("```")));
}

static str value(str *text, const char *name)
{
    str line = str_cut(text, '\n');

    if (!str_eq(str_cut(&line, ' '), str_of(name)))
        fail_msg("doc/ledger.md: no %s", name);
    return line;
}

static int64_t number(str *text, const char *name)
{
    int64_t n;

    assert_true(str_to_i64(value(text, name), &n));
    return n;
}

static str bytes(struct arena *a, str *text, const char *name)
{
    str hex = value(text, name);
    unsigned char *at = arena_alloc(a, hex.len / 2 + 1);

    assert_true(crypto_unhex(hex, at, hex.len / 2));
    return (str){(const char *)at, hex.len / 2};
}

static void same(struct arena *a, str wanted_hex, str got)
{
    assert_string_equal(crypto_hex(a, got).at, str_z(a, wanted_hex));
}

static void the_worked_example_of_the_document_is_right(void **state)
{
    struct arena *a = arena_new("doc", 4u * 1024 * 1024);
    str text = doc_text(a);
    struct digest chain = ledger_start();
    struct ledger_head head, again;
    unsigned char seed[KEY_BYTES], secret[SIGN_SECRET_BYTES], public_key[SIGN_PUBLIC_BYTES];

    (void)state;
    for (int i = 0; i < 2; i++) {
        struct ledger_row row = {.id = number(&text, "id"), .at = number(&text, "at")};
        row.kind = value(&text, "kind");
        row.object_kind = value(&text, "object_kind");
        row.object = number(&text, "object");
        row.act = value(&text, "act");
        row.actor = value(&text, "actor");
        row.payload_digest = bytes(a, &text, "payload_digest");
        row.content_digest = bytes(a, &text, "content_digest");
        struct buf b = {.arena = a};
        ledger_put_entry(&b, &row);
        same(a, value(&text, "canonical"), buf_str(&b));
        struct digest leaf = ledger_leaf(a, &row);
        same(a, value(&text, "leaf"), digest_str(&leaf));
        str shown = ledger_receipt_shown(a, ledger_receipt(a, &leaf));
        assert_true(str_eq(value(&text, "receipt"), shown));
        chain = ledger_chain(&chain, &leaf);
        same(a, value(&text, "chain"), digest_str(&chain));
        if (i == 1) {
            char salt[32];
            memset(salt, 0xaa, sizeof salt);
            struct digest d = ledger_content_digest(a, (str){salt, sizeof salt}, S("no"));
            assert_true(str_eq(digest_str(&d), row.content_digest));
        }
    }
    assert_int_equal(ledger_head_read(text, &head), OK);
    assert_true(digest_eq(&head.hash, &chain));
    assert_true(ledger_head_ok(a, &head));
    for (int i = 0; i < KEY_BYTES; i++)
        seed[i] = (unsigned char)i;
    sign_keys(public_key, secret, seed);
    again = head;
    ledger_head_sign(a, &again, secret);
    assert_memory_equal(again.signature, head.signature, SIGNATURE_BYTES);
    struct buf b = {.arena = a};
    ledger_head_put(&b, &head);
    assert_true(str_eq(buf_str(&b), text));
    arena_free(a);
}

static void a_broken_head_text_is_refused(void **state)
{
    struct arena *a = arena_new("doc", 4u * 1024 * 1024);
    str text = doc_text(a);
    struct ledger_head head;

    (void)state;
    text = str_slice(text, str_find(text, S("shangliang ledger head 1")), text.len);
    assert_int_equal(ledger_head_read(text, &head), OK);
    for (size_t cut = 0; cut + 1 < text.len; cut++)
        assert_int_equal(ledger_head_read(str_slice(text, 0, cut), &head), INVALID);
    char *copy = arena_alloc(a, text.len + 1);
    memcpy(copy, text.at, text.len);
    copy[str_find(text, S("time")) + 6] ^= 1; /* another digit */
    assert_int_equal(ledger_head_read((str){copy, text.len}, &head), OK);
    assert_false(ledger_head_ok(a, &head));
    arena_free(a);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_worked_example_of_the_document_is_right),
        cmocka_unit_test(a_broken_head_text_is_refused),
    };

    doc_path = argc > 1 ? argv[1] : "doc/ledger.md";
    crypto_start();
    return cmocka_run_group_tests_name("canon", tests, NULL, NULL);
}
