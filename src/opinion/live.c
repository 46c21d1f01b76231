#include "opinion/live_parts.h"

#include <string.h>

/* ---- what is kept between batches ---- */

static enum opinion_err keep(const struct opinion_live *live, struct room *room, const void *at,
                             size_t bytes)
{
    TRY(room_for(&live->m, room, bytes));
    if (bytes > 0)
        memcpy(room->at, at, bytes);
    return OPINION_OK;
}

void live_show_votes(struct opinion_live *live)
{
    struct opinion_votes *v = &live->votes;

    v->people = live->all.people;
    v->begin = live->all.begin;
    v->code = live->all.code;
    v->count = v->begin[v->people];
    v->person_id = live->person_id.at;
    v->statement_id = live->statement_id.at;
    v->is_out = live->is_out.at;
    live->kept = *v;
    if (live->is_few) {
        live->kept.begin = live->few.begin;
        live->kept.code = live->few.code;
        live->kept.count = live->few.begin[live->few.people];
    }
    live->kept.statements = live->is_few ? live->w.gram.statements : v->statements;
    live->a.place = live->place.at;
    live->a.spread = live->spread.at;
    live->a.group = live->w.group = live->group.at;
    live->a.membership = live->w.membership = live->membership.at;
}

/* What the settling left of people, into rows that can become more. */
static enum opinion_err keep_people(struct opinion_live *live, const struct opinion_analysis *a)
{
    size_t people = live->votes.people;

    TRY(keep(live, &live->place, a->place, people * OPINION_AXES * sizeof *a->place));
    TRY(keep(live, &live->spread, a->spread, people * OPINION_AXES * sizeof *a->spread));
    TRY(keep(live, &live->group, a->group, people * sizeof *a->group));
    TRY(keep(live, &live->membership, a->membership,
             people * (size_t)a->k * sizeof *a->membership));
    TRY(keep(live, &live->eligible, live->w.eligible, a->eligible * sizeof *live->w.eligible));
    TRY(keep(live, &live->sample, live->w.sample, a->sampled * sizeof *live->w.sample));
    live->w.eligible = live->eligible.at;
    live->w.sample = live->sample.at;
    return OPINION_OK;
}

/* Which statements place people, and their votes alone where not all do. */
static enum opinion_err keep_statements(struct opinion_live *live)
{
    struct work *w = &live->w;
    uint16_t *few_of;
    uint64_t *statement_of;

    live->shown = live->votes.statements;
    TAKE(w->region, few_of, live->shown);
    TAKE(w->region, statement_of, live->shown);
    memset(few_of, 0xff, live->shown * sizeof *few_of);
    for (size_t j = 0; j < w->kept->statements; j++)
        few_of[w->kept_of[j]] = (uint16_t)j;
    memcpy(statement_of, live->votes.statement_id, live->shown * sizeof *statement_of);
    live->few_of = few_of;
    live->statement_of = statement_of;
    ballots_free(&live->few);
    live->is_few = w->kept != w->v;
    return live->is_few ? ballots_copy(&live->m, w->kept, &live->few) : OPINION_OK;
}

/* ---- settling ---- */

static void memory_free(const struct live_memory *old)
{
    region_free(old->region);
    region_free(old->scratch);
}

/* The answer that is shown, for the next to go on from: its statements are still those of then. */
static enum opinion_err settle(struct opinion_live *live, struct live_memory *now,
                               const struct opinion_analysis *before)
{
    struct opinion_analysis a = {.votes = &live->votes, .seed = live->options.seed};
    struct opinion_options o = live->options;

    now->region = region_new(&live->m);
    now->scratch = region_new(&live->m);
    if (now->region == NULL || now->scratch == NULL)
        return OPINION_NO_MEMORY;
    o.before = before;
    struct work w = {
        .region = now->region, .scratch = now->scratch, .crew = o.crew, .v = &live->votes, .a = &a};
    TRY(work_compute(&w, &o));
    live->w = w;
    live->a = a;
    live->w.a = &live->a;
    TRY(keep_people(live, &a));
    TRY(keep_statements(live));
    live->w.kept = &live->kept;
    live->w.v = &live->votes;
    live_show_votes(live);
    live->since = 0;
    live->worked.placed = live->votes.people;
    live->worked.turned = 0;
    live->worked.is_settled = true;
    return OPINION_OK;
}

static enum opinion_err settle_after(struct opinion_live *live)
{
    struct live_memory old = live->memory, now = {0};
    struct opinion_votes votes = live->votes;
    struct opinion_analysis before = live->a;

    votes.statements = live->shown;
    votes.statement_id = live->statement_of;
    before.votes = &votes;
    enum opinion_err e = settle(live, &now, &before);
    live->memory = now;
    memory_free(&old);
    return e;
}

/* ---- public ---- */

static enum opinion_err begin(struct opinion_live *live, const struct opinion_votes *v)
{
    live->votes = *v;
    TRY(keep(live, &live->person_id, v->person_id, v->people * sizeof *v->person_id));
    TRY(keep(live, &live->statement_id, v->statement_id, v->statements * sizeof *v->statement_id));
    TRY(keep(live, &live->is_out, v->is_out, v->statements * sizeof *v->is_out));
    TRY(ballots_copy(&live->m, v, &live->all));
    live_show_votes(live);
    return settle(live, &live->memory, live->options.before);
}

enum opinion_err opinion_live_new(const struct opinion_memory *m, const struct opinion_votes *votes,
                                  const struct opinion_options *options, double may_turn,
                                  struct opinion_live **live)
{
    struct region *region = region_new(m);
    struct opinion_live *made = region == NULL ? NULL : region_take(region, 1, sizeof *made);

    *live = NULL;
    if (made == NULL) {
        region_free(region);
        return OPINION_NO_MEMORY;
    }
    made->m = *m;
    made->region = region;
    made->options = *options;
    made->options.refine = 0;
    made->may_turn = may_turn;
    enum opinion_err e = begin(made, votes);
    made->options.before = NULL;
    if (e == OPINION_OK)
        *live = made;
    else
        opinion_live_free(made);
    return e;
}

static void free_rooms(struct opinion_live *live)
{
    struct room *const rooms[] = {
        &live->person_id, &live->statement_id, &live->is_out,   &live->place,  &live->spread,
        &live->group,     &live->membership,   &live->eligible, &live->sample, &live->pending};

    for (size_t i = 0; i < sizeof rooms / sizeof rooms[0]; i++)
        room_free(rooms[i]);
}

void opinion_live_free(struct opinion_live *live)
{
    if (live == NULL)
        return;
    free_rooms(live);
    ballots_free(&live->all);
    ballots_free(&live->few);
    region_free(live->space[0]);
    region_free(live->space[1]);
    region_free(live->told);
    memory_free(&live->memory);
    region_free(live->region);
}

static enum opinion_err apply(struct opinion_live *live, const struct opinion_change *changes,
                              size_t count, struct batch *b)
{
    bool must_settle;

    live->worked = (struct opinion_live_work){0};
    TRY(live_batch(live, changes, count, b));
    live->worked.changed = b->people_count;
    TRY(live_count(live, b, &must_settle));
    if (must_settle)
        return settle_after(live);
    return b->count > 0 ? live_step(live, b) : OPINION_OK;
}

enum opinion_err opinion_live_apply(struct opinion_live *live, const struct opinion_change *changes,
                                    size_t count)
{
    struct batch b = {.scratch = region_new(&live->m)};

    if (b.scratch == NULL)
        return OPINION_NO_MEMORY;
    enum opinion_err e = apply(live, changes, count, &b);
    region_free(b.scratch);
    live->w.scratch = NULL; /* what it was is gone with the batch */
    return e;
}

enum opinion_err opinion_live_statement(struct opinion_live *live, uint64_t statement, bool is_out)
{
    size_t n = live->pending_count;

    TRY(room_for(&live->m, &live->pending, (n + 1) * sizeof(struct pending)));
    ((struct pending *)live->pending.at)[n] = (struct pending){statement, is_out};
    live->pending_count++;
    return OPINION_OK;
}

enum opinion_err opinion_live_settle(struct opinion_live *live)
{
    TRY(opinion_live_apply(live, NULL, 0));
    return live->worked.is_settled ? OPINION_OK : settle_after(live);
}

const struct opinion_analysis *opinion_live_answer(const struct opinion_live *live)
{
    return &live->a;
}

struct opinion_live_work opinion_live_worked(const struct opinion_live *live)
{
    return live->worked;
}
