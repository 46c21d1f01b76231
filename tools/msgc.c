/*
 * msgc -- makes the message catalogue: two .po files into msg_keys.h and msg_catalogue.c.
 *
 *     msgc zh_CN.po en.po msg_keys.h msg_catalogue.c
 *
 * The msgid is a key: words of lower-case letters and digits joined by '.', '-' or '_', which
 * becomes an enum constant ("matter.title.label": MSG_MATTER_TITLE_LABEL) and PLACES_MATTER_...,
 * the number of arguments that the message takes. A message with msgid_plural has msgstr[0] and,
 * in English, msgstr[1]; it chooses by argument 0. Chinese has one form and may leave msgid_plural
 * out. Every complaint is one line, file:line: sentence, and all are said before the tool gives up.
 */
#include "file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"

enum { KEYS_MAX = 20000, PLACES_MAX = 8, ARENA_MAX = 256 * 1024 * 1024 };

struct entry {
    str key;
    str text[2];
    size_t line;
    bool is_plural, is_fuzzy;
    bool has_text[2];
    uint32_t places; /* bit 4 * index + kind: 0 plain, 1 date, 2 time */
};

struct po {
    struct arena *arena;
    const char *file;
    size_t forms; /* that the language has */
    struct entry *entries;
    size_t count, faults, line;
    str plural_key; /* stands in the file for the sake of the format; not used */
};

static PRINTF(3, 4) void complain(struct po *p, size_t line, const char *fmt, ...)
{
    va_list args;

    fprintf(stderr, "%s:%zu: ", p->file, line);
    va_start(args, fmt);
    vfprintf(stderr, fmt, args);
    va_end(args);
    fputc('\n', stderr);
    p->faults++;
}

/* ---- one entry ---- */

static bool is_key(str s)
{
    bool after_mark = true;

    for (size_t i = 0; i < s.len; i++) {
        bool is_mark = memchr(".-_", s.at[i], 3) != NULL;
        bool is_small = (s.at[i] >= 'a' && s.at[i] <= 'z') || (s.at[i] >= '0' && s.at[i] <= '9');
        if ((!is_mark && !is_small) || (is_mark && after_mark))
            return false;
        after_mark = is_mark;
    }
    return !after_mark;
}

/* The places of a text as a set. A brace that opens no place is a fault: the reader would see it.
 */
static uint32_t places_of(struct po *p, const struct entry *e, str text)
{
    static const str kinds[] = {{"}", 1}, {":date}", 6}, {":time}", 6}};
    uint32_t places = 0;

    for (size_t i = 0; i < text.len; i++) {
        str rest = str_slice(text, i + 1, text.len);
        size_t kind = 0;
        if (text.at[i] == '}')
            complain(p, e->line, "%.*s: '}' without a place", STR_ARG(e->key));
        if (text.at[i] != '{')
            continue;
        bool is_place = rest.len > 1 && rest.at[0] >= '0' && rest.at[0] < '0' + PLACES_MAX;
        while (is_place && kind < 3 && !str_starts(str_slice(rest, 1, rest.len), kinds[kind]))
            kind++;
        if (!is_place || kind == 3) {
            complain(p, e->line, "%.*s: a place is {0} to {%d}, {0:date} or {0:time}",
                     STR_ARG(e->key), PLACES_MAX - 1);
            return places;
        }
        places |= 1u << (4 * (rest.at[0] - '0') + (int)kind);
        i += 1 + kinds[kind].len;
    }
    return places;
}

static void check_texts(struct po *p, struct entry *e)
{
    size_t forms = e->is_plural ? p->forms : 1;

    for (size_t i = 0; i < 2; i++) {
        if (e->has_text[i] != (i < forms))
            complain(p, e->line, "%.*s: %zu form%s wanted, msgstr%s%s is %s", STR_ARG(e->key),
                     forms, forms == 1 ? "" : "s", e->is_plural ? i == 0 ? "[0]" : "[1]" : "",
                     i == 1 && !e->is_plural ? "[1]" : "", i < forms ? "missing" : "too many");
        else if (e->has_text[i] && e->text[i].len == 0)
            complain(p, e->line, "%.*s: not translated", STR_ARG(e->key));
    }
    e->places = places_of(p, e, e->text[0]);
    if (forms == 2) {
        uint32_t many = places_of(p, e, e->text[1]);
        if ((e->places & ~many) != 0) /* the singular may say "one" in place of the number */
            complain(p, e->line, "%.*s: msgstr[0] has a place that msgstr[1] has not",
                     STR_ARG(e->key));
        e->places |= many;
    }
}

static void entry_end(struct po *p, struct entry *e)
{
    bool is_header = e->key.len == 0;

    if (e->line == 0)
        return;
    if (e->is_fuzzy && !is_header)
        complain(p, e->line, "%.*s: marked fuzzy", STR_ARG(e->key));
    if (!is_header && !is_key(e->key))
        complain(p, e->line, "\"%.*s\" is not a key: small letters, digits, . - _",
                 STR_ARG(e->key));
    if (!is_header) {
        check_texts(p, e);
        if (p->count == KEYS_MAX) {
            complain(p, e->line, "more than %d keys", KEYS_MAX);
            exit(1);
        }
        p->entries[p->count++] = *e;
    }
    *e = (struct entry){0};
}

/* ---- the file ---- */

/* The quoted string that makes up the rest of a line, its escapes undone, added to *to. */
static void take_string(struct po *p, str s, str *to)
{
    struct buf b = {.arena = p->arena};

    s = str_trim(s);
    if (s.len < 2 || s.at[0] != '"' || s.at[s.len - 1] != '"') {
        complain(p, p->line, "a string in double quotes wanted");
        return;
    }
    s = str_slice(s, 1, s.len - 1);
    buf_put(&b, *to);
    for (size_t i = 0; i < s.len; i++) {
        char c = s.at[i];
        const char *hit;
        if (c == '"') {
            complain(p, p->line, "a quote inside the string is written \\\"");
            return;
        }
        if (c == '\\') {
            i++;
            hit = i < s.len && s.at[i] != '\0' ? strchr("n\nt\t\"\"\\\\", s.at[i]) : NULL;
            if (hit == NULL) {
                complain(p, p->line, "only \\n \\t \\\" \\\\ are escapes");
                return;
            }
            c = hit[1];
        }
        buf_byte(&b, c);
    }
    *to = buf_str(&b);
}

/* One line that is neither blank nor a comment: a keyword with its string, or more of the string
 * before. */
static void take_line(struct po *p, struct entry *e, str line, str **target)
{
    if (line.at[0] == '"') {
        if (*target == NULL)
            complain(p, p->line, "a string that belongs to nothing");
        else
            take_string(p, line, *target);
        return;
    }
    size_t n = 0;
    while (n < line.len && memchr(" \t\"", line.at[n], 3) == NULL)
        n++;
    str word = str_slice(line, 0, n);
    if (str_eq(word, S("msgid"))) {
        bool is_fuzzy = e->line == 0 && e->is_fuzzy;
        entry_end(p, e);
        *e = (struct entry){.line = p->line, .is_fuzzy = is_fuzzy};
        *target = &e->key;
    } else if (str_eq(word, S("msgid_plural"))) {
        e->is_plural = true;
        p->plural_key = S("");
        *target = &p->plural_key;
    } else if (str_eq(word, S("msgstr")) || str_eq(word, S("msgstr[0]"))) {
        e->has_text[0] = true;
        *target = &e->text[0];
    } else if (str_eq(word, S("msgstr[1]"))) {
        e->has_text[1] = true;
        *target = &e->text[1];
    } else {
        complain(p, p->line, "\"%.*s\" is not known here", STR_ARG(word));
        return;
    }
    take_string(p, str_slice(line, n, line.len), *target);
}

static int by_key(const void *left, const void *right)
{
    const struct entry *a = left, *b = right;
    int order = str_cmp(a->key, b->key);

    return order != 0 ? order : (a->line > b->line) - (a->line < b->line);
}

static bool po_read(struct po *p, const char *file, size_t forms)
{
    struct entry e = {0};
    str source, *target = NULL;

    *p = (struct po){.arena = p->arena, .file = file, .forms = forms};
    p->entries = NEW_ARRAY(p->arena, KEYS_MAX, struct entry);
    if (!file_read(p->arena, file, &source))
        return false;
    if (text_check(source) != TEXT_OK)
        complain(p, 1, "not clean UTF-8 text");
    while (source.len > 0) {
        str line = str_trim(str_cut(&source, '\n'));
        p->line++;
        if (line.len == 0) {
            entry_end(p, &e);
            target = NULL;
        } else if (line.at[0] == '#') {
            if (str_starts(line, S("#,")) && str_find(line, S("fuzzy")) != SIZE_MAX) {
                entry_end(p, &e);
                e.is_fuzzy = true;
            }
        } else {
            take_line(p, &e, line, &target);
        }
    }
    entry_end(p, &e);
    qsort(p->entries, p->count, sizeof *p->entries, by_key);
    return true;
}

/* ---- both files together ---- */

static str constant_of(struct arena *a, str key)
{
    struct buf b = {.arena = a};

    for (size_t i = 0; i < key.len; i++) {
        char c = key.at[i];
        buf_byte(&b, c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A')
                                          : (char)(c >= '0' && c <= '9' ? c : '_'));
    }
    return buf_str(&b);
}

static int by_text(const void *left, const void *right)
{
    const struct entry *const *a = left, *const *b = right;

    return str_cmp((*a)->text[0], (*b)->text[0]);
}

/* Two keys must not become one constant. */
static void check_constants(struct po *p)
{
    struct entry **names = NEW_ARRAY(p->arena, p->count + 1, struct entry *);

    for (size_t i = 0; i < p->count; i++) {
        names[i] = NEW(p->arena, struct entry);
        *names[i] = p->entries[i];
        names[i]->text[0] = constant_of(p->arena, p->entries[i].key);
    }
    qsort(names, p->count, sizeof(struct entry *), by_text);
    for (size_t i = 0; i < p->count; i++) {
        str name = names[i]->text[0];
        if (str_eq(name, S("NONE")) || str_eq(name, S("COUNT")))
            complain(p, names[i]->line, "%.*s: this key is taken", STR_ARG(names[i]->key));
        if (i > 0 && str_eq(name, names[i - 1]->text[0]) &&
            !str_eq(names[i]->key, names[i - 1]->key))
            complain(p, names[i]->line, "%.*s and %.*s are both MSG_%.*s", STR_ARG(names[i]->key),
                     STR_ARG(names[i - 1]->key), STR_ARG(name));
    }
}

static void check_duplicates(struct po *p)
{
    for (size_t i = 1; i < p->count; i++) {
        if (str_eq(p->entries[i].key, p->entries[i - 1].key))
            complain(p, p->entries[i].line, "%.*s: already at line %zu", STR_ARG(p->entries[i].key),
                     p->entries[i - 1].line);
    }
}

/* Walk both sorted lists side by side. */
static void check_same(struct po *zh, struct po *en)
{
    size_t i = 0, j = 0;

    while (i < zh->count || j < en->count) {
        struct entry *a = &zh->entries[i], *b = &en->entries[j];
        int order = i == zh->count ? 1 : j == en->count ? -1 : str_cmp(a->key, b->key);
        if (order < 0)
            complain(en, 1, "%.*s: missing (it is at %s:%zu)", STR_ARG(a->key), zh->file, a->line);
        else if (order > 0)
            complain(zh, 1, "%.*s: missing (it is at %s:%zu)", STR_ARG(b->key), en->file, b->line);
        else if (a->places != b->places)
            complain(en, b->line, "%.*s: not the places of %s:%zu", STR_ARG(b->key), zh->file,
                     a->line);
        i += order <= 0;
        j += order >= 0;
    }
}

/* A plural counts by argument 0, also where no form shows it. */
static size_t argument_count(const struct entry *e)
{
    size_t n = e->is_plural ? 1 : 0;

    for (size_t i = 0; i < PLACES_MAX; i++) {
        if ((e->places >> (4 * i) & 0xF) != 0)
            n = i + 1;
    }
    return n;
}

static str header_of(const struct po *p)
{
    struct buf b = {.arena = p->arena};

    buf_put(&b, S("/* Made by tools/msgc.c from locale/. */\n#pragma once\n\nenum msg {\n"
                  "    MSG_NONE,\n"));
    for (size_t i = 0; i < p->count; i++)
        buf_fmt(&b, "    MSG_%.*s,\n", STR_ARG(constant_of(p->arena, p->entries[i].key)));
    buf_put(&b, S("    MSG_COUNT\n};\n\n/* How many arguments each message takes. */\n"
                  "enum msg_places {\n    PLACES_NONE,\n"));
    for (size_t i = 0; i < p->count; i++)
        buf_fmt(&b, "    PLACES_%.*s = %zu,\n", STR_ARG(constant_of(p->arena, p->entries[i].key)),
                argument_count(&p->entries[i]));
    buf_put(&b, S("};\n"));
    return buf_str(&b);
}

/* {"text", length}; '?' is escaped because of trigraphs. */
static void put_str(struct buf *b, str s)
{
    buf_put(b, S("{\""));
    for (size_t i = 0; i < s.len; i++) {
        if (s.at[i] == '\n')
            buf_put(b, S("\\n"));
        else if (s.at[i] == '\t')
            buf_put(b, S("\\t"));
        else if (memchr("\"\\?", s.at[i], 3) != NULL)
            buf_fmt(b, "\\%c", s.at[i]);
        else
            buf_byte(b, s.at[i]);
    }
    buf_fmt(b, "\", %zu}", s.len);
}

static str catalogue_of(const struct po *zh, const struct po *en)
{
    const struct po *both[] = {zh, en};
    struct buf b = {.arena = zh->arena};

    buf_put(&b, S("/* Made by tools/msgc.c from locale/. */\n#include \"base/msg_catalogue.h\"\n\n"
                  "const str msg_catalogue_keys[MSG_COUNT] = {\n    {\"\", 0},\n"));
    for (size_t i = 0; i < zh->count; i++) {
        buf_put(&b, S("    "));
        put_str(&b, zh->entries[i].key);
        buf_put(&b, S(",\n"));
    }
    buf_put(&b, S("};\n\nconst struct msg_forms msg_catalogue[LANG_COUNT][MSG_COUNT] = {\n"));
    for (size_t l = 0; l < 2; l++) {
        buf_fmt(&b, "    [%s] = {\n        {{\"\", 0}, {\"\", 0}},\n",
                l == 0 ? "LANG_ZH" : "LANG_EN");
        for (size_t i = 0; i < both[l]->count; i++) {
            buf_put(&b, S("        {"));
            put_str(&b, both[l]->entries[i].text[0]);
            buf_put(&b, S(", "));
            put_str(&b, both[l]->entries[i].text[1]);
            buf_put(&b, S("},\n"));
        }
        buf_put(&b, S("    },\n"));
    }
    buf_put(&b, S("};\n"));
    return buf_str(&b);
}

int main(int argc, char **argv)
{
    struct arena *a = arena_new("msgc", ARENA_MAX);
    struct po zh = {.arena = a}, en = {.arena = a};
    bool is_done = false;

    if (argc != 5) {
        fprintf(stderr, "usage: msgc zh.po en.po msg_keys.h msg_catalogue.c\n");
    } else if (po_read(&zh, argv[1], 1) && po_read(&en, argv[2], 2)) {
        check_duplicates(&zh);
        check_duplicates(&en);
        if (zh.faults + en.faults == 0)
            check_same(&zh, &en);
        check_constants(&zh);
        is_done = zh.faults + en.faults == 0 && file_write(argv[3], header_of(&en)) &&
                  file_write(argv[4], catalogue_of(&zh, &en));
    }
    arena_free(a);
    return is_done ? 0 : 1;
}
