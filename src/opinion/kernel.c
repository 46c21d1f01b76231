/* kernel: compiled once for each kind of processor, as KERNEL names it. */
#include "opinion/kernel.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

/* Four doubles or eight floats: what the narrowest of the wide registers hold. */
typedef double doubles __attribute__((vector_size(32), aligned(8), may_alias));
typedef float floats __attribute__((vector_size(32), aligned(4), may_alias));

/* ---- pairs of statements ---- */

#ifdef __POPCNT__
static inline int64_t ones(uint64_t word)
{
    return __builtin_popcountll(word);
}
#else
/* In parallel over the bits of a word: without the instruction the compiler would call a function.
 */
static inline int64_t ones(uint64_t word)
{
    word -= (word >> 1) & UINT64_C(0x5555555555555555);
    word = (word & UINT64_C(0x3333333333333333)) + ((word >> 2) & UINT64_C(0x3333333333333333));
    word = (word + (word >> 4)) & UINT64_C(0x0f0f0f0f0f0f0f0f);
    return (int64_t)((word * UINT64_C(0x0101010101010101)) >> 56);
}
#endif

static void count_pair(const struct kernel_planes *j, const struct kernel_planes *k, size_t words,
                       struct kernel_pair *pair)
{
    const uint64_t *aj = j->agree, *ak = k->agree, *mj = j->side, *mk = k->side;
    const uint64_t *sj = j->seen, *sk = k->seen;
    struct kernel_pair c = {0};

    for (size_t i = 0; i < words; i++) {
        uint64_t sides = mj[i] & mk[i];
        c.both += ones(sj[i] & sk[i]);
        c.sides += ones(sides);
        c.opposed += ones(sides & (aj[i] ^ ak[i]));
        c.agree_given += ones(aj[i] & sk[i]);
        c.side_given += ones(mj[i] & sk[i]);
        c.agree_given_back += ones(ak[i] & sj[i]);
        c.side_given_back += ones(mk[i] & sj[i]);
    }
    *pair = c;
}

/* ---- a matrix times a few columns ---- */

enum { ROWS = 4 }; /* at a time, so that what is multiplied by is loaded once for all of them */

static void multiply_rows(const double *matrix, size_t n, size_t rows, const double *x, double *y)
{
    doubles sum[ROWS][2];

    memset(sum, 0, sizeof sum);
    for (size_t k = 0; k < n; k++) {
        const doubles *column = (const doubles *)(x + k * KERNEL_COLUMNS);
        for (size_t r = 0; r < rows; r++) {
            double at = matrix[r * n + k];
            sum[r][0] += at * column[0];
            sum[r][1] += at * column[1];
        }
    }
    memcpy(y, sum, rows * sizeof sum[0]);
}

static void multiply(const double *matrix, size_t n, const double *x, double *y)
{
    size_t j = 0;

    for (; j + ROWS <= n; j += ROWS)
        multiply_rows(matrix + j * n, n, ROWS, x, y + j * KERNEL_COLUMNS);
    for (; j < n; j++)
        multiply_rows(matrix + j * n, n, 1, x, y + j * KERNEL_COLUMNS);
}

/* ---- rows of a table, named by codes ---- */

/* Several sums at once, votes by turns, since an addition takes longer than a load. */
enum { TURNS = 4 };

static void sum_places(const float *table, const uint16_t *code, size_t count,
                       float sum[KERNEL_PLACE])
{
    floats part[TURNS][2];
    size_t c = 0;

    memset(part, 0, sizeof part);
    for (; c + TURNS <= count; c += TURNS) {
        for (size_t t = 0; t < TURNS; t++) {
            const floats *row = (const floats *)(table + (size_t)code[c + t] * KERNEL_PLACE);
            part[t][0] += row[0];
            part[t][1] += row[1];
        }
    }
    for (size_t t = 0; c < count; c++, t++) {
        const floats *row = (const floats *)(table + (size_t)code[c] * KERNEL_PLACE);
        part[t][0] += row[0];
        part[t][1] += row[1];
    }
    for (int half = 0; half < 2; half++) {
        floats all = (part[0][half] + part[1][half]) + (part[2][half] + part[3][half]);
        memcpy(sum + 8 * half, &all, sizeof all);
    }
}

static void sum_classes(const float *table, const uint16_t *code, size_t count,
                        float sum[KERNEL_CLASSES])
{
    floats part[TURNS];
    size_t c = 0;

    memset(part, 0, sizeof part);
    for (; c + TURNS <= count; c += TURNS) {
        for (size_t t = 0; t < TURNS; t++)
            part[t] += *(const floats *)(table + (size_t)code[c + t] * KERNEL_CLASSES);
    }
    for (size_t t = 0; c < count; c++, t++)
        part[t] += *(const floats *)(table + (size_t)code[c] * KERNEL_CLASSES);
    floats all = (part[0] + part[1]) + (part[2] + part[3]);
    memcpy(sum, &all, sizeof all);
}

static void add_classes(float *table, const uint16_t *code, size_t count,
                        const float row[KERNEL_CLASSES])
{
    floats more = *(const floats *)row;

    for (size_t c = 0; c < count; c++)
        *(floats *)(table + (size_t)code[c] * KERNEL_CLASSES) += more;
}

/* ---- small systems, one in each lane ---- */

static int at(int i, int k) /* k <= i */
{
    return i * (i + 1) / 2 + k;
}

/* L with A = L L' in place of A (Cholesky), its diagonal inverted. */
static void decompose(struct kernel_systems *s)
{
    for (int i = 0; i < KERNEL_AXES; i++) {
        for (int k = 0; k <= i; k++) {
            double sum[KERNEL_LANES];
            memcpy(sum, s->a[at(i, k)], sizeof sum);
            for (int l = 0; l < k; l++) {
                for (int x = 0; x < KERNEL_LANES; x++)
                    sum[x] -= s->a[at(i, l)][x] * s->a[at(k, l)][x];
            }
            for (int x = 0; x < KERNEL_LANES; x++)
                s->a[at(i, k)][x] = i == k ? 1 / sqrt(sum[x]) : sum[x] * s->a[at(k, k)][x];
        }
    }
}

/* The inverse of L in place of L. */
static void invert(struct kernel_systems *s)
{
    for (int k = 0; k < KERNEL_AXES; k++) {
        for (int i = k + 1; i < KERNEL_AXES; i++) {
            double sum[KERNEL_LANES] = {0};
            for (int l = k; l < i; l++) {
                for (int x = 0; x < KERNEL_LANES; x++)
                    sum[x] -= s->a[at(i, l)][x] * s->a[at(l, k)][x];
            }
            for (int x = 0; x < KERNEL_LANES; x++)
                s->a[at(i, k)][x] = sum[x] * s->a[at(i, i)][x];
        }
    }
}

/* The inverse of A is M' M, M the inverse of L. */
static void solve(struct kernel_systems *s)
{
    struct kernel_systems all = {.a = {{0}}};

    decompose(s);
    invert(s);
    for (int i = 0; i < KERNEL_AXES; i++) {
        for (int k = 0; k <= i; k++) {
            for (int l = i; l < KERNEL_AXES; l++) {
                for (int x = 0; x < KERNEL_LANES; x++)
                    all.a[at(i, k)][x] += s->a[at(l, i)][x] * s->a[at(l, k)][x];
            }
        }
    }
    for (int i = 0; i < KERNEL_AXES; i++) {
        for (int k = 0; k < KERNEL_AXES; k++) {
            const double *entry = all.a[k <= i ? at(i, k) : at(k, i)];
            for (int x = 0; x < KERNEL_LANES; x++)
                all.b[i][x] += entry[x] * s->b[k][x];
        }
    }
    *s = all;
}

/* ---- points and centres ---- */

/* Squared distances of some points to a centre. */
static inline void measure(const struct kernel_points *p, size_t from, int k,
                           float far[KERNEL_POINTS])
{
    memset(far, 0, KERNEL_POINTS * sizeof *far);
    for (int a = 0; a < KERNEL_AXES; a++) {
        const float *axis = p->axis[a] + from;
        float centre = p->centre[k][a];
        for (int x = 0; x < KERNEL_POINTS; x++)
            far[x] += (axis[x] - centre) * (axis[x] - centre);
    }
}

static void approach(const struct kernel_points *p, int k, float *far)
{
    for (size_t from = 0; from < p->count; from += KERNEL_POINTS) {
        float now[KERNEL_POINTS];
        measure(p, from, k, now);
        for (size_t x = 0; x < KERNEL_POINTS; x++)
            far[from + x] = now[x] < far[from + x] ? now[x] : far[from + x];
    }
}

static double separate(const struct kernel_points *p)
{
    float sum[KERNEL_POINTS] = {0};
    double all = 0;

    for (size_t from = 0; from < p->count; from += KERNEL_POINTS) {
        float own[KERNEL_POINTS], next[KERNEL_POINTS], far[KERNEL_POINTS];
        for (int x = 0; x < KERNEL_POINTS; x++)
            own[x] = next[x] = INFINITY;
        for (int k = 0; k < p->k; k++) {
            measure(p, from, k, far);
            for (int x = 0; x < KERNEL_POINTS; x++) {
                float later = far[x] < own[x] ? own[x] : far[x];
                next[x] = later < next[x] ? later : next[x];
                own[x] = far[x] < own[x] ? far[x] : own[x];
            }
        }
        for (size_t x = 0; x < KERNEL_POINTS; x++) {
            float share = next[x] > 0 && from + x < p->count ? own[x] / next[x] : 1;
            sum[x] += 1 - sqrtf(share);
        }
    }
    for (int x = 0; x < KERNEL_POINTS; x++)
        all += (double)sum[x];
    return all;
}

/* The nearest centre c is the one with the greatest x c - c c / 2. */
static inline void choose(float score[KERNEL_AXES][KERNEL_POINTS], int count,
                          const float centre[KERNEL_CENTRES][KERNEL_AXES], int8_t *label)
{
    float most[KERNEL_POINTS];
    int32_t own[KERNEL_POINTS] = {0};

    for (int k = 0; k < count; k++) {
        const float *c = centre[k];
        float half = (c[0] * c[0] + c[1] * c[1] + c[2] * c[2] + c[3] * c[3]) / 2,
              near[KERNEL_POINTS];
        for (int x = 0; x < KERNEL_POINTS; x++)
            near[x] = (score[0][x] * c[0] + score[1][x] * c[1]) +
                      (score[2][x] * c[2] + score[3][x] * c[3]) - half;
        for (int x = 0; x < KERNEL_POINTS; x++) {
            bool is_nearer = k == 0 || near[x] > most[x];
            own[x] = is_nearer ? k : own[x];
            most[x] = is_nearer ? near[x] : most[x];
        }
    }
    for (int x = 0; x < KERNEL_POINTS; x++)
        label[x] = (int8_t)own[x];
}

static void assign(const struct kernel_points *p, int8_t *label)
{
    for (size_t from = 0; from < p->count; from += KERNEL_POINTS) {
        float score[KERNEL_AXES][KERNEL_POINTS];
        for (int a = 0; a < KERNEL_AXES; a++)
            memcpy(score[a], p->axis[a] + from, sizeof score[a]);
        choose(score, p->k, p->centre, label + from);
    }
}

/* ---- without one vote ---- */

/* The scores without each of the votes, from the place with all of them, by taking one observation
 * out of a posterior (Sherman, Morrison 1950). */
static inline void leave_out(const struct kernel_person *p, float lean[5][KERNEL_POINTS],
                             float score[KERNEL_AXES][KERNEL_POINTS])
{
    float along[KERNEL_POINTS] = {0}, step[KERNEL_POINTS];

    memcpy(step, lean[4], sizeof step);
    for (int i = 0; i < KERNEL_AXES; i++) {
        const float *s = p->spread[i];
        for (int x = 0; x < KERNEL_POINTS; x++) {
            score[i][x] =
                (s[0] * lean[0][x] + s[1] * lean[1][x]) + (s[2] * lean[2][x] + s[3] * lean[3][x]);
            along[x] += lean[i][x] * score[i][x];
            step[x] -= lean[i][x] * p->place[i];
        }
    }
    for (int x = 0; x < KERNEL_POINTS; x++) {
        float left = p->noise - along[x];
        step[x] = left > 1e-6F ? step[x] / left : 0;
    }
    for (int i = 0; i < KERNEL_AXES; i++) {
        for (int x = 0; x < KERNEL_POINTS; x++)
            score[i][x] = (p->place[i] - score[i][x] * step[x]) * p->strength[i];
    }
}

static void assign_without(const struct kernel_person *p, const float *lean, const uint16_t *code,
                           size_t count, int8_t *label)
{
    for (size_t from = 0; from < count; from += KERNEL_POINTS) {
        float some[5][KERNEL_POINTS], score[KERNEL_AXES][KERNEL_POINTS];
        for (size_t x = 0; x < KERNEL_POINTS; x++) { /* behind the last: the last once more */
            size_t c = code[from + x < count ? from + x : count - 1];
            for (size_t i = 0; i < 5; i++)
                some[i][x] = lean[c * KERNEL_LEAN + i];
        }
        leave_out(p, some, score);
        choose(score, p->k, p->centre, label + from);
    }
}

#define NAME_(kind) kernel_##kind
#define NAME(kind)  NAME_(kind)
#define TEXT_(kind) #kind
#define TEXT(kind)  TEXT_(kind)

const struct kernel NAME(KERNEL) = {
    .name = TEXT(KERNEL),
    .count_pair = count_pair,
    .multiply = multiply,
    .sum_places = sum_places,
    .sum_classes = sum_classes,
    .add_classes = add_classes,
    .solve = solve,
    .assign = assign,
    .separate = separate,
    .approach = approach,
    .assign_without = assign_without,
};
