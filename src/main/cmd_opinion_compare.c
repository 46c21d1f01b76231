/* opinion compare: what differs between two answers of opinion analyze. */
#include "main/cmd_opinion_answer.h"

#include "opinion/resample.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SHOWN = 20, NONE = -1 };

struct pair {
    struct kept_answer a, b;
    size_t in_both; /* people */
    size_t overlap[OPINION_GROUPS_MAX][OPINION_GROUPS_MAX];
    int match[OPINION_GROUPS_MAX]; /* [a.k] the group of b, or NONE */
};

/* ---- a list of ids, as long as it can be read ---- */

struct listing {
    const char *what;
    size_t count;
};

static void list(struct listing *l, uint64_t id)
{
    if (l->count == 0)
        printf(" %s", l->what);
    if (l->count < SHOWN)
        printf(" %" PRIu64, id);
    l->count++;
}

static size_t list_end(const struct listing *l)
{
    if (l->count > SHOWN)
        printf(" and %zu more", l->count - SHOWN);
    if (l->count > 0)
        putchar(';');
    return l->count;
}

/* ---- both in short ---- */

static void print_numbers(const char *what, int64_t a, int64_t b)
{
    printf("%-14s %-14" PRId64 " %" PRId64 "\n", what, a, b);
}

static void print_head(const struct pair *p)
{
    const struct kept_answer *a = &p->a, *b = &p->b;

    printf("%-14s %-14s %s\n", "", "A", "B");
    printf("%-14s %-14s %s\n", "method", a->is_polis ? "polis" : "default",
           b->is_polis ? "polis" : "default");
    print_numbers("participants", a->participants, b->participants);
    print_numbers("statements", a->statements, b->statements);
    print_numbers("votes", a->votes, b->votes);
    printf("%-14s %-14s %s\n", "verdict", a->verdict, b->verdict);
    print_numbers("groups", a->k, b->k);
}

/* ---- people ---- */

/* The labels of those in groups of both. */
static void find_common_people(struct pair *p, int32_t *a, int32_t *b)
{
    size_t i = 0, k = 0;

    while (i < p->a.person_count && k < p->b.person_count) {
        const struct kept_person *x = &p->a.person[i], *y = &p->b.person[k];
        if (x->id == y->id) {
            a[p->in_both] = x->group;
            b[p->in_both++] = y->group;
            p->overlap[x->group][y->group]++;
        }
        i += x->id <= y->id;
        k += y->id <= x->id;
    }
}

static int compare_people(struct pair *p)
{
    size_t room = p->a.person_count + 1;
    int32_t *a = calloc(room, sizeof *a), *b = calloc(room, sizeof *b);
    enum opinion_err e = OPINION_NO_MEMORY;
    double agreement = 0;

    if (a != NULL && b != NULL) {
        find_common_people(p, a, b);
        e = opinion_agreement(&opinion_heap, a, b, p->in_both, &agreement);
    }
    free(a);
    free(b);
    if (e != OPINION_OK)
        return exit_of_opinion(e);
    printf("\npeople in groups of both: %zu; of A alone %zu, of B alone %zu\n", p->in_both,
           p->a.person_count - p->in_both, p->b.person_count - p->in_both);
    if (p->in_both > 1)
        printf("agreement (adjusted Rand index): %.4f\n", agreement);
    else
        puts("agreement: there is none to tell of fewer than two");
    return EXIT_DONE;
}

/* Groups paired so that most people are in a pair; of equal pairings the first. */
static void try_match(const struct pair *p, int from, unsigned used, size_t sum,
                      int match[OPINION_GROUPS_MAX], size_t *most, int best[OPINION_GROUPS_MAX])
{
    if (from == p->a.k) {
        if (sum > *most) {
            *most = sum;
            memcpy(best, match, OPINION_GROUPS_MAX * sizeof *best);
        }
        return;
    }
    for (int g = 0; g < p->b.k; g++) {
        if ((used >> g & 1) != 0 || p->overlap[from][g] == 0)
            continue;
        match[from] = g;
        try_match(p, from + 1, used | 1U << g, sum + p->overlap[from][g], match, most, best);
    }
    match[from] = NONE;
    try_match(p, from + 1, used, sum, match, most, best);
}

static void match_groups(struct pair *p)
{
    int match[OPINION_GROUPS_MAX];
    size_t most = 0;
    unsigned used = 0;

    for (int g = 0; g < OPINION_GROUPS_MAX; g++)
        p->match[g] = match[g] = NONE;
    try_match(p, 0, 0, 0, match, &most, p->match);
    for (int g = 0; g < p->a.k; g++) {
        if (p->match[g] == NONE) {
            printf("group %d of A has no counterpart\n", g);
            continue;
        }
        used |= 1U << p->match[g];
        printf("group %d of A is group %d of B: %zu people are in both\n", g, p->match[g],
               p->overlap[g][p->match[g]]);
    }
    for (int g = 0; g < p->b.k; g++) {
        if ((used >> g & 1) == 0)
            printf("group %d of B has no counterpart\n", g);
    }
}

/* ---- axes ---- */

static size_t find_common_statements(const struct pair *p, double *a, double *b)
{
    size_t i = 0, k = 0, count = 0;

    while (i < p->a.statement_count && k < p->b.statement_count) {
        const struct kept_statement *x = &p->a.statement[i], *y = &p->b.statement[k];
        if (x->id == y->id) {
            memcpy(a + count * OPINION_AXES, x->loading, sizeof x->loading);
            memcpy(b + count * OPINION_AXES, y->loading, sizeof y->loading);
            count++;
        }
        i += x->id <= y->id;
        k += y->id <= x->id;
    }
    return count;
}

static void print_axes(const struct pair *p, const double *a, const double *b, size_t count)
{
    size_t axes = p->a.axes < p->b.axes ? p->a.axes : p->b.axes;
    double degrees[OPINION_AXES], degree;
    size_t angles = axes_angles(a, p->a.axes, b, p->b.axes, count, degrees);

    printf("\nstatements in both: %zu\nangles between the spaces of the axes:", count);
    for (size_t i = 0; i < angles; i++)
        printf(" %.2f", degrees[i]);
    puts(angles == 0 ? " there is nothing to compare" : " degrees");
    for (size_t x = 0; x < axes; x++) {
        if (!axis_angle(a + x, b + x, count, &degree))
            printf("axis %zu: there is nothing to compare\n", x + 1);
        else if (degree > 90)
            printf("axis %zu: %.2f degrees, the other way round\n", x + 1, 180 - degree);
        else
            printf("axis %zu: %.2f degrees\n", x + 1, degree);
    }
}

static int compare_axes(const struct pair *p)
{
    size_t room = (p->a.statement_count + 1) * OPINION_AXES;
    double *a = calloc(room, sizeof *a), *b = calloc(room, sizeof *b);
    bool is_room = a != NULL && b != NULL;

    if (is_room)
        print_axes(p, a, b, find_common_statements(p, a, b));
    free(a);
    free(b);
    return is_room ? EXIT_DONE : exit_of_opinion(OPINION_NO_MEMORY);
}

/* ---- statements ---- */

static const struct kept_entry *find_entry(const struct kept_answer *a, int group,
                                           uint64_t statement)
{
    for (size_t i = 0; i < a->entry_count; i++) {
        if (a->entry[i].group == group && a->entry[i].statement == statement)
            return &a->entry[i];
    }
    return NULL;
}

static void compare_lists(const struct pair *p, const char *what, int group_a, int group_b)
{
    struct listing entered = {"entered", 0}, left = {"left", 0}, turned = {"changed sides", 0};

    printf("%s:", what);
    for (size_t i = 0; i < p->b.entry_count; i++) {
        const struct kept_entry *e = &p->b.entry[i];
        if (e->group == group_b && find_entry(&p->a, group_a, e->statement) == NULL)
            list(&entered, e->statement);
    }
    size_t count = list_end(&entered);
    for (size_t i = 0; i < p->a.entry_count; i++) {
        const struct kept_entry *e = &p->a.entry[i];
        if (e->group == group_a && find_entry(&p->b, group_b, e->statement) == NULL)
            list(&left, e->statement);
    }
    count += list_end(&left);
    for (size_t i = 0; i < p->a.entry_count; i++) {
        const struct kept_entry *e = &p->a.entry[i],
                                *other = find_entry(&p->b, group_b, e->statement);
        if (e->group == group_a && other != NULL && other->is_agree != e->is_agree)
            list(&turned, e->statement);
    }
    count += list_end(&turned);
    puts(count == 0 ? " nothing differs" : "");
}

static void compare_counts(const struct pair *p, int group_a, int group_b)
{
    struct listing other = {"differ on", 0}, a_alone = {"told in A alone of", 0},
                   b_alone = {"told in B alone of", 0};
    json_t *a = kept_answer_counts(&p->a, group_a), *b = kept_answer_counts(&p->b, group_b), *of;
    int64_t kind_a[KEPT_KINDS], kind_b[KEPT_KINDS];
    const char *id;

    printf("counts of group %d:", group_a);
    json_object_foreach(a, id, of)
    {
        const json_t *there = json_object_get(b, id);
        if (there != NULL && kept_count(of, kind_a) && kept_count(there, kind_b) &&
            memcmp(kind_a, kind_b, sizeof kind_a) != 0)
            list(&other, strtoull(id, NULL, 10));
    }
    size_t count = list_end(&other);
    json_object_foreach(a, id, of)
    {
        if (json_object_get(b, id) == NULL)
            list(&a_alone, strtoull(id, NULL, 10));
    }
    count += list_end(&a_alone);
    json_object_foreach(b, id, of)
    {
        if (json_object_get(a, id) == NULL)
            list(&b_alone, strtoull(id, NULL, 10));
    }
    count += list_end(&b_alone);
    puts(count == 0 ? " nothing differs" : "");
}

static void compare_statements(const struct pair *p)
{
    char what[32];

    putchar('\n');
    compare_lists(p, "common ground", KEPT_ALL, KEPT_ALL);
    for (int g = 0; g < p->a.k; g++) {
        if (p->match[g] == NONE)
            continue;
        snprintf(what, sizeof what, "list of group %d", g);
        compare_lists(p, what, g, p->match[g]);
        compare_counts(p, g, p->match[g]);
    }
}

int opinion_compare_run(int argc, char **argv)
{
    struct pair p = {.in_both = 0};

    if (argc != 4)
        return usage("opinion");
    int status = kept_answer_read(argv[2], &p.a);
    if (status == EXIT_DONE)
        status = kept_answer_read(argv[3], &p.b);
    if (status == EXIT_DONE) {
        print_head(&p);
        status = compare_people(&p);
    }
    if (status == EXIT_DONE) {
        match_groups(&p);
        status = compare_axes(&p);
    }
    if (status == EXIT_DONE)
        compare_statements(&p);
    kept_answer_free(&p.a);
    kept_answer_free(&p.b);
    return status;
}
