#include "procedure/tree.h"

#include "base/msg.h"

#include <assert.h>
#include <yaml.h>

struct builder {
    struct arena *arena;
    struct problem_list *problems;
    struct node *open[TREE_DEPTH]; /* the maps and lists around the current place */
    int depth, node_count;
    struct node *root;
    str key; /* read, its value not yet */
    bool has_key;
    int key_line;
};

void problem_add(struct problem_list *list, int line, int msg, const struct val *args,
                 size_t arg_count)
{
    assert(arg_count <= FAILURE_ARGS_MAX);
    if (list->count == PROCEDURE_PROBLEMS_MAX)
        return;
    struct problem *p = &list->at[list->count++];
    *p = (struct problem){.line = line, .msg = msg, .arg_count = arg_count};
    for (size_t i = 0; i < arg_count; i++)
        p->args[i] = args[i];
}

static bool has_key(const struct node *map, str key)
{
    for (const struct node *n = map->first; n; n = n->next)
        if (str_eq(n->key, key))
            return true;
    return false;
}

/* Hang the node where we are. False: there are too many. */
static bool tree_hang(struct builder *b, struct node *n)
{
    struct node *parent = b->depth ? b->open[b->depth - 1] : NULL;

    if (!parent) {
        b->root = n;
        return true;
    }
    if (parent->count == TREE_ENTRIES || ++b->node_count > TREE_NODES) {
        problem(b->problems, n->line, MSG_PROCEDURE_PROBLEM_TOO_LONG, I(TREE_ENTRIES));
        return false;
    }
    if (parent->type == NODE_MAP) {
        n->key = b->key;
        n->line = b->key_line;
        b->has_key = false;
        if (has_key(parent, b->key)) {
            problem(b->problems, b->key_line, MSG_PROCEDURE_PROBLEM_TWICE, T(b->key));
            return true;
        }
    }
    if (parent->last)
        parent->last->next = n;
    else
        parent->first = n;
    parent->last = n;
    parent->count++;
    return true;
}

static bool tree_open(struct builder *b, enum node_type type, int line)
{
    struct node *n = NEW(b->arena, struct node);

    *n = (struct node){.type = type, .line = line};
    if (!tree_hang(b, n))
        return false;
    if (b->depth == TREE_DEPTH) {
        problem(b->problems, line, MSG_PROCEDURE_PROBLEM_TOO_DEEP, I(TREE_DEPTH));
        return false;
    }
    b->open[b->depth++] = n;
    return true;
}

static bool tree_in_map(const struct builder *b)
{
    assert(b->depth == 0 || b->open[b->depth - 1] != NULL);
    return b->depth > 0 && b->open[b->depth - 1]->type == NODE_MAP;
}

/* A value, or the key of the next one. */
static bool tree_value(struct builder *b, const yaml_event_t *e, int line)
{
    str text = str_copy(b->arena, (str){(const char *)e->data.scalar.value, e->data.scalar.length});
    bool in_map = tree_in_map(b);

    if (in_map && !b->has_key) {
        b->key = text;
        b->key_line = line;
        b->has_key = true;
        return true;
    }
    struct node *n = NEW(b->arena, struct node);
    *n = (struct node){.type = NODE_VALUE, .line = line, .text = text};
    return tree_hang(b, n);
}

static bool is_plain(const yaml_event_t *e)
{
    switch (e->type) {
    case YAML_ALIAS_EVENT:
        return false;
    case YAML_SCALAR_EVENT:
        return !e->data.scalar.anchor && !e->data.scalar.tag;
    case YAML_SEQUENCE_START_EVENT:
        return !e->data.sequence_start.anchor && !e->data.sequence_start.tag;
    case YAML_MAPPING_START_EVENT:
        return !e->data.mapping_start.anchor && !e->data.mapping_start.tag;
    default:
        return true;
    }
}

/* False: stop reading; a problem was added. */
static bool tree_event(struct builder *b, const yaml_event_t *e)
{
    int line = (int)e->start_mark.line + 1;
    bool in_map = tree_in_map(b);
    bool opens = e->type == YAML_MAPPING_START_EVENT || e->type == YAML_SEQUENCE_START_EVENT;

    if (!is_plain(e) || (opens && in_map && !b->has_key)) {
        problem(b->problems, line, MSG_PROCEDURE_PROBLEM_FANCY);
        return false;
    }
    switch (e->type) {
    case YAML_DOCUMENT_START_EVENT:
        if (b->root)
            problem(b->problems, line, MSG_PROCEDURE_PROBLEM_FANCY);
        return !b->root;
    case YAML_SCALAR_EVENT:
        return tree_value(b, e, line);
    case YAML_MAPPING_START_EVENT:
        return tree_open(b, NODE_MAP, line);
    case YAML_SEQUENCE_START_EVENT:
        return tree_open(b, NODE_LIST, line);
    case YAML_MAPPING_END_EVENT:
    case YAML_SEQUENCE_END_EVENT:
        b->depth--;
        return true;
    default:
        return true;
    }
}

static void tree_syntax(struct builder *b, const yaml_parser_t *y)
{
    str what = str_copy(b->arena, str_of(y->problem ? y->problem : "?"));

    problem(b->problems, (int)y->problem_mark.line + 1, MSG_PROCEDURE_PROBLEM_SYNTAX, T(what));
}

struct node *tree_read(struct arena *a, str text, struct problem_list *problems)
{
    struct builder b = {.arena = a, .problems = problems};
    yaml_parser_t y;
    bool goes_on = true, ended = false;

    if (!yaml_parser_initialize(&y)) {
        problem(problems, 0, MSG_PROCEDURE_PROBLEM_SYNTAX, T(S("memory")));
        return NULL;
    }
    yaml_parser_set_encoding(&y, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(&y, (const unsigned char *)text.at, text.len);
    while (goes_on) {
        yaml_event_t e;
        if (!yaml_parser_parse(&y, &e)) {
            tree_syntax(&b, &y);
            break;
        }
        ended = e.type == YAML_STREAM_END_EVENT;
        goes_on = !ended && tree_event(&b, &e);
        yaml_event_delete(&e);
    }
    yaml_parser_delete(&y);
    if (ended && !b.root)
        problem(problems, 1, MSG_PROCEDURE_PROBLEM_EMPTY);
    return ended ? b.root : NULL;
}
