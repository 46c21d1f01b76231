#include "opinion/bytes.h"
#include "opinion/load_parts.h"
#include "opinion/log.h"

#include <string.h>

enum { ROW = 8 };

/* A page is for so many rows at least, beyond the first pages: strewn ids would need memory without
 * end. */
enum { PAGES_FREE = 1024, ROWS_A_PAGE = 64 };

enum opinion_err opinion_load_new(const struct opinion_memory *m, enum opinion_table table,
                                  struct opinion_load **load)
{
    struct region *region = region_new(m);
    struct opinion_load *made = region == NULL ? NULL : region_take(region, 1, sizeof *made);

    *load = NULL;
    if (made == NULL) {
        region_free(region);
        return OPINION_NO_MEMORY;
    }
    *made = (struct opinion_load){.m = *m, .region = region, .table = table, .moment = 1};
    made->is_code = region_take(region, CODES, sizeof *made->is_code);
    enum opinion_err e = made->is_code == NULL ? OPINION_NO_MEMORY : OPINION_OK;
    if (e == OPINION_OK && table != OPINION_PACKED_TABLE)
        e = load_lines_new(made);
    if (e == OPINION_OK)
        *load = made;
    else
        region_free(region);
    return e;
}

void opinion_load_free(struct opinion_load *load)
{
    if (load == NULL)
        return;
    region_free(load->votes_region);
    region_free(load->region);
}

enum opinion_err load_new_page(struct opinion_load *load, uint32_t person)
{
    size_t page = person >> PAGE_BITS, room = load->page_room == 0 ? 64 : load->page_room;
    struct load_page *pages;

    while (room <= page)
        room *= 2;
    if (load->pages >= PAGES_FREE + load->rows / ROWS_A_PAGE)
        return OPINION_BAD_INPUT;
    if (room > load->page_room) {
        TAKE(load->region, pages, room);
        for (size_t i = 0; i < load->page_room; i++)
            pages[i] = load->page[i];
        load->page = pages;
        load->page_room = room;
    }
    TAKE(load->region, load->page[page].slot, PAGE);
    load->pages++;
    return OPINION_OK;
}

static size_t count_people(const struct opinion_load *load)
{
    size_t people = 0;

    for (size_t p = 0; p < load->page_room; p++) {
        for (size_t i = 0; load->page[p].slot != NULL && i < PAGE; i++)
            people += load->page[p].slot[i].at > 0;
    }
    return people;
}

enum opinion_err load_assign(struct opinion_load *load)
{
    uint64_t *person_id;
    size_t person = 0;
    uint32_t at = 0;

    if (load->rows == 0 || load->rows > UINT32_MAX)
        return OPINION_BAD_INPUT;
    load->votes_region = region_new(&load->m);
    if (load->votes_region == NULL)
        return OPINION_NO_MEMORY;
    TAKE(load->votes_region, load->votes, 1);
    load->votes->people = count_people(load);
    TAKE(load->votes_region, person_id, load->votes->people);
    TAKE(load->votes_region, load->begin, load->votes->people + 1);
    TAKE(load->votes_region, load->code, load->rows);
    TAKE(load->region, load->is_same, load->rows / 64 + 1);
    for (size_t p = 0; p < load->page_room; p++) {
        for (size_t i = 0; load->page[p].slot != NULL && i < PAGE; i++) {
            struct load_slot *s = &load->page[p].slot[i];
            uint32_t count = s->at;
            s->at = at;
            if (count == 0)
                continue;
            person_id[person] = p * PAGE + i;
            load->begin[person++] = at;
            at += count;
        }
    }
    load->begin[person] = at;
    load->votes->person_id = person_id;
    load->moment = 1;
    load->is_second = true;
    return OPINION_OK;
}

/* Everybody has as many rows as the first time. */
static bool is_whole(const struct opinion_load *load)
{
    size_t person = 0;

    for (size_t p = 0; p < load->page_room; p++) {
        for (size_t i = 0; load->page[p].slot != NULL && i < PAGE; i++) {
            uint32_t at = load->page[p].slot[i].at;
            bool is_next = person < load->votes->people && load->begin[person + 1] == at;
            person += is_next;
            if (!is_next && at != load->begin[person])
                return false;
        }
    }
    return person == load->votes->people;
}

/* ---- the binary log ---- */

static enum opinion_err take_head(struct opinion_load *load, const char *at)
{
    load->has_head = true;
    load->time = (int64_t)bytes_take8((const unsigned char *)at + ROW);
    return memcmp(at, "SLVOTES1", ROW) == 0 ? OPINION_OK : OPINION_BAD_INPUT;
}

/* A row, lowest bits first: participant, code, time since the row before. */
struct row {
    uint32_t person;
    uint16_t code;
    uint64_t gap;
};

static inline struct row row_at(const char *at)
{
    uint64_t bits = bytes_take8((const unsigned char *)at);
    struct row row = {(uint32_t)bits, (uint16_t)(bits >> 32), bits >> 48};

    if (row.code == NO_CODE)
        row.gap = row.gap << 32 | row.person;
    return row;
}

static enum opinion_err count_rows(struct opinion_load *load, const char *at, size_t rows)
{
    int64_t time = load->time;
    uint64_t counted = 0;

    for (size_t i = 0; i < rows; i++) {
        struct row row = row_at(at + i * ROW);
        if (time > INT64_MAX - (int64_t)row.gap)
            return OPINION_BAD_INPUT;
        time += (int64_t)row.gap;
        if (row.code == NO_CODE)
            continue;
        load->is_code[row.code] = true;
        TRY(load_count(load, row.person));
        counted++;
    }
    load->time = time;
    load->rows += counted;
    return OPINION_OK;
}

static enum opinion_err place_rows(struct opinion_load *load, const char *at, size_t rows)
{
    uint32_t moment = load->moment;

    if (moment > UINT32_MAX - rows)
        return OPINION_BAD_INPUT;
    for (size_t i = 0; i < rows; i++) {
        struct row row = row_at(at + i * ROW);
        moment += row.gap > 0;
        if (row.code != NO_CODE && !load_place(load, row.person, row.code, moment))
            return OPINION_BAD_INPUT;
    }
    load->moment = moment;
    return OPINION_OK;
}

static enum opinion_err take_rows(struct opinion_load *load, const char *at, size_t rows)
{
    return load->is_second ? place_rows(load, at, rows) : count_rows(load, at, rows);
}

/* The head or a row that was cut, with what has come since; how much of it was used. */
static enum opinion_err take_carried(struct opinion_load *load, const char *at, size_t len,
                                     size_t *used)
{
    size_t whole = load->has_head ? ROW : OPINION_PACKED_HEAD, missing = whole - load->carried_len;

    *used = len < missing ? len : missing;
    memcpy(load->carried + load->carried_len, at, *used);
    load->carried_len += *used;
    if (load->carried_len < whole)
        return OPINION_OK;
    load->carried_len = 0;
    return load->has_head ? take_rows(load, load->carried, 1) : take_head(load, load->carried);
}

static enum opinion_err feed_packed(struct opinion_load *load, const char *at, size_t len)
{
    while (len > 0) {
        size_t used;
        if (load->has_head && load->carried_len == 0 && len >= ROW) {
            used = len / ROW * ROW;
            TRY(take_rows(load, at, len / ROW));
        } else {
            TRY(take_carried(load, at, len, &used));
        }
        at += used;
        len -= used;
    }
    return OPINION_OK;
}

enum opinion_err opinion_load_feed(struct opinion_load *load, const char *at, size_t len)
{
    return load->table == OPINION_PACKED_TABLE ? feed_packed(load, at, len)
                                               : load_lines_feed(load, at, len);
}

enum opinion_err opinion_load_again(struct opinion_load *load)
{
    if (load->table != OPINION_PACKED_TABLE || load->carried_len > 0 || !load->has_head)
        return OPINION_BAD_INPUT;
    load->has_head = false;
    return load_assign(load);
}

/* ---- the end ---- */

enum opinion_err opinion_load_end(struct opinion_load *load, const struct opinion_votes **votes)
{
    if (load->table != OPINION_PACKED_TABLE)
        TRY(load_lines_end(load));
    if (!load->is_second || load->carried_len > 0 || !is_whole(load))
        return OPINION_BAD_INPUT;
    TRY(load_latest(load));
    TRY(votes_hand_out(load->votes_region, load->votes, votes));
    load->votes_region = NULL;
    return OPINION_OK;
}
