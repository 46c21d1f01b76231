#include "notify/mail.h"

#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

enum { WORD_BYTES_MAX = 42, PLAIN_MAX = 60, LINE_BYTES = 57 }; /* 42 -> 56 and 57 -> 76 in base64 */

static bool is_atom(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           (c != '\0' && strchr("!#$%&'*+-/=?^_`{|}~.", c) != NULL);
}

static bool is_host(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '.';
}

static bool is_part(str s, bool (*is_good)(char))
{
    if (s.len == 0 || s.at[0] == '.' || s.at[s.len - 1] == '.' || s.at[0] == '-' ||
        str_find(s, S("..")) != SIZE_MAX)
        return false;
    for (size_t i = 0; i < s.len; i++) {
        if (!is_good(s.at[i]))
            return false;
    }
    return true;
}

bool mail_address_ok(str address)
{
    str host = address, name = str_cut(&host, '@');

    return address.len <= MAIL_ADDRESS_MAX && is_part(name, is_atom) && is_part(host, is_host);
}

bool mail_url_ok(str url)
{
    if (!str_starts(url, S("https://")) && !str_starts(url, S("http://")))
        return false;
    for (size_t i = 0; i < url.len; i++) {
        if (url.at[i] <= ' ' || url.at[i] > '~' || strchr("<>\"\\", url.at[i]) != NULL)
            return false;
    }
    return url.len <= 900; /* a header line has at most 998 bytes */
}

static void put_base64(struct buf *b, str s)
{
    size_t room = sodium_base64_encoded_len(s.len, sodium_base64_VARIANT_ORIGINAL);
    char *at = buf_reserve(b, room);

    sodium_bin2base64(at, room, (const unsigned char *)s.at, s.len, sodium_base64_VARIANT_ORIGINAL);
    b->len += room - 1;
}

/* Control characters, line ends among them, become spaces. */
static str one_line(struct arena *a, str s)
{
    struct buf b = {.arena = a};

    for (size_t at = 0; at < s.len;) {
        uint32_t c = str_next(s, &at);
        bool is_break = c < 0x20 || (c >= 0x7F && c < 0xA0) || c == 0x2028 || c == 0x2029;
        buf_char(&b, is_break ? ' ' : c);
    }
    return str_trim(buf_str(&b));
}

static bool is_plain(str s)
{
    for (size_t i = 0; i < s.len; i++) {
        if (s.at[i] < ' ' || s.at[i] > '~' || strchr("=?_<>\"\\,;:@()[]", s.at[i]) != NULL)
            return false;
    }
    return s.len <= PLAIN_MAX;
}

/* Text of a header: plain, or encoded words that never cut a character in two. */
static void put_words(struct buf *b, str text)
{
    str s = one_line(b->arena, text);

    if (is_plain(s)) {
        buf_put(b, s);
        return;
    }
    for (size_t at = 0; at < s.len;) {
        size_t from = at, after = at;
        while (after < s.len) {
            str_next(s, &after);
            if (after - from > WORD_BYTES_MAX)
                break;
            at = after;
        }
        buf_put(b, from > 0 ? S("\r\n =?UTF-8?B?") : S("=?UTF-8?B?"));
        put_base64(b, str_slice(s, from, at));
        buf_put(b, S("?="));
    }
}

static void put_date(struct buf *b, int64_t ms)
{
    static const char days[][4] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    static const char months[][4] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                     "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    time_t seconds = (time_t)(ms / 1000 + 8 * 3600); /* shown in China's time */
    struct tm t;

    gmtime_r(&seconds, &t);
    buf_fmt(b, "Date: %s, %02d %s %04d %02d:%02d:%02d +0800\r\n", days[t.tm_wday], t.tm_mday,
            months[t.tm_mon], t.tm_year + 1900, t.tm_hour, t.tm_min, t.tm_sec);
}

static void put_body(struct buf *b, str text)
{
    struct buf crlf = {.arena = b->arena};

    for (size_t i = 0; i < text.len; i++) {
        if (text.at[i] == '\n')
            buf_put(&crlf, S("\r\n"));
        else if (text.at[i] != '\r')
            buf_byte(&crlf, text.at[i]);
    }
    str rest = buf_str(&crlf);
    while (rest.len > 0) {
        size_t n = rest.len < LINE_BYTES ? rest.len : LINE_BYTES;
        put_base64(b, str_slice(rest, 0, n));
        buf_put(b, S("\r\n"));
        rest = str_slice(rest, n, rest.len);
    }
}

static bool is_id(str s)
{
    for (size_t i = 0; i < s.len; i++) {
        char c = s.at[i];
        if (!((c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')))
            return false;
    }
    return s.len > 0 && s.len <= 100;
}

enum err mail_put(struct buf *b, const struct mail *m)
{
    if (!mail_address_ok(m->from) || !mail_address_ok(m->to) || !is_id(m->id) ||
        (m->unsubscribe.len > 0 && !mail_url_ok(m->unsubscribe)))
        return INVALID;
    str host = m->from;
    str_cut(&host, '@');
    put_date(b, m->date_ms);
    buf_put(b, S("From: "));
    if (m->from_name.len > 0) {
        put_words(b, m->from_name);
        buf_byte(b, ' ');
    }
    buf_fmt(b, "<%.*s>\r\nTo: <%.*s>\r\nSubject: ", STR_ARG(m->from), STR_ARG(m->to));
    put_words(b, str_head(m->subject, MAIL_SUBJECT_MAX));
    buf_fmt(b, "\r\nMessage-ID: <%.*s@%.*s>\r\n", STR_ARG(m->id), STR_ARG(host));
    if (m->unsubscribe.len > 0)
        buf_fmt(b, "List-Unsubscribe: <%.*s>\r\n", STR_ARG(m->unsubscribe));
    buf_put(b, S("Auto-Submitted: auto-generated\r\n"
                 "MIME-Version: 1.0\r\n"
                 "Content-Type: text/plain; charset=utf-8\r\n"
                 "Content-Transfer-Encoding: base64\r\n\r\n"));
    put_body(b, m->text);
    return OK;
}
