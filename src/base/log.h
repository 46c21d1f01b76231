/*
 * log -- one JSON object per line on standard error.
 *
 *     log_line(LOG_INFO, "request", LOG_STR("path", path), LOG_INT("ms", 3));
 *
 * Acts are logged, contents never: no form field, no address of a person, no secret.
 */
#pragma once
#include "base/str.h"
#include "base/val.h"

enum log_level { LOG_DEBUG, LOG_INFO, LOG_WARN, LOG_ERROR };

struct log_field {
    const char *name;
    struct val value;
};

#define LOG_STR(n, s_) ((struct log_field){(n), T(s_)})
#define LOG_INT(n, i_) ((struct log_field){(n), I(i_)})

/* Lines below this level are dropped. LOG_INFO at first. */
void log_set_level(enum log_level least);

void log_write(enum log_level level, const char *event, const struct log_field *fields,
               size_t count);

#define log_line(level, event, ...)                                                                \
    log_write((level), (event), (const struct log_field[]){{0}, __VA_ARGS__} + 1,                  \
              sizeof((const struct log_field[]){{0}, __VA_ARGS__}) / sizeof(struct log_field) - 1)
