/* Outlines, letters and the frame: from the cells that are shown and nothing else. */
#include "opinion/map_around.h"

#include <math.h>
#include <string.h>

static double weight_of(const struct opinion_map_cell *c)
{
    return (double)(UINT32_C(1) << c->step);
}

static double distance2(struct opinion_map_place p, double x, double y)
{
    double dx = (p.x - x) * OPINION_MAP_X, dy = (p.y - y) * OPINION_MAP_Y;

    return dx * dx + dy * dy;
}

/* The cells of one group, and their middle. */
struct cluster {
    const struct opinion_map_cell *cell;
    size_t count;
    double x, y, weight;
};

static struct cluster cluster_of(const struct opinion_map *map, int group)
{
    struct cluster c = {.cell = NULL};

    for (size_t i = 0; i < map->cell_count; i++) {
        const struct opinion_map_cell *cell = &map->cell[i];
        if (cell->group != group)
            continue;
        if (c.count++ == 0)
            c.cell = cell;
        c.x += weight_of(cell) * cell->at.x;
        c.y += weight_of(cell) * cell->at.y;
        c.weight += weight_of(cell);
    }
    if (c.count > 0) {
        c.x /= c.weight;
        c.y /= c.weight;
    }
    return c;
}

/* How far from the middle the nine tenths reach: the least distance (squared) of a cell within
 * which they are. */
static double reach_of(const struct cluster *c)
{
    double reach = 0, held = 0;

    while (held < 0.9 * c->weight) {
        double next = INFINITY;
        for (size_t i = 0; i < c->count; i++) {
            double d = distance2(c->cell[i].at, c->x, c->y);
            if (d < next && (held == 0 || d > reach))
                next = d;
        }
        for (size_t i = 0; i < c->count; i++)
            held += distance2(c->cell[i].at, c->x, c->y) == next ? weight_of(&c->cell[i]) : 0;
        reach = next;
    }
    return reach;
}

static int64_t turn(struct opinion_map_place a, struct opinion_map_place b,
                    struct opinion_map_place c)
{
    return (int64_t)(b.x - a.x) * (c.y - a.y) - (int64_t)(b.y - a.y) * (c.x - a.x);
}

/* Appends a point to one side of the hull, of which those no longer outermost go. */
static void append(struct opinion_map_place *hull, size_t *n, size_t side,
                   struct opinion_map_place p)
{
    while (*n >= side + 2 && turn(hull[*n - 2], hull[*n - 1], p) <= 0)
        (*n)--;
    if (*n == 0 || hull[*n - 1].x != p.x || hull[*n - 1].y != p.y)
        hull[(*n)++] = p;
}

/* Leftmost first, of those the lowest. Few enough that a simple sort will do. */
static void sort_places(struct opinion_map_place *p, size_t n)
{
    for (size_t gap = n / 2; gap > 0; gap /= 2) {
        for (size_t i = gap; i < n; i++) {
            struct opinion_map_place at = p[i];
            size_t j = i;
            while (j >= gap &&
                   (p[j - gap].x > at.x || (p[j - gap].x == at.x && p[j - gap].y > at.y))) {
                p[j] = p[j - gap];
                j -= gap;
            }
            p[j] = at;
        }
    }
}

/* The convex hull of `n` > 2 points: the lower side from the left, then the upper one back. */
static size_t hull_of(struct opinion_map_place *point, size_t n, struct opinion_map_place *hull)
{
    size_t count = 0;

    sort_places(point, n);
    for (size_t i = 0; i < n; i++)
        append(hull, &count, 0, point[i]);
    size_t side = count - 1;
    for (size_t i = n - 1; i-- > 0;)
        append(hull, &count, side, point[i]);
    return count - 1; /* the last is the first */
}

static const struct opinion_map_place corner[] = {{0, 2},  {0, -2}, {1, 1},
                                                  {1, -1}, {-1, 1}, {-1, -1}};
enum { CORNERS = sizeof corner / sizeof *corner };

static enum opinion_err outline(struct region *scratch, const struct cluster *c,
                                struct opinion_map_place *hull, size_t *hull_count)
{
    struct opinion_map_place *point, *found;
    double reach = reach_of(c);
    size_t n = 0;

    TAKE(scratch, point, c->count * CORNERS);
    TAKE(scratch, found, c->count * CORNERS + 2);
    for (size_t i = 0; i < c->count; i++) {
        if (distance2(c->cell[i].at, c->x, c->y) > reach)
            continue;
        for (size_t j = 0; j < CORNERS; j++, n++) {
            point[n].x = c->cell[i].at.x + corner[j].x;
            point[n].y = c->cell[i].at.y + corner[j].y;
        }
    }
    *hull_count = hull_of(point, n, found);
    /* Whole numbers on a grid this size have no hull with more corners; were it otherwise, a part
     * of the hull would still be inside it. */
    if (*hull_count > OPINION_MAP_HULL_MAX)
        *hull_count = OPINION_MAP_HULL_MAX;
    memcpy(hull, found, *hull_count * sizeof *hull);
    return OPINION_OK;
}

/* The letter stands on the cell nearest to the middle of its group that leaves those before it
 * room, or where there is none, on the nearest. */
static struct opinion_map_place label_of(const struct opinion_map *map, const struct cluster *c,
                                         int group)
{
    double nearest = INFINITY;
    struct opinion_map_place best = c->cell[0].at;

    for (size_t i = 0; i < c->count; i++) {
        double d = distance2(c->cell[i].at, c->x, c->y);
        for (int g = 0; g < group; g++) {
            double apart = distance2(c->cell[i].at, map->label[g].x, map->label[g].y);
            if (map->hull_count[g] > 0 && apart < 16)
                d += 10000 - apart;
        }
        if (d < nearest) {
            nearest = d;
            best = c->cell[i].at;
        }
    }
    return best;
}

static void find_frame(struct opinion_map *map)
{
    for (size_t i = 0; i < map->cell_count; i++) {
        struct opinion_map_place p = map->cell[i].at;
        if (i == 0 || p.x - 1 < map->low.x)
            map->low.x = p.x - 1;
        if (i == 0 || p.y - 2 < map->low.y)
            map->low.y = p.y - 2;
        if (i == 0 || p.x + 1 > map->high.x)
            map->high.x = p.x + 1;
        if (i == 0 || p.y + 2 > map->high.y)
            map->high.y = p.y + 2;
    }
}

enum opinion_err map_around(struct region *scratch, struct opinion_map *map, int k)
{
    for (int g = 0; g < k; g++) {
        struct cluster c = cluster_of(map, g);
        if (c.count == 0)
            continue;
        TRY(outline(scratch, &c, map->hull[g], &map->hull_count[g]));
        map->label[g] = label_of(map, &c, g);
    }
    find_frame(map);
    return OPINION_OK;
}
