/*
 * tree -- YAML text as nodes with line numbers.
 *
 * The small part of YAML that a procedure needs: maps, lists and plain values, at most TREE_DEPTH
 * deep, TREE_ENTRIES in each, TREE_NODES in all. Anchors, aliases, tags and a second document are
 * refused: an alias could make a small file into an endless one.
 */
#pragma once
#include "procedure/procedure.h"

enum { TREE_DEPTH = 10, TREE_ENTRIES = 300, TREE_NODES = 20000 };

enum node_type { NODE_VALUE, NODE_LIST, NODE_MAP };

struct node {
    enum node_type type;
    int line;
    str key;  /* of an entry of a map */
    str text; /* of a value */
    struct node *first, *last, *next;
    size_t count;
    bool is_taken; /* somebody has read this entry */
};

/* Append one problem; beyond the limit it is dropped. */
void problem_add(struct problem_list *list, int line, int msg, const struct val *args,
                 size_t arg_count);
#define problem(list, line, msg, ...) problem_add((list), (line), (msg), VALS(__VA_ARGS__))

/* The root node, or NULL with a problem added. A key that stands twice in a map is a problem, and
 * its second value is dropped. */
struct node *tree_read(struct arena *a, str text, struct problem_list *problems);
