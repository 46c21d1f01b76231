/*
 * embed -- puts statements and files inside the program.
 *
 *     embed sql  OUT.c OUT.h IN.sql…          named SQL statements -> const struct sql
 *     embed file OUT.c OUT.h [NAME=]PATH…     any files            -> const struct embedded
 *
 * A statement begins with its name on a line of its own, may go on with comment lines, and runs to
 * the ";":
 *
 *     -- MATTER_BY_ID: one matter, as anyone may see it
 *     SELECT id, title, state FROM matter WHERE id = $1;
 *
 * The few that must differ say so, and take the same parameters in both texts:
 *
 *     -- SEARCH_HITS: what the words hit, best first
 *     -- @sqlite
 *     SELECT …;
 *     -- @postgres
 *     SELECT …;
 *
 * From OUT.c = matter_sql.c come `matter_statements[]`, all of them, and `matter_statement_count`,
 * so that a test can prepare each one. From OUT.c = assets.c come `assets_find("name")`,
 * `assets_files[]` and `assets_file_count`. A file is named by NAME, or by the last part of PATH.
 */
#include "base/buf.h"

#include <errno.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PARAMS_MAX = 99, STATEMENTS_MAX = 1000, MEMORY_MAX = 256 * 1024 * 1024 };

enum text_of { TEXT_BOTH, TEXT_SQLITE, TEXT_POSTGRES, TEXT_COUNT };

struct statement {
    str name, about, file;
    int line;
    str text[TEXT_COUNT];
    int params[TEXT_COUNT];
};

static struct arena *memory;
static struct statement statements[STATEMENTS_MAX];
static size_t statement_count;

static NORETURN void die_at(str file, int line, const char *fmt, ...) PRINTF(3, 4);

static NORETURN void die_at(str file, int line, const char *fmt, ...)
{
    struct buf b = {.arena = memory};
    va_list args;

    va_start(args, fmt);
    buf_vfmt(&b, fmt, args);
    va_end(args);
    fprintf(stderr, "%.*s:%d: %.*s\n", STR_ARG(file), line, STR_ARG(buf_str(&b)));
    exit(1);
}

static NORETURN void die_of(const char *path)
{
    fprintf(stderr, "embed: %s: %s\n", path, strerror(errno));
    exit(1);
}

static str read_file(const char *path)
{
    FILE *f = fopen(path, "rb");
    struct buf b = {.arena = memory};
    size_t n;

    if (f == NULL)
        die_of(path);
    do {
        n = fread(buf_reserve(&b, 65536), 1, 65536, f);
        b.len += n;
    } while (n > 0);
    if (ferror(f))
        die_of(path);
    fclose(f);
    return buf_str(&b);
}

static void write_file(const char *path, str text)
{
    FILE *f = fopen(path, "wb");

    if (f == NULL || fwrite(text.at, 1, text.len, f) != text.len || fclose(f) != 0)
        die_of(path);
}

/* "src/matter/matter_sql.c" with ".c" and "_sql" -> "matter". */
static str base_name(str path, str ending, str also)
{
    str rest = path, part = path;

    while (rest.len > 0)
        part = str_cut(&rest, '/');
    if (str_ends(part, ending))
        part.len -= ending.len;
    if (str_ends(part, also))
        part.len -= also.len;
    return part;
}

/* ---- C text ---- */

/* A C string literal over several lines. Octal escapes always have three digits, so that a digit
 * after them cannot be taken in; "?" is escaped because C17 still knows trigraphs. */
static void put_literal(struct buf *b, str s)
{
    enum { PER_LINE = 80 };

    buf_put(b, S("\n    \""));
    for (size_t i = 0, column = 0; i < s.len; i++) {
        unsigned char c = (unsigned char)s.at[i];
        size_t before = b->len;
        if (column > PER_LINE) {
            buf_put(b, S("\"\n    \""));
            column = 0;
        }
        if (c == '\n')
            buf_put(b, S("\\n"));
        else if (c < 0x20 || c >= 0x7F || c == '"' || c == '\\' || c == '?')
            buf_fmt(b, "\\%03o", c);
        else
            buf_byte(b, (char)c);
        column += b->len - before;
        if (c == '\n')
            column = PER_LINE + 1;
    }
    buf_byte(b, '"');
}

static void put_head(struct buf *b, const char *from)
{
    buf_fmt(b, "/* Made by tools/embed.c from %s; changes here are lost. */\n", from);
}

/* ---- statements ---- */

struct reader {
    str file, rest;
    int line;
};

static bool is_name(str s)
{
    for (size_t i = 0; i < s.len; i++) {
        char c = s.at[i];
        if (!((c >= 'A' && c <= 'Z') || c == '_' || (i > 0 && c >= '0' && c <= '9')))
            return false;
    }
    return s.len > 0;
}

/* Whether a line is "-- NAME: about". */
static bool is_head(str line, str *name, str *about)
{
    if (!str_starts(line, S("-- ")))
        return false;
    *about = str_slice(line, 3, line.len);
    if (str_find(*about, S(":")) == SIZE_MAX)
        return false;
    *name = str_cut(about, ':');
    *about = str_trim(*about);
    return is_name(*name);
}

static int read_param(struct reader *r, str text, size_t *at)
{
    int number = 0;

    while (*at + 1 < text.len && text.at[*at + 1] >= '0' && text.at[*at + 1] <= '9') {
        number = number * 10 + (text.at[++*at] - '0');
        if (number > PARAMS_MAX)
            die_at(r->file, r->line, "parameter $%d: at most %d", number, PARAMS_MAX);
    }
    if (number == 0)
        die_at(r->file, r->line, "\"$\" without a number");
    return number;
}

static int count_params(struct reader *r, const struct statement *s, const bool *is_used)
{
    int count = 0;

    for (int i = 1; i <= PARAMS_MAX; i++) {
        if (is_used[i])
            count = i;
    }
    for (int i = 1; i <= count; i++) {
        if (!is_used[i])
            die_at(r->file, s->line, "%.*s uses $%d but not $%d", STR_ARG(s->name), count, i);
    }
    return count;
}

/* One step over the text: quotes and comments are no place for ";" and "$1". Comments are left
 * out of `b`. */
static void read_text(struct reader *r, struct statement *s, enum text_of which)
{
    struct buf b = {.arena = memory};
    bool is_used[PARAMS_MAX + 1] = {false};
    char quote = 0;
    size_t i = 0;

    for (;; i++) {
        if (i >= r->rest.len)
            die_at(r->file, s->line, "%.*s does not end in \";\"", STR_ARG(s->name));
        char c = r->rest.at[i];
        str here = str_slice(r->rest, i, r->rest.len), name, about;
        if (quote == 0 && str_starts(here, S("--"))) {
            str line = str_cut(&here, '\n');
            if (is_head(line, &name, &about))
                die_at(r->file, s->line, "%.*s does not end in \";\"", STR_ARG(s->name));
            i += line.len;
            c = '\n';
        }
        r->line += c == '\n';
        if (quote != 0)
            quote = c == quote ? 0 : quote;
        else if (c == '\'' || c == '"')
            quote = c;
        else if (c == ';')
            break;
        buf_byte(&b, c);
        if (quote == 0 && c == '$') {
            size_t from = i + 1;
            is_used[read_param(r, r->rest, &i)] = true;
            buf_put(&b, str_slice(r->rest, from, i + 1));
        }
    }
    r->rest = str_slice(r->rest, i + 1, r->rest.len);
    str after = str_trim(str_cut(&r->rest, '\n'));
    if (after.len > 0 && !str_starts(after, S("--")))
        die_at(r->file, r->line, "text after \";\"");
    r->line++;
    s->text[which] = str_copy(memory, str_trim(buf_str(&b)));
    s->params[which] = count_params(r, s, is_used);
    if (s->text[which].len == 0)
        die_at(r->file, s->line, "%.*s is empty", STR_ARG(s->name));
}

static void add_statement(struct reader *r, str name, str about)
{
    for (size_t i = 0; i < statement_count; i++) {
        const struct statement *s = &statements[i];
        if (str_eq(s->name, name))
            die_at(r->file, r->line, "%.*s is already at %.*s:%d", STR_ARG(name), STR_ARG(s->file),
                   s->line);
    }
    if (statement_count == STATEMENTS_MAX)
        die_at(r->file, r->line, "more than %d statements", STATEMENTS_MAX);
    statements[statement_count++] =
        (struct statement){.name = name, .about = about, .file = r->file, .line = r->line};
}

static enum text_of read_engine(str line)
{
    if (str_eq(str_trim(line), S("-- @sqlite")))
        return TEXT_SQLITE;
    return str_eq(str_trim(line), S("-- @postgres")) ? TEXT_POSTGRES : TEXT_BOTH;
}

static void check_statement(const struct statement *s)
{
    bool has_both = s->text[TEXT_BOTH].len > 0, has_sqlite = s->text[TEXT_SQLITE].len > 0,
         has_postgres = s->text[TEXT_POSTGRES].len > 0;

    if (!has_both && !has_sqlite && !has_postgres)
        die_at(s->file, s->line, "%.*s has no text", STR_ARG(s->name));
    if (has_both ? has_sqlite || has_postgres : !has_sqlite || !has_postgres)
        die_at(s->file, s->line, "%.*s needs one text for both, or @sqlite and @postgres",
               STR_ARG(s->name));
    if (!has_both && s->params[TEXT_SQLITE] != s->params[TEXT_POSTGRES])
        die_at(s->file, s->line, "%.*s has %d parameters @sqlite and %d @postgres",
               STR_ARG(s->name), s->params[TEXT_SQLITE], s->params[TEXT_POSTGRES]);
}

static void read_statements(const char *path)
{
    struct reader r = {.file = str_of(path), .rest = read_file(path), .line = 1};
    struct statement *s = NULL;
    enum text_of which = TEXT_BOTH;
    size_t first = statement_count;

    while (r.rest.len > 0) {
        str after = r.rest, line = str_cut(&after, '\n'), name, about;
        if (is_head(line, &name, &about)) {
            add_statement(&r, name, about);
            s = &statements[statement_count - 1];
            which = TEXT_BOTH;
        } else if (read_engine(line) != TEXT_BOTH) {
            which = read_engine(line);
        } else if (str_trim(line).len > 0 && !str_starts(line, S("--"))) {
            if (s == NULL)
                die_at(r.file, r.line, "text before the first \"-- NAME: …\"");
            if (s->text[which].len > 0)
                die_at(r.file, r.line, "a second text for %.*s", STR_ARG(s->name));
            read_text(&r, s, which);
            continue;
        }
        r.rest = after;
        r.line++;
    }
    for (size_t i = first; i < statement_count; i++)
        check_statement(&statements[i]);
}

static void put_statement(struct buf *b, const struct statement *s)
{
    bool is_shared = s->text[TEXT_BOTH].len > 0;

    buf_fmt(b, "\nconst struct sql %.*s = {\n    .name = \"%.*s\",\n    .text =", STR_ARG(s->name),
            STR_ARG(s->name));
    put_literal(b, s->text[is_shared ? TEXT_BOTH : TEXT_SQLITE]);
    if (!is_shared) {
        buf_put(b, S(",\n    .text_postgres ="));
        put_literal(b, s->text[TEXT_POSTGRES]);
    }
    buf_fmt(b, ",\n    .param_count = %d,\n};\n", s->params[is_shared ? TEXT_BOTH : TEXT_SQLITE]);
}

static void embed_sql(const char *out_c, const char *out_h, char **paths, int count)
{
    struct buf c = {.arena = memory}, h = {.arena = memory};
    str noun = base_name(str_of(out_c), S(".c"), S("_sql"));

    for (int i = 0; i < count; i++)
        read_statements(paths[i]);
    put_head(&h, "SQL");
    buf_put(&h, S("#pragma once\n#include \"db/db.h\"\n\n"));
    for (size_t i = 0; i < statement_count; i++)
        buf_fmt(&h, "/* %.*s */\nextern const struct sql %.*s;\n", STR_ARG(statements[i].about),
                STR_ARG(statements[i].name));
    buf_fmt(&h, "\nextern const struct sql *const %.*s_statements[];\n", STR_ARG(noun));
    buf_fmt(&h, "extern const size_t %.*s_statement_count;\n", STR_ARG(noun));

    str header = base_name(str_of(out_h), S(""), S(""));
    put_head(&c, "SQL");
    buf_fmt(&c, "#include \"%.*s\"\n", STR_ARG(header));
    for (size_t i = 0; i < statement_count; i++)
        put_statement(&c, &statements[i]);
    buf_fmt(&c, "\nconst struct sql *const %.*s_statements[] = {", STR_ARG(noun));
    for (size_t i = 0; i < statement_count; i++)
        buf_fmt(&c, "\n    &%.*s,", STR_ARG(statements[i].name));
    buf_fmt(&c, "\n    0};\nconst size_t %.*s_statement_count = %zu;\n", STR_ARG(noun),
            statement_count);
    write_file(out_c, buf_str(&c));
    write_file(out_h, buf_str(&h));
}

/* ---- files ---- */

static void put_bytes(struct buf *b, str bytes, int number)
{
    buf_fmt(b, "\nstatic const unsigned char bytes_%d[] =", number);
    put_literal(b, bytes);
    buf_put(b, S(";\n"));
}

static void put_entry(struct buf *b, str name, str bytes, int number)
{
    unsigned char digest[crypto_hash_sha256_BYTES];
    char hex[17];

    crypto_hash_sha256(digest, (const unsigned char *)bytes.at, bytes.len);
    sodium_bin2hex(hex, sizeof hex, digest, 8);
    buf_put(b, S("    {"));
    put_literal(b, name);
    buf_fmt(b, ", bytes_%d, %zu, \"%s\"},\n", number, bytes.len, hex);
}

static void embed_file(const char *out_c, const char *out_h, char **paths, int count)
{
    struct buf c = {.arena = memory}, h = {.arena = memory}, table = {.arena = memory};
    str noun = base_name(str_of(out_c), S(".c"), S(""));

    put_head(&h, "files");
    buf_put(&h, S("#pragma once\n#include \"base/embedded.h\"\n\n"));
    buf_fmt(&h,
            "extern const struct embedded %.*s_files[];\nextern const size_t %.*s_file_count;\n\n"
            "/* The file of this name, or NULL. */\n"
            "const struct embedded *%.*s_find(const char *name);\n",
            STR_ARG(noun), STR_ARG(noun), STR_ARG(noun));

    put_head(&c, "files");
    buf_fmt(&c, "#include \"%.*s\"\n\n#include <string.h>\n",
            STR_ARG(base_name(str_of(out_h), S(""), S(""))));
    for (int i = 0; i < count; i++) {
        str path = str_of(paths[i]), name = base_name(path, S(""), S(""));
        if (str_find(path, S("=")) != SIZE_MAX)
            name = str_cut(&path, '=');
        str bytes = read_file(path.at);
        put_bytes(&c, bytes, i);
        put_entry(&table, name, bytes, i);
    }
    buf_fmt(&c, "\nconst struct embedded %.*s_files[] = {\n", STR_ARG(noun));
    buf_put(&c, buf_str(&table));
    buf_fmt(&c,
            "};\nconst size_t %.*s_file_count = %d;\n\n"
            "const struct embedded *%.*s_find(const char *name)\n{\n"
            "    for (size_t i = 0; i < %.*s_file_count; i++) {\n"
            "        if (strcmp(%.*s_files[i].name, name) == 0)\n"
            "            return &%.*s_files[i];\n    }\n    return NULL;\n}\n",
            STR_ARG(noun), count, STR_ARG(noun), STR_ARG(noun), STR_ARG(noun), STR_ARG(noun));
    write_file(out_c, buf_str(&c));
    write_file(out_h, buf_str(&h));
}

int main(int argc, char **argv)
{
    if (argc < 5 || (strcmp(argv[1], "sql") != 0 && strcmp(argv[1], "file") != 0)) {
        fputs("usage: embed sql|file OUT.c OUT.h IN…\n", stderr);
        return 2;
    }
    memory = arena_new("embed", MEMORY_MAX);
    if (strcmp(argv[1], "sql") == 0)
        embed_sql(argv[2], argv[3], argv + 4, argc - 4);
    else
        embed_file(argv[2], argv[3], argv + 4, argc - 4);
    arena_free(memory);
    return 0;
}
