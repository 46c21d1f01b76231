#include "procedure/number.h"

#include "base/buf.h"
#include "base/msg.h"

enum { SIGN_BYTES = 3, TEN = 10 }; /* a Chinese numeral in UTF-8; the index of ten */

/* A sign of 0 to 10; the catalogue has the ten digits in a row. */
static str sign(int i)
{
    str digits = msg_text(LANG_ZH, MSG_NUMERAL_DIGITS);
    size_t at = (size_t)i * SIGN_BYTES;

    return i == TEN ? msg_text(LANG_ZH, MSG_NUMERAL_TEN) : str_slice(digits, at, at + SIGN_BYTES);
}

/* 0 to 99 in Chinese numerals, for the numbers of terms and sessions. */
static void put_numeral(struct buf *b, int64_t n)
{
    if (n < 0 || n > 99) {
        buf_i64(b, n);
        return;
    }
    if (n >= 20)
        buf_put(b, sign((int)n / 10));
    if (n >= 10)
        buf_put(b, sign(TEN));
    if (n % 10 != 0 || n == 0)
        buf_put(b, sign((int)n % 10));
}

static bool read_sign(str *text, int from, int to, int64_t *value)
{
    for (int i = from; i <= to; i++) {
        if (!str_starts(*text, sign(i)))
            continue;
        *text = str_slice(*text, sign(i).len, text->len);
        *value = i;
        return true;
    }
    return false;
}

static bool read_decimal(str *text, int64_t *n)
{
    size_t len = 0;

    while (len < text->len && text->at[len] >= '0' && text->at[len] <= '9')
        len++;
    bool is_number = str_to_i64(str_slice(*text, 0, len), n);
    *text = str_slice(*text, len, text->len);
    return is_number;
}

static bool read_numeral(str *text, int64_t *n)
{
    int64_t tens = 0, ones = 0, ten;
    bool has_digit = read_sign(text, 0, 9, &ones);

    if (!read_sign(text, TEN, TEN, &ten)) {
        *n = ones;
        return has_digit || read_decimal(text, n);
    }
    tens = has_digit ? ones : 1;
    ones = 0;
    (void)read_sign(text, 1, 9, &ones);
    *n = tens * 10 + ones;
    return true;
}

static int64_t *place_of(struct number_places *v, str name)
{
    if (str_eq(name, S("n")))
        return &v->n;
    if (str_eq(name, S("year")))
        return &v->year;
    if (str_eq(name, S("term")) || str_eq(name, S("term_zh")))
        return &v->term;
    if (str_eq(name, S("session")) || str_eq(name, S("session_zh")))
        return &v->session;
    return NULL;
}

/* The text before the next place goes to `*text`, the place to `*name` and its digits to `*width`.
 * False: there is no place any more. */
static bool next_place(str *format, str *text, str *name, int *width)
{
    size_t open = str_find(*format, S("{"));
    int64_t digits = 0;

    *text = str_slice(*format, 0, open == SIZE_MAX ? format->len : open);
    *width = 1;
    if (open == SIZE_MAX)
        return false;
    str rest = str_slice(*format, open + 1, format->len), place = str_cut(&rest, '}');
    *format = rest;
    *name = str_cut(&place, ':');
    if (str_to_i64(place, &digits) && digits > 0 && digits < 10)
        *width = (int)digits;
    return true;
}

str number_fill(struct arena *a, str format, const struct number_places *v)
{
    struct number_places places = *v;
    struct buf b = {.arena = a};
    str text, name;
    int width;

    while (next_place(&format, &text, &name, &width)) {
        buf_put(&b, text);
        const int64_t *value = place_of(&places, name);
        if (value != NULL && str_ends(name, S("_zh")))
            put_numeral(&b, *value);
        else if (value != NULL)
            buf_fmt(&b, "%0*lld", width, (long long)*value);
    }
    buf_put(&b, text);
    return buf_str(&b);
}

bool number_read(str format, str text, struct number_places *v)
{
    bool is_more = true;
    str before, name;
    int width;

    *v = (struct number_places){0};
    while (is_more) {
        is_more = next_place(&format, &before, &name, &width);
        if (!str_starts(text, before))
            return false;
        text = str_slice(text, before.len, text.len);
        int64_t *value = is_more ? place_of(v, name) : NULL;
        if (value == NULL)
            continue;
        if (!(str_ends(name, S("_zh")) ? read_numeral(&text, value) : read_decimal(&text, value)))
            return false;
    }
    return text.len == 0;
}

str number_in(struct arena *a, const struct procedure *p, str kept, enum lang lang)
{
    struct number_places v;

    for (size_t i = 0; kept.len > 0 && lang != LANG_ZH && p != NULL && i < p->number_count; i++) {
        const struct label *shown = &p->numbers[i].shown;
        if (shown->text[lang].len > 0 && number_read(shown->text[LANG_ZH], kept, &v))
            return number_fill(a, shown->text[lang], &v);
    }
    return kept;
}
