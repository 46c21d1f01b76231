/* What may stand in each file. Lengths are bytes, three for a Han character; numbers and words are
 * looked at in import_check.c, because libcyaml takes "nanx" for a number. */
#include "flow/import_record.h"

enum {
    CODE_MAX = 40,
    NAME_MAX = 120,
    LINE_MAX = 300,
    TEXT_MAX = 6000,
    RECORDS_MAX = 1000,
    POINTS_MAX = 40,
    TAGS_MAX = 20
};

/* clang-format off */
#define NEED(type, key, member, max) \
    CYAML_FIELD_STRING_PTR(key, CYAML_FLAG_POINTER, struct type, member, 1, max)
#define MAY(type, key, member, max) \
    CYAML_FIELD_STRING_PTR(key, CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL, struct type, member, 0, max)
#define NUMBER(type, key) CYAML_FIELD_INT(key, CYAML_FLAG_DEFAULT, struct type, number)
#define YEAR(type)        CYAML_FIELD_INT("year", CYAML_FLAG_DEFAULT, struct type, year)
#define LINE(type)        NEED(type, "line", line, CODE_MAX)
#define SOURCE(type)      NEED(type, "source", source, NAME_MAX)
#define RECORDS(type, member, schema) \
    CYAML_FIELD_SEQUENCE(#member, CYAML_FLAG_POINTER, struct type, member, schema, 1, RECORDS_MAX)

static const cyaml_schema_field_t body_fields[] = {
    NEED(import_body, "code", code, CODE_MAX),
    NEED(import_body, "kind", kind, CODE_MAX),
    NEED(import_body, "name_zh", name_zh, NAME_MAX),
    NEED(import_body, "name_en", name_en, NAME_MAX),
    LINE(import_body),
    CYAML_FIELD_END
};
static const cyaml_schema_field_t term_fields[] = {
    NUMBER(import_term, "number"),
    LINE(import_term),
    CYAML_FIELD_END
};
static const cyaml_schema_field_t session_fields[] = {
    NUMBER(import_session, "number"),
    MAY(import_session, "opened", opened, CODE_MAX),
    MAY(import_session, "closed", closed, CODE_MAX),
    MAY(import_session, "rapporteur", rapporteur, NAME_MAX),
    LINE(import_session),
    CYAML_FIELD_END
};
static const cyaml_schema_field_t committee_fields[] = {
    SOURCE(import_committee),
    CYAML_FIELD_MAPPING("body", CYAML_FLAG_DEFAULT, struct import_committee, body, body_fields),
    CYAML_FIELD_MAPPING("term", CYAML_FLAG_DEFAULT, struct import_committee, term, term_fields),
    CYAML_FIELD_MAPPING("session", CYAML_FLAG_DEFAULT, struct import_committee, session, session_fields),
    CYAML_FIELD_END
};

static const cyaml_schema_field_t region_fields[] = {
    NEED(import_region, "code", code, CODE_MAX),
    NEED(import_region, "name_zh", name_zh, NAME_MAX),
    NEED(import_region, "name_en", name_en, NAME_MAX),
    MAY(import_region, "parent", parent, CODE_MAX),
    LINE(import_region),
    CYAML_FIELD_END
};
static const cyaml_schema_value_t region = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct import_region, region_fields)
};
static const cyaml_schema_field_t regions_fields[] = {
    SOURCE(import_regions),
    RECORDS(import_regions, regions, &region),
    CYAML_FIELD_END
};

static const cyaml_schema_field_t member_fields[] = {
    NEED(import_member, "code", code, CODE_MAX),
    NEED(import_member, "name", name, NAME_MAX),
    LINE(import_member),
    CYAML_FIELD_END
};
static const cyaml_schema_value_t member = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct import_member, member_fields)
};
static const cyaml_schema_field_t members_fields[] = {
    SOURCE(import_members),
    RECORDS(import_members, members, &member),
    CYAML_FIELD_END
};

static const cyaml_schema_value_t tag = {CYAML_VALUE_STRING(CYAML_FLAG_POINTER, char, 1, NAME_MAX)};
static const cyaml_schema_value_t point = {CYAML_VALUE_STRING(CYAML_FLAG_POINTER, char, 1, LINE_MAX)};
static const cyaml_schema_field_t matter_fields[] = {
    NEED(import_matter, "code", code, CODE_MAX),
    NEED(import_matter, "member", member, CODE_MAX),
    NEED(import_matter, "title", title, LINE_MAX),
    MAY(import_matter, "title_en", title_en, LINE_MAX),
    NEED(import_matter, "body", body, TEXT_MAX),
    MAY(import_matter, "category", category, CODE_MAX),
    CYAML_FIELD_SEQUENCE("tags", CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL, struct import_matter, tags,
                         &tag, 0, TAGS_MAX),
    CYAML_FIELD_SEQUENCE("points", CYAML_FLAG_POINTER, struct import_matter, points, &point, 1, POINTS_MAX),
    LINE(import_matter),
    CYAML_FIELD_END
};
static const cyaml_schema_value_t matter = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct import_matter, matter_fields)
};
static const cyaml_schema_field_t matters_fields[] = {
    SOURCE(import_matters),
    NEED(import_matters, "procedure", procedure, CODE_MAX),
    NEED(import_matters, "state", state, CODE_MAX),
    RECORDS(import_matters, matters, &matter),
    CYAML_FIELD_END
};

static const cyaml_schema_field_t item_fields[] = {
    NEED(import_item, "code", code, CODE_MAX),
    YEAR(import_item),
    NEED(import_item, "kind", kind, CODE_MAX),
    NEED(import_item, "state", state, CODE_MAX),
    NEED(import_item, "topic", topic, LINE_MAX),
    NEED(import_item, "topic_en", topic_en, LINE_MAX),
    MAY(import_item, "group", group, CODE_MAX),
    MAY(import_item, "note", note, TEXT_MAX),
    MAY(import_item, "note_en", note_en, TEXT_MAX),
    LINE(import_item),
    CYAML_FIELD_END
};
static const cyaml_schema_value_t item = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct import_item, item_fields)
};
static const cyaml_schema_field_t plan_fields[] = {
    SOURCE(import_plan),
    RECORDS(import_plan, plan, &item),
    CYAML_FIELD_END
};

static const cyaml_schema_field_t figure_fields[] = {
    NEED(import_figure, "code", code, CODE_MAX),
    YEAR(import_figure),
    NEED(import_figure, "subject", subject, LINE_MAX),
    NEED(import_figure, "subject_en", subject_en, LINE_MAX),
    NEED(import_figure, "name", name, LINE_MAX),
    NEED(import_figure, "name_en", name_en, LINE_MAX),
    NEED(import_figure, "value", value, NAME_MAX),
    NEED(import_figure, "number", number, CODE_MAX),
    NEED(import_figure, "unit", unit, CODE_MAX),
    MAY(import_figure, "plan", plan, CODE_MAX),
    LINE(import_figure),
    CYAML_FIELD_END
};
static const cyaml_schema_value_t figure = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct import_figure, figure_fields)
};
static const cyaml_schema_field_t figures_fields[] = {
    SOURCE(import_figures),
    RECORDS(import_figures, figures, &figure),
    CYAML_FIELD_END
};

static const cyaml_schema_field_t mechanism_fields[] = {
    NEED(import_mechanism, "code", code, CODE_MAX),
    NEED(import_mechanism, "group", group, CODE_MAX),
    NEED(import_mechanism, "term_zh", term_zh, LINE_MAX),
    NEED(import_mechanism, "term_en", term_en, LINE_MAX),
    NEED(import_mechanism, "purpose_zh", purpose_zh, TEXT_MAX),
    NEED(import_mechanism, "purpose_en", purpose_en, TEXT_MAX),
    LINE(import_mechanism),
    CYAML_FIELD_END
};
static const cyaml_schema_value_t mechanism = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct import_mechanism, mechanism_fields)
};
static const cyaml_schema_field_t mechanisms_fields[] = {
    SOURCE(import_mechanisms),
    RECORDS(import_mechanisms, mechanisms, &mechanism),
    CYAML_FIELD_END
};

static const cyaml_schema_field_t link_fields[] = {
    NEED(import_link, "kind", kind, CODE_MAX),
    NEED(import_link, "from_kind", from_kind, CODE_MAX),
    NEED(import_link, "from", from, CODE_MAX),
    NEED(import_link, "to_kind", to_kind, CODE_MAX),
    NEED(import_link, "to", to, CODE_MAX),
    LINE(import_link),
    CYAML_FIELD_END
};
static const cyaml_schema_value_t link_value = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct import_link, link_fields)
};
static const cyaml_schema_field_t links_fields[] = {
    SOURCE(import_links),
    RECORDS(import_links, links, &link_value),
    CYAML_FIELD_END
};

#define WHOLE(name, type) \
    static const cyaml_schema_value_t name##_file = { \
        CYAML_VALUE_MAPPING(CYAML_FLAG_POINTER, struct type, name##_fields)}
WHOLE(committee, import_committee);
WHOLE(regions, import_regions);
WHOLE(members, import_members);
WHOLE(matters, import_matters);
WHOLE(plan, import_plan);
WHOLE(figures, import_figures);
WHOLE(mechanisms, import_mechanisms);
WHOLE(links, import_links);

const struct import_schema import_schemas[FILE_KINDS] = {
    [FILE_COMMITTEE]  = {"committee.yaml",  &committee_file},
    [FILE_REGIONS]    = {"regions.yaml",    &regions_file},
    [FILE_MEMBERS]    = {"members.yaml",    &members_file},
    [FILE_MATTERS]    = {"matters.yaml",    &matters_file},
    [FILE_PLAN]       = {"plan.yaml",       &plan_file},
    [FILE_FIGURES]    = {"figures.yaml",    &figures_file},
    [FILE_MECHANISMS] = {"mechanisms.yaml", &mechanisms_file},
    [FILE_LINKS]      = {"links.yaml",      &links_file},
};
/* clang-format on */
