/* The method of our own, stage by stage; each is explained in doc/opinion.md. */
#include "opinion/analysis.h"

#include "opinion/real.h"
#include "opinion/refine.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Of the lots by which people are drawn the highest bits are counted first. */
enum { BUCKET_BITS = 16 };

/* An analysis knows the region that it lies in. */
struct whole {
    struct opinion_analysis a;
    struct region *region;
};

static void begin_stage(const struct opinion_options *o, const char *name)
{
    if (o->stage != NULL)
        o->stage(o->self, name);
}

/* ---- the votes that place people ---- */

/* Votes on each statement; where none is too many, only whether there are any. */
static enum opinion_err count_votes(const struct work *w, uint32_t **seen)
{
    size_t without = w->v->statements;
    bool is_enough = w->v->statements <= PLACING_MAX;

    TAKE(w->scratch, *seen, w->v->statements);
    for (uint64_t i = 0; i < w->v->count && !(is_enough && without == 0); i++)
        without -= (*seen)[opinion_code_statement(w->v->code[i])]++ == 0;
    return OPINION_OK;
}

struct voted {
    uint32_t seen, statement;
};

static int by_votes(const void *a, const void *b)
{
    const struct voted *x = a, *y = b;

    if (x->seen != y->seen)
        return x->seen > y->seen ? -1 : 1;
    return x->statement < y->statement ? -1 : 1;
}

/* Not those moderated out, nor those without a vote; of too many the most voted on. */
enum opinion_err work_choose(const struct work *w, const uint32_t *seen, bool *is_kept,
                             size_t *count)
{
    struct voted *all;

    TAKE(w->scratch, all, w->v->statements);
    *count = 0;
    for (size_t j = 0; j < w->v->statements; j++) {
        if (!w->v->is_out[j] && seen[j] > 0)
            all[(*count)++] = (struct voted){seen[j], (uint32_t)j};
    }
    if (*count > PLACING_MAX) {
        qsort(all, *count, sizeof *all, by_votes);
        *count = PLACING_MAX;
    }
    for (size_t i = 0; i < *count; i++)
        is_kept[all[i].statement] = true;
    return OPINION_OK;
}

static enum opinion_err copy_kept(struct work *w, const bool *is_kept, size_t count)
{
    const struct opinion_votes *v = w->v;
    struct opinion_votes *kept;
    uint32_t *begin, *kept_of, *number;
    uint16_t *code;
    uint32_t n = 0;

    TAKE(w->scratch, kept, 1);
    TAKE(w->scratch, begin, v->people + 1);
    TAKE(w->scratch, code, v->count);
    TAKE(w->scratch, number, v->statements);
    TAKE(w->region, kept_of, count);
    for (size_t j = 0, at = 0; j < v->statements; j++) {
        if (is_kept[j]) {
            kept_of[at] = (uint32_t)j;
            number[j] = (uint32_t)at++;
        }
    }
    for (size_t i = 0; i < v->people; i++) {
        for (uint32_t c = v->begin[i]; c < v->begin[i + 1]; c++) {
            size_t j = opinion_code_statement(v->code[c]);
            if (is_kept[j])
                code[n++] = (uint16_t)(3 * number[j] + v->code[c] % 3);
        }
        begin[i + 1] = n;
    }
    *kept = (struct opinion_votes){.people = v->people,
                                   .statements = count,
                                   .count = n,
                                   .person_id = v->person_id,
                                   .begin = begin,
                                   .code = code};
    w->kept = kept;
    w->kept_of = kept_of;
    return OPINION_OK;
}

static enum opinion_err keep_votes(struct work *w)
{
    uint32_t *same, *seen;
    size_t count;
    bool *is_kept;

    TAKE(w->scratch, is_kept, w->v->statements);
    TRY(count_votes(w, &seen));
    TRY(work_choose(w, seen, is_kept, &count));
    if (count < w->v->statements)
        return copy_kept(w, is_kept, count);
    TAKE(w->region, same, count);
    for (size_t j = 0; j < count; j++)
        same[j] = (uint32_t)j;
    w->kept = w->v;
    w->kept_of = same;
    return OPINION_OK;
}

/* ---- who takes part, and of whom the axes come ---- */

static enum opinion_err find_eligible(struct work *w)
{
    TAKE(w->scratch, w->eligible, w->v->people);
    w->a->eligible = 0;
    for (size_t i = 0; i < w->v->people; i++) {
        uint32_t votes = w->kept->begin[i + 1] - w->kept->begin[i];
        if (votes >= OPINION_VOTES_LEAST)
            w->eligible[w->a->eligible++] = (uint32_t)i;
    }
    return OPINION_OK;
}

struct lot {
    uint64_t number;
    uint32_t person;
};

static int by_lot(const void *a, const void *b)
{
    const struct lot *x = a, *y = b;

    if (x->number != y->number)
        return x->number < y->number ? -1 : 1;
    return x->person < y->person ? -1 : x->person > y->person;
}

static uint64_t lot_of(const struct work *w, uint32_t person)
{
    struct real_random r = real_random_begin(w->a->seed, w->v->person_id[person]);

    return real_random_bits(&r);
}

/* The bucket, by the highest bits of the lots, in which the last of those drawn is. */
static size_t last_bucket(const struct work *w, uint32_t *size)
{
    size_t drawn = 0, bucket = 0;

    for (size_t i = 0; i < w->a->eligible; i++)
        size[lot_of(w, w->eligible[i]) >> (64 - BUCKET_BITS)]++;
    while (drawn + size[bucket] < OPINION_SAMPLE_MAX)
        drawn += size[bucket++];
    return bucket;
}

/* The highest lot that is drawn: those of the last bucket are put in order. */
static enum opinion_err last_lot(const struct work *w, uint32_t *size, size_t bucket,
                                 struct lot *last)
{
    struct lot *lots;
    size_t before = 0, n = 0;

    for (size_t b = 0; b < bucket; b++)
        before += size[b];
    TAKE(w->scratch, lots, size[bucket]);
    for (size_t i = 0; i < w->a->eligible; i++) {
        uint64_t number = lot_of(w, w->eligible[i]);
        if (number >> (64 - BUCKET_BITS) == bucket)
            lots[n++] = (struct lot){number, w->eligible[i]};
    }
    qsort(lots, n, sizeof *lots, by_lot);
    *last = lots[OPINION_SAMPLE_MAX - before - 1];
    return OPINION_OK;
}

/* A lot for each by id and seed, the lowest OPINION_SAMPLE_MAX of them: the same people whatever
 * the order, and mostly the same when some more came. */
static enum opinion_err draw_sample(struct work *w)
{
    struct lot last;
    uint32_t *drawn, *size;
    size_t n = 0;

    w->sample = w->eligible;
    w->a->sampled = w->a->eligible;
    if (w->a->eligible <= OPINION_SAMPLE_MAX)
        return OPINION_OK;
    TAKE(w->scratch, size, (size_t)1 << BUCKET_BITS);
    TAKE(w->scratch, drawn, OPINION_SAMPLE_MAX);
    TRY(last_lot(w, size, last_bucket(w, size), &last));
    for (size_t i = 0; i < w->a->eligible; i++) {
        struct lot own = {lot_of(w, w->eligible[i]), w->eligible[i]};
        if (by_lot(&own, &last) <= 0)
            drawn[n++] = own.person;
    }
    assert(n == OPINION_SAMPLE_MAX);
    w->sample = drawn;
    w->a->sampled = OPINION_SAMPLE_MAX;
    return OPINION_OK;
}

enum opinion_err work_people(struct work *w)
{
    TRY(find_eligible(w));
    return draw_sample(w);
}

static enum opinion_err find_space(struct work *w, const struct opinion_options *o)
{
    struct space before;

    TRY(gram_build(w->scratch, w->scratch, w->kept, w->sample, w->a->sampled, w->crew, &w->gram));
    if (o->before != NULL)
        TRY(before_space(w, o->before, &before));
    const struct space *last = o->before != NULL ? &before : NULL;
    TRY(space_find(w->scratch, w->scratch, &w->gram, last, &w->space));
    return space_refine(w->scratch, w->kept, w->sample, w->a->sampled, o->refine, last, &w->space);
}

/* ---- places ---- */

void work_tell_space(struct work *w, double *mean, double *loading)
{
    for (size_t j = 0; j < w->kept->statements; j++) {
        mean[w->kept_of[j]] = w->space.mean[j];
        memcpy(loading + w->kept_of[j] * AXES, w->space.loading + j * AXES, AXES * sizeof *loading);
    }
    memcpy(w->a->value, w->space.value, sizeof w->a->value);
    memcpy(w->a->strength, w->space.strength, sizeof w->a->strength);
    w->a->noise = w->space.noise;
    w->a->mean = mean;
    w->a->loading = loading;
}

static enum opinion_err place_all(struct work *w)
{
    double *place, *spread, *mean, *loading;

    TAKE(w->region, mean, w->v->statements);
    TAKE(w->region, loading, w->v->statements * AXES);
    work_tell_space(w, mean, loading);
    TAKE(w->region, place, w->v->people * AXES);
    TAKE(w->region, spread, w->v->people * AXES);
    space_place_all(&w->space, w->kept, w->crew, place, spread);
    w->a->place = place;
    w->a->spread = spread;
    return OPINION_OK;
}

/* ---- counts ---- */

static struct opinion_count count_of_codes(const uint32_t *times, size_t j)
{
    return (struct opinion_count){times[3 * j + 2], times[3 * j + 1], times[3 * j]};
}

static void add_count(struct opinion_count *all, const struct opinion_count *c)
{
    all->agree += c->agree;
    all->pass += c->pass;
    all->disagree += c->disagree;
}

/* People on their way into counts: codes by group, those of people in none last, in each room. */
struct counting {
    const struct work *w;
    size_t codes, groups; /* groups: with none */
    uint32_t *times;      /* [CREW_ROOMS * groups * codes] */
};

static void count_part(void *arg, size_t part)
{
    const struct counting *t = arg;
    const struct opinion_votes *v = t->w->v;
    uint32_t *room = t->times + part * t->groups * t->codes;
    size_t end = crew_from(v->people, CREW_ROOMS, part + 1);

    for (size_t i = crew_from(v->people, CREW_ROOMS, part); i < end; i++) {
        size_t group = t->w->group[i] < 0 ? t->groups - 1 : (size_t)t->w->group[i];
        uint32_t *own = room + group * t->codes;
        for (uint32_t c = v->begin[i]; c < v->begin[i + 1]; c++)
            own[v->code[c]]++;
    }
}

static enum opinion_err count_by_group(struct work *w)
{
    struct counting t = {w, 3 * w->v->statements, (size_t)w->a->k + 1, NULL};
    size_t cells = t.groups * t.codes;

    TAKE(w->scratch, t.times, CREW_ROOMS * cells);
    crew_run(w->crew, CREW_ROOMS, count_part, &t);
    for (size_t at = cells; at < CREW_ROOMS * cells; at++)
        t.times[at % cells] += t.times[at];
    for (size_t j = 0; j < w->v->statements; j++) {
        for (size_t g = 0; g < t.groups; g++) {
            struct opinion_count c = count_of_codes(t.times + g * t.codes, j);
            add_count(&w->about[j].all, &c);
            if (g + 1 < t.groups)
                w->counts[g * w->v->statements + j] = c;
        }
    }
    return OPINION_OK;
}

/* ---- together ---- */

static enum opinion_err group_all(struct work *w, const struct opinion_options *o)
{
    TAKE(w->region, w->group, w->v->people);
    memset(w->group, -1, w->v->people * sizeof *w->group);
    TRY(crowd_find(w, o));
    TAKE(w->region, w->membership, w->v->people * (size_t)w->a->k);
    TAKE(w->region, w->counts, w->v->statements * (size_t)w->a->k);
    TAKE(w->region, w->is_shown, w->v->statements * (size_t)w->a->k);
    TAKE(w->region, w->about, w->v->statements);
    w->a->group = w->group;
    w->a->membership = w->membership;
    w->a->counts = w->counts;
    w->a->is_shown = w->is_shown;
    w->a->about = w->about;
    return OPINION_OK;
}

enum opinion_err work_compute(struct work *w, const struct opinion_options *o)
{
    begin_stage(o, "axes");
    TRY(keep_votes(w));
    TRY(work_people(w));
    TRY(find_space(w, o));
    begin_stage(o, "places");
    TRY(place_all(w));
    begin_stage(o, "groups");
    TRY(group_all(w, o));
    begin_stage(o, "membership");
    TRY(class_find(w));
    begin_stage(o, "statements");
    TRY(count_by_group(w));
    shown_find(w);
    if (w->a->k == 1)
        TRY(quantiles_find(w));
    TRY(about_find(w));
    begin_stage(o, "typical");
    return typical_find(w);
}

enum opinion_err opinion_analysis_new(const struct opinion_memory *m,
                                      const struct opinion_votes *votes,
                                      const struct opinion_options *options,
                                      const struct opinion_analysis **analysis)
{
    struct region *region = region_new(m), *scratch = region_new(m);
    struct whole *whole = region == NULL ? NULL : region_take(region, 1, sizeof *whole);
    enum opinion_err e = OPINION_NO_MEMORY;

    *analysis = NULL;
    if (whole != NULL && scratch != NULL) {
        struct work w = {.region = region,
                         .scratch = scratch,
                         .crew = options->crew,
                         .v = votes,
                         .a = &whole->a};
        whole->region = region;
        whole->a.votes = votes;
        whole->a.seed = options->seed;
        whole->a.refine = options->refine;
        e = work_compute(&w, options);
    }
    region_free(scratch);
    if (e == OPINION_OK)
        *analysis = &whole->a;
    else
        region_free(region);
    return e;
}

void opinion_analysis_free(const struct opinion_analysis *analysis)
{
    const struct whole *whole = (const struct whole *)analysis;

    if (whole != NULL)
        region_free(whole->region);
}
