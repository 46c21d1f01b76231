#include "base/log.h"

#include "base/clock.h"

#include <inttypes.h>
#include <stdatomic.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

enum { LINE_MAX_BYTES = 2048 };

static _Atomic int least_level = LOG_INFO;

static const char *const level_names[] = {"debug", "info", "warn", "error"};

void log_set_level(enum log_level least)
{
    atomic_store(&least_level, (int)least);
}

struct line {
    char text[LINE_MAX_BYTES];
    size_t len;
};

/* Bytes past the end are dropped, but never the closing brace: it has its own room. */
static void put(struct line *l, const char *at, size_t n)
{
    for (size_t i = 0; i < n && l->len < LINE_MAX_BYTES - 4; i++)
        l->text[l->len++] = at[i];
}

static void put_string(struct line *l, str s)
{
    char escape[8];

    put(l, "\"", 1);
    for (size_t i = 0; i < s.len && l->len < LINE_MAX_BYTES - 64; i++) {
        unsigned char c = (unsigned char)s.at[i];
        if (c < 0x20 || c == '"' || c == '\\') {
            int n = snprintf(escape, sizeof escape, "\\u%04x", c);
            put(l, escape, (size_t)n);
        } else {
            put(l, s.at + i, 1);
        }
    }
    put(l, "\"", 1);
}

static void put_value(struct line *l, const struct val *v)
{
    char number[32];
    int n = 0;

    switch (v->type) {
    case VAL_INT:
        n = snprintf(number, sizeof number, "%" PRId64, v->i);
        break;
    case VAL_REAL:
        n = snprintf(number, sizeof number, "%.6g", v->f);
        break;
    case VAL_BOOL:
        n = snprintf(number, sizeof number, "%s", v->b ? "true" : "false");
        break;
    case VAL_TEXT:
    case VAL_BLOB:
        put_string(l, v->s);
        return;
    case VAL_NULL:
        n = snprintf(number, sizeof number, "null");
        break;
    }
    put(l, number, (size_t)n);
}

void log_write(enum log_level level, const char *event, const struct log_field *fields,
               size_t count)
{
    struct line l = {.len = 0};
    int64_t now = clock_now();
    time_t seconds = (time_t)(now / 1000);
    struct tm t;
    char head[160];

    if ((int)level < atomic_load(&least_level))
        return;
    gmtime_r(&seconds, &t);
    int n = snprintf(
        head, sizeof head,
        "{\"at\":\"%04d-%02d-%02dT%02d:%02d:%02d.%03dZ\",\"level\":\"%s\",\"event\":\"%s\"",
        t.tm_year + 1900, t.tm_mon + 1, t.tm_mday, t.tm_hour, t.tm_min, t.tm_sec, (int)(now % 1000),
        level_names[level], event);
    put(&l, head, (size_t)n);
    for (size_t i = 0; i < count; i++) {
        put(&l, ",", 1);
        put_string(&l, str_of(fields[i].name));
        put(&l, ":", 1);
        put_value(&l, &fields[i].value);
    }
    l.text[l.len++] = '}';
    l.text[l.len++] = '\n';
    /* One write, so that lines of several threads do not mix. A full pipe loses a line, not a
     * request. */
    ssize_t written = write(STDERR_FILENO, l.text, l.len);
    (void)written;
}
