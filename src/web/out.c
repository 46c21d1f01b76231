#include "web/out.h"

#include "base/calendar.h"
#include "base/clock.h"
#include "base/msg.h"

#define EVERY_BYTE(c) (UINT64_C(0x0101010101010101) * (c))

/* Not zero if one of the eight bytes of x is zero. */
static uint64_t zero_bytes(uint64_t x)
{
    return (x - EVERY_BYTE(0x01)) & ~x & EVERY_BYTE(0x80);
}

/* '<' and '>' differ in one bit, and so do '&' and '"', '&' and '\''. */
static uint64_t text_marks(uint64_t x)
{
    return zero_bytes((x | EVERY_BYTE(0x02)) ^ EVERY_BYTE(0x3E)) | zero_bytes(x ^ EVERY_BYTE(0x26));
}

static uint64_t attr_marks(uint64_t x)
{
    return zero_bytes((x | EVERY_BYTE(0x02)) ^ EVERY_BYTE(0x3E)) |
           zero_bytes((x | EVERY_BYTE(0x04)) ^ EVERY_BYTE(0x26)) |
           zero_bytes((x | EVERY_BYTE(0x01)) ^ EVERY_BYTE(0x27));
}

static str entity_of(char c, bool in_attr)
{
    switch (c) {
    case '&':
        return S("&amp;");
    case '<':
        return S("&lt;");
    case '>':
        return S("&gt;");
    case '"':
        return in_attr ? S("&#34;") : S("");
    case '\'':
        return in_attr ? S("&#39;") : S("");
    default:
        return S("");
    }
}

/* Most text has nothing to escape: eight bytes are looked at together, and what lies between two
 * marks is copied in one piece. */
static void put_escaped(struct buf *b, str s, bool in_attr)
{
    size_t from = 0, i = 0;

    if (s.len == 0)
        return;
    while (i < s.len) {
        uint64_t eight;
        if (s.len - i >= sizeof eight) {
            memcpy(&eight, s.at + i, sizeof eight);
            if ((in_attr ? attr_marks(eight) : text_marks(eight)) == 0) {
                i += sizeof eight;
                continue;
            }
        }
        size_t stop = s.len - i < sizeof eight ? s.len : i + sizeof eight;
        for (; i < stop; i++) {
            str entity = entity_of(s.at[i], in_attr);
            if (entity.len == 0)
                continue;
            buf_put(b, str_slice(s, from, i));
            buf_put(b, entity);
            from = i + 1;
        }
    }
    buf_put(b, str_slice(s, from, s.len));
}

void out_raw(struct out *o, str markup)
{
    buf_put(o->buf, markup);
}

void out_text(struct out *o, str s)
{
    put_escaped(o->buf, s, false);
}

void out_attr(struct out *o, str s)
{
    put_escaped(o->buf, s, true);
}

static void put_percent(struct buf *b, char c)
{
    static const char digits[] = "0123456789ABCDEF";
    const char code[] = {'%', digits[(unsigned char)c >> 4], digits[(unsigned char)c & 0xF]};

    buf_put(b, (str){code, sizeof code});
}

/* A second slash, or what browsers take for one, would lead to another host. */
static bool is_local(str s)
{
    if (s.len == 0)
        return false;
    if (s.at[0] == '?' || s.at[0] == '#')
        return true;
    return s.at[0] == '/' && (s.len == 1 || (s.at[1] != '/' && s.at[1] != '\\'));
}

static bool is_link(str s)
{
    static const str beginnings[] = {{"https://", 8}, {"http://", 7}, {"mailto:", 7}, {"tel:", 4}};

    for (size_t i = 0; i < sizeof beginnings / sizeof beginnings[0]; i++) {
        if (s.len > beginnings[i].len &&
            str_eq_ci(str_slice(s, 0, beginnings[i].len), beginnings[i]))
            return true;
    }
    return is_local(s);
}

void out_url(struct out *o, str s)
{
    size_t from = 0;

    if (!is_link(s)) {
        out_raw(o, S("#"));
        return;
    }
    for (size_t i = 0; i < s.len; i++) {
        /* Browsers drop tabs and newlines from a URL, so "/<tab>/host" is "//host" to them. */
        if ((unsigned char)s.at[i] > ' ' && s.at[i] != '\\' && s.at[i] != 0x7F)
            continue;
        out_attr(o, str_slice(s, from, i));
        put_percent(o->buf, s.at[i]);
        from = i + 1;
    }
    out_attr(o, str_slice(s, from, s.len));
}

static bool is_unreserved(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '.' || c == '_' || c == '~';
}

void out_url_part(struct out *o, str s)
{
    size_t from = 0;

    if (s.len == 0)
        return;
    for (size_t i = 0; i < s.len; i++) {
        if (is_unreserved(s.at[i]))
            continue;
        buf_put(o->buf, str_slice(s, from, i));
        put_percent(o->buf, s.at[i]);
        from = i + 1;
    }
    buf_put(o->buf, str_slice(s, from, s.len));
}

void out_text_z(struct out *o, const char *z)
{
    out_text(o, str_of(z));
}

void out_attr_z(struct out *o, const char *z)
{
    out_attr(o, str_of(z));
}

void out_url_z(struct out *o, const char *z)
{
    out_url(o, str_of(z));
}

void out_url_part_z(struct out *o, const char *z)
{
    out_url_part(o, str_of(z));
}

void out_u64(struct out *o, uint64_t n)
{
    char digits[20];
    size_t at = sizeof digits;

    do {
        digits[--at] = (char)('0' + n % 10);
        n /= 10;
    } while (n > 0);
    buf_put(o->buf, (str){digits + at, sizeof digits - at});
}

void out_i64(struct out *o, int64_t n)
{
    if (n < 0)
        buf_byte(o->buf, '-');
    out_u64(o, n < 0 ? 0 - (uint64_t)n : (uint64_t)n);
}

void out_html(struct out *o, struct html h)
{
    buf_put(o->buf, h.markup);
}

void out_date(struct out *o, int64_t ms)
{
    msg_put_date(o->buf, o->lang, ms);
}

void out_time(struct out *o, int64_t ms)
{
    msg_put_time(o->buf, o->lang, ms);
}

void out_iso(struct out *o, int64_t ms)
{
    int64_t day = calendar_day(ms);
    int year, month, day_of_month, second = (int)((ms - calendar_start_ms(day)) / CLOCK_SECOND);

    calendar_date_of(day, &year, &month, &day_of_month);
    buf_fmt(o->buf, "%04d-%02d-%02dT%02d:%02d:%02d+08:00", year, month, day_of_month, second / 3600,
            second / 60 % 60, second % 60);
}

void out_msg_text(struct out *o, int msg, const struct val *args, size_t arg_count)
{
    out_text(o, msg_str(o->buf->arena, o->lang, msg, args, arg_count));
}

void out_msg_attr(struct out *o, int msg, const struct val *args, size_t arg_count)
{
    out_attr(o, msg_str(o->buf->arena, o->lang, msg, args, arg_count));
}

void out_form_tokens(struct out *o)
{
    o->has_form = true;
    out_raw(o, S("<input type=\"hidden\" name=\"token\" value=\""));
    out_attr(o, o->token);
    out_raw(o, S("\"><input type=\"hidden\" name=\"once\" value=\""));
    out_attr(o, o->once);
    out_raw(o, S("\">"));
}
