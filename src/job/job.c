#include "job/job.h"

#include "base/id.h"
#include "db/db.h"
#include "job/job_sql.h"

#include <assert.h>

enum err job_add(struct ctx *c, str kind, str key, int64_t due, str data)
{
    assert(kind.len > 0 && key.len <= JOB_KEY_MAX);
    return db_run(c->db, &JOB_ADD, I(id_new()), T(kind), T(key), T(data), I(due), I(c->now));
}

enum err job_again(struct ctx *c, str kind, str key, int64_t due, str data)
{
    assert(kind.len > 0 && key.len <= JOB_KEY_MAX);
    return db_run(c->db, &JOB_AGAIN, I(id_new()), T(kind), T(key), T(data), I(due), I(c->now));
}

enum err job_purge(struct ctx *c, int64_t before_ms)
{
    return db_run(c->db, &JOB_PURGE, I(before_ms));
}

enum err job_count(struct ctx *c, struct job_counts *counts)
{
    struct rows row;
    bool found;

    *counts = (struct job_counts){0};
    TRY(db_rows(&row, c->db, &JOB_COUNT, I(c->now)));
    TRY(db_next(&row, &found));
    if (!found)
        return OK;
    counts->overdue = take_i64(&row);
    counts->failed = take_i64(&row);
    return db_done(&row);
}
