/*
 * map_around -- what is drawn around the cells of a map. It is given the map alone, not the
 * analysis, so that it cannot draw anything but what the cells say anyway.
 */
#pragma once
#include "opinion/map.h"
#include "opinion/region.h"

/* Outlines and letters of `k` groups, and the frame. OPINION_NO_MEMORY. */
enum opinion_err map_around(struct region *scratch, struct opinion_map *map, int k);
