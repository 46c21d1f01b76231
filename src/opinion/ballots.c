#include "opinion/ballots.h"

#include <assert.h>
#include <string.h>

/* ---- arrays that grow ---- */

enum opinion_err room_for(const struct opinion_memory *m, struct room *room, size_t bytes)
{
    struct room more = {.bytes = bytes + bytes / 4};

    if (room->region != NULL && room->bytes >= bytes)
        return OPINION_OK;
    more.region = region_new(m);
    more.at = more.region == NULL ? NULL : region_take(more.region, more.bytes, 1);
    if (more.at == NULL) {
        region_free(more.region);
        return OPINION_NO_MEMORY;
    }
    if (room->region != NULL)
        memcpy(more.at, room->at, room->bytes);
    region_free(room->region);
    *room = more;
    return OPINION_OK;
}

void room_free(struct room *room)
{
    region_free(room->region);
    *room = (struct room){0};
}

enum opinion_err room_insert(const struct opinion_memory *m, struct room *room, size_t width,
                             size_t count, const uint32_t *before, size_t inserted)
{
    TRY(room_for(m, room, (count + inserted) * width));
    char *at = room->at;
    size_t end = count;
    for (size_t i = inserted; i-- > 0;) {
        size_t from = before[i];
        memmove(at + (from + i + 1) * width, at + from * width, (end - from) * width);
        memset(at + (from + i) * width, 0, width);
        end = from;
    }
    return OPINION_OK;
}

/* ---- votes ---- */

static enum opinion_err rooms_for(const struct opinion_memory *m, struct ballots *b, size_t count)
{
    for (int i = 0; i < 2; i++) {
        TRY(room_for(m, &b->begins[i], (b->people + 1) * sizeof *b->begin));
        TRY(room_for(m, &b->codes[i], count * sizeof *b->code));
    }
    b->begin = b->begins[0].at;
    b->was_begin = b->begins[1].at;
    b->code = b->codes[0].at;
    b->was_code = b->codes[1].at;
    return OPINION_OK;
}

enum opinion_err ballots_copy(const struct opinion_memory *m, const struct opinion_votes *v,
                              struct ballots *b)
{
    *b = (struct ballots){.people = v->people};
    TRY(rooms_for(m, b, v->count));
    memcpy(b->begin, v->begin, (v->people + 1) * sizeof *b->begin);
    memcpy(b->code, v->code, v->count * sizeof *b->code);
    return OPINION_OK;
}

void ballots_free(struct ballots *b)
{
    for (int i = 0; i < 2; i++) {
        room_free(&b->begins[i]);
        room_free(&b->codes[i]);
    }
}

enum opinion_err ballots_insert(const struct opinion_memory *m, struct ballots *b,
                                const uint32_t *before, size_t inserted)
{
    size_t old = b->people, person = old + inserted;

    b->people += inserted;
    TRY(rooms_for(m, b, b->begin[old]));
    /* From the end, each begin moves behind the people who came before it. */
    b->begin[person] = b->begin[old];
    for (size_t i = old, n = inserted; person-- > 0;) {
        if (n > 0 && before[n - 1] == i)
            n--;
        else
            i--;
        b->begin[person] = b->begin[i];
    }
    return OPINION_OK;
}

void ballots_renumber(struct ballots *b, const uint16_t *number)
{
    for (uint32_t i = 0; i < b->begin[b->people]; i++)
        b->code[i] = (uint16_t)(3 * number[opinion_code_statement(b->code[i])] + b->code[i] % 3);
}

/* One person's votes, and the changes of them, into `to`; how many there are then. */
static uint32_t merge(const uint16_t *code, size_t count, const struct ballot_change *changes,
                      size_t changed, uint16_t *to)
{
    uint32_t n = 0;
    size_t at = 0;

    for (size_t i = 0; i < changed; i++) {
        size_t statement = changes[i].statement;
        while (at < count && opinion_code_statement(code[at]) < statement)
            to[n++] = code[at++];
        if (at < count && opinion_code_statement(code[at]) == statement)
            at++;
        if (changes[i].vote != BALLOT_WITHDRAWN)
            to[n++] = (uint16_t)(3 * statement + (size_t)(changes[i].vote + 1));
    }
    memcpy(to + n, code + at, (count - at) * sizeof *code);
    return n + (uint32_t)(count - at);
}

/* Those between two who changed something, as they were. */
static uint32_t copy(const struct ballots *b, size_t from, size_t to, uint32_t n)
{
    uint32_t first = b->was_begin[from], count = b->was_begin[to] - first;

    for (size_t i = from; i < to; i++)
        b->begin[i] = b->was_begin[i] - first + n;
    memcpy(b->code + n, b->was_code + first, count * sizeof *b->code);
    return n + count;
}

static void swap(struct room room[2])
{
    struct room first = room[0];

    room[0] = room[1];
    room[1] = first;
}

enum opinion_err ballots_change(const struct opinion_memory *m, struct ballots *b,
                                const struct ballot_change *changes, size_t count)
{
    size_t from = 0;
    uint32_t n = 0;

    TRY(rooms_for(m, b, b->begin[b->people] + count));
    swap(b->begins);
    swap(b->codes);
    TRY(rooms_for(m, b, 0));
    for (size_t i = 0; i < count;) {
        uint32_t person = changes[i].person, begin = b->was_begin[person];
        size_t own = i;
        while (i < count && changes[i].person == person)
            i++;
        n = copy(b, from, person, n);
        b->begin[person] = n;
        n += merge(b->was_code + begin, b->was_begin[person + 1] - begin, changes + own, i - own,
                   b->code + n);
        from = person + 1;
    }
    n = copy(b, from, b->people, n);
    b->begin[b->people] = n;
    return OPINION_OK;
}
