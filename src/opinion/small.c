#include "opinion/small.h"

#include <math.h>

enum { SWEEPS_MAX = 30 };

static void rotate_out(double t[SMALL][SMALL], double v[SMALL][SMALL], int p, int q, int count)
{
    double theta = (t[q][q] - t[p][p]) / (2 * t[p][q]);
    double tangent = (theta < 0 ? -1 : 1) / (fabs(theta) + sqrt(theta * theta + 1));
    double c = 1 / sqrt(tangent * tangent + 1), s = tangent * c;

    for (int i = 0; i < count; i++) {
        double a = t[i][p], b = t[i][q];
        t[i][p] = c * a - s * b;
        t[i][q] = s * a + c * b;
    }
    for (int i = 0; i < count; i++) {
        double a = t[p][i], b = t[q][i];
        t[p][i] = c * a - s * b;
        t[q][i] = s * a + c * b;
    }
    for (int i = 0; i < count; i++) {
        double a = v[i][p], b = v[i][q];
        v[i][p] = c * a - s * b;
        v[i][q] = s * a + c * b;
    }
}

static void rotate_all(double t[SMALL][SMALL], double v[SMALL][SMALL], int count)
{
    double scale = 0;

    for (int i = 0; i < count; i++) {
        for (int k = 0; k < count; k++) {
            v[i][k] = i == k;
            scale = fmax(scale, fabs(t[i][k]));
        }
    }
    for (int sweep = 0; sweep < SWEEPS_MAX; sweep++) {
        double off = 0;
        for (int p = 0; p < count; p++) {
            for (int q = p + 1; q < count; q++) {
                off = fmax(off, fabs(t[p][q]));
                if (fabs(t[p][q]) > 1e-17 * scale)
                    rotate_out(t, v, p, q, count);
            }
        }
        if (off <= 1e-16 * scale)
            return;
    }
}

void small_eigen(double t[SMALL][SMALL], double v[SMALL][SMALL], int count, int order[SMALL])
{
    rotate_all(t, v, count);
    for (int i = 0; i < count; i++) {
        int at = i;
        for (; at > 0 && t[order[at - 1]][order[at - 1]] < t[i][i]; at--)
            order[at] = order[at - 1];
        order[at] = i;
    }
}
