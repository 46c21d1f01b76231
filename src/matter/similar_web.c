/* Matters like the one being typed: part of a page, put under the field by the script. */
#include "matter/similar_web.h"

#include "search/search.h"
#include "view_similar.h"
#include "web/pages.h"

enum { SIMILAR_MAX = 5, ASK_MAX = 20 /* some have ended meanwhile */ };

enum err raise_web_similar(struct ctx *c, const struct req *q, struct page *p)
{
    struct search_ask ask = {.typed = str_head(str_trim(req_query(q, S("q"))), QUERY_CHARS_MAX),
                             .kinds = {S("matter")},
                             .kind_count = 1,
                             .visibility = SEARCH_PUBLIC,
                             .limit = ASK_MAX};
    struct similar_page m = {.cards = NULL};
    struct search_hits hits = {.count = 0};
    size_t cap = 0;

    p->is_bare = p->is_fragment = true;
    if (str_chars(ask.typed) >= 2)
        TRY(search_similar(c, &ask, &hits));
    for (size_t i = 0; i < hits.count && m.card_count < SIMILAR_MAX; i++) {
        struct matter row;
        enum err e = matter_listed(c, hits.at[i].id, &row);
        if (e == NOT_FOUND) {
            c->failure = (struct failure){0};
            continue;
        }
        TRY(e);
        if (row.is_public)
            *PUSH(c->arena, m.cards, m.card_count, cap) = matter_card_public(c, &row);
    }
    view_similar(&p->out, &m);
    return OK;
}
