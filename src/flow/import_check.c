/* What the records say of each other: codes stand once, what is named is there, words are known. */
#include "base/msg.h"
#include "figure/figure.h"
#include "flow/import_record.h"
#include "mechanism/mechanism.h"
#include "plan/plan.h"
#include "procedure/procedure.h"

#include <assert.h>
#include <stddef.h>

enum { NUMBER_MAX = 999, YEAR_MIN = 1949, YEAR_MAX = 2199 };

/* The records of one file as an array whose columns are strings. */
struct list {
    const struct import_file *file;
    const char *section;
    const char *at;
    size_t count, size;
};

#define LIST(in, type, kind, record, member)                                                       \
    (IMPORT_RECORDS(in, type, kind) == NULL                                                        \
         ? (struct list){0}                                                                        \
         : (struct list){&(in)->file[kind], #member,                                               \
                         (const char *)IMPORT_RECORDS(in, type, kind)->member,                     \
                         IMPORT_RECORDS(in, type, kind)->member##_count, sizeof(struct record)})

static str cell(const struct list *l, size_t i, size_t column)
{
    return import_text(*(char *const *)(l->at + i * l->size + column));
}

static enum err fail_at(struct ctx *c, const struct list *l, size_t i, const char *field, int msg,
                        str what)
{
    return fail(c, INVALID, msg, T(l->file->name), I(import_line(l->file, l->section, i, field)),
                T(what));
}

static bool find(const struct list *l, size_t column, size_t end, str code)
{
    for (size_t i = 0; i < end; i++)
        if (str_eq(cell(l, i, column), code))
            return true;
    return false;
}

static enum err check_codes(struct ctx *c, const struct list *l, size_t column)
{
    for (size_t i = 0; i < l->count; i++)
        if (find(l, column, i, cell(l, i, column)))
            return fail_at(c, l, i, "code", MSG_IMPORT_CODE_TWICE, cell(l, i, column));
    return OK;
}

/* "39", "39, 69", "21-23": readers see it after the word for line. */
static bool is_source_line(str line)
{
    bool is_digit = false;

    for (size_t i = 0; i < line.len; i++) {
        char ch = line.at[i];
        bool was_digit = is_digit;

        is_digit = ch >= '0' && ch <= '9';
        if (is_digit || (ch == ' ' && i > 0 && line.at[i - 1] == ','))
            continue;
        if ((ch != ',' && ch != '-') || !was_digit)
            return false;
    }
    return is_digit;
}

static enum err check_lines(struct ctx *c, const struct list *l, size_t column)
{
    for (size_t i = 0; i < l->count; i++)
        if (!is_source_line(cell(l, i, column)))
            return fail_at(c, l, i, "line", MSG_IMPORT_LINE_BAD, cell(l, i, column));
    return OK;
}

/* What stands in `column`, if anything, is the code of a record of `others`. */
static enum err check_refs(struct ctx *c, const struct list *l, const char *field, size_t column,
                           const struct list *others, size_t code_column)
{
    for (size_t i = 0; i < l->count; i++) {
        str code = cell(l, i, column);
        if (code.len > 0 && !find(others, code_column, others->count, code))
            return fail_at(c, l, i, field, MSG_IMPORT_CODE_UNKNOWN, code);
    }
    return OK;
}

static enum err check_words(struct ctx *c, const struct list *l, const char *field, size_t column,
                            bool is_known(str word))
{
    for (size_t i = 0; i < l->count; i++)
        if (!is_known(cell(l, i, column)))
            return fail_at(c, l, i, field, MSG_IMPORT_WORD_UNKNOWN, cell(l, i, column));
    return OK;
}

static enum err check_committee(struct ctx *c, const struct import *in)
{
    const struct import_committee *com = IMPORT_RECORDS(in, import_committee, FILE_COMMITTEE);
    const struct import_file *f = &in->file[FILE_COMMITTEE];

    if (com == NULL)
        return OK;
    const struct {
        const char *section, *line;
        int64_t number;
    } parts[] = {{"body", com->body.line, 1},
                 {"term", com->term.line, com->term.number},
                 {"session", com->session.line, com->session.number}};

    if (!str_eq(import_text(com->body.kind), S("committee")))
        return fail(c, INVALID, MSG_IMPORT_WORD_UNKNOWN, T(f->name),
                    I(import_line(f, "body", IMPORT_NO_LIST, "kind")), T(str_of(com->body.kind)));
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        if (!is_source_line(str_of(parts[i].line)))
            return fail(c, INVALID, MSG_IMPORT_LINE_BAD, T(f->name),
                        I(import_line(f, parts[i].section, IMPORT_NO_LIST, "line")),
                        T(str_of(parts[i].line)));
        if (parts[i].number < 1 || parts[i].number > NUMBER_MAX)
            return fail(c, INVALID, MSG_IMPORT_VALUE_BAD, T(f->name),
                        I(import_line(f, parts[i].section, IMPORT_NO_LIST, "number")),
                        T(S("number")));
    }
    return OK;
}

/* Parents stand before what belongs to them, so that there is no circle. */
static enum err check_regions(struct ctx *c, const struct import *in)
{
    struct list l = LIST(in, import_regions, FILE_REGIONS, import_region, regions);

    TRY(check_codes(c, &l, offsetof(struct import_region, code)));
    TRY(check_lines(c, &l, offsetof(struct import_region, line)));
    for (size_t i = 0; i < l.count; i++) {
        str parent = cell(&l, i, offsetof(struct import_region, parent));
        if (parent.len > 0 && !find(&l, offsetof(struct import_region, code), i, parent))
            return fail_at(c, &l, i, "parent", MSG_IMPORT_CODE_UNKNOWN, parent);
    }
    return OK;
}

static enum err check_procedure(struct ctx *c, const struct import *in)
{
    const struct import_matters *m = IMPORT_RECORDS(in, import_matters, FILE_MATTERS);
    const struct import_file *f = &in->file[FILE_MATTERS];
    const struct procedure *p;

    if (m == NULL || c->procedures == NULL)
        return OK;
    p = procedures_latest(c->procedures, str_of(m->procedure));
    if (p == NULL)
        return fail(c, INVALID, MSG_IMPORT_WORD_UNKNOWN, T(f->name),
                    I(import_line(f, NULL, IMPORT_NO_LIST, "procedure")), T(str_of(m->procedure)));
    if (procedure_state(p, str_of(m->state)) < 0)
        return fail(c, INVALID, MSG_IMPORT_WORD_UNKNOWN, T(f->name),
                    I(import_line(f, NULL, IMPORT_NO_LIST, "state")), T(str_of(m->state)));
    return OK;
}

static enum err check_matters(struct ctx *c, const struct import *in)
{
    struct list members = LIST(in, import_members, FILE_MEMBERS, import_member, members);
    struct list l = LIST(in, import_matters, FILE_MATTERS, import_matter, matters);

    TRY(check_codes(c, &members, offsetof(struct import_member, code)));
    TRY(check_codes(c, &members, offsetof(struct import_member, name)));
    TRY(check_lines(c, &members, offsetof(struct import_member, line)));
    TRY(check_procedure(c, in));
    TRY(check_codes(c, &l, offsetof(struct import_matter, code)));
    TRY(check_lines(c, &l, offsetof(struct import_matter, line)));
    return check_refs(c, &l, "member", offsetof(struct import_matter, member), &members,
                      offsetof(struct import_member, code));
}

static enum err check_year(struct ctx *c, const struct list *l, size_t i, int64_t year)
{
    if (year < YEAR_MIN || year > YEAR_MAX)
        return fail_at(c, l, i, "year", MSG_IMPORT_VALUE_BAD, S("year"));
    return OK;
}

static enum err check_plan(struct ctx *c, const struct import *in)
{
    struct list l = LIST(in, import_plan, FILE_PLAN, import_item, plan);

    TRY(check_codes(c, &l, offsetof(struct import_item, code)));
    TRY(check_lines(c, &l, offsetof(struct import_item, line)));
    TRY(check_words(c, &l, "kind", offsetof(struct import_item, kind), plan_kind_ok));
    TRY(check_words(c, &l, "state", offsetof(struct import_item, state), plan_state_ok));
    assert(l.count == 0 || in->file[FILE_PLAN].records != NULL);
    for (size_t i = 0; i < l.count; i++)
        TRY(check_year(c, &l, i, IMPORT_RECORDS(in, import_plan, FILE_PLAN)->plan[i].year));
    return OK;
}

static enum err check_figures(struct ctx *c, const struct import *in)
{
    struct list plan = LIST(in, import_plan, FILE_PLAN, import_item, plan);
    struct list l = LIST(in, import_figures, FILE_FIGURES, import_figure, figures);

    TRY(check_codes(c, &l, offsetof(struct import_figure, code)));
    TRY(check_lines(c, &l, offsetof(struct import_figure, line)));
    TRY(check_refs(c, &l, "plan", offsetof(struct import_figure, plan), &plan,
                   offsetof(struct import_item, code)));
    for (size_t i = 0; i < l.count; i++) {
        const struct import_figure *r =
            &IMPORT_RECORDS(in, import_figures, FILE_FIGURES)->figures[i];
        double number;
        if (!figure_number(str_of(r->value), str_of(r->number), &number))
            return fail_at(c, &l, i, "number", MSG_IMPORT_NUMBER_BAD, str_of(r->number));
        TRY(check_year(c, &l, i, r->year));
    }
    return OK;
}

static enum err check_mechanisms(struct ctx *c, const struct import *in)
{
    struct list l = LIST(in, import_mechanisms, FILE_MECHANISMS, import_mechanism, mechanisms);

    TRY(check_codes(c, &l, offsetof(struct import_mechanism, code)));
    TRY(check_lines(c, &l, offsetof(struct import_mechanism, line)));
    return check_words(c, &l, "group", offsetof(struct import_mechanism, group),
                       mechanism_group_ok);
}

static bool is_link_kind(str word)
{
    return str_eq(word, S("about_same")) || str_eq(word, S("came_from")) ||
           str_eq(word, S("follows_up")) || str_eq(word, S("result_of")) ||
           str_eq(word, S("evidence_for"));
}

static bool is_end_kind(str word)
{
    return str_eq(word, S("plan")) || str_eq(word, S("matter"));
}

static enum err check_links(struct ctx *c, const struct import *in)
{
    struct list plan = LIST(in, import_plan, FILE_PLAN, import_item, plan);
    struct list matters = LIST(in, import_matters, FILE_MATTERS, import_matter, matters);
    struct list l = LIST(in, import_links, FILE_LINKS, import_link, links);

    TRY(check_lines(c, &l, offsetof(struct import_link, line)));
    TRY(check_words(c, &l, "kind", offsetof(struct import_link, kind), is_link_kind));
    TRY(check_words(c, &l, "from_kind", offsetof(struct import_link, from_kind), is_end_kind));
    TRY(check_words(c, &l, "to_kind", offsetof(struct import_link, to_kind), is_end_kind));
    assert(l.count == 0 || in->file[FILE_LINKS].records != NULL);
    for (size_t i = 0; i < l.count; i++) {
        const struct import_link *r = &IMPORT_RECORDS(in, import_links, FILE_LINKS)->links[i];
        bool from_plan = str_eq(str_of(r->from_kind), S("plan"));
        bool to_plan = str_eq(str_of(r->to_kind), S("plan"));
        const struct list *from = from_plan ? &plan : &matters, *to = to_plan ? &plan : &matters;

        if (!find(from,
                  from_plan ? offsetof(struct import_item, code)
                            : offsetof(struct import_matter, code),
                  from->count, str_of(r->from)))
            return fail_at(c, &l, i, "from", MSG_IMPORT_CODE_UNKNOWN, str_of(r->from));
        if (!find(to,
                  to_plan ? offsetof(struct import_item, code)
                          : offsetof(struct import_matter, code),
                  to->count, str_of(r->to)))
            return fail_at(c, &l, i, "to", MSG_IMPORT_CODE_UNKNOWN, str_of(r->to));
    }
    return OK;
}

enum err import_check(struct ctx *c, const struct import *in)
{
    TRY(check_committee(c, in));
    TRY(check_regions(c, in));
    TRY(check_matters(c, in));
    TRY(check_plan(c, in));
    TRY(check_figures(c, in));
    TRY(check_mechanisms(c, in));
    return check_links(c, in);
}
