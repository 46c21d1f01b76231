#include "base/keys.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static void derive(unsigned char out[KEY_BYTES], const unsigned char master[KEY_BYTES], str purpose)
{
    struct digest d = crypto_hmac(master, purpose);

    memcpy(out, d.byte, KEY_BYTES);
}

void keys_derive(struct keys *k, const unsigned char master[KEY_BYTES])
{
    unsigned char seed[KEY_BYTES];

    derive(k->form, master, S("shangliang form 1"));
    derive(k->seal, master, S("shangliang seal 1"));
    derive(k->lookup, master, S("shangliang lookup 1"));
    derive(k->code, master, S("shangliang code 1"));
    derive(k->pseudonym, master, S("shangliang pseudonym 1"));
    derive(seed, master, S("shangliang ledger 1"));
    sign_keys(k->ledger_public, k->ledger_secret, seed);
}

enum err keys_load(struct keys *k, const char *path)
{
    unsigned char master[KEY_BYTES + 1];
    struct stat st;
    int fd = open(path, O_RDONLY | O_CLOEXEC);

    if (fd < 0)
        return errno == ENOENT ? NOT_FOUND : DENIED;
    if (fstat(fd, &st) != 0 || (st.st_mode & (S_IRWXG | S_IRWXO)) != 0) {
        close(fd);
        return DENIED;
    }
    ssize_t n = read(fd, master, sizeof master);
    close(fd);
    if (n != KEY_BYTES)
        return INVALID;
    keys_derive(k, master);
    return OK;
}

enum err keys_create(const char *path)
{
    unsigned char master[KEY_BYTES];
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, S_IRUSR | S_IWUSR);

    if (fd < 0)
        return errno == EEXIST ? CONFLICT : FAULT;
    crypto_random(master, sizeof master);
    ssize_t n = write(fd, master, sizeof master);
    int failed = fsync(fd);
    close(fd);
    return n == (ssize_t)sizeof master && failed == 0 ? OK : FAULT;
}
