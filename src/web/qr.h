/*
 * qr -- a QR code as the path of an inline SVG:
 *
 *     <svg class="qr" viewBox="{{ box }}" role="img" aria-label="…"><path d="{{ path }}"/></svg>
 *
 * with the quiet border of four modules that scanners want.
 */
#pragma once
#include "base/str.h"

struct qr {
    str path, box; /* empty: the text is too long for a code */
};

struct qr qr_make(struct arena *a, str text);
