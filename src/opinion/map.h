/*
 * map -- the picture of an analysis, of which nobody can be read.
 *
 * People are counted in hexagonal cells over the first two axes, each group by itself. Only cells
 * of at least OPINION_MAP_LEAST people of a group are in the map, not with their count but with the
 * step it reaches (5, 10, 20, 40, ...). What the cells leave of a group is nobody, or that many
 * people at least: where it would be fewer, the group's smallest cell is left out too. All that
 * follows -- outlines, letters, the frame -- is computed from the cells that are shown, and the
 * picture has no scale, so that it says nothing of who stands alone, nor how far out.
 */
#pragma once
#include "opinion/opinion.h"

enum { OPINION_MAP_LEAST = 5, OPINION_MAP_ENDS = 2, OPINION_MAP_HULL_MAX = 64 };

/* A place is whole numbers: `x` in halves of the distance of two cells side by side, to the right
 * of where both axes are 0; `y` in thirds of the distance of two rows, upwards. As lengths, with
 * the first distance 1: */
#define OPINION_MAP_X 0.5
#define OPINION_MAP_Y 0.28867513459481288 /* the square root of 3, over 6 */

struct opinion_map_place {
    int32_t x, y;
};

struct opinion_map_cell {
    struct opinion_map_place at; /* its middle; corners are 2 above and below, and (+-1, +-1) */
    int8_t group;
    uint8_t step; /* OPINION_MAP_LEAST * 2^step people or more, fewer than twice as many */
};

/* What one votes who stands at one end of an axis, more than others do. */
struct opinion_map_end {
    size_t statement;
    bool is_agree;
};

struct opinion_map {
    size_t cell_count; /* 0: there is no picture that would not show single people */
    const struct opinion_map_cell *cell;   /* by group, then from below, then from the left */
    bool has_rest;                         /* some people are in no cell that is shown */
    struct opinion_map_place low, high;    /* corners of what holds all that is shown */
    size_t hull_count[OPINION_GROUPS_MAX]; /* 0: the group has no cell */
    struct opinion_map_place hull[OPINION_GROUPS_MAX][OPINION_MAP_HULL_MAX]; /* against the clock */
    struct opinion_map_place label[OPINION_GROUPS_MAX]; /* where its letter stands */
    size_t end_count[2][2]; /* [axis][0: left or below, 1: right or above] */
    struct opinion_map_end end[2][2][OPINION_MAP_ENDS]; /* the most telling first */
};

/* The map of an analysis, of which nothing is kept. An outline is the convex hull of those of the
 * group's cells nearest to its middle that hold nine tenths of what is shown of it.
 * OPINION_NO_MEMORY. Cells as of Carr, Littlefield, Nicholson, Littlefield 1987; hulls as of Andrew
 * 1979. */
enum opinion_err opinion_map_new(const struct opinion_memory *m,
                                 const struct opinion_analysis *analysis,
                                 const struct opinion_map **map);
void opinion_map_free(const struct opinion_map *map);
