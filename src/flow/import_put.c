/* Records become rows, each through its noun where the noun can; bodies first, links last. */
#include "base/id.h"
#include "body/body.h"
#include "db/db.h"
#include "figure/figure.h"
#include "flow/flow.h"
#include "flow/import_record.h"
#include "flow/import_sql.h"
#include "ledger/ledger.h"
#include "matter/matter.h"
#include "mechanism/mechanism.h"
#include "plan/plan.h"
#include "procedure/procedure.h"
#include "search/search.h"

struct put {
    struct ctx *c;
    const struct import *in;
    struct import_report *report;
};

static void count(struct put *p, enum import_kind kind, bool changed)
{
    p->report->seen[kind]++;
    p->report->changed[kind] += changed;
}

/* A body that is there stays as it is: it may have been renamed here since. */
static enum err put_body(struct put *p, const struct body *b, int64_t *id)
{
    struct body there;
    enum err e = body_find(p->c, b->kind, b->code, &there);

    if (e != OK && e != NOT_FOUND)
        return e;
    count(p, IMPORT_BODIES, e == NOT_FOUND);
    *id = there.id;
    return e == OK ? OK : body_put(p->c, b, id);
}

static enum err put_committee(struct put *p)
{
    const struct import_committee *r = IMPORT_RECORDS(p->in, import_committee, FILE_COMMITTEE);
    int64_t body, term, changed;

    if (r == NULL)
        return OK;
    const struct body b = {.kind = import_text(r->body.kind),
                           .code = import_text(r->body.code),
                           .name_zh = import_text(r->body.name_zh),
                           .name_en = import_text(r->body.name_en),
                           .source = import_text(r->source),
                           .source_line = import_text(r->body.line)};
    TRY(put_body(p, &b, &body));

    TRY(db_run_count(p->c->db, &changed, &IMPORT_TERM_ADD, I(id_new()), I(body), I(r->term.number),
                     T(b.source), T(import_text(r->term.line))));
    count(p, IMPORT_TERMS, changed != 0);
    TRY(db_number(p->c->db, &term, 0, &IMPORT_TERM, I(body), I(r->term.number)));

    TRY(db_run_count(p->c->db, &changed, &IMPORT_SESSION_ADD, I(id_new()), I(term),
                     I(r->session.number), T(import_text(r->session.opened)),
                     T(import_text(r->session.closed)), T(import_text(r->session.rapporteur)),
                     T(b.source), T(import_text(r->session.line))));
    count(p, IMPORT_SESSIONS, changed != 0);
    return OK;
}

static enum err put_regions(struct put *p)
{
    const struct import_regions *all = IMPORT_RECORDS(p->in, import_regions, FILE_REGIONS);

    for (size_t i = 0; all != NULL && i < all->regions_count; i++) {
        const struct import_region *r = &all->regions[i];
        struct body parent = {0}, b = {.kind = S("region"),
                                       .code = import_text(r->code),
                                       .name_zh = import_text(r->name_zh),
                                       .name_en = import_text(r->name_en),
                                       .source = import_text(all->source),
                                       .source_line = import_text(r->line)};
        int64_t id;

        if (import_text(r->parent).len > 0)
            TRY(body_find(p->c, b.kind, import_text(r->parent), &parent));
        b.parent = parent.id;
        TRY(put_body(p, &b, &id));
    }
    return OK;
}

static enum err put_members(struct put *p)
{
    const struct import_members *all = IMPORT_RECORDS(p->in, import_members, FILE_MEMBERS);

    for (size_t i = 0; all != NULL && i < all->members_count; i++) {
        const struct import_member *r = &all->members[i];
        str source = import_text(all->source), name = import_text(r->name);
        int64_t id;

        TRY(db_number(p->c->db, &id, 0, &IMPORT_PERSON, T(source), T(name)));
        count(p, IMPORT_PEOPLE, id == 0);
        if (id == 0)
            TRY(db_run(p->c->db, &IMPORT_PERSON_ADD, I(id_new()), T(name), T(source),
                       T(import_text(r->line)), I(p->c->now)));
    }
    return OK;
}

static str receipt_of(struct ctx *c, str code)
{
    return str_join(c->arena, S("record:"), code);
}

static const struct import_member *member_of(const struct import *in, str code)
{
    const struct import_members *all = IMPORT_RECORDS(in, import_members, FILE_MEMBERS);

    for (size_t i = 0; i < all->members_count; i++)
        if (str_eq(import_text(all->members[i].code), code))
            return &all->members[i];
    return NULL; /* import_check saw that it is there */
}

/* One under the other: tags in the field, and the texts by which a matter is found. */
static str lines_of(struct ctx *c, char *const *texts, size_t n)
{
    struct buf b = {.arena = c->arena};

    for (size_t i = 0; i < n; i++) {
        if (i > 0)
            buf_byte(&b, '\n');
        buf_put(&b, import_text(texts[i]));
    }
    return buf_str(&b);
}

/* What a matter that was just added has from the start, and what it is found by. */
static enum err put_matter_parts(struct put *p, const struct import_matters *all,
                                 const struct import_matter *r, const struct matter *m)
{
    struct ctx *c = p->c;
    str tags = lines_of(c, r->tags, r->tags_count);
    str points = lines_of(c, r->points, r->points_count);
    struct entry first = {.matter = m->id,
                          .at = c->now,
                          .act = import_text(all->state),
                          .to_state = m->state,
                          .party = S("system"),
                          .is_public = true};
    struct ledger_act act = {.kind = m->procedure,
                             .object_kind = S("matter"),
                             .object = m->id,
                             .act = first.act,
                             .payload = str_fmt(c->arena, "receipt %.*s\nstate %.*s\n",
                                                STR_ARG(m->receipt), STR_ARG(m->state))};

    for (size_t i = 0; i < r->points_count; i++) {
        struct point point = {.matter = m->id,
                              .kind = S("suggestion"),
                              .position = (int64_t)i + 1,
                              .text = import_text(r->points[i]),
                              .source_line = m->source_line};
        TRY(point_add(c, &point));
    }
    if (tags.len > 0)
        TRY(field_set(c, m->id, S("tags"), 0, tags));
    TRY(entry_add(c, &first));
    TRY(flow_first_content(c, m->id,
                           str_fmt(c->arena, "%.*s\n%.*s\n%.*s\n", STR_ARG(m->title),
                                   STR_ARG(m->body), STR_ARG(points)),
                           &act.content));
    TRY(ledger_append(c, &act, NULL));
    return search_put(c, S("matter"), m->id, m->title,
                      str_fmt(c->arena, "%.*s\n%.*s\n%.*s\n%.*s\n%s", STR_ARG(m->body),
                              STR_ARG(points), STR_ARG(m->raiser_shown), STR_ARG(tags),
                              r->title_en == NULL ? "" : r->title_en),
                      SEARCH_PUBLIC);
}

/* A matter that is there stays as it is: it may have moved on under its procedure. */
static enum err put_matter(struct put *p, const struct import_matters *all,
                           const struct import_matter *r)
{
    struct ctx *c = p->c;
    const struct import_members *members = IMPORT_RECORDS(p->in, import_members, FILE_MEMBERS);
    const struct import_member *member = member_of(p->in, import_text(r->member));
    const struct procedure *procedure = NULL;
    struct matter m = {.procedure = import_text(all->procedure),
                       .version = 1,
                       .state = import_text(all->state),
                       .title = import_text(r->title),
                       .body = import_text(r->body),
                       .category = import_text(r->category),
                       .openness = S("open"),
                       .raiser_shown = import_text(member->name),
                       .receipt = receipt_of(c, import_text(r->code)),
                       .channel = S("import"),
                       .is_public = true,
                       .source = import_text(all->source),
                       .source_line = import_text(r->line)};
    int64_t there;

    TRY(db_number(c->db, &there, 0, &IMPORT_MATTER, T(m.receipt)));
    count(p, IMPORT_MATTERS, there == 0);
    if (there != 0)
        return OK;
    if (c->procedures != NULL)
        procedure = procedures_latest(c->procedures, m.procedure);
    if (procedure != NULL)
        m.version = procedure->version;
    TRY(db_number(c->db, &m.raiser, 0, &IMPORT_PERSON, T(import_text(members->source)),
                  T(m.raiser_shown)));
    TRY(matter_add(c, &m));
    return put_matter_parts(p, all, r, &m);
}

static enum err put_plan(struct put *p)
{
    const struct import_plan *all = IMPORT_RECORDS(p->in, import_plan, FILE_PLAN);

    for (size_t i = 0; all != NULL && i < all->plan_count; i++) {
        const struct import_item *r = &all->plan[i];
        struct plan item = {.code = import_text(r->code),
                            .year = r->year,
                            .kind = import_text(r->kind),
                            .topic = import_text(r->topic),
                            .topic_en = import_text(r->topic_en),
                            .state = import_text(r->state),
                            .group = import_text(r->group),
                            .position = (int64_t)i + 1,
                            .note = import_text(r->note),
                            .note_en = import_text(r->note_en),
                            .source = import_text(all->source),
                            .source_line = import_text(r->line)};
        str words = str_fmt(p->c->arena, "%.*s\n%.*s\n%.*s", STR_ARG(item.topic_en),
                            STR_ARG(item.note), STR_ARG(item.note_en));
        bool changed;

        TRY(plan_put(p->c, &item, &changed));
        count(p, IMPORT_PLAN, changed);
        if (!changed)
            continue;
        TRY(plan_load(p->c, item.code, &item));
        TRY(search_put(p->c, S("plan"), item.id, item.topic, words, SEARCH_PUBLIC));
    }
    return OK;
}

static enum err put_figures(struct put *p)
{
    const struct import_figures *all = IMPORT_RECORDS(p->in, import_figures, FILE_FIGURES);

    for (size_t i = 0; all != NULL && i < all->figures_count; i++) {
        const struct import_figure *r = &all->figures[i];
        struct figure f = {.code = import_text(r->code),
                           .year = r->year,
                           .subject = import_text(r->subject),
                           .subject_en = import_text(r->subject_en),
                           .name = import_text(r->name),
                           .name_en = import_text(r->name_en),
                           .value_text = import_text(r->value),
                           .unit = import_text(r->unit),
                           .plan = import_text(r->plan),
                           .position = (int64_t)i + 1,
                           .source = import_text(all->source),
                           .source_line = import_text(r->line)};
        bool changed;

        if (!figure_number(f.value_text, import_text(r->number), &f.value_number))
            return FAULT; /* import_check saw that it is one */
        TRY(figure_put(p->c, &f, &changed));
        count(p, IMPORT_FIGURES, changed);
    }
    return OK;
}

static enum err put_mechanisms(struct put *p)
{
    const struct import_mechanisms *all = IMPORT_RECORDS(p->in, import_mechanisms, FILE_MECHANISMS);

    for (size_t i = 0; all != NULL && i < all->mechanisms_count; i++) {
        const struct import_mechanism *r = &all->mechanisms[i];
        struct mechanism m = {.code = import_text(r->code),
                              .term_zh = import_text(r->term_zh),
                              .term_en = import_text(r->term_en),
                              .purpose_zh = import_text(r->purpose_zh),
                              .purpose_en = import_text(r->purpose_en),
                              .group = import_text(r->group),
                              .position = (int64_t)i + 1,
                              .source = import_text(all->source),
                              .source_line = import_text(r->line)};
        bool changed;

        TRY(mechanism_put(p->c, &m, &changed));
        count(p, IMPORT_MECHANISMS, changed);
        if (!changed)
            continue;
        TRY(mechanism_load(p->c, m.code, &m));
        TRY(search_put(
            p->c, S("mechanism"), m.id,
            str_fmt(p->c->arena, "%.*s\n%.*s", STR_ARG(m.term_zh), STR_ARG(m.term_en)),
            str_fmt(p->c->arena, "%.*s\n%.*s", STR_ARG(m.purpose_zh), STR_ARG(m.purpose_en)),
            SEARCH_PUBLIC));
    }
    return OK;
}

/* The id behind an end of a link. */
static enum err end_id(struct ctx *c, str kind, str code, int64_t *id)
{
    struct plan item;

    if (str_eq(kind, S("matter")))
        return db_number(c->db, id, 0, &IMPORT_MATTER, T(receipt_of(c, code)));
    TRY(plan_load(c, code, &item));
    *id = item.id;
    return OK;
}

static enum err put_links(struct put *p)
{
    const struct import_links *all = IMPORT_RECORDS(p->in, import_links, FILE_LINKS);
    struct ctx *c = p->c;

    for (size_t i = 0; all != NULL && i < all->links_count; i++) {
        const struct import_link *r = &all->links[i];
        int64_t from, to, there;

        TRY(end_id(c, import_text(r->from_kind), import_text(r->from), &from));
        TRY(end_id(c, import_text(r->to_kind), import_text(r->to), &to));
        TRY(db_number(c->db, &there, 0, &IMPORT_LINK, T(import_text(r->kind)),
                      T(import_text(r->from_kind)), I(from), T(import_text(r->to_kind)), I(to)));
        count(p, IMPORT_LINKS, there == 0);
        if (there == 0)
            TRY(flow_link(c, import_text(r->kind), import_text(r->from_kind), from,
                          import_text(r->to_kind), to, import_text(r->line)));
    }
    return OK;
}

enum err import_put(struct ctx *c, const struct import *in, struct import_report *report)
{
    const struct import_matters *matters = IMPORT_RECORDS(in, import_matters, FILE_MATTERS);
    struct put p = {c, in, report};

    *report = (struct import_report){0}; /* an act may be run again */
    TRY(put_committee(&p));
    TRY(put_regions(&p));
    TRY(put_members(&p));
    for (size_t i = 0; matters != NULL && i < matters->matters_count; i++)
        TRY(put_matter(&p, matters, &matters->matters[i]));
    TRY(put_plan(&p));
    TRY(put_figures(&p));
    TRY(put_mechanisms(&p));
    return put_links(&p);
}
