/* live_step: what follows from a batch, for those it is about. */
#include "opinion/live_parts.h"

#include <math.h>
#include <string.h>

/* ---- everybody's counts ---- */

static void count(struct opinion_count *c, uint16_t code, int sign)
{
    uint32_t *of[] = {&c->disagree, &c->pass, &c->agree};

    *of[code % 3] += (uint32_t)sign;
}

/* The votes of those who changed something, as they are or as they were, into the counts. */
static void count_person(const struct opinion_live *live, const uint32_t *begin,
                         const uint16_t *code, size_t person, int group, int sign)
{
    struct opinion_count *own = live->w.counts + (size_t)group * live->votes.statements;

    for (uint32_t i = begin[person]; i < begin[person + 1]; i++)
        count(&own[opinion_code_statement(code[i])], code[i], sign);
}

enum opinion_err live_count(struct opinion_live *live, const struct batch *b, bool *must_settle)
{
    const struct ballots *all = &live->all;
    size_t n = live->votes.statements, kept;
    uint32_t *seen;
    bool *is_kept;

    live->since += b->count;
    *must_settle = b->has_statements || live->since * OPINION_LIVE_SETTLES > live->votes.count;
    if (*must_settle)
        return OPINION_OK;
    for (size_t i = 0; i < b->people_count; i++) {
        uint32_t person = b->people[i];
        for (uint32_t c = all->was_begin[person]; c < all->was_begin[person + 1]; c++)
            count(&live->w.about[opinion_code_statement(all->was_code[c])].all, all->was_code[c],
                  -1);
        for (uint32_t c = all->begin[person]; c < all->begin[person + 1]; c++)
            count(&live->w.about[opinion_code_statement(all->code[c])].all, all->code[c], 1);
    }
    TAKE(b->scratch, seen, n);
    TAKE(b->scratch, is_kept, n);
    for (size_t j = 0; j < n; j++)
        seen[j] = count_all(&live->w.about[j].all);
    live->w.scratch = b->scratch;
    TRY(work_choose(&live->w, seen, is_kept, &kept));
    for (size_t j = 0; j < n; j++)
        *must_settle = *must_settle || is_kept[j] != (live->few_of[j] != NOT_KEPT);
    return OPINION_OK;
}

/* ---- sums over pairs ---- */

/* One person of the sample whose votes changed: vote by vote, beside those that stayed. */
static void sum_changed(struct gram *g, const struct ballots *b, uint32_t person, uint16_t *own)
{
    const uint16_t *old = b->was_code + b->was_begin[person], *new = b->code + b->begin[person];
    size_t old_count = b->was_begin[person + 1] - b->was_begin[person],
           new_count = b->begin[person + 1] - b->begin[person], n = old_count;

    memcpy(own, old, old_count * sizeof *own);
    for (size_t i = 0, k = 0; i < old_count; i++) { /* what is no more, or is otherwise */
        while (k < new_count && new[k] < old[i])
            k++;
        if (k < new_count && new[k] == old[i])
            continue;
        size_t at = 0;
        while (own[at] != old[i])
            at++;
        own[at] = own[--n];
        gram_vote(g, own, n, old[i], -1);
    }
    for (size_t i = 0, k = 0; i < new_count; i++) { /* what came */
        while (k < old_count && old[k] < new[i])
            k++;
        if (k < old_count && old[k] == new[i])
            continue;
        gram_vote(g, own, n, new[i], 1);
        own[n++] = new[i];
    }
}

/* Who was in the sample and is, who left it, who came. */
static enum opinion_err sum_sample(struct opinion_live *live, const struct batch *b,
                                   const uint32_t *was, size_t was_count)
{
    const struct ballots *few = live->is_few ? &live->few : &live->all;
    const uint32_t *is = live->w.sample;
    struct gram *g = &live->w.gram;
    size_t i = 0, k = 0, c = 0;
    uint16_t *own;

    TAKE(b->scratch, own, g->statements);
    while (i < was_count || k < live->a.sampled) {
        uint32_t old = i < was_count ? was[i] : UINT32_MAX,
                 new = k < live->a.sampled ? is[k] : UINT32_MAX, person = old < new ? old : new;
        i += old == person;
        k += new == person;
        while (c < b->people_count && b->people[c] < person)
            c++;
        if (new > person)
            gram_person(g, few->was_code + few->was_begin[person],
                        few->was_begin[person + 1] - few->was_begin[person], -1);
        else if (old > person)
            gram_person(g, few->code + few->begin[person],
                        few->begin[person + 1] - few->begin[person], 1);
        else if (c < b->people_count && b->people[c] == person)
            sum_changed(g, few, person, own);
    }
    return OPINION_OK;
}

static enum opinion_err sum(struct opinion_live *live, const struct batch *b)
{
    uint32_t *was;
    size_t was_count = live->a.sampled;

    TAKE(b->scratch, was, was_count);
    memcpy(was, live->sample.at, was_count * sizeof *was);
    live->w.scratch = b->scratch;
    TRY(work_people(&live->w));
    TRY(sum_sample(live, b, was, was_count));
    TRY(room_for(&live->m, &live->eligible, live->a.eligible * sizeof *live->w.eligible));
    TRY(room_for(&live->m, &live->sample, live->a.sampled * sizeof *live->w.sample));
    memcpy(live->eligible.at, live->w.eligible, live->a.eligible * sizeof *live->w.eligible);
    memcpy(live->sample.at, live->w.sample, live->a.sampled * sizeof *live->w.sample);
    live->w.eligible = live->eligible.at;
    live->w.sample = live->sample.at;
    return OPINION_OK;
}

/* ---- places ---- */

/* The newest axes; how far they are from those shown. */
static enum opinion_err find_axes(struct opinion_live *live, struct region *scratch,
                                  struct space *now)
{
    region_free(live->space[1]);
    live->space[1] = region_new(&live->m);
    if (live->space[1] == NULL)
        return OPINION_NO_MEMORY;
    TRY(space_find(live->space[1], scratch, &live->w.gram, &live->w.space, now));
    live->worked.turned = space_apart(&live->w.space, now);
    return OPINION_OK;
}

static void place_some(struct opinion_live *live, const struct batch *b)
{
    double *place = live->place.at, *spread = live->spread.at;
    struct spot spots[KERNEL_LANES];

    for (size_t from = 0; from < b->people_count; from += KERNEL_LANES) {
        size_t left = b->people_count - from, n = left < KERNEL_LANES ? left : KERNEL_LANES;
        space_place_some(&live->w.space, live->w.kept, b->people + from, n, spots);
        for (size_t i = 0; i < n; i++) {
            size_t at = (size_t)b->people[from + i] * AXES;
            for (size_t x = 0; x < AXES; x++) {
                place[at + x] = spots[i].at[x];
                spread[at + x] = sqrt(spots[i].spread[x * AXES + x]);
            }
        }
    }
    live->worked.placed = b->people_count;
}

static void place_all(struct opinion_live *live, const struct space *now)
{
    struct region *old = live->space[0];

    live->w.space = *now;
    live->space[0] = live->space[1];
    live->space[1] = old;
    work_tell_space(&live->w, (double *)live->a.mean, (double *)live->a.loading);
    space_place_all(&live->w.space, live->w.kept, live->w.crew, live->place.at, live->spread.at);
    live->worked.placed = live->votes.people;
    live->worked.turned = 0;
}

/* ---- groups ---- */

static bool takes_part(const struct opinion_live *live, uint32_t person)
{
    const uint32_t *begin = live->w.kept->begin;

    return begin[person + 1] - begin[person] >= OPINION_VOTES_LEAST;
}

static void label_some(struct opinion_live *live, const struct batch *b)
{
    int8_t *group = live->group.at;

    for (size_t i = 0; i < b->people_count; i++) {
        uint32_t person = b->people[i];
        double score[AXES];
        for (size_t x = 0; x < AXES; x++)
            score[x] = live->a.place[person * AXES + x] * live->w.space.strength[x];
        group[person] =
            takes_part(live, person) ? (int8_t)groups_nearest(&live->w.grouping, score) : -1;
    }
}

/* Counts follow who went from one group to another without having voted. */
static enum opinion_err label_all(struct opinion_live *live, const struct batch *b)
{
    int8_t *group = live->group.at, *was;
    size_t c = 0;

    TAKE(b->scratch, was, live->votes.people);
    memcpy(was, group, live->votes.people);
    for (size_t i = 0; i < b->people_count; i++)
        group[b->people[i]] = -1;
    TRY(crowd_settle(&live->w));
    for (uint32_t i = 0; i < live->votes.people; i++) {
        c += c < b->people_count && b->people[c] < i;
        if (group[i] == was[i] || (c < b->people_count && b->people[c] == i))
            continue;
        if (was[i] >= 0)
            count_person(live, live->all.begin, live->all.code, i, was[i], -1);
        if (group[i] >= 0)
            count_person(live, live->all.begin, live->all.code, i, group[i], 1);
    }
    return OPINION_OK;
}

static void count_sizes(struct opinion_live *live)
{
    memset(live->a.size, 0, sizeof live->a.size);
    for (size_t i = 0; i < live->votes.people; i++) {
        int group = (int)live->a.group[i];
        if (group >= 0)
            live->a.size[(size_t)group]++;
    }
}

/* Those who voted: what they said counts for the group they are in now. */
static void count_some(struct opinion_live *live, const struct batch *b, bool is_before)
{
    const struct ballots *all = &live->all;

    for (size_t i = 0; i < b->people_count; i++) {
        uint32_t person = b->people[i];
        int group = (int)live->a.group[person];
        if (group >= 0 && is_before)
            count_person(live, all->was_begin, all->was_code, person, group, -1);
        else if (group >= 0)
            count_person(live, all->begin, all->code, person, group, 1);
    }
}

/* ---- what is said ---- */

/* What a group stands for was found when all was settled: what may no longer be shown is left out.
 */
static void leave_out_hidden(struct opinion_live *live)
{
    for (int g = 0; g < live->a.k; g++) {
        struct opinion_typical *list = live->a.typical[g];
        size_t n = 0;
        for (size_t i = 0; i < live->a.typical_count[g]; i++) {
            if (live->a.is_shown[(size_t)g * live->votes.statements + list[i].statement])
                list[n++] = list[i];
        }
        live->a.typical_count[g] = n;
    }
}

static enum opinion_err tell(struct opinion_live *live)
{
    for (size_t j = 0; j < live->votes.statements; j++)
        live->w.about[j] = (struct opinion_about){.all = live->w.about[j].all};
    region_free(live->told);
    live->told = live->w.region = region_new(&live->m);
    if (live->told == NULL)
        return OPINION_NO_MEMORY;
    shown_find(&live->w);
    TRY(about_find(&live->w));
    leave_out_hidden(live);
    return OPINION_OK;
}

static void tell_membership(struct opinion_live *live, const struct batch *b)
{
    double *membership = live->membership.at;

    for (size_t i = 0; i < b->people_count; i++)
        class_of(&live->w, b->people[i], membership + (size_t)b->people[i] * (size_t)live->a.k);
}

enum opinion_err live_step(struct opinion_live *live, const struct batch *b)
{
    struct space now;

    count_some(live, b, true);
    TRY(sum(live, b));
    TRY(find_axes(live, b->scratch, &now));
    if (live->worked.turned > live->may_turn || live->may_turn <= 0) {
        place_all(live, &now);
        TRY(label_all(live, b));
        if (live->a.k == 1)
            TRY(quantiles_find(&live->w));
    } else {
        place_some(live, b);
        label_some(live, b);
    }
    count_some(live, b, false);
    count_sizes(live);
    tell_membership(live, b);
    return tell(live);
}
