#include "opinion/noise_draw.h"

#include <string.h>

__extension__ typedef unsigned __int128 wide;

/* 0 when it is dry: loops that wait for another look at that, too. */
static uint64_t draw_bytes(struct noise_draw *d, size_t bytes)
{
    uint64_t number = 0;

    if (d->left < bytes) {
        if (d->is_dry || !d->randomness.fill(d->randomness.self, d->pool, sizeof d->pool)) {
            d->is_dry = true;
            return 0;
        }
        d->left = sizeof d->pool;
    }
    for (size_t i = 0; i < bytes; i++)
        number = number << 8 | d->pool[sizeof d->pool - d->left + i];
    d->left -= bytes;
    return number;
}

uint64_t noise_below(struct noise_draw *d, uint64_t below)
{
    size_t bytes = 1;
    uint64_t mask = below - 1, number;

    for (int shift = 1; shift < 64; shift *= 2)
        mask |= mask >> shift;
    while (bytes < 8 && mask >> 8 * bytes != 0)
        bytes++;
    do
        number = draw_bytes(d, bytes) & mask;
    while (number >= below);
    return number;
}

/* e^-(up / down), up <= down: a run of successes with chances (up / down) / 1, / 2, / 3 ... ends at
 * an odd place. */
static bool is_exp_below_one(struct noise_draw *d, uint64_t up, uint64_t down)
{
    uint64_t k = 1;

    while (!d->is_dry && noise_below(d, down) < up && noise_below(d, k) == 0)
        k++;
    return k % 2 == 1;
}

bool noise_is_exp(struct noise_draw *d, uint64_t up, uint64_t down)
{
    for (; up > down; up -= down) {
        if (d->is_dry || !is_exp_below_one(d, 1, 1))
            return false;
    }
    return is_exp_below_one(d, up, down);
}

int64_t noise_laplace(struct noise_draw *d, uint64_t t)
{
    while (!d->is_dry) {
        uint64_t rest = noise_below(d, t), times = 0;
        if (!noise_is_exp(d, rest, t))
            continue;
        while (!d->is_dry && noise_is_exp(d, 1, 1))
            times++;
        bool is_negative = noise_below(d, 2) == 1;
        int64_t x = (int64_t)(rest + t * times);
        if (is_negative && x == 0)
            continue;
        return is_negative ? -x : x;
    }
    return 0;
}

/* The largest whole number whose square is at most up / down. */
static uint64_t root_below(struct noise_variance v)
{
    uint64_t root = 0;

    for (uint64_t step = UINT64_C(1) << 16; step > 0; step /= 2) {
        if ((wide)(root + step) * (root + step) * v.down <= v.up)
            root += step;
    }
    return root;
}

/* Chance e^-((|y| - v / t)^2 / (2 v)), over one denominator: (|y| t down - up)^2 / (2 up down t^2).
 * In steps of one, of which the first to fail ends it. */
static bool is_taken(struct noise_draw *d, int64_t y, uint64_t t, struct noise_variance v)
{
    wide at = (wide)(uint64_t)(y < 0 ? -y : y) * t * v.down;
    wide beside = at > v.up ? at - v.up : v.up - at;
    wide up = beside * beside, down = (wide)2 * v.up * v.down * t * t;

    for (; up > down; up -= down) {
        if (d->is_dry || !noise_is_exp(d, 1, 1))
            return false;
    }
    return noise_is_exp(d, (uint64_t)up, (uint64_t)down);
}

int64_t noise_gaussian(struct noise_draw *d, struct noise_variance variance)
{
    uint64_t t = root_below(variance) + 1;

    while (!d->is_dry) {
        int64_t y = noise_laplace(d, t);
        if (is_taken(d, y, t, variance))
            return y;
    }
    return 0;
}
