/*
 * load_parts -- people counted, then their votes put beside each other.
 *
 *     load_count, load_place   each row, twice                               load.c
 *     load_assign              between both: where each person's votes begin  load.c
 *     load_latest              of each person's rows on a statement the last  load_latest.c
 *     load_lines_feed          lines into rows                                load_lines.c
 */
#pragma once
#include "opinion/load.h"
#include "opinion/region.h"

enum {
    PAGE_BITS = 12,
    PAGE = 1 << PAGE_BITS,
    ROWS = 512 * 1024 - 4, /* with what stands before them 4 MB */
    CODES = 65536,
    LINE_MAX_HERE = 128,
    NO_CODE = 65535
};

/* Somebody: the number of rows, later where the next one goes; and the moment of the last one. */
struct load_slot {
    uint32_t at, moment;
};

struct load_page {
    struct load_slot *slot; /* [PAGE], or NULL: none of these people has come */
};

/* A row that waits, where the file is fed once. */
struct load_row {
    uint32_t person;
    uint16_t code, is_later; /* than the row before */
};

struct load_rows {
    struct load_rows *next;
    size_t count;
    struct load_row row[ROWS];
};

struct opinion_load {
    struct opinion_memory m;
    struct region *region, *votes_region;
    enum opinion_table table;
    struct load_page *page; /* [page_room] by the high bits of a participant */
    size_t page_room, pages;
    uint64_t rows;
    uint32_t moment; /* counts how often time went on */
    bool is_second;  /* rows are placed, no longer counted */
    bool *is_code;   /* [CODES] which there are */
    struct opinion_votes *votes;
    uint32_t *begin;
    uint16_t *code;              /* each person's rows, in their order */
    uint64_t *is_same;           /* a bit for each: of the same moment as the person's row before */
    char carried[LINE_MAX_HERE]; /* a row or a line that a piece ended in */
    size_t carried_len;
    bool has_head;
    int64_t time;
    /* Lines. */
    struct load_rows *first, *last;
    bool has_names, has_times;
    uint16_t *number_of;    /* [CODES] of a statement, from 1; 0: not seen */
    uint64_t *statement_id; /* by number */
    size_t statements;
};

/* A row the first time: somebody has one more. */
enum opinion_err load_new_page(struct opinion_load *load, uint32_t person);

static inline enum opinion_err load_count(struct opinion_load *load, uint32_t person)
{
    size_t page = person >> PAGE_BITS;

    if (page >= load->page_room || load->page[page].slot == NULL)
        TRY(load_new_page(load, person));
    load->page[page].slot[person & (PAGE - 1)].at++;
    return OPINION_OK;
}

/* The second time: it goes behind those of the same person. */
static inline bool load_place(struct opinion_load *load, uint32_t person, uint16_t code,
                              uint32_t moment)
{
    size_t page = person >> PAGE_BITS;

    if (page >= load->page_room || load->page[page].slot == NULL)
        return false;
    struct load_slot *s = &load->page[page].slot[person & (PAGE - 1)];
    uint32_t at = s->at++;
    if (at >= load->rows)
        return false;
    load->code[at] = code;
    if (s->moment == moment)
        load->is_same[at / 64] |= UINT64_C(1) << (at % 64);
    s->moment = moment;
    return true;
}

/* Everybody's place, in the order of their ids. */
enum opinion_err load_assign(struct opinion_load *load);

enum opinion_err load_latest(struct opinion_load *load);

enum opinion_err load_lines_new(struct opinion_load *load);
enum opinion_err load_lines_feed(struct opinion_load *load, const char *at, size_t len);
enum opinion_err load_lines_end(struct opinion_load *load);
