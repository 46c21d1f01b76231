/* The picture: signs for cells, outlines, letters, and a legend when it is a file of its own. */
#include "report/page.h"

#include "base/msg.h"

#include <math.h>

/* In tenths, as are all lengths here. */
enum {
    WIDTH = 4800,
    HEIGHT_MAX = 3900,
    HEIGHT_MIN = 2600,
    MARGIN = 340,
    PITCH_MAX = 300, /* of two cells side by side */
    ROUND = 200,     /* of the corners of an outline */
    LEGEND_LINE = 270,
    LEGEND_CHARS = 64, /* narrow ones; a Chinese one is two */
    STEPS = 5,
};

/* Told apart in print and by those who see colours differently; each group has its own sign, too.
 */
static const char *const colours[] = {"#1f5fa8", "#b4540a", "#0b675f",
                                      "#7c3f98", "#7a6200", "#4d565e"};
static const char *const classes[] = {"map-a", "map-b", "map-c", "map-d", "map-e", "map-f"};

str report_colour(int group)
{
    return str_of(colours[group]);
}

int report_letter(int group)
{
    static const int letters[] = {MSG_REPORT_LETTER_A, MSG_REPORT_LETTER_B, MSG_REPORT_LETTER_C,
                                  MSG_REPORT_LETTER_D, MSG_REPORT_LETTER_E, MSG_REPORT_LETTER_F};

    return letters[group];
}

/* ---- where ---- */

static int third(double low, double at, double high)
{
    double part = high > low ? (at - low) / (high - low) : 0.5;

    return part < 0.35 ? 0 : part > 0.65 ? 2 : 1;
}

int report_where(const struct opinion_map *map, int group)
{
    static const int where[3][3] = {
        {MSG_REPORT_WHERE_LOW_LEFT, MSG_REPORT_WHERE_LOW, MSG_REPORT_WHERE_LOW_RIGHT},
        {MSG_REPORT_WHERE_LEFT, MSG_REPORT_WHERE_MIDDLE, MSG_REPORT_WHERE_RIGHT},
        {MSG_REPORT_WHERE_HIGH_LEFT, MSG_REPORT_WHERE_HIGH, MSG_REPORT_WHERE_HIGH_RIGHT},
    };
    struct opinion_map_place p = map->label[group];

    return where[third(map->low.y, p.y, map->high.y)][third(map->low.x, p.x, map->high.x)];
}

/* From places of the map to those of the picture. */
struct scale {
    double pitch, left, bottom;
};

static struct scale scale_of(const struct opinion_map *map, int64_t *height)
{
    double wide = (map->high.x - map->low.x) * OPINION_MAP_X;
    double high = (map->high.y - map->low.y) * OPINION_MAP_Y;
    double pitch = fmin((WIDTH - 2 * MARGIN) / wide, (HEIGHT_MAX - 2 * MARGIN) / high);

    pitch = fmin(pitch, PITCH_MAX);
    *height = (int64_t)fmax(HEIGHT_MIN, high * pitch + 2 * MARGIN);
    return (struct scale){pitch, (WIDTH - (map->low.x + map->high.x) * OPINION_MAP_X * pitch) / 2,
                          ((double)*height + (map->low.y + map->high.y) * OPINION_MAP_Y * pitch) /
                              2};
}

static int64_t x_of(const struct scale *s, double x)
{
    return (int64_t)floor(s->left + x * OPINION_MAP_X * s->pitch + 0.5);
}

static int64_t y_of(const struct scale *s, double y)
{
    return (int64_t)floor(s->bottom - y * OPINION_MAP_Y * s->pitch + 0.5);
}

/* ---- signs ---- */

/* Round, square, triangle, diamond, cross, ring: of about the same area. */
static void put_sign(struct buf *b, int group, int64_t x, int64_t y, int64_t r)
{
    int64_t s = r * 88 / 100, t = r * 116 / 100, d = r * 122 / 100, c = r * 42 / 100;

    switch (group) {
    case 0:
    case 5:
        buf_fmt(b, "M%lld %llda%lld %lld 0 1 0 %lld 0a%lld %lld 0 1 0-%lld 0z", (long long)(x - r),
                (long long)y, (long long)r, (long long)r, (long long)(2 * r), (long long)r,
                (long long)r, (long long)(2 * r));
        if (group == 5) /* the other way round: a hole */
            buf_fmt(b, "M%lld %llda%lld %lld 0 1 1 %lld 0a%lld %lld 0 1 1-%lld 0z",
                    (long long)(x - c), (long long)y, (long long)c, (long long)c,
                    (long long)(2 * c), (long long)c, (long long)c, (long long)(2 * c));
        break;
    case 1:
        buf_fmt(b, "M%lld %lldh%lldv%lldh-%lldz", (long long)(x - s), (long long)(y - s),
                (long long)(2 * s), (long long)(2 * s), (long long)(2 * s));
        break;
    case 2:
        buf_fmt(b, "M%lld %lldl%lld %lldh-%lldz", (long long)x, (long long)(y - t), (long long)t,
                (long long)(t * 180 / 100), (long long)(2 * t));
        break;
    case 3:
        buf_fmt(b, "M%lld %lldl%lld %lldl-%lld %lldl-%lld-%lldz", (long long)x, (long long)(y - d),
                (long long)d, (long long)d, (long long)d, (long long)d, (long long)d, (long long)d);
        break;
    default:
        buf_fmt(b, "M%lld %lldh%lldv%lldh%lldv%lldh-%lldv%lldh-%lldv-%lldh-%lldv-%lldh%lldz",
                (long long)(x - c), (long long)(y - d), (long long)(2 * c), (long long)(d - c),
                (long long)(d - c), (long long)(2 * c), (long long)(d - c), (long long)(d - c),
                (long long)(2 * c), (long long)(d - c), (long long)(d - c), (long long)(2 * c),
                (long long)(d - c));
        break;
    }
}

str report_sign(struct arena *a, int group, int64_t x, int64_t y, int64_t size)
{
    struct buf b = {.arena = a};

    put_sign(&b, group, x, y, size);
    return buf_str(&b);
}

/* Groups that have the cell, and how many of them come before this one. */
static int groups_at(const struct opinion_map *map, size_t cell, int *before)
{
    int n = 0;

    *before = 0;
    for (size_t i = 0; i < map->cell_count; i++) {
        if (map->cell[i].at.x != map->cell[cell].at.x || map->cell[i].at.y != map->cell[cell].at.y)
            continue;
        n++;
        *before += map->cell[i].group < map->cell[cell].group;
    }
    return n;
}

/* Several groups in a cell stand side by side and are drawn smaller. */
static void put_cell(const struct opinion_map *map, size_t cell, const struct scale *s,
                     struct buf *b)
{
    static const double radius[STEPS] = {0.22, 0.29, 0.36, 0.42, 0.46};
    const struct opinion_map_cell *c = &map->cell[cell];
    int before, n = groups_at(map, cell, &before);
    double r = s->pitch * radius[c->step < STEPS ? c->step : STEPS - 1];
    double beside = n > 1 ? (before - (n - 1) / 2.0) * s->pitch * 0.9 / n : 0;

    put_sign(b, c->group, x_of(s, c->at.x) + (int64_t)beside, y_of(s, c->at.y),
             (int64_t)(n > 1 ? r * 1.3 / n : r));
}

static void fill_marks(const struct report *r, struct arena *a, const struct scale *s,
                       struct report_map *map)
{
    int k = r->analysis->k;

    map->marks = NEW_ARRAY(a, (size_t)k, struct report_shape);
    for (int g = 0; g < k; g++) {
        struct buf b = {.arena = a};
        for (size_t i = 0; i < r->map->cell_count; i++) {
            if (r->map->cell[i].group == g)
                put_cell(r->map, i, s, &b);
        }
        if (b.len > 0)
            map->marks[map->mark_count++] =
                (struct report_shape){buf_str(&b), report_colour(g), str_of(classes[g])};
    }
}

/* ---- outlines ---- */

struct point {
    double x, y;
};

/* From a corner towards the next: half of the way, but no more than it is rounded by. */
static struct point towards(struct point from, struct point to)
{
    double dx = to.x - from.x, dy = to.y - from.y, far = sqrt(dx * dx + dy * dy);
    double part = far > 2 * ROUND ? ROUND / far : 0.5;

    return (struct point){from.x + dx * part, from.y + dy * part};
}

static str outline(struct arena *a, const struct opinion_map *map, int g, const struct scale *s)
{
    struct buf b = {.arena = a};
    size_t n = map->hull_count[g];

    for (size_t i = 0; i < n; i++) {
        struct point p[3];
        for (size_t j = 0; j < 3; j++) {
            struct opinion_map_place at = map->hull[g][(i + j) % n];
            p[j] = (struct point){(double)x_of(s, at.x), (double)y_of(s, at.y)};
        }
        struct point in = towards(p[1], p[0]), out = towards(p[1], p[2]);
        buf_fmt(&b, "%c%lld %lldQ%lld %lld %lld %lld", i == 0 ? 'M' : 'L', (long long)in.x,
                (long long)in.y, (long long)p[1].x, (long long)p[1].y, (long long)out.x,
                (long long)out.y);
    }
    buf_byte(&b, 'z');
    return buf_str(&b);
}

/* Without groups there is nothing to draw an outline around. */
static void fill_groups(const struct report *r, struct arena *a, const struct scale *s,
                        struct report_map *map)
{
    int k = r->analysis->k;

    map->hulls = NEW_ARRAY(a, (size_t)k, struct report_shape);
    map->letters = NEW_ARRAY(a, (size_t)k, struct report_letter);
    for (int g = 0; g < k && k > 1; g++) {
        if (r->map->hull_count[g] == 0)
            continue;
        map->hulls[map->hull_count++] =
            (struct report_shape){outline(a, r->map, g, s), report_colour(g), str_of(classes[g])};
        map->letters[map->letter_count++] =
            (struct report_letter){x_of(s, r->map->label[g].x), y_of(s, r->map->label[g].y) + 125,
                                   report_letter(g), report_colour(g), str_of(classes[g])};
    }
}

/* ---- in words ---- */

static str group_in_words(const struct report *r, struct arena *a, int g)
{
    int where = r->map->hull_count[g] > 0 ? report_where(r->map, g) : MSG_REPORT_WHERE_NOWHERE;

    return msg_fmt(a, r->lang, MSG_REPORT_GROUP_LINE, T(msg_text(r->lang, report_letter(g))),
                   I(r->analysis->size[g]), T(msg_text(r->lang, where)));
}

static str sign_in_words(const struct report *r)
{
    return msg_text(r->lang, r->analysis->k > 1 ? MSG_REPORT_MAP_SIGN : MSG_REPORT_MAP_SIGN_ONE);
}

static str describe(const struct report *r, struct arena *a)
{
    struct buf b = {.arena = a};

    if (r->map->cell_count == 0)
        return msg_text(r->lang, MSG_REPORT_MAP_EMPTY);
    if (r->analysis->k == 1)
        buf_put(&b, msg_text(r->lang, MSG_REPORT_MAP_ONE));
    for (int g = 0; g < r->analysis->k && r->analysis->k > 1; g++) {
        buf_put(&b, group_in_words(r, a, g));
        buf_byte(&b, ' ');
    }
    buf_byte(&b, ' ');
    buf_put(&b, sign_in_words(r));
    return buf_str(&b);
}

/* ---- the legend ---- */

/* The beginning of a text, as long as a line. */
static str cut(struct arena *a, str text)
{
    size_t at = 0, width = 0;

    while (at < text.len) {
        size_t next = at;
        width += str_next(text, &next) >= 0x2E80 ? 2 : 1;
        if (width > LEGEND_CHARS)
            return str_fmt(a, "%.*s\xE2\x80\xA6", (int)at, text.at);
        at = next;
    }
    return text;
}

static void add_line(struct arena *a, struct report_map *map, int group, str text)
{
    struct report_line *l = &map->lines[map->line_count++];

    l->y = map->height + LEGEND_LINE;
    l->text = cut(a, text);
    l->colour = report_colour(group < 0 ? 0 : group);
    l->path = group < 0 ? S("") : report_sign(a, group, 170, l->y - 55, 70);
    map->height += LEGEND_LINE;
}

static void fill_ends(const struct report *r, struct arena *a, struct report_map *map)
{
    static const int directions[2][2] = {{MSG_REPORT_END_LEFT, MSG_REPORT_END_RIGHT},
                                         {MSG_REPORT_END_LOW, MSG_REPORT_END_HIGH}};

    for (int axis = 0; axis < 2; axis++) {
        for (int end = 0; end < 2; end++) {
            if (r->map->end_count[axis][end] == 0)
                continue;
            struct opinion_map_end e = r->map->end[axis][end][0];
            struct report_statement s = report_statement(r, e.statement, e.is_agree);
            add_line(a, map, -1,
                     msg_fmt(a, r->lang,
                             e.is_agree ? MSG_REPORT_END_AGREES : MSG_REPORT_END_DISAGREES,
                             T(msg_text(r->lang, directions[axis][end])), I((int64_t)s.number),
                             T(s.text)));
        }
    }
}

static void fill_legend(const struct report *r, struct arena *a, struct report_map *map)
{
    map->lines = NEW_ARRAY(a, (size_t)r->analysis->k + 6, struct report_line);
    map->height += 60;
    for (int g = 0; g < r->analysis->k && r->analysis->k > 1; g++)
        add_line(a, map, g, group_in_words(r, a, g));
    if (!map->is_empty)
        fill_ends(r, a, map);
    add_line(a, map, -1,
             map->is_empty ? msg_text(r->lang, MSG_REPORT_MAP_EMPTY) : sign_in_words(r));
    add_line(a, map, -1, msg_text(r->lang, MSG_REPORT_NOT_THE_TOWN));
    map->height += 140;
}

void report_map_fill(const struct report *r, struct arena *a, bool is_alone, struct report_map *map)
{
    *map = (struct report_map){
        .width = WIDTH, .height = HEIGHT_MIN, .is_alone = is_alone, .axes = S("")};
    map->is_empty = r->map->cell_count == 0;
    map->lang_tag = r->lang == LANG_EN ? S("en") : S("zh-CN");
    map->title = msg_fmt(a, r->lang, MSG_REPORT_MAP_TITLE, I((int64_t)r->analysis->eligible));
    map->description = describe(r, a);
    if (!map->is_empty) {
        struct scale s = scale_of(r->map, &map->height);
        map->axes = str_fmt(a, "M%lld 120V%lldM120 %lldH%d", (long long)x_of(&s, 0),
                            (long long)map->height - 120, (long long)y_of(&s, 0), WIDTH - 120);
        fill_marks(r, a, &s, map);
        fill_groups(r, a, &s, map);
    }
    map->ground = map->height;
    if (is_alone)
        fill_legend(r, a, map);
}
