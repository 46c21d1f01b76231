/* What the statements of a folder of Polis say, and what it was about. */
#include "main/cmd_opinion.h"

#include "base/buf.h"

#include <iconv.h>
#include <stdio.h>

enum {
    FILE_BYTES_MAX = 48 * 1024 * 1024,
    TEXT_CHARS_MAX = 600, /* of a statement; Polis takes 140 */
    TOPIC_CHARS_MAX = 200,
    PATH_BYTES_MAX = 4096,
    COLUMNS_MAX = 64,
};

/* ---- the file, as UTF-8 ---- */

/* Tables from a Chinese desktop are often GB18030, which holds every character of Unicode. */
static str from_gb18030(struct arena *a, str s)
{
    iconv_t way = iconv_open("UTF-8", "GB18030");
    size_t room = 2 * s.len + 4, left = room, rest = s.len;
    char *out = NEW_ARRAY(a, room, char), *to = out;
    char *in = (char *)s.at; /* iconv does not write there */

    if (way == (iconv_t)-1) /* NOLINT(performance-no-int-to-ptr): so POSIX says */
        return s;
    size_t done = iconv(way, &in, &rest, &to, &left);
    iconv_close(way);
    return done == (size_t)-1 ? s : (str){out, room - left};
}

static bool is_utf8(str s)
{
    for (size_t at = 0; at < s.len;) {
        size_t begin = at;
        if (str_next(s, &at) == 0xFFFD &&
            !str_starts(str_slice(s, begin, s.len), S("\xEF\xBF\xBD")))
            return false;
    }
    return true;
}

/* Empty where there is none, or more than can be meant. */
static str read_whole(struct arena *a, const char *folder, const char *name)
{
    char path[PATH_BYTES_MAX];
    int length = snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *f = length > 0 && length < PATH_BYTES_MAX ? fopen(path, "re") : NULL;
    struct buf b = {.arena = a};
    char piece[16 * 1024];
    size_t n;

    if (f == NULL)
        return S("");
    while (b.len <= FILE_BYTES_MAX && (n = fread(piece, 1, sizeof piece, f)) > 0)
        buf_put(&b, (str){piece, n});
    bool is_bad = ferror(f) != 0 || b.len > FILE_BYTES_MAX;
    fclose(f);
    str s = is_bad ? S("") : buf_str(&b);
    if (str_starts(s, S("\xEF\xBB\xBF")))
        s = str_slice(s, 3, s.len);
    return is_utf8(s) ? s : from_gb18030(a, s);
}

/* ---- rows (RFC 4180) ---- */

/* One field, with quotes taken off; `*at` is then behind what ends it. */
static str take_field(struct arena *a, str s, size_t *at)
{
    size_t begin = *at;

    if (begin < s.len && s.at[begin] == '"') {
        struct buf b = {.arena = a};
        for (*at = begin + 1; *at < s.len; (*at)++) {
            if (s.at[*at] == '"' && (*at + 1 == s.len || s.at[*at + 1] != '"'))
                break;
            *at += s.at[*at] == '"';
            buf_byte(&b, s.at[*at]);
        }
        *at += *at < s.len;
        while (*at < s.len && s.at[*at] != ',' && s.at[*at] != '\n' && s.at[*at] != '\r')
            (*at)++;
        return buf_str(&b);
    }
    while (*at < s.len && s.at[*at] != ',' && s.at[*at] != '\n' && s.at[*at] != '\r')
        (*at)++;
    return str_slice(s, begin, *at);
}

/* The fields of the row at `*at`, of which the first COLUMNS_MAX are kept. False: there is none. */
static bool take_row(struct arena *a, str s, size_t *at, str field[COLUMNS_MAX], size_t *count)
{
    *count = 0;
    if (*at >= s.len)
        return false;
    for (;;) {
        str f = take_field(a, s, at);
        if (*count < COLUMNS_MAX)
            field[(*count)++] = f;
        if (*at >= s.len || s.at[*at] != ',')
            break;
        (*at)++;
    }
    if (*at < s.len && s.at[*at] == '\r')
        (*at)++;
    if (*at < s.len && s.at[*at] == '\n')
        (*at)++;
    return true;
}

/* Without what could break a page or its reading, on one line, of bearable length. */
static str clean(struct arena *a, str s, size_t chars)
{
    str whole = text_clean(a, str_trim(s)), head = str_head(whole, chars);
    struct buf b = {.arena = a};

    for (size_t i = 0; i < head.len; i++)
        buf_byte(&b, head.at[i] == '\n' || head.at[i] == '\t' ? ' ' : head.at[i]);
    if (head.len < whole.len)
        buf_put(&b, S("\xE2\x80\xA6"));
    return b.len == 0 ? S("") : buf_str(&b);
}

/* ---- what is looked for ---- */

static size_t column_of(const str *field, size_t count, str name)
{
    for (size_t i = 0; i < count; i++) {
        if (str_eq(str_trim(field[i]), name))
            return i;
    }
    return SIZE_MAX;
}

/* The place of an id among those of the votes, which ascend; SIZE_MAX: nowhere. */
static size_t statement_of(const struct opinion_votes *v, str id)
{
    int64_t number;
    size_t low = 0, high = v->statements;

    if (!str_to_i64(str_trim(id), &number) || number < 0)
        return SIZE_MAX;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (v->statement_id[middle] < (uint64_t)number)
            low = middle + 1;
        else
            high = middle;
    }
    return low < v->statements && v->statement_id[low] == (uint64_t)number ? low : SIZE_MAX;
}

const str *opinion_texts(struct arena *a, const char *folder, const struct opinion_votes *votes)
{
    str file = read_whole(a, folder, "comments.csv"), field[COLUMNS_MAX];
    size_t at = 0, count;

    if (!take_row(a, file, &at, field, &count))
        return NULL;
    size_t id = column_of(field, count, S("comment-id"));
    size_t body = column_of(field, count, S("comment-body"));
    if (id == SIZE_MAX || body == SIZE_MAX)
        return NULL;
    str *text = NEW_ARRAY(a, votes->statements, str);
    for (size_t j = 0; j < votes->statements; j++)
        text[j] = S("");
    while (take_row(a, file, &at, field, &count)) {
        size_t j = count > id && count > body ? statement_of(votes, field[id]) : SIZE_MAX;
        if (j != SIZE_MAX)
            text[j] = clean(a, field[body], TEXT_CHARS_MAX);
    }
    return text;
}

str opinion_topic(struct arena *a, const char *folder)
{
    str file = read_whole(a, folder, "summary.csv"), field[COLUMNS_MAX];
    size_t at = 0, count;

    while (take_row(a, file, &at, field, &count)) {
        if (count > 1 && str_eq(str_trim(field[0]), S("topic")))
            return clean(a, field[1], TOPIC_CHARS_MAX);
    }
    return S("");
}
