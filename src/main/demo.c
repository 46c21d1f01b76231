/* demo: an instance filled with the example records, with accounts and copies to try things on. */
#include "base/calendar.h"
#include "base/clock.h"
#include "base/msg.h"
#include "body/body.h"
#include "examples.h"
#include "flow/flow.h"
#include "flow/import.h"
#include "main/app.h"
#include "main/app_sql.h"
#include "main/command.h"
#include "person/person.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { ARENA_MAX = 512 * 1024 * 1024, PASSWORD_CHARS = 12, SESSION_DAYS = 9 };

/* ---- bodies and accounts: generic role words only, every one marked ---- */

enum scope { EVERYWHERE, ROOM, COMMITTEE, UNIT_1, UNIT_2 };

static const struct {
    const char *login;
    uint32_t role;
    enum scope scope;
} accounts[] = {
    /* clang-format off */
    {"demo-resident",           ROLE_RESIDENT,           EVERYWHERE},
    {"demo-member",             ROLE_MEMBER,             EVERYWHERE},
    {"demo-clerk",              ROLE_CLERK,              COMMITTEE},
    {"demo-first-convener",     ROLE_FIRST_CONVENER,     ROOM},
    {"demo-executive-convener", ROLE_EXECUTIVE_CONVENER, ROOM},
    {"demo-committee-lead",     ROLE_COMMITTEE_LEAD,     COMMITTEE},
    {"demo-leader",             ROLE_LEADER,             EVERYWHERE},
    {"demo-assigner",           ROLE_ASSIGNER,           COMMITTEE},
    {"demo-handler",            ROLE_HANDLER,            UNIT_1},
    {"demo-handler-2",          ROLE_HANDLER,            UNIT_2},
    {"demo-overseer",           ROLE_OVERSEER,           EVERYWHERE},
    {"demo-moderator",          ROLE_MODERATOR,          COMMITTEE},
    {"demo-editor",             ROLE_EDITOR,             COMMITTEE},
    {"demo-auditor",            ROLE_AUDITOR,            EVERYWHERE},
    {"demo-system-admin",       ROLE_SYSTEM_ADMIN,       EVERYWHERE},
    {"demo-security-admin",     ROLE_SECURITY_ADMIN,     EVERYWHERE},
    {"demo-audit-admin",        ROLE_AUDIT_ADMIN,        EVERYWHERE},
    /* clang-format on */
};

enum { ACCOUNTS = sizeof accounts / sizeof *accounts };

struct demo {
    struct instance *in;
    const struct import *seed;
    str passwords[ACCOUNTS], hashes[ACCOUNTS];
    int64_t people[ACCOUNTS];
    int64_t scopes[UNIT_2 + 1];
};

static enum err put_body(struct ctx *c, const char *kind, const char *code, int msg, int64_t parent,
                         int64_t *id)
{
    struct body b = {.kind = str_of(kind),
                     .code = str_of(code),
                     .name_zh = msg_text(LANG_ZH, msg),
                     .name_en = msg_text(LANG_EN, msg),
                     .parent = parent,
                     .is_demo = true,
                     .is_pilot = strcmp(kind, "room") == 0};

    return body_put(c, &b, id);
}

static enum err make_bodies(struct ctx *c, struct demo *d)
{
    struct body *committees;
    size_t count;

    TRY(body_list(c, S("committee"), &committees, &count));
    if (count == 0)
        return fail(c, NOT_FOUND, MSG_BODY_NOT_FOUND);
    d->scopes[COMMITTEE] = committees[0].id;
    TRY(put_body(c, "room", "demo-room", MSG_DEMO_ROOM, d->scopes[COMMITTEE], &d->scopes[ROOM]));
    TRY(put_body(c, "department", "demo-unit-1", MSG_DEMO_UNIT_1, 0, &d->scopes[UNIT_1]));
    return put_body(c, "department", "demo-unit-2", MSG_DEMO_UNIT_2, 0, &d->scopes[UNIT_2]);
}

static enum err make_accounts(struct ctx *c, struct demo *d)
{
    for (size_t i = 0; i < ACCOUNTS; i++) {
        str name = msg_fmt(c->arena, LANG_ZH, MSG_DEMO_ACCOUNT,
                           T(msg_text(LANG_ZH, role_msg(accounts[i].role))));
        struct person_new n = {.login = str_of(accounts[i].login),
                               .name = name,
                               .shown_name = name,
                               .mail = str_fmt(c->arena, "%s@example.org", accounts[i].login),
                               .password_hash = d->hashes[i],
                               .is_demo = true,
                               .verified = VERIFIED_DESK};
        TRY(person_add(c, &n, &d->people[i]));
        TRY(person_give_role(c, d->people[i], accounts[i].role, d->scopes[accounts[i].scope]));
    }
    return OK;
}

/* ---- copies of suggestions, standing at different places of the procedure ---- */

static size_t account(const char *login)
{
    for (size_t i = 0; i < ACCOUNTS; i++) {
        if (strcmp(accounts[i].login, login) == 0)
            return i;
    }
    return 0;
}

static enum err act_as(struct ctx *c, const struct demo *d, const char *login)
{
    struct who *w = NEW(c->arena, struct who);

    TRY(person_who_is(c, d->people[account(login)], &w));
    c->who = w;
    return OK;
}

/* One act on a matter, by one account. `inputs` end with an empty name. */
static enum err act(struct ctx *c, const struct demo *d, const char *login, int64_t matter,
                    const char *name, const struct input *inputs)
{
    struct flow_try t = {.matter = matter, .act = str_of(name), .inputs = inputs};

    while (inputs != NULL && inputs[t.input_count].name.len > 0)
        t.input_count++;
    TRY(act_as(c, d, login));
    return flow_act(c, &t);
}

static str date_in(struct ctx *c, int64_t days)
{
    return calendar_date_str(c->arena, calendar_day(c->now) + days);
}

/* A copy of a recorded suggestion, raised by one of the accounts: same words, marked, linked to
 * where it came from. */
static enum err copy(struct ctx *c, const struct demo *d, const char *code, const char *login,
                     const char *category, int64_t *id)
{
    struct matter from, m = {.procedure = S("talk_it_over"), .channel = S("copy"), .is_demo = true};
    struct point *points;
    struct input inputs[MATTER_POINTS_MAX + 4];
    size_t count, n = 0;
    int64_t source;

    TRY(matter_by_receipt(c, str_fmt(c->arena, "record:%s", code), &source));
    TRY(matter_load(c, source, &from));
    TRY(point_list(c, source, &points, &count));
    TRY(act_as(c, d, login));
    m.room = d->scopes[ROOM];
    m.raiser = c->who->id;
    m.raiser_shown = c->who->shown_name;
    inputs[n++] = (struct input){S("title"), from.title};
    inputs[n++] = (struct input){S("situation"), from.body};
    inputs[n++] = (struct input){S("category"), str_of(category)};
    for (size_t i = 0; i < count && i < MATTER_POINTS_MAX; i++)
        inputs[n++] = (struct input){S("points"), points[i].text};
    TRY(flow_raise(c, &m, inputs, n, NULL, 0));
    TRY(flow_link(c, S("came_from"), S("matter"), m.id, S("matter"), source, from.source_line));
    TRY(flow_confirm(c, m.id, c->who->id, S("confirm")));
    *id = m.id;
    return OK;
}

/* From screening to the notice of the session. */
static enum err prepare(struct ctx *c, const struct demo *d, int64_t id, const char *category)
{
    const struct input proposes[] = {
        {S("criteria"), S("public")},      {S("criteria"), S("concrete")},
        {S("criteria"), S("local")},       {S("criteria"), S("several")},
        {S("category"), str_of(category)}, {S(""), S("")}};
    const struct input surveys[] = {{S("survey"), msg_text(LANG_ZH, MSG_DEMO_TEXT)},
                                    {S(""), S("")}};
    const struct input plans[] = {{S("session_date"), date_in(c, SESSION_DAYS)},
                                  {S("session_place"), msg_text(LANG_ZH, MSG_DEMO_ROOM)},
                                  {S("session_mode"), S("both")},
                                  {S("convened_by"), msg_text(LANG_ZH, MSG_ROLE_FIRST_CONVENER)},
                                  {S("participants"), S("resident\tdemo-resident")},
                                  {S("participants"), S("member\tdemo-member")},
                                  {S("participants"), S("department\tdemo-handler")},
                                  {S(""), S("")}};

    TRY(act(c, d, "demo-executive-convener", id, "propose", proposes));
    TRY(act(c, d, "demo-first-convener", id, "approve", NULL));
    TRY(act(c, d, "demo-executive-convener", id, "record_survey", surveys));
    TRY(act(c, d, "demo-executive-convener", id, "plan_session", plans));
    return act(c, d, "demo-executive-convener", id, "give_notice", NULL);
}

/* From the session to the minutes: what was agreed are the first two points of the suggestion. */
static enum err talk_over(struct ctx *c, const struct demo *d, int64_t id)
{
    struct point *points;
    struct input minutes[8];
    size_t count, n = 0;

    TRY(point_list(c, id, &points, &count));
    minutes[n++] = (struct input){S("recorded_by"), msg_text(LANG_ZH, MSG_ROLE_CLERK)};
    minutes[n++] = (struct input){S("attendees"), msg_text(LANG_ZH, MSG_DEMO_ATTENDEES)};
    minutes[n++] = (struct input){S("facts"), msg_text(LANG_ZH, MSG_DEMO_TEXT)};
    minutes[n++] = (struct input){S("dissent"), msg_text(LANG_ZH, MSG_DEMO_TEXT)};
    for (size_t i = 0; i < count && i < 2; i++)
        minutes[n++] = (struct input){S("points"), points[i].text};
    minutes[n] = (struct input){S(""), S("")};
    TRY(act(c, d, "demo-first-convener", id, "open_session", NULL));
    return act(c, d, "demo-executive-convener", id, "record_minutes", minutes);
}

static enum err confirm_minutes(struct ctx *c, const struct demo *d, int64_t id)
{
    static const char *const who[] = {"demo-resident", "demo-member", "demo-handler"};
    struct confirmation *rows;
    size_t count;

    TRY(confirmation_list(c, id, &rows, &count));
    for (size_t i = 0; i < sizeof who / sizeof *who; i++) {
        TRY(act_as(c, d, who[i]));
        for (size_t k = 0; k < count; k++) {
            struct flow_try t = {.matter = id,
                                 .act = S("confirm"),
                                 .child_type = S("confirmation"),
                                 .child = rows[k].id};
            if (rows[k].person == c->who->id)
                TRY(flow_act(c, &t));
        }
    }
    return act(c, d, "demo-first-convener", id, "finish_minutes", NULL);
}

/* The agreed points go to the two demonstration units, one each. */
static enum err assign(struct ctx *c, const struct demo *d, int64_t id)
{
    struct input units[4];
    struct point *points;
    size_t count, n = 0;

    TRY(point_list(c, id, &points, &count));
    for (size_t i = 0; i < count && n < 2; i++) {
        if (!str_eq(points[i].kind, S("agreed")))
            continue;
        str line = str_fmt(c->arena, "%lld separate %lld %.*s",
                           (long long)d->scopes[n == 0 ? UNIT_1 : UNIT_2], (long long)points[i].id,
                           STR_ARG(date_in(c, 60)));
        units[n++] = (struct input){S("units"), line};
    }
    units[n] = (struct input){S(""), S("")};
    return act(c, d, "demo-assigner", id, "assign", units);
}

/* The days before today, so that what took time took it: the notice is out in time, the session is
 * over. */
static int64_t days_ago(const struct ctx *c, int64_t days)
{
    return calendar_start_ms(calendar_day(c->now) - days) + 9 * (int64_t)CLOCK_HOUR;
}

static enum err make_copies(struct ctx *c, const struct demo *d)
{
    int64_t today = c->now, screened, minuted, handled, before = days_ago(c, SESSION_DAYS + 3);

    c->now = before;
    TRY(copy(c, d, "mb-5", "demo-member", "elderly", &handled));
    TRY(prepare(c, d, handled, "elderly"));
    TRY(copy(c, d, "mb-1", "demo-resident", "economy", &minuted));
    TRY(prepare(c, d, minuted, "economy"));
    c->now = before + SESSION_DAYS * CLOCK_DAY;
    TRY(talk_over(c, d, handled));
    TRY(confirm_minutes(c, d, handled));
    c->now = today;
    TRY(talk_over(c, d, minuted));
    TRY(assign(c, d, handled));
    return copy(c, d, "mb-6", "demo-resident", "education", &screened);
}

static enum err fill(struct ctx *c, void *arg)
{
    struct import_report report = {0};
    struct demo *d = arg;

    c->lang = LANG_ZH; /* what is written into the records */
    TRY(import_put(c, d->seed, &report));
    TRY(make_bodies(c, d));
    TRY(make_accounts(c, d));
    return make_copies(c, d);
}

/* ---- the rest ---- */

static enum err read_seed(struct ctx *c, struct demo *d, const char *folder)
{
    struct import *in;

    if (folder != NULL) {
        TRY(import_read(c, str_of(folder), &in));
    } else {
        in = import_new(c->arena);
        for (size_t i = 0; i < examples_file_count; i++)
            TRY(import_add(c, in, str_of(examples_files[i].name),
                           (str){(const char *)examples_files[i].bytes, examples_files[i].len}));
    }
    TRY(import_check(c, in));
    d->seed = in;
    return OK;
}

static enum err write_sign_ins(struct ctx *c, const struct demo *d, const char *dir)
{
    struct buf b = {.arena = c->arena};
    int fd = open(str_fmt(c->arena, "%s/sign-ins.txt", dir).at,
                  O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, S_IRUSR | S_IWUSR);

    if (fd < 0)
        return FAULT;
    buf_fmt(&b, "# %.*s\n", STR_ARG(msg_text(LANG_ZH, MSG_DEMO_SIGN_INS)));
    for (size_t i = 0; i < ACCOUNTS; i++)
        buf_fmt(&b, "%.*s\t%s\t%.*s\n", STR_ARG(role_name(accounts[i].role)), accounts[i].login,
                STR_ARG(d->passwords[i]));
    ssize_t n = write(fd, b.at, b.len);
    close(fd);
    return n == (ssize_t)b.len ? OK : FAULT;
}

int cmd_demo(int argc, char **argv)
{
    static struct instance in;
    const char *from = take_option(&argc, argv, "--from");

    if (argc != 2)
        return usage("demo");
    struct arena *a = arena_new("demo", ARENA_MAX);
    struct ctx c = {.arena = a, .lang = LANG_EN};
    struct demo d = {.in = &in};
    enum err e = read_seed(&c, &d, from); /* before there is a folder that a fault would leave */
    if (e != OK)
        fprintf(stderr, "shangliang: %s\n", failure_text(&c).at);
    else
        e = app_create(argv[1], S(""), true);
    if (e == OK)
        e = app_open(&in, argv[1]);
    if (e != OK) {
        arena_free(a);
        return exit_of(e);
    }

    c = app_ctx(&in, a);
    c.lang = LANG_EN;
    for (size_t i = 0; i < ACCOUNTS; i++) {
        d.passwords[i] = crypto_code(a, PASSWORD_CHARS);
        d.hashes[i] = crypto_password_hash(a, d.passwords[i]);
    }
    e = app_act(&in, &c, fill, &d);
    if (e == OK)
        e = write_sign_ins(&c, &d, argv[1]);
    if (e != OK) {
        str why = failure_text(&c);
        fprintf(stderr, "shangliang: %.*s\n", STR_ARG(why));
    } else {
        printf("%s is a demonstration; the sign-ins are in %s/sign-ins.txt\n", argv[1], argv[1]);
    }
    arena_free(a);
    app_close(&in);
    return exit_of(e);
}
