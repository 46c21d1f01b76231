#include "procedure/procedure.h"

#include <assert.h>

str child_type_name(enum child_type type)
{
    static const char *const names[CHILD_TYPES + 1] = {
        [CHILD_ASSIGNMENT] = "assignment",
        [CHILD_CONTACT] = "contact",
        [CHILD_ANSWER] = "answer",
        [CHILD_EVALUATION] = "evaluation",
        [CHILD_CONFIRMATION] = "confirmation",
        [CHILD_COSIGN] = "cosign",
        [CHILD_TYPES] = "?",
    };
    assert(type <= CHILD_TYPES);
    return str_of(names[type]);
}

str effect_name(enum effect effect)
{
    static const char *const names[EFFECTS] = {
        [EFFECT_NOTIFY_RAISER] = "notify_raiser",
        [EFFECT_NOTIFY_PARTIES] = "notify_parties",
        [EFFECT_PUBLISH] = "publish",
        [EFFECT_UNPUBLISH] = "unpublish",
        [EFFECT_CONFIRM_CONTACT] = "confirm_contact",
        [EFFECT_INVITE_COSIGNERS] = "invite_cosigners",
        [EFFECT_MERGE] = "merge",
        [EFFECT_CONVERT] = "convert",
        [EFFECT_PASS_ON] = "pass_on",
        [EFFECT_CALL_BACK] = "call_back",
        [EFFECT_RECEIVE] = "receive",
        [EFFECT_NOTIFY_FOLLOWERS] = "notify_followers",
        [EFFECT_FREE_MERGED] = "free_merged",
        [EFFECT_RAISE_LEVEL] = "raise_level",
        [EFFECT_ADD_PARTICIPANTS] = "add_participants",
        [EFFECT_RECORD_SESSION] = "record_session",
        [EFFECT_RECORD_POINTS] = "record_points",
        [EFFECT_ASK_CONFIRMATIONS] = "ask_confirmations",
        [EFFECT_ASSIGN] = "assign",
        [EFFECT_NEW_ROUND_ANSWERS] = "new_round_answers",
        [EFFECT_OPEN_EVALUATION] = "open_evaluation",
        [EFFECT_RECORD_FOLLOW_UP] = "record_follow_up",
        [EFFECT_RECORD_REPLY] = "record_reply",
        [EFFECT_RELEASE_REPLY] = "release_reply",
        [EFFECT_LINK] = "link",
        [EFFECT_UNLINK] = "unlink",
    };
    assert(effect < EFFECTS);
    return str_of(names[effect]);
}

/* All of these are short arrays of things that have a `name`. */
#define FIND(array, count, wanted)                                                                 \
    do {                                                                                           \
        for (size_t i_ = 0; i_ < (count); i_++)                                                    \
            if (str_eq((array)[i_].name, (wanted)))                                                \
                return (int)i_;                                                                    \
        return -1;                                                                                 \
    } while (0)

int procedure_state(const struct procedure *p, str name)
{
    FIND(p->states, p->state_count, name);
}

int procedure_party(const struct procedure *p, str name)
{
    FIND(p->parties, p->party_count, name);
}

int procedure_field(const struct procedure *p, str name)
{
    FIND(p->fields, p->field_count, name);
}

int procedure_list(const struct procedure *p, str name)
{
    FIND(p->lists, p->list_count, name);
}

int procedure_clock(const struct procedure *p, str name)
{
    FIND(p->clocks, p->clock_count, name);
}

int procedure_number(const struct procedure *p, str name)
{
    FIND(p->numbers, p->number_count, name);
}

int child_state(const struct child *child, str name)
{
    FIND(child->states, child->state_count, name);
}

int child_kind(const struct child *child, str name)
{
    FIND(child->kinds, child->kind_count, name);
}

int procedure_child_act(const struct procedure *p, int child, str name)
{
    for (size_t i = 0; i < p->act_count; i++)
        if (p->acts[i].child == child && str_eq(p->acts[i].name, name))
            return (int)i;
    return -1;
}

int procedure_act(const struct procedure *p, str name)
{
    return procedure_child_act(p, -1, name);
}

int procedure_child(const struct procedure *p, enum child_type type)
{
    for (size_t i = 0; i < p->child_count; i++)
        if (p->children[i].type == type)
            return (int)i;
    return -1;
}

const struct code *code_find(const struct code_list *list, str name)
{
    for (size_t i = 0; i < list->code_count; i++)
        if (str_eq(list->codes[i].name, name))
            return &list->codes[i];
    return NULL;
}

uint32_t procedure_parties_that_are(const struct procedure *p, enum party_is is)
{
    uint32_t mask = 0;

    for (size_t i = 0; i < p->party_count; i++)
        if (p->parties[i].is == is)
            mask |= 1U << i;
    return mask;
}

/* ---- the registry ---- */

enum err procedures_add(struct procedures *all, const struct procedure *p)
{
    const struct procedure *there = procedures_find(all, p->name, p->version);

    if (there)
        return digest_eq(&there->digest, &p->digest) ? OK : CONFLICT;
    if (all->count == PROCEDURES_MAX)
        return INVALID;
    all->at[all->count++] = p;
    return OK;
}

const struct procedure *procedures_find(const struct procedures *all, str name, int version)
{
    for (size_t i = 0; i < all->count; i++)
        if (all->at[i]->version == version && str_eq(all->at[i]->name, name))
            return all->at[i];
    return NULL;
}

const struct procedure *procedures_latest(const struct procedures *all, str name)
{
    const struct procedure *latest = NULL;

    for (size_t i = 0; i < all->count; i++)
        if (str_eq(all->at[i]->name, name) && (!latest || all->at[i]->version > latest->version))
            latest = all->at[i];
    return latest;
}
