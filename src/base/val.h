/*
 * val -- one value of a closed set of types: what is bound to an SQL parameter and what fills a
 * place in a message.
 */
#pragma once
#include "base/str.h"

enum val_type { VAL_NULL, VAL_INT, VAL_REAL, VAL_BOOL, VAL_TEXT, VAL_BLOB };

struct val {
    enum val_type type;
    union {
        int64_t i;
        double f;
        bool b;
        str s;
    };
};

static inline struct val I(int64_t x) {
    return (struct val){.type = VAL_INT, .i = x};
}

static inline struct val
F(double x) {
    return (struct val){.type = VAL_REAL, .f = x};
}

static inline struct val
B(bool x) {
    return (struct val){.type = VAL_BOOL, .b = x};
}

static inline struct val
T(str x) {
    return (struct val){.type = VAL_TEXT, .s = x};
}

static inline struct val
X(str x) {
    return (struct val){.type = VAL_BLOB, .s = x};
}

static inline struct val
NIL(void) {
    return (struct val){.type = VAL_NULL};
}

/* An id that may be absent: 0 binds as NULL. */
static inline struct val
I_OR_NIL(int64_t x) {
    return x == 0 ? NIL() : I(x);
}

/* An argument list of vals: VALS(I(1), T(s)) expands to `array, count`. */
#define VALS(...)                                                                                  \
    (const struct val[]){{0}, __VA_ARGS__} + 1,                                                    \
        sizeof((const struct val[]){{0}, __VA_ARGS__}) / sizeof(struct val) - 1
