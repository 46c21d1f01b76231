#include "main/tar.h"

#include "base/clock.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

/* Where the fields of a header stand, and how long they are. */
enum {
    NAME_AT = 0,
    MODE_AT = 100,
    UID_AT = 108,
    GID_AT = 116,
    SIZE_AT = 124,
    SIZE_LEN = 12,
    MTIME_AT = 136,
    SUM_AT = 148,
    SUM_LEN = 8,
    TYPE_AT = 156,
    MAGIC_AT = 257,
    PREFIX_AT = 345,
    PREFIX_LEN = 155,
    COPY_BYTES = 64 * 1024,
};

#define OCTAL_SIZE_MAX ((INT64_C(1) << 33) - 1)

static void put_octal(unsigned char *at, int digits, int64_t n)
{
    for (int i = digits - 1; i >= 0; i--, n >>= 3)
        at[i] = (unsigned char)('0' + (n & 7));
}

static void put_size(unsigned char *at, int64_t size)
{
    if (size <= OCTAL_SIZE_MAX) {
        put_octal(at, SIZE_LEN - 1, size);
        return;
    }
    at[0] = 0x80;
    for (int i = SIZE_LEN - 1; i > 0; i--, size >>= 8)
        at[i] = (unsigned char)(size & 0xFF);
}

/* Over the whole block, with the sum itself as spaces. */
static int64_t checksum(const unsigned char *block)
{
    int64_t sum = 0;

    for (int i = 0; i < TAR_BLOCK; i++)
        sum += i >= SUM_AT && i < SUM_AT + SUM_LEN ? ' ' : block[i];
    return sum;
}

void tar_header(unsigned char block[TAR_BLOCK], str name, int64_t size, int64_t at_ms)
{
    assert(name.len > 0 && name.len <= TAR_NAME_MAX && size >= 0);
    memset(block, 0, TAR_BLOCK);
    memcpy(block + NAME_AT, name.at, name.len);
    put_octal(block + MODE_AT, 7, 0600);
    put_octal(block + UID_AT, 7, 0);
    put_octal(block + GID_AT, 7, 0);
    put_size(block + SIZE_AT, size);
    put_octal(block + MTIME_AT, 11, at_ms / CLOCK_SECOND);
    block[TYPE_AT] = '0';
    memcpy(block + MAGIC_AT, "ustar\00000", 8);
    put_octal(block + SUM_AT, 6, checksum(block));
    block[SUM_AT + 7] = ' ';
}

static bool take_octal(const unsigned char *at, int len, int64_t *n)
{
    int digits = 0;

    *n = 0;
    while (digits < len && at[digits] >= '0' && at[digits] <= '7')
        *n = *n << 3 | (at[digits++] - '0');
    return digits > 0 && (digits == len || at[digits] == '\0' || at[digits] == ' ');
}

static bool take_size(const unsigned char *at, int64_t *size)
{
    *size = 0;
    if (at[0] != 0x80)
        return take_octal(at, SIZE_LEN, size);
    for (int i = 1; i < SIZE_LEN; i++) {
        if (*size >> 54 != 0)
            return false;
        *size = *size << 8 | at[i];
    }
    return true;
}

enum err tar_read_header(const unsigned char block[TAR_BLOCK], str *name, int64_t *size)
{
    const unsigned char *end = memchr(block + NAME_AT, '\0', TAR_NAME_MAX + 1);
    int64_t sum;

    if (!take_octal(block + SUM_AT, SUM_LEN, &sum) || sum != checksum(block) ||
        memcmp(block + MAGIC_AT, "ustar", 6) != 0 || block[TYPE_AT] != '0' || end == NULL ||
        end == block || block[PREFIX_AT] != '\0' || !take_size(block + SIZE_AT, size))
        return INVALID;
    *name = (str){(const char *)block + NAME_AT, (size_t)(end - (block + NAME_AT))};
    return OK;
}

/* ---- writing ---- */

static enum err write_fault(void)
{
    return errno == ENOSPC || errno == EDQUOT ? BUSY : FAULT;
}

static enum err put_bytes(struct tar_writer *w, const void *at, size_t len)
{
    return fwrite(at, 1, len, w->to) == len ? OK : write_fault();
}

static enum err put_padding(struct tar_writer *w, int64_t size)
{
    static const unsigned char zeros[TAR_BLOCK];
    size_t over = (size_t)(size % TAR_BLOCK);

    return over == 0 ? OK : put_bytes(w, zeros, TAR_BLOCK - over);
}

static enum err put_header(struct tar_writer *w, str name, int64_t size)
{
    unsigned char block[TAR_BLOCK];

    tar_header(block, name, size, w->at_ms);
    return put_bytes(w, block, sizeof block);
}

static enum err copy_in(struct tar_writer *w, FILE *from, int64_t left, struct digest *digest)
{
    char bytes[COPY_BYTES];
    struct hash h;

    hash_start(&h);
    while (left > 0) {
        size_t n = left < COPY_BYTES ? (size_t)left : COPY_BYTES;
        if (fread(bytes, 1, n, from) != n)
            return FAULT;
        hash_add(&h, (str){bytes, n});
        TRY(put_bytes(w, bytes, n));
        left -= (int64_t)n;
    }
    *digest = hash_end(&h);
    return OK;
}

enum err tar_put_file(struct tar_writer *w, str name, const char *path, struct digest *digest,
                      int64_t *size)
{
    struct stat st;
    FILE *from = fopen(path, "re");

    if (from == NULL)
        return errno == ENOENT ? NOT_FOUND : FAULT;
    enum err e = fstat(fileno(from), &st) == 0 && S_ISREG(st.st_mode) ? OK : FAULT;
    *size = e == OK ? (int64_t)st.st_size : 0;
    if (e == OK)
        e = put_header(w, name, *size);
    if (e == OK)
        e = copy_in(w, from, *size, digest);
    if (e == OK)
        e = put_padding(w, *size);
    fclose(from);
    return e;
}

enum err tar_put_text(struct tar_writer *w, str name, str text)
{
    TRY(put_header(w, name, (int64_t)text.len));
    TRY(put_bytes(w, text.at, text.len));
    return put_padding(w, (int64_t)text.len);
}

enum err tar_put_end(struct tar_writer *w)
{
    static const unsigned char zeros[2 * TAR_BLOCK];

    TRY(put_bytes(w, zeros, sizeof zeros));
    return fflush(w->to) == 0 ? OK : write_fault();
}

/* ---- reading ---- */

static bool is_zero(const unsigned char *block)
{
    for (int i = 0; i < TAR_BLOCK; i++) {
        if (block[i] != 0)
            return false;
    }
    return true;
}

static enum err take_block(struct tar_reader *r)
{
    return fread(r->block, 1, TAR_BLOCK, r->from) == TAR_BLOCK ? OK : INVALID;
}

enum err tar_next(struct tar_reader *r, bool *found)
{
    *found = false;
    TRY(take_block(r));
    if (!is_zero(r->block)) {
        *found = true;
        return tar_read_header(r->block, &r->name, &r->size);
    }
    TRY(take_block(r));
    return is_zero(r->block) && fgetc(r->from) == EOF ? OK : INVALID;
}

enum err tar_take(struct tar_reader *r, FILE *to, struct digest *digest)
{
    char bytes[COPY_BYTES];
    int64_t left = r->size, padded = (r->size + TAR_BLOCK - 1) / TAR_BLOCK * TAR_BLOCK;
    struct hash h;

    hash_start(&h);
    for (int64_t rest = padded; rest > 0;) {
        size_t n = rest < COPY_BYTES ? (size_t)rest : COPY_BYTES;
        if (fread(bytes, 1, n, r->from) != n)
            return INVALID;
        size_t ours = left < (int64_t)n ? (size_t)left : n;
        hash_add(&h, (str){bytes, ours});
        if (to != NULL && fwrite(bytes, 1, ours, to) != ours)
            return write_fault();
        for (size_t i = ours; i < n; i++) {
            if (bytes[i] != 0)
                return INVALID; /* nothing may hide in the padding */
        }
        left -= (int64_t)ours;
        rest -= (int64_t)n;
    }
    *digest = hash_end(&h);
    return OK;
}
