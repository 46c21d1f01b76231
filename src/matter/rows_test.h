/*
 * rows_test -- matters put straight into the tables, for tests of lists and queues.
 */
#pragma once
#include "base/id.h"
#include "web/testing.h"

#include <stdio.h>
#include <stdlib.h>

struct test_matter {
    const char *procedure, *state, *title, *category, *openness, *serial, *receipt;
    int64_t room, region, raised, changed, due;
    bool is_hidden; /* not public */
    int64_t id;     /* set here */
};

static const struct sql TEST_MATTER = {
    "TEST_MATTER",
    "INSERT INTO matter (id, procedure, version, state, state_since, round, edition, title, body, "
    "category, openness, raiser_shown, room, region, place, serial, case_number, receipt, channel, "
    "raised, changed, is_public, is_demo, due, due_name, supports, result, source, source_line) "
    "VALUES ($1, $2, 4, $3, $4, 0, 1, $5, 'what happened <b>', $6, $7, 'somebody', $8, $9, '', "
    "$10, "
    "'', $11, 'web', $4, $12, $13, FALSE, $14, '', 0, '', '', '')",
    NULL, 14};

static inline enum err put_matter(struct ctx *c, void *arg)
{
    struct test_matter *m = arg;

    m->id = id_new();
    str receipt =
        m->receipt != NULL ? str_of(m->receipt) : str_fmt(c->arena, "R%lld", (long long)m->id);
    return db_run(c->db, &TEST_MATTER, I(m->id),
                  T(m->procedure == NULL ? S("talk_it_over") : str_of(m->procedure)),
                  T(m->state == NULL ? S("handling") : str_of(m->state)),
                  I(m->raised == 0 ? 1000 : m->raised),
                  T(m->title == NULL ? S("a matter") : str_of(m->title)), T(str_of(m->category)),
                  T(str_of(m->openness)), I_OR_NIL(m->room), I_OR_NIL(m->region),
                  T(str_of(m->serial)), T(receipt), I(m->changed == 0 ? 1000 : m->changed),
                  B(!m->is_hidden), I_OR_NIL(m->due));
}

static inline int64_t add_matter(struct world *w, struct test_matter m)
{
    if (world_act(w, NULL, put_matter, &m) != OK)
        abort();
    return m.id;
}

/* The value of the first href that follows a text, with &amp; as &; empty if there is none. */
static inline const char *link_after(struct world *w, const struct answer *a, const char *text)
{
    size_t at = str_find(a->body, str_of(text));
    struct buf b = {.arena = w->arena};

    if (at == SIZE_MAX)
        return "";
    str rest = str_slice(a->body, at, a->body.len);
    at = str_find(rest, S("href=\""));
    rest = str_slice(rest, at + 6, rest.len);
    str url = str_cut(&rest, '"');
    for (size_t i = 0; i < url.len; i++) {
        buf_byte(&b, url.at[i]);
        if (str_starts(str_slice(url, i, url.len), S("&amp;")))
            i += 4;
    }
    return str_z(w->arena, buf_str(&b));
}

/* The text of a part of an XLSX; NULL: is it whole? Gives the exit status of unzip. */
static inline int unzip(struct world *w, const struct answer *a, const char *part,
                        struct answer *out)
{
    str path = str_fmt(w->arena, "%s/book.xlsx", w->dir);
    FILE *f = fopen(path.at, "w");
    struct buf b = {.arena = w->arena};
    size_t n = 1;

    fwrite(a->body.at, 1, a->body.len, f);
    fclose(f);
    str command = part != NULL ? str_fmt(w->arena, "unzip -p %s %s", path.at, part)
                               : str_fmt(w->arena, "unzip -t %s 2>&1", path.at);
    f = popen(command.at, "r");
    while (n > 0) {
        n = fread(buf_reserve(&b, 4096), 1, 4096, f);
        b.len += n;
    }
    out->body = buf_str(&b);
    return pclose(f);
}
