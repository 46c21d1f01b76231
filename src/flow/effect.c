/* What an act brings about beside the change of state: the closed list of enum effect, and numbers.
 */
#include "base/id.h"
#include "base/msg.h"
#include "body/body.h"
#include "flow/flow_local.h"
#include "flow/flow_sql.h"
#include "person/person.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

typedef enum err effect_fn(struct doing *d);

static enum err need_body(struct doing *d, str field, int64_t *id)
{
    struct body b;

    if (!str_to_i64(doing_input(d, field), id) || body_load(d->c, *id, &b) != OK)
        return fail_on(d->c, INVALID, field, MSG_BODY_NOT_FOUND);
    return OK;
}

/* ---- contact, publicity ---- */

static enum err no_effect(struct doing *d)
{
    (void)d; /* mail is written by tell.c, which reads the act's effects itself */
    return OK;
}

static enum err publish(struct doing *d)
{
    if (flow_value(d->w, S("unpublished")).len == 0)
        return OK;
    return field_set(d->c, d->w->m.id, S("unpublished"), d->w->m.round, S(""));
}

static enum err unpublish(struct doing *d)
{
    d->unpublish = true;
    return field_set(d->c, d->w->m.id, S("unpublished"), d->w->m.round, S("yes"));
}

/* ---- merging, passing on ---- */

static enum err merge(struct doing *d)
{
    struct matter into;
    int64_t id = 0;

    if (matter_by_number(d->c, doing_input(d, S("into")), &id) != OK)
        (void)str_to_i64(doing_input(d, S("into")), &id);
    if (id == 0 || id == d->w->m.id || matter_load(d->c, id, &into) != OK)
        return fail_on(d->c, INVALID, S("into"), MSG_MATTER_NO_SUCH_TARGET);
    if (into.closed != 0)
        return fail_on(d->c, CONFLICT, S("into"), MSG_MATTER_TARGET_CLOSED);
    TRY(link_add(d->c, S("merged_into"), S("matter"), d->w->m.id, S("matter"), id, S("")));
    if (d->w->m.raiser != 0) {
        struct party_row y = {.matter = id,
                              .party = PARTY_PROPOSERS,
                              .person = d->w->m.raiser,
                              .class = S("resident"),
                              .state = S("confirmed")};
        TRY(party_add(d->c, &y));
    }
    return db_run(d->c->db, &FLOW_MERGE_FOLLOWERS, I(d->w->m.id), I(id));
}

static enum err put_assignment(struct doing *d, int64_t unit, str kind)
{
    int child = procedure_child(d->w->p, CHILD_ASSIGNMENT);
    struct assignment a = {
        .matter = d->w->m.id, .round = d->w->m.round, .unit = unit, .kind = kind};

    assert(child >= 0);
    const struct child *def = &d->w->p->children[child];
    for (size_t i = 0; i < def->state_count && a.state.len == 0; i++) {
        if (def->states[i].is_initial)
            a.state = def->states[i].name;
    }
    if (a.state.len == 0)
        a.state = def->states[0].name;
    return assignment_put(d->c, &a);
}

static enum err pass_on(struct doing *d)
{
    int64_t to;

    TRY(need_body(d, S("to_body"), &to));
    return put_assignment(d, to, S("receiver"));
}

static enum err call_back(struct doing *d)
{
    for (size_t i = 0; i < d->w->assignment_count; i++) {
        const struct assignment *a = &d->w->assignments[i];
        if (str_eq(a->kind, S("receiver")))
            TRY(assignment_set(d->c, a->id, S("removed"), doing_input(d, S("reason"))));
    }
    return OK;
}

static enum err raise_level(struct doing *d)
{
    struct body room;

    if (d->w->m.room == 0 || body_load(d->c, d->w->m.room, &room) != OK || room.parent == 0)
        return fail(d->c, CONFLICT, MSG_MATTER_NO_LEVEL_ABOVE);
    d->w->m.room = room.parent;
    return OK;
}

static enum err convert(struct doing *d)
{
    /* The matter of the other family is made by that family, which links it back here. */
    return field_set(d->c, d->w->m.id, S("converted"), d->w->m.round, S("yes"));
}

/* ---- people ---- */

/* One person as typed: "class", a tab, then a sign-in name, number or address, or just a
 * description. */
static enum err add_person(struct doing *d, str typed, str party, str state)
{
    struct party_row y = {.matter = d->w->m.id, .party = party, .state = state};
    struct failure before = d->c->failure;
    struct person p;
    str rest = typed, class = str_cut(&rest, '\t');

    if (rest.len == 0) {
        rest = class;
        class = S("other");
    }
    y.class = class;
    if (person_find(d->c, rest, &p) == OK)
        y.person = p.id;
    else
        y.name = str_head(rest, 60);
    d->c->failure = before;
    for (size_t i = 0; i < d->w->party_count; i++) {
        const struct party_row *there = &d->w->party[i];
        if (str_eq(there->party, party) && there->person != 0 && there->person == y.person)
            return OK;
    }
    return party_add(d->c, &y);
}

static enum err add_participants(struct doing *d)
{
    str typed;

    for (size_t i = 0; doing_input_nth(d, S("participants"), i, &typed); i++)
        TRY(add_person(d, typed, PARTY_PARTICIPANTS, S("invited")));
    return OK;
}

static enum err invite_cosigners(struct doing *d)
{
    int child = procedure_child(d->w->p, CHILD_COSIGN);
    str typed, first = child < 0 ? S("invited") : d->w->p->children[child].states[0].name;

    for (size_t i = 0; doing_input_nth(d, S("cosigners"), i, &typed); i++)
        TRY(add_person(d, typed, PARTY_COSIGNERS, first));
    return OK;
}

static enum err ask_confirmations(struct doing *d)
{
    int child = procedure_child(d->w->p, CHILD_CONFIRMATION);
    struct party_row *party;
    size_t count;

    assert(child >= 0);
    str first = d->w->p->children[child].states[0].name;
    TRY(party_list(d->c, d->w->m.id, &party, &count));
    for (size_t i = 0; i < count; i++) {
        if (!str_eq(party[i].party, PARTY_PARTICIPANTS) || party[i].person == 0)
            continue;
        struct confirmation k = {.matter = d->w->m.id,
                                 .round = d->w->m.round,
                                 .person = party[i].person,
                                 .state = first};
        TRY(confirmation_add(d->c, &k));
    }
    return OK;
}

static enum err ask_evaluation(struct doing *d, int64_t person, str panel)
{
    int child = procedure_child(d->w->p, CHILD_EVALUATION);

    if (person == 0)
        return OK;
    struct evaluation v = {.matter = d->w->m.id,
                           .round = d->w->m.round,
                           .person = person,
                           .panel = panel,
                           .state = d->w->p->children[child].states[0].name};
    return evaluation_add(d->c, &v);
}

static enum err open_evaluation(struct doing *d)
{
    int child = procedure_child(d->w->p, CHILD_EVALUATION);

    assert(child >= 0);
    uint32_t asked = d->w->p->children[child].per_parties;
    uint32_t raisers = procedure_parties_that_are(d->w->p, PARTY_RAISER) & asked;
    uint32_t participants = procedure_parties_that_are(d->w->p, PARTY_PARTICIPANT) & asked;

    if (raisers != 0)
        TRY(ask_evaluation(d, d->w->m.raiser, S("raiser")));
    for (size_t i = 0; i < d->w->party_count; i++) {
        const struct party_row *y = &d->w->party[i];
        if (raisers != 0 && str_eq(y->party, PARTY_PROPOSERS))
            TRY(ask_evaluation(d, y->person, S("raiser")));
        if (participants != 0 && str_eq(y->party, PARTY_PARTICIPANTS))
            TRY(ask_evaluation(d, y->person, S("participant")));
    }
    return OK;
}

/* ---- points, units, answers ---- */

static enum err add_answers(struct doing *d)
{
    int child = procedure_child(d->w->p, CHILD_ANSWER);
    struct flow now;

    if (child < 0)
        return OK;
    TRY(flow_gather(d->c, d->w->m.id, true, 0, &now));
    for (size_t i = 0; i < now.point_count; i++) {
        bool wants = false;
        for (size_t k = 0; k < now.f.point_count; k++)
            wants = wants || now.f.points[k] == now.points[i].id;
        if (!wants || now.points[i].unit == 0)
            continue;
        struct answer a = {.matter = d->w->m.id,
                           .point = now.points[i].id,
                           .round = d->w->m.round + d->act->round_step,
                           .unit = now.points[i].unit,
                           .state = d->w->p->children[child].states[0].name};
        TRY(answer_add(d->c, &a));
    }
    return OK;
}

/* One line of the list of who handles what: "unit kind point due", point 0 for the whole, due "-"
 * for none. */
static enum err assign_one(struct doing *d, str line)
{
    str rest = line, unit_text = str_cut(&rest, ' '), kind = str_cut(&rest, ' ');
    str point_text = str_cut(&rest, ' '), due = rest;
    int64_t unit, point = 0;
    struct body b;

    if (!str_to_i64(unit_text, &unit) || body_load(d->c, unit, &b) != OK)
        return fail_on(d->c, INVALID, S("units"), MSG_BODY_NOT_FOUND);
    if (point_text.len > 0 && !str_to_i64(point_text, &point))
        return fail_on(d->c, INVALID, S("units"), MSG_MATTER_NO_SUCH_ACT);
    if (str_eq(due, S("-")))
        due = S("");
    bool answers = !str_eq(kind, S("co"));
    for (size_t i = 0; i < d->w->point_count; i++) {
        const struct point *p = &d->w->points[i];
        bool is_meant = point == p->id || (point == 0 && answers && p->unit == 0);
        if (is_meant && answers)
            TRY(point_assign(d->c, p->id, unit, due));
    }
    for (size_t i = 0; i < d->w->assignment_count; i++) {
        const struct assignment *a = &d->w->assignments[i];
        if (a->unit == unit && a->changed == d->c->now && str_eq(a->kind, kind))
            return OK;
    }
    return put_assignment(d, unit, kind);
}

static enum err assign(struct doing *d)
{
    str line;

    for (size_t i = 0; doing_input_nth(d, S("units"), i, &line); i++)
        TRY(assign_one(d, line));
    return add_answers(d);
}

static enum err record_reply(struct doing *d)
{
    struct reply r = {.matter = d->w->m.id,
                      .round = d->w->m.round,
                      .letter = doing_input(d, S("letter")),
                      .class = doing_input(d, S("result_class")),
                      .signer = doing_input(d, S("signer")),
                      .contact = doing_input(d, S("contact_person"))};
    const struct flow *w = d->w;

    for (size_t i = 0; i < w->assignment_count; i++) {
        const struct assignment *a = &w->assignments[i];
        bool leads = str_eq(a->kind, S("lead")) || str_eq(a->kind, S("single"));
        if (leads || (r.unit == 0 && !str_eq(a->kind, S("co"))))
            r.unit = a->unit;
    }
    if (r.letter.len == 0)
        r.letter = doing_input(d, S("summary"));
    if (r.class.len > 0)
        d->w->m.result = r.class;
    return reply_add(d->c, &r);
}

static enum err release_reply(struct doing *d)
{
    return reply_release(d->c, d->w->m.id, d->w->m.round);
}

static effect_fn *const effects[EFFECTS] = {
    /* clang-format off */
    [EFFECT_NOTIFY_RAISER]     = no_effect,
    [EFFECT_NOTIFY_PARTIES]    = no_effect,
    [EFFECT_PUBLISH]           = publish,
    [EFFECT_UNPUBLISH]         = unpublish,
    [EFFECT_CONFIRM_CONTACT]   = no_effect,
    [EFFECT_INVITE_COSIGNERS]  = invite_cosigners,
    [EFFECT_MERGE]             = merge,
    [EFFECT_CONVERT]           = convert,
    [EFFECT_PASS_ON]           = pass_on,
    [EFFECT_CALL_BACK]         = call_back,
    [EFFECT_RAISE_LEVEL]       = raise_level,
    [EFFECT_ADD_PARTICIPANTS]  = add_participants,
    [EFFECT_RECORD_SESSION]    = no_effect,   /* date, place and mode are fields of the act */
    [EFFECT_RECORD_POINTS]     = no_effect,   /* the points of the minutes are stored with the act's inputs */
    [EFFECT_ASK_CONFIRMATIONS] = ask_confirmations,
    [EFFECT_ASSIGN]            = assign,
    [EFFECT_NEW_ROUND_ANSWERS] = add_answers,
    [EFFECT_OPEN_EVALUATION]   = open_evaluation,
    [EFFECT_RECORD_FOLLOW_UP]  = no_effect,   /* the result of a re-check is a field of its round; the first stays */
    [EFFECT_RECORD_REPLY]      = record_reply,
    [EFFECT_RELEASE_REPLY]     = release_reply,
    /* clang-format on */
};

enum err flow_effects(struct doing *d)
{
    for (int e = 0; e < EFFECTS; e++) {
        if ((d->act->effects & UINT32_C(1) << e) != 0)
            TRY(effects[e](d));
    }
    return OK;
}

/* ---- numbers ---- */

/* 1..99 in Chinese numerals, for the numbers of terms and sessions. */
static str numeral(struct ctx *c, int64_t n)
{
    struct buf b = {.arena = c->arena};
    str digits = msg_text(LANG_ZH, MSG_NUMERAL_DIGITS); /* ten characters of three bytes: 0 to 9 */
    str ten = msg_text(LANG_ZH, MSG_NUMERAL_TEN);

    if (n < 0 || n > 99 || digits.len != 30)
        return str_fmt(c->arena, "%lld", (long long)n);
    if (n >= 20)
        buf_put(&b, str_slice(digits, (size_t)(n / 10) * 3, (size_t)(n / 10) * 3 + 3));
    if (n >= 10)
        buf_put(&b, ten);
    if (n % 10 != 0 || n == 0)
        buf_put(&b, str_slice(digits, (size_t)(n % 10) * 3, (size_t)(n % 10) * 3 + 3));
    return buf_str(&b);
}

struct number_places {
    int64_t n, year;
    struct session session;
};

static void put_place(struct ctx *c, struct buf *b, str place, const struct number_places *v)
{
    str width = place, name = str_cut(&width, ':');
    int64_t digits = 0;

    if (str_eq(name, S("n"))) {
        (void)str_to_i64(width, &digits);
        buf_fmt(b, "%0*lld", (int)(digits > 0 && digits < 10 ? digits : 1), (long long)v->n);
    } else if (str_eq(name, S("year"))) {
        buf_i64(b, v->year);
    } else if (str_eq(name, S("term"))) {
        buf_i64(b, v->session.term_number);
    } else if (str_eq(name, S("session"))) {
        buf_i64(b, v->session.number);
    } else if (str_eq(name, S("term_zh"))) {
        buf_put(b, numeral(c, v->session.term_number));
    } else if (str_eq(name, S("session_zh"))) {
        buf_put(b, numeral(c, v->session.number));
    }
}

static str fill_number(struct ctx *c, str format, const struct number_places *v)
{
    struct buf b = {.arena = c->arena};

    while (format.len > 0) {
        size_t open = str_find(format, S("{"));
        if (open == SIZE_MAX) {
            buf_put(&b, format);
            break;
        }
        buf_put(&b, str_slice(format, 0, open));
        str rest = str_slice(format, open + 1, format.len);
        put_place(c, &b, str_cut(&rest, '}'), v);
        format = rest;
    }
    return buf_str(&b);
}

enum err flow_numbers(struct doing *d, uint32_t gives)
{
    struct number_places v = {.year = calendar_year(calendar_day(d->c->now))};
    struct matter *m = &d->w->m;

    if (gives == 0)
        return OK;
    TRY(body_session(d->c, &v.session));
    m->session = v.session.id;
    for (size_t i = 0; i < d->w->p->number_count; i++) {
        const struct number_rule *r = &d->w->p->numbers[i];
        bool is_case = !str_eq(r->name, S("serial"));
        str *to = is_case ? &m->case_number : &m->serial;
        if ((gives & 1u << i) == 0 || to->len > 0)
            continue;
        str scope = S("");
        if ((r->unique & (UNIQUE_TERM | UNIQUE_SESSION)) != 0)
            scope = str_fmt(d->c->arena, "%lld-%lld", (long long)v.session.term_number,
                            (r->unique & UNIQUE_SESSION) != 0 ? (long long)v.session.number : 0LL);
        if ((r->unique & UNIQUE_YEAR) != 0)
            scope = str_fmt(d->c->arena, "%.*s %lld", STR_ARG(scope), (long long)v.year);
        str name = str_fmt(d->c->arena, "%.*s.%.*s", STR_ARG(r->name), STR_ARG(d->w->p->name));
        TRY(counter_next(d->c, name, scope, &v.n));
        *to = fill_number(
            d->c, r->shown.text[LANG_ZH].len > 0 && is_case ? r->shown.text[LANG_ZH] : r->format,
            &v);
    }
    return OK;
}
