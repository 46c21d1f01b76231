/*
 * config -- reads DIR/config.yaml into struct config (base/config.h).
 */
#pragma once
#include "base/config.h"
#include "base/ctx.h"

enum { CONFIG_TEXT_MAX = 64 * 1024 };

/* What an instance has that says nothing else. */
struct config config_default(struct arena *a, str dir);

/* A whole file of text. NOT_FOUND if it cannot be read; INVALID if it is longer than `max` bytes.
 */
enum err config_read(struct arena *a, const char *path, int64_t max, str *text) MUST_USE;

/* Read the file. NOT_FOUND if there is none; INVALID with `*problem` saying all that is wrong, in
 * lines "DIR/config.yaml:12: …". */
enum err config_load(struct arena *a, str dir, struct config *config, str *problem) MUST_USE;

/* Write a config.yaml with comments, for its owner alone if db_url holds a password; CONFLICT if
 * there is one. */
enum err config_create(struct arena *a, str dir, str db_url, bool is_demo) MUST_USE;

/* The text of a config.yaml with no password in any address of PostgreSQL, also in a comment; user,
 * host and all else stay. INVALID if it is written in such a way that it cannot be taken out. */
enum err config_without_password(struct arena *a, str text, str *without) MUST_USE;

/* The first line of a small file, such as a gateway's password; empty if it is not there. */
str config_secret(struct arena *a, str path);
