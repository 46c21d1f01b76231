/*
 * ticker -- one thread that does a few things again and again: the clocks of matters, the sealer,
 * house-keeping.
 */
#pragma once

enum { TICKER_MAX = 16 };

void ticker_start(void);

/* Run `fn(arg)` about every `every_ms`, the first time at once. */
void ticker_add(void (*fn)(void *arg), void *arg, int every_ms);

/* Wait for what is running, then end. */
void ticker_stop(void);
