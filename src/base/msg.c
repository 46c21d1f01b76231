#include "base/msg.h"

#include "base/calendar.h"
#include "base/clock.h"
#include "base/msg_catalogue.h"

#include <assert.h>
#include <string.h>

/* The words for the months are found by counting on from January. */
_Static_assert(MSG_DATE_MONTH_12 - MSG_DATE_MONTH_01 == 11, "months in order");
_Static_assert(MSG_DATE_MONTH_SHORT_12 - MSG_DATE_MONTH_SHORT_01 == 11, "months in order");

static const struct msg_forms *forms_of(enum lang lang, int msg)
{
    assert((unsigned)lang < LANG_COUNT);
    assert(msg >= 0 && msg < MSG_COUNT);
    return &msg_catalogue[lang][msg];
}

str msg_text(enum lang lang, int msg)
{
    return forms_of(lang, msg)->one;
}

void msg_put_date(struct buf *b, enum lang lang, int64_t ms)
{
    int year, month, day;

    calendar_date_of(calendar_day(ms), &year, &month, &day);
    const struct val args[] = {I(year), T(msg_text(lang, MSG_DATE_MONTH_01 + month - 1)), I(day)};
    msg_put(b, lang, MSG_DATE_DAY, args, 3);
}

void msg_put_time(struct buf *b, enum lang lang, int64_t ms)
{
    int64_t minutes = (ms - calendar_start_ms(calendar_day(ms))) / CLOCK_MINUTE;
    int year, month, day, hour = (int)minutes / 60, minute = (int)minutes % 60;
    char clock[] = {(char)('0' + hour / 10), (char)('0' + hour % 10), ':',
                    (char)('0' + minute / 10), (char)('0' + minute % 10)};
    str clock_str = {clock, sizeof clock};

    calendar_date_of(calendar_day(ms), &year, &month, &day);
    const struct val args[] = {T(msg_text(lang, MSG_DATE_MONTH_SHORT_01 + month - 1)), I(day),
                               T(clock_str)};
    msg_put(b, lang, MSG_DATE_MOMENT, args, 3);
}

static void put_val(struct buf *b, struct val v)
{
    switch (v.type) {
    case VAL_INT:
        buf_i64(b, v.i);
        break;
    case VAL_REAL:
        buf_fmt(b, "%g", v.f);
        break;
    case VAL_BOOL:
        buf_i64(b, v.b);
        break;
    case VAL_TEXT:
        buf_put(b, v.s);
        break;
    case VAL_NULL:
    case VAL_BLOB:
        break;
    }
}

/* Fill the place that `*rest` begins with ("0}…", "0:date}…") and step over it. The catalogue was
 * checked when it was made, so the first letter of the kind is enough. */
static void put_place(struct buf *b, enum lang lang, str *rest, const struct val *args,
                      size_t arg_count)
{
    str place = str_cut(rest, '}');
    size_t i = (size_t)(place.at[0] - '0');

    if (i >= arg_count) {
        buf_fmt(b, "{%.*s}", STR_ARG(place));
    } else if (place.len == 1) {
        put_val(b, args[i]);
    } else {
        assert(args[i].type == VAL_INT);
        (place.at[2] == 'd' ? msg_put_date : msg_put_time)(b, lang, args[i].i);
    }
}

void msg_put(struct buf *b, enum lang lang, int msg, const struct val *args, size_t arg_count)
{
    const struct msg_forms *forms = forms_of(lang, msg);
    bool is_one = arg_count > 0 && args[0].type == VAL_INT && args[0].i == 1;
    str rest = forms->many.len == 0 || is_one ? forms->one : forms->many;

    while (rest.len > 0 && memchr(rest.at, '{', rest.len) != NULL) {
        buf_put(b, str_cut(&rest, '{'));
        put_place(b, lang, &rest, args, arg_count);
    }
    buf_put(b, rest);
}

str msg_str(struct arena *a, enum lang lang, int msg, const struct val *args, size_t arg_count)
{
    struct buf b = {.arena = a};

    if (arg_count == 0)
        return msg_text(lang, msg);
    msg_put(&b, lang, msg, args, arg_count);
    return buf_str(&b);
}

int msg_find(str key)
{
    int low = 1, high = MSG_COUNT; /* the key is in [low, high) if anywhere */

    while (low < high) {
        int middle = low + (high - low) / 2;
        int order = str_cmp(key, msg_catalogue_keys[middle]);
        if (order == 0)
            return middle;
        if (order < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return MSG_NONE;
}
