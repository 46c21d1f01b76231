/*
 * import_record -- the records of an import as they stand in the files; private to the importer.
 *
 * The structs are filled by libcyaml after the schemas of import_schema.c: strings end in NUL, and
 * a field that a file leaves out is NULL. import_text makes a str of either.
 */
#pragma once
#include "flow/import.h"

#include <cyaml/cyaml.h>
#include <yaml.h>

struct import_body {
    char *code, *kind, *name_zh, *name_en, *line;
};

struct import_term {
    int64_t number;
    char *line;
};

struct import_session {
    int64_t number;
    char *opened, *closed, *rapporteur, *line;
};

struct import_committee {
    char *source;
    struct import_body body;
    struct import_term term;
    struct import_session session;
};

struct import_region {
    char *code, *name_zh, *name_en, *parent, *line;
};

struct import_regions {
    char *source;
    struct import_region *regions;
    size_t regions_count;
};

struct import_member {
    char *code, *name, *line;
};

struct import_members {
    char *source;
    struct import_member *members;
    size_t members_count;
};

struct import_matter {
    char *code, *member, *title, *title_en, *body, *category, *line;
    char **tags, **points;
    size_t tags_count, points_count;
};

struct import_matters {
    char *source, *procedure, *state;
    struct import_matter *matters;
    size_t matters_count;
};

struct import_item {
    char *code, *kind, *state, *topic, *topic_en, *group, *note, *note_en, *line;
    int64_t year;
};

struct import_plan {
    char *source;
    struct import_item *plan;
    size_t plan_count;
};

struct import_figure {
    char *code, *subject, *subject_en, *name, *name_en, *value, *number, *unit, *plan, *line;
    int64_t year;
};

struct import_figures {
    char *source;
    struct import_figure *figures;
    size_t figures_count;
};

struct import_mechanism {
    char *code, *group, *term_zh, *term_en, *purpose_zh, *purpose_en, *line;
};

struct import_mechanisms {
    char *source;
    struct import_mechanism *mechanisms;
    size_t mechanisms_count;
};

struct import_link {
    char *kind, *from_kind, *from, *to_kind, *to, *line;
};

struct import_links {
    char *source;
    struct import_link *links;
    size_t links_count;
};

enum import_file_kind {
    FILE_COMMITTEE,
    FILE_REGIONS,
    FILE_MEMBERS,
    FILE_MATTERS,
    FILE_PLAN,
    FILE_FIGURES,
    FILE_MECHANISMS,
    FILE_LINKS,
    FILE_KINDS
};

/* One file: its records, and the tree that knows on which line each value stands. */
struct import_file {
    str name;
    void *records; /* a struct of the kind; NULL: the file is not there */
    yaml_document_t tree;
};

struct import {
    struct import_file file[FILE_KINDS];
};

/* What stands in a file of this kind, and in which. */
struct import_schema {
    const char *name; /* of the file */
    const cyaml_schema_value_t *value;
};
extern const struct import_schema import_schemas[FILE_KINDS];

/* The records of one kind, or NULL. */
#define IMPORT_RECORDS(in, type, kind) ((const struct type *)(in)->file[kind].records)

static inline str import_text(const char *z)
{
    return str_of(z);
}

/* The line of `field` in record `index` of `section`; without such a field that of the record.
 * `index` IMPORT_NO_LIST: the section is no list but one record. `section` NULL: `field` stands at
 * the top. */
#define IMPORT_NO_LIST SIZE_MAX
int64_t import_line(const struct import_file *f, const char *section, size_t index,
                    const char *field);

/* Read one file into *f, which is empty. `schema` says how. */
enum err import_parse(struct ctx *c, struct import_file *f, const struct import_schema *schema,
                      str name, str bytes) MUST_USE;
