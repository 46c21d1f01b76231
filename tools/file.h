/*
 * file -- whole files, for the tools that make C out of other text at build time.
 */
#pragma once
#include "base/str.h"

/* The whole file. False, with a line on standard error, when it cannot be read. */
bool file_read(struct arena *a, const char *path, str *text);

/* Write the whole file. False, with a line on standard error, when it cannot be written. */
bool file_write(const char *path, str text);
