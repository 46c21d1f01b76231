/* The town of the tests: see flow_test.h. */
#include "flow/flow_test.h"

#include "base/calendar.h"
#include "base/clock.h"
#include "base/id.h"
#include "flow_test_sql.h"
#include "ledger/ledger.h"
#include "person/person.h"

enum { TOWN_ARENA_MAX = 64 * 1024 * 1024, SCRATCH_MAX = 256 * 1024 * 1024 };

enum db_engine town_engine;

/* ---- acts and looks ---- */

struct job {
    struct town *t;
    const char *who;
    int64_t behalf_of;
    world_fn *fn;
    void *arg;
    bool is_act;
};

static enum err load_who(struct ctx *c, const struct job *j)
{
    struct person p;
    struct who *who;

    if (j->who == NULL)
        return OK;
    TRY(person_find(c, str_of(j->who), &p));
    TRY(person_who_is(c, j->behalf_of != 0 ? j->behalf_of : p.id, &who));
    if (j->behalf_of != 0) {
        who->clerk = p.id;
        who->clerk_name = p.name;
    }
    c->who = who;
    return OK;
}

static enum err run(struct db *db, void *arg)
{
    struct job *j = arg;
    struct world *w = &j->t->w;
    struct ctx c = {.arena = j->t->scratch,
                    .db = db,
                    .now = clock_now(),
                    .calendar = w->app.calendar,
                    .keys = &w->app.keys,
                    .procedures = w->app.procedures,
                    .config = &w->app.config};

    TRY(load_who(&c, j));
    enum err e = j->fn(&c, j->arg);
    if (j->is_act) {
        j->t->why = c.failure;
        j->t->why.field = str_copy(j->t->arena, c.failure.field);
    }
    return e;
}

static enum err act_for(struct town *t, const char *who, int64_t behalf_of, world_fn *fn, void *arg)
{
    struct job j = {t, who, behalf_of, fn, arg, true};

    arena_reset(t->scratch);
    return db_act_wait(t->w.app.pool, run, &j);
}

enum err town_act(struct town *t, const char *who, world_fn *fn, void *arg)
{
    return act_for(t, who, 0, fn, arg);
}

enum err town_read(struct town *t, const char *who, world_fn *fn, void *arg)
{
    struct job j = {t, who, 0, fn, arg, false};
    struct db *db;

    arena_reset(t->scratch);
    TRY(db_read(t->w.app.pool, &db));
    enum err e = run(db, &j);
    db_read_end(db);
    return e;
}

/* ---- the town ---- */

void town_day(const char *date, int hour)
{
    int64_t day;

    assert_true(calendar_read_date(str_of(date), &day));
    clock_shift(0);
    clock_shift(calendar_start_ms(day) + hour * (int64_t)CLOCK_HOUR - clock_now());
}

int64_t day_end(const char *date)
{
    int64_t day;

    assert_true(calendar_read_date(str_of(date), &day));
    return calendar_end_ms(day);
}

static enum err give_mail(struct ctx *c, void *arg)
{
    const char *login = arg;
    struct person p;

    TRY(person_find(c, str_of(login), &p));
    return person_set_address(c, p.id, str_fmt(c->arena, "%s@example.org", login), true);
}

static int64_t person(struct town *t, const char *login, uint32_t role, int64_t scope)
{
    int64_t id = world_person(&t->w, login, role, scope);
    char copy[40];

    snprintf(copy, sizeof copy, "%s", login);
    assert_int_equal(town_act(t, NULL, give_mail, copy), OK);
    return id;
}

static enum err open_session(struct ctx *c, void *arg)
{
    const struct town *t = arg;
    int64_t term = id_new();

    TRY(db_run(c->db, &TOWN_TERM, I(term), I(t->committee)));
    return db_run(c->db, &TOWN_SESSION, I(id_new()), I(term));
}

static void add_people(struct town *t)
{
    t->raiser = person(t, "raiser", 0, 0);
    t->neighbour = person(t, "neighbour", 0, 0);
    t->shopkeeper = person(t, "shopkeeper", 0, 0);
    person(t, "stranger", 0, 0);
    person(t, "clerk", ROLE_CLERK, t->room);
    person(t, "clerk2", ROLE_CLERK, t->other_room);
    person(t, "executive", ROLE_EXECUTIVE_CONVENER, t->room);
    person(t, "convener", ROLE_FIRST_CONVENER, t->room);
    person(t, "moderator", ROLE_MODERATOR, t->room);
    person(t, "editor", ROLE_EDITOR, t->committee);
    person(t, "assigner", ROLE_ASSIGNER, t->committee);
    person(t, "overseer", ROLE_OVERSEER, 0);
    person(t, "leader", ROLE_LEADER, t->committee);
    person(t, "auditor", ROLE_AUDITOR, 0);
    person(t, "handler_a", ROLE_HANDLER, t->unit_a);
    person(t, "handler_b", ROLE_HANDLER, t->unit_b);
    t->handler_c = person(t, "handler_c", ROLE_HANDLER, t->unit_c);
    person(t, "office", ROLE_CLERK, t->committee);
    person(t, "lead", ROLE_COMMITTEE_LEAD, t->committee);
}

bool town_open(struct town *t, enum db_engine engine)
{
    *t = (struct town){0};
    if (!world_open(&t->w, engine))
        return false;
    t->w.app.config.base_url = S("https://example.org");
    t->arena = arena_new("town", TOWN_ARENA_MAX);
    t->scratch = arena_new("scratch", SCRATCH_MAX);
    town_day("2026-03-02", 10);
    t->committee = world_body(&t->w, "committee", "committee", 0);
    t->room = world_body(&t->w, "room", "room", t->committee);
    t->other_room = world_body(&t->w, "room", "other-room", t->committee);
    t->unit_a = world_body(&t->w, "department", "unit-a", 0);
    t->unit_b = world_body(&t->w, "department", "unit-b", 0);
    t->unit_c = world_body(&t->w, "department", "unit-c", 0);
    add_people(t);
    assert_int_equal(town_act(t, NULL, open_session, t), OK);
    return true;
}

void town_close(struct town *t)
{
    world_close(&t->w);
    arena_free(t->scratch);
    arena_free(t->arena);
}

int town_begin(void **state)
{
    static struct town t;

    *state = &t;
    return town_open(&t, town_engine) ? 0 : -1;
}

int town_end(void **state)
{
    town_close(*state);
    return 0;
}

/* ---- doing ---- */

enum { INPUTS_MAX = 64 };

static size_t read_inputs(const char *text, struct input *inputs)
{
    str rest = str_of(text);
    size_t count = 0;

    while (rest.len > 0 && count < INPUTS_MAX) {
        str value = str_cut(&rest, '|'), name = str_cut(&value, '=');
        inputs[count++] = (struct input){name, value};
    }
    return count;
}

struct doing_deed {
    const struct deed *d;
    int64_t matter;
};

static enum err do_deed(struct ctx *c, void *arg)
{
    const struct doing_deed *k = arg;
    struct input inputs[INPUTS_MAX];
    struct flow_try t = {.matter = k->matter,
                         .edition = k->d->edition,
                         .act = str_of(k->d->act),
                         .child_type = str_of(k->d->type),
                         .child = k->d->child,
                         .how = k->d->how,
                         .inputs = inputs,
                         .input_count = read_inputs(k->d->inputs, inputs)};

    return flow_act(c, &t);
}

enum err town_does(struct town *t, const struct deed *d)
{
    struct doing_deed k = {d, t->matter};

    return act_for(t, d->who, d->behalf_of, do_deed, &k);
}

enum err does(struct town *t, const char *who, const char *act, const char *inputs)
{
    return town_does(t, &(struct deed){.who = who, .act = act, .inputs = inputs});
}

enum err does_on(struct town *t, const char *who, const char *type, int64_t child, const char *act,
                 const char *inputs)
{
    return town_does(
        t, &(struct deed){.who = who, .act = act, .inputs = inputs, .type = type, .child = child});
}

static enum err raise(struct ctx *c, void *arg)
{
    struct town *t = arg;
    bool is_known = c->who != NULL && c->who->clerk == 0 && !who_has(c->who, ROLE_CLERK);
    struct matter m = {.procedure = S("talk_it_over"),
                       .room = t->room,
                       .raiser = is_known ? c->who->id : 0,
                       .raiser_shown = S("A resident"),
                       .channel = S("web")};
    const struct input inputs[] = {
        {S("title"), S("The crossing at the school")},
        {S("situation"), S("Cars do not stop, and children run.")},
        {S("wish"), S("A traffic light would help.")},
        {S("points"), S("A light")},
        {S("points"), S("A guard in the morning")},
    };
    size_t count = sizeof inputs / sizeof *inputs;

    TRY(flow_raise_check(c, m.procedure, inputs, count));
    TRY(flow_raise(c, &m, inputs, count, NULL, 0));
    t->matter = m.id;
    t->receipt = str_copy(t->arena, m.receipt);
    return t->leaves_unconfirmed ? OK : flow_confirm(c, m.id, m.raiser, S("confirm"));
}

enum err town_raise(struct town *t, const char *who)
{
    return town_act(t, who, raise, t);
}

enum err town_raise_unconfirmed(struct town *t, const char *who)
{
    t->leaves_unconfirmed = true;
    enum err e = town_raise(t, who);
    t->leaves_unconfirmed = false;
    return e;
}

enum err town_raise_for_nobody(struct town *t)
{
    return town_raise(t, "clerk");
}

static enum err follow(struct ctx *c, void *arg)
{
    const struct town *t = arg;

    return follow_add(c, t->matter);
}

enum err town_follow(struct town *t, const char *who)
{
    return town_act(t, who, follow, t);
}

struct ticks {
    struct town *t;
    int done;
};

static enum err tick_all(struct ctx *c, void *arg)
{
    struct ticks *k = arg;
    int64_t *ids;
    size_t count;

    k->done = 0;
    TRY(clock_due_list(c, 100, &ids, &count));
    for (size_t i = 0; i < count; i++)
        TRY(flow_tick(c, ids[i]));
    k->done = (int)count;
    return OK;
}

int town_tick(struct town *t)
{
    struct ticks k = {.t = t};
    int ticks = 0;

    for (int i = 0; i < 50; i++) {
        assert_int_equal(town_act(t, NULL, tick_all, &k), OK);
        if (k.done == 0)
            return ticks;
        ticks += k.done;
    }
    fail_msg("%s", "the clocks never come to rest");
    return ticks;
}

/* ---- looking ---- */

struct look {
    struct town *t;
    struct flow *w;
    bool is_system;
};

static enum err look(struct ctx *c, void *arg)
{
    struct look *l = arg;

    return l->is_system ? flow_load_system(c, l->t->matter, l->w)
                        : flow_load(c, l->t->matter, l->w);
}

const struct flow *town_look(struct town *t)
{
    static struct flow w;
    struct look l = {t, &w, true};

    assert_int_equal(town_read(t, NULL, look, &l), OK);
    return &w;
}

enum err town_see(struct town *t, const char *who, struct flow *w)
{
    struct look l = {t, w, false};

    return town_read(t, who, look, &l);
}

void assert_state(struct town *t, const char *state)
{
    const struct flow *w = town_look(t);

    assert_string_equal(str_z(t->scratch, w->m.state), state);
}

int64_t assignment_of(struct town *t, int64_t unit)
{
    const struct flow *w = town_look(t);

    for (size_t i = 0; i < w->assignment_count; i++) {
        if (w->assignments[i].unit == unit)
            return w->assignments[i].id;
    }
    return 0;
}

const char *assignment_state(struct town *t, int64_t unit)
{
    const struct flow *w = town_look(t);

    for (size_t i = 0; i < w->assignment_count; i++) {
        if (w->assignments[i].unit == unit)
            return str_z(t->scratch, w->assignments[i].state);
    }
    return "none";
}

int64_t answer_of(struct town *t, size_t point, int64_t unit)
{
    const struct flow *w = town_look(t);

    assert_true(point < w->f.point_count);
    for (size_t i = 0; i < w->answer_count; i++) {
        const struct answer *a = &w->answers[i];
        if (a->point == w->f.points[point] && a->unit == unit && a->round == w->m.round)
            return a->id;
    }
    return 0;
}

const struct evaluation *evaluation_row(struct town *t, int64_t person)
{
    const struct flow *w = town_look(t);

    for (size_t i = w->evaluation_count; i > 0; i--) {
        if (w->evaluations[i - 1].person == person)
            return &w->evaluations[i - 1];
    }
    return NULL;
}

int64_t evaluation_of(struct town *t, int64_t person)
{
    const struct evaluation *v = evaluation_row(t, person);

    return v == NULL ? 0 : v->id;
}

int64_t confirmation_of(struct town *t, int64_t person)
{
    const struct flow *w = town_look(t);

    for (size_t i = 0; i < w->confirmation_count; i++) {
        if (w->confirmations[i].person == person)
            return w->confirmations[i].id;
    }
    return 0;
}

const struct clock_row *clock_of(struct town *t, const char *name)
{
    const struct flow *w = town_look(t);

    for (size_t i = w->clock_count; i > 0; i--) {
        if (str_eq(w->clocks[i - 1].name, str_of(name)))
            return &w->clocks[i - 1];
    }
    return NULL;
}

static enum err last_entry(struct ctx *c, void *arg)
{
    struct town *t = arg;
    struct entry *rows;
    size_t count;

    TRY(entry_list(c, t->matter, true, &rows, &count));
    assert_true(count > 0);
    t->why.field = str_fmt(t->arena, "%.*s / %.*s", STR_ARG(rows[count - 1].note),
                           STR_ARG(rows[count - 1].remark));
    return OK;
}

void assert_last_words(struct town *t, const char *note_and_remark)
{
    assert_int_equal(town_read(t, NULL, last_entry, t), OK);
    assert_string_equal(t->why.field.at, note_and_remark);
}
