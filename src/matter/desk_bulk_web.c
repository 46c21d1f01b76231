/* One act done to many matters of a queue, or to many rows of the inbox: each for itself, so that
 * one refused leaves the others done. */
#include "base/msg.h"
#include "db/db.h"
#include "matter/inbox_web.h"
#include "web/pages.h"

/* "ID.EDITION", as the check box of a row sends it. */
static bool read_pick(str value, struct flow_try *t)
{
    str edition = value, id = str_cut(&edition, '.');

    return str_to_i64(id, &t->matter) && t->matter > 0 && str_to_i64(edition, &t->edition) &&
           t->edition > 0;
}

/* "ASSIGNMENT.MATTER", as a row of the inbox sends it. */
static bool read_row_pick(str value, struct flow_try *t)
{
    str matter = value, row = str_cut(&matter, '.');

    t->child_type = S("assignment");
    return str_to_i64(row, &t->child) && t->child > 0 && str_to_i64(matter, &t->matter) &&
           t->matter > 0;
}

/* OK also when the act was refused: *why then has the sentence. */
static enum err act_one(struct ctx *c, const struct flow_try *t, enum err *refused)
{
    TRY(db_point(c->db));
    c->failure = (struct failure){0};
    *refused = flow_act(c, t);
    if (*refused == BUSY || *refused == FAULT)
        return *refused;
    if (*refused == OK)
        return db_point_keep(c->db);
    db_point_undo(c->db);
    return OK;
}

/* What to call it in the result; nothing of a matter that is not the reader's to see. */
static enum err name_result(struct ctx *c, int64_t id, enum err refused, struct desk_result *r)
{
    struct matter m;

    r->title = msg_fmt(c->arena, c->lang, MSG_DESK_MATTER, I(id));
    if (refused == NOT_FOUND)
        return OK;
    TRY(matter_listed(c, id, &m));
    r->title = m.title;
    r->url = str_fmt(c->arena, "/matters/%lld", (long long)id);
    return OK;
}

static enum err act_all(struct ctx *c, const struct req *q, struct flow_try t,
                        bool (*read)(str, struct flow_try *), struct desk_told *told,
                        enum err *last)
{
    size_t cap = 0;
    str value;

    for (size_t i = 0; req_form_nth(q, S("id"), i, &value); i++) {
        struct desk_result r = {.why = S("")};
        enum err refused;
        if (!read(value, &t))
            return fail(c, NOT_FOUND, MSG_MATTER_NOT_FOUND);
        if (i == QUEUE_PAGE)
            return fail(c, INVALID, MSG_DESK_TOO_MANY, I(QUEUE_PAGE));
        TRY(act_one(c, &t, &refused));
        struct failure why = c->failure;
        if (refused != OK)
            r.why = failure_text(c);
        TRY(name_result(c, t.matter, refused, &r));
        c->failure = why;
        *last = refused != OK ? refused : *last;
        *PUSH(c->arena, told->results, told->result_count, cap) = r;
        told->done += refused == OK;
        told->refused += refused != OK;
    }
    return OK;
}

struct desk_told desk_told(struct ctx *c, const struct page *p)
{
    struct desk_told told = {.result_count = 0};

    if (p->made.told != NULL)
        told = *(const struct desk_told *)p->made.told;
    told.failure = failure_text(c);
    return told;
}

/* What becomes of it: back to `home` where all was done, else the page again with what was not. */
static enum err bulk(struct ctx *c, const struct req *q, struct page *p, const struct flow_try *t,
                     bool (*read)(str, struct flow_try *), str home)
{
    struct desk_told *told = NEW(c->arena, struct desk_told);
    enum err last = OK;

    TRY(act_all(c, q, *t, read, told, &last));
    if (told->result_count == 0)
        return fail(c, INVALID, MSG_DESK_CHOOSE_MATTER);
    if (told->done == 0 && (last == NOT_FOUND || (last == INVALID && c->failure.field.len > 0)))
        return last; /* ids that nobody gave him, or a form that is wrong for all alike */
    if (told->refused == 0) {
        page_notice(p, MSG_DESK_ALL_DONE);
        return page_redirect(p, "%.*s", STR_ARG(home));
    }
    p->made.told = told;
    c->failure = (struct failure){0};
    if (told->done == 0) {
        p->again_status = 422;
        (void)fail(c, INVALID, MSG_DESK_NONE_DONE);
    }
    return page_again(p);
}

enum err desk_web_bulk(struct ctx *c, const struct req *q, struct page *p)
{
    struct flow_try t = {.act = req_form(q, S("act")), .how = ACT_DO};
    struct buf home = {.arena = c->arena};
    struct input *inputs;

    if (t.act.len == 0)
        return fail(c, INVALID, MSG_DESK_CHOOSE_ACT);
    act_form_bulk_inputs(c, q, t.act, &inputs, &t.input_count);
    TRY(act_form_resolve(c, inputs, t.input_count));
    t.inputs = inputs;
    buf_put(&home, S("/desk?queue="));
    http_encode(&home, req_form(q, S("queue")));
    return bulk(c, q, p, &t, read_pick, buf_str(&home));
}

enum err inbox_web_bulk(struct ctx *c, const struct req *q, struct page *p)
{
    struct flow_try t = {.act = req_form(q, S("act")), .how = ACT_DO};

    if (t.act.len == 0)
        return fail(c, INVALID, MSG_DESK_CHOOSE_ACT);
    return bulk(c, q, p, &t, read_row_pick, S("/inbox"));
}
