/*
 * real -- exponential, logarithm and random numbers that are the same bits on every machine.
 *
 * The C library may compute these differently from one processor to the next (with or without fused
 * multiplication), and the same votes must give the same answer everywhere. These use additions,
 * multiplications, divisions and square roots alone, which IEEE 754 fixes.
 */
#pragma once
#include <stdint.h>

/* e to the x; relative error under 1e-15. 0 below -745, infinite above 709.78. */
double real_exp(double x);

/* The natural logarithm of x > 0; error under 1e-15 of max(1, |log x|). */
double real_log(double x);

/* 1 / (1 + e^-x) */
double real_logistic(double x);

/* The share of a normal distribution beyond z >= 0; relative error under 1e-12 to z = 37, then 0
 * (Hart 1968, as in West, Better approximations to cumulative normal functions, Wilmott 2005; from
 * 2 on Laplace's continued fraction). */
double real_normal_beyond(double z);

/* A stream of random numbers: the same for the same seed and number of stream, and as good as
 * independent of all others. SplitMix64 (Steele, Lea, Flood 2014). */
struct real_random {
    uint64_t state;
};

struct real_random real_random_begin(uint64_t seed, uint64_t stream);
uint64_t real_random_bits(struct real_random *r);

/* Even in [0, 1), 53 bits. */
double real_random_unit(struct real_random *r);

/* Even in 0 .. below - 1; `below` > 0. */
uint64_t real_random_below(struct real_random *r, uint64_t below);

/* Normal with mean 0 and variance 1: the inverse of the distribution (Wichura 1988, AS 241). */
double real_random_normal(struct real_random *r);
