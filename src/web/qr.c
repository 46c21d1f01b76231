#include "web/qr.h"

#include "base/buf.h"

#include <qrencode.h>

enum { BORDER = 4 };

struct qr qr_make(struct arena *a, str text)
{
    struct buf b = {.arena = a};
    QRcode *code = QRcode_encodeString8bit(str_z(a, text), 0, QR_ECLEVEL_M);

    if (code == NULL)
        return (struct qr){0};
    for (int y = 0; y < code->width; y++) {
        for (int x = 0; x < code->width;) {
            int from = x;
            while (x < code->width && (code->data[y * code->width + x] & 1) != 0)
                x++;
            if (x > from)
                buf_fmt(&b, "M%d %dh%dv1h-%dz", from, y, x - from, x - from);
            else
                x++;
        }
    }
    struct qr q = {.path = buf_str(&b),
                   .box = str_fmt(a, "-%d -%d %d %d", BORDER, BORDER, code->width + 2 * BORDER,
                                  code->width + 2 * BORDER)};
    QRcode_free(code);
    return q;
}
