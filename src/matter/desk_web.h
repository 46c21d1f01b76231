/*
 * desk_web -- the clerk's desk: queues made from the procedures, and what their pages show.
 *
 * Every state in which an act is open to a role that the reader holds is a queue. A state in which
 * such an act moves the matter on, or stops a clock, is work that waits for him; in the others he
 * may step in. Two more kinds: rows of units in a state that wants his decision, and acts that
 * another party asked for and he may grant. What he sees is limited to where his roles hold: a body
 * and what belongs to it.
 *
 *     queue --+-- cell   a state of one procedure, with the roles through which it is open
 *
 * A queue's key stands in addresses: "talk_it_over.raised", "talk_it_over:return_asked",
 * "talk_it_over!extend", and "due" for what is overdue or soon due in all queues of work.
 */
#pragma once
#include "matter/matter_list_web.h"

enum { QUEUE_PAGE = 50, SOON_WORKDAYS = 3 };

struct queue_cell {
    const struct procedure *p; /* the latest version */
    str procedure, state, assignment, ask;
    uint32_t roles;
    bool is_everywhere; /* through a role that is not bound to a place */
    bool is_dated;      /* only what has a time limit: of ends */
};

struct queue {
    str key, label;
    const struct procedure *p; /* NULL: of several */
    bool is_work;
    struct queue_cell *cells;
    size_t cell_count, cell_cap;
    int64_t count, late, soon, oldest;
};

struct queues {
    struct queue *at;
    size_t count, cap;
    int64_t now, soon; /* moments: late before the first, soon until the second */
};

/* The reader's queues with their counts. */
enum err queues_load(struct ctx *c, struct queues *all) MUST_USE;
const struct queue *queues_find(const struct queues *all, str key); /* NULL: none, or not his */

/* What rows of a queue are wanted. Rows with a time limit come first, soonest first. */
struct queue_ask {
    str category, words;
    int64_t due_until;           /* 0: any, also without a time limit */
    int64_t due_from;            /* 0: from the start; rows later than this */
    int64_t after_due, after_id; /* keyset; due 0 with an id: among those without a time limit */
    int64_t limit;
};
enum err queue_rows(struct ctx *c, const struct queue *queue, const struct queue_ask *ask,
                    struct matter **rows, size_t *count) MUST_USE;

/* The bodies for which the reader holds one of the roles, as ",12,34,"; `*is_everywhere` when one
 * of them is bound to no body. */
str desk_scopes(struct ctx *c, uint32_t roles, bool *is_everywhere);

/* Does the reader hold a role of these parties, somewhere? */
bool desk_may(const struct ctx *c, const struct procedure *p, uint32_t parties);

/* ---- the frame ---- */

struct desk_link {
    str label, url;
    int64_t count, late;
    bool is_current, has_count, is_late;
};

struct desk_group {
    str label;
    struct desk_link *links;
    size_t link_count;
};

struct desk_side {
    str brand, home, logo_url, other_lang, other_lang_url;
    bool is_en; /* the other language is Chinese */
    struct desk_group *groups;
    size_t group_count;
    int notice;
};

/* The side of the desk: `current` is the key of a queue, or an address of the desk. */
struct desk_side desk_side_make(struct ctx *c, const struct req *q, const struct queues *all,
                                str current);

/* ---- pages ---- */

struct desk_row {
    struct matter_card card;
    str pick, pick_id; /* "id.edition" */
    bool is_picked;
};

struct desk_result {
    str title, url, why; /* why: empty, it was done */
};

/* What a bulk act leaves for its page. */
struct desk_told {
    struct desk_result *results;
    size_t result_count;
    int64_t done, refused;
    str failure;
};

/* What there is to tell on this page; nothing, where no act was done. */
struct desk_told desk_told(struct ctx *c, const struct page *p);

struct desk_page {
    struct desk_side side;
    str title, procedure, key;
    int64_t count, late, soon, oldest_days;
    bool is_empty, is_narrow; /* empty: there is nothing in the whole queue */
    str late_url, soon_url, all_url;
    str words, csv_url, xlsx_url, next_url, first_url;
    struct list_option *categories, *dues;
    size_t category_count, due_count;
    struct act_form *plain, *forms; /* what can be done to many */
    size_t plain_count, form_count;
    bool has_bulk;
    struct desk_row *rows;
    size_t row_count;
    struct desk_told told;
};
