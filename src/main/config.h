/*
 * config -- reads DIR/config.yaml into struct config (base/config.h).
 */
#pragma once
#include "base/config.h"
#include "base/ctx.h"

/* What an instance has that says nothing else. */
struct config config_default(struct arena *a, str dir);

/* Read the file. NOT_FOUND if there is none; INVALID with `*problem` naming file, line and key. */
enum err config_load(struct arena *a, str dir, struct config *config, str *problem) MUST_USE;

/* Write a config.yaml with comments; CONFLICT if there is one. */
enum err config_create(struct arena *a, str dir, str db_url, bool is_demo) MUST_USE;

/* The first line of a small file, such as a gateway's password; empty if it is not there. */
str config_secret(struct arena *a, str path);
