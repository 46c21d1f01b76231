/*
 * crew -- loops whose parts may be done at once.
 *
 * How much is cut into how many parts depends on how much there is and on nothing else, and what
 * parts add up is added in their order: as many hands as there are, the same bytes.
 */
#pragma once
#include "opinion/opinion.h"

typedef void crew_fn(void *arg, size_t part);

static inline void crew_run(const struct opinion_crew *crew, size_t parts, crew_fn *fn, void *arg)
{
    if (crew != NULL && parts > 1) {
        crew->run(crew->self, parts, fn, arg);
        return;
    }
    for (size_t i = 0; i < parts; i++)
        fn(arg, i);
}

/* Where a part of `count` things begins; the next one's beginning is its end. */
static inline size_t crew_from(size_t count, size_t parts, size_t part)
{
    return count / parts * part + (part < count % parts ? part : count % parts);
}

/* People in a part that is worth the handing over, and parts where each needs room of its own. */
enum { CREW_PEOPLE = 4096, CREW_ROOMS = 8 };

static inline size_t crew_parts(size_t people)
{
    return (people + CREW_PEOPLE - 1) / CREW_PEOPLE;
}
