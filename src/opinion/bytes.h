/* bytes -- numbers as bytes, the lowest first, whatever the machine has. */
#pragma once
#include <stdint.h>

static inline uint64_t bytes_take(const unsigned char *at, int count)
{
    uint64_t number = 0;

    for (int i = 0; i < count; i++)
        number |= (uint64_t)at[i] << (8 * i);
    return number;
}

/* Eight of them; written out so that it becomes one load where the machine has that order. */
static inline uint64_t bytes_take8(const unsigned char *at)
{
    return (uint64_t)at[0] | (uint64_t)at[1] << 8 | (uint64_t)at[2] << 16 | (uint64_t)at[3] << 24 |
           (uint64_t)at[4] << 32 | (uint64_t)at[5] << 40 | (uint64_t)at[6] << 48 |
           (uint64_t)at[7] << 56;
}

static inline void bytes_put(unsigned char *at, uint64_t number, int count)
{
    for (int i = 0; i < count; i++)
        at[i] = (unsigned char)(number >> (8 * i));
}
