/*
 * tmpl -- one template on its way from HTML to C.
 *
 * tmpl.c walks through the file and puts the C together, tmpl_tags.c knows what stands in braces,
 * tmpl_html.c follows the markup between: it says where a value stands, and refuses what could not
 * be escaped, nested or read out properly. The language is described in tmplc.c. Nothing here
 * touches a file, so that the fuzzer can call it.
 */
#pragma once
#include "base/buf.h"

enum { HTML_DEPTH_MAX = 64, HTML_ATTRS_MAX = 32, TMPL_BLOCKS_MAX = 32, TMPL_WORDS_MAX = 12 };

enum html_where { IN_TEXT, IN_TAG, IN_VALUE };

/* What a value is escaped for. */
enum sink { SINK_TEXT, SINK_ATTR, SINK_URL, SINK_URL_PART };

/* Attributes that some element must have; a set. */
enum { HAS_ALT = 1, HAS_NAME = 2, HAS_SRC = 4 };

struct element {
    str name;
    size_t at; /* byte of the source, for the complaint */
};

/* Where in the markup we are. Copied at every {% if %}, and compared at the {% end %}. */
struct markup {
    enum html_where where;
    struct element open[HTML_DEPTH_MAX];
    size_t depth;
    size_t letters; /* of the bare word being read */

    /* The tag being read: */
    struct element tag;
    size_t tag_blocks; /* blocks that were open when it began */
    str attrs[HTML_ATTRS_MAX];
    size_t attr_count;
    unsigned has; /* in every arm */
    str type;
    bool is_post;
    size_t word_at; /* of a bare word in value=""; 0: none */

    /* The value being read: */
    str attr;
    char quote;
    size_t value_at;
    bool is_filled; /* it has a {{ }} or {% %} in it */
    bool is_begun;  /* something stands in it already: a URL has got its beginning */
    bool is_checked;
    size_t begun_at;
};

enum block_kind { BLOCK_IF, BLOCK_EACH };

struct block {
    enum block_kind kind;
    size_t at;
    bool has_else, has_arm;
    struct markup before, arm; /* at the {% if %}, and at the end of its arms so far */
    str variable, count;       /* of an each: its name, and the C expression for the length */
};

struct tmpl {
    struct arena *arena;
    str file;   /* as it shall stand in complaints */
    str name;   /* what the view must be called; empty: anything */
    str source; /* the template */

    size_t at;
    size_t bare_until; /* up to here white space is dropped: a line of {% %} alone */
    struct markup m;
    struct block blocks[TMPL_BLOCKS_MAX];
    size_t block_count;
    str view, page;
    struct buf literal, body, includes;

    str fault; /* "file:line:column: sentence", when a function here said false */
};

/* Compile t->source. False with t->fault set when it is refused. Then the text of the .c and .h,
 * where the .c includes the .h by the name `header`. */
bool tmpl_compile(struct tmpl *t);
str tmpl_c(struct tmpl *t, str header);
str tmpl_h(struct tmpl *t);

/* Set the fault at a byte of the source and say false. */
bool refuse(struct tmpl *t, size_t at, const char *fmt, ...) PRINTF(3, 4);

/* The line of a byte of the source, and its column in characters, both from 1. */
size_t tmpl_line(const struct tmpl *t, size_t at, size_t *column);

/* Write out what literal text has gathered, then the statement, which the C compiler takes to stand
 * at `at` of the template. */
void tmpl_emit(struct tmpl *t, size_t at, const char *fmt, ...) PRINTF(3, 4);

/* ---- the language ---- */

/* What stands between the braces of {{ }} and {% %} at `at`. */
bool tmpl_value(struct tmpl *t, size_t at, str inner);
bool tmpl_tag(struct tmpl *t, size_t at, str inner);

/* ---- the markup ---- */

/* Take the next piece of markup at t->at: a character of text, a tag's name, an attribute's name.
 */
bool html_take(struct tmpl *t);

/* A value stands at `at`: which sink. False where none may stand. */
bool html_fill(struct tmpl *t, size_t at, enum sink *sink);

/* A {% %} stands at `at`. */
bool html_block(struct tmpl *t, size_t at);

/* White space counts here (pre, textarea). */
bool html_keeps_space(const struct markup *m);

/* Inside title, textarea or script: no elements here. */
bool html_is_text_only(const struct markup *m);

/* Put two ways to the same place together in *a. False when they are not the same place. */
bool html_merge(struct tmpl *t, size_t at, struct markup *a, const struct markup *b);
