/*
 * queue -- the worker threads and the two lines in front of them.
 *
 * New requests wait in a line of bounded length; when it is full the caller says so to the client
 * at once. What goes on with a request already begun waits in a line of its own, which comes first
 * and is never full: refusing it would leave a client without an answer.
 */
#pragma once
#include <stdbool.h>
#include <stddef.h>

struct queue;

struct queue *queue_new(int workers, size_t new_max);

/* False when `new_max` jobs are waiting. */
bool queue_add(struct queue *q, void (*run)(void *arg), void *arg);

/* Before all new ones, and always. */
void queue_add_first(struct queue *q, void (*run)(void *arg), void *arg);

/* Runs what is waiting, ends the threads and frees the queue. */
void queue_stop(struct queue *q);
