/* What is shown now, given what was shown before. */
#include "opinion/publish_row.h"

#include "opinion/analysis.h"

#include <stdlib.h>
#include <string.h>

/* The votes by statement. */
struct fresh {
    const struct opinion_analysis *a;
    const int *id;    /* [k] numbers of the groups */
    uint32_t *begin;  /* [statements + 1] into: */
    uint64_t *person; /* [count] */
    uint8_t *place;   /* [count] */
};

static uint8_t place_in(const struct opinion_analysis *a, size_t i, int vote)
{
    int slot = a->group[i] < 0 ? PLACE_NO_GROUP : a->group[i];

    return (uint8_t)(3 * slot + vote + 1);
}

static enum opinion_err turn_votes(struct region *scratch, struct fresh *f)
{
    const struct opinion_votes *v = f->a->votes;
    uint32_t *at;

    TAKE(scratch, f->begin, v->statements + 1);
    TAKE(scratch, at, v->statements + 1);
    TAKE(scratch, f->person, v->count);
    TAKE(scratch, f->place, v->count);
    for (uint64_t n = 0; n < v->count; n++)
        f->begin[opinion_code_statement(v->code[n]) + 1]++;
    for (size_t j = 0; j < v->statements; j++) {
        f->begin[j + 1] += f->begin[j];
        at[j] = f->begin[j];
    }
    for (size_t i = 0; i < v->people; i++) {
        for (uint32_t n = v->begin[i]; n < v->begin[i + 1]; n++) {
            uint32_t to = at[opinion_code_statement(v->code[n])]++;
            f->person[to] = v->person_id[i];
            f->place[to] = place_in(f->a, i, opinion_code_vote(v->code[n]));
        }
    }
    return OPINION_OK;
}

/* ---- rows of now ---- */

static struct opinion_version begin_version(const struct fresh *f, uint64_t number)
{
    struct opinion_version v = {.number = number, .k = f->a->k};

    memcpy(v.id, f->id, (size_t)v.k * sizeof *v.id);
    return v;
}

static struct opinion_version fresh_votes(const struct fresh *f, uint64_t number, size_t j)
{
    const struct opinion_analysis *a = f->a;
    struct opinion_version v = begin_version(f, number);

    for (int g = 0; g < v.k; g++)
        v.is_shown[g] = a->is_shown[(size_t)g * a->votes->statements + j];
    v.about = (struct opinion_about){.is_whole = a->about[j].is_whole};
    if (v.about.is_whole)
        v.about = a->about[j];
    if (v.k < 2) /* these come from the axes then, which know of all other votes */
        v.about.bridging = v.about.divisiveness = (struct opinion_share){0};
    v.people = f->begin[j + 1] - f->begin[j];
    v.person = f->person + f->begin[j];
    v.place = f->place + f->begin[j];
    version_count(&v);
    return v;
}

/* Who is there, and in which group. */
static enum opinion_err fresh_people(struct region *scratch, const struct fresh *f, uint64_t number,
                                     struct opinion_version *v)
{
    const struct opinion_votes *votes = f->a->votes;
    uint32_t size[OPINION_GROUPS_MAX + 1] = {0};
    uint8_t *place;

    TAKE(scratch, place, votes->people);
    *v = begin_version(f, number);
    for (size_t i = 0; i < votes->people; i++) {
        place[i] = place_in(f->a, i, OPINION_PASS);
        size[place_slot(place[i])]++;
    }
    v->people = votes->people;
    v->person = votes->person_id;
    v->place = place;
    uint32_t rest = size[PLACE_NO_GROUP];
    v->about.is_whole =
        votes->people >= OPINION_SHOWN_LEAST && (rest == 0 || rest >= OPINION_SHOWN_LEAST);
    for (int g = 0; g < v->k; g++) {
        v->is_shown[g] = size[g] >= OPINION_SHOWN_LEAST;
        v->about.is_whole = v->about.is_whole && v->is_shown[g];
    }
    version_count(v);
    return OPINION_OK;
}

static bool shows_something(const struct opinion_version *v)
{
    bool is_any = v->about.is_whole;

    for (int g = 0; g < v->k; g++)
        is_any = is_any || v->is_shown[g];
    return is_any;
}

/* ---- numbers of groups ---- */

/* People of each group who were in each of the last time. */
static void count_shared(const struct opinion_analysis *a, const struct opinion_version *last,
                         struct matching *m)
{
    for (size_t i = 0, k = 0; i < a->votes->people; i++) {
        while (k < last->people && last->person[k] < a->votes->person_id[i])
            k++;
        if (k == last->people)
            return;
        int slot = place_slot(last->place[k]);
        if (last->person[k] == a->votes->person_id[i] && a->group[i] >= 0 && slot < last->k)
            m->shared[a->group[i]][slot]++;
    }
}

/* By the people they share with those of the last time; a group left over is new. */
static void number_groups(struct opinion_publication *p, const struct opinion_analysis *a,
                          const struct opinion_publication *before)
{
    struct matching m = {.k = a->k, .old_k = before == NULL ? 0 : before->latest.k};

    if (before != NULL)
        count_shared(a, &before->latest, &m);
    before_match(&m);
    p->k = a->k;
    p->ids = before == NULL ? 0 : before->ids;
    for (int g = 0; g < p->k; g++)
        p->id[g] = before != NULL && m.best[g] >= 0 ? before->latest.id[m.best[g]] : p->ids++;
}

/* ---- rows ---- */

const struct opinion_version *opinion_row_now(const struct opinion_row_shown *row)
{
    return row->is_out || row->is_hidden || row->version_count == 0 ? NULL : &row->version[0];
}

/* May the row of now be shown beside all that is remembered? */
static bool may_follow(const struct opinion_row_shown *row, const struct opinion_version *now)
{
    for (size_t i = 0; i < row->version_count; i++) {
        if (!opinion_versions_differ_enough(&row->version[i], now))
            return false;
    }
    return true;
}

/* `row` holds what was; nothing is taken where it stays. */
static enum opinion_err renew(struct region *region, struct opinion_row_shown *row,
                              const struct opinion_version *now)
{
    bool is_first = row->version_count == 0;
    struct opinion_version copy;

    if (row->is_out)
        return OPINION_OK;
    /* Whatever happens to a row tells of those who changed it: that it is hidden, too. */
    if (!is_first && version_moved(&row->version[0], now) < OPINION_SHOWN_LEAST) {
        row->is_hidden = row->is_hidden && !shows_something(now);
        return OPINION_OK;
    }
    if (!shows_something(now)) {
        row->is_hidden = true;
        return OPINION_OK;
    }
    if (!may_follow(row, now))
        return OPINION_OK;
    TRY(version_copy(region, now, &copy));
    if (row->version_count < OPINION_VERSIONS_MAX)
        row->version_count++;
    memmove(row->version + 1, row->version, (row->version_count - 1) * sizeof *row->version);
    row->version[0] = copy;
    row->is_hidden = false;
    return OPINION_OK;
}

static enum opinion_err copy_row(struct region *region, const struct opinion_row_shown *from,
                                 struct opinion_row_shown *to)
{
    *to = *from;
    for (size_t i = 0; i < from->version_count; i++)
        TRY(version_copy(region, &from->version[i], &to->version[i]));
    return OPINION_OK;
}

/* Statements of before and of now, by id; one that is gone has no votes. */
static enum opinion_err renew_statements(struct publication *w, const struct fresh *f,
                                         const struct opinion_publication *before,
                                         struct opinion_row_shown *rows)
{
    const struct opinion_votes *v = f->a->votes;
    size_t then = 1, rows_then = before == NULL ? 1 : before->row_count, n = 1;

    for (size_t j = 0; j < v->statements || then < rows_then; n++) {
        bool was = then < rows_then &&
                   (j == v->statements || before->rows[then].statement <= v->statement_id[j]);
        bool is = j < v->statements &&
                  (then == rows_then || v->statement_id[j] <= before->rows[then].statement);
        struct opinion_version now = begin_version(f, w->p.number);
        if (was)
            TRY(copy_row(w->region, &before->rows[then++], &rows[n]));
        if (is) {
            rows[n].statement = v->statement_id[j];
            rows[n].is_out = v->is_out[j];
            now = fresh_votes(f, w->p.number, j++);
        }
        TRY(renew(w->region, &rows[n], &now));
    }
    w->p.row_count = n;
    return OPINION_OK;
}

static enum opinion_err renew_all(struct publication *w, struct region *scratch,
                                  const struct opinion_analysis *a,
                                  const struct opinion_publication *before)
{
    struct fresh f = {.a = a, .id = w->p.id};
    size_t most = a->votes->statements + (before == NULL ? 1 : before->row_count);
    struct opinion_row_shown *rows;
    struct opinion_version people;

    TAKE(w->region, rows, most);
    w->p.rows = rows;
    TRY(turn_votes(scratch, &f));
    TRY(fresh_people(scratch, &f, w->p.number, &people));
    TRY(version_copy(w->region, &people, &w->p.latest));
    if (before != NULL)
        TRY(copy_row(w->region, &before->rows[0], &rows[0]));
    TRY(renew(w->region, &rows[0], &people));
    bool is_renewed = rows[0].version_count > 0 && rows[0].version[0].number == w->p.number;
    w->p.verdict = is_renewed || before == NULL ? a->verdict : before->verdict;
    TRY(renew_statements(w, &f, before, rows));
    return publication_list_common(w);
}

/* ---- common ground ---- */

struct sure {
    double low;
    uint32_t row;
};

static int by_low(const void *a, const void *b)
{
    const struct sure *x = a, *y = b;

    if (x->low != y->low)
        return x->low > y->low ? -1 : 1;
    return x->row < y->row ? -1 : 1;
}

enum opinion_err publication_list_common(struct publication *w)
{
    struct sure *all;
    uint32_t *list;
    size_t n = 0;

    TAKE(w->region, all, w->p.row_count);
    for (uint32_t i = 1; i < w->p.row_count; i++) {
        const struct opinion_version *v = opinion_row_now(&w->p.rows[i]);
        if (v != NULL && v->about.is_whole && v->about.is_common)
            all[n++] = (struct sure){v->about.common.low, i};
    }
    if (n > 1)
        qsort(all, n, sizeof *all, by_low);
    TAKE(w->region, list, n);
    for (size_t i = 0; i < n; i++)
        list[i] = all[i].row;
    w->p.common = list;
    w->p.common_count = n;
    return OPINION_OK;
}

/* ---- all of it ---- */

enum opinion_err opinion_publication_new(const struct opinion_memory *m,
                                         const struct opinion_analysis *analysis,
                                         const struct opinion_publication *before,
                                         const struct opinion_publication **publication)
{
    struct region *region = region_new(m), *scratch = region_new(m);
    struct publication *w =
        region == NULL || scratch == NULL ? NULL : region_take(region, 1, sizeof *w);
    enum opinion_err e = OPINION_NO_MEMORY;

    if (w != NULL) {
        w->region = region;
        w->p.number = before == NULL ? 1 : before->number + 1;
        number_groups(&w->p, analysis, before);
        e = renew_all(w, scratch, analysis, before);
    }
    region_free(scratch);
    if (e != OPINION_OK) {
        region_free(region);
        return e;
    }
    *publication = &w->p;
    return OPINION_OK;
}

void opinion_publication_free(const struct opinion_publication *publication)
{
    const struct publication *w = (const struct publication *)publication;

    if (w != NULL)
        region_free(w->region);
}
