/* What an act brings about beside the change of state: the closed list of enum effect. */
#include "base/msg.h"
#include "body/body.h"
#include "flow/flow_local.h"
#include "person/person.h"

#include <assert.h>

typedef enum err effect_fn(struct doing *d);

/* A body that is not there is a mistake in the form. */
static enum err found_on(struct doing *d, str field, enum err e)
{
    return e == NOT_FOUND ? fail_on(d->c, INVALID, field, MSG_BODY_NOT_FOUND) : e;
}

/* Regions, sectors and rooms have nobody who receives or handles anything. */
static enum err can_handle(struct doing *d, str field, const struct body *b)
{
    return str_eq(b->kind, S("department")) ? OK
                                            : fail_on(d->c, INVALID, field, MSG_BODY_NOT_FOUND);
}

static enum err need_body(struct doing *d, str field, int64_t *id)
{
    struct body b;

    if (!str_to_i64(doing_input(d, field), id))
        return fail_on(d->c, INVALID, field, MSG_BODY_NOT_FOUND);
    TRY(found_on(d, field, body_load(d->c, *id, &b)));
    return can_handle(d, field, &b);
}

/* ---- contact, publicity ---- */

static enum err no_effect(struct doing *d)
{
    (void)d; /* mail is written by tell.c, which reads the act's effects itself */
    return OK;
}

/* Only an act that is about being shown, and moves the matter nowhere, shows what was taken down.
 */
static enum err publish(struct doing *d)
{
    if (!d->w->f.is_down || d->to != STATE_SAME)
        return OK;
    return field_set(d->c, d->w->m.id, S("unpublished"), d->w->m.round, S(""));
}

/* What is down stays as it was taken down: when, and why. */
static enum err unpublish(struct doing *d)
{
    if (d->w->f.is_down && d->to == STATE_SAME)
        return fail(d->c, CONFLICT, MSG_MATTER_MOVED_ON);
    return field_set(d->c, d->w->m.id, S("unpublished"), d->w->m.round, S("yes"));
}

/* ---- passing on ---- */

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
    TRY(assignment_put(d->c, &a));
    doing_renew(d, a.id);
    return OK;
}

static enum err pass_on(struct doing *d)
{
    int64_t to;

    TRY(need_body(d, S("to_body"), &to));
    return put_assignment(d, to, S("receiver"));
}

static enum err set_receiver(struct doing *d, str state, str reason)
{
    for (size_t i = 0; i < d->w->assignment_count; i++) {
        const struct assignment *a = &d->w->assignments[i];
        if (str_eq(a->kind, S("receiver")) && !str_eq(a->state, S("removed")))
            TRY(assignment_set(d->c, a->id, state, reason));
    }
    return OK;
}

static enum err call_back(struct doing *d)
{
    return set_receiver(d, S("removed"), doing_input(d, S("reason")));
}

static enum err receive(struct doing *d)
{
    return set_receiver(d, S("accepted"), S(""));
}

static enum err raise_level(struct doing *d)
{
    struct body room;

    room.parent = 0;
    if (d->w->m.room != 0)
        TRY(body_load(d->c, d->w->m.room, &room));
    if (room.parent == 0)
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

enum { DESCRIPTION_MAX = 60 };

/* Whoever is listed already; 0: nobody. */
static int64_t listed(const struct flow *w, const struct party_row *y)
{
    for (size_t i = 0; i < w->party_count; i++) {
        const struct party_row *there = &w->party[i];
        bool is_same = y->person != 0 ? there->person == y->person
                                      : there->person == 0 && str_eq(there->name, y->name);
        if (str_eq(there->party, y->party) && is_same)
            return there->id;
    }
    return 0;
}

static enum err keep_person(struct doing *d, str row, str field, str party, int64_t *id)
{
    if (!str_to_i64(row, id))
        *id = 0;
    for (size_t i = 0; i < d->w->party_count; i++) {
        if (d->w->party[i].id == *id && str_eq(d->w->party[i].party, party))
            return OK;
    }
    return fail_on(d->c, INVALID, field, MSG_MATTER_NO_SUCH_ACT);
}

/* One person as typed: "class", a tab, then a sign-in name, number or address, or a description; or
 * "keep", a tab, and the row of somebody who is listed already. `*id`: the row. */
static enum err add_person(struct doing *d, str typed, str field, str party, str state, int64_t *id)
{
    struct party_row y = {.matter = d->w->m.id, .party = party, .state = state};
    struct failure before = d->c->failure;
    struct person p;
    str rest = typed, class = str_cut(&rest, '\t');

    if (rest.len > 0 && str_eq(class, S("keep")))
        return keep_person(d, rest, field, party, id);
    if (rest.len == 0) {
        rest = class;
        class = S("other");
    }
    if (!party_class_ok(class))
        return fail_on(d->c, INVALID, field, MSG_PERSON_CLASS_WRONG);
    y.class = class;
    enum err e = person_find(d->c, rest, &p);
    if (e != OK && e != NOT_FOUND && e != INVALID)
        return e;
    if (e == OK)
        y.person = p.id;
    else if (str_chars(rest) <= DESCRIPTION_MAX)
        y.name = rest;
    else
        return fail_on(d->c, INVALID, field, MSG_ERROR_FIELD_LONG, I(DESCRIPTION_MAX),
                       I((int64_t)str_chars(rest)));
    d->c->failure = before;
    *id = listed(d->w, &y);
    if (*id == 0) {
        TRY(party_add(d->c, &y));
        *id = y.id;
    }
    return party_list(d->c, d->w->m.id, &d->w->party, &d->w->party_count);
}

/* A plan says who takes part: whoever is in it neither as kept nor as named anew does not. */
static enum err add_participants(struct doing *d)
{
    int64_t *stay = NULL, id;
    size_t count = 0, cap = 0;
    str typed;

    for (size_t i = 0; doing_input_nth(d, S("participants"), i, &typed); i++) {
        TRY(add_person(d, typed, S("participants"), PARTY_PARTICIPANTS, S("invited"), &id));
        *PUSH(d->c->arena, stay, count, cap) = id;
    }
    for (size_t i = 0; i < d->w->party_count; i++) {
        bool stays = !str_eq(d->w->party[i].party, PARTY_PARTICIPANTS);
        for (size_t k = 0; k < count && !stays; k++)
            stays = stay[k] == d->w->party[i].id;
        if (!stays)
            TRY(party_drop(d->c, d->w->party[i].id));
    }
    return OK;
}

static enum err invite_cosigners(struct doing *d)
{
    int child = procedure_child(d->w->p, CHILD_COSIGN);
    int64_t id;
    str typed, first = child < 0 ? S("invited") : d->w->p->children[child].states[0].name;

    for (size_t i = 0; doing_input_nth(d, S("cosigners"), i, &typed); i++)
        TRY(add_person(d, typed, S("cosigners"), PARTY_COSIGNERS, first, &id));
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
        doing_renew(d, k.id);
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
    TRY(flow_gather(d->c, d->w->m.id, true, NULL, &now));
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
    int64_t unit, day, point = 0;
    struct body b;

    if (!str_to_i64(unit_text, &unit))
        return fail_on(d->c, INVALID, S("units"), MSG_BODY_NOT_FOUND);
    TRY(found_on(d, S("units"), body_load(d->c, unit, &b)));
    TRY(can_handle(d, S("units"), &b));
    if (point_text.len > 0 && !str_to_i64(point_text, &point))
        return fail_on(d->c, INVALID, S("units"), MSG_MATTER_NO_SUCH_ACT);
    if (str_eq(due, S("-")))
        due = S("");
    if (due.len > 0 && !calendar_read_date(due, &day))
        return fail_on(d->c, INVALID, S("units"), MSG_AUDIT_DATE);
    bool answers = !str_eq(kind, S("co")), is_found = point == 0 || !answers;
    if (child_kind(&d->w->p->children[procedure_child(d->w->p, CHILD_ASSIGNMENT)], kind) < 0)
        return fail_on(d->c, INVALID, S("units"), MSG_MATTER_NO_SUCH_ACT);
    for (size_t i = 0; answers && i < d->w->point_count; i++) {
        struct point *p = &d->w->points[i];
        is_found = is_found || point == p->id;
        if (point != p->id && (point != 0 || p->unit != 0))
            continue;
        TRY(point_assign(d->c, p->id, unit, due));
        TRY(answer_drop_others(d->c, p->id, d->w->m.round, unit));
        p->unit = unit;
    }
    if (!is_found)
        return fail_on(d->c, INVALID, S("units"), MSG_MATTER_NO_SUCH_ACT);
    return put_assignment(d, unit, kind);
}

static enum err assign(struct doing *d)
{
    str line;

    for (size_t i = 0; doing_input_nth(d, S("units"), i, &line); i++)
        TRY(assign_one(d, line));
    return add_answers(d);
}

/* Of several units that may reply, the one that does; where somebody else does it, the leading one.
 */
static int64_t replying_unit(struct doing *d)
{
    const struct flow *w = d->w;
    int64_t unit = 0;

    for (size_t i = 0; i < w->assignment_count; i++) {
        const struct assignment *a = &w->assignments[i];
        bool leads = str_eq(a->kind, S("lead")) || str_eq(a->kind, S("single"));
        if (str_eq(a->kind, S("co")) || str_eq(a->kind, S("receiver")))
            continue;
        if (who_has_for(d->c, ROLE_HANDLER, a->unit))
            return a->unit;
        if (leads || unit == 0)
            unit = a->unit;
    }
    return unit;
}

static enum err record_reply(struct doing *d)
{
    struct reply r = {.matter = d->w->m.id,
                      .round = d->w->m.round,
                      .letter = doing_input(d, S("letter")),
                      .class = doing_input(d, S("result_class")),
                      .signer = doing_input(d, S("signer")),
                      .contact = doing_input(d, S("contact_person")),
                      .unit = replying_unit(d)};

    if (r.letter.len == 0)
        r.letter = doing_input(d, S("summary"));
    return reply_add(d->c, &r);
}

/* The class of result counts, and is shown in lists, once the reply is the answer. */
static enum err release_reply(struct doing *d)
{
    str class = flow_value(d->w, S("result_class"));

    if (class.len > 0)
        d->w->m.result = class;
    return reply_release(d->c, d->w->m.id, d->w->m.round);
}

static effect_fn *const effects[EFFECTS] = {
    /* clang-format off */
    [EFFECT_NOTIFY_RAISER]     = no_effect,
    [EFFECT_NOTIFY_PARTIES]    = no_effect,
    [EFFECT_NOTIFY_FOLLOWERS]  = no_effect,
    [EFFECT_PUBLISH]           = publish,
    [EFFECT_UNPUBLISH]         = unpublish,
    [EFFECT_CONFIRM_CONTACT]   = no_effect,
    [EFFECT_INVITE_COSIGNERS]  = invite_cosigners,
    [EFFECT_MERGE]             = flow_effect_merge,
    [EFFECT_FREE_MERGED]       = flow_effect_free_merged,
    [EFFECT_CONVERT]           = convert,
    [EFFECT_PASS_ON]           = pass_on,
    [EFFECT_CALL_BACK]         = call_back,
    [EFFECT_RECEIVE]           = receive,
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
    [EFFECT_LINK]              = flow_effect_link,
    [EFFECT_UNLINK]            = flow_effect_unlink,
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
