/* map: cells of enough people, and what is drawn around them. */
#include "opinion/map.h"
#include "opinion/map_around.h"
#include "opinion/region.h"

#include <math.h>
#include <string.h>

/* Cells to each side of the middle: as far as four times the usual distance from it. */
enum { SIDE = 36, ROWS_SIDE = 42, COLUMNS = 2 * SIDE + 1, ROWS = 2 * ROWS_SIDE + 1 };
enum { GRID = COLUMNS * ROWS };

#define ROW_STEP 0.86602540378443865 /* between rows: half the square root of 3 */

/* Cells per usual distance: the first with which three people of four are shown, else the one with
 * which most are. */
static const double fineness[] = {8, 6.5, 5, 4, 3.2, 2.5, 2, 1.6, 1.2, 0.9};
enum { TRIES = sizeof fineness / sizeof *fineness };

struct made {
    struct opinion_map map; /* first, so that a map leads to its region */
    struct region *region;
};

struct grid {
    const struct opinion_analysis *a;
    double usual;    /* distance from the middle, as a root of a mean of squares */
    uint32_t *count; /* [k * GRID] */
    uint64_t shown;  /* people in cells that are shown */
};

/* ---- people into cells ---- */

static double along(const struct opinion_analysis *a, size_t person, int axis)
{
    return a->place[person * OPINION_AXES + (size_t)axis] * a->strength[axis];
}

static double usual_distance(const struct opinion_analysis *a)
{
    double sum = 0;
    size_t n = 0;

    for (size_t i = 0; i < a->votes->people; i++) {
        if (a->group[i] < 0)
            continue;
        double x = along(a, i, 0), y = along(a, i, 1);
        sum += x * x + y * y;
        n++;
    }
    return n == 0 || sum <= 0 ? 1 : sqrt(sum / (2 * (double)n));
}

/* The middle of the nearest cell in a row, and how far it is. */
static double nearest_in_row(double x, double y, int row, int *column)
{
    double shift = row % 2 == 0 ? 0 : 0.5;
    double nearest = floor(x - shift + 0.5);
    double dx = x - shift - nearest, dy = y - row * ROW_STEP;

    *column = (int)nearest;
    return dx * dx + dy * dy;
}

/* The cell whose middle is nearest; false: it is off the grid. */
static bool cell_of(double x, double y, size_t *cell)
{
    if (!(fabs(x) < SIDE - 1) || !(fabs(y) < (ROWS_SIDE - 1) * ROW_STEP))
        return false;
    int row = (int)floor(y / ROW_STEP), column, other;
    double here = nearest_in_row(x, y, row, &column);
    if (nearest_in_row(x, y, row + 1, &other) < here) {
        row++;
        column = other;
    }
    *cell = (size_t)(row + ROWS_SIDE) * COLUMNS + (size_t)(column + SIDE);
    return true;
}

static void count_people(struct grid *g, double cells)
{
    const struct opinion_analysis *a = g->a;

    memset(g->count, 0, (size_t)a->k * GRID * sizeof *g->count);
    for (size_t i = 0; i < a->votes->people; i++) {
        double x = along(a, i, 0) / g->usual * cells, y = along(a, i, 1) / g->usual * cells;
        size_t cell;
        if (a->group[i] >= 0 && cell_of(x, y, &cell))
            g->count[(size_t)a->group[i] * GRID + cell]++;
    }
}

/* Cells of few become empty; and the smallest of the others, where the rest would be few. */
static void hold_back(struct grid *g, size_t group)
{
    uint32_t *count = g->count + group * GRID, shown = 0, least = UINT32_MAX;
    size_t smallest = 0;

    for (size_t i = 0; i < GRID; i++) {
        if (count[i] < OPINION_MAP_LEAST)
            count[i] = 0;
        shown += count[i];
        if (count[i] > 0 && count[i] < least) {
            least = count[i];
            smallest = i;
        }
    }
    uint32_t rest = g->a->size[group] - shown;
    if (shown > 0 && rest > 0 && rest < OPINION_MAP_LEAST) {
        shown -= count[smallest];
        count[smallest] = 0;
    }
    g->shown += shown;
}

static void try_cells(struct grid *g, double cells)
{
    g->shown = 0;
    count_people(g, cells);
    for (size_t group = 0; group < (size_t)g->a->k; group++)
        hold_back(g, group);
}

static void choose_cells(struct grid *g)
{
    uint64_t most = 0;
    size_t best = 0;

    for (size_t i = 0; i < TRIES; i++) {
        try_cells(g, fineness[i]);
        if (4 * g->shown >= 3 * (uint64_t)g->a->eligible && g->shown > 0)
            return;
        if (g->shown > most) {
            most = g->shown;
            best = i;
        }
    }
    try_cells(g, fineness[best]);
}

static uint8_t step_of(uint32_t people)
{
    uint8_t step = 0;

    while (people / 2 >= OPINION_MAP_LEAST) {
        people /= 2;
        step++;
    }
    return step;
}

static enum opinion_err keep_cells(const struct grid *g, struct made *made)
{
    struct opinion_map_cell *cell;
    size_t n = 0, all = (size_t)g->a->k * GRID;

    for (size_t i = 0; i < all; i++)
        n += g->count[i] > 0;
    TAKE(made->region, cell, n);
    made->map.cell = cell;
    made->map.cell_count = n;
    made->map.has_rest = g->shown < g->a->eligible;
    for (size_t i = 0; i < all; i++) {
        if (g->count[i] == 0)
            continue;
        int row = (int)(i % GRID / COLUMNS) - ROWS_SIDE, column = (int)(i % COLUMNS) - SIDE;
        cell->at.x = 2 * column + (row % 2 == 0 ? 0 : 1);
        cell->at.y = 3 * row;
        cell->group = (int8_t)(i / GRID);
        cell->step = step_of(g->count[i]);
        cell++;
    }
    return OPINION_OK;
}

/* ---- what the axes are about ---- */

/* How much a statement tells of an end of an axis, by agreeing there; 0 where few voted on it, and
 * where it is moderated out: such a one is in no axis. */
static double tells(const struct opinion_analysis *a, size_t j, int axis, int end)
{
    const struct opinion_count *c = &a->about[j].all;
    double w = a->loading[j * OPINION_AXES + (size_t)axis];

    if (c->agree + c->pass + c->disagree < OPINION_SHOWN_LEAST)
        return 0;
    return end == 0 ? -w : w;
}

/* The statements most agreed with at this end; where there is none, those most disagreed with. */
static size_t find_end(const struct opinion_analysis *a, int axis, int end, bool is_agree,
                       struct opinion_map_end *found)
{
    size_t n = 0;

    for (size_t j = 0; j < a->votes->statements; j++) {
        double told = is_agree ? tells(a, j, axis, end) : -tells(a, j, axis, end);
        size_t at = n;
        while (at > 0 && told > fabs(tells(a, found[at - 1].statement, axis, end)))
            at--;
        if (told <= 0 || at == OPINION_MAP_ENDS)
            continue;
        n = n < OPINION_MAP_ENDS ? n + 1 : n;
        for (size_t i = n - 1; i > at; i--)
            found[i] = found[i - 1];
        found[at] = (struct opinion_map_end){j, is_agree};
    }
    return n;
}

static void find_ends(const struct opinion_analysis *a, struct opinion_map *map)
{
    for (int axis = 0; axis < 2; axis++) {
        for (int end = 0; end < 2 && a->strength[axis] > 0; end++) {
            struct opinion_map_end *found = map->end[axis][end];
            size_t n = find_end(a, axis, end, true, found);
            map->end_count[axis][end] = n > 0 ? n : find_end(a, axis, end, false, found);
        }
    }
}

/* ---- together ---- */

static enum opinion_err make(struct region *scratch, struct made *made,
                             const struct opinion_analysis *a)
{
    struct grid g = {.a = a, .usual = usual_distance(a)};

    TAKE(scratch, g.count, (size_t)a->k * GRID);
    choose_cells(&g);
    TRY(keep_cells(&g, made));
    TRY(map_around(scratch, &made->map, a->k));
    find_ends(a, &made->map);
    return OPINION_OK;
}

enum opinion_err opinion_map_new(const struct opinion_memory *m,
                                 const struct opinion_analysis *analysis,
                                 const struct opinion_map **map)
{
    struct region *region = region_new(m), *scratch = region_new(m);
    struct made *made = region == NULL ? NULL : region_take(region, 1, sizeof *made);
    enum opinion_err e = OPINION_NO_MEMORY;

    if (made != NULL && scratch != NULL) {
        made->region = region;
        e = make(scratch, made, analysis);
    }
    region_free(scratch);
    if (e != OPINION_OK) {
        region_free(region);
        return e;
    }
    *map = &made->map;
    return OPINION_OK;
}

void opinion_map_free(const struct opinion_map *map)
{
    const struct made *made = (const struct made *)map;

    if (made != NULL)
        region_free(made->region);
}
