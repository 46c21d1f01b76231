/*
 * clock -- what time it is.
 *
 * Wall time is milliseconds UTC since 1970. Tests and the demonstration may shift it; nothing else
 * in the program asks the operating system for the time.
 */
#pragma once
#include <stdint.h>

enum { CLOCK_SECOND = 1000, CLOCK_MINUTE = 60 * CLOCK_SECOND, CLOCK_HOUR = 60 * CLOCK_MINUTE };
#define CLOCK_DAY ((int64_t)24 * CLOCK_HOUR)

/* Milliseconds UTC, with the shift added. */
int64_t clock_now(void);

/* Microseconds that only go forward: for measuring, never for recording. */
int64_t clock_ticks(void);

/* Add `ms` to every later clock_now; 0 is the true time again. Safe from any thread. */
void clock_shift(int64_t ms);
