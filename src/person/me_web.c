#include "person/me_web.h"

#include "db/db.h"
#include "matter/matter.h"
#include "person/me_sql.h"
#include "view_me.h"
#include "web/pages.h"

enum { SIGN_INS_SHOWN = 5 };

static enum err fill_follows(struct ctx *c, struct me_page *m)
{
    size_t cap = 0;
    struct rows row;
    bool found;

    TRY(db_rows(&row, c->db, &ME_FOLLOWS, I(c->who->id)));
    for (;;) {
        TRY(db_next(&row, &found));
        if (!found)
            return OK;
        struct me_follow *f = PUSH(c->arena, m->follows, m->follow_count, cap);
        f->id = take_i64(&row);
        f->title = take_str(&row, c->arena);
    }
}

static enum err fill_matters(struct ctx *c, struct me_page *m)
{
    struct matter_filter f = {
        .raiser = c->who->id, .is_all = true, .order = MATTER_NEWEST, .limit = MATTER_PAGE};
    struct matter *rows;

    TRY(matter_list(c, &f, &rows, &m->matter_count));
    m->matters = matter_cards_of(c, rows, m->matter_count);
    return OK;
}

/* The pages that a person's office adds. */
static void fill_places(struct ctx *c, struct me_page *m)
{
    static const struct {
        uint32_t roles;
        const char *url;
        int msg;
    } places[] = {
        {ROLES_DESK, "/desk", MSG_LAYOUT_DESK},
        {ROLE_HANDLER, "/inbox", MSG_LAYOUT_INBOX},
        {ROLE_CLERK, "/desk/behalf", MSG_BEHALF_TITLE},
        {ROLE_CLERK, "/desk/key-in", MSG_ME_KEY_IN},
        {ROLE_SECURITY_ADMIN, "/people", MSG_PEOPLE_TITLE},
        {ROLE_AUDITOR | ROLE_AUDIT_ADMIN, "/audit", MSG_AUDIT_TITLE},
        {ROLE_SYSTEM_ADMIN, "/calendar", MSG_CALENDAR_TITLE},
    };
    size_t cap = 0;

    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        if (who_has(c->who, places[i].roles))
            *PUSH(c->arena, m->places, m->place_count, cap) =
                (struct me_place){str_of(places[i].url), msg_text(c->lang, places[i].msg)};
    }
}

static enum err fill_account(struct ctx *c, struct me_page *m)
{
    struct person person;
    str phone, mail;
    size_t cap = 0;

    TRY(person_load(c, c->who->id, &person));
    TRY(person_addresses(c, c->who->id, &phone, &mail));
    m->name = c->who->shown_name.len > 0 ? c->who->shown_name : c->who->name;
    m->shown_name = person.shown_name;
    m->login = person.login;
    m->is_en = str_eq(person.lang, S("en"));
    m->phone = account_masked(c->arena, phone);
    m->mail = account_masked(c->arena, mail);
    m->verified_msg = account_verified_msg(person.verified);
    m->is_verified = person.verified > VERIFIED_NOT;
    m->is_demo = person.is_demo;
    m->is_behalf = c->who->clerk != 0;
    for (size_t i = 0; i < c->who->role_count; i++)
        *PUSH(c->arena, m->roles, m->role_count, cap) =
            account_role(c, c->who->role[i].role, c->who->role[i].scope_name);
    return OK;
}

/* This one first, then the latest few. */
static enum err fill_sign_ins(struct ctx *c, struct me_page *m)
{
    struct sign_in_row *all;
    size_t count;

    TRY(person_sign_ins(c, &all, &count));
    m->ins = NEW_ARRAY(c->arena, SIGN_INS_SHOWN, struct sign_in_row);
    for (size_t pass = 0; pass < 2; pass++) {
        for (size_t i = 0; i < count && m->in_count < SIGN_INS_SHOWN; i++) {
            if (all[i].is_this == (pass == 0))
                m->ins[m->in_count++] = all[i];
        }
    }
    m->in_more = (int64_t)(count - m->in_count);
    return OK;
}

enum err me_web_show(struct ctx *c, const struct req *q, struct page *p)
{
    struct me_page m = {.failure = form_failure_of(c)};

    (void)q;
    TRY(fill_account(c, &m));
    TRY(todo_list(c, &m.todos, &m.todo_count));
    TRY(fill_matters(c, &m));
    TRY(fill_follows(c, &m));
    TRY(person_behalf_list(c, c->who->id, &m.acted, &m.acted_count));
    if (!m.is_behalf)
        TRY(fill_sign_ins(c, &m));
    fill_places(c, &m);
    p->title = msg_text(c->lang, MSG_LAYOUT_ME);
    p->nav = NAV_ME;
    view_me(&p->out, &m);
    return OK;
}

enum err me_web_out_everywhere(struct ctx *c, const struct req *q, struct page *p)
{
    (void)q;
    TRY(person_in_person(c));
    TRY(person_sign_out_all(c, c->who->id, c->who->token));
    page_notice(p, MSG_ME_OUT_DONE);
    return page_redirect(p, "/me");
}
