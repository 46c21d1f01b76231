/* One file: from bytes to records, or to the line that is wrong. Read three times: its events, to
 * refuse what would take long; into libyaml's tree, which knows the lines; by libcyaml into
 * structs. */
#include "base/msg.h"
#include "flow/import_record.h"

#include <stdio.h>
#include <string.h>

/* What libcyaml says of a file quotes at most all of it. */
enum { SAID_MAX = IMPORT_FILE_MAX + 4096, SHOWN_CHARS = 60, KEYS_MAX = 60, DEPTH_MAX = 8 };

/* ---- the tree ---- */

static int64_t node_line(const yaml_node_t *n)
{
    return (int64_t)n->start_mark.line + 1;
}

static str node_text(const yaml_node_t *n)
{
    if (n->type != YAML_SCALAR_NODE)
        return S("");
    return (str){(const char *)n->data.scalar.value, n->data.scalar.length};
}

static yaml_node_t *tree_node(const struct import_file *f, yaml_node_item_t id)
{
    return &f->tree.nodes.start[id - 1]; /* ids of one tree are always good */
}

static const yaml_node_t *tree_entry(const struct import_file *f, const yaml_node_t *map, str key)
{
    if (map->type != YAML_MAPPING_NODE)
        return NULL;
    for (yaml_node_pair_t *p = map->data.mapping.pairs.start; p < map->data.mapping.pairs.top; p++)
        if (str_eq(node_text(tree_node(f, p->key)), key))
            return tree_node(f, p->value);
    return NULL;
}

int64_t import_line(const struct import_file *f, const char *section, size_t index,
                    const char *field)
{
    const yaml_node_t *at = f->tree.nodes.start, *next;

    if (section != NULL) {
        next = tree_entry(f, at, str_of(section));
        if (next != NULL)
            at = next;
    }
    if (index != IMPORT_NO_LIST && at->type == YAML_SEQUENCE_NODE &&
        index < (size_t)(at->data.sequence.items.top - at->data.sequence.items.start))
        at = tree_node(f, at->data.sequence.items.start[index]);
    next = tree_entry(f, at, str_of(field));
    return node_line(next != NULL ? next : at);
}

static enum err check_map(struct ctx *c, const struct import_file *f, const yaml_node_t *map)
{
    yaml_node_pair_t *start = map->data.mapping.pairs.start, *top = map->data.mapping.pairs.top;

    if (top - start > KEYS_MAX)
        return OK; /* more keys than any schema has: one is unknown, and the schema will say so */
    for (yaml_node_pair_t *p = start; p < top; p++) {
        yaml_node_t *key = tree_node(f, p->key);
        for (yaml_node_pair_t *before = start; before < p; before++)
            if (str_eq(node_text(tree_node(f, before->key)), node_text(key)))
                return fail(c, INVALID, MSG_IMPORT_KEY_TWICE, T(f->name), I(node_line(key)),
                            T(str_copy(c->arena, str_head(node_text(key), SHOWN_CHARS))));
    }
    return OK;
}

/* What a schema does not see: a key twice, and characters written as escapes. */
static enum err check_tree(struct ctx *c, const struct import_file *f)
{
    for (yaml_node_t *n = f->tree.nodes.start; n < f->tree.nodes.top; n++) {
        if (n->type == YAML_SCALAR_NODE && text_check(node_text(n)) != TEXT_OK)
            return fail(c, INVALID, MSG_IMPORT_NOT_TEXT, T(f->name), I(node_line(n)));
        if (n->type == YAML_MAPPING_NODE)
            TRY(check_map(c, f, n));
    }
    return OK;
}

static void tree_free(void *tree)
{
    yaml_document_delete(tree);
}

static enum err fail_syntax(struct ctx *c, const struct import_file *f, const yaml_parser_t *parser)
{
    str problem = str_copy(c->arena, str_of(parser->problem));

    return fail(c, INVALID, MSG_IMPORT_SYNTAX, T(f->name),
                I((int64_t)parser->problem_mark.line + 1), T(problem));
}

static enum err load_tree(struct ctx *c, struct import_file *f, yaml_parser_t *parser)
{
    yaml_document_t more;
    bool is_more;

    if (!yaml_parser_load(parser, &f->tree))
        return fail_syntax(c, f, parser);
    arena_defer(c->arena, tree_free, &f->tree);
    if (yaml_document_get_root_node(&f->tree) == NULL)
        return fail(c, INVALID, MSG_IMPORT_EMPTY, T(f->name), I(1));

    if (!yaml_parser_load(parser, &more))
        return fail_syntax(c, f, parser);
    is_more = yaml_document_get_root_node(&more) != NULL;
    int64_t line = is_more ? node_line(yaml_document_get_root_node(&more)) : 0;
    yaml_document_delete(&more);
    if (is_more)
        return fail(c, INVALID, MSG_IMPORT_MORE_DOCUMENTS, T(f->name), I(line));
    return check_tree(c, f);
}

/* libyaml takes time that grows with the square of the depth, and of the number of anchors. Both
 * are noticed here, event by event, before anything is built. */
static enum err check_event(struct ctx *c, const struct import_file *f, const yaml_event_t *event,
                            int *depth)
{
    const unsigned char *anchor = NULL;
    int64_t line = (int64_t)event->start_mark.line + 1;

    switch (event->type) {
    case YAML_SEQUENCE_START_EVENT:
        anchor = event->data.sequence_start.anchor;
        ++*depth;
        break;
    case YAML_MAPPING_START_EVENT:
        anchor = event->data.mapping_start.anchor;
        ++*depth;
        break;
    case YAML_SEQUENCE_END_EVENT:
    case YAML_MAPPING_END_EVENT:
        --*depth;
        break;
    case YAML_SCALAR_EVENT:
        anchor = event->data.scalar.anchor;
        break;
    case YAML_ALIAS_EVENT:
        anchor = event->data.alias.anchor;
        break;
    default:
        break;
    }
    if (anchor != NULL)
        return fail(c, INVALID, MSG_IMPORT_ALIAS, T(f->name), I(line));
    if (*depth > DEPTH_MAX)
        return fail(c, INVALID, MSG_IMPORT_DEEP, T(f->name), I(line));
    return OK;
}

static enum err check_events(struct ctx *c, struct import_file *f, yaml_parser_t *parser)
{
    int depth = 0;
    bool is_over = false;

    while (!is_over) {
        yaml_event_t event;
        enum err e;

        if (!yaml_parser_parse(parser, &event))
            return fail_syntax(c, f, parser);
        is_over = event.type == YAML_STREAM_END_EVENT;
        e = check_event(c, f, &event, &depth);
        yaml_event_delete(&event);
        TRY(e);
    }
    return OK;
}

typedef enum err pass_fn(struct ctx *c, struct import_file *f, yaml_parser_t *parser);

static enum err pass(struct ctx *c, struct import_file *f, str bytes, pass_fn *fn)
{
    yaml_parser_t parser;
    enum err e;

    if (!yaml_parser_initialize(&parser))
        return FAULT;
    yaml_parser_set_encoding(&parser, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(&parser, (const unsigned char *)bytes.at, bytes.len);
    e = fn(c, f, &parser);
    yaml_parser_delete(&parser);
    return e;
}

/* ---- the records ---- */

/* libcyaml's memory, from the arena. The capacity stands before the bytes and doubles, so that a
 * list growing by one record at a time does not fill the arena with its own copies. */
struct block {
    size_t cap;
    size_t pad; /* keeps what follows aligned */
};

static void *block_of_arena(void *arena, void *at, size_t size)
{
    struct block *old = at == NULL ? NULL : (struct block *)at - 1;
    struct block *b;
    size_t cap = 16;

    if (size == 0)
        return NULL;
    if (old != NULL && size <= old->cap)
        return at;
    while (cap < size)
        cap *= 2;
    b = arena_alloc(arena, sizeof *b + cap);
    b->cap = cap;
    if (old != NULL)
        memcpy(b + 1, at, old->cap);
    return b + 1;
}

/* libcyaml says what is wrong in a log: first the thing itself, then where, innermost first. */
struct said {
    char text[SAID_MAX];
    size_t len;
};

static void hear(cyaml_log_t level, void *said, const char *fmt, va_list args)
{
    struct said *s = said;
    int len;

    (void)level;
    len = vsnprintf(s->text + s->len, sizeof s->text - s->len, fmt, args);
    if (len > 0)
        s->len += (size_t)len < sizeof s->text - s->len ? (size_t)len : sizeof s->text - s->len - 1;
}

static str between(str s, str before, str after)
{
    size_t from = str_find(s, before);

    if (from == SIZE_MAX)
        return S("");
    s = str_slice(s, from + before.len, s.len);
    return str_slice(s, 0, str_find(s, after) == SIZE_MAX ? s.len : str_find(s, after));
}

/* libcyaml names the line before an unknown key; the tree knows its own. */
static int64_t key_line(const struct import_file *f, str key, int64_t from)
{
    int64_t line = INT64_MAX;

    for (yaml_node_t *n = f->tree.nodes.start; n < f->tree.nodes.top; n++) {
        if (n->type != YAML_MAPPING_NODE)
            continue;
        for (yaml_node_pair_t *p = n->data.mapping.pairs.start; p < n->data.mapping.pairs.top;
             p++) {
            const yaml_node_t *k = tree_node(f, p->key);
            if (node_line(k) >= from && node_line(k) < line && str_eq(node_text(k), key))
                line = node_line(k);
        }
    }
    return line == INT64_MAX ? from : line;
}

static int msg_of(cyaml_err_t e)
{
    switch (e) {
    case CYAML_ERR_INVALID_KEY:
        return MSG_IMPORT_KEY_UNKNOWN;
    case CYAML_ERR_MAPPING_FIELD_MISSING:
        return MSG_IMPORT_KEY_MISSING;
    case CYAML_ERR_STRING_LENGTH_MIN:
        return MSG_IMPORT_VALUE_EMPTY;
    case CYAML_ERR_STRING_LENGTH_MAX:
        return MSG_IMPORT_VALUE_LONG;
    case CYAML_ERR_SEQUENCE_ENTRIES_MIN:
        return MSG_IMPORT_LIST_EMPTY;
    case CYAML_ERR_SEQUENCE_ENTRIES_MAX:
        return MSG_IMPORT_LIST_LONG;
    case CYAML_ERR_ALIAS:
        return MSG_IMPORT_ALIAS;
    default:
        return MSG_IMPORT_VALUE_BAD;
    }
}

/* The n-th line of the file that libcyaml names, innermost first; 1 if it names none. */
static int64_t line_named(str where, int nth)
{
    str begin = S("(line: ");
    int64_t line;

    for (int i = 0; i < nth && str_find(where, begin) != SIZE_MAX; i++)
        where = str_slice(where, str_find(where, begin) + begin.len, where.len);
    return str_to_i64(between(where, begin, S(",")), &line) ? line : 1;
}

static enum err fail_schema(struct ctx *c, const struct import_file *f, cyaml_err_t e,
                            const struct said *said)
{
    str text = str_copy(c->arena, (str){said->text, said->len});
    size_t cut = str_find(text, S("Load: Backtrace:"));
    str what = str_slice(text, 0, cut == SIZE_MAX ? text.len : cut);
    str where = str_slice(text, what.len, text.len);
    str name = between(where, S("mapping field '"), S("' (line: "));
    int64_t line = line_named(where, 0);

    if (e == CYAML_ERR_INVALID_KEY) {
        name = between(what, S("Unexpected key: "), S("\n"));
        line = key_line(f, name, line);
    } else if (e == CYAML_ERR_MAPPING_FIELD_MISSING) {
        name = between(what, S("mapping field: "), S("\n"));
        line = line_named(where, 1); /* the innermost is the record's last field */
    }
    return fail(c, INVALID, msg_of(e), T(f->name), I(line),
                T(str_copy(c->arena, str_head(name, SHOWN_CHARS))));
}

static enum err read_records(struct ctx *c, struct import_file *f,
                             const struct import_schema *schema, str bytes)
{
    struct said *said = NEW(c->arena, struct said);
    const cyaml_config_t config = {
        .log_fn = hear,
        .log_ctx = said,
        .mem_fn = block_of_arena,
        .mem_ctx = c->arena,
        .log_level = CYAML_LOG_ERROR,
        .flags = CYAML_CFG_NO_ALIAS,
    };
    cyaml_data_t *records = NULL;
    cyaml_err_t e = cyaml_load_data((const uint8_t *)bytes.at, bytes.len, &config, schema->value,
                                    &records, NULL);

    if (e != CYAML_OK)
        return fail_schema(c, f, e, said);
    if (records == NULL)
        return fail(c, INVALID, MSG_IMPORT_EMPTY, T(f->name), I(1));
    f->records = records;
    return OK;
}

/* The first line that is not text. */
static int64_t bad_line(str bytes)
{
    int64_t line = 1;

    while (bytes.len > 0) {
        if (text_check(str_cut(&bytes, '\n')) != TEXT_OK)
            break;
        line++;
    }
    return line;
}

enum err import_parse(struct ctx *c, struct import_file *f, const struct import_schema *schema,
                      str name, str bytes)
{
    f->name = str_copy(c->arena, name);
    if (bytes.len > IMPORT_FILE_MAX)
        return fail(c, INVALID, MSG_IMPORT_TOO_LARGE, T(f->name), I(1), I(IMPORT_FILE_MAX / 1024));
    if (text_check(bytes) != TEXT_OK)
        return fail(c, INVALID, MSG_IMPORT_NOT_TEXT, T(f->name), I(bad_line(bytes)));
    TRY(pass(c, f, bytes, check_events));
    TRY(pass(c, f, bytes, load_tree));
    return read_records(c, f, schema, bytes);
}
