/* SQLite keeps the words of each act in a part of its own and merges parts only as far as it must:
 * a common word is then looked for in every one of them, which takes longer than finding it. */
#include "db/db.h"
#include "search/search.h"
#include "search/search_sql.h"

enum {
    PARTS_MAX = 8,    /* with more than these it is worth it */
    PARTS_FEW = 3,    /* done: one, and what came in meanwhile */
    MERGE_PAGES = 200 /* written by one act: some milliseconds */
};

enum err search_tidy(struct ctx *c, bool *is_going, bool *more)
{
    int64_t parts = 0;

    *more = false;
    if (db_engine_of(c->db) != DB_SQLITE)
        return OK;
    TRY(db_number(c->db, &parts, 0, &SEARCH_PARTS));
    if (parts <= (*is_going ? PARTS_FEW : PARTS_MAX)) {
        *is_going = false;
        return OK;
    }
    /* A negative number takes all parts together, a positive one goes on with that. */
    TRY(db_run(c->db, &SEARCH_MERGE, I(*is_going ? MERGE_PAGES : -MERGE_PAGES)));
    *is_going = *more = true;
    return OK;
}
