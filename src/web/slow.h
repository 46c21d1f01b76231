/*
 * slow -- one thread for what takes long and may wait: comparing and hashing passwords.
 *
 * Its queue is bounded and it runs at low priority, so a storm of sign-ins delays other sign-ins
 * and nothing else.
 */
#pragma once
#include <stdbool.h>

enum { SLOW_QUEUE_MAX = 512 };

void slow_start(void);
void slow_stop(void); /* after what is queued was done */

/* False when the queue is full. */
bool slow_work(void (*run)(void *arg), void *arg);
