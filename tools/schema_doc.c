/*
 * schema_doc -- doc/schema.md from the comments of the migrations.
 *
 *     schema_doc write HEAD.md OUT.md MIGRATION.sql…
 *     schema_doc check HEAD.md OUT.md MIGRATION.sql…    differs: says so, exit status 1
 *
 * HEAD.md, written by hand, comes first; below it a section for each table with the comment that
 * stands above its CREATE TABLE, and a line for each column with the comment behind it (or above
 * it), which ends in the class of personal data: [public], [internal], [sensitive] or [restricted].
 * A table or column without its comment or class is an error, with file and line.
 */
#include "base/buf.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TABLES_MAX = 400, COLUMNS_MAX = 100, RULES_MAX = 40, MEMORY_MAX = 64 * 1024 * 1024 };

struct column {
    str name, type, about, privacy;
};

struct table {
    str name, about, engine, body;
    struct column columns[COLUMNS_MAX];
    size_t column_count;
    str rules[RULES_MAX];
    size_t rule_count;
    bool is_dropped;
};

/* Where we are in one file. */
struct reader {
    str file, rest, engine;
    str above;  /* comment lines directly above */
    str shared; /* comment above "-- @sqlite": of the tables each engine has its own way */
    int line;
};

static struct arena *memory;
static struct table tables[TABLES_MAX];
static size_t table_count;

static NORETURN void die_at(const struct reader *r, const char *what, str name)
{
    fprintf(stderr, "%.*s:%d: %s: %.*s\n", STR_ARG(r->file), r->line, what, STR_ARG(name));
    exit(1);
}

static str read_file(const char *path)
{
    FILE *f = fopen(path, "rb");
    struct buf b = {.arena = memory};
    size_t n;

    if (f == NULL) {
        fprintf(stderr, "schema_doc: %s: %s\n", path, strerror(errno));
        exit(1);
    }
    buf_put(&b, S(""));
    do {
        n = fread(buf_reserve(&b, 65536), 1, 65536, f);
        b.len += n;
    } while (n > 0);
    fclose(f);
    return buf_str(&b);
}

/* ---- lines ---- */

/* Split at the "--" that is not inside a quote. */
static str cut_comment(str line, str *comment)
{
    bool is_quoted = false;

    *comment = S("");
    for (size_t i = 0; i + 1 < line.len; i++) {
        if (line.at[i] == '\'')
            is_quoted = !is_quoted;
        if (!is_quoted && line.at[i] == '-' && line.at[i + 1] == '-') {
            *comment = str_trim(str_slice(line, i + 2, line.len));
            return str_trim(str_slice(line, 0, i));
        }
    }
    return str_trim(line);
}

static str join(str a, str b)
{
    if (a.len == 0)
        return b;
    return b.len == 0 ? a : str_fmt(memory, "%.*s %.*s", STR_ARG(a), STR_ARG(b));
}

static str next_line(struct reader *r, str *comment)
{
    r->line++;
    return cut_comment(str_cut(&r->rest, '\n'), comment);
}

/* The next word; a "(" ends one. */
static str cut_word(str *s)
{
    size_t i = 0;

    *s = str_trim(*s);
    while (i < s->len && s->at[i] != ' ' && s->at[i] != '(' && s->at[i] != ';' && s->at[i] != ',')
        i++;
    str word = str_slice(*s, 0, i);
    *s = str_trim(str_slice(*s, i, s->len));
    return word;
}

/* Take these words off the front, if they are there. */
static bool cut_words(str *s, const char *words)
{
    str rest = *s, wanted = str_of(words);

    while (wanted.len > 0) {
        if (!str_eq_ci(cut_word(&rest), str_cut(&wanted, ' ')))
            return false;
    }
    *s = rest;
    return true;
}

static struct table *find_table(str name)
{
    for (size_t i = table_count; i-- > 0;) {
        if (str_eq(tables[i].name, name) && !tables[i].is_dropped)
            return &tables[i];
    }
    return NULL;
}

/* ---- columns ---- */

/* "the text [public]" -> the text, public. */
static void split_class(const struct reader *r, struct column *c, str comment)
{
    static const char *const classes[] = {"public", "internal", "sensitive", "restricted"};

    for (size_t i = 0; i < sizeof classes / sizeof *classes; i++) {
        str tail = str_fmt(memory, "[%s]", classes[i]);
        if (!str_ends(comment, tail))
            continue;
        c->privacy = str_of(classes[i]);
        c->about = str_trim(str_slice(comment, 0, comment.len - tail.len));
        if (c->about.len == 0)
            die_at(r, "column without a comment", c->name);
        return;
    }
    die_at(r, comment.len == 0 ? "column without a comment" : "column without a class", c->name);
}

static void add_item(const struct reader *r, struct table *t, str item, str comment)
{
    static const char *const rules[] = {"PRIMARY", "UNIQUE", "CHECK", "FOREIGN", "CONSTRAINT"};
    str rest = item, name = cut_word(&rest);

    if (item.len == 0)
        return;
    for (size_t i = 0; i < sizeof rules / sizeof *rules; i++) {
        /* also an option of a virtual table */
        if (!str_eq_ci(name, str_of(rules[i])) && !str_starts(rest, S("=")))
            continue;
        if (t->rule_count == RULES_MAX)
            die_at(r, "too many rules", t->name);
        t->rules[t->rule_count++] =
            comment.len == 0 ? item
                             : str_fmt(memory, "%.*s — %.*s", STR_ARG(item), STR_ARG(comment));
        return;
    }
    if (t->column_count == COLUMNS_MAX)
        die_at(r, "too many columns", t->name);
    struct column *c = &t->columns[t->column_count++];
    *c = (struct column){.name = name, .type = rest};
    split_class(r, c, comment);
}

/* Where at depth 0 an item ends: at a comma, or at the ")" that closes the table (then *closes). */
static size_t item_end(str code, int *depth, bool *closes)
{
    bool is_quoted = false;

    *closes = false;
    for (size_t i = 0; i < code.len; i++) {
        char c = code.at[i];
        if (c == '\'')
            is_quoted = !is_quoted;
        if (is_quoted)
            continue;
        *depth += (c == '(') - (c == ')');
        *closes = *depth < 0;
        if (*closes || (c == ',' && *depth == 0))
            return i;
    }
    return SIZE_MAX;
}

static void read_columns(struct reader *r, struct table *t, str first)
{
    str item = S(""), comment = S(""), code = str_trim(first), said;
    int depth = 0;
    bool closes = false;

    for (; !closes; code = next_line(r, &said)) {
        size_t end = item_end(code, &depth, &closes);
        if (end == SIZE_MAX) {
            item = join(item, code);
        } else {
            item = join(item, str_trim(str_slice(code, 0, end)));
            if (!closes && str_trim(str_slice(code, end + 1, code.len)).len > 0)
                die_at(r, "two columns on a line", code);
            if (item.len > 0)
                add_item(r, t, item, comment);
            item = comment = S("");
        }
        if (closes)
            return;
        if (r->rest.len == 0)
            die_at(r, "table does not end", t->name);
        /* The comment of the coming line belongs to its item, which may end there. */
        str peek = r->rest, unused;
        unused = cut_comment(str_cut(&peek, '\n'), &said);
        (void)unused;
        comment = join(comment, said);
    }
}

/* ---- statements ---- */

static struct table *add_table(struct reader *r, str name)
{
    str about = r->above.len > 0 ? r->above : r->shared;

    if (about.len == 0)
        die_at(r, "table without a comment", name);
    str prefix = str_fmt(memory, "%.*s: ", STR_ARG(name));
    if (str_starts(about, prefix))
        about = str_slice(about, prefix.len, about.len);
    if (table_count == TABLES_MAX)
        die_at(r, "too many tables", name);
    struct table *t = &tables[table_count++];
    *t = (struct table){.name = name, .about = about, .engine = r->engine};
    return t;
}

/* The rest of a statement, up to its ";". */
static str read_rest(struct reader *r, str code, str *comment)
{
    str all = code, said;

    while (str_find(code, S(";")) == SIZE_MAX && r->rest.len > 0) {
        code = next_line(r, &said);
        *comment = join(*comment, said);
        all = join(all, code);
    }
    return all;
}

static void alter_table(struct reader *r, str code, str comment)
{
    str rest = code, name = cut_word(&rest);
    struct table *t = find_table(name);

    if (t == NULL)
        die_at(r, "no such table", name);
    if (cut_words(&rest, "ADD COLUMN")) {
        rest.len -= str_ends(rest, S(";"));
        add_item(r, t, rest, join(r->above, comment));
    } else if (cut_words(&rest, "RENAME TO")) {
        t->name = cut_word(&rest);
    } else if (cut_words(&rest, "DROP COLUMN")) {
        str column = cut_word(&rest);
        for (size_t i = 0; i < t->column_count; i++) {
            if (str_eq(t->columns[i].name, column)) {
                memmove(&t->columns[i], &t->columns[i + 1],
                        (--t->column_count - i) * sizeof t->columns[0]);
                return;
            }
        }
        die_at(r, "no such column", column);
    } else {
        die_at(r, "ALTER TABLE of a kind not known here", code);
    }
}

static void read_statement(struct reader *r, str code, str comment)
{
    if (cut_words(&code, "CREATE TABLE")) {
        cut_words(&code, "IF NOT EXISTS");
        struct table *t = add_table(r, cut_word(&code));
        if (!str_starts(code, S("(")))
            die_at(r, "\"(\" must follow the name", t->name);
        read_columns(r, t, str_slice(code, 1, code.len));
    } else if (cut_words(&code, "CREATE VIRTUAL TABLE")) {
        struct table *t = add_table(r, cut_word(&code));
        cut_words(&code, "USING");
        t->body = cut_word(&code);
        read_columns(r, t, str_slice(code, code.len > 0, code.len));
    } else if (cut_words(&code, "CREATE VIEW")) {
        struct table *t = add_table(r, cut_word(&code));
        t->body = read_rest(r, code, &comment);
    } else if (cut_words(&code, "DROP TABLE")) {
        str name = cut_word(&code);
        struct table *t = find_table(name);
        if (t == NULL)
            die_at(r, "no such table", name);
        t->is_dropped = true;
    } else if (cut_words(&code, "ALTER TABLE")) {
        alter_table(r, read_rest(r, code, &comment), comment);
    } else {
        read_rest(r, code, &comment);
    }
}

static void read_migration(const char *path)
{
    struct reader r = {.file = str_of(path), .rest = read_file(path), .engine = S("")};

    while (r.rest.len > 0) {
        str comment, code = next_line(&r, &comment);
        if (str_starts(comment, S("@"))) {
            r.engine = str_eq(comment, S("@both"))     ? S("")
                       : str_eq(comment, S("@sqlite")) ? S("SQLite")
                                                       : S("PostgreSQL");
            if (r.engine.len == 0)
                r.shared = S("");
            else if (r.above.len > 0)
                r.shared = r.above;
            r.above = S("");
        } else if (code.len > 0) {
            read_statement(&r, code, comment);
            r.above = S("");
        } else {
            r.above = comment.len == 0 ? S("") : join(r.above, comment);
        }
    }
}

/* ---- the page ---- */

/* As one cell: a bar would end it, the macros mean nothing to the reader. */
static void put_cell(struct buf *b, str s)
{
    while (s.len > 0) {
        if (str_starts(s, S("%ID%"))) {
            buf_put(b, S("ID"));
            s = str_slice(s, 4, s.len);
            continue;
        }
        if (str_starts(s, S("%BYTES%"))) {
            buf_put(b, S("BYTES"));
            s = str_slice(s, 7, s.len);
            continue;
        }
        if (s.at[0] == '|')
            buf_byte(b, '\\');
        buf_byte(b, s.at[0]);
        s = str_slice(s, 1, s.len);
    }
}

static void put_table(struct buf *b, const struct table *t)
{
    buf_fmt(b, "\n## %.*s\n\n%.*s\n", STR_ARG(t->name), STR_ARG(t->about));
    if (t->engine.len > 0)
        buf_fmt(b, "\nOnly on %.*s.\n", STR_ARG(t->engine));
    if (t->body.len > 0)
        buf_fmt(b, "\n`%.*s`\n", STR_ARG(t->body));
    if (t->column_count > 0)
        buf_put(b, S("\n| column | type | what | class |\n|---|---|---|---|\n"));
    for (size_t i = 0; i < t->column_count; i++) {
        const struct column *c = &t->columns[i];
        buf_fmt(b, "| %.*s | ", STR_ARG(c->name));
        put_cell(b, c->type);
        buf_put(b, S(" | "));
        put_cell(b, c->about);
        buf_fmt(b, " | %.*s |\n", STR_ARG(c->privacy));
    }
    for (size_t i = 0; i < t->rule_count; i++) {
        buf_put(b, i == 0 ? S("\n- ") : S("- "));
        put_cell(b, t->rules[i]);
        buf_byte(b, '\n');
    }
}

static str make_page(str head)
{
    struct buf b = {.arena = memory};

    buf_put(&b, head);
    buf_put(&b, S("\n<!-- From here on made by tools/schema_doc.c from src/db/migrations. -->\n"));
    for (size_t i = 0; i < table_count; i++) {
        if (!tables[i].is_dropped)
            put_table(&b, &tables[i]);
    }
    return buf_str(&b);
}

int main(int argc, char **argv)
{
    bool is_check = argc > 1 && strcmp(argv[1], "check") == 0;
    int status = 0;

    if (argc < 5 || (!is_check && strcmp(argv[1], "write") != 0)) {
        fputs("usage: schema_doc write|check HEAD.md OUT.md MIGRATION.sql…\n", stderr);
        return 2;
    }
    memory = arena_new("schema_doc", MEMORY_MAX);
    for (int i = 4; i < argc; i++)
        read_migration(argv[i]);
    str page = make_page(read_file(argv[2]));
    if (is_check) {
        status = str_eq(page, read_file(argv[3])) ? 0 : 1;
        if (status != 0)
            fprintf(stderr, "%s is not what the migrations say: meson compile schema_doc\n",
                    argv[3]);
    } else {
        FILE *f = fopen(argv[3], "wb");
        if (f == NULL || fwrite(page.at, 1, page.len, f) != page.len || fclose(f) != 0) {
            fprintf(stderr, "schema_doc: %s: %s\n", argv[3], strerror(errno));
            status = 1;
        }
    }
    arena_free(memory);
    return status;
}
