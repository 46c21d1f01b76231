#include "tmpl.h"

#include <assert.h>
#include <string.h>

static bool starts_at(const struct tmpl *t, size_t at, str s)
{
    return str_starts(str_slice(t->source, at, t->source.len), s);
}

size_t tmpl_line(const struct tmpl *t, size_t at, size_t *column)
{
    size_t line = 1, begin = 0;

    for (size_t i = 0; i < at; i++) {
        if (t->source.at[i] == '\n') {
            line++;
            begin = i + 1;
        }
    }
    *column = str_chars(str_slice(t->source, begin, at)) + 1;
    return line;
}

bool refuse(struct tmpl *t, size_t at, const char *fmt, ...)
{
    struct buf b = {.arena = t->arena};
    size_t column, line = tmpl_line(t, at, &column);
    va_list args;

    buf_fmt(&b, "%.*s:%zu:%zu: ", STR_ARG(t->file), line, column);
    va_start(args, fmt);
    buf_vfmt(&b, fmt, args);
    va_end(args);
    t->fault = buf_str(&b);
    return false;
}

/* ---- C ---- */

/* A C string literal. Three octal digits end by themselves; '?' is escaped because of trigraphs. */
static void put_c_string(struct buf *b, str s)
{
    buf_byte(b, '"');
    for (size_t i = 0; i < s.len; i++) {
        unsigned char c = (unsigned char)s.at[i];
        if (c == '\n')
            buf_put(b, i + 1 < s.len ? S("\\n\"\n                 \"") : S("\\n"));
        else if (memchr("\"\\?", c, 3) != NULL)
            buf_fmt(b, "\\%c", c);
        else if (c < 0x20 || c >= 0x7F)
            buf_fmt(b, "\\%03o", c);
        else
            buf_byte(b, (char)c);
    }
    buf_byte(b, '"');
}

static void flush_literal(struct tmpl *t)
{
    if (t->literal.len == 0)
        return;
    buf_put(&t->body, S("    out_raw(o, S("));
    put_c_string(&t->body, buf_str(&t->literal));
    buf_put(&t->body, S("));\n"));
    t->literal = (struct buf){.arena = t->arena};
}

void tmpl_emit(struct tmpl *t, size_t at, const char *fmt, ...)
{
    size_t column, line = tmpl_line(t, at, &column);
    va_list args;

    flush_literal(t);
    buf_fmt(&t->body, "#line %zu ", line);
    put_c_string(&t->body, t->file);
    buf_put(&t->body, S("\n    "));
    va_start(args, fmt);
    buf_vfmt(&t->body, fmt, args);
    va_end(args);
    buf_byte(&t->body, '\n');
}

str tmpl_c(struct tmpl *t, str header)
{
    return str_fmt(
        t->arena,
        "/* Made by tools/tmplc.c. */\n#include \"%.*s\"\n#include \"base/msg.h\"\n%.*s\n"
        "void view_%.*s(struct out *o, const struct %.*s *p)\n{\n    (void)o;\n"
        "    (void)p;\n%.*s}\n",
        STR_ARG(header), STR_ARG(buf_str(&t->includes)), STR_ARG(t->view), STR_ARG(t->page),
        STR_ARG(buf_str(&t->body)));
}

str tmpl_h(struct tmpl *t)
{
    str v = t->view, p = t->page;

    return str_fmt(
        t->arena,
        "/* Made by tools/tmplc.c. */\n#pragma once\n#include \"web/out.h\"\n\nstruct %.*s;\n\n"
        "void view_%.*s(struct out *o, const struct %.*s *p);\n\n"
        "/* The same for a struct or for a pointer to one. */\n"
        "#define SHOW_%.*s(o, x) view_%.*s((o), _Generic(&(x), \\\n"
        "    struct %.*s *: (const void *)&(x), const struct %.*s *: (const void *)&(x), \\\n"
        "    struct %.*s **: out_pointer_at(&(x)), struct %.*s *const *: out_pointer_at(&(x)), \\\n"
        "    const struct %.*s **: out_pointer_at(&(x)), \\\n"
        "    const struct %.*s *const *: out_pointer_at(&(x))))\n",
        STR_ARG(p), STR_ARG(v), STR_ARG(p), STR_ARG(v), STR_ARG(v), STR_ARG(p), STR_ARG(p),
        STR_ARG(p), STR_ARG(p), STR_ARG(p), STR_ARG(p));
}

/* ---- the file ---- */

/* "{{ … }}" or "{% … %}", on one line. */
static bool take_braces(struct tmpl *t)
{
    bool is_value = starts_at(t, t->at, S("{{"));
    size_t at = t->at;
    str line = str_slice(t->source, at + 2, t->source.len);

    line = str_cut(&line, '\n');
    size_t end = str_find(line, is_value ? S("}}") : S("%}"));
    if (end == SIZE_MAX)
        return refuse(t, at, "this does not end on its line");
    line = str_slice(line, 0, end);
    t->at = at + 2 + end + 2;
    return is_value ? tmpl_value(t, at, line) : tmpl_tag(t, at, line);
}

static size_t indentation(str line)
{
    size_t n = 0;

    while (n < line.len && (line.at[n] == ' ' || line.at[n] == '\t'))
        n++;
    return n;
}

/* A line that holds nothing but {% %} leaves no trace; one in text loses its indentation. */
static void start_line(struct tmpl *t)
{
    str line = str_slice(t->source, t->at, t->source.len);
    size_t i = 0, tags = 0;

    line = str_cut(&line, '\n');
    while (i < line.len) {
        str rest = str_slice(line, i, line.len);
        size_t end = str_find(rest, S("%}"));
        if (rest.at[0] == ' ' || rest.at[0] == '\t') {
            i++;
        } else if (str_starts(rest, S("{%")) && end != SIZE_MAX) {
            i += end + 2;
            tags++;
        } else {
            break;
        }
    }
    if (i == line.len && tags > 0)
        t->bare_until = t->at + line.len + 1;
    else if (t->m.where == IN_TEXT && !html_keeps_space(&t->m))
        t->bare_until = t->at + indentation(line);
}

static bool take_next(struct tmpl *t)
{
    char c = t->source.at[t->at];

    if (t->at == 0 || t->source.at[t->at - 1] == '\n')
        start_line(t);
    if (t->at < t->bare_until && (c == ' ' || c == '\t' || c == '\n')) {
        t->at++;
        return true;
    }
    if (starts_at(t, t->at, S("{{")) || starts_at(t, t->at, S("{%")))
        return take_braces(t);
    if (starts_at(t, t->at, S("}}")) || starts_at(t, t->at, S("%}")))
        return refuse(t, t->at, "this ends nothing");
    return html_take(t);
}

bool tmpl_compile(struct tmpl *t)
{
    t->literal = t->body = t->includes = (struct buf){.arena = t->arena};
    if (text_check(t->source) != TEXT_OK)
        return refuse(t, 0, "not clean UTF-8 text");
    if (!starts_at(t, 0, S("{% view ")))
        return refuse(t, 0, "the first line is {%% view NAME STRUCT %%}");
    while (t->at < t->source.len) {
        if (!take_next(t))
            return false;
    }
    if (t->block_count > 0)
        return refuse(t, t->blocks[t->block_count - 1].at, "this block does not end");
    if (t->m.where != IN_TEXT)
        return refuse(t, t->m.tag.at, "this tag does not end");
    if (t->m.depth > 0) {
        struct element open = t->m.open[t->m.depth - 1];
        return refuse(t, open.at, "<%.*s> does not end", STR_ARG(open.name));
    }
    flush_literal(t);
    return true;
}
