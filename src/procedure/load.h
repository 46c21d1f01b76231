/*
 * load -- between the files that read a procedure: what is read so far, and the reading of one
 * entry of a map. Private to this folder.
 *
 * Reading has three passes: every thing gets its place and name (load.c), then its entries are read
 * and names become indices (load_parts.c, load_acts.c, load_clocks.c, load_guard.c), then the whole
 * is checked (check.c). Each function adds problems and goes on, so that one run finds them all.
 */
#pragma once
#include "procedure/tree.h"

struct load {
    struct arena *arena;
    struct problem_list *problems;
    struct procedure *p;
    struct node *root;
    struct field *inputs; /* the shared definitions under `inputs` */
    size_t input_count;
};

/* ---- one entry of a map (load_read.c) ---- */

/* The entry, now taken; NULL if it is missing or `map` is no map. */
struct node *load_take(struct node *map, const char *key);

/* The same, and a problem if it is missing. */
struct node *load_need(struct load *l, struct node *map, const char *key);

/* Every entry that nobody took is unknown. */
void load_done(struct load *l, struct node *map);

/* A problem unless it is a map; NULL is no problem and false. */
bool load_is_map(struct load *l, struct node *n);

/* The items of a list, or a lone value as a list of one. NULL: none. */
struct items {
    struct node *at[PROCEDURE_LIST_MAX];
    size_t count;
};
struct items load_items(struct load *l, struct node *n);

str load_text(struct load *l, struct node *n); /* a value; empty for NULL */
int64_t load_int(struct load *l, struct node *map, const char *key, int64_t min, int64_t max,
                 int64_t otherwise);
bool load_bool(struct load *l, struct node *map, const char *key);
bool load_span(struct load *l, struct node *n, struct span *span);

/* {zh: …, en: …}, both there. */
struct label load_label(struct load *l, struct node *n);
struct label load_need_label(struct load *l, struct node *map, const char *key);

/* One of a closed list of words; the index, or -1 and a problem. */
int load_word(struct load *l, struct node *n, const char *const *words, size_t count);

/* ---- names to indices ---- */

enum ref { REF_PARTY, REF_FIELD, REF_STATE, REF_ACT, REF_LIST, REF_CLOCK, REF_NUMBER, REF_STEP };

/* The index of what the value names, or -1 and a problem. `child`: whose states or acts are meant,
 * -1: the matter's. An act may be written KIND.ACT; one that `child` does not have is looked for in
 * the matter. */
int load_ref(struct load *l, struct node *n, enum ref ref, int child);
uint64_t load_refs(struct load *l, struct node *n, enum ref ref, int child);
uint32_t load_parties(struct load *l, struct node *n);
uint32_t load_kinds(struct load *l, struct node *n, int child);

/* ---- the parts ---- */

void load_lists(struct load *l, struct node *n);
void load_party_list(struct load *l, struct node *n);
void load_states(struct load *l, struct node *n, struct state *states, int child);
void load_children(struct load *l, struct node *n);
void load_numbers(struct load *l, struct node *n);
void load_openness(struct load *l, struct node *n);
void load_satisfaction(struct load *l, struct node *n);

/* The definitions of a map of fields into `*fields`. `is_matter`: may say required_by, seen_by. */
void load_fields(struct load *l, struct node *n, struct field *fields, bool is_matter);
struct field load_field_new(str name, int line);
void load_field(struct load *l, struct node *n, struct field *f, bool is_matter);

void load_acts(struct load *l, struct node *n, int child, size_t first);
void load_clocks(struct load *l, struct node *n);
void load_guards(struct load *l, struct node *n, struct guard **guards, size_t *count);

/* ---- the whole (check.c) ---- */

void check_procedure(struct load *l);
