/*
 * kernel -- the loops that every vote goes through, once for each kind of processor.
 *
 * kernel.c is compiled from one source for any processor of the family and for those with wider
 * registers; the widest that the machine has is taken. Lanes are added lane by lane in a fixed
 * order and nothing is fused, so that all of them give the same bytes.
 */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    KERNEL_PLACE = 16,  /* floats in a row by which a vote places */
    KERNEL_CLASSES = 8, /* floats in a row by which a vote tells classes apart */
    KERNEL_LEAN = 8,    /* floats in a row of what a vote is without its person */
    KERNEL_COLUMNS = 8, /* of what a matrix is multiplied by */
    KERNEL_LANES = 8,   /* people whose places are solved for at a time */
    KERNEL_POINTS = 16, /* points, or votes, are taken so many at a time: room is a multiple */
    KERNEL_AXES = 4,
    KERNEL_TRIANGLE = 10, /* of a symmetric matrix over the axes: 00 10 11 20 21 22 30 .. 33 */
    KERNEL_CENTRES = 6,
};

/* How many ones there are in what two statements' planes have in common (gram.c). */
struct kernel_pair {
    int64_t both, sides, opposed, agree_given, side_given, agree_given_back, side_given_back;
};

/* One statement: a bit for each person who agreed, who agreed or disagreed, who voted. */
struct kernel_planes {
    const uint64_t *agree, *side, *seen;
};

/* A system for each of the lanes: A x = b with A well positive. In: the lower triangle of A and b.
 * Out: the inverse of A in place of A, x in place of b. */
struct kernel_systems {
    double a[KERNEL_TRIANGLE][KERNEL_LANES];
    double b[KERNEL_AXES][KERNEL_LANES];
};

/* Points, and centres to be near to. */
struct kernel_points {
    size_t count;                   /* those behind it, up to the next KERNEL_POINTS, are zero */
    const float *axis[KERNEL_AXES]; /* [count] */
    int k;
    float centre[KERNEL_CENTRES][KERNEL_AXES];
};

/* A person, as far as it matters what one vote less would change. */
struct kernel_person {
    float place[KERNEL_AXES], spread[KERNEL_AXES][KERNEL_AXES], noise;
    float strength[KERNEL_AXES]; /* by which a place is multiplied to be a score, as centres are */
    int k;
    float centre[KERNEL_CENTRES][KERNEL_AXES];
};

struct kernel {
    const char *name;
    void (*count_pair)(const struct kernel_planes *j, const struct kernel_planes *k, size_t words,
                       struct kernel_pair *pair);
    /* y = matrix x: [n * n], [n * KERNEL_COLUMNS] */
    void (*multiply)(const double *matrix, size_t n, const double *x, double *y);
    /* The sum of the rows that the codes name. */
    void (*sum_places)(const float *table, const uint16_t *code, size_t count,
                       float sum[KERNEL_PLACE]);
    void (*sum_classes)(const float *table, const uint16_t *code, size_t count,
                        float sum[KERNEL_CLASSES]);
    /* The row added to each that the codes name; codes of one person differ from each other. */
    void (*add_classes)(float *table, const uint16_t *code, size_t count,
                        const float row[KERNEL_CLASSES]);
    void (*solve)(struct kernel_systems *s);
    /* The nearest centre of each: [count, rounded up]; of equally near ones the first. */
    void (*assign)(const struct kernel_points *p, int8_t *label);
    /* Sum over the points of 1 - the distance to the nearest centre over that to the next. */
    double (*separate)(const struct kernel_points *p);
    /* far = the lesser of far and the squared distance to centre k: [count, rounded up] */
    void (*approach)(const struct kernel_points *p, int k, float *far);
    /* The nearest centre if it were not for this vote, for each of the votes; `lean` has a row for
     * each code: the loadings, the vote less its mean, nothing. */
    void (*assign_without)(const struct kernel_person *p, const float *lean, const uint16_t *code,
                           size_t count, int8_t *label);
};

/* Compiled from kernel.c; the wide ones on x86-64 alone. */
extern const struct kernel kernel_scalar, kernel_avx2, kernel_avx512;

/* The one in use: the widest this machine has, unless one was named. */
const struct kernel *kernel_in_use(void);

/* For tests and measurements: use the one of this name from now on, by all threads; NULL: the
 * widest. False when there is none of the name, or the machine has not what it needs. */
bool kernel_use(const char *name);
