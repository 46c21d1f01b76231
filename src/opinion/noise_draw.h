/* noise_draw -- numbers by lot, exactly: whole numbers decide, never a rounded one. */
#pragma once
#include "opinion/noise.h"

struct noise_draw {
    struct opinion_randomness randomness;
    bool is_dry; /* there was no more randomness; whatever is drawn then is nothing */
    size_t left;
    unsigned char pool[256];
};

/* A variance up / down of the discrete Gaussian; up at most 10^9, down at most 2 * 10^8. */
struct noise_variance {
    uint64_t up, down;
};

/* Even in 0 .. below - 1; `below` > 0. */
uint64_t noise_below(struct noise_draw *d, uint64_t below);

/* True with the chance e^-(up / down); `down` under 2^63. Algorithm 1 of Canonne, Kamath, Steinke,
 * The discrete Gaussian for differential privacy, NeurIPS 2020. */
bool noise_is_exp(struct noise_draw *d, uint64_t up, uint64_t down);

/* x with a chance proportional to e^-(|x| / t). Algorithm 2 there, with s = 1. */
int64_t noise_laplace(struct noise_draw *d, uint64_t t);

/* x with a chance proportional to e^-(x^2 / (2 variance)). Algorithm 3 there. */
int64_t noise_gaussian(struct noise_draw *d, struct noise_variance variance);
