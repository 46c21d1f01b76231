/* Angles between the axes of two answers. */
#include "main/cmd_opinion_answer.h"

#include "opinion/small.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { AXES = OPINION_AXES };

/* A column of which less than this is left beside the others is none of its own. */
static const double NOTHING = 1e-10;

static double dot(const double *a, const double *b, size_t rows)
{
    double sum = 0;

    for (size_t i = 0; i < rows * AXES; i += AXES)
        sum += a[i] * b[i];
    return sum;
}

static void subtract(double *from, const double *what, double times, size_t rows)
{
    for (size_t i = 0; i < rows * AXES; i += AXES)
        from[i] -= times * what[i];
}

/* Orthonormal columns for the same space (Gram, Schmidt, twice); how many are left. */
static size_t straighten(double *m, size_t columns, size_t rows)
{
    size_t kept = 0;

    for (size_t c = 0; c < columns; c++) {
        double before = sqrt(dot(m + c, m + c, rows));
        for (size_t twice = 0; twice < 2; twice++) {
            for (size_t k = 0; k < kept; k++)
                subtract(m + c, m + k, dot(m + c, m + k, rows), rows);
        }
        double after = sqrt(dot(m + c, m + c, rows));
        if (!(after > NOTHING * before))
            continue;
        for (size_t i = 0; i < rows * AXES; i += AXES)
            m[i + kept] = m[i + c] / after;
        kept++;
    }
    return kept;
}

/* Square roots of the eigenvalues, the largest first. */
static void roots(double s[SMALL][SMALL], size_t n, double at[AXES])
{
    double v[SMALL][SMALL];
    int order[SMALL] = {0};

    small_eigen(s, v, (int)n, order);
    for (size_t i = 0; i < n; i++)
        at[i] = sqrt(fmax(s[order[i]][order[i]], 0));
}

/* Angles of the columns of `few` to the space of `many`, both orthonormal; `few` is used up. */
static void find_angles(const double *many, size_t many_count, double *few, size_t few_count,
                        size_t rows, double degrees[AXES])
{
    double inner[AXES][AXES] = {{0}}, square[SMALL][SMALL] = {{0}}, left[SMALL][SMALL] = {{0}};
    double cosine[AXES], sine[AXES];

    for (size_t i = 0; i < many_count; i++) {
        for (size_t k = 0; k < few_count; k++)
            inner[i][k] = dot(many + i, few + k, rows);
    }
    for (size_t k = 0; k < few_count; k++) {
        for (size_t i = 0; i < many_count; i++)
            subtract(few + k, many + i, inner[i][k], rows);
    }
    for (size_t p = 0; p < few_count; p++) {
        for (size_t q = 0; q < few_count; q++) {
            left[p][q] = dot(few + p, few + q, rows);
            for (size_t i = 0; i < many_count; i++)
                square[p][q] += inner[i][p] * inner[i][q];
        }
    }
    roots(square, few_count, cosine);
    roots(left, few_count, sine);
    for (size_t i = 0; i < few_count; i++)
        degrees[i] = atan2(sine[few_count - 1 - i], cosine[i]) * 180 / acos(-1);
}

size_t axes_angles(const double *a, size_t a_columns, const double *b, size_t b_columns,
                   size_t rows, double degrees[OPINION_AXES])
{
    double *x = calloc(rows + 1, AXES * sizeof *x), *y = calloc(rows + 1, AXES * sizeof *y);
    size_t count = 0;

    if (x != NULL && y != NULL) {
        memcpy(x, a, rows * AXES * sizeof *x);
        memcpy(y, b, rows * AXES * sizeof *y);
        size_t of_x = straighten(x, a_columns, rows), of_y = straighten(y, b_columns, rows);
        count = of_x < of_y ? of_x : of_y;
        if (of_x < of_y)
            find_angles(y, of_y, x, of_x, rows, degrees);
        else
            find_angles(x, of_x, y, of_y, rows, degrees);
    }
    free(x);
    free(y);
    return count;
}

bool axis_angle(const double *a, const double *b, size_t rows, double *degrees)
{
    double along = dot(a, a, rows), across = dot(b, b, rows);

    if (!(along > 0) || !(across > 0))
        return false;
    along = sqrt(along);
    across = sqrt(across);
    /* Of a rhombus with sides 1 the diagonals (Kahan): exact also where the angle is small. */
    double sum = 0, difference = 0;
    for (size_t i = 0; i < rows * AXES; i += AXES) {
        double x = a[i] / along, y = b[i] / across;
        sum += (x + y) * (x + y);
        difference += (x - y) * (x - y);
    }
    *degrees = 2 * atan2(sqrt(difference), sqrt(sum)) * 180 / acos(-1);
    return true;
}
