#include "main/manifest.h"

#include <assert.h>
#include <string.h>

static const char title[] = "shangliang backup 1";

enum { HEAD_LINES = 6, HEX_DIGEST = 2 * DIGEST_BYTES };

/* ---- names ---- */

static bool is_all(str s, const char *allowed)
{
    for (size_t i = 0; i < s.len; i++) {
        if (s.at[i] == '\0' || strchr(allowed, s.at[i]) == NULL)
            return false;
    }
    return s.len > 0;
}

bool manifest_takes(str name)
{
    static const char letters[] =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.";
    str rest = name, folder = str_cut(&rest, '/');

    if (str_eq(folder, S("files"))) {
        str first = str_cut(&rest, '/');
        return first.len == 2 && rest.len == HEX_DIGEST && str_starts(rest, first) &&
               is_all(rest, "0123456789abcdef");
    }
    if (str_eq(folder, S("procedures")))
        return rest.len > 5 && rest.at[0] != '.' && str_ends(rest, S(".yaml")) &&
               is_all(rest, letters);
    return str_eq(name, S("config.yaml")) || str_eq(name, S("shangliang.db")) ||
           str_eq(name, S("database.dump"));
}

/* ---- writing ---- */

static str hex(struct arena *a, const unsigned char *at, size_t len)
{
    return crypto_hex(a, (str){(const char *)at, len});
}

str manifest_text(struct arena *a, const struct manifest *m,
                  const unsigned char secret_key[SIGN_SECRET_BYTES])
{
    struct buf b = {.arena = a};
    unsigned char signature[SIGNATURE_BYTES];

    buf_fmt(&b, "%s\nprogram %.*s\nmade %lld\ndatabase %s\n", title, STR_ARG(m->program),
            (long long)m->made, m->is_postgres ? "postgresql" : "sqlite");
    for (size_t i = 0; i < m->member_count; i++) {
        const struct member *k = &m->members[i];
        assert(manifest_takes(k->name));
        buf_fmt(&b, "file %s %lld %.*s\n", hex(a, k->digest.byte, DIGEST_BYTES).at,
                (long long)k->size, STR_ARG(k->name));
    }
    if (m->has_head)
        ledger_head_put(&b, &m->head);
    buf_fmt(&b, "key %s\n", hex(a, m->key, sizeof m->key).at);
    sign_make(signature, buf_str(&b), secret_key);
    buf_fmt(&b, "signature %s\n", hex(a, signature, sizeof signature).at);
    return buf_str(&b);
}

/* ---- reading ---- */

/* The rest of the next line, if it begins with this word and a space. */
static bool take(str *text, const char *word, str *value)
{
    str rest = *text, line = str_cut(&rest, '\n');

    if (!str_eq(str_cut(&line, ' '), str_of(word)))
        return false;
    *value = line;
    *text = rest;
    return true;
}

static bool read_member(struct arena *a, str line, struct member *k)
{
    str digest = str_cut(&line, ' '), size = str_cut(&line, ' ');

    k->name = str_copy(a, line);
    return crypto_unhex(digest, k->digest.byte, DIGEST_BYTES) && str_to_i64(size, &k->size) &&
           k->size >= 0 && manifest_takes(k->name);
}

static bool read_head(str *text, struct manifest *m)
{
    str rest = *text, start = *text;

    if (!str_starts(rest, S("shangliang ledger head ")))
        return true;
    for (int i = 0; i < HEAD_LINES; i++)
        (void)str_cut(&rest, '\n');
    m->has_head = true;
    *text = rest;
    return ledger_head_read(str_slice(start, 0, start.len - rest.len), &m->head) == OK;
}

static bool read_all(struct arena *a, str text, struct manifest *m)
{
    str value, whole = text;
    unsigned char signature[SIGNATURE_BYTES];

    if (!str_eq(str_cut(&text, '\n'), str_of(title)) || !take(&text, "program", &m->program) ||
        !take(&text, "made", &value) || !str_to_i64(value, &m->made) ||
        !take(&text, "database", &value))
        return false;
    m->is_postgres = str_eq(value, S("postgresql"));
    if (!m->is_postgres && !str_eq(value, S("sqlite")))
        return false;
    while (take(&text, "file", &value)) {
        if (!read_member(a, value, PUSH(a, m->members, m->member_count, m->member_cap)))
            return false;
    }
    if (!read_head(&text, m) || !take(&text, "key", &value) ||
        !crypto_unhex(value, m->key, sizeof m->key))
        return false;
    str covered = str_slice(whole, 0, whole.len - text.len);
    if (!take(&text, "signature", &value) || text.len > 0 ||
        !crypto_unhex(value, signature, sizeof signature))
        return false;
    return str_eq(value, hex(a, signature, sizeof signature)) &&
           sign_check(signature, covered, m->key);
}

enum err manifest_read(struct arena *a, str text, struct manifest *m, const char **why)
{
    *m = (struct manifest){0};
    *why = "its manifest was changed, or is none";
    if (!read_all(a, text, m))
        return INVALID;
    *why = "the ledger head in its manifest was not signed with the manifest's key";
    if (m->has_head &&
        (!ledger_head_ok(a, &m->head) || memcmp(m->head.public_key, m->key, sizeof m->key) != 0))
        return INVALID;
    return OK;
}

enum err manifest_compare(struct arena *a, const struct manifest *m, const struct member *members,
                          size_t count, const char **why)
{
    for (size_t i = 0; i < count || i < m->member_count; i++) {
        if (i >= count || (i < m->member_count && !str_eq(members[i].name, m->members[i].name))) {
            *why = str_fmt(a, "%.*s is missing, or something stands in its place",
                           STR_ARG(m->members[i].name))
                       .at;
            return INVALID;
        }
        if (i >= m->member_count) {
            *why = str_fmt(a, "%.*s is not in its manifest", STR_ARG(members[i].name)).at;
            return INVALID;
        }
        if (members[i].size != m->members[i].size ||
            !digest_eq(&members[i].digest, &m->members[i].digest)) {
            *why = str_fmt(a, "%.*s was changed", STR_ARG(members[i].name)).at;
            return INVALID;
        }
    }
    return OK;
}
