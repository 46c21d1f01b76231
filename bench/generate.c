/*
 * generate -- fills an instance with simulated matters for the benchmark.
 *
 *     generate DIR WORDS [MATTERS]
 *
 * DIR was made by `shangliang init`. Every title begins with the first word of WORDS, which marks
 * it as simulated; the rest is put together from its other words. The same seed gives the same
 * texts. A matter has ten entries in its timeline, each with its entry in the ledger, three points,
 * a unit that answered them, a time limit and an evaluation where the state has come so far, and
 * its words in the search index.
 */
#include "base/clock.h"
#include "base/id.h"
#include "body/body.h"
#include "ledger/ledger.h"
#include "main/app.h"
#include "matter/matter.h"
#include "person/person.h"
#include "search/search.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    MATTERS = 100000,
    ENTRIES = 10, /* of a matter */
    POINTS = 3,
    BATCH = 500, /* matters of one act */
    UNITS = 20,
    WORDS_MAX = 1000,
    SEAL_AT_ONCE = 20000,
    ARENA_MAX = 512 * 1024 * 1024,
};

/* The course of a matter that goes well, as talk_it_over.yaml has it, and then what may come. */
static const struct {
    const char *act, *from, *to, *party;
    bool is_public;
} course[] = {
    {"raised", "", "raised", "raiser", false},
    {"propose", "raised", "proposed", "clerk", false},
    {"approve", "proposed", "preparing", "convener", true},
    {"give_notice", "preparing", "noticed", "clerk", true},
    {"open_session", "noticed", "deliberating", "executive", true},
    {"record_minutes", "deliberating", "minuted", "clerk", true},
    {"finish_minutes", "minuted", "converting", "convener", true},
    {"assign", "converting", "handling", "assigner", true},
    {"release", "handling", "replied", "overseer", true},
    {"close", "replied", "closed", "system", true},
};

struct generator {
    struct instance *in;
    str words[WORDS_MAX];
    size_t word_count;
    uint64_t seed;
    int64_t units[UNITS], room, person;
    int64_t next, count; /* matters made, and to make */
    int64_t now;         /* of the matter being made */
};

/* xorshift64*: the same everywhere. */
static uint64_t draw(struct generator *g, uint64_t below)
{
    g->seed ^= g->seed >> 12;
    g->seed ^= g->seed << 25;
    g->seed ^= g->seed >> 27;
    return (g->seed * UINT64_C(2685821657736338717) >> 33) % below;
}

static str text(struct generator *g, struct arena *a, uint64_t least, uint64_t more)
{
    struct buf b = {.arena = a};

    for (uint64_t n = least + draw(g, more + 1); n > 0; n--)
        buf_put(&b, g->words[1 + draw(g, g->word_count - 1)]);
    return buf_str(&b);
}

static bool read_words(struct generator *g, struct arena *a, const char *path)
{
    char line[4096];
    FILE *f = fopen(path, "re");

    if (f == NULL)
        return false;
    while (fgets(line, sizeof line, f) != NULL) {
        str rest = str_trim(str_of(line));
        while (rest.len > 0 && g->word_count < WORDS_MAX)
            g->words[g->word_count++] = str_copy(a, str_cut(&rest, ' '));
    }
    fclose(f);
    return g->word_count > 1;
}

/* ---- one matter ---- */

static enum err put_entry(struct generator *g, struct ctx *c, const struct matter *m, size_t i)
{
    str note = course[i].is_public ? text(g, c->arena, 4, 8) : S("");
    struct entry e = {.matter = m->id,
                      .act = str_of(course[i].act),
                      .from_state = str_of(course[i].from),
                      .to_state = str_of(course[i].to),
                      .party = str_of(course[i].party),
                      .body = g->room,
                      .note = note,
                      .is_public = course[i].is_public};

    TRY(entry_add(c, &e));
    struct ledger_act act = {
        .kind = m->procedure,
        .object_kind = S("matter"),
        .object = m->id,
        .act = e.act,
        .payload = str_fmt(c->arena, "entry %lld\nstate %s\n", (long long)e.id, course[i].to)};
    return ledger_append(c, &act, NULL);
}

static enum err put_answer(struct generator *g, struct ctx *c, const struct point *p, int64_t unit)
{
    static const char *const outcomes[] = {"adopted", "partly", "deferred", "declined"};
    struct answer a = {.matter = p->matter, .point = p->id, .unit = unit, .state = S("given")};

    TRY(answer_add(c, &a));
    a.outcome = str_of(outcomes[draw(g, 4)]);
    a.reason = text(g, c->arena, 8, 10);
    a.owner = text(g, c->arena, 2, 1);
    return answer_set(c, &a);
}

/* Its points, and their answers where the matter is answered. */
static enum err put_points(struct generator *g, struct ctx *c, const struct matter *m, size_t last,
                           struct buf *words)
{
    int64_t unit = g->units[draw(g, UNITS)];
    bool is_assigned = last >= 7, is_answered = last >= 8;
    struct assignment k = {.matter = m->id,
                           .unit = unit,
                           .kind = S("single"),
                           .state = is_assigned ? S("accepted") : S("assigned")};

    if (is_assigned)
        TRY(assignment_put(c, &k));
    for (int i = 0; i < POINTS; i++) {
        struct point p = {.matter = m->id,
                          .kind = is_assigned ? S("agreed") : S("suggestion"),
                          .position = i + 1,
                          .text = text(g, c->arena, 8, 6),
                          .unit = is_assigned ? unit : 0};
        TRY(point_add(c, &p));
        if (is_answered)
            TRY(put_answer(g, c, &p, unit));
        buf_byte(words, '\n');
        buf_put(words, p.text);
    }
    return OK;
}

/* Its time limit for the reply, and the raiser's evaluation where the matter has come so far. */
static enum err put_clock(struct generator *g, struct ctx *c, const struct matter *m, size_t last)
{
    static const char *const words[] = {"satisfied", "basically", "not_satisfied"};
    struct clock_row k = {.matter = m->id,
                          .name = S("reply"),
                          .started = c->now - CLOCK_DAY,
                          .stopped = last >= 8 ? c->now : 0};
    struct evaluation v = {.matter = m->id, .person = g->person, .panel = S("raiser")};

    if (last < 7)
        return OK;
    k.due = k.first_due = c->now + (int64_t)draw(g, 10 * CLOCK_DAY) - CLOCK_DAY;
    TRY(clock_add(c, &k)); /* it runs */
    if (last >= 8)
        k.state = S("stopped");
    TRY(clock_set(c, &k));
    if (last < ENTRIES - 1)
        return OK;
    v.state = S("asked");
    TRY(evaluation_add(c, &v));
    v.state = S("given");
    v.overall = str_of(words[draw(g, 3)]);
    v.given = c->now;
    return evaluation_set(c, &v);
}

/* Two of three are closed; the others stand anywhere on the way. */
static enum err put_matter(struct generator *g, struct ctx *c)
{
    size_t last = draw(g, 3) > 0 ? ENTRIES - 1 : draw(g, ENTRIES);
    struct buf words = {.arena = c->arena};
    struct matter m = {
        .procedure = S("talk_it_over"),
        .version = procedures_latest(c->procedures, S("talk_it_over"))->version,
        .state = str_of(course[last].to),
        .title = str_join(c->arena, g->words[0], text(g, c->arena, 4, 4)),
        .body = text(g, c->arena, 30, 40),
        .category = S("environment"),
        .openness = S("open"),
        .place = text(g, c->arena, 1, 1),
        .room = g->room,
        .channel = S("web"),
        .serial = str_fmt(c->arena, "%d-%06lld", 2022, (long long)g->next),
        .is_public = last >= 2,
    };

    g->now += CLOCK_HOUR / 6 + (int64_t)draw(g, CLOCK_HOUR);
    c->now = g->now;
    TRY(matter_add(c, &m));
    /* One that stands earlier repeats its last act, so that every matter has as many entries. */
    for (size_t i = 0; i < ENTRIES; i++) {
        c->now += CLOCK_HOUR;
        TRY(put_entry(g, c, &m, i < last ? i : last));
    }
    buf_put(&words, m.body);
    TRY(put_points(g, c, &m, last, &words));
    TRY(put_clock(g, c, &m, last));
    m.closed = last == ENTRIES - 1 ? c->now : 0;
    m.changed = c->now;
    TRY(matter_move(c, &m, m.edition));
    return search_put(c, S("matter"), m.id, m.title, buf_str(&words),
                      m.is_public ? SEARCH_PUBLIC : SEARCH_STAFF);
}

/* ---- all of them ---- */

static enum err put_bodies(struct ctx *c, void *arg)
{
    struct generator *g = arg;
    struct body room = {.kind = S("room"), .code = S("simulated"), .is_demo = true};

    room.name_zh = room.name_en = str_join(c->arena, g->words[0], g->words[1]);
    TRY(body_put(c, &room, &g->room));
    struct person_new raiser = {.login = S("simulated"), .name = g->words[0]};
    TRY(person_add(c, &raiser, &g->person));
    for (int i = 0; i < UNITS; i++) {
        struct body unit = {
            .kind = S("department"), .code = str_fmt(c->arena, "simulated-%d", i), .is_demo = true};
        unit.name_zh = unit.name_en = str_join(c->arena, g->words[0], g->words[2 + (size_t)i]);
        TRY(body_put(c, &unit, &g->units[i]));
    }
    return OK;
}

static enum err put_batch(struct ctx *c, void *arg)
{
    struct generator *g = arg;
    int64_t left = g->count - g->next, n = left < BATCH ? left : BATCH;

    for (int64_t i = 0; i < n; i++, g->next++)
        TRY(put_matter(g, c));
    return OK;
}

static enum err seal_all(struct instance *in)
{
    struct ledger_keys keys;
    int64_t sealed;

    memcpy(keys.public_key, in->app.keys.ledger_public, sizeof keys.public_key);
    memcpy(keys.secret_key, in->app.keys.ledger_secret, sizeof keys.secret_key);
    do {
        TRY(ledger_seal(in->app.pool, &keys, SEAL_AT_ONCE, &sealed));
    } while (sealed == SEAL_AT_ONCE);
    return OK;
}

static enum err generate(struct generator *g)
{
    struct arena *a = arena_new("batch", ARENA_MAX);
    struct ctx c = app_ctx(g->in, a);
    enum err e = app_act(g->in, &c, put_bodies, g);

    while (e == OK && g->next < g->count) {
        /* An act may be run again; then it begins where this one did. */
        struct generator before = *g;
        c = app_ctx(g->in, a);
        e = app_act(g->in, &c, put_batch, g);
        if (e == BUSY) {
            *g = before;
            e = OK;
        }
        arena_reset(a);
    }
    arena_free(a);
    return e == OK ? seal_all(g->in) : e;
}

int main(int argc, char **argv)
{
    static struct instance in;
    static struct generator g = {.in = &in, .seed = 20260426, .count = MATTERS};
    int64_t begun = clock_ticks();

    if (argc < 3 || argc > 4 || (argc == 4 && !str_to_i64(str_of(argv[3]), &g.count))) {
        fprintf(stderr, "usage: generate DIR WORDS [MATTERS]\n");
        return 2;
    }
    if (app_open(&in, argv[1]) != OK)
        return 1;
    g.now = clock_now() - g.count * (CLOCK_HOUR * 2 / 3) - 30 * CLOCK_DAY;
    enum err e = read_words(&g, in.arena, argv[2]) ? generate(&g) : NOT_FOUND;
    if (e == OK)
        printf("%lld simulated matters, %lld entries, in %lld s\n", (long long)g.count,
               (long long)(g.count * ENTRIES), (long long)((clock_ticks() - begun) / 1000000));
    else
        fprintf(stderr, "generate: failed\n");
    app_close(&in);
    return e == OK ? 0 : 1;
}
