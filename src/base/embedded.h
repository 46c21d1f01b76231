/*
 * embedded -- a file that stands inside the program (tools/embed.c puts it there).
 */
#pragma once
#include <stddef.h>

struct embedded {
    const char *name;
    const unsigned char *bytes; /* a NUL follows the last one */
    size_t len;
    char digest[17]; /* the first 16 hexadecimal digits of its SHA-256 */
};
