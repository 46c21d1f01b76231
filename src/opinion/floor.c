#include "opinion/floor.h"

#include "opinion/gram.h"
#include "opinion/kernel.h"
#include "opinion/real.h"

static void add_rows(const struct opinion_votes *v, const float *table, float all[KERNEL_PLACE])
{
    float sum[KERNEL_PLACE];

    for (size_t i = 0; i < v->people; i++) {
        kernel_in_use()->sum_places(table, v->code + v->begin[i], v->begin[i + 1] - v->begin[i],
                                    sum);
        for (size_t x = 0; x < KERNEL_PLACE; x++)
            all[x] += sum[x];
    }
}

static enum opinion_err gather(struct region *region, const struct opinion_votes *v,
                               floor_clock_fn *now, double *seconds)
{
    struct real_random r = real_random_begin(1, 1);
    size_t room = 3 * v->statements * KERNEL_PLACE;
    float *table, *all;

    TAKE(region, table, room);
    TAKE(region, all, KERNEL_PLACE);
    for (size_t i = 0; i < room; i++)
        table[i] = (float)real_random_unit(&r);
    double begin = now();
    add_rows(v, table, all);
    *seconds = now() - begin;
    return OPINION_OK;
}

enum opinion_err floor_gather(const struct opinion_memory *m, const struct opinion_votes *votes,
                              floor_clock_fn *now, double *seconds)
{
    struct region *region = region_new(m);
    enum opinion_err e = region == NULL ? OPINION_NO_MEMORY : gather(region, votes, now, seconds);

    region_free(region);
    return e;
}

static enum opinion_err pairs(struct region *region, const struct opinion_votes *v,
                              floor_clock_fn *now, double *planes, double *sparse)
{
    struct gram at_once, one_by_one;
    uint32_t *people;

    TAKE(region, people, v->people);
    for (size_t i = 0; i < v->people; i++)
        people[i] = (uint32_t)i;
    double begin = now();
    TRY(gram_build(region, region, v, people, v->people, NULL, &at_once));
    *planes = now() - begin;
    begin = now();
    TRY(gram_new(region, v->statements, &one_by_one));
    for (size_t i = 0; i < v->people; i++)
        gram_person(&one_by_one, v->code + v->begin[i], v->begin[i + 1] - v->begin[i], 1);
    *sparse = now() - begin;
    return OPINION_OK;
}

enum opinion_err floor_pairs(const struct opinion_memory *m, const struct opinion_votes *votes,
                             floor_clock_fn *now, double *planes, double *sparse)
{
    struct region *region = region_new(m);
    enum opinion_err e =
        region == NULL ? OPINION_NO_MEMORY : pairs(region, votes, now, planes, sparse);

    region_free(region);
    return e;
}
