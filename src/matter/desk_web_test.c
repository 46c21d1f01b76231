/* The desk, keying in and the inbox, through the main path on both engines. */
#include "base/clock.h"
#include "matter/rows_test.h"

#include <stdio.h>
#include <stdlib.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static struct world world;
static int64_t room, other_room;

static int open_world(void **state, enum db_engine engine)
{
    *state = world_open(&world, engine) ? &world : NULL;
    if (*state == NULL)
        return engine == DB_SQLITE ? -1 : 0;
    int64_t city = world_body(&world, "region", "city", 0);
    room = world_body(&world, "room", "room", city);
    other_room = world_body(&world, "room", "other", 0);
    world_person(&world, "clerk", ROLE_CLERK, room);
    world_person(&world, "other-clerk", ROLE_CLERK, other_room);
    world_person(&world, "city-clerk", ROLE_CLERK, city);
    world_person(&world, "resident", 0, 0);
    return 0;
}

static int open_sqlite(void **state)
{
    return open_world(state, DB_SQLITE);
}

static int open_postgres(void **state)
{
    return open_world(state, DB_POSTGRES);
}

static int close_world(void **state)
{
    if (*state != NULL)
        world_close(&world);
    return 0;
}

/* NOLINTBEGIN(bugprone-macro-parentheses): it declares the variable */
#define WORLD(w)                                                                                   \
    struct world *w = *state;                                                                      \
    if (w == NULL)                                                                                 \
    skip()
/* NOLINTEND(bugprone-macro-parentheses) */

static int64_t add_raised(struct world *w, const char *title, int64_t in_room, int64_t due)
{
    return add_matter(
        w, (struct test_matter){
               .title = title, .state = "raised", .room = in_room, .due = due, .is_hidden = true});
}

/* ---- queues ---- */

static void a_queue_shows_as_many_rows_as_it_counts(void **state)
{
    WORLD(w);
    int64_t now = clock_now();

    for (int i = 0; i < 60; i++)
        add_raised(w, str_fmt(w->arena, "number %d", i).at, room,
                   i % 3 == 0   ? 0
                   : i % 3 == 1 ? now - 1000
                                : now + 30 * CLOCK_DAY + i / 9);
    struct answer a = get(w, "clerk", "/desk?queue=talk_it_over.raised");
    assert_int_equal(a.status, 200);
    assert_true(says(&a, "<b>60</b>"));
    assert_true(says(&a, "<b>20</b>")); /* overdue */
    int seen[60] = {0};
    for (;;) {
        for (int i = 0; i < 60; i++)
            seen[i] += (int)times(&a, str_fmt(w->arena, ">number %d<", i).at);
        const char *next = link_after(w, &a, "rel=\"next\"");
        if (next[0] == '\0')
            break;
        a = get(w, "clerk", next);
        assert_int_equal(a.status, 200);
    }
    for (int i = 0; i < 60; i++)
        assert_int_equal(seen[i], 1);
    a = get(w, "clerk", "/desk/queue.csv?queue=talk_it_over.raised");
    assert_int_equal(times(&a, "\r\n"), 61);
    a = get(w, "clerk", "/desk?queue=talk_it_over.raised&due=late");
    assert_int_equal(times(&a, "class=\"table-title\""), 20);
    a = get(w, "clerk", "/desk?queue=due");
    assert_int_equal(times(&a, "class=\"table-title\""), 20);
}

static void a_queue_can_be_searched_and_filtered(void **state)
{
    WORLD(w);
    add_raised(w, "100%_sure", room, 0);
    add_raised(w, "1000 sure", room, 0);
    add_matter(w, (struct test_matter){.title = "by category",
                                       .state = "raised",
                                       .room = room,
                                       .category = "housing",
                                       .serial = "2026-00009",
                                       .is_hidden = true});
    struct answer a = get(w, "clerk", "/desk?queue=talk_it_over.raised&q=100%25_");
    assert_true(says(&a, ">100%_sure<") && !says(&a, ">1000 sure<"));
    a = get(w, "clerk", "/desk?queue=talk_it_over.raised&q=2026-00009");
    assert_int_equal(times(&a, "class=\"table-title\""), 1);
    a = get(w, "clerk", "/desk?queue=talk_it_over.raised&category=housing");
    assert_int_equal(times(&a, "class=\"table-title\""), 1);
}

static void a_clerk_of_another_room_sees_nothing(void **state)
{
    WORLD(w);
    int64_t id = add_raised(w, "inside", room, 0);

    struct answer a = get(w, "clerk", "/desk?queue=talk_it_over.raised");
    assert_true(says(&a, ">inside<"));
    a = get(w, "city-clerk", "/desk?queue=talk_it_over.raised"); /* the room belongs to the city */
    assert_true(says(&a, ">inside<"));
    a = get(w, "other-clerk", "/desk?queue=talk_it_over.raised");
    assert_int_equal(a.status, 200);
    assert_false(says(&a, ">inside<"));
    assert_true(says(&a, "class=\"empty\""));
    a = get(w, "other-clerk", "/desk/queue.csv?queue=talk_it_over.raised");
    assert_int_equal(times(&a, "\r\n"), 1);
    a = get(w, "other-clerk", str_fmt(w->arena, "/matters/%lld", (long long)id).at);
    assert_int_equal(a.status, 404);
    a = get(w, "resident", "/desk");
    assert_int_equal(a.status, 403);
    a = get(w, "clerk", "/desk?queue=talk_it_over.nothing");
    assert_int_equal(a.status, 404);
}

static void roles_have_the_queues_of_their_acts(void **state)
{
    WORLD(w);
    world_person(w, "convener", ROLE_FIRST_CONVENER, room);
    world_person(w, "assigner", ROLE_ASSIGNER, 0);

    struct answer a = get(w, "convener", "/desk");
    assert_true(says(&a, "queue=talk_it_over.proposed"));
    assert_false(says(&a, "queue=talk_it_over.converting"));
    a = get(w, "assigner", "/desk");
    assert_true(says(&a, "queue=talk_it_over.converting"));
    assert_true(says(&a, "queue=talk_it_over%21extend"));
    assert_true(says(&a, "queue=talk_it_over%3Areturn_asked"));
}

/* ---- many at once ---- */

#define CRITERIA                                                                                   \
    "propose.f.criteria=public&propose.f.criteria=concrete&propose.f.criteria=local"               \
    "&propose.f.criteria=several&propose.f.category=housing"

static const char *bulk(struct world *w, const char *act, const char *ids, const char *inputs)
{
    return str_fmt(w->arena, "queue=talk_it_over.raised&act=%s&%s&%s", act, ids, inputs).at;
}

static void a_refused_matter_leaves_the_others_done(void **state)
{
    WORLD(w);
    long long a1 = add_raised(w, "first", room, 0), b1 = add_raised(w, "second", room, 0);
    str ids = str_fmt(w->arena, "id=%lld.1&id=%lld.7", a1, b1); /* the second is stale */

    struct answer a = post(w, "clerk", "/desk/bulk", bulk(w, "propose", ids.at, CRITERIA));
    assert_int_equal(a.status, 200);
    assert_int_equal(times(&a, "chip chip-good"), 1);
    assert_int_equal(times(&a, "chip chip-late"), 1);
    a = get(w, "clerk", "/desk?queue=talk_it_over.raised");
    assert_true(says(&a, ">second<") && !says(&a, ">first<"));
    a = get(w, "clerk", "/desk?queue=talk_it_over.proposed");
    assert_true(says(&a, ">first<") && !says(&a, ">second<"));
}

static void many_are_done_at_once(void **state)
{
    WORLD(w);
    long long a1 = add_raised(w, "first", room, 0), b1 = add_raised(w, "second", room, 0);
    str ids = str_fmt(w->arena, "id=%lld.1&id=%lld.1", a1, b1);

    struct answer a = post(w, "clerk", "/desk/bulk", bulk(w, "propose", ids.at, CRITERIA));
    assert_int_equal(a.status, 303);
    assert_string_equal(a.location.at, "/desk?queue=talk_it_over.raised");
    a = get(w, "clerk", "/desk?queue=talk_it_over.proposed");
    assert_true(says(&a, ">first<") && says(&a, ">second<"));
}

static void several_are_merged_into_one(void **state)
{
    WORLD(w);
    long long a1 = add_raised(w, "first", room, 0), b1 = add_raised(w, "second", room, 0);
    int64_t into = add_matter(w, (struct test_matter){.title = "the one",
                                                      .state = "raised",
                                                      .room = room,
                                                      .serial = "2026-00077",
                                                      .is_hidden = true});
    str ids = str_fmt(w->arena, "id=%lld.1&id=%lld.1&id=%lld.1", a1, b1, (long long)into);

    struct answer a =
        post(w, "clerk", "/desk/bulk", bulk(w, "merge", ids.at, "merge.f.into=2026-00077"));
    assert_int_equal(a.status, 200); /* into itself it cannot go */
    assert_int_equal(times(&a, "chip chip-good"), 2);
    assert_int_equal(times(&a, "chip chip-late"), 1);
    a = get(w, "clerk", "/desk?queue=talk_it_over.raised");
    assert_true(says(&a, ">the one<") && !says(&a, ">first<") && !says(&a, ">second<"));
}

static void an_incomplete_form_does_nothing_and_keeps_what_was_typed(void **state)
{
    WORLD(w);
    long long a1 = add_raised(w, "first", room, 0);
    str ids = str_fmt(w->arena, "id=%lld.1", a1);

    struct answer a = post(w, "clerk", "/desk/bulk",
                           bulk(w, "propose", ids.at, "propose.f.note=kept&propose.f.category="));
    assert_int_equal(a.status, 422);
    assert_true(says(&a, "field-error") && says(&a, ">kept<"));
    assert_true(says(&a, " checked"));
    a = post(w, "clerk", "/desk/bulk", bulk(w, "", ids.at, ""));
    assert_int_equal(a.status, 422);
    a = post(w, "clerk", "/desk/bulk", bulk(w, "propose", "", CRITERIA));
    assert_int_equal(a.status, 422);
}

static void forged_ids_are_not_found(void **state)
{
    WORLD(w);
    long long theirs = add_raised(w, "theirs", other_room, 0);

    struct answer a = post(w, "clerk", "/desk/bulk", bulk(w, "propose", "id=5.1", CRITERIA));
    assert_int_equal(a.status, 404);
    str ids = str_fmt(w->arena, "id=%lld.1", theirs);
    a = post(w, "clerk", "/desk/bulk", bulk(w, "propose", ids.at, CRITERIA));
    assert_int_equal(a.status, 404);
    assert_false(says(&a, "theirs"));
    a = post(w, "clerk", "/desk/bulk", bulk(w, "propose", "id=%00%27--.1", CRITERIA));
    assert_int_not_equal(a.status, 303);
    a = post(w, "clerk", "/desk/bulk", bulk(w, "no_such_act", ids.at, ""));
    assert_int_equal(a.status, 404);
    a = post(w, "resident", "/desk/bulk", bulk(w, "propose", ids.at, CRITERIA));
    assert_int_equal(a.status, 403);
}

/* ---- keying in ---- */

static const char *keyed(struct world *w, const char *receipt, int64_t in_room)
{
    return str_fmt(w->arena,
                   "receipt=%s&title=Lamp+is+out&situation=It+is+dark&points=Mend+it%%0APut+two"
                   "&place=Corner&category=safety&room=%lld&name=Auntie&phone=13800000000",
                   receipt, (long long)in_room)
        .at;
}

static const struct sql FILED = {
    "FILED",
    "SELECT COUNT(*) FROM matter m JOIN entry e ON e.matter = m.id JOIN person k ON k.id = "
    "m.filed_by "
    "WHERE m.receipt = $1 AND m.channel = 'paper' AND k.login = 'clerk' AND e.behalf_by = k.id AND "
    "m.state = 'raised' AND m.raiser <> k.id",
    NULL, 1};

static enum err count_filed(struct ctx *c, void *arg)
{
    return db_number(c->db, arg, 0, &FILED, T(S("ABCDE12345")));
}

static void the_number_on_the_paper_becomes_the_receipt(void **state)
{
    WORLD(w);
    int64_t filed = 0;

    struct answer a = post(w, "clerk", "/desk/key-in", keyed(w, "abcde-12345", room));
    assert_int_equal(a.status, 303);
    assert_string_equal(a.location.at, "/raise/done/ABCDE12345");
    assert_int_equal(world_read(w, NULL, count_filed, &filed), OK);
    assert_int_equal(filed, 2); /* received and confirmed, both by the clerk for somebody */
    a = get(w, NULL, "/receipt?number=ABCDE12345");
    assert_true(says(&a, "Lamp is out") && says(&a, "Mend it") && says(&a, "Put two"));
    assert_false(says(&a, "Auntie"));
    a = get(w, NULL, "/receipt?number=%EF%BC%A1BCDE%EF%BC%911234%EF%BC%95"); /* full width */
    assert_int_equal(a.status, 404); /* ABCDE112345: another number */
    a = get(w, NULL, "/receipt?number=%EF%BC%A1BCDE%EF%BC%91234%EF%BC%95");
    assert_int_equal(a.status, 200);
    a = get(w, "clerk", "/desk?queue=talk_it_over.raised");
    assert_true(says(&a, ">Lamp is out<"));
    a = get(w, "clerk", "/desk/behalf?q=13800000000"); /* a paper proves no contact */
    assert_true(says(&a, msg_text(LANG_ZH, MSG_VERIFIED_NOT).at));
}

static void a_number_is_taken_once_and_only_if_it_is_one(void **state)
{
    WORLD(w);
    struct answer a = post(w, "clerk", "/desk/key-in", keyed(w, "ABCDE12345", room));

    assert_int_equal(a.status, 303);
    a = post(w, "clerk", "/desk/key-in", keyed(w, "ABCDE12345", room));
    assert_int_equal(a.status, 409);
    assert_true(says(&a, "value=\"Lamp is out\"") && says(&a, "k-receipt-error"));
    a = post(w, "clerk", "/desk/key-in", keyed(w, "ABC", room));
    assert_int_equal(a.status, 422);
    a = post(w, "clerk", "/desk/key-in", keyed(w, "ABCDEU1234", room)); /* no U in the alphabet */
    assert_int_equal(a.status, 422);
    a = post(w, "clerk", "/desk/key-in", keyed(w, "", other_room));
    assert_int_equal(a.status, 422);
    assert_true(says(&a, "value=\"Lamp is out\""));
    a = post(w, "clerk", "/desk/key-in", "title=x&situation=&room=1");
    assert_int_equal(a.status, 422);
    a = post(w, "clerk", "/desk/key-in", str_fmt(w->arena, "%s&next=1", keyed(w, "", room)).at);
    assert_string_equal(a.location.at, "/desk/key-in");
}

/* ---- the inbox ---- */

struct assigned {
    int64_t matter, unit;
    const char *state;
};

static const struct sql TEST_ASSIGN = {
    "TEST_ASSIGN",
    "INSERT INTO assignment (id, matter, round, unit, kind, state, reason, assigned, changed) "
    "VALUES ($1, $2, 0, $3, 'lead', $4, '', 1000, 1000)",
    NULL, 4};
static const struct sql TEST_CLOCK = {
    "TEST_CLOCK",
    "INSERT INTO clock (id, matter, name, child, round, state, started, due, first_due, extended, "
    "reminded, escalated, past_table) VALUES ($1, $2, 'return_window', $3, 0, 'running', 0, $4, "
    "$4, "
    "0, 0, 0, FALSE)",
    NULL, 4};

static enum err put_assignment(struct ctx *c, void *arg)
{
    const struct assigned *a = arg;
    int64_t id = id_new();

    TRY(db_run(c->db, &TEST_ASSIGN, I(id), I(a->matter), I(a->unit), T(str_of(a->state))));
    return db_run(c->db, &TEST_CLOCK, I(id_new()), I(a->matter), I(id), I(c->now - CLOCK_DAY));
}

static void assign(struct world *w, int64_t matter, int64_t unit, const char *unit_state)
{
    struct assigned a = {matter, unit, unit_state};

    if (world_act(w, NULL, put_assignment, &a) != OK)
        abort();
}

static void a_unit_sees_what_it_was_given_and_by_when(void **state)
{
    WORLD(w);
    int64_t unit = world_body(w, "department", "unit", 0);
    int64_t office = world_body(w, "department", "office", unit);
    int64_t other = world_body(w, "department", "other", 0);

    world_person(w, "handler", ROLE_HANDLER, unit);
    world_person(w, "other-handler", ROLE_HANDLER, other);
    assign(w, add_matter(w, (struct test_matter){.title = "to accept"}), unit, "assigned");
    assign(w, add_matter(w, (struct test_matter){.title = "in hand"}), office, "accepted");
    assign(w, add_matter(w, (struct test_matter){.title = "to return"}), unit, "return_asked");
    assign(w, add_matter(w, (struct test_matter){.title = "was answered", .state = "closed"}), unit,
           "accepted");
    assign(w, add_matter(w, (struct test_matter){.title = "given back"}), unit, "removed");

    static const struct {
        const char *box, *title;
    } boxes[] = {{"accept", "to accept"},
                 {"hand", "in hand"},
                 {"return", "to return"},
                 {"answered", "was answered"}};
    for (size_t i = 0; i < sizeof boxes / sizeof *boxes; i++) {
        str url = str_fmt(w->arena, "/inbox?box=%s", boxes[i].box);
        struct answer a = get(w, "handler", url.at);
        assert_int_equal(a.status, 200);
        assert_int_equal(times(&a, "<article class=\"item"), 1);
        assert_true(says(&a, str_fmt(w->arena, ">%s<", boxes[i].title).at));
        assert_true(says(&a, "clock-late"));
    }
    struct answer a = get(w, "handler", "/inbox.csv");
    assert_int_equal(times(&a, "\r\n"), 5);
    assert_false(says(&a, "given back"));
    a = get(w, "other-handler", "/inbox.csv");
    assert_int_equal(times(&a, "\r\n"), 1);
    a = get(w, "other-handler", "/inbox");
    assert_true(says(&a, "class=\"empty\""));
    a = get(w, "clerk", "/inbox");
    assert_int_equal(a.status, 403);
    a = get(w, "handler", "/inbox.xlsx");
    assert_true(str_starts(a.body, S("PK")));
}

#define ON(open, test)                                                                             \
    {                                                                                              \
#test " (" #open ")", (test), (open), close_world, NULL                                    \
    }
#define BOTH(test) ON(open_sqlite, test), ON(open_postgres, test)

int main(void)
{
    const struct CMUnitTest tests[] = {
        BOTH(a_queue_shows_as_many_rows_as_it_counts),
        BOTH(a_queue_can_be_searched_and_filtered),
        BOTH(a_clerk_of_another_room_sees_nothing),
        BOTH(roles_have_the_queues_of_their_acts),
        BOTH(a_refused_matter_leaves_the_others_done),
        BOTH(many_are_done_at_once),
        BOTH(several_are_merged_into_one),
        BOTH(an_incomplete_form_does_nothing_and_keeps_what_was_typed),
        BOTH(forged_ids_are_not_found),
        BOTH(the_number_on_the_paper_becomes_the_receipt),
        BOTH(a_number_is_taken_once_and_only_if_it_is_one),
        BOTH(a_unit_sees_what_it_was_given_and_by_when),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
