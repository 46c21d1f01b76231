#include "file.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/buf.h"

bool file_read(struct arena *a, const char *path, str *text)
{
    struct buf b = {.arena = a};
    FILE *f = fopen(path, "rb");
    size_t n;

    if (f == NULL) {
        fprintf(stderr, "%s: %s\n", path, strerror(errno));
        return false;
    }
    do {
        n = fread(buf_reserve(&b, 65536), 1, 65536, f);
        b.len += n;
    } while (n > 0);
    bool is_read = !ferror(f);
    fclose(f);
    if (!is_read)
        fprintf(stderr, "%s: cannot be read\n", path);
    *text = buf_str(&b);
    return is_read;
}

bool file_write(const char *path, str text)
{
    FILE *f = fopen(path, "wb");

    if (f == NULL) {
        fprintf(stderr, "%s: %s\n", path, strerror(errno));
        return false;
    }
    bool is_written = fwrite(text.at, 1, text.len, f) == text.len;
    if (fclose(f) != 0 || !is_written) {
        fprintf(stderr, "%s: cannot be written\n", path);
        return false;
    }
    return true;
}
