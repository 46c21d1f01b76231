/* small -- eigenvectors of matrices of a few rows. */
#pragma once

enum { SMALL = 8 };

/* Of the first `count` (1 .. SMALL) rows and columns of t, symmetric: v[i][order[b]] is the i-th
 * part of the eigenvector with the b-th largest eigenvalue, t[order[b]][order[b]]. By rotations
 * (Jacobi 1846). */
void small_eigen(double t[SMALL][SMALL], double v[SMALL][SMALL], int count, int order[SMALL]);
